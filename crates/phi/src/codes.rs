//! Numbers and codes that no rule knows: what was learned of the words before, the form, and who stands beside them.

use crate::checksum;
use crate::ids::{IdFinder, Span, code_len};
use crate::layout::{Layout, Zone};
use crate::learned::{Sink, Table, bits, feature, hash, probability};
use crate::names::Person;
use crate::shapes;
use crate::text::{Case, Kind, Text};
use wardpost_model::finding::FindingKind as F;

/// What a code can be learned to be.
pub(crate) const KINDS: [F; 5] = [F::Mrn, F::Insurance, F::Device, F::Nhs, F::Bsn];
/// From this probability on a code is taken for what it looks like.
const LIKELY: f32 = 0.3;
/// From this one on a number alone identifies a patient.
const CERTAIN: f32 = 0.9;
/// A rule's record number of less score than this is asked about again.
const UNSURE: u8 = 70;

/// A code, by tokens and bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Code {
    pub first: usize,
    pub last: usize,
    pub start: u32,
    pub end: u32,
    /// Index of the rule's span that it is, if there is one.
    ruled: Option<usize>,
}

/// The feature that something seen is of a code as the kind.
pub(crate) const fn as_kind(kind: F, (template, value): (u32, u32)) -> u32 {
    feature(((kind as u32 + 1) << 8) + template, value)
}

pub(crate) struct CodeFinder<'a> {
    t: &'a Text<'a>,
    layout: &'a Layout,
    ids: &'a [Span],
    persons: &'a [Person],
    cues: IdFinder<'a>,
}

impl<'a> CodeFinder<'a> {
    pub(crate) fn new(t: &'a Text<'a>, layout: &'a Layout, ids: &'a [Span], persons: &'a [Person]) -> Self {
        Self { t, layout, ids, persons, cues: IdFinder::new(t, layout) }
    }

    /// Codes with four digits or more that no rule took, and those of which a rule is unsure.
    pub(crate) fn candidates(&self, taken: &[bool]) -> Vec<Code> {
        let mut out = Vec::new();
        let mut i = 0;
        while i < self.t.tokens.len() {
            match self.code_at(i, taken) {
                Some(code) => {
                    i = code.last;
                    out.push(code);
                }
                None => i += 1,
            }
        }
        let unsure = self.ids.iter().enumerate().filter(|(_, s)| s.kind == F::Mrn && s.score < UNSURE);
        out.extend(unsure.map(|(n, s)| Code {
            first: s.first,
            last: s.last,
            start: s.start,
            end: s.end,
            ruled: Some(n),
        }));
        out.sort_by_key(|c| c.start);
        out
    }

    fn code_at(&self, i: usize, taken: &[bool]) -> Option<Code> {
        let token = self.t.tokens.get(i)?;
        let starts = match token.kind {
            Kind::Number | Kind::Mixed => true,
            Kind::Word => token.case != Case::Lower && self.t.is_punct(i + 1, b"-") && self.gap(i + 1) == 0,
            _ => false,
        };
        if !starts {
            return None;
        }
        let b = self.t.raw.as_bytes();
        let b = b.get(token.start as usize..b.len().min(token.start as usize + 64))?;
        let (len, digits, _) = code_len(b, true);
        if digits < 4 || len > 24 || shapes::numeric_date(b).is_some() || shapes::time_of_day(b).is_some() {
            return None;
        }
        let end = token.start + u32::try_from(len).ok()?;
        let last = self.t.token_from(i, end).max(i + 1);
        let free = (i..last).all(|k| taken.get(k) == Some(&false));
        free.then_some(Code { first: i, last, start: token.start, end, ruled: None })
    }

    fn gap(&self, i: usize) -> u8 {
        self.t.tokens.get(i).map_or(2, |t| t.gap)
    }

    /// What is seen of a code and around it: template and value. Its feature as one of [`KINDS`] is [`as_kind`].
    pub(crate) fn seen(&self, c: &Code, out: &mut Vec<(u32, u32)>) {
        out.clear();
        self.form(c, out);
        self.neighbours(c, out);
        self.words_around(c, out);
    }

    /// How it is written.
    fn form(&self, c: &Code, out: &mut Vec<(u32, u32)>) {
        let mut put = |template: u32, value: u32| out.push((template, value));
        let text = self.t.slice(c.start, c.end).as_bytes();
        let letters = text.iter().take_while(|b| b.is_ascii_alphabetic()).count();
        let mut all = [0u8; 24];
        let digits = text.iter().filter(|b| b.is_ascii_digit()).zip(&mut all).map(|(b, to)| *to = b - b'0').count();
        let digits = all.get(..digits).unwrap_or(&[]);
        let marks = text.iter().find(|b| !b.is_ascii_alphanumeric()).copied().unwrap_or(0);
        let shape = u32::try_from(letters.min(6) * 32 + digits.len().min(24)).unwrap_or(0) * 256 + u32::from(marks);
        put(0, 0);
        put(1, shape);
        put(2, u32::try_from(digits.len()).unwrap_or(0));
        put(3, text.iter().take(letters).fold(0, |h, b| hash(&[b.to_ascii_lowercase()]) ^ u32::rotate_left(h, 5)));
        let sums = u32::from(digits.len() == 9 && checksum::is_bsn(digits))
            + 2 * u32::from(digits.len() == 10 && checksum::is_nhs(digits));
        put(4, sums * 1024 + shape);
        let (cue, _) = self.cues.cue_before(c.first);
        for bit in bits(cue) {
            put(5, bit);
            put(6, bit * 8 + sums);
        }
        put(7, u32::from(cue == 0) * 8 + sums);
    }

    /// Who and what stands beside it.
    fn neighbours(&self, c: &Code, out: &mut Vec<(u32, u32)>) {
        let mut put = |template: u32, value: u32| out.push((template, value));
        let person = self.persons.partition_point(|p| p.start < c.start);
        let before = person.checked_sub(1).and_then(|p| self.persons.get(p));
        let behind = before.map_or(9, |p| c.first.saturating_sub(p.last).min(9));
        let same = before.is_some_and(|p| self.layout.line.get(p.first) == self.layout.line.get(c.first));
        let ahead = self.persons.get(person).map_or(5, |p| p.first.saturating_sub(c.last).min(5));
        let beside = u32::try_from(behind * 8 + ahead).unwrap_or(0) * 2 + u32::from(same);
        put(8, beside);
        put(9, u32::from(behind <= 4) * 4 + u32::from(ahead <= 3) * 2 + u32::from(same));
        let from = self.ids.partition_point(|s| s.first + 12 < c.first);
        let near = self.ids.iter().skip(from).take_while(|s| s.first <= c.first + 12).filter(|s| s.start != c.start);
        let kinds = near.fold(0u64, |all, s| all | 1 << s.kind as u32);
        let born = kinds >> F::Dob as u32 & 1 == 1;
        bits(kinds).for_each(|k| put(10, k));
        put(11, u32::from(born) * 16 + u32::from(behind <= 6));
        let zone = self.layout.zone_of(c.first);
        let line = self.layout.line_of(c.first);
        let opens = line.is_some_and(|l| l.first == c.first);
        let closes = line.is_some_and(|l| l.last == c.last);
        put(12, (u32::from(zone == Zone::Row) * 4 + u32::from(opens) * 2 + u32::from(closes)) * 2 + u32::from(born));
    }

    /// The words before and behind it.
    fn words_around(&self, c: &Code, out: &mut Vec<(u32, u32)>) {
        let mut put = |template: u32, value: u32| out.push((template, value));
        let mut words = 0;
        for back in 1..=8usize {
            let Some(at) = c.first.checked_sub(back) else { break };
            let Some(t) = self.t.tokens.get(at) else { break };
            if back == 1 {
                put(13, t.hash.wrapping_mul(4) + u32::from(self.gap(c.first)));
            }
            if t.kind == Kind::Newline && back > 1 {
                break;
            }
            if t.kind == Kind::Word {
                put(14 + words.min(2), t.hash);
                put(18, t.hash);
                if words < 2 {
                    bits(t.flags).for_each(|bit| put(19 + words, bit));
                }
                words += 1;
                if words >= 4 {
                    break;
                }
            }
        }
        for at in c.last..c.last + 3 {
            let Some(t) = self.t.tokens.get(at) else { break };
            put(24 + u32::try_from(at - c.last).unwrap_or(0), t.hash);
        }
    }

    /// Spans of the codes that are likely something, with the indexes of the rules' spans that are not.
    pub(crate) fn run(&self, taken: &[bool], table: &Table) -> (Vec<Span>, Vec<usize>) {
        let (mut found, mut dropped) = (Vec::new(), Vec::new());
        if !table.knows() {
            return (found, dropped);
        }
        let mut seen = Vec::new();
        for c in self.candidates(taken) {
            self.seen(&c, &mut seen);
            let as_kind = |k: F| table.score(|sum| seen.iter().for_each(|s| sum.put(as_kind(k, *s))));
            let chances = KINDS.map(|k| (k, probability(as_kind(k))));
            let Some((kind, chance)) = chances.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)) else { continue };
            if let Some(n) = c.ruled {
                if chances.iter().all(|x| x.1 < 0.2) {
                    dropped.push(n);
                }
                continue;
            }
            if chance < LIKELY {
                continue;
            }
            let score = if chance >= CERTAIN { 75 } else { 60 };
            let (reason, date) = ("code_in_context", None);
            found.push(Span { start: c.start, end: c.end, first: c.first, last: c.last, kind, score, reason, date });
        }
        (found, dropped)
    }
}
