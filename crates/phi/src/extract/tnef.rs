//! TNEF, the `winmail.dat` of Exchange (MS-OXTNEF): attributes in a row, of which some hold MAPI properties.

use super::ole::{Properties, Value, write_message};
use super::{Output, Unreadable, charset, read as read_document};

const MAX_ATTRIBUTES: usize = 20_000;
const MAX_PROPERTIES: usize = 5_000;
/// Values of one property with several.
const MAX_VALUES: usize = 1_000;

pub(super) fn read(data: &[u8], out: &mut Output, depth: u8) -> Result<(), Unreadable> {
    let mut rest = data.get(6..).ok_or(Unreadable::Damaged)?;
    let mut message = Properties::default();
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for count in 0.. {
        let Some((head, after)) = rest.split_at_checked(9) else { break };
        let number = u32::from_le_bytes([head[1], head[2], head[3], head[4]]);
        let length = usize::try_from(u32::from_le_bytes([head[5], head[6], head[7], head[8]])).unwrap_or(usize::MAX);
        let Some(body) = after.get(..length).filter(|_| count < MAX_ATTRIBUTES) else {
            out.missing(Unreadable::Damaged);
            break;
        };
        rest = after.get(length.saturating_add(2)..).unwrap_or(b"");
        match number {
            0x0001_8004 => drop(message.0.insert(0x0037, Value::Narrow(body.to_vec()))),
            0x0002_800c => drop(message.0.insert(0x1000, Value::Narrow(body.to_vec()))),
            0x0006_9003 => message.0.extend(properties(body).0),
            0x0006_9002 => files.push((String::new(), Vec::new())),
            0x0001_8010 => {
                files.last_mut().into_iter().for_each(|f| f.0 = charset::decode(body, encoding_rs::WINDOWS_1252))
            }
            0x0006_800f => files.last_mut().into_iter().for_each(|f| f.1 = body.to_vec()),
            0x0006_9005 => {
                let p = properties(body);
                if let Some(file) = files.last_mut() {
                    if let Some(name) = p.text(0x3707).or_else(|| p.text(0x3704)) {
                        file.0 = name;
                    }
                    // An object: sixteen bytes say which interface, then a file or another message follows.
                    if let (true, Some(Value::Bytes(inner))) = (file.1.is_empty(), p.0.get(&0x3701)) {
                        file.1 = inner.get(16..).unwrap_or(b"").to_vec();
                    }
                }
            }
            _ => {}
        }
    }
    write_message(&message, out, depth);
    for (name, bytes) in files.iter().take(500) {
        out.push(&format!("\n{}\n", name.trim_end_matches('\0').replace('_', " ")));
        let result = read_document(bytes, out, depth - 1);
        if result == Err(Unreadable::Bomb) {
            return result;
        }
        out.part(result);
    }
    Ok(())
}

struct Bytes<'d>(&'d [u8]);

impl<'d> Bytes<'d> {
    fn take(&mut self, n: usize) -> Option<&'d [u8]> {
        let (now, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(now)
    }
    fn u16(&mut self) -> Option<u16> {
        self.take(2)?.try_into().ok().map(u16::from_le_bytes)
    }
    fn u32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }
    fn length(&mut self) -> Option<usize> {
        usize::try_from(self.u32()?).ok()
    }
    /// A value of its own length, filled up to four bytes.
    fn counted(&mut self) -> Option<&'d [u8]> {
        let length = self.length()?;
        let value = self.take(length)?;
        self.take(length.next_multiple_of(4) - length);
        Some(value)
    }
}

/// Properties as far as they can be read; after the first that can't, nothing is known.
fn properties(data: &[u8]) -> Properties {
    let mut found = Properties::default();
    let mut bytes = Bytes(data);
    let count = bytes.length().unwrap_or(0).min(MAX_PROPERTIES);
    for _ in 0..count {
        if one(&mut bytes, &mut found).is_none() {
            break;
        }
    }
    found
}

fn one(bytes: &mut Bytes<'_>, found: &mut Properties) -> Option<()> {
    let (kind, number) = (bytes.u16()?, bytes.u16()?);
    if number >= 0x8000 {
        bytes.take(16)?;
        if bytes.u32()? == 0 {
            bytes.u32()?;
        } else {
            bytes.counted()?;
        }
    }
    let (single, several) = (kind & 0x0fff, kind & 0x1000 != 0);
    let lengthy = matches!(single, 0x1e | 0x1f | 0x102 | 0x0d);
    let values = if several || lengthy { bytes.length()? } else { 1 };
    if values > MAX_VALUES {
        return None;
    }
    for _ in 0..values {
        let value = match single {
            0x1f => Value::Text(charset::utf16(bytes.counted()?)),
            0x1e => Value::Narrow(bytes.counted()?.to_vec()),
            0x102 | 0x0d => Value::Bytes(bytes.counted()?.to_vec()),
            0x40 => Value::Time(u64::from_le_bytes(bytes.take(8)?.try_into().ok()?)),
            2..=4 | 10 | 11 => Value::Number(bytes.u32()?),
            5..=7 | 0x14 => {
                bytes.take(8)?;
                continue;
            }
            0x48 => {
                bytes.take(16)?;
                continue;
            }
            _ => return None,
        };
        found.0.insert(number, value);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::{Extracted, extract};

    fn attribute(level: u8, number: u32, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len()).unwrap().to_le_bytes();
        [&[level], &number.to_le_bytes()[..], &length, body, &[0, 0]].concat()
    }

    #[test]
    fn the_message_its_texts_and_its_files_are_read() {
        let utf16: Vec<u8> = "Jansen\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut properties = vec![1, 0, 0, 0, 0x1f, 0, 0x37, 0, 1, 0, 0, 0, 14, 0, 0, 0];
        properties.extend(utf16);
        properties.extend([0, 0]);
        let parts = [
            b"\x78\x9F\x3E\x22\x01\0".to_vec(),
            attribute(1, 0x0002_800c, b"heeft astma"),
            attribute(1, 0x0006_9003, &properties),
            attribute(2, 0x0006_9002, b"\x01\0"),
            attribute(2, 0x0001_8010, b"brief_1.rtf\0"),
            attribute(2, 0x0006_800f, b"{\\rtf1 psoriasis}"),
        ];
        let Extracted::Text { text, complete } = extract(&parts.concat()) else { panic!("not read") };
        assert!(complete && text.contains("Subject: Jansen") && text.contains("heeft astma"), "{text}");
        assert!(text.contains("brief 1.rtf") && text.contains("psoriasis"), "{text}");
    }
}
