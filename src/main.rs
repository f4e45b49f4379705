//! Parse, dispatch, exit.

use std::process::ExitCode;

use autoexp::cli;

fn main() -> ExitCode {
    cli::main()
}
