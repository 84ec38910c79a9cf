//! Adding messages. All that wait for one conversation share a batch: its place in the log is taken by compare-and-set, and
//! whatever the answer depends on (epoch, members, their devices, open or closed) is of one version, which the batch demands.

use super::state::{Bounded, Inner, Lane, State};
use super::{Asker, Outcome, Refused, own_id, wire_id, wire_number};
use crate::Core;
use crate::error::guard;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::oneshot;
use uuid::Uuid;
use wardpost_e2ee::Id;
use wardpost_e2ee::wire::{Append, Entry, EntryKind, FLAG_QUIET, FLAG_SUBJECT, FLAG_URGENT, MAX_MESSAGE};
use wardpost_model::{ConversationId, LeafDeviceId, PersonId};
use wardpost_store::repo::conversation::{self as rows};
use wardpost_store::repo::conversation_log::{self as log, EntryRow};
use wardpost_store::{Batch, StoreError};

/// Messages of one batch.
const GROUP: usize = 256;
/// Bytes of one batch.
const GROUP_BYTES: usize = 4 << 20;
/// Messages that may wait for one conversation.
const WAITING: usize = 4096;
/// Bytes that may wait for one conversation.
const WAITING_BYTES: usize = 32 << 20;
/// How often a batch is tried when other nodes add to the same log.
const TRIES: usize = 12;
/// What a client waits before it asks again, when too much waits.
const PAUSE_MS: u32 = 200;

/// Where something stands in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Its number.
    pub seq: u64,
    /// When it was entered, microseconds since the epoch.
    pub at_us: i64,
}

/// What waits to be added.
#[derive(Default)]
pub(super) struct Waiting {
    queue: Bounded<Pending>,
    draining: bool,
}

struct Pending {
    person: PersonId,
    device: LeafDeviceId,
    append: Append,
    answer: oneshot::Sender<Outcome<Placed>>,
}

impl Core {
    /// Adds a message. It stands in the queue when this returns: messages of one caller keep their order. The answer comes
    /// when it is durable.
    ///
    /// # Errors
    /// [`Refused::NotFound`] for who is no member; [`Refused::Denied`] `closed`, `no_leaf` (the device isn't in the group),
    /// `client_id` (somebody else's), `zone_read_only`; [`Refused::Epoch`]; [`Refused::Removal`]; [`Refused::Malformed`];
    /// [`Refused::Slower`].
    pub fn append_message(
        &self,
        asker: Asker<'_>,
        append: Append,
    ) -> impl Future<Output = Outcome<Placed>> + Send + use<> {
        let queued = self.queue_message(asker, append);
        async move { queued?.await.unwrap_or(Err(Refused::Unavailable)) }
    }

    fn queue_message(&self, asker: Asker<'_>, append: Append) -> Outcome<oneshot::Receiver<Outcome<Placed>>> {
        self.changes(asker.actor)?;
        let bytes = append.sealed.len();
        if bytes == 0 || bytes > MAX_MESSAGE {
            return Err(Refused::Malformed("too_large"));
        }
        if append.flags & !(FLAG_URGENT | FLAG_QUIET | FLAG_SUBJECT) != 0 {
            return Err(Refused::Malformed("flags"));
        }
        let id: ConversationId = own_id(append.conversation);
        let lane = self.conversations().lanes.of(id, self.clock().now_us());
        let (answer, outcome) = oneshot::channel();
        let mut waiting = lane.waiting();
        if waiting.queue.len() >= WAITING || waiting.queue.bytes() >= WAITING_BYTES {
            return Err(Refused::Slower(PAUSE_MS));
        }
        let (person, device) = (asker.actor.person_id, asker.device);
        waiting.queue.push(Pending { person, device, append, answer }, bytes);
        if !std::mem::replace(&mut waiting.draining, true) {
            drop(waiting);
            tokio::spawn(drain(self.clone(), lane, id));
        }
        Ok(outcome)
    }

    /// Adds a group of messages; answers each.
    async fn append_group(&self, lane: &Lane, id: ConversationId, group: Vec<Pending>) {
        // What other nodes announced of rights.
        self.heed_changes();
        let mut inner = lane.inner.lock().await;
        let mut group = Group::of(group);
        for _ in 0..TRIES {
            match self.try_group(&mut inner, id, &mut group).await {
                Ok(Tried::Done) => return,
                Ok(Tried::Again) => {}
                Err(e) => {
                    inner.forget();
                    return group.refuse_all(e);
                }
            }
        }
        group.refuse_all(Refused::Unavailable);
    }

    async fn try_group(&self, inner: &mut Inner, id: ConversationId, group: &mut Group) -> Outcome<Tried> {
        let (mut state, mut read_now) = inner.state(self, id).await?;
        if !read_now && group.waiting.iter().any(|p| judge(&state, p).is_err()) {
            // Nobody is refused for what was so a while ago.
            (state, read_now) = (inner.reload(self, id).await?, true);
        }
        debug_assert!(read_now || group.waiting.iter().all(|p| judge(&state, p).is_ok()));
        let mut good = Vec::with_capacity(group.waiting.len());
        for pending in std::mem::take(&mut group.waiting) {
            match judge(&state, &pending) {
                Ok(()) => good.push(pending),
                // It may be in the log since before.
                Err(why) => self.answer_known(id, pending, why).await?,
            }
        }
        group.waiting = good;
        if group.waiting.is_empty() {
            return Ok(Tried::Done);
        }
        let now_us = self.clock().now_us().max(inner.changed_us);
        let entries = group.entries(inner.last_seq, now_us);
        let last_seq = inner.last_seq + i64::try_from(entries.len()).unwrap_or(0);
        let mut batch = Batch::new();
        rows::advance(&mut batch, self.org(), state.at(inner.last_seq), last_seq, now_us, guard::STATE);
        for entry in &entries {
            log::insert(&mut batch, self.org(), id, row_of(entry));
        }
        match self.db().write(batch).await {
            Ok(_) => {
                inner.last_seq = last_seq;
                inner.changed_us = now_us;
                group.answer_all(&entries);
                self.pass_on(inner, &state, entries).await;
                Ok(Tried::Done)
            }
            // Another node added something, or what was known is so no more.
            Err(StoreError::Guard(_)) => {
                inner.forget();
                Ok(Tried::Again)
            }
            Err(e) if e.is_conflict_on("conversation_entry_client") => {
                self.sort_out_known(id, group).await?;
                inner.forget();
                Ok(Tried::Again)
            }
            Err(e) => Err(e.into()),
        }
    }

    /// Answers those that are in the log already.
    async fn sort_out_known(&self, id: ConversationId, group: &mut Group) -> Outcome<()> {
        for pending in std::mem::take(&mut group.waiting) {
            match log::by_client(self.db(), self.org(), id, own_id(pending.append.client_id)).await? {
                Some(standing) => pending.answer_standing(standing),
                None => group.waiting.push(pending),
            }
        }
        Ok(())
    }

    async fn answer_known(&self, id: ConversationId, pending: Pending, why: Refused) -> Outcome<()> {
        match log::by_client(self.db(), self.org(), id, own_id(pending.append.client_id)).await? {
            // Nobody learns of a log by guessing what others called their messages.
            Some(standing) if standing.person_id == pending.person => pending.answer_standing(standing),
            _ => drop(pending.answer.send(Err(why))),
        }
        Ok(())
    }
}

enum Tried {
    Done,
    Again,
}

/// Messages that share a batch, and those that are the same as one of them.
struct Group {
    waiting: Vec<Pending>,
    again: HashMap<Id, Vec<Pending>>,
}

impl Group {
    fn of(all: Vec<Pending>) -> Self {
        let mut group = Self { waiting: Vec::with_capacity(all.len()), again: HashMap::new() };
        let mut seen = std::collections::HashSet::with_capacity(all.len());
        for pending in all {
            if seen.insert(pending.append.client_id) {
                group.waiting.push(pending);
            } else {
                group.again.entry(pending.append.client_id).or_default().push(pending);
            }
        }
        group
    }

    fn entries(&self, last_seq: i64, at_us: i64) -> Vec<Entry> {
        (last_seq + 1..)
            .zip(&self.waiting)
            .map(|(seq, p)| Entry {
                seq: wire_number(seq),
                at_us,
                kind: EntryKind::Message,
                epoch: p.append.epoch,
                person: wire_id(p.person),
                device: wire_id(p.device),
                client_id: p.append.client_id,
                flags: p.append.flags,
                body: p.append.sealed.clone(),
                added: Vec::new(),
                removed: Vec::new(),
            })
            .collect()
    }

    fn answer_all(&mut self, entries: &[Entry]) {
        for (pending, entry) in std::mem::take(&mut self.waiting).into_iter().zip(entries) {
            let placed = Placed { seq: entry.seq, at_us: entry.at_us };
            for same in self.again.remove(&entry.client_id).into_iter().flatten() {
                let own = same.person == pending.person;
                let _ = same.answer.send(if own { Ok(placed) } else { Err(Refused::Denied("client_id")) });
            }
            // Who doesn't wait any more finds it in the log.
            let _ = pending.answer.send(Ok(placed));
        }
    }

    fn refuse_all(self, why: Refused) {
        if let Refused::Fault(error) = &why {
            tracing::error!(error = error as &dyn std::error::Error, "messages can't be added");
        }
        for pending in self.waiting {
            let again = match &why {
                Refused::NotFound => Refused::NotFound,
                _ => Refused::Unavailable,
            };
            let _ = pending.answer.send(Err(again));
        }
    }
}

impl Pending {
    fn answer_standing(self, standing: log::Standing) {
        let placed = Placed { seq: wire_number(standing.seq), at_us: standing.at_us };
        let own = standing.person_id == self.person;
        let _ = self.answer.send(if own { Ok(placed) } else { Err(Refused::Denied("client_id")) });
    }
}

/// Whether a message may be added to a conversation as it is.
fn judge(state: &State, p: &Pending) -> Outcome<()> {
    let in_group = state.leaves.get(&p.device) == Some(&p.person);
    if !state.current.contains_key(&p.person) {
        return Err(Refused::NotFound);
    }
    if !state.open {
        return Err(Refused::Denied("closed"));
    }
    if p.append.epoch != state.epoch {
        return Err(Refused::Epoch { current: state.epoch });
    }
    if !in_group {
        return Err(Refused::Denied("no_leaf"));
    }
    if !state.removal.is_empty() {
        return Err(Refused::Removal { devices: state.removal.clone() });
    }
    Ok(())
}

/// An entry as it is stored.
pub(super) fn row_of(e: &Entry) -> EntryRow {
    let kind = match e.kind {
        EntryKind::Message => "message",
        EntryKind::Commit => "commit",
        EntryKind::Closed => "closed",
        EntryKind::Reopened => "reopened",
    };
    let joined = |ids: &[Id]| ids.iter().flat_map(|id| id.0).collect();
    EntryRow {
        seq: super::own_number(e.seq),
        at_us: e.at_us,
        kind,
        epoch: super::own_number(e.epoch),
        person_id: own_id(e.person),
        device_id: own_id(e.device),
        client_id: own_id::<Uuid>(e.client_id),
        flags: e.flags.into(),
        body: e.body.to_vec(),
        added: joined(&e.added),
        removed: joined(&e.removed),
    }
}

/// Adds what waits until nothing does.
async fn drain(core: Core, lane: Arc<Lane>, id: ConversationId) {
    /// Should a fault end the task, the next message begins another; who waited is told.
    struct Draining<'a>(&'a Lane);
    impl Drop for Draining<'_> {
        fn drop(&mut self) {
            self.0.waiting().draining = false;
        }
    }
    let draining = Draining(&lane);
    loop {
        let mut group = Vec::new();
        {
            let mut waiting = lane.waiting();
            let mut bytes = 0;
            while group.len() < GROUP
                && bytes < GROUP_BYTES
                && let Some(pending) = waiting.queue.pop()
            {
                bytes += pending.append.sealed.len();
                group.push(pending);
            }
            if group.is_empty() {
                // Within the lock: nobody adds to the queue between the look and the end.
                std::mem::forget(draining);
                waiting.draining = false;
                return;
            }
        }
        core.append_group(&lane, id, group).await;
    }
}
