//! What can be wrong with input, and what can be wrong with a log.

use crate::TileId;
use thiserror::Error;

/// Why an operation was refused.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum TlogError {
    /// Text or bytes that don't have the form named.
    #[error("malformed {0}")]
    Malformed(&'static str),
    /// More bytes or hashes than anything honest has.
    #[error("{what} is larger than {limit}")]
    TooLarge {
        /// What was too large.
        what: &'static str,
        /// The limit that it broke, in bytes or items.
        limit: u64,
    },
    /// A tile was not handed in, or holds fewer hashes than the tree size demands.
    #[error("tile {0} is missing or too short")]
    MissingTile(TileId),
    /// An index or size outside the tree.
    #[error("{what} {value} is outside a tree of {size} records")]
    OutOfRange {
        /// What was outside.
        what: &'static str,
        /// Its value.
        value: u64,
        /// The tree's size in records.
        size: u64,
    },
    /// A proof that doesn't prove what it claims.
    #[error("the {0} proof doesn't hold")]
    InvalidProof(&'static str),
    /// A key name or key string that can't be used.
    #[error("unusable key: {0}")]
    Key(&'static str),
    /// A checkpoint without a valid signature by the expected key.
    #[error("the checkpoint isn't signed by {0}")]
    Unsigned(String),
    /// A checkpoint of another log.
    #[error("the checkpoint is of log {found}, not of {expected}")]
    WrongOrigin {
        /// The log we know.
        expected: String,
        /// The log that the checkpoint names.
        found: String,
    },
    /// The new head doesn't continue the old one; it must not be signed (AUD-07).
    #[error("refusing to sign a head of {new} records that doesn't continue the signed head of {old} records")]
    InconsistentHead {
        /// Records in the head already signed.
        old: u64,
        /// Records in the head refused.
        new: u64,
    },
}

/// The first thing wrong with a stored log, as found by recomputing it.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The record at this position was altered, or the hash stored for it was.
    #[error("record {index} doesn't match its hash in tile {tile}")]
    Leaf {
        /// Zero-based position in the log.
        index: u64,
        /// The tile that holds the stored hash.
        tile: TileId,
    },
    /// A stored hash above the leaves is wrong although the records below it match their own hashes.
    #[error("hash {position} of tile {tile}, over records {first_leaf} to {last_leaf}, is wrong")]
    Node {
        /// The tile that holds the stored hash.
        tile: TileId,
        /// The hash's place in the tile.
        position: usize,
        /// First record below it.
        first_leaf: u64,
        /// Last record below it.
        last_leaf: u64,
    },
    /// A tile has more or fewer hashes than the records need.
    #[error("tile {tile} holds {found} bytes where the records need {expected}")]
    TileLength {
        /// The tile.
        tile: TileId,
        /// Bytes that the records need.
        expected: usize,
        /// Bytes stored.
        found: usize,
    },
    /// The records, in this order, don't give the root that was signed for this size.
    #[error("the first {size} records don't give the root that was signed for them")]
    Root {
        /// Size of the tree of the checkpoint.
        size: u64,
    },
    /// A checkpoint speaks of more records than there are: the end of the log was cut off.
    #[error("a checkpoint was signed over {signed} records; there are {found}")]
    Truncated {
        /// Records signed.
        signed: u64,
        /// Records found.
        found: u64,
    },
    /// Checkpoints must be compared in the order of their sizes.
    #[error("the checkpoint of {size} records was already passed")]
    CheckpointPassed {
        /// Size of the tree of the checkpoint.
        size: u64,
    },
}
