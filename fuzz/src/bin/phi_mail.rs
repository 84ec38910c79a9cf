//! Mails, TNEF and S/MIME: no panic, bounded text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wardpost_phi::extract::{MAX_TEXT, read_all};

fuzz_target!(|data: &[u8]| {
    for head in [&b"MIME-Version: 1.0\r\n"[..], b"\x78\x9F\x3E\x22\x01\0", b""] {
        let file = [head, data].concat();
        assert!(read_all(&file).text.len() <= MAX_TEXT);
    }
});
