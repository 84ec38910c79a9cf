//! The connections of this node, and what is passed on to them. A connection's queue is bounded: who takes too little is told
//! that something was left out, and fetches it.

use super::lookout::Lookout;
use super::state::{Bounded, Inner, State};
use super::{Outcome, wire_id, wire_number};
use crate::Core;
use bytes::Bytes;
use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use wardpost_e2ee::Id;
use wardpost_e2ee::wire::{Entry, EntryKind, Push, ServerFrame, encode};
use wardpost_model::permission::Permission;
use wardpost_model::{ConversationId, LeafDeviceId, PersonId, SessionId};
use wardpost_store::repo::conversation_log as log;

/// Connections of one person; the oldest gives way to another.
const PER_PERSON: usize = 24;
/// Connections of one session; a browser's tabs share one.
const PER_SESSION: usize = 6;
/// What waits for one connection: so many items ...
const QUEUE: usize = 512;
/// ... and so many bytes.
const QUEUE_BYTES: usize = 4 << 20;

/// Entries of other nodes that are read, and passed on, at once.
const PAGE: i64 = 64;

/// The connections of this node.
#[derive(Default)]
pub(super) struct Hub {
    lines: Mutex<HashMap<PersonId, Vec<Arc<Line>>>>,
    last: AtomicU64,
}

/// A connection, as far as others reach it.
pub(super) struct Line {
    number: u64,
    pub person: PersonId,
    session: Option<SessionId>,
    /// It has proved which device it is: from then on it is told of conversations.
    pub device: Mutex<Option<LeafDeviceId>>,
    /// Where it said that an answer of another connection reaches it.
    address: Mutex<Option<Id>>,
    /// What its person may by what was known last.
    pub permissions: Mutex<BTreeSet<Permission>>,
    queue: Mutex<Queue>,
    woken: Notify,
    over: AtomicBool,
}

#[derive(Default)]
struct Queue {
    items: Bounded<Item>,
    /// Something was left out.
    behind: bool,
    look_anew: bool,
    over: Option<&'static str>,
}

/// What waits for a connection.
pub(super) enum Item {
    /// An encoded frame, shared with others.
    Frame(Bytes),
    /// A conversation, to be read when its turn comes: everybody sees it differently.
    Conversation(ConversationId),
    /// The session, or the rights, may be other than they were.
    LookAnew,
    /// The end, and why.
    Over(&'static str),
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Encodes what is said unasked.
pub(super) fn frame(push: Push) -> Bytes {
    encode(&ServerFrame::Push(push)).into()
}

impl Line {
    pub(super) fn device(&self) -> Option<LeafDeviceId> {
        *lock(&self.device)
    }
    /// Whether it was ended.
    pub(super) fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    /// Ends it: nothing is answered any more, and this is its last frame.
    pub(super) fn end(&self, why: &'static str) {
        self.over.store(true, Ordering::SeqCst);
        let mut queue = lock(&self.queue);
        queue.over.get_or_insert(why);
        queue.items.clear();
        drop(queue);
        self.woken.notify_one();
    }

    pub(super) fn look_anew(&self) {
        lock(&self.queue).look_anew = true;
        self.woken.notify_one();
    }

    /// Puts something into its queue, or leaves it out when that is full.
    pub(super) fn tell(&self, item: Item) {
        let bytes = match &item {
            Item::Frame(frame) => frame.len(),
            _ => 0,
        };
        let mut queue = lock(&self.queue);
        let again =
            matches!((queue.items.last(), &item), (Some(Item::Conversation(a)), Item::Conversation(b)) if a == b);
        if again || queue.over.is_some() {
            return;
        }
        if queue.items.len() >= QUEUE || queue.items.bytes() + bytes > QUEUE_BYTES {
            // What waited is left out too: it would arrive after a gap all the same.
            queue.items.clear();
            queue.behind = true;
        } else {
            queue.items.push(item, bytes);
        }
        drop(queue);
        self.woken.notify_one();
    }

    /// The next thing for it; waits for one.
    pub(super) async fn next(&self) -> Item {
        loop {
            if let Some(item) = self.take() {
                return item;
            }
            self.woken.notified().await;
        }
    }

    fn take(&self) -> Option<Item> {
        let mut queue = lock(&self.queue);
        if let Some(why) = queue.over {
            return Some(Item::Over(why));
        }
        if std::mem::take(&mut queue.look_anew) {
            return Some(Item::LookAnew);
        }
        if std::mem::take(&mut queue.behind) {
            return Some(Item::Frame(frame(Push::Behind { conversation: None })));
        }
        queue.items.pop()
    }
}

impl Hub {
    fn lines(&self) -> MutexGuard<'_, HashMap<PersonId, Vec<Arc<Line>>>> {
        lock(&self.lines)
    }

    /// Takes a connection in. Where there are too many, the oldest ends.
    pub(super) fn join(
        &self,
        person: PersonId,
        session: Option<SessionId>,
        permissions: BTreeSet<Permission>,
    ) -> Arc<Line> {
        let line = Arc::new(Line {
            number: self.last.fetch_add(1, Ordering::Relaxed),
            person,
            session,
            device: Mutex::default(),
            address: Mutex::default(),
            permissions: Mutex::new(permissions),
            queue: Mutex::default(),
            woken: Notify::new(),
            over: AtomicBool::new(false),
        });
        let mut lines = self.lines();
        let own = lines.entry(person).or_default();
        own.retain(|l| !l.is_over());
        let of_session = own.iter().filter(|l| l.session.is_some() && l.session == session).count();
        let oldest = if of_session >= PER_SESSION {
            own.iter().position(|l| l.session == session)
        } else {
            (own.len() >= PER_PERSON).then_some(0)
        };
        if let Some(oldest) = oldest {
            own.remove(oldest).end("closing");
        }
        own.push(Arc::clone(&line));
        line
    }

    /// Lets a connection go.
    pub(super) fn leave(&self, line: &Line) {
        let mut lines = self.lines();
        if let Some(own) = lines.get_mut(&line.person) {
            own.retain(|l| l.number != line.number);
            if own.is_empty() {
                lines.remove(&line.person);
            }
        }
    }

    /// All connections of somebody.
    pub(super) fn of(&self, person: PersonId) -> Vec<Arc<Line>> {
        self.lines().get(&person).cloned().unwrap_or_default()
    }

    /// Those of somebody's connections that are told of conversations.
    fn ready(&self, person: PersonId) -> Vec<Arc<Line>> {
        let lines = self.lines();
        lines.get(&person).into_iter().flatten().filter(|l| l.device().is_some()).cloned().collect()
    }

    /// Who is here.
    pub(super) fn people(&self) -> Vec<PersonId> {
        self.lines().keys().copied().collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines().is_empty()
    }

    /// How many connections there are.
    pub(super) fn count(&self) -> usize {
        self.lines().values().map(Vec::len).sum()
    }

    /// Tells something to everybody of these people.
    pub(super) fn tell_all(&self, people: impl IntoIterator<Item = PersonId>, push: Push) {
        let mut encoded = None;
        let mut push = Some(push);
        for person in people {
            for line in self.ready(person) {
                if let Some(push) = push.take() {
                    encoded = Some(frame(push));
                }
                if let Some(frame) = &encoded {
                    line.tell(Item::Frame(frame.clone()));
                }
            }
        }
    }

    /// Tells everybody of these people how a conversation is now.
    pub(super) fn tell_conversation(&self, people: impl IntoIterator<Item = PersonId>, id: ConversationId) {
        for person in people {
            self.ready(person).iter().for_each(|line| line.tell(Item::Conversation(id)));
        }
    }

    /// Passes something from one connection of somebody to the others, or to the one with an address.
    pub(super) fn post(&self, line: &Line, to: Option<Id>, from: Id, body: &[u8]) -> usize {
        *lock(&line.address) = Some(from);
        let others = self.of(line.person).into_iter().filter(|l| l.number != line.number);
        let wanted = others.filter(|l| to.is_none() || *lock(&l.address) == to);
        let frame = frame(Push::Post { from, body: body.to_vec().into() });
        wanted.inspect(|l| l.tell(Item::Frame(frame.clone()))).count()
    }

    /// Passes entries on to those who may see them. They follow on what was passed on before.
    fn pass(&self, state: &State, entries: &[Entry]) {
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return };
        let (first, last) = (super::own_number(first.seq), super::own_number(last.seq));
        let mut shared: HashMap<(i64, i64), Bytes> = HashMap::new();
        for (person, from, to) in state.audience(first, last) {
            let lines = self.ready(person);
            if lines.is_empty() {
                continue;
            }
            let frame = shared.entry((from, to)).or_insert_with(|| {
                let seen = entries.iter().filter(|e| (from..=to).contains(&super::own_number(e.seq)));
                frame(Push::Entries { conversation: wire_id(state.id), entries: seen.cloned().collect() })
            });
            lines.iter().for_each(|line| line.tell(Item::Frame(frame.clone())));
        }
        if entries.iter().any(|e| e.kind != EntryKind::Message) {
            let people: BTreeSet<PersonId> = state.audience(first, last).map(|(person, ..)| person).collect();
            self.tell_conversation(people, state.id);
        }
    }
}

impl Core {
    /// Passes entries on that this node has just added, and before them what other nodes added meanwhile.
    pub(super) async fn pass_on(&self, inner: &mut Inner, state: &State, entries: Vec<Entry>) {
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return };
        let (first, last) = (super::own_number(first.seq), super::own_number(last.seq));
        let hub = &self.conversations().hub;
        if !hub.is_empty()
            && let Err(error) = self.catch_up(inner, state, first).await
        {
            tracing::debug!(%error, "entries of another node can't be read now");
            self.tell_behind(state);
        }
        hub.pass(state, &entries);
        (inner.passed, inner.told) = (Some(last), Some(state.version));
    }

    /// Passes on what stands before an entry and was not passed on yet.
    pub(super) async fn catch_up(&self, inner: &Inner, state: &State, before: i64) -> Outcome<()> {
        /// What is older than this was passed on by whoever added it, and is fetched by who comes.
        const LOOK_BACK: i64 = 1000;
        let after = match inner.passed {
            Some(passed) => passed,
            None => {
                // Used here for the first time, or for the first time in long.
                let now_us = self.clock().now_us();
                let since_us = (now_us - Lookout::WIDE_US).max(self.conversations().started_us - Lookout::NARROW_US);
                let from = (before - 1 - LOOK_BACK).max(0);
                match log::first_since(self.db(), self.org(), state.id, from, since_us).await? {
                    Some(first) if first > from + 1 || from == 0 => first - 1,
                    Some(_) => {
                        self.tell_behind(state);
                        return Ok(());
                    }
                    None => return Ok(()),
                }
            }
        };
        self.pass_between(state, after, before).await
    }

    /// Passes on what stands after one entry and before another.
    async fn pass_between(&self, state: &State, after: i64, before: i64) -> Outcome<()> {
        let mut after = after;
        while after + 1 < before {
            let page = log::after(self.db(), self.org(), state.id, (after, before), PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.seq;
            let entries: Vec<Entry> = page.into_iter().map(super::read::entry_of).collect();
            self.conversations().hub.pass(state, &entries);
        }
        Ok(())
    }

    /// Tells the members of a conversation that something was left out.
    pub(super) fn tell_behind(&self, state: &State) {
        let push = Push::Behind { conversation: Some(wire_id(state.id)) };
        self.conversations().hub.tell_all(state.current.keys().copied(), push);
    }

    /// How many connections of conversations this node has.
    #[must_use]
    pub fn conversation_connections(&self) -> usize {
        self.conversations().hub.count()
    }
}

/// A receipt as it is passed on.
pub(super) fn receipt_push(id: ConversationId, r: &log::ReceiptRow) -> Push {
    Push::Receipt {
        conversation: wire_id(id),
        receipt: wardpost_e2ee::wire::Receipt {
            person: wire_id(r.person_id),
            seq: wire_number(r.seq),
            read: r.read,
            at_us: r.at_us,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn person(n: u128) -> PersonId {
        PersonId(Uuid::from_u128(n))
    }
    fn typing(n: u8) -> Push {
        Push::Typing { conversation: Id([n; 16]), person: Id([n; 16]) }
    }
    fn frames(line: &Line) -> Vec<Bytes> {
        std::iter::from_fn(|| match line.take() {
            Some(Item::Frame(frame)) => Some(frame),
            _ => None,
        })
        .collect()
    }

    #[test]
    fn what_is_too_much_is_left_out_and_that_is_told() {
        let hub = Hub::default();
        let line = hub.join(person(1), None, BTreeSet::new());
        *lock(&line.device) = Some(LeafDeviceId(Uuid::nil()));
        for _ in 0..=QUEUE {
            hub.tell_all([person(1)], typing(1));
        }
        hub.tell_all([person(1)], typing(2));
        assert_eq!(frames(&line), [frame(Push::Behind { conversation: None }), frame(typing(2))]);
    }

    #[test]
    fn who_has_not_shown_a_device_is_told_of_no_conversation() {
        let hub = Hub::default();
        let line = hub.join(person(1), None, BTreeSet::new());
        hub.tell_all([person(1)], typing(1));
        hub.tell_conversation([person(1)], ConversationId(Uuid::nil()));
        assert!(line.take().is_none());
    }

    #[test]
    fn a_post_reaches_only_ones_own_other_connections() {
        let hub = Hub::default();
        let (old, new, third) = (
            hub.join(person(1), None, BTreeSet::new()),
            hub.join(person(1), None, BTreeSet::new()),
            hub.join(person(1), None, BTreeSet::new()),
        );
        let stranger = hub.join(person(2), None, BTreeSet::new());
        let (a, b) = (Id([1; 16]), Id([2; 16]));
        assert_eq!(hub.post(&new, None, a, b"hello"), 2);
        assert_eq!(hub.post(&old, Some(a), b, b"answer"), 1);
        assert_eq!(hub.post(&stranger, Some(a), b, b"evil"), 0);
        assert_eq!(frames(&new), [frame(Push::Post { from: b, body: b"answer".to_vec().into() })]);
        assert_eq!(frames(&third).len(), 1);
        assert!(new.take().is_none());
    }

    #[test]
    fn a_session_has_so_many_connections_and_the_oldest_gives_way() {
        let hub = Hub::default();
        let session = Some(SessionId(Uuid::from_u128(7)));
        let lines: Vec<_> = (0..=PER_SESSION).map(|_| hub.join(person(1), session, BTreeSet::new())).collect();
        assert!(lines[0].is_over() && matches!(lines[0].take(), Some(Item::Over("closing"))));
        assert!(lines[1..].iter().all(|l| !l.is_over()));
        lines.iter().for_each(|l| hub.leave(l));
        assert!(hub.is_empty());
    }
}
