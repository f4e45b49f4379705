//! A folder to work in, and the real binary run there.

use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Once, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use autoexp::progress::Silent;
use autoexp::sandbox::Sandbox;
use autoexp::sandbox::runtime::{Cache, FetchOptions};

/// The program under test.
pub const AUTOEXP: &str = env!("CARGO_BIN_EXE_autoexp");

/// How long a test waits for what must happen before it says that it did not.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// Prepares the runtime, so that no test sees the progress of it in what it looks at.
pub fn prepare() {
    static READY: Once = Once::new();
    READY.call_once(|| {
        let status = Command::new(AUTOEXP).args(["runtime", "fetch"]).status();
        assert!(status.unwrap().success(), "the runtime can't be prepared");
    });
}

/// The sandbox as a library.
pub fn sandbox() -> &'static Sandbox {
    static SANDBOX: OnceLock<Sandbox> = OnceLock::new();
    prepare();
    SANDBOX.get_or_init(|| {
        let cache = Cache::locate().and_then(Cache::open).unwrap();
        Sandbox::prepare(&cache, &FetchOptions::from_env(), &Silent).unwrap()
    })
}

/// A folder of a test's own.
pub struct Dir(tempfile::TempDir);

impl Dir {
    pub fn new() -> Dir {
        Dir(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Makes a file, and the folders that lead there.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Everything in the folder: each path with what is there, sorted.
    pub fn snapshot(&self) -> Vec<String> {
        let mut found = Vec::new();
        walk(self.0.path(), "", &mut found);
        found
    }

    /// `autoexp` in this folder.
    pub fn autoexp<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> TestCommand {
        prepare();
        let mut command = Command::new(AUTOEXP);
        command
            .current_dir(self.0.path())
            .args(args)
            .env_remove("AUTOEXP_TASKS");
        TestCommand {
            command,
            stdin: Vec::new(),
        }
    }

    /// `autoexp python` in this folder.
    pub fn python<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> TestCommand {
        let mut command = self.autoexp(["python"]);
        command.command.args(args);
        command
    }

    /// The host's own `python3` in this folder, with nothing of the environment that would change
    /// what it does, and text in UTF-8, which CPython 3.15 has by itself.
    pub fn native<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> TestCommand {
        let mut command = Command::new("python3");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PYTHON") {
                command.env_remove(name);
            }
        }
        command
            .current_dir(self.0.path())
            .args(args)
            .env("PYTHONUTF8", "1");
        TestCommand {
            command,
            stdin: Vec::new(),
        }
    }

    /// The standard output of a program that must end well.
    pub fn prints(&self, code: &str) -> String {
        self.python(["-c", code]).run().code(0).stdout()
    }
}

fn walk(dir: &Path, at: &str, found: &mut Vec<String>) {
    let mut entries: Vec<_> = fs::read_dir(dir).unwrap().map(Result::unwrap).collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = format!("{at}{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            found.push(format!("{path}/"));
            walk(&entry.path(), &format!("{path}/"), found);
        } else if kind.is_symlink() {
            let target = fs::read_link(entry.path()).unwrap();
            found.push(format!("{path} -> {}", target.display()));
        } else {
            let bytes = fs::read(entry.path()).unwrap();
            found.push(format!("{path}: {}", String::from_utf8_lossy(&bytes)));
        }
    }
}

/// The binary about to be run.
pub struct TestCommand {
    command: Command,
    stdin: Vec<u8>,
}

impl TestCommand {
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> TestCommand {
        self.stdin = bytes.into();
        self
    }

    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> TestCommand {
        self.command.env(name, value);
        self
    }

    pub fn without_env(mut self, name: &str) -> TestCommand {
        self.command.env_remove(name);
        self
    }

    /// Has it run with so many KiB of address space, as `ulimit -v` sets it.
    #[cfg(target_os = "linux")]
    pub fn within_address_space(self, kib: u64) -> TestCommand {
        self.after(&format!("ulimit -v {kib}"))
    }

    /// Has it run where no file may grow beyond so many blocks, as `ulimit -f` sets it: what is
    /// beyond is refused, as by a full disk.
    #[cfg(target_os = "linux")]
    pub fn within_file_size(self, blocks: u64) -> TestCommand {
        self.after(&format!("trap '' XFSZ && ulimit -f {blocks}"))
    }

    /// Has a shell do something first.
    #[cfg(target_os = "linux")]
    fn after(mut self, first: &str) -> TestCommand {
        let mut limited = Command::new("sh");
        limited
            .args(["-c", &format!("{first} && exec \"$0\" \"$@\"")])
            .arg(self.command.get_program())
            .args(self.command.get_args())
            .env_remove("AUTOEXP_TASKS");
        if let Some(dir) = self.command.get_current_dir() {
            limited.current_dir(dir);
        }
        self.command = limited;
        self
    }

    /// Starts it with pipes for its streams.
    pub fn start(mut self) -> Child {
        self.command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Runs it to its end with nobody to read what it prints; what it says on standard error.
    pub fn run_unread(mut self) -> (ExitStatus, String) {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let ended = self.command.stdin(Stdio::null()).stdout(writer).output();
        let ended = ended.unwrap();
        let stderr = String::from_utf8_lossy(&ended.stderr);
        (ended.status, stderr.into_owned())
    }

    /// Runs it to its end.
    pub fn run(self) -> Ran {
        self.run_watched(|_| {})
    }

    /// Runs it to its end, calling `watch` with its process id again and again until then.
    pub fn run_watched(mut self, mut watch: impl FnMut(u32)) -> Ran {
        let called = format!("{:?}", self.command);
        let input = std::mem::take(&mut self.stdin);
        let started = Instant::now();
        let mut child = self.start();
        let mut stdin = child.stdin.take().unwrap();
        // A program may well end without reading what it is given.
        let feed = thread::spawn(move || stdin.write_all(&input));
        let stdout = drain(child.stdout.take().unwrap());
        let stderr = drain(child.stderr.take().unwrap());
        let status = loop {
            watch(child.id());
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if started.elapsed() > PATIENCE {
                child.kill().unwrap();
                panic!("{called}\nstill ran after {PATIENCE:?}");
            }
            thread::sleep(Duration::from_millis(2));
        };
        let _ = feed.join().unwrap();
        Ran {
            called,
            status,
            stdout: stdout.join().unwrap(),
            stderr: stderr.join().unwrap(),
            elapsed: started.elapsed(),
        }
    }
}

fn drain(mut stream: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        bytes
    })
}

/// What came of a run.
pub struct Ran {
    called: String,
    pub status: ExitStatus,
    pub stdout: Vec<u8>,
    stderr: Vec<u8>,
    pub elapsed: Duration,
}

impl Ran {
    /// Asserts the exit code.
    #[track_caller]
    pub fn code(self, code: i32) -> Ran {
        assert_eq!(self.status.code(), Some(code), "{self}");
        self
    }

    pub fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }

    /// Asserts all of standard output.
    #[track_caller]
    pub fn prints(self, expected: &str) -> Ran {
        assert_eq!(self.stdout(), expected, "{self}");
        self
    }

    /// Asserts a part of standard error.
    #[track_caller]
    pub fn complains(self, part: &str) -> Ran {
        assert!(self.stderr().contains(part), "no {part:?} in\n{self}");
        self
    }

    /// Asserts that nothing was said on standard error.
    #[track_caller]
    pub fn silent(self) -> Ran {
        assert_eq!(self.stderr(), "", "{self}");
        self
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let clip = |text: String| match text.char_indices().nth(4_000) {
            Some((at, _)) => format!("{}…", &text[..at]),
            None => text,
        };
        write!(
            f,
            "{}\nended with {} after {:?}\n-- stdout\n{}\n-- stderr\n{}\n--",
            self.called,
            self.status,
            self.elapsed,
            clip(self.stdout()),
            clip(self.stderr())
        )
    }
}
