//! What is to be written, as data.

use crate::{Result, StoreError, Value};

/// Most bytes of parameters that one batch may carry. Files go to the blob store, not into rows.
const MAX_BATCH_BYTES: usize = 64 << 20;
/// Most statements that one batch may carry.
const MAX_STEPS: usize = 100_000;

/// Statements that happen together, in this order, in one transaction, or not at all.
///
/// On PostgreSQL the statements of a batch are sent without waiting for each other; whatever one of them is to depend
/// on must be said in SQL or as a guard.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    pub(crate) steps: Vec<Step>,
}

/// One statement of a batch.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub sql: &'static str,
    pub params: Vec<Value>,
    pub expect: Expect,
}

/// What must be true of a statement's outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expect {
    /// Anything.
    Any,
    /// So many rows affected.
    Rows(u64, &'static str),
    /// A query that yields at least one row.
    Found(&'static str),
}

impl Batch {
    /// A batch that does nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a statement, whatever number of rows it affects.
    pub fn exec(&mut self, sql: &'static str, params: Vec<Value>) -> &mut Self {
        self.push(sql, params, Expect::Any)
    }

    /// Adds a statement that must affect exactly `rows` rows; otherwise nothing of the batch is done and the write
    /// fails with [`StoreError::Guard`]`(guard)`. This is how "only if it is still so" is written for what the batch
    /// changes: `UPDATE … WHERE id = ?1 AND state = ?2`.
    pub fn exec_expect(&mut self, sql: &'static str, params: Vec<Value>, rows: u64, guard: &'static str) -> &mut Self {
        self.push(sql, params, Expect::Rows(rows, guard))
    }

    /// Adds a `SELECT` that must yield a row; otherwise nothing of the batch is done and the write fails with
    /// [`StoreError::Guard`]`(guard)`. The rows it reads stay as they are until the batch is committed (on PostgreSQL
    /// ` FOR SHARE` is added, so it must be a plain select without grouping). For rows that the same batch changes use
    /// [`Batch::exec_expect`].
    pub fn require(&mut self, sql: &'static str, params: Vec<Value>, guard: &'static str) -> &mut Self {
        self.push(sql, params, Expect::Found(guard))
    }

    /// Adds everything of another batch at the end.
    pub fn append(&mut self, mut other: Self) -> &mut Self {
        self.steps.append(&mut other.steps);
        self
    }

    /// True if there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// How many statements there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    fn push(&mut self, sql: &'static str, params: Vec<Value>, expect: Expect) -> &mut Self {
        self.steps.push(Step { sql, params, expect });
        self
    }

    /// Refuses what one of the engines wouldn't take, so that both refuse the same; gives the size in bytes.
    pub(crate) fn check(&self) -> Result<usize> {
        if self.steps.len() > MAX_STEPS {
            return Err(StoreError::Refused("too many statements in one batch"));
        }
        let mut bytes = 0_usize;
        for step in &self.steps {
            bytes = bytes.saturating_add(check_params(&step.params)?);
        }
        if bytes > MAX_BATCH_BYTES {
            return Err(StoreError::Refused("batch larger than 64 MiB"));
        }
        Ok(bytes)
    }
}

/// Checks parameters of one statement; gives their size in bytes.
pub(crate) fn check_params(params: &[Value]) -> Result<usize> {
    let mut bytes = 0_usize;
    for value in params {
        if let Value::Text(t) = value
            && t.as_bytes().contains(&0)
        {
            return Err(StoreError::Refused("text with a NUL character"));
        }
        bytes = bytes.saturating_add(value.size());
    }
    Ok(bytes)
}

impl Expect {
    /// Judges the outcome: rows affected, or for a query rows found.
    pub(crate) fn judge(self, rows: u64) -> Result<u64> {
        match self {
            Self::Rows(wanted, guard) if wanted != rows => Err(StoreError::Guard(guard)),
            Self::Found(guard) if rows == 0 => Err(StoreError::Guard(guard)),
            Self::Found(_) => Ok(1),
            _ => Ok(rows),
        }
    }
}
