//! Mailboxes: lists, opened messages, files, recall.

use super::message_files::{RemoteContent, file, html_document};
use super::{ChangeRefusals, Items, Page, Refusals, cursor};
use crate::extract::{Json, Path, Query};
use crate::problem::{Answer, Problem};
use crate::session::Signed;
use crate::state::WebState;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_core::mail::{Counts, ListFilter, TrailItem};
use wardpost_model::audit::{AuditKind, Outcome};
use wardpost_model::message::{Folder, MessageLine, MessageView};
use wardpost_model::{AttachmentId, MailboxId, MessageId, RecipientId};

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(list_messages))
        .routes(routes!(read_message, change_message))
        .routes(routes!(message_html))
        .routes(routes!(message_attachment))
        .routes(routes!(message_trail))
        .routes(routes!(recall_message))
        .routes(routes!(set_message_expiry))
        .routes(routes!(mailbox_counts))
}

/// Which messages, and which page of them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct MessageFilter {
    /// `inbox` if not said.
    folder: Option<Folder>,
    /// Only unread ones.
    unread: Option<bool>,
    /// Only marked ones.
    flagged: Option<bool>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Items on a page, 1 to 200; 50 if not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// Messages in a folder, newest first.
#[utoipa::path(get, path = "/mailboxes/{mailbox_id}/messages", tag = "mail",
    params(("mailbox_id" = MailboxId, Path, description = "The mailbox"), MessageFilter),
    responses((status = 200, description = "A page of messages", body = Page<MessageLine>), Refusals))]
pub(crate) async fn list_messages(
    State(state): State<WebState>,
    signed: Signed,
    Path(mailbox): Path<MailboxId>,
    Query(query): Query<MessageFilter>,
) -> Answer<axum::Json<Page<MessageLine>>> {
    let filter = match (query.unread, query.flagged) {
        (Some(true), Some(true)) => {
            return Err(Problem::field("flagged", "one_of", "ask for unread or for flagged messages"));
        }
        (Some(true), _) => ListFilter::Unread,
        (_, Some(true)) => ListFilter::Flagged,
        _ => ListFilter::All,
    };
    let paging = super::Paging { cursor: query.cursor, limit: query.limit };
    let (folder, before, limit) = (query.folder.unwrap_or(Folder::Inbox), paging.place()?, paging.limit());
    let found = state.core().list_messages(&signed.actor, mailbox, folder, filter, before, limit).await?;
    let next_cursor = found.next.map(|(at_us, id)| cursor(at_us, id.0));
    Ok(axum::Json(Page { items: found.lines, next_cursor }))
}

/// Open a message: marks it read; the reading is audited, and inside senders see it.
#[utoipa::path(get, path = "/mailboxes/{mailbox_id}/messages/{message_id}", tag = "mail",
    params(("mailbox_id" = MailboxId, Path), ("message_id" = MessageId, Path)),
    responses((status = 200, description = "The message", body = MessageView), Refusals))]
pub(crate) async fn read_message(
    State(state): State<WebState>,
    signed: Signed,
    Path((mailbox, id)): Path<(MailboxId, MessageId)>,
) -> Answer<axum::Json<MessageView>> {
    Ok(axum::Json(state.core().read_message(&signed.actor, mailbox, id).await?))
}

/// A message's HTML, made safe, as a document for a sandboxed frame.
///
/// For `<iframe sandbox="allow-popups allow-popups-to-escape-sandbox">`. It has a Content-Security-Policy of its own;
/// `x-wardpost-blocked` says how many remote pictures were left out.
#[utoipa::path(get, path = "/mailboxes/{mailbox_id}/messages/{message_id}/html", tag = "mail",
    params(("mailbox_id" = MailboxId, Path), ("message_id" = MessageId, Path), RemoteContent),
    responses((status = 200, description = "The document", body = String, content_type = "text/html"), Refusals))]
pub(crate) async fn message_html(
    State(state): State<WebState>,
    signed: Signed,
    Path((mailbox, id)): Path<(MailboxId, MessageId)>,
    Query(query): Query<RemoteContent>,
) -> Answer<Response> {
    let (html, files) = state.core().message_html(&signed.actor, mailbox, id).await?;
    let (core, actor) = (state.core(), &signed.actor);
    let fetch = |file: AttachmentId| async move { Ok(core.read_attachment(actor, mailbox, id, file).await?) };
    html_document(html, files, query.wanted(), fetch).await
}

/// Download a file of a message. Audited.
#[utoipa::path(get, path = "/mailboxes/{mailbox_id}/messages/{message_id}/attachments/{attachment_id}", tag = "mail",
    params(("mailbox_id" = MailboxId, Path), ("message_id" = MessageId, Path), ("attachment_id" = AttachmentId, Path)),
    responses((status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream"),
        Refusals))]
pub(crate) async fn message_attachment(
    State(state): State<WebState>,
    signed: Signed,
    Path((mailbox, id, attachment)): Path<(MailboxId, MessageId, AttachmentId)>,
) -> Answer<Response> {
    signed.may_save()?;
    Ok(file(state.core().read_attachment(&signed.actor, mailbox, id, attachment).await?))
}

/// One thing that happened to a message.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TrailLine {
    #[schema(value_type = String, format = "date-time")]
    at: Timestamp,
    kind: AuditKind,
    /// To which recipient.
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<String>,
    /// By whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<String>,
    outcome: Outcome,
    /// What the other side said, or the reason given.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

impl From<TrailItem> for TrailLine {
    fn from(t: TrailItem) -> Self {
        Self { at: t.at, kind: t.kind, recipient: t.recipient, agent: t.agent, outcome: t.outcome, detail: t.detail }
    }
}

/// What happened to a message that was sent from this mailbox, oldest first.
#[utoipa::path(get, path = "/mailboxes/{mailbox_id}/messages/{message_id}/trail", tag = "mail",
    params(("mailbox_id" = MailboxId, Path), ("message_id" = MessageId, Path)),
    responses((status = 200, description = "The trail", body = Items<TrailLine>), Refusals))]
pub(crate) async fn message_trail(
    State(state): State<WebState>,
    signed: Signed,
    Path((mailbox, id)): Path<(MailboxId, MessageId)>,
) -> Answer<axum::Json<Items<TrailLine>>> {
    let items = state.core().message_trail(&signed.actor, mailbox, id).await?;
    Ok(axum::Json(Items { items: items.into_iter().map(TrailLine::from).collect() }))
}

/// What is to change; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MessageChange {
    seen: Option<bool>,
    flagged: Option<bool>,
    folder: Option<Folder>,
}

/// Mark, unmark or move a message.
#[utoipa::path(patch, path = "/mailboxes/{mailbox_id}/messages/{message_id}", tag = "mail",
    params(("mailbox_id" = MailboxId, Path), ("message_id" = MessageId, Path)), request_body = MessageChange,
    responses((status = 200, description = "The message's line", body = MessageLine), ChangeRefusals))]
pub(crate) async fn change_message(
    State(state): State<WebState>,
    signed: Signed,
    Path((mailbox, id)): Path<(MailboxId, MessageId)>,
    Json(body): Json<MessageChange>,
) -> Answer<axum::Json<MessageLine>> {
    let core = state.core();
    Ok(axum::Json(core.change_message(&signed.actor, mailbox, id, body.seen, body.flagged, body.folder).await?))
}

/// From whom.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Recall {
    /// These recipients; all if not said.
    recipients: Option<Vec<RecipientId>>,
}

/// Withdraw a message, where it can still be withdrawn.
#[utoipa::path(post, path = "/mailboxes/{mailbox_id}/messages/{message_id}/recall", tag = "mail",
    params(("mailbox_id" = MailboxId, Path), ("message_id" = MessageId, Path)), request_body = Recall,
    responses((status = 200, description = "The message with its recipients' states", body = MessageView),
        ChangeRefusals))]
pub(crate) async fn recall_message(
    State(state): State<WebState>,
    signed: Signed,
    Path((mailbox, id)): Path<(MailboxId, MessageId)>,
    Json(body): Json<Recall>,
) -> Answer<axum::Json<MessageView>> {
    let only = body.recipients.as_deref();
    Ok(axum::Json(state.core().recall(&signed.actor, mailbox, id, only).await?))
}

/// Until when.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expiry {
    #[schema(value_type = String, format = "date-time")]
    expires_at: Timestamp,
}

/// Set until when guests can pick a message up.
#[utoipa::path(put, path = "/mailboxes/{mailbox_id}/messages/{message_id}/expiry", tag = "mail",
    params(("mailbox_id" = MailboxId, Path), ("message_id" = MessageId, Path)), request_body = Expiry,
    responses((status = 200, description = "The message with its recipients' states", body = MessageView),
        ChangeRefusals))]
pub(crate) async fn set_message_expiry(
    State(state): State<WebState>,
    signed: Signed,
    Path((mailbox, id)): Path<(MailboxId, MessageId)>,
    Json(body): Json<Expiry>,
) -> Answer<axum::Json<MessageView>> {
    Ok(axum::Json(state.core().set_expiry(&signed.actor, mailbox, id, body.expires_at).await?))
}

/// Numbers for the badges.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MailboxCounts {
    /// Unread in the inbox.
    inbox_unread: u64,
    /// Open in the review queue; 0 for those who don't review.
    held: u64,
    /// One's own drafts.
    drafts: u64,
}

impl From<Counts> for MailboxCounts {
    fn from(c: Counts) -> Self {
        Self { inbox_unread: c.inbox_unread, held: c.held, drafts: c.drafts }
    }
}

/// Numbers for the badges of a mailbox.
#[utoipa::path(get, path = "/mailboxes/{mailbox_id}/counts", tag = "mail",
    params(("mailbox_id" = MailboxId, Path)),
    responses((status = 200, description = "The numbers", body = MailboxCounts), Refusals))]
pub(crate) async fn mailbox_counts(
    State(state): State<WebState>,
    signed: Signed,
    Path(mailbox): Path<MailboxId>,
) -> Answer<axum::Json<MailboxCounts>> {
    Ok(axum::Json(state.core().counts(&signed.actor, mailbox).await?.into()))
}
