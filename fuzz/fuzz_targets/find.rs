#![no_main]

libfuzzer_sys::fuzz_target!(|body: &[u8]| iamport_fuzz::find(body));
