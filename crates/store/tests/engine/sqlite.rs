//! What is true of SQLite alone: files, room, the log.

use crate::*;
use futures::future::join_all;
use std::path::{Path, PathBuf};
use std::time::Duration;
use wardpost_store::testing::{TestDb, run};
use wardpost_store::{DbConfig, StoreError, Target};

fn path(db: &TestDb) -> PathBuf {
    match &db.config().target {
        Target::Sqlite(path) => path.clone(),
        Target::Postgres(_) => panic!("not SQLite"),
    }
}

fn with(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |m| m.len())
}

#[test]
fn what_was_answered_is_in_the_files_at_that_moment() {
    run(async {
        let db = TestDb::sqlite_with(SCHEMA).await;
        let (org, parent) = parent(&db).await;
        let copies = tempfile::tempdir().unwrap();
        for n in 1..=5 {
            db.write(child(org, parent, &n.to_string())).await.unwrap();
            // As after a power cut: the files as they are, without the index of the log.
            let copy = copies.path().join(format!("{n}.db"));
            std::fs::copy(path(&db), &copy).unwrap();
            std::fs::copy(with(&path(&db), "-wal"), with(&copy, "-wal")).unwrap();
            let after = Db::open(&DbConfig::sqlite(copy)).await.unwrap();
            assert_eq!(count(&after, org).await, n);
        }
    });
}

#[test]
fn a_full_disk_refuses_and_loses_nothing_and_room_made_is_used() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let config = DbConfig { max_pages: Some(600), ..DbConfig::sqlite(folder.path().join("small.db")) };
        let db = Db::open(&config).await.unwrap();
        db.migrate_to(SCHEMA, 0).await.unwrap();
        let (org, parent) = parent(&db).await;
        let fill = |n: usize| {
            let mut batch = Batch::new();
            batch.exec(ADD_CHILD, params![org, id(), parent, n.to_string(), vec![7_u8; 50_000]]);
            batch
        };
        let outcomes = join_all((0..100).map(|n| db.write(fill(n)))).await;
        let done = outcomes.iter().filter(|o| o.is_ok()).count();
        assert!(done > 0 || count(&db, org).await == 0);
        assert!(outcomes.iter().all(|o| o.is_ok() || *o == Err(StoreError::Full)), "{outcomes:?}");
        assert!(outcomes.contains(&Err(StoreError::Full)));
        assert_eq!(count(&db, org).await, i64::try_from(done).unwrap());
        // One by one: what fits is taken, what doesn't is refused.
        let mut n = 100;
        while db.write(fill(n)).await.is_ok() {
            n += 1;
        }
        assert_eq!(db.write(fill(n)).await.unwrap_err(), StoreError::Full);
        let there = count(&db, org).await;
        assert!(there > 10);
        db.exec("DELETE FROM child WHERE org_id = ?1", params![org]).await.unwrap();
        db.write(fill(n)).await.unwrap();
        assert_eq!(count(&db, org).await, 1);
        assert_eq!(db.integrity().await.unwrap(), Vec::<String>::new());
    });
}

#[test]
fn a_lock_held_by_another_process_makes_a_write_busy_and_later_ones_succeed() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("locked.db");
        let config = DbConfig { lock_wait: Duration::from_millis(100), ..DbConfig::sqlite(&file) };
        let db = Db::open(&config).await.unwrap();
        db.migrate_to(SCHEMA, 0).await.unwrap();
        let (org, parent) = parent(&db).await;
        let other = rusqlite::Connection::open(&file).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        assert_eq!(db.write(child(org, parent, "a")).await.unwrap_err(), StoreError::Busy);
        assert_eq!(count(&db, org).await, 0, "reading goes on");
        other.execute_batch("ROLLBACK").unwrap();
        db.write(child(org, parent, "a")).await.unwrap();
    });
}

#[test]
fn the_log_stays_bounded_and_what_is_deleted_is_in_no_file() {
    run(async {
        let db = TestDb::sqlite_with(SCHEMA).await;
        let (org, parent) = parent(&db).await;
        let log = with(&path(&db), "-wal");
        let marker = b"THE-WRAPPED-KEY-OF-ONE-MESSAGE";
        let mut secret = Batch::new();
        secret.exec(ADD_CHILD, params![org, id(), parent, "secret", marker.repeat(400)]);
        db.write(secret).await.unwrap();
        let mut largest = 0;
        for round in 0..40 {
            let mut batch = Batch::new();
            for n in 0..20 {
                let name = format!("{round}/{n}");
                batch.exec(ADD_CHILD, params![org, id(), parent, name, vec![7_u8; 100_000]]);
            }
            db.write(batch).await.unwrap();
            largest = largest.max(size(&log));
        }
        assert!(size(&path(&db)) > 60 << 20);
        assert!(largest > 1 << 20 && largest < 48 << 20, "log grew to {largest} bytes");
        db.exec("DELETE FROM child WHERE org_id = ?1 AND name = ?2", params![org, "secret"]).await.unwrap();
        db.truncate_log().await.unwrap();
        assert_eq!(size(&log), 0);
        for entry in std::fs::read_dir(path(&db).parent().unwrap()).unwrap() {
            let file = entry.unwrap().path();
            let bytes = std::fs::read(&file).unwrap();
            assert!(!bytes.windows(marker.len()).any(|w| w == marker), "{}", file.display());
        }
    });
}

#[test]
fn a_resting_database_cuts_its_log_by_itself() {
    run(async {
        let db = TestDb::sqlite_with(SCHEMA).await;
        parent(&db).await;
        let log = with(&path(&db), "-wal");
        assert!(size(&log) > 0);
        while size(&log) > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
}

#[test]
#[cfg(unix)]
fn the_files_are_readable_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    run(async {
        let db = TestDb::sqlite_with(SCHEMA).await;
        parent(&db).await;
        for file in [path(&db), with(&path(&db), "-wal"), with(&path(&db), "-shm")] {
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
        }
    });
}

#[test]
fn damage_is_found() {
    run(async {
        let db = TestDb::sqlite_with(SCHEMA).await;
        let (org, parent) = parent(&db).await;
        for n in 0..200 {
            db.write(child(org, parent, &n.to_string())).await.unwrap();
        }
        db.close().await.unwrap();
        let mut bytes = std::fs::read(path(&db)).unwrap();
        let middle = bytes.len() / 2 / 4096 * 4096;
        bytes[middle..middle + 64].fill(0xA5);
        std::fs::write(path(&db), bytes).unwrap();
        let damaged = Db::open(db.config()).await.unwrap();
        let found = damaged.integrity().await;
        assert!(found.as_ref().is_err() || found.as_ref().is_ok_and(|p| !p.is_empty()), "{found:?}");
    });
}

#[test]
fn a_flipped_byte_of_an_index_is_found() {
    run(async {
        let db = TestDb::sqlite_with(SCHEMA).await;
        let (org, parent) = parent(&db).await;
        for n in 0..20 {
            db.write(child(org, parent, &format!("needle {n:02}"))).await.unwrap();
        }
        assert_eq!(db.table_integrity("child").await.unwrap(), Vec::<String>::new());
        db.close().await.unwrap();
        let sound = std::fs::read(path(&db)).unwrap();
        let places: Vec<usize> =
            sound.windows(9).enumerate().filter(|(_, w)| w == b"needle 07").map(|(at, _)| at).collect();
        assert!(places.len() >= 2, "in its row and in the index of names");
        for at in places {
            let mut bytes = sound.clone();
            bytes[at] ^= 1;
            std::fs::write(path(&db), bytes).unwrap();
            let found = Db::open(db.config()).await.unwrap().table_integrity("child").await.unwrap();
            assert!(found.iter().any(|p| p.contains("child_name")), "{found:?}");
        }
    });
}

#[test]
fn a_copy_is_complete_while_writing_goes_on_and_never_replaces_a_file() {
    run(async {
        let db = TestDb::sqlite_with(SCHEMA).await;
        let (org, parent) = parent(&db).await;
        for n in 0..100 {
            db.write(child(org, parent, &n.to_string())).await.unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("copy.db");
        let more = join_all((100..200).map(|n| {
            let db = db.db().clone();
            async move { db.write(child(org, parent, &n.to_string())).await }
        }));
        let (copied, more) = tokio::join!(db.copy_to(&to), more);
        copied.unwrap();
        assert!(more.iter().all(Result::is_ok));
        let copy = Db::open(&DbConfig::sqlite(&to)).await.unwrap();
        assert_eq!(copy.integrity().await.unwrap(), Vec::<String>::new());
        assert!((100..=200).contains(&count(&copy, org).await));
        assert!(matches!(db.copy_to(&to).await, Err(StoreError::Refused(_))));
    });
}

#[test]
fn a_place_that_can_not_hold_a_database_is_refused_with_its_name() {
    run(async {
        let Err(StoreError::Backend(text)) = Db::open(&DbConfig::sqlite("/proc/nowhere/x.db")).await else {
            panic!("opened")
        };
        assert!(text.contains("/proc/nowhere/x.db"), "{text}");
    });
}

#[test]
fn a_query_that_nobody_waits_for_any_more_ends() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let config = DbConfig { readers: 1, ..DbConfig::sqlite(folder.path().join("one.db")) };
        let db = Db::open(&config).await.unwrap();
        let endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n";
        let query = tokio::time::timeout(Duration::from_millis(100), db.query(endless, params![]));
        assert!(query.await.is_err());
        // The only connection is free again.
        db.ping().await.unwrap();
    });
}
