//! What sealing costs, beside the bare primitive.
#![expect(clippy::unwrap_used, reason = "a bench may stop")]

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use std::sync::Arc;
use wardpost_model::OrgId;
use wardpost_vault::*;

const PURPOSE: Purpose = Purpose::new("bench.body");
const ROW: [u8; 16] = [7; 16];

fn main() {
    divan::main();
}

fn org() -> OrgVault {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let vault = Vault::create(RootKey::generate(), Arc::new(MemoryKeyStore::new())).await.unwrap();
        let org = vault.create_org(OrgId(uuid::Uuid::from_u128(1))).await.unwrap();
        org.bucket(&class(), month()).await.unwrap();
        org
    })
}

fn class() -> RetentionClass {
    "mail-nl-20y".parse().unwrap()
}

fn month() -> Month {
    Month::new(2046, 11).unwrap()
}

fn bucket() -> Bucket {
    org().cached_bucket(&class(), month()).unwrap()
}

#[divan::bench]
fn column_seal_40_bytes(bencher: Bencher) {
    let org = org();
    bencher.bench(|| org.seal(PURPOSE, &ROW, &[1; 40]));
}

#[divan::bench]
fn column_open_40_bytes(bencher: Bencher) {
    let org = org();
    let sealed = org.seal(PURPOSE, &ROW, &[1; 40]);
    bencher.bench(|| org.open(PURPOSE, &ROW, &sealed).unwrap());
}

#[divan::bench]
fn blind_index(bencher: Bencher) {
    let org = org();
    bencher.counter(ItemsCount::new(1_usize)).bench(|| org.blind_index(PURPOSE, b"a.name@example.org"));
}

#[divan::bench]
fn hash_secret(bencher: Bencher) {
    let org = org();
    bencher.bench(|| org.hash_secret(PURPOSE, &[1; 43]));
}

#[divan::bench]
fn random_token_bytes(bencher: Bencher) {
    bencher.bench(random_bytes::<32>);
}

#[divan::bench]
fn cached_bucket(bencher: Bencher) {
    let (org, class) = (org(), class());
    bencher.bench(|| org.cached_bucket(&class, month()).unwrap());
}

#[divan::bench]
fn make_data_key(bencher: Bencher) {
    let bucket = bucket();
    bencher.bench(|| bucket.make_data_key(&ROW));
}

#[divan::bench]
fn open_data_key(bencher: Bencher) {
    let bucket = bucket();
    let (_, wrapped) = bucket.make_data_key(&ROW);
    bencher.bench(|| bucket.open_data_key(&wrapped, &ROW).unwrap());
}

#[divan::bench(args = [100, 10_240, 1_048_576])]
fn content_seal(bencher: Bencher, size: usize) {
    let (key, _) = bucket().make_data_key(&ROW);
    let plain = vec![1; size];
    bencher.counter(BytesCount::new(size)).bench(|| key.seal(PURPOSE, &ROW, &plain));
}

/// All that a 10 KB message costs: a data key, its wrapping, and the sealed body.
#[divan::bench]
fn message_of_10_kb(bencher: Bencher) {
    let bucket = bucket();
    let plain = vec![1; 10_240];
    bencher.counter(ItemsCount::new(1_usize)).bench(|| {
        let (key, wrapped) = bucket.make_data_key(&ROW);
        (key.seal(PURPOSE, &ROW, &plain), wrapped)
    });
}

/// The bare primitive over as many bytes, for comparison with the file benches.
#[divan::bench]
fn aead_alone_64_kib(bencher: Bencher) {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &[1; 32]).unwrap());
    let mut buffer = vec![1; CHUNK_BYTES];
    bencher.counter(BytesCount::new(CHUNK_BYTES)).bench_local(|| {
        let nonce = Nonce::assume_unique_for_key([0; 12]);
        key.seal_in_place_separate_tag(nonce, Aad::from(ROW), &mut buffer).unwrap()
    });
}

#[divan::bench]
fn file_seal_chunk_64_kib(bencher: Bencher) {
    let (key, _) = bucket().make_data_key(&ROW);
    let plain = vec![1; CHUNK_BYTES];
    let mut sealer = key.file_sealer(PURPOSE, &ROW);
    let mut out = Vec::with_capacity(SEALED_CHUNK_BYTES);
    bencher.counter(BytesCount::new(CHUNK_BYTES)).bench_local(|| {
        out.clear();
        sealer.seal_next(&plain, false, &mut out).unwrap();
    });
}

#[divan::bench]
fn file_open_chunk_64_kib(bencher: Bencher) {
    let (key, _) = bucket().make_data_key(&ROW);
    let sealed = key.seal_file(PURPOSE, &ROW, &vec![1; CHUNK_BYTES]);
    let opener = key.file_opener(PURPOSE, &ROW, &sealed[..HEADER_BYTES]).unwrap();
    let mut out = Vec::with_capacity(CHUNK_BYTES);
    bencher.counter(BytesCount::new(CHUNK_BYTES)).bench_local(|| {
        out.clear();
        opener.open_chunk(0, true, &sealed[HEADER_BYTES..], &mut out).unwrap();
    });
}

#[divan::bench]
fn file_seal_16_mib_in_memory(bencher: Bencher) {
    let (key, _) = bucket().make_data_key(&ROW);
    let plain = vec![1; 16 << 20];
    bencher.counter(BytesCount::new(plain.len())).bench(|| key.seal_file(PURPOSE, &ROW, &plain));
}
