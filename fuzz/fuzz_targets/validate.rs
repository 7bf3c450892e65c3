#![no_main]

libfuzzer_sys::fuzz_target!(|body: &[u8]| iamport::fuzzing::validation(body));
