//! Proxies: that somebody acts for a patient.

use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{OrgId, PatientId, PersonId, ProxyId};

macro_rules! columns {
    () => {
        "proxy_id, patient_id, person_id, kind, scope, starts_on, ends_on, consent_at, ended_at, ended_why, created_by, sealed_basis"
    };
}

const INSERT: &str = "INSERT INTO proxy (org_id, proxy_id, patient_id, person_id, kind, scope, starts_on, ends_on, consent_at, ended_at, ended_why, created_by, sealed_basis) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, NULL, '', ?10, ?11)";
const GET: &str = concat!("SELECT ", columns!(), " FROM proxy WHERE org_id = ?1 AND proxy_id = ?2");
const OF_PERSON: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM proxy WHERE org_id = ?1 AND person_id = ?2 AND (ended_at IS NULL OR ended_at > ?3) ORDER BY starts_on, proxy_id LIMIT 200"
);
const OF_PATIENT: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM proxy WHERE org_id = ?1 AND patient_id = ?2 AND (ended_at IS NULL OR ended_at > ?3) ORDER BY starts_on, proxy_id LIMIT 200"
);
const OPEN: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM proxy WHERE org_id = ?1 AND ended_at IS NULL AND proxy_id > ?2 ORDER BY proxy_id LIMIT ?3"
);
const GET_OWN: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM proxy WHERE org_id = ?1 AND proxy_id = ?2 AND (person_id = ?3 OR patient_id IN (SELECT patient_id FROM patient WHERE org_id = ?1 AND person_id = ?3))"
);
const CONSENT: &str = "UPDATE proxy SET consent_at = ?3 WHERE org_id = ?1 AND proxy_id = ?2 AND ended_at IS NULL AND (consent_at IS NULL OR consent_at < ?4)";
const END: &str =
    "UPDATE proxy SET ended_at = ?3, ended_why = ?4 WHERE org_id = ?1 AND proxy_id = ?2 AND ended_at IS NULL";
const HOLDS: &str = "UPDATE proxy SET ended_at = NULL WHERE org_id = ?1 AND proxy_id = ?2 AND ended_at IS NULL";

const HOLDERS: &str = "SELECT DISTINCT person_id FROM proxy WHERE org_id = ?1 AND ended_at IS NULL";

/// Every statement of this module.
pub const ALL: &[&str] = &[INSERT, GET, GET_OWN, OF_PERSON, OF_PATIENT, OPEN, CONSENT, END, HOLDS, HOLDERS];

/// A proxy as stored. Days are `YYYY-MM-DD`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of proxy")]
pub struct ProxyRow {
    pub id: ProxyId,
    pub patient_id: PatientId,
    pub person_id: PersonId,
    pub kind: String,
    pub scope: String,
    pub starts_on: String,
    pub ends_on: String,
    pub consent_us: Option<i64>,
    pub ended_us: Option<i64>,
    pub ended_why: String,
    pub created_by: PersonId,
    pub sealed_basis: Vec<u8>,
}

fn decode(r: &Row) -> Result<ProxyRow> {
    Ok(ProxyRow {
        id: r.id(0)?,
        patient_id: r.id(1)?,
        person_id: r.id(2)?,
        kind: r.text(3)?,
        scope: r.text(4)?,
        starts_on: r.text(5)?,
        ends_on: r.text(6)?,
        consent_us: r.opt_int(7)?,
        ended_us: r.opt_int(8)?,
        ended_why: r.text(9)?,
        created_by: r.id(10)?,
        sealed_basis: r.bytes(11)?,
    })
}

/// Adds a proxy; a second one of the same person for the same patient is a conflict on `proxy_open`.
pub fn insert(batch: &mut Batch, org: OrgId, p: ProxyRow) {
    batch.exec(
        INSERT,
        params![
            org,
            p.id,
            p.patient_id,
            p.person_id,
            p.kind,
            p.scope,
            p.starts_on,
            p.ends_on,
            p.consent_us,
            p.created_by,
            p.sealed_basis
        ],
    );
}

/// Reads a proxy, also an ended one.
///
/// # Errors
/// When the store fails.
pub async fn get(db: &Db, org: OrgId, id: ProxyId) -> Result<Option<ProxyRow>> {
    db.query_opt(GET, params![org, id]).await?.as_ref().map(decode).transpose()
}

/// Reads a proxy, also an ended one, if it is somebody's: theirs to act by, or about them. One statement, whatever there is.
///
/// # Errors
/// When the store fails.
pub async fn get_own(db: &Db, org: OrgId, id: ProxyId, person: PersonId) -> Result<Option<ProxyRow>> {
    db.query_opt(GET_OWN, params![org, id, person]).await?.as_ref().map(decode).transpose()
}

/// Those of somebody who acts: open, or ended after this time.
///
/// # Errors
/// When the store fails.
pub async fn of_person(db: &Db, org: OrgId, person: PersonId, ended_after_us: i64) -> Result<Vec<ProxyRow>> {
    db.query(OF_PERSON, params![org, person, ended_after_us]).await?.iter().map(decode).collect()
}

/// Those for a patient: open, or ended after this time.
///
/// # Errors
/// When the store fails.
pub async fn of_patient(db: &Db, org: OrgId, patient: PatientId, ended_after_us: i64) -> Result<Vec<ProxyRow>> {
    db.query(OF_PATIENT, params![org, patient, ended_after_us]).await?.iter().map(decode).collect()
}

/// A page of those that were not ended, in the order of their ids.
///
/// # Errors
/// When the store fails.
pub async fn open(db: &Db, org: OrgId, after: ProxyId, limit: i64) -> Result<Vec<ProxyRow>> {
    db.query(OPEN, params![org, after, limit]).await?.iter().map(decode).collect()
}

/// Writes down the patient's consent, once; in place of one from before `stale_us`, which does not count.
pub fn consent(batch: &mut Batch, org: OrgId, id: ProxyId, at_us: i64, stale_us: i64, guard: &'static str) {
    batch.exec_expect(CONSENT, params![org, id, at_us, stale_us], 1, guard);
}

/// Ends a proxy, once.
pub fn end(batch: &mut Batch, org: OrgId, id: ProxyId, at_us: i64, why: &str, guard: &'static str) {
    batch.exec_expect(END, params![org, id, at_us, why], 1, guard);
}

/// Demands that it was not ended when the batch is committed: changes nothing.
pub fn require(batch: &mut Batch, org: OrgId, id: ProxyId, guard: &'static str) {
    batch.exec_expect(HOLDS, params![org, id], 1, guard);
}

/// Everybody who acts for a patient by a proxy that has not ended.
///
/// # Errors
/// When the store fails.
pub async fn holders(db: &Db, org: OrgId) -> Result<Vec<PersonId>> {
    db.query(HOLDERS, params![org]).await?.iter().map(|r| r.id(0)).collect()
}
