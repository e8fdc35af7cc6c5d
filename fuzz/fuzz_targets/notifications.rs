#![no_main]

mod begin;

libfuzzer_sys::fuzz_target!(init: begin::with("notifications"), |data: &[u8]| versioned_objects_fuzz::notifications(data));
