//! RFC 6962 section 2.1 hashing.

use crate::{HASH_BYTES, TlogError};
use base64::prelude::*;
use std::fmt;

/// A SHA-256 hash: of a record (leaf), of two hashes (node), or of a whole tree (root).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; HASH_BYTES]);

/// The root of the empty tree: the SHA-256 of nothing.
pub const EMPTY_ROOT: Hash = Hash(tlog_tiles::EMPTY_HASH.0);

/// The leaf hash of a record: `SHA-256(0x00 ‖ record)`.
#[must_use]
pub fn leaf_hash(record: &[u8]) -> Hash {
    tlog_tiles::record_hash(record).into()
}

/// The hash of an interior node: `SHA-256(0x01 ‖ left ‖ right)`.
#[must_use]
pub fn node_hash(left: Hash, right: Hash) -> Hash {
    tlog_tiles::node_hash(left.into(), right.into()).into()
}

impl Hash {
    /// Reads the standard base64 form, as in checkpoints and proofs.
    ///
    /// # Errors
    /// [`TlogError::Malformed`] unless it is the canonical base64 of exactly 32 bytes.
    pub fn from_base64(text: &str) -> Result<Self, TlogError> {
        if text.len() != 44 {
            return Err(TlogError::Malformed("hash"));
        }
        let bytes = BASE64_STANDARD.decode(text).map_err(|_| TlogError::Malformed("hash"))?;
        Self::from_slice(&bytes)
    }

    /// Takes exactly 32 bytes, as a database row has them.
    ///
    /// # Errors
    /// [`TlogError::Malformed`] for any other length.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, TlogError> {
        bytes.try_into().map(Self).map_err(|_| TlogError::Malformed("hash"))
    }

    /// The raw bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; HASH_BYTES] {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64_STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl From<tlog_tiles::Hash> for Hash {
    fn from(h: tlog_tiles::Hash) -> Self {
        Self(h.0)
    }
}

impl From<Hash> for tlog_tiles::Hash {
    fn from(h: Hash) -> Self {
        Self(h.0)
    }
}
