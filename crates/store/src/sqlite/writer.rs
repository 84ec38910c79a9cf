//! The one thread that writes. Batches that wait together share one transaction and so one flush to the disk; each is
//! undone alone if it fails; nobody is answered before the commit.

use super::wal::Wal;
use super::{Role, connect, translate};
use crate::batch::{Expect, Step};
use crate::{DbConfig, Result, StoreError};
use rusqlite::Connection;
use std::collections::VecDeque;
use std::path::Path;
use tokio::sync::{mpsc, oneshot, watch};

/// Bytes of parameters after which a group is committed although more is waiting.
const MAX_GROUP_BYTES: usize = 16 << 20;

/// Where the outcome of a batch goes.
type Answer = oneshot::Sender<Result<Vec<u64>>>;

/// One batch and who waits for it.
pub(crate) struct Job {
    pub steps: Vec<Step>,
    pub bytes: usize,
    pub answer: Answer,
}

/// What the writer thread is asked.
pub(crate) enum Message {
    /// Write this.
    Write(Job),
    /// A moment has passed; true back when there may be more to tidy later.
    Rest(oneshot::Sender<bool>),
    /// Cut the log now; true back if it is empty.
    Truncate(oneshot::Sender<bool>),
    /// Take no more, finish what waits, answer, end.
    Stop(oneshot::Sender<()>),
}

/// The state of the writer thread.
pub(crate) struct Writer {
    connection: Connection,
    messages: mpsc::Receiver<Message>,
    commits: watch::Sender<u64>,
    wal: Wal,
    max_group: usize,
    /// What was asked while a transaction was open, to be done after it.
    deferred: Vec<Message>,
    stopping: Option<oneshot::Sender<()>>,
}

impl Writer {
    /// Opens the database (blocks) and starts the thread.
    pub(crate) fn start(path: &Path, config: &DbConfig, commits: watch::Sender<u64>) -> Result<mpsc::Sender<Message>> {
        let connection = connect(path, Role::Writer, config.lock_wait)?;
        if let Some(pages) = config.max_pages {
            connection
                .query_row(&format!("PRAGMA max_page_count={pages}"), [], |_| Ok(()))
                .map_err(|e| translate(&e, None))?;
        }
        let (sender, messages) = mpsc::channel(config.queue.max(1));
        let mut writer = Self {
            connection,
            messages,
            commits,
            wal: Wal::new(path, config.lock_wait),
            max_group: config.max_group.max(1),
            deferred: Vec::new(),
            stopping: None,
        };
        std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || writer.run())
            .map_err(StoreError::backend)?;
        Ok(sender)
    }

    fn run(&mut self) {
        let mut waiting = VecDeque::new();
        while let Some(message) = self.messages.blocking_recv() {
            self.sort(message, &mut waiting);
            while !waiting.is_empty() {
                self.group(&mut waiting);
                self.attend();
                self.drain(&mut waiting);
            }
            self.attend();
        }
        // At the end the log is folded into the file, so that the file alone is the database.
        self.wal.truncate(&self.connection);
        if let Some(done) = self.stopping.take() {
            let _ = done.send(());
        }
    }

    /// Takes what has arrived, without waiting.
    fn drain(&mut self, waiting: &mut VecDeque<Job>) {
        while waiting.len() < self.max_group {
            match self.messages.try_recv() {
                Ok(message) => self.sort(message, waiting),
                Err(_) => break,
            }
        }
    }

    fn sort(&mut self, message: Message, waiting: &mut VecDeque<Job>) {
        match message {
            Message::Write(job) => waiting.push_back(job),
            other => self.deferred.push(other),
        }
    }

    /// Does what can't be done while a transaction is open.
    fn attend(&mut self) {
        for message in std::mem::take(&mut self.deferred) {
            match message {
                Message::Write(_) => {}
                Message::Rest(answer) => drop(answer.send(self.wal.resting(&self.connection))),
                Message::Truncate(answer) => drop(answer.send(self.wal.truncate(&self.connection))),
                Message::Stop(done) => {
                    self.messages.close();
                    self.stopping = Some(done);
                }
            }
        }
    }

    fn control(&self, sql: &str) -> Result<()> {
        let run = |c: &Connection| c.prepare_cached(sql)?.execute([]);
        run(&self.connection).map(drop).map_err(|e| translate(&e, None))
    }

    /// Writes what waits, and what arrives meanwhile up to the limits, in one transaction.
    fn group(&mut self, waiting: &mut VecDeque<Job>) {
        if let Err(e) = self.control("BEGIN IMMEDIATE") {
            waiting.drain(..).for_each(|job| drop(job.answer.send(Err(e.clone()))));
            return;
        }
        // Failures wait for the commit as well: what a batch ran into may be the work of one that shares its fate.
        let mut outcomes: Vec<(Answer, Result<Vec<u64>>)> = Vec::new();
        let mut written = false;
        let (mut jobs, mut bytes) = (0, 0);
        while jobs < self.max_group && bytes < MAX_GROUP_BYTES {
            if waiting.is_empty() {
                self.drain(waiting);
            }
            let Some(job) = waiting.pop_front() else { break };
            jobs += 1;
            bytes += job.bytes;
            match self.one(&job.steps, written) {
                Ok(rows) => {
                    written = true;
                    outcomes.push((job.answer, Ok(rows)));
                }
                Err(Undone::Alone(e)) => outcomes.push((job.answer, Err(e))),
                Err(Undone::All(e)) => {
                    let _ = job.answer.send(Err(e.clone()));
                    outcomes.into_iter().for_each(|(answer, _)| drop(answer.send(Err(e.clone()))));
                    return;
                }
            }
        }
        if !written {
            let _ = self.control("ROLLBACK");
            outcomes.into_iter().for_each(|(answer, outcome)| drop(answer.send(outcome)));
            return;
        }
        // The flush to the disk happens here (synchronous=FULL); only now may anybody be told.
        match self.control("COMMIT") {
            Ok(()) => {
                self.commits.send_modify(|n| *n = n.wrapping_add(1));
                outcomes.into_iter().for_each(|(answer, outcome)| drop(answer.send(outcome)));
                self.wal.committed(&self.connection);
            }
            Err(e) => {
                let _ = self.control("ROLLBACK");
                outcomes.into_iter().for_each(|(answer, _)| drop(answer.send(Err(e.clone()))));
            }
        }
    }

    /// Runs one batch inside the open transaction. `shared`: the transaction holds other batches' work already.
    fn one(&self, steps: &[Step], shared: bool) -> Result<Vec<u64>, Undone> {
        let all = |e| Undone::All(e);
        if shared {
            self.control("SAVEPOINT job").map_err(|e| self.abandon(e))?;
        }
        let outcome = steps.iter().map(|s| self.step(s)).collect::<Result<Vec<_>>>();
        match outcome {
            Ok(rows) => {
                if shared {
                    self.control("RELEASE job").map_err(|e| self.abandon(e))?;
                }
                Ok(rows)
            }
            // A full disk or a failed read makes SQLite undo the whole transaction itself.
            Err(e) if self.connection.is_autocommit() => Err(all(e)),
            Err(e) if shared => {
                self.control("ROLLBACK TO job").map_err(|e| self.abandon(e))?;
                self.control("RELEASE job").map_err(|e| self.abandon(e))?;
                Err(Undone::Alone(e))
            }
            Err(e) => {
                self.control("ROLLBACK").map_err(|e| self.abandon(e))?;
                self.control("BEGIN IMMEDIATE").map_err(all)?;
                Err(Undone::Alone(e))
            }
        }
    }

    /// Gives the whole transaction up.
    fn abandon(&self, e: StoreError) -> Undone {
        let _ = self.control("ROLLBACK");
        Undone::All(e)
    }

    fn step(&self, step: &Step) -> Result<u64> {
        let c = &self.connection;
        let run = || -> rusqlite::Result<u64> {
            let mut statement = c.prepare_cached(step.sql)?;
            let params = rusqlite::params_from_iter(&step.params);
            match step.expect {
                Expect::Found(_) => Ok(u64::from(statement.exists(params)?)),
                _ => Ok(statement.execute(params)? as u64),
            }
        };
        let rows = run().map_err(|e| match translate(&e, Some(c)) {
            StoreError::Backend(text) => StoreError::Backend(format!("{text} in: {}", step.sql)),
            other => other,
        })?;
        step.expect.judge(rows)
    }
}

/// How much was undone when a batch failed.
enum Undone {
    /// This batch only.
    Alone(StoreError),
    /// Everything in the transaction.
    All(StoreError),
}
