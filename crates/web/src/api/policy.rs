//! The policy and its history.

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
use wardpost_model::policy::Policy;

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new().routes(routes!(get_policy, put_policy)).routes(routes!(policy_versions))
}

/// A version of the policy.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PolicyVersion {
    policy: Policy,
    /// To be sent in `If-Match` with the next change.
    version: u32,
    #[schema(value_type = String, format = "date-time")]
    changed_at: Timestamp,
    /// Empty for the first version, which nobody wrote.
    changed_by_name: String,
    /// Why.
    note: String,
}

async fn view(state: &WebState, v: &people::PolicyVersion) -> Answer<PolicyVersion> {
    let changed_by_name = match v.changed_by {
        Some(person) => state.core().person_name(person).await?,
        None => String::new(),
    };
    Ok(PolicyVersion {
        policy: v.policy.clone(),
        version: v.version,
        changed_at: v.changed_at,
        changed_by_name,
        note: v.note.clone(),
    })
}

/// The policy in force.
#[utoipa::path(get, path = "/policy", tag = "policy",
    responses((status = 200, description = "The policy", body = PolicyVersion), Refusals))]
pub(crate) async fn get_policy(State(state): State<WebState>, signed: Signed) -> Answer<axum::Json<PolicyVersion>> {
    let current = state.core().policy(&signed.actor).await?;
    Ok(axum::Json(view(&state, &current).await?))
}

/// The policy as it is to be, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyContent {
    policy: Policy,
    #[serde(default)]
    note: String,
}

/// Change the policy: a new version, in force at once.
#[utoipa::path(put, path = "/policy", tag = "policy", request_body = PolicyContent,
    params(("If-Match" = String, Header, description = "The version, in quotes")),
    responses((status = 200, description = "The policy in force", body = PolicyVersion), ChangeRefusals))]
pub(crate) async fn put_policy(
    State(state): State<WebState>,
    signed: Signed,
    IfMatch(version): IfMatch,
    Json(body): Json<PolicyContent>,
) -> Answer<axum::Json<PolicyVersion>> {
    let changed = state.core().put_policy(&signed.actor, version, body.policy, &body.note).await?;
    Ok(axum::Json(view(&state, &changed).await?))
}

/// The last 200 versions of the policy, newest first.
#[utoipa::path(get, path = "/policy/versions", tag = "policy",
    responses((status = 200, description = "Versions", body = Vec<PolicyVersion>), Refusals))]
pub(crate) async fn policy_versions(
    State(state): State<WebState>,
    signed: Signed,
) -> Answer<axum::Json<Vec<PolicyVersion>>> {
    let found = state.core().policy_versions(&signed.actor, None, 200).await?;
    let mut versions = Vec::with_capacity(found.items.len());
    for version in &found.items {
        versions.push(view(&state, version).await?);
    }
    Ok(axum::Json(versions))
}
