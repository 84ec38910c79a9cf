//! Who could consent to what one person can't do alone, and when that was last so.

use crate::{Batch, Db, Result, params};
use wardpost_model::{OrgId, PersonId};

const SEEN: &str = "INSERT INTO approver (org_id, person_id, seen_at) VALUES (?1, ?2, ?3) ON CONFLICT (org_id, person_id) DO UPDATE SET seen_at = excluded.seen_at";
const LIST: &str = "SELECT person_id, seen_at FROM approver WHERE org_id = ?1 ORDER BY person_id";
const PRUNE: &str = "DELETE FROM approver WHERE org_id = ?1 AND seen_at < ?2";

/// Every statement of this module.
pub const ALL: &[&str] = &[SEEN, LIST, PRUNE];

/// Notes that somebody could consent at this time.
pub fn seen(batch: &mut Batch, org: OrgId, person: PersonId, at_us: i64) {
    batch.exec(SEEN, params![org, person, at_us]);
}

/// Everybody who was noted, with the last time.
///
/// # Errors
/// When the store fails.
pub async fn list(db: &Db, org: OrgId) -> Result<Vec<(PersonId, i64)>> {
    db.query(LIST, params![org]).await?.iter().map(|r| Ok((r.id(0)?, r.int(1)?))).collect()
}

/// Forgets who could consent last before a time.
pub fn prune(batch: &mut Batch, org: OrgId, before_us: i64) {
    batch.exec(PRUNE, params![org, before_us]);
}
