//! Names by what was learned from labelled messages: each word that could be part of a name is weighed with its
//! neighbours, its place and what the rules say; runs of likely words become mentions, unlikely mentions go.

use super::{MAX_PERSONS, NameFinder, Person};
use crate::layout::Zone;
use crate::learned::{Sink, Table, bits, feature, hash, probability};
use crate::lexicon::*;
use crate::text::{Case, Kind};

/// A word is taken for part of a name from this probability on.
const LIKELY: f32 = 0.5;
/// A mention found by a rule is dropped when none of its words reaches this.
const UNLIKELY: f32 = 0.12;
/// So sure a rule must be to stand against the model.
const SURE: u8 = 92;

/// Classes that say nothing about names are left out.
const TOLD: u64 = SURNAME_WEAK
    | CARE
    | DEVICE
    | GIVEN
    | GIVEN_WEAK
    | SURNAME
    | COMMON
    | DIAGNOSIS
    | SYMPTOM
    | MEDICATION
    | LAB
    | PROCEDURE
    | EVENT
    | SPECIALTY
    | VISIT
    | BODY
    | DOB_CUE
    | MRN_CUE
    | BSN_CUE
    | NHS_CUE
    | INS_CUE
    | PHONE_CUE
    | NOTID_CUE
    | PERSON_CUE
    | PATIENT_CUE
    | FAMILY_CUE
    | KIN
    | STAFF_CUE
    | CREDENTIAL
    | TITLE
    | STAFF_TITLE
    | GREETING
    | SIGNOFF
    | POSS_ME
    | PRONOUN3
    | PREDICATE
    | RELATION
    | PUBLIC_VERB
    | GENERAL
    | ORG_HEAD
    | ORG_WORD
    | STREET
    | PLACE
    | MONTH
    | WEEKDAY
    | PARTICLE
    | TONE;

/// What the rules found, by token, and words that the text also writes in lower case.
pub(crate) struct Tagger<'a> {
    names: &'a NameFinder<'a>,
    table: &'a Table,
    /// By token: 0, or what a rule made of it (its number, and whether it begins there).
    ruled: Vec<u16>,
    lower: Vec<u64>,
}

impl<'a> Tagger<'a> {
    pub(crate) fn new(names: &'a NameFinder<'a>, table: &'a Table, persons: &[Person]) -> Self {
        let tokens = &names.t.tokens;
        let mut ruled = vec![0u16; tokens.len()];
        for p in persons {
            let code =
                2 * (u16::from(p.score) / 8 + 32 * (u16::try_from(hash(p.reason.as_bytes()) % 97).unwrap_or(0))) + 2;
            for (k, r) in ruled.iter_mut().take(p.last).skip(p.first).enumerate() {
                *r = code + u16::from(k == 0);
            }
        }
        let mut lower = vec![0u64; 256];
        for t in tokens.iter().filter(|t| t.kind == Kind::Word && t.case == Case::Lower) {
            if let Some(bits) = lower.get_mut((t.hash >> 6) as usize & 255) {
                *bits |= 1 << (t.hash & 63);
            }
        }
        Self { names, table, ruled, lower }
    }

    /// Whether a word can be part of a name at all.
    pub(crate) fn candidate(&self, i: usize) -> bool {
        let Some(t) = self.names.t.tokens.get(i) else { return false };
        let known_name = t.flags & (GIVEN | GIVEN_WEAK | SURNAME | SURNAME_WEAK) != 0;
        let free = !self.names.taken.get(i).copied().unwrap_or(true);
        t.kind == Kind::Word
            && free
            && match t.case {
                Case::Lower => known_name || (t.flags & !PARTICLE == 0 && t.end - t.start >= 3) || self.ruled(i) > 0,
                // The first word of a sentence has a capital anyway.
                Case::Title if t.flags & COMMON != 0 && !known_name && self.ruled(i) == 0 => {
                    !self.names.layout.opens(self.names.t, i)
                }
                _ => true,
            }
    }

    fn ruled(&self, i: usize) -> u16 {
        self.ruled.get(i).copied().unwrap_or(0)
    }

    fn also_lower(&self, hash: u32) -> bool {
        self.lower.get((hash >> 6) as usize & 255).is_some_and(|b| b >> (hash & 63) & 1 == 1)
    }

    /// The features of a word.
    pub(crate) fn features(&self, i: usize, out: &mut impl Sink) {
        let (t, layout) = (self.names.t, self.names.layout);
        let Some(token) = t.tokens.get(i) else { return };
        let case = case_code(token.case);
        let length = (token.end - token.start).min(12);
        let opens = u32::from(layout.opens(t, i));
        let lowered = u32::from(self.also_lower(token.hash) && token.case != Case::Lower);
        let named = flag_class(token.flags);
        out.put(feature(1, token.hash));
        out.put(feature(2, case));
        out.put(feature(3, case * 64 + length * 4 + opens * 2 + lowered));
        out.put(feature(4, case * 4096 + opens * 2048 + lowered * 1024 + named));
        let text = t.token_text(i).as_bytes();
        let tail =
            text.last_chunk().map_or_else(|| few_letters(text), |last: &[u8; 4]| u32::from_be_bytes(*last)) | SMALL;
        out.put(feature(6, tail & 0xffff));
        out.put(feature(7, tail & 0xff_ffff));
        out.put(feature(8, tail));
        out.put(feature(9, few_letters(text.get(..text.len().min(3)).unwrap_or(&[])) | SMALL));
        self.flags(i, 10, out);
        for (k, at) in [(0, i.wrapping_sub(1)), (1, i + 1), (2, i.wrapping_sub(2)), (3, i + 2)] {
            let Some(near) = t.tokens.get(at) else {
                out.put(feature(20 + k, 0));
                continue;
            };
            out.put(feature(20 + k, near.hash));
            let form = kind_code(near.kind, near.case) * 4 + u32::from(near.gap);
            out.put(feature(28 + k, (flag_class(near.flags) * 8 + case) * 32 + form));
            if k < 2 {
                out.put(feature(24 + k, form));
            }
            out.put(feature(36 + k, u32::from(self.ruled(at) > 0) * 16 + u32::from(self.ruled(i) > 0) * 8 + case));
        }
        let before = t.tokens.get(i.wrapping_sub(1)).map_or(0, |x| x.hash);
        let after = t.tokens.get(i + 1).map_or(0, |x| x.hash);
        out.put(feature(40, before.rotate_left(7) ^ after));
        out.put(feature(41, before ^ named));
        out.put(feature(42, after ^ named));
        out.put(feature(43, u32::from(self.ruled(i))));
        let ends = i.checked_sub(1).and_then(|p| t.ends.get(p)).copied().unwrap_or(0);
        for bit in bits(ends & TOLD) {
            out.put(feature(45, bit));
        }
        self.place(i, case, named, out);
    }

    fn flags(&self, i: usize, template: u32, out: &mut impl Sink) {
        for bit in bits(self.names.t.flags(i) & TOLD) {
            out.put(feature(template, bit));
        }
    }

    /// Where the word stands: line, zone, end of the text.
    fn place(&self, i: usize, case: u32, named: u32, out: &mut impl Sink) {
        let (t, layout) = (self.names.t, self.names.layout);
        let zone = layout.zone_of(i).code();
        out.put(feature(50, zone * 8 + case));
        let Some(line) = layout.line_of(i) else { return };
        let size = (line.last.saturating_sub(line.first)).min(6);
        let at = i.saturating_sub(line.first).min(4);
        let (size, at) = (u32::try_from(size).unwrap_or(0), u32::try_from(at).unwrap_or(0));
        out.put(feature(51, (size * 8 + at) * 8 + case));
        let index = layout.line.get(i).copied().unwrap_or(0) as usize;
        let above = (1..=2).filter_map(|n| layout.lines.get(index.checked_sub(n)?)).find(|l| l.zone != Zone::Blank);
        let head = above.and_then(|l| t.tokens.get(l.first)).map_or(0, |x| x.hash);
        out.put(feature(52, (size * 8 + case) ^ head.rotate_left(9)));
        out.put(feature(55, zone * 4096 + named));
    }

    fn probability(&self, i: usize) -> f32 {
        probability(self.table.score(|sum| self.features(i, sum)))
    }

    /// The rules' mentions without the unlikely ones, and the likely ones that no rule found.
    pub(crate) fn apply(&self, persons: Vec<Person>) -> Vec<Person> {
        if !self.table.knows() {
            return persons;
        }
        let t = self.names.t;
        let likely: Vec<f32> =
            (0..t.tokens.len()).map(|i| if self.candidate(i) { self.probability(i) } else { 0.0 }).collect();
        let best = |p: &Person| (p.first..p.last).filter_map(|i| likely.get(i)).fold(0.0f32, |a, b| a.max(*b));
        let mut out: Vec<Person> =
            persons.into_iter().filter(|p| p.score >= SURE || p.initials || best(p) >= UNLIKELY).collect();
        let mut covered = vec![false; t.tokens.len()];
        for p in &out {
            covered.iter_mut().take(p.last).skip(p.first).for_each(|c| *c = true);
        }
        let is = |i: usize| likely.get(i).is_some_and(|p| *p >= LIKELY) && covered.get(i) == Some(&false);
        let mut i = 0;
        while i < t.tokens.len() && out.len() < MAX_PERSONS {
            if !is(i) {
                i += 1;
                continue;
            }
            let last = self.run_end(i, &is);
            let sure = (i..last).filter_map(|k| likely.get(k)).fold(0.0f32, |a, b| a.max(*b));
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 40 and 80")]
            let score = (40.0 + 40.0 * sure) as u8;
            out.extend(self.names.person(i, last, score, "looks_like_a_name"));
            i = last;
        }
        out.sort_by_key(|p| p.start);
        out
    }

    /// Goes on over further likely words, initials, particles and hyphens on the same line.
    fn run_end(&self, first: usize, is: &impl Fn(usize) -> bool) -> usize {
        let t = self.names.t;
        let (mut last, mut i) = (first + 1, first + 1);
        while i < first + 9 {
            let Some(token) = t.tokens.get(i).filter(|x| x.gap < 2 && x.kind != Kind::Newline) else { break };
            let hyphen = t.is_punct(i, b"-") && token.gap == 0 && t.tokens.get(i + 1).is_some_and(|n| n.gap == 0);
            let stop = t.is_punct(i, b".") && t.tokens.get(i - 1).is_some_and(|p| p.case == Case::Initial);
            if is(i) {
                last = i + 1;
            } else if stop {
                last = last.max(if last == i { i + 1 } else { last });
            } else if !(hyphen || self.names.is_particle(i) || token.case == Case::Initial) {
                break;
            }
            i += 1;
        }
        last
    }
}

/// What the lists say of a word as a name.
fn flag_class(f: u64) -> u32 {
    let groups = [
        GIVEN,
        GIVEN_WEAK | SURNAME_WEAK,
        SURNAME,
        COMMON,
        HEALTH | SPECIALTY | BODY | LAB,
        TITLE | STAFF_TITLE | PERSON_CUE | PATIENT_CUE | FAMILY_CUE | KIN | STAFF_CUE,
        PLACE | STREET | ORG_WORD | ORG_HEAD,
        MONTH | WEEKDAY,
        GREETING | SIGNOFF,
        PARTICLE,
        PREDICATE | RELATION | PUBLIC_VERB | GENERAL | PRONOUN3 | POSS_ME | POSS_YOU | YOU,
        ID_CUES | CREDENTIAL | TONE | DISCLAIMER,
    ];
    groups.iter().enumerate().fold(0, |all, (i, g)| all | (u32::from(f & g != 0) << i))
}

const fn case_code(case: Case) -> u32 {
    match case {
        Case::Lower => 0,
        Case::Title => 1,
        Case::Upper => 2,
        Case::Initial => 3,
    }
}

const fn kind_code(kind: Kind, case: Case) -> u32 {
    match kind {
        Kind::Word => case_code(case),
        Kind::Number => 4,
        Kind::Mixed => 5,
        Kind::Punct => 6,
        Kind::Newline | Kind::Email | Kind::Url => 7,
    }
}

/// Makes ASCII letters small, whatever it does to other bytes.
const SMALL: u32 = 0x2020_2020;

/// Up to four letters as one number.
fn few_letters(text: &[u8]) -> u32 {
    text.iter().take(4).fold(0, |all, b| all << 8 | u32::from(*b))
}
