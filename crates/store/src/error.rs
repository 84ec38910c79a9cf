//! What can go wrong, said the same way by both engines.

/// Shorthand for results of this crate.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Why the store didn't do what it was asked. Texts never hold stored or given values.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Something with this key is there already. The name of the index or primary key (`<table>_pkey`) is the same on
    /// both engines. If a row is in conflict with several, which of them is named differs.
    #[error("conflict on {0}")]
    Conflict(String),
    /// A condition of the batch didn't hold, so none of it was done. The name is the one given with the condition.
    #[error("guard {0} did not hold")]
    Guard(&'static str),
    /// A foreign key: what is pointed to isn't there, or what is removed is still pointed to.
    #[error("reference to something that is not there, or removal of something still referred to")]
    Reference,
    /// The engine can't do it now (locks, a restart, no connection). Nothing was written; trying again later is right.
    #[error("the database is busy or not reachable; nothing was written")]
    Busy,
    /// No room on the disk. Nothing was written.
    #[error("the database has no room left; nothing was written")]
    Full,
    /// What was given can't be stored on either engine; says what is wrong with it.
    #[error("refused: {0}")]
    Refused(&'static str),
    /// A stored row isn't what the code expects of it.
    #[error("inconsistent row: column {column}: expected {expected}, found {found}")]
    Inconsistent {
        /// Position of the column, from 0.
        column: usize,
        /// What the reader asked for.
        expected: &'static str,
        /// The kind of value that was there.
        found: String,
    },
    /// The schema in the database isn't one this program may work on.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The engine refused or failed for another reason. After a lost connection during the commit of a write, the
    /// write may have happened; the text says so.
    #[error("database: {0}")]
    Backend(String),
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}

impl StoreError {
    /// True if the same call may succeed later without anybody changing anything but the load or the disk.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Busy | Self::Full)
    }

    /// True if this is a conflict on the named index or primary key.
    #[must_use]
    pub fn is_conflict_on(&self, name: &str) -> bool {
        matches!(self, Self::Conflict(n) if n == name)
    }

    pub(crate) fn backend(what: impl std::fmt::Display) -> Self {
        Self::Backend(what.to_string())
    }
}

/// Why a database's schema was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// A newer program has migrated this database.
    #[error(
        "the database has schema version {found}, this program knows versions up to {known}: start the newer program, or restore a backup from before the upgrade"
    )]
    Newer {
        /// Version in the database.
        found: i64,
        /// Newest version this program has.
        known: i64,
    },
    /// A migration was changed after it had been applied.
    #[error(
        "schema version {version} ({name}) in the database was made by another text than this program's: its checksum differs; use the program that the database belongs to"
    )]
    Changed {
        /// Its version.
        version: i64,
        /// Its name in this program.
        name: String,
    },
    /// The record of applied migrations has a hole.
    #[error("schema version {version} is missing from the database although a later one is there")]
    Gap {
        /// The version that is missing.
        version: i64,
    },
    /// A migration's text is wrong.
    #[error("migration {version}, statement {statement}: {reason}")]
    Failed {
        /// Its version.
        version: i64,
        /// Which statement of it, from 1.
        statement: usize,
        /// What the engine or the renderer says.
        reason: String,
    },
}
