//! Proving the log unaltered: every row against its leaf, every leaf against the tree, the tree against its signed head.
//!
//! The log may grow meanwhile. What the first head speaks of is compared exactly; what lies beyond it is judged by a
//! head that is read after it.

use super::leaf_of;
use super::sequence::as_i64;
use crate::{Core, Error, Result};
use aws_lc_rs::digest::{SHA256, digest};
use futures::StreamExt as _;
use std::collections::BTreeMap;
use uuid::Uuid;
use wardpost_gate::Scope;
use wardpost_model::AuditId;
use wardpost_model::audit::AuditKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_store::repo::audit::{self as rows, EntryRow, Found, HeadRow};
use wardpost_tlog::{Checkpoint, Fault, Hash, StreamVerifier, TILE_WIDTH, Tile, TileId, VerifierKey};

#[cfg(test)]
mod tests;

/// Rows read at once: whole tiles.
const CHUNK: i64 = 8 * TILE_WIDTH as i64;
/// Chunks on their way at once: one is read while others are hashed.
const AT_ONCE: usize = 4;
/// Problems listed; one is enough to distrust a log, a hundred to see a pattern.
const LISTED: usize = 100;
/// The highest level that a tree can have.
const TOP_LEVEL: u8 = 6;

/// One thing that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Place in the log, where it is known.
    pub seq: Option<u64>,
    /// The entry, where it is known.
    pub entry: Option<AuditId>,
    /// What is wrong, in words.
    pub what: String,
}

/// What a verification came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verification {
    /// Entries that the signed head speaks of.
    pub size: u64,
    /// Entries looked at, those waiting for their place included.
    pub checked: u64,
    /// What is wrong; empty for a sound log. The list ends after a hundred.
    pub problems: Vec<Problem>,
    /// Entries whose personal details are gone. That is sound where they were erased on purpose.
    pub erased: u64,
    /// Which they are; the list ends after a hundred.
    pub erased_entries: Vec<AuditId>,
}

impl Verification {
    /// Nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }

    fn problem(&mut self, seq: Option<u64>, entry: Option<AuditId>, what: impl Into<String>) {
        if self.problems.len() < LISTED {
            self.problems.push(Problem { seq, entry, what: what.into() });
        }
    }

    fn missing(&mut self, from: i64, to: i64) {
        let what = match to - from {
            1 => "the entry at this place is missing".to_owned(),
            n => format!("{n} entries from this place on are missing"),
        };
        self.problem(u64::try_from(from).ok(), None, what);
    }

    /// Takes over what was found in a part of the log.
    fn add(&mut self, part: Self) {
        self.checked += part.checked;
        self.erased += part.erased;
        self.problems.extend(part.problems);
        self.problems.truncate(LISTED);
        self.erased_entries.extend(part.erased_entries);
        self.erased_entries.truncate(LISTED);
    }

    /// Looks at one row by itself; gives its leaf.
    fn row(&mut self, found: &Found) -> Hash {
        self.checked += 1;
        match found {
            Ok(row) => self.entry(row),
            Err(damaged) => {
                let seq = damaged.seq.and_then(|s| u64::try_from(s).ok());
                self.problem(seq, damaged.id, format!("the entry can't be read: {}", damaged.why));
                no_leaf()
            }
        }
    }

    fn entry(&mut self, row: &EntryRow) -> Hash {
        let seq = row.seq.and_then(|s| u64::try_from(s).ok());
        let leaf = leaf_of(row);
        if leaf.as_bytes().as_slice() != row.leaf_hash {
            self.problem(seq, Some(row.id), "the entry was altered: its columns do not give its leaf");
        }
        match &row.sealed_details {
            Some(sealed) if digest(&SHA256, sealed).as_ref() != row.details_hash => {
                self.problem(seq, Some(row.id), "the sealed details of the entry were altered");
            }
            Some(_) => {}
            None => {
                self.erased += 1;
                if self.erased_entries.len() < LISTED {
                    self.erased_entries.push(row.id);
                }
            }
        }
        leaf
    }

    fn tile(&mut self, computed: &Tile, stored: Option<&[u8]>) -> Option<u64> {
        let Some(stored) = stored else {
            self.problem(None, None, format!("tile {} is missing", computed.id));
            return None;
        };
        match StreamVerifier::compare(computed, stored) {
            Ok(()) => None,
            Err(Fault::Leaf { index, .. }) => Some(index),
            Err(fault) => {
                self.problem(None, None, fault.to_string());
                None
            }
        }
    }
}

/// The leaf at a place that has no readable row: it keeps the places of the others.
fn no_leaf() -> Hash {
    wardpost_tlog::leaf_hash(b"")
}

/// The head as stored, and what of it can be believed.
struct Head {
    row: Option<HeadRow>,
    /// The checkpoint, if the key signed it.
    signed: Option<Checkpoint>,
    size: u64,
}

/// What a chunk of places came to.
struct Chunk {
    leaves: Vec<Hash>,
    found: Verification,
    /// The stored tiles of level 0 at these places.
    tiles: BTreeMap<i64, Vec<u8>>,
}

impl Core {
    /// Verifies the log, for people with the permission.
    ///
    /// # Errors
    /// [`Error::Denied`] without `audit.prove`; when the store fails.
    pub async fn verify_audit(&self, actor: &Actor) -> Result<Verification> {
        self.allow(actor, Permission::AuditProve, Scope::Organisation).await?;
        let key = self.log_key()?.verifier_key();
        let mut found = self.verify_log(&key).await?;
        found.problems.extend(self.verify_log_indexes().await?);
        Ok(found)
    }

    /// Verifies the log against a public key that the verifier trusts.
    ///
    /// # Errors
    /// When the store fails or the key is none.
    pub async fn verify_log(&self, verifier_key: &str) -> Result<Verification> {
        let key = VerifierKey::parse(verifier_key).map_err(|e| Error::internal("reading the verifier key", e))?;
        let mut found = Verification::default();
        let head = self.head(&key, &mut found).await?;
        found.size = head.size;
        let mut verifier = StreamVerifier::new();
        let mut edge = Vec::new();
        if self.check_sequenced(head.size, &mut verifier, &mut found).await? {
            if let Some(Err(fault)) = head.signed.as_ref().map(|c| verifier.check_head(c)) {
                found.problem(None, None, fault.to_string());
            }
            for tile in verifier.finish() {
                let stored = self.stored_tile(tile.id).await?;
                edge.push((tile, stored));
            }
        }
        let strays = rows::outside(self.db(), self.org(), as_i64(head.size), LISTED as i64).await?;
        let stray_tiles = self.tiles_outside(head.size).await?;
        let later = self.later_head(&key, &head, &mut found).await?;
        for (tile, stored) in edge {
            self.check_edge(&tile, stored.as_deref(), later, &mut found).await?;
        }
        for (id, seq) in strays.into_iter().filter(|(_, seq)| *seq < 0 || *seq >= as_i64(later)) {
            let what = format!("the entry stands at place {seq} of a log of {later}");
            found.problem(u64::try_from(seq).ok(), id, what);
        }
        for (level, tile) in stray_tiles.into_iter().filter(|(level, tile)| !is_needed(*level, *tile, later)) {
            found.problem(None, None, format!("tile {level}/{tile} is none of a log of {later}"));
        }
        self.check_pending(&mut found).await?;
        self.check_beginning(&mut found).await?;
        Ok(found)
    }

    async fn head(&self, key: &VerifierKey, found: &mut Verification) -> Result<Head> {
        let row = rows::head(self.db(), self.org()).await?;
        let Some(stored) = &row else { return Ok(Head { row, signed: None, size: 0 }) };
        let unsigned = u64::try_from(stored.size).unwrap_or(0);
        match Checkpoint::verify(stored.checkpoint.as_bytes(), key) {
            Ok(c) => {
                if as_i64(c.size) != stored.size || c.root.as_bytes().as_slice() != stored.root {
                    found.problem(None, None, "the stored head differs from its signed checkpoint");
                }
                Ok(Head { size: c.size, row, signed: Some(c) })
            }
            Err(e) => {
                found.problem(None, None, format!("the checkpoint does not verify: {e}"));
                Ok(Head { row, signed: None, size: unsigned })
            }
        }
    }

    /// Size of the log by its head now, which is the first one or a later one.
    async fn later_head(&self, key: &VerifierKey, first: &Head, found: &mut Verification) -> Result<u64> {
        let mut of_later = Verification::default();
        let later = self.head(key, &mut of_later).await?;
        if later.row != first.row {
            found.add(of_later);
        }
        if later.size < first.size {
            found.problem(None, None, format!("the log was cut from {} to {} entries", first.size, later.size));
        }
        Ok(later.size)
    }

    /// Checks the rows that have a place. False when they end too early to recompute the tree.
    async fn check_sequenced(
        &self,
        size: u64,
        verifier: &mut StreamVerifier,
        found: &mut Verification,
    ) -> Result<bool> {
        let end = as_i64(size);
        let chunks = (0..end).step_by(CHUNK as usize).map(|from| self.chunk(from, end.min(from.saturating_add(CHUNK))));
        let mut chunks = futures::stream::iter(chunks).buffered(AT_ONCE);
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk?;
            let empty = chunk.found.checked == 0;
            found.add(chunk.found);
            if empty {
                return Ok(false);
            }
            for tile in verifier.extend(&chunk.leaves).map_err(|e| Error::internal("verifying entries", e))? {
                let stored = match chunk.tiles.get(&as_i64(tile.id.index)) {
                    Some(bytes) if tile.id.level == 0 => Some(bytes.clone()),
                    _ => self.stored_tile(tile.id).await?,
                };
                self.check_tile(&tile, stored.as_deref(), found).await?;
            }
        }
        Ok(true)
    }

    /// Reads and checks the rows of some places; whole tiles but for the last.
    async fn chunk(&self, from: i64, to: i64) -> Result<Chunk> {
        let width = TILE_WIDTH as i64;
        let (rows, tiles) = tokio::try_join!(
            rows::by_seq(self.db(), self.org(), from, to),
            rows::tiles_between(self.db(), self.org(), 0, from / width, to / width),
        )?;
        let check = move || {
            let (leaves, found) = check_places(&rows, from, to);
            Chunk { leaves, found, tiles }
        };
        tokio::task::spawn_blocking(check).await.map_err(|e| Error::internal("verifying entries", e))
    }

    async fn stored_tile(&self, id: TileId) -> Result<Option<Vec<u8>>> {
        Ok(rows::tile(self.db(), self.org(), i64::from(id.level), as_i64(id.index)).await?)
    }

    async fn check_tile(&self, computed: &Tile, stored: Option<&[u8]>, found: &mut Verification) -> Result<()> {
        if let Some(index) = found.tile(computed, stored) {
            let row = rows::by_seq(self.db(), self.org(), as_i64(index), as_i64(index) + 1).await?.pop();
            let entry = row.and_then(|r| r.map_or_else(|damaged| damaged.id, |r| Some(r.id)));
            found.problem(Some(index), entry, "the entry is not the one that the tree holds at this place");
        }
        Ok(())
    }

    /// An unfinished tile may have grown since; not beyond what the later head needs.
    async fn check_edge(&self, tile: &Tile, stored: Option<&[u8]>, later: u64, found: &mut Verification) -> Result<()> {
        let same = stored.map(|s| s.get(..tile.bytes.len()).unwrap_or(s));
        self.check_tile(tile, same, found).await?;
        let (expected, held) = (tile.id.bytes_in_tree(later), stored.map_or(0, <[u8]>::len));
        if held > expected {
            let fault = Fault::TileLength { tile: tile.id, expected, found: held };
            found.problem(None, None, fault.to_string());
        }
        Ok(())
    }

    /// Tiles that a log of this size does not need: leftovers of one that was cut off, unless it has grown meanwhile.
    async fn tiles_outside(&self, size: u64) -> Result<Vec<(i64, i64)>> {
        let most = LISTED as i64;
        let mut outside = rows::tiles_nowhere(self.db(), self.org(), i64::from(TOP_LEVEL), most).await?;
        for level in 0..=TOP_LEVEL {
            let needed = as_i64(tiles_needed(level, size));
            outside.extend(rows::tiles_beyond(self.db(), self.org(), i64::from(level), needed, most).await?);
        }
        Ok(outside)
    }

    /// Making the organisation and its ready-made roles are the first entries: a log that has lost all, or was begun anew,
    /// has others.
    async fn check_beginning(&self, found: &mut Verification) -> Result<()> {
        if found.checked == 0 {
            found.problem(None, None, "the log is empty: all of it was removed");
        }
        let first = rows::by_seq(self.db(), self.org(), 0, 1).await?.pop();
        if let Some(Ok(first)) = first
            && ![AuditKind::OrgCreated, AuditKind::RoleCreated].iter().any(|k| first.kind == k.as_str())
        {
            let what = "the log does not begin with the making of the organisation: what was before it was removed";
            found.problem(Some(0), Some(first.id), what);
        }
        Ok(())
    }

    /// Looks whether every index of the log leads to its entries, so that no search passes one by. On SQLite; on PostgreSQL
    /// this is a part of `wardpost doctor --deep`. Takes about as long as verifying.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn verify_log_indexes(&self) -> Result<Vec<Problem>> {
        let found = self.db().table_integrity(rows::TABLE).await?;
        let told =
            |what: String| Problem { seq: None, entry: None, what: format!("the store of the log is damaged: {what}") };
        Ok(found.into_iter().take(LISTED).map(told).collect())
    }

    async fn check_pending(&self, found: &mut Verification) -> Result<()> {
        let mut after = AuditId(Uuid::nil());
        loop {
            let chunk = rows::unsequenced(self.db(), self.org(), after, CHUNK).await?;
            for row in &chunk {
                found.row(row);
            }
            // Rows without a readable id can't be passed; they are found again with the next ones.
            match chunk.iter().rev().find_map(|r| r.as_ref().map_or_else(|d| d.id, |r| Some(r.id))) {
                Some(last) if last > after => after = last,
                _ => return Ok(()),
            }
        }
    }
}

fn tiles_needed(level: u8, size: u64) -> u64 {
    size.checked_shr(u32::from(level) * 8).unwrap_or(0).div_ceil(TILE_WIDTH as u64)
}

fn is_needed(level: i64, tile: i64, size: u64) -> bool {
    let (Ok(level), Ok(tile)) = (u8::try_from(level), u64::try_from(tile)) else { return false };
    level <= TOP_LEVEL && tile < tiles_needed(level, size)
}

/// The leaves at some places, of which `rows` are those that are filled.
fn check_places(rows: &[Found], from: i64, to: i64) -> (Vec<Hash>, Verification) {
    let mut found = Verification::default();
    let mut leaves = Vec::with_capacity(rows.len());
    let mut next = from;
    for row in rows {
        let at = row.as_ref().map_or_else(|damaged| damaged.seq, |r| r.seq).unwrap_or(next);
        if at > next {
            found.missing(next, at);
            leaves.extend((next..at.min(to)).map(|_| no_leaf()));
            next = at;
        }
        let leaf = found.row(row);
        if at < next {
            found.problem(u64::try_from(at).ok(), None, "there are two entries at this place");
        } else {
            leaves.push(leaf);
            next += 1;
        }
    }
    if next < to {
        found.missing(next, to);
        leaves.extend((next..to).map(|_| no_leaf()));
    }
    (leaves, found)
}
