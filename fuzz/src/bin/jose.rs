//! What a stranger says in the name of an identity provider: keys, tokens, metadata. Nothing panics, nothing is believed.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| wardpost_core::testing::read_token_bytes(data));
