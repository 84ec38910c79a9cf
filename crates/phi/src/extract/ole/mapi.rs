//! Messages by their MAPI properties, as Outlook keeps them in MSG files (MS-OXMSG) and TNEF (MS-OXTNEF).

use super::super::{Output, Unreadable, charset, html, read as read_document, rtf};
use super::Compound;
use std::collections::BTreeMap;
use std::path::Path;

const MAX_PARTS: usize = 500;

/// A property's value, as far as it matters.
#[derive(Debug, Clone)]
pub(in super::super) enum Value {
    Text(String),
    /// Text in a code page that another property names.
    Narrow(Vec<u8>),
    Bytes(Vec<u8>),
    Number(u32),
    /// Hundreds of nanoseconds since 1601.
    Time(u64),
}

/// By their numbers.
#[derive(Debug, Default)]
pub(in super::super) struct Properties(pub BTreeMap<u16, Value>);

impl Properties {
    fn encoding(&self) -> &'static encoding_rs::Encoding {
        let page = [0x3ffd, 0x3fde]
            .iter()
            .find_map(|p| if let Some(Value::Number(n)) = self.0.get(p) { Some(*n) } else { None });
        charset::of_code_page(page.unwrap_or(1252))
    }

    pub(in super::super) fn text(&self, number: u16) -> Option<String> {
        let text = match self.0.get(&number)? {
            Value::Text(t) => t.clone(),
            Value::Narrow(b) => match std::str::from_utf8(b) {
                Ok(utf8) => utf8.to_owned(),
                Err(_) => charset::decode(b, self.encoding()),
            },
            Value::Time(t) => day(*t)?,
            _ => return None,
        };
        let text = text.trim_matches(['\0', ' ', '\r', '\n']).to_owned();
        (!text.is_empty()).then_some(text)
    }

    fn bytes(&self, number: u16) -> Option<&[u8]> {
        match self.0.get(&number)? {
            Value::Bytes(b) | Value::Narrow(b) => Some(b),
            _ => None,
        }
    }
}

/// Days since 1601 as a date.
fn day(time: u64) -> Option<String> {
    let days = i64::try_from(time / 864_000_000_000).ok().filter(|d| (1..400_000).contains(d))?;
    // 1899-12-30 is day 109,205.
    super::super::office::civil(days - 109_205)
}

/// Writes a message: who, what about, its texts, and fields of contacts and appointments.
pub(in super::super) fn write(p: &Properties, out: &mut Output, depth: u8) {
    let sender = [0x5d01, 0x0c1f, 0x0065].iter().find_map(|n| p.text(*n));
    let name = p.text(0x0c1a).or_else(|| p.text(0x0042));
    if name.is_some() || sender.is_some() {
        out.line("From", &format!("{} <{}>", name.unwrap_or_default(), sender.unwrap_or_default()));
    }
    for (number, label) in [(0x0e04, "To"), (0x0e03, "Cc"), (0x0e02, "Bcc"), (0x0037, "Subject")] {
        if let Some(text) = p.text(number) {
            out.line(label, &text);
        }
    }
    out.push("\n");
    texts(p, out, depth);
    out.push("\n");
    for number in p.0.keys() {
        let label = match number {
            0x3a00..=0x3aff => contact(*number),
            // Named by the folder's owner or by forms: what a field is called stands elsewhere.
            0x8000.. => "Note",
            _ => "",
        };
        if label.is_empty() {
            continue;
        }
        if let Some(text) = p.text(*number).filter(|t| t.chars().filter(|c| c.is_alphanumeric()).count() > 1) {
            out.line(label, &text);
        }
    }
}

fn contact(number: u16) -> &'static str {
    match number {
        0x3a08 | 0x3a09 | 0x3a1a..=0x3a25 => "Phone",
        0x3a15 | 0x3a26..=0x3a2b | 0x3a59..=0x3a64 => "Address",
        0x3a16 => "Organisation",
        0x3a17 => "Function",
        0x3a42 => "Date of birth",
        0x3a06 | 0x3a11 | 0x3a44 => "Name",
        0x3a45 => "Title",
        _ => "Note",
    }
}

/// The texts of a message: what one of them says and another does not is read as well.
fn texts(p: &Properties, out: &mut Output, depth: u8) {
    let mut said: Vec<String> = Vec::new();
    let mut say = |text: String, out: &mut Output| {
        let bare: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
        if !bare.is_empty() && !said.contains(&bare) {
            out.push(&text);
            out.push("\n");
            said.push(bare);
        }
    };
    if let Some(body) = p.text(0x1000) {
        say(body, out);
    }
    let page = p.text(0x1013).or_else(|| {
        let bytes = p.bytes(0x1013)?;
        std::str::from_utf8(bytes).map(str::to_owned).ok().or_else(|| Some(charset::decode(bytes, p.encoding())))
    });
    if let Some(page) = page {
        if html::embeds(&page) {
            out.missing(Unreadable::Image);
        }
        say(html::html_to_text(&page), out);
    }
    if let Some(unpacked) = p.bytes(0x1009).and_then(rtf::unpack) {
        let mut inner = Output { text: String::new(), unread: Vec::new(), budget: out.budget };
        let result = rtf::read(&unpacked, &mut inner, depth);
        if let Err(why) = result {
            out.missing(why);
        }
        inner.unread.into_iter().for_each(|why| out.missing(why));
        say(inner.text, out);
    }
}

/// Reads a message in a storage of a compound file, with its attachments.
pub(super) fn read(file: &mut Compound<'_>, at: &Path, out: &mut Output, depth: u8) -> Result<(), Unreadable> {
    if depth == 0 {
        return Err(Unreadable::Bomb);
    }
    let head = if at == Path::new("/") { 32 } else { 24 };
    let message = properties(file, at, head, out)?;
    write(&message, out, depth);
    if message.text(0x001a).is_some_and(|class| {
        class.to_ascii_uppercase().contains("SMIME") && !class.to_ascii_uppercase().contains("SIGNED")
    }) {
        out.missing(Unreadable::Encrypted);
    }
    let parts: Vec<_> = storages(file, at);
    if parts.len() > MAX_PARTS {
        return Err(Unreadable::Bomb);
    }
    for part in parts {
        let name = part.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with("__recip_version1.0_") {
            let who = properties(file, &part, 8, out)?;
            let address = [0x39fe, 0x3003].iter().find_map(|n| who.text(*n)).unwrap_or_default();
            out.line("To", &format!("{} <{address}>", who.text(0x3001).unwrap_or_default()));
        } else if name.starts_with("__attach_version1.0_") {
            let result = attachment(file, &part, out, depth);
            if result == Err(Unreadable::Bomb) {
                return result;
            }
            out.part(result);
        }
    }
    Ok(())
}

/// Storages directly within one, in order, by the streams that lie in them.
fn storages(file: &Compound<'_>, at: &Path) -> Vec<std::path::PathBuf> {
    let depth = at.components().count();
    let inner = file.streams.iter().filter(|(p, _)| p.starts_with(at) && p.components().count() > depth + 1);
    let mut all: Vec<_> = inner.map(|(p, _)| p.components().take(depth + 1).collect::<std::path::PathBuf>()).collect();
    all.sort();
    all.dedup();
    all
}

fn attachment(file: &mut Compound<'_>, at: &Path, out: &mut Output, depth: u8) -> Result<(), Unreadable> {
    let p = properties(file, at, 8, out)?;
    if let Some(name) = p.text(0x3707).or_else(|| p.text(0x3704)).or_else(|| p.text(0x3001)) {
        out.push(&format!("\n{}\n", name.replace('_', " ")));
    }
    if let Some(data) = p.bytes(0x3701) {
        return read_document(data, out, depth - 1);
    }
    let inner = at.join("__substg1.0_3701000D");
    let streams = file.within(&inner);
    if streams.iter().any(|s| s.ends_with("__properties_version1.0")) {
        return read(file, &inner, out, depth - 1);
    }
    // An object of another program; a file elsewhere has nothing within.
    for stream in &streams {
        let bytes = file.stream(stream, out)?;
        if read_document(&bytes, out, depth - 1).is_err() {
            out.missing(Unreadable::Unknown);
        }
    }
    Ok(())
}

/// A storage's properties: short ones in one stream, texts and bytes in streams that are named by them.
fn properties(file: &mut Compound<'_>, at: &Path, head: usize, out: &mut Output) -> Result<Properties, Unreadable> {
    let mut found = Properties::default();
    for path in file.within(at) {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if name == "__properties_version1.0" {
            let bytes = file.stream(&path, out)?;
            fixed(bytes.get(head..).unwrap_or(b""), &mut found);
        } else if let Some(tag) =
            name.strip_prefix("__substg1.0_").and_then(|t| u32::from_str_radix(t.get(..8)?, 16).ok())
        {
            let (number, kind) = (u16::try_from(tag >> 16).unwrap_or(0), tag & 0xffff);
            // Keys, headers and indexes of no use are not loaded.
            if !wanted(number) || !matches!(kind, 0x1e | 0x1f | 0x102) {
                continue;
            }
            let bytes = file.stream(&path, out)?;
            let value = match kind {
                0x1f => Value::Text(charset::utf16(&bytes)),
                0x1e => Value::Narrow(bytes),
                _ => Value::Bytes(bytes),
            };
            found.0.insert(number, value);
        }
    }
    Ok(found)
}

/// Whether a property may hold something that is read here.
pub(in super::super) fn wanted(number: u16) -> bool {
    matches!(
        number,
        0x001a | 0x0037 | 0x0042 | 0x0065 | 0x0c1a | 0x0c1f | 0x0e02
            ..=0x0e04 | 0x1000 | 0x1009 | 0x1013 | 0x3001 | 0x3003
    ) || matches!(number, 0x3701 | 0x3704 | 0x3707 | 0x39fe | 0x3a00..=0x3aff | 0x3fde | 0x3ffd | 0x5d01 | 0x8000..)
}

fn fixed(bytes: &[u8], found: &mut Properties) {
    for entry in bytes.as_chunks::<16>().0.iter().take(10_000) {
        let kind = u16::from_le_bytes([entry[0], entry[1]]);
        let number = u16::from_le_bytes([entry[2], entry[3]]);
        let value = u64::from_le_bytes(entry.last_chunk().copied().unwrap_or_default());
        match kind {
            3 => found.0.insert(number, Value::Number(u32::try_from(value & 0xffff_ffff).unwrap_or(0))),
            0x40 if wanted(number) => found.0.insert(number, Value::Time(value)),
            _ => None,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{Extracted, extract, read_all};
    use super::*;
    use std::io::{Cursor, Write as _};

    fn file(streams: &[(&str, &[u8])]) -> Vec<u8> {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        for (path, data) in streams {
            if let Some(parent) = Path::new(path).parent() {
                file.create_storage_all(parent).unwrap();
            }
            file.create_stream(path).unwrap().write_all(data).unwrap();
        }
        file.flush().unwrap();
        file.into_inner().into_inner()
    }
    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn messages_their_people_files_and_messages_within_are_read() {
        let number = |tag: u32, value: u32| [tag.to_le_bytes(), [6, 0, 0, 0], value.to_le_bytes(), [0; 4]].concat();
        let head = [vec![0u8; 32], number(0x3fde_0003, 28592)].concat();
        let (attached, inner) =
            ("/__attach_version1.0_#00000000", "/__attach_version1.0_#00000001/__substg1.0_3701000D");
        // 12 March 1956, in hundreds of nanoseconds since 1601.
        let born =
            [&0x3a42_0040_u32.to_le_bytes()[..], &[6, 0, 0, 0], &(129_731u64 * 864_000_000_000).to_le_bytes()].concat();
        let data = file(&[
            ("/__properties_version1.0", &head),
            ("/__substg1.0_0037001F", &wide("Uitslag Jansen")),
            ("/__substg1.0_0C1A001E", b"Jan \xe8"),
            ("/__substg1.0_1000001F", &wide("heeft astma")),
            ("/__substg1.0_10130102", b"<html><body>heeft <b>astma</b><p>en jicht</body></html>"),
            ("/__substg1.0_8005001F", &wide("BSN 111222333")),
            ("/__recip_version1.0_#00000000/__properties_version1.0", &[0; 8]),
            ("/__recip_version1.0_#00000000/__substg1.0_3001001F", &wide("Els Bakker")),
            ("/__recip_version1.0_#00000000/__substg1.0_39FE001F", &wide("els@example.org")),
            (&format!("{attached}/__properties_version1.0"), &[0; 8]),
            (&format!("{attached}/__substg1.0_3707001F"), &wide("brief_1.rtf")),
            (&format!("{attached}/__substg1.0_37010102"), b"{\\rtf1 psoriasis}"),
            ("/__attach_version1.0_#00000001/__properties_version1.0", &[0; 8]),
            (&format!("{inner}/__properties_version1.0"), &[vec![0; 24], born].concat()),
            (&format!("{inner}/__substg1.0_0037001F"), &wide("doorgestuurd")),
            (&format!("{inner}/__substg1.0_3A16001F"), &wide("Praktijk Goes")),
        ]);
        let Extracted::Text { text, complete } = extract(&data) else { panic!("not read") };
        let expected = [
            "From: Jan č <>",
            "Subject: Uitslag Jansen",
            "heeft astma",
            "en jicht",
            "Note: BSN 111222333",
            "brief 1.rtf",
            "psoriasis",
            "Subject: doorgestuurd",
            "Organisation: Praktijk Goes",
            "Date of birth: 1956-03-12",
            "To: Els Bakker <els@example.org>",
        ];
        for part in expected {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(complete);
    }

    #[test]
    fn protected_and_unknown_compound_files_are_said_so() {
        let unread = |streams: &[(&str, &[u8])]| read_all(&file(streams)).unread;
        assert_eq!(unread(&[("/EncryptedPackage", b"x"), ("/EncryptionInfo", b"x")]), [Unreadable::Encrypted]);
        assert_eq!(unread(&[("/Whatever", b"x")]), [Unreadable::LegacyOffice]);
        assert_eq!(unread(&[("/Workbook", b"\x09\x08\x04\0\0\x06\x05\0\x2f\0\0\0")]), [Unreadable::Encrypted]);
        assert_eq!(unread(&[("/Package", b"PK\x03\x04 not")]), [Unreadable::Damaged]);
        let object = [
            &[0u8; 6][..],
            b"a.txt\0C:\\a.txt\0",
            &[0, 0, 3, 0],
            &8u32.to_le_bytes(),
            b"C:\\a.tx\0",
            &9u32.to_le_bytes(),
            b"psoriasis",
        ]
        .concat();
        assert!(read_all(&file(&[("/\u{1}Ole10Native", &object)])).text.contains("psoriasis"));
    }

    #[test]
    fn messages_within_messages_end() {
        let mut streams: Vec<(String, Vec<u8>)> = Vec::new();
        let mut at = String::new();
        for _ in 0..12 {
            streams.push((format!("{at}/__properties_version1.0"), vec![0; 32]));
            streams.push((format!("{at}/__attach_version1.0_#00000000/__properties_version1.0"), vec![0; 8]));
            at.push_str("/__attach_version1.0_#00000000/__substg1.0_3701000D");
        }
        let streams: Vec<(&str, &[u8])> = streams.iter().map(|(p, d)| (p.as_str(), d.as_slice())).collect();
        assert_eq!(read_all(&file(&streams)).unread, [Unreadable::Bomb]);
    }
}
