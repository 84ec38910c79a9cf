//! The forms that names take.

use super::*;

impl NameFinder<'_> {
    /// `Mr Cole`, `dhr. de Groot`, `mevrouw Van Oosterhout`, `Dr. A. Iyer`, `mrs ibrahim`.
    pub(super) fn titled(&self, i: usize) -> Option<Person> {
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
    pub(super) fn caret(&self, i: usize) -> Option<Person> {
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
    pub(super) fn last_first(&self, i: usize, surname: Run) -> Option<Person> {
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
    pub(super) fn sequence(&self, i: usize, run: Option<Run>) -> Option<Person> {
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
    pub(super) fn single(&self, i: usize) -> Option<Person> {
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
    pub(super) fn lower_case(&self, i: usize) -> Option<Person> {
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
