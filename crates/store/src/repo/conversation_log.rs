//! The logs of conversations, the wraps of their epoch keys, and who has got how far.

use crate::{Batch, Db, Result, Row, params};
use uuid::Uuid;
use wardpost_model::{ConversationId, LeafDeviceId, OrgId, PersonId};

macro_rules! entry {
    () => {
        "SELECT seq, at, kind, epoch, person_id, device_id, client_id, flags, body, added, removed FROM conversation_entry WHERE org_id = ?1 AND conversation_id = ?2"
    };
}

const INSERT: &str = "INSERT INTO conversation_entry (org_id, conversation_id, seq, at, kind, epoch, person_id, device_id, client_id, flags, body, added, removed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
const AFTER: &str = concat!(entry!(), " AND seq > ?3 AND seq < ?4 ORDER BY seq LIMIT ?5");
const BEFORE: &str = concat!(entry!(), " AND seq >= ?3 AND seq < ?4 ORDER BY seq DESC LIMIT ?5");
const SUBJECT: &str = concat!(entry!(), " AND flags >= 4 AND seq >= ?3 AND seq < ?4 ORDER BY seq DESC LIMIT 1");
const BY_CLIENT: &str =
    "SELECT seq, at, person_id FROM conversation_entry WHERE org_id = ?1 AND conversation_id = ?2 AND client_id = ?3";
const SINCE: &str =
    "SELECT MIN(seq) FROM conversation_entry WHERE org_id = ?1 AND conversation_id = ?2 AND seq > ?3 AND at >= ?4";
const UNREAD: &str = "SELECT COUNT(*) FROM conversation_entry WHERE org_id = ?1 AND conversation_id = ?2 AND seq > ?3 AND seq < ?4 AND kind = 'message' AND person_id <> ?5 AND flags % 4 < 2";
const KEY_INSERT: &str = "INSERT INTO conversation_key (org_id, conversation_id, person_id, epoch, own, wrap) VALUES (?1, ?2, ?3, ?4, 0, ?5)";
const KEY_OWN: &str = "INSERT INTO conversation_key (org_id, conversation_id, person_id, epoch, own, wrap) VALUES (?1, ?2, ?3, ?4, 1, ?5) ON CONFLICT (org_id, conversation_id, person_id, epoch) DO UPDATE SET own = 1, wrap = excluded.wrap";
const KEYS: &str = "SELECT epoch, own, wrap FROM conversation_key WHERE org_id = ?1 AND conversation_id = ?2 AND person_id = ?3 AND epoch >= ?4 ORDER BY epoch LIMIT ?5";
const RECEIPT_INSERT: &str = "INSERT INTO conversation_receipt (org_id, conversation_id, person_id, was_read, seq, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
const RECEIPT_LAST: &str = "SELECT MAX(seq) FROM conversation_receipt WHERE org_id = ?1 AND conversation_id = ?2 AND person_id = ?3 AND was_read = ?4";
const RECEIPTS: &str = "SELECT person_id, seq, was_read, at FROM conversation_receipt WHERE org_id = ?1 AND conversation_id = ?2 AND seq >= ?3 ORDER BY at, person_id, was_read, seq LIMIT ?4";
const RECEIPTS_SINCE: &str = "SELECT conversation_id, person_id, seq, was_read, at FROM conversation_receipt WHERE org_id = ?1 AND at >= ?2 ORDER BY at, conversation_id, person_id, was_read, seq LIMIT ?3";

/// Every statement of this module.
pub const ALL: &[&str] = &[
    INSERT,
    AFTER,
    BEFORE,
    SUBJECT,
    BY_CLIENT,
    SINCE,
    UNREAD,
    KEY_INSERT,
    KEY_OWN,
    KEYS,
    RECEIPT_INSERT,
    RECEIPT_LAST,
    RECEIPTS,
    RECEIPTS_SINCE,
];

/// An entry of a log as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of conversation_entry")]
pub struct EntryRow {
    pub seq: i64,
    pub at_us: i64,
    pub kind: &'static str,
    pub epoch: i64,
    pub person_id: PersonId,
    pub device_id: LeafDeviceId,
    pub client_id: Uuid,
    pub flags: i64,
    pub body: Vec<u8>,
    pub added: Vec<u8>,
    pub removed: Vec<u8>,
}

/// The kinds of entries, as stored.
pub const KINDS: [&str; 4] = ["message", "commit", "closed", "reopened"];

/// Where an entry stands, and whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of conversation_entry")]
pub struct Standing {
    pub seq: i64,
    pub at_us: i64,
    pub person_id: PersonId,
}

/// An epoch key as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of conversation_key")]
pub struct KeyRow {
    pub epoch: i64,
    pub own: bool,
    pub wrap: Vec<u8>,
}

/// How far somebody had got at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of conversation_receipt")]
pub struct ReceiptRow {
    pub person_id: PersonId,
    pub seq: i64,
    pub read: bool,
    pub at_us: i64,
}

fn entry(mut r: Row) -> Result<EntryRow> {
    let kind = KINDS.into_iter().find(|k| r.str(2).is_ok_and(|s| s == *k));
    Ok(EntryRow {
        seq: r.int(0)?,
        at_us: r.int(1)?,
        kind: kind.ok_or_else(|| r.unexpected(2, "kind of entry"))?,
        epoch: r.int(3)?,
        person_id: r.id(4)?,
        device_id: r.id(5)?,
        client_id: r.uuid(6)?,
        flags: r.int(7)?,
        body: r.take_bytes(8)?,
        added: r.take_bytes(9)?,
        removed: r.take_bytes(10)?,
    })
}

/// Adds an entry; a client id that is taken is a conflict on `conversation_entry_client`.
pub fn insert(batch: &mut Batch, org: OrgId, id: ConversationId, e: EntryRow) {
    batch.exec(
        INSERT,
        params![
            org,
            id,
            e.seq,
            e.at_us,
            e.kind,
            e.epoch,
            e.person_id,
            e.device_id,
            e.client_id,
            e.flags,
            e.body,
            e.added,
            e.removed
        ],
    );
}

/// Entries after one and before another, oldest first.
///
/// # Errors
/// When the store fails.
pub async fn after(db: &Db, org: OrgId, id: ConversationId, between: (i64, i64), limit: i64) -> Result<Vec<EntryRow>> {
    db.query(AFTER, params![org, id, between.0, between.1, limit]).await?.into_iter().map(entry).collect()
}

/// Entries from one on and before another, newest first.
///
/// # Errors
/// When the store fails.
pub async fn before(db: &Db, org: OrgId, id: ConversationId, between: (i64, i64), limit: i64) -> Result<Vec<EntryRow>> {
    db.query(BEFORE, params![org, id, between.0, between.1, limit]).await?.into_iter().map(entry).collect()
}

/// The newest entry that says what the conversation is called, from one on and before another.
///
/// # Errors
/// When the store fails.
pub async fn subject(db: &Db, org: OrgId, id: ConversationId, between: (i64, i64)) -> Result<Option<EntryRow>> {
    db.query_opt(SUBJECT, params![org, id, between.0, between.1]).await?.map(entry).transpose()
}

/// The entry that a client called so.
///
/// # Errors
/// When the store fails.
pub async fn by_client(db: &Db, org: OrgId, id: ConversationId, client_id: Uuid) -> Result<Option<Standing>> {
    let row = db.query_opt(BY_CLIENT, params![org, id, client_id]).await?;
    row.map(|r| Ok(Standing { seq: r.int(0)?, at_us: r.int(1)?, person_id: r.id(2)? })).transpose()
}

/// The first entry after one that was made at a time or later.
///
/// # Errors
/// When the store fails.
pub async fn first_since(db: &Db, org: OrgId, id: ConversationId, after: i64, since_us: i64) -> Result<Option<i64>> {
    Ok(db.query_opt(SINCE, params![org, id, after, since_us]).await?.map(|r| r.opt_int(0)).transpose()?.flatten())
}

/// How many messages of others stand after one entry and before another, those that only change others left out.
///
/// # Errors
/// When the store fails.
pub async fn unread(db: &Db, org: OrgId, id: ConversationId, between: (i64, i64), me: PersonId) -> Result<i64> {
    let row = db.query_opt(UNREAD, params![org, id, between.0, between.1, me]).await?;
    row.map_or(Ok(0), |r| r.int(0))
}

/// Keeps an epoch key that its committer sealed to somebody.
pub fn insert_key(batch: &mut Batch, org: OrgId, id: ConversationId, person: PersonId, epoch: i64, wrap: Vec<u8>) {
    batch.exec(KEY_INSERT, params![org, id, person, epoch, wrap]);
}

/// Keeps somebody's own wrap, in the place of what was sealed to them, if there is something.
pub fn own_key(batch: &mut Batch, org: OrgId, id: ConversationId, person: PersonId, epoch: i64, wrap: Vec<u8>) {
    batch.exec(KEY_OWN, params![org, id, person, epoch, wrap]);
}

/// Somebody's wraps from an epoch on.
///
/// # Errors
/// When the store fails.
pub async fn keys(
    db: &Db,
    org: OrgId,
    (id, person): (ConversationId, PersonId),
    from: i64,
    limit: i64,
) -> Result<Vec<KeyRow>> {
    let rows = db.query(KEYS, params![org, id, person, from, limit]).await?;
    rows.iter().map(|r| Ok(KeyRow { epoch: r.int(0)?, own: r.bool(1)?, wrap: r.bytes(2)? })).collect()
}

/// Notes how far somebody has got.
pub fn insert_receipt(batch: &mut Batch, org: OrgId, id: ConversationId, r: &ReceiptRow) {
    batch.exec(RECEIPT_INSERT, params![org, id, r.person_id, r.read, r.seq, r.at_us]);
}

/// How far somebody has got by what was noted.
///
/// # Errors
/// When the store fails.
pub async fn last_receipt(
    db: &Db,
    org: OrgId,
    (id, person): (ConversationId, PersonId),
    read: bool,
) -> Result<Option<i64>> {
    let row = db.query_opt(RECEIPT_LAST, params![org, id, person, read]).await?;
    Ok(row.map(|r| r.opt_int(0)).transpose()?.flatten())
}

/// What was noted of entries from one on, in order of time.
///
/// # Errors
/// When the store fails.
pub async fn receipts(db: &Db, org: OrgId, id: ConversationId, from: i64, limit: i64) -> Result<Vec<ReceiptRow>> {
    let rows = db.query(RECEIPTS, params![org, id, from, limit]).await?;
    rows.iter()
        .map(|r| Ok(ReceiptRow { person_id: r.id(0)?, seq: r.int(1)?, read: r.bool(2)?, at_us: r.int(3)? }))
        .collect()
}

/// What was noted anywhere since a time.
///
/// # Errors
/// When the store fails.
pub async fn receipts_since(
    db: &Db,
    org: OrgId,
    since_us: i64,
    limit: i64,
) -> Result<Vec<(ConversationId, ReceiptRow)>> {
    let rows = db.query(RECEIPTS_SINCE, params![org, since_us, limit]).await?;
    rows.iter()
        .map(|r| {
            let receipt = ReceiptRow { person_id: r.id(1)?, seq: r.int(2)?, read: r.bool(3)?, at_us: r.int(4)? };
            Ok((r.id(0)?, receipt))
        })
        .collect()
}
