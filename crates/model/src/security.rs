//! How people get in, from where, and for how long: the organisation's second policy document, kept by the security
//! officer as the policy for outbound content is by the privacy officer. Versioned; every change is audited.

use crate::device::{CertificateGap, Vouching};
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
    /// Networks and devices with rules of their own: the first one that holds somebody counts.
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

/// A part of the network, such as the practice's own, or the devices of the practice, with rules of its own. Told by
/// networks, by an authority of certificates, or by both, and then both hold; a zone that names neither holds nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// Its id.
    pub id: ZoneId,
    /// Its name, as people read it.
    pub name: String,
    /// Its networks; none: wherever the device is.
    pub networks: Vec<Network>,
    /// The authority whose certificate a device in it has, as the operator named it; null: any device.
    #[serde(default)]
    #[schema(required)]
    pub authority: Option<String>,
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

impl Zone {
    /// Whether somebody at this address, with a device for which these authorities vouch, is in it.
    #[must_use]
    pub fn holds(&self, address: Option<IpAddr>, device: &Vouching) -> bool {
        let in_network = || address.is_some_and(|a| self.networks.iter().any(|n| n.contains(a)));
        match &self.authority {
            Some(authority) => device.is_by(authority) && (self.networks.is_empty() || in_network()),
            None => in_network(),
        }
    }
}

impl SecurityPolicy {
    /// The zone that holds somebody, by address and by what their device's certificate is worth, and its rules.
    #[must_use]
    pub fn zone_of(&self, address: Option<IpAddr>, device: &Vouching) -> (Option<&Zone>, &ZoneRules) {
        let zone = self.zones.iter().find(|z| z.holds(address, device));
        (zone, zone.map_or(&self.elsewhere, |z| &z.rules))
    }

    /// Why a device is not one of those for which a zone is made; none where no zone goes by a certificate that is
    /// `known` to this server, and for devices that have one.
    #[must_use]
    pub fn certificate_gap(&self, device: &Vouching, known: &[String]) -> Option<CertificateGap> {
        let mut wanted =
            self.zones.iter().filter_map(|z| z.authority.as_ref()).filter(|a| known.contains(a)).peekable();
        wanted.peek()?;
        match device {
            Vouching::By(names) => (!wanted.any(|a| names.contains(a))).then_some(CertificateGap::Foreign),
            Vouching::Missing(gap) => Some(*gap),
        }
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
            authority: None,
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
        let name = |a: &str| policy.zone_of(a.parse().ok(), &Vouching::default()).0.map(|z| z.name.as_str());
        assert_eq!(name("10.1.2.3"), Some("Ward"));
        assert_eq!(name("::ffff:10.1.2.3"), Some("Ward"));
        assert_eq!(name("10.9.9.9"), Some("Practice"));
        assert_eq!(name("2001:db8:1::9"), Some("Practice"));
        assert_eq!(name("192.0.2.1"), None);
        assert_eq!(policy.zone_of(None, &Vouching::default()), (None, &policy.elsewhere));
    }

    fn by(names: &[&str]) -> Vouching {
        Vouching::By(names.iter().map(|n| (*n).to_owned()).collect())
    }

    /// ASVS 8.2.4: a zone by certificate, by network, and by both; a zone that names neither holds nobody.
    #[test]
    fn a_zone_by_certificate_holds_devices_for_which_its_authority_vouches() {
        let of = |zone: Zone, authority: &str| Zone { authority: Some(authority.to_owned()), ..zone };
        let policy = SecurityPolicy {
            zones: vec![
                of(zone(1, "Tablets on the ward", &["10.1.2.0/24"]), "Tablets"),
                of(zone(2, "Tablets", &[]), "Tablets"),
                zone(3, "Practice", &["10.0.0.0/8"]),
                zone(4, "Nobody", &[]),
            ],
            ..SecurityPolicy::default()
        };
        let name = |a: &str, device: &Vouching| policy.zone_of(a.parse().ok(), device).0.map(|z| z.name.as_str());
        let none = Vouching::default();
        assert_eq!(name("10.1.2.3", &by(&["Tablets"])), Some("Tablets on the ward"));
        assert_eq!(name("198.51.100.7", &by(&["Laptops", "Tablets"])), Some("Tablets"));
        assert_eq!(policy.zone_of(None, &by(&["Tablets"])).0.map(|z| z.name.as_str()), Some("Tablets"));
        for device in [none.clone(), by(&["Laptops"]), by(&[]), Vouching::Missing(CertificateGap::Revoked)] {
            assert_eq!(name("10.1.2.3", &device), Some("Practice"));
            assert_eq!(name("198.51.100.7", &device), None);
        }
        let known = ["Tablets".to_owned()];
        assert_eq!(policy.certificate_gap(&by(&["Tablets"]), &known), None);
        assert_eq!(policy.certificate_gap(&by(&["Laptops"]), &known), Some(CertificateGap::Foreign));
        let revoked = Vouching::Missing(CertificateGap::Revoked);
        assert_eq!(policy.certificate_gap(&revoked, &known), Some(CertificateGap::Revoked));
        assert_eq!(policy.certificate_gap(&none, &[]), None, "an authority that is not configured helps nobody");
        assert_eq!(SecurityPolicy::default().certificate_gap(&none, &known), None);
    }

    #[test]
    fn a_zone_that_was_stored_before_certificates_goes_by_network() {
        let stored = r#"{"id":"00000000-0000-0000-0000-000000000001","name":"A","networks":["10.0.0.0/8"],"rules":{}}"#;
        assert_eq!(serde_json::from_str::<Zone>(stored).unwrap().authority, None);
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
