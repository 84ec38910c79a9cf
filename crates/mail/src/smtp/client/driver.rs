//! Sockets around the client engine.

use super::engine::{Action, Dialogue, Ending, Job};
use super::stuff::Stuffer;
use super::tls::{explain, is_about_tls};
use super::{Cause, Client, DeliveryReport, Outcome, Remark, RemoteHost, Target, TlsProbe, TlsRequirement};
use crate::route::MxHost;
use crate::smtp::tls;
use crate::smtp::types::{Envelope, TlsInfo};
use bytes::Bytes;
use rustls_pki_types::ServerName;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// Size of the pieces in which a message is sent.
const PIECE: usize = 64 * 1024;
/// How long a piece may take to be sent (RFC 5321 §4.5.3.2.5).
const SEND_TIMEOUT: Duration = Duration::from_secs(180);
/// How long a handshake may take.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(30);

/// What one connection came to.
struct Visit {
    ending: Ending,
    reached: bool,
    starttls: bool,
    tls: Option<TlsInfo>,
}

pub(super) async fn deliver(client: &Client, target: &Target, envelope: &Envelope, data: Bytes) -> DeliveryReport {
    let mut last = Remark::local(Cause::Network, "there is no host to deliver to");
    let mut seen = None;
    let verified = target.tls == TlsRequirement::Verified;
    let job = |without_tls| Job {
        hello: client.config.hello.clone(),
        envelope: Some(envelope.clone()),
        size: data.len(),
        eight_bit: !data.is_ascii(),
        tls: target.tls,
        without_tls,
    };
    for (host, address) in addresses(&target.hosts, client.config.attempts) {
        let mut visit = visit(client, host, address, job(false), &data).await;
        let remote = RemoteHost { name: host.name.clone(), address };
        let tls_trouble = matches!(&visit.ending, Ending::NextHost(remark) if remark.cause == Cause::Tls);
        if tls_trouble && !verified {
            // Opportunistic (RFC 7435): rather in the clear than not at all.
            visit = self::visit(client, host, address, job(true), &data).await;
        }
        match visit.ending {
            Ending::Settled(outcomes) => {
                let recipients = envelope.recipients.iter().cloned().zip(outcomes).collect();
                let verified = verified && visit.tls.is_some();
                return DeliveryReport { recipients, tls: visit.tls, verified, host: Some(remote) };
            }
            Ending::NextHost(remark) => {
                // A host that was reached says more than one that was not.
                if visit.reached || seen.is_none() {
                    last = remark;
                }
                if visit.reached {
                    seen = Some(remote);
                }
            }
            Ending::Looked => {}
        }
    }
    let recipients = envelope.recipients.iter().map(|r| (r.clone(), Outcome::Transient(last.clone()))).collect();
    DeliveryReport { recipients, tls: None, verified: false, host: seen }
}

pub(super) async fn probe(client: &Client, hosts: &[MxHost]) -> TlsProbe {
    let mut best = TlsProbe {
        host: hosts.first().map(|h| h.name.clone()).unwrap_or_default(),
        reached: false,
        starttls: false,
        verified: false,
        why_not: Some("there is no host to ask".to_owned()),
        tls: None,
    };
    let mut first = true;
    for (host, address) in addresses(hosts, client.config.attempts) {
        let job = Job {
            hello: client.config.hello.clone(),
            envelope: None,
            size: 0,
            eight_bit: false,
            tls: TlsRequirement::Verified,
            without_tls: false,
        };
        let visit = visit(client, host, address, job, &Bytes::new()).await;
        let why_not = match visit.ending {
            Ending::Looked => None,
            Ending::NextHost(remark) => Some(remark.text),
            Ending::Settled(_) => Some("the server ended the dialogue".to_owned()),
        };
        let found = TlsProbe {
            host: host.name.clone(),
            reached: visit.reached,
            starttls: visit.starttls,
            verified: why_not.is_none() && visit.tls.is_some(),
            why_not,
            tls: visit.tls,
        };
        if found.verified {
            return found;
        }
        if first || (found.reached, found.starttls) > (best.reached, best.starttls) {
            best = found;
        }
        first = false;
    }
    best
}

/// Every address of every host, up to a number.
fn addresses(hosts: &[MxHost], attempts: usize) -> impl Iterator<Item = (&MxHost, IpAddr)> {
    hosts.iter().flat_map(|h| h.addresses.iter().map(move |a| (h, *a))).take(attempts)
}

/// One connection from greeting to goodbye.
async fn visit(client: &Client, host: &MxHost, address: IpAddr, job: Job, data: &Bytes) -> Visit {
    let verified = job.tls == TlsRequirement::Verified;
    let mut visit = Visited { dialogue: Dialogue::new(job), reached: false, tls: None };
    let limit = client.config.host_timeout;
    match timeout(limit, visit.run(client, host, address, verified, data)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => visit.dialogue.broke_off(Cause::Network, &format!("{}: {}", host.name, plain(&error))),
        Err(_) => visit.dialogue.broke_off(Cause::Network, &format!("{}: took too long", host.name)),
    }
    let starttls = visit.dialogue.offered_starttls();
    Visit { ending: visit.dialogue.into_ending(), reached: visit.reached, starttls, tls: visit.tls }
}

fn plain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::TimedOut => "did not answer in time".to_owned(),
        io::ErrorKind::ConnectionRefused => "refused the connection".to_owned(),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => {
            "closed the connection".to_owned()
        }
        _ => error.to_string(),
    }
}

struct Visited {
    dialogue: Dialogue,
    reached: bool,
    tls: Option<TlsInfo>,
}

impl Visited {
    async fn run(
        &mut self,
        client: &Client,
        host: &MxHost,
        address: IpAddr,
        verified: bool,
        data: &Bytes,
    ) -> io::Result<()> {
        let mut stream = connect(client, SocketAddr::new(address, host.port)).await?;
        if !self.talk(&mut stream, data).await? {
            return Ok(());
        }
        let name = match ServerName::try_from(host.tls_name.clone()) {
            Ok(name) => name,
            Err(_) => {
                self.dialogue.tls_failed("the host's name cannot be verified by a certificate");
                return Ok(());
            }
        };
        let config = if verified { &client.tls.verified } else { &client.tls.unverified };
        let handshake = TlsConnector::from(Arc::clone(config)).connect(name, stream);
        match timeout(HANDSHAKE_TIMEOUT, handshake).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
            Ok(mut stream) => {
                self.tls = Some(tls::info(stream.get_ref().1));
                self.dialogue.tls_established();
                self.talk(&mut stream, data).await.map(|_| ())
            }
            // Silence or a lost connection is no statement about TLS: worth another try.
            Err(error) if verified && !is_about_tls(&error) => Err(error),
            Err(error) => {
                self.dialogue.tls_failed(&explain(&error));
                Ok(())
            }
        }
    }

    /// Obeys the engine until it wants TLS (true) or is done (false).
    async fn talk(&mut self, stream: &mut (impl AsyncRead + AsyncWrite + Unpin), data: &Bytes) -> io::Result<bool> {
        loop {
            match self.dialogue.advance() {
                Action::Read => {
                    self.send(stream).await?;
                    let limit = self.dialogue.read_timeout();
                    let input = self.dialogue.receive();
                    input.reserve(4_096);
                    if timeout(limit, stream.read_buf(input)).await?? == 0 {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                    self.reached = true;
                }
                Action::StartTls => {
                    self.send(stream).await?;
                    return Ok(true);
                }
                Action::SendMessage => {
                    self.send(stream).await?;
                    let mut stuffer = Stuffer::new(data.clone());
                    let mut piece = Vec::with_capacity(PIECE + 8);
                    while stuffer.piece(&mut piece, PIECE) {
                        timeout(SEND_TIMEOUT, stream.write_all(&piece)).await??;
                        piece.clear();
                    }
                    self.dialogue.message_sent();
                }
                Action::Done => {
                    // The outcome stands, whether or not the goodbye arrives.
                    let goodbye = async {
                        self.send(stream).await?;
                        stream.shutdown().await
                    };
                    let _ = timeout(Duration::from_secs(5), goodbye).await;
                    return Ok(false);
                }
            }
        }
    }

    async fn send(&mut self, stream: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
        if !self.dialogue.output().is_empty() {
            timeout(SEND_TIMEOUT, stream.write_all(self.dialogue.output())).await??;
            self.dialogue.output().clear();
        }
        timeout(SEND_TIMEOUT, stream.flush()).await?
    }
}

async fn connect(client: &Client, to: SocketAddr) -> io::Result<TcpStream> {
    let config = &client.config;
    let socket = if to.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    let source = match to {
        SocketAddr::V4(_) => config.source_v4.map(IpAddr::V4),
        SocketAddr::V6(_) => config.source_v6.map(IpAddr::V6),
    };
    if let Some(source) = source {
        socket.bind(SocketAddr::new(source, 0))?;
    }
    let stream = timeout(config.connect_timeout, socket.connect(to)).await??;
    stream.set_nodelay(true)?;
    Ok(stream)
}
