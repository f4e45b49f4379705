//! Arguments, environment, entropy.

use super::call::Call;
use crate::workspace::Errno;

/// The guest asked for the end of the process, with this status.
#[derive(Debug, thiserror::Error)]
#[error("exit with status {0}")]
pub(in crate::sandbox) struct ProcExit(pub u32);

pub fn args_sizes_get(call: &mut Call, count: u32, size: u32) -> Result<(), Errno> {
    let args = call.guest.args.clone();
    sizes(call, &args, count, size)
}

pub fn args_get(call: &mut Call, pointers: u32, buffer: u32) -> Result<(), Errno> {
    let args = call.guest.args.clone();
    strings(call, &args, pointers, buffer)
}

pub fn environ_sizes_get(call: &mut Call, count: u32, size: u32) -> Result<(), Errno> {
    let env = call.guest.env.clone();
    sizes(call, &env, count, size)
}

pub fn environ_get(call: &mut Call, pointers: u32, buffer: u32) -> Result<(), Errno> {
    let env = call.guest.env.clone();
    strings(call, &env, pointers, buffer)
}

fn sizes(call: &mut Call, strings: &[String], count: u32, size: u32) -> Result<(), Errno> {
    let bytes: usize = strings.iter().map(|text| text.len() + 1).sum();
    call.write_u32(count, strings.len() as u32)?;
    call.write_u32(size, bytes as u32)
}

fn strings(
    call: &mut Call,
    strings: &[String],
    mut pointer: u32,
    mut buffer: u32,
) -> Result<(), Errno> {
    for text in strings {
        call.write_u32(pointer, buffer)?;
        call.write(buffer, &[text.as_bytes(), &[0]].concat())?;
        pointer = pointer.wrapping_add(4);
        buffer = buffer.wrapping_add(text.len() as u32 + 1);
    }
    Ok(())
}

pub fn random_get(call: &mut Call, buffer: u32, length: u32) -> Result<(), Errno> {
    call.fill(buffer, length, |guest, bytes| guest.entropy.fill(bytes))
}

pub fn sched_yield(_: &mut Call) -> Result<(), Errno> {
    Ok(())
}
