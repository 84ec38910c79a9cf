//! DICOM (PS3.5, PS3.10): the texts of the header, a line `Label: value` each; documents within.
//!
//! Sequences are stepped into, not recursed into: an item's head is skipped like any other, so that depth costs nothing.

use super::{Output, Unreadable, charset, read as read_document};
use encoding_rs::Encoding;
use std::io::Read as _;

const MAX_ELEMENTS: usize = 200_000;
/// Most bytes of a text that are written.
const MAX_VALUE: usize = 1 << 20;

#[derive(Clone, Copy, PartialEq)]
enum Syntax {
    Explicit,
    Implicit,
    BigEndian,
}

struct Element<'d> {
    tag: u32,
    /// Two letters; empty where it is not written.
    kind: [u8; 2],
    value: &'d [u8],
}

/// Reads a DICOM file. None: it is none.
pub(super) fn read(data: &[u8], out: &mut Output) -> Option<Result<(), Unreadable>> {
    if data.get(128..132) == Some(b"DICM") {
        return Some(with_head(data.get(132..).unwrap_or(b""), out));
    }
    // Without the preamble, as some devices write it: a first element of the group 8 that is told in full.
    let bare = data.starts_with(&[8, 0])
        && data.get(3) == Some(&0)
        && matches!(data.get(2), Some(0 | 1 | 5 | 8 | 0x12..=0x23));
    if !bare {
        return None;
    }
    let explicit = data.get(4..6).is_some_and(|k| k.iter().all(u8::is_ascii_uppercase));
    let short = data.get(6..8) == Some(&[0, 0]) && data.get(4).is_some_and(|l| *l <= 64);
    (explicit || short).then(|| body(data, if explicit { Syntax::Explicit } else { Syntax::Implicit }, out))
}

/// The group 2 tells how the rest is written.
fn with_head(data: &[u8], out: &mut Output) -> Result<(), Unreadable> {
    let mut reader = Reader { data, at: 0, syntax: Syntax::Explicit };
    let mut syntax = String::new();
    while reader.data.get(reader.at..reader.at + 2) == Some(&[2, 0]) {
        let Some(element) = reader.next()? else { break };
        if element.tag == 0x0002_0010 {
            syntax = element.value.iter().filter(|b| b.is_ascii_graphic()).map(|b| char::from(*b)).collect();
        }
    }
    let rest = data.get(reader.at..).unwrap_or(b"");
    match syntax.as_str() {
        "1.2.840.10008.1.2" => body(rest, Syntax::Implicit, out),
        "1.2.840.10008.1.2.2" => body(rest, Syntax::BigEndian, out),
        "1.2.840.10008.1.2.1.99" => {
            let limit = (32u64 << 20).min(out.budget);
            let mut inner = Vec::new();
            let _ = flate2::read::DeflateDecoder::new(rest).take(limit + 1).read_to_end(&mut inner);
            if u64::try_from(inner.len()).unwrap_or(u64::MAX) > limit {
                return Err(Unreadable::Bomb);
            }
            out.unpacked(inner.len())?;
            body(&inner, Syntax::Explicit, out)
        }
        // Some write no head at all, or the wrong one: letters after the first tag say that types are written.
        _ => {
            let explicit = rest.get(4..6).is_none_or(|k| k.iter().all(u8::is_ascii_uppercase));
            body(rest, if explicit { Syntax::Explicit } else { Syntax::Implicit }, out)
        }
    }
}

fn body(data: &[u8], syntax: Syntax, out: &mut Output) -> Result<(), Unreadable> {
    let mut reader = Reader { data, at: 0, syntax };
    let mut encoding: Option<&'static Encoding> = None;
    let (mut pixels, mut clean, mut found) = (false, false, 0usize);
    for count in 0.. {
        if count > MAX_ELEMENTS {
            return Err(Unreadable::Bomb);
        }
        let element = match reader.next() {
            Ok(Some(e)) => e,
            Ok(None) => break,
            Err(why) if found == 0 => return Err(why),
            Err(why) => {
                out.missing(why);
                break;
            }
        };
        found += 1;
        match element.tag {
            0x0008_0005 => encoding = character_set(element.value),
            0x0028_0301 => clean = element.value.starts_with(b"NO"),
            // Pixels, in whole or as an icon: text may be burnt into them.
            0x7fe0_0008..=0x7fe0_0010 => {
                pixels = true;
                if element.value.is_empty() {
                    break;
                }
            }
            0x0042_0011 => out.part(Ok(())),
            _ => line(&element, encoding, out),
        }
        if element.tag == 0x0042_0011 {
            let result = read_document(element.value, out, 2);
            out.part(result);
        }
    }
    if pixels && !clean {
        out.missing(Unreadable::Image);
    }
    Ok(())
}

struct Reader<'d> {
    data: &'d [u8],
    at: usize,
    syntax: Syntax,
}

impl<'d> Reader<'d> {
    fn number(&self, at: usize, bytes: usize) -> Option<usize> {
        let b = self.data.get(at..at.checked_add(bytes)?)?;
        let join = |n: usize, b: &u8| (n << 8) | usize::from(*b);
        Some(if self.syntax == Syntax::BigEndian { b.iter().fold(0, join) } else { b.iter().rev().fold(0, join) })
    }

    /// The next element; of sequences and items the head only. None at the end.
    fn next(&mut self) -> Result<Option<Element<'d>>, Unreadable> {
        const UNDEFINED: usize = 0xffff_ffff;
        if self.data.len() - self.at.min(self.data.len()) < 8 {
            return Ok(None);
        }
        let damaged = Unreadable::Damaged;
        let (group, number) = (self.number(self.at, 2).ok_or(damaged)?, self.number(self.at + 2, 2).ok_or(damaged)?);
        let tag = u32::try_from((group << 16) | number).unwrap_or(0);
        let mut kind = [0u8; 2];
        let (length, start);
        if self.syntax == Syntax::Implicit || group == 0xfffe {
            (length, start) = (self.number(self.at + 4, 4).ok_or(damaged)?, self.at + 8);
        } else {
            kind.copy_from_slice(self.data.get(self.at + 4..self.at + 6).ok_or(damaged)?);
            if matches!(
                &kind,
                b"OB" | b"OD" | b"OF" | b"OL" | b"OV" | b"OW" | b"SQ" | b"SV" | b"UC" | b"UN" | b"UR" | b"UT" | b"UV"
            ) {
                (length, start) = (self.number(self.at + 8, 4).ok_or(damaged)?, self.at + 12);
            } else {
                (length, start) = (self.number(self.at + 6, 2).ok_or(damaged)?, self.at + 8);
            }
        }
        let rest = self.data.get(start..).unwrap_or(b"");
        let sequence = &kind == b"SQ"
            || group == 0xfffe
            || length == UNDEFINED
            || kind[0] == 0 && rest.starts_with(&[0xfe, 0xff, 0, 0xe0]);
        // An explicit type whose letters are none: the file is not what it says.
        if kind[0] != 0 && !kind.iter().all(u8::is_ascii_uppercase) {
            return Err(damaged);
        }
        if sequence {
            self.at = start;
            return Ok(Some(Element { tag, kind, value: b"" }));
        }
        let Some(value) = rest.get(..length) else {
            // Pixels may be cut off; a text may not.
            self.at = self.data.len();
            return if group == 0x7fe0 { Ok(Some(Element { tag, kind, value: rest })) } else { Err(damaged) };
        };
        self.at = start + length;
        Ok(Some(Element { tag, kind, value }))
    }
}

/// The character set of texts (PS3.3 C.12.1.1.2); of several the last, which holds the more.
fn character_set(value: &[u8]) -> Option<&'static Encoding> {
    let value = String::from_utf8_lossy(value);
    let last = value.split('\\').map(str::trim).rfind(|v| !v.is_empty())?.replace("ISO 2022 IR", "ISO_IR");
    let label = match last.as_str() {
        "ISO_IR 100" => "iso-8859-1",
        "ISO_IR 101" => "iso-8859-2",
        "ISO_IR 109" => "iso-8859-3",
        "ISO_IR 110" => "iso-8859-4",
        "ISO_IR 144" => "iso-8859-5",
        "ISO_IR 127" => "iso-8859-6",
        "ISO_IR 126" => "iso-8859-7",
        "ISO_IR 138" => "iso-8859-8",
        "ISO_IR 148" => "iso-8859-9",
        "ISO_IR 203" => "iso-8859-15",
        "ISO_IR 166" => "windows-874",
        "ISO_IR 13" => "shift_jis",
        "ISO_IR 87" | "ISO_IR 159" => "iso-2022-jp",
        "ISO_IR 149" => "euc-kr",
        "ISO_IR 58" | "GBK" => "gbk",
        "GB18030" => "gb18030",
        "ISO_IR 192" => "utf-8",
        _ => return None,
    };
    Encoding::for_label(label.as_bytes())
}

fn line(element: &Element<'_>, encoding: Option<&'static Encoding>, out: &mut Output) {
    let (label, kind) = match name(element.tag) {
        Some((label, kind)) => (label, kind),
        None => match &element.kind {
            b"PN" => ("Name", b"PN"),
            b"LT" | b"ST" | b"UT" | b"LO" | b"SH" | b"UC" => ("Note", b"LO"),
            // Private, of an unwritten type: text if it looks like it.
            [0, 0] | b"UN" if element.tag >> 16 & 1 == 1 && looks_like_text(element.value) => ("Note", b"LO"),
            _ => return,
        },
    };
    let bytes = element.value.get(..element.value.len().min(MAX_VALUE)).unwrap_or(b"");
    let text = match (encoding, std::str::from_utf8(bytes)) {
        (Some(e), _) => charset::decode(bytes, e),
        (None, Ok(utf8)) => utf8.to_owned(),
        (None, Err(_)) => charset::decode(bytes, encoding_rs::WINDOWS_1252),
    };
    let text = text.trim_matches([' ', '\0']);
    match kind {
        b"DA" | b"DT" => out.line(label, &date(text)),
        // Writings of the same name in several scripts.
        b"PN" => text.split('\\').flat_map(|n| n.split('=')).for_each(|n| out.line(label, n.trim_end_matches('^'))),
        _ if text.chars().any(char::is_alphanumeric) => out.line(label, &text.replace('\\', ", ")),
        _ => {}
    }
}

fn looks_like_text(value: &[u8]) -> bool {
    (3..=1_024).contains(&value.len())
        && value.iter().all(|b| *b >= 32 || matches!(b, b'\r' | b'\n' | b'\t') || *b == 0)
        && value.iter().filter(|b| b.is_ascii_alphabetic()).count() * 2 > value.len()
}

/// As it is spoken, with what stands in the file beside it.
fn date(text: &str) -> String {
    let digits = text.get(..8).filter(|d| d.bytes().all(|b| b.is_ascii_digit()));
    digits.map_or_else(|| text.to_owned(), |d| format!("{}-{}-{} ({d})", &d[..4], &d[4..6], &d[6..]))
}

/// What an element holds in words, and its type (PS3.6).
fn name(tag: u32) -> Option<(&'static str, &'static [u8; 2])> {
    Some(match tag {
        0x0010_0010 | 0x0010_1001 => ("Patient name", b"PN"),
        0x0010_0020 | 0x0010_1000 => ("Patient ID", b"LO"),
        0x0010_0030 => ("Date of birth", b"DA"),
        0x0010_0040 => ("Sex", b"CS"),
        0x0010_1005 => ("Birth name", b"PN"),
        0x0010_1010 => ("Age", b"AS"),
        0x0010_1040 => ("Address", b"LO"),
        0x0010_1060 => ("Mother's birth name", b"PN"),
        0x0010_1090 => ("Medical record number", b"LO"),
        0x0010_2000 => ("Medical alerts", b"LO"),
        0x0010_2110 => ("Allergies", b"LO"),
        0x0010_2154 => ("Phone", b"SH"),
        0x0010_2180 => ("Occupation", b"SH"),
        0x0010_21b0 => ("History", b"LT"),
        0x0010_2297 => ("Responsible person", b"PN"),
        0x0010_4000 => ("Patient comments", b"LT"),
        0x0008_0020 => ("Study date", b"DA"),
        0x0008_0023 => ("Date", b"DA"),
        0x0008_0050 => ("Accession number", b"SH"),
        0x0008_0060 => ("Modality", b"CS"),
        0x0008_0080 => ("Institution", b"LO"),
        0x0008_0081 => ("Institution address", b"ST"),
        0x0008_0090 => ("Referring physician", b"PN"),
        0x0008_0104 => ("Code meaning", b"LO"),
        0x0008_1010 => ("Station", b"SH"),
        0x0008_1030 => ("Study description", b"LO"),
        0x0008_103e => ("Series description", b"LO"),
        0x0008_1048..=0x0008_1060 => ("Physician", b"PN"),
        0x0008_1070 => ("Operator", b"PN"),
        0x0008_1080 => ("Admitting diagnosis", b"LO"),
        0x0018_0015 => ("Body part", b"CS"),
        0x0018_1000 => ("Device serial number", b"LO"),
        0x0018_1030 => ("Protocol", b"LO"),
        0x0018_4000 | 0x0020_4000 | 0x0032_4000 | 0x0040_1400 => ("Comments", b"LT"),
        0x0020_0010 => ("Study ID", b"SH"),
        0x0032_1032 => ("Requesting physician", b"PN"),
        0x0032_1060 => ("Requested procedure", b"LO"),
        0x0038_0010 => ("Admission ID", b"LO"),
        0x0038_0020 => ("Admission date", b"DA"),
        0x0040_0006 => ("Physician", b"PN"),
        0x0040_2016 | 0x0040_2017 => ("Order number", b"LO"),
        0x0040_a123 => ("Name", b"PN"),
        0x0040_a160 => ("Text", b"UT"),
        0x0042_0010 => ("Document", b"ST"),
        0x4008_010b => ("Interpretation", b"ST"),
        0x4008_0115 => ("Diagnosis", b"LT"),
        // Makers, programs, dates and numbers of pictures.
        0x0008_0005..=0x0008_0018 | 0x0008_0070 | 0x0008_1090 | 0x0018_1020 | 0x0002_0000..=0x0002_ffff => return None,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Extracted, extract};
    use super::*;

    fn element(syntax: Syntax, tag: u32, kind: &[u8; 2], value: &[u8]) -> Vec<u8> {
        let two = |n: u16| if syntax == Syntax::BigEndian { n.to_be_bytes() } else { n.to_le_bytes() };
        let [g1, g2, n1, n2] = tag.to_be_bytes();
        let mut out = [two(u16::from_be_bytes([g1, g2])), two(u16::from_be_bytes([n1, n2]))].concat();
        let length = u32::try_from(value.len()).unwrap();
        let four = if syntax == Syntax::BigEndian { length.to_be_bytes() } else { length.to_le_bytes() };
        if syntax == Syntax::Implicit {
            out.extend(four);
        } else {
            out.extend(kind);
            if matches!(kind, b"SQ" | b"OB" | b"OW" | b"UN" | b"UT") {
                out.extend([0, 0]);
                out.extend(four);
            } else {
                out.extend(two(u16::try_from(length).unwrap()));
            }
        }
        out.extend(value);
        out
    }
    fn file(uid: &str, body: &[u8]) -> Vec<u8> {
        let mut uid = uid.as_bytes().to_vec();
        uid.resize(uid.len().next_multiple_of(2), 0);
        let mut out = vec![0u8; 128];
        out.extend(b"DICM");
        out.extend(element(Syntax::Explicit, 0x0002_0010, b"UI", &uid));
        out.extend(body);
        out
    }
    fn patient(s: Syntax) -> Vec<u8> {
        let inner = element(s, 0x0040_a160, b"UT", b"psoriasis ");
        let item = [element(Syntax::Implicit, 0xfffe_e000, b"  ", &inner)].concat();
        let item =
            if s == Syntax::BigEndian { [&[0xff, 0xfe, 0xe0, 0, 0, 0, 0, 22][..], &inner].concat() } else { item };
        [
            element(s, 0x0008_0005, b"CS", b"ISO_IR 100"),
            element(s, 0x0010_0010, b"PN", b"Zo\xeb^Jan^^"),
            element(s, 0x0010_0030, b"DA", b"19401106"),
            element(s, 0x0040_a730, b"SQ", &item),
        ]
        .concat()
    }

    #[test]
    fn headers_are_read_in_every_syntax() {
        let syntaxes = [
            ("1.2.840.10008.1.2", Syntax::Implicit),
            ("1.2.840.10008.1.2.1", Syntax::Explicit),
            ("1.2.840.10008.1.2.2", Syntax::BigEndian),
        ];
        for (uid, syntax) in syntaxes {
            let text = extract(&file(uid, &patient(syntax))).into_text();
            assert!(text.starts_with("Patient name: Zoë^Jan\nDate of birth: 1940-11-06 (19401106)\n"), "{uid}: {text}");
            assert!(text.contains("psoriasis"), "{uid}: {text}");
        }
        let mut zip = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut zip, &patient(Syntax::Explicit)).unwrap();
        let deflated = file("1.2.840.10008.1.2.1.99", &zip.finish().unwrap());
        assert!(extract(&deflated).into_text().contains("Zoë^Jan"));
        assert!(extract(&patient(Syntax::Explicit)).into_text().contains("Zoë^Jan"), "without a preamble");
    }

    #[test]
    fn pixels_are_unread_unless_they_are_said_to_hold_no_text() {
        let s = Syntax::Explicit;
        let with = |more: &[u8]| extract(&file("1.2.840.10008.1.2.1", &[&patient(s), more].concat()));
        let pixels = element(s, 0x7fe0_0010, b"OW", &[0; 64]);
        assert!(matches!(with(&pixels), Extracted::Text { complete: false, .. }));
        let clean = [element(s, 0x0028_0301, b"CS", b"NO"), pixels].concat();
        assert!(matches!(with(&clean), Extracted::Text { complete: true, .. }));
        assert!(matches!(with(&element(s, 0x0010_4000, b"LT", b"cut")[..9]), Extracted::Text { complete: false, .. }));
    }

    #[test]
    fn sequences_in_sequences_cost_no_stack() {
        let mut deep = Vec::new();
        for _ in 0..60_000 {
            deep.extend([0x40, 0, 0x30, 0xa7, b'S', b'Q', 0, 0, 0xff, 0xff, 0xff, 0xff]);
            deep.extend([0xfe, 0xff, 0, 0xe0, 0xff, 0xff, 0xff, 0xff]);
        }
        deep.extend(patient(Syntax::Explicit));
        assert!(extract(&file("1.2.840.10008.1.2.1", &deep)).into_text().contains("Zoë^Jan"));
        deep.splice(0..0, deep.clone());
        assert_eq!(extract(&file("1.2.840.10008.1.2.1", &deep)), Extracted::Unreadable(Unreadable::Bomb));
    }
}
