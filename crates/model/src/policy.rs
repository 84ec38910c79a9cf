//! The organisation's policy for outbound content: findings × route → action. Versioned; every change is audited.

use crate::finding::Sensitivity;
use crate::plan::Action;
use serde::{Deserialize, Serialize};

/// Where a message would go, as policy sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Destination {
    /// Another mailbox of the house.
    Inside,
    /// A partner known to be safe, with verified TLS.
    Partner,
    /// Anybody else whose provider offers verified TLS.
    VerifiedTls,
    /// Pick-up in the portal: the provider can't be trusted, or the sender wants it.
    Pickup,
}

/// One row of the policy: what happens to content of this sensitivity, by destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PolicyRow {
    /// To a mailbox of the house.
    pub inside: Action,
    /// To a partner.
    pub partner: Action,
    /// To anyone with verified TLS.
    pub verified_tls: Action,
    /// By pick-up.
    pub pickup: Action,
}

/// The policy. [`Policy::default`] is what a new organisation starts with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Content with nothing to protect.
    pub none: PolicyRow,
    /// Content that could not be read.
    pub unreadable: PolicyRow,
    /// A number that by itself identifies a citizen or patient.
    pub identifier: PolicyRow,
    /// Health information about an identified person.
    pub health: PolicyRow,
    /// The same about several people.
    pub health_many: PolicyRow,
    /// Days until a pick-up expires, unless the sender sets another number (1 to 365; default 30, CH-01).
    pub pickup_days: u16,
    /// First-time outside recipients must be confirmed by the sender.
    pub confirm_first_contact: bool,
    /// The second pair of eyes must be another person than the sender.
    pub four_eyes: bool,
}

impl Policy {
    /// What policy wants for this content at this destination.
    #[must_use]
    pub fn action(&self, found: Sensitivity, to: Destination) -> Action {
        let row = match found {
            Sensitivity::None => &self.none,
            Sensitivity::Unreadable => &self.unreadable,
            Sensitivity::Identifier => &self.identifier,
            Sensitivity::Health => &self.health,
            Sensitivity::HealthMany => &self.health_many,
        };
        match to {
            Destination::Inside => row.inside,
            Destination::Partner => row.partner,
            Destination::VerifiedTls => row.verified_tls,
            Destination::Pickup => row.pickup,
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        use Action::{Hold, Protect, Send};
        let row = |inside, partner, verified_tls, pickup| PolicyRow { inside, partner, verified_tls, pickup };
        Self {
            none: row(Send, Send, Send, Send),
            unreadable: row(Send, Send, Protect, Send),
            identifier: row(Send, Send, Protect, Send),
            health: row(Send, Send, Protect, Send),
            health_many: row(Send, Hold, Hold, Hold),
            pickup_days: 30,
            confirm_first_contact: true,
            four_eyes: true,
        }
    }
}
