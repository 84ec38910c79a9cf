//! What a message costs in a conversation: durable on SQLite with full sync, 50 who write at once in groups of 10, each with
//! some messages under way; and passing one on to many connections of this node. Real groups, sealed messages.

use divan::counter::ItemsCount;
use std::sync::{Arc, LazyLock};
use tokio::runtime::Runtime;
use wardpost_core::conversation::{Connection, Told};
use wardpost_core::testing::TestCore;
use wardpost_core::testing::phone::{Phone, placed};
use wardpost_e2ee::Id;
use wardpost_e2ee::wire::{Append, Kind, Op};

fn main() {
    divan::main();
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
});

const GROUPS: usize = 5;
const MEMBERS: usize = 10;

struct Filled {
    house: TestCore,
    /// Who writes, and where.
    phones: Vec<(Phone<Arc<Connection>>, Id)>,
}

/// Five groups of ten, everybody connected. What is passed on to them is read.
static HOUSE: LazyLock<Filled> = LazyLock::new(|| {
    RUNTIME.block_on(async {
        let house = TestCore::new().await;
        let mut phones = Vec::new();
        for group in 0..GROUPS {
            let mut here = Vec::new();
            for n in 0..MEMBERS {
                let login = format!("p{n}.g{group}@clinic.example");
                let person = house.person("nurse", "Somebody", &login).await;
                let connection = house.connect_conversations(person.actor).await.expect("connected");
                read_on(Arc::clone(&connection));
                let challenge = connection.challenge();
                here.push(Phone::first(connection, &challenge).await);
            }
            let others: Vec<Id> = here.iter().skip(1).map(Phone::person).collect();
            let id = here[0].begin(Kind::Group, &others, None).await.expect("begun");
            for phone in here.iter_mut().skip(1) {
                phone.join(id).await;
            }
            phones.extend(here.into_iter().map(|p| (p, id)));
        }
        Filled { house, phones }
    })
});

fn read_on(connection: Arc<Connection>) {
    tokio::spawn(async move {
        loop {
            match connection.next().await {
                Told::Over(_) => return,
                other => drop(divan::black_box(other)),
            }
        }
    });
}

/// Sealed messages of everybody, ready to be sent: so many of each.
fn written(each: usize) -> Vec<(Arc<Connection>, Vec<Append>)> {
    let text = "Bloeddruk 130/85, pijn minder. ".repeat(5);
    let of = |(phone, id): &(Phone<Arc<Connection>>, Id)| {
        let messages = (0..each).map(|_| phone.message(*id, &text, 0)).collect();
        (Arc::clone(&phone.link), messages)
    };
    HOUSE.phones.iter().map(of).collect()
}

/// 50 who write at once, in groups of 10: each sends the next message when the one before is durable (`1`), or keeps several
/// under way.
#[divan::bench(args = [1, 4, 16], sample_count = 10)]
fn append_50_senders(bencher: divan::Bencher<'_, '_>, under_way: usize) {
    const EACH: usize = 64;
    bencher.counter(ItemsCount::new(GROUPS * MEMBERS * EACH)).with_inputs(|| written(EACH)).bench_values(|all| {
        RUNTIME.block_on(async {
            let senders = all.into_iter().map(|(connection, messages)| {
                tokio::spawn(async move {
                    use futures::StreamExt as _;
                    let asked = futures::stream::iter(messages).map(|m| connection.answer(Op::Append(Box::new(m))));
                    asked.buffered(under_way).for_each(|reply| async { assert!(placed(reply).is_ok()) }).await;
                })
            });
            for sender in senders.collect::<Vec<_>>() {
                sender.await.expect("no panic");
            }
        });
    });
}

/// One message alone, until it is durable.
#[divan::bench(sample_count = 100)]
fn append_one(bencher: divan::Bencher<'_, '_>) {
    bencher.with_inputs(|| written(1)).bench_values(|all| {
        RUNTIME.block_on(async {
            let (connection, mut messages) = all.into_iter().next().expect("somebody");
            let message = messages.pop().expect("a message");
            placed(connection.answer(Op::Append(Box::new(message))).await).expect("added");
        });
    });
}

/// The list of one's conversations.
#[divan::bench(sample_count = 100)]
fn list(bencher: divan::Bencher<'_, '_>) {
    let phone = &HOUSE.phones[0].0;
    let _ = &HOUSE.house;
    bencher.bench(|| RUNTIME.block_on(phone.link.answer(Op::Conversations { before_us: None, limit: 50 })));
}
