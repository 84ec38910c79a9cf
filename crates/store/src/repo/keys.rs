//! Wrapped keys, in a database of their own (see `migrations-keys`): not among [`super::all_statements`], which are those of
//! the main schema. The rows mean something to the vault only.

use crate::config::Engine;
use crate::db::Backend;
use crate::{Batch, Db, Result, Row, StoreError, params};
use std::time::Duration;
use uuid::Uuid;

const LOAD: &str = "SELECT key_id, org_id, kind, label, epoch, wrapped FROM key_row WHERE key_id = ?1";
const FIND: &str =
    "SELECT key_id, org_id, kind, label, epoch, wrapped FROM key_row WHERE org_id = ?1 AND kind = ?2 AND label = ?3";
const LIST: &str = "SELECT key_id, org_id, kind, label, epoch, wrapped FROM key_row ORDER BY key_id";
const INSERT: &str =
    "INSERT INTO key_row (key_id, org_id, kind, label, epoch, wrapped) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const CURRENT: &str = "SELECT key_id FROM key_row WHERE kind = 'master' AND epoch = ?1";
const DELETE_MASTER: &str = "DELETE FROM key_row WHERE key_id = ?1 AND kind = 'master' AND epoch = ?2";
const DELETE: &str = "DELETE FROM key_row WHERE key_id = ?1";
const DELETE_REST: &str = "DELETE FROM key_row";

/// Every statement of this module.
pub const ALL: &[&str] = &[LOAD, FIND, LIST, INSERT, CURRENT, DELETE_MASTER, DELETE, DELETE_REST];

/// PostgreSQL keeps replaced rows in the file until it is written anew. Not portable: run on that engine only.
const PG_REWRITE: &str = "VACUUM FULL key_row";
/// The kind of the row that sets the current epoch.
const MASTER: &str = "master";
/// Guards: the epoch is the current one; the rows are those expected.
const EPOCH: &str = "epoch";
const ROWS: &str = "rows";
/// How often cutting the log is tried while somebody reads in it.
const CUT_TRIES: u32 = 10;

/// One wrapped key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of key_row")]
pub struct KeyRow {
    pub id: Uuid,
    pub org: Uuid,
    pub kind: String,
    pub label: String,
    pub epoch: i64,
    pub wrapped: Vec<u8>,
}

/// What became of an insertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inserted {
    /// It is stored.
    Stored,
    /// Another row has its organisation, kind and label.
    Taken,
    /// Its epoch isn't the current one.
    Stale,
}

fn decode(r: &Row) -> Result<KeyRow> {
    Ok(KeyRow {
        id: r.uuid(0)?,
        org: r.uuid(1)?,
        kind: r.text(2)?,
        label: r.text(3)?,
        epoch: r.int(4)?,
        wrapped: r.bytes(5)?,
    })
}

/// The row with this id.
///
/// # Errors
/// When the store fails.
pub async fn load(db: &Db, id: Uuid) -> Result<Option<KeyRow>> {
    db.query_opt(LOAD, params![id]).await?.as_ref().map(decode).transpose()
}

/// The row with this organisation, kind and label.
///
/// # Errors
/// When the store fails.
pub async fn find(db: &Db, org: Uuid, kind: &str, label: &str) -> Result<Option<KeyRow>> {
    db.query_opt(FIND, params![org, kind, label]).await?.as_ref().map(decode).transpose()
}

/// All rows, as of one moment.
///
/// # Errors
/// When the store fails.
pub async fn list(db: &Db) -> Result<Vec<KeyRow>> {
    db.query(LIST, Vec::new()).await?.iter().map(decode).collect()
}

fn add(batch: &mut Batch, row: KeyRow) {
    batch.exec(INSERT, params![row.id, row.org, row.kind, row.label, row.epoch, row.wrapped]);
}

/// Stores a row of the current epoch; the first row of all sets the epoch.
///
/// # Errors
/// When the store fails.
pub async fn insert(db: &Db, row: KeyRow) -> Result<Inserted> {
    let mut batch = Batch::new();
    if row.kind != MASTER {
        // The master row stays as it is until this is committed: a change of epoch waits, or has happened before.
        batch.require(CURRENT, params![row.epoch], EPOCH);
    }
    add(&mut batch, row);
    match db.write(batch).await {
        Ok(_) => Ok(Inserted::Stored),
        Err(StoreError::Guard(_)) => Ok(Inserted::Stale),
        Err(StoreError::Conflict(_)) => Ok(Inserted::Taken),
        Err(e) => Err(e),
    }
}

/// Replaces all rows at once, if the epoch is still `from` and the ids stored are exactly those of `rows` and `destroyed`.
/// When this returns `true`, no byte of the former rows is left in the store's files.
///
/// # Errors
/// When the store fails. After [`StoreError::Busy`] the change may have happened while old bytes are still in the log:
/// readers kept it in use.
pub async fn replace_epoch(db: &Db, from: i64, destroyed: &[Uuid], rows: Vec<KeyRow>) -> Result<bool> {
    let Some(master) = rows.iter().find(|r| r.kind == MASTER) else {
        return Err(StoreError::Refused("a change of epoch without a master key"));
    };
    let mut batch = Batch::new();
    // The master row first: insertions hold it, and so wait or are waited for.
    batch.exec_expect(DELETE_MASTER, params![master.id, from], 1, EPOCH);
    let others = rows.iter().filter(|r| r.kind != MASTER).map(|r| r.id);
    for id in others.chain(destroyed.iter().copied()) {
        batch.exec_expect(DELETE, params![id], 1, ROWS);
    }
    // A row that the caller didn't know of must not be dropped.
    batch.exec_expect(DELETE_REST, Vec::new(), 0, ROWS);
    for row in rows {
        add(&mut batch, row);
    }
    match db.write(batch).await {
        Ok(_) => {}
        Err(StoreError::Guard(_)) => return Ok(false),
        Err(e) => return Err(e),
    }
    scrub(db).await?;
    Ok(true)
}

/// Makes sure that what was deleted is in no file of the store any more.
async fn scrub(db: &Db) -> Result<()> {
    if db.engine() == Engine::Sqlite {
        // Freed pages were overwritten (secure_delete); what is left is the log.
        for _ in 0..CUT_TRIES {
            match db.truncate_log().await {
                Err(StoreError::Busy) => tokio::time::sleep(Duration::from_millis(100)).await,
                other => return other,
            }
        }
        return Err(StoreError::Busy);
    }
    let Backend::Postgres { writers, .. } = db.backend() else { return Ok(()) };
    let client = writers.get().await.map_err(|_| StoreError::Busy)?;
    client.batch_execute(PG_REWRITE).await.map_err(|e| {
        let reason = e.as_db_error().map_or_else(|| e.to_string(), |d| d.message().to_owned());
        StoreError::Backend(format!("rewriting the table of keys: {reason}"))
    })
}
