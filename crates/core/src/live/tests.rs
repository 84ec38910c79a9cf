use super::{Change, LiveEvent, Lookout};
use crate::Core;
use crate::clock::{HOUR_US, MINUTE_US, SECOND_US};
use crate::testing::TestCore;
use std::collections::BTreeSet;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::TryRecvError;
use uuid::Uuid;
use wardpost_model::{EventId, MailboxId};
use wardpost_store::repo::live as rows;
use wardpost_store::{Batch, both_engines};

fn mailbox(n: u128) -> Change {
    Change::Mailbox(MailboxId(Uuid::from_u128(n)))
}

async fn announce(core: &Core, changes: impl IntoIterator<Item = Change>) {
    let mut batch = Batch::new();
    for change in changes {
        core.announce(&mut batch, change);
    }
    core.db().write(batch).await.unwrap();
}

/// An event of a node whose clock shows another time.
async fn announce_at(core: &Core, at_us: i64, change: Change) {
    let (topic, kind, reference) = change.encode();
    let mut batch = Batch::new();
    rows::insert(&mut batch, core.org(), EventId(Uuid::new_v4()), at_us, topic, kind, reference);
    core.db().write(batch).await.unwrap();
}

/// What arrived; fails when something arrived twice.
fn received(from: &mut Receiver<LiveEvent>) -> BTreeSet<u128> {
    let mut all = BTreeSet::new();
    loop {
        match from.try_recv() {
            Ok(LiveEvent { change: Change::Mailbox(m), .. }) => assert!(all.insert(m.0.as_u128()), "{m} came twice"),
            Ok(_) => {}
            Err(TryRecvError::Lagged(n)) => panic!("{n} events were lost"),
            Err(_) => return all,
        }
    }
}

both_engines! {
    fn every_event_is_passed_on_once_however_many_there_are(store) {
        let house = TestCore::over(store).await;
        let mut events = house.live().subscribe();
        let mut lookout = Lookout::new(&house);
        announce(&house, (1..=1010).map(mailbox)).await;
        lookout.look(&house).await.unwrap();
        assert_eq!(received(&mut events), (1..=1010).collect());
        for n in 0..8 {
            house.clock.advance_us(SECOND_US);
            announce(&house, [mailbox(5000 + n)]).await;
            lookout.look(&house).await.unwrap();
            lookout.look(&house).await.unwrap();
            assert_eq!(received(&mut events), BTreeSet::from([5000 + n]));
        }
    }

    fn a_node_whose_clock_is_ahead_or_behind_silences_nobody(store) {
        let house = TestCore::over(store).await;
        let mut lookout = Lookout::new(&house);
        lookout.look(&house).await.unwrap();
        let mut events = house.live().subscribe();
        let now = house.clock().now_us();
        announce_at(&house, now + 50 * SECOND_US, mailbox(1)).await;
        announce_at(&house, now + 30 * MINUTE_US, mailbox(2)).await;
        lookout.look(&house).await.unwrap();
        assert_eq!(received(&mut events), BTreeSet::from([1]));
        house.clock.advance_us(2 * SECOND_US);
        announce_at(&house, now - 50 * SECOND_US, mailbox(3)).await;
        announce(&house, [mailbox(4)]).await;
        lookout.look(&house).await.unwrap();
        assert_eq!(received(&mut events), BTreeSet::from([3, 4]));
    }

    fn a_clock_that_is_set_back_or_on_silences_nobody(store) {
        let house = TestCore::over(store).await;
        let mut events = house.live().subscribe();
        let mut lookout = Lookout::new(&house);
        announce(&house, [mailbox(1)]).await;
        lookout.look(&house).await.unwrap();
        for (n, jump) in [(2, -HOUR_US), (3, HOUR_US), (4, 10 * MINUTE_US), (5, -MINUTE_US)] {
            house.clock.advance_us(jump);
            announce(&house, [mailbox(n)]).await;
            lookout.look(&house).await.unwrap();
            assert!(events_of(&mut events).contains(&n), "after a jump by {jump} µs");
        }
    }

    fn what_was_announced_while_the_store_could_not_be_read_is_found_afterwards(store) {
        let house = TestCore::over(store).await;
        let mut lookout = Lookout::new(&house);
        lookout.look(&house).await.unwrap();
        let mut events = house.live().subscribe();
        announce(&house, [mailbox(7)]).await;
        house.clock.advance_minutes(20);
        lookout.look(&house).await.unwrap();
        assert_eq!(received(&mut events), BTreeSet::from([7]));
    }
}

/// What arrived, be it twice: hints may be repeated when a clock jumps.
fn events_of(from: &mut Receiver<LiveEvent>) -> BTreeSet<u128> {
    let mut all = BTreeSet::new();
    while let Ok(event) = from.try_recv() {
        if let Change::Mailbox(m) = event.change {
            all.insert(m.0.as_u128());
        }
    }
    all
}
