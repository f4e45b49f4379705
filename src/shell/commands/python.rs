//! `python` and `python3`: the sandbox, run by whoever runs the script.

use std::sync::mpsc::{self, Sender};

use bashkit::{Builtin, BuiltinContext, Error, ExecResult, async_trait};

use super::super::meter::Meter;
use super::complaint;
use super::packages::Packages;
use crate::sandbox::{Exit, Invocation, Limits, Outcome, Program, Stdin};

/// A run that a script wants made. The interpreter's thread waits for what it comes to; nothing
/// comes where the run can't be made, which ends the script.
pub(in crate::shell) struct Ask {
    pub invocation: Invocation,
    /// Fuel it may use.
    pub fuel: u64,
    pub outcome: Sender<Outcome>,
}

/// The command, and how runs are asked for.
#[derive(Clone)]
pub(in crate::shell) struct Python {
    pub asks: Sender<Ask>,
    pub meter: Meter,
    pub limits: Limits,
}

impl Python {
    /// Makes a run, has the script pay for it, and gives what it printed and its status, as a
    /// process would.
    pub fn run(&self, mut invocation: Invocation, name: &str) -> bashkit::Result<ExecResult> {
        let (outcome, came) = mpsc::channel();
        let env = &mut invocation.env;
        env.sort();
        let ask = Ask {
            invocation,
            fuel: self.limits.fuel.saturating_sub(self.meter.used()),
            outcome,
        };
        let gone = || Error::Internal("the run can't be made".to_owned());
        self.asks.send(ask).map_err(|_| gone())?;
        let outcome = came.recv().map_err(|_| gone())?;
        let status = outcome.exit.shell_status();
        let mut stderr = outcome.stderr.bytes;
        if !matches!(outcome.exit, Exit::Exited(_)) {
            let why = outcome.exit.explain(&self.limits);
            stderr.extend(format!("{name}: {why}\n").into_bytes());
        }
        for (stream, dropped) in [
            ("output", outcome.stdout.dropped),
            ("errors", outcome.stderr.dropped),
        ] {
            if dropped > 0 {
                stderr.extend(
                    format!("{name}: {dropped} bytes of {stream} beyond the limit were dropped\n")
                        .into_bytes(),
                );
            }
        }
        Ok(ExecResult {
            stdout: outcome.stdout.bytes.into(),
            stderr: stderr.into(),
            exit_code: status,
            ..ExecResult::default()
        })
    }
}

#[async_trait]
impl Builtin for Python {
    async fn execute(&self, context: BuiltinContext<'_>) -> bashkit::Result<ExecResult> {
        let mut invocation = match Invocation::from_command_line(context.args) {
            Ok(invocation) => invocation,
            Err(error) => return Ok(complaint("python", error, 2)),
        };
        match (&invocation.program, context.stdin) {
            (Program::Module(module), _) if module == "pip" => {
                return Packages(self.clone()).pip(&invocation.args);
            }
            (Program::Stdin, None) => {
                return Ok(complaint(
                    "python",
                    "there is no terminal here: give a script, -c CODE, -m MODULE, or the program \
                     on standard input",
                    2,
                ));
            }
            _ => {}
        }
        let env = context.env.iter();
        invocation.env = env
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        invocation.cwd = context.cwd.to_string_lossy().into_owned();
        let stdin = context.stdin.map(|stdin| stdin.as_bytes().to_vec());
        invocation.stdin = Stdin::Bytes(stdin.unwrap_or_default());
        self.run(invocation, "python")
    }
}
