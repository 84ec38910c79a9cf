//! What each command does (RFC 5321 §4.1.1, §4.1.4 for their order).

use super::super::address::{Path, PathError};
use super::super::command::{BodyKind, Command, CommandError, MailParameters, parse_command};
use super::super::reply::{Reply, write_lines};
use super::super::types::{Envelope, Helo, Service};
use super::auth::{self, Step};
use super::data::Intake;
use super::{Event, Session, State, Transaction};
use std::borrow::Cow;
use wardpost_model::address::EmailAddress;

impl Session {
    pub(super) fn command(&mut self, line: &[u8]) -> Option<Event> {
        self.counts.commands += 1;
        if self.counts.commands > self.config.limits.commands {
            self.hang_up(&Reply::new(421, [4, 7, 0], "Too many commands in this session"));
            return None;
        }
        let command = match parse_command(line) {
            Ok(command) => command,
            Err(CommandError::LostData) => {
                self.hang_up(&Reply::new(501, [5, 5, 4], "The size of the chunk cannot be read"));
                return None;
            }
            Err(error) => return self.refuse(unreadable(&error)),
        };
        if !matches!(
            command,
            Command::Mail { .. } | Command::Rcpt { .. } | Command::Data | Command::Bdat { .. } | Command::Quit
        ) {
            self.counts.idle += 1;
            if self.counts.idle > self.config.limits.idle_commands {
                self.hang_up(&Reply::new(421, [4, 7, 0], "Too many commands that send nothing"));
                return None;
            }
        }
        match command {
            Command::Helo { name, extended } => self.helo(name, extended),
            Command::Mail { from, parameters } => self.mail(&from, parameters),
            Command::Rcpt { to } => self.rcpt(&to),
            Command::Data => self.data(),
            Command::Bdat { size, last } => self.bdat(size, last),
            Command::Rset => {
                self.transaction = None;
                self.reply(&Reply::new(250, [2, 0, 0], "Forgotten"))
            }
            Command::Noop => self.reply(&Reply::new(250, [2, 0, 0], "Still here")),
            // RFC 5321 §3.5.3: the answer that tells nothing about who has a mailbox.
            Command::Vrfy => self.reply(&Reply::new(252, [2, 5, 2], "Not verified; send the mail and see")),
            Command::Expn => self.refuse(Reply::new(502, [5, 5, 1], "EXPN is not offered")),
            Command::Help => self.reply(&Reply::new(214, [2, 0, 0], "See RFC 5321; the postmaster can be written to")),
            Command::Quit => {
                self.hang_up(&Reply::new(221, [2, 0, 0], "Goodbye"));
                None
            }
            Command::StartTls => self.starttls(),
            Command::Auth { mechanism, initial } => match self.auth_allowed() {
                Ok(()) => {
                    let step = auth::begin(mechanism, initial);
                    self.auth_step(step)
                }
                Err(reply) => self.refuse(reply),
            },
        }
    }

    fn helo(&mut self, name: &str, extended: bool) -> Option<Event> {
        self.transaction = None;
        let helo = Helo { name: name.to_owned(), extended };
        self.helo = Some(helo.clone());
        if extended {
            let config = &self.config;
            let mut lines: Vec<Cow<'_, str>> = vec![
                Cow::Owned(format!("{} greets you", config.hostname)),
                "PIPELINING".into(),
                Cow::Owned(format!("SIZE {}", config.limits.message)),
                "8BITMIME".into(),
                "SMTPUTF8".into(),
                "ENHANCEDSTATUSCODES".into(),
                "CHUNKING".into(),
            ];
            if config.starttls && !self.tls {
                lines.push("STARTTLS".into());
            }
            if config.service.requires_sign_in() && self.tls && !self.signed_in {
                lines.push("AUTH PLAIN LOGIN".into());
            }
            write_lines(&mut self.out, 250, lines);
        } else {
            write_lines(&mut self.out, 250, [Cow::Borrowed(self.config.hostname.as_str())]);
        }
        Some(Event::Greeted(helo))
    }

    fn starttls(&mut self) -> Option<Event> {
        if self.tls {
            return self.refuse(Reply::new(503, [5, 5, 1], "TLS is already in use"));
        }
        if !self.config.starttls {
            return self.refuse(Reply::new(502, [5, 5, 1], "STARTTLS is not offered here"));
        }
        if !self.input.is_empty() {
            // Commands sent behind STARTTLS in the clear would be taken for commands sent inside TLS.
            self.hang_up(&Reply::new(554, [5, 5, 1], "Nothing may follow STARTTLS before the handshake"));
            return None;
        }
        self.transaction = None;
        self.state = State::AwaitTls;
        self.reply(&Reply::new(220, [2, 0, 0], "Ready for TLS"));
        Some(Event::StartTls)
    }

    fn auth_allowed(&self) -> Result<(), Reply> {
        if self.config.service == Service::Mx {
            Err(Reply::new(502, [5, 5, 1], "Signing in is not possible on this port"))
        } else if !self.tls {
            Err(Reply::new(538, [5, 7, 11], "Signing in needs TLS; use STARTTLS first"))
        } else if self.helo.is_none() {
            Err(Reply::new(503, [5, 5, 1], "Say EHLO first"))
        } else if self.signed_in {
            Err(Reply::new(503, [5, 5, 1], "Already signed in"))
        } else if self.transaction.is_some() {
            Err(Reply::new(503, [5, 5, 1], "Not during a message"))
        } else {
            Ok(())
        }
    }

    pub(super) fn auth_line(&mut self, line: &[u8]) -> Option<Event> {
        match std::mem::replace(&mut self.state, State::Command) {
            State::Auth(exchange) => {
                let step = auth::respond(exchange, line);
                self.auth_step(step)
            }
            other => {
                self.state = other;
                None
            }
        }
    }

    fn auth_step(&mut self, step: Step) -> Option<Event> {
        match step {
            Step::Challenge(text, exchange) => {
                self.out.extend_from_slice(text);
                self.state = State::Auth(exchange);
                None
            }
            Step::Done(credentials) => {
                self.state = State::AwaitAuth;
                Some(Event::Authenticate(credentials))
            }
            Step::Failed(reply) => self.refuse(reply),
        }
    }

    fn mail(&mut self, from: &Path<'_>, parameters: MailParameters) -> Option<Event> {
        if let Some(reply) = self.mail_refused(parameters) {
            return self.refuse(reply);
        }
        let from = match from {
            Path::Null => None,
            other => match self.address(other, parameters.smtp_utf8) {
                Ok(address) => Some(address),
                Err(error) => return self.refuse(unusable(error, [5, 1, 7])),
            },
        };
        let envelope = Envelope {
            from: from.clone(),
            recipients: Vec::new(),
            eight_bit: parameters.body == BodyKind::EightBitMime,
            smtp_utf8: parameters.smtp_utf8,
        };
        self.state = State::AwaitSender(Box::new(Transaction { envelope, chunks: None }));
        Some(Event::Sender(from))
    }

    fn mail_refused(&self, parameters: MailParameters) -> Option<Reply> {
        let limits = &self.config.limits;
        if self.config.service.requires_sign_in() && !self.tls {
            return Some(Reply::new(530, [5, 7, 0], "TLS is needed here; use STARTTLS first"));
        }
        if self.helo.is_none() {
            return Some(Reply::new(503, [5, 5, 1], "Say EHLO first"));
        }
        if self.config.service.requires_sign_in() && !self.signed_in {
            return Some(Reply::new(530, [5, 7, 0], "Sign in first"));
        }
        if self.transaction.is_some() {
            return Some(Reply::new(503, [5, 5, 1], "A message is already under way"));
        }
        if self.counts.messages >= limits.messages {
            return Some(Reply::new(421, [4, 7, 0], "Too many messages in this session"));
        }
        if parameters.size.is_some_and(|size| size > limits.message as u64) {
            return Some(Reply::new(552, [5, 3, 4], "The message is larger than this server takes"));
        }
        None
    }

    fn address(&self, path: &Path<'_>, smtp_utf8: bool) -> Result<EmailAddress, PathError> {
        match path {
            Path::Null => Err(PathError::Syntax),
            Path::Postmaster => {
                format!("postmaster@{}", self.config.postmaster_domain).parse().map_err(PathError::Address)
            }
            Path::Mailbox(mailbox) => mailbox.check(smtp_utf8),
        }
    }

    fn rcpt(&mut self, to: &Path<'_>) -> Option<Event> {
        let Some(transaction) = &self.transaction else {
            return self.refuse(Reply::new(503, [5, 5, 1], "RCPT needs MAIL first"));
        };
        if transaction.chunks.is_some() {
            return self.refuse(Reply::new(503, [5, 5, 1], "The message has already begun"));
        }
        let address = match self.address(to, transaction.envelope.smtp_utf8) {
            Ok(address) => address,
            Err(error) => return self.refuse(unusable(error, [5, 1, 3])),
        };
        if transaction.envelope.recipients.contains(&address) {
            return self.reply(&Reply::new(250, [2, 1, 5], "Recipient accepted"));
        }
        if transaction.envelope.recipients.len() >= self.config.limits.recipients {
            return self.refuse(Reply::new(452, [4, 5, 3], "Too many recipients; send the rest as another message"));
        }
        self.state = State::AwaitRecipient(address.clone());
        Some(Event::Recipient(address))
    }

    fn data(&mut self) -> Option<Event> {
        match &self.transaction {
            Some(t) if t.chunks.is_some() => {
                return self.refuse(Reply::new(503, [5, 5, 1], "The message has already begun"));
            }
            Some(t) if !t.envelope.recipients.is_empty() => {}
            Some(_) => return self.refuse(Reply::new(554, [5, 5, 1], "No recipient has been accepted")),
            None => return self.refuse(Reply::new(503, [5, 5, 1], "DATA needs MAIL and RCPT first")),
        }
        self.state = State::Data(Intake::new(&self.config.limits, self.config.budget.share()));
        self.out.extend_from_slice(b"354 End the message with a line that holds a single dot\r\n");
        None
    }

    fn bdat(&mut self, size: u64, last: bool) -> Option<Event> {
        if size / 2 > self.config.limits.message as u64 {
            self.hang_up(&Reply::new(552, [5, 3, 4], "The message is far larger than this server takes"));
            return None;
        }
        let config = &self.config;
        let ready = self.transaction.as_mut().filter(|t| !t.envelope.recipients.is_empty());
        let keep = ready.is_some();
        if let Some(transaction) = ready {
            transaction.chunks.get_or_insert_with(|| Intake::new(&config.limits, config.budget.share()));
        }
        self.state = State::Chunk { left: size, last, keep, size };
        None
    }
}

fn unreadable(error: &CommandError) -> Reply {
    match error {
        CommandError::Unknown => Reply::new(500, [5, 5, 1], "That command is not known here"),
        CommandError::Characters => Reply::new(500, [5, 5, 2], "The line holds characters that may not stand there"),
        CommandError::Syntax(text) => Reply::new(501, [5, 5, 4], text),
        CommandError::Parameter(text) => Reply::new(555, [5, 5, 4], text),
        CommandError::Mechanism => Reply::new(504, [5, 5, 4], "Sign in by PLAIN or LOGIN"),
        CommandError::Sender(error) => unusable(*error, [5, 1, 7]),
        CommandError::Recipient(error) => unusable(*error, [5, 1, 3]),
        CommandError::LostData => Reply::new(501, [5, 5, 4], "The size of the chunk cannot be read"),
    }
}

fn unusable(error: PathError, enhanced: [u16; 3]) -> Reply {
    match error {
        PathError::Syntax => Reply::new(501, enhanced, "The address must stand in angle brackets"),
        PathError::NeedsUtf8 => Reply::new(553, [5, 6, 7], "The address has non-ASCII characters; use SMTPUTF8"),
        PathError::Address(_) => Reply::new(553, enhanced, "The address is not of a usable form"),
    }
}
