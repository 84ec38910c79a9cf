//! Conversations: how far each is, who is in it since when, and the group as the server follows it.

use super::conversation_account::these;
use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{ConversationId, LeafDeviceId, OrgId, PatientId, PersonId};

macro_rules! columns {
    () => {
        "c.conversation_id, c.kind, c.patient_id, c.open, c.epoch, c.suite, c.last_seq, c.version, c.created_by, c.created_at, c.changed_at"
    };
}
// As somebody sees it: with the newest span of theirs, where the first one began, and what they have read.
macro_rules! seen {
    () => {
        concat!(
            "SELECT ",
            columns!(),
            ", m.since_seq, m.until_seq, m.ended_at, m.role, (SELECT MIN(f.since_seq) FROM conversation_member f WHERE f.org_id = m.org_id AND f.conversation_id = m.conversation_id AND f.person_id = m.person_id), (SELECT MAX(r.seq) FROM conversation_receipt r WHERE r.org_id = m.org_id AND r.conversation_id = m.conversation_id AND r.person_id = m.person_id AND r.was_read = 1) FROM conversation_member m JOIN conversation c ON c.org_id = m.org_id AND c.conversation_id = m.conversation_id WHERE m.org_id = ?1 AND m.person_id = ?2 AND NOT EXISTS (SELECT l.since_seq FROM conversation_member l WHERE l.org_id = m.org_id AND l.conversation_id = m.conversation_id AND l.person_id = m.person_id AND l.since_seq > m.since_seq)"
        )
    };
}
// When something last happened in it that the member may know of.
macro_rules! changed {
    () => {
        "CASE WHEN m.until_seq IS NULL THEN c.changed_at ELSE m.ended_at END"
    };
}

const INSERT: &str = "INSERT INTO conversation (org_id, conversation_id, kind, patient_id, open, epoch, suite, last_seq, version, created_by, created_at, changed_at) VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7, 1, ?8, ?9, ?9)";
const GET: &str = concat!("SELECT ", columns!(), " FROM conversation c WHERE c.org_id = ?1 AND c.conversation_id = ?2");
const ADVANCE: &str = "UPDATE conversation SET last_seq = ?3, changed_at = ?4 WHERE org_id = ?1 AND conversation_id = ?2 AND last_seq = ?5 AND version = ?6";
const TURN: &str = "UPDATE conversation SET last_seq = ?3, changed_at = ?4, epoch = ?7, open = ?8, version = version + 1 WHERE org_id = ?1 AND conversation_id = ?2 AND last_seq = ?5 AND version = ?6";
const TOUCH: &str = "UPDATE conversation SET version = version + 1 WHERE org_id = ?1 AND conversation_id IN (SELECT conversation_id FROM conversation_member WHERE org_id = ?1 AND person_id = ?2 AND until_seq IS NULL)";
const CHANGED: &str = "SELECT conversation_id, last_seq, version FROM conversation WHERE org_id = ?1 AND changed_at >= ?2 ORDER BY changed_at, conversation_id";
const OF_PERSON: &str =
    concat!(seen!(), " AND (", changed!(), ") < ?3 ORDER BY (", changed!(), ") DESC, c.conversation_id LIMIT ?4");
const ONE_OF_PERSON: &str = concat!(seen!(), " AND m.conversation_id = ?3");
const MEMBER_INSERT: &str = "INSERT INTO conversation_member (org_id, conversation_id, person_id, since_seq, until_seq, ended_at, role) VALUES (?1, ?2, ?3, ?4, NULL, NULL, ?5)";
const MEMBER_END: &str = "UPDATE conversation_member SET until_seq = ?4, ended_at = ?5 WHERE org_id = ?1 AND conversation_id = ?2 AND person_id = ?3 AND until_seq IS NULL";
const MEMBERS: &str = "SELECT m.person_id, m.since_seq, m.until_seq, m.role, p.state FROM conversation_member m JOIN person p ON p.org_id = m.org_id AND p.person_id = m.person_id WHERE m.org_id = ?1 AND m.conversation_id = ?2 ORDER BY m.since_seq, m.person_id";
const SPANS: &str = "SELECT since_seq, until_seq, role FROM conversation_member WHERE org_id = ?1 AND conversation_id = ?2 AND person_id = ?3 ORDER BY since_seq";
const SHARED: &str = "SELECT DISTINCT o.person_id FROM conversation_member m JOIN conversation_member o ON o.org_id = m.org_id AND o.conversation_id = m.conversation_id WHERE m.org_id = ?1 AND o.person_id IN (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21) AND m.person_id = ?22";
const NEIGHBOURS: &str = "SELECT DISTINCT o.person_id FROM conversation_member m JOIN conversation_member o ON o.org_id = m.org_id AND o.conversation_id = m.conversation_id WHERE m.org_id = ?1 AND m.person_id = ?2 AND m.until_seq IS NULL AND o.until_seq IS NULL LIMIT 10000";
const LEAVES: &str = "SELECT l.device_id, l.person_id, d.removed_at FROM conversation_leaf l JOIN conversation_device d ON d.org_id = l.org_id AND d.device_id = l.device_id WHERE l.org_id = ?1 AND l.conversation_id = ?2 ORDER BY l.device_id";
const LEAF_INSERT: &str = "INSERT INTO conversation_leaf (org_id, conversation_id, device_id, person_id) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
const LEAF_DELETE: &str = "DELETE FROM conversation_leaf WHERE org_id = ?1 AND conversation_id = ?2 AND device_id = ?3";
const GROUP_PUT: &str = "INSERT INTO conversation_group (org_id, conversation_id, state, group_info) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (org_id, conversation_id) DO UPDATE SET state = excluded.state, group_info = excluded.group_info";
const GROUP: &str = "SELECT state FROM conversation_group WHERE org_id = ?1 AND conversation_id = ?2";
const GROUP_INFO: &str = "SELECT c.epoch, g.group_info FROM conversation_group g JOIN conversation c ON c.org_id = g.org_id AND c.conversation_id = g.conversation_id WHERE g.org_id = ?1 AND g.conversation_id = ?2";

/// Every statement of this module.
pub const ALL: &[&str] = &[
    INSERT,
    GET,
    ADVANCE,
    TURN,
    TOUCH,
    CHANGED,
    OF_PERSON,
    ONE_OF_PERSON,
    MEMBER_INSERT,
    MEMBER_END,
    MEMBERS,
    SPANS,
    SHARED,
    NEIGHBOURS,
    LEAVES,
    LEAF_INSERT,
    LEAF_DELETE,
    GROUP_PUT,
    GROUP,
    GROUP_INFO,
];

/// A conversation as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of conversation")]
pub struct ConversationRow {
    pub id: ConversationId,
    pub kind: String,
    pub patient_id: Option<PatientId>,
    pub open: bool,
    pub epoch: i64,
    pub suite: i64,
    pub last_seq: i64,
    pub version: i64,
    pub created_by: PersonId,
    pub created_us: i64,
    pub changed_us: i64,
}

/// A conversation as somebody sees who is, or was, in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenRow {
    /// The conversation.
    pub conversation: ConversationRow,
    /// Their newest span.
    pub span: SpanRow,
    /// When that span ended.
    pub ended_us: Option<i64>,
    /// Where their first span began.
    pub first_seq: i64,
    /// Up to where they have read.
    pub read_seq: i64,
}

/// A time of membership: entries from `since_seq` on and before `until_seq`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of conversation_member")]
pub struct SpanRow {
    pub since_seq: i64,
    pub until_seq: Option<i64>,
    pub role: String,
}

/// A time of somebody's membership, and whether they can sign in now.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of conversation_member and person")]
pub struct MemberRow {
    pub person_id: PersonId,
    pub span: SpanRow,
    pub person_state: String,
}

/// A device in the group.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of conversation_leaf and conversation_device")]
pub struct LeafRow {
    pub device_id: LeafDeviceId,
    pub person_id: PersonId,
    pub removed_us: Option<i64>,
}

/// How far a conversation was when its next entry was made: what the batch that adds it depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of conversation")]
pub struct At {
    pub id: ConversationId,
    pub last_seq: i64,
    pub version: i64,
}

fn conversation(r: &Row) -> Result<ConversationRow> {
    Ok(ConversationRow {
        id: r.id(0)?,
        kind: r.text(1)?,
        patient_id: r.opt_id(2)?,
        open: r.bool(3)?,
        epoch: r.int(4)?,
        suite: r.int(5)?,
        last_seq: r.int(6)?,
        version: r.int(7)?,
        created_by: r.id(8)?,
        created_us: r.int(9)?,
        changed_us: r.int(10)?,
    })
}

fn seen(r: &Row) -> Result<SeenRow> {
    Ok(SeenRow {
        conversation: conversation(r)?,
        span: SpanRow { since_seq: r.int(11)?, until_seq: r.opt_int(12)?, role: r.text(14)? },
        ended_us: r.opt_int(13)?,
        first_seq: r.int(15)?,
        read_seq: r.opt_int(16)?.unwrap_or(0),
    })
}

/// Adds a conversation, open, changed when it was created; an id that is taken is a conflict on `conversation_pkey`.
pub fn insert(batch: &mut Batch, org: OrgId, c: &ConversationRow) {
    let params = params![org, c.id, &c.kind, c.patient_id, c.epoch, c.suite, c.last_seq, c.created_by, c.created_us];
    batch.exec(INSERT, params);
}

/// Reads one.
///
/// # Errors
/// When the store fails.
pub async fn get(db: &Db, org: OrgId, id: ConversationId) -> Result<Option<ConversationRow>> {
    db.query_opt(GET, params![org, id]).await?.as_ref().map(conversation).transpose()
}

/// Moves the end of the log on, if it is still as far and nothing else changed.
pub fn advance(batch: &mut Batch, org: OrgId, at: At, last_seq: i64, now_us: i64, guard: &'static str) {
    batch.exec_expect(ADVANCE, params![org, at.id, last_seq, now_us, at.last_seq, at.version], 1, guard);
}

/// As [`advance`], with what a commit, or opening and closing, changes.
pub fn turn(
    batch: &mut Batch,
    org: OrgId,
    at: At,
    (last_seq, now_us): (i64, i64),
    (epoch, open): (i64, bool),
    guard: &'static str,
) {
    batch.exec_expect(TURN, params![org, at.id, last_seq, now_us, at.last_seq, at.version, epoch, open], 1, guard);
}

/// What was known of the conversations that somebody is in counts no more: a device of theirs was removed, or their access
/// changed.
pub fn touch_of(batch: &mut Batch, org: OrgId, person: PersonId) {
    batch.exec(TOUCH, params![org, person]);
}

/// Id, last number and version of what changed since a time, in the order of the changes.
///
/// # Errors
/// When the store fails.
pub async fn changed(db: &Db, org: OrgId, since_us: i64) -> Result<Vec<(ConversationId, i64, i64)>> {
    let rows = db.query(CHANGED, params![org, since_us]).await?;
    rows.iter().map(|r| Ok((r.id(0)?, r.int(1)?, r.int(2)?))).collect()
}

/// The conversations that somebody is or was in, last changed first, changed before a time.
///
/// # Errors
/// When the store fails.
pub async fn of_person(db: &Db, org: OrgId, person: PersonId, before_us: i64, limit: i64) -> Result<Vec<SeenRow>> {
    db.query(OF_PERSON, params![org, person, before_us, limit]).await?.iter().map(seen).collect()
}

/// One of them.
///
/// # Errors
/// When the store fails.
pub async fn one_of_person(db: &Db, org: OrgId, person: PersonId, id: ConversationId) -> Result<Option<SeenRow>> {
    db.query_opt(ONE_OF_PERSON, params![org, person, id]).await?.as_ref().map(seen).transpose()
}

/// Adds a time of membership.
pub fn insert_member(batch: &mut Batch, org: OrgId, id: ConversationId, person: PersonId, since_seq: i64, role: &str) {
    batch.exec(MEMBER_INSERT, params![org, id, person, since_seq, role]);
}

/// Ends somebody's membership.
pub fn end_member(
    batch: &mut Batch,
    org: OrgId,
    (id, person): (ConversationId, PersonId),
    until_seq: i64,
    at_us: i64,
    guard: &'static str,
) {
    batch.exec_expect(MEMBER_END, params![org, id, person, until_seq, at_us], 1, guard);
}

/// All times of membership, in the order in which they began.
///
/// # Errors
/// When the store fails.
pub async fn members(db: &Db, org: OrgId, id: ConversationId) -> Result<Vec<MemberRow>> {
    let rows = db.query(MEMBERS, params![org, id]).await?;
    rows.iter()
        .map(|r| {
            Ok(MemberRow {
                person_id: r.id(0)?,
                span: SpanRow { since_seq: r.int(1)?, until_seq: r.opt_int(2)?, role: r.text(3)? },
                person_state: r.text(4)?,
            })
        })
        .collect()
}

/// Somebody's times of membership, in order.
///
/// # Errors
/// When the store fails.
pub async fn spans(db: &Db, org: OrgId, id: ConversationId, person: PersonId) -> Result<Vec<SpanRow>> {
    let rows = db.query(SPANS, params![org, id, person]).await?;
    rows.iter().map(|r| Ok(SpanRow { since_seq: r.int(0)?, until_seq: r.opt_int(1)?, role: r.text(2)? })).collect()
}

/// With whom of at most [`super::conversation_account::AT_ONCE`] people somebody is, or was, in a conversation.
///
/// # Errors
/// When the store fails.
pub async fn shared(db: &Db, org: OrgId, person: PersonId, with: &[PersonId]) -> Result<Vec<PersonId>> {
    let mut params = these(org, with);
    params.push(person.into());
    db.query(SHARED, params).await?.iter().map(|r| r.id(0)).collect()
}

/// With whom somebody is in a conversation now, themselves included.
///
/// # Errors
/// When the store fails.
pub async fn neighbours(db: &Db, org: OrgId, person: PersonId) -> Result<Vec<PersonId>> {
    db.query(NEIGHBOURS, params![org, person]).await?.iter().map(|r| r.id(0)).collect()
}

/// The devices in a group.
///
/// # Errors
/// When the store fails.
pub async fn leaves(db: &Db, org: OrgId, id: ConversationId) -> Result<Vec<LeafRow>> {
    let rows = db.query(LEAVES, params![org, id]).await?;
    rows.iter().map(|r| Ok(LeafRow { device_id: r.id(0)?, person_id: r.id(1)?, removed_us: r.opt_int(2)? })).collect()
}

/// Notes that a device came into a group.
pub fn insert_leaf(batch: &mut Batch, org: OrgId, id: ConversationId, device: LeafDeviceId, person: PersonId) {
    batch.exec(LEAF_INSERT, params![org, id, device, person]);
}

/// Notes that a device went out of a group.
pub fn delete_leaf(batch: &mut Batch, org: OrgId, id: ConversationId, device: LeafDeviceId) {
    batch.exec(LEAF_DELETE, params![org, id, device]);
}

/// Keeps the group's state, and the GroupInfo of its epoch.
pub fn put_group(batch: &mut Batch, org: OrgId, id: ConversationId, state: Vec<u8>, group_info: Vec<u8>) {
    batch.exec(GROUP_PUT, params![org, id, state, group_info]);
}

/// The group's state.
///
/// # Errors
/// When the store fails.
pub async fn group(db: &Db, org: OrgId, id: ConversationId) -> Result<Option<Vec<u8>>> {
    db.query_opt(GROUP, params![org, id]).await?.map(|r| r.bytes(0)).transpose()
}

/// The epoch and its GroupInfo.
///
/// # Errors
/// When the store fails.
pub async fn group_info(db: &Db, org: OrgId, id: ConversationId) -> Result<Option<(i64, Vec<u8>)>> {
    db.query_opt(GROUP_INFO, params![org, id]).await?.map(|r| Ok((r.int(0)?, r.bytes(1)?))).transpose()
}
