//! An interactive session, on a terminal of its own.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::support::{self, Dir};

/// Types lines at `autoexp python` and gives back what the terminal showed, and the exit code.
fn session(dir: &Dir, lines: &str) -> (String, Option<i32>) {
    typed(dir, &["python"], lines)
}

/// Likewise, at another command.
fn typed(dir: &Dir, command: &[&str], lines: &str) -> (String, Option<i32>) {
    support::prepare();
    let mut child = Command::new("python3")
        .args(["-c", include_str!("terminal.py")])
        .arg(support::PATIENCE.as_secs().to_string())
        .arg(support::AUTOEXP)
        .args(command)
        .current_dir(dir.path(""))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this test needs a python3 on the host, for its module pty");
    child
        .stdin
        .take()
        .unwrap()
        .write_all(lines.as_bytes())
        .unwrap();
    let ended = child.wait_with_output().unwrap();
    let shown = String::from_utf8_lossy(&ended.stdout).replace('\r', "");
    (shown, ended.status.code())
}

#[test]
fn a_session_keeps_its_state_from_line_to_line() {
    let dir = Dir::new();
    dir.write("data.txt", "42");
    let (shown, code) = session(
        &dir,
        "x = int(open('data.txt').read())\n\
         def double(y):\n\
         \x20   return 2 * y\n\
         \n\
         double(x)\n\
         1 / 0\n\
         'still ' + 'here'\n\
         _\n",
    );
    assert_eq!(code, Some(0), "{shown}");
    for line in [
        "Python 3.",
        "\n84\n",
        "ZeroDivisionError: division by zero\n",
        "\n'still here'\n",
    ] {
        assert!(shown.contains(line), "no {line:?} in\n{shown}");
    }
    assert!(!shown.contains("<autoexp"), "{shown}");
}

#[test]
fn a_session_ends_with_the_code_that_was_asked_for() {
    let (shown, code) = session(&Dir::new(), "import sys\nsys.exit(3)\n");
    assert_eq!(code, Some(3), "{shown}");
    let (shown, code) = session(&Dir::new(), "print('bye')\n");
    assert_eq!(code, Some(0), "{shown}");
}

#[test]
fn a_shell_completes_names_and_knows_how_the_last_line_ended() {
    let dir = Dir::new();
    dir.write("folder/with space.txt", "found\n");
    let lines = "cat wi\t\n(exit 5)\necho status $?\npython -c 'print(6 * 7)'\nexit 7\n";
    let (shown, code) = typed(&dir, &["shell", "folder"], lines);
    assert_eq!(code, Some(7), "{shown}");
    for expected in [
        "cat with\\ space.txt ",
        "\nfound\n",
        "\nstatus 5\n",
        "\n42\n",
    ] {
        assert!(shown.contains(expected), "{expected:?} in\n{shown}");
    }
    // With Ctrl-D it ends as the last line did.
    let (_, code) = typed(&dir, &["shell", "folder"], "(exit 5)\n");
    assert_eq!(code, Some(5));
}
