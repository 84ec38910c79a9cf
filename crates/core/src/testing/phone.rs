//! A client of conversations for tests: real keys, real groups, over whatever link carries its questions.

use crate::conversation::Connection;
use bytes::Bytes;
use std::collections::HashMap;
use std::sync::Arc;
use wardpost_e2ee::account::{AccountKeys, AccountSecret, DeviceCertificate, DeviceKey, random_id};
use wardpost_e2ee::content::{self, Bound, Content, EpochSecret, Text};
use wardpost_e2ee::group::{Group, PackageSecret, Prepared, key_package};
use wardpost_e2ee::wire::{
    AccountLine, Append, Commit, Create, Entry, EntryKind, EpochKey, Kind, Op, Push, Refusal, Reply, SUITE_CLASSIC,
    SealedKey, ServerFrame, decode, hello_bytes,
};
use wardpost_e2ee::{Id, history};

/// What carries questions to the server.
pub trait Asks {
    /// Asks one.
    fn ask(&self, op: Op) -> impl Future<Output = Reply> + Send;
}

impl Asks for Arc<Connection> {
    fn ask(&self, op: Op) -> impl Future<Output = Reply> + Send {
        self.answer(op)
    }
}

/// Somebody's account, as their devices share it.
pub struct Account {
    /// Whose.
    pub person: Id,
    /// The secret.
    pub secret: AccountSecret,
    /// The public keys.
    pub keys: AccountKeys,
}

/// A device.
pub struct Phone<T> {
    /// Its account.
    pub account: Arc<Account>,
    /// Its key.
    pub key: DeviceKey,
    /// Its certificate.
    pub cert: DeviceCertificate,
    /// Its link.
    pub link: T,
    /// Its groups.
    pub groups: HashMap<Id, Group>,
    packages: Vec<PackageSecret>,
    suite: u16,
}

/// What was refused.
pub type Asked<T> = Result<T, Refusal>;

/// Nonce and person of a challenge.
#[must_use]
pub fn challenged(frame: &[u8]) -> (Vec<u8>, Id) {
    match decode(frame) {
        Ok(ServerFrame::Push(Push::Challenge { nonce, person })) => (nonce.to_vec(), person),
        other => panic!("no challenge: {other:?}"),
    }
}

/// Takes an answer that needs nothing more.
///
/// # Errors
/// The refusal.
pub fn done(reply: Reply) -> Asked<()> {
    match reply {
        Reply::Done | Reply::Hello { .. } => Ok(()),
        Reply::Refused(why) => Err(why),
        other => panic!("unexpected: {other:?}"),
    }
}

/// Takes a place in the log.
///
/// # Errors
/// The refusal.
pub fn placed(reply: Reply) -> Asked<u64> {
    match reply {
        Reply::Appended { seq, .. } => Ok(seq),
        Reply::Refused(why) => Err(why),
        other => panic!("unexpected: {other:?}"),
    }
}

impl<T: Asks> Phone<T> {
    /// The first device of an account: with keys, known, and with key packages. Of the classic suite, which costs less.
    pub async fn first(link: T, challenge: &Bytes) -> Self {
        let (nonce, person) = challenged(challenge);
        let secret = AccountSecret::generate().unwrap();
        let keys = secret.public(person).unwrap();
        done(link.ask(Op::PutAccount { keys: keys.encode().into() }).await).unwrap();
        Self::of(Arc::new(Account { person, secret, keys }), link, &nonce).await
    }

    /// Another device of the same account.
    pub async fn beside(&self, link: T, challenge: &Bytes) -> Self {
        Self::of(Arc::clone(&self.account), link, &challenged(challenge).0).await
    }

    async fn of(account: Arc<Account>, link: T, nonce: &[u8]) -> Self {
        let key = DeviceKey::generate().unwrap();
        let cert = account.secret.certify(account.person, random_id().unwrap(), &key.public(), 1).unwrap();
        let put = Op::PutDevice { certificate: cert.encode().into(), name: "Phone".to_owned() };
        done(link.ask(put).await).unwrap();
        let (groups, packages) = (HashMap::new(), Vec::new());
        let mut phone = Self { account, key, cert, link, groups, packages, suite: SUITE_CLASSIC };
        done(phone.hello(nonce).await).unwrap();
        phone.stock(3).await;
        phone
    }

    /// Shows the device to a connection.
    pub async fn hello(&self, nonce: &[u8]) -> Reply {
        let signature = self.key.sign(&hello_bytes(nonce, self.account.person, self.cert.device)).unwrap();
        self.link.ask(Op::Hello { device: self.cert.device, signature: signature.into() }).await
    }

    /// Leaves so many key packages with the server.
    pub async fn stock(&mut self, count: usize) {
        let made = (0..count).map(|_| key_package(self.suite, &self.key, &self.cert).unwrap());
        let (secrets, packages): (Vec<_>, Vec<_>) = made.unzip();
        self.packages = secrets;
        let packages = packages.into_iter().map(Into::into).collect();
        done(self.link.ask(Op::PutKeyPackages { packages }).await).unwrap();
    }

    /// Who it is.
    #[must_use]
    pub fn person(&self) -> Id {
        self.account.person
    }

    /// Which device it is.
    #[must_use]
    pub fn device(&self) -> Id {
        self.cert.device
    }

    /// Keys and devices of people.
    pub async fn directory(&self, persons: &[Id]) -> Vec<AccountLine> {
        match self.link.ask(Op::Directory { persons: persons.to_vec() }).await {
            Reply::Directory { accounts } => accounts,
            other => panic!("unexpected: {other:?}"),
        }
    }

    /// Key packages of people.
    pub async fn claim(&self, persons: &[Id]) -> Vec<Vec<u8>> {
        match self.link.ask(Op::ClaimKeyPackages { persons: persons.to_vec(), suite: self.suite }).await {
            Reply::KeyPackages { packages } => packages.into_iter().map(|p| p.package.into()).collect(),
            other => panic!("unexpected: {other:?}"),
        }
    }

    /// An epoch's key, sealed to everybody of these people who has an account.
    pub async fn sealed(&self, conversation: Id, epoch: u64, key: &EpochSecret, persons: &[Id]) -> Vec<SealedKey> {
        let seal = |line: AccountLine| {
            let keys = AccountKeys::decode(line.keys.last().unwrap()).unwrap();
            let sealed = history::seal_to(&keys, conversation, epoch, key).unwrap();
            SealedKey { person: line.person, sealed: sealed.into() }
        };
        self.directory(persons).await.into_iter().map(seal).collect()
    }

    /// What begins a conversation, and the group that it begins.
    pub async fn beginning(&self, kind: Kind, members: &[Id], patient: Option<Id>) -> (Create, Group) {
        let conversation = random_id().unwrap();
        let mut group = Group::create(conversation, self.suite, &self.key, &self.cert).unwrap();
        let packages = self.claim(members).await;
        let prepared = group.prepare(&self.key, &packages, &[]).unwrap();
        group.accept().unwrap();
        let keys = self.sealed(conversation, prepared.epoch, &prepared.key, members).await;
        let create = Create {
            conversation,
            kind,
            patient,
            members: members.to_vec(),
            group_info: prepared.group_info.into(),
            welcome: prepared.welcome.map(Into::into),
            keys,
        };
        (create, group)
    }

    /// Begins a conversation with these people and oneself.
    ///
    /// # Errors
    /// The refusal.
    pub async fn begin(&mut self, kind: Kind, others: &[Id], patient: Option<Id>) -> Asked<Id> {
        let members: Vec<Id> = others.iter().copied().chain([self.person()]).collect();
        let (create, group) = self.beginning(kind, &members, patient).await;
        let id = create.conversation;
        done(self.link.ask(Op::Create(Box::new(create))).await)?;
        self.groups.insert(id, group);
        Ok(id)
    }

    /// Joins by the welcome that waits.
    pub async fn join(&mut self, conversation: Id) {
        let Reply::Welcome { welcome: Some((epoch, welcome)) } = self.link.ask(Op::Welcome { conversation }).await
        else {
            panic!("no welcome waits")
        };
        let (group, _) = Group::join(&welcome, &self.packages, &self.key, &self.cert).unwrap();
        assert_eq!(group.epoch(), epoch);
        self.groups.insert(conversation, group);
    }

    /// A message of this device in the group's epoch.
    #[must_use]
    pub fn message(&self, conversation: Id, text: &str, flags: u8) -> Append {
        let group = &self.groups[&conversation];
        let (epoch, client_id) = (group.epoch(), random_id().unwrap());
        let bound = Bound { conversation, epoch, client_id, flags, device: self.device() };
        let content = Content::Text(Text { text: text.to_owned(), ..Text::default() });
        let sealed = content::seal(&group.key().unwrap(), &self.key, &bound, &content).unwrap();
        Append { conversation, epoch, client_id, flags, sealed: sealed.into() }
    }

    /// Says something.
    ///
    /// # Errors
    /// The refusal.
    pub async fn say(&self, conversation: Id, text: &str) -> Asked<u64> {
        let append = self.message(conversation, text, 0);
        placed(self.link.ask(Op::Append(Box::new(append))).await)
    }

    /// What asks the server to take a prepared commit.
    pub async fn commit_of(
        &self,
        conversation: Id,
        prepared: &Prepared,
        people: (&[Id], &[Id]),
        members: &[Id],
    ) -> Commit {
        Commit {
            conversation,
            epoch: prepared.epoch - 1,
            client_id: random_id().unwrap(),
            commit: prepared.commit.clone().into(),
            group_info: prepared.group_info.clone().into(),
            welcome: prepared.welcome.clone().map(Into::into),
            keys: self.sealed(conversation, prepared.epoch, &prepared.key, members).await,
            add: people.0.to_vec(),
            remove: people.1.to_vec(),
        }
    }

    /// Turns the epoch: adds people with all their devices, and removes people and devices.
    ///
    /// # Errors
    /// The refusal; the group is as before then.
    pub async fn turn(&mut self, conversation: Id, add: &[Id], remove: &[Id], devices: &[Id]) -> Asked<u64> {
        let packages = if add.is_empty() { Vec::new() } else { self.claim(add).await };
        let of_people = |c: &DeviceCertificate| remove.contains(&c.person) || devices.contains(&c.device);
        let gone: Vec<Id> =
            self.groups[&conversation].devices().unwrap().iter().filter(|c| of_people(c)).map(|c| c.device).collect();
        let members: Vec<Id> = self.members(conversation).await.into_iter().filter(|p| !remove.contains(p)).collect();
        let members: Vec<Id> = members.into_iter().chain(add.iter().copied()).collect();
        let key = &self.key;
        let prepared = self.groups.get_mut(&conversation).unwrap().prepare(key, &packages, &gone).unwrap();
        let commit = self.commit_of(conversation, &prepared, (add, remove), &members).await;
        let answer = placed(self.link.ask(Op::Commit(Box::new(commit))).await);
        let group = self.groups.get_mut(&conversation).unwrap();
        if answer.is_ok() {
            group.accept().unwrap()
        } else {
            group.discard().unwrap()
        }
        answer
    }

    /// Joins from outside.
    ///
    /// # Errors
    /// The refusal.
    pub async fn rejoin(&mut self, conversation: Id) -> Asked<u64> {
        let group_info = match self.link.ask(Op::GroupInfo { conversation }).await {
            Reply::GroupInfo { group_info, .. } => group_info,
            Reply::Refused(why) => return Err(why),
            other => panic!("unexpected: {other:?}"),
        };
        let (mut group, prepared) = Group::rejoin(&group_info, &self.key, &self.cert).unwrap();
        let members = self.members(conversation).await;
        let commit = self.commit_of(conversation, &prepared, (&[], &[]), &members).await;
        let seq = placed(self.link.ask(Op::Commit(Box::new(commit))).await)?;
        group.accept().unwrap();
        self.groups.insert(conversation, group);
        Ok(seq)
    }

    /// The conversation as it is listed.
    pub async fn listed(&self, conversation: Id) -> Option<wardpost_e2ee::wire::Conversation> {
        match self.link.ask(Op::Conversations { before_us: None, limit: 100 }).await {
            Reply::Conversations { conversations, .. } => conversations.into_iter().find(|c| c.id == conversation),
            other => panic!("unexpected: {other:?}"),
        }
    }

    /// Who is in it now.
    pub async fn members(&self, conversation: Id) -> Vec<Id> {
        let listed = self.listed(conversation).await.expect("a conversation of one's own");
        listed.members.into_iter().filter(|m| m.until.is_none()).map(|m| m.person).collect()
    }

    /// The whole log as one may read it.
    ///
    /// # Errors
    /// The refusal.
    pub async fn log(&self, conversation: Id) -> Asked<Vec<Entry>> {
        let mut all: Vec<Entry> = Vec::new();
        loop {
            let after = all.last().map_or(0, |e| e.seq);
            match self.link.ask(Op::Fetch { conversation, after, before: None, limit: 500 }).await {
                Reply::Entries { entries, .. } if entries.is_empty() => return Ok(all),
                Reply::Entries { entries, .. } => all.extend(entries),
                Reply::Refused(why) => return Err(why),
                other => panic!("unexpected: {other:?}"),
            }
        }
    }

    /// Follows the commits of others as the log has them.
    pub async fn catch_up(&mut self, conversation: Id) {
        for entry in self.log(conversation).await.unwrap() {
            let group = self.groups.get_mut(&conversation).unwrap();
            if entry.kind == EntryKind::Commit && entry.epoch == group.epoch() && !entry.body.is_empty() {
                group.apply(&entry.body).unwrap();
            }
        }
    }

    /// The epoch keys that are kept for the account, opened.
    pub async fn keys(&self, conversation: Id) -> HashMap<u64, EpochSecret> {
        let Reply::Keys { keys } = self.link.ask(Op::Keys { conversation, from: 0 }).await else {
            panic!("no keys");
        };
        let secret = &self.account.secret;
        let open = |k: EpochKey| {
            let key = if k.own {
                history::unwrap(secret, conversation, k.epoch, &k.wrap)
            } else {
                history::open_sealed(secret, conversation, k.epoch, &k.wrap)
            };
            (k.epoch, key.unwrap())
        };
        keys.into_iter().map(open).collect()
    }

    /// Everything that was said, as one may read it with the keys that are kept for the account: number, device, text.
    pub async fn read(&self, conversation: Id) -> Vec<(u64, Id, String)> {
        let keys = self.keys(conversation).await;
        let log = self.log(conversation).await.unwrap();
        let people: Vec<Id> = log.iter().map(|e| e.person).collect();
        let devices: HashMap<Id, [u8; 32]> = self
            .directory(&people)
            .await
            .iter()
            .flat_map(|line| &line.devices)
            .map(|d| (d.device, DeviceCertificate::decode(&d.certificate).unwrap().key))
            .collect();
        let messages = log.iter().filter(|e| e.kind == EntryKind::Message);
        let open = |e: &Entry| {
            let bound =
                Bound { conversation, epoch: e.epoch, client_id: e.client_id, flags: e.flags, device: e.device };
            match content::open(&keys[&e.epoch], &bound, &e.body, &devices[&e.device]).unwrap() {
                Content::Text(text) => (e.seq, e.device, text.text),
                other => panic!("unexpected: {other:?}"),
            }
        };
        messages.map(open).collect()
    }
}
