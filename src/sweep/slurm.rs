//! A run on a cluster with Slurm: a job array whose tasks take parts of it, and a job after them that
//! tells what came of it.
//!
//! The run's folder lies on a file system that all nodes share, and is all they have in common: each
//! task claims its trials there one by one, so that a task that is killed, started again, or still at
//! work when another array is submitted loses nothing and does nothing twice.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::shard::Shard;
use crate::trial::{Claim, TrialId};

/// Where the scripts, the outputs of tasks and the numbers of jobs go, in the run's folder.
const FOLDER: &str = "slurm";
/// The numbers of the jobs that were submitted, one a line.
const JOBS: &str = "jobs";
/// Whose turn it is to submit.
const SUBMISSION: &str = "submission";

/// A run that can't be handed to the cluster.
#[derive(Debug, thiserror::Error)]
pub enum SlurmError {
    #[error(
        "start {program}, which is Slurm's: {source} (give the command on a machine of the cluster that jobs are submitted from)"
    )]
    NoSlurm {
        program: &'static str,
        source: io::Error,
    },
    #[error("submit the job: sbatch said: {said}")]
    Refused { said: String },
    #[error(
        "submit the job after the array: sbatch said: {said} (array {array} was cancelled; if it is there still, give `scancel {array}`)"
    )]
    ReportRefused { array: String, said: String },
    #[error("read what sbatch printed, which is no number of a job: {0:?}")]
    NoNumber(String),
    #[error(
        "submit the run again: job {job} is at it still (wait for it, or give `scancel {job}` first)"
    )]
    Running { job: String },
    #[error(
        "submit the run: another command is submitting it just now (its folder has {claim}; see what \
         it says, and give this one again if nothing was submitted)"
    )]
    Submitting { claim: PathBuf },
    #[error("name the run's folder to Slurm: {0:?} has a line break in it, or is no UTF-8")]
    Name(PathBuf),
    #[error("{doing} {path}: {source}")]
    Io {
        doing: &'static str,
        path: PathBuf,
        source: io::Error,
    },
}

/// What the cluster is to do.
#[derive(Clone, Debug)]
pub struct Jobs {
    /// The run's folder, from the root.
    pub run: PathBuf,
    /// Where the command was given.
    pub directory: PathBuf,
    /// The program and all that it is given, but for what tells the tasks from each other.
    pub command: Vec<String>,
    /// Options of sbatch's.
    pub options: Vec<String>,
    /// How many parts the run has, and those with trials that aren't finished.
    pub parts: u64,
    pub unfinished: BTreeSet<u64>,
}

/// The numbers of jobs that were submitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submitted {
    pub array: String,
    pub report: String,
}

/// The parts of a run, out of so many, that these trials are in.
pub fn parts<'a>(trials: impl Iterator<Item = &'a TrialId>, of: u64) -> BTreeSet<u64> {
    trials.map(|trial| Shard::holding(trial, of)).collect()
}

impl Jobs {
    /// The script of the array.
    pub fn array(&self) -> Result<String, SlurmError> {
        let mut options = vec![format!("--array={}", ranges(&self.unfinished))];
        options.extend(self.options.iter().cloned());
        let part = format!("--shard=\"$SLURM_ARRAY_TASK_ID/{}\"", self.parts);
        self.script("", "%A_%a", &options, &part)
    }

    /// The script of the job that comes after it.
    pub fn report(&self) -> Result<String, SlurmError> {
        self.script("-report", "%j", &self.options, "--collect")
    }

    fn script(
        &self,
        suffix: &str,
        output: &str,
        options: &[String],
        last: &str,
    ) -> Result<String, SlurmError> {
        let text = |path: &Path| match path.to_str() {
            Some(text) if !text.contains('\n') => Ok(text.to_owned()),
            _ => Err(SlurmError::Name(path.to_owned())),
        };
        let run = text(&self.run)?;
        let name = self.run.file_name().and_then(|name| name.to_str());
        let name = name.unwrap_or("run").replace(char::is_whitespace, "-");
        // Slurm's patterns begin with a percent sign.
        let output = format!("{}/{FOLDER}/{output}.log", run.replace('%', "%%"));
        let mut script = "#!/bin/sh\n".to_owned();
        let own = [
            format!("--job-name=autoexp-{name}{suffix}"),
            format!("--chdir={}", text(&self.directory)?),
            format!("--output={output}"),
            // What a task said before its node failed and Slurm began it again stays.
            "--open-mode=append".to_owned(),
        ];
        for option in own.iter().chain(options) {
            script += &format!("#SBATCH {}\n", quoted(option));
        }
        let words: Vec<String> = self.command.iter().map(|word| quoted(word)).collect();
        script += &format!(
            "\n# What is mapped into memory lies on the node's own disk.\n\
             export AUTOEXP_LOCAL_CACHE=\"${{SLURM_TMPDIR:-${{TMPDIR:-/tmp}}}}/autoexp-$(id -u)\"\n\
             echo \"job $SLURM_JOB_ID on $SLURMD_NODENAME, $(date)\"\n\
             exec {} {last}\n",
            words.join(" ")
        );
        Ok(script)
    }

    /// Submits both.
    ///
    /// # Errors
    ///
    /// Where Slurm isn't there or refuses, or an array that was submitted before is still at work. If
    /// the second job is refused, the first is cancelled.
    pub fn submit(&self) -> Result<Submitted, SlurmError> {
        let folder = self.run.join(FOLDER);
        let failed = |doing, path: &Path| {
            let path = path.to_owned();
            move |source| SlurmError::Io {
                doing,
                path,
                source,
            }
        };
        fs::create_dir_all(&folder).map_err(failed("create", &folder))?;
        let turn = Claim::take(&folder, SUBMISSION).map_err(failed("write to", &folder))?;
        let Some(_turn) = turn else {
            let claim = folder.join(SUBMISSION);
            return Err(SlurmError::Submitting { claim });
        };
        let jobs = folder.join(JOBS);
        let earlier = match fs::read_to_string(&jobs) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            read => read.map_err(failed("read", &jobs))?,
        };
        for job in earlier.lines() {
            if is_active(job)? {
                return Err(SlurmError::Running { job: job.into() });
            }
        }
        let write = |name: &str, text: String| {
            let path = folder.join(name);
            fs::write(&path, text).map_err(failed("write", &path))?;
            Ok(path)
        };
        let array = write("array.sh", self.array()?)?;
        let report = write("report.sh", self.report()?)?;
        let array = sbatch(&[], &array)?;
        let after = format!("--dependency=afterany:{array}");
        let report = match sbatch(&[after], &report) {
            Ok(report) => report,
            Err(error) => {
                // Best effort: the error names the job.
                let _ = Command::new("scancel").arg(&array).output();
                return Err(match error {
                    SlurmError::Refused { said } => SlurmError::ReportRefused { array, said },
                    other => other,
                });
            }
        };
        fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&jobs)
            .and_then(|mut file| file.write_all(format!("{array}\n").as_bytes()))
            .map_err(failed("write", &jobs))?;
        Ok(Submitted { array, report })
    }
}

/// Submits a script; the job's number.
fn sbatch(options: &[String], script: &Path) -> Result<String, SlurmError> {
    let ran = Command::new("sbatch")
        .arg("--parsable")
        .args(options)
        .arg(script)
        .stdin(Stdio::null())
        .output()
        .map_err(|source| SlurmError::NoSlurm {
            program: "sbatch",
            source,
        })?;
    let said = String::from_utf8_lossy(&ran.stdout);
    if !ran.status.success() {
        let said = String::from_utf8_lossy(&ran.stderr);
        return Err(SlurmError::Refused {
            said: said.trim().replace('\n', "; "),
        });
    }
    // The number, and where there are several clusters a semicolon and the cluster's name.
    let number = said.trim().split(';').next().unwrap_or_default();
    match !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) {
        true => Ok(number.to_owned()),
        false => Err(SlurmError::NoNumber(said.into_owned())),
    }
}

/// Whether a job waits or runs. One that Slurm knows no more of is over.
fn is_active(job: &str) -> Result<bool, SlurmError> {
    let ran = Command::new("squeue")
        .args(["--noheader", "--format=%i", "--jobs", job])
        .stdin(Stdio::null())
        .output()
        .map_err(|source| SlurmError::NoSlurm {
            program: "squeue",
            source,
        })?;
    let said = String::from_utf8_lossy(&ran.stderr);
    match ran.status.success() {
        true => Ok(!ran.stdout.trim_ascii().is_empty()),
        false if said.contains("Invalid job id") => Ok(false),
        false => Err(SlurmError::Refused {
            said: said.trim().replace('\n', "; "),
        }),
    }
}

/// A word as the shell, and sbatch in its comments, read it back.
fn quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_=+:,./@%".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        return word.to_owned();
    }
    // Fails on a zero byte alone, which no argument of a program has.
    shlex::try_quote(word).map_or_else(|_| word.to_owned(), |word| word.into_owned())
}

/// Numbers as Slurm has them: `1-3,7`.
fn ranges(numbers: &BTreeSet<u64>) -> String {
    let mut spans: Vec<(u64, u64)> = Vec::new();
    for number in numbers {
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => spans.push((*number, *number)),
        }
    }
    let texts = spans.iter().map(|(first, last)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    });
    texts.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_follow_each_other_are_ranges() {
        for (numbers, text) in [
            (vec![1], "1"),
            (vec![1, 2, 3], "1-3"),
            (vec![2, 4, 5, 9], "2,4-5,9"),
        ] {
            assert_eq!(ranges(&numbers.into_iter().collect()), text);
        }
    }

    #[test]
    fn names_with_spaces_and_percent_signs_are_what_slurm_and_the_shell_read() {
        let jobs = Jobs {
            run: "/scratch/my run %j".into(),
            directory: "/home/it's me".into(),
            command: vec!["/opt/auto exp".into(), "eval".into(), "--model=$x".into()],
            options: vec!["--account=a b".into()],
            parts: 4,
            unfinished: [1, 2, 4].into(),
        };
        let script = jobs.array().unwrap();
        for line in [
            "#SBATCH --job-name=autoexp-my-run-%j",
            "#SBATCH \"--chdir=/home/it's me\"",
            "#SBATCH '--output=/scratch/my run %%j/slurm/%A_%a.log'",
            "#SBATCH --array=1-2,4",
            "#SBATCH '--account=a b'",
            "exec '/opt/auto exp' eval '--model=$x' --shard=\"$SLURM_ARRAY_TASK_ID/4\"",
        ] {
            assert!(script.lines().any(|it| it == line), "{line}\n{script}");
        }
        let lost = Jobs {
            run: "/scratch/two\nlines".into(),
            ..jobs
        };
        assert!(matches!(lost.report(), Err(SlurmError::Name(_))));
    }
}
