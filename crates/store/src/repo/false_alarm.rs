//! Findings that somebody says are none, until it is decided: then they are gone.

use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{FalseAlarmId, OrgId, PersonId};

/// One report of a text and person.
pub const REPORTED_BEFORE: &str = "false_alarm_once";

const INSERT: &str = "INSERT INTO false_alarm (org_id, alarm_id, text_index, person_id, reported_at, sealed_report) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const FEWER: &str = "SELECT org_id FROM org WHERE org_id = ?1 AND (SELECT COUNT(*) FROM false_alarm WHERE org_id = ?1 AND person_id = ?2) < ?3";
const GET: &str = "SELECT alarm_id, text_index, person_id, reported_at, sealed_report FROM false_alarm WHERE org_id = ?1 AND alarm_id = ?2";
const LIST: &str = "SELECT alarm_id, text_index, person_id, reported_at, sealed_report FROM false_alarm WHERE org_id = ?1 ORDER BY reported_at, alarm_id LIMIT ?2";
const OF_TEXT: &str = "SELECT alarm_id, text_index, person_id, reported_at, sealed_report FROM false_alarm WHERE org_id = ?1 AND text_index = ?2 ORDER BY reported_at, alarm_id";
const RESEAL: &str = "UPDATE false_alarm SET sealed_report = ?4 WHERE org_id = ?1 AND alarm_id = ?2 AND person_id = ?3";
const DELETE: &str = "DELETE FROM false_alarm WHERE org_id = ?1 AND text_index = ?2";
const PRUNE: &str = "DELETE FROM false_alarm WHERE org_id = ?1 AND reported_at < ?2";

/// Every statement of this module.
pub const ALL: &[&str] = &[INSERT, FEWER, GET, LIST, OF_TEXT, RESEAL, DELETE, PRUNE];

/// A report as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of false_alarm")]
pub struct AlarmRow {
    pub id: FalseAlarmId,
    pub text_index: Vec<u8>,
    pub person_id: PersonId,
    pub reported_us: i64,
    pub sealed_report: Vec<u8>,
}

fn decode(r: &Row) -> Result<AlarmRow> {
    Ok(AlarmRow {
        id: r.id(0)?,
        text_index: r.bytes(1)?,
        person_id: r.id(2)?,
        reported_us: r.int(3)?,
        sealed_report: r.bytes(4)?,
    })
}

/// Adds a report, if the person has fewer than `most` open. Who reported the text before is a conflict on
/// [`REPORTED_BEFORE`].
pub fn insert(batch: &mut Batch, org: OrgId, row: AlarmRow, most: i64, guard: &'static str) {
    batch.require(FEWER, params![org, row.person_id, most], guard);
    batch.exec(INSERT, params![org, row.id, row.text_index, row.person_id, row.reported_us, row.sealed_report]);
}

/// Reads one.
///
/// # Errors
/// When the store fails.
pub async fn get(db: &Db, org: OrgId, id: FalseAlarmId) -> Result<Option<AlarmRow>> {
    db.query_opt(GET, params![org, id]).await?.as_ref().map(decode).transpose()
}

/// The oldest reports.
///
/// # Errors
/// When the store fails.
pub async fn list(db: &Db, org: OrgId, limit: i64) -> Result<Vec<AlarmRow>> {
    db.query(LIST, params![org, limit]).await?.iter().map(decode).collect()
}

/// Every report of one text, oldest first.
///
/// # Errors
/// When the store fails.
pub async fn of_text(db: &Db, org: OrgId, text_index: Vec<u8>) -> Result<Vec<AlarmRow>> {
    db.query(OF_TEXT, params![org, text_index]).await?.iter().map(decode).collect()
}

/// Writes a person's own report anew.
pub fn reseal(
    batch: &mut Batch,
    org: OrgId,
    (id, person): (FalseAlarmId, PersonId),
    sealed: Vec<u8>,
    guard: &'static str,
) {
    batch.exec_expect(RESEAL, params![org, id, person, sealed], 1, guard);
}

/// Takes every report of a text away, which must be so many: one that came meanwhile has not been looked at.
pub fn delete(batch: &mut Batch, org: OrgId, text_index: Vec<u8>, rows: u64, guard: &'static str) {
    batch.exec_expect(DELETE, params![org, text_index], rows, guard);
}

/// Forgets what nobody has decided on since a time.
pub fn prune(batch: &mut Batch, org: OrgId, before_us: i64) {
    batch.exec(PRUNE, params![org, before_us]);
}
