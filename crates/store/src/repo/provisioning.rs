//! Provisioning by other systems: integration accounts and their tokens, the people whom those systems keep, the roles
//! that they may give.

use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{OrgId, PersonId, RoleId, TokenId};

const ACCOUNT_INSERT: &str = "INSERT INTO service_account (org_id, person_id) VALUES (?1, ?2)";
const ACCOUNT_LIST: &str = "SELECT person_id FROM service_account WHERE org_id = ?1 ORDER BY person_id";
const TOKEN_INSERT: &str = "INSERT INTO service_token (org_id, token_id, person_id, secret_hash, created_by, created_at, expires_at, last_used_at, revoked_at, sealed_label) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL, NULL, ?8)";
const TOKEN_BY_SECRET: &str = "SELECT token_id, person_id, created_by, created_at, expires_at, last_used_at, revoked_at, sealed_label FROM service_token WHERE org_id = ?1 AND secret_hash = ?2";
const TOKEN_LIST: &str = "SELECT token_id, person_id, created_by, created_at, expires_at, last_used_at, revoked_at, sealed_label FROM service_token WHERE org_id = ?1 ORDER BY created_at DESC, token_id DESC LIMIT 200";
const TOKEN_USED: &str = "UPDATE service_token SET last_used_at = ?3 WHERE org_id = ?1 AND token_id = ?2";
const TOKEN_REVOKE: &str =
    "UPDATE service_token SET revoked_at = ?3 WHERE org_id = ?1 AND token_id = ?2 AND revoked_at IS NULL";
const PERSON_PUT: &str = "INSERT INTO provisioned_person (org_id, person_id, state, external_index, sealed_said) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (org_id, person_id) DO UPDATE SET state = excluded.state, external_index = excluded.external_index, sealed_said = excluded.sealed_said";
const PERSON_LIST: &str =
    "SELECT person_id, state, sealed_said FROM provisioned_person WHERE org_id = ?1 ORDER BY person_id";
const PERSON_MOVE: &str =
    "UPDATE provisioned_person SET state = ?4 WHERE org_id = ?1 AND person_id = ?2 AND state = ?3";
const PERSON_DELETE: &str = "DELETE FROM provisioned_person WHERE org_id = ?1 AND person_id = ?2";
const ROLE_INSERT: &str = "INSERT INTO provisioned_role (org_id, role_id) VALUES (?1, ?2)";
const ROLE_LIST: &str = "SELECT role_id FROM provisioned_role WHERE org_id = ?1 ORDER BY role_id";
const ROLE_CLEAR: &str = "DELETE FROM provisioned_role WHERE org_id = ?1";
const ROLE_DELETE: &str = "DELETE FROM provisioned_role WHERE org_id = ?1 AND role_id = ?2";

/// Every statement of this module.
pub const ALL: &[&str] = &[
    ACCOUNT_INSERT,
    ACCOUNT_LIST,
    TOKEN_INSERT,
    TOKEN_BY_SECRET,
    TOKEN_LIST,
    TOKEN_USED,
    TOKEN_REVOKE,
    PERSON_PUT,
    PERSON_LIST,
    PERSON_MOVE,
    PERSON_DELETE,
    ROLE_INSERT,
    ROLE_LIST,
    ROLE_CLEAR,
    ROLE_DELETE,
];

/// A token as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of service_token")]
pub struct TokenRow {
    pub id: TokenId,
    pub person_id: PersonId,
    pub created_by: PersonId,
    pub created_us: i64,
    pub expires_us: i64,
    pub last_used_us: Option<i64>,
    pub revoked_us: Option<i64>,
    pub sealed_label: Vec<u8>,
}

/// Somebody whom another system keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of provisioned_person")]
pub struct ProvisionedRow {
    pub person_id: PersonId,
    pub state: String,
    pub sealed_said: Vec<u8>,
}

fn token(r: &Row) -> Result<TokenRow> {
    Ok(TokenRow {
        id: r.id(0)?,
        person_id: r.id(1)?,
        created_by: r.id(2)?,
        created_us: r.int(3)?,
        expires_us: r.int(4)?,
        last_used_us: r.opt_int(5)?,
        revoked_us: r.opt_int(6)?,
        sealed_label: r.bytes(7)?,
    })
}

/// Marks a person as a program.
pub fn insert_account(batch: &mut Batch, org: OrgId, person: PersonId) {
    batch.exec(ACCOUNT_INSERT, params![org, person]);
}

/// Who is a program.
///
/// # Errors
/// When the store fails.
pub async fn accounts(db: &Db, org: OrgId) -> Result<Vec<PersonId>> {
    db.query(ACCOUNT_LIST, params![org]).await?.iter().map(|r| r.id(0)).collect()
}

/// Adds a token.
pub fn insert_token(batch: &mut Batch, org: OrgId, row: TokenRow, secret_hash: &[u8]) {
    let TokenRow { id, person_id, created_by, created_us, expires_us, sealed_label, .. } = row;
    let hash = secret_hash.to_vec();
    batch.exec(TOKEN_INSERT, params![org, id, person_id, hash, created_by, created_us, expires_us, sealed_label]);
}

/// Finds a token by its secret, good or not.
///
/// # Errors
/// When the store fails.
pub async fn token_by_secret(db: &Db, org: OrgId, secret_hash: &[u8]) -> Result<Option<TokenRow>> {
    db.query_opt(TOKEN_BY_SECRET, params![org, secret_hash]).await?.as_ref().map(token).transpose()
}

/// The last two hundred tokens, newest first.
///
/// # Errors
/// When the store fails.
pub async fn tokens(db: &Db, org: OrgId) -> Result<Vec<TokenRow>> {
    db.query(TOKEN_LIST, params![org]).await?.iter().map(token).collect()
}

/// Notes the use of a token.
pub fn used_token(batch: &mut Batch, org: OrgId, id: TokenId, at_us: i64) {
    batch.exec(TOKEN_USED, params![org, id, at_us]);
}

/// Withdraws a token, if it is not withdrawn yet.
pub fn revoke_token(batch: &mut Batch, org: OrgId, id: TokenId, at_us: i64, guard: &'static str) {
    batch.exec_expect(TOKEN_REVOKE, params![org, id, at_us], 1, guard);
}

/// Writes what another system says of somebody; an id of its own that is taken is a conflict on `provisioned_external`.
pub fn put_person(batch: &mut Batch, org: OrgId, row: ProvisionedRow, external_index: Option<Vec<u8>>) {
    batch.exec(PERSON_PUT, params![org, row.person_id, row.state, external_index, row.sealed_said]);
}

/// Everybody whom another system keeps, or kept.
///
/// # Errors
/// When the store fails.
pub async fn people(db: &Db, org: OrgId) -> Result<Vec<ProvisionedRow>> {
    let decode = |r: &Row| Ok(ProvisionedRow { person_id: r.id(0)?, state: r.text(1)?, sealed_said: r.bytes(2)? });
    db.query(PERSON_LIST, params![org]).await?.iter().map(decode).collect()
}

/// Changes the state of somebody whom another system keeps, if it is `from`; for everybody else nothing happens.
pub fn move_person(batch: &mut Batch, org: OrgId, person: PersonId, from: &str, to: &str) {
    batch.exec(PERSON_MOVE, params![org, person, from, to]);
}

/// Somebody is the house's own again.
pub fn delete_person(batch: &mut Batch, org: OrgId, person: PersonId) {
    batch.exec(PERSON_DELETE, params![org, person]);
}

/// The roles that other systems may give.
///
/// # Errors
/// When the store fails.
pub async fn roles(db: &Db, org: OrgId) -> Result<Vec<RoleId>> {
    db.query(ROLE_LIST, params![org]).await?.iter().map(|r| r.id(0)).collect()
}

/// Lets other systems give exactly these roles.
pub fn put_roles(batch: &mut Batch, org: OrgId, roles: &[RoleId]) {
    batch.exec(ROLE_CLEAR, params![org]);
    for role in roles {
        batch.exec(ROLE_INSERT, params![org, role]);
    }
}

/// A role that goes away is no role that other systems give.
pub fn delete_role(batch: &mut Batch, org: OrgId, role: RoleId) {
    batch.exec(ROLE_DELETE, params![org, role]);
}
