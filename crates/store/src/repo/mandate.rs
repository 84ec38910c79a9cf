//! Mandates: that somebody acts for a colleague, in the colleague's mailbox.

use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{MailboxId, MandateId, OrgId, PersonId};

macro_rules! columns {
    () => {
        "mandate_id, kind, mailbox_id, grantor_id, holder_id, may_send, with_patients, starts_at, ends_at, told_at, ended_at, created_by, sealed_note"
    };
}

const INSERT: &str = "INSERT INTO mandate (org_id, mandate_id, kind, mailbox_id, grantor_id, holder_id, may_send, with_patients, starts_at, ends_at, told_at, ended_at, created_by, sealed_note) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, NULL, ?12, ?13)";
const GET: &str = concat!("SELECT ", columns!(), " FROM mandate WHERE org_id = ?1 AND mandate_id = ?2");
const OPEN: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM mandate WHERE org_id = ?1 AND ended_at IS NULL ORDER BY starts_at, mandate_id"
);
const OF_PERSON: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM mandate WHERE org_id = ?1 AND (grantor_id = ?2 OR holder_id = ?2) AND (ended_at IS NULL OR ended_at > ?3) ORDER BY starts_at DESC, mandate_id DESC LIMIT 500"
);
const END: &str = "UPDATE mandate SET ended_at = ?3 WHERE org_id = ?1 AND mandate_id = ?2 AND ended_at IS NULL";
const TOLD: &str =
    "UPDATE mandate SET told_at = ?3 WHERE org_id = ?1 AND mandate_id = ?2 AND ended_at IS NULL AND told_at IS NULL";
const HOLDS: &str = "UPDATE mandate SET ended_at = NULL WHERE org_id = ?1 AND mandate_id = ?2 AND ended_at IS NULL AND starts_at <= ?3 AND (ends_at IS NULL OR ends_at > ?3)";

/// Every statement of this module.
pub const ALL: &[&str] = &[INSERT, GET, OPEN, OF_PERSON, END, TOLD, HOLDS];

/// A mandate as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of mandate")]
pub struct MandateRow {
    pub id: MandateId,
    pub kind: String,
    pub mailbox_id: MailboxId,
    pub grantor_id: PersonId,
    pub holder_id: PersonId,
    pub may_send: bool,
    pub with_patients: bool,
    pub starts_us: i64,
    pub ends_us: Option<i64>,
    pub told_us: Option<i64>,
    pub ended_us: Option<i64>,
    pub created_by: PersonId,
    pub sealed_note: Vec<u8>,
}

fn decode(r: &Row) -> Result<MandateRow> {
    Ok(MandateRow {
        id: r.id(0)?,
        kind: r.text(1)?,
        mailbox_id: r.id(2)?,
        grantor_id: r.id(3)?,
        holder_id: r.id(4)?,
        may_send: r.bool(5)?,
        with_patients: r.bool(6)?,
        starts_us: r.int(7)?,
        ends_us: r.opt_int(8)?,
        told_us: r.opt_int(9)?,
        ended_us: r.opt_int(10)?,
        created_by: r.id(11)?,
        sealed_note: r.bytes(12)?,
    })
}

/// Adds a mandate.
pub fn insert(batch: &mut Batch, org: OrgId, m: MandateRow) {
    batch.exec(
        INSERT,
        params![
            org,
            m.id,
            m.kind,
            m.mailbox_id,
            m.grantor_id,
            m.holder_id,
            m.may_send,
            m.with_patients,
            m.starts_us,
            m.ends_us,
            m.told_us,
            m.created_by,
            m.sealed_note
        ],
    );
}

/// Reads a mandate, also an ended one.
///
/// # Errors
/// When the store fails.
pub async fn get(db: &Db, org: OrgId, id: MandateId) -> Result<Option<MandateRow>> {
    db.query_opt(GET, params![org, id]).await?.as_ref().map(decode).transpose()
}

/// All mandates that were not ended, also those that have not begun or whose time is over.
///
/// # Errors
/// When the store fails.
pub async fn open(db: &Db, org: OrgId) -> Result<Vec<MandateRow>> {
    db.query(OPEN, params![org]).await?.iter().map(decode).collect()
}

/// Those that a person gave or holds, newest first: open, or ended after this time.
///
/// # Errors
/// When the store fails.
pub async fn of_person(db: &Db, org: OrgId, person: PersonId, ended_after_us: i64) -> Result<Vec<MandateRow>> {
    db.query(OF_PERSON, params![org, person, ended_after_us]).await?.iter().map(decode).collect()
}

/// Ends a mandate, once.
pub fn end(batch: &mut Batch, org: OrgId, id: MandateId, at_us: i64, guard: &'static str) {
    batch.exec_expect(END, params![org, id, at_us], 1, guard);
}

/// Writes down that both sides were told of its beginning, once.
pub fn told(batch: &mut Batch, org: OrgId, id: MandateId, at_us: i64, guard: &'static str) {
    batch.exec_expect(TOLD, params![org, id, at_us], 1, guard);
}

/// Demands that it holds when the batch is committed: changes nothing.
pub fn require(batch: &mut Batch, org: OrgId, id: MandateId, now_us: i64, guard: &'static str) {
    batch.exec_expect(HOLDS, params![org, id, now_us], 1, guard);
}
