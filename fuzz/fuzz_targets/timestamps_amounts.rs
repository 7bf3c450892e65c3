#![no_main]

libfuzzer_sys::fuzz_target!(|text: &[u8]| iamport::fuzzing::timestamps_amounts(text));
