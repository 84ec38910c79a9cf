//! The rules: who in a text has what is said of health there.

use super::*;

const SUBJECT: Words<7> = Words::new(["subject", "onderwerp", "re", "betreft", "betr", "fw", "fwd"]);
const HE: Words<9> = Words::new(["he", "she", "his", "her", "him", "hij", "zij", "hem", "haar"]);
const BECAUSE: Words<10> =
    Words::new(["wegens", "vanwege", "ivm", "because", "due", "verband", "gevolg", "door", "after", "na"]);
const WITH: Words<12> =
    Words::new(["with", "on", "for", "met", "wegens", "vanwege", "ivm", "because", "due", "voor", "van", "verband"]);
const ABOUT: Words<2> = Words::new(["over", "about"]);
const MY: Words<3> = Words::new(["my", "mijn", "m'n"]);
const I: Words<2> = Words::new(["i", "ik"]);
const I_AM: Words<2> = Words::new(["i'm", "i've"]);
const STARTED: Words<1> = Words::new(["started"]);
const PLEASE: Words<2> = Words::new(["please", "graag"]);
const ASKING: Words<24> = Words::new([
    "could", "can", "would", "will", "did", "do", "may", "kun", "kunt", "kan", "wil", "wilt", "zou", "zoudt", "heb",
    "hebt", "heeft", "mag", "if", "als", "thank", "dank", "that", "weet",
]);
const HAVING: Words<31> = Words::new([
    "have", "had", "was", "am", "suffer", "take", "taking", "use", "using", "been", "got", "get", "need", "feel",
    "keep", "heb", "ben", "gebruik", "slik", "kreeg", "krijg", "moet", "lijd", "neem", "voel", "blijf", "werd", "hoef",
    "wacht", "kom", "mag",
]);

impl<'a> Evidence<'a> {
    /// To whom the rules link words about health.
    pub(crate) fn by_rules(&self) -> Subjects {
        let mut subjects = Subjects::default();
        for (p, role) in self.persons.iter().zip(self.roles) {
            if let Some(rule) = self.person_rule(p, *role) {
                let start = self.persons.get(p.same_as).map_or(p.start, |f| f.start);
                subjects.insert(start, rule);
            }
        }
        self.numbers(&mut subjects);
        self.first_person(&mut subjects);
        subjects
    }

    fn person_rule(&self, p: &Person, role: Role) -> Option<&'static str> {
        if self.layout.in_footer(p.first) {
            return None;
        }
        match role {
            Role::Patient if self.health_near(p.start, PATIENT_REACH, 1) || self.goes_to_clinic(p) => {
                Some("patient_and_health")
            }
            Role::Titled if self.titled_rule(p) || self.care_score(p) >= 3 => Some("person_and_health"),
            Role::Unknown if p.score < 55 => None,
            Role::Unknown if p.initials && self.initials_rule(p) => Some("initials_and_health"),
            Role::Unknown if !p.initials && self.sentence_rule(p) => Some("person_and_health"),
            Role::Unknown if !p.initials && self.next_sentence_rule(p) => Some("person_then_health"),
            Role::Unknown if !p.initials && self.topic_rule(p) => Some("name_in_subject"),
            Role::Unknown if !p.initials && self.note_rule(p) => Some("name_in_clinical_note"),
            Role::Unknown if !p.initials && self.care_score(p) >= if p.score < 65 { 5 } else { 4 } => {
                Some("name_and_care")
            }
            Role::Addressee if *self.addressed.get_or_init(|| self.addressee_rule() || self.letter_rule()) => {
                Some("addressed_patient")
            }
            _ => None,
        }
    }

    fn specific(&self) -> impl Iterator<Item = &'a Health> {
        self.health.iter().filter(|h| !h.generic)
    }

    /// Mentions by token range; all look-ups go through windows, so that the whole stays linear.
    fn health_in(&self, range: std::ops::Range<usize>) -> impl Iterator<Item = &'a Health> + use<'a> {
        let from = self.health.partition_point(|h| h.first < range.start);
        let health = self.health.get(from..).unwrap_or(&[]);
        health.iter().take_while(move |h| h.first < range.end).filter(|h| !h.generic)
    }

    fn health_near(&self, at: u32, reach: u32, weight: u8) -> bool {
        let from = self.health.partition_point(|h| h.start < at.saturating_sub(reach));
        let health = self.health.get(from..).unwrap_or(&[]);
        let mut near = health.iter().take_while(|h| h.start <= at.saturating_add(reach)).take(MOST_NEAR);
        near.any(|h| !h.generic && h.weight >= weight)
    }

    /// Tokens of the paragraph, at most [`WINDOW`] to either side.
    fn paragraph_window(&self, token: usize) -> std::ops::Range<usize> {
        let paragraph = self.layout.paragraph_of(token);
        let from = self.layout.lines.partition_point(|l| l.paragraph < paragraph);
        let to = self.layout.lines.partition_point(|l| l.paragraph <= paragraph);
        let first = self.layout.lines.get(from).map_or(token, |l| l.first);
        let last = to.checked_sub(1).and_then(|l| self.layout.lines.get(l)).map_or(token, |l| l.last);
        first.max(token.saturating_sub(WINDOW))..last.min(token + WINDOW)
    }

    /// "the diabetes clinic" in the paragraph of a patient.
    fn goes_to_clinic(&self, p: &Person) -> bool {
        let window = self.paragraph_window(p.first);
        let from = self.health.partition_point(|h| h.first < window.start);
        self.health.iter().skip(from).take_while(|h| h.first < window.end).any(|h| h.institution)
    }

    fn in_sentence(&self, token: usize, weight: u8) -> bool {
        self.health_in(self.sentence_window(token)).any(|h| h.weight >= weight)
    }

    fn in_paragraph(&self, token: usize, weight: u8) -> bool {
        self.health_in(self.paragraph_window(token)).any(|h| h.weight >= weight)
    }

    /// "Mrs Ibrahim … the scan results".
    fn titled_rule(&self, p: &Person) -> bool {
        let general = self.general_at(p.first);
        if general >= 3 {
            return false;
        }
        (self.in_sentence(p.first, 1) && general < 2) || self.in_paragraph(p.first, 2)
    }

    /// A name and health in one sentence, joined by a verb of having or a preposition.
    fn sentence_rule(&self, p: &Person) -> bool {
        let sentence = self.layout.sentence_of(p.first);
        let row = self.layout.zone_of(p.first) == Zone::Row;
        self.health_in(p.first.saturating_sub(40)..p.last + 40).any(|h| {
            let far = if h.first >= p.last { h.first - p.last } else { p.first.saturating_sub(h.last) };
            if self.layout.sentence_of(h.first) != sentence || far > 30 {
                return false;
            }
            if row && self.same_line(p.first, h.first) {
                return h.weight >= 2 && self.general_at(p.first) < 3 && self.row_has_number(p);
            }
            let between = if h.first >= p.last { p.last..h.first } else { h.last..p.lead };
            if self.somebody_in(&between) || self.has(&between, PUBLIC_VERB | STAFF_CUE) {
                return false;
            }
            let tight = between.len() <= 4;
            let joined = if h.first >= p.last {
                self.has(&between, PREDICATE)
                    || (self.with(&between) && h.weight >= 2 && tight)
                    || self.only_marks(&between)
            } else {
                self.has_last(&between, RELATION) || self.only_marks(&between)
            };
            // A first name alone is weak.
            joined && self.general_at(p.first) < if p.score < 65 { 1 } else { 2 }
        })
    }

    /// "Els Bakker came in today. She has …"
    fn next_sentence_rule(&self, p: &Person) -> bool {
        let (sentence, paragraph) = (self.layout.sentence_of(p.first), self.layout.paragraph_of(p.first));
        self.general_at(p.first) < 2
            && self.health_in(p.last..p.last + 150).any(|h| {
                let s = self.layout.sentence_of(h.first);
                if h.weight < 2 || s <= sentence || s > sentence + 3 || self.layout.paragraph_of(h.first) != paragraph {
                    return false;
                }
                let between = p.last..h.first;
                !self.somebody_in(&between) && self.has(&(p.last..h.last + 12), PRONOUN3)
            })
    }

    /// A name in the subject line, and a text about a patient, him or her.
    fn topic_rule(&self, p: &Person) -> bool {
        let Some(line) = self.layout.line_of(p.first) else { return false };
        let labelled = self.t.is_punct(line.first + 1, b":") && SUBJECT.has(self.t, line.first);
        let somebody = |i: usize| self.t.flags(i) & PATIENT_CUE != 0 || HE.has(self.t, i);
        (p.start < self.subject || labelled)
            && self.health_in(p.last..p.last + TOPIC).any(|h| h.weight >= 2 && self.general_at(h.first) == 0)
            && (p.last..self.t.tokens.len().min(p.last + TOPIC)).any(somebody)
    }

    /// A name and health in one paragraph with the marks of a clinical note: doses, values, abbreviations.
    fn note_rule(&self, p: &Person) -> bool {
        if self.general_at(p.first) > 0 || !self.in_paragraph(p.first, 2) {
            return false;
        }
        let window = self.paragraph_window(p.first);
        let tone = window.clone().filter(|i| self.t.ends.get(*i).is_some_and(|e| e & TONE != 0)).count();
        let measured = self.health_in(window).filter(|h| h.kind == Some(F::Lab) && h.weight >= 3).count();
        tone + 2 * measured >= 3
    }

    fn initials_rule(&self, p: &Person) -> bool {
        self.in_sentence(p.first, 2) || (self.in_paragraph(p.first, 2) && self.general_at(p.first) == 0)
    }

    /// Evidence for and against care, in the paragraph of a name of which nothing else is known.
    fn care_score(&self, p: &Person) -> i32 {
        let (sentence, paragraph) = (self.layout.sentence_of(p.first), self.layout.paragraph_of(p.first));
        let near: Vec<&Health> = (self.health_in(self.paragraph_window(p.first)))
            .filter(|h| {
                self.layout.paragraph_of(h.first) == paragraph
                    && self.layout.sentence_of(h.first).abs_diff(sentence) <= 2
            })
            .collect();
        let same = |h: &&&Health| self.layout.sentence_of(h.first) == sentence;
        let kinds: BTreeSet<u32> = near.iter().filter_map(|h| self.t.tokens.get(h.first).map(|x| x.word)).collect();
        if near.iter().all(|h| h.weight < 2) && kinds.len() < 2 {
            return 0;
        }
        let from = self.layout.sentence.partition_point(|x| *x < sentence);
        let to = self.layout.sentence.partition_point(|x| *x <= sentence + 2).min(from + 200);
        let here = from..self.layout.sentence.partition_point(|x| *x <= sentence).min(from + 200);
        let mut score = 0;
        score += if near.iter().filter(same).any(|h| h.weight >= 2) { 2 } else { 1 };
        score += i32::from(near.iter().filter(same).any(|h| h.weight < 2));
        score += i32::from(kinds.len() >= 2);
        score += i32::from((p.last..to).any(|i| HE.has(self.t, i)));
        score += i32::from(self.has(&here, PREDICATE));
        score += i32::from(self.has(&(from..to), TONE));
        score += i32::from(self.has(&(from..to), KIN | FAMILY_CUE));
        score += 2 * i32::from(self.contact_follows(p));
        score += i32::from(near.iter().filter(same).any(|h| self.because(h.first)));
        score -= i32::try_from(self.general_at(p.first).min(4)).unwrap_or(4);
        score -= 2 * i32::from(self.has(&here, PUBLIC_VERB));
        score - 2 * i32::from(self.has(&(from..to), NOTID_CUE) && !self.has(&(from..to), PRONOUN3))
    }

    /// "wegens", "due to" before the word about health.
    fn because(&self, first: usize) -> bool {
        (first.saturating_sub(3)..first).any(|i| BECAUSE.has(self.t, i))
    }

    /// An address or telephone number directly behind the name.
    fn contact_follows(&self, p: &Person) -> bool {
        let from = self.ids.partition_point(|s| s.start < p.end);
        (self.ids.iter().skip(from).take(2)).any(|s| s.kind == F::Address && s.first <= p.last + 2)
    }

    /// "Dear Joy, … your appointment"
    fn addressee_rule(&self) -> bool {
        self.specific().any(|h| {
            let sentence = self.layout.sentence_of(h.first);
            let from = h.first.saturating_sub(6);
            let owned = (from..h.first).any(|i| {
                let possessive = self.t.flags(i) & POSS_YOU != 0 && self.layout.sentence_of(i) == sentence;
                possessive && !self.has(&(i + 1..h.first), PUBLIC_VERB | GENERAL)
            });
            let general = self.general_at(h.first);
            (owned && general < 3) || (h.weight >= 2 && general < 2 && self.told_to_you(h))
        })
    }

    /// "Dr. Cho wants you to lower …", but not "could you send …?"
    fn told_to_you(&self, h: &Health) -> bool {
        self.sentence_window(h.first).any(|i| {
            let you = self.t.flags(i) & YOU != 0;
            you && !i.checked_sub(1).is_some_and(|b| ASKING.has(self.t, b))
                && !(i + 1..i + 3).any(|n| PLEASE.has(self.t, n))
        })
    }

    /// A letter to one person that gives values and medicines, and names no other patient.
    fn letter_rule(&self) -> bool {
        let strong = || self.specific().filter(|h| h.weight >= 3);
        let general = strong().map(|h| self.general_at(h.first)).max().unwrap_or(0);
        let others = self.roles.iter().any(|r| matches!(r, Role::Patient | Role::Titled | Role::Unknown));
        let measured = strong().any(|h| h.kind == Some(F::Lab));
        general == 0 && !others && (measured || strong().count() >= 2)
    }

    /// Birth dates, record and insurance numbers beside health, with or without a name; telephone numbers of "the patient".
    fn numbers(&self, subjects: &mut Subjects) {
        for s in self.ids {
            let rule = match s.kind {
                F::Dob if self.health_near(s.start, 500, 1) => "birth_date_and_health",
                F::Mrn | F::Bsn | F::Ssn | F::Nhs if s.score >= 60 && self.health_near(s.start, 1_500, 1) => {
                    "number_and_health"
                }
                F::Insurance if s.score >= 80 && self.health_near(s.start, 1_000, 2) => "insurance_number_and_health",
                F::Phone | F::Email | F::Address if self.patient_contact(s) => "patient_contact_and_health",
                _ => continue,
            };
            // The same individual as the name beside it, if there is one.
            let from = self.persons.partition_point(|p| p.start + 200 < s.start);
            let near = self.persons.iter().zip(self.roles).skip(from).take_while(|(p, _)| p.start <= s.start + 200);
            let beside = near.filter(|(_, r)| **r == Role::Patient).last();
            let at = beside.and_then(|(p, _)| self.persons.get(p.same_as)).map_or(s.start, |p| p.start);
            if beside.is_some() || !self.near_subject(subjects, s.start) {
                subjects.insert(at, rule);
            }
        }
    }

    fn near_subject(&self, subjects: &Subjects, at: u32) -> bool {
        subjects.any_within(at.saturating_sub(60)..=at.saturating_add(60))
    }

    fn patient_contact(&self, s: &Span) -> bool {
        let sentence = self.layout.sentence_of(s.first);
        let said = self.sentence_window(s.first).any(|i| {
            self.t.flags(i) & PATIENT_CUE != 0
                && self.t.flags(i) & PRONOUN3 != 0
                && self.layout.sentence_of(i) == sentence
        });
        said && self.general_at(s.first) < 2 && self.in_paragraph(s.first, 2)
    }

    /// "my rheumatoid arthritis", "mijn uitslag", "I was diagnosed with …", "my father … dementia": the sender speaks.
    fn first_person(&self, subjects: &mut Subjects) {
        if !self.sender_known() {
            return;
        }
        let found = self.specific().find(|h| {
            let general = self.general_at(h.first);
            if general >= 3 {
                return false;
            }
            let sentence = self.layout.sentence_of(h.first);
            let near = h.first.saturating_sub(4)..h.first;
            let mine = near.rev().find(|i| MY.has(self.t, *i));
            if let Some(my) = mine.filter(|i| self.layout.sentence_of(*i) == sentence) {
                let clean = !self.has(&(my + 1..h.first), PUBLIC_VERB | ORG_HEAD | RELATION | PERSON_CUE);
                return clean && (h.weight >= 2 || general == 0);
            }
            h.weight >= 2 && general < 2 && (self.i_have(h) || self.family_has(h))
        });
        if let Some(h) = found {
            subjects.insert(h.start, "sender_about_self");
        }
    }

    fn i_have(&self, h: &Health) -> bool {
        let window = self.sentence_window(h.first);
        let near = window.start.max(h.first.saturating_sub(14))..window.end.min(h.first + 15);
        near.filter(|i| I.has(self.t, *i) || I_AM.has(self.t, *i)).any(|i| {
            let having = I_AM.has(self.t, i) || (i.saturating_sub(1)..i + 4).any(|j| j != i && HAVING.has(self.t, j));
            let others = PUBLIC_VERB | STAFF_CUE | PATIENT_CUE | PRONOUN3;
            (having || STARTED.has(self.t, i + 1)) && !self.has(&(i.min(h.first) + 1..h.first.max(i)), others)
        })
    }

    fn family_has(&self, h: &Health) -> bool {
        let (s, p) = (self.layout.sentence_of(h.first), self.layout.paragraph_of(h.first));
        let from = self.t.marks.partition_point(|m| m.first + 120 < h.first);
        let near = self.t.marks.iter().skip(from).take_while(|m| m.first < h.first + 12);
        near.filter(|m| m.flags & FAMILY_CUE != 0).any(|m| {
            let ms = self.layout.sentence_of(m.first);
            self.layout.paragraph_of(m.first) == p && ms <= s && s <= ms + 2
        })
    }

    /// Something tells who the sender is.
    pub(crate) fn sender_known(&self) -> bool {
        let named = self.roles.iter().any(|r| {
            matches!(r, Role::Signatory | Role::Correspondent | Role::Unknown | Role::Patient | Role::Addressee)
        });
        named || self.ids.iter().any(|s| matches!(s.kind, F::Email | F::Phone | F::Dob | F::Address))
    }

    /// "with", "on", "wegens": the person has it. Not "about", "over": the person speaks of it.
    fn with(&self, range: &std::ops::Range<usize>) -> bool {
        range.clone().any(|i| WITH.has(self.t, i)) && !range.clone().any(|i| ABOUT.has(self.t, i))
    }
}
