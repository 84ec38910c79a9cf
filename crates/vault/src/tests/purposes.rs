//! A value opens only where it belongs.

use super::*;

#[tokio::test]
async fn a_column_opens_only_for_its_purpose_row_and_organisation() {
    let (vault, _) = vault().await;
    let one = vault.create_org(org_id(1)).await.unwrap();
    let two = vault.create_org(org_id(2)).await.unwrap();
    let sealed = one.seal(SUBJECT, b"row", b"text");
    assert_eq!(*one.open(SUBJECT, b"row", &sealed).unwrap(), b"text");
    assert!(matches!(one.open(BODY, b"row", &sealed), Err(VaultError::Refused)));
    assert!(matches!(one.open(SUBJECT, b"raw", &sealed), Err(VaultError::Refused)));
    assert!(matches!(two.open(SUBJECT, b"row", &sealed), Err(VaultError::Refused)));
    assert!(matches!(vault.system().open(SUBJECT, b"row", &sealed), Err(VaultError::Refused)));
    assert_ne!(one.seal(SUBJECT, b"row", b"text"), sealed, "equal texts must not be seen to be equal");
}

#[tokio::test]
async fn content_opens_only_for_its_purpose_row_and_key() {
    let org = org().await;
    let bucket = org.bucket(&class(), month("2046-11")).await.unwrap();
    let (key, wrapped) = bucket.make_data_key(b"row");
    let (other, _) = bucket.make_data_key(b"row");
    let sealed = key.seal(BODY, b"row", b"text");
    assert_eq!(sealed.len(), 4 + 29);
    assert!(matches!(key.open(SUBJECT, b"row", &sealed), Err(VaultError::Refused)));
    assert!(matches!(key.open(BODY, b"", &sealed), Err(VaultError::Refused)));
    assert!(matches!(other.open(BODY, b"row", &sealed), Err(VaultError::Refused)));
    assert!(matches!(org.open_data_key(&wrapped, b"another row").await, Err(VaultError::Refused)));
}

#[tokio::test]
async fn a_data_key_opens_only_under_its_own_bucket() {
    let org = org().await;
    let one = org.bucket(&class(), month("2046-11")).await.unwrap();
    let two = org.bucket(&class(), month("2046-12")).await.unwrap();
    let (key, wrapped) = one.make_data_key(b"row");
    assert!(matches!(two.open_data_key(&wrapped, b"row"), Err(VaultError::Refused)));
    let mut relabelled = wrapped;
    relabelled[1..17].copy_from_slice(two.id().as_bytes());
    assert!(matches!(two.open_data_key(&relabelled, b"row"), Err(VaultError::Refused)));

    // Moved on purpose, it opens there.
    let sealed = key.seal(BODY, b"row", b"text");
    let moved = two.wrap(&key, b"row");
    assert_eq!(*two.open_data_key(&moved, b"row").unwrap().open(BODY, b"row", &sealed).unwrap(), b"text");
}

#[tokio::test]
async fn hashes_and_indexes_of_different_purposes_and_organisations_differ() {
    let (vault, _) = vault().await;
    let one = vault.create_org(org_id(1)).await.unwrap();
    let two = vault.create_org(org_id(2)).await.unwrap();
    let hash = one.hash_secret(SUBJECT, b"token");
    assert!(one.verify_secret(SUBJECT, b"token", &hash));
    assert!(!one.verify_secret(SUBJECT, b"tokem", &hash));
    assert!(!one.verify_secret(BODY, b"token", &hash));
    assert!(!two.verify_secret(SUBJECT, b"token", &hash));
    assert!(!one.verify_secret(SUBJECT, b"token", &hash[..31]));
    assert_eq!(one.blind_index(SUBJECT, b"token"), one.blind_index(SUBJECT, b"token"));
    assert_ne!(one.blind_index(SUBJECT, b"token"), hash[..16], "an index must not tell a token's hash");
    assert_ne!(one.blind_index(SUBJECT, b"token"), one.blind_index(BODY, b"token"));
    assert_ne!(one.blind_index(SUBJECT, b"token"), two.blind_index(SUBJECT, b"token"));
    assert_ne!(*one.derive_signing_seed("audit"), *one.derive_signing_seed("other"));
    assert_ne!(*one.derive_signing_seed("audit"), *two.derive_signing_seed("audit"));
}

#[tokio::test]
async fn nothing_secret_is_shown_when_debugged() {
    let (vault, _) = vault().await;
    let org = vault.create_org(org_id(1)).await.unwrap();
    let bucket = org.bucket(&class(), month("2046-11")).await.unwrap();
    let (key, _) = bucket.make_data_key(b"row");
    let shown = format!("{vault:?} {org:?} {bucket:?} {key:?} {:?} {:?}", root(), key.file_sealer(BODY, b"b"));
    assert_eq!(
        shown,
        format!(
            "Vault(epoch 1) OrgVault({}) Bucket({} mail-nl-20y/2046-11) DataKey(…) RootKey({}…) \
             FileSealer(next chunk Some(0))",
            org_id(1),
            bucket.id(),
            root().fingerprint()
        )
    );
}
