//! The client: everything that a device does for its person, without sockets, clock or disk. The host feeds it frames, commands
//! and the time, and after each of them takes an [`Output`]: first it makes the writes durable, then it sends the frames, then it
//! passes the events on. In the browser the host is a worker; natively it is a custodian, a test or a load generator.
//!
//! It works by reconciling: for every conversation it compares what is with what should be, and takes the one next step.
//! So it doesn't matter where a connection broke, which answer was lost, or from how old a state it was restored.

pub mod api;
mod commands;
mod directory;
mod entries;
mod linking;
mod local;
mod room;
mod session;
mod steps;
mod timeline;

#[cfg(test)]
mod tests;

use crate::account::{AccountSecret, DeviceCertificate, DeviceKey};
use crate::group::PackageSecret;
use crate::wire::{self, Answer, Ask, Op, Push, Reply, ServerFrame};
use crate::{Error, Id, Result};
use api::{CommandError, Event, Over, Status};
use directory::Directory;
use local::{Local, ThisDevice};
use room::Room;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What the host is to do, in this order.
#[derive(Debug, Default)]
pub struct Output {
    /// To be made durable before anything is sent; nothing: the record is to be deleted.
    pub writes: Vec<(String, Option<Vec<u8>>)>,
    /// To be sent.
    pub frames: Vec<Vec<u8>>,
    /// To be passed on to the pages: JSON of [`Event`], of `{"answer": id, "ok": …}` or of `{"answer": id, "error": code}`.
    pub events: Vec<String>,
    /// When [`Engine::tick`] is wanted at the latest, milliseconds since the epoch.
    pub wake_ms: Option<i64>,
    /// The connection is to be closed: it is of no use.
    pub close: bool,
}

/// The client of one device of one person.
pub struct Engine {
    now_ms: i64,
    local: Local,
    status: Status,
    /// A connection is there.
    connected: bool,
    /// The server knows this device on this connection.
    online: bool,
    /// Of the connection.
    nonce: Vec<u8>,
    person: Option<Id>,
    device: Option<ThisDevice>,
    secret: Option<AccountSecret>,
    suite: u16,
    packages: Vec<PackageSecret>,
    directory: Directory,
    rooms: BTreeMap<Id, Room>,
    asks: HashMap<u32, session::Waiting>,
    next_ask: u32,
    frames: Vec<Vec<u8>>,
    events: Vec<String>,
    link: linking::Link,
    enrolling: linking::Enrolling,
    device_name: String,
    /// The account's newest public keys and its backups, as the server last told.
    account_keys: Option<Vec<u8>>,
    backups: Vec<wire::Backup>,
    /// Conversations of which something is to be kept, shown, or done.
    keep: BTreeSet<Id>,
    keep_group: BTreeSet<Id>,
    show: BTreeSet<Id>,
    work: BTreeSet<Id>,
    show_list: bool,
    close: bool,
    /// People about whom the server is to be asked.
    ask_people: BTreeSet<Id>,
    people_asked: BTreeSet<Id>,
    /// Searches that wait for older entries.
    searches: Vec<commands::PendingSearch>,
    /// Commands that wait to know somebody.
    people_waiting: Vec<(u32, commands::AboutPeople)>,
    /// Commands that began conversations.
    creating: HashMap<Id, u32>,
}

impl Engine {
    /// With everything that was kept earlier: all [`Output::writes`], the last of each name.
    ///
    /// # Errors
    /// [`Error::Damaged`] when it doesn't read; then the host starts with nothing, as a new device.
    pub fn new(stored: Vec<(String, Vec<u8>)>) -> Result<Self> {
        let local = Local::new(stored);
        let device = match local.device()? {
            Some(record) => Some(ThisDevice {
                person: record.person,
                id: record.device,
                key: DeviceKey::from_bytes(&record.key)?,
                certificate: DeviceCertificate::decode(&record.certificate)?,
            }),
            None => None,
        };
        Ok(Self {
            now_ms: 0,
            local,
            status: Status::Starting,
            connected: false,
            online: false,
            nonce: Vec::new(),
            person: device.as_ref().map(|d| d.person),
            device,
            secret: None,
            suite: wire::SUITE_HYBRID,
            packages: Vec::new(),
            directory: Directory::default(),
            rooms: BTreeMap::new(),
            asks: HashMap::new(),
            next_ask: 1,
            frames: Vec::new(),
            events: Vec::new(),
            link: linking::Link::default(),
            enrolling: linking::Enrolling::default(),
            device_name: String::new(),
            account_keys: None,
            backups: Vec::new(),
            keep: BTreeSet::new(),
            keep_group: BTreeSet::new(),
            show: BTreeSet::new(),
            work: BTreeSet::new(),
            show_list: false,
            close: false,
            ask_people: BTreeSet::new(),
            people_asked: BTreeSet::new(),
            searches: Vec::new(),
            people_waiting: Vec::new(),
            creating: HashMap::new(),
        })
    }
    /// A connection is there.
    pub fn connected(&mut self, now_ms: i64) {
        self.now_ms = now_ms;
        self.connected = true;
    }
    /// The connection is gone.
    pub fn disconnected(&mut self) {
        self.connected = false;
        self.online = false;
        self.frames.clear();
        self.people_asked.clear();
        for room in self.rooms.values_mut() {
            room.disconnected();
        }
        let creating: Vec<(Id, u32)> = self.creating.drain().collect();
        for (id, command) in creating {
            // If it arrived nevertheless, the list brings it.
            self.forget(id);
            self.asks.retain(|_, waiting| waiting.command() != Some(command));
            self.refuse(command, CommandError::Offline);
        }
        for (command, _) in std::mem::take(&mut self.people_waiting) {
            self.refuse(command, CommandError::Offline);
        }
        let waiting: Vec<session::Waiting> = std::mem::take(&mut self.asks).into_values().collect();
        for ask in waiting {
            if let session::Waiting::Directory(persons) = &ask {
                self.ask_people.extend(persons);
            }
            if let Some(command) = ask.command() {
                self.refuse(command, CommandError::Offline);
            }
        }
        self.give_up_searches();
        self.link_lost();
        if matches!(self.status, Status::Ready { .. }) {
            self.ready_status();
        }
    }
    /// The server sent a frame.
    pub fn receive(&mut self, frame: &[u8], now_ms: i64) {
        self.now_ms = now_ms;
        let done = match wire::decode::<ServerFrame>(frame) {
            Ok(ServerFrame::Answer(Answer { number, reply })) => match self.asks.remove(&number) {
                Some(waiting) => {
                    if let Some(room) = waiting.room().and_then(|id| self.rooms.get_mut(&id)) {
                        room.busy.take_if(|b| *b == number);
                    }
                    self.answered(waiting, reply)
                }
                None => Ok(()),
            },
            Ok(ServerFrame::Push(push)) => self.pushed(push),
            Err(error) => Err(error),
        };
        // A frame that makes no sense leaves us with we don't know what: a new connection begins from what is known.
        if done.is_err() {
            self.close = true;
        }
        self.reconcile();
    }
    /// Somebody asks: `json` is a [`api::Command`] with its name under `command`; the answer comes as an event with this id.
    pub fn command(&mut self, id: u32, json: &str, now_ms: i64) {
        self.now_ms = now_ms;
        match serde_json::from_str::<api::Command>(json) {
            Ok(command) => self.commanded(id, command),
            Err(_) => self.refuse(id, CommandError::Failed),
        }
        self.reconcile();
    }
    /// Time has passed.
    pub fn tick(&mut self, now_ms: i64) {
        self.now_ms = now_ms;
        for (id, room) in &mut self.rooms {
            let before = room.typing.len();
            room.typing.retain(|_, until| *until > now_ms);
            if room.typing.len() != before {
                self.show_list = true;
            }
            if room.retry_ms > 0 && room.retry_ms <= now_ms {
                room.retry_ms = 0;
                self.work.insert(*id);
            }
            if room.awaited_ms > 0 && room.awaited_ms <= now_ms {
                room.awaited_ms = 0;
                room.summary.last = room.summary.last.max(room.awaited);
                self.work.insert(*id);
            }
        }
        self.link_tick();
        self.reconcile();
    }
    /// What is to be done now.
    pub fn drain(&mut self) -> Output {
        self.save();
        self.tell();
        let wake = self.rooms.values().flat_map(|r| {
            let timers = [r.retry_ms, r.awaited_ms].into_iter().filter(|at| *at > 0);
            r.typing.values().copied().chain(timers)
        });
        Output {
            writes: self.local.take_writes(),
            frames: std::mem::take(&mut self.frames),
            events: std::mem::take(&mut self.events),
            wake_ms: wake.chain(self.link.deadline_ms()).min(),
            close: std::mem::take(&mut self.close),
        }
    }
    /// Where it stands.
    #[must_use]
    pub const fn status(&self) -> &Status {
        &self.status
    }
    /// Whether nothing is on the way or waits to be done, as far as the connection lets: of use to hosts that end after some work.
    #[must_use]
    pub fn idle(&self) -> bool {
        self.asks.is_empty()
            && self.rooms.values().all(|r| r.outbox.iter().all(|o| o.failed) && !r.behind() && !r.has_work())
    }

    /// Sends a question.
    fn ask(&mut self, op: Op, waiting: session::Waiting) {
        let number = self.next_ask;
        self.next_ask = self.next_ask.wrapping_add(1).max(1);
        self.frames.push(wire::encode(&Ask { number, op }));
        self.asks.insert(number, waiting);
    }
    /// Sends a question about a conversation; nothing else about its structure is asked until it is answered.
    fn ask_alone(&mut self, id: Id, op: Op, waiting: session::Waiting) {
        let number = self.next_ask;
        self.ask(op, waiting);
        if let Some(room) = self.rooms.get_mut(&id) {
            room.busy = Some(number);
        }
    }
    fn emit(&mut self, event: &Event) {
        // The events have string keys and numbers only: they always write.
        self.events.push(serde_json::to_string(event).unwrap_or_default());
    }
    fn answer(&mut self, command: u32, ok: &impl Serialize) {
        let ok = serde_json::to_value(ok).unwrap_or_default();
        self.events.push(serde_json::json!({ "answer": command, "ok": ok }).to_string());
    }
    fn done(&mut self, command: u32) {
        self.answer(command, &serde_json::json!({}));
    }
    fn refuse(&mut self, command: u32, error: CommandError) {
        self.events.push(serde_json::json!({ "answer": command, "error": error }).to_string());
    }
    fn set_status(&mut self, status: Status) {
        if self.status != status {
            self.status = status.clone();
            self.emit(&Event::Status { status });
        }
    }
    fn over(&mut self, reason: Over) {
        self.online = false;
        self.close = true;
        if reason == Over::DeviceRemoved {
            // What it had is gone with it.
            self.local.wipe();
            self.device = None;
            self.secret = None;
            self.rooms.clear();
            self.packages.clear();
            self.show_list = true;
        }
        self.set_status(Status::Over { reason });
    }
    fn ready_status(&mut self) {
        if let Some(device) = &self.device {
            let me = api::Me { person: device.person, device: device.id };
            self.set_status(Status::Ready { online: self.online, me });
        }
    }
    /// Something of a conversation changed: keep it, show it, see what is to do.
    fn touch(&mut self, id: Id) {
        self.keep.insert(id);
        self.show.insert(id);
        self.work.insert(id);
        self.show_list = true;
    }
    /// Keeps what changed.
    fn save(&mut self) {
        if !self.local.is_open() {
            return;
        }
        for id in std::mem::take(&mut self.keep) {
            let Some(room) = self.rooms.get(&id) else { continue };
            let record = zeroize::Zeroizing::new(room.record());
            if self.local.put(&room_name(id), &record).is_err() {
                self.close = true;
            }
        }
        for id in std::mem::take(&mut self.keep_group) {
            let Some(room) = self.rooms.get(&id) else { continue };
            let name = group_name(id);
            match room.group.as_ref().map(crate::group::Group::state) {
                Some(Ok(state)) => {
                    if self.local.put(&name, &state).is_err() {
                        self.close = true;
                    }
                }
                Some(Err(_)) | None => self.local.remove(&name),
            }
        }
        if std::mem::take(&mut self.directory.dirty) {
            let record = self.directory.record();
            if self.local.put("known", &record).is_err() {
                self.close = true;
            }
        }
    }
    /// Shows what changed.
    fn tell(&mut self) {
        let Some(me) = self.person else { return };
        for id in std::mem::take(&mut self.show) {
            if let Some(room) = self.rooms.get(&id)
                && room.viewed
            {
                let timeline = timeline::timeline(room, me);
                self.emit(&Event::Timeline { timeline });
            }
        }
        if std::mem::take(&mut self.show_list) && !matches!(self.status, Status::Starting) {
            let mut conversations: Vec<api::Conversation> =
                self.rooms.values().filter(|r| !r.creating).map(|r| self.line(r)).collect();
            conversations.sort_by_key(|c| (std::cmp::Reverse(c.changed_at), c.id));
            self.emit(&Event::Conversations { conversations });
        }
    }
    /// A conversation for the list.
    fn line(&self, room: &Room) -> api::Conversation {
        let summary = &room.summary;
        let member = |m: &wire::Member| api::Member {
            person: m.person,
            name: m.name.clone(),
            function: m.function.clone(),
            role: match m.role {
                wire::MemberRole::Staff => "staff",
                wire::MemberRole::Patient => "patient",
                wire::MemberRole::Custodian => "custodian",
            },
            present: m.until.is_none(),
            keys_changed: self.directory.changed(m.person),
            has_device: !self.directory.knows(m.person) || self.directory.devices(m.person) > 0,
        };
        let last = room.last_message().map(|seen| {
            let (text, deleted) = timeline::text_now(room, seen);
            let files = match &seen.content {
                Ok(crate::content::Content::Text(t)) => t.files.len(),
                _ => 0,
            };
            api::Last {
                person: seen.entry.person,
                text: timeline::shortened(&text, 140),
                at: seen.entry.at_us.div_euclid(1000),
                deleted,
                files,
                urgent: seen.entry.flags & wire::FLAG_URGENT != 0,
            }
        });
        api::Conversation {
            id: summary.id,
            kind: match summary.kind {
                wire::Kind::Direct => api::Kind::Direct,
                wire::Kind::Group => api::Kind::Group,
                wire::Kind::Patient => api::Kind::Patient,
            },
            subject: room.subject.as_ref().map(|(_, s)| s.clone()).filter(|s| !s.is_empty()),
            patient: summary.patient,
            open: summary.open,
            member: summary.member,
            unread: summary.unread,
            changed_at: summary.changed_us.div_euclid(1000),
            members: summary.members.iter().map(member).collect(),
            last,
            waiting: room.outbox.iter().filter(|o| o.seq.is_none()).count(),
            typing: room.typing.keys().copied().collect(),
        }
    }
    /// Answers to questions arrive here.
    fn answered(&mut self, waiting: session::Waiting, reply: Reply) -> Result<()> {
        match reply {
            Reply::Refused(refusal) => self.refused(waiting, &refusal),
            reply => self.replied(waiting, reply),
        }
    }
    fn pushed(&mut self, push: Push) -> Result<()> {
        match push {
            Push::Challenge { nonce, person } => return self.challenged(nonce.to_vec(), person),
            Push::Entries { conversation, entries } => self.entries_pushed(conversation, entries),
            Push::Conversation(summary) => self.summary(*summary),
            Push::Receipt { conversation, receipt } => self.receipt(conversation, &receipt),
            Push::Typing { conversation, person } => {
                let until = self.now_ms + 6_000;
                if let Some(room) = self.rooms.get_mut(&conversation) {
                    room.typing.insert(person, until);
                    self.show_list = true;
                }
            }
            Push::Devices { person } => {
                self.ask_people.insert(person);
                self.people_asked.remove(&person);
            }
            Push::Behind { conversation: None } => self.sync(None),
            Push::Behind { conversation: Some(id) } => {
                if let Some(room) = self.rooms.get_mut(&id) {
                    // There is more than we have; how much, the answer says.
                    room.summary.last = room.summary.last.max(room.cursor + 1);
                    self.work.insert(id);
                }
            }
            Push::Post { from, body } => self.posted(from, &body)?,
            Push::Over(reason) => self.over(match reason.as_str() {
                "signed_out" => Over::SignedOut,
                "device_removed" => Over::DeviceRemoved,
                // The server will be back.
                "closing" => {
                    self.close = true;
                    return Ok(());
                }
                _ => Over::Other,
            }),
        }
        Ok(())
    }
    fn me(&self) -> Result<&ThisDevice> {
        self.device.as_ref().ok_or(Error::NoKey("device"))
    }
}

fn room_name(id: Id) -> String {
    format!("conversation/{id}")
}

fn group_name(id: Id) -> String {
    format!("group/{id}")
}
