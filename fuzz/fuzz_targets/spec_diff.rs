#![no_main]

libfuzzer_sys::fuzz_target!(|text: &[u8]| iamport_fuzz::spec_diff(text));
