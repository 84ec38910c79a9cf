//! Devices: each is certified by its account and is a leaf of its own in every group. One that is removed is out at once.

use super::{Outcome, Refused, own_id, wire_id};
use crate::Core;
use crate::audit::NewEntry;
use crate::clock::HOUR_US;
use crate::error::guard;
use crate::live::Change;
use crate::seal::purpose;
use wardpost_e2ee::Id;
use wardpost_e2ee::account::{self, AccountKeys, DeviceCertificate};
use wardpost_e2ee::wire::{DeviceLine, hello_bytes};
use wardpost_model::audit::AuditKind;
use wardpost_model::person::Actor;
use wardpost_model::{LeafDeviceId, PersonId};
use wardpost_store::Batch;
use wardpost_store::repo::conversation as conversations;
use wardpost_store::repo::conversation_account::{self as rows, LeafDeviceRow};
use wardpost_store::repo::conversation_package as packages;
use zeroize::Zeroizing;

/// Devices of one person that aren't removed.
const MOST: usize = 20;
/// Devices of one person, removed ones too: what they wrote stays verifiable, so they are kept.
const MOST_EVER: usize = 1000;
/// Longest name of a device, in characters.
const NAME: usize = 80;
/// So long one look of a device counts: it isn't written down at every connection.
const SEEN_EVERY_US: i64 = HOUR_US / 4;

/// A device that has proved what it is.
pub struct Greeted {
    /// References of its unused key packages.
    pub packages: Vec<Vec<u8>>,
    /// The server's half of the key of what it stores.
    pub unlock: Zeroizing<Vec<u8>>,
}

fn checked_name(name: &str) -> Outcome<String> {
    let name = name.trim();
    let good = !name.is_empty() && name.chars().count() <= NAME && !name.chars().any(char::is_control);
    if good { Ok(name.to_owned()) } else { Err(Refused::Malformed("name")) }
}

impl Core {
    fn seal_device_name(&self, id: LeafDeviceId, name: &str) -> Outcome<Vec<u8>> {
        Ok(self.seal(purpose::CONVERSATION_DEVICE_NAME, id.as_bytes(), &name)?)
    }

    /// A device as its owner sees it, or others.
    pub(super) fn device_line(&self, d: LeafDeviceRow, own: bool) -> Outcome<DeviceLine> {
        let name = if own {
            self.unseal(purpose::CONVERSATION_DEVICE_NAME, d.id.as_bytes(), &d.sealed_name)?
        } else {
            String::new()
        };
        Ok(DeviceLine {
            device: wire_id(d.id),
            certificate: d.certificate.into(),
            name,
            added_us: d.added_us,
            seen_us: if own { d.seen_us } else { 0 },
            removed_us: d.removed_us,
        })
    }

    /// Enters a device, or gives one another certificate of the same key.
    ///
    /// # Errors
    /// [`Refused::Malformed`] for a certificate that isn't of the account's newest keys; [`Refused::Denied`] `device_removed`,
    /// `too_many`, `zone_read_only`.
    pub async fn put_conversation_device(&self, actor: &Actor, encoded: &[u8], name: &str) -> Outcome<()> {
        self.converses(actor).await?;
        self.changes(actor)?;
        let name = checked_name(name)?;
        let certificate = DeviceCertificate::decode(encoded)?;
        let (db, org, me) = (self.db(), self.org(), actor.person_id);
        let keys = rows::account(db, org, me).await?.ok_or(Refused::Malformed("account_version"))?.1;
        certificate.verify(&AccountKeys::decode(&keys)?)?;
        let id: LeafDeviceId = own_id(certificate.device);
        if id.0.is_nil() {
            return Err(Refused::Malformed("device"));
        }
        let (mut batch, sealed) = (Batch::new(), self.seal_device_name(id, &name)?);
        if let Some(known) = rows::get_device(db, org, id).await? {
            if known.person_id != me || DeviceCertificate::decode(&known.certificate)?.key != certificate.key {
                return Err(Refused::Malformed("device"));
            }
            if known.removed_us.is_some() {
                return Err(Refused::Denied("device_removed"));
            }
            rows::renew_device(&mut batch, org, (me, id), encoded.to_vec(), sealed, guard::STATE);
            self.db().write(batch).await?;
            return Ok(());
        }
        let devices = rows::devices(db, org, me).await?;
        if devices.len() >= MOST_EVER || devices.iter().filter(|d| d.removed_us.is_none()).count() >= MOST {
            return Err(Refused::Denied("too_many"));
        }
        let now_us = self.clock().now_us();
        let row = LeafDeviceRow {
            id,
            person_id: me,
            certificate: encoded.to_vec(),
            sealed_name: sealed,
            added_us: now_us,
            seen_us: now_us,
            removed_us: None,
        };
        let unlock = Zeroizing::new(wardpost_vault::random_bytes::<32>());
        let sealed_unlock = self.vault().seal(purpose::CONVERSATION_DEVICE_UNLOCK, id.as_bytes(), unlock.as_slice());
        rows::insert_device(&mut batch, org, row, sealed_unlock);
        let entry = NewEntry::by(actor, AuditKind::ConversationDeviceAdded).on("conversation_device", id);
        self.audit(&mut batch, entry.with("name", name))?;
        self.announce(&mut batch, Change::ConversationDevices(me));
        match self.db().write(batch).await {
            Ok(_) => Ok(()),
            Err(e) if e.is_conflict_on("conversation_device_pkey") => Err(Refused::Malformed("device")),
            Err(e) => Err(e.into()),
        }
    }

    /// Takes a device's proof: its signature over the challenge.
    ///
    /// # Errors
    /// [`Refused::Denied`] `device` for one that isn't known or whose signature is wrong, `device_removed`.
    pub async fn greet_device(&self, actor: &Actor, nonce: &[u8], device: Id, signature: &[u8]) -> Outcome<Greeted> {
        self.converses(actor).await?;
        let id: LeafDeviceId = own_id(device);
        let (db, org, me) = (self.db(), self.org(), actor.person_id);
        let row = rows::get_device(db, org, id).await?.filter(|d| d.person_id == me);
        let row = row.ok_or(Refused::Denied("device"))?;
        if row.removed_us.is_some() {
            return Err(Refused::Denied("device_removed"));
        }
        let key = DeviceCertificate::decode(&row.certificate)?.key;
        account::verify(&key, &hello_bytes(nonce, wire_id(me), device), signature)
            .map_err(|_| Refused::Denied("device"))?;
        let sealed = rows::unlock(db, org, id).await?.ok_or(Refused::Denied("device_removed"))?;
        let unlock = self.vault().open(purpose::CONVERSATION_DEVICE_UNLOCK, id.as_bytes(), &sealed)?;
        let now_us = self.clock().now_us();
        if !(0..SEEN_EVERY_US).contains(&(now_us - row.seen_us)) {
            let mut batch = Batch::new();
            rows::device_seen(&mut batch, org, id, now_us);
            self.db().write(batch).await?;
        }
        Ok(Greeted { packages: packages::unused(db, org, id, now_us).await?, unlock })
    }

    /// Renames a device of one's own, or removes it: it is cut off on every node, what waits for it is gone, and the groups
    /// that it is in take no message until somebody has removed it from them.
    ///
    /// # Errors
    /// [`Refused::NotFound`]; [`Refused::Malformed`] `name`; [`Refused::Denied`].
    pub async fn change_conversation_device(&self, actor: &Actor, device: Id, name: Option<&str>) -> Outcome<()> {
        self.converses(actor).await?;
        self.changes(actor)?;
        let (me, id) = (actor.person_id, own_id::<LeafDeviceId>(device));
        let mut batch = Batch::new();
        if let Some(name) = name {
            let sealed = self.seal_device_name(id, &checked_name(name)?)?;
            rows::rename_device(&mut batch, self.org(), (me, id), sealed, guard::FOUND);
            self.db().write(batch).await?;
            return Ok(());
        }
        let row = rows::get_device(self.db(), self.org(), id).await?.filter(|d| d.person_id == me);
        let row = row.filter(|d| d.removed_us.is_none()).ok_or(Refused::NotFound)?;
        self.remove_device(&mut batch, &row, self.clock().now_us());
        conversations::touch_of(&mut batch, self.org(), me);
        let name: String = self.unseal(purpose::CONVERSATION_DEVICE_NAME, id.as_bytes(), &row.sealed_name)?;
        let entry = NewEntry::by(actor, AuditKind::ConversationDeviceRemoved).on("conversation_device", id);
        self.audit(&mut batch, entry.with("name", name))?;
        self.announce(&mut batch, Change::ConversationDevices(me));
        self.db().write(batch).await?;
        self.cut_removed_devices(me).await?;
        Ok(())
    }

    fn remove_device(&self, batch: &mut Batch, row: &LeafDeviceRow, now_us: i64) {
        rows::remove_device(batch, self.org(), (row.person_id, row.id), now_us, guard::FOUND);
        packages::forget_device(batch, self.org(), row.id);
    }

    /// Removes all devices of somebody.
    pub(super) async fn remove_all_devices(&self, batch: &mut Batch, person: PersonId, now_us: i64) -> Outcome<()> {
        for row in rows::devices(self.db(), self.org(), person).await?.iter().filter(|d| d.removed_us.is_none()) {
            self.remove_device(batch, row, now_us);
        }
        conversations::touch_of(batch, self.org(), person);
        Ok(())
    }

    /// Ends this node's connections of somebody's devices that are removed.
    pub(super) async fn cut_removed_devices(&self, person: PersonId) -> Outcome<()> {
        let lines = self.conversations().hub.of(person);
        if lines.is_empty() {
            return Ok(());
        }
        let devices = rows::devices(self.db(), self.org(), person).await?;
        let there = |id| devices.iter().any(|d| d.id == id && d.removed_us.is_none());
        for line in lines {
            if line.device().is_some_and(|id| !there(id)) {
                line.end("device_removed");
            }
        }
        Ok(())
    }
}
