//! Inclusion and consistency proofs (RFC 6962 sections 2.1.1 and 2.1.2), made from tiles and checked without them.

use crate::edge::check_size;
use crate::tile::tile_of_index;
use crate::{Hash, TileId, TileSet, TlogError};
use std::cell::RefCell;
use std::collections::BTreeMap;
use tlog_tiles::HashReader;

/// Hashes of a proof, in the order of RFC 6962: from the leaf's sibling up.
pub type Proof = Vec<Hash>;

/// The most hashes that a proof in a tree up to [`crate::MAX_SIZE`] can have.
pub const MAX_PROOF_HASHES: usize = 64;

/// Tiles needed to compute the root at `size`.
///
/// # Errors
/// [`TlogError::TooLarge`].
pub fn tiles_for_root(size: u64) -> Result<Vec<TileId>, TlogError> {
    check_size(size)?;
    needed(|r| tlog_tiles::tree_hash(size, r).map(|_| ()))
}

/// The root of the first `size` records, computed from tiles.
///
/// # Errors
/// [`TlogError::MissingTile`], [`TlogError::TooLarge`].
pub fn root_from_tiles(size: u64, tiles: &TileSet) -> Result<Hash, TlogError> {
    present(&tiles_for_root(size)?, tiles)?;
    let root = tlog_tiles::tree_hash(size, tiles).map_err(|_| TlogError::Malformed("tile"))?;
    Ok(root.into())
}

/// Tiles needed to prove that record `index` is among the first `size`.
///
/// # Errors
/// [`TlogError::OutOfRange`], [`TlogError::TooLarge`].
pub fn tiles_for_inclusion(index: u64, size: u64) -> Result<Vec<TileId>, TlogError> {
    check_index(index, size)?;
    needed(|r| tlog_tiles::prove_record(size, index, r).map(|_| ()))
}

/// The proof that record `index` is among the first `size`. What it proves depends on the tiles: check it against a
/// signed root before handing it out.
///
/// # Errors
/// [`TlogError::OutOfRange`], [`TlogError::MissingTile`], [`TlogError::TooLarge`].
pub fn inclusion_proof(index: u64, size: u64, tiles: &TileSet) -> Result<Proof, TlogError> {
    present(&tiles_for_inclusion(index, size)?, tiles)?;
    let proof = tlog_tiles::prove_record(size, index, tiles).map_err(|_| TlogError::Malformed("tile"))?;
    Ok(proof.into_iter().map(Hash::from).collect())
}

/// Tiles needed to prove that the tree of `new` records continues the tree of `old` records.
///
/// # Errors
/// [`TlogError::OutOfRange`], [`TlogError::TooLarge`].
pub fn tiles_for_consistency(old: u64, new: u64) -> Result<Vec<TileId>, TlogError> {
    check_growth(old, new)?;
    if old == 0 {
        return Ok(Vec::new());
    }
    needed(|r| tlog_tiles::prove_tree(new, old, r).map(|_| ()))
}

/// The proof that the tree of `new` records continues the tree of `old` records. Empty when `old` is 0 or `new`.
///
/// # Errors
/// [`TlogError::OutOfRange`], [`TlogError::MissingTile`], [`TlogError::TooLarge`].
pub fn consistency_proof(old: u64, new: u64, tiles: &TileSet) -> Result<Proof, TlogError> {
    present(&tiles_for_consistency(old, new)?, tiles)?;
    if old == 0 {
        return Ok(Vec::new());
    }
    let proof = tlog_tiles::prove_tree(new, old, tiles).map_err(|_| TlogError::Malformed("tile"))?;
    Ok(proof.into_iter().map(Hash::from).collect())
}

/// Checks that the tree of `size` records with this root has `leaf` at `index`.
///
/// # Errors
/// [`TlogError::InvalidProof`]; [`TlogError::OutOfRange`], [`TlogError::TooLarge`] for numbers that can't be.
pub fn check_inclusion(proof: &[Hash], index: u64, leaf: Hash, size: u64, root: Hash) -> Result<(), TlogError> {
    check_index(index, size)?;
    let proof = bounded(proof)?;
    tlog_tiles::check_record(&proof, size, root.into(), index, leaf.into())
        .map_err(|_| TlogError::InvalidProof("inclusion"))
}

/// Checks that the tree of `new` records with `new_root` continues the tree of `old` records with `old_root`.
///
/// # Errors
/// [`TlogError::InvalidProof`]; [`TlogError::OutOfRange`], [`TlogError::TooLarge`] for numbers that can't be.
pub fn check_consistency(proof: &[Hash], old: u64, old_root: Hash, new: u64, new_root: Hash) -> Result<(), TlogError> {
    check_growth(old, new)?;
    let invalid = TlogError::InvalidProof("consistency");
    if old == 0 {
        // Every tree continues the empty one (RFC 9162 section 2.1.4.1): the only proof is the empty one.
        let new_root_fits = new > 0 || new_root == crate::EMPTY_ROOT;
        return if proof.is_empty() && old_root == crate::EMPTY_ROOT && new_root_fits { Ok(()) } else { Err(invalid) };
    }
    let proof = bounded(proof)?;
    tlog_tiles::check_tree(&proof, new, new_root.into(), old, old_root.into()).map_err(|_| invalid)
}

fn check_index(index: u64, size: u64) -> Result<(), TlogError> {
    check_size(size)?;
    if index >= size { Err(TlogError::OutOfRange { what: "record", value: index, size }) } else { Ok(()) }
}

fn check_growth(old: u64, new: u64) -> Result<(), TlogError> {
    check_size(new)?;
    if old > new { Err(TlogError::OutOfRange { what: "older size", value: old, size: new }) } else { Ok(()) }
}

fn bounded(proof: &[Hash]) -> Result<Vec<tlog_tiles::Hash>, TlogError> {
    if proof.len() > MAX_PROOF_HASHES {
        return Err(TlogError::TooLarge { what: "proof", limit: MAX_PROOF_HASHES as u64 });
    }
    Ok(proof.iter().map(|h| (*h).into()).collect())
}

/// Writes down which hashes an operation asks for; answers with nothing of value.
#[derive(Default)]
struct Recorder(RefCell<BTreeMap<TileId, usize>>);

impl HashReader for Recorder {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        let mut needs = self.0.borrow_mut();
        for &index in indexes {
            let (id, width) = tile_of_index(index);
            let widest = needs.entry(id).or_default();
            *widest = width.max(*widest);
        }
        Ok(vec![tlog_tiles::EMPTY_HASH; indexes.len()])
    }
}

fn needed(op: impl FnOnce(&Recorder) -> Result<(), tlog_tiles::Error>) -> Result<Vec<TileId>, TlogError> {
    let recorder = Recorder::default();
    op(&recorder).map_err(|_| TlogError::Malformed("tree size"))?;
    Ok(recorder.0.into_inner().into_keys().collect())
}

fn present(ids: &[TileId], tiles: &TileSet) -> Result<(), TlogError> {
    match ids.iter().find(|id| tiles.get(**id).is_none()) {
        Some(id) => Err(TlogError::MissingTile(*id)),
        None => Ok(()),
    }
}
