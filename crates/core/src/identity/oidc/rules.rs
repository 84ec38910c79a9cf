//! Accounts and roles by what a provider says of somebody.

use super::flow::Proved;
use crate::audit::NewEntry;
use crate::error::guard;
use crate::live::Change;
use crate::people::{House, NewPerson};
use crate::{Core, Error, Result};
use serde_json::Value;
use std::collections::BTreeSet;
use wardpost_model::audit::AuditKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::RoleVia;
use wardpost_model::provider::{ProviderSettings, RoleRule};
use wardpost_model::{EmailAddress, LinkId, PersonId, RoleId};
use wardpost_store::repo::identity_provider::{self as rows, LinkRow};
use wardpost_store::repo::{person as person_rows, role as role_rows};
use wardpost_store::{Batch, StoreError};

/// The roles of the rules that what is said of somebody meets.
fn met(rules: &[RoleRule], said: &serde_json::Map<String, Value>) -> BTreeSet<RoleId> {
    let meets = |rule: &&RoleRule| match said.get(&rule.claim) {
        Some(Value::String(one)) => *one == rule.value,
        Some(Value::Array(many)) => many.iter().any(|one| one.as_str() == Some(rule.value.as_str())),
        _ => false,
    };
    rules.iter().filter(meets).flat_map(|rule| rule.role_ids.iter().copied()).collect()
}

/// The address that a provider has verified, if it says so.
fn verified_address(said: &serde_json::Map<String, Value>) -> Option<EmailAddress> {
    let verified = matches!(said.get("email_verified"), Some(Value::Bool(true)))
        || said.get("email_verified").and_then(Value::as_str) == Some("true");
    said.get("email").and_then(Value::as_str).filter(|_| verified)?.parse().ok()
}

/// Roles that may be given without anybody's act: the same that programs may give. A role may have been unmarked, or have
/// got a sensitive permission, since the rule was made.
fn given_from_outside(house: &House, ids: impl IntoIterator<Item = RoleId>) -> BTreeSet<RoleId> {
    ids.into_iter().filter(|id| house.comes_from_outside(*id)).collect()
}

fn person_of(settings: &ProviderSettings, house: &House, proved: &Proved) -> Result<NewPerson> {
    let unknown = Error::Denied("provider_unknown");
    let Some(rule) = &settings.create else { return Err(unknown) };
    let said = &proved.claims.more;
    let Some(login) = verified_address(said) else { return Err(unknown) };
    if !rule.domains.contains(login.domain()) {
        return Err(unknown);
    }
    let name: String = said
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .chars()
        .filter(|c| !c.is_control())
        .take(100)
        .collect();
    let name = if name.trim().is_empty() { login.to_string().chars().take(100).collect() } else { name };
    let roles = rule.role_ids.iter().copied().chain(met(&settings.role_rules, said));
    let own = rule.mailbox && house.domains.contains_key(login.domain());
    Ok(NewPerson {
        name,
        function: String::new(),
        language: house.language,
        role_ids: given_from_outside(house, roles).into_iter().collect(),
        mailbox_address: own.then(|| login.clone()),
        login,
    })
}

impl Core {
    /// Makes an account of somebody whom nobody here knows yet, if the provider's rule says so.
    ///
    /// # Errors
    /// [`Error::Denied`] as [`Core::finish_provider_sign_in`].
    pub(super) async fn make_account(&self, proved: &Proved) -> Result<LinkRow> {
        let (settings, house) = (&proved.provider.settings, self.house().await?);
        let new = person_of(settings, &house, proved)?;
        // Never by the address alone: whoever has an account links it, signed in to it.
        let login = self.login_index(&new.login.to_string());
        if person_rows::by_login(self.db(), self.org(), &login).await?.is_some() {
            return Err(Error::Denied("provider_link_first"));
        }
        if !proved.strong {
            // A new account has no second factor of its own.
            return Err(Error::Denied("provider_single_factor"));
        }
        let mut batch = Batch::new();
        let by = |kind| NewEntry::system(kind).with("provider", settings.name.clone());
        let person = match self.put_provided_person(&mut batch, &house, &new, &by) {
            Ok(person) => person,
            // The address is a mailbox's already.
            Err(Error::Validation(_)) => return Err(Error::Denied("provider_link_first")),
            Err(e) => return Err(e),
        };
        let link = self.new_link(&mut batch, proved, person);
        self.audit(
            &mut batch,
            by(AuditKind::IdentityLinked).on("identity_link", link.id).with("person", person.to_string()),
        )?;
        match self.try_write_house(batch).await {
            Ok(()) => Ok(link),
            // The same person in another browser was faster, or somebody got the address meanwhile.
            Err(e) if e.is_conflict_on(rows::SUBJECT_TAKEN) => {
                let id = proved.provider.id;
                let made = rows::by_subject(self.db(), self.org(), id, &proved.subject_index).await?;
                made.ok_or(Error::Unauthenticated)
            }
            Err(StoreError::Conflict(_)) => Err(Error::Denied("provider_link_first")),
            Err(e) => Err(e.into()),
        }
    }

    pub(super) fn new_link(&self, batch: &mut Batch, proved: &Proved, person: PersonId) -> LinkRow {
        let link = LinkRow {
            id: LinkId(self.clock().new_id()),
            provider_id: proved.provider.id,
            person_id: person,
            created_us: self.clock().now_us(),
            last_used_us: None,
        };
        rows::insert_link(batch, self.org(), &link, &proved.subject_index);
        link
    }

    /// Gives and takes the roles of the provider's rules, if it keeps them in step. Others are left alone, and so is whoever
    /// may write such rules: nobody raises their own rights.
    pub(super) async fn keep_roles(&self, proved: &Proved, person: PersonId) -> Result<()> {
        let (settings, house) = (&proved.provider.settings, self.house().await?);
        let Some(before) = house.person(person).filter(|_| settings.keep_roles_in_step) else { return Ok(()) };
        if house.permissions_of(&before.roles).contains(&Permission::IdentityManage) {
            return Ok(());
        }
        let ruled = given_from_outside(&house, settings.role_rules.iter().flat_map(|r| r.role_ids.iter().copied()));
        let given = given_from_outside(&house, met(&settings.role_rules, &proved.claims.more));
        let now: BTreeSet<RoleId> = before.roles.difference(&ruled).copied().chain(given).collect();
        if now == before.roles {
            return Ok(());
        }
        let names = |ids: &BTreeSet<RoleId>| {
            let names: Vec<&str> =
                ids.iter().filter_map(|id| house.roles.get(id)).map(|r| r.role.name.as_str()).collect();
            names.join(", ")
        };
        let mut batch = Batch::new();
        person_rows::bump(&mut batch, self.org(), person, before.version, guard::STATE);
        for role in now.difference(&before.roles) {
            self.give_role(&mut batch, &house, person, *role, RoleVia::Provider, None);
        }
        for role in before.roles.difference(&now) {
            role_rows::take(&mut batch, self.org(), person, *role);
        }
        let entry = NewEntry::system(AuditKind::PersonRolesChanged).on_person(person);
        let entry = entry.with("roles", format!("{} → {}", names(&before.roles), names(&now)));
        self.audit(&mut batch, entry.with("provider", settings.name.clone()))?;
        self.announce(&mut batch, Change::Sessions(person));
        match self.try_write_house(batch).await {
            // Somebody changed the person or a role at this moment: the next sign-in looks again.
            Ok(()) | Err(StoreError::Guard(guard::STATE | guard::VERSION)) => Ok(()),
            Err(e) => Err(e.into()),
        }
    }
}
