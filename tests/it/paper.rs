//! A paper in miniature, for what is too slow or too good with the bundled ones.

use autoexp::task::{Measured, MeasuredExperiment, MeasuredFunction, Paper, Parser, canary_line};

use crate::support::Dir;

/// Two functions, two experiments, and a metric of each kind of source.
pub const SPEC: &str = r#"format = 1
id = "tiny"
title = "A tiny paper"
licence = "Apache-2.0"
field = "arithmetic"

[[function]]
file = "tiny/means.py"
name = "mean"
description = "the mean of numbers"

[[function]]
file = "tiny/means.py"
name = "Spread.width"
description = "the largest less the smallest"

[[experiment]]
id = "main"
description = "Run it and report mean and width."
command = "python run.py --scale 3"
limits = { fuel = "500M", memory = "512MiB" }

[[experiment.metric]]
name = "mean"
source = { stdout = "$.mean" }
gold = 7.3125
alternative = 12.0

[[experiment.metric]]
name = "width"
source = { pattern = 'width is (?<value>\S+)' }
gold = 11.25
alternative = 23.25

[[experiment]]
id = "table"
description = "Write the table and report its rows."
command = "python table.py"
limits = { fuel = "500M", memory = "512MiB" }

[[experiment.metric]]
name = "rows"
source = { file = "out/table.json", path = "$.rows" }
gold = [[2.4375, 3.75], [4.875, 7.5]]
alternative = [[4.0, 7.75], [8.0, 15.5]]

[[acknowledged]]
file = "data.json"
text = "3.75"
reason = "one of the numbers, which happens to be their spread"
"#;

pub const MEANS: &str = r#"def mean(numbers):
    """The mean."""
    total = sum(numbers)
    return total / len(numbers)


class Spread:
    def __init__(self, numbers):
        self.numbers = numbers

    def width(self):
        largest, smallest = max(self.numbers), min(self.numbers)
        return largest - smallest
"#;

const RUN: &str = r#"import json, sys
from tiny.means import Spread, mean

scale = int(sys.argv[sys.argv.index("--scale") + 1])
numbers = [scale * number for number in json.load(open("data.json"))]
print(json.dumps({"mean": mean(numbers)}))
print("width is", Spread(numbers).width(), file=sys.stdout)
"#;

const TABLE: &str = r#"import json, os
from tiny.means import Spread, mean

os.makedirs("out", exist_ok=True)
rows = []
for scale in (1, 2):
    numbers = [scale * number for number in json.load(open("data.json"))]
    rows.append([mean(numbers), Spread(numbers).width()])
with open("out/table.json", "w") as file:
    json.dump({"rows": rows}, file)
"#;

/// Lays the paper into `tasks/` of a folder, as `lay_unmeasured` does, with what was measured of it.
pub fn lay(dir: &Dir) {
    lay_unmeasured(dir);
    keep_measured(dir);
}

/// Keeps what running the paper tells; of one that can't be read there is nothing to keep.
pub fn keep_measured(dir: &Dir) {
    let Ok(paper) = Paper::load(&dir.path("tasks/tiny"), &Parser::default()) else {
        return;
    };
    let experiments = paper.experiments.iter().zip([1, 2]);
    let experiments = experiments.map(|(experiment, calls)| MeasuredExperiment {
        id: experiment.id.clone(),
        fuel: 1_000_000,
        peak_memory: 1 << 20,
        functions: paper
            .functions
            .iter()
            .map(|function| MeasuredFunction {
                file: function.file.clone(),
                name: function.name.clone(),
                calls,
                share: 0.01,
                callers: Vec::new(),
            })
            .collect(),
    });
    let measured = Measured::new(&paper, experiments.collect()).unwrap();
    measured.write(&paper).unwrap();
}

/// A text of the paper, with its canary.
pub fn with_canary(text: &str) -> String {
    format!("{text}\n{}\n", canary_line(&"tiny".parse().unwrap()))
}

/// Lays the paper as its author wrote it.
pub fn lay_unmeasured(dir: &Dir) {
    for (name, text) in [
        ("task.toml", SPEC),
        (
            "paper.md",
            &with_canary("# Tiny\n\nThe mean is <result of=\"main.mean\">7.3125</result>.\n"),
        ),
        ("code/tiny/__init__.py", ""),
        ("code/tiny/means.py", MEANS),
        ("code/run.py", RUN),
        ("code/table.py", TABLE),
        ("code/data.json", "[0.5, 1.25, 3.75, 4.25]\n"),
        ("alternative/data.json", "[1.5, 2.25, 3.0, 9.25]\n"),
    ] {
        dir.write(&format!("tasks/tiny/{name}"), text);
    }
}

/// Lays the paper with a piece of its `task.toml` replaced.
pub fn lay_with(dir: &Dir, old: &str, new: &str) {
    assert!(SPEC.contains(old), "{old:?} is not in the description");
    lay_unmeasured(dir);
    dir.write("tasks/tiny/task.toml", SPEC.replacen(old, new, 1));
    keep_measured(dir);
}
