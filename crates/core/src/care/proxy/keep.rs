//! Registering proxies at the front desk, and ending those that are over.

use super::super::patient::initials;
use super::{ProxyLine, Read, SHOWN_FOR_US};
use crate::audit::NewEntry;
use crate::error::guard;
use crate::live::Change;
use crate::people::checked_lines;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::civil::Date;
use std::collections::BTreeSet;
use wardpost_gate::Scope;
use wardpost_gate::age::{self, ProxyEnd, ProxyStanding};
use wardpost_model::audit::AuditKind;
use wardpost_model::ground::Ground;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, PersonState};
use wardpost_model::proxy::{ParentRule, ProxyKind, ProxyScope};
use wardpost_model::{EmailAddress, PatientId, PersonId, ProxyId};
use wardpost_store::Batch;
use wardpost_store::repo::patient::{self as patients, PatientRow};
use wardpost_store::repo::proxy::{self as rows, ProxyRow};

/// Most days that a proxy is registered for.
const MOST_DAYS: i32 = 366 * 20;
/// Looked at by one step of housekeeping.
const ROUND: i64 = 500;

/// A proxy to be registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProxy {
    /// Sign-in name of who is to act: an account that may (`proxy.act`).
    pub login: EmailAddress,
    /// As what.
    pub kind: ProxyKind,
    /// What it opens.
    pub scope: BTreeSet<ProxyScope>,
    /// The last day.
    pub ends_on: Date,
    /// The patient consented, as who registers it knows: needed by age, and counts from that age on only.
    pub consent: bool,
    /// On what it rests: what was shown (register, court order, signed mandate).
    pub basis: String,
}

impl Core {
    /// Who acts for a patient, also until lately.
    ///
    /// # Errors
    /// [`Error::Denied`] without `proxy.manage`; [`Error::NotFound`].
    pub async fn proxies(&self, actor: &Actor, patient: PatientId) -> Result<Vec<ProxyLine>> {
        self.allow_on(actor, Permission::ProxyManage, Scope::Organisation, ("patient", patient)).await?;
        patients::get(self.db(), self.org(), patient).await?.ok_or(Error::NotFound)?;
        let since = self.clock().now_us() - SHOWN_FOR_US;
        self.proxy_lines(rows::of_patient(self.db(), self.org(), patient, since).await?, true).await
    }

    /// Registers that somebody acts for a patient from today on. A parent's ends by age at the latest.
    ///
    /// # Errors
    /// [`Error::Denied`] without `proxy.manage`; [`Error::NotFound`]; [`Error::Conflict`] `birth_date_missing`,
    /// `already_proxy`; [`Error::Validation`] of `login` (`unknown`, `yourself`), `kind` (`age`), `scope`, `ends_on`, `basis`.
    pub async fn register_proxy(&self, actor: &Actor, patient: PatientId, new: NewProxy) -> Result<Vec<ProxyLine>> {
        self.allow_on(actor, Permission::ProxyManage, Scope::Organisation, ("patient", patient)).await?;
        let row = patients::get(self.db(), self.org(), patient).await?.ok_or(Error::NotFound)?;
        let person = self.proxy_account(actor, &new.login, &row).await?;
        let (today, ends_on) = self.checked_proxy(&row, &new).await?;
        let basis = checked_lines("basis", &new.basis, usize::from(new.kind != ProxyKind::Parent), 500)?;
        let id = ProxyId(self.clock().new_id());
        let now = self.clock().now_us();
        let scope = new.scope.iter().fold(" ".to_owned(), |all, s| all + s.as_str() + " ");
        let mut batch = Batch::new();
        rows::insert(
            &mut batch,
            self.org(),
            ProxyRow {
                id,
                patient_id: patient,
                person_id: person,
                kind: new.kind.as_str().to_owned(),
                scope: scope.clone(),
                starts_on: today.to_string(),
                ends_on: ends_on.to_string(),
                consent_us: new.consent.then_some(now),
                ended_us: None,
                ended_why: String::new(),
                created_by: actor.person_id,
                sealed_basis: self.seal(purpose::PROXY_BASIS, id.as_bytes(), &basis)?,
            },
        );
        let entry = self
            .proxy_entry(NewEntry::by(actor, AuditKind::ProxyCreated), &row, id, person)
            .await?
            .ground(Some(Ground::Administration))
            .with("kind", new.kind.as_str())
            .with("scope", scope.trim())
            .with("ends_on", ends_on.to_string())
            .with("consent", new.consent.to_string());
        self.audit(&mut batch, if basis.is_empty() { entry } else { entry.why(basis) })?;
        self.announce_proxy(&mut batch, person, row.person_id);
        self.db().write(batch).await.map_err(|e| match e {
            e if e.is_conflict_on("proxy_open") => Error::Conflict("already_proxy"),
            e => e.into(),
        })?;
        self.proxies(actor, patient).await
    }

    /// Writes down that the patient consented, at the front desk.
    ///
    /// # Errors
    /// [`Error::Denied`] without `proxy.manage`; [`Error::NotFound`] when it is over, not there, or has it.
    pub async fn record_proxy_consent(&self, actor: &Actor, id: ProxyId) -> Result<Vec<ProxyLine>> {
        self.allow_on(actor, Permission::ProxyManage, Scope::Organisation, ("proxy", id)).await?;
        let (read, patient) = self.proxy_of(id).await?.ok_or(Error::NotFound)?;
        self.put_consent(actor, &read, &patient, Ground::Administration).await?;
        self.proxies(actor, patient.id).await
    }

    pub(super) async fn put_consent(
        &self,
        actor: &Actor,
        read: &Read,
        patient: &PatientRow,
        ground: Ground,
    ) -> Result<()> {
        let (rules, today) = self.age_rules().await?;
        let birth = self.open_patient(patient)?.birth_date;
        // One that was given too young is given anew.
        let waits = read.standing(&rules, birth, today) == ProxyStanding::WaitsForConsent;
        let now = self.clock().now_us();
        let mut batch = Batch::new();
        rows::consent(&mut batch, self.org(), read.row.id, now, if waits { now } else { 0 }, guard::FOUND);
        let entry = NewEntry::by(actor, AuditKind::ProxyChanged);
        let entry = self.proxy_entry(entry, patient, read.row.id, read.row.person_id).await?.ground(Some(ground));
        self.audit(&mut batch, entry.with("consent", "true"))?;
        self.announce_proxy(&mut batch, read.row.person_id, patient.person_id);
        self.db().write(batch).await?;
        Ok(())
    }

    /// Ends a proxy at the front desk. What it opened closes at once.
    ///
    /// # Errors
    /// [`Error::Denied`] without `proxy.manage`; [`Error::NotFound`] when it is over or not there.
    pub async fn end_proxy(&self, actor: &Actor, id: ProxyId) -> Result<()> {
        self.allow_on(actor, Permission::ProxyManage, Scope::Organisation, ("proxy", id)).await?;
        let (read, patient) = self.proxy_of(id).await?.ok_or(Error::NotFound)?;
        let entry = NewEntry::by(actor, AuditKind::ProxyEnded);
        self.close_proxy(&read, &patient, ProxyEnd::Withdrawn, entry, Ground::Administration).await
    }

    pub(super) async fn close_proxy(
        &self,
        read: &Read,
        patient: &PatientRow,
        why: ProxyEnd,
        entry: NewEntry,
        ground: Ground,
    ) -> Result<()> {
        let mut batch = Batch::new();
        rows::end(&mut batch, self.org(), read.row.id, self.clock().now_us(), why.as_str(), guard::FOUND);
        let entry = self.proxy_entry(entry, patient, read.row.id, read.row.person_id).await?;
        self.audit(&mut batch, entry.ground(Some(ground)).with("kind", read.kind.as_str()).why(why.as_str()))?;
        self.announce_proxy(&mut batch, read.row.person_id, patient.person_id);
        self.db().write(batch).await?;
        Ok(())
    }

    /// Housekeeping: writes down which proxies are over by date or age, once a day of the organisation. What holds does not
    /// depend on it. Gives how many.
    ///
    /// # Errors
    /// When the store fails; what was done before stays done.
    pub async fn tend_proxies(&self) -> Result<u32> {
        let (rules, today) = self.age_rules().await?;
        if self.people().tended_proxies_on(None) == Some(today) {
            return Ok(0);
        }
        let (mut done, mut after) = (0, ProxyId(uuid::Uuid::nil()));
        loop {
            let page = rows::open(self.db(), self.org(), after, ROUND).await?;
            let Some(last) = page.last() else { break };
            after = last.id;
            for row in page {
                let Some(patient) = patients::get(self.db(), self.org(), row.patient_id).await? else { continue };
                let read = Read::of(row)?;
                let birth = self.open_patient(&patient)?.birth_date;
                let ProxyStanding::Over(why) = read.standing(&rules, birth, today) else { continue };
                let entry = NewEntry::system(AuditKind::ProxyEnded);
                match self.close_proxy(&read, &patient, why, entry, Ground::Administration).await {
                    Ok(()) => done += 1,
                    // Another node, or one of the sides, was faster.
                    Err(Error::NotFound) => {}
                    Err(e) => return Err(e),
                }
            }
        }
        self.people().tended_proxies_on(Some(today));
        Ok(done)
    }

    /// An entry about a proxy: whose data, who acts. No more of the patient's name than must be.
    pub(super) async fn proxy_entry(
        &self,
        entry: NewEntry,
        patient: &PatientRow,
        id: ProxyId,
        person: PersonId,
    ) -> Result<NewEntry> {
        let reference = self.reference_of(patient, None)?;
        let name = initials(&self.open_patient(patient)?.name);
        let entry = entry.on("proxy", id).patient(Some(&reference));
        Ok(entry.with("holder", self.person_name(person).await?).with("for", name))
    }

    /// Pages of both sides look anew.
    fn announce_proxy(&self, batch: &mut Batch, person: PersonId, patient: Option<PersonId>) {
        for who in [Some(person), patient].into_iter().flatten() {
            self.announce(batch, Change::Sessions(who));
            self.announce(batch, Change::Care(who));
        }
    }

    /// The account of somebody who may act for patients. Never one's own, never the patient's.
    async fn proxy_account(&self, actor: &Actor, login: &EmailAddress, patient: &PatientRow) -> Result<PersonId> {
        let house = self.house().await?;
        let wanted = login.normalised();
        let found = house.people.values().find(|p| p.profile.login.normalised() == wanted);
        let found = found.filter(|p| p.state != PersonState::Disabled && Some(p.id) != patient.person_id);
        let found = found.filter(|p| house.permissions_of(&p.roles).contains(&Permission::ProxyAct));
        let found = found.ok_or_else(|| Error::field("login", "unknown", "There is no such account of a carer."))?;
        if found.id == actor.person_id {
            return Err(Error::field("login", "yourself", "Let somebody else register you."));
        }
        Ok(found.id)
    }

    /// Today, and the last day: a parent's by age at the latest.
    async fn checked_proxy(&self, patient: &PatientRow, new: &NewProxy) -> Result<(Date, Date)> {
        let (rules, today) = self.age_rules().await?;
        let birth = self.open_patient(patient)?.birth_date;
        let mut ends_on = new.ends_on;
        match (new.kind, birth) {
            (ProxyKind::Parent | ProxyKind::Mandated, None) => return Err(Error::Conflict("birth_date_missing")),
            (ProxyKind::Parent, Some(birth)) => {
                if age::rule_on(&rules, birth, today) == ParentRule::OnlyByMandate {
                    return Err(Error::field("kind", "age", "At this age only by mandate, or by a court."));
                }
                ends_on = age::last_day_of_parents(&rules, birth).map_or(ends_on, |last| last.min(ends_on));
            }
            // Who is too young to decide alone gives no mandate.
            (ProxyKind::Mandated, Some(birth)) if age::rule_on(&rules, birth, today) != ParentRule::OnlyByMandate => {
                return Err(Error::field("kind", "age", "At this age a parent acts."));
            }
            _ => {}
        }
        if new.scope.is_empty() {
            return Err(Error::field("scope", "required", "Choose what they may do."));
        }
        if ends_on < today || age::days_later(today, MOST_DAYS).is_some_and(|far| ends_on > far) {
            return Err(Error::field("ends_on", "range", "From today on, within twenty years."));
        }
        Ok((today, ends_on))
    }
}
