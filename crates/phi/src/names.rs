//! Names of persons, by titles, initials, lists of names, labels, and the way they are written.

use crate::layout::{Layout, Zone};
use crate::learned::Table;
use crate::lexicon::*;
use crate::text::{Case, Kind, Text};
use tagger::Tagger;

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

    /// `Mr Cole`, `dhr. de Groot`, `mevrouw Van Oosterhout`, `Dr. A. Iyer`, `mrs ibrahim`.
    fn titled(&self, i: usize) -> Option<Person> {
        let flags = self.t.ends.get(i).copied().unwrap_or(0) | self.t.flags(i);
        if flags & (TITLE | STAFF_TITLE) == 0 {
            return None;
        }
        let mut j = i + 1;
        if self.t.is_punct(j, b".") {
            j += 1;
        }
        let staff = flags & STAFF_TITLE != 0;
        // "Geachte heer/mevrouw Jansen", "prof. dr. Bakker"
        while self.t.flags(j) & (TITLE | STAFF_TITLE) != 0
            && j < i + 6
            && self.gap(j) < 2
            && self.t.flags(j) & (GIVEN | SURNAME) == 0
        {
            j += 1 + usize::from(self.t.is_punct(j + 1, b"."));
        }
        if self.t.kind(j) == Some(Kind::Newline) || self.gap(j) == 2 {
            return None;
        }
        let run = self.run_at(j, true).filter(|r| r.words > 0 && r.score > -3);
        let shouted = self.case(i) == Some(Case::Upper) && self.t.flags(j) & (GIVEN | SURNAME) == 0;
        let (first, last) = match run {
            Some(_) if shouted && self.case(j) == Some(Case::Upper) => return None, // "MR BRAIN": a scan
            Some(r) => (j, r.last),
            None if self.case(i) == Some(Case::Lower) => (j, self.lower_surname(j, staff)?),
            None => return None,
        };
        let mut p = self.person(first, last, 92, "title_before")?;
        (p.titled, p.staff_titled, p.lead) = (!staff, staff, i);
        Some(p)
    }

    /// The end of a surname in lower case (`mrs st. clair`, `dhr van dam`); after "dokter" only a listed one.
    fn lower_surname(&self, i: usize, staff: bool) -> Option<usize> {
        let mut j = i;
        while j < i + 4 && (self.t.flags(j) & PARTICLE != 0 || (j > i && self.t.is_punct(j, b"."))) {
            j += 1;
        }
        let listed = self.t.flags(j) & (GIVEN | SURNAME) != 0;
        (self.plain_word(j) && (!staff || listed)).then_some(j + 1)
    }

    /// A lower-case word that is nothing that we know.
    fn plain_word(&self, i: usize) -> bool {
        let f = self.t.flags(i);
        self.case(i) == Some(Case::Lower)
            && self.t.token_text(i).len() >= 3
            && self.gap(i) == 1
            && (f == 0 || (f & (GIVEN | SURNAME) != 0 && f & (COMMON | HEALTH) == 0))
    }

    /// `COLE^GARY^W`.
    fn caret(&self, i: usize) -> Option<Person> {
        let mut last = i + 1;
        let mut known = self.t.flags(i) & (GIVEN | SURNAME) != 0;
        if !self.caret_after(last) {
            // a surname of two words
            last += 1;
            if !(self.gap(i + 1) == 1 && self.capital(i + 1) && self.capital(i) && self.caret_after(last)) {
                return None;
            }
        }
        let mut parts = 1;
        while self.caret_after(last) && self.t.kind(last + 1) == Some(Kind::Word) && parts < 4 {
            known |= self.t.flags(last + 1) & (GIVEN | SURNAME) != 0;
            last += 2;
            parts += 1;
        }
        let line = self.layout.line_of(i)?;
        let labelled =
            (line.first.max(i.saturating_sub(6))..i).any(|j| self.t.ends.get(j).is_some_and(|e| e & CUES != 0));
        (parts >= 2 && (known || labelled)).then(|| self.person(i, last, 90, "name_with_carets")).flatten()
    }
    fn caret_after(&self, i: usize) -> bool {
        self.t.is_punct(i, b"^") && self.gap(i) == 0
    }

    /// `VASQUEZ, Gary`, `Baptiste, Carol-Ann`, `KOOPMANS, Roos`.
    fn last_first(&self, i: usize, surname: Run) -> Option<Person> {
        let comma = surname.last;
        if !(self.t.is_punct(comma, b",") && self.gap(comma) == 0 && self.gap(comma + 1) == 1 && surname.words <= 2) {
            return None;
        }
        if surname.initials > 0 || surname.score < -1 {
            return None;
        }
        let given = self.run_at(comma + 1, false);
        let (given_last, given_score, initials) = match given {
            Some(g) if g.words <= 2 && g.last > comma + 1 => (g.last, g.score, 0),
            _ => (self.initials_end(comma + 1)?, 1, 1),
        };
        let first_known = self.t.flags(comma + 1) & (GIVEN | GIVEN_WEAK) != 0;
        let upper = self.case(i) == Some(Case::Upper);
        if self.cue_ends(i) & GREETING != 0 || self.t.flags(i) & SIGNOFF != 0 {
            return None; // "Hoi Kim, Yusuf …"
        }
        let head_given = self.t.flags(i) & GIVEN != 0 && self.t.flags(i) & SURNAME == 0 && !upper;
        let line = self.layout.line_of(i)?;
        let cue = self.cue_near(i) & (CUES | RELATION) != 0 || line.zone == Zone::Row || line.first == i;
        let followed = self.number_follows(given_last);
        let weight = surname.score + given_score + i32::from(upper) + i32::from(cue) + 2 * i32::from(followed);
        let listed = self.t.is_punct(given_last, b",") && !followed;
        if head_given
            || (given_score < 0)
            || (listed && !upper)
            || weight < 4
            || !(first_known || initials > 0 || upper || cue && followed)
        {
            return None;
        }
        self.person(i, given_last, 90, "surname_comma_given_name")
    }

    fn initials_end(&self, i: usize) -> Option<usize> {
        let mut j = i;
        while self.case(j) == Some(Case::Initial) && self.t.is_punct(j + 1, b".") && j < i + 10 {
            j += 2;
        }
        (j > i).then_some(j)
    }

    fn number_follows(&self, i: usize) -> bool {
        (i..i + 3)
            .take_while(|j| self.t.kind(*j) != Some(Kind::Newline))
            .any(|j| self.t.kind(j) == Some(Kind::Number) || self.t.flags(j) & DOB_CUE != 0)
    }

    /// The meanings of marks that end up to three tokens before `i` on the same line, punctuation not counted.
    fn cue_near(&self, i: usize) -> u64 {
        let Some(line) = self.layout.line_of(i) else { return 0 };
        let mut j = i;
        let mut steps = 0;
        while j > line.first && steps < 3 {
            j -= 1;
            let e = self.t.ends.get(j).copied().unwrap_or(0);
            if e & CUES != 0 || self.t.kind(j) == Some(Kind::Word) {
                return e;
            }
            steps += 1;
        }
        0
    }

    /// Two or more capitalised words, or initials before one.
    fn sequence(&self, i: usize, run: Option<Run>) -> Option<Person> {
        let Some(run) = run else { return self.only_initials(i) };
        if run.words + run.initials < 2 {
            return None;
        }
        let zone = self.layout.zone_of(i);
        let opens = self.layout.opens(self.t, i);
        let cue = self.cue_near(i);
        let mut score = run.score + i32::from(!opens) + i32::from(run.particles > 0);
        score += if run.initials > 0 { 2 } else { 0 };
        if self.t.flags(i) & GIVEN_WEAK != 0 && run.words >= 2 {
            // "Mark Drummond", and "… , Will Jephson wrote"
            score += if self.t.flags(run.last - 1) & SURNAME != 0 { 3 } else { 2 * i32::from(!opens) };
        }
        score += if cue & CUES != 0 { 2 } else { i32::from(cue & RELATION != 0) };
        score += match zone {
            Zone::Signature | Zone::Greeting | Zone::Correspondents => 2,
            Zone::Row => 1,
            _ => 0,
        };
        let next = self.t.kind(run.last + 1);
        let attributes = self.t.is_punct(run.last, b"(<,") && matches!(next, Some(Kind::Number | Kind::Email))
            || self
                .t
                .ends
                .get(run.last + 1)
                .is_some_and(|e| e & (DOB_CUE | CREDENTIAL) != 0 && self.t.is_punct(run.last, b"(,"));
        score += 2 * i32::from(attributes);
        let is_org = (i..run.last + 1)
            .any(|j| self.t.flags(j) & (ORG_WORD | STREET) != 0 && self.t.flags(j) & (GIVEN | SURNAME) == 0)
            && self.gap(run.last) < 2;
        let org_before = self.t.flags(i.wrapping_sub(1)) & ORG_WORD != 0 && self.gap(i) == 1;
        let listed = self.t.flags(i) & (GIVEN | GIVEN_WEAK) != 0
            || run.initials > 0
            || self.t.flags(run.last - 1) & SURNAME != 0;
        let upper = self.case(i) == Some(Case::Upper) && !listed;
        if is_org || org_before || upper || score < 3 {
            return None;
        }
        // A heading ("Release Notes") has no listed word; ask more of it.
        let reason = if run.initials > 0 {
            "initials_before_name"
        } else if listed {
            "listed_name"
        } else {
            "capitalised_words"
        };
        if !listed && opens && score < 4 {
            return None;
        }
        let score = if listed { 90 } else { 65 };
        self.person(i, run.last, score, reason)
    }

    /// `M.W.C.`: two to four initials and no name, in notes.
    fn only_initials(&self, i: usize) -> Option<Person> {
        let end = self.initials_end(i)?;
        let count = (end - i) / 2;
        let organisation =
            matches!(self.t.token_text(i), "U" | "B" | "N") && count == 2 || self.t.flags(i) & ORG_WORD != 0;
        if !(2..=4).contains(&count) || organisation || self.capital(end) {
            return None;
        }
        let mut p = self.person(i, end, 55, "initials")?;
        p.initials = true;
        Some(p)
    }

    /// One capitalised word where a name is expected.
    fn single(&self, i: usize) -> Option<Person> {
        if !self.capital(i) {
            return None;
        }
        let f = self.t.flags(i);
        let cue = self.cue_near(i);
        let direct = self.cue_ends(i);
        let zone = self.layout.zone_of(i);
        let weight = self.weigh(i);
        let key_value = i > 1 && self.t.is_punct(i - 1, b":=\"'>") && cue & CUES != 0;
        let alone = self.next_is_end(i + 1);
        let org_before = self.t.flags(i.wrapping_sub(1)) & ORG_WORD != 0 && self.gap(i) == 1;
        let joined = self.t.is_punct(i + 1, b"&/") || org_before;
        let cased = self.case(i) == Some(Case::Title) || f & (GIVEN | SURNAME) != 0;
        let (ok, score, reason) = if joined {
            (false, 0, "")
        } else if key_value && weight >= 0 && cased {
            (true, 80, "after_name_label")
        } else if self.json_name(i) {
            (true, 85, "after_name_label")
        } else if zone == Zone::Greeting && weight >= 0 && direct & GREETING != 0 {
            (true, 85, "in_salutation")
        } else if zone == Zone::Signature && weight >= 1 && alone && f & (GIVEN | SURNAME) != 0 {
            (true, 80, "in_signature")
        } else if cue & KIN != 0 && weight >= 1 {
            (true, 75, "after_relative")
        } else if f & GIVEN != 0 && weight >= 2 && self.case(i) == Some(Case::Title) {
            (true, 60, "listed_given_name")
        } else if weight >= 1
            && matches!(self.t.token_text(i.wrapping_sub(1)), "bij" | "by" | "door")
            && self.case(i) == Some(Case::Title)
        {
            (true, 50, "capital_after_preposition")
        } else if direct & (FAMILY_CUE | PATIENT_CUE) != 0 && weight >= 1 && !self.layout.opens(self.t, i) {
            (true, 75, "after_patient_word")
        } else {
            (false, 0, "")
        };
        let organisation = self.t.flags(i + 1) & ORG_WORD != 0 && self.gap(i + 1) == 1;
        if !ok || organisation {
            return None;
        }
        let mut last = i + 1;
        while self.t.is_punct(last, b"-") && self.gap(last) == 0 && self.capital(last + 1) && self.gap(last + 1) == 0 {
            last += 2;
        }
        self.person(i, last, score, reason)
    }

    fn next_is_end(&self, i: usize) -> bool {
        self.t
            .tokens
            .get(i)
            .is_none_or(|t| t.kind == Kind::Newline || (t.kind == Kind::Punct && b",(|".contains(&t.ch)))
    }

    /// `"family":"Foss"`, `"given":["Frank"]`.
    fn json_name(&self, i: usize) -> bool {
        let mut j = i;
        let mut quotes = 0;
        while j > 0 && i - j < 8 {
            j -= 1;
            if self.t.is_punct(j, b"\":[") {
                quotes += 1;
                continue;
            }
            let key = self.t.token_text(j);
            return quotes >= 3
                && matches!(
                    key,
                    "family"
                        | "given"
                        | "lastName"
                        | "firstName"
                        | "last_name"
                        | "first_name"
                        | "surname"
                        | "achternaam"
                        | "voornaam"
                        | "name"
                );
        }
        false
    }

    /// `refill for xiulan eastman? dob …`: two unknown lower-case words after a relation, before a birth date.
    fn lower_case(&self, i: usize) -> Option<Person> {
        if !self.plain_word(i) {
            return None;
        }
        let mut last = i + 1;
        while self.is_particle(last) && last < i + 4 {
            last += 1;
        }
        if !self.plain_word(last) {
            return None;
        }
        let before = self.cue_ends(i);
        let known = self.t.flags(i) & GIVEN != 0 && self.t.flags(last) & (SURNAME | GIVEN) != 0;
        let birth = (last + 1..last + 4)
            .any(|j| self.t.flags(j) & DOB_CUE != 0 || self.t.ends.get(j).is_some_and(|e| e & DOB_CUE != 0));
        let after_cue = before & (RELATION | PATIENT_CUE | FAMILY_CUE | PERSON_CUE | POSS_ME | PREDICATE) != 0;
        let given = self.t.flags(i) & GIVEN != 0;
        if known || (birth && after_cue) || (given && before & (PATIENT_CUE | FAMILY_CUE) != 0) {
            return self.person(i, last + 1, 70, "lower_case_name");
        }
        None
    }
}
