//! What would happen to somebody, or why not. Nothing here asks the store.

use super::super::approval::needs_consent;
use super::super::house::{House, HousePerson, LAST_ADMINISTRATOR};
use super::{Bulk, BulkAnswer, BulkLine, MailboxKind, administers};
use crate::{Error, Result};
use std::collections::{BTreeSet, HashSet};
use wardpost_gate::{Scope, authorise};
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, PersonState};
use wardpost_model::{PersonId, RoleId};
use wardpost_store::repo::care::TeamRow;

/// Most users of a mailbox, and members of a team.
const MAILBOX_MEMBERS: usize = 500;
const TEAM_MEMBERS: usize = 200;
/// Most asks for consent of one act: a colleague must look at each.
const MOST_ASKS: usize = 50;

/// What the store knows besides the house.
#[derive(Default)]
pub(super) struct Facts {
    /// The team of the act.
    pub team: Option<TeamFacts>,
    /// The time, in microseconds since the epoch.
    pub now_us: i64,
    /// Who has ever signed in, for an act that invites.
    pub came_in: HashSet<PersonId>,
}

/// A care team with who is in it.
pub(super) struct TeamFacts {
    pub row: TeamRow,
    pub members: Vec<PersonId>,
    /// Whether the actor may change who cares for its patients.
    pub known: bool,
}

/// Judges one after the other: what is done to one counts for the next.
pub(super) struct Judge<'a> {
    house: &'a House,
    actor: &'a Actor,
    act: Bulk,
    facts: &'a Facts,
    /// Who is in the mailbox or team.
    members: BTreeSet<PersonId>,
    /// Who cares for the team's patients is the actor's to change.
    known: bool,
    room: usize,
    /// How many more may be asked for.
    asks: usize,
    /// How many would still manage people and roles.
    administrators: usize,
}

impl<'a> Judge<'a> {
    pub(super) fn new(house: &'a House, actor: &'a Actor, act: Bulk, facts: &'a Facts) -> Result<Self> {
        let unknown = |field| Error::field(field, "unknown", "There is no such thing.");
        let (members, most): (BTreeSet<PersonId>, usize) = match (act, &facts.team) {
            (Bulk::GiveRole(id) | Bulk::TakeRole(id), _) if !house.roles.contains_key(&id) => {
                return Err(unknown("act.role_id"));
            }
            (Bulk::AddToMailbox(id), _) => {
                let (mailbox, _) = house.mailboxes.get(&id).ok_or_else(|| unknown("act.mailbox_id"))?;
                if mailbox.kind != MailboxKind::Shared {
                    return Err(Error::field("act.mailbox_id", "kind", "Only shared mailboxes have several users."));
                }
                (mailbox.members.iter().copied().collect(), MAILBOX_MEMBERS)
            }
            (Bulk::AddToTeam(_), Some(team)) => (team.members.iter().copied().collect(), TEAM_MEMBERS),
            _ => (BTreeSet::new(), 0),
        };
        let administrators = house.people.values().filter(|p| is_administrator(house, p)).count();
        let known = facts.team.as_ref().is_none_or(|t| t.known);
        let room = most.saturating_sub(members.len());
        Ok(Self { house, actor, act, facts, members, known, room, asks: MOST_ASKS, administrators })
    }

    /// What would happen to somebody.
    pub(super) fn line(&mut self, id: PersonId) -> BulkLine {
        let answer = match self.house.person(id) {
            None => BulkAnswer::No("unknown"),
            Some(person) => self.answer(person),
        };
        let person = self.house.person(id);
        BulkLine { id, name: self.house.person_name(id), version: person.map_or(0, |p| p.version), answer }
    }

    /// Somebody who is left out.
    pub(super) fn refused(&self, id: PersonId, code: &'static str) -> BulkLine {
        let version = self.house.person(id).map_or(0, |p| p.version);
        BulkLine { id, name: self.house.person_name(id), version, answer: BulkAnswer::No(code) }
    }

    fn answer(&mut self, p: &HousePerson) -> BulkAnswer {
        use BulkAnswer::{Already, No, Will};
        let (me, disabled) = (p.id == self.actor.person_id, p.state == PersonState::Disabled);
        let answer = match self.act {
            Bulk::GiveRole(role) => self.give(p, role),
            Bulk::TakeRole(_) if me => No("own_roles"),
            Bulk::TakeRole(role) if !p.roles.contains(&role) => Already,
            Bulk::TakeRole(_) => Will,
            Bulk::EndSessions | Bulk::Disable | Bulk::Invite if me => No("own_account"),
            Bulk::EndSessions => Will,
            Bulk::Disable => {
                if disabled {
                    Already
                } else {
                    Will
                }
            }
            Bulk::Invite if self.house.services.contains(&p.id) => No("service_account"),
            Bulk::Invite => match p.state {
                // Once somebody has come in, nobody alone replaces what they come in with (ASVS 6.4.4, 6.4.6).
                PersonState::Invited if self.facts.came_in.contains(&p.id) => No("needs_consent"),
                PersonState::Invited => Will,
                PersonState::Active => No("has_access"),
                PersonState::Disabled => No("disabled"),
            },
            Bulk::AddToMailbox(_) | Bulk::AddToTeam(_) => self.join(p, disabled),
        };
        if answer == Will && ends_administrator(self.house, self.act, p) {
            if self.administrators <= 1 {
                return No(LAST_ADMINISTRATOR);
            }
            self.administrators -= 1;
        }
        answer
    }

    fn give(&mut self, p: &HousePerson, id: RoleId) -> BulkAnswer {
        if p.roles.contains(&id) {
            return BulkAnswer::Already;
        }
        let Some(role) = self.house.roles.get(&id) else { return BulkAnswer::No("unknown") };
        let had = self.house.permissions_of(&p.roles);
        let granted: BTreeSet<Permission> = role.role.permissions.difference(&had).copied().collect();
        let scope = Scope::Roles { subject: p.id, granted: &granted };
        match authorise(self.actor, Permission::PersonManage, scope) {
            Err(denied) => BulkAnswer::No(denied.code()),
            Ok(()) if p.state == PersonState::Disabled => BulkAnswer::No("disabled"),
            // As for one: power over others is given by two.
            Ok(()) if needs_consent(self.house, self.facts.now_us, self.actor, &granted, |other| other.id == p.id) => {
                self.ask()
            }
            // Where nobody else could consent, one person gives it one by one, and looks at each.
            Ok(()) if granted.iter().any(|p| p.sensitive()) => BulkAnswer::No("sensitive_role"),
            Ok(()) => BulkAnswer::Will,
        }
    }

    const fn ask(&mut self) -> BulkAnswer {
        if self.asks == 0 {
            return BulkAnswer::No("too_many_asks");
        }
        self.asks -= 1;
        BulkAnswer::Ask
    }

    fn join(&mut self, p: &HousePerson, disabled: bool) -> BulkAnswer {
        if self.members.contains(&p.id) {
            return BulkAnswer::Already;
        }
        if matches!(self.act, Bulk::AddToTeam(_)) {
            let scope = Scope::Relation { for_actor: p.id == self.actor.person_id, known: self.known };
            if let Err(denied) = authorise(self.actor, Permission::RelationManage, scope) {
                return BulkAnswer::No(denied.code());
            }
        } else if p.id == self.actor.person_id {
            // Nobody lets themselves into colleagues' mail along with others.
            return BulkAnswer::No("yourself");
        }
        if disabled {
            return BulkAnswer::No("disabled");
        }
        if self.room == 0 {
            return BulkAnswer::No("too_many");
        }
        self.room -= 1;
        BulkAnswer::Will
    }
}

fn is_administrator(house: &House, p: &HousePerson) -> bool {
    p.state == PersonState::Active && administers(&house.permissions_of(&p.roles))
}

/// Whether somebody manages people and roles, and would not any more.
pub(super) fn ends_administrator(house: &House, act: Bulk, p: &HousePerson) -> bool {
    is_administrator(house, p)
        && match act {
            Bulk::Disable => true,
            Bulk::TakeRole(role) => !administers(&house.permissions_of(p.roles.iter().filter(|held| **held != role))),
            _ => false,
        }
}
