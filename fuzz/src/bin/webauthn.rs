//! What a stranger's authenticator and browser say: CBOR, authenticator data, client data. Nothing panics.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| wardpost_core::testing::read_passkey_bytes(data));
