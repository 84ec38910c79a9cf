//! Passwords of mail programs, one per device: a keyed hash of the secret, never the secret.

use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{AppPasswordId, OrgId, PersonId};

const INSERT: &str = "INSERT INTO app_password (org_id, app_password_id, person_id, secret_hash, sealed_label, created_at, last_used_at, revoked_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL, NULL)";
const BY_SECRET: &str = "SELECT app_password_id, person_id, sealed_label, created_at, last_used_at FROM app_password WHERE org_id = ?1 AND secret_hash = ?2 AND revoked_at IS NULL";
const GET: &str = "SELECT app_password_id, person_id, sealed_label, created_at, last_used_at FROM app_password WHERE org_id = ?1 AND app_password_id = ?2 AND revoked_at IS NULL";
const OF_PERSON: &str = "SELECT app_password_id, person_id, sealed_label, created_at, last_used_at FROM app_password WHERE org_id = ?1 AND person_id = ?2 AND revoked_at IS NULL ORDER BY created_at DESC, app_password_id";
const OWNERS: &str = "SELECT person_id FROM app_password WHERE org_id = ?1 AND revoked_at IS NULL";
const USED: &str = "UPDATE app_password SET last_used_at = ?3 WHERE org_id = ?1 AND app_password_id = ?2";
const REVOKE: &str =
    "UPDATE app_password SET revoked_at = ?3 WHERE org_id = ?1 AND app_password_id = ?2 AND revoked_at IS NULL";
const REVOKE_OF: &str =
    "UPDATE app_password SET revoked_at = ?3 WHERE org_id = ?1 AND person_id = ?2 AND revoked_at IS NULL";

/// Every statement of this module.
pub const ALL: &[&str] = &[INSERT, BY_SECRET, GET, OF_PERSON, OWNERS, USED, REVOKE, REVOKE_OF];

/// A device password as stored, without its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of app_password")]
pub struct AppPasswordRow {
    pub id: AppPasswordId,
    pub person_id: PersonId,
    pub sealed_label: Vec<u8>,
    pub created_us: i64,
    pub last_used_us: Option<i64>,
}

fn decode(r: &Row) -> Result<AppPasswordRow> {
    Ok(AppPasswordRow {
        id: r.id(0)?,
        person_id: r.id(1)?,
        sealed_label: r.bytes(2)?,
        created_us: r.int(3)?,
        last_used_us: r.opt_int(4)?,
    })
}

/// Whose each device password is.
///
/// # Errors
/// When the store fails.
pub async fn owners(db: &Db, org: OrgId) -> Result<Vec<PersonId>> {
    db.query(OWNERS, params![org]).await?.iter().map(|r| r.id(0)).collect()
}

/// Adds a device password.
pub fn insert(batch: &mut Batch, org: OrgId, row: AppPasswordRow, secret_hash: &[u8]) {
    batch.exec(INSERT, params![org, row.id, row.person_id, secret_hash, row.sealed_label, row.created_us]);
}

/// Finds a device password that is not withdrawn by its hash.
///
/// # Errors
/// When the store fails.
pub async fn by_secret(db: &Db, org: OrgId, secret_hash: &[u8]) -> Result<Option<AppPasswordRow>> {
    db.query_opt(BY_SECRET, params![org, secret_hash]).await?.as_ref().map(decode).transpose()
}

/// Reads a device password that is not withdrawn.
///
/// # Errors
/// When the store fails.
pub async fn get(db: &Db, org: OrgId, id: AppPasswordId) -> Result<Option<AppPasswordRow>> {
    db.query_opt(GET, params![org, id]).await?.as_ref().map(decode).transpose()
}

/// A person's device passwords, newest first.
///
/// # Errors
/// When the store fails.
pub async fn of_person(db: &Db, org: OrgId, person: PersonId) -> Result<Vec<AppPasswordRow>> {
    db.query(OF_PERSON, params![org, person]).await?.iter().map(decode).collect()
}

/// Notes its use.
pub fn used(batch: &mut Batch, org: OrgId, id: AppPasswordId, at_us: i64) {
    batch.exec(USED, params![org, id, at_us]);
}

/// Withdraws one, if it is not withdrawn.
pub fn revoke(batch: &mut Batch, org: OrgId, id: AppPasswordId, at_us: i64, guard: &'static str) {
    batch.exec_expect(REVOKE, params![org, id, at_us], 1, guard);
}

/// Withdraws all of a person.
pub fn revoke_of(batch: &mut Batch, org: OrgId, person: PersonId, at_us: i64) {
    batch.exec(REVOKE_OF, params![org, person, at_us]);
}
