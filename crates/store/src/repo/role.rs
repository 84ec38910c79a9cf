//! Roles and who has them. `permissions` holds the names between blanks, with a blank at both ends, so that SQL can
//! look for one.

use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{OrgId, PersonId, RoleId};

const INSERT: &str =
    "INSERT INTO role (org_id, role_id, key, name, permissions, version) VALUES (?1, ?2, ?3, ?4, ?5, 1)";
const GET: &str = "SELECT role_id, key, name, permissions, version FROM role WHERE org_id = ?1 AND role_id = ?2";
const LIST: &str = "SELECT role_id, key, name, permissions, version FROM role WHERE org_id = ?1 ORDER BY name, role_id";
const OF_PERSON: &str = "SELECT role.role_id, role.key, role.name, role.permissions, role.version FROM role JOIN person_role ON person_role.org_id = role.org_id AND person_role.role_id = role.role_id WHERE person_role.org_id = ?1 AND person_role.person_id = ?2 ORDER BY role.name, role.role_id";
const UPDATE: &str = "UPDATE role SET name = ?4, permissions = ?5, version = version + 1 WHERE org_id = ?1 AND role_id = ?2 AND version = ?3";
const DELETE: &str = "DELETE FROM role WHERE org_id = ?1 AND role_id = ?2";
const GIVE: &str =
    "INSERT INTO person_role (org_id, person_id, role_id, via, given_by, given_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const AS_SEEN: &str = "SELECT role_id FROM role WHERE org_id = ?1 AND role_id = ?2 AND version = ?3";
// Changes nothing: it holds on to the rows, and says how many there are.
const HOLDERS: &str = "UPDATE person_role SET via = via WHERE org_id = ?1 AND role_id = ?2";
const TAKE: &str = "DELETE FROM person_role WHERE org_id = ?1 AND person_id = ?2 AND role_id = ?3";
const GRANTS: &str =
    "SELECT person_id, role_id, via, given_by, given_at FROM person_role WHERE org_id = ?1 ORDER BY person_id, role_id";
const GRANTS_OF: &str = "SELECT person_id, role_id, via, given_by, given_at FROM person_role WHERE org_id = ?1 AND person_id = ?2 ORDER BY given_at, role_id";
const GIVEN: &str = "SELECT person_id, role_id FROM person_role WHERE org_id = ?1 ORDER BY person_id, role_id";
const HELD: &str = "SELECT person_id FROM person_role WHERE org_id = ?1 AND role_id = ?2 LIMIT 1";
// Two joins, since the two permissions may come by two roles.
const ADMINISTRATOR: &str = "SELECT p.person_id FROM person p JOIN person_role ga ON ga.org_id = p.org_id AND ga.person_id = p.person_id JOIN role a ON a.org_id = ga.org_id AND a.role_id = ga.role_id JOIN person_role gb ON gb.org_id = p.org_id AND gb.person_id = p.person_id JOIN role b ON b.org_id = gb.org_id AND b.role_id = gb.role_id WHERE p.org_id = ?1 AND p.state = 'active' AND a.permissions LIKE '% person.manage %' AND b.permissions LIKE '% role.manage %' LIMIT 1";

/// Every statement of this module.
pub const ALL: &[&str] = &[
    INSERT,
    GET,
    LIST,
    OF_PERSON,
    UPDATE,
    DELETE,
    GIVE,
    AS_SEEN,
    HOLDERS,
    TAKE,
    GRANTS,
    GRANTS_OF,
    GIVEN,
    HELD,
    ADMINISTRATOR,
];

/// A role as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of role")]
pub struct RoleRow {
    pub id: RoleId,
    pub key: String,
    pub name: String,
    pub permissions: String,
    pub version: i64,
}

/// That somebody has a role, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of person_role")]
pub struct GrantRow {
    pub person_id: PersonId,
    pub role_id: RoleId,
    pub via: String,
    pub given_by: Option<PersonId>,
    pub given_us: i64,
}

fn decode_grant(r: &Row) -> Result<GrantRow> {
    Ok(GrantRow {
        person_id: r.id(0)?,
        role_id: r.id(1)?,
        via: r.text(2)?,
        given_by: r.opt_id(3)?,
        given_us: r.int(4)?,
    })
}

fn decode(r: &Row) -> Result<RoleRow> {
    Ok(RoleRow { id: r.id(0)?, key: r.text(1)?, name: r.text(2)?, permissions: r.text(3)?, version: r.int(4)? })
}

/// Adds a role with version 1; a name that is taken is a conflict on `role_name`.
pub fn insert(batch: &mut Batch, org: OrgId, row: RoleRow) {
    batch.exec(INSERT, params![org, row.id, row.key, row.name, row.permissions]);
}

/// Reads one role.
///
/// # Errors
/// When the store fails.
pub async fn get(db: &Db, org: OrgId, id: RoleId) -> Result<Option<RoleRow>> {
    db.query_opt(GET, params![org, id]).await?.as_ref().map(decode).transpose()
}

/// All roles, by name.
///
/// # Errors
/// When the store fails.
pub async fn list(db: &Db, org: OrgId) -> Result<Vec<RoleRow>> {
    db.query(LIST, params![org]).await?.iter().map(decode).collect()
}

/// A person's roles, by name.
///
/// # Errors
/// When the store fails.
pub async fn of_person(db: &Db, org: OrgId, person: PersonId) -> Result<Vec<RoleRow>> {
    db.query(OF_PERSON, params![org, person]).await?.iter().map(decode).collect()
}

/// Changes name and permissions (never the key), if the version is still the row's.
pub fn update(batch: &mut Batch, org: OrgId, row: RoleRow, guard: &'static str) {
    batch.exec_expect(UPDATE, params![org, row.id, row.version, row.name, row.permissions], 1, guard);
}

/// Removes a role; one that somebody has is a broken reference.
pub fn delete(batch: &mut Batch, org: OrgId, id: RoleId, guard: &'static str) {
    batch.exec_expect(DELETE, params![org, id], 1, guard);
}

/// Gives a person a role that they have not, if the role still is what it was at this version: who decides that somebody
/// gets it decides about what it opens.
pub fn give(batch: &mut Batch, org: OrgId, g: GrantRow, role_version: i64, guard: &'static str) {
    batch.require(AS_SEEN, params![org, g.role_id, role_version], guard);
    batch.exec(GIVE, params![org, g.person_id, g.role_id, g.via, g.given_by, g.given_us]);
}

/// Demands that so many people hold a role. In a batch that changes the role first, nobody gets it meanwhile.
pub fn require_holders(batch: &mut Batch, org: OrgId, role: RoleId, holders: usize, guard: &'static str) {
    let holders = u64::try_from(holders).unwrap_or(u64::MAX);
    batch.exec_expect(HOLDERS, params![org, role], holders, guard);
}

/// Takes a role from a person, if they have it.
pub fn take(batch: &mut Batch, org: OrgId, person: PersonId, role: RoleId) {
    batch.exec(TAKE, params![org, person, role]);
}

/// Who gave which role to whom.
///
/// # Errors
/// When the store fails.
pub async fn grants(db: &Db, org: OrgId) -> Result<Vec<GrantRow>> {
    db.query(GRANTS, params![org]).await?.iter().map(decode_grant).collect()
}

/// Who gave a person their roles, oldest first.
///
/// # Errors
/// When the store fails.
pub async fn grants_of(db: &Db, org: OrgId, person: PersonId) -> Result<Vec<GrantRow>> {
    db.query(GRANTS_OF, params![org, person]).await?.iter().map(decode_grant).collect()
}

/// Who has which role.
///
/// # Errors
/// When the store fails.
pub async fn given(db: &Db, org: OrgId) -> Result<Vec<(PersonId, RoleId)>> {
    db.query(GIVEN, params![org]).await?.iter().map(|r| Ok((r.id(0)?, r.id(1)?))).collect()
}

/// Whether anybody has the role.
///
/// # Errors
/// When the store fails.
pub async fn is_held(db: &Db, org: OrgId, id: RoleId) -> Result<bool> {
    Ok(!db.query(HELD, params![org, id]).await?.is_empty())
}

/// Demands that, after what the batch did so far, somebody active may manage people and roles.
pub fn require_administrator(batch: &mut Batch, org: OrgId, guard: &'static str) {
    batch.require(ADMINISTRATOR, params![org], guard);
}
