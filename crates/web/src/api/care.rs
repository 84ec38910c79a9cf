//! Patients, who cares for them, care teams.

use super::{ChangeRefusals, Items, Refusals, nothing};
use crate::extract::{IfMatch, Json, Path, Query};
use crate::once::Once;
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::WebState;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_core::care;
use wardpost_model::ground::RelationKind;
use wardpost_model::{EmailAddress, PatientId, PersonId, PhoneNumber, RelationId, TeamId};

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(find_patients, register_patient))
        .routes(routes!(get_patient, change_patient))
        .routes(routes!(set_patient_account, remove_patient_account))
        .routes(routes!(patient_relations, create_relation))
        .routes(routes!(end_relation))
        .routes(routes!(list_teams, create_team))
        .routes(routes!(change_team))
        .routes(routes!(care_colleagues))
}

/// A patient in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PatientLine {
    id: PatientId,
    /// Name; initials where nothing ties the reader to the patient.
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "date")]
    birth_date: Option<Date>,
    /// Numbers by which the patient is known; none where nothing ties the reader to the patient.
    references: Vec<String>,
    /// On which ground the reader sees them; none: nothing ties the reader to the patient.
    #[serde(skip_serializing_if = "Option::is_none")]
    ground: Option<&'static str>,
}

impl From<care::PatientLine> for PatientLine {
    fn from(p: care::PatientLine) -> Self {
        Self {
            id: p.id,
            name: p.name,
            birth_date: p.birth_date,
            references: p.references,
            ground: p.ground.map(|g| g.as_str()),
        }
    }
}

/// By what an identity was checked.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum IdentityDocument {
    Passport,
    IdCard,
    DrivingLicence,
    ResidencePermit,
    /// Known to the practice for long.
    KnownPatient,
}

impl From<IdentityDocument> for care::IdentityDocument {
    fn from(d: IdentityDocument) -> Self {
        match d {
            IdentityDocument::Passport => Self::Passport,
            IdentityDocument::IdCard => Self::IdCard,
            IdentityDocument::DrivingLicence => Self::DrivingLicence,
            IdentityDocument::ResidencePermit => Self::ResidencePermit,
            IdentityDocument::KnownPatient => Self::KnownPatient,
        }
    }
}

impl From<care::IdentityDocument> for IdentityDocument {
    fn from(d: care::IdentityDocument) -> Self {
        match d {
            care::IdentityDocument::Passport => Self::Passport,
            care::IdentityDocument::IdCard => Self::IdCard,
            care::IdentityDocument::DrivingLicence => Self::DrivingLicence,
            care::IdentityDocument::ResidencePermit => Self::ResidencePermit,
            care::IdentityDocument::KnownPatient => Self::KnownPatient,
        }
    }
}

/// A patient's page.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Patient {
    #[serde(flatten)]
    line: PatientLine,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<PhoneNumber>,
    /// When that number was confirmed to be theirs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "date-time")]
    phone_confirmed_at: Option<Timestamp>,
    /// Sign-in name of the patient's own account.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<EmailAddress>,
    /// By what the patient's identity was checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    identity_checked_by: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "date-time")]
    identity_checked_at: Option<Timestamp>,
    /// To be sent in `If-Match` with the next change.
    version: i64,
}

impl From<care::PatientView> for Patient {
    fn from(p: care::PatientView) -> Self {
        Self {
            line: p.line.into(),
            phone: p.phone,
            phone_confirmed_at: p.phone_confirmed_at,
            account: p.account,
            identity_checked_by: p.identity.map(|(d, _)| d.as_str()),
            identity_checked_at: p.identity.map(|(_, at)| at),
            version: p.version,
        }
    }
}

/// A patient's administrative data.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PatientContent {
    name: String,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "date")]
    birth_date: Option<Date>,
    /// Numbers by which letters name the patient (`BSN 111222333`, a patient number); at least one.
    references: Vec<String>,
    #[serde(default)]
    phone: Option<PhoneNumber>,
}

impl From<PatientContent> for care::NewPatient {
    fn from(p: PatientContent) -> Self {
        Self { name: p.name, birth_date: p.birth_date, references: p.references, phone: p.phone }
    }
}

/// Whom to find.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PatientFilter {
    /// A number exactly, or a part of the name; without it those for whom one cares.
    q: Option<String>,
    /// Most patients, 1 to 200; 50 if not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// Find patients. A search is audited; patients to whom nothing ties the reader are shown by initials.
#[utoipa::path(get, path = "/patients", tag = "care", params(PatientFilter),
    responses((status = 200, description = "Patients", body = Items<PatientLine>), Refusals))]
pub(crate) async fn find_patients(
    State(state): State<WebState>,
    signed: Signed,
    Query(query): Query<PatientFilter>,
) -> Answer<axum::Json<Items<PatientLine>>> {
    let (q, limit) = (query.q.unwrap_or_default(), query.limit.unwrap_or(50));
    let found = state.core().find_patients(&signed.actor, &q, limit).await?;
    Ok(axum::Json(Items { items: found.into_iter().map(PatientLine::from).collect() }))
}

/// Register a patient. Letters that name one of the numbers are about the patient from then on.
#[utoipa::path(post, path = "/patients", tag = "care", request_body = PatientContent,
    params(("Idempotency-Key" = Option<String>, Header, description = "Same key, same answer, for 24 hours")),
    responses((status = 201, description = "Registered", body = Patient), ChangeRefusals))]
pub(crate) async fn register_patient(
    State(state): State<WebState>,
    signed: Signed,
    once: Once,
    Json(body): Json<PatientContent>,
) -> Answer<Response> {
    let (core, scope) = (state.core().clone(), signed.actor.person_id.0);
    let asked = serde_json::to_vec(&body).unwrap_or_default();
    once.run(&state, scope, &asked, async move {
        Ok((StatusCode::CREATED, Patient::from(core.register_patient(&signed.actor, body.into()).await?)))
    })
    .await
}

/// A patient's page. Audited, with the ground on which it was opened; without a ground only initials.
#[utoipa::path(get, path = "/patients/{patient_id}", tag = "care", params(("patient_id" = PatientId, Path)),
    responses((status = 200, description = "The patient", body = Patient), Refusals))]
pub(crate) async fn get_patient(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PatientId>,
) -> Answer<axum::Json<Patient>> {
    Ok(axum::Json(state.core().patient(&signed.actor, id).await?.into()))
}

/// Change a patient's administrative data.
#[utoipa::path(put, path = "/patients/{patient_id}", tag = "care", request_body = PatientContent,
    params(("patient_id" = PatientId, Path), ("If-Match" = String, Header, description = "The version, in quotes")),
    responses((status = 200, description = "The patient with the new version", body = Patient), ChangeRefusals))]
pub(crate) async fn change_patient(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PatientId>,
    IfMatch(version): IfMatch,
    Json(body): Json<PatientContent>,
) -> Answer<axum::Json<Patient>> {
    let update = care::PatientUpdate { version: version.into(), patient: body.into() };
    Ok(axum::Json(state.core().change_patient(&signed.actor, id, update).await?.into()))
}

/// The account by which a patient sees who looked at their data.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PatientAccount {
    /// Its sign-in name. It must be a patient's account.
    login: EmailAddress,
    /// By what the patient's identity was checked.
    identity_checked_by: IdentityDocument,
}

/// Tie a patient to their own account, after their identity was checked.
#[utoipa::path(put, path = "/patients/{patient_id}/account", tag = "care", request_body = PatientAccount,
    params(("patient_id" = PatientId, Path), ("If-Match" = String, Header, description = "The version, in quotes")),
    responses((status = 200, description = "The patient with the new version", body = Patient), ChangeRefusals))]
pub(crate) async fn set_patient_account(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PatientId>,
    IfMatch(version): IfMatch,
    Json(body): Json<PatientAccount>,
) -> Answer<axum::Json<Patient>> {
    let account = Some((body.login, body.identity_checked_by.into()));
    Ok(axum::Json(state.core().set_patient_account(&signed.actor, id, version.into(), account).await?.into()))
}

/// Untie a patient from their account: it shows nothing of the patient any more.
#[utoipa::path(delete, path = "/patients/{patient_id}/account", tag = "care",
    params(("patient_id" = PatientId, Path), ("If-Match" = String, Header, description = "The version, in quotes")),
    responses((status = 200, description = "The patient with the new version", body = Patient), ChangeRefusals))]
pub(crate) async fn remove_patient_account(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PatientId>,
    IfMatch(version): IfMatch,
) -> Answer<axum::Json<Patient>> {
    Ok(axum::Json(state.core().set_patient_account(&signed.actor, id, version.into(), None).await?.into()))
}

/// That somebody, or a team, cares for a patient.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RelationLine {
    id: RelationId,
    kind: RelationKind,
    /// Name of the person or team.
    name: String,
    #[schema(value_type = String, format = "date-time")]
    starts_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "date-time")]
    ends_at: Option<Timestamp>,
    /// Who made it.
    by: String,
    reason: String,
}

impl From<care::RelationLine> for RelationLine {
    fn from(r: care::RelationLine) -> Self {
        Self {
            id: r.id,
            kind: r.kind,
            name: r.name,
            starts_at: r.starts_at,
            ends_at: r.ends_at,
            by: r.by,
            reason: r.reason,
        }
    }
}

/// Who cares for a patient now, or will.
#[utoipa::path(get, path = "/patients/{patient_id}/relations", tag = "care", params(("patient_id" = PatientId, Path)),
    responses((status = 200, description = "Relations", body = Items<RelationLine>), Refusals))]
pub(crate) async fn patient_relations(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PatientId>,
) -> Answer<axum::Json<Items<RelationLine>>> {
    let found = state.core().relations(&signed.actor, id).await?;
    Ok(axum::Json(Items { items: found.into_iter().map(RelationLine::from).collect() }))
}

/// A relation to be made: to somebody, or to a team.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRelation {
    kind: RelationKind,
    person_id: Option<PersonId>,
    team_id: Option<TeamId>,
    /// Until when; `cover` always ends.
    #[schema(value_type = Option<String>, format = "date-time")]
    ends_at: Option<Timestamp>,
    #[serde(default)]
    reason: String,
}

/// Say that somebody, or a team, cares for a patient. Not of oneself.
#[utoipa::path(post, path = "/patients/{patient_id}/relations", tag = "care", request_body = NewRelation,
    params(("patient_id" = PatientId, Path)),
    responses((status = 201, description = "All relations of the patient", body = Items<RelationLine>), ChangeRefusals))]
pub(crate) async fn create_relation(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PatientId>,
    Json(body): Json<NewRelation>,
) -> Answer<(StatusCode, axum::Json<Items<RelationLine>>)> {
    let to = match (body.person_id, body.team_id) {
        (Some(p), None) => care::RelationTo::Person(p),
        (None, Some(t)) => care::RelationTo::Team(t),
        _ => return Err(crate::problem::Problem::field("person_id", "one_of", "send person_id or team_id")),
    };
    let new = care::NewRelation { kind: body.kind, to, ends_at: body.ends_at, reason: body.reason };
    let all = state.core().relate(&signed.actor, id, new).await?;
    Ok((StatusCode::CREATED, axum::Json(Items { items: all.into_iter().map(RelationLine::from).collect() })))
}

/// End a relation. What it opened closes at once.
#[utoipa::path(delete, path = "/relations/{relation_id}", tag = "care", params(("relation_id" = RelationId, Path)),
    responses((status = 204, description = "Ended"), ChangeRefusals))]
pub(crate) async fn end_relation(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<RelationId>,
) -> Answer<Response> {
    state.core().end_relation(&signed.actor, id).await?;
    Ok(nothing())
}

/// People who care for patients together.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CareTeam {
    id: TeamId,
    name: String,
    members: Vec<PersonId>,
    /// Their names, in the same order.
    member_names: Vec<String>,
    /// To be sent in `If-Match` with the next change.
    version: i64,
}

impl From<care::TeamLine> for CareTeam {
    fn from(t: care::TeamLine) -> Self {
        Self { id: t.id, name: t.name, members: t.members, member_names: t.member_names, version: t.version }
    }
}

/// All care teams.
#[utoipa::path(get, path = "/teams", tag = "care",
    responses((status = 200, description = "Teams", body = Items<CareTeam>), Refusals))]
pub(crate) async fn list_teams(State(state): State<WebState>, signed: Signed) -> Answer<axum::Json<Items<CareTeam>>> {
    let teams = state.core().care_teams(&signed.actor).await?;
    Ok(axum::Json(Items { items: teams.into_iter().map(CareTeam::from).collect() }))
}

/// A team as it is to be.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TeamContent {
    name: String,
    members: Vec<PersonId>,
}

/// Make a care team. One can't put oneself in.
#[utoipa::path(post, path = "/teams", tag = "care", request_body = TeamContent,
    params(("Idempotency-Key" = Option<String>, Header, description = "Same key, same answer, for 24 hours")),
    responses((status = 201, description = "Made", body = CareTeam), ChangeRefusals))]
pub(crate) async fn create_team(
    State(state): State<WebState>,
    signed: Signed,
    once: Once,
    Json(body): Json<TeamContent>,
) -> Answer<Response> {
    let (core, scope) = (state.core().clone(), signed.actor.person_id.0);
    let asked = serde_json::to_vec(&body).unwrap_or_default();
    once.run(&state, scope, &asked, async move {
        let made = core.create_team(&signed.actor, &body.name, &body.members).await?;
        Ok((StatusCode::CREATED, CareTeam::from(made)))
    })
    .await
}

/// Change a care team. Who is no member any more sees its patients no longer.
#[utoipa::path(put, path = "/teams/{team_id}", tag = "care", request_body = TeamContent,
    params(("team_id" = TeamId, Path), ("If-Match" = String, Header, description = "The version, in quotes")),
    responses((status = 200, description = "The team with its new version", body = CareTeam), ChangeRefusals))]
pub(crate) async fn change_team(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<TeamId>,
    IfMatch(version): IfMatch,
    Json(body): Json<TeamContent>,
) -> Answer<axum::Json<CareTeam>> {
    let changed = state.core().change_team(&signed.actor, id, version.into(), &body.name, &body.members).await?;
    Ok(axum::Json(changed.into()))
}

/// Somebody who may care for patients.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Colleague {
    id: PersonId,
    name: String,
    function: String,
}

impl From<wardpost_core::care::Colleague> for Colleague {
    fn from(c: wardpost_core::care::Colleague) -> Self {
        Self { id: c.id, name: c.name, function: c.function }
    }
}

/// Who can be said to care for patients.
#[utoipa::path(get, path = "/care/colleagues", tag = "care",
    responses((status = 200, description = "People", body = Items<Colleague>), Refusals))]
pub(crate) async fn care_colleagues(
    State(state): State<WebState>,
    signed: Signed,
) -> Answer<axum::Json<Items<Colleague>>> {
    let found = state.core().care_colleagues(&signed.actor).await?.into_iter();
    Ok(axum::Json(Items { items: found.map(Into::into).collect() }))
}
