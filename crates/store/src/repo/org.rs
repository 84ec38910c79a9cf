//! The organisation's own row.

use crate::{Batch, Db, Result, params};
use wardpost_model::OrgId;

const INSERT: &str = "INSERT INTO org (org_id, name, language, created_at) VALUES (?1, ?2, ?3, ?4)";
const GET: &str = "SELECT name, language, created_at FROM org WHERE org_id = ?1";

/// Every statement of this module.
pub const ALL: &[&str] = &[INSERT, GET];

/// The organisation as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of org")]
pub struct OrgRow {
    pub name: String,
    pub language: String,
    pub created_us: i64,
}

/// Adds the organisation; a second row is a conflict on `org_pkey`.
pub fn insert(batch: &mut Batch, org: OrgId, row: OrgRow) {
    batch.exec(INSERT, params![org, row.name, row.language, row.created_us]);
}

/// Reads the organisation.
///
/// # Errors
/// When the store fails.
pub async fn get(db: &Db, org: OrgId) -> Result<Option<OrgRow>> {
    let row = db.query_opt(GET, params![org]).await?;
    row.map(|r| Ok(OrgRow { name: r.text(0)?, language: r.text(1)?, created_us: r.int(2)? })).transpose()
}
