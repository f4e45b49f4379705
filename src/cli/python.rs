//! `autoexp python`: the sandbox as a `python` for people.

use std::io::{self, IsTerminal};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, bail};
use cap_std::ambient_authority;
use cap_std::fs::Dir;

use super::common::{Common, INTERRUPTED, cancel_on_interrupt};
use super::error::inert;
use crate::packages::{self, Pinned};
use crate::sandbox::{Exit, Invocation, Limits, Outcome, Output, Program, Runner, Stdin};
use crate::units;
use crate::workspace::{self, Access, Change, ChangeKind, Imported, Workspace};

/// Run Python in the sandbox: CPython with numpy, scipy, pandas and scikit-learn, without network,
/// host files or host environment
///
/// The current directory is there as /workspace. Its files are read when the program reads them;
/// what the program changes stays in memory and is listed at the end, unless the directory is
/// mounted with :rw.
#[derive(Debug, clap::Args)]
#[command(after_help = NOTES, disable_version_flag = true)]
pub(super) struct Args {
    /// Units of fuel the program may use, about one a nanosecond: 10G, 500M
    #[arg(long, value_name = "FUEL", value_parser = units::parse_fuel)]
    fuel: Option<u64>,
    /// Memory it may have, at most 4GiB
    #[arg(long, value_name = "SIZE", default_value = "2GiB", value_parser = units::parse_size)]
    memory: u64,
    /// Wall-clock time it may take: 10s, 2m; waiting for a reader of its output is not cut short
    #[arg(long, value_name = "TIME", value_parser = units::parse_duration)]
    time: Option<Duration>,
    /// Bytes of output kept of each stream; the rest is counted and dropped
    #[arg(long, value_name = "SIZE", value_parser = units::parse_size)]
    output: Option<u64>,
    /// Another folder to show, as GUEST (default /workspace for the current directory, else
    /// /NAME); :ro can't be changed, :rw is written back at the end. May be given more than once
    #[arg(long = "mount", value_name = "HOST[:GUEST][:ro|rw]")]
    mounts: Vec<MountArg>,
    /// A package of pure Python beside the runtime's, whose wheel is fetched by pip: autograd==1.9.1.
    /// May be given more than once; what it needs itself is to be named too
    #[arg(long = "package", value_name = "NAME==VERSION")]
    packages: Vec<Pinned>,
    /// The working directory, as the program sees it
    #[arg(long, value_name = "DIR", default_value = HOME)]
    cwd: String,
    /// An environment variable; with no value, the one it has here. May be given more than once
    #[arg(long = "env", value_name = "NAME[=VALUE]")]
    env: Vec<String>,
    /// What unseeded randomness follows from
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,
    /// Say on standard error what the run used
    #[arg(long)]
    stats: bool,
    /// A script, -c CODE, -m MODULE or -, and its arguments; on a terminal, nothing starts a
    /// session
    #[arg(
        value_name = "ARGS",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    args: Vec<String>,
}

const NOTES: &str = "\
Exit codes: the program's own (which may be any of these too), or, where it met a limit,
  121 out of fuel     122 out of memory   123 out of time
  124 out of disk     125 stack overflow  126 trapped
  130 interrupted

Ctrl-C ends the program wherever it is; what it printed is there, and nothing is written back. A
second one doesn't wait for the reader of its output either.

Examples:
  autoexp python script.py --its-own option
  autoexp python --fuel 10G --memory 512MiB --stats -c 'print(sum(range(10**6)))'
  autoexp python --mount .:rw -m mypackage.train
  autoexp python --package autograd==1.9.1 train.py
  echo 'print(input())' | autoexp python --mount ~/data:/data:ro -c 'import os; print(os.listdir(\"/data\"))'";

/// Where the current directory is mounted.
pub(super) const HOME: &str = "/workspace";
/// Fuel where none is said: some minutes.
const FUEL: u64 = 300_000_000_000;
/// Changed paths named before the rest is only counted.
const NAMED: usize = 20;

/// What becomes of changes under a mount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Changes {
    Refused,
    InMemory,
    WrittenBack,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MountArg {
    pub host: PathBuf,
    pub guest: Option<String>,
    pub changes: Changes,
}

impl FromStr for MountArg {
    type Err = String;

    fn from_str(text: &str) -> Result<MountArg, String> {
        let (rest, changes) = match text.rsplit_once(':') {
            Some((rest, "ro")) => (rest, Changes::Refused),
            Some((rest, "rw")) => (rest, Changes::WrittenBack),
            _ => (text, Changes::InMemory),
        };
        let (host, guest) = match rest.split_once(':') {
            Some((host, guest)) => (host, Some(guest)),
            None => (rest, None),
        };
        if host.is_empty()
            || guest.is_some_and(|guest| !guest.starts_with('/') || guest.contains(':'))
        {
            return Err("write HOST, HOST:/GUEST, HOST:ro or HOST:/GUEST:rw".to_owned());
        }
        Ok(MountArg {
            host: host.into(),
            guest: guest.map(str::to_owned),
            changes,
        })
    }
}

/// A mounted host folder.
pub(super) struct Mounted {
    guest: String,
    folder: Dir,
    pub imported: Imported,
    changes: Changes,
}

pub(super) fn run(args: Args, common: &Common) -> anyhow::Result<u8> {
    let here = std::env::current_dir().context("find the current directory")?;
    let invocation = invocation(&args, &here)?;
    let interactive = invocation.program == Program::Interactive;
    let mut workspace = Workspace::new();
    let mounts = mount(&args.mounts, &here, &mut workspace)?;
    let limits = Limits {
        fuel: args
            .fuel
            .unwrap_or(if interactive { u64::MAX / 2 } else { FUEL }),
        memory: args.memory,
        wall: args.time.unwrap_or(Duration::MAX),
        output: args.output.unwrap_or(u64::MAX),
        ..Limits::default()
    };
    let sandbox = common.sandbox(common.progress().as_ref())?;
    cancel_on_interrupt(&invocation.cancel)?;
    let wheels = packages::pinned(&args.packages, &common.cache()?, &common.fetch_options());
    let packages = common.packages()?.tree(&wheels?)?;
    let outcome = Runner::new(sandbox, None)
        .with_packages(packages)
        .run(&mut workspace, invocation, &limits)
        .context("run the program")?;

    explain(&outcome, &limits);
    for mounted in &mounts {
        settle(mounted, &mut workspace, outcome.exit)?;
    }
    if args.stats {
        eprintln!(
            "autoexp: fuel {}, peak memory {}, written {}, time {:.3} s, digest {}",
            units::format_fuel_short(outcome.fuel_used),
            units::format_size_short(outcome.peak_memory),
            units::format_size_short(outcome.written),
            outcome.elapsed.as_secs_f64(),
            outcome.digest()
        );
    }
    Ok(code(outcome.exit))
}

/// The exit code for how a run ended.
pub(super) fn code(exit: Exit) -> u8 {
    match exit {
        Exit::Exited(status) => status,
        Exit::OutOfFuel => 121,
        Exit::OutOfMemory(_) => 122,
        Exit::OutOfTime => 123,
        Exit::Cancelled => INTERRUPTED,
        Exit::OutOfDisk(_) => 124,
        Exit::StackOverflow => 125,
        Exit::Trapped(_) => 126,
    }
}

fn invocation(args: &Args, here: &Path) -> anyhow::Result<Invocation> {
    let mut invocation =
        Invocation::from_command_line(&args.args).context("read python's command line")?;
    if args.args.is_empty() && io::stdin().is_terminal() {
        invocation.program = Program::Interactive;
    }
    if let Program::Script(path) = &mut invocation.program {
        // A script is named as the host knows it; the guest knows it below /workspace.
        let host = here.join(&*path);
        if Path::new(&*path).is_absolute() && host.exists() && args.cwd == HOME {
            match host.strip_prefix(here) {
                Ok(inside) => *path = format!("{HOME}/{}", inside.display()),
                Err(_) if args.mounts.is_empty() => bail!(
                    "run {path}: the sandbox sees the current directory only; start from the script's folder, or \
                     mount it with --mount"
                ),
                Err(_) => {}
            }
        }
    }
    for variable in &args.env {
        let (name, value) = match variable.split_once('=') {
            Some((name, value)) => (name, value.to_owned()),
            None => match std::env::var(variable) {
                Ok(value) => (variable.as_str(), value),
                Err(error) => bail!("pass on the environment variable {variable}: {error}"),
            },
        };
        if name.is_empty() || variable.contains('\0') {
            bail!("pass on the environment variable {variable:?}: write NAME or NAME=VALUE");
        }
        invocation.env.retain(|(known, _)| known != name);
        invocation.env.push((name.to_owned(), value));
    }
    invocation.cwd = args.cwd.clone();
    invocation.seed = args.seed;
    let stdin = io::stdin().as_fd().try_clone_to_owned();
    let stdin = stdin.context("share standard input with the program")?;
    invocation.stdin = match invocation.program {
        Program::Interactive => Stdin::Terminal(stdin),
        _ => Stdin::Stream(stdin),
    };
    invocation.stdout = Output::Stream(Box::new(io::stdout()));
    invocation.stderr = Output::Stream(Box::new(io::stderr()));
    Ok(invocation)
}

pub(super) fn mount(
    asked: &[MountArg],
    here: &Path,
    workspace: &mut Workspace,
) -> anyhow::Result<Vec<Mounted>> {
    let mut places = Vec::new();
    for mount in asked {
        let host = std::fs::canonicalize(&mount.host)
            .with_context(|| format!("mount {}", mount.host.display()))?;
        let guest = match (&mount.guest, host.file_name()) {
            (Some(guest), _) => guest.clone(),
            (None, _) if host == here => HOME.to_owned(),
            (None, Some(name)) => format!("/{}", name.to_string_lossy()),
            (None, None) => bail!(
                "mount {}: say where, as {}:/GUEST",
                host.display(),
                host.display()
            ),
        };
        places.push((host, guest, mount.changes));
    }
    if !places
        .iter()
        .any(|(_, guest, _)| guest.trim_end_matches('/') == HOME)
    {
        places.push((here.to_owned(), HOME.to_owned(), Changes::InMemory));
    }
    let mut mounts = Vec::new();
    for (host, guest, changes) in places {
        let imported = workspace::import(&host)?;
        let access = match changes {
            Changes::Refused => Access::ReadOnly,
            _ => Access::ReadWrite,
        };
        workspace.mount(&guest, &imported.tree, access)?;
        let folder = Dir::open_ambient_dir(&host, ambient_authority())
            .with_context(|| format!("open the folder {}", host.display()))?;
        mounts.push(Mounted {
            guest,
            folder,
            imported,
            changes,
        });
    }
    Ok(mounts)
}

/// Says what limit the run met, if it met one.
fn explain(outcome: &Outcome, limits: &Limits) {
    if !matches!(outcome.exit, Exit::Exited(_)) {
        eprintln!("autoexp: the program {}", outcome.exit.explain(limits));
    }
    let dropped = outcome.stdout.dropped + outcome.stderr.dropped;
    if dropped > 0 {
        eprintln!(
            "autoexp: dropped {} of output beyond the limit",
            units::format_size(dropped)
        );
    }
}

/// Writes a mount's changes back, or names them. What an interrupted run changed is half-way to
/// somewhere, so it isn't written.
pub(super) fn settle(
    mounted: &Mounted,
    workspace: &mut Workspace,
    exit: Exit,
) -> anyhow::Result<()> {
    for (path, why) in mounted.imported.refused() {
        eprintln!(
            "autoexp: left out {}/{}: {why}",
            mounted.guest,
            inert(&path.display().to_string())
        );
    }
    let after = workspace
        .tree(&mounted.guest)
        .with_context(|| format!("collect the changes under {}", mounted.guest))?;
    let changes = workspace::diff(&mounted.imported.tree, &after).context("compare the changes")?;
    if changes.is_empty() {
        return Ok(());
    }
    let count = match changes.len() {
        1 => "1 change".to_owned(),
        count => format!("{count} changes"),
    };
    let writes_back = mounted.changes == Changes::WrittenBack;
    if writes_back && exit != Exit::Cancelled {
        workspace::export(&changes, &mounted.folder).context("write the changes back")?;
        eprintln!("autoexp: wrote {count} back under {}", mounted.guest);
        return Ok(());
    }
    let why = match writes_back {
        true => "were not written back, since the run was cancelled",
        false => "stayed in memory (mount with :rw to write them back)",
    };
    eprintln!("autoexp: {count} under {} {why}", mounted.guest);
    for change in changes.iter().take(NAMED) {
        eprintln!("  {}", line(change));
    }
    if changes.len() > NAMED {
        eprintln!("  and {} more", changes.len() - NAMED);
    }
    Ok(())
}

fn line(change: &Change) -> String {
    let sign = match change.kind() {
        ChangeKind::Added => '+',
        ChangeKind::Modified => '~',
        ChangeKind::Removed => '-',
    };
    let slash = if change.is_dir() { "/" } else { "" };
    format!("{sign} {}{slash}", inert(&change.path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mounts_are_read_as_written() {
        let mount = |host: &str, guest: Option<&str>, changes| {
            Ok(MountArg {
                host: host.into(),
                guest: guest.map(str::to_owned),
                changes,
            })
        };
        assert_eq!("a".parse(), mount("a", None, Changes::InMemory));
        assert_eq!("a:ro".parse(), mount("a", None, Changes::Refused));
        assert_eq!(
            "/a/b:/c".parse(),
            mount("/a/b", Some("/c"), Changes::InMemory)
        );
        assert_eq!(
            ".:/c:rw".parse(),
            mount(".", Some("/c"), Changes::WrittenBack)
        );
        for wrong in ["", ":/a", "a:b", "a:/b:x", "a:/b:/c"] {
            assert!(wrong.parse::<MountArg>().is_err(), "{wrong}");
        }
    }
}
