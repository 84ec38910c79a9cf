//! Many people at once: first a preview that says of everybody what would happen or why not; then the act, all of it in one
//! commit; and for half an hour a way back for whatever has not changed since.

mod judge;
mod undo;

pub use undo::{BulkEntry, BulkUndone};

use super::approval::checked_reason;
use super::giving::{administers, role_version};
use super::house::{House, HousePerson, VERSION};
use super::mailbox::MailboxChange;
use crate::audit::NewEntry;
use crate::care::Cared;
use crate::clock::{MINUTE_US, from_us};
use crate::identity::Invitation;
use crate::live::Change;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use judge::{Facts, Judge, TeamFacts};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap, HashSet};
use wardpost_gate::Scope;
use wardpost_model::audit::AuditKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, MailboxKind, PersonState, RoleVia};
use wardpost_model::{ApprovalId, BulkId, EmailAddress, MailboxId, PersonId, RoleId, TeamId};
use wardpost_store::Batch;
use wardpost_store::repo::bulk::{self as rows, BulkRow};
use wardpost_store::repo::role::GrantRow;
use wardpost_store::repo::{care, credential, mailbox, person, role, session};

/// Most people of one act.
const MOST: usize = 500;
/// How long an act can be taken back.
const UNDO_US: i64 = 30 * MINUTE_US;
/// Tries when somebody else changes the same people at the same time.
const TRIES: u32 = 4;

/// What is to be done to many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bulk {
    /// Give a role.
    GiveRole(RoleId),
    /// Take a role away.
    TakeRole(RoleId),
    /// End all sessions.
    EndSessions,
    /// Take access away.
    Disable,
    /// Make a new invitation for who has not come in yet.
    Invite,
    /// Let them use a shared mailbox.
    AddToMailbox(MailboxId),
    /// Put them into a care team.
    AddToTeam(TeamId),
}

impl Bulk {
    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GiveRole(_) => "give_role",
            Self::TakeRole(_) => "take_role",
            Self::EndSessions => "end_sessions",
            Self::Disable => "disable",
            Self::Invite => "invite",
            Self::AddToMailbox(_) => "add_to_mailbox",
            Self::AddToTeam(_) => "add_to_team",
        }
    }
    /// Whether there is a way back: nobody gets ended sessions or a former invitation back.
    const fn can_be_undone(self) -> bool {
        !matches!(self, Self::EndSessions | Self::Invite)
    }
    const fn permission(self) -> Permission {
        match self {
            Self::AddToMailbox(_) => Permission::MailboxManage,
            Self::AddToTeam(_) => Permission::RelationManage,
            _ => Permission::PersonManage,
        }
    }
}

/// What would happen to somebody, or happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BulkAnswer {
    /// It will be done, or was.
    Will,
    /// Somebody else must consent first: it will be asked for, or was.
    Ask,
    /// It is so already.
    Already,
    /// It can't be done: `unknown`, `changed`, `own_account`, `own_roles`, `own_relation`, `no_relation`, `yourself`, `disabled`,
    /// `has_access`, `needs_consent`, `service_account`, `sensitive_role`, `grants_more`, `last_administrator`, `too_many`,
    /// `too_many_asks`; when it is taken back `decided` as well.
    No(&'static str),
}

/// Somebody in a preview or an outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkLine {
    /// Who.
    pub id: PersonId,
    /// Name; empty for somebody who is not there.
    pub name: String,
    /// Version that was looked at: to be given back with the act.
    pub version: i64,
    /// What would happen, or did.
    pub answer: BulkAnswer,
}

/// A new invitation of somebody.
#[derive(Debug, Clone)]
pub struct BulkInvitation {
    /// Who.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Login.
    pub login: EmailAddress,
    /// What to hand to them; shown once.
    pub invitation: Invitation,
}

/// What an act did.
#[derive(Debug, Clone)]
pub struct BulkDone {
    /// Its id.
    pub id: BulkId,
    /// What became of everybody.
    pub lines: Vec<BulkLine>,
    /// Until when it can be taken back; none where it can't.
    pub undo_until: Option<Timestamp>,
    /// New invitations.
    pub invitations: Vec<BulkInvitation>,
}

/// `bulk_act.sealed_acts`.
#[derive(Debug, Serialize, Deserialize)]
struct SealedBulk {
    act: Bulk,
    /// Version that the act left of the mailbox or team; version of the role as it was.
    object_version: i64,
    items: Vec<Item>,
}

/// What was done to one, and what was before.
#[derive(Debug, Serialize, Deserialize)]
struct Item {
    person: PersonId,
    /// Version that the act left behind.
    version: i64,
    /// Their state before.
    state: PersonState,
    /// How they had come to the role that was taken.
    #[serde(default)]
    grant: Option<TakenGrant>,
    /// Nothing was done: this was asked for.
    #[serde(default)]
    ask: Option<ApprovalId>,
}

#[derive(Debug, Serialize, Deserialize)]
struct TakenGrant {
    via: RoleVia,
    by: Option<PersonId>,
    at_us: i64,
}

impl Core {
    /// Says of everybody what would happen. Changes nothing.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.manage` and, for mailboxes and teams, the act's own permission; [`Error::Validation`] of the act's role,
    /// mailbox or team (`unknown`, `kind`), or of `people` (`too_many`).
    pub async fn preview_bulk(&self, actor: &Actor, act: Bulk, people: &[PersonId]) -> Result<Vec<BulkLine>> {
        self.allow_bulk(actor, act, people.len()).await?;
        let house = self.house().await?;
        let facts = self.facts(actor, act).await?;
        let mut judge = Judge::new(&house, actor, act, &facts)?;
        Ok(unique(people.iter().copied()).into_iter().map(|id| judge.line(id)).collect())
    }

    /// Does it to everybody whom it can be done to, in one commit; where somebody else must consent it is asked for, with the
    /// reason. Who has changed since the preview is left out.
    ///
    /// # Errors
    /// As [`Core::preview_bulk`]; [`Error::Conflict`] `bulk_nothing` when nobody is left to whom anything would happen;
    /// [`Error::Validation`] of `reason` where consent is asked for.
    pub async fn run_bulk(
        &self,
        actor: &Actor,
        act: Bulk,
        people: &[(PersonId, i64)],
        reason: Option<&str>,
    ) -> Result<BulkDone> {
        self.allow_bulk(actor, act, people.len()).await?;
        for _ in 1..TRIES {
            match self.try_bulk(actor, act, people, reason).await {
                Err(Error::VersionConflict) => {}
                done => return done,
            }
        }
        self.try_bulk(actor, act, people, reason).await
    }

    async fn allow_bulk(&self, actor: &Actor, act: Bulk, people: usize) -> Result<()> {
        for permission in [Permission::PersonManage, act.permission()] {
            self.allow(actor, permission, Scope::Organisation).await?;
        }
        if people > MOST {
            return Err(Error::field("people", "too_many", format!("At most {MOST} at once.")));
        }
        Ok(())
    }

    async fn try_bulk(
        &self,
        actor: &Actor,
        act: Bulk,
        people: &[(PersonId, i64)],
        reason: Option<&str>,
    ) -> Result<BulkDone> {
        let house = self.house().await?;
        let facts = self.facts(actor, act).await?;
        let mut judge = Judge::new(&house, actor, act, &facts)?;
        let seen: HashMap<PersonId, i64> = people.iter().copied().collect();
        let same = |id: PersonId| house.person(id).is_none_or(|p| seen.get(&id) == Some(&p.version));
        let lines: Vec<BulkLine> = unique(people.iter().map(|(id, _)| *id))
            .into_iter()
            .map(|id| if same(id) { judge.line(id) } else { judge.refused(id, "changed") })
            .collect();
        let with = |answer| -> Vec<&HousePerson> {
            lines.iter().filter(|l| l.answer == answer).filter_map(|l| house.person(l.id)).collect()
        };
        let (able, asked) = (with(BulkAnswer::Will), with(BulkAnswer::Ask));
        if able.is_empty() && asked.is_empty() {
            return Err(Error::Conflict("bulk_nothing"));
        }
        let id = BulkId(self.clock().new_id());
        let by = |kind| NewEntry::by(actor, kind).with("bulk", id.to_string());
        let mut batch = Batch::new();
        let grants = self.taken_grants(act).await?;
        let (mut items, mut invitations) = (Vec::with_capacity(able.len()), Vec::new());
        for p in &able {
            if let Some(invitation) = self.put_bulk(&mut batch, &house, act, p, &by)? {
                let (name, login) = (p.profile.name.clone(), p.profile.login.clone());
                invitations.push(BulkInvitation { id: p.id, name, login, invitation });
            }
            let grant = grants.get(&p.id).map(|g| TakenGrant {
                via: RoleVia::from_name(&g.via).unwrap_or(RoleVia::Hand),
                by: g.given_by,
                at_us: g.given_us,
            });
            let version = p.version + i64::from(bumps(act));
            items.push(Item { person: p.id, version, state: p.state, grant, ask: None });
        }
        let joined: Vec<PersonId> = items.iter().map(|i| i.person).collect();
        let object_version =
            self.put_members(&mut batch, (&house, actor), act, facts.team.as_ref(), &Joined::New(&joined), &by).await?;
        items.extend(self.put_bulk_asks(&mut batch, (&house, actor), act, &asked, (reason, id)).await?);
        if act_ends_administrators(&house, act, &able) {
            self.keep_an_administrator(&mut batch);
        }
        let now = self.clock().now_us();
        let undo_until_us = if act.can_be_undone() { now + UNDO_US } else { now };
        let sealed = SealedBulk { act, object_version, items };
        let sealed_acts = self.seal(purpose::BULK, id.as_bytes(), &sealed)?;
        let row = BulkRow { id, by: actor.person_id, at_us: now, undo_until_us, undone_us: None, sealed_acts };
        rows::insert(&mut batch, self.org(), row);
        let entry = NewEntry::by(actor, AuditKind::BulkDone).on("bulk", id).with("act", act.as_str());
        let entry = entry.with("people", able.len().to_string());
        self.audit(&mut batch, if asked.is_empty() { entry } else { entry.with("asked", asked.len().to_string()) })?;
        self.write_house(batch).await?;
        let undo_until = act.can_be_undone().then(|| from_us(undo_until_us));
        Ok(BulkDone { id, lines, undo_until, invitations })
    }

    /// Adds the asking for what somebody else must consent to.
    async fn put_bulk_asks(
        &self,
        batch: &mut Batch,
        (house, actor): (&House, &Actor),
        act: Bulk,
        people: &[&HousePerson],
        (reason, bulk): (Option<&str>, BulkId),
    ) -> Result<Vec<Item>> {
        let Bulk::GiveRole(role) = act else { return Ok(Vec::new()) };
        let Some(role) = house.roles.get(&role).filter(|_| !people.is_empty()) else { return Ok(Vec::new()) };
        let reason = checked_reason(reason.unwrap_or_default())?;
        let by = |entry: NewEntry| entry.with("bulk", bulk.to_string());
        let asks = self.put_role_asks(batch, (house, actor), role, people, (&reason, &by)).await?;
        let item = |(p, ask): (&&HousePerson, ApprovalId)| Item {
            person: p.id,
            version: p.version,
            state: p.state,
            grant: None,
            ask: Some(ask),
        };
        Ok(people.iter().zip(asks).map(item).collect())
    }

    /// How they came to a role that is to be taken.
    async fn taken_grants(&self, act: Bulk) -> Result<HashMap<PersonId, GrantRow>> {
        let Bulk::TakeRole(id) = act else { return Ok(HashMap::new()) };
        let all = role::grants(self.db(), self.org()).await?.into_iter();
        Ok(all.filter(|g| g.role_id == id).map(|g| (g.person_id, g)).collect())
    }

    /// Adds what is done to one person.
    fn put_bulk(
        &self,
        batch: &mut Batch,
        house: &House,
        act: Bulk,
        p: &HousePerson,
        by: &(dyn Fn(AuditKind) -> NewEntry + Send + Sync),
    ) -> Result<Option<Invitation>> {
        let role_name = |id| house.roles.get(&id).map(|r| r.role.name.clone()).unwrap_or_default();
        let (org, id) = (self.org(), p.id);
        let mut invitation = None;
        let entry = match act {
            Bulk::GiveRole(role) => {
                person::bump(batch, org, id, p.version, VERSION);
                let entry = by(AuditKind::PersonRolesChanged);
                self.give_role(batch, house, id, role, RoleVia::Hand, entry.person());
                let keyed = &house.security.policy.security_key_roles;
                if keyed.contains(&role) && p.roles.is_disjoint(keyed) {
                    credential::ask_key(batch, org, id, Some(self.clock().now_us()));
                }
                entry.with("given", role_name(role))
            }
            Bulk::TakeRole(role) => {
                person::bump(batch, org, id, p.version, VERSION);
                role::take(batch, org, id, role);
                by(AuditKind::PersonRolesChanged).with("taken", role_name(role))
            }
            Bulk::EndSessions => {
                session::end_of(batch, org, id, self.clock().now_us());
                credential::end_programs(batch, org, id, self.clock().now_us());
                by(AuditKind::SessionEnded).why("all sessions")
            }
            Bulk::Disable => {
                let disabled = PersonState::Disabled.as_str();
                person::set_state(batch, org, id, p.version, disabled, VERSION);
                self.cut_off(batch, id);
                credential::withdraw_invitation(batch, org, id);
                // What the house takes away, only the house gives back.
                self.take_from_provider(batch, id);
                by(AuditKind::PersonChanged).with("state", format!("{} → {disabled}", p.state.as_str()))
            }
            Bulk::Invite => {
                person::set_state(batch, org, id, p.version, PersonState::Invited.as_str(), VERSION);
                self.cut_off(batch, id);
                invitation = Some(self.put_invitation(batch, id)?);
                by(AuditKind::CredentialChanged).with("what", "all").why("new invitation")
            }
            // One entry for the mailbox or the team tells of all.
            Bulk::AddToMailbox(_) | Bulk::AddToTeam(_) => {
                self.announce(batch, Change::Sessions(id));
                return Ok(None);
            }
        };
        self.audit(batch, entry.on_person(id))?;
        self.announce(batch, Change::Sessions(id));
        Ok(invitation)
    }

    /// Adds that people come into a mailbox or team, or leave it again; gives the version that is left behind.
    async fn put_members(
        &self,
        batch: &mut Batch,
        (house, actor): (&House, &Actor),
        act: Bulk,
        team: Option<&TeamFacts>,
        who: &Joined<'_>,
        by: &(dyn Fn(AuditKind) -> NewEntry + Send + Sync),
    ) -> Result<i64> {
        let (org, people) = (self.org(), who.people());
        let names: Vec<String> = people.iter().map(|id| house.person_name(*id)).collect();
        let told = |entry: NewEntry| entry.with(who.word(), names.join(", "));
        match (act, team) {
            (Bulk::AddToMailbox(id), _) => {
                let (m, version) = house.mailboxes.get(&id).ok_or(Error::NotFound)?;
                mailbox::hand_over(batch, org, id, *version, m.kind.as_str(), m.active, VERSION);
                mailbox::put_members(batch, org, id, &who.after(&m.members));
                let entry = by(AuditKind::MailboxChanged).on("mailbox", id).with("address", m.address.to_string());
                self.audit(batch, told(entry))?;
                let after = who.after(&m.members);
                let change = MailboxChange { name: &m.name, before: &m.members, after: &after };
                self.tell_of_users(batch, house, actor, change).await?;
                Ok(version + 1)
            }
            (Bulk::AddToTeam(id), Some(team)) => {
                let row = &team.row;
                care::update_team(batch, org, id, row.version, row.sealed_team.clone(), VERSION);
                care::put_members(batch, org, id, &who.after(&team.members));
                self.audit(batch, told(by(AuditKind::TeamChanged).on("team", id)))?;
                for person in people {
                    self.announce(batch, Change::Care(*person));
                }
                Ok(row.version + 1)
            }
            (Bulk::GiveRole(id) | Bulk::TakeRole(id), _) => Ok(role_version(house, id)),
            _ => Ok(0),
        }
    }

    async fn facts(&self, actor: &Actor, act: Bulk) -> Result<Facts> {
        let came_in = match act {
            Bulk::Invite => self.last_sign_ins().await?.into_keys().collect(),
            _ => HashSet::new(),
        };
        Ok(Facts { team: self.team_facts(actor, act).await?, now_us: self.clock().now_us(), came_in })
    }

    async fn team_facts(&self, actor: &Actor, act: Bulk) -> Result<Option<TeamFacts>> {
        let Bulk::AddToTeam(id) = act else { return Ok(None) };
        let row = care::teams(self.db(), self.org()).await?.into_iter().find(|t| t.id == id);
        let row = row.ok_or_else(|| Error::field("act.team_id", "unknown", "There is no such team."))?;
        let members = care::members(self.db(), self.org()).await?.into_iter();
        let members = members.filter(|(t, _)| *t == id).map(|(_, p)| p).collect();
        let known = self.may_change_care(actor, Cared::Team(id)).await?;
        Ok(Some(TeamFacts { row, members, known }))
    }
}

/// Who comes into a mailbox or team, or goes.
enum Joined<'a> {
    New(&'a [PersonId]),
    Gone(&'a [PersonId]),
}

impl Joined<'_> {
    const fn people(&self) -> &[PersonId] {
        match self {
            Self::New(people) | Self::Gone(people) => people,
        }
    }
    const fn word(&self) -> &'static str {
        match self {
            Self::New(_) => "added",
            Self::Gone(_) => "removed",
        }
    }
    fn after(&self, members: &[PersonId]) -> Vec<PersonId> {
        let mut all: BTreeSet<PersonId> = members.iter().copied().collect();
        match self {
            Self::New(people) => all.extend(people.iter().copied()),
            Self::Gone(people) => all.retain(|m| !people.contains(m)),
        }
        all.into_iter().collect()
    }
}

/// Whether the act gives a person a new version.
const fn bumps(act: Bulk) -> bool {
    !matches!(act, Bulk::EndSessions | Bulk::AddToMailbox(_) | Bulk::AddToTeam(_))
}

/// Whether somebody who manages people and roles would not any more.
fn act_ends_administrators(house: &House, act: Bulk, people: &[&HousePerson]) -> bool {
    people.iter().any(|p| judge::ends_administrator(house, act, p))
}

/// Everybody once, in the order given.
fn unique(people: impl Iterator<Item = PersonId>) -> Vec<PersonId> {
    let mut seen = BTreeSet::new();
    people.filter(|id| seen.insert(*id)).collect()
}
