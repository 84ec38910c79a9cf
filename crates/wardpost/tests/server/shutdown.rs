//! Stopping in order, under load.

use crate::harness::{House, Smtp, text};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Mutex;

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_under_load_loses_nothing_confirmed_and_is_recorded() {
    let house = House::new("");
    let node = house.start();
    let mut anna = house.person(&node, "clinician", "anna").await;
    let confirmed = Arc::new(Mutex::new(BTreeSet::new()));
    let mut senders = tokio::task::JoinSet::new();
    for sender in 0..6 {
        let (mx, confirmed) = (node.mx(), Arc::clone(&confirmed));
        senders.spawn(async move {
            let Ok(mut smtp) = Smtp::connect(mx).await else { return };
            for n in 0..10_000 {
                let subject = format!("message-{sender}-{n}");
                match smtp.send("anna@clinic.example", &subject, "Hello").await {
                    Ok((250, _)) => drop(confirmed.lock().await.insert(subject)),
                    // 421: the server closes.
                    _ => return,
                }
            }
        });
    }
    while confirmed.lock().await.len() < 100 {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    let began = Instant::now();
    node.stop();
    assert!(began.elapsed().as_secs() < 15, "the stop took {:?}", began.elapsed());
    while senders.join_next().await.is_some() {}

    let status = text(&house.run(&["audit", "status"]));
    assert!(status.contains("waiting      0"), "every entry has its place: {status}");
    let verified = house.run(&["audit", "verify"]);
    assert!(verified.status.success(), "{}", text(&verified));
    for file in ["wardpost.db-wal", "keys.db-wal"] {
        let size = std::fs::metadata(house.data(file)).map_or(0, |m| m.len());
        assert_eq!(size, 0, "{file} was folded into its database");
    }
    let node = house.start();
    anna.api.turn_to(&node);
    let there: BTreeSet<String> = anna.subjects().await.into_iter().collect();
    let confirmed = confirmed.lock().await;
    assert!(confirmed.iter().all(|s| there.contains(s)), "something confirmed is gone");
    node.stop();
    let stops = text(&house.run(&["audit", "status"]));
    assert!(stops.contains("entries"), "{stops}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_data_folder_is_served_once() {
    let house = House::new("");
    let node = house.start();
    let second = house.run(&["serve"]);
    assert!(!second.status.success());
    assert!(text(&second).contains("another Wardpost is running on the data folder"), "{}", text(&second));
    node.stop();
}
