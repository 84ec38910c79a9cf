//! Turning a group's epoch: exactly one commit wins each. What the client says of people is checked against what the commit
//! does with their devices.

use super::append::{self, Placed};
use super::handshake::{Brought, Next, ids, owners};
use super::package::people_of;
use super::standing::{Membership, role_name};
use super::state::{Inner, State};
use super::{Asker, Outcome, Refused, own_id, own_number, wire_id, wire_number};
use crate::Core;
use crate::error::guard;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use wardpost_e2ee::account::DeviceCertificate;
use wardpost_e2ee::follow::{Followed, Turn};
use wardpost_e2ee::wire::{Commit, Entry, EntryKind, Kind, MAX_MEMBERS, MemberRole};
use wardpost_model::audit::AuditKind;
use wardpost_model::{LeafDeviceId, PersonId};
use wardpost_store::repo::conversation as rows;
use wardpost_store::repo::{conversation_log as log, conversation_package as packages};
use wardpost_store::{Batch, StoreError};

/// How often it is tried when other nodes add to the same log.
const TRIES: usize = 12;

/// What a commit does to people.
#[derive(Default)]
struct People {
    added: BTreeMap<PersonId, MemberRole>,
    /// Who goes by it.
    ended: BTreeSet<PersonId>,
    /// Who goes, and whose devices go after they went themselves.
    removed: BTreeSet<PersonId>,
    /// Who is in it afterwards.
    members: BTreeSet<PersonId>,
}

impl Core {
    /// Turns the epoch.
    ///
    /// # Errors
    /// [`Refused::Epoch`] when another commit was first; [`Refused::NotFound`] for who is no member; [`Refused::Denied`]
    /// `direct` (the two of a direct conversation don't change), `patient` (who isn't staff in it changes nobody), `member`
    /// (somebody can't be in it), `keys`, `zone_read_only`; [`Refused::Malformed`] when the commit isn't genuine, or doesn't do
    /// what is said of it (`device`, `people`, `group`, `welcome`).
    pub async fn commit_epoch(&self, asker: Asker<'_>, commit: Commit) -> Outcome<Placed> {
        self.changes(asker.actor)?;
        let seen = self.membership(asker, commit.conversation).await?;
        let id = seen.row.id;
        if let Some(known) = log::by_client(self.db(), self.org(), id, own_id::<Uuid>(commit.client_id)).await? {
            return if known.person_id == asker.actor.person_id {
                Ok(Placed { seq: wire_number(known.seq), at_us: known.at_us })
            } else {
                Err(Refused::Denied("client_id"))
            };
        }
        if !seen.is_member() {
            return Err(Refused::NotFound);
        }
        if commit.epoch != wire_number(seen.row.epoch) {
            return Err(Refused::Epoch { current: wire_number(seen.row.epoch) });
        }
        let stored = rows::group(self.db(), self.org(), id).await?.ok_or(Refused::NotFound)?;
        let (turned, commit) = self
            .aside(move || {
                let (group, turn) = Followed::load(&stored)?.turn(&commit.commit, &commit.group_info)?;
                Ok(((Next::of(&group)?, turn), commit))
            })
            .await?;
        let (next, turn) = turned;
        if own_id::<LeafDeviceId>(turn.by.device) != asker.device {
            return Err(Refused::Malformed("device"));
        }
        let mut new: Vec<DeviceCertificate> = turn.added.clone();
        if !new.contains(&turn.by) {
            new.push(turn.by.clone());
        }
        self.check_certificates(&new).await?;
        let lane = self.conversations().lanes.of(id, self.clock().now_us());
        let mut inner = lane.inner.lock().await;
        self.commit_turned(&mut inner, asker, &seen, commit, &next, &turn).await
    }

    async fn commit_turned(
        &self,
        inner: &mut Inner,
        asker: Asker<'_>,
        seen: &Membership,
        commit: Commit,
        next: &Next,
        turn: &Turn,
    ) -> Outcome<Placed> {
        let id = seen.row.id;
        let mut come: BTreeSet<LeafDeviceId> = ids(&turn.added);
        // Who comes from outside brings itself in.
        come.remove(&asker.device);
        let welcome = self.checked_welcome(commit.welcome.clone().map(Into::into), &come).await?;
        for _ in 0..TRIES {
            let state = inner.reload(self, id).await?;
            if state.epoch != commit.epoch {
                return Err(Refused::Epoch { current: state.epoch });
            }
            let people = self.people_of_commit(asker, seen, &state, &commit, next, turn).await?;
            let keys = self.checked_keys(commit.keys.clone(), &people.members, None).await?;
            let (seq, at_us) = (inner.last_seq + 1, self.clock().now_us().max(inner.changed_us));
            let entry = entry_of_commit(asker, &commit, &people, (seq, at_us));
            let mut batch = Batch::new();
            let at = state.at(inner.last_seq);
            rows::turn(&mut batch, self.org(), at, (seq, at_us), (own_number(next.epoch), state.open), guard::STATE);
            log::insert(&mut batch, self.org(), id, append::row_of(&entry));
            for (person, role) in &people.added {
                rows::insert_member(&mut batch, self.org(), id, *person, seq, role_name(*role));
            }
            for person in &people.ended {
                // The commit by which they go is the last thing that they see.
                rows::end_member(&mut batch, self.org(), (id, *person), seq + 1, at_us, guard::STATE);
            }
            for device in &turn.removed {
                rows::delete_leaf(&mut batch, self.org(), id, own_id(device.device));
                packages::forget_welcome(&mut batch, self.org(), id, own_id(device.device));
            }
            for device in turn.added.iter().chain([&turn.by]) {
                rows::insert_leaf(&mut batch, self.org(), id, own_id(device.device), own_id(device.person));
            }
            // Who commits is in: what waited for it is of no more use.
            packages::forget_welcome(&mut batch, self.org(), id, asker.device);
            let brought = Brought { group_info: commit.group_info.to_vec(), keys, welcome: welcome.clone() };
            self.put_epoch(&mut batch, id, next, brought, at_us);
            self.audit_people(&mut batch, asker, seen, &people).await?;
            match self.db().write(batch).await {
                Ok(_) => {
                    let state = inner.reload(self, id).await?;
                    self.pass_on(inner, &state, vec![entry]).await;
                    return Ok(Placed { seq: wire_number(seq), at_us });
                }
                // Another node was faster: with a message, or with a commit.
                Err(StoreError::Guard(_)) => {}
                Err(e) if e.is_conflict_on("conversation_entry_client") => return Err(Refused::Unavailable),
                Err(e) => return Err(e.into()),
            }
        }
        Err(Refused::Unavailable)
    }

    /// What a commit does to people, checked against what it does with devices.
    async fn people_of_commit(
        &self,
        asker: Asker<'_>,
        seen: &Membership,
        state: &State,
        commit: &Commit,
        next: &Next,
        turn: &Turn,
    ) -> Outcome<People> {
        let me = asker.actor.person_id;
        let role = *state.current.get(&me).ok_or(Refused::NotFound)?;
        let add: BTreeSet<PersonId> = people_of(&commit.add).into_iter().collect();
        let remove: BTreeSet<PersonId> = people_of(&commit.remove).into_iter().collect();
        if !add.is_empty() || !remove.is_empty() {
            if state.kind == Kind::Direct {
                return Err(Refused::Denied("direct"));
            }
            if role == MemberRole::Patient {
                return Err(Refused::Denied("patient"));
            }
            // Who joins from outside does nothing else by it.
            if turn.external {
                return Err(Refused::Malformed("people"));
            }
        }
        let known = |p: &PersonId| state.current.contains_key(p);
        if add.iter().any(known) || remove.contains(&me) || !remove.iter().all(known) {
            return Err(Refused::Malformed("people"));
        }
        let house = self.house().await?;
        let added = self.roles_in(&house, (state.kind, seen.row.patient_id), &add).await?;
        let left = owners(&next.devices);
        let mut ended = remove.clone();
        if state.kind != Kind::Direct {
            // Who can't be in it any more goes with their last device. The two of a direct conversation stay the two.
            let unable = state.members.iter().filter(|m| m.until.is_none() && !m.able && !left.contains(&m.person));
            ended.extend(unable.map(|m| m.person).filter(|p| *p != me));
        }
        let members: BTreeSet<PersonId> =
            state.current.keys().filter(|p| !ended.contains(p)).chain(&add).copied().collect();
        if members.len() > MAX_MEMBERS {
            return Err(Refused::Malformed("too_many"));
        }
        // Nobody who goes, or never came, stays in the group. Devices of who left before may, until somebody removes them.
        let stale: BTreeSet<PersonId> = state.leaves.values().filter(|p| !known(p)).copied().collect();
        if left.difference(&members).any(|p| !stale.contains(p)) {
            return Err(Refused::Malformed("people"));
        }
        let removal: BTreeSet<LeafDeviceId> = state.removal.iter().map(|id| own_id(*id)).collect();
        for device in &turn.removed {
            let (owner, id): (PersonId, LeafDeviceId) = (own_id(device.person), own_id(device.device));
            if owner != me && !remove.contains(&owner) && !removal.contains(&id) {
                return Err(Refused::Malformed("device"));
            }
        }
        let gone = owners(&turn.removed);
        let went_before = gone.iter().filter(|p| !members.contains(p) && !left.contains(p));
        let removed = ended.iter().chain(went_before).copied().collect();
        Ok(People { added, ended, removed, members })
    }

    async fn audit_people(
        &self,
        batch: &mut Batch,
        asker: Asker<'_>,
        seen: &Membership,
        people: &People,
    ) -> Outcome<()> {
        if people.added.is_empty() && people.ended.is_empty() {
            return Ok(());
        }
        let house = self.house().await?;
        let names = |ids: Vec<PersonId>| ids.into_iter().map(|p| house.person_name(p)).collect::<Vec<_>>().join(", ");
        let mut audit = self.conversation_entry(asker.actor, AuditKind::ConversationMembersChanged, &seen.row).await?;
        if !people.added.is_empty() {
            audit = audit.with("added", names(people.added.keys().copied().collect()));
        }
        if !people.ended.is_empty() {
            audit = audit.with("removed", names(people.ended.iter().copied().collect()));
        }
        self.audit(batch, audit)?;
        Ok(())
    }
}

fn entry_of_commit(asker: Asker<'_>, commit: &Commit, people: &People, (seq, at_us): (i64, i64)) -> Entry {
    Entry {
        seq: wire_number(seq),
        at_us,
        kind: EntryKind::Commit,
        epoch: commit.epoch,
        person: wire_id(asker.actor.person_id),
        device: wire_id(asker.device),
        client_id: commit.client_id,
        flags: 0,
        body: commit.commit.clone(),
        added: people.added.keys().map(|p| wire_id(*p)).collect(),
        removed: people.removed.iter().map(|p| wire_id(*p)).collect(),
    }
}
