//! Virtual time: it starts at a fixed date, or after all that was done to the workspace before, and
//! passes with the fuel used and the time slept.

use super::super::alarm::Reason;
use super::super::guest::Guest;
use super::call::Call;
use crate::workspace::Errno;

/// When virtual time stands still: CPython counts it in 63 bits of nanoseconds, which is until 2262.
const END: u64 = i64::MAX as u64;
const REALTIME: u32 = 0;
const CLOCKS: u32 = 4;
/// Subscriptions in one poll.
const SUBSCRIPTIONS_MAX: u32 = 4096;
const SUBSCRIPTION_SIZE: u32 = 48;
const EVENT_SIZE: u32 = 32;
const EVENT_CLOCK: u8 = 0;
const ABSOLUTE: u8 = 1;

/// Virtual time in nanoseconds since 1970, with so much fuel left: a unit lasts a nanosecond.
pub(in crate::sandbox) fn virtual_now(guest: &Guest, fuel_left: u64) -> u64 {
    let used = guest.fuel_limit.saturating_sub(fuel_left);
    guest
        .started
        .saturating_add(used)
        .saturating_add(guest.slept)
        .min(END)
}

/// What a clock shows: the realtime clock the date, the others the time since the start.
fn reading(call: &Call, clock: u32) -> Result<u64, Errno> {
    match clock {
        REALTIME => Ok(call.now),
        _ if clock < CLOCKS => Ok(call.now - call.guest.started),
        _ => Err(Errno::Inval),
    }
}

pub fn clock_res_get(call: &mut Call, clock: u32, out: u32) -> Result<(), Errno> {
    reading(call, clock)?;
    call.write_u64(out, 1)
}

pub fn clock_time_get(call: &mut Call, clock: u32, _precision: u64, out: u32) -> Result<(), Errno> {
    let time = reading(call, clock)?;
    call.write_u64(out, time)
}

/// Files are always ready. With none to wait for, virtual time jumps to the earliest clock.
pub fn poll_oneoff(
    call: &mut Call,
    subscriptions: u32,
    events: u32,
    count: u32,
    out: u32,
) -> Result<(), Errno> {
    if count == 0 || count > SUBSCRIPTIONS_MAX {
        return Err(Errno::Inval);
    }
    let mut ready = Vec::new();
    let mut earliest: Option<(u64, u64)> = None;
    for index in 0..count {
        let at = subscriptions.wrapping_add(index * SUBSCRIPTION_SIZE);
        let user_data = call.u64(at)?;
        let kind = call.bytes(at.wrapping_add(8), 1)?[0];
        if kind != EVENT_CLOCK {
            ready.push((user_data, kind));
            continue;
        }
        let clock = call.u32(at.wrapping_add(16))?;
        let timeout = call.u64(at.wrapping_add(24))?;
        let flags = call.bytes(at.wrapping_add(40), 1)?[0];
        let shown = reading(call, clock)?;
        let wait = if flags & ABSOLUTE != 0 {
            timeout.saturating_sub(shown)
        } else {
            timeout
        };
        if earliest.is_none_or(|(least, _)| wait < least) {
            earliest = Some((wait, user_data));
        }
    }
    if let (true, Some((wait, user_data))) = (ready.is_empty(), earliest) {
        let passed = call.now - call.guest.started;
        if passed.saturating_add(wait) > call.guest.clock {
            // It ends with this call.
            call.guest.alarm.ring(Reason::Time);
            return Ok(());
        }
        call.guest.slept = call.guest.slept.saturating_add(wait);
        ready.push((user_data, EVENT_CLOCK));
    }
    for (index, (user_data, kind)) in (0u32..).zip(&ready) {
        let mut event = [0; EVENT_SIZE as usize];
        event[..8].copy_from_slice(&user_data.to_le_bytes());
        event[10] = *kind;
        call.write(events.wrapping_add(index * EVENT_SIZE), &event)?;
    }
    call.write_u32(out, ready.len() as u32)
}
