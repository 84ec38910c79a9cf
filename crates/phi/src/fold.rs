//! Writings of the same text that a reader can't tell apart made one: wide and unbreakable spaces, hyphens of all kinds,
//! full-width and mathematical letters and digits; what is not seen at all (zero-width, soft hyphens) is left out.
//! Word processors write such characters by themselves, and one in the middle of a number must not hide it.

use std::borrow::Cow;

/// A text in its plain form, with the way back to the places of the original.
pub(crate) struct Folded {
    pub text: String,
    /// Where runs of equal length begin: byte in the plain form, byte in the original. In order, from (0, 0).
    runs: Vec<(u32, u32)>,
}

/// What becomes of a character.
enum Plain {
    Same,
    Gone,
    Other(char),
}

impl Plain {
    const fn of(c: char, before: char) -> Self {
        match c {
            '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => Self::Other(' '),
            '\u{2010}'..='\u{2012}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => Self::Other('-'),
            // Between words it is a dash; in a number or date it stands for a hyphen.
            '\u{2013}' if before.is_ascii_digit() => Self::Other('-'),
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' => Self::Gone,
            '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}' => Self::Gone,
            // The full-width forms lie in the order of ASCII.
            '\u{ff01}'..='\u{ff5e}' => ascii(c as u32 - 0xff01 + 0x21),
            '\u{1d7ce}'..='\u{1d7ff}' => ascii((c as u32 - 0x1d7ce) % 10 + 0x30),
            _ => Self::Same,
        }
    }
}

const fn ascii(code: u32) -> Plain {
    match char::from_u32(code) {
        Some(c) => Plain::Other(c),
        None => Plain::Same,
    }
}

/// The plain form; none where the text is plain already.
pub(crate) fn fold(raw: &str) -> Option<Folded> {
    if raw.is_ascii() {
        return None;
    }
    let first = first_other(raw)?;
    let mut text = String::with_capacity(raw.len());
    text.push_str(raw.get(..first)?);
    let mut runs = vec![(0, 0)];
    let mut before = text.chars().next_back().unwrap_or(' ');
    let mut shifted = false;
    for (at, c) in raw.get(first..)?.char_indices() {
        if shifted {
            runs.push((u32::try_from(text.len()).ok()?, u32::try_from(first + at).ok()?));
            shifted = false;
        }
        match Plain::of(c, before) {
            Plain::Same => {
                text.push(c);
                before = c;
            }
            Plain::Gone => shifted = true,
            Plain::Other(plain) => {
                text.push(plain);
                before = plain;
                shifted = plain.len_utf8() != c.len_utf8();
            }
        }
    }
    if shifted {
        runs.push((u32::try_from(text.len()).ok()?, u32::try_from(raw.len()).ok()?));
    }
    Some(Folded { text, runs })
}

/// The plain form of a piece of text.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    fold(text).map_or(Cow::Borrowed(text), |f| Cow::Owned(f.text))
}

/// Letters that stand for digits in scanned or hurried numbers (`l2-O3-1944`, `0044-8l93`) made digits. Nothing moves:
/// the text keeps its length. None where there are none.
pub(crate) fn digits_for_letters(text: &str) -> Option<String> {
    const fn like(b: u8) -> Option<u8> {
        match b {
            b'0'..=b'9' => Some(b),
            b'O' | b'o' => Some(b'0'),
            b'l' | b'I' => Some(b'1'),
            _ => None,
        }
    }
    let b = text.as_bytes();
    let at = |i: usize| b.get(i).copied().unwrap_or(0);
    let mut out: Option<Vec<u8>> = None;
    // Nearly no text has a digit beside such a letter: one quick look saves the slow one.
    let class = |c: u8| u8::from(c.is_ascii_digit()) | (u8::from(matches!(c, b'O' | b'o' | b'l' | b'I')) << 1);
    let beside = |a: &[u8], b: &[u8]| a.iter().zip(b).fold(false, |any, (x, y)| any | (class(*x) | class(*y) == 3));
    let (mut now, mut next) = (b.chunks(256), b.get(1..).unwrap_or(&[]).chunks(256));
    if !now.by_ref().zip(next.by_ref()).any(|(a, b)| beside(a, b)) {
        return None;
    }
    let mut i = 0;
    while i < b.len() {
        if like(at(i)).is_none() || (i > 0 && (at(i - 1).is_ascii_alphanumeric() || at(i - 1) >= 0x80)) {
            i += 1;
            continue;
        }
        let len = b.iter().skip(i).take(64).take_while(|c| like(**c).is_some()).count();
        let end = i + len;
        let run = b.get(i..end).unwrap_or(&[]);
        let digits = run.iter().filter(|c| c.is_ascii_digit()).count();
        let whole = !(at(end).is_ascii_alphanumeric() || at(end) >= 0x80);
        // A short one counts only within a date or number in groups.
        let joined = |sep: u8, beyond: u8| b"-/".contains(&sep) && like(beyond).is_some();
        let grouped = (i >= 2 && joined(at(i - 1), at(i - 2))) || joined(at(end), at(end + 1));
        if whole && digits > 0 && digits < len && ((len >= 5 && digits * 5 >= len * 3) || (grouped && len >= 2)) {
            let out = out.get_or_insert_with(|| b.to_vec());
            for (to, from) in out.iter_mut().skip(i).zip(run) {
                *to = like(*from).unwrap_or(*from);
            }
        }
        i = end.max(i + 1);
    }
    // Only ASCII letters were changed to ASCII digits.
    out.and_then(|bytes| String::from_utf8(bytes).ok())
}

/// The byte of the first character that is not plain.
fn first_other(raw: &str) -> Option<usize> {
    let mut before = ' ';
    for (at, c) in raw.char_indices() {
        if !c.is_ascii() && !matches!(Plain::of(c, before), Plain::Same) {
            return Some(at);
        }
        before = c;
    }
    None
}

impl Folded {
    /// Where a byte of the plain form begins in the original.
    pub(crate) fn start(&self, plain: u32) -> u32 {
        let run = self.runs.partition_point(|(p, _)| *p <= plain);
        self.runs.get(run.wrapping_sub(1)).map_or(plain, |(p, original)| original + (plain - p))
    }

    /// Where a span of the plain form that ends before this byte ends in the original: after its last character.
    pub(crate) fn end(&self, plain: u32, raw: &str) -> u32 {
        let last = self.text.floor_char_boundary((plain as usize).saturating_sub(1));
        let at = self.start(u32::try_from(last).unwrap_or(u32::MAX));
        let wide = raw.get(at as usize..).and_then(|r| r.chars().next()).map_or(0, char::len_utf8);
        at + u32::try_from(wide).unwrap_or(0)
    }

    /// Where a byte of the original stands in the plain form.
    pub(crate) fn plain_of(&self, original: u32) -> u32 {
        let run = self.runs.partition_point(|(_, o)| *o <= original);
        let (p, o) = self.runs.get(run.wrapping_sub(1)).copied().unwrap_or((0, 0));
        let next = self.runs.get(run).map_or(u32::MAX, |(next, _)| *next);
        (p + (original - o)).min(next)
    }
}

#[cfg(test)]
mod tests;
