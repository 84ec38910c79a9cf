//! The way back.

use super::judge::ends_administrator;
use super::{Bulk, BulkAnswer, BulkLine, Item, Joined, SealedBulk, TRIES, TeamFacts, role_version};
use crate::audit::NewEntry;
use crate::clock::from_us;
use crate::error::guard;
use crate::live::Change;
use crate::people::approval::AskState;
use crate::people::house::{House, HousePerson, VERSION};
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use std::collections::BTreeSet;
use wardpost_gate::{Denied, Scope, authorise};
use wardpost_model::audit::{AuditKind, Outcome};
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, PersonState};
use wardpost_model::{ApprovalId, BulkId, PersonId, RoleId};
use wardpost_store::Batch;
use wardpost_store::repo::bulk::{self as rows, BulkRow};
use wardpost_store::repo::role::GrantRow;
use wardpost_store::repo::{approval, person, role};

/// So many people are named in a notice.
const NAMED: usize = 5;

/// An act that can still be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkEntry {
    /// Its id.
    pub id: BulkId,
    /// What was done.
    pub act: &'static str,
    /// Name of the role or mailbox, where there is one.
    pub object: Option<String>,
    /// To how many.
    pub people: usize,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by_name: String,
    /// Until when it can be taken back.
    pub undo_until: Timestamp,
}

/// What taking an act back did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkUndone {
    /// What became of everybody: [`BulkAnswer::Will`] where it was taken back.
    pub lines: Vec<BulkLine>,
}

impl Core {
    /// Acts that can still be taken back, newest first.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.manage`.
    pub async fn bulk_acts(&self, actor: &Actor) -> Result<Vec<BulkEntry>> {
        self.allow(actor, Permission::PersonManage, Scope::Organisation).await?;
        let house = self.house().await?;
        let mut entries = Vec::new();
        for row in rows::open(self.db(), self.org(), self.clock().now_us()).await? {
            let sealed = self.open_bulk(&row)?;
            if !actor.may(sealed.act.permission()) {
                continue;
            }
            let object = match sealed.act {
                Bulk::GiveRole(id) | Bulk::TakeRole(id) => house.roles.get(&id).map(|r| r.role.name.clone()),
                Bulk::AddToMailbox(id) => house.mailboxes.get(&id).map(|(m, _)| m.name.clone()),
                Bulk::AddToTeam(id) => self.team_names().await?.remove(&id),
                Bulk::EndSessions | Bulk::Disable | Bulk::Invite => None,
            };
            entries.push(BulkEntry {
                id: row.id,
                act: sealed.act.as_str(),
                object,
                people: sealed.items.len(),
                at: from_us(row.at_us),
                by_name: house.person_name(row.by),
                undo_until: from_us(row.undo_until_us),
            });
        }
        Ok(entries)
    }

    /// Takes an act back, for everybody who has not changed since.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.manage` and the act's own permission; [`Error::Conflict`] `bulk_undone`, `bulk_too_late`;
    /// [`Error::NotFound`].
    pub async fn undo_bulk(&self, actor: &Actor, id: BulkId) -> Result<BulkUndone> {
        self.allow_on(actor, Permission::PersonManage, Scope::Organisation, ("bulk", id)).await?;
        let row = rows::get(self.db(), self.org(), id).await?.ok_or(Error::NotFound)?;
        let sealed = self.open_bulk(&row)?;
        self.allow_on(actor, sealed.act.permission(), Scope::Organisation, ("bulk", id)).await?;
        if row.undone_us.is_some() {
            return Err(Error::Conflict("bulk_undone"));
        }
        if row.undo_until_us <= self.clock().now_us() {
            return Err(Error::Conflict("bulk_too_late"));
        }
        for _ in 1..TRIES {
            match self.try_undo(actor, id, &sealed).await {
                Err(Error::VersionConflict) => {}
                done => return done,
            }
        }
        self.try_undo(actor, id, &sealed).await
    }

    async fn try_undo(&self, actor: &Actor, id: BulkId, sealed: &SealedBulk) -> Result<BulkUndone> {
        let house = self.house().await?;
        let team = match self.team_facts(actor, sealed.act).await {
            // The team is gone: nothing to leave.
            Err(Error::Validation(_)) => None,
            found => found?,
        };
        let by = |kind| NewEntry::by(actor, kind).with("bulk", id.to_string()).why("taken back");
        let asks = self.asks(sealed.items.iter().filter_map(|i| i.ask)).await?;
        let (mut batch, mut lines, mut back) = (Batch::new(), Vec::new(), Vec::new());
        for item in &sealed.items {
            let answer = match item.ask {
                Some(ask) => answer_asked(asks.get(&ask)),
                None => self.answer_undo(actor, &house, team.as_ref(), sealed, item),
            };
            match item.ask.filter(|_| answer == BulkAnswer::Will) {
                Some(ask) => self.put_withdrawn(&mut batch, ask, item.person, &by)?,
                None if answer == BulkAnswer::Will => {
                    self.put_undo(&mut batch, &house, sealed.act, item, &by)?;
                    back.push(item.person);
                }
                None => {}
            }
            let version = house.person(item.person).map_or(0, |p| p.version);
            lines.push(BulkLine { id: item.person, name: house.person_name(item.person), version, answer });
        }
        if !back.is_empty() {
            self.put_members(&mut batch, (&house, actor), sealed.act, team.as_ref(), &Joined::Gone(&back), &by).await?;
        }
        if let Bulk::TakeRole(role) = sealed.act {
            let gains =
                back.iter().filter_map(|id| house.person(*id)).flat_map(|p| regained(&house, role, p)).collect();
            let about = named(&house, &back);
            self.tell_of_rights(&mut batch, &house, &about, &gains, (&actor.name, None)).await?;
        }
        let as_taking = match sealed.act {
            Bulk::GiveRole(role) => Some(Bulk::TakeRole(role)),
            _ => None,
        };
        let ends = |p: &PersonId| {
            as_taking.is_some_and(|act| house.person(*p).is_some_and(|p| ends_administrator(&house, act, p)))
        };
        if back.iter().any(ends) {
            self.keep_an_administrator(&mut batch);
        }
        rows::undone(&mut batch, self.org(), id, self.clock().now_us(), guard::STATE);
        let entry = NewEntry::by(actor, AuditKind::BulkUndone).on("bulk", id).with("act", sealed.act.as_str());
        let taken = lines.iter().filter(|l| l.answer == BulkAnswer::Will).count();
        self.audit(&mut batch, entry.with("people", taken.to_string()))?;
        self.write_house(batch).await?;
        Ok(BulkUndone { lines })
    }

    fn answer_undo(
        &self,
        actor: &Actor,
        house: &House,
        team: Option<&TeamFacts>,
        sealed: &SealedBulk,
        item: &Item,
    ) -> BulkAnswer {
        let Some(p) = house.person(item.person) else { return BulkAnswer::No("unknown") };
        let object_same = match sealed.act {
            Bulk::AddToMailbox(id) => house.mailboxes.get(&id).is_some_and(|(_, v)| *v == sealed.object_version),
            Bulk::AddToTeam(_) => team.is_some_and(|t| t.row.version == sealed.object_version),
            _ => p.version == item.version,
        };
        if !object_same {
            return BulkAnswer::No("changed");
        }
        if team.is_some_and(|t| !t.known) {
            return BulkAnswer::No(Denied::NoRelation.code());
        }
        let granted: BTreeSet<Permission> = match sealed.act {
            Bulk::GiveRole(_) => BTreeSet::new(),
            // What the role opens by now was never theirs: it is given anew, not taken back.
            Bulk::TakeRole(id) if role_version(house, id) != sealed.object_version => return BulkAnswer::No("changed"),
            Bulk::TakeRole(id) => regained(house, id, p),
            _ => return BulkAnswer::Will,
        };
        let scope = Scope::Roles { subject: p.id, granted: &granted };
        match authorise(actor, Permission::PersonManage, scope) {
            Ok(()) => BulkAnswer::Will,
            Err(denied) => BulkAnswer::No(denied.code()),
        }
    }

    /// Adds that nobody is asked any more. Who consents at this moment is faster: then it is looked at anew.
    fn put_withdrawn(
        &self,
        batch: &mut Batch,
        ask: ApprovalId,
        about: PersonId,
        by: &(dyn Fn(AuditKind) -> NewEntry + Send + Sync),
    ) -> Result<()> {
        approval::withdraw_open(batch, self.org(), ask, VERSION);
        let entry = by(AuditKind::ApprovalDecided).outcome(Outcome::Refused).on_person(about);
        self.audit(batch, entry.with("what", "roles"))?;
        Ok(())
    }

    /// Adds the way back of one person.
    fn put_undo(
        &self,
        batch: &mut Batch,
        house: &House,
        act: Bulk,
        item: &Item,
        by: &(dyn Fn(AuditKind) -> NewEntry + Send + Sync),
    ) -> Result<()> {
        let (org, id) = (self.org(), item.person);
        let name = |role: RoleId| house.roles.get(&role).map(|r| r.role.name.clone()).unwrap_or_default();
        let entry = match act {
            Bulk::GiveRole(role) => {
                person::bump(batch, org, id, item.version, VERSION);
                role::take(batch, org, id, role);
                by(AuditKind::PersonRolesChanged).with("taken", name(role))
            }
            Bulk::TakeRole(role_id) => {
                person::bump(batch, org, id, item.version, VERSION);
                let Some(was) = &item.grant else { return Ok(()) };
                // As it was: who gave it, and when, has not changed by a mistake.
                let via = was.via.as_str().to_owned();
                let row = GrantRow { person_id: id, role_id, via, given_by: was.by, given_us: was.at_us };
                role::give(batch, org, row, role_version(house, role_id), VERSION);
                by(AuditKind::PersonRolesChanged).with("given", name(role_id))
            }
            Bulk::Disable => {
                person::set_state(batch, org, id, item.version, item.state.as_str(), VERSION);
                let disabled = PersonState::Disabled.as_str();
                by(AuditKind::PersonChanged).with("state", format!("{disabled} → {}", item.state.as_str()))
            }
            Bulk::AddToMailbox(_) | Bulk::AddToTeam(_) | Bulk::EndSessions | Bulk::Invite => {
                self.announce(batch, Change::Sessions(id));
                return Ok(());
            }
        };
        self.audit(batch, entry.on_person(id))?;
        self.announce(batch, Change::Sessions(id));
        Ok(())
    }

    fn open_bulk(&self, row: &BulkRow) -> Result<SealedBulk> {
        self.unseal(purpose::BULK, row.id.as_bytes(), &row.sealed_acts)
    }
}

/// What somebody gets back with a role.
fn regained(house: &House, role: RoleId, person: &HousePerson) -> BTreeSet<Permission> {
    let opens = house.roles.get(&role).map(|r| r.role.permissions.clone()).unwrap_or_default();
    opens.difference(&house.permissions_of(&person.roles)).copied().collect()
}

/// What taking back means for what was only asked for: nobody is asked any more. A right that was consented to is taken by itself.
const fn answer_asked(ask: Option<&AskState>) -> BulkAnswer {
    match ask {
        Some(AskState::Open) => BulkAnswer::Will,
        Some(AskState::Given) => BulkAnswer::No("decided"),
        Some(AskState::Over) | None => BulkAnswer::Already,
    }
}

/// Names for a subject line: the first ones, and how many more.
fn named(house: &House, people: &[PersonId]) -> String {
    let (first, more) = people.split_at(people.len().min(NAMED));
    let names: Vec<String> = first.iter().map(|id| house.person_name(*id)).collect();
    if more.is_empty() { names.join(", ") } else { format!("{} + {}", names.join(", "), more.len()) }
}
