#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| versioned_objects_fuzz::versions(data));
