//! Why the vault refused.

use crate::KeyStoreError;
use thiserror::Error;

/// Why the vault refused. Nothing in these texts tells anything about a key or about what was sealed.
#[derive(Debug, Error)]
pub enum VaultError {
    /// The envelope is damaged, or was sealed for another purpose, row, bucket or organisation, or with another key.
    #[error("the sealed value doesn't open here")]
    Refused,
    /// The bytes aren't an envelope of a version that this program knows.
    #[error("not a sealed value of a known version")]
    Envelope,
    /// No such key: it was destroyed, or never existed.
    #[error("the key was destroyed or never existed")]
    KeyGone,
    /// The organisation has no key yet.
    #[error("the organisation has no key")]
    OrgUnknown,
    /// The organisation has a key already.
    #[error("the organisation has a key already")]
    OrgExists,
    /// The key store holds nothing yet: [`crate::Vault::create`] makes its first keys.
    #[error("the key store is empty; it must be created first")]
    NotCreated,
    /// The key store has keys already; creating it again would orphan everything sealed.
    #[error("the key store has keys already")]
    AlreadyCreated,
    /// The root key isn't the one that this key store was made with.
    #[error("the root key doesn't open this key store")]
    WrongRoot,
    /// The root key can't be used; the text says why.
    #[error("root key: {0}")]
    Root(String),
    /// A name that isn't one: retention class, month.
    #[error("{0}")]
    Name(&'static str),
    /// Other nodes kept changing the key store meanwhile.
    #[error("the key store kept changing; try again")]
    Busy,
    /// The key store holds something that it can't hold.
    #[error("key store inconsistent: {0}")]
    Inconsistent(&'static str),
    /// A file longer than the chunk counter can count, or chunks fed out of order.
    #[error("file chunks: {0}")]
    Chunk(&'static str),
    /// Reading the plain or writing the sealed file failed.
    #[error("reading or writing a stream")]
    Io(#[from] std::io::Error),
    /// The key store failed.
    #[error("key store")]
    Store(#[from] KeyStoreError),
}
