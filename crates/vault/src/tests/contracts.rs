//! Both stores of this crate keep the promises of a key store, and the check notices one that doesn't.

use super::*;
use async_trait::async_trait;

#[tokio::test]
async fn the_stores_of_this_crate_keep_the_contract() {
    contract::check(&MemoryKeyStore::new()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    contract::check(&FileKeyStore::new(folder.path().join("keys"))).await.unwrap();
}

/// Replaces epochs without looking.
#[derive(Default)]
struct Careless(MemoryKeyStore);

#[async_trait]
impl KeyStore for Careless {
    async fn load(&self, id: Uuid) -> Result<Option<KeyRow>, KeyStoreError> {
        self.0.load(id).await
    }
    async fn find(&self, org: Uuid, kind: KeyKind, label: &str) -> Result<Option<KeyRow>, KeyStoreError> {
        self.0.find(org, kind, label).await
    }
    async fn list(&self) -> Result<Vec<KeyRow>, KeyStoreError> {
        self.0.list().await
    }
    async fn insert_if_absent(&self, row: KeyRow) -> Result<Insert, KeyStoreError> {
        self.0.insert_if_absent(row).await
    }
    async fn replace_epoch(&self, from: i64, _: &[Uuid], rows: Vec<KeyRow>) -> Result<bool, KeyStoreError> {
        let kept: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let gone: Vec<Uuid> = self.0.list().await?.iter().map(|row| row.id).filter(|id| !kept.contains(id)).collect();
        self.0.replace_epoch(from, &gone, rows).await
    }
}

#[tokio::test]
async fn a_store_that_drops_what_it_was_not_told_to_is_found_out() {
    let broken = contract::check(&Careless::default()).await.unwrap_err();
    assert!(broken.to_string().contains("dropped"), "{broken}");
}
