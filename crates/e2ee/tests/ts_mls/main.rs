//! Groups with members of another implementation: ts-mls, run by Node, of which `tests/mls-interop` tells. After every step
//! both sides are of the same epoch, have exported the same key and see the same devices; and the server, which follows,
//! agrees.
//!
//! What ts-mls can't do, or does otherwise:
//! - A commit that only adds has no update path, which RFC 9420 leaves to the committer (section 12.4), and which our side
//!   refuses: every commit of ours brings new keys. So ts-mls adds together with a removal.
//! - It takes part in suite 1 only. Under the number of our post-quantum suite it knows another one.

#![expect(clippy::unwrap_used, reason = "tests")]

mod many;
mod members;

use members::{GROUP, Ours, Peer, Theirs, agree, bytes, commit, hex, turn};
use serde_json::json;
use wardpost_e2ee::Error;
use wardpost_e2ee::follow::{Followed, check_key_package};
use wardpost_e2ee::group::{Group, Prepared};
use wardpost_e2ee::wire::SUITE_CLASSIC;

#[test]
fn each_side_reads_the_messages_of_the_other() {
    let peer = Peer::start();
    let (anna, tim) = (Ours::new(1), Theirs::new(&peer, "tim", 2));
    let again = |message: &[u8]| {
        let answer = tim.ask("again", json!({ "message": hex(message) }));
        assert_eq!(bytes(&answer["message"]), message);
        answer["kind"].as_str().unwrap().to_owned()
    };
    assert_eq!(again(&anna.package().1), "mls_key_package");
    let info = check_key_package(&tim.package(), &tim.cert).unwrap();
    assert_eq!(info.suite, SUITE_CLASSIC);
    assert_eq!(check_key_package(&tim.package(), &anna.cert), Err(Error::Forged("credential of a key package")));
    let mut group = anna.create();
    let prepared = group.prepare(&anna.key, &[tim.package()], &[]).unwrap();
    assert_eq!(again(&prepared.commit), "mls_public_message");
    assert_eq!(again(&prepared.group_info), "mls_group_info");
    assert_eq!(again(&prepared.welcome.unwrap()), "mls_welcome");
}

#[test]
fn they_join_our_group_and_commits_go_both_ways() {
    let peer = Peer::start();
    let (anna, bert) = (Ours::new(1), Ours::new(2));
    let (tim, tess) = (Theirs::new(&peer, "tim", 3), Theirs::new(&peer, "tess", 4));
    let mut of_anna = anna.create();
    // The first commit adds one of ours and one of theirs; the server begins with the group as it then is.
    let (secret, package) = bert.package();
    let first = of_anna.prepare(&anna.key, &[package, tim.package()], &[]).unwrap();
    let mut server = Followed::begin(GROUP, &first.group_info).unwrap();
    of_anna.accept().unwrap();
    let welcome = first.welcome.unwrap();
    let mut of_bert = bert.join(&welcome, secret);
    tim.join(&welcome);
    agree(&[&of_anna, &of_bert], &[&tim], &server);
    // New keys, by each of ours.
    let made = commit(&anna, &mut of_anna, &mut server, &[], &[]);
    of_bert.apply(&made.commit).unwrap();
    tim.apply(&made.commit);
    agree(&[&of_anna, &of_bert], &[&tim], &server);
    let made = commit(&bert, &mut of_bert, &mut server, &[], &[]);
    of_anna.apply(&made.commit).unwrap();
    tim.apply(&made.commit);
    agree(&[&of_anna, &of_bert], &[&tim], &server);
    // New keys, by theirs.
    let made = tim.commit(&[], &[]);
    turn(&mut server, &made.commit, &made.group_info, &tim.cert);
    for group in [&mut of_anna, &mut of_bert] {
        assert_eq!(group.apply(&made.commit).unwrap().by, tim.cert);
    }
    agree(&[&of_anna, &of_bert], &[&tim], &server);
    // Theirs removes one of ours and adds one of theirs.
    let made = tim.commit(&[tess.package()], &[&bert.cert]);
    turn(&mut server, &made.commit, &made.group_info, &tim.cert);
    let applied = of_anna.apply(&made.commit).unwrap();
    assert_eq!((applied.added, applied.removed), (vec![tess.cert.clone()], vec![bert.cert.clone()]));
    tess.join(&made.welcome.unwrap());
    agree(&[&of_anna], &[&tim, &tess], &server);
    of_bert.apply(&made.commit).unwrap();
    assert!(of_bert.own_removed());
    assert_eq!(of_bert.key(), Err(Error::NoKey("removed from the group")));
    // The second of theirs takes part like the first.
    let made = tess.commit(&[], &[]);
    turn(&mut server, &made.commit, &made.group_info, &tess.cert);
    of_anna.apply(&made.commit).unwrap();
    tim.apply(&made.commit);
    agree(&[&of_anna], &[&tim, &tess], &server);
    // Who was removed can't follow.
    assert_eq!(of_bert.apply(&made.commit), Err(Error::Refused("removed from the group")));
    assert!(of_bert.epoch() < server.epoch());
}

#[test]
fn we_join_their_group_by_welcome() {
    let peer = Peer::start();
    let (anna, bert) = (Ours::new(1), Ours::new(2));
    let (tim, tess) = (Theirs::new(&peer, "tim", 3), Theirs::new(&peer, "tess", 4));
    // The server begins with the first commit.
    let info = bytes(&tim.ask("create", json!({ "group": hex(&GROUP.0) })));
    assert_eq!(Followed::begin(GROUP, &info).err(), Some(Error::Refused("epoch")));
    let mut server = Followed::begin(GROUP, &tim.commit(&[], &[]).group_info).unwrap();
    // A commit that only adds has no update path, and our server wants one.
    let (_, package) = bert.package();
    let pathless = tim.commit(&[package], &[]);
    assert_eq!(
        server.turn(&pathless.commit, &pathless.group_info).err(),
        Some(Error::Refused("a commit without new keys"))
    );
    // Begun anew: ours comes from outside, then theirs removes and adds.
    tim.ask("create", json!({ "group": hex(&GROUP.0) }));
    let info = tim.commit(&[], &[]).group_info;
    server = Followed::begin(GROUP, &info).unwrap();
    let (mut of_bert, rejoin) = Group::rejoin(&info, &bert.key, &bert.cert).unwrap();
    turn(&mut server, &rejoin.commit, &rejoin.group_info, &bert.cert);
    of_bert.accept().unwrap();
    tim.apply(&rejoin.commit);
    agree(&[&of_bert], &[&tim], &server);
    let (secret, package) = anna.package();
    let made = tim.commit(&[package, tess.package()], &[&bert.cert]);
    turn(&mut server, &made.commit, &made.group_info, &tim.cert);
    let welcome = made.welcome.unwrap();
    let mut of_anna = anna.join(&welcome, secret);
    tess.join(&welcome);
    agree(&[&of_anna], &[&tim, &tess], &server);
    let made = commit(&anna, &mut of_anna, &mut server, &[], &[]);
    tim.apply(&made.commit);
    tess.apply(&made.commit);
    agree(&[&of_anna], &[&tim, &tess], &server);
}

#[test]
fn each_side_joins_from_outside_and_again() {
    let peer = Peer::start();
    let (anna, bert) = (Ours::new(1), Ours::new(2));
    let tim = Theirs::new(&peer, "tim", 3);
    let mut of_anna = anna.create();
    let first = commit_first(&anna, &mut of_anna);
    let mut server = Followed::begin(GROUP, &first.group_info).unwrap();
    // Theirs joins from outside.
    let made = tim.join_externally(&first.group_info, false);
    turn(&mut server, &made.commit, &made.group_info, &tim.cert);
    let applied = of_anna.apply(&made.commit).unwrap();
    assert!(applied.external);
    assert_eq!((applied.by, applied.added), (tim.cert.clone(), vec![tim.cert.clone()]));
    agree(&[&of_anna], &[&tim], &server);
    // Ours joins from outside, by the GroupInfo of theirs.
    let (mut of_bert, joined) = Group::rejoin(&made.group_info, &bert.key, &bert.cert).unwrap();
    turn(&mut server, &joined.commit, &joined.group_info, &bert.cert);
    of_bert.accept().unwrap();
    of_anna.apply(&joined.commit).unwrap();
    tim.apply(&joined.commit);
    agree(&[&of_anna, &of_bert], &[&tim], &server);
    // Ours lost its state and joins again: its old leaf goes.
    let (mut of_anna, again) = Group::rejoin(&joined.group_info, &anna.key, &anna.cert).unwrap();
    turn(&mut server, &again.commit, &again.group_info, &anna.cert);
    of_anna.accept().unwrap();
    of_bert.apply(&again.commit).unwrap();
    tim.apply(&again.commit);
    agree(&[&of_anna, &of_bert], &[&tim], &server);
    // So does theirs.
    let made = tim.join_externally(&again.group_info, true);
    turn(&mut server, &made.commit, &made.group_info, &tim.cert);
    for group in [&mut of_anna, &mut of_bert] {
        let applied = group.apply(&made.commit).unwrap();
        assert!(applied.external && applied.added.is_empty() && applied.removed.is_empty());
    }
    agree(&[&of_anna, &of_bert], &[&tim], &server);
    // And the group goes on.
    let made = tim.commit(&[], &[]);
    turn(&mut server, &made.commit, &made.group_info, &tim.cert);
    for group in [&mut of_anna, &mut of_bert] {
        group.apply(&made.commit).unwrap();
    }
    agree(&[&of_anna, &of_bert], &[&tim], &server);
}

/// The first commit of a group, which nobody follows yet.
fn commit_first(ours: &Ours, group: &mut Group) -> Prepared {
    let prepared = group.prepare(&ours.key, &[], &[]).unwrap();
    group.accept().unwrap();
    prepared
}

#[test]
fn who_is_removed_cannot_follow() {
    let peer = Peer::start();
    let anna = Ours::new(1);
    let (tim, tess) = (Theirs::new(&peer, "tim", 3), Theirs::new(&peer, "tess", 4));
    let mut of_anna = anna.create();
    let first = of_anna.prepare(&anna.key, &[tim.package(), tess.package()], &[]).unwrap();
    let mut server = Followed::begin(GROUP, &first.group_info).unwrap();
    of_anna.accept().unwrap();
    let welcome = first.welcome.unwrap();
    tim.join(&welcome);
    tess.join(&welcome);
    agree(&[&of_anna], &[&tim, &tess], &server);
    let removal = commit(&anna, &mut of_anna, &mut server, &[], &[tim.cert.device]);
    tess.apply(&removal.commit);
    agree(&[&of_anna], &[&tess], &server);
    tim.is_removed_by(&removal.commit);
    assert!(!tim.state().active);
    // Nor can it go on, from what it had, with what comes later.
    let later = commit(&anna, &mut of_anna, &mut server, &[], &[]);
    assert!(peer.ask("apply", "tim", json!({ "commit": hex(&later.commit) })).is_err());
    assert!(peer.ask("commit", "tim", json!({})).is_err());
    tess.apply(&later.commit);
    agree(&[&of_anna], &[&tess], &server);
}

#[test]
fn each_side_refuses_what_was_changed_on_the_way() {
    let peer = Peer::start();
    let (anna, tim) = (Ours::new(1), Theirs::new(&peer, "tim", 3));
    let mut of_anna = anna.create();
    let first = of_anna.prepare(&anna.key, &[tim.package()], &[]).unwrap();
    let mut server = Followed::begin(GROUP, &first.group_info).unwrap();
    of_anna.accept().unwrap();
    tim.join(&first.welcome.unwrap());
    let made = commit(&anna, &mut of_anna, &mut server, &[], &[]);
    // In the middle the update path, at the end the membership tag.
    for at in [made.commit.len() / 2, made.commit.len() - 1] {
        let mut forged = made.commit.clone();
        forged[at] ^= 1;
        assert!(peer.ask("apply", "tim", json!({ "commit": hex(&forged) })).is_err(), "byte {at}");
    }
    tim.apply(&made.commit);
    assert!(peer.ask("apply", "tim", json!({ "commit": hex(&made.commit) })).is_err(), "twice");
    agree(&[&of_anna], &[&tim], &server);
    let made = tim.commit(&[], &[]);
    for at in [made.commit.len() / 2, made.commit.len() - 1] {
        let mut forged = made.commit.clone();
        forged[at] ^= 1;
        assert!(of_anna.apply(&forged).is_err(), "byte {at}");
    }
    turn(&mut server, &made.commit, &made.group_info, &tim.cert);
    of_anna.apply(&made.commit).unwrap();
    assert_eq!(of_anna.apply(&made.commit), Err(Error::Epoch { current: server.epoch() }), "twice");
    agree(&[&of_anna], &[&tim], &server);
}
