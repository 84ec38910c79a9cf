//! iCalendar (RFC 5545) and vCard (RFC 6350, and 2.1 as telephones write it): a line `Label: value` for what somebody wrote.

use super::{Output, Unreadable, charset, html, read as read_document};
use mail_parser::decoders::base64::base64_decode;

const MAX_FILES: usize = 100;
const MAX_NESTING: usize = 32;

/// Whether a text is a calendar or a card.
pub(super) fn looks_like(head: &str) -> bool {
    head.get(..15).is_some_and(|h| h.eq_ignore_ascii_case("BEGIN:VCALENDAR"))
        || head.get(..11).is_some_and(|h| h.eq_ignore_ascii_case("BEGIN:VCARD"))
}

/// A property: `NAME;PARAMETER=value:content`.
struct Property<'l> {
    name: String,
    parameters: &'l str,
    value: &'l str,
}

pub(super) fn read(text: &str, out: &mut Output, depth: u8) -> Result<(), Unreadable> {
    let mut parts: Vec<String> = Vec::new();
    let mut files = 0usize;
    for line in unfolded(text) {
        let Some(p) = property(&line) else { continue };
        match p.name.as_str() {
            "BEGIN" => {
                out.push("\n");
                if parts.len() < MAX_NESTING {
                    parts.push(p.value.trim().to_ascii_uppercase());
                }
            }
            "END" => drop(parts.pop()),
            "ATTACH" | "PHOTO" | "LOGO" | "SOUND" | "KEY" if p.is_binary() => {
                files += 1;
                if files > MAX_FILES {
                    return Err(Unreadable::Bomb);
                }
                let result = attached(&p, depth, out);
                if result == Err(Unreadable::Bomb) {
                    return result;
                }
                out.part(result);
            }
            _ => property_line(&p, parts.last().map_or("", String::as_str), out),
        }
    }
    Ok(())
}

fn attached(p: &Property<'_>, depth: u8, out: &mut Output) -> Result<(), Unreadable> {
    let value = p.value.split_once("base64,").map_or(p.value, |(_, v)| v);
    let bytes = base64_decode(value.as_bytes()).ok_or(Unreadable::Damaged)?;
    out.unpacked(bytes.len())?;
    read_document(&bytes, out, depth - 1)
}

/// Lines with those that go on joined. Quoted-printable lines (vCard 2.1) go on after `=`.
fn unfolded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        match lines.last_mut() {
            Some(last) if line.starts_with([' ', '\t']) => last.push_str(line.get(1..).unwrap_or("")),
            Some(last) if last.ends_with('=') && is_quoted(last) => {
                last.pop();
                last.push_str(line);
            }
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

fn is_quoted(line: &str) -> bool {
    let head = line.as_bytes().get(..200).unwrap_or(line.as_bytes());
    let head = head.split(|b| *b == b':').next().unwrap_or(b"").to_ascii_uppercase();
    memchr::memmem::find(&head, b"QUOTED-PRINTABLE").is_some()
}

fn property(line: &str) -> Option<Property<'_>> {
    // A colon within quotes belongs to a parameter.
    let mut quoted = false;
    let colon = line.bytes().position(|b| {
        quoted ^= b == b'"';
        b == b':' && !quoted
    })?;
    let (head, value) = (line.get(..colon)?, line.get(colon + 1..)?);
    let (name, parameters) = head.split_once(';').unwrap_or((head, ""));
    // `item1.TEL` groups lines of a card.
    let name = name.rsplit('.').next().unwrap_or(name).trim().to_ascii_uppercase();
    Some(Property { name, parameters, value })
}

impl Property<'_> {
    fn parameter(&self, name: &str) -> Option<&str> {
        let mut all = self.parameters.split(';').filter_map(|p| p.split_once('='));
        all.find(|(k, _)| k.trim().eq_ignore_ascii_case(name)).map(|(_, v)| v.trim_matches('"'))
    }

    fn is_binary(&self) -> bool {
        let encoded =
            self.parameter("ENCODING").is_some_and(|e| matches!(e.to_ascii_uppercase().as_str(), "B" | "BASE64"));
        let bare = self.parameters.split(';').any(|p| p.eq_ignore_ascii_case("BASE64"));
        encoded || bare || self.value.starts_with("data:") && self.value.contains("base64,")
    }

    /// The value as it is read: encodings undone, escapes undone, parts of structured values apart.
    fn text(&self) -> String {
        let mut value = self.value.to_owned();
        if is_quoted(self.parameters) {
            value = charset::decode(&unquoted(&value), charset::of_label(self.parameter("CHARSET").unwrap_or("utf-8")));
        }
        let structured = matches!(self.name.as_str(), "N" | "ADR" | "ORG");
        let mut out = String::with_capacity(value.len());
        let mut chars = value.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some('n' | 'N') => out.push('\n'),
                    Some(other) => out.push(other),
                    None => {}
                },
                ';' if structured => out.push_str(if self.name == "N" { "^" } else { ", " }),
                _ => out.push(c),
            }
        }
        out
    }
}

fn unquoted(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((b, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|h| std::str::from_utf8(h).ok()).and_then(|h| u8::from_str_radix(h, 16).ok());
        match hex.filter(|_| *b == b'=') {
            Some(code) => {
                out.push(code);
                rest = after.get(2..).unwrap_or(b"");
            }
            None => {
                out.push(*b);
                rest = after;
            }
        }
    }
    out
}

/// The words by which the scanner knows a property. Empty: it holds nothing that somebody wrote.
fn label(name: &str, part: &str) -> &'static str {
    match (name, part) {
        ("SUMMARY", _) => "Summary",
        ("DESCRIPTION" | "X-ALT-DESC", _) => "Description",
        ("LOCATION", _) => "Location",
        ("COMMENT", _) => "Comment",
        ("CATEGORIES", _) => "Category",
        ("CONTACT", _) => "Contact",
        ("RESOURCES", _) => "Resources",
        ("DTSTART", "VEVENT" | "VTODO" | "VJOURNAL") => "Date",
        ("DUE", _) => "Due",
        ("ORGANIZER", _) => "Organizer",
        ("ATTENDEE", _) => "Attendee",
        ("URL", _) => "Link",
        ("ATTACH", _) => "Attachment",
        ("X-WR-CALNAME", _) => "Calendar",
        ("FN" | "N" | "NICKNAME", _) => "Name",
        ("BDAY", _) => "Date of birth",
        ("TEL", _) => "Phone",
        ("EMAIL", _) => "Email",
        ("ADR" | "LABEL", _) => "Address",
        ("ORG", _) => "Organisation",
        ("TITLE", _) => "Title",
        ("ROLE", _) => "Function",
        ("NOTE", _) => "Note",
        ("RELATED", _) => "Related",
        _ => "",
    }
}

fn property_line(p: &Property<'_>, part: &str, out: &mut Output) {
    const TECHNICAL: [&str; 24] = [
        "VERSION",
        "PRODID",
        "UID",
        "DTSTAMP",
        "DTEND",
        "DTSTART",
        "CREATED",
        "LAST-MODIFIED",
        "SEQUENCE",
        "STATUS",
        "TRANSP",
        "CALSCALE",
        "METHOD",
        "CLASS",
        "PRIORITY",
        "RRULE",
        "EXDATE",
        "TZID",
        "TZOFFSETFROM",
        "TZOFFSETTO",
        "TZNAME",
        "ACTION",
        "TRIGGER",
        "REV",
    ];
    let known = label(&p.name, part);
    if known.is_empty() && TECHNICAL.contains(&p.name.as_str()) {
        return;
    }
    let mut value = p.text();
    match p.name.as_str() {
        "X-ALT-DESC" => value = html::html_to_text(&value),
        "ORGANIZER" | "ATTENDEE" => {
            let address = value.trim_start_matches("mailto:").trim_start_matches("MAILTO:").to_owned();
            value = p.parameter("CN").map_or(address.clone(), |cn| format!("{cn} <{address}>"));
        }
        "TEL" => value = value.trim_start_matches("tel:").to_owned(),
        "ADR" => value = value.split(", ").filter(|s| !s.trim().is_empty()).collect::<Vec<_>>().join(", "),
        "N" => {
            let parts: Vec<&str> = value.split('^').map(str::trim).collect();
            let part = |i: usize| parts.get(i).copied().unwrap_or("");
            let spoken = [part(3), part(1), part(2), part(0), part(4)];
            value = spoken.into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" ");
        }
        "DTSTART" | "DUE" | "BDAY" => value = date(&value),
        _ => {}
    }
    let own;
    let shown = if known.is_empty() {
        own = p.name.trim_start_matches("X-").replace('-', " ").to_lowercase();
        own.as_str()
    } else {
        known
    };
    out.line(shown, &value);
}

/// `19560312T…` as `1956-03-12`.
fn date(value: &str) -> String {
    let value = value.trim();
    match (value.get(..4), value.get(4..6), value.get(6..8)) {
        (Some(y), Some(m), Some(d)) if [y, m, d].iter().all(|p| p.bytes().all(|b| b.is_ascii_digit())) => {
            let time = value.get(8..).and_then(|t| t.strip_prefix('T')).filter(|t| t.len() >= 4);
            let time = time.and_then(|t| Some(format!(" {}:{}", t.get(..2)?, t.get(2..4)?)));
            format!("{y}-{m}-{d}{}", time.unwrap_or_default())
        }
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Extracted, extract};

    fn text(data: &str) -> String {
        extract(data.as_bytes()).into_text()
    }

    #[test]
    fn appointments_are_unfolded_and_their_escapes_undone() {
        let t = text(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x\r\nBEGIN:VEVENT\r\nUID:1@x\r\nDTSTART;TZID=Europe/Amsterdam:20250305T093000\r\n\
             SUMMARY;LANGUAGE=nl:Consult mw. Jan\r\n sen\\, psoriasis\r\nDESCRIPTION:BSN 111222333\\nTel. 06-12345678\r\n\
             ATTENDEE;CN=\"Bakker: Els\";ROLE=CHAIR:mailto:els@example.org\r\nX-PATIENT-ID:7654321\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        );
        let expected = "Date: 2025-03-05 09:30\nSummary: Consult mw. Jansen, psoriasis\nDescription: BSN 111222333\nTel. 06-12345678\n\
                        Attendee: Bakker: Els <els@example.org>\npatient id: 7654321\n";
        assert_eq!(t.trim_start(), expected);
    }

    #[test]
    fn cards_are_read_in_all_their_versions() {
        let t = text(
            "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Jans=E9n;Zo=EB;;Mevr.;\nNOTE;ENCODING=QUOTED-PRINTABLE:ast=\nma\n\
             item1.TEL;CELL:06-12345678\nBDAY:19560312\nADR;HOME:;;Laan 1;Goes;;4461 AB;NL\nEND:VCARD\n",
        );
        for line in [
            "Name: Mevr. Zoë Jansén",
            "Note: astma",
            "Phone: 06-12345678",
            "Date of birth: 1956-03-12",
            "Address: Laan 1, Goes, 4461 AB, NL",
        ] {
            assert!(t.contains(line), "{line}: {t}");
        }
    }

    #[test]
    fn attached_files_are_read_and_pictures_said_to_be_unreadable() {
        let card = "BEGIN:VCARD\nFN:Jan\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRg==\nEND:VCARD\n";
        assert!(matches!(extract(card.as_bytes()), Extracted::Text { complete: false, .. }));
        let event = "BEGIN:VCALENDAR\nATTACH;ENCODING=BASE64;VALUE=BINARY:cHNvcmlhc2lz\nEND:VCALENDAR\n";
        assert!(text(event).contains("psoriasis"));
    }
}
