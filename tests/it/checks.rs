//! `task check` and `task audit`, on the paper in miniature: sound as it is, and each way to break
//! it is named.

use serde_json::Value;

use crate::paper;
use crate::support::Dir;

/// A finding, and a paper that has it.
type Broken<'a> = (&'a str, &'a dyn Fn(&Dir));

fn check(dir: &Dir, code: i32) -> Value {
    let ran = dir
        .autoexp(["task", "check", "tiny", "--json"])
        .run()
        .code(code);
    let found: Value = serde_json::from_slice(&ran.stdout).unwrap();
    found[0].clone()
}

/// Each finding as `severity check subject`.
fn findings(found: &Value) -> Vec<String> {
    let list = found["findings"].as_array().unwrap();
    list.iter()
        .map(|finding| {
            let field = |name: &str| finding[name].as_str().unwrap();
            format!(
                "{} {} {}",
                field("severity"),
                field("check"),
                field("subject")
            )
        })
        .collect()
}

#[test]
fn a_sound_paper_is_sound_and_takes_no_run_twice() {
    let dir = Dir::new();
    paper::lay(&dir);
    let found = check(&dir, 0);
    assert_eq!(found["sound"], true, "{found:#}");
    assert_eq!(findings(&found), [] as [&str; 0]);
    dir.autoexp(["task", "check", "tiny"])
        .run()
        .code(0)
        .prints(&format!("tiny: sound ({} runs)\n", found["runs"]));
}

/// Another paper's text.
fn says(dir: &Dir, text: &str) {
    dir.write("tasks/tiny/paper.md", paper::with_canary(text));
}

/// A longer mean.
const TWIN: &str =
    "\n    total = 0.0\n    for each in xs:\n        total += each / len(xs)\n    return total\n";

/// The longer mean in the place of the mean, and beside it in another file.
fn twice(dir: &Dir, file: &str, text: &str) {
    let means = dir.read("tasks/tiny/code/tiny/means.py");
    let short = "\n    total = sum(numbers)\n    return total / len(numbers)\n";
    assert!(means.contains(short));
    let long = TWIN.replace("each", "number").replace("xs", "numbers");
    dir.write("tasks/tiny/code/tiny/means.py", means.replace(short, &long));
    dir.write(&format!("tasks/tiny/{file}"), text);
}

#[test]
fn what_the_sandbox_changes_is_found_by_a_host_python() {
    let check = |dir: &Dir, code| {
        let args = ["task", "check", "tiny", "--native", "python3", "--json"];
        let ran = dir.autoexp(args).run().code(code);
        let found: Value = serde_json::from_slice(&ran.stdout).unwrap();
        findings(&found[0])
    };
    let dir = Dir::new();
    paper::lay(&dir);
    assert_eq!(check(&dir, 0), [] as [&str; 0]);

    // A number that follows from how wide a machine's addresses are.
    let run = dir.read("tasks/tiny/code/run.py");
    let wide = run.replace(
        "print(\"width is\", ",
        "print(\"width is\", (sys.maxsize > 2**31) + ",
    );
    dir.write("tasks/tiny/code/run.py", wide);
    paper::keep_measured(&dir);
    let found = check(&dir, 1);
    assert_eq!(found, ["error native main.width", "note native main.width"]);

    dir.write("tasks/tiny/code/table.py", "import sys\nsys.exit(3)\n");
    assert!(check(&dir, 1).contains(&"error native table".to_owned()));
    dir.autoexp(["task", "check", "tiny", "--native", "no-such-python"])
        .run()
        .code(2)
        .complains("start the host's Python");
}

#[test]
fn what_was_found_sound_is_checked_again_when_it_changes_or_in_a_sample() {
    let dir = Dir::new();
    paper::lay(&dir);
    let checked = |more: &[&str]| {
        let args = ["task", "check", "--changed"];
        dir.autoexp(args.iter().chain(more)).run().code(0).stdout()
    };
    let sound = checked(&[]);
    assert!(sound.starts_with("tiny: sound"), "{sound}");
    // It wasn't kept.
    assert_eq!(checked(&["--keep"]), sound);
    assert_eq!(checked(&[]), "");
    assert_eq!(checked(&["--sample", "2", "--seed", "3"]), sound);
    let text = dir.read("tasks/tiny/paper.md");
    dir.write("tasks/tiny/paper.md", format!("{text}\nMore.\n"));
    assert_eq!(checked(&[]), sound);
    dir.autoexp(["task", "check", "--sample", "2"])
        .run()
        .code(2);
}

#[test]
fn what_is_told_in_words_is_recomputed() {
    let dir = Dir::new();
    paper::lay(&dir);
    says(
        &dir,
        "The mean is <result of=\"main.mean,main.width\" is=\"main.mean * 1.5 < main.width\">well \
         below two thirds</result> of the width, which is \
         <result of=\"main.width\" is=\"100 * main.width / main.mean\">153.8</result> percent of it.\n",
    );
    assert_eq!(findings(&check(&dir, 0)), [] as [&str; 0]);
}

#[test]
fn what_is_wrong_with_a_paper_is_named() {
    let broken: [Broken<'_>; 21] = [
        ("error measured measured.json", &|dir| {
            paper::lay(dir);
            let text = dir.read("tasks/tiny/measured.json");
            dir.write(
                "tasks/tiny/measured.json",
                text.replacen("\"calls\": 1", "\"calls\": 3", 1),
            );
        }),
        ("error gold main.mean", &|dir| {
            paper::lay_with(dir, "gold = 7.3125", "gold = 7.3126");
        }),
        ("error alternative main.width", &|dir| {
            paper::lay_with(dir, "alternative = 23.25", "alternative = 23.26");
        }),
        ("error alternative main.mean", &|dir| {
            paper::lay(dir);
            dir.write("tasks/tiny/alternative/data.json", "[0.5, 1.25, 3.75, 4.3]");
        }),
        ("note alternative main.width", &|dir| {
            paper::lay_with(dir, "alternative = 23.25\n", "");
        }),
        ("error limits main", &|dir| {
            paper::lay_with(dir, "fuel = \"500M\"", "fuel = \"1M\"");
        }),
        ("error depends unused", &|dir| {
            dir.write(
                "tasks/tiny/code/tiny/more.py",
                "def unused():\n    return 1\n",
            );
            paper::lay_with(
                dir,
                "[[experiment]]\nid = \"main\"",
                "[[function]]\nfile = \"tiny/more.py\"\nname = \"unused\"\ndescription = \"x\"\n\n\
                 [[experiment]]\nid = \"main\"",
            );
        }),
        ("error stub mean", &|dir| {
            // What it gives is thrown away.
            paper::lay(dir);
            for script in ["run", "table"] {
                let path = format!("tasks/tiny/code/{script}.py");
                let text = dir
                    .read(&path)
                    .replace("mean(numbers)", "(mean(numbers), sum(numbers) / 4)[1]");
                dir.write(&path, text);
            }
        }),
        ("error text paper.md:1: main.mean", &|dir| {
            paper::lay(dir);
            says(dir, "The mean is <result of=\"main.mean\">7.32</result>.\n");
        }),
        ("error canary paper.md", &|dir| {
            paper::lay(dir);
            dir.write("tasks/tiny/paper.md", "# Tiny\n");
        }),
        ("note text paper.md:1: main.mean,main.width", &|dir| {
            paper::lay(dir);
            let of = "main.mean,main.width";
            says(
                dir,
                &format!("<result of=\"{of}\">The mean is smaller</result>.\n"),
            );
        }),
        ("error text paper.md:1: main.mean,main.width", &|dir| {
            paper::lay(dir);
            let tag = "of=\"main.mean,main.width\" is=\"main.width < main.mean\"";
            says(
                dir,
                &format!("<result {tag}>The mean is larger</result>.\n"),
            );
        }),
        ("error text paper.md:1: main.width", &|dir| {
            paper::lay(dir);
            let tag = "of=\"main.width\" is=\"100 * main.width / main.mean\"";
            says(dir, &format!("<result {tag}>155</result> percent.\n"));
        }),
        ("error twin mean", &|dir| {
            paper::lay(dir);
            twice(dir, "code/tiny/other.py", &format!("def other(xs):{TWIN}"));
        }),
        ("error twin Spread.width", &|dir| {
            paper::lay(dir);
            let block =
                "# Notes\n\n```python\nhi, lo = max(it.numbers), min(it.numbers)\nhi - lo\n```\n";
            dir.write("tasks/tiny/code/NOTES.md", block);
        }),
        ("error twin mean", &|dir| {
            paper::lay(dir);
            let comment = TWIN.replace("\n", "\n#");
            twice(
                dir,
                "code/tiny/other.py",
                &format!("other = 1\n{comment}\n"),
            );
        }),
        ("note leak run.toml:1", &|dir| {
            paper::lay(dir);
            dir.write("tasks/tiny/code/run.toml", "expected = 7.3\n");
            paper::keep_measured(dir);
        }),
        ("error leak figure.png", &|dir| {
            paper::lay(dir);
            let image = b"\x89PNG\r\n\x1a\n\0\0\0\x17tEXtComment\0mean is 7.313\xff";
            dir.write("tasks/tiny/code/figure.png", image);
        }),
        ("error leak README.md:2", &|dir| {
            paper::lay(dir);
            dir.write(
                "tasks/tiny/code/README.md",
                "# tiny\nIt should print 7.31.\n",
            );
        }),
        ("error leak data.json", &|dir| {
            paper::lay_with(dir, "text = \"3.75\"", "text = \"3.76\"");
        }),
        ("error leak PAPER.md:3", &|dir| {
            paper::lay(dir);
            let text = dir.read("tasks/tiny/paper.md");
            dir.write(
                "tasks/tiny/paper.md",
                text.replace("The mean", "Of 731 %, the mean"),
            );
        }),
    ];
    for (expected, lay) in broken {
        let dir = Dir::new();
        lay(&dir);
        let found = check(&dir, i32::from(expected.starts_with("error")));
        let found = findings(&found);
        let hit = found.iter().any(|finding| finding == expected);
        assert!(hit, "{expected} is not in {found:#?}");
    }
}

#[test]
fn a_task_is_scored_on_the_experiments_that_call_what_it_masks() {
    let dir = Dir::new();
    paper::lay_unmeasured(&dir);
    let eval = |task: &str| {
        let args = ["eval", "--model", "oracle", "--json", "--task", task];
        dir.autoexp(args).run()
    };
    let path = "tasks/tiny/code/table.py";
    let table = dir.read(path);
    dir.write(
        path,
        table.replace("Spread(numbers).width()", "max(numbers) - min(numbers)"),
    );
    let unknown = eval("tiny_1");
    unknown
        .code(2)
        .complains("measured.json is missing")
        .complains("run `autoexp task measure tiny`");
    let measured = dir.autoexp(["task", "measure", "tiny"]).run().code(0);
    let measured = measured.stdout();
    assert!(measured.contains("tiny: table: "), "{measured}");
    assert!(measured.contains("calls 1 of 2 functions"), "{measured}");
    let scored = |task: &str| -> Vec<String> {
        let ran = eval(task).code(0);
        let report: Value = serde_json::from_slice(&ran.stdout).unwrap();
        let rows = report["rows"].as_array().unwrap().iter();
        rows.map(|row| row["experiment"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(scored("tiny_1"), ["main"]);
    assert_eq!(scored("tiny_0"), ["main", "table"]);
    assert_eq!(scored("tiny_0,1"), ["main", "table"]);

    dir.write(path, table);
    eval("tiny_1")
        .code(2)
        .complains("have changed since: run `autoexp task measure tiny`");
}

#[test]
fn an_audit_tells_survivors_from_the_reference_in_disguise() {
    let dir = Dir::new();
    paper::lay(&dir);
    let ran = dir
        .autoexp(["task", "audit", "tiny", "--mutants", "60", "--json"])
        .run();
    let audits: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let functions = audits[0]["functions"].as_array().unwrap();
    let mean = &functions[0];
    assert_eq!(mean["name"], "mean");
    assert!(mean["tried"].as_u64().unwrap() >= 4, "{mean:#}");
    // Every mutant of a mean gives another number here.
    assert_eq!(mean["false_pass_rate"], 0.0, "{mean:#}");
    assert_eq!(functions[1]["false_pass_rate"], 0.0, "{functions:#?}");
    assert_eq!(ran.status.code(), Some(0));

    // A tolerance that lets anything pass is found out.
    let dir = Dir::new();
    paper::lay(&dir);
    let spec = dir
        .read("tasks/tiny/task.toml")
        .replace("gold = ", "atol = 1e6\ngold = ");
    dir.write("tasks/tiny/task.toml", spec);
    let ran = dir
        .autoexp(["task", "audit", "tiny", "--mutants", "60", "--json"])
        .run()
        .code(1);
    let audits: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let survivors = audits[0]["functions"][1]["survivors"].as_array().unwrap();
    assert!(!survivors.is_empty());
    let again = dir
        .autoexp(["task", "audit", "tiny", "--mutants", "60", "--json"])
        .run();
    assert_eq!(again.stdout, ran.stdout, "an audit differs from the next");
}

/// Arithmetic of every form that is watched; what wraps is marked.
const ARITHMETIC: &str = r#"import numpy as np
from numpy import prod

class Tally:
    count = np.full(2, 2_000_000_000)

x = np.arange(1, 2001) * 1_000
exact = x.astype("int64")
y = x ** 2  # wraps
y = exact ** 2
y = x @ (3 * x)  # wraps
y = x + 1 - x
y = (x * 2_000).cumsum().sum() - 5  # wraps
y = np.sum(x, dtype=int)
y = np.multiply.reduce(x[:4], dtype=int)  # wraps
y = prod([70_000, 70_000])  # wraps
y = np.add(x, x, out=np.zeros_like(x))
x[3] += 2_147_483_000  # wraps
x[5:7], x[0] = 1, 7
x[5:7] *= 2_147_000_000
x[1:] <<= 4  # wraps
Tally.count += 200_000_000  # wraps
Tally.count[...] -= 7
few = np.array([70_000])
few *= few  # wraps
z = np.array([3e9, 1.0]).astype(int)  # wraps
z = np.array([3.5, 1.0]).astype(int)
z = np.array([3e9, 1.0]).astype(np.int64)
z = 70_000 * 70_000 + len("a" * 3)
match {"a": -2}:
    case {"a": -2 | 3 + 1j}:
        z = np.uint32(4_000_000_000) + np.array([5], dtype="uint32")

class Odd[T]:
    """What is watched goes on as it did."""
    kept: list[int] = []
    n: int = 1 + 1
    n += 1

    def add(self, *, function, site=2):
        def inner():
            nonlocal site
            site += self.n
            return site
        self.kept += [function(inner()), *self.kept]
        return lambda x=3 * 2, *more: f"{x * 2}{sum(each + 1 for each in more)}"

    async def later(self):
        return [each - 1 async for each in self] @ self

odd = Odd()
assert odd.add(function=lambda x: x << 1)(5, 6, 7) == "1015" and Odd.kept == [10]
k = 2
grid = {(1, slice(2, None)): 5, ...: 1}
grid[1, 2:] += k
grid[...] -= 1
grid[s := 9] = grid[...] ** 2
assert list(grid.values()) == [7, 0, 0] and s == 9
"#;

#[test]
fn integers_that_wrap_here_and_not_natively_are_named() {
    let dir = Dir::new();
    paper::lay(&dir);
    dir.write("tasks/tiny/code/tiny/arithmetic.py", ARITHMETIC);
    let run = dir.read("tasks/tiny/code/run.py");
    // A script is watched as well as a module.
    let more = "import numpy as np, tiny.arithmetic\nassert np.array([1 << 30]) * 4 == 0\n";
    dir.write("tasks/tiny/code/run.py", format!("{more}{run}"));
    paper::keep_measured(&dir);
    let found = check(&dir, 0);
    let findings = findings(&found);
    let wraps: Vec<&str> = findings
        .iter()
        .filter_map(|finding| finding.strip_prefix("note wraps "))
        .collect();
    let marked = (1..).zip(ARITHMETIC.lines());
    let marked = marked.filter(|(_, line)| line.ends_with("# wraps"));
    let mut wanted = vec!["run.py:2".to_owned()];
    wanted.extend(marked.map(|(number, _)| format!("tiny/arithmetic.py:{number}")));
    assert_eq!(wraps, wanted, "{found:#}");
}
