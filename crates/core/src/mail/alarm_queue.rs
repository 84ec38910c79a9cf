//! The false alarms that wait: seen and decided by whoever may. Accepting makes an exception in the policy, by the policy's
//! own change; either way the reported text is erased and its reporters are told.

use super::HouseNotice;
use super::false_alarm::{AlarmClaim, SealedAlarm};
use super::send::named_patient;
use crate::audit::NewEntry;
use crate::clock::from_us;
use crate::error::guard;
use crate::live::Change;
use crate::people::checked_lines;
use crate::report::Tally;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use wardpost_gate::Scope;
use wardpost_model::FalseAlarmId;
use wardpost_model::audit::AuditKind;
use wardpost_model::finding::FindingKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, MailboxKind};
use wardpost_model::tally::{Direction, Topic};
use wardpost_model::vocabulary::{MAX_WHY, VocabularyException};
use wardpost_store::Batch;
use wardpost_store::repo::false_alarm::{self as rows, AlarmRow};
use wardpost_store::repo::patient as patients;

/// Most reports that are shown at once, the oldest.
const SHOWN: i64 = 2_000;
/// Most notes of one text that are shown.
const NOTES: usize = 5;

/// What is known of a reported text that bears on the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hint {
    /// It is the number of a registered patient.
    PatientNumber,
    /// A registered patient has this name.
    PatientName,
    /// Numbers of this kind belong to one person each.
    IdentifyingNumber,
    /// A colleague has this name.
    Colleague,
}

impl Hint {
    /// Whether an exception would let something of a patient pass.
    #[must_use]
    pub const fn is_danger(self) -> bool {
        !matches!(self, Self::Colleague)
    }
}

/// One reported text, with all its reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmLine {
    /// The oldest of its reports: names the text.
    pub id: FalseAlarmId,
    /// The text.
    pub text: String,
    /// What it was taken for.
    pub kind: FindingKind,
    /// Why: the detector's code.
    pub reason: String,
    /// How many people reported it: each can once.
    pub people: usize,
    /// What they said of it, and how many.
    pub claims: BTreeMap<AlarmClaim, usize>,
    /// What they wrote to it.
    pub notes: Vec<String>,
    /// When it was reported first.
    pub first_at: Timestamp,
    /// When last.
    pub last_at: Timestamp,
    /// What is known of it.
    pub hints: BTreeSet<Hint>,
    /// The reader is among those who reported it.
    pub own: bool,
}

/// A text on which somebody decides.
struct Deciding {
    first: SealedAlarm,
    reports: Vec<AlarmRow>,
}

impl Core {
    /// The reported texts, most reported first. Audited: they may be a patient's.
    ///
    /// # Errors
    /// [`Error::Denied`] without `finding.review`.
    pub async fn false_alarms(&self, actor: &Actor) -> Result<Vec<AlarmLine>> {
        self.allow(actor, Permission::FindingReview, Scope::Organisation).await?;
        let found = rows::list(self.db(), self.org(), SHOWN).await?;
        let entry = NewEntry::by(actor, AuditKind::FalseAlarmsRead)
            .on("org", self.org())
            .with("reports", found.len().to_string());
        self.audit_alone(entry).await?;
        let mut lines: BTreeMap<Vec<u8>, AlarmLine> = BTreeMap::new();
        for row in found {
            let sealed = self.open_alarm(&row)?;
            let own = row.person_id == actor.person_id;
            let at = from_us(row.reported_us);
            let line = lines.entry(row.text_index).or_insert_with(|| AlarmLine {
                id: row.id,
                text: sealed.text,
                kind: sealed.kind,
                reason: sealed.reason,
                people: 0,
                claims: BTreeMap::new(),
                notes: Vec::new(),
                first_at: at,
                last_at: at,
                hints: BTreeSet::new(),
                own: false,
            });
            line.people += 1;
            *line.claims.entry(sealed.claim).or_default() += 1;
            line.last_at = at;
            line.own |= own;
            if !sealed.note.is_empty() && line.notes.len() < NOTES {
                line.notes.push(sealed.note);
            }
        }
        let mut lines: Vec<AlarmLine> = lines.into_values().collect();
        let known = self.known_words(lines.iter().map(|l| l.kind)).await?;
        for line in &mut lines {
            line.hints = self.hints(line.kind, &line.text, &known).await?;
        }
        lines.sort_by_key(|l| (std::cmp::Reverse(l.people), l.first_at, l.id));
        Ok(lines)
    }

    /// Dismisses a reported text: it stays a finding. Its reporters are told, with a word from whoever decided.
    ///
    /// # Errors
    /// [`Error::Denied`] without `finding.review`; [`Error::NotFound`] also when it was decided meanwhile;
    /// [`Error::Conflict`] `state` when it was reported again this moment; [`Error::Validation`] of `word`.
    pub async fn dismiss_false_alarm(&self, actor: &Actor, id: FalseAlarmId, word: &str) -> Result<()> {
        self.allow_on(actor, Permission::FindingReview, Scope::Organisation, ("false_alarm", id)).await?;
        let deciding = self.deciding(id).await?;
        let word = checked_lines("word", word, 0, 300)?;
        let mut batch = Batch::new();
        self.decide_alarm(&mut batch, actor, id, &deciding, (false, &word)).await?;
        self.db().write(batch).await?;
        Ok(())
    }

    /// Accepts a reported text: from now on exactly this text, as this kind of finding, is none. A version of the policy,
    /// and the reports go, in one commit.
    ///
    /// # Errors
    /// [`Error::Denied`] without `finding.review` and `policy.edit`; [`Error::Conflict`] `would_expose` when the text looks like
    /// a patient's and `despite` does not say so, `not_one_line`, or `state` when it was reported again this moment;
    /// [`Error::VersionConflict`] when the policy was changed this moment; [`Error::Validation`] of `why`, or where the policy
    /// has no room for another exception; [`Error::NotFound`].
    pub async fn accept_false_alarm(&self, actor: &Actor, id: FalseAlarmId, why: &str, despite: bool) -> Result<()> {
        self.allow_on(actor, Permission::FindingReview, Scope::Organisation, ("false_alarm", id)).await?;
        let deciding = self.deciding(id).await?;
        self.allow_on(actor, Permission::PolicyEdit, Scope::Organisation, ("false_alarm", id)).await?;
        let why = checked_lines("why", why, 1, MAX_WHY)?;
        let (kind, text) = (deciding.first.kind, deciding.first.text.clone());
        if text.chars().any(char::is_control) {
            return Err(Error::Conflict("not_one_line"));
        }
        let known = self.known_words(std::iter::once(kind)).await?;
        let hints = self.hints(kind, &text, &known).await?;
        if !despite && hints.iter().any(|h| h.is_danger()) {
            return Err(Error::Conflict("would_expose"));
        }
        let current = self.policy_current().await?;
        let mut policy = current.policy.clone();
        let exception = VocabularyException {
            text,
            kind: Some(kind),
            why: why.clone(),
            until: None,
            added_by: None,
            added_at: None,
        };
        policy.vocabulary.exceptions.push(exception);
        let mut also = Batch::new();
        self.decide_alarm(&mut also, actor, id, &deciding, (true, &why)).await?;
        self.put_policy_with(actor, current.version, policy, &why, also).await?;
        Ok(())
    }

    /// What both decisions do: the reports go, their reporters are told, the log and the numbers have it.
    async fn decide_alarm(
        &self,
        batch: &mut Batch,
        actor: &Actor,
        id: FalseAlarmId,
        d: &Deciding,
        (accepted, word): (bool, &str),
    ) -> Result<()> {
        let Some(first) = d.reports.first() else { return Err(Error::NotFound) };
        rows::delete(batch, self.org(), first.text_index.clone(), d.reports.len() as u64, guard::STATE);
        let verdict = if accepted { "accepted" } else { "dismissed" };
        let mut entry = NewEntry::by(actor, AuditKind::FalseAlarmDecided)
            .on("false_alarm", id)
            .with("verdict", verdict)
            .with("kind", format!("{:?}", d.first.kind).to_uppercase())
            .with("reports", d.reports.len().to_string());
        if !word.is_empty() {
            entry = entry.why(word);
        }
        self.audit(batch, entry)?;
        self.tally(batch, &Tally::new(Direction::Outgoing).with(Topic::FalseAlarm, verdict))?;
        let house = self.house().await?;
        for report in &d.reports {
            let own = self.mailboxes_of(report.person_id).await?;
            let Some(own) = own.iter().find(|m| m.kind == MailboxKind::Personal) else { continue };
            let notice = HouseNotice::FalseAlarm { reported: from_us(report.reported_us), accepted, word };
            let language = house.person(report.person_id).map(|p| p.profile.language);
            self.notify_house(batch, own.id, notice, language.unwrap_or_default()).await?;
        }
        self.announce(batch, Change::Policy);
        Ok(())
    }

    async fn deciding(&self, id: FalseAlarmId) -> Result<Deciding> {
        let row = rows::get(self.db(), self.org(), id).await?.ok_or(Error::NotFound)?;
        let first = self.open_alarm(&row)?;
        let reports = rows::of_text(self.db(), self.org(), row.text_index).await?;
        Ok(Deciding { first, reports })
    }

    fn open_alarm(&self, row: &AlarmRow) -> Result<SealedAlarm> {
        self.unseal(purpose::FALSE_ALARM, row.id.as_bytes(), &row.sealed_report)
    }

    /// What is known of a text.
    async fn hints(&self, kind: FindingKind, text: &str, known: &KnownWords) -> Result<BTreeSet<Hint>> {
        use FindingKind as F;
        let mut hints = BTreeSet::new();
        if matches!(kind, F::Bsn | F::Ssn | F::Nhs | F::Mrn | F::Insurance) {
            hints.insert(Hint::IdentifyingNumber);
            let with_system = named_patient(&[(kind, text.to_owned())]).unwrap_or_default();
            for reference in [text, &with_system] {
                let index = self.patient_index(reference);
                if patients::by_reference(self.db(), self.org(), index).await?.is_some() {
                    hints.insert(Hint::PatientNumber);
                }
            }
        }
        if kind == F::Person {
            let words = words_of(text);
            let among = |names: &[BTreeSet<String>]| !words.is_empty() && names.iter().any(|n| words.is_subset(n));
            if among(&known.patients) {
                hints.insert(Hint::PatientName);
            }
            if among(&known.colleagues) {
                hints.insert(Hint::Colleague);
            }
        }
        Ok(hints)
    }

    /// The words of patients' and colleagues' names, where a name was reported.
    async fn known_words(&self, mut kinds: impl Iterator<Item = FindingKind>) -> Result<KnownWords> {
        if !kinds.any(|k| k == FindingKind::Person) {
            return Ok(KnownWords::default());
        }
        let patients = self.patient_names().await?.iter().map(|n| words_of(n)).collect();
        let colleagues = self.house().await?.people.values().map(|p| words_of(&p.profile.name)).collect();
        Ok(KnownWords { patients, colleagues })
    }
}

#[derive(Default)]
struct KnownWords {
    patients: Vec<BTreeSet<String>>,
    colleagues: Vec<BTreeSet<String>>,
}

/// The words of a name without initials, in lower case.
fn words_of(name: &str) -> BTreeSet<String> {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|w| w.chars().count() > 1);
    words.map(str::to_lowercase).collect()
}
