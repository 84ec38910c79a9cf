//! A message submitted by a mail program, made fit to be passed on (RFC 6409 §8).

use super::build::address_field;
use super::header::{parties_of, split};
use crate::smtp::rfc5322_date;
use jiff::Timestamp;
use std::collections::BTreeSet;
use wardpost_model::EmailAddress;
use wardpost_model::message::Party;

/// Fields that must not reach a recipient: blind copies, the last hop's return path, and what tells of the sender's
/// network and programs.
const REMOVED: [&str; 14] = [
    "bcc",
    "resent-bcc",
    "return-path",
    "delivered-to",
    "content-length",
    "x-originating-ip",
    "x-originating-email",
    "x-client-ip",
    "x-sender-ip",
    "x-source-ip",
    "x-forwarded-for",
    "x-real-ip",
    "user-agent",
    "x-mailer",
];
/// Fields that name recipients.
const NAMES_RECIPIENTS: [&str; 4] = ["to", "cc", "resent-to", "resent-cc"];
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

/// Takes these addresses out of the fields that name recipients; everything else stays byte for byte. A field that can't
/// be read goes, so that it can't name them.
#[must_use]
pub fn hide_recipients(raw: &[u8], hidden: &[EmailAddress]) -> Vec<u8> {
    let hidden: BTreeSet<String> = hidden.iter().map(EmailAddress::normalised).collect();
    let (section, body) = split(raw);
    let mut data = Vec::with_capacity(raw.len());
    for (name, field) in fields(section) {
        let lower = String::from_utf8_lossy(name).trim().to_ascii_lowercase();
        if !NAMES_RECIPIENTS.contains(&lower.as_str()) {
            data.extend_from_slice(field);
            continue;
        }
        let value = field.get(name.len() + 1..).unwrap_or_default();
        let all = parties_of(value);
        let shown: Vec<_> = all.iter().filter(|p| !hidden.contains(&p.address.normalised())).cloned().collect();
        if !all.is_empty() && shown.len() == all.len() {
            data.extend_from_slice(field);
        } else if !shown.is_empty() {
            data.extend_from_slice(&address_field(name, &shown));
        }
    }
    data.extend_from_slice(b"\r\n");
    data.extend_from_slice(body);
    data
}

/// Puts `Sender:` into a message, in the place of any that it has; everything else stays byte for byte.
#[must_use]
pub fn put_sender(raw: &[u8], sender: &Party) -> Vec<u8> {
    let (section, body) = split(raw);
    let mut data = address_field(b"Sender", std::slice::from_ref(sender));
    for (name, field) in fields(section) {
        if !name.trim_ascii().eq_ignore_ascii_case(b"sender") {
            data.extend_from_slice(field);
        }
    }
    data.extend_from_slice(b"\r\n");
    data.extend_from_slice(body);
    data
}

/// The value of the first header field of that name, unfolded; none if there is none.
#[must_use]
pub fn header_value(raw: &[u8], wanted: &str) -> Option<String> {
    let (section, _) = split(raw);
    let (name, field) = fields(section).find(|(name, _)| name.trim_ascii().eq_ignore_ascii_case(wanted.as_bytes()))?;
    let value = String::from_utf8_lossy(field.get(name.len() + 1..)?);
    Some(wardpost_model::text::clean_line(&value, 4_000))
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
    fn a_message_says_who_sent_it_on_behalf_of_another() {
        let raw =
            b"From: Anna <anna@clinic.example>\r\nSender: x@evil.example\r\n\tfolded\r\nSubject: s\r\n\r\nBody\r\n";
        let ben = Party { name: "Ben".to_owned(), address: "ben@clinic.example".parse().unwrap() };
        let put = String::from_utf8(put_sender(raw, &ben)).unwrap();
        let expected =
            "Sender: \"Ben\" <ben@clinic.example>\r\nFrom: Anna <anna@clinic.example>\r\nSubject: s\r\n\r\nBody\r\n";
        assert_eq!(put, expected);
    }

    #[test]
    fn traces_of_the_sender_s_network_and_programs_go() {
        let (text, _) = scrubbed(
            "From: a@b.example\r\nX-Originating-IP: [10.0.0.7]\r\nUser-Agent: Mailer 1.0\r\n (old)\r\nX-Mailer: M\r\n\r\nb",
        );
        assert!(!text.contains("10.0.0.7") && !text.contains("Mailer") && !text.contains("(old)"), "{text}");
    }

    #[test]
    fn hidden_recipients_stand_in_no_field_and_the_rest_stays_byte_for_byte() {
        let raw =
            b"From: a@b.example\r\nTO: Lab <lab@x.example>,\r\n \"Pat, P\" <PAT@y.example>\r\nCc: pat@y.example\r\n\
            Resent-To: lab@x.example\r\nSubject: s\r\n t\r\n\r\nTo: pat@y.example\r\n";
        let text = String::from_utf8(hide_recipients(raw, &["pat@y.example".parse().unwrap()])).unwrap();
        let (header, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(!header.to_lowercase().contains("pat"), "{header}");
        assert!(header.contains("\r\nTO: ") && header.contains("<lab@x.example>"), "{header}");
        assert!(header.contains("Resent-To: lab@x.example") && header.contains("Subject: s\r\n t"));
        assert_eq!(body, "To: pat@y.example\r\n", "the content is not touched");
        let unreadable = hide_recipients(b"To: <<pat@y.example\r\n\r\n", &["pat@y.example".parse().unwrap()]);
        assert_eq!(unreadable, b"\r\n");
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
