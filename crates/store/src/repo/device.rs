//! Browsers in which somebody has signed in: told from new ones, and let through first when guessers come in a flood.
//! One browser has one secret, of which the keyed hash is stored, and a row for each person who signs in with it.

use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{DeviceId, OrgId, PersonId};

macro_rules! columns {
    () => {
        "device_id, person_id, secret_hash, created_at, last_seen_at, sealed_client"
    };
}

const INSERT: &str = "INSERT INTO device (org_id, device_id, person_id, secret_hash, created_at, last_seen_at, sealed_client) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
const GET: &str = concat!("SELECT ", columns!(), " FROM device WHERE org_id = ?1 AND device_id = ?2");
const BY_SECRET: &str =
    concat!("SELECT ", columns!(), " FROM device WHERE org_id = ?1 AND secret_hash = ?2 ORDER BY device_id LIMIT 200");
const OF_PERSON: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM device WHERE org_id = ?1 AND person_id = ?2 ORDER BY last_seen_at DESC, device_id LIMIT 200"
);
const SEEN: &str = "UPDATE device SET last_seen_at = ?3, sealed_client = ?4 WHERE org_id = ?1 AND device_id = ?2";
const REKEY: &str = "UPDATE device SET secret_hash = ?3 WHERE org_id = ?1 AND secret_hash = ?2";
const FORGET: &str = "DELETE FROM device WHERE org_id = ?1 AND device_id = ?2";
const FORGET_OF: &str = "DELETE FROM device WHERE org_id = ?1 AND person_id = ?2";
const PRUNE: &str = "DELETE FROM device WHERE org_id = ?1 AND last_seen_at < ?2";

/// Every statement of this module.
pub const ALL: &[&str] = &[INSERT, GET, BY_SECRET, OF_PERSON, SEEN, REKEY, FORGET, FORGET_OF, PRUNE];

/// A browser of a person as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of device")]
pub struct DeviceRow {
    pub id: DeviceId,
    pub person_id: PersonId,
    pub secret_hash: Vec<u8>,
    pub created_us: i64,
    pub last_seen_us: i64,
    pub sealed_client: Vec<u8>,
}

fn decode(r: &Row) -> Result<DeviceRow> {
    Ok(DeviceRow {
        id: r.id(0)?,
        person_id: r.id(1)?,
        secret_hash: r.bytes(2)?,
        created_us: r.int(3)?,
        last_seen_us: r.int(4)?,
        sealed_client: r.bytes(5)?,
    })
}

/// Adds a browser.
pub fn insert(batch: &mut Batch, org: OrgId, d: DeviceRow) {
    batch.exec(INSERT, params![org, d.id, d.person_id, d.secret_hash, d.created_us, d.last_seen_us, d.sealed_client]);
}

/// Reads one.
///
/// # Errors
/// When the store fails.
pub async fn get(db: &Db, org: OrgId, id: DeviceId) -> Result<Option<DeviceRow>> {
    db.query_opt(GET, params![org, id]).await?.as_ref().map(decode).transpose()
}

/// Everybody who has signed in with a browser.
///
/// # Errors
/// When the store fails.
pub async fn by_secret(db: &Db, org: OrgId, secret_hash: &[u8]) -> Result<Vec<DeviceRow>> {
    db.query(BY_SECRET, params![org, secret_hash]).await?.iter().map(decode).collect()
}

/// A person's browsers, used last first.
///
/// # Errors
/// When the store fails.
pub async fn of_person(db: &Db, org: OrgId, person: PersonId) -> Result<Vec<DeviceRow>> {
    db.query(OF_PERSON, params![org, person]).await?.iter().map(decode).collect()
}

/// Notes a sign-in.
pub fn seen(batch: &mut Batch, org: OrgId, id: DeviceId, at_us: i64, sealed_client: Vec<u8>) {
    batch.exec(SEEN, params![org, id, at_us, sealed_client]);
}

/// Gives a browser another secret, for everybody who has signed in with it.
pub fn rekey(batch: &mut Batch, org: OrgId, old_hash: &[u8], new_hash: &[u8]) {
    batch.exec(REKEY, params![org, old_hash, new_hash]);
}

/// Forgets one.
pub fn forget(batch: &mut Batch, org: OrgId, id: DeviceId, guard: &'static str) {
    batch.exec_expect(FORGET, params![org, id], 1, guard);
}

/// Forgets one; one that is gone is no matter.
pub fn forget_if_there(batch: &mut Batch, org: OrgId, id: DeviceId) {
    batch.exec(FORGET, params![org, id]);
}

/// Forgets all of a person.
pub fn forget_of(batch: &mut Batch, org: OrgId, person: PersonId) {
    batch.exec(FORGET_OF, params![org, person]);
}

/// Forgets those that were not seen since a time.
pub fn prune(batch: &mut Batch, org: OrgId, before_us: i64) {
    batch.exec(PRUNE, params![org, before_us]);
}
