//! The key store in a file.

use super::*;
use std::fs;
use std::io::{Read, Seek};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Whether any file of the folder has these bytes, as they are or in the file's base64.
fn found(folder: &Path, bytes: &[u8]) -> bool {
    use base64::prelude::*;
    let text = BASE64_STANDARD.encode(bytes);
    let has = |content: &[u8], part: &[u8]| content.windows(part.len()).any(|window| window == part);
    fs::read_dir(folder).unwrap().any(|entry| {
        let content = fs::read(entry.unwrap().path()).unwrap();
        has(&content, bytes) || has(&content, text.as_bytes())
    })
}

#[tokio::test]
async fn keys_outlive_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    let store = || Arc::new(FileKeyStore::new(&path));
    let org = Vault::create(root(), store()).await.unwrap().create_org(org_id(1)).await.unwrap();
    let (key, wrapped) = org.bucket(&class(), month("2046-11")).await.unwrap().make_data_key(b"row");
    let sealed = key.seal(BODY, b"row", b"text");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);

    let again = Vault::open(root(), store()).await.unwrap().org(org_id(1)).await.unwrap();
    let key = again.open_data_key(&wrapped, b"row").await.unwrap();
    assert_eq!(*key.open(BODY, b"row", &sealed).unwrap(), b"text");
}

#[tokio::test]
async fn destroyed_keys_are_in_no_file_and_not_in_the_former_one_either() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    let store = Arc::new(FileKeyStore::new(&path));
    let vault = Vault::create(root(), store.clone()).await.unwrap();
    let org = vault.create_org(org_id(1)).await.unwrap();
    let doomed = org.bucket(&class(), month("2026-01")).await.unwrap();
    let kept = org.bucket(&class(), month("2026-02")).await.unwrap();
    let (_, stays) = kept.make_data_key(b"row");
    let before = store.list().await.unwrap();
    assert!(before.iter().all(|row| found(folder.path(), &row.wrapped)));
    // Held open, a file can be read after it was replaced: as its blocks on the disk could be.
    let mut former = fs::File::open(&path).unwrap();
    let length = former.metadata().unwrap().len();

    org.destroy_bucket(doomed.id()).await.unwrap();

    assert!(before.iter().all(|row| !found(folder.path(), &row.wrapped)));
    assert!(!found(folder.path(), doomed.id().0.to_string().as_bytes()));
    let mut left = Vec::new();
    former.rewind().unwrap();
    former.read_to_end(&mut left).unwrap();
    assert!(left.len() as u64 == length && left.iter().all(|byte| *byte == 0));
    org.open_data_key(&stays, b"row").await.unwrap();
}

#[tokio::test]
async fn many_writers_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    Vault::create(root(), Arc::new(FileKeyStore::new(&path))).await.unwrap().create_org(org_id(1)).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..12 {
        let store = Arc::new(FileKeyStore::new(&path));
        tasks.spawn(async move {
            let org = Vault::open(root(), store).await.unwrap().org(org_id(1)).await.unwrap();
            org.bucket(&class(), Month::new(2030, n / 2 + 1).unwrap()).await.unwrap().id()
        });
    }
    let ids: std::collections::BTreeSet<_> = tasks.join_all().await.into_iter().collect();
    assert_eq!(ids.len(), 6);
    let org = Vault::open(root(), Arc::new(FileKeyStore::new(&path))).await.unwrap().org(org_id(1)).await.unwrap();
    let stored: std::collections::BTreeSet<_> = org.buckets().await.unwrap().into_iter().map(|(id, ..)| id).collect();
    assert_eq!(stored, ids);
}

#[tokio::test]
async fn a_bucket_made_while_others_are_destroyed_survives() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    let vault = Vault::create(root(), Arc::new(FileKeyStore::new(&path))).await.unwrap();
    let org = vault.create_org(org_id(1)).await.unwrap();
    let other = Vault::open(root(), Arc::new(FileKeyStore::new(&path))).await.unwrap().org(org_id(1)).await.unwrap();
    for n in 1..=12 {
        let doomed = org.bucket(&class(), Month::new(2026, n).unwrap()).await.unwrap();
        let born = Month::new(2030, n).unwrap();
        let (class, doomed) = (class(), [doomed.id()]);
        let (destroyed, made) = tokio::join!(vault.shred(&doomed), other.bucket(&class, born));
        destroyed.unwrap();
        let (_, wrapped) = made.unwrap().make_data_key(b"row");
        org.open_data_key(&wrapped, b"row").await.unwrap();
    }
    assert_eq!(org.buckets().await.unwrap().len(), 12);
}

#[tokio::test]
async fn a_damaged_key_file_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    let store = FileKeyStore::new(&path);
    Vault::create(root(), Arc::new(store.clone())).await.unwrap();
    let good = fs::read_to_string(&path).unwrap();
    let first_line = good.lines().next().unwrap().len() + 1;
    let damages = [
        good.replacen(" 1 ", " 2 ", 1),
        good[..good.len() - 1].to_owned(),
        good[..first_line].to_owned(),
        good.lines().take(2).map(|line| format!("{line}\n")).collect(),
        format!("{good}\n"),
        good.replacen("wardpost-keys-1", "wardpost-keys-2", 1),
        String::new(),
    ];
    for damaged in damages {
        fs::write(&path, &damaged).unwrap();
        assert!(store.list().await.unwrap_err().to_string().contains("damaged"), "{damaged}");
        let row = KeyRow {
            id: Uuid::nil(),
            org: Uuid::nil(),
            kind: KeyKind::Bucket,
            label: "x".into(),
            epoch: 1,
            wrapped: vec![],
        };
        assert!(store.insert_if_absent(row).await.is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), damaged);
    }
}

#[tokio::test]
async fn what_a_cut_off_write_left_is_no_hindrance_and_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    let vault = Vault::create(root(), Arc::new(FileKeyStore::new(&path))).await.unwrap();
    fs::write(folder.path().join("keys.new"), "half a file, with keys in it").unwrap();
    let mut left = fs::File::open(folder.path().join("keys.new")).unwrap();
    vault.create_org(org_id(1)).await.unwrap();
    assert!(!folder.path().join("keys.new").exists());
    let mut content = String::new();
    left.read_to_string(&mut content).unwrap();
    assert!(content.starts_with("wardpost-keys-1\n") && !content.contains("half"));
    Vault::open(root(), Arc::new(FileKeyStore::new(&path))).await.unwrap().org(org_id(1)).await.unwrap();
}

#[tokio::test]
async fn rows_that_would_break_the_file_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = FileKeyStore::new(folder.path().join("keys"));
    let row = |label: &str, wrapped| KeyRow {
        id: Uuid::nil(),
        org: Uuid::nil(),
        kind: KeyKind::Master,
        label: label.into(),
        epoch: 1,
        wrapped,
    };
    for bad in [row("", vec![]), row("a b", vec![]), row("a\nb", vec![]), row("é", vec![]), row("a", vec![0; 300])] {
        assert!(store.insert_if_absent(bad.clone()).await.is_err());
        assert!(store.replace_epoch(1, &[], vec![bad]).await.is_err());
    }
    assert!(store.list().await.unwrap().is_empty());
    let missing = FileKeyStore::new(folder.path().join("no/such/folder/keys"));
    assert!(missing.list().await.unwrap_err().to_string().contains("can't open"));
}
