//! Proxies: somebody acts for a patient in the patient's portal, a parent for a child above all. Who may, is a matter of age,
//! by rules that the organisation sets for its country.

use crate::id::{PatientId, ProxyId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// As what somebody acts for a patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProxyKind {
    /// Parent, or who has custody of a minor: as long as the age rules let them.
    Parent,
    /// Guardian appointed by a court.
    Guardian,
    /// Mentor appointed by a court.
    Mentor,
    /// By the patient's own mandate.
    Mandated,
}

impl ProxyKind {
    /// Every kind, in the order in which the screens show them.
    pub const ALL: [Self; 4] = [Self::Parent, Self::Guardian, Self::Mentor, Self::Mandated];

    /// The name as stored and as served.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Parent => "parent",
            Self::Guardian => "guardian",
            Self::Mentor => "mentor",
            Self::Mandated => "mandated",
        }
    }
    /// Reads a stored name.
    #[must_use]
    pub fn from_name(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == s)
    }
}

/// What a proxy opens of a patient's portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProxyScope {
    /// The patient's administrative data.
    Details,
    /// Who cares for the patient.
    Care,
    /// Who looked at the patient's data.
    Log,
}

impl ProxyScope {
    /// Every part, in the order in which the screens show them.
    pub const ALL: [Self; 3] = [Self::Details, Self::Care, Self::Log];

    /// The name as stored and as served.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Details => "details",
            Self::Care => "care",
            Self::Log => "log",
        }
    }
    /// Reads a stored name.
    #[must_use]
    pub fn from_name(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == s)
    }
}

/// For whom somebody acts in a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActingFor {
    /// By which proxy.
    pub proxy: ProxyId,
    /// For whom.
    pub patient: PatientId,
    /// For whom, by name.
    pub name: String,
    /// What it opens.
    pub scope: BTreeSet<ProxyScope>,
    /// It does not hold any more: nothing opens until the person goes on as themselves.
    pub over: bool,
}

/// From which age on who may act for a patient. The defaults are Dutch law (WGBO, Burgerlijk Wetboek 7:447, 7:450, 7:465).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AgeRules {
    /// The time zone by whose midnight days begin and birthdays come, by its IANA name.
    pub time_zone: String,
    /// The bands, by age; the first begins at 0.
    pub bands: Vec<AgeBand>,
}

/// What holds from an age on, until the next band begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgeBand {
    /// Whole years of age (0 to 30).
    #[schema(maximum = 30)]
    pub from_years: u8,
    /// Whether a parent may act.
    pub parent: ParentRule,
}

/// Whether a parent may act for a patient of an age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ParentRule {
    /// As a parent.
    Acts,
    /// As a parent, with the patient's own consent.
    WithConsent,
    /// As anybody else: by the patient's own mandate, or appointed by a court.
    OnlyByMandate,
}

impl ParentRule {
    /// The name as stored and as served.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Acts => "acts",
            Self::WithConsent => "with_consent",
            Self::OnlyByMandate => "only_by_mandate",
        }
    }
}

impl Default for AgeRules {
    fn default() -> Self {
        let band = |from_years, parent| AgeBand { from_years, parent };
        Self {
            time_zone: "Europe/Amsterdam".to_owned(),
            bands: vec![
                band(0, ParentRule::Acts),
                band(12, ParentRule::WithConsent),
                band(16, ParentRule::OnlyByMandate),
            ],
        }
    }
}
