//! Giving people roles, and taking them.

use super::PersonLine;
use super::house::{House, HousePerson, VERSION};
use crate::audit::NewEntry;
use crate::live::Change;
use crate::mail::RightsNotice;
use crate::{Core, Error, Result};
use std::collections::BTreeSet;
use wardpost_gate::Scope;
use wardpost_model::audit::AuditKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, RoleVia};
use wardpost_model::{PersonId, RoleId};
use wardpost_store::Batch;
use wardpost_store::repo::person as rows;
use wardpost_store::repo::{credential, role as roles};

/// Roles that somebody is to have, as far as the gate lets the actor give them.
pub(super) struct WantedRoles {
    pub house: std::sync::Arc<House>,
    pub before: HousePerson,
    pub role_ids: Vec<RoleId>,
    /// Permissions that would be new.
    pub gains: BTreeSet<Permission>,
}

/// How roles are given.
pub(super) struct Giving<'a> {
    pub entry: NewEntry,
    /// Name of who does it, and of who asked for it.
    pub by: (&'a str, Option<&'a str>),
    pub given_by: PersonId,
    pub via: RoleVia,
}

impl Core {
    /// Gives a person exactly these roles. Effective at once, on every node. They are told, and of rights over others the
    /// officers as well.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.manage`, for oneself, or when the roles hold more than the actor may give;
    /// [`Error::VersionConflict`]; [`Error::Conflict`] `last_administrator`, or `needs_consent` when rights over others are
    /// new and somebody else could consent ([`Core::ask_roles`]); [`Error::Validation`] of `role_ids`.
    pub async fn set_person_roles(
        &self,
        actor: &Actor,
        id: PersonId,
        version: i64,
        role_ids: &[RoleId],
    ) -> Result<PersonLine> {
        let WantedRoles { house, before, role_ids, gains } = self.wanted_roles(actor, id, role_ids).await?;
        if self.needs_consent(&house, actor, &gains, |p| p.id == id) {
            return Err(Error::Conflict("needs_consent"));
        }
        let mut batch = Batch::new();
        let giving = Giving {
            entry: NewEntry::by(actor, AuditKind::PersonRolesChanged),
            by: (&actor.name, None),
            given_by: actor.person_id,
            via: RoleVia::Hand,
        };
        self.put_roles(&mut batch, &house, (&before, version), &role_ids, giving).await?;
        self.write_house(batch).await?;
        self.person_line(id).await
    }

    /// Asks whether the actor may give somebody exactly these roles.
    pub(super) async fn wanted_roles(&self, actor: &Actor, id: PersonId, role_ids: &[RoleId]) -> Result<WantedRoles> {
        let house = self.house().await?;
        let found = house.person(id);
        let had = found.map(|p| house.permissions_of(&p.roles)).unwrap_or_default();
        let gains: BTreeSet<Permission> = house.permissions_of(role_ids).difference(&had).copied().collect();
        let scope = found.map(|_| Scope::Roles { subject: id, granted: &gains });
        self.allow_known(actor, Permission::PersonManage, scope, ("person", id)).await?;
        let before = found.ok_or(Error::NotFound)?.clone();
        let role_ids = known_roles(&house, role_ids)?;
        Ok(WantedRoles { house, before, role_ids, gains })
    }

    /// Adds the change of somebody's roles, its entry, and who is told.
    pub(super) async fn put_roles(
        &self,
        batch: &mut Batch,
        house: &House,
        (before, version): (&HousePerson, i64),
        role_ids: &[RoleId],
        giving: Giving<'_>,
    ) -> Result<()> {
        let (had, gets) = (house.permissions_of(&before.roles), house.permissions_of(role_ids));
        rows::bump(batch, self.org(), before.id, version, VERSION);
        let after: BTreeSet<RoleId> = role_ids.iter().copied().collect();
        for role in after.difference(&before.roles) {
            self.give_role(batch, house, before.id, *role, giving.via, Some(giving.given_by));
        }
        for role in before.roles.difference(&after) {
            roles::take(batch, self.org(), before.id, *role);
        }
        let keyed = &house.security.policy.security_key_roles;
        if role_ids.iter().any(|r| keyed.contains(r)) && before.roles.is_disjoint(keyed) {
            credential::ask_key(batch, self.org(), before.id, Some(self.clock().now_us()));
        }
        if administers(&had) && !administers(&gets) {
            self.keep_an_administrator(batch);
        }
        let old: Vec<RoleId> = before.roles.iter().copied().collect();
        let (old, new) = (role_names(house, &old), role_names(house, role_ids));
        self.audit(batch, giving.entry.on_person(before.id).with("roles", format!("{old} → {new}")))?;
        self.announce(batch, Change::Sessions(before.id));
        let own = RightsNotice::OwnRoles { before: &old, after: &new, by: giving.by.0 };
        self.tell(batch, house, own, |p, _| p.id == before.id).await?;
        let gains = gets.difference(&had).copied().collect();
        self.tell_of_rights(batch, house, &before.profile.name, &gains, giving.by).await
    }

    /// Adds that somebody is given a role as it was seen; who gave it, and how, is kept with it.
    pub(crate) fn give_role(
        &self,
        batch: &mut Batch,
        house: &House,
        person_id: PersonId,
        role_id: RoleId,
        via: RoleVia,
        given_by: Option<PersonId>,
    ) {
        let given_us = self.clock().now_us();
        let row = roles::GrantRow { person_id, role_id, via: via.as_str().to_owned(), given_by, given_us };
        roles::give(batch, self.org(), row, role_version(house, role_id), VERSION);
    }
}

/// Whether these permissions are those of whom an organisation must have one.
pub(super) fn administers(permissions: &BTreeSet<Permission>) -> bool {
    permissions.contains(&Permission::PersonManage) && permissions.contains(&Permission::RoleManage)
}

pub(super) fn known_roles(house: &House, ids: &[RoleId]) -> Result<Vec<RoleId>> {
    let ids: BTreeSet<RoleId> = ids.iter().copied().collect();
    if ids.iter().any(|id| !house.roles.contains_key(id)) {
        return Err(Error::field("role_ids", "unknown", "There is no such role."));
    }
    Ok(ids.into_iter().collect())
}

/// The version of a role that was seen; of one that is gone none that can be.
pub(super) fn role_version(house: &House, id: RoleId) -> i64 {
    house.roles.get(&id).map_or(0, |r| r.version)
}

pub(super) fn role_names(house: &House, ids: &[RoleId]) -> String {
    let names: Vec<&str> = ids.iter().filter_map(|id| house.roles.get(id)).map(|r| r.role.name.as_str()).collect();
    names.join(", ")
}
