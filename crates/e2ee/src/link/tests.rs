use super::numbers::*;
use super::*;
use crate::Error;
use crate::account::AccountSecret;
use crate::testing::{id, someone};
use std::collections::BTreeSet;

fn bytes(secret: &AccountSecret) -> Vec<u8> {
    secret.to_bytes().to_vec()
}

#[test]
fn a_recovery_code_opens_what_it_sealed_however_it_is_typed() {
    let anna = someone(1);
    let code = new_recovery_code().unwrap();
    assert!(code.len() == 34 && code.split('-').all(|group| group.len() == 4), "{code}");
    let sealed = seal_with_code(&anna.secret, anna.person, &code).unwrap();
    let typed = [
        code.clone(),
        code.to_lowercase(),
        code.replace('-', ""),
        code.replace('-', " \u{2011} "),
        code.replace('0', "o").replace('1', "l"),
        code.replace('0', "O").replace('1', "I"),
        format!("  {code}\n"),
    ];
    for typed in typed {
        let opened = open_with_code(&sealed, anna.person, &typed).unwrap();
        assert_eq!(bytes(&opened), bytes(&anna.secret), "{typed}");
    }
    assert_ne!(code, new_recovery_code().unwrap());
}

#[test]
fn a_wrong_code_is_told_as_such() {
    let anna = someone(1);
    let code = new_recovery_code().unwrap();
    let sealed = seal_with_code(&anna.secret, anna.person, &code).unwrap();
    let wrong = |typed: &str| {
        assert_eq!(
            open_with_code(&sealed, anna.person, typed).map(|_| ()),
            Err(Error::Forged("recovery code")),
            "{typed}"
        )
    };
    wrong(&new_recovery_code().unwrap());
    for typed in ["", "0", "U", "é", &code[1..], &format!("{code}0"), &"0".repeat(1000), &"-".repeat(300)] {
        wrong(typed);
    }
    assert_eq!(
        open_with_code(&sealed, id(9, 9), &code).map(|_| ()),
        Err(Error::Forged("recovery code")),
        "somebody else's"
    );
    assert_eq!(seal_with_code(&anna.secret, anna.person, "0").map(|_| ()), Err(Error::Forged("recovery code")));
}

#[test]
fn a_slip_of_the_pen_shows_before_anything_is_tried() {
    let code: Vec<char> = new_recovery_code().unwrap().replace('-', "").chars().collect();
    let secret = AccountSecret::generate().unwrap();
    // Sealing reads the code and nothing else can refuse it.
    let reads = |code: &[char]| seal_with_code(&secret, id(1, 1), &code.iter().collect::<String>()).is_ok();
    assert!(reads(&code));
    for at in 0..code.len() {
        for other in "0123456789ABCDEFGHJKMNPQRSTVWXYZ".chars().filter(|c| *c != code[at]) {
            let mut slipped = code.clone();
            slipped[at] = other;
            assert!(!reads(&slipped), "{at} {other}");
        }
        for with in at + 1..code.len() {
            let mut exchanged = code.clone();
            exchanged.swap(at, with);
            assert!(exchanged == code || !reads(&exchanged), "{at} {with}");
        }
    }
}

#[test]
fn a_backup_that_was_changed_is_refused() {
    let anna = someone(1);
    let code = new_recovery_code().unwrap();
    let prf = [3; 32];
    let by_code = seal_with_code(&anna.secret, anna.person, &code).unwrap();
    let by_key = seal_with_key(&anna.secret, anna.person, &prf).unwrap();
    assert_eq!(by_code.len(), by_key.len());
    for at in 0..by_code.len() {
        let (mut one, mut other) = (by_code.clone(), by_key.clone());
        one[at] ^= 1;
        other[at] ^= 1;
        assert!(open_with_code(&one, anna.person, &code).is_err() && open_with_key(&other, anna.person, &prf).is_err());
        assert!(open_with_code(&by_code[..at], anna.person, &code).is_err());
    }
}

#[test]
fn a_passkey_opens_what_it_sealed_and_nothing_else_does() {
    let anna = someone(1);
    let sealed = seal_with_key(&anna.secret, anna.person, &[3; 32]).unwrap();
    assert_eq!(bytes(&open_with_key(&sealed, anna.person, &[3; 32]).unwrap()), bytes(&anna.secret));
    assert_eq!(open_with_key(&sealed, anna.person, &[4; 32]).map(|_| ()), Err(Error::Forged("passkey")));
    assert_eq!(open_with_key(&sealed, id(9, 9), &[3; 32]).map(|_| ()), Err(Error::Forged("passkey")));
    for length in [0, 31, 2000] {
        assert!(matches!(seal_with_key(&anna.secret, anna.person, &vec![3; length]), Err(Error::Refused(_))));
        assert!(matches!(open_with_key(&sealed, anna.person, &vec![3; length]), Err(Error::Refused(_))));
    }
}

fn compare(step: LinkStep) -> (String, Option<Vec<u8>>) {
    match step {
        LinkStep::Compare { numbers, send } => (numbers, send),
        _ => panic!("numbers were due"),
    }
}

/// Both devices, comparing.
fn comparing() -> (NewDevice, OldDevice, String, String) {
    let (mut new, ask) = NewDevice::begin("Telefoon").unwrap();
    assert!(is_ask(&ask));
    let (mut old, name) = OldDevice::begin(&ask).unwrap();
    assert_eq!(name, "Telefoon");
    let accept = old.accept().unwrap();
    assert!(!is_ask(&accept));
    let (shown_new, reveal) = compare(new.receive(&accept).unwrap());
    let (shown_old, nothing) = compare(old.receive(&reveal.unwrap()).unwrap());
    assert_eq!(nothing, None);
    (new, old, shown_new, shown_old)
}

#[test]
fn the_same_numbers_hand_the_secret_over() {
    let anna = someone(1);
    let (mut new, mut old, shown_new, shown_old) = comparing();
    assert_eq!(shown_new, shown_old);
    assert!(shown_new.len() == 6 && shown_new.bytes().all(|b| b.is_ascii_digit()));
    let message = old.decide(true, &anna.secret, anna.person).unwrap();
    let LinkStep::Secret(secret) = new.receive(&message).unwrap() else { panic!("the secret was due") };
    assert_eq!(bytes(&secret), bytes(&anna.secret));
    assert_eq!(new.person(), Some(anna.person));
    assert!(new.receive(&message).is_err() && old.decide(true, &anna.secret, anna.person).is_err(), "once");
}

#[test]
fn who_says_no_hands_nothing_over() {
    let anna = someone(1);
    let (mut new, mut old, ..) = comparing();
    let message = old.decide(false, &anna.secret, anna.person).unwrap();
    assert!(matches!(new.receive(&message), Ok(LinkStep::Refused)));
    assert!(old.decide(true, &anna.secret, anna.person).is_err());
    // Also before anything was compared.
    let (mut new, ask) = NewDevice::begin("x").unwrap();
    let (mut old, _) = OldDevice::begin(&ask).unwrap();
    let message = old.decide(false, &anna.secret, anna.person).unwrap();
    assert!(matches!(new.receive(&message), Ok(LinkStep::Refused)));
    assert!(old.accept().is_err());
}

#[test]
fn nothing_is_handed_over_before_numbers_were_compared() {
    let anna = someone(1);
    let (_, ask) = NewDevice::begin("x").unwrap();
    let (mut old, _) = OldDevice::begin(&ask).unwrap();
    assert!(old.decide(true, &anna.secret, anna.person).is_err());
    old.accept().unwrap();
    assert!(old.decide(true, &anna.secret, anna.person).is_err());
    assert!(old.accept().is_err(), "once");
}

#[test]
fn who_stands_between_makes_the_numbers_differ() {
    let (mut same, mut seen) = (0, BTreeSet::new());
    for _ in 0..8 {
        // Between two devices: a new device of the attacker's towards the old, an old one towards the new.
        let (mut new, ask) = NewDevice::begin("Telefoon").unwrap();
        let (mut evil_new, evil_ask) = NewDevice::begin("Telefoon").unwrap();
        let (mut old, _) = OldDevice::begin(&evil_ask).unwrap();
        let (mut evil_old, _) = OldDevice::begin(&ask).unwrap();
        let (_, evil_reveal) = compare(evil_new.receive(&old.accept().unwrap()).unwrap());
        let (shown_new, reveal) = compare(new.receive(&evil_old.accept().unwrap()).unwrap());
        evil_old.receive(&reveal.unwrap()).unwrap();
        let (shown_old, _) = compare(old.receive(&evil_reveal.unwrap()).unwrap());
        same += usize::from(shown_new == shown_old);
        seen.extend([shown_new, shown_old]);
    }
    assert_eq!(same, 0);
    assert!(seen.len() >= 15, "numbers are spread");
}

#[test]
fn a_key_that_was_not_committed_to_ends_it() {
    let anna = someone(1);
    let (_, ask) = NewDevice::begin("x").unwrap();
    let (mut other, _) = NewDevice::begin("x").unwrap();
    let (mut old, _) = OldDevice::begin(&ask).unwrap();
    let (_, reveal) = compare(other.receive(&old.accept().unwrap()).unwrap());
    assert_eq!(old.receive(&reveal.unwrap()).map(|_| ()), Err(Error::Forged("link message")));
    assert!(old.decide(true, &anna.secret, anna.person).is_err());
}

#[test]
fn a_secret_of_somebody_else_is_not_taken() {
    let (anna, eve) = (someone(1), someone(2));
    let (mut new, ask) = NewDevice::begin("x").unwrap();
    let (mut old, _) = OldDevice::begin(&ask).unwrap();
    let (mut evil, _) = OldDevice::begin(&ask).unwrap();
    let (_, reveal) = compare(new.receive(&old.accept().unwrap()).unwrap());
    // Who overhears can answer with a key of its own, but the numbers were made with the other's.
    evil.accept().unwrap();
    evil.receive(reveal.as_ref().unwrap()).unwrap();
    let forged = evil.decide(true, &eve.secret, anna.person).unwrap();
    assert_eq!(new.receive(&forged).map(|_| ()), Err(Error::Forged("signature")));
    old.receive(&reveal.unwrap()).unwrap();
    let genuine = old.decide(true, &anna.secret, anna.person).unwrap();
    for at in 0..genuine.len() {
        let mut changed = genuine.clone();
        changed[at] ^= 1;
        assert!(new.receive(&changed).is_err(), "{at}");
    }
    assert!(matches!(new.receive(&genuine), Ok(LinkStep::Secret(_))), "refusing a forged one changed nothing");
}

#[test]
fn messages_out_of_turn_or_out_of_form_are_refused() {
    let (mut new, ask) = NewDevice::begin("x").unwrap();
    assert_eq!(new.receive(&ask).map(|_| ()), Err(Error::Refused("link message out of turn")));
    for bad in [&[][..], &[0xff], &[0; 3000], &[ask.as_slice(), &[0]].concat()] {
        assert!(new.receive(bad).is_err() && OldDevice::begin(bad).is_err() && !is_ask(bad));
    }
    let (mut old, _) = OldDevice::begin(&ask).unwrap();
    let accept = old.accept().unwrap();
    assert!(OldDevice::begin(&accept).is_err());
    assert!(old.receive(&accept).is_err());
    assert!(old.receive(&ask).is_err());
    new.receive(&accept).unwrap();
    assert!(new.receive(&accept).is_err(), "once");
}

#[test]
fn names_are_short_and_plain() {
    let (_, ask) = NewDevice::begin(&format!("a\u{7}b{}", "é".repeat(500))).unwrap();
    let (_, name) = OldDevice::begin(&ask).unwrap();
    assert!(name.starts_with("abé") && name.chars().count() == 100);
}
