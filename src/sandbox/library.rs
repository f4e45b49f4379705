//! What every guest sees beside the workspace: the standard library, which is the archive as it was
//! unpacked with matplotlib's data files laid out within it, a folder of its own, `/dev/null`, and
//! files where it looks for `python`, which say what starts it.
//!
//! matplotlib looks for its data in a folder beside its code, which here is a place inside the
//! archive. The package carries that folder as a second archive, uncompressed, inside the first;
//! it is taken out once, and its members are ranges of that one file.

use std::fs::File;
use std::io::{self, Read};
use std::sync::{Arc, LazyLock};

use zip::ZipArchive;

use super::error::SandboxError;
use super::runtime::{self, Cache, Installed, Key, Kind, Recipe, RuntimeError};
use crate::progress::{Progress, Stage};
use crate::workspace::{self, Access, HostFile, MountError, Node, Tree, Workspace};

/// The archive within the archive, and where its members belong.
const DATA: &str = "matplotlib/mpl-data.zip";
const DATA_DIR: &str = "matplotlib/mpl-data";

/// Where the runtime looks for its standard library (compiled into it).
const LIBRARY: &str = "/usr/local/lib/python315.zip";
/// Where the runtime believes itself to be (`sys.executable`), and what a `PATH` leads to.
const PROGRAMS: &str = "/usr/local/bin";
const PYTHONS: [&str; 3] = ["python", "python.wasm", "python3"];
const PROGRAM: &[u8] = b"Python. In this sandbox, `subprocess` starts it by this name.\n";
const TMP: &str = "/tmp";
const NULL: &str = "/dev/null";

/// The archive as a node to mount.
pub(super) fn node(
    cache: &Cache,
    installed: &Installed,
    progress: &dyn Progress,
) -> Result<Node, SandboxError> {
    let recipe = Recipe {
        kind: Kind::Image,
        key: key(&installed.key)?,
        label: "unpacking matplotlib's data".to_owned(),
    };
    let data = runtime::derived(
        cache,
        &recipe,
        |_: &dyn Stage| take_data(installed),
        progress,
    )?;
    assemble(installed, data.file).map_err(SandboxError::Library)
}

/// What matplotlib's data is cached under, for a runtime.
pub(super) fn key(runtime: &Key) -> Result<Key, RuntimeError> {
    Key::new(format!("{}-matplotlib-data", runtime.as_str()))
}

fn take_data(installed: &Installed) -> Result<Vec<u8>, RuntimeError> {
    let read = || {
        let mut archive = ZipArchive::new(installed.stdlib_file())?;
        let mut bytes = Vec::new();
        archive.by_name(DATA)?.read_to_end(&mut bytes)?;
        Ok::<_, zip::result::ZipError>(bytes)
    };
    read().map_err(|error| RuntimeError::Make {
        label: "unpack matplotlib's data".to_owned(),
        source: error.into(),
    })
}

fn assemble(installed: &Installed, data: File) -> io::Result<Node> {
    let archive = HostFile::whole(installed.stdlib_file().try_clone()?)?;
    let mut members = ZipArchive::new(data.try_clone()?)?;
    let data = HostFile::whole(data)?;
    let mut files = Vec::with_capacity(members.len());
    for index in 0..members.len() {
        let member = members.by_index_raw(index)?;
        if member.is_dir() {
            continue;
        }
        let name = member.name()?;
        let stored = member.compression() == zip::CompressionMethod::Stored;
        match member
            .data_start()
            .and_then(|start| data.range(start, member.size()))
        {
            Some(file) if stored => files.push((name.into_owned(), file)),
            _ => return Err(io::Error::other(format!("{name} is not stored in {DATA}"))),
        }
    }
    let folder: Tree = files.into_iter().collect();
    let file = workspace::File::new(archive).with_annex(DATA_DIR, folder.root().clone());
    Ok(Node::File(Arc::new(file)))
}

/// Mounts what every guest sees.
pub(super) fn mount(workspace: &mut Workspace, library: &Node) -> Result<(), MountError> {
    workspace.mount_node(LIBRARY, library, Access::ReadOnly)?;
    static PROGRAM_FILES: LazyLock<Tree> = LazyLock::new(|| {
        PYTHONS
            .map(|name| (name, PROGRAM.to_vec()))
            .into_iter()
            .collect()
    });
    workspace.mount(PROGRAMS, &PROGRAM_FILES, Access::ReadOnly)?;
    workspace.mount(TMP, &Tree::default(), Access::ReadWrite)?;
    workspace.mount_null(NULL)
}

/// Takes it away again, with what the run left in its folder.
pub(super) fn unmount(workspace: &mut Workspace) -> Result<(), SandboxError> {
    for path in [LIBRARY, PROGRAMS, TMP, NULL] {
        workspace.unmount(path).map_err(SandboxError::Unmount)?;
    }
    Ok(())
}
