#![no_main]

mod begin;

libfuzzer_sys::fuzz_target!(init: begin::with("decode"), |data: &[u8]| versioned_objects_fuzz::decode(data));
