//! What beginning a conversation and turning its epoch have in common: who may come into it, whose devices are in the group,
//! and that everybody gets the key.

use super::standing::{can_be, may_be};
use super::{Outcome, Refused, own_id};
use crate::Core;
use crate::people::House;
use std::collections::{BTreeMap, BTreeSet};
use wardpost_e2ee::account::{AccountKeys, DeviceCertificate};
use wardpost_e2ee::follow::{Followed, welcome_references};
use wardpost_e2ee::wire::{Kind, MAX_MEMBERS, MemberRole, SealedKey};
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_model::{ConversationId, LeafDeviceId, PatientId, PersonId};
use wardpost_store::Batch;
use wardpost_store::repo::conversation as rows;
use wardpost_store::repo::conversation_account::{self as accounts, AT_ONCE, LeafDeviceRow};
use wardpost_store::repo::{
    conversation_log as log, conversation_package as packages, patient as patients, proxy as proxies,
};

/// Largest sealed key, in bytes.
const SEALED: usize = 4096;

/// A group after what is to be written.
pub(super) struct Next {
    pub state: Vec<u8>,
    pub epoch: u64,
    pub suite: u16,
    /// Every device in it.
    pub devices: Vec<DeviceCertificate>,
}

/// What a client brings for an epoch, checked.
pub(super) struct Brought {
    pub group_info: Vec<u8>,
    pub keys: BTreeMap<PersonId, Vec<u8>>,
    pub welcome: Option<(Vec<u8>, Vec<LeafDeviceId>)>,
}

impl Next {
    /// Reads what is stored of a group. Takes a while for large ones.
    pub(super) fn of(group: &Followed) -> Result<Self, wardpost_e2ee::Error> {
        let devices = group.devices()?;
        Ok(Self { state: group.state()?, epoch: group.epoch(), suite: group.suite(), devices })
    }
}

impl Core {
    /// Work on a group that may take a while, off the threads that serve others, and not too much of it at once.
    pub(super) async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, wardpost_e2ee::Error> + Send + 'static,
    ) -> Outcome<T> {
        let _turn = self.conversations().aside.acquire().await.map_err(|_| Refused::Unavailable)?;
        Ok(tokio::task::spawn_blocking(work).await.map_err(|_| Refused::Unavailable)??)
    }

    /// As what people come into a conversation.
    ///
    /// # Errors
    /// [`Refused::Denied`] `member` when somebody can't be in it.
    pub(super) async fn roles_in(
        &self,
        house: &House,
        (kind, patient): (Kind, Option<PatientId>),
        people: &BTreeSet<PersonId>,
    ) -> Outcome<BTreeMap<PersonId, MemberRole>> {
        let patient_side = match (kind, patient) {
            (Kind::Patient, Some(id)) => self.patient_side(id).await?,
            _ => BTreeSet::new(),
        };
        let role = |person: &PersonId| {
            let role = if patient_side.contains(person) { MemberRole::Patient } else { MemberRole::Staff };
            if can_be(house, *person, role, kind) { Ok((*person, role)) } else { Err(Refused::Denied("member")) }
        };
        people.iter().map(role).collect()
    }

    /// Whether somebody could begin a conversation with this account of a patient's side: by a patient whom they care for.
    pub(super) async fn may_begin_with(&self, actor: &Actor, account: PersonId) -> Outcome<bool> {
        if !may_be(&actor.permissions, MemberRole::Staff, Kind::Patient) || !actor.may(Permission::PatientRead) {
            return Ok(false);
        }
        let own = patients::of_account(self.db(), self.org(), account).await?.map(|p| p.id);
        let now_us = self.clock().now_us();
        let acts_for = proxies::of_person(self.db(), self.org(), account, now_us).await?;
        for id in own.into_iter().chain(acts_for.into_iter().map(|p| p.patient_id)) {
            let Some(patient) = patients::get(self.db(), self.org(), id).await? else { continue };
            if self.patient_ground(actor, &patient, None).await?.is_some()
                && self.patient_side(id).await?.contains(&account)
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// That certificates are those of devices that are known and not removed.
    ///
    /// # Errors
    /// [`Refused::Malformed`] `device`.
    pub(super) async fn check_certificates(&self, certificates: &[DeviceCertificate]) -> Outcome<()> {
        let people: BTreeSet<PersonId> = certificates.iter().map(|c| own_id(c.person)).collect();
        let people: Vec<PersonId> = people.into_iter().collect();
        let mut known: BTreeMap<LeafDeviceId, LeafDeviceRow> = BTreeMap::new();
        for some in people.chunks(AT_ONCE) {
            let rows = accounts::devices_of(self.db(), self.org(), some).await?;
            known.extend(rows.into_iter().map(|d| (d.id, d)));
        }
        for certificate in certificates {
            let row = known.get(&own_id(certificate.device));
            let row = row.filter(|d| d.removed_us.is_none() && d.person_id == own_id(certificate.person));
            let row = row.ok_or(Refused::Malformed("device"))?;
            let stored = DeviceCertificate::decode(&row.certificate)?;
            // A device whose account turned its keys may stand in a group by its certificate of before.
            if stored != *certificate && (stored.key != certificate.key || !self.was_certified(certificate).await?) {
                return Err(Refused::Malformed("device"));
            }
        }
        Ok(())
    }

    async fn was_certified(&self, certificate: &DeviceCertificate) -> Outcome<bool> {
        let person: PersonId = own_id(certificate.person);
        for (_, keys) in accounts::accounts(self.db(), self.org(), &[person]).await? {
            if certificate.verify(&AccountKeys::decode(&keys)?).is_ok() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The sealed keys of these members; nobody who has an account is left out, but for one who may be.
    ///
    /// # Errors
    /// [`Refused::Denied`] `keys` when somebody is missing: who just got an account, perhaps; [`Refused::Malformed`].
    pub(super) async fn checked_keys(
        &self,
        keys: Vec<SealedKey>,
        members: &BTreeSet<PersonId>,
        but: Option<PersonId>,
    ) -> Outcome<BTreeMap<PersonId, Vec<u8>>> {
        if keys.len() > MAX_MEMBERS {
            return Err(Refused::Malformed("too_many"));
        }
        let mut found = BTreeMap::new();
        for key in keys {
            if key.sealed.is_empty() || key.sealed.len() > SEALED {
                return Err(Refused::Malformed("too_large"));
            }
            let person: PersonId = own_id(key.person);
            // Who went by the same commit needs none.
            if members.contains(&person) && found.insert(person, key.sealed.to_vec()).is_some() {
                return Err(Refused::Malformed("keys"));
            }
        }
        let without: Vec<PersonId> =
            members.iter().filter(|p| !found.contains_key(p) && Some(**p) != but).copied().collect();
        for some in without.chunks(AT_ONCE) {
            if !accounts::accounts(self.db(), self.org(), some).await?.is_empty() {
                return Err(Refused::Denied("keys"));
            }
        }
        Ok(found)
    }

    /// For whom a welcome is, of those who come.
    ///
    /// # Errors
    /// [`Refused::Malformed`] `welcome` when somebody who comes has none.
    pub(super) async fn checked_welcome(
        &self,
        welcome: Option<Vec<u8>>,
        come: &BTreeSet<LeafDeviceId>,
    ) -> Outcome<Option<(Vec<u8>, Vec<LeafDeviceId>)>> {
        let Some(welcome) = welcome else {
            return if come.is_empty() { Ok(None) } else { Err(Refused::Malformed("welcome")) };
        };
        let (references, welcome) = self.aside(move || Ok((welcome_references(&welcome)?, welcome))).await?;
        let devices = self.welcomed(&references, come).await?;
        let all: BTreeSet<LeafDeviceId> = devices.iter().copied().collect();
        if all != *come || come.is_empty() {
            return Err(Refused::Malformed("welcome"));
        }
        Ok(Some((welcome, all.into_iter().collect())))
    }

    /// Adds what both write: the group, the keys of its epoch, the welcome into it.
    pub(super) fn put_epoch(&self, batch: &mut Batch, id: ConversationId, next: &Next, brought: Brought, at_us: i64) {
        let epoch = super::own_number(next.epoch);
        rows::put_group(batch, self.org(), id, next.state.clone(), brought.group_info);
        for (person, sealed) in brought.keys {
            log::insert_key(batch, self.org(), id, person, epoch, sealed);
        }
        if let Some((welcome, devices)) = brought.welcome {
            packages::put_welcome(batch, self.org(), (id, epoch), welcome, &devices, at_us);
        }
    }
}

/// The people of devices.
pub(super) fn owners(devices: &[DeviceCertificate]) -> BTreeSet<PersonId> {
    devices.iter().map(|c| own_id(c.person)).collect()
}

/// The ids of devices.
pub(super) fn ids(devices: &[DeviceCertificate]) -> BTreeSet<LeafDeviceId> {
    devices.iter().map(|c| own_id(c.device)).collect()
}
