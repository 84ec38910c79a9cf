//! Word documents of 1997 to 2003 (MS-DOC): the text by its table of pieces, notes and comments included.

use super::super::plain::windows_1252;
use super::super::{Output, Unreadable};
use super::Compound;
use std::path::Path;

const MAX_PIECES: usize = 200_000;

pub(super) fn read(file: &mut Compound<'_>, out: &mut Output) -> Result<(), Unreadable> {
    let main = file.stream(Path::new("/WordDocument"), out)?;
    let word = |at: usize| main.get(at..at + 2).map(|b| b.iter().rev().fold(0usize, |n, b| (n << 8) | usize::from(*b)));
    if word(0) != Some(0xa5ec) || word(2).is_none_or(|version| version < 0xc1) {
        return Err(Unreadable::LegacyOffice);
    }
    let flags = word(10).unwrap_or(0);
    if flags & 0x0100 != 0 {
        return Err(Unreadable::Encrypted);
    }
    let table = file.stream(Path::new(if flags & 0x0200 != 0 { "/1Table" } else { "/0Table" }), out)?;
    let (Some(at), Some(length)) = (number(&main, 0x01a2), number(&main, 0x01a6)) else {
        return Err(Unreadable::Damaged);
    };
    let pieces = table.get(at..at.saturating_add(length)).ok_or(Unreadable::Damaged)?;
    let text = text(&main, pieces).ok_or(Unreadable::Damaged)?;
    out.push(&shown(&text));
    out.push("\n");
    Ok(())
}

fn number(data: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(data.get(at..at.checked_add(4)?)?.try_into().ok()?)).ok()
}

/// Joins the pieces: sixteen bits a character, or eight where the table says so.
fn text(main: &[u8], mut clx: &[u8]) -> Option<String> {
    // Changes of properties come before the table.
    while clx.first() == Some(&1) {
        let length = usize::from(u16::from_le_bytes([*clx.get(1)?, *clx.get(2)?]));
        clx = clx.get(3 + length..)?;
    }
    let plc = clx.strip_prefix(&[2])?;
    let length = number(plc, 0)?;
    let plc = plc.get(4..4usize.checked_add(length)?)?;
    let count = plc.len().checked_sub(4)? / 12;
    let mut out = String::new();
    // Pieces may lie over each other; what comes out may not exceed the file's own size.
    let mut left = main.len();
    for i in 0..count.min(MAX_PIECES) {
        let (from, to) = (number(plc, 4 * i)?, number(plc, 4 * i + 4)?);
        let place = number(plc, 4 * (count + 1) + 8 * i + 2)?;
        let characters = to.checked_sub(from)?.min(left);
        left -= characters;
        if place & 0x4000_0000 != 0 {
            let start = (place & 0x3fff_ffff) / 2;
            let bytes = main.get(start..start.saturating_add(characters).min(main.len()))?;
            out.extend(bytes.iter().map(|b| windows_1252(*b)));
        } else {
            let end = place.saturating_add(characters.saturating_mul(2)).min(main.len());
            let units = main.get(place..end)?.as_chunks::<2>().0.iter().map(|p| u16::from_le_bytes(*p));
            out.extend(char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')));
        }
    }
    Some(out)
}

/// Signs that stand for something else (MS-DOC 2.4.3): ends of cells and lines, fields, pictures.
fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // Within a field's instruction, up to what it shows; fields lie within fields.
    let mut fields: Vec<bool> = Vec::new();
    for c in text.chars() {
        match c {
            '\u{13}' => fields.push(true),
            '\u{14}' => fields.last_mut().into_iter().for_each(|f| *f = false),
            '\u{15}' => drop(fields.pop()),
            _ if fields.iter().any(|f| *f) => {}
            '\r' | '\u{b}' | '\u{c}' => out.push('\n'),
            '\u{7}' if out.ends_with('\t') => {
                out.pop();
                out.push('\n');
            }
            '\u{7}' => out.push('\t'),
            '\u{1e}' => out.push('-'),
            '\u{1f}' | '\u{1}'..='\u{8}' => {}
            '\u{a0}' => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_both_widths_are_joined_and_bounded() {
        let mut main = vec![0u8; 64];
        main[0..5].copy_from_slice(b"Jans\xeb");
        main[16..20].copy_from_slice(&[b'n', 0, 0x5f, 1]);
        let piece = |place: u32| [&[0, 0][..], &place.to_le_bytes(), &[0, 0]].concat();
        let plc = [[0u32, 5, 7].map(u32::to_le_bytes).concat(), piece(0x4000_0000), piece(16)].concat();
        let clx = [&[1, 2, 0, 9, 9, 2][..], &u32::try_from(plc.len()).unwrap().to_le_bytes(), &plc].concat();
        assert_eq!(text(&main, &clx).unwrap(), "Jansën\u{15f}");
        let many = [vec![0u8; 4], u32::MAX.to_le_bytes().to_vec(), piece(0)].concat();
        let clx = [&[2][..], &u32::try_from(many.len()).unwrap().to_le_bytes(), &many].concat();
        assert!(text(&main, &clx).unwrap().chars().count() <= 64);
    }

    #[test]
    fn fields_show_their_result_and_cells_are_set_apart() {
        assert_eq!(shown("a\u{13}HYPERLINK \"x\"\u{14}link\u{15}\rb\u{7}c\u{7}\u{7}d"), "alink\nb\tc\nd");
    }
}
