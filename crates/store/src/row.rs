//! One row that a statement yielded.

use crate::{Result, StoreError, Value};
use uuid::Uuid;

/// Most rows that [`crate::Db::query`] gives at once; more is asked for in pages or as a stream.
const MAX_ROWS: usize = 100_000;
/// Most bytes that it gives at once.
const MAX_BYTES: usize = 64 << 20;

/// Rows of a query, bounded.
#[derive(Default)]
pub(crate) struct Rows {
    rows: Vec<Row>,
    bytes: usize,
}

impl Rows {
    pub(crate) fn push(&mut self, row: Row) -> Result<()> {
        self.bytes = row.0.iter().map(Value::size).fold(self.bytes, usize::saturating_add);
        if self.rows.len() >= MAX_ROWS || self.bytes > MAX_BYTES {
            return Err(StoreError::Refused("more than one query may yield; page or stream it"));
        }
        self.rows.push(row);
        Ok(())
    }

    pub(crate) fn into_vec(self) -> Vec<Row> {
        self.rows
    }
}

/// A row; columns are read by position, from 0, with the type that the schema gives them. Every getter fails with
/// [`StoreError::Inconsistent`] if the column isn't there or isn't of that type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row(Vec<Value>);

impl Row {
    pub(crate) fn new(values: Vec<Value>) -> Self {
        Self(values)
    }

    /// How many columns there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True if there are no columns.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn at(&self, column: usize) -> &Value {
        self.0.get(column).unwrap_or(&Value::Null)
    }

    fn wrong(&self, column: usize, expected: &'static str) -> StoreError {
        let found = self.0.get(column).map_or("no such column", Value::kind).to_owned();
        StoreError::Inconsistent { column, expected, found }
    }

    fn opt<T>(&self, column: usize, get: impl FnOnce(&Self, usize) -> Result<T>) -> Result<Option<T>> {
        match self.0.get(column) {
            Some(Value::Null) => Ok(None),
            _ => get(self, column).map(Some),
        }
    }

    /// A whole number.
    pub fn int(&self, column: usize) -> Result<i64> {
        match self.at(column) {
            Value::Int(i) => Ok(*i),
            _ => Err(self.wrong(column, "integer")),
        }
    }

    /// A truth value, stored as 0 or 1.
    pub fn bool(&self, column: usize) -> Result<bool> {
        match self.at(column) {
            Value::Int(0) => Ok(false),
            Value::Int(1) => Ok(true),
            _ => Err(self.wrong(column, "0 or 1")),
        }
    }

    /// Text, copied.
    pub fn text(&self, column: usize) -> Result<String> {
        self.str(column).map(str::to_owned)
    }

    /// Text, borrowed from the row.
    pub fn str(&self, column: usize) -> Result<&str> {
        match self.at(column) {
            Value::Text(t) => Ok(t),
            _ => Err(self.wrong(column, "text")),
        }
    }

    /// Bytes, copied.
    pub fn bytes(&self, column: usize) -> Result<Vec<u8>> {
        self.slice(column).map(<[u8]>::to_vec)
    }

    /// Bytes, borrowed from the row.
    pub fn slice(&self, column: usize) -> Result<&[u8]> {
        match self.at(column) {
            Value::Bytes(b) => Ok(b),
            _ => Err(self.wrong(column, "bytes")),
        }
    }

    /// Bytes, moved out of the row; the column is empty afterwards.
    pub fn take_bytes(&mut self, column: usize) -> Result<Vec<u8>> {
        match self.0.get_mut(column) {
            Some(Value::Bytes(b)) => Ok(std::mem::take(b)),
            _ => Err(self.wrong(column, "bytes")),
        }
    }

    /// Bytes or null, moved out of the row; the column is empty afterwards.
    pub fn take_opt_bytes(&mut self, column: usize) -> Result<Option<Vec<u8>>> {
        match self.0.get_mut(column) {
            Some(Value::Null) => Ok(None),
            _ => self.take_bytes(column).map(Some),
        }
    }

    /// Text, moved out of the row; the column is empty afterwards.
    pub fn take_text(&mut self, column: usize) -> Result<String> {
        match self.0.get_mut(column) {
            Some(Value::Text(t)) => Ok(std::mem::take(t)),
            _ => Err(self.wrong(column, "text")),
        }
    }

    /// An identifier; typed ids are made from it with `.into()`.
    pub fn uuid(&self, column: usize) -> Result<Uuid> {
        match self.at(column) {
            Value::Uuid(u) => Ok(*u),
            // SQLite has no such type: 16 bytes.
            Value::Bytes(b) => Uuid::from_slice(b).map_err(|_| self.wrong(column, "uuid")),
            _ => Err(self.wrong(column, "uuid")),
        }
    }

    /// An identifier as a typed id of the model.
    pub fn id<T: From<Uuid>>(&self, column: usize) -> Result<T> {
        self.uuid(column).map(T::from)
    }

    /// A whole number or null.
    pub fn opt_int(&self, column: usize) -> Result<Option<i64>> {
        self.opt(column, Self::int)
    }

    /// A truth value or null.
    pub fn opt_bool(&self, column: usize) -> Result<Option<bool>> {
        self.opt(column, Self::bool)
    }

    /// Text or null.
    pub fn opt_text(&self, column: usize) -> Result<Option<String>> {
        self.opt(column, Self::text)
    }

    /// Bytes or null.
    pub fn opt_bytes(&self, column: usize) -> Result<Option<Vec<u8>>> {
        self.opt(column, Self::bytes)
    }

    /// An identifier or null.
    pub fn opt_uuid(&self, column: usize) -> Result<Option<Uuid>> {
        self.opt(column, Self::uuid)
    }

    /// A typed id of the model or null.
    pub fn opt_id<T: From<Uuid>>(&self, column: usize) -> Result<Option<T>> {
        self.opt(column, Self::id)
    }

    /// An error for a repository's decoder: the column holds a value that its type's vocabulary doesn't have.
    #[must_use]
    pub fn unexpected(&self, column: usize, expected: &'static str) -> StoreError {
        self.wrong(column, expected)
    }
}
