//! Accounts of encrypted conversations: public keys, devices, and secrets that only their owners can open.

use crate::{Batch, Db, Result, Row, params};
use uuid::Uuid;
use wardpost_model::{LeafDeviceId, OrgId, PersonId};

/// How many people are looked up by one statement.
pub const AT_ONCE: usize = 20;

macro_rules! these {
    () => {
        "(?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)"
    };
}
macro_rules! device {
    () => {
        "device_id, person_id, certificate, sealed_name, added_at, seen_at, removed_at"
    };
}

const ACCOUNT_INSERT: &str =
    "INSERT INTO conversation_account (org_id, person_id, version, keys, created_at) VALUES (?1, ?2, ?3, ?4, ?5)";
const ACCOUNT_GET: &str =
    "SELECT version, keys FROM conversation_account WHERE org_id = ?1 AND person_id = ?2 ORDER BY version DESC LIMIT 1";
const ACCOUNTS: &str = concat!(
    "SELECT person_id, keys FROM conversation_account WHERE org_id = ?1 AND person_id IN ",
    these!(),
    " ORDER BY person_id, version"
);
const DEVICE_INSERT: &str = "INSERT INTO conversation_device (org_id, device_id, person_id, certificate, sealed_name, sealed_unlock, added_at, seen_at, removed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, NULL)";
const DEVICE_RENEW: &str = "UPDATE conversation_device SET certificate = ?4, sealed_name = ?5 WHERE org_id = ?1 AND device_id = ?2 AND person_id = ?3 AND removed_at IS NULL";
const DEVICE_RENAME: &str = "UPDATE conversation_device SET sealed_name = ?4 WHERE org_id = ?1 AND device_id = ?2 AND person_id = ?3 AND removed_at IS NULL";
const DEVICE_SEEN: &str =
    "UPDATE conversation_device SET seen_at = ?3 WHERE org_id = ?1 AND device_id = ?2 AND removed_at IS NULL";
const DEVICE_REMOVE: &str = "UPDATE conversation_device SET removed_at = ?4, sealed_unlock = NULL WHERE org_id = ?1 AND device_id = ?2 AND person_id = ?3 AND removed_at IS NULL";
const DEVICE_THERE: &str =
    "SELECT device_id FROM conversation_device WHERE org_id = ?1 AND device_id = ?2 AND removed_at IS NULL";
const DEVICE_GET: &str =
    concat!("SELECT ", device!(), " FROM conversation_device WHERE org_id = ?1 AND device_id = ?2");
const DEVICE_UNLOCK: &str = "SELECT sealed_unlock FROM conversation_device WHERE org_id = ?1 AND device_id = ?2";
const DEVICES: &str = concat!(
    "SELECT ",
    device!(),
    " FROM conversation_device WHERE org_id = ?1 AND person_id = ?2 ORDER BY added_at, device_id"
);
const DEVICES_OF: &str = concat!(
    "SELECT ",
    device!(),
    " FROM conversation_device WHERE org_id = ?1 AND person_id IN ",
    these!(),
    " ORDER BY person_id, added_at, device_id"
);
const BACKUP_PUT: &str = "INSERT INTO conversation_backup (org_id, person_id, backup_id, kind, version, sealed_backup) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (org_id, person_id, backup_id) DO UPDATE SET kind = excluded.kind, version = excluded.version, sealed_backup = excluded.sealed_backup";
const BACKUP_DELETE: &str = "DELETE FROM conversation_backup WHERE org_id = ?1 AND person_id = ?2 AND backup_id = ?3";
const BACKUPS: &str = "SELECT backup_id, kind, version, sealed_backup FROM conversation_backup WHERE org_id = ?1 AND person_id = ?2 ORDER BY backup_id";

/// Every statement of this module.
pub const ALL: &[&str] = &[
    ACCOUNT_INSERT,
    ACCOUNT_GET,
    ACCOUNTS,
    DEVICE_INSERT,
    DEVICE_RENEW,
    DEVICE_RENAME,
    DEVICE_SEEN,
    DEVICE_REMOVE,
    DEVICE_THERE,
    DEVICE_GET,
    DEVICE_UNLOCK,
    DEVICES,
    DEVICES_OF,
    BACKUP_PUT,
    BACKUP_DELETE,
    BACKUPS,
];

/// A device as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of conversation_device")]
pub struct LeafDeviceRow {
    pub id: LeafDeviceId,
    pub person_id: PersonId,
    pub certificate: Vec<u8>,
    pub sealed_name: Vec<u8>,
    pub added_us: i64,
    pub seen_us: i64,
    pub removed_us: Option<i64>,
}

/// A sealed secret as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of conversation_backup")]
pub struct BackupRow {
    pub id: Uuid,
    pub kind: String,
    pub version: i64,
    pub sealed_backup: Vec<u8>,
}

fn device(r: &Row) -> Result<LeafDeviceRow> {
    Ok(LeafDeviceRow {
        id: r.id(0)?,
        person_id: r.id(1)?,
        certificate: r.bytes(2)?,
        sealed_name: r.bytes(3)?,
        added_us: r.int(4)?,
        seen_us: r.int(5)?,
        removed_us: r.opt_int(6)?,
    })
}

/// Parameters for a statement about at most [`AT_ONCE`] people: who is missing is the first once more.
pub(super) fn these(org: OrgId, people: &[PersonId]) -> Vec<crate::Value> {
    let first = people.first().copied().unwrap_or(PersonId(Uuid::nil()));
    let ids = people.iter().copied().chain(std::iter::repeat(first)).take(AT_ONCE);
    std::iter::once(org.into()).chain(ids.map(Into::into)).collect()
}

/// Adds a version of somebody's keys; one that is there is a conflict on `conversation_account_pkey`.
pub fn insert_account(batch: &mut Batch, org: OrgId, person: PersonId, version: i64, keys: Vec<u8>, at_us: i64) {
    batch.exec(ACCOUNT_INSERT, params![org, person, version, keys, at_us]);
}

/// Somebody's newest keys, with their version.
///
/// # Errors
/// When the store fails.
pub async fn account(db: &Db, org: OrgId, person: PersonId) -> Result<Option<(i64, Vec<u8>)>> {
    db.query_opt(ACCOUNT_GET, params![org, person]).await?.map(|r| Ok((r.int(0)?, r.bytes(1)?))).transpose()
}

/// All versions of the keys of at most [`AT_ONCE`] people, each one's newest last.
///
/// # Errors
/// When the store fails.
pub async fn accounts(db: &Db, org: OrgId, people: &[PersonId]) -> Result<Vec<(PersonId, Vec<u8>)>> {
    db.query(ACCOUNTS, these(org, people)).await?.iter().map(|r| Ok((r.id(0)?, r.bytes(1)?))).collect()
}

/// Adds a device; an id that is taken is a conflict on `conversation_device_pkey`.
pub fn insert_device(batch: &mut Batch, org: OrgId, d: LeafDeviceRow, sealed_unlock: Vec<u8>) {
    let params = params![org, d.id, d.person_id, d.certificate, d.sealed_name, sealed_unlock, d.added_us];
    batch.exec(DEVICE_INSERT, params);
}

/// Gives a device another certificate and name, if it is somebody's and wasn't removed.
pub fn renew_device(
    batch: &mut Batch,
    org: OrgId,
    (person, id): (PersonId, LeafDeviceId),
    certificate: Vec<u8>,
    sealed_name: Vec<u8>,
    guard: &'static str,
) {
    batch.exec_expect(DEVICE_RENEW, params![org, id, person, certificate, sealed_name], 1, guard);
}

/// Gives a device another name, if it is somebody's and wasn't removed.
pub fn rename_device(
    batch: &mut Batch,
    org: OrgId,
    (person, id): (PersonId, LeafDeviceId),
    sealed_name: Vec<u8>,
    guard: &'static str,
) {
    batch.exec_expect(DEVICE_RENAME, params![org, id, person, sealed_name], 1, guard);
}

/// Notes that a device was there.
pub fn device_seen(batch: &mut Batch, org: OrgId, id: LeafDeviceId, at_us: i64) {
    batch.exec(DEVICE_SEEN, params![org, id, at_us]);
}

/// Removes a device, once: its half of the key to what it stored is gone.
pub fn remove_device(
    batch: &mut Batch,
    org: OrgId,
    (person, id): (PersonId, LeafDeviceId),
    at_us: i64,
    guard: &'static str,
) {
    batch.exec_expect(DEVICE_REMOVE, params![org, id, person, at_us], 1, guard);
}

/// Demands that a device isn't removed when the batch is committed.
pub fn require_device(batch: &mut Batch, org: OrgId, id: LeafDeviceId, guard: &'static str) {
    batch.require(DEVICE_THERE, params![org, id], guard);
}

/// Reads a device, also a removed one.
///
/// # Errors
/// When the store fails.
pub async fn get_device(db: &Db, org: OrgId, id: LeafDeviceId) -> Result<Option<LeafDeviceRow>> {
    db.query_opt(DEVICE_GET, params![org, id]).await?.as_ref().map(device).transpose()
}

/// The server's half of the key of what a device stores, sealed.
///
/// # Errors
/// When the store fails.
pub async fn unlock(db: &Db, org: OrgId, id: LeafDeviceId) -> Result<Option<Vec<u8>>> {
    Ok(db.query_opt(DEVICE_UNLOCK, params![org, id]).await?.map(|r| r.opt_bytes(0)).transpose()?.flatten())
}

/// All devices of somebody, removed ones too, oldest first.
///
/// # Errors
/// When the store fails.
pub async fn devices(db: &Db, org: OrgId, person: PersonId) -> Result<Vec<LeafDeviceRow>> {
    db.query(DEVICES, params![org, person]).await?.iter().map(device).collect()
}

/// All devices of at most [`AT_ONCE`] people, removed ones too.
///
/// # Errors
/// When the store fails.
pub async fn devices_of(db: &Db, org: OrgId, people: &[PersonId]) -> Result<Vec<LeafDeviceRow>> {
    db.query(DEVICES_OF, these(org, people)).await?.iter().map(device).collect()
}

/// Keeps a backup, in the place of one with the same id.
pub fn put_backup(batch: &mut Batch, org: OrgId, person: PersonId, b: BackupRow) {
    batch.exec(BACKUP_PUT, params![org, person, b.id, b.kind, b.version, b.sealed_backup]);
}

/// Drops a backup.
pub fn delete_backup(batch: &mut Batch, org: OrgId, person: PersonId, id: Uuid, guard: &'static str) {
    batch.exec_expect(BACKUP_DELETE, params![org, person, id], 1, guard);
}

/// Somebody's backups.
///
/// # Errors
/// When the store fails.
pub async fn backups(db: &Db, org: OrgId, person: PersonId) -> Result<Vec<BackupRow>> {
    let rows = db.query(BACKUPS, params![org, person]).await?;
    rows.iter()
        .map(|r| Ok(BackupRow { id: r.uuid(0)?, kind: r.text(1)?, version: r.int(2)?, sealed_backup: r.bytes(3)? }))
        .collect()
}
