//! SQLite: one writer thread, a few connections that only read.

mod error;
mod reader;
mod value;
mod wal;
mod writer;

pub(crate) use error::translate;
pub(crate) use reader::{Readers, each_row};
pub(crate) use value::row_values;
pub(crate) use writer::{Job, Message, Writer};

use crate::{Result, StoreError};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// How long a reader waits for another process that recovers the log, and a demanded cut of the log for readers.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Writes, group commit.
    Writer,
    /// Only reads.
    Reader,
    /// Changes the schema: foreign keys are checked at the end instead of at each step.
    Migrator,
}

/// Opens a connection with the house's settings. Blocks.
pub(crate) fn connect(path: &Path, role: Role, lock_wait: Duration) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let c = Connection::open_with_flags(path, flags).map_err(|e| translate(&e, None))?;
    settle(&c, role, lock_wait).map_err(|e| translate(&e, None))?;
    if role == Role::Writer {
        let mode: String = c.query_row("PRAGMA journal_mode=WAL", [], |r| r.get(0)).map_err(|e| translate(&e, None))?;
        if mode != "wal" {
            return Err(StoreError::Backend(format!(
                "the file system of the database can't hold a write-ahead log (journal mode is {mode}); use a local disk"
            )));
        }
    }
    Ok(c)
}

fn settle(c: &Connection, role: Role, lock_wait: Duration) -> rusqlite::Result<()> {
    c.busy_timeout(lock_wait)?;
    // FULL: a commit is on the disk when it returns. secure_delete: what is deleted is overwritten. No automatic
    // checkpoints: the writer decides when. No memory map: a torn file must be an error, not a signal.
    c.execute_batch(
        "PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0;
         PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA wal_autocheckpoint=0;",
    )?;
    // Schema changes need foreign keys off to rebuild a table; the migrator checks them before it commits.
    c.pragma_update(None, "foreign_keys", if role == Role::Migrator { 0 } else { 1 })?;
    // Negative: KiB. Memory is taken only when pages are read.
    c.pragma_update(None, "cache_size", if role == Role::Reader { -1024 } else { -4096 })?;
    if role == Role::Reader {
        c.pragma_update(None, "query_only", 1)?;
    }
    c.set_prepared_statement_cache_capacity(if role == Role::Reader { 64 } else { 256 });
    Ok(())
}

/// Makes the database file if it isn't there, readable and writable by its owner only; the log files that SQLite
/// makes beside it get the same permissions. Blocks.
pub(crate) fn create_file(path: &Path) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(e) => Err(StoreError::Backend(format!("{}: {e}", path.display()))),
    }
}
