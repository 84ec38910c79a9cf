//! What was checked of somebody, person or patient: that an e-mail address or a mobile number is theirs, and who they are.
//! One row for each kind; while a link or a code is on its way, with its keyed hash.

use crate::{Batch, Db, Result, Row, params};
use uuid::Uuid;
use wardpost_model::OrgId;

macro_rules! columns {
    () => {
        "subject_id, kind, verified_at, secret_hash, expires_at, tries, sent_at, sealed_value"
    };
}

const PUT: &str = "INSERT INTO verification (org_id, subject_id, kind, verified_at, secret_hash, expires_at, tries, sent_at, sealed_value) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, ?8) ON CONFLICT (org_id, subject_id, kind) DO UPDATE SET verified_at = excluded.verified_at, secret_hash = excluded.secret_hash, expires_at = excluded.expires_at, tries = 0, sent_at = excluded.sent_at, sealed_value = excluded.sealed_value";
const GET: &str =
    concat!("SELECT ", columns!(), " FROM verification WHERE org_id = ?1 AND subject_id = ?2 AND kind = ?3");
const BY_SECRET: &str =
    concat!("SELECT ", columns!(), " FROM verification WHERE org_id = ?1 AND kind = ?2 AND secret_hash = ?3");
const TRY: &str = "UPDATE verification SET tries = tries + 1 WHERE org_id = ?1 AND subject_id = ?2 AND kind = ?3 AND tries = ?4 AND secret_hash IS NOT NULL";
const CONFIRM: &str = "UPDATE verification SET verified_at = ?5, secret_hash = NULL, expires_at = 0, sealed_value = ?6 WHERE org_id = ?1 AND subject_id = ?2 AND kind = ?3 AND secret_hash = ?4";
const REMOVE: &str = "DELETE FROM verification WHERE org_id = ?1 AND subject_id = ?2 AND kind = ?3";

/// Every statement of this module.
pub const ALL: &[&str] = &[PUT, GET, BY_SECRET, TRY, CONFIRM, REMOVE];

/// A verification as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of verification")]
pub struct VerificationRow {
    pub subject_id: Uuid,
    pub kind: String,
    pub verified_us: Option<i64>,
    pub secret_hash: Option<Vec<u8>>,
    pub expires_us: i64,
    pub tries: i64,
    pub sent_us: i64,
    pub sealed_value: Vec<u8>,
}

fn decode(r: &Row) -> Result<VerificationRow> {
    Ok(VerificationRow {
        subject_id: r.uuid(0)?,
        kind: r.text(1)?,
        verified_us: r.opt_int(2)?,
        secret_hash: r.opt_bytes(3)?,
        expires_us: r.int(4)?,
        tries: r.int(5)?,
        sent_us: r.int(6)?,
        sealed_value: r.bytes(7)?,
    })
}

/// Puts a verification in the place of the one of its kind; its tries begin anew.
pub fn put(batch: &mut Batch, org: OrgId, v: VerificationRow) {
    batch.exec(
        PUT,
        params![org, v.subject_id, v.kind, v.verified_us, v.secret_hash, v.expires_us, v.sent_us, v.sealed_value],
    );
}

/// Reads one.
///
/// # Errors
/// When the store fails.
pub async fn get(db: &Db, org: OrgId, subject: Uuid, kind: &str) -> Result<Option<VerificationRow>> {
    db.query_opt(GET, params![org, subject, kind]).await?.as_ref().map(decode).transpose()
}

/// Finds one by the hash of what was sent.
///
/// # Errors
/// When the store fails.
pub async fn by_secret(db: &Db, org: OrgId, kind: &str, hash: &[u8]) -> Result<Option<VerificationRow>> {
    db.query_opt(BY_SECRET, params![org, kind, hash]).await?.as_ref().map(decode).transpose()
}

/// Counts a try before it is looked at, if the count is still `seen`.
pub fn count_try(batch: &mut Batch, org: OrgId, subject: Uuid, kind: &str, seen: i64, guard: &'static str) {
    batch.exec_expect(TRY, params![org, subject, kind, seen], 1, guard);
}

/// What a confirmation sets.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the columns of verification")]
pub struct Confirmed<'a> {
    pub subject_id: Uuid,
    pub kind: &'a str,
    pub secret_hash: &'a [u8],
    pub at_us: i64,
    pub sealed_value: Vec<u8>,
}

/// Uses up what was sent, if it still is what was sent last.
pub fn confirm(batch: &mut Batch, org: OrgId, c: Confirmed<'_>, guard: &'static str) {
    let params = params![org, c.subject_id, c.kind, c.secret_hash, c.at_us, c.sealed_value];
    batch.exec_expect(CONFIRM, params, 1, guard);
}

/// Forgets one.
pub fn remove(batch: &mut Batch, org: OrgId, subject: Uuid, kind: &str) {
    batch.exec(REMOVE, params![org, subject, kind]);
}
