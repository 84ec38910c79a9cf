use super::*;
use crate::testing::{id, someone};

/// An account whose keys never change.
fn fixed(version: u32, seed: u8) -> AccountSecret {
    let mut bytes = vec![1];
    bytes.extend(version.to_be_bytes());
    bytes.extend([seed; 32]);
    AccountSecret::from_bytes(&bytes).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_secret_reads_as_it_was_written_and_nothing_else_does() {
    let secret = AccountSecret::generate().unwrap();
    let bytes = secret.to_bytes();
    let again = AccountSecret::from_bytes(&bytes).unwrap();
    assert_eq!((again.version(), again.seed.as_ref()), (1, secret.seed.as_ref()));
    for bad in [
        &bytes[..36],
        &[&bytes[..], &[0]].concat(),
        &[&[2], &bytes[1..]].concat(),
        &[&[1, 0, 0, 0, 0], &bytes[5..]].concat(),
        &[],
    ] {
        assert_eq!(AccountSecret::from_bytes(bad).map(|_| ()), Err(Error::Malformed("account secret")));
    }
    let device = DeviceKey::generate().unwrap();
    let bytes = device.to_bytes();
    assert_eq!(DeviceKey::from_bytes(&bytes).unwrap().public(), device.public());
    for bad in [&bytes[..32], &[&bytes[..], &[0]].concat(), &[&[0], &bytes[1..]].concat(), &[]] {
        assert_eq!(DeviceKey::from_bytes(bad).map(|_| ()), Err(Error::Malformed("device key")));
    }
}

#[test]
fn what_is_derived_from_a_secret_stays_the_same() {
    let keys = fixed(1, 7).public(id(1, 1)).unwrap();
    assert_eq!(hex(&keys.identity), "00f36dbf59d1ee7d159a2122f9aab150f3b9346291ae5ac9a48e033d2b6b5be8");
    assert_eq!(hex(&keys.fingerprint()), "7572c659484b76fbe45c29f7b08cf55fbed9e11a7ba11166b843fa6aa295f6cf");
    assert_eq!(
        safety_number(&keys, &fixed(1, 8).public(id(1, 2)).unwrap()),
        "60741 46864 74584 82742 82619 48347 85262 18985 78862 43570 17760 96020"
    );
}

#[test]
fn nothing_secret_is_shown() {
    let secret = fixed(1, 0xab);
    assert_eq!(
        format!("{secret:?} {:?}", DeviceKey::generate().unwrap()),
        "AccountSecret { version: 1, .. } DeviceKey { .. }"
    );
}

#[test]
fn account_keys_are_read_only_as_they_were_signed() {
    let secret = fixed(2, 1);
    let keys = secret.public_after(id(1, 1), &fixed(1, 2)).unwrap();
    let bytes = keys.encode();
    assert_eq!(AccountKeys::decode(&bytes), Ok(keys));
    // The signature of the version before is looked at when it is known: by `follows`.
    let own = bytes.len() - 64;
    let before = fixed(1, 2).public(id(1, 1)).unwrap();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        match AccountKeys::decode(&changed) {
            Ok(read) => assert!(at >= own && !read.follows(&before), "{at}"),
            Err(error) => assert!(matches!(error, Error::Malformed(_) | Error::Forged(_)), "{at}: {error}"),
        }
        assert!(AccountKeys::decode(&bytes[..at]).is_err());
    }
    assert!(AccountKeys::decode(&[bytes.as_slice(), &[0]].concat()).is_err());
    assert_eq!(AccountKeys::decode(&vec![0; 3000]), Err(Error::TooLarge("account keys")));
}

#[test]
fn keys_in_another_form_are_refused() {
    let keys = fixed(1, 1).public(id(1, 1)).unwrap();
    let mut bytes = keys.encode();
    // The version as a number of two bytes.
    let at = bytes.iter().position(|byte| *byte == 0x50).unwrap() + 17;
    assert_eq!(bytes[at], 1);
    bytes.splice(at..=at, [0x18, 1]);
    assert_eq!(AccountKeys::decode(&bytes), Err(Error::Malformed("account keys")));
}

#[test]
fn keys_follow_only_those_whose_identity_handed_on() {
    let (first, person) = (AccountSecret::generate().unwrap(), id(1, 1));
    let second = first.next().unwrap();
    let old = first.public(person).unwrap();
    let new = AccountKeys::decode(&second.public_after(person, &first).unwrap().encode()).unwrap();
    assert!(new.follows(&old));
    assert!(!second.public(person).unwrap().follows(&old), "not handed on");
    assert!(!old.follows(&new) && !new.follows(&new) && !old.follows(&old));
    assert!(!new.follows(&first.public(id(1, 2)).unwrap()), "somebody else's");
    assert!(!new.follows(&AccountSecret::generate().unwrap().public(person).unwrap()), "another identity");
    let third = second.next().unwrap();
    assert_eq!(third.public_after(person, &first), Err(Error::Refused("version")));
    assert!(!third.public_after(person, &second).unwrap().follows(&old), "one left out");
    assert!(third.public_after(person, &second).unwrap().follows(&new));
}

#[test]
fn a_certificate_is_of_one_device_of_one_account() {
    let (anna, bert) = (someone(1), someone(2));
    let cert = DeviceCertificate::decode(&anna.cert.encode()).unwrap();
    assert_eq!(cert, anna.cert);
    assert_eq!(cert.verify(&anna.keys), Ok(()));
    assert_eq!(cert.verify(&bert.keys), Err(Error::Forged("device certificate")));
    let renewed = anna.secret.next().unwrap().public(anna.person).unwrap();
    assert_eq!(cert.verify(&renewed), Err(Error::NoKey("account keys of this version")));
    // An identity of another account that says it is this person.
    let forger = bert.secret.public(anna.person).unwrap();
    assert_eq!(cert.verify(&forger), Err(Error::Forged("device certificate")));
    let changes: [fn(&mut DeviceCertificate); 4] =
        [|c| c.device = id(9, 9), |c| c.key = [9; 32], |c| c.created_us += 1, |c| c.signature[0] ^= 1];
    for change in changes {
        let mut changed = cert.clone();
        change(&mut changed);
        let read = DeviceCertificate::decode(&changed.encode()).unwrap();
        assert_eq!(read.verify(&anna.keys), Err(Error::Forged("device certificate")));
    }
    let bytes = cert.encode();
    for length in 0..bytes.len() {
        assert!(DeviceCertificate::decode(&bytes[..length]).is_err());
    }
    assert!(DeviceCertificate::decode(&[bytes.as_slice(), &[0]].concat()).is_err());
    assert_eq!(DeviceCertificate::decode(&[0; 300]), Err(Error::TooLarge("device certificate")));
}

#[test]
fn a_signature_is_of_one_key_and_one_message() {
    let device = DeviceKey::generate().unwrap();
    let signature = device.sign(b"message").unwrap();
    assert_eq!(verify(&device.public(), b"message", &signature), Ok(()));
    let forged = Err(Error::Forged("signature"));
    assert_eq!(verify(&device.public(), b"Message", &signature), forged);
    assert_eq!(verify(&DeviceKey::generate().unwrap().public(), b"message", &signature), forged);
    assert_eq!(verify(&device.public(), b"message", &signature[..63]), forged);
    // A key of small order, under which one signature fits every message.
    let mut weak = [0; 64];
    weak[0] = 1;
    let mut identity = [0; 32];
    identity[0] = 1;
    assert_eq!(verify(&identity, b"message", &weak), forged);
}

#[test]
fn a_safety_number_is_the_same_for_both_and_no_other_pair() {
    let [a, b, c] = [1, 2, 3].map(|number| someone(number).keys);
    let number = safety_number(&a, &b);
    assert_eq!(number, safety_number(&b, &a));
    let groups: Vec<_> = number.split(' ').collect();
    assert!(
        groups.len() == 12 && groups.iter().all(|group| group.len() == 5 && group.bytes().all(|b| b.is_ascii_digit()))
    );
    let changed = AccountSecret::generate().unwrap().public(b.person).unwrap();
    for other in [&c, &changed] {
        assert_ne!(number, safety_number(&a, other));
    }
}

#[test]
fn ids_are_random_and_say_so() {
    let (a, b) = (random_id().unwrap(), random_id().unwrap());
    assert_ne!(a, b);
    assert_eq!((a.0[6] >> 4, a.0[8] >> 6), (4, 2));
}
