use super::*;
use crate::follow::Followed;
use crate::testing::{Someone, group_of, id, people, someone};
use crate::wire::{SUITE_CLASSIC, SUITE_HYBRID};

mod hostile;

/// Everybody else applies a commit that its maker's group accepts; all have its key then.
fn turn(groups: &mut [Group], by: usize, prepared: &Prepared) {
    for (at, group) in groups.iter_mut().enumerate() {
        if at == by {
            group.accept().unwrap();
        } else {
            group.apply(&prepared.commit).unwrap();
        }
        assert_eq!((group.epoch(), group.key()), (prepared.epoch, Ok(prepared.key.clone())));
        assert_eq!(group.devices().unwrap().len(), prepared.devices.len());
    }
}

fn state(group: &Group) -> Vec<u8> {
    group.state().unwrap().to_vec()
}

#[test]
fn a_group_of_either_suite_has_one_key_for_all_and_the_server_follows_it() {
    for suite in [SUITE_HYBRID, SUITE_CLASSIC] {
        let people: Vec<_> = (0..3).map(someone).collect();
        let (mut groups, prepared) = group_of(&people, suite);
        let followed = Followed::begin(id(0x30, 0), &prepared.group_info).unwrap();
        assert_eq!((followed.epoch(), followed.suite(), followed.conversation()), (1, suite, id(0x30, 0)));
        assert_eq!(followed.devices().unwrap(), prepared.devices);
        for group in &groups {
            assert_eq!((group.epoch(), group.suite(), group.conversation()), (1, suite, id(0x30, 0)));
            assert_eq!(group.key().unwrap(), prepared.key);
            assert_eq!(group.devices().unwrap(), prepared.devices);
        }
        let late = someone(3);
        let (secret, package) = late.package(suite);
        let commit = people[1].prepare(&mut groups[1], &[package], &[people[2].cert.device]);
        let (next, turned) = followed.turn(&commit.commit, &commit.group_info).unwrap();
        assert_eq!((turned.by, turned.external, turned.epoch), (people[1].cert.clone(), false, 2));
        assert_eq!((turned.added, turned.removed), (vec![late.cert.clone()], vec![people[2].cert.clone()]));
        groups[1].accept().unwrap();
        let applied = groups[0].apply(&commit.commit).unwrap();
        assert_eq!((applied.by, applied.external, applied.epoch), (people[1].cert.clone(), false, 2));
        assert_eq!((applied.added, applied.removed), (vec![late.cert.clone()], vec![people[2].cert.clone()]));
        let joined = late.join(commit.welcome.as_deref().unwrap(), secret);
        for group in [&groups[0], &groups[1], &joined] {
            assert_eq!(group.key().unwrap(), commit.key);
        }
        let mut devices = next.devices().unwrap();
        devices.sort_by_key(|one| one.device);
        let mut promised = commit.devices;
        promised.sort_by_key(|one| one.device);
        assert_eq!(devices, promised);
    }
}

#[test]
fn a_suite_that_is_not_ours_is_refused() {
    let anna = someone(1);
    for suite in [0, 2, 3, 0x004d, 0x004e, 0xffff] {
        assert_eq!(Group::create(id(3, 0), suite, &anna.device, &anna.cert).map(|_| ()), Err(Error::Refused("suite")));
        assert_eq!(key_package(suite, &anna.device, &anna.cert).map(|_| ()), Err(Error::Refused("suite")));
    }
}

#[test]
fn a_certificate_of_another_device_is_refused_everywhere() {
    let (people, _, prepared) = people(2);
    let (anna, bert) = (&people[0], &people[1]);
    let other = Some(Error::Refused("certificate of another device"));
    assert_eq!(Group::create(id(3, 0), SUITE_CLASSIC, &anna.device, &bert.cert).err(), other);
    assert_eq!(key_package(SUITE_CLASSIC, &anna.device, &bert.cert).err(), other);
    assert_eq!(Group::join(&prepared.welcome.unwrap(), &[], &anna.device, &bert.cert).err(), other);
    assert_eq!(Group::rejoin(&prepared.group_info, &anna.device, &bert.cert).err(), other);
}

#[test]
fn a_group_of_one_device_works_and_grows() {
    let (anna, bert) = (someone(1), someone(2));
    let mut group = anna.create(SUITE_HYBRID);
    assert_eq!((group.epoch(), group.devices().unwrap()), (0, vec![anna.cert.clone()]));
    let begun = anna.prepare(&mut group, &[], &[]);
    assert_eq!((begun.welcome.as_ref(), begun.epoch, &begun.devices), (None, 1, &vec![anna.cert.clone()]));
    group.accept().unwrap();
    assert_eq!(group.key().unwrap(), begun.key);
    let followed = Followed::begin(id(0x30, 0), &begun.group_info).unwrap();
    let (secret, package) = bert.package(SUITE_HYBRID);
    let grown = anna.prepare(&mut group, &[package], &[]);
    followed.turn(&grown.commit, &grown.group_info).unwrap();
    group.accept().unwrap();
    assert_eq!(bert.join(&grown.welcome.unwrap(), secret).key().unwrap(), group.key().unwrap());
}

#[test]
fn each_epoch_has_a_key_of_its_own() {
    let (people, mut groups, begun) = people(2);
    let mut keys = vec![begun.key];
    for round in 0..4 {
        let by = round % 2;
        let prepared = people[by].prepare(&mut groups[by], &[], &[]);
        turn(&mut groups, by, &prepared);
        assert!(!keys.contains(&prepared.key));
        keys.push(prepared.key);
    }
}

#[test]
fn state_keeps_everything_a_pending_commit_included() {
    let (people, mut groups, _) = people(2);
    let again = Group::load(&state(&groups[1])).unwrap();
    assert_eq!((again.epoch(), again.key(), again.pending()), (1, groups[1].key(), false));
    let prepared = people[0].prepare(&mut groups[0], &[], &[]);
    let mut restored = Group::load(&state(&groups[0])).unwrap();
    assert!(restored.pending() && restored.epoch() == 1);
    restored.accept().unwrap();
    assert_eq!((restored.key(), restored.pending()), (Ok(prepared.key), false));
    let mut other = Group::load(&state(&groups[0])).unwrap();
    other.discard().unwrap();
    assert!(!other.pending() && other.epoch() == 1);
    // Either goes on from there.
    groups[1].apply(&prepared.commit).unwrap();
    let next = people[1].prepare(&mut groups[1], &[], &[]);
    restored.apply(&next.commit).unwrap();
    assert_eq!(restored.key(), Ok(next.key));
    assert!(other.apply(&prepared.commit).is_err(), "its own, which it threw away");
}

#[test]
fn of_two_commits_at_once_the_loser_applies_the_winners() {
    let (people, mut groups, _) = people(3);
    let winner = people[0].prepare(&mut groups[0], &[], &[]);
    let first = people[1].prepare(&mut groups[1], &[], &[]);
    let second = people[2].prepare(&mut groups[2], &[], &[]);
    assert!(first.commit != winner.commit && second.commit != winner.commit);
    groups[1].discard().unwrap();
    // The other doesn't say so: the winner's discards its own.
    turn(&mut groups, 0, &winner);
    assert!(groups.iter().all(|group| !group.pending()));
    let next = people[2].prepare(&mut groups[2], &[], &[]);
    turn(&mut groups, 2, &next);
    assert_eq!(groups[0].apply(&first.commit), Err(Error::Epoch { current: 3 }));
}

#[test]
fn a_pending_commit_that_comes_back_is_accepted_by_that() {
    let (people, mut groups, _) = people(3);
    let prepared = people[0].prepare(&mut groups[0], &[], &[people[2].cert.device]);
    let applied = groups[0].apply(&prepared.commit).unwrap();
    assert_eq!((applied.by, applied.removed), (people[0].cert.clone(), vec![people[2].cert.clone()]));
    assert_eq!((groups[0].key(), groups[0].pending()), (Ok(prepared.key), false));
}

#[test]
fn only_one_commit_is_pending_and_only_a_pending_one_is_accepted() {
    let (people, mut groups, _) = people(2);
    assert_eq!(groups[0].accept(), Err(Error::Refused("no commit is pending")));
    assert_eq!(groups[0].discard(), Ok(()));
    people[0].prepare(&mut groups[0], &[], &[]);
    let second = groups[0].prepare(&people[0].device, &[], &[]);
    assert_eq!(second.err(), Some(Error::Refused("a commit is pending")));
    assert_eq!(groups[1].prepare(&people[0].device, &[], &[]).err(), Some(Error::Refused("group of another device")));
}

#[test]
fn a_removed_device_learns_no_further_key() {
    let (people, mut groups, _) = people(3);
    let mut gone = groups.remove(2);
    let old = state(&gone);
    let commit = people[0].prepare(&mut groups[0], &[], &[people[2].cert.device]);
    turn(&mut groups, 0, &commit);
    gone.apply(&commit.commit).unwrap();
    assert!(gone.own_removed());
    assert_eq!(gone.key(), Err(Error::NoKey("removed from the group")));
    let removed = Some(Error::Refused("removed from the group"));
    assert_eq!(gone.prepare(&people[2].device, &[], &[]).err(), removed);
    let next = people[1].prepare(&mut groups[1], &[], &[]);
    turn(&mut groups, 1, &next);
    assert_eq!(gone.apply(&next.commit).err(), removed);
    let restored = Group::load(&state(&gone)).unwrap();
    assert!(restored.own_removed() && restored.key().is_err());
    // As it was before it knew.
    let mut before = Group::load(&old).unwrap();
    assert_eq!(before.apply(&next.commit), Err(Error::Epoch { current: 1 }));
    assert_ne!(before.key().unwrap(), next.key);
}

#[test]
fn a_device_with_an_old_state_rejoins_from_outside() {
    let (people, mut groups, begun) = people(3);
    let mut followed = Followed::begin(id(0x30, 0), &begun.group_info).unwrap();
    let old = state(&groups[2]);
    let mut info = Vec::new();
    for by in [0, 1, 2] {
        let prepared = people[by].prepare(&mut groups[by], &[], &[]);
        followed = followed.turn(&prepared.commit, &prepared.group_info).unwrap().0;
        turn(&mut groups, by, &prepared);
        info = prepared.group_info;
    }
    let mut lost = Group::load(&old).unwrap();
    assert_eq!(lost.apply(&info), Err(Error::Malformed("commit")));
    let (mut back, rejoin) = Group::rejoin(&info, &people[2].device, &people[2].cert).unwrap();
    assert!(back.pending() && rejoin.welcome.is_none() && rejoin.epoch == 5 && rejoin.devices.len() == 3);
    let not_yet = Some(Error::Refused("not joined yet"));
    assert_eq!(back.key().err(), not_yet);
    assert_eq!(back.prepare(&people[2].device, &[], &[]).err(), not_yet);
    assert_eq!(back.apply(&rejoin.commit).err(), not_yet);
    assert_eq!(back.discard().err(), not_yet);
    let mut back = Group::load(&state(&back)).unwrap();
    assert!(back.pending());
    let (followed, turned) = followed.turn(&rejoin.commit, &rejoin.group_info).unwrap();
    assert!(turned.external && turned.added.is_empty() && turned.removed.is_empty() && turned.by == people[2].cert);
    back.accept().unwrap();
    groups[2] = back;
    for group in &mut groups[..2] {
        let applied = group.apply(&rejoin.commit).unwrap();
        assert!(applied.external && applied.added.is_empty() && applied.removed.is_empty());
    }
    assert!(groups.iter().all(|group| group.key().unwrap() == rejoin.key));
    assert_eq!(followed.devices().unwrap().len(), 3);
    for by in [2, 0] {
        let next = people[by].prepare(&mut groups[by], &[], &[]);
        turn(&mut groups, by, &next);
    }
}

#[test]
fn a_device_that_was_never_in_it_is_told_as_added_when_it_joins_from_outside() {
    let (_, mut groups, begun) = people(2);
    let followed = Followed::begin(id(0x30, 0), &begun.group_info).unwrap();
    let late = someone(7);
    let (_, joins) = Group::rejoin(&begun.group_info, &late.device, &late.cert).unwrap();
    let (_, turned) = followed.turn(&joins.commit, &joins.group_info).unwrap();
    assert_eq!((turned.external, turned.added), (true, vec![late.cert.clone()]));
    assert_eq!(groups[0].apply(&joins.commit).unwrap().added, vec![late.cert]);
}

#[test]
fn a_certificate_that_was_renewed_comes_in_by_rejoining() {
    let (people, mut groups, begun) = people(2);
    let bert = &people[1];
    let renewed = bert.secret.next().unwrap().certify(bert.person, bert.cert.device, &bert.cert.key, 2).unwrap();
    let (_, rejoin) = Group::rejoin(&begun.group_info, &bert.device, &renewed).unwrap();
    let applied = groups[0].apply(&rejoin.commit).unwrap();
    assert_eq!((&applied.by, applied.added.len(), applied.removed.len()), (&renewed, 0, 0));
    assert_eq!(groups[0].devices().unwrap(), vec![people[0].cert.clone(), renewed]);
}

#[test]
fn a_member_whose_key_package_has_expired_stays_a_member_and_others_still_join() {
    let (anna, bert) = (someone(1), someone(2));
    // A leaf as after years without a commit of its device; only the library can make one on the spot.
    let provider = Provider::new(Store::default());
    let config = MlsGroupCreateConfig::builder()
        .ciphersuite(mls::suite(SUITE_CLASSIC).unwrap())
        .wire_format_policy(PURE_PLAINTEXT_WIRE_FORMAT_POLICY)
        .use_ratchet_tree_extension(true)
        .capabilities(mls::capabilities().unwrap())
        .lifetime(openmls::prelude::Lifetime::init(1, 2))
        .build();
    let group_id = GroupId::from_slice(&id(0x30, 0).0);
    let mut old =
        MlsGroup::new_with_group_id(&provider, &anna.device, &config, group_id, mls::credential(&anna.cert)).unwrap();
    let (secret, package) = bert.package(SUITE_CLASSIC);
    let package = mls::read_key_package(&package).unwrap().validate(provider.crypto(), ProtocolVersion::Mls10).unwrap();
    let bundle = old
        .commit_builder()
        .propose_adds([package])
        .load_psks(provider.storage())
        .unwrap()
        .create_group_info(true)
        .use_ratchet_tree_extension(true)
        .build(provider.rand(), provider.crypto(), &anna.device, |_| true)
        .unwrap()
        .stage_commit(&provider)
        .unwrap();
    let welcome = mls::write(&bundle.to_welcome_msg().unwrap()).unwrap();
    let info = mls::write_group_info(bundle.into_group_info()).unwrap();
    let mut joined = bert.join(&welcome, secret);
    assert_eq!(joined.devices().unwrap(), vec![anna.cert, bert.cert.clone()]);
    let (_, rejoin) = Group::rejoin(&info, &bert.device, &bert.cert).unwrap();
    assert_eq!(rejoin.devices.len(), 2);
    let late = someone(3);
    let (_, package) = late.package(SUITE_CLASSIC);
    bert.prepare(&mut joined, &[package], &[]);
}

#[test]
fn a_key_package_is_valid_long_and_its_secrets_read_as_they_were_written() {
    let anna = someone(1);
    let (secret, message) = anna.package(SUITE_HYBRID);
    let info = crate::follow::check_key_package(&message, &anna.cert).unwrap();
    assert_eq!((&info.reference, info.suite), (&secret.reference, SUITE_HYBRID));
    let days = i64::try_from(info.not_after).unwrap() / 86400 - days_now();
    assert!((89..=90).contains(&days), "{days}");
    let again = PackageSecret::from_bytes(&secret.to_bytes()).unwrap();
    assert_eq!((&again.reference, &again.entries), (&secret.reference, &secret.entries));
    assert!(matches!(PackageSecret::from_bytes(&secret.to_bytes()[1..]), Err(Error::Damaged(_))));
}

/// The library's own clock tells it to key packages, so a test has no other.
fn days_now() -> i64 {
    i64::try_from(openmls::prelude::Lifetime::new(0).not_after()).unwrap() / 86400
}

#[test]
fn joining_takes_the_key_package_that_the_welcome_is_for() {
    let (anna, bert) = (someone(1), someone(2));
    let packages: Vec<_> = (0..3).map(|_| bert.package(SUITE_CLASSIC)).collect();
    let mut group = anna.create(SUITE_CLASSIC);
    let prepared = anna.prepare(&mut group, &[packages[1].1.clone()], &[]);
    let welcome = prepared.welcome.unwrap();
    let secrets: Vec<_> = packages.into_iter().map(|(secret, _)| secret).collect();
    assert_eq!(crate::follow::welcome_references(&welcome).unwrap(), vec![secrets[1].reference.clone()]);
    let (joined, at) = Group::join(&welcome, &secrets, &bert.device, &bert.cert).unwrap();
    assert_eq!((at, joined.key().unwrap()), (1, prepared.key));
    let none = Group::join(&welcome, &secrets[2..], &bert.device, &bert.cert);
    assert_eq!(none.err(), Some(Error::NoKey("key package of this welcome")));
}

#[test]
fn fifty_members_come_and_go() {
    let (people, mut groups, begun) = people(50);
    let mut followed = Followed::begin(id(0x30, 0), &begun.group_info).unwrap();
    let mut present: Vec<&Someone> = people.iter().collect();
    for by in [49, 0, 25] {
        let prepared = present[by].prepare(&mut groups[by], &[], &[]);
        followed = followed.turn(&prepared.commit, &prepared.group_info).unwrap().0;
        turn(&mut groups, by, &prepared);
    }
    let gone: Vec<_> = people[10..20].iter().map(|one| one.cert.device).collect();
    let (secret, package) = people[10].package(SUITE_HYBRID);
    let prepared = people[30].prepare(&mut groups[30], &[package], &gone);
    followed = followed.turn(&prepared.commit, &prepared.group_info).unwrap().0;
    groups.drain(10..20);
    present.drain(10..20);
    turn(&mut groups, 20, &prepared);
    groups.push(people[10].join(prepared.welcome.as_deref().unwrap(), secret));
    present.push(&people[10]);
    let last = groups.len() - 1;
    let next = present[last].prepare(&mut groups[last], &[], &[]);
    followed = followed.turn(&next.commit, &next.group_info).unwrap().0;
    turn(&mut groups, last, &next);
    assert_eq!((followed.devices().unwrap().len(), followed.epoch()), (41, 6));
}
