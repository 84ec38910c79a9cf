//! What is remembered of somebody who was sent to a provider, until they come back.

use crate::clock::SECOND_US;
use serde::{Deserialize, Serialize};
use wardpost_model::{LinkId, PersonId, ProviderId, SessionId};

/// Whoever links an account has signed in there so lately.
const LINK_AGE_S: i64 = 300;

/// What a sign-in is for.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) enum Purpose {
    SignIn,
    Link { person: PersonId, session: SessionId },
    StepUp { person: PersonId, session: SessionId, link: LinkId },
}

impl Purpose {
    /// What is asked besides, so that it is not just whoever happens to be signed in there in this browser.
    pub(super) fn prompts(&self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::SignIn => &[],
            Self::Link { .. } => &[("prompt", "login"), ("max_age", "300")],
            Self::StepUp { .. } => &[("prompt", "login"), ("max_age", "0")],
        }
    }

    /// Since when the person must have signed in there (Core, 3.1.2.1: `auth_time`).
    pub(super) fn not_before_s(&self, begun_us: i64) -> Option<i64> {
        let begun_s = begun_us / SECOND_US;
        match self {
            Self::SignIn => None,
            Self::Link { .. } => Some(begun_s - LINK_AGE_S),
            Self::StepUp { .. } => Some(begun_s),
        }
    }
}

/// `provider_login.sealed_login`.
#[derive(Serialize, Deserialize)]
pub(super) struct SealedLogin {
    pub provider: ProviderId,
    pub nonce: String,
    pub verifier: String,
    pub purpose: Purpose,
    pub next: Option<String>,
    pub begun_us: i64,
}
