use super::*;
use crate::account::DeviceKey;
use crate::group::{Group, Prepared};
use crate::testing::{Someone, group_of, id, someone};
use crate::wire::{SUITE_CLASSIC, SUITE_HYBRID};
use openmls::messages::group_info::GroupInfo;
use openmls::prelude::{Extension, Extensions, ExternalPubExtension, LeafNodeIndex, Signature, UnknownExtension};
use tls_codec::{Serialize, VLBytes};

fn small() -> (Vec<Someone>, Vec<Group>, Prepared) {
    let people: Vec<_> = (0..3).map(someone).collect();
    let (groups, begun) = group_of(&people, SUITE_CLASSIC);
    (people, groups, begun)
}

#[test]
fn the_server_begins_with_the_conversations_own_group() {
    let (people, _, begun) = small();
    let other = Followed::begin(id(0x30, 1), &begun.group_info);
    assert_eq!(other.err(), Some(Error::Refused("group of another conversation")));
    for bad in [begun.commit.as_slice(), b"", &[0xff; 64]] {
        assert_eq!(Followed::begin(id(0x30, 0), bad).err(), Some(Error::Malformed("group info")));
    }
    assert_eq!(
        Followed::begin(id(0x30, 0), &vec![0; crate::wire::MAX_FRAME + 1]).err(),
        Some(Error::TooLarge("group info"))
    );
    let followed = Followed::begin(id(0x30, 0), &begun.group_info).unwrap();
    let devices: Vec<_> = people.iter().map(|one| one.cert.clone()).collect();
    assert_eq!(followed.devices().unwrap(), devices);
}

#[test]
fn what_is_kept_reads_again() {
    let (people, mut groups, begun) = small();
    let followed = Followed::begin(id(0x30, 0), &begun.group_info).unwrap();
    let state = followed.state().unwrap();
    let again = Followed::load(&state).unwrap();
    assert_eq!((again.epoch(), again.suite(), again.conversation()), (1, SUITE_CLASSIC, id(0x30, 0)));
    assert_eq!(again.state().unwrap(), state);
    let prepared = people[2].prepare(&mut groups[2], &[], &[]);
    let (one, _) = followed.turn(&prepared.commit, &prepared.group_info).unwrap();
    let (other, _) = again.turn(&prepared.commit, &prepared.group_info).unwrap();
    assert_eq!(one.state().unwrap(), other.state().unwrap());
    for length in (0..state.len()).step_by(11) {
        assert_eq!(Followed::load(&state[..length]).err(), Some(Error::Damaged("followed group")));
    }
    for at in (0..state.len()).step_by(3) {
        let mut changed = state.clone();
        changed[at] ^= 0x41;
        // Whatever it is then, reading it doesn't panic.
        let _ = Followed::load(&changed);
    }
}

#[test]
fn a_turn_changes_only_what_it_gives() {
    let (people, mut groups, begun) = small();
    let followed = Followed::begin(id(0x30, 0), &begun.group_info).unwrap();
    let before = followed.state().unwrap();
    let one = people[0].prepare(&mut groups[0], &[], &[]);
    let other = people[1].prepare(&mut groups[1], &[], &[people[2].cert.device]);
    // Both are good until one of them is taken.
    let (next, turn) = followed.turn(&one.commit, &one.group_info).unwrap();
    assert_eq!((next.epoch(), turn.epoch, followed.epoch()), (2, 2, 1));
    let (also, turn) = followed.turn(&other.commit, &other.group_info).unwrap();
    assert_eq!((also.devices().unwrap().len(), turn.removed), (2, vec![people[2].cert.clone()]));
    assert_eq!(followed.state().unwrap(), before);
    assert_eq!(next.turn(&other.commit, &other.group_info).err(), Some(Error::Epoch { current: 2 }));
}

#[test]
fn a_group_info_is_of_exactly_the_group_after_the_commit_and_by_its_maker() {
    let (people, mut groups, begun) = small();
    let followed = Followed::begin(id(0x30, 0), &begun.group_info).unwrap();
    let prepared = people[0].prepare(&mut groups[0], &[], &[]);
    let forged = Some(Error::Forged("group info"));
    let turn = |info: &[u8]| followed.turn(&prepared.commit, info).err();
    // Of the epoch before; of another commit of the same epoch; of the epoch after.
    assert_eq!(turn(&begun.group_info), forged);
    let other = people[1].prepare(&mut groups[1], &[], &[]);
    assert_eq!(turn(&other.group_info), forged);
    groups[0].accept().unwrap();
    let next = people[0].prepare(&mut groups[0], &[], &[]);
    assert_eq!(turn(&next.group_info), forged);
    groups[0].discard().unwrap();
    // Of this very group, but by another member.
    groups[1].apply(&prepared.commit).unwrap();
    assert_eq!(turn(&groups[1].export_group_info(&people[1].device, true)), forged);
    assert_eq!(turn(&groups[0].export_group_info(&people[0].device, true)), None, "by the maker, once more");
    let no_tree = Some(Error::Refused("extensions of a group info"));
    assert_eq!(turn(&groups[0].export_group_info(&people[0].device, false)), no_tree);
    for at in 0..prepared.group_info.len() {
        let mut changed = prepared.group_info.clone();
        changed[at] ^= 1;
        assert!(turn(&changed).is_some(), "{at}");
    }
    assert_eq!(turn(&prepared.group_info), None);
}

#[test]
fn a_group_that_is_no_turn_old_is_not_begun() {
    let anna = someone(1);
    let group = anna.create(SUITE_CLASSIC);
    let info = group.export_group_info(&anna.device, true);
    assert_eq!(Followed::begin(id(0x30, 0), &info).err(), Some(Error::Refused("epoch")));
}

#[test]
fn a_key_package_is_of_exactly_this_certificate() {
    let (anna, bert) = (someone(1), someone(2));
    for suite in [SUITE_HYBRID, SUITE_CLASSIC] {
        let (secret, message) = anna.package(suite);
        let info = check_key_package(&message, &anna.cert).unwrap();
        assert_eq!((info.reference, info.suite), (secret.reference, suite));
        let other = Some(Error::Forged("credential of a key package"));
        assert_eq!(check_key_package(&message, &bert.cert).err(), other);
        let renewed = anna.secret.certify(anna.person, anna.cert.device, &anna.cert.key, 2).unwrap();
        assert_eq!(check_key_package(&message, &renewed).err(), other);
        for at in (0..message.len()).step_by(3) {
            let mut changed = message.clone();
            changed[at] ^= 1;
            assert!(check_key_package(&changed, &anna.cert).is_err(), "{at}");
            assert!(check_key_package(&message[..at], &anna.cert).is_err());
        }
    }
}

#[test]
fn a_key_package_is_of_our_kind_and_of_our_time() {
    use openmls::prelude::{Capabilities, Ciphersuite, ExtensionType, KeyPackage, Lifetime, MlsMessageOut};
    let anna = someone(1);
    let make = |suite, lifetime, last_resort: bool| {
        let provider = crate::store::Provider::new(Store::default());
        let mut builder = KeyPackage::builder().key_package_lifetime(lifetime);
        if last_resort {
            let able = Capabilities::new(None, None, Some(&[ExtensionType::LastResort]), None, None);
            builder = builder.leaf_node_capabilities(able).mark_as_last_resort();
        }
        let bundle = builder.build(suite, &provider, &anna.device, mls::credential(&anna.cert)).unwrap();
        let message = mls::write(&MlsMessageOut::from(bundle.key_package().clone())).unwrap();
        check_key_package(&message, &anna.cert).err()
    };
    let ours = Ciphersuite::MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519;
    assert_eq!(make(ours, mls::lifetime(), false), None);
    assert!(matches!(make(ours, Lifetime::init(1, 2), false), Some(Error::Mls(_))), "over");
    let far = mls::lifetime().not_after();
    assert!(matches!(make(ours, Lifetime::init(far, far + 1), false), Some(Error::Mls(_))), "not yet");
    assert_eq!(make(ours, mls::lifetime(), true), Some(Error::Refused("extensions of a key package")));
    let theirs = Ciphersuite::MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519;
    assert_eq!(make(theirs, mls::lifetime(), false), Some(Error::Refused("suite")));
}

#[test]
fn a_welcome_tells_for_whom_it_is() {
    let people: Vec<_> = (0..4).map(someone).collect();
    let mut group = people[0].create(SUITE_CLASSIC);
    let (secrets, packages): (Vec<_>, Vec<_>) = people[1..].iter().map(|one| one.package(SUITE_CLASSIC)).unzip();
    let welcome = people[0].prepare(&mut group, &packages, &[]).welcome.unwrap();
    let references: Vec<_> = secrets.iter().map(|secret| secret.reference.clone()).collect();
    assert_eq!(welcome_references(&welcome), Ok(references));
    for bad in [packages[0].as_slice(), &welcome[1..], b""] {
        assert_eq!(welcome_references(bad), Err(Error::Malformed("welcome")));
    }
}

/// Parts of a GroupInfo that its maker could get wrong, and still sign.
struct Parts {
    group: PublicGroup,
    extensions: Extensions<GroupInfo>,
    signer: LeafNodeIndex,
}

impl Parts {
    /// The GroupInfo of a followed group, as its maker signs it (RFC 9420 §5.1.2 and §12.4.3).
    fn sign(self, device: &DeviceKey) -> Vec<u8> {
        let make = |signature: &[u8]| {
            VerifiableGroupInfo::new(
                self.group.group_context().clone(),
                self.extensions.clone(),
                self.group.confirmation_tag().clone(),
                self.signer,
                Signature::from(signature.to_vec()),
            )
        };
        let label = VLBytes::new(b"MLS 1.0 GroupInfoTBS".to_vec()).tls_serialize_detached().unwrap();
        let content = VLBytes::new(make(&[]).unsigned_payload().unwrap()).tls_serialize_detached().unwrap();
        let signature = device.sign(&[label, content].concat()).unwrap();
        // MLSMessage: version 1, GroupInfo.
        [&[0, 1, 0, 4], make(&signature).tls_serialize_detached().unwrap().as_slice()].concat()
    }
}

#[test]
fn a_group_info_that_its_maker_signed_wrongly_is_refused() {
    let (people, mut groups, begun) = small();
    let followed = Followed::begin(id(0x30, 0), &begun.group_info).unwrap();
    let prepared = people[1].prepare(&mut groups[1], &[], &[]);
    let (next, _) = followed.turn(&prepared.commit, &prepared.group_info).unwrap();
    let state = next.state().unwrap();
    let good = mls::read_group_info(&prepared.group_info).unwrap().extensions().clone();
    let old = mls::read_group_info(&begun.group_info).unwrap().extensions().clone();
    let parts = || Parts {
        group: Followed::load(&state).unwrap().group,
        extensions: good.clone(),
        signer: LeafNodeIndex::new(1),
    };
    let turn = |parts: Parts| {
        let info = parts.sign(&people[1].device);
        let again = Followed::begin(id(0x30, 0), &info).err();
        (followed.turn(&prepared.commit, &info).err(), again)
    };
    assert_eq!(turn(parts()), (None, None), "so it is right");
    let with = |extensions: Vec<Extension>| Parts { extensions: Extensions::from_vec(extensions).unwrap(), ..parts() };
    let (tree, key) = (good.iter().next().unwrap().clone(), good.iter().nth(1).unwrap().clone());
    assert!(matches!((&tree, &key), (Extension::RatchetTree(_), Extension::ExternalPub(_))));
    let forged = Some(Error::Forged("group info"));
    let extensions = Some(Error::Refused("extensions of a group info"));
    // The tree of the epoch before.
    let (by_turn, by_begin) = turn(with(vec![old.iter().next().unwrap().clone(), key.clone()]));
    assert_eq!(by_turn, forged);
    assert!(matches!(by_begin, Some(Error::Mls(_))));
    // Another's place in the tree.
    assert_eq!(turn(Parts { signer: LeafNodeIndex::new(0), ..parts() }).0, forged);
    // Something left out, something more, a key that is none.
    assert_eq!(turn(with(vec![tree.clone()])), (extensions.clone(), extensions.clone()));
    assert_eq!(turn(with(vec![key.clone()])), (extensions.clone(), extensions.clone()));
    let more = Extension::Unknown(0xff00, UnknownExtension(vec![0; 1000]));
    assert_eq!(turn(with(vec![tree.clone(), key, more])), (extensions.clone(), extensions));
    let short = Extension::ExternalPub(ExternalPubExtension::new(vec![1; 31].into()));
    let malformed = Some(Error::Malformed("group info"));
    assert_eq!(turn(with(vec![tree, short])), (malformed.clone(), malformed));
    // Another group's.
    let other = people[1].create(SUITE_CLASSIC);
    let begun = Followed::begin(id(0x30, 0), &{
        let mut other = other;
        people[1].prepare(&mut other, &[], &[]).group_info
    });
    assert_eq!(turn(Parts { group: begun.unwrap().group, ..parts() }).0, forged);
}
