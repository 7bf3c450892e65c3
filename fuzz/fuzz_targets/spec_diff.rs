#![no_main]

libfuzzer_sys::fuzz_target!(|text: &[u8]| iamport::fuzzing::spec_diff(text));
