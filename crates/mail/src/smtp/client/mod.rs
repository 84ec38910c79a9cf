//! Delivery to other servers: connects, insists on verified TLS, reports per recipient.

mod driver;
mod engine;
mod reply;
mod stuff;
#[cfg(test)]
mod tests;
mod tls;

use super::types::{Envelope, TlsInfo};
use crate::route::MxHost;
use bytes::Bytes;
pub use engine::{Action, Dialogue, Ending, Job};
pub use reply::{ReplyError, ReplyReader, ServerReply};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;
pub use stuff::Stuffer;
pub use tls::RootsError;
use wardpost_model::address::{Domain, EmailAddress};

/// What TLS must be before mail is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsRequirement {
    /// TLS 1.2 or better with a certificate that proves the host's name. Nothing else will do.
    Verified,
    /// TLS if it can be had, verified or not, else none: only for messages that hold nothing (notifications).
    Opportunistic,
}

/// Where to deliver to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Hosts in the order in which they are to be tried.
    pub hosts: Vec<MxHost>,
    /// What TLS must be.
    pub tls: TlsRequirement,
}

/// Why something failed: who is to blame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The server said so.
    Reply,
    /// The network: no connection, connection lost, time-out.
    Network,
    /// No TLS, or none that could be verified. Waiting will seldom help: another route is called for.
    Tls,
    /// The server did not speak SMTP.
    Protocol,
    /// Found out here, before asking (size, 8-bit content).
    Local,
}

/// What a server said, or what happened instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Who is to blame.
    pub cause: Cause,
    /// RFC 5321 code; none when no server said it.
    pub code: Option<u16>,
    /// RFC 3463 code.
    pub enhanced: Option<[u16; 3]>,
    /// A sentence of at most 500 characters.
    pub text: String,
}

impl Remark {
    pub(crate) fn of(reply: &ServerReply) -> Self {
        Self { cause: Cause::Reply, code: Some(reply.code), enhanced: reply.enhanced, text: reply.text() }
    }
    pub(crate) fn local(cause: Cause, text: &str) -> Self {
        let enhanced = match cause {
            Cause::Reply | Cause::Local => None,
            Cause::Network => Some([4, 4, 1]),
            Cause::Tls => Some([4, 7, 5]),
            Cause::Protocol => Some([4, 5, 0]),
        };
        Self { cause, code: None, enhanced, text: wardpost_model::text::clean_line(text, 500) }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(code) = self.code {
            write!(f, "{code} ")?;
        }
        if let Some([class, subject, detail]) = self.enhanced {
            write!(f, "{class}.{subject}.{detail} ")?;
        }
        f.write_str(&self.text)
    }
}

/// What became of the message for one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The recipient's server has it.
    Accepted(Remark),
    /// Not now; try again.
    Transient(Remark),
    /// Not ever.
    Permanent(Remark),
}

impl Outcome {
    pub(crate) fn of(reply: &ServerReply) -> Self {
        let remark = Remark::of(reply);
        match reply.code {
            200..=299 => Self::Accepted(remark),
            500..=599 => Self::Permanent(remark),
            _ => Self::Transient(remark),
        }
    }
    /// The remark.
    #[must_use]
    pub const fn remark(&self) -> &Remark {
        match self {
            Self::Accepted(remark) | Self::Transient(remark) | Self::Permanent(remark) => remark,
        }
    }
    /// Whether the recipient's server has the message.
    #[must_use]
    pub const fn is_accepted(&self) -> bool {
        matches!(self, Self::Accepted(_))
    }
    /// Whether it failed for want of verified TLS.
    #[must_use]
    pub fn is_tls_failure(&self) -> bool {
        !self.is_accepted() && self.remark().cause == Cause::Tls
    }
}

/// The server at the other end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteHost {
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: IpAddr,
}

/// What became of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryReport {
    /// Every recipient of the envelope, in its order.
    pub recipients: Vec<(EmailAddress, Outcome)>,
    /// TLS of the connection that settled it.
    pub tls: Option<TlsInfo>,
    /// Whether that TLS was verified.
    pub verified: bool,
    /// The server that settled it, if one was reached.
    pub host: Option<RemoteHost>,
}

/// What a look at a domain's servers found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsProbe {
    /// The host looked at: the first with verified TLS, else the one that came nearest.
    pub host: String,
    /// A server answered there.
    pub reached: bool,
    /// It offers STARTTLS.
    pub starttls: bool,
    /// Its certificate proves its name.
    pub verified: bool,
    /// If not: why.
    pub why_not: Option<String>,
    /// What was negotiated.
    pub tls: Option<TlsInfo>,
}

/// How to deliver.
#[derive(Debug, Clone)]
pub struct ClientConfig {
    /// The name that this server goes by (EHLO).
    pub hello: Domain,
    /// Trust the public roots (webpki-roots).
    pub public_roots: bool,
    /// Further roots, PEM.
    pub extra_roots: Vec<u8>,
    /// Source address for IPv4.
    pub source_v4: Option<Ipv4Addr>,
    /// Source address for IPv6.
    pub source_v6: Option<Ipv6Addr>,
    /// How long a connection may take to come about.
    pub connect_timeout: Duration,
    /// How long one host may take altogether.
    pub host_timeout: Duration,
    /// Connections tried for one delivery.
    pub attempts: usize,
}

impl ClientConfig {
    /// The defaults for a server of that name.
    #[must_use]
    pub const fn new(hello: Domain) -> Self {
        Self {
            hello,
            public_roots: true,
            extra_roots: Vec::new(),
            source_v4: None,
            source_v6: None,
            connect_timeout: Duration::from_secs(20),
            host_timeout: Duration::from_secs(1_800),
            attempts: 8,
        }
    }
}

/// Delivers mail. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    config: ClientConfig,
    tls: tls::ClientTls,
}

impl Client {
    /// A client.
    ///
    /// # Errors
    /// [`RootsError`] if the configured roots cannot be used.
    pub fn new(config: ClientConfig) -> Result<Self, RootsError> {
        let tls = tls::ClientTls::new(config.public_roots, &config.extra_roots)?;
        Ok(Self { config, tls })
    }

    /// Delivers a message to the hosts of one domain. Never fails as a whole: every recipient has its outcome.
    pub async fn deliver(&self, target: &Target, envelope: &Envelope, data: Bytes) -> DeliveryReport {
        driver::deliver(self, target, envelope, data).await
    }

    /// Looks whether the hosts offer TLS that can be verified. Says nothing about any message.
    pub async fn probe(&self, hosts: &[MxHost]) -> TlsProbe {
        driver::probe(self, hosts).await
    }
}
