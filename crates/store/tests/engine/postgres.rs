//! What is true of PostgreSQL alone: a server that goes away and comes back, locks, connections that end.

use crate::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use wardpost_store::testing::{TestDb, TestPostgres, run};
use wardpost_store::{DbConfig, StoreError};

async fn locked(url: &str, sql: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(sql).await.unwrap();
    client
}

fn url(db: &TestDb) -> String {
    match &db.config().target {
        wardpost_store::Target::Postgres(url) => url.clone(),
        wardpost_store::Target::Sqlite(_) => panic!("not PostgreSQL"),
    }
}

/// Writes as fast as it can while the server is stopped and started again; gives the names that were answered.
async fn write_through(db: &Db, (org, parent): (Uuid, Uuid), stopped: impl FnOnce() + Send + 'static) -> Vec<String> {
    let (answered, ended) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
    let writers: Vec<_> = (0..8)
        .map(|w| {
            let (db, answered, ended) = (db.clone(), Arc::clone(&answered), Arc::clone(&ended));
            tokio::spawn(async move {
                let mut n = 0;
                while !ended.load(Ordering::Relaxed) {
                    n += 1;
                    let name = format!("{w}/{n}");
                    match db.write(child(org, parent, &name)).await {
                        Ok(_) => answered.lock().unwrap().push(name),
                        Err(StoreError::Busy | StoreError::Backend(_)) => {}
                        Err(e) => panic!("{e:?}"),
                    }
                }
            })
        })
        .collect();
    let some = |least: usize| {
        let answered = Arc::clone(&answered);
        async move {
            while answered.lock().unwrap().len() < least {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    };
    some(200).await;
    tokio::task::spawn_blocking(stopped).await.unwrap();
    let before = answered.lock().unwrap().len();
    some(before + 200).await;
    ended.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    Arc::into_inner(answered).unwrap().into_inner().unwrap()
}

#[test]
fn through_a_restart_and_a_crash_of_the_server_nothing_answered_is_lost() {
    run(async {
        let server = TestPostgres::private();
        let name = server.clone().database(SCHEMA).await;
        let db = Db::open(&DbConfig::postgres(server.url(&name))).await.unwrap();
        for mode in ["fast", "immediate"] {
            let (org, parent) = parent(&db).await;
            let again = server.clone();
            let answered = write_through(&db, (org, parent), move || {
                again.stop(mode);
                again.start();
            })
            .await;
            let rows = db.query(NAMES, params![org]).await.unwrap();
            let there: std::collections::HashSet<String> = rows.iter().map(|r| r.text(0).unwrap()).collect();
            let lost: Vec<_> = answered.iter().filter(|n| !there.contains(*n)).collect();
            assert!(lost.is_empty(), "{mode}: {lost:?}");
            assert!(answered.len() >= 400);
        }
        db.close().await.unwrap();
    });
}

#[test]
fn without_a_server_writing_and_reading_are_busy_and_opening_says_so() {
    run(async {
        let server = TestPostgres::private();
        let name = server.clone().database(SCHEMA).await;
        let config = DbConfig::postgres(server.url(&name));
        let db = Db::open(&config).await.unwrap();
        let (org, parent) = parent(&db).await;
        server.stop("fast");
        assert_eq!(db.write(child(org, parent, "a")).await.unwrap_err(), StoreError::Busy);
        assert_eq!(db.query(NAMES, params![org]).await.unwrap_err(), StoreError::Busy);
        assert_eq!(Db::open(&config).await.err(), Some(StoreError::Busy));
        server.start();
        db.write(child(org, parent, "a")).await.unwrap();
        assert_eq!(count(&db, org).await, 1);
    });
}

#[test]
fn a_lock_held_by_another_session_makes_a_write_busy_and_later_ones_succeed() {
    run(async {
        let db = TestDb::postgres_with(SCHEMA).await;
        let (org, parent) = parent(&db).await;
        let config = DbConfig { lock_wait: Duration::from_millis(100), ..db.config().clone() };
        let hasty = Db::open(&config).await.unwrap();
        let holder = locked(&url(&db), "BEGIN; LOCK TABLE child IN ACCESS EXCLUSIVE MODE").await;
        assert_eq!(hasty.write(child(org, parent, "a")).await.unwrap_err(), StoreError::Busy);
        holder.batch_execute("ROLLBACK").await.unwrap();
        hasty.write(child(org, parent, "a")).await.unwrap();
    });
}

#[test]
fn sessions_ended_by_the_server_are_replaced_unnoticed() {
    run(async {
        let db = TestDb::postgres_with(SCHEMA).await;
        let (org, parent) = parent(&db).await;
        let admin = locked(&url(&db), "SELECT 1").await;
        for n in 0..5 {
            let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                       WHERE datname = current_database() AND pid <> pg_backend_pid()";
            admin.batch_execute(end).await.unwrap();
            assert_eq!(count(&db, org).await, n);
            db.write(child(org, parent, &n.to_string())).await.unwrap();
        }
    });
}

#[test]
fn what_a_requirement_has_read_can_not_change_before_the_commit() {
    run(async {
        let db = TestDb::postgres_with(SCHEMA).await;
        let (org, parent) = parent(&db).await;
        // Somebody is closing the parent, not yet committed.
        let close = format!("BEGIN; UPDATE parent SET state = 'closed' WHERE id = '{parent}'");
        let closer = locked(&url(&db), &close).await;
        let mut batch = child(org, parent, "late");
        batch.require(IN_STATE, params![org, parent, "open"], "open");
        let late = tokio::spawn({
            let db = db.db().clone();
            async move { db.write(batch).await }
        });
        // The write stands waiting for the closer.
        let waiting = "SELECT 1 FROM pg_locks WHERE NOT granted";
        while db.query(waiting, params![]).await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        closer.batch_execute("COMMIT").await.unwrap();
        assert_eq!(late.await.unwrap().unwrap_err(), StoreError::Guard("open"));
        assert_eq!(count(&db, org).await, 0);
    });
}

#[test]
fn columns_that_change_under_a_prepared_statement_are_no_hindrance() {
    run(async {
        let db = TestDb::postgres_with(SCHEMA).await;
        let all = "SELECT * FROM everything";
        assert_eq!(db.query(all, params![]).await.unwrap().len(), 0);
        locked(&url(&db), "ALTER TABLE everything ADD COLUMN more BIGINT").await;
        db.exec("INSERT INTO everything (id, n) VALUES (1, 2)", params![]).await.unwrap();
        assert_eq!(db.query_opt(all, params![]).await.unwrap().unwrap().len(), 6);
    });
}

#[test]
fn a_full_disk_is_told_as_such_and_what_is_in_each_others_way_is_tried_again() {
    run(async {
        let db = TestDb::postgres_with(SCHEMA).await;
        // The server's own errors, raised on demand; a sequence counts on though the transaction is undone.
        let raise = "CREATE SEQUENCE tries; \
             CREATE FUNCTION disk_full() RETURNS BIGINT LANGUAGE plpgsql AS \
             'BEGIN RAISE EXCEPTION USING ERRCODE = ''53100''; END'; \
             CREATE FUNCTION in_the_way(often BIGINT) RETURNS BIGINT LANGUAGE plpgsql AS \
             'BEGIN IF nextval(''tries'') <= often THEN RAISE EXCEPTION USING ERRCODE = ''40001''; END IF; \
             RETURN often; END'";
        locked(&url(&db), raise).await;
        let full = db.exec("INSERT INTO everything (id) SELECT disk_full()", params![]).await;
        assert_eq!(full.unwrap_err(), StoreError::Full);
        db.exec("INSERT INTO everything (id) SELECT in_the_way(4)", params![]).await.unwrap();
        let always = db.exec("INSERT INTO everything (id) SELECT in_the_way(1000)", params![]).await;
        assert_eq!(always.unwrap_err(), StoreError::Busy, "tried a bounded number of times");
        let ids = db.query("SELECT id FROM everything", params![]).await.unwrap();
        assert_eq!(ids.iter().map(|r| r.int(0).unwrap()).collect::<Vec<_>>(), [4]);
    });
}

#[test]
fn every_index_is_compared_with_its_table_where_the_server_can() {
    run(async {
        let db = TestDb::postgres_with(SCHEMA).await;
        let (org, parent) = parent(&db).await;
        db.write(child(org, parent, "a")).await.unwrap();
        let admin = locked(&url(&db), "CREATE EXTENSION amcheck").await;
        assert_eq!(db.integrity().await.unwrap(), Vec::<String>::new());
        // An index that was not finished.
        admin.batch_execute("INSERT INTO everything (id, n) VALUES (1, 5), (2, 5)").await.unwrap();
        admin.batch_execute("CREATE UNIQUE INDEX CONCURRENTLY unfinished ON everything (n)").await.unwrap_err();
        assert_eq!(db.integrity().await.unwrap(), ["index unfinished is not valid"]);
    });
}
