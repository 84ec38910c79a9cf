//! Text from HTML, for readers and detectors that want words. Linear in its input, bounded in its output.

use memchr::{memchr, memmem};

/// Elements whose content is never text.
const SILENT: [&str; 5] = ["script", "style", "title", "template", "noembed"];
/// Elements that begin a new paragraph.
const PARAGRAPHS: [&str; 14] =
    ["p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "blockquote", "pre", "hr", "dl"];
/// Elements that begin a new line.
const LINES: [&str; 13] =
    ["br", "div", "tr", "li", "section", "article", "header", "footer", "dt", "dd", "address", "figure", "fieldset"];

/// The words of an HTML document, at most `max` bytes of them.
#[must_use]
pub fn html_to_text(html: &str, max: usize) -> String {
    let mut text = Text { out: String::with_capacity(html.len().min(max) / 2), max, gap: Gap::None };
    let mut rest = html;
    while !rest.is_empty() && text.out.len() < max {
        let Some(next) = memchr(b'<', rest.as_bytes()) else {
            text.words(rest);
            break;
        };
        let (before, tag) = rest.split_at(next);
        text.words(before);
        rest = if let Some(comment) = tag.strip_prefix("<!--") {
            after_comment(comment)
        } else if tag.as_bytes().get(1).is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'/' | b'!' | b'?')) {
            let Some(end) = tag_end(tag) else { break };
            let inside = tag.get(1..end).unwrap_or_default();
            text.tag(inside, tag.get(end + 1..).unwrap_or_default())
        } else {
            text.words("<");
            tag.get(1..).unwrap_or_default()
        };
    }
    text.out.truncate(text.out.floor_char_boundary(max));
    text.out.truncate(text.out.trim_end().len());
    text.out
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Space,
    Line,
    Paragraph,
}

struct Text {
    out: String,
    max: usize,
    gap: Gap,
}

impl Text {
    /// Handles a tag given without its angle brackets; returns what is left of `after`.
    fn tag<'a>(&mut self, inside: &str, after: &'a str) -> &'a str {
        let closing = inside.starts_with('/');
        let name = inside.trim_start_matches('/');
        let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        let name = name.get(..end).unwrap_or_default();
        let is = |set: &[&str]| set.iter().any(|n| n.eq_ignore_ascii_case(name));
        if is(&SILENT) {
            return if closing { after } else { skip_element(after, name) };
        }
        if is(&PARAGRAPHS) {
            self.gap = self.gap.max(Gap::Paragraph);
        } else if is(&LINES) {
            self.gap = self.gap.max(Gap::Line);
            if !closing && name.eq_ignore_ascii_case("li") {
                self.words("- ");
            }
        } else if is(&["td", "th"]) {
            self.gap = self.gap.max(Gap::Space);
        }
        after
    }

    /// Adds text with its entities decoded and its white space folded.
    fn words(&mut self, text: &str) {
        let mut rest = text;
        while let Some(next) = memchr(b'&', rest.as_bytes()) {
            let (before, entity) = rest.split_at(next);
            self.plain(before);
            let end = entity.bytes().take(40).position(|b| b == b';');
            if let Some((token, tail)) = end.and_then(|end| entity.split_at_checked(end + 1)) {
                let mut decoded = String::new();
                mail_parser::decoders::html::add_html_token(&mut decoded, token.as_bytes(), false);
                self.plain(&decoded);
                rest = tail;
            } else {
                self.plain("&");
                rest = entity.get(1..).unwrap_or_default();
            }
            if self.out.len() >= self.max {
                return;
            }
        }
        self.plain(rest);
    }

    fn plain(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() {
                self.gap = self.gap.max(Gap::Space);
                continue;
            }
            if c.is_control() {
                continue;
            }
            if self.out.len() >= self.max {
                return;
            }
            if !self.out.is_empty() {
                self.out.push_str(match self.gap {
                    Gap::None => "",
                    Gap::Space => " ",
                    Gap::Line => "\n",
                    Gap::Paragraph => "\n\n",
                });
            }
            self.gap = Gap::None;
            self.out.push(c);
        }
    }
}

/// What follows a comment, given without its `<!--`, by the rules of browsers (HTML §13.2.5.43 to 51).
fn after_comment(comment: &str) -> &str {
    if let Some(after) = comment.strip_prefix('>').or_else(|| comment.strip_prefix("->")) {
        return after;
    }
    let mut from = 0;
    while let Some(at) = memmem::find(comment.get(from..).unwrap_or_default().as_bytes(), b"--") {
        let tail = comment.get(from + at + 2..).unwrap_or_default();
        if let Some(after) = tail.strip_prefix('>').or_else(|| tail.strip_prefix("!>")) {
            return after;
        }
        from += at + 1;
    }
    ""
}

/// Where the `>` stands that ends the tag; those within quoted attribute values do not.
fn tag_end(tag: &str) -> Option<usize> {
    let (mut quote, mut value) = (0, false);
    for (i, b) in tag.bytes().enumerate().skip(1) {
        match b {
            b'>' if quote == 0 => return Some(i),
            // A quote begins a value only behind `=`; elsewhere it is part of a broken name.
            b'"' | b'\'' if quote == 0 && value => quote = b,
            _ if b == quote => quote = 0,
            _ => {}
        }
        value = b == b'=' || (value && b.is_ascii_whitespace());
    }
    // A quote that never ends.
    memchr(b'>', tag.as_bytes())
}

/// What follows the end tag of `name` (nothing, if it never ends).
fn skip_element<'a>(mut rest: &'a str, name: &str) -> &'a str {
    while let Some(next) = memmem::find(rest.as_bytes(), b"</") {
        let tag = rest.get(next + 2..).unwrap_or_default();
        if tag.get(..name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name)) {
            return memchr(b'>', tag.as_bytes()).and_then(|end| tag.get(end + 1..)).unwrap_or_default();
        }
        rest = tag;
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(html: &str) -> String {
        html_to_text(html, 10_000)
    }

    #[test]
    fn words_lines_and_entities_survive_and_code_does_not() {
        let html = "<html><head><title>T</title><style>p{}</style></head><body><!-- no --><p>Dear <b>Anna</b>,</p>\
                    <p>5 &lt; 6 &amp; caf&eacute;&#33; x &bogus; &</p><ul><li>one<li>two</ul>a<br>b\
                    <script>alert('<p>')</script><table><tr><td>k</td><td>v</td></tr></table></body>";
        assert_eq!(text(html), "Dear Anna,\n\n5 < 6 & café! x &bogus; &\n\n- one\n- two\n\na\nb\n\nk v");
    }

    #[test]
    fn broken_markup_ends_somewhere() {
        assert_eq!(text("a < b <c"), "a < b");
        assert_eq!(text("a<!-- never"), "a");
        assert_eq!(text("a<script>never"), "a");
        assert_eq!(text("<"), "<");
        assert_eq!(text("é<é>&é;"), "é<é>&é;");
        assert_eq!(text("</"), "");
        assert_eq!(text("<!-->a<!--->b<!-- x --!>c<!-- y -- z -->d"), "abcd");
        assert_eq!(text("a<p title='never>b"), "a\n\nb");
        assert_eq!(text("<p don't>a</p>"), "a");
    }

    #[test]
    fn what_stands_in_attributes_is_no_text() {
        let framed = "<p>seen</p><iframe srcdoc=\"<script>alert('x')</script><p>inner</p>\"></iframe>";
        assert_eq!(text(framed), "seen");
        assert_eq!(text("<img alt=\"</script><script>no</script>\" src=x><a title = '<b>no'>yes</a>"), "yes");
    }

    #[test]
    fn output_is_bounded() {
        assert!(html_to_text(&"é ".repeat(1_000), 101).len() <= 101);
        assert!(html_to_text(&"<li>".repeat(100_000), 1_000).len() <= 1_000);
    }
}
