//! WASI preview 1, over a workspace: all of its functions.
//!
//! The interface is `wasi_snapshot_preview1.witx`. Nothing here reaches the host: files are the
//! workspace's, time is virtual, entropy is seeded, there are no sockets. Each call is paid for in
//! fuel, by a base price and by the bytes and entries it handles.
//!
//! - `call.rs`: one call: the guest's memory, checked, and what the call costs
//! - `process.rs`: arguments, environment, entropy
//! - `clock.rs`: virtual time and sleeping
//! - `door.rs`: what the interface lacks: processes that the guest starts, `dup`
//! - `fd.rs`: descriptors; `path.rs`: paths

mod call;
mod clock;
mod door;
mod fd;
mod path;
mod process;

use wasmtime::{Caller, Linker};

use super::guest::Guest;
use crate::workspace::Errno;

pub(super) use clock::virtual_now;
pub(super) use process::ProcExit;

const MODULE: &str = "wasi_snapshot_preview1";

/// Links functions of the form `fn name(call, arguments…) -> Result<(), Errno>`.
macro_rules! link {
    ($linker:ident; $($module:ident :: $name:ident ( $($argument:ident : $type:ty),* );)*) => {$(
        $linker.func_wrap(
            MODULE,
            stringify!($name),
            |mut caller: Caller<'_, Guest>, $($argument: $type),*| -> wasmtime::Result<i32> {
                call::serve(&mut caller, |call| $module::$name(call, $($argument),*))
            },
        )?;
    )*};
}

/// Gives the guest its imports.
pub(super) fn link(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    link! { linker;
        process::args_sizes_get(count: u32, size: u32);
        process::args_get(pointers: u32, buffer: u32);
        process::environ_sizes_get(count: u32, size: u32);
        process::environ_get(pointers: u32, buffer: u32);
        process::random_get(buffer: u32, length: u32);
        process::sched_yield();
        clock::clock_res_get(clock: u32, out: u32);
        clock::clock_time_get(clock: u32, precision: u64, out: u32);
        clock::poll_oneoff(subscriptions: u32, events: u32, count: u32, out: u32);
        fd::fd_advise(fd: u32, offset: u64, length: u64, advice: u32);
        fd::fd_allocate(fd: u32, offset: u64, length: u64);
        fd::fd_close(fd: u32);
        fd::fd_datasync(fd: u32);
        fd::fd_sync(fd: u32);
        fd::fd_fdstat_get(fd: u32, out: u32);
        fd::fd_fdstat_set_flags(fd: u32, flags: u32);
        fd::fd_fdstat_set_rights(fd: u32, base: u64, inherited: u64);
        fd::fd_filestat_get(fd: u32, out: u32);
        fd::fd_filestat_set_size(fd: u32, size: u64);
        fd::fd_filestat_set_times(fd: u32, accessed: u64, modified: u64, flags: u32);
        fd::fd_read(fd: u32, vectors: u32, count: u32, out: u32);
        fd::fd_pread(fd: u32, vectors: u32, count: u32, offset: u64, out: u32);
        fd::fd_write(fd: u32, vectors: u32, count: u32, out: u32);
        fd::fd_pwrite(fd: u32, vectors: u32, count: u32, offset: u64, out: u32);
        fd::fd_prestat_get(fd: u32, out: u32);
        fd::fd_prestat_dir_name(fd: u32, buffer: u32, length: u32);
        fd::fd_readdir(fd: u32, buffer: u32, length: u32, cookie: u64, out: u32);
        fd::fd_renumber(from: u32, to: u32);
        fd::fd_seek(fd: u32, offset: i64, whence: u32, out: u32);
        fd::fd_tell(fd: u32, out: u32);
        path::path_open(
            fd: u32, lookup: u32, path: u32, length: u32, open: u32, rights: u64, inherited: u64,
            flags: u32, out: u32
        );
        path::path_create_directory(fd: u32, path: u32, length: u32);
        path::path_filestat_get(fd: u32, lookup: u32, path: u32, length: u32, out: u32);
        path::path_filestat_set_times(
            fd: u32, lookup: u32, path: u32, length: u32, accessed: u64, modified: u64, flags: u32
        );
        path::path_link(
            old_fd: u32, lookup: u32, old: u32, old_length: u32, new_fd: u32, new: u32, new_length: u32
        );
        path::path_readlink(fd: u32, path: u32, length: u32, buffer: u32, size: u32, out: u32);
        path::path_remove_directory(fd: u32, path: u32, length: u32);
        path::path_rename(old_fd: u32, old: u32, old_length: u32, new_fd: u32, new: u32, new_length: u32);
        path::path_symlink(target: u32, target_length: u32, fd: u32, path: u32, length: u32);
        path::path_unlink_file(fd: u32, path: u32, length: u32);
    }
    linker.func_wrap(MODULE, "proc_exit", |status: u32| -> wasmtime::Result<()> {
        Err(ProcExit(status).into())
    })?;
    let no_sockets = i32::from(Errno::Notsup.raw());
    linker.func_wrap(MODULE, "sock_accept", move |_: u32, _: u32, _: u32| {
        no_sockets
    })?;
    linker.func_wrap(
        MODULE,
        "sock_recv",
        move |_: u32, _: u32, _: u32, _: u32, _: u32, _: u32| no_sockets,
    )?;
    linker.func_wrap(
        MODULE,
        "sock_send",
        move |_: u32, _: u32, _: u32, _: u32, _: u32| no_sockets,
    )?;
    linker.func_wrap(MODULE, "sock_shutdown", move |_: u32, _: u32| no_sockets)?;
    linker.func_wrap(
        "host",
        "call",
        |mut caller: Caller<'_, Guest>, frame: u32, length: u32, out: u32, out_length: u32| {
            door::call(&mut caller, frame, length, out, out_length)
        },
    )?;
    Ok(())
}
