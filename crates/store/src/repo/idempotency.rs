//! Keys of requests that create something, with the answers that they got.

use crate::{Batch, Db, Result, params};
use uuid::Uuid;
use wardpost_model::OrgId;

const CLAIM: &str = "INSERT INTO idempotency (org_id, scope_id, key_hash, request_hash, at, status, sealed_answer) VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6)";
const FIND: &str = "SELECT request_hash, at, status, sealed_answer FROM idempotency WHERE org_id = ?1 AND scope_id = ?2 AND key_hash = ?3";
const RETAKE: &str =
    "UPDATE idempotency SET at = ?5 WHERE org_id = ?1 AND scope_id = ?2 AND key_hash = ?3 AND status = 0 AND at = ?4";
const KEEP: &str = "UPDATE idempotency SET status = ?5, sealed_answer = ?6 WHERE org_id = ?1 AND scope_id = ?2 AND key_hash = ?3 AND status = 0 AND at = ?4";
const RELEASE: &str =
    "DELETE FROM idempotency WHERE org_id = ?1 AND scope_id = ?2 AND key_hash = ?3 AND status = 0 AND at = ?4";
const PRUNE: &str = "DELETE FROM idempotency WHERE org_id = ?1 AND at < ?2";

/// Every statement of this module.
pub const ALL: &[&str] = &[CLAIM, FIND, RETAKE, KEEP, RELEASE, PRUNE];

/// Which key of whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the key columns of idempotency")]
pub struct Key {
    pub org: OrgId,
    pub scope: Uuid,
    pub key_hash: [u8; 32],
}

/// A key as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// Hash of the request that came with it.
    pub request_hash: Vec<u8>,
    /// When it was claimed, microseconds.
    pub at_us: i64,
    /// HTTP status of the answer; 0 while the request is being answered.
    pub status: i64,
    /// The answer's body.
    pub sealed_answer: Vec<u8>,
}

/// Claims a key; fails on `idempotency_pkey` if it was claimed before.
pub fn claim(batch: &mut Batch, key: Key, request_hash: &[u8], at_us: i64) {
    let empty: &[u8] = &[];
    batch.exec(CLAIM, params![key.org, key.scope, key.key_hash, request_hash, at_us, empty]);
}

/// Takes over a claim that was made at `was_us` and never answered.
pub fn retake(batch: &mut Batch, key: Key, was_us: i64, at_us: i64, guard: &'static str) {
    batch.exec_expect(RETAKE, params![key.org, key.scope, key.key_hash, was_us, at_us], 1, guard);
}

/// Keeps the answer of a claim.
pub fn keep(batch: &mut Batch, key: Key, at_us: i64, status: u16, sealed_answer: Vec<u8>, guard: &'static str) {
    batch.exec_expect(KEEP, params![key.org, key.scope, key.key_hash, at_us, status, sealed_answer], 1, guard);
}

/// Gives up a claim, so that the request can be made again.
pub fn release(batch: &mut Batch, key: Key, at_us: i64) {
    batch.exec(RELEASE, params![key.org, key.scope, key.key_hash, at_us]);
}

/// Forgets old keys.
pub fn prune(batch: &mut Batch, org: OrgId, before_us: i64) {
    batch.exec(PRUNE, params![org, before_us]);
}

/// Looks a key up.
///
/// # Errors
/// When the store fails.
pub async fn find(db: &Db, key: Key) -> Result<Option<KeyRow>> {
    let row = db.query_opt(FIND, params![key.org, key.scope, key.key_hash]).await?;
    row.map(|r| {
        Ok(KeyRow { request_hash: r.bytes(0)?, at_us: r.int(1)?, status: r.int(2)?, sealed_answer: r.bytes(3)? })
    })
    .transpose()
}
