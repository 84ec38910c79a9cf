//! Who can open this patient, and on which ground: the question that the gate answers for one person at a time, asked for
//! everybody with the facts read once.

use super::{Place, fact};
use crate::audit::NewEntry;
use crate::people::{Book, MailboxRef, MandateRef};
use crate::{Core, Error, Result};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use wardpost_gate::{CareQuestion, CareRelation, EmergencyGrant, Scope, StandIn};
use wardpost_model::audit::AuditKind;
use wardpost_model::ground::{AccessRules, Ground};
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, MandateKind};
use wardpost_model::{MailboxId, PatientId, PersonId, TeamId};
use wardpost_store::repo::patient::{self as patients, PatientRow};
use wardpost_store::repo::{break_glass as grants, care as relations, message as messages};

/// What opens for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// On which ground.
    pub ground: Ground,
    /// The mailbox whose messages about the patient open; none: the patient's own page.
    pub mailbox: Option<String>,
}

/// Somebody who can open something about a patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opener {
    /// Who.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Function.
    pub function: String,
    /// What, and why.
    pub opens: Vec<Opening>,
}

/// The facts about one patient.
struct Facts {
    patient: PatientRow,
    rules: AccessRules,
    now_us: i64,
    relations: Vec<CareRelation>,
    teams: HashMap<PersonId, Vec<TeamId>>,
    grants: Vec<EmergencyGrant>,
    /// Mailboxes with messages about the patient, and who of the house wrote them.
    places: Vec<(MailboxRef, Vec<PersonId>)>,
}

impl Core {
    /// Who can open something about a patient now, by name. The answer names no content, and is itself an entry.
    ///
    /// # Errors
    /// [`Error::Denied`] without `rights.review`; [`Error::NotFound`].
    pub async fn who_can_open(&self, actor: &Actor, patient: PatientId) -> Result<Vec<Opener>> {
        self.allow_on(actor, Permission::RightsReview, Scope::Organisation, ("patient", patient)).await?;
        let row = patients::get(self.db(), self.org(), patient).await?.ok_or(Error::NotFound)?;
        let reference = self.reference_of(&row, None)?;
        let (facts, book) = (self.facts_of(row).await?, self.rights_book().await?);
        let mut found: Vec<Opener> = book
            .house
            .people
            .values()
            .map(|p| Opener {
                id: p.id,
                name: p.profile.name.clone(),
                function: p.profile.function.clone(),
                opens: facts.opens_for(&book, p.id),
            })
            .filter(|o| !o.opens.is_empty())
            .collect();
        found.sort_by_cached_key(|o| (o.name.to_lowercase(), o.id));
        let entry = NewEntry::by(actor, AuditKind::RightsRead).on("patient", patient).patient(Some(&reference));
        self.audit_alone(entry.ground(Some(Ground::Review))).await?;
        Ok(found)
    }

    async fn facts_of(&self, patient: PatientRow) -> Result<Facts> {
        let (db, org, now_us) = (self.db(), self.org(), self.clock().now_us());
        let mut teams: HashMap<PersonId, Vec<TeamId>> = HashMap::new();
        for (team, person) in relations::members(db, org).await? {
            teams.entry(person).or_default().push(team);
        }
        let open = grants::open(db, org, now_us).await?.into_iter().filter(|g| g.patient_id == patient.id);
        let grants = open.map(|g| EmergencyGrant {
            id: g.id,
            person: g.person_id,
            starts_us: g.started_us,
            ends_us: g.ends_us,
            ended_us: g.ended_us,
        });
        let mut senders: BTreeMap<MailboxId, Vec<PersonId>> = BTreeMap::new();
        for (mailbox, sender) in messages::places_of_patient(db, org, patient.id).await? {
            senders.entry(mailbox).or_default().extend(sender);
        }
        let house = self.house().await?;
        let place = |(id, senders)| house.mailboxes.get(&id).map(|(m, _)| (Arc::clone(m), senders));
        Ok(Facts {
            rules: self.access_rules().await?,
            now_us,
            relations: relations::of_patient(db, org, patient.id).await?.iter().filter_map(fact).collect(),
            teams,
            grants: grants.collect(),
            places: senders.into_iter().filter_map(place).filter(|(m, _)| m.active).collect(),
            patient,
        })
    }
}

impl Facts {
    /// What opens for somebody: the patient's page, and messages in mailboxes that they use.
    fn opens_for(&self, book: &Book, me: PersonId) -> Vec<Opening> {
        let Some(person) = book.house.person(me) else { return Vec::new() };
        let ground = self.ground(book, me, None);
        let mut opens = Vec::new();
        if let Some(ground) = ground
            && book.may(person, Permission::PatientRead, Scope::Patient { ground: Some(ground) })
        {
            opens.push(Opening { ground, mailbox: None });
        } else if book.may(person, Permission::PatientManage, Scope::Organisation) {
            opens.push(Opening { ground: Ground::Administration, mailbox: None });
        } else if book.may(person, Permission::AccessReview, Scope::Organisation) {
            opens.push(Opening { ground: Ground::Review, mailbox: None });
        }
        for (mailbox, senders) in &self.places {
            let mandate = book.mandate_on(me, mailbox.id);
            let mailbox_scope = Scope::Mailbox { members: &mailbox.members, mandate };
            if !book.may(person, Permission::MailRead, mailbox_scope) {
                continue;
            }
            let sender = senders.iter().copied().find(|s| *s == me);
            if let Some(ground) = self.ground(book, me, Some(Place { mailbox, sender })) {
                opens.push(Opening { ground, mailbox: Some(mailbox.name.clone()) });
            }
        }
        opens
    }

    fn ground(&self, book: &Book, me: PersonId, place: Option<Place<'_>>) -> Option<Ground> {
        let mine = self.teams.get(&me).map_or(&[] as &[TeamId], Vec::as_slice);
        wardpost_gate::ground(&CareQuestion {
            rules: &self.rules,
            now_us: self.now_us,
            me,
            patient_account: self.patient.person_id,
            relations: &self.relations,
            my_teams: mine,
            grants: &self.grants,
            stand_ins: &self.stand_ins(book, me, place),
            correspondent: place.is_some_and(|p| p.is_correspondent(me)),
            duty: place.filter(|p| p.on_duty(me)).map(|p| p.mailbox.id),
        })
    }

    /// The colleagues for whom somebody acts towards the patient; a secretary in the mailbox only.
    fn stand_ins(&self, book: &Book, me: PersonId, place: Option<Place<'_>>) -> Vec<StandIn> {
        let knows = book.house.person(me).is_some_and(|p| book.may(p, Permission::PatientRead, Scope::Organisation));
        let here = |m: &MandateRef| place.is_some_and(|p| p.mailbox.id == m.mailbox);
        book.house
            .mandates_of(me, self.now_us)
            .into_iter()
            .filter(|m| knows && m.with_patients && (m.kind == MandateKind::Cover || here(m)))
            .map(|m| StandIn {
                mandate: m.id,
                grantor: m.grantor,
                relations: self.relations.clone(),
                teams: self.teams.get(&m.grantor).cloned().unwrap_or_default(),
                correspondent: place.is_some_and(|p| p.is_correspondent(m.grantor)),
            })
            .collect()
    }
}
