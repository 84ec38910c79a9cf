//! SQLite's errors in the store's words, with PostgreSQL's names.

use crate::StoreError;
use rusqlite::{Connection, ErrorCode, ffi};

/// Translates an error. With the connection at hand, a unique violation gets the name of its index.
pub(crate) fn translate(e: &rusqlite::Error, on: Option<&Connection>) -> StoreError {
    let rusqlite::Error::SqliteFailure(code, message) = e else {
        return StoreError::backend(e);
    };
    let message = message.as_deref().unwrap_or_default();
    match code.extended_code {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            let primary = code.extended_code != ffi::SQLITE_CONSTRAINT_UNIQUE;
            return StoreError::Conflict(conflict_name(message, primary, on));
        }
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => return StoreError::Reference,
        // The file of the log's index can't be made larger: only a full disk does that.
        ffi::SQLITE_IOERR_SHMSIZE => return StoreError::Full,
        _ => {}
    }
    match code.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::OperationInterrupted => StoreError::Busy,
        ErrorCode::DiskFull => StoreError::Full,
        _ => StoreError::Backend(format!("{e} (code {})", code.extended_code)),
    }
}

/// The name that PostgreSQL would give: SQLite says `UNIQUE constraint failed: t.a, t.b` or `… failed: index 'name'`.
fn conflict_name(message: &str, primary: bool, on: Option<&Connection>) -> String {
    let what = message.split_once("failed: ").map_or(message, |(_, w)| w);
    if let Some(index) = what.strip_prefix("index '") {
        return index.trim_end_matches('\'').to_owned();
    }
    let mut table = "";
    let mut columns = Vec::new();
    for part in what.split(", ") {
        let (t, c) = part.split_once('.').unwrap_or(("", part));
        table = t;
        columns.push(c);
    }
    if primary {
        return format!("{table}_pkey");
    }
    match on.and_then(|c| index_on(c, table, &columns).ok().flatten()) {
        Some(name) => name,
        None => format!("{table}_{}_key", columns.join("_")),
    }
}

/// The unique index that was made by `CREATE UNIQUE INDEX` on exactly these columns.
fn index_on(c: &Connection, table: &str, columns: &[&str]) -> rusqlite::Result<Option<String>> {
    let mut list = c.prepare_cached("SELECT name FROM pragma_index_list(?1) WHERE \"unique\" = 1 AND origin = 'c'")?;
    let mut info = c.prepare_cached("SELECT name FROM pragma_index_info(?1) ORDER BY seqno")?;
    let names = list.query_map([table], |r| r.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    for name in names {
        let has = info.query_map([&name], |r| r.get::<_, Option<String>>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
        if has.iter().map(Option::as_deref).eq(columns.iter().map(|c| Some(*c))) {
            return Ok(Some(name));
        }
    }
    Ok(None)
}
