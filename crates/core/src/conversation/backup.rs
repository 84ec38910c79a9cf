//! Backups: the account's secret, sealed on the client under what only its owner has, and sealed here once more.

use super::{Outcome, Refused, own_id, wire_id, wire_number};
use crate::Core;
use crate::audit::NewEntry;
use crate::error::guard;
use crate::seal::purpose;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wardpost_e2ee::Id;
use wardpost_e2ee::wire::Backup;
use wardpost_model::audit::AuditKind;
use wardpost_model::person::Actor;
use wardpost_store::Batch;
use wardpost_store::repo::conversation_account::{self as rows, BackupRow};

/// Backups of one account.
const MOST: usize = 20;
/// Longest label, in bytes: a passkey's credential id in base64url.
const LABEL: usize = 1400;
/// Largest sealed secret, in bytes.
const SEALED: usize = 4096;

/// `conversation_backup.sealed_backup`.
#[derive(Serialize, Deserialize)]
struct SealedBackup {
    label: String,
    sealed: Vec<u8>,
}

/// Bound to whose it is and which: nobody gets another's by a swapped row.
fn place(actor: &Actor, id: Uuid) -> Vec<u8> {
    [actor.person_id.as_bytes().as_slice(), id.as_bytes()].concat()
}

impl Core {
    /// One's backups.
    pub(super) async fn conversation_backups(&self, actor: &Actor) -> Outcome<Vec<Backup>> {
        let rows = rows::backups(self.db(), self.org(), actor.person_id).await?;
        let open = |b: BackupRow| {
            let opened: SealedBackup =
                self.unseal(purpose::CONVERSATION_BACKUP, &place(actor, b.id), &b.sealed_backup)?;
            Ok(Backup {
                id: wire_id(b.id),
                kind: b.kind,
                label: opened.label,
                version: u32::try_from(wire_number(b.version)).unwrap_or(0),
                sealed: opened.sealed.into(),
            })
        };
        rows.into_iter().map(open).collect()
    }

    /// Keeps a backup, in the place of one of the same id.
    ///
    /// # Errors
    /// [`Refused::Malformed`] `kind`, `version` (not the account's), `too_large`, `too_many`; [`Refused::Denied`].
    pub async fn put_conversation_backup(&self, actor: &Actor, backup: Backup) -> Outcome<()> {
        self.converses(actor).await?;
        self.changes(actor)?;
        if !["recovery", "passkey"].contains(&backup.kind.as_str()) {
            return Err(Refused::Malformed("kind"));
        }
        if backup.label.len() > LABEL || backup.label.contains('\0') || backup.sealed.len() > SEALED {
            return Err(Refused::Malformed("too_large"));
        }
        if u64::from(backup.version) != self.account_version(actor.person_id).await? || backup.version == 0 {
            return Err(Refused::Malformed("version"));
        }
        let id: Uuid = own_id(backup.id);
        let there = rows::backups(self.db(), self.org(), actor.person_id).await?;
        if there.len() >= MOST && there.iter().all(|b| b.id != id) {
            return Err(Refused::Malformed("too_many"));
        }
        let sealed = SealedBackup { label: backup.label, sealed: backup.sealed.to_vec() };
        let row = BackupRow {
            id,
            version: backup.version.into(),
            sealed_backup: self.seal(purpose::CONVERSATION_BACKUP, &place(actor, id), &sealed)?,
            kind: backup.kind,
        };
        let mut batch = Batch::new();
        let entry = NewEntry::by(actor, AuditKind::ConversationBackupChanged).on("conversation_backup", id);
        self.audit(&mut batch, entry.with("what", row.kind.clone()).why("kept"))?;
        rows::put_backup(&mut batch, self.org(), actor.person_id, row);
        self.db().write(batch).await?;
        Ok(())
    }

    /// Drops a backup of one's own.
    ///
    /// # Errors
    /// [`Refused::NotFound`]; [`Refused::Denied`].
    pub async fn drop_conversation_backup(&self, actor: &Actor, id: Id) -> Outcome<()> {
        self.converses(actor).await?;
        self.changes(actor)?;
        let (mut batch, id) = (Batch::new(), own_id::<Uuid>(id));
        rows::delete_backup(&mut batch, self.org(), actor.person_id, id, guard::FOUND);
        let entry = NewEntry::by(actor, AuditKind::ConversationBackupChanged).on("conversation_backup", id);
        self.audit(&mut batch, entry.why("dropped"))?;
        self.db().write(batch).await?;
        Ok(())
    }
}
