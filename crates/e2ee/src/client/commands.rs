//! What people ask of the client.

use super::Engine;
use super::api::{self, Command, CommandError, Hit};
use super::room::Room;
use super::session::Waiting;
use super::timeline::{self, text_now};
use crate::account::{AccountKeys, AccountSecret, safety_number};
use crate::content::{Content, Forwarded, Text};
use crate::wire::{self, DeviceLine, EntryKind, FLAG_QUIET, FLAG_SUBJECT, FLAG_URGENT, Op};
use crate::{Error, Id, Result, link};
use std::collections::BTreeSet;

/// Entries that a page shows at first, and more at each step back.
const PAGE: u32 = 60;
/// Longest text of a message, in bytes.
const MAX_TEXT: usize = 16 << 10;
/// Longest subject, in bytes.
const MAX_SUBJECT: usize = 400;
/// Longest name of a device, in bytes.
const MAX_NAME: usize = 200;
/// Hits of one search.
const MAX_HITS: usize = 200;
/// Entries that stay of a conversation that isn't looked at.
const KEPT: usize = 200;

/// What somebody wants to know of people.
pub(super) enum AboutPeople {
    Safety(Id),
    Devices(Vec<Id>),
}

/// A search that waits until everything is here.
pub(super) struct PendingSearch {
    command: u32,
    words: Vec<String>,
    within: Option<Id>,
}

impl Engine {
    pub(super) fn commanded(&mut self, id: u32, command: Command) {
        let done = match command {
            Command::SetUp { .. } | Command::LinkBegin { .. } | Command::Recover { .. } => self.enrolment(id, command),
            Command::LinkDecide { same } => match self.link_decide(same) {
                Ok(true) => Ok(Some(())),
                Ok(false) => Err(CommandError::TooLate),
                Err(_) => Err(CommandError::Failed),
            },
            command if self.secret.is_none() => {
                drop(command);
                Err(CommandError::NotAllowed)
            }
            Command::RenewRecovery {} | Command::Devices {} => self.account_command(id, &command),
            Command::RenameDevice { device, name } => self.change_device(id, device, Some(name)),
            Command::RemoveDevice { device } => self.change_device(id, device, None),
            Command::SafetyNumber { person } => self.safety(id, person),
            Command::AcceptKeys { person } => {
                self.directory.accept(person);
                self.show_list = true;
                Ok(Some(()))
            }
            Command::Directory { persons } => self.who_has_a_device(id, persons),
            Command::Create { kind, members, patient, subject } => self.create(id, kind, members, patient, subject),
            Command::Search { text, conversation } => self.search(id, &text, conversation),
            command => self.room_command(id, command),
        };
        match done {
            Ok(Some(())) => self.done(id),
            Ok(None) => {}
            Err(error) => self.refuse(id, error),
        }
    }
    /// Makes this a device.
    fn enrolment(&mut self, id: u32, command: Command) -> Result<Option<()>, CommandError> {
        if !self.connected || self.person.is_none() {
            return Err(CommandError::Offline);
        }
        if self.device.is_some() {
            return Err(CommandError::NotAllowed);
        }
        let failed = |_: Error| CommandError::Failed;
        match command {
            Command::SetUp { device_name } if self.account_keys.is_none() => {
                let secret = AccountSecret::generate().map_err(failed)?;
                self.enrolling = super::linking::Enrolling::First(id);
                self.enrol(&secret, &named(&device_name)?).map_err(failed)?;
            }
            Command::Recover { code, device_name } => {
                let name = named(&device_name)?;
                let person = self.person.unwrap_or_default();
                let of_code = self.backups.iter().filter(|b| b.kind == "recovery");
                let secret = of_code
                    .filter_map(|b| link::open_with_code(&b.sealed, person, &code).ok())
                    .next()
                    .ok_or(CommandError::WrongCode)?;
                let expected = self.account_keys.as_deref().and_then(|k| AccountKeys::decode(k).ok());
                if expected.map(|k| k.identity) != secret.public(person).ok().map(|k| k.identity) {
                    return Err(CommandError::WrongCode);
                }
                self.enrolling = super::linking::Enrolling::Recovered(id);
                self.enrol(&secret, &name).map_err(failed)?;
            }
            Command::LinkBegin { device_name } if self.account_keys.is_some() => {
                self.link_begin(&named(&device_name)?).map_err(failed)?;
                return Ok(Some(()));
            }
            _ => return Err(CommandError::NotAllowed),
        }
        Ok(None)
    }
    fn account_command(&mut self, id: u32, command: &Command) -> Result<Option<()>, CommandError> {
        self.need_server()?;
        if matches!(command, Command::RenewRecovery {}) {
            self.new_recovery(id).map_err(|_| CommandError::Failed)?;
        } else {
            self.ask(Op::Account, Waiting::Devices(id));
        }
        Ok(None)
    }
    const fn need_server(&self) -> Result<(), CommandError> {
        if self.online { Ok(()) } else { Err(CommandError::Offline) }
    }
    fn change_device(&mut self, id: u32, device: Id, name: Option<String>) -> Result<Option<()>, CommandError> {
        self.need_server()?;
        let name = name.map(|n| named(&n)).transpose()?;
        self.ask(Op::ChangeDevice { device, name }, Waiting::Command(id));
        Ok(None)
    }
    pub(super) fn answer_devices(&mut self, command: u32, lines: &[DeviceLine]) {
        let current = self.device.as_ref().map(|d| d.id);
        let devices: Vec<api::Device> = lines
            .iter()
            .map(|d| api::Device {
                id: d.device,
                name: d.name.clone(),
                added_at: d.added_us.div_euclid(1000),
                seen_at: d.seen_us.div_euclid(1000),
                removed_at: d.removed_us.map(|us| us.div_euclid(1000)),
                current: current == Some(d.device),
            })
            .collect();
        let answer = serde_json::json!({ "devices": devices, "backups": self.backup_lines() });
        self.answer(command, &answer);
    }
    fn safety(&mut self, id: u32, person: Id) -> Result<Option<()>, CommandError> {
        if !self.directory.knows(person) {
            self.need_server()?;
            self.ask_people.insert(person);
            self.people_waiting.push((id, AboutPeople::Safety(person)));
            return Ok(None);
        }
        let me = self.person.and_then(|p| self.directory.keys(p)).ok_or(CommandError::NotFound)?;
        let keys = self.directory.keys(person).ok_or(CommandError::NoDevice)?;
        let digits = safety_number(me, keys);
        let code = format!("wardpost:safety:{}", digits.replace(' ', ""));
        let answer = serde_json::json!({
            "person": person,
            "digits": digits,
            "code": code,
            "changed": self.directory.changed(person),
            "devices": self.directory.devices(person),
        });
        self.answer(id, &answer);
        Ok(None)
    }
    fn who_has_a_device(&mut self, id: u32, persons: Vec<Id>) -> Result<Option<()>, CommandError> {
        let unknown: Vec<Id> = persons.iter().copied().filter(|p| !self.directory.knows(*p)).collect();
        if !unknown.is_empty() {
            self.need_server()?;
            if persons.len() > wire::MAX_MEMBERS {
                return Err(CommandError::TooLarge);
            }
            self.ask_people.extend(unknown);
            self.people_waiting.push((id, AboutPeople::Devices(persons)));
            return Ok(None);
        }
        let line = |p: &Id| serde_json::json!({ "person": p, "has_device": self.directory.devices(*p) > 0 });
        let people: Vec<serde_json::Value> = persons.iter().map(line).collect();
        self.answer(id, &serde_json::json!({ "people": people }));
        Ok(None)
    }
    /// Commands that waited to know somebody.
    pub(super) fn answer_people(&mut self) {
        for (id, about) in std::mem::take(&mut self.people_waiting) {
            let answered = match about {
                AboutPeople::Safety(person) => self.safety(id, person),
                AboutPeople::Devices(persons) => self.who_has_a_device(id, persons),
            };
            if let Err(error) = answered {
                self.refuse(id, error);
            }
        }
    }
    fn create(
        &mut self,
        command: u32,
        kind: api::Kind,
        members: Vec<Id>,
        patient: Option<Id>,
        subject: Option<String>,
    ) -> Result<Option<()>, CommandError> {
        self.need_server()?;
        let me = self.person.ok_or(CommandError::Failed)?;
        let persons: BTreeSet<Id> = members.into_iter().chain([me]).collect();
        if persons.len() < 2 || persons.len() > wire::MAX_MEMBERS {
            return Err(CommandError::NotAllowed);
        }
        let id = self.local.id().map_err(|_| CommandError::Failed)?;
        let member = |person: Id| wire::Member {
            person,
            name: String::new(),
            function: String::new(),
            role: wire::MemberRole::Staff,
            since: 1,
            until: None,
        };
        let now_us = self.now_ms * 1000;
        let mut room = Room::new(wire::Conversation {
            id,
            kind: match kind {
                api::Kind::Direct => wire::Kind::Direct,
                api::Kind::Group => wire::Kind::Group,
                api::Kind::Patient => wire::Kind::Patient,
            },
            patient,
            open: true,
            epoch: 0,
            suite: self.suite,
            last: 0,
            first: 1,
            read: 0,
            unread: 0,
            created_us: now_us,
            changed_us: now_us,
            members: persons.iter().copied().map(member).collect(),
            member: true,
            subject: None,
        });
        room.creating = true;
        self.rooms.insert(id, room);
        self.creating.insert(id, command);
        // Who has a device may have changed since we looked.
        for person in persons {
            self.people_asked.remove(&person);
            self.ask_people.insert(person);
        }
        if let Some(text) = subject.map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()) {
            if text.len() > MAX_SUBJECT {
                self.rooms.remove(&id);
                self.creating.remove(&id);
                return Err(CommandError::TooLarge);
            }
            self.put_out(id, FLAG_QUIET | FLAG_SUBJECT, Content::Subject { text }).map_err(|_| CommandError::Failed)?;
        }
        self.work.insert(id);
        Ok(None)
    }
    /// A command about one conversation.
    fn room_command(&mut self, command: u32, what: Command) -> Result<Option<()>, CommandError> {
        let failed = |_: Error| CommandError::Failed;
        match what {
            Command::Open { conversation } => return self.open(command, conversation),
            Command::Older { conversation } => {
                let room = self.room(conversation)?;
                if room.low <= room.summary.first.max(1) {
                    self.answer_timeline(command, conversation);
                } else {
                    self.need_server()?;
                    self.ask_page(conversation, PAGE, Some(command));
                }
                return Ok(None);
            }
            Command::LeaveView { conversation } => {
                if let Some(room) = self.rooms.get_mut(&conversation) {
                    room.viewed = false;
                    room.unread_from = None;
                    room.trim(KEPT);
                }
            }
            Command::Send { conversation, text, urgent, reply_to, mentions, files } => {
                self.may_write(conversation)?;
                if text.len() > MAX_TEXT {
                    return Err(CommandError::TooLarge);
                }
                // Files come with the part that keeps them.
                if text.trim().is_empty() || !files.is_empty() {
                    return Err(CommandError::NotAllowed);
                }
                let flags = if urgent { FLAG_URGENT } else { 0 };
                let text = Text { text, reply_to, mentions, forwarded_from: None, files: Vec::new() };
                let id = self.put_out(conversation, flags, Content::Text(text)).map_err(failed)?;
                self.answer(command, &serde_json::json!({ "id": id }));
                return Ok(None);
            }
            Command::Edit { conversation, id, text, mentions } => {
                self.mine(conversation, id)?;
                if text.len() > MAX_TEXT {
                    return Err(CommandError::TooLarge);
                }
                let content = Content::Edit { of: id, text, mentions };
                self.put_out(conversation, FLAG_QUIET, content).map_err(failed)?;
            }
            Command::Delete { conversation, id } => {
                self.mine(conversation, id)?;
                self.put_out(conversation, FLAG_QUIET, Content::Delete { of: id }).map_err(failed)?;
            }
            Command::React { conversation, id, emoji, on } => {
                self.may_write(conversation)?;
                if emoji.is_empty() || emoji.len() > 32 {
                    return Err(CommandError::TooLarge);
                }
                let content = Content::Reaction { of: id, emoji, on };
                self.put_out(conversation, FLAG_QUIET, content).map_err(failed)?;
            }
            Command::Pin { conversation, id, on } => {
                self.may_write(conversation)?;
                self.put_out(conversation, FLAG_QUIET, Content::Pin { of: id, on }).map_err(failed)?;
            }
            Command::Forward { conversation, id, to } => {
                let forwarded = self.forwarded(conversation, id)?;
                self.may_write(to)?;
                let id = self.put_out(to, 0, Content::Text(forwarded)).map_err(failed)?;
                self.answer(command, &serde_json::json!({ "id": id }));
                return Ok(None);
            }
            Command::Retry { conversation, id } => {
                let room = self.rooms.get_mut(&conversation).ok_or(CommandError::NotFound)?;
                let out = room.outbox.iter_mut().find(|o| o.client_id == id).ok_or(CommandError::NotFound)?;
                out.failed = false;
                self.touch(conversation);
            }
            Command::Subject { conversation, text } => {
                self.may_write(conversation)?;
                if text.len() > MAX_SUBJECT {
                    return Err(CommandError::TooLarge);
                }
                let content = Content::Subject { text: text.trim().to_owned() };
                self.put_out(conversation, FLAG_QUIET | FLAG_SUBJECT, content).map_err(failed)?;
            }
            Command::Read { conversation, seq } => self.read(conversation, seq)?,
            Command::Typing { conversation } => {
                if self.online && self.room(conversation)?.summary.open {
                    self.ask(Op::Typing { conversation }, Waiting::Nothing);
                }
            }
            Command::AddMembers { conversation, persons } => {
                self.need_server()?;
                self.may_write(conversation)?;
                for person in &persons {
                    self.people_asked.remove(person);
                    self.ask_people.insert(*person);
                }
                let room = self.rooms.get_mut(&conversation).ok_or(CommandError::NotFound)?;
                room.add.extend(persons);
                self.touch(conversation);
            }
            Command::RemoveMember { conversation, person } => {
                self.need_server()?;
                self.may_write(conversation)?;
                if Some(person) == self.person {
                    return Err(CommandError::NotAllowed);
                }
                let room = self.rooms.get_mut(&conversation).ok_or(CommandError::NotFound)?;
                room.remove.insert(person);
                self.touch(conversation);
            }
            Command::Leave { conversation } => {
                self.need_server()?;
                self.room(conversation)?;
                self.ask(Op::Leave { conversation }, Waiting::Command(command));
                return Ok(None);
            }
            Command::SetOpen { conversation, open } => {
                self.need_server()?;
                self.room(conversation)?;
                self.ask(Op::SetOpen { conversation, open }, Waiting::Command(command));
                return Ok(None);
            }
            _ => return Err(CommandError::Failed),
        }
        Ok(Some(()))
    }
    fn room(&self, id: Id) -> Result<&Room, CommandError> {
        self.rooms.get(&id).filter(|r| !r.creating).ok_or(CommandError::NotFound)
    }
    fn may_write(&self, id: Id) -> Result<(), CommandError> {
        let room = self.room(id)?;
        match (room.summary.member, room.summary.open) {
            (true, true) => Ok(()),
            (true, false) => Err(CommandError::Closed),
            (false, _) => Err(CommandError::NotAllowed),
        }
    }
    /// One's own message, which one may change.
    fn mine(&self, conversation: Id, id: Id) -> Result<(), CommandError> {
        self.may_write(conversation)?;
        let room = self.room(conversation)?;
        let here = room.entries.values().find(|s| s.entry.client_id == id && s.entry.kind == EntryKind::Message);
        match here {
            Some(seen) if Some(seen.entry.person) == self.person => Ok(()),
            Some(_) => Err(CommandError::NotAllowed),
            None if room.outbox.iter().any(|o| o.client_id == id) => Ok(()),
            None => Err(CommandError::NotFound),
        }
    }
    fn forwarded(&self, conversation: Id, id: Id) -> Result<Text, CommandError> {
        let room = self.room(conversation)?;
        let seen = room.entries.values().find(|s| s.entry.client_id == id).ok_or(CommandError::NotFound)?;
        let (text, deleted) = text_now(room, seen);
        if deleted || text.is_empty() {
            return Err(CommandError::NotFound);
        }
        let name = room.summary.members.iter().find(|m| m.person == seen.entry.person).map(|m| m.name.clone());
        let forwarded =
            Forwarded { person: seen.entry.person, name: name.unwrap_or_default(), at_us: seen.entry.at_us };
        Ok(Text { text, reply_to: None, mentions: Vec::new(), forwarded_from: Some(forwarded), files: Vec::new() })
    }
    fn open(&mut self, command: u32, id: Id) -> Result<Option<()>, CommandError> {
        self.room(id)?;
        let Some(room) = self.rooms.get_mut(&id) else { return Err(CommandError::NotFound) };
        room.viewed = true;
        room.unread_from = (room.summary.unread > 0).then_some(room.summary.read + 1);
        let enough = room.low <= room.summary.first.max(1) || room.entries.len() >= PAGE as usize / 2;
        if enough || !self.online || room.behind() {
            self.answer_timeline(command, id);
        } else {
            self.ask_page(id, PAGE, Some(command));
        }
        self.work.insert(id);
        Ok(None)
    }
    pub(super) fn answer_timeline(&mut self, command: u32, id: Id) {
        let Some(me) = self.person else { return };
        match self.rooms.get(&id) {
            Some(room) => {
                let timeline = timeline::timeline(room, me);
                self.answer(command, &timeline);
            }
            None => self.refuse(command, CommandError::NotFound),
        }
    }
    fn read(&mut self, id: Id, seq: u64) -> Result<(), CommandError> {
        let me = self.person.unwrap_or_default();
        let room = self.rooms.get_mut(&id).ok_or(CommandError::NotFound)?;
        let seq = seq.min(room.cursor);
        if seq <= room.summary.read {
            return Ok(());
        }
        room.summary.read = seq;
        room.recount(me);
        self.keep.insert(id);
        self.show_list = true;
        if self.online {
            self.ask(Op::Mark { conversation: id, seq, read: true }, Waiting::Nothing);
        }
        Ok(())
    }
    fn search(&mut self, command: u32, text: &str, within: Option<Id>) -> Result<Option<()>, CommandError> {
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).take(10).collect();
        if words.is_empty() || text.len() > 200 {
            return Err(CommandError::NotAllowed);
        }
        for (id, room) in &mut self.rooms {
            if within.is_none_or(|w| w == *id) {
                room.backfill = true;
                self.work.insert(*id);
            }
        }
        self.searches.push(PendingSearch { command, words, within });
        Ok(None)
    }
    /// Answers searches for which everything is here, or for which no more can be had.
    pub(super) fn search_further(&mut self) {
        let waits = |engine: &Self, search: &PendingSearch| {
            let mut rooms = engine.rooms.iter().filter(|(id, _)| search.within.is_none_or(|w| w == **id));
            // Until all of it is here, with its keys and its senders.
            let unfinished = |r: &Room| r.busy.is_some() || r.low > r.summary.first.max(1) || r.missing_key().is_some();
            let senders = engine.asks.values().any(|a| matches!(a, Waiting::Directory(_)));
            engine.online && rooms.any(|(_, r)| r.backfill && r.retry_ms == 0 && (unfinished(r) || senders))
        };
        for search in std::mem::take(&mut self.searches) {
            if waits(self, &search) {
                self.searches.push(search);
            } else {
                let hits = self.find(&search);
                self.answer(search.command, &serde_json::json!({ "hits": hits }));
            }
        }
    }
    /// The connection is gone: what is here is what can be searched.
    pub(super) fn give_up_searches(&mut self) {
        self.search_further();
    }
    fn find(&self, search: &PendingSearch) -> Vec<Hit> {
        let mut hits = Vec::new();
        for (id, room) in self.rooms.iter().filter(|(id, _)| search.within.is_none_or(|w| w == **id)) {
            for seen in room.entries.values().rev() {
                if !matches!(seen.content, Ok(Content::Text(_))) {
                    continue;
                }
                let (text, _) = text_now(room, seen);
                if let Some(marks) = marks(&text, &search.words) {
                    hits.push(Hit {
                        conversation: *id,
                        id: seen.entry.client_id,
                        seq: seen.entry.seq,
                        person: seen.entry.person,
                        at: seen.entry.at_us.div_euclid(1000),
                        text,
                        marks,
                    });
                }
            }
        }
        hits.sort_by_key(|h| std::cmp::Reverse(h.at));
        hits.truncate(MAX_HITS);
        hits
    }
}

/// Where all the words stand, in UTF-16 units; nothing when one of them doesn't.
fn marks(text: &str, words: &[String]) -> Option<Vec<(usize, usize)>> {
    // Lower case may be longer than what it comes from: each of its characters remembers where that stands.
    let mut lower = String::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len());
    let mut units = 0;
    for c in text.chars() {
        let from = units;
        units += c.len_utf16();
        for l in c.to_lowercase() {
            lower.push(l);
            places.extend(std::iter::repeat_n((from, units), l.len_utf8()));
        }
    }
    let mut marks = Vec::new();
    for word in words {
        let before = marks.len();
        for (at, found) in lower.match_indices(word.as_str()) {
            if let (Some(first), Some(last)) = (places.get(at), places.get(at + found.len() - 1)) {
                marks.push((first.0, last.1));
            }
        }
        if marks.len() == before {
            return None;
        }
    }
    marks.sort_unstable();
    marks.dedup();
    Some(marks)
}

/// A device's name, within bounds.
fn named(name: &str) -> Result<String, CommandError> {
    let name = name.trim();
    if name.is_empty() || name.len() > MAX_NAME { Err(CommandError::TooLarge) } else { Ok(name.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::marks;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn all_words_must_stand_in_the_text_and_are_marked_where_javascript_counts() {
        assert_eq!(marks("Günther 🙂 has fever", &words("fever has")), Some(vec![(11, 14), (15, 20)]));
        assert_eq!(marks("Günther has fever", &words("fever cough")), None);
    }

    #[test]
    fn a_character_that_grows_in_lower_case_shifts_no_mark() {
        assert_eq!(marks("İİ fever", &words("fever")), Some(vec![(3, 8)]));
    }
}
