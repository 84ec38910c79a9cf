//! Values in and out of SQLite.

use crate::{Result, StoreError, Value};
use rusqlite::types::{ToSqlOutput, ValueRef};

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(i) => ValueRef::Integer(*i),
            Self::Text(t) => ValueRef::Text(t.as_bytes()),
            Self::Bytes(b) => ValueRef::Blob(b),
            Self::Uuid(u) => ValueRef::Blob(u.as_bytes()),
        }))
    }
}

/// The columns of the row that the statement stands on.
pub(crate) fn row_values(row: &rusqlite::Row<'_>, columns: usize) -> Result<Vec<Value>> {
    (0..columns)
        .map(|column| {
            let wrong = |found: &str| StoreError::Inconsistent {
                column,
                expected: "null, integer, text or bytes",
                found: found.to_owned(),
            };
            Ok(match row.get_ref(column).map_err(|e| super::translate(&e, None))? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(i) => Value::Int(i),
                // Only a damaged file holds text that is not UTF-8: not the query fails, but who reads that column as text.
                ValueRef::Text(t) => match std::str::from_utf8(t) {
                    Ok(text) => Value::Text(text.to_owned()),
                    Err(_) => Value::Bytes(t.to_vec()),
                },
                ValueRef::Blob(b) => Value::Bytes(b.to_vec()),
                ValueRef::Real(_) => return Err(wrong("a number with a fraction")),
            })
        })
        .collect()
}
