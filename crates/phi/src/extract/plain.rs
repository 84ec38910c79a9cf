//! Plain text in its usual encodings.

/// Decodes UTF-8, UTF-16 (with a byte order mark) or Windows-1252. None: more control characters than text has.
pub(super) fn decode(data: &[u8]) -> Option<String> {
    if let Some(rest) = data.strip_prefix(b"\xFF\xFE") {
        return utf16(rest, u16::from_le_bytes);
    }
    if let Some(rest) = data.strip_prefix(b"\xFE\xFF") {
        return utf16(rest, u16::from_be_bytes);
    }
    let control = |b: &&u8| **b < 32 && !matches!(**b, b'\t' | b'\n' | b'\r' | 0x0b | 0x0c | 0x1c..=0x1f);
    let odd = data.iter().filter(control).count();
    if odd * 200 > data.len() || data.iter().take(4096).any(|b| *b == 0) {
        return None;
    }
    match std::str::from_utf8(data) {
        Ok(s) => Some(s.to_owned()),
        Err(_) => Some(data.iter().map(|b| windows_1252(*b)).collect()),
    }
}

fn utf16(bytes: &[u8], join: fn([u8; 2]) -> u16) -> Option<String> {
    let units = bytes.as_chunks::<2>().0.iter().map(|pair| join(*pair));
    let text: String = char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect();
    let broken = text.chars().filter(|c| *c == '\u{fffd}' || *c == '\0').count();
    (broken * 20 <= text.len()).then_some(text)
}

/// The character of a byte in Windows-1252, the superset of Latin 1 that mail programs mean.
pub(super) fn windows_1252(b: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match b {
        0x80..=0x9f => HIGH.get(usize::from(b) - 0x80).copied().unwrap_or(' '),
        _ => char::from(b),
    }
}
