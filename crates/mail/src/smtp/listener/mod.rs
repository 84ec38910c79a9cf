//! Sockets around the server engine: accepts, handshakes, feeds, asks the [`MailService`], counts.

mod doorkeeper;
mod session;
#[cfg(test)]
mod tests;

use super::reply::Reply;
use super::server::EngineConfig;
use super::tls::ServerTls;
use super::types::{Accepted, AuthOutcome, Envelope, Peer};
use async_trait::async_trait;
use bytes::Bytes;
pub use doorkeeper::Doorkeeper;
use futures::future::BoxFuture;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use wardpost_model::address::EmailAddress;

/// What commands mean: asked by a session, answered by the house. Refusals are [`Reply`]s with 4yz or 5yz.
#[async_trait]
pub trait MailService: Send + Sync + 'static {
    /// Who has signed in, as the service needs it again later.
    type Identity: Send + Sync + 'static;

    /// Checks credentials (submission doors only). Takes the same time whether the user exists or not.
    async fn authenticate(&self, peer: &Peer, user: &str, password: &str) -> AuthOutcome<Self::Identity>;

    /// May this sender (none: `<>`) send through this door? On submission: does the address belong to the identity?
    async fn sender(
        &self,
        peer: &Peer,
        identity: Option<&Self::Identity>,
        from: Option<&EmailAddress>,
    ) -> Result<(), Reply>;

    /// Is mail taken for this recipient? [`Reply::no_such_mailbox`], [`Reply::relay_refused`], [`Reply::try_later`].
    async fn recipient(
        &self,
        peer: &Peer,
        identity: Option<&Self::Identity>,
        recipient: &EmailAddress,
    ) -> Result<(), Reply>;

    /// Takes the message. `Ok` only once it is durable: 250 follows at once.
    async fn message(
        &self,
        peer: &Peer,
        identity: Option<&Self::Identity>,
        envelope: Envelope,
        data: Bytes,
    ) -> Result<Accepted, Reply>;

    /// Ends when somebody who has signed in may go on no longer: the session is then closed, at once if it waits for a
    /// command.
    fn revoked(&self, _: &Self::Identity) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

/// What a door has seen since the start.
#[derive(Debug, Default)]
pub struct Counters {
    /// Sessions begun.
    pub sessions: AtomicU64,
    /// Connections turned away (too many, too fast, early talkers).
    pub turned_away: AtomicU64,
    /// Sessions that reached TLS.
    pub tls: AtomicU64,
    /// Handshakes that failed.
    pub tls_failed: AtomicU64,
    /// Sign-ins that succeeded.
    pub signed_in: AtomicU64,
    /// Sign-ins that failed.
    pub sign_in_failed: AtomicU64,
    /// Senders and recipients refused.
    pub refused: AtomicU64,
    /// Messages accepted.
    pub messages: AtomicU64,
    /// Their bytes.
    pub bytes: AtomicU64,
    /// Messages refused after their content was read.
    pub messages_refused: AtomicU64,
    /// Sessions ended by a time-out.
    pub timed_out: AtomicU64,
}

impl Counters {
    pub(crate) fn add(counter: &AtomicU64, n: u64) {
        counter.fetch_add(n, Ordering::Relaxed);
    }
}

/// Tells listeners to stop. Dropping it stops them too.
#[derive(Debug)]
pub struct Stop(watch::Sender<bool>);

impl Stop {
    /// Stops accepting; sessions end as soon as their message is done.
    pub fn stop(&self) {
        let _ = self.0.send(true);
    }
}

/// What listeners and sessions watch.
#[derive(Debug, Clone)]
pub struct Shutdown(watch::Receiver<bool>);

impl Shutdown {
    /// A stop and what watches it.
    #[must_use]
    pub fn new() -> (Stop, Self) {
        let (sender, receiver) = watch::channel(false);
        (Stop(sender), Self(receiver))
    }

    /// Whether it was asked for.
    #[must_use]
    pub fn requested(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }

    /// Waits until it is asked for.
    pub async fn wait(&mut self) {
        let _ = self.0.wait_for(|stop| *stop).await;
    }
}

/// A door: one service on any number of sockets.
pub struct Listener<S> {
    shared: Arc<Door<S>>,
}

impl<S> Clone for Listener<S> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

/// What the sessions of a door share.
pub(crate) struct Door<S> {
    pub(crate) config: Arc<EngineConfig>,
    pub(crate) service: Arc<S>,
    pub(crate) tls: Option<ServerTls>,
    pub(crate) doorkeeper: Arc<Doorkeeper>,
    pub(crate) counters: Arc<Counters>,
}

impl<S: MailService> Listener<S> {
    /// A door. `config.starttls` is set by whether there is TLS.
    ///
    /// # Errors
    /// If the door needs TLS (both submission doors do) and there is none.
    pub fn new(
        mut config: EngineConfig,
        service: Arc<S>,
        tls: Option<ServerTls>,
        doorkeeper: Arc<Doorkeeper>,
    ) -> io::Result<Self> {
        if config.service.requires_sign_in() && tls.is_none() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "a submission port needs a TLS certificate"));
        }
        config.starttls = tls.is_some();
        let config = Arc::new(config);
        Ok(Self { shared: Arc::new(Door { config, service, tls, doorkeeper, counters: Arc::default() }) })
    }

    /// Its counters.
    #[must_use]
    pub fn counters(&self) -> Arc<Counters> {
        Arc::clone(&self.shared.counters)
    }

    /// Accepts until shutdown; then lets running messages end for at most `drain`, and returns.
    pub async fn serve(self, listener: TcpListener, mut shutdown: Shutdown, drain: Duration) {
        let mut sessions = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = shutdown.wait() => break,
                Some(_) = sessions.join_next() => continue,
            };
            match accepted {
                Ok((stream, address)) => {
                    let _ = stream.set_nodelay(true);
                    let address = SocketAddr::new(address.ip().to_canonical(), address.port());
                    sessions.spawn(session::run(Arc::clone(&self.shared), stream, address, shutdown.clone()));
                }
                Err(error) => {
                    // Out of file descriptors or a connection that died in the queue: breathe, go on.
                    tracing::warn!(door = self.shared.config.service.as_str(), %error, "cannot accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
        drop(listener);
        let finished = async { while sessions.join_next().await.is_some() {} };
        if tokio::time::timeout(drain, finished).await.is_err() {
            tracing::warn!(
                door = self.shared.config.service.as_str(),
                sessions = sessions.len(),
                "sessions cut off at shutdown"
            );
        }
    }
}
