//! What is to be done next in a conversation: one step at a time, from what is to what should be.

use super::Engine;
use super::room::{Flight, Room};
use super::session::Waiting;
use crate::content::{self, Bound, Content};
use crate::group::Group;
use crate::history;
use crate::wire::{Append, Commit, Create, DevicePackage, FLAG_QUIET, FLAG_SUBJECT, Op, Refusal, Reply, SealedKey};
use crate::{Error, Id, Result};
use std::collections::BTreeSet;

/// Entries asked for at once.
const FETCH: u32 = 500;
/// Entries that a list needs to show the last message.
const PREVIEW: u32 = 20;
/// Appends on the way at once.
const WINDOW: usize = 16;
/// People asked about at once.
const PEOPLE: usize = 200;
/// A device renews its keys in a group when it writes and its last commit is older: post-compromise security (RFC 9750 §8.2.2).
const RENEW_US: i64 = 7 * 24 * 3600 * 1_000_000;
/// How long a message's number may be known before the log has brought it.
const TRIES: u32 = 8;

impl Engine {
    /// Does what can be done now.
    pub(super) fn reconcile(&mut self) {
        if !self.online || self.close {
            return;
        }
        self.ask_about_people();
        while let Some(id) = self.work.pop_first() {
            if self.step(id).is_err() {
                let now = self.now_ms;
                if let Some(room) = self.rooms.get_mut(&id) {
                    // A group that can't do it is of no use; the device joins anew.
                    if room.tries >= 2 && !room.creating {
                        room.group = None;
                        room.flight = None;
                        self.keep_group.insert(id);
                    }
                    room.postpone(now, 0);
                }
            }
        }
        self.ask_about_people();
        self.search_further();
    }
    fn ask_about_people(&mut self) {
        let asked = &mut self.people_asked;
        let persons: BTreeSet<Id> =
            std::mem::take(&mut self.ask_people).into_iter().filter(|p| asked.insert(*p)).collect();
        let persons: Vec<Id> = persons.into_iter().collect();
        for some in persons.chunks(PEOPLE) {
            self.ask(Op::Directory { persons: some.to_vec() }, Waiting::Directory(some.iter().copied().collect()));
        }
    }
    /// Whether all of these are known; asks for who isn't.
    fn all_known(&mut self, persons: impl IntoIterator<Item = Id>) -> bool {
        let unknown: Vec<Id> = persons.into_iter().filter(|p| !self.directory.knows(*p)).collect();
        self.ask_people.extend(&unknown);
        unknown.is_empty()
    }
    fn step(&mut self, id: Id) -> Result<()> {
        let now = self.now_ms;
        let Some(room) = self.rooms.get_mut(&id) else { return Ok(()) };
        if room.busy.is_some() || room.retry_ms > now {
            return Ok(());
        }
        if room.creating {
            return self.step_create(id);
        }
        if room.behind() {
            let op = Op::Fetch { conversation: id, after: room.cursor, before: None, limit: FETCH };
            self.ask_alone(id, op, Waiting::Fetch(id));
            return Ok(());
        }
        if let Some(from) = room.missing_key() {
            room.keys_asked = Some(from);
            self.ask_alone(id, Op::Keys { conversation: id, from }, Waiting::Keys(id));
            return Ok(());
        }
        if (room.entries.is_empty() || room.backfill) && room.low > room.summary.first.max(1) {
            let limit = if room.backfill { FETCH } else { PREVIEW };
            self.ask_page(id, limit, None);
            return Ok(());
        }
        if room.viewed && !room.receipts_known {
            room.receipts_known = true;
            let from = room.low;
            self.ask(Op::Receipts { conversation: id, from }, Waiting::Receipts(id));
        }
        self.keep_keys(id)?;
        let Some(room) = self.rooms.get_mut(&id) else { return Ok(()) };
        if !room.summary.member {
            if room.group.take().is_some() {
                self.keep_group.insert(id);
            }
            if room.has_work() {
                room.fail_outbox();
                room.add.clear();
                room.remove.clear();
                room.removals.clear();
                self.touch_quietly(id);
            }
            return Ok(());
        }
        if room.group.is_none() && !room.welcome_asked {
            room.welcome_asked = true;
            self.ask_alone(id, Op::Welcome { conversation: id }, Waiting::Welcome(id));
            return Ok(());
        }
        if !room.has_work() {
            return Ok(());
        }
        if !room.summary.open {
            room.fail_outbox();
            self.touch_quietly(id);
            return Ok(());
        }
        self.step_group(id)
    }
    pub(super) fn ask_page(&mut self, id: Id, limit: u32, command: Option<u32>) {
        let Some(room) = self.rooms.get(&id) else { return };
        let op = Op::Fetch { conversation: id, after: 0, before: Some(room.low), limit };
        if command.is_some() {
            self.ask(op, Waiting::Page(id, command));
        } else {
            self.ask_alone(id, op, Waiting::Page(id, command));
        }
    }
    fn touch_quietly(&mut self, id: Id) {
        self.keep.insert(id);
        self.show.insert(id);
        self.show_list = true;
    }
    /// Something is to be sent: it takes the group at the newest epoch.
    fn step_group(&mut self, id: Id) -> Result<()> {
        let Some(room) = self.rooms.get_mut(&id) else { return Ok(()) };
        if room.flight.take_if(|f| f.rejoin).is_some() {
            room.group = None;
        }
        if room.group.as_ref().is_none_or(|g| g.epoch() < room.summary.epoch) {
            // No state, or one that fell behind although the log was read: join anew.
            room.group = None;
            self.ask_alone(id, Op::GroupInfo { conversation: id }, Waiting::GroupInfo(id));
            return Ok(());
        }
        if let Some(group) = &mut room.group
            && group.pending()
        {
            // Left over from an earlier connection; the log, read to its end, doesn't have it.
            group.discard()?;
            room.flight = None;
            self.keep_group.insert(id);
        }
        if !self.trusted(id)? {
            return Ok(());
        }
        let Some(room) = self.rooms.get_mut(&id) else { return Ok(()) };
        let present: BTreeSet<Id> = room.present().collect();
        room.add.retain(|p| !present.contains(p));
        room.remove.retain(|p| present.contains(p));
        let renew = room.committed_us > 0 && self.now_ms * 1000 - room.committed_us > RENEW_US;
        let change = !room.add.is_empty() || !room.remove.is_empty() || !room.removals.is_empty() || renew;
        if change { self.step_commit(id) } else { self.step_append(id) }
    }
    /// Whether every device in the group is by its person's account: nothing is sealed to one that isn't.
    fn trusted(&mut self, id: Id) -> Result<bool> {
        let Some(room) = self.rooms.get(&id) else { return Ok(false) };
        let Some(group) = &room.group else { return Ok(false) };
        let devices = group.devices()?;
        let mut unknown = Vec::new();
        let mut genuine = true;
        for certificate in &devices {
            match self.directory.genuine(certificate) {
                Some(ok) => genuine &= ok,
                None => unknown.push(certificate.person),
            }
        }
        if !unknown.is_empty() {
            let asked = |p: &Id| self.asks.values().any(|a| matches!(a, Waiting::Directory(d) if d.contains(p)));
            let to_come = unknown.iter().any(|p| !self.people_asked.contains(p) || asked(p));
            self.ask_people.extend(unknown);
            if to_come {
                return Ok(false);
            }
            genuine = false;
        }
        if !genuine && let Some(room) = self.rooms.get_mut(&id) {
            room.distrusted = true;
            for out in &mut room.outbox {
                out.failed = true;
            }
            self.touch_quietly(id);
        }
        Ok(genuine)
    }
    fn step_commit(&mut self, id: Id) -> Result<()> {
        let Some(room) = self.rooms.get(&id) else { return Ok(()) };
        let add: Vec<Id> = room.add.iter().copied().collect();
        let remove: Vec<Id> = room.remove.iter().copied().collect();
        let after: Vec<Id> = room.present().filter(|p| !room.remove.contains(p)).chain(add.iter().copied()).collect();
        if !self.all_known(after.iter().copied()) {
            return Ok(());
        }
        let Some(room) = self.rooms.get_mut(&id) else { return Ok(()) };
        if !add.is_empty() && room.claimed.is_none() {
            let suite = room.summary.suite;
            self.ask_alone(id, Op::ClaimKeyPackages { persons: add, suite }, Waiting::Claim(id));
            return Ok(());
        }
        let packages = room.claimed.take().unwrap_or_default();
        let device = self.device.as_ref().ok_or(Error::NoKey("device"))?;
        let group = room.group.as_mut().ok_or(Error::NoKey("group"))?;
        let inside = group.devices()?;
        let out: Vec<Id> = inside
            .iter()
            .filter(|c| c.device != device.id && (remove.contains(&c.person) || room.removals.contains(&c.device)))
            .map(|c| c.device)
            .collect();
        let packages = packages.into_iter().filter(|p| !inside.iter().any(|c| c.device == p.device));
        let packages: Vec<Vec<u8>> = packages.map(|p| p.package.to_vec()).collect();
        let prepared = group.prepare(&device.key, &packages, &out)?;
        if prepared.devices.iter().any(|c| self.directory.genuine(c) != Some(true) || !after.contains(&c.person)) {
            group.discard()?;
            return Err(Error::Forged("key package"));
        }
        let keys = seal_keys(&self.directory, &after, id, prepared.epoch, &prepared.key)?;
        let client_id = self.local.id()?;
        let flight = Flight { client_id, epoch: group.epoch(), add, remove, rejoin: false };
        let commit = Commit {
            conversation: id,
            epoch: flight.epoch,
            client_id: flight.client_id,
            commit: prepared.commit.into(),
            group_info: prepared.group_info.into(),
            welcome: prepared.welcome.map(Into::into),
            keys,
            add: flight.add.clone(),
            remove: flight.remove.clone(),
        };
        self.commit(id, flight, commit)
    }
    fn commit(&mut self, id: Id, flight: Flight, commit: Commit) -> Result<()> {
        let Some(room) = self.rooms.get_mut(&id) else { return Ok(()) };
        room.flight = Some(flight);
        self.keep.insert(id);
        self.keep_group.insert(id);
        self.ask_alone(id, Op::Commit(Box::new(commit)), Waiting::Commit(id));
        Ok(())
    }
    /// Joins anew by an external commit (RFC 9420 §12.4.3.2).
    fn rejoin(&mut self, id: Id, group_info: &[u8]) -> Result<()> {
        let Some(room) = self.rooms.get(&id) else { return Ok(()) };
        let after: Vec<Id> = room.present().collect();
        if !self.all_known(after.iter().copied()) {
            return Ok(());
        }
        let device = self.device.as_ref().ok_or(Error::NoKey("device"))?;
        let (group, prepared) = Group::rejoin(group_info, &device.key, &device.certificate)?;
        if group.conversation() != id {
            return Err(Error::Forged("another conversation"));
        }
        let keys = seal_keys(&self.directory, &after, id, prepared.epoch, &prepared.key)?;
        let flight = Flight {
            client_id: self.local.id()?,
            epoch: prepared.epoch.saturating_sub(1),
            add: Vec::new(),
            remove: Vec::new(),
            rejoin: true,
        };
        let commit = Commit {
            conversation: id,
            epoch: flight.epoch,
            client_id: flight.client_id,
            commit: prepared.commit.into(),
            group_info: prepared.group_info.into(),
            welcome: None,
            keys,
            add: Vec::new(),
            remove: Vec::new(),
        };
        if let Some(room) = self.rooms.get_mut(&id) {
            room.group = Some(group);
        }
        self.commit(id, flight, commit)
    }
    fn step_append(&mut self, id: Id) -> Result<()> {
        let device = self.device.as_ref().ok_or(Error::NoKey("device"))?;
        let Some(room) = self.rooms.get_mut(&id) else { return Ok(()) };
        let group = room.group.as_ref().ok_or(Error::NoKey("group"))?;
        let (epoch, key) = (group.epoch(), group.key()?);
        let mut asks = Vec::new();
        for out in room.outbox.iter().filter(|o| !o.failed && o.seq.is_none()) {
            if room.sending.len() >= WINDOW {
                break;
            }
            if !room.sending.insert(out.client_id) {
                continue;
            }
            let bound =
                Bound { conversation: id, epoch, client_id: out.client_id, flags: out.flags, device: device.id };
            let sealed = content::seal(&key, &device.key, &bound, &out.content)?;
            let append =
                Append { conversation: id, epoch, client_id: out.client_id, flags: out.flags, sealed: sealed.into() };
            asks.push((Op::Append(Box::new(append)), Waiting::Append(id, out.client_id)));
        }
        for (op, waiting) in asks {
            self.ask(op, waiting);
        }
        Ok(())
    }
    fn step_create(&mut self, id: Id) -> Result<()> {
        let Some(room) = self.rooms.get(&id) else { return Ok(()) };
        let members: Vec<Id> = room.summary.members.iter().map(|m| m.person).collect();
        if !self.all_known(members.iter().copied()) {
            return Ok(());
        }
        let command = self.creating.get(&id).copied().unwrap_or_default();
        let suite = self.suite;
        let Some(room) = self.rooms.get_mut(&id) else { return Ok(()) };
        let Some(packages) = room.claimed.clone() else {
            self.ask_alone(id, Op::ClaimKeyPackages { persons: members, suite }, Waiting::Claim(id));
            return Ok(());
        };
        let device = self.device.as_ref().ok_or(Error::NoKey("device"))?;
        let mut group = Group::create(id, suite, &device.key, &device.certificate)?;
        let packages: Vec<&DevicePackage> = packages.iter().filter(|p| p.device != device.id).collect();
        let packages: Vec<Vec<u8>> = packages.iter().map(|p| p.package.to_vec()).collect();
        let prepared = group.prepare(&device.key, &packages, &[])?;
        let strange = |c: &crate::account::DeviceCertificate| {
            self.directory.genuine(c) != Some(true) || !members.contains(&c.person)
        };
        if prepared.devices.iter().any(strange) {
            return Err(Error::Forged("key package"));
        }
        group.accept()?;
        let keys = seal_keys(&self.directory, &members, id, prepared.epoch, &prepared.key)?;
        let create = Create {
            conversation: id,
            kind: room.summary.kind,
            patient: room.summary.patient,
            members,
            group_info: prepared.group_info.into(),
            welcome: prepared.welcome.map(Into::into),
            keys,
        };
        room.summary.suite = suite;
        room.summary.epoch = group.epoch();
        room.keys.insert(group.epoch(), prepared.key);
        room.group = Some(group);
        room.committed_us = self.now_ms * 1000;
        room.welcome_asked = true;
        self.keep.insert(id);
        self.keep_group.insert(id);
        self.ask_alone(id, Op::Create(Box::new(create)), Waiting::Create(id, command));
        Ok(())
    }

    /// Answers about a conversation.
    pub(super) fn room_replied(&mut self, waiting: Waiting, reply: Reply) -> Result<()> {
        let misplaced = Err(Error::Malformed("answer to something else"));
        let id = match &waiting {
            Waiting::Claim(id)
            | Waiting::Create(id, _)
            | Waiting::Commit(id)
            | Waiting::Append(id, _)
            | Waiting::Fetch(id)
            | Waiting::Page(id, _)
            | Waiting::Keys(id)
            | Waiting::GroupInfo(id)
            | Waiting::Welcome(id)
            | Waiting::Receipts(id) => *id,
            _ => return misplaced,
        };
        let Some(room) = self.rooms.get_mut(&id) else { return Ok(()) };
        room.tries = 0;
        self.work.insert(id);
        match (waiting, reply) {
            (Waiting::Claim(_), Reply::KeyPackages { packages }) => room.claimed = Some(packages),
            (Waiting::Create(_, command), Reply::Done) => {
                room.creating = false;
                room.claimed = None;
                // What the server made of it comes as its first entry.
                room.cursor = 0;
                room.low = 1;
                room.summary.last = room.summary.last.max(1);
                self.creating.remove(&id);
                self.touch(id);
                self.answer(command, &serde_json::json!({ "conversation": id }));
            }
            (Waiting::Commit(_), Reply::Appended { seq, .. }) => {
                // The log brings it, and with it the new epoch.
                room.summary.last = room.summary.last.max(seq);
            }
            (Waiting::Append(_, client_id), Reply::Appended { seq, .. }) => {
                room.sending.remove(&client_id);
                if seq <= room.cursor {
                    room.outbox.retain(|o| o.client_id != client_id);
                } else if let Some(out) = room.outbox.iter_mut().find(|o| o.client_id == client_id) {
                    out.seq = Some(seq);
                    room.awaited = room.awaited.max(seq);
                    room.awaited_ms = self.now_ms + 2_000;
                }
                self.show.insert(id);
            }
            (Waiting::Fetch(_), Reply::Entries { entries, last }) => {
                let cursor = room.cursor;
                room.summary.last = last.max(cursor);
                let none = entries.is_empty();
                self.take_entries(id, entries);
                if let Some(room) = self.rooms.get_mut(&id)
                    && none
                {
                    // Nothing of it is for us.
                    room.cursor = room.summary.last;
                }
            }
            (Waiting::Page(_, command), Reply::Entries { entries, .. }) => {
                let none = entries.is_empty();
                if none {
                    room.low = room.summary.first.max(1);
                }
                self.take_page(id, entries);
                if let Some(command) = command {
                    self.answer_timeline(command, id);
                }
            }
            (Waiting::Keys(_), Reply::Keys { keys }) => self.take_keys(id, keys),
            (Waiting::GroupInfo(_), Reply::GroupInfo { group_info, .. }) => self.rejoin(id, &group_info)?,
            (Waiting::Welcome(_), Reply::Welcome { welcome }) => {
                if let Some((_, welcome)) = welcome {
                    self.join(id, &welcome)?;
                }
            }
            (Waiting::Receipts(_), Reply::Receipts { receipts }) => {
                for receipt in receipts {
                    self.receipt(id, &receipt);
                }
            }
            _ => return misplaced,
        }
        Ok(())
    }
    /// By the welcome that waited for this device. One that doesn't fit is no harm: the device joins by itself when it must.
    fn join(&mut self, id: Id, welcome: &[u8]) -> Result<()> {
        let device = self.device.as_ref().ok_or(Error::NoKey("device"))?;
        let Ok((group, used)) = Group::join(welcome, &self.packages, &device.key, &device.certificate) else {
            return Ok(());
        };
        self.forget_package(used);
        let Some(room) = self.rooms.get_mut(&id) else { return Ok(()) };
        // Commits between the welcome and the cursor were passed over already: such a group can't follow any more.
        if group.conversation() == id && group.epoch() == room.summary.epoch {
            room.keys.insert(group.epoch(), group.key()?);
            room.committed_us = self.now_ms * 1000;
            room.group = Some(group);
            self.keep_group.insert(id);
            self.read_again(id);
        }
        self.touch(id);
        Ok(())
    }
    /// Refusals about a conversation.
    pub(super) fn room_refused(&mut self, waiting: Waiting, refusal: &Refusal) -> Result<()> {
        let now = self.now_ms;
        match waiting {
            Waiting::Create(id, _) | Waiting::Claim(id) if self.rooms.get(&id).is_some_and(|r| r.creating) => {
                let command = self.creating.remove(&id);
                self.forget(id);
                if let (Waiting::Claim(_), Some(command)) = (waiting, command) {
                    self.refuse(command, super::session::refusal_error(refusal));
                }
                return Ok(());
            }
            Waiting::Commit(id) => {
                let Some(room) = self.rooms.get_mut(&id) else { return Ok(()) };
                let flight = room.flight.take();
                if let Some(group) = &mut room.group
                    && group.pending()
                    && flight.as_ref().is_some_and(|f| !f.rejoin)
                {
                    group.discard()?;
                }
                // An external commit that lost leaves nothing.
                if flight.as_ref().is_some_and(|f| f.rejoin) {
                    room.group = None;
                }
                match refusal {
                    Refusal::Epoch { .. } => room.summary.last = room.summary.last.max(room.cursor + 1),
                    Refusal::Denied(why) if why == "keys" => {
                        let people: Vec<Id> = room.present().collect();
                        for person in people {
                            self.people_asked.remove(&person);
                            self.ask_people.insert(person);
                        }
                        if let Some(room) = self.rooms.get_mut(&id) {
                            room.postpone(now, 0);
                        }
                    }
                    _ => {
                        // What was wanted isn't to be had; nobody is to be kept waiting for it.
                        if flight.is_some() {
                            room.add.clear();
                            room.remove.clear();
                        }
                        room.postpone(now, 0);
                        if room.tries >= TRIES {
                            room.fail_outbox();
                        }
                    }
                }
                self.keep_group.insert(id);
                self.touch(id);
            }
            Waiting::Append(id, client_id) => {
                let Some(room) = self.rooms.get_mut(&id) else { return Ok(()) };
                room.sending.remove(&client_id);
                match refusal {
                    Refusal::Epoch { .. } => room.summary.last = room.summary.last.max(room.cursor + 1),
                    Refusal::Removal { devices } => room.removals.extend(devices),
                    // Somebody removed this device from the group, though not from the conversation: it joins anew.
                    Refusal::Denied(why) if why == "no_leaf" && room.tries < TRIES => {
                        room.group = None;
                        room.postpone(now, 0);
                        self.keep_group.insert(id);
                    }
                    _ => {
                        if let Some(out) = room.outbox.iter_mut().find(|o| o.client_id == client_id) {
                            out.failed = true;
                        }
                    }
                }
                self.touch(id);
            }
            other => {
                if let Some(room) = other.room().and_then(|id| self.rooms.get_mut(&id)) {
                    room.postpone(now, 0);
                }
            }
        }
        Ok(())
    }
    /// Puts something into the outbox.
    pub(super) fn put_out(&mut self, id: Id, flags: u8, content: Content) -> Result<Id> {
        let client_id = self.local.id()?;
        let at_us = self.now_ms * 1000;
        let room = self.rooms.get_mut(&id).ok_or(Error::Refused("no such conversation"))?;
        room.outbox.push(super::room::Outgoing { client_id, flags, content, at_us, failed: false, seq: None });
        self.touch(id);
        Ok(client_id)
    }
    /// Says again what the conversation is called: for who came in.
    pub(super) fn repeat_subject(&mut self, id: Id) -> Result<()> {
        let Some((_, text)) = self.rooms.get(&id).and_then(|r| r.subject.clone()) else { return Ok(()) };
        self.put_out(id, FLAG_QUIET | FLAG_SUBJECT, Content::Subject { text }).map(|_| ())
    }
}

fn seal_keys(
    directory: &super::directory::Directory,
    persons: &[Id],
    conversation: Id,
    epoch: u64,
    key: &content::EpochSecret,
) -> Result<Vec<SealedKey>> {
    let with_keys = persons.iter().filter_map(|p| directory.keys(*p));
    with_keys
        .map(|keys| {
            let sealed = history::seal_to(keys, conversation, epoch, key)?;
            Ok(SealedKey { person: keys.person, sealed: sealed.into() })
        })
        .collect()
}

impl Room {
    /// Nothing of it can be sent.
    fn fail_outbox(&mut self) {
        for out in &mut self.outbox {
            out.failed = true;
        }
    }
}
