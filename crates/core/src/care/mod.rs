//! Care: patients, who cares for them, and the one road to what is about them. Access follows care: what is tied to a
//! patient opens for those with a ground ([`wardpost_gate::ground`]), and the ground stands in the audit log (NL-06).

mod access_log;
mod break_glass;
mod hand_over;
mod openers;
mod patient;
mod proxy;
mod relation;
mod team;
#[cfg(test)]
mod tests;
mod verify;

pub use access_log::{AccessLog, Looked};
pub use break_glass::{BreakGlassLine, Grant, OpenGrant, Verdict};
pub use openers::{Opener, Opening};
pub use patient::{IdentityDocument, NewPatient, PatientLine, PatientUpdate, PatientView};
pub use proxy::{NewProxy, OwnProxies, PatientCare, PatientDetails, ProxyEnd, ProxyLine, ProxyStanding};
pub use relation::{Colleague, NewRelation, RelationLine, RelationTo};
pub use team::TeamLine;

use crate::audit::NewEntry;
use crate::people::MailboxRef;
use crate::{Core, Error, Result};
use std::collections::{BTreeSet, HashMap};
use wardpost_gate::{CareQuestion, CareRelation, EmergencyGrant, StandIn};
use wardpost_model::audit::{AuditKind, Outcome};
use wardpost_model::finding::FindingKind;
use wardpost_model::ground::{AccessRules, Ground, RelationKind};
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, MailboxKind};
use wardpost_model::{MessageId, PatientId, PersonId, TeamId};
use wardpost_store::repo::break_glass as grants;
use wardpost_store::repo::care::{self as relations, RelationRow};
use wardpost_store::repo::message::MessageRow;
use wardpost_store::repo::patient::{self as patients, PatientRow};

/// Where something about a patient lies, as far as that is a ground to open it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    /// In which mailbox.
    pub mailbox: &'a MailboxRef,
    /// Who wrote it, if somebody of the house did.
    pub sender: Option<PersonId>,
}

impl Place<'_> {
    fn is_correspondent(&self, me: PersonId) -> bool {
        let own = self.mailbox.kind == MailboxKind::Personal && self.mailbox.members.contains(&me);
        own || self.sender == Some(me)
    }
    fn on_duty(&self, me: PersonId) -> bool {
        self.mailbox.duty && self.mailbox.members.contains(&me)
    }
}

/// For whom it is asked who may change who cares for them.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cared<'a> {
    /// A patient.
    Patient(&'a PatientRow),
    /// All patients of a team.
    Team(TeamId),
}

/// On which ground a message was opened, and whose data it is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Basis {
    /// None where the message is about nobody who is registered.
    pub ground: Option<Ground>,
    /// By a number that the log can be searched by.
    pub patient: Option<String>,
}

/// Which patients' messages open for somebody in a mailbox: each patient and sender is looked at once for a page.
pub(crate) struct Sight<'a> {
    actor: &'a Actor,
    mailbox: &'a MailboxRef,
    rules: AccessRules,
    known: HashMap<(PatientId, Option<PersonId>), bool>,
}

impl Core {
    /// How tightly access follows care in this house.
    pub(crate) async fn access_rules(&self) -> Result<AccessRules> {
        Ok(self.security_current().await?.policy.access)
    }

    /// The one road to what is about a patient: the ground on which the actor may open it, if any.
    pub(crate) async fn patient_ground(
        &self,
        actor: &Actor,
        patient: &PatientRow,
        place: Option<Place<'_>>,
    ) -> Result<Option<Ground>> {
        let me = actor.person_id;
        let now_us = self.clock().now_us();
        let between = relations::between(self.db(), self.org(), me, patient.id).await?;
        // The store gives only the relations of the actor's own teams.
        let my_teams: Vec<_> = between.iter().filter_map(|r| r.team_id).collect();
        let between = facts(&between);
        let open = grants::open_of(self.db(), self.org(), me, now_us).await?;
        let open = open.iter().filter(|g| g.patient_id == patient.id).map(|g| EmergencyGrant {
            id: g.id,
            person: g.person_id,
            starts_us: g.started_us,
            ends_us: g.ends_us,
            ended_us: g.ended_us,
        });
        Ok(wardpost_gate::ground(&CareQuestion {
            rules: &self.access_rules().await?,
            now_us,
            me,
            patient_account: patient.person_id,
            relations: &between,
            my_teams: &my_teams,
            grants: &open.collect::<Vec<_>>(),
            stand_ins: &self.stand_ins(actor, patient, place).await?,
            correspondent: place.is_some_and(|p| p.is_correspondent(me)),
            duty: place.filter(|p| p.on_duty(me)).map(|p| p.mailbox.id),
        }))
    }

    /// Whether the actor may change who cares for a patient, or for all patients of a team, relations and teams alike: who
    /// keeps all patients' data may, and who is tied to each of them lastingly ([`wardpost_gate::tie`]). A team without
    /// patients opens nothing, and is everybody's who manages teams.
    pub(crate) async fn may_change_care(&self, actor: &Actor, of: Cared<'_>) -> Result<bool> {
        let (me, now_us) = (actor.person_id, self.clock().now_us());
        let (patients, between) = match of {
            Cared::Patient(p) => {
                (vec![(p.id, p.person_id)], relations::between(self.db(), self.org(), me, p.id).await?)
            }
            Cared::Team(id) => (
                relations::of_team(self.db(), self.org(), id, now_us).await?,
                relations::between_team(self.db(), self.org(), me, id, now_us).await?,
            ),
        };
        let my_teams: BTreeSet<TeamId> = between.iter().filter_map(|r| r.team_id).collect();
        let my_teams: Vec<TeamId> = my_teams.into_iter().collect();
        let mut known: HashMap<PatientId, Vec<CareRelation>> = HashMap::new();
        for row in &between {
            known.entry(row.patient_id).or_default().extend(fact(row));
        }
        let tied = |(id, account): &(PatientId, Option<PersonId>)| {
            let relations = known.get(id).map_or(&[][..], Vec::as_slice);
            wardpost_gate::tie(now_us, me, *account, relations, &my_teams).is_some()
        };
        Ok(patients.iter().all(tied) || actor.may(Permission::PatientManage))
    }

    /// The colleagues for whom the actor acts towards a patient, and what ties them to the patient.
    async fn stand_ins(&self, actor: &Actor, patient: &PatientRow, place: Option<Place<'_>>) -> Result<Vec<StandIn>> {
        let mut found = Vec::new();
        for m in self.patient_mandates(actor, place).await? {
            let between = relations::between(self.db(), self.org(), m.grantor, patient.id).await?;
            found.push(StandIn {
                mandate: m.id,
                grantor: m.grantor,
                relations: facts(&between),
                teams: between.iter().filter_map(|r| r.team_id).collect(),
                correspondent: place.is_some_and(|p| p.is_correspondent(m.grantor)),
            });
        }
        Ok(found)
    }

    /// The ground on which the actor may open a message that lies in a mailbox of theirs.
    ///
    /// # Errors
    /// [`Error::NoRelation`], audited, when it is about a patient to whom nothing ties them.
    pub(crate) async fn message_basis(
        &self,
        actor: &Actor,
        mailbox: &MailboxRef,
        row: &MessageRow,
        named: Option<&str>,
    ) -> Result<Basis> {
        let unlinked = || Basis { ground: None, patient: named.map(str::to_owned) };
        let Some(id) = row.patient_id else { return Ok(unlinked()) };
        let Some(patient) = patients::get(self.db(), self.org(), id).await? else { return Ok(unlinked()) };
        let reference = Some(self.reference_of(&patient, named)?);
        let place = Place { mailbox, sender: row.sender_id };
        if let Some(ground) = self.patient_ground(actor, &patient, Some(place)).await? {
            return Ok(Basis { ground: Some(ground), patient: reference });
        }
        self.refuse_without_ground(actor, row.id, reference.as_deref()).await?;
        Err(Error::NoRelation { patient: id })
    }

    async fn refuse_without_ground(&self, actor: &Actor, id: MessageId, patient: Option<&str>) -> Result<()> {
        let entry = NewEntry::by(actor, AuditKind::AccessDenied)
            .on_message(id)
            .patient(patient)
            .outcome(Outcome::Refused)
            .why("no_relation");
        self.audit_alone(entry).await
    }

    /// Whose data a message is, for a reviewer: as in [`Core::message_basis`], on the ground of the review.
    pub(crate) async fn review_basis(&self, row: &MessageRow, named: Option<&str>) -> Result<Basis> {
        let patient = match row.patient_id {
            Some(id) => patients::get(self.db(), self.org(), id).await?,
            None => None,
        };
        Ok(match patient {
            Some(p) => Basis { ground: Some(Ground::Review), patient: Some(self.reference_of(&p, named)?) },
            None => Basis { ground: None, patient: named.map(str::to_owned) },
        })
    }

    /// What opens for somebody in a mailbox.
    pub(crate) async fn sight<'a>(&self, actor: &'a Actor, mailbox: &'a MailboxRef) -> Result<Sight<'a>> {
        Ok(Sight { actor, mailbox, rules: self.access_rules().await?, known: HashMap::new() })
    }

    /// The registered patient whom a message is about: whom its sender named, else the first of the numbers found in it,
    /// else whom its thread is about (an answer from outside seldom repeats the number).
    pub(crate) async fn linked_patient(
        &self,
        named: Option<&str>,
        found: &[(FindingKind, String)],
        thread: Option<wardpost_model::ThreadId>,
    ) -> Result<Option<PatientId>> {
        for reference in named.into_iter().chain(found.iter().map(|(_, number)| number.as_str())) {
            if let Some(id) = patients::by_reference(self.db(), self.org(), self.patient_index(reference)).await? {
                return Ok(Some(id));
            }
        }
        match thread {
            Some(t) => Ok(wardpost_store::repo::message::patient_of_thread(self.db(), self.org(), t).await?),
            None => Ok(None),
        }
    }
}

impl Sight<'_> {
    /// Whether a message about this patient opens. Grounds of the mailbox itself cost no look at the store.
    pub(crate) async fn opens(&mut self, core: &Core, patient: PatientId, sender: Option<PersonId>) -> Result<bool> {
        let (me, place) = (self.actor.person_id, Place { mailbox: self.mailbox, sender });
        if !self.rules.strict
            || (self.rules.correspondence && place.is_correspondent(me))
            || (self.rules.duty && place.on_duty(me))
        {
            return Ok(true);
        }
        if let Some(known) = self.known.get(&(patient, sender)) {
            return Ok(*known);
        }
        let opens = match patients::get(core.db(), core.org(), patient).await? {
            Some(row) => core.patient_ground(self.actor, &row, Some(place)).await?.is_some(),
            None => true,
        };
        self.known.insert((patient, sender), opens);
        Ok(opens)
    }
}

fn facts(rows: &[RelationRow]) -> Vec<CareRelation> {
    rows.iter().filter_map(fact).collect()
}

fn fact(r: &RelationRow) -> Option<CareRelation> {
    Some(CareRelation {
        id: r.id,
        kind: RelationKind::from_name(&r.kind)?,
        person: r.person_id,
        team: r.team_id,
        starts_us: r.starts_us,
        ends_us: r.ends_us,
        ended_us: r.ended_us,
    })
}
