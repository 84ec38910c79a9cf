//! Beginning a conversation: its group is made by the client and followed from its GroupInfo on.

use super::handshake::{Brought, Next, ids, owners};
use super::package::people_of;
use super::standing::{kind_name, role_name};
use super::{Asker, Outcome, Refused, append, own_id, own_number, wire_id};
use crate::Core;
use std::collections::{BTreeMap, BTreeSet};
use wardpost_e2ee::Id;
use wardpost_e2ee::follow::Followed;
use wardpost_e2ee::wire::{Create, Entry, EntryKind, Kind, MAX_MEMBERS, MemberRole};
use wardpost_gate::Scope;
use wardpost_model::audit::AuditKind;
use wardpost_model::permission::Permission;
use wardpost_model::{ConversationId, PatientId, PersonId};
use wardpost_store::Batch;
use wardpost_store::repo::conversation::{self as rows, ConversationRow};
use wardpost_store::repo::{conversation_log as log, patient as patients};

impl Core {
    /// Begins a conversation. Its log begins with the entry that says who is in it.
    ///
    /// # Errors
    /// [`Refused::Denied`] `patient` (only staff begin), `member` (somebody can't be in it), `no_patient_account` (nobody of
    /// the patient's side has an account), `no_relation`, `keys`, `zone_read_only`; [`Refused::NotFound`] for a patient that
    /// isn't known; [`Refused::Malformed`].
    pub async fn create_conversation(&self, asker: Asker<'_>, create: Create) -> Outcome<()> {
        self.changes(asker.actor)?;
        self.still_there(asker).await?;
        if self.converses(asker.actor).await? != MemberRole::Staff {
            return Err(Refused::Denied("patient"));
        }
        let (id, me) = (own_id::<ConversationId>(create.conversation), asker.actor.person_id);
        if id.0.is_nil() || create.members.len() > MAX_MEMBERS {
            return Err(Refused::Malformed("conversation"));
        }
        if let Some(known) = rows::get(self.db(), self.org(), id).await? {
            // The answer to the first may have been lost.
            let same = known.created_by == me && known.kind == kind_name(create.kind);
            return if same { Ok(()) } else { Err(Refused::Malformed("conversation")) };
        }
        let people: BTreeSet<PersonId> = people_of(&create.members).into_iter().collect();
        let patient = create.patient.map(own_id::<PatientId>);
        let roles = self.who_begins(asker, create.kind, patient, &people).await?;
        let (conversation, group_info) = (create.conversation, create.group_info.to_vec());
        let (next, group_info) =
            self.aside(move || Ok((Next::of(&Followed::begin(conversation, &group_info)?)?, group_info))).await?;
        let mut others = ids(&next.devices);
        if !others.remove(&asker.device) || !owners(&next.devices).is_subset(&people) {
            return Err(Refused::Malformed("group"));
        }
        self.check_certificates(&next.devices).await?;
        let keys = self.checked_keys(create.keys, &people, Some(me)).await?;
        let welcome = self.checked_welcome(create.welcome.map(Into::into), &others).await?;
        let now_us = self.clock().now_us();
        let row = ConversationRow {
            id,
            kind: kind_name(create.kind).to_owned(),
            patient_id: patient,
            open: true,
            epoch: own_number(next.epoch),
            suite: next.suite.into(),
            last_seq: 1,
            version: 1,
            created_by: me,
            created_us: now_us,
            changed_us: now_us,
        };
        let entry = first_entry(asker, &row, &people);
        let mut batch = Batch::new();
        rows::insert(&mut batch, self.org(), &row);
        log::insert(&mut batch, self.org(), id, append::row_of(&entry));
        for (person, role) in &roles {
            rows::insert_member(&mut batch, self.org(), id, *person, 1, role_name(*role));
        }
        for device in &next.devices {
            rows::insert_leaf(&mut batch, self.org(), id, own_id(device.device), own_id(device.person));
        }
        self.put_epoch(&mut batch, id, &next, Brought { group_info, keys, welcome }, now_us);
        let house = self.house().await?;
        let names: Vec<String> = people.iter().map(|p| house.person_name(*p)).collect();
        let audit = self.conversation_entry(asker.actor, AuditKind::ConversationCreated, &row).await?;
        self.audit(&mut batch, audit.with("members", names.join(", ")).with("what", row.kind.clone()))?;
        match self.db().write(batch).await {
            Ok(_) => {}
            Err(e) if e.is_conflict_on("conversation_pkey") => return Err(Refused::Unavailable),
            Err(e) => return Err(e.into()),
        }
        let lane = self.conversations().lanes.of(id, now_us);
        let mut inner = lane.inner.lock().await;
        let state = inner.reload(self, id).await?;
        // Whoever was here before knows nothing of it: it is told from its first entry on.
        inner.passed.get_or_insert(0);
        self.pass_on(&mut inner, &state, vec![entry]).await;
        Ok(())
    }

    /// As what everybody is in a conversation that somebody wants to begin.
    async fn who_begins(
        &self,
        asker: Asker<'_>,
        kind: Kind,
        patient: Option<PatientId>,
        people: &BTreeSet<PersonId>,
    ) -> Outcome<BTreeMap<PersonId, MemberRole>> {
        let count = if kind == Kind::Direct { 2..=2 } else { 2..=MAX_MEMBERS };
        if !people.contains(&asker.actor.person_id) || !count.contains(&people.len()) {
            return Err(Refused::Malformed("members"));
        }
        if let Some(id) = patient {
            let row = patients::get(self.db(), self.org(), id).await?.ok_or(Refused::NotFound)?;
            let ground = self.patient_ground(asker.actor, &row, None).await?;
            let permission =
                if kind == Kind::Patient { Permission::ConversationPatient } else { Permission::PatientRead };
            self.allow_on(asker.actor, permission, Scope::Patient { ground }, ("patient", id)).await?;
        } else if kind == Kind::Patient {
            return Err(Refused::Malformed("patient"));
        }
        let house = self.house().await?;
        if kind == Kind::Patient
            && let Some(id) = patient
            && self.patient_side(id).await?.is_disjoint(people)
        {
            return Err(Refused::Denied("no_patient_account"));
        }
        let roles = self.roles_in(&house, (kind, patient), people).await?;
        // Nobody begins one with themselves as the patient.
        if roles.get(&asker.actor.person_id) != Some(&MemberRole::Staff) {
            return Err(Refused::Denied("patient"));
        }
        Ok(roles)
    }
}

fn first_entry(asker: Asker<'_>, row: &ConversationRow, people: &BTreeSet<PersonId>) -> Entry {
    Entry {
        seq: 1,
        at_us: row.created_us,
        kind: EntryKind::Commit,
        epoch: u64::try_from(row.epoch - 1).unwrap_or(0),
        person: wire_id(asker.actor.person_id),
        device: wire_id(asker.device),
        client_id: wire_id(row.id),
        flags: 0,
        body: Vec::new().into(),
        added: people.iter().map(|p| wire_id(*p)).collect::<Vec<Id>>(),
        removed: Vec::new(),
    }
}
