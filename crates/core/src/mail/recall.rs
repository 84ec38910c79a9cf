//! Recall and expiry: what a sender can still do after sending.

use super::read::Opened;
use super::types::{SealedOutcome, SealedPickup, SealedRecipient};
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
use wardpost_model::{MailboxId, MessageId, PersonId, RecipientId};
use wardpost_store::repo::message as rows;
use wardpost_store::repo::pickup::{self as pickups, PickupRow};
use wardpost_store::repo::recipient::{self as recipients, RecipientRow, StateChange};
use wardpost_store::repo::{delivery as queue, held};
use wardpost_store::{Batch, StoreError};

/// How often an act is tried whose recipients change at the same moment.
const TRIES: u32 = 4;
/// Code of a refusal: there is nothing that could be withdrawn.
const NOTHING: &str = "nothing_to_recall";

impl Core {
    /// Withdraws a message from all recipients (or some) from whom it can still be withdrawn: waiting deliveries,
    /// pick-ups (opened ones too: they can't be opened again), unread messages inside the house. What another server
    /// has can't be withdrawn. Each recipient is decided alone, so that one who was quicker keeps nobody else's copy; the
    /// states in the answer tell from whom it was withdrawn.
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
        let pickups = pickups::of_message(self.db(), self.org(), id).await?;
        let mut recalled = 0u32;
        let mut kept = NOTHING;
        for r in recipients::of_message(self.db(), self.org(), id).await? {
            if only.is_some_and(|o| !o.contains(&r.id)) {
                continue;
            }
            let pickup = pickups.iter().find(|p| p.recipient_id == r.id).cloned();
            match self.recall_one(actor, &opened, r, pickup).await? {
                Ok(()) => recalled += 1,
                Err(NOTHING) => {}
                Err(why) => kept = why,
            }
        }
        self.close_if_none_held(id, actor.person_id).await?;
        if recalled == 0 {
            return Err(Error::Conflict(kept));
        }
        let opened = self.open_for(actor, mailbox, id).await?;
        self.view(opened).await
    }

    /// Takes a message out of the review queue when all its held recipients were withdrawn: there is nothing left to
    /// decide. Does nothing otherwise, or when somebody was quicker.
    pub(crate) async fn close_if_none_held(&self, id: MessageId, by: PersonId) -> Result<()> {
        if held::get(self.db(), self.org(), id).await?.is_none_or(|h| h.state != "open") {
            return Ok(());
        }
        let states = recipients::states(self.db(), self.org(), id).await?;
        if states.iter().any(|s| s == RecipientState::Held.as_str()) {
            return Ok(());
        }
        let mut batch = Batch::new();
        let reason = self.seal(purpose::HELD_REASON, id.as_bytes(), &super::types::HeldReason::default())?;
        let now = self.clock().now_us();
        // Whoever looks at it must not hinder its sender.
        held::decide(&mut batch, self.org(), id, "recalled", by, now, reason, i64::MAX, guard::STATE);
        self.announce(&mut batch, Change::Held);
        match self.db().write(batch).await {
            Ok(_) | Err(StoreError::Guard(_)) => Ok(()),
            Err(e) => Err(e.into()),
        }
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
        for _ in 0..TRIES {
            let mut batch = Batch::new();
            for p in pickups::of_message(self.db(), self.org(), id).await?.iter().filter(|p| p.state == "ready") {
                pickups::set_expiry(&mut batch, self.org(), p.id, expires_us, guard::STATE);
            }
            if batch.is_empty() {
                return Err(Error::Conflict("no_open_pickup"));
            }
            let entry = NewEntry::by(actor, AuditKind::MessageExpiryChanged)
                .on_message(id)
                .in_mailbox(&opened.mailbox, opened.behalf.as_ref())
                .patient(opened.basis.patient.as_deref())
                .ground(opened.basis.ground)
                .with("expires_at", expires_at.to_string());
            self.audit(&mut batch, entry)?;
            self.announce(&mut batch, Change::Message(mailbox, id));
            match self.db().write(batch).await {
                Ok(_) => return self.view(opened).await,
                // One of them ended at this moment: the others still get their time.
                Err(StoreError::Guard(_)) => {}
                Err(e) => return Err(e.into()),
            }
        }
        Err(Error::Conflict(guard::STATE))
    }

    /// Withdraws from one recipient: one commit. What was read is looked at again when somebody changed it meanwhile.
    /// The inner error says why it could not be withdrawn.
    async fn recall_one(
        &self,
        actor: &Actor,
        opened: &Opened,
        mut r: RecipientRow,
        mut pickup: Option<PickupRow>,
    ) -> Result<Result<(), &'static str>> {
        let id = opened.row.id;
        let mut why = NOTHING;
        for _ in 0..TRIES {
            let mut batch = Batch::new();
            if !self.add_recall(&mut batch, opened, &r, pickup.as_ref())? {
                return Ok(Err(why));
            }
            let sealed: SealedRecipient = self.unseal(purpose::RECIPIENT, r.id.as_bytes(), &r.sealed_recipient)?;
            let entry = NewEntry::by(actor, AuditKind::MessageRecalled)
                .on_message(id)
                .in_mailbox(&opened.mailbox, opened.behalf.as_ref())
                .patient(opened.basis.patient.as_deref())
                .ground(opened.basis.ground)
                .with("recipient", sealed.party.address.to_string())
                .with("route", r.route.clone());
            self.audit(&mut batch, entry)?;
            self.announce(&mut batch, Change::Message(opened.mailbox.id, id));
            match self.db().write(batch).await {
                Ok(_) => return Ok(Ok(())),
                Err(StoreError::Guard(guard)) => why = guard,
                Err(e) => return Err(e.into()),
            }
            let rows = recipients::of_message(self.db(), self.org(), id).await?;
            let Some(again) = rows.into_iter().find(|a| a.id == r.id) else { return Ok(Err(why)) };
            let pickups = pickups::of_message(self.db(), self.org(), id).await?;
            (r, pickup) = (again, pickups.into_iter().find(|p| p.recipient_id == r.id));
        }
        Ok(Err(why))
    }

    /// Adds the withdrawal from one recipient; false when there is nothing to withdraw.
    fn add_recall(
        &self,
        batch: &mut Batch,
        opened: &Opened,
        r: &RecipientRow,
        pickup: Option<&PickupRow>,
    ) -> Result<bool> {
        let Some(state) = RecipientState::from_name(&r.state) else { return Ok(false) };
        let now = self.clock().now_us();
        let open_pickup = pickup.filter(|p| p.state == "ready");
        match (state, Route::from_name(&r.route).unwrap_or(Route::None)) {
            (RecipientState::Held, _) => {}
            // A link that is being announced right now opens nothing from this commit on; a failed one could still be
            // known to the guest.
            (
                RecipientState::Queued | RecipientState::Delivered | RecipientState::Opened | RecipientState::Failed,
                Route::Pickup,
            ) if open_pickup.is_some() => {}
            (RecipientState::Queued, _) => {
                if let Some(delivery) = r.delivery_id {
                    queue::require_idle(batch, self.org(), delivery, now, "delivery_under_way");
                }
            }
            (RecipientState::Delivered, Route::Inside) => {
                // From the mailbox itself nothing is withdrawn: it is where the sender keeps the message.
                let Some(mailbox) = r.mailbox_id.filter(|m| *m != opened.mailbox.id) else { return Ok(false) };
                rows::withdraw(batch, self.org(), mailbox, r.message_id, "already_read");
                self.announce(batch, Change::Mailbox(mailbox));
            }
            _ => return Ok(false),
        }
        if let Some(p) = open_pickup {
            self.end_pickup(batch, p, "recalled")?;
        }
        self.end_recipient(batch, r, state, RecipientState::Recalled, now)?;
        Ok(true)
    }

    /// Ends a pick-up (`recalled`, or `expired` if its time is over then): the link opens nothing any more; token,
    /// telephone number and secret are forgotten.
    pub(crate) fn end_pickup(&self, batch: &mut Batch, p: &PickupRow, state: &'static str) -> Result<()> {
        let mut sealed: SealedPickup = self.unseal(purpose::PICKUP, p.id.as_bytes(), &p.sealed_pickup)?;
        (sealed.token, sealed.phone, sealed.secret) = (None, None, None);
        let resealed = self.seal(purpose::PICKUP, p.id.as_bytes(), &sealed)?;
        match state {
            "expired" => pickups::expire(batch, self.org(), p.id, resealed, self.clock().now_us(), guard::STATE),
            _ => pickups::recall(batch, self.org(), p.id, resealed, guard::STATE),
        }
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
