//! A task: a paper with some of its functions masked. And the folder that papers are in.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::Arc,
};

use super::{
    code::{self, CodeFile},
    error::{CodeProblem, TaskError},
    id::PaperId,
    mask::{Docstring, Mask, mask},
    near::Near,
    python::Parser,
    select::TaskId,
    spec::{Experiment, Function, Paper},
};

/// A paper and which of its functions are masked.
#[derive(Clone, Debug)]
pub struct Task {
    paper: Arc<Paper>,
    id: TaskId,
}

impl Task {
    /// The task that masks some functions of a paper.
    ///
    /// # Errors
    ///
    /// A number that is no position in the paper's functions.
    pub fn new(
        paper: Arc<Paper>,
        masked: impl IntoIterator<Item = usize>,
    ) -> Result<Task, TaskError> {
        let id = TaskId::new(paper.id.clone(), masked);
        let count = paper.functions.len();
        match id.masked().iter().find(|&&index| index >= count) {
            Some(&index) => Err(TaskError::UnknownFunction { id, index, count }),
            None => Ok(Task { paper, id }),
        }
    }

    /// Loads a task's paper from the folder of the papers.
    ///
    /// # Errors
    ///
    /// An unknown paper, said with the known ones; an unknown function; anything wrong with the
    /// paper.
    pub fn load(tasks: &Path, id: &TaskId, parser: &Parser) -> Result<Task, TaskError> {
        let known = papers(tasks)?;
        if !known.contains(id.paper()) {
            return Err(TaskError::UnknownPaper {
                paper: id.paper().clone(),
                tasks: tasks.to_owned(),
                near: Near::new(id.paper().as_str(), known.iter().map(PaperId::as_str)),
                known,
            });
        }
        let paper = Paper::load(&tasks.join(id.paper().as_str()), parser)?;
        Task::new(Arc::new(paper), id.masked().iter().copied())
    }

    /// The task's id.
    pub fn id(&self) -> &TaskId {
        &self.id
    }

    /// How many functions are masked.
    pub fn n(&self) -> usize {
        self.id.masked().len()
    }

    /// The paper.
    pub fn paper(&self) -> &Arc<Paper> {
        &self.paper
    }

    /// The masked functions, in the order of `task.toml`.
    pub fn functions(&self) -> impl Iterator<Item = &Function> {
        let masked = self.id.masked().iter();
        masked.map(|&index| &self.paper.functions[index])
    }

    /// What is to be run and reported: all experiments where nothing is masked, else those that
    /// call a masked function.
    ///
    /// # Errors
    ///
    /// Which ones call them isn't known ([`Paper::measured`]), or none does.
    pub fn experiments(&self) -> Result<Vec<&Experiment>, TaskError> {
        let all = &self.paper.experiments;
        if self.n() == 0 {
            return Ok(all.iter().collect());
        }
        let dependents = self.paper.dependents(self.id.masked())?;
        match dependents.is_empty() {
            true => Err(TaskError::NoExperiment {
                id: self.id.clone(),
            }),
            false => Ok(dependents.into_iter().map(|index| &all[index]).collect()),
        }
    }

    /// All files of `code/` with the masks applied, by path relative to it with `/` between the
    /// parts. A symbolic link to a file becomes a file, masked as what it leads to. Folders are
    /// there through their files alone, as in git.
    ///
    /// # Errors
    ///
    /// A file that can't be read, masked, or be part of a task ([`CodeProblem`]).
    pub fn masked_code(
        &self,
        docstring: Docstring,
    ) -> Result<BTreeMap<String, Vec<u8>>, TaskError> {
        let root = self.paper.code_dir();
        let files = code::read_all(&root)?;
        let mut masks: BTreeMap<_, Vec<Mask>> = BTreeMap::new();
        for function in self.functions() {
            let real = code::canonical(&root.join(&function.file))?;
            masks
                .entry(real)
                .or_default()
                .push(function.mask(docstring));
        }
        files
            .into_iter()
            .map(|(path, CodeFile { real, bytes })| {
                let bytes = match masks.get(&real) {
                    None => bytes,
                    Some(masks) => self.masked(bytes, masks).map_err(|problem| {
                        let path = root.join(&path);
                        TaskError::Code { path, problem }
                    })?,
                };
                Ok((path, bytes))
            })
            .collect()
    }

    fn masked(&self, bytes: Vec<u8>, masks: &[Mask]) -> Result<Vec<u8>, CodeProblem> {
        let source = code::text(bytes)?;
        Ok(mask(&self.paper.parser, &source, masks)?.into_bytes())
    }
}

impl Paper {
    /// All files of `code/`, by path, as [`Task::masked_code`] has them without a mask.
    ///
    /// # Errors
    ///
    /// A file that can't be read or be part of a task ([`CodeProblem`]).
    pub fn code(&self) -> Result<Files, TaskError> {
        read_folder(&self.code_dir())
    }

    /// The files of `alternative/`, which take the place of those of `code/` or are added to them;
    /// nothing where there is no such folder.
    ///
    /// # Errors
    ///
    /// As [`code`](Paper::code).
    pub fn alternative(&self) -> Result<Option<Files>, TaskError> {
        let folder = self.alternative_dir();
        match folder.is_dir() {
            true => read_folder(&folder).map(Some),
            false => Ok(None),
        }
    }
}

/// Files of a folder, by path relative to it with `/` between the parts.
pub type Files = BTreeMap<String, Vec<u8>>;

fn read_folder(folder: &Path) -> Result<Files, TaskError> {
    let files = code::read_all(folder)?.into_iter();
    Ok(files.map(|(path, file)| (path, file.bytes)).collect())
}

/// The ids of the papers in a folder, sorted: the folders in it that have a `task.toml`.
///
/// # Errors
///
/// A folder that can't be read.
pub fn papers(tasks: &Path) -> Result<Vec<PaperId>, TaskError> {
    let failed = |source| TaskError::Read {
        path: tasks.to_owned(),
        source,
    };
    let mut known = BTreeSet::new();
    for entry in fs::read_dir(tasks).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let id = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok());
        if entry.path().join("task.toml").is_file() {
            known.extend(id);
        }
    }
    Ok(known.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::fixture::{GAP, Papers};

    fn load(papers: &Papers, id: &str) -> Result<Task, TaskError> {
        Task::load(&papers.tasks(), &id.parse().unwrap(), &Parser::default())
    }

    fn code(papers: &Papers, id: &str) -> Result<BTreeMap<String, Vec<u8>>, TaskError> {
        load(papers, id)?.masked_code(Docstring::Full)
    }

    #[test]
    fn a_task_is_the_code_with_its_masks_and_nothing_else_changed() {
        let papers = Papers::new();
        papers.write("code/data.bin", b"\xff\x00");
        let task = load(&papers, "fair-rank_1,0").unwrap();
        assert_eq!(
            (task.n(), task.id().to_string().as_str()),
            (2, "fair-rank_0,1")
        );
        let names: Vec<&str> = task
            .functions()
            .map(|function| function.name.as_str())
            .collect();
        assert_eq!(names, ["Ranker.gap", "top"]);

        let files = task.masked_code(Docstring::Full).unwrap();
        assert_eq!(
            files.keys().collect::<Vec<_>>(),
            ["data.bin", "rank/gap.py", "run.py"]
        );
        assert_eq!(files["data.bin"], b"\xff\x00");
        assert_eq!(
            String::from_utf8_lossy(&files["rank/gap.py"]),
            "class Ranker:\n    def gap(self):\n        \"\"\"The gap.\"\"\"\n        raise NotImplementedError(\"Ranker.gap\")\n\n\ndef top(items):\n    raise NotImplementedError(\"top\")\n"
        );
        assert_eq!(
            code(&papers, "fair-rank").unwrap()["rank/gap.py"],
            GAP.as_bytes()
        );
    }

    #[test]
    fn an_unknown_paper_or_function_is_told_with_what_there_is() {
        let papers = Papers::new();
        assert_eq!(
            load(&papers, "fair-rnk_0").unwrap_err().to_string(),
            format!(
                "there is no paper `fair-rnk` in {}; did you mean `fair-rank`? (known: fair-rank)",
                papers.tasks().display()
            )
        );
        assert_eq!(
            load(&papers, "fair-rank_0,2").unwrap_err().to_string(),
            "task `fair-rank_0,2` masks function 2, but the paper has 2, numbered from 0"
        );
    }

    #[test]
    fn what_holds_the_bodies_a_second_time_is_refused() {
        for path in ["code/.git/HEAD", "code/gap.pyc"] {
            let papers = Papers::new();
            papers.write(path, "");
            let error = code(&papers, "fair-rank_0").unwrap_err();
            let problem = CodeProblem::Leak;
            assert!(
                matches!(&error, TaskError::Code { problem: found, .. } if *found == problem),
                "{error}"
            );
        }
    }

    #[test]
    fn caches_of_python_are_no_part_of_the_code() {
        let papers = Papers::new();
        let before = code(&papers, "fair-rank_0").unwrap();
        papers.write("code/rank/__pycache__/gap.cpython-315.pyc", "");
        assert_eq!(code(&papers, "fair-rank_0").unwrap(), before);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_masked_as_what_they_lead_to_and_never_leave_the_code() {
        use std::os::unix::fs::symlink;

        let papers = Papers::new();
        symlink("rank/gap.py", papers.dir().join("code/alias.py")).unwrap();
        let files = code(&papers, "fair-rank_0").unwrap();
        assert_eq!(files["alias.py"], files["rank/gap.py"]);
        assert_ne!(files["alias.py"], GAP.as_bytes());

        for (target, problem) in [
            ("../paper.md", CodeProblem::LinkOutside),
            ("/etc/passwd", CodeProblem::LinkOutside),
            ("nowhere", CodeProblem::LinkOutside),
            ("rank", CodeProblem::LinkToFolder),
        ] {
            let papers = Papers::new();
            symlink(target, papers.dir().join("code/link")).unwrap();
            let error = code(&papers, "fair-rank_0").unwrap_err();
            assert!(
                matches!(&error, TaskError::Code { problem: found, .. } if *found == problem),
                "{target}: {error}"
            );
        }
    }
}
