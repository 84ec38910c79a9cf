//! Lists of people that were imported, and how an import is taken back.

use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{ImportId, MailboxId, OrgId, PersonId};

const INSERT: &str = "INSERT INTO person_import (org_id, import_id, part, person_id, at, undone_at, sealed_people) VALUES (?1, ?2, ?3, ?4, ?5, NULL, ?6)";
const RECENT: &str = "SELECT import_id, part, person_id, at, undone_at, sealed_people FROM person_import WHERE org_id = ?1 AND at > ?2 ORDER BY at DESC, import_id, part";
const GET: &str = "SELECT import_id, part, person_id, at, undone_at, sealed_people FROM person_import WHERE org_id = ?1 AND import_id = ?2 ORDER BY part";
const UNDONE: &str = "UPDATE person_import SET undone_at = ?3 WHERE org_id = ?1 AND import_id = ?2";
const DROP_ROLES: &str = "DELETE FROM person_role WHERE org_id = ?1 AND person_id = ?2";
const DROP_MEMBER: &str = "DELETE FROM mailbox_member WHERE org_id = ?1 AND person_id = ?2";
const DROP_CREDENTIAL: &str = "DELETE FROM credential WHERE org_id = ?1 AND person_id = ?2";
const DROP_LEAVE: &str = "DELETE FROM planned_leave WHERE org_id = ?1 AND person_id = ?2";
const DROP_PROVISIONED: &str = "DELETE FROM provisioned_person WHERE org_id = ?1 AND person_id = ?2";
const DROP_PERSON: &str = "DELETE FROM person WHERE org_id = ?1 AND person_id = ?2 AND version = ?3 AND state = 'invited' AND NOT EXISTS (SELECT 1 FROM credential WHERE credential.org_id = person.org_id AND credential.person_id = person.person_id AND credential.last_sign_in_at IS NOT NULL)";
const DROP_MAILBOX: &str = "DELETE FROM mailbox WHERE org_id = ?1 AND mailbox_id = ?2 AND NOT EXISTS (SELECT 1 FROM mailbox_entry WHERE mailbox_entry.org_id = mailbox.org_id AND mailbox_entry.mailbox_id = mailbox.mailbox_id) AND NOT EXISTS (SELECT 1 FROM mailbox_member WHERE mailbox_member.org_id = mailbox.org_id AND mailbox_member.mailbox_id = mailbox.mailbox_id)";

/// Every statement of this module.
pub const ALL: &[&str] = &[
    INSERT,
    RECENT,
    GET,
    UNDONE,
    DROP_ROLES,
    DROP_MEMBER,
    DROP_CREDENTIAL,
    DROP_LEAVE,
    DROP_PROVISIONED,
    DROP_PERSON,
    DROP_MAILBOX,
];

/// A part of an import as stored: as many people as were made in one batch.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of person_import")]
pub struct ImportRow {
    pub id: ImportId,
    pub part: i64,
    pub by: PersonId,
    pub at_us: i64,
    pub undone_us: Option<i64>,
    pub sealed_people: Vec<u8>,
}

fn decode(r: &Row) -> Result<ImportRow> {
    Ok(ImportRow {
        id: r.id(0)?,
        part: r.int(1)?,
        by: r.id(2)?,
        at_us: r.int(3)?,
        undone_us: r.opt_int(4)?,
        sealed_people: r.bytes(5)?,
    })
}

/// Adds a part of an import.
pub fn insert(batch: &mut Batch, org: OrgId, row: ImportRow) {
    batch.exec(INSERT, params![org, row.id, row.part, row.by, row.at_us, row.sealed_people]);
}

/// Parts of the imports after a time, newest import first.
///
/// # Errors
/// When the store fails.
pub async fn recent(db: &Db, org: OrgId, after_us: i64) -> Result<Vec<ImportRow>> {
    db.query(RECENT, params![org, after_us]).await?.iter().map(decode).collect()
}

/// The parts of one import.
///
/// # Errors
/// When the store fails.
pub async fn get(db: &Db, org: OrgId, id: ImportId) -> Result<Vec<ImportRow>> {
    db.query(GET, params![org, id]).await?.iter().map(decode).collect()
}

/// Notes that an import was taken back.
pub fn undone(batch: &mut Batch, org: OrgId, id: ImportId, at_us: i64) {
    batch.exec(UNDONE, params![org, id, at_us]);
}

/// Takes away somebody who never signed in, if the version is still `version`; with a mailbox in which there is nothing.
pub fn remove_person(
    batch: &mut Batch,
    org: OrgId,
    person: PersonId,
    version: i64,
    mailboxes: &[MailboxId],
    guard: &'static str,
) {
    batch.exec(DROP_ROLES, params![org, person]);
    batch.exec(DROP_MEMBER, params![org, person]);
    batch.exec_expect(DROP_PERSON, params![org, person, version], 1, guard);
    batch.exec(DROP_CREDENTIAL, params![org, person]);
    batch.exec(DROP_LEAVE, params![org, person]);
    batch.exec(DROP_PROVISIONED, params![org, person]);
    for mailbox in mailboxes {
        batch.exec(DROP_MAILBOX, params![org, mailbox]);
    }
}
