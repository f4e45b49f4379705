//! What a wheel holds.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::error::PackageError;

/// Bytes that a wheel may unpack to.
const MOST: u64 = 256 << 20;
/// How names of compiled code end.
const COMPILED: [&str; 4] = [".so", ".pyd", ".dylib", ".dll"];

/// The files of a wheel, as they lie on Python's path.
pub(super) fn unpack(file: &str, bytes: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, PackageError> {
    let wrong = |reason: String| PackageError::Wheel {
        file: file.to_owned(),
        reason,
    };
    let damaged = |error: &dyn std::fmt::Display| wrong(format!("it is no whole wheel: {error}"));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let (mut files, mut total) = (BTreeMap::new(), 0);
    for index in 0..archive.len() {
        let member = archive.by_index(index).map_err(|error| damaged(&error))?;
        let Some(path) = member.enclosed_name() else {
            return Err(wrong("a name in it leads out of it".to_owned()));
        };
        let path = path.to_string_lossy().into_owned();
        if member.is_dir() {
            continue;
        }
        if COMPILED.iter().any(|ending| path.ends_with(ending)) {
            return Err(wrong(format!(
                "{path} is compiled for other machines than this sandbox"
            )));
        }
        let Some(path) = on_path(&path) else {
            continue;
        };
        let mut content = Vec::new();
        // One more than is allowed, to find that it is too much.
        let left = MOST - total + 1;
        member
            .take(left)
            .read_to_end(&mut content)
            .map_err(|error| damaged(&error))?;
        total += content.len() as u64;
        if total > MOST {
            return Err(wrong(format!("it unpacks to more than {} MiB", MOST >> 20)));
        }
        files.insert(path, content);
    }
    Ok(files)
}

/// Where a member lies on Python's path; nothing for scripts and the like.
fn on_path(path: &str) -> Option<String> {
    let Some((_, data)) = path.split_once(".data/") else {
        return Some(path.to_owned());
    };
    let inside = ["purelib/", "platlib/"]
        .iter()
        .find_map(|kind| data.strip_prefix(kind));
    inside.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn wheel(members: &[(&str, &str)]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in members {
            let options = zip::write::SimpleFileOptions::default();
            archive.start_file(*name, options).unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    #[test]
    fn files_lie_as_python_looks_for_them() {
        let bytes = wheel(&[
            ("pkg/__init__.py", "x = 1\n"),
            ("pkg-1.0.data/purelib/other.py", "y = 2\n"),
            ("pkg-1.0.data/scripts/tool", "#!python\n"),
            ("pkg-1.0.dist-info/METADATA", "Name: pkg\n"),
        ]);
        let files = unpack("pkg-1.0-py3-none-any.whl", &bytes).unwrap();
        let names: Vec<&str> = files.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            ["other.py", "pkg-1.0.dist-info/METADATA", "pkg/__init__.py"]
        );
        assert_eq!(files["other.py"], b"y = 2\n");
    }

    #[test]
    fn what_cannot_be_used_is_refused_with_the_reason() {
        for (bytes, reason) in [
            (
                wheel(&[("pkg/fast.cpython-313.so", "")]),
                "compiled for other machines",
            ),
            (wheel(&[("../x.py", "")]), "leads out of it"),
            (b"not a zip".to_vec(), "no whole wheel"),
            (wheel(&[("a.py", "1")])[..40].to_vec(), "no whole wheel"),
        ] {
            let error = unpack("pkg.whl", &bytes).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
