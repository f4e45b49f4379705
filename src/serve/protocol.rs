//! What is said over the wire: JSON-RPC 2.0, a message a line. `docs/serve.md` is its description.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::task::{Docstring, TaskId};

/// Of the protocol. A change that a client of the version before could notice makes another.
pub const VERSION: u32 = 1;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Request {
    pub jsonrpc: String,
    #[serde(default)]
    pub id: Option<Value>,
    pub method: String,
    #[serde(default)]
    pub params: Option<Value>,
}

/// Why a request was not met.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Failure {
    pub code: i32,
    pub message: String,
    pub data: FailureData,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FailureData {
    pub kind: FailureKind,
    /// Of a file that is not what was asked for: the POSIX error's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errno: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// No JSON.
    Parse,
    /// JSON, and no request.
    Request,
    Method,
    Params,
    /// A fault of the server's.
    Internal,
    /// No sandbox or snapshot of that name.
    Unknown,
    /// A file operation that was refused.
    File,
    /// More than the server or the sandbox allows.
    Limit,
    /// The host: its disk, its memory.
    Host,
}

impl FailureKind {
    fn code(self) -> i32 {
        match self {
            FailureKind::Parse => -32700,
            FailureKind::Request => -32600,
            FailureKind::Method => -32601,
            FailureKind::Params => -32602,
            FailureKind::Internal => -32603,
            FailureKind::Unknown => -32000,
            FailureKind::File => -32001,
            FailureKind::Limit => -32002,
            FailureKind::Host => -32003,
        }
    }
}

impl Failure {
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Failure {
        Failure {
            code: kind.code(),
            message: message.into(),
            data: FailureData { kind, errno: None },
        }
    }
}

/// Bytes: as text where they are UTF-8, else in base64.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "data is a string, or {\"base64\": a string}")]
pub enum Data {
    Text(String),
    Bytes(Base64),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Base64 {
    pub base64: String,
}

impl From<Vec<u8>> for Data {
    fn from(bytes: Vec<u8>) -> Data {
        String::from_utf8(bytes).map_or_else(
            |error| {
                let base64 = BASE64_STANDARD.encode(error.as_bytes());
                Data::Bytes(Base64 { base64 })
            },
            Data::Text,
        )
    }
}

impl Data {
    pub fn into_bytes(self) -> Result<Vec<u8>, Failure> {
        match self {
            Data::Text(text) => Ok(text.into_bytes()),
            Data::Bytes(Base64 { base64 }) => BASE64_STANDARD.decode(base64).map_err(|error| {
                Failure::new(FailureKind::Params, format!("read the base64: {error}"))
            }),
        }
    }
}

impl Default for Data {
    fn default() -> Data {
        Data::Text(String::new())
    }
}

/// Bounds, each where it is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object of limits")]
pub struct LimitParams {
    pub fuel: Option<u64>,
    pub memory: Option<u64>,
    pub time_ms: Option<u64>,
    pub output: Option<u64>,
    pub disk: Option<u64>,
    pub files: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// Files to begin with, by their paths below `/workspace`.
    #[serde(default)]
    pub files: BTreeMap<String, Data>,
    #[serde(default)]
    pub mounts: Vec<MountParams>,
    #[serde(default)]
    pub limits: LimitParams,
    /// A task's own files, and packages, in place of those.
    #[serde(default)]
    pub task: Option<TaskId>,
    #[serde(default)]
    pub docstring: Docstring,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    pub answer: Value,
}

/// A folder of the host's that is seen and never changed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MountParams {
    pub host: String,
    #[serde(default = "workspace")]
    pub guest: String,
    #[serde(default)]
    pub read_only: bool,
}

fn workspace() -> String {
    crate::sandbox::WORKSPACE.to_owned()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exec {
    /// A program and its arguments.
    #[serde(default)]
    pub argv: Option<Vec<String>>,
    /// A line or more of bash.
    #[serde(default)]
    pub script: Option<String>,
    #[serde(default)]
    pub stdin: Data,
    #[serde(default)]
    pub cwd: Option<String>,
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    #[serde(default)]
    pub timeout_ms: Option<u64>,
    #[serde(default)]
    pub seed: u64,
    #[serde(default)]
    pub limits: LimitParams,
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Executed {
    pub exit: &'static str,
    /// What a shell would see: a status, or 128 and a signal's number.
    pub status: i32,
    /// In a sentence, where a limit was met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    pub stdout: Data,
    pub stderr: Data,
    pub stdout_dropped: u64,
    pub stderr_dropped: u64,
    pub fuel: u64,
    pub peak_memory: u64,
    pub written: u64,
    pub digest: String,
    pub elapsed_ms: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Read {
    pub path: String,
    #[serde(default)]
    pub offset: u64,
    #[serde(default)]
    pub length: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Write {
    pub path: String,
    pub data: Data,
    #[serde(default)]
    pub append: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AtPath {
    pub path: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    #[serde(default = "here")]
    pub path: String,
    #[serde(default)]
    pub recursive: bool,
}

fn here() -> String {
    ".".to_owned()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remove {
    pub path: String,
    #[serde(default)]
    pub recursive: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub path: String,
    pub kind: &'static str,
    pub size: u64,
    /// Of the sandbox's own clock, since 1970.
    pub modified_ms: u64,
}

/// A snapshot where one is named, else what the sandbox began with.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Since {
    #[serde(default)]
    pub snapshot: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Changed {
    pub path: String,
    pub kind: crate::workspace::ChangeKind,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetLimits {
    #[serde(default)]
    pub set: LimitParams,
}

/// A snapshot's name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    pub snapshot: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Initialize {
    #[serde(default)]
    pub protocol: Option<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CancelParams {
    pub id: Value,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_text_or_base64_and_come_back() {
        for bytes in [
            &b""[..],
            b"plain",
            "\u{e9}\n".as_bytes(),
            b"\xff\x00",
            b"\x80",
        ] {
            let data = Data::from(bytes.to_vec());
            let json = serde_json::to_string(&data).unwrap();
            assert_eq!(json.contains("base64"), std::str::from_utf8(bytes).is_err());
            let read: Data = serde_json::from_str(&json).unwrap();
            assert_eq!(read.into_bytes().unwrap(), bytes);
        }
        let wrong: Data = serde_json::from_str(r#"{"base64": "?"}"#).unwrap();
        assert_eq!(
            wrong.into_bytes().unwrap_err().data.kind,
            FailureKind::Params
        );
    }
}
