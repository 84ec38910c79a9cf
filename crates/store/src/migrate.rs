//! The schema and its history: portable files of statements, applied in order, each in a transaction, and remembered
//! with the checksum of their text. An applied file is never edited; a change is a new file.
//!
//! A file is statements that end with `;` at the end of a line. Tokens stand for what the engines call differently:
//! `{uuid}`, `{bytes}`, `{int}`, `{text}` (or plain `TEXT`: compared byte by byte on both), `{identity}` (a number given by
//! the engine) and `{strict}` after the closing parenthesis of a table. The comment line `-- only: sqlite` or `-- only: postgres`
//! before a statement keeps it to one engine.

use crate::config::Engine;
use crate::{Db, Result, SchemaError, StoreError};
use aws_lc_rs::digest::{SHA256, digest};

/// One step of the schema's history.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Its place in the order, from 1.
    pub version: i64,
    /// What it is for, from the file's name.
    pub name: &'static str,
    /// Its statements, with tokens.
    pub sql: &'static str,
}

/// The history that this program knows.
pub const MIGRATIONS: &[Migration] = include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// The history of the small database that holds wrapped keys, which has its own backup rule.
pub const KEY_MIGRATIONS: &[Migration] = include!(concat!(env!("OUT_DIR"), "/key_migrations.rs"));

/// The record of what was applied. Version 0 is the row that nodes lock, so that one at a time migrates.
pub(crate) const RECORD: &str = "CREATE TABLE IF NOT EXISTS schema_migration (version {int} NOT NULL PRIMARY KEY, \
     name {text} NOT NULL, checksum {text} NOT NULL, applied_at {int} NOT NULL){strict}";
pub(crate) const BASELINE: &str = "INSERT INTO schema_migration (version, name, checksum, applied_at) VALUES (0, 'baseline', '', 0) ON CONFLICT DO NOTHING";
pub(crate) const APPLIED: &str =
    "SELECT version, name, checksum FROM schema_migration WHERE version > 0 ORDER BY version";
pub(crate) const REMEMBER: &str =
    "INSERT INTO schema_migration (version, name, checksum, applied_at) VALUES (?1, ?2, ?3, ?4)";

/// What is known of a migration that was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// Its place in the order.
    pub version: i64,
    /// Its name then.
    pub name: String,
    /// SHA-256 of its text then, in hexadecimal.
    pub checksum: String,
}

impl Migration {
    /// SHA-256 of the text, in hexadecimal, whatever line ends it was checked out with.
    #[must_use]
    pub fn checksum(&self) -> String {
        let text = self.sql.replace("\r\n", "\n");
        digest(&SHA256, text.as_bytes()).as_ref().iter().map(|b| format!("{b:02x}")).collect()
    }

    /// Its statements for one engine, each with its place in the file, from 1.
    ///
    /// # Errors
    /// [`SchemaError::Failed`] if the text has an unknown token or an unfinished statement.
    pub fn render(&self, engine: Engine) -> Result<Vec<(usize, String)>, SchemaError> {
        let failed = |statement, reason: &str| SchemaError::Failed {
            version: self.version,
            statement,
            reason: reason.to_owned(),
        };
        let mut rendered = Vec::new();
        for (index, (only, text)) in split(self.sql).map_err(|(n, reason)| failed(n, reason))?.into_iter().enumerate() {
            if only.is_none_or(|only| only == engine) {
                let text = render_tokens(engine, &text).map_err(|reason| failed(index + 1, reason))?;
                rendered.push((index + 1, text));
            }
        }
        Ok(rendered)
    }
}

/// A statement, and the engine that it is kept to.
type Kept = (Option<Engine>, String);

/// Splits a file into statements; an error names the statement, from 1.
fn split(sql: &str) -> Result<Vec<Kept>, (usize, &'static str)> {
    let mut statements = Vec::new();
    let mut only = None;
    let mut text = String::new();
    for line in sql.lines() {
        let trimmed = line.trim();
        if let Some(comment) = trimmed.strip_prefix("--") {
            match comment.trim().strip_prefix("only:").map(str::trim) {
                None => {}
                Some("sqlite") => only = Some(Engine::Sqlite),
                Some("postgres") => only = Some(Engine::Postgres),
                Some(_) => return Err((statements.len() + 1, "'-- only:' names an engine: sqlite or postgres")),
            }
            continue;
        }
        if trimmed.is_empty() {
            continue;
        }
        text.push_str(line);
        text.push('\n');
        if trimmed.ends_with(';') {
            let statement = std::mem::take(&mut text);
            statements.push((only.take(), statement.trim().trim_end_matches(';').to_owned()));
        }
    }
    if text.is_empty() {
        Ok(statements)
    } else {
        Err((statements.len() + 1, "the last statement doesn't end with ';'"))
    }
}

/// Puts the engine's words in place of the tokens.
pub(crate) fn render_tokens(engine: Engine, text: &str) -> Result<String, &'static str> {
    let words: [(&str, &str, &str); 6] = [
        ("{uuid}", "BLOB", "UUID"),
        ("{bytes}", "BLOB", "BYTEA"),
        ("{int}", "INTEGER", "BIGINT"),
        ("{text}", "TEXT", "TEXT"),
        ("{identity}", "INTEGER PRIMARY KEY AUTOINCREMENT", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
        ("{strict}", " STRICT", ""),
    ];
    let text = words.iter().fold(text.to_owned(), |text, (token, sqlite, postgres)| {
        text.replace(token, if engine == Engine::Sqlite { sqlite } else { postgres })
    });
    let text = if engine == Engine::Postgres { compare_bytes(&text) } else { text };
    if text.contains(['{', '}']) { Err("unknown {token}") } else { Ok(text) }
}

/// Text columns are compared and ordered byte by byte, as SQLite does, whatever the database's locale is.
fn compare_bytes(text: &str) -> String {
    let mut parts = text.split(" TEXT");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(" TEXT");
        let is_word = !part.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        if is_word && !part.trim_start().starts_with("COLLATE") {
            out.push_str(" COLLATE \"C\"");
        }
        out.push_str(part);
    }
    out
}

/// Compares what was applied with what this program knows; gives what is still to be applied.
pub(crate) fn pending<'a>(applied: &[Applied], known: &'a [Migration]) -> Result<&'a [Migration], SchemaError> {
    for (row, version) in applied.iter().zip(1_i64..) {
        if row.version != version {
            return Err(SchemaError::Gap { version });
        }
    }
    let newest = known.last().map_or(0, |m| m.version);
    if let Some(row) = applied.iter().find(|row| row.version > newest) {
        return Err(SchemaError::Newer { found: row.version, known: newest });
    }
    for (row, migration) in applied.iter().zip(known) {
        if row.checksum != migration.checksum() {
            return Err(SchemaError::Changed { version: row.version, name: migration.name.to_owned() });
        }
    }
    Ok(known.get(applied.len()..).unwrap_or_default())
}

impl Db {
    /// Brings the schema to what this program knows; gives the versions that were applied. `applied_at` is kept with
    /// them (microseconds since 1970). Several nodes may do it at once; each version is applied once.
    ///
    /// # Errors
    /// [`StoreError::Schema`] if the database belongs to a newer program or to another history, or a statement fails;
    /// the version that failed is undone as a whole.
    pub async fn migrate(&self, applied_at: i64) -> Result<Vec<i64>> {
        self.migrate_to(MIGRATIONS, applied_at).await
    }

    /// Compares the schema with what this program knows, without changing anything; gives the versions that
    /// [`Db::migrate`] would apply.
    ///
    /// # Errors
    /// As [`Db::migrate`].
    pub async fn pending_migrations(&self) -> Result<Vec<i64>> {
        let applied = self.applied_migrations().await?;
        Ok(pending(&applied, MIGRATIONS)?.iter().map(|m| m.version).collect())
    }

    /// What has been applied, in order.
    pub async fn applied_migrations(&self) -> Result<Vec<Applied>> {
        if self.query_opt(crate::dialect::record_exists(self.engine()), Vec::new()).await?.is_none() {
            return Ok(Vec::new());
        }
        let rows = self.query(APPLIED, Vec::new()).await?;
        rows.iter()
            .map(|r| Ok(Applied { version: r.int(0)?, name: r.text(1)?, checksum: r.text(2)? }))
            .collect::<Result<_, StoreError>>()
    }
}

#[cfg(test)]
mod tests;
