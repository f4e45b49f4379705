//! What the pass must know of a module before it rewrites it. Reading it validates it.

use std::collections::BTreeMap;

use wasm_encoder::BlockType;
use wasmparser::{
    FuncToValidate, FuncValidatorAllocations, FunctionBody, Operator, Parser, Payload, TypeRef,
    ValType, ValidPayload, Validator, ValidatorResources, WasmFeatures, WasmModuleResources,
};

use super::outline::is_call;
use super::{EXPORTS, MeterError};

/// What a module may use. Garbage collection and threads would need prices of their own; 64-bit
/// memories, 64-bit amounts; the older exceptions, other care.
pub(super) const FEATURES: WasmFeatures = WasmFeatures::MUTABLE_GLOBAL
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::REFERENCE_TYPES)
    .union(WasmFeatures::GC_TYPES)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::BULK_MEMORY)
    .union(WasmFeatures::SIMD)
    .union(WasmFeatures::RELAXED_SIMD)
    .union(WasmFeatures::TAIL_CALL)
    .union(WasmFeatures::FLOATS)
    .union(WasmFeatures::MULTI_MEMORY)
    .union(WasmFeatures::EXCEPTIONS)
    .union(WasmFeatures::EXTENDED_CONST);

/// The indices of what the pass adds, each after all there were.
#[derive(Debug, Default)]
pub(super) struct Layout {
    pub fuel: u32,
    pub stack: u32,
    pub stop: u32,
    /// The table of what the host stands in for.
    pub host: u32,
    pub charging: Charging,
}

/// How functions are charged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Charging {
    /// A local holds the fuel left in loops that call nobody.
    #[default]
    Cached,
    /// The fuel left is read from the global everywhere: what tests compare with.
    #[cfg(test)]
    Uncached,
    /// Each instruction is charged by itself: what tests compare with.
    #[cfg(test)]
    Each,
    /// They aren't: what measurements compare with.
    Off,
}

#[derive(Debug, Default)]
pub(super) struct Survey {
    pub types: u32,
    /// The results that functions have, and the types of blocks with such.
    pub blocks: BTreeMap<Vec<ValType>, u32>,
    pub imported_functions: u32,
    pub memories: u32,
    pub globals: u32,
    pub tables: u32,
    /// How many functions the host stands in for.
    pub handed_over: u32,
    /// Those the module defines.
    pub functions: Vec<Function>,
}

#[derive(Debug)]
pub(super) struct Function {
    /// The index of its type.
    pub ty: u32,
    pub parameters: u32,
    /// The entry of the host's table that stands in for it.
    pub handed_over: Option<u32>,
    /// Parameters and declared locals.
    pub locals: u32,
    pub results: Vec<ValType>,
    /// The type of a block with these results.
    pub result: BlockType,
    /// What a call takes of the stack, in bytes: an estimate from above.
    pub bytes: i64,
    /// The functions it calls directly, and whether it calls any in another way.
    pub callees: Vec<u32>,
    pub calls_unknown: bool,
    pub frame: Frame,
}

/// How a call of a function is counted against the stack.
#[derive(Clone, Copy, Debug)]
pub(super) enum Frame {
    /// It isn't: those that call it pay for it.
    Uncounted,
    /// By so many bytes.
    Counted(i64),
}

impl Frame {
    pub fn is_counted(self) -> bool {
        matches!(self, Frame::Counted(_))
    }
}

/// Surveys a module.
pub(super) fn survey(wasm: &[u8]) -> Result<Survey, MeterError> {
    let mut survey = Survey::default();
    let mut validator = Validator::new_with_features(FEATURES);
    let mut allocations = FuncValidatorAllocations::default();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        let valid = validator.payload(&payload)?;
        if let ValidPayload::Func(function, body) = valid {
            let (function, reusable) = read_function(function, &body, allocations)?;
            allocations = reusable;
            survey.functions.push(function);
        }
        match payload {
            Payload::TypeSection(section) => survey.types = section.count(),
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    match import?.ty {
                        TypeRef::Func(_) => survey.imported_functions += 1,
                        TypeRef::Memory(_) => survey.memories += 1,
                        TypeRef::Global(_) => survey.globals += 1,
                        TypeRef::Table(_) => survey.tables += 1,
                        _ => {}
                    }
                }
            }
            Payload::TableSection(section) => survey.tables += section.count(),
            Payload::MemorySection(section) => survey.memories += section.count(),
            Payload::GlobalSection(section) => survey.globals += section.count(),
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    if EXPORTS.contains(&export.name) {
                        return Err(MeterError::NameTaken(export.name.to_owned()));
                    }
                }
            }
            _ => {}
        }
    }
    Ok(survey)
}

fn read_function(
    function: FuncToValidate<ValidatorResources>,
    body: &FunctionBody<'_>,
    allocations: FuncValidatorAllocations,
) -> Result<(Function, FuncValidatorAllocations), MeterError> {
    let ty = function.ty;
    let (parameters, results) = match function.resources.sub_type_at(ty) {
        Some(ty) => (
            ty.unwrap_func().params().len() as u32,
            ty.unwrap_func().results().to_vec(),
        ),
        None => (0, Vec::new()),
    };
    let mut validator = function.into_validator(allocations);
    let mut reader = body.get_binary_reader();
    validator.read_locals(&mut reader)?;
    let mut operators = body.get_operators_reader()?;
    let mut function = Function {
        ty,
        parameters,
        handed_over: None,
        locals: validator.len_locals(),
        results,
        result: BlockType::Empty,
        bytes: 0,
        callees: Vec::new(),
        calls_unknown: false,
        frame: Frame::Uncounted,
    };
    let (mut height, mut calls) = (0, 0);
    while !operators.eof() {
        let (operator, offset) = operators.read_with_offset()?;
        validator.op(offset, &operator)?;
        height = height.max(validator.operand_stack_height());
        calls += u32::from(is_call(&operator));
        match operator {
            Operator::Call { function_index } | Operator::ReturnCall { function_index } => {
                function.callees.push(function_index);
            }
            operator => function.calls_unknown |= is_call(&operator),
        }
    }
    operators.finish()?;
    let wide = (0..function.locals)
        .filter(|local| validator.get_local_type(*local) == Some(ValType::V128))
        .count();
    function.bytes = super::depth::frame_bytes(function.locals, wide as u32, height, calls);
    Ok((function, validator.into_allocations()))
}
