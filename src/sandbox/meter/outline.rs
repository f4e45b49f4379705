//! The blocks of a function: where each begins and ends, and who jumps to it.

use std::ops::Range;

use wasmparser::{Catch, Operator};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The body itself.
    Function,
    /// A `block` or `try_table`.
    Block,
    Loop,
    If,
}

#[derive(Clone, Debug)]
pub(super) struct Block {
    pub kind: Kind,
    /// From its first instruction to its `end`, by index. The function's own begins at 0, where
    /// another may begin too.
    pub span: Range<usize>,
    /// A branch goes to its label.
    pub targeted: bool,
    /// An exception does.
    pub caught: bool,
    /// A call is somewhere in it.
    pub calls: bool,
}

/// The blocks in the order they begin, the function's own first. The code must be valid.
pub(super) fn outline(code: &[Operator<'_>]) -> Vec<Block> {
    let mut outline = Outline {
        blocks: vec![Block {
            span: 0..code.len().saturating_sub(1),
            ..begin(Kind::Function, 0)
        }],
        open: vec![0],
    };
    for (at, operator) in code.iter().enumerate() {
        outline.read(at, operator);
    }
    outline.blocks
}

fn begin(kind: Kind, at: usize) -> Block {
    Block {
        kind,
        span: at..at,
        targeted: false,
        caught: false,
        calls: false,
    }
}

struct Outline {
    blocks: Vec<Block>,
    open: Vec<usize>,
}

impl Outline {
    fn read(&mut self, at: usize, operator: &Operator<'_>) {
        match operator {
            Operator::Block { .. } => self.begin(Kind::Block, at),
            Operator::Loop { .. } => self.begin(Kind::Loop, at),
            Operator::If { .. } => self.begin(Kind::If, at),
            Operator::TryTable { try_table } => {
                for catch in &try_table.catches {
                    let label = match catch {
                        Catch::One { label, .. } | Catch::OneRef { label, .. } => label,
                        Catch::All { label } | Catch::AllRef { label } => label,
                    };
                    if let Some(target) = label_of(&self.open, *label) {
                        self.blocks[target].caught = true;
                    }
                }
                self.begin(Kind::Block, at);
            }
            Operator::End => self.end(at),
            Operator::Br { relative_depth }
            | Operator::BrIf { relative_depth }
            | Operator::BrOnNull { relative_depth }
            | Operator::BrOnNonNull { relative_depth } => self.branch(*relative_depth),
            Operator::BrTable { targets } => {
                targets
                    .targets()
                    .flatten()
                    .for_each(|depth| self.branch(depth));
                self.branch(targets.default());
            }
            operator if is_call(operator) => {
                // Outer blocks learn of it when this one ends.
                if let Some(block) = self.open.last() {
                    self.blocks[*block].calls = true;
                }
            }
            _ => {}
        }
    }

    fn begin(&mut self, kind: Kind, at: usize) {
        self.open.push(self.blocks.len());
        self.blocks.push(begin(kind, at));
    }

    fn end(&mut self, at: usize) {
        let Some(ended) = self.open.pop() else { return };
        self.blocks[ended].span.end = at;
        if let (true, Some(outer)) = (self.blocks[ended].calls, self.open.last()) {
            self.blocks[*outer].calls = true;
        }
    }

    fn branch(&mut self, depth: u32) {
        if let Some(target) = label_of(&self.open, depth) {
            self.blocks[target].targeted = true;
        }
    }
}

/// The block that a label stands for: labels count outward from the innermost.
pub(super) fn label_of(open: &[usize], depth: u32) -> Option<usize> {
    let depth = usize::try_from(depth).ok()?;
    open.len().checked_sub(depth + 1).map(|index| open[index])
}

/// Whether other code of the guest, or the host, runs within the instruction.
pub(super) fn is_call(operator: &Operator<'_>) -> bool {
    use Operator::*;
    matches!(
        operator,
        Call { .. }
            | CallIndirect { .. }
            | CallRef { .. }
            | ReturnCall { .. }
            | ReturnCallIndirect { .. }
            | ReturnCallRef { .. }
    )
}
