//! Files: attachments of drafts, messages and portal replies. Small ones lie in the row, large ones in a blob.

use crate::{Batch, Db, Result, Row, params};
use uuid::Uuid;
use wardpost_model::{AttachmentId, BlobId, OrgId};

/// A file as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of file")]
pub struct FileRow {
    pub id: AttachmentId,
    pub owner_kind: String,
    pub owner_id: Uuid,
    pub position: i64,
    pub size: i64,
    pub created_us: i64,
    pub wrapped_key: Vec<u8>,
    pub sealed_meta: Vec<u8>,
    pub sealed_inline: Option<Vec<u8>>,
    pub blob_id: Option<BlobId>,
}

const INSERT: &str = "INSERT INTO file (org_id, attachment_id, owner_kind, owner_id, position, size, created_at, wrapped_key, sealed_meta, sealed_inline, blob_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
const GET: &str = "SELECT attachment_id, owner_kind, owner_id, position, size, created_at, wrapped_key, sealed_meta, sealed_inline, blob_id FROM file WHERE org_id = ?1 AND attachment_id = ?2 AND owner_kind = ?3 AND owner_id = ?4";
const OF_OWNER: &str = "SELECT attachment_id, owner_kind, owner_id, position, size, created_at, wrapped_key, sealed_meta, NULL, blob_id FROM file WHERE org_id = ?1 AND owner_kind = ?2 AND owner_id = ?3 ORDER BY position, created_at, attachment_id";
const HAND_OVER: &str = "UPDATE file SET owner_kind = ?5, owner_id = ?6, position = ?7 WHERE org_id = ?1 AND attachment_id = ?2 AND owner_kind = ?3 AND owner_id = ?4";
const DELETE: &str = "DELETE FROM file WHERE org_id = ?1 AND attachment_id = ?2 AND owner_kind = ?3 AND owner_id = ?4";
const DELETE_OF_OWNER: &str = "DELETE FROM file WHERE org_id = ?1 AND owner_kind = ?2 AND owner_id = ?3";

const HAS_BLOB: &str = "SELECT 1 FROM file WHERE org_id = ?1 AND blob_id = ?2";

/// Every statement of this module.
pub const ALL: &[&str] = &[HAS_BLOB, INSERT, GET, OF_OWNER, HAND_OVER, DELETE, DELETE_OF_OWNER];

/// Adds a file.
pub fn insert(batch: &mut Batch, org: OrgId, f: FileRow) {
    batch.exec(
        INSERT,
        params![
            org,
            f.id,
            f.owner_kind,
            f.owner_id,
            f.position,
            f.size,
            f.created_us,
            f.wrapped_key,
            f.sealed_meta,
            f.sealed_inline,
            f.blob_id
        ],
    );
}

/// Reads one file of an owner.
///
/// # Errors
/// When the store fails.
pub async fn get(
    db: &Db,
    org: OrgId,
    id: AttachmentId,
    owner_kind: &'static str,
    owner: Uuid,
) -> Result<Option<FileRow>> {
    db.query_opt(GET, params![org, id, owner_kind, owner]).await?.as_ref().map(decode).transpose()
}

/// The files of an owner, without their bytes.
///
/// # Errors
/// When the store fails.
pub async fn of_owner(db: &Db, org: OrgId, owner_kind: &'static str, owner: Uuid) -> Result<Vec<FileRow>> {
    db.query(OF_OWNER, params![org, owner_kind, owner]).await?.iter().map(decode).collect()
}

fn decode(r: &Row) -> Result<FileRow> {
    Ok(FileRow {
        id: r.id(0)?,
        owner_kind: r.text(1)?,
        owner_id: r.uuid(2)?,
        position: r.int(3)?,
        size: r.int(4)?,
        created_us: r.int(5)?,
        wrapped_key: r.bytes(6)?,
        sealed_meta: r.bytes(7)?,
        sealed_inline: r.opt_bytes(8)?,
        blob_id: r.opt_id(9)?,
    })
}

/// Gives a file to another owner (a draft's file becomes the message's).
#[expect(clippy::too_many_arguments, reason = "one argument a column")]
pub fn hand_over(
    batch: &mut Batch,
    org: OrgId,
    id: AttachmentId,
    from_kind: &'static str,
    from: Uuid,
    to_kind: &'static str,
    to: Uuid,
    position: i64,
    guard: &'static str,
) {
    batch.exec_expect(HAND_OVER, params![org, id, from_kind, from, to_kind, to, position], 1, guard);
}
/// Removes a file.
pub fn delete(
    batch: &mut Batch,
    org: OrgId,
    id: AttachmentId,
    owner_kind: &'static str,
    owner: Uuid,
    guard: &'static str,
) {
    batch.exec_expect(DELETE, params![org, id, owner_kind, owner], 1, guard);
}
/// Removes all files of an owner.
pub fn delete_of_owner(batch: &mut Batch, org: OrgId, owner_kind: &'static str, owner: Uuid) {
    batch.exec(DELETE_OF_OWNER, params![org, owner_kind, owner]);
}

/// Whether a blob holds a file.
///
/// # Errors
/// When the store fails.
pub async fn has_blob(db: &Db, org: OrgId, blob: BlobId) -> Result<bool> {
    Ok(!db.query(HAS_BLOB, params![org, blob]).await?.is_empty())
}
/// Makes sure, after the files that were seen have gone to another owner, that none came meanwhile: the guard fails
/// otherwise.
pub fn require_none_left(batch: &mut Batch, org: OrgId, owner_kind: &'static str, owner: Uuid, guard: &'static str) {
    batch.exec_expect(DELETE_OF_OWNER, params![org, owner_kind, owner], 0, guard);
}
