//! The arithmetic of a tamper-evident log: RFC 6962 Merkle hashing, C2SP tiles, checkpoints and proofs.
//!
//! A log is a sequence of records. Each record is hashed to a *leaf*; the leaves form a Merkle tree whose root, signed
//! in a [`Checkpoint`], commits to every record and to their order. The tree is stored as *tiles* of up to 256 hashes
//! (standards AUD-06 to AUD-08).
//!
//! | to | use |
//! |---|---|
//! | hash a record | [`leaf_hash`] |
//! | append | [`Edge::tiles_needed`], [`Edge::load`], [`Edge::append`] |
//! | sign the new head | [`LogKey::sign_first`], [`LogKey::sign_successor`] |
//! | prove a record is there | [`tiles_for_inclusion`], [`inclusion_proof`], [`ProofFile`] |
//! | prove a log only grew | [`tiles_for_consistency`], [`consistency_proof`] |
//! | check somebody's proof | [`check_inclusion`], [`check_consistency`], [`ProofFile::verify`] |
//! | check a whole log | [`StreamVerifier`] |
//!
//! Tiles are asked for first and handed in as a [`TileSet`], so that the caller may fetch them as it likes.
//!
//! **Invariant**: this crate does no I/O, knows no clock and no randomness, and doesn't know what records mean. It
//! depends on no other Wardpost crate.

mod checkpoint;
mod edge;
mod error;
mod hash;
mod proof;
mod proof_file;
mod tile;
mod verify;

pub use checkpoint::{Checkpoint, LogKey, MAX_NOTE_BYTES, VerifierKey};
pub use edge::Edge;
pub use error::{Fault, TlogError};
pub use hash::{EMPTY_ROOT, Hash, leaf_hash, node_hash};
pub use proof::{
    MAX_PROOF_HASHES, Proof, check_consistency, check_inclusion, consistency_proof, inclusion_proof, root_from_tiles,
    tiles_for_consistency, tiles_for_inclusion, tiles_for_root,
};
pub use proof_file::{MAX_PROOF_FILE_BYTES, ProofFile};
pub use tile::{FULL_TILE_BYTES, Tile, TileId, TileSet, parse_tile_path, tile_path};
pub use verify::StreamVerifier;

/// Hashes in a full tile: height 8.
pub const TILE_WIDTH: usize = 256;

/// Bytes of a SHA-256 hash.
pub const HASH_BYTES: usize = 32;

/// The largest tree this crate handles, in records. Far beyond any log, and small enough that no shift or sum on a size
/// from outside can overflow.
pub const MAX_SIZE: u64 = 1 << 48;

#[cfg(test)]
mod tests;
