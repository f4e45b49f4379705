//! How deep calls may nest: which frames are counted, and what they weigh.
//!
//! The native stack overflows at a depth that follows from the compiler's choices, so a budget
//! that follows from the module alone is counted against, and runs out first.
//!
//! Counting costs two loads and two stores a call, so it is done where it must be: in functions
//! that call through a table, in one of each circle of functions that call each other directly, and
//! where otherwise more than [`LIGHT`] bytes would go uncounted in a row. Each pays beforehand for
//! the uncounted frames that may follow its own.

use wasm_encoder::BlockType;

use super::survey::{Frame, Function, Survey};

/// The stack that a module starts with, in bytes as [`frame_bytes`] has them.
pub const STACK_BYTES: i64 = 24 << 20;

/// Bytes of frames that may go uncounted in a row.
pub(super) const LIGHT: i64 = 1 << 10;

/// What a call takes of the native stack, about: the return address and saved registers, room for
/// each value that may be alive, and for what the compiler keeps over calls.
///
/// Of the Python runtime's 89,060 functions on x86-64, half take less than 0.4 of this, 99 in a
/// hundred less than 0.7, and the worst takes 2.05 times as much: a native stack of three times the
/// budget holds any mix of them.
pub(super) fn frame_bytes(locals: u32, wide_locals: u32, operands: u32, calls: u32) -> i64 {
    let slots = i64::from(locals) + i64::from(wide_locals) + i64::from(operands);
    64 + 16 * slots + 2 * i64::from(calls)
}

/// Decides for each function whether its calls are counted, and gives its results a type.
pub(super) fn count_frames(survey: &mut Survey) {
    let reaches = reaches(survey.imported_functions, &survey.functions);
    let reach = |callee: &u32| {
        let defined = callee.checked_sub(survey.imported_functions)?;
        reaches[defined as usize]
    };
    // Any function may be in a table.
    let longest = reaches.iter().flatten().copied().max().unwrap_or(0);
    for (index, function) in survey.functions.iter_mut().enumerate() {
        function.result = match function.results[..] {
            [] => BlockType::Empty,
            _ => {
                let next = survey.types + survey.blocks.len() as u32;
                BlockType::FunctionType(
                    *survey
                        .blocks
                        .entry(function.results.clone())
                        .or_insert(next),
                )
            }
        };
        if reaches[index].is_none() {
            let known = function.callees.iter().filter_map(reach).max().unwrap_or(0);
            let after = if function.calls_unknown {
                longest
            } else {
                known
            };
            function.frame = Frame::Counted(function.bytes + after);
        }
    }
}

/// For each function that is not counted, the most bytes that it and what it calls can take before
/// one that is. Host functions have a stack of their own.
fn reaches(imported: u32, functions: &[Function]) -> Vec<Option<i64>> {
    #[derive(Clone, Copy)]
    enum State {
        New,
        Open,
        Done(Option<i64>),
    }
    let defined = |callee: u32| callee.checked_sub(imported).map(|index| index as usize);
    let mut states = vec![State::New; functions.len()];
    // A depth-first walk on a stack of its own: chains of calls may be long.
    let mut path: Vec<(usize, usize)> = Vec::new();
    for start in 0..functions.len() {
        if matches!(states[start], State::New) {
            path.push((start, 0));
        }
        while let Some((at, next)) = path.pop() {
            states[at] = State::Open;
            let function = &functions[at];
            let unseen = function.callees[next..].iter().position(|callee| {
                defined(*callee).is_some_and(|callee| matches!(states[callee], State::New))
            });
            if let Some(skip) = unseen {
                path.push((at, next + skip + 1));
                path.extend(defined(function.callees[next + skip]).map(|callee| (callee, 0)));
                continue;
            }
            // A callee that is still open closes a circle, which is cut here.
            let after = function.callees.iter().try_fold(0, |most: i64, callee| {
                match defined(*callee).map(|callee| states[callee]) {
                    Some(State::Done(Some(reach))) => Some(most.max(reach)),
                    Some(State::Done(None)) | None => Some(most),
                    Some(State::New | State::Open) => None,
                }
            });
            let reach = after
                .filter(|_| !function.calls_unknown)
                .map(|after| after + function.bytes);
            states[at] = State::Done(reach.filter(|reach| *reach <= LIGHT));
        }
    }
    let reach = |state| match state {
        State::Done(reach) => reach,
        State::New | State::Open => None,
    };
    states.into_iter().map(reach).collect()
}
