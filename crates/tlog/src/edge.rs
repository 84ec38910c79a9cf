//! The right edge of a tree: all that is needed to append to it.

use crate::{EMPTY_ROOT, Hash, MAX_SIZE, TILE_WIDTH, Tile, TileId, TileSet, TlogError, node_hash};

/// The unfinished tile of one level.
#[derive(Clone, Debug, Default)]
struct Level {
    /// Its complete hashes, fewer than 256.
    hashes: Vec<Hash>,
    /// Roots of the perfect subtrees that these hashes make, widest first: one per bit set in their number.
    peaks: Vec<Hash>,
    /// Whether it changed since tiles were last handed out.
    changed: bool,
}

impl Level {
    fn push(&mut self, hash: Hash) {
        let merges = self.hashes.len().trailing_ones();
        self.hashes.push(hash);
        let mut peak = hash;
        for _ in 0..merges {
            match self.peaks.pop() {
                Some(left) => peak = node_hash(left, peak),
                None => break,
            }
        }
        self.peaks.push(peak);
        self.changed = true;
    }

    fn tile(&self, level: usize, index: u64) -> Tile {
        let bytes = self.hashes.iter().flat_map(|h| h.0).collect();
        Tile { id: TileId { level: level as u8, index }, bytes }
    }
}

/// The right edge of a tree of some size: the unfinished tile of each level. Appending costs about one hash per record
/// and the root at most a few dozen, whatever the size.
#[derive(Clone, Debug, Default)]
pub struct Edge {
    size: u64,
    levels: Vec<Level>,
}

impl Edge {
    /// The edge of the empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The stored tiles that [`Edge::load`] wants for a tree of `size` records: at most one per level.
    #[must_use]
    pub fn tiles_needed(size: u64) -> Vec<TileId> {
        edge_widths(size).filter(|(_, width)| *width > 0).map(|(id, _)| id).collect()
    }

    /// Takes up a tree of `size` records where it was left. Compare [`Edge::root`] with the last signed root before
    /// appending: stored tiles are not trusted.
    ///
    /// # Errors
    /// [`TlogError::MissingTile`]; [`TlogError::TooLarge`] beyond [`MAX_SIZE`].
    pub fn load(size: u64, tiles: &TileSet) -> Result<Self, TlogError> {
        check_size(size)?;
        let mut levels = Vec::new();
        for (id, width) in edge_widths(size) {
            let mut level = Level::default();
            if width > 0 {
                for hash in tiles.prefix(id, width)? {
                    level.push(hash);
                }
                level.changed = false;
            }
            levels.push(level);
        }
        Ok(Self { size, levels })
    }

    /// Records in the tree.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root over all records so far.
    #[must_use]
    pub fn root(&self) -> Hash {
        let peaks = self.levels.iter().flat_map(|level| level.peaks.iter().rev());
        peaks.copied().reduce(|right, left| node_hash(left, right)).unwrap_or(EMPTY_ROOT)
    }

    /// Appends records by their leaf hashes and returns every tile that changed, completed ones first; store them all,
    /// each in place of what is stored under its [`TileId`], together with the records.
    ///
    /// # Errors
    /// [`TlogError::TooLarge`] beyond [`MAX_SIZE`]; nothing is appended then.
    pub fn append(&mut self, leaves: &[Hash]) -> Result<Vec<Tile>, TlogError> {
        check_size(self.size.saturating_add(leaves.len() as u64))?;
        let mut changed = Vec::new();
        for &leaf in leaves {
            self.push(leaf, &mut changed);
        }
        changed.extend(self.take_unfinished());
        Ok(changed)
    }

    /// Adds one leaf; completed tiles go to `completed`. The caller has checked the size.
    pub(crate) fn push(&mut self, leaf: Hash, completed: &mut Vec<Tile>) {
        self.size += 1;
        let mut hash = leaf;
        for depth in 0.. {
            if depth == self.levels.len() {
                self.levels.push(Level::default());
            }
            let Some(level) = self.levels.get_mut(depth) else { return };
            level.push(hash);
            if level.hashes.len() < TILE_WIDTH {
                return;
            }
            // 256 hashes have a single peak: the root of the tile, and a hash of the level above.
            let Some(&root) = level.peaks.first() else { return };
            let index = (self.size >> (8 * (depth + 1))) - 1;
            completed.push(level.tile(depth, index));
            level.hashes.clear();
            level.peaks.clear();
            level.changed = false;
            hash = root;
        }
    }

    /// The unfinished tiles that changed since the last call.
    pub(crate) fn take_unfinished(&mut self) -> Vec<Tile> {
        let size = self.size;
        let unfinished = self.levels.iter_mut().enumerate().filter(|(_, level)| level.changed);
        unfinished
            .map(|(depth, level)| {
                level.changed = false;
                level.tile(depth, size >> (8 * (depth + 1)))
            })
            .collect()
    }
}

/// The unfinished tile of each level of a tree of `size` records, with its width (0 when the level has none).
fn edge_widths(size: u64) -> impl Iterator<Item = (TileId, usize)> {
    let size = size.min(MAX_SIZE);
    (0_u8..8).map(move |level| (level, size >> (8 * u32::from(level)))).take_while(|(_, width)| *width > 0).map(
        |(level, width)| (TileId { level, index: width / TILE_WIDTH as u64 }, (width % TILE_WIDTH as u64) as usize),
    )
}

/// Refuses sizes beyond [`MAX_SIZE`].
pub(crate) fn check_size(size: u64) -> Result<(), TlogError> {
    if size > MAX_SIZE { Err(TlogError::TooLarge { what: "tree", limit: MAX_SIZE }) } else { Ok(()) }
}
