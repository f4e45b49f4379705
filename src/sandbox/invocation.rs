//! What to run: a process, as far as a guest can tell.

use std::io::Write;
use std::os::fd::OwnedFd;

use super::cancel::Cancel;
use super::director::Director;

/// One run of `python`: what its command line, environment and standard streams are.
pub struct Invocation {
    /// What is run.
    pub program: Program,
    /// What comes after the program on the command line: `sys.argv[1:]`.
    pub args: Vec<String>,
    /// Warnings filters, each as CPython's option `-W` has it; the last goes before the others.
    pub warnings: Vec<String>,
    /// The whole environment; nothing of the host's is added.
    pub env: Vec<(String, String)>,
    /// The working directory, an absolute path of the guest.
    pub cwd: String,
    /// What it reads.
    pub stdin: Stdin,
    /// Where what it prints goes.
    pub stdout: Output,
    /// Where its messages go.
    pub stderr: Output,
    /// What the guest's entropy (`os.urandom`, unseeded generators) follows from.
    pub seed: u64,
    /// Ends the run early.
    pub cancel: Cancel,
    /// Tells it what to do, where it is a program that asks.
    pub director: Option<Box<dyn Director>>,
}

/// Where runs start, and where a repository is mounted.
pub const WORKSPACE: &str = "/workspace";

/// What `python --version` runs.
const VERSION: &str = "import sys; print('Python', sys.version.split()[0])";

/// What `python` is asked to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Program {
    /// `python PATH`: a script, or a directory or archive with a `__main__.py`.
    Script(String),
    /// `python -c CODE`.
    Command(String),
    /// `python -m NAME`.
    Module(String),
    /// `python -`: the program is read from standard input.
    Stdin,
    /// `python` on a terminal: statements are read, run and echoed one by one.
    Interactive,
}

/// Standard input.
pub enum Stdin {
    /// These bytes, then the end.
    Bytes(Vec<u8>),
    /// What can be read from this, waited for no longer than the run may last.
    Stream(OwnedFd),
    /// As [`Stdin::Stream`], and it says it is a terminal.
    Terminal(OwnedFd),
}

/// Where standard output or standard error goes.
pub enum Output {
    /// Kept, and given back in the outcome.
    Capture,
    /// Passed on as it is written.
    Stream(Box<dyn Write + Send>),
}

impl Invocation {
    /// The program with no arguments, an almost empty environment, no input, in `/workspace`, its
    /// output kept.
    pub fn new(program: Program) -> Invocation {
        Invocation {
            program,
            args: Vec::new(),
            warnings: Vec::new(),
            env: [
                ("HOME", "/tmp"),
                ("TMPDIR", "/tmp"),
                ("PATH", "/usr/local/bin"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
            cwd: WORKSPACE.to_owned(),
            stdin: Stdin::Bytes(Vec::new()),
            stdout: Output::Capture,
            stderr: Output::Capture,
            seed: 0,
            cancel: Cancel::default(),
            director: None,
        }
    }

    /// Puts a folder before all others on `PYTHONPATH`.
    pub(super) fn prepend_path(&mut self, folder: &str) {
        match self.env.iter_mut().find(|(name, _)| name == "PYTHONPATH") {
            Some((_, path)) if !path.is_empty() => *path = format!("{folder}:{path}"),
            Some((_, path)) => folder.clone_into(path),
            None => self.env.push(("PYTHONPATH".to_owned(), folder.to_owned())),
        }
    }

    /// The invocation that `python ARGS…` asks for, by the options of CPython's command line that
    /// matter here: `-c`, `-m`, `-`, a path, `--version`, and `-W` before any of them.
    ///
    /// Options before the program that change nothing in this sandbox (`-u`, `-B`, …) are taken
    /// and ignored; others are refused with their name.
    pub fn from_command_line(args: &[String]) -> Result<Invocation, CommandLineError> {
        let mut rest = args.iter();
        let mut warnings = Vec::new();
        while let Some(arg) = rest.next() {
            let mut program = |make: fn(String) -> Program| match rest.next() {
                Some(value) => Ok(make(value.clone())),
                None => Err(CommandLineError::Missing(arg.clone())),
            };
            let program = match arg.as_str() {
                "-c" => program(Program::Command)?,
                "-m" => program(Program::Module)?,
                "-" => Program::Stdin,
                "-V" | "--version" => Program::Command(VERSION.to_owned()),
                "-W" => match rest.next() {
                    Some(filter) => {
                        warnings.push(filter.clone());
                        continue;
                    }
                    None => return Err(CommandLineError::Missing(arg.clone())),
                },
                option if option.starts_with("-W") => {
                    warnings.push(option["-W".len()..].to_owned());
                    continue;
                }
                "-u" | "-B" | "-E" | "-s" | "-I" | "-q" => continue,
                option if option.starts_with('-') => {
                    return Err(CommandLineError::Unknown(arg.clone()));
                }
                _ => Program::Script(arg.clone()),
            };
            return Ok(Invocation {
                args: rest.cloned().collect(),
                warnings,
                ..Invocation::new(program)
            });
        }
        Ok(Invocation {
            warnings,
            ..Invocation::new(Program::Stdin)
        })
    }
}

/// A command line that `python` here does not take.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "their messages say what they are")]
pub enum CommandLineError {
    #[error("the option {0} needs a value after it")]
    Missing(String),
    #[error(
        "the option {0} of python is not available in the sandbox; use -c CODE, -m MODULE, - or a path"
    )]
    Unknown(String),
}
