//! Wake-ups: at once on this node, soon on others.

use crate::*;
use std::time::Duration;
use wardpost_store::both_engines;
use wardpost_store::testing::{TestDb, run};

both_engines! {
    using SCHEMA;

    fn a_commit_wakes_who_watches_and_a_failure_does_not(db) {
        // Until the connection between nodes is up there may be a wake-up for no reason: wait for a quiet moment.
        let mut watch = db.watch();
        while tokio::time::timeout(Duration::from_secs(1), watch.changed()).await.is_ok() {}
        let (org, parent) = parent(&db).await;
        watch.changed().await.unwrap();
        db.exec(ADD_PARENT, params![org, parent, "again"]).await.unwrap_err();
        assert!(!watch.has_changed().unwrap());
        db.write(child(org, parent, "a")).await.unwrap();
        assert!(watch.has_changed().unwrap(), "rung before the answer");
    }
}

#[test]
fn a_commit_on_one_node_wakes_the_other() {
    run(async {
        let db = TestDb::postgres_with(SCHEMA).await;
        let other = db.another().await;
        for _ in 0..3 {
            let mut watch = other.watch();
            while tokio::time::timeout(Duration::from_secs(1), watch.changed()).await.is_ok() {}
            parent(&db).await;
            tokio::time::timeout(Duration::from_secs(10), watch.changed()).await.expect("woken").unwrap();
        }
    });
}
