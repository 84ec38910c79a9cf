//! Devices on two nodes over one PostgreSQL, while nodes are killed, connections cut, devices restored from old state, people
//! added and removed. `WARDPOST_FULL_CHAOS=1` runs it for ten minutes with 20 devices in 10 conversations.

use super::host::{Device, Stored};
use super::{begin, id_of};
use crate::harness::{House, Node, Person};
use crate::nodes::Databases;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// A die that falls the same way each time (xorshift64*); what the network makes of it differs.
struct Die(u64);

impl Die {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33).unwrap() % sides
    }
}

struct Someone {
    person: Person,
    id: String,
    devices: Vec<Device>,
}

/// How much of it.
struct Measure {
    people: usize,
    conversations: usize,
    time: Duration,
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_breaks_every_device_shows_the_same_in_the_end() {
    let full = std::env::var_os("WARDPOST_FULL_CHAOS").is_some();
    let measure = if full {
        Measure { people: 10, conversations: 10, time: Duration::from_secs(600) }
    } else {
        Measure { people: 4, conversations: 3, time: Duration::from_secs(12) }
    };
    let databases = Databases::new().await;
    let house = House::with("", databases.environment());
    house.configure("other.toml", "two", "");
    let configs = ["node.toml", "other.toml"];
    let mut nodes: Vec<Node> = configs.iter().map(|c| house.start_with(c)).collect();

    let mut people = Vec::new();
    for n in 0..measure.people {
        let mut person = house.person(&nodes[n % 2], "clinician", &format!("person{n}")).await;
        let id = id_of(&mut person).await;
        let mut first = Device::start(&person, &nodes[n % 2]);
        let code = first.set_up().await;
        let mut second = Device::start(&person, &nodes[(n + 1) % 2]);
        second.recover(&code).await;
        people.push(Someone { person, id, devices: vec![first, second] });
    }
    let mut talks = Vec::new();
    for n in 0..measure.conversations {
        let others: Vec<&str> =
            people.iter().map(|p| p.id.as_str()).filter(|id| *id != people[n % people.len()].id).collect();
        talks.push(begin(&people[n % people.len()].devices[0], &others, "plantedsubject").await);
    }

    let mut die = Die(0x5EED);
    let mut old: BTreeMap<(usize, usize), Stored> = BTreeMap::new();
    let (began, mut said) = (Instant::now(), 0);
    while began.elapsed() < measure.time {
        let (who, which) = (die.throw(people.len()), die.throw(2));
        let device = &people[who].devices[which];
        let talk = &talks[die.throw(talks.len())];
        match die.throw(100) {
            0..=79 => {
                said += 1;
                // Whether it may is for the client and the server to say.
                let text = format!("planted {said}");
                device
                    .ask(json!({ "command": "send", "conversation": talk, "text": text, "urgent": false,
                        "reply_to": null, "mentions": [] }))
                    .await;
            }
            80..=83 => device.cut(),
            84..=88 => device.turn_to(&nodes[die.throw(2)]),
            89..=90 => {
                old.insert((who, which), device.snapshot().await);
            }
            91 => {
                if let Some(stored) = old.remove(&(who, which)) {
                    device.restore(stored);
                }
            }
            92..=94 => {
                let whom = people[die.throw(people.len())].id.clone();
                device.ask(json!({ "command": "add_members", "conversation": talk, "persons": [whom] })).await;
            }
            95..=96 => {
                let whom = people[die.throw(people.len())].id.clone();
                device.ask(json!({ "command": "remove_member", "conversation": talk, "person": whom })).await;
            }
            97 => {
                let n = die.throw(2);
                nodes.remove(n).kill();
                nodes.insert(n, house.start_with(configs[n]));
                for (p, someone) in people.iter().enumerate() {
                    for (d, device) in someone.devices.iter().enumerate() {
                        device.turn_to(&nodes[(p + d) % 2]);
                    }
                }
            }
            _ => tokio::time::sleep(Duration::from_millis(u64::try_from(die.throw(200)).unwrap())).await,
        }
    }
    for (p, someone) in people.iter_mut().enumerate() {
        for (d, device) in someone.devices.iter_mut().enumerate() {
            device.turn_to(&nodes[(p + d) % 2]);
            device.until("ready").await;
        }
    }
    for talk in &talks {
        settled(&people, talk).await;
    }
    // What the server has and says holds no word: databases, logs, and what is in its memory.
    for node in &nodes {
        assert!(!memory_holds(node, b"planted"), "a node's memory holds words");
        let log = std::fs::read_to_string(&node.log).unwrap();
        assert!(!log.contains("planted"), "a log holds words");
    }
    assert!(!databases.dump().contains("planted"), "a database holds words");
    for node in nodes {
        node.stop();
    }
    assert!(people.iter().all(|p| !p.person.login.is_empty()));
}

/// Waits until all devices of each person show the same, and those who were there all the time the same as each other; then
/// looks whether anything is there twice.
async fn settled(people: &[Someone], talk: &str) {
    let began = Instant::now();
    loop {
        let mut wrong = Vec::new();
        let mut whole: BTreeSet<Vec<String>> = BTreeSet::new();
        for someone in people {
            let mut shown = Vec::new();
            for device in &someone.devices {
                let texts = device.texts(talk).await.unwrap_or_default();
                // What was written after a removal fails on the device that wrote it, and says so.
                shown.push(texts.into_iter().filter(|t| t != "<failed >").collect::<Vec<_>>());
            }
            if shown[0] != shown[1] {
                wrong.push(format!("{}: two devices differ: {:?} and {:?}", someone.id, shown[0], shown[1]));
            }
            for texts in &shown {
                if texts.iter().any(|t| t.starts_with('<')) {
                    wrong.push(format!("{}: {texts:?}", someone.id));
                }
                let sent: Vec<&String> = texts.iter().filter(|t| !t.starts_with('<')).collect();
                let once: BTreeSet<&&String> = sent.iter().collect();
                assert_eq!(once.len(), sent.len(), "{}: something is there twice: {texts:?}", someone.id);
            }
            if always_there(&someone.devices[0], talk, &someone.id).await {
                whole.extend(shown);
            }
        }
        if whole.len() > 1 {
            wrong.push(format!("those who were always there differ: {whole:?}"));
        }
        if wrong.is_empty() {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{talk}: {wrong:#?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Whether nobody ever removed somebody from a conversation, by what its log tells on their device.
async fn always_there(device: &Device, talk: &str, id: &str) -> bool {
    let timeline = device.ask(json!({ "command": "open", "conversation": talk })).await;
    let Some(items) = timeline["ok"]["items"].as_array() else { return false };
    let removed = |i: &Value| i["notice"] == "removed" && i["persons"].as_array().unwrap().iter().any(|p| p == id);
    let begun = items.iter().any(|i| i["notice"] == "begun");
    begun && !items.iter().any(removed)
}

/// Whether a process has these bytes anywhere in what it may write to.
fn memory_holds(node: &Node, needle: &[u8]) -> bool {
    use std::os::unix::fs::FileExt as _;
    let maps = std::fs::read_to_string(format!("/proc/{}/maps", node.pid())).unwrap();
    let memory = std::fs::File::open(format!("/proc/{}/mem", node.pid())).unwrap();
    let writable = maps.lines().filter(|l| l.split(' ').nth(1).is_some_and(|p| p.starts_with("rw")));
    for line in writable {
        let (from, to) = line.split(' ').next().unwrap().split_once('-').unwrap();
        let (mut at, to) = (u64::from_str_radix(from, 16).unwrap(), u64::from_str_radix(to, 16).unwrap());
        let mut page = vec![0; 1 << 20];
        while at < to {
            let most = usize::try_from((to - at).min(1 << 20)).unwrap();
            // Guard pages and what went meanwhile don't read.
            let Ok(read) = memory.read_at(&mut page[..most], at) else { break };
            if read == 0 {
                break;
            }
            if page[..read].windows(needle.len()).any(|w| w == needle) {
                return true;
            }
            // Words that lie across two pieces are found too.
            at += u64::try_from(read.saturating_sub(needle.len() - 1).max(1)).unwrap();
        }
    }
    false
}
