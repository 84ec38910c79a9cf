//! Audit entries, tiles and the head of the log.

use crate::{Batch, Db, Result, Row, StoreError, Value, params};
use std::collections::BTreeMap;
use std::ops::Range;
use wardpost_model::{AuditId, OrgId, PersonId};

/// One entry as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of audit_entry, described in the migration and in core::audit")]
pub struct EntryRow {
    pub id: AuditId,
    pub at_us: i64,
    pub kind: String,
    pub outcome: String,
    pub agent_kind: String,
    pub person_id: Option<PersonId>,
    pub roles: String,
    pub object_kind: String,
    pub object_id: String,
    pub patient_index: Option<Vec<u8>>,
    pub salt: Vec<u8>,
    pub details_hash: Vec<u8>,
    pub sealed_details: Option<Vec<u8>>,
    pub leaf_hash: Vec<u8>,
    pub seq: Option<i64>,
}

const INSERT: &str = "INSERT INTO audit_entry (org_id, entry_id, at, kind, outcome, agent_kind, person_id, roles, object_kind, object_id, patient_index, salt, details_hash, sealed_details, leaf_hash, seq) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, NULL)";

const PENDING: &str =
    "SELECT entry_id, leaf_hash FROM audit_entry WHERE org_id = ?1 AND seq IS NULL ORDER BY at, entry_id LIMIT ?2";
const COUNT_PENDING: &str = "SELECT COUNT(*) FROM audit_entry WHERE org_id = ?1 AND seq IS NULL";
const SET_SEQ: &str = "UPDATE audit_entry SET seq = ?3 WHERE org_id = ?1 AND entry_id = ?2 AND seq IS NULL";
const HEAD: &str = "SELECT size, root, checkpoint FROM audit_head WHERE org_id = ?1";
const INSERT_HEAD: &str = "INSERT INTO audit_head (org_id, size, root, checkpoint) VALUES (?1, ?2, ?3, ?4)";
const UPDATE_HEAD: &str = "UPDATE audit_head SET size = ?2, root = ?3, checkpoint = ?4 WHERE org_id = ?1 AND size = ?5";
const TILE: &str = "SELECT hashes FROM audit_tile WHERE org_id = ?1 AND level = ?2 AND tile = ?3";
const PUT_TILE: &str = "INSERT INTO audit_tile (org_id, level, tile, hashes) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (org_id, level, tile) DO UPDATE SET hashes = excluded.hashes";
const TILES_BETWEEN: &str =
    "SELECT tile, hashes FROM audit_tile WHERE org_id = ?1 AND level = ?2 AND tile >= ?3 AND tile < ?4";
const TILES_BEYOND: &str =
    "SELECT level, tile FROM audit_tile WHERE org_id = ?1 AND level = ?2 AND tile >= ?3 ORDER BY tile DESC LIMIT ?4";
const TILES_NOWHERE: &str = "SELECT level, tile FROM audit_tile WHERE org_id = ?1 AND (level < 0 OR level > ?2 OR tile < 0) ORDER BY level, tile LIMIT ?3";
const BEYOND: &str = "SELECT entry_id, seq FROM audit_entry WHERE org_id = ?1 AND seq >= ?2 ORDER BY seq DESC LIMIT ?3";
const BEFORE_FIRST: &str = "SELECT entry_id, seq FROM audit_entry WHERE org_id = ?1 AND seq < 0 ORDER BY seq LIMIT ?2";
const GET: &str = "SELECT entry_id, at, kind, outcome, agent_kind, person_id, roles, object_kind, object_id, patient_index, salt, details_hash, sealed_details, leaf_hash, seq FROM audit_entry WHERE org_id = ?1 AND entry_id = ?2";
const BY_SEQ: &str = "SELECT entry_id, at, kind, outcome, agent_kind, person_id, roles, object_kind, object_id, patient_index, salt, details_hash, sealed_details, leaf_hash, seq FROM audit_entry WHERE org_id = ?1 AND seq >= ?2 AND seq < ?3 ORDER BY seq";
const AFTER_ID: &str = "SELECT entry_id, at, kind, outcome, agent_kind, person_id, roles, object_kind, object_id, patient_index, salt, details_hash, sealed_details, leaf_hash, seq FROM audit_entry WHERE org_id = ?1 AND seq IS NULL AND entry_id > ?2 ORDER BY entry_id LIMIT ?3";
const NEWEST: &str = "SELECT entry_id, at, kind, outcome, agent_kind, person_id, roles, object_kind, object_id, patient_index, salt, details_hash, sealed_details, leaf_hash, seq FROM audit_entry WHERE org_id = ?1 AND entry_id < ?2 AND entry_id >= ?3 AND at >= ?4 AND at < ?5 ORDER BY entry_id DESC LIMIT ?6";
const NEWEST_OF_PERSON: &str = "SELECT entry_id, at, kind, outcome, agent_kind, person_id, roles, object_kind, object_id, patient_index, salt, details_hash, sealed_details, leaf_hash, seq FROM audit_entry WHERE org_id = ?1 AND entry_id < ?2 AND entry_id >= ?3 AND at >= ?4 AND at < ?5 AND person_id = ?7 ORDER BY entry_id DESC LIMIT ?6";
const NEWEST_OF_OBJECT: &str = "SELECT entry_id, at, kind, outcome, agent_kind, person_id, roles, object_kind, object_id, patient_index, salt, details_hash, sealed_details, leaf_hash, seq FROM audit_entry WHERE org_id = ?1 AND entry_id < ?2 AND entry_id >= ?3 AND at >= ?4 AND at < ?5 AND object_id = ?7 ORDER BY entry_id DESC LIMIT ?6";
const NEWEST_OF_PATIENT: &str = "SELECT entry_id, at, kind, outcome, agent_kind, person_id, roles, object_kind, object_id, patient_index, salt, details_hash, sealed_details, leaf_hash, seq FROM audit_entry WHERE org_id = ?1 AND entry_id < ?2 AND entry_id >= ?3 AND at >= ?4 AND at < ?5 AND patient_index = ?7 ORDER BY entry_id DESC LIMIT ?6";

/// The table of entries.
pub const TABLE: &str = "audit_entry";

/// Every statement of this module.
pub const ALL: &[&str] = &[
    INSERT,
    PENDING,
    COUNT_PENDING,
    SET_SEQ,
    HEAD,
    INSERT_HEAD,
    UPDATE_HEAD,
    TILE,
    PUT_TILE,
    TILES_BETWEEN,
    TILES_BEYOND,
    TILES_NOWHERE,
    BEYOND,
    BEFORE_FIRST,
    GET,
    BY_SEQ,
    AFTER_ID,
    NEWEST,
    NEWEST_OF_PERSON,
    NEWEST_OF_OBJECT,
    NEWEST_OF_PATIENT,
];

/// Adds an entry.
pub fn insert(batch: &mut Batch, org: OrgId, e: EntryRow) {
    batch.exec(
        INSERT,
        params![
            org,
            e.id,
            e.at_us,
            e.kind,
            e.outcome,
            e.agent_kind,
            e.person_id,
            e.roles,
            e.object_kind,
            e.object_id,
            e.patient_index,
            e.salt,
            e.details_hash,
            e.sealed_details,
            e.leaf_hash
        ],
    );
}

/// A row that can't be read as an entry: somebody altered it.
#[derive(Debug)]
pub struct Damaged {
    /// Its id, if that can be read.
    pub id: Option<AuditId>,
    /// Its place, if that can be read.
    pub seq: Option<i64>,
    /// What is wrong.
    pub why: StoreError,
}

/// A row as found. A damaged one does not hide its neighbours.
pub type Found = std::result::Result<EntryRow, Damaged>;

fn decode(mut row: Row) -> Found {
    take(&mut row).map_err(|why| Damaged { id: row.id(0).ok(), seq: row.opt_int(14).ok().flatten(), why })
}

fn take(row: &mut Row) -> Result<EntryRow> {
    Ok(EntryRow {
        id: row.id(0)?,
        at_us: row.int(1)?,
        kind: row.take_text(2)?,
        outcome: row.take_text(3)?,
        agent_kind: row.take_text(4)?,
        person_id: row.opt_id(5)?,
        roles: row.take_text(6)?,
        object_kind: row.take_text(7)?,
        object_id: row.take_text(8)?,
        patient_index: row.take_opt_bytes(9)?,
        salt: row.take_bytes(10)?,
        details_hash: row.take_bytes(11)?,
        sealed_details: row.take_opt_bytes(12)?,
        leaf_hash: row.take_bytes(13)?,
        seq: row.opt_int(14)?,
    })
}

/// The signed head of the log as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadRow {
    /// Entries in the tree.
    pub size: i64,
    /// Root over them.
    pub root: Vec<u8>,
    /// The signed checkpoint.
    pub checkpoint: String,
}

/// By what a search finds entries; everything else is filtered by the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Path {
    /// All, by time.
    Time,
    /// Of one person.
    Person(PersonId),
    /// On one object.
    Object(String),
    /// About one patient.
    Patient(Vec<u8>),
}

/// Entries that have no place in the tree yet, oldest first: id and leaf.
///
/// # Errors
/// When the store fails.
pub async fn pending(db: &Db, org: OrgId, limit: i64) -> Result<Vec<(AuditId, Vec<u8>)>> {
    db.query(PENDING, params![org, limit]).await?.iter().map(|r| Ok((r.id(0)?, r.bytes(1)?))).collect()
}
/// Number of entries that have no place in the tree yet.
///
/// # Errors
/// When the store fails.
pub async fn count_pending(db: &Db, org: OrgId) -> Result<i64> {
    db.query_opt(COUNT_PENDING, params![org]).await?.map_or(Ok(0), |r| r.int(0))
}
/// Gives an entry its place; the guard fails when it has one.
pub fn set_seq(batch: &mut Batch, org: OrgId, id: AuditId, seq: i64, guard: &'static str) {
    batch.exec_expect(SET_SEQ, params![org, id, seq], 1, guard);
}
/// The head.
///
/// # Errors
/// When the store fails.
pub async fn head(db: &Db, org: OrgId) -> Result<Option<HeadRow>> {
    db.query_opt(HEAD, params![org])
        .await?
        .map(|r| Ok(HeadRow { size: r.int(0)?, root: r.bytes(1)?, checkpoint: r.text(2)? }))
        .transpose()
}
/// Writes the next head; the guard fails when the head is not the one before.
pub fn put_head(batch: &mut Batch, org: OrgId, before: Option<i64>, head: HeadRow, guard: &'static str) {
    match before {
        None => batch.exec(INSERT_HEAD, params![org, head.size, head.root, head.checkpoint]),
        Some(size) => {
            let p = params![org, head.size, head.root, head.checkpoint, size];
            batch.exec_expect(UPDATE_HEAD, p, 1, guard)
        }
    };
}
/// A tile's hashes.
///
/// # Errors
/// When the store fails.
pub async fn tile(db: &Db, org: OrgId, level: i64, tile: i64) -> Result<Option<Vec<u8>>> {
    db.query_opt(TILE, params![org, level, tile]).await?.map(|r| r.bytes(0)).transpose()
}
/// Stores a tile in place of what is stored.
pub fn put_tile(batch: &mut Batch, org: OrgId, level: i64, tile: i64, hashes: Vec<u8>) {
    batch.exec(PUT_TILE, params![org, level, tile, hashes]);
}
/// One entry.
///
/// # Errors
/// When the store fails.
pub async fn get(db: &Db, org: OrgId, id: AuditId) -> Result<Option<EntryRow>> {
    db.query_opt(GET, params![org, id]).await?.map(decode).transpose().map_err(|damaged| damaged.why)
}
/// Entries by their place, from (inclusive) to (exclusive).
///
/// # Errors
/// When the store fails.
pub async fn by_seq(db: &Db, org: OrgId, from: i64, to: i64) -> Result<Vec<Found>> {
    Ok(db.query(BY_SEQ, params![org, from, to]).await?.into_iter().map(decode).collect())
}
/// Entries without a place, after an id.
///
/// # Errors
/// When the store fails.
pub async fn unsequenced(db: &Db, org: OrgId, after: AuditId, limit: i64) -> Result<Vec<Found>> {
    Ok(db.query(AFTER_ID, params![org, after, limit]).await?.into_iter().map(decode).collect())
}
/// The newest entries whose ids are within `ids` and whose times are within `time` (both from inclusive, to exclusive).
///
/// # Errors
/// When the store fails.
pub async fn newest(
    db: &Db,
    org: OrgId,
    path: &Path,
    ids: Range<AuditId>,
    time: Range<i64>,
    limit: i64,
) -> Result<Vec<Found>> {
    let mut params = params![org, ids.end, ids.start, time.start, time.end, limit];
    let (sql, key) = match path {
        Path::Time => (NEWEST, None),
        Path::Person(p) => (NEWEST_OF_PERSON, Some(Value::from(*p))),
        Path::Object(o) => (NEWEST_OF_OBJECT, Some(Value::from(o))),
        Path::Patient(i) => (NEWEST_OF_PATIENT, Some(Value::from(i))),
    };
    params.extend(key);
    Ok(db.query(sql, params).await?.into_iter().map(decode).collect())
}
/// The stored tiles of a level, from (inclusive) to (exclusive), by number.
///
/// # Errors
/// When the store fails.
pub async fn tiles_between(db: &Db, org: OrgId, level: i64, from: i64, to: i64) -> Result<BTreeMap<i64, Vec<u8>>> {
    let rows = db.query(TILES_BETWEEN, params![org, level, from, to]).await?;
    rows.into_iter().map(|mut r| Ok((r.int(0)?, r.take_bytes(1)?))).collect()
}
/// Level and number of the last tiles of a level from a number on.
///
/// # Errors
/// When the store fails.
pub async fn tiles_beyond(db: &Db, org: OrgId, level: i64, from: i64, limit: i64) -> Result<Vec<(i64, i64)>> {
    let rows = db.query(TILES_BEYOND, params![org, level, from, limit]).await?;
    rows.iter().map(|r| Ok((r.int(0)?, r.int(1)?))).collect()
}
/// Level and number of tiles that no tree has: a negative number, or a level outside 0 to `top`.
///
/// # Errors
/// When the store fails.
pub async fn tiles_nowhere(db: &Db, org: OrgId, top: i64, limit: i64) -> Result<Vec<(i64, i64)>> {
    let rows = db.query(TILES_NOWHERE, params![org, top, limit]).await?;
    rows.iter().map(|r| Ok((r.int(0)?, r.int(1)?))).collect()
}
/// The last entries from a place on, and the first before place 0: id, where it can be read, and place.
///
/// # Errors
/// When the store fails.
pub async fn outside(db: &Db, org: OrgId, size: i64, limit: i64) -> Result<Vec<(Option<AuditId>, i64)>> {
    let mut rows = db.query(BEYOND, params![org, size, limit]).await?;
    rows.extend(db.query(BEFORE_FIRST, params![org, limit]).await?);
    rows.iter().map(|r| Ok((r.id(0).ok(), r.int(1)?))).collect()
}
