//! Care teams: people who care for patients together.

use super::Cared;
use crate::audit::NewEntry;
use crate::error::guard;
use crate::people::checked_text;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use wardpost_gate::Scope;
use wardpost_model::audit::AuditKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_model::{PersonId, TeamId};
use wardpost_store::repo::care as rows;
use wardpost_store::{Batch, StoreError};

/// Most members of one team.
const MEMBERS: usize = 200;

/// `care_team.sealed_team`.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct SealedTeam {
    name: String,
}

/// A care team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamLine {
    /// Its id.
    pub id: TeamId,
    /// Its name.
    pub name: String,
    /// Who is in it.
    pub members: Vec<PersonId>,
    /// Their names, in the same order.
    pub member_names: Vec<String>,
    /// Version.
    pub version: i64,
}

impl Core {
    /// All care teams, by name.
    ///
    /// # Errors
    /// [`Error::Denied`] without `patient.read`.
    pub async fn care_teams(&self, actor: &Actor) -> Result<Vec<TeamLine>> {
        self.allow(actor, Permission::PatientRead, Scope::Organisation).await?;
        let mut teams = self.all_teams().await?;
        teams.sort_by_cached_key(|t| (t.name.to_lowercase(), t.id));
        Ok(teams)
    }

    /// Makes a care team.
    ///
    /// # Errors
    /// [`Error::Denied`] without `relation.manage`, or with oneself in it; [`Error::Validation`] of `name`, `members`.
    pub async fn create_team(&self, actor: &Actor, name: &str, members: &[PersonId]) -> Result<TeamLine> {
        let id = TeamId(self.clock().new_id());
        self.put_team(actor, id, None, name, members).await
    }

    /// Changes a care team. Who is no member any more sees its patients no longer.
    ///
    /// # Errors
    /// As [`Core::create_team`], also for putting oneself in, and for a team with patients to whom nothing lasting ties one
    /// and whose data one does not keep; [`Error::VersionConflict`]; [`Error::NotFound`].
    pub async fn change_team(
        &self,
        actor: &Actor,
        id: TeamId,
        version: i64,
        name: &str,
        members: &[PersonId],
    ) -> Result<TeamLine> {
        let found = self.team(id).await?;
        let known = self.may_change_care(actor, Cared::Team(id)).await?;
        // Who may look teams up is told what is missing; to all others a team whose patients they don't know isn't there.
        let told = known || actor.may(Permission::PatientRead);
        let scope = found.as_ref().filter(|_| told).map(|_| Scope::Relation { for_actor: false, known });
        self.allow_known(actor, Permission::RelationManage, scope, ("team", id)).await?;
        let before = found.ok_or(Error::NotFound)?;
        self.put_team(actor, id, Some((before, version)), name, members).await
    }

    async fn put_team(
        &self,
        actor: &Actor,
        id: TeamId,
        before: Option<(TeamLine, i64)>,
        name: &str,
        members: &[PersonId],
    ) -> Result<TeamLine> {
        let members: BTreeSet<PersonId> = members.iter().copied().collect();
        let was: BTreeSet<PersonId> = before.iter().flat_map(|(t, _)| t.members.iter().copied()).collect();
        // Who is in a team opens its patients: nobody puts themselves in, but everybody may stay or leave. Whether its
        // patients are known was asked before; a new team has none.
        let for_actor = members.contains(&actor.person_id) && !was.contains(&actor.person_id);
        let scope = Scope::Relation { for_actor, known: true };
        self.allow_on(actor, Permission::RelationManage, scope, ("team", id)).await?;
        let name = checked_text("name", name, 1, 100)?;
        let house = self.house().await?;
        if members.len() > MEMBERS {
            return Err(Error::field("members", "too_many", format!("At most {MEMBERS}.")));
        }
        if members.iter().any(|m| house.person(*m).is_none()) {
            return Err(Error::field("members", "unknown", "There is no such person."));
        }
        let list: Vec<PersonId> = members.iter().copied().collect();
        let sealed = self.seal(purpose::CARE_TEAM, id.as_bytes(), &SealedTeam { name: name.clone() })?;
        let mut batch = Batch::new();
        match &before {
            None => rows::insert_team(&mut batch, self.org(), id, sealed),
            Some((_, version)) => rows::update_team(&mut batch, self.org(), id, *version, sealed, guard::VERSION),
        }
        rows::put_members(&mut batch, self.org(), id, &list);
        let names = |ids: &BTreeSet<PersonId>| ids.iter().map(|m| house.person_name(*m)).collect::<Vec<_>>().join(", ");
        let entry = NewEntry::by(actor, AuditKind::TeamChanged).on("team", id).with("name", name);
        self.audit(&mut batch, entry.with("members", format!("{} → {}", names(&was), names(&members))))?;
        let affected: Vec<PersonId> = was.union(&members).copied().collect();
        self.announce_care(&mut batch, &affected);
        match self.db().write(batch).await {
            Err(StoreError::Reference) => return Err(Error::field("members", "unknown", "There is no such person.")),
            done => done?,
        };
        self.team(id).await?.ok_or(Error::NotFound)
    }

    /// A team.
    pub(super) async fn team(&self, id: TeamId) -> Result<Option<TeamLine>> {
        Ok(self.all_teams().await?.into_iter().find(|t| t.id == id))
    }

    /// Names of all teams.
    pub(crate) async fn team_names(&self) -> Result<BTreeMap<TeamId, String>> {
        Ok(self.all_teams().await?.into_iter().map(|t| (t.id, t.name)).collect())
    }

    async fn all_teams(&self) -> Result<Vec<TeamLine>> {
        let house = self.house().await?;
        let mut members: HashMap<TeamId, Vec<PersonId>> = HashMap::new();
        for (team, person) in rows::members(self.db(), self.org()).await? {
            members.entry(team).or_default().push(person);
        }
        let rows = rows::teams(self.db(), self.org()).await?;
        rows.into_iter()
            .map(|row| {
                let sealed: SealedTeam = self.unseal(purpose::CARE_TEAM, row.id.as_bytes(), &row.sealed_team)?;
                let members = members.remove(&row.id).unwrap_or_default();
                let member_names = members.iter().map(|m| house.person_name(*m)).collect();
                Ok(TeamLine { id: row.id, name: sealed.name, members, member_names, version: row.version })
            })
            .collect()
    }
}
