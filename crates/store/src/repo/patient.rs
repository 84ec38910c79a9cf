//! Patients and the numbers by which they are known.

use crate::{Batch, Db, Result, Row, params};
use wardpost_model::{OrgId, PatientId, PersonId};

const INSERT: &str = "INSERT INTO patient (org_id, patient_id, person_id, sealed_patient, version, created_at) VALUES (?1, ?2, NULL, ?3, 1, ?4)";
const GET: &str =
    "SELECT patient_id, person_id, sealed_patient, version FROM patient WHERE org_id = ?1 AND patient_id = ?2";
const PAGE: &str = "SELECT patient_id, person_id, sealed_patient, version FROM patient WHERE org_id = ?1 AND patient_id > ?2 ORDER BY patient_id LIMIT ?3";
const OF_ACCOUNT: &str =
    "SELECT patient_id, person_id, sealed_patient, version FROM patient WHERE org_id = ?1 AND person_id = ?2";
const CARED_FOR: &str = "SELECT DISTINCT p.patient_id, p.person_id, p.sealed_patient, p.version FROM patient p JOIN care_relation r ON r.org_id = p.org_id AND r.patient_id = p.patient_id LEFT JOIN care_team_member m ON m.org_id = r.org_id AND m.team_id = r.team_id AND m.person_id = ?2 WHERE p.org_id = ?1 AND r.ended_at IS NULL AND r.starts_at <= ?3 AND (r.ends_at IS NULL OR r.ends_at > ?3) AND (r.person_id = ?2 OR m.person_id = ?2) LIMIT ?4";
const UPDATE: &str = "UPDATE patient SET sealed_patient = ?4, version = version + 1 WHERE org_id = ?1 AND patient_id = ?2 AND version = ?3";
const SET_ACCOUNT: &str = "UPDATE patient SET person_id = ?4, sealed_patient = ?5, version = version + 1 WHERE org_id = ?1 AND patient_id = ?2 AND version = ?3";
const REFERENCE_INSERT: &str =
    "INSERT INTO patient_reference (org_id, reference_index, patient_id) VALUES (?1, ?2, ?3)";
const REFERENCES_DELETE: &str = "DELETE FROM patient_reference WHERE org_id = ?1 AND patient_id = ?2";
const BY_REFERENCE: &str = "SELECT patient_id FROM patient_reference WHERE org_id = ?1 AND reference_index = ?2";

const ACCOUNTS: &str = "SELECT person_id FROM patient WHERE org_id = ?1 AND person_id IS NOT NULL";

/// Every statement of this module.
pub const ALL: &[&str] = &[
    ACCOUNTS,
    INSERT,
    GET,
    PAGE,
    OF_ACCOUNT,
    CARED_FOR,
    UPDATE,
    SET_ACCOUNT,
    REFERENCE_INSERT,
    REFERENCES_DELETE,
    BY_REFERENCE,
];

/// A patient as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of patient")]
pub struct PatientRow {
    pub id: PatientId,
    pub person_id: Option<PersonId>,
    pub sealed_patient: Vec<u8>,
    pub version: i64,
}

fn decode(r: &Row) -> Result<PatientRow> {
    Ok(PatientRow { id: r.id(0)?, person_id: r.opt_id(1)?, sealed_patient: r.bytes(2)?, version: r.int(3)? })
}

/// Adds a patient with version 1 and without an account.
pub fn insert(batch: &mut Batch, org: OrgId, id: PatientId, sealed: Vec<u8>, at_us: i64) {
    batch.exec(INSERT, params![org, id, sealed, at_us]);
}

/// Reads a patient.
///
/// # Errors
/// When the store fails.
pub async fn get(db: &Db, org: OrgId, id: PatientId) -> Result<Option<PatientRow>> {
    db.query_opt(GET, params![org, id]).await?.as_ref().map(decode).transpose()
}

/// Patients in the order of their ids, from after one on.
///
/// # Errors
/// When the store fails.
pub async fn page(db: &Db, org: OrgId, after: Option<PatientId>, limit: i64) -> Result<Vec<PatientRow>> {
    let after = after.unwrap_or(PatientId(uuid::Uuid::nil()));
    db.query(PAGE, params![org, after, limit]).await?.iter().map(decode).collect()
}

/// The patient whose account this is.
///
/// # Errors
/// When the store fails.
pub async fn of_account(db: &Db, org: OrgId, person: PersonId) -> Result<Option<PatientRow>> {
    db.query_opt(OF_ACCOUNT, params![org, person]).await?.as_ref().map(decode).transpose()
}

/// The patients for whom somebody, or a team of theirs, cares now.
///
/// # Errors
/// When the store fails.
pub async fn cared_for(db: &Db, org: OrgId, person: PersonId, now_us: i64, limit: i64) -> Result<Vec<PatientRow>> {
    db.query(CARED_FOR, params![org, person, now_us, limit]).await?.iter().map(decode).collect()
}

/// Changes a patient's data, if the version is still `version`.
pub fn update(batch: &mut Batch, org: OrgId, id: PatientId, version: i64, sealed: Vec<u8>, guard: &'static str) {
    batch.exec_expect(UPDATE, params![org, id, version, sealed], 1, guard);
}

/// Ties the patient to an account, or unties it; an account that is another patient's is a conflict on
/// `patient_account`.
pub fn set_account(
    batch: &mut Batch,
    org: OrgId,
    id: PatientId,
    version: i64,
    account: Option<PersonId>,
    sealed: Vec<u8>,
    guard: &'static str,
) {
    batch.exec_expect(SET_ACCOUNT, params![org, id, version, account, sealed], 1, guard);
}

/// Gives a patient exactly these references; one that is another patient's is a conflict on `patient_reference`.
pub fn put_references(batch: &mut Batch, org: OrgId, id: PatientId, indexes: Vec<Vec<u8>>) {
    batch.exec(REFERENCES_DELETE, params![org, id]);
    for index in indexes {
        batch.exec(REFERENCE_INSERT, params![org, index, id]);
    }
}

/// The patient with this reference.
///
/// # Errors
/// When the store fails.
pub async fn by_reference(db: &Db, org: OrgId, index: Vec<u8>) -> Result<Option<PatientId>> {
    db.query_opt(BY_REFERENCE, params![org, index]).await?.map(|r| r.id(0)).transpose()
}

/// Everybody whose account is a patient's.
///
/// # Errors
/// When the store fails.
pub async fn accounts(db: &Db, org: OrgId) -> Result<Vec<PersonId>> {
    db.query(ACCOUNTS, params![org]).await?.iter().map(|r| r.id(0)).collect()
}
