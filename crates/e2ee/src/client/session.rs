//! The connection: who is there, which device this is, and what the server answers.

use super::api::{self, CommandError, Over, Status};
use super::local::{DeviceRecord, ThisDevice};
use super::room::Room;
use super::{Engine, group_name, linking, room_name};
use crate::account::{AccountKeys, AccountSecret, DeviceKey};
use crate::group::{self, PackageSecret};
use crate::wire::{self, Backup, KEY_PACKAGES, Op, Refusal, Reply};
use crate::{Error, Id, Result, link};
use minicbor::bytes::ByteVec;
use std::collections::BTreeSet;

/// Packages whose secrets are kept: those on the server, and those taken for a welcome that is still on its way.
const PACKAGES_KEPT: usize = 3 * KEY_PACKAGES;
/// Fewer than so many left: new ones are made.
const PACKAGES_LOW: usize = KEY_PACKAGES / 2;
/// Conversations of one page.
const PAGE: u32 = 100;

/// What an answer is for.
#[derive(Debug)]
pub(super) enum Waiting {
    Hello,
    /// The account, to see where this device stands.
    Standing,
    /// The account, to enrol this device.
    Enrol,
    PutAccount,
    PutDevice,
    /// The recovery code that is kept, for a command.
    Recovery(u32, String, Vec<Id>),
    Conversations,
    Directory(BTreeSet<Id>),
    Claim(Id),
    Create(Id, u32),
    Commit(Id),
    Append(Id, Id),
    /// What comes after the cursor.
    Fetch(Id),
    /// An older page, for a command or for search.
    Page(Id, Option<u32>),
    Keys(Id),
    GroupInfo(Id),
    Welcome(Id),
    Receipts(Id),
    /// The devices, for a command.
    Devices(u32),
    /// Done answers the command.
    Command(u32),
    /// Whatever comes.
    Nothing,
}

impl Waiting {
    /// The command that waits for it.
    pub(super) const fn command(&self) -> Option<u32> {
        match self {
            Self::Recovery(c, ..) | Self::Create(_, c) | Self::Devices(c) | Self::Command(c) => Some(*c),
            Self::Page(_, c) => *c,
            _ => None,
        }
    }
    /// The conversation that waits for it.
    pub(super) const fn room(&self) -> Option<Id> {
        match self {
            Self::Claim(id)
            | Self::Create(id, _)
            | Self::Commit(id)
            | Self::Append(id, _)
            | Self::Fetch(id)
            | Self::Page(id, _)
            | Self::Keys(id)
            | Self::GroupInfo(id)
            | Self::Welcome(id)
            | Self::Receipts(id) => Some(*id),
            _ => None,
        }
    }
}

impl Engine {
    /// The server says who is signed in.
    pub(super) fn challenged(&mut self, nonce: Vec<u8>, person: Id) -> Result<()> {
        if self.device.as_ref().is_some_and(|d| d.person != person) {
            // The host mixed up whose records these are.
            self.over(Over::Other);
            return Ok(());
        }
        self.nonce = nonce;
        self.person = Some(person);
        match self.local.device()? {
            Some(record) if record.secret.is_some() => self.ask(Op::Account, Waiting::Enrol),
            Some(_) => self.hello()?,
            None => self.ask(Op::Account, Waiting::Standing),
        }
        Ok(())
    }
    fn hello(&mut self) -> Result<()> {
        let device = self.me()?;
        let signature = device.key.sign(&wire::hello_bytes(&self.nonce, device.person, device.id))?;
        let op = Op::Hello { device: device.id, signature: signature.into() };
        self.ask(op, Waiting::Hello);
        Ok(())
    }
    /// Makes this a device of the account.
    pub(super) fn enrol(&mut self, secret: &AccountSecret, device_name: &str) -> Result<()> {
        let person = self.person.ok_or(Error::NoKey("person"))?;
        let key = DeviceKey::generate()?;
        let device = self.local.id()?;
        let certificate = secret.certify(person, device, &key.public(), self.now_ms * 1000)?;
        let half: [u8; 32] = self.local.random()?;
        self.local.put_device(&DeviceRecord {
            person,
            device,
            key: key.to_bytes().to_vec().into(),
            certificate: certificate.encode().into(),
            half: half.to_vec().into(),
            secret: Some(secret.to_bytes().to_vec().into()),
        });
        self.device = Some(ThisDevice { person, id: device, key, certificate });
        self.device_name = device_name.to_owned();
        self.ask(Op::Account, Waiting::Enrol);
        Ok(())
    }
    fn enrol_further(&mut self, keys: Option<&[u8]>, known: bool) -> Result<()> {
        let Some(record) = self.local.device()? else { return Err(Error::NoKey("device")) };
        let secret = AccountSecret::from_bytes(record.secret.as_deref().map_or(&[][..], |s| s))?;
        match keys {
            None => {
                let keys = secret.public(record.person)?.encode();
                self.ask(Op::PutAccount { keys: keys.into() }, Waiting::PutAccount);
            }
            Some(keys) if AccountKeys::decode(keys)?.identity != secret.public(record.person)?.identity => {
                // Another device was the first, meanwhile: this one is to be linked to it.
                self.local.wipe();
                self.device = None;
                self.enrolment_failed(CommandError::Failed);
                self.ask(Op::Account, Waiting::Standing);
            }
            Some(_) if known => self.hello()?,
            Some(_) => {
                let name = if self.device_name.is_empty() { "?".to_owned() } else { self.device_name.clone() };
                self.ask(Op::PutDevice { certificate: record.certificate, name }, Waiting::PutDevice);
            }
        }
        Ok(())
    }
    /// The server knows this device.
    fn greeted(&mut self, unlock: &[u8], packages: &[ByteVec], suite: u16) -> Result<()> {
        let Some(mut record) = self.local.device()? else { return Err(Error::NoKey("device")) };
        if !self.local.is_open() {
            self.local.unlock(&record.half, unlock)?;
            if let Some(secret) = record.secret.take() {
                self.local.put("account", &secret)?;
                self.local.put_device(&record);
            }
            self.read_records()?;
        }
        self.online = true;
        self.suite = suite;
        self.keep_packages(packages)?;
        self.ready_status();
        self.enrolled();
        if let Some(person) = self.person {
            self.ask_people.insert(person);
        }
        self.sync(None);
        Ok(())
    }
    fn read_records(&mut self) -> Result<()> {
        let secret = self.local.get("account")?.ok_or(Error::Damaged("account"))?;
        self.secret = Some(AccountSecret::from_bytes(&secret)?);
        if let Some(known) = self.local.get("known")? {
            self.directory.load(&known)?;
        }
        for name in self.local.names("package/") {
            if let Some(bytes) = self.local.get(&name)? {
                self.packages.push(PackageSecret::from_bytes(&bytes)?);
            }
        }
        for name in self.local.names("conversation/") {
            let Some(id) = name.strip_prefix("conversation/").and_then(Id::parse) else { continue };
            let Some(bytes) = self.local.get(&name)? else { continue };
            let group = self.local.get(&group_name(id))?;
            let room = Room::load(&bytes, group.as_deref().map(Vec::as_slice))?;
            self.rooms.insert(id, room);
        }
        self.show_list = true;
        Ok(())
    }
    /// Sees to it that others can add this device while it isn't there (RFC 9420 §10).
    fn keep_packages(&mut self, on_server: &[ByteVec]) -> Result<()> {
        let ours = |reference: &ByteVec| self.packages.iter().any(|p| p.reference == reference.as_slice());
        if on_server.len() >= PACKAGES_LOW && on_server.iter().all(ours) {
            return Ok(());
        }
        let mut packages = Vec::with_capacity(KEY_PACKAGES);
        for _ in 0..KEY_PACKAGES {
            let device = self.me()?;
            let (secret, package) = group::key_package(self.suite, &device.key, &device.certificate)?;
            self.local.put(&package_name(&secret), &secret.to_bytes())?;
            self.packages.push(secret);
            packages.push(package.into());
        }
        while self.packages.len() > PACKAGES_KEPT {
            let old = self.packages.remove(0);
            self.local.remove(&package_name(&old));
        }
        self.ask(Op::PutKeyPackages { packages }, Waiting::Nothing);
        Ok(())
    }
    /// A package was used: its secret isn't needed any more.
    pub(super) fn forget_package(&mut self, at: usize) {
        if at < self.packages.len() {
            let used = self.packages.remove(at);
            self.local.remove(&package_name(&used));
        }
    }
    /// Sees what is new, page by page.
    pub(super) fn sync(&mut self, before_us: Option<i64>) {
        self.ask(Op::Conversations { before_us, limit: PAGE }, Waiting::Conversations);
    }

    /// An answer that isn't a refusal.
    pub(super) fn replied(&mut self, waiting: Waiting, reply: Reply) -> Result<()> {
        match (waiting, reply) {
            (Waiting::Hello, Reply::Hello { packages, suite, unlock, .. }) => {
                self.greeted(&unlock, &packages, suite)?
            }
            (Waiting::Standing, Reply::Account { keys, devices, backups, .. }) => {
                let other_devices = devices.iter().any(|d| d.removed_us.is_none());
                self.backups = backups;
                self.account_keys = keys.map(Vec::from);
                self.set_status(if self.account_keys.is_some() {
                    Status::NewDevice { backups: self.backup_lines(), other_devices }
                } else {
                    Status::NewAccount
                });
            }
            (Waiting::Enrol, Reply::Account { keys, devices, .. }) => {
                let known = self.device.as_ref().is_some_and(|me| devices.iter().any(|d| d.device == me.id));
                self.enrol_further(keys.as_deref().map(Vec::as_slice), known)?;
            }
            (Waiting::PutAccount | Waiting::PutDevice, Reply::Done) => self.ask(Op::Account, Waiting::Enrol),
            (Waiting::Recovery(command, code, old), Reply::Done) => {
                for id in old {
                    self.ask(Op::DropBackup { id }, Waiting::Nothing);
                }
                self.answer(command, &serde_json::json!({ "recovery_code": code }));
            }
            (Waiting::Conversations, Reply::Conversations { conversations, more }) => {
                let oldest = conversations.iter().map(|c| c.changed_us).min();
                for summary in conversations {
                    self.summary(summary);
                }
                if more && oldest.is_some() {
                    self.sync(oldest);
                }
            }
            (Waiting::Directory(asked), Reply::Directory { accounts }) => self.learnt(&asked, &accounts),
            (Waiting::Devices(command), Reply::Account { devices, backups, .. }) => {
                self.backups = backups;
                self.answer_devices(command, &devices);
            }
            (Waiting::Command(command), Reply::Done) => self.done(command),
            (Waiting::Nothing, _) => {}
            (waiting, reply) => self.room_replied(waiting, reply)?,
        }
        Ok(())
    }
    fn learnt(&mut self, asked: &BTreeSet<Id>, accounts: &[wire::AccountLine]) {
        for line in accounts.iter().filter(|l| asked.contains(&l.person)) {
            self.directory.learn(line);
        }
        for person in asked {
            // Whom the server doesn't tell of has no account: known to have none.
            self.directory.note(*person);
        }
        let rooms: Vec<Id> = self.rooms.keys().copied().collect();
        for id in rooms {
            self.read_again(id);
            self.work.insert(id);
        }
        self.show_list = true;
        self.answer_people();
    }
    /// A refusal.
    pub(super) fn refused(&mut self, waiting: Waiting, refusal: &Refusal) -> Result<()> {
        if let Refusal::Slower(_) | Refusal::Unavailable = refusal {
            let wait = if let Refusal::Slower(ms) = refusal { i64::from(*ms) } else { 0 };
            return self.later(waiting, wait);
        }
        if matches!(waiting, Waiting::Hello) {
            self.over(Over::DeviceRemoved);
            return Ok(());
        }
        if matches!(waiting, Waiting::PutAccount | Waiting::PutDevice | Waiting::Enrol) {
            self.local.wipe();
            self.device = None;
            self.enrolment_failed(refusal_error(refusal));
            return Ok(());
        }
        let command = waiting.command();
        self.room_refused(waiting, refusal)?;
        if let Some(command) = command {
            self.refuse(command, refusal_error(refusal));
        }
        Ok(())
    }
    /// The server can't now: conversations try again, commands fail, the rest by a new connection.
    fn later(&mut self, waiting: Waiting, at_least_ms: i64) -> Result<()> {
        let now = self.now_ms;
        if let Some(room) = waiting.room().and_then(|id| self.rooms.get_mut(&id)) {
            if let Waiting::Append(_, client_id) = &waiting {
                room.sending.remove(client_id);
            }
            if matches!(waiting, Waiting::Commit(_)) {
                // Nothing was changed: the commit is void, the next is made anew.
                match (room.flight.take(), &mut room.group) {
                    (Some(flight), Some(group)) if !flight.rejoin => group.discard()?,
                    _ => room.group = None,
                }
            }
            room.keys_asked = None;
            room.postpone(now, at_least_ms);
        } else if waiting.command().is_none() {
            self.close = true;
        }
        if let Waiting::Create(id, _) = waiting {
            self.rooms.remove(&id);
        }
        if let Some(command) = waiting.command() {
            self.refuse(command, CommandError::Offline);
        }
        Ok(())
    }
    pub(super) fn backup_lines(&self) -> Vec<api::BackupLine> {
        let line = |b: &Backup| api::BackupLine { id: b.id, kind: b.kind.clone(), label: b.label.clone() };
        self.backups.iter().map(line).collect()
    }
    /// Keeps the account's secret under a new recovery code, and drops those under older ones.
    pub(super) fn new_recovery(&mut self, command: u32) -> Result<()> {
        let person = self.person.ok_or(Error::NoKey("person"))?;
        let secret = self.secret.as_ref().ok_or(Error::NoKey("account"))?;
        let code = link::new_recovery_code()?;
        let backup = Backup {
            id: self.local.id()?,
            kind: "recovery".to_owned(),
            label: String::new(),
            version: secret.version(),
            sealed: link::seal_with_code(secret, person, &code)?.into(),
        };
        let old = self.backups.iter().filter(|b| b.kind == "recovery").map(|b| b.id).collect();
        self.backups.push(backup.clone());
        self.ask(Op::PutBackup(backup), Waiting::Recovery(command, code, old));
        Ok(())
    }
    /// This device is enrolled: whoever waits for that gets an answer.
    fn enrolled(&mut self) {
        match std::mem::take(&mut self.enrolling) {
            linking::Enrolling::No => {}
            linking::Enrolling::First(command) => {
                if self.new_recovery(command).is_err() {
                    self.refuse(command, CommandError::Failed);
                }
            }
            linking::Enrolling::Recovered(command) => self.done(command),
            linking::Enrolling::Linked => self.link_done(),
        }
    }
    fn enrolment_failed(&mut self, error: CommandError) {
        match std::mem::take(&mut self.enrolling) {
            linking::Enrolling::First(command) | linking::Enrolling::Recovered(command) => self.refuse(command, error),
            linking::Enrolling::Linked => self.link_lost(),
            linking::Enrolling::No => {}
        }
    }
    /// Forgets a conversation.
    pub(super) fn forget(&mut self, id: Id) {
        self.rooms.remove(&id);
        self.local.remove(&room_name(id));
        self.local.remove(&group_name(id));
        self.show_list = true;
    }
}

fn package_name(package: &PackageSecret) -> String {
    let hex: String = package.reference.iter().map(|b| format!("{b:02x}")).collect();
    format!("package/{hex}")
}

/// In a page's words.
pub(super) fn refusal_error(refusal: &Refusal) -> CommandError {
    match refusal {
        Refusal::NotFound => CommandError::NotFound,
        Refusal::Denied(why) => match why.as_str() {
            "closed" => CommandError::Closed,
            "no_device" => CommandError::NoDevice,
            "too_large" => CommandError::TooLarge,
            "too_late" => CommandError::TooLate,
            _ => CommandError::NotAllowed,
        },
        Refusal::Slower(_) | Refusal::Unavailable => CommandError::Offline,
        Refusal::Malformed(_) | Refusal::Epoch { .. } | Refusal::Removal { .. } => CommandError::Failed,
    }
}
