//! Recall and expiry: what a sender can still do after sending.

use super::types::{SealedOutcome, SealedPickup};
use crate::audit::NewEntry;
use crate::clock::{DAY_US, MINUTE_US};
use crate::error::guard;
use crate::live::Change;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use wardpost_model::audit::AuditKind;
use wardpost_model::message::{MessageView, RecipientState};
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_model::plan::Route;
use wardpost_model::{MailboxId, MessageId, RecipientId};
use wardpost_store::Batch;
use wardpost_store::repo::message as rows;
use wardpost_store::repo::pickup::{self as pickups, PickupRow};
use wardpost_store::repo::recipient::{self as recipients, RecipientRow, StateChange};
use wardpost_store::repo::{delivery as queue, held};

impl Core {
    /// Withdraws a message from all recipients (or some) from whom it can still be withdrawn: waiting deliveries,
    /// pick-ups (opened ones too: they can't be opened again), unread messages inside the house. What another server
    /// has can't be withdrawn.
    ///
    /// # Errors
    /// [`Error::Conflict`] when nothing can be withdrawn (any more); [`Error::NotFound`]; [`Error::Denied`].
    pub async fn recall(
        &self,
        actor: &Actor,
        mailbox: MailboxId,
        id: MessageId,
        only: Option<&[RecipientId]>,
    ) -> Result<MessageView> {
        self.mailbox_for(actor, Permission::MailSend, mailbox).await?;
        let opened = self.open_for(actor, mailbox, id).await?;
        if opened.row.mailbox_id != Some(mailbox) {
            return Err(Error::NotFound);
        }
        let now = self.clock().now_us();
        let pickups = pickups::of_message(self.db(), self.org(), id).await?;
        let mut batch = Batch::new();
        let mut recalled = 0u32;
        let mut held_left = 0u32;
        for r in recipients::of_message(self.db(), self.org(), id).await? {
            let wanted = only.is_none_or(|o| o.contains(&r.id));
            if wanted && self.recall_one(&mut batch, &r, &pickups, now)? {
                recalled += 1;
            } else if r.state == RecipientState::Held.as_str() {
                held_left += 1;
            }
        }
        if recalled == 0 {
            return Err(Error::Conflict("nothing_to_recall"));
        }
        if held_left == 0 && held::get(self.db(), self.org(), id).await?.is_some_and(|h| h.state == "open") {
            let reason = self.seal(purpose::HELD_REASON, id.as_bytes(), &super::types::HeldReason::default())?;
            let org = self.org();
            held::decide(&mut batch, org, id, "recalled", actor.person_id, now, reason, guard::STATE);
            self.announce(&mut batch, Change::Held);
        }
        let entry = NewEntry::by(actor, AuditKind::MessageRecalled)
            .on_message(id)
            .on_behalf_of(opened.mailbox.address.to_string())
            .patient(opened.head.patient.as_deref())
            .with("recipients", recalled.to_string());
        self.audit(&mut batch, entry)?;
        self.announce(&mut batch, Change::Message(mailbox, id));
        self.db().write(batch).await?;
        let opened = self.open_for(actor, mailbox, id).await?;
        self.view(opened).await
    }

    /// Sets until when the pick-ups of a message can be opened.
    ///
    /// # Errors
    /// [`Error::Validation`] for a time that is not between five minutes and a year from now; [`Error::Conflict`] when
    /// there is no open pick-up.
    pub async fn set_expiry(
        &self,
        actor: &Actor,
        mailbox: MailboxId,
        id: MessageId,
        expires_at: Timestamp,
    ) -> Result<MessageView> {
        self.mailbox_for(actor, Permission::MailSend, mailbox).await?;
        let opened = self.open_for(actor, mailbox, id).await?;
        if opened.row.mailbox_id != Some(mailbox) {
            return Err(Error::NotFound);
        }
        let now = self.clock().now_us();
        let expires_us = expires_at.as_microsecond();
        if !(now + 5 * MINUTE_US..=now + 366 * DAY_US).contains(&expires_us) {
            return Err(Error::field("expires_at", "range", "between five minutes and a year from now"));
        }
        let mut batch = Batch::new();
        for p in pickups::of_message(self.db(), self.org(), id).await?.iter().filter(|p| p.state == "ready") {
            pickups::set_expiry(&mut batch, self.org(), p.id, expires_us, guard::STATE);
        }
        if batch.is_empty() {
            return Err(Error::Conflict("no_open_pickup"));
        }
        let entry = NewEntry::by(actor, AuditKind::MessageExpiryChanged)
            .on_message(id)
            .on_behalf_of(opened.mailbox.address.to_string())
            .with("expires_at", expires_at.to_string());
        self.audit(&mut batch, entry)?;
        self.announce(&mut batch, Change::Message(mailbox, id));
        self.db().write(batch).await?;
        self.view(opened).await
    }

    fn recall_one(&self, batch: &mut Batch, r: &RecipientRow, pickups: &[PickupRow], now: i64) -> Result<bool> {
        let Some(state) = RecipientState::from_name(&r.state) else { return Ok(false) };
        let route = Route::from_name(&r.route).unwrap_or(Route::None);
        match (state, route) {
            (RecipientState::Held, _) => {}
            (RecipientState::Queued, _) => {
                if let Some(delivery) = r.delivery_id {
                    queue::require_idle(batch, self.org(), delivery, now, "delivery_under_way");
                }
            }
            (RecipientState::Delivered, Route::Inside) => {
                let Some(mailbox) = r.mailbox_id else { return Ok(false) };
                rows::withdraw(batch, self.org(), mailbox, r.message_id, "already_read");
                self.announce(batch, Change::Mailbox(mailbox));
            }
            (RecipientState::Delivered | RecipientState::Opened, Route::Pickup) => {}
            _ => return Ok(false),
        }
        if let Some(p) = pickups.iter().find(|p| p.recipient_id == r.id && p.state == "ready") {
            self.end_pickup(batch, p, "recalled")?;
        }
        self.end_recipient(batch, r, state, RecipientState::Recalled, now)?;
        Ok(true)
    }

    /// Ends a pick-up: the link opens nothing any more, the token and the telephone number are forgotten.
    pub(crate) fn end_pickup(&self, batch: &mut Batch, p: &PickupRow, state: &'static str) -> Result<()> {
        let mut sealed: SealedPickup = self.unseal(purpose::PICKUP, p.id.as_bytes(), &p.sealed_pickup)?;
        (sealed.token, sealed.phone, sealed.secret) = (None, None, None);
        let resealed = self.seal(purpose::PICKUP, p.id.as_bytes(), &sealed)?;
        pickups::set_state(batch, self.org(), p.id, state, resealed, guard::STATE);
        pickups::delete_sessions(batch, self.org(), p.id);
        Ok(())
    }

    pub(crate) fn end_recipient(
        &self,
        batch: &mut Batch,
        r: &RecipientRow,
        from: RecipientState,
        to: RecipientState,
        now: i64,
    ) -> Result<()> {
        let change = StateChange {
            message_id: r.message_id,
            id: r.id,
            from: from.as_str(),
            to: to.as_str(),
            at_us: now,
            next_try_us: None,
            sealed_outcome: Some(self.seal(purpose::RECIPIENT_OUTCOME, r.id.as_bytes(), &SealedOutcome::default())?),
        };
        recipients::set_state(batch, self.org(), change, guard::STATE);
        Ok(())
    }
}
