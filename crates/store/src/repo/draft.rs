//! Messages being written.

use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{DraftId, MailboxId, OrgId, PersonId};

/// A draft as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of draft")]
pub struct DraftRow {
    pub id: DraftId,
    pub person_id: PersonId,
    pub mailbox_id: MailboxId,
    pub version: i64,
    pub updated_us: i64,
    pub sealed_draft: Vec<u8>,
}

const INSERT: &str = "INSERT INTO draft (org_id, draft_id, person_id, mailbox_id, version, updated_at, sealed_draft) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
const GET: &str = "SELECT draft_id, person_id, mailbox_id, version, updated_at, sealed_draft FROM draft WHERE org_id = ?1 AND draft_id = ?2 AND person_id = ?3";
const UPDATE: &str = "UPDATE draft SET mailbox_id = ?4, version = ?5, updated_at = ?6, sealed_draft = ?7 WHERE org_id = ?1 AND draft_id = ?2 AND person_id = ?3 AND version = ?8";
const TOUCH: &str = "UPDATE draft SET updated_at = ?4 WHERE org_id = ?1 AND draft_id = ?2 AND person_id = ?3";
const TOUCH_SEEN: &str =
    "UPDATE draft SET updated_at = ?4 WHERE org_id = ?1 AND draft_id = ?2 AND person_id = ?3 AND updated_at = ?5";
const DELETE: &str = "DELETE FROM draft WHERE org_id = ?1 AND draft_id = ?2 AND person_id = ?3 AND version = ?4";
const DELETE_ANY: &str = "DELETE FROM draft WHERE org_id = ?1 AND draft_id = ?2 AND person_id = ?3";
const PAGE: &str = "SELECT draft_id, person_id, mailbox_id, version, updated_at, sealed_draft FROM draft WHERE org_id = ?1 AND person_id = ?2 AND (updated_at, draft_id) < (?3, ?4) ORDER BY updated_at DESC, draft_id DESC LIMIT ?5";
const COUNT: &str = "SELECT mailbox_id, COUNT(*) FROM draft WHERE org_id = ?1 AND person_id = ?2 GROUP BY mailbox_id";

/// Every statement of this module.
pub const ALL: &[&str] = &[INSERT, GET, UPDATE, TOUCH, TOUCH_SEEN, DELETE, DELETE_ANY, PAGE, COUNT];

/// Adds a draft.
pub fn insert(batch: &mut Batch, org: OrgId, d: DraftRow) {
    batch.exec(INSERT, params![org, d.id, d.person_id, d.mailbox_id, d.version, d.updated_us, d.sealed_draft]);
}

/// Reads a person's draft.
///
/// # Errors
/// When the store fails.
pub async fn get(db: &Db, org: OrgId, id: DraftId, person: PersonId) -> Result<Option<DraftRow>> {
    db.query_opt(GET, params![org, id, person]).await?.as_ref().map(decode).transpose()
}

fn decode(r: &Row) -> Result<DraftRow> {
    Ok(DraftRow {
        id: r.id(0)?,
        person_id: r.id(1)?,
        mailbox_id: r.id(2)?,
        version: r.int(3)?,
        updated_us: r.int(4)?,
        sealed_draft: r.bytes(5)?,
    })
}

/// Writes the next version; the guard fails when the stored version is not the one before.
pub fn update(batch: &mut Batch, org: OrgId, d: DraftRow, guard: &'static str) {
    let before = d.version - 1;
    let p = params![org, d.id, d.person_id, d.mailbox_id, d.version, d.updated_us, d.sealed_draft, before];
    batch.exec_expect(UPDATE, p, 1, guard);
}
/// Notes that something about the draft changed (a file).
pub fn touch(batch: &mut Batch, org: OrgId, id: DraftId, person: PersonId, at_us: i64, guard: &'static str) {
    batch.exec_expect(TOUCH, params![org, id, person, at_us], 1, guard);
}
/// As [`touch`], only if nothing about the draft has changed since it was seen with this `updated_us`.
pub fn touch_seen(
    batch: &mut Batch,
    org: OrgId,
    id: DraftId,
    person: PersonId,
    seen_us: i64,
    at_us: i64,
    guard: &'static str,
) {
    // Two changes in one microsecond must not look like none.
    batch.exec_expect(TOUCH_SEEN, params![org, id, person, at_us.max(seen_us + 1), seen_us], 1, guard);
}
/// Removes the draft in the version that was sent.
pub fn delete(batch: &mut Batch, org: OrgId, id: DraftId, person: PersonId, version: i64, guard: &'static str) {
    batch.exec_expect(DELETE, params![org, id, person, version], 1, guard);
}
/// Removes the draft, whatever its version.
pub fn delete_any(batch: &mut Batch, org: OrgId, id: DraftId, person: PersonId, guard: &'static str) {
    batch.exec_expect(DELETE_ANY, params![org, id, person], 1, guard);
}

/// A page of a person's drafts, newest first.
///
/// # Errors
/// When the store fails.
pub async fn page(
    db: &Db,
    org: OrgId,
    person: PersonId,
    before: Option<(i64, DraftId)>,
    limit: i64,
) -> Result<Vec<DraftRow>> {
    let (at, id) = before.unwrap_or((i64::MAX, DraftId(uuid::Uuid::max())));
    db.query(PAGE, params![org, person, at, id, limit]).await?.iter().map(decode).collect()
}

/// Number of a person's drafts, by the mailbox from which they would be sent.
///
/// # Errors
/// When the store fails.
pub async fn count(db: &Db, org: OrgId, person: PersonId) -> Result<Vec<(MailboxId, i64)>> {
    db.query(COUNT, params![org, person]).await?.iter().map(|r| Ok((r.id(0)?, r.int(1)?))).collect()
}
