//! The security policy: how people get in, from where, and for how long.

use super::document::{Document, Told, Versioned};
use super::house::House;
use super::{Page, checked_lines, checked_text};
use crate::error::FieldError;
use crate::{Core, Error, Result};
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use wardpost_gate::Scope;
use wardpost_model::RoleId;
use wardpost_model::audit::AuditKind;
use wardpost_model::device::Vouching;
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_model::proxy::AgeRules;
use wardpost_model::security::{SecurityPolicy, Way, Zone, ZoneRules};
use wardpost_store::Batch;
use wardpost_store::repo::credential;

/// One version of the security policy.
pub type SecurityVersion = Versioned<SecurityPolicy>;

/// Most zones, and most networks of one.
const MANY: usize = 50;

impl Document for SecurityPolicy {
    const KIND: &'static str = "security";
    const OBJECT: &'static str = "security_policy";
    const CHANGED: AuditKind = AuditKind::SecurityChanged;
    fn in_force(house: &House) -> &Arc<Versioned<Self>> {
        &house.security
    }
    fn differences(old: &Self, new: &Self, house: &House) -> Vec<(String, String)> {
        differences(old, new, &|id| house.roles.get(&id).map_or_else(|| id.to_string(), |r| r.role.name.clone()))
    }
}

impl Core {
    /// The security policy, for those who keep it.
    ///
    /// # Errors
    /// [`Error::Denied`] without `security.edit`.
    pub async fn security(&self, actor: &Actor) -> Result<Arc<SecurityVersion>> {
        self.allow(actor, Permission::SecurityEdit, Scope::Organisation).await?;
        self.security_current().await
    }

    /// All versions, newest first.
    ///
    /// # Errors
    /// [`Error::Denied`] without `security.edit`; [`Error::Validation`] for a cursor that isn't one.
    pub async fn security_versions(
        &self,
        actor: &Actor,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<SecurityVersion>> {
        self.allow(actor, Permission::SecurityEdit, Scope::Organisation).await?;
        self.document_versions(cursor, limit).await
    }

    /// Puts a new version in force. Roles that are no more are left out.
    ///
    /// # Errors
    /// [`Error::Denied`] without `security.edit`; [`Error::VersionConflict`] when `version` is not the one in force any more;
    /// [`Error::Validation`] of the fields, of `policy.zones` when the editor would be locked out, of `note` when passwords are to change by the calendar and nobody says why, or
    /// of `policy` when nothing changes.
    pub async fn put_security(
        &self,
        actor: &Actor,
        version: u32,
        mut policy: SecurityPolicy,
        note: &str,
    ) -> Result<Arc<SecurityVersion>> {
        self.allow(actor, Permission::SecurityEdit, Scope::Organisation).await?;
        let house = self.house().await?;
        policy.security_key_roles.retain(|id| house.roles.contains_key(id));
        policy.sessions.by_role.retain(|id, _| house.roles.contains_key(id));
        for zone in &mut policy.zones {
            zone.name = zone.name.trim().to_owned();
        }
        let faults = faults(&policy);
        if !faults.is_empty() {
            return Err(Error::Validation(faults));
        }
        self.known_authorities(&policy, &house.security.policy)?;
        if locks_out(actor, &self.vouching(actor.circumstances.certificate.as_ref()), &policy) {
            let why = "You could not change this again from where you are.";
            return Err(Error::field("policy.zones", "locks_you_out", why));
        }
        // ASVS 6.2.10: rotation only with a reason that is written down.
        let rotation = policy.password.rotation_days;
        if rotation.is_some() && rotation != house.security.policy.password.rotation_days {
            checked_lines("note", note, 1, 500)?;
        }
        // Whoever comes under the rule of security keys by this has the whole time to add one.
        let mut also = Batch::new();
        for role in policy.security_key_roles.difference(&house.security.policy.security_key_roles) {
            credential::ask_key_of(&mut also, self.org(), *role, self.clock().now_us());
        }
        self.put_document(actor, version, policy, note, also).await
    }

    /// A zone goes by an authority that is configured, or by one that it went by before: what the operator took away since
    /// hinders no other change.
    fn known_authorities(&self, policy: &SecurityPolicy, before: &SecurityPolicy) -> Result<()> {
        let known = self.device_authorities().names();
        let had = |zone: &Zone| before.zones.iter().any(|z| z.id == zone.id && z.authority == zone.authority);
        let unknown = |z: &Zone| z.authority.as_ref().is_some_and(|a| !known.contains(a)) && !had(z);
        match policy.zones.iter().position(unknown) {
            Some(n) => Err(Error::field(
                format!("policy.zones.{n}.authority"),
                "unknown",
                "There is no authority of this name in the configuration.",
            )),
            None => Ok(()),
        }
    }

    /// The authorities by whose certificates zones can go, and what the actor's own device has.
    ///
    /// # Errors
    /// [`Error::Denied`] without `security.edit`.
    pub async fn client_authorities(&self, actor: &Actor) -> Result<ClientAuthorities> {
        self.allow(actor, Permission::SecurityEdit, Scope::Organisation).await?;
        let own = self.vouching(actor.circumstances.certificate.as_ref());
        Ok(ClientAuthorities { names: self.device_authorities().names(), own })
    }
}

/// The authorities that the operator configured, and which of them vouch for the device that asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientAuthorities {
    /// All, in the order of the configuration.
    pub names: Vec<String>,
    /// What the asking device's certificate is worth.
    pub own: Vouching,
}

/// Whether the rules would leave somebody who is signed in without the way by which they came in, or without change,
/// where they are now.
fn locks_out(actor: &Actor, device: &Vouching, policy: &SecurityPolicy) -> bool {
    let (_, rules) = policy.zone_of(actor.network, device);
    let shut = actor.circumstances.way.is_some_and(|way| wardpost_gate::zone::refusal(rules, way).is_some());
    shut || rules.read_only
}

/// What can't be accepted.
fn faults(policy: &SecurityPolicy) -> Vec<FieldError> {
    let mut found = Vec::new();
    let mut range = |field: &str, value: u16, least: u16, most: u16| {
        if !(least..=most).contains(&value) {
            found.push(FieldError::new(format!("policy.{field}"), "range", format!("From {least} to {most}.")));
        }
    };
    let p = &policy.password;
    range("password.min_alone", p.min_alone.into(), 15, 64);
    range("password.min_with_second", p.min_with_second.into(), 8, 64);
    range("password.rotation_days", p.rotation_days.unwrap_or(365), 30, 730);
    range("security_key_grace_days", policy.security_key_grace_days.into(), 1, 30);
    let s = &policy.sessions;
    range("sessions.absolute_hours", s.absolute_hours.into(), 1, 24);
    range("sessions.idle_minutes", s.idle_minutes.into(), 1, 60);
    for (role, minutes) in &s.by_role {
        range(&format!("sessions.by_role.{role}"), (*minutes).into(), 1, 60);
    }
    range("sessions.warn_seconds", s.warn_seconds, 20, 300);
    range("sessions.most_per_person", s.most_per_person.into(), 1, 100);
    range("elsewhere.idle_minutes", policy.elsewhere.idle_minutes.unwrap_or(1).into(), 1, 60);
    for (n, zone) in policy.zones.iter().enumerate() {
        range(&format!("zones.{n}.rules.idle_minutes"), zone.rules.idle_minutes.unwrap_or(1).into(), 1, 60);
    }
    range("access.break_glass_minutes", policy.access.break_glass_minutes, 5, 720);
    range("access.cover_days_max", policy.access.cover_days_max, 1, 366);
    range("review.months", policy.review.months.into(), 1, 24);
    zone_faults(&policy.zones, &mut found);
    if !wardpost_gate::age::bands_are_sound(&policy.ages) {
        let why = "Bands begin at 0; each begins later and lets parents do less than the one before.";
        found.push(FieldError::new("policy.ages.bands", "invalid", why));
    }
    if wardpost_gate::age::time_zone(&policy.ages.time_zone).is_none() {
        found.push(FieldError::new("policy.ages.time_zone", "unknown", "There is no such time zone."));
    }
    found
}

fn zone_faults(zones: &[Zone], found: &mut Vec<FieldError>) {
    if zones.len() > MANY {
        found.push(FieldError::new("policy.zones", "too_many", format!("At most {MANY} zones.")));
    }
    let (mut ids, mut names) = (HashSet::new(), HashSet::new());
    for (n, zone) in zones.iter().enumerate() {
        let mut fault = |field: &str, code, message: String| {
            found.push(FieldError::new(format!("policy.zones.{n}.{field}"), code, message));
        };
        if let Err(Error::Validation(faults)) = checked_text("name", &zone.name, 1, 60) {
            faults.into_iter().for_each(|f| fault("name", f.code, f.message));
        }
        if !ids.insert(zone.id) {
            fault("id", "taken", "Another zone has this id.".to_owned());
        }
        if !names.insert(zone.name.to_lowercase()) {
            fault("name", "taken", "Another zone has this name.".to_owned());
        }
        if zone.networks.is_empty() && zone.authority.is_none() {
            fault("networks", "required", "A zone needs a network, or an authority of certificates.".to_owned());
        }
        if zone.networks.len() > MANY {
            fault("networks", "too_many", format!("At most {MANY} networks."));
        }
    }
}

/// What is different, each with before and after, for the audit log.
fn differences(
    old: &SecurityPolicy,
    new: &SecurityPolicy,
    role_name: &dyn Fn(RoleId) -> String,
) -> Vec<(String, String)> {
    let mut told = Told::default();
    let days = |d: Option<u16>| d.map_or_else(|| "never".to_owned(), |d| d.to_string());
    let (a, b) = (&old.password, &new.password);
    told.note("password.min_alone", a.min_alone, b.min_alone);
    told.note("password.min_with_second", a.min_with_second, b.min_with_second);
    told.note("password.rotation_days", days(a.rotation_days), days(b.rotation_days));
    let roles = |of: &BTreeSet<RoleId>| listed(of.iter().map(|id| role_name(*id)));
    told.note("security_key_roles", roles(&old.security_key_roles), roles(&new.security_key_roles));
    told.note("security_key_grace_days", old.security_key_grace_days, new.security_key_grace_days);
    let (a, b) = (&old.sessions, &new.sessions);
    told.note("sessions.absolute_hours", a.absolute_hours, b.absolute_hours);
    told.note("sessions.idle_minutes", a.idle_minutes, b.idle_minutes);
    let ids: BTreeSet<&RoleId> = a.by_role.keys().chain(b.by_role.keys()).collect();
    for id in ids {
        let what = format!("sessions.idle_minutes of {}", role_name(*id));
        told.note(what, minutes(a.by_role.get(id).copied()), minutes(b.by_role.get(id).copied()));
    }
    told.note("sessions.warn_seconds", a.warn_seconds, b.warn_seconds);
    told.note("sessions.most_per_person", a.most_per_person, b.most_per_person);
    zone_differences(&mut told, &old.zones, &new.zones);
    rules_differences(&mut told, "elsewhere", Some(&old.elsewhere), Some(&new.elsewhere));
    let (a, b) = (&old.access, &new.access);
    told.note("access.strict", a.strict, b.strict);
    told.note("access.correspondence", a.correspondence, b.correspondence);
    told.note("access.duty", a.duty, b.duty);
    told.note("access.break_glass_minutes", a.break_glass_minutes, b.break_glass_minutes);
    told.note("access.cover_days_max", a.cover_days_max, b.cover_days_max);
    told.note("review.months", old.review.months, new.review.months);
    let bands = |r: &AgeRules| listed(r.bands.iter().map(|b| format!("{} {}", b.from_years, b.parent.as_str())));
    told.note("ages.bands", bands(&old.ages), bands(&new.ages));
    told.note("ages.time_zone", &old.ages.time_zone, &new.ages.time_zone);
    told.0
}

fn zone_differences(told: &mut Told, old: &[Zone], new: &[Zone]) {
    let order = |zones: &[Zone]| listed(zones.iter().map(|z| z.name.clone()));
    told.note("zones", order(old), order(new));
    for zone in new {
        let before = old.iter().find(|z| z.id == zone.id);
        let what = format!("zone {}", zone.name);
        let networks = |z: &Zone| listed(z.networks.iter().map(ToString::to_string));
        told.note(format!("{what}: networks"), before.map(networks).unwrap_or_default(), networks(zone));
        let authority = |z: &Zone| z.authority.clone().unwrap_or_default();
        told.note(format!("{what}: certificates of"), before.map(authority).unwrap_or_default(), authority(zone));
        rules_differences(told, &what, before.map(|z| &z.rules), Some(&zone.rules));
    }
    for gone in old.iter().filter(|z| !new.iter().any(|n| n.id == z.id)) {
        rules_differences(told, &format!("zone {}", gone.name), Some(&gone.rules), None);
    }
}

fn rules_differences(told: &mut Told, what: &str, old: Option<&ZoneRules>, new: Option<&ZoneRules>) {
    let mut part = |name: &str, words: fn(&ZoneRules) -> String| {
        let words = |rules: Option<&ZoneRules>| rules.map(words).unwrap_or_default();
        told.note(format!("{what}: {name}"), words(old), words(new));
    };
    part("ways", |r| listed(r.ways.iter().map(|w: &Way| w.as_str().to_owned())));
    part("idle_minutes", |r| minutes(r.idle_minutes));
    part("read_only", |r| r.read_only.to_string());
    part("downloads", |r| r.downloads.to_string());
}

fn minutes(of: Option<u8>) -> String {
    of.map_or_else(|| "as usual".to_owned(), |m| m.to_string())
}

fn listed(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    if items.is_empty() { "nothing".to_owned() } else { items.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wardpost_model::ZoneId;

    fn role_id() -> RoleId {
        RoleId(uuid::Uuid::from_u128(7))
    }

    fn zone() -> Zone {
        Zone {
            id: ZoneId(uuid::Uuid::from_u128(1)),
            name: "Practice".to_owned(),
            networks: vec!["10.0.0.0/8".parse().unwrap()],
            authority: Some("Practice".to_owned()),
            rules: ZoneRules { idle_minutes: Some(30), ..ZoneRules::default() },
        }
    }

    #[test]
    fn every_difference_is_told_in_words_and_nothing_else() {
        let name = |id: RoleId| if id == role_id() { "Physician".to_owned() } else { id.to_string() };
        let old = SecurityPolicy::default();
        assert!(differences(&old, &old, &name).is_empty());
        let mut new = old.clone();
        new.password.rotation_days = Some(90);
        new.security_key_roles.insert(role_id());
        new.sessions.by_role.insert(role_id(), 5);
        new.zones.push(zone());
        new.elsewhere.ways = BTreeSet::from([Way::Passkey]);
        new.elsewhere.downloads = false;
        new.access.strict = false;
        new.access.break_glass_minutes = 30;
        new.ages.bands.pop();
        new.ages.time_zone = "Europe/London".to_owned();
        let all = "passkey, security_key, password, provider, mail_program, token";
        let told: Vec<String> =
            differences(&old, &new, &name).into_iter().map(|(what, change)| format!("{what} = {change}")).collect();
        assert_eq!(
            told,
            [
                "password.rotation_days = never → 90",
                "security_key_roles = nothing → Physician",
                "sessions.idle_minutes of Physician = as usual → 5",
                "zones = nothing → Practice",
                "zone Practice: networks =  → 10.0.0.0/8",
                "zone Practice: certificates of =  → Practice",
                &format!("zone Practice: ways =  → {all}"),
                "zone Practice: idle_minutes =  → 30",
                "zone Practice: read_only =  → false",
                "zone Practice: downloads =  → true",
                &format!("elsewhere: ways = {all} → passkey"),
                "elsewhere: downloads = true → false",
                "access.strict = true → false",
                "access.break_glass_minutes = 60 → 30",
                "ages.bands = 0 acts, 12 with_consent, 16 only_by_mandate → 0 acts, 12 with_consent",
                "ages.time_zone = Europe/Amsterdam → Europe/London",
            ]
        );
    }

    /// WCAG 2.2.1 (AX-02): at least 20 seconds of warning; SP 800-63B-4: at least 15 characters alone, 8 with a second factor.
    #[test]
    fn what_is_out_of_bounds_is_named() {
        assert!(faults(&SecurityPolicy::default()).is_empty());
        let mut policy = SecurityPolicy::default();
        policy.password.min_alone = 14;
        policy.password.min_with_second = 7;
        policy.password.rotation_days = Some(5);
        policy.security_key_grace_days = 0;
        policy.sessions.idle_minutes = 0;
        policy.sessions.warn_seconds = 19;
        policy.sessions.by_role.insert(role_id(), 61);
        policy.zones = vec![zone(), Zone { networks: vec![], authority: None, ..zone() }];
        policy.ages.bands.clear();
        policy.ages.time_zone = "Europe/Nowhere".to_owned();
        let named: Vec<(String, &str)> =
            faults(&policy).into_iter().map(|f| (f.field.trim_start_matches("policy.").to_owned(), f.code)).collect();
        let by_role = format!("sessions.by_role.{}", role_id());
        let wanted = [
            ("password.min_alone", "range"),
            ("password.min_with_second", "range"),
            ("password.rotation_days", "range"),
            ("security_key_grace_days", "range"),
            ("sessions.idle_minutes", "range"),
            (by_role.as_str(), "range"),
            ("sessions.warn_seconds", "range"),
            ("zones.1.id", "taken"),
            ("zones.1.name", "taken"),
            ("zones.1.networks", "required"),
            ("ages.bands", "invalid"),
            ("ages.time_zone", "unknown"),
        ];
        assert_eq!(named.iter().map(|(f, c)| (f.as_str(), *c)).collect::<Vec<_>>(), wanted);
    }
}
