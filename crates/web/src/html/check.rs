//! The last look: what was made safe is read once more, by other means than it was made, before anybody sees it.

use super::{ATTRIBUTES, IMAGE_TYPES, TAGS};

/// Attributes that any element may have after the second pass.
const ANYWHERE: &[&str] = &["class", "title", "dir", "lang"];
/// Attributes that links are given.
const OF_LINKS: &[&str] = &["rel", "target"];

/// Whether every `<` begins or ends an element of the list, every attribute is of the list, and every address is of a
/// harmless kind.
#[must_use]
pub fn is_safe(body: &str, remote: bool) -> bool {
    let mut rest = body;
    while let Some((_, after)) = rest.split_once('<') {
        let Some((tag, then)) = cut(after) else { return false };
        if !tag_is_safe(tag, remote) {
            return false;
        }
        rest = then;
    }
    true
}

/// Cuts at the `>` that stands outside of quotes.
fn cut(after: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let end = after.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == '>' && !quoted
    });
    let (at, _) = end?;
    Some((after.get(..at)?, after.get(at + 1..)?))
}

fn tag_is_safe(tag: &str, remote: bool) -> bool {
    if let Some(name) = tag.strip_prefix('/') {
        return TAGS.contains(&name);
    }
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    if !TAGS.contains(&name) {
        return false;
    }
    while !rest.trim().is_empty() {
        let Some((attribute, after)) = rest.split_once("=\"") else { return false };
        let Some((value, after)) = after.split_once('"') else { return false };
        if !attribute_is_safe(name, attribute.trim(), value, remote) {
            return false;
        }
        rest = after;
    }
    true
}

fn attribute_is_safe(tag: &str, attribute: &str, value: &str, remote: bool) -> bool {
    let listed = ATTRIBUTES.iter().any(|(t, names)| *t == tag && names.contains(&attribute));
    match attribute {
        "href" => listed && ["http:", "https:", "mailto:", "tel:"].iter().any(|s| begins(value, s)),
        "src" => listed && (is_picture(value) || (remote && begins(value, "https:"))),
        _ => listed || ANYWHERE.contains(&attribute) || (tag == "a" && OF_LINKS.contains(&attribute)),
    }
}

fn begins(value: &str, scheme: &str) -> bool {
    value.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme))
}

fn is_picture(value: &str) -> bool {
    let parts = value.strip_prefix("data:").and_then(|v| v.split_once(";base64,"));
    parts.is_some_and(|(media_type, data)| {
        IMAGE_TYPES.contains(&media_type)
            && data.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'/' | b'='))
    })
}

#[cfg(test)]
mod tests {
    use super::is_safe;

    #[test]
    fn what_is_not_on_the_lists_is_seen() {
        assert!(is_safe(r#"<p class="s0">a <a href="https://x.example" rel="nofollow">b</a></p><br>"#, false));
        for bad in [
            "<script>",
            "<p onclick=\"x\">",
            "<p style=\"color:red\">",
            "<a href=\"javascript:x\">",
            "<a href=\"/api\">",
            "<img src=\"https://x.example\">",
            "<img src=\"data:image/svg+xml;base64,AA\">",
            "<p class=x>",
            "<p",
            "< p>",
            "<!-- -->",
            "</svg>",
            "<p \"\">",
        ] {
            assert!(!is_safe(bad, false), "{bad}");
        }
        assert!(is_safe("<img src=\"https://x.example\">", true));
    }
}
