//! Proving the log unaltered: every row against its leaf, every leaf against the tree, the tree against its signed head.

use super::leaf_of;
use super::sequence::as_i64;
use crate::{Core, Error, Result};
use aws_lc_rs::digest::{SHA256, digest};
use std::collections::BTreeMap;
use uuid::Uuid;
use wardpost_gate::Scope;
use wardpost_model::AuditId;
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_store::repo::audit::{self as rows, EntryRow};
use wardpost_tlog::{Checkpoint, Fault, Hash, StreamVerifier, Tile, VerifierKey};

/// Rows read at once.
const CHUNK: i64 = 4000;
/// Problems listed; one is enough to distrust a log, a hundred to see a pattern.
const PROBLEMS_LIMIT: usize = 100;

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Entries that the signed head speaks of.
    pub size: u64,
    /// Entries looked at, those waiting for their place included.
    pub checked: u64,
    /// What is wrong; empty for a sound log. The list ends after a hundred.
    pub problems: Vec<Problem>,
}

impl Verification {
    /// Nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }
}

#[derive(Default)]
struct Findings(Vec<Problem>);

impl Findings {
    fn add(&mut self, seq: Option<u64>, entry: Option<AuditId>, what: impl Into<String>) {
        if self.0.len() < PROBLEMS_LIMIT {
            self.0.push(Problem { seq, entry, what: what.into() });
        }
    }
}

/// What one chunk of rows came to, computed off the async threads.
struct Checked {
    leaves: Vec<Hash>,
    findings: Findings,
}

impl Core {
    /// Verifies the log, for people with the permission.
    ///
    /// # Errors
    /// [`Error::Denied`] without `audit.prove`; when the store fails.
    pub async fn verify_audit(&self, actor: &Actor) -> Result<Verification> {
        self.allow(actor, Permission::AuditProve, Scope::Organisation).await?;
        let key = self.log_key()?.verifier_key();
        self.verify_log(&key).await
    }

    /// Verifies the log against a public key that the verifier trusts.
    ///
    /// # Errors
    /// When the store fails or the key is none.
    pub async fn verify_log(&self, verifier_key: &str) -> Result<Verification> {
        let mut findings = Findings::default();
        let key = VerifierKey::parse(verifier_key).map_err(|e| Error::internal("reading the verifier key", e))?;
        let head = rows::head(self.db(), self.org()).await?;
        let signed = match &head {
            None => None,
            Some(h) => match Checkpoint::verify(h.checkpoint.as_bytes(), &key) {
                Ok(c) => {
                    if as_i64(c.size) != h.size || c.root.as_bytes().as_slice() != h.root {
                        findings.add(None, None, "the stored head differs from its signed checkpoint");
                    }
                    Some(c)
                }
                Err(e) => {
                    findings.add(None, None, format!("the checkpoint does not verify: {e}"));
                    None
                }
            },
        };
        let size = signed.as_ref().map_or(head.map_or(0, |h| u64::try_from(h.size).unwrap_or(0)), |c| c.size);
        let mut verifier = StreamVerifier::new();
        let mut checked = self.check_sequenced(size, &mut verifier, &mut findings).await?;
        let unfinished = verifier.finish();
        self.check_tiles(&unfinished, &mut findings).await?;
        self.check_tile_list(size, &mut findings).await?;
        if let Some(c) = &signed
            && let Err(fault) = verifier.check_head(c)
        {
            findings.add(None, None, fault.to_string());
        }
        checked += self.check_pending(&mut findings).await?;
        Ok(Verification { size, checked, problems: findings.0 })
    }

    /// Checks the rows that have a place. The next rows are read while these are hashed.
    async fn check_sequenced(&self, size: u64, verifier: &mut StreamVerifier, f: &mut Findings) -> Result<u64> {
        let mut checked = 0;
        let mut from = 0i64;
        let end = as_i64(size);
        let mut next = self.chunk(from, end);
        loop {
            let chunk = next.await?;
            if from >= end {
                return Ok(checked);
            }
            let (start, to) = (from, (from + CHUNK).min(end));
            from = to;
            checked += chunk.len() as u64;
            let work = tokio::task::spawn_blocking(move || check_rows(chunk, start, to));
            let (done, following) = tokio::join!(work, self.chunk(from, end));
            let done = done.map_err(|e| Error::internal("verifying entries", e))?;
            f.0.extend(done.findings.0);
            f.0.truncate(PROBLEMS_LIMIT);
            let tiles = verifier.extend(&done.leaves).map_err(|e| Error::internal("verifying entries", e))?;
            self.check_tiles(&tiles, f).await?;
            next = Box::pin(std::future::ready(following));
        }
    }

    fn chunk(&self, from: i64, end: i64) -> std::pin::Pin<Box<dyn Future<Output = Result<Vec<EntryRow>>> + Send + '_>> {
        Box::pin(async move {
            if from >= end {
                return Ok(Vec::new());
            }
            Ok(rows::by_seq(self.db(), self.org(), from, (from + CHUNK).min(end)).await?)
        })
    }

    async fn check_tiles(&self, tiles: &[Tile], f: &mut Findings) -> Result<()> {
        for tile in tiles {
            let stored = rows::tile(self.db(), self.org(), i64::from(tile.id.level), as_i64(tile.id.index)).await?;
            let Some(stored) = stored else {
                f.add(None, None, format!("tile {} is missing", tile.id));
                continue;
            };
            match StreamVerifier::compare(tile, &stored) {
                Ok(()) => {}
                Err(fault @ Fault::Leaf { index, .. }) => {
                    let entry = rows::by_seq(self.db(), self.org(), as_i64(index), as_i64(index) + 1).await?;
                    f.add(Some(index), entry.first().map(|e| e.id), fault.to_string());
                }
                Err(fault) => f.add(None, None, fault.to_string()),
            }
        }
        Ok(())
    }

    /// Tiles beyond the tree would be leftovers of a log that was cut off.
    async fn check_tile_list(&self, size: u64, f: &mut Findings) -> Result<()> {
        let mut counts: BTreeMap<i64, u64> = BTreeMap::new();
        for (level, _, _) in rows::tiles(self.db(), self.org()).await? {
            *counts.entry(level).or_default() += 1;
        }
        for (level, count) in counts {
            let width = u32::try_from(level).unwrap_or(u32::MAX).saturating_mul(8);
            let hashes = size.checked_shr(width).unwrap_or(0);
            if count > hashes.div_ceil(256) {
                f.add(None, None, format!("level {level} holds {count} tiles, more than {size} entries need"));
            }
        }
        Ok(())
    }

    async fn check_pending(&self, f: &mut Findings) -> Result<u64> {
        let mut after = AuditId(Uuid::nil());
        let mut checked = 0;
        loop {
            let chunk = rows::unsequenced(self.db(), self.org(), after, CHUNK).await?;
            let Some(last) = chunk.last() else { return Ok(checked) };
            after = last.id;
            checked += chunk.len() as u64;
            for row in &chunk {
                check_row(row, None, f);
            }
        }
    }
}

fn check_rows(chunk: Vec<EntryRow>, start: i64, end: i64) -> Checked {
    let mut out = Checked { leaves: Vec::with_capacity(chunk.len()), findings: Findings::default() };
    let mut expected = start;
    for row in &chunk {
        let at = row.seq.unwrap_or(-1);
        while expected < at {
            out.missing(expected);
            expected += 1;
        }
        let seq = u64::try_from(at).ok();
        out.leaves.push(check_row(row, seq, &mut out.findings));
        expected = at + 1;
    }
    while expected < end {
        out.missing(expected);
        expected += 1;
    }
    out
}

impl Checked {
    fn missing(&mut self, seq: i64) {
        self.findings.add(u64::try_from(seq).ok(), None, "the entry at this place is missing");
        // A leaf that no row has keeps the places of the others.
        self.leaves.push(wardpost_tlog::leaf_hash(b""));
    }
}

fn check_row(row: &EntryRow, seq: Option<u64>, f: &mut Findings) -> Hash {
    let leaf = leaf_of(row);
    if leaf.as_bytes().as_slice() != row.leaf_hash {
        f.add(seq, Some(row.id), "the entry was altered: its columns do not give its leaf");
    }
    if let Some(sealed) = &row.sealed_details
        && digest(&SHA256, sealed).as_ref() != row.details_hash
    {
        f.add(seq, Some(row.id), "the sealed details of the entry were altered");
    }
    leaf
}
