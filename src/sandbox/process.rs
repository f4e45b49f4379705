//! An instance of the runtime with a started interpreter in it, from its first turn to its end.

use std::sync::Arc;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use wasmtime::{Engine, Instance, InstancePre, Store, Trap};

use super::alarm::{Alarm, Reason, Stopped};
use super::blas;
use super::boot;
use super::error::SandboxError;
use super::gauge::Gauge;
use super::guest::Guest;
use super::image::ImageError;
use super::limits::Limits;
use super::memory::{Image, with_image};
use super::meter::Segment;
use super::outcome::{Exit, Outcome, Printed};
use super::prepare::{Metering, Prepared};
use super::wasi::{self, ProcExit};
use crate::workspace::Hash;

/// Fuel for making an image. Not the run's own.
const WARM_FUEL: u64 = 1_000_000_000_000;

/// How a run ended, and its files and streams.
pub(super) struct Ended {
    /// Without what it printed, which the guest still has.
    pub outcome: Result<Outcome, SandboxError>,
    pub guest: Guest,
}

pub(super) struct Process<'a> {
    store: &'a mut Store<Guest>,
    instance: Instance,
    gauge: Gauge,
}

impl<'a> Process<'a> {
    /// An instance whose memory starts as an image, or as zeros.
    fn instantiate(
        store: &'a mut Store<Guest>,
        runtime: &InstancePre<Guest>,
        image: Option<&Arc<Image>>,
    ) -> Result<Process<'a>, SandboxError> {
        store.limiter(|guest| guest);
        let instance = match image {
            Some(image) => with_image(image, || runtime.instantiate(&mut *store)),
            None => runtime.instantiate(&mut *store),
        }
        .map_err(SandboxError::Start)?;
        let gauge = Gauge::of(&instance, &mut *store).ok_or(SandboxError::Unmetered)?;
        let memory = instance.get_memory(&mut *store, "memory");
        blas::connect(&instance, &mut *store).map_err(SandboxError::Start)?;
        let guest = store.data_mut();
        guest.memory = memory;
        guest.gauge = Some(gauge);
        Ok(Process {
            store,
            instance,
            gauge,
        })
    }

    /// Starts an interpreter from nothing, gives it a turn, and takes its memory.
    pub fn warm(
        engine: &Engine,
        runtime: &InstancePre<Guest>,
        mut guest: Guest,
        segments: &[Segment],
        turn: &str,
    ) -> Result<(Vec<u8>, Guest), Box<dyn std::error::Error + Send + Sync>> {
        guest.args = vec!["/usr/local/bin/python.wasm".into()];
        guest.env = boot::IMAGE_ENV.map(str::to_owned).into();
        let mut store = Store::new(engine, guest);
        let mut process = Process::instantiate(&mut store, runtime, None)?;
        process.fill(WARM_FUEL)?;
        for segment in segments {
            process.write(usize::try_from(segment.offset)?, &segment.bytes)?;
        }
        let initialize = process
            .instance
            .get_typed_func::<(), ()>(&mut *process.store, "_initialize")?;
        initialize.call(&mut *process.store, ())?;
        let status = process.turn(turn)?;
        let memory = process.memory().to_vec();
        let guest = store.into_data();
        match status {
            0 => Ok((memory, guest)),
            status => Err(ImageError::Warm {
                status,
                stderr: guest.stderr.into_printed().text().into_owned(),
            }
            .into()),
        }
    }

    /// Runs a program to its end, from its turn. `starts` is told when it starts, and hung up when it has ended.
    pub fn run(
        prepared: &Prepared,
        guest: Guest,
        turn: &str,
        limits: &Limits,
        alarm: &Alarm,
        starts: mpsc::Sender<()>,
    ) -> Ended {
        let mut store = Store::new(&prepared.engine, guest);
        if prepared.metering == Metering::Engine {
            store
                .set_fuel(u64::MAX)
                .expect("an engine that counts fuel");
        }
        let outcome = Process::instantiate(&mut store, &prepared.runtime, Some(&prepared.image))
            .and_then(|process| {
                let Process {
                    store,
                    instance,
                    gauge,
                } = process;
                let started = Instant::now();
                let (mut process, ended) = alarm.while_armed(&instance, store, |store| {
                    let mut process = Process {
                        store,
                        instance,
                        gauge,
                    };
                    // Nobody waits for it only after a panic.
                    _ = starts.send(());
                    let ended = process.program(turn, limits);
                    (process, ended)
                });
                drop(starts);
                process.outcome(ended, started.elapsed(), alarm)
            });
        let mut guest = store.into_data();
        for ino in guest.descriptors.close_all() {
            guest.workspace.release(ino);
        }
        Ended { outcome, guest }
    }

    /// From here on, fuel and time are the run's own.
    fn program(&mut self, turn: &str, limits: &Limits) -> wasmtime::Result<u32> {
        if let Some(ancestry) = &mut self.store.data_mut().ancestry {
            ancestry.started = Instant::now();
        }
        self.fill(limits.fuel)?;
        self.turn(turn)
    }

    fn fill(&mut self, fuel: u64) -> wasmtime::Result<()> {
        self.store.data_mut().fuel_limit = self.gauge.fill(&mut *self.store, fuel)?;
        Ok(())
    }

    fn turn(&mut self, code: &str) -> wasmtime::Result<u32> {
        let alloc = self
            .instance
            .get_typed_func::<u32, u32>(&mut *self.store, "host_alloc")?;
        let turn = self
            .instance
            .get_typed_func::<(u32, u32), u32>(&mut *self.store, "turn")?;
        let length = u32::try_from(code.len())?;
        let pointer = alloc.call(&mut *self.store, length)?;
        self.write(pointer as usize, code.as_bytes())?;
        turn.call(&mut *self.store, (pointer, length))
    }

    fn write(&mut self, at: usize, bytes: &[u8]) -> wasmtime::Result<()> {
        if let Some(memory) = self.store.data().memory {
            memory.write(&mut *self.store, at, bytes)?;
        }
        Ok(())
    }

    fn memory(&self) -> &[u8] {
        let memory = self.store.data().memory;
        memory.map_or(&[], |memory| memory.data(&*self.store))
    }

    fn outcome(
        &mut self,
        ended: wasmtime::Result<u32>,
        elapsed: Duration,
        alarm: &Alarm,
    ) -> Result<Outcome, SandboxError> {
        let fuel_left = self.gauge.left(&mut *self.store);
        let overflowed = self.gauge.overflowed(&mut *self.store);
        let now = wasi::virtual_now(self.store.data(), fuel_left.unwrap_or(0));
        let memory = self.memory().len() as u64;
        let guest = self.store.data_mut();
        guest.workspace.set_time(now);
        let peak_memory = guest.nested_peak.max(memory);
        let status = match &ended {
            Ok(status) => Some(*status),
            Err(error) => error.downcast_ref::<ProcExit>().map(|exit| exit.0),
        };
        let exit = match (status, ended) {
            // Whatever it did on credit, it couldn't pay for.
            _ if fuel_left.is_none() => Exit::OutOfFuel,
            (Some(status), _) => match (status & 0xff) as u8 {
                0 => Exit::Exited(0),
                // What an uncaught exception ends with; any other status was chosen.
                1 if guest.memory_refused => Exit::OutOfMemory(1),
                1 if guest.disk_refused => Exit::OutOfDisk(1),
                status => Exit::Exited(status),
            },
            (None, Err(error)) => match error.downcast_ref::<Trap>() {
                Some(Trap::UnreachableCodeReached) if overflowed => Exit::StackOverflow,
                Some(Trap::UnreachableCodeReached) | None
                    if let Some(reason) = stopped(&error, alarm) =>
                {
                    match reason {
                        Reason::Time => Exit::OutOfTime,
                        Reason::Cancelled => Exit::Cancelled,
                    }
                }
                Some(Trap::UnreachableCodeReached) => Exit::Trapped("the interpreter aborted"),
                Some(Trap::StackOverflow) => Exit::StackOverflow,
                Some(Trap::MemoryOutOfBounds) => Exit::Trapped("an access outside its memory"),
                // The engine never gives exceptions' memory back.
                Some(Trap::AllocationTooLarge) => {
                    Exit::Trapped("more exceptions thrown in C++ than there is memory for")
                }
                Some(_) => Exit::Trapped("an operation that WebAssembly does not define"),
                None => return Err(SandboxError::Engine(error)),
            },
            (None, Ok(_)) => unreachable!("a run that ended well has a status"),
        };
        Ok(Outcome {
            exit,
            // Its streams are its parent's, or its caller's, to look at.
            stdout: Printed::nothing(),
            stderr: Printed::nothing(),
            fuel_used: guest.fuel_limit.saturating_sub(fuel_left.unwrap_or(0)),
            peak_memory,
            // What became of the files is seen once the run has let go of them.
            written: 0,
            changes: Hash::of(&[]),
            reused: false,
            elapsed,
        })
    }
}

/// Why a guest stopped, if that was what it was told.
fn stopped(error: &wasmtime::Error, alarm: &Alarm) -> Option<Reason> {
    let told = error.is::<Stopped>() || error.is::<Trap>();
    alarm.rung().filter(|_| told)
}
