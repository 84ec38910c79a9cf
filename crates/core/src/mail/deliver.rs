//! The delivery queue as the workers see it: claim, try, tell what happened. A route that fails falls to the next
//! safer-or-equal one, never to clear text.

use super::file::{NewFile, Owner};
use super::notice::{SenderNotice, pickup_notification};
use super::send::{Leaving, sensitivity_of};
use super::types::{Head, Payload, SealedOutcome, SealedPickup, SealedRecipient};
use crate::audit::NewEntry;
use crate::clock::{DAY_US, HOUR_US, MINUTE_US, from_us};
use crate::error::guard;
use crate::live::Change;
use crate::ports::TlsFinding;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use uuid::Uuid;
use wardpost_gate::{OutsideFacts, TlsKnowledge};
use wardpost_model::audit::{AuditKind, Outcome};
use wardpost_model::message::{Party, RecipientState};
use wardpost_model::plan::{Reason, Route, SecondFactor};
use wardpost_model::{DeliveryId, Domain, EmailAddress, MailboxId, MessageId, RecipientId};
use wardpost_store::Batch;
use wardpost_store::repo::delivery::{self as queue, DeliveryRow};
use wardpost_store::repo::message::{self as rows, MessageRow};
use wardpost_store::repo::pickup as pickups;
use wardpost_store::repo::recipient::{self as recipients, RecipientRow, StateChange};

/// How long a worker may take for one try before another may begin it.
const LEASE_US: i64 = 15 * MINUTE_US;
/// How long delivery is tried.
const GIVE_UP_US: i64 = 3 * DAY_US;

/// One piece of delivery work, leased to this worker.
#[derive(Debug, Clone)]
pub struct DeliveryJob {
    /// Its id.
    pub id: DeliveryId,
    lease: Uuid,
    row: DeliveryRow,
    /// The message.
    pub message_id: MessageId,
    /// Which try this is, from 1.
    pub attempt: u32,
    /// MAIL FROM; none for notices (null sender).
    pub envelope_from: Option<EmailAddress>,
    /// RCPT TO.
    pub recipients: Vec<(RecipientId, EmailAddress)>,
    /// The domain to deliver to.
    pub domain: Domain,
    /// What to deliver.
    pub content: DeliveryContent,
}

/// What to deliver.
#[derive(Debug, Clone)]
pub enum DeliveryContent {
    /// A message written here: the face builds the format. Verified TLS is required.
    Composed {
        /// From.
        from: Party,
        /// To.
        to: Vec<Party>,
        /// Cc.
        cc: Vec<Party>,
        /// Subject.
        subject: String,
        /// Text.
        text: String,
        /// Files.
        files: Vec<NewFile>,
        /// Message-ID without brackets.
        rfc_id: String,
        /// In-Reply-To.
        in_reply_to: Option<String>,
        /// References.
        references: Vec<String>,
        /// Date.
        at: Timestamp,
    },
    /// A message as a mail program made it. Verified TLS is required.
    Raw(bytes::Bytes),
    /// A notice without content; goes by the best TLS that the other side offers.
    Notice {
        /// From.
        from: Party,
        /// To.
        to: Party,
        /// Where replies to it go.
        reply_to: Party,
        /// Subject.
        subject: String,
        /// Text.
        text: String,
        /// Message-ID without brackets.
        rfc_id: String,
        /// Date.
        at: Timestamp,
    },
}

/// What one try came to for one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecipientOutcome {
    /// The other side has it.
    Delivered {
        /// What it said.
        detail: String,
    },
    /// Not now.
    Deferred {
        /// Why.
        detail: String,
    },
    /// Never.
    Failed {
        /// Why.
        detail: String,
    },
    /// The other side's TLS can't be verified: another route is needed.
    NoVerifiedTls {
        /// Why.
        detail: String,
    },
}

/// What one try came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// For each recipient.
    pub outcomes: Vec<(RecipientId, RecipientOutcome)>,
    /// What was learnt of the domain's TLS.
    pub tls: Option<TlsFinding>,
    /// The host that was talked to.
    pub host: Option<String>,
}

struct Finishing<'a> {
    job: &'a DeliveryJob,
    message: MessageRow,
    head: Head,
    expires_days: Option<u16>,
    now: i64,
}

impl Core {
    /// Leases up to `limit` pieces of work that are due.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn claim_deliveries(&self, limit: u32) -> Result<Vec<DeliveryJob>> {
        let now = self.clock().now_us();
        let mut jobs = Vec::new();
        for id in queue::due(self.db(), self.org(), now, i64::from(limit)).await? {
            let lease = Uuid::new_v4();
            let Some(row) = queue::lease(self.db(), self.org(), id, lease, now, now + LEASE_US).await? else {
                continue;
            };
            match self.job(row, lease).await {
                Ok(Some(job)) => jobs.push(job),
                Ok(None) => {
                    let mut batch = Batch::new();
                    queue::done(&mut batch, self.org(), id, lease, guard::LEASE);
                    self.db().write(batch).await?;
                }
                // One broken item must not stop the others: its lease runs out and it is looked at again.
                Err(e) => {
                    tracing::error!(delivery.id = %id, error = &e as &dyn std::error::Error, "a delivery can't be prepared")
                }
            }
        }
        Ok(jobs)
    }

    /// When the next work is due, in microseconds since the epoch.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn next_delivery_due(&self) -> Result<Option<i64>> {
        Ok(queue::next_due(self.db(), self.org(), self.clock().now_us()).await?)
    }

    /// Length of the queue.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn queue_depth(&self) -> Result<u64> {
        Ok(u64::try_from(queue::depth(self.db(), self.org()).await?).unwrap_or(0))
    }

    /// A signal that something was committed: workers look at the queue then.
    #[must_use]
    pub fn watch_commits(&self) -> tokio::sync::watch::Receiver<u64> {
        self.db().watch()
    }

    /// Gives work back untouched (graceful shutdown).
    ///
    /// # Errors
    /// When the store fails.
    pub async fn release_delivery(&self, job: &DeliveryJob) -> Result<()> {
        let mut batch = Batch::new();
        queue::release(&mut batch, self.org(), job.id, job.lease);
        self.db().write(batch).await?;
        Ok(())
    }

    /// Records what a try came to: states, fall-backs, notices to the sender, audit, the next try: one commit.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the lease was lost meanwhile.
    pub async fn finish_delivery(&self, job: &DeliveryJob, attempt: Attempt) -> Result<()> {
        if let Some(finding) = attempt.tls.clone() {
            self.note_domain_tls(&job.domain, finding).await?;
        }
        let message = rows::get(self.db(), self.org(), job.message_id).await?.ok_or(Error::NotFound)?;
        let (head, body) = self.open_row(&message).await?;
        let now = self.clock().now_us();
        let f = Finishing { job, message, head, expires_days: body.expires_days, now };
        let mut batch = Batch::new();
        let mut again = false;
        let rows = recipients::of_message(self.db(), self.org(), job.message_id).await?;
        for (id, outcome) in &attempt.outcomes {
            // A recipient that is not queued any more was recalled or expired meanwhile.
            let Some(row) = rows.iter().find(|r| r.id == *id && r.state == RecipientState::Queued.as_str()) else {
                continue;
            };
            again |= self.finish_recipient(&mut batch, &f, row, outcome, attempt.host.as_deref()).await?;
        }
        if again {
            let due = now + back_off(job.attempt);
            let payload = job.row.sealed_payload.clone();
            queue::again(&mut batch, self.org(), job.id, job.lease, due, payload, guard::LEASE);
        } else {
            queue::done(&mut batch, self.org(), job.id, job.lease, guard::LEASE);
        }
        if let Some(mailbox) = f.message.mailbox_id {
            self.announce(&mut batch, Change::Message(mailbox, job.message_id));
        }
        self.db().write(batch).await?;
        Ok(())
    }

    /// Adds what became of one recipient; true when it is to be tried again.
    async fn finish_recipient(
        &self,
        batch: &mut Batch,
        f: &Finishing<'_>,
        row: &RecipientRow,
        outcome: &RecipientOutcome,
        host: Option<&str>,
    ) -> Result<bool> {
        let sealed: SealedRecipient = self.unseal(purpose::RECIPIENT, row.id.as_bytes(), &row.sealed_recipient)?;
        let to = sealed.party.address.clone();
        let entry = |kind: AuditKind, detail: &str| {
            NewEntry::system(kind)
                .on_message(f.job.message_id)
                .patient(f.head.patient.as_deref())
                .with("recipient", to.to_string())
                .with("route", row.route.clone())
                .with("host", host.unwrap_or_default())
                .with("attempt", f.job.attempt.to_string())
                .with("detail", detail)
        };
        match outcome {
            RecipientOutcome::Delivered { detail } => {
                let notice = matches!(f.job.content, DeliveryContent::Notice { .. });
                let kind = if notice { AuditKind::PickupNotified } else { AuditKind::DeliveryDone };
                self.audit(batch, entry(kind, detail))?;
                self.set_recipient(batch, row, RecipientState::Delivered, None, detail, f.now)?;
                if notice {
                    self.forget_pickup_token(batch, f.job.message_id, row.id).await?;
                }
                Ok(false)
            }
            RecipientOutcome::Deferred { detail } if f.now - f.job.row.first_due_us < GIVE_UP_US => {
                self.audit(batch, entry(AuditKind::DeliveryDeferred, detail).outcome(Outcome::Refused))?;
                let next = Some(f.now + back_off(f.job.attempt));
                self.set_recipient(batch, row, RecipientState::Queued, next, detail, f.now)?;
                Ok(true)
            }
            RecipientOutcome::NoVerifiedTls { detail } => {
                match self.fall_back(batch, f, row, sealed).await? {
                    true => self.audit(batch, entry(AuditKind::DeliveryFellBack, detail))?,
                    false => self.give_up(batch, f, row, &to, entry(AuditKind::DeliveryFailed, detail), detail).await?,
                };
                Ok(false)
            }
            RecipientOutcome::Deferred { detail } | RecipientOutcome::Failed { detail } => {
                self.give_up(batch, f, row, &to, entry(AuditKind::DeliveryFailed, detail), detail).await?;
                Ok(false)
            }
        }
    }

    async fn give_up(
        &self,
        batch: &mut Batch,
        f: &Finishing<'_>,
        row: &RecipientRow,
        to: &EmailAddress,
        entry: NewEntry,
        why: &str,
    ) -> Result<wardpost_model::AuditId> {
        self.set_recipient(batch, row, RecipientState::Failed, None, why, f.now)?;
        if let Some(mailbox) = f.message.mailbox_id {
            let notice = SenderNotice::Failed { to, why };
            self.notify_sender(batch, mailbox, f.message.thread_id, notice, &f.head.subject).await?;
        }
        self.audit(batch, entry.outcome(Outcome::Refused))
    }

    /// Takes the next safer-or-equal route, if the gate names one.
    async fn fall_back(
        &self,
        batch: &mut Batch,
        f: &Finishing<'_>,
        row: &RecipientRow,
        mut sealed: SealedRecipient,
    ) -> Result<bool> {
        let contact = self.contact_of(&sealed.party.address).await?;
        let phone = sealed.phone.clone().or_else(|| contact.as_ref().and_then(|c| c.phone.clone()));
        let secret = sealed.secret.clone().or_else(|| contact.as_ref().and_then(|c| c.secret.clone()));
        let facts = OutsideFacts {
            partner: None,
            tls: TlsKnowledge::Unverified,
            phone: phone.clone(),
            agreed_secret: phone.is_none() && secret.is_some(),
            confirmed: true,
        };
        let policy = self.policy_current().await?;
        let released = self.was_released(f.job.message_id).await?;
        let found = sensitivity_of(&f.message.sensitivity);
        let route = Route::from_name(&row.route).unwrap_or(Route::None);
        let Some(detour) = wardpost_gate::fallback(route, &facts, found, &policy.policy, released) else {
            return Ok(false);
        };
        let Some(mailbox) = f.message.mailbox_id else { return Ok(false) };
        let Some(from) = self.mailbox(mailbox).await? else { return Ok(false) };
        sealed.second_factor = detour.second_factor;
        sealed.reasons = vec![Reason::FellBack, Reason::NoVerifiedTls];
        match (detour.second_factor, &phone) {
            (Some(SecondFactor::Sms), Some(p)) => sealed.reasons.push(Reason::CodeBySms { phone: p.masked() }),
            _ => sealed.reasons.push(Reason::AgreedSecret),
        }
        (sealed.phone, sealed.secret) = (phone, secret);
        let resealed = self.seal(purpose::RECIPIENT, row.id.as_bytes(), &sealed)?;
        let leaving = Leaving { id: row.id, sealed, route: detour.route, mailbox: None };
        let expires = f.now + i64::from(self.pickup_days(f.expires_days).await?) * DAY_US;
        let delivery = self.open_pickup(batch, f.job.message_id, &leaving, &from, expires, f.now)?;
        let (org, message) = (self.org(), f.job.message_id);
        recipients::set_route(batch, org, message, row.id, detour.route.as_str(), delivery, resealed, guard::FOUND);
        Ok(true)
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
        let outcome = SealedOutcome { detail: detail.chars().take(500).collect() };
        let change = StateChange {
            message_id: row.message_id,
            id: row.id,
            from: RecipientState::Queued.as_str(),
            to: to.as_str(),
            at_us: now,
            next_try_us,
            sealed_outcome: Some(self.seal(purpose::RECIPIENT_OUTCOME, row.id.as_bytes(), &outcome)?),
        };
        recipients::set_state(batch, self.org(), change, guard::STATE);
        Ok(())
    }

    /// The link was sent: only its hash is needed from now on.
    async fn forget_pickup_token(&self, batch: &mut Batch, message: MessageId, recipient: RecipientId) -> Result<()> {
        let all = pickups::of_message(self.db(), self.org(), message).await?;
        let Some(p) = all.into_iter().find(|p| p.recipient_id == recipient) else { return Ok(()) };
        let mut sealed: SealedPickup = self.unseal(purpose::PICKUP, p.id.as_bytes(), &p.sealed_pickup)?;
        sealed.token = None;
        let resealed = self.seal(purpose::PICKUP, p.id.as_bytes(), &sealed)?;
        pickups::reseal(batch, self.org(), p.id, resealed);
        Ok(())
    }

    /// Prepares leased work; none when nothing is left to do.
    async fn job(&self, row: DeliveryRow, lease: Uuid) -> Result<Option<DeliveryJob>> {
        let payload: Payload = self.unseal(purpose::DELIVERY_PAYLOAD, row.id.as_bytes(), &row.sealed_payload)?;
        let Some(message) = rows::get(self.db(), self.org(), row.message_id).await? else { return Ok(None) };
        let Some(mailbox) = message.mailbox_id else { return Ok(None) };
        let waiting = self.waiting(&row).await?;
        let Some(domain) = waiting.first().map(|(_, a)| a.domain().clone()) else { return Ok(None) };
        let (content, envelope_from) = match payload {
            Payload::Smtp => {
                let (content, from) = self.message_content(&message).await?;
                (content, Some(from))
            }
            Payload::Notify { pickup, to } => match self.notification(pickup, mailbox, &to, &row).await? {
                Some(content) => (content, None),
                None => return Ok(None),
            },
        };
        let attempt = u32::try_from(row.attempts).unwrap_or(u32::MAX).max(1);
        let message_id = row.message_id;
        let id = row.id;
        Ok(Some(DeliveryJob {
            id,
            lease,
            row,
            message_id,
            attempt,
            envelope_from,
            recipients: waiting,
            domain,
            content,
        }))
    }

    async fn waiting(&self, row: &DeliveryRow) -> Result<Vec<(RecipientId, EmailAddress)>> {
        let mut waiting = Vec::new();
        for r in recipients::of_message(self.db(), self.org(), row.message_id).await? {
            if r.delivery_id == Some(row.id) && r.state == RecipientState::Queued.as_str() {
                let sealed: SealedRecipient = self.unseal(purpose::RECIPIENT, r.id.as_bytes(), &r.sealed_recipient)?;
                waiting.push((r.id, sealed.party.address));
            }
        }
        Ok(waiting)
    }

    async fn message_content(&self, message: &MessageRow) -> Result<(DeliveryContent, EmailAddress)> {
        let (head, body) = self.open_row(message).await?;
        let from = head.from.address.clone();
        if let Some(sealed) = &message.sealed_raw {
            let key = self.vault().open_data_key(&message.wrapped_key, message.id.as_bytes()).await?;
            let raw = key.open(purpose::MESSAGE_RAW, message.id.as_bytes(), sealed)?;
            return Ok((DeliveryContent::Raw(raw.to_vec().into()), from));
        }
        let mut files = Vec::new();
        for meta in self.files_of(Owner::Message(message.id.0)).await? {
            let (meta, data) = self.open_file(Owner::Message(message.id.0), meta.id).await?;
            files.push(NewFile {
                file_name: meta.file_name,
                media_type: meta.media_type,
                content_id: meta.content_id,
                data: data.to_vec().into(),
            });
        }
        let content = DeliveryContent::Composed {
            from: head.from,
            to: head.to,
            cc: head.cc,
            subject: head.subject,
            text: body.text,
            files,
            rfc_id: head.rfc_id,
            in_reply_to: head.in_reply_to,
            references: head.references,
            at: from_us(message.at_us),
        };
        Ok((content, from))
    }

    async fn notification(
        &self,
        pickup: wardpost_model::PickupId,
        mailbox: MailboxId,
        to: &EmailAddress,
        row: &DeliveryRow,
    ) -> Result<Option<DeliveryContent>> {
        let Some(p) = pickups::get(self.db(), self.org(), pickup).await?.filter(|p| p.state == "ready") else {
            return Ok(None);
        };
        let sealed: SealedPickup = self.unseal(purpose::PICKUP, p.id.as_bytes(), &p.sealed_pickup)?;
        let Some(token) = sealed.token else { return Ok(None) };
        let Some(mailbox) = self.mailbox(mailbox).await? else { return Ok(None) };
        let org = self.org_name().await?;
        let link = format!("{}/p#{token}", self.config().public_url);
        let expires = from_us(p.expires_us).strftime("%Y-%m-%d").to_string();
        let sms = p.method == "sms";
        let notice = pickup_notification(sealed.language, &org, &sealed.sender_name, &link, &expires, sms);
        Ok(Some(DeliveryContent::Notice {
            // The organisation's own domain speaks (NTA-09), so that the guest recognises it.
            from: Party { name: org, address: mailbox.address.clone() },
            to: Party { name: sealed.guest.name, address: to.clone() },
            reply_to: Party { name: mailbox.name.clone(), address: mailbox.address.clone() },
            subject: notice.subject,
            text: notice.text,
            rfc_id: format!("{}.notice@{}", row.id.0.simple(), self.config().host_name),
            at: from_us(row.first_due_us),
        }))
    }
}

/// Wait before the next try: 1, 5, 15, 30 minutes, then hourly, then every four hours.
fn back_off(attempt: u32) -> i64 {
    match attempt {
        0 | 1 => MINUTE_US,
        2 => 5 * MINUTE_US,
        3 => 15 * MINUTE_US,
        4 => 30 * MINUTE_US,
        5..=10 => HOUR_US,
        _ => 4 * HOUR_US,
    }
}
