//! What a provisioning system sends as a filter, asked of a resource that the same stranger wrote. Nothing panics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wardpost_web::scim_filter::Filter;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (filter, resource) = text.split_once('\n').unwrap_or((text, "{}"));
    if let Some(filter) = Filter::parse(filter) {
        let _ = filter.holds(&serde_json::from_str(resource).unwrap_or_default());
    }
});
