//! Members of both sides, and what all must agree on.

use serde::Deserialize;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use wardpost_e2ee::Id;
use wardpost_e2ee::account::{AccountSecret, DeviceCertificate, DeviceKey};
use wardpost_e2ee::content::EpochSecret;
use wardpost_e2ee::follow::Followed;
use wardpost_e2ee::group::{Group, PackageSecret, Prepared, key_package};
use wardpost_e2ee::wire::SUITE_CLASSIC;

/// Exporter label of an epoch's key: part of the protocol, so it stands here once more.
const LABEL: &str = "wardpost conversation 1";
pub const GROUP: Id = Id([7; 16]);
/// How long an answer may take on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program of the other side.
pub struct Peer {
    program: Child,
    requests: RefCell<ChildStdin>,
    answers: Receiver<String>,
}

impl Peer {
    pub fn start() -> Self {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/mls-interop");
        let mut program = Command::new("node")
            .arg("peer.js")
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Node is needed for this test: cargo xtask setup");
        let lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let (tell, answers) = channel();
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| tell.send(line)));
        let requests = RefCell::new(program.stdin.take().unwrap());
        Self { program, requests, answers }
    }

    /// Asks, and gives the answer or the reason why there is none.
    pub fn ask(&self, what: &str, who: &str, more: Value) -> Result<Value, String> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(default)]
            ok: Value,
            error: Option<String>,
        }
        let mut request = more;
        request["do"] = what.into();
        request["who"] = who.into();
        writeln!(self.requests.borrow_mut(), "{request}").unwrap();
        let line = self.answers.recv_timeout(PATIENCE).expect("no answer; npm --prefix tests/mls-interop ci?");
        let Answer { ok, error } = serde_json::from_str(&line).unwrap();
        error.map_or(Ok(ok), Err)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.program.kill().unwrap();
        self.program.wait().unwrap();
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn bytes(digits: &Value) -> Vec<u8> {
    let digits = digits.as_str().unwrap().as_bytes().chunks(2);
    digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// A device with an account of its own.
pub struct Ours {
    pub key: DeviceKey,
    pub cert: DeviceCertificate,
}

fn certify(number: u8, key: &[u8; 32]) -> DeviceCertificate {
    let account = AccountSecret::generate().unwrap();
    account.certify(Id([number; 16]), Id([number; 16]), key, 1).unwrap()
}

impl Ours {
    pub fn new(number: u8) -> Self {
        let key = DeviceKey::generate().unwrap();
        let cert = certify(number, &key.public());
        Self { key, cert }
    }
    pub fn package(&self) -> (PackageSecret, Vec<u8>) {
        key_package(SUITE_CLASSIC, &self.key, &self.cert).unwrap()
    }
    pub fn create(&self) -> Group {
        Group::create(GROUP, SUITE_CLASSIC, &self.key, &self.cert).unwrap()
    }
    pub fn join(&self, welcome: &[u8], package: PackageSecret) -> Group {
        Group::join(welcome, &[package], &self.key, &self.cert).unwrap().0
    }
}

/// A device of the other implementation, certified by an account of ours.
pub struct Theirs<'p> {
    peer: &'p Peer,
    name: String,
    pub cert: DeviceCertificate,
}

/// A commit of theirs.
pub struct Commit {
    pub commit: Vec<u8>,
    pub group_info: Vec<u8>,
    pub welcome: Option<Vec<u8>>,
}

impl<'p> Theirs<'p> {
    pub fn new(peer: &'p Peer, name: &str, number: u8) -> Self {
        let key = bytes(&peer.ask("key", name, json!({})).unwrap()).try_into().unwrap();
        let cert = certify(number, &key);
        peer.ask("certify", name, json!({ "certificate": hex(&cert.encode()) })).unwrap();
        Self { peer, name: name.to_owned(), cert }
    }
    pub fn ask(&self, what: &str, more: Value) -> Value {
        self.peer.ask(what, &self.name, more).unwrap()
    }
    pub fn package(&self) -> Vec<u8> {
        bytes(&self.ask("keyPackage", json!({})))
    }
    pub fn join(&self, welcome: &[u8]) {
        self.ask("join", json!({ "welcome": hex(welcome) }));
    }
    pub fn apply(&self, commit: &[u8]) {
        self.ask("apply", json!({ "commit": hex(commit) }));
    }
    /// Hears of the commit that removes it, and stays where it was. ts-mls doesn't see that it is removed when the same
    /// commit adds somebody in its place; it then fails, for want of a key.
    pub fn is_removed_by(&self, commit: &[u8]) {
        let before = self.state();
        let heard = self.peer.ask("apply", &self.name, json!({ "commit": hex(commit) }));
        let after = self.state();
        assert!(!after.active || heard.is_err_and(|why| why.contains("No overlap")));
        assert_eq!((after.epoch, after.exported), (before.epoch, before.exported));
    }
    pub fn commit(&self, add: &[Vec<u8>], remove: &[&DeviceCertificate]) -> Commit {
        let add: Vec<_> = add.iter().map(|package| hex(package)).collect();
        let remove: Vec<_> = remove.iter().map(|cert| hex(&cert.encode())).collect();
        Commit::read(&self.ask("commit", json!({ "add": add, "remove": remove })))
    }
    pub fn join_externally(&self, info: &[u8], resync: bool) -> Commit {
        Commit::read(&self.ask("joinExternally", json!({ "info": hex(info), "resync": resync })))
    }
    pub fn state(&self) -> State {
        serde_json::from_value(self.ask("state", json!({ "label": LABEL }))).unwrap()
    }
}

impl Commit {
    fn read(answer: &Value) -> Self {
        let welcome = answer.get("welcome").map(bytes);
        Self { commit: bytes(&answer["commit"]), group_info: bytes(&answer["groupInfo"]), welcome }
    }
}

impl From<Prepared> for Commit {
    fn from(Prepared { commit, group_info, welcome, .. }: Prepared) -> Self {
        Self { commit, group_info, welcome }
    }
}

/// Where a member of theirs stands.
#[derive(Deserialize)]
pub struct State {
    pub active: bool,
    pub epoch: u64,
    pub exported: Value,
    certificates: Vec<Value>,
}

fn sorted(certificates: Vec<DeviceCertificate>) -> Vec<Vec<u8>> {
    let mut all: Vec<_> = certificates.iter().map(DeviceCertificate::encode).collect();
    all.sort();
    all
}

/// All members and the server are at one.
pub fn agree(ours: &[&Group], theirs: &[&Theirs<'_>], server: &Followed) {
    let devices = sorted(server.devices().unwrap());
    let first = ours[0];
    let key = first.key().unwrap();
    assert_eq!(devices.len(), ours.len() + theirs.len());
    for group in ours {
        assert_eq!((group.epoch(), group.conversation()), (server.epoch(), server.conversation()));
        assert_eq!(group.key().unwrap(), key);
        assert_eq!(sorted(group.devices().unwrap()), devices);
    }
    for one in theirs {
        let state = one.state();
        assert!(state.active);
        assert_eq!(state.epoch, server.epoch(), "{}", one.name);
        assert_eq!(EpochSecret::from_bytes(&bytes(&state.exported)).unwrap(), key, "{}", one.name);
        let mut seen: Vec<_> = state.certificates.iter().map(bytes).collect();
        seen.sort();
        assert_eq!(seen, devices, "{}", one.name);
    }
}

/// The server takes a commit.
pub fn turn(server: &mut Followed, commit: &[u8], group_info: &[u8], by: &DeviceCertificate) {
    let (next, turn) = server.turn(commit, group_info).unwrap();
    assert_eq!((turn.by, turn.epoch), (by.clone(), server.epoch() + 1));
    *server = next;
}

/// Commits, the server takes it, and it is accepted.
pub fn commit(ours: &Ours, group: &mut Group, server: &mut Followed, add: &[Vec<u8>], remove: &[Id]) -> Prepared {
    let prepared = group.prepare(&ours.key, add, remove).unwrap();
    turn(server, &prepared.commit, &prepared.group_info, &ours.cert);
    group.accept().unwrap();
    prepared
}
