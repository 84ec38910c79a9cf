//! Whose information is it? The link between persons and words about health, and the verdict on a text.

use crate::health::Health;
use crate::ids::Span;
use crate::layout::{Layout, Zone};
use crate::learned::Model;
use crate::lexicon::*;
use crate::link;
use crate::names::Person;
use crate::roles::Role;
use crate::subjects::Subjects;
use crate::text::{Kind, Text, Words};
use std::collections::BTreeSet;
use wardpost_model::finding::{FindingKind as F, Sensitivity};

mod rules;

/// How far a patient's birth date, number or label reaches, in bytes.
const PATIENT_REACH: u32 = 2_500;
/// How far rules look about in a sentence or paragraph, in tokens.
const WINDOW: usize = 120;
/// How far the topic of a subject line reaches, in tokens.
const TOPIC: usize = 600;
/// Most mentions that are looked at around one place.
const MOST_NEAR: usize = 400;
/// Numbers within so many bytes belong to the same individual.
const NUMBER_REACH: u32 = 300;
/// How near to the likeliest somebody must come whom no rule names.
const CLOSE: f32 = 0.7;
/// The score that a text without any word of care must reach.
const UNSAID: f32 = 1.5;
/// From this many linked individuals on it is information about several.
const MANY: usize = 3;

pub(crate) struct Evidence<'a> {
    pub t: &'a Text<'a>,
    pub layout: &'a Layout,
    pub persons: &'a [Person],
    pub roles: &'a [Role],
    /// By mention: nobody to be protected.
    pub excepted: &'a [bool],
    pub ids: &'a [Span],
    pub health: &'a [Health],
    /// Whether the text tells its addressee about the own health; filled on demand.
    pub addressed: std::cell::OnceCell<bool>,
    /// Length of the subject line that the text begins with, in bytes.
    pub subject: u32,
    /// By paragraph: words of newsletters, studies, vacancies … outside footers, each once.
    pub general: &'a [usize],
}

impl<'a> Evidence<'a> {
    /// Counts, by paragraph, the different words that speak of people in general.
    pub(crate) fn count_general(t: &Text<'_>, layout: &Layout) -> Vec<usize> {
        let words: BTreeSet<(u32, u32)> = (t.marks.iter())
            .filter(|m| m.flags & GENERAL != 0 && !layout.in_footer(m.first))
            .filter_map(|m| Some((layout.paragraph_of(m.first), t.tokens.get(m.first)?.word)))
            .collect();
        let mut counts = Vec::new();
        for (paragraph, _) in words {
            let paragraph = paragraph as usize;
            counts.resize(counts.len().max(paragraph + 1), 0);
            if let Some(c) = counts.get_mut(paragraph) {
                *c += 1;
            }
        }
        counts
    }

    /// Words that speak of people in general, in the paragraph of the token and the one before it.
    pub(crate) fn general_at(&self, token: usize) -> usize {
        let paragraph = self.layout.paragraph_of(token) as usize;
        let count = |p: usize| self.general.get(p).copied().unwrap_or(0);
        count(paragraph) + paragraph.checked_sub(1).map_or(0, count)
    }

    /// The verdict, and to whom it was linked: the rules' answers weighed with what was learned.
    pub(crate) fn judge(&self, model: Option<&Model>) -> (Sensitivity, Subjects) {
        let mut subjects = self.by_rules();
        if let Some(model) = model.filter(|m| m.links.knows() && self.could_be_somebody()) {
            subjects = self.settle(subjects, model);
        }
        let citizen = self.ids.iter().any(|s| s.names_a_citizen() && s.is_certain());
        let verdict = match subjects.starts().count() {
            0 if citizen => Sensitivity::Identifier,
            0 => Sensitivity::None,
            n if n >= MANY => Sensitivity::HealthMany,
            _ => Sensitivity::Health,
        };
        (verdict, subjects)
    }

    /// There is somebody to whom words about health could belong: a name, a number, an address.
    fn could_be_somebody(&self) -> bool {
        // A code that only looks like a patient's number is nobody where no health is spoken of.
        let somebody =
            |s: &Span| s.is_personal() && (!s.names_a_citizen() || s.is_certain() || !self.health.is_empty());
        self.excepted.iter().any(|e| !e) || self.ids.iter().any(somebody)
    }

    /// The candidates that are likely enough, the likeliest at least if the whole is.
    fn settle(&self, ruled: Subjects, model: &Model) -> Subjects {
        // The organisation's own words are obeyed as they are: nothing was learned of them.
        if !ruled.is_empty() && self.t.marks.iter().any(|m| m.flags & OWN != 0) {
            return ruled;
        }
        // A patient's number alone is an identifier, not health.
        let citizen = |s: &Span| s.names_a_citizen() && s.is_certain();
        if ruled.is_empty() && self.health.is_empty() && self.ids.iter().any(citizen) {
            return ruled;
        }
        let weighed = link::weigh(self, &ruled, model);
        // Where no word of care stands, the tone alone must speak clearly.
        let enough = if ruled.is_empty() && !self.speaks_of_care() { UNSAID } else { 0.0 };
        if weighed.whole() < enough {
            return Subjects::default();
        }
        let (most, floor) = (weighed.most(), weighed.most().min(0.0));
        let likely = || weighed.candidates.iter().filter(|c| c.1 >= floor);
        let mut out = Subjects::default();
        let reason = |start: u32, or: &'static str| ruled.rule_at(start).unwrap_or(or);
        // The tone counts for everybody in a part: whom no rule names must stand out, or be the likeliest.
        let stands_out = |c: &&(link::Candidate, f32)| {
            let start = c.0.start(self);
            let ruled = ruled.rule_at(start).is_some();
            match &c.0.who {
                link::Who::Person(mentions) => {
                    let other = mentions
                        .iter()
                        .filter_map(|m| self.roles.get(*m))
                        .any(|r| matches!(r, Role::Staff | Role::Signatory | Role::Correspondent | Role::Relative));
                    ruled || c.1 >= most || (!other && c.1 + CLOSE >= most)
                }
                _ => false,
            }
        };
        let persons: Vec<u32> = likely().filter(stands_out).map(|c| c.0.start(self)).collect();
        persons.iter().for_each(|at| out.insert(*at, reason(*at, "person_in_context")));
        // A number belongs to the person beside it; the sender speaks of somebody who is named.
        let mut taken = persons;
        for c in likely().filter(|c| matches!(c.0.who, link::Who::Number(_))) {
            let at = c.0.start(self);
            let known = ruled.rule_at(at).is_some();
            if (known || (taken.is_empty() && c.1 >= most)) && !taken.iter().any(|t| t.abs_diff(at) <= NUMBER_REACH) {
                out.insert(at, reason(at, "number_in_context"));
                taken.push(at);
            }
        }
        if out.is_empty() {
            out.insert(0, "sender_about_self");
        }
        out
    }

    /// A word about health, or of the places and people of care, outside footers.
    fn speaks_of_care(&self) -> bool {
        let said = HEALTH | CARE | SPECIALTY | DEVICE | TONE;
        !self.health.is_empty() || self.t.marks.iter().any(|m| m.flags & said != 0 && !self.layout.in_footer(m.first))
    }

    /// Tokens of the sentence, at most [`WINDOW`] to either side.
    fn sentence_window(&self, token: usize) -> std::ops::Range<usize> {
        let s = self.layout.sentence_of(token);
        let from = self.layout.sentence.partition_point(|x| *x < s);
        let to = self.layout.sentence.partition_point(|x| *x <= s);
        from.max(token.saturating_sub(WINDOW))..to.min(token + WINDOW)
    }

    /// Tokens of the sentence around a token.
    pub(crate) fn sentence_tokens(&self, token: usize) -> std::ops::Range<usize> {
        self.sentence_window(token)
    }

    /// Tokens of the next two sentences of the paragraph, at most [`WINDOW`] of them.
    pub(crate) fn following_tokens(&self, token: usize) -> std::ops::Range<usize> {
        let s = self.layout.sentence_of(token);
        let from = self.layout.sentence.partition_point(|x| *x <= s);
        let to = self.layout.sentence.partition_point(|x| *x <= s + 2);
        from..to.min(from + WINDOW)
    }

    fn same_line(&self, a: usize, b: usize) -> bool {
        self.layout.line.get(a) == self.layout.line.get(b)
    }

    fn row_has_number(&self, p: &Person) -> bool {
        self.layout.line_of(p.first).is_some_and(|l| (l.first..l.last).any(|i| self.t.kind(i) == Some(Kind::Number)))
    }

    fn somebody_in(&self, range: &std::ops::Range<usize>) -> bool {
        let from = self.persons.partition_point(|p| p.first < range.start);
        self.persons.get(from).is_some_and(|p| p.first < range.end)
    }

    fn has(&self, range: &std::ops::Range<usize>, class: u64) -> bool {
        range.clone().any(|i| self.t.ends.get(i).is_some_and(|e| e & class != 0))
    }

    /// The last word of the range (titles and small words aside) has the class.
    fn has_last(&self, range: &std::ops::Range<usize>, class: u64) -> bool {
        range.clone().rev().take(3).any(|i| self.t.flags(i) & class != 0)
    }

    /// Nothing but punctuation and numbers: `Bakker - hepatitis`, `Bakker: asthma`.
    fn only_marks(&self, range: &std::ops::Range<usize>) -> bool {
        range.len() <= 6
            && !range.is_empty()
            && range.clone().all(|i| matches!(self.t.kind(i), Some(Kind::Punct | Kind::Number | Kind::Mixed)))
            && range.clone().any(|i| self.t.is_punct(i, b":-/("))
    }
}
