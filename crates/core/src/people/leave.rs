//! Leaving the organisation: access ends at once on every node, mailboxes go to somebody else or close, and what was
//! written stays (NL-09; 164.308(a)(3)(ii)(C)). At once, or planned for a day.

use super::PersonLine;
use super::giving::administers;
use super::house::{House, HousePerson, MailboxRef, VERSION};
use crate::audit::NewEntry;
use crate::clock::{DAY_US, from_us};
use crate::error::guard;
use crate::live::Change;
use crate::seal::purpose;
use crate::{Core, Error, FieldError, Result};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use wardpost_gate::Scope;
use wardpost_model::audit::AuditKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, MailboxKind, PersonState};
use wardpost_model::{MailboxId, PersonId};
use wardpost_store::Batch;
use wardpost_store::repo::{
    app_password, care, credential, draft, leave as rows, mailbox as mailboxes, person as people,
};

/// Furthest day that can be planned.
const MOST_DAYS: i64 = 366;

/// What a leave would mean.
#[derive(Debug, Clone)]
pub struct LeavePreview {
    /// Who.
    pub person: PersonLine,
    /// Mailboxes that they use, by address.
    pub mailboxes: Vec<LeavingMailbox>,
    /// Drafts, which nobody else may read: they stay closed.
    pub drafts: u32,
    /// Passwords of mail programs that end.
    pub app_passwords: usize,
    /// Patients for whom they care themselves.
    pub relations: usize,
    /// Care teams that they are in.
    pub teams: usize,
    /// Mandates, given and held, that end.
    pub mandates: usize,
    /// Whether nobody would be left who manages people and roles.
    pub last_administrator: bool,
}

/// A mailbox of somebody who leaves.
#[derive(Debug, Clone)]
pub struct LeavingMailbox {
    /// The mailbox.
    pub mailbox: MailboxRef,
    /// Whether nobody else uses it: then somebody must, or it closes.
    pub alone: bool,
}

/// What becomes of a mailbox that nobody else uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// The mailbox.
    pub mailbox: MailboxId,
    /// Who goes on with it, as a shared mailbox under its own name; nobody: it takes no more mail.
    pub to: Option<PersonId>,
}

/// How somebody leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leave {
    /// The person's version that was seen.
    pub version: i64,
    /// What becomes of the mailboxes that nobody else uses: all of them.
    pub handover: Vec<Handover>,
    /// Who goes on with their patients and in their care teams; nobody: the relations end.
    pub patients: Option<PersonId>,
    /// When; at once if not said.
    pub at: Option<Timestamp>,
}

/// `planned_leave.sealed_handover`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Planned {
    mailboxes: Vec<Handover>,
    patients: Option<PersonId>,
}

impl Core {
    /// What would happen if somebody left.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.manage`; [`Error::NotFound`].
    pub async fn preview_leave(&self, actor: &Actor, id: PersonId) -> Result<LeavePreview> {
        let (house, before) = self.managed(actor, id).await?;
        let drafts = draft::count(self.db(), self.org(), id).await?;
        Ok(LeavePreview {
            mailboxes: used_by(&house, id),
            drafts: u32::try_from(drafts.iter().map(|(_, n)| n).sum::<i64>()).unwrap_or(u32::MAX),
            relations: care::open_of(self.db(), self.org(), id).await?.len(),
            teams: care::teams_of(self.db(), self.org(), id).await?.len(),
            mandates: house.mandates.iter().filter(|m| m.grantor == id || m.holder == id).count(),
            app_passwords: app_password::of_person(self.db(), self.org(), id).await?.len(),
            last_administrator: last_administrator(&house, &before),
            person: self.person_line(id).await?,
        })
    }

    /// Lets somebody leave: at once, or on a day.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.manage`, or without `mailbox.manage` when mailboxes change hands;
    /// [`Error::Conflict`] `own_account`, `already_disabled`, `last_administrator`; [`Error::VersionConflict`];
    /// [`Error::Validation`] of `handover` (`required` for each mailbox left alone, `unknown`, `yourself`), `patients`
    /// (`unknown`, `yourself`) or `at` (`range`).
    pub async fn leave(&self, actor: &Actor, id: PersonId, how: &Leave) -> Result<PersonLine> {
        let (house, before) = self.managed(actor, id).await?;
        if id == actor.person_id {
            return Err(Error::Conflict("own_account"));
        }
        if before.state == PersonState::Disabled {
            return Err(Error::Conflict("already_disabled"));
        }
        if before.version != how.version {
            return Err(Error::VersionConflict);
        }
        if how.handover.iter().any(|h| h.to.is_some()) {
            self.allow(actor, Permission::MailboxManage, Scope::Organisation).await?;
        }
        check_handover(&house, actor, id, &how.handover)?;
        check_patients(&house, actor, id, how.patients)?;
        let planned = Planned { mailboxes: how.handover.clone(), patients: how.patients };
        match how.at.map(Timestamp::as_microsecond).filter(|at| *at > self.clock().now_us()) {
            Some(at_us) => self.plan_leave(actor, &before, at_us, &planned).await?,
            None => {
                let entry = NewEntry::by(actor, AuditKind::PersonLeft);
                self.carry_out_leave(Batch::new(), &house, &before, planned, (entry, actor.person_id)).await?;
            }
        }
        self.person_line(id).await
    }

    /// Takes a planned leave back.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.manage`; [`Error::NotFound`] when none is planned.
    pub async fn cancel_leave(&self, actor: &Actor, id: PersonId) -> Result<PersonLine> {
        self.managed(actor, id).await?;
        let mut batch = Batch::new();
        rows::delete_expect(&mut batch, self.org(), id, guard::FOUND);
        let entry = NewEntry::by(actor, AuditKind::PersonChanged).on_person(id);
        self.audit(&mut batch, entry.with("leaves", "not any more"))?;
        self.write_house(batch).await?;
        self.person_line(id).await
    }

    async fn plan_leave(&self, actor: &Actor, before: &HousePerson, at_us: i64, planned: &Planned) -> Result<()> {
        if at_us > self.clock().now_us() + MOST_DAYS * DAY_US {
            return Err(Error::field("at", "range", "Within a year."));
        }
        let row = rows::LeaveRow {
            person_id: before.id,
            at_us,
            planned_by: actor.person_id,
            sealed_handover: self.seal(purpose::LEAVE_HANDOVER, before.id.as_bytes(), planned)?,
        };
        let mut batch = Batch::new();
        people::bump(&mut batch, self.org(), before.id, before.version, VERSION);
        rows::put(&mut batch, self.org(), row);
        let entry = NewEntry::by(actor, AuditKind::PersonChanged).on_person(before.id);
        self.audit(&mut batch, entry.with("leaves", from_us(at_us).to_string()))?;
        self.write_house(batch).await
    }

    /// Carries out the planned leaves whose time has come; any node may do it at any time. Gives how many.
    ///
    /// # Errors
    /// When the store fails; what was done before stays done.
    pub async fn carry_out_leaves(&self) -> Result<u32> {
        let mut done = 0;
        for row in rows::due(self.db(), self.org(), self.clock().now_us()).await? {
            let house = self.house().await?;
            let Some(before) = house.person(row.person_id).cloned() else { continue };
            if before.state == PersonState::Disabled {
                let mut batch = Batch::new();
                rows::delete(&mut batch, self.org(), row.person_id);
                self.write_house(batch).await?;
                continue;
            }
            let planned: Planned =
                self.unseal(purpose::LEAVE_HANDOVER, row.person_id.as_bytes(), &row.sealed_handover)?;
            let entry = NewEntry::system(AuditKind::PersonLeft).why("planned");
            let entry = entry.with("planned by", house.person_name(row.planned_by));
            match self.carry_out_leave(Batch::new(), &house, &before, planned, (entry, row.planned_by)).await {
                Ok(()) => done += 1,
                // Changed at this moment, or another node was faster: the next round sees.
                Err(Error::VersionConflict) => {}
                // One must not keep the others in.
                Err(e) => {
                    let person = row.person_id;
                    tracing::error!(%person, error = &e as &dyn std::error::Error, "a planned leave can't be carried out");
                }
            }
        }
        Ok(done)
    }

    /// One batch: no access, no devices, no invitation, no membership, no mandate; each mailbox, and the patients, with who
    /// goes on with them.
    pub(super) async fn carry_out_leave(
        &self,
        mut batch: Batch,
        house: &House,
        before: &HousePerson,
        planned: Planned,
        (mut entry, by): (NewEntry, PersonId),
    ) -> Result<()> {
        let id = before.id;
        let Planned { mailboxes: handover, patients } = planned;
        for m in house.mandates.iter().filter(|m| m.grantor == id || m.holder == id) {
            let entry = NewEntry::system(AuditKind::MandateEnded).why("left the organisation");
            self.close_mandate(&mut batch, house, m, entry, Some(id)).await?;
        }
        let successor = patients.filter(|p| cares(house, *p));
        let handed = self.hand_over_care(&mut batch, id, successor, by).await?;
        if handed > 0 {
            let to = successor.map_or_else(|| "ended".to_owned(), |p| house.person_name(p));
            entry = entry.with("care", format!("{handed}: {to}"));
        }
        let disabled = PersonState::Disabled.as_str();
        people::set_state(&mut batch, self.org(), id, before.version, disabled, VERSION);
        self.cut_off(&mut batch, id);
        credential::withdraw_invitation(&mut batch, self.org(), id);
        rows::delete(&mut batch, self.org(), id);
        let named: BTreeMap<MailboxId, Option<PersonId>> = handover.iter().map(|h| (h.mailbox, h.to)).collect();
        for used in used_by(house, id) {
            // Who was to go on may have gone as well since it was planned: then the mailbox stays open without anybody,
            // and stands so in the list of mailboxes.
            let to = named.get(&used.mailbox.id).copied();
            let active = |p: &PersonId| house.person(*p).is_some_and(|p| p.state != PersonState::Disabled);
            let closes = used.alone && to == Some(None);
            let to = to.flatten().filter(active);
            self.put_left_mailbox(&mut batch, house, &used, id, to, closes);
            let what = match to {
                Some(to) => house.person_name(to),
                None if closes => "closed".to_owned(),
                None => "left".to_owned(),
            };
            entry = entry.with(&used.mailbox.address.to_string(), what);
        }
        if before.state == PersonState::Active && administers(&house.permissions_of(&before.roles)) {
            self.keep_an_administrator(&mut batch);
        }
        self.audit(&mut batch, entry.on_person(id))?;
        self.write_house(batch).await
    }

    fn put_left_mailbox(
        &self,
        batch: &mut Batch,
        house: &House,
        used: &LeavingMailbox,
        gone: PersonId,
        to: Option<PersonId>,
        closes: bool,
    ) {
        let mailbox = &used.mailbox;
        let version = house.mailboxes.get(&mailbox.id).map_or(0, |(_, version)| *version);
        let members: BTreeSet<PersonId> = mailbox.members.iter().copied().filter(|m| *m != gone).chain(to).collect();
        let members: Vec<PersonId> = members.into_iter().collect();
        // Whoever goes on answers in the mailbox's name: what several people write from is shared.
        let kind = if to.is_some() { MailboxKind::Shared } else { mailbox.kind };
        mailboxes::hand_over(batch, self.org(), mailbox.id, version, kind.as_str(), mailbox.active && !closes, VERSION);
        mailboxes::put_members(batch, self.org(), mailbox.id, &members);
        if let Some(member) = to {
            self.announce(batch, Change::Sessions(member));
        }
    }
}

fn used_by(house: &House, person: PersonId) -> Vec<LeavingMailbox> {
    let all = house.mailboxes.values().map(|(m, _)| m).filter(|m| m.members.contains(&person));
    let mut found: Vec<LeavingMailbox> =
        all.map(|m| LeavingMailbox { mailbox: Arc::clone(m), alone: m.active && m.members.len() == 1 }).collect();
    found.sort_by_cached_key(|m| m.mailbox.address.normalised());
    found
}

/// Whether somebody can go on with patients.
fn cares(house: &House, person: PersonId) -> bool {
    let there = house.person(person).filter(|p| p.state != PersonState::Disabled);
    there.is_some_and(|p| house.permissions_of(&p.roles).contains(&Permission::PatientRead))
}

fn check_patients(house: &House, actor: &Actor, gone: PersonId, to: Option<PersonId>) -> Result<()> {
    let Some(to) = to else { return Ok(()) };
    if to == actor.person_id {
        // Nobody gives themselves a colleague's patients.
        return Err(Error::field("patients", "yourself", "Let somebody else hand them over to you."));
    }
    if to == gone || !cares(house, to) {
        return Err(Error::field("patients", "unknown", "There is nobody who could care for patients."));
    }
    Ok(())
}

/// Mail to a mailbox that nobody reads is mail that nobody answers: each must be decided upon.
fn check_handover(house: &House, actor: &Actor, gone: PersonId, handover: &[Handover]) -> Result<()> {
    let alone: BTreeMap<MailboxId, String> = used_by(house, gone)
        .into_iter()
        .filter(|m| m.alone)
        .map(|m| (m.mailbox.id, m.mailbox.address.to_string()))
        .collect();
    let mut wrong = Vec::new();
    for (n, one) in handover.iter().enumerate() {
        let field = format!("handover[{n}]");
        let unknown = !alone.contains_key(&one.mailbox)
            || one.to.is_some_and(|to| {
                to == gone
                    || house.services.contains(&to)
                    || house.person(to).is_none_or(|p| p.state == PersonState::Disabled)
            });
        if unknown {
            wrong.push(FieldError::new(field, "unknown", "No such mailbox to hand over, or nobody who can take it."));
        } else if one.to == Some(actor.person_id) {
            // Nobody gives themselves a colleague's mail.
            wrong.push(FieldError::new(field, "yourself", "Let somebody else hand it over to you."));
        }
    }
    if alone.keys().any(|id| !handover.iter().any(|h| h.mailbox == *id)) {
        wrong.push(FieldError::new("handover", "required", "Say what becomes of each mailbox."));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::Validation(wrong)) }
}

fn last_administrator(house: &House, person: &HousePerson) -> bool {
    let administrates =
        |p: &HousePerson| p.state == PersonState::Active && administers(&house.permissions_of(&p.roles));
    administrates(person) && !house.people.values().any(|p| p.id != person.id && administrates(p))
}
