//! The plan of the gate: for each recipient a route and the reasons, or a refusal. What compose shows, delivery obeys.

use crate::address::EmailAddress;
use crate::finding::SpecialCategory;
use serde::{Deserialize, Serialize};

/// How a message reaches a recipient, safest first in the sense of "who else could read it".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// Stays in the house: another mailbox on this server.
    Inside,
    /// Pick-up in the portal after a second factor.
    Pickup,
    /// SMTP over TLS to a host whose certificate was verified.
    VerifiedTls,
    /// No safe way is known (yet): the reasons say what is missing.
    None,
}

impl Route {
    /// The name as stored and as served.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::Pickup => "pickup",
            Self::VerifiedTls => "verified_tls",
            Self::None => "none",
        }
    }
    /// Reads a stored name.
    #[must_use]
    pub fn from_name(s: &str) -> Option<Self> {
        [Self::Inside, Self::Pickup, Self::VerifiedTls, Self::None].into_iter().find(|v| v.as_str() == s)
    }
}

/// What the gate decided, from mildest to strictest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Goes by the best ordinary route.
    Send,
    /// Goes only where nobody but the recipient can read it: inside, or pick-up.
    Protect,
    /// Waits for a second pair of eyes.
    Hold,
    /// Does not go.
    Block,
}

/// Why: a closed set of codes, put into words by the faces in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "code")]
pub enum Reason {
    /// The address is a mailbox of this house.
    InHouse,
    /// The domain is a partner known to be safe, and its TLS was verified.
    PartnerVerifiedTls {
        /// The partner's name.
        partner: String,
    },
    /// The provider offers verified TLS.
    ProviderVerifiedTls,
    /// The provider offers no TLS, or a certificate that can't be verified.
    NoVerifiedTls,
    /// The domain's mail servers have not been looked at yet, or can't be reached at the moment.
    TlsUnknown,
    /// Policy wants protection for what was found.
    PolicyProtects,
    /// Policy wants a second pair of eyes for what was found.
    PolicyHolds,
    /// Policy forbids to send what was found by any route to this recipient.
    PolicyBlocks,
    /// The sender sends it anyway, for a stated reason, where policy lets them.
    SentAnyway,
    /// The sender asked for pick-up.
    SenderAsksPickup,
    /// A code goes to this mobile number (masked).
    CodeBySms {
        /// Last digits only.
        phone: String,
    },
    /// The recipient opens it with the secret agreed with the sender.
    AgreedSecret,
    /// Pick-up needs a mobile number or an agreed secret: none is known.
    NeedsSecondFactor,
    /// An identifier together with health information was found.
    FoundHealth,
    /// Health information about several people was found.
    FoundHealthMany,
    /// Health information of a special category was found.
    FoundSpecial {
        /// Which.
        categories: Vec<SpecialCategory>,
    },
    /// A number that identifies a patient or citizen was found.
    FoundIdentifier,
    /// A part could not be read by the detector.
    FoundUnreadable,
    /// First message to this outside recipient: must be confirmed.
    FirstContact,
    /// The domain looks like a known one but is not.
    LookAlike {
        /// The known domain.
        domain: String,
    },
    /// The address has the house's own domain but no mailbox.
    NoSuchMailbox,
    /// A route failed at delivery; this one, as safe or safer, was taken instead.
    FellBack,
}

/// The second factor by which a guest proves to be the recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactor {
    /// One-time code by text message.
    Sms,
    /// A secret agreed with the sender.
    Secret,
}

/// What would become of a message if its sender sent it anyway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Anyway {
    /// By which route: never below what the route itself demands.
    pub route: Route,
    /// What policy would still do.
    pub action: Action,
}

/// The plan for one recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RecipientPlan {
    /// Whom it is for.
    pub address: EmailAddress,
    /// By which route.
    pub route: Route,
    /// What policy does with it.
    pub action: Action,
    /// For pick-up: by which second factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_factor: Option<SecondFactor>,
    /// Why.
    pub reasons: Vec<Reason>,
    /// The sender must confirm this recipient first.
    pub must_confirm: bool,
    /// Policy lets it be sent anyway, for a stated reason: what would become of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anyway: Option<Anyway>,
}

/// The plan for a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Plan {
    /// The strictest action among the recipients: what happens to the message as a whole.
    pub action: Action,
    /// Whether it can be sent now (nothing blocked, every recipient has a route, nothing left to confirm).
    pub ready: bool,
    /// Each recipient, in the draft's order.
    pub recipients: Vec<RecipientPlan>,
    /// Policy version that decided.
    pub policy_version: u32,
    /// The sender sends it anyway: this is the plan without the rules that let them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub overridden: bool,
}

impl Plan {
    /// Whether policy lets it be sent anyway to at least one recipient, and does not stop it altogether.
    #[must_use]
    pub fn may_override(&self) -> bool {
        self.action != Action::Block && self.recipients.iter().any(|r| r.anyway.is_some())
    }
}
