//! Sockets: TLS, HTTP/1.1 and HTTP/2, bounds on connections and time, and an end that loses nothing.

use crate::context::{Peer, Shown};
use crate::state::WebState;
use crate::writing::Patient;
use axum::body::Body;
use http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;
use wardpost_model::device::DeviceCertificate;

/// TLS handshakes that take longer are given up.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// The head of a request comes within this time, and so does the next request on an idle connection.
const HEAD: Duration = Duration::from_secs(30);
/// So long are running requests waited for when the server stops.
const FAREWELL: Duration = Duration::from_secs(20);

/// So long are connections of conversations waited for, which have nothing to finish.
const GOODBYE: Duration = Duration::from_secs(3);

/// Where requests come in.
pub enum Listener {
    /// Without TLS: only for this machine (development, a proxy beside the server).
    Plain(TcpListener),
    /// With TLS. The configuration should offer `h2` and `http/1.1` by ALPN.
    Tls(TcpListener, Arc<rustls::ServerConfig>),
}

/// Why serving could not begin.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Plain HTTP is only served to this machine itself.
    #[error("{0} is not an address of this machine alone: HTTP without TLS is only served on a loopback address")]
    PlainOutside(SocketAddr),
    /// The socket has no address.
    #[error("a listening socket failed")]
    Socket(#[from] std::io::Error),
}

/// The protocols to offer by ALPN, best first.
#[must_use]
pub fn alpn_protocols() -> Vec<Vec<u8>> {
    vec![b"h2".to_vec(), b"http/1.1".to_vec()]
}

/// Serves until `shutdown` is done; then no connection is taken any more, running requests are finished (for up to 20 s)
/// and live event streams end.
///
/// # Errors
/// Before serving: when a plain listener is open to other machines.
pub async fn serve(
    state: WebState,
    listeners: Vec<Listener>,
    shutdown: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    for listener in &listeners {
        if let Listener::Plain(socket) = listener {
            let address = socket.local_addr()?;
            if !address.ip().to_canonical().is_loopback() {
                return Err(ServeError::PlainOutside(address));
            }
        }
    }
    let graceful = Arc::new(GracefulShutdown::new());
    let server = Arc::new(Server {
        router: crate::router(state.clone()),
        connections: Arc::new(Semaphore::new(state.config().limits.connections)),
        networks: Networks { most: state.config().limits.connections_per_network, open: Mutex::default() },
    });
    let mut accepting = JoinSet::new();
    for listener in listeners {
        accepting.spawn(accept(Arc::clone(&server), listener, Arc::clone(&graceful)));
    }
    shutdown.await;
    accepting.shutdown().await;
    state.close();
    // Nobody accepts any more, so this is the last one who holds it.
    if let Some(graceful) = Arc::into_inner(graceful)
        && tokio::time::timeout(FAREWELL, graceful.shutdown()).await.is_err()
    {
        tracing::warn!("some connections were cut off at shutdown");
    }
    // Connections of conversations stand by themselves, and were told.
    if tokio::time::timeout(GOODBYE, state.sockets().none_left()).await.is_err() {
        tracing::debug!("some conversations' connections were cut off at shutdown");
    }
    Ok(())
}

struct Server {
    router: axum::Router,
    connections: Arc<Semaphore>,
    networks: Networks,
}

async fn accept(server: Arc<Server>, listener: Listener, graceful: Arc<GracefulShutdown>) {
    let (socket, tls) = match listener {
        Listener::Plain(socket) => (socket, None),
        Listener::Tls(socket, config) => (socket, Some(TlsAcceptor::from(config))),
    };
    loop {
        // Taken before accepting: beyond the bound, connections wait in the system's queue.
        let Ok(permit) = Arc::clone(&server.connections).acquire_owned().await else { return };
        let (stream, peer) = match socket.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, or the connection is gone already: neither ends the server.
                tracing::warn!(%error, "could not take a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let Some(place) = server.place(peer.ip()) else { continue };
        let (server, tls, watcher) = (Arc::clone(&server), tls.clone(), graceful.watcher());
        tokio::spawn(async move {
            converse(server, stream, peer, tls, watcher).await;
            drop((permit, place));
        });
    }
}

async fn converse(
    server: Arc<Server>,
    stream: TcpStream,
    peer: SocketAddr,
    tls: Option<TlsAcceptor>,
    watcher: Watcher,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "could not set TCP_NODELAY");
    }
    let Some(acceptor) = tls else {
        return speak(server, stream, (Peer(peer), Shown(None)), false, watcher).await;
    };
    match tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => {
            let connection = stream.get_ref().1;
            let h2 = connection.alpn_protocol() == Some(b"h2");
            let chain = connection.peer_certificates().unwrap_or_default();
            let shown = Shown(DeviceCertificate::new(chain.iter().map(|c| c.to_vec()).collect()));
            speak(server, stream, (Peer(peer), shown), h2, watcher).await;
        }
        Ok(Err(error)) => tracing::debug!(%error, "TLS handshake failed"),
        Err(_) => tracing::debug!("TLS handshake took too long"),
    }
}

/// The protocol is known (by ALPN; without TLS it is HTTP/1.1), so nothing has to be guessed from the first bytes, for
/// which a silent client could keep us waiting.
async fn speak<S>(server: Arc<Server>, stream: S, (peer, shown): (Peer, Shown), h2: bool, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request: Request<Incoming>| {
        let router = server.router.clone();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(peer);
        request.extensions_mut().insert(shown.clone());
        async move { router.oneshot(request).await }
    });
    let builder = protocol(h2);
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(Patient::new(stream)), service).into_owned();
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(error = %error, "a connection ended in disorder");
    }
}

fn protocol(h2: bool) -> auto::Builder<TokioExecutor> {
    let builder = auto::Builder::new(TokioExecutor::new());
    let mut builder = if h2 { builder.http2_only() } else { builder.http1_only() };
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_headers(100)
        .max_buf_size(64 << 10)
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(100)
        .max_header_list_size(32 << 10)
        .max_pending_accept_reset_streams(20)
        .keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(Duration::from_secs(20));
    builder
}

/// Connections of each network address.
struct Networks {
    most: usize,
    open: Mutex<BTreeMap<IpAddr, usize>>,
}

impl Server {
    fn place(self: &Arc<Self>, ip: IpAddr) -> Option<Place> {
        let mut open = self.networks.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(ip).or_insert(0);
        if *count >= self.networks.most {
            return None;
        }
        *count += 1;
        Some(Place { server: Arc::clone(self), ip })
    }
}

/// A connection's place among those of its address; given back when dropped.
struct Place {
    server: Arc<Server>,
    ip: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.server.networks.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.ip) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.remove(&self.ip);
            }
        }
    }
}
