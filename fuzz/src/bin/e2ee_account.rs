//! Keys, certificates, wraps, backups and messages between linking devices: reading never panics, and there is one form of
//! each. The first byte says what it is.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use wardpost_e2ee::Id;
use wardpost_e2ee::account::{AccountKeys, AccountSecret, DeviceCertificate, DeviceKey};
use wardpost_e2ee::content::EpochSecret;
use wardpost_e2ee::group::{Group, PackageSecret};
use wardpost_e2ee::history::{open_sealed, unwrap};
use wardpost_e2ee::link::{NewDevice, OldDevice, is_ask, open_with_code, open_with_key, seal_with_code};

static SECRET: LazyLock<AccountSecret> =
    LazyLock::new(|| AccountSecret::from_bytes(&[[1, 0, 0, 0, 1].as_slice(), &[7; 32]].concat()).expect("an account"));

fuzz_target!(|data: &[u8]| {
    let Some((kind, data)) = data.split_first() else { return };
    match kind {
        0 => {
            if let Ok(keys) = AccountKeys::decode(data) {
                assert_eq!(keys.encode(), data);
            }
        }
        1 => {
            if let Ok(certificate) = DeviceCertificate::decode(data) {
                assert_eq!(certificate.encode(), data);
            }
        }
        2 => {
            if let Ok(secret) = AccountSecret::from_bytes(data) {
                assert_eq!(*secret.to_bytes(), data);
            }
            if let Ok(device) = DeviceKey::from_bytes(data) {
                assert_eq!(*device.to_bytes(), data);
            }
            let _ = EpochSecret::from_bytes(data);
        }
        3 => drop(unwrap(&SECRET, Id([1; 16]), 1, data)),
        4 => drop(open_sealed(&SECRET, Id([1; 16]), 1, data)),
        5 => {
            let _ = open_with_code(data, Id([1; 16]), "0000-0000-0000-0000-0000-0000-0000");
            let _ = open_with_key(data, Id([1; 16]), &[1; 32]);
        }
        6 => {
            if let Ok(code) = std::str::from_utf8(data)
                && let Ok(sealed) = seal_with_code(&SECRET, Id([1; 16]), code)
            {
                assert!(open_with_code(&sealed, Id([1; 16]), code).is_ok());
            }
        }
        7 => {
            assert_eq!(OldDevice::begin(data).is_ok(), is_ask(data) && OldDevice::begin(data).is_ok());
            let (mut new, ask) = NewDevice::begin("new").expect("random bytes");
            let _ = new.receive(data);
            let (mut old, _) = OldDevice::begin(&ask).expect("a question");
            let _ = old.accept().expect("not answered yet");
            assert!(old.receive(data).is_err(), "nobody guesses what was committed to");
        }
        8 => {
            let _ = Group::load(data);
            let _ = PackageSecret::from_bytes(data);
        }
        _ => {}
    }
});
