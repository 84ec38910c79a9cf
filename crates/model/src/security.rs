//! How people get in, from where, and for how long: the organisation's second policy document, kept by the security
//! officer as the policy for outbound content is by the privacy officer. Versioned; every change is audited.

use crate::ground::AccessRules;
use crate::id::{RoleId, ZoneId};
use crate::network::Network;
use crate::proxy::AgeRules;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// The security policy. [`SecurityPolicy::default`] is what a new organisation starts with; a section that a stored
/// version does not know yet has its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SecurityPolicy {
    /// What passwords must be.
    pub password: PasswordRules,
    /// Who holds one of these roles and has a device-bound passkey comes in only by it.
    pub security_key_roles: BTreeSet<RoleId>,
    /// Days for which who holds one of these roles and has none yet comes in by another way, to add one and for nothing
    /// else (1 to 30). They count from when the person first comes under the rule.
    #[schema(minimum = 1, maximum = 30)]
    pub security_key_grace_days: u8,
    /// How long a session lasts.
    pub sessions: SessionRules,
    /// Networks with rules of their own: the first one that holds the address counts.
    pub zones: Vec<Zone>,
    /// What holds where no zone does.
    pub elsewhere: ZoneRules,
    /// How tightly access to what is about patients follows care.
    pub access: AccessRules,
    /// How often rights are reviewed.
    pub review: ReviewRules,
    /// From which age on who may act for a patient.
    pub ages: AgeRules,
}

impl Default for SecurityPolicy {
    fn default() -> Self {
        Self {
            password: PasswordRules::default(),
            security_key_roles: BTreeSet::new(),
            security_key_grace_days: 7,
            sessions: SessionRules::default(),
            zones: Vec::new(),
            elsewhere: ZoneRules::default(),
            access: AccessRules::default(),
            review: ReviewRules::default(),
            ages: AgeRules::default(),
        }
    }
}

/// How often somebody looks at what everybody may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReviewRules {
    /// Months between two access reviews (1 to 24).
    #[schema(minimum = 1, maximum = 24)]
    pub months: u8,
}

impl Default for ReviewRules {
    fn default() -> Self {
        Self { months: 6 }
    }
}

/// Rules for passwords (SP 800-63B-4, 3.1.1.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PasswordRules {
    /// Characters that a password alone needs (15 to 64).
    #[schema(minimum = 15, maximum = 64)]
    pub min_alone: u8,
    /// Characters that a password with a second factor needs (8 to 64).
    #[schema(minimum = 8, maximum = 64)]
    pub min_with_second: u8,
    /// Days after which a password must be changed; nothing, as the guidelines advise, unless the organisation insists.
    #[schema(required, minimum = 30, maximum = 730)]
    pub rotation_days: Option<u16>,
}

impl Default for PasswordRules {
    fn default() -> Self {
        Self { min_alone: 15, min_with_second: 8, rotation_days: None }
    }
}

/// How long sessions last (SP 800-63B-4, 2.2.3; ASVS 7.3.1, 7.3.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SessionRules {
    /// Hours after which a session ends in any case (1 to 24).
    #[schema(minimum = 1, maximum = 24)]
    pub absolute_hours: u8,
    /// Minutes without activity after which it ends (1 to 60).
    #[schema(minimum = 1, maximum = 60)]
    pub idle_minutes: u8,
    /// The same for who holds a role, in the place of `idle_minutes`; of several roles the shortest time counts.
    #[schema(value_type = BTreeMap<String, u8>)]
    pub by_role: BTreeMap<RoleId, u8>,
    /// Seconds before its end at which the page warns (20 to 300; WCAG 2.2.1 wants 20 at least).
    #[schema(minimum = 20, maximum = 300)]
    pub warn_seconds: u16,
    /// Open sessions of one person: the oldest ends when there are more (1 to 100).
    #[schema(minimum = 1, maximum = 100)]
    pub most_per_person: u8,
}

impl Default for SessionRules {
    fn default() -> Self {
        Self { absolute_hours: 12, idle_minutes: 15, by_role: BTreeMap::new(), warn_seconds: 60, most_per_person: 20 }
    }
}

/// How somebody comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// A passkey, which may be copied between a person's devices.
    Passkey,
    /// A passkey bound to one device: a security key.
    SecurityKey,
    /// A password and a second factor.
    Password,
    /// The organisation's identity provider.
    Provider,
    /// A mail program with a device password.
    MailProgram,
    /// A program with a token.
    Token,
}

impl Way {
    /// Every way, in the order in which the screens show them.
    pub const ALL: [Self; 6] =
        [Self::Passkey, Self::SecurityKey, Self::Password, Self::Provider, Self::MailProgram, Self::Token];

    /// The name as stored and as served.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passkey => "passkey",
            Self::SecurityKey => "security_key",
            Self::Password => "password",
            Self::Provider => "provider",
            Self::MailProgram => "mail_program",
            Self::Token => "token",
        }
    }
    /// Reads a stored name.
    #[must_use]
    pub fn from_name(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|w| w.as_str() == s)
    }
}

/// A part of the network, such as the practice's own, with rules of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// Its id.
    pub id: ZoneId,
    /// Its name, as people read it.
    pub name: String,
    /// Its networks.
    pub networks: Vec<Network>,
    /// What holds there.
    pub rules: ZoneRules,
}

/// What holds in a zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ZoneRules {
    /// Which ways in are open; none: nothing works there.
    pub ways: BTreeSet<Way>,
    /// Minutes without activity after which a session ends; nothing: as elsewhere.
    #[schema(required, minimum = 1, maximum = 60)]
    pub idle_minutes: Option<u8>,
    /// Look, but change nothing.
    pub read_only: bool,
    /// Files may be saved.
    pub downloads: bool,
}

impl Default for ZoneRules {
    fn default() -> Self {
        Self { ways: Way::ALL.into(), idle_minutes: None, read_only: false, downloads: true }
    }
}

impl SecurityPolicy {
    /// The zone in which an address lies, and what holds there.
    #[must_use]
    pub fn zone_of(&self, address: Option<IpAddr>) -> (Option<&Zone>, &ZoneRules) {
        let holds = |z: &&Zone| address.is_some_and(|a| z.networks.iter().any(|n| n.contains(a)));
        let zone = self.zones.iter().find(holds);
        (zone, zone.map_or(&self.elsewhere, |z| &z.rules))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(n: u128, name: &str, networks: &[&str]) -> Zone {
        Zone {
            id: ZoneId(uuid::Uuid::from_u128(n)),
            name: name.to_owned(),
            networks: networks.iter().map(|n| n.parse().unwrap()).collect(),
            rules: ZoneRules::default(),
        }
    }

    /// ASVS 8.2.4: the first zone that holds the address counts; IPv4, IPv6, mapped, overlapping, none.
    #[test]
    fn the_first_zone_that_holds_an_address_counts() {
        let policy = SecurityPolicy {
            zones: vec![
                zone(1, "Ward", &["10.1.2.0/24"]),
                zone(2, "Practice", &["10.0.0.0/8", "2001:db8::/32"]),
                zone(3, "Never reached", &["10.1.2.3"]),
            ],
            ..SecurityPolicy::default()
        };
        let name = |a: &str| policy.zone_of(a.parse().ok()).0.map(|z| z.name.as_str());
        assert_eq!(name("10.1.2.3"), Some("Ward"));
        assert_eq!(name("::ffff:10.1.2.3"), Some("Ward"));
        assert_eq!(name("10.9.9.9"), Some("Practice"));
        assert_eq!(name("2001:db8:1::9"), Some("Practice"));
        assert_eq!(name("192.0.2.1"), None);
        assert_eq!(policy.zone_of(None), (None, &policy.elsewhere));
    }

    #[test]
    fn a_section_that_a_stored_version_does_not_know_has_its_default() {
        assert_eq!(serde_json::from_str::<SecurityPolicy>("{}").unwrap(), SecurityPolicy::default());
        let some = serde_json::from_str::<SecurityPolicy>(r#"{"sessions":{"idle_minutes":5}}"#).unwrap();
        assert_eq!((some.sessions.idle_minutes, some.sessions.absolute_hours), (5, 12));
        assert!(serde_json::from_str::<SecurityPolicy>(r#"{"sessionz":{}}"#).is_err());
    }

    #[test]
    fn ways_are_named_as_they_are_served() {
        for way in Way::ALL {
            assert_eq!(serde_json::to_value(way).unwrap(), way.as_str());
            assert_eq!(Way::from_name(way.as_str()), Some(way));
        }
        assert_eq!(Way::from_name("window"), None);
    }
}
