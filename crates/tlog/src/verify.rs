//! Recomputing a whole log from its records and naming the first thing that was altered.

use crate::edge::check_size;
use crate::{Checkpoint, Edge, Fault, HASH_BYTES, Hash, TILE_WIDTH, Tile, TlogError};

/// Recomputes a log, leaf by leaf from the first.
///
/// Feed leaf hashes in order with [`StreamVerifier::extend`] and compare each tile that it returns with the stored one;
/// after the last record do the same with [`StreamVerifier::finish`]. At each checkpoint's size call
/// [`StreamVerifier::check_head`]. Several million leaves a second.
#[derive(Debug, Default)]
pub struct StreamVerifier {
    edge: Edge,
}

impl StreamVerifier {
    /// At the beginning of a log.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Records fed so far.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.edge.size()
    }

    /// The root over the records fed so far.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.edge.root()
    }

    /// Feeds the next leaf hashes; returns the tiles that they complete, lower levels before higher ones.
    ///
    /// # Errors
    /// [`TlogError::TooLarge`] beyond [`crate::MAX_SIZE`].
    pub fn extend(&mut self, leaves: &[Hash]) -> Result<Vec<Tile>, TlogError> {
        check_size(self.size().saturating_add(leaves.len() as u64))?;
        let mut completed = Vec::new();
        for &leaf in leaves {
            self.edge.push(leaf, &mut completed);
        }
        Ok(completed)
    }

    /// The unfinished tiles at the end of the log.
    #[must_use]
    pub fn finish(&mut self) -> Vec<Tile> {
        self.edge.take_unfinished()
    }

    /// Compares a recomputed tile with the stored one, hash by hash.
    ///
    /// # Errors
    /// The first difference: [`Fault::Leaf`] at level 0, [`Fault::Node`] above, [`Fault::TileLength`] when all hashes
    /// that both have are the same.
    pub fn compare(computed: &Tile, stored: &[u8]) -> Result<(), Fault> {
        let pairs = computed.bytes.chunks_exact(HASH_BYTES).zip(stored.chunks_exact(HASH_BYTES));
        for (position, (ours, theirs)) in pairs.enumerate() {
            if ours != theirs {
                return Err(fault_at(computed, position));
            }
        }
        if computed.bytes.len() == stored.len() {
            return Ok(());
        }
        Err(Fault::TileLength { tile: computed.id, expected: computed.bytes.len(), found: stored.len() })
    }

    /// Compares the root so far with that of a checkpoint of exactly this size.
    ///
    /// # Errors
    /// [`Fault::Root`]; [`Fault::Truncated`] when the checkpoint speaks of more records than were fed;
    /// [`Fault::CheckpointPassed`] when it speaks of fewer.
    pub fn check_head(&self, head: &Checkpoint) -> Result<(), Fault> {
        match head.size.cmp(&self.size()) {
            std::cmp::Ordering::Greater => Err(Fault::Truncated { signed: head.size, found: self.size() }),
            std::cmp::Ordering::Less => Err(Fault::CheckpointPassed { size: head.size }),
            std::cmp::Ordering::Equal if head.root != self.root() => Err(Fault::Root { size: head.size }),
            std::cmp::Ordering::Equal => Ok(()),
        }
    }
}

fn fault_at(tile: &Tile, position: usize) -> Fault {
    let place = tile.id.index * TILE_WIDTH as u64 + position as u64;
    if tile.id.level == 0 {
        return Fault::Leaf { index: place, tile: tile.id };
    }
    let leaves = 1_u64 << (8 * u32::from(tile.id.level));
    let first_leaf = place * leaves;
    Fault::Node { tile: tile.id, position, first_leaf, last_leaf: first_leaf + leaves - 1 }
}
