//! The security policy and its history.

use super::{ChangeRefusals, Refusals};
use crate::extract::{IfMatch, Json};
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::WebState;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_core::people;
use wardpost_model::device::{CertificateGap, Vouching};
use wardpost_model::security::SecurityPolicy;

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(get_security, put_security))
        .routes(routes!(security_versions))
        .routes(routes!(client_authorities))
}

/// A version of the security policy.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SecurityVersion {
    policy: SecurityPolicy,
    /// To be sent in `If-Match` with the next change.
    version: u32,
    #[schema(value_type = String, format = "date-time")]
    changed_at: Timestamp,
    /// Empty for the first version, which nobody wrote.
    changed_by_name: String,
    /// Why.
    note: String,
}

async fn view(state: &WebState, v: &people::SecurityVersion) -> Answer<SecurityVersion> {
    let changed_by_name = match v.changed_by {
        Some(person) => state.core().person_name(person).await?,
        None => String::new(),
    };
    Ok(SecurityVersion {
        policy: v.policy.clone(),
        version: v.version,
        changed_at: v.changed_at,
        changed_by_name,
        note: v.note.clone(),
    })
}

/// The security policy in force.
#[utoipa::path(get, path = "/security-policy", tag = "security",
    responses((status = 200, description = "The security policy", body = SecurityVersion), Refusals))]
pub(crate) async fn get_security(State(state): State<WebState>, signed: Signed) -> Answer<axum::Json<SecurityVersion>> {
    let current = state.core().security(&signed.actor).await?;
    Ok(axum::Json(view(&state, &current).await?))
}

/// The security policy as it is to be, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecurityContent {
    policy: SecurityPolicy,
    /// Needed when passwords are to change by the calendar.
    #[serde(default)]
    note: String,
}

/// Change the security policy: a new version, in force at once.
#[utoipa::path(put, path = "/security-policy", tag = "security", request_body = SecurityContent,
    params(("If-Match" = String, Header, description = "The version, in quotes")),
    responses((status = 200, description = "The security policy in force", body = SecurityVersion), ChangeRefusals))]
pub(crate) async fn put_security(
    State(state): State<WebState>,
    signed: Signed,
    IfMatch(version): IfMatch,
    Json(body): Json<SecurityContent>,
) -> Answer<axum::Json<SecurityVersion>> {
    let changed = state.core().put_security(&signed.actor, version, body.policy, &body.note).await?;
    Ok(axum::Json(view(&state, &changed).await?))
}

/// The last 200 versions of the security policy, newest first.
#[utoipa::path(get, path = "/security-policy/versions", tag = "security",
    responses((status = 200, description = "Versions", body = Vec<SecurityVersion>), Refusals))]
pub(crate) async fn security_versions(
    State(state): State<WebState>,
    signed: Signed,
) -> Answer<axum::Json<Vec<SecurityVersion>>> {
    let found = state.core().security_versions(&signed.actor, None, 200).await?;
    let mut versions = Vec::with_capacity(found.items.len());
    for version in &found.items {
        versions.push(view(&state, version).await?);
    }
    Ok(axum::Json(versions))
}

/// The authorities by whose certificates zones can go, as the operator configured them, and what the asking device shows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClientAuthorities {
    /// Their names.
    names: Vec<String>,
    /// Those that vouch for the device that asks.
    own: Vec<String>,
    /// Why none does; null where one does.
    #[schema(required)]
    gap: Option<CertificateGap>,
}

/// The authorities of client certificates that zones can go by.
#[utoipa::path(get, path = "/security-policy/client-authorities", tag = "security",
    responses((status = 200, description = "Authorities", body = ClientAuthorities), Refusals))]
pub(crate) async fn client_authorities(
    State(state): State<WebState>,
    signed: Signed,
) -> Answer<axum::Json<ClientAuthorities>> {
    let found = state.core().client_authorities(&signed.actor).await?;
    let (own, gap) = match found.own {
        Vouching::By(names) => (names.into_iter().collect(), None),
        Vouching::Missing(gap) => (Vec::new(), Some(gap)),
    };
    Ok(axum::Json(ClientAuthorities { names: found.names, own, gap }))
}
