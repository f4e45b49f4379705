//! Why a file operation was refused.

/// The POSIX errors that file operations end in, with their numbers in WASI preview 1
/// (`typenames.witx`, `errno`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[repr(u16)]
#[expect(missing_docs, reason = "their messages say what they are")]
pub enum Errno {
    #[error("permission denied")]
    Acces = 2,
    #[error("bad file descriptor")]
    Badf = 8,
    #[error("file exists")]
    Exist = 20,
    #[error("bad address")]
    Fault = 21,
    #[error("file too large")]
    Fbig = 22,
    #[error("illegal byte sequence in a name")]
    Ilseq = 25,
    #[error("invalid argument")]
    Inval = 28,
    #[error("input/output error")]
    Io = 29,
    #[error("is a directory")]
    Isdir = 31,
    #[error("too many levels of symbolic links")]
    Loop = 32,
    #[error("too many open files")]
    Mfile = 33,
    #[error("too many links")]
    Mlink = 34,
    #[error("file name too long")]
    Nametoolong = 37,
    #[error("no such file or directory")]
    Noent = 44,
    #[error("out of memory: too many entries of directories that are being listed")]
    Nomem = 48,
    #[error("no space left: the limit on bytes or files is reached")]
    Nospc = 51,
    #[error("not a directory")]
    Notdir = 54,
    #[error("directory not empty")]
    Notempty = 55,
    #[error("not supported")]
    Notsup = 58,
    #[error("broken pipe")]
    Pipe = 64,
    #[error("device or resource busy")]
    Busy = 10,
    #[error("operation not permitted")]
    Perm = 63,
    #[error("read-only file system")]
    Rofs = 69,
    #[error("invalid seek")]
    Spipe = 70,
    #[error("cross-device link")]
    Xdev = 75,
}

impl Errno {
    /// As C has it: `ENOENT`.
    pub fn name(self) -> String {
        format!("E{self:?}").to_uppercase()
    }

    /// The number that preview 1 gives this error.
    pub fn raw(self) -> u16 {
        self as u16
    }
}

/// What a failure of the host's file system is to a guest.
pub(super) fn errno_of(error: &std::io::Error) -> Errno {
    match error.kind() {
        std::io::ErrorKind::PermissionDenied => Errno::Acces,
        std::io::ErrorKind::NotFound => Errno::Noent,
        _ => Errno::Io,
    }
}
