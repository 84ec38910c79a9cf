//! Messages and their places in mailboxes.

use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{BlobId, MailboxId, MessageId, OrgId, PatientId, PersonId, ThreadId};

/// A message as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of message, described in the migration and in core::mail")]
pub struct MessageRow {
    pub id: MessageId,
    pub thread_id: ThreadId,
    pub at_us: i64,
    pub origin: String,
    pub mailbox_id: Option<MailboxId>,
    pub sender_id: Option<PersonId>,
    pub attachments: i64,
    pub size: i64,
    pub sensitivity: String,
    pub policy_version: i64,
    pub rfc_id_index: Vec<u8>,
    pub wrapped_key: Vec<u8>,
    pub sealed_head: Vec<u8>,
    pub sealed_body: Vec<u8>,
    pub sealed_raw: Option<Vec<u8>>,
    pub raw_blob_id: Option<BlobId>,
    pub patient_id: Option<PatientId>,
}

/// One line of a mailbox: the entry and what the list shows of the message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "columns of mailbox_entry and message")]
pub struct LineRow {
    pub message_id: MessageId,
    pub mailbox_id: MailboxId,
    pub folder: String,
    pub at_us: i64,
    pub seen: bool,
    pub flagged: bool,
    pub thread_id: ThreadId,
    pub origin: String,
    pub attachments: i64,
    pub sender_mailbox_id: Option<MailboxId>,
    pub sender_id: Option<PersonId>,
    pub patient_id: Option<PatientId>,
    pub wrapped_key: Vec<u8>,
    pub sealed_head: Vec<u8>,
}

/// A place in a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of mailbox_entry")]
pub struct EntryRow {
    pub mailbox_id: MailboxId,
    pub message_id: MessageId,
    pub folder: &'static str,
    pub at_us: i64,
    pub seen: bool,
}

/// Where a page of a list begins: strictly before this entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Time of the last entry shown.
    pub at_us: i64,
    /// Its message.
    pub message_id: MessageId,
}

const INSERT: &str = "INSERT INTO message (org_id, message_id, thread_id, at, origin, mailbox_id, sender_id, attachments, size, sensitivity, policy_version, rfc_id_index, wrapped_key, sealed_head, sealed_body, sealed_raw, raw_blob_id, patient_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)";
const INSERT_ENTRY: &str = "INSERT INTO mailbox_entry (org_id, mailbox_id, message_id, folder, at, seen, flagged) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0)";
const INSERT_ENTRY_ONCE: &str = "INSERT INTO mailbox_entry (org_id, mailbox_id, message_id, folder, at, seen, flagged) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0) ON CONFLICT (org_id, mailbox_id, message_id) DO UPDATE SET folder = excluded.folder, at = excluded.at, seen = excluded.seen";
const GET: &str = "SELECT message_id, thread_id, at, origin, mailbox_id, sender_id, attachments, size, sensitivity, policy_version, rfc_id_index, wrapped_key, sealed_head, sealed_body, patient_id FROM message WHERE org_id = ?1 AND message_id = ?2";
const RAW: &str = "SELECT wrapped_key, sealed_raw, raw_blob_id FROM message WHERE org_id = ?1 AND message_id = ?2";
const HAS_RAW_BLOB: &str = "SELECT 1 FROM message WHERE org_id = ?1 AND raw_blob_id = ?2";
const THREAD_OF: &str =
    "SELECT thread_id FROM message WHERE org_id = ?1 AND rfc_id_index = ?2 ORDER BY at DESC, message_id DESC LIMIT 1";
const PLACES_OF_PATIENT: &str = "SELECT DISTINCT e.mailbox_id, m.sender_id FROM message m JOIN mailbox_entry e ON e.org_id = m.org_id AND e.message_id = m.message_id WHERE m.org_id = ?1 AND m.patient_id = ?2";
const PATIENT_OF_THREAD: &str = "SELECT patient_id FROM message WHERE org_id = ?1 AND thread_id = ?2 AND patient_id IS NOT NULL ORDER BY at DESC, message_id DESC LIMIT 1";
const LINE: &str = "SELECT e.message_id, e.mailbox_id, e.folder, e.at, e.seen, e.flagged, m.thread_id, m.origin, m.attachments, m.mailbox_id, m.sender_id, m.patient_id, m.wrapped_key, m.sealed_head FROM mailbox_entry e JOIN message m ON m.org_id = e.org_id AND m.message_id = e.message_id WHERE e.org_id = ?1 AND e.mailbox_id = ?2 AND e.message_id = ?3";
const PAGE: &str = "SELECT e.message_id, e.mailbox_id, e.folder, e.at, e.seen, e.flagged, m.thread_id, m.origin, m.attachments, m.mailbox_id, m.sender_id, m.patient_id, m.wrapped_key, m.sealed_head FROM mailbox_entry e JOIN message m ON m.org_id = e.org_id AND m.message_id = e.message_id WHERE e.org_id = ?1 AND e.mailbox_id = ?2 AND e.folder = ?3 AND (e.at, e.message_id) < (?4, ?5) ORDER BY e.at DESC, e.message_id DESC LIMIT ?6";
const PAGE_UNSEEN: &str = "SELECT e.message_id, e.mailbox_id, e.folder, e.at, e.seen, e.flagged, m.thread_id, m.origin, m.attachments, m.mailbox_id, m.sender_id, m.patient_id, m.wrapped_key, m.sealed_head FROM mailbox_entry e JOIN message m ON m.org_id = e.org_id AND m.message_id = e.message_id WHERE e.org_id = ?1 AND e.mailbox_id = ?2 AND e.folder = ?3 AND e.seen = 0 AND (e.at, e.message_id) < (?4, ?5) ORDER BY e.at DESC, e.message_id DESC LIMIT ?6";
const PAGE_FLAGGED: &str = "SELECT e.message_id, e.mailbox_id, e.folder, e.at, e.seen, e.flagged, m.thread_id, m.origin, m.attachments, m.mailbox_id, m.sender_id, m.patient_id, m.wrapped_key, m.sealed_head FROM mailbox_entry e JOIN message m ON m.org_id = e.org_id AND m.message_id = e.message_id WHERE e.org_id = ?1 AND e.mailbox_id = ?2 AND e.folder = ?3 AND e.flagged = 1 AND (e.at, e.message_id) < (?4, ?5) ORDER BY e.at DESC, e.message_id DESC LIMIT ?6";
const SET_SEEN: &str = "UPDATE mailbox_entry SET seen = ?4 WHERE org_id = ?1 AND mailbox_id = ?2 AND message_id = ?3";
const SET_FLAGGED: &str =
    "UPDATE mailbox_entry SET flagged = ?4 WHERE org_id = ?1 AND mailbox_id = ?2 AND message_id = ?3";
const SET_FOLDER: &str =
    "UPDATE mailbox_entry SET folder = ?4 WHERE org_id = ?1 AND mailbox_id = ?2 AND message_id = ?3";
const COUNT_UNSEEN: &str =
    "SELECT COUNT(*) FROM mailbox_entry WHERE org_id = ?1 AND mailbox_id = ?2 AND folder = ?3 AND seen = 0";
const WITHDRAW: &str =
    "DELETE FROM mailbox_entry WHERE org_id = ?1 AND mailbox_id = ?2 AND message_id = ?3 AND seen = 0";
const IN_MAILBOXES: &str = "SELECT mailbox_id FROM mailbox_entry WHERE org_id = ?1 AND message_id = ?2";

/// Every statement of this module.
pub const ALL: &[&str] = &[
    INSERT,
    INSERT_ENTRY,
    INSERT_ENTRY_ONCE,
    GET,
    RAW,
    HAS_RAW_BLOB,
    THREAD_OF,
    PLACES_OF_PATIENT,
    PATIENT_OF_THREAD,
    LINE,
    PAGE,
    PAGE_UNSEEN,
    PAGE_FLAGGED,
    SET_SEEN,
    SET_FLAGGED,
    SET_FOLDER,
    COUNT_UNSEEN,
    WITHDRAW,
    IN_MAILBOXES,
];

/// Adds a message.
pub fn insert(batch: &mut Batch, org: OrgId, m: MessageRow) {
    batch.exec(
        INSERT,
        params![
            org,
            m.id,
            m.thread_id,
            m.at_us,
            m.origin,
            m.mailbox_id,
            m.sender_id,
            m.attachments,
            m.size,
            m.sensitivity,
            m.policy_version,
            m.rfc_id_index,
            m.wrapped_key,
            m.sealed_head,
            m.sealed_body,
            m.sealed_raw,
            m.raw_blob_id,
            m.patient_id
        ],
    );
}

/// Puts a message into a mailbox's folder.
pub fn insert_entry(batch: &mut Batch, org: OrgId, e: EntryRow) {
    batch.exec(INSERT_ENTRY, params![org, e.mailbox_id, e.message_id, e.folder, e.at_us, e.seen]);
}

/// As [`insert_entry`]; a message that lies in the mailbox already (one to oneself, in Sent) is moved there.
pub fn insert_entry_once(batch: &mut Batch, org: OrgId, e: EntryRow) {
    batch.exec(INSERT_ENTRY_ONCE, params![org, e.mailbox_id, e.message_id, e.folder, e.at_us, e.seen]);
}

/// The message as it came: the key that seals it, and the sealed bytes or the blob that holds them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "columns of message")]
pub struct RawRow {
    pub wrapped_key: Vec<u8>,
    pub sealed_raw: Option<Vec<u8>>,
    pub raw_blob_id: Option<BlobId>,
}

/// Reads the message as it came.
///
/// # Errors
/// When the store fails.
pub async fn raw(db: &Db, org: OrgId, id: MessageId) -> Result<Option<RawRow>> {
    db.query_opt(RAW, params![org, id])
        .await?
        .map(|r| Ok(RawRow { wrapped_key: r.bytes(0)?, sealed_raw: r.opt_bytes(1)?, raw_blob_id: r.opt_id(2)? }))
        .transpose()
}

/// Whether a blob holds a message as it came.
///
/// # Errors
/// When the store fails.
pub async fn has_raw_blob(db: &Db, org: OrgId, blob: BlobId) -> Result<bool> {
    Ok(!db.query(HAS_RAW_BLOB, params![org, blob]).await?.is_empty())
}

/// In which mailboxes messages about a patient lie, and who of the house wrote them.
///
/// # Errors
/// When the store fails.
pub async fn places_of_patient(db: &Db, org: OrgId, patient: PatientId) -> Result<Vec<(MailboxId, Option<PersonId>)>> {
    db.query(PLACES_OF_PATIENT, params![org, patient]).await?.iter().map(|r| Ok((r.id(0)?, r.opt_id(1)?))).collect()
}

/// The patient whom the newest message of a thread that names one is about.
///
/// # Errors
/// When the store fails.
pub async fn patient_of_thread(db: &Db, org: OrgId, thread: ThreadId) -> Result<Option<PatientId>> {
    db.query_opt(PATIENT_OF_THREAD, params![org, thread]).await?.map(|r| r.id(0)).transpose()
}

/// Reads a message, without the form in which it came ([`raw`]).
///
/// # Errors
/// When the store fails.
pub async fn get(db: &Db, org: OrgId, id: MessageId) -> Result<Option<MessageRow>> {
    db.query_opt(GET, params![org, id])
        .await?
        .map(|mut r| {
            Ok(MessageRow {
                id: r.id(0)?,
                thread_id: r.id(1)?,
                at_us: r.int(2)?,
                origin: r.text(3)?,
                mailbox_id: r.opt_id(4)?,
                sender_id: r.opt_id(5)?,
                attachments: r.int(6)?,
                size: r.int(7)?,
                sensitivity: r.text(8)?,
                policy_version: r.int(9)?,
                rfc_id_index: r.bytes(10)?,
                wrapped_key: r.bytes(11)?,
                sealed_head: r.take_bytes(12)?,
                sealed_body: r.take_bytes(13)?,
                sealed_raw: None,
                raw_blob_id: None,
                patient_id: r.opt_id(14)?,
            })
        })
        .transpose()
}

/// The thread of the newest message with this Message-ID.
///
/// # Errors
/// When the store fails.
pub async fn thread_of(db: &Db, org: OrgId, rfc_id_index: Vec<u8>) -> Result<Option<ThreadId>> {
    db.query_opt(THREAD_OF, params![org, rfc_id_index]).await?.map(|r| r.id(0)).transpose()
}

/// One line of a mailbox.
///
/// # Errors
/// When the store fails.
pub async fn line(db: &Db, org: OrgId, mailbox: MailboxId, id: MessageId) -> Result<Option<LineRow>> {
    db.query_opt(LINE, params![org, mailbox, id]).await?.as_ref().map(decode_line).transpose()
}

/// Which messages a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// All of the folder.
    All,
    /// Those that nobody has read.
    Unseen,
    /// Those that are marked.
    Flagged,
}

/// A page of a folder, newest first.
///
/// # Errors
/// When the store fails.
pub async fn page(
    db: &Db,
    org: OrgId,
    mailbox: MailboxId,
    folder: &str,
    filter: Filter,
    before: Option<Cursor>,
    limit: i64,
) -> Result<Vec<LineRow>> {
    let before = before.unwrap_or(Cursor { at_us: i64::MAX, message_id: MessageId(uuid::Uuid::max()) });
    let sql = match filter {
        Filter::All => PAGE,
        Filter::Unseen => PAGE_UNSEEN,
        Filter::Flagged => PAGE_FLAGGED,
    };
    let rows = db.query(sql, params![org, mailbox, folder, before.at_us, before.message_id, limit]).await?;
    rows.iter().map(decode_line).collect()
}

fn decode_line(r: &Row) -> Result<LineRow> {
    Ok(LineRow {
        message_id: r.id(0)?,
        mailbox_id: r.id(1)?,
        folder: r.text(2)?,
        at_us: r.int(3)?,
        seen: r.bool(4)?,
        flagged: r.bool(5)?,
        thread_id: r.id(6)?,
        origin: r.text(7)?,
        attachments: r.int(8)?,
        sender_mailbox_id: r.opt_id(9)?,
        sender_id: r.opt_id(10)?,
        patient_id: r.opt_id(11)?,
        wrapped_key: r.bytes(12)?,
        sealed_head: r.bytes(13)?,
    })
}

/// Marks as read or unread; the guard says that the message lies in the mailbox.
pub fn set_seen(batch: &mut Batch, org: OrgId, mailbox: MailboxId, id: MessageId, seen: bool, guard: &'static str) {
    batch.exec_expect(SET_SEEN, params![org, mailbox, id, seen], 1, guard);
}
/// Marks or unmarks.
pub fn set_flagged(
    batch: &mut Batch,
    org: OrgId,
    mailbox: MailboxId,
    id: MessageId,
    flagged: bool,
    guard: &'static str,
) {
    batch.exec_expect(SET_FLAGGED, params![org, mailbox, id, flagged], 1, guard);
}
/// Moves between folders.
pub fn set_folder(
    batch: &mut Batch,
    org: OrgId,
    mailbox: MailboxId,
    id: MessageId,
    folder: &'static str,
    guard: &'static str,
) {
    batch.exec_expect(SET_FOLDER, params![org, mailbox, id, folder], 1, guard);
}

/// Number of unread messages in a folder.
///
/// # Errors
/// When the store fails.
pub async fn count_unseen(db: &Db, org: OrgId, mailbox: MailboxId, folder: &str) -> Result<i64> {
    let row = db.query_opt(COUNT_UNSEEN, params![org, mailbox, folder]).await?;
    row.map_or(Ok(0), |r| r.int(0))
}

/// The mailboxes in which a message lies.
///
/// # Errors
/// When the store fails.
pub async fn mailboxes_holding(db: &Db, org: OrgId, id: MessageId) -> Result<Vec<MailboxId>> {
    db.query(IN_MAILBOXES, params![org, id]).await?.iter().map(|r| r.id(0)).collect()
}

/// Takes an unread message out of a mailbox (a recall); the guard fails when somebody has read it.
pub fn withdraw(batch: &mut Batch, org: OrgId, mailbox: MailboxId, id: MessageId, guard: &'static str) {
    batch.exec_expect(WITHDRAW, params![org, mailbox, id], 1, guard);
}
