//! What an agent is given holds neither gold values nor reference bodies.

use std::path::Path;

use autoexp::task::Parser;
use regex::Regex;
use serde_json::Value;

use crate::eval::{json, records, rows};
use crate::support::Dir;

/// Numbers in a text with four significant digits or more, each as its digits alone.
fn long_numbers(text: &str) -> Vec<String> {
    let number = Regex::new(r"[0-9][0-9_]*\.?[0-9]*").unwrap();
    number
        .find_iter(text)
        .map(|found| {
            let digits: String = found
                .as_str()
                .chars()
                .filter(char::is_ascii_digit)
                .collect();
            digits.trim_matches('0').to_owned()
        })
        .filter(|digits| digits.len() >= 4)
        .collect()
}

/// Whether digits are those of a number, rounded or cut.
fn tells(digits: &str, number: f64) -> bool {
    let exact = format!("{number:e}");
    let (mantissa, _) = exact.split_once('e').unwrap();
    let all: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let rounded = format!("{:.*e}", digits.len() - 1, number.abs());
    let (rounded, _) = rounded.split_once('e').unwrap();
    all.starts_with(digits) || rounded.replace('.', "") == digits
}

#[test]
fn digits_tell_a_number_whatever_its_scale() {
    for (text, told) in [
        ("0.2063", true),
        ("20.63 %", true),
        ("0.206300", true),
        ("0.20630023", true),
        ("0.2064", false),
        ("0.206", false),
        ("2063.1", false),
    ] {
        let found = long_numbers(text)
            .iter()
            .any(|digits| tells(digits, 0.20630023434));
        assert_eq!(found, told, "{text}");
    }
}

/// What of a function's body stands nowhere else in the code: by Python's own parser.
const BODIES: &str = r#"
import ast, json, pathlib, sys

wanted, files, secret = json.load(sys.stdin), {}, {}
for path in pathlib.Path(".").rglob("*"):
    if path.is_file():
        files[str(path)] = path.read_text().splitlines()
for spec in wanted:
    file, name = spec.split("::")
    node = ast.parse(pathlib.Path(file).read_text())
    for part in name.split("."):
        node = next(child for child in node.body if getattr(child, "name", None) == part)
    body = node.body
    if ast.get_docstring(node, clean=False) is not None:
        body = body[1:]
    lines = range(body[0].lineno - 1, body[-1].end_lineno)
    secret[spec] = [files[file][line].strip() for line in lines]
    for line in lines:
        files[file][line] = ""
elsewhere = {line.strip() for lines in files.values() for line in lines}
for spec, lines in secret.items():
    secret[spec] = [line for line in lines if len(line) >= 12 and line not in elsewhere]
print(json.dumps(secret))
"#;

#[test]
fn what_an_agent_is_given_holds_neither_gold_values_nor_reference_bodies() {
    let dir = Dir::new();
    let tasks = Path::new(env!("CARGO_MANIFEST_DIR")).join("tasks");
    let papers = autoexp::task::papers(&tasks).unwrap();
    assert!(!papers.is_empty());
    for paper in papers {
        let folder = tasks.join(paper.as_str());
        let loaded = autoexp::task::Paper::load(&folder, &Parser::default()).unwrap();
        let count = loaded.functions.len();
        let all: Vec<String> = (0..count).map(|number| number.to_string()).collect();
        let task = format!("{paper}_{}", all.join(","));
        let out = format!("out-{paper}");
        let report = json(
            &dir.autoexp([
                "eval", "--model", "nop", "--task", &task, "--out", &out, "--json",
            ])
            .run()
            .code(0),
        );
        let rows = rows(&report);
        let golds: Vec<f64> = rows
            .iter()
            .flat_map(|row| row["metrics"].as_array().unwrap())
            .flat_map(|metric| numbers(&metric["gold"]))
            .filter(|gold| format!("{:e}", gold.abs()).split('e').next().unwrap().len() > 4)
            .collect();
        assert!(!golds.is_empty());

        // What a model is told and shown, the masked files, the rest of the code, the paper.
        let trial = rows[0]["trial"].as_str().unwrap();
        let mut given = dir.read(&format!("{out}/trials/{trial}/trajectory.jsonl"));
        assert!(given.contains("execute_python_script"));
        given += &dir.autoexp(["task", "mask", &task]).run().code(0).stdout();
        given += &loaded.text.redacted();
        let masked: Vec<&str> = loaded.functions.iter().map(|f| f.file.as_str()).collect();
        let code = folder.join("code");
        for (file, text) in records(&code) {
            if !masked.contains(&file.as_str()) {
                given += &text;
            }
        }

        let numbers = long_numbers(&given);
        for gold in golds {
            let leak = numbers.iter().find(|digits| tells(digits, gold));
            assert_eq!(
                leak, None,
                "the gold {gold} of {paper} is in what an agent is given"
            );
        }
        let mount = format!("{}:/code:ro", code.display());
        let bodies = dir
            .python(["--mount", &mount, "--cwd", "/code", "-c", BODIES])
            .stdin(rows[0]["masked"].to_string())
            .run()
            .code(0);
        let bodies = json(&bodies);
        let bodies = bodies.as_object().unwrap();
        assert_eq!(bodies.len(), count);
        for (function, lines) in bodies {
            let lines = lines.as_array().unwrap();
            assert!(!lines.is_empty(), "{function} has no line of its own");
            for line in lines {
                let line = line.as_str().unwrap();
                assert!(
                    !given.contains(line),
                    "{function} of {paper} is given away: {line}"
                );
            }
        }
    }
}

fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(list) => list.iter().flat_map(numbers).collect(),
        value => value.as_f64().into_iter().collect(),
    }
}
