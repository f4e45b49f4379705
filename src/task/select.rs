//! Which functions to mask: task ids, all subsets of a size, and samples of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    str::FromStr,
};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::id::{PaperId, PaperIdError};

/// A task: a paper and the functions masked in it.
///
/// Written `<paper>` where nothing is masked, else `<paper>_<i,j,…>` with the functions' positions
/// in `task.toml`, from 0, ascending.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TaskId {
    paper: PaperId,
    masked: Vec<usize>,
}

/// Why a text is no [`TaskId`].
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TaskIdError {
    /// What stands before the `_` is no paper's id.
    #[error(transparent)]
    Paper(#[from] PaperIdError),
    /// What stands behind the `_` is no list of numbers.
    #[error(
        "`{found}` in task `{id}` is no function number; write `<paper>` to mask nothing, or \
         `<paper>_0,3` to mask functions 0 and 3"
    )]
    Number {
        /// The task id.
        id: String,
        /// The part that is no number.
        found: String,
    },
    /// A number twice.
    #[error("function {index} is masked twice in task `{id}`")]
    Twice {
        /// The task id.
        id: String,
        /// The number.
        index: usize,
    },
}

impl TaskId {
    /// The task that masks some functions of a paper, given in any order; none count twice.
    pub fn new(paper: PaperId, masked: impl IntoIterator<Item = usize>) -> Self {
        let mut masked: Vec<usize> = masked.into_iter().collect();
        masked.sort_unstable();
        masked.dedup();
        TaskId { paper, masked }
    }

    /// The paper.
    pub fn paper(&self) -> &PaperId {
        &self.paper
    }

    /// The positions of the masked functions, ascending.
    pub fn masked(&self) -> &[usize] {
        &self.masked
    }
}

impl FromStr for TaskId {
    type Err = TaskIdError;

    fn from_str(id: &str) -> Result<Self, TaskIdError> {
        let Some((paper, numbers)) = id.split_once('_') else {
            return Ok(TaskId::new(id.parse()?, []));
        };
        let mut masked = Vec::new();
        for found in numbers.split(',') {
            let digits = found.bytes().all(|b| b.is_ascii_digit());
            let number = digits.then(|| found.parse().ok()).flatten();
            let index = number.ok_or_else(|| TaskIdError::Number {
                id: id.to_owned(),
                found: found.to_owned(),
            })?;
            if masked.contains(&index) {
                let id = id.to_owned();
                return Err(TaskIdError::Twice { id, index });
            }
            masked.push(index);
        }
        Ok(TaskId::new(paper.parse()?, masked))
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.paper)?;
        for (place, index) in self.masked.iter().enumerate() {
            let separator = if place == 0 { '_' } else { ',' };
            write!(f, "{separator}{index}")?;
        }
        Ok(())
    }
}

impl TryFrom<String> for TaskId {
    type Error = TaskIdError;

    fn try_from(id: String) -> Result<Self, TaskIdError> {
        id.parse()
    }
}

impl From<TaskId> for String {
    fn from(id: TaskId) -> String {
        id.to_string()
    }
}

/// All subsets of `n` numbers below `count`, in lexicographic order, each ascending. There is one
/// of none, and there are none of more than `count`.
pub fn subsets(count: usize, n: usize) -> impl Iterator<Item = Vec<usize>> {
    let first = (n <= count).then(|| (0..n).collect::<Vec<_>>());
    std::iter::successors(first, move |subset| {
        // The last number that can still grow; those behind it follow on.
        let at = (0..n).rev().find(|&at| subset[at] < count - n + at)?;
        let mut next = subset.clone();
        let grown = next[at] + 1;
        for (number, place) in (grown..).zip(at..n) {
            next[place] = number;
        }
        Some(next)
    })
}

/// How many functions to mask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum N {
    /// So many.
    Of(usize),
    /// All that a paper has.
    All(All),
}

/// The word `all`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum All {
    All,
}

/// Which tasks of a set of papers to take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    /// The numbers of masked functions, each taken once, in this order.
    pub n: Vec<N>,
    /// Which of the tasks of one n; all, if there is none.
    pub sample: Option<Sample>,
}

/// A sample of the tasks of one n, over all papers together.
///
/// It takes the tasks whose ids have the smallest keyed hashes. So it is the same everywhere, a
/// larger sample holds a smaller one of the same seed, and a paper more or less moves no other
/// paper's tasks beyond what gains or loses its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// How many tasks of each n at most.
    pub per_n: usize,
    /// Any number; the same one gives the same sample.
    pub seed: u64,
}

impl Selection {
    /// Those tasks of papers, each given with its number of functions, that are wanted: by n, then
    /// by paper in the order given, then lexicographically. A task comes once.
    ///
    /// A paper of f functions has f! / (n! (f - n)!) tasks of n, and each is looked at.
    pub fn tasks<E>(
        &self,
        papers: &[(PaperId, usize)],
        mut wanted: impl FnMut(&TaskId) -> Result<bool, E>,
    ) -> Result<Vec<TaskId>, E> {
        let (mut tasks, mut seen) = (Vec::new(), BTreeSet::new());
        for n in &self.n {
            let mut of_n = Vec::new();
            for (paper, count) in papers {
                let n = match n {
                    N::Of(n) => *n,
                    N::All(_) => *count,
                };
                for masked in subsets(*count, n) {
                    let task = TaskId::new(paper.clone(), masked);
                    if wanted(&task)? {
                        of_n.push(task);
                    }
                }
            }
            if let Some(sample) = self.sample {
                of_n = sample.take(of_n);
            }
            tasks.extend(of_n.into_iter().filter(|task| seen.insert(task.clone())));
        }
        Ok(tasks)
    }
}

impl Sample {
    fn take(&self, tasks: Vec<TaskId>) -> Vec<TaskId> {
        let mut taken = BTreeMap::new();
        for (place, task) in tasks.into_iter().enumerate() {
            taken.insert((self.rank(&task), place), task);
            if taken.len() > self.per_n {
                taken.pop_last();
            }
        }
        let mut taken: Vec<_> = taken.into_iter().collect();
        taken.sort_unstable_by_key(|((_, place), _)| *place);
        taken.into_iter().map(|(_, task)| task).collect()
    }

    fn rank(&self, task: &TaskId) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key("autoexp 2026 sample of tasks");
        hasher.update(&self.seed.to_le_bytes());
        hasher.update(task.to_string().as_bytes());
        *hasher.finalize().as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(text: &str) -> TaskId {
        text.parse().unwrap()
    }

    #[test]
    fn task_ids_are_read_and_written() {
        for (text, n, written) in [
            ("2205.00048", 0, "2205.00048"),
            ("p_0", 1, "p_0"),
            ("p_3,0,12", 3, "p_0,3,12"),
        ] {
            assert_eq!(id(text).masked().len(), n);
            assert_eq!(id(text).to_string(), written);
        }
    }

    #[test]
    fn what_is_no_task_id_is_refused() {
        for text in [
            "",
            "_0",
            "P_0",
            "p_",
            "p_0,",
            "p_,0",
            "p_-1",
            "p_+1",
            "p_ 1",
            "p_a",
            "p_0_1",
            "p_0,0",
            "p_0,00",
            "p_99999999999999999999",
            "-p",
            "p/q",
        ] {
            assert!(text.parse::<TaskId>().is_err(), "{text}");
        }
        assert_eq!(
            "p_".parse::<TaskId>().unwrap_err().to_string(),
            "`` in task `p_` is no function number; write `<paper>` to mask nothing, or \
             `<paper>_0,3` to mask functions 0 and 3"
        );
    }

    fn every(selection: &Selection, papers: &[(PaperId, usize)]) -> Vec<TaskId> {
        let all = selection.tasks(papers, |_| Ok::<_, std::convert::Infallible>(true));
        all.unwrap()
    }

    #[test]
    fn subsets_come_in_lexicographic_order() {
        let all: Vec<_> = subsets(4, 2).collect();
        assert_eq!(all, [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]);
        assert_eq!(subsets(3, 0).collect::<Vec<_>>(), [Vec::<usize>::new()]);
        assert_eq!(subsets(0, 0).count(), 1);
        assert_eq!(subsets(3, 3).count(), 1);
        assert_eq!(subsets(3, 4).count(), 0);
        // AutoExperiment's largest paper.
        assert_eq!(subsets(15, 5).count(), 3003);
    }

    #[test]
    fn a_selection_takes_each_n_over_all_papers() {
        let papers = [("a".parse().unwrap(), 2), ("b".parse().unwrap(), 1)];
        let selection = Selection {
            n: vec![N::Of(0), N::Of(2), N::Of(1), N::Of(0), N::All(All::All)],
            sample: None,
        };
        let written =
            |tasks: Vec<TaskId>| -> Vec<String> { tasks.iter().map(TaskId::to_string).collect() };
        let all = written(every(&selection, &papers));
        assert_eq!(all, ["a", "b", "a_0,1", "a_0", "a_1", "b_0"]);
        let not_a = |task: &TaskId| Ok::<_, ()>(task.paper().as_str() != "a");
        let of_b = selection.tasks(&papers, not_a).unwrap();
        assert_eq!(written(of_b), ["b", "b_0"]);
        let all = Selection {
            n: vec![N::All(All::All)],
            sample: None,
        };
        assert_eq!(written(every(&all, &papers)), ["a_0,1", "b_0"]);
    }

    #[test]
    fn a_sample_stays_what_it_was_once() {
        let papers = [("a".parse().unwrap(), 8), ("b".parse().unwrap(), 8)];
        let sample = |per_n, seed| {
            let sample = Some(Sample { per_n, seed });
            let n = vec![N::Of(2)];
            every(&Selection { n, sample }, &papers)
        };
        let written: Vec<String> = sample(4, 7).iter().map(TaskId::to_string).collect();
        insta::assert_snapshot!(written.join(" "), @"a_1,2 a_4,6 a_4,7 b_0,2");
        assert_ne!(sample(4, 7), sample(4, 8));
        assert!(sample(4, 7).iter().all(|task| sample(9, 7).contains(task)));
        assert_eq!(sample(1000, 7).len(), 56);
    }

    proptest! {
        #[test]
        fn subsets_are_all_and_ascending(count in 0usize..10, n in 0usize..10) {
            let all: Vec<_> = subsets(count, n).collect();
            let binomial = (0..n).fold(1, |product, i| product * count.saturating_sub(i) / (i + 1));
            prop_assert_eq!(all.len(), binomial);
            prop_assert!(all.is_sorted());
            prop_assert!(all.iter().all(|subset| subset.is_sorted_by(|a, b| a < b)));
        }

        #[test]
        fn a_task_id_written_is_read_back(paper in "[a-z0-9][a-z0-9.-]{0,8}", masked in prop::collection::vec(0usize..100, 0..6)) {
            let task = TaskId::new(paper.parse().unwrap(), masked);
            prop_assert_eq!(id(&task.to_string()), task);
        }
    }
}
