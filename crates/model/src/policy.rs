//! The organisation's policy for content: findings × route → action. Versioned; every change is audited.

use crate::finding::{FindingKind, Findings, Sensitivity, SpecialCategory};
use crate::plan::Action;
use crate::vocabulary::Vocabulary;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

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

impl Destination {
    /// All of them, as the columns stand.
    pub const ALL: [Self; 4] = [Self::Inside, Self::Partner, Self::VerifiedTls, Self::Pickup];
}

/// What happens to such content when it comes in from outside without encryption.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Incoming {
    /// It is delivered.
    #[default]
    Deliver,
    /// It is delivered, and its reader is told that it travelled in clear.
    Tell,
}

/// One row of the policy: what happens to content of this severity, by destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyRow {
    /// To a mailbox of the house.
    pub inside: Action,
    /// To a partner.
    pub partner: Action,
    /// To anyone with verified TLS.
    pub verified_tls: Action,
    /// By pick-up.
    pub pickup: Action,
    /// From outside, in clear.
    #[serde(default)]
    pub incoming: Incoming,
    /// Whoever has the permission may send it anyway, for a stated reason, where this row protects or holds.
    #[serde(default)]
    pub may_override: bool,
}

impl PolicyRow {
    /// What it wants at a destination.
    #[must_use]
    pub const fn at(&self, to: Destination) -> Action {
        match to {
            Destination::Inside => self.inside,
            Destination::Partner => self.partner,
            Destination::VerifiedTls => self.verified_tls,
            Destination::Pickup => self.pickup,
        }
    }
}

/// The rows of a policy, from mildest to most severe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Nothing was found.
    None,
    /// A part could not be read.
    Unreadable,
    /// A number that by itself identifies somebody.
    Identifier,
    /// Health information about an identified person.
    Health,
    /// The same about many.
    HealthMany,
    /// Health information of a special category.
    Special,
}

impl Rule {
    /// All of them, as the rows stand.
    pub const ALL: [Self; 6] =
        [Self::None, Self::Unreadable, Self::Identifier, Self::Health, Self::HealthMany, Self::Special];
    /// The name as served.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Unreadable => "unreadable",
            Self::Identifier => "identifier",
            Self::Health => "health",
            Self::HealthMany => "health_many",
            Self::Special => "special",
        }
    }
}

/// What was found, as far as policy looks at it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The verdict.
    pub sensitivity: Sensitivity,
    /// A part could not be read, whatever else was found.
    pub unreadable: bool,
    /// How many individuals health information is about; nought when nobody counted.
    pub individuals: u32,
    /// Special categories.
    pub special: BTreeSet<SpecialCategory>,
}

impl From<&Findings> for Found {
    fn from(f: &Findings) -> Self {
        Self {
            sensitivity: f.sensitivity,
            unreadable: f.sensitivity == Sensitivity::Unreadable
                || f.spans.iter().any(|s| s.kind == FindingKind::Unreadable),
            individuals: f.individuals,
            special: f.special.iter().copied().collect(),
        }
    }
}

impl From<Sensitivity> for Found {
    fn from(sensitivity: Sensitivity) -> Self {
        Self { sensitivity, unreadable: sensitivity == Sensitivity::Unreadable, ..Self::default() }
    }
}

/// What a policy wants, and by which rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// The strictest of the rows that apply.
    pub action: Action,
    /// Every row that wants more than plain sending lets it be sent anyway.
    pub may_override: bool,
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
    /// The same about many people; the row for one applies as well.
    pub health_many: PolicyRow,
    /// Health information of a special category; the other rows apply as well.
    #[serde(default = "special_row")]
    pub special: PolicyRow,
    /// Which categories are special here.
    #[serde(default = "all_categories")]
    pub special_categories: BTreeSet<SpecialCategory>,
    /// From how many individuals it is "many" (2 to 1,000).
    #[serde(default = "three")]
    pub many_from: u32,
    /// Days until a pick-up expires, unless the sender sets another number (1 to 365; default 30, CH-01).
    pub pickup_days: u16,
    /// First-time outside recipients must be confirmed by the sender.
    pub confirm_first_contact: bool,
    /// The second pair of eyes must be another person than the sender.
    pub four_eyes: bool,
    /// Hours after which whoever judges is reminded of what waits (1 to 168); nought: never.
    #[serde(default = "four")]
    pub remind_hours: u16,
    /// The organisation's own vocabulary.
    #[serde(default)]
    pub vocabulary: Vocabulary,
}

const fn three() -> u32 {
    3
}
const fn four() -> u16 {
    4
}
fn special_row() -> PolicyRow {
    Policy::default().special
}
fn all_categories() -> BTreeSet<SpecialCategory> {
    SpecialCategory::ALL.into_iter().collect()
}

impl Policy {
    /// A row.
    #[must_use]
    pub const fn row(&self, rule: Rule) -> &PolicyRow {
        match rule {
            Rule::None => &self.none,
            Rule::Unreadable => &self.unreadable,
            Rule::Identifier => &self.identifier,
            Rule::Health => &self.health,
            Rule::HealthMany => &self.health_many,
            Rule::Special => &self.special,
        }
    }

    /// The verdict with this policy's measure of "many".
    #[must_use]
    pub fn measured(&self, found: &Findings) -> Sensitivity {
        match found.sensitivity {
            // Nobody counted: what the detector called many stays many.
            Sensitivity::Health | Sensitivity::HealthMany if found.individuals == 0 => found.sensitivity,
            Sensitivity::Health | Sensitivity::HealthMany if found.individuals >= self.many_from => {
                Sensitivity::HealthMany
            }
            Sensitivity::Health | Sensitivity::HealthMany => Sensitivity::Health,
            milder => milder,
        }
    }

    /// The rows that apply, mildest first: several, when several things were found.
    pub fn rules<'a>(&'a self, found: &'a Found) -> impl Iterator<Item = Rule> + 'a {
        let health = found.sensitivity >= Sensitivity::Health;
        let many = match found.individuals {
            0 => found.sensitivity == Sensitivity::HealthMany,
            n => health && n >= self.many_from,
        };
        let special = health && found.special.iter().any(|c| self.special_categories.contains(c));
        Rule::ALL.into_iter().filter(move |rule| match rule {
            Rule::None => found.sensitivity == Sensitivity::None && !found.unreadable,
            Rule::Unreadable => found.unreadable,
            Rule::Identifier => found.sensitivity == Sensitivity::Identifier,
            Rule::Health => health,
            Rule::HealthMany => many,
            Rule::Special => special,
        })
    }

    /// What policy wants for this content at this destination: the strictest row that applies.
    #[must_use]
    pub fn ruling(&self, found: &Found, to: Destination) -> Ruling {
        let (mut action, mut may_override) = (Action::Send, true);
        for row in self.rules(found).map(|rule| self.row(rule)) {
            let wanted = row.at(to);
            action = action.max(wanted);
            may_override &= wanted == Action::Send || row.may_override;
        }
        Ruling { action, may_override: may_override && matches!(action, Action::Protect | Action::Hold) }
    }

    /// What happens to this content when it comes in from outside without encryption.
    #[must_use]
    pub fn incoming(&self, found: &Found) -> Incoming {
        self.rules(found).map(|rule| self.row(rule).incoming).max().unwrap_or_default()
    }
}

impl Default for Policy {
    fn default() -> Self {
        use Action::{Hold, Protect, Send};
        let row = |inside, partner, verified_tls, pickup| PolicyRow {
            inside,
            partner,
            verified_tls,
            pickup,
            incoming: Incoming::Deliver,
            may_override: false,
        };
        Self {
            none: row(Send, Send, Send, Send),
            unreadable: PolicyRow { may_override: true, ..row(Send, Send, Protect, Send) },
            identifier: PolicyRow { incoming: Incoming::Tell, may_override: true, ..row(Send, Send, Protect, Send) },
            health: PolicyRow { incoming: Incoming::Tell, ..row(Send, Send, Protect, Send) },
            health_many: PolicyRow { incoming: Incoming::Tell, ..row(Send, Hold, Hold, Hold) },
            special: PolicyRow { incoming: Incoming::Tell, ..row(Send, Send, Protect, Send) },
            special_categories: all_categories(),
            many_from: three(),
            pickup_days: 30,
            confirm_first_contact: true,
            four_eyes: true,
            remind_hours: four(),
            vocabulary: Vocabulary::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Action::{Block, Hold, Protect, Send};

    fn health(individuals: u32, special: &[SpecialCategory]) -> Found {
        Found {
            sensitivity: Sensitivity::Health,
            unreadable: false,
            individuals,
            special: special.iter().copied().collect(),
        }
    }

    #[test]
    fn the_strictest_row_that_applies_wins() {
        let mut p = Policy::default();
        p.special.partner = Hold;
        p.unreadable.partner = Block;
        let to = Destination::Partner;
        assert_eq!(p.ruling(&health(1, &[]), to).action, Send);
        assert_eq!(p.ruling(&health(1, &[SpecialCategory::HivSti]), to).action, Hold);
        assert_eq!(p.ruling(&Found { unreadable: true, ..health(1, &[SpecialCategory::HivSti]) }, to).action, Block);
        p.special_categories.remove(&SpecialCategory::HivSti);
        assert_eq!(p.ruling(&health(1, &[SpecialCategory::HivSti]), to).action, Send, "no special one here");
        // A category alone, without anybody whom it is about, is a leaflet.
        let leaflet = Found { sensitivity: Sensitivity::None, ..health(0, &[SpecialCategory::Addiction]) };
        assert_eq!(p.rules(&leaflet).collect::<Vec<_>>(), [Rule::None]);
    }

    #[test]
    fn many_is_what_the_organisation_calls_many() {
        let mut p = Policy::default();
        let many = |p: &Policy, n| p.rules(&health(n, &[])).any(|r| r == Rule::HealthMany);
        assert!(!many(&p, 2) && many(&p, 3));
        p.many_from = 10;
        assert!(!many(&p, 9) && many(&p, 10));
        let f = |individuals| Findings { sensitivity: Sensitivity::HealthMany, individuals, ..Findings::default() };
        assert_eq!(p.measured(&f(9)), Sensitivity::Health);
        assert_eq!(p.measured(&f(10)), Sensitivity::HealthMany);
        assert_eq!(p.measured(&f(0)), Sensitivity::HealthMany, "nobody counted: the detector's word counts");
        assert_eq!(p.measured(&Findings::default()), Sensitivity::None);
    }

    #[test]
    fn only_rows_that_all_let_it_be_overridden_do_and_never_a_block() {
        let mut p = Policy::default();
        let ruling = |p: &Policy, f: &Found| p.ruling(f, Destination::VerifiedTls);
        assert_eq!(ruling(&p, &health(1, &[])), Ruling { action: Protect, may_override: false });
        p.health.may_override = true;
        assert_eq!(ruling(&p, &health(1, &[])), Ruling { action: Protect, may_override: true });
        assert!(!ruling(&p, &health(1, &[SpecialCategory::Genetics])).may_override, "the special row does not");
        p.health.verified_tls = Block;
        assert_eq!(ruling(&p, &health(1, &[])), Ruling { action: Block, may_override: false });
    }

    #[test]
    fn a_policy_written_before_there_were_more_rows_is_still_read() {
        let old = r#"{"none":{"inside":"send","partner":"send","verified_tls":"send","pickup":"send"},
            "unreadable":{"inside":"send","partner":"send","verified_tls":"protect","pickup":"send"},
            "identifier":{"inside":"send","partner":"send","verified_tls":"protect","pickup":"send"},
            "health":{"inside":"send","partner":"send","verified_tls":"protect","pickup":"send"},
            "health_many":{"inside":"send","partner":"hold","verified_tls":"hold","pickup":"hold"},
            "pickup_days":30,"confirm_first_contact":true,"four_eyes":true}"#;
        let read: Policy = serde_json::from_str(old).unwrap();
        assert_eq!((read.many_from, read.special), (3, Policy::default().special));
        assert!(!read.health.may_override);
    }
}
