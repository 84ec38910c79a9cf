//! Cuts a text into tokens.

use super::*;
use crate::lexicon::{EMPTY_HASH, add_to_hash, word_hash};

pub(super) struct Tokenizer<'a> {
    raw: &'a str,
    bytes: &'a [u8],
    lex: &'a Lexicon,
    /// The word that is being read, folded.
    word: String,
    /// Where the next `@` stands, seen from the last word that was read.
    at_sign: usize,
}

/// How many of what a word consists of.
#[derive(Default, Clone, Copy)]
struct Letters {
    letters: u32,
    digits: u32,
    upper: u32,
    lower: u32,
    first_upper: bool,
}

impl Letters {
    const fn kind(self) -> Kind {
        match (self.letters, self.digits) {
            (0, _) => Kind::Number,
            (_, 0) => Kind::Word,
            _ => Kind::Mixed,
        }
    }

    const fn case(self) -> Case {
        match (self.first_upper, self.upper, self.lower) {
            (true, 1, 0) => Case::Initial,
            (_, 2.., 0) => Case::Upper,
            (true, ..) => Case::Title,
            _ => Case::Lower,
        }
    }
}

impl<'a> Tokenizer<'a> {
    pub(super) fn new(raw: &'a str, lex: &'a Lexicon) -> Self {
        Self { raw, bytes: raw.as_bytes(), lex, word: String::with_capacity(64), at_sign: 0 }
    }

    fn at(&self, i: usize) -> u8 {
        self.bytes.get(i).copied().unwrap_or(0)
    }

    pub(super) fn run(&mut self) -> Vec<Token> {
        let mut out = Vec::with_capacity(self.bytes.len() / 5 + 8);
        let (mut i, mut gap) = (0, 0u8);
        while i < self.bytes.len() {
            let b = self.at(i);
            match b {
                b' ' => gap = (gap + 1).min(2),
                b'\t' => gap = 2,
                b'\n' => {
                    out.push(token(i, i + 1, Kind::Newline, 0, b));
                    gap = 0;
                }
                // HL7 ends its segments with a bare CR.
                b'\r' if self.at(i + 1) != b'\n' => {
                    out.push(token(i, i + 1, Kind::Newline, 0, b'\n'));
                    gap = 0;
                }
                0..=31 | 127 => {}
                b'<' if self.tag_end(i).is_some() => {
                    let end = self.tag_end(i).unwrap_or(i + 1);
                    self.linked_address(i, end, &mut out);
                    match self.tag_effect(i, end) {
                        Kind::Newline => out.push(token(i, end, Kind::Newline, 0, b'\n')),
                        Kind::Mixed => gap = 2,
                        _ => gap = gap.max(1),
                    }
                    i = end;
                    continue;
                }
                b'&' if self.space_entity(i).is_some() => {
                    i += self.space_entity(i).unwrap_or(1);
                    gap = (gap + 1).min(2);
                    continue;
                }
                _ if b.is_ascii_alphanumeric() || b >= 0x80 || b == b'\'' => {
                    let before = out.len();
                    i = self.word_token(i, gap, &mut out);
                    gap = u8::from(out.len() == before); // a wide space makes no token
                    continue;
                }
                _ => {
                    out.push(token(i, i + 1, Kind::Punct, gap, b));
                    if let Some(t) = out.last_mut() {
                        t.know(self.lex.look_up_mark(b));
                    }
                    gap = 0;
                }
            }
            i += 1;
        }
        out
    }

    /// A word, number, mixed word, address or other character beginning at `i`; returns where to go on.
    fn word_token(&mut self, i: usize, gap: u8, out: &mut Vec<Token>) -> usize {
        if let Some((end, kind)) = self.address(i) {
            out.push(token(i, end, kind, gap, 0));
            return end;
        }
        let (end, letters, hash) = self.plain_letters(i).unwrap_or_else(|| self.letters(i));
        if end == i {
            // Not a word character after all: a lone apostrophe, a symbol, or a wide space.
            let c = self.raw.get(i..).and_then(|rest| rest.chars().next()).unwrap_or(' ');
            if !c.is_whitespace() {
                let ch = if matches!(c, '–' | '—' | '‑') {
                    b'-'
                } else if matches!(c, '“' | '”' | '"') {
                    b'"'
                } else {
                    self.at(i)
                };
                out.push(token(i, i + c.len_utf8(), Kind::Punct, gap, ch));
            }
            return i + c.len_utf8();
        }
        let kind = letters.kind();
        let mut t = token(i, end, kind, gap, 0);
        t.case = letters.case();
        t.hash = match kind {
            Kind::Number => 0x1000 + letters.digits.min(20),
            _ => fold_hash(hash),
        };
        if kind != Kind::Number || letters.digits <= 4 {
            t.know(self.lex.listed(hash).unwrap_or_else(|| {
                self.fold_word(i, end);
                self.lex.look_up(&self.word, hash)
            }));
            if t.flags & crate::lexicon::AMBIGUOUS != 0 && t.case != Case::Upper {
                t.flags &= !(crate::lexicon::HEALTH | crate::lexicon::TONE | crate::lexicon::AMBIGUOUS);
            }
        }
        out.push(t);
        end
    }

    /// A word of ASCII letters and digits alone, with its hash; none where another letter or an apostrophe may go on
    /// with it.
    fn plain_letters(&self, i: usize) -> Option<(usize, Letters, u64)> {
        let (mut l, mut hash) = (Letters::default(), EMPTY_HASH);
        let tail = self.bytes.get(i..self.bytes.len().min(i + 257))?;
        let mut len = 0;
        for b in tail {
            match b {
                b'a'..=b'z' => l.lower += 1,
                b'A'..=b'Z' => {
                    l.first_upper |= l.upper + l.lower == 0;
                    l.upper += 1;
                }
                b'0'..=b'9' => l.digits += 1,
                b'\'' | 0x80.. => return None,
                _ => break,
            }
            hash = add_to_hash(hash, b.to_ascii_lowercase());
            len += 1;
        }
        l.letters = l.upper + l.lower;
        (len <= 256).then_some((i + len, l, hash))
    }

    fn fold_word(&mut self, start: usize, end: usize) {
        self.word.clear();
        let text = self.raw.get(start..end).unwrap_or("");
        text.chars().for_each(|c| fold_into(c, &mut self.word));
    }

    /// Any word.
    fn letters(&mut self, i: usize) -> (usize, Letters, u64) {
        let (mut end, mut l) = (i, Letters::default());
        let rest = self.raw.get(i..).unwrap_or("");
        let mut chars = rest.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if at > 256 {
                break;
            }
            if c.is_ascii_digit() {
                l.digits += 1;
            } else if c.is_alphabetic() || c.is_alphanumeric() {
                l.first_upper |= l.letters == 0 && c.is_uppercase();
                l.letters += 1;
                l.upper += u32::from(c.is_uppercase());
                l.lower += u32::from(c.is_lowercase());
            } else if !(matches!(c, '\'' | '’') && chars.peek().is_some_and(|(_, n)| n.is_alphabetic())) {
                break;
            }
            end = i + at + c.len_utf8();
        }
        self.fold_word(i, end);
        (end, l, word_hash(self.word.as_bytes()))
    }

    /// A mail or web address that begins here. Bounded look-ahead, so that the whole stays linear.
    fn address(&mut self, i: usize) -> Option<(usize, Kind)> {
        let b = self.at(i);
        if (b | 32) == b'h' || (b | 32) == b'w' {
            let head = self.bytes.get(i..self.bytes.len().min(i + 8)).unwrap_or(&[]);
            let starts = |s: &[u8]| head.get(..s.len()).is_some_and(|h| h.eq_ignore_ascii_case(s));
            if starts(b"http://") || starts(b"https://") || starts(b"www.") {
                let tail = self.bytes.get(i..self.bytes.len().min(i + 2048)).unwrap_or(&[]);
                let len = tail.iter().position(|b| b.is_ascii_whitespace() || b"\"<>'`|\\^{}".contains(b) || *b < 32);
                let mut end = i + len.unwrap_or(tail.len());
                while end > i && b".,;:!?)]".contains(&self.at(end - 1)) {
                    end -= 1;
                }
                return self.raw.is_char_boundary(end).then_some((end, Kind::Url));
            }
        }
        if self.at_sign < i {
            self.at_sign = self.bytes.get(i..).and_then(|b| memchr::memchr(b'@', b)).map_or(usize::MAX, |at| i + at);
        }
        if self.at_sign.saturating_sub(i) > 65 {
            return None;
        }
        let local = |b: u8| b.is_ascii_alphanumeric() || b"._%+-".contains(&b);
        let mut at = i;
        while at - i <= 64 && local(self.at(at)) {
            at += 1;
        }
        if at == i || self.at(at) != b'@' || (i > 0 && local(self.at(i - 1)) && self.at(i - 1) != b'.') {
            return None;
        }
        let mut end = at + 1;
        while end - at <= 253 && (self.at(end).is_ascii_alphanumeric() || b"-.".contains(&self.at(end))) {
            end += 1;
        }
        while end > at + 1 && b"-.".contains(&self.at(end - 1)) {
            end -= 1;
        }
        let domain = self.bytes.get(at + 1..end)?;
        (domain.len() >= 4 && domain.contains(&b'.')).then_some((end, Kind::Email))
    }

    /// `<a href="mailto:…">`.
    fn linked_address(&mut self, start: usize, end: usize, out: &mut Vec<Token>) {
        let tag = self.bytes.get(start..end).unwrap_or(&[]);
        let Some(at) = memchr::memmem::find(tag, b"mailto:") else { return };
        if let Some((stop, Kind::Email)) = self.address(start + at + 7) {
            out.push(token(start + at + 7, stop.min(end), Kind::Email, 1, 0));
        }
    }

    fn tag_end(&self, i: usize) -> Option<usize> {
        let next = self.at(i + 1);
        if !(next.is_ascii_alphabetic() || next == b'/' || next == b'!') {
            return None;
        }
        let window = self.bytes.get(i..self.bytes.len().min(i + 1024))?;
        let name_len =
            window.iter().skip(1).take_while(|b| b.is_ascii_alphanumeric() || **b == b'/' || **b == b'!').count();
        let name = window.get(1..1 + name_len)?;
        let name = name.strip_prefix(b"/").unwrap_or(name);
        if !TAGS.iter().any(|t| name.eq_ignore_ascii_case(t.as_bytes())) && !name.starts_with(b"!") {
            return None; // <anna@example.org>, <5 mg>, and the like are text
        }
        // A tag holds neither another one nor a blank line: nothing more than a tag is stepped over.
        let end = memchr::memchr(b'>', window)?;
        let tag = window.get(1..end)?;
        let whole = memchr::memchr(b'<', tag).is_none() && memchr::memmem::find(tag, b"\n\n").is_none();
        whole.then_some(i + 1 + end)
    }

    fn tag_effect(&self, i: usize, end: usize) -> Kind {
        let name: Vec<u8> = (self.bytes.get(i + 1..end).unwrap_or(&[]).iter())
            .skip_while(|b| **b == b'/')
            .take_while(|b| b.is_ascii_alphanumeric())
            .take(12)
            .map(u8::to_ascii_lowercase)
            .collect();
        match name.as_slice() {
            b"p" | b"br" | b"div" | b"tr" | b"li" | b"h1" | b"h2" | b"h3" | b"h4" | b"table" | b"ul" | b"ol"
            | b"blockquote" | b"hr" | b"body" | b"title" => Kind::Newline,
            b"td" | b"th" => Kind::Mixed,
            _ => Kind::Word,
        }
    }

    fn space_entity(&self, i: usize) -> Option<usize> {
        let tail = self.bytes.get(i..)?;
        [&b"&nbsp;"[..], b"&#160;", b"&#xa0;", b"&ensp;", b"&emsp;"]
            .iter()
            .find(|e| tail.starts_with(e))
            .map(|e| e.len())
    }
}

const TAGS: &[&str] = &[
    "html",
    "head",
    "body",
    "p",
    "br",
    "div",
    "span",
    "b",
    "i",
    "u",
    "em",
    "strong",
    "a",
    "table",
    "tbody",
    "thead",
    "tr",
    "td",
    "th",
    "ul",
    "ol",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "font",
    "img",
    "pre",
    "blockquote",
    "center",
    "meta",
    "link",
    "title",
    "style",
    "sub",
    "sup",
    "small",
    "big",
    "code",
    "label",
    "input",
    "form",
    "section",
    "article",
];

fn token(start: usize, end: usize, kind: Kind, gap: u8, ch: u8) -> Token {
    // Texts are cut at MAX_TEXT, far below 4 GiB.
    let (start, end) = (u32::try_from(start).unwrap_or(u32::MAX), u32::try_from(end).unwrap_or(u32::MAX));
    Token {
        start,
        end,
        kind,
        case: Case::Lower,
        gap,
        ch,
        word: UNKNOWN,
        hash: u32::from(ch),
        flags: 0,
        fields: [0; 2],
        special: 0,
        begins: false,
    }
}
