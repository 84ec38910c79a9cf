//! What a session knows about its peer, and what it hands over.

use std::fmt;
use std::net::SocketAddr;
use uuid::Uuid;
use wardpost_model::address::EmailAddress;
use wardpost_model::device::DeviceCertificate;

/// Which door a session came through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// Port 25: from other mail servers (RFC 5321); STARTTLS offered, no sign-in.
    Mx,
    /// Port 587: from mail programs (RFC 6409); STARTTLS and sign-in required.
    Submission,
    /// Port 465: from mail programs over implicit TLS (RFC 8314); sign-in required.
    Submissions,
}

impl Service {
    /// Whether the peer must sign in before it may send.
    #[must_use]
    pub const fn requires_sign_in(self) -> bool {
        !matches!(self, Self::Mx)
    }

    /// Whether TLS starts with the first byte.
    #[must_use]
    pub const fn implicit_tls(self) -> bool {
        matches!(self, Self::Submissions)
    }

    /// Name for logs and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mx => "mx",
            Self::Submission => "submission",
            Self::Submissions => "submissions",
        }
    }
}

/// What was negotiated on a TLS connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsInfo {
    /// Protocol version, such as `TLSv1.3`.
    pub version: String,
    /// Cipher suite, such as `TLS13_AES_256_GCM_SHA384`.
    pub cipher: String,
    /// Key exchange group, such as `X25519MLKEM768`; empty when the library does not say.
    pub key_exchange: String,
}

impl fmt::Display for TlsInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.version, self.cipher)?;
        if !self.key_exchange.is_empty() {
            write!(f, " {}", self.key_exchange)?;
        }
        Ok(())
    }
}

/// How the peer introduced itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Helo {
    /// The name or address literal that it gave (unverified; printable ASCII, at most 255 octets).
    pub name: String,
    /// EHLO rather than HELO.
    pub extended: bool,
}

/// The other end of a session.
#[derive(Debug, Clone)]
pub struct Peer {
    /// The session's id, for logs and the trace header.
    pub session: Uuid,
    /// Its address.
    pub address: SocketAddr,
    /// The door that it came through.
    pub service: Service,
    /// Its greeting, once given.
    pub helo: Option<Helo>,
    /// TLS, once established.
    pub tls: Option<TlsInfo>,
    /// The certificate that it showed by TLS, where one is asked for.
    pub certificate: Option<DeviceCertificate>,
}

/// What a sign-in came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthOutcome<I> {
    /// The peer is this identity from now on.
    Accepted(I),
    /// Wrong user or password (the answer does not say which).
    Refused,
    /// Too many tries, or the check could not be made: try later.
    TryLater,
}

/// A message's envelope (RFC 5321 §2.3.1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Envelope {
    /// Reverse path; none for the null sender `<>`.
    pub from: Option<EmailAddress>,
    /// Forward paths that were accepted, in order, without repetition.
    pub recipients: Vec<EmailAddress>,
    /// The peer announced 8-bit content (RFC 6152).
    pub eight_bit: bool,
    /// The peer announced internationalised addresses or headers (RFC 6531).
    pub smtp_utf8: bool,
}

/// A message was taken durably.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The id under which it can be found here; told to the peer.
    pub queue_id: String,
}
