//! Text of HTML, for scanning, previews and the plain alternative. Lenient, linear, never fails.

/// Whether a text (without leading white space) is HTML.
#[must_use]
pub(crate) fn looks_like_html(head: &str) -> bool {
    let window: String = head.chars().take(512).collect::<String>().to_ascii_lowercase();
    window.starts_with("<!doctype html")
        || window.starts_with("<html")
        || (window.starts_with('<')
            && ["<body", "<head", "<div", "<p>", "<table", "<meta "].iter().any(|t| window.contains(t))
            && !window.starts_with("<?xml"))
}

/// Whether a page carries pictures within itself that are larger than an icon's few bytes.
pub(super) fn embeds(html: &str) -> bool {
    const ICON: usize = 3_000;
    let begins = |tail: &str| {
        let tail = tail.as_bytes();
        tail.iter().take(ICON).take_while(|b| !b.is_ascii_whitespace() && !b"\"'<>)".contains(b)).count() == ICON
    };
    memchr::memmem::find_iter(html.as_bytes(), b"data:").any(|at| html.get(at..).is_some_and(begins))
}

/// Attributes that hold words for readers.
const WORDS: [&str; 6] = ["alt", "title", "value", "placeholder", "summary", "aria-label"];

/// The readable text of HTML: blocks become lines, cells are set apart by tabs, entities are decoded. Scripts and styles
/// are left out. What only some readers show (comments, pictures' words, titles) follows at the end, a line each: it
/// leaves the house as well.
#[must_use]
pub fn html_to_text(html: &str) -> String {
    let mut aside = String::new();
    let mut text = words(html, &mut aside, true);
    if !aside.is_empty() {
        text.push_str("\n\n");
        text.push_str(aside.trim());
    }
    text.trim().to_owned()
}

/// No cell of a table is open.
const NO_CELL: usize = usize::MAX;

/// The text of HTML; what stands aside goes to `aside`. Comments are read as HTML once (`deep`), and not within themselves.
fn words(html: &str, aside: &mut String, deep: bool) -> String {
    let mut out = String::with_capacity(html.len() / 2);
    let mut cell = NO_CELL;
    let mut rest = html;
    while let Some(at) = memchr::memchr2(b'<', b'&', rest.as_bytes()) {
        push_text(&mut out, rest.get(..at).unwrap_or(""));
        rest = rest.get(at..).unwrap_or("");
        if rest.starts_with('&') {
            let (c, used) = entity(rest);
            push_char(&mut out, c);
            rest = rest.get(used..).unwrap_or("");
        } else {
            rest = tag(&mut out, rest, aside, deep, &mut cell);
        }
    }
    push_text(&mut out, rest);
    out.trim().to_owned()
}

/// Adds text with runs of white space as one space.
fn push_text(out: &mut String, s: &str) {
    s.chars().for_each(|c| push_char(out, c));
}
fn push_char(out: &mut String, c: char) {
    if matches!(c, ' ' | '\n' | '\r' | '\t' | '\x0c') {
        if !out.is_empty() && !out.ends_with([' ', '\n', '\t']) {
            out.push(' ');
        }
    } else {
        out.push(c);
    }
}
fn line_end(out: &mut String, blank: bool) {
    while out.ends_with([' ', '\t']) {
        out.pop();
    }
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    if blank && out.ends_with('\n') && !out.ends_with("\n\n") {
        out.push('\n');
    }
}

/// Steps over one tag (or comment, or an element whose content is no text) and writes what it means. `cell` is where the
/// content of the cell begins that is open.
fn tag<'h>(out: &mut String, rest: &'h str, aside: &mut String, deep: bool, cell: &mut usize) -> &'h str {
    if let Some(comment) = rest.strip_prefix("<!--") {
        let (inside, after) = comment_end(comment);
        if deep {
            let mut within = String::new();
            let text = words(inside, &mut within, false);
            add_aside(aside, &text);
            add_aside(aside, &within);
        }
        return after;
    }
    let body = rest.get(1..).unwrap_or("");
    let name_end = body
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '/' || c == '!' || c == '?' || c == ':'))
        .unwrap_or(body.len());
    let name = body.get(..name_end).unwrap_or("").to_ascii_lowercase();
    let (closing, plain) = name.strip_prefix('/').map_or((false, name.as_str()), |n| (true, n));
    let plain = plain.trim_end_matches('/');
    if !plain.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!' || c == '?') {
        out.push('<'); // "a < b"
        return body;
    }
    let Some(end) = tag_end(rest) else { return "" };
    let after = rest.get(end..).unwrap_or("");
    if !closing {
        attribute_words(rest.get(..end).unwrap_or(""), aside);
    }
    if matches!(plain, "tr" | "table") {
        *cell = NO_CELL;
    }
    match plain {
        "script" | "style" if !closing => return skip_element(after, plain),
        // A cell's first paragraph begins where the cell does.
        "p" | "div" if !closing && out.len() == *cell => {}
        "td" | "th" if closing => close_cell(out, cell),
        "title" | "noscript" | "template" | "textarea" => line_end(out, true),
        "br" | "tr" | "li" | "dt" | "dd" | "option" => line_end(out, false),
        "p" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "table" | "ul" | "ol" | "blockquote" | "hr"
        | "section" | "article" | "header" | "footer" | "pre" | "form" | "body" => {
            line_end(out, matches!(plain, "p" | "table" | "h1" | "h2" | "h3"))
        }
        "td" | "th" => {
            if !out.ends_with(['\n', '\t']) && !out.is_empty() {
                out.truncate(out.trim_end_matches(' ').len());
                out.push('\t');
            }
            *cell = out.len();
        }
        _ => {}
    }
    after
}

/// A cell with one line ends in a tab, though its paragraph ended the line. One with several is no cell of a list.
fn close_cell(out: &mut String, cell: &mut usize) {
    let Some(content) = out.get(*cell..) else { return };
    if !content.trim().contains('\n') {
        out.truncate((*cell).max(out.trim_end().len()));
        if *cell > 0 || out.len() > *cell {
            out.push('\t');
        }
    }
    *cell = NO_CELL;
}

/// A comment's text and what follows it, by the rules of browsers (HTML §13.2.5.43 to 51).
fn comment_end(comment: &str) -> (&str, &str) {
    if let Some(after) = comment.strip_prefix('>').or_else(|| comment.strip_prefix("->")) {
        return ("", after);
    }
    let mut from = 0;
    while let Some(at) = comment.get(from..).and_then(|c| c.find("--")) {
        let tail = comment.get(from + at + 2..).unwrap_or("");
        if let Some(after) = tail.strip_prefix('>').or_else(|| tail.strip_prefix("!>")) {
            return (comment.get(..from + at).unwrap_or(""), after);
        }
        from += at + 1;
    }
    (comment, "")
}

fn add_aside(aside: &mut String, text: &str) {
    let text = text.trim();
    if !text.is_empty() {
        aside.push_str(text);
        aside.push('\n');
    }
}

/// The words in a tag's attributes.
fn attribute_words(tag: &str, aside: &mut String) {
    let mut rest = tag;
    while let Some(at) = rest.find('=') {
        let name = rest.get(..at).unwrap_or("").trim_end();
        let name = name.rsplit(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '/')).next().unwrap_or("");
        let value = rest.get(at + 1..).unwrap_or("").trim_start();
        let (value, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                value.get(1..).and_then(|v| v.split_once(quote)).unwrap_or((value.get(1..).unwrap_or(""), ""))
            }
            _ => value.split_at(value.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(value.len())),
        };
        if WORDS.iter().any(|w| w.eq_ignore_ascii_case(name)) {
            let mut text = String::new();
            let mut entities = value;
            while let Some(at) = entities.find('&') {
                push_text(&mut text, entities.get(..at).unwrap_or(""));
                let (c, used) = entity(entities.get(at..).unwrap_or(""));
                push_char(&mut text, c);
                entities = entities.get(at + used..).unwrap_or("");
            }
            push_text(&mut text, entities);
            add_aside(aside, &text);
        }
        rest = after;
    }
}

/// The byte after the `>` that ends the tag; `>` inside quoted attributes does not count.
fn tag_end(rest: &str) -> Option<usize> {
    let mut quote = 0u8;
    for (i, b) in rest.bytes().take(4_096).enumerate().skip(1) {
        match b {
            b'>' if quote == 0 => return Some(i + 1),
            b'"' | b'\'' if quote == 0 => quote = b,
            _ if b == quote => quote = 0,
            _ => {}
        }
    }
    // An open quote, or a very long tag: fall back to the first `>`.
    rest.find('>').map(|i| i + 1)
}

/// What follows the end tag. A script or style that never ends takes the rest; a title must end soon.
fn skip_element<'h>(after: &'h str, name: &str) -> &'h str {
    let lasting = name != "title";
    let mut from = 0;
    while let Some(at) = after.get(from..).and_then(|s| s.find("</")).filter(|at| lasting || from + at < 2_048) {
        let tail = after.get(from + at + 2..).unwrap_or("");
        if tail.get(..name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name)) {
            return tail.find('>').and_then(|e| tail.get(e + 1..)).unwrap_or("");
        }
        from += at + 2;
    }
    if lasting { "" } else { after }
}

/// Decodes the entity at the start of `s` (which begins with `&`); how many bytes it took.
pub(super) fn entity(s: &str) -> (char, usize) {
    let Some(end) = s.bytes().take(12).position(|b| b == b';') else { return ('&', 1) };
    let name = s.get(1..end).unwrap_or("");
    let number = name.strip_prefix('#').and_then(|n| match n.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => n.parse().ok(),
    });
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" | "#160" | "#xa0" | "#xA0" | "ensp" | "emsp" | "thinsp" => ' ',
        "euml" => 'ë',
        "iuml" => 'ï',
        "eacute" => 'é',
        "egrave" => 'è',
        "ouml" => 'ö',
        "uuml" => 'ü',
        "auml" => 'ä',
        "ccedil" => 'ç',
        "oacute" => 'ó',
        "aacute" => 'á',
        "iacute" => 'í',
        "ntilde" => 'ñ',
        "euro" => '€',
        "ndash" | "mdash" => '-',
        "lsquo" | "rsquo" => '\'',
        "ldquo" | "rdquo" => '"',
        "hellip" => '…',
        "bull" => '•',
        "shy" | "zwnj" | "zwj" => '\u{200b}',
        _ => match number.and_then(char::from_u32) {
            Some(c) => c,
            None => return ('&', 1),
        },
    };
    (c, end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_cells_and_entities_become_text() {
        let html = "<html><head><title>x</title><style>p{}</style></head><body><p>Dear <b>Ol</b>ivia&nbsp;B,</p>\
                    <script>alert('<p>')</script><table><tr><td>1</td><td>&euro;&#233;</td></tr></table>a &lt; b</body>";
        assert_eq!(html_to_text(html), "x\n\nDear Olivia B,\n\n1\t€é\n\na < b");
    }

    #[test]
    fn rows_stay_rows_whatever_stands_in_their_cells() {
        let word = "<table><tr><td><p class=MsoNormal>Naam</p></td><td><p>Geboren</p></td></tr>\n<tr> <td> <p>Jan</p> </td><td></td><td>\
                    <div>astma</div></td></tr></table>";
        assert_eq!(html_to_text(word), "Naam\tGeboren\nJan\t\tastma");
        assert_eq!(html_to_text("<table><tr><td>a<td><p>b<tr><td>c<td>d</table>"), "a\tb\nc\td");
        let nested = "<table><tr><td><p>een<p>twee</td><td><table><tr><td>drie</td></tr></table></td></tr></table>vier";
        assert_eq!(html_to_text(nested), "een\n\ntwee\n\ndrie\n\nvier");
    }

    #[test]
    fn broken_html_is_read_as_far_as_it_goes() {
        assert_eq!(html_to_text("a <b c"), "a");
        assert_eq!(html_to_text("5 < 6 & 7 &foo; &#xD800;"), "5 < 6 & 7 &foo; &#xD800;");
        assert_eq!(html_to_text("<p class=\"x>y\">ok<!-- never closed"), "ok\n\nnever closed");
        assert_eq!(html_to_text("<style>never closed"), "");
    }

    #[test]
    fn what_only_some_readers_show_is_read_too() {
        let html = "<img src=x alt='mevrouw&nbsp;Jansen'><!--><p title = \"heeft\">a</p><!-- x <b>borst</b>kanker --!>\
                    <noscript>BSN</noscript><template>1</template><svg><text>2</text></svg><input value=3 placeholder='a=b'>";
        assert_eq!(html_to_text(html), "a\n\nBSN\n\n1\n\n2\n\nmevrouw Jansen\nheeft\nx borstkanker\n3\na=b");
    }
}
