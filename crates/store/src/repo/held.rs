//! Messages that wait for a second pair of eyes.

use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{MessageId, OrgId, PersonId};

/// A held message as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of held")]
pub struct HeldRow {
    pub message_id: MessageId,
    pub sender_id: PersonId,
    pub held_us: i64,
    pub state: String,
    pub sealed_reason: Vec<u8>,
}

const INSERT: &str = "INSERT INTO held (org_id, message_id, sender_id, held_at, state, decided_by, decided_at, sealed_reason) VALUES (?1, ?2, ?3, ?4, 'open', NULL, NULL, ?5)";
const GET: &str =
    "SELECT message_id, sender_id, held_at, state, sealed_reason FROM held WHERE org_id = ?1 AND message_id = ?2";
const PAGE: &str = "SELECT message_id, sender_id, held_at, state, sealed_reason FROM held WHERE org_id = ?1 AND state = 'open' AND (held_at, message_id) > (?2, ?3) ORDER BY held_at, message_id LIMIT ?4";
const COUNT: &str = "SELECT COUNT(*) FROM held WHERE org_id = ?1 AND state = 'open'";
const DECIDE: &str = "UPDATE held SET state = ?3, decided_by = ?4, decided_at = ?5, sealed_reason = ?6 WHERE org_id = ?1 AND message_id = ?2 AND state = 'open'";

/// Every statement of this module.
pub const ALL: &[&str] = &[INSERT, GET, PAGE, COUNT, DECIDE];

/// Adds a held message.
pub fn insert(batch: &mut Batch, org: OrgId, message: MessageId, sender: PersonId, at_us: i64, sealed_reason: Vec<u8>) {
    batch.exec(INSERT, params![org, message, sender, at_us, sealed_reason]);
}

/// Reads a held message, open or decided.
///
/// # Errors
/// When the store fails.
pub async fn get(db: &Db, org: OrgId, id: MessageId) -> Result<Option<HeldRow>> {
    db.query_opt(GET, params![org, id]).await?.as_ref().map(decode).transpose()
}

/// A page of the open ones, oldest first.
///
/// # Errors
/// When the store fails.
pub async fn page(db: &Db, org: OrgId, after: Option<(i64, MessageId)>, limit: i64) -> Result<Vec<HeldRow>> {
    let (at, id) = after.unwrap_or((i64::MIN, MessageId(uuid::Uuid::nil())));
    db.query(PAGE, params![org, at, id, limit]).await?.iter().map(decode).collect()
}

fn decode(r: &Row) -> Result<HeldRow> {
    Ok(HeldRow {
        message_id: r.id(0)?,
        sender_id: r.id(1)?,
        held_us: r.int(2)?,
        state: r.text(3)?,
        sealed_reason: r.bytes(4)?,
    })
}

/// Number of open ones.
///
/// # Errors
/// When the store fails.
pub async fn count(db: &Db, org: OrgId) -> Result<i64> {
    db.query_opt(COUNT, params![org]).await?.map_or(Ok(0), |r| r.int(0))
}

/// Decides, once.
#[expect(clippy::too_many_arguments, reason = "one argument a column")]
pub fn decide(
    batch: &mut Batch,
    org: OrgId,
    id: MessageId,
    state: &'static str,
    by: PersonId,
    at_us: i64,
    sealed_reason: Vec<u8>,
    guard: &'static str,
) {
    batch.exec_expect(DECIDE, params![org, id, state, by, at_us, sealed_reason], 1, guard);
}
