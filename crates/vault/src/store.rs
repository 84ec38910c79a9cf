//! Where wrapped keys are kept. The vault asks; the binary answers with a file ([`crate::FileKeyStore`]) or a table.

use async_trait::async_trait;
use std::str::FromStr;
use thiserror::Error;
use uuid::Uuid;

/// What a key row holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// The master key of the current epoch. There is one; its epoch is the current one.
    Master,
    /// An organisation's key.
    Org,
    /// A bucket's key.
    Bucket,
}

impl KeyKind {
    /// As stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Master => "master",
            Self::Org => "org",
            Self::Bucket => "bucket",
        }
    }
}

impl FromStr for KeyKind {
    type Err = KeyStoreError;
    fn from_str(s: &str) -> Result<Self, KeyStoreError> {
        [Self::Master, Self::Org, Self::Bucket]
            .into_iter()
            .find(|kind| kind.as_str() == s)
            .ok_or_else(|| KeyStoreError::new("unknown kind of key"))
    }
}

/// One wrapped key. Nothing in it is secret without the root key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRow {
    /// Its id, unique in the store.
    pub id: Uuid,
    /// Organisation; nil for the master key and for the installation's own key.
    pub org: Uuid,
    /// What it is.
    pub kind: KeyKind,
    /// Name, unique within organisation and kind: at most 64 characters.
    pub label: String,
    /// The epoch whose master key wraps it.
    pub epoch: i64,
    /// The wrapped key: under 128 bytes.
    pub wrapped: Vec<u8>,
}

/// What became of an insertion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Insert {
    /// The row is stored, durably.
    Stored,
    /// Another row has this organisation, kind and label; here it is.
    Exists(KeyRow),
    /// The row's epoch isn't the current one.
    Stale,
}

/// The key store failed; the source says how.
#[derive(Debug, Error)]
#[error("{message}")]
pub struct KeyStoreError {
    message: String,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl KeyStoreError {
    /// A failure told in words.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), source: None }
    }

    /// A failure that has a cause.
    pub fn with(message: impl Into<String>, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { message: message.into(), source: Some(source.into()) }
    }
}

/// Keeps wrapped keys, apart from the data that they open and with a backup rule of its own.
///
/// A table that serves, in the dialect of either engine:
/// `key(id PRIMARY KEY, org, kind, label, epoch, wrapped, UNIQUE(org, kind, label))`. The *current epoch* is the epoch
/// of the row of kind `master`; no row has another one.
///
/// Every call is atomic, and durable when it returns. Nodes that share a store see each other's rows.
#[async_trait]
pub trait KeyStore: Send + Sync + 'static {
    /// The row with this id.
    async fn load(&self, id: Uuid) -> Result<Option<KeyRow>, KeyStoreError>;

    /// The row with this organisation, kind and label.
    async fn find(&self, org: Uuid, kind: KeyKind, label: &str) -> Result<Option<KeyRow>, KeyStoreError>;

    /// All rows, as of one moment.
    async fn list(&self) -> Result<Vec<KeyRow>, KeyStoreError>;

    /// Stores the row, unless its organisation, kind and label are taken ([`Insert::Exists`]) or its epoch isn't the
    /// current one ([`Insert::Stale`]). The first row of an empty store is the master row and sets the epoch.
    async fn insert_if_absent(&self, row: KeyRow) -> Result<Insert, KeyStoreError>;

    /// Replaces all rows at once: the store then holds exactly `rows`, all of one new epoch.
    ///
    /// Does nothing and returns `false` unless the current epoch is `from` and the ids stored are exactly those of
    /// `rows` and `destroyed`: another node added or destroyed a key meanwhile.
    ///
    /// When it returns `true`, the bytes of the former rows (every one of them, of the master row above all) are gone
    /// from the store's files, not merely marked free: file rewritten and the old one overwritten; SQLite with
    /// `secure_delete=ON` and the WAL truncated; PostgreSQL with `VACUUM FULL` of the table, and WAL archiving and
    /// backups under the rule for keys.
    async fn replace_epoch(&self, from: i64, destroyed: &[Uuid], rows: Vec<KeyRow>) -> Result<bool, KeyStoreError>;
}
