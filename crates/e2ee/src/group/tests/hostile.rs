//! What others send that isn't right: refused, and nothing is changed by it.

use super::*;
use crate::account::DeviceKey;
use openmls::prelude::{
    BasicCredential, CommitBuilder, CredentialWithKey, Extensions, Initial, MIXED_CIPHERTEXT_WIRE_FORMAT_POLICY,
    MlsGroupJoinConfig,
};

/// A commit made with the library itself, past our own rules.
fn raw_commit(
    group: &mut Group,
    device: &DeviceKey,
    with: impl FnOnce(CommitBuilder<'_, Initial>) -> CommitBuilder<'_, Initial>,
) -> (Vec<u8>, Vec<u8>) {
    let Group { provider, mls: raw, .. } = group;
    let bundle = with(raw.commit_builder())
        .load_psks(provider.storage())
        .unwrap()
        .create_group_info(true)
        .use_ratchet_tree_extension(true)
        .build(provider.rand(), provider.crypto(), device, |_| true)
        .unwrap()
        .stage_commit(provider)
        .unwrap();
    let (commit, _, info) = bundle.into_contents();
    (mls::write(&commit).unwrap(), mls::write_group_info(info).unwrap())
}

/// Joins from outside with any credential.
fn raw_join(info: &[u8], device: &DeviceKey, credential: CredentialWithKey) -> (Vec<u8>, Vec<u8>) {
    let provider = Provider::new(Store::default());
    let leaf = LeafNodeParameters::builder().with_capabilities(mls::capabilities().unwrap()).build();
    let (_, bundle) = MlsGroup::external_commit_builder()
        .with_config(config())
        .build_group(&provider, mls::read_group_info(info).unwrap(), credential)
        .unwrap()
        .leaf_node_parameters(leaf)
        .load_psks(provider.storage())
        .unwrap()
        .create_group_info(true)
        .use_ratchet_tree_extension(true)
        .build(provider.rand(), provider.crypto(), device, |_| true)
        .unwrap()
        .finalize(&provider)
        .unwrap();
    let (commit, _, info) = bundle.into_contents();
    (mls::write(&commit).unwrap(), mls::write_group_info(info).unwrap())
}

/// Member and server both refuse it, for this reason, and stay as they were.
#[track_caller]
fn refused(group: &mut Group, followed: &Followed, (commit, info): (&[u8], &[u8]), reason: &Error) {
    let before = (state(group), followed.state().unwrap());
    assert_eq!(group.apply(commit).as_ref(), Err(reason));
    assert_eq!(followed.turn(commit, info).map(|_| ()).as_ref(), Err(reason));
    assert_eq!((state(group), followed.state().unwrap()), before);
}

fn small() -> (Vec<Someone>, Vec<Group>, Followed, Vec<u8>) {
    let people: Vec<_> = (0..3).map(someone).collect();
    let (groups, begun) = group_of(&people, SUITE_CLASSIC);
    let followed = Followed::begin(id(0x30, 0), &begun.group_info).unwrap();
    (people, groups, followed, begun.group_info)
}

#[test]
fn a_commit_that_was_changed_anywhere_is_refused() {
    let (people, mut groups, followed, _) = small();
    let prepared = people[0].prepare(&mut groups[0], &[], &[]);
    let before = (state(&groups[1]), followed.state().unwrap());
    for at in 0..prepared.commit.len() {
        let mut changed = prepared.commit.clone();
        changed[at] ^= 1;
        assert!(groups[1].apply(&changed).is_err(), "{at}");
        // The server can't check the membership tag at the end: only members can.
        if let Ok((_, turned)) = followed.turn(&changed, &prepared.group_info) {
            assert_eq!(turned.by, people[0].cert, "{at}");
            assert!(at + 32 >= prepared.commit.len(), "{at} of {}", prepared.commit.len());
        }
        assert!(groups[1].apply(&prepared.commit[..at]).is_err());
        assert!(followed.turn(&prepared.commit[..at], &prepared.group_info).is_err());
    }
    assert!(groups[1].apply(&[prepared.commit.as_slice(), &[0]].concat()).is_err());
    assert_eq!((state(&groups[1]), followed.state().unwrap()), before);
    groups[1].apply(&prepared.commit).unwrap();
}

#[test]
fn replayed_reordered_and_foreign_commits_are_refused() {
    let (people, mut groups, followed, _) = small();
    let first = people[0].prepare(&mut groups[0], &[], &[]);
    groups[0].accept().unwrap();
    let second = people[0].prepare(&mut groups[0], &[], &[]);
    groups[0].accept().unwrap();
    // The second before the first.
    refused(&mut groups[1], &followed, (&second.commit, &second.group_info), &Error::Epoch { current: 1 });
    groups[1].apply(&first.commit).unwrap();
    let (followed, _) = followed.turn(&first.commit, &first.group_info).unwrap();
    refused(&mut groups[1], &followed, (&first.commit, &first.group_info), &Error::Epoch { current: 2 });
    groups[1].apply(&second.commit).unwrap();
    let (followed, _) = followed.turn(&second.commit, &second.group_info).unwrap();
    // Of another conversation, at the same epoch.
    let mut other = Group::create(id(0x30, 1), SUITE_CLASSIC, &people[0].device, &people[0].cert).unwrap();
    for _ in 0..3 {
        people[0].prepare(&mut other, &[], &[]);
        other.accept().unwrap();
    }
    let foreign = people[0].prepare(&mut other, &[], &[]);
    assert_eq!(foreign.epoch, followed.epoch() + 1);
    let reason = Error::Refused("commit of another group");
    refused(&mut groups[1], &followed, (&foreign.commit, &foreign.group_info), &reason);
}

#[test]
fn what_is_no_public_commit_is_refused() {
    let (people, mut groups, followed, info) = small();
    let malformed = Error::Malformed("commit");
    let (_, package) = someone(9).package(SUITE_CLASSIC);
    for other in [info.as_slice(), &package, b"", b"\0\x01", &[0xff; 100]] {
        refused(&mut groups[1], &followed, (other, &info), &malformed);
    }
    let large = vec![0; crate::wire::MAX_FRAME + 1];
    assert_eq!(groups[1].apply(&large), Err(Error::TooLarge("commit")));
    // The same commit, but encrypted: the server couldn't follow.
    let private = MlsGroupJoinConfig::builder().wire_format_policy(MIXED_CIPHERTEXT_WIRE_FORMAT_POLICY).build();
    {
        let Group { provider, mls: raw, .. } = &mut groups[0];
        raw.set_configuration(provider.storage(), &private).unwrap();
    }
    let (hidden, after) = raw_commit(&mut groups[0], &people[0].device, |builder| builder.force_self_update(true));
    refused(&mut groups[1], &followed, (&hidden, &after), &malformed);
    // A proposal by itself.
    let Group { provider, mls: raw, .. } = &mut groups[2];
    let index = raw.members().find(|member| member.signature_key == people[1].cert.key).unwrap().index;
    let proposal = raw.propose_remove_member(provider, &people[2].device, index);
    assert!(proposal.is_err(), "our store keeps none");
}

#[test]
fn a_commit_does_nothing_but_add_remove_and_renew() {
    let (people, mut groups, followed, _) = small();
    let (_, package) = someone(9).package(SUITE_CLASSIC);
    let package =
        mls::read_key_package(&package).unwrap().validate(groups[0].provider.crypto(), ProtocolVersion::Mls10).unwrap();
    let (commit, info) = raw_commit(&mut groups[0], &people[0].device, |builder| builder.propose_adds([package]));
    refused(&mut groups[1], &followed, (&commit, &info), &Error::Refused("a commit without new keys"));
    groups[0].discard().unwrap();
    let (commit, info) = raw_commit(&mut groups[0], &people[0].device, |builder| {
        builder.force_self_update(true).propose_group_context_extensions(Extensions::empty()).unwrap()
    });
    refused(&mut groups[1], &followed, (&commit, &info), &Error::Refused("a proposal of this kind"));
}

#[test]
fn a_device_stays_itself() {
    let (people, mut groups, followed, _) = small();
    let (anna, bert) = (&people[0], &people[1]);
    // The same key, said to be another device, or another person's.
    for (person, device) in [(anna.person, id(0x20, 99)), (bert.person, anna.cert.device)] {
        let cert = anna.secret.certify(person, device, &anna.cert.key, 1).unwrap();
        let parameters = LeafNodeParameters::builder().with_credential_with_key(mls::credential(&cert)).build();
        let (commit, info) = raw_commit(&mut groups[0], &anna.device, |builder| {
            builder.force_self_update(true).leaf_node_parameters(parameters)
        });
        refused(&mut groups[1], &followed, (&commit, &info), &Error::Forged("credential"));
        groups[0].discard().unwrap();
    }
}

#[test]
fn a_credential_is_a_certificate_of_the_leafs_own_key() {
    let (people, mut groups, followed, info) = small();
    let eve = someone(9);
    let with = |identity: Vec<u8>| CredentialWithKey {
        credential: BasicCredential::new(identity).into(),
        signature_key: eve.cert.key.to_vec().into(),
    };
    let join = |identity| raw_join(&info, &eve.device, with(identity));
    let malformed = Error::Malformed("device certificate");
    let (commit, after) = join(b"eve".to_vec());
    refused(&mut groups[1], &followed, (&commit, &after), &malformed);
    let (commit, after) = join([eve.cert.encode(), vec![0]].concat());
    refused(&mut groups[1], &followed, (&commit, &after), &malformed);
    let (commit, after) = join(vec![0; 1000]);
    refused(&mut groups[1], &followed, (&commit, &after), &Error::TooLarge("device certificate"));
    // Somebody else's certificate.
    let (commit, after) = join(people[0].cert.encode());
    refused(&mut groups[1], &followed, (&commit, &after), &Error::Forged("credential"));
}

#[test]
fn no_device_is_twice_in_a_group() {
    let (people, mut groups, followed, info) = small();
    let anna = &people[0];
    // Another key, certified as the same device.
    let key = DeviceKey::generate().unwrap();
    let cert = anna.secret.certify(anna.person, anna.cert.device, &key.public(), 2).unwrap();
    let reason = Error::Refused("a device twice in a group");
    let (commit, after) = raw_join(&info, &key, mls::credential(&cert));
    refused(&mut groups[1], &followed, (&commit, &after), &reason);
    assert_eq!(Group::rejoin(&info, &key, &cert).err(), Some(reason.clone()));
    let (_, package) = key_package(SUITE_CLASSIC, &key, &cert).unwrap();
    assert_eq!(groups[1].prepare(&people[1].device, std::slice::from_ref(&package), &[]).err(), Some(reason.clone()));
    let (_, own) = anna.package(SUITE_CLASSIC);
    assert_eq!(groups[1].prepare(&people[1].device, &[own], &[]).err(), Some(reason.clone()));
    let package =
        mls::read_key_package(&package).unwrap().validate(groups[1].provider.crypto(), ProtocolVersion::Mls10).unwrap();
    let (commit, after) = raw_commit(&mut groups[1], &people[1].device, |builder| {
        builder.force_self_update(true).propose_adds([package])
    });
    refused(&mut groups[2], &followed, (&commit, &after), &reason);
}

#[test]
fn who_joins_from_outside_removes_nobody_else() {
    let (people, mut groups, followed, info) = small();
    // The library takes away the leaf with the same key: here it is another device's.
    let anna = &people[0];
    let cert = anna.secret.certify(anna.person, id(0x20, 99), &anna.cert.key, 1).unwrap();
    let (commit, after) = raw_join(&info, &anna.device, mls::credential(&cert));
    let reason = Error::Refused("an external commit that removes another");
    refused(&mut groups[1], &followed, (&commit, &after), &reason);
}

#[test]
fn a_key_package_that_is_not_right_is_not_added() {
    let (people, mut groups, ..) = small();
    let (anna, group) = (&people[0], &mut groups[0]);
    let (_, package) = someone(9).package(SUITE_CLASSIC);
    let before = state(group);
    for at in 0..package.len() {
        let mut changed = package.clone();
        changed[at] ^= 1;
        assert!(group.prepare(&anna.device, &[changed], &[]).is_err(), "{at}");
    }
    let (_, hybrid) = someone(9).package(SUITE_HYBRID);
    assert_eq!(group.prepare(&anna.device, &[hybrid], &[]).err(), Some(Error::Refused("key package of another suite")));
    let unknown = group.prepare(&anna.device, &[], &[id(0x20, 99)]);
    assert_eq!(unknown.err(), Some(Error::Refused("a device to remove isn't in the group")));
    let twice = group.prepare(&anna.device, &[], &[people[1].cert.device, people[1].cert.device]);
    assert_eq!(twice.err(), Some(Error::Refused("a device to remove isn't in the group")));
    let own = group.prepare(&anna.device, &[], &[anna.cert.device]);
    assert_eq!(own.err(), Some(Error::Refused("a device removes itself")));
    let same = group.prepare(&anna.device, &[package.clone(), package], &[]);
    assert_eq!(same.err(), Some(Error::Refused("a device twice in a group")));
    assert_eq!(state(group), before);
}

#[test]
fn a_welcome_is_for_one_device_and_whole() {
    let (anna, bert, eve) = (someone(1), someone(2), someone(3));
    let (secret, package) = bert.package(SUITE_CLASSIC);
    let mut group = anna.create(SUITE_CLASSIC);
    let welcome = anna.prepare(&mut group, &[package], &[]).welcome.unwrap();
    let secrets = [secret];
    assert_eq!(
        Group::join(&welcome, &secrets, &eve.device, &eve.cert).err(),
        Some(Error::Refused("welcome for another device"))
    );
    for at in (0..welcome.len()).step_by(7) {
        let mut changed = welcome.clone();
        changed[at] ^= 1;
        assert!(Group::join(&changed, &secrets, &bert.device, &bert.cert).is_err(), "{at}");
        assert!(Group::join(&welcome[..at], &secrets, &bert.device, &bert.cert).is_err());
    }
    assert!(Group::join(&welcome, &secrets, &bert.device, &bert.cert).is_ok(), "trying used nothing up");
}

#[test]
fn a_group_info_that_was_changed_anywhere_is_refused() {
    let (people, _, _, info) = small();
    for at in (0..info.len()).step_by(5) {
        let mut changed = info.clone();
        changed[at] ^= 1;
        assert!(Group::rejoin(&changed, &people[1].device, &people[1].cert).is_err(), "{at}");
        assert!(Followed::begin(id(0x30, 0), &changed).is_err(), "{at}");
        assert!(Group::rejoin(&info[..at], &people[1].device, &people[1].cert).is_err());
    }
}

#[test]
fn a_damaged_state_is_told_as_such() {
    let (_, groups, ..) = small();
    let whole = state(&groups[0]);
    for length in (0..whole.len()).step_by(11) {
        assert_eq!(Group::load(&whole[..length]).err(), Some(Error::Damaged("group")));
    }
    for at in (0..whole.len()).step_by(3) {
        let mut changed = whole.clone();
        changed[at] ^= 0x41;
        // Whatever it is then, reading it doesn't panic.
        let _ = Group::load(&changed);
    }
}
