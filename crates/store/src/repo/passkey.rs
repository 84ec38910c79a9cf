//! Passkeys: public keys only, found by a keyed index of the credential's id.

use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{OrgId, PasskeyId, PersonId};

macro_rules! columns {
    () => {
        "passkey_id, person_id, sign_count, device_bound, created_at, last_used_at, sealed_passkey"
    };
}

const INSERT: &str = "INSERT INTO passkey (org_id, passkey_id, person_id, credential_index, sign_count, device_bound, created_at, last_used_at, sealed_passkey) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL, ?8)";
const BY_CREDENTIAL: &str = concat!("SELECT ", columns!(), " FROM passkey WHERE org_id = ?1 AND credential_index = ?2");
const GET: &str = concat!("SELECT ", columns!(), " FROM passkey WHERE org_id = ?1 AND passkey_id = ?2");
const OF_PERSON: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM passkey WHERE org_id = ?1 AND person_id = ?2 ORDER BY created_at DESC, passkey_id LIMIT 100"
);
const OWNERS: &str = "SELECT person_id, device_bound FROM passkey WHERE org_id = ?1";
const USED: &str =
    "UPDATE passkey SET sign_count = ?4, last_used_at = ?5 WHERE org_id = ?1 AND passkey_id = ?2 AND sign_count = ?3";
const SET: &str = "UPDATE passkey SET sealed_passkey = ?3 WHERE org_id = ?1 AND passkey_id = ?2";
const LOCK: &str = "UPDATE credential SET last_sign_in_at = last_sign_in_at WHERE org_id = ?1 AND person_id = ?2";
const REMOVE: &str = "DELETE FROM passkey WHERE org_id = ?1 AND passkey_id = ?2 AND (EXISTS (SELECT 1 FROM credential WHERE credential.org_id = ?1 AND credential.person_id = ?3 AND credential.sealed_password_hash IS NOT NULL AND credential.sealed_totp IS NOT NULL) OR EXISTS (SELECT 1 FROM passkey AS other WHERE other.org_id = ?1 AND other.person_id = ?3 AND other.passkey_id <> ?2))";
const REMOVE_NOT_LAST_BOUND: &str = "DELETE FROM passkey WHERE org_id = ?1 AND passkey_id = ?2 AND EXISTS (SELECT 1 FROM passkey AS other WHERE other.org_id = ?1 AND other.person_id = ?3 AND other.passkey_id <> ?2 AND other.device_bound = 1)";
const REMOVE_OF: &str = "DELETE FROM passkey WHERE org_id = ?1 AND person_id = ?2";

/// Every statement of this module.
pub const ALL: &[&str] =
    &[INSERT, BY_CREDENTIAL, GET, OF_PERSON, OWNERS, USED, SET, LOCK, REMOVE, REMOVE_NOT_LAST_BOUND, REMOVE_OF];

/// A passkey as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of passkey")]
pub struct PasskeyRow {
    pub id: PasskeyId,
    pub person_id: PersonId,
    pub sign_count: i64,
    pub device_bound: bool,
    pub created_us: i64,
    pub last_used_us: Option<i64>,
    pub sealed_passkey: Vec<u8>,
}

fn decode(r: &Row) -> Result<PasskeyRow> {
    Ok(PasskeyRow {
        id: r.id(0)?,
        person_id: r.id(1)?,
        sign_count: r.int(2)?,
        device_bound: r.bool(3)?,
        created_us: r.int(4)?,
        last_used_us: r.opt_int(5)?,
        sealed_passkey: r.bytes(6)?,
    })
}

/// Whose each passkey is, and whether it is bound to a device.
///
/// # Errors
/// When the store fails.
pub async fn owners(db: &Db, org: OrgId) -> Result<Vec<(PersonId, bool)>> {
    db.query(OWNERS, params![org]).await?.iter().map(|r| Ok((r.id(0)?, r.bool(1)?))).collect()
}

/// Adds a passkey that was not used yet. A credential that is there already is a conflict on `passkey_credential`.
pub fn insert(batch: &mut Batch, org: OrgId, row: PasskeyRow, credential_index: &[u8]) {
    let device_bound = i64::from(row.device_bound);
    batch.exec(
        INSERT,
        params![
            org,
            row.id,
            row.person_id,
            credential_index,
            row.sign_count,
            device_bound,
            row.created_us,
            row.sealed_passkey
        ],
    );
}

/// Finds a passkey by the index of its credential's id.
///
/// # Errors
/// When the store fails.
pub async fn by_credential(db: &Db, org: OrgId, credential_index: &[u8]) -> Result<Option<PasskeyRow>> {
    db.query_opt(BY_CREDENTIAL, params![org, credential_index]).await?.as_ref().map(decode).transpose()
}

/// Reads one passkey.
///
/// # Errors
/// When the store fails.
pub async fn get(db: &Db, org: OrgId, id: PasskeyId) -> Result<Option<PasskeyRow>> {
    db.query_opt(GET, params![org, id]).await?.as_ref().map(decode).transpose()
}

/// A person's passkeys, newest first.
///
/// # Errors
/// When the store fails.
pub async fn of_person(db: &Db, org: OrgId, person: PersonId) -> Result<Vec<PasskeyRow>> {
    db.query(OF_PERSON, params![org, person]).await?.iter().map(decode).collect()
}

/// Notes a use, if the counter is still as it was `seen`.
pub fn used(batch: &mut Batch, org: OrgId, id: PasskeyId, seen: i64, count: i64, at_us: i64, guard: &'static str) {
    batch.exec_expect(USED, params![org, id, seen, count, at_us], 1, guard);
}

/// Replaces what is sealed of a passkey.
pub fn set(batch: &mut Batch, org: OrgId, id: PasskeyId, sealed: Vec<u8>, guard: &'static str) {
    batch.exec_expect(SET, params![org, id, sealed], 1, guard);
}

/// Removes a passkey, unless it is the person's last way in. The person's credentials are locked first, so that of two
/// removals at once the second sees what the first left.
pub fn remove(batch: &mut Batch, org: OrgId, person: PersonId, id: PasskeyId, guard: &'static str) {
    batch.exec(LOCK, params![org, person]);
    batch.exec_expect(REMOVE, params![org, id, person], 1, guard);
}

/// As [`remove`], unless it is the person's last that is bound to a device.
pub fn remove_not_last_bound(batch: &mut Batch, org: OrgId, person: PersonId, id: PasskeyId, guard: &'static str) {
    batch.exec(LOCK, params![org, person]);
    batch.exec_expect(REMOVE_NOT_LAST_BOUND, params![org, id, person], 1, guard);
}

/// Removes all passkeys of a person.
pub fn remove_of(batch: &mut Batch, org: OrgId, person: PersonId) {
    batch.exec(REMOVE_OF, params![org, person]);
}
