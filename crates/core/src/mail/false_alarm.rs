//! "This is no patient": a finding is reported as a false alarm by whoever writes, sent or reviews the message.
//!
//! A report changes nothing about the message at hand. It is kept sealed until whoever may decides ([`super::alarm_queue`]):
//! the text of the finding is a patient's when the reporter errs.

use crate::audit::NewEntry;
use crate::clock::DAY_US;
use crate::error::guard;
use crate::live::Change;
use crate::people::checked_lines;
use crate::report::Tally;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use serde::{Deserialize, Serialize};
use wardpost_model::audit::AuditKind;
use wardpost_model::finding::{Finding, FindingKind, Part};
use wardpost_model::person::Actor;
use wardpost_model::tally::{Direction, Topic};
use wardpost_model::{DraftId, FalseAlarmId, MailboxId, MessageId};
use wardpost_store::Batch;
use wardpost_store::repo::false_alarm::{self as rows, AlarmRow};

/// Most reports of one person that wait to be decided.
const MOST_OPEN: i64 = 50;
/// Longest text that is taken, in characters.
const LONGEST: usize = 200;
/// Days after which a report that nobody decided on is forgotten.
pub(super) const KEPT_DAYS: i64 = 90;

/// What the reporter says of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlarmClaim {
    /// It names no patient.
    NotPatient,
    /// It is not about anybody's health.
    NotHealth,
    /// The number is no patient's.
    NotNumber,
    /// It is nothing of a patient.
    NotPersonal,
}

impl AlarmClaim {
    const fn as_str(self) -> &'static str {
        match self {
            Self::NotPatient => "not_patient",
            Self::NotHealth => "not_health",
            Self::NotNumber => "not_number",
            Self::NotPersonal => "not_personal",
        }
    }
}

/// A finding that is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmReport {
    /// Where it stands; only in the subject and the text.
    pub part: Part,
    /// First code point.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// What it was taken for.
    pub kind: FindingKind,
    /// What it is instead.
    pub claim: AlarmClaim,
    /// In the reporter's words, if they like.
    pub note: String,
}

/// `false_alarm.sealed_report`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct SealedAlarm {
    pub text: String,
    pub kind: FindingKind,
    pub reason: String,
    pub claim: AlarmClaim,
    pub note: String,
    pub mailbox: MailboxId,
}

/// A message in which something was found.
struct Marked<'a> {
    subject: &'a str,
    text: &'a str,
    findings: &'a [Finding],
    mailbox: MailboxId,
    /// In the audit log.
    object: (&'static str, String),
}

impl Core {
    /// Reports a finding in one's own draft, as it was saved last. Gives whether it is new: nobody reports a
    /// text twice, but a note may be added.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] `finding_gone` when there is no such finding (any more), `too_many_reports`;
    /// [`Error::Validation`] of `part`, `note`.
    pub async fn report_finding_in_draft(&self, actor: &Actor, id: DraftId, report: AlarmReport) -> Result<bool> {
        let draft = self.draft(actor, id).await?;
        let findings = self.scan(&draft.subject, &draft.text, None, Vec::new()).await?.findings;
        let object = ("draft", id.to_string());
        let (subject, text, mailbox) = (&draft.subject, &draft.text, draft.mailbox_id);
        self.report_finding(actor, Marked { subject, text, findings: &findings.spans, mailbox, object }, report).await
    }

    /// Reports a finding in a message that waits to be reviewed.
    ///
    /// # Errors
    /// As [`Core::held_message`] and [`Core::report_finding_in_draft`].
    pub async fn report_finding_in_held(&self, actor: &Actor, id: MessageId, report: AlarmReport) -> Result<bool> {
        let (_, row) = self.held_row(actor, id).await?;
        let (head, body) = self.open_row(&row).await?;
        let findings = body.findings.unwrap_or_default().spans;
        let mailbox = row.mailbox_id.ok_or(Error::NotFound)?;
        let object = ("message", id.to_string());
        let marked = Marked { subject: &head.subject, text: &body.text, findings: &findings, mailbox, object };
        self.report_finding(actor, marked, report).await
    }

    /// Reports a finding in a message that was sent from a mailbox.
    ///
    /// # Errors
    /// As [`Core::read_message`] and [`Core::report_finding_in_draft`]; [`Error::Conflict`] `not_sent` when it was not sent
    /// from there.
    pub async fn report_finding_in_sent(
        &self,
        actor: &Actor,
        mailbox: MailboxId,
        id: MessageId,
        report: AlarmReport,
    ) -> Result<bool> {
        let opened = self.open_for(actor, mailbox, id).await?;
        if opened.row.mailbox_id != Some(opened.mailbox.id) {
            return Err(Error::Conflict("not_sent"));
        }
        let findings = opened.body.findings.unwrap_or_default().spans;
        let object = ("message", id.to_string());
        let (subject, text) = (&opened.head.subject, &opened.body.text);
        self.report_finding(actor, Marked { subject, text, findings: &findings, mailbox, object }, report).await
    }

    async fn report_finding(&self, actor: &Actor, m: Marked<'_>, r: AlarmReport) -> Result<bool> {
        let note = checked_lines("note", &r.note, 0, 300)?;
        let within = match r.part {
            Part::Subject => m.subject,
            Part::Body => m.text,
            Part::Attachment(_) | Part::FileName(_) => {
                return Err(Error::field("part", "not_here", "Only what stands in the subject or the text."));
            }
        };
        let same = |f: &&Finding| (&f.part, f.start, f.end, f.kind) == (&r.part, r.start, r.end, r.kind);
        let found = m.findings.iter().find(same).ok_or(Error::Conflict("finding_gone"))?;
        let length = found.end.saturating_sub(found.start) as usize;
        let text: String = within.chars().skip(found.start as usize).take(length).collect();
        if text.is_empty() || text.chars().count() > LONGEST {
            return Err(Error::field("end", "too_long", format!("At most {LONGEST} characters.")));
        }
        let id = FalseAlarmId(self.clock().new_id());
        let text_index = self.alarm_index(found.kind, &text);
        let reason = found.reason.clone();
        let sealed = SealedAlarm { text, kind: found.kind, reason, claim: r.claim, note, mailbox: m.mailbox };
        let mut batch = Batch::new();
        let row = AlarmRow {
            id,
            text_index: text_index.clone(),
            person_id: actor.person_id,
            reported_us: self.clock().now_us(),
            sealed_report: self.seal(purpose::FALSE_ALARM, id.as_bytes(), &sealed)?,
        };
        rows::insert(&mut batch, self.org(), row, MOST_OPEN, "too_many_reports");
        // Not the text: it is erased when it was decided, the log is not.
        let entry = NewEntry::by(actor, AuditKind::FalseAlarmReported)
            .on(m.object.0, m.object.1)
            .with("kind", format!("{:?}", found.kind).to_uppercase())
            .with("claim", r.claim.as_str());
        self.audit(&mut batch, entry.clone().with("false_alarm", id.to_string()))?;
        self.tally(&mut batch, &Tally::new(Direction::Outgoing).with(Topic::FalseAlarm, "reported"))?;
        self.announce(&mut batch, Change::Policy);
        match self.db().write(batch).await {
            Ok(_) => Ok(true),
            Err(e) if e.is_conflict_on(rows::REPORTED_BEFORE) => self.add_note(actor, text_index, sealed, entry).await,
            Err(e) => Err(e.into()),
        }
    }

    /// One press reports; who likes to say more does so afterwards.
    async fn add_note(&self, actor: &Actor, text_index: Vec<u8>, sealed: SealedAlarm, entry: NewEntry) -> Result<bool> {
        let reports = rows::of_text(self.db(), self.org(), text_index).await?;
        let Some(own) = reports.iter().find(|r| r.person_id == actor.person_id).filter(|_| !sealed.note.is_empty())
        else {
            return Ok(false);
        };
        let mut batch = Batch::new();
        let bytes = self.seal(purpose::FALSE_ALARM, own.id.as_bytes(), &sealed)?;
        rows::reseal(&mut batch, self.org(), (own.id, actor.person_id), bytes, guard::STATE);
        self.audit(&mut batch, entry.with("false_alarm", own.id.to_string()))?;
        self.db().write(batch).await?;
        Ok(false)
    }

    /// By which reports of the same text as the same kind are found together. Compared as exceptions are: without case.
    pub(super) fn alarm_index(&self, kind: FindingKind, text: &str) -> Vec<u8> {
        self.index(purpose::FALSE_ALARM_TEXT, &format!("{kind:?} {}", text.to_lowercase()))
    }

    /// Forgets reports that nobody decided on.
    pub(super) fn prune_false_alarms(&self, batch: &mut Batch) {
        rows::prune(batch, self.org(), self.clock().now_us() - KEPT_DAYS * DAY_US);
    }
}
