//! A source as its tokens, with the names that a writer chose made one.

use tree_sitter::Parser;

/// A token that isn't a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Where it starts, in bytes.
    pub at: usize,
    /// As it is written; `x` for names that aren't attributes, `""` for strings.
    pub text: String,
}

/// The tokens of a text, and its comments, each with where it starts. What isn't Python has
/// tokens all the same.
pub fn tokens(text: &str) -> (Vec<Token>, Vec<(usize, &str)>) {
    let mut parser = Parser::new();
    parser
        .set_language(&tree_sitter_python::LANGUAGE.into())
        .expect("tree-sitter-python and tree-sitter speak the same ABI");
    let tree = parser
        .parse(text, None)
        .expect("parsing has a language, no time limit and nothing that cancels it");
    let (mut tokens, mut comments): (Vec<Token>, Vec<_>) = (Vec::new(), Vec::new());
    // A stack of our own: the depth of the tree is the source's choice.
    let mut pending = vec![tree.root_node()];
    let mut cursor = tree.walk();
    while let Some(node) = pending.pop() {
        let (at, written) = (node.start_byte(), &text[node.byte_range()]);
        match node.kind() {
            "comment" => comments.push((at, written)),
            "string" | "concatenated_string" => tokens.push(Token {
                at,
                text: "\"\"".to_owned(),
            }),
            "identifier" => {
                let of_an_object = tokens.last().is_some_and(|before| before.text == ".");
                let text = if of_an_object { written } else { "x" };
                tokens.push(Token {
                    at,
                    text: text.to_owned(),
                });
            }
            _ if node.child_count() == 0 && !written.is_empty() => tokens.push(Token {
                at,
                text: written.to_owned(),
            }),
            _ => {
                let from = pending.len();
                pending.extend(node.children(&mut cursor));
                pending[from..].reverse();
            }
        }
    }
    (tokens, comments)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_one_and_all_else_is_kept() {
        let source = "y = np.sum(a) ** 0.5  # why\nz = 'text'\n";
        let (found, comments) = tokens(source);
        let texts: Vec<&str> = found.iter().map(|token| token.text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "x", "=", "x", ".", "sum", "(", "x", ")", "**", "0.5", "x", "=", "\"\""
            ]
        );
        assert_eq!(comments, [(22, "# why")]);
        // Prose, too.
        assert!(!tokens("the mean of all: that (is) it").0.is_empty());
    }
}
