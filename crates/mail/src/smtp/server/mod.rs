//! The server side of SMTP as a state machine: bytes in, replies and events out.
//!
//! No sockets, no clock, no randomness: the driver feeds [`Session::receive`], obeys what [`Session::advance`] says,
//! answers questions (`…_answer`) and sends what [`Session::output`] holds. However the input is cut into pieces,
//! the replies are the same.

mod auth;
mod commands;
mod data;
#[cfg(test)]
mod tests;

use super::limits::{Budget, Limits, Share};
use super::reply::Reply;
use super::types::{Accepted, Envelope, Helo, Service};
pub use auth::Credentials;
use auth::Exchange;
use bytes::{Buf, Bytes, BytesMut};
use data::Intake;
use std::sync::Arc;
use std::time::Duration;
use wardpost_model::address::{Domain, EmailAddress};

/// Replies beyond which output is sent although input is left.
const FLUSH_AT: usize = 16 * 1024;

/// What all sessions of a door share.
#[derive(Debug, Clone)]
pub struct EngineConfig {
    /// The name that this server goes by in banner, EHLO and trace.
    pub hostname: Domain,
    /// Domain that `<postmaster>` without a domain belongs to (RFC 5321 §4.5.1).
    pub postmaster_domain: Domain,
    /// The door.
    pub service: Service,
    /// STARTTLS can be offered (a certificate is there).
    pub starttls: bool,
    /// Bounds.
    pub limits: Limits,
    /// Memory for messages, shared by all doors.
    pub budget: Budget,
}

/// What the driver is to do next.
#[derive(Debug)]
pub enum Event {
    /// Send the output, then read more and give it to [`Session::receive`].
    Read,
    /// Send the output, then ask again.
    Flush,
    /// The peer has introduced itself (to be noted; no answer).
    Greeted(Helo),
    /// Check these credentials; answer with [`Session::auth_answer`].
    Authenticate(Credentials),
    /// May this sender send here? Answer with [`Session::sender_answer`].
    Sender(Option<EmailAddress>),
    /// Is mail taken for this recipient? Answer with [`Session::recipient_answer`].
    Recipient(EmailAddress),
    /// Make this message durable; answer with [`Session::message_answer`].
    Message {
        /// Sender and recipients.
        envelope: Envelope,
        /// The message, dot-unstuffed, every line ended by CRLF.
        data: Bytes,
        /// The memory that it takes up; to be kept as long as `data`.
        share: Share,
    },
    /// Send the output, then do the TLS handshake; then [`Session::tls_established`], or hang up.
    StartTls,
    /// Send the output, then hang up.
    Close,
}

/// Outcome of a check of credentials, as the engine needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "see AuthOutcome")]
pub enum AuthVerdict {
    Accepted,
    Refused,
    TryLater,
}

#[derive(Debug)]
enum State {
    Command,
    Auth(Exchange),
    Data(Intake),
    /// In a BDAT chunk; `keep` is false where the data is only read away.
    Chunk {
        left: u64,
        last: bool,
        keep: bool,
        size: u64,
    },
    /// A question is out.
    AwaitAuth,
    AwaitSender(Box<Transaction>),
    AwaitRecipient(EmailAddress),
    AwaitMessage,
    AwaitTls,
    Closed,
}

#[derive(Debug, Default)]
struct Transaction {
    envelope: Envelope,
    /// Message being sent by BDAT.
    chunks: Option<Intake>,
}

#[derive(Debug, Default)]
struct Counts {
    errors: usize,
    commands: usize,
    idle: usize,
    messages: usize,
    auth: usize,
}

/// One SMTP session.
#[derive(Debug)]
pub struct Session {
    config: Arc<EngineConfig>,
    state: State,
    helo: Option<Helo>,
    tls: bool,
    signed_in: bool,
    transaction: Option<Transaction>,
    input: BytesMut,
    out: Vec<u8>,
    /// An overlong line is being read away.
    skipping: bool,
    counts: Counts,
}

impl Session {
    /// A session that greets. On an implicit-TLS door it begins after the handshake.
    #[must_use]
    pub fn new(config: Arc<EngineConfig>) -> Self {
        let mut out = Vec::with_capacity(256);
        out.extend_from_slice(format!("220 {} ESMTP Wardpost\r\n", config.hostname).as_bytes());
        let tls = config.service.implicit_tls();
        Self {
            config,
            state: State::Command,
            helo: None,
            tls,
            signed_in: false,
            transaction: None,
            input: BytesMut::new(),
            out,
            skipping: false,
            counts: Counts::default(),
        }
    }

    /// A session that only says this and hangs up (too many sessions, early talker).
    #[must_use]
    pub fn refused(config: Arc<EngineConfig>, reply: &Reply) -> Self {
        let mut session = Self::new(config);
        session.out.clear();
        session.hang_up(reply);
        session
    }

    /// The buffer into which the driver reads.
    pub fn receive(&mut self) -> &mut BytesMut {
        &mut self.input
    }

    /// What is to be sent; the driver clears it after sending.
    pub fn output(&mut self) -> &mut Vec<u8> {
        &mut self.out
    }

    /// How long the driver may wait for the next bytes.
    #[must_use]
    pub fn read_timeout(&self) -> Duration {
        match self.state {
            State::Data(_) | State::Chunk { .. } => self.config.limits.data_timeout,
            _ => self.config.limits.command_timeout,
        }
    }

    /// Whether message content is being received.
    #[must_use]
    pub fn in_message(&self) -> bool {
        matches!(self.state, State::Data(_) | State::Chunk { .. })
    }

    /// Whether nothing would be lost by hanging up now.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.transaction.is_none() && matches!(self.state, State::Command | State::Auth(_) | State::Closed)
    }

    /// Says 421 and ends the session (shutdown, time-out).
    pub fn hang_up(&mut self, reply: &Reply) {
        reply.write(&mut self.out);
        self.transaction = None;
        self.state = State::Closed;
    }

    /// What to do next. A question must be answered before this is called again.
    pub fn advance(&mut self) -> Event {
        loop {
            if let Some(event) = self.step() {
                return event;
            }
            if self.out.len() >= FLUSH_AT && !matches!(self.state, State::Closed) {
                return Event::Flush;
            }
        }
    }

    /// Does one thing; none when there may be more to do at once.
    fn step(&mut self) -> Option<Event> {
        match &mut self.state {
            State::Command => match self.line(self.config.limits.command_line) {
                Line::Missing => Some(Event::Read),
                Line::TooLong => self.refuse(Reply::new(500, [5, 5, 2], "The line is too long")),
                Line::Is(line) => self.command(&line),
            },
            State::Auth(_) => match self.line(self.config.limits.auth_line) {
                Line::Missing => Some(Event::Read),
                Line::TooLong => {
                    self.state = State::Command;
                    self.refuse(Reply::new(500, [5, 5, 6], "The sign-in line is too long"))
                }
                Line::Is(line) => self.auth_line(&line),
            },
            State::Data(intake) => {
                let ended = intake.take_data(&mut self.input);
                if ended {
                    self.data_ended()
                } else if intake.overrun() {
                    self.overrun()
                } else {
                    Some(Event::Read)
                }
            }
            State::Chunk { .. } => self.chunk(),
            State::Closed
            | State::AwaitAuth
            | State::AwaitSender(_)
            | State::AwaitRecipient(_)
            | State::AwaitMessage
            | State::AwaitTls => {
                self.input.clear();
                self.state = State::Closed;
                Some(Event::Close)
            }
        }
    }

    fn chunk(&mut self) -> Option<Event> {
        let State::Chunk { left, last, keep, size } = &mut self.state else { return None };
        let now = usize::try_from(*left).unwrap_or(usize::MAX).min(self.input.len());
        if *keep && let Some(intake) = self.transaction.as_mut().and_then(|t| t.chunks.as_mut()) {
            intake.take_chunk(self.input.get(..now).unwrap_or_default());
            if intake.overrun() {
                return self.overrun();
            }
        }
        *left -= now as u64;
        let (left, last, keep, size) = (*left, *last, *keep, *size);
        self.input.advance(now);
        if left > 0 {
            return Some(Event::Read);
        }
        self.state = State::Command;
        if !keep {
            return self.refuse(Reply::new(503, [5, 5, 1], "BDAT needs MAIL and RCPT first"));
        }
        if last {
            return self.data_ended();
        }
        self.reply(&Reply::with_text(250, [2, 0, 0], format!("{size} octets received")))
    }

    /// The end of a message has been read: ask for it to be made durable, or refuse it.
    fn data_ended(&mut self) -> Option<Event> {
        let state = std::mem::replace(&mut self.state, State::Command);
        let transaction = self.transaction.take()?;
        let intake = match state {
            State::Data(intake) => intake,
            _ => transaction.chunks?,
        };
        match intake.finish(&self.config.limits) {
            Ok((data, share)) => {
                self.state = State::AwaitMessage;
                Some(Event::Message { envelope: transaction.envelope, data, share })
            }
            Err(reply) => self.refuse(reply),
        }
    }

    fn overrun(&mut self) -> Option<Event> {
        self.hang_up(&Reply::new(552, [5, 3, 4], "The message is far larger than this server takes"));
        None
    }

    /// The next line, without CRLF.
    fn line(&mut self, limit: usize) -> Line {
        let end = memchr::memmem::find(&self.input, b"\r\n");
        match end {
            Some(end) if self.skipping || end + 2 > limit => {
                self.input.advance(end + 2);
                self.skipping = false;
                Line::TooLong
            }
            Some(end) => {
                let mut line = self.input.split_to(end + 2);
                line.truncate(end);
                Line::Is(line)
            }
            None if self.skipping || self.input.len() >= limit => {
                self.skipping = true;
                let keep = usize::from(self.input.last() == Some(&b'\r'));
                self.input.advance(self.input.len() - keep);
                Line::Missing
            }
            None => Line::Missing,
        }
    }

    fn reply(&mut self, reply: &Reply) -> Option<Event> {
        reply.write(&mut self.out);
        None
    }

    /// A refusal counts; too many end the session.
    fn refuse(&mut self, reply: Reply) -> Option<Event> {
        let reply = reply.refusing();
        reply.write(&mut self.out);
        self.counts.errors += 1;
        if reply.code() == 421 {
            self.transaction = None;
            self.state = State::Closed;
        } else if self.counts.errors >= self.config.limits.errors {
            self.hang_up(&Reply::new(421, [4, 7, 0], "Too many errors in this session"));
        }
        None
    }

    /// The answer to [`Event::Authenticate`].
    pub fn auth_answer(&mut self, verdict: AuthVerdict) {
        if !matches!(self.state, State::AwaitAuth) {
            return;
        }
        self.state = State::Command;
        match verdict {
            AuthVerdict::Accepted => {
                self.signed_in = true;
                self.reply(&Reply::new(235, [2, 7, 0], "Signed in"));
            }
            AuthVerdict::Refused => {
                self.counts.auth += 1;
                self.refuse(Reply::new(535, [5, 7, 8], "The user name or the password is not right"));
                if self.counts.auth >= self.config.limits.auth_tries && !matches!(self.state, State::Closed) {
                    self.hang_up(&Reply::new(421, [4, 7, 0], "Too many failed sign-ins in this session"));
                }
            }
            AuthVerdict::TryLater => {
                self.refuse(Reply::new(454, [4, 7, 0], "Signing in is not possible at the moment, try again later"));
            }
        }
    }

    /// The answer to [`Event::Sender`].
    pub fn sender_answer(&mut self, answer: Result<(), Reply>) {
        match std::mem::replace(&mut self.state, State::Command) {
            State::AwaitSender(transaction) => match answer {
                Ok(()) => {
                    self.transaction = Some(*transaction);
                    self.reply(&Reply::new(250, [2, 1, 0], "Sender accepted"));
                }
                Err(reply) => {
                    self.refuse(reply);
                }
            },
            other => self.state = other,
        }
    }

    /// The answer to [`Event::Recipient`].
    pub fn recipient_answer(&mut self, answer: Result<(), Reply>) {
        match std::mem::replace(&mut self.state, State::Command) {
            State::AwaitRecipient(address) => match (answer, self.transaction.as_mut()) {
                (Ok(()), Some(transaction)) => {
                    transaction.envelope.recipients.push(address);
                    self.reply(&Reply::new(250, [2, 1, 5], "Recipient accepted"));
                }
                (Ok(()), None) => {
                    self.refuse(Reply::try_later());
                }
                (Err(reply), _) => {
                    self.refuse(reply);
                }
            },
            other => self.state = other,
        }
    }

    /// The answer to [`Event::Message`]: success only after the message is durable.
    pub fn message_answer(&mut self, answer: Result<Accepted, Reply>) {
        if !matches!(self.state, State::AwaitMessage) {
            return;
        }
        self.state = State::Command;
        match answer {
            Ok(accepted) => {
                self.counts.messages += 1;
                self.counts.idle = 0;
                self.reply(&Reply::with_text(250, [2, 0, 0], format!("Accepted as {}", accepted.queue_id)));
            }
            Err(reply) => {
                self.refuse(reply);
            }
        }
    }

    /// The handshake after [`Event::StartTls`] succeeded: the session begins anew (RFC 3207 §4.2).
    pub fn tls_established(&mut self) {
        if matches!(self.state, State::AwaitTls) {
            self.state = State::Command;
            self.tls = true;
            self.helo = None;
            self.transaction = None;
            self.input.clear();
            self.out.clear();
        }
    }
}

enum Line {
    Missing,
    TooLong,
    Is(BytesMut),
}
