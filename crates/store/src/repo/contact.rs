//! Outside correspondents, and which mailboxes have confirmed them as recipients.

use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{ContactId, MailboxId, OrgId};

const INSERT: &str = "INSERT INTO contact (org_id, contact_id, address_index, sealed_contact, version, used_at) VALUES (?1, ?2, ?3, ?4, 1, ?5) ON CONFLICT (org_id, address_index) DO NOTHING";
const UPDATE: &str = "UPDATE contact SET sealed_contact = ?3, version = version + 1, used_at = ?4 WHERE org_id = ?1 AND address_index = ?2 AND version = ?5";
const TOUCH: &str = "UPDATE contact SET used_at = ?3 WHERE org_id = ?1 AND address_index = ?2";
const BY_ADDRESS: &str = "SELECT contact_id, address_index, sealed_contact, version, used_at FROM contact WHERE org_id = ?1 AND address_index = ?2";
const LIST: &str = "SELECT contact_id, address_index, sealed_contact, version, used_at FROM contact WHERE org_id = ?1 ORDER BY used_at DESC, contact_id LIMIT ?2";
const CONFIRM: &str = "INSERT INTO contact_confirmed (org_id, mailbox_id, address_index, confirmed_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (org_id, mailbox_id, address_index) DO NOTHING";
const CONFIRMED: &str =
    "SELECT confirmed_at FROM contact_confirmed WHERE org_id = ?1 AND mailbox_id = ?2 AND address_index = ?3";

/// Every statement of this module.
pub const ALL: &[&str] = &[INSERT, UPDATE, TOUCH, BY_ADDRESS, LIST, CONFIRM, CONFIRMED];

/// A contact as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of contact")]
pub struct ContactRow {
    pub id: ContactId,
    pub address_index: Vec<u8>,
    pub sealed_contact: Vec<u8>,
    pub version: i64,
    pub used_us: i64,
}

fn decode(r: &Row) -> Result<ContactRow> {
    Ok(ContactRow {
        id: r.id(0)?,
        address_index: r.bytes(1)?,
        sealed_contact: r.bytes(2)?,
        version: r.int(3)?,
        used_us: r.int(4)?,
    })
}

/// Adds a contact with version 1, unless its address is known already.
pub fn insert_once(batch: &mut Batch, org: OrgId, row: ContactRow) {
    batch.exec(INSERT, params![org, row.id, row.address_index, row.sealed_contact, row.used_us]);
}
/// Adds a contact with version 1; the guard fails when its address is known already.
pub fn insert(batch: &mut Batch, org: OrgId, row: ContactRow, guard: &'static str) {
    batch.exec_expect(INSERT, params![org, row.id, row.address_index, row.sealed_contact, row.used_us], 1, guard);
}
/// Replaces what is known of an address; the guard fails when that is not `row.version` any more.
pub fn update(batch: &mut Batch, org: OrgId, row: ContactRow, guard: &'static str) {
    batch.exec_expect(UPDATE, params![org, row.address_index, row.sealed_contact, row.used_us, row.version], 1, guard);
}
/// Notes that a contact was written to.
pub fn touch(batch: &mut Batch, org: OrgId, address_index: &[u8], at_us: i64) {
    batch.exec(TOUCH, params![org, address_index, at_us]);
}

/// Finds a contact by address.
///
/// # Errors
/// When the store fails.
pub async fn by_address(db: &Db, org: OrgId, address_index: &[u8]) -> Result<Option<ContactRow>> {
    db.query_opt(BY_ADDRESS, params![org, address_index]).await?.as_ref().map(decode).transpose()
}

/// The contacts used last.
///
/// # Errors
/// When the store fails.
pub async fn list(db: &Db, org: OrgId, limit: u32) -> Result<Vec<ContactRow>> {
    db.query(LIST, params![org, limit]).await?.iter().map(decode).collect()
}

/// Notes that a mailbox's writer has confirmed an outside recipient.
pub fn confirm(batch: &mut Batch, org: OrgId, mailbox: MailboxId, address_index: &[u8], at_us: i64) {
    batch.exec(CONFIRM, params![org, mailbox, address_index, at_us]);
}

/// Whether a mailbox's writer has confirmed an outside recipient before.
///
/// # Errors
/// When the store fails.
pub async fn is_confirmed(db: &Db, org: OrgId, mailbox: MailboxId, address_index: &[u8]) -> Result<bool> {
    Ok(db.query_opt(CONFIRMED, params![org, mailbox, address_index]).await?.is_some())
}
