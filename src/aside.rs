//! Files that are written aside and put in their place whole.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::NamedTempFile;

/// What a new file's permissions are before the umask takes from them: records and reports are to
/// be shared, unlike other temporary files.
pub(crate) fn permissions() -> Permissions {
    Permissions::from_mode(0o666)
}

/// A file in a folder, to be written and then given its name there.
pub(crate) fn file_in(folder: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new()
        .permissions(permissions())
        .tempfile_in(folder)
}
