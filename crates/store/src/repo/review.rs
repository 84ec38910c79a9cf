//! Access reviews: whose rights were looked at, what was seen, and what was decided.

use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{OrgId, PersonId, ReviewId};

const INSERT: &str = "INSERT INTO access_review (org_id, review_id, started_at, due_at, closed_at, started_by) VALUES (?1, ?2, ?3, ?4, NULL, ?5)";
const GET: &str = "SELECT review_id, started_at, due_at, closed_at, started_by FROM access_review WHERE org_id = ?1 AND review_id = ?2";
const LIST: &str = "SELECT review_id, started_at, due_at, closed_at, started_by FROM access_review WHERE org_id = ?1 ORDER BY started_at DESC, review_id LIMIT 100";
const IS_OPEN: &str = "SELECT review_id FROM access_review WHERE org_id = ?1 AND review_id = ?2 AND closed_at IS NULL";
const CLOSE: &str = "UPDATE access_review SET closed_at = ?3 WHERE org_id = ?1 AND review_id = ?2 AND closed_at IS NULL AND NOT EXISTS (SELECT 1 FROM access_review_item WHERE access_review_item.org_id = access_review.org_id AND access_review_item.review_id = access_review.review_id AND access_review_item.decision = 'open')";
const ITEM_INSERT: &str = "INSERT INTO access_review_item (org_id, review_id, person_id, decision, decided_by, decided_at, sealed_seen, sealed_note) VALUES (?1, ?2, ?3, 'open', NULL, NULL, ?4, NULL)";
const ITEMS: &str =
    "SELECT person_id, decision FROM access_review_item WHERE org_id = ?1 AND review_id = ?2 ORDER BY person_id";
const ITEM: &str = "SELECT person_id, decision, decided_by, decided_at, sealed_seen, sealed_note FROM access_review_item WHERE org_id = ?1 AND review_id = ?2 AND person_id = ?3";
const DECIDE: &str = "UPDATE access_review_item SET decision = ?4, decided_by = ?5, decided_at = ?6, sealed_note = ?7 WHERE org_id = ?1 AND review_id = ?2 AND person_id = ?3";
const PRUNE_ITEMS: &str = "DELETE FROM access_review_item WHERE org_id = ?1 AND review_id IN (SELECT review_id FROM access_review WHERE org_id = ?1 AND closed_at < ?2)";
const PRUNE: &str = "DELETE FROM access_review WHERE org_id = ?1 AND closed_at < ?2";

/// Every statement of this module.
pub const ALL: &[&str] = &[INSERT, GET, LIST, IS_OPEN, CLOSE, ITEM_INSERT, ITEMS, ITEM, DECIDE, PRUNE_ITEMS, PRUNE];

/// The conflict when a review is open already.
pub const OPEN_ALREADY: &str = "access_review_open";
/// An item that nobody has decided on.
pub const OPEN: &str = "open";

/// A review as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of access_review")]
pub struct ReviewRow {
    pub id: ReviewId,
    pub started_us: i64,
    pub due_us: i64,
    pub closed_us: Option<i64>,
    pub started_by: PersonId,
}

/// What was seen of one person, and decided.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of access_review_item")]
pub struct ItemRow {
    pub person_id: PersonId,
    pub decision: String,
    pub decided_by: Option<PersonId>,
    pub decided_us: Option<i64>,
    pub sealed_seen: Vec<u8>,
    pub sealed_note: Option<Vec<u8>>,
}

fn decode(r: &Row) -> Result<ReviewRow> {
    Ok(ReviewRow {
        id: r.id(0)?,
        started_us: r.int(1)?,
        due_us: r.int(2)?,
        closed_us: r.opt_int(3)?,
        started_by: r.id(4)?,
    })
}

/// Adds a review that is open; a second open one is a conflict on [`OPEN_ALREADY`].
pub fn insert(batch: &mut Batch, org: OrgId, r: &ReviewRow) {
    batch.exec(INSERT, params![org, r.id, r.started_us, r.due_us, r.started_by]);
}

/// Reads a review.
///
/// # Errors
/// When the store fails.
pub async fn get(db: &Db, org: OrgId, id: ReviewId) -> Result<Option<ReviewRow>> {
    db.query_opt(GET, params![org, id]).await?.as_ref().map(decode).transpose()
}

/// All reviews, newest first.
///
/// # Errors
/// When the store fails.
pub async fn list(db: &Db, org: OrgId) -> Result<Vec<ReviewRow>> {
    db.query(LIST, params![org]).await?.iter().map(decode).collect()
}

/// Demands that the review is open.
pub fn require_open(batch: &mut Batch, org: OrgId, id: ReviewId, guard: &'static str) {
    batch.require(IS_OPEN, params![org, id], guard);
}

/// Closes a review, once, if everything in it was decided.
pub fn close(batch: &mut Batch, org: OrgId, id: ReviewId, at_us: i64, guard: &'static str) {
    batch.exec_expect(CLOSE, params![org, id, at_us], 1, guard);
}

/// Adds somebody to be decided on.
pub fn insert_item(batch: &mut Batch, org: OrgId, review: ReviewId, person: PersonId, sealed_seen: Vec<u8>) {
    batch.exec(ITEM_INSERT, params![org, review, person, sealed_seen]);
}

/// Who is in a review, and what was decided.
///
/// # Errors
/// When the store fails.
pub async fn items(db: &Db, org: OrgId, review: ReviewId) -> Result<Vec<(PersonId, String)>> {
    db.query(ITEMS, params![org, review]).await?.iter().map(|r| Ok((r.id(0)?, r.text(1)?))).collect()
}

/// What was seen of somebody, and decided.
///
/// # Errors
/// When the store fails.
pub async fn item(db: &Db, org: OrgId, review: ReviewId, person: PersonId) -> Result<Option<ItemRow>> {
    let decode = |r: Row| {
        Ok(ItemRow {
            person_id: r.id(0)?,
            decision: r.text(1)?,
            decided_by: r.opt_id(2)?,
            decided_us: r.opt_int(3)?,
            sealed_seen: r.bytes(4)?,
            sealed_note: r.opt_bytes(5)?,
        })
    };
    db.query_opt(ITEM, params![org, review, person]).await?.map(decode).transpose()
}

/// What is decided about somebody.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the columns of access_review_item")]
pub struct Decided {
    pub decision: &'static str,
    pub by: PersonId,
    pub at_us: i64,
    pub sealed_note: Option<Vec<u8>>,
}

/// Writes down what was decided, in the place of what was before.
pub fn decide(batch: &mut Batch, org: OrgId, review: ReviewId, person: PersonId, d: Decided, guard: &'static str) {
    let params = params![org, review, person, d.decision, d.by, d.at_us, d.sealed_note];
    batch.exec_expect(DECIDE, params, 1, guard);
}

/// Forgets reviews that were closed before a time.
pub fn prune(batch: &mut Batch, org: OrgId, before_us: i64) {
    batch.exec(PRUNE_ITEMS, params![org, before_us]);
    batch.exec(PRUNE, params![org, before_us]);
}
