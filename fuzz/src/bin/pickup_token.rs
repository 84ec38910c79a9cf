//! What a stranger may say at the door of a pick-up: any token, any code. Nothing panics, nothing is found, nobody gets in.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use tokio::runtime::{Builder, Runtime};
use wardpost_core::Error;
use wardpost_core::mail::{PickupAnswer, PickupState};
use wardpost_core::testing::TestCore;

static HOUSE: LazyLock<(Runtime, TestCore)> = LazyLock::new(|| {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let house = runtime.block_on(TestCore::new());
    (runtime, house)
});

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let (token, answer) = text.split_once('\n').unwrap_or((&text, "000000"));
    let (runtime, house) = &*HOUSE;
    runtime.block_on(async {
        let door = house.pickup_door(token).await.expect("a door is shown for any token");
        assert_eq!(door.state, PickupState::Unknown);
        assert!(door.sender_name.is_empty() && door.phone_masked.is_none());
        for said in [PickupAnswer::Code(answer.to_owned()), PickupAnswer::Secret(answer.to_owned())] {
            let got = house.pickup_verify(token, &said, None, None).await;
            assert!(matches!(got, Err(Error::NotFound)));
        }
        assert!(matches!(house.pickup_code(token, None, None).await, Err(Error::NotFound)));
        assert!(matches!(house.pickup_session(answer, None, None).await, Err(Error::Unauthenticated)));
    });
});
