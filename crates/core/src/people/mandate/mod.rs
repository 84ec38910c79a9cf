//! Delegation: somebody acts for a colleague in the colleague's mailbox, during a leave or beside them, always under the own
//! name (NTA-16). What holds is decided by one look at the clock, so mandates begin and end by themselves.

mod give;

pub use give::{MandateChoices, MandateLine, MandateMailbox, MandatePerson, MandateStanding, NewMandate};

use super::house::{House, MailboxRef};
use crate::care::Place;
use crate::{Core, Error, Result};
use std::cmp::Reverse;
use std::sync::Arc;
use wardpost_gate::{MandateRights, Scope};
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, MailboxKind, MandateKind, PersonState};
use wardpost_model::{EmailAddress, MailboxId, MandateId, PersonId};
use wardpost_store::Batch;
use wardpost_store::repo::mandate::{self as rows, MandateRow};

/// A mandate that was not ended. Whether it holds is another question: see `House::mandates_of`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandate {
    /// Its id.
    pub id: MandateId,
    /// Cover or secretary.
    pub kind: MandateKind,
    /// In which mailbox: the grantor's own.
    pub mailbox: MailboxId,
    /// For whom.
    pub grantor: PersonId,
    /// Who acts.
    pub holder: PersonId,
    /// Writing as well as reading.
    pub may_send: bool,
    /// What is about patients as well: in the mailbox, and for cover wherever the grantor cares.
    pub with_patients: bool,
    /// From then on, in microseconds since the epoch.
    pub starts_us: i64,
    /// Until then.
    pub ends_us: Option<i64>,
    /// Both sides were told that it begins.
    pub told: bool,
}

/// A mandate as everything above looks at it.
pub type MandateRef = Arc<Mandate>;

/// For whom somebody acts in a mailbox, for the message and the audit log.
#[derive(Debug, Clone)]
pub(crate) struct Behalf {
    pub mandate: MandateRef,
    pub grantor: String,
}

/// A mailbox that somebody uses by a mandate.
#[derive(Debug, Clone)]
pub struct MandatedMailbox {
    /// The mailbox.
    pub mailbox: MailboxRef,
    /// The mandate; of several the one that opens most.
    pub mandate: MandateRef,
    /// For whom, by name.
    pub grantor_name: String,
    /// Writing as well as reading, by any of the mandates.
    pub may_send: bool,
    /// When the last of them ends.
    pub ends_us: Option<i64>,
}

impl Mandate {
    pub(super) fn read(row: &MandateRow) -> Result<Self> {
        let kind = MandateKind::from_name(&row.kind);
        Ok(Self {
            id: row.id,
            kind: kind.ok_or_else(|| Error::internal("reading a mandate", "an unknown kind"))?,
            mailbox: row.mailbox_id,
            grantor: row.grantor_id,
            holder: row.holder_id,
            may_send: row.may_send,
            with_patients: row.with_patients,
            starts_us: row.starts_us,
            ends_us: row.ends_us,
            told: row.told_us.is_some(),
        })
    }
    /// By the clock alone.
    fn runs(&self, now_us: i64) -> bool {
        self.starts_us <= now_us && self.ends_us.is_none_or(|e| now_us < e)
    }
}

impl House {
    /// Whether a mandate holds: its time is now, the mailbox is still the grantor's own, and neither side was disabled.
    fn holds(&self, m: &Mandate, now_us: i64) -> bool {
        let there = |id| self.person(id).is_some_and(|p| p.state != PersonState::Disabled);
        m.runs(now_us) && self.owner_of(m.mailbox) == Some(m.grantor) && there(m.grantor) && there(m.holder)
    }

    /// Whose own mailbox it is.
    fn owner_of(&self, mailbox: MailboxId) -> Option<PersonId> {
        let (m, _) = self.mailboxes.get(&mailbox)?;
        match m.members.as_slice() {
            [one] if m.kind == MailboxKind::Personal => Some(*one),
            _ => None,
        }
    }

    /// The mandates of somebody that hold now: what opens most comes first.
    pub(crate) fn mandates_of(&self, holder: PersonId, now_us: i64) -> Vec<MandateRef> {
        let all = self.mandates.iter().filter(|m| m.holder == holder && self.holds(m, now_us));
        let mut found: Vec<MandateRef> = all.map(Arc::clone).collect();
        found.sort_by_key(|m| Reverse((m.may_send, m.with_patients, m.id)));
        found
    }

    /// When what somebody may do by mandates changes next by itself.
    pub(crate) fn next_mandate_change(&self, holder: PersonId, now_us: i64) -> Option<i64> {
        let mine = self.mandates.iter().filter(|m| m.holder == holder);
        mine.flat_map(|m| [Some(m.starts_us), m.ends_us]).flatten().filter(|at| *at > now_us).min()
    }
}

impl Core {
    /// What mandates let somebody do in a mailbox now.
    async fn mandates_on(&self, actor: &Actor, mailbox: MailboxId) -> Result<Vec<MandateRef>> {
        let all = self.house().await?.mandates_of(actor.person_id, self.clock().now_us());
        Ok(all.into_iter().filter(|m| m.mailbox == mailbox).collect())
    }

    /// A mailbox that the actor may use for this, and for whom they do so if it is not their own. Refusals are audited.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a mailbox that is not there or somebody else's; [`Error::Denied`].
    pub(crate) async fn entrance(
        &self,
        actor: &Actor,
        permission: Permission,
        mailbox: MailboxId,
        object: (&str, impl ToString),
    ) -> Result<(MailboxRef, Option<Behalf>)> {
        let found = self.mailbox(mailbox).await?;
        let mandates = self.mandates_on(actor, mailbox).await?;
        let mandate = mandate_rights(&mandates);
        let scope = found.as_ref().map(|m| Scope::Mailbox { members: &m.members, mandate });
        self.allow_known(actor, permission, scope, object).await?;
        let found = found.ok_or(Error::NotFound)?;
        let behalf = match mandates.into_iter().next().filter(|_| !found.members.contains(&actor.person_id)) {
            Some(mandate) => Some(Behalf { grantor: self.person_name(mandate.grantor).await?, mandate }),
            None => None,
        };
        Ok((found, behalf))
    }

    /// Whether somebody may write from a mailbox, as its user or by a mandate. Asks for no permission.
    pub(crate) async fn writes_from(&self, actor: &Actor, mailbox: &MailboxRef) -> Result<bool> {
        if mailbox.members.contains(&actor.person_id) {
            return Ok(true);
        }
        Ok(self.mandates_on(actor, mailbox.id).await?.iter().any(|m| m.may_send))
    }

    /// The mandate by which somebody may write from a colleague's mailbox now.
    pub(crate) async fn writing_mandate(&self, holder: PersonId, mailbox: MailboxId) -> Result<Option<MandateRef>> {
        let all = self.house().await?.mandates_of(holder, self.clock().now_us());
        Ok(all.into_iter().find(|m| m.mailbox == mailbox && m.may_send))
    }

    /// Adds the demand that the mandate under which somebody acts still holds when the batch is committed.
    pub(crate) fn require_mandate(&self, batch: &mut Batch, behalf: Option<&Behalf>) {
        if let Some(b) = behalf {
            self.require_running(batch, &b.mandate);
        }
    }

    /// Adds the demand that a mandate still holds when the batch is committed.
    pub(crate) fn require_running(&self, batch: &mut Batch, mandate: &MandateRef) {
        rows::require(batch, self.org(), mandate.id, self.clock().now_us(), crate::error::guard::FOUND);
    }

    /// The mailboxes that somebody uses by mandates, by name.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn mandated_mailboxes(&self, holder: PersonId) -> Result<Vec<MandatedMailbox>> {
        let house = self.house().await?;
        let mut found: Vec<MandatedMailbox> = Vec::new();
        for mandate in house.mandates_of(holder, self.clock().now_us()) {
            if let Some(known) = found.iter_mut().find(|m| m.mandate.mailbox == mandate.mailbox) {
                known.may_send |= mandate.may_send;
                known.ends_us = known.ends_us.zip(mandate.ends_us).map(|(a, b)| a.max(b));
                continue;
            }
            let Some((mailbox, _)) = house.mailboxes.get(&mandate.mailbox).filter(|(m, _)| m.active) else { continue };
            found.push(MandatedMailbox {
                mailbox: Arc::clone(mailbox),
                grantor_name: house.person_name(mandate.grantor),
                may_send: mandate.may_send,
                ends_us: mandate.ends_us,
                mandate,
            });
        }
        found.sort_by_cached_key(|m| (m.mailbox.name.to_lowercase(), m.mailbox.id));
        Ok(found)
    }

    /// The mandates by which somebody stands in for colleagues towards patients, at a place. A secretary does so in the
    /// mailbox only.
    pub(crate) async fn patient_mandates(&self, actor: &Actor, place: Option<Place<'_>>) -> Result<Vec<MandateRef>> {
        if !actor.may(Permission::PatientRead) {
            return Ok(Vec::new());
        }
        let all = self.house().await?.mandates_of(actor.person_id, self.clock().now_us());
        let here = |m: &MandateRef| place.is_some_and(|p| p.mailbox.id == m.mailbox);
        Ok(all.into_iter().filter(|m| m.with_patients && (m.kind == MandateKind::Cover || here(m))).collect())
    }

    /// The address that stands in `Sender:` of what somebody writes on behalf of a colleague: that of their own mailbox.
    pub(crate) async fn sender_address(&self, person: PersonId) -> Result<Option<EmailAddress>> {
        let own = self.mailboxes_of(person).await?;
        Ok(own.iter().find(|m| m.kind == MailboxKind::Personal).map(|m| m.address.clone()))
    }
}

pub(super) fn mandate_rights(mandates: &[MandateRef]) -> Option<MandateRights> {
    (!mandates.is_empty()).then(|| MandateRights { send: mandates.iter().any(|m| m.may_send) })
}
