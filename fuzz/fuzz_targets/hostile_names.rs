#![no_main]

libfuzzer_sys::fuzz_target!(|names: &[u8]| iamport::fuzzing::hostile_names(names));
