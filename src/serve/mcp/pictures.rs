//! Pictures that come back as such: what a run wrote, and figures that it showed.

use std::io;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rmcp::model::ContentBlock;

use super::super::hosted::Frozen;
use crate::sandbox::WORKSPACE;
use crate::units;
use crate::workspace::{self, Content, Node};

/// Pictures in one answer.
const COUNT_MAX: usize = 8;
/// Bytes of a picture, and of all pictures in one answer.
const PICTURE_MAX: u64 = 3 << 20;
const ALL_MAX: u64 = 8 << 20;
/// Where `driver.py` puts a figure that is shown.
pub(super) const SHOWN: &str = "/tmp/.figures";

/// What a client shows, by the ends of files' names.
const TYPES: [(&str, &str); 5] = [
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
];

/// What kind of picture a file is, by its name.
pub(super) fn kind(path: &str) -> Option<&'static str> {
    let (_, end) = path.rsplit_once('.')?;
    let mut types = TYPES.iter();
    let found = types.find(|(known, _)| known.eq_ignore_ascii_case(end))?;
    Some(found.1)
}

/// A picture, unless it is too large to be shown.
pub(super) fn block(bytes: &[u8], kind: &str) -> Option<ContentBlock> {
    (bytes.len() as u64 <= PICTURE_MAX).then(|| ContentBlock::image(STANDARD.encode(bytes), kind))
}

/// The pictures that came between two moments.
#[derive(Default)]
pub(super) struct Pictures {
    pub names: Vec<String>,
    pub blocks: Vec<ContentBlock>,
    /// What isn't shown, and why.
    pub left_out: Vec<String>,
}

impl Pictures {
    pub fn between(before: &Frozen, after: &Frozen) -> io::Result<Pictures> {
        let mut pictures = Pictures::default();
        let mut all = 0;
        for folder in [WORKSPACE, "/tmp"] {
            for change in workspace::diff(&before.tree(folder), &after.tree(folder))? {
                let path = format!("{folder}/{}", change.path);
                let (Some(kind), Some(Node::File(file))) = (kind(&path), &change.after) else {
                    continue;
                };
                // Moved or copied from where it was before the run.
                if let Content::Host(_) = file.content() {
                    continue;
                }
                let name = match path.strip_prefix(SHOWN) {
                    Some(shown) => shown[1..].split_once(' ').map_or(shown, |(_, name)| name),
                    None => path.strip_prefix("/workspace/").unwrap_or(&path),
                };
                let length = file.content().len();
                if pictures.blocks.len() == COUNT_MAX {
                    pictures.left_out.push(format!(
                        "{name}: more than {COUNT_MAX} pictures in one answer"
                    ));
                } else if length > PICTURE_MAX || all + length > ALL_MAX {
                    pictures.left_out.push(format!(
                        "{name}: {} is too large; draw it with fewer dots per inch",
                        units::format_size(length)
                    ));
                } else if let Some(block) = block(&file.content().read_all()?, kind) {
                    all += length;
                    pictures.names.push(name.to_owned());
                    pictures.blocks.push(block);
                }
            }
        }
        Ok(pictures)
    }
}
