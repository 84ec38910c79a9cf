//! What was counted of messages. A row is added in the batch of the act, so that no two acts wait for one counter;
//! housekeeping adds the rows of a day together.

use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{OrgId, TallyId};

const INSERT: &str = "INSERT INTO tally (org_id, tally_id, day, direction, counts) VALUES (?1, ?2, ?3, ?4, ?5)";
const BETWEEN: &str = "SELECT tally_id, day, direction, counts FROM tally WHERE org_id = ?1 AND day >= ?2 AND day <= ?3 AND (day > ?2 OR direction > ?4 OR (direction = ?4 AND tally_id > ?5)) ORDER BY day, direction, tally_id LIMIT ?6";
const CROWDED: &str = "SELECT day, direction FROM tally WHERE org_id = ?1 GROUP BY day, direction HAVING COUNT(*) > 1 ORDER BY day, direction LIMIT 100";
const OF_DAY: &str = "SELECT tally_id, day, direction, counts FROM tally WHERE org_id = ?1 AND day = ?2 AND direction = ?3 ORDER BY tally_id LIMIT ?4";
const DELETE: &str = "DELETE FROM tally WHERE org_id = ?1 AND day = ?2 AND direction = ?3 AND tally_id <= ?4";
const PRUNE: &str = "DELETE FROM tally WHERE org_id = ?1 AND day < ?2";

/// Every statement of this module.
pub const ALL: &[&str] = &[INSERT, BETWEEN, CROWDED, OF_DAY, DELETE, PRUNE];

/// What was counted, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of tally")]
pub struct TallyRow {
    pub id: TallyId,
    pub day: i64,
    pub direction: String,
    pub counts: String,
}

fn decode(r: &Row) -> Result<TallyRow> {
    Ok(TallyRow { id: r.id(0)?, day: r.int(1)?, direction: r.text(2)?, counts: r.text(3)? })
}

/// Adds what was counted.
pub fn insert(batch: &mut Batch, org: OrgId, row: TallyRow) {
    batch.exec(INSERT, params![org, row.id, row.day, row.direction, row.counts]);
}

/// A page of the rows of some days, both inclusive, in the order of day, direction and id. The next page begins after the
/// last row: with its day as `from`, and its direction and id as `after`.
///
/// # Errors
/// When the store fails.
pub async fn between(
    db: &Db,
    org: OrgId,
    (from, to): (i64, i64),
    after: Option<(&str, TallyId)>,
    limit: i64,
) -> Result<Vec<TallyRow>> {
    let (direction, id) = after.unwrap_or(("", TallyId(uuid::Uuid::nil())));
    db.query(BETWEEN, params![org, from, to, direction, id, limit]).await?.iter().map(decode).collect()
}

/// Days and directions with more than one row.
///
/// # Errors
/// When the store fails.
pub async fn crowded(db: &Db, org: OrgId) -> Result<Vec<(i64, String)>> {
    db.query(CROWDED, params![org]).await?.iter().map(|r| Ok((r.int(0)?, r.text(1)?))).collect()
}

/// The first rows of a day and direction.
///
/// # Errors
/// When the store fails.
pub async fn of_day(db: &Db, org: OrgId, day: i64, direction: &str, limit: i64) -> Result<Vec<TallyRow>> {
    db.query(OF_DAY, params![org, day, direction, limit]).await?.iter().map(decode).collect()
}

/// Takes the rows of a day and direction up to one away, which must be so many.
pub fn delete(
    batch: &mut Batch,
    org: OrgId,
    (day, direction): (i64, &str),
    up_to: TallyId,
    rows: u64,
    guard: &'static str,
) {
    batch.exec_expect(DELETE, params![org, day, direction, up_to], rows, guard);
}

/// Forgets what was counted before a day.
pub fn prune(batch: &mut Batch, org: OrgId, before_day: i64) {
    batch.exec(PRUNE, params![org, before_day]);
}
