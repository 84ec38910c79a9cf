//! What conversations cost: sealing and opening, commits in groups of several sizes, the server's following, stored state.

use divan::{Bencher, black_box};
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};
use wardpost_e2ee::account::{AccountSecret, DeviceCertificate, DeviceKey};
use wardpost_e2ee::content::{self, Bound, Content, Text};
use wardpost_e2ee::follow::Followed;
use wardpost_e2ee::group::{Group, PackageSecret, key_package};
use wardpost_e2ee::wire::SUITE_HYBRID;
use wardpost_e2ee::{Id, history};

const CONVERSATION: Id = Id([3; 16]);

/// As a test, each bench runs once in a small group: it only must not break.
fn sizes() -> &'static [u16] {
    if std::env::args().any(|argument| argument == "--bench") { &[10, 100, 1000] } else { &[3] }
}

struct Device {
    key: DeviceKey,
    cert: DeviceCertificate,
}

fn id(kind: u8, number: u16) -> Id {
    let mut bytes = [kind; 16];
    bytes[14..].copy_from_slice(&number.to_be_bytes());
    Id(bytes)
}

fn device(number: u16) -> Device {
    let secret = AccountSecret::generate().expect("random bytes");
    let key = DeviceKey::generate().expect("random bytes");
    let cert = secret.certify(id(1, number), id(2, number), &key.public(), 0).expect("a certificate");
    Device { key, cert }
}

/// A group, as its first member, its second and the server have it.
struct Kept {
    devices: Vec<Device>,
    first: Vec<u8>,
    second: Vec<u8>,
    followed: Vec<u8>,
    welcome: Vec<u8>,
    package: PackageSecret,
    commit: Vec<u8>,
    group_info: Vec<u8>,
    sizes: String,
}

fn kept(size: u16) -> &'static Kept {
    static GROUPS: LazyLock<Mutex<HashMap<u16, &'static Kept>>> = LazyLock::new(Mutex::default);
    let mut groups = GROUPS.lock().expect("no bench has panicked");
    groups.entry(size).or_insert_with(|| Box::leak(Box::new(make(size))))
}

fn make(size: u16) -> Kept {
    let devices: Vec<_> = (0..size).map(device).collect();
    let packages: Vec<_> = devices
        .iter()
        .skip(1)
        .map(|one| key_package(SUITE_HYBRID, &one.key, &one.cert).expect("a key package"))
        .collect();
    let mut first = Group::create(CONVERSATION, SUITE_HYBRID, &devices[0].key, &devices[0].cert).expect("a group");
    let add: Vec<_> = packages.iter().map(|(_, message)| message.clone()).collect();
    let begun = first.prepare(&devices[0].key, &add, &[]).expect("a commit");
    first.accept().expect("a pending commit");
    let welcome = begun.welcome.expect("a welcome");
    let package = packages[0].0.clone();
    let (mut second, _) = Group::join(&welcome, std::slice::from_ref(&package), &devices[1].key, &devices[1].cert)
        .expect("a joined group");
    let mut followed = Followed::begin(CONVERSATION, &begun.group_info).expect("a followed group");
    // Some members have made commits, as in a group that is in use: its tree has keys inside.
    for _ in 0..2 {
        let turn = second.prepare(&devices[1].key, &[], &[]).expect("a commit");
        second.accept().expect("a pending commit");
        first.apply(&turn.commit).expect("applied");
        followed = followed.turn(&turn.commit, &turn.group_info).expect("followed").0;
    }
    let states = (first.state().expect("state").to_vec(), second.state().expect("state").to_vec());
    let next = second.prepare(&devices[1].key, &[], &[]).expect("a commit");
    let state = followed.state().expect("state");
    let sizes = format!(
        "{size} members: member's state {} KiB, server's {} KiB; at the beginning commit {} KiB, welcome {} KiB; \
         then a commit {} KiB, GroupInfo {} KiB",
        states.0.len() >> 10,
        state.len() >> 10,
        begun.commit.len() >> 10,
        welcome.len() >> 10,
        next.commit.len() >> 10,
        next.group_info.len() >> 10,
    );
    Kept {
        devices,
        first: states.0,
        second: states.1,
        followed: state,
        welcome,
        package,
        commit: next.commit,
        group_info: next.group_info,
        sizes,
    }
}

fn main() {
    if std::env::args().any(|argument| argument == "--bench") {
        for size in sizes() {
            eprintln!("{}", kept(*size).sizes);
        }
    }
    divan::main();
}

fn message() -> (Device, Bound, Content) {
    let device = device(0);
    let bound =
        Bound { conversation: CONVERSATION, epoch: 1, client_id: id(4, 0), flags: 0, device: device.cert.device };
    (device, bound, Content::Text(Text { text: "Can you look at bed 12?".into(), ..Text::default() }))
}

fn epoch_key() -> content::EpochSecret {
    content::EpochSecret::from_bytes(&[7; 32]).expect("32 bytes")
}

#[divan::bench]
fn message_seal(bencher: Bencher) {
    let (device, bound, content) = message();
    let key = epoch_key();
    bencher.bench(|| content::seal(&key, &device.key, &bound, black_box(&content)));
}

#[divan::bench]
fn message_open(bencher: Bencher) {
    let (device, bound, content) = message();
    let key = epoch_key();
    let sealed = content::seal(&key, &device.key, &bound, &content).expect("sealed");
    bencher.bench(|| content::open(&key, &bound, black_box(&sealed), &device.cert.key).expect("opened"));
}

#[divan::bench]
fn epoch_key_seal_to_account(bencher: Bencher) {
    let keys = AccountSecret::generate().and_then(|secret| secret.public(id(1, 0))).expect("keys");
    let key = epoch_key();
    bencher.bench(|| history::seal_to(&keys, CONVERSATION, 1, black_box(&key)).expect("sealed"));
}

#[divan::bench]
fn epoch_key_open_sealed(bencher: Bencher) {
    let secret = AccountSecret::generate().expect("random bytes");
    let sealed =
        history::seal_to(&secret.public(id(1, 0)).expect("keys"), CONVERSATION, 1, &epoch_key()).expect("sealed");
    bencher.bench(|| history::open_sealed(&secret, CONVERSATION, 1, black_box(&sealed)).expect("opened"));
}

#[divan::bench]
fn epoch_key_unwrap(bencher: Bencher) {
    let secret = AccountSecret::generate().expect("random bytes");
    let wrapped = history::wrap(&secret, CONVERSATION, 1, &epoch_key()).expect("wrapped");
    bencher.bench(|| history::unwrap(&secret, CONVERSATION, 1, black_box(&wrapped)).expect("opened"));
}

#[divan::bench(args = sizes(), sample_count = 10)]
fn group_load(bencher: Bencher, size: u16) {
    let kept = kept(size);
    bencher.bench(|| Group::load(black_box(&kept.first)).expect("loaded"));
}

#[divan::bench(args = sizes(), sample_count = 10)]
fn group_state(bencher: Bencher, size: u16) {
    let group = Group::load(&kept(size).first).expect("loaded");
    bencher.bench(|| group.state().expect("state"));
}

#[divan::bench(args = sizes(), sample_count = 10)]
fn group_join(bencher: Bencher, size: u16) {
    let kept = kept(size);
    let Device { key, cert } = &kept.devices[1];
    bencher.bench(|| Group::join(&kept.welcome, std::slice::from_ref(&kept.package), key, cert).expect("joined"));
}

#[divan::bench(args = sizes(), sample_count = 10)]
fn group_rejoin(bencher: Bencher, size: u16) {
    let kept = kept(size);
    let Device { key, cert } = &kept.devices[2];
    bencher.bench(|| Group::rejoin(&kept.group_info, key, cert).expect("rejoined"));
}

#[divan::bench(args = sizes(), sample_count = 10)]
fn group_prepare_update(bencher: Bencher, size: u16) {
    let kept = kept(size);
    bencher
        .with_inputs(|| Group::load(&kept.second).expect("loaded"))
        .bench_local_refs(|group| group.prepare(&kept.devices[1].key, &[], &[]).expect("a commit"));
}

#[divan::bench(args = sizes(), sample_count = 10)]
fn group_apply(bencher: Bencher, size: u16) {
    let kept = kept(size);
    bencher
        .with_inputs(|| Group::load(&kept.first).expect("loaded"))
        .bench_local_refs(|group| group.apply(&kept.commit).expect("applied"));
}

#[divan::bench(args = sizes(), sample_count = 10)]
fn follow_load(bencher: Bencher, size: u16) {
    let kept = kept(size);
    bencher.bench(|| Followed::load(black_box(&kept.followed)).expect("loaded"));
}

#[divan::bench(args = sizes(), sample_count = 10)]
fn follow_turn(bencher: Bencher, size: u16) {
    let kept = kept(size);
    let followed = Followed::load(&kept.followed).expect("loaded");
    bencher.bench(|| followed.turn(&kept.commit, &kept.group_info).expect("followed"));
}
