//! Making, sharing and destroying keys.

use super::*;

#[tokio::test]
async fn what_one_node_sealed_another_opens() {
    let (one, store) = vault().await;
    let org = one.create_org(org_id(1)).await.unwrap();
    let column = org.seal(SUBJECT, b"row", b"a name");
    let (key, wrapped) = org.bucket(&class(), month("2046-11")).await.unwrap().make_data_key(b"message");
    let body = key.seal(BODY, b"message", b"a body");

    let two = Vault::open(root(), store).await.unwrap().org(org_id(1)).await.unwrap();
    assert_eq!(*two.open(SUBJECT, b"row", &column).unwrap(), b"a name");
    assert!(two.try_open_data_key(&wrapped, b"message").unwrap().is_none());
    let key = two.open_data_key(&wrapped, b"message").await.unwrap();
    assert_eq!(*key.open(BODY, b"message", &body).unwrap(), b"a body");
    assert!(two.try_open_data_key(&wrapped, b"message").unwrap().is_some());
    assert_eq!(two.blind_index(SUBJECT, b"x"), org.blind_index(SUBJECT, b"x"));
    assert_eq!(*two.derive_signing_seed("audit"), *org.derive_signing_seed("audit"));
}

#[tokio::test]
async fn two_nodes_that_want_a_bucket_at_once_get_the_same() {
    let (first, store) = vault().await;
    first.create_org(org_id(1)).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let store = store.clone();
        tasks.spawn(async move {
            let org = Vault::open(root(), store).await.unwrap().org(org_id(1)).await.unwrap();
            let bucket = org.bucket(&class(), month("2030-01")).await.unwrap();
            (bucket.id(), bucket.make_data_key(b"row").1)
        });
    }
    let made = tasks.join_all().await;
    let org = first.org(org_id(1)).await.unwrap();
    let bucket = org.bucket(&class(), month("2030-01")).await.unwrap();
    for (id, wrapped) in made {
        assert_eq!(id, bucket.id());
        bucket.open_data_key(&wrapped, b"row").unwrap();
    }
}

#[tokio::test]
async fn a_destroyed_bucket_opens_nowhere_and_its_neighbours_do() {
    let (vault, store) = vault().await;
    let org = vault.create_org(org_id(1)).await.unwrap();
    let doomed = org.bucket(&class(), month("2026-01")).await.unwrap();
    let kept = org.bucket(&class(), month("2026-02")).await.unwrap();
    let (_, gone) = doomed.make_data_key(b"row");
    let (_, stays) = kept.make_data_key(b"row");
    let other_node = Vault::open(root(), store.clone()).await.unwrap();
    let other_org = other_node.org(org_id(1)).await.unwrap();
    other_org.open_data_key(&gone, b"row").await.unwrap();

    let certificate = org.destroy_bucket(doomed.id()).await.unwrap();
    assert_eq!((certificate.key, certificate.label.as_str()), (doomed.id().0, "mail-nl-20y/2026-01"));
    assert_eq!(certificate.epoch, vault.epoch());
    assert!(matches!(org.open_data_key(&gone, b"row").await, Err(VaultError::KeyGone)));
    assert!(org.try_open_data_key(&gone, b"row").unwrap().is_none());
    org.open_data_key(&stays, b"row").await.unwrap();

    other_node.refresh().await.unwrap();
    assert!(matches!(other_org.open_data_key(&gone, b"row").await, Err(VaultError::KeyGone)));
    other_org.open_data_key(&stays, b"row").await.unwrap();
    let fresh = Vault::open(root(), store).await.unwrap().org(org_id(1)).await.unwrap();
    assert!(matches!(fresh.open_data_key(&gone, b"row").await, Err(VaultError::KeyGone)));
    fresh.open_data_key(&stays, b"row").await.unwrap();
    assert!(matches!(org.destroy_bucket(doomed.id()).await, Err(VaultError::KeyGone)));
}

#[tokio::test]
async fn former_rows_open_nothing_once_the_epoch_has_passed() {
    let (vault, store) = vault().await;
    let org = vault.create_org(org_id(1)).await.unwrap();
    let doomed = org.bucket(&class(), month("2026-01")).await.unwrap();
    let before = store.list().await.unwrap();
    vault.shred(&[doomed.id()]).await.unwrap();

    // All that was left on some disk, save the master key, beside the current master key.
    let after = store.list().await.unwrap();
    let master = after.iter().find(|row| row.kind == KeyKind::Master).unwrap();
    assert!(after.iter().all(|new| before.iter().all(|old| old.wrapped != new.wrapped)));
    let pieced = MemoryKeyStore::new();
    pieced.insert_if_absent(master.clone()).await.unwrap();
    for row in before.into_iter().filter(|row| row.kind != KeyKind::Master) {
        pieced.insert_if_absent(KeyRow { epoch: master.epoch, ..row }).await.unwrap();
    }
    assert!(matches!(Vault::open(root(), Arc::new(pieced)).await, Err(VaultError::Refused)));
}

#[tokio::test]
async fn a_node_behind_the_epoch_catches_up_when_it_makes_a_bucket() {
    let (vault, store) = vault().await;
    let org = vault.create_org(org_id(1)).await.unwrap();
    let doomed = org.bucket(&class(), month("2026-01")).await.unwrap();
    let behind = Vault::open(root(), store).await.unwrap();
    let late = behind.org(org_id(1)).await.unwrap();
    vault.shred(&[doomed.id()]).await.unwrap();

    let bucket = late.bucket(&class(), month("2027-01")).await.unwrap();
    assert_eq!(behind.epoch(), vault.epoch());
    assert_eq!(org.bucket(&class(), month("2027-01")).await.unwrap().id(), bucket.id());
    assert_eq!(behind.create_org(org_id(2)).await.unwrap().org_id(), org_id(2));
}

#[tokio::test]
async fn shredding_is_all_or_nothing() {
    let (vault, _) = vault().await;
    let org = vault.create_org(org_id(1)).await.unwrap();
    let bucket = org.bucket(&class(), month("2026-01")).await.unwrap();
    let unknown = wardpost_model::BucketId(Uuid::from_u128(9));
    assert!(matches!(vault.shred(&[bucket.id(), unknown]).await, Err(VaultError::KeyGone)));
    assert_eq!(org.buckets().await.unwrap(), [(bucket.id(), class(), month("2026-01"))]);
    assert!(vault.shred(&[]).await.unwrap().is_empty());
    assert_eq!(vault.epoch(), 1);
}

#[tokio::test]
async fn a_bucket_of_another_organisation_is_neither_opened_nor_destroyed() {
    let (vault, _) = vault().await;
    let one = vault.create_org(org_id(1)).await.unwrap();
    let two = vault.create_org(org_id(2)).await.unwrap();
    let bucket = one.bucket(&class(), month("2026-01")).await.unwrap();
    let (_, wrapped) = bucket.make_data_key(b"row");
    assert!(matches!(two.open_data_key(&wrapped, b"row").await, Err(VaultError::Refused)));
    assert!(matches!(two.destroy_bucket(bucket.id()).await, Err(VaultError::KeyGone)));
    one.open_data_key(&wrapped, b"row").await.unwrap();
}

#[tokio::test]
async fn a_destroyed_organisation_is_gone_and_the_others_are_not() {
    let (vault, store) = vault().await;
    let one = vault.create_org(org_id(1)).await.unwrap();
    let two = vault.create_org(org_id(2)).await.unwrap();
    one.bucket(&class(), month("2026-01")).await.unwrap();
    let kept = two.seal(SUBJECT, b"row", b"kept");
    assert_eq!(vault.destroy_org(org_id(1)).await.unwrap().len(), 2);
    assert!(matches!(vault.org(org_id(1)).await, Err(VaultError::OrgUnknown)));
    let again = Vault::open(root(), store).await.unwrap();
    assert_eq!(*again.org(org_id(2)).await.unwrap().open(SUBJECT, b"row", &kept).unwrap(), b"kept");
    assert!(matches!(vault.destroy_org(org_id(1)).await, Err(VaultError::OrgUnknown)));
}

#[tokio::test]
async fn after_a_change_only_the_new_root_key_opens_the_store() {
    let (vault, store) = vault().await;
    let org = vault.create_org(org_id(1)).await.unwrap();
    let sealed = org.seal(SUBJECT, b"row", b"x");
    let new = || RootKey::from_base64("/////////////////////////////////////////zA=").unwrap();
    vault.change_root(new()).await.unwrap();
    assert!(matches!(Vault::open(root(), store.clone()).await, Err(VaultError::WrongRoot)));
    let opened = Vault::open(new(), store).await.unwrap().org(org_id(1)).await.unwrap();
    assert_eq!(*opened.open(SUBJECT, b"row", &sealed).unwrap(), b"x");
    // The running node goes on as well.
    vault.org(org_id(1)).await.unwrap().bucket(&class(), month("2031-01")).await.unwrap();
}

#[tokio::test]
async fn opening_and_creating_refuse_each_others_states() {
    let store: Arc<dyn KeyStore> = Arc::new(MemoryKeyStore::new());
    assert!(matches!(Vault::open(root(), store.clone()).await, Err(VaultError::NotCreated)));
    Vault::create(root(), store.clone()).await.unwrap();
    assert!(matches!(Vault::create(root(), store.clone()).await, Err(VaultError::AlreadyCreated)));
    assert!(matches!(Vault::open(RootKey::generate(), store.clone()).await, Err(VaultError::WrongRoot)));
    let vault = Vault::open_or_create(root(), store).await.unwrap();
    assert!(matches!(vault.org(org_id(1)).await, Err(VaultError::OrgUnknown)));
    vault.create_org(org_id(1)).await.unwrap();
    assert!(matches!(vault.create_org(org_id(1)).await, Err(VaultError::OrgExists)));
    // The nil organisation is the installation's own vault and is reached by `system` only.
    assert!(vault.org(org_id(0)).await.is_err() && vault.create_org(org_id(0)).await.is_err());
    assert!(vault.destroy_org(org_id(0)).await.is_err());
}

#[tokio::test]
async fn a_key_row_passed_for_another_is_refused() {
    let (vault, store) = vault().await;
    let org = vault.create_org(org_id(1)).await.unwrap();
    org.bucket(&class(), month("2026-01")).await.unwrap();
    let rows = store.list().await.unwrap();
    let forged = MemoryKeyStore::new();
    for row in rows {
        // Somebody with access to the table moves the expiry out, so that the month isn't destroyed.
        let label = row.label.replace("2026-01", "2099-01");
        forged.insert_if_absent(KeyRow { label, ..row }).await.unwrap();
    }
    let forged = Vault::open(root(), Arc::new(forged)).await.unwrap().org(org_id(1)).await.unwrap();
    assert!(matches!(forged.bucket(&class(), month("2099-01")).await, Err(VaultError::Refused)));
}
