//! How nodes over one database wake each other: one connection a node listens, and tells of this node's commits at most
//! four times a second. A NOTIFY in every transaction would halve throughput. Nothing depends on a word arriving:
//! who is woken reads the log, and reads it now and then unasked.

use super::connect::Cluster;
use super::error::plain;
use futures::channel::mpsc as feed;
use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, sleep_until, timeout};
use tokio_postgres::{AsyncMessage, Client};

/// Least time between two words to the other nodes.
const PACE: Duration = Duration::from_millis(250);
/// How often to act as if woken where the server can't notify.
const POLL: Duration = Duration::from_secs(1);
/// How often to see whether the connection still lives.
const HEARTBEAT: Duration = Duration::from_secs(30);
/// Longest wait before connecting again.
const MAX_BACKOFF: Duration = Duration::from_secs(10);

/// Rings when something was committed: here at once, on other nodes soon.
#[derive(Clone)]
pub(crate) struct Bell {
    commits: watch::Sender<u64>,
    tell: Arc<Notify>,
}

impl Bell {
    pub(crate) fn new(commits: watch::Sender<u64>) -> Self {
        Self { commits, tell: Arc::default() }
    }

    /// This node has committed something.
    pub(crate) fn committed(&self) {
        self.heard();
        self.tell.notify_one();
    }

    /// Somebody may have committed something.
    fn heard(&self) {
        self.commits.send_modify(|n| *n = n.wrapping_add(1));
    }
}

/// Listens and tells until the task is aborted.
pub(crate) async fn listen(cluster: Cluster, bell: Bell) {
    let mut backoff = PACE;
    loop {
        match session(&cluster, &bell, &mut backoff).await {
            Ended::Lost(why) => {
                tracing::debug!(error = why, "wake-ups between nodes are interrupted; connecting again");
                // What was committed meanwhile made no sound here.
                bell.heard();
                sleep(backoff).await;
                backoff = (backoff * 2).min(MAX_BACKOFF);
            }
            Ended::Unsupported(why) => {
                tracing::info!(reason = why, "the database can't notify; looking for news every second");
                loop {
                    sleep(POLL).await;
                    bell.heard();
                }
            }
        }
    }
}

enum Ended {
    Lost(String),
    Unsupported(String),
}

async fn session(cluster: &Cluster, bell: &Bell, backoff: &mut Duration) -> Ended {
    let (client, mut connection) = match cluster.config.connect(cluster.tls.clone()).await {
        Ok(both) => both,
        Err(e) => return Ended::Lost(plain(&e)),
    };
    let (told, mut heard) = feed::unbounded();
    let drive = futures::stream::poll_fn(move |cx| connection.poll_message(cx)).try_for_each(move |message| {
        // Our own words come back to us; so does chatter that isn't a notification.
        if let AsyncMessage::Notification(n) = message {
            let _ = told.unbounded_send(n.process_id());
        }
        futures::future::ready(Ok(()))
    });
    let driver = AbortOnDrop(tokio::spawn(drive));
    let own = match begin(&client).await {
        Ok(own) => own,
        Err(ended) => return ended,
    };
    *backoff = PACE;
    bell.heard();
    let mut heartbeat = interval(HEARTBEAT);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let _keep = driver;
    // A word to the others is due at this moment.
    let mut due: Option<Instant> = None;
    let mut earliest = Instant::now();
    loop {
        let at = due.unwrap_or(earliest);
        tokio::select! {
            from = heard.next() => match from {
                Some(process) if process == own => {}
                Some(_) => {
                    // Many words at once are one.
                    while let Some(Some(_)) = heard.next().now_or_never() {}
                    bell.heard();
                }
                None => return Ended::Lost("the connection ended".to_owned()),
            },
            () = bell.tell.notified(), if due.is_none() => due = Some(earliest.max(Instant::now())),
            () = sleep_until(at), if due.is_some() => {
                if let Err(e) = say(&client, "NOTIFY wardpost_commit").await {
                    return Ended::Lost(e);
                }
                due = None;
                earliest = Instant::now() + PACE;
            }
            _ = heartbeat.tick() => {
                if let Err(e) = say(&client, "SELECT 1").await {
                    return Ended::Lost(e);
                }
            }
        }
    }
}

/// Starts listening; gives the number of our own server process.
async fn begin(client: &Client) -> Result<i32, Ended> {
    let pid = client.query_one("SELECT pg_backend_pid()", &[]).await.map_err(|e| Ended::Lost(plain(&e)))?;
    let pid = pid.try_get::<_, i32>(0).map_err(|e| Ended::Unsupported(plain(&e)))?;
    match client.batch_execute("LISTEN wardpost_commit").await {
        Ok(()) => Ok(pid),
        Err(e) if e.code().is_some_and(|c| ["0A", "42"].iter().any(|class| c.code().starts_with(class))) => {
            Err(Ended::Unsupported(plain(&e)))
        }
        Err(e) => Err(Ended::Lost(plain(&e))),
    }
}

async fn say(client: &Client, sql: &str) -> Result<(), String> {
    match timeout(HEARTBEAT, client.batch_execute(sql)).await {
        Ok(done) => done.map_err(|e| plain(&e)),
        Err(_) => Err("no answer in time".to_owned()),
    }
}

struct AbortOnDrop<T>(tokio::task::JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
