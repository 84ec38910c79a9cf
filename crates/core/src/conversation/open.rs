//! Closing a conversation, opening it again, leaving it.

use super::standing::Membership;
use super::{Asker, Outcome, Refused, append, wire_id, wire_number};
use crate::Core;
use crate::audit::NewEntry;
use crate::error::guard;
use std::collections::BTreeSet;
use wardpost_e2ee::Id;
use wardpost_e2ee::wire::{Entry, EntryKind, Kind, MemberRole};
use wardpost_model::PersonId;
use wardpost_model::audit::AuditKind;
use wardpost_model::person::Actor;
use wardpost_store::repo::conversation::{self as rows, ConversationRow};
use wardpost_store::repo::{conversation_log as log, patient as patients};
use wardpost_store::{Batch, StoreError};

/// How often it is tried when other nodes change the same conversation.
const TRIES: usize = 12;

impl Core {
    /// Closes a conversation, or opens it again; the log says so.
    ///
    /// # Errors
    /// [`Refused::NotFound`] for who is no member; [`Refused::Denied`] `patient` for who isn't staff in it.
    pub async fn set_conversation_open(&self, asker: Asker<'_>, conversation: Id, open: bool) -> Outcome<()> {
        self.changes(asker.actor)?;
        let seen = self.membership(asker, conversation).await?;
        let id = seen.row.id;
        let lane = self.conversations().lanes.of(id, self.clock().now_us());
        let mut inner = lane.inner.lock().await;
        for _ in 0..TRIES {
            let state = inner.reload(self, id).await?;
            match state.current.get(&asker.actor.person_id) {
                None => return Err(Refused::NotFound),
                Some(MemberRole::Patient) => return Err(Refused::Denied("patient")),
                Some(_) if state.open == open => return Ok(()),
                Some(_) => {}
            }
            let (last_seq, at_us) = (inner.last_seq + 1, self.clock().now_us().max(inner.changed_us));
            let (kind, audited) = if open {
                (EntryKind::Reopened, AuditKind::ConversationReopened)
            } else {
                (EntryKind::Closed, AuditKind::ConversationClosed)
            };
            let entry = Entry {
                seq: wire_number(last_seq),
                at_us,
                kind,
                epoch: state.epoch,
                person: wire_id(asker.actor.person_id),
                device: Id::default(),
                client_id: Id::random(wardpost_vault::random_bytes()),
                flags: 0,
                body: Vec::new().into(),
                added: Vec::new(),
                removed: Vec::new(),
            };
            let mut batch = Batch::new();
            let epoch = super::own_number(state.epoch);
            rows::turn(
                &mut batch,
                self.org(),
                state.at(inner.last_seq),
                (last_seq, at_us),
                (epoch, open),
                guard::STATE,
            );
            log::insert(&mut batch, self.org(), id, append::row_of(&entry));
            let audit = self.conversation_entry(asker.actor, audited, &seen.row).await?;
            self.audit(&mut batch, audit)?;
            match self.db().write(batch).await {
                Ok(_) => {
                    let state = inner.reload(self, id).await?;
                    self.pass_on(&mut inner, &state, vec![entry]).await;
                    return Ok(());
                }
                Err(StoreError::Guard(_)) => {}
                Err(e) => return Err(e.into()),
            }
        }
        Err(Refused::Unavailable)
    }

    /// Leaves a conversation: the membership ends at once. The devices go out of the group by the next commit of somebody who
    /// stays; until then nobody can write.
    ///
    /// # Errors
    /// [`Refused::NotFound`] for who is no member; [`Refused::Denied`] `direct`, for what is between two.
    pub async fn leave_conversation(&self, asker: Asker<'_>, conversation: Id) -> Outcome<()> {
        self.changes(asker.actor)?;
        let seen: Membership = self.membership(asker, conversation).await?;
        let (id, me) = (seen.row.id, asker.actor.person_id);
        if !seen.is_member() {
            return Err(Refused::NotFound);
        }
        if seen.kind == Kind::Direct {
            return Err(Refused::Denied("direct"));
        }
        let lane = self.conversations().lanes.of(id, self.clock().now_us());
        let mut inner = lane.inner.lock().await;
        for _ in 0..TRIES {
            let state = inner.reload(self, id).await?;
            if !state.current.contains_key(&me) {
                return Err(Refused::NotFound);
            }
            let at_us = self.clock().now_us().max(inner.changed_us);
            let (last_seq, epoch) = (inner.last_seq, super::own_number(state.epoch));
            let mut batch = Batch::new();
            rows::turn(
                &mut batch,
                self.org(),
                state.at(last_seq),
                (last_seq, at_us),
                (epoch, state.open),
                guard::STATE,
            );
            rows::end_member(&mut batch, self.org(), (id, me), last_seq + 1, at_us, guard::STATE);
            let audit = self.conversation_entry(asker.actor, AuditKind::ConversationMembersChanged, &seen.row).await?;
            self.audit(&mut batch, audit.with("removed", asker.actor.name.clone()).why("left"))?;
            match self.db().write(batch).await {
                Ok(_) => {
                    inner.forget();
                    let people: BTreeSet<PersonId> = state.current.keys().copied().collect();
                    self.conversations().hub.tell_conversation(people, id);
                    return Ok(());
                }
                Err(StoreError::Guard(_)) => {}
                Err(e) => return Err(e.into()),
            }
        }
        Err(Refused::Unavailable)
    }

    /// The beginning of an entry about a conversation, with whose data it is.
    pub(super) async fn conversation_entry(
        &self,
        actor: &Actor,
        kind: AuditKind,
        row: &ConversationRow,
    ) -> Outcome<NewEntry> {
        let entry = NewEntry::by(actor, kind).on("conversation", row.id);
        let Some(id) = row.patient_id else { return Ok(entry) };
        let Some(patient) = patients::get(self.db(), self.org(), id).await? else { return Ok(entry) };
        let ground = self.patient_ground(actor, &patient, None).await?;
        Ok(entry.patient(Some(&self.reference_of(&patient, None)?)).ground(ground))
    }
}
