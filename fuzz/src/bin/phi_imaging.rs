//! DICOM and what pictures carry beside their pixels: no panic, bounded text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wardpost_phi::extract::{MAX_TEXT, read_all};

fuzz_target!(|data: &[u8]| {
    let mut dicom = vec![0u8; 128];
    dicom.extend(b"DICM");
    for head in [&dicom[..], b"\xFF\xD8\xFF\xE1\x40\0Exif\0\0", b"II*\0", b"\x89PNG\r\n\x1a\n", b""] {
        let file = [head, data].concat();
        assert!(read_all(&file).text.len() <= MAX_TEXT);
    }
});
