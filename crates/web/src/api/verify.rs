//! What was checked of people and patients: e-mail address, mobile number, who they are.

use super::care::{IdentityDocument, Patient};
use super::session::limit;
use super::{ChangeRefusals, Refusals, nothing};
use crate::extract::{IfMatch, Json, Path};
use crate::problem::Answer;
use crate::session::{Caller, Signed};
use crate::state::WebState;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_core::identity::{self, EmailStanding, Verified};
use wardpost_model::{PatientId, PersonId, PhoneNumber};

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(my_verification))
        .routes(routes!(ask_email))
        .routes(routes!(confirm_email))
        .routes(routes!(ask_phone, forget_phone))
        .routes(routes!(confirm_phone))
        .routes(routes!(verification_of))
        .routes(routes!(check_identity))
        .routes(routes!(ask_patient_phone))
        .routes(routes!(confirm_patient_phone))
        .routes(routes!(check_patient_identity))
}

/// How it stands with somebody's sign-in address.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EmailState {
    /// An address of this organisation.
    Inside,
    /// Confirmed by a link that was sent there.
    Confirmed,
    /// Nobody knows yet whether it is theirs.
    Open,
}

/// What was checked of somebody.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Verification {
    email: EmailState,
    #[schema(required, value_type = Option<String>, format = "date-time")]
    email_at: Option<Timestamp>,
    /// The mobile number that they confirmed.
    #[schema(required)]
    phone: Option<PhoneNumber>,
    #[schema(required, value_type = Option<String>, format = "date-time")]
    phone_at: Option<Timestamp>,
    /// By what their identity was checked.
    #[schema(required)]
    identity_checked_by: Option<IdentityDocument>,
    #[schema(required, value_type = Option<String>, format = "date-time")]
    identity_checked_at: Option<Timestamp>,
    /// Who checked it.
    #[schema(required)]
    identity_checked_by_name: Option<String>,
}

impl From<Verified> for Verification {
    fn from(v: Verified) -> Self {
        let (email, email_at) = match v.email {
            EmailStanding::Inside => (EmailState::Inside, None),
            EmailStanding::Confirmed(at) => (EmailState::Confirmed, Some(at)),
            EmailStanding::Open => (EmailState::Open, None),
        };
        let (phone, phone_at) = v.phone.unzip();
        let identity = v.identity;
        Self {
            email,
            email_at,
            phone,
            phone_at,
            identity_checked_by: identity.as_ref().map(|(d, _, _)| (*d).into()),
            identity_checked_at: identity.as_ref().map(|(_, at, _)| *at),
            identity_checked_by_name: identity.map(|(_, _, name)| name),
        }
    }
}

/// What was checked of oneself.
#[utoipa::path(get, path = "/me/verification", tag = "me",
    responses((status = 200, description = "What was checked", body = Verification), Refusals))]
pub(crate) async fn my_verification(State(state): State<WebState>, signed: Signed) -> Answer<axum::Json<Verification>> {
    Ok(axum::Json(state.core().verified(&signed.actor, signed.actor.person_id).await?.into()))
}

/// Send a link to one's own sign-in address, to confirm it. Good for 15 minutes; `409 conflict` with the detail `inside` for
/// an address of the organisation.
#[utoipa::path(post, path = "/me/verification/email", tag = "me",
    responses((status = 204, description = "On its way"), ChangeRefusals))]
pub(crate) async fn ask_email(State(state): State<WebState>, signed: Signed) -> Answer<Response> {
    state.core().ask_email(&signed.actor).await?;
    Ok(nothing())
}

/// The token of a link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfirmationToken {
    token: String,
}

/// Confirm an address by the link that was sent there. Good once.
#[utoipa::path(post, path = "/confirmations", tag = "session", security(()), request_body = ConfirmationToken,
    responses((status = 204, description = "Confirmed"), ChangeRefusals))]
pub(crate) async fn confirm_email(
    State(state): State<WebState>,
    caller: Caller,
    Json(body): Json<ConfirmationToken>,
) -> Answer<Response> {
    limit(&state, &caller.client)?;
    state.core().confirm_email(&body.token).await?;
    Ok(nothing())
}

/// A mobile number.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MobileNumber {
    phone: PhoneNumber,
}

/// That a code is on its way.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConfirmationCodeSent {
    valid_seconds: u32,
    /// When another one can be asked for.
    again_seconds: u32,
}

impl From<identity::CodeSent> for ConfirmationCodeSent {
    fn from(c: identity::CodeSent) -> Self {
        Self { valid_seconds: c.valid_seconds, again_seconds: c.again_seconds }
    }
}

/// Send a code to a mobile number that is to be one's own. Needs a recent second factor.
#[utoipa::path(post, path = "/me/verification/phone", tag = "me", request_body = MobileNumber,
    responses((status = 200, description = "On its way", body = ConfirmationCodeSent), ChangeRefusals))]
pub(crate) async fn ask_phone(
    State(state): State<WebState>,
    signed: Signed,
    Json(body): Json<MobileNumber>,
) -> Answer<axum::Json<ConfirmationCodeSent>> {
    Ok(axum::Json(state.core().ask_phone(&signed.actor, &body.phone).await?.into()))
}

/// Forget one's mobile number.
#[utoipa::path(delete, path = "/me/verification/phone", tag = "me",
    responses((status = 204, description = "Forgotten"), ChangeRefusals))]
pub(crate) async fn forget_phone(State(state): State<WebState>, signed: Signed) -> Answer<Response> {
    state.core().forget_phone(&signed.actor).await?;
    Ok(nothing())
}

/// The code that came by text message.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeGiven {
    code: String,
}

/// Confirm one's mobile number. Codes of field errors: `code` `wrong`, `expired` (also after five tries).
#[utoipa::path(post, path = "/me/verification/phone/confirm", tag = "me", request_body = CodeGiven,
    responses((status = 204, description = "Confirmed"), ChangeRefusals))]
pub(crate) async fn confirm_phone(
    State(state): State<WebState>,
    signed: Signed,
    Json(body): Json<CodeGiven>,
) -> Answer<Response> {
    state.core().confirm_phone(&signed.actor, &body.code).await?;
    Ok(nothing())
}

/// What was checked of a colleague.
#[utoipa::path(get, path = "/people/{person_id}/verification", tag = "people",
    params(("person_id" = PersonId, Path, description = "The person")),
    responses((status = 200, description = "What was checked", body = Verification), Refusals))]
pub(crate) async fn verification_of(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PersonId>,
) -> Answer<axum::Json<Verification>> {
    Ok(axum::Json(state.core().verified(&signed.actor, id).await?.into()))
}

/// By what an identity was checked: the kind of document, never its number.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IdentityChecked {
    document: IdentityDocument,
}

/// Record by what a colleague's identity was checked. Nobody checks their own (`409 conflict`, `own_account`).
#[utoipa::path(post, path = "/people/{person_id}/identity-check", tag = "people", request_body = IdentityChecked,
    params(("person_id" = PersonId, Path, description = "The person")),
    responses((status = 204, description = "Recorded"), ChangeRefusals))]
pub(crate) async fn check_identity(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PersonId>,
    Json(body): Json<IdentityChecked>,
) -> Answer<Response> {
    state.core().check_identity(&signed.actor, id, body.document.into()).await?;
    Ok(nothing())
}

/// Send a code to the mobile number on a patient's record, which they read out. `409 conflict` with the detail
/// `no_telephone` without one.
#[utoipa::path(post, path = "/patients/{patient_id}/verification/phone", tag = "care",
    params(("patient_id" = PatientId, Path, description = "The patient")),
    responses((status = 200, description = "On its way", body = ConfirmationCodeSent), ChangeRefusals))]
pub(crate) async fn ask_patient_phone(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PatientId>,
) -> Answer<axum::Json<ConfirmationCodeSent>> {
    Ok(axum::Json(state.core().ask_patient_phone(&signed.actor, id).await?.into()))
}

/// Confirm a patient's mobile number by the code that they read out.
#[utoipa::path(post, path = "/patients/{patient_id}/verification/phone/confirm", tag = "care", request_body = CodeGiven,
    params(("patient_id" = PatientId, Path, description = "The patient")),
    responses((status = 200, description = "The patient", body = Patient), ChangeRefusals))]
pub(crate) async fn confirm_patient_phone(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PatientId>,
    Json(body): Json<CodeGiven>,
) -> Answer<axum::Json<Patient>> {
    Ok(axum::Json(state.core().confirm_patient_phone(&signed.actor, id, &body.code).await?.into()))
}

/// Record by what a patient's identity was checked: the kind of document, never its number.
#[utoipa::path(post, path = "/patients/{patient_id}/identity-check", tag = "care", request_body = IdentityChecked,
    params(("patient_id" = PatientId, Path), ("If-Match" = String, Header, description = "The version, in quotes")),
    responses((status = 200, description = "The patient with the new version", body = Patient), ChangeRefusals))]
pub(crate) async fn check_patient_identity(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PatientId>,
    IfMatch(version): IfMatch,
    Json(body): Json<IdentityChecked>,
) -> Answer<axum::Json<Patient>> {
    let document = body.document.into();
    Ok(axum::Json(state.core().check_patient_identity(&signed.actor, id, version.into(), document).await?.into()))
}
