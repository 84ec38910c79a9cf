//! Putting recipients on the routes that the gate chose: into mailboxes of the house, into the queue, behind a pick-up.

use super::types::{Payload, SealedPickup, SealedRecipient};
use crate::audit::NewEntry;
use crate::clock::DAY_US;
use crate::live::Change;
use crate::people::MailboxRef;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use std::collections::BTreeMap;
use wardpost_model::audit::AuditKind;
use wardpost_model::message::{Folder, RecipientState};
use wardpost_model::plan::{Route, SecondFactor};
use wardpost_model::{DeliveryId, MailboxId, MessageId, PickupId, RecipientId};
use wardpost_store::Batch;
use wardpost_store::repo::delivery::{self as queue, DeliveryRow};
use wardpost_store::repo::message::{self as rows, EntryRow};
use wardpost_store::repo::pickup::{self as pickups, NewPickup};

/// A recipient that goes out, for [`Core::dispatch`].
pub(crate) struct Leaving {
    pub id: RecipientId,
    pub sealed: SealedRecipient,
    pub route: Route,
    pub mailbox: Option<MailboxId>,
}

/// A message that leaves, for [`Core::dispatch`].
pub(crate) struct Departure<'a> {
    pub message: MessageId,
    pub from: &'a MailboxRef,
    /// Whom it is about, for the audit log.
    pub patient: Option<&'a str>,
    /// Days until its pick-ups expire.
    pub pickup_days: u16,
    /// Microseconds since the epoch.
    pub now: i64,
}

impl Core {
    /// Puts recipients on their routes: inside ones into their mailboxes, the others into the queue, one delivery a
    /// domain. Returns each with its state and delivery.
    pub(crate) fn dispatch(
        &self,
        batch: &mut Batch,
        d: &Departure<'_>,
        leaving: Vec<Leaving>,
    ) -> Result<Vec<(Leaving, RecipientState, Option<DeliveryId>)>> {
        let &Departure { message, from, patient, pickup_days, now } = d;
        let mut by_domain: BTreeMap<String, DeliveryId> = BTreeMap::new();
        let mut placed = Vec::with_capacity(leaving.len());
        for l in leaving {
            match (l.route, l.mailbox) {
                (Route::Inside, Some(mailbox_id)) => {
                    let folder = Folder::Inbox.as_str();
                    let entry = EntryRow { mailbox_id, message_id: message, folder, at_us: now, seen: false };
                    rows::insert_entry_once(batch, self.org(), entry);
                    self.announce(batch, Change::Mailbox(mailbox_id));
                    let entry = NewEntry::system(AuditKind::DeliveryDone).on_message(message).patient(patient);
                    let to = l.sealed.party.address.to_string();
                    self.audit(batch, entry.with("recipient", to).with("route", l.route.as_str()))?;
                    placed.push((l, RecipientState::Delivered, None));
                }
                (Route::VerifiedTls, _) => {
                    let domain = l.sealed.party.address.domain().to_string();
                    let delivery = match by_domain.get(&domain) {
                        Some(d) => *d,
                        None => {
                            let d = self.enqueue(batch, message, &Payload::Smtp, now)?;
                            by_domain.insert(domain, d);
                            d
                        }
                    };
                    placed.push((l, RecipientState::Queued, Some(delivery)));
                }
                (Route::Pickup, _) => {
                    let expires = now + i64::from(pickup_days) * DAY_US;
                    let delivery = self.open_pickup(batch, message, &l, from, expires, now)?;
                    placed.push((l, RecipientState::Queued, Some(delivery)));
                }
                (Route::Inside | Route::None, _) => {
                    return Err(Error::internal("dispatching a recipient", "the plan has no route"));
                }
            }
        }
        Ok(placed)
    }

    /// Makes a pick-up and queues its notification.
    pub(crate) fn open_pickup(
        &self,
        batch: &mut Batch,
        message: MessageId,
        l: &Leaving,
        from: &MailboxRef,
        expires_us: i64,
        now: i64,
    ) -> Result<DeliveryId> {
        let id = PickupId(self.clock().new_id());
        let token = wardpost_vault::random_token();
        let method = match l.sealed.second_factor {
            Some(SecondFactor::Sms) => "sms",
            Some(SecondFactor::Secret) => "secret",
            None => return Err(Error::internal("opening a pick-up", "the plan names no second factor")),
        };
        let sealed = SealedPickup {
            token: Some(token.clone()),
            phone: l.sealed.phone.clone(),
            secret: l.sealed.secret.clone(),
            language: l.sealed.language,
            guest: l.sealed.party.clone(),
            sender_name: from.name.clone(),
        };
        let new = NewPickup {
            id,
            message_id: message,
            recipient_id: l.id,
            token_hash: self.vault().hash_secret(purpose::PICKUP_TOKEN, token.as_bytes()).to_vec(),
            method,
            expires_us,
            sealed_pickup: self.seal(purpose::PICKUP, id.as_bytes(), &sealed)?,
        };
        pickups::insert(batch, self.org(), new);
        let notify = Payload::Notify { pickup: id, to: l.sealed.party.address.clone() };
        self.enqueue(batch, message, &notify, now)
    }

    pub(crate) fn enqueue(
        &self,
        batch: &mut Batch,
        message: MessageId,
        payload: &Payload,
        now: i64,
    ) -> Result<DeliveryId> {
        let id = DeliveryId(self.clock().new_id());
        let kind = match payload {
            Payload::Smtp => "smtp",
            Payload::Notify { .. } => "notify",
            Payload::Told => "told",
        };
        let row = DeliveryRow {
            id,
            message_id: message,
            kind: kind.to_owned(),
            due_us: now,
            first_due_us: now,
            attempts: 0,
            sealed_payload: self.seal(purpose::DELIVERY_PAYLOAD, id.as_bytes(), payload)?,
        };
        queue::insert(batch, self.org(), row);
        Ok(id)
    }

    /// Days until a pick-up expires: the sender's wish, else policy's number.
    pub(crate) async fn pickup_days(&self, wished: Option<u16>) -> Result<u16> {
        let policy = self.policy_current().await?.policy.pickup_days;
        Ok(wished.unwrap_or(policy).clamp(1, 365))
    }
}
