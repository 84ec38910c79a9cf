//! Test kit: fresh databases on both engines. PostgreSQL is started from the installed programs, private to the tests:
//! a folder and a socket of their own, no network, fsync on.
//!
//! ```text
//! wardpost_store::both_engines! {
//!     fn a_mailbox_is_found_by_its_address(db) {
//!         db.write(…).await.unwrap();
//!     }
//! }
//! ```

#![expect(clippy::unwrap_used, reason = "test kit: a failure here is a failed test")]

mod postgres;

pub use postgres::TestPostgres;

use crate::db::Backend;
use crate::migrate::MIGRATIONS;
use crate::{Db, DbConfig, Migration, check_portable};
use std::future::Future;
use std::ops::Deref;
use std::time::Duration;

/// Longest that one test may run.
const LIMIT: Duration = Duration::from_secs(180);

/// A fresh, migrated database of one test; gone when dropped.
pub struct TestDb {
    db: Db,
    config: DbConfig,
    postgres: Option<(TestPostgres, String)>,
    _folder: Option<tempfile::TempDir>,
}

impl TestDb {
    /// On SQLite, with the program's schema.
    pub async fn sqlite() -> Self {
        Self::sqlite_with(MIGRATIONS).await
    }

    /// On PostgreSQL, with the program's schema.
    pub async fn postgres() -> Self {
        Self::postgres_with(MIGRATIONS).await
    }

    /// On SQLite, with another schema.
    pub async fn sqlite_with(migrations: &'static [Migration]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = DbConfig::sqlite(folder.path().join("test.db"));
        let db = Db::open(&config).await.unwrap();
        db.migrate_to(migrations, 0).await.unwrap();
        Self { db, config, postgres: None, _folder: Some(folder) }
    }

    /// On PostgreSQL, with another schema.
    pub async fn postgres_with(migrations: &'static [Migration]) -> Self {
        let server = TestPostgres::shared();
        let name = server.clone().database(migrations).await;
        let config = DbConfig { readers: 4, ..DbConfig::postgres(server.url(&name)) };
        let db = Db::open(&config).await.unwrap();
        Self { db, config, postgres: Some((server, name)), _folder: None }
    }

    /// The store.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// How it was opened.
    #[must_use]
    pub fn config(&self) -> &DbConfig {
        &self.config
    }

    /// Every row of every table but those named, as text in order: equal before and after what must change nothing.
    /// SQLite only.
    pub async fn contents(&self, but: &[&str]) -> Vec<String> {
        const TABLES: &str = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
        let mut found = Vec::new();
        for table in self.query(TABLES, Vec::new()).await.unwrap() {
            let name = table.text(0).unwrap();
            if but.contains(&name.as_str()) {
                continue;
            }
            // Names of a few dozen tables, for the life of one test.
            let statement: &'static str = format!("SELECT * FROM {name}").leak();
            let rows = self.query(statement, Vec::new()).await.unwrap();
            found.extend(rows.iter().map(|row| format!("{name}: {row:?}")));
        }
        found.sort();
        found
    }

    /// The same database for another organisation in it. Gone with the first.
    #[must_use]
    pub fn shared(&self) -> Self {
        Self { db: self.db.clone(), config: self.config.clone(), postgres: None, _folder: None }
    }

    /// The same database opened once more, as another node would.
    pub async fn another(&self) -> Db {
        Db::open(&self.config).await.unwrap()
    }
}

impl Deref for TestDb {
    type Target = Db;
    fn deref(&self) -> &Db {
        &self.db
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.postgres {
            server.drop_database(name);
        }
    }
}

/// Prepares every statement on the store's engine; gives a sentence for each that the engine doesn't take, that isn't in
/// the portable subset, or whose parameters or columns are of types that the store doesn't have.
pub async fn prepare_all(db: &Db, statements: &[&'static str]) -> Vec<String> {
    let mut wrong: Vec<String> =
        statements.iter().filter_map(|s| check_portable(s).err().map(|e| format!("{s}: {e}"))).collect();
    match db.backend() {
        Backend::Sqlite { readers, .. } => {
            let statements = statements.to_vec();
            let prepare = move |c: &rusqlite::Connection| {
                Ok(statements
                    .iter()
                    .filter_map(|s| c.prepare(s).err().map(|e| format!("sqlite: {s}: {e}")))
                    .collect::<Vec<_>>())
            };
            wrong.extend(readers.with(prepare).await.unwrap());
        }
        Backend::Postgres { cluster, writers, .. } => {
            let client = writers.get().await.unwrap();
            for s in statements {
                let Ok(text) = cluster.rewrite(s) else { continue };
                match client.prepare(&text).await {
                    Err(e) => {
                        let reason = e.as_db_error().map_or_else(|| e.to_string(), |d| d.message().to_owned());
                        wrong.push(format!("postgres: {s}: {reason}"));
                    }
                    Ok(prepared) => wrong.extend(
                        crate::postgres::foreign_types(&prepared)
                            .map(|t| format!("postgres: {s}: type {t} is not one of the store's; use CAST")),
                    ),
                }
            }
        }
    }
    wrong
}

/// Runs a test's future on a runtime of its own; fails if it takes longer than three minutes.
pub fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let ended = runtime.block_on(async { tokio::time::timeout(LIMIT, Box::pin(test)).await });
    runtime.shutdown_timeout(Duration::from_secs(5));
    assert!(ended.is_ok(), "the test took longer than {LIMIT:?}");
}

/// Makes two tests of each function, `name::sqlite` and `name::postgres`, each with a fresh [`TestDb`]. With
/// `using MIGRATIONS;` in front the databases have that schema instead of the program's.
#[macro_export]
macro_rules! both_engines {
    (using $migrations:expr; $($(#[$attr:meta])* fn $name:ident($db:ident) $body:block)+) => {$(
        $(#[$attr])*
        #[cfg(test)]
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            async fn scenario($db: $crate::testing::TestDb) $body
            #[test]
            fn sqlite() {
                $crate::testing::run(async {
                    let db = $crate::testing::TestDb::sqlite_with($migrations).await;
                    Box::pin(scenario(db)).await;
                });
            }
            #[test]
            fn postgres() {
                $crate::testing::run(async {
                    let db = $crate::testing::TestDb::postgres_with($migrations).await;
                    Box::pin(scenario(db)).await;
                });
            }
        }
    )+};
    ($($(#[$attr:meta])* fn $name:ident($db:ident) $body:block)+) => {
        $crate::both_engines! { using $crate::migrate::MIGRATIONS; $($(#[$attr])* fn $name($db) $body)+ }
    };
}
