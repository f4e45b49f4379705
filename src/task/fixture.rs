//! A small sound paper for tests.

use std::{fs, path::PathBuf};

use tempfile::TempDir;

pub const SPEC: &str = r#"format = 1
id = "fair-rank"
title = "Fair ranking"
licence = "MIT"
field = "fairness in ranking"

[[function]]
file = "rank/gap.py"
name = "Ranker.gap"
description = "the exposure gap"

[[function]]
file = "rank/gap.py"
name = "top"
description = "the best items"

[[experiment]]
id = "main"
description = "Run the ranking and report the gap."
command = "python run.py --config 'configs/a b.toml'"
limits = { fuel = "40G", memory = "1GiB", time = "120s" }

[[experiment.metric]]
name = "gap"
source = { stdout = "$.gap" }
gold = 0.5

[[experiment.metric]]
name = "rows"
source = { file = "out/rows.json", path = "$.rows" }
gold = [[1, 2.5], [0]]
rtol = 0.01
atol = 1e-9

[[experiment.metric]]
name = "loss"
source = { pattern = '(?m)^loss: (?<value>\S+)$' }
gold = -3
"#;

pub const TEXT: &str = "The gap is <result of=\"main.gap\">0.5</result>.\n";

pub const GAP: &str = "\
class Ranker:
    def gap(self):
        \"\"\"The gap.\"\"\"
        return 0.5  # half


def top(items):
    return items[:1]
";

/// A folder of papers, with one that is sound.
pub struct Papers {
    folder: TempDir,
}

impl Papers {
    pub fn new() -> Self {
        let papers = Papers {
            folder: tempfile::tempdir().unwrap(),
        };
        papers.write("task.toml", SPEC);
        papers.write("paper.md", TEXT);
        papers.write("code/rank/gap.py", GAP);
        papers.write("code/run.py", "import rank\n");
        papers
    }

    /// The folder of the papers.
    pub fn tasks(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// The folder of the paper.
    pub fn dir(&self) -> PathBuf {
        self.folder.path().join("fair-rank")
    }

    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.dir().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}
