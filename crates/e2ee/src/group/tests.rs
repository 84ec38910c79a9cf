use super::*;
use crate::follow::Followed;
use crate::testing::{group_of, id, someone};
use crate::wire::{SUITE_CLASSIC, SUITE_HYBRID};

#[test]
fn a_group_of_either_suite_has_one_key_for_all_and_the_server_follows_it() {
    for suite in [SUITE_HYBRID, SUITE_CLASSIC] {
        let people: Vec<_> = (0..3).map(someone).collect();
        let (mut groups, prepared) = group_of(&people, suite);
        let followed = Followed::begin(id(0x30, 0), &prepared.group_info).unwrap();
        assert_eq!((followed.epoch(), followed.suite(), followed.devices().unwrap().len()), (1, suite, 3));
        for group in &groups {
            assert_eq!((group.epoch(), group.suite(), group.conversation()), (1, suite, id(0x30, 0)));
            assert_eq!(group.key().unwrap(), prepared.key);
            assert_eq!(group.devices().unwrap(), prepared.devices);
        }
        let late = someone(3);
        let (secret, package) = late.package(suite);
        let commit = people[1].prepare(&mut groups[1], &[package], &[people[2].cert.device]);
        let (next, turn) = followed.turn(&commit.commit, &commit.group_info).unwrap();
        assert_eq!((turn.by, turn.external, turn.epoch), (people[1].cert.clone(), false, 2));
        assert_eq!((turn.added, turn.removed), (vec![late.cert.clone()], vec![people[2].cert.clone()]));
        groups[1].accept().unwrap();
        let applied = groups[0].apply(&commit.commit).unwrap();
        assert_eq!(applied.by, people[1].cert);
        let joined = late.join(commit.welcome.as_deref().unwrap(), secret);
        for group in [&groups[0], &groups[1], &joined] {
            assert_eq!(group.key().unwrap(), commit.key);
        }
        assert_eq!(next.devices().unwrap().len(), 3);
        groups[2].apply(&commit.commit).unwrap();
        assert!(groups[2].own_removed());
        assert_eq!(groups[2].key(), Err(Error::NoKey("removed from the group")));
        let (mut again, rejoin) = Group::rejoin(&commit.group_info, &people[0].device, &people[0].cert).unwrap();
        let (next, turn) = next.turn(&rejoin.commit, &rejoin.group_info).unwrap();
        assert!(turn.external && turn.added.is_empty() && turn.removed.is_empty());
        again.accept().unwrap();
        groups[1].apply(&rejoin.commit).unwrap();
        assert_eq!(groups[1].key().unwrap(), again.key().unwrap());
        assert_eq!(next.epoch(), again.epoch());
    }
}
