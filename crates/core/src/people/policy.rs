//! The policy for outbound content.

use super::Page;
use super::document::{Document, Told, Versioned};
use super::house::House;
use crate::{Core, Result};
use std::collections::BTreeSet;
use std::sync::Arc;
use wardpost_gate::Scope;
use wardpost_model::audit::AuditKind;
use wardpost_model::finding::SpecialCategory;
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_model::policy::{Destination, Policy, PolicyRow as Row, Rule};
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
    /// [`crate::Error::Denied`] without `policy.read`.
    pub async fn policy(&self, actor: &Actor) -> Result<Arc<PolicyVersion>> {
        self.allow(actor, Permission::PolicyRead, Scope::Organisation).await?;
        self.policy_current().await
    }

    /// All versions, newest first.
    ///
    /// # Errors
    /// [`crate::Error::Denied`] without `policy.read`; [`crate::Error::Validation`] for a cursor that isn't one.
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
    /// [`crate::Error::Denied`] without `policy.edit`; [`crate::Error::VersionConflict`] when `version` is not the one in force any more;
    /// [`crate::Error::Validation`] of the fields, of a pattern that can't be used, of `note`, or of `policy` when nothing changes.
    pub async fn put_policy(
        &self,
        actor: &Actor,
        version: u32,
        policy: Policy,
        note: &str,
    ) -> Result<Arc<PolicyVersion>> {
        self.put_policy_with(actor, version, policy, note, Batch::new()).await
    }

    /// As [`Core::put_policy`], of a change with which others go in one commit.
    pub(crate) async fn put_policy_with(
        &self,
        actor: &Actor,
        version: u32,
        policy: Policy,
        note: &str,
        also: Batch,
    ) -> Result<Arc<PolicyVersion>> {
        self.allow(actor, Permission::PolicyEdit, Scope::Organisation).await?;
        let policy = self.checked_policy(actor, policy).await?;
        self.put_document(actor, version, policy, note, also).await
    }
}

/// What is different, each with before and after, for the audit log. Of exceptions only how many came and went: their
/// texts may name people.
fn differences(old: &Policy, new: &Policy) -> Vec<(String, String)> {
    let mut told = Told::default();
    for rule in Rule::ALL {
        row_differences(&mut told, rule.as_str(), old.row(rule), new.row(rule));
    }
    told.note("special_categories", named(&old.special_categories), named(&new.special_categories));
    told.note("many_from", old.many_from, new.many_from);
    told.note("pickup_days", old.pickup_days, new.pickup_days);
    told.note("confirm_first_contact", old.confirm_first_contact, new.confirm_first_contact);
    told.note("four_eyes", old.four_eyes, new.four_eyes);
    told.note("remind_hours", old.remind_hours, new.remind_hours);
    let (a, b) = (&old.vocabulary, &new.vocabulary);
    moved(&mut told, "conditions", &a.conditions, &b.conditions);
    moved(&mut told, "medicines", &a.medicines, &b.medicines);
    moved(&mut told, "numbers", &a.numbers, &b.numbers);
    moved(&mut told, "exceptions", &a.exceptions, &b.exceptions);
    told.0
}

fn row_differences(told: &mut Told, content: &str, a: &Row, b: &Row) {
    let words = |action| format!("{action:?}").to_lowercase();
    for (to, name) in Destination::ALL.into_iter().zip(["inside", "partner", "verified_tls", "pickup"]) {
        told.note(format!("{content} → {name}"), words(a.at(to)), words(b.at(to)));
    }
    let incoming = |row: &Row| format!("{:?}", row.incoming).to_lowercase();
    told.note(format!("{content} ← outside"), incoming(a), incoming(b));
    told.note(format!("{content}: may_override"), a.may_override, b.may_override);
}

fn named(categories: &BTreeSet<SpecialCategory>) -> String {
    let names = categories.iter().map(|c| serde_json::to_value(c).ok()?.as_str().map(str::to_owned));
    names.flatten().collect::<Vec<_>>().join(" ")
}

/// How many came and went.
fn moved<T: PartialEq>(told: &mut Told, what: &str, old: &[T], new: &[T]) {
    let came = new.iter().filter(|x| !old.contains(x)).count();
    let went = old.iter().filter(|x| !new.contains(x)).count();
    if came + went > 0 {
        told.0.push((what.to_owned(), format!("+{came} −{went}")));
    }
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
        new.special.may_override = true;
        new.special_categories.clear();
        new.vocabulary.conditions = vec!["ward seven".into()];
        let told = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            differences(&old, &new),
            [
                told("health → verified_tls", "protect → hold"),
                told("special: may_override", "false → true"),
                told("special_categories", "hiv_sti mental_health addiction genetics reproductive violence → "),
                told("pickup_days", "30 → 14"),
                told("four_eyes", "true → false"),
                told("conditions", "+1 −0"),
            ]
        );
    }
}
