//! What a message costs in the use cases: taking one in, the first page of a large inbox, an audit entry, verification.
//! SQLite with full sync in a temporary folder. `WARDPOST_BENCH_INBOX` sets the size of the inbox (default 100,000).

use divan::counter::{BytesCount, ItemsCount};
use std::sync::LazyLock;
use tokio::runtime::Runtime;
use wardpost_core::mail::{Inbound, ListFilter};
use wardpost_core::testing::{TestCore, TestPerson};
use wardpost_model::message::{Folder, Party, ReceivedInfo};

fn main() {
    divan::main();
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
});

struct Filled {
    house: TestCore,
    anna: TestPerson,
    vera: TestPerson,
}

static HOUSE: LazyLock<Filled> = LazyLock::new(|| {
    // As a test, each bench runs once on a small house: it only must not break.
    let usual = if std::env::args().any(|a| a == "--bench") { 100_000 } else { 300 };
    let wanted: usize = std::env::var("WARDPOST_BENCH_INBOX").ok().and_then(|n| n.parse().ok()).unwrap_or(usual);
    RUNTIME.block_on(async {
        let house = TestCore::new().await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let vera = house.person("privacy_officer", "Vera Bos", "vera@clinic.example").await;
        let mut left = wanted;
        while left > 0 {
            let group = left.min(256);
            receive(&house, group, 1_000).await;
            left -= group;
        }
        house.sequence_all().await.expect("the log goes on");
        Filled { house, anna, vera }
    })
});

fn message(bytes: usize) -> Inbound {
    let party = |a: &str| Party { name: "Somebody".to_owned(), address: a.parse().expect("an address") };
    let line = "Geachte collega, zie de brief over de afspraak van morgen in de bijlage. ";
    let text: String = line.chars().cycle().take(bytes).collect();
    let raw = format!("From: a@elders.example\r\nTo: anna@clinic.example\r\nSubject: Brief\r\n\r\n{text}\r\n");
    Inbound {
        envelope_from: Some("a@elders.example".parse().expect("an address")),
        recipients: vec!["anna@clinic.example".parse().expect("an address")],
        received: ReceivedInfo::default(),
        network: None,
        request_id: None,
        from: Some(party("a@elders.example")),
        to: vec![party("anna@clinic.example")],
        cc: vec![],
        reply_to: None,
        subject: "Brief".to_owned(),
        text,
        html: None,
        files: vec![],
        rfc_id: None,
        in_reply_to: None,
        references: vec![],
        raw: raw.into(),
    }
}

/// Takes messages in, all at once: they share commits.
async fn receive(house: &TestCore, count: usize, bytes: usize) {
    let all = (0..count).map(|_| {
        let core = house.core.clone();
        tokio::spawn(async move { core.receive(message(bytes)).await.expect("it is taken in") })
    });
    for done in all.collect::<Vec<_>>() {
        done.await.expect("no panic");
    }
}

/// Durable, scanned, sealed and audited; `n` at a time.
#[divan::bench(args = [1, 50, 256], sample_count = 20)]
fn take_in_10_kb(bencher: divan::Bencher<'_, '_>, n: usize) {
    let filled = &*HOUSE;
    bencher
        .counter(ItemsCount::new(n))
        .counter(BytesCount::new(n * 10_240))
        .bench(|| RUNTIME.block_on(receive(&filled.house, n, 10_240)));
}

/// An audit entry by itself, durable; `n` at a time. A message is never held up by its entry, which shares its commit;
/// this is to be far cheaper than taking a message in.
#[divan::bench(args = [1, 50, 256], sample_count = 20)]
fn append_audit_entry(bencher: divan::Bencher<'_, '_>, n: usize) {
    let house = &HOUSE.house;
    bencher.counter(ItemsCount::new(n)).bench(|| {
        RUNTIME.block_on(async {
            let all = (0..n).map(|_| {
                let core = house.core.clone();
                tokio::spawn(async move { core.server_started("node", "1.0.0").await.expect("it is noted") })
            });
            for done in all.collect::<Vec<_>>() {
                done.await.expect("no panic");
            }
        });
    });
}

/// The first page of the filled inbox.
#[divan::bench]
fn first_page_of_inbox(bencher: divan::Bencher<'_, '_>) {
    let (house, anna) = (&HOUSE.house, &HOUSE.anna);
    bencher.bench(|| {
        RUNTIME.block_on(async {
            house
                .list_messages(&anna.actor, anna.mailbox(), Folder::Inbox, ListFilter::All, None, 50)
                .await
                .expect("a page")
        })
    });
}

/// Verification of the whole log: every row, leaf, tile and the signed head.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn verify_log(bencher: divan::Bencher<'_, '_>) {
    let (house, vera) = (&HOUSE.house, &HOUSE.vera);
    RUNTIME.block_on(house.sequence_all()).expect("the log goes on");
    let size = RUNTIME.block_on(house.log_status()).expect("a log").size;
    bencher.counter(ItemsCount::new(usize::try_from(size).expect("it fits"))).bench(|| {
        let v = RUNTIME.block_on(house.verify_audit(&vera.actor)).expect("it is verified");
        assert!(v.is_sound());
    });
}

/// Giving a thousand entries their places.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn sequence_1000(bencher: divan::Bencher<'_, '_>) {
    let house = &HOUSE.house;
    bencher
        .counter(ItemsCount::new(1000usize))
        .with_inputs(|| {
            RUNTIME.block_on(async {
                house.sequence_all().await.expect("the log goes on");
                for _ in 0..4 {
                    receive(house, 250, 100).await;
                }
            });
        })
        .bench_values(|()| RUNTIME.block_on(house.sequence_all()).expect("the log goes on"));
}
