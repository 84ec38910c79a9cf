//! Key packages, and the welcomes that answer them.

use super::conversation_account::these;
use crate::{Batch, Db, Result, params};
use wardpost_model::{ConversationId, LeafDeviceId, OrgId, PersonId};

const INSERT: &str = "INSERT INTO conversation_package (org_id, device_id, reference, suite, package, added_at, expires_at, claimed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL) ON CONFLICT DO NOTHING";
const DELETE_UNUSED: &str =
    "DELETE FROM conversation_package WHERE org_id = ?1 AND device_id = ?2 AND claimed_at IS NULL";
const DELETE_OF: &str = "DELETE FROM conversation_package WHERE org_id = ?1 AND device_id = ?2";
const UNUSED: &str = "SELECT reference FROM conversation_package WHERE org_id = ?1 AND device_id = ?2 AND claimed_at IS NULL AND expires_at > ?3 ORDER BY added_at, reference";
const OFFERED: &str = "SELECT d.person_id, p.device_id, p.reference FROM conversation_device d JOIN conversation_package p ON p.org_id = d.org_id AND p.device_id = d.device_id WHERE d.org_id = ?1 AND d.person_id IN (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21) AND d.removed_at IS NULL AND p.suite = ?22 AND p.claimed_at IS NULL AND p.expires_at > ?23 ORDER BY d.person_id, p.device_id, p.added_at, p.reference";
const GET: &str = "SELECT package FROM conversation_package WHERE org_id = ?1 AND device_id = ?2 AND reference = ?3";
const CLAIM: &str = "UPDATE conversation_package SET claimed_at = ?4 WHERE org_id = ?1 AND device_id = ?2 AND reference = ?3 AND claimed_at IS NULL";
const DEVICE_OF: &str = "SELECT device_id FROM conversation_package WHERE org_id = ?1 AND reference = ?2";
const PRUNE: &str = "DELETE FROM conversation_package WHERE org_id = ?1 AND claimed_at < ?2";
const WELCOME_INSERT: &str =
    "INSERT INTO conversation_welcome (org_id, conversation_id, epoch, welcome, at) VALUES (?1, ?2, ?3, ?4, ?5)";
const WELCOMED_PUT: &str = "INSERT INTO conversation_welcomed (org_id, conversation_id, device_id, epoch) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (org_id, conversation_id, device_id) DO UPDATE SET epoch = excluded.epoch";
const WELCOME: &str = "SELECT w.epoch, w.welcome FROM conversation_welcomed d JOIN conversation_welcome w ON w.org_id = d.org_id AND w.conversation_id = d.conversation_id AND w.epoch = d.epoch WHERE d.org_id = ?1 AND d.conversation_id = ?2 AND d.device_id = ?3";
const WELCOMED_DELETE: &str =
    "DELETE FROM conversation_welcomed WHERE org_id = ?1 AND conversation_id = ?2 AND device_id = ?3";
const WELCOMED_DELETE_OF: &str = "DELETE FROM conversation_welcomed WHERE org_id = ?1 AND device_id = ?2";
const WELCOME_PRUNE: &str = "DELETE FROM conversation_welcome WHERE org_id = ?1 AND at < ?2";

/// Every statement of this module.
pub const ALL: &[&str] = &[
    INSERT,
    DELETE_UNUSED,
    DELETE_OF,
    UNUSED,
    OFFERED,
    GET,
    CLAIM,
    DEVICE_OF,
    PRUNE,
    WELCOME_INSERT,
    WELCOMED_PUT,
    WELCOME,
    WELCOMED_DELETE,
    WELCOMED_DELETE_OF,
    WELCOME_PRUNE,
];

/// A package that can be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of conversation_package")]
pub struct Offered {
    pub person_id: PersonId,
    pub device_id: LeafDeviceId,
    pub reference: Vec<u8>,
}

/// A package to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of conversation_package")]
pub struct PackageRow {
    pub reference: Vec<u8>,
    pub suite: u16,
    pub package: Vec<u8>,
    pub expires_us: i64,
}

/// Replaces the unused packages of a device. What was taken before isn't offered again.
pub fn put(batch: &mut Batch, org: OrgId, device: LeafDeviceId, packages: Vec<PackageRow>, at_us: i64) {
    batch.exec(DELETE_UNUSED, params![org, device]);
    for p in packages {
        batch.exec(INSERT, params![org, device, p.reference, p.suite, p.package, at_us, p.expires_us]);
    }
}

/// Forgets all packages and welcomes of a device.
pub fn forget_device(batch: &mut Batch, org: OrgId, device: LeafDeviceId) {
    batch.exec(DELETE_OF, params![org, device]);
    batch.exec(WELCOMED_DELETE_OF, params![org, device]);
}

/// References of a device's unused packages that can be used yet.
///
/// # Errors
/// When the store fails.
pub async fn unused(db: &Db, org: OrgId, device: LeafDeviceId, now_us: i64) -> Result<Vec<Vec<u8>>> {
    db.query(UNUSED, params![org, device, now_us]).await?.iter().map(|r| r.bytes(0)).collect()
}

/// What can be taken of the devices of at most [`super::conversation_account::AT_ONCE`] people, of a suite: by device, those
/// that were added first before the others.
///
/// # Errors
/// When the store fails.
pub async fn offered(db: &Db, org: OrgId, people: &[PersonId], suite: u16, now_us: i64) -> Result<Vec<Offered>> {
    let mut params = these(org, people);
    params.push(suite.into());
    params.push(now_us.into());
    let rows = db.query(OFFERED, params).await?;
    rows.iter().map(|r| Ok(Offered { person_id: r.id(0)?, device_id: r.id(1)?, reference: r.bytes(2)? })).collect()
}

/// Reads a package, also one that was taken.
///
/// # Errors
/// When the store fails.
pub async fn get(db: &Db, org: OrgId, device: LeafDeviceId, reference: &[u8]) -> Result<Option<Vec<u8>>> {
    db.query_opt(GET, params![org, device, reference]).await?.map(|r| r.bytes(0)).transpose()
}

/// Takes a package, once.
pub fn claim(batch: &mut Batch, org: OrgId, device: LeafDeviceId, reference: &[u8], at_us: i64, guard: &'static str) {
    batch.exec_expect(CLAIM, params![org, device, reference, at_us], 1, guard);
}

/// Whose package it is.
///
/// # Errors
/// When the store fails.
pub async fn device_of(db: &Db, org: OrgId, reference: &[u8]) -> Result<Vec<LeafDeviceId>> {
    db.query(DEVICE_OF, params![org, reference]).await?.iter().map(|r| r.id(0)).collect()
}

/// Keeps the welcome into an epoch for these devices, in the place of older ones for them.
pub fn put_welcome(
    batch: &mut Batch,
    org: OrgId,
    (conversation, epoch): (ConversationId, i64),
    welcome: Vec<u8>,
    devices: &[LeafDeviceId],
    at_us: i64,
) {
    batch.exec(WELCOME_INSERT, params![org, conversation, epoch, welcome, at_us]);
    for device in devices {
        batch.exec(WELCOMED_PUT, params![org, conversation, *device, epoch]);
    }
}

/// The newest welcome for a device, with the epoch that it leads into.
///
/// # Errors
/// When the store fails.
pub async fn welcome(
    db: &Db,
    org: OrgId,
    conversation: ConversationId,
    device: LeafDeviceId,
) -> Result<Option<(i64, Vec<u8>)>> {
    let row = db.query_opt(WELCOME, params![org, conversation, device]).await?;
    row.map(|r| Ok((r.int(0)?, r.bytes(1)?))).transpose()
}

/// Forgets that a device was welcomed.
pub fn forget_welcome(batch: &mut Batch, org: OrgId, conversation: ConversationId, device: LeafDeviceId) {
    batch.exec(WELCOMED_DELETE, params![org, conversation, device]);
}

/// Forgets packages that were taken, and welcomes, from before these times.
pub fn prune(batch: &mut Batch, org: OrgId, taken_before_us: i64, welcomes_before_us: i64) {
    batch.exec(PRUNE, params![org, taken_before_us]);
    batch.exec(WELCOME_PRUNE, params![org, welcomes_before_us]);
}
