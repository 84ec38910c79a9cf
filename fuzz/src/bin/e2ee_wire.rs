//! Frames of clients and of the server: reading never panics, and what was read reads the same as it is written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wardpost_e2ee::wire::{Ask, ServerFrame, decode, encode};

fuzz_target!(|data: &[u8]| {
    if let Ok(ask) = decode::<Ask>(data) {
        assert_eq!(decode(&encode(&ask)), Ok(ask));
    }
    if let Ok(frame) = decode::<ServerFrame>(data) {
        assert_eq!(decode(&encode(&frame)), Ok(frame));
    }
});
