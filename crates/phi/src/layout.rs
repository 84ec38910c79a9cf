//! The anatomy of a message: lines, sentences, paragraphs, quoted parts, salutation, signature, disclaimers, rows.

use crate::lexicon::{DISCLAIMER, GREETING, SIGNOFF};
use crate::text::{Case, Kind, Text, Words};

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zone {
    Blank,
    Body,
    /// `From:`, `To:`, `Cc:` of this or a quoted message.
    Correspondents,
    /// `Dear …,`
    Greeting,
    /// The sender's name and what stands under it.
    Signature,
    /// A row of a table: three cells or more.
    Row,
}

impl Zone {
    /// Its number for what is learned.
    pub(crate) const fn code(self) -> u32 {
        match self {
            Self::Blank => 0,
            Self::Body => 1,
            Self::Correspondents => 2,
            Self::Greeting => 3,
            Self::Signature => 4,
            Self::Row => 5,
        }
    }
}

/// One line, by tokens (end exclusive, without its line end and quotation marks).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    pub first: usize,
    pub last: usize,
    pub zone: Zone,
    pub paragraph: u32,
}

/// Where every token stands.
pub(crate) struct Layout {
    pub lines: Vec<Line>,
    /// By token: its line.
    pub line: Vec<u32>,
    /// By token: its sentence.
    pub sentence: Vec<u32>,
    /// By sentence: it is part of a disclaimer or footer.
    pub footer: Vec<bool>,
}

impl Layout {
    pub(crate) fn new(t: &Text<'_>) -> Self {
        let mut layout =
            Self { lines: Vec::new(), line: vec![0; t.tokens.len()], sentence: Vec::new(), footer: Vec::new() };
        layout.cut_lines(t);
        layout.find_zones(t);
        layout.cut_sentences(t);
        layout
    }

    pub(crate) fn line_of(&self, token: usize) -> Option<&Line> {
        self.lines.get(*self.line.get(token)? as usize)
    }
    pub(crate) fn zone_of(&self, token: usize) -> Zone {
        self.line_of(token).map_or(Zone::Body, |l| l.zone)
    }
    pub(crate) fn paragraph_of(&self, token: usize) -> u32 {
        self.line_of(token).map_or(0, |l| l.paragraph)
    }
    pub(crate) fn sentence_of(&self, token: usize) -> u32 {
        self.sentence.get(token).copied().unwrap_or(0)
    }
    pub(crate) fn in_footer(&self, token: usize) -> bool {
        self.footer.get(self.sentence_of(token) as usize).copied().unwrap_or(false)
    }
    /// Whether the token begins its sentence or line, so that its capital says nothing.
    pub(crate) fn opens(&self, t: &Text<'_>, i: usize) -> bool {
        let Some(before) = i.checked_sub(1) else { return true };
        self.sentence_of(before) != self.sentence_of(i)
            || t.kind(before) == Some(Kind::Newline)
            || (t.is_punct(before, b">\"*-") && self.line_of(i).is_some_and(|l| i <= l.first + 1))
    }

    fn cut_lines(&mut self, t: &Text<'_>) {
        let (mut first, mut paragraph) = (0, 0);
        for i in 0..=t.tokens.len() {
            let at_end = i == t.tokens.len();
            if !at_end && t.kind(i) != Some(Kind::Newline) {
                continue;
            }
            let mut content = first;
            while content < i && t.is_punct(content, b">|") {
                content += 1;
            }
            let blank = content == i;
            if blank {
                paragraph += 1;
            }
            let index = u32::try_from(self.lines.len()).unwrap_or(u32::MAX);
            for l in self.line.iter_mut().take(i + 1).skip(first) {
                *l = index;
            }
            let zone = if blank { Zone::Blank } else { Zone::Body };
            self.lines.push(Line { first: content, last: i, zone, paragraph });
            first = i + 1;
        }
    }

    fn find_zones(&mut self, t: &Text<'_>) {
        let mut mark = 0;
        let mut signature_until = 0;
        for i in 0..self.lines.len() {
            let Some(line) = self.lines.get(i).copied() else { break };
            if line.zone == Zone::Blank {
                continue;
            }
            while t.marks.get(mark).is_some_and(|m| m.first < line.first) {
                mark += 1;
            }
            let opening = t.marks.get(mark).filter(|m| m.first == line.first);
            let has = |class: u64| opening.is_some_and(|m| m.flags & class != 0);
            let after = opening.map_or(line.first, |m| m.last);
            let short = line.last.saturating_sub(line.first) <= 9;
            let zone = if i < signature_until {
                Zone::Signature
            } else if is_correspondents(t, &line) {
                Zone::Correspondents
            } else if is_dashes(t, &line)
                || (has(SIGNOFF) && (after >= line.last || (t.is_punct(after, b",.!-") && short)))
            {
                signature_until = self.block_end(i + 1);
                Zone::Signature
            } else if has(GREETING) && short && greets(t, after, line.last) {
                Zone::Greeting
            } else if cells(t, &line) >= 3 {
                Zone::Row
            } else {
                Zone::Body
            };
            if let Some(l) = self.lines.get_mut(i) {
                l.zone = zone;
            }
        }
    }

    /// The end of a signature that begins at line `from`: at most one blank line, then up to four lines in one block.
    fn block_end(&self, from: usize) -> usize {
        let blank = |i: usize| self.lines.get(i).is_none_or(|l| l.zone == Zone::Blank);
        let start = if blank(from) { from + 1 } else { from };
        (start..start + 4).find(|i| blank(*i)).unwrap_or(start + 4)
    }

    fn cut_sentences(&mut self, t: &Text<'_>) {
        self.sentence = Vec::with_capacity(t.tokens.len());
        let mut id = 0u32;
        for (i, token) in t.tokens.iter().enumerate() {
            self.sentence.push(id);
            let ends = match token.kind {
                Kind::Newline => self.newline_ends(t, i),
                Kind::Punct if b".!?".contains(&token.ch) => stop_ends(t, i),
                _ => false,
            };
            id += u32::from(ends);
        }
        self.footer = vec![false; id as usize + 1];
        for m in t.marks.iter().filter(|m| m.flags & DISCLAIMER != 0) {
            let s = self.sentence_of(m.first);
            if let Some(f) = self.footer.get_mut(s as usize) {
                *f = true;
            }
        }
    }

    /// Mail is wrapped: a line end ends a sentence only after a short line, or before something that begins anew.
    fn newline_ends(&self, t: &Text<'_>, i: usize) -> bool {
        let (Some(this), Some(next)) = (self.line_of(i), self.line_of(i + 1)) else { return true };
        let width = match (t.tokens.get(this.first), t.tokens.get(i)) {
            (Some(a), Some(b)) => b.start.saturating_sub(a.start),
            _ => 0,
        };
        let flowing = |z: Zone| z == Zone::Body;
        let bullet = t.is_punct(next.first, b"-*+")
            || (t.kind(next.first) == Some(Kind::Number) && t.is_punct(next.first + 1, b".)"));
        let key = t.is_punct(next.first + 1, b":") || t.is_punct(next.first + 2, b":");
        !(flowing(this.zone) && flowing(next.zone)) || width < 50 || bullet || key
    }
}

/// After these a stop does not end the sentence.
const ABBREVIATIONS: Words<43> = Words::new([
    "dr", "mr", "mrs", "ms", "prof", "drs", "dhr", "mevr", "mw", "hr", "geb", "tel", "nr", "no", "st", "ca", "pat",
    "pt", "v", "m", "d", "b", "o", "e", "g", "i", "p", "zn", "dept", "approx", "vs", "jr", "sr", "ing", "ir", "mej",
    "fam", "evt", "bijv", "incl", "resp", "pag", "betr",
]);

fn stop_ends(t: &Text<'_>, i: usize) -> bool {
    let Some(next) = t.tokens.get(i + 1) else { return true };
    if next.gap == 0 && next.kind != Kind::Newline {
        return false;
    }
    if !t.is_punct(i, b".") {
        return true;
    }
    !i.checked_sub(1)
        .is_some_and(|p| ABBREVIATIONS.has(t, p) || t.tokens.get(p).is_some_and(|p| p.case == Case::Initial))
}

/// `From:`, `To:` and the like at the head of a line.
fn is_correspondents(t: &Text<'_>, line: &Line) -> bool {
    const HEADS: Words<9> = Words::new(["from", "to", "cc", "bcc", "van", "aan", "sender", "afzender", "attendees"]);
    t.is_punct(line.first + 1, b":") && HEADS.has(t, line.first) && cells(t, line) < 2
}

fn is_dashes(t: &Text<'_>, line: &Line) -> bool {
    (2..=4).contains(&(line.last - line.first)) && (line.first..line.last).all(|i| t.is_punct(i, b"-_"))
}

/// After "Dear": a name, a title, or the end of the line. "Hi, can you …" in one line greets too, but names nobody.
fn greets(t: &Text<'_>, after: usize, last: usize) -> bool {
    let named = t.tokens.get(after).is_some_and(|n| n.kind == Kind::Word);
    after >= last || named || t.is_punct(after, b",!")
}

/// Cells of a line: separated by tabs, wide gaps, `|` or `;`, or by commas without any running text.
pub(crate) fn cells(t: &Text<'_>, line: &Line) -> usize {
    let (mut wide, mut marks, mut commas, mut words) = (0, 0, 0, 0);
    for i in line.first..line.last {
        let Some(token) = t.tokens.get(i) else { break };
        wide += usize::from(token.gap == 2 && i > line.first);
        marks += usize::from(t.is_punct(i, b"|;"));
        let tight = t.tokens.get(i + 1).is_none_or(|n| n.gap == 0);
        commas += usize::from(t.is_punct(i, b",") && tight);
        words += usize::from(token.kind == Kind::Word && token.gap == 1);
    }
    let commas = if commas >= 2 && words <= commas * 3 { commas } else { 0 };
    1 + wide.max(marks).max(commas)
}
