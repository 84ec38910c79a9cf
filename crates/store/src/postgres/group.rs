//! One transaction with the work of several batches, its statements sent without waiting for each other.

use super::connect::Cluster;
use super::error::{Failure, Remedy, plain, surely_not_committed, translate};
use crate::StoreError;
use crate::batch::{Expect, Step};
use deadpool_postgres::Client;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio_postgres::{Error, Statement};

/// How long the statements of a group, and then its commit, may take before the connection is given up.
const PATIENCE: Duration = Duration::from_secs(60);

/// How an attempt to write a group ended.
pub(super) enum Attempt {
    /// Committed; rows affected for each batch and statement.
    Done(Vec<Vec<u64>>),
    /// Nothing is written, the connection is usable if the remedy isn't to reconnect. `at` is the batch that failed.
    Failed { at: Option<usize>, failure: Failure },
    /// The connection ended during the commit: nobody here knows.
    Unknown(StoreError),
    /// There is no connection to be had. Nothing is written.
    Unreachable(StoreError),
}

/// A statement that was sent, or is about to be.
type Sent<'a> = Pin<Box<dyn Future<Output = Result<u64, Error>> + Send + 'a>>;

/// Writes all batches in one transaction, or none.
pub(super) async fn attempt(cluster: &Cluster, client: &Client, batches: &[&[Step]]) -> Attempt {
    let outcome = match tokio::time::timeout(PATIENCE, run(cluster, client, batches)).await {
        Ok(outcome) => outcome,
        Err(_) => return Attempt::Failed { at: None, failure: Failure::lost() },
    };
    match outcome {
        Ok(rows) => commit(client, rows).await,
        Err((at, mut failure)) => {
            let undone = tokio::time::timeout(PATIENCE, client.batch_execute("ROLLBACK")).await;
            if !matches!(undone, Ok(Ok(()))) && failure.remedy != Remedy::Reconnect {
                // The failure stands; only the connection is not to be used again.
                failure.remedy = if failure.remedy == Remedy::Again { Remedy::Reconnect } else { failure.remedy };
            }
            Attempt::Failed { at, failure }
        }
    }
}

async fn commit(client: &Client, rows: Vec<Vec<u64>>) -> Attempt {
    match tokio::time::timeout(PATIENCE, client.batch_execute("COMMIT")).await {
        Ok(Ok(())) => Attempt::Done(rows),
        Ok(Err(e)) if surely_not_committed(&e) => Attempt::Failed { at: None, failure: translate(&e) },
        Ok(Err(e)) => Attempt::Unknown(unknown(&plain(&e))),
        Err(_) => Attempt::Unknown(unknown("no answer in time")),
    }
}

fn unknown(why: &str) -> StoreError {
    StoreError::Backend(format!("the connection was lost during the commit, which may or may not have happened: {why}"))
}

/// Begins a transaction and runs every statement in it. An error names the batch it came from.
async fn run(
    cluster: &Cluster,
    client: &Client,
    batches: &[&[Step]],
) -> Result<Vec<Vec<u64>>, (Option<usize>, Failure)> {
    let mut statements = Vec::with_capacity(batches.iter().map(|b| b.len()).sum());
    for (at, batch) in batches.iter().enumerate() {
        for step in *batch {
            statements.push(prepare(cluster, client, step).await.map_err(|f| (Some(at), f))?);
        }
    }
    let mut begin: Sent<'_> = Box::pin(async { client.batch_execute("BEGIN").await.map(|()| 0) });
    let begun = send(&mut begin).await;
    let mut statement = statements.iter();
    let mut sent = Vec::with_capacity(batches.len());
    for batch in batches {
        let mut futures = Vec::with_capacity(batch.len());
        for (step, statement) in batch.iter().zip(&mut statement) {
            let mut future: Sent<'_> = Box::pin(async move { client.execute_raw(statement, &step.params).await });
            let done = send(&mut future).await;
            futures.push((future, done));
        }
        sent.push(futures);
    }
    settle(begin, begun).await.map_err(|e| (None, translate(&e)))?;
    let mut rows = Vec::with_capacity(batches.len());
    let mut first_failure = None;
    // Answers come in the order of the questions. After a failure the rest is still awaited, so that the connection
    // has nothing outstanding; the first failure is the true one, the others only follow from it.
    for (at, (futures, batch)) in sent.into_iter().zip(batches).enumerate() {
        let mut affected = Vec::with_capacity(batch.len());
        for ((future, done), step) in futures.into_iter().zip(*batch) {
            let outcome = settle(future, done).await;
            if first_failure.is_some() {
                continue;
            }
            match outcome.map_err(|e| translate(&e).named(step.sql)).and_then(|n| Ok(step.expect.judge(n)?)) {
                Ok(n) => affected.push(n),
                Err(failure) => first_failure = Some((Some(at), failure)),
            }
        }
        rows.push(affected);
    }
    first_failure.map_or(Ok(rows), Err)
}

/// Prepares the step's statement. Rows that a guard reads are kept as they are until the commit.
async fn prepare(cluster: &Cluster, client: &Client, step: &Step) -> Result<Statement, Failure> {
    if !matches!(step.expect, Expect::Found(_)) {
        return cluster.prepare(client, step.sql).await;
    }
    let text: Arc<str> = format!("{} FOR SHARE", cluster.rewrite(step.sql)?).into();
    client.prepare_cached(&text).await.map_err(|e| translate(&e).named(step.sql))
}

/// Polls once: that is when the client library puts the statement on the wire, so the order of these calls is the
/// order in which the server works.
async fn send(future: &mut Sent<'_>) -> Option<Result<u64, Error>> {
    std::future::poll_fn(|cx| {
        Poll::Ready(match future.as_mut().poll(cx) {
            Poll::Ready(done) => Some(done),
            Poll::Pending => None,
        })
    })
    .await
}

async fn settle(future: Sent<'_>, done: Option<Result<u64, Error>>) -> Result<u64, Error> {
    match done {
        Some(done) => done,
        None => future.await,
    }
}
