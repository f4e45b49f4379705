//! The command line: one file a command, arguments in, calls to the rooms below, text out.

mod cluster;
mod common;
mod compare;
mod config;
mod doctor;
mod error;
mod eval;
mod fork;
mod judge;
mod mcp;
mod merge;
mod models;
mod prompt;
mod python;
mod replay;
mod report;
mod run;
mod runtime;
mod score;
mod serve;
mod settings;
mod shell;
mod task;
mod watched;
mod workspace;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

/// Can an AI agent rebuild the missing parts of a paper's code and get the paper's number back?
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: common::Common,
}

const EXIT_CODES: &str = "\
Exit codes: 0 done; 1 done, but something that must hold did not (a paper's own code fails its
task, a cached file is not what was written); 2 usage or environment; 130 interrupted. `python` and `shell` give the script's own, and those their help
names where a limit was met.";

#[derive(Debug, Subcommand)]
enum Command {
    Eval(Box<eval::Args>),
    Merge(merge::Args),
    Run(Box<run::Args>),
    Replay(replay::Args),
    Fork(Box<fork::Args>),
    Report(report::Args),
    Compare(compare::Args),
    Judge(judge::Args),
    Python(python::Args),
    Shell(shell::Args),
    Task(task::Args),
    Prompt(prompt::Args),
    Workspace(workspace::Args),
    Score(score::Args),
    Serve(serve::Args),
    Mcp(mcp::Args),
    Runtime(runtime::Args),
    Doctor(doctor::Args),
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = match config::expand(&Cli::command(), std::env::args_os().collect()) {
        Ok(args) => Cli::parse_from(args),
        Err(error) => return error::show(&error),
    };
    let done = match cli.command {
        Command::Eval(args) => eval::run(*args, &cli.common),
        Command::Merge(args) => merge::run(args),
        Command::Run(args) => run::run(*args, &cli.common),
        Command::Replay(args) => replay::run(args, &cli.common),
        Command::Fork(args) => fork::run(*args, &cli.common),
        Command::Report(args) => report::run(args, &cli.common),
        Command::Compare(args) => compare::run(args, &cli.common),
        Command::Judge(args) => judge::run(args, &cli.common),
        Command::Python(args) => python::run(args, &cli.common),
        Command::Shell(args) => shell::run(args, &cli.common),
        Command::Task(args) => task::run(args, &cli.common),
        Command::Prompt(args) => prompt::run(args, &cli.common),
        Command::Workspace(args) => workspace::run(args, &cli.common),
        Command::Score(args) => score::run(args, &cli.common),
        Command::Serve(args) => serve::run(args, &cli.common),
        Command::Mcp(args) => mcp::run(args, &cli.common),
        Command::Runtime(args) => runtime::run(args, &cli.common),
        Command::Doctor(args) => doctor::run(args, &cli.common),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(error) => error::show(&error),
    }
}
