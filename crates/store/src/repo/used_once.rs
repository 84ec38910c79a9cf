//! What is good once (challenges of passkeys): kept, as a keyed hash, until it would not be good any more anyway.

use crate::{Batch, params};
use wardpost_model::OrgId;

const INSERT: &str = "INSERT INTO used_once (org_id, hash, until) VALUES (?1, ?2, ?3)";
const PRUNE: &str = "DELETE FROM used_once WHERE org_id = ?1 AND until < ?2";

/// Every statement of this module.
pub const ALL: &[&str] = &[INSERT, PRUNE];

/// The conflict when something was used before.
pub const USED_BEFORE: &str = "used_once_pkey";

/// Uses something up; a second time is a conflict on [`USED_BEFORE`].
pub fn insert(batch: &mut Batch, org: OrgId, hash: &[u8], until_us: i64) {
    batch.exec(INSERT, params![org, hash, until_us]);
}

/// Forgets what is not good any more.
pub fn prune(batch: &mut Batch, org: OrgId, before_us: i64) {
    batch.exec(PRUNE, params![org, before_us]);
}
