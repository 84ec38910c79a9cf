//! Workbooks of 1997 to 2003 (MS-XLS, BIFF8): a row a line, cells in their columns, values as they are shown.

use super::super::office::{format, sheet};
use super::super::{Output, Unreadable, charset};
use std::collections::HashMap;

const MAX_RECORDS: usize = 5_000_000;
const MAX_STRINGS: usize = 1_000_000;
const MAX_GAP: usize = 64;

#[derive(Default)]
struct Book {
    strings: Vec<String>,
    formats: HashMap<u16, String>,
    styles: Vec<u16>,
    since_1904: bool,
    /// Row that is open, columns written in it, its text.
    row: Option<u16>,
    written: usize,
    line: String,
    /// Style and column of a formula whose text follows.
    pending: bool,
}

pub(super) fn read(data: &[u8], out: &mut Output) -> Result<(), Unreadable> {
    let mut book = Book::default();
    let mut rest = data;
    let mut version = 0u16;
    for _ in 0..MAX_RECORDS {
        let Some((head, after)) = rest.split_at_checked(4) else { break };
        let (kind, length) =
            (u16::from_le_bytes([head[0], head[1]]), usize::from(u16::from_le_bytes([head[2], head[3]])));
        let Some((body, next)) = after.split_at_checked(length) else { break };
        rest = next;
        match kind {
            // Begin of a part; before BIFF8 texts are otherwise.
            0x0809 => {
                version = word(body, 0);
                if version != 0x0600 {
                    return Err(Unreadable::LegacyOffice);
                }
            }
            _ if version == 0 => return Err(Unreadable::LegacyOffice),
            0x002f => return Err(Unreadable::Encrypted),
            0x00fc | 0x01b6 => {
                // Texts go on in the records that follow.
                let mut parts = vec![body];
                while let Some((more, next)) = continued(rest) {
                    parts.push(more);
                    rest = next;
                }
                if kind == 0x00fc { book.strings = table(&parts) } else { drawn(&parts, out) }
            }
            _ => book.record(kind, body, out),
        }
    }
    book.end_row(out);
    Ok(())
}

fn continued(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let (head, after) = data.split_at_checked(4)?;
    (head.starts_with(&[0x3c, 0]))
        .then(|| after.split_at_checked(usize::from(u16::from_le_bytes([head[2], head[3]]))))?
}

fn word(data: &[u8], at: usize) -> u16 {
    data.get(at..at + 2).map_or(0, |b| u16::from_le_bytes([b[0], b[1]]))
}

/// A text with its length in one byte or two before it.
fn text(data: &[u8], wide_length: bool) -> String {
    let (length, at) = if wide_length {
        (usize::from(word(data, 0)), 2)
    } else {
        (usize::from(data.first().copied().unwrap_or(0)), 1)
    };
    let wide = data.get(at).is_some_and(|f| f & 1 != 0);
    let body = data.get(at + 1..).unwrap_or(b"");
    characters(body.get(..(length << usize::from(wide)).min(body.len())).unwrap_or(b""), wide)
}

fn characters(bytes: &[u8], wide: bool) -> String {
    if wide { charset::utf16(bytes) } else { charset::decode(bytes, encoding_rs::WINDOWS_1252) }
}

/// The shared texts (2.4.265). Where a text goes on in the next record, that begins with a new flag of its width.
fn table(parts: &[&[u8]]) -> Vec<String> {
    let mut cursor = Cursor { parts, part: 0, at: 8 };
    let mut all = Vec::new();
    while all.len() < MAX_STRINGS {
        let Some(length) = cursor.word() else { break };
        let Some(flags) = cursor.byte() else { break };
        let runs = if flags & 8 != 0 { usize::from(cursor.word().unwrap_or(0)) } else { 0 };
        let extra = if flags & 4 != 0 {
            cursor.word().map_or(0, usize::from) | cursor.word().map_or(0, usize::from) << 16
        } else {
            0
        };
        all.push(cursor.characters(usize::from(length), flags & 1 != 0));
        cursor.skip(4 * runs + extra);
    }
    all
}

struct Cursor<'p> {
    parts: &'p [&'p [u8]],
    part: usize,
    at: usize,
}

impl Cursor<'_> {
    fn byte(&mut self) -> Option<u8> {
        loop {
            let part = self.parts.get(self.part)?;
            if let Some(b) = part.get(self.at) {
                self.at += 1;
                return Some(*b);
            }
            (self.part, self.at) = (self.part + 1, 0);
        }
    }
    fn word(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }
    fn skip(&mut self, mut bytes: usize) {
        while let Some(part) = self.parts.get(self.part) {
            let left = part.len() - self.at.min(part.len());
            if bytes <= left {
                self.at += bytes;
                return;
            }
            bytes -= left;
            (self.part, self.at) = (self.part + 1, 0);
        }
    }
    fn characters(&mut self, mut count: usize, mut wide: bool) -> String {
        let mut out = String::new();
        while count > 0 {
            let Some(part) = self.parts.get(self.part) else { break };
            let rest = part.get(self.at..).unwrap_or(b"");
            if rest.is_empty() {
                (self.part, self.at) = (self.part + 1, 0);
                let Some(flag) = self.byte() else { break };
                wide = flag & 1 != 0;
                continue;
            }
            let now = count.min(if wide { rest.len().div_ceil(2) } else { rest.len() });
            let bytes = (now << usize::from(wide)).min(rest.len());
            out.push_str(&characters(rest.get(..bytes).unwrap_or(b""), wide));
            self.at += bytes;
            count -= now;
        }
        out
    }
}

/// A drawn text (notes, boxes): its characters are the first record that goes on.
fn drawn(parts: &[&[u8]], out: &mut Output) {
    if let Some((flag, body)) = parts.get(1).and_then(|p| p.split_first()) {
        out.push(&characters(body, flag & 1 != 0));
        out.push("\n");
    }
}

impl Book {
    fn record(&mut self, kind: u16, body: &[u8], out: &mut Output) {
        let cell = |at: usize| (word(body, 0), usize::from(word(body, 2)), word(body, at));
        match kind {
            0x0022 => self.since_1904 = word(body, 0) == 1,
            0x0085 => out.push(&format!("{}\n", text(body.get(6..).unwrap_or(b""), false))),
            0x041e => drop(self.formats.insert(word(body, 0), text(body.get(2..).unwrap_or(b""), true))),
            0x00e0 => self.styles.push(word(body, 2)),
            0x00fd => {
                let (row, column, _) = cell(4);
                let index = usize::from(word(body, 6)) | usize::from(word(body, 8)) << 16;
                let value = self.strings.get(index).cloned().unwrap_or_default();
                self.put(row, column, &value, out);
            }
            0x0204 | 0x00d6 => {
                let (row, column, _) = cell(4);
                self.put(row, column, &text(body.get(6..).unwrap_or(b""), true), out);
            }
            0x0203 => {
                let (row, column, style) = cell(4);
                let value = body.get(6..14).and_then(|b| b.try_into().ok()).map_or(0.0, f64::from_le_bytes);
                self.number(row, column, style, value, out);
            }
            0x027e => {
                let (row, column, style) = cell(4);
                self.number(row, column, style, packed(body.get(6..10).unwrap_or(b"")), out);
            }
            0x00bd => {
                let (row, first) = (word(body, 0), usize::from(word(body, 2)));
                let cells = body.get(4..body.len().saturating_sub(2)).unwrap_or(b"").as_chunks::<6>().0;
                for (i, six) in cells.iter().enumerate() {
                    self.number(row, first + i, word(six, 0), packed(&six[2..]), out);
                }
            }
            0x0006 => self.formula(body, out),
            0x0207 if self.pending => {
                self.pending = false;
                self.line.push_str(&text(body, true));
            }
            0x0014 | 0x0015 if !body.is_empty() => {
                let mut line = String::new();
                sheet::undressed(&text(body, true), &mut line);
                out.push(&line);
            }
            0x000a => self.end_row(out),
            _ => {}
        }
    }

    /// A formula's value; of a text it follows in the next record.
    fn formula(&mut self, body: &[u8], out: &mut Output) {
        let (row, column, style) = (word(body, 0), usize::from(word(body, 2)), word(body, 4));
        let value = body.get(6..14).unwrap_or(b"");
        if value.ends_with(&[0xff, 0xff]) {
            self.put(row, column, "", out);
            self.pending = value.first() == Some(&0);
        } else {
            self.number(row, column, style, value.try_into().map_or(0.0, f64::from_le_bytes), out);
        }
    }

    fn number(&mut self, row: u16, column: usize, style: u16, value: f64, out: &mut Output) {
        let id = self.styles.get(usize::from(style)).copied().unwrap_or(0);
        let code = self.formats.get(&id).map(String::as_str).or_else(|| format::built_in(u32::from(id)));
        let code = if matches!(id, 14..=17 | 22) { format::built_in(u32::from(id)) } else { code };
        let shown = format::show(&value.to_string(), code, self.since_1904);
        self.put(row, column, &shown, out);
    }

    fn put(&mut self, row: u16, column: usize, value: &str, out: &mut Output) {
        if self.row != Some(row) {
            self.end_row(out);
            self.row = Some(row);
        }
        let column = column.max(self.written);
        let gap = (column - self.written).min(MAX_GAP) + usize::from(self.written > 0);
        self.line.extend(std::iter::repeat_n('\t', gap));
        self.line.push_str(&value.replace(['\n', '\r', '\t'], " "));
        self.written = column + 1;
        self.pending = false;
    }

    fn end_row(&mut self, out: &mut Output) {
        if self.row.take().is_some() {
            self.line.push('\n');
            out.push(&self.line);
            self.line.clear();
            self.written = 0;
        }
    }
}

/// Thirty bits of a number, whole or the upper part of a fraction, perhaps in hundredths (2.5.217).
fn packed(bytes: &[u8]) -> f64 {
    let n = bytes.iter().rev().fold(0u32, |n, b| (n << 8) | u32::from(*b));
    let value = if n & 2 != 0 { f64::from(n.cast_signed() >> 2) } else { f64::from_bits(u64::from(n & !3) << 32) };
    if n & 1 != 0 { value / 100.0 } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_numbers_are_unpacked() {
        assert!((packed(&(111_222_333u32 << 2 | 2).to_le_bytes()) - 111_222_333.0).abs() < 1e-9);
        assert!((packed(&(1_234u32 << 2 | 3).to_le_bytes()) - 12.34).abs() < 1e-9);
        assert!((packed(&[0, 0, 0xf0, 0x3f]) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn shared_texts_go_on_in_the_next_record_with_another_width() {
        let first: &[u8] = b"\0\0\0\0\0\0\0\0\x06\0\0Jan";
        let second: &[u8] = b"\x01s\0e\0n\0\x02\0\x00ab";
        assert_eq!(table(&[first, second]), ["Jansen", "ab"]);
    }
}
