//! The schema's history in a real database.

use crate::SCHEMA;
use wardpost_store::{Migration, SchemaError, StoreError, both_engines, params};

const ONE: Migration = SCHEMA[0];
const TWO: Migration =
    Migration { version: 2, name: "second", sql: "CREATE TABLE second (id {int} NOT NULL PRIMARY KEY){strict};\n" };
const CHANGED: Migration =
    Migration { version: 2, name: "second", sql: "CREATE TABLE second (id {int} PRIMARY KEY){strict};\n" };
const BROKEN: Migration = Migration {
    version: 3,
    name: "broken",
    sql: "CREATE TABLE third (id {int} NOT NULL){strict};\nINSERT INTO second (id) VALUES (1);\nINSERT INTO nowhere (id) VALUES (1);\n",
};
const SECOND: &str = "SELECT id FROM second";
const THIRD: &str = "SELECT id FROM third";

both_engines! {
    using SCHEMA;

    fn each_version_is_applied_once_and_remembered(db) {
        assert_eq!(db.migrate_to(&[ONE, TWO], 12_345).await.unwrap(), [2]);
        assert_eq!(db.migrate_to(&[ONE, TWO], 12_345).await.unwrap(), [0_i64; 0]);
        assert!(db.query(SECOND, params![]).await.unwrap().is_empty());
        let applied = db.applied_migrations().await.unwrap();
        assert_eq!(applied.iter().map(|a| (a.version, a.checksum.clone())).collect::<Vec<_>>(), [(1, ONE.checksum()), (2, TWO.checksum())]);
        let at = "SELECT applied_at FROM schema_migration WHERE version = 2";
        assert_eq!(db.query_opt(at, params![]).await.unwrap().unwrap().int(0).unwrap(), 12_345);
    }

    fn a_database_of_a_newer_program_or_another_history_is_refused(db) {
        db.migrate_to(&[ONE, TWO], 0).await.unwrap();
        let refused = db.migrate_to(&[ONE], 0).await.unwrap_err();
        assert_eq!(refused, StoreError::Schema(SchemaError::Newer { found: 2, known: 1 }));
        let refused = db.migrate_to(&[ONE, CHANGED], 0).await.unwrap_err();
        assert_eq!(refused, StoreError::Schema(SchemaError::Changed { version: 2, name: "second".to_owned() }));
    }

    fn a_migration_that_fails_is_undone_as_a_whole_and_tells_where(db) {
        let failed = db.migrate_to(&[ONE, TWO, BROKEN], 0).await.unwrap_err();
        let StoreError::Schema(SchemaError::Failed { version: 3, statement: 3, reason }) = &failed else {
            panic!("{failed:?}")
        };
        assert!(reason.contains("nowhere"), "{reason}");
        assert!(db.query(SECOND, params![]).await.unwrap().is_empty(), "version 2 stays, without the row of version 3");
        assert!(db.query(THIRD, params![]).await.is_err());
        assert_eq!(db.applied_migrations().await.unwrap().len(), 2);
    }

    fn nodes_that_migrate_at_once_apply_each_version_once(db) {
        let mut nodes = Vec::new();
        for _ in 0..4 {
            let node = db.another().await;
            nodes.push(tokio::spawn(async move { node.migrate_to(&[ONE, TWO], 0).await }));
        }
        let mut applied = Vec::new();
        for node in nodes {
            applied.extend(node.await.unwrap().unwrap());
        }
        assert_eq!(applied, [2]);
    }
}

both_engines! {
    using &[];

    fn nodes_that_start_on_an_empty_database_at_once_do_not_harm_each_other(db) {
        let mut nodes = Vec::new();
        for _ in 0..4 {
            let node = db.another().await;
            nodes.push(tokio::spawn(async move { node.migrate(0).await }));
        }
        let mut applied = Vec::new();
        for node in nodes {
            applied.extend(node.await.unwrap().unwrap());
        }
        applied.sort_unstable();
        assert_eq!(applied, wardpost_store::migrate::MIGRATIONS.iter().map(|m| m.version).collect::<Vec<_>>());
        assert!(db.pending_migrations().await.unwrap().is_empty());
    }
}
