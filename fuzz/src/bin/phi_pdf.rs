//! PDF: no panic, bounded text, whatever stands where an object should.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wardpost_phi::extract::{MAX_TEXT, read_all};

fuzz_target!(|data: &[u8]| {
    let mut file = b"%PDF-1.7\n".to_vec();
    file.extend_from_slice(data);
    assert!(read_all(&file).text.len() <= MAX_TEXT);
});
