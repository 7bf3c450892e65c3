#![no_main]

libfuzzer_sys::fuzz_target!(|text: &[u8]| iamport::fuzzing::retry_after(text));
