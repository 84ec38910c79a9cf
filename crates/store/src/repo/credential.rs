//! What people prove themselves with, and the counting of failures.
//!
//! Failures of the first factor are counted by the index of the login, so that logins which nobody has are counted by
//! the same statements; failures of the second factor stand with the credential.

use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{OrgId, PersonId, RoleId};

macro_rules! columns {
    () => {
        "person_id, sealed_password_hash, sealed_totp, totp_last_step, password_set_at, must_change, failures, blocked_until, sealed_invitation, invitation_expires_at, last_sign_in_at, key_asked_at"
    };
}

const INSERT: &str = "INSERT INTO credential (org_id, person_id, sealed_password_hash, sealed_totp, totp_last_step, password_set_at, must_change, failures, blocked_until, invitation_hash, sealed_invitation, invitation_expires_at, last_sign_in_at, key_asked_at) VALUES (?1, ?2, NULL, NULL, 0, 0, 0, 0, 0, NULL, NULL, 0, NULL, NULL)";
const GET: &str = concat!("SELECT ", columns!(), " FROM credential WHERE org_id = ?1 AND person_id = ?2");
const BY_INVITATION: &str =
    concat!("SELECT ", columns!(), " FROM credential WHERE org_id = ?1 AND invitation_hash = ?2");
const LAST_SIGN_INS: &str =
    "SELECT person_id, last_sign_in_at FROM credential WHERE org_id = ?1 AND last_sign_in_at IS NOT NULL";
const WITH_PASSWORD: &str = "SELECT person_id FROM credential WHERE org_id = ?1 AND sealed_password_hash IS NOT NULL AND sealed_totp IS NOT NULL";
const INVITE: &str = "UPDATE credential SET sealed_password_hash = NULL, sealed_totp = NULL, totp_last_step = 0, password_set_at = 0, must_change = 0, failures = 0, blocked_until = 0, invitation_hash = ?3, sealed_invitation = ?4, invitation_expires_at = ?5, key_asked_at = NULL WHERE org_id = ?1 AND person_id = ?2";
const WITHDRAW_INVITATION: &str = "UPDATE credential SET invitation_hash = NULL, sealed_invitation = NULL, invitation_expires_at = 0 WHERE org_id = ?1 AND person_id = ?2";
const ACCEPT: &str = "UPDATE credential SET sealed_password_hash = ?5, sealed_totp = ?6, totp_last_step = ?7, password_set_at = ?4, must_change = 0, failures = 0, blocked_until = 0, invitation_hash = NULL, sealed_invitation = NULL, invitation_expires_at = 0 WHERE org_id = ?1 AND person_id = ?2 AND invitation_hash = ?3 AND invitation_expires_at > ?4";
const ACCEPT_BY_PASSKEY: &str = "UPDATE credential SET failures = 0, blocked_until = 0, invitation_hash = NULL, sealed_invitation = NULL, invitation_expires_at = 0 WHERE org_id = ?1 AND person_id = ?2 AND invitation_hash = ?3 AND invitation_expires_at > ?4";
const SET_PASSWORD: &str = "UPDATE credential SET sealed_password_hash = ?4, password_set_at = ?5, must_change = 0 WHERE org_id = ?1 AND person_id = ?2 AND sealed_password_hash = ?3";
const REHASH: &str = "UPDATE credential SET sealed_password_hash = ?4 WHERE org_id = ?1 AND person_id = ?2 AND sealed_password_hash = ?3";
const DEMAND_CHANGE: &str =
    "UPDATE credential SET must_change = 1 WHERE org_id = ?1 AND person_id = ?2 AND sealed_password_hash IS NOT NULL";
const LOCK: &str = "UPDATE credential SET last_sign_in_at = last_sign_in_at WHERE org_id = ?1 AND person_id = ?2";
const DROP_PASSWORD: &str = "UPDATE credential SET sealed_password_hash = NULL, sealed_totp = NULL, totp_last_step = 0, password_set_at = 0, must_change = 0, failures = 0, blocked_until = 0 WHERE org_id = ?1 AND person_id = ?2 AND EXISTS (SELECT 1 FROM passkey WHERE passkey.org_id = ?1 AND passkey.person_id = ?2)";
const SET_TOTP: &str = "UPDATE credential SET sealed_totp = ?4, totp_last_step = ?5 WHERE org_id = ?1 AND person_id = ?2 AND sealed_totp = ?3";
const RESERVE: &str =
    "UPDATE credential SET failures = ?4, blocked_until = ?5 WHERE org_id = ?1 AND person_id = ?2 AND failures = ?3";
const USE_STEP: &str = "UPDATE credential SET failures = 0, blocked_until = 0, totp_last_step = ?3 WHERE org_id = ?1 AND person_id = ?2 AND totp_last_step < ?3";
const CLEAR: &str = "UPDATE credential SET failures = 0, blocked_until = 0 WHERE org_id = ?1 AND person_id = ?2";
const SIGNED_IN: &str = "UPDATE credential SET last_sign_in_at = ?3 WHERE org_id = ?1 AND person_id = ?2";
const END_PROGRAMS: &str = "UPDATE credential SET programs_ended_at = ?3 WHERE org_id = ?1 AND person_id = ?2";
const PROGRAMS_ENDED: &str =
    "SELECT programs_ended_at FROM credential WHERE org_id = ?1 AND person_id = ?2 AND programs_ended_at IS NOT NULL";
const ASK_KEY: &str = "UPDATE credential SET key_asked_at = ?3 WHERE org_id = ?1 AND person_id = ?2";
const ASK_KEY_OF: &str = "UPDATE credential SET key_asked_at = ?3 WHERE org_id = ?1 AND person_id IN (SELECT person_id FROM person_role WHERE org_id = ?1 AND role_id = ?2)";
const CODE_INSERT: &str = "INSERT INTO recovery_code (org_id, person_id, code_hash, used_at) VALUES (?1, ?2, ?3, NULL)";
const CODES_DELETE: &str = "DELETE FROM recovery_code WHERE org_id = ?1 AND person_id = ?2";
const CODE_USE: &str =
    "UPDATE recovery_code SET used_at = ?4 WHERE org_id = ?1 AND person_id = ?2 AND code_hash = ?3 AND used_at IS NULL";
const CODES_LEFT: &str = "SELECT COUNT(*) FROM recovery_code WHERE org_id = ?1 AND person_id = ?2 AND used_at IS NULL";
const THROTTLE_GET: &str =
    "SELECT failures, blocked_until FROM sign_in_throttle WHERE org_id = ?1 AND login_index = ?2";
const THROTTLE_RESERVE: &str = "INSERT INTO sign_in_throttle (org_id, login_index, failures, blocked_until, at) VALUES (?1, ?2, ?4, ?5, ?6) ON CONFLICT (org_id, login_index) DO UPDATE SET failures = excluded.failures, blocked_until = excluded.blocked_until, at = excluded.at WHERE sign_in_throttle.failures = ?3";
const THROTTLE_CLEAR: &str = "DELETE FROM sign_in_throttle WHERE org_id = ?1 AND login_index = ?2";
const THROTTLE_PRUNE: &str = "DELETE FROM sign_in_throttle WHERE org_id = ?1 AND at < ?2 AND NOT EXISTS (SELECT 1 FROM person WHERE person.org_id = sign_in_throttle.org_id AND person.login_index = sign_in_throttle.login_index)";

/// Every statement of this module.
pub const ALL: &[&str] = &[
    INSERT,
    END_PROGRAMS,
    PROGRAMS_ENDED,
    GET,
    BY_INVITATION,
    LAST_SIGN_INS,
    WITH_PASSWORD,
    INVITE,
    WITHDRAW_INVITATION,
    ACCEPT,
    ACCEPT_BY_PASSKEY,
    SET_PASSWORD,
    REHASH,
    DEMAND_CHANGE,
    LOCK,
    DROP_PASSWORD,
    SET_TOTP,
    RESERVE,
    USE_STEP,
    CLEAR,
    SIGNED_IN,
    ASK_KEY,
    ASK_KEY_OF,
    CODE_INSERT,
    CODES_DELETE,
    CODE_USE,
    CODES_LEFT,
    THROTTLE_GET,
    THROTTLE_RESERVE,
    THROTTLE_CLEAR,
    THROTTLE_PRUNE,
];

/// A person's credentials as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of credential")]
pub struct CredentialRow {
    pub person_id: PersonId,
    pub sealed_password_hash: Option<Vec<u8>>,
    pub sealed_totp: Option<Vec<u8>>,
    pub totp_last_step: i64,
    pub password_set_us: i64,
    pub must_change: bool,
    pub failures: i64,
    pub blocked_until_us: i64,
    pub sealed_invitation: Option<Vec<u8>>,
    pub invitation_expires_us: i64,
    pub last_sign_in_us: Option<i64>,
    pub key_asked_us: Option<i64>,
}

/// Failures counted, and until when no try is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Throttle {
    /// Failures in a row.
    pub failures: i64,
    /// No try is taken before.
    pub blocked_until_us: i64,
}

fn decode(r: &Row) -> Result<CredentialRow> {
    Ok(CredentialRow {
        person_id: r.id(0)?,
        sealed_password_hash: r.opt_bytes(1)?,
        sealed_totp: r.opt_bytes(2)?,
        totp_last_step: r.int(3)?,
        password_set_us: r.int(4)?,
        must_change: r.bool(5)?,
        failures: r.int(6)?,
        blocked_until_us: r.int(7)?,
        sealed_invitation: r.opt_bytes(8)?,
        invitation_expires_us: r.int(9)?,
        last_sign_in_us: r.opt_int(10)?,
        key_asked_us: r.opt_int(11)?,
    })
}

/// Adds empty credentials of a new person.
pub fn insert(batch: &mut Batch, org: OrgId, person: PersonId) {
    batch.exec(INSERT, params![org, person]);
}

/// Reads a person's credentials.
///
/// # Errors
/// When the store fails.
pub async fn get(db: &Db, org: OrgId, person: PersonId) -> Result<Option<CredentialRow>> {
    db.query_opt(GET, params![org, person]).await?.as_ref().map(decode).transpose()
}

/// Finds the credentials that an invitation belongs to, expired or not.
///
/// # Errors
/// When the store fails.
pub async fn by_invitation(db: &Db, org: OrgId, invitation_hash: &[u8]) -> Result<Option<CredentialRow>> {
    db.query_opt(BY_INVITATION, params![org, invitation_hash]).await?.as_ref().map(decode).transpose()
}

/// When everybody signed in last.
///
/// # Errors
/// When the store fails.
pub async fn last_sign_ins(db: &Db, org: OrgId) -> Result<Vec<(PersonId, i64)>> {
    db.query(LAST_SIGN_INS, params![org]).await?.iter().map(|r| Ok((r.id(0)?, r.int(1)?))).collect()
}

/// Ends what a person's mail programs have open: whoever of them signed in until now signs in anew.
pub fn end_programs(batch: &mut Batch, org: OrgId, person: PersonId, now_us: i64) {
    batch.exec(END_PROGRAMS, params![org, person, now_us]);
}

/// When everything that a person's mail programs had open was last ended.
///
/// # Errors
/// When the store fails.
pub async fn programs_ended(db: &Db, org: OrgId, person: PersonId) -> Result<Option<i64>> {
    db.query_opt(PROGRAMS_ENDED, params![org, person]).await?.map(|r| r.int(0)).transpose()
}

/// Who can sign in by a password and a second factor.
///
/// # Errors
/// When the store fails.
pub async fn with_password(db: &Db, org: OrgId) -> Result<Vec<PersonId>> {
    db.query(WITH_PASSWORD, params![org]).await?.iter().map(|r| r.id(0)).collect()
}

/// Takes all credentials away and puts an invitation in their place.
pub fn invite(
    batch: &mut Batch,
    org: OrgId,
    person: PersonId,
    hash: &[u8],
    sealed: Vec<u8>,
    expires_us: i64,
    guard: &'static str,
) {
    batch.exec_expect(INVITE, params![org, person, hash, sealed, expires_us], 1, guard);
}

/// Withdraws an open invitation.
pub fn withdraw_invitation(batch: &mut Batch, org: OrgId, person: PersonId) {
    batch.exec(WITHDRAW_INVITATION, params![org, person]);
}

/// What an accepted invitation sets.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the columns of credential")]
pub struct Accepted {
    pub sealed_password_hash: Vec<u8>,
    pub sealed_totp: Vec<u8>,
    pub totp_last_step: i64,
}

/// Uses up an invitation, if it is still there and has not expired.
pub fn accept(
    batch: &mut Batch,
    org: OrgId,
    person: PersonId,
    hash: &[u8],
    now_us: i64,
    set: Accepted,
    guard: &'static str,
) {
    batch.exec_expect(
        ACCEPT,
        params![org, person, hash, now_us, set.sealed_password_hash, set.sealed_totp, set.totp_last_step],
        1,
        guard,
    );
}

/// Uses up an invitation that was accepted with a passkey: neither password nor second factor are set.
pub fn accept_by_passkey(
    batch: &mut Batch,
    org: OrgId,
    person: PersonId,
    hash: &[u8],
    now_us: i64,
    guard: &'static str,
) {
    batch.exec_expect(ACCEPT_BY_PASSKEY, params![org, person, hash, now_us], 1, guard);
}

/// Notes since when a person is asked for a security key; nothing: from the next time on that they come in.
pub fn ask_key(batch: &mut Batch, org: OrgId, person: PersonId, at_us: Option<i64>) {
    batch.exec(ASK_KEY, params![org, person, at_us]);
}

/// Notes that everybody with a role is asked for a security key from now on.
pub fn ask_key_of(batch: &mut Batch, org: OrgId, role: RoleId, at_us: i64) {
    batch.exec(ASK_KEY_OF, params![org, role, at_us]);
}

/// Sets another password, if it is still the one that was seen.
pub fn set_password(
    batch: &mut Batch,
    org: OrgId,
    person: PersonId,
    seen: &[u8],
    new: Vec<u8>,
    at_us: i64,
    guard: &'static str,
) {
    batch.exec_expect(SET_PASSWORD, params![org, person, seen, new, at_us], 1, guard);
}

/// Replaces the hash of the same password, if it is still the one that was seen.
pub fn rehash(batch: &mut Batch, org: OrgId, person: PersonId, seen: &[u8], new: Vec<u8>, guard: &'static str) {
    batch.exec_expect(REHASH, params![org, person, seen, new], 1, guard);
}

/// Asks for another password at the next sign-in by password, if there is one.
pub fn demand_change(batch: &mut Batch, org: OrgId, person: PersonId, guard: &'static str) {
    batch.exec_expect(DEMAND_CHANGE, params![org, person], 1, guard);
}

/// Takes password and authenticator app away, unless the person has no passkey. The row is locked first, so that of this
/// and the removal of a passkey at once the second sees what the first left.
pub fn drop_password(batch: &mut Batch, org: OrgId, person: PersonId, guard: &'static str) {
    batch.exec(LOCK, params![org, person]);
    batch.exec_expect(DROP_PASSWORD, params![org, person], 1, guard);
}

/// Replaces the secret of the authenticator app, if it is still the one that was seen; `step` is used up.
pub fn set_totp(
    batch: &mut Batch,
    org: OrgId,
    person: PersonId,
    seen: &[u8],
    new: Vec<u8>,
    step: i64,
    guard: &'static str,
) {
    batch.exec_expect(SET_TOTP, params![org, person, seen, new, step], 1, guard);
}

/// Counts a try at the second factor as failed before it is looked at, if the count is still `seen`.
pub fn reserve(batch: &mut Batch, org: OrgId, person: PersonId, seen: i64, then: Throttle, guard: &'static str) {
    batch.exec_expect(RESERVE, params![org, person, seen, then.failures, then.blocked_until_us], 1, guard);
}

/// Uses up a TOTP step, if no code of it or a later one was used, and forgets the failures.
pub fn use_step(batch: &mut Batch, org: OrgId, person: PersonId, step: i64, guard: &'static str) {
    batch.exec_expect(USE_STEP, params![org, person, step], 1, guard);
}

/// Forgets the failures of the second factor.
pub fn clear_failures(batch: &mut Batch, org: OrgId, person: PersonId) {
    batch.exec(CLEAR, params![org, person]);
}

/// Notes a sign-in.
pub fn signed_in(batch: &mut Batch, org: OrgId, person: PersonId, at_us: i64) {
    batch.exec(SIGNED_IN, params![org, person, at_us]);
}

/// Replaces all recovery codes.
pub fn put_recovery_codes(batch: &mut Batch, org: OrgId, person: PersonId, hashes: Vec<Vec<u8>>) {
    batch.exec(CODES_DELETE, params![org, person]);
    for hash in hashes {
        batch.exec(CODE_INSERT, params![org, person, hash]);
    }
}

/// Takes all recovery codes away.
pub fn drop_recovery_codes(batch: &mut Batch, org: OrgId, person: PersonId) {
    batch.exec(CODES_DELETE, params![org, person]);
}

/// Uses up a recovery code, if it is there and unused.
pub fn use_recovery_code(
    batch: &mut Batch,
    org: OrgId,
    person: PersonId,
    hash: &[u8],
    at_us: i64,
    guard: &'static str,
) {
    batch.exec_expect(CODE_USE, params![org, person, hash, at_us], 1, guard);
}

/// How many recovery codes are left.
///
/// # Errors
/// When the store fails.
pub async fn recovery_codes_left(db: &Db, org: OrgId, person: PersonId) -> Result<i64> {
    db.query_opt(CODES_LEFT, params![org, person]).await?.map_or(Ok(0), |r| r.int(0))
}

/// Reads the failures counted for a login, somebody's or not.
///
/// # Errors
/// When the store fails.
pub async fn throttle(db: &Db, org: OrgId, login_index: &[u8]) -> Result<Throttle> {
    let row = db.query_opt(THROTTLE_GET, params![org, login_index]).await?;
    row.map_or(Ok(Throttle::default()), |r| Ok(Throttle { failures: r.int(0)?, blocked_until_us: r.int(1)? }))
}

/// Counts a try at the first factor as failed before it is looked at, if the count is still `seen`.
pub fn reserve_login(
    batch: &mut Batch,
    org: OrgId,
    login_index: &[u8],
    seen: i64,
    then: Throttle,
    at_us: i64,
    guard: &'static str,
) {
    batch.exec_expect(
        THROTTLE_RESERVE,
        params![org, login_index, seen, then.failures, then.blocked_until_us, at_us],
        1,
        guard,
    );
}

/// Forgets the failures of the first factor.
pub fn clear_login(batch: &mut Batch, org: OrgId, login_index: &[u8]) {
    batch.exec(THROTTLE_CLEAR, params![org, login_index]);
}

/// Removes counts of logins that nobody has, last tried before a time.
pub fn prune_throttle(batch: &mut Batch, org: OrgId, before_us: i64) {
    batch.exec(THROTTLE_PRUNE, params![org, before_us]);
}
