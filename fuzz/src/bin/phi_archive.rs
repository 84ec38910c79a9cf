//! ZIP, TAR and GZIP: no panic, bounded text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wardpost_phi::extract::{MAX_TEXT, read_all};

fuzz_target!(|data: &[u8]| {
    for head in [&b""[..], b"PK\x03\x04", b"\x1F\x8B\x08\0"] {
        let file = [head, data].concat();
        assert!(read_all(&file).text.len() <= MAX_TEXT);
    }
    // A block of TAR, whose mark stands where it belongs.
    let mut tar = data.to_vec();
    if let Some(mark) = tar.get_mut(257..262) {
        mark.copy_from_slice(b"ustar");
        assert!(read_all(&tar).text.len() <= MAX_TEXT);
    }
});
