//! Care relations and care teams.

use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{OrgId, PatientId, PersonId, RelationId, TeamId};

const INSERT: &str = "INSERT INTO care_relation (org_id, relation_id, patient_id, kind, person_id, team_id, starts_at, ends_at, ended_at, created_by, sealed_reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, NULL, ?9, ?10)";
const GET: &str = "SELECT relation_id, patient_id, kind, person_id, team_id, starts_at, ends_at, ended_at, created_by, sealed_reason FROM care_relation WHERE org_id = ?1 AND relation_id = ?2";
const OF_PATIENT: &str = "SELECT relation_id, patient_id, kind, person_id, team_id, starts_at, ends_at, ended_at, created_by, sealed_reason FROM care_relation WHERE org_id = ?1 AND patient_id = ?2 AND ended_at IS NULL ORDER BY starts_at, relation_id";
const OF_PERSON: &str = "SELECT relation_id, patient_id, kind, person_id, team_id, starts_at, ends_at, ended_at, created_by, sealed_reason FROM care_relation WHERE org_id = ?1 AND patient_id = ?3 AND ended_at IS NULL AND (person_id = ?2 OR team_id IN (SELECT team_id FROM care_team_member WHERE org_id = ?1 AND person_id = ?2))";
const OF_TEAM: &str = "SELECT DISTINCT p.patient_id, p.person_id FROM care_relation r JOIN patient p ON p.org_id = r.org_id AND p.patient_id = r.patient_id WHERE r.org_id = ?1 AND r.team_id = ?2 AND r.ended_at IS NULL AND (r.ends_at IS NULL OR r.ends_at > ?3)";
const OF_PERSON_IN_TEAM: &str = "SELECT relation_id, patient_id, kind, person_id, team_id, starts_at, ends_at, ended_at, created_by, sealed_reason FROM care_relation WHERE org_id = ?1 AND ended_at IS NULL AND (person_id = ?2 OR team_id IN (SELECT team_id FROM care_team_member WHERE org_id = ?1 AND person_id = ?2)) AND patient_id IN (SELECT patient_id FROM care_relation WHERE org_id = ?1 AND team_id = ?3 AND ended_at IS NULL AND (ends_at IS NULL OR ends_at > ?4))";
const CARED: &str = "SELECT person_id, kind, COUNT(DISTINCT patient_id), MAX(ends_at) FROM care_relation WHERE org_id = ?1 AND person_id IS NOT NULL AND ended_at IS NULL AND starts_at <= ?2 AND (ends_at IS NULL OR ends_at > ?2) GROUP BY person_id, kind ORDER BY person_id, kind";
const CARED_BY_TEAM: &str = "SELECT team_id, COUNT(DISTINCT patient_id) FROM care_relation WHERE org_id = ?1 AND team_id IS NOT NULL AND ended_at IS NULL AND starts_at <= ?2 AND (ends_at IS NULL OR ends_at > ?2) GROUP BY team_id";
const END: &str = "UPDATE care_relation SET ended_at = ?3 WHERE org_id = ?1 AND relation_id = ?2 AND ended_at IS NULL";
const OPEN_OF: &str = "SELECT relation_id, patient_id, kind, person_id, team_id, starts_at, ends_at, ended_at, created_by, sealed_reason FROM care_relation WHERE org_id = ?1 AND person_id = ?2 AND ended_at IS NULL ORDER BY starts_at, relation_id";
const TEAM_INSERT: &str = "INSERT INTO care_team (org_id, team_id, sealed_team, version) VALUES (?1, ?2, ?3, 1)";
const TEAM_UPDATE: &str =
    "UPDATE care_team SET sealed_team = ?4, version = version + 1 WHERE org_id = ?1 AND team_id = ?2 AND version = ?3";
const TEAMS: &str = "SELECT team_id, sealed_team, version FROM care_team WHERE org_id = ?1 ORDER BY team_id";
const MEMBERS: &str = "SELECT team_id, person_id FROM care_team_member WHERE org_id = ?1 ORDER BY team_id, person_id";
const TEAMS_OF: &str = "SELECT team_id FROM care_team_member WHERE org_id = ?1 AND person_id = ?2";
const MEMBER_INSERT: &str = "INSERT INTO care_team_member (org_id, team_id, person_id) VALUES (?1, ?2, ?3)";
const MEMBER_ADD: &str =
    "INSERT INTO care_team_member (org_id, team_id, person_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
const MEMBER_REMOVE: &str = "DELETE FROM care_team_member WHERE org_id = ?1 AND team_id = ?2 AND person_id = ?3";
const MEMBERS_DELETE: &str = "DELETE FROM care_team_member WHERE org_id = ?1 AND team_id = ?2";

/// Every statement of this module.
pub const ALL: &[&str] = &[
    INSERT,
    GET,
    OF_PATIENT,
    OF_PERSON,
    OF_TEAM,
    OF_PERSON_IN_TEAM,
    CARED,
    CARED_BY_TEAM,
    END,
    OPEN_OF,
    TEAM_INSERT,
    TEAM_UPDATE,
    TEAMS,
    MEMBERS,
    TEAMS_OF,
    MEMBER_INSERT,
    MEMBERS_DELETE,
    MEMBER_ADD,
    MEMBER_REMOVE,
];

/// A care relation as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of care_relation")]
pub struct RelationRow {
    pub id: RelationId,
    pub patient_id: PatientId,
    pub kind: String,
    pub person_id: Option<PersonId>,
    pub team_id: Option<TeamId>,
    pub starts_us: i64,
    pub ends_us: Option<i64>,
    pub ended_us: Option<i64>,
    pub created_by: PersonId,
    pub sealed_reason: Vec<u8>,
}

/// A care team as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of care_team")]
pub struct TeamRow {
    pub id: TeamId,
    pub sealed_team: Vec<u8>,
    pub version: i64,
}

fn decode(r: &Row) -> Result<RelationRow> {
    Ok(RelationRow {
        id: r.id(0)?,
        patient_id: r.id(1)?,
        kind: r.text(2)?,
        person_id: r.opt_id(3)?,
        team_id: r.opt_id(4)?,
        starts_us: r.int(5)?,
        ends_us: r.opt_int(6)?,
        ended_us: r.opt_int(7)?,
        created_by: r.id(8)?,
        sealed_reason: r.bytes(9)?,
    })
}

/// Adds a relation.
pub fn insert(batch: &mut Batch, org: OrgId, r: RelationRow) {
    batch.exec(
        INSERT,
        params![
            org,
            r.id,
            r.patient_id,
            r.kind,
            r.person_id,
            r.team_id,
            r.starts_us,
            r.ends_us,
            r.created_by,
            r.sealed_reason
        ],
    );
}

/// Reads a relation, also an ended one.
///
/// # Errors
/// When the store fails.
pub async fn get(db: &Db, org: OrgId, id: RelationId) -> Result<Option<RelationRow>> {
    db.query_opt(GET, params![org, id]).await?.as_ref().map(decode).transpose()
}

/// The relations of a patient that were not ended, oldest first; some may be over.
///
/// # Errors
/// When the store fails.
pub async fn of_patient(db: &Db, org: OrgId, patient: PatientId) -> Result<Vec<RelationRow>> {
    db.query(OF_PATIENT, params![org, patient]).await?.iter().map(decode).collect()
}

/// The relations between a patient and a person or the person's teams that were not ended; some may be over.
///
/// # Errors
/// When the store fails.
pub async fn between(db: &Db, org: OrgId, person: PersonId, patient: PatientId) -> Result<Vec<RelationRow>> {
    db.query(OF_PERSON, params![org, person, patient]).await?.iter().map(decode).collect()
}

/// The patients for whom a team cares now or will, and whose accounts are theirs.
///
/// # Errors
/// When the store fails.
pub async fn of_team(db: &Db, org: OrgId, team: TeamId, now_us: i64) -> Result<Vec<(PatientId, Option<PersonId>)>> {
    let rows = db.query(OF_TEAM, params![org, team, now_us]).await?;
    rows.iter().map(|r| Ok((r.id(0)?, r.opt_id(1)?))).collect()
}

/// As [`between`], for all patients of a team.
///
/// # Errors
/// When the store fails.
pub async fn between_team(
    db: &Db,
    org: OrgId,
    person: PersonId,
    team: TeamId,
    now_us: i64,
) -> Result<Vec<RelationRow>> {
    db.query(OF_PERSON_IN_TEAM, params![org, person, team, now_us]).await?.iter().map(decode).collect()
}

/// For how many patients somebody cares by relations of one kind that hold now.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "what its name says")]
pub struct CaredRow {
    pub person_id: PersonId,
    pub kind: String,
    pub patients: i64,
    /// When the last of those ends that do.
    pub ends_us: Option<i64>,
}

/// For how many patients everybody cares now, by kind of relation; teams not counted.
///
/// # Errors
/// When the store fails.
pub async fn cared(db: &Db, org: OrgId, now_us: i64) -> Result<Vec<CaredRow>> {
    let decode =
        |r: &Row| Ok(CaredRow { person_id: r.id(0)?, kind: r.text(1)?, patients: r.int(2)?, ends_us: r.opt_int(3)? });
    db.query(CARED, params![org, now_us]).await?.iter().map(decode).collect()
}

/// For how many patients each team cares now.
///
/// # Errors
/// When the store fails.
pub async fn cared_by_team(db: &Db, org: OrgId, now_us: i64) -> Result<Vec<(TeamId, i64)>> {
    db.query(CARED_BY_TEAM, params![org, now_us]).await?.iter().map(|r| Ok((r.id(0)?, r.int(1)?))).collect()
}

/// A person's own relations that were not ended, oldest first; some may be over.
///
/// # Errors
/// When the store fails.
pub async fn open_of(db: &Db, org: OrgId, person: PersonId) -> Result<Vec<RelationRow>> {
    db.query(OPEN_OF, params![org, person]).await?.iter().map(decode).collect()
}

/// Ends a relation, once.
pub fn end(batch: &mut Batch, org: OrgId, id: RelationId, at_us: i64, guard: &'static str) {
    batch.exec_expect(END, params![org, id, at_us], 1, guard);
}

/// Adds a team with version 1.
pub fn insert_team(batch: &mut Batch, org: OrgId, id: TeamId, sealed: Vec<u8>) {
    batch.exec(TEAM_INSERT, params![org, id, sealed]);
}

/// Changes a team, if the version is still `version`.
pub fn update_team(batch: &mut Batch, org: OrgId, id: TeamId, version: i64, sealed: Vec<u8>, guard: &'static str) {
    batch.exec_expect(TEAM_UPDATE, params![org, id, version, sealed], 1, guard);
}

/// All teams.
///
/// # Errors
/// When the store fails.
pub async fn teams(db: &Db, org: OrgId) -> Result<Vec<TeamRow>> {
    let rows = db.query(TEAMS, params![org]).await?;
    rows.iter().map(|r| Ok(TeamRow { id: r.id(0)?, sealed_team: r.bytes(1)?, version: r.int(2)? })).collect()
}

/// Who is in which team.
///
/// # Errors
/// When the store fails.
pub async fn members(db: &Db, org: OrgId) -> Result<Vec<(TeamId, PersonId)>> {
    db.query(MEMBERS, params![org]).await?.iter().map(|r| Ok((r.id(0)?, r.id(1)?))).collect()
}

/// The teams of a person.
///
/// # Errors
/// When the store fails.
pub async fn teams_of(db: &Db, org: OrgId, person: PersonId) -> Result<Vec<TeamId>> {
    db.query(TEAMS_OF, params![org, person]).await?.iter().map(|r| r.id(0)).collect()
}

/// Gives a team exactly these members; one that is not there is a broken reference.
pub fn put_members(batch: &mut Batch, org: OrgId, id: TeamId, members: &[PersonId]) {
    batch.exec(MEMBERS_DELETE, params![org, id]);
    for person in members {
        batch.exec(MEMBER_INSERT, params![org, id, person]);
    }
}

/// Puts somebody into a team, unless they are in it.
pub fn add_member(batch: &mut Batch, org: OrgId, id: TeamId, person: PersonId) {
    batch.exec(MEMBER_ADD, params![org, id, person]);
}

/// Takes somebody out of a team.
pub fn remove_member(batch: &mut Batch, org: OrgId, id: TeamId, person: PersonId) {
    batch.exec(MEMBER_REMOVE, params![org, id, person]);
}
