//! Calls of the preview-1 functions that no honest guest makes, found by what they reach:
//! `cargo +nightly fuzz run wasi`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| autoexp::sandbox::fuzzing::check(data));
