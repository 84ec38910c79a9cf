//! Conversations over real groups, on both engines.

mod devices;
mod groups;
mod nodes;
mod patients;
mod reading;

use super::{Connection, Told};
use crate::Core;
use crate::testing::phone::{Phone, challenged, done, placed};
use crate::testing::{TestCore, TestPerson};
use std::sync::Arc;
use std::time::Duration;
use wardpost_e2ee::Id;
use wardpost_e2ee::account::random_id;
use wardpost_e2ee::wire::{Entry, Kind, Op, Push, Refusal, Reply, ServerFrame, decode};
use wardpost_model::PersonId;
use wardpost_store::both_engines;

type Device = Phone<Arc<Connection>>;

/// A connection of somebody, with its challenge.
async fn connected(core: &Core, person: &TestPerson) -> (Arc<Connection>, bytes::Bytes) {
    let connection = core.connect_conversations(person.actor.clone()).await.unwrap();
    let challenge = connection.challenge();
    (connection, challenge)
}

/// The first device of somebody.
async fn phone(core: &Core, person: &TestPerson) -> Device {
    let (connection, challenge) = connected(core, person).await;
    Phone::first(connection, &challenge).await
}

/// Another device of the same person.
async fn second(core: &Core, person: &TestPerson, first: &Device) -> Device {
    let (connection, challenge) = connected(core, person).await;
    first.beside(connection, &challenge).await
}

fn wired(person: &TestPerson) -> Id {
    super::wire_id(person.id())
}

/// Anna, a physician, and Bert, a nurse, each with a telephone.
struct Two {
    anna: TestPerson,
    bert: TestPerson,
    annas: Device,
    berts: Device,
}

impl Two {
    async fn of(house: &TestCore) -> Self {
        let anna = house.person("physician", "Anna", "anna@clinic.example").await;
        let bert = house.person("nurse", "Bert", "bert@clinic.example").await;
        let (annas, berts) = (phone(house, &anna).await, phone(house, &bert).await);
        Self { anna, bert, annas, berts }
    }

    /// A conversation between them, in which both devices are.
    async fn begin(&mut self, kind: Kind) -> Id {
        let id = self.annas.begin(kind, &[self.berts.person()], None).await.unwrap();
        self.berts.join(id).await;
        id
    }
}

/// What comes next to a connection; none when it is over.
async fn pushed(connection: &Connection) -> Push {
    let next = async {
        loop {
            let frame = match connection.next().await {
                Told::Frame(frame) | Told::Over(frame) => frame,
                Told::Conversation(id) => match connection.look_up(id).await {
                    Some(frame) => frame,
                    None => continue,
                },
                Told::LookAnew => continue,
            };
            match decode(&frame) {
                Ok(ServerFrame::Push(push)) => return push,
                other => panic!("unexpected: {other:?}"),
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), next).await.expect("something comes")
}

/// Waits until something of a kind comes.
async fn until<T>(connection: &Connection, wanted: impl Fn(Push) -> Option<T>) -> T {
    loop {
        if let Some(found) = wanted(pushed(connection).await) {
            return found;
        }
    }
}

/// The numbers of the entries of a conversation that come, until one has come.
async fn numbers_until(connection: &Connection, id: Id, last: u64) -> Vec<u64> {
    let mut all = Vec::new();
    while all.last() != Some(&last) {
        let entries = until(connection, |push| match push {
            Push::Entries { conversation, entries } if conversation == id => Some(entries),
            _ => None,
        });
        all.extend(entries.await.iter().map(|e| e.seq));
    }
    all
}

/// How a conversation is in the store: how far, at which epoch.
async fn standing(core: &Core, id: Id) -> (i64, i64) {
    let id = super::own_id(id);
    let row = wardpost_store::repo::conversation::get(core.db(), core.org(), id).await.unwrap().unwrap();
    (row.last_seq, row.epoch)
}

both_engines! {
    fn what_is_said_reaches_and_is_read_by_members_only(store) {
        let house = TestCore::over(store).await;
        let mut two = Two::of(&house).await;
        let cora = house.person("nurse", "Cora", "cora@clinic.example").await;
        let coras = phone(&house, &cora).await;
        let id = two.begin(Kind::Direct).await;
        assert_eq!(two.annas.say(id, "good morning").await, Ok(2));
        assert_eq!(two.berts.say(id, "good afternoon").await, Ok(3));
        for (device, reader) in [(&two.annas, &two.annas), (&two.berts, &two.berts)] {
            let read = reader.read(id).await;
            let texts: Vec<&str> = read.iter().map(|(_, _, text)| text.as_str()).collect();
            assert_eq!(texts, ["good morning", "good afternoon"]);
            assert_eq!(numbers_until(&device.link, id, 3).await, [1, 2, 3], "also what one has said oneself");
        }
        assert_eq!(coras.log(id).await, Err(Refusal::NotFound));
        assert_eq!(coras.link.answer(Op::GroupInfo { conversation: id }).await, Reply::Refused(Refusal::NotFound));
        assert_eq!(coras.link.answer(Op::Keys { conversation: id, from: 0 }).await, Reply::Refused(Refusal::NotFound));
        let mut forged = two.annas.message(id, "for Cora", 0);
        forged.client_id = random_id().unwrap();
        let answer = coras.link.answer(Op::Append(Box::new(forged))).await;
        assert_eq!(placed(answer), Err(Refusal::NotFound));
        assert_eq!(standing(&house, id).await.0, 3);
        let kinds = house.audit_kinds().await;
        let of_conversations = kinds.iter().filter(|(kind, _)| kind.starts_with("conversation.")).count();
        assert_eq!(of_conversations, 1, "messages are not audited one by one");
    }

    fn a_message_that_comes_again_stands_once(store) {
        let house = TestCore::over(store).await;
        let mut two = Two::of(&house).await;
        let id = two.begin(Kind::Group).await;
        let message = two.annas.message(id, "once", 0);
        let ask = |device: &Device| device.link.answer(Op::Append(Box::new(message.clone())));
        // Twice in one batch, and again later.
        let (first, second) = tokio::join!(ask(&two.annas), ask(&two.annas));
        assert_eq!(first, second);
        assert_eq!(ask(&two.annas).await, first);
        assert_eq!(standing(&house, id).await.0, 2);
        // Another's is not told.
        assert_eq!(placed(ask(&two.berts).await), Err(Refusal::Denied("client_id".to_owned())));
        // Also when meanwhile nothing can be added, and the epoch is over.
        assert_eq!(two.berts.turn(id, &[], &[], &[]).await, Ok(3));
        assert_eq!(ask(&two.annas).await, first);
        let mut late = two.annas.message(id, "late", 0);
        late.epoch = 1;
        assert_eq!(placed(two.annas.link.answer(Op::Append(Box::new(late))).await), Err(Refusal::Epoch { current: 2 }));
        done(two.berts.link.answer(Op::SetOpen { conversation: id, open: false }).await).unwrap();
        assert_eq!(ask(&two.annas).await, first);
        assert_eq!(standing(&house, id).await.0, 4);
    }

    fn many_who_write_at_once_are_put_in_one_order_without_gaps(store) {
        let house = TestCore::over(store).await;
        let mut two = Two::of(&house).await;
        let id = two.begin(Kind::Direct).await;
        let before = house.store().statements();
        let asked: Vec<_> = (0..100)
            .flat_map(|n| [(&two.annas, n), (&two.berts, n)])
            .map(|(device, n)| {
                let message = device.message(id, &n.to_string(), 0);
                device.link.answer(Op::Append(Box::new(message)))
            })
            .collect();
        let mut seqs: Vec<u64> =
            futures::future::join_all(asked).await.into_iter().map(|r| placed(r).unwrap()).collect();
        seqs.sort_unstable();
        assert_eq!(seqs, (2..=201).collect::<Vec<_>>());
        assert!(house.store().statements() - before < 300, "they share batches");
        for device in [&two.annas, &two.berts] {
            assert_eq!(numbers_until(&device.link, id, 201).await, (1..=201).collect::<Vec<_>>());
            // Those of one connection keep their order.
            let read = two.annas.read(id).await;
            let own = read.iter().filter(|(_, by, _)| *by == device.device()).map(|(_, _, t)| t.parse().unwrap());
            assert_eq!(own.collect::<Vec<u32>>(), (0..100).collect::<Vec<_>>());
        }
    }

    fn what_is_not_as_the_protocol_says_changes_nothing(store) {
        let house = TestCore::over(store).await;
        let mut two = Two::of(&house).await;
        let id = two.begin(Kind::Direct).await;
        let message = two.annas.message(id, "x", 0);
        for (changed, why) in [
            (wardpost_e2ee::wire::Append { flags: 8, ..message.clone() }, "flags"),
            (wardpost_e2ee::wire::Append { sealed: vec![0; 65537].into(), ..message.clone() }, "too_large"),
            (wardpost_e2ee::wire::Append { sealed: vec![].into(), ..message.clone() }, "too_large"),
        ] {
            let answer = placed(two.annas.link.answer(Op::Append(Box::new(changed))).await);
            assert_eq!(answer, Err(Refusal::Malformed(why.to_owned())));
        }
        let future = wardpost_e2ee::wire::Append { epoch: 9, ..message };
        let answer = placed(two.annas.link.answer(Op::Append(Box::new(future))).await);
        assert_eq!(answer, Err(Refusal::Epoch { current: 1 }));
        assert_eq!(standing(&house, id).await, (1, 1));
    }
}

/// An id as the store has it.
fn stored(id: Id) -> PersonId {
    super::own_id(id)
}

/// The people who came and went by the entries of a log.
fn came_and_went(log: &[Entry]) -> Vec<(u64, usize, usize)> {
    log.iter().map(|e| (e.seq, e.added.len(), e.removed.len())).filter(|(_, a, r)| a + r > 0).collect()
}
