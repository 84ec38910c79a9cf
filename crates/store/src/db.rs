//! The store as everything above sees it.

use crate::batch::{Batch, check_params};
use crate::config::{DbConfig, Engine, Target};
use crate::postgres::{Access, Bell, Cluster, Writers};
use crate::sqlite::{Job, Readers, Writer};
use crate::{Result, Row, StoreError, Value, postgres, sqlite};
use deadpool_postgres::Pool;
use futures::stream::{BoxStream, StreamExt as _};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{AbortHandle, JoinHandle};

/// Rows of a stream that wait for their reader.
const STREAM_BUFFER: usize = 64;
/// How long a stream waits for its reader to take a row.
const STREAM_PATIENCE: Duration = Duration::from_secs(30);
/// How often a SQLite database looks whether it rests.
const REST: Duration = Duration::from_secs(2);
/// How long closing waits for what is still to be written.
const CLOSE: Duration = Duration::from_secs(60);

/// An open store. Clones are the same store.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    backend: Backend,
    commits: watch::Sender<u64>,
    /// Statements given to the engine so far.
    statements: AtomicU64,
    /// The rest or listening task, which ends with the store.
    attendant: AbortHandle,
}

pub(crate) enum Backend {
    Sqlite {
        path: PathBuf,
        writer: mpsc::Sender<sqlite::Message>,
        readers: Readers,
    },
    Postgres {
        cluster: Box<Cluster>,
        writer: mpsc::Sender<postgres::Message>,
        tasks: Mutex<Vec<JoinHandle<()>>>,
        writers: Pool,
        readers: Pool,
    },
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.attendant.abort();
        if let Backend::Sqlite { readers, .. } = &self.backend {
            readers.close();
        }
    }
}

impl Db {
    /// Opens the store. The schema isn't touched: call [`Db::migrate`].
    ///
    /// # Errors
    /// [`StoreError::Backend`] if the file or the server can't be used, with the reason; [`StoreError::Busy`] if the
    /// server can't be reached.
    pub async fn open(config: &DbConfig) -> Result<Self> {
        let (commits, _) = watch::channel(0);
        match &config.target {
            Target::Sqlite(path) => Self::open_sqlite(config, path.clone(), commits).await,
            Target::Postgres(url) => Self::open_postgres(config, url, commits).await,
        }
    }

    async fn open_sqlite(config: &DbConfig, path: PathBuf, commits: watch::Sender<u64>) -> Result<Self> {
        let (file, settings, bell) = (path.clone(), config.clone(), commits.clone());
        let writer = tokio::task::spawn_blocking(move || {
            sqlite::create_file(&file)?;
            Writer::start(&file, &settings, bell)
        })
        .await
        .map_err(StoreError::backend)??;
        let attendant = tokio::spawn(rest(writer.downgrade(), commits.subscribe())).abort_handle();
        let readers = Readers::new(path.clone(), config.readers);
        Ok(Self(Arc::new(Inner {
            backend: Backend::Sqlite { path, writer, readers },
            commits,
            statements: AtomicU64::new(0),
            attendant,
        })))
    }

    async fn open_postgres(config: &DbConfig, url: &str, commits: watch::Sender<u64>) -> Result<Self> {
        let cluster = Cluster::new(url)?;
        let writers = cluster.pool(config.writers.max(1) + 1, Access::Write, config.lock_wait)?;
        let readers = cluster.pool(config.readers, Access::Read, config.lock_wait)?;
        postgres::greet(&writers).await?;
        let bell = Bell::new(commits.clone());
        let (writer, tasks) = Writers::start(&cluster, &writers, &bell, config.writers, config.max_group, config.queue);
        let attendant = tokio::spawn(postgres::listen(cluster.clone(), bell)).abort_handle();
        let backend =
            Backend::Postgres { cluster: Box::new(cluster), writer, tasks: Mutex::new(tasks), writers, readers };
        Ok(Self(Arc::new(Inner { backend, commits, statements: AtomicU64::new(0), attendant })))
    }

    pub(crate) fn backend(&self) -> &Backend {
        &self.0.backend
    }

    fn count(&self, statements: u64) {
        self.0.statements.fetch_add(statements, Ordering::Relaxed);
    }

    /// How many statements were given to the engine by this store so far: what an answer cost, wherever it was asked.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.0.statements.load(Ordering::Relaxed)
    }

    /// Which engine is underneath.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.backend() {
            Backend::Sqlite { .. } => Engine::Sqlite,
            Backend::Postgres { .. } => Engine::Postgres,
        }
    }

    /// Writes a batch: all of it or nothing. Returns only after the commit that made it durable, with the number of
    /// rows that each statement affected (1 for a requirement). Once called, the batch may be written even if the
    /// future is dropped.
    ///
    /// # Errors
    /// Nothing is written on any error but a [`StoreError::Backend`] that speaks of a commit which may have happened.
    pub async fn write(&self, batch: Batch) -> Result<Vec<u64>> {
        let bytes = batch.check()?;
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        self.count(batch.len() as u64);
        let (answer, outcome) = oneshot::channel();
        let job = Job { steps: batch.steps, bytes, answer };
        match self.backend() {
            Backend::Sqlite { writer, .. } => {
                writer.send(sqlite::Message::Write(job)).await.map_err(|_| StoreError::Closed)?;
            }
            Backend::Postgres { writer, .. } => {
                writer.send(postgres::Message::Write(job)).await.map_err(|_| StoreError::Closed)?;
            }
        }
        outcome.await.map_err(|_| StoreError::Closed)?
    }

    /// Writes one statement; gives the number of rows it affected.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub async fn exec(&self, sql: &'static str, params: Vec<Value>) -> Result<u64> {
        let mut batch = Batch::new();
        batch.exec(sql, params);
        Ok(self.write(batch).await?.first().copied().unwrap_or_default())
    }

    /// Reads all rows of a statement, at most 100,000 and 64 MiB; gives up after 30 s.
    pub async fn query(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Row>> {
        check_params(&params)?;
        self.count(1);
        match self.backend() {
            Backend::Sqlite { readers, .. } => readers.query(sql, params).await,
            Backend::Postgres { cluster, readers, .. } => postgres::query(cluster, readers, sql, &params).await,
        }
    }

    /// Reads the one row of a statement, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`] if there are more.
    pub async fn query_opt(&self, sql: &'static str, params: Vec<Value>) -> Result<Option<Row>> {
        let mut rows = self.query(sql, params).await?;
        let row = rows.pop();
        if !rows.is_empty() {
            let found = format!("{} rows", rows.len() + 1);
            return Err(StoreError::Inconsistent { column: 0, expected: "at most one row", found });
        }
        Ok(row)
    }

    /// Reads the rows of a statement one after the other, as they are taken. A stream that isn't read from for 30 s
    /// ends with an error.
    #[must_use]
    pub fn stream(&self, sql: &'static str, params: Vec<Value>) -> BoxStream<'static, Result<Row>> {
        self.count(1);
        let (to, rows) = mpsc::channel(STREAM_BUFFER);
        let db = self.clone();
        tokio::spawn(async move {
            if let Err(e) = check_params(&params) {
                let _ = to.send(Err(e)).await;
                return;
            }
            match db.backend() {
                Backend::Sqlite { readers, .. } => readers.stream(sql, params, to, STREAM_PATIENCE).await,
                Backend::Postgres { cluster, readers, .. } => {
                    postgres::stream(cluster, readers, sql, &params, &to, STREAM_PATIENCE).await;
                }
            }
        });
        futures::stream::unfold(rows, |mut rows| async move { rows.recv().await.map(|row| (row, rows)) }).boxed()
    }

    /// A number that changes whenever something was committed: by this node at once, by other nodes over the same
    /// PostgreSQL a moment later, and now and then for no reason. Nobody may rely on every change being seen: who is
    /// woken reads what is there, and looks by itself from time to time.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.0.commits.subscribe()
    }

    /// Makes sure that the engine answers.
    pub async fn ping(&self) -> Result<()> {
        self.query("SELECT 1", Vec::new()).await.map(drop)
    }

    /// Takes no more, waits until everything accepted is written and answered, and lets go of files and connections.
    /// Calls on this store and its clones fail with [`StoreError::Closed`] afterwards.
    ///
    /// # Errors
    /// [`StoreError::Busy`] if that took more than a minute.
    pub async fn close(&self) -> Result<()> {
        self.0.attendant.abort();
        let drained = match self.backend() {
            Backend::Sqlite { writer, readers, .. } => {
                let (done, ended) = oneshot::channel();
                readers.close();
                // An error means that it was closed before.
                if writer.send(sqlite::Message::Stop(done)).await.is_err() {
                    return Ok(());
                }
                tokio::time::timeout(CLOSE, async { drop(ended.await) }).await
            }
            Backend::Postgres { writer, tasks, writers, readers, .. } => {
                let _ = writer.send(postgres::Message::Stop).await;
                let tasks = std::mem::take(&mut *tasks.lock().unwrap_or_else(PoisonError::into_inner));
                let ended = tokio::time::timeout(CLOSE, async { drop(futures::future::join_all(tasks).await) }).await;
                writers.close();
                readers.close();
                ended
            }
        };
        drained.map_err(|_| StoreError::Busy)
    }
}

/// Lets the writer tidy its log when nothing is being written. Ends with the store.
async fn rest(writer: mpsc::WeakSender<sqlite::Message>, mut commits: watch::Receiver<u64>) {
    loop {
        let Some(sender) = writer.upgrade() else { return };
        let (answer, more) = oneshot::channel();
        if sender.send(sqlite::Message::Rest(answer)).await.is_err() {
            return;
        }
        drop(sender);
        let more = more.await.unwrap_or(false);
        if !more && commits.changed().await.is_err() {
            return;
        }
        tokio::time::sleep(REST).await;
    }
}
