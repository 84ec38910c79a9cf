//! Identity providers, whom their subjects are here, sign-ins under way there, and sessions that they began.

use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{LinkId, OrgId, PersonId, ProviderId, SessionId};

const INSERT: &str = "INSERT INTO identity_provider (org_id, provider_id, issuer_index, sealed_provider, version) VALUES (?1, ?2, ?3, ?4, 1)";
const LIST: &str = "SELECT provider_id, sealed_provider, version FROM identity_provider WHERE org_id = ?1 ORDER BY provider_id LIMIT 100";
const GET: &str =
    "SELECT provider_id, sealed_provider, version FROM identity_provider WHERE org_id = ?1 AND provider_id = ?2";
const BY_ISSUER: &str =
    "SELECT provider_id, sealed_provider, version FROM identity_provider WHERE org_id = ?1 AND issuer_index = ?2";
const SET: &str = "UPDATE identity_provider SET sealed_provider = ?4, version = version + 1 WHERE org_id = ?1 AND provider_id = ?2 AND version = ?3";
const REMOVE: &str = "DELETE FROM identity_provider WHERE org_id = ?1 AND provider_id = ?2 AND version = ?3";
const REMOVE_LINKS: &str = "DELETE FROM identity_link WHERE org_id = ?1 AND provider_id = ?2";
const LINK_INSERT: &str = "INSERT INTO identity_link (org_id, link_id, provider_id, subject_index, person_id, created_at, last_used_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
const LINK_BY_SUBJECT: &str = "SELECT link_id, provider_id, person_id, created_at, last_used_at FROM identity_link WHERE org_id = ?1 AND provider_id = ?2 AND subject_index = ?3";
const LINKS_OF: &str = "SELECT link_id, provider_id, person_id, created_at, last_used_at FROM identity_link WHERE org_id = ?1 AND person_id = ?2 ORDER BY created_at, link_id LIMIT 100";
const LINK_COUNTS: &str = "SELECT provider_id, COUNT(*) FROM identity_link WHERE org_id = ?1 GROUP BY provider_id";
const LINK_USED: &str = "UPDATE identity_link SET last_used_at = ?3 WHERE org_id = ?1 AND link_id = ?2";
const LINK_REMOVE: &str = "DELETE FROM identity_link WHERE org_id = ?1 AND link_id = ?2 AND person_id = ?3";
const LOGIN_INSERT: &str = "INSERT INTO provider_login (org_id, state_hash, browser_hash, expires_at, sealed_login) VALUES (?1, ?2, ?3, ?4, ?5)";
const LOGIN_GET: &str =
    "SELECT browser_hash, expires_at, sealed_login FROM provider_login WHERE org_id = ?1 AND state_hash = ?2";
const LOGIN_TAKE: &str = "DELETE FROM provider_login WHERE org_id = ?1 AND state_hash = ?2";
const LOGIN_PRUNE: &str = "DELETE FROM provider_login WHERE org_id = ?1 AND expires_at < ?2";
const SESSION_INSERT: &str = "INSERT INTO provider_session (org_id, session_id, provider_id, link_id, sid_index, sealed_token) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const SESSION_RENEW: &str = "UPDATE provider_session SET sid_index = ?4, sealed_token = ?5 WHERE org_id = ?1 AND session_id = ?2 AND link_id = ?3";
const SESSION_GET: &str =
    "SELECT provider_id, sealed_token FROM provider_session WHERE org_id = ?1 AND session_id = ?2";
const OPEN_BY_SID: &str = "SELECT session.session_id, session.person_id FROM provider_session JOIN session ON session.org_id = provider_session.org_id AND session.session_id = provider_session.session_id WHERE provider_session.org_id = ?1 AND provider_session.provider_id = ?2 AND provider_session.sid_index = ?3 AND session.ended_at IS NULL LIMIT 100";
const OPEN_BY_LINK: &str = "SELECT session.session_id, session.person_id FROM provider_session JOIN session ON session.org_id = provider_session.org_id AND session.session_id = provider_session.session_id WHERE provider_session.org_id = ?1 AND provider_session.link_id = ?2 AND session.ended_at IS NULL LIMIT 100";
const OPEN_BY_PROVIDER: &str = "SELECT session.session_id, session.person_id FROM provider_session JOIN session ON session.org_id = provider_session.org_id AND session.session_id = provider_session.session_id WHERE provider_session.org_id = ?1 AND provider_session.provider_id = ?2 AND session.ended_at IS NULL LIMIT 5000";
const SESSION_PRUNE: &str = "DELETE FROM provider_session WHERE org_id = ?1 AND NOT EXISTS (SELECT 1 FROM session WHERE session.org_id = provider_session.org_id AND session.session_id = provider_session.session_id)";

/// Every statement of this module.
pub const ALL: &[&str] = &[
    INSERT,
    LIST,
    GET,
    BY_ISSUER,
    SET,
    REMOVE,
    REMOVE_LINKS,
    LINK_INSERT,
    LINK_BY_SUBJECT,
    LINKS_OF,
    LINK_COUNTS,
    LINK_USED,
    LINK_REMOVE,
    LOGIN_INSERT,
    LOGIN_GET,
    LOGIN_TAKE,
    LOGIN_PRUNE,
    SESSION_INSERT,
    SESSION_RENEW,
    SESSION_GET,
    OPEN_BY_SID,
    OPEN_BY_LINK,
    OPEN_BY_PROVIDER,
    SESSION_PRUNE,
];

/// The conflict of an issuer that is there already.
pub const ISSUER_TAKEN: &str = "identity_provider_issuer";
/// The conflict of a subject that is somebody already.
pub const SUBJECT_TAKEN: &str = "identity_link_subject";

/// A provider as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of identity_provider")]
pub struct ProviderRow {
    pub id: ProviderId,
    pub sealed_provider: Vec<u8>,
    pub version: i64,
}

/// A link as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of identity_link")]
pub struct LinkRow {
    pub id: LinkId,
    pub provider_id: ProviderId,
    pub person_id: PersonId,
    pub created_us: i64,
    pub last_used_us: Option<i64>,
}

/// A sign-in under way, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of provider_login")]
pub struct LoginRow {
    pub browser_hash: Vec<u8>,
    pub expires_us: i64,
    pub sealed_login: Vec<u8>,
}

/// A session that a provider began.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of provider_session")]
pub struct ProviderSession {
    pub session_id: SessionId,
    pub provider_id: ProviderId,
    pub link_id: LinkId,
    pub sid_index: Option<Vec<u8>>,
    pub sealed_token: Vec<u8>,
}

fn provider(r: &Row) -> Result<ProviderRow> {
    Ok(ProviderRow { id: r.id(0)?, sealed_provider: r.bytes(1)?, version: r.int(2)? })
}

fn link(r: &Row) -> Result<LinkRow> {
    Ok(LinkRow {
        id: r.id(0)?,
        provider_id: r.id(1)?,
        person_id: r.id(2)?,
        created_us: r.int(3)?,
        last_used_us: r.opt_int(4)?,
    })
}

/// Adds a provider. An issuer that is there already is a conflict on [`ISSUER_TAKEN`].
pub fn insert(batch: &mut Batch, org: OrgId, id: ProviderId, issuer_index: &[u8], sealed: Vec<u8>) {
    batch.exec(INSERT, params![org, id, issuer_index, sealed]);
}

/// All providers.
///
/// # Errors
/// When the store fails.
pub async fn list(db: &Db, org: OrgId) -> Result<Vec<ProviderRow>> {
    db.query(LIST, params![org]).await?.iter().map(provider).collect()
}

/// Reads one provider.
///
/// # Errors
/// When the store fails.
pub async fn get(db: &Db, org: OrgId, id: ProviderId) -> Result<Option<ProviderRow>> {
    db.query_opt(GET, params![org, id]).await?.as_ref().map(provider).transpose()
}

/// Finds a provider by the index of its issuer.
///
/// # Errors
/// When the store fails.
pub async fn by_issuer(db: &Db, org: OrgId, issuer_index: &[u8]) -> Result<Option<ProviderRow>> {
    db.query_opt(BY_ISSUER, params![org, issuer_index]).await?.as_ref().map(provider).transpose()
}

/// Replaces what is sealed of a provider, if it still has the version that was seen.
pub fn set(batch: &mut Batch, org: OrgId, id: ProviderId, version: i64, sealed: Vec<u8>, guard: &'static str) {
    batch.exec_expect(SET, params![org, id, version, sealed], 1, guard);
}

/// Removes a provider with all its links, if it still has the version that was seen.
pub fn remove(batch: &mut Batch, org: OrgId, id: ProviderId, version: i64, guard: &'static str) {
    batch.exec_expect(REMOVE, params![org, id, version], 1, guard);
    batch.exec(REMOVE_LINKS, params![org, id]);
}

/// Adds a link. A subject that is somebody already is a conflict on [`SUBJECT_TAKEN`].
pub fn insert_link(batch: &mut Batch, org: OrgId, l: &LinkRow, subject_index: &[u8]) {
    batch
        .exec(LINK_INSERT, params![org, l.id, l.provider_id, subject_index, l.person_id, l.created_us, l.last_used_us]);
}

/// Finds whom a provider's subject is here.
///
/// # Errors
/// When the store fails.
pub async fn by_subject(db: &Db, org: OrgId, id: ProviderId, subject_index: &[u8]) -> Result<Option<LinkRow>> {
    db.query_opt(LINK_BY_SUBJECT, params![org, id, subject_index]).await?.as_ref().map(link).transpose()
}

/// A person's links, oldest first.
///
/// # Errors
/// When the store fails.
pub async fn links_of(db: &Db, org: OrgId, person: PersonId) -> Result<Vec<LinkRow>> {
    db.query(LINKS_OF, params![org, person]).await?.iter().map(link).collect()
}

/// How many links each provider has.
///
/// # Errors
/// When the store fails.
pub async fn link_counts(db: &Db, org: OrgId) -> Result<Vec<(ProviderId, i64)>> {
    db.query(LINK_COUNTS, params![org]).await?.iter().map(|r| Ok((r.id(0)?, r.int(1)?))).collect()
}

/// Notes a use of a link; none any more if it was removed meanwhile.
pub fn link_used(batch: &mut Batch, org: OrgId, id: LinkId, at_us: i64, guard: &'static str) {
    batch.exec_expect(LINK_USED, params![org, id, at_us], 1, guard);
}

/// Removes a person's link.
pub fn remove_link(batch: &mut Batch, org: OrgId, person: PersonId, id: LinkId, guard: &'static str) {
    batch.exec_expect(LINK_REMOVE, params![org, id, person], 1, guard);
}

/// Adds a sign-in that is under way.
pub fn insert_login(batch: &mut Batch, org: OrgId, state_hash: &[u8], l: LoginRow) {
    batch.exec(LOGIN_INSERT, params![org, state_hash, l.browser_hash, l.expires_us, l.sealed_login]);
}

/// Reads a sign-in that is under way.
///
/// # Errors
/// When the store fails.
pub async fn login(db: &Db, org: OrgId, state_hash: &[u8]) -> Result<Option<LoginRow>> {
    let row = db.query_opt(LOGIN_GET, params![org, state_hash]).await?;
    row.map(|r| Ok(LoginRow { browser_hash: r.bytes(0)?, expires_us: r.int(1)?, sealed_login: r.bytes(2)? }))
        .transpose()
}

/// Uses up a sign-in that is under way.
pub fn take_login(batch: &mut Batch, org: OrgId, state_hash: &[u8], guard: &'static str) {
    batch.exec_expect(LOGIN_TAKE, params![org, state_hash], 1, guard);
}

/// Adds that a provider began a session.
pub fn insert_session(batch: &mut Batch, org: OrgId, s: ProviderSession) {
    batch.exec(SESSION_INSERT, params![org, s.session_id, s.provider_id, s.link_id, s.sid_index, s.sealed_token]);
}

/// Notes what the provider says now of a session that this link began; of others nothing.
pub fn renew_session(
    batch: &mut Batch,
    org: OrgId,
    id: SessionId,
    link: LinkId,
    sid_index: Option<Vec<u8>>,
    sealed_token: Vec<u8>,
) {
    batch.exec(SESSION_RENEW, params![org, id, link, sid_index, sealed_token]);
}

/// Which provider began a session, and what is shown to it when signing out.
///
/// # Errors
/// When the store fails.
pub async fn session(db: &Db, org: OrgId, id: SessionId) -> Result<Option<(ProviderId, Vec<u8>)>> {
    db.query_opt(SESSION_GET, params![org, id]).await?.map(|r| Ok((r.id(0)?, r.bytes(1)?))).transpose()
}

fn opened(r: &Row) -> Result<(SessionId, PersonId)> {
    Ok((r.id(0)?, r.id(1)?))
}

/// Open sessions here that a provider's session began.
///
/// # Errors
/// When the store fails.
pub async fn open_by_sid(db: &Db, org: OrgId, id: ProviderId, sid_index: &[u8]) -> Result<Vec<(SessionId, PersonId)>> {
    db.query(OPEN_BY_SID, params![org, id, sid_index]).await?.iter().map(opened).collect()
}

/// Open sessions here that a link began.
///
/// # Errors
/// When the store fails.
pub async fn open_by_link(db: &Db, org: OrgId, id: LinkId) -> Result<Vec<(SessionId, PersonId)>> {
    db.query(OPEN_BY_LINK, params![org, id]).await?.iter().map(opened).collect()
}

/// Open sessions here that a provider began.
///
/// # Errors
/// When the store fails.
pub async fn open_by_provider(db: &Db, org: OrgId, id: ProviderId) -> Result<Vec<(SessionId, PersonId)>> {
    db.query(OPEN_BY_PROVIDER, params![org, id]).await?.iter().map(opened).collect()
}

/// Forgets sign-ins that were not finished, and what belongs to sessions that are gone.
pub fn prune(batch: &mut Batch, org: OrgId, now_us: i64) {
    batch.exec(LOGIN_PRUNE, params![org, now_us]);
    batch.exec(SESSION_PRUNE, params![org]);
}
