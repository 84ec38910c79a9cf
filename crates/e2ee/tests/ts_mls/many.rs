//! A larger group of both sides in which much happens: deep trees with gaps and with leaves that aren't merged yet.

use crate::members::{Commit, GROUP, Ours, Peer, Theirs, agree, turn};
use wardpost_e2ee::follow::Followed;
use wardpost_e2ee::group::{Group, PackageSecret};
use wardpost_e2ee::{Id, account::DeviceCertificate};

/// How much happens.
const STEPS: usize = 30;
/// The group is kept to about this many.
const MANY: usize = 12;

/// The same numbers at each run (xorshift; Marsaglia 2003).
struct Numbers(u32);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 as usize % bound
    }
}

struct House<'p> {
    peer: &'p Peer,
    ours: Vec<(Ours, Group)>,
    theirs: Vec<Theirs<'p>>,
    server: Followed,
    /// The newest GroupInfo.
    info: Vec<u8>,
    /// The number of the last new device.
    last: u8,
    numbers: Numbers,
}

/// Devices that a commit adds.
#[derive(Default)]
struct Newcomers<'p> {
    ours: Vec<(Ours, PackageSecret)>,
    theirs: Vec<Theirs<'p>>,
    packages: Vec<Vec<u8>>,
}

impl<'p> House<'p> {
    fn size(&self) -> usize {
        self.ours.len() + self.theirs.len()
    }

    fn next(&mut self) -> u8 {
        self.last += 1;
        self.last
    }

    fn their_new(&mut self) -> Theirs<'p> {
        let number = self.next();
        Theirs::new(self.peer, &format!("theirs {number}"), number)
    }

    /// None to three new devices.
    fn newcomers(&mut self) -> Newcomers<'p> {
        let mut new = Newcomers::default();
        let count = if self.size() < MANY { self.numbers.below(4) } else { 0 };
        for _ in 0..count {
            if self.numbers.below(2) == 0 {
                let one = Ours::new(self.next());
                let (secret, package) = one.package();
                new.ours.push((one, secret));
                new.packages.push(package);
            } else {
                let one = self.their_new();
                new.packages.push(one.package());
                new.theirs.push(one);
            }
        }
        new
    }

    /// Takes one out of the group who may go: not `but`, and never the last of a side.
    fn somebody(&mut self, but: &DeviceCertificate) -> Option<Removed<'p>> {
        let at = self.numbers.below(self.size());
        if let Some((one, _)) = self.ours.get(at) {
            (self.ours.len() > 1 && one.cert != *but).then(|| {
                let (one, group) = self.ours.remove(at);
                Removed::Ours(Box::new((one.cert, group)))
            })
        } else {
            let at = at - self.ours.len();
            (self.theirs.len() > 1 && self.theirs[at].cert != *but).then(|| Removed::Theirs(self.theirs.remove(at)))
        }
    }

    /// Everybody but the committer applies a commit, the server first; newcomers join.
    fn spread(&mut self, made: &Commit, by: &DeviceCertificate, new: Newcomers<'p>) {
        turn(&mut self.server, &made.commit, &made.group_info, by);
        for (_, group) in self.ours.iter_mut().filter(|(one, _)| one.cert != *by) {
            assert_eq!(group.apply(&made.commit).unwrap().by, *by);
        }
        for one in self.theirs.iter().filter(|one| one.cert != *by) {
            one.apply(&made.commit);
        }
        assert_eq!(made.welcome.is_some(), !new.packages.is_empty());
        let welcome = made.welcome.as_deref().unwrap_or_default();
        for (one, secret) in new.ours {
            let group = one.join(welcome, secret);
            self.ours.push((one, group));
        }
        for one in new.theirs {
            one.join(welcome);
            self.theirs.push(one);
        }
        self.info.clone_from(&made.group_info);
    }

    fn our_commit(&mut self) {
        let at = self.numbers.below(self.ours.len());
        let by = self.ours[at].0.cert.clone();
        let new = self.newcomers();
        let gone = if self.numbers.below(2) == 0 { None } else { self.somebody(&by) };
        let remove: Vec<Id> = gone.iter().map(|gone| gone.cert().device).collect();
        let (one, group) = self.ours.iter_mut().find(|(one, _)| one.cert == by).unwrap();
        let made = Commit::from(group.prepare(&one.key, &new.packages, &remove).unwrap());
        group.accept().unwrap();
        self.spread(&made, &by, new);
        gone.into_iter().for_each(|gone| gone.hears(&made));
    }

    fn their_commit(&mut self) {
        let at = self.numbers.below(self.theirs.len());
        let by = self.theirs[at].cert.clone();
        let gone = self.somebody(&by);
        // They add with a removal only.
        let new = if gone.is_some() { self.newcomers() } else { Newcomers::default() };
        let remove: Vec<_> = gone.iter().map(Removed::cert).collect();
        let one = self.theirs.iter().find(|one| one.cert == by).unwrap();
        let made = one.commit(&new.packages, &remove);
        self.spread(&made, &by, new);
        gone.into_iter().for_each(|gone| gone.hears(&made));
    }

    /// One of ours joins from outside: a new one, or one that lost its state.
    fn our_join(&mut self) {
        let one = if self.size() < MANY && self.numbers.below(2) == 0 {
            Ours::new(self.next())
        } else {
            let at = self.numbers.below(self.ours.len());
            self.ours.remove(at).0
        };
        let (mut group, prepared) = Group::rejoin(&self.info, &one.key, &one.cert).unwrap();
        group.accept().unwrap();
        self.spread(&prepared.into(), &one.cert, Newcomers::default());
        self.ours.push((one, group));
    }

    /// The same, of theirs.
    fn their_join(&mut self) {
        let (one, again) = if self.size() < MANY && self.numbers.below(2) == 0 {
            (self.their_new(), false)
        } else {
            let at = self.numbers.below(self.theirs.len());
            (self.theirs.remove(at), true)
        };
        let made = one.join_externally(&self.info, again);
        self.spread(&made, &one.cert, Newcomers::default());
        self.theirs.push(one);
    }

    fn agrees(&self) {
        let ours: Vec<_> = self.ours.iter().map(|(_, group)| group).collect();
        let theirs: Vec<_> = self.theirs.iter().collect();
        agree(&ours, &theirs, &self.server);
    }
}

/// Somebody who is removed by the next commit.
enum Removed<'p> {
    Ours(Box<(DeviceCertificate, Group)>),
    Theirs(Theirs<'p>),
}

impl Removed<'_> {
    fn cert(&self) -> &DeviceCertificate {
        match self {
            Self::Ours(gone) => &gone.0,
            Self::Theirs(gone) => &gone.cert,
        }
    }
    fn hears(self, made: &Commit) {
        match self {
            Self::Ours(mut gone) => {
                gone.1.apply(&made.commit).unwrap();
                assert!(gone.1.own_removed());
            }
            Self::Theirs(gone) => gone.is_removed_by(&made.commit),
        }
    }
}

#[test]
fn a_larger_group_of_both_stays_at_one_whatever_happens() {
    let peer = Peer::start();
    let anna = Ours::new(1);
    let tim = Theirs::new(&peer, "tim", 2);
    let mut group = anna.create();
    let first = group.prepare(&anna.key, &[tim.package()], &[]).unwrap();
    group.accept().unwrap();
    tim.join(first.welcome.as_deref().unwrap());
    let mut house = House {
        peer: &peer,
        ours: vec![(anna, group)],
        theirs: vec![tim],
        server: Followed::begin(GROUP, &first.group_info).unwrap(),
        info: first.group_info,
        last: 2,
        numbers: Numbers(2_463_534_242),
    };
    let mut largest = 0;
    for _ in 0..STEPS {
        match house.numbers.below(8) {
            0..=2 => house.our_commit(),
            3..=5 => house.their_commit(),
            6 => house.our_join(),
            _ => house.their_join(),
        }
        house.agrees();
        largest = largest.max(house.size());
    }
    assert_eq!(house.server.epoch(), 1 + STEPS as u64);
    assert!(largest >= MANY, "{largest}");
}
