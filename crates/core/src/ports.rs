//! What the use cases need of the outside: implemented by the faces and the binary.

use async_trait::async_trait;
use wardpost_model::{Domain, PhoneNumber};

/// Sends text messages.
#[async_trait]
pub trait SmsGateway: Send + Sync {
    /// Hands one text message to the gateway. The text holds a code, never content.
    ///
    /// # Errors
    /// A short reason without the number or the text, when the gateway did not take it.
    async fn send(&self, to: &PhoneNumber, text: &str) -> Result<(), String>;
}

/// What a look at a domain's mail servers showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsFinding {
    /// The servers offer TLS with a certificate that was verified for their names.
    Verified {
        /// Protocol, key exchange and host, for people.
        detail: String,
    },
    /// They do not, or the certificate can't be verified: the detail says why.
    Unverified {
        /// Why, for people.
        detail: String,
    },
    /// They could not be reached now.
    Unknown {
        /// Why, for people.
        detail: String,
    },
}

/// Looks at a domain's mail servers.
#[async_trait]
pub trait TlsProber: Send + Sync {
    /// Connects to the domain's mail servers and says whether their TLS can be verified. Bounded in time.
    async fn probe(&self, domain: &Domain) -> TlsFinding;
}
