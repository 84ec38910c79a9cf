//! What became of a try: states, fall-backs, notices to the sender, audit, the next try, in one commit. A route that
//! fails falls to the next safer-or-equal one, never to clear text.

use super::deliver::{Attempt, DeliveryContent, DeliveryJob, DeliveryLease, GIVE_UP_US, RecipientOutcome, back_off};
use super::dispatch::Leaving;
use super::notice::SenderNotice;
use super::send::sensitivity_of;
use super::tell::NOTICE_ROUTE;
use super::types::{Body, Head, SealedOutcome, SealedPickup, SealedRecipient};
use crate::audit::NewEntry;
use crate::clock::DAY_US;
use crate::error::guard;
use crate::live::Change;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use wardpost_gate::{Detour, OutsideFacts, TlsKnowledge};
use wardpost_model::audit::{AuditKind, Outcome};
use wardpost_model::message::RecipientState;
use wardpost_model::plan::{Reason, Route, SecondFactor};
use wardpost_model::policy::Found;
use wardpost_model::{EmailAddress, MessageId, RecipientId};
use wardpost_store::Batch;
use wardpost_store::repo::delivery as queue;
use wardpost_store::repo::message::{self as rows, MessageRow};
use wardpost_store::repo::pickup as pickups;
use wardpost_store::repo::recipient::{self as recipients, RecipientRow, StateChange};

/// Looks at the recipients anew while guests, senders and other workers change them at the same moment.
const LOOKS: u32 = 8;

struct Finishing<'a> {
    job: &'a DeliveryJob,
    attempt: &'a Attempt,
    message: MessageRow,
    head: Head,
    body: Body,
    now: i64,
    /// Another worker has this work by now: only what the other side has taken still counts.
    late: bool,
}

impl Core {
    /// Records what a try came to. A worker that lost its lease is heard as well: what it delivered is delivered, and
    /// the worker that has the lease now finds nothing left to do.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the store can't take it now: to be called again, else the message is sent twice.
    pub async fn finish_delivery(&self, job: &DeliveryJob, attempt: &Attempt) -> Result<()> {
        let mut late = false;
        for _ in 0..LOOKS {
            match self.try_finish(job, attempt, late).await {
                Err(Error::Conflict(guard::LEASE)) => late = true,
                // A guest opened it, the sender recalled it, or another worker was quicker: what is true now?
                Err(Error::Conflict(guard::STATE)) => {}
                other => return other,
            }
        }
        Err(Error::Unavailable("recipients change all the time"))
    }

    async fn try_finish(&self, job: &DeliveryJob, attempt: &Attempt, late: bool) -> Result<()> {
        let work = &job.work;
        let message = rows::get(self.db(), self.org(), work.message_id).await?.ok_or(Error::NotFound)?;
        let (head, body) = self.open_row(&message).await?;
        let f = Finishing { job, attempt, message, head, body, now: self.clock().now_us(), late };
        let mut batch = Batch::new();
        if let Some(finding) = attempt.tls.clone() {
            self.add_domain_tls(&mut batch, &job.domain, finding)?;
        }
        let mut again = false;
        let rows = recipients::of_message(self.db(), self.org(), work.message_id).await?;
        for (id, outcome) in &attempt.outcomes {
            let Some(row) = rows.iter().find(|r| r.id == *id) else { continue };
            let waits = row.state == RecipientState::Queued.as_str() && row.delivery_id == Some(work.id);
            again |= match outcome {
                RecipientOutcome::Delivered { detail } => {
                    self.finish_delivered(&mut batch, &f, row, waits, detail).await?;
                    false
                }
                // One that does not wait for this work any more was opened, recalled, or took another route.
                other if waits && !late => self.finish_refused(&mut batch, &f, row, other).await?,
                _ => false,
            };
        }
        match (late, again) {
            (true, _) => {}
            (false, true) => self.put_back(&mut batch, work),
            (false, false) => queue::done(&mut batch, self.org(), work.id, work.lease, guard::LEASE),
        }
        if let Some(mailbox) = f.message.mailbox_id {
            self.announce(&mut batch, Change::Message(mailbox, work.message_id));
        }
        self.db().write(batch).await?;
        Ok(())
    }

    /// The other side has it. That is recorded whatever the recipient's state is by now: a guest may have been quicker
    /// than this commit.
    async fn finish_delivered(
        &self,
        batch: &mut Batch,
        f: &Finishing<'_>,
        row: &RecipientRow,
        waits: bool,
        detail: &str,
    ) -> Result<()> {
        let sealed: SealedRecipient = self.unseal(purpose::RECIPIENT, row.id.as_bytes(), &row.sealed_recipient)?;
        let notice = matches!(f.job.content, DeliveryContent::Notice { .. });
        let pickup = notice && row.route != NOTICE_ROUTE;
        let kind = if pickup { AuditKind::PickupNotified } else { AuditKind::DeliveryDone };
        let mut entry = entry_of(f, kind, row, &sealed.party.address, detail);
        if f.late || !waits {
            entry = entry.with("late", row.state.clone());
        }
        self.audit(batch, entry)?;
        if waits {
            self.set_recipient(batch, row, RecipientState::Delivered, None, detail, f.now)?;
        }
        if pickup {
            self.forget_pickup_token(batch, row.message_id, row.id).await?;
        }
        Ok(())
    }

    /// The other side has it not: again later, by another route, or never. True when it is to be tried again.
    async fn finish_refused(
        &self,
        batch: &mut Batch,
        f: &Finishing<'_>,
        row: &RecipientRow,
        outcome: &RecipientOutcome,
    ) -> Result<bool> {
        let sealed: SealedRecipient = self.unseal(purpose::RECIPIENT, row.id.as_bytes(), &row.sealed_recipient)?;
        let to = sealed.party.address.clone();
        let (detail, may_wait) = match outcome {
            RecipientOutcome::Delivered { detail } | RecipientOutcome::Failed { detail } => (detail, false),
            RecipientOutcome::Deferred { detail } => (detail, true),
            RecipientOutcome::NoVerifiedTls { detail } => {
                if let Some(detour) = self.fall_back(batch, f, row, sealed, detail).await? {
                    let entry = entry_of(f, AuditKind::DeliveryFellBack, row, &to, detail);
                    self.audit(batch, entry.with("new_route", detour.route.as_str()))?;
                    return Ok(false);
                }
                // The trouble may pass, and meanwhile a second factor may become known.
                (detail, true)
            }
        };
        if may_wait && f.now - f.job.work.row.first_due_us < GIVE_UP_US {
            let entry = entry_of(f, AuditKind::DeliveryDeferred, row, &to, detail);
            self.audit(batch, entry.outcome(Outcome::Refused))?;
            let next = Some(f.now + back_off(f.job.work.attempt));
            self.set_recipient(batch, row, RecipientState::Queued, next, detail, f.now)?;
            return Ok(true);
        }
        let entry = entry_of(f, AuditKind::DeliveryFailed, row, &to, detail);
        self.give_up(batch, row, &f.message, &f.head.subject, to.to_string(), entry, detail).await?;
        Ok(false)
    }

    /// Ends work that can't be done, without opening what can't be opened: its recipients have failed.
    pub(super) async fn abandon_delivery(&self, work: &DeliveryLease, why: &str) -> Result<()> {
        let mut batch = Batch::new();
        if let Some(message) = rows::get(self.db(), self.org(), work.message_id).await? {
            let head = self.open_row(&message).await.ok().map(|(head, _)| head);
            let (subject, patient) = head.map_or_else(Default::default, |h| (h.subject, h.patient));
            for row in recipients::of_message(self.db(), self.org(), work.message_id).await? {
                if row.delivery_id != Some(work.id) || row.state != RecipientState::Queued.as_str() {
                    continue;
                }
                let sealed = self.unseal(purpose::RECIPIENT, row.id.as_bytes(), &row.sealed_recipient);
                let to = sealed.map_or_else(|_| "?".to_owned(), |r: SealedRecipient| r.party.address.to_string());
                let entry = NewEntry::system(AuditKind::DeliveryFailed)
                    .on_message(work.message_id)
                    .patient(patient.as_deref())
                    .with("recipient", to.clone())
                    .with("route", row.route.clone())
                    .with("attempt", work.attempt.to_string())
                    .with("detail", why);
                self.give_up(&mut batch, &row, &message, &subject, to, entry, why).await?;
            }
            if let Some(mailbox) = message.mailbox_id {
                self.announce(&mut batch, Change::Message(mailbox, message.id));
            }
        }
        queue::done(&mut batch, self.org(), work.id, work.lease, guard::LEASE);
        self.db().write(batch).await?;
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "the facts of one decision")]
    async fn give_up(
        &self,
        batch: &mut Batch,
        row: &RecipientRow,
        message: &MessageRow,
        subject: &str,
        to: String,
        entry: NewEntry,
        why: &str,
    ) -> Result<()> {
        self.set_recipient(batch, row, RecipientState::Failed, None, why, self.clock().now_us())?;
        if let Some(mailbox) = message.mailbox_id {
            let notice = SenderNotice::Failed { to: &to, why };
            self.notify_sender(batch, mailbox, (message.thread_id, message.patient_id), notice, subject).await?;
        }
        self.audit(batch, entry.outcome(Outcome::Refused))?;
        Ok(())
    }

    /// Takes the next safer-or-equal route, if the gate names one.
    async fn fall_back(
        &self,
        batch: &mut Batch,
        f: &Finishing<'_>,
        row: &RecipientRow,
        mut sealed: SealedRecipient,
        detail: &str,
    ) -> Result<Option<Detour>> {
        // What the sender gave for this message goes before what is on file.
        if sealed.phone.is_none() && sealed.secret.is_none() {
            let contact = self.contact_of(&sealed.party.address).await?;
            (sealed.phone, sealed.secret) = contact.map(|c| (c.phone, c.secret)).unwrap_or_default();
            sealed.secret = sealed.secret.filter(|_| sealed.phone.is_none());
        }
        let facts = OutsideFacts {
            partner: None,
            tls: TlsKnowledge::Unverified,
            phone: sealed.phone.clone(),
            agreed_secret: sealed.secret.is_some(),
            confirmed: true,
        };
        let policy = self.policy_current().await?;
        // Somebody else has let it go, or its sender was let to.
        let released = f.body.anyway.is_some() || self.was_released(row.message_id).await?;
        let found = match &f.body.findings {
            Some(findings) => findings.into(),
            None => Found::from(sensitivity_of(&f.message.sensitivity)),
        };
        let route = Route::from_name(&row.route).unwrap_or(Route::None);
        let Some(detour) = wardpost_gate::fallback(route, &facts, &found, &policy.policy, released) else {
            return Ok(None);
        };
        let Some(mailbox) = f.message.mailbox_id else { return Ok(None) };
        let Some(from) = self.mailbox(mailbox).await? else { return Ok(None) };
        sealed.second_factor = detour.second_factor;
        sealed.reasons = vec![Reason::FellBack, Reason::NoVerifiedTls];
        match (detour.second_factor, &sealed.phone) {
            (Some(SecondFactor::Sms), Some(p)) => sealed.reasons.push(Reason::CodeBySms { phone: p.masked() }),
            _ => sealed.reasons.push(Reason::AgreedSecret),
        }
        let resealed = self.seal(purpose::RECIPIENT, row.id.as_bytes(), &sealed)?;
        let leaving = Leaving { id: row.id, sealed, route: detour.route, mailbox: None };
        let expires = f.now + i64::from(self.pickup_days(f.body.expires_days).await?) * DAY_US;
        let delivery = self.open_pickup(batch, row.message_id, &leaving, &from, expires, f.now)?;
        self.set_recipient(batch, row, RecipientState::Queued, Some(f.now), detail, f.now)?;
        let route = detour.route.as_str();
        recipients::set_route(batch, self.org(), row.message_id, row.id, route, delivery, resealed, guard::STATE);
        Ok(Some(detour))
    }

    /// Sets a recipient's state from queued.
    fn set_recipient(
        &self,
        batch: &mut Batch,
        row: &RecipientRow,
        to: RecipientState,
        next_try_us: Option<i64>,
        detail: &str,
        now: i64,
    ) -> Result<()> {
        let change = self.state_change(row, RecipientState::Queued, to, next_try_us, detail, now)?;
        recipients::set_state(batch, self.org(), change, guard::STATE);
        Ok(())
    }

    pub(super) fn state_change(
        &self,
        row: &RecipientRow,
        from: RecipientState,
        to: RecipientState,
        next_try_us: Option<i64>,
        detail: &str,
        now: i64,
    ) -> Result<StateChange> {
        let outcome = SealedOutcome { detail: detail.chars().take(500).collect() };
        Ok(StateChange {
            message_id: row.message_id,
            id: row.id,
            from: from.as_str(),
            to: to.as_str(),
            at_us: now,
            next_try_us,
            sealed_outcome: Some(self.seal(purpose::RECIPIENT_OUTCOME, row.id.as_bytes(), &outcome)?),
        })
    }

    /// The link was sent: only its hash is needed from now on.
    async fn forget_pickup_token(&self, batch: &mut Batch, message: MessageId, recipient: RecipientId) -> Result<()> {
        let all = pickups::of_message(self.db(), self.org(), message).await?;
        // One that has ended has forgotten it already.
        let open = all.into_iter().find(|p| p.recipient_id == recipient && p.state == "ready");
        let Some(p) = open else { return Ok(()) };
        let mut sealed: SealedPickup = self.unseal(purpose::PICKUP, p.id.as_bytes(), &p.sealed_pickup)?;
        sealed.token = None;
        let resealed = self.seal(purpose::PICKUP, p.id.as_bytes(), &sealed)?;
        pickups::reseal(batch, self.org(), p.id, resealed);
        Ok(())
    }
}

fn entry_of(f: &Finishing<'_>, kind: AuditKind, row: &RecipientRow, to: &EmailAddress, detail: &str) -> NewEntry {
    NewEntry::system(kind)
        .on_message(row.message_id)
        .patient(f.head.patient.as_deref())
        .with("recipient", to.to_string())
        .with("route", row.route.clone())
        .with("host", f.attempt.host.clone().unwrap_or_default())
        .with("tls", f.attempt.protection.clone().unwrap_or_default())
        .with("attempt", f.job.work.attempt.to_string())
        .with("detail", detail)
}
