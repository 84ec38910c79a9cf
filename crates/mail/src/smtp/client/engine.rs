//! The client side of SMTP as a state machine: one connection to one host.
//!
//! Like the server's: bytes in, bytes and actions out; no sockets, no clock. Mail and recipients go in one pipeline
//! where the server allows it (RFC 2920); DATA waits for their answers, so that nothing is sent that nobody wants.

use super::reply::{ReplyReader, ServerReply};
use super::{Cause, Outcome, Remark, TlsRequirement};
use crate::smtp::types::Envelope;
use bytes::BytesMut;
use std::time::Duration;
use wardpost_model::address::Domain;

/// What this connection is for.
#[derive(Debug, Clone)]
pub struct Job {
    /// The name that this server goes by.
    pub hello: Domain,
    /// The envelope; none only to look at the server's TLS.
    pub envelope: Option<Envelope>,
    /// Size of the message in bytes.
    pub size: usize,
    /// The message has octets above 127.
    pub eight_bit: bool,
    /// TLS needed before anything about the message is said.
    pub tls: TlsRequirement,
    /// Do not try STARTTLS (opportunistic only: it failed before).
    pub without_tls: bool,
}

/// What the driver is to do next.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Send the output, then read more and give it to [`Dialogue::receive`].
    Read,
    /// Do the TLS handshake, then [`Dialogue::tls_established`] or [`Dialogue::tls_failed`].
    StartTls,
    /// Send the message, stuffed and ended, then [`Dialogue::message_sent`].
    SendMessage,
    /// Send the output, then hang up.
    Done,
}

/// How a dialogue ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Every recipient has its outcome, in the envelope's order.
    Settled(Vec<Outcome>),
    /// This host did not take the message on; another may.
    NextHost(Remark),
    /// The look at the TLS is done (no envelope).
    Looked,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Greeting,
    Ehlo,
    Helo,
    StartTls,
    Handshake,
    Mail,
    Rcpt(usize),
    Data,
    Sending,
    Final,
    /// The outcome is known; QUIT has been sent where that makes sense.
    Over,
}

#[derive(Debug, Default)]
struct Extensions {
    starttls: bool,
    pipelining: bool,
    eight_bit: bool,
    smtp_utf8: bool,
    size: Option<u64>,
}

/// A dialogue with a server.
#[derive(Debug)]
pub struct Dialogue {
    job: Job,
    state: State,
    in_tls: bool,
    offered_starttls: bool,
    extensions: Extensions,
    outcomes: Vec<Option<Outcome>>,
    reader: ReplyReader,
    input: BytesMut,
    out: Vec<u8>,
    ending: Option<Ending>,
}

impl Dialogue {
    /// A dialogue that waits for the greeting.
    #[must_use]
    pub fn new(job: Job) -> Self {
        let recipients = job.envelope.as_ref().map_or(0, |e| e.recipients.len());
        Self {
            job,
            state: State::Greeting,
            in_tls: false,
            offered_starttls: false,
            extensions: Extensions::default(),
            outcomes: vec![None; recipients],
            reader: ReplyReader::default(),
            input: BytesMut::new(),
            out: Vec::new(),
            ending: None,
        }
    }

    /// The buffer into which the driver reads.
    pub fn receive(&mut self) -> &mut BytesMut {
        &mut self.input
    }

    /// What is to be sent; the driver clears it after sending.
    pub fn output(&mut self) -> &mut Vec<u8> {
        &mut self.out
    }

    /// Whether the server offered STARTTLS.
    #[must_use]
    pub const fn offered_starttls(&self) -> bool {
        self.offered_starttls
    }

    /// How it ended, once [`Action::Done`] was given.
    #[must_use]
    pub fn into_ending(self) -> Ending {
        self.ending.unwrap_or_else(|| Ending::NextHost(Remark::local(Cause::Protocol, "the dialogue was not finished")))
    }

    /// How long to wait for the next reply (RFC 5321 §4.5.3.2, shortened where nothing is lost by trying again).
    #[must_use]
    pub const fn read_timeout(&self) -> Duration {
        Duration::from_secs(match self.state {
            State::Greeting | State::Ehlo | State::Helo | State::StartTls | State::Handshake => 60,
            State::Mail | State::Rcpt(_) | State::Data | State::Sending => 180,
            State::Final => 600,
            State::Over => 5,
        })
    }

    /// What to do next.
    pub fn advance(&mut self) -> Action {
        loop {
            match self.state {
                State::Over => return Action::Done,
                State::Handshake => return Action::StartTls,
                State::Sending => return Action::SendMessage,
                _ => {}
            }
            match self.reader.read(&mut self.input) {
                Ok(Some(reply)) => self.reply(&reply),
                Ok(None) => return Action::Read,
                Err(error) => self.broke_off(Cause::Protocol, &error.to_string()),
            }
        }
    }

    /// The handshake succeeded: greet anew (RFC 3207 §4.2).
    pub fn tls_established(&mut self) {
        self.in_tls = true;
        self.extensions = Extensions::default();
        self.say_hello();
    }

    /// The handshake failed.
    pub fn tls_failed(&mut self, why: &str) {
        self.next_host(Remark::local(Cause::Tls, why));
    }

    /// The message and its end have been sent.
    pub fn message_sent(&mut self) {
        if self.state == State::Sending {
            self.state = State::Final;
        }
    }

    /// The connection was lost, or the server made no sense.
    pub fn broke_off(&mut self, cause: Cause, why: &str) {
        match self.state {
            State::Over => {}
            // Whether the message was taken is not known: try again, rather twice than never.
            State::Sending | State::Final | State::Data => {
                self.settle_rest(|| Outcome::Transient(Remark::local(cause, why)))
            }
            _ => self.next_host(Remark::local(cause, why)),
        }
        self.state = State::Over;
        self.out.clear();
    }

    fn reply(&mut self, reply: &ServerReply) {
        if reply.code == 421 && !matches!(self.state, State::Final | State::Data) {
            self.next_host(Remark::of(reply));
            return;
        }
        match self.state {
            State::Greeting if reply.code == 220 => self.say_hello(),
            State::Ehlo if reply.is_positive() => self.greeted(reply),
            State::Ehlo if !self.in_tls && self.job.tls == TlsRequirement::Opportunistic => {
                self.say(&format!("HELO {}", self.job.hello));
                self.state = State::Helo;
            }
            State::Helo if reply.is_positive() => self.begin(),
            State::StartTls if reply.code == 220 && !self.input.is_empty() => {
                // What follows in the clear was put there by somebody else.
                self.next_host(Remark::local(Cause::Tls, "the server sent more than its answer to STARTTLS"));
            }
            State::StartTls if reply.code == 220 => self.state = State::Handshake,
            // A server that is short of something for the moment says nothing about its TLS (RFC 3207 §4: 454).
            State::StartTls if reply.code < 500 && self.job.tls == TlsRequirement::Verified => {
                self.next_host(Remark::of(reply));
            }
            State::StartTls => {
                let why = format!("the server offered STARTTLS and refused it: {}", reply.text());
                self.next_host(Remark::local(Cause::Tls, &why));
            }
            State::Mail => self.mail_answered(reply),
            State::Rcpt(index) => self.recipient_answered(index, reply),
            State::Data if reply.code == 354 => self.state = State::Sending,
            State::Data | State::Final => {
                let outcome = Outcome::of(reply);
                self.settle_rest(|| outcome.clone());
                self.quit();
            }
            _ => self.next_host(Remark::of(reply)),
        }
    }

    fn say(&mut self, line: &str) {
        self.out.extend_from_slice(line.as_bytes());
        self.out.extend_from_slice(b"\r\n");
    }

    fn say_hello(&mut self) {
        self.say(&format!("EHLO {}", self.job.hello));
        self.state = State::Ehlo;
    }

    fn quit(&mut self) {
        self.say("QUIT");
        self.state = State::Over;
    }

    fn next_host(&mut self, remark: Remark) {
        self.ending.get_or_insert(Ending::NextHost(remark));
        self.quit();
    }

    fn greeted(&mut self, reply: &ServerReply) {
        for line in reply.lines.iter().skip(1) {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            match word.to_ascii_uppercase().as_str() {
                "STARTTLS" => self.extensions.starttls = true,
                "PIPELINING" => self.extensions.pipelining = true,
                "8BITMIME" => self.extensions.eight_bit = true,
                "SMTPUTF8" => self.extensions.smtp_utf8 = true,
                "SIZE" => self.extensions.size = rest.trim().parse().ok().filter(|s| *s > 0),
                _ => {}
            }
        }
        if !self.in_tls {
            self.offered_starttls = self.extensions.starttls;
            if self.extensions.starttls && !self.job.without_tls {
                self.say("STARTTLS");
                self.state = State::StartTls;
                return;
            }
            if self.job.tls == TlsRequirement::Verified {
                self.next_host(Remark::local(Cause::Tls, "the server offers no STARTTLS"));
                return;
            }
        }
        self.begin();
    }

    /// Begins the transaction, unless the server cannot carry it.
    fn begin(&mut self) {
        let Some(envelope) = self.job.envelope.clone() else {
            self.ending.get_or_insert(Ending::Looked);
            return self.quit();
        };
        let from_utf8 = envelope.from.as_ref().is_some_and(|f| !f.local().is_ascii());
        let needs_utf8 = from_utf8 || envelope.smtp_utf8;
        let refusal = if self.job.eight_bit && !self.extensions.eight_bit {
            Some(([5, 6, 3], "the recipient's server takes no 8-bit messages"))
        } else if needs_utf8 && !self.extensions.smtp_utf8 {
            Some(([5, 6, 7], "the recipient's server takes no internationalised messages"))
        } else if self.extensions.size.is_some_and(|max| self.job.size as u64 > max) {
            Some(([5, 3, 4], "the message is larger than the recipient's server takes"))
        } else {
            None
        };
        if let Some((enhanced, text)) = refusal {
            self.settle_rest(|| {
                Outcome::Permanent(Remark { enhanced: Some(enhanced), ..Remark::local(Cause::Local, text) })
            });
            return self.quit();
        }
        for (slot, recipient) in self.outcomes.iter_mut().zip(&envelope.recipients) {
            if !recipient.local().is_ascii() && !self.extensions.smtp_utf8 {
                let text = "the recipient's server takes no internationalised addresses";
                let remark = Remark { enhanced: Some([5, 6, 7]), ..Remark::local(Cause::Local, text) };
                *slot = Some(Outcome::Permanent(remark));
            }
        }
        let any_utf8 = needs_utf8 || envelope.recipients.iter().any(|r| !r.local().is_ascii());
        let mut mail = format!("MAIL FROM:<{}>", envelope.from.as_ref().map(ToString::to_string).unwrap_or_default());
        if self.extensions.size.is_some() {
            mail.push_str(&format!(" SIZE={}", self.job.size));
        }
        if self.job.eight_bit {
            mail.push_str(" BODY=8BITMIME");
        }
        if any_utf8 && self.extensions.smtp_utf8 {
            mail.push_str(" SMTPUTF8");
        }
        self.say(&mail);
        self.state = State::Mail;
        if self.extensions.pipelining {
            let mut next = self.unsettled(0);
            while let Some(index) = next {
                self.say_recipient(index);
                next = self.unsettled(index + 1);
            }
        }
    }

    /// The first recipient from `index` on that has no outcome.
    fn unsettled(&self, index: usize) -> Option<usize> {
        self.outcomes.iter().enumerate().skip(index).find(|(_, o)| o.is_none()).map(|(i, _)| i)
    }

    fn say_recipient(&mut self, index: usize) {
        let recipient = self.job.envelope.as_ref().and_then(|e| e.recipients.get(index)).map(ToString::to_string);
        self.say(&format!("RCPT TO:<{}>", recipient.unwrap_or_default()));
    }

    fn mail_answered(&mut self, reply: &ServerReply) {
        if !reply.is_positive() {
            return match Outcome::of(reply) {
                permanent @ Outcome::Permanent(_) => {
                    self.settle_rest(|| permanent.clone());
                    self.quit();
                }
                _ => self.next_host(Remark::of(reply)),
            };
        }
        self.ask_recipient(0);
    }

    /// Waits for the answer about the next recipient, or goes on to DATA.
    fn ask_recipient(&mut self, from: usize) {
        if let Some(index) = self.unsettled(from) {
            if !self.extensions.pipelining {
                self.say_recipient(index);
            }
            self.state = State::Rcpt(index);
        } else if self.outcomes.iter().any(|o| matches!(o, Some(Outcome::Accepted(_)))) {
            self.say("DATA");
            self.state = State::Data;
        } else {
            self.settle_rest(|| Outcome::Transient(Remark::local(Cause::Local, "there is no recipient")));
            self.quit();
        }
    }

    fn recipient_answered(&mut self, index: usize, reply: &ServerReply) {
        let outcome = match Outcome::of(reply) {
            // RFC 5321 §4.5.3.1.10: 552 to RCPT means too many recipients, unless it says that the mailbox is full.
            Outcome::Permanent(remark) if reply.code == 552 && reply.enhanced.is_none() => Outcome::Transient(remark),
            other => other,
        };
        if let Some(slot) = self.outcomes.get_mut(index) {
            *slot = Some(outcome);
        }
        self.ask_recipient(index + 1);
    }

    /// Gives every recipient that could still be reached this outcome, and ends with the outcomes.
    fn settle_rest(&mut self, outcome: impl Fn() -> Outcome) {
        let settled = self.outcomes.iter_mut().map(|slot| match slot.take() {
            Some(refused @ (Outcome::Permanent(_) | Outcome::Transient(_))) => refused,
            Some(Outcome::Accepted(_)) | None => outcome(),
        });
        let settled = settled.collect();
        self.ending.get_or_insert(Ending::Settled(settled));
    }
}
