//! A mail as a document: its head, its texts, and what is attached to it.

use super::{Output, Unreadable, calendar, html, read as read_document};
use mail_parser::{MessageParser, MimeHeaders, PartType};

const MAX_PARTS: usize = 500;

/// Whether a text begins as a mail does (RFC 5322): header lines, one of them telling.
pub(super) fn looks_like_mail(head: &str) -> bool {
    let mut telling = 0;
    for line in head.lines().take(40) {
        if line.is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else { return false };
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_graphic()) {
            return false;
        }
        let name = name.to_ascii_lowercase();
        telling += usize::from(matches!(
            name.as_str(),
            "mime-version" | "message-id" | "received" | "content-type" | "return-path" | "dkim-signature"
        ));
    }
    telling >= 1
}

/// Writes head, texts and readable attachments.
pub(super) fn read(data: &[u8], out: &mut Output, depth: u8) -> Result<(), Unreadable> {
    // The parser asserts in debug builds what hostile nesting of parts can break; there it costs this message only.
    let parsed = std::panic::catch_unwind(|| MessageParser::default().parse(data));
    let message = parsed.ok().flatten().ok_or(Unreadable::Damaged)?;
    for (name, value) in [("From", message.from()), ("To", message.to()), ("Cc", message.cc())] {
        for address in value.into_iter().flat_map(|a| a.iter()) {
            let mail = address.address().unwrap_or("");
            out.push(&format!("{name}: {} <{mail}>\n", address.name().unwrap_or("")));
        }
    }
    out.push(&format!("Subject: {}\n\n", message.subject().unwrap_or("")));
    if message.parts.len() > MAX_PARTS {
        return Err(Unreadable::Bomb);
    }
    for part in &message.parts {
        let result = match &part.body {
            PartType::Text(text) if part.is_text() && !calendar::looks_like(text.trim_start()) => {
                if text.contains("-----BEGIN PGP MESSAGE-----") {
                    out.missing(Unreadable::Encrypted);
                }
                out.push(text);
                Ok(())
            }
            PartType::Html(text) => {
                if html::embeds(text) {
                    out.missing(Unreadable::Image);
                }
                out.push(&html::html_to_text(text));
                Ok(())
            }
            PartType::Text(text) => read_document(text.as_bytes(), out, depth - 1),
            PartType::Binary(bytes) | PartType::InlineBinary(bytes) => read_document(bytes, out, depth - 1),
            PartType::Message(inner) => read_document(inner.raw_message(), out, depth - 1),
            PartType::Multipart(_) => Ok(()),
        };
        if let Some(name) = part.attachment_name() {
            out.push(&format!("\n{}\n", name.replace('_', " ")));
        }
        if result == Err(Unreadable::Bomb) {
            return result;
        }
        out.part(result);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::read_all;

    #[test]
    fn parts_that_end_within_each_other_cost_this_message_at_most() {
        let broken = b"Subject: a\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nEND\r\n--x\r\nContent-Type: message/rfc822\r\n\r\n\
            MIME-Versiox\r\nContent-Type: message/rfc822\r\n\r\nMIME-Version: 1.0\r\n\r\nb\r\n--x--\r\n";
        let reading = read_all(broken);
        assert!(reading.text.contains("Subject: a") || !reading.unread.is_empty());
    }
}
