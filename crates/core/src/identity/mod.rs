//! Who somebody is: sign-in with password and second factor, sessions, invitations, passwords of mail programs.
//!
//! - Nothing here says, by its answer or by the time it takes, whether a login exists.
//! - A try counts as failed **before** it is looked at, in the store, so that many tries at once on several nodes are
//!   counted like tries one after the other.
//! - What is single-use (TOTP step, recovery code, invitation) is used up by a guard of the batch that uses it.
//! - Secrets are stored as keyed hashes only; passwords as Argon2id hashes, which are sealed besides.
//!
//! Rules: NIST SP 800-63B-4, OWASP ASVS 5.0 chapters 6 and 7.

mod app_password;
mod authenticator;
mod blocklist;
mod cbor;
mod codes;
mod credential;
mod device;
mod guessed;
mod hasher;
mod invitation;
mod key_rule;
mod keys;
mod limiter;
mod oidc;
mod own_passkeys;
mod passkey;
mod rotation;
mod rules;
mod service_token;
mod session;
mod session_list;
mod sign_in;
mod state;
mod strength;
mod submission;
#[cfg(test)]
mod tests;
mod throttle;
pub mod totp;
mod verify;
mod webauthn;
mod zone;

pub use app_password::{AppPasswordLine, NewAppPassword};
pub use authenticator::AuthenticatorOffer;
pub use blocklist::pack as pack_breached;
pub(crate) use codes::make_consent_code;
pub use credential::RECENT_MINUTES;
pub use device::{DeviceLine, DeviceSecret};
#[cfg(any(test, feature = "testing"))]
pub(crate) use hasher::{hash_on_this_thread, verify_on_this_thread};
pub use invitation::{Invitation, InvitationView};
pub use key_rule::Entered;
pub(crate) use limiter::Limiter;
#[cfg(any(test, feature = "testing"))]
pub(crate) use oidc::read_anything as read_any_token;
pub use oidc::{LinkLine, ProviderAnswer, ProviderBegun, ProviderCheck, ProviderLine, ProviderOutcome};
pub use own_passkeys::{PasskeyLine, PasskeyMade, PasskeyWanted};
pub use passkey::{PasskeyAnswer, PasskeyAsk};
pub use rotation::WhyChange;
pub(crate) use rules::Stands;
pub use rules::{MAX_CHARS, MIN_CHARS_ALONE, MIN_CHARS_WITH_SECOND_FACTOR};
pub use session::{SessionInfo, SessionState, SessionView};
pub use session_list::SessionLine;
pub use sign_in::{Factor, PendingSignIn, SignedIn};
pub(crate) use state::State;
pub use strength::PasswordAdvice;
pub use verify::{CodeSent, EmailStanding, Verified};
#[cfg(any(test, feature = "testing"))]
pub(crate) use webauthn::read_anything;
pub use zone::{Doors, Place};

use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use wardpost_model::device::DeviceCertificate;

/// The client of a request, as the face saw it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Client {
    /// Address of the peer.
    pub network: Option<IpAddr>,
    /// What the browser or mail program calls itself; cut to 200 characters where it is kept.
    pub user_agent: Option<String>,
    /// The request's id, so that audit entries can be joined to the server's log.
    pub request_id: Option<String>,
    /// What tells this browser from another: the value of its device cookie.
    pub device: Option<DeviceSecret>,
    /// The certificate that the device showed.
    pub certificate: Option<DeviceCertificate>,
}

/// `session.sealed_client`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct SealedClient {
    #[serde(default)]
    network: Option<IpAddr>,
    #[serde(default)]
    user_agent: Option<String>,
}

impl From<&Client> for SealedClient {
    fn from(c: &Client) -> Self {
        let user_agent = c.user_agent.as_deref().map(|u| u.chars().filter(|c| !c.is_control()).take(200).collect());
        Self { network: c.network, user_agent }
    }
}
