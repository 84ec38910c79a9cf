//! What the use cases need of the outside: implemented by the faces and the binary.

use async_trait::async_trait;
use wardpost_model::device::{CertificateGap, DeviceCertificate, Vouching};
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

/// The exchange of a code for tokens (OpenID Connect Core 1.0, 3.1.3.1).
#[derive(Debug)]
pub struct TokenRequest<'a> {
    /// Where.
    pub endpoint: &'a str,
    /// Who we are there.
    pub client_id: &'a str,
    /// What proves it. To be sent as HTTP Basic, each part form-encoded (RFC 6749, 2.3.1).
    pub client_secret: &'a str,
    /// The code.
    pub code: &'a str,
    /// What proves that we asked for it (PKCE).
    pub verifier: &'a str,
    /// Where the code was sent.
    pub redirect_uri: &'a str,
}

/// Speaks with the organisation's identity providers. Bounded in size and time; follows no redirects; TLS is verified.
#[async_trait]
pub trait ProviderClient: Send + Sync {
    /// Reads a JSON document: a provider's word of itself, or its keys.
    ///
    /// # Errors
    /// A short reason for people.
    async fn read(&self, url: &str) -> Result<Vec<u8>, String>;
    /// Exchanges a code for tokens.
    ///
    /// # Errors
    /// A short reason for people, without code and secret.
    async fn exchange(&self, request: &TokenRequest<'_>) -> Result<Vec<u8>, String>;
}

/// The authorities by whose certificates the organisation's devices are known, as the operator configured them. They say
/// where a device belongs, never who somebody is.
pub trait DeviceAuthorities: Send + Sync {
    /// Their names, in the order of the configuration.
    fn names(&self) -> Vec<String>;
    /// What a certificate that a device showed, and whose key it holds, is worth at a moment. Whatever is wrong with it is
    /// an answer, never an error: it then counts as none.
    fn judge(&self, shown: &DeviceCertificate, now_us: i64) -> Vouching;
}

/// No authority is configured: nobody vouches for anything.
pub struct NoAuthorities;

impl DeviceAuthorities for NoAuthorities {
    fn names(&self) -> Vec<String> {
        Vec::new()
    }
    fn judge(&self, _: &DeviceCertificate, _: i64) -> Vouching {
        Vouching::Missing(CertificateGap::Foreign)
    }
}
