//! Proxies: a parent or carer acts for a patient in the portal, within a scope, until a day; for parents as long as the
//! patient's age lets them (ASVS 8.2.2; BW 7:447, 7:450, 7:465). Whether one holds is decided anew at each request.

mod keep;
mod own;
#[cfg(test)]
mod tests;

pub use keep::NewProxy;
pub use own::{OwnProxies, PatientCare, PatientDetails};

use super::patient::SealedPatient;
use crate::clock::from_us;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::BTreeSet;
use wardpost_gate::age::{self, ProxyFacts};
pub use wardpost_gate::age::{ProxyEnd, ProxyStanding};
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, PersonState};
use wardpost_model::proxy::{ActingFor, AgeRules, ProxyKind, ProxyScope};
use wardpost_model::{PatientId, PersonId, ProxyId};
use wardpost_store::repo::patient::{self as patients, PatientRow};
use wardpost_store::repo::proxy::{self as rows, ProxyRow};

/// How long ended proxies are shown to both sides.
const SHOWN_FOR_US: i64 = 90 * crate::clock::DAY_US;

/// A proxy as both sides and the front desk see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyLine {
    /// Its id.
    pub id: ProxyId,
    /// For whom.
    pub patient: PatientId,
    /// For whom, by name.
    pub patient_name: String,
    /// Who acts.
    pub person: PersonId,
    /// Who acts, by name.
    pub person_name: String,
    /// As what.
    pub kind: ProxyKind,
    /// What it opens.
    pub scope: BTreeSet<ProxyScope>,
    /// The first day.
    pub starts_on: Date,
    /// The last day.
    pub ends_on: Date,
    /// When the patient consented.
    pub consent_at: Option<Timestamp>,
    /// When it was written down that it is over.
    pub ended_at: Option<Timestamp>,
    /// How it stands today.
    pub standing: ProxyStanding,
    /// On what it rests: for those who keep the data.
    pub basis: String,
}

/// A proxy, read.
pub(super) struct Read {
    pub row: ProxyRow,
    pub kind: ProxyKind,
    pub scope: BTreeSet<ProxyScope>,
    pub starts_on: Date,
    pub ends_on: Date,
}

impl Read {
    pub(super) fn of(row: ProxyRow) -> Result<Self> {
        let damaged = |what: &'static str| Error::internal("reading a proxy", what);
        let kind = ProxyKind::from_name(&row.kind).ok_or_else(|| damaged("an unknown kind"))?;
        let day = |s: &str| s.parse::<Date>().map_err(|_| damaged("not a day"));
        let (starts_on, ends_on) = (day(&row.starts_on)?, day(&row.ends_on)?);
        let scope = row.scope.split_ascii_whitespace().filter_map(ProxyScope::from_name).collect();
        Ok(Self { row, kind, scope, starts_on, ends_on })
    }
    pub(super) fn standing(&self, rules: &AgeRules, birth: Option<Date>, today: Date) -> ProxyStanding {
        let facts = ProxyFacts {
            kind: self.kind,
            birth,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            consent_on: self.row.consent_us.map(|us| age::day_of(rules, from_us(us))),
            ended: self.row.ended_us.is_some(),
        };
        match age::standing(rules, &facts, today) {
            // Housekeeping wrote down why.
            ProxyStanding::Over(ProxyEnd::Withdrawn) if self.row.ended_why == ProxyEnd::Age.as_str() => {
                ProxyStanding::Over(ProxyEnd::Age)
            }
            ProxyStanding::Over(ProxyEnd::Withdrawn) if self.row.ended_why == ProxyEnd::Date.as_str() => {
                ProxyStanding::Over(ProxyEnd::Date)
            }
            other => other,
        }
    }
}

impl Core {
    /// The age rules, and the day that it is by them.
    pub(super) async fn age_rules(&self) -> Result<(AgeRules, Date)> {
        let rules = self.security_current().await?.policy.ages.clone();
        let today = age::day_of(&rules, self.clock().now());
        Ok((rules, today))
    }

    /// The day that it is for the organisation.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn today(&self) -> Result<Date> {
        Ok(self.age_rules().await?.1)
    }

    /// For whom a session acts: looked at anew at every request, so that a proxy that ends is over at once. One that does not
    /// hold any more opens nothing at all; nobody goes on as themselves unawares.
    pub(crate) async fn acting_for(&self, person: PersonId, proxy: ProxyId) -> Result<ActingFor> {
        let found = rows::get(self.db(), self.org(), proxy).await?.ok_or(Error::NotFound)?;
        let read = Read::of(found)?;
        let patient = patients::get(self.db(), self.org(), read.row.patient_id).await?.ok_or(Error::NotFound)?;
        let sealed = self.open_patient(&patient)?;
        let (rules, today) = self.age_rules().await?;
        let holds = read.standing(&rules, sealed.birth_date, today) == ProxyStanding::Holds;
        let over = !holds || read.row.person_id != person || !self.may_be_proxy(person).await?;
        Ok(ActingFor { proxy, patient: patient.id, name: sealed.name, scope: read.scope, over })
    }

    async fn may_be_proxy(&self, person: PersonId) -> Result<bool> {
        let house = self.house().await?;
        let person = house.person(person).filter(|p| p.state != PersonState::Disabled);
        Ok(person.is_some_and(|p| house.permissions_of(&p.roles).contains(&Permission::ProxyAct)))
    }

    /// When what a session that acts for somebody may see changes next by itself.
    pub(crate) async fn next_proxy_change(&self, actor: &Actor) -> Result<Option<i64>> {
        if actor.circumstances.acting_for.is_none() {
            return Ok(None);
        }
        let rules = self.security_current().await?.policy.ages.clone();
        Ok(age::next_day(&rules, self.clock().now()).map(Timestamp::as_microsecond))
    }

    /// Proxies as lines; the basis only where it may be seen.
    pub(super) async fn proxy_lines(&self, found: Vec<ProxyRow>, with_basis: bool) -> Result<Vec<ProxyLine>> {
        let house = self.house().await?;
        let (rules, today) = self.age_rules().await?;
        let mut lines = Vec::with_capacity(found.len());
        for row in found {
            let Some(patient) = patients::get(self.db(), self.org(), row.patient_id).await? else { continue };
            let sealed = self.open_patient(&patient)?;
            let read = Read::of(row)?;
            let basis = if with_basis {
                self.unseal(purpose::PROXY_BASIS, read.row.id.as_bytes(), &read.row.sealed_basis)?
            } else {
                String::new()
            };
            lines.push(ProxyLine {
                id: read.row.id,
                patient: patient.id,
                patient_name: sealed.name.clone(),
                person: read.row.person_id,
                person_name: house.person_name(read.row.person_id),
                kind: read.kind,
                standing: read.standing(&rules, sealed.birth_date, today),
                starts_on: read.starts_on,
                ends_on: last_day(&rules, &read, &sealed),
                consent_at: read.row.consent_us.map(from_us),
                ended_at: read.row.ended_us.map(from_us),
                scope: read.scope,
                basis,
            });
        }
        Ok(lines)
    }

    pub(super) async fn proxy_of(&self, id: ProxyId) -> Result<Option<(Read, PatientRow)>> {
        let Some(row) = rows::get(self.db(), self.org(), id).await? else { return Ok(None) };
        let Some(patient) = patients::get(self.db(), self.org(), row.patient_id).await? else { return Ok(None) };
        Ok(Some((Read::of(row)?, patient)))
    }
}

/// The last day that a proxy can hold, by its own dates and by age as the rules are now.
fn last_day(rules: &AgeRules, read: &Read, patient: &SealedPatient) -> Date {
    let by_age = match (read.kind, patient.birth_date) {
        (ProxyKind::Parent, Some(birth)) => age::last_day_of_parents(rules, birth),
        _ => None,
    };
    by_age.map_or(read.ends_on, |day| day.min(read.ends_on))
}
