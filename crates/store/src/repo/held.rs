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
    pub rule: String,
    pub state: String,
    pub claimed_by: Option<PersonId>,
    pub claimed_us: Option<i64>,
    pub sealed_reason: Vec<u8>,
}

const INSERT: &str = "INSERT INTO held (org_id, message_id, sender_id, held_at, rule, state, claimed_by, claimed_at, decided_by, decided_at, sealed_reason) VALUES (?1, ?2, ?3, ?4, ?5, 'open', NULL, NULL, NULL, NULL, ?6)";
const GET: &str = "SELECT message_id, sender_id, held_at, rule, state, claimed_by, claimed_at, sealed_reason FROM held WHERE org_id = ?1 AND message_id = ?2";
const PAGE: &str = "SELECT message_id, sender_id, held_at, rule, state, claimed_by, claimed_at, sealed_reason FROM held WHERE org_id = ?1 AND state = 'open' AND (held_at, message_id) > (?2, ?3) ORDER BY held_at, message_id LIMIT ?4";
const PAGE_OF_RULE: &str = "SELECT message_id, sender_id, held_at, rule, state, claimed_by, claimed_at, sealed_reason FROM held WHERE org_id = ?1 AND state = 'open' AND rule = ?5 AND (held_at, message_id) > (?2, ?3) ORDER BY held_at, message_id LIMIT ?4";
const COUNT: &str = "SELECT COUNT(*) FROM held WHERE org_id = ?1 AND state = 'open'";
const CLAIM: &str = "UPDATE held SET claimed_by = ?3, claimed_at = ?4 WHERE org_id = ?1 AND message_id = ?2 AND state = 'open' AND (claimed_by IS NULL OR claimed_by = ?3 OR claimed_by = ?5 OR claimed_at <= ?6)";
const DECIDE: &str = "UPDATE held SET state = ?3, decided_by = ?4, decided_at = ?5, sealed_reason = ?6 WHERE org_id = ?1 AND message_id = ?2 AND state = 'open' AND (claimed_by IS NULL OR claimed_by = ?4 OR claimed_at <= ?7)";

/// Every statement of this module.
pub const ALL: &[&str] = &[INSERT, GET, PAGE, PAGE_OF_RULE, COUNT, CLAIM, DECIDE];

/// Adds a held message.
pub fn insert(
    batch: &mut Batch,
    org: OrgId,
    message: MessageId,
    sender: PersonId,
    at_us: i64,
    rule: &str,
    sealed_reason: Vec<u8>,
) {
    batch.exec(INSERT, params![org, message, sender, at_us, rule, sealed_reason]);
}

/// Reads a held message, open or decided.
///
/// # Errors
/// When the store fails.
pub async fn get(db: &Db, org: OrgId, id: MessageId) -> Result<Option<HeldRow>> {
    db.query_opt(GET, params![org, id]).await?.as_ref().map(decode).transpose()
}

/// A page of the open ones, oldest first; of one rule, if said.
///
/// # Errors
/// When the store fails.
pub async fn page(
    db: &Db,
    org: OrgId,
    after: Option<(i64, MessageId)>,
    rule: Option<&str>,
    limit: i64,
) -> Result<Vec<HeldRow>> {
    let (at, id) = after.unwrap_or((i64::MIN, MessageId(uuid::Uuid::nil())));
    let rows = match rule {
        None => db.query(PAGE, params![org, at, id, limit]).await?,
        Some(rule) => db.query(PAGE_OF_RULE, params![org, at, id, limit, rule]).await?,
    };
    rows.iter().map(decode).collect()
}

fn decode(r: &Row) -> Result<HeldRow> {
    Ok(HeldRow {
        message_id: r.id(0)?,
        sender_id: r.id(1)?,
        held_us: r.int(2)?,
        rule: r.text(3)?,
        state: r.text(4)?,
        claimed_by: r.opt_id(5)?,
        claimed_us: r.opt_int(6)?,
        sealed_reason: r.bytes(7)?,
    })
}

/// Number of open ones.
///
/// # Errors
/// When the store fails.
pub async fn count(db: &Db, org: OrgId) -> Result<i64> {
    db.query_opt(COUNT, params![org]).await?.map_or(Ok(0), |r| r.int(0))
}

/// Takes it on to judge it: when nobody has, or it is one's own, or `instead_of` somebody, or whoever had it took it on at
/// or before `stale_us`.
#[expect(clippy::too_many_arguments, reason = "one argument a column")]
pub fn claim(
    batch: &mut Batch,
    org: OrgId,
    id: MessageId,
    by: PersonId,
    at_us: i64,
    instead_of: Option<PersonId>,
    stale_us: i64,
    guard: &'static str,
) {
    let instead_of = instead_of.unwrap_or(by);
    batch.exec_expect(CLAIM, params![org, id, by, at_us, instead_of, stale_us], 1, guard);
}

/// Decides, once; not while somebody else has taken it on after `stale_us`.
#[expect(clippy::too_many_arguments, reason = "one argument a column")]
pub fn decide(
    batch: &mut Batch,
    org: OrgId,
    id: MessageId,
    state: &'static str,
    by: PersonId,
    at_us: i64,
    sealed_reason: Vec<u8>,
    stale_us: i64,
    guard: &'static str,
) {
    batch.exec_expect(DECIDE, params![org, id, state, by, at_us, sealed_reason, stale_us], 1, guard);
}
