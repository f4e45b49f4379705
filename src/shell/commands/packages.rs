//! `pip` and `conda`: what is installed, and that nothing else can be.

use bashkit::{Builtin, BuiltinContext, ExecResult, async_trait};

use super::complaint;
use super::python::Python;
use crate::sandbox::{Invocation, Program};

/// Prints what was asked for of the packages that Python finds.
const QUERY: &str = include_str!("packages.py");

/// The commands, which ask Python.
pub(in crate::shell) struct Packages(pub Python);

impl Packages {
    pub fn pip(&self, args: &[String]) -> bashkit::Result<ExecResult> {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let words: Vec<&str> = args
            .iter()
            .filter(|arg| !arg.starts_with('-'))
            .copied()
            .collect();
        let refuse = |what: &str| {
            Ok(complaint(
                "pip",
                format!(
                    "{what}: nothing can be installed or removed here, since there is no network; \
                     `pip list` shows what there is"
                ),
                1,
            ))
        };
        match words.split_first() {
            _ if args.contains(&"--version") || args.contains(&"-V") => {
                self.ask("version", "pip", &[])
            }
            None | Some((&"help", _)) => Ok(ExecResult::ok(
                "pip tells what is installed: `pip list`, `pip freeze`, `pip show NAME`, \
                 `pip check`. Nothing else can be installed.\n",
            )),
            Some((&"list", _)) if args.contains(&"--format=json") => self.ask("json", "pip", &[]),
            Some((&"list", _)) if args.contains(&"--format=freeze") => {
                self.ask("freeze", "pip", &[])
            }
            Some((&"list", _)) => self.ask("list", "pip", &[]),
            Some((&"freeze", _)) => self.ask("freeze", "pip", &[]),
            Some((&"show", names)) => self.ask("show", "pip", names),
            Some((&"check", _)) => Ok(ExecResult::ok("No broken requirements found.\n")),
            // What is there needs no installing.
            Some((&"install", names)) if !names.is_empty() && !args.contains(&"-r") => {
                self.ask("install", "pip", names)
            }
            Some((&command, _)) => refuse(command),
        }
    }

    fn conda(&self, args: &[String]) -> bashkit::Result<ExecResult> {
        match args.iter().map(String::as_str).next() {
            Some("list") => self.ask("conda", "conda", &[]),
            Some("info" | "env" | "--version" | "activate" | "deactivate") => Ok(ExecResult::ok(
                "There is one environment, and it is active; `conda list` shows what it has.\n",
            )),
            command => Ok(complaint(
                "conda",
                format!(
                    "{}: nothing can be installed or changed here, since there is no network; \
                     `conda list` shows what there is",
                    command.unwrap_or("no command")
                ),
                1,
            )),
        }
    }

    fn ask(&self, what: &str, name: &str, of: &[&str]) -> bashkit::Result<ExecResult> {
        let mut invocation = Invocation::new(Program::Command(QUERY.to_owned()));
        invocation.args = [what].iter().chain(of).map(|arg| arg.to_string()).collect();
        // Where no file of the repository's is taken for a module.
        invocation.cwd = "/".to_owned();
        self.0.run(invocation, name)
    }
}

#[async_trait]
impl Builtin for Packages {
    async fn execute(&self, context: BuiltinContext<'_>) -> bashkit::Result<ExecResult> {
        self.pip(context.args)
    }
}

/// `conda` and `mamba`.
pub(in crate::shell) struct Conda(pub Packages);

#[async_trait]
impl Builtin for Conda {
    async fn execute(&self, context: BuiltinContext<'_>) -> bashkit::Result<ExecResult> {
        self.0.conda(context.args)
    }
}
