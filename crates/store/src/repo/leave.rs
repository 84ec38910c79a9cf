//! Leaving that was planned for a day: when, and who takes over what.

use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{OrgId, PersonId};

const PUT: &str = "INSERT INTO planned_leave (org_id, person_id, at, planned_by, sealed_handover) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (org_id, person_id) DO UPDATE SET at = excluded.at, planned_by = excluded.planned_by, sealed_handover = excluded.sealed_handover";
const LIST: &str =
    "SELECT person_id, at, planned_by, sealed_handover FROM planned_leave WHERE org_id = ?1 ORDER BY at, person_id";
const DUE: &str = "SELECT person_id, at, planned_by, sealed_handover FROM planned_leave WHERE org_id = ?1 AND at <= ?2 ORDER BY at, person_id LIMIT 100";
const DELETE: &str = "DELETE FROM planned_leave WHERE org_id = ?1 AND person_id = ?2";

/// Every statement of this module.
pub const ALL: &[&str] = &[PUT, LIST, DUE, DELETE];

/// A planned leave as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of planned_leave")]
pub struct LeaveRow {
    pub person_id: PersonId,
    pub at_us: i64,
    pub planned_by: PersonId,
    pub sealed_handover: Vec<u8>,
}

fn decode(r: &Row) -> Result<LeaveRow> {
    Ok(LeaveRow { person_id: r.id(0)?, at_us: r.int(1)?, planned_by: r.id(2)?, sealed_handover: r.bytes(3)? })
}

/// Plans a leave, in the place of one that was planned before.
pub fn put(batch: &mut Batch, org: OrgId, row: LeaveRow) {
    batch.exec(PUT, params![org, row.person_id, row.at_us, row.planned_by, row.sealed_handover]);
}

/// All planned leaves.
///
/// # Errors
/// When the store fails.
pub async fn list(db: &Db, org: OrgId) -> Result<Vec<LeaveRow>> {
    db.query(LIST, params![org]).await?.iter().map(decode).collect()
}

/// Those whose time has come.
///
/// # Errors
/// When the store fails.
pub async fn due(db: &Db, org: OrgId, now_us: i64) -> Result<Vec<LeaveRow>> {
    db.query(DUE, params![org, now_us]).await?.iter().map(decode).collect()
}

/// Forgets a plan, if there is one.
pub fn delete(batch: &mut Batch, org: OrgId, person: PersonId) {
    batch.exec(DELETE, params![org, person]);
}

/// Forgets a plan, if there is one.
pub fn delete_expect(batch: &mut Batch, org: OrgId, person: PersonId, guard: &'static str) {
    batch.exec_expect(DELETE, params![org, person], 1, guard);
}
