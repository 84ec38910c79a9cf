//! Partner organisations, known by their domain.

use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{OrgId, PartnerId};

const INSERT: &str =
    "INSERT INTO partner (org_id, partner_id, domain, name, note, version) VALUES (?1, ?2, ?3, ?4, ?5, 1)";
const LIST: &str =
    "SELECT partner_id, domain, name, note, version FROM partner WHERE org_id = ?1 ORDER BY name, partner_id";
const UPDATE: &str = "UPDATE partner SET domain = ?4, name = ?5, note = ?6, version = version + 1 WHERE org_id = ?1 AND partner_id = ?2 AND version = ?3";
const DELETE: &str = "DELETE FROM partner WHERE org_id = ?1 AND partner_id = ?2";

/// Every statement of this module.
pub const ALL: &[&str] = &[INSERT, LIST, UPDATE, DELETE];

/// A partner as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of partner")]
pub struct PartnerRow {
    pub id: PartnerId,
    pub domain: String,
    pub name: String,
    pub note: String,
    pub version: i64,
}

fn decode(r: &Row) -> Result<PartnerRow> {
    Ok(PartnerRow { id: r.id(0)?, domain: r.text(1)?, name: r.text(2)?, note: r.text(3)?, version: r.int(4)? })
}

/// Adds a partner with version 1; a domain that is taken is a conflict on `partner_domain`.
pub fn insert(batch: &mut Batch, org: OrgId, row: PartnerRow) {
    batch.exec(INSERT, params![org, row.id, row.domain, row.name, row.note]);
}

/// All partners, by name.
///
/// # Errors
/// When the store fails.
pub async fn list(db: &Db, org: OrgId) -> Result<Vec<PartnerRow>> {
    db.query(LIST, params![org]).await?.iter().map(decode).collect()
}

/// Changes a partner, if the version is still the row's.
pub fn update(batch: &mut Batch, org: OrgId, row: PartnerRow, guard: &'static str) {
    batch.exec_expect(UPDATE, params![org, row.id, row.version, row.domain, row.name, row.note], 1, guard);
}

/// Removes a partner.
pub fn delete(batch: &mut Batch, org: OrgId, id: PartnerId, guard: &'static str) {
    batch.exec_expect(DELETE, params![org, id], 1, guard);
}
