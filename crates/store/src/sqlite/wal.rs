//! Keeps the write-ahead log small. The log is copied into the database file (a checkpoint) when it has grown to
//! [`SOFT`], and cut to nothing when the database rests or when readers have let it grow beyond [`HARD`].

use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Size of the log, in bytes, at which it is copied into the database without waiting for anybody.
const SOFT: u64 = 16 << 20;
/// Size at which the writer waits for readers, so that the log can start anew.
const HARD: u64 = 256 << 20;
/// How long it waits then.
const HARD_WAIT: Duration = Duration::from_millis(500);

/// The log of one database.
pub(super) struct Wal {
    /// How long the connection waits for locks otherwise.
    lock_wait: Duration,
    path: PathBuf,
    /// Size at which to look again.
    next: u64,
    /// Something was committed since the last look at rest.
    touched: bool,
}

impl Wal {
    pub(super) fn new(database: &Path, lock_wait: Duration) -> Self {
        let mut path = database.as_os_str().to_owned();
        path.push("-wal");
        Self { lock_wait, path: path.into(), next: SOFT, touched: true }
    }

    fn size(&self) -> u64 {
        std::fs::metadata(&self.path).map_or(0, |m| m.len())
    }

    /// To be called after every commit.
    pub(super) fn committed(&mut self, c: &Connection) {
        self.touched = true;
        let size = self.size();
        if size < self.next {
            return;
        }
        let (mode, wait) = if size < HARD { ("PASSIVE", Duration::ZERO) } else { ("TRUNCATE", HARD_WAIT) };
        let complete = checkpoint(c, mode, wait, self.lock_wait);
        // Complete: the next write starts at the beginning of the log again unless a reader still stands in it, and the
        // file keeps its size; so look again when it has grown a little. Incomplete: when it has grown as much again.
        self.next = size + if complete { SOFT / 4 } else { SOFT };
        if complete && size >= 2 * SOFT {
            checkpoint(c, "TRUNCATE", Duration::ZERO, self.lock_wait);
            self.next = SOFT;
        }
    }

    /// To be called now and then when there is nothing to do: cuts the log if nothing was committed meanwhile.
    /// Gives true if there may be more to do later.
    pub(super) fn resting(&mut self, c: &Connection) -> bool {
        if std::mem::take(&mut self.touched) {
            return true;
        }
        if self.size() == 0 {
            return false;
        }
        self.next = SOFT;
        !checkpoint(c, "TRUNCATE", Duration::ZERO, self.lock_wait)
    }

    /// Cuts the log now, waiting for readers; true if it is empty afterwards.
    pub(super) fn truncate(&mut self, c: &Connection) -> bool {
        self.next = SOFT;
        checkpoint(c, "TRUNCATE", super::BUSY_TIMEOUT, self.lock_wait) && self.size() == 0
    }
}

/// Runs a checkpoint; true if everything in the log is in the database file now.
fn checkpoint(c: &Connection, mode: &str, wait: Duration, lock_wait: Duration) -> bool {
    let _ = c.busy_timeout(wait);
    let outcome = c.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |r| {
        Ok((r.get::<_, i64>(0)?, r.get::<_, i64>(1)?, r.get::<_, i64>(2)?))
    });
    let _ = c.busy_timeout(lock_wait);
    match outcome {
        Ok((busy, log, copied)) => busy == 0 && log == copied,
        Err(e) => {
            tracing::warn!(error = %e, mode, "the database's log could not be copied into it; will try again");
            false
        }
    }
}
