//! People: their state, the index of their login, and the sealed rest.

use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{OrgId, PersonId};

const INSERT: &str = "INSERT INTO person (org_id, person_id, state, login_index, sealed_profile, version, created_at, made_via) VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7)";
const GET: &str = "SELECT person_id, state, login_index, sealed_profile, version, created_at, made_via FROM person WHERE org_id = ?1 AND person_id = ?2";
const BY_LOGIN: &str = "SELECT person_id, state, login_index, sealed_profile, version, created_at, made_via FROM person WHERE org_id = ?1 AND login_index = ?2";
const LIST: &str = "SELECT person_id, state, login_index, sealed_profile, version, created_at, made_via FROM person WHERE org_id = ?1 ORDER BY person_id";
const ANY: &str = "SELECT person_id FROM person WHERE org_id = ?1 LIMIT 1";
const UPDATE: &str = "UPDATE person SET login_index = ?4, sealed_profile = ?5, version = version + 1 WHERE org_id = ?1 AND person_id = ?2 AND version = ?3";
const SET_PROFILE: &str = "UPDATE person SET sealed_profile = ?4, version = version + 1 WHERE org_id = ?1 AND person_id = ?2 AND version = ?3";
const SET_STATE: &str =
    "UPDATE person SET state = ?4, version = version + 1 WHERE org_id = ?1 AND person_id = ?2 AND version = ?3";
const MOVE_STATE: &str =
    "UPDATE person SET state = ?4, version = version + 1 WHERE org_id = ?1 AND person_id = ?2 AND state = ?3";
const BUMP: &str = "UPDATE person SET version = version + 1 WHERE org_id = ?1 AND person_id = ?2 AND version = ?3";

/// Every statement of this module.
pub const ALL: &[&str] = &[INSERT, GET, BY_LOGIN, LIST, ANY, UPDATE, SET_PROFILE, SET_STATE, MOVE_STATE, BUMP];

/// A person as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of person")]
pub struct PersonRow {
    pub id: PersonId,
    pub state: String,
    pub login_index: Vec<u8>,
    pub sealed_profile: Vec<u8>,
    pub version: i64,
    pub created_us: i64,
    pub made_via: String,
}

fn decode(r: &Row) -> Result<PersonRow> {
    Ok(PersonRow {
        id: r.id(0)?,
        state: r.text(1)?,
        login_index: r.bytes(2)?,
        sealed_profile: r.bytes(3)?,
        version: r.int(4)?,
        created_us: r.int(5)?,
        made_via: r.text(6)?,
    })
}

/// Adds a person with version 1; a login that is taken is a conflict on `person_login`.
pub fn insert(batch: &mut Batch, org: OrgId, row: PersonRow) {
    batch.exec(
        INSERT,
        params![org, row.id, row.state, row.login_index, row.sealed_profile, row.created_us, row.made_via],
    );
}

/// Reads one person.
///
/// # Errors
/// When the store fails.
pub async fn get(db: &Db, org: OrgId, id: PersonId) -> Result<Option<PersonRow>> {
    db.query_opt(GET, params![org, id]).await?.as_ref().map(decode).transpose()
}

/// Finds a person by login.
///
/// # Errors
/// When the store fails.
pub async fn by_login(db: &Db, org: OrgId, login_index: &[u8]) -> Result<Option<PersonRow>> {
    db.query_opt(BY_LOGIN, params![org, login_index]).await?.as_ref().map(decode).transpose()
}

/// Everybody.
///
/// # Errors
/// When the store fails.
pub async fn list(db: &Db, org: OrgId) -> Result<Vec<PersonRow>> {
    db.query(LIST, params![org]).await?.iter().map(decode).collect()
}

/// Whether there is anybody.
///
/// # Errors
/// When the store fails.
pub async fn any(db: &Db, org: OrgId) -> Result<bool> {
    Ok(!db.query(ANY, params![org]).await?.is_empty())
}

/// Changes login and profile, if the version is still `version`.
pub fn update(
    batch: &mut Batch,
    org: OrgId,
    id: PersonId,
    version: i64,
    login_index: Vec<u8>,
    sealed_profile: Vec<u8>,
    guard: &'static str,
) {
    batch.exec_expect(UPDATE, params![org, id, version, login_index, sealed_profile], 1, guard);
}

/// Changes the profile but not the login, if the version is still `version`.
pub fn set_profile(batch: &mut Batch, org: OrgId, id: PersonId, version: i64, sealed: Vec<u8>, guard: &'static str) {
    batch.exec_expect(SET_PROFILE, params![org, id, version, sealed], 1, guard);
}

/// Changes the state, if the version is still `version`.
pub fn set_state(batch: &mut Batch, org: OrgId, id: PersonId, version: i64, state: &str, guard: &'static str) {
    batch.exec_expect(SET_STATE, params![org, id, version, state], 1, guard);
}

/// Changes the state, if it is still `from`.
pub fn move_state(batch: &mut Batch, org: OrgId, id: PersonId, from: &str, to: &str, guard: &'static str) {
    batch.exec_expect(MOVE_STATE, params![org, id, from, to], 1, guard);
}

/// Gives the person a new version without another change to the row (roles changed), if it is still `version`.
pub fn bump(batch: &mut Batch, org: OrgId, id: PersonId, version: i64, guard: &'static str) {
    batch.exec_expect(BUMP, params![org, id, version], 1, guard);
}
