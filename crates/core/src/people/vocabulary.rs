//! The organisation's own vocabulary: what it may hold, and who said so.

use crate::clock::from_us;
use crate::error::FieldError;
use crate::mail::{make_scanner, vocabulary_on};
use crate::{Core, Error, Result};
use std::collections::BTreeSet;
use wardpost_model::finding::FindingKind;
use wardpost_model::person::Actor;
use wardpost_model::policy::Policy;
use wardpost_model::text::deceives;
use wardpost_model::vocabulary::{
    MAX_EXCEPTION, MAX_EXCEPTIONS, MAX_NUMBERS, MAX_PATTERN, MAX_WHY, MAX_WORD, MAX_WORDS, Vocabulary,
    VocabularyException,
};

/// Longest name of an own kind of number.
const MAX_NAME: usize = 60;

/// What an own number may be: what names somebody or something of theirs.
pub const OWN_NUMBER_KINDS: [FindingKind; 7] = [
    FindingKind::Mrn,
    FindingKind::Bsn,
    FindingKind::Nhs,
    FindingKind::Ssn,
    FindingKind::Insurance,
    FindingKind::Account,
    FindingKind::Device,
];

/// Collects what is wrong, by field.
#[derive(Default)]
pub(super) struct Faults(Vec<FieldError>);

impl Faults {
    pub(super) fn add(&mut self, field: impl Into<String>, code: &'static str, message: impl Into<String>) {
        self.0.push(FieldError { field: field.into(), code, message: message.into() });
    }
    pub(super) fn range(&mut self, field: &str, value: u32, least: u32, most: u32) {
        if !(least..=most).contains(&value) {
            self.add(field, "range", format!("From {least} to {most}."));
        }
    }
    /// One line of so many characters.
    fn line(&mut self, field: String, text: &str, least: usize, most: usize) {
        let length = text.chars().take(most + 1).count();
        if length < least {
            self.add(field, "too_short", format!("Must have at least {least} characters."));
        } else if length > most {
            self.add(field, "too_long", format!("May have {most} characters."));
        } else if text.chars().any(char::is_control) || deceives(text) {
            let why = "Must be one line, without characters that hide or reorder others.";
            self.add(field, "character", why);
        }
    }
    fn many(&mut self, field: &str, count: usize, most: usize) {
        if count > most {
            self.add(field, "too_many", format!("At most {most}."));
        }
    }
    pub(super) fn none(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Validation(self.0)) }
    }
}

/// Trimmed, each once.
fn tidy(words: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    for word in words.iter_mut() {
        *word = word.trim().to_owned();
    }
    words.retain(|w| !w.is_empty() && seen.insert(w.to_lowercase()));
}

fn check(v: &Vocabulary, faults: &mut Faults) {
    for (name, words) in [("conditions", &v.conditions), ("medicines", &v.medicines)] {
        faults.many(&format!("policy.vocabulary.{name}"), words.len(), MAX_WORDS);
        for (i, word) in words.iter().enumerate().take(MAX_WORDS) {
            let field = format!("policy.vocabulary.{name}.{i}");
            faults.line(field.clone(), word, 3, MAX_WORD);
            if !word.chars().any(char::is_alphabetic) {
                faults.add(field, "no_word", "Must hold a letter.");
            }
        }
    }
    faults.many("policy.vocabulary.numbers", v.numbers.len(), MAX_NUMBERS);
    for (i, n) in v.numbers.iter().enumerate().take(MAX_NUMBERS) {
        let field = |name: &str| format!("policy.vocabulary.numbers.{i}.{name}");
        faults.line(field("name"), &n.name, 1, MAX_NAME);
        faults.line(field("pattern"), &n.pattern, 1, MAX_PATTERN);
        if !OWN_NUMBER_KINDS.contains(&n.kind) {
            faults.add(field("kind"), "unknown", "An own number can't be of this kind.");
        }
    }
    faults.many("policy.vocabulary.exceptions", v.exceptions.len(), MAX_EXCEPTIONS);
    for (i, e) in v.exceptions.iter().enumerate().take(MAX_EXCEPTIONS) {
        let field = |name: &str| format!("policy.vocabulary.exceptions.{i}.{name}");
        faults.line(field("text"), &e.text, 2, MAX_EXCEPTION);
        faults.line(field("why"), &e.why, 1, MAX_WHY);
        if e.kind == Some(FindingKind::Unreadable) {
            faults.add(field("kind"), "unknown", "What can't be read can't be an exception.");
        }
    }
}

impl Core {
    /// The policy as it may be put in force by somebody: within bounds, with patterns that can be used, and with the
    /// server's own word on who added which exception.
    pub(crate) async fn checked_policy(&self, actor: &Actor, mut policy: Policy) -> Result<Policy> {
        let house = self.house().await?;
        let mut faults = Faults::default();
        faults.range("policy.pickup_days", u32::from(policy.pickup_days), 1, 365);
        faults.range("policy.many_from", policy.many_from, 2, 1000);
        faults.range("policy.remind_hours", u32::from(policy.remind_hours), 0, 168);
        let v = &mut policy.vocabulary;
        tidy(&mut v.conditions);
        tidy(&mut v.medicines);
        self.stamp_exceptions(actor, &house.policy.policy.vocabulary.exceptions, &mut v.exceptions);
        check(v, &mut faults);
        faults.none()?;
        self.try_patterns(v).await?;
        Ok(policy)
    }

    /// Who added an exception is not for the one to say who saves the policy.
    fn stamp_exceptions(&self, actor: &Actor, before: &[VocabularyException], now: &mut Vec<VocabularyException>) {
        let mut kept: Vec<VocabularyException> = Vec::with_capacity(now.len().min(MAX_EXCEPTIONS));
        for mut e in std::mem::take(now).into_iter().take(MAX_EXCEPTIONS + 1) {
            (e.text, e.why) = (e.text.trim().to_owned(), e.why.trim().to_owned());
            // The later of two about the same is the one that was written last.
            kept.retain(|k| !k.same_as(&e));
            let known = before.iter().find(|b| b.same_as(&e) && b.why == e.why && b.until == e.until);
            (e.added_by, e.added_at) = match known {
                Some(b) => (b.added_by, b.added_at),
                None => (Some(actor.person_id), Some(from_us(self.clock().now_us()))),
            };
            kept.push(e);
        }
        *now = kept;
    }

    /// Every pattern can be used, alone and with the others.
    async fn try_patterns(&self, v: &Vocabulary) -> Result<()> {
        if v.numbers.is_empty() {
            return Ok(());
        }
        match make_scanner(vocabulary_on(v, self.today().await?)).await? {
            Ok(_) => Ok(()),
            Err(e) => {
                let place = v.numbers.iter().position(|n| n.pattern == e.pattern).unwrap_or_default();
                // The last line says what is wrong; those before it draw the pattern.
                let why = e.why.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                Err(Error::field(format!("policy.vocabulary.numbers.{place}.pattern"), "pattern", why))
            }
        }
    }
}
