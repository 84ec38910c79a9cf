//! The writers: each takes what waits, writes it as one group, and answers. A group that fails is taken apart, so that
//! a batch that can't be done doesn't cost the others more than a second try.

use super::connect::{Cluster, checkout};
use super::error::{Failure, Remedy};
use super::group::{Attempt, attempt};
use super::notify::Bell;
use crate::StoreError;
use crate::batch::Step;
use crate::sqlite::Job;
use deadpool_postgres::{Client, Pool};
use std::collections::VecDeque;
use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;

/// How often one batch is tried when others are in its way or the connection is lost.
const TRIES: u32 = 8;
/// After so many failures of a group the rest is written one by one.
const MAX_SPLITS: u32 = 3;

/// What the writers are asked.
pub(crate) enum Message {
    /// Write this.
    Write(Job),
    /// Take no more, finish what waits, end.
    Stop,
}

/// The writers' tasks.
pub(crate) struct Writers;

impl Writers {
    /// Starts `count` writers over one queue.
    pub(crate) fn start(
        cluster: &Cluster,
        pool: &Pool,
        bell: &Bell,
        count: usize,
        max_group: usize,
        queue: usize,
    ) -> (mpsc::Sender<Message>, Vec<JoinHandle<()>>) {
        let (sender, messages) = mpsc::channel(queue.max(1));
        let messages = Arc::new(Mutex::new(messages));
        let start = |_| {
            let writer = Writer {
                cluster: cluster.clone(),
                pool: pool.clone(),
                bell: bell.clone(),
                messages: Arc::clone(&messages),
                max_group: max_group.max(1),
            };
            tokio::spawn(writer.run())
        };
        (sender, (0..count.max(1)).map(start).collect())
    }
}

struct Writer {
    cluster: Cluster,
    pool: Pool,
    bell: Bell,
    messages: Arc<Mutex<mpsc::Receiver<Message>>>,
    max_group: usize,
}

impl Writer {
    async fn run(self) {
        let mut client = None;
        loop {
            let mut received = Vec::new();
            {
                let mut messages = self.messages.lock().await;
                if messages.recv_many(&mut received, self.max_group).await == 0 {
                    return;
                }
                if received.iter().any(|m| matches!(m, Message::Stop)) {
                    messages.close();
                }
            }
            let jobs = received
                .into_iter()
                .filter_map(|m| match m {
                    Message::Write(job) => Some(job),
                    Message::Stop => None,
                })
                .collect();
            self.write(&mut client, jobs).await;
        }
    }

    /// Writes the jobs in order, in as few transactions as their failures allow.
    async fn write(&self, client: &mut Option<Client>, mut jobs: VecDeque<Job>) {
        // How many of the jobs make up each transaction to come.
        let mut plan = VecDeque::from([jobs.len()]);
        let (mut splits, mut tries) = (0, 0);
        while let Some(size) = plan.pop_front() {
            if size == 0 {
                continue;
            }
            tries += 1;
            let steps: Vec<&[Step]> = jobs.iter().take(size).map(|j| j.steps.as_slice()).collect();
            match self.attempt(client, &steps).await {
                Attempt::Done(rows) => {
                    tries = 0;
                    self.bell.committed();
                    jobs.drain(..size).zip(rows).for_each(|(job, rows)| drop(job.answer.send(Ok(rows))));
                }
                Attempt::Unknown(error) => {
                    tries = 0;
                    refuse(jobs.drain(..size), &error);
                }
                Attempt::Unreachable(error) => {
                    plan.clear();
                    refuse(jobs.drain(..), &error);
                }
                Attempt::Failed { failure, .. } if failure.remedy == Remedy::Reconnect => {
                    if tries < TRIES {
                        plan.push_front(size);
                        pause(tries).await;
                    } else {
                        // No use making those behind wait as long each.
                        plan.clear();
                        refuse(jobs.drain(..), &failure.error);
                    }
                }
                Attempt::Failed { failure, .. } if size == 1 => {
                    if failure.remedy == Remedy::Again && tries < TRIES {
                        plan.push_front(1);
                        pause(tries).await;
                    } else {
                        tries = 0;
                        refuse(jobs.drain(..1), &failure.error);
                    }
                }
                Attempt::Failed { at, .. } => {
                    tries = 0;
                    splits += 1;
                    split(&mut plan, size, at, splits);
                }
            }
        }
    }

    async fn attempt(&self, client: &mut Option<Client>, steps: &[&[Step]]) -> Attempt {
        if client.as_ref().is_none_or(|c| c.is_closed()) {
            *client = None;
            match checkout(&self.pool).await {
                Ok(fresh) => *client = Some(fresh),
                Err(failure) if failure.remedy == Remedy::None => return Attempt::Unreachable(failure.error),
                Err(failure) => return Attempt::Failed { at: None, failure },
            }
        }
        let Some(connection) = client.as_ref() else {
            return Attempt::Failed { at: None, failure: Failure::lost() };
        };
        let outcome = attempt(&self.cluster, connection, steps).await;
        let useless = match &outcome {
            Attempt::Done(_) | Attempt::Unreachable(_) => false,
            Attempt::Failed { failure, .. } => failure.remedy == Remedy::Reconnect,
            Attempt::Unknown(_) => true,
        };
        if useless && let Some(c) = client.take() {
            // Not back into the pool.
            drop(deadpool_postgres::Object::take(c));
        }
        outcome
    }
}

/// Decides what to try after a group of `size` failed at one of its batches: what came before it, it alone, what came
/// after it; after a few such failures each batch alone.
fn split(plan: &mut VecDeque<usize>, size: usize, at: Option<usize>, splits: u32) {
    match at {
        _ if splits > MAX_SPLITS => (0..size).for_each(|_| plan.push_front(1)),
        Some(at) if at < size => [size - at - 1, 1, at].into_iter().for_each(|n| plan.push_front(n)),
        _ => [size - size / 2, size / 2].into_iter().for_each(|n| plan.push_front(n)),
    }
}

fn refuse(jobs: impl Iterator<Item = Job>, error: &StoreError) {
    jobs.for_each(|job| drop(job.answer.send(Err(error.clone()))));
}

/// Waits a little before try number `tries + 1`: 5 ms doubling to 640 ms, times a chance between one half and one,
/// so that two that were in each other's way don't meet again.
pub(super) async fn pause(tries: u32) {
    let most = 5_000_u64 << tries.min(7);
    let chance = std::hash::RandomState::new().build_hasher().finish() % (most / 2);
    tokio::time::sleep(Duration::from_micros(most / 2 + chance)).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_group_is_taken_apart_around_what_failed() {
        let plan = |size, at, splits| {
            let mut plan = VecDeque::from([7]);
            split(&mut plan, size, at, splits);
            plan.into_iter().collect::<Vec<_>>()
        };
        assert_eq!(plan(5, Some(2), 1), [2, 1, 2, 7]);
        assert_eq!(plan(5, Some(0), 1), [0, 1, 4, 7]);
        assert_eq!(plan(5, None, 1), [2, 3, 7]);
        assert_eq!(plan(3, Some(1), MAX_SPLITS + 1), [1, 1, 1, 7]);
    }
}
