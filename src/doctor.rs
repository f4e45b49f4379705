//! What is wrong with this machine: what the sandbox needs, looked at one by one.

use rustix::process::{Resource, getrlimit};
use serde::Serialize;

use crate::sandbox::runtime::{self, Cache, FetchOptions, Kind, Lock};
use crate::sandbox::{Invocation, Limits, Machine, Program, Sandbox};
use crate::units::{format_size, format_size_short};
use crate::workspace::{Access, Tree, Workspace};

/// What compiling the runtime takes at its peak, in bytes.
const COMPILING: u64 = 3 << 30;
/// What the cache holds once everything is there, in bytes.
const CACHED: u64 = 700 << 20;

/// How something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Ok,
    /// It works, with a drawback.
    Note,
    /// Something won't work.
    Bad,
}

/// One thing looked at.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// What was looked at, in a word or two.
    pub about: &'static str,
    pub verdict: Verdict,
    /// What was found.
    pub found: String,
    /// What to do about it.
    pub advice: Option<String>,
}

fn ok(about: &'static str, found: impl Into<String>) -> Finding {
    Finding {
        about,
        verdict: Verdict::Ok,
        found: found.into(),
        advice: None,
    }
}

impl Finding {
    fn note(self, advice: impl Into<String>) -> Finding {
        self.judged(Verdict::Note, advice.into())
    }

    fn bad(self, advice: impl Into<String>) -> Finding {
        self.judged(Verdict::Bad, advice.into())
    }

    fn judged(self, verdict: Verdict, advice: String) -> Finding {
        Finding {
            verdict,
            advice: Some(advice),
            ..self
        }
    }
}

/// Looks at everything. Fetches and makes nothing: what isn't there is said to be missing.
pub fn examine(cache: &Cache, options: &FetchOptions) -> Vec<Finding> {
    let machine = Machine::here();
    let mut findings = vec![
        processor(&machine),
        address_space(&machine),
        kernel(&machine),
    ];
    let (parts, is_prepared) = prepared(cache);
    findings.push(memory(is_prepared));
    findings.push(disk(cache, is_prepared));
    if !is_prepared {
        findings.push(python(options));
    }
    let is_sound = parts.iter().all(|part| part.verdict == Verdict::Ok);
    findings.extend(parts);
    if is_prepared && is_sound {
        findings.push(run(cache, options));
    }
    findings
}

fn processor(machine: &Machine) -> Finding {
    let found = ok(
        "processor",
        format!("{}, {} cores", std::env::consts::ARCH, machine.cores),
    );
    if machine.host_blas {
        return found;
    }
    found.note(
        "it does not fuse multiplication and addition as x86-64 with AVX2 and FMA and AArch64 do: \
         matrix products take four times as long, and results differ from other machines' in their \
         last digits (records say so)",
    )
}

fn address_space(machine: &Machine) -> Finding {
    let each = machine.address_space;
    let Some(limit) = getrlimit(Resource::As).current else {
        let found = format!("not limited; a run takes {}", format_size_short(each));
        return ok("address space", found);
    };
    let at_once = limit / each;
    let found = ok(
        "address space",
        format!(
            "limited to {}; a run takes {}, so that {at_once} fit",
            format_size_short(limit),
            format_size_short(each)
        ),
    );
    match at_once {
        0 => found.bad("raise the limit: `ulimit -v unlimited`"),
        few if few < machine.cores as u64 => {
            found.note("that is less than one for each core: raise the limit (`ulimit -v`)")
        }
        _ => found,
    }
}

fn kernel(machine: &Machine) -> Finding {
    if machine.lists_written_pages {
        return ok("kernel", "lists written pages: memories are used again");
    }
    ok("kernel", "can't list written pages")
        .note("starting a run takes a millisecond more; Linux 6.7 and later can")
}

fn memory(is_prepared: bool) -> Finding {
    let Some(free) = available_memory() else {
        return ok("memory", "this system doesn't tell what is available");
    };
    let found = ok("memory", format!("{} available", format_size_short(free)));
    let needed = match is_prepared {
        true => Limits::default().memory,
        false => COMPILING,
    };
    if free >= needed {
        return found;
    }
    found.note(match is_prepared {
        true => format!("a run may use {}", format_size(needed)),
        false => format!("compiling the runtime, once, takes {}", format_size(needed)),
    })
}

/// What can be had without swapping, in bytes, as Linux tells.
fn available_memory() -> Option<u64> {
    let told = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = told
        .lines()
        .find(|line| line.starts_with("MemAvailable:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes << 10)
}

fn disk(cache: &Cache, is_prepared: bool) -> Finding {
    let root = cache.root();
    let free = rustix::fs::statvfs(root).map_or(0, |stat| stat.f_bavail * stat.f_frsize);
    let copied = cache.shared().map_or_else(String::new, |shared| {
        format!(", copied from {} when it is used", shared.root().display())
    });
    let found = ok(
        "cache",
        format!(
            "{}, {} free{copied}",
            root.display(),
            format_size_short(free)
        ),
    );
    if is_prepared || free >= CACHED {
        return found;
    }
    found.bad(format!(
        "the runtime and what is made of it take {}: free some space, or set AUTOEXP_CACHE",
        format_size(CACHED)
    ))
}

fn python(options: &FetchOptions) -> Finding {
    match (&options.wheel, runtime::python_with_pip(options)) {
        (Some(wheel), _) if wheel.is_file() => ok("runtime's wheel", wheel.display().to_string()),
        (Some(wheel), _) => ok("runtime's wheel", format!("{} is no file", wheel.display()))
            .bad("mend --runtime-wheel or AUTOEXP_RUNTIME_WHEEL"),
        (None, Ok(python)) => ok("Python with pip", python.display().to_string()),
        (None, Err(error)) => {
            let advice = error
                .hint()
                .unwrap_or_else(|| "install Python with pip".to_owned());
            ok("Python with pip", error.to_string()).bad(advice)
        }
    }
}

/// What the sandbox is made of, each file hashed; whether all of it is there.
fn prepared(cache: &Cache) -> (Vec<Finding>, bool) {
    let failed = |error: String| {
        let finding = ok("cache", error).bad("remove it: `autoexp runtime clean --all`");
        (vec![finding], false)
    };
    let parts = match Sandbox::parts() {
        Ok(parts) => parts,
        Err(error) => return failed(error.to_string()),
    };
    let info = match runtime::verify(cache, Lock::pinned()) {
        Ok(info) => info,
        Err(error) => return failed(error.to_string()),
    };
    let mut all = true;
    let mut findings = Vec::new();
    for (kind, key) in parts {
        let about = match kind {
            Kind::Runtime => "runtime",
            Kind::Native => "native code",
            Kind::Image => "image",
        };
        let mut entries = info.entries.iter();
        let entry = entries.find(|entry| entry.kind == kind && entry.key == key);
        findings.push(match entry.map(|entry| &entry.problem) {
            Some(None) => ok(about, format!("{}: what was written", key.as_str())),
            Some(Some(problem)) => ok(about, format!("{}: {problem}", key.as_str()))
                .bad("remove it: `autoexp runtime clean`; it is made again when it is needed"),
            None => {
                all = false;
                ok(about, format!("{}: not made yet", key.as_str()))
                    .note("it is made when it is needed first, or by `autoexp runtime fetch`")
            }
        });
    }
    (findings, all)
}

/// A program whose output needs most of what there is.
const PROGRAM: &str = "\
import hashlib, random
import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge

x = np.random.default_rng(7).standard_normal((300, 40))
model = Ridge().fit(x, x @ np.arange(40.0))
table = pd.DataFrame(x).groupby(lambda row: row % 3).mean()
values = np.concatenate([model.coef_, table.to_numpy().ravel(), np.linalg.svd(x)[1]])
print(hashlib.sha256(values.tobytes()).hexdigest(), random.random(), hash('autoexp'))
";
/// What it prints on every machine that multiplies matrices as this one does.
const EXPECTED: &str = "ed1f65c064991f707ce5e95f8552e9a96b9fdcb8aa02316334589ba7d61f23fb 0.8919534852848728 1660750249\n";

fn run(cache: &Cache, options: &FetchOptions) -> Finding {
    let about = "a run";
    let told = || -> anyhow::Result<String> {
        let sandbox = Sandbox::prepare(cache, options, &crate::progress::Silent)?;
        let mut workspace = Workspace::new();
        workspace.mount("/workspace", &Tree::default(), Access::ReadWrite)?;
        let program = Program::Command(PROGRAM.to_owned());
        let outcome = sandbox.run(&mut workspace, Invocation::new(program), &Limits::default())?;
        anyhow::ensure!(outcome.exit.success(), "{:?}", outcome.stderr);
        Ok(outcome.stdout.text().into_owned())
    };
    match told() {
        Ok(told) if told == EXPECTED => ok(about, "gives what it gives on other machines"),
        Ok(_) if !Machine::here().host_blas => ok(about, "works"),
        Ok(told) => ok(about, format!("printed {told:?}, not {EXPECTED:?}"))
            .bad("report it, with `autoexp doctor --json`"),
        Err(error) => ok(about, format!("{error:#}")).bad(
            "see the findings above; if all is well there, report it, with `autoexp doctor --json`",
        ),
    }
}

/// Whether nothing is bad.
pub fn is_well(findings: &[Finding]) -> bool {
    findings
        .iter()
        .all(|finding| finding.verdict != Verdict::Bad)
}
