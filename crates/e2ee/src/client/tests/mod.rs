//! Clients against a server in memory: what people do, and what may go wrong between.

mod chaos;
mod house;

use super::api::Status;
use super::{Engine, Output};
use crate::Id;
use crate::wire::encode;
use house::House;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

/// A browser: an engine, what it has stored, and what it said.
pub struct Host {
    pub person: Id,
    pub engine: Engine,
    pub stored: BTreeMap<String, Vec<u8>>,
    pub line: Option<u32>,
    pub answers: HashMap<u32, Value>,
    pub conversations: Vec<Value>,
    pub timelines: BTreeMap<String, Value>,
    pub links: Vec<Value>,
    next: u32,
}

/// People, their devices, and the server.
pub struct World {
    pub house: House,
    pub hosts: Vec<Host>,
    pub now_ms: i64,
}

pub fn person(n: u8) -> Id {
    Id([n; 16])
}

impl World {
    pub fn new() -> Self {
        let mut house = House::default();
        house.now_us = 1_700_000_000_000_000;
        Self { house, hosts: Vec::new(), now_ms: 1_700_000_000_000 }
    }
    pub fn host(&mut self, person: Id) -> usize {
        self.hosts.push(Host {
            person,
            engine: Engine::new(Vec::new()).unwrap(),
            stored: BTreeMap::new(),
            line: None,
            answers: HashMap::new(),
            conversations: Vec::new(),
            timelines: BTreeMap::new(),
            links: Vec::new(),
            next: 0,
        });
        self.connect(self.hosts.len() - 1);
        self.settle();
        self.hosts.len() - 1
    }
    /// A person with a first device; gives the device and the recovery code.
    pub fn set_up(&mut self, person: Id) -> (usize, String) {
        let host = self.host(person);
        let answer = self.ask(host, json!({ "command": "set_up", "device_name": "first" }));
        (host, answer["ok"]["recovery_code"].as_str().unwrap().to_owned())
    }
    pub fn connect(&mut self, host: usize) {
        let line = self.house.connect(self.hosts[host].person);
        self.hosts[host].line = Some(line);
        self.hosts[host].engine.connected(self.now_ms);
    }
    pub fn cut(&mut self, host: usize) {
        if let Some(line) = self.hosts[host].line.take() {
            self.house.disconnect(line);
            self.hosts[host].engine.disconnected();
            self.drain(host);
        }
    }
    /// The program ends and starts again with what it has stored.
    pub fn restart(&mut self, host: usize, stored: Option<BTreeMap<String, Vec<u8>>>) {
        self.cut(host);
        let h = &mut self.hosts[host];
        if let Some(stored) = stored {
            h.stored = stored;
        }
        h.engine = Engine::new(h.stored.clone().into_iter().collect()).unwrap();
        h.conversations.clear();
        h.timelines.clear();
        self.connect(host);
    }
    pub fn command(&mut self, host: usize, command: Value) -> u32 {
        let h = &mut self.hosts[host];
        h.next += 1;
        let id = h.next;
        h.engine.command(id, &command.to_string(), self.now_ms);
        self.drain(host);
        id
    }
    /// A command, until it is answered.
    pub fn ask(&mut self, host: usize, command: Value) -> Value {
        let id = self.command(host, command.clone());
        self.settle();
        self.hosts[host].answers.remove(&id).unwrap_or_else(|| panic!("no answer to {command}"))
    }
    /// What an engine wants done: stored first, then sent.
    pub fn drain(&mut self, host: usize) {
        let Output { writes, frames, events, close, .. } = self.hosts[host].engine.drain();
        let h = &mut self.hosts[host];
        for (name, value) in writes {
            match value {
                Some(value) => h.stored.insert(name, value),
                None => h.stored.remove(&name),
            };
        }
        for event in events {
            let event: Value = serde_json::from_str(&event).unwrap();
            if let Some(id) = event.get("answer").and_then(Value::as_u64) {
                h.answers.insert(u32::try_from(id).unwrap(), event);
            } else if event["event"] == "conversations" {
                h.conversations = event["conversations"].as_array().unwrap().clone();
            } else if event["event"] == "timeline" {
                let id = event["timeline"]["conversation"].as_str().unwrap().to_owned();
                h.timelines.insert(id, event["timeline"].clone());
            } else if event["event"] == "link" {
                h.links.push(event["link"].clone());
            }
        }
        if let Some(line) = h.line {
            for frame in frames {
                self.house.frame(line, &frame);
            }
        }
        if close {
            self.cut(host);
        }
    }
    /// One frame of the server to one host; says whether there was one.
    pub fn deliver(&mut self, host: usize) -> bool {
        let Some(line) = self.hosts[host].line else { return false };
        let Some(out) = self.house.lines.get_mut(&line).map(|l| &mut l.out).filter(|o| !o.is_empty()) else {
            return false;
        };
        let frame = encode(&out.remove(0));
        self.now_ms += 1;
        self.hosts[host].engine.receive(&frame, self.now_ms);
        self.drain(host);
        true
    }
    /// Until nothing is on the way any more.
    pub fn settle(&mut self) {
        for _ in 0..20_000 {
            let mut any = false;
            for host in 0..self.hosts.len() {
                any |= self.deliver(host);
            }
            if !any {
                return;
            }
        }
        panic!("it never settles");
    }
    /// Time passes, with everybody's timers.
    pub fn pass(&mut self, ms: i64) {
        self.now_ms += ms;
        for host in 0..self.hosts.len() {
            self.hosts[host].engine.tick(self.now_ms);
            self.drain(host);
        }
        self.settle();
    }
    pub fn begin(&mut self, host: usize, with: &[Id], subject: Option<&str>) -> String {
        let answer = self.ask(
            host,
            json!({ "command": "create", "kind": "group", "members": with, "patient": null, "subject": subject }),
        );
        answer["ok"]["conversation"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }
    pub fn say(&mut self, host: usize, conversation: &str, text: &str) -> String {
        let answer = self.ask(host, send(conversation, text));
        answer["ok"]["id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }
    /// All texts that a host can read, oldest first, with what can't be read as its reason.
    pub fn texts(&mut self, host: usize, conversation: &str) -> Vec<String> {
        let mut timeline = self.ask(host, json!({ "command": "open", "conversation": conversation }));
        while timeline["ok"]["more"] == true {
            timeline = self.ask(host, json!({ "command": "older", "conversation": conversation }));
        }
        // What was missing at the first look may have come since.
        self.settle();
        let timeline = self.ask(host, json!({ "command": "open", "conversation": conversation }));
        texts_of(&timeline["ok"])
    }
}

pub fn send(conversation: &str, text: &str) -> Value {
    json!({ "command": "send", "conversation": conversation, "text": text, "urgent": false, "reply_to": null, "mentions": [] })
}

pub fn texts_of(timeline: &Value) -> Vec<String> {
    let items = timeline["items"].as_array().unwrap_or_else(|| panic!("{timeline}"));
    items
        .iter()
        .filter(|i| i["kind"] == "message")
        .map(|i| match i["state"].as_str().unwrap() {
            "sent" => i["text"].as_str().unwrap().to_owned(),
            state => format!("<{state} {}>", i["why"].as_str().unwrap_or_default()),
        })
        .collect()
}

#[test]
fn two_people_converse_and_see_who_has_read() {
    let mut w = World::new();
    let (a, _) = w.set_up(person(1));
    let (b, _) = w.set_up(person(2));
    let c = w.begin(a, &[person(2)], Some("Night shift"));
    let id = w.say(a, &c, "Is bed 4 free?");
    assert_eq!(w.hosts[b].conversations[0]["unread"], 1);
    w.ask(b, json!({ "command": "read", "conversation": c, "seq": 3 }));
    assert_eq!(w.hosts[b].conversations[0]["unread"], 0);
    w.say(b, &c, "Yes, since noon");
    assert_eq!(w.texts(a, &c), ["Is bed 4 free?", "Yes, since noon"]);
    assert_eq!(w.texts(b, &c), ["Is bed 4 free?", "Yes, since noon"]);
    assert_eq!(w.hosts[b].conversations[0]["subject"], "Night shift");
    let timeline = w.ask(a, json!({ "command": "open", "conversation": c }));
    let message = timeline["ok"]["items"].as_array().unwrap().iter().find(|i| i["id"] == id.as_str()).unwrap().clone();
    assert_eq!(message["read"][0]["person"], person(2).to_string());
}

#[test]
fn the_server_gets_no_words() {
    let mut w = World::new();
    let (a, _) = w.set_up(person(1));
    let (_b, _) = w.set_up(person(2));
    let c = w.begin(a, &[person(2)], Some("plantedsubject"));
    w.say(a, &c, "plantedword");
    for body in w.house.bodies() {
        assert!(!body.windows(7).any(|w| w == b"planted"));
    }
    for value in w.hosts[a].stored.values() {
        assert!(!value.windows(7).any(|w| w == b"planted"), "what is stored here is sealed too");
    }
}

#[test]
fn edits_deletions_reactions_and_pins_show_at_everybody() {
    let mut w = World::new();
    let (a, _) = w.set_up(person(1));
    let (b, _) = w.set_up(person(2));
    let c = w.begin(a, &[person(2)], None);
    let one = w.say(a, &c, "10 mg");
    let two = w.say(a, &c, "wrong window");
    w.ask(a, json!({ "command": "edit", "conversation": c, "id": one, "text": "1 mg" }));
    w.ask(a, json!({ "command": "delete", "conversation": c, "id": two }));
    w.ask(b, json!({ "command": "react", "conversation": c, "id": one, "emoji": "👍", "on": true }));
    w.ask(b, json!({ "command": "pin", "conversation": c, "id": one, "on": true }));
    // What isn't one's own one can't change.
    assert_eq!(
        w.ask(b, json!({ "command": "edit", "conversation": c, "id": one, "text": "9 mg" }))["error"],
        "not_allowed"
    );
    let timeline = w.ask(b, json!({ "command": "open", "conversation": c }));
    let items: Vec<&Value> =
        timeline["ok"]["items"].as_array().unwrap().iter().filter(|i| i["kind"] == "message").collect();
    assert_eq!(items[0]["text"], "1 mg");
    assert!(items[0]["edited_at"].is_number());
    assert_eq!(items[0]["pinned"], true);
    assert_eq!(items[0]["reactions"][0]["persons"][0], person(2).to_string());
    assert_eq!(items[1]["deleted"], true);
    assert_eq!(items[1]["text"], "");
}

#[test]
fn who_is_added_reads_from_then_on_and_who_is_removed_until_then() {
    let mut w = World::new();
    let (a, _) = w.set_up(person(1));
    let (b, _) = w.set_up(person(2));
    let (d, _) = w.set_up(person(3));
    let c = w.begin(a, &[person(2)], Some("Ward 3"));
    w.say(a, &c, "before");
    w.ask(a, json!({ "command": "add_members", "conversation": c, "persons": [person(3)] }));
    w.say(b, &c, "between");
    assert_eq!(w.texts(d, &c), ["between"]);
    assert_eq!(w.hosts[d].conversations[0]["subject"], "Ward 3");
    w.ask(a, json!({ "command": "remove_member", "conversation": c, "person": person(3) }));
    w.say(a, &c, "after");
    assert_eq!(w.texts(d, &c), ["between"]);
    assert_eq!(w.texts(b, &c), ["before", "between", "after"]);
    assert_eq!(w.hosts[d].conversations[0]["member"], false);
    assert_eq!(w.ask(d, send(&c, "still here?"))["error"], "not_allowed");
}

#[test]
fn a_device_that_is_linked_by_numbers_has_the_history() {
    let mut w = World::new();
    let (a, _) = w.set_up(person(1));
    let (b, _) = w.set_up(person(2));
    let c = w.begin(a, &[person(2)], Some("History"));
    w.say(a, &c, "one");
    w.say(b, &c, "two");
    let a2 = w.host(person(1));
    assert!(matches!(w.hosts[a2].engine.status(), Status::NewDevice { other_devices: true, .. }));
    w.ask(a2, json!({ "command": "link_begin", "device_name": "phone" }));
    let shown = |h: &Host| h.links.iter().find(|l| l["state"] == "compare").unwrap()["numbers"].clone();
    assert_eq!(shown(&w.hosts[a]), shown(&w.hosts[a2]));
    w.ask(a, json!({ "command": "link_decide", "same": true }));
    assert!(
        matches!(w.hosts[a2].engine.status(), Status::Ready { online: true, .. }),
        "{:?}",
        w.hosts[a2].engine.status()
    );
    assert_eq!(w.texts(a2, &c), ["one", "two"]);
    w.say(a2, &c, "three, from the phone");
    assert_eq!(w.texts(a, &c), ["one", "two", "three, from the phone"]);
    assert_eq!(w.texts(b, &c), ["one", "two", "three, from the phone"]);
}

#[test]
fn numbers_that_differ_link_nothing() {
    let mut w = World::new();
    let (a, _) = w.set_up(person(1));
    let a2 = w.host(person(1));
    w.ask(a2, json!({ "command": "link_begin", "device_name": "phone" }));
    w.ask(a, json!({ "command": "link_decide", "same": false }));
    assert!(matches!(w.hosts[a2].engine.status(), Status::NewDevice { .. }));
    assert_eq!(w.hosts[a2].links.last().unwrap()["state"], "failed");
}

#[test]
fn the_recovery_code_brings_everything_back_when_every_device_is_lost() {
    let mut w = World::new();
    let (a, code) = w.set_up(person(1));
    let (b, _) = w.set_up(person(2));
    let c = w.begin(a, &[person(2)], Some("Lost phone"));
    w.say(b, &c, "one");
    // Nobody of person 1 is there while the epoch turns and somebody writes.
    w.cut(a);
    let (_d, _) = w.set_up(person(3));
    w.ask(b, json!({ "command": "add_members", "conversation": c, "persons": [person(3)] }));
    w.say(b, &c, "two");
    let new = w.host(person(1));
    assert_eq!(
        w.ask(new, json!({ "command": "recover", "code": "0000-0000", "device_name": "new" }))["error"],
        "wrong_code"
    );
    let answer = w.ask(new, json!({ "command": "recover", "code": code, "device_name": "new" }));
    assert!(answer["ok"].is_object(), "{answer}");
    assert_eq!(w.texts(new, &c), ["one", "two"]);
    w.say(new, &c, "three");
    assert_eq!(w.texts(b, &c), ["one", "two", "three"]);
}

#[test]
fn a_removed_device_is_out_at_once_and_nothing_is_sealed_to_it_any_more() {
    let mut w = World::new();
    let (a, code) = w.set_up(person(1));
    let (b, _) = w.set_up(person(2));
    let a2 = w.host(person(1));
    w.ask(a2, json!({ "command": "recover", "code": code, "device_name": "tablet" }));
    let c = w.begin(b, &[person(1)], None);
    w.say(a2, &c, "from the tablet");
    let Status::Ready { me, .. } = w.hosts[a2].engine.status().clone() else { panic!() };
    let room = Id::parse(&c).unwrap();
    assert!(w.house.devices_in(room).contains(&me.device));
    w.ask(a, json!({ "command": "remove_device", "device": me.device }));
    assert!(matches!(w.hosts[a2].engine.status(), Status::Over { .. }));
    assert!(w.hosts[a2].stored.is_empty(), "what it had is gone");
    w.say(b, &c, "after the loss");
    assert!(!w.house.devices_in(room).contains(&me.device));
    assert_eq!(w.texts(a, &c), ["from the tablet", "after the loss"]);
}

#[test]
fn what_is_written_offline_is_sent_later_once_and_in_order() {
    let mut w = World::new();
    let (a, _) = w.set_up(person(1));
    let (b, _) = w.set_up(person(2));
    let c = w.begin(a, &[person(2)], None);
    w.cut(a);
    for n in 0..20 {
        w.command(a, send(&c, &format!("message {n}")));
    }

    w.say(b, &c, "meanwhile");
    // Kept over a restart, too.
    w.restart(a, None);
    w.settle();
    let expected: Vec<String> =
        std::iter::once("meanwhile".to_owned()).chain((0..20).map(|n| format!("message {n}"))).collect();
    assert_eq!(w.texts(b, &c), expected);
    assert_eq!(w.texts(a, &c), expected);
}

#[test]
fn who_leaves_reads_no_more_and_the_next_message_turns_the_epoch() {
    let mut w = World::new();
    let (a, _) = w.set_up(person(1));
    let (b, _) = w.set_up(person(2));
    let (d, _) = w.set_up(person(3));
    let c = w.begin(a, &[person(2), person(3)], None);
    w.say(d, &c, "goodbye");
    w.ask(d, json!({ "command": "leave", "conversation": c }));
    w.say(a, &c, "she is gone");
    assert_eq!(w.texts(b, &c), ["goodbye", "she is gone"]);
    assert_eq!(w.texts(d, &c), ["goodbye"]);
}

#[test]
fn a_search_finds_what_was_said_long_ago_on_another_device() {
    let mut w = World::new();
    let (a, code) = w.set_up(person(1));
    let (b, _) = w.set_up(person(2));
    let c = w.begin(a, &[person(2)], None);
    w.say(b, &c, "The Potassium is 5.9");
    for n in 0..150 {
        w.say(a, &c, &format!("later {n}"));
    }
    let new = w.host(person(1));
    w.ask(new, json!({ "command": "recover", "code": code, "device_name": "new" }));
    let answer = w.ask(new, json!({ "command": "search", "text": "potassium", "conversation": null }));
    let hits = answer["ok"]["hits"].as_array().unwrap();
    assert_eq!(hits.len(), 1);
    assert_eq!(hits[0]["text"], "The Potassium is 5.9");
    assert_eq!(hits[0]["marks"], json!([[4, 13]]));
}

#[test]
fn a_frame_that_makes_no_sense_ends_the_connection_and_nothing_else() {
    let mut w = World::new();
    let (a, _) = w.set_up(person(1));
    let now = w.now_ms;
    w.hosts[a].engine.receive(b"\xff\xff\xff", now);
    assert!(w.hosts[a].engine.drain().close);
    w.cut(a);
    w.connect(a);
    w.settle();
    assert!(matches!(w.hosts[a].engine.status(), Status::Ready { online: true, .. }));
}

#[test]
fn what_is_unread_is_counted_once_whatever_the_order_of_what_the_server_says() {
    let mut w = World::new();
    let (a, _) = w.set_up(person(1));
    let (b, _) = w.set_up(person(2));
    let c = w.begin(a, &[person(2)], None);
    // The list as it was before the message arrives after it.
    let late = w.house.summary(Id::parse(&c).unwrap(), person(2));
    w.say(a, &c, "one");
    w.hosts[b].engine.summary(late);
    w.drain(b);
    assert_eq!(w.hosts[b].conversations[0]["unread"], 1);
    // The list as it is now arrives before what it counts.
    w.cut(b);
    w.say(a, &c, "two");
    w.connect(b);
    w.settle();
    assert_eq!(w.hosts[b].conversations[0]["unread"], 2);
}
