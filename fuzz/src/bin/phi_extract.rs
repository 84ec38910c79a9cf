//! Documents of any kind: no panic, and never more text than the bound.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wardpost_phi::extract::{Extracted, MAX_TEXT, extract};
use wardpost_phi::html_to_text;

fuzz_target!(|data: &[u8]| {
    if let Extracted::Text { text, .. } = extract(data) {
        assert!(text.len() <= MAX_TEXT);
    }
    if let Ok(html) = std::str::from_utf8(data) {
        assert!(html_to_text(html).len() <= 2 * html.len());
    }
});
