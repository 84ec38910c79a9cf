//! One conversation as this device has it: its place in the log, its epoch keys, its group, what was read of it, and what waits
//! to be sent.

use crate::content::{Content, EpochSecret};
use crate::group::Group;
use crate::wire::{Conversation, Entry, EntryKind, FLAG_QUIET, Receipt};
use crate::{Error, Id, Result};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use std::collections::{BTreeMap, BTreeSet};

/// An entry as far as it could be read.
pub(super) struct Seen {
    pub entry: Entry,
    pub content: Result<Content, Unread>,
}

/// Why an entry can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    /// It holds no message.
    NoMessage,
    /// The epoch's key isn't here yet.
    NoKey,
    /// The sender's device isn't known here yet.
    NoDevice,
    /// It isn't by whom it says it is.
    Forged,
}

impl Unread {
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoMessage => "none",
            Self::NoKey => "no_key",
            Self::NoDevice => "no_device",
            Self::Forged => "forged",
        }
    }
}

/// A message that waits to be sent.
#[derive(Clone, Encode, Decode)]
pub(super) struct Outgoing {
    #[n(0)]
    pub client_id: Id,
    #[n(1)]
    pub flags: u8,
    #[n(2)]
    pub content: Content,
    /// When it was written, microseconds since the epoch.
    #[n(3)]
    pub at_us: i64,
    /// The server won't have it.
    #[n(4)]
    pub failed: bool,
    /// Its number, when the server said it but the log didn't bring it yet.
    #[n(5)]
    pub seq: Option<u64>,
}

/// A commit whose answer isn't here yet.
#[derive(Clone, Encode, Decode)]
pub(super) struct Flight {
    #[n(0)]
    pub client_id: Id,
    /// The epoch that it ends.
    #[n(1)]
    pub epoch: u64,
    #[n(2)]
    pub add: Vec<Id>,
    #[n(3)]
    pub remove: Vec<Id>,
    /// An external commit: if it lost, nothing is left of the group.
    #[n(4)]
    pub rejoin: bool,
}

/// What is kept of a conversation.
#[derive(Encode, Decode)]
struct RoomRecord {
    #[n(0)]
    summary: Conversation,
    #[n(1)]
    cursor: u64,
    #[n(2)]
    keys: Vec<(u64, ByteVec)>,
    #[n(3)]
    outbox: Vec<Outgoing>,
    #[n(4)]
    flight: Option<Flight>,
    #[n(5)]
    add: Vec<Id>,
    #[n(6)]
    remove: Vec<Id>,
    #[n(7)]
    subject: Option<(u64, String)>,
    #[n(8)]
    kept: Vec<u64>,
    #[n(9)]
    committed_us: i64,
    #[n(10)]
    creating: bool,
}

/// A conversation.
pub(super) struct Room {
    pub summary: Conversation,
    /// Every entry up to this one was taken.
    pub cursor: u64,
    /// Entries from this one to the cursor are here.
    pub low: u64,
    pub entries: BTreeMap<u64, Seen>,
    pub keys: BTreeMap<u64, EpochSecret>,
    /// Epochs whose keys the server has for this account, as far as known.
    pub kept: BTreeSet<u64>,
    pub group: Option<Group>,
    pub outbox: Vec<Outgoing>,
    pub flight: Option<Flight>,
    /// People to be added and removed by the next commit.
    pub add: BTreeSet<Id>,
    pub remove: BTreeSet<Id>,
    /// Devices that the server wants out of the group.
    pub removals: BTreeSet<Id>,
    /// Entry and text of the newest subject.
    pub subject: Option<(u64, String)>,
    pub receipts: Vec<Receipt>,
    pub receipts_known: bool,
    /// Who writes, until when (milliseconds).
    pub typing: BTreeMap<Id, i64>,
    /// This device's last commit, microseconds since the epoch.
    pub committed_us: i64,
    /// Being begun: the server doesn't have it yet.
    pub creating: bool,
    /// A page shows it.
    pub viewed: bool,
    pub unread_from: Option<u64>,
    /// A question about its structure is on the way: nothing else is asked until it is answered.
    pub busy: Option<u32>,
    /// Appends on the way.
    pub sending: BTreeSet<Id>,
    /// A welcome was looked for.
    pub welcome_asked: bool,
    /// Key packages that were claimed for `add`, or for a new conversation.
    pub claimed: Option<Vec<crate::wire::DevicePackage>>,
    /// Not before this time (milliseconds) anything is tried again, and how often it was.
    pub retry_ms: i64,
    pub tries: u32,
    /// Keys that were asked for from this epoch on without success: not again until something new is known.
    pub keys_asked: Option<u64>,
    /// The group has a device that isn't genuine: nothing is sealed to it.
    pub distrusted: bool,
    /// Delivered up to, as told to the server.
    pub delivered: u64,
    /// Up to this entry `summary.unread` counts.
    pub counted: u64,
    /// Older entries are to be loaded until all are here: for search.
    pub backfill: bool,
    /// The log should have brought the entry with this number by this time (milliseconds; 0: none is awaited).
    pub awaited: u64,
    pub awaited_ms: i64,
}

impl Room {
    /// A conversation that is new to this device.
    pub fn new(summary: Conversation) -> Self {
        let cursor = summary.last;
        Self {
            low: cursor + 1,
            cursor,
            entries: BTreeMap::new(),
            keys: BTreeMap::new(),
            kept: BTreeSet::new(),
            group: None,
            outbox: Vec::new(),
            flight: None,
            add: BTreeSet::new(),
            remove: BTreeSet::new(),
            removals: BTreeSet::new(),
            subject: None,
            receipts: Vec::new(),
            receipts_known: false,
            typing: BTreeMap::new(),
            committed_us: 0,
            creating: false,
            viewed: false,
            unread_from: None,
            busy: None,
            sending: BTreeSet::new(),
            welcome_asked: false,
            claimed: None,
            retry_ms: 0,
            tries: 0,
            keys_asked: None,
            distrusted: false,
            delivered: 0,
            counted: cursor,
            backfill: false,
            awaited: 0,
            awaited_ms: 0,
            summary,
        }
    }
    /// As it was kept; the group has a record of its own.
    pub fn load(bytes: &[u8], group: Option<&[u8]>) -> Result<Self> {
        let record: RoomRecord = minicbor::decode(bytes).map_err(|_| Error::Damaged("conversation"))?;
        let mut room = Self::new(record.summary);
        room.cursor = record.cursor;
        room.low = record.cursor + 1;
        for (epoch, key) in &record.keys {
            room.keys.insert(*epoch, EpochSecret::from_bytes(key)?);
        }
        room.kept = record.kept.into_iter().collect();
        room.outbox = record.outbox;
        room.flight = record.flight;
        room.add = record.add.into_iter().collect();
        room.remove = record.remove.into_iter().collect();
        room.subject = record.subject;
        room.committed_us = record.committed_us;
        room.creating = record.creating;
        // A group that doesn't read is no loss: the device joins anew.
        room.group = group.and_then(|g| Group::load(g).ok());
        Ok(room)
    }
    /// What is to be kept of it.
    pub fn record(&self) -> Vec<u8> {
        let record = RoomRecord {
            summary: self.summary.clone(),
            cursor: self.cursor,
            keys: self.keys.iter().map(|(e, k)| (*e, k.as_bytes().to_vec().into())).collect(),
            outbox: self.outbox.clone(),
            flight: self.flight.clone(),
            add: self.add.iter().copied().collect(),
            remove: self.remove.iter().copied().collect(),
            subject: self.subject.clone(),
            kept: self.kept.iter().copied().collect(),
            committed_us: self.committed_us,
            creating: self.creating,
        };
        minicbor::to_vec(&record).unwrap_or_default()
    }
    /// The connection is gone: whatever was on the way may or may not have arrived.
    pub fn disconnected(&mut self) {
        self.busy = None;
        self.sending.clear();
        self.typing.clear();
        self.keys_asked = None;
        self.retry_ms = 0;
        self.receipts_known = false;
        for out in &mut self.outbox {
            out.seq = None;
        }
    }
    /// A later number than the one that was known.
    pub const fn behind(&self) -> bool {
        self.cursor < self.summary.last
    }
    /// The first epoch of which an entry here can't be read for want of its key.
    pub fn missing_key(&self) -> Option<u64> {
        let seen = self.entries.values().filter(|s| matches!(s.content, Err(Unread::NoKey)));
        let epoch = seen.map(|s| s.entry.epoch).min();
        let subject = self.summary.subject.as_ref().map(|e| e.epoch).filter(|e| !self.keys.contains_key(e));
        let subject = subject.filter(|_| self.subject.is_none());
        let epoch = [epoch, subject].into_iter().flatten().min()?;
        (self.keys_asked != Some(epoch)).then_some(epoch)
    }
    /// The newest entry that counts for the list.
    pub fn last_message(&self) -> Option<&Seen> {
        self.entries.values().rev().find(|s| s.entry.kind == EntryKind::Message && s.entry.flags & FLAG_QUIET == 0)
    }
    /// People who are members now.
    pub fn present(&self) -> impl Iterator<Item = Id> + '_ {
        self.summary.members.iter().filter(|m| m.until.is_none()).map(|m| m.person)
    }
    /// Whether anything waits to be sent.
    pub fn has_work(&self) -> bool {
        self.outbox.iter().any(|o| !o.failed && o.seq.is_none())
            || !self.add.is_empty()
            || !self.remove.is_empty()
            || !self.removals.is_empty()
    }
    /// Lets go of what isn't looked at.
    pub fn trim(&mut self, most: usize) {
        while self.entries.len() > most && self.low <= self.cursor {
            self.entries.remove(&self.low);
            self.low += 1;
        }
    }
    /// Notes a receipt; says whether it is news.
    pub fn note_receipt(&mut self, receipt: &Receipt) -> bool {
        if self.receipts.contains(receipt) {
            return false;
        }
        self.receipts.push(receipt.clone());
        true
    }
    /// Something failed that may go better later: waits longer each time.
    pub fn postpone(&mut self, now_ms: i64, at_least_ms: i64) {
        self.tries = (self.tries + 1).min(8);
        self.retry_ms = now_ms + at_least_ms.max(250 << self.tries);
    }
}
