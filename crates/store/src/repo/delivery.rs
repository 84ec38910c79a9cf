//! The delivery queue. Work is leased, so that no two nodes do it at once, and removed when it is done.

use crate::{Batch, Db, Result, Row, params};
use uuid::Uuid;
use wardpost_model::{DeliveryId, MessageId, OrgId};

/// An item of work as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of delivery")]
pub struct DeliveryRow {
    pub id: DeliveryId,
    pub message_id: MessageId,
    pub kind: String,
    pub due_us: i64,
    pub first_due_us: i64,
    pub attempts: i64,
    pub sealed_payload: Vec<u8>,
}

const INSERT: &str = "INSERT INTO delivery (org_id, delivery_id, message_id, kind, due_at, first_due_at, attempts, lease_id, lease_until, sealed_payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, NULL, 0, ?7)";
const DUE: &str = "SELECT delivery_id FROM delivery WHERE org_id = ?1 AND due_at <= ?2 AND lease_until <= ?2 ORDER BY due_at LIMIT ?3";
const LEASE: &str = "UPDATE delivery SET lease_id = ?3, lease_until = ?4, attempts = attempts + 1 WHERE org_id = ?1 AND delivery_id = ?2 AND lease_until <= ?5";
const LEASED: &str = "SELECT d.delivery_id, d.message_id, d.kind, d.due_at, d.first_due_at, d.attempts, d.sealed_payload, m.size FROM delivery d LEFT JOIN message m ON m.org_id = d.org_id AND m.message_id = d.message_id WHERE d.org_id = ?1 AND d.delivery_id = ?2 AND d.lease_id = ?3";
const EXTEND: &str = "UPDATE delivery SET lease_until = ?4 WHERE org_id = ?1 AND delivery_id = ?2 AND lease_id = ?3";
const DONE: &str = "DELETE FROM delivery WHERE org_id = ?1 AND delivery_id = ?2 AND lease_id = ?3";
const AGAIN: &str = "UPDATE delivery SET due_at = ?4, lease_id = NULL, lease_until = 0, sealed_payload = ?5 WHERE org_id = ?1 AND delivery_id = ?2 AND lease_id = ?3";
const RELEASE: &str = "UPDATE delivery SET lease_id = NULL, lease_until = 0, attempts = attempts - 1 WHERE org_id = ?1 AND delivery_id = ?2 AND lease_id = ?3";
const OF_MESSAGE: &str = "SELECT delivery_id, message_id, kind, due_at, first_due_at, attempts, sealed_payload FROM delivery WHERE org_id = ?1 AND message_id = ?2";
const STILL: &str = "UPDATE delivery SET due_at = due_at WHERE org_id = ?1 AND delivery_id = ?2 AND lease_until <= ?3";
const NEXT_DUE: &str = "SELECT MIN(due_at) FROM delivery WHERE org_id = ?1 AND lease_until <= ?2";
const DEPTH: &str = "SELECT COUNT(*) FROM delivery WHERE org_id = ?1";

/// Every statement of this module.
pub const ALL: &[&str] =
    &[INSERT, DUE, LEASE, LEASED, EXTEND, DONE, AGAIN, RELEASE, OF_MESSAGE, STILL, NEXT_DUE, DEPTH];

/// Adds an item of work.
pub fn insert(batch: &mut Batch, org: OrgId, d: DeliveryRow) {
    batch.exec(INSERT, params![org, d.id, d.message_id, d.kind, d.due_us, d.first_due_us, d.sealed_payload]);
}

/// Ids of work that is due and not leased.
///
/// # Errors
/// When the store fails.
pub async fn due(db: &Db, org: OrgId, now_us: i64, limit: i64) -> Result<Vec<DeliveryId>> {
    db.query(DUE, params![org, now_us, limit]).await?.iter().map(|r| r.id(0)).collect()
}

/// Leases an item, unless somebody has it: [`leased`] tells who got it.
pub fn lease(batch: &mut Batch, org: OrgId, id: DeliveryId, lease: Uuid, now_us: i64, until_us: i64) {
    batch.exec(LEASE, params![org, id, lease, until_us, now_us]);
}

/// An item under this lease, with the size of its message in bytes.
///
/// # Errors
/// When the store fails.
pub async fn leased(db: &Db, org: OrgId, id: DeliveryId, lease: Uuid) -> Result<Option<(DeliveryRow, i64)>> {
    let row = db.query_opt(LEASED, params![org, id, lease]).await?;
    row.map(|r| Ok((decode(&r)?, r.opt_int(7)?.unwrap_or(0)))).transpose()
}

fn decode(r: &Row) -> Result<DeliveryRow> {
    Ok(DeliveryRow {
        id: r.id(0)?,
        message_id: r.id(1)?,
        kind: r.text(2)?,
        due_us: r.int(3)?,
        first_due_us: r.int(4)?,
        attempts: r.int(5)?,
        sealed_payload: r.bytes(6)?,
    })
}

/// Prolongs a lease.
pub fn extend(batch: &mut Batch, org: OrgId, id: DeliveryId, lease: Uuid, until_us: i64, guard: &'static str) {
    batch.exec_expect(EXTEND, params![org, id, lease, until_us], 1, guard);
}
/// Removes finished work; the guard fails when the lease was lost.
pub fn done(batch: &mut Batch, org: OrgId, id: DeliveryId, lease: Uuid, guard: &'static str) {
    batch.exec_expect(DONE, params![org, id, lease], 1, guard);
}
/// Puts work back for a later try.
pub fn again(
    batch: &mut Batch,
    org: OrgId,
    id: DeliveryId,
    lease: Uuid,
    due_us: i64,
    sealed_payload: Vec<u8>,
    guard: &'static str,
) {
    batch.exec_expect(AGAIN, params![org, id, lease, due_us, sealed_payload], 1, guard);
}
/// Gives leased work back untouched (shutdown).
pub fn release(batch: &mut Batch, org: OrgId, id: DeliveryId, lease: Uuid) {
    batch.exec(RELEASE, params![org, id, lease]);
}
/// Makes sure, in the batch of a recall, that nobody is doing this work right now: the guard fails otherwise. Work whose
/// recipients are all recalled is removed by the next worker that looks at it.
pub fn require_idle(batch: &mut Batch, org: OrgId, id: DeliveryId, now_us: i64, guard: &'static str) {
    batch.exec_expect(STILL, params![org, id, now_us], 1, guard);
}

/// The work that is left for a message.
///
/// # Errors
/// When the store fails.
pub async fn of_message(db: &Db, org: OrgId, id: MessageId) -> Result<Vec<DeliveryRow>> {
    db.query(OF_MESSAGE, params![org, id]).await?.iter().map(decode).collect()
}

/// When the next work is due.
///
/// # Errors
/// When the store fails.
pub async fn next_due(db: &Db, org: OrgId, now_us: i64) -> Result<Option<i64>> {
    db.query_opt(NEXT_DUE, params![org, now_us]).await?.map_or(Ok(None), |r| r.opt_int(0))
}

/// Length of the queue.
///
/// # Errors
/// When the store fails.
pub async fn depth(db: &Db, org: OrgId) -> Result<i64> {
    db.query_opt(DEPTH, params![org]).await?.map_or(Ok(0), |r| r.int(0))
}
