//! Splitting a module from its data segments, for a host that lays out the memory itself.

use wasm_encoder::{Module, RawSection};
use wasmparser::{DataKind, Operator, Parser, Payload};

/// Bytes that a module wants in its memory from the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    pub offset: u64,
    pub bytes: Vec<u8>,
}

/// Why a module can't do without its data segments.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    #[error("not a module: {0}")]
    Invalid(#[from] wasmparser::Error),
    #[error("a data segment is passive")]
    Passive,
    #[error("a data segment is for the memory {0}, not the first")]
    OtherMemory(u32),
    #[error("the place of a data segment is computed")]
    Computed,
    #[error("the code refers to data segments")]
    Used,
}

/// The module without its data segments, and those, in the order in which they are to be written.
/// The module behaves the same on a memory that holds them.
///
/// # Errors
///
/// Segments whose bytes don't simply belong at a fixed place of the first memory.
pub fn strip_data(wasm: &[u8]) -> Result<(Vec<u8>, Vec<Segment>), DataError> {
    let mut module = Module::new();
    let mut segments = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        match &payload {
            Payload::DataSection(section) => {
                for data in section.clone() {
                    segments.push(segment(&data?)?);
                }
                continue;
            }
            // Tells how many there are to code that refers to them, which there must not be.
            Payload::DataCountSection { .. } => continue,
            Payload::CodeSectionEntry(body) => {
                for operator in body.get_operators_reader()? {
                    if let Operator::MemoryInit { .. } | Operator::DataDrop { .. } = operator? {
                        return Err(DataError::Used);
                    }
                }
            }
            _ => {}
        }
        if let Some((id, range)) = payload.as_section() {
            let data = &wasm[range];
            module.section(&RawSection { id, data });
        }
    }
    Ok((module.finish(), segments))
}

fn segment(data: &wasmparser::Data<'_>) -> Result<Segment, DataError> {
    let (memory_index, offset) = match &data.kind {
        DataKind::Passive => return Err(DataError::Passive),
        DataKind::Active {
            memory_index,
            offset_expr,
        } => (*memory_index, offset_expr),
    };
    if memory_index != 0 {
        return Err(DataError::OtherMemory(memory_index));
    }
    let mut offset = offset.get_operators_reader();
    let place = match offset.read()? {
        Operator::I32Const { value } => u64::from(value.cast_unsigned()),
        Operator::I64Const { value } => value.cast_unsigned(),
        _ => return Err(DataError::Computed),
    };
    match offset.read()? {
        Operator::End => Ok(Segment {
            offset: place,
            bytes: data.data.to_vec(),
        }),
        _ => Err(DataError::Computed),
    }
}
