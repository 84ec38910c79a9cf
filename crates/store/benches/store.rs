//! Durable acceptance: a batch as mail acceptance writes it (six inserts, 10 KB of sealed content among them), by 1, 64
//! and 512 writers at once, on both engines. Items are batches, each answered after its commit is on the disk.

#![expect(clippy::unwrap_used, reason = "a bench that fails should stop")]

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use std::sync::OnceLock;
use tokio::runtime::Runtime;
use wardpost_store::testing::TestDb;
use wardpost_store::{Batch, Migration, Uuid, params};

const SCHEMA: &[Migration] = &[Migration {
    version: 1,
    name: "bench",
    sql: "CREATE TABLE content (org_id {uuid} NOT NULL, id {uuid} NOT NULL, at {int} NOT NULL, body {bytes} NOT NULL, PRIMARY KEY (org_id, id)){strict};
CREATE TABLE entry (org_id {uuid} NOT NULL, id {uuid} NOT NULL, content_id {uuid} NOT NULL, kind {text} NOT NULL, at {int} NOT NULL, sealed {bytes} NOT NULL, PRIMARY KEY (org_id, id)){strict};
CREATE INDEX entry_at ON entry (org_id, kind, at);
",
}];
const CONTENT: &str = "INSERT INTO content (org_id, id, at, body) VALUES (?1, ?2, ?3, ?4)";
const ENTRY: &str = "INSERT INTO entry (org_id, id, content_id, kind, at, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const WRITERS: [usize; 3] = [1, 64, 512];

fn main() {
    divan::main();
}

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap())
}

/// One message: its content, recipient, mailbox entry, queue entry, event and audit entry.
fn accept(org: Uuid) -> Batch {
    let content = Uuid::now_v7();
    let mut batch = Batch::new();
    batch.exec(CONTENT, params![org, content, 1_700_000_000_000_000_i64, vec![42_u8; 10_240]]);
    for kind in ["recipient", "mailbox", "delivery", "event", "audit"] {
        let at = 1_700_000_000_000_000_i64;
        batch.exec(ENTRY, params![org, Uuid::now_v7(), content, kind, at, vec![42_u8; 200]]);
    }
    batch
}

fn accept_by(bencher: Bencher, db: &TestDb, writers: usize) {
    let org = Uuid::now_v7();
    // Each writer accepts several one after the other, so that groups form as they do under load.
    let each = if writers == 1 { 20 } else { 4 };
    bencher.counter(ItemsCount::new(writers * each)).bench(|| {
        runtime().block_on(async {
            let tasks: Vec<_> = (0..writers)
                .map(|_| {
                    let db = db.db().clone();
                    tokio::spawn(async move {
                        for _ in 0..each {
                            black_box(db.write(accept(org)).await.unwrap());
                        }
                    })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
        });
    });
}

#[divan::bench(args = WRITERS, sample_count = 10, sample_size = 1)]
fn sqlite(bencher: Bencher, writers: usize) {
    let db = runtime().block_on(TestDb::sqlite_with(SCHEMA));
    accept_by(bencher, &db, writers);
}

#[divan::bench(args = WRITERS, sample_count = 10, sample_size = 1)]
fn postgres(bencher: Bencher, writers: usize) {
    let db = runtime().block_on(TestDb::postgres_with(SCHEMA));
    accept_by(bencher, &db, writers);
}
