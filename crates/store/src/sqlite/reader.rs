//! Connections that only read, lent out one query at a time.

use super::{Role, connect, row_values, translate};
use crate::row::Rows;
use crate::{Result, Row, StoreError, Value};
use rusqlite::{Connection, InterruptHandle};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

/// How long a query waits for a connection.
const WAIT: Duration = Duration::from_secs(10);
/// How long a query may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The readers of one database file.
#[derive(Clone)]
pub(crate) struct Readers(Arc<Inner>);

struct Inner {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
    closed: AtomicBool,
}

/// A connection on loan; goes back when dropped.
struct Loan {
    readers: Readers,
    connection: Option<Connection>,
    _permit: OwnedSemaphorePermit,
}

/// Stops what a connection does when dropped, as long as it still does it.
#[derive(Default)]
struct Brake(Arc<Mutex<Option<InterruptHandle>>>);

impl Drop for Brake {
    fn drop(&mut self) {
        if let Some(handle) = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            handle.interrupt();
        }
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        if let Some(c) = self.connection.take()
            && !self.readers.0.closed.load(Ordering::Acquire)
        {
            self.readers.0.idle.lock().unwrap_or_else(PoisonError::into_inner).push(c);
        }
    }
}

impl Readers {
    pub(crate) fn new(path: PathBuf, most: usize) -> Self {
        Self(Arc::new(Inner {
            path,
            idle: Mutex::default(),
            permits: Arc::new(Semaphore::new(most.max(1))),
            closed: AtomicBool::new(false),
        }))
    }

    /// Ends idle connections and refuses new loans.
    pub(crate) fn close(&self) {
        self.0.closed.store(true, Ordering::Release);
        self.0.permits.close();
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Runs `work` with a connection on a thread that may block. Ends it if the caller loses interest.
    pub(crate) async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let permit = self.permit().await?;
        let readers = self.clone();
        let brake = Brake::default();
        let pedal = Arc::clone(&brake.0);
        tokio::task::spawn_blocking(move || {
            let loan = readers.lend(permit)?;
            let Some(connection) = &loan.connection else { return Err(StoreError::Closed) };
            *pedal.lock().unwrap_or_else(PoisonError::into_inner) = Some(connection.get_interrupt_handle());
            let outcome = work(connection);
            // Before the connection goes to somebody else.
            *pedal.lock().unwrap_or_else(PoisonError::into_inner) = None;
            outcome
        })
        .await
        .map_err(|e| StoreError::Backend(format!("a reader ended abnormally: {e}")))?
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit> {
        match tokio::time::timeout(WAIT, Arc::clone(&self.0.permits).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) => Err(StoreError::Closed),
            Err(_) => Err(StoreError::Busy),
        }
    }

    /// Blocks while a new connection is opened.
    fn lend(self, permit: OwnedSemaphorePermit) -> Result<Loan> {
        let idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(c) => c,
            None => connect(&self.0.path, Role::Reader, super::BUSY_TIMEOUT)?,
        };
        Ok(Loan { readers: self, connection: Some(connection), _permit: permit })
    }

    pub(crate) async fn query(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Row>> {
        let work = self.with(move |c| {
            let mut rows = Rows::default();
            each_row(c, sql, &params, |row| rows.push(row))?;
            Ok(rows.into_vec())
        });
        tokio::time::timeout(PATIENCE, work).await.unwrap_or(Err(StoreError::Busy))
    }

    /// Sends rows as they are read until the statement or the receiver ends. A receiver that takes nothing for
    /// `patience` ends it, so that a forgotten stream doesn't keep the log from shrinking.
    pub(crate) async fn stream(
        &self,
        sql: &'static str,
        params: Vec<Value>,
        to: mpsc::Sender<Result<Row>>,
        patience: Duration,
    ) {
        let rows = to.clone();
        let timer = tokio::runtime::Handle::current();
        let done = self
            .with(move |c| {
                each_row(c, sql, &params, |row| match rows.try_send(Ok(row)) {
                    Ok(()) => Ok(()),
                    Err(mpsc::error::TrySendError::Closed(_)) => Err(StoreError::Closed),
                    Err(mpsc::error::TrySendError::Full(row)) => timer
                        .block_on(async { rows.send_timeout(row, patience).await })
                        .map_err(|_| StoreError::Refused("the stream was not read from in time")),
                })
            })
            .await;
        if let Err(e) = done {
            // No receiver: nobody wants to know.
            let _ = to.send_timeout(Err(e), patience).await;
        }
    }
}

/// Runs a query and hands over each row. Blocks.
pub(crate) fn each_row(
    c: &Connection,
    sql: &str,
    params: &[Value],
    mut take: impl FnMut(Row) -> Result<()>,
) -> Result<()> {
    let fail = |e: rusqlite::Error| match translate(&e, None) {
        _ if e.sqlite_error_code() == Some(rusqlite::ErrorCode::ReadOnly) => {
            StoreError::Refused("a query may not change anything")
        }
        StoreError::Backend(text) => StoreError::Backend(format!("{text} in: {sql}")),
        other => other,
    };
    let mut statement = c.prepare_cached(sql).map_err(fail)?;
    let columns = statement.column_count();
    let mut rows = statement.query(rusqlite::params_from_iter(params)).map_err(fail)?;
    while let Some(row) = rows.next().map_err(fail)? {
        take(Row::new(row_values(row, columns)?))?;
    }
    Ok(())
}
