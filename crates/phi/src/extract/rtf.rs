//! Rich Text Format: text runs, with the destinations that hold no text left out.

use super::plain::windows_1252;
use super::{Output, Unreadable};

const MAX_GROUPS: usize = 10_000;

/// Writes the text of an RTF document.
pub(super) fn read(data: &[u8], out: &mut Output) -> Result<(), Unreadable> {
    let mut text = String::with_capacity(data.len() / 4);
    // By open group: whether its text counts.
    let mut groups: Vec<bool> = Vec::new();
    let (mut i, mut skip_chars) = (0usize, 0u32);
    while let Some(b) = data.get(i).copied() {
        let visible = groups.last().copied().unwrap_or(true);
        match b {
            b'{' => {
                if groups.len() >= MAX_GROUPS {
                    return Err(Unreadable::Bomb);
                }
                groups.push(visible);
                i += 1;
            }
            b'}' => {
                groups.pop();
                i += 1;
            }
            b'\\' => i = control(data, i + 1, &mut text, &mut groups, &mut skip_chars),
            b'\r' | b'\n' => i += 1,
            _ => {
                if skip_chars > 0 {
                    skip_chars -= 1;
                } else if visible {
                    text.push(windows_1252(b));
                }
                i += 1;
            }
        }
    }
    out.push(&text);
    out.complete &= !embeds(data);
    Ok(())
}

/// Whether pictures larger than an icon's few bytes, or other documents, lie within.
fn embeds(data: &[u8]) -> bool {
    /// Two letters stand for a byte.
    const ICON: usize = 6_000;
    let large = |at: usize| data.iter().skip(at).take(ICON).take_while(|b| **b != b'}').count() == ICON;
    memchr::memmem::find(data, b"\\objdata").is_some() || memchr::memmem::find_iter(data, b"\\pict").any(large)
}

/// One control word or symbol after the backslash at `i - 1`; returns where to go on.
fn control(data: &[u8], i: usize, text: &mut String, groups: &mut [bool], skip_chars: &mut u32) -> usize {
    let visible = groups.last().copied().unwrap_or(true);
    let Some(first) = data.get(i).copied() else { return i };
    if !first.is_ascii_alphabetic() {
        match first {
            b'\'' => {
                let hex = data.get(i + 1..i + 3).and_then(|h| std::str::from_utf8(h).ok());
                let byte = hex.and_then(|h| u8::from_str_radix(h, 16).ok());
                if *skip_chars > 0 {
                    *skip_chars -= 1;
                } else if let Some(b) = byte.filter(|_| visible) {
                    text.push(windows_1252(b));
                }
                return i + 3;
            }
            b'*' => {
                if let Some(g) = groups.last_mut() {
                    *g = false;
                }
            }
            b'~' if visible => text.push(' '),
            b'\\' | b'{' | b'}' if visible => text.push(char::from(first)),
            b'_' if visible => text.push('-'),
            _ => {}
        }
        return i + 1;
    }
    let word_len = data.iter().skip(i).take(32).take_while(|b| b.is_ascii_alphabetic()).count();
    let word = data.get(i..i + word_len).unwrap_or(b"");
    let mut j = i + word_len;
    let digits = data.iter().skip(j).take(11).take_while(|b| b.is_ascii_digit() || **b == b'-').count();
    let number: Option<i64> =
        data.get(j..j + digits).and_then(|d| std::str::from_utf8(d).ok()).and_then(|d| d.parse().ok());
    j += digits;
    if data.get(j) == Some(&b' ') {
        j += 1;
    }
    match word {
        b"fonttbl" | b"colortbl" | b"stylesheet" | b"info" | b"pict" | b"object" | b"themedata" | b"datastore"
        | b"listtable" | b"rsidtbl" | b"generator" => {
            if let Some(g) = groups.last_mut() {
                *g = false;
            }
        }
        b"par" | b"line" | b"row" | b"page" | b"sect" if visible => text.push('\n'),
        b"tab" | b"cell" if visible => text.push('\t'),
        b"u" => {
            let code = number.map(|n| if n < 0 { n + 65_536 } else { n });
            if let Some(c) = code.and_then(|n| u32::try_from(n).ok()).and_then(char::from_u32).filter(|_| visible) {
                text.push(c);
            }
            *skip_chars = 1;
        }
        b"bin" => j = j.saturating_add(number.and_then(|n| usize::try_from(n).ok()).unwrap_or(0)),
        _ => {}
    }
    j
}
