//! Functions that the host stands in for: the module's own body becomes a call through a table.
//!
//! A table, and not imports: those come first in the numbering of functions, so that every call in
//! the module would have to be written anew.

use wasm_encoder::{Encode, Instruction};
use wasmparser::{KnownCustom, Name, NameSectionReader, Parser, Payload};

use super::MeterError;
use super::survey::{Function, Survey};

/// Marks the functions of these names in a survey.
pub(super) fn mark(wasm: &[u8], names: &[&str], survey: &mut Survey) -> Result<(), MeterError> {
    if names.is_empty() {
        return Ok(());
    }
    let mut found = vec![Vec::new(); names.len()];
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::CustomSection(section) = payload?
            && let KnownCustom::Name(section) = section.as_known()
        {
            find(section, names, &mut found)?;
        }
    }
    for (entry, (name, found)) in names.iter().zip(&found).enumerate() {
        let index = match found[..] {
            [index] => index.checked_sub(survey.imported_functions),
            _ => None,
        };
        let function = index.and_then(|index| survey.functions.get_mut(index as usize));
        let Some(function) = function else {
            return Err(MeterError::Named {
                name: (*name).to_owned(),
                found: found.len(),
            });
        };
        function.handed_over = Some(entry as u32);
        // What stands in for it calls none of the module's.
        function.callees.clear();
        function.calls_unknown = false;
    }
    survey.handed_over = names.len() as u32;
    Ok(())
}

fn find(
    section: NameSectionReader<'_>,
    names: &[&str],
    found: &mut [Vec<u32>],
) -> wasmparser::Result<()> {
    for subsection in section {
        if let Name::Function(functions) = subsection? {
            for naming in functions {
                let naming = naming?;
                if let Some(at) = names.iter().position(|name| *name == naming.name) {
                    found[at].push(naming.index);
                }
            }
        }
    }
    Ok(())
}

/// The body of a function whose work the host does: a call of an entry of a table.
pub(super) fn body(function: &Function, entry: u32, table: u32) -> Vec<u8> {
    let mut out = Vec::new();
    0u32.encode(&mut out);
    for parameter in 0..function.parameters {
        Instruction::LocalGet(parameter).encode(&mut out);
    }
    Instruction::I32Const(entry.cast_signed()).encode(&mut out);
    Instruction::CallIndirect {
        type_index: function.ty,
        table_index: table,
    }
    .encode(&mut out);
    Instruction::End.encode(&mut out);
    out
}
