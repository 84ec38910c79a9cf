//! The policy: every version is kept, every change is told in words.

use super::checked_text;
use super::house::{PolicyVersion, VERSION, to_policy};
use super::{Page, page_limit};
use crate::audit::NewEntry;
use crate::live::Change;
use crate::{Core, Error, Result};
use std::sync::Arc;
use wardpost_gate::Scope;
use wardpost_model::audit::AuditKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_model::policy::{Policy, PolicyRow as Row};
use wardpost_store::Batch;
use wardpost_store::repo::policy::{self as rows, PolicyRow};

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
        let before = match cursor {
            None => i64::MAX,
            Some(c) => c.parse().map_err(|_| Error::field("cursor", "cursor", "Not a cursor of this list."))?,
        };
        let limit = page_limit(limit);
        let found = rows::list(self.db(), self.org(), before, limit).await?;
        let full = found.len() >= limit as usize;
        let items: Vec<PolicyVersion> = found.into_iter().map(to_policy).collect::<Result<_>>()?;
        let next_cursor = items.last().filter(|v| full && v.version > 1).map(|v| v.version.to_string());
        Ok(Page { items, next_cursor })
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
        let note = checked_text("note", note, 0, 500)?;
        let current = self.policy_current().await?;
        if current.version != version {
            return Err(Error::VersionConflict);
        }
        let changes = differences(&current.policy, &policy);
        if changes.is_empty() {
            return Err(Error::field("policy", "unchanged", "Nothing is different from the policy in force."));
        }
        let body = serde_json::to_string(&policy).map_err(|e| Error::internal("writing a policy", e))?;
        let row = PolicyRow {
            version: i64::from(version) + 1,
            body,
            note: note.clone(),
            changed_by: Some(actor.person_id),
            changed_us: self.clock().now_us(),
        };
        let mut entry = NewEntry::by(actor, AuditKind::PolicyChanged).on("policy", row.version);
        for (what, change) in changes {
            entry = entry.with(&what, change);
        }
        if !note.is_empty() {
            entry = entry.why(note);
        }
        let mut batch = Batch::new();
        rows::insert_next(&mut batch, self.org(), row, VERSION);
        self.audit(&mut batch, entry)?;
        self.announce(&mut batch, Change::Policy);
        match self.try_write_house(batch).await {
            Err(e) if e.is_conflict_on("policy_pkey") => Err(Error::VersionConflict),
            done => Ok(done?),
        }?;
        self.policy_current().await
    }
}

/// What is different, each with before and after, for the audit log.
fn differences(old: &Policy, new: &Policy) -> Vec<(String, String)> {
    let mut found = Vec::new();
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
            if a != b {
                let (a, b) = (format!("{a:?}").to_lowercase(), format!("{b:?}").to_lowercase());
                found.push((format!("{content} → {to}"), format!("{a} → {b}")));
            }
        }
    }
    let mut note = |what: &str, a: String, b: String| {
        if a != b {
            found.push((what.to_owned(), format!("{a} → {b}")));
        }
    };
    note("pickup_days", old.pickup_days.to_string(), new.pickup_days.to_string());
    note("confirm_first_contact", old.confirm_first_contact.to_string(), new.confirm_first_contact.to_string());
    note("four_eyes", old.four_eyes.to_string(), new.four_eyes.to_string());
    found
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
