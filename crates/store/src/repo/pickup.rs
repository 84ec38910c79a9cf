//! Messages waiting in the portal, their one-time codes and the guests' sessions.

use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{MessageId, OrgId, PickupId, RecipientId};

/// A pick-up as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of pickup")]
pub struct PickupRow {
    pub id: PickupId,
    pub message_id: MessageId,
    pub recipient_id: RecipientId,
    pub token_hash: Vec<u8>,
    pub method: String,
    pub state: String,
    pub expires_us: i64,
    pub code_hash: Option<Vec<u8>>,
    pub code_expires_us: i64,
    pub code_sent_us: i64,
    pub codes_sent: i64,
    pub tries: i64,
    pub locks: i64,
    pub locked_until_us: i64,
    pub opened_us: Option<i64>,
    pub sealed_pickup: Vec<u8>,
}

const INSERT: &str = "INSERT INTO pickup (org_id, pickup_id, message_id, recipient_id, token_hash, method, state, expires_at, code_hash, code_expires_at, code_sent_at, codes_sent, tries, locks, locked_until, opened_at, sealed_pickup) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'ready', ?7, NULL, 0, 0, 0, 0, 0, 0, NULL, ?8)";
const BY_TOKEN: &str = "SELECT pickup_id, message_id, recipient_id, token_hash, method, state, expires_at, code_hash, code_expires_at, code_sent_at, codes_sent, tries, locks, locked_until, opened_at, sealed_pickup FROM pickup WHERE org_id = ?1 AND token_hash = ?2";
const GET: &str = "SELECT pickup_id, message_id, recipient_id, token_hash, method, state, expires_at, code_hash, code_expires_at, code_sent_at, codes_sent, tries, locks, locked_until, opened_at, sealed_pickup FROM pickup WHERE org_id = ?1 AND pickup_id = ?2";
const OF_MESSAGE: &str = "SELECT pickup_id, message_id, recipient_id, token_hash, method, state, expires_at, code_hash, code_expires_at, code_sent_at, codes_sent, tries, locks, locked_until, opened_at, sealed_pickup FROM pickup WHERE org_id = ?1 AND message_id = ?2";
const EXPIRED: &str = "SELECT pickup_id, message_id, recipient_id, token_hash, method, state, expires_at, code_hash, code_expires_at, code_sent_at, codes_sent, tries, locks, locked_until, opened_at, sealed_pickup FROM pickup WHERE org_id = ?1 AND state = 'ready' AND expires_at <= ?2 ORDER BY expires_at LIMIT ?3";
const SET_CODE: &str = "UPDATE pickup SET code_hash = ?3, code_expires_at = ?4, code_sent_at = ?5, codes_sent = codes_sent + 1 WHERE org_id = ?1 AND pickup_id = ?2 AND state = 'ready' AND codes_sent = ?6";
const CLEAR_CODE: &str = "UPDATE pickup SET code_hash = NULL, code_expires_at = 0, codes_sent = codes_sent - 1 WHERE org_id = ?1 AND pickup_id = ?2 AND code_sent_at = ?3 AND codes_sent > 0";
const COUNT_TRY: &str = "UPDATE pickup SET tries = tries + 1, locked_until = ?5 WHERE org_id = ?1 AND pickup_id = ?2 AND state = 'ready' AND tries = ?3 AND locked_until <= ?4";
const LOCK: &str = "UPDATE pickup SET locked_until = ?3, locks = locks + 1, tries = 0, codes_sent = 0, code_hash = NULL, code_expires_at = 0 WHERE org_id = ?1 AND pickup_id = ?2";
const VERIFIED: &str = "UPDATE pickup SET tries = 0, locked_until = 0, code_hash = NULL, code_expires_at = 0, codes_sent = 0 WHERE org_id = ?1 AND pickup_id = ?2 AND state = 'ready' AND code_sent_at = ?3 AND (code_hash IS NOT NULL OR method = 'secret')";
const OPENED: &str = "UPDATE pickup SET opened_at = COALESCE(opened_at, ?3) WHERE org_id = ?1 AND pickup_id = ?2 AND state = 'ready' AND expires_at > ?3";
const READY: &str =
    "SELECT pickup_id FROM pickup WHERE org_id = ?1 AND pickup_id = ?2 AND state = 'ready' AND expires_at > ?3";
const RECALL: &str = "UPDATE pickup SET state = 'recalled', code_hash = NULL, sealed_pickup = ?3 WHERE org_id = ?1 AND pickup_id = ?2 AND state = 'ready'";
const EXPIRE: &str = "UPDATE pickup SET state = 'expired', code_hash = NULL, sealed_pickup = ?3 WHERE org_id = ?1 AND pickup_id = ?2 AND state = 'ready' AND expires_at <= ?4";
const SET_EXPIRY: &str = "UPDATE pickup SET expires_at = ?3 WHERE org_id = ?1 AND pickup_id = ?2 AND state = 'ready'";
const RESEAL: &str = "UPDATE pickup SET sealed_pickup = ?3 WHERE org_id = ?1 AND pickup_id = ?2 AND state = 'ready'";
const INSERT_SESSION: &str = "INSERT INTO pickup_session (org_id, secret_hash, pickup_id, created_at, last_seen_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?4, ?5)";
const SESSION: &str =
    "SELECT pickup_id, last_seen_at, expires_at FROM pickup_session WHERE org_id = ?1 AND secret_hash = ?2";
const TOUCH_SESSION: &str = "UPDATE pickup_session SET last_seen_at = ?3 WHERE org_id = ?1 AND secret_hash = ?2";
const DELETE_SESSION: &str = "DELETE FROM pickup_session WHERE org_id = ?1 AND secret_hash = ?2";
const DELETE_SESSIONS: &str = "DELETE FROM pickup_session WHERE org_id = ?1 AND pickup_id = ?2";
const PRUNE_SESSIONS: &str = "DELETE FROM pickup_session WHERE org_id = ?1 AND expires_at <= ?2";
const INSERT_REPLY: &str = "INSERT INTO pickup_reply (org_id, pickup_id, at, message_id) VALUES (?1, ?2, ?3, ?4)";
const REPLIES: &str = "SELECT message_id FROM pickup_reply WHERE org_id = ?1 AND pickup_id = ?2 ORDER BY at DESC, message_id DESC LIMIT ?3";

/// Every statement of this module.
pub const ALL: &[&str] = &[
    INSERT,
    BY_TOKEN,
    GET,
    OF_MESSAGE,
    EXPIRED,
    SET_CODE,
    CLEAR_CODE,
    COUNT_TRY,
    LOCK,
    VERIFIED,
    OPENED,
    READY,
    RECALL,
    EXPIRE,
    SET_EXPIRY,
    RESEAL,
    INSERT_SESSION,
    SESSION,
    TOUCH_SESSION,
    DELETE_SESSION,
    DELETE_SESSIONS,
    PRUNE_SESSIONS,
    INSERT_REPLY,
    REPLIES,
];

/// A new pick-up.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the columns of pickup")]
pub struct NewPickup {
    pub id: PickupId,
    pub message_id: MessageId,
    pub recipient_id: RecipientId,
    pub token_hash: Vec<u8>,
    pub method: &'static str,
    pub expires_us: i64,
    pub sealed_pickup: Vec<u8>,
}

/// Adds a pick-up.
pub fn insert(batch: &mut Batch, org: OrgId, p: NewPickup) {
    batch.exec(
        INSERT,
        params![org, p.id, p.message_id, p.recipient_id, p.token_hash, p.method, p.expires_us, p.sealed_pickup],
    );
}

/// Finds a pick-up by its token's hash.
///
/// # Errors
/// When the store fails.
pub async fn by_token(db: &Db, org: OrgId, token_hash: Vec<u8>) -> Result<Option<PickupRow>> {
    db.query_opt(BY_TOKEN, params![org, token_hash]).await?.as_ref().map(decode).transpose()
}
/// Reads a pick-up.
///
/// # Errors
/// When the store fails.
pub async fn get(db: &Db, org: OrgId, id: PickupId) -> Result<Option<PickupRow>> {
    db.query_opt(GET, params![org, id]).await?.as_ref().map(decode).transpose()
}
/// The pick-ups of a message.
///
/// # Errors
/// When the store fails.
pub async fn of_message(db: &Db, org: OrgId, id: MessageId) -> Result<Vec<PickupRow>> {
    db.query(OF_MESSAGE, params![org, id]).await?.iter().map(decode).collect()
}
/// Pick-ups whose time is over.
///
/// # Errors
/// When the store fails.
pub async fn expired(db: &Db, org: OrgId, now_us: i64, limit: i64) -> Result<Vec<PickupRow>> {
    db.query(EXPIRED, params![org, now_us, limit]).await?.iter().map(decode).collect()
}

fn decode(r: &Row) -> Result<PickupRow> {
    Ok(PickupRow {
        id: r.id(0)?,
        message_id: r.id(1)?,
        recipient_id: r.id(2)?,
        token_hash: r.bytes(3)?,
        method: r.text(4)?,
        state: r.text(5)?,
        expires_us: r.int(6)?,
        code_hash: r.opt_bytes(7)?,
        code_expires_us: r.int(8)?,
        code_sent_us: r.int(9)?,
        codes_sent: r.int(10)?,
        tries: r.int(11)?,
        locks: r.int(12)?,
        locked_until_us: r.int(13)?,
        opened_us: r.opt_int(14)?,
        sealed_pickup: r.bytes(15)?,
    })
}

/// Stores a new code's hash; the guard fails when another code was sent meanwhile.
#[expect(clippy::too_many_arguments, reason = "one argument a column")]
pub fn set_code(
    batch: &mut Batch,
    org: OrgId,
    id: PickupId,
    code_hash: Vec<u8>,
    expires_us: i64,
    sent_us: i64,
    codes_sent_before: i64,
    guard: &'static str,
) {
    batch.exec_expect(SET_CODE, params![org, id, code_hash, expires_us, sent_us, codes_sent_before], 1, guard);
}
/// Withdraws the code that was made at this time (the gateway did not take it): it does not count. A code made since stays.
pub fn clear_code(batch: &mut Batch, org: OrgId, id: PickupId, code_sent_us: i64) {
    batch.exec(CLEAR_CODE, params![org, id, code_sent_us]);
}
/// Counts a try before it is judged; the guard fails when another try came between, or it is locked. The last try that is
/// allowed locks in the same statement (`locked_until_us` in the future), so that none fits between it and its judgement.
pub fn count_try(
    batch: &mut Batch,
    org: OrgId,
    id: PickupId,
    tries_before: i64,
    now_us: i64,
    locked_until_us: i64,
    guard: &'static str,
) {
    batch.exec_expect(COUNT_TRY, params![org, id, tries_before, now_us, locked_until_us], 1, guard);
}
/// Locks until a time.
pub fn lock(batch: &mut Batch, org: OrgId, id: PickupId, until_us: i64) {
    batch.exec(LOCK, params![org, id, until_us]);
}
/// The second factor was right: the code is spent, the lock of its own try is lifted. The guard fails when it was spent already.
pub fn verified(batch: &mut Batch, org: OrgId, id: PickupId, code_sent_us: i64, guard: &'static str) {
    batch.exec_expect(VERIFIED, params![org, id, code_sent_us], 1, guard);
}
/// Notes a reading (the time of the first is kept); the guard fails when the pick-up has ended.
pub fn opened(batch: &mut Batch, org: OrgId, id: PickupId, at_us: i64, guard: &'static str) {
    batch.exec_expect(OPENED, params![org, id, at_us], 1, guard);
}
/// Makes sure, in the batch of what a guest does, that the pick-up has not ended: the guard fails otherwise.
pub fn require_ready(batch: &mut Batch, org: OrgId, id: PickupId, now_us: i64, guard: &'static str) {
    batch.require(READY, params![org, id, now_us], guard);
}
/// Withdraws a pick-up; the guard fails when it has ended already.
pub fn recall(batch: &mut Batch, org: OrgId, id: PickupId, sealed_pickup: Vec<u8>, guard: &'static str) {
    batch.exec_expect(RECALL, params![org, id, sealed_pickup], 1, guard);
}
/// Ends a pick-up whose time is over; the guard fails when it has ended already, or was given more time.
pub fn expire(batch: &mut Batch, org: OrgId, id: PickupId, sealed_pickup: Vec<u8>, now_us: i64, guard: &'static str) {
    batch.exec_expect(EXPIRE, params![org, id, sealed_pickup, now_us], 1, guard);
}
/// Sets another expiry; the guard fails when the pick-up has ended.
pub fn set_expiry(batch: &mut Batch, org: OrgId, id: PickupId, expires_us: i64, guard: &'static str) {
    batch.exec_expect(SET_EXPIRY, params![org, id, expires_us], 1, guard);
}

/// Replaces the sealed part.
pub fn reseal(batch: &mut Batch, org: OrgId, id: PickupId, sealed_pickup: Vec<u8>) {
    batch.exec(RESEAL, params![org, id, sealed_pickup]);
}

/// Begins a guest's session.
pub fn insert_session(
    batch: &mut Batch,
    org: OrgId,
    secret_hash: Vec<u8>,
    pickup: PickupId,
    now_us: i64,
    expires_us: i64,
) {
    batch.exec(INSERT_SESSION, params![org, secret_hash, pickup, now_us, expires_us]);
}
/// A guest's session: pick-up, last use, end.
///
/// # Errors
/// When the store fails.
pub async fn session(db: &Db, org: OrgId, secret_hash: Vec<u8>) -> Result<Option<(PickupId, i64, i64)>> {
    db.query_opt(SESSION, params![org, secret_hash]).await?.map(|r| Ok((r.id(0)?, r.int(1)?, r.int(2)?))).transpose()
}
/// Notes the use of a session.
pub fn touch_session(batch: &mut Batch, org: OrgId, secret_hash: Vec<u8>, at_us: i64) {
    batch.exec(TOUCH_SESSION, params![org, secret_hash, at_us]);
}
/// Ends a guest's session.
pub fn delete_session(batch: &mut Batch, org: OrgId, secret_hash: Vec<u8>) {
    batch.exec(DELETE_SESSION, params![org, secret_hash]);
}
/// Ends all sessions of a pick-up.
pub fn delete_sessions(batch: &mut Batch, org: OrgId, pickup: PickupId) {
    batch.exec(DELETE_SESSIONS, params![org, pickup]);
}
/// Removes sessions that have ended.
pub fn prune_sessions(batch: &mut Batch, org: OrgId, now_us: i64) {
    batch.exec(PRUNE_SESSIONS, params![org, now_us]);
}

/// Notes that a message is the guest's answer.
pub fn insert_reply(batch: &mut Batch, org: OrgId, id: PickupId, at_us: i64, message: MessageId) {
    batch.exec(INSERT_REPLY, params![org, id, at_us, message]);
}
/// The guest's answers, newest first.
///
/// # Errors
/// When the store fails.
pub async fn replies(db: &Db, org: OrgId, id: PickupId, limit: i64) -> Result<Vec<MessageId>> {
    db.query(REPLIES, params![org, id, limit]).await?.iter().map(|r| r.id(0)).collect()
}
