//! The runtime's door to its host, `_host.call`: a frame of bytes in, one back. `door.py` is the
//! guest's half.
//!
//! A frame is the length of what is asked (32 bits, little endian), that in JSON, and what comes
//! with it: of a process, its standard input. The answer to a process is a word that is 0 where it
//! ran, its status, 1 where output was dropped, the length of its standard output, and its output
//! and error; or 1, and why it did not run. To a descriptor's duplicate: an `errno`, its number. To
//! what to do next, which comes with what was done: 0 and what the program is told, or 1 where there
//! is no more.

use std::time::Instant;

use serde::Deserialize;
use wasmtime::{Caller, Trap};

use super::super::alarm::Stopped;
use super::super::cores;
use super::super::director::Pause;
use super::super::guest::Guest;
use super::super::nested::{self, Child, KEPT, Left, REQUEST_MAX, Refused, Request};
use super::super::outcome::Exit;
use super::call::{BASE, BYTES_PER_UNIT};
use super::clock::virtual_now;
use super::fd::duplicate;

/// What the guest's half takes for "no host" and for a host that failed.
const FAULT: i32 = -2;

/// What the guest asks for.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Asked {
    Run(Request),
    Dup { fd: u32, to: Option<u32> },
    Next,
}

pub(super) fn call(
    caller: &mut Caller<'_, Guest>,
    pointer: u32,
    length: u32,
    out: u32,
    out_length: u32,
) -> wasmtime::Result<i32> {
    let (Some(memory), Some(gauge)) = (caller.data().memory, caller.data().gauge) else {
        return Ok(FAULT);
    };
    let start = pointer as usize;
    let Some(frame) = memory.data(&*caller).get(start..start + length as usize) else {
        return Ok(FAULT);
    };
    let asked = parse(frame);
    let taken = BASE + u64::from(length) / BYTES_PER_UNIT;
    if !gauge.take(&mut *caller, taken)? {
        return Err(Trap::OutOfFuel.into());
    }
    let fuel = gauge.left(&mut *caller).unwrap_or(0);
    let left = Left {
        fuel,
        memory: memory.data_size(&*caller) as u64,
        now: virtual_now(caller.data(), fuel),
    };
    let ran = match asked {
        Ok((Asked::Dup { fd, to }, _)) => {
            let (errno, number) = match duplicate(caller.data_mut(), fd, to) {
                Ok(number) => (0, number),
                Err(errno) => (u32::from(errno.raw()), 0),
            };
            return reply(
                caller,
                &[errno, number].map(u32::to_le_bytes).concat(),
                out,
                out_length,
            );
        }
        Ok((Asked::Next, said)) => {
            let answer = next(caller, &said, left)?;
            return reply(caller, &answer, out, out_length);
        }
        Ok((Asked::Run(request), stdin)) => nested::run(caller.data_mut(), request, stdin, left),
        Err(refused) => Err(refused),
    };
    let answer = match ran {
        Ok(child) => {
            // Beyond what there was, where it had too little.
            let short = u64::from(child.outcome.exit == Exit::OutOfFuel);
            if !gauge.take(&mut *caller, child.outcome.fuel_used + short)? {
                return Err(Trap::OutOfFuel.into());
            }
            output(&child)
        }
        Err(Refused::Frame) => return Ok(FAULT),
        Err(Refused::Sandbox(error)) => return Err(wasmtime::Error::new(error)),
        Err(refused) => [&1u32.to_le_bytes()[..], refused.to_string().as_bytes()].concat(),
    };
    reply(caller, &answer, out, out_length)
}

/// Has the program's director tell it what to do next, with fuel and time for that.
fn next(caller: &mut Caller<'_, Guest>, said: &[u8], left: Left) -> wasmtime::Result<Vec<u8>> {
    const NO_MORE: u32 = 1;
    let guest = caller.data_mut();
    let Some(mut director) = guest.director.take() else {
        return Ok(NO_MORE.to_le_bytes().into());
    };
    guest.workspace.set_time(left.now);
    let pause = Pause {
        fuel_used: guest.fuel_limit.saturating_sub(left.fuel),
        peak_memory: guest.nested_peak.max(left.memory),
        workspace: &mut guest.workspace,
    };
    let alarm = guest.alarm.clone();
    let next = cores::without_core(|| alarm.rung().is_some(), || director.next(said, pause));
    guest.director = Some(director);
    if alarm.rung().is_some() {
        return Err(Stopped.into());
    }
    let Some(next) = next else {
        return Ok(NO_MORE.to_le_bytes().into());
    };
    // Its clock goes on from where it was, or from where others left that of its files.
    let now = guest.workspace.time().max(left.now);
    let passed = now.saturating_sub(guest.started);
    let clock = u64::try_from(next.clock.as_nanos()).unwrap_or(u64::MAX);
    guest.slept = passed;
    guest.clock = passed.saturating_add(clock);
    guest.nested_peak = 0;
    if let Some(ancestry) = &mut guest.ancestry {
        ancestry.started = Instant::now();
    }
    if let Some(gauge) = guest.gauge {
        caller.data_mut().fuel_limit = gauge.fill(&mut *caller, next.fuel)?;
    }
    Ok([&0u32.to_le_bytes()[..], &next.told].concat())
}

/// Puts the answer where the guest has room for it.
fn reply(
    caller: &mut Caller<'_, Guest>,
    answer: &[u8],
    out: u32,
    out_length: u32,
) -> wasmtime::Result<i32> {
    let (Some(memory), Some(gauge)) = (caller.data().memory, caller.data().gauge) else {
        return Ok(FAULT);
    };
    let Ok(size) = u32::try_from(answer.len()) else {
        return Ok(FAULT);
    };
    if !gauge.take(&mut *caller, u64::from(size) / BYTES_PER_UNIT)? {
        return Err(Trap::OutOfFuel.into());
    }
    let Some(alloc) = caller
        .get_export("host_alloc")
        .and_then(|it| it.into_func())
    else {
        return Ok(FAULT);
    };
    let alloc = alloc.typed::<u32, u32>(&*caller)?;
    let place = alloc.call(&mut *caller, size)?;
    if place == 0 {
        return Ok(FAULT);
    }
    for (at, bytes) in [
        (place, answer),
        (out, &place.to_le_bytes()),
        (out_length, &size.to_le_bytes()),
    ] {
        if memory.write(&mut *caller, at as usize, bytes).is_err() {
            return Ok(FAULT);
        }
    }
    Ok(0)
}

fn parse(frame: &[u8]) -> Result<(Asked, Vec<u8>), Refused> {
    let (length, rest) = frame.split_first_chunk().ok_or(Refused::Frame)?;
    let length = u32::from_le_bytes(*length) as usize;
    let (request, stdin) = rest.split_at_checked(length).ok_or(Refused::Frame)?;
    if request.len() > REQUEST_MAX {
        return Err(Refused::Arguments);
    }
    if stdin.len() as u64 > KEPT {
        return Err(Refused::Input);
    }
    let asked = serde_json::from_slice(request).map_err(|_| Refused::Frame)?;
    Ok((asked, stdin.to_vec()))
}

fn output(child: &Child) -> Vec<u8> {
    let (stdout, stderr) = (&child.outcome.stdout, &child.outcome.stderr);
    let dropped = u32::from(stdout.dropped + stderr.dropped > 0);
    let mut answer = Vec::with_capacity(16 + stdout.bytes.len() + stderr.bytes.len());
    answer.extend(0u32.to_le_bytes());
    answer.extend(child.status().to_le_bytes());
    answer.extend(dropped.to_le_bytes());
    answer.extend((stdout.bytes.len() as u32).to_le_bytes());
    answer.extend(&stdout.bytes);
    answer.extend(&stderr.bytes);
    answer
}
