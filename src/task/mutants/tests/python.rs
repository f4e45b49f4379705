//! The host's `python3`.

use std::{
    io::Write,
    process::{Command, Stdio},
};

/// Runs a program with a standard input; what it prints, or none if there is no `python3`.
pub fn run(program: &str, stdin: &[u8]) -> Option<String> {
    let mut child = Command::new("python3")
        .args(["-c", program])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(stdin).unwrap();
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    Some(String::from_utf8(output.stdout).unwrap())
}

/// Compiles sources, if there is a `python3`.
pub fn compile(sources: &[String]) {
    const PROGRAM: &str = "
import json, sys, warnings
warnings.simplefilter('ignore')
torn = []
for source in json.load(sys.stdin):
    try:
        compile(source.encode(), 'version', 'exec')
    except SyntaxError as error:
        lines = source.splitlines()[max(0, error.lineno - 6):error.lineno + 3]
        torn.append('\\n'.join([str(error), *lines]))
if torn:
    sys.exit(f'{len(torn)} are torn\\n' + '\\n---\\n'.join(torn[:8]))
";
    run(PROGRAM, &serde_json::to_vec(sources).unwrap());
}
