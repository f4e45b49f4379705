//! The turns that the interpreter is given: one when an image is made, one for each run.
//!
//! What they execute is Python, in `python-wasi/guest/`.

use std::fmt::Write;

use super::invocation::{Invocation, Program};
use crate::workspace::Hash;

/// A guest file, by the name that tracebacks show for it.
macro_rules! source {
    ($name:literal) => {
        (
            concat!("<autoexp ", $name, ">"),
            include_str!(concat!("../../python-wasi/guest/", $name, ".py")),
        )
    };
}

/// Executed in this order, in one namespace.
const SOURCES: [(&str, &str); 8] = [
    source!("warm"),
    source!("door"),
    source!("missing"),
    source!("threads"),
    source!("pools"),
    source!("aio"),
    source!("processes"),
    source!("boot"),
];
/// The modules to have ready, one a line.
const MODULES: &str = include_str!("../../python-wasi/guest/modules.txt");

/// Where the image's turn leaves the addresses of all objects, as 32-bit words.
pub(super) const OBJECTS: &str = "/tmp/objects";

/// The turn that makes an image's interpreter ready for the turn of a run.
pub(super) fn image_turn() -> String {
    let modules: Vec<&str> = modules().collect();
    let sources: String = SOURCES
        .iter()
        .map(|(name, source)| format!("({}, {}),", literal(name), literal(source)))
        .collect();
    format!(
        "def _autoexp():\n namespace = {{'__name__': '_autoexp'}}\n modules = {}\n \
         for name, source in ({sources}):\n  exec(compile(source, name, 'exec'), namespace)\n \
         namespace['warm'](modules.split())\n return namespace['process']\n_autoexp = _autoexp()\n",
        literal(&modules.join(" "))
    )
}

/// The turn of a run. It ends in `SystemExit`, whose status is the run's.
pub(super) fn run_turn(invocation: &Invocation) -> String {
    format!("_autoexp({})", spec(invocation))
}

/// The environment that the interpreter of an image is started in.
pub(super) const IMAGE_ENV: [&str; 3] = ["TMPDIR=/tmp", "PYTHONTZPATH=", "HOME=/tmp"];

/// What an image follows from, beside the runtime: what is run, in which environment, on which
/// mounts, and what is done to its memory afterwards.
pub(super) fn version() -> Hash {
    let (mounts, memory) = (include_str!("library.rs"), include_str!("image.rs"));
    let environment = IMAGE_ENV.join("\0");
    Hash::of(
        [&image_turn(), &environment, mounts, memory]
            .join("\0")
            .as_bytes(),
    )
}

fn modules() -> impl Iterator<Item = &'static str> {
    MODULES
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn spec(invocation: &Invocation) -> String {
    let (kind, what) = match &invocation.program {
        Program::Script(path) => ("script", path.as_str()),
        Program::Command(code) => ("command", code.as_str()),
        Program::Module(name) => ("module", name.as_str()),
        Program::Stdin => ("stdin", ""),
        Program::Interactive => ("interactive", ""),
    };
    let list =
        |texts: &[String]| -> String { texts.iter().map(|text| literal(text) + ",").collect() };
    let env: String = invocation
        .env
        .iter()
        .map(|(name, value)| format!("{}:{},", literal(name), literal(value)))
        .collect();
    format!(
        "{{'program':({},{}),'args':[{}],'warnings':[{}],'env':{{{env}}},'cwd':{}}}",
        literal(kind),
        literal(what),
        list(&invocation.args),
        list(&invocation.warnings),
        literal(&invocation.cwd)
    )
}

/// Text as a Python string literal, in ASCII.
fn literal(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('\'');
    for character in text.chars() {
        match character {
            '\'' | '\\' => quoted.extend(['\\', character]),
            ' '..='~' => quoted.push(character),
            // Writing to a String never fails.
            _ => _ = write!(quoted, "\\U{:08x}", u32::from(character)),
        }
    }
    quoted.push('\'');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_ascii_and_quote_what_would_end_them() {
        assert_eq!(
            literal("it's \\ é\n"),
            "'it\\'s \\\\ \\U000000e9\\U0000000a'"
        );
    }
}
