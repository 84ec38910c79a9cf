//! Giving, ending and telling of mandates.

use super::{Mandate, MandateRef};
use crate::audit::NewEntry;
use crate::clock::{DAY_US, from_us};
use crate::error::guard;
use crate::live::Change;
use crate::mail::{HouseNotice, MandateNotice, MandateStep};
use crate::people::house::House;
use crate::people::{HousePerson, checked_lines};
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use std::sync::Arc;
use wardpost_gate::Scope;
use wardpost_model::audit::AuditKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, MailboxKind, MandateKind, PersonState};
use wardpost_model::{EmailAddress, MailboxId, MandateId, PersonId};
use wardpost_store::Batch;
use wardpost_store::repo::mandate::{self as rows, MandateRow};

/// Most open mandates over one mailbox.
const MOST: usize = 50;
/// Furthest day on which a mandate can begin, and that of a secretary end.
const MOST_DAYS_AHEAD: i64 = 366;
const MOST_DAYS: i64 = 366 * 20;
/// How long ended mandates are shown to both sides.
const SHOWN_FOR_US: i64 = 90 * DAY_US;

/// A mandate to be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMandate {
    /// Cover or secretary.
    pub kind: MandateKind,
    /// Somebody's own mailbox: theirs it is to give.
    pub mailbox: MailboxId,
    /// Who is to act.
    pub holder: PersonId,
    /// Writing as well as reading.
    pub may_send: bool,
    /// What is about patients as well.
    pub with_patients: bool,
    /// From when; at once if not said.
    pub starts_at: Option<Timestamp>,
    /// Until when; cover always ends.
    pub ends_at: Option<Timestamp>,
    /// What both sides should know.
    pub note: String,
}

/// Whether a mandate holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MandateStanding {
    /// It begins later.
    Planned,
    /// It holds.
    Holds,
    /// Its time is now, but a side was disabled, or the mailbox is no longer the grantor's own.
    Suspended,
    /// It is over.
    Ended,
}

/// A mandate as both sides see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MandateLine {
    /// Id, kind, sides, rights and times.
    pub mandate: Mandate,
    /// Name of the mailbox.
    pub mailbox_name: String,
    /// For whom.
    pub grantor_name: String,
    /// Who acts.
    pub holder_name: String,
    /// Who gave it.
    pub by: String,
    /// What both sides should know.
    pub note: String,
    /// When it was over, if it is.
    pub ended_at: Option<Timestamp>,
    /// Whether it holds.
    pub standing: MandateStanding,
}

/// Somebody to whom a mandate can be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MandatePerson {
    /// Who.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Function.
    pub function: String,
    /// Could write.
    pub may_send: bool,
    /// Could open what is about patients.
    pub with_patients: bool,
}

/// A mailbox over which a mandate can be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MandateMailbox {
    /// Which.
    pub id: MailboxId,
    /// Its address.
    pub address: EmailAddress,
    /// Whose.
    pub owner_id: PersonId,
    /// Whose, by name.
    pub owner_name: String,
}

/// Between whom mandates can be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MandateChoices {
    /// Own mailboxes; everybody's for who manages mandates.
    pub mailboxes: Vec<MandateMailbox>,
    /// Who may act.
    pub people: Vec<MandatePerson>,
    /// Most days that cover may last.
    pub cover_days_max: u16,
}

impl Core {
    /// Lets a colleague act in a mailbox: one's own, or with `delegation.manage` another's. Both sides are told.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a mailbox that is neither one's own nor, with `delegation.manage`, anybody's;
    /// [`Error::Denied`] `own_mandate`, `recent_sign_in`; [`Error::Conflict`] `too_many`; [`Error::Validation`] of `holder`
    /// (`unknown`, `yourself`), `may_send`, `with_patients` (`not_able`), `starts_at`, `ends_at` (`required`, `range`), `note`.
    pub async fn give_mandate(&self, actor: &Actor, new: NewMandate) -> Result<MandateLine> {
        let house = self.house().await?;
        let grantor = house.owner_of(new.mailbox);
        let holder = new.holder;
        let scope = grantor.filter(|g| *g != holder || *g != actor.person_id);
        let scope = scope.map(|grantor| Scope::Mandate { grantor, holder, giving: true });
        if grantor == Some(actor.person_id) && holder == actor.person_id {
            return Err(Error::field("holder", "yourself", "Choose a colleague."));
        }
        self.allow_mandate(actor, scope, ("mailbox", new.mailbox)).await?;
        let grantor = grantor.ok_or(Error::NotFound)?;
        // Who acts without a session (the operator's own program) has no sign-in to repeat.
        if actor.session_id.is_some() {
            self.require_recent(actor).await?;
        }
        able(&house, &new, grantor)?;
        let (starts_us, ends_us) = self.checked_times(&new).await?;
        let note = checked_lines("note", &new.note, 0, 500)?;
        if house.mandates.iter().filter(|m| m.mailbox == new.mailbox).count() >= MOST {
            return Err(Error::Conflict("too_many"));
        }
        let now = self.clock().now_us();
        let id = MandateId(self.clock().new_id());
        let row = MandateRow {
            id,
            kind: new.kind.as_str().to_owned(),
            mailbox_id: new.mailbox,
            grantor_id: grantor,
            holder_id: holder,
            may_send: new.may_send,
            with_patients: new.with_patients,
            starts_us,
            ends_us,
            told_us: (starts_us <= now).then_some(now),
            ended_us: None,
            created_by: actor.person_id,
            sealed_note: self.seal(purpose::MANDATE_NOTE, id.as_bytes(), &note)?,
        };
        let mandate = Mandate::read(&row)?;
        let mut batch = Batch::new();
        rows::insert(&mut batch, self.org(), row);
        self.audit(&mut batch, mandate_entry(&house, NewEntry::by(actor, AuditKind::MandateCreated), &mandate))?;
        let step = if starts_us <= now { MandateStep::Begun } else { MandateStep::Given };
        self.tell_of_mandate(&mut batch, &house, &mandate, step, Some(actor.person_id)).await?;
        self.announce_mandate(&mut batch, &mandate);
        self.write_house(batch).await?;
        self.mandate_line(id).await
    }

    /// Ends a mandate: either side, or with `delegation.manage` anybody. What it opened closes at once.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is over, not there, or none of the actor's business.
    pub async fn end_mandate(&self, actor: &Actor, id: MandateId) -> Result<()> {
        let found = rows::get(self.db(), self.org(), id).await?;
        let scope =
            found.as_ref().map(|m| Scope::Mandate { grantor: m.grantor_id, holder: m.holder_id, giving: false });
        self.allow_owned(actor, Permission::DelegationManage, scope, ("mandate", id)).await?;
        let row = found.filter(|m| m.ended_us.is_none()).ok_or(Error::NotFound)?;
        let mut batch = Batch::new();
        let entry = NewEntry::by(actor, AuditKind::MandateEnded);
        let house = self.house().await?;
        self.close_mandate(&mut batch, &house, &Mandate::read(&row)?, entry, Some(actor.person_id)).await?;
        self.write_house(batch).await
    }

    /// Adds the end of a mandate to a batch: audited, told to both sides, and to their pages.
    pub(crate) async fn close_mandate(
        &self,
        batch: &mut Batch,
        house: &House,
        mandate: &Mandate,
        entry: NewEntry,
        by: Option<PersonId>,
    ) -> Result<()> {
        rows::end(batch, self.org(), mandate.id, self.clock().now_us(), guard::FOUND);
        self.audit(batch, mandate_entry(house, entry, mandate))?;
        self.tell_of_mandate(batch, house, mandate, MandateStep::Ended, by).await?;
        self.announce_mandate(batch, mandate);
        Ok(())
    }

    /// The mandates that one gave or holds, also those that ended in the last three months.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn my_mandates(&self, actor: &Actor) -> Result<Vec<MandateLine>> {
        let since = self.clock().now_us() - SHOWN_FOR_US;
        self.mandate_lines(rows::of_person(self.db(), self.org(), actor.person_id, since).await?).await
    }

    /// All mandates that were not ended.
    ///
    /// # Errors
    /// [`Error::Denied`] without `delegation.manage`.
    pub async fn all_mandates(&self, actor: &Actor) -> Result<Vec<MandateLine>> {
        self.allow(actor, Permission::DelegationManage, Scope::Organisation).await?;
        self.mandate_lines(rows::open(self.db(), self.org()).await?).await
    }

    /// Between whom the actor may give mandates.
    ///
    /// # Errors
    /// [`Error::Denied`] without `mail.read` or `delegation.manage`.
    pub async fn mandate_choices(&self, actor: &Actor) -> Result<MandateChoices> {
        let manages = actor.may(Permission::DelegationManage);
        if !manages {
            self.allow(actor, Permission::MailRead, Scope::Organisation).await?;
        }
        let house = self.house().await?;
        let owned = house.mailboxes.values().filter_map(|(m, _)| Some((m, house.owner_of(m.id)?)));
        let mut mailboxes: Vec<MandateMailbox> = owned
            .filter(|(m, owner)| m.active && (manages || *owner == actor.person_id))
            .map(|(m, owner)| MandateMailbox {
                id: m.id,
                address: m.address.clone(),
                owner_id: owner,
                owner_name: house.person_name(owner),
            })
            .collect();
        mailboxes.sort_by_cached_key(|m| (m.owner_name.to_lowercase(), m.id));
        let mut people: Vec<MandatePerson> = house
            .people
            .values()
            .filter(|p| p.id != actor.person_id && p.state != PersonState::Disabled)
            .filter_map(|p| candidate(&house, p))
            .collect();
        people.sort_by_cached_key(|p| (p.name.to_lowercase(), p.id));
        Ok(MandateChoices { mailboxes, people, cover_days_max: self.access_rules().await?.cover_days_max })
    }

    /// Housekeeping: tells both sides of mandates that begin, and writes down that others are over. What holds does not
    /// depend on it. Gives how many.
    ///
    /// # Errors
    /// When the store fails; what was done before stays done.
    pub async fn tend_mandates(&self) -> Result<u32> {
        let (house, now) = (self.house().await?, self.clock().now_us());
        let mut done = 0;
        for m in &house.mandates {
            let over = m.ends_us.is_some_and(|e| e <= now);
            if !over && (m.told || m.starts_us > now) {
                continue;
            }
            match self.tend_mandate(&house, m, over).await {
                Ok(()) => done += 1,
                // Another node, or one of the sides, was faster.
                Err(Error::NotFound) => {}
                Err(e) => return Err(e),
            }
        }
        Ok(done)
    }

    async fn tend_mandate(&self, house: &House, m: &MandateRef, over: bool) -> Result<()> {
        let mut batch = Batch::new();
        if over {
            let entry = NewEntry::system(AuditKind::MandateEnded).why("its time is over");
            self.close_mandate(&mut batch, house, m, entry, None).await?;
        } else {
            rows::told(&mut batch, self.org(), m.id, self.clock().now_us(), guard::FOUND);
            self.tell_of_mandate(&mut batch, house, m, MandateStep::Begun, None).await?;
            self.announce_mandate(&mut batch, m);
        }
        self.write_house(batch).await
    }

    /// Who has no business with others' mandates learns of none: a mailbox that is not theirs is answered like none.
    async fn allow_mandate(&self, actor: &Actor, scope: Option<Scope<'_>>, object: (&str, MailboxId)) -> Result<()> {
        match self.allow_known(actor, Permission::DelegationManage, scope, object).await {
            Err(Error::Denied("missing_permission")) => Err(Error::NotFound),
            answer => answer,
        }
    }

    async fn checked_times(&self, new: &NewMandate) -> Result<(i64, Option<i64>)> {
        let now = self.clock().now_us();
        let starts = new.starts_at.map_or(now, |at| at.as_microsecond().max(now));
        if starts > now + MOST_DAYS_AHEAD * DAY_US {
            return Err(Error::field("starts_at", "range", "Within a year."));
        }
        let ends = new.ends_at.map(Timestamp::as_microsecond);
        let days = match new.kind {
            MandateKind::Cover if ends.is_none() => return Err(Error::field("ends_at", "required", "Cover ends.")),
            MandateKind::Cover => i64::from(self.access_rules().await?.cover_days_max),
            MandateKind::Secretary => MOST_DAYS,
        };
        if ends.is_some_and(|e| e <= starts || e > starts + days * DAY_US) {
            return Err(Error::field("ends_at", "range", format!("At most {days} days from its beginning.")));
        }
        Ok((starts, ends))
    }

    /// Pages and mail programs of the holder look anew at what they may use.
    fn announce_mandate(&self, batch: &mut Batch, m: &Mandate) {
        self.announce(batch, Change::Sessions(m.holder));
        self.announce(batch, Change::Sessions(m.grantor));
        if m.with_patients {
            self.announce(batch, Change::Care(m.holder));
        }
    }

    /// A notice for both sides, but for who did it.
    async fn tell_of_mandate(
        &self,
        batch: &mut Batch,
        house: &House,
        m: &Mandate,
        step: MandateStep,
        by: Option<PersonId>,
    ) -> Result<()> {
        let (grantor, holder) = (house.person_name(m.grantor), house.person_name(m.holder));
        for (side, to_holder) in [(m.holder, true), (m.grantor, false)] {
            let Some(person) = house.person(side).filter(|p| p.state != PersonState::Disabled && Some(p.id) != by)
            else {
                continue;
            };
            let mailboxes = self.mailboxes_of(side).await?;
            let Some(own) = mailboxes.iter().find(|m| m.kind == MailboxKind::Personal) else { continue };
            let notice = MandateNotice {
                step,
                kind: m.kind,
                grantor: &grantor,
                holder: &holder,
                to_holder,
                may_send: m.may_send,
                from: from_us(m.starts_us),
                until: m.ends_us.map(from_us),
            };
            self.notify_house(batch, own.id, HouseNotice::Mandate(notice), person.profile.language).await?;
        }
        Ok(())
    }

    async fn mandate_line(&self, id: MandateId) -> Result<MandateLine> {
        let row = rows::get(self.db(), self.org(), id).await?.ok_or(Error::NotFound)?;
        self.mandate_lines(vec![row]).await?.pop().ok_or(Error::NotFound)
    }

    async fn mandate_lines(&self, found: Vec<MandateRow>) -> Result<Vec<MandateLine>> {
        let (house, now) = (self.house().await?, self.clock().now_us());
        found
            .into_iter()
            .map(|row| {
                let mandate = Mandate::read(&row)?;
                let over = row.ended_us.or_else(|| row.ends_us.filter(|e| *e <= now));
                let standing = match over {
                    Some(_) => MandateStanding::Ended,
                    None if now < row.starts_us => MandateStanding::Planned,
                    None if house.holds(&mandate, now) => MandateStanding::Holds,
                    None => MandateStanding::Suspended,
                };
                Ok(MandateLine {
                    mailbox_name: house.mailboxes.get(&row.mailbox_id).map(|(m, _)| m.name.clone()).unwrap_or_default(),
                    grantor_name: house.person_name(row.grantor_id),
                    holder_name: house.person_name(row.holder_id),
                    by: house.person_name(row.created_by),
                    note: self.unseal(purpose::MANDATE_NOTE, row.id.as_bytes(), &row.sealed_note)?,
                    ended_at: over.map(from_us),
                    standing,
                    mandate,
                })
            })
            .collect()
    }

    /// The copy of all open mandates, for the house.
    pub(in crate::people) async fn load_mandates(&self) -> Result<Vec<MandateRef>> {
        rows::open(self.db(), self.org()).await?.iter().map(|r| Mandate::read(r).map(Arc::new)).collect()
    }
}

/// A mandate never opens more than the holder's own roles do: what would be without effect is refused.
fn able(house: &House, new: &NewMandate, grantor: PersonId) -> Result<()> {
    let holder = house.person(new.holder).filter(|p| p.state != PersonState::Disabled && p.id != grantor);
    let Some(can) = holder.and_then(|p| candidate(house, p)) else {
        return Err(Error::field("holder", "unknown", "There is nobody who could act."));
    };
    if house.person(grantor).is_none_or(|p| p.state == PersonState::Disabled) {
        return Err(Error::Conflict("grantor_disabled"));
    }
    if new.may_send && !can.may_send {
        return Err(Error::field("may_send", "not_able", "Their roles don't let them write mail."));
    }
    if new.with_patients && !can.with_patients {
        return Err(Error::field("with_patients", "not_able", "Their roles don't let them know patients."));
    }
    Ok(())
}

fn candidate(house: &House, person: &HousePerson) -> Option<MandatePerson> {
    let permissions = house.permissions_of(&person.roles);
    permissions.contains(&Permission::MailRead).then(|| MandatePerson {
        id: person.id,
        name: person.profile.name.clone(),
        function: person.profile.function.clone(),
        may_send: permissions.contains(&Permission::MailSend),
        with_patients: permissions.contains(&Permission::PatientRead),
    })
}

fn mandate_entry(house: &House, entry: NewEntry, m: &Mandate) -> NewEntry {
    let until = m.ends_us.map_or_else(|| "–".to_owned(), |e| from_us(e).to_string());
    entry
        .on("mandate", m.id)
        .on_behalf_of(house.person_name(m.grantor))
        .with("holder", house.person_name(m.holder))
        .with("kind", m.kind.as_str())
        .with("may_send", m.may_send.to_string())
        .with("with_patients", m.with_patients.to_string())
        .with("starts_at", from_us(m.starts_us).to_string())
        .with("ends_at", until)
}
