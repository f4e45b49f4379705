//! A small world to install in.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use autoexp::progress::Silent;
use autoexp::sandbox::runtime::{
    Artifact, Cache, FetchOptions, Installed, Lock, RuntimeError, Sha256, compiled, install,
};
use zip::write::SimpleFileOptions;

pub const WASM: &[u8] = b"\0asm\x01\0\0\0 and so on";

/// A folder with a tiny wheel, the lock that names it, and an empty cache.
pub struct World {
    pub dir: tempfile::TempDir,
    pub lock: String,
}

impl World {
    pub fn new() -> World {
        World::with_stdlib(b"a standard library")
    }

    pub fn with_stdlib(stdlib: &[u8]) -> World {
        let dir = tempfile::tempdir().unwrap();
        let links = dir.path().join("links");
        fs::create_dir(&links).unwrap();
        let wheel = wheel("tiny-python", "0.1.0", stdlib);
        fs::write(links.join("tiny_python-0.1.0-py3-none-any.whl"), &wheel).unwrap();
        let lock = format!(
            r#"
            format = 1
            python = "3.99.0"
            [wheel]
            package = "tiny-python"
            version = "0.1.0"
            requires-python = "3.99"
            file = "tiny_python-0.1.0-py3-none-any.whl"
            size = {}
            sha256 = "{}"
            [wasm]
            member = "tiny_python/python.wasm"
            size = {}
            sha256 = "{}"
            [stdlib]
            member = "tiny_python/python-stdlib.zip"
            size = {}
            sha256 = "{}"
            "#,
            wheel.len(),
            Sha256::of(&wheel),
            WASM.len(),
            Sha256::of(WASM),
            stdlib.len(),
            Sha256::of(stdlib),
        );
        World { dir, lock }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn wheel(&self) -> PathBuf {
        self.path("links/tiny_python-0.1.0-py3-none-any.whl")
    }

    pub fn lock(&self) -> Lock {
        Lock::parse(&self.lock).unwrap()
    }

    pub fn cache(&self) -> Cache {
        Cache::open(self.path("cache")).unwrap()
    }

    pub fn options(&self, wheel: Option<PathBuf>) -> FetchOptions {
        FetchOptions {
            lock: self.lock(),
            wheel,
            python: None,
        }
    }

    /// Installs from the wheel by path.
    pub fn install(&self) -> Installed {
        install(&self.cache(), &self.options(Some(self.wheel())), &Silent).unwrap()
    }

    pub fn try_install(&self, wheel: &Path) -> RuntimeError {
        install(
            &self.cache(),
            &self.options(Some(wheel.to_owned())),
            &Silent,
        )
        .unwrap_err()
    }

    /// The native code of the tiny interpreter: its bytes backwards. Counts the compilations.
    pub fn compile(&self, installed: &Installed, count: &AtomicUsize) -> Artifact {
        compiled(
            &self.cache(),
            installed,
            "v1",
            |wasm, _| {
                count.fetch_add(1, Ordering::SeqCst);
                Ok::<_, RuntimeError>(wasm.iter().rev().copied().collect())
            },
            &Silent,
        )
        .unwrap()
    }

    /// Another process that installs with its pip, from the folder `links` and no index.
    pub fn child(&self, prepare: impl FnOnce(&mut Command)) -> Child {
        let mut command = self.command();
        prepare(&mut command);
        command.spawn().unwrap()
    }

    pub fn command(&self) -> Command {
        let lock = self.path("tiny.lock");
        // Only if it has to be: another child may be reading it.
        if fs::read_to_string(&lock).is_ok_and(|there| there != self.lock) || !lock.exists() {
            fs::write(&lock, &self.lock).unwrap();
        }
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "child", "--ignored", "--nocapture"])
            .env("AUTOEXP_CACHE", self.path("cache"))
            .env("AUTOEXP_TEST_LOCK", lock)
            .env("PIP_NO_INDEX", "1")
            .env("PIP_FIND_LINKS", self.path("links"))
            .env_remove("PIP_CONFIG_FILE")
            .env_remove("AUTOEXP_RUNTIME_WHEEL")
            .env_remove("AUTOEXP_PYTHON")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// What the cache holds, as paths below it, without locks and tag.
    pub fn holds(&self) -> Vec<String> {
        let root = self.path("cache");
        let mut found = Vec::new();
        let mut dirs = vec![root.clone()];
        while let Some(dir) = dirs.pop() {
            for name in fs::read_dir(dir).unwrap() {
                let path = name.unwrap().path();
                if fs::symlink_metadata(&path).unwrap().is_dir() {
                    dirs.push(path);
                } else {
                    found.push(path.strip_prefix(&root).unwrap().display().to_string());
                }
            }
        }
        found.retain(|path| !path.starts_with("locks/") && path != "CACHEDIR.TAG");
        found.sort();
        found
    }
}

pub fn wheel(package: &str, version: &str, stdlib: &[u8]) -> Vec<u8> {
    let name = package.replace('-', "_");
    let info = format!("{name}-{version}.dist-info");
    let metadata = format!(
        "Metadata-Version: 2.1\nName: {package}\nVersion: {version}\nRequires-Python: >=3.99\n"
    );
    let tags = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
    let members: [(String, &[u8]); 6] = [
        (format!("{name}/python.wasm"), WASM),
        (format!("{name}/python-stdlib.zip"), stdlib),
        (format!("{name}/unused.bin"), b"not unpacked"),
        (format!("{info}/METADATA"), metadata.as_bytes()),
        (format!("{info}/WHEEL"), tags.as_bytes()),
        (format!("{info}/RECORD"), b""),
    ];
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        archive
            .start_file(name, SimpleFileOptions::default())
            .unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// The standard output and standard error of a finished child.
pub fn said(child: Child) -> (String, String) {
    let Output { stdout, stderr, .. } = child.wait_with_output().unwrap();
    (
        String::from_utf8(stdout).unwrap(),
        String::from_utf8(stderr).unwrap(),
    )
}

/// The host Python of the tests: the one behind the first on `PATH`.
pub fn python() -> String {
    let output = Command::new("python3")
        .args(["-c", "import sys; print(sys.executable)"])
        .output();
    let output = output.expect("these tests need a python3 with pip");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

pub fn script(path: &Path, body: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("#!/bin/sh\n{body}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

pub const INSTALLED: [&str; 3] = ["python-stdlib.zip", "python.wasm", "record.json"];

pub fn assert_installed(world: &World) {
    let key = world.lock().key();
    let expected = INSTALLED.map(|name| format!("runtime/{}/{name}", key.as_str()));
    assert_eq!(world.holds(), expected);
}

pub fn wait_for<T>(mut what: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = what() {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "waited in vain");
        thread::sleep(Duration::from_millis(10));
    }
}
