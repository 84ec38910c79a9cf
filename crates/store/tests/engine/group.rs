//! Many writers at once: each batch stands or falls alone, though they share commits.

use crate::*;
use futures::future::join_all;
use wardpost_store::{StoreError, both_engines};

both_engines! {
    using SCHEMA;

    fn batches_that_fail_do_not_harm_those_that_share_their_commit(db) {
        let (org, parent) = parent(&db).await;
        db.write(child(org, parent, "taken")).await.unwrap();
        let writes = (0..300).map(|n| {
            let db = db.db().clone();
            async move {
                let mut batch = child(org, parent, &format!("name {n}"));
                if n % 17 == 3 {
                    batch.append(child(org, parent, "taken"));
                }
                if n % 23 == 5 {
                    batch.require(IN_STATE, params![org, parent, "closed"], "never");
                }
                (n, db.write(batch).await)
            }
        });
        let mut done = 1;
        for (n, outcome) in join_all(writes).await {
            match (n % 17 == 3, n % 23 == 5) {
                (true, _) => assert_eq!(outcome.unwrap_err(), StoreError::Conflict("child_name".to_owned()), "{n}"),
                (_, true) => assert_eq!(outcome.unwrap_err(), StoreError::Guard("never"), "{n}"),
                _ => {
                    outcome.unwrap();
                    done += 1;
                }
            }
        }
        assert_eq!(count(&db, org).await, done);
    }

    fn of_many_that_want_the_same_only_one_gets_it(db) {
        let (org, parent) = parent(&db).await;
        let claims = (0..100).map(|_| {
            let db = db.db().clone();
            async move {
                let mut batch = Batch::new();
                batch.exec_expect(SET_STATE, params![org, parent, "claimed", "open"], 1, "open");
                batch.append(child(org, parent, "the claim"));
                db.write(batch).await
            }
        });
        let (won, lost): (Vec<_>, Vec<_>) = join_all(claims).await.into_iter().partition(Result::is_ok);
        assert_eq!(won.len(), 1);
        assert!(lost.into_iter().all(|l| l.unwrap_err() == StoreError::Guard("open")));
        assert_eq!(state(&db, (org, parent)).await, ("claimed".to_owned(), 2));
        assert_eq!(count(&db, org).await, 1);
    }

    fn counters_lose_nothing_when_two_nodes_lock_them_in_opposite_orders(db) {
        let other = db.another().await;
        let (a, b) = (parent(&db).await, parent(&db).await);
        let touch = |batch: &mut Batch, (org, id): (Uuid, Uuid)| {
            batch.exec_expect(SET_STATE, params![org, id, "open", "open"], 1, "there");
        };
        let writes = (0..60).map(|n| {
            let db = if n % 2 == 0 { db.db().clone() } else { other.clone() };
            async move {
                let mut batch = Batch::new();
                let (first, second) = if n % 2 == 0 { (a, b) } else { (b, a) };
                touch(&mut batch, first);
                touch(&mut batch, second);
                db.write(batch).await
            }
        });
        let outcomes = join_all(writes).await;
        assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
        assert_eq!(state(&db, a).await.1, 61);
        assert_eq!(state(&db, b).await.1, 61);
    }

    fn what_is_answered_is_seen_by_another_node(db) {
        let (org, parent) = parent(&db).await;
        let other = db.another().await;
        for n in 1..=20 {
            db.write(child(org, parent, &n.to_string())).await.unwrap();
            assert_eq!(count(&other, org).await, n);
        }
    }
}
