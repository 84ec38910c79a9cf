//! Sessions of the web app: a keyed hash of the secret, never the secret.

use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{DeviceId, OrgId, PasskeyId, PersonId, ProxyId, SessionId, ZoneId};

macro_rules! columns {
    () => {
        "session_id, secret_hash, person_id, stage, tries, created_at, authenticated_at, last_seen_at, expires_at, ended_at, method, passkey_id, idle_us, zone_id, device_id, sealed_client, acting_for"
    };
}

const INSERT: &str = "INSERT INTO session (org_id, session_id, secret_hash, person_id, stage, tries, created_at, authenticated_at, last_seen_at, expires_at, ended_at, method, passkey_id, idle_us, zone_id, device_id, sealed_client) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, NULL, ?11, ?12, ?13, ?14, ?15, ?16)";
const BY_SECRET: &str = concat!("SELECT ", columns!(), " FROM session WHERE org_id = ?1 AND secret_hash = ?2");
const GET: &str = concat!("SELECT ", columns!(), " FROM session WHERE org_id = ?1 AND session_id = ?2");
const OF_PERSON: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM session WHERE org_id = ?1 AND person_id = ?2 AND stage = 'signed_in' AND ended_at IS NULL AND expires_at > ?3 AND last_seen_at + idle_us > ?3 ORDER BY created_at DESC LIMIT 500"
);
const ALL_OPEN: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM session WHERE org_id = ?1 AND stage = 'signed_in' AND ended_at IS NULL AND expires_at > ?2 AND last_seen_at + idle_us > ?2 AND session_id < ?3 ORDER BY session_id DESC LIMIT ?4"
);
const STALE: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM session WHERE org_id = ?1 AND ended_at IS NULL AND (expires_at <= ?2 OR last_seen_at + idle_us <= ?2) ORDER BY session_id LIMIT ?3"
);
const TRY: &str = "UPDATE session SET tries = tries + 1 WHERE org_id = ?1 AND session_id = ?2 AND stage = ?3 AND tries = ?4 AND ended_at IS NULL";
const ROTATE: &str = "UPDATE session SET secret_hash = ?4, stage = ?5, tries = 0, authenticated_at = ?6, last_seen_at = ?6, expires_at = ?7, idle_us = ?8, zone_id = ?9, device_id = ?10 WHERE org_id = ?1 AND secret_hash = ?2 AND stage = ?3 AND ended_at IS NULL";
const CONFIRM: &str = "UPDATE session SET secret_hash = ?4, tries = 0, authenticated_at = ?5, last_seen_at = ?5 WHERE org_id = ?1 AND session_id = ?2 AND secret_hash = ?3 AND stage = 'signed_in' AND ended_at IS NULL";
const MOVE: &str =
    "UPDATE session SET idle_us = ?3, zone_id = ?4 WHERE org_id = ?1 AND session_id = ?2 AND ended_at IS NULL";
const ACT_FOR: &str = "UPDATE session SET acting_for = ?3 WHERE org_id = ?1 AND session_id = ?2 AND ended_at IS NULL";
const SEEN: &str = "UPDATE session SET last_seen_at = ?3 WHERE org_id = ?1 AND session_id = ?2 AND ended_at IS NULL AND last_seen_at < ?3";
const END: &str = "UPDATE session SET ended_at = ?3 WHERE org_id = ?1 AND session_id = ?2 AND ended_at IS NULL";
const END_OF: &str = "UPDATE session SET ended_at = ?3 WHERE org_id = ?1 AND person_id = ?2 AND ended_at IS NULL";
const END_OTHERS: &str =
    "UPDATE session SET ended_at = ?4 WHERE org_id = ?1 AND person_id = ?2 AND session_id <> ?3 AND ended_at IS NULL";
const END_OF_PASSKEY: &str = "UPDATE session SET ended_at = ?4 WHERE org_id = ?1 AND person_id = ?2 AND passkey_id = ?3 AND session_id <> ?5 AND ended_at IS NULL";
const END_OF_DEVICE: &str = "UPDATE session SET ended_at = ?4 WHERE org_id = ?1 AND person_id = ?2 AND device_id = ?3 AND session_id <> ?5 AND ended_at IS NULL";
const PRUNE: &str = "DELETE FROM session WHERE org_id = ?1 AND ended_at < ?2";

/// Every statement of this module.
pub const ALL: &[&str] = &[
    INSERT,
    BY_SECRET,
    GET,
    OF_PERSON,
    ALL_OPEN,
    STALE,
    TRY,
    ROTATE,
    CONFIRM,
    MOVE,
    ACT_FOR,
    SEEN,
    END,
    END_OF,
    END_OTHERS,
    END_OF_PASSKEY,
    END_OF_DEVICE,
    PRUNE,
];

/// A session as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of session")]
pub struct SessionRow {
    pub id: SessionId,
    pub secret_hash: Vec<u8>,
    pub person_id: PersonId,
    pub stage: String,
    pub tries: i64,
    pub created_us: i64,
    pub authenticated_us: i64,
    pub last_seen_us: i64,
    pub expires_us: i64,
    pub ended_us: Option<i64>,
    pub method: String,
    pub passkey_id: Option<PasskeyId>,
    pub idle_us: i64,
    pub zone_id: Option<ZoneId>,
    pub device_id: Option<DeviceId>,
    pub sealed_client: Vec<u8>,
    pub acting_for: Option<ProxyId>,
}

fn decode(r: &Row) -> Result<SessionRow> {
    Ok(SessionRow {
        id: r.id(0)?,
        secret_hash: r.bytes(1)?,
        person_id: r.id(2)?,
        stage: r.text(3)?,
        tries: r.int(4)?,
        created_us: r.int(5)?,
        authenticated_us: r.int(6)?,
        last_seen_us: r.int(7)?,
        expires_us: r.int(8)?,
        ended_us: r.opt_int(9)?,
        method: r.text(10)?,
        passkey_id: r.opt_id(11)?,
        idle_us: r.int(12)?,
        zone_id: r.opt_id(13)?,
        device_id: r.opt_id(14)?,
        sealed_client: r.bytes(15)?,
        acting_for: r.opt_id(16)?,
    })
}

/// Adds a session that has not ended.
pub fn insert(batch: &mut Batch, org: OrgId, s: SessionRow) {
    batch.exec(
        INSERT,
        params![
            org,
            s.id,
            s.secret_hash,
            s.person_id,
            s.stage,
            s.tries,
            s.created_us,
            s.authenticated_us,
            s.last_seen_us,
            s.expires_us,
            s.method,
            s.passkey_id,
            s.idle_us,
            s.zone_id,
            s.device_id,
            s.sealed_client
        ],
    );
}

/// Finds a session by its secret's hash, ended or not.
///
/// # Errors
/// When the store fails.
pub async fn by_secret(db: &Db, org: OrgId, secret_hash: &[u8]) -> Result<Option<SessionRow>> {
    db.query_opt(BY_SECRET, params![org, secret_hash]).await?.as_ref().map(decode).transpose()
}

/// Reads one session.
///
/// # Errors
/// When the store fails.
pub async fn get(db: &Db, org: OrgId, id: SessionId) -> Result<Option<SessionRow>> {
    db.query_opt(GET, params![org, id]).await?.as_ref().map(decode).transpose()
}

/// A person's open sessions, newest first.
///
/// # Errors
/// When the store fails.
pub async fn of_person(db: &Db, org: OrgId, person: PersonId, now_us: i64) -> Result<Vec<SessionRow>> {
    db.query(OF_PERSON, params![org, person, now_us]).await?.iter().map(decode).collect()
}

/// Everybody's open sessions before a session, newest first.
///
/// # Errors
/// When the store fails.
pub async fn all_open(db: &Db, org: OrgId, now_us: i64, before: SessionId, limit: u32) -> Result<Vec<SessionRow>> {
    db.query(ALL_OPEN, params![org, now_us, before, limit]).await?.iter().map(decode).collect()
}

/// Sessions that have run out but are not marked as ended.
///
/// # Errors
/// When the store fails.
pub async fn stale(db: &Db, org: OrgId, now_us: i64, limit: u32) -> Result<Vec<SessionRow>> {
    db.query(STALE, params![org, now_us, limit]).await?.iter().map(decode).collect()
}

/// Counts a try at the second factor, if the session is still open and the count is still `seen`.
pub fn count_try(batch: &mut Batch, org: OrgId, id: SessionId, stage: &str, seen: i64, guard: &'static str) {
    batch.exec_expect(TRY, params![org, id, stage, seen], 1, guard);
}

/// Times of a session that moves to its next stage.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the columns of session")]
pub struct Stage<'a> {
    pub from: &'a str,
    pub to: &'a str,
    pub at_us: i64,
    pub expires_us: i64,
    pub idle_us: i64,
    pub zone_id: Option<ZoneId>,
    pub device_id: Option<DeviceId>,
}

/// Gives a session its next stage and another secret, if it still has the old ones.
pub fn rotate(batch: &mut Batch, org: OrgId, old_hash: &[u8], new_hash: &[u8], stage: Stage<'_>, guard: &'static str) {
    let Stage { from, to, at_us, expires_us, idle_us, zone_id, device_id } = stage;
    let params = params![org, old_hash, from, new_hash, to, at_us, expires_us, idle_us, zone_id, device_id];
    batch.exec_expect(ROTATE, params, 1, guard);
}

/// Notes that the person proved themselves anew; the session goes on under another secret (ASVS 7.2.4).
pub fn confirm(
    batch: &mut Batch,
    org: OrgId,
    id: SessionId,
    old_hash: &[u8],
    new_hash: &[u8],
    at_us: i64,
    guard: &'static str,
) {
    batch.exec_expect(CONFIRM, params![org, id, old_hash, new_hash, at_us], 1, guard);
}

/// Notes that a session's person is in another zone, or that its idle time has changed.
pub fn move_to(batch: &mut Batch, org: OrgId, id: SessionId, idle_us: i64, zone: Option<ZoneId>) {
    batch.exec(MOVE, params![org, id, idle_us, zone]);
}

/// Notes activity.
pub fn seen(batch: &mut Batch, org: OrgId, id: SessionId, at_us: i64) {
    batch.exec(SEEN, params![org, id, at_us]);
}

/// Ends a session, if it is open.
pub fn end(batch: &mut Batch, org: OrgId, id: SessionId, at_us: i64, guard: &'static str) {
    batch.exec_expect(END, params![org, id, at_us], 1, guard);
}

/// Ends a session; one that has ended is left as it is.
pub fn end_if_open(batch: &mut Batch, org: OrgId, id: SessionId, at_us: i64) {
    batch.exec(END, params![org, id, at_us]);
}

/// Ends all sessions of a person.
pub fn end_of(batch: &mut Batch, org: OrgId, person: PersonId, at_us: i64) {
    batch.exec(END_OF, params![org, person, at_us]);
}

/// Ends all sessions of a person but one.
pub fn end_others(batch: &mut Batch, org: OrgId, person: PersonId, but: SessionId, at_us: i64) {
    batch.exec(END_OTHERS, params![org, person, but, at_us]);
}

/// Ends the sessions that a passkey began, but one.
pub fn end_of_passkey(batch: &mut Batch, org: OrgId, person: PersonId, passkey: PasskeyId, but: SessionId, at_us: i64) {
    batch.exec(END_OF_PASSKEY, params![org, person, passkey, at_us, but]);
}

/// Ends the sessions that began with a device, but one.
pub fn end_of_device(batch: &mut Batch, org: OrgId, person: PersonId, device: DeviceId, but: SessionId, at_us: i64) {
    batch.exec(END_OF_DEVICE, params![org, person, device, at_us, but]);
}

/// Removes sessions that ended before a time.
pub fn prune(batch: &mut Batch, org: OrgId, before_us: i64) {
    batch.exec(PRUNE, params![org, before_us]);
}

/// Says by which proxy the session acts for a patient; none: for nobody.
pub fn act_for(batch: &mut Batch, org: OrgId, id: SessionId, proxy: Option<ProxyId>, guard: &'static str) {
    batch.exec_expect(ACT_FOR, params![org, id, proxy], 1, guard);
}
