//! Who cares for a patient: assigned, by a team, referred to, standing in for a time. Nobody says so of themselves.

use super::Cared;
use crate::audit::NewEntry;
use crate::clock::{DAY_US, from_us};
use crate::error::guard;
use crate::live::Change;
use crate::people::checked_lines;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use wardpost_gate::Scope;
use wardpost_model::audit::AuditKind;
use wardpost_model::ground::RelationKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, PersonState};
use wardpost_model::{PatientId, PersonId, RelationId, TeamId};
use wardpost_store::Batch;
use wardpost_store::repo::care::{self as rows, RelationRow};
use wardpost_store::repo::patient::{self as patients, PatientRow};

/// To whom a relation opens a patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelationTo {
    /// Somebody.
    Person(PersonId),
    /// Everybody of a team.
    Team(TeamId),
}

/// A relation to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRelation {
    /// How it comes to be.
    pub kind: RelationKind,
    /// For whom: a team exactly where the kind is one.
    pub to: RelationTo,
    /// Until when; standing in always ends.
    pub ends_at: Option<Timestamp>,
    /// Why.
    pub reason: String,
}

/// A relation as a patient's page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelationLine {
    /// Its id.
    pub id: RelationId,
    /// How it came to be.
    pub kind: RelationKind,
    /// Name of the person or team.
    pub name: String,
    /// Since when.
    pub starts_at: Timestamp,
    /// Until when.
    pub ends_at: Option<Timestamp>,
    /// Who made it.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// Somebody who may care for patients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    /// Who.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Function.
    pub function: String,
}

impl Core {
    /// Who can be said to care for patients.
    ///
    /// # Errors
    /// [`Error::Denied`] without `relation.manage`.
    pub async fn care_colleagues(&self, actor: &Actor) -> Result<Vec<Colleague>> {
        self.allow(actor, Permission::RelationManage, Scope::Organisation).await?;
        let house = self.house().await?;
        let mut found: Vec<Colleague> = house
            .people
            .values()
            .filter(|p| p.state != PersonState::Disabled)
            .filter(|p| house.permissions_of(&p.roles).contains(&Permission::PatientRead))
            .map(|p| Colleague { id: p.id, name: p.profile.name.clone(), function: p.profile.function.clone() })
            .collect();
        found.sort_by_cached_key(|c| (c.name.to_lowercase(), c.id));
        Ok(found)
    }

    /// The relations of a patient that hold now or will, oldest first.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Denied`] for a patient whom nothing ties to the actor.
    pub async fn relations(&self, actor: &Actor, patient: PatientId) -> Result<Vec<RelationLine>> {
        self.allow_patients(actor).await?;
        let row = patients::get(self.db(), self.org(), patient).await?.ok_or(Error::NotFound)?;
        if self.record_ground(actor, &row).await?.is_none() {
            return Err(Error::NoRelation { patient });
        }
        self.relation_lines(patient).await
    }

    pub(super) async fn relation_lines(&self, patient: PatientId) -> Result<Vec<RelationLine>> {
        let (house, now) = (self.house().await?, self.clock().now_us());
        let teams = self.team_names().await?;
        let found = rows::of_patient(self.db(), self.org(), patient).await?.into_iter();
        found
            .filter(|r| r.ends_us.is_none_or(|e| now < e))
            .map(|r| {
                let team = r.team_id.map(|t| teams.get(&t).cloned().unwrap_or_default());
                let person = r.person_id.map(|p| house.person_name(p));
                Ok(RelationLine {
                    id: r.id,
                    kind: RelationKind::from_name(&r.kind)
                        .ok_or_else(|| Error::internal("reading a care relation", "an unknown kind"))?,
                    name: team.or(person).unwrap_or_default(),
                    starts_at: from_us(r.starts_us),
                    ends_at: r.ends_us.map(from_us),
                    by: house.person_name(r.created_by),
                    reason: self.unseal(purpose::CARE_REASON, r.id.as_bytes(), &r.sealed_reason)?,
                })
            })
            .collect()
    }

    /// Says that somebody, or a team, cares for a patient from now on.
    ///
    /// # Errors
    /// [`Error::Denied`] without `relation.manage`, for oneself or one's own team, or for a patient to whom nothing lasting
    /// ties one and whose data one does not keep; [`Error::Validation`] of `to`, `ends_at`, `reason`; [`Error::NotFound`], also for a patient
    /// of whom one may not know.
    pub async fn relate(&self, actor: &Actor, patient: PatientId, new: NewRelation) -> Result<Vec<RelationLine>> {
        let found = patients::get(self.db(), self.org(), patient).await?;
        // Who may look patients up is told what is missing; to all others one they don't care for isn't there.
        let listed = actor.may(Permission::PatientRead);
        let mut scope = self.relation_scope(actor, patient, found.as_ref(), listed).await?;
        if let Some(Scope::Relation { for_actor, .. }) = &mut scope {
            *for_actor = new.to == RelationTo::Person(actor.person_id);
        }
        self.allow_known(actor, Permission::RelationManage, scope, ("patient", patient)).await?;
        let row = found.ok_or(Error::NotFound)?;
        let members = self.people_of(new.to).await?;
        let scope = Scope::Relation { for_actor: members.contains(&actor.person_id), known: true };
        self.allow_on(actor, Permission::RelationManage, scope, ("patient", patient)).await?;
        let reason = checked_lines("reason", &new.reason, 0, 500)?;
        let ends_us = self.checked_end(&new).await?;
        let (person_id, team_id) = match new.to {
            RelationTo::Person(p) => (Some(p), None),
            RelationTo::Team(t) => (None, Some(t)),
        };
        let id = RelationId(self.clock().new_id());
        let mut batch = Batch::new();
        rows::insert(
            &mut batch,
            self.org(),
            RelationRow {
                id,
                patient_id: patient,
                kind: new.kind.as_str().to_owned(),
                person_id,
                team_id,
                starts_us: self.clock().now_us(),
                ends_us,
                ended_us: None,
                created_by: actor.person_id,
                sealed_reason: self.seal(purpose::CARE_REASON, id.as_bytes(), &reason)?,
            },
        );
        let mut entry = NewEntry::by(actor, AuditKind::RelationCreated)
            .on("relation", id)
            .patient(Some(&self.reference_of(&row, None)?))
            .ground(self.record_ground(actor, &row).await?)
            .with("kind", new.kind.as_str())
            .with("for", self.name_of(new.to).await?);
        if let Some(end) = ends_us {
            entry = entry.with("ends_at", from_us(end).to_string());
        }
        if !reason.is_empty() {
            entry = entry.why(reason);
        }
        self.audit(&mut batch, entry)?;
        self.announce_care(&mut batch, &members);
        self.db().write(batch).await?;
        self.relation_lines(patient).await
    }

    /// Ends a relation. What it opened closes at once.
    ///
    /// # Errors
    /// [`Error::Denied`] without `relation.manage`; [`Error::NotFound`] also for one that has ended, or, unless it is the own,
    /// of a patient to whom nothing lasting ties one and whose data one does not keep.
    pub async fn end_relation(&self, actor: &Actor, id: RelationId) -> Result<()> {
        let found = rows::get(self.db(), self.org(), id).await?.filter(|r| r.ended_us.is_none());
        let patient = found.as_ref().map_or(PatientId(uuid::Uuid::nil()), |r| r.patient_id);
        let row = patients::get(self.db(), self.org(), patient).await?;
        let mut scope = self.relation_scope(actor, patient, row.as_ref(), false).await?;
        if found.as_ref().is_some_and(|r| r.person_id == Some(actor.person_id)) {
            // One's own may be given up, whatever it is.
            scope = Some(Scope::Relation { for_actor: false, known: true });
        }
        self.allow_known(actor, Permission::RelationManage, scope, ("relation", id)).await?;
        let (relation, row) = found.zip(row).ok_or(Error::NotFound)?;
        let to = match (relation.person_id, relation.team_id) {
            (Some(p), _) => RelationTo::Person(p),
            (None, Some(t)) => RelationTo::Team(t),
            (None, None) => return Err(Error::internal("reading a care relation", "of nobody")),
        };
        let mut batch = Batch::new();
        rows::end(&mut batch, self.org(), id, self.clock().now_us(), guard::FOUND);
        let entry = NewEntry::by(actor, AuditKind::RelationEnded)
            .on("relation", id)
            .patient(Some(&self.reference_of(&row, None)?))
            .ground(self.record_ground(actor, &row).await?)
            .with("kind", relation.kind)
            .with("for", self.name_of(to).await?);
        self.audit(&mut batch, entry)?;
        self.announce_care(&mut batch, &self.people_of(to).await.unwrap_or_default());
        self.db().write(batch).await?;
        Ok(())
    }

    /// What the gate is asked about the relations of a patient, who may not be there; none when the actor may not know of
    /// them either. It is the same work for both.
    async fn relation_scope(
        &self,
        actor: &Actor,
        id: PatientId,
        found: Option<&PatientRow>,
        listed: bool,
    ) -> Result<Option<Scope<'static>>> {
        let nobody = PatientRow { id, person_id: None, sealed_patient: Vec::new(), version: 0 };
        let known = self.may_change_care(actor, Cared::Patient(found.unwrap_or(&nobody))).await?;
        Ok(found.filter(|_| known || listed).map(|_| Scope::Relation { for_actor: false, known }))
    }

    async fn checked_end(&self, new: &NewRelation) -> Result<Option<i64>> {
        let fits = matches!(new.to, RelationTo::Team(_)) == (new.kind == RelationKind::Team);
        if !fits {
            return Err(Error::field("to", "invalid", "A team for the kind team, somebody for the others."));
        }
        let now = self.clock().now_us();
        let ends_us = new.ends_at.map(Timestamp::as_microsecond);
        if new.kind == RelationKind::Cover && ends_us.is_none() {
            return Err(Error::field("ends_at", "required", "Standing in ends."));
        }
        let days = match new.kind {
            RelationKind::Cover => i64::from(self.access_rules().await?.cover_days_max),
            _ => 366 * 20,
        };
        if ends_us.is_some_and(|e| e <= now || e > now + days * DAY_US) {
            return Err(Error::field("ends_at", "range", format!("Within {days} days from now.")));
        }
        Ok(ends_us)
    }

    /// Whom a relation concerns; they must be able to care for patients.
    async fn people_of(&self, to: RelationTo) -> Result<Vec<PersonId>> {
        let unknown = || Error::field("to", "unknown", "There is nobody who could care for patients.");
        match to {
            RelationTo::Person(id) => {
                let house = self.house().await?;
                let person = house.person(id).filter(|p| p.state != PersonState::Disabled);
                let cares = person.filter(|p| house.permissions_of(&p.roles).contains(&Permission::PatientRead));
                cares.map(|p| vec![p.id]).ok_or_else(unknown)
            }
            RelationTo::Team(id) => self.team(id).await?.map(|t| t.members).ok_or_else(unknown),
        }
    }

    async fn name_of(&self, to: RelationTo) -> Result<String> {
        match to {
            RelationTo::Person(id) => self.person_name(id).await,
            RelationTo::Team(id) => Ok(self.team_names().await?.remove(&id).unwrap_or_default()),
        }
    }

    /// Pages of these people look anew at what opens for them.
    pub(super) fn announce_care(&self, batch: &mut Batch, people: &[PersonId]) {
        for person in people {
            self.announce(batch, Change::Care(*person));
        }
    }
}
