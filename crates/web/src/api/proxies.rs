//! Proxies: acting for a patient in the portal, and what the portal shows.

use super::care::RelationLine;
use super::session::{Session, stand};
use super::{ChangeRefusals, Items, Refusals, nothing};
use crate::extract::{Json, Path};
use crate::problem::Answer;
use crate::session::{Caller, Signed};
use crate::state::WebState;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_core::care::{self, ProxyEnd, ProxyStanding};
use wardpost_model::proxy::{ProxyKind, ProxyScope};
use wardpost_model::{EmailAddress, PatientId, PersonId, PhoneNumber, ProxyId};

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(patient_proxies, register_proxy))
        .routes(routes!(end_proxy))
        .routes(routes!(record_proxy_consent))
        .routes(routes!(my_details))
        .routes(routes!(my_care))
        .routes(routes!(my_proxies))
        .routes(routes!(consent_to_proxy))
        .routes(routes!(give_up_proxy))
        .routes(routes!(act_for))
}

/// That somebody acts for a patient.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Proxy {
    id: ProxyId,
    patient_id: PatientId,
    /// For whom.
    patient_name: String,
    person_id: PersonId,
    /// Who acts.
    person_name: String,
    kind: ProxyKind,
    scope: BTreeSet<ProxyScope>,
    #[schema(value_type = String, format = "date")]
    starts_on: Date,
    /// The last day, by its own date and by age.
    #[schema(value_type = String, format = "date")]
    ends_on: Date,
    /// When the patient consented.
    #[schema(required, value_type = Option<String>, format = "date-time")]
    consent_at: Option<Timestamp>,
    /// When it was written down that it is over.
    #[schema(required, value_type = Option<String>, format = "date-time")]
    ended_at: Option<Timestamp>,
    standing: ProxyState,
    /// On what it rests; only for who registers proxies.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    basis: String,
}

/// How a proxy stands today.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ProxyState {
    /// It begins later.
    Planned,
    /// It holds.
    Holds,
    /// The patient is of an age at which they must consent, and has not.
    WaitsForConsent,
    /// Somebody ended it.
    Withdrawn,
    /// Its last day has passed.
    OverByDate,
    /// The patient is of an age at which a parent no longer acts.
    OverByAge,
}

impl From<care::ProxyLine> for Proxy {
    fn from(l: care::ProxyLine) -> Self {
        Self {
            id: l.id,
            patient_id: l.patient,
            patient_name: l.patient_name,
            person_id: l.person,
            person_name: l.person_name,
            kind: l.kind,
            scope: l.scope,
            starts_on: l.starts_on,
            ends_on: l.ends_on,
            consent_at: l.consent_at,
            ended_at: l.ended_at,
            standing: match l.standing {
                ProxyStanding::Planned => ProxyState::Planned,
                ProxyStanding::Holds => ProxyState::Holds,
                ProxyStanding::WaitsForConsent => ProxyState::WaitsForConsent,
                ProxyStanding::Over(ProxyEnd::Withdrawn) => ProxyState::Withdrawn,
                ProxyStanding::Over(ProxyEnd::Date) => ProxyState::OverByDate,
                ProxyStanding::Over(ProxyEnd::Age) => ProxyState::OverByAge,
            },
            basis: l.basis,
        }
    }
}

fn items(found: Vec<care::ProxyLine>) -> axum::Json<Items<Proxy>> {
    axum::Json(Items { items: found.into_iter().map(Proxy::from).collect() })
}

/// A proxy to be registered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewProxy {
    /// Sign-in name of who is to act: an account that may (`proxy.act`).
    login: EmailAddress,
    kind: ProxyKind,
    scope: BTreeSet<ProxyScope>,
    /// The last day; a parent's ends by age at the latest.
    #[schema(value_type = String, format = "date")]
    ends_on: Date,
    /// The patient consented, as who registers it knows.
    #[serde(default)]
    consent: bool,
    /// On what it rests: what was shown. Needed but for parents.
    #[serde(default)]
    basis: String,
}

/// Who acts for a patient, also until lately.
#[utoipa::path(get, path = "/patients/{patient_id}/proxies", tag = "care", params(("patient_id" = PatientId, Path)),
    responses((status = 200, description = "By their beginning", body = Items<Proxy>), Refusals))]
pub(crate) async fn patient_proxies(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PatientId>,
) -> Answer<axum::Json<Items<Proxy>>> {
    Ok(items(state.core().proxies(&signed.actor, id).await?))
}

/// Register that somebody acts for a patient from today on.
#[utoipa::path(post, path = "/patients/{patient_id}/proxies", tag = "care", params(("patient_id" = PatientId, Path)),
    request_body = NewProxy,
    responses((status = 200, description = "Who acts now", body = Items<Proxy>), ChangeRefusals))]
pub(crate) async fn register_proxy(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PatientId>,
    Json(body): Json<NewProxy>,
) -> Answer<axum::Json<Items<Proxy>>> {
    let new = care::NewProxy {
        login: body.login,
        kind: body.kind,
        scope: body.scope,
        ends_on: body.ends_on,
        consent: body.consent,
        basis: body.basis,
    };
    Ok(items(state.core().register_proxy(&signed.actor, id, new).await?))
}

/// Write down, at the front desk, that the patient consented.
#[utoipa::path(post, path = "/proxies/{proxy_id}/consent", tag = "care", params(("proxy_id" = ProxyId, Path)),
    responses((status = 200, description = "Who acts now", body = Items<Proxy>), ChangeRefusals))]
pub(crate) async fn record_proxy_consent(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<ProxyId>,
) -> Answer<axum::Json<Items<Proxy>>> {
    Ok(items(state.core().record_proxy_consent(&signed.actor, id).await?))
}

/// End a proxy at the front desk. What it opened closes at once.
#[utoipa::path(delete, path = "/proxies/{proxy_id}", tag = "care", params(("proxy_id" = ProxyId, Path)),
    responses((status = 204, description = "Ended"), ChangeRefusals))]
pub(crate) async fn end_proxy(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<ProxyId>,
) -> Answer<Response> {
    state.core().end_proxy(&signed.actor, id).await?;
    Ok(nothing())
}

/// The administrative data that the organisation keeps of a patient.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PatientDetails {
    name: String,
    #[schema(required, value_type = Option<String>, format = "date")]
    birth_date: Option<Date>,
    /// Numbers by which the organisation knows them.
    references: Vec<String>,
    #[schema(required)]
    phone: Option<PhoneNumber>,
}

/// What the organisation keeps of one, or of the patient for whom one acts.
#[utoipa::path(get, path = "/me/details", tag = "me",
    responses((status = 200, description = "Administrative data", body = PatientDetails), Refusals))]
pub(crate) async fn my_details(State(state): State<WebState>, signed: Signed) -> Answer<axum::Json<PatientDetails>> {
    let d = state.core().my_details(&signed.actor).await?;
    Ok(axum::Json(PatientDetails { name: d.name, birth_date: d.birth_date, references: d.references, phone: d.phone }))
}

/// Who cares for one, or for the patient for whom one acts.
#[utoipa::path(get, path = "/me/care", tag = "me",
    responses((status = 200, description = "Relations that hold", body = Items<RelationLine>), Refusals))]
pub(crate) async fn my_care(State(state): State<WebState>, signed: Signed) -> Answer<axum::Json<Items<RelationLine>>> {
    let care = state.core().my_care(&signed.actor).await?;
    Ok(axum::Json(Items { items: care.relations.into_iter().map(RelationLine::from).collect() }))
}

/// Who acts for one, and for whom one acts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnProxies {
    for_me: Vec<Proxy>,
    by_me: Vec<Proxy>,
}

/// Who acts for one, and for whom one acts.
#[utoipa::path(get, path = "/me/proxies", tag = "me",
    responses((status = 200, description = "Both sides", body = OwnProxies), Refusals))]
pub(crate) async fn my_proxies(State(state): State<WebState>, signed: Signed) -> Answer<axum::Json<OwnProxies>> {
    let found = state.core().my_proxies(&signed.actor).await?;
    let lines = |l: Vec<care::ProxyLine>| l.into_iter().map(Proxy::from).collect();
    Ok(axum::Json(OwnProxies { for_me: lines(found.for_me), by_me: lines(found.by_me) }))
}

/// Consent to being acted for.
#[utoipa::path(post, path = "/me/proxies/{proxy_id}/consent", tag = "me", params(("proxy_id" = ProxyId, Path)),
    responses((status = 204, description = "Consented"), ChangeRefusals))]
pub(crate) async fn consent_to_proxy(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<ProxyId>,
) -> Answer<Response> {
    state.core().consent_to_proxy(&signed.actor, id).await?;
    Ok(nothing())
}

/// End a proxy: the patient, or who acts.
#[utoipa::path(delete, path = "/me/proxies/{proxy_id}", tag = "me", params(("proxy_id" = ProxyId, Path)),
    responses((status = 204, description = "Ended"), ChangeRefusals))]
pub(crate) async fn give_up_proxy(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<ProxyId>,
) -> Answer<Response> {
    state.core().give_up_proxy(&signed.actor, id).await?;
    Ok(nothing())
}

/// For whom to act.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActFor {
    /// The patient; null: for nobody any more.
    #[schema(required)]
    patient_id: Option<PatientId>,
}

/// Act for a patient from now on in this session, or for nobody any more.
#[utoipa::path(post, path = "/session/act-for", tag = "session", request_body = ActFor,
    responses((status = 200, description = "The session as it is now", body = Session), ChangeRefusals))]
pub(crate) async fn act_for(
    State(state): State<WebState>,
    signed: Signed,
    Json(body): Json<ActFor>,
) -> Answer<axum::Json<Session>> {
    state.core().act_for(&signed.secret, &signed.client, body.patient_id).await?;
    let caller = Caller { client: signed.client, secret: Some(signed.secret) };
    stand(&state, &caller).await.map(axum::Json)
}
