//! Sealed messages under a fixed key, and what stands in them: opening never panics, and nobody but who has the keys makes
//! one that opens.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use wardpost_e2ee::Id;
use wardpost_e2ee::account::DeviceKey;
use wardpost_e2ee::content::{Bound, Content, EpochSecret, open, seal};

const BOUND: Bound =
    Bound { conversation: Id([1; 16]), epoch: 1, client_id: Id([2; 16]), flags: 0, device: Id([3; 16]) };

static KEYS: LazyLock<(EpochSecret, DeviceKey)> = LazyLock::new(|| {
    let key = EpochSecret::from_bytes(&[5; 32]).expect("32 bytes");
    let device = DeviceKey::from_bytes(&[[1].as_slice(), &[6; 32]].concat()).expect("a device key");
    (key, device)
});

fuzz_target!(|data: &[u8]| {
    let (key, device) = &*KEYS;
    let _ = open(key, &BOUND, data, &device.public());
    if let Ok(content) = Content::read(data)
        && let Ok(sealed) = seal(key, device, &BOUND, &content)
    {
        assert_eq!(open(key, &BOUND, &sealed, &device.public()), Ok(content));
    }
});
