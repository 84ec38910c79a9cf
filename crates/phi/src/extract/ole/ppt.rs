//! Presentations of 1997 to 2003 (MS-PPT): the texts of their records, wherever they lie.

use super::super::plain::windows_1252;
use super::super::{Output, Unreadable, charset};
use super::Compound;
use std::path::Path;

pub(super) fn read(file: &mut Compound<'_>, out: &mut Output) -> Result<(), Unreadable> {
    if let Ok(user) = file.stream(Path::new("/Current User"), out)
        && user.get(12..16) == Some(&0xf3d1_c4df_u32.to_le_bytes())
    {
        return Err(Unreadable::Encrypted);
    }
    let data = file.stream(Path::new("/PowerPoint Document"), out)?;
    texts(&data, out);
    Ok(())
}

/// Containers are stepped into by skipping their heads only: depth costs nothing.
fn texts(data: &[u8], out: &mut Output) {
    let mut rest = data;
    while let Some((head, after)) = rest.split_at_checked(8) {
        let kind = u16::from_le_bytes([head[2], head[3]]);
        let length = usize::try_from(u32::from_le_bytes([head[4], head[5], head[6], head[7]])).unwrap_or(usize::MAX);
        if head[0] & 0x0f == 0x0f {
            rest = after;
            continue;
        }
        let body = after.get(..length.min(after.len())).unwrap_or(b"");
        let text = match kind {
            0x0fa0 | 0x0fba => charset::utf16(body),
            0x0fa8 => body.iter().map(|b| windows_1252(*b)).collect(),
            _ => String::new(),
        };
        if !text.is_empty() {
            out.push(&text.replace(['\r', '\u{b}'], "\n"));
            out.push("\n");
        }
        rest = after.get(length.min(after.len())..).unwrap_or(b"");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_at_any_depth() {
        let record = |version: u8, kind: u16, body: &[u8]| {
            let length = u32::try_from(body.len()).unwrap().to_le_bytes();
            [&[version, 0], &kind.to_le_bytes()[..], &length, body].concat()
        };
        let inner = [record(0, 0x0fa8, b"Zo\xeb\rasthma"), record(0, 0x0fa0, b"J\0a\0n\0"), record(0, 0x0400, b"none")]
            .concat();
        let data = record(0x0f, 1000, &record(0x0f, 1001, &inner));
        let mut out = Output { text: String::new(), unread: Vec::new(), budget: 0 };
        texts(&data, &mut out);
        assert_eq!(out.text, "Zoë\nasthma\nJan\n");
    }
}
