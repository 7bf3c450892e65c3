#![no_main]

libfuzzer_sys::fuzz_target!(|names: &[u8]| iamport_fuzz::hostile_names(names));
