//! A script in a thread of its own, from its first command to its last.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bashkit::{Bash, ExecOptions, ExecResult, ShellState, StreamData};

use super::allocation;
use super::meter;
use super::session::{ELEMENTS, HELD_ON_HOST, SECOND};

/// What differs each time is no part of what a script comes to: `time` measures the machine's time,
/// and `$SRANDOM` is the machine's entropy.
const FIRST: &str = "TIMEFORMAT='time: not measured here, since it would differ each time'; \
     declare -n SRANDOM=RANDOM; export PATH";

/// What was printed so far, for a script that doesn't come to its end.
#[derive(Default)]
pub(super) struct Said {
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

/// All that a script's own thread needs.
pub(super) struct Job {
    pub bash: Bash,
    /// When it starts, in virtual time.
    pub started: u64,
    pub text: String,
    pub stdin: Vec<u8>,
    pub said: Arc<Mutex<Said>>,
    pub state: Option<ShellState>,
    /// Virtual time that it may sleep.
    pub clock: Duration,
}

/// How a script came to its end.
pub(super) struct Ended {
    pub result: bashkit::Result<ExecResult>,
    pub out_of_memory: bool,
    pub out_of_time: bool,
    pub state: ShellState,
    /// An array that didn't have room for all that was put into it.
    pub full: Option<String>,
    /// The script as it was run.
    pub text: String,
}

impl Job {
    /// Nothing where the interpreter broke.
    pub fn run(self) -> Option<Ended> {
        catch_unwind(AssertUnwindSafe(|| self.run_or_panic())).ok()
    }

    fn run_or_panic(self) -> Ended {
        let Job {
            mut bash,
            started,
            text,
            stdin,
            said,
            state,
            clock,
        } = self;
        let text = format!("{}{text}", meter::PREFIX);
        let collect = move |stdout: &StreamData, stderr: &StreamData| {
            let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
            said.stdout.extend_from_slice(stdout.as_bytes());
            said.stderr.extend_from_slice(stderr.as_bytes());
        };
        let mut options = ExecOptions::new().streaming(Box::new(collect));
        if !stdin.is_empty() {
            options = options.stdin(stdin);
        }
        let stop = bash.cancellation_token();
        // Sleeping passes virtual time.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build();
        let (result, out_of_memory) = match runtime {
            Ok(runtime) => {
                match &state {
                    Some(state) => bash.restore_shell_state(state),
                    None => _ = runtime.block_on(bash.exec(FIRST)),
                }
                let now = started / SECOND;
                let clock_and_chance = format!(
                    "RANDOM={}; EPOCHSECONDS={now}; EPOCHREALTIME={now}.000000",
                    now % u64::from(u32::MAX)
                );
                _ = runtime.block_on(bash.exec(&clock_and_chance));
                allocation::bounded(HELD_ON_HOST, &stop, || {
                    let script = bash.exec_with_options(&text, options);
                    runtime.block_on(async { tokio::time::timeout(clock, script).await })
                })
            }
            Err(error) => (Ok(Err(error.into())), false),
        };
        let out_of_time = result.is_err();
        let mut state = bash.shell_state();
        Ended {
            result: result.unwrap_or(Err(bashkit::Error::Cancelled)),
            out_of_memory,
            out_of_time,
            full: take_full(&mut state),
            state,
            text,
        }
    }
}

/// Takes the largest array away where there are more elements than arrays may have: the interpreter
/// left out what went beyond, and said nothing.
fn take_full(state: &mut ShellState) -> Option<String> {
    let is_own = |name: &str| {
        name.starts_with("BASH_") || ["PIPESTATUS", "FUNCNAME", "DIRSTACK"].contains(&name)
    };
    let indexed = state.arrays.iter().filter(|(name, _)| !is_own(name));
    let indexed = indexed.map(|(name, it)| (it.len(), name));
    let keyed = state.assoc_arrays.iter().map(|(name, it)| (it.len(), name));
    let all: Vec<(usize, &String)> = indexed.chain(keyed).collect();
    let count: usize = all.iter().map(|(len, _)| len).sum();
    let (_, largest) = all.into_iter().max()?;
    let largest = (count > ELEMENTS).then(|| largest.clone())?;
    state.arrays.remove(&largest);
    state.assoc_arrays.remove(&largest);
    Some(largest)
}
