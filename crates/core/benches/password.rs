//! What a sign-in by password costs: one hash, and a wrong try from end to end.

use divan::Bencher;
use std::sync::LazyLock;
use tokio::runtime::Runtime;
use wardpost_core::testing::{HashBench, PASSWORD, TestCore, client};

fn main() {
    divan::main();
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
});

/// The hash alone, on this thread: one core, 46 MiB.
#[divan::bench]
fn hash_alone(bencher: Bencher<'_, '_>) {
    let bench = HashBench::new();
    bencher.bench_local(|| bench.verify(PASSWORD));
}

/// A wrong try at a login that nobody has: count, stand-in hash, audit entry.
#[divan::bench(max_time = 10)]
fn wrong_try(bencher: Bencher<'_, '_>) {
    let house = RUNTIME.block_on(TestCore::new());
    let mut n = 0_u64;
    bencher.bench_local(|| {
        n += 1;
        // Each login has a count of its own, and time goes on so that the network's allowance is whole again.
        house.clock.advance_minutes(1);
        let tried = RUNTIME.block_on(house.sign_in(&format!("nobody{n}@clinic.example"), PASSWORD, &client()));
        assert!(tried.is_err());
    });
}
