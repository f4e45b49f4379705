//! The module around the functions: section by section, with what the pass adds.

use wasm_encoder::{
    CodeSection, ConstExpr, Encode, ExportKind, ExportSection, GlobalSection, GlobalType,
    MemorySection, MemoryType, Module, RawSection, RefType, Section, SectionId, TableSection,
    TableType, ValType,
};
use wasmparser::{BinaryReader, FunctionBody, Parser, Payload};

use super::survey::{Charging, Layout, Survey, survey};
use super::{FUEL, HOST, MeterError, STACK, STOP, body, depth, hand_over};

/// A module that counts what it does.
#[derive(Debug)]
pub struct Metered {
    pub wasm: Vec<u8>,
    pub stats: Stats,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stats {
    pub functions: usize,
    /// Those whose calls are counted against the stack.
    pub counted: usize,
}

/// The fuel and stack that a module starts with, for what runs before the host sets them.
const PLENTY: i64 = i64::MAX / 2;

/// Makes a module count its fuel and stack, and hands the functions of these names over to the host
/// (see [`HOST`]). The same module gives the same bytes.
///
/// Custom sections are dropped: they speak of the code as it was.
///
/// # Errors
///
/// A module that is invalid, uses proposals that the pass has no prices for (garbage collection,
/// threads, 64-bit memories, the older exceptions), exports one of our names itself, or doesn't have
/// just one function of each name.
pub fn instrument(wasm: &[u8], hand_over: &[&str]) -> Result<Metered, MeterError> {
    rewrite(wasm, hand_over, Charging::Cached)
}

/// The same exports on code that counts nothing: what the price of counting is measured against.
#[doc(hidden)]
pub fn uncounted(wasm: &[u8], hand_over: &[&str]) -> Result<Metered, MeterError> {
    rewrite(wasm, hand_over, Charging::Off)
}

pub(super) fn rewrite(
    wasm: &[u8],
    hand_over: &[&str],
    charging: Charging,
) -> Result<Metered, MeterError> {
    let mut survey = survey(wasm)?;
    hand_over::mark(wasm, hand_over, &mut survey)?;
    depth::count_frames(&mut survey);
    let layout = Layout {
        fuel: survey.globals,
        stack: survey.globals + 1,
        stop: survey.memories,
        host: survey.tables,
        charging,
    };
    let mut output = Output {
        module: Module::new(),
        layout,
        pending: vec![
            SectionId::Export,
            SectionId::Global,
            SectionId::Memory,
            SectionId::Table,
            SectionId::Type,
        ],
    };
    for payload in Parser::new(0).parse_all(wasm) {
        output.payload(payload?, wasm, &survey)?;
    }
    let counted = survey
        .functions
        .iter()
        .filter(|function| function.frame.is_counted())
        .count();
    Ok(Metered {
        wasm: output.module.finish(),
        stats: Stats {
            functions: survey.functions.len(),
            counted,
        },
    })
}

/// The order of sections, which their numbers don't follow.
fn rank(id: u8) -> usize {
    const ORDER: [SectionId; 13] = [
        SectionId::Type,
        SectionId::Import,
        SectionId::Function,
        SectionId::Table,
        SectionId::Memory,
        SectionId::Tag,
        SectionId::Global,
        SectionId::Export,
        SectionId::Start,
        SectionId::Element,
        SectionId::DataCount,
        SectionId::Code,
        SectionId::Data,
    ];
    ORDER
        .iter()
        .position(|section| *section as u8 == id)
        .unwrap_or(ORDER.len())
}

struct Output {
    module: Module,
    layout: Layout,
    /// The sections we add to that haven't come yet, the last to come first.
    pending: Vec<SectionId>,
}

impl Output {
    fn payload(
        &mut self,
        payload: Payload<'_>,
        wasm: &[u8],
        survey: &Survey,
    ) -> Result<(), MeterError> {
        match payload {
            // Its entries are read with it.
            Payload::CodeSectionEntry(_) | Payload::CustomSection(_) => {}
            Payload::CodeSectionStart { ref range, .. } => {
                self.catch_up(SectionId::Code as u8, survey);
                let reader = BinaryReader::new(&wasm[range.clone()], range.start);
                let bodies = wasmparser::CodeSectionReader::new(reader)?;
                self.module.section(&self.code(bodies, survey)?);
            }
            Payload::End(_) => self.catch_up(u8::MAX, survey),
            payload => {
                let Some((id, range)) = payload.as_section() else {
                    return Ok(());
                };
                self.catch_up(id, survey);
                let section = &wasm[range];
                if self
                    .pending
                    .last()
                    .is_some_and(|pending| *pending as u8 == id)
                {
                    self.pending.pop();
                    self.extend(id, section, survey)?;
                } else {
                    self.module.section(&RawSection { id, data: section });
                }
            }
        }
        Ok(())
    }

    /// Writes the sections of ours that the module doesn't have, up to where one of its own goes.
    fn catch_up(&mut self, id: u8, survey: &Survey) {
        while let Some(pending) = self
            .pending
            .pop_if(|pending| rank(*pending as u8) < rank(id))
        {
            let (count, entries) = self.added(pending as u8, survey);
            if count > 0 {
                self.write(pending as u8, count, &[], &entries);
            }
        }
    }

    /// Writes a section with our entries after its own.
    fn extend(&mut self, id: u8, section: &[u8], survey: &Survey) -> Result<(), MeterError> {
        let mut reader = BinaryReader::new(section, 0);
        let count = reader.read_var_u32()?;
        let (more, entries) = self.added(id, survey);
        self.write(
            id,
            count + more,
            &section[reader.original_position()..],
            &entries,
        );
        Ok(())
    }

    fn write(&mut self, id: u8, count: u32, before: &[u8], after: &[u8]) {
        let mut data = Vec::with_capacity(before.len() + after.len() + 5);
        count.encode(&mut data);
        data.extend_from_slice(before);
        data.extend_from_slice(after);
        self.module.section(&RawSection { id, data: &data });
    }

    /// What we add to a section: how many entries, and their bytes.
    fn added(&self, id: u8, survey: &Survey) -> (u32, Vec<u8>) {
        if id == SectionId::Type as u8 {
            let mut types = wasm_encoder::TypeSection::new();
            let mut blocks: Vec<_> = survey.blocks.iter().collect();
            blocks.sort_by_key(|(_, index)| **index);
            for (results, _) in &blocks {
                types
                    .ty()
                    .function([], results.iter().map(|result| value_type(*result)));
            }
            entries(&types)
        } else if id == SectionId::Table as u8 {
            let mut tables = TableSection::new();
            if survey.handed_over > 0 {
                tables.table(TableType {
                    element_type: RefType::FUNCREF,
                    table64: false,
                    minimum: survey.handed_over.into(),
                    maximum: Some(survey.handed_over.into()),
                    shared: false,
                });
            }
            entries(&tables)
        } else if id == SectionId::Memory as u8 {
            let mut memories = MemorySection::new();
            memories.memory(MemoryType {
                minimum: 1,
                maximum: Some(1),
                memory64: false,
                shared: false,
                page_size_log2: None,
            });
            entries(&memories)
        } else if id == SectionId::Global as u8 {
            let mut globals = GlobalSection::new();
            let counter = GlobalType {
                val_type: ValType::I64,
                mutable: true,
                shared: false,
            };
            globals.global(counter, &ConstExpr::i64_const(PLENTY));
            globals.global(counter, &ConstExpr::i64_const(depth::STACK_BYTES));
            entries(&globals)
        } else {
            let mut exports = ExportSection::new();
            exports.export(FUEL, ExportKind::Global, self.layout.fuel);
            exports.export(STACK, ExportKind::Global, self.layout.stack);
            exports.export(STOP, ExportKind::Memory, self.layout.stop);
            if survey.handed_over > 0 {
                exports.export(HOST, ExportKind::Table, self.layout.host);
            }
            entries(&exports)
        }
    }

    fn code(
        &self,
        bodies: wasmparser::CodeSectionReader<'_>,
        survey: &Survey,
    ) -> Result<CodeSection, MeterError> {
        let mut code = CodeSection::new();
        for (body, function) in bodies.into_iter().zip(&survey.functions) {
            let body: FunctionBody<'_> = body?;
            match (function.handed_over, self.layout.charging) {
                (Some(entry), _) => {
                    code.raw(&hand_over::body(function, entry, self.layout.host));
                }
                (None, Charging::Off) => {
                    code.raw(body.as_bytes());
                }
                (None, _) => {
                    code.raw(&body::rewrite(&body, function, &self.layout)?);
                }
            }
        }
        Ok(code)
    }
}

/// A section's entries, without the number and the length before them.
fn entries(section: &impl Section) -> (u32, Vec<u8>) {
    let mut bytes = Vec::new();
    section.encode(&mut bytes);
    let mut reader = BinaryReader::new(&bytes, 0);
    // What was just written is read back.
    let count = reader
        .read_var_u32()
        .and_then(|_length| reader.read_var_u32())
        .unwrap_or(0);
    let start = reader.original_position();
    (count, bytes.split_off(start))
}

/// A type that a valid module of the features we allow can have as a result.
fn value_type(ty: wasmparser::ValType) -> ValType {
    match ty {
        wasmparser::ValType::I32 => ValType::I32,
        wasmparser::ValType::I64 => ValType::I64,
        wasmparser::ValType::F32 => ValType::F32,
        wasmparser::ValType::F64 => ValType::F64,
        wasmparser::ValType::V128 => ValType::V128,
        wasmparser::ValType::Ref(wasmparser::RefType::EXTERNREF) => {
            ValType::Ref(RefType::EXTERNREF)
        }
        wasmparser::ValType::Ref(wasmparser::RefType::EXNREF) => ValType::Ref(RefType::EXNREF),
        // Without typed references, the only other one.
        wasmparser::ValType::Ref(_) => ValType::Ref(RefType::FUNCREF),
    }
}
