//! Mailboxes, personal and shared, and who uses them.

use super::approval::could_lately;
use super::checked_text;
use super::house::{House, HousePerson, MailboxRef, SealedMailbox, VERSION};
use crate::audit::NewEntry;
use crate::live::Change;
use crate::mail::RightsNotice;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use std::collections::BTreeSet;
use std::sync::Arc;
use wardpost_gate::Scope;
use wardpost_model::audit::AuditKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, MailboxKind, PersonState};
use wardpost_model::{EmailAddress, MailboxId, PersonId};
use wardpost_store::repo::mailbox::{self as rows, MailboxRow};
use wardpost_store::{Batch, StoreError};

/// Most users of one mailbox.
const MEMBERS: usize = 500;

/// A mailbox to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMailbox {
    /// Personal or shared.
    pub kind: MailboxKind,
    /// Its address, in one of the house's own domains. Never changes.
    pub address: EmailAddress,
    /// Display name in From.
    pub name: String,
    /// Who uses it; at most one for a personal mailbox.
    pub members: Vec<PersonId>,
    /// Its users answer for whatever comes in, also about patients for whom they do not care otherwise. Shared ones only.
    pub duty: bool,
}

/// What may be changed of a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxUpdate {
    /// The version that was seen.
    pub version: i64,
    /// Display name.
    pub name: String,
    /// Whether it takes mail.
    pub active: bool,
    /// Who uses it.
    pub members: Vec<PersonId>,
    /// Its users answer for whatever comes in.
    pub duty: bool,
}

/// A mailbox as lists of administrators show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxLine {
    /// The mailbox.
    pub mailbox: MailboxRef,
    /// Names of its users, in the order of its members.
    pub member_names: Vec<String>,
    /// Version.
    pub version: i64,
}

impl Core {
    /// All mailboxes of the house, by address.
    ///
    /// # Errors
    /// [`Error::Denied`] without `mailbox.manage`.
    pub async fn mailboxes(&self, actor: &Actor) -> Result<Vec<MailboxLine>> {
        self.allow(actor, Permission::MailboxManage, Scope::Organisation).await?;
        let house = self.house().await?;
        let mut lines: Vec<MailboxLine> = house.mailboxes.values().map(|(m, v)| line(&house, m, *v)).collect();
        lines.sort_by_cached_key(|l| l.mailbox.address.normalised());
        Ok(lines)
    }

    /// Makes a mailbox.
    ///
    /// # Errors
    /// [`Error::Denied`] without `mailbox.manage`; [`Error::Validation`] of `name`, `members` (`unknown`, `too_many`), `address`
    /// (`taken`, `foreign_domain`).
    pub async fn create_mailbox(&self, actor: &Actor, new: NewMailbox) -> Result<MailboxLine> {
        self.allow(actor, Permission::MailboxManage, Scope::Organisation).await?;
        let house = self.house().await?;
        own_address(&house, "address", &new.address)?;
        let name = checked_text("name", &new.name, 1, 100)?;
        let members = known_members(&house, new.kind, &new.members)?;
        self.check_newcomers(&house, actor, None, &members)?;
        let id = MailboxId(self.clock().new_id());
        let sealed = SealedMailbox { address: new.address.clone(), name: name.clone() };
        let row = MailboxRow {
            id,
            kind: new.kind.as_str().to_owned(),
            active: true,
            duty: new.duty && new.kind == MailboxKind::Shared,
            address_index: self.index(purpose::ADDRESS, &new.address.normalised()),
            sealed_mailbox: self.seal(purpose::MAILBOX, id.as_bytes(), &sealed)?,
            version: 1,
        };
        let row_duty = row.duty;
        let mut batch = Batch::new();
        rows::insert(&mut batch, self.org(), row);
        rows::put_members(&mut batch, self.org(), id, &members);
        let entry = NewEntry::by(actor, AuditKind::MailboxCreated).on("mailbox", id);
        let entry = entry
            .with("address", new.address.to_string())
            .with("kind", new.kind.as_str())
            .with("duty", row_duty.to_string());
        self.audit(&mut batch, entry.with("members", names(&house, &members)))?;
        self.announce_members(&mut batch, &members);
        let change = MailboxChange { name: &name, before: &[], after: &members };
        self.tell_of_users(&mut batch, &house, actor, change).await?;
        self.try_write_house(batch).await.map_err(|e| match e {
            e if e.is_conflict_on("mailbox_address") => Error::field("address", "taken", "This is in use already."),
            e => e.into(),
        })?;
        self.mailbox_line(id).await
    }

    /// Changes a mailbox's name and users, or whether it takes mail. Who is no user any more can't read it from then on.
    ///
    /// # Errors
    /// [`Error::Denied`] without `mailbox.manage`; [`Error::VersionConflict`]; [`Error::Validation`] of `name`, `members`
    /// (`yourself`, `personal`, `unknown`, `too_many`).
    pub async fn change_mailbox(&self, actor: &Actor, id: MailboxId, update: MailboxUpdate) -> Result<MailboxLine> {
        let house = self.house().await?;
        let found = house.mailboxes.get(&id);
        let scope = found.map(|(m, _)| Scope::Mailbox { members: &m.members, mandate: None });
        self.allow_known(actor, Permission::MailboxManage, scope, ("mailbox", id)).await?;
        let (before, _) = found.ok_or(Error::NotFound)?;
        let name = checked_text("name", &update.name, 1, 100)?;
        let members = known_members(&house, before.kind, &update.members)?;
        self.check_newcomers(&house, actor, Some(before), &members)?;
        let sealed = SealedMailbox { address: before.address.clone(), name: name.clone() };
        let sealed = self.seal(purpose::MAILBOX, id.as_bytes(), &sealed)?;
        let mut batch = Batch::new();
        let duty = update.duty && before.kind == MailboxKind::Shared;
        rows::update(&mut batch, self.org(), id, update.version, update.active, duty, sealed, VERSION);
        rows::put_members(&mut batch, self.org(), id, &members);
        let mut entry = NewEntry::by(actor, AuditKind::MailboxChanged).on("mailbox", id);
        entry = entry.with("address", before.address.to_string());
        if before.name != name {
            entry = entry.with("name", format!("{} → {name}", before.name));
        }
        if before.active != update.active {
            entry = entry.with("active", format!("{} → {}", before.active, update.active));
        }
        if before.duty != duty {
            entry = entry.with("duty", format!("{} → {duty}", before.duty));
        }
        if before.members != members {
            entry = entry.with("members", format!("{} → {}", names(&house, &before.members), names(&house, &members)));
        }
        self.audit(&mut batch, entry)?;
        let affected: BTreeSet<PersonId> = before.members.iter().chain(&members).copied().collect();
        self.announce_members(&mut batch, &affected.into_iter().collect::<Vec<_>>());
        let change = MailboxChange { name: &name, before: &before.members, after: &members };
        self.tell_of_users(&mut batch, &house, actor, change).await?;
        match self.try_write_house(batch).await {
            Err(StoreError::Reference) => Err(Error::field("members", "unknown", "There is no such person.")),
            done => Ok(done?),
        }?;
        self.mailbox_line(id).await
    }

    /// Nobody lets themselves into mail while a colleague could do it, and somebody's own mailbox changes hands only when
    /// they leave ([`Core::leave`]).
    fn check_newcomers(
        &self,
        house: &House,
        actor: &Actor,
        before: Option<&MailboxRef>,
        after: &[PersonId],
    ) -> Result<()> {
        if before.is_some_and(|m| m.kind == MailboxKind::Personal && !m.members.is_empty() && m.members != after) {
            return Err(Error::field("members", "personal", "It changes hands when its owner leaves."));
        }
        let me = actor.person_id;
        let had = before.is_some_and(|m| m.members.contains(&me));
        let manages = |p: &HousePerson| house.permissions_of(&p.roles).contains(&Permission::MailboxManage);
        let mut others = house.people.values().filter(|p| p.id != me && p.state == PersonState::Active);
        if after.contains(&me)
            && !had
            && (others.any(manages) || could_lately(house, self.clock().now_us(), me, |_| false))
        {
            return Err(Error::field("members", "yourself", "Let a colleague who manages mailboxes add you."));
        }
        Ok(())
    }

    /// Tells who uses a mailbox, used it, or does so now: nobody reads along unseen.
    pub(super) async fn tell_of_users(
        &self,
        batch: &mut Batch,
        house: &House,
        actor: &Actor,
        MailboxChange { name, before, after }: MailboxChange<'_>,
    ) -> Result<()> {
        let new: Vec<PersonId> = after.iter().copied().filter(|p| !before.contains(p)).collect();
        let gone: Vec<PersonId> = before.iter().copied().filter(|p| !after.contains(p)).collect();
        if new.is_empty() && gone.is_empty() {
            return Ok(());
        }
        let (new, gone) = (names(house, &new), names(house, &gone));
        let notice = RightsNotice::MailboxUsers { mailbox: name, new: &new, gone: &gone, by: &actor.name };
        let concerned = |id: PersonId| id != actor.person_id && (before.contains(&id) || after.contains(&id));
        self.tell(batch, house, notice, |p, _| concerned(p.id)).await
    }

    /// Pages of these people look anew at what they may use; mail programs sign in anew.
    fn announce_members(&self, batch: &mut Batch, members: &[PersonId]) {
        for member in members {
            self.announce(batch, Change::Sessions(*member));
        }
    }

    async fn mailbox_line(&self, id: MailboxId) -> Result<MailboxLine> {
        let house = self.house().await?;
        let (mailbox, version) = house.mailboxes.get(&id).ok_or(Error::NotFound)?;
        Ok(line(&house, mailbox, *version))
    }
}

/// Who used a mailbox, and who uses it now.
pub(super) struct MailboxChange<'a> {
    pub name: &'a str,
    pub before: &'a [PersonId],
    pub after: &'a [PersonId],
}

fn line(house: &House, mailbox: &MailboxRef, version: i64) -> MailboxLine {
    let member_names = mailbox.members.iter().map(|id| house.person_name(*id)).collect();
    MailboxLine { mailbox: Arc::clone(mailbox), member_names, version }
}

fn names(house: &House, members: &[PersonId]) -> String {
    members.iter().map(|id| house.person_name(*id)).collect::<Vec<_>>().join(", ")
}

/// Mailboxes stand in the house's own domains.
pub(super) fn own_address(house: &House, field: &'static str, address: &EmailAddress) -> Result<()> {
    if house.domains.contains_key(address.domain()) {
        return Ok(());
    }
    Err(Error::field(field, "foreign_domain", "The domain is not one of this organisation's own."))
}

fn known_members(house: &House, kind: MailboxKind, members: &[PersonId]) -> Result<Vec<PersonId>> {
    let members: BTreeSet<PersonId> = members.iter().copied().collect();
    let most = if kind == MailboxKind::Personal { 1 } else { MEMBERS };
    if members.len() > most {
        return Err(Error::field("members", "too_many", format!("At most {most}.")));
    }
    if members.iter().any(|id| house.person(*id).is_none()) {
        return Err(Error::field("members", "unknown", "There is no such person."));
    }
    Ok(members.into_iter().collect())
}
