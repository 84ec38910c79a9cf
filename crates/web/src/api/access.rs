//! Emergency access to patients, and who looked at what.

use super::{ChangeRefusals, Items, Page, Paging, Refusals, next, nothing};
use crate::audit_export;
use crate::extract::{Json, Path, Query};
use crate::problem::{Answer, Problem};
use crate::session::Signed;
use crate::state::WebState;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_core::care;
use wardpost_model::audit::AuditKind;
use wardpost_model::{AuditId, GrantId, PatientId, PersonId};

/// Most looks in one download.
const DOWNLOADED: usize = 20_000;

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(take_break_glass, end_break_glass))
        .routes(routes!(my_break_glass))
        .routes(routes!(break_glass_queue))
        .routes(routes!(review_break_glass))
        .routes(routes!(patient_access_log))
        .routes(routes!(my_access_log))
        .routes(routes!(my_access_log_csv))
}

/// Why emergency access is needed. The privacy officer and the patient will read it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EmergencyReason {
    /// At least ten letters.
    reason: String,
}

/// An emergency access that was taken.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EmergencyAccess {
    id: GrantId,
    #[schema(value_type = String, format = "date-time")]
    ends_at: Timestamp,
}

/// Take emergency access to a patient, for a time. Audited, told to the privacy officers at once, seen by the patient.
#[utoipa::path(post, path = "/patients/{patient_id}/break-glass", tag = "access", request_body = EmergencyReason,
    params(("patient_id" = PatientId, Path)),
    responses((status = 201, description = "Open, until then", body = EmergencyAccess), ChangeRefusals))]
pub(crate) async fn take_break_glass(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PatientId>,
    Json(body): Json<EmergencyReason>,
) -> Answer<(StatusCode, axum::Json<EmergencyAccess>)> {
    let g = state.core().break_glass(&signed.actor, id, &body.reason).await?;
    Ok((StatusCode::CREATED, axum::Json(EmergencyAccess { id: g.id, ends_at: g.ends_at })))
}

/// End one's own emergency access to a patient before its time.
#[utoipa::path(delete, path = "/patients/{patient_id}/break-glass", tag = "access",
    params(("patient_id" = PatientId, Path)),
    responses((status = 204, description = "Ended"), ChangeRefusals))]
pub(crate) async fn end_break_glass(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PatientId>,
) -> Answer<Response> {
    state.core().end_break_glass(&signed.actor, id).await?;
    Ok(nothing())
}

/// One's own open emergency access.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OpenEmergency {
    id: GrantId,
    patient_id: PatientId,
    patient_name: String,
    #[schema(value_type = String, format = "date-time")]
    ends_at: Timestamp,
}

/// One's own open emergency accesses.
#[utoipa::path(get, path = "/me/break-glass", tag = "access",
    responses((status = 200, description = "What is open", body = Items<OpenEmergency>), Refusals))]
pub(crate) async fn my_break_glass(
    State(state): State<WebState>,
    signed: Signed,
) -> Answer<axum::Json<Items<OpenEmergency>>> {
    let open = state.core().my_break_glass(&signed.actor).await?.into_iter();
    let line = |g: care::OpenGrant| OpenEmergency {
        id: g.id,
        patient_id: g.patient_id,
        patient_name: g.patient_name,
        ends_at: g.ends_at,
    };
    Ok(axum::Json(Items { items: open.map(line).collect() }))
}

/// An emergency access that waits to be judged.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EmergencyLine {
    id: GrantId,
    patient_id: PatientId,
    patient_name: String,
    person_id: PersonId,
    person_name: String,
    reason: String,
    #[schema(value_type = String, format = "date-time")]
    started_at: Timestamp,
    #[schema(value_type = String, format = "date-time")]
    ends_at: Timestamp,
    /// It is one's own: somebody else judges it.
    own: bool,
}

impl From<care::BreakGlassLine> for EmergencyLine {
    fn from(g: care::BreakGlassLine) -> Self {
        Self {
            id: g.id,
            patient_id: g.patient_id,
            patient_name: g.patient_name,
            person_id: g.person_id,
            person_name: g.person_name,
            reason: g.reason,
            started_at: g.started_at,
            ends_at: g.ends_at,
            own: g.own,
        }
    }
}

/// Emergency accesses that wait to be judged, oldest first.
#[utoipa::path(get, path = "/break-glass", tag = "access", params(Paging),
    responses((status = 200, description = "A page of them", body = Page<EmergencyLine>), Refusals))]
pub(crate) async fn break_glass_queue(
    State(state): State<WebState>,
    signed: Signed,
    Query(paging): Query<Paging>,
) -> Answer<axum::Json<Page<EmergencyLine>>> {
    let limit = paging.limit();
    let found = state.core().break_glass_queue(&signed.actor, paging.place()?, limit).await?;
    let next_cursor = next(&found, limit, |g| (g.started_at.as_microsecond(), g.id.0));
    Ok(axum::Json(Page { items: found.into_iter().map(EmergencyLine::from).collect(), next_cursor }))
}

/// What is judged.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EmergencyVerdict {
    /// It was right.
    Justified,
    /// It was not.
    NotJustified,
}

/// A judgement.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EmergencyReview {
    verdict: EmergencyVerdict,
    /// Needed where it was not right. Who took the access reads it.
    #[serde(default)]
    note: String,
}

/// Judge an emergency access, once. Not one's own.
#[utoipa::path(post, path = "/break-glass/{grant_id}/review", tag = "access", request_body = EmergencyReview,
    params(("grant_id" = GrantId, Path)),
    responses((status = 204, description = "Judged"), ChangeRefusals))]
pub(crate) async fn review_break_glass(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<GrantId>,
    Json(body): Json<EmergencyReview>,
) -> Answer<Response> {
    let verdict = match body.verdict {
        EmergencyVerdict::Justified => care::Verdict::Justified,
        EmergencyVerdict::NotJustified => care::Verdict::NotJustified,
    };
    state.core().review_break_glass(&signed.actor, id, verdict, &body.note).await?;
    Ok(nothing())
}

/// Which looks, and which page of them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct LookFilter {
    /// From this time on.
    #[param(value_type = Option<String>, format = "date-time")]
    from: Option<Timestamp>,
    /// Before this time.
    #[param(value_type = Option<String>, format = "date-time")]
    to: Option<Timestamp>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Items on a page, 1 to 200; 50 if not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

impl LookFilter {
    fn before(&self) -> Answer<Option<AuditId>> {
        let malformed = |_| Problem::field("cursor", "malformed", "not a cursor of this list");
        self.cursor.as_deref().filter(|c| !c.is_empty()).map(|c| c.parse().map_err(malformed)).transpose()
    }
    fn limit(&self) -> u32 {
        self.limit.unwrap_or(50).clamp(1, 200)
    }
}

/// A look at a patient's data.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Look {
    id: AuditId,
    #[schema(value_type = String, format = "date-time")]
    at: Timestamp,
    kind: AuditKind,
    /// Who looked.
    who: String,
    roles: Vec<String>,
    /// For which mailbox or person.
    #[serde(skip_serializing_if = "Option::is_none")]
    on_behalf_of: Option<String>,
    /// On which ground: `own`, `assigned`, `care_team`, `referral`, `cover`, `correspondence`, `duty`, `break_glass`,
    /// `house`, `review`, `administration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    ground: Option<String>,
    /// The reason that was given for an emergency access.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

impl From<care::Looked> for Look {
    fn from(l: care::Looked) -> Self {
        Self {
            id: l.id,
            at: l.at,
            kind: l.kind,
            who: l.who,
            roles: l.roles,
            on_behalf_of: l.on_behalf_of,
            ground: l.ground,
            why: l.why,
        }
    }
}

/// Who looked at a patient's data, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccessLog {
    /// The organisation whose log it is.
    organisation: String,
    items: Vec<Look>,
    /// For the next page; null at the end.
    #[schema(required)]
    next_cursor: Option<String>,
}

impl From<care::AccessLog> for AccessLog {
    fn from(l: care::AccessLog) -> Self {
        Self {
            organisation: l.organisation,
            items: l.items.into_iter().map(Look::from).collect(),
            next_cursor: l.next.map(|id| id.to_string()),
        }
    }
}

/// Who looked at a patient's data. Looking is itself audited.
#[utoipa::path(get, path = "/patients/{patient_id}/access-log", tag = "access",
    params(("patient_id" = PatientId, Path), LookFilter),
    responses((status = 200, description = "A page of looks", body = AccessLog), Refusals))]
pub(crate) async fn patient_access_log(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PatientId>,
    Query(query): Query<LookFilter>,
) -> Answer<axum::Json<AccessLog>> {
    let (before, limit) = (query.before()?, query.limit());
    let found = state.core().who_looked(&signed.actor, id, (query.from, query.to), before, limit).await?;
    Ok(axum::Json(found.into()))
}

/// Who looked at one's own data, as a patient.
#[utoipa::path(get, path = "/me/access-log", tag = "access", params(LookFilter),
    responses((status = 200, description = "A page of looks", body = AccessLog), Refusals))]
pub(crate) async fn my_access_log(
    State(state): State<WebState>,
    signed: Signed,
    Query(query): Query<LookFilter>,
) -> Answer<axum::Json<AccessLog>> {
    let (before, limit) = (query.before()?, query.limit());
    let found = state.core().who_looked_at_mine(&signed.actor, (query.from, query.to), before, limit).await?;
    Ok(axum::Json(found.into()))
}

/// The same as a file for spreadsheets.
#[utoipa::path(get, path = "/me/access-log.csv", tag = "access", params(LookFilter),
    responses((status = 200, description = "All looks", body = String, content_type = "text/csv"), Refusals))]
pub(crate) async fn my_access_log_csv(
    State(state): State<WebState>,
    signed: Signed,
    Query(query): Query<LookFilter>,
) -> Answer<Response> {
    signed.may_save()?;
    let time = (query.from, query.to);
    let mut text = String::from("\u{feff}at,organisation,who,roles,on_behalf_of,what,ground,why\r\n");
    let (mut before, mut lines) = (None, 0);
    loop {
        let page = state.core().who_looked_at_mine(&signed.actor, time, before, 1000).await?;
        for l in &page.items {
            text.push_str(&audit_export::csv_line(&[
                &l.at.to_string(),
                &page.organisation,
                &l.who,
                &l.roles.join("; "),
                l.on_behalf_of.as_deref().unwrap_or_default(),
                l.kind.as_str(),
                l.ground.as_deref().unwrap_or_default(),
                l.why.as_deref().unwrap_or_default(),
            ]));
        }
        lines += page.items.len();
        before = page.next;
        if before.is_none() || lines >= DOWNLOADED {
            break;
        }
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"access-log.csv\""),
    ];
    Ok((headers, text).into_response())
}
