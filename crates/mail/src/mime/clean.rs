//! Text and ids of messages made harmless; lines, names and media types are cleaned in [`wardpost_model::text`].

use std::borrow::Cow;

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
    fn controls_vanish_from_text() {
        assert_eq!(clean_text("a\r\nb\rc\u{1}\td\r"), "a\nb\nc\td\n");
        assert_eq!(clean_text("\u{feff}é\u{85}ä\u{7f}\u{a0}ｘ"), "éä\u{a0}ｘ");
    }

    #[test]
    fn ids_are_taken_only_when_sane() {
        assert_eq!(clean_id("<a@b>").as_deref(), Some("a@b"));
        assert_eq!(clean_id("a b"), None);
        assert_eq!(clean_id("<>"), None);
    }
}
