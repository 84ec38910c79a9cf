//! Everything at once, by a die: connections cut, answers lost, devices restored from old state, people added and removed, two
//! who commit at the same time. In the end everybody has the same, once, in order, and only of their time.

use super::{World, person, send, texts_of};
use crate::Id;
use crate::content::Content;
use crate::wire::EntryKind;
use serde_json::json;
use std::collections::BTreeMap;

/// A die that falls the same way each time (xorshift64*).
struct Die(u64);

impl Die {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let wide = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(wide).unwrap() % sides
    }
}

fn run(seed: u64, acts: usize) {
    let mut die = Die(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut w = World::new();
    let mut codes = Vec::new();
    for n in 1..=5 {
        codes.push(w.set_up(person(n)).1);
    }
    // A second device of the first.
    let extra = w.host(person(1));
    w.ask(extra, json!({ "command": "recover", "code": codes[0], "device_name": "second" }));
    let rooms: Vec<String> = (0..3)
        .map(|n| {
            let others: Vec<Id> = (1..=5).filter(|p| *p != n + 1 && p % 3 != n).map(person).collect();
            w.begin(usize::from(n), &others, Some("Ward"))
        })
        .collect();
    let mut old: BTreeMap<usize, BTreeMap<String, Vec<u8>>> = BTreeMap::new();
    let mut said = 0;
    for _ in 0..acts {
        let host = die.throw(w.hosts.len());
        let room = &rooms[die.throw(rooms.len())];
        match die.throw(24) {
            0..=9 => {
                said += 1;
                w.command(host, send(room, &format!("{said} of {host}")));
            }
            10..=14 => {
                // Some frames arrive.
                for _ in 0..die.throw(30) {
                    let to = die.throw(w.hosts.len());
                    w.deliver(to);
                }
            }
            15 => w.cut(host),
            16..=17 => {
                if w.hosts[host].line.is_none() {
                    w.connect(host);
                }
            }
            18 => w.restart(host, None),
            19 => {
                old.insert(host, w.hosts[host].stored.clone());
            }
            20 => {
                if let Some(stored) = old.remove(&host) {
                    w.restart(host, Some(stored));
                }
            }
            21 => {
                let who = person(u8::try_from(die.throw(5)).unwrap() + 1);
                w.command(host, json!({ "command": "add_members", "conversation": room, "persons": [who] }));
            }
            22 => {
                let who = person(u8::try_from(die.throw(5)).unwrap() + 1);
                w.command(host, json!({ "command": "remove_member", "conversation": room, "person": who }));
            }
            _ => w.pass(i64::try_from(die.throw(20_000)).unwrap()),
        }
    }
    for host in 0..w.hosts.len() {
        if w.hosts[host].line.is_none() {
            w.connect(host);
        }
    }
    w.settle();
    for _ in 0..20 {
        w.pass(120_000);
        for host in 0..w.hosts.len() {
            if w.hosts[host].line.is_none() {
                w.connect(host);
            }
        }
        w.settle();
    }
    check(&mut w, &rooms, seed);
}

/// Every device shows exactly what was said in its person's time, in the order of the log.
fn check(w: &mut World, rooms: &[String], seed: u64) {
    for room in rooms {
        let id = Id::parse(room).unwrap();
        for host in 0..w.hosts.len() {
            let me = w.hosts[host].person;
            let spans = w.house.spans(id, me);
            if spans.is_empty() {
                continue;
            }
            // What was written by somebody who was removed meanwhile fails, and says so.
            let shown: Vec<String> = w.texts(host, room).into_iter().filter(|t| t != "<failed >").collect();
            let in_time = |seq: u64| spans.iter().any(|(since, until)| seq >= *since && until.is_none_or(|u| seq <= u));
            let log = w.house.log(id).to_vec();
            let count = log.iter().filter(|e| e.kind == EntryKind::Message && e.flags == 0 && in_time(e.seq)).count();
            assert_eq!(shown.len(), count, "seed {seed}, room {room}, host {host}: {shown:?}");
            assert!(shown.iter().all(|t| !t.starts_with('<')), "seed {seed}, host {host}: {shown:?}");
            let mut once = shown.clone();
            once.sort();
            once.dedup();
            assert_eq!(once.len(), shown.len(), "seed {seed}: nothing twice");
            let engine = &w.hosts[host].engine.rooms[&id];
            let waiting: Vec<_> =
                engine.outbox.iter().filter(|o| !o.failed && matches!(o.content, Content::Text(_))).collect();
            assert!(waiting.is_empty() || !engine.summary.member, "seed {seed}, host {host}: {} wait", waiting.len());
        }
        // The same order everywhere: compare whoever was there from the beginning.
        let whole: Vec<Vec<String>> = (0..w.hosts.len())
            .filter(|h| w.house.spans(id, w.hosts[*h].person) == [(1, None)])
            .collect::<Vec<_>>()
            .into_iter()
            .map(|h| texts_of(&w.ask(h, json!({ "command": "open", "conversation": room }))["ok"]))
            .map(|texts| texts.into_iter().filter(|t| t != "<failed >").collect())
            .collect();
        for pair in whole.windows(2) {
            assert_eq!(pair[0], pair[1], "seed {seed}");
        }
    }
}

#[test]
fn whatever_breaks_everybody_has_the_same_in_the_end() {
    for seed in 1..=12 {
        run(seed, 250);
    }
}
