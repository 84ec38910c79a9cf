//! Every statement that any repository sends is one that both engines take.

use wardpost_store::both_engines;
use wardpost_store::repo::all_statements;
use wardpost_store::testing::prepare_all;

both_engines! {
    fn every_statement_of_the_repositories_is_prepared(db) {
        let wrong = prepare_all(&db, &all_statements()).await;
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    fn a_statement_outside_the_subset_is_found(db) {
        let bad = ["SELECT version FROM schema_migration WHERE name = '?1'", "SELECT nothing FROM nowhere"];
        assert_eq!(prepare_all(&db, &["SELECT version FROM schema_migration WHERE version > ?1"]).await, [""; 0]);
        for statement in bad {
            assert!(!prepare_all(&db, &[statement]).await.is_empty(), "{statement}");
        }
    }
}

#[test]
fn no_statement_is_listed_without_being_one() {
    assert!(
        all_statements()
            .iter()
            .all(|s| ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].iter().any(|w| s.starts_with(w)))
    );
}
