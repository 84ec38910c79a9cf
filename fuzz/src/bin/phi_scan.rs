//! The detector on any text: no panic, spans inside their text, and the same answer twice.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wardpost_phi::{Document, Scanner};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let (subject, body) = text.split_once('\n').unwrap_or(("", &text));
    let document = Document { subject, body, attachments: &[] };
    let found = Scanner::shared().scan(&document);
    let length = text.chars().count();
    for span in &found.spans {
        assert!(span.start < span.end && (span.end as usize) <= length, "{span:?}");
    }
    assert_eq!(found, Scanner::shared().scan(&document));
});
