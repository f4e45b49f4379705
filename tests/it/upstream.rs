//! AutoExperiment's dataset, from a checkout. Its own files are not ours to copy: these have its form.

use serde_json::{Value, json};

use crate::support::Dir;

/// Functions as a list of lines and names has them: one that stands there, one with a header of
/// several lines, one whose lines have drifted, one that is a method, one that is gone.
const METRICS: &str = "import numpy as np


def spread(values):
    \"\"\"Largest less smallest.\"\"\"
    largest = np.max(values)
    return float(largest - np.min(values))


def weighted(
    values,
    weights,
):
    total = np.sum(weights)
    return float(np.sum(values * weights) / total)


class Report:
    def gap(self, values):
        low, high = values[0], values[-1]
        return float(high - low)
";

const RUN: &str = "import json, sys
import numpy as np
from metrics import Report, spread, weighted

values = np.arange(1.0, 1.0 + int(sys.argv[2]))
print(json.dumps({'Spread': spread(values), 'mean-w': weighted(values, values), 'gap': [Report().gap(values)]}))
";

const HEAVY: &str = "import os
import torch
from evaluation import score
ratings = open('src/datasets/ml-1m/ratings.dat').read()
model = torch.load('weights.pth').cuda()
print(score(ratings))
";

fn functions() -> Vec<Value> {
    [
        (0, "spread", 4, 6, 7),
        (1, "weighted", 10, 14, 15),
        (2, "gap", 40, 41, 42),
        (3, "vanished", 1, 2, 3),
        (1, "weighted", 10, 14, 15),
    ]
    .iter()
    .map(|(id, name, header, start, end)| {
        json!({"paper_id": "2110.03485", "func_id": id.to_string(), "file": "metrics.py", "name": name,
               "header_line": header, "line_start": start, "line_end": end, "relevant_paper": "",
               "description": format!("Gives what {name} is.\nIn two lines.")})
    })
    .collect()
}

fn lay_code(dir: &Dir, root: &str) {
    for (name, text) in [
        ("2110.03485/code/metrics.py", METRICS),
        ("2110.03485/code/run.py", RUN),
        ("2110.03485/code/.git/HEAD", "ref"),
        (
            "2110.03485/paper.txt",
            "Spreads\n\nThe weighted mean is 3.667 for five values.\n",
        ),
        ("2205.00048/code/src/run_metric.py", HEAVY),
        (
            "2205.00048/code/src/utils/evaluation.py",
            "import tqdm\ndef score(text):\n    return len(text)\n",
        ),
        ("2205.00048/paper.txt", "Exposure\n"),
    ] {
        dir.write(&format!("{root}/{name}"), text);
    }
}

/// Rows as AutoExperiment's tables have them, blank ones too.
const EXPERIMENTS: &str = "paper_id,exp_id,description,result,func_dependencies,solution
2110.03485,0,\"Run it, with five values; format {\"\"Spread\"\":0.0}\",\"{'Spread': 4.0, 'mean-w': 3.6666, 'gap': [4.0]}\",\"0,1\",python run.py --n 5
2110.03485,1,\"Run it with six\",\"{\"\"Spread\"\": 9.0}\",0,python run.py --n 6
2110.03485,2,\"Two runs\",\"{\"\"Spread\"\": 4.0}\",0,\"cd sub
bash run.sh\"
2205.00048,0,\"Run POP\",\"{'IIF':[0.00022958]}\",0,\"echo Experiment 1
python src/run_metric.py --model Pop\"
,,,,,
";

fn import(dir: &Dir, path: &str, code: i32) -> Value {
    let args = [
        "task",
        "import",
        "autoexperiment",
        path,
        "--tasks",
        "upstream",
        "--json",
    ];
    serde_json::from_slice(&dir.autoexp(args).run().code(code).stdout).unwrap()
}

/// What must have come of it, in either layout.
fn holds(dir: &Dir, imported: &Value) {
    let paper = &imported[0];
    assert_eq!(paper["paper"], "2110.03485");
    let functions: Vec<String> = paper["functions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            format!(
                "{} {}",
                one["name"].as_str().unwrap_or("-"),
                one["state"]["is"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        functions,
        [
            "spread exact",
            "weighted exact",
            "Report.gap repaired",
            "- lost",
            "weighted twice"
        ],
        "{paper:#}"
    );
    let experiments = paper["experiments"].as_array().unwrap();
    assert_eq!(experiments[0]["runs"], true, "{experiments:#?}");
    assert!(
        experiments[1]["needs"][0]
            .as_str()
            .unwrap()
            .starts_with("spread is "),
        "{experiments:#?}"
    );
    assert!(
        experiments[2]["needs"][0]
            .as_str()
            .unwrap()
            .contains("a script of several commands")
    );

    // The paper is one of ours.
    let shown = dir
        .autoexp(["task", "show", "2110.03485", "--tasks", "upstream"])
        .run()
        .code(0)
        .stdout();
    assert!(
        shown.contains("Report.gap in metrics.py") && shown.contains("exp-0: python run.py --n 5"),
        "{shown}"
    );
    assert!(
        dir.read("upstream/2110.03485/paper.md")
            .contains("<result of=\"exp-0.mean_w\">3.667</result>")
    );
    let masked = dir
        .autoexp(["task", "mask", "2110.03485_1", "--tasks", "upstream"])
        .run()
        .code(0)
        .stdout();
    assert!(masked.contains("    weights,\n):\n    \"\"\"Gives what weighted is.\"\"\"\n    raise NotImplementedError(\"weighted\")"), "{masked}");

    let heavy = &imported[1]["experiments"][0];
    assert_eq!(
        (&heavy["runs"], &heavy["id"]),
        (&json!(false), &json!("exp-0"))
    );
    let needs = heavy["needs"].to_string();
    for need in [
        "PyTorch, which isn't in the runtime (imported at src/run_metric.py:2)",
        "CUDA: there is no GPU here (src/run_metric.py:5)",
        "files that aren't in the repository: src/datasets/ml-1m/ratings.dat, weights.pth",
        "No module named 'torch'",
    ] {
        assert!(needs.contains(need), "{need} is not in {needs}");
    }
    assert!(
        !needs.contains("package evaluation"),
        "a folder of the repository's own: {needs}"
    );
}

#[test]
fn the_first_layout_is_imported_with_every_reason() {
    let dir = Dir::new();
    let root = "checkout/dataset/MLRC";
    lay_code(&dir, root);
    dir.write(&format!("{root}/mlrc_main.csv"), "Title,github,paper_id,conda_env\nSpreads,x,2110.03485,a\nExposure,y,2205.00048,jme\nNot there,z,2203.01928,b\n");
    dir.write(&format!("{root}/mlrc_exps.csv"), EXPERIMENTS);
    let lines: Vec<String> = functions().iter().map(Value::to_string).collect();
    dir.write(
        &format!("{root}/2110.03485/functions.jsonl"),
        lines.join("\n") + "\n",
    );
    let imported = import(&dir, "checkout", 1);
    holds(&dir, &imported);
    assert_eq!(imported[0]["title"], "Spreads");
    assert_eq!(imported.as_array().unwrap().len(), 2);

    // For people, and not over what is there.
    let args = [
        "task",
        "import",
        "autoexperiment",
        "checkout",
        "--tasks",
        "upstream",
    ];
    dir.autoexp(args)
        .run()
        .code(2)
        .complains("it is there already");
    let args = [
        "task",
        "import",
        "autoexperiment",
        "checkout",
        "--tasks",
        "again",
    ];
    let said = dir.autoexp(args).run().code(1).stdout();
    assert!(
        said.ends_with("2 papers; 1 of 4 experiments give their numbers here\n"),
        "{said}"
    );
    let args = ["task", "import", "autoexperiment", "."];
    dir.autoexp(args)
        .run()
        .code(2)
        .complains("no checkout of AutoExperiment");
}

#[test]
fn the_later_layout_is_imported_alike() {
    let dir = Dir::new();
    let root = "checkout/autoexperiment/dataset/MLRC";
    lay_code(&dir, root);
    // Numbers as numbers, all functions in one list, experiments beside each paper.
    let lines: Vec<String> = functions()
        .into_iter()
        .map(|mut one| {
            one["code_context"] = json!("def x(): pass");
            one["exp_dependencies"] = json!(["0"]);
            one.to_string()
        })
        .collect();
    dir.write(&format!("{root}/functions.jsonl"), lines.join("\n"));
    dir.write(&format!("{root}/mlrc_exps.csv"), EXPERIMENTS);
    let imported = import(&dir, "checkout", 1);
    holds(&dir, &imported);
}
