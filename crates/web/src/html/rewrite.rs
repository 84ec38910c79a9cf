//! The second pass: over what the sanitiser wrote, which is well-formed (every `<` begins a tag, every attribute value is
//! quoted and escaped). Styles become classes; links show where they lead; pictures that were taken out leave a mark.

use super::style::Sheet;

/// Rewrites sanitised HTML.
#[must_use]
pub fn rewrite(clean: &str, sheet: &mut Sheet) -> String {
    let mut out = String::with_capacity(clean.len() + clean.len() / 8);
    let mut link: Option<Link> = None;
    let mut rest = clean;
    while let Some((text, tag_on)) = rest.split_once('<') {
        keep_text(&mut out, &mut link, text);
        let Some((tag, after)) = split_tag(tag_on) else { return out };
        if tag == "/a" {
            if let Some(link) = link.take() {
                link.warn(&mut out);
            }
            out.push_str("</a>");
        } else if tag.starts_with('/') {
            out.push('<');
            out.push_str(tag);
            out.push('>');
        } else {
            let opened = write_tag(&mut out, tag, sheet);
            if opened.is_some() {
                link = opened;
            }
        }
        rest = after;
    }
    keep_text(&mut out, &mut link, rest);
    out
}

/// Splits behind the `>` that ends the tag; one within a quoted value does not.
fn split_tag(tag_on: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    for (at, byte) in tag_on.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return Some((tag_on.get(..at)?, tag_on.get(at + 1..)?)),
            _ => {}
        }
    }
    None
}

fn keep_text(out: &mut String, link: &mut Option<Link>, text: &str) {
    out.push_str(text);
    if let Some(link) = link
        && link.text.len() < 512
    {
        link.text.extend(text.chars().take(512));
    }
}

/// `name="value"` pairs, values still escaped.
fn attributes(mut text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    while let Some((name, after)) = text.trim_start().split_once("=\"") {
        let Some((value, after)) = after.split_once('"') else { break };
        found.push((name, value));
        text = after;
    }
    found
}

fn write_tag(out: &mut String, tag: &str, sheet: &mut Sheet) -> Option<Link> {
    let (name, text) = tag.split_once(' ').unwrap_or((tag, ""));
    let attributes = attributes(text);
    let value_of = |wanted: &str| attributes.iter().find(|(n, _)| *n == wanted).map(|(_, v)| *v);
    let target = if name == "a" { value_of("href") } else { None };
    let mut classes: Vec<String> = Vec::new();
    out.push('<');
    out.push_str(name);
    for (attribute, value) in &attributes {
        match *attribute {
            "style" => classes.extend(sheet.class_of(&unescape(value))),
            // The target takes the place of whatever the sender would show.
            "title" if target.is_some() => {}
            _ => push_attribute(out, attribute, value),
        }
    }
    if name == "img" && value_of("src").is_none() {
        classes.push("gone".to_owned());
    }
    if !classes.is_empty() {
        push_attribute(out, "class", &classes.join(" "));
    }
    if let Some(target) = target {
        push_attribute(out, "title", target);
    }
    out.push('>');
    target.map(|target| Link { host: host_of(&unescape(target)), text: String::new() })
}

fn push_attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    out.push_str(value);
    out.push('"');
}

/// What the serialiser escapes in attribute values.
fn unescape(value: &str) -> String {
    value
        .replace("&quot;", "\"")
        .replace("&nbsp;", "\u{a0}")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// A link whose text is being read.
struct Link {
    host: Option<String>,
    text: String,
}

impl Link {
    /// Says where the link leads, if its text names another place.
    fn warn(&self, out: &mut String) {
        let Some(host) = &self.host else { return };
        let shown = shown_hosts(&self.text);
        let same = |shown: &String| shown == host || host.ends_with(&format!(".{shown}"));
        if !shown.is_empty() && !shown.iter().any(same) {
            out.push_str("<span class=\"leads\"> → ");
            out.push_str(host);
            out.push_str("</span>");
        }
    }
}

/// Host of an `http`, `https` or `mailto` link, in lower case; only what can be a host name.
fn host_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once(':')?;
    let rest = rest.trim_start_matches(['/', '\\']);
    let authority = match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => rest.split(['/', '\\', '?', '#']).next()?.rsplit('@').next()?,
        "mailto" => rest.split(['?', ',']).next()?.rsplit('@').next()?,
        _ => return None,
    };
    let host = authority.split(':').next()?.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host).to_owned();
    let plain = |c: char| c.is_alphanumeric() || c == '-' || c == '.';
    (!host.is_empty() && host.len() < 254 && host.chars().all(plain)).then_some(host)
}

/// What looks like a host name in a link's text.
fn shown_hosts(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || "()<>,;|".contains(c))
        .filter_map(|word| {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
            let word = word.rsplit_once("://").map_or(word.as_str(), |(_, rest)| rest);
            let host = word.split(['/', '?', '#', ':', '&']).next()?.rsplit('@').next()?;
            let host = host.strip_prefix("www.").unwrap_or(host);
            let (_, last) = host.rsplit_once('.')?;
            let is_host = last.len() >= 2
                && last.chars().all(char::is_alphabetic)
                && host
                    .split('.')
                    .all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'));
            is_host.then(|| host.to_owned())
        })
        .take(8)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(clean: &str) -> String {
        rewrite(clean, &mut Sheet::default())
    }

    #[test]
    fn styles_become_classes() {
        assert_eq!(run(r#"<p style="color:red">a</p>"#), r#"<p class="s0">a</p>"#);
        assert_eq!(run(r#"<p style="position:fixed">a</p>"#), "<p>a</p>");
    }

    #[test]
    fn links_show_their_target_and_never_the_senders_title() {
        assert_eq!(
            run(r#"<a href="https://a.example/?x=1&amp;y=2" title="https://bank.example">here</a>"#),
            r#"<a href="https://a.example/?x=1&amp;y=2" title="https://a.example/?x=1&amp;y=2">here</a>"#
        );
    }

    #[test]
    fn a_link_that_says_another_host_than_it_leads_to_is_marked() {
        let marked = run(r#"<a href="https://evil.example/x">https://www.<b>bank</b>.example/login</a>"#);
        assert!(marked.contains("<span class=\"leads\"> → evil.example</span></a>"), "{marked}");
        let honest = run(r#"<a href="https://www.bank.example/x">bank.example</a>"#);
        assert!(!honest.contains("leads"), "{honest}");
        let userinfo = run(r#"<a href="https://bank.example@evil.example/">bank.example</a>"#);
        assert!(userinfo.contains("→ evil.example"), "{userinfo}");
        let words = run(r#"<a href="https://evil.example/">Read more. Now</a>"#);
        assert!(!words.contains("leads"), "{words}");
    }

    #[test]
    fn pictures_without_a_source_are_marked() {
        assert_eq!(run(r#"<img alt="logo">"#), r#"<img alt="logo" class="gone">"#);
        assert_eq!(run(r#"<img src="data:image/png;base64,AA==">"#), r#"<img src="data:image/png;base64,AA==">"#);
    }

    #[test]
    fn a_greater_than_sign_in_a_value_does_not_end_the_tag() {
        assert_eq!(run(r#"<img alt="a > b" src="x">"#), r#"<img alt="a > b" src="x">"#);
        assert_eq!(run("<b"), "", "a tag that does not end is dropped");
    }
}
