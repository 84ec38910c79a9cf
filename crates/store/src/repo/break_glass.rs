//! Emergency access to patients, and what was said of it afterwards.

use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{GrantId, OrgId, PatientId, PersonId};

const INSERT: &str = "INSERT INTO break_glass (org_id, grant_id, patient_id, person_id, started_at, ends_at, ended_at, reviewed_by, reviewed_at, sealed_reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL, NULL, NULL, ?7)";
const GET: &str = "SELECT grant_id, patient_id, person_id, started_at, ends_at, ended_at, sealed_reason FROM break_glass WHERE org_id = ?1 AND grant_id = ?2";
const OPEN_OF: &str = "SELECT grant_id, patient_id, person_id, started_at, ends_at, ended_at, sealed_reason FROM break_glass WHERE org_id = ?1 AND person_id = ?2 AND ends_at > ?3 AND ended_at IS NULL ORDER BY started_at, grant_id";
const OPEN: &str = "SELECT grant_id, patient_id, person_id, started_at, ends_at, ended_at, sealed_reason FROM break_glass WHERE org_id = ?1 AND ends_at > ?2 AND ended_at IS NULL ORDER BY started_at, grant_id";
const UNREVIEWED: &str = "SELECT grant_id, patient_id, person_id, started_at, ends_at, ended_at, sealed_reason FROM break_glass WHERE org_id = ?1 AND reviewed_at IS NULL AND (started_at, grant_id) > (?2, ?3) ORDER BY started_at, grant_id LIMIT ?4";
const SINCE: &str = "SELECT COUNT(*) FROM break_glass WHERE org_id = ?1 AND person_id = ?2 AND ends_at > ?3";
const END: &str =
    "UPDATE break_glass SET ended_at = ?3 WHERE org_id = ?1 AND grant_id = ?2 AND ended_at IS NULL AND ends_at > ?3";
const REVIEW: &str = "UPDATE break_glass SET reviewed_by = ?3, reviewed_at = ?4, sealed_reason = ?5 WHERE org_id = ?1 AND grant_id = ?2 AND reviewed_at IS NULL";

/// Every statement of this module.
pub const ALL: &[&str] = &[INSERT, GET, OPEN_OF, OPEN, UNREVIEWED, SINCE, END, REVIEW];

/// An emergency access as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of break_glass")]
pub struct GrantRow {
    pub id: GrantId,
    pub patient_id: PatientId,
    pub person_id: PersonId,
    pub started_us: i64,
    pub ends_us: i64,
    pub ended_us: Option<i64>,
    pub sealed_reason: Vec<u8>,
}

fn decode(r: &Row) -> Result<GrantRow> {
    Ok(GrantRow {
        id: r.id(0)?,
        patient_id: r.id(1)?,
        person_id: r.id(2)?,
        started_us: r.int(3)?,
        ends_us: r.int(4)?,
        ended_us: r.opt_int(5)?,
        sealed_reason: r.bytes(6)?,
    })
}

/// Adds an emergency access.
pub fn insert(batch: &mut Batch, org: OrgId, g: GrantRow) {
    batch.exec(INSERT, params![org, g.id, g.patient_id, g.person_id, g.started_us, g.ends_us, g.sealed_reason]);
}

/// Reads one, also an ended one.
///
/// # Errors
/// When the store fails.
pub async fn get(db: &Db, org: OrgId, id: GrantId) -> Result<Option<GrantRow>> {
    db.query_opt(GET, params![org, id]).await?.as_ref().map(decode).transpose()
}

/// Those of a person that are open now, oldest first.
///
/// # Errors
/// When the store fails.
pub async fn open_of(db: &Db, org: OrgId, person: PersonId, now_us: i64) -> Result<Vec<GrantRow>> {
    db.query(OPEN_OF, params![org, person, now_us]).await?.iter().map(decode).collect()
}

/// Everybody's that are open now, oldest first.
///
/// # Errors
/// When the store fails.
pub async fn open(db: &Db, org: OrgId, now_us: i64) -> Result<Vec<GrantRow>> {
    db.query(OPEN, params![org, now_us]).await?.iter().map(decode).collect()
}

/// A page of those that nobody has judged yet, oldest first.
///
/// # Errors
/// When the store fails.
pub async fn unreviewed(db: &Db, org: OrgId, after: Option<(i64, GrantId)>, limit: i64) -> Result<Vec<GrantRow>> {
    let (at, id) = after.unwrap_or((i64::MIN, GrantId(uuid::Uuid::nil())));
    db.query(UNREVIEWED, params![org, at, id, limit]).await?.iter().map(decode).collect()
}

/// How many a person had that ended, or would have ended, after this time.
///
/// # Errors
/// When the store fails.
pub async fn count_since(db: &Db, org: OrgId, person: PersonId, since_us: i64) -> Result<i64> {
    db.query_opt(SINCE, params![org, person, since_us]).await?.map_or(Ok(0), |r| r.int(0))
}

/// Ends one before its time, once.
pub fn end(batch: &mut Batch, org: OrgId, id: GrantId, at_us: i64, guard: &'static str) {
    batch.exec_expect(END, params![org, id, at_us], 1, guard);
}

/// Writes down what was judged, once.
pub fn review(
    batch: &mut Batch,
    org: OrgId,
    id: GrantId,
    by: PersonId,
    at_us: i64,
    sealed: Vec<u8>,
    guard: &'static str,
) {
    batch.exec_expect(REVIEW, params![org, id, by, at_us, sealed], 1, guard);
}
