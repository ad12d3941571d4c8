#![no_main]

#[path = "../entries.rs"]
#[expect(dead_code, reason = "each target enters at one place")]
mod entries;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entries::leaving::letter(data));
