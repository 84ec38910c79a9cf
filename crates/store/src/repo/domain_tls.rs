//! What is known of the TLS of other domains' mail servers.

use crate::{Batch, Db, Result, params};
use wardpost_model::OrgId;

const PUT: &str = "INSERT INTO domain_tls (org_id, domain_index, state, checked_at, sealed_detail) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (org_id, domain_index) DO UPDATE SET state = excluded.state, checked_at = excluded.checked_at, sealed_detail = excluded.sealed_detail";
const GET: &str = "SELECT state, checked_at, sealed_detail FROM domain_tls WHERE org_id = ?1 AND domain_index = ?2";

/// Every statement of this module.
pub const ALL: &[&str] = &[PUT, GET];

/// What is known of one domain.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of domain_tls")]
pub struct DomainTlsRow {
    pub state: String,
    pub checked_us: i64,
    pub sealed_detail: Vec<u8>,
}

/// Records what was seen.
pub fn put(batch: &mut Batch, org: OrgId, domain_index: Vec<u8>, row: DomainTlsRow) {
    batch.exec(PUT, params![org, domain_index, row.state, row.checked_us, row.sealed_detail]);
}

/// Reads what is known.
///
/// # Errors
/// When the store fails.
pub async fn get(db: &Db, org: OrgId, domain_index: Vec<u8>) -> Result<Option<DomainTlsRow>> {
    db.query_opt(GET, params![org, domain_index])
        .await?
        .map(|r| Ok(DomainTlsRow { state: r.text(0)?, checked_us: r.int(1)?, sealed_detail: r.bytes(2)? }))
        .transpose()
}
