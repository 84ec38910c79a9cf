//! Emergency access (NL-04, 45 CFR 164.312(a)(2)(ii)): for a stated reason and a limited time, told to the privacy officers in
//! the commit that opens it, judged afterwards, and seen by the patient.

use super::patient::initials;
use crate::audit::NewEntry;
use crate::clock::{DAY_US, MINUTE_US, from_us};
use crate::error::guard;
use crate::live::Change;
use crate::mail::HouseNotice;
use crate::people::checked_lines;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wardpost_gate::Scope;
use wardpost_model::audit::AuditKind;
use wardpost_model::ground::Ground;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, MailboxKind};
use wardpost_model::{GrantId, PatientId, PersonId};
use wardpost_store::Batch;
use wardpost_store::repo::break_glass::{self as rows, GrantRow};
use wardpost_store::repo::patient as patients;

/// So many in a day are told of with a warning.
const MANY_A_DAY: i64 = 5;

/// `break_glass.sealed_reason`.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct SealedReason {
    reason: String,
    #[serde(default)]
    verdict: Option<Verdict>,
    #[serde(default)]
    note: Option<String>,
}

/// What was judged of an emergency access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It was right.
    Justified,
    /// It was not: what follows is outside of this program.
    NotJustified,
}

impl Verdict {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Justified => "justified",
            Self::NotJustified => "not_justified",
        }
    }
}

/// An emergency access that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// Its id.
    pub id: GrantId,
    /// Until when it lasts.
    pub ends_at: Timestamp,
}

/// One's own open emergency access, for the banner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenGrant {
    /// Its id.
    pub id: GrantId,
    /// To which patient.
    pub patient_id: PatientId,
    /// Their name: it is open.
    pub patient_name: String,
    /// Until when it lasts.
    pub ends_at: Timestamp,
}

/// An emergency access that waits to be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakGlassLine {
    /// Its id.
    pub id: GrantId,
    /// To which patient.
    pub patient_id: PatientId,
    /// Their name.
    pub patient_name: String,
    /// Who took it.
    pub person_id: PersonId,
    /// Their name.
    pub person_name: String,
    /// Why.
    pub reason: String,
    /// When.
    pub started_at: Timestamp,
    /// When it ended or will end.
    pub ends_at: Timestamp,
    /// It is the reader's own.
    pub own: bool,
}

impl Core {
    /// Opens a patient for the actor, for a time. Everybody who reviews access is told in the same commit.
    ///
    /// # Errors
    /// [`Error::Denied`] without `access.break_glass`; [`Error::Conflict`] `already_open`, or `not_needed` when the patient
    /// opens otherwise; [`Error::Validation`] of a `reason` under ten characters; [`Error::NotFound`].
    pub async fn break_glass(&self, actor: &Actor, patient: PatientId, reason: &str) -> Result<Grant> {
        self.allow_on(actor, Permission::AccessBreakGlass, Scope::Organisation, ("patient", patient)).await?;
        let row = patients::get(self.db(), self.org(), patient).await?.ok_or(Error::NotFound)?;
        let reason = checked_lines("reason", reason, 1, 1000)?;
        if reason.chars().filter(|c| c.is_alphanumeric()).count() < 10 {
            return Err(Error::field("reason", "too_short", "At least ten letters: others will read it."));
        }
        match self.patient_ground(actor, &row, None).await? {
            Some(Ground::BreakGlass(_)) => return Err(Error::Conflict("already_open")),
            Some(_) => return Err(Error::Conflict("not_needed")),
            None => {}
        }
        let now = self.clock().now_us();
        let ends_us = now + i64::from(self.access_rules().await?.break_glass_minutes) * MINUTE_US;
        let earlier = rows::count_since(self.db(), self.org(), actor.person_id, now - DAY_US).await?;
        let id = GrantId(self.clock().new_id());
        let sealed = SealedReason { reason: reason.clone(), verdict: None, note: None };
        let mut batch = Batch::new();
        rows::insert(
            &mut batch,
            self.org(),
            GrantRow {
                id,
                patient_id: patient,
                person_id: actor.person_id,
                started_us: now,
                ends_us,
                ended_us: None,
                sealed_reason: self.seal(purpose::BREAK_GLASS, id.as_bytes(), &sealed)?,
            },
        );
        let entry = NewEntry::by(actor, AuditKind::AccessBreakGlass)
            .on("grant", id)
            .patient(Some(&self.reference_of(&row, None)?))
            .ground(Some(Ground::BreakGlass(id)))
            .with("ends_at", from_us(ends_us).to_string())
            .why(reason.clone());
        self.audit(&mut batch, entry)?;
        let patient_initials = initials(&self.open_patient(&row)?.name);
        let notice = HouseNotice::BreakGlass {
            who: &actor.name,
            patient: &patient_initials,
            reason: &reason,
            until: from_us(ends_us),
            many: (earlier >= MANY_A_DAY).then_some(earlier + 1),
        };
        self.tell_reviewers(&mut batch, notice).await?;
        self.announce(&mut batch, Change::Care(actor.person_id));
        self.db().write(batch).await?;
        Ok(Grant { id, ends_at: from_us(ends_us) })
    }

    /// A notice into the own mailbox of everybody who reviews access.
    async fn tell_reviewers(&self, batch: &mut Batch, notice: HouseNotice<'_>) -> Result<()> {
        let house = self.house().await?;
        self.tell_whoever_may(batch, &house, Permission::AccessReview, notice).await
    }

    /// One's own open emergency accesses.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn my_break_glass(&self, actor: &Actor) -> Result<Vec<OpenGrant>> {
        let mut open = Vec::new();
        for g in rows::open_of(self.db(), self.org(), actor.person_id, self.clock().now_us()).await? {
            let Some(row) = patients::get(self.db(), self.org(), g.patient_id).await? else { continue };
            open.push(OpenGrant {
                id: g.id,
                patient_id: g.patient_id,
                patient_name: self.open_patient(&row)?.name,
                ends_at: from_us(g.ends_us),
            });
        }
        Ok(open)
    }

    /// Ends one's own emergency access to a patient before its time.
    ///
    /// # Errors
    /// [`Error::NotFound`] when none is open.
    pub async fn end_break_glass(&self, actor: &Actor, patient: PatientId) -> Result<()> {
        let now = self.clock().now_us();
        let open = rows::open_of(self.db(), self.org(), actor.person_id, now).await?;
        let mine: Vec<&GrantRow> = open.iter().filter(|g| g.patient_id == patient).collect();
        let row = patients::get(self.db(), self.org(), patient).await?.filter(|_| !mine.is_empty());
        let row = row.ok_or(Error::NotFound)?;
        let mut batch = Batch::new();
        for g in mine {
            rows::end(&mut batch, self.org(), g.id, now, guard::FOUND);
            let entry = NewEntry::by(actor, AuditKind::AccessBreakGlassEnded)
                .on("grant", g.id)
                .patient(Some(&self.reference_of(&row, None)?))
                .ground(Some(Ground::BreakGlass(g.id)));
            self.audit(&mut batch, entry)?;
        }
        self.announce(&mut batch, Change::Care(actor.person_id));
        self.db().write(batch).await?;
        Ok(())
    }

    /// Emergency accesses that nobody has judged yet, oldest first.
    ///
    /// # Errors
    /// [`Error::Denied`] without `access.review`.
    pub async fn break_glass_queue(
        &self,
        actor: &Actor,
        after: Option<(i64, GrantId)>,
        limit: u32,
    ) -> Result<Vec<BreakGlassLine>> {
        self.allow(actor, Permission::AccessReview, Scope::Organisation).await?;
        let house = self.house().await?;
        let mut lines = Vec::new();
        for g in rows::unreviewed(self.db(), self.org(), after, i64::from(limit.clamp(1, 200))).await? {
            let sealed: SealedReason = self.unseal(purpose::BREAK_GLASS, g.id.as_bytes(), &g.sealed_reason)?;
            let patient = patients::get(self.db(), self.org(), g.patient_id).await?;
            let patient_name = patient.map(|p| self.open_patient(&p)).transpose()?.map(|p| p.name);
            lines.push(BreakGlassLine {
                id: g.id,
                patient_id: g.patient_id,
                patient_name: patient_name.unwrap_or_default(),
                person_id: g.person_id,
                person_name: house.person_name(g.person_id),
                reason: sealed.reason,
                started_at: from_us(g.started_us),
                ends_at: from_us(g.ended_us.unwrap_or(g.ends_us)),
                own: g.person_id == actor.person_id,
            });
        }
        Ok(lines)
    }

    /// Judges an emergency access, once. Who took it is told.
    ///
    /// # Errors
    /// [`Error::Denied`] without `access.review`, or for one's own; [`Error::Conflict`] when somebody was quicker;
    /// [`Error::Validation`] of `note`, which a refusal needs; [`Error::NotFound`].
    pub async fn review_break_glass(&self, actor: &Actor, id: GrantId, verdict: Verdict, note: &str) -> Result<()> {
        let found = rows::get(self.db(), self.org(), id).await?;
        let scope = found.as_ref().map(|g| Scope::BreakGlass { by: g.person_id });
        self.allow_known(actor, Permission::AccessReview, scope, ("grant", id)).await?;
        let g = found.ok_or(Error::NotFound)?;
        let note = checked_lines("note", note, usize::from(verdict == Verdict::NotJustified), 1000)?;
        let patient = patients::get(self.db(), self.org(), g.patient_id).await?.ok_or(Error::NotFound)?;
        let mut sealed: SealedReason = self.unseal(purpose::BREAK_GLASS, id.as_bytes(), &g.sealed_reason)?;
        (sealed.verdict, sealed.note) = (Some(verdict), Some(note.clone()));
        let bytes = self.seal(purpose::BREAK_GLASS, id.as_bytes(), &sealed)?;
        let mut batch = Batch::new();
        rows::review(&mut batch, self.org(), id, actor.person_id, self.clock().now_us(), bytes, guard::STATE);
        let mut entry = NewEntry::by(actor, AuditKind::AccessBreakGlassReviewed)
            .on("grant", id)
            .patient(Some(&self.reference_of(&patient, None)?))
            .ground(Some(Ground::Review))
            .with("verdict", verdict.as_str());
        if !note.is_empty() {
            entry = entry.why(note.clone());
        }
        self.audit(&mut batch, entry)?;
        let taker = self.mailboxes_of(g.person_id).await?;
        if let Some(own) = taker.iter().find(|m| m.kind == MailboxKind::Personal) {
            let initials = initials(&self.open_patient(&patient)?.name);
            let justified = verdict == Verdict::Justified;
            let notice = HouseNotice::BreakGlassReviewed { patient: &initials, justified, note: &note };
            let language = self.house().await?.person(g.person_id).map(|p| p.profile.language);
            self.notify_house(&mut batch, own.id, notice, language.unwrap_or_default()).await?;
        }
        self.announce(&mut batch, Change::Care(g.person_id));
        self.db().write(batch).await?;
        Ok(())
    }
}
