//! Names of persons, by titles, initials, lists of names, labels, and the way they are written.

use crate::layout::{Layout, Zone};
use crate::learned::Table;
use crate::lexicon::*;
use crate::text::{Case, Kind, Text};
use tagger::Tagger;

mod forms;
mod mentions;
pub(crate) mod tagger;

/// A mention of a person.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Person {
    /// First token and the one after the last.
    pub first: usize,
    /// The title before it, or `first`.
    pub lead: usize,
    pub last: usize,
    pub start: u32,
    pub end: u32,
    pub score: u8,
    pub reason: &'static str,
    /// `Mr`, `mevrouw` … stands before it.
    pub titled: bool,
    /// `Dr`, `prof.` … stands before it.
    pub staff_titled: bool,
    /// Only initials (`M.W.C.`).
    pub initials: bool,
    /// Index of the first mention of the same person.
    pub same_as: usize,
}

/// A run of words that could be a name.
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    last: usize,
    words: usize,
    initials: usize,
    particles: usize,
    score: i32,
}

const CUES: u64 = PERSON_CUE | PATIENT_CUE | STAFF_CUE | FAMILY_CUE | KIN | TITLE | STAFF_TITLE;
const MAX_PERSONS: usize = 20_000;

pub(crate) struct NameFinder<'a> {
    pub t: &'a Text<'a>,
    pub layout: &'a Layout,
    /// By token: part of an address, number, date or HL7 field already.
    pub taken: &'a [bool],
}

impl NameFinder<'_> {
    /// All mentions, in order, not overlapping.
    pub(crate) fn run(&self, table: &Table) -> Vec<Person> {
        let out = self.by_rules();
        let mut out = Tagger::new(self, table, &out).apply(out);
        mentions::add_repeats(self, &mut out);
        mentions::join(self.t, &mut out);
        out
    }

    /// What the rules find.
    pub(crate) fn by_rules(&self) -> Vec<Person> {
        let mut out: Vec<Person> = Vec::new();
        let (mut i, mut mark) = (0, 0);
        while i < self.t.tokens.len() && out.len() < MAX_PERSONS {
            while self.t.marks.get(mark).is_some_and(|m| m.last <= i) {
                mark += 1;
            }
            let term = self.t.marks.get(mark).filter(|m| m.first <= i && m.last > m.first + 1);
            if term.is_some_and(|m| m.flags & HEALTH != 0) {
                i += 1; // the C of "hepatitis C"
                continue;
            }
            match self.match_at(i) {
                Some(p) => {
                    i = p.last.max(i + 1);
                    out.push(p);
                }
                None => i += 1,
            }
        }
        mentions::add_repeats(self, &mut out);
        out
    }

    fn match_at(&self, i: usize) -> Option<Person> {
        let token = self.t.tokens.get(i)?;
        if token.kind != Kind::Word || self.taken.get(i).copied().unwrap_or(false) {
            return None;
        }
        if let Some(p) = self.titled(i) {
            return Some(p);
        }
        if token.case == Case::Lower {
            return self.caret(i).or_else(|| self.lower_case(i));
        }
        let run = self.run_at(i, false);
        self.caret(i).or_else(|| self.last_first(i, run?)).or_else(|| self.sequence(i, run)).or_else(|| self.single(i))
    }

    fn case(&self, i: usize) -> Option<Case> {
        self.t.tokens.get(i).filter(|t| t.kind == Kind::Word).map(|t| t.case)
    }
    fn gap(&self, i: usize) -> u8 {
        self.t.tokens.get(i).map_or(2, |t| t.gap)
    }
    fn capital(&self, i: usize) -> bool {
        let greeting = self.t.flags(i) & GREETING != 0 && self.t.flags(i) & (GIVEN | SURNAME) == 0;
        !greeting
            && matches!(self.case(i), Some(Case::Title | Case::Upper))
            && !self.taken.get(i).copied().unwrap_or(true)
    }
    fn cue_ends(&self, i: usize) -> u64 {
        i.checked_sub(1).and_then(|p| self.t.ends.get(p)).copied().unwrap_or(0)
    }

    /// How much a word looks like a part of a name.
    fn weigh(&self, i: usize) -> i32 {
        let f = self.t.flags(i);
        let upper = self.case(i) == Some(Case::Upper);
        let mut w = 0;
        if f & GIVEN != 0 {
            w += 3;
        }
        if f & SURNAME != 0 {
            w += 2;
        }
        if f & (GIVEN_WEAK | SURNAME_WEAK) != 0 {
            w += 1;
        }
        let named = w > 0;
        if f & ORG_WORD != 0 {
            w -= if named { 3 } else { 8 };
        }
        if f & (STREET | WEEKDAY | MONTH) != 0 {
            w -= if named { 2 } else { 5 };
        }
        if f & PLACE != 0 {
            w -= if named { 2 } else { 3 };
        }
        if f & COMMON != 0 {
            w -= if named { 2 } else { 4 };
        }
        if f & (HEALTH | LAB | SPECIALTY | ID_CUES | CUES | GREETING | SIGNOFF | CREDENTIAL | GENERAL) != 0 {
            w -= if named { 1 } else { 4 };
        }
        if !named && f & (PREDICATE | RELATION | PRONOUN3 | POSS_ME | POSS_YOU | PUBLIC_VERB | ORG_HEAD | TONE) != 0 {
            w -= 4;
        }
        if !named && f & PARTICLE != 0 {
            return 0;
        }
        let length = self.t.token_text(i).chars().take(4).count();
        if !named && f & !KIN == 0 && length >= 3 {
            w += i32::from(!upper);
        }
        w
    }

    fn is_particle(&self, i: usize) -> bool {
        let lower = self.t.token_text(i);
        self.t.flags(i) & PARTICLE != 0
            || (matches!(lower, "in" | "op" | "aan" | "uit" | "bij" | "onder")
                && matches!(self.t.token_text(i + 1), "de" | "den" | "der" | "het" | "'t" | "’t"))
    }

    /// Words, initials and particles from `i` on: the longest run that ends with a capitalised word.
    fn run_at(&self, i: usize, start_with_particle: bool) -> Option<Run> {
        let mut run = Run::default();
        let (mut j, mut pending) = (i, 0usize);
        while j < i + 14 {
            if j > i && self.gap(j) == 2 {
                break;
            }
            match self.case(j) {
                Some(Case::Initial) if self.t.is_punct(j + 1, b".") && self.gap(j + 1) == 0 => {
                    run.initials += 1;
                    j += 2;
                    continue;
                }
                Some(Case::Initial) if run.words + run.initials > 0 && self.gap(j + 1) == 1 && self.capital(j + 1) => {
                    run.initials += 1;
                    j += 1;
                    continue;
                }
                Some(Case::Initial) if j == i && self.gap(j + 1) == 1 && self.t.flags(j + 1) & SURNAME != 0 => {
                    run.initials += 1;
                    j += 1;
                    continue;
                }
                _ => {}
            }
            let started = run.words + run.initials > 0 || start_with_particle;
            if started && self.is_particle(j) && self.case(j) == Some(Case::Lower) {
                pending += 1;
                j += 1;
                if pending > 4 {
                    break;
                }
                continue;
            }
            let letters = run.words > 0 && self.case(j) == Some(Case::Upper) && self.t.flags(j) & CREDENTIAL != 0;
            if !self.capital(j) || run.words >= 4 || letters {
                break;
            }
            run.score += self.weigh(j);
            run.words += 1;
            run.particles += std::mem::take(&mut pending);
            j += 1;
            while self.t.is_punct(j, b"-") && self.gap(j) == 0 && self.capital(j + 1) && self.gap(j + 1) == 0 {
                run.score += self.weigh(j + 1).max(0);
                j += 2;
            }
            run.last = j;
        }
        (run.words > 0).then_some(run)
    }

    fn person(&self, first: usize, last: usize, score: u8, reason: &'static str) -> Option<Person> {
        let start = self.t.tokens.get(first)?.start;
        let end = self.t.tokens.get(last.checked_sub(1)?)?.end;
        Some(Person {
            first,
            lead: first,
            last,
            start,
            end,
            score,
            reason,
            titled: false,
            staff_titled: false,
            initials: false,
            same_as: 0,
        })
    }
}
