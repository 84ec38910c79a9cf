//! Behaviour across modules.

mod notes;
mod paths;
mod tampering;
mod trees;

use crate::*;

/// Leaf hashes of the records 0, 1, 2 …
pub(crate) fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|i| leaf_hash(&i.to_be_bytes())).collect()
}

/// A log of this many records, stored.
pub(crate) fn log(count: u64) -> (Edge, TileSet) {
    let (mut edge, mut tiles) = (Edge::new(), TileSet::new());
    tiles.apply(edge.append(&leaves(count)).unwrap());
    (edge, tiles)
}

/// The tiles asked for, as a store would hand them in: nothing else.
pub(crate) fn fetch(ids: Vec<TileId>, stored: &TileSet) -> TileSet {
    let mut set = TileSet::new();
    for id in ids {
        set.insert(id, stored.get(id).expect("stored").to_vec()).unwrap();
    }
    set
}

pub(crate) fn key() -> LogKey {
    LogKey::from_seed("audit.example.org/log", &[7; 32]).unwrap()
}

pub(crate) fn head(size: u64, root: Hash) -> Checkpoint {
    Checkpoint { origin: "audit.example.org/log".into(), size, root }
}
