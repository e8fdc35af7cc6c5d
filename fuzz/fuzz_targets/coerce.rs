#![no_main]

mod begin;

libfuzzer_sys::fuzz_target!(init: begin::with("coerce"), |data: &[u8]| versioned_objects_fuzz::coerce(data));
