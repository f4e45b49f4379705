//! `autoexp task`, and what is said of papers and tasks that are wrong.

use std::path::Path;

use serde_json::Value;

use crate::paper;
use crate::support::{Dir, Ran};

fn bundled(args: &[&str]) -> Ran {
    Dir::new().autoexp(args).run()
}

#[test]
fn the_bundled_papers_are_listed() {
    let ran = bundled(&["task", "list", "--json"]).code(0).silent();
    let listed: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let papers = listed.as_array().unwrap();
    assert!(!papers.is_empty());
    let table = bundled(&["task", "list"]).code(0).stdout();
    for paper in papers {
        let text = |key: &str| paper[key].as_str().unwrap().to_owned();
        assert!(table.contains(&text("id")), "{table}");
        assert!(table.contains(&text("title")), "{table}");
        assert!(!text("licence").is_empty());
        // What a paper of this benchmark must have at least.
        assert!(paper["functions"].as_u64().unwrap() >= 6, "{paper}");
        assert!(paper["experiments"].as_u64().unwrap() >= 2, "{paper}");
    }
}

#[test]
fn the_page_of_the_bundled_papers_is_what_is_known_of_them() {
    let page = Dir::new()
        .autoexp(["task", "list", "--markdown"])
        .run()
        .code(0)
        .stdout();
    let kept = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tasks/README.md"));
    let stale = "write it anew: autoexp task list --markdown > tasks/README.md";
    assert_eq!(kept.unwrap(), page, "{stale}");
    assert!(!page.contains("not known"), "{page}");
}

#[test]
fn a_paper_is_shown_with_its_functions_and_experiments_and_no_gold() {
    let dir = Dir::new();
    paper::lay(&dir);
    let ran = dir.autoexp(["task", "show", "tiny"]).run().code(0);
    insta::assert_snapshot!(ran.stdout(), @"
    tiny: A tiny paper
    arithmetic; Apache-2.0

    functions
       0  mean in tiny/means.py
          the mean of numbers
       1  Spread.width in tiny/means.py
          the largest less the smallest

    experiments
      main: python run.py --scale 3
          reports mean, width
      table: python table.py
          reports rows
    ");
}

#[test]
fn a_masked_file_is_printed_as_an_agent_finds_it() {
    let dir = Dir::new();
    paper::lay(&dir);
    let ran = dir.autoexp(["task", "mask", "tiny_1"]).run().code(0);
    insta::assert_snapshot!(ran.stdout(), @r#"
    # tiny/means.py
    def mean(numbers):
        """The mean."""
        total = sum(numbers)
        return total / len(numbers)


    class Spread:
        def __init__(self, numbers):
            self.numbers = numbers

        def width(self):
            """the largest less the smallest"""
            raise NotImplementedError("Spread.width")
    "#);
    // Nothing is masked in it.
    dir.autoexp(["task", "mask", "tiny"])
        .run()
        .code(0)
        .prints("");
}

#[test]
fn a_docstring_is_left_as_it_is_asked_for() {
    let dir = Dir::new();
    let described = "description = \"the mean of numbers\"";
    let docstring = "docstring = '''\nThe mean.\n\nOf \"numbers\".\n'''";
    paper::lay_with(&dir, described, &format!("{described}\n{docstring}"));
    let says = |docstring: &str| {
        let task = ["task", "mask", "tiny_0", "--docstring", docstring];
        let stdout = dir.autoexp(task).run().code(0).stdout();
        stdout.split("\n\n\n").next().unwrap().to_owned()
    };
    insta::assert_snapshot!(says("none"), @r#"
    # tiny/means.py
    def mean(numbers):
        raise NotImplementedError("mean")
    "#);
    insta::assert_snapshot!(says("signature"), @r#"
    # tiny/means.py
    def mean(numbers):
        """the mean of numbers"""
        raise NotImplementedError("mean")
    "#);
    insta::assert_snapshot!(says("paper"), @r#"
    # tiny/means.py
    def mean(numbers):
        """The mean.

        Of "numbers".
        """
        raise NotImplementedError("mean")
    "#);
    insta::assert_snapshot!(says("full"), @r#"
    # tiny/means.py
    def mean(numbers):
        """The mean."""
        raise NotImplementedError("mean")
    "#);
    let stdout = dir.autoexp(["task", "mask", "tiny_0"]).run().stdout();
    assert!(stdout.starts_with(&says("paper")));
    let shown = dir.autoexp(["task", "show", "tiny"]).run().code(0).stdout();
    let docstring = "\n          | The mean.\n          |\n          | Of \"numbers\".\n";
    assert!(shown.contains(docstring), "{shown}");
    dir.autoexp(["task", "mask", "tiny_0", "--docstring", "some"])
        .run()
        .code(2)
        .complains("[possible values: none, signature, paper, full]");
}

#[test]
fn what_is_left_of_docstrings_is_part_of_a_trial() {
    let dir = Dir::new();
    paper::lay(&dir);
    let eval = ["eval", "--model", "nop", "--task", "tiny_0"];
    let trials = |docstring: &str| {
        let out = format!("out-{docstring}");
        let args = ["--out", &out, "--docstring", docstring];
        dir.autoexp(eval.iter().chain(&args)).run().code(0);
        let plan: Value = serde_json::from_str(&dir.read(&format!("{out}/plan.json"))).unwrap();
        assert_eq!(plan["grid"]["settings"][0]["docstring"], docstring);
        plan["trials"].to_string()
    };
    assert_ne!(trials("none"), trials("full"));
    dir.autoexp(eval.iter().chain(&["--out", "out-none"]))
        .run()
        .code(2)
        .complains("out-none holds another run");
}

#[test]
fn code_in_syntax_that_the_grammar_does_not_know_is_masked_all_the_same() {
    let dir = Dir::new();
    paper::lay(&dir);
    let path = "tasks/tiny/code/tiny/means.py";
    let means = dir.read(path);
    dir.write(path, format!("type Number[T = int] = T\n{means}"));
    let left = dir
        .autoexp(["task", "mask", "tiny_1"])
        .run()
        .code(0)
        .stdout();
    assert!(left.contains("type Number[T = int] = T\n"), "{left}");
    assert!(
        left.contains("raise NotImplementedError(\"Spread.width\")"),
        "{left}"
    );
    dir.write(path, format!("type Number[T = int = T\n{means}"));
    let says = dir
        .autoexp(["task", "mask", "tiny_1"])
        .run()
        .code(2)
        .stderr();
    insta::assert_snapshot!(says, @"error: failed to load the task: tasks/tiny/task.toml:9:8: function[0].name: code/tiny/means.py: line 1: not valid Python: invalid syntax");
}

#[test]
fn papers_and_tasks_that_are_not_there_are_named_with_those_that_are() {
    let dir = Dir::new();
    paper::lay(&dir);
    let says = |args: &[&str]| dir.autoexp(args).run().code(2).prints("").stderr();
    insta::assert_snapshot!(says(&["task", "show", "tini"]), @"error: failed to load the task: there is no paper `tini` in tasks; did you mean `tiny`? (known: tiny)");
    insta::assert_snapshot!(says(&["task", "mask", "tiny_7"]), @"error: failed to load the task: task `tiny_7` masks function 7, but the paper has 2, numbered from 0");
    insta::assert_snapshot!(says(&["task", "mask", "tiny_x"]), @"
    error: invalid value 'tiny_x' for '<TASK>': `x` in task `tiny_x` is no function number; write `<paper>` to mask nothing, or `<paper>_0,3` to mask functions 0 and 3

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(says(&["eval", "--task", "other"]), @"error: failed to plan the run: there is no paper `other` in tasks (known: tiny)");
    insta::assert_snapshot!(says(&["eval", "--tasks", "nowhere"]), @"error: failed to plan the run: read nowhere: No such file or directory (os error 2)");
    insta::assert_snapshot!(says(&["eval", "--model", "gpt"]), @"
    error: invalid value 'gpt' for '--model <MODEL>': there is no model `gpt`; there are: oracle, nop, sim:P and sim:P,SEED with P from 0 to 1, script:FILE, replay:FOLDER, and PROVIDER/MODEL of the providers openai, openai-responses, anthropic, gemini and ollama; of several, each has an option of its own

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(says(&["eval", "--n", "5"]), @"error: failed to plan the run: there is nothing to run: no paper has a task that is all of what was asked for with --n, --field, --size and --coupling");
    insta::assert_snapshot!(says(&["eval", "--n", "2..1"]), @"
    error: invalid value '2..1' for '--n <N>': `2..1` is no number of masked functions; write 2, 0..2 (both ends included), 0,2..4 or all

    For more information, try '--help'.
    ");
}

#[test]
fn a_broken_description_is_refused_with_file_line_and_field() {
    for (old, new, place) in [
        (
            "title = \"A tiny paper\"",
            "title = 3",
            "tasks/tiny/task.toml:3:9: title: ",
        ),
        (
            "licence =",
            "license =",
            "tasks/tiny/task.toml:4:1: license: ",
        ),
        (
            "name = \"mean\"\ndescription",
            "name = \"median\"\ndescription",
            "tasks/tiny/task.toml:9:8: function[0].name: ",
        ),
        (
            "command = \"python table.py\"",
            "command = \"bash table.sh\"",
            "tasks/tiny/task.toml:38:11: experiment[1].command: ",
        ),
        (
            "gold = 11.25",
            "gold = nan",
            "tasks/tiny/task.toml:32:8: experiment[0].metric[1].gold: ",
        ),
        (
            "(?<value>\\S+)",
            "(\\S+)",
            "tasks/tiny/task.toml:31:22: experiment[0].metric[1].source.pattern: ",
        ),
        (
            "id = \"table\"",
            "id = \"main\"",
            "tasks/tiny/task.toml:36:6: experiment[1].id: ",
        ),
        (
            "format = 1",
            "format = 2",
            "tasks/tiny/task.toml:1:10: format: ",
        ),
        ("[[function]]", "[[function]", "tasks/tiny/task.toml:7:"),
    ] {
        for command in [
            &["task", "list"][..],
            &["task", "show", "tiny"],
            &["eval", "--task", "tiny"],
        ] {
            let dir = Dir::new();
            paper::lay_with(&dir, old, new);
            dir.autoexp(command)
                .run()
                .code(2)
                .prints("")
                .complains(place);
            assert!(!Path::new(&dir.path("runs")).exists(), "{new}");
        }
    }
}

#[test]
fn a_paper_with_a_part_missing_is_refused_with_what_is_missing() {
    for part in ["paper.md", "code"] {
        let dir = Dir::new();
        paper::lay(&dir);
        let path = dir.path(&format!("tasks/tiny/{part}"));
        if path.is_dir() {
            std::fs::remove_dir_all(path).unwrap();
        } else {
            std::fs::remove_file(path).unwrap();
        }
        dir.autoexp(["task", "show", "tiny"])
            .run()
            .code(2)
            .complains(&format!("tiny/{part}"));
    }
}

#[test]
fn every_command_has_help_with_examples() {
    for command in [
        &["--help"][..],
        &["eval", "--help"],
        &["python", "--help"],
        &["task", "--help"],
        &["runtime", "--help"],
    ] {
        let help = bundled(command).code(0).silent().stdout();
        assert!(help.contains("Usage: autoexp"), "{help}");
        if command.len() > 1 {
            assert!(help.contains("Examples:"), "{help}");
        }
    }
    bundled(&["task"]).code(2);
    bundled(&["nonsense"])
        .code(2)
        .complains("unrecognized subcommand");
}

#[test]
fn a_reader_that_went_away_is_no_error() {
    for args in [
        &["task", "list"][..],
        &["task", "list", "--json"],
        &["task", "show", "tiny"],
        &["task", "mask", "tiny_0"],
        &["eval", "--model", "nop", "--n", "0", "--json"],
    ] {
        let dir = Dir::new();
        paper::lay(&dir);
        let (status, stderr) = dir.autoexp(args).run_unread();
        assert_eq!(status.code(), Some(0), "{args:?}: {stderr}");
        assert!(!stderr.contains("error"), "{args:?}: {stderr}");
        assert!(!stderr.contains("panicked"), "{args:?}: {stderr}");
    }
}
