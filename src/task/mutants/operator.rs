//! The kinds of change a mutant is made by.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! operators {
    ($($(#[$doc:meta])* $operator:ident = $name:literal,)*) => {
        /// What a mutant changes. Its name is stable: records and reports may keep it.
        ///
        /// Operators are made for research code in the style of NumPy. What stands before an
        /// arrow becomes what stands behind it; `↔` goes both ways.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Operator {
            $($(#[$doc])* $operator,)*
        }

        impl Operator {
            /// All of them, in the order in which mutants of one place come.
            pub const ALL: &[Operator] = &[$(Operator::$operator,)*];

            /// The name, in kebab case.
            pub fn name(self) -> &'static str {
                match self {
                    $(Operator::$operator => $name,)*
                }
            }
        }
    };
}

operators! {
    /// An arithmetic operator, also before an `=`: `+` ↔ `-`, `*` ↔ `/`, `**` → `*`, `//` → `/`,
    /// `%` → `//`. None between texts or lists.
    Arithmetic = "arithmetic",
    /// The operands of `-`, `/`, `//` and `@` swapped.
    OperandOrder = "operand-order",
    /// The other direction of a sort: `sort(-x)` ↔ `sort(x)`, `sorted(x)` →
    /// `sorted(x, reverse=True)`, `x[::-1]` → `x`; `sort(x)` → `x`.
    SortOrder = "sort-order",
    /// `-x` → `x`.
    UnaryMinus = "unary-minus",
    /// `<` ↔ `<=`, `>` ↔ `>=`, `<` ↔ `>`, `<=` → `>=`, `>=` → `<=`, `==` ↔ `!=`, `in` ↔ `not in`,
    /// `is` ↔ `is not`.
    Comparison = "comparison",
    /// `and` ↔ `or`, `&` ↔ `|`, `not` and `~` dropped, `True` ↔ `False`.
    Boolean = "boolean",
    /// A number. A whole one: one more, one less, half of it (from 4). Another: half as much
    /// again, half of it, and twice for 1.0. Zero becomes one, and what is at most a millionth
    /// becomes zero. The sign of an operand, where that isn't the same as another [`Arithmetic`]
    /// operator.
    ///
    /// [`Arithmetic`]: Operator::Arithmetic
    Constant = "constant",
    /// Off by one: an end of a slice dropped or moved by one, `[:k]` → `[1:k]`, `range(n)` →
    /// `range(n - 1)` and `range(1, n)` (`arange` too), `k + 1` → `k`, `k - 1` → `k`, and a
    /// loop's counter as an index `[k]` → `[k - 1]`.
    Boundary = "boundary",
    /// `axis=0` ↔ `axis=1`, `axis=-1` → `axis=0`, higher ones by one less, one of several; the
    /// argument dropped. `dim` counts as `axis`.
    Axis = "axis",
    /// Two positional arguments of a call that stand side by side swapped, where the order may
    /// matter.
    ArgumentOrder = "argument-order",
    /// A statement becomes `pass`: an assignment to a name bound before or to a part of
    /// something, an augmented assignment, a call that stands alone.
    DroppedStatement = "dropped-statement",
    /// `x / y` → `x` where y is no literal, `x - y` → `x` where y is a mean, median, minimum or
    /// maximum.
    DroppedNormalisation = "dropped-normalisation",
    /// A function's or method's value becomes what it was computed from: `np.sqrt(x)` → `x`, and
    /// so for logarithms, exponentials, absolute values, squares, `tanh`, rounding, running sums
    /// and products, `clip`, transposes and `.T`; `np.maximum(a, b)` → `a` or `b`, `1 - x` → `x`.
    DroppedTransform = "dropped-transform",
    /// Another function of the same shape: `log` ↔ `log2`, `mean` ↔ `sum`, `mean` ↔ `median`,
    /// `max` ↔ `min`, `argmax` ↔ `argmin`, `std` ↔ `var`, `any` ↔ `all`, `floor` ↔ `ceil`,
    /// `zeros` ↔ `ones` and the like.
    SwappedFunction = "swapped-function",
    /// `ddof=0` ↔ `ddof=1`; `std(x)` → `std(x, ddof=1)`, and so for `var`.
    Ddof = "ddof",
    /// An argument given by name dropped, or flipped if it is `True` or `False`. Not `axis`,
    /// `keepdims`, `ddof`, and what mostly changes no value: `dtype`, `out`, `copy`.
    Keyword = "keyword",
    /// The bodies of `if` and `else` swapped, the arms of a conditional expression, the last two
    /// arguments of `np.where`.
    SwappedBranch = "swapped-branch",
    /// A condition becomes `True` or `False`; that of a `while` `False` only.
    ForcedCondition = "forced-condition",
    /// The value is returned as soon as it is first assigned; a parameter annotated like the
    /// function's value is returned instead of it.
    EarlyReturn = "early-return",
    /// A parameter read in one place becomes the next one with the same annotation; a local name
    /// becomes the one bound before it, or after it if it is the first.
    SwappedName = "swapped-name",
    /// `break` ↔ `continue`; a `for` goes backwards, or without the last item.
    Loop = "loop",
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operator_is_printed_and_serialised_by_its_name() {
        for operator in Operator::ALL {
            let written = serde_json::to_string(operator).unwrap();
            assert_eq!(written, format!("\"{operator}\""));
        }
    }
}
