//! Roles: named sets of permissions, made and changed by the organisation.

use super::checked_text;
use super::house::{House, HouseRole, VERSION, permissions_text};
use super::person::taken;
use crate::audit::NewEntry;
use crate::error::guard;
use crate::{Core, Error, Result};
use std::collections::BTreeSet;
use wardpost_gate::Scope;
use wardpost_model::RoleId;
use wardpost_model::audit::AuditKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, Role};
use wardpost_store::repo::provisioning;
use wardpost_store::repo::role::{self as rows, RoleRow};
use wardpost_store::{Batch, StoreError};

/// So many of those who have a role are named where it can't be removed.
const HOLDERS_NAMED: usize = 20;

/// A role as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleLine {
    /// Name and permissions.
    pub role: Role,
    /// What the ready-made role is made of from which it came; empty for one that the organisation made.
    pub ready_made: BTreeSet<Permission>,
    /// How many people have it.
    pub people: usize,
    /// Version.
    pub version: i64,
}

impl Core {
    /// All roles, by name.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.read`.
    pub async fn roles(&self, actor: &Actor) -> Result<Vec<RoleLine>> {
        self.allow(actor, Permission::PersonRead, Scope::Organisation).await?;
        let house = self.house().await?;
        let mut lines: Vec<RoleLine> = house
            .roles
            .values()
            .map(|r| RoleLine {
                role: r.role.clone(),
                ready_made: ready_made(&r.key),
                people: house.people.values().filter(|p| p.roles.contains(&r.role.id)).count(),
                version: r.version,
            })
            .collect();
        lines.sort_by_cached_key(|l| l.role.name.to_lowercase());
        Ok(lines)
    }

    /// Makes a role.
    ///
    /// # Errors
    /// [`Error::Denied`] without `role.manage`; [`Error::Validation`] of `name` (`taken`) or `permissions`.
    pub async fn create_role(&self, actor: &Actor, name: &str, permissions: BTreeSet<Permission>) -> Result<RoleLine> {
        self.allow(actor, Permission::RoleManage, Scope::Role { held_by_actor: false }).await?;
        let name = checked_role(name, &permissions)?;
        let id = RoleId(self.clock().new_id());
        let mut batch = Batch::new();
        let text = permissions_text(&permissions);
        let entry = NewEntry::by(actor, AuditKind::RoleCreated).on("role", id).with("name", name.clone());
        self.audit(&mut batch, entry.with("permissions", text.trim()))?;
        let row = RoleRow { id, key: String::new(), name: name.clone(), permissions: text, version: 1 };
        rows::insert(&mut batch, self.org(), row);
        self.try_write_house(batch).await.map_err(taken)?;
        Ok(RoleLine { role: Role { id, name, permissions }, ready_made: BTreeSet::new(), people: 0, version: 1 })
    }

    /// Changes a role. Effective at once for everybody who has it; of new rights over others the officers are told.
    ///
    /// # Errors
    /// [`Error::Denied`] without `role.manage`, or for a role that the actor has; [`Error::VersionConflict`];
    /// [`Error::Conflict`] `last_administrator`, or `needs_consent` when people would get rights over others and somebody
    /// else could consent ([`Core::ask_role_change`]); [`Error::Validation`] of `name` (`taken`) or `permissions`.
    pub async fn change_role(
        &self,
        actor: &Actor,
        id: RoleId,
        version: i64,
        name: &str,
        permissions: BTreeSet<Permission>,
    ) -> Result<RoleLine> {
        let (before, people) = self.managed_role(actor, id).await?;
        let name = checked_role(name, &permissions)?;
        let house = self.house().await?;
        let gains = permissions.difference(&before.role.permissions).copied().collect();
        if people > 0 && self.needs_consent(&house, actor, &gains, |p| p.roles.contains(&id)) {
            return Err(Error::Conflict("needs_consent"));
        }
        let mut batch = Batch::new();
        let entry = NewEntry::by(actor, AuditKind::RoleChanged);
        let wanted = (&*name, &permissions);
        self.put_role(&mut batch, &house, (&before, version), wanted, entry, (&actor.name, None)).await?;
        self.try_write_house(batch).await.map_err(taken)?;
        Ok(RoleLine {
            role: Role { id, name, permissions },
            ready_made: ready_made(&before.key),
            people,
            version: version + 1,
        })
    }

    /// Adds the change of a role, its entry, and who is told.
    pub(super) async fn put_role(
        &self,
        batch: &mut Batch,
        house: &House,
        (before, version): (&HouseRole, i64),
        (name, permissions): (&str, &BTreeSet<Permission>),
        entry: NewEntry,
        by: (&str, Option<&str>),
    ) -> Result<()> {
        let (id, key) = (before.role.id, before.key.clone());
        let row = RoleRow { id, key, name: name.to_owned(), permissions: permissions_text(permissions), version };
        rows::update(batch, self.org(), row, VERSION);
        // Whether somebody must consent was decided by who holds it.
        rows::require_holders(batch, self.org(), id, house.holders(id).len(), VERSION);
        let lost = |p| before.role.permissions.contains(&p) && !permissions.contains(&p);
        if lost(Permission::PersonManage) || lost(Permission::RoleManage) {
            self.keep_an_administrator(batch);
        }
        self.audit(batch, told(entry.on("role", id), &before.role, name, permissions))?;
        if house.holders(id).is_empty() {
            return Ok(());
        }
        let gains = permissions.difference(&before.role.permissions).copied().collect();
        self.tell_of_rights(batch, house, name, &gains, by).await
    }

    /// Removes a role that nobody has.
    ///
    /// # Errors
    /// [`Error::Denied`] without `role.manage`; [`Error::RoleInUse`] with who has it; [`Error::NotFound`].
    pub async fn delete_role(&self, actor: &Actor, id: RoleId) -> Result<()> {
        let (HouseRole { role: before, .. }, people) = self.managed_role(actor, id).await?;
        if people > 0 {
            return Err(self.role_in_use(actor, id).await?);
        }
        let mut batch = Batch::new();
        rows::delete(&mut batch, self.org(), id, guard::FOUND);
        provisioning::delete_role(&mut batch, self.org(), id);
        let entry = NewEntry::by(actor, AuditKind::RoleDeleted).on("role", id).with("name", before.name);
        self.audit(&mut batch, entry.with("permissions", permissions_text(&before.permissions).trim()))?;
        match self.try_write_house(batch).await {
            // Given to somebody a moment ago.
            Err(StoreError::Reference) => Err(self.role_in_use(actor, id).await?),
            done => Ok(done?),
        }
    }

    /// Who has a role, for those who may see people; the first ones by name.
    async fn role_in_use(&self, actor: &Actor, id: RoleId) -> Result<Error> {
        let house = self.house().await?;
        let holders = house.people.values().filter(|p| p.roles.contains(&id) && actor.may(Permission::PersonRead));
        let mut held_by: Vec<String> = holders.map(|p| p.profile.name.clone()).collect();
        held_by.sort_by_key(|name| name.to_lowercase());
        held_by.truncate(HOLDERS_NAMED);
        Ok(Error::RoleInUse { held_by })
    }

    pub(super) async fn managed_role(&self, actor: &Actor, id: RoleId) -> Result<(HouseRole, usize)> {
        let house = self.house().await?;
        let held_by_actor = house.person(actor.person_id).is_some_and(|p| p.roles.contains(&id));
        self.allow_on(actor, Permission::RoleManage, Scope::Role { held_by_actor }, ("role", id)).await?;
        let role = house.roles.get(&id).ok_or(Error::NotFound)?.clone();
        Ok((role, house.people.values().filter(|p| p.roles.contains(&id)).count()))
    }
}

fn ready_made(key: &str) -> BTreeSet<Permission> {
    wardpost_gate::ready_made_role(key).map(|r| r.permissions).unwrap_or_default()
}

pub(super) fn checked_role(name: &str, permissions: &BTreeSet<Permission>) -> Result<String> {
    if permissions.is_empty() {
        return Err(Error::field("permissions", "required", "A role opens at least one thing."));
    }
    checked_text("name", name, 1, 60)
}

fn told(entry: NewEntry, before: &Role, name: &str, permissions: &BTreeSet<Permission>) -> NewEntry {
    let list = |a: &BTreeSet<Permission>, b: &BTreeSet<Permission>| {
        a.difference(b).map(|p| p.as_str()).collect::<Vec<_>>().join(", ")
    };
    let (given, taken) = (list(permissions, &before.permissions), list(&before.permissions, permissions));
    let mut entry = entry;
    if before.name != name {
        entry = entry.with("name", format!("{} → {name}", before.name));
    }
    for (what, change) in [("given", given), ("taken", taken)] {
        if !change.is_empty() {
            entry = entry.with(what, change);
        }
    }
    entry
}
