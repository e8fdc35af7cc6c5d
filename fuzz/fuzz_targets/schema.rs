#![no_main]

mod begin;

libfuzzer_sys::fuzz_target!(init: begin::with("schema"), |data: &[u8]| versioned_objects_fuzz::schema(data));
