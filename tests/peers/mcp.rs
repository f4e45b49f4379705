//! `autoexp mcp` with the official client in Python and the protocol's inspector.

use std::process::Command;

use serde_json::Value;

use super::{AUTOEXP, peer, support};

/// A folder with a Python that has the package `mcp`, and a Node.
const PROGRAMS: &str = "AUTOEXP_PEER_MCP";
/// Where npm put the inspector's command line.
const INSPECTOR: &str = "AUTOEXP_PEER_MCP_INSPECTOR";
const COMMAND_LINE: &str = "node_modules/@modelcontextprotocol/inspector-cli/build/index.js";

#[test]
fn the_official_client_is_served() {
    let Some(programs) = peer(PROGRAMS) else {
        return;
    };
    support::prepare();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/mcp_client.py");
    let mut client = Command::new(programs.join("python"));
    let ran = client.args([script, AUTOEXP]).output().unwrap();
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{said}");
    assert!(ran.stdout.starts_with(b"protocol 20"), "{said}");
}

#[test]
fn the_inspector_lists_and_calls_tools() {
    let (Some(programs), Some(inspector)) = (peer(PROGRAMS), peer(INSPECTOR)) else {
        return;
    };
    support::prepare();
    let inspect = |args: &[&str]| -> Value {
        let mut command = Command::new(programs.join("node"));
        command.arg(inspector.join(COMMAND_LINE));
        command.args([AUTOEXP, "mcp", "-q", "--method"]).args(args);
        let ran = command.output().unwrap();
        let said = String::from_utf8_lossy(&ran.stderr);
        // It warns of what it doesn't understand in a schema.
        assert!(ran.status.success() && said.is_empty(), "{said}");
        serde_json::from_slice(&ran.stdout).unwrap()
    };
    let told = inspect(&["tools/list"]);
    assert_eq!(told["tools"].as_array().unwrap().len(), 9);
    let call = ["tools/call", "--tool-name", "run_python"];
    let ran = inspect(&[&call[..], &["--tool-arg", "code=print(6 * 7)"]].concat());
    assert_eq!(ran["structuredContent"]["stdout"], "42\n");
}
