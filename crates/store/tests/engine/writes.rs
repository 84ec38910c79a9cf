//! Batches, guards, conflicts, refusals.

use crate::*;
use futures::StreamExt as _;
use wardpost_store::{StoreError, both_engines};

both_engines! {
    using SCHEMA;

    fn a_batch_is_done_as_a_whole_and_says_what_each_statement_did(db) {
        let (org, parent) = parent(&db).await;
        let mut batch = child(org, parent, "a");
        batch.append(child(org, parent, "b"));
        batch.exec(SET_STATE, params![org, parent, "closed", "elsewhere"]);
        batch.require(IN_STATE, params![org, parent, "open"], "open");
        batch.exec_expect(SET_STATE, params![org, parent, "closed", "open"], 1, "closing");
        assert_eq!(db.write(batch).await.unwrap(), [1, 1, 0, 1, 1]);
        assert_eq!(count(&db, org).await, 2);
        assert_eq!(state(&db, (org, parent)).await, ("closed".to_owned(), 2));
        assert_eq!(db.write(Batch::new()).await.unwrap(), [0_u64; 0]);
    }

    fn a_batch_that_fails_anywhere_leaves_nothing(db) {
        let (org, parent) = parent(&db).await;
        db.write(child(org, parent, "there")).await.unwrap();
        for name in ["first", "middle", "last"] {
            let mut batch = Batch::new();
            for part in ["first", "middle", "last"] {
                batch.append(child(org, parent, if part == name { "there" } else { part }));
            }
            assert_eq!(db.write(batch).await.unwrap_err(), StoreError::Conflict("child_name".to_owned()));
        }
        assert_eq!(count(&db, org).await, 1);
    }

    fn a_guard_that_does_not_hold_undoes_what_came_before_and_what_comes_after(db) {
        let (org, parent) = parent(&db).await;
        let mut batch = child(org, parent, "a");
        batch.require(IN_STATE, params![org, parent, "closed"], "must be closed");
        batch.append(child(org, parent, "b"));
        assert_eq!(db.write(batch).await.unwrap_err(), StoreError::Guard("must be closed"));

        let mut batch = child(org, parent, "a");
        batch.exec_expect(SET_STATE, params![org, parent, "x", "closed"], 1, "was closed");
        // This would fail too, but the guard comes first.
        batch.exec(ADD_PARENT, params![org, parent, "twice"]);
        assert_eq!(db.write(batch).await.unwrap_err(), StoreError::Guard("was closed"));
        assert_eq!(count(&db, org).await, 0);
        assert_eq!(state(&db, (org, parent)).await, ("open".to_owned(), 1));
    }

    fn a_conflict_has_the_same_name_on_both_engines(db) {
        let (org, parent) = parent(&db).await;
        let conflict = |name: &str| StoreError::Conflict(name.to_owned());
        let again = db.exec(ADD_PARENT, params![org, parent, "again"]).await.unwrap_err();
        assert_eq!(again, conflict("parent_pkey"));
        assert!(again.is_conflict_on("parent_pkey"));
        db.write(child(org, parent, "a")).await.unwrap();
        assert_eq!(db.write(child(org, parent, "a")).await.unwrap_err(), conflict("child_name"));
        let folded = "INSERT INTO everything (id, n, t) VALUES (?1, -1, ?2)";
        db.exec(folded, params![10, "a"]).await.unwrap();
        assert_eq!(db.exec(folded, params![11, "A"]).await.unwrap_err(), conflict("everything_folded"));
        let one = "INSERT INTO everything (id) VALUES (1)";
        db.exec(one, params![]).await.unwrap();
        assert_eq!(db.exec(one, params![]).await.unwrap_err(), conflict("everything_pkey"));
    }

    fn a_reference_to_nothing_and_the_removal_of_what_is_referred_to_are_refused(db) {
        let (org, parent) = parent(&db).await;
        assert_eq!(db.write(child(org, id(), "a")).await.unwrap_err(), StoreError::Reference);
        db.write(child(org, parent, "a")).await.unwrap();
        let remove = "DELETE FROM parent WHERE org_id = ?1 AND id = ?2";
        assert_eq!(db.exec(remove, params![org, parent]).await.unwrap_err(), StoreError::Reference);
    }

    fn what_only_one_engine_would_take_is_refused_by_both(db) {
        let (org, parent) = parent(&db).await;
        let refused = db.write(child(org, parent, "a\0b")).await.unwrap_err();
        assert_eq!(refused, StoreError::Refused("text with a NUL character"));
        assert!(matches!(db.query(NAMES, params!["a\0"]).await.unwrap_err(), StoreError::Refused(_)));
        let huge = "INSERT INTO everything (id, b) VALUES (1, ?1)";
        assert!(matches!(db.exec(huge, params![vec![0_u8; 65 << 20]]).await.unwrap_err(), StoreError::Refused(_)));
    }

    fn a_query_can_not_write(db) {
        let (org, parent) = parent(&db).await;
        let wrong = db.query(ADD_PARENT, params![org, id(), "sneaked in"]).await.unwrap_err();
        assert_eq!(wrong, StoreError::Refused("a query may not change anything"));
        let mut rows = db.stream(ADD_PARENT, params![org, id(), "sneaked in"]);
        assert!(rows.next().await.unwrap().is_err());
        let all = "SELECT COUNT(*) FROM parent WHERE org_id = ?1";
        assert_eq!(db.query_opt(all, params![org]).await.unwrap().unwrap().int(0).unwrap(), 1);
        assert_eq!(state(&db, (org, parent)).await.0, "open");
    }

    fn an_error_tells_the_statement_but_no_value(db) {
        let secret = "Jansen-has-diabetes";
        let wrong = db.exec("INSERT INTO nowhere (name) VALUES (?1)", params![secret]).await.unwrap_err();
        let StoreError::Backend(text) = &wrong else { panic!("{wrong:?}") };
        assert!(text.contains("nowhere") && !text.contains(secret), "{text}");
        let (org, parent) = parent(&db).await;
        db.write(child(org, parent, secret)).await.unwrap();
        let conflict = db.write(child(org, parent, secret)).await.unwrap_err();
        assert!(!format!("{conflict:?} {conflict}").contains(secret));
        assert!(!format!("{:?}", child(org, parent, secret)).contains(secret));
    }

    fn after_closing_everything_accepted_is_there_and_nothing_more_is_taken(db) {
        let (org, parent) = parent(&db).await;
        let other = db.another().await;
        let writes: Vec<_> = (0..50)
            .map(|n| {
                let db = db.db().clone();
                tokio::spawn(async move { db.write(child(org, parent, &n.to_string())).await })
            })
            .collect();
        // One that is certainly accepted before the closing.
        db.write(child(org, parent, "before")).await.unwrap();
        db.close().await.unwrap();
        let mut done = 1;
        for write in writes {
            match write.await.unwrap() {
                Ok(_) => done += 1,
                Err(e) => assert_eq!(e, StoreError::Closed),
            }
        }
        assert_eq!(count(&other, org).await, done);
        assert_eq!(db.write(child(org, parent, "late")).await.unwrap_err(), StoreError::Closed);
        assert_eq!(db.query(NAMES, params![org]).await.unwrap_err(), StoreError::Closed);
        db.close().await.unwrap();
    }
}
