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
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_core::mail;
use wardpost_model::finding::{Findings, Sensitivity, SpecialCategory};
use wardpost_model::message::{MessageView, Party};
use wardpost_model::plan::Plan;
use wardpost_model::policy::Rule;
use wardpost_model::{AttachmentId, MessageId, PersonId};

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(held_messages))
        .routes(routes!(held_message))
        .routes(routes!(held_attachment))
        .routes(routes!(claim_message))
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
    /// It waits longer than policy likes.
    overdue: bool,
    sensitivity: Sensitivity,
    /// The most severe row of the policy that held it.
    rule: Rule,
    /// About how many individuals.
    individuals: u32,
    special: Vec<SpecialCategory>,
    /// It is one's own message.
    own: bool,
    /// Who judges it at the moment.
    claim: Option<Claim>,
}

/// Who judges a message at the moment.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Claim {
    /// Who.
    by: PersonId,
    name: String,
    #[schema(value_type = String, format = "date-time")]
    at: Timestamp,
    /// It is oneself.
    own: bool,
}

impl From<mail::Claim> for Claim {
    fn from(c: mail::Claim) -> Self {
        Self { by: c.by, name: c.name, at: c.at, own: c.own }
    }
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
            overdue: h.overdue,
            sensitivity: h.sensitivity,
            rule: h.rule,
            individuals: h.individuals,
            special: h.special,
            own: h.own,
            claim: h.claim.map(Claim::from),
        }
    }
}

/// Which held messages.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct HeldFilter {
    /// Held by this row of the policy.
    rule: Option<Rule>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Items on a page, 1 to 200; 50 if not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// The review queue, who waits longest first.
#[utoipa::path(get, path = "/held", tag = "review", params(HeldFilter),
    responses((status = 200, description = "A page of held messages", body = Page<HeldLine>), Refusals))]
pub(crate) async fn held_messages(
    State(state): State<WebState>,
    signed: Signed,
    Query(filter): Query<HeldFilter>,
) -> Answer<axum::Json<Page<HeldLine>>> {
    let paging = Paging { cursor: filter.cursor, limit: filter.limit };
    let limit = paging.limit();
    let found = state.core().held_messages(&signed.actor, filter.rule, paging.place()?, limit).await?;
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
    /// Who judges it at the moment.
    claim: Option<Claim>,
    #[schema(value_type = String, format = "date-time")]
    held_at: Timestamp,
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
    Ok(axum::Json(HeldMessage {
        message: h.message,
        findings: h.findings,
        plan: h.plan,
        mandate_over: h.mandate_over,
        claim: h.claim.map(Claim::from),
        held_at: h.held_at,
    }))
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

/// Whom one saw judging it.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Claiming {
    /// Take it over from this colleague.
    #[serde(default)]
    instead_of: Option<PersonId>,
}

/// Take a held message on, so that two do not judge it at once: for a quarter of an hour. `conflict` `claimed` when another
/// colleague has it than the one who was seen.
#[utoipa::path(post, path = "/held/{message_id}/claim", tag = "review", request_body = Claiming,
    params(("message_id" = MessageId, Path)),
    responses((status = 204, description = "It is yours to judge"), ChangeRefusals))]
pub(crate) async fn claim_message(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<MessageId>,
    Json(body): Json<Claiming>,
) -> Answer<Response> {
    state.core().claim_held(&signed.actor, id, body.instead_of).await?;
    Ok(nothing())
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
