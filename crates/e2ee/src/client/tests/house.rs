//! A server in memory that keeps to the protocol and its rules, so that clients can be tried by the thousand, in any order
//! of events. The real one is tried over its real port elsewhere.

use crate::Id;
use crate::account::{AccountKeys, DeviceCertificate};
use crate::follow::{Followed, check_key_package, welcome_references};
use crate::wire::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Somebody's time in a conversation.
pub type Span = (u64, Option<u64>);

/// A connection.
#[derive(Default)]
pub struct Line {
    pub person: Id,
    pub device: Option<Id>,
    pub address: Option<Id>,
    pub out: Vec<ServerFrame>,
}

struct Device {
    certificate: DeviceCertificate,
    bytes: Vec<u8>,
    name: String,
    removed: bool,
    unlock: [u8; 32],
    packages: Vec<(Vec<u8>, Vec<u8>)>,
}

struct Room {
    kind: Kind,
    open: bool,
    followed: Followed,
    group_info: Vec<u8>,
    log: Vec<Entry>,
    /// Spans: from the first entry to the last, if it ended.
    members: BTreeMap<Id, Vec<Span>>,
    welcomes: HashMap<Id, (u64, Vec<u8>)>,
    keys: BTreeMap<(Id, u64), EpochKey>,
    receipts: Vec<Receipt>,
    changed_us: i64,
}

/// The server.
#[derive(Default)]
pub struct House {
    pub now_us: i64,
    accounts: BTreeMap<Id, Vec<u8>>,
    devices: BTreeMap<Id, Device>,
    backups: BTreeMap<Id, Vec<Backup>>,
    rooms: BTreeMap<Id, Room>,
    taken: HashMap<Vec<u8>, Id>,
    pub lines: BTreeMap<u32, Line>,
    next_line: u32,
}

impl House {
    pub fn connect(&mut self, person: Id) -> u32 {
        self.next_line += 1;
        let mut line = Line { person, ..Line::default() };
        let nonce = vec![u8::try_from(self.next_line % 251).unwrap(); 32].into();
        line.out.push(ServerFrame::Push(Push::Challenge { nonce, person }));
        self.lines.insert(self.next_line, line);
        self.next_line
    }
    pub fn disconnect(&mut self, line: u32) {
        self.lines.remove(&line);
    }
    /// Everything that lies in the log, for looking for words.
    pub fn bodies(&self) -> Vec<Vec<u8>> {
        self.rooms.values().flat_map(|r| r.log.iter().map(|e| e.body.to_vec())).collect()
    }
    pub fn log(&self, room: Id) -> &[Entry] {
        &self.rooms[&room].log
    }
    pub fn spans(&self, room: Id, person: Id) -> Vec<Span> {
        self.rooms[&room].members.get(&person).cloned().unwrap_or_default()
    }
    pub fn devices_in(&self, room: Id) -> Vec<Id> {
        self.rooms[&room].followed.devices().unwrap().iter().map(|c| c.device).collect()
    }

    pub fn frame(&mut self, line: u32, bytes: &[u8]) {
        self.now_us += 1000;
        let Ok(ask) = decode::<Ask>(bytes) else {
            self.lines.remove(&line);
            return;
        };
        let reply = self.op(line, ask.op).unwrap_or_else(Reply::Refused);
        if let Some(l) = self.lines.get_mut(&line) {
            l.out.push(ServerFrame::Answer(Answer { number: ask.number, reply }));
        }
    }
    fn push(&mut self, persons: &BTreeSet<Id>, push: impl Fn(&Self, Id) -> Option<Push>) {
        let lines: Vec<(u32, Id)> =
            self.lines.iter().filter(|(_, l)| l.device.is_some()).map(|(n, l)| (*n, l.person)).collect();
        for (n, person) in lines {
            if persons.contains(&person)
                && let Some(push) = push(self, person)
            {
                self.lines.get_mut(&n).unwrap().out.push(ServerFrame::Push(push));
            }
        }
    }
    fn visible(room: &Room, person: Id, seq: u64) -> bool {
        let within = |(since, until): &Span| seq >= *since && until.is_none_or(|u| seq <= u);
        room.members.get(&person).is_some_and(|spans| spans.iter().any(within))
    }
    pub fn summary(&self, id: Id, person: Id) -> Conversation {
        let room = &self.rooms[&id];
        let spans = &room.members[&person];
        let (since, until) = (spans[0].0, spans.last().unwrap().1);
        let read = room.receipts.iter().filter(|r| r.person == person && r.read).map(|r| r.seq).max().unwrap_or(0);
        let last = until.unwrap_or(room.log.len() as u64);
        let counts = |e: &&Entry| {
            e.kind == EntryKind::Message
                && e.flags & FLAG_QUIET == 0
                && e.person != person
                && e.seq > read
                && Self::visible(room, person, e.seq)
        };
        let subject = |e: &&Entry| e.flags & FLAG_SUBJECT != 0 && Self::visible(room, person, e.seq);
        Conversation {
            id,
            kind: room.kind,
            patient: None,
            open: room.open,
            epoch: room.followed.epoch(),
            suite: room.followed.suite(),
            last,
            first: since,
            read,
            unread: room.log.iter().filter(counts).count() as u32,
            created_us: 0,
            changed_us: room.changed_us,
            members: room
                .members
                .iter()
                .map(|(p, spans)| Member {
                    person: *p,
                    name: format!("Person {}", p.0[0]),
                    function: String::new(),
                    role: MemberRole::Staff,
                    since: spans.last().unwrap().0,
                    until: spans.last().unwrap().1,
                })
                .collect(),
            member: until.is_none(),
            subject: room.log.iter().rev().find(subject).cloned(),
        }
    }
    fn present(room: &Room) -> BTreeSet<Id> {
        room.members.iter().filter(|(_, spans)| spans.last().unwrap().1.is_none()).map(|(p, _)| *p).collect()
    }
    fn tell_entry(&mut self, id: Id) {
        let entry = self.rooms[&id].log.last().unwrap().clone();
        let everybody: BTreeSet<Id> = self.rooms[&id].members.keys().copied().collect();
        self.push(&everybody, |house, person| {
            Self::visible(&house.rooms[&id], person, entry.seq)
                .then(|| Push::Entries { conversation: id, entries: vec![entry.clone()] })
        });
    }
    fn tell_summary(&mut self, id: Id, also: &BTreeSet<Id>) {
        let everybody = &Self::present(&self.rooms[&id]) | also;
        self.push(&everybody, |house, person| Some(Push::Conversation(Box::new(house.summary(id, person)))));
    }
    fn gone(&self, room: &Room) -> Vec<Id> {
        let devices = room.followed.devices().unwrap();
        let out = |c: &&DeviceCertificate| self.devices[&c.device].removed || !Self::present(room).contains(&c.person);
        devices.iter().filter(out).map(|c| c.device).collect()
    }
    fn op(&mut self, n: u32, op: Op) -> Result<Reply, Refusal> {
        let line = self.lines.get(&n).ok_or(Refusal::Unavailable)?;
        let (me, device) = (line.person, line.device);
        let no = |why: &str| Refusal::Denied(why.to_owned());
        match op {
            Op::Hello { device, signature } => {
                let known = self.devices.get(&device).filter(|d| !d.removed && d.certificate.person == me);
                let known = known.ok_or(Refusal::NotFound)?;
                let nonce = vec![u8::try_from(n % 251).unwrap(); 32];
                crate::account::verify(&known.certificate.key, &hello_bytes(&nonce, me, device), &signature)
                    .map_err(|_| Refusal::NotFound)?;
                let reply = Reply::Hello {
                    person: me,
                    now_us: self.now_us,
                    packages: known.packages.iter().map(|(r, _)| r.clone().into()).collect(),
                    suite: SUITE_CLASSIC,
                    unlock: known.unlock.to_vec().into(),
                };
                self.lines.get_mut(&n).unwrap().device = Some(device);
                return Ok(reply);
            }
            Op::Account => {
                return Ok(Reply::Account {
                    person: me,
                    keys: self.accounts.get(&me).map(|k| k.clone().into()),
                    devices: self.lines_of(me),
                    backups: self.backups.get(&me).cloned().unwrap_or_default(),
                });
            }
            Op::PutAccount { keys } => {
                let parsed = AccountKeys::decode(&keys).map_err(|_| Refusal::Malformed("keys".into()))?;
                if parsed.person != me || self.accounts.contains_key(&me) {
                    return Err(no("keys"));
                }
                self.accounts.insert(me, keys.into());
                return Ok(Reply::Done);
            }
            Op::PutDevice { certificate, name } => {
                let parsed =
                    DeviceCertificate::decode(&certificate).map_err(|_| Refusal::Malformed("device".into()))?;
                let keys = AccountKeys::decode(self.accounts.get(&me).ok_or(no("keys"))?).unwrap();
                parsed.verify(&keys).map_err(|_| no("certificate"))?;
                let unlock = parsed.key;
                let device = Device {
                    certificate: parsed.clone(),
                    bytes: certificate.into(),
                    name,
                    removed: false,
                    unlock,
                    packages: Vec::new(),
                };
                self.devices.insert(parsed.device, device);
                let everybody = self.accounts.keys().copied().collect();
                self.push(&everybody, |_, _| Some(Push::Devices { person: me }));
                return Ok(Reply::Done);
            }
            Op::PutBackup(backup) => {
                self.backups.entry(me).or_default().push(backup);
                return Ok(Reply::Done);
            }
            Op::DropBackup { id } => {
                self.backups.entry(me).or_default().retain(|b| b.id != id);
                return Ok(Reply::Done);
            }
            Op::Post { to, from, body } => {
                self.lines.get_mut(&n).unwrap().address = Some(from);
                for (other, line) in &mut self.lines {
                    if *other != n && line.person == me && to.is_none_or(|t| line.address == Some(t)) {
                        line.out.push(ServerFrame::Push(Push::Post { from, body: body.clone() }));
                    }
                }
                return Ok(Reply::Done);
            }
            _ => {}
        }
        let device = device.ok_or(no("hello"))?;
        if self.devices[&device].removed {
            return Err(Refusal::NotFound);
        }
        match op {
            Op::PutKeyPackages { packages } => {
                let known = self.devices.get_mut(&device).unwrap();
                let checked: Result<Vec<_>, _> = packages
                    .iter()
                    .map(|p| check_key_package(p, &known.certificate).map(|i| (i.reference, p.to_vec())))
                    .collect();
                known.packages = checked.map_err(|e| Refusal::Malformed(e.to_string()))?;
                Ok(Reply::Done)
            }
            Op::Directory { persons } => {
                let line = |p: &Id| {
                    Some(AccountLine {
                        person: *p,
                        keys: vec![self.accounts.get(p)?.clone().into()],
                        devices: self.lines_of(*p),
                    })
                };
                Ok(Reply::Directory { accounts: persons.iter().filter_map(line).collect() })
            }
            Op::ClaimKeyPackages { persons, .. } => {
                let mut packages = Vec::new();
                for (id, d) in &mut self.devices {
                    if persons.contains(&d.certificate.person) && !d.removed && !d.packages.is_empty() {
                        let (reference, package) = d.packages.remove(0);
                        self.taken.insert(reference, *id);
                        packages.push(DevicePackage {
                            person: d.certificate.person,
                            device: *id,
                            package: package.into(),
                        });
                    }
                }
                Ok(Reply::KeyPackages { packages })
            }
            Op::Create(create) => self.create(me, device, *create),
            Op::Commit(commit) => self.commit(me, device, *commit),
            Op::Append(append) => self.append(me, device, &append),
            Op::Fetch { conversation, after, before, limit } => {
                let room = self.rooms.get(&conversation).ok_or(Refusal::NotFound)?;
                let span = room.members.get(&me).ok_or(Refusal::NotFound)?.last().unwrap();
                let seen = room.log.iter().filter(|e| Self::visible(room, me, e.seq));
                let limit = limit as usize;
                let entries = match before {
                    None => seen.filter(|e| e.seq > after).take(limit).cloned().collect(),
                    Some(b) => seen.rev().filter(|e| e.seq < b).take(limit).cloned().collect(),
                };
                Ok(Reply::Entries { entries, last: span.1.unwrap_or(room.log.len() as u64) })
            }
            Op::Keys { conversation, from } => {
                let room = self.rooms.get(&conversation).ok_or(Refusal::NotFound)?;
                let keys = room.keys.range((me, from)..=(me, u64::MAX)).map(|(_, k)| k.clone()).collect();
                Ok(Reply::Keys { keys })
            }
            Op::PutKeys { conversation, keys } => {
                let room = self.rooms.get_mut(&conversation).ok_or(Refusal::NotFound)?;
                for key in keys {
                    room.keys.insert((me, key.epoch), key);
                }
                Ok(Reply::Done)
            }
            Op::GroupInfo { conversation } => {
                let room = self.rooms.get(&conversation).ok_or(Refusal::NotFound)?;
                Ok(Reply::GroupInfo { epoch: room.followed.epoch(), group_info: room.group_info.clone().into() })
            }
            Op::Welcome { conversation } => {
                let room = self.rooms.get_mut(&conversation).ok_or(Refusal::NotFound)?;
                let welcome = room.welcomes.remove(&device).map(|(e, w)| (e, w.into()));
                Ok(Reply::Welcome { welcome })
            }
            Op::Mark { conversation, seq, read } => {
                let at_us = self.now_us;
                let room = self.rooms.get_mut(&conversation).ok_or(Refusal::NotFound)?;
                let receipt = Receipt { person: me, seq, read, at_us };
                room.receipts.push(receipt.clone());
                let members = Self::present(room);
                self.push(&members, |_, _| Some(Push::Receipt { conversation, receipt: receipt.clone() }));
                Ok(Reply::Done)
            }
            Op::Receipts { conversation, from } => {
                let room = self.rooms.get(&conversation).ok_or(Refusal::NotFound)?;
                Ok(Reply::Receipts { receipts: room.receipts.iter().filter(|r| r.seq >= from).cloned().collect() })
            }
            Op::Conversations { before_us, limit } => {
                let mut mine: Vec<Id> =
                    self.rooms.iter().filter(|(_, r)| r.members.contains_key(&me)).map(|(id, _)| *id).collect();
                mine.retain(|id| before_us.is_none_or(|b| self.rooms[id].changed_us < b));
                mine.sort_by_key(|id| std::cmp::Reverse(self.rooms[id].changed_us));
                let more = mine.len() > limit as usize;
                mine.truncate(limit as usize);
                Ok(Reply::Conversations { conversations: mine.iter().map(|id| self.summary(*id, me)).collect(), more })
            }
            Op::ChangeDevice { device, name } => {
                let known =
                    self.devices.get_mut(&device).filter(|d| d.certificate.person == me).ok_or(Refusal::NotFound)?;
                match name {
                    Some(name) => known.name = name,
                    None => {
                        known.removed = true;
                        known.packages.clear();
                        for line in self.lines.values_mut().filter(|l| l.device == Some(device)) {
                            line.out.push(ServerFrame::Push(Push::Over("device_removed".into())));
                        }
                        let everybody = self.accounts.keys().copied().collect();
                        self.push(&everybody, |_, _| Some(Push::Devices { person: me }));
                    }
                }
                Ok(Reply::Done)
            }
            Op::SetOpen { conversation, open } => {
                let at_us = self.now_us;
                let room = self.rooms.get_mut(&conversation).ok_or(Refusal::NotFound)?;
                room.open = open;
                let kind = if open { EntryKind::Reopened } else { EntryKind::Closed };
                Self::enter(room, at_us, kind, (me, device, Id([9; 16])), 0, 0, Vec::new());
                self.tell_entry(conversation);
                self.tell_summary(conversation, &BTreeSet::new());
                Ok(Reply::Done)
            }
            Op::Leave { conversation } => {
                let room = self.rooms.get_mut(&conversation).ok_or(Refusal::NotFound)?;
                let last = room.log.len() as u64;
                room.members.get_mut(&me).ok_or(Refusal::NotFound)?.last_mut().unwrap().1 = Some(last);
                self.tell_summary(conversation, &[me].into());
                Ok(Reply::Done)
            }
            Op::Typing { .. } | Op::Ping => Ok(Reply::Done),
            _ => Err(Refusal::Malformed("twice".into())),
        }
    }
    fn lines_of(&self, person: Id) -> Vec<DeviceLine> {
        let line = |(id, d): (&Id, &Device)| DeviceLine {
            device: *id,
            certificate: d.bytes.clone().into(),
            name: d.name.clone(),
            added_us: 0,
            seen_us: 0,
            removed_us: d.removed.then_some(1),
        };
        self.devices.iter().filter(|(_, d)| d.certificate.person == person).map(line).collect()
    }
    fn enter(
        room: &mut Room,
        at_us: i64,
        kind: EntryKind,
        by: (Id, Id, Id),
        epoch: u64,
        flags: u8,
        body: Vec<u8>,
    ) -> u64 {
        let seq = room.log.len() as u64 + 1;
        room.changed_us = at_us;
        room.log.push(Entry {
            seq,
            at_us,
            kind,
            epoch,
            person: by.0,
            device: by.1,
            client_id: by.2,
            flags,
            body: body.into(),
            added: Vec::new(),
            removed: Vec::new(),
        });
        seq
    }
    fn put_sealed(room: &mut Room, epoch: u64, keys: Vec<SealedKey>) {
        for key in keys {
            room.keys.entry((key.person, epoch)).or_insert(EpochKey { epoch, own: false, wrap: key.sealed });
        }
    }
    fn put_welcome(&mut self, id: Id, epoch: u64, welcome: Option<Vec<u8>>) {
        let Some(welcome) = welcome else { return };
        for reference in welcome_references(&welcome).unwrap() {
            if let Some(device) = self.taken.get(&reference) {
                self.rooms.get_mut(&id).unwrap().welcomes.insert(*device, (epoch, welcome.clone()));
            }
        }
    }
    fn create(&mut self, me: Id, device: Id, create: Create) -> Result<Reply, Refusal> {
        let id = create.conversation;
        if let Some(room) = self.rooms.get(&id) {
            return if room.members.contains_key(&me) { Ok(Reply::Done) } else { Err(Refusal::NotFound) };
        }
        let followed = Followed::begin(id, &create.group_info).map_err(|e| Refusal::Malformed(e.to_string()))?;
        let epoch = followed.epoch();
        let mut room = Room {
            kind: create.kind,
            open: true,
            followed,
            group_info: create.group_info.into(),
            log: Vec::new(),
            members: create.members.iter().map(|p| (*p, vec![(1, None)])).collect(),
            welcomes: HashMap::new(),
            keys: BTreeMap::new(),
            receipts: Vec::new(),
            changed_us: 0,
        };
        Self::enter(&mut room, self.now_us, EntryKind::Commit, (me, device, id), epoch - 1, 0, Vec::new());
        room.log[0].added = create.members;
        Self::put_sealed(&mut room, epoch, create.keys);
        self.rooms.insert(id, room);
        self.put_welcome(id, epoch, create.welcome.map(Into::into));
        self.tell_summary(id, &BTreeSet::new());
        Ok(Reply::Done)
    }
    fn commit(&mut self, me: Id, device: Id, commit: Commit) -> Result<Reply, Refusal> {
        let id = commit.conversation;
        let room = self.rooms.get(&id).ok_or(Refusal::NotFound)?;
        if let Some(known) = room.log.iter().find(|e| e.client_id == commit.client_id) {
            return Ok(Reply::Appended { seq: known.seq, at_us: known.at_us });
        }
        if !Self::present(room).contains(&me) {
            return Err(Refusal::NotFound);
        }
        let current = room.followed.epoch();
        if commit.epoch != current {
            return Err(Refusal::Epoch { current });
        }
        let turned = room.followed.turn(&commit.commit, &commit.group_info);
        let (followed, turn) = turned.map_err(|e| Refusal::Malformed(e.to_string()))?;
        if turn.by.device != device {
            return Err(Refusal::Denied("device".into()));
        }
        let mut after = Self::present(room);
        after.extend(&commit.add);
        after.retain(|p| !commit.remove.contains(p));
        for c in &turn.added {
            let known = self.devices.get(&c.device).is_some_and(|d| !d.removed && d.certificate == *c);
            if !known || !after.contains(&c.person) {
                return Err(Refusal::Denied("device".into()));
            }
        }
        let with_keys = after.iter().filter(|p| self.accounts.contains_key(p));
        if !with_keys.clone().all(|p| commit.keys.iter().any(|k| k.person == *p)) {
            return Err(Refusal::Denied("keys".into()));
        }
        let epoch = followed.epoch();
        let at_us = self.now_us;
        let room = self.rooms.get_mut(&id).unwrap();
        room.followed = followed;
        room.group_info = commit.group_info.into();
        let seq = Self::enter(
            room,
            at_us,
            EntryKind::Commit,
            (me, device, commit.client_id),
            current,
            0,
            commit.commit.into(),
        );
        for p in &commit.add {
            room.members.entry(*p).or_default().push((seq, None));
        }
        for p in &commit.remove {
            room.members.get_mut(p).unwrap().last_mut().unwrap().1 = Some(seq);
        }
        let entry = room.log.last_mut().unwrap();
        entry.added.clone_from(&commit.add);
        entry.removed.clone_from(&commit.remove);
        Self::put_sealed(room, epoch, commit.keys);
        self.put_welcome(id, epoch, commit.welcome.map(Into::into));
        self.tell_entry(id);
        if !commit.add.is_empty() || !commit.remove.is_empty() {
            self.tell_summary(id, &commit.remove.into_iter().collect());
        }
        Ok(Reply::Appended { seq, at_us })
    }
    fn append(&mut self, me: Id, device: Id, append: &Append) -> Result<Reply, Refusal> {
        let id = append.conversation;
        let room = self.rooms.get(&id).ok_or(Refusal::NotFound)?;
        if !Self::present(room).contains(&me) {
            return Err(Refusal::NotFound);
        }
        if let Some(known) = room.log.iter().find(|e| e.client_id == append.client_id) {
            return Ok(Reply::Appended { seq: known.seq, at_us: known.at_us });
        }
        if !room.open {
            return Err(Refusal::Denied("closed".into()));
        }
        let current = room.followed.epoch();
        if append.epoch != current {
            return Err(Refusal::Epoch { current });
        }
        let gone = self.gone(room);
        if !gone.is_empty() {
            return Err(Refusal::Removal { devices: gone });
        }
        let at_us = self.now_us;
        let room = self.rooms.get_mut(&id).unwrap();
        let seq = Self::enter(
            room,
            at_us,
            EntryKind::Message,
            (me, device, append.client_id),
            current,
            append.flags,
            append.sealed.to_vec(),
        );
        self.tell_entry(id);
        Ok(Reply::Appended { seq, at_us })
    }
}
