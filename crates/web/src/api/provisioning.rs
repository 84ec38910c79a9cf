//! Letting other systems provision people: accounts of programs, their tokens, the roles that they may give, and what they
//! asked last.

use super::people::PersonLine;
use super::{ChangeRefusals, Items, Refusals, nothing};
use crate::extract::{IfMatch, Json, Path};
use crate::once::Once;
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::WebState;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_core::people;
use wardpost_model::audit::Outcome;
use wardpost_model::{PersonId, RoleId, TokenId};

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(list_service_accounts, create_service_account))
        .routes(routes!(list_service_tokens, create_service_token))
        .routes(routes!(revoke_service_token))
        .routes(routes!(list_provisioned_roles, set_provisioned_roles))
        .routes(routes!(list_scim_requests))
        .routes(routes!(set_kept_by))
}

/// The account of a program of another system. Nobody can sign in as it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ServiceAccount {
    id: PersonId,
    name: String,
    /// Whether its tokens work. It is switched off and on like everybody else's account.
    active: bool,
    /// Whether its roles let it provision people.
    provisions: bool,
}

impl From<people::ServiceAccount> for ServiceAccount {
    fn from(a: people::ServiceAccount) -> Self {
        Self { id: a.id, name: a.name, active: a.active, provisions: a.provisions }
    }
}

/// The accounts of programs, by name.
#[utoipa::path(get, path = "/service-accounts", tag = "provisioning",
    responses((status = 200, description = "Programs", body = Items<ServiceAccount>), Refusals))]
pub(crate) async fn list_service_accounts(
    State(state): State<WebState>,
    signed: Signed,
) -> Answer<axum::Json<Items<ServiceAccount>>> {
    let found = state.core().service_accounts(&signed.actor).await?;
    Ok(axum::Json(Items { items: found.into_iter().map(ServiceAccount::from).collect() }))
}

/// What a program is called.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewServiceAccount {
    name: String,
}

/// Make the account of a program, with the ready-made role for provisioning.
#[utoipa::path(post, path = "/service-accounts", tag = "provisioning", request_body = NewServiceAccount,
    params(("Idempotency-Key" = Option<String>, Header, description = "Same key, same answer, for 24 hours")),
    responses((status = 201, description = "Made", body = ServiceAccount), ChangeRefusals))]
pub(crate) async fn create_service_account(
    State(state): State<WebState>,
    signed: Signed,
    once: Once,
    Json(body): Json<NewServiceAccount>,
) -> Answer<Response> {
    let (core, scope, name) = (state.core().clone(), signed.actor.person_id.0, body.name.clone());
    once.run(&state, scope, name.as_bytes(), async move {
        let made = core.create_service_account(&signed.actor, &body.name).await?;
        Ok((StatusCode::CREATED, ServiceAccount::from(made)))
    })
    .await
}

/// A token of a program.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ServiceToken {
    id: TokenId,
    account_id: PersonId,
    account_name: String,
    label: String,
    created_by_name: String,
    #[schema(value_type = String, format = "date-time")]
    created_at: Timestamp,
    #[schema(value_type = String, format = "date-time")]
    expires_at: Timestamp,
    /// To the minute.
    #[schema(value_type = Option<String>, format = "date-time")]
    last_used_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = "date-time")]
    revoked_at: Option<Timestamp>,
}

impl From<people::TokenLine> for ServiceToken {
    fn from(t: people::TokenLine) -> Self {
        Self {
            id: t.id,
            account_id: t.account,
            account_name: t.account_name,
            label: t.label,
            created_by_name: t.created_by,
            created_at: t.created_at,
            expires_at: t.expires_at,
            last_used_at: t.last_used_at,
            revoked_at: t.revoked_at,
        }
    }
}

/// The last 200 tokens of programs, newest first. Their secrets are not kept.
#[utoipa::path(get, path = "/service-tokens", tag = "provisioning",
    responses((status = 200, description = "Tokens", body = Items<ServiceToken>), Refusals))]
pub(crate) async fn list_service_tokens(
    State(state): State<WebState>,
    signed: Signed,
) -> Answer<axum::Json<Items<ServiceToken>>> {
    let found = state.core().service_tokens(&signed.actor).await?;
    Ok(axum::Json(Items { items: found.into_iter().map(ServiceToken::from).collect() }))
}

/// What a token is for, and how long it is good.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenWanted {
    account_id: PersonId,
    label: String,
    /// 1 to 365.
    #[schema(minimum = 1, maximum = 365)]
    days: u16,
}

/// A new token.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NewServiceToken {
    token: ServiceToken,
    /// What the other system sends as its bearer token. Shown once.
    secret: String,
}

/// Make a token for a program. Needs a recent second factor.
#[utoipa::path(post, path = "/service-tokens", tag = "provisioning", request_body = TokenWanted,
    responses((status = 201, description = "Made", body = NewServiceToken), ChangeRefusals))]
pub(crate) async fn create_service_token(
    State(state): State<WebState>,
    signed: Signed,
    Json(body): Json<TokenWanted>,
) -> Answer<(StatusCode, axum::Json<NewServiceToken>)> {
    let made = state.core().create_service_token(&signed.actor, body.account_id, &body.label, body.days).await?;
    Ok((StatusCode::CREATED, axum::Json(NewServiceToken { token: made.line.into(), secret: made.secret })))
}

/// Withdraw a token: the next request with it is refused.
#[utoipa::path(delete, path = "/service-tokens/{token_id}", tag = "provisioning", params(("token_id" = TokenId, Path)),
    responses((status = 204, description = "Withdrawn"), ChangeRefusals))]
pub(crate) async fn revoke_service_token(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<TokenId>,
) -> Answer<Response> {
    state.core().revoke_service_token(&signed.actor, id).await?;
    Ok(nothing())
}

/// A role that opens nobody else's rights, and whether programs may give it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProvisionedRole {
    id: RoleId,
    name: String,
    given: bool,
}

fn roles_of(found: Vec<people::ProvisionedRole>) -> axum::Json<Items<ProvisionedRole>> {
    let line = |r: people::ProvisionedRole| ProvisionedRole { id: r.id, name: r.name, given: r.given };
    axum::Json(Items { items: found.into_iter().map(line).collect() })
}

/// The roles that programs could give, by name.
#[utoipa::path(get, path = "/provisioned-roles", tag = "provisioning",
    responses((status = 200, description = "Roles", body = Items<ProvisionedRole>), Refusals))]
pub(crate) async fn list_provisioned_roles(
    State(state): State<WebState>,
    signed: Signed,
) -> Answer<axum::Json<Items<ProvisionedRole>>> {
    Ok(roles_of(state.core().provisioned_roles(&signed.actor).await?))
}

/// The roles that programs may give.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RolesGiven {
    role_ids: Vec<RoleId>,
}

/// Let programs give exactly these roles. Needs a recent second factor.
#[utoipa::path(put, path = "/provisioned-roles", tag = "provisioning", request_body = RolesGiven,
    responses((status = 200, description = "Roles", body = Items<ProvisionedRole>), ChangeRefusals))]
pub(crate) async fn set_provisioned_roles(
    State(state): State<WebState>,
    signed: Signed,
    Json(body): Json<RolesGiven>,
) -> Answer<axum::Json<Items<ProvisionedRole>>> {
    Ok(roles_of(state.core().set_provisioned_roles(&signed.actor, &body.role_ids).await?))
}

/// What a program asked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ScimRequest {
    #[schema(value_type = String, format = "date-time")]
    at: Timestamp,
    account_name: String,
    /// Method and kind of object.
    #[schema(example = "PATCH /Users/{id}")]
    request: String,
    outcome: Outcome,
    /// Status of the answer.
    status: String,
}

/// What programs asked last, newest first.
#[utoipa::path(get, path = "/scim-requests", tag = "provisioning",
    responses((status = 200, description = "Requests", body = Items<ScimRequest>), Refusals))]
pub(crate) async fn list_scim_requests(
    State(state): State<WebState>,
    signed: Signed,
) -> Answer<axum::Json<Items<ScimRequest>>> {
    let line = |e: people::ScimEntry| ScimRequest {
        at: e.at,
        account_name: e.account_name,
        request: e.what,
        outcome: e.outcome,
        status: e.status,
    };
    let found = state.core().scim_requests(&signed.actor).await?;
    Ok(axum::Json(Items { items: found.into_iter().map(line).collect() }))
}

/// Who is to keep somebody's data.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeptByProvider {
    /// The identity provider; else the organisation itself.
    provider: bool,
}

/// Hand somebody's account over to the identity provider, or take it back.
#[utoipa::path(put, path = "/people/{person_id}/kept-by", tag = "provisioning", request_body = KeptByProvider,
    params(("person_id" = PersonId, Path), ("If-Match" = String, Header, description = "The version, in quotes")),
    responses((status = 200, description = "The person", body = PersonLine), ChangeRefusals))]
pub(crate) async fn set_kept_by(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PersonId>,
    IfMatch(version): IfMatch,
    Json(body): Json<KeptByProvider>,
) -> Answer<axum::Json<PersonLine>> {
    let changed = state.core().set_provisioned(&signed.actor, id, version.into(), body.provider).await?;
    Ok(axum::Json(changed.into()))
}
