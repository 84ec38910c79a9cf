//! Pick-up: a guest reads and answers without an account. The link's token comes in bodies only, never in a path.

use super::message_files::{RemoteContent, UploadedFile, file, html_document};
use super::{ChangeRefusals, DoorRefusals, Refusals, nothing};
use crate::context::RequestContext;
use crate::extract::{Json, Path, Query};
use crate::files::read_upload;
use crate::limits::Kind;
use crate::once::Once;
use crate::problem::{Answer, Problem};
use crate::session::{Cookie, Guest};
use crate::state::WebState;
use axum::body::Body;
use axum::extract::{Extension, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_core::mail::{self, PickupAnswer, PickupState};
use wardpost_model::message::{AttachmentMeta, Party};
use wardpost_model::person::Language;
use wardpost_model::plan::SecondFactor;
use wardpost_model::{AttachmentId, MessageId};

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(open_pickup))
        .routes(routes!(pickup_code))
        .routes(routes!(verify_pickup))
        .routes(routes!(pickup_message))
        .routes(routes!(pickup_html))
        .routes(routes!(pickup_attachment))
        .routes(routes!(attach_to_reply))
        .routes(routes!(detach_from_reply))
        .routes(routes!(reply))
        .routes(routes!(end_pickup_session))
}

fn limit(state: &WebState, context: &RequestContext) -> Answer<()> {
    state.limiters().check(Kind::Pickup, context.network)
}

/// The token from the link's fragment.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PickupToken {
    token: String,
}

/// Whether a link can be opened.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PickupDoorState {
    /// After the second factor.
    Ready,
    /// Not now: too many tries.
    Locked,
    /// Never again: its time is over.
    Expired,
    /// Never again: the sender has withdrawn it.
    Recalled,
    /// There is no such link.
    Unknown,
}

impl From<PickupState> for PickupDoorState {
    fn from(s: PickupState) -> Self {
        match s {
            PickupState::Ready => Self::Ready,
            PickupState::Locked => Self::Locked,
            PickupState::Expired => Self::Expired,
            PickupState::Recalled => Self::Recalled,
            PickupState::Unknown => Self::Unknown,
        }
    }
}

/// What stands on the door: nothing of the message.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PickupDoor {
    state: PickupDoorState,
    org_name: String,
    /// Who sent it; empty for an unknown link.
    sender_name: String,
    language: Language,
    /// By which second factor.
    method: SecondFactor,
    /// Where the code goes: last digits only.
    phone_masked: Option<String>,
    #[schema(value_type = Option<String>, format = "date-time")]
    expires_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = "date-time")]
    locked_until: Option<Timestamp>,
}

impl From<mail::PickupDoor> for PickupDoor {
    fn from(d: mail::PickupDoor) -> Self {
        Self {
            state: d.state.into(),
            org_name: d.org_name,
            sender_name: d.sender_name,
            language: d.language,
            method: d.method,
            phone_masked: d.phone_masked,
            expires_at: d.expires_at,
            locked_until: d.locked_until,
        }
    }
}

/// Look at the door of a link. Burns nothing: mail scanners may do it.
#[utoipa::path(post, path = "/pickup/open", tag = "pickup", security(()), request_body = PickupToken,
    responses((status = 200, description = "What stands on the door", body = PickupDoor), ChangeRefusals))]
pub(crate) async fn open_pickup(
    State(state): State<WebState>,
    Extension(context): Extension<RequestContext>,
    Json(body): Json<PickupToken>,
) -> Answer<axum::Json<PickupDoor>> {
    limit(&state, &context)?;
    Ok(axum::Json(state.core().pickup_door(&body.token).await?.into()))
}

/// A code that was sent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CodeSent {
    valid_seconds: u32,
    /// When another one can be asked for.
    resend_after_seconds: u32,
}

/// Send a one-time code to the guest's telephone.
#[utoipa::path(post, path = "/pickup/code", tag = "pickup", security(()), request_body = PickupToken,
    responses((status = 202, description = "Handed to the text message gateway", body = CodeSent),
        DoorRefusals))]
pub(crate) async fn pickup_code(
    State(state): State<WebState>,
    Extension(context): Extension<RequestContext>,
    Json(body): Json<PickupToken>,
) -> Answer<Response> {
    limit(&state, &context)?;
    let core = state.core();
    let (valid_seconds, resend_after_seconds) =
        core.pickup_code(&body.token, Some(context.network), Some(context.id)).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(CodeSent { valid_seconds, resend_after_seconds })).into_response())
}

/// The second factor: one of the two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PickupFactor {
    token: String,
    /// The one-time code.
    code: Option<String>,
    /// The secret agreed with the sender.
    secret: Option<String>,
}

/// A guest's session.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PickupOpened {
    #[schema(value_type = String, format = "date-time")]
    expires_at: Timestamp,
}

/// Show the second factor: begins a session (cookie) for this one message.
#[utoipa::path(post, path = "/pickup/verify", tag = "pickup", security(()), request_body = PickupFactor,
    responses((status = 200, description = "Open", body = PickupOpened),
        DoorRefusals))]
pub(crate) async fn verify_pickup(
    State(state): State<WebState>,
    Extension(context): Extension<RequestContext>,
    Json(body): Json<PickupFactor>,
) -> Answer<Response> {
    limit(&state, &context)?;
    let answer = match (body.code, body.secret) {
        (Some(code), None) => PickupAnswer::Code(code),
        (None, Some(secret)) => PickupAnswer::Secret(secret),
        _ => return Err(Problem::field("code", "one_of", "send either code or secret")),
    };
    let core = state.core();
    let (secret, expires_at) =
        core.pickup_verify(&body.token, &answer, Some(context.network), Some(context.id)).await?;
    let mut headers = HeaderMap::new();
    headers.insert(header::SET_COOKIE, Cookie::Pickup.set(&secret, state.config().secure())?);
    Ok((headers, axum::Json(PickupOpened { expires_at })).into_response())
}

/// The message as the guest reads it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PickupMessage {
    sender: Party,
    /// Who wrote it on behalf of the sender, where that is a colleague.
    #[serde(skip_serializing_if = "Option::is_none")]
    written_by: Option<String>,
    org_name: String,
    #[schema(value_type = String, format = "date-time")]
    at: Timestamp,
    subject: String,
    text: String,
    has_html: bool,
    files: Vec<AttachmentMeta>,
    #[schema(value_type = String, format = "date-time")]
    expires_at: Timestamp,
    /// What the guest has answered.
    replies: Vec<PickupReplyView>,
    can_reply: bool,
    language: Language,
}

/// An answer that the guest has given.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PickupReplyView {
    #[schema(value_type = String, format = "date-time")]
    at: Timestamp,
    text: String,
    files: Vec<AttachmentMeta>,
}

impl From<mail::PickupMessage> for PickupMessage {
    fn from(m: mail::PickupMessage) -> Self {
        let reply = |r: mail::PickupReply| PickupReplyView { at: r.at, text: r.text, files: r.files };
        Self {
            sender: m.sender,
            written_by: m.written_by,
            org_name: m.org_name,
            at: m.at,
            subject: m.subject,
            text: m.text,
            has_html: m.has_html,
            files: m.files,
            expires_at: m.expires_at,
            replies: m.replies.into_iter().map(reply).collect(),
            can_reply: true,
            language: m.language,
        }
    }
}

/// Read the message. The sender sees that it was opened.
#[utoipa::path(get, path = "/pickup/message", tag = "pickup", security(("pickup" = [])),
    responses((status = 200, description = "The message", body = PickupMessage), Refusals))]
pub(crate) async fn pickup_message(State(state): State<WebState>, guest: Guest) -> Answer<axum::Json<PickupMessage>> {
    Ok(axum::Json(state.core().pickup_message(&guest.session).await?.into()))
}

/// The message's HTML, made safe, as a document for a sandboxed frame.
#[utoipa::path(get, path = "/pickup/message/html", tag = "pickup", security(("pickup" = [])), params(RemoteContent),
    responses((status = 200, description = "The document", body = String, content_type = "text/html"), Refusals))]
pub(crate) async fn pickup_html(
    State(state): State<WebState>,
    guest: Guest,
    Query(query): Query<RemoteContent>,
) -> Answer<Response> {
    let (html, files) = state.core().pickup_html(&guest.session).await?;
    let (core, session) = (state.core(), &guest.session);
    let fetch = |file: AttachmentId| async move { Ok(core.pickup_attachment(session, file).await?) };
    html_document(html, files, query.wanted(), fetch).await
}

/// Download a file. The sender's trail shows it.
#[utoipa::path(get, path = "/pickup/attachments/{attachment_id}", tag = "pickup", security(("pickup" = [])),
    params(("attachment_id" = AttachmentId, Path)),
    responses((status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream"),
        Refusals))]
pub(crate) async fn pickup_attachment(
    State(state): State<WebState>,
    guest: Guest,
    Path(id): Path<AttachmentId>,
) -> Answer<Response> {
    Ok(file(state.core().pickup_attachment(&guest.session, id).await?))
}

/// Attach a file to the answer being written: the body is the file itself.
#[utoipa::path(post, path = "/pickup/reply-files", tag = "pickup", security(("pickup" = [])), params(UploadedFile,
        ("Idempotency-Key" = Option<String>, Header, description = "Same key, same answer, for 24 hours")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, description = "The file's description", body = AttachmentMeta), ChangeRefusals))]
pub(crate) async fn attach_to_reply(
    State(state): State<WebState>,
    guest: Guest,
    Query(file): Query<UploadedFile>,
    once: Once,
    body: Body,
) -> Answer<Response> {
    let upload = read_upload(body, &state.config().limits, state.upload_memory()).await?;
    let (core, scope, content) = (state.core().clone(), guest.session.pickup_id.0, upload.data.clone());
    once.run(&state, scope, &content, async move {
        Ok((StatusCode::CREATED, core.pickup_attach(&guest.session, file.with(upload.data)).await?))
    })
    .await
}

/// Remove a file from the answer being written.
#[utoipa::path(delete, path = "/pickup/reply-files/{attachment_id}", tag = "pickup", security(("pickup" = [])),
    params(("attachment_id" = AttachmentId, Path)),
    responses((status = 204, description = "Removed"), ChangeRefusals))]
pub(crate) async fn detach_from_reply(
    State(state): State<WebState>,
    guest: Guest,
    Path(id): Path<AttachmentId>,
) -> Answer<Response> {
    state.core().pickup_detach(&guest.session, id).await?;
    Ok(nothing())
}

/// An answer.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PickupReplyContent {
    #[serde(default)]
    text: String,
    /// Files attached before.
    #[serde(default)]
    files: Vec<AttachmentId>,
}

/// An answer that was sent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PickupReplied {
    message_id: MessageId,
}

/// Answer the sender.
#[utoipa::path(post, path = "/pickup/reply", tag = "pickup", security(("pickup" = [])),
    request_body = PickupReplyContent,
    params(("Idempotency-Key" = Option<String>, Header, description = "Same key, same answer, for 24 hours")),
    responses((status = 201, description = "In the sender's mailbox", body = PickupReplied), ChangeRefusals))]
pub(crate) async fn reply(
    State(state): State<WebState>,
    guest: Guest,
    once: Once,
    Json(body): Json<PickupReplyContent>,
) -> Answer<Response> {
    let (core, scope) = (state.core().clone(), guest.session.pickup_id.0);
    let asked = serde_json::to_vec(&body).unwrap_or_default();
    once.run(&state, scope, &asked, async move {
        let message_id = core.pickup_reply(&guest.session, &body.text, &body.files).await?;
        Ok((StatusCode::CREATED, PickupReplied { message_id }))
    })
    .await
}

/// Close the message.
#[utoipa::path(delete, path = "/pickup/session", tag = "pickup", security(("pickup" = [])),
    responses((status = 204, description = "Closed"), Refusals))]
pub(crate) async fn end_pickup_session(State(state): State<WebState>, guest: Guest) -> Answer<Response> {
    state.core().end_pickup_session(&guest.secret).await?;
    let mut response = nothing();
    response.headers_mut().insert(header::SET_COOKIE, Cookie::Pickup.remove(state.config().secure())?);
    Ok(response)
}
