//! On which ground somebody opens what is about a patient (NL-06: the authorisation basis; AccessRules: who gets one).

use crate::id::{GrantId, MailboxId, MandateId, ProxyId, RelationId, TeamId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Why something of a patient was opened. In the order in which they are looked for: the first that holds is the one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ground {
    /// It is about the person who opens it.
    Own,
    /// The person acts for the patient in the portal.
    Proxy(ProxyId),
    /// The person was assigned to the patient.
    Assigned(RelationId),
    /// A care team of the person cares for the patient.
    CareTeam(TeamId),
    /// Somebody who cares for the patient referred them.
    Referral(RelationId),
    /// The person stands in for somebody, for a time.
    Cover(RelationId),
    /// The person acts for a colleague who has a ground of their own, by a mandate that says so.
    CoverFor(MandateId),
    /// The person wrote it, or it was written to them.
    Correspondence,
    /// It came into a mailbox whose users answer for whatever comes in.
    Duty(MailboxId),
    /// Emergency access, with a reason and a time limit.
    BreakGlass(GrantId),
    /// The organisation does not tie access to care.
    House,
    /// A second pair of eyes on an outgoing message.
    Review,
    /// The keeping of the patient's administrative data.
    Administration,
}

impl Ground {
    /// The stable name, as in the audit log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Proxy(_) => "proxy",
            Self::Assigned(_) => "assigned",
            Self::CareTeam(_) => "care_team",
            Self::Referral(_) => "referral",
            Self::Cover(_) | Self::CoverFor(_) => "cover",
            Self::Correspondence => "correspondence",
            Self::Duty(_) => "duty",
            Self::BreakGlass(_) => "break_glass",
            Self::House => "house",
            Self::Review => "review",
            Self::Administration => "administration",
        }
    }
    /// The relation, team, mandate, mailbox or grant that it rests on.
    #[must_use]
    pub const fn reference(self) -> Option<Uuid> {
        match self {
            Self::Assigned(r) | Self::Referral(r) | Self::Cover(r) => Some(r.0),
            Self::Proxy(p) => Some(p.0),
            Self::CareTeam(t) => Some(t.0),
            Self::CoverFor(m) => Some(m.0),
            Self::Duty(m) => Some(m.0),
            Self::BreakGlass(g) => Some(g.0),
            Self::Own | Self::Correspondence | Self::House | Self::Review | Self::Administration => None,
        }
    }
}

/// How somebody comes to care for a patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// Somebody is their physician, nurse …
    Assigned,
    /// A care team cares for them.
    Team,
    /// Referred to somebody, by who cares for them.
    Referral,
    /// Somebody stands in, for a time.
    Cover,
}

impl RelationKind {
    /// The name as stored and as served.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::Team => "team",
            Self::Referral => "referral",
            Self::Cover => "cover",
        }
    }
    /// Reads a stored name.
    #[must_use]
    pub fn from_name(s: &str) -> Option<Self> {
        [Self::Assigned, Self::Team, Self::Referral, Self::Cover].into_iter().find(|k| k.as_str() == s)
    }
}

/// How tightly access to what is about patients follows care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AccessRules {
    /// Only who has a ground opens what is about a patient. Off: whoever may use the mailbox.
    pub strict: bool,
    /// Who wrote a message, and to whose own mailbox it was written, opens it.
    pub correspondence: bool,
    /// Users of mailboxes on duty open what lies in them.
    pub duty: bool,
    /// Minutes that emergency access lasts (5 to 720).
    #[schema(minimum = 5, maximum = 720)]
    pub break_glass_minutes: u16,
    /// Most days that somebody may stand in (1 to 366).
    #[schema(minimum = 1, maximum = 366)]
    pub cover_days_max: u16,
}

impl Default for AccessRules {
    fn default() -> Self {
        Self { strict: true, correspondence: true, duty: true, break_glass_minutes: 60, cover_days_max: 42 }
    }
}
