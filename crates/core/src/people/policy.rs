//! The policy for outbound content.

use super::Page;
use super::document::{Document, Told, Versioned};
use super::house::House;
use crate::{Core, Error, Result};
use std::sync::Arc;
use wardpost_gate::Scope;
use wardpost_model::audit::AuditKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_model::policy::{Policy, PolicyRow as Row};
use wardpost_store::Batch;

/// One version of the policy.
pub type PolicyVersion = Versioned<Policy>;

impl Document for Policy {
    const KIND: &'static str = "outbound";
    const OBJECT: &'static str = "policy";
    const CHANGED: AuditKind = AuditKind::PolicyChanged;
    fn in_force(house: &House) -> &Arc<Versioned<Self>> {
        &house.policy
    }
    fn differences(old: &Self, new: &Self, _: &House) -> Vec<(String, String)> {
        differences(old, new)
    }
}

impl Core {
    /// The policy that is in force.
    ///
    /// # Errors
    /// [`Error::Denied`] without `policy.read`.
    pub async fn policy(&self, actor: &Actor) -> Result<Arc<PolicyVersion>> {
        self.allow(actor, Permission::PolicyRead, Scope::Organisation).await?;
        self.policy_current().await
    }

    /// All versions, newest first.
    ///
    /// # Errors
    /// [`Error::Denied`] without `policy.read`; [`Error::Validation`] for a cursor that isn't one.
    pub async fn policy_versions(
        &self,
        actor: &Actor,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<PolicyVersion>> {
        self.allow(actor, Permission::PolicyRead, Scope::Organisation).await?;
        self.document_versions(cursor, limit).await
    }

    /// Puts a new version in force.
    ///
    /// # Errors
    /// [`Error::Denied`] without `policy.edit`; [`Error::VersionConflict`] when `version` is not the one in force any more;
    /// [`Error::Validation`] of `policy.pickup_days`, `note`, or of `policy` when nothing changes.
    pub async fn put_policy(
        &self,
        actor: &Actor,
        version: u32,
        policy: Policy,
        note: &str,
    ) -> Result<Arc<PolicyVersion>> {
        self.allow(actor, Permission::PolicyEdit, Scope::Organisation).await?;
        if !(1..=365).contains(&policy.pickup_days) {
            return Err(Error::field("policy.pickup_days", "range", "From 1 to 365 days."));
        }
        self.put_document(actor, version, policy, note, Batch::new()).await
    }
}

/// What is different, each with before and after, for the audit log.
fn differences(old: &Policy, new: &Policy) -> Vec<(String, String)> {
    let mut told = Told::default();
    let rows: [(&str, &Row, &Row); 5] = [
        ("none", &old.none, &new.none),
        ("unreadable", &old.unreadable, &new.unreadable),
        ("identifier", &old.identifier, &new.identifier),
        ("health", &old.health, &new.health),
        ("health_many", &old.health_many, &new.health_many),
    ];
    for (content, a, b) in rows {
        for (to, a, b) in [
            ("inside", a.inside, b.inside),
            ("partner", a.partner, b.partner),
            ("verified_tls", a.verified_tls, b.verified_tls),
            ("pickup", a.pickup, b.pickup),
        ] {
            let words = |action| format!("{action:?}").to_lowercase();
            told.note(format!("{content} → {to}"), words(a), words(b));
        }
    }
    told.note("pickup_days", old.pickup_days, new.pickup_days);
    told.note("confirm_first_contact", old.confirm_first_contact, new.confirm_first_contact);
    told.note("four_eyes", old.four_eyes, new.four_eyes);
    told.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use wardpost_model::plan::Action;

    #[test]
    fn every_difference_is_told_and_nothing_else() {
        let old = Policy::default();
        assert!(differences(&old, &old).is_empty());
        let mut new = old.clone();
        new.health.verified_tls = Action::Hold;
        new.pickup_days = 14;
        new.four_eyes = false;
        let told = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            differences(&old, &new),
            [
                told("health → verified_tls", "protect → hold"),
                told("pickup_days", "30 → 14"),
                told("four_eyes", "true → false")
            ]
        );
    }
}
