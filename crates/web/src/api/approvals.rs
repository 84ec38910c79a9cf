//! What one person asks for and another consents to: the recovery of accounts, rights over others.

use super::{ChangeRefusals, Items, Refusals};
use crate::extract::{IfMatch, Json, Path};
use crate::limits::Kind;
use crate::problem::Answer;
use crate::session::{Caller, Signed};
use crate::state::WebState;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_core::people;
use wardpost_model::permission::Permission;
use wardpost_model::person::IdentityProof;
use wardpost_model::{ApprovalId, PersonId, RoleId};

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(ask_recovery))
        .routes(routes!(ask_roles))
        .routes(routes!(ask_role_change))
        .routes(routes!(list_approvals))
        .routes(routes!(decide_approval))
        .routes(routes!(use_recovery))
}

/// Something that was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Approval {
    id: ApprovalId,
    kind: ApprovalKind,
    /// Name of the person whom it is about, or of the role.
    about_name: String,
    /// Login of the person: names may be the same.
    about_login: Option<String>,
    asked_by_name: String,
    /// Login of who asked.
    asked_by_login: String,
    #[schema(value_type = String, format = "date-time")]
    asked_at: Timestamp,
    #[schema(value_type = String, format = "date-time")]
    expires_at: Timestamp,
    /// `open`, `given`, `refused`, `withdrawn`, `used` or `expired`.
    state: &'static str,
    decided_by_name: Option<String>,
    /// Of a recovery: how it was made sure who it is.
    proof: Option<IdentityProof>,
    /// Of rights: what would change.
    change: Option<RightsChange>,
    reason: String,
    /// Whether it is for whoever looks to decide: they neither asked, nor is it about them.
    may_decide: bool,
}

/// What was asked for.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ApprovalKind {
    /// The recovery of an account.
    Recovery,
    /// Roles for somebody.
    Roles,
    /// Permissions in a role that people hold.
    Role,
}

/// What would change, as it was when it was asked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RightsChange {
    /// The person's roles before; the role's name.
    before: Vec<String>,
    /// After.
    after: Vec<String>,
    /// Permissions that are new.
    gains: BTreeSet<Permission>,
    /// How many people get them.
    people: usize,
}

impl From<people::ApprovalLine> for Approval {
    fn from(a: people::ApprovalLine) -> Self {
        Self {
            id: a.id,
            kind: match a.kind.as_str() {
                "roles" => ApprovalKind::Roles,
                "role" => ApprovalKind::Role,
                _ => ApprovalKind::Recovery,
            },
            about_name: a.about_name,
            about_login: a.about_login,
            asked_by_name: a.asked_by_name,
            asked_by_login: a.asked_by_login,
            asked_at: a.asked_at,
            expires_at: a.expires_at,
            state: a.state,
            decided_by_name: a.decided_by_name,
            proof: a.proof,
            change: a.change.map(|c| RightsChange {
                before: c.before,
                after: c.after,
                gains: c.gains,
                people: c.people,
            }),
            reason: a.reason,
            may_decide: a.may_decide,
        }
    }
}

/// What is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecoveryAsk {
    /// How it was made sure who it is.
    proof: IdentityProof,
    reason: String,
}

/// An ask with the asker's half.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecoveryAsked {
    approval: Approval,
    /// To be handed to the person; shown once. Opens only with the code that a second person gives them.
    link: String,
}

/// Ask for the recovery of an account that is in use. A colleague must consent.
#[utoipa::path(post, path = "/people/{person_id}/recovery", tag = "people", request_body = RecoveryAsk,
    params(("person_id" = PersonId, Path)),
    responses((status = 200, description = "Asked; `nobody_to_consent` when there is no second person", body = RecoveryAsked),
        ChangeRefusals))]
pub(crate) async fn ask_recovery(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PersonId>,
    Json(body): Json<RecoveryAsk>,
) -> Answer<axum::Json<RecoveryAsked>> {
    let ask = people::NewAsk { proof: body.proof, reason: body.reason };
    let asked = state.core().ask_recovery(&signed.actor, id, ask).await?;
    Ok(axum::Json(RecoveryAsked { approval: asked.line.into(), link: asked.link }))
}

/// Roles that are asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RolesAsk {
    role_ids: Vec<RoleId>,
    reason: String,
}

/// Ask for roles for a person that one can't give alone: they hold rights over others. A colleague must consent.
#[utoipa::path(post, path = "/people/{person_id}/roles/ask", tag = "people", request_body = RolesAsk,
    params(("person_id" = PersonId, Path), ("If-Match" = String, Header, description = "The person's version, in quotes")),
    responses((status = 200, description = "Asked; `no_consent_needed` when it can be done without", body = Approval),
        ChangeRefusals))]
pub(crate) async fn ask_roles(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PersonId>,
    IfMatch(version): IfMatch,
    Json(body): Json<RolesAsk>,
) -> Answer<axum::Json<Approval>> {
    let core = state.core();
    Ok(axum::Json(core.ask_roles(&signed.actor, id, version.into(), &body.role_ids, &body.reason).await?.into()))
}

/// A role as it is asked to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleAsk {
    name: String,
    permissions: BTreeSet<Permission>,
    reason: String,
}

/// Ask for permissions in a role that people hold, which one can't put there alone. A colleague must consent who does not
/// hold it.
#[utoipa::path(post, path = "/roles/{role_id}/ask", tag = "roles", request_body = RoleAsk,
    params(("role_id" = RoleId, Path), ("If-Match" = String, Header, description = "The role's version, in quotes")),
    responses((status = 200, description = "Asked; `no_consent_needed` when it can be done without", body = Approval),
        ChangeRefusals))]
pub(crate) async fn ask_role_change(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<RoleId>,
    IfMatch(version): IfMatch,
    Json(body): Json<RoleAsk>,
) -> Answer<axum::Json<Approval>> {
    let wanted = (body.name.as_str(), body.permissions);
    let core = state.core();
    Ok(axum::Json(core.ask_role_change(&signed.actor, id, version.into(), wanted, &body.reason).await?.into()))
}

/// What was asked for in the last three months, newest first.
#[utoipa::path(get, path = "/approvals", tag = "people",
    responses((status = 200, description = "Asks", body = Items<Approval>), Refusals))]
pub(crate) async fn list_approvals(
    State(state): State<WebState>,
    signed: Signed,
) -> Answer<axum::Json<Items<Approval>>> {
    let found = state.core().approvals(&signed.actor).await?;
    Ok(axum::Json(Items { items: found.into_iter().map(Approval::from).collect() }))
}

/// Yes or no.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Consent {
    given: bool,
}

/// A decision with the other half.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApprovalDecided {
    approval: Approval,
    /// Of a recovery: to be told to the person by who consented; shown once. Absent when it was refused.
    code: Option<String>,
}

/// Consent to what a colleague asked for, or refuse.
#[utoipa::path(post, path = "/approvals/{approval_id}/decide", tag = "people", request_body = Consent,
    params(("approval_id" = ApprovalId, Path)),
    responses((status = 200, description = "Decided", body = ApprovalDecided), ChangeRefusals))]
pub(crate) async fn decide_approval(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<ApprovalId>,
    Json(body): Json<Consent>,
) -> Answer<axum::Json<ApprovalDecided>> {
    let decided = state.core().decide_approval(&signed.actor, id, body.given).await?;
    Ok(axum::Json(ApprovalDecided { approval: decided.line.into(), code: decided.code }))
}

/// Both halves.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecoveryHalves {
    /// Of the link, from who asked.
    token: String,
    /// From who consented.
    code: String,
}

/// Where to go on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Recovered {
    /// Token of an invitation, to make one's way in anew.
    invitation_token: String,
}

/// Recover one's account with both halves. Everything that one came in with before ends.
#[utoipa::path(post, path = "/recovery", tag = "session", request_body = RecoveryHalves, security(()),
    responses((status = 200, description = "An invitation", body = Recovered), ChangeRefusals))]
pub(crate) async fn use_recovery(
    State(state): State<WebState>,
    caller: Caller,
    Json(body): Json<RecoveryHalves>,
) -> Answer<axum::Json<Recovered>> {
    if let Some(network) = caller.client.network {
        state.limiters().check(Kind::SignIn, network)?;
    }
    let invitation = state.core().use_recovery(&body.token, &body.code, &caller.client).await?;
    Ok(axum::Json(Recovered { invitation_token: invitation.token }))
}
