//! Text from strangers made harmless: no control characters, no characters that reorder what is read.

use std::borrow::Cow;

/// Longest file name in bytes (what common file systems take).
const MAX_FILE_NAME: usize = 255;

/// Characters that change the order or the visibility of others (Unicode bidi controls, zero-width, BOM, tags).
fn is_deceptive(c: char) -> bool {
    matches!(c,
        '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// One line of text: controls become spaces, deceptive characters vanish, white space is folded, at most `max`
/// characters.
#[must_use]
pub fn clean_line(text: &str, max: usize) -> String {
    let mut out = String::with_capacity(text.len().min(max));
    let mut count = 0;
    let mut gap = false;
    for c in text.chars().filter(|c| !is_deceptive(*c)) {
        if c.is_control() || c.is_whitespace() {
            gap = !out.is_empty();
            continue;
        }
        let needed = 1 + usize::from(gap);
        if count + needed > max {
            break;
        }
        if gap {
            out.push(' ');
            gap = false;
        }
        out.push(c);
        count += needed;
    }
    out
}

/// Text of several lines: CRLF and CR become LF, other controls (but tab) and byte order marks vanish.
pub(super) fn clean_text(text: &str) -> String {
    // Bytes with which a character that is not kept may begin; all others are copied in runs.
    let suspect = |b: u8| (b < 0x20 && b != b'\n' && b != b'\t') || matches!(b, 0x7f | 0xc2 | 0xef);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.bytes().position(suspect) {
        let (run, tail) = rest.split_at(at);
        out.push_str(run);
        let mut chars = tail.chars();
        match chars.next() {
            Some('\r') if !chars.as_str().starts_with('\n') => out.push('\n'),
            Some(c) if !c.is_control() && c != '\u{feff}' => out.push(c),
            _ => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out
}

/// A file name without path, control, bidi or reserved characters, at most 255 bytes, its ending kept; `fallback`
/// if nothing is left.
#[must_use]
pub fn clean_file_name(name: &str, fallback: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let safe: String = clean_line(last, 1_000)
        .chars()
        .map(|c| if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') { '_' } else { c })
        .collect();
    let mut safe = safe.trim_matches([' ', '.']).to_owned();
    let stem = safe.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let numbered =
        |p: &str| stem.strip_prefix(p).is_some_and(|n| n.len() == 1 && n.bytes().all(|b| b.is_ascii_digit()));
    if matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT") {
        safe.insert(0, '_');
    }
    if safe.is_empty() {
        return fallback.to_owned();
    }
    if safe.len() <= MAX_FILE_NAME {
        return safe;
    }
    let ending = safe.rfind('.').and_then(|i| safe.get(i..)).filter(|e| e.len() <= 20).unwrap_or_default();
    let stem = safe.get(..safe.len() - ending.len()).unwrap_or_default();
    format!("{}{ending}", cut(stem, MAX_FILE_NAME - ending.len()))
}

/// The longest beginning of at most `max` bytes that ends between characters.
pub(super) fn cut(text: &str, max: usize) -> &str {
    text.get(..text.floor_char_boundary(max)).unwrap_or_default()
}

/// A media type in lower case, `application/octet-stream` where it is none (RFC 6838 §4.2).
#[must_use]
pub fn clean_media_type(kind: &str, subtype: &str) -> String {
    let token = |t: &str| {
        !t.is_empty() && t.len() <= 127 && t.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    if token(kind) && token(subtype) {
        format!("{kind}/{subtype}").to_ascii_lowercase()
    } else {
        "application/octet-stream".to_owned()
    }
}

/// A message or content id without brackets, if it is printable ASCII of a sane length.
pub(super) fn clean_id(id: &str) -> Option<String> {
    let id = id.trim().trim_start_matches('<').trim_end_matches('>');
    let fine = !id.is_empty() && id.len() <= 512 && id.bytes().all(|b| b.is_ascii_graphic() && b != b'<' && b != b'>');
    fine.then(|| id.to_owned())
}

/// A fallback name by media type.
pub(super) fn default_name(media_type: &str, number: usize) -> Cow<'static, str> {
    let ending = match media_type {
        "message/rfc822" | "message/global" => return format!("message-{number}.eml").into(),
        "text/calendar" => return Cow::Borrowed("invite.ics"),
        "text/plain" => "txt",
        "text/html" => "html",
        "text/csv" => "csv",
        "application/pdf" => "pdf",
        "application/zip" => "zip",
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/gif" => "gif",
        "application/pkcs7-signature" | "application/x-pkcs7-signature" => "p7s",
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => "p7m",
        _ => "bin",
    };
    format!("attachment-{number}.{ending}").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_lose_paths_controls_and_tricks() {
        let name = |n: &str| clean_file_name(n, "x.bin");
        assert_eq!(name("../../etc/passwd"), "passwd");
        assert_eq!(name("C:\\Users\\a\\scan.pdf"), "scan.pdf");
        assert_eq!(name("fdp.\u{202e}exe"), "fdp.exe");
        assert_eq!(name("a\r\nb\0.txt"), "a b .txt");
        assert_eq!(name("..."), "x.bin");
        assert_eq!(name(""), "x.bin");
        assert_eq!(name("nul.txt"), "_nul.txt");
        assert_eq!(name("COM1"), "_COM1");
        assert_eq!(name("a:b?.txt"), "a_b_.txt");
        assert_eq!(name("Verslag – José.pdf"), "Verslag – José.pdf");
        let long = name(&format!("{}.pdf", "é".repeat(300)));
        assert!(long.len() <= 255 && long.ends_with("é.pdf"), "{long}");
    }

    #[test]
    fn lines_are_single_and_bounded() {
        assert_eq!(clean_line(" a\r\n b\u{202e}\u{0}c ", 100), "a b c");
        assert_eq!(clean_line("abcdef", 3), "abc");
        assert_eq!(clean_line("ab cd", 3), "ab");
        assert_eq!(clean_text("a\r\nb\rc\u{1}\td\r"), "a\nb\nc\td\n");
        assert_eq!(clean_text("\u{feff}é\u{85}ä\u{7f}\u{a0}ｘ"), "éä\u{a0}ｘ");
    }

    #[test]
    fn ids_and_media_types_are_taken_only_when_sane() {
        assert_eq!(clean_id("<a@b>").as_deref(), Some("a@b"));
        assert_eq!(clean_id("a b"), None);
        assert_eq!(clean_id("<>"), None);
        assert_eq!(clean_media_type("Image", "PNG"), "image/png");
        assert_eq!(clean_media_type("image", "p ng"), "application/octet-stream");
    }
}
