//! The directories of TIFF, which is what EXIF is: texts in them, wherever a camera or program put them.
//!
//! Own code: libraries keep each value, and thousands of entries may share one of a megabyte. Here what is read is counted.

use super::charset;
use std::collections::HashSet;

const MAX_DIRECTORIES: usize = 64;
const MAX_ENTRIES: usize = 2_000;
/// Most bytes of values, together.
const MAX_BYTES: usize = 2 << 20;

/// What was found: lines for the scanner, and packets of other kinds within.
#[derive(Default)]
pub(super) struct Found {
    pub lines: Vec<(&'static str, String)>,
    pub xmp: Vec<Vec<u8>>,
    pub iptc: Vec<Vec<u8>>,
    /// The largest picture's pixels.
    pub pixels: u64,
}

struct Reader<'d> {
    data: &'d [u8],
    little: bool,
    left: usize,
}

/// Reads from the byte order mark on. None: it is no TIFF.
pub(super) fn read(data: &[u8]) -> Option<Found> {
    let little = match data.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let mut reader = Reader { data, little, left: MAX_BYTES };
    let mut found = Found::default();
    let mut todo = vec![(reader.u32(4)?, false)];
    let mut seen: HashSet<usize> = HashSet::new();
    while let Some((at, gps)) = todo.pop() {
        if at == 0 || !seen.insert(at) || seen.len() > MAX_DIRECTORIES {
            continue;
        }
        reader.directory(at, gps, &mut found, &mut todo);
    }
    Some(found)
}

impl Reader<'_> {
    fn u16(&self, at: usize) -> Option<usize> {
        let b = [*self.data.get(at)?, *self.data.get(at.checked_add(1)?)?];
        Some(usize::from(if self.little { u16::from_le_bytes(b) } else { u16::from_be_bytes(b) }))
    }
    fn u32(&self, at: usize) -> Option<usize> {
        let (a, b) = (self.u16(at)?, self.u16(at.checked_add(2)?)?);
        Some(if self.little { (b << 16) | a } else { (a << 16) | b })
    }

    fn directory(&mut self, at: usize, gps: bool, found: &mut Found, todo: &mut Vec<(usize, bool)>) {
        let Some(count) = self.u16(at) else { return };
        let (mut sides, mut place) = ([0usize; 2], [String::new(), String::new()]);
        for i in 0..count.min(MAX_ENTRIES) {
            let entry = at + 2 + 12 * i;
            let (Some(tag), Some(kind), Some(n)) = (self.u16(entry), self.u16(entry + 2), self.u32(entry + 4)) else {
                return;
            };
            let short = if kind == 3 { self.u16(entry + 8) } else { self.u32(entry + 8) }.unwrap_or(0);
            match tag {
                0x8769 | 0xa005 => todo.push((short, false)),
                0x8825 => todo.push((short, true)),
                0x014a => {
                    let list = if n <= 1 { entry + 8 } else { short };
                    todo.extend((0..n.min(8)).filter_map(|i| Some((self.u32(list + 4 * i)?, false))));
                }
                0x0100 => sides[0] = short,
                0x0101 => sides[1] = short,
                1..=4 if gps => self.position(tag, entry, short, &mut place),
                _ => self.entry(tag, kind, n, entry, short, found),
            }
        }
        if let Some(next) = self.u32(at + 2 + 12 * count) {
            todo.push((next, false));
        }
        let pixels = u64::try_from(sides[0].saturating_mul(sides[1])).unwrap_or(u64::MAX);
        found.pixels = found.pixels.max(pixels);
        if place.iter().all(|p| p.len() > 3) {
            found.lines.push(("Location", place.join(" ")));
        }
    }

    /// Degrees, minutes and seconds, with the letter of the half of the globe.
    fn position(&self, tag: usize, entry: usize, offset: usize, place: &mut [String; 2]) {
        let Some(out) = place.get_mut(usize::from(tag > 2)) else { return };
        if tag % 2 == 1 {
            out.extend(self.data.get(entry + 8).filter(|b| b.is_ascii_alphabetic()).map(|b| char::from(*b)));
            return;
        }
        let part = |i: usize| -> Option<f64> {
            let (n, d) = (self.u32(offset + 8 * i)?, self.u32(offset + 8 * i + 4)?);
            let (n, d) = (f64::from(u32::try_from(n).ok()?), f64::from(u32::try_from(d).ok()?));
            (d > 0.0).then_some(n / d)
        };
        if let (Some(d), Some(m), Some(s)) = (part(0), part(1), part(2)) {
            out.push_str(&format!(" {:.5}", d + m / 60.0 + s / 3600.0));
        }
    }

    /// The bytes of an entry's value, while there is budget.
    fn value(&mut self, kind: usize, count: usize, entry: usize, offset: usize) -> Option<Vec<u8>> {
        let unit = match kind {
            1 | 2 | 6 | 7 | 129 => 1,
            3 => 2,
            4 => 4,
            _ => return None,
        };
        let length = count.checked_mul(unit)?;
        let at = if length <= 4 { entry + 8 } else { offset };
        let bytes = self.data.get(at..at.checked_add(length)?)?;
        self.left = self.left.checked_sub(length)?;
        Some(bytes.to_vec())
    }

    fn entry(&mut self, tag: usize, kind: usize, count: usize, entry: usize, offset: usize, found: &mut Found) {
        let Some(label) = label(tag, kind) else { return };
        let Some(bytes) = self.value(kind, count, entry, offset) else { return };
        let text = match tag {
            0x02bc => return found.xmp.push(bytes),
            // IPTC may stand as numbers of four bytes.
            0x83bb | 0x8649 => return found.iptc.push(bytes),
            // UCS-2, told by Windows.
            0x9c9b..=0x9c9f => charset::utf16(&bytes),
            0x9286 => comment(&bytes, self.little),
            _ => text(&bytes),
        };
        let text = text.trim().to_owned();
        if text.chars().filter(|c| c.is_alphanumeric()).count() >= 2 && found.lines.len() < 2_000 {
            let text = if matches!(tag, 0x9003 | 0x9004 | 0x0132) { text.replacen(':', "-", 2) } else { text };
            found.lines.push((label, text));
        }
    }
}

/// The first eight bytes of a comment tell its characters.
fn comment(bytes: &[u8], little: bool) -> String {
    let (head, rest) = bytes.split_at_checked(8).unwrap_or((bytes, b""));
    match head {
        b"UNICODE\0" => {
            let marked = rest.starts_with(b"\xFE\xFF") || rest.starts_with(b"\xFF\xFE");
            if marked {
                return super::plain::decode(rest).unwrap_or_default();
            }
            // The order is the file's by the standard, and the other one in practice: letters have a zero beside them.
            let zero_first = rest.iter().step_by(2).filter(|b| **b == 0).count() > rest.len() / 4;
            if zero_first || !little && rest.first() == Some(&0) {
                let swapped: Vec<u8> = rest.as_chunks::<2>().0.iter().flat_map(|[a, b]| [*b, *a]).collect();
                charset::utf16(&swapped)
            } else {
                charset::utf16(rest)
            }
        }
        b"JIS\0\0\0\0\0" => charset::decode(rest, encoding_rs::ISO_2022_JP),
        b"ASCII\0\0\0" | b"\0\0\0\0\0\0\0\0" => text(rest),
        _ => text(bytes),
    }
}

/// Text up to a NUL: UTF-8 as programs write it, else Windows-1252.
pub(super) fn text(bytes: &[u8]) -> String {
    let mut bytes = bytes;
    while let Some((0, rest)) = bytes.split_last().map(|(l, r)| (*l, r)) {
        bytes = rest;
    }
    match std::str::from_utf8(bytes) {
        Ok(s) => s.replace('\0', "\n"),
        Err(_) => bytes.iter().map(|b| if *b == 0 { '\n' } else { super::plain::windows_1252(*b) }).collect(),
    }
}

/// What a tag holds in words. None: nothing that somebody wrote.
fn label(tag: usize, kind: usize) -> Option<&'static str> {
    Some(match tag {
        0x010d => "Document",
        0x010e => "Description",
        0x011d => "Page",
        0x013b | 0x9c9d => "Author",
        0x013c => "Computer",
        0x8298 => "Copyright",
        0x9003 | 0x9004 | 0x0132 => "Date",
        0x9286 | 0x9c9c => "Comment",
        0x9c9b => "Title",
        0x9c9e => "Keywords",
        0x9c9f => "Subject",
        0xa430 => "Owner",
        0xa431 | 0xa435 | 0xc62f => "Serial number",
        0x02bc | 0x83bb | 0x8649 => "",
        // Makes, models, programs, versions, cultures of numbers.
        0x010f
        | 0x0110
        | 0x0131
        | 0x9010..=0x9012
        | 0x9290..=0x9292
        | 0xa433
        | 0xa434
        | 0x927c
        | 0xa420
        | 0xc614
        | 0x000b => return None,
        _ if matches!(kind, 2 | 129) => "Note",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory(little: bool, entries: &[(u16, u16, &[u8])], next: u32) -> Vec<u8> {
        let two = |n: u16| if little { n.to_le_bytes() } else { n.to_be_bytes() };
        let four = |n: usize| {
            let n = u32::try_from(n).unwrap();
            if little { n.to_le_bytes() } else { n.to_be_bytes() }
        };
        let mut out = if little { b"II*\0".to_vec() } else { b"MM\0*".to_vec() };
        out.extend(four(8));
        out.extend(two(u16::try_from(entries.len()).unwrap()));
        let mut heap = 8 + 2 + 12 * entries.len() + 4;
        let mut values: Vec<u8> = Vec::new();
        for (tag, kind, value) in entries {
            out.extend(two(*tag));
            out.extend(two(*kind));
            if *kind == 4 {
                out.extend(four(1));
                out.extend(*value);
            } else {
                out.extend(four(value.len()));
                out.extend(four(heap));
                heap += value.len();
                values.extend(*value);
            }
        }
        out.extend(four(usize::try_from(next).unwrap()));
        out.extend(values);
        out
    }

    #[test]
    fn texts_are_read_in_both_byte_orders_and_all_their_encodings() {
        for little in [true, false] {
            let unicode: &[u8] = if little { b"UNICODE\0a\0s\0t\0m\0a\0" } else { b"UNICODE\0\0a\0s\0t\0m\0a" };
            let data = directory(
                little,
                &[(0x010e, 2, b"MRN 3508810\0"), (0x9286, 7, unicode), (0x9c9c, 1, b"J\0\xeb\0x\0\0\0")],
                0,
            );
            let got = read(&data).unwrap().lines;
            let expected = [("Description", "MRN 3508810"), ("Comment", "astma"), ("Comment", "Jëx")];
            assert_eq!(got.iter().map(|(l, t)| (*l, t.as_str())).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn directories_that_lead_to_themselves_end() {
        let data = directory(
            true,
            &[(0x8769, 4, &8u32.to_le_bytes()), (0x014a, 4, &8u32.to_le_bytes()), (0x010e, 2, b"note text")],
            8,
        );
        assert_eq!(read(&data).unwrap().lines.len(), 1);
        // Many entries of the same large value: what is read stays within the bound.
        let mut big = directory(true, &vec![(0x010e, 2, &b"x"[..]); 2_000], 0);
        big.resize(3 << 20, b'a');
        for i in 0..2_000 {
            let at = 10 + 12 * i + 4;
            big[at..at + 4].copy_from_slice(&(1u32 << 20).to_le_bytes());
            big[at + 4..at + 8].copy_from_slice(&100_000u32.to_le_bytes());
        }
        let read: usize = read(&big).unwrap().lines.iter().map(|(_, t)| t.len()).sum();
        assert!(read <= MAX_BYTES);
    }
}
