//! The delivery queue as the workers see it: claim, load, try. What became of a try is told in [`super::finish`].

use super::file::{NewFile, Owner};
use super::notice::pickup_notification;
use super::types::{Payload, SealedPickup, SealedRecipient};
use crate::clock::{DAY_US, HOUR_US, MINUTE_US, from_us};
use crate::error::guard;
use crate::ports::TlsFinding;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::time::Duration;
use uuid::Uuid;
use wardpost_model::message::{Party, RecipientState};
use wardpost_model::plan::Route;
use wardpost_model::{DeliveryId, Domain, EmailAddress, MailboxId, MessageId, RecipientId};
use wardpost_store::Batch;
use wardpost_store::repo::delivery::{self as queue, DeliveryRow};
use wardpost_store::repo::message::{self as rows, MessageRow};
use wardpost_store::repo::pickup as pickups;
use wardpost_store::repo::recipient as recipients;

/// How long work stays with a worker that gives no sign of life; [`Core::extend_delivery`] is such a sign.
const LEASE_US: i64 = 5 * MINUTE_US;
/// How often a worker should give one: several may be missed.
pub const LEASE_HEARTBEAT: Duration = Duration::from_secs(60);
/// How long delivery is tried.
pub(super) const GIVE_UP_US: i64 = 3 * DAY_US;
/// Tries for work that can't be opened (about five hours).
const BROKEN_TRIES: u32 = 8;
/// Tries in all, should workers die of it: more than the waits of [`back_off`] allow in [`GIVE_UP_US`].
const MAX_TRIES: u32 = 50;

/// One piece of delivery work, leased to this worker. Nothing of the message is loaded yet.
#[derive(Debug, Clone)]
pub struct DeliveryLease {
    /// Its id.
    pub id: DeliveryId,
    /// The message.
    pub message_id: MessageId,
    /// Which try this is, from 1.
    pub attempt: u32,
    /// About how many bytes there are to load.
    pub bytes: u64,
    pub(super) lease: Uuid,
    pub(super) row: DeliveryRow,
}

/// Leased work, loaded.
#[derive(Debug, Clone)]
pub struct DeliveryJob {
    /// The lease.
    pub work: DeliveryLease,
    /// MAIL FROM: where bounces go.
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
    /// A message written here: the face builds the format. Verified TLS is required. Guests who pick it up stand in no
    /// header: somebody's answer to all would reach them in clear text, and guests need not know of each other.
    Composed {
        /// From.
        from: Party,
        /// Who wrote it on behalf of From, for `Sender:` (RFC 5322, 3.6.2).
        sender: Option<Party>,
        /// To.
        to: Vec<Party>,
        /// Cc.
        cc: Vec<Party>,
        /// Subject.
        subject: String,
        /// Text.
        text: String,
        /// HTML, as a mail program wrote it.
        html: Option<String>,
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
    Raw {
        /// The message.
        data: bytes::Bytes,
        /// Guests: to be taken out of its headers.
        hidden: Vec<EmailAddress>,
        /// Who wrote it on behalf of From, for `Sender:`.
        sender: Option<Party>,
    },
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
    /// How the connection was protected.
    pub protection: Option<String>,
    /// The host that was talked to.
    pub host: Option<String>,
}

impl Core {
    /// Leases up to `limit` pieces of work that are due: one commit for all.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn claim_deliveries(&self, limit: u32) -> Result<Vec<DeliveryLease>> {
        let now = self.clock().now_us();
        let due = queue::due(self.db(), self.org(), now, i64::from(limit)).await?;
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let lease = Uuid::new_v4();
        let mut batch = Batch::new();
        for id in &due {
            queue::lease(&mut batch, self.org(), *id, lease, now, now + LEASE_US);
        }
        self.db().write(batch).await?;
        let mut leases = Vec::with_capacity(due.len());
        for id in due {
            match queue::leased(self.db(), self.org(), id, lease).await {
                Ok(Some((row, bytes))) => leases.push(DeliveryLease {
                    id,
                    message_id: row.message_id,
                    attempt: u32::try_from(row.attempts).unwrap_or(u32::MAX).max(1),
                    bytes: u64::try_from(bytes).unwrap_or(0),
                    lease,
                    row,
                }),
                // Another node was quicker.
                Ok(None) => {}
                // One that can't be read must not cost the others; its lease runs out.
                Err(e) => {
                    tracing::error!(delivery.id = %id, error = &e as &dyn std::error::Error, "a delivery can't be read")
                }
            }
        }
        Ok(leases)
    }

    /// Tells that the worker is alive: nobody else begins this work for another while.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the lease was lost meanwhile.
    pub async fn extend_delivery(&self, work: &DeliveryLease) -> Result<()> {
        let until = self.clock().now_us() + LEASE_US;
        let mut batch = Batch::new();
        queue::extend(&mut batch, self.org(), work.id, work.lease, until, guard::LEASE);
        self.db().write(batch).await?;
        Ok(())
    }

    /// Loads leased work; none when there is nothing to do: its recipients were recalled, or it can't be opened. The
    /// latter is tried again later and given up after some tries, with a notice to the sender.
    ///
    /// # Errors
    /// When the store fails; the lease runs out then.
    pub async fn prepare_delivery(&self, work: DeliveryLease) -> Result<Option<DeliveryJob>> {
        if work.attempt > MAX_TRIES {
            self.abandon_delivery(&work, "tried too often").await?;
            return Ok(None);
        }
        match self.job(&work).await {
            Ok(Some(job)) => return Ok(Some(job)),
            Ok(None) => self.close_delivery(&work).await?,
            Err(e) => {
                tracing::error!(delivery.id = %work.id, error = &e as &dyn std::error::Error, "a delivery can't be prepared");
                // A store that is only busy says nothing about the work.
                let broken = matches!(e, Error::Internal { .. });
                if broken && work.attempt >= BROKEN_TRIES {
                    self.abandon_delivery(&work, "the message can't be opened").await?;
                } else {
                    let mut batch = Batch::new();
                    self.put_back(&mut batch, &work);
                    self.db().write(batch).await?;
                }
            }
        }
        Ok(None)
    }

    /// Adds the next try.
    pub(super) fn put_back(&self, batch: &mut Batch, work: &DeliveryLease) {
        let due = self.clock().now_us() + back_off(work.attempt);
        let payload = work.row.sealed_payload.clone();
        queue::again(batch, self.org(), work.id, work.lease, due, payload, guard::LEASE);
    }

    /// Removes work that nobody waits for any more.
    async fn close_delivery(&self, work: &DeliveryLease) -> Result<()> {
        let mut batch = Batch::new();
        queue::done(&mut batch, self.org(), work.id, work.lease, guard::LEASE);
        self.db().write(batch).await?;
        Ok(())
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
    pub async fn release_delivery(&self, work: &DeliveryLease) -> Result<()> {
        let mut batch = Batch::new();
        queue::release(&mut batch, self.org(), work.id, work.lease);
        self.db().write(batch).await?;
        Ok(())
    }

    async fn job(&self, work: &DeliveryLease) -> Result<Option<DeliveryJob>> {
        let row = &work.row;
        let payload: Payload = self.unseal(purpose::DELIVERY_PAYLOAD, row.id.as_bytes(), &row.sealed_payload)?;
        let Some(message) = rows::get(self.db(), self.org(), row.message_id).await? else { return Ok(None) };
        let (waiting, guests) = self.waiting(row).await?;
        let Some((first, to)) = waiting.first() else { return Ok(None) };
        let (first, domain) = (*first, to.domain().clone());
        let loaded = match (payload, message.mailbox_id) {
            (Payload::Smtp, Some(_)) => Some(self.message_content(&message, &guests).await?),
            (Payload::Notify { pickup, to }, Some(mailbox)) => {
                self.notification(pickup, mailbox, &to, row, first).await?
            }
            // Nobody waits for its bounces (RFC 3834, 3.3).
            (Payload::Told, _) => {
                let (work, content) = (work.clone(), self.told(&message).await?);
                return Ok(Some(DeliveryJob { work, envelope_from: None, recipients: waiting, domain, content }));
            }
            (_, None) => None,
        };
        let Some((content, from)) = loaded else { return Ok(None) };
        let work = work.clone();
        Ok(Some(DeliveryJob { work, envelope_from: Some(from), recipients: waiting, domain, content }))
    }

    /// The recipients that wait for this work, and those of the message that pick it up.
    async fn waiting(&self, row: &DeliveryRow) -> Result<(Vec<(RecipientId, EmailAddress)>, Vec<EmailAddress>)> {
        let (mut waiting, mut guests) = (Vec::new(), Vec::new());
        for r in recipients::of_message(self.db(), self.org(), row.message_id).await? {
            let waits = r.delivery_id == Some(row.id) && r.state == RecipientState::Queued.as_str();
            let guest = r.route == Route::Pickup.as_str();
            if !waits && !guest {
                continue;
            }
            let sealed: SealedRecipient = self.unseal(purpose::RECIPIENT, r.id.as_bytes(), &r.sealed_recipient)?;
            if guest {
                guests.push(sealed.party.address.clone());
            }
            if waits {
                waiting.push((r.id, sealed.party.address));
            }
        }
        Ok((waiting, guests))
    }

    async fn message_content(
        &self,
        message: &MessageRow,
        guests: &[EmailAddress],
    ) -> Result<(DeliveryContent, EmailAddress)> {
        let (head, body) = self.open_row(message).await?;
        let from = head.from.address.clone();
        let sender = head.written.and_then(|w| Some(Party { name: w.by, address: w.address? }));
        if let Some(raw) = self.raw_of(message.id).await? {
            let (data, hidden) = (raw.to_vec().into(), guests.to_vec());
            return Ok((DeliveryContent::Raw { data, hidden, sender }, from));
        }
        let hidden: BTreeSet<String> = guests.iter().map(EmailAddress::normalised).collect();
        let shown = |parties: Vec<Party>| -> Vec<Party> {
            parties.into_iter().filter(|p| !hidden.contains(&p.address.normalised())).collect()
        };
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
            sender,
            to: shown(head.to),
            cc: shown(head.cc),
            subject: head.subject,
            text: body.text,
            html: body.html,
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
        recipient: RecipientId,
    ) -> Result<Option<(DeliveryContent, EmailAddress)>> {
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
        // Bounces go to the sender's mailbox (RFC 5321 §4.4): a guest who can't be reached must not go unnoticed.
        let bounces = mailbox.address.clone();
        let content = DeliveryContent::Notice {
            // The organisation's own domain speaks (NTA-09), so that the guest recognises it.
            from: Party { name: org, address: mailbox.address.clone() },
            to: Party { name: sealed.guest.name, address: to.clone() },
            reply_to: Party { name: mailbox.name.clone(), address: mailbox.address.clone() },
            subject: notice.subject,
            text: notice.text,
            rfc_id: notification_id(row.message_id, recipient, &self.config().host_name),
            at: from_us(row.first_due_us),
        };
        Ok(Some((content, bounces)))
    }
}

/// Wait before the next try: 1, 5, 15, 30 minutes, then hourly, then every four hours.
pub(super) fn back_off(attempt: u32) -> i64 {
    match attempt {
        0 | 1 => MINUTE_US,
        2 => 5 * MINUTE_US,
        3 => 15 * MINUTE_US,
        4 => 30 * MINUTE_US,
        5..=10 => HOUR_US,
        _ => 4 * HOUR_US,
    }
}

/// Message-ID of a notification: a bounce that quotes it tells which recipient it is about.
fn notification_id(message: MessageId, recipient: RecipientId, host: &str) -> String {
    format!("{}.{}.notice@{host}", message.0.simple(), recipient.0.simple())
}

/// Reads what [`notification_id`] wrote.
pub(super) fn of_notification(rfc_id: &str) -> Option<(MessageId, RecipientId)> {
    let (ids, _) = rfc_id.split_once(".notice@")?;
    let (message, recipient) = ids.split_once('.')?;
    Some((MessageId(Uuid::try_parse(message).ok()?), RecipientId(Uuid::try_parse(recipient).ok()?)))
}
