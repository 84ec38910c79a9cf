//! The text as tokens: words with their meanings, numbers, punctuation, line ends; and the phrases among them.

use crate::lexicon::{Entry, Lexicon, UNKNOWN, word_hash};
use tokenizer::Tokenizer;

mod tokenizer;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Letters only (apostrophes inside allowed).
    Word,
    /// ASCII digits only.
    Number,
    /// Letters and digits.
    Mixed,
    /// One punctuation character.
    Punct,
    /// A line end (also a block tag of HTML).
    Newline,
    /// A mail address.
    Email,
    /// A web address.
    Url,
}

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    Lower,
    /// First letter upper, the rest not all upper.
    Title,
    /// All upper, two letters or more.
    Upper,
    /// One upper-case letter.
    Initial,
}

/// A piece of text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    pub start: u32,
    pub end: u32,
    pub kind: Kind,
    pub case: Case,
    /// White space before it on the line: 0, 1, or 2 for more (or a tab, or a table cell of HTML).
    pub gap: u8,
    /// The character of a punctuation token, if ASCII.
    pub ch: u8,
    /// Word id in the lexicon.
    pub word: u32,
    /// Of the folded word; for numbers of their length, else of the character.
    pub hash: u32,
    /// What it can mean alone.
    pub flags: u64,
    /// What it is about, as numbers of fields; 0 is none.
    pub fields: [u8; 2],
    /// Special categories that it gives away, as bits.
    pub special: u8,
    /// A phrase can begin with it.
    pub begins: bool,
}

impl Token {
    fn know(&mut self, (word, entry): (u32, Entry)) {
        self.word = word;
        (self.flags, self.fields) = (entry.flags, entry.fields);
        (self.special, self.begins) = (entry.special, entry.begins);
    }
}

/// The hash of a word as the models see it.
#[expect(clippy::cast_possible_truncation, reason = "both halves are in it")]
pub(crate) const fn fold_hash(hash: u64) -> u32 {
    (hash ^ (hash >> 32)) as u32
}

/// A few folded words (lower case, no diacritics), known by their hashes.
pub(crate) struct Words<const N: usize>([u32; N]);

impl<const N: usize> Words<N> {
    pub(crate) const fn new(words: [&str; N]) -> Self {
        let (mut hashes, mut i) = ([0; N], 0);
        while i < N {
            hashes[i] = fold_hash(word_hash(words[i].as_bytes()));
            i += 1;
        }
        Self(hashes)
    }

    /// Whether the token is one of them.
    pub(crate) fn has(&self, t: &Text<'_>, i: usize) -> bool {
        t.tokens.get(i).is_some_and(|t| self.0.contains(&t.hash))
    }
}

/// A word or phrase with a meaning, by token range (end exclusive). Leftmost-longest, not overlapping.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    pub first: usize,
    pub last: usize,
    pub flags: u64,
    /// Special categories that it gives away, as bits.
    pub special: u8,
}

/// Longest text that is scanned in one part; the rest is reported as unreadable.
pub(crate) const MAX_TEXT: usize = 4 << 20;

/// A text taken apart.
pub(crate) struct Text<'t> {
    pub raw: &'t str,
    pub tokens: Vec<Token>,
    pub marks: Vec<Mark>,
    /// By token: meanings of marks that end with it.
    pub ends: Vec<u64>,
}

impl<'t> Text<'t> {
    pub(crate) fn new(raw: &'t str, lex: &Lexicon) -> Self {
        let tokens = Tokenizer::new(raw, lex).run();
        let mut text = Self { raw, ends: vec![0; tokens.len()], tokens, marks: Vec::new() };
        text.find_marks(lex);
        text
    }

    fn find_marks(&mut self, lex: &Lexicon) {
        let mut i = 0;
        while let Some(t) = self.tokens.get(i) {
            let (mut last, mut flags, mut special) = (i + 1, t.flags, t.special);
            if t.begins {
                // A phrase may be broken over two lines.
                let beyond_break = |j: usize| j + usize::from(self.kind(j) == Some(Kind::Newline));
                let (mut node, mut j) = (lex.head(t.word), beyond_break(i + 1));
                while let Some((next, meaning)) = self.tokens.get(j).and_then(|t| lex.step(node, t.word)) {
                    (node, j) = (next, j + 1);
                    if meaning != 0 {
                        (last, flags, special) = (j, meaning, lex.special_of_phrase(node));
                    } else {
                        j = beyond_break(j);
                    }
                }
            }
            if flags != 0 {
                self.marks.push(Mark { first: i, last, flags, special });
                if let Some(e) = self.ends.get_mut(last - 1) {
                    *e |= flags;
                }
            }
            i = last;
        }
    }

    pub(crate) fn slice(&self, start: u32, end: u32) -> &'t str {
        self.raw.get(start as usize..end as usize).unwrap_or("")
    }
    pub(crate) fn token_text(&self, i: usize) -> &'t str {
        self.tokens.get(i).map_or("", |t| self.slice(t.start, t.end))
    }
    /// What the token can mean alone; nothing out of range.
    pub(crate) fn flags(&self, i: usize) -> u64 {
        self.tokens.get(i).map_or(0, |t| t.flags)
    }
    pub(crate) fn is_punct(&self, i: usize, set: &[u8]) -> bool {
        self.tokens.get(i).is_some_and(|t| t.kind == Kind::Punct && set.contains(&t.ch))
    }
    pub(crate) fn kind(&self, i: usize) -> Option<Kind> {
        self.tokens.get(i).map(|t| t.kind)
    }
    /// Index of the first token from `i` on that begins at or after a byte near by.
    pub(crate) fn token_from(&self, mut i: usize, byte: u32) -> usize {
        while self.tokens.get(i).is_some_and(|t| t.start < byte) {
            i += 1;
        }
        i
    }
    /// Index of the first token that begins at or after the byte.
    pub(crate) fn token_at(&self, byte: u32) -> usize {
        self.tokens.partition_point(|t| t.start < byte)
    }
}

/// Calls `each` with the folded parts of a term of a data file: as the tokenizer would cut them.
pub(crate) fn parts_of(term: &str, mut each: impl FnMut(&str)) {
    let mut word = String::with_capacity(32);
    let mut inner = false;
    let mut chars = term.chars().peekable();
    while let Some(c) = chars.next() {
        let apostrophe = matches!(c, '\'' | '’') && (inner || chars.peek().is_some_and(|n| n.is_alphabetic()));
        inner = c.is_alphanumeric();
        if inner || apostrophe {
            fold_into(c, &mut word);
            continue;
        }
        if !word.is_empty() {
            each(&word);
            word.clear();
        }
        if !c.is_whitespace() {
            each(c.encode_utf8(&mut [0; 4]));
        }
    }
    if !word.is_empty() {
        each(&word);
    }
}

/// Lower case without diacritics.
pub(crate) fn fold_into(c: char, out: &mut String) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    for c in c.to_lowercase() {
        out.push(match c {
            'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
            'ç' | 'ć' | 'č' => 'c',
            'ď' | 'đ' => 'd',
            'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => 'e',
            'ğ' => 'g',
            'ì'..='ï' | 'ī' | 'ı' => 'i',
            'ł' => 'l',
            'ñ' | 'ń' | 'ň' => 'n',
            'ò'..='ö' | 'ø' | 'ō' | 'ő' => 'o',
            'ř' => 'r',
            'ś' | 'š' | 'ş' => 's',
            'ť' | 'ţ' => 't',
            'ù'..='ü' | 'ū' | 'ů' | 'ű' => 'u',
            'ý' | 'ÿ' => 'y',
            'ź' | 'ż' | 'ž' => 'z',
            '’' => '\'',
            other => other,
        });
    }
}
