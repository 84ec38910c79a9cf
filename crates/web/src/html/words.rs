//! The words of HTML that is too large or too deep to be parsed: tags are dropped in one linear pass.

/// Most bytes that are looked at.
const MAX: usize = 1 << 20;

/// Elements whose content is no text for people.
const SILENT: &[&str] = &["style", "script", "title", "head"];

/// Elements that begin a line.
const LINES: &[&str] = &["p", "div", "br", "tr", "li", "table", "h1", "h2", "h3", "h4", "blockquote", "hr", "pre"];

/// The words.
#[must_use]
pub fn of(html: &str) -> String {
    let end = (0..=MAX.min(html.len())).rev().find(|at| html.is_char_boundary(*at)).unwrap_or(0);
    let mut rest = html.get(..end).unwrap_or_default();
    let mut out = String::new();
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let (tag, then) = after.split_once('>').unwrap_or((after, ""));
        rest = then;
        let name: String =
            tag.chars().take_while(|c| c.is_ascii_alphanumeric()).take(16).map(|c| c.to_ascii_lowercase()).collect();
        if SILENT.contains(&name.as_str()) {
            rest = behind(rest, &name);
        } else if LINES.contains(&name.as_str()) && !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
    }
    out.push_str(rest);
    unescape(&out).trim().to_owned()
}

/// What follows the end tag of a silent element; nothing if it does not end.
fn behind<'h>(html: &'h str, name: &str) -> &'h str {
    let mut rest = html;
    while let Some((_, after)) = rest.split_once("</") {
        if after.get(..name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name)) {
            return after.split_once('>').map_or("", |(_, then)| then);
        }
        rest = after;
    }
    ""
}

fn unescape(text: &str) -> String {
    let named = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")];
    named.iter().fold(text.to_owned(), |text, (entity, char)| text.replace(entity, char))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_go_and_words_stay() {
        let html =
            "<html><head><title>x</title></head><style>p{}</STYLE ><p>Dear <b>doctor</b>,<br>1 &lt; 2 &amp; é</p>";
        assert_eq!(of(html), "Dear doctor,\n1 < 2 & é");
        assert_eq!(of("a<script>never ends"), "a");
        assert_eq!(of("a<b"), "a");
        assert_eq!(of(&"é".repeat(MAX)).len(), MAX);
    }
}
