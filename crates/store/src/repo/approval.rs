//! What one person asks for and another must consent to.

use crate::{Batch, Db, Result, Row, params};
use uuid::Uuid;
use wardpost_model::{ApprovalId, OrgId, PersonId};

macro_rules! columns {
    () => {
        "approval_id, kind, about_id, asked_by, asked_at, expires_at, state, decided_by, decided_at, tries, token_hash, code_hash, sealed_ask"
    };
}

const INSERT: &str = "INSERT INTO approval (org_id, approval_id, kind, about_id, asked_by, asked_at, expires_at, state, decided_by, decided_at, tries, token_hash, code_hash, sealed_ask) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'open', NULL, NULL, 0, ?8, NULL, ?9)";
const GET: &str = concat!("SELECT ", columns!(), " FROM approval WHERE org_id = ?1 AND approval_id = ?2");
const BY_TOKEN: &str = concat!("SELECT ", columns!(), " FROM approval WHERE org_id = ?1 AND token_hash = ?2");
const LIST: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM approval WHERE org_id = ?1 AND asked_at > ?2 ORDER BY asked_at DESC, approval_id DESC LIMIT 200"
);
const DECIDE: &str = "UPDATE approval SET state = ?3, decided_by = ?4, decided_at = ?5, code_hash = ?6 WHERE org_id = ?1 AND approval_id = ?2 AND state = 'open' AND expires_at > ?5";
const WITHDRAW: &str = "UPDATE approval SET state = 'withdrawn' WHERE org_id = ?1 AND about_id = ?2 AND kind = ?3 AND (state = 'open' OR state = 'given')";
const WITHDRAW_ONE: &str =
    "UPDATE approval SET state = 'withdrawn' WHERE org_id = ?1 AND approval_id = ?2 AND state = 'open'";
const TRY: &str =
    "UPDATE approval SET tries = tries + 1 WHERE org_id = ?1 AND approval_id = ?2 AND state = 'given' AND tries = ?3";
const USE: &str =
    "UPDATE approval SET state = 'used' WHERE org_id = ?1 AND approval_id = ?2 AND state = 'given' AND expires_at > ?3";

/// Every statement of this module.
pub const ALL: &[&str] = &[INSERT, GET, BY_TOKEN, LIST, DECIDE, WITHDRAW, WITHDRAW_ONE, TRY, USE];

/// An ask as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of approval")]
pub struct ApprovalRow {
    pub id: ApprovalId,
    pub kind: String,
    pub about: Uuid,
    pub asked_by: PersonId,
    pub asked_us: i64,
    pub expires_us: i64,
    pub state: String,
    pub decided_by: Option<PersonId>,
    pub decided_us: Option<i64>,
    pub tries: i64,
    pub token_hash: Option<Vec<u8>>,
    pub code_hash: Option<Vec<u8>>,
    pub sealed_ask: Vec<u8>,
}

fn decode(r: &Row) -> Result<ApprovalRow> {
    Ok(ApprovalRow {
        id: r.id(0)?,
        kind: r.text(1)?,
        about: r.uuid(2)?,
        asked_by: r.id(3)?,
        asked_us: r.int(4)?,
        expires_us: r.int(5)?,
        state: r.text(6)?,
        decided_by: r.opt_id(7)?,
        decided_us: r.opt_int(8)?,
        tries: r.int(9)?,
        token_hash: r.opt_bytes(10)?,
        code_hash: r.opt_bytes(11)?,
        sealed_ask: r.bytes(12)?,
    })
}

/// Adds an open ask.
pub fn insert(batch: &mut Batch, org: OrgId, a: ApprovalRow) {
    batch.exec(
        INSERT,
        params![org, a.id, a.kind, a.about, a.asked_by, a.asked_us, a.expires_us, a.token_hash, a.sealed_ask],
    );
}

/// Reads one ask.
///
/// # Errors
/// When the store fails.
pub async fn get(db: &Db, org: OrgId, id: ApprovalId) -> Result<Option<ApprovalRow>> {
    db.query_opt(GET, params![org, id]).await?.as_ref().map(decode).transpose()
}

/// Reads the ask that a token belongs to.
///
/// # Errors
/// When the store fails.
pub async fn by_token(db: &Db, org: OrgId, token_hash: &[u8]) -> Result<Option<ApprovalRow>> {
    db.query_opt(BY_TOKEN, params![org, token_hash.to_vec()]).await?.as_ref().map(decode).transpose()
}

/// What was asked since then, newest first.
///
/// # Errors
/// When the store fails.
pub async fn list(db: &Db, org: OrgId, since_us: i64) -> Result<Vec<ApprovalRow>> {
    db.query(LIST, params![org, since_us]).await?.iter().map(decode).collect()
}

/// A decision on an ask.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the columns of approval")]
pub struct Decision {
    /// `given` where something is still to be used, `used` where it is done with it, `refused`.
    pub state: &'static str,
    pub by: PersonId,
    pub at_us: i64,
    pub code_hash: Option<Vec<u8>>,
}

/// Decides an ask that is open and has not run out.
pub fn decide(batch: &mut Batch, org: OrgId, id: ApprovalId, d: Decision, guard: &'static str) {
    batch.exec_expect(DECIDE, params![org, id, d.state, d.by, d.at_us, d.code_hash], 1, guard);
}

/// Withdraws what was asked about somebody, or about a role, before and not used yet.
pub fn withdraw(batch: &mut Batch, org: OrgId, about: Uuid, kind: &str) {
    batch.exec(WITHDRAW, params![org, about, kind]);
}

/// Withdraws one ask that nobody has decided yet.
pub fn withdraw_open(batch: &mut Batch, org: OrgId, id: ApprovalId, guard: &'static str) {
    batch.exec_expect(WITHDRAW_ONE, params![org, id], 1, guard);
}

/// Counts a try, if nobody else has tried meanwhile.
pub fn count_try(batch: &mut Batch, org: OrgId, id: ApprovalId, tries: i64, guard: &'static str) {
    batch.exec_expect(TRY, params![org, id, tries], 1, guard);
}

/// Uses up what was consented to.
pub fn use_up(batch: &mut Batch, org: OrgId, id: ApprovalId, now_us: i64, guard: &'static str) {
    batch.exec_expect(USE, params![org, id, now_us], 1, guard);
}
