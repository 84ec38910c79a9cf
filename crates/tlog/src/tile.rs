//! Tiles: runs of up to 256 hashes of one level, the unit in which a tree is stored (C2SP tlog-tiles).

use crate::{HASH_BYTES, Hash, MAX_SIZE, TILE_WIDTH, TlogError};
use std::collections::BTreeMap;
use std::fmt;
use tlog_tiles::HashReader;

/// Bytes of a full tile.
pub const FULL_TILE_BYTES: usize = TILE_WIDTH * HASH_BYTES;

/// Tree height of a tile, as `tlog_tiles` counts it.
pub(crate) const HEIGHT: u8 = 8;

/// Tile levels that a tree of [`MAX_SIZE`] can have.
const MAX_LEVEL: u8 = 6;

/// Where a tile stands: level 0 holds leaf hashes, each level above the roots of full tiles of the one below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// Level, from the leaves up.
    pub level: u8,
    /// Position in the level.
    pub index: u64,
}

impl fmt::Display for TileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.level, self.index)
    }
}

impl TileId {
    /// The bytes this tile has in a tree of `size` records: zero when the tree doesn't reach it.
    #[must_use]
    pub fn bytes_in_tree(self, size: u64) -> usize {
        let level_width = size.checked_shr(u32::from(self.level) * 8).unwrap_or(0);
        let before = self.index.saturating_mul(TILE_WIDTH as u64);
        level_width.saturating_sub(before).min(TILE_WIDTH as u64) as usize * HASH_BYTES
    }
}

/// A tile to be stored: it replaces whatever narrower tile is stored under the same [`TileId`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// Where it stands.
    pub id: TileId,
    /// Its hashes one after the other, 32 bytes each, at most [`FULL_TILE_BYTES`].
    pub bytes: Vec<u8>,
}

impl Tile {
    /// Hashes in it: 1 to 256.
    #[must_use]
    pub fn width(&self) -> usize {
        self.bytes.len() / HASH_BYTES
    }

    /// The path under which C2SP serves or exports it.
    #[must_use]
    pub fn path(&self) -> String {
        tile_path(self.id, self.width())
    }
}

/// Tiles fetched for one operation.
#[derive(Clone, Debug, Default)]
pub struct TileSet(BTreeMap<TileId, Vec<u8>>);

impl TileSet {
    /// An empty set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a stored tile. It may be wider than the tree size in question needs: the log may have grown meanwhile.
    ///
    /// # Errors
    /// [`TlogError::Malformed`] unless it is 1 to 256 whole hashes.
    pub fn insert(&mut self, id: TileId, bytes: Vec<u8>) -> Result<(), TlogError> {
        if bytes.is_empty() || bytes.len() > FULL_TILE_BYTES || !bytes.len().is_multiple_of(HASH_BYTES) {
            return Err(TlogError::Malformed("tile"));
        }
        self.0.insert(id, bytes);
        Ok(())
    }

    /// Replaces what [`crate::Edge::append`] changed.
    pub fn apply(&mut self, tiles: Vec<Tile>) {
        self.0.extend(tiles.into_iter().map(|t| (t.id, t.bytes)));
    }

    /// A tile's bytes, if it was handed in.
    #[must_use]
    pub fn get(&self, id: TileId) -> Option<&[u8]> {
        self.0.get(&id).map(Vec::as_slice)
    }

    /// The first `width` hashes of a tile.
    pub(crate) fn prefix(&self, id: TileId, width: usize) -> Result<Vec<Hash>, TlogError> {
        let bytes = self.get(id).and_then(|b| b.get(..width * HASH_BYTES)).ok_or(TlogError::MissingTile(id))?;
        bytes.chunks_exact(HASH_BYTES).map(Hash::from_slice).collect()
    }
}

/// The tile that holds, or lets one compute, the hash with this storage index, and the width needed for it.
pub(crate) fn tile_of_index(index: u64) -> (TileId, usize) {
    let t = tlog_tiles::Tile::from_index(HEIGHT, index);
    (TileId { level: t.level(), index: t.level_index() }, t.width() as usize)
}

impl HashReader for TileSet {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        indexes
            .iter()
            .map(|&index| {
                let (id, width) = tile_of_index(index);
                let bytes = self.get(id).and_then(|b| b.get(..width * HASH_BYTES));
                let bytes = bytes.ok_or(tlog_tiles::Error::IndexesNotInTree)?;
                tlog_tiles::Tile::from_index(HEIGHT, index).hash_at_index(bytes, index)
            })
            .collect()
    }
}

/// The C2SP path of a tile: `tile/<level>/<index in groups of three digits>[.p/<width>]`.
#[must_use]
pub fn tile_path(id: TileId, width: usize) -> String {
    let mut rest = id.index / 1000;
    let mut number = format!("{:03}", id.index % 1000);
    while rest > 0 {
        number = format!("x{:03}/{number}", rest % 1000);
        rest /= 1000;
    }
    let partial = if width < TILE_WIDTH { format!(".p/{width}") } else { String::new() };
    format!("tile/{}/{number}{partial}", id.level)
}

/// Reads a C2SP tile path back: which tile, and how many hashes wide.
///
/// # Errors
/// [`TlogError::Malformed`] unless it is exactly what [`tile_path`] writes for a tile of a tree up to [`MAX_SIZE`].
pub fn parse_tile_path(path: &str) -> Result<(TileId, usize), TlogError> {
    const BAD: TlogError = TlogError::Malformed("tile path");
    if path.len() > 64 {
        return Err(BAD);
    }
    let (level, rest) = path.strip_prefix("tile/").and_then(|p| p.split_once('/')).ok_or(BAD)?;
    let level: u8 = level.parse().map_err(|_| BAD)?;
    let (number, width) = match rest.split_once(".p/") {
        Some((number, width)) => (number, width.parse().map_err(|_| BAD)?),
        None => (rest, TILE_WIDTH),
    };
    let mut index: u64 = 0;
    for group in number.split('/') {
        let digits: u64 = group.trim_start_matches('x').parse().map_err(|_| BAD)?;
        index = index.checked_mul(1000).and_then(|i| i.checked_add(digits)).ok_or(BAD)?;
    }
    let id = TileId { level, index };
    // Writing it again is the check: one form per tile, with no leading zeroes, signs or missing `x`.
    let sane = level <= MAX_LEVEL && index <= MAX_SIZE && (1..=TILE_WIDTH).contains(&width);
    if sane && tile_path(id, width) == path { Ok((id, width)) } else { Err(BAD) }
}
