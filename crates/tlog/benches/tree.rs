//! How fast a log is appended to and verified.
#![expect(clippy::unwrap_used, reason = "a bench may stop")]

use divan::counter::ItemsCount;
use wardpost_tlog::{Edge, Hash, StreamVerifier, leaf_hash};

fn main() {
    divan::main();
}

fn leaves(n: u64) -> Vec<Hash> {
    (0..n).map(|i| leaf_hash(&i.to_be_bytes())).collect()
}

#[divan::bench]
fn verify_stream(bencher: divan::Bencher) {
    let leaves = leaves(1 << 20);
    bencher.counter(ItemsCount::new(leaves.len())).bench(|| {
        let mut v = StreamVerifier::new();
        divan::black_box(v.extend(&leaves).unwrap());
        v.root()
    });
}

#[divan::bench(args = [1, 64, 512])]
fn append_batch(bencher: divan::Bencher, batch: u64) {
    let batch = leaves(batch);
    let mut edge = Edge::new();
    edge.append(&leaves(100_000)).unwrap();
    bencher.counter(ItemsCount::new(batch.len())).bench_local(|| {
        divan::black_box(edge.append(&batch).unwrap());
        edge.root()
    });
}

#[divan::bench]
fn hash_record(bencher: divan::Bencher) {
    let record = vec![7_u8; 300];
    bencher.bench(|| leaf_hash(&record));
}
