//! What was done to many people at once, and how it is taken back.

use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{BulkId, OrgId, PersonId};

const INSERT: &str = "INSERT INTO bulk_act (org_id, bulk_id, person_id, at, undo_until, undone_at, sealed_acts) VALUES (?1, ?2, ?3, ?4, ?5, NULL, ?6)";
const GET: &str = "SELECT bulk_id, person_id, at, undo_until, undone_at, sealed_acts FROM bulk_act WHERE org_id = ?1 AND bulk_id = ?2";
const OPEN: &str = "SELECT bulk_id, person_id, at, undo_until, undone_at, sealed_acts FROM bulk_act WHERE org_id = ?1 AND undo_until > ?2 AND undone_at IS NULL ORDER BY at DESC, bulk_id LIMIT 50";
const UNDONE: &str = "UPDATE bulk_act SET undone_at = ?3 WHERE org_id = ?1 AND bulk_id = ?2 AND undone_at IS NULL";
const PRUNE: &str = "DELETE FROM bulk_act WHERE org_id = ?1 AND undo_until < ?2";

/// Every statement of this module.
pub const ALL: &[&str] = &[INSERT, GET, OPEN, UNDONE, PRUNE];

/// An act on many people as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of bulk_act")]
pub struct BulkRow {
    pub id: BulkId,
    pub by: PersonId,
    pub at_us: i64,
    pub undo_until_us: i64,
    pub undone_us: Option<i64>,
    pub sealed_acts: Vec<u8>,
}

fn decode(r: &Row) -> Result<BulkRow> {
    Ok(BulkRow {
        id: r.id(0)?,
        by: r.id(1)?,
        at_us: r.int(2)?,
        undo_until_us: r.int(3)?,
        undone_us: r.opt_int(4)?,
        sealed_acts: r.bytes(5)?,
    })
}

/// Adds an act that was not taken back.
pub fn insert(batch: &mut Batch, org: OrgId, row: BulkRow) {
    batch.exec(INSERT, params![org, row.id, row.by, row.at_us, row.undo_until_us, row.sealed_acts]);
}

/// Reads an act.
///
/// # Errors
/// When the store fails.
pub async fn get(db: &Db, org: OrgId, id: BulkId) -> Result<Option<BulkRow>> {
    db.query_opt(GET, params![org, id]).await?.as_ref().map(decode).transpose()
}

/// Those that can still be taken back, newest first.
///
/// # Errors
/// When the store fails.
pub async fn open(db: &Db, org: OrgId, now_us: i64) -> Result<Vec<BulkRow>> {
    db.query(OPEN, params![org, now_us]).await?.iter().map(decode).collect()
}

/// Notes that an act was taken back, once.
pub fn undone(batch: &mut Batch, org: OrgId, id: BulkId, at_us: i64, guard: &'static str) {
    batch.exec_expect(UNDONE, params![org, id, at_us], 1, guard);
}

/// Forgets acts that could not be taken back any more before a time: the audit log keeps them.
pub fn prune(batch: &mut Batch, org: OrgId, before_us: i64) {
    batch.exec(PRUNE, params![org, before_us]);
}
