//! Mailboxes and who uses them.

use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{MailboxId, OrgId, PersonId};

const INSERT: &str = "INSERT INTO mailbox (org_id, mailbox_id, kind, active, duty, address_index, sealed_mailbox, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1)";
const LIST: &str = "SELECT mailbox_id, kind, active, duty, address_index, sealed_mailbox, version FROM mailbox WHERE org_id = ?1 ORDER BY mailbox_id";
const UPDATE: &str = "UPDATE mailbox SET active = ?4, duty = ?5, sealed_mailbox = ?6, version = version + 1 WHERE org_id = ?1 AND mailbox_id = ?2 AND version = ?3";
const HAND_OVER: &str = "UPDATE mailbox SET kind = ?4, active = ?5, version = version + 1 WHERE org_id = ?1 AND mailbox_id = ?2 AND version = ?3";
const MEMBERS: &str =
    "SELECT mailbox_id, person_id FROM mailbox_member WHERE org_id = ?1 ORDER BY mailbox_id, person_id";
const MEMBER_INSERT: &str = "INSERT INTO mailbox_member (org_id, mailbox_id, person_id) VALUES (?1, ?2, ?3)";
const MEMBERS_DELETE: &str = "DELETE FROM mailbox_member WHERE org_id = ?1 AND mailbox_id = ?2";

/// Every statement of this module.
pub const ALL: &[&str] = &[INSERT, LIST, UPDATE, HAND_OVER, MEMBERS, MEMBER_INSERT, MEMBERS_DELETE];

/// A mailbox as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of mailbox")]
pub struct MailboxRow {
    pub id: MailboxId,
    pub kind: String,
    pub active: bool,
    pub duty: bool,
    pub address_index: Vec<u8>,
    pub sealed_mailbox: Vec<u8>,
    pub version: i64,
}

fn decode(r: &Row) -> Result<MailboxRow> {
    Ok(MailboxRow {
        id: r.id(0)?,
        kind: r.text(1)?,
        active: r.bool(2)?,
        duty: r.bool(3)?,
        address_index: r.bytes(4)?,
        sealed_mailbox: r.bytes(5)?,
        version: r.int(6)?,
    })
}

/// Adds a mailbox with version 1; an address that is taken is a conflict on `mailbox_address`.
pub fn insert(batch: &mut Batch, org: OrgId, row: MailboxRow) {
    batch.exec(INSERT, params![org, row.id, row.kind, row.active, row.duty, row.address_index, row.sealed_mailbox]);
}

/// All mailboxes.
///
/// # Errors
/// When the store fails.
pub async fn list(db: &Db, org: OrgId) -> Result<Vec<MailboxRow>> {
    db.query(LIST, params![org]).await?.iter().map(decode).collect()
}

/// Changes what may change of a mailbox, if the version is still `version`. Kind and address stay.
#[expect(clippy::too_many_arguments, reason = "one argument a column")]
pub fn update(
    batch: &mut Batch,
    org: OrgId,
    id: MailboxId,
    version: i64,
    active: bool,
    duty: bool,
    sealed: Vec<u8>,
    guard: &'static str,
) {
    batch.exec_expect(UPDATE, params![org, id, version, active, duty, sealed], 1, guard);
}

/// Changes kind and whether it takes mail, if the version is still `version`: somebody else goes on with it, or nobody.
pub fn hand_over(
    batch: &mut Batch,
    org: OrgId,
    id: MailboxId,
    version: i64,
    kind: &str,
    active: bool,
    guard: &'static str,
) {
    batch.exec_expect(HAND_OVER, params![org, id, version, kind, active], 1, guard);
}

/// Who uses which mailbox.
///
/// # Errors
/// When the store fails.
pub async fn members(db: &Db, org: OrgId) -> Result<Vec<(MailboxId, PersonId)>> {
    db.query(MEMBERS, params![org]).await?.iter().map(|r| Ok((r.id(0)?, r.id(1)?))).collect()
}

/// Gives a mailbox exactly these users; one that is not there is a broken reference.
pub fn put_members(batch: &mut Batch, org: OrgId, id: MailboxId, members: &[PersonId]) {
    batch.exec(MEMBERS_DELETE, params![org, id]);
    for person in members {
        batch.exec(MEMBER_INSERT, params![org, id, person]);
    }
}
