use super::*;
use crate::testing::{id, someone};

fn key() -> EpochSecret {
    EpochSecret::from_bytes(&[9; 32]).unwrap()
}

#[test]
fn an_account_opens_what_it_wrapped_and_what_was_sealed_to_it() {
    let anna = someone(1);
    let wrapped = wrap(&anna.secret, id(1, 1), 5, &key()).unwrap();
    assert_eq!(unwrap(&anna.secret, id(1, 1), 5, &wrapped), Ok(key()));
    let sealed = seal_to(&anna.keys, id(1, 1), 5, &key()).unwrap();
    assert_eq!(open_sealed(&anna.secret, id(1, 1), 5, &sealed), Ok(key()));
    assert_ne!(wrap(&anna.secret, id(1, 1), 5, &key()).unwrap(), wrapped);
}

#[test]
fn a_key_of_another_conversation_epoch_or_account_is_refused() {
    let (anna, bert) = (someone(1), someone(2));
    let wrapped = wrap(&anna.secret, id(1, 1), 5, &key()).unwrap();
    let sealed = seal_to(&anna.keys, id(1, 1), 5, &key()).unwrap();
    for (secret, conversation, epoch) in
        [(&anna.secret, id(1, 2), 5), (&anna.secret, id(1, 1), 6), (&bert.secret, id(1, 1), 5)]
    {
        assert_eq!(unwrap(secret, conversation, epoch, &wrapped), Err(Error::Forged("wrapped key")));
        assert_eq!(open_sealed(secret, conversation, epoch, &sealed), Err(Error::Forged("sealed key")));
    }
    let next = anna.secret.next().unwrap();
    let other = Err(Error::NoKey("account of this version"));
    assert_eq!(unwrap(&next, id(1, 1), 5, &wrapped), other);
    assert_eq!(open_sealed(&next, id(1, 1), 5, &sealed), other);
    // Wrapped is not sealed.
    assert_eq!(open_sealed(&anna.secret, id(1, 1), 5, &wrapped), Err(Error::Malformed("sealed key")));
    assert_eq!(unwrap(&anna.secret, id(1, 1), 5, &sealed), Err(Error::Malformed("wrapped key")));
}

#[test]
fn a_wrap_that_was_changed_anywhere_is_refused() {
    let anna = someone(1);
    let wrapped = wrap(&anna.secret, id(1, 1), 5, &key()).unwrap();
    for at in 0..wrapped.len() {
        let mut changed = wrapped.clone();
        changed[at] ^= 1;
        assert!(unwrap(&anna.secret, id(1, 1), 5, &changed).is_err(), "{at}");
        assert!(unwrap(&anna.secret, id(1, 1), 5, &wrapped[..at]).is_err());
    }
    let sealed = seal_to(&anna.keys, id(1, 1), 5, &key()).unwrap();
    for at in (0..sealed.len()).step_by(53).chain(sealed.len() - 20..sealed.len()) {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(open_sealed(&anna.secret, id(1, 1), 5, &changed).is_err(), "{at}");
        assert!(open_sealed(&anna.secret, id(1, 1), 5, &sealed[..at]).is_err());
    }
    assert!(open_sealed(&anna.secret, id(1, 1), 5, &[sealed.as_slice(), &[0]].concat()).is_err());
}

#[test]
fn nothing_is_sealed_to_what_is_no_key() {
    let mut keys = someone(1).keys;
    for sealing in [vec![], vec![0; 32], vec![0xff; primitive::KEM_PUBLIC]] {
        keys.sealing = sealing;
        assert!(seal_to(&keys, id(1, 1), 5, &key()).is_err());
    }
}
