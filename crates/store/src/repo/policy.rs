//! The policy documents, every version of them.

use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{OrgId, PersonId};

const INSERT: &str = "INSERT INTO policy (org_id, kind, version, sealed_body, note, changed_by, changed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
const CURRENT: &str = "SELECT version, sealed_body, note, changed_by, changed_at FROM policy WHERE org_id = ?1 AND kind = ?2 ORDER BY version DESC LIMIT 1";
const LIST: &str = "SELECT version, sealed_body, note, changed_by, changed_at FROM policy WHERE org_id = ?1 AND kind = ?2 AND version < ?3 ORDER BY version DESC LIMIT ?4";
const IS_AT: &str = "SELECT version FROM policy WHERE org_id = ?1 AND kind = ?2 AND version = ?3";

/// Every statement of this module.
pub const ALL: &[&str] = &[INSERT, CURRENT, LIST, IS_AT];

/// A version of a policy document as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of policy")]
pub struct PolicyRow {
    pub version: i64,
    pub sealed_body: Vec<u8>,
    pub note: String,
    pub changed_by: Option<PersonId>,
    pub changed_us: i64,
}

fn decode(r: &Row) -> Result<PolicyRow> {
    Ok(PolicyRow {
        version: r.int(0)?,
        sealed_body: r.bytes(1)?,
        note: r.text(2)?,
        changed_by: r.opt_id(3)?,
        changed_us: r.int(4)?,
    })
}

/// Adds the first version.
pub fn insert_first(batch: &mut Batch, org: OrgId, kind: &str, row: PolicyRow) {
    batch.exec(INSERT, params![org, kind, row.version, row.sealed_body, row.note, row.changed_by, row.changed_us]);
}

/// Adds the version after `row.version - 1`, which must be there; if another was added meanwhile, that is a conflict on
/// `policy_pkey`.
pub fn insert_next(batch: &mut Batch, org: OrgId, kind: &str, row: PolicyRow, guard: &'static str) {
    batch.require(IS_AT, params![org, kind, row.version - 1], guard);
    insert_first(batch, org, kind, row);
}

/// The newest version.
///
/// # Errors
/// When the store fails.
pub async fn current(db: &Db, org: OrgId, kind: &str) -> Result<Option<PolicyRow>> {
    db.query_opt(CURRENT, params![org, kind]).await?.as_ref().map(decode).transpose()
}

/// Versions before one, newest first.
///
/// # Errors
/// When the store fails.
pub async fn list(db: &Db, org: OrgId, kind: &str, before: i64, limit: u32) -> Result<Vec<PolicyRow>> {
    db.query(LIST, params![org, kind, before, limit]).await?.iter().map(decode).collect()
}
