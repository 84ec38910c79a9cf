//! Bounds of a session, with defaults that suit a server on the open internet.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use wardpost_model::Network;

/// Bounds of SMTP sessions. All sizes in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Command line with CRLF. RFC 5321 §4.5.3.1.4 demands 512 and more for extensions.
    pub command_line: usize,
    /// Line of an AUTH exchange with CRLF (RFC 4954 §4 demands 12,288).
    pub auth_line: usize,
    /// Line of a message with CRLF. RFC 5321 §4.5.3.1.6 says 1,000; senders of generated HTML exceed it, and the
    /// whole message is bounded anyway, so more is taken in.
    pub text_line: usize,
    /// A whole message as received (SIZE, RFC 1870).
    pub message: usize,
    /// The header section of a message.
    pub header: usize,
    /// Header fields in that section.
    pub header_fields: usize,
    /// `Received:` fields after which a message is held to run in a loop (RFC 5321 §6.3).
    pub hops: usize,
    /// Recipients of one message (RFC 5321 §4.5.3.1.8 demands 100).
    pub recipients: usize,
    /// Refused commands in one session.
    pub errors: usize,
    /// Commands that move nothing forward (NOOP, RSET, VRFY, HELP, EHLO …) since the last accepted message.
    pub idle_commands: usize,
    /// Commands in one session.
    pub commands: usize,
    /// Messages in one session.
    pub messages: usize,
    /// Tries to sign in, in one session.
    pub auth_tries: usize,
    /// How long to wait for a command (RFC 5321 §4.5.3.2.7 asks for 5 minutes).
    pub command_timeout: Duration,
    /// How long to wait for the next block of a message.
    pub data_timeout: Duration,
    /// How long one message may take altogether.
    pub message_timeout: Duration,
    /// How long a TLS handshake may take.
    pub handshake_timeout: Duration,
    /// How long a session may last.
    pub session_timeout: Duration,
    /// How long to wait before greeting on port 25; who speaks earlier is refused. Zero still refuses what has
    /// already arrived when the greeting is due.
    pub greet_pause: Duration,
    /// Sessions at the same time.
    pub sessions: usize,
    /// Sessions at the same time from one network (IPv4 address, IPv6 /64).
    pub sessions_per_network: usize,
    /// New sessions a minute from one network.
    pub connections_per_minute: u32,
    /// Messages a minute from one network.
    pub messages_per_minute: u32,
    /// Networks that the per-network bounds do not hold for.
    pub exempt: Vec<Network>,
    /// Message bytes held in memory at the same time, by all sessions.
    pub memory: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            command_line: 2048,
            auth_line: 12_288,
            text_line: 65_536,
            message: 35 * 1024 * 1024,
            header: 256 * 1024,
            header_fields: 1_000,
            hops: 50,
            recipients: 100,
            errors: 20,
            idle_commands: 100,
            commands: 50_000,
            messages: 10_000,
            auth_tries: 3,
            command_timeout: Duration::from_secs(300),
            data_timeout: Duration::from_secs(180),
            message_timeout: Duration::from_secs(1_800),
            handshake_timeout: Duration::from_secs(30),
            session_timeout: Duration::from_secs(7_200),
            greet_pause: Duration::ZERO,
            sessions: 1_000,
            sessions_per_network: 50,
            connections_per_minute: 120,
            messages_per_minute: 600,
            exempt: Vec::new(),
            memory: 512 * 1024 * 1024,
        }
    }
}

/// Message bytes that all sessions together may hold in memory. Cheap to clone; clones share the count.
#[derive(Debug, Clone)]
pub struct Budget {
    used: Arc<AtomicUsize>,
    total: usize,
}

impl Budget {
    /// A budget of so many bytes.
    #[must_use]
    pub fn new(total: usize) -> Self {
        Self { used: Arc::new(AtomicUsize::new(0)), total }
    }

    /// Bytes in use.
    #[must_use]
    pub fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// An empty share of the budget, which gives back what it took when dropped.
    #[must_use]
    pub fn share(&self) -> Share {
        Share { budget: self.clone(), held: 0 }
    }
}

/// A part of a [`Budget`].
#[derive(Debug)]
pub struct Share {
    budget: Budget,
    held: usize,
}

impl Share {
    /// Makes the share at least this large; false if the budget does not allow it.
    pub fn hold(&mut self, bytes: usize) -> bool {
        let Some(more) = bytes.checked_sub(self.held).filter(|m| *m > 0) else { return true };
        let total = self.budget.total;
        let taken = self.budget.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
            used.checked_add(more).filter(|sum| *sum <= total)
        });
        if taken.is_ok() {
            self.held = bytes;
        }
        taken.is_ok()
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.budget.used.fetch_sub(self.held, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_never_exceeded_and_given_back() {
        let budget = Budget::new(100);
        let mut one = budget.share();
        let mut two = budget.share();
        assert!(one.hold(60));
        assert!(!two.hold(41));
        assert!(two.hold(40));
        assert!(one.hold(10), "a share that already holds more needs nothing");
        drop(one);
        assert_eq!(budget.used(), 40);
    }
}
