//! From somebody's repository and paper to a checked draft.

use std::fs::File;
use std::io::Write;

use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::{Dir, Ran, TestCommand};

const MODEL: &str = r#""""Tides with noise."""

import numpy as np


def walk(rng, days, pull):
    """Levels of a gauge that is pulled back to its mean."""
    level = np.zeros(days)
    for day in range(1, days):
        shock = rng.normal()
        level[day] = (1.0 - pull) * level[day - 1] + shock
    return level


def smooth(level, span):
    # A trailing mean.
    total = np.cumsum(np.concatenate([[0.0], level]))
    ends = np.arange(1, len(level) + 1)
    starts = np.maximum(ends - span, 0)
    return (total[ends] - total[starts]) / (ends - starts)


def roughness(level):
    """The mean squared step."""
    steps = np.diff(level)
    scaled = steps / np.std(level)
    return float(np.mean(scaled**2))


def load_config(path):
    import tomllib
    with open(path, "rb") as file:
        config = tomllib.load(file)
    return config
"#;

const RUN: &str = r#"import json
import sys
import numpy as np
from tides.model import load_config, roughness, smooth, walk

try:
    import torch
except ImportError:
    torch = None


def main():
    config = load_config(sys.argv[1])
    level = walk(np.random.default_rng(config["seed"]), config["days"], config["pull"])
    calm = smooth(level, config["span"])
    print("days", len(level))
    print(json.dumps({"peak": float(np.max(calm[100:140])), "rough": roughness(calm), "seed": config["seed"]}))


if __name__ == "__main__":
    main()
"#;

/// Code of the years before.
const OLD: &str = r#"import numpy as np
import pandas as pd
from collections import Mapping


def table(rows):
    frame = pd.DataFrame()
    frame = frame.append(rows, ignore_index=True)
    return frame.astype(np.float)
"#;

const PAPER: &str = "# Tides that are pulled back\n\nA walk of levels is smoothed by a trailing mean; we \
                     report the peak and the roughness of what is left.\n";

/// Lays a repository and its paper.
fn lay(dir: &Dir) {
    for (name, text) in [
        ("repo/src/tides/__init__.py", ""),
        ("repo/src/tides/model.py", MODEL),
        ("repo/src/tides/old.py", OLD),
        (
            "repo/pyproject.toml",
            "[project]\nname = \"tides\"\nversion = \"1\"\ndependencies = [\"numpy>=1.20\", \"scipy<1\", \"sphinx\"]\n",
        ),
        ("repo/scripts/run.py", RUN),
        ("repo/scripts/print_two.py", "print 'two'\n"),
        (
            "repo/config.toml",
            "seed = 7\ndays = 400\npull = 0.05\nspan = 5\n",
        ),
        ("repo/LICENSE", "MIT License\n\nCopyright\n"),
        ("repo/.git/HEAD", "ref: refs/heads/main\n"),
        ("repo/src/tides/__pycache__/model.cpython-311.pyc", "\0"),
        ("repo/tests/test_model.py", "import pytest\n"),
        ("paper.md", PAPER),
    ] {
        dir.write(name, text);
    }
}

fn new(dir: &Dir, more: &[&str]) -> TestCommand {
    let args = [
        "task", "new", "--repo", "repo", "--paper", "paper.md", "--json", "--id", "tides",
    ];
    dir.autoexp(args.iter().chain(more))
}

fn told(ran: &Ran) -> Value {
    serde_json::from_slice(&ran.stdout).unwrap_or_else(|_| panic!("{ran}"))
}

const COMMAND: [&str; 2] = ["--command", "python scripts/run.py config.toml"];

#[test]
fn a_repository_becomes_a_sound_paper() {
    let dir = Dir::new();
    lay(&dir);
    let ran = new(&dir, &[&COMMAND[..], &["--field", "oceans"]].concat()).run();
    let drafted = told(&ran);
    assert_eq!(drafted["soundness"]["sound"], true, "{drafted:#}");
    ran.code(0);

    // What was run is the script as a module, with the package moved out of src/.
    let command = &drafted["commands"][0];
    assert_eq!(command["command"], "python -m scripts.run config.toml");
    assert!(
        command["left"]
            .to_string()
            .contains("`seed` tells of no result"),
        "{command:#}"
    );
    let names: Vec<&Value> = drafted["functions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["name"])
        .collect();
    for name in ["walk", "smooth", "roughness"] {
        assert!(names.contains(&&Value::from(name)), "{drafted:#}");
    }
    assert_eq!(
        names.len(),
        3,
        "reading a configuration is no method: {names:?}"
    );
    assert_eq!(drafted["alternative"], "config.toml");

    // What the old code uses is named by its place, with the mend.
    let removed = drafted["preflight"]["removed"].to_string();
    for (what, mend) in [
        ("`numpy.float` is not in numpy", "write `float`"),
        (
            "`collections.Mapping` is not in Python",
            "write `collections.abc.Mapping`",
        ),
        (
            "`.append` is no longer pandas.DataFrame's",
            "write `pandas.concat([a, b], …)`",
        ),
    ] {
        assert!(
            removed.contains(what) && removed.contains(mend),
            "{removed}"
        );
    }
    let trouble = &drafted["preflight"]["trouble"][0];
    assert_eq!(trouble["place"], "tides/old.py:3", "{trouble:#}");
    assert_eq!(
        drafted["preflight"]["unreadable"][0][0],
        "scripts/print_two.py"
    );

    // What it says it needs.
    let needs: Vec<String> = drafted["needs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|need| {
            format!(
                "{} {}",
                need["text"].as_str().unwrap(),
                need["by"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        needs,
        [
            "numpy>=1.20 runtime",
            "scipy<1 other_version",
            "sphinx not_imported"
        ]
    );
    let torch = &drafted["unmet"][0];
    assert_eq!(
        (&torch["module"], &torch["optional"]),
        (&"torch".into(), &true.into()),
        "{torch:#}"
    );

    // It is a paper like the others.
    assert!(!dir.path("drafts/tides/code/.git").exists());
    assert!(!dir.path("drafts/tides/code/tides/__pycache__").exists());
    dir.autoexp(["task", "check", "tides", "--tasks", "drafts"])
        .run()
        .code(0);
    let eval = [
        "eval", "--tasks", "drafts", "--model", "oracle", "--model", "nop", "--n", "1", "--json",
    ];
    let report = told(&dir.autoexp(eval).run());
    let rows = report["rows"].as_array().unwrap();
    assert!(!rows.is_empty());
    for row in rows {
        assert_eq!(row["trial_verified"], row["model"] == "oracle", "{row:#}");
    }

    // Once more into the same place is refused.
    new(&dir, &COMMAND)
        .run()
        .code(2)
        .complains("it is there already");
}

#[test]
fn results_in_the_paper_are_tagged_and_numbers_can_be_named() {
    let dir = Dir::new();
    lay(&dir);
    let metric = "--metric=peak=$.peak";
    let first = told(&new(&dir, &[&COMMAND[..], &[metric]].concat()).run());
    let shown = first["commands"][0]["metrics"][0]
        .as_str()
        .unwrap()
        .to_owned();
    let peak: f64 = shown.strip_prefix("peak = ").unwrap().parse().unwrap();
    std::fs::remove_dir_all(dir.path("drafts")).unwrap();

    dir.write(
        "paper.md",
        format!("{PAPER}\nThe peak is {peak:.3} at most; <result> is a word.\n"),
    );
    let drafted = told(&new(&dir, &[&COMMAND[..], &[metric]].concat()).run());
    assert_eq!(drafted["soundness"]["sound"], true, "{drafted:#}");
    assert_eq!(drafted["tagged"].as_array().unwrap().len(), 1);
    let text = dir.read("drafts/tides/paper.md");
    assert!(
        text.contains(&format!(
            "The peak is <result of=\"run.peak\">{peak:.3}</result>"
        )),
        "{text}"
    );
    let spec = dir.read("drafts/tides/task.toml");
    assert_eq!(spec.matches("[[experiment.metric]]").count(), 1, "{spec}");

    new(&dir, &[&COMMAND[..], &["--metric=Peak=x"]].concat())
        .run()
        .code(2)
        .complains("a metric's name is like `peak`");
}

#[test]
fn what_cannot_run_is_refused_with_every_reason() {
    let dir = Dir::new();
    lay(&dir);
    let run = RUN.replace(
        "try:\n    import torch\nexcept ImportError:\n    torch = None\n",
        "import torch\nimport strange_thing\n",
    );
    dir.write("repo/scripts/run.py", run);
    let drafted = told(&new(&dir, &COMMAND).run().code(1));
    assert_eq!(drafted["folder"], Value::Null);
    assert_eq!(drafted["refused"], "no command gives a number to report");
    let trouble = drafted["commands"][0]["trouble"].as_str().unwrap();
    assert!(
        trouble.contains("No module named 'torch'") && trouble.contains("(at scripts/run.py:"),
        "{trouble}"
    );
    let unmet = drafted["unmet"].to_string();
    assert!(unmet.contains("give its package as --guest"), "{unmet}");
    assert!(!dir.path("drafts").exists());

    // For people.
    let args = [
        "task",
        "new",
        "--repo",
        "repo",
        "--paper",
        "paper.md",
        "--command",
        COMMAND[1],
    ];
    let said = dir.autoexp(args).run().code(1).stdout();
    assert!(
        said.contains("no draft was made of repo: no command gives a number to report"),
        "{said}"
    );
    dir.autoexp([
        "task",
        "new",
        "--repo",
        "repo",
        "--paper",
        "paper.md",
        "--command",
        "bash run.sh",
    ])
    .run()
    .code(2)
    .complains("write `python` and what it runs");
    dir.autoexp([
        "task",
        "new",
        "--repo",
        "nowhere",
        "--paper",
        "paper.md",
        "--command",
        COMMAND[1],
    ])
    .run()
    .code(2)
    .complains("nowhere");
}

/// Writes a wheel of a package with one module into `wheels/`.
fn wheel(dir: &Dir, name: &str, source: &str, requires: &str) {
    dir.write("wheels/.keep", "");
    let path = dir.path(&format!("wheels/{name}-1.0-py3-none-any.whl"));
    let mut archive = ZipWriter::new(File::create(path).unwrap());
    let info = format!("{name}-1.0.dist-info");
    let metadata = format!("Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{requires}\n");
    let about = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n".to_owned();
    for (file, text) in [
        (format!("{name}/__init__.py"), source.to_owned()),
        (format!("{info}/METADATA"), metadata),
        (format!("{info}/WHEEL"), about),
        (format!("{info}/RECORD"), String::new()),
    ] {
        archive
            .start_file(file, SimpleFileOptions::default())
            .unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap();
}

#[test]
fn wheels_of_pure_python_are_fetched_with_what_they_depend_on() {
    let dir = Dir::new();
    lay(&dir);
    let mark = format!("# {:?}\n", std::time::SystemTime::now());
    wheel(
        &dir,
        "outer",
        &format!("{mark}import inner\ndef twice(x):\n    return inner.double(x)\n"),
        "Requires-Dist: inner>=0.5\nRequires-Dist: winonly; sys_platform == \"win32\"\nRequires-Dist: numpy\n",
    );
    wheel(
        &dir,
        "inner",
        &format!("{mark}def double(x):\n    return 2 * x\n"),
        "",
    );
    let run = RUN
        .replace("import torch\n", "import outer\n    import lacking\n")
        .replace("roughness(calm)", "outer.twice(roughness(calm))");
    dir.write("repo/scripts/run.py", run.replace("torch = None", "pass"));
    dir.write("repo/requirements.txt", "outer>=0.1\nlacking==3\n");
    let ran = new(&dir, &COMMAND)
        .env("PIP_NO_INDEX", "1")
        .env("PIP_FIND_LINKS", dir.path("wheels"))
        .env("PIP_CONFIG_FILE", "/dev/null")
        .run();
    let drafted = told(&ran);
    assert_eq!(drafted["soundness"]["sound"], true, "{drafted:#}");
    let spec = dir.read("drafts/tides/task.toml");
    assert!(
        spec.contains("guest = [\"inner==1.0\", \"outer==1.0\"]"),
        "{spec}"
    );
    let lock = dir.read("drafts/tides/guest.lock");
    assert_eq!(lock.matches("sha256").count(), 2, "{lock}");
    let unmet = &drafted["unmet"][0];
    assert_eq!(unmet["module"], "lacking");
    assert!(
        unmet["why"].to_string().contains("no wheel of pure Python"),
        "{unmet:#}"
    );
}

#[test]
fn a_paper_is_read_from_latex_and_from_a_pdf() {
    let dir = Dir::new();
    lay(&dir);
    dir.write(
        "paper/main.tex",
        "\\title{Tides}\n\\begin{document}\\maketitle\n\\input{method}\n\\end{document}\n",
    );
    dir.write(
        "paper/method.tex",
        "\\section{Method} A walk is smoothed; its roughness is told. % 0.1\n",
    );
    let args = |paper: &str, id: &str| {
        let args = [
            "task", "new", "--repo", "repo", "--paper", paper, "--json", "--id", id,
        ];
        let args: Vec<String> = args
            .iter()
            .chain(&COMMAND)
            .map(|arg| (*arg).to_owned())
            .collect();
        args
    };
    told(&dir.autoexp(args("paper/main.tex", "of-tex")).run());
    let text = dir.read("drafts/of-tex/paper.md");
    let body = "# Tides\n\n## Method\n A walk is smoothed; its roughness is told.";
    assert!(text.starts_with(body) && !text.contains("0.1"), "{text}");

    // A PDF, made in the sandbox.
    let text = "A walk of levels is smoothed by a trailing mean. ".repeat(10);
    let program = format!(
        "import io, base64\nfrom reportlab.pdfgen.canvas import Canvas\nout = io.BytesIO()\nc = Canvas(out)\n\
         for i in range(12):\n    c.drawString(72, 720 - 20 * i, {text:?}[:90])\nc.save()\n\
         print(base64.b64encode(out.getvalue()).decode())"
    );
    dir.write("make.py", program);
    let encoded = dir.python(["make.py"]).run().code(0).stdout();
    let decode = "import base64, sys; sys.stdout.buffer.write(base64.b64decode(sys.stdin.read()))";
    let pdf = dir
        .native(["-c", decode])
        .stdin(encoded)
        .run()
        .code(0)
        .stdout;
    dir.write("paper.pdf", &pdf);
    told(&dir.autoexp(args("paper.pdf", "of-pdf")).run());
    assert!(
        dir.read("drafts/of-pdf/paper.md")
            .contains("smoothed by a trailing mean")
    );
}

#[test]
fn a_variant_with_other_names_is_sound_and_names_them_everywhere() {
    let dir = Dir::new();
    lay(&dir);
    dir.write(
        "paper.md",
        format!(
            "{PAPER}\nThe function `smooth` is a trailing mean; a smooth one, see `rough_step`.\n"
        ),
    );
    let model = MODEL.replace("steps = np.diff(level)", "steps = rough_step(level)")
        + "\n\ndef rough_step(level):\n    later, before = level[1:], level[:-1]\n    step = later - before\n    return step\n";
    dir.write("repo/src/tides/model.py", model);
    assert_eq!(told(&new(&dir, &COMMAND).run())["soundness"]["sound"], true);
    let args = [
        "task", "rename", "tides", "--tasks", "drafts", "--seed", "5", "--json",
    ];
    let made = told(&dir.autoexp(args).run().code(0));
    let name = |old: &str| made["renamed"]["names"][old].as_str().unwrap().to_owned();
    let code = dir.read("drafts/tides-r5/code/tides/model.py");
    for old in ["smooth", "rough_step"] {
        let new = name(old);
        assert!(
            code.contains(&format!("def {new}(")) && !code.contains(&format!("{old}(")),
            "{code}"
        );
        assert!(
            dir.read("drafts/tides-r5/task.toml")
                .contains(&format!("name = \"{new}\""))
        );
    }
    let text = dir.read("drafts/tides-r5/paper.md");
    let said = format!(
        "The function `{}` is a trailing mean; a smooth one, see `{}`.",
        name("smooth"),
        name("rough_step")
    );
    assert!(text.contains(&said), "{text}");
    // Each has a canary of its own.
    let canaries = dir
        .autoexp(["task", "canary", "--tasks", "drafts"])
        .run()
        .code(0)
        .stdout();
    let lines: Vec<&str> = canaries.lines().collect();
    assert_eq!(lines.len(), 2);
    for line in lines {
        let canary = line.split(' ').nth(1).unwrap();
        assert!(
            text.contains(canary) == line.starts_with("tides-r5: "),
            "{line}"
        );
    }
    dir.autoexp(args)
        .run()
        .code(2)
        .complains("it is there already");
    dir.write("drafts/tides-r5/paper.md", "# Tides\n");
    dir.autoexp(["task", "canary", "--tasks", "drafts"])
        .run()
        .code(1);
    dir.autoexp(["task", "canary", "--tasks", "drafts", "--write"])
        .run()
        .code(0);
    assert!(
        dir.read("drafts/tides-r5/paper.md")
            .contains("autoexp-canary-")
    );
}
