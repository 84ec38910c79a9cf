//! Keys: sealing, opening, and destroying them so that what they sealed is gone.
//!
//! ```text
//! root key (file 0600 or environment)
//!   └ master key of the current epoch            rows in a KeyStore from here …
//!       └ organisation key ── columns, blind indexes, token hashes, signing seeds
//!           └ bucket key: (organisation, retention class, expiry month)      … to here
//!               └ data key: one per message or file, wrapped by its bucket
//!                   └ content: AES-256-GCM, or 64 KiB STREAM chunks for files
//! ```
//!
//! - A [`Vault`] opens a [`KeyStore`] with a [`RootKey`] and hands out an [`OrgVault`] per organisation.
//! - [`OrgVault::seal`] is for small, long-lived columns; [`OrgVault::bucket`] and [`Bucket::make_data_key`] for
//!   content that expires: one [`DataKey`] per message or file.
//! - Everything sealed is bound to a [`Purpose`] and a row id, so that no ciphertext passes for another.
//! - [`Vault::shred`] destroys buckets: survivors are wrapped anew under the next epoch's master key, and the old
//!   master with all that it wrapped is removed in one atomic step.
//!
//! Every envelope begins with a version byte; the formats are in `envelope.rs` and `stream.rs`. Random bytes come from
//! AWS-LC.
//!
//! **Invariant**: this crate doesn't know what it seals, knows no database (it may not import `wardpost-store`) and no
//! clock. Plain keys never leave it, except the seeds asked for by label.

mod bucket;
pub mod contract;
mod crypto;
mod envelope;
mod error;
mod file_store;
mod memory_store;
mod name;
mod org;
mod root;
mod shred;
mod store;
mod stream;
mod token;
mod vault;

pub use bucket::{Bucket, DataKey, WRAPPED_KEY_BYTES};
pub use error::VaultError;
pub use file_store::FileKeyStore;
pub use memory_store::MemoryKeyStore;
pub use name::{Month, Purpose, RetentionClass};
pub use org::OrgVault;
pub use root::RootKey;
pub use shred::Destroyed;
pub use store::{Insert, KeyKind, KeyRow, KeyStore, KeyStoreError};
pub use stream::{CHUNK_BYTES, FileLayout, FileOpener, FileSealer, HEADER_BYTES, SEALED_CHUNK_BYTES};
pub use token::{constant_time_eq, random_bytes, random_code, random_token};
pub use vault::Vault;

pub use zeroize::Zeroizing;

#[cfg(test)]
mod tests;
