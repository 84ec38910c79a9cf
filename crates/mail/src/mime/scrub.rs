//! A message submitted by a mail program, made fit to be passed on (RFC 6409 §8).

use super::header::split;
use crate::smtp::rfc5322_date;
use jiff::Timestamp;

/// Fields that must not reach a recipient: blind copies, the last hop's return path, and what only this house may say.
const REMOVED: [&str; 5] = ["bcc", "resent-bcc", "return-path", "delivered-to", "content-length"];
/// Prefix of this house's own fields.
const OWN_PREFIX: &str = "x-wardpost-";

/// A scrubbed message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scrubbed {
    /// The message.
    pub data: Vec<u8>,
    /// Its Message-ID without brackets: the one that it had, or the one that it was given.
    pub message_id: String,
}

/// Removes what must not be passed on, and adds `Message-ID` and `Date` where they are missing. `new_id` (without
/// brackets) and `now` are used for what is added; `trace` (complete fields with CRLF) is put first.
#[must_use]
pub fn scrub(raw: &[u8], trace: &str, new_id: &str, now: Timestamp) -> Scrubbed {
    let (section, body) = split(raw);
    let mut data = Vec::with_capacity(raw.len() + trace.len() + 256);
    data.extend_from_slice(trace.as_bytes());
    let mut message_id = None;
    let mut has_date = false;
    for (name, field) in fields(section) {
        let lower = String::from_utf8_lossy(name).trim().to_ascii_lowercase();
        // A line that is no field would end the header for some readers and not for others.
        if lower.is_empty() || REMOVED.contains(&lower.as_str()) || lower.starts_with(OWN_PREFIX) {
            continue;
        }
        match lower.as_str() {
            "message-id" => {
                let value = String::from_utf8_lossy(field.get(name.len() + 1..).unwrap_or_default());
                match super::clean::clean_id(&value) {
                    Some(id) if message_id.is_none() => message_id = Some(id),
                    _ => continue,
                }
            }
            "date" if has_date => continue,
            "date" => has_date = true,
            _ => {}
        }
        data.extend_from_slice(field.trim_ascii_end());
        data.extend_from_slice(b"\r\n");
    }
    let message_id = message_id.unwrap_or_else(|| {
        data.extend_from_slice(format!("Message-ID: <{new_id}>\r\n").as_bytes());
        new_id.to_owned()
    });
    if !has_date {
        data.extend_from_slice(format!("Date: {}\r\n", rfc5322_date(now)).as_bytes());
    }
    data.extend_from_slice(b"\r\n");
    data.extend_from_slice(body);
    Scrubbed { data, message_id }
}

/// The value of the first header field of that name, unfolded; none if there is none.
#[must_use]
pub fn header_value(raw: &[u8], wanted: &str) -> Option<String> {
    let (section, _) = split(raw);
    let (name, field) = fields(section).find(|(name, _)| name.trim_ascii().eq_ignore_ascii_case(wanted.as_bytes()))?;
    let value = String::from_utf8_lossy(field.get(name.len() + 1..)?);
    Some(super::clean::clean_line(&value, 4_000))
}

/// The fields of a header section: name, and the whole field with its folded lines. Lines that are no field come
/// with an empty name.
fn fields(section: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = section;
    std::iter::from_fn(move || {
        let mut end = 0;
        loop {
            let tail = rest.get(end..).unwrap_or_default();
            if tail.is_empty() || (end > 0 && !matches!(tail.first(), Some(b' ' | b'\t'))) {
                break;
            }
            end += memchr::memchr(b'\n', tail).map_or(tail.len(), |i| i + 1);
        }
        let (field, tail) = rest.split_at_checked(end)?;
        rest = tail;
        if field.trim_ascii().is_empty() {
            return None;
        }
        let colon = memchr::memchr(b':', field).unwrap_or(0);
        let name = field.get(..colon).unwrap_or_default();
        let plain = name.trim_ascii_end().iter().all(|b| b.is_ascii_graphic());
        Some((if plain { name } else { &[] }, field))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scrubbed(raw: &str) -> (String, String) {
        let s = scrub(raw.as_bytes(), "Received: t\r\n", "new@clinic.example", "2026-11-22T09:30:00Z".parse().unwrap());
        (String::from_utf8(s.data).unwrap(), s.message_id)
    }

    #[test]
    fn blind_copies_and_own_fields_go_and_the_rest_stays_as_it_was() {
        let (text, id) = scrubbed(
            "From: a@b.example\r\nBcc: secret@x.example,\r\n other@x.example\r\nX-Wardpost-Route: clear\r\nBCC : s@x.example\r\n\
             Return-Path: <a@b.example>\r\nMessage-ID: <old@b.example>\r\nDate: Sun, 22 Nov 2026 08:00:00 +0000\r\n\
             Subject: long\r\n\tfolded\r\n\r\nBcc: in the body\r\n",
        );
        assert_eq!(
            text,
            "Received: t\r\nFrom: a@b.example\r\nMessage-ID: <old@b.example>\r\n\
             Date: Sun, 22 Nov 2026 08:00:00 +0000\r\nSubject: long\r\n\tfolded\r\n\r\nBcc: in the body\r\n"
        );
        assert_eq!(id, "old@b.example");
    }

    #[test]
    fn what_is_missing_is_added_and_what_is_broken_replaced() {
        let (text, id) = scrubbed("From: a@b.example\r\nMessage-ID: <a b>\r\nno field at all\r\nX y: z\r\n\r\nbody");
        assert_eq!(
            text,
            "Received: t\r\nFrom: a@b.example\r\nMessage-ID: <new@clinic.example>\r\n\
             Date: Sun, 22 Nov 2026 09:30:00 +0000\r\n\r\nbody"
        );
        assert_eq!(id, "new@clinic.example");
        assert!(scrubbed("").0.ends_with("\r\n\r\n"));
    }

    #[test]
    fn single_fields_are_found_and_unfolded() {
        let raw = b"A: 1\r\nX-Two:  x\r\n y\r\n\r\nA: 3";
        assert_eq!(header_value(raw, "x-two").as_deref(), Some("x y"));
        assert_eq!(header_value(raw, "b"), None);
    }
}
