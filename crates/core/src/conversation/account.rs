//! Accounts: the public keys that others verify devices by and seal epoch keys to. The secret behind them never comes here.

use super::{Outcome, Refused, wire_id, wire_number};
use crate::Core;
use crate::audit::NewEntry;
use crate::live::Change;
use wardpost_e2ee::account::AccountKeys;
use wardpost_e2ee::wire::{Backup, DeviceLine};
use wardpost_model::audit::AuditKind;
use wardpost_model::person::Actor;
use wardpost_store::Batch;
use wardpost_store::repo::conversation_account as rows;

/// One's own account.
pub struct OwnAccount {
    /// The newest keys, if there are any.
    pub keys: Option<Vec<u8>>,
    /// All devices, removed ones too.
    pub devices: Vec<DeviceLine>,
    /// All backups.
    pub backups: Vec<Backup>,
}

impl Core {
    /// What is known of one's own account.
    ///
    /// # Errors
    /// [`Refused::Denied`] for who can't have conversations; when the store fails.
    pub async fn conversation_account(&self, actor: &Actor) -> Outcome<OwnAccount> {
        self.converses(actor).await?;
        let (db, org, me) = (self.db(), self.org(), actor.person_id);
        let devices = rows::devices(db, org, me).await?.into_iter();
        Ok(OwnAccount {
            keys: rows::account(db, org, me).await?.map(|(_, keys)| keys),
            devices: devices.map(|d| self.device_line(d, true)).collect::<Outcome<_>>()?,
            backups: self.conversation_backups(actor).await?,
        })
    }

    /// Enters one's account's public keys: the first, or the next version. Keys that the previous ones did not sign are a new
    /// beginning, after the secret was lost: all devices are removed, and it takes a recent sign-in.
    ///
    /// # Errors
    /// [`Refused::Malformed`] for keys that don't hold, aren't one's own, or aren't the next version (`version`);
    /// [`Refused::Denied`] `recent_sign_in`, `zone_read_only`.
    pub async fn put_conversation_account(&self, actor: &Actor, encoded: &[u8]) -> Outcome<()> {
        self.converses(actor).await?;
        self.changes(actor)?;
        let keys = AccountKeys::decode(encoded)?;
        if keys.person != wire_id(actor.person_id) {
            return Err(Refused::Malformed("person"));
        }
        let known = rows::account(self.db(), self.org(), actor.person_id).await?;
        if known.as_ref().is_some_and(|(_, known)| known == encoded) {
            return Ok(());
        }
        let before = known.map(|(_, known)| AccountKeys::decode(&known)).transpose()?;
        if u64::from(keys.version) != before.as_ref().map_or(0, |b| u64::from(b.version)) + 1 {
            return Err(Refused::Malformed("version"));
        }
        let now_us = self.clock().now_us();
        let (mut batch, mut how) = (Batch::new(), "entered");
        if let Some(before) = &before {
            how = "changed";
            if !keys.follows(before) {
                // Whoever has the cookie alone could else put the owner's devices out.
                self.require_recent(actor).await?;
                how = "reset";
                self.remove_all_devices(&mut batch, actor.person_id, now_us).await?;
            }
        }
        rows::insert_account(&mut batch, self.org(), actor.person_id, keys.version.into(), encoded.to_vec(), now_us);
        let fingerprint: String = keys.fingerprint().iter().map(|b| format!("{b:02x}")).collect();
        let entry = NewEntry::by(actor, AuditKind::ConversationKeysChanged).on_person(actor.person_id).why(how);
        let entry = entry.with("version", keys.version.to_string()).with("fingerprint", fingerprint);
        self.audit(&mut batch, entry)?;
        self.announce(&mut batch, Change::ConversationDevices(actor.person_id));
        match self.db().write(batch).await {
            Ok(_) => Ok(()),
            // Another of one's devices was faster.
            Err(e) if e.is_conflict_on("conversation_account_pkey") => Err(Refused::Malformed("version")),
            Err(e) => Err(e.into()),
        }
    }

    /// The newest version of somebody's keys; 0 without any.
    pub(super) async fn account_version(&self, person: wardpost_model::PersonId) -> Outcome<u64> {
        Ok(rows::account(self.db(), self.org(), person).await?.map_or(0, |(version, _)| wire_number(version)))
    }
}
