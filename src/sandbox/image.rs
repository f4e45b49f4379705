//! The memory image: a started interpreter with the scientific stack imported, as bytes.
//!
//! What a run maps over its memory instead of starting Python. Made once from the runtime; the same
//! bytes on every machine.

use super::memory::WASM_PAGE;

/// What is wrong with a memory that was to become an image.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImageError {
    #[error("{0} places look like the interpreter's stack limits, where there should be one")]
    StackLimits(usize),
    #[error("{0} descriptors are open beside the standard ones")]
    Descriptors(usize),
    #[error("no object is at the address {0:#x}, where one was listed")]
    NoObject(u32),
    #[error("the modules could not be imported (status {status}):\n{stderr}")]
    Warm { status: u32, stderr: String },
}

/// The top of the guest's C stack: what the module's stack pointer starts at.
const STACK_TOP: u32 = 0x100_0000;
/// Below the top, in bytes: where CPython raises `RecursionError`, and where it aborts. As it comes
/// it believes in a stack of 128 KiB, which C recursion of some 250 levels fills.
const AS_BUILT: (u32, u32) = (114_688, 122_880);
/// The stack is all of 16 MiB.
const AS_IT_IS: (u32, u32) = (12 << 20, 14 << 20);

/// Tells the interpreter how large its stack is. Its thread state keeps three addresses in a row:
/// top, soft limit, hard limit (`_PyThreadStateImpl.c_stack_*`).
pub(super) fn widen_stack(memory: &mut [u8]) -> Result<(), ImageError> {
    let limits = |(soft, hard): (u32, u32)| {
        let words = [STACK_TOP, STACK_TOP - soft, STACK_TOP - hard];
        words.map(u32::to_le_bytes).concat()
    };
    let (built, wanted) = (limits(AS_BUILT), limits(AS_IT_IS));
    let places: Vec<usize> = memory
        .chunks_exact(4)
        .enumerate()
        .map(|(word, _)| word * 4)
        .filter(|at| memory[*at..].starts_with(&built))
        .collect();
    match places.as_slice() {
        [place] => {
            memory[*place..*place + wanted.len()].copy_from_slice(&wanted);
            Ok(())
        }
        places => Err(ImageError::StackLimits(places.len())),
    }
}

/// What CPython counts the references of immortal objects as, and what it takes for one
/// (`_Py_IMMORTAL_INITIAL_REFCNT`, `_Py_IMMORTAL_MINIMUM_REFCNT` of a 32-bit build, refcount.h).
const IMMORTAL: u32 = 5 << 28;
const LEAST_IMMORTAL: u32 = 1 << 30;

/// Makes the objects at these addresses immortal. An object starts with its reference count; one
/// that is out of the question shows that what was listed are not objects.
pub(super) fn make_immortal(memory: &mut [u8], addresses: &[u8]) -> Result<(), ImageError> {
    for address in addresses.as_chunks().0 {
        let address = u32::from_le_bytes(*address);
        let no_object = ImageError::NoObject(address);
        let count = memory
            .get_mut(address as usize..)
            .and_then(|from| from.first_chunk_mut());
        let count: &mut [u8; 4] = match count {
            Some(count) if address.is_multiple_of(4) => count,
            _ => return Err(no_object),
        };
        match u32::from_le_bytes(*count) {
            0 => return Err(no_object),
            1..LEAST_IMMORTAL => *count = IMMORTAL.to_le_bytes(),
            LEAST_IMMORTAL.. => {}
        }
    }
    Ok(())
}

/// The memory without the zeros at its end, in whole pages: a run's memory is zero beyond its image.
pub(super) fn trimmed(memory: &[u8]) -> &[u8] {
    let used = memory.len() - memory.iter().rev().take_while(|byte| **byte == 0).count();
    &memory[..used
        .next_multiple_of(WASM_PAGE)
        .clamp(WASM_PAGE.min(memory.len()), memory.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stack_limits_are_found_once_or_refused() {
        let words = |words: &[u32]| {
            words
                .iter()
                .flat_map(|word| word.to_le_bytes())
                .collect::<Vec<u8>>()
        };
        let built = [STACK_TOP, STACK_TOP - 114_688, STACK_TOP - 122_880];
        let mut memory = words(&[&[1, 2], &built[..], &[3]].concat());
        widen_stack(&mut memory).unwrap();
        assert_eq!(
            memory,
            words(&[
                1,
                2,
                STACK_TOP,
                STACK_TOP - (12 << 20),
                STACK_TOP - (14 << 20),
                3
            ])
        );
        assert_eq!(widen_stack(&mut memory), Err(ImageError::StackLimits(0)));
        let mut twice = words(&[built, built].concat());
        assert_eq!(widen_stack(&mut twice), Err(ImageError::StackLimits(2)));
    }
}
