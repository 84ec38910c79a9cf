//! Who may take part, as what, and what they may read.

use super::{Asker, Outcome, Refused, own_id, wire_number};
use crate::people::House;
use crate::{Core, Error};
use std::collections::BTreeSet;
use wardpost_e2ee::Id;
use wardpost_e2ee::wire::{Kind, MemberRole};
use wardpost_gate::Scope;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, PersonState};
use wardpost_model::{ConversationId, PatientId, PersonId};
use wardpost_store::repo::conversation::{self as rows, ConversationRow, SpanRow};
use wardpost_store::repo::{conversation_account as accounts, patient as patients, proxy as proxies};

/// A kind's name as stored.
pub(super) const fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Direct => "direct",
        Kind::Group => "group",
        Kind::Patient => "patient",
    }
}

/// Reads a stored kind.
pub(super) fn kind_of(name: &str) -> Outcome<Kind> {
    [Kind::Direct, Kind::Group, Kind::Patient]
        .into_iter()
        .find(|k| kind_name(*k) == name)
        .ok_or_else(|| damaged("kind"))
}

/// A role's name as stored.
pub(super) const fn role_name(role: MemberRole) -> &'static str {
    match role {
        MemberRole::Staff => "staff",
        MemberRole::Patient => "patient",
        MemberRole::Custodian => "custodian",
    }
}

/// Reads a stored role.
pub(super) fn role_of(name: &str) -> Outcome<MemberRole> {
    let all = [MemberRole::Staff, MemberRole::Patient, MemberRole::Custodian];
    all.into_iter().find(|r| role_name(*r) == name).ok_or_else(|| damaged("role"))
}

fn damaged(what: &'static str) -> Refused {
    Refused::Fault(Error::internal("reading a conversation", what))
}

/// As what somebody has conversations by their permissions, if they may at all.
pub(super) fn side_of(permissions: &BTreeSet<Permission>) -> Option<MemberRole> {
    if permissions.contains(&Permission::ConversationUse) {
        Some(MemberRole::Staff)
    } else {
        permissions.contains(&Permission::SelfRead).then_some(MemberRole::Patient)
    }
}

/// Whether permissions let somebody take part in a conversation in a role.
pub(super) fn may_be(permissions: &BTreeSet<Permission>, role: MemberRole, kind: Kind) -> bool {
    match role {
        MemberRole::Staff => {
            permissions.contains(&Permission::ConversationUse)
                && (kind != Kind::Patient || permissions.contains(&Permission::ConversationPatient))
        }
        MemberRole::Patient => permissions.contains(&Permission::SelfRead),
        MemberRole::Custodian => true,
    }
}

/// Whether somebody of the house, by what is known of it here, can take part in a role.
pub(super) fn can_be(house: &House, person: PersonId, role: MemberRole, kind: Kind) -> bool {
    house.person(person).is_some_and(|p| {
        p.state == PersonState::Active
            && !house.services.contains(&person)
            && may_be(&house.permissions_of(&p.roles), role, kind)
    })
}

/// How somebody stands to a conversation.
pub(super) struct Membership {
    pub row: ConversationRow,
    /// Times of membership, in order.
    pub spans: Vec<SpanRow>,
    pub kind: Kind,
}

impl Membership {
    /// Whether they are a member now.
    pub(super) fn is_member(&self) -> bool {
        self.spans.last().is_some_and(|s| s.until_seq.is_none())
    }
    /// Whether they may read an entry.
    pub(super) fn sees(&self, seq: i64) -> bool {
        self.spans.iter().any(|s| s.since_seq <= seq && s.until_seq.is_none_or(|until| seq < until))
    }
    /// The log's last number for them.
    pub(super) fn last(&self) -> i64 {
        last_for(self.spans.last(), self.row.last_seq)
    }
}

/// The log's last number for whom this is the newest time of membership.
pub(super) fn last_for(span: Option<&SpanRow>, last_seq: i64) -> i64 {
    span.and_then(|s| s.until_seq).map_or(last_seq, |until| (until - 1).min(last_seq))
}

impl Core {
    /// As what the actor has conversations.
    pub(super) async fn converses(&self, actor: &Actor) -> Outcome<MemberRole> {
        if actor.circumstances.acting_for.is_none()
            && let Some(side) = side_of(&actor.permissions)
        {
            return Ok(side);
        }
        // Refused and written down; one's own data is what a patient may see.
        self.allow(actor, Permission::ConversationUse, Scope::Organisation).await?;
        Err(Refused::Denied("missing_permission"))
    }

    /// Where nothing can be changed, conversations are for reading.
    pub(super) fn changes(&self, actor: &Actor) -> Outcome<()> {
        if actor.circumstances.read_only { Err(Refused::Denied("zone_read_only")) } else { Ok(()) }
    }

    /// That a device wasn't removed: its connection may not know yet.
    pub(super) async fn still_there(&self, asker: Asker<'_>) -> Outcome<()> {
        let row = accounts::get_device(self.db(), self.org(), asker.device).await?;
        let there = row.is_some_and(|d| d.person_id == asker.actor.person_id && d.removed_us.is_none());
        if there { Ok(()) } else { Err(Refused::Denied("device_removed")) }
    }

    /// How who asks stands to a conversation: read from the store at each question.
    pub(super) async fn membership(&self, asker: Asker<'_>, conversation: Id) -> Outcome<Membership> {
        self.still_there(asker).await?;
        self.membership_of(asker.actor, own_id(conversation)).await
    }

    pub(super) async fn membership_of(&self, actor: &Actor, id: ConversationId) -> Outcome<Membership> {
        let spans = rows::spans(self.db(), self.org(), id, actor.person_id).await?;
        let last = spans.last().ok_or(Refused::NotFound)?;
        let row = rows::get(self.db(), self.org(), id).await?.ok_or(Refused::NotFound)?;
        let (role, kind) = (role_of(&last.role)?, kind_of(&row.kind)?);
        if !may_be(&actor.permissions, role, kind) {
            return Err(Refused::Denied("permission"));
        }
        // Who spoke for a patient by a proxy that is over does so no more.
        if let (MemberRole::Patient, Some(patient)) = (role, row.patient_id)
            && !self.patient_side(patient).await?.contains(&actor.person_id)
        {
            return Err(Refused::Denied("permission"));
        }
        Ok(Membership { row, spans, kind })
    }

    /// Who may speak for a patient in a conversation: the patient's own account, and who acts for them by a proxy that holds.
    pub(super) async fn patient_side(&self, id: PatientId) -> Outcome<BTreeSet<PersonId>> {
        let mut found = BTreeSet::new();
        let Some(patient) = patients::get(self.db(), self.org(), id).await? else { return Ok(found) };
        found.extend(patient.person_id);
        for row in proxies::of_patient(self.db(), self.org(), id, self.clock().now_us()).await? {
            if !self.acting_for(row.person_id, row.id).await?.over {
                found.insert(row.person_id);
            }
        }
        Ok(found)
    }

    /// How many entries there are that a member hasn't read, looking back so far at most.
    pub(super) async fn unread_entries(
        &self,
        id: ConversationId,
        me: PersonId,
        (read, last): (i64, i64),
    ) -> Outcome<u32> {
        const LOOK_BACK: i64 = 2000;
        use wardpost_store::repo::conversation_log as log;
        if read >= last {
            return Ok(0);
        }
        let from = read.max(last - LOOK_BACK);
        let n = log::unread(self.db(), self.org(), id, (from, last + 1), me).await?;
        Ok(u32::try_from(wire_number(n)).unwrap_or(u32::MAX))
    }
}
