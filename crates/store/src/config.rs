//! Where the database is and how hard to lean on it.

use crate::{Result, StoreError};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Which engine is underneath.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file on this machine.
    Sqlite,
    /// A PostgreSQL server, or one that speaks its protocol.
    Postgres,
}

/// Where the database is.
#[derive(Clone)]
pub enum Target {
    /// A SQLite file; made, readable by its owner only, if it isn't there.
    Sqlite(PathBuf),
    /// A PostgreSQL URL or key-value string as libpq has it. Hosts that aren't this machine are spoken to by TLS with a
    /// verified certificate unless the URL says `sslmode=disable`; `sslrootcert=FILE` replaces the public roots.
    Postgres(String),
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            // The URL may hold a password.
            Self::Postgres(_) => f.write_str("postgres:(url)"),
        }
    }
}

/// How to open a store. Start from [`DbConfig::sqlite`], [`DbConfig::postgres`] or [`DbConfig::from_url`].
#[derive(Clone, Debug)]
pub struct DbConfig {
    /// Where the database is.
    pub target: Target,
    /// Most connections that read at the same time. They are opened when first needed.
    pub readers: usize,
    /// Writers on PostgreSQL, each with its own connection; SQLite always has one.
    pub writers: usize,
    /// Most batches that share one commit.
    pub max_group: usize,
    /// Batches that may wait for a writer before callers have to.
    pub queue: usize,
    /// Pages of 4 KiB beyond which a SQLite file may not grow; `None` for no limit but the disk's.
    pub max_pages: Option<u32>,
    /// How long a statement waits for a lock that another process or node holds, before the write fails as busy.
    pub lock_wait: Duration,
}

impl DbConfig {
    fn new(target: Target) -> Self {
        Self {
            target,
            readers: 4,
            writers: 2,
            max_group: 512,
            queue: 1024,
            max_pages: None,
            lock_wait: Duration::from_secs(5),
        }
    }

    /// A store in one file.
    #[must_use]
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self::new(Target::Sqlite(path.into()))
    }

    /// A store in a PostgreSQL database.
    #[must_use]
    pub fn postgres(url: impl Into<String>) -> Self {
        Self { readers: 8, ..Self::new(Target::Postgres(url.into())) }
    }

    /// A store named as in configuration: `sqlite:PATH` or `postgres://…`.
    pub fn from_url(url: &str) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path.contains(['?', '#']) {
                return Err(StoreError::Refused("database URL: sqlite:PATH expected, without parameters"));
            }
            return Ok(Self::sqlite(path));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::postgres(url));
        }
        Err(StoreError::Refused("database URL: sqlite:PATH or postgres://… expected"))
    }

    /// Which engine this is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.target {
            Target::Sqlite(_) => Engine::Sqlite,
            Target::Postgres(_) => Engine::Postgres,
        }
    }
}
