//! Rights over others are given by two: who holds `person.manage` or `role.manage` asks, somebody with `person.approve` who
//! neither asked nor gets them consents (ASVS 8.4.2; 164.308(a)(4)). In a house where nobody else could consent one person
//! does it alone, and the officers are told all the same.

use super::{ApprovalLine, ApprovalRow, Ask, ROLE, ROLES, SealedAsk, somebody_may_consent};
use crate::audit::NewEntry;
use crate::clock::HOUR_US;
use crate::mail::RightsNotice;
use crate::people::checked_lines;
use crate::people::giving::{Giving, role_version};
use crate::people::house::{House, HousePerson, HouseRole};
use crate::{Core, Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::PoisonError;
use wardpost_model::audit::AuditKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, PersonState, RoleVia};
use wardpost_model::{ApprovalId, PersonId, RoleId};
use wardpost_store::Batch;
use wardpost_store::repo::approver;

/// So long somebody who could consent still counts: long enough for them, and for who is told, to notice.
const LATELY_US: i64 = 72 * HOUR_US;
/// How often it is noted who can consent.
const NOTED_EVERY_US: i64 = HOUR_US;

/// What would change, as it was when it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RightsChange {
    /// Names of the person's roles before; for a role its name.
    pub before: Vec<String>,
    /// After.
    pub after: Vec<String>,
    /// Permissions that are new.
    pub gains: BTreeSet<Permission>,
    /// How many people get them.
    pub people: usize,
}

impl Core {
    /// As [`needs_consent`], now.
    pub(in crate::people) fn needs_consent(
        &self,
        house: &House,
        actor: &Actor,
        gains: &BTreeSet<Permission>,
        concerns: impl Fn(&HousePerson) -> bool,
    ) -> bool {
        needs_consent(house, self.clock().now_us(), actor, gains, concerns)
    }

    /// Housekeeping: notes who can consent now.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn note_approvers(&self) -> Result<()> {
        let (house, now) = (self.house().await?, self.clock().now_us());
        let active = house.people.values().filter(|p| p.state == PersonState::Active);
        let may = |p: &&HousePerson| house.permissions_of(&p.roles).contains(&Permission::PersonApprove);
        let can: BTreeSet<PersonId> = active.filter(may).map(|p| p.id).collect();
        let noted = self.people().approvers_noted.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if now < noted.0 + NOTED_EVERY_US && can.is_subset(&noted.1) {
            return Ok(());
        }
        let mut batch = Batch::new();
        can.iter().for_each(|id| approver::seen(&mut batch, self.org(), *id, now));
        approver::prune(&mut batch, self.org(), now - LATELY_US);
        self.db().write(batch).await?;
        *self.people().approvers_noted.lock().unwrap_or_else(PoisonError::into_inner) = (now, can);
        Ok(())
    }

    /// Asks for roles for a colleague that one can't give alone. Everybody who could consent is told.
    ///
    /// # Errors
    /// As [`Core::set_person_roles`]; [`Error::Conflict`] `no_consent_needed` when it can be done without;
    /// [`Error::Validation`] of `reason`.
    pub async fn ask_roles(
        &self,
        actor: &Actor,
        person: PersonId,
        version: i64,
        role_ids: &[RoleId],
        reason: &str,
    ) -> Result<ApprovalLine> {
        let wanted = self.wanted_roles(actor, person, role_ids).await?;
        if wanted.before.version != version {
            return Err(Error::VersionConflict);
        }
        if !self.needs_consent(&wanted.house, actor, &wanted.gains, |p| p.id == person) {
            return Err(Error::Conflict("no_consent_needed"));
        }
        let (ask, entry) = roles_ask(&wanted.house, actor, &wanted.before, wanted.role_ids, wanted.gains);
        self.ask_rights(actor, &wanted.house, (ROLES, person.0), ask, reason, entry).await
    }

    /// Asks for permissions in a role that people hold, which one can't put there alone. Everybody who could consent is
    /// told.
    ///
    /// # Errors
    /// As [`Core::change_role`]; [`Error::Conflict`] `no_consent_needed` when it can be done without;
    /// [`Error::Validation`] of `reason`.
    pub async fn ask_role_change(
        &self,
        actor: &Actor,
        id: RoleId,
        version: i64,
        (name, permissions): (&str, BTreeSet<Permission>),
        reason: &str,
    ) -> Result<ApprovalLine> {
        let (before, people) = self.managed_role(actor, id).await?;
        let name = crate::people::role::checked_role(name, &permissions)?;
        if before.version != version {
            return Err(Error::VersionConflict);
        }
        let house = self.house().await?;
        let gains: BTreeSet<Permission> = permissions.difference(&before.role.permissions).copied().collect();
        if people == 0 || !self.needs_consent(&house, actor, &gains, |p| p.roles.contains(&id)) {
            return Err(Error::Conflict("no_consent_needed"));
        }
        let entry = NewEntry::by(actor, AuditKind::ApprovalAsked).on("role", id).with("what", ROLE);
        let entry = entry.with("given", listed(&gains));
        let change = RightsChange { before: vec![before.role.name], after: vec![name.clone()], gains, people };
        let ask = Ask::Role { version, name, permissions, holders: house.holders(id), change };
        self.ask_rights(actor, &house, (ROLE, id.0), ask, reason, entry).await
    }

    async fn ask_rights(
        &self,
        actor: &Actor,
        house: &House,
        (kind, about): (&str, uuid::Uuid),
        ask: Ask,
        reason: &str,
        entry: NewEntry,
    ) -> Result<ApprovalLine> {
        let reason = checked_reason(reason)?;
        let mut batch = Batch::new();
        let row = self.put_rights_ask(&mut batch, actor, (kind, about), ask, (&reason, entry))?;
        let name = super::about_name(house, &row);
        let notice = RightsNotice::RightsAsked { about: &name, by: &actor.name };
        let could = |p: &HousePerson, may: &BTreeSet<Permission>| {
            may.contains(&Permission::PersonApprove) && p.id != actor.person_id && !super::is_about(house, &row, p.id)
        };
        self.tell(&mut batch, house, notice, could).await?;
        self.write_house(batch).await?;
        self.approval_line(actor, house, row)
    }

    fn put_rights_ask(
        &self,
        batch: &mut Batch,
        actor: &Actor,
        (kind, about): (&str, uuid::Uuid),
        ask: Ask,
        (reason, entry): (&str, NewEntry),
    ) -> Result<ApprovalRow> {
        let row = self.new_ask(actor, kind, about, &SealedAsk { ask, reason: reason.to_owned() })?;
        self.put_ask(batch, row.clone());
        self.audit(batch, entry.why(reason))?;
        Ok(row)
    }

    /// Adds the asking for one more role for each of several people, exactly as it is asked for one. Everybody who could consent
    /// to any of it is told once.
    pub(in crate::people) async fn put_role_asks(
        &self,
        batch: &mut Batch,
        (house, actor): (&House, &Actor),
        role: &HouseRole,
        people: &[&HousePerson],
        (reason, by): (&str, &(dyn Fn(NewEntry) -> NewEntry + Send + Sync)),
    ) -> Result<Vec<ApprovalId>> {
        let mut ids = Vec::with_capacity(people.len());
        for p in people {
            let had = house.permissions_of(&p.roles);
            let gains = role.role.permissions.difference(&had).copied().collect();
            let role_ids = p.roles.iter().copied().chain([role.role.id]).collect();
            let (ask, entry) = roles_ask(house, actor, p, role_ids, gains);
            ids.push(self.put_rights_ask(batch, actor, (ROLES, p.id.0), ask, (reason, by(entry)))?.id);
        }
        let notice = RightsNotice::RoleAsked { role: &role.role.name, people: people.len(), by: &actor.name };
        let could = |p: &HousePerson, may: &BTreeSet<Permission>| {
            let other = people.iter().any(|about| about.id != p.id);
            may.contains(&Permission::PersonApprove) && p.id != actor.person_id && other
        };
        self.tell(batch, house, notice, could).await?;
        Ok(ids)
    }

    /// Adds what was asked for, by who consents. What was seen when it was asked must still be so.
    pub(super) async fn carry_out_rights(
        &self,
        batch: &mut Batch,
        house: &House,
        actor: &Actor,
        row: &ApprovalRow,
        ask: &Ask,
    ) -> Result<()> {
        let asker = house.person(row.asked_by).filter(|p| p.state == PersonState::Active);
        let may = asker.map(|p| house.permissions_of(&p.roles)).unwrap_or_default();
        let name = house.person_name(row.asked_by);
        match ask {
            Ask::Recovery { .. } => Ok(()),
            Ask::Roles { version, roles, .. } => {
                if !may.contains(&Permission::PersonManage) {
                    return Err(Error::Conflict("asker_gone"));
                }
                // Consent is to what was shown: not to what one of the roles opens by now.
                if roles.iter().any(|(id, seen)| role_version(house, *id) != *seen) {
                    return Err(Error::VersionConflict);
                }
                let role_ids: Vec<RoleId> = roles.iter().map(|(id, _)| *id).collect();
                let before = house.person(PersonId(row.about)).ok_or(Error::NotFound)?;
                let giving = Giving {
                    entry: NewEntry::by(actor, AuditKind::PersonRolesChanged).with("asked_by", name.clone()),
                    by: (&actor.name, Some(&name)),
                    given_by: row.asked_by,
                    via: RoleVia::Consent,
                };
                self.put_roles(batch, house, (before, *version), &role_ids, giving).await
            }
            Ask::Role { version, name: new_name, permissions, holders, .. } => {
                if !may.contains(&Permission::RoleManage) {
                    return Err(Error::Conflict("asker_gone"));
                }
                // Nor for who was given the role since.
                if !house.holders(RoleId(row.about)).is_subset(holders) {
                    return Err(Error::VersionConflict);
                }
                let before = house.roles.get(&RoleId(row.about)).ok_or(Error::NotFound)?;
                let entry = NewEntry::by(actor, AuditKind::RoleChanged).with("asked_by", name.clone());
                let by = (&*actor.name, Some(&*name));
                self.put_role(batch, house, (before, *version), (new_name, permissions), entry, by).await
            }
        }
    }

    /// Tells the officers that somebody got rights over others, however they came by them: nobody gives and uses them unseen
    /// (ASVS 8.1.1).
    pub(in crate::people) async fn tell_of_rights(
        &self,
        batch: &mut Batch,
        house: &House,
        about: &str,
        gains: &BTreeSet<Permission>,
        (by, asked_by): (&str, Option<&str>),
    ) -> Result<()> {
        let sensitive: BTreeSet<Permission> = gains.iter().copied().filter(|p| p.sensitive()).collect();
        if sensitive.is_empty() {
            return Ok(());
        }
        let rights = listed(&sensitive);
        let notice = RightsNotice::RightsGiven { about, rights: &rights, by, asked_by };
        let officers = [Permission::AccessReview, Permission::SecurityEdit];
        self.tell(batch, house, notice, |_, may| officers.iter().any(|p| may.contains(p))).await
    }
}

/// Why rights are asked for, if it says anything.
pub(in crate::people) fn checked_reason(reason: &str) -> Result<String> {
    checked_lines("reason", reason, 3, 500)
}

/// Whether somebody else must consent before these permissions are given. Who runs the program on the machine is nobody of
/// the house and asks nobody.
pub(in crate::people) fn needs_consent(
    house: &House,
    now_us: i64,
    actor: &Actor,
    gains: &BTreeSet<Permission>,
    concerns: impl Fn(&HousePerson) -> bool,
) -> bool {
    let me = actor.person_id;
    gains.iter().any(|p| p.sensitive())
        && house.person(me).is_some()
        && (somebody_may_consent(house, me, &concerns) || could_lately(house, now_us, me, concerns))
}

/// Whether somebody else could consent within the last days: nobody takes the second person's access away and goes on alone.
pub(in crate::people) fn could_lately(
    house: &House,
    now_us: i64,
    asks: PersonId,
    concerns: impl Fn(&HousePerson) -> bool,
) -> bool {
    let other = |id: &PersonId| *id != asks && house.person(*id).is_some_and(|p| !concerns(p));
    house.approvers_seen.iter().any(|(id, at)| *at > now_us - LATELY_US && other(id))
}

/// The asking for exactly these roles for somebody, as they are now, and its entry.
fn roles_ask(
    house: &House,
    actor: &Actor,
    before: &HousePerson,
    role_ids: Vec<RoleId>,
    gains: BTreeSet<Permission>,
) -> (Ask, NewEntry) {
    let names = |ids: &mut dyn Iterator<Item = &RoleId>| -> Vec<String> {
        ids.filter_map(|id| house.roles.get(id)).map(|r| r.role.name.clone()).collect()
    };
    let (was, after) = (names(&mut before.roles.iter()), names(&mut role_ids.iter()));
    let change = RightsChange { before: was, after, gains, people: 1 };
    let entry = NewEntry::by(actor, AuditKind::ApprovalAsked).on_person(before.id).with("what", ROLES);
    let entry = entry.with("roles", format!("{} → {}", change.before.join(", "), change.after.join(", ")));
    let roles = role_ids.into_iter().map(|id| (id, role_version(house, id))).collect();
    (Ask::Roles { version: before.version, roles, change }, entry)
}

fn listed(permissions: &BTreeSet<Permission>) -> String {
    permissions.iter().map(|p| p.as_str()).collect::<Vec<_>>().join(", ")
}
