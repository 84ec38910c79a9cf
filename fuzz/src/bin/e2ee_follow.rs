//! What clients send of their groups, as the server checks it: never a panic. The first byte says what it is; before a commit
//! stands its length.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use wardpost_e2ee::Id;
use wardpost_e2ee::account::{AccountSecret, DeviceCertificate, DeviceKey};
use wardpost_e2ee::follow::{Followed, check_key_package, welcome_references};

const CONVERSATION: Id = Id([9; 16]);

/// A group of one device, whose leaf has no end of its lifetime: the seed stays good.
static FOLLOWED: LazyLock<Followed> = LazyLock::new(|| {
    let seed: &[u8] = include_bytes!("../../seeds/e2ee_follow/begin");
    Followed::begin(CONVERSATION, &seed[1..]).expect("a group")
});

static CERTIFICATE: LazyLock<DeviceCertificate> = LazyLock::new(|| {
    let secret = AccountSecret::from_bytes(&[[1, 0, 0, 0, 1].as_slice(), &[7; 32]].concat()).expect("an account");
    let device = DeviceKey::from_bytes(&[[1].as_slice(), &[8; 32]].concat()).expect("a device key");
    secret.certify(Id([1; 16]), Id([2; 16]), &device.public(), 0).expect("a certificate")
});

fuzz_target!(|data: &[u8]| {
    match data {
        [0, info @ ..] => {
            if let Ok(followed) = Followed::begin(CONVERSATION, info) {
                let state = followed.state().expect("a state");
                let again = Followed::load(&state).expect("a state reads again");
                assert_eq!(again.devices(), followed.devices());
            }
        }
        [1, package @ ..] => drop(check_key_package(package, &CERTIFICATE)),
        [2, welcome @ ..] => drop(welcome_references(welcome)),
        [3, high, low, rest @ ..] => {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            if let Some((commit, info)) = rest.split_at_checked(length)
                && let Ok((next, turn)) = FOLLOWED.turn(commit, info)
            {
                assert_eq!(next.epoch(), turn.epoch);
                assert!(next.devices().is_ok_and(|devices| devices.contains(&turn.by)));
            }
        }
        [4, state @ ..] => drop(Followed::load(state)),
        _ => {}
    }
});
