//! Taking the log: messages are opened, commits applied, keys kept, receipts noted.

use super::Engine;
use super::room::{Room, Seen, Unread};
use super::session::Waiting;
use crate::content::{self, Bound, Content};
use crate::history;
use crate::wire::{Conversation, Entry, EntryKind, EpochKey, FLAG_QUIET, FLAG_SUBJECT, Op, Receipt};
use crate::{Error, Id, Result};

/// A gap larger than this isn't read entry by entry: the device joins anew and reads back what is looked at.
const GAP: u64 = 2_000;
/// A conversation with at most so many entries is read from its beginning.
const WHOLE: u64 = 100;
/// Receipts kept of a conversation.
const RECEIPTS: usize = 5_000;

impl Engine {
    /// The server tells of a conversation.
    pub(super) fn summary(&mut self, summary: Conversation) {
        let id = summary.id;
        let Some(room) = self.rooms.get_mut(&id) else {
            let mut room = Room::new(summary);
            if room.summary.last + 1 - room.summary.first.min(room.summary.last + 1) <= WHOLE {
                room.cursor = room.summary.first.max(1) - 1;
                room.low = room.cursor + 1;
            }
            self.rooms.insert(id, room);
            self.read_subject(id);
            self.touch(id);
            return;
        };
        let last = summary.last.max(room.cursor);
        let was = std::mem::replace(&mut room.summary, summary);
        if room.summary.last < room.counted {
            // It was made before what we have seen since.
            room.summary.unread = was.unread;
            room.summary.read = room.summary.read.max(was.read);
            room.summary.changed_us = room.summary.changed_us.max(was.changed_us);
        } else {
            room.counted = room.summary.last;
        }
        room.summary.last = last;
        if room.creating {
            // It arrived after all: the answer was lost.
            room.creating = false;
            room.cursor = 0;
            room.low = 1;
        }
        if was.members != room.summary.members {
            // Who came in anew may not know what the conversation is called, nor have a key of ours.
            room.receipts_known = false;
        }
        if room.summary.first != was.first && room.summary.first > room.low {
            room.low = room.summary.first;
        }
        if room.summary.last - room.cursor > GAP {
            room.entries.clear();
            room.cursor = room.summary.last;
            room.low = room.cursor + 1;
            room.group = None;
            room.flight = None;
            self.keep_group.insert(id);
        }
        self.read_subject(id);
        self.touch(id);
    }
    /// Entries as the server pushes them.
    pub(super) fn entries_pushed(&mut self, id: Id, entries: Vec<Entry>) {
        let Some(room) = self.rooms.get_mut(&id) else {
            // New to us: the list tells what it is.
            self.sync(None);
            return;
        };
        let last = entries.last().map_or(0, |e| e.seq);
        if room.busy.is_some() && room.behind() {
            // They come again by the answer that is on its way.
            room.summary.last = room.summary.last.max(last);
            return;
        }
        if entries.first().is_some_and(|e| e.seq > room.cursor + 1) {
            room.summary.last = room.summary.last.max(last);
            self.work.insert(id);
            return;
        }
        self.take_entries(id, entries);
    }
    /// Entries that follow the cursor, in order; what was taken before is passed over.
    pub(super) fn take_entries(&mut self, id: Id, entries: Vec<Entry>) {
        let me = self.device.as_ref().map_or((Id::default(), Id::default()), |d| (d.person, d.id));
        let (mut delivered, mut read) = (false, false);
        for entry in entries {
            let Some(room) = self.rooms.get_mut(&id) else { return };
            if entry.seq <= room.cursor {
                continue;
            }
            room.cursor = entry.seq;
            room.summary.last = room.summary.last.max(entry.seq);
            room.summary.changed_us = room.summary.changed_us.max(entry.at_us);
            match entry.kind {
                EntryKind::Message => {
                    room.outbox.retain(|o| o.client_id != entry.client_id);
                    room.sending.remove(&entry.client_id);
                    room.typing.remove(&entry.person);
                    if entry.person == me.0 {
                        // Whoever writes has read what was before.
                        room.summary.read = room.summary.read.max(entry.seq);
                        room.summary.unread = 0;
                        read |= entry.device == me.1 && entry.flags & FLAG_QUIET == 0;
                    } else {
                        delivered = true;
                        let counts = entry.flags & FLAG_QUIET == 0 && entry.seq > room.counted;
                        if counts && entry.seq > room.summary.read {
                            room.summary.unread += 1;
                        }
                    }
                    if entry.flags & FLAG_SUBJECT != 0 {
                        room.summary.subject = Some(entry.clone());
                    }
                }
                EntryKind::Commit => self.take_commit(id, &entry, me.1),
                EntryKind::Closed => room.summary.open = false,
                EntryKind::Reopened => room.summary.open = true,
            }
            if let Some(room) = self.rooms.get_mut(&id) {
                room.counted = room.counted.max(entry.seq);
            }
            self.see(id, entry);
        }
        if (delivered || read)
            && let Some(room) = self.rooms.get_mut(&id)
        {
            let seq = room.cursor;
            if room.delivered < seq {
                room.delivered = seq;
                self.ask(Op::Mark { conversation: id, seq, read }, Waiting::Nothing);
            }
        }
        self.read_subject(id);
        self.touch(id);
    }
    /// Older entries.
    pub(super) fn take_page(&mut self, id: Id, entries: Vec<Entry>) {
        let Some(room) = self.rooms.get_mut(&id) else { return };
        let (low, first) = (room.low, room.summary.first.max(1));
        room.low = entries.iter().map(|e| e.seq).min().unwrap_or(first).min(low);
        for entry in entries {
            if entry.seq < low {
                self.see(id, entry);
            }
        }
        self.show.insert(id);
        self.show_list = true;
        self.work.insert(id);
    }
    fn see(&mut self, id: Id, entry: Entry) {
        let Some(room) = self.rooms.get(&id) else { return };
        let content = self.read_entry(room, &entry);
        if matches!(content, Err(Unread::NoDevice)) {
            self.ask_people.insert(entry.person);
        }
        if let Some(room) = self.rooms.get_mut(&id) {
            room.entries.insert(entry.seq, Seen { entry, content });
        }
    }
    fn read_entry(&self, room: &Room, entry: &Entry) -> Result<Content, Unread> {
        if entry.kind != EntryKind::Message {
            return Err(Unread::NoMessage);
        }
        let Some(device) = self.directory.device(entry.person, entry.device) else { return Err(Unread::NoDevice) };
        let Some(key) = room.keys.get(&entry.epoch) else { return Err(Unread::NoKey) };
        let bound = Bound {
            conversation: room.summary.id,
            epoch: entry.epoch,
            client_id: entry.client_id,
            flags: entry.flags,
            device: entry.device,
        };
        content::open(key, &bound, &entry.body, &device.certificate.key).map_err(|_| Unread::Forged)
    }
    /// Something is known that wasn't: what couldn't be read is tried again.
    pub(super) fn read_again(&mut self, id: Id) {
        let Some(room) = self.rooms.get(&id) else { return };
        let unread = |s: &&Seen| matches!(s.content, Err(Unread::NoKey | Unread::NoDevice));
        let again: Vec<(u64, Result<Content, Unread>)> =
            room.entries.values().filter(unread).map(|s| (s.entry.seq, self.read_entry(room, &s.entry))).collect();
        if !again.is_empty()
            && let Some(room) = self.rooms.get_mut(&id)
        {
            for (seq, content) in again {
                if let Some(seen) = room.entries.get_mut(&seq) {
                    seen.content = content;
                }
            }
            self.show.insert(id);
            self.show_list = true;
        }
        self.read_subject(id);
    }
    /// What the conversation is called.
    fn read_subject(&mut self, id: Id) {
        let Some(room) = self.rooms.get(&id) else { return };
        let Some(entry) = &room.summary.subject else { return };
        if room.subject.as_ref().is_some_and(|(seq, _)| *seq >= entry.seq) {
            return;
        }
        match self.read_entry(room, entry) {
            Ok(Content::Subject { text }) => {
                let subject = Some((entry.seq, text));
                if let Some(room) = self.rooms.get_mut(&id) {
                    room.subject = subject;
                }
                self.keep.insert(id);
                self.show_list = true;
            }
            Err(Unread::NoDevice) => {
                self.ask_people.insert(entry.person);
            }
            _ => {}
        }
    }
    /// The group turned.
    fn take_commit(&mut self, id: Id, entry: &Entry, me: Id) {
        // By this device's own clock: the server's may differ by more than the time after which keys are renewed.
        let now_us = self.now_ms * 1000;
        let Some(room) = self.rooms.get_mut(&id) else { return };
        room.summary.epoch = room.summary.epoch.max(entry.epoch + 1);
        room.claimed = None;
        for person in &entry.added {
            room.add.remove(person);
        }
        for person in &entry.removed {
            room.remove.remove(person);
        }
        let mine = room.flight.as_ref().is_some_and(|f| f.client_id == entry.client_id);
        let flight = room.flight.take();
        let Some(group) = &mut room.group else { return };
        if !mine && entry.epoch < group.epoch() {
            room.flight = flight;
            return;
        }
        let turned = if mine {
            room.committed_us = now_us;
            group.accept()
        } else if entry.device == me || entry.epoch != group.epoch() {
            // A commit of ours that is forgotten here, or a gap: this state leads nowhere.
            Err(Error::Refused("lost"))
        } else {
            let discarded = if group.pending() { group.discard() } else { Ok(()) };
            discarded.and_then(|()| group.apply(&entry.body).map(|_| ()))
        };
        let turned =
            turned.and_then(|()| if group.own_removed() { Err(Error::Refused("removed")) } else { group.key() });
        match turned {
            Ok(key) => {
                let epoch = group.epoch();
                room.keys.insert(epoch, key);
                room.distrusted = false;
            }
            Err(_) => room.group = None,
        }
        room.removals.clear();
        self.keep_group.insert(id);
        if mine && !entry.added.is_empty() && entry.seq > 1 {
            // Fails only without randomness; then the next who writes the subject tells them.
            let _ = self.repeat_subject(id);
        }
    }
    /// The account's keys of earlier epochs.
    pub(super) fn take_keys(&mut self, id: Id, keys: Vec<EpochKey>) {
        let (Some(secret), Some(room)) = (&self.secret, self.rooms.get_mut(&id)) else { return };
        let asked = room.keys_asked;
        let mut news = false;
        for line in keys {
            let key = if line.own {
                history::unwrap(secret, id, line.epoch, &line.wrap)
            } else {
                history::open_sealed(secret, id, line.epoch, &line.wrap)
            };
            if line.own {
                room.kept.insert(line.epoch);
            }
            let Ok(key) = key else { continue };
            if room.keys.insert(line.epoch, key).is_none() {
                news = true;
            }
        }
        if news {
            room.keys_asked = None;
        } else {
            room.keys_asked = asked;
        }
        self.read_again(id);
        self.touch(id);
    }
    /// Keeps epoch keys for the account's other devices.
    pub(super) fn keep_keys(&mut self, id: Id) -> Result<()> {
        let (Some(secret), Some(room)) = (&self.secret, self.rooms.get_mut(&id)) else { return Ok(()) };
        if room.creating {
            return Ok(());
        }
        let mut keys = Vec::new();
        for (epoch, key) in room.keys.iter().filter(|(e, _)| !room.kept.contains(e)).take(200) {
            let wrap = history::wrap(secret, id, *epoch, key)?;
            keys.push(EpochKey { epoch: *epoch, own: true, wrap: wrap.into() });
        }
        if keys.is_empty() {
            return Ok(());
        }
        room.kept.extend(keys.iter().map(|k| k.epoch));
        self.keep.insert(id);
        self.ask(Op::PutKeys { conversation: id, keys }, Waiting::Nothing);
        Ok(())
    }
    /// Somebody has got or read something.
    pub(super) fn receipt(&mut self, id: Id, receipt: &Receipt) {
        let me = self.person;
        let Some(room) = self.rooms.get_mut(&id) else { return };
        if Some(receipt.person) == me {
            // Read on another device.
            if receipt.read && receipt.seq > room.summary.read {
                room.summary.read = receipt.seq;
                room.recount(me.unwrap_or_default());
                self.show_list = true;
            }
            return;
        }
        if room.note_receipt(receipt) {
            if room.receipts.len() > RECEIPTS {
                room.receipts.drain(..RECEIPTS / 2);
            }
            self.show.insert(id);
        }
    }
}

impl Room {
    /// Counts what wasn't read.
    pub(super) fn recount(&mut self, me: Id) {
        let read = self.summary.read;
        let unread = self
            .entries
            .range(read + 1..)
            .filter(|(_, s)| {
                s.entry.kind == EntryKind::Message && s.entry.flags & FLAG_QUIET == 0 && s.entry.person != me
            })
            .count();
        self.summary.unread = u32::try_from(unread).unwrap_or(u32::MAX);
    }
}
