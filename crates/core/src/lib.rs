//! The use cases of Wardpost: sign in, write, send, receive, review, pick up, administer, prove. Each authorises, acts
//! and writes its audit entry in **one** transaction; what can't be audited does not happen.
//!
//! **Invariant**: this crate knows no protocol (no SMTP, no HTTP, no MIME) and no SQL dialect. Faces call it with
//! an [`Actor`](wardpost_model::person::Actor); what it needs of the outside it states as a port in [`ports`].

pub mod audit;
pub mod care;
pub mod clock;
pub mod conversation;
pub mod error;
pub mod idempotency;
pub mod identity;
pub mod live;
pub mod mail;
pub mod people;
pub mod ports;
pub mod report;
mod seal;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use clock::{Clock, SystemClock};
pub use error::{Error, FieldError, Result};

use std::sync::Arc;
use wardpost_model::OrgId;
use wardpost_phi::Scanner;
use wardpost_store::Db;
use wardpost_store::blob::Blobs;
use wardpost_vault::OrgVault;

/// What the operator configured, as far as use cases need it.
#[derive(Debug, Clone)]
pub struct CoreConfig {
    /// Origin of the web app, without a trailing slash (`https://mail.clinic.example`): links in notifications.
    pub public_url: String,
    /// Host name of this server: right-hand side of Message-IDs.
    pub host_name: String,
    /// Name of the retention class of mail (its key bucket).
    pub mail_retention_class: String,
    /// Years that mail is kept: the bucket's expiry (NL-09: 20).
    pub mail_retention_years: u16,
    /// Minutes without activity after which a session ends (staff: 15).
    pub idle_minutes: u16,
    /// Hours after which a session ends in any case (12).
    pub session_hours: u16,
    /// Largest message, all attachments included, in bytes.
    pub max_message_bytes: u64,
    /// Settings to be shown to people who set up a mail program.
    pub submission_host: String,
    /// Port of the implicit-TLS submission service.
    pub submission_port: u16,
}

/// One organisation's use cases over its store, vault and ports. Cheap to clone.
#[derive(Clone)]
pub struct Core {
    inner: Arc<Inner>,
}

/// What [`Core`] is made of.
pub struct Parts {
    /// The organisation that is served.
    pub org: OrgId,
    /// Persistence.
    pub db: Db,
    /// Files too large for a row.
    pub blobs: Blobs,
    /// The organisation's keys.
    pub vault: OrgVault,
    /// The detector of health information.
    pub scanner: Arc<Scanner>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Text messages.
    pub sms: Arc<dyn ports::SmsGateway>,
    /// What is known of a domain's TLS.
    pub tls_prober: Arc<dyn ports::TlsProber>,
    /// The organisation's identity providers.
    pub providers: Arc<dyn ports::ProviderClient>,
    /// The authorities by whose certificates devices are known.
    pub devices: Arc<dyn ports::DeviceAuthorities>,
    /// Configuration.
    pub config: CoreConfig,
}

struct Inner {
    parts: Parts,
    live: live::LiveHub,
    mail: mail::Caches,
    identity: identity::State,
    people: people::State,
    conversations: conversation::Conversations,
}

impl Core {
    /// Wires the use cases. Call [`Core::ensure_org`](Core) use cases only after the organisation was made.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let conversations = conversation::Conversations::new(parts.clock.now_us());
        Self {
            inner: Arc::new(Inner {
                conversations,
                parts,
                live: live::LiveHub::new(),
                mail: mail::Caches::default(),
                identity: identity::State::default(),
                people: people::State::default(),
            }),
        }
    }
    /// The organisation.
    #[must_use]
    pub fn org(&self) -> OrgId {
        self.inner.parts.org
    }
    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &CoreConfig {
        &self.inner.parts.config
    }
    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        self.inner.parts.clock.as_ref()
    }
    pub(crate) fn db(&self) -> &Db {
        &self.inner.parts.db
    }
    pub(crate) fn vault(&self) -> &OrgVault {
        &self.inner.parts.vault
    }
    pub(crate) fn blobs(&self) -> &Blobs {
        &self.inner.parts.blobs
    }
    pub(crate) fn scanner(&self) -> &Arc<Scanner> {
        &self.inner.parts.scanner
    }
    pub(crate) fn sms(&self) -> &dyn ports::SmsGateway {
        self.inner.parts.sms.as_ref()
    }
    pub(crate) fn tls_prober(&self) -> &dyn ports::TlsProber {
        self.inner.parts.tls_prober.as_ref()
    }
    pub(crate) fn provider_client(&self) -> &dyn ports::ProviderClient {
        self.inner.parts.providers.as_ref()
    }
    pub(crate) fn device_authorities(&self) -> &dyn ports::DeviceAuthorities {
        self.inner.parts.devices.as_ref()
    }
    pub(crate) fn caches(&self) -> &mail::Caches {
        &self.inner.mail
    }
    pub(crate) fn identity(&self) -> &identity::State {
        &self.inner.identity
    }
    pub(crate) fn people(&self) -> &people::State {
        &self.inner.people
    }
    pub(crate) fn conversations(&self) -> &conversation::Conversations {
        &self.inner.conversations
    }
    /// Live events of this organisation.
    #[must_use]
    pub fn live(&self) -> &live::LiveHub {
        &self.inner.live
    }
}
