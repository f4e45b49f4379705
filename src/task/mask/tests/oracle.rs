//! What `python3` says of a mask.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use crate::task::mask::{Docstring, mask, restore};

/// Runs a Python program with a standard input; its standard output.
pub fn python(program: &str, stdin: &[u8]) -> String {
    let mut child = Command::new("python3")
        .args(["-c", program])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python3 is on the search path");
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(stdin).unwrap();
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// Parses each source with `ast.parse`.
pub fn assert_valid_python(sources: &[String]) {
    const PROGRAM: &str = "
import ast, json, sys, warnings
warnings.simplefilter('ignore')
for source in json.load(sys.stdin):
    try:
        ast.parse(source.encode())
    except SyntaxError as error:
        sys.exit(f'{error}\\n{source}')
";
    python(PROGRAM, &serde_json::to_vec(sources).unwrap());
}

/// Masks the syntax trees of Python's own parser, and compares.
pub fn assert_masked_as_python_sees_it(masks: &[Mask]) {
    const PROGRAM: &str = "
import ast, json, sys, warnings
warnings.simplefilter('ignore')

def mask(node, scope, names, keep):
    for child in ast.iter_child_nodes(node):
        inner = scope
        if isinstance(child, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            inner = scope + [child.name]
            name = '.'.join(inner)
            if name in names and not isinstance(child, ast.ClassDef):
                documented = keep and ast.get_docstring(child, clean=False) is not None
                stub = ast.parse(f'raise NotImplementedError({name!r})').body
                child.body = child.body[:documented] + stub
                continue
        mask(child, inner, names, keep)
    return ast.dump(node) if not scope else None

for source, names, keep, left in json.load(sys.stdin):
    expected = mask(ast.parse(source.encode()), [], set(names), keep)
    if expected != ast.dump(ast.parse(left.encode())):
        sys.exit(f'{names}\\n{source}\\n---\\n{left}')
";
    let masks: Vec<_> = masks
        .iter()
        .map(|mask| {
            let keep = mask.docstring == Docstring::Full;
            serde_json::json!([mask.source, mask.names, keep, mask.left])
        })
        .collect();
    python(PROGRAM, &serde_json::to_vec(&masks).unwrap());
}

/// A source, what was masked in it, and what that left.
pub struct Mask {
    source: String,
    names: Vec<String>,
    docstring: Docstring,
    pub left: String,
}

impl Mask {
    pub fn new(source: &str, names: &[&str], docstring: Docstring) -> Self {
        Mask {
            source: source.to_owned(),
            names: names.iter().map(|&name| name.to_owned()).collect(),
            docstring,
            left: masked(source, names, docstring),
        }
    }
}

/// Masks, checks that restoring undoes it, and returns what the mask left.
pub fn masked(source: &str, names: &[&str], docstring: Docstring) -> String {
    let masked = mask(source, names, docstring).unwrap_or_else(|error| panic!("{error}\n{source}"));
    let restored = restore(&masked, source, names).unwrap();
    assert_eq!(restored, source, "restoring undoes the mask");
    masked
}
