//! Acts on many people at once: preview, act, undo.

use super::{ChangeRefusals, Items, Refusals};
use crate::extract::{Json, Path};
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
use wardpost_core::people::{self, Bulk, BulkAnswer};
use wardpost_model::{BulkId, EmailAddress, MailboxId, PersonId, RoleId, TeamId};

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(preview_bulk))
        .routes(routes!(list_bulk_acts, run_bulk))
        .routes(routes!(undo_bulk))
}

/// What is to be done to many people.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub(crate) enum BulkAct {
    /// Give a role. One that gives rights over others is asked for, for each of them, where a second person could consent.
    GiveRole { role_id: RoleId },
    /// Take a role away.
    TakeRole { role_id: RoleId },
    /// End all sessions.
    EndSessions,
    /// Take access away.
    Disable,
    /// Make a new invitation for who has not come in yet.
    Invite,
    /// Let them use a shared mailbox.
    AddToMailbox { mailbox_id: MailboxId },
    /// Put them into a care team.
    AddToTeam { team_id: TeamId },
}

impl From<BulkAct> for Bulk {
    fn from(a: BulkAct) -> Self {
        match a {
            BulkAct::GiveRole { role_id } => Self::GiveRole(role_id),
            BulkAct::TakeRole { role_id } => Self::TakeRole(role_id),
            BulkAct::EndSessions => Self::EndSessions,
            BulkAct::Disable => Self::Disable,
            BulkAct::Invite => Self::Invite,
            BulkAct::AddToMailbox { mailbox_id } => Self::AddToMailbox(mailbox_id),
            BulkAct::AddToTeam { team_id } => Self::AddToTeam(team_id),
        }
    }
}

/// An act to be looked at before it is done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BulkQuestion {
    act: BulkAct,
    /// At most 500.
    person_ids: Vec<PersonId>,
}

/// What would happen to somebody, or did.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BulkOutcome {
    /// It will be done, or was.
    Will,
    /// A second person must consent: it will be asked for, or was.
    Consent,
    /// It is so already.
    Already,
    /// It can't be, for the reason in `code`.
    Refused,
}

/// Somebody in a preview or an outcome.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BulkLine {
    id: PersonId,
    name: String,
    /// To be given back with the act.
    version: i64,
    outcome: BulkOutcome,
    /// Why not: `unknown`, `changed`, `own_account`, `own_roles`, `own_relation`, `yourself`, `disabled`, `has_access`,
    /// `service_account`, `sensitive_role`, `grants_more`, `last_administrator`, `too_many`, `too_many_asks`; when it is
    /// taken back `decided` as well.
    #[schema(required)]
    code: Option<String>,
}

impl From<people::BulkLine> for BulkLine {
    fn from(l: people::BulkLine) -> Self {
        let (outcome, code) = match l.answer {
            BulkAnswer::Will => (BulkOutcome::Will, None),
            BulkAnswer::Ask => (BulkOutcome::Consent, None),
            BulkAnswer::Already => (BulkOutcome::Already, None),
            BulkAnswer::No(code) => (BulkOutcome::Refused, Some(code.to_owned())),
        };
        Self { id: l.id, name: l.name, version: l.version, outcome, code }
    }
}

/// What would happen to everybody. Changes nothing.
#[utoipa::path(post, path = "/people/bulk/preview", tag = "people", request_body = BulkQuestion,
    responses((status = 200, description = "What would happen to each", body = Items<BulkLine>), ChangeRefusals))]
pub(crate) async fn preview_bulk(
    State(state): State<WebState>,
    signed: Signed,
    Json(body): Json<BulkQuestion>,
) -> Answer<axum::Json<Items<BulkLine>>> {
    let lines = state.core().preview_bulk(&signed.actor, body.act.into(), &body.person_ids).await?;
    Ok(axum::Json(Items { items: lines.into_iter().map(BulkLine::from).collect() }))
}

/// Somebody as the preview showed them.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BulkPerson {
    id: PersonId,
    /// As in the preview: who has changed since is left out.
    version: i64,
}

/// An act on many people.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BulkOrder {
    act: BulkAct,
    /// At most 500.
    people: Vec<BulkPerson>,
    /// Why; read where a second person must consent, who sees it.
    #[serde(default)]
    reason: Option<String>,
}

/// A new invitation of somebody.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BulkInvitation {
    id: PersonId,
    name: String,
    login: EmailAddress,
    /// To be handed over; shown once.
    invitation_link: String,
    #[schema(value_type = String, format = "date-time")]
    expires_at: Timestamp,
}

/// What an act did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BulkResult {
    id: BulkId,
    items: Vec<BulkLine>,
    /// Until when it can be taken back; null where it can't.
    #[schema(value_type = Option<String>, format = "date-time", required)]
    undo_until: Option<Timestamp>,
    invitations: Vec<BulkInvitation>,
}

/// Do something to many people, in one step. Who has changed since the preview is left out.
#[utoipa::path(post, path = "/people/bulk", tag = "people", request_body = BulkOrder,
    params(("Idempotency-Key" = Option<String>, Header, description = "Same key, same answer, for 24 hours")),
    responses((status = 200, description = "What became of each", body = BulkResult), ChangeRefusals))]
pub(crate) async fn run_bulk(
    State(state): State<WebState>,
    signed: Signed,
    once: Once,
    Json(body): Json<BulkOrder>,
) -> Answer<Response> {
    let (core, scope) = (state.core().clone(), signed.actor.person_id.0);
    let asked = serde_json::to_vec(&body).unwrap_or_default();
    once.run(&state, scope, &asked, async move {
        let people: Vec<(PersonId, i64)> = body.people.iter().map(|p| (p.id, p.version)).collect();
        let done = core.run_bulk(&signed.actor, body.act.into(), &people, body.reason.as_deref()).await?;
        let invitation = |i: people::BulkInvitation| BulkInvitation {
            id: i.id,
            name: i.name,
            login: i.login,
            invitation_link: i.invitation.link,
            expires_at: i.invitation.expires_at,
        };
        let result = BulkResult {
            id: done.id,
            items: done.lines.into_iter().map(BulkLine::from).collect(),
            undo_until: done.undo_until,
            invitations: done.invitations.into_iter().map(invitation).collect(),
        };
        Ok((StatusCode::OK, result))
    })
    .await
}

/// An act that can still be taken back.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BulkEntry {
    id: BulkId,
    /// `give_role`, `take_role`, `disable`, `add_to_mailbox`, `add_to_team`.
    act: String,
    /// Name of the role, mailbox or team.
    #[schema(required)]
    object: Option<String>,
    /// To how many.
    people: usize,
    #[schema(value_type = String, format = "date-time")]
    at: Timestamp,
    by_name: String,
    #[schema(value_type = String, format = "date-time")]
    undo_until: Timestamp,
}

/// Acts on many people that can still be taken back, newest first.
#[utoipa::path(get, path = "/people/bulk", tag = "people",
    responses((status = 200, description = "Acts of the last half hour", body = Items<BulkEntry>), Refusals))]
pub(crate) async fn list_bulk_acts(
    State(state): State<WebState>,
    signed: Signed,
) -> Answer<axum::Json<Items<BulkEntry>>> {
    let entry = |e: people::BulkEntry| BulkEntry {
        id: e.id,
        act: e.act.to_owned(),
        object: e.object,
        people: e.people,
        at: e.at,
        by_name: e.by_name,
        undo_until: e.undo_until,
    };
    let found = state.core().bulk_acts(&signed.actor).await?;
    Ok(axum::Json(Items { items: found.into_iter().map(entry).collect() }))
}

/// Take an act back, within half an hour, for everybody who has not changed since.
#[utoipa::path(post, path = "/people/bulk/{bulk_id}/undo", tag = "people", params(("bulk_id" = BulkId, Path)),
    responses((status = 200, description = "What became of each", body = Items<BulkLine>), ChangeRefusals))]
pub(crate) async fn undo_bulk(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<BulkId>,
) -> Answer<axum::Json<Items<BulkLine>>> {
    let undone = state.core().undo_bulk(&signed.actor, id).await?;
    Ok(axum::Json(Items { items: undone.lines.into_iter().map(BulkLine::from).collect() }))
}
