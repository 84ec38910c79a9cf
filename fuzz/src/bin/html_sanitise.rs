//! Hostile mail HTML: making it safe never panics, takes bounded time and memory, and never needs the last check.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;
use wardpost_web::html::{InlineImage, refers_to, render};

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let html = String::from_utf8_lossy(rest);
    let remote = first & 1 == 1;
    let image = InlineImage { media_type: "image/png".to_owned(), bytes: vec![1, 2, 3] };
    let images = BTreeMap::from([("a@b".to_owned(), image)]);
    let rendered = render(&html, images, remote);
    assert!(!rendered.refused, "the last check was needed");
    assert!(!rendered.policy.contains("unsafe") && !rendered.policy.contains("allow-scripts"));
    let (_, body) = rendered.document.split_once("<body>").expect("a document has a body");
    let lower = body.to_ascii_lowercase();
    for hostile in
        ["<script", "<iframe", "<object", "<embed", "<form", "<meta", "<base", "<link", "<svg", "<math", "<style"]
    {
        assert!(!lower.contains(hostile), "{hostile}");
    }
    let _ = refers_to(&html, "<a@b>");
});
