//! A key store that forgets: for tests.

use crate::{Insert, KeyKind, KeyRow, KeyStore, KeyStoreError};
use async_trait::async_trait;
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// Keeps keys in memory only. For tests: with it, everything sealed is lost when the process ends.
#[derive(Debug, Default)]
pub struct MemoryKeyStore(Mutex<Vec<KeyRow>>);

impl MemoryKeyStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn rows(&self) -> MutexGuard<'_, Vec<KeyRow>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl KeyStore for MemoryKeyStore {
    async fn load(&self, id: Uuid) -> Result<Option<KeyRow>, KeyStoreError> {
        Ok(self.rows().iter().find(|row| row.id == id).cloned())
    }

    async fn find(&self, org: Uuid, kind: KeyKind, label: &str) -> Result<Option<KeyRow>, KeyStoreError> {
        Ok(find(&self.rows(), org, kind, label).cloned())
    }

    async fn list(&self) -> Result<Vec<KeyRow>, KeyStoreError> {
        Ok(self.rows().clone())
    }

    async fn insert_if_absent(&self, row: KeyRow) -> Result<Insert, KeyStoreError> {
        Ok(insert(&mut self.rows(), row))
    }

    async fn replace_epoch(&self, from: i64, destroyed: &[Uuid], rows: Vec<KeyRow>) -> Result<bool, KeyStoreError> {
        let mut stored = self.rows();
        let replace = may_replace(&stored, from, destroyed, &rows);
        if replace {
            *stored = rows;
        }
        Ok(replace)
    }
}

pub(crate) fn find<'a>(rows: &'a [KeyRow], org: Uuid, kind: KeyKind, label: &str) -> Option<&'a KeyRow> {
    rows.iter().find(|row| row.org == org && row.kind == kind && row.label == label)
}

/// [`KeyStore::insert_if_absent`] on rows in memory.
pub(crate) fn insert(rows: &mut Vec<KeyRow>, row: KeyRow) -> Insert {
    if let Some(found) = find(rows, row.org, row.kind, &row.label) {
        return Insert::Exists(found.clone());
    }
    let epoch = rows.iter().find(|r| r.kind == KeyKind::Master).map(|r| r.epoch);
    let first = epoch.is_none() && row.kind == KeyKind::Master;
    if !first && epoch != Some(row.epoch) {
        return Insert::Stale;
    }
    rows.push(row);
    Insert::Stored
}

/// Whether [`KeyStore::replace_epoch`] may go on.
pub(crate) fn may_replace(stored: &[KeyRow], from: i64, destroyed: &[Uuid], rows: &[KeyRow]) -> bool {
    let have: BTreeSet<Uuid> = stored.iter().map(|row| row.id).collect();
    let expected: BTreeSet<Uuid> = rows.iter().map(|row| row.id).chain(destroyed.iter().copied()).collect();
    have == expected && stored.iter().all(|row| row.epoch == from)
}
