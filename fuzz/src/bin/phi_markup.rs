//! RTF, HTML, JSON, XML, calendars and cards: no panic, bounded text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wardpost_phi::extract::{MAX_TEXT, read_all};

fuzz_target!(|data: &[u8]| {
    for head in [&b"{\\rtf1"[..], b"<html>", b"<?xml version='1.0'?>", b"{", b"BEGIN:VCALENDAR\n", b"BEGIN:VCARD\n"] {
        let file = [head, data].concat();
        assert!(read_all(&file).text.len() <= MAX_TEXT);
    }
});
