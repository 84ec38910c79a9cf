//! Giving entries their place in the Merkle tree. Every node may run the sequencer: the head is moved by compare-and-set,
//! so that one of them wins each round and nothing gets two places.

use crate::error::guard;
use crate::{Core, Error, Result};
use std::time::Duration;
use wardpost_gate::Scope;
use wardpost_model::AuditId;
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_store::repo::audit::{self as rows, HeadRow};
use wardpost_store::{Batch, StoreError};
use wardpost_tlog::{Checkpoint, Edge, Hash, LogKey, ProofFile, TileId, TileSet, TlogError, VerifierKey};

/// Entries placed in one commit.
const BATCH: i64 = 1000;

/// The state of the log, to be published or kept elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogStatus {
    /// Name of the log.
    pub origin: String,
    /// Entries in the tree.
    pub size: u64,
    /// Root over them, base64.
    pub root: String,
    /// The signed checkpoint (C2SP tlog-checkpoint).
    pub checkpoint: String,
    /// The public key, in signed-note form.
    pub verifier_key: String,
    /// Entries that wait for their place (normally for less than a second).
    pub pending: u64,
}

impl Core {
    /// Places entries for as long as the store is open.
    ///
    /// # Errors
    /// None: troubles are logged and waited out.
    pub async fn run_sequencer(&self) -> Result<()> {
        let mut wake = self.db().watch();
        let mut edge: Option<Edge> = None;
        loop {
            match self.sequence_once(&mut edge).await {
                Ok(0) => {
                    if let Ok(Err(_)) = tokio::time::timeout(Duration::from_secs(2), wake.changed()).await {
                        return Ok(());
                    }
                    // Commits come in bursts: one look for all of a burst.
                    tokio::time::sleep(Duration::from_millis(150)).await;
                }
                Ok(_) => {}
                Err(Error::Unavailable(_)) => tokio::time::sleep(Duration::from_secs(1)).await,
                Err(e) => {
                    tracing::error!(error = &e as &dyn std::error::Error, "the audit log can't be continued");
                    tokio::time::sleep(Duration::from_secs(5)).await;
                }
            }
        }
    }

    /// Places what is pending now; for commands and orderly shutdown.
    ///
    /// # Errors
    /// As for one round.
    pub async fn sequence_all(&self) -> Result<u64> {
        let mut edge = None;
        let mut placed = 0;
        loop {
            match self.sequence_once(&mut edge).await? {
                0 => return Ok(placed),
                n => placed += n,
            }
        }
    }

    async fn sequence_once(&self, cached: &mut Option<Edge>) -> Result<u64> {
        let pending = rows::pending(self.db(), self.org(), BATCH).await?;
        if pending.is_empty() {
            return Ok(0);
        }
        let key = self.log_key()?;
        let head = rows::head(self.db(), self.org()).await?;
        let size = head.as_ref().map_or(0, |h| u64::try_from(h.size).unwrap_or(0));
        let mut edge = match cached.take().filter(|e| e.size() == size) {
            Some(edge) => edge,
            None => Edge::load(size, &self.tiles(Edge::tiles_needed(size)).await?).map_err(log_error)?,
        };
        if let Some(h) = &head
            && edge.root().as_bytes().as_slice() != h.root
        {
            return Err(log_error(TlogError::InconsistentHead { old: size, new: edge.size() }));
        }
        let leaves =
            pending.iter().map(|(_, l)| Hash::from_slice(l)).collect::<Result<Vec<_>, _>>().map_err(log_error)?;
        let changed = edge.append(&leaves).map_err(log_error)?;
        let next = Checkpoint { origin: key.origin().to_owned(), size: edge.size(), root: edge.root() };
        let checkpoint = match &head {
            None => key.sign_first(&next).map_err(log_error)?,
            Some(h) => {
                let verifier = VerifierKey::parse(&key.verifier_key()).map_err(log_error)?;
                let last = Checkpoint::verify(h.checkpoint.as_bytes(), &verifier).map_err(log_error)?;
                let wanted = wardpost_tlog::tiles_for_consistency(size, next.size).map_err(log_error)?;
                let fresh: Vec<TileId> = changed.iter().map(|t| t.id).collect();
                let stored = wanted.into_iter().filter(|t| !fresh.contains(t)).collect();
                let mut tiles = self.tiles(stored).await?;
                tiles.apply(changed.clone());
                let proof = wardpost_tlog::consistency_proof(size, next.size, &tiles).map_err(log_error)?;
                key.sign_successor(&last, &next, &proof).map_err(log_error)?
            }
        };
        let mut batch = Batch::new();
        let row = HeadRow { size: as_i64(next.size), root: next.root.as_bytes().to_vec(), checkpoint };
        // The head first: whoever moves it owns the round.
        rows::put_head(&mut batch, self.org(), head.map(|h| h.size), row, guard::STATE);
        for (seq, (id, _)) in (size..).zip(&pending) {
            rows::set_seq(&mut batch, self.org(), *id, as_i64(seq), guard::STATE);
        }
        for tile in changed {
            rows::put_tile(&mut batch, self.org(), i64::from(tile.id.level), as_i64(tile.id.index), tile.bytes);
        }
        match self.db().write(batch).await {
            Ok(_) => {
                *cached = Some(edge);
                Ok(pending.len() as u64)
            }
            // Another node had this round: look again.
            Err(StoreError::Guard(_) | StoreError::Conflict(_)) => Ok(1),
            Err(e) => Err(e.into()),
        }
    }

    /// The log's signed head and public key.
    ///
    /// # Errors
    /// [`Error::Denied`] without `audit.prove`.
    pub async fn audit_log_status(&self, actor: &Actor) -> Result<LogStatus> {
        self.allow(actor, Permission::AuditProve, Scope::Organisation).await?;
        self.log_status().await
    }

    /// As [`Core::audit_log_status`], for commands of the operator.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn log_status(&self) -> Result<LogStatus> {
        let key = self.log_key()?;
        let pending = rows::count_pending(self.db(), self.org()).await?;
        let head = rows::head(self.db(), self.org()).await?;
        let (size, root, checkpoint) = head.map_or((0, Vec::new(), String::new()), |h| (h.size, h.root, h.checkpoint));
        Ok(LogStatus {
            origin: key.origin().to_owned(),
            size: u64::try_from(size).unwrap_or(0),
            root: Hash::from_slice(&root).map_or_else(|_| String::new(), |h| h.to_string()),
            checkpoint,
            verifier_key: key.verifier_key(),
            pending: u64::try_from(pending).unwrap_or(0),
        })
    }

    /// The proof of one entry's place, checkable without Wardpost (c2sp.org/tlog-proof). Its extra data is the record.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] when it has no place yet.
    pub async fn prove_audit(&self, actor: &Actor, id: AuditId) -> Result<String> {
        self.allow(actor, Permission::AuditProve, Scope::Organisation).await?;
        self.prove_entry(id).await
    }

    /// As [`Core::prove_audit`], for commands of the operator.
    ///
    /// # Errors
    /// As there.
    pub async fn prove_entry(&self, id: AuditId) -> Result<String> {
        let row = rows::get(self.db(), self.org(), id).await?.ok_or(Error::NotFound)?;
        let seq = row.seq.and_then(|s| u64::try_from(s).ok()).ok_or(Error::Conflict("not_sequenced_yet"))?;
        let head = rows::head(self.db(), self.org()).await?.ok_or(Error::NotFound)?;
        let size = u64::try_from(head.size).unwrap_or(0);
        let tiles = self.tiles(wardpost_tlog::tiles_for_inclusion(seq, size).map_err(log_error)?).await?;
        let proof = wardpost_tlog::inclusion_proof(seq, size, &tiles).map_err(log_error)?;
        let extra = Some(super::record_of(&row));
        Ok(ProofFile { extra, index: seq, proof, checkpoint: head.checkpoint }.to_text())
    }

    /// The log's signing key, derived from the organisation's. Its name is that of the organisation alone: the log goes
    /// on under it when a server is renamed, and on every node.
    pub(crate) fn log_key(&self) -> Result<LogKey> {
        let origin = format!("wardpost-audit/{}", self.org().0);
        let seed = self.vault().derive_signing_seed("audit.log");
        LogKey::from_seed(&origin, &seed).map_err(log_error)
    }

    pub(crate) async fn tiles(&self, ids: Vec<TileId>) -> Result<TileSet> {
        let mut set = TileSet::new();
        for id in ids {
            let found = rows::tile(self.db(), self.org(), i64::from(id.level), as_i64(id.index)).await?;
            let bytes = found.ok_or_else(|| log_error(TlogError::MissingTile(id)))?;
            set.insert(id, bytes).map_err(log_error)?;
        }
        Ok(set)
    }
}

pub(crate) fn as_i64(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

pub(crate) fn log_error(e: TlogError) -> Error {
    Error::internal("continuing the audit log", e)
}
