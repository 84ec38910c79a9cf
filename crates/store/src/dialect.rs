//! What only one engine understands. All engine-specific SQL outside the engines' own modules is here.

use crate::config::Engine;
use crate::db::Backend;
use crate::migrate::{self, Applied, Migration, pending, render_tokens};
use crate::{Db, Result, Row, SchemaError, StoreError, postgres, sqlite};
use std::path::Path;

/// A query that yields a row if the record of migrations is there.
pub(crate) fn record_exists(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migration'",
        Engine::Postgres => "SELECT 1 WHERE to_regclass('schema_migration') IS NOT NULL",
    }
}

impl Db {
    /// Looks for damage: on SQLite every page, index and foreign key; on PostgreSQL invalid indexes and constraints,
    /// and every index against its table where the extension `amcheck` is installed. Gives what is wrong in sentences;
    /// none means sound. Takes as long as reading the whole database.
    pub async fn integrity(&self) -> Result<Vec<String>> {
        match self.backend() {
            Backend::Sqlite { readers, .. } => readers.with(check_sqlite).await,
            Backend::Postgres { writers, .. } => postgres::check(writers).await,
        }
    }

    /// Looks for damage in one table and its indexes. On PostgreSQL nothing is looked at: see [`Db::integrity`].
    ///
    /// # Errors
    /// When the store can't be read at all.
    pub async fn table_integrity(&self, table: &'static str) -> Result<Vec<String>> {
        let Backend::Sqlite { readers, .. } = self.backend() else { return Ok(Vec::new()) };
        readers.with(move |c| sound(c, &format!("PRAGMA integrity_check({table})"))).await
    }

    /// Makes sure that nothing which was deleted or overwritten before this call can still be read from the log beside
    /// a SQLite file: copies the log into the file and cuts it to nothing, waiting for readers.
    ///
    /// # Errors
    /// [`StoreError::Busy`] if a reader kept the log in use for 5 s; try again. PostgreSQL's log is the operator's to
    /// rotate, and nothing is done there.
    pub async fn truncate_log(&self) -> Result<()> {
        let Backend::Sqlite { writer, .. } = self.backend() else { return Ok(()) };
        let (answer, cut) = tokio::sync::oneshot::channel();
        writer.send(sqlite::Message::Truncate(answer)).await.map_err(|_| StoreError::Closed)?;
        if cut.await.map_err(|_| StoreError::Closed)? { Ok(()) } else { Err(StoreError::Busy) }
    }

    /// Writes a consistent copy of a SQLite database to a new file while work goes on.
    ///
    /// # Errors
    /// [`StoreError::Refused`] on PostgreSQL, which has its own tools for that, or if the file exists.
    pub async fn copy_to(&self, to: &Path) -> Result<()> {
        let Backend::Sqlite { readers, .. } = self.backend() else {
            return Err(StoreError::Refused("copying the database file is for SQLite; use pg_dump or a base backup"));
        };
        if to.exists() {
            return Err(StoreError::Refused("the file to copy the database to exists already"));
        }
        let to = to.to_owned();
        readers
            .with(move |from| {
                sqlite::create_file(&to)?;
                let fail = |e: rusqlite::Error| sqlite::translate(&e, None);
                let mut copy = rusqlite::Connection::open(&to).map_err(fail)?;
                let backup = rusqlite::backup::Backup::new(from, &mut copy).map_err(fail)?;
                // All pages in one step: one snapshot, however busy the writer is.
                match backup.step(-1).map_err(fail)? {
                    rusqlite::backup::StepResult::Done => Ok(()),
                    _ => Err(StoreError::Busy),
                }
            })
            .await
    }

    /// As [`Db::migrate`], with another history than this program's.
    ///
    /// # Errors
    /// As [`Db::migrate`].
    pub async fn migrate_to(&self, known: &'static [Migration], applied_at: i64) -> Result<Vec<i64>> {
        match self.backend() {
            Backend::Sqlite { path, .. } => {
                let path = path.clone();
                tokio::task::spawn_blocking(move || migrate_sqlite(&path, known, applied_at))
                    .await
                    .map_err(|e| StoreError::Backend(format!("the migration ended abnormally: {e}")))?
            }
            Backend::Postgres { writers, .. } => postgres::migrate(writers, known, applied_at).await,
        }
    }
}

fn check_sqlite(c: &rusqlite::Connection) -> Result<Vec<String>> {
    let mut problems = sound(c, "PRAGMA integrity_check")?;
    sqlite::each_row(c, "PRAGMA foreign_key_check", &[], |row| {
        problems.push(format!("a row of {} refers to a row of {} that is not there", row.str(0)?, row.str(2)?));
        Ok(())
    })?;
    Ok(problems)
}

fn sound(c: &rusqlite::Connection, pragma: &str) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    sqlite::each_row(c, pragma, &[], |row| {
        problems.extend(Some(row.text(0)?).filter(|t| t != "ok"));
        Ok(())
    })?;
    Ok(problems)
}

fn failed(migration: &Migration, statement: usize, reason: impl std::fmt::Display) -> StoreError {
    SchemaError::Failed { version: migration.version, statement, reason: reason.to_string() }.into()
}

fn migrate_sqlite(path: &Path, known: &[Migration], applied_at: i64) -> Result<Vec<i64>> {
    let c = sqlite::connect(path, sqlite::Role::Migrator, sqlite::BUSY_TIMEOUT)?;
    let fail = |e: rusqlite::Error| sqlite::translate(&e, None);
    let record = render_tokens(Engine::Sqlite, migrate::RECORD).map_err(StoreError::Refused)?;
    c.execute_batch(&format!("BEGIN IMMEDIATE; {record}; {}; COMMIT;", migrate::BASELINE)).map_err(fail)?;
    let mut done = Vec::new();
    loop {
        // Another process may have migrated meanwhile: looked at anew inside each transaction.
        let tx = rusqlite::Transaction::new_unchecked(&c, rusqlite::TransactionBehavior::Immediate).map_err(fail)?;
        let mut applied = Vec::new();
        sqlite::each_row(&tx, migrate::APPLIED, &[], |row| {
            applied.push(applied_row(&row)?);
            Ok(())
        })?;
        let Some(migration) = pending(&applied, known)?.first() else { return Ok(done) };
        for (n, statement) in migration.render(Engine::Sqlite)? {
            tx.execute_batch(&statement).map_err(|e| failed(migration, n, e))?;
        }
        let mut dangling = 0;
        sqlite::each_row(&tx, "PRAGMA foreign_key_check", &[], |_| {
            dangling += 1;
            Ok(())
        })?;
        if dangling > 0 {
            return Err(failed(migration, 0, format!("{dangling} rows would refer to what is not there")));
        }
        tx.execute(migrate::REMEMBER, (migration.version, migration.name, migration.checksum(), applied_at))
            .map_err(fail)?;
        tx.commit().map_err(fail)?;
        done.push(migration.version);
    }
}

pub(crate) fn applied_row(row: &Row) -> Result<Applied> {
    Ok(Applied { version: row.int(0)?, name: row.text(1)?, checksum: row.text(2)? })
}
