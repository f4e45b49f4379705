use super::*;
use crate::task::{
    error::SpecError,
    fixture::{Papers, SPEC},
};

fn load(papers: &Papers) -> Result<Paper, TaskError> {
    Paper::load(&papers.dir(), &Parser::default())
}

#[test]
fn a_sound_paper_is_loaded() {
    let papers = Papers::new();
    let paper = load(&papers).unwrap();
    assert_eq!(paper.id.as_str(), "fair-rank");
    assert_eq!(paper.functions[0].name, "Ranker.gap");
    let main = &paper.experiments[0];
    assert_eq!(
        main.command,
        ["python", "run.py", "--config", "configs/a b.toml"]
    );
    assert_eq!(
        main.limits,
        ExperimentLimits {
            fuel: Some(40_000_000_000),
            memory: Some(1 << 30),
            time: Some(Duration::from_secs(120)),
        }
    );
    assert_eq!((main.metrics[0].rtol, main.metrics[0].atol), (0.05, 0.0));
    assert_eq!(
        main.metrics[1].gold,
        Gold::List(vec![
            Gold::List(vec![Gold::Number(1.0), Gold::Number(2.5)]),
            Gold::List(vec![Gold::Number(0.0)]),
        ])
    );
    assert_eq!(paper.text.redacted(), "The gap is [result removed].\n");
}

/// The error of the sound paper with one text in its `task.toml` replaced.
fn spec_error(from: &str, to: &str) -> String {
    assert!(SPEC.contains(from), "{from}");
    let papers = Papers::new();
    papers.write("task.toml", SPEC.replacen(from, to, 1));
    match load(&papers) {
        Err(TaskError::Spec(error)) => {
            let SpecError {
                file,
                position,
                field,
                problem,
            } = *error;
            assert_eq!(file, papers.dir().join("task.toml"));
            format!("{position}: {field}: {problem}")
        }
        Err(other) => panic!("{from} → {to}: {other}"),
        Ok(_) => panic!("{from} → {to} was accepted"),
    }
}

#[test]
fn every_mistake_is_told_with_its_place_and_what_is_allowed() {
    let mut told = String::new();
    for (from, to) in [
        ("format = 1", "format = 2\nnew = true"),
        ("format = 1\n", ""),
        ("title = \"Fair ranking\"", "title = Fair"),
        ("title = \"Fair ranking\"\n", ""),
        ("title =", "titel ="),
        ("title = \"Fair ranking\"", "title = 3"),
        ("title = \"Fair ranking\"", "title = \" \""),
        ("\"fair-rank\"", "\"Fair_Rank\""),
        ("\"fair-rank\"", "\"other\""),
        ("name = \"top\"\n", ""),
        ("name = \"top\"", "name = \"Top\""),
        ("name = \"top\"", "name = \"gap\""),
        ("name = \"top\"", "name = \"Ranker.gap\""),
        ("rank/gap.py\"\nname = \"top", "/etc/passwd\"\nname = \"top"),
        ("rank/gap.py", "../gap.py"),
        ("rank/gap.py", "rank/none.py"),
        ("\"the best items\"", "\"the\\nbest\""),
        ("\"the best items\"", "\"the best items\"\ndocstring = ' '"),
        (
            "\"the best items\"",
            "\"the best items\"\ndocstring = \"the\\u0000\"",
        ),
        ("id = \"main\"", "id = \"Main\""),
        (
            "\"python run.py --config 'configs/a b.toml'\"",
            "\"bash run.sh\"",
        ),
        ("'configs/a b.toml'", "'configs"),
        ("fuel = \"40G\"", "fuel = \"40 G\""),
        ("fuel = \"40G\"", "fuel = 40"),
        ("memory = \"1GiB\"", "memory = \"0B\""),
        ("time = \"120s\"", "time = \"120\""),
        ("time = \"120s\"", "steps = 3"),
        ("\"gap\"\nsource", "\"2gap\"\nsource"),
        ("name = \"rows\"", "name = \"gap\""),
        ("{ stdout = \"$.gap\" }", "{ }"),
        ("{ stdout = \"$.gap\" }", "{ stdout = \"$\", path = \"$\" }"),
        ("{ stdout = \"$.gap\" }", "{ stdout = \"$.*\" }"),
        ("out/rows.json", "out/../rows.json"),
        ("(?<value>\\S+)", "(?<value>\\S+"),
        ("(?<value>\\S+)", "(\\S+)"),
        ("gold = 0.5", "gold = \"0.5\""),
        ("gold = 0.5", "gold = nan"),
        ("gold = 0.5", "gold = [1, [inf]]"),
        ("gold = 0.5", "gold = []"),
        ("gold = 0.5", "gold = 9007199254740993"),
        ("gold = 0.5", "gold = -0.0"),
        ("atol = 1e-9", "atol = 0"),
        ("gold = -3", "gold = [-3]"),
        ("rtol = 0.01", "rtol = -0.01"),
        ("rtol = 0.01", "rtol = 1.0"),
        ("atol = 1e-9", "atol = inf"),
    ] {
        told += &spec_error(from, to);
        told += "\n";
    }
    insta::assert_snapshot!(told, @r#"
    1:10: format: format 2 is not known; this version reads format 1
    1:1: top level: missing field `format`
    3:9: title: invalid boolean, expected `false`
    1:1: top level: missing field `title`
    3:1: titel: unknown field `titel`, expected one of `format`, `id`, `title`, `licence`, `field`, `guest`, `function`, `experiment`, `acknowledged`
    3:9: title: invalid type: integer `3`, expected a string
    3:9: title: is empty; write the paper's title
    2:6: id: `Fair_Rank` is not allowed; write a-z, 0-9, `.` and `-`, with a letter or digit first
    2:6: id: `other` must be the name of the folder, `fair-rank`
    12:1: function[1]: missing field `name`
    14:8: function[1].name: code/rank/gap.py: no function `Top` is defined here; did you mean `top`?
    14:8: function[1].name: code/rank/gap.py: no function `gap` is defined here; did you mean `Ranker.gap`?
    14:8: function[1].name: `rank/gap.py: Ranker.gap` is already on line 9; give each its own
    13:8: function[1].file: `/etc/passwd` is not allowed; write a path inside code/: relative, `/` between its parts, none of them `.` or `..`
    8:8: function[0].file: `../gap.py` is not allowed; write a path inside code/: relative, `/` between its parts, none of them `.` or `..`
    8:8: function[0].file: there is no file `rank/none.py` in code/
    15:15: function[1].description: has a line break; write one line
    16:13: function[1].docstring: is empty; write what a docstring says of the function
    16:13: function[1].docstring: holds a NUL character, which Python doesn't take in a source; leave it out
    18:6: experiment[0].id: `Main` is not allowed; write a-z, 0-9 and `-`, with a letter or digit first
    20:11: experiment[0].command: `bash run.sh` is not allowed; write `python` and what it runs, split into words and quoted as in a shell
    20:11: experiment[0].command: `python run.py --config 'configs` is not allowed; write `python` and what it runs, split into words and quoted as in a shell
    21:19: experiment[0].limits.fuel: `40 G` is not an amount of fuel such as `10G` (suffixes: k, M, G, T, or none)
    21:19: experiment[0].limits.fuel: invalid type: integer `40`, expected a string
    21:35: experiment[0].limits.memory: is zero; write a limit above it, or none
    21:50: experiment[0].limits.time: `120` is not a duration such as `120s` or `1m 30s` (time unit needed, for example 120sec or 120ms)
    21:43: experiment[0].limits.steps: unknown field `steps`, expected one of `fuel`, `memory`, `time`
    24:8: experiment[0].metric[0].name: `2gap` is not allowed; write a-z, 0-9 and `_`, with a letter first
    29:8: experiment[0].metric[1].name: `gap` is already on line 24; give each its own
    25:10: experiment[0].metric[0].source: found nothing; write `stdout`, or `pattern`, or both `file` and `path`, and nothing else
    25:10: experiment[0].metric[0].source: found `stdout` and `path`; write `stdout`, or `pattern`, or both `file` and `path`, and nothing else
    25:21: experiment[0].metric[0].source.stdout: `$.*` is not a JSON path: at `.*`, expected a name after the dot (allowed: `$`, then any of `.name`, `["name"]`, `[0]`)
    30:19: experiment[0].metric[1].source.file: `out/../rows.json` is not allowed; write a path inside code/: relative, `/` between its parts, none of them `.` or `..`
    37:22: experiment[0].metric[2].source.pattern: `(?m)^loss: (?<value>\S+$` is not a regular expression: unclosed group
    37:22: experiment[0].metric[2].source.pattern: `(?m)^loss: (\S+)$` has no group `value`; mark the number with `(?<value>…)`
    26:8: experiment[0].metric[0].gold: invalid type: string "0.5", expected a finite number or a list, not empty, of such
    26:8: experiment[0].metric[0].gold: invalid value: floating point `NaN`, expected a finite number or a list, not empty, of such
    26:13: experiment[0].metric[0].gold[1][0]: invalid value: floating point `inf`, expected a finite number or a list, not empty, of such
    26:8: experiment[0].metric[0].gold: invalid length 0, expected a finite number or a list, not empty, of such
    26:8: experiment[0].metric[0].gold: invalid value: integer `9007199254740993`, expected one that a 64-bit float holds exactly, up to ±2^53 (or write it as a float)
    26:8: experiment[0].metric[0].gold: holds a 0, of which no share can be taken; give `atol`, above 0
    31:8: experiment[0].metric[1].gold: holds a 0, of which no share can be taken; give `atol`, above 0
    38:8: experiment[0].metric[2].gold: a list can't be read by a pattern, which reads one number; use a JSON source
    32:8: experiment[0].metric[1].rtol: -0.01 is not allowed; write a number from 0 up to, not including, 1
    32:8: experiment[0].metric[1].rtol: 1.0 is not allowed; write a number from 0 up to, not including, 1
    33:8: experiment[0].metric[1].atol: inf is not allowed; write a finite number, 0 or above
    "#);
}

#[test]
fn an_experiment_without_metrics_and_a_paper_without_experiments_are_refused() {
    let head = SPEC.split("[[experiment]]").next().unwrap();
    let papers = Papers::new();
    for (tail, message) in [
        (
            "experiment = []",
            "task.toml:6:14: experiment: is empty; write at least one experiment",
        ),
        (
            "[[experiment]]\nid = 'a'\ndescription = 'b'\ncommand = 'python c'\nmetric = []",
            "experiment[0].metric: is empty; write at least one metric",
        ),
    ] {
        let (top, functions) = head.split_at(head.find("\n[[function]]").unwrap());
        let spec = match tail.starts_with('[') {
            true => format!("{head}{tail}"),
            false => format!("{top}{tail}\n{functions}"),
        };
        papers.write("task.toml", spec);
        let error = load(&papers).unwrap_err().to_string();
        assert!(error.ends_with(message), "{error}");
    }
}

#[test]
fn a_source_file_that_cannot_be_masked_is_told_with_its_line() {
    let papers = Papers::new();
    papers.write("code/rank/gap.py", "x = 1\ndef top(:\n");
    let error = load(&papers).unwrap_err().to_string();
    assert!(
        error.ends_with(
            "task.toml:9:8: function[0].name: code/rank/gap.py: line 2: not valid Python: `)` is missing (so tree-sitter's grammar says; Python's own parser wasn't asked: there is no sandbox here to ask it in)"
        ),
        "{error}"
    );
    papers.write("code/rank/gap.py", b"y = 1\nx = '\xff'\n");
    let error = load(&papers).unwrap_err().to_string();
    assert!(
        error.ends_with("code/rank/gap.py: line 2: not valid UTF-8; convert the file to UTF-8"),
        "{error}"
    );
}

#[test]
fn a_result_of_no_metric_is_told_with_its_place() {
    let papers = Papers::new();
    for (of, message) in [
        (
            "mian.gap",
            "paper.md:2:13: there is no experiment `mian`; did you mean `main`?",
        ),
        (
            "main.row",
            "paper.md:2:13: experiment `main` has no metric `row`; did you mean `rows`?",
        ),
    ] {
        papers.write("paper.md", format!("\n<result of=\"{of}\">1</result>"));
        let error = load(&papers).unwrap_err().to_string();
        assert!(error.ends_with(message), "{error}");
    }
    papers.write("paper.md", "<result of=\"main.*, main.gap\">1</result>");
    assert!(load(&papers).is_ok());
}

#[test]
fn a_part_that_is_missing_is_named() {
    for part in ["task.toml", "paper.md"] {
        let papers = Papers::new();
        std::fs::remove_file(papers.dir().join(part)).unwrap();
        let error = load(&papers).unwrap_err().to_string();
        assert_eq!(
            error,
            format!(
                "{} is missing: a paper is a folder with task.toml, paper.md and code/",
                papers.dir().join(part).display()
            )
        );
    }
}

#[cfg(unix)]
#[test]
fn a_source_file_behind_a_link_out_of_the_code_is_refused() {
    let papers = Papers::new();
    papers.write("outside.py", "def top(items): pass\n");
    std::os::unix::fs::symlink("../outside.py", papers.dir().join("code/link.py")).unwrap();
    let spec = SPEC.replace(
        "file = \"rank/gap.py\"\nname = \"top\"",
        "file = \"link.py\"\nname = \"top\"",
    );
    papers.write("task.toml", spec);
    let error = load(&papers).unwrap_err().to_string();
    assert!(
        error.ends_with("function[1].file: there is no file `link.py` in code/"),
        "{error}"
    );
}
