//! The organisation's own mail domains.

use crate::{Batch, Db, Result, params};
use wardpost_model::OrgId;

const INSERT: &str = "INSERT INTO mail_domain (org_id, domain, created_at) VALUES (?1, ?2, ?3)";
const LIST: &str = "SELECT domain, created_at FROM mail_domain WHERE org_id = ?1 ORDER BY domain";
const DELETE: &str = "DELETE FROM mail_domain WHERE org_id = ?1 AND domain = ?2";

/// Every statement of this module.
pub const ALL: &[&str] = &[INSERT, LIST, DELETE];

/// Adds a domain; one that is taken, here or by another organisation, is a conflict.
pub fn insert(batch: &mut Batch, org: OrgId, domain: &str, at_us: i64) {
    batch.exec(INSERT, params![org, domain, at_us]);
}

/// All own domains and since when.
///
/// # Errors
/// When the store fails.
pub async fn list(db: &Db, org: OrgId) -> Result<Vec<(String, i64)>> {
    db.query(LIST, params![org]).await?.iter().map(|r| Ok((r.text(0)?, r.int(1)?))).collect()
}

/// Removes a domain.
pub fn delete(batch: &mut Batch, org: OrgId, domain: &str, guard: &'static str) {
    batch.exec_expect(DELETE, params![org, domain], 1, guard);
}
