//! Roles as another system gives them (SCIM groups): made, named and marked by the house; only who has them is said here.

use super::house::VERSION;
use super::scim::View;
use crate::audit::NewEntry;
use crate::live::Change;
use crate::{Core, Error, Result};
use aws_lc_rs::digest::{SHA256, digest};
use std::collections::BTreeSet;
use wardpost_model::audit::AuditKind;
use wardpost_model::person::{Actor, RoleVia};
use wardpost_model::{PersonId, RoleId};
use wardpost_store::Batch;
use wardpost_store::repo::{person as people, role as roles};

/// A role as another system sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScimGroup {
    /// Its id.
    pub id: RoleId,
    /// Its name.
    pub name: String,
    /// People whom provisioning keeps who have it.
    pub members: Vec<(PersonId, String)>,
    /// Changes with name and members.
    pub version: String,
}

impl Core {
    /// The roles that provisioning may give, by name.
    ///
    /// # Errors
    /// [`Error::Denied`] without `scim.provision`.
    pub async fn scim_groups(&self, actor: &Actor) -> Result<Vec<ScimGroup>> {
        let view = self.scim_view(actor).await?;
        let marked: Vec<RoleId> = view.house.provisioned_roles.iter().copied().collect();
        let mut found: Vec<ScimGroup> = marked.into_iter().filter_map(|id| group(&view, id)).collect();
        found.sort_by_cached_key(|g| (g.name.to_lowercase(), g.id));
        Ok(found)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`Error::Denied`] without `scim.provision`; [`Error::NotFound`], also for every other role.
    pub async fn scim_group(&self, actor: &Actor, id: RoleId) -> Result<ScimGroup> {
        let view = self.scim_view(actor).await?;
        group(&view, id).ok_or(Error::NotFound)
    }

    /// Gives a role to exactly these people of provisioning; everybody else keeps or lacks it as before.
    ///
    /// # Errors
    /// [`Error::Denied`] without `scim.provision`; [`Error::NotFound`] for the role; [`Error::Validation`] of `members`
    /// (`unknown`); [`Error::VersionConflict`].
    pub async fn scim_set_members(
        &self,
        actor: &Actor,
        id: RoleId,
        version: Option<&str>,
        members: &BTreeSet<PersonId>,
    ) -> Result<ScimGroup> {
        let view = self.scim_view(actor).await?;
        let before = group(&view, id).ok_or(Error::NotFound)?;
        if version.is_some_and(|v| v != before.version) {
            return Err(Error::VersionConflict);
        }
        if members.iter().any(|m| view.person(*m).is_err()) {
            return Err(Error::field("members", "unknown", "There is no such user."));
        }
        let had: BTreeSet<PersonId> = before.members.iter().map(|(id, _)| *id).collect();
        let mut batch = Batch::new();
        for person in had.symmetric_difference(members) {
            let (found, _) = view.person(*person)?;
            let gets = members.contains(person);
            people::bump(&mut batch, self.org(), *person, found.version, VERSION);
            if gets {
                self.give_role(&mut batch, &view.house, *person, id, RoleVia::Provisioning, Some(actor.person_id));
            } else {
                roles::take(&mut batch, self.org(), *person, id);
            }
            let entry = NewEntry::by(actor, AuditKind::PersonRolesChanged).on_person(*person).why("provisioned");
            self.audit(&mut batch, entry.with(if gets { "given" } else { "taken" }, before.name.clone()))?;
            self.announce(&mut batch, Change::Sessions(*person));
        }
        if had != *members {
            self.write_house(batch).await?;
        }
        self.scim_group(actor, id).await
    }
}

fn group(view: &View, id: RoleId) -> Option<ScimGroup> {
    let role = view.house.roles.get(&id).filter(|_| view.gives(id))?;
    let has = |p: &PersonId| view.house.person(*p).is_some_and(|p| p.roles.contains(&id));
    let members: Vec<(PersonId, String)> = view.ids().filter(has).map(|p| (p, view.house.person_name(p))).collect();
    let mut bytes = role.version.to_be_bytes().to_vec();
    for (member, _) in &members {
        bytes.extend_from_slice(member.as_bytes());
    }
    let version = digest(&SHA256, &bytes).as_ref().iter().take(8).map(|b| format!("{b:02x}")).collect();
    Some(ScimGroup { id, name: role.role.name.clone(), members, version })
}
