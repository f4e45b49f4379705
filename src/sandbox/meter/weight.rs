//! What things cost: the one table that says what a unit of fuel is.
//!
//! Costs are in *steps*, of which [`STEPS_PER_UNIT`] make a unit, so that what takes a fraction of
//! a nanosecond can be charged. They were fitted by hand to the time that the programs in
//! `benches/programs` take on one x86-64 machine; what is asked of them is only that no program
//! gets several times more time for its fuel than another. Change [`VERSION`](super::VERSION) with
//! any of them.

use wasmparser::Operator;

/// Steps in a unit of fuel, which is about a nanosecond of a guest that computes.
pub const STEPS_PER_UNIT: i64 = 32;

/// Entering a function or starting a turn of a loop: the branch and the check itself.
pub(super) const ENTRY: u64 = 8;
pub(super) const TURN: u64 = 8;

/// A part that runs under a condition is charged by itself if it costs more than this; below, the
/// subtraction would weigh too much against what it measures, and the dearest way through is
/// charged where the ways part.
pub(super) const WORTH_A_CHARGE: u64 = 128;
/// The same for the arms of a `br_table` with at least [`BIG_SWITCH`] targets. Few of them run, so
/// that small errors would add up most there: one of them is the interpreter's dispatch.
pub(super) const WORTH_A_CHARGE_IN_SWITCH: u64 = 4;
pub(super) const BIG_SWITCH: u32 = 4;

/// A byte moved or filled takes a sixteenth of a nanosecond, give or take, by where it lies.
pub(super) const PER_BYTE: i64 = 2;
/// Table elements are pointers, checked one by one.
pub(super) const PER_ELEMENT: i64 = 16;
/// A page of 64 KiB comes as 16 of the host's, each faulted in and zeroed when first touched.
pub(super) const PER_PAGE: i64 = 2048 * STEPS_PER_UNIT;

/// What one execution of an instruction costs, its operands apart.
pub(super) fn of(operator: &Operator<'_>) -> u64 {
    use Operator::*;
    match operator {
        // No machine code of their own: structure, and values that live in registers or become
        // part of another instruction.
        Nop
        | Block { .. }
        | Loop { .. }
        | TryTable { .. }
        | Else
        | End
        | Drop
        | Return
        | Unreachable
        | LocalGet { .. }
        | LocalSet { .. }
        | LocalTee { .. }
        | I32Const { .. }
        | I64Const { .. }
        | F32Const { .. }
        | F64Const { .. }
        | V128Const { .. } => 0,
        // A branch now and then goes the unexpected way, which takes 5 ns.
        If { .. } | BrIf { .. } | BrOnNull { .. } | BrOnNonNull { .. } => 8,
        Br { .. } => 1,
        // An indirect jump, often mispredicted.
        BrTable { .. } => 24,
        // Saving registers, the stack check, the return. An indirect one also loads and compares
        // a signature.
        Call { .. } | ReturnCall { .. } => 24,
        CallIndirect { .. } | ReturnCallIndirect { .. } | CallRef { .. } | ReturnCallRef { .. } => {
            40
        }
        // The engine walks the stack for the handler.
        Throw { .. } | ThrowRef => 32_000,
        // Dividers aren't pipelined.
        I32DivS | I32DivU | I32RemS | I32RemU => 32,
        I64DivS | I64DivU | I64RemS | I64RemU => 48,
        F32Div | F64Div | F32Sqrt | F64Sqrt | F32x4Div | F64x2Div | F32x4Sqrt | F64x2Sqrt => 24,
        // Calls into the engine; the amounts come on top.
        MemoryCopy { .. }
        | MemoryFill { .. }
        | MemoryInit { .. }
        | TableCopy { .. }
        | TableFill { .. }
        | TableInit { .. }
        | TableGrow { .. }
        | DataDrop { .. }
        | ElemDrop { .. } => 320,
        MemoryGrow { .. } => 3_200,
        TableGet { .. } | TableSet { .. } => 16,
        operator if touches_memory(operator) => 4,
        // The rest takes an instruction or two, of which about five to ten are done in a nanosecond.
        _ => 2,
    }
}

/// Loads and stores, of all widths.
fn touches_memory(operator: &Operator<'_>) -> bool {
    use Operator::*;
    matches!(
        operator,
        I32Load { .. }
            | I64Load { .. }
            | F32Load { .. }
            | F64Load { .. }
            | I32Load8S { .. }
            | I32Load8U { .. }
            | I32Load16S { .. }
            | I32Load16U { .. }
            | I64Load8S { .. }
            | I64Load8U { .. }
            | I64Load16S { .. }
            | I64Load16U { .. }
            | I64Load32S { .. }
            | I64Load32U { .. }
            | V128Load { .. }
            | V128Load8x8S { .. }
            | V128Load8x8U { .. }
            | V128Load16x4S { .. }
            | V128Load16x4U { .. }
            | V128Load32x2S { .. }
            | V128Load32x2U { .. }
            | V128Load8Splat { .. }
            | V128Load16Splat { .. }
            | V128Load32Splat { .. }
            | V128Load64Splat { .. }
            | V128Load32Zero { .. }
            | V128Load64Zero { .. }
            | V128Load8Lane { .. }
            | V128Load16Lane { .. }
            | V128Load32Lane { .. }
            | V128Load64Lane { .. }
            | I32Store { .. }
            | I64Store { .. }
            | F32Store { .. }
            | F64Store { .. }
            | I32Store8 { .. }
            | I32Store16 { .. }
            | I64Store8 { .. }
            | I64Store16 { .. }
            | I64Store32 { .. }
            | V128Store { .. }
            | V128Store8Lane { .. }
            | V128Store16Lane { .. }
            | V128Store32Lane { .. }
            | V128Store64Lane { .. }
    )
}

/// An instruction whose work follows from its topmost operand: what one of those costs.
pub(super) fn per_operand(operator: &Operator<'_>) -> Option<i64> {
    use Operator::*;
    match operator {
        MemoryCopy { .. } | MemoryFill { .. } | MemoryInit { .. } => Some(PER_BYTE),
        TableCopy { .. } | TableFill { .. } | TableInit { .. } | TableGrow { .. } => {
            Some(PER_ELEMENT)
        }
        MemoryGrow { .. } => Some(PER_PAGE),
        _ => None,
    }
}
