//! Destroying keys.
//!
//! A wrapped key that was merely deleted can come back: from a free page, a write-ahead log, a block not yet reused. So
//! keys are destroyed by the epoch: the survivors are wrapped anew under a new master key, and the old master with all
//! rows under it is removed in one atomic step. What is left of the old rows anywhere opens nothing without it.

use crate::crypto::Secret;
use crate::vault::{Master, Shared, TRIES};
use crate::{KeyKind, KeyRow, RootKey, Vault, VaultError};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError};
use uuid::Uuid;
use wardpost_model::{BucketId, OrgId};

/// What was destroyed: the facts for the certificate in the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destroyed {
    /// The key's id, as in every envelope that it wrapped.
    pub key: Uuid,
    /// Organisation.
    pub org: OrgId,
    /// Bucket or organisation key.
    pub kind: KeyKind,
    /// `class/month` of a bucket.
    pub label: String,
    /// Sixteen hexadecimal digits derived from the key: they show that it was this key, and tell nothing about it.
    pub fingerprint: String,
    /// The first epoch in which the key no longer exists.
    pub epoch: i64,
}

impl Vault {
    /// Destroys buckets, of any organisations, all or none.
    ///
    /// # Errors
    /// [`VaultError::KeyGone`] when one of them doesn't exist (nothing is destroyed then), [`VaultError::Busy`],
    /// [`VaultError::Store`], [`VaultError::Inconsistent`].
    pub async fn shred(&self, buckets: &[BucketId]) -> Result<Vec<Destroyed>, VaultError> {
        self.shared.shred(buckets).await
    }

    /// Destroys an organisation's key and all its buckets. Handles of its vault that are held elsewhere in this process
    /// work until dropped.
    ///
    /// # Errors
    /// [`VaultError::OrgUnknown`]; as [`Vault::shred`].
    pub async fn destroy_org(&self, org: OrgId) -> Result<Vec<Destroyed>, VaultError> {
        if org.0.is_nil() {
            return Err(VaultError::OrgUnknown);
        }
        let destroyed = self.shared.next_epoch(None, |rows| {
            let doomed: BTreeSet<Uuid> = rows.iter().filter(|row| row.org == org.0).map(|row| row.id).collect();
            if doomed.is_empty() { Err(VaultError::OrgUnknown) } else { Ok(doomed) }
        });
        let destroyed = destroyed.await?;
        self.forget();
        Ok(destroyed)
    }

    /// Changes the root key: from now on only `root` opens this key store.
    ///
    /// # Errors
    /// [`VaultError::Busy`], [`VaultError::Store`], [`VaultError::Inconsistent`].
    pub async fn change_root(&self, root: RootKey) -> Result<(), VaultError> {
        self.shared.next_epoch(Some(Arc::new(root)), |_| Ok(BTreeSet::new())).await.map(|_| ())
    }
}

impl Shared {
    pub(crate) async fn shred(&self, buckets: &[BucketId]) -> Result<Vec<Destroyed>, VaultError> {
        let doomed: BTreeSet<Uuid> = buckets.iter().map(|id| id.0).collect();
        if doomed.is_empty() {
            return Ok(Vec::new());
        }
        self.next_epoch(None, |rows| {
            let found = rows.iter().filter(|row| row.kind == KeyKind::Bucket && doomed.contains(&row.id)).count();
            if found == doomed.len() { Ok(doomed.clone()) } else { Err(VaultError::KeyGone) }
        })
        .await
    }

    /// Goes to the next epoch without the keys that `choose` names.
    async fn next_epoch(
        &self,
        new_root: Option<Arc<RootKey>>,
        choose: impl Fn(&[KeyRow]) -> Result<BTreeSet<Uuid>, VaultError> + Send,
    ) -> Result<Vec<Destroyed>, VaultError> {
        let root = new_root.clone().unwrap_or_else(|| self.root());
        for _ in 0..TRIES {
            let rows = self.store.list().await?;
            let doomed = choose(&rows)?;
            let turn = turn(&self.root(), &root, &rows, &doomed)?;
            let doomed: Vec<Uuid> = doomed.into_iter().collect();
            if self.store.replace_epoch(turn.from, &doomed, turn.rows).await? {
                if new_root.is_some() {
                    *self.root.write().unwrap_or_else(PoisonError::into_inner) = root;
                }
                self.advance(turn.master);
                return Ok(turn.destroyed);
            }
        }
        Err(VaultError::Busy)
    }
}

/// A prepared turn of the epoch.
struct Turn {
    from: i64,
    master: Master,
    rows: Vec<KeyRow>,
    destroyed: Vec<Destroyed>,
}

fn turn(old_root: &RootKey, root: &RootKey, rows: &[KeyRow], doomed: &BTreeSet<Uuid>) -> Result<Turn, VaultError> {
    let mut masters = rows.iter().filter(|row| row.kind == KeyKind::Master);
    let (Some(master_row), None) = (masters.next(), masters.next()) else {
        return Err(VaultError::Inconsistent("there isn't exactly one master key"));
    };
    let old = Master::open(old_root, master_row)?;
    let master = Master { epoch: old.epoch + 1, id: old.id, key: Secret::random() };
    let mut turn = Turn { from: old.epoch, rows: vec![master.row(root)], destroyed: Vec::new(), master };

    let mut org_keys = HashMap::new();
    for row in rows.iter().filter(|row| row.kind == KeyKind::Org) {
        let key = old.open_org(row)?;
        let kept = turn.master.org_row(row.id, row.org, &key);
        turn.put(row, &key, kept, doomed);
        org_keys.insert(row.org, key);
    }
    for row in rows.iter().filter(|row| row.kind == KeyKind::Bucket) {
        let org_key = org_keys.get(&row.org).ok_or(VaultError::Inconsistent("a bucket without its organisation"))?;
        let key = old.open_bucket(org_key, row)?;
        let kept = turn.master.bucket_row(org_key, row.id, row.org, &row.label, &key);
        turn.put(row, &key, kept, doomed);
    }
    Ok(turn)
}

impl Turn {
    fn put(&mut self, row: &KeyRow, key: &Secret, kept: KeyRow, doomed: &BTreeSet<Uuid>) {
        if !doomed.contains(&row.id) {
            self.rows.push(kept);
            return;
        }
        self.destroyed.push(Destroyed {
            key: row.id,
            org: OrgId(row.org),
            kind: row.kind,
            label: row.label.clone(),
            fingerprint: key.fingerprint(),
            epoch: self.master.epoch,
        });
    }
}
