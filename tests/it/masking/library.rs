//! Masks over whole libraries.
//!
//! A seeded sample of the host's Python library, or all of the folders that
//! `AUTOEXP_MASK_SOURCES` lists, parted by colons:
//! `AUTOEXP_MASK_SOURCES=/usr/lib/python3 cargo test --release --test it masking::library -- --nocapture`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use autoexp::task::{Kept, Module, Reader};

use super::{Job, check, parser, side_by_side};

/// How much of the libraries is looked at.
struct Extent {
    /// Bytes of source.
    bytes: usize,
    /// Masks of one function.
    single: usize,
}

const SAMPLE: Extent = Extent {
    bytes: 800_000,
    single: 100,
};
const WHOLE: Extent = Extent {
    bytes: usize::MAX,
    single: 4_000,
};

#[derive(Default)]
struct Counts {
    not_utf8: usize,
    not_python: usize,
    by_grammar: usize,
    by_python: usize,
    grammar_is_lax: usize,
}

#[test]
fn every_function_is_found_as_python_finds_it_and_masked_alone_and_with_all_others() {
    let (folders, extent) = match env::var_os("AUTOEXP_MASK_SOURCES") {
        Some(folders) => (env::split_paths(&folders).collect(), WHOLE),
        None => (hosts_library(), SAMPLE),
    };
    let mut counts = Counts::default();
    let mut sources = Vec::new();
    let mut bytes = 0;
    for file in shuffled(&folders) {
        match String::from_utf8(fs::read(&file).unwrap()) {
            _ if bytes > extent.bytes => break,
            Ok(source) => {
                bytes += source.len();
                sources.push((file, source));
            }
            Err(_) => counts.not_utf8 += 1,
        }
    }
    if sources.is_empty() {
        eprintln!("there is no Python library on this machine to mask");
        return;
    }

    let found = side_by_side(&sources, |(file, source)| find(file, source));
    let mut modules = Vec::new();
    for ((_, source), (by_grammar, module)) in sources.iter().zip(found) {
        match (by_grammar, module) {
            (true, Some(module)) => {
                counts.by_grammar += 1;
                modules.push((source, module));
            }
            (false, Some(module)) => {
                counts.by_python += 1;
                modules.push((source, module));
            }
            (true, None) => counts.grammar_is_lax += 1,
            (false, None) => counts.not_python += 1,
        }
    }
    let functions: usize = modules
        .iter()
        .map(|(_, module)| module.functions.len())
        .sum();
    eprintln!(
        "{} files, {bytes} bytes, {} functions: {} files read by the grammar, {} by Python alone, \
         {} by the grammar alone, {} by neither; {} not in UTF-8",
        sources.len(),
        functions,
        counts.by_grammar,
        counts.by_python,
        counts.grammar_is_lax,
        counts.not_python,
        counts.not_utf8,
    );
    assert!(
        counts.by_grammar > 20 * counts.by_python,
        "the grammar gives up often"
    );

    let whole: Vec<Job> = side_by_side(&modules, |(source, module)| {
        let names: Vec<&str> = module.functions.iter().map(|found| &*found.name).collect();
        Job::new(source, &names, Kept::Original)
    });
    let (files, called) = (whole.len(), check(whole));
    eprintln!("{files} files masked whole, {called} masked functions called");
    assert!(called as usize > functions / 2);

    // One of each file, and no more files than that: the same ones every time.
    let with_functions = modules
        .iter()
        .filter(|(_, module)| !module.functions.is_empty());
    let chosen: Vec<_> = with_functions.take(extent.single).collect();
    let single = side_by_side(&chosen, |(source, module)| {
        let kept = [
            Kept::Nothing,
            Kept::Text("What it \"does\":\n\n    \\alpha, é, \"\"\"."),
            Kept::Original,
        ];
        let random = usize::from(blake3::hash(source.as_bytes()).as_bytes()[0]);
        let found = &module.functions[random % module.functions.len()];
        Job::new(source, &[&found.name], kept[random % 3])
    });
    let (masks, called) = (single.len(), check(single));
    eprintln!("{masks} single masks, {called} masked functions called");
    assert!(called as usize * 10 > masks * 9);
}

/// Whether the grammar reads a file, and what Python finds in it; they must agree.
fn find(file: &Path, source: &str) -> (bool, Option<Module>) {
    let grammar = parser().parse_as(Reader::Grammar, source);
    let python = parser().parse_as(Reader::Python, source);
    if let (Ok(grammar), Ok(python)) = (&grammar, &python) {
        let pairs = grammar.functions.iter().zip(&python.functions);
        for (grammar, python) in pairs {
            assert_eq!(grammar, python, "{}", file.display());
        }
        assert_eq!(
            grammar.functions.len(),
            python.functions.len(),
            "{}",
            file.display()
        );
        assert_eq!(grammar.others, python.others, "{}", file.display());
    }
    (grammar.is_ok(), python.ok())
}

fn hosts_library() -> Vec<PathBuf> {
    let program = "import sysconfig; print(sysconfig.get_path('stdlib'))";
    let asked = Command::new("python3").args(["-c", program]).output();
    let path = asked.map(|output| String::from_utf8(output.stdout).unwrap());
    path.into_iter().map(|path| path.trim().into()).collect()
}

/// The Python sources in folders, in an order that is the same each time and no other.
fn shuffled(folders: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut pending = folders.to_vec();
    while let Some(folder) = pending.pop() {
        let Ok(entries) = fs::read_dir(folder) else {
            continue;
        };
        for entry in entries {
            let entry = entry.unwrap();
            let kind = entry.file_type().unwrap();
            match entry.path() {
                path if kind.is_dir() => pending.push(path),
                path if kind.is_file() && path.extension().is_some_and(|end| end == "py") => {
                    files.push(path);
                }
                _ => {}
            }
        }
    }
    files.sort_by_cached_key(|file| *blake3::hash(file.as_os_str().as_encoded_bytes()).as_bytes());
    files
}
