//! The vault's key store over a small database of its own, apart from the data and with a backup rule of its own.

use async_trait::async_trait;
use uuid::Uuid;
use wardpost_store::migrate::KEY_MIGRATIONS;
use wardpost_store::repo::keys::{self, Inserted, KeyRow as Stored};
use wardpost_store::{Db, DbConfig, StoreError};
use wardpost_vault::{Insert, KeyKind, KeyRow, KeyStore, KeyStoreError};

/// Keeps wrapped keys in SQLite or PostgreSQL.
#[derive(Clone)]
pub struct SqlKeyStore(Db);

impl SqlKeyStore {
    /// Opens the database and brings its schema up to date. `now_us` is kept with what was applied.
    ///
    /// # Errors
    /// When the database can't be opened, or belongs to a newer program.
    pub async fn open(config: &DbConfig, now_us: i64) -> Result<Self, StoreError> {
        let db = Db::open(config).await?;
        db.migrate_to(KEY_MIGRATIONS, now_us).await?;
        Ok(Self(db))
    }

    /// Over an open database that has the schema.
    #[cfg(test)]
    pub fn over(db: Db) -> Self {
        Self(db)
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.0
    }

    async fn by_name(&self, org: Uuid, kind: &str, label: &str) -> Result<Option<KeyRow>, KeyStoreError> {
        let row = keys::find(&self.0, org, kind, label).await.map_err(failed("finding a key"))?;
        row.map(vault_row).transpose()
    }
}

#[async_trait]
impl KeyStore for SqlKeyStore {
    async fn load(&self, id: Uuid) -> Result<Option<KeyRow>, KeyStoreError> {
        keys::load(&self.0, id).await.map_err(failed("loading a key"))?.map(vault_row).transpose()
    }

    async fn find(&self, org: Uuid, kind: KeyKind, label: &str) -> Result<Option<KeyRow>, KeyStoreError> {
        self.by_name(org, kind.as_str(), label).await
    }

    async fn list(&self) -> Result<Vec<KeyRow>, KeyStoreError> {
        let rows = keys::list(&self.0).await.map_err(failed("listing keys"))?;
        rows.into_iter().map(vault_row).collect()
    }

    async fn insert_if_absent(&self, row: KeyRow) -> Result<Insert, KeyStoreError> {
        let stored = stored_row(row);
        let (org, kind, label) = (stored.org, stored.kind.clone(), stored.label.clone());
        match keys::insert(&self.0, stored).await.map_err(failed("storing a key"))? {
            Inserted::Stored => Ok(Insert::Stored),
            Inserted::Stale => Ok(Insert::Stale),
            // It may have been destroyed since: then the caller looks again.
            Inserted::Taken => Ok(self.by_name(org, &kind, &label).await?.map_or(Insert::Stale, Insert::Exists)),
        }
    }

    async fn replace_epoch(&self, from: i64, destroyed: &[Uuid], rows: Vec<KeyRow>) -> Result<bool, KeyStoreError> {
        let rows = rows.into_iter().map(stored_row).collect();
        keys::replace_epoch(&self.0, from, destroyed, rows).await.map_err(failed("changing the epoch"))
    }
}

fn vault_row(row: Stored) -> Result<KeyRow, KeyStoreError> {
    let Stored { id, org, kind, label, epoch, wrapped } = row;
    Ok(KeyRow { id, org, kind: kind.parse()?, label, epoch, wrapped })
}

fn stored_row(row: KeyRow) -> Stored {
    let KeyRow { id, org, kind, label, epoch, wrapped } = row;
    Stored { id, org, kind: kind.as_str().to_owned(), label, epoch, wrapped }
}

fn failed(step: &'static str) -> impl Fn(StoreError) -> KeyStoreError {
    move |e| KeyStoreError::with(step, e)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;
    use std::sync::Arc;
    use wardpost_model::OrgId;
    use wardpost_store::both_engines;
    use wardpost_store::testing::prepare_all;
    use wardpost_vault::{Month, RootKey, Vault};

    both_engines! {
        using KEY_MIGRATIONS;

        fn the_key_store_keeps_its_promises(db) {
            wardpost_vault::contract::check(&SqlKeyStore::over(db.db().clone())).await.unwrap();
        }

        fn every_statement_can_be_prepared(db) {
            assert_eq!(prepare_all(db.db(), keys::ALL).await, [""; 0]);
        }

        fn nodes_that_start_at_once_agree_on_the_keys(db) {
            let another = SqlKeyStore::over(db.another().await);
            let one = SqlKeyStore::over(db.db().clone());
            let root = RootKey::generate();
            let text = wardpost_vault::random_bytes::<32>();
            drop((root, text));
            let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
            let open = |store: SqlKeyStore| Vault::open_or_create(RootKey::from_base64(key).unwrap(), Arc::new(store));
            let (a, b) = tokio::join!(open(one), open(another));
            let (a, b) = (a.unwrap(), b.unwrap());
            let org = OrgId(Uuid::from_u128(7));
            let (x, y) = tokio::join!(a.create_org(org), b.create_org(org));
            assert!(x.is_ok() != y.is_ok(), "one of them made it");
            let purpose = wardpost_vault::Purpose::new("test");
            let sealed = a.org(org).await.unwrap().seal(purpose, b"row", b"word");
            assert_eq!(b.org(org).await.unwrap().open(purpose, b"row", &sealed).unwrap().as_slice(), b"word");
        }

        fn a_destroyed_bucket_is_gone_for_every_node(db) {
            let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
            let open = |store: SqlKeyStore| Vault::open_or_create(RootKey::from_base64(key).unwrap(), Arc::new(store));
            let a = open(SqlKeyStore::over(db.db().clone())).await.unwrap();
            let b = open(SqlKeyStore::over(db.another().await)).await.unwrap();
            let org = a.create_org(OrgId(Uuid::from_u128(7))).await.unwrap();
            let (doomed, kept) = {
                let class = "mail-20y".parse().unwrap();
                let month = |m| Month::new(2046, m).unwrap();
                (org.bucket(&class, month(1)).await.unwrap(), org.bucket(&class, month(2)).await.unwrap())
            };
            let there = b.org(OrgId(Uuid::from_u128(7))).await.unwrap();
            assert_eq!(there.buckets().await.unwrap().len(), 2);
            let gone = a.shred(&[doomed.id()]).await.unwrap();
            assert_eq!((gone.len(), gone[0].key), (1, doomed.id().0));
            b.refresh().await.unwrap();
            let left = b.org(OrgId(Uuid::from_u128(7))).await.unwrap().buckets().await.unwrap();
            assert_eq!(left.iter().map(|(id, ..)| *id).collect::<Vec<_>>(), [kept.id()]);
        }
    }

    #[tokio::test]
    async fn sqlite_keeps_no_byte_of_a_replaced_key() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("keys.db");
        let store = SqlKeyStore::open(&DbConfig::sqlite(&file), 0).await.unwrap();
        let marked = |id: u128, kind, label: &str, epoch: i64| KeyRow {
            id: Uuid::from_u128(id),
            org: if kind == KeyKind::Master { Uuid::nil() } else { Uuid::from_u128(7) },
            kind,
            label: label.to_owned(),
            epoch,
            wrapped: format!("wrapped key {id} of epoch {epoch} {}", "x".repeat(60)).into_bytes(),
        };
        store.insert_if_absent(marked(1, KeyKind::Master, "key", 1)).await.unwrap();
        for id in 2..200 {
            let row = marked(id, KeyKind::Bucket, &format!("mail/{id}"), 1);
            assert_eq!(store.insert_if_absent(row).await.unwrap(), Insert::Stored);
        }
        assert!(holds(dir.path(), b"of epoch 1 "), "the search finds what is there");
        let kept = (2..199).map(|id| marked(id, KeyKind::Bucket, &format!("mail/{id}"), 2));
        let rows = std::iter::once(marked(1, KeyKind::Master, "key", 2)).chain(kept).collect();
        assert!(store.replace_epoch(1, &[Uuid::from_u128(199)], rows).await.unwrap());
        assert!(!holds(dir.path(), b"of epoch 1 "), "an old key is still in a file");
        assert!(holds(dir.path(), b"of epoch 2 "));
    }

    fn holds(folder: &Path, word: &[u8]) -> bool {
        std::fs::read_dir(folder)
            .unwrap()
            .any(|f| std::fs::read(f.unwrap().path()).unwrap().windows(word.len()).any(|w| w == word))
    }
}
