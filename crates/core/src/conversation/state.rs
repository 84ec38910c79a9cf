//! What this node knows of a conversation, and its lane: what is added on this node goes through it one after the other.

use super::standing::{can_be, kind_of, role_of};
use super::{Outcome, Refused, wire_id, wire_number};
use crate::Core;
use crate::clock::MINUTE_US;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use wardpost_e2ee::Id;
use wardpost_e2ee::wire::{Kind, MemberRole};
use wardpost_model::person::PersonState;
use wardpost_model::{ConversationId, LeafDeviceId, PersonId};
use wardpost_store::repo::conversation::{self as rows, At};

/// So long it is believed who can take part, if nothing says that it changed.
const BELIEVED_FOR_US: i64 = MINUTE_US;
/// So long after its last use a lane is kept: far longer than what is looked through for other nodes' entries.
const KEPT_US: i64 = 10 * MINUTE_US;

/// A conversation at one version: everything but how far its log is.
pub(super) struct State {
    pub id: ConversationId,
    pub kind: Kind,
    pub open: bool,
    pub epoch: u64,
    pub version: i64,
    /// Everybody who is or was in it, by time of membership.
    pub members: Vec<Member>,
    /// Who is in it now.
    pub current: BTreeMap<PersonId, MemberRole>,
    /// The devices in the group.
    pub leaves: BTreeMap<LeafDeviceId, PersonId>,
    /// Those of them that must go: removed, or of somebody who is no member or can't be one any more.
    pub removal: Vec<Id>,
    rights: u64,
    /// When it was read, microseconds since the epoch: some rights end by the clock.
    read_us: i64,
}

/// A time of somebody's membership.
pub(super) struct Member {
    pub person: PersonId,
    pub since: i64,
    pub until: Option<i64>,
    pub role: MemberRole,
    /// Whether they can take part by what they may in the house.
    pub able: bool,
}

/// One conversation on this node.
#[derive(Default)]
pub(super) struct Lane {
    pub waiting: Mutex<super::append::Waiting>,
    pub inner: tokio::sync::Mutex<Inner>,
}

/// What is known of how far it is. Who holds it is the only one on this node who adds to the log, or passes it on.
#[derive(Default)]
pub(super) struct Inner {
    state: Option<Arc<State>>,
    pub last_seq: i64,
    pub changed_us: i64,
    /// Up to which entry this node has passed the log on; none: nothing is known of it yet.
    pub passed: Option<i64>,
    /// Of which version it has told the members.
    pub told: Option<i64>,
}

/// The lanes that are in use.
#[derive(Default)]
pub(super) struct Lanes(Mutex<HashMap<ConversationId, Kept>>);

struct Kept {
    lane: Arc<Lane>,
    used_us: i64,
}

impl Lane {
    pub(super) fn waiting(&self) -> MutexGuard<'_, super::append::Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lanes {
    fn lock(&self) -> MutexGuard<'_, HashMap<ConversationId, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lane of a conversation.
    pub(super) fn of(&self, id: ConversationId, now_us: i64) -> Arc<Lane> {
        let mut lanes = self.lock();
        let kept = lanes.entry(id).or_insert_with(|| Kept { lane: Arc::default(), used_us: now_us });
        kept.used_us = now_us;
        Arc::clone(&kept.lane)
    }

    /// Forgets what nobody has used for a while.
    pub(super) fn sweep(&self, now_us: i64) {
        // Only this map gives a lane out, so nobody who doesn't hold one can begin to use it meanwhile.
        self.lock().retain(|_, k| Arc::strong_count(&k.lane) > 1 || now_us - k.used_us < KEPT_US);
    }
}

impl State {
    /// How far it is, for the guard of a batch.
    pub(super) fn at(&self, last_seq: i64) -> At {
        At { id: self.id, last_seq, version: self.version }
    }

    /// Who may see something of these entries, both inclusive, and which.
    pub(super) fn audience(&self, first: i64, last: i64) -> impl Iterator<Item = (PersonId, i64, i64)> {
        self.members.iter().filter_map(move |m| {
            let (from, to) = (m.since.max(first), m.until.map_or(last, |until| last.min(until - 1)));
            (from <= to).then_some((m.person, from, to))
        })
    }
}

impl Inner {
    /// What is known of the conversation: what was read before, or read now. Whether it was read now is said with it.
    pub(super) async fn state(&mut self, core: &Core, id: ConversationId) -> Outcome<(Arc<State>, bool)> {
        let rights = core.conversations().rights.load(Ordering::SeqCst);
        let fresh =
            |s: &&Arc<State>| s.rights == rights && (0..BELIEVED_FOR_US).contains(&(core.clock().now_us() - s.read_us));
        if let Some(state) = self.state.as_ref().filter(fresh) {
            return Ok((Arc::clone(state), false));
        }
        self.reload(core, id).await.map(|state| (state, true))
    }

    /// Reads it anew.
    pub(super) async fn reload(&mut self, core: &Core, id: ConversationId) -> Outcome<Arc<State>> {
        self.state = None;
        let rights = core.conversations().rights.load(Ordering::SeqCst);
        let read_us = core.clock().now_us();
        // The version first: what is read after it is at least as new, and if newer, the guard tells.
        let row = rows::get(core.db(), core.org(), id).await?.ok_or(Refused::NotFound)?;
        let (members, leaves) =
            (rows::members(core.db(), core.org(), id).await?, rows::leaves(core.db(), core.org(), id).await?);
        let house = core.house().await?;
        let kind = kind_of(&row.kind)?;
        let patient_side = match (kind, row.patient_id) {
            (Kind::Patient, Some(patient)) => core.patient_side(patient).await?,
            _ => BTreeSet::new(),
        };
        let speaks = |person, role| role != MemberRole::Patient || patient_side.contains(&person);
        let members = members.into_iter().map(|m| {
            let role = role_of(&m.span.role)?;
            Ok(Member {
                person: m.person_id,
                since: m.span.since_seq,
                until: m.span.until_seq,
                role,
                // The store knows at once who can't sign in any more.
                able: m.person_state == PersonState::Active.as_str()
                    && can_be(&house, m.person_id, role, kind)
                    && speaks(m.person_id, role),
            })
        });
        let members: Vec<Member> = members.collect::<Outcome<_>>()?;
        let able = |person| members.iter().any(|m| m.person == person && m.until.is_none() && m.able);
        let able: BTreeMap<PersonId, bool> = leaves.iter().map(|l| (l.person_id, able(l.person_id))).collect();
        let gone = |l: &&rows::LeafRow| l.removed_us.is_some() || !able.get(&l.person_id).copied().unwrap_or(false);
        let state = Arc::new(State {
            id,
            kind,
            open: row.open,
            epoch: wire_number(row.epoch),
            version: row.version,
            current: members.iter().filter(|m| m.until.is_none()).map(|m| (m.person, m.role)).collect(),
            removal: leaves.iter().filter(gone).map(|l| wire_id(l.device_id)).collect(),
            leaves: leaves.iter().map(|l| (l.device_id, l.person_id)).collect(),
            members,
            rights,
            read_us,
        });
        self.last_seq = row.last_seq;
        self.changed_us = row.changed_us;
        self.state = Some(Arc::clone(&state));
        Ok(state)
    }

    /// What is known may be out of date.
    pub(super) fn forget(&mut self) {
        self.state = None;
    }
}

/// A queue's items and how many bytes they hold.
pub(super) struct Bounded<T> {
    items: VecDeque<(T, usize)>,
    bytes: usize,
}

impl<T> Default for Bounded<T> {
    fn default() -> Self {
        Self { items: VecDeque::new(), bytes: 0 }
    }
}

impl<T> Bounded<T> {
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }
    pub(super) fn push(&mut self, item: T, bytes: usize) {
        self.items.push_back((item, bytes));
        self.bytes += bytes;
    }
    pub(super) fn pop(&mut self) -> Option<T> {
        let (item, bytes) = self.items.pop_front()?;
        self.bytes -= bytes;
        if self.items.is_empty() {
            // What is idle holds no memory.
            self.items = VecDeque::new();
        }
        Some(item)
    }
    pub(super) fn last(&self) -> Option<&T> {
        self.items.back().map(|(item, _)| item)
    }
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}
