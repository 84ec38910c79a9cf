//! What time brings: pick-ups expire, old events and sessions go.

use super::notice::SenderNotice;
use super::types::SealedPickup;
use crate::audit::NewEntry;
use crate::clock::HOUR_US;
use crate::error::guard;
use crate::idempotency::KEPT_HOURS;
use crate::live::Change;
use crate::seal::purpose;
use crate::{Core, Result};
use wardpost_model::audit::AuditKind;
use wardpost_model::message::RecipientState;
use wardpost_store::repo::pickup::PickupRow;
use wardpost_store::repo::{bulk, live, message as messages, pickup as pickups, recipient as recipients};
use wardpost_store::{Batch, StoreError};

impl Core {
    /// One round of housekeeping; any node may run it at any time. Returns how many pick-ups expired.
    ///
    /// # Errors
    /// When the store fails; what was done before stays done.
    pub async fn keep_house(&self) -> Result<u32> {
        let now = self.clock().now_us();
        let mut batch = Batch::new();
        live::prune(&mut batch, self.org(), now - HOUR_US);
        pickups::prune_sessions(&mut batch, self.org(), now);
        wardpost_store::repo::idempotency::prune(&mut batch, self.org(), now - KEPT_HOURS * HOUR_US);
        self.prune_conversations(&mut batch);
        self.prune_reviews(&mut batch);
        self.prune_false_alarms(&mut batch);
        bulk::prune(&mut batch, self.org(), now - HOUR_US);
        self.db().write(batch).await?;
        self.keep_tallies().await?;
        let mut expired = 0;
        for p in pickups::expired(self.db(), self.org(), now, 200).await? {
            match self.expire_pickup(&p, now).await {
                Ok(done) => expired += u32::from(done),
                // One must not keep the others open.
                Err(e) => {
                    tracing::error!(pickup.id = %p.id, error = &e as &dyn std::error::Error, "a pick-up can't be expired")
                }
            }
        }
        Ok(expired)
    }

    async fn expire_pickup(&self, p: &PickupRow, now: i64) -> Result<bool> {
        let all = recipients::of_message(self.db(), self.org(), p.message_id).await?;
        let Some(r) = all.iter().find(|r| r.id == p.recipient_id) else { return Ok(false) };
        let Some(message) = messages::get(self.db(), self.org(), p.message_id).await? else { return Ok(false) };
        let mut batch = Batch::new();
        // What can't be opened any more is closed all the same; then nothing is told of it.
        let to = match self.unseal(purpose::PICKUP, p.id.as_bytes(), &p.sealed_pickup) {
            Ok(SealedPickup { guest, .. }) => {
                self.end_pickup(&mut batch, p, "expired")?;
                guest.address.to_string()
            }
            Err(e) => {
                tracing::error!(pickup.id = %p.id, error = &e as &dyn std::error::Error, "a pick-up can't be opened");
                pickups::expire(&mut batch, self.org(), p.id, p.sealed_pickup.clone(), now, guard::STATE);
                pickups::delete_sessions(&mut batch, self.org(), p.id);
                "?".to_owned()
            }
        };
        let (subject, patient) = match self.open_row(&message).await {
            Ok((head, _)) => (head.subject, head.patient),
            Err(e) => {
                tracing::error!(message.id = %message.id, error = &e as &dyn std::error::Error, "a message can't be opened");
                Default::default()
            }
        };
        let state = RecipientState::from_name(&r.state);
        // One who has read it keeps the state "opened": only the link is closed.
        if let Some(from @ (RecipientState::Delivered | RecipientState::Queued)) = state {
            self.end_recipient(&mut batch, r, from, RecipientState::Expired, now)?;
            if let Some(mailbox) = message.mailbox_id {
                let notice = SenderNotice::Expired { to: &to };
                self.notify_sender(&mut batch, mailbox, (message.thread_id, message.patient_id), notice, &subject)
                    .await?;
                self.announce(&mut batch, Change::Message(mailbox, message.id));
            }
        }
        let entry = NewEntry::system(AuditKind::PickupExpired)
            .on_message(message.id)
            .patient(patient.as_deref())
            .with("recipient", to);
        self.audit(&mut batch, entry)?;
        match self.db().write(batch).await {
            Ok(_) => Ok(true),
            // Another node, the sender or the guest was quicker.
            Err(StoreError::Guard(_)) => Ok(false),
            Err(e) => Err(e.into()),
        }
    }
}
