//! Finding, masking and checking functions, beside Python's own parser on the same files.
//!
//! `cargo bench --bench mask -- FOLDER… [--native PYTHON]`: all Python sources below the folders
//! that all three parsers take. One thread; the least of three runs, in turns. Processor time, so
//! that what else the machine does weighs less; Linux only.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::Context;
use autoexp::progress;
use autoexp::sandbox::runtime::{Cache, FetchOptions};
use autoexp::sandbox::{Invocation, Limits, Program, Sandbox};
use autoexp::task::{Kept, Mask, Parser, mask};
use autoexp::workspace::{Access, Tree, Workspace};

const RUNS: usize = 3;

/// The processor time that this process has used.
fn used() -> anyhow::Result<Duration> {
    // User and system time are the 14th and 15th field of it, in hundredths of a second; the second
    // is the program's name in brackets.
    let stat = fs::read_to_string("/proc/self/stat")?;
    let (_, fields) = stat.rsplit_once(") ").context("a name in brackets")?;
    let times = fields.split(' ').skip(11).take(2).map(str::parse::<u64>);
    Ok(Duration::from_millis(times.sum::<Result<u64, _>>()? * 10))
}

/// Parses the files of a list, one path a line; prints the seconds that it took, and in `refused`
/// which it didn't take.
const PARSE: &str = "
import ast, sys, time, warnings
warnings.simplefilter('ignore')
sources = [open(path, 'rb').read() for path in open('list.txt').read().splitlines()]
spent, refused = 0, []
for index, source in enumerate(sources):
    start = time.process_time()
    try:
        ast.parse(source)
    except SyntaxError:
        refused.append(index)
    spent += time.process_time() - start
print(spent)
print(*refused)
";

fn main() -> anyhow::Result<()> {
    let mut folders = Vec::new();
    let mut native = "python3".to_owned();
    let mut args = std::env::args().skip(1).filter(|arg| arg != "--bench");
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--native" => native = args.next().context("--native needs a Python")?,
            folder => folders.push(PathBuf::from(folder)),
        }
    }
    let cache = Cache::locate().and_then(Cache::open)?;
    let sandbox = Sandbox::prepare(
        &cache,
        &FetchOptions::from_env(),
        progress::stderr().as_ref(),
    )?;
    let mut sources = sources(folders)?;
    let parser = Parser::default();
    sources.retain(|source| parser.parse(source).is_ok());
    let mut refused = parse_natively(&native, &sources)?.1;
    refused.extend(parse_in_sandbox(&sandbox, &sources)?.1);
    let mut index = 0..;
    sources.retain(|_| !index.next().is_some_and(|index| refused.contains(&index)));

    let mut least = [Duration::MAX; 5];
    let (mut functions, bytes) = (0, sources.iter().map(String::len).sum::<usize>());
    for _ in 0..RUNS {
        let start = used()?;
        let modules: Vec<_> = sources
            .iter()
            .map(|source| parser.parse(source))
            .collect::<Result<_, _>>()?;
        let find = used()? - start;
        functions = modules.iter().map(|module| module.functions.len()).sum();
        let start = used()?;
        for (source, module) in sources.iter().zip(&modules) {
            let masks = module.functions.iter().map(|found| Mask {
                name: &found.name,
                docstring: Kept::Original,
            });
            mask(&parser, source, &masks.collect::<Vec<_>>())?;
        }
        let whole = used()? - start;
        let start = used()?;
        for (source, module) in sources.iter().zip(&modules) {
            if let Some(found) = module.functions.first() {
                let name = &found.name;
                let docstring = Kept::Original;
                mask(&parser, source, &[Mask { name, docstring }])?;
            }
        }
        let one = used()? - start;
        let native = parse_natively(&native, &sources)?.0;
        let sandboxed = parse_in_sandbox(&sandbox, &sources)?.0;
        for (least, time) in least.iter_mut().zip([find, whole, one, native, sandboxed]) {
            *least = time.min(*least);
        }
    }
    println!(
        "{} files, {:.1} MB, {functions} functions\n",
        sources.len(),
        bytes as f64 / 1e6
    );
    println!(
        "| what | s | MB/s | functions/s | native `ast.parse` / this |\n|---|---|---|---|---|"
    );
    let names = [
        "find all functions",
        "find, mask all, check",
        "find, mask one a file, check",
        "native `ast.parse`",
        "`ast.parse` in the sandbox",
    ];
    for (name, time) in names.into_iter().zip(least) {
        let seconds = time.as_secs_f64();
        println!(
            "| {name} | {seconds:.2} | {:.1} | {:.0} | {:.2} |",
            bytes as f64 / 1e6 / seconds,
            functions as f64 / seconds,
            least[3].as_secs_f64() / seconds
        );
    }
    Ok(())
}

fn sources(mut folders: Vec<PathBuf>) -> anyhow::Result<Vec<String>> {
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let entry = entry?;
            let (path, kind) = (entry.path(), entry.file_type()?);
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() && path.extension().is_some_and(|end| end == "py") {
                files.push(path);
            }
        }
    }
    files.sort();
    let texts = files.iter().map(fs::read);
    Ok(texts
        .filter_map(|bytes| String::from_utf8(bytes.ok()?).ok())
        .collect())
}

/// The sources as files, and their list.
fn files(sources: &[String]) -> impl Iterator<Item = (String, Vec<u8>)> {
    let name = |index: usize| format!("{index}.py");
    let list: String = (0..sources.len()).map(|index| name(index) + "\n").collect();
    let sources = sources.iter().enumerate();
    let sources = sources.map(move |(index, source)| (name(index), source.clone().into_bytes()));
    sources.chain([("list.txt".to_owned(), list.into_bytes())])
}

fn parse_natively(python: &str, sources: &[String]) -> anyhow::Result<(Duration, Vec<usize>)> {
    let folder = tempfile::tempdir()?;
    for (name, bytes) in files(sources) {
        fs::write(folder.path().join(name), bytes)?;
    }
    let mut command = Command::new(python);
    let output = command
        .args(["-c", PARSE])
        .current_dir(&folder)
        .output()
        .with_context(|| format!("run {python}"))?;
    anyhow::ensure!(output.status.success(), "{python} failed: {output:?}");
    told(&String::from_utf8(output.stdout)?)
}

/// The time is that of the whole run, less one that parses nothing: the sandbox's own clock is
/// virtual.
fn parse_in_sandbox(
    sandbox: &Sandbox,
    sources: &[String],
) -> anyhow::Result<(Duration, Vec<usize>)> {
    let run = |program: &str| -> anyhow::Result<_> {
        let tree: Tree = files(sources).collect();
        let mut workspace = Workspace::new();
        workspace.mount("/workspace", &tree, Access::ReadOnly)?;
        let limits = Limits {
            fuel: u64::MAX,
            wall: Duration::from_secs(3600),
            ..Limits::default()
        };
        let invocation = Invocation::new(Program::Command(program.to_owned()));
        let start = used()?;
        let outcome = sandbox.run(&mut workspace, invocation, &limits)?;
        anyhow::ensure!(outcome.exit.success(), "{:?}", outcome.stderr);
        Ok((used()? - start, outcome.stdout.text().into_owned()))
    };
    let (idle, _) = run(&PARSE.replace("ast.parse(source)", "pass"))?;
    let (time, stdout) = run(PARSE)?;
    Ok((time.saturating_sub(idle), told(&stdout)?.1))
}

fn told(stdout: &str) -> anyhow::Result<(Duration, Vec<usize>)> {
    let (seconds, refused) = stdout.split_once('\n').context("two lines")?;
    let refused = refused.split_whitespace().map(str::parse);
    Ok((
        Duration::from_secs_f64(seconds.parse()?),
        refused.collect::<Result<_, _>>()?,
    ))
}
