//! The review queue: messages that wait for a second pair of eyes.

use super::message_files::file;
use super::{ChangeRefusals, Page, Paging, Refusals, next, nothing};
use crate::extract::{Json, Path, Query};
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::WebState;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_core::mail;
use wardpost_model::finding::{Findings, Sensitivity};
use wardpost_model::message::{MessageView, Party};
use wardpost_model::plan::Plan;
use wardpost_model::{AttachmentId, MessageId};

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(held_messages))
        .routes(routes!(held_message))
        .routes(routes!(held_attachment))
        .routes(routes!(release_message))
        .routes(routes!(refuse_message))
}

/// A line of the review queue.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HeldLine {
    message_id: MessageId,
    from: Party,
    /// Who wrote it.
    sender_name: String,
    /// They wrote it on behalf of the colleague whose mailbox it is.
    on_behalf: bool,
    to: Vec<Party>,
    subject: String,
    #[schema(value_type = String, format = "date-time")]
    held_at: Timestamp,
    sensitivity: Sensitivity,
    /// It is one's own message.
    own: bool,
}

impl From<mail::HeldLine> for HeldLine {
    fn from(h: mail::HeldLine) -> Self {
        Self {
            message_id: h.message_id,
            from: h.from,
            sender_name: h.sender_name,
            on_behalf: h.on_behalf,
            to: h.to,
            subject: h.subject,
            held_at: h.held_at,
            sensitivity: h.sensitivity,
            own: h.own,
        }
    }
}

/// The review queue.
#[utoipa::path(get, path = "/held", tag = "review", params(Paging),
    responses((status = 200, description = "A page of held messages", body = Page<HeldLine>), Refusals))]
pub(crate) async fn held_messages(
    State(state): State<WebState>,
    signed: Signed,
    Query(paging): Query<Paging>,
) -> Answer<axum::Json<Page<HeldLine>>> {
    let limit = paging.limit();
    let found = state.core().held_messages(&signed.actor, paging.place()?, limit).await?;
    let next_cursor = next(&found, limit, |h| (h.held_at.as_microsecond(), h.message_id.0));
    Ok(axum::Json(Page { items: found.into_iter().map(HeldLine::from).collect(), next_cursor }))
}

/// A held message with what was found in it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HeldMessage {
    message: MessageView,
    findings: Findings,
    /// What will be obeyed on release.
    plan: Plan,
    /// It was written on behalf of a colleague, by a mandate that is over: it can't be released, only refused.
    mandate_over: bool,
}

/// Look at a held message. Audited.
#[utoipa::path(get, path = "/held/{message_id}", tag = "review", params(("message_id" = MessageId, Path)),
    responses((status = 200, description = "The message, the findings and the plan", body = HeldMessage), Refusals))]
pub(crate) async fn held_message(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<MessageId>,
) -> Answer<axum::Json<HeldMessage>> {
    let h = state.core().held_message(&signed.actor, id).await?;
    Ok(axum::Json(HeldMessage { message: h.message, findings: h.findings, plan: h.plan, mandate_over: h.mandate_over }))
}

/// Download a file of a held message. Audited.
#[utoipa::path(get, path = "/held/{message_id}/attachments/{attachment_id}", tag = "review",
    params(("message_id" = MessageId, Path), ("attachment_id" = AttachmentId, Path)),
    responses((status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream"),
        Refusals))]
pub(crate) async fn held_attachment(
    State(state): State<WebState>,
    signed: Signed,
    Path((id, attachment)): Path<(MessageId, AttachmentId)>,
) -> Answer<Response> {
    signed.may_save()?;
    Ok(file(state.core().held_attachment(&signed.actor, id, attachment).await?))
}

/// Why.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decision {
    #[serde(default)]
    reason: Option<String>,
}

/// Let a held message go, by the plan that was made for it. `conflict` `mandate_over` when it was written on behalf of a colleague
/// by a mandate that does not hold any more.
#[utoipa::path(post, path = "/held/{message_id}/release", tag = "review", request_body = Decision,
    params(("message_id" = MessageId, Path)),
    responses((status = 204, description = "On its way"), ChangeRefusals))]
pub(crate) async fn release_message(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<MessageId>,
    Json(body): Json<Decision>,
) -> Answer<Response> {
    state.core().release_held(&signed.actor, id, body.reason.as_deref().unwrap_or_default()).await?;
    Ok(nothing())
}

/// Refuse a held message. The sender is told the reason.
#[utoipa::path(post, path = "/held/{message_id}/refuse", tag = "review", request_body = Decision,
    params(("message_id" = MessageId, Path)),
    responses((status = 204, description = "Refused"), ChangeRefusals))]
pub(crate) async fn refuse_message(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<MessageId>,
    Json(body): Json<Decision>,
) -> Answer<Response> {
    state.core().refuse_held(&signed.actor, id, body.reason.as_deref().unwrap_or_default()).await?;
    Ok(nothing())
}
