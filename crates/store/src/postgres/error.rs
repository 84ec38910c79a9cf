//! PostgreSQL's errors in the store's words. The server's DETAIL and CONTEXT are never used: they hold stored values.

use crate::StoreError;
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

/// An error and what may be done about it.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub error: StoreError,
    pub remedy: Remedy,
}

/// What to do after a failure of something that was not committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Nothing: the same again would fail the same.
    None,
    /// Others were in the way: the same again, after a moment.
    Again,
    /// The connection is of no use any more: the same again on another one.
    Reconnect,
}

impl Failure {
    pub(crate) fn lost() -> Self {
        Self { error: StoreError::Busy, remedy: Remedy::Reconnect }
    }

    pub(crate) fn named(self, sql: &str) -> Self {
        match self.error {
            StoreError::Backend(text) => Self { error: StoreError::Backend(format!("{text} in: {sql}")), ..self },
            _ => self,
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self { error, remedy: Remedy::None }
    }
}

/// Translates an error of a statement.
pub(crate) fn translate(e: &Error) -> Failure {
    let fail = |error, remedy| Failure { error, remedy };
    let Some(db) = e.as_db_error() else {
        return if e.is_closed() || is_io(e) { Failure::lost() } else { StoreError::Backend(plain(e)).into() };
    };
    let code = db.code();
    let text = || StoreError::Backend(format!("{} ({})", db.message(), code.code()));
    match *code {
        SqlState::UNIQUE_VIOLATION | SqlState::EXCLUSION_VIOLATION => {
            fail(StoreError::Conflict(db.constraint().unwrap_or_default().to_owned()), Remedy::None)
        }
        SqlState::FOREIGN_KEY_VIOLATION | SqlState::RESTRICT_VIOLATION => fail(StoreError::Reference, Remedy::None),
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => fail(StoreError::Busy, Remedy::Again),
        SqlState::DISK_FULL => fail(StoreError::Full, Remedy::None),
        SqlState::LOCK_NOT_AVAILABLE | SqlState::QUERY_CANCELED | SqlState::OUT_OF_MEMORY => {
            fail(StoreError::Busy, Remedy::None)
        }
        // A statement that the server or a proxy in between no longer knows, or knows with other columns.
        SqlState::INVALID_SQL_STATEMENT_NAME => fail(text(), Remedy::Reconnect),
        SqlState::FEATURE_NOT_SUPPORTED if db.message().contains("cached plan") => fail(text(), Remedy::Reconnect),
        SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT | SqlState::READ_ONLY_SQL_TRANSACTION => {
            // Read-only: the server became a standby while we were connected.
            fail(StoreError::Busy, Remedy::Reconnect)
        }
        // 08: connection; 57P: shutting down or starting up; 53: no connection left.
        _ if ["08", "57P", "53"].iter().any(|class| code.code().starts_with(class)) => Failure::lost(),
        _ => fail(text(), Remedy::None),
    }
}

/// True if a failed COMMIT with this error has certainly not happened.
pub(crate) fn surely_not_committed(e: &Error) -> bool {
    e.code().is_some_and(|c| {
        let code = c.code();
        // 40003: the server itself doesn't know.
        ["23", "25", "40", "53"].iter().any(|class| code.starts_with(class)) && code != "40003"
    })
}

/// The text of an error that isn't the server's, with its causes.
pub(crate) fn plain(e: &Error) -> String {
    let mut text = match e.as_db_error() {
        Some(db) => format!("{} ({})", db.message(), db.code().code()),
        None => e.to_string(),
    };
    if e.as_db_error().is_none() {
        let mut cause = std::error::Error::source(e);
        while let Some(c) = cause {
            text.push_str(": ");
            text.push_str(&c.to_string());
            cause = c.source();
        }
    }
    text
}

fn is_io(e: &Error) -> bool {
    // Invalid data is what a refused certificate looks like: trying again wouldn't help.
    let io = std::error::Error::source(e).and_then(|s| s.downcast_ref::<std::io::Error>());
    io.is_some_and(|io| io.kind() != std::io::ErrorKind::InvalidData)
}
