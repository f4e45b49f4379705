//! Whose turn a trial is.
//!
//! A claim is a file `<trial>.<k>` that its maker alone could create; the highest k counts. It is
//! a lease: its maker touches it while at work, and one that is not touched for [`LEASE`], or
//! whose maker is known to be gone, is overtaken by creating the next k, which again only one can.
//! Clocks jump and differ, so a claim that looks old is watched for a while first, and one from the
//! future lapses once it was watched for as long as a lease.
//! No lock is held, so any number of processes, on any number of machines that share the folder,
//! work through one run.
//!
//! What a claim's age is told by is the clock of the file system, which is one for all machines; and
//! files are opened before they are looked at, since NFS asks its server only then (close-to-open
//! consistency, nfs(5)) and otherwise tells what it knew up to a minute ago.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rustix::fs::{Timespec, Timestamps};
use serde::{Deserialize, Serialize};

use super::folder::GONE;

/// How long a claim holds after it was last touched.
const LEASE: Duration = Duration::from_secs(60);
const TOUCH: Duration = Duration::from_secs(10);
/// How long a claim that is older than a lease, by the clocks, must be seen untouched to lapse:
/// whoever is at work would have touched it.
const STILL: Duration = Duration::from_secs(25);

/// A claim that is held; given up when dropped.
#[derive(Debug)]
pub struct Claim {
    folder: PathBuf,
    trial: String,
    path: PathBuf,
    /// Tells this claim from any other ever made.
    token: String,
    touching: Option<(mpsc::Sender<()>, thread::JoinHandle<()>)>,
}

/// Who made a claim: enough to tell, on the same machine, whether it is still there.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Holder {
    /// Of the claim.
    #[serde(default)]
    token: String,
    host: String,
    /// Among which processes the number counts.
    #[serde(default)]
    space: Option<String>,
    pid: u32,
    /// When the process started, in the kernel's own terms: numbers of processes are used again.
    started: Option<String>,
}

impl Holder {
    fn this() -> Holder {
        Holder {
            token: token(),
            host: host(),
            space: space(),
            pid: std::process::id(),
            started: started(std::process::id()),
        }
    }

    /// Whether the process is known to be gone.
    fn is_gone(&self) -> bool {
        self.host == host()
            && self.space == space()
            && self.started.is_some()
            && started(self.pid) != self.started
    }
}

/// A name that no other claim has: of a process, a moment, and a count within the process.
pub(super) fn token() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let this = format!(
        "{} {} {} {count}",
        host(),
        std::process::id(),
        now.as_nanos()
    );
    blake3::hash(this.as_bytes()).to_hex()[..12].to_owned()
}

fn host() -> String {
    rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned()
}

/// The kernel, as long as it runs, and the namespace of processes: containers may have one name and
/// not see each other's processes, on one machine or on several. Nothing where there is no Linux.
fn space() -> Option<String> {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let namespace = std::fs::read_link("/proc/self/ns/pid").ok()?;
    Some(format!("{} {}", boot.trim(), namespace.display()))
}

/// The 22nd field of `/proc/<pid>/stat` (proc(5)); nothing where there is no such process or no
/// such file system.
fn started(pid: u32) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(19).map(str::to_owned)
}

impl Claim {
    /// Claims a trial; nothing if someone else holds it.
    pub fn take(folder: &Path, trial: &str) -> io::Result<Option<Claim>> {
        Claim::take_at(folder, trial, Instant::now())
    }

    fn take_at(folder: &Path, trial: &str, now: Instant) -> io::Result<Option<Claim>> {
        let last = all(folder, trial)?.into_iter().max();
        if let Some((_, path)) = &last
            && is_held(path, folder, now)?
        {
            return Ok(None);
        }
        let generation = match &last {
            None => 1,
            Some((generation, path)) => generation.checked_add(1).ok_or_else(|| {
                io::Error::other(format!(
                    "{} is no claim of autoexp's; remove it",
                    path.display()
                ))
            })?,
        };
        let holder = Holder::this();
        let path = folder.join(format!("{trial}.{generation}"));
        let file = match create(&path, &holder, folder) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(None),
            Err(error) => return Err(error),
        };
        Ok(Some(Claim {
            folder: folder.to_owned(),
            trial: trial.to_owned(),
            path,
            token: holder.token,
            touching: Some(keep_touching(file)),
        }))
    }

    /// What tells this claim from any other ever made.
    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// Whether it still counts: nobody has overtaken it.
    pub(super) fn is_held(&self) -> io::Result<bool> {
        let last = all(&self.folder, &self.trial)?.into_iter().max();
        Ok(last.is_some_and(|(_, path)| self.made(&path)))
    }

    fn made(&self, path: &Path) -> bool {
        holder(path).is_some_and(|holder| holder.token == self.token)
    }

    /// Gives up the claim on a trial that is finished, and takes away those it overtook, whose
    /// makers may be gone.
    pub(super) fn close(self) -> io::Result<()> {
        for (_, path) in all(&self.folder, &self.trial)? {
            match std::fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.touching.take() {
            drop(stop);
            let _ = thread.join();
        }
        // One left behind lapses by itself.
        if self.made(&self.path) {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

fn keep_touching(file: File) -> (mpsc::Sender<()>, thread::JoinHandle<()>) {
    let (stop, stopped) = mpsc::channel();
    let thread = thread::spawn(move || {
        while stopped.recv_timeout(TOUCH) == Err(mpsc::RecvTimeoutError::Timeout) {
            // A claim that can't be touched lapses: the work is done twice, and counted once.
            let _ = touch(&file);
        }
    });
    (stop, thread)
}

/// The claims on a trial. The highest counts.
fn all(folder: &Path, trial: &str) -> io::Result<Vec<(u32, PathBuf)>> {
    let mut claims = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let generation = name
            .to_str()
            .and_then(|name| name.strip_prefix(trial)?.strip_prefix('.')?.parse().ok());
        claims.extend(generation.map(|generation: u32| (generation, entry.path())));
    }
    Ok(claims)
}

/// Sets a file's time to now, by the clock of the file system it is on.
fn touch(file: &File) -> io::Result<()> {
    let now = Timespec {
        tv_sec: 0,
        tv_nsec: rustix::fs::UTIME_NOW,
    };
    let times = Timestamps {
        last_access: now,
        last_modification: now,
    };
    Ok(rustix::fs::futimens(file, &times)?)
}

/// Makes a claim's file, with its content from the start; fails where there is one already.
fn create(path: &Path, holder: &Holder, folder: &Path) -> io::Result<File> {
    let draft = folder.join(format!("{GONE}{}", holder.token));
    let made = File::create_new(&draft).and_then(|mut file| {
        file.write_all(&serde_json::to_vec(holder)?)?;
        match std::fs::hard_link(&draft, path) {
            // NFS may do what it is asked, lose its answer, and be asked again.
            Err(_) if is_of(path, holder) => {}
            // By whatever name a file system calls that: sshfs doesn't permit it.
            Err(_) if path.try_exists()? => return Err(io::ErrorKind::AlreadyExists.into()),
            Err(error) => {
                return Err(io::Error::new(
                    error.kind(),
                    format!("{error} (the file system has to allow hard links)"),
                ));
            }
            Ok(()) => {}
        }
        Ok(file)
    });
    let _ = std::fs::remove_file(&draft);
    made
}

/// Nothing for one that can't be read as a whole: it was cut off by a crash.
fn holder(path: &Path) -> Option<Holder> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

fn is_of(path: &Path, maker: &Holder) -> bool {
    holder(path).is_some_and(|holder| holder.token == maker.token)
}

/// When a file was last changed or touched; nothing where it isn't there.
fn modified(path: &Path) -> io::Result<Option<SystemTime>> {
    match File::open(path) {
        Ok(file) => Ok(Some(file.metadata()?.modified()?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a file was last changed or touched longer ago than a lease, by the clock of the file
/// system: where this machine's says so, a file is made `beside` it to see. Nothing where the file
/// isn't there.
pub(super) fn has_lapsed(path: &Path, beside: &Path) -> io::Result<Option<bool>> {
    let Some(modified) = modified(path)? else {
        return Ok(None);
    };
    // A time in the future is another machine's clock: fresh.
    if modified.elapsed().unwrap_or_default() <= LEASE {
        return Ok(Some(false));
    }
    let draft = beside.join(format!("{GONE}{}", token()));
    let now = File::create_new(&draft).and_then(|file| file.metadata()?.modified());
    let _ = std::fs::remove_file(&draft);
    let age = now?.duration_since(modified).unwrap_or_default();
    Ok(Some(age > LEASE))
}

fn is_held(path: &Path, folder: &Path, now: Instant) -> io::Result<bool> {
    let Some(modified) = modified(path)? else {
        return Ok(false);
    };
    if holder(path).is_some_and(|holder| holder.is_gone()) {
        return Ok(false);
    }
    let is_old = has_lapsed(path, folder)?.unwrap_or(true);
    let untouched = untouched(path, modified, now);
    Ok(!(untouched > LEASE || is_old && untouched > STILL))
}

/// How long this process has seen a claim untouched, by a clock that doesn't jump.
fn untouched(path: &Path, modified: SystemTime, now: Instant) -> Duration {
    static SEEN: Mutex<BTreeMap<PathBuf, (SystemTime, Instant)>> = Mutex::new(BTreeMap::new());
    let mut seen = SEEN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let first = seen.entry(path.to_owned()).or_insert((modified, now));
    if first.0 != modified {
        *first = (modified, now);
    }
    now.saturating_duration_since(first.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backdate(path: &Path, age: Duration) {
        let file = File::options().write(true).open(path).unwrap();
        file.set_modified(SystemTime::now() - age).unwrap();
    }

    fn after(time: Duration) -> Instant {
        Instant::now() + time + Duration::from_secs(1)
    }

    /// Takes a claim that looks old, after it was watched.
    fn overtake(folder: &Path) -> Claim {
        assert!(Claim::take(folder, "t").unwrap().is_none());
        Claim::take_at(folder, "t", after(STILL)).unwrap().unwrap()
    }

    #[test]
    fn a_clock_that_jumps_takes_no_claim_away_and_keeps_none_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let claim = Claim::take(folder.path(), "t").unwrap().unwrap();
        let file = File::options().write(true).open(&claim.path).unwrap();
        let day = Duration::from_secs(24 * 3600);
        // Our clock went a day ahead; the maker goes on touching the claim.
        for seconds in 0..6 {
            let touched = SystemTime::now() - day + Duration::from_secs(10 * seconds);
            file.set_modified(touched).unwrap();
            let looked = Instant::now() + Duration::from_secs(10 * seconds);
            assert!(
                Claim::take_at(folder.path(), "t", looked)
                    .unwrap()
                    .is_none()
            );
        }
        // The maker's clock was a day ahead, and the maker is gone without a trace.
        file.set_modified(SystemTime::now() + day).unwrap();
        assert!(Claim::take(folder.path(), "t").unwrap().is_none());
        let soon = Claim::take_at(folder.path(), "t", after(STILL)).unwrap();
        assert!(soon.is_none());
        let late = Claim::take_at(folder.path(), "t", after(LEASE)).unwrap();
        assert!(late.is_some());
    }

    #[test]
    fn one_at_a_time_holds_a_claim() {
        let folder = tempfile::tempdir().unwrap();
        let first = Claim::take(folder.path(), "t.1.a").unwrap().unwrap();
        assert!(Claim::take(folder.path(), "t.1.a").unwrap().is_none());
        assert!(Claim::take(folder.path(), "t.1").unwrap().is_some());
        drop(first);
        assert!(Claim::take(folder.path(), "t.1.a").unwrap().is_some());
    }

    #[test]
    fn of_many_that_ask_at_once_one_gets_it() {
        let folder = tempfile::tempdir().unwrap();
        let got = thread::scope(|scope| {
            let asking: Vec<_> = (0..16)
                .map(|_| scope.spawn(|| Claim::take(folder.path(), "t").unwrap()))
                .collect();
            asking
                .into_iter()
                .filter_map(|asked| asked.join().unwrap())
                .collect::<Vec<_>>()
        });
        assert_eq!(got.len(), 1);
    }

    #[test]
    fn a_claim_that_lapsed_is_overtaken_once() {
        let folder = tempfile::tempdir().unwrap();
        let first = Claim::take(folder.path(), "t").unwrap().unwrap();
        backdate(&first.path, LEASE + Duration::from_secs(1));
        let second = overtake(folder.path());
        assert!(second.is_held().unwrap() && !first.is_held().unwrap());
        assert!(second.path.ends_with("t.2"));
        assert!(Claim::take(folder.path(), "t").unwrap().is_none());
    }

    #[test]
    fn a_claim_that_is_touched_does_not_lapse() {
        let folder = tempfile::tempdir().unwrap();
        let claim = Claim::take(folder.path(), "t").unwrap().unwrap();
        backdate(&claim.path, LEASE + Duration::from_secs(1));
        touch(&File::open(&claim.path).unwrap()).unwrap();
        assert!(Claim::take(folder.path(), "t").unwrap().is_none());
    }

    #[test]
    fn a_link_that_was_made_though_it_failed_is_a_claim() {
        let folder = tempfile::tempdir().unwrap();
        let (path, ours) = (folder.path().join("t.1"), Holder::this());
        create(&path, &ours, folder.path()).unwrap();
        create(&path, &ours, folder.path()).unwrap();
        let error = create(&path, &Holder::this(), folder.path()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
    }

    #[test]
    fn whose_process_is_seen_nowhere_is_gone_where_its_number_counts_alone() {
        let mut holder = Holder::this();
        assert!(!holder.is_gone());
        holder.started = Some("long ago".to_owned());
        assert!(holder.is_gone());
        // In a container of the same name.
        holder.space = Some("elsewhere".to_owned());
        assert!(!holder.is_gone());
    }

    #[test]
    fn a_claim_that_was_overtaken_takes_nobody_elses_away() {
        let folder = tempfile::tempdir().unwrap();
        let first = Claim::take(folder.path(), "t").unwrap().unwrap();
        backdate(&first.path, LEASE + Duration::from_secs(1));
        drop(overtake(folder.path()));
        std::fs::remove_file(&first.path).unwrap();
        let third = Claim::take(folder.path(), "t").unwrap().unwrap();
        // The first and the third have one number.
        assert!(third.path == first.path && !first.is_held().unwrap());
        drop(first);
        assert!(third.is_held().unwrap());
    }

    #[test]
    fn a_claim_with_no_number_after_it_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(format!("t.{}", u32::MAX));
        std::fs::write(&path, "").unwrap();
        backdate(&path, LEASE + Duration::from_secs(1));
        assert!(Claim::take(folder.path(), "t").unwrap().is_none());
        let error = Claim::take_at(folder.path(), "t", after(STILL)).unwrap_err();
        assert!(error.to_string().contains("remove it"), "{error}");
    }

    #[test]
    fn a_claim_of_a_process_that_is_gone_is_overtaken_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut child = std::process::Command::new("sleep")
            .arg("60")
            .spawn()
            .unwrap();
        let holder = Holder {
            token: token(),
            host: host(),
            space: space(),
            pid: child.id(),
            started: started(child.id()),
        };
        std::fs::write(
            folder.path().join("t.1"),
            serde_json::to_vec(&holder).unwrap(),
        )
        .unwrap();
        assert!(Claim::take(folder.path(), "t").unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(Claim::take(folder.path(), "t").unwrap().is_some());
    }
}
