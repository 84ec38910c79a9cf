//! What every [`KeyStore`] must do, as a check that the tests of each implementation run on an empty store.

use crate::{Insert, KeyKind, KeyRow, KeyStore, KeyStoreError};
use uuid::Uuid;

const ORG: Uuid = Uuid::from_u128(0xA);
const MASTER: Uuid = Uuid::from_u128(1);
const KEPT: Uuid = Uuid::from_u128(2);
const DOOMED: Uuid = Uuid::from_u128(3);

/// Puts an empty store through insertion, lookup and a change of epoch. Leaves rows behind.
///
/// # Errors
/// The first promise of [`KeyStore`] that was broken, or the store's own failure.
pub async fn check(store: &dyn KeyStore) -> Result<(), KeyStoreError> {
    check_insertion(store).await?;
    check_lookup(store).await?;
    check_epoch(store).await
}

async fn check_insertion(store: &dyn KeyStore) -> Result<(), KeyStoreError> {
    expect(store.list().await?.is_empty(), "the store was not empty")?;
    let early = store.insert_if_absent(row(KEPT, KeyKind::Org, "key", 1)).await?;
    expect(early == Insert::Stale, "a key was stored before the master key")?;
    for fresh in [master(1), row(KEPT, KeyKind::Org, "key", 1), row(DOOMED, KeyKind::Bucket, "mail/2046-11", 1)] {
        expect(store.insert_if_absent(fresh).await? == Insert::Stored, "a new row was not stored")?;
    }
    let rival = KeyRow { id: Uuid::from_u128(9), wrapped: vec![9], ..row(DOOMED, KeyKind::Bucket, "mail/2046-11", 1) };
    let there = Insert::Exists(row(DOOMED, KeyKind::Bucket, "mail/2046-11", 1));
    expect(store.insert_if_absent(rival).await? == there, "a taken name didn't answer with the row that has it")?;
    let second_master = KeyRow { id: Uuid::from_u128(9), ..master(2) };
    let there = Insert::Exists(master(1));
    expect(store.insert_if_absent(second_master).await? == there, "a second master key was stored")?;
    for epoch in [0, 2] {
        let other = row(Uuid::from_u128(9), KeyKind::Bucket, "mail/2046-12", epoch);
        expect(store.insert_if_absent(other).await? == Insert::Stale, "a row of another epoch was stored")?;
    }
    expect(ids(store).await? == [MASTER, KEPT, DOOMED], "a refused row was stored")
}

async fn check_lookup(store: &dyn KeyStore) -> Result<(), KeyStoreError> {
    let bucket = row(DOOMED, KeyKind::Bucket, "mail/2046-11", 1);
    expect(store.load(DOOMED).await?.as_ref() == Some(&bucket), "a row didn't load as it was stored")?;
    expect(store.load(Uuid::from_u128(9)).await?.is_none(), "a row loaded that was never stored")?;
    let found = store.find(ORG, KeyKind::Bucket, "mail/2046-11").await?;
    expect(found == Some(bucket), "a row wasn't found by its name")?;
    let others = [
        (Uuid::from_u128(0xB), KeyKind::Bucket, "mail/2046-11"),
        (ORG, KeyKind::Org, "mail/2046-11"),
        (ORG, KeyKind::Bucket, "mail/2046-1"),
    ];
    for (org, kind, label) in others {
        expect(store.find(org, kind, label).await?.is_none(), "a row was found by a name that isn't its own")?;
    }
    Ok(())
}

async fn check_epoch(store: &dyn KeyStore) -> Result<(), KeyStoreError> {
    let next = || vec![master(2), row(KEPT, KeyKind::Org, "key", 2)];
    let forgotten = store.replace_epoch(1, &[], next()).await?;
    expect(!forgotten, "rows that the change didn't know of were dropped")?;
    let invented = store.replace_epoch(1, &[DOOMED, Uuid::from_u128(9)], next()).await?;
    expect(!invented, "a row that doesn't exist was destroyed")?;
    expect(!store.replace_epoch(0, &[DOOMED], next()).await?, "an epoch was replaced that wasn't the current one")?;
    expect(ids(store).await? == [MASTER, KEPT, DOOMED], "a refused change changed something")?;

    expect(store.replace_epoch(1, &[DOOMED], next()).await?, "a proper change of epoch was refused")?;
    let mut rows = store.list().await?;
    rows.sort_by_key(|row| row.id);
    expect(rows == next(), "after the change the rows weren't those given")?;
    expect(store.load(DOOMED).await?.is_none(), "a destroyed row loaded")?;
    expect(!store.replace_epoch(1, &[], next()).await?, "a passed epoch was replaced again")?;
    let late = row(DOOMED, KeyKind::Bucket, "mail/2046-11", 1);
    expect(store.insert_if_absent(late).await? == Insert::Stale, "a row of a passed epoch was stored")
}

fn row(id: Uuid, kind: KeyKind, label: &str, epoch: i64) -> KeyRow {
    // Wrapped keys are arbitrary bytes: zero, high and line-breaking ones among them.
    let wrapped = vec![1, 0, 0xff, b'\n', b' ', epoch as u8];
    KeyRow { id, org: ORG, kind, label: label.to_owned(), epoch, wrapped }
}

fn master(epoch: i64) -> KeyRow {
    KeyRow { org: Uuid::nil(), ..row(MASTER, KeyKind::Master, "key", epoch) }
}

async fn ids(store: &dyn KeyStore) -> Result<Vec<Uuid>, KeyStoreError> {
    let mut ids: Vec<Uuid> = store.list().await?.into_iter().map(|row| row.id).collect();
    ids.sort();
    Ok(ids)
}

fn expect(kept: bool, broken: &str) -> Result<(), KeyStoreError> {
    if kept { Ok(()) } else { Err(KeyStoreError::new(broken)) }
}
