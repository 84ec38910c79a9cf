//! One connection: obeys the engine, reads, writes, watches the time.

use super::super::reply::Reply;
use super::super::server::{AuthVerdict, Event, Session};
use super::super::tls;
use super::super::types::{AuthOutcome, Peer, Service};
use super::{Counters, Door, MailService, Shutdown};
use futures::future::BoxFuture;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsAcceptor;
use uuid::Uuid;

/// Room made before each read.
const READ_COMMAND: usize = 4 * 1024;
const READ_MESSAGE: usize = 64 * 1024;
/// How long, and how much, a peer that was turned away is still listened to, so that it can read the reply.
const LINGER: Duration = Duration::from_millis(500);
const LINGER_BYTES: usize = 64 * 1024;

/// How a conversation ended.
enum Ending {
    StartTls,
    Over,
}

struct Talk<S: MailService> {
    door: Arc<Door<S>>,
    session: Session,
    peer: Peer,
    identity: Option<S::Identity>,
    /// Ends when the identity may go on no longer.
    revoked: BoxFuture<'static, ()>,
    shutdown: Shutdown,
    /// When the session must be over.
    until: Instant,
}

/// Runs a connection to its end.
pub(super) async fn run<S: MailService>(door: Arc<Door<S>>, stream: TcpStream, address: SocketAddr, stop: Shutdown) {
    let (id, service) = (Uuid::new_v4(), door.config.service);
    let peer = Peer { session: id, address, service, helo: None, tls: None, certificate: None };
    if let Err(error) = connection(door, stream, peer, stop).await {
        tracing::debug!(session = %id, %error, "session broke off");
    }
}

async fn connection<S: MailService>(
    door: Arc<Door<S>>,
    mut stream: TcpStream,
    peer: Peer,
    shutdown: Shutdown,
) -> io::Result<()> {
    let limits = &door.config.limits;
    let implicit = peer.service.implicit_tls();
    let _permit = match door.doorkeeper.admit(peer.address.ip()) {
        Ok(permit) => permit,
        Err(reply) => {
            Counters::add(&door.counters.turned_away, 1);
            if !implicit {
                turn_away(&door, &mut stream, &reply).await?;
            }
            return Ok(());
        }
    };
    if peer.service == Service::Mx && speaks_early(&stream, limits.greet_pause).await {
        Counters::add(&door.counters.turned_away, 1);
        let reply = Reply::new(554, [5, 5, 1], "Clients wait for the greeting before they speak");
        return turn_away(&door, &mut stream, &reply).await;
    }
    Counters::add(&door.counters.sessions, 1);
    let until = Instant::now() + limits.session_timeout;
    let session = Session::new(Arc::clone(&door.config));
    let revoked = Box::pin(std::future::pending());
    let mut talk = Talk { door, session, peer, identity: None, revoked, shutdown, until };
    if !implicit {
        match talk.converse(&mut stream).await? {
            Ending::Over => return Ok(()),
            Ending::StartTls => {}
        }
    }
    let mut stream = Box::new(talk.handshake(stream).await?);
    talk.peer.tls = Some(tls::info(stream.get_ref().1));
    talk.peer.certificate = tls::shown(stream.get_ref().1);
    talk.session.tls_established();
    talk.converse(stream.as_mut()).await.map(|_| ())
}

/// Whether the peer has spoken before it was greeted. A peer that has hung up is found out by the next write.
async fn speaks_early(stream: &TcpStream, pause: Duration) -> bool {
    let mut byte = [0_u8; 1];
    if pause.is_zero() {
        // One look at what has arrived, without waiting.
        return futures::FutureExt::now_or_never(stream.peek(&mut byte)).is_some_and(|r| matches!(r, Ok(1)));
    }
    matches!(timeout(pause, stream.peek(&mut byte)).await, Ok(Ok(1)))
}

async fn turn_away<S: MailService>(door: &Door<S>, stream: &mut TcpStream, reply: &Reply) -> io::Result<()> {
    let mut session = Session::refused(Arc::clone(&door.config), reply);
    timeout(LINGER, stream.write_all(session.output())).await??;
    linger(stream).await
}

/// Closes our side and reads the rest away for a moment: a reset would take the reply with it.
async fn linger(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> io::Result<()> {
    let drain = async {
        stream.shutdown().await?;
        let mut sink = [0_u8; 4096];
        let mut read = 0;
        while read < LINGER_BYTES {
            match stream.read(&mut sink).await? {
                0 => break,
                n => read += n,
            }
        }
        Ok(())
    };
    timeout(LINGER, drain).await.unwrap_or(Ok(()))
}

impl<S: MailService> Talk<S> {
    async fn handshake(&mut self, stream: TcpStream) -> io::Result<tokio_rustls::server::TlsStream<TcpStream>> {
        let Some(tls) = &self.door.tls else { return Err(io::Error::other("no certificate")) };
        let accept = TlsAcceptor::from(tls.config()).accept(stream);
        let limit = self.door.config.limits.handshake_timeout;
        let result = timeout(limit, accept).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
        let counters = &self.door.counters;
        Counters::add(if result.is_ok() { &counters.tls } else { &counters.tls_failed }, 1);
        result
    }

    async fn converse(&mut self, stream: &mut (impl AsyncRead + AsyncWrite + Unpin + Send)) -> io::Result<Ending> {
        let mut until = self.deadline();
        let mut in_message = false;
        loop {
            match self.session.advance() {
                Event::Read => {
                    // A whole command, or a whole message, has its time: drops now and then do not extend it.
                    if !self.session.output().is_empty() || self.session.in_message() != in_message {
                        in_message = self.session.in_message();
                        until = self.deadline();
                    }
                    self.send(stream).await?;
                    self.read(stream, until).await?;
                }
                Event::Flush => self.send(stream).await?,
                Event::StartTls => {
                    self.send(stream).await?;
                    return Ok(Ending::StartTls);
                }
                Event::Close => {
                    self.send(stream).await?;
                    linger(stream).await?;
                    return Ok(Ending::Over);
                }
                question => self.answer(question).await,
            }
        }
    }

    /// When what is waited for now must have come.
    fn deadline(&self) -> Instant {
        let limits = &self.door.config.limits;
        let time = if self.session.in_message() { limits.message_timeout } else { limits.command_timeout };
        (Instant::now() + time).min(self.until)
    }

    async fn send(&mut self, stream: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
        if self.session.output().is_empty() {
            return Ok(());
        }
        let limit = self.door.config.limits.data_timeout;
        let send = async {
            stream.write_all(self.session.output()).await?;
            stream.flush().await
        };
        timeout(limit, send).await??;
        self.session.output().clear();
        Ok(())
    }

    /// Reads once, unless time or the house's closing end the session first.
    async fn read(&mut self, stream: &mut (impl AsyncRead + Unpin), deadline: Instant) -> io::Result<()> {
        let idle = self.session.is_idle();
        if idle && self.shutdown.requested() {
            self.close_for_shutdown();
            return Ok(());
        }
        let until = (Instant::now() + self.session.read_timeout()).min(deadline);
        let room = if self.session.in_message() { READ_MESSAGE } else { READ_COMMAND };
        let input = self.session.receive();
        input.reserve(room);
        let outcome = tokio::select! {
            biased;
            () = &mut self.revoked, if idle => {
                // Not to be asked again: it has ended.
                self.revoked = Box::pin(std::future::pending());
                self.session.hang_up(&Reply::new(421, [4, 7, 0], "You were signed out, goodbye"));
                return Ok(());
            }
            read = stream.read_buf(input) => Some(read?),
            () = self.shutdown.wait(), if idle => None,
            () = tokio::time::sleep_until(until) => {
                Counters::add(&self.door.counters.timed_out, 1);
                self.session.hang_up(&Reply::new(421, [4, 4, 2], "Waited too long, goodbye"));
                return Ok(());
            }
        };
        match outcome {
            Some(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Some(_) => Ok(()),
            None => {
                self.close_for_shutdown();
                Ok(())
            }
        }
    }

    fn close_for_shutdown(&mut self) {
        self.session.hang_up(&Reply::new(421, [4, 3, 2], "The server is closing, please come back later"));
    }

    /// Asks the service and gives the engine its answer.
    async fn answer(&mut self, question: Event) {
        let Self { door, session, peer, identity, revoked, .. } = self;
        let counters = &door.counters;
        match question {
            Event::Greeted(helo) => peer.helo = Some(helo),
            Event::Authenticate(credentials) => {
                let outcome = door.service.authenticate(peer, &credentials.user, &credentials.password).await;
                let verdict = match outcome {
                    AuthOutcome::Accepted(who) => {
                        *revoked = door.service.revoked(&who);
                        *identity = Some(who);
                        AuthVerdict::Accepted
                    }
                    AuthOutcome::Refused => AuthVerdict::Refused,
                    AuthOutcome::TryLater => AuthVerdict::TryLater,
                };
                let good = verdict == AuthVerdict::Accepted;
                Counters::add(if good { &counters.signed_in } else { &counters.sign_in_failed }, 1);
                session.auth_answer(verdict);
            }
            Event::Sender(from) => {
                let answer = match door.doorkeeper.message(peer.address.ip()) {
                    Ok(()) => door.service.sender(peer, identity.as_ref(), from.as_ref()).await,
                    Err(reply) => Err(reply),
                };
                Counters::add(&counters.refused, u64::from(answer.is_err()));
                session.sender_answer(answer);
            }
            Event::Recipient(address) => {
                let answer = door.service.recipient(peer, identity.as_ref(), &address).await;
                Counters::add(&counters.refused, u64::from(answer.is_err()));
                session.recipient_answer(answer);
            }
            Event::Message { envelope, data, share } => {
                let size = data.len() as u64;
                let answer = door.service.message(peer, identity.as_ref(), envelope, data).await;
                drop(share);
                if answer.is_ok() {
                    Counters::add(&counters.messages, 1);
                    Counters::add(&counters.bytes, size);
                } else {
                    Counters::add(&counters.messages_refused, 1);
                }
                session.message_answer(answer);
            }
            Event::Read | Event::Flush | Event::StartTls | Event::Close => {}
        }
    }
}
