//! Drafts: writing, planning, sending.

use super::message_files::UploadedFile;
use super::{ChangeRefusals, Page, Paging, Refusals, next, nothing};
use crate::extract::{IfMatch, Json, Path, Query};
use crate::files::read_upload;
use crate::once::Once;
use crate::problem::{Answer, Problem};
use crate::session::Signed;
use crate::state::WebState;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_core::mail::{self, DraftKind, DraftRecipientInput, DraftUpdate, SentOutcome};
use wardpost_model::finding::Findings;
use wardpost_model::message::{AttachmentMeta, Party, RecipientKind};
use wardpost_model::plan::Plan;
use wardpost_model::{AttachmentId, DraftId, MailboxId, MessageId, PhoneNumber};

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(list_drafts, create_draft))
        .routes(routes!(get_draft, save_draft, discard_draft))
        .routes(routes!(attach_file))
        .routes(routes!(detach_file))
        .routes(routes!(plan_draft))
        .routes(routes!(send_draft))
        .routes(routes!(send_draft_anyway))
}

/// A line of the list of drafts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DraftLine {
    id: DraftId,
    /// From which mailbox it will be sent.
    mailbox_id: MailboxId,
    subject: String,
    to: Vec<Party>,
    #[schema(value_type = String, format = "date-time")]
    updated_at: Timestamp,
    version: u32,
}

impl From<mail::DraftLine> for DraftLine {
    fn from(d: mail::DraftLine) -> Self {
        Self {
            id: d.id,
            mailbox_id: d.mailbox_id,
            subject: d.subject,
            to: d.to,
            updated_at: d.updated_at,
            version: d.version,
        }
    }
}

/// A message being written.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Draft {
    id: DraftId,
    /// To be sent in `If-Match` with the next save.
    version: u32,
    mailbox_id: MailboxId,
    recipients: Vec<DraftRecipient>,
    subject: String,
    text: String,
    /// The patient it is about.
    patient: Option<String>,
    /// Pick-up for every outside recipient, even where TLS would do.
    ask_pickup: bool,
    /// Days until a pick-up expires; policy's number when absent.
    expires_days: Option<u16>,
    /// The message that it answers.
    in_reply_to: Option<MessageId>,
    files: Vec<AttachmentMeta>,
    #[schema(value_type = String, format = "date-time")]
    updated_at: Timestamp,
}

/// A recipient of a draft.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DraftRecipient {
    party: Party,
    kind: RecipientKind,
    /// Mobile number for a one-time code.
    phone: Option<PhoneNumber>,
    /// An agreed secret was given. It is never served.
    secret_set: bool,
    /// The sender has confirmed this first-time recipient.
    confirmed: bool,
}

impl From<mail::Draft> for Draft {
    fn from(d: mail::Draft) -> Self {
        let recipient = |r: mail::DraftRecipient| DraftRecipient {
            party: r.party,
            kind: r.kind,
            phone: r.phone,
            secret_set: r.secret.is_some(),
            confirmed: r.confirmed,
        };
        Self {
            id: d.id,
            version: d.version,
            mailbox_id: d.mailbox_id,
            recipients: d.recipients.into_iter().map(recipient).collect(),
            subject: d.subject,
            text: d.text,
            patient: d.patient,
            ask_pickup: d.ask_pickup,
            expires_days: d.expires_days,
            in_reply_to: d.in_reply_to,
            files: d.files,
            updated_at: d.updated_at,
        }
    }
}

/// One's own drafts, last saved first.
#[utoipa::path(get, path = "/drafts", tag = "drafts", params(Paging),
    responses((status = 200, description = "A page of drafts", body = Page<DraftLine>), Refusals))]
pub(crate) async fn list_drafts(
    State(state): State<WebState>,
    signed: Signed,
    Query(paging): Query<Paging>,
) -> Answer<axum::Json<Page<DraftLine>>> {
    let limit = paging.limit();
    let found = state.core().drafts(&signed.actor, paging.place()?, limit).await?;
    let next_cursor = next(&found, limit, |d| (d.updated_at.as_microsecond(), d.id.0));
    Ok(axum::Json(Page { items: found.into_iter().map(DraftLine::from).collect(), next_cursor }))
}

/// What kind of draft.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NewDraftKind {
    /// Empty.
    #[default]
    New,
    /// To the sender of a message.
    Reply,
    /// To everybody of a message.
    ReplyAll,
    /// With a message's text and files.
    Forward,
}

/// A message in a mailbox.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MessageInMailbox {
    mailbox_id: MailboxId,
    message_id: MessageId,
}

/// A draft to be made.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDraft {
    /// From which mailbox it will be sent.
    mailbox_id: MailboxId,
    #[serde(default)]
    kind: NewDraftKind,
    /// The message that it answers or passes on.
    #[serde(default)]
    of: Option<MessageInMailbox>,
}

impl NewDraft {
    fn kind(&self) -> Answer<DraftKind> {
        let of = || self.of.ok_or_else(|| Problem::field("of", "missing", "say which message"));
        Ok(match self.kind {
            NewDraftKind::New => DraftKind::New,
            NewDraftKind::Reply => of().map(|m| DraftKind::Reply(m.mailbox_id, m.message_id))?,
            NewDraftKind::ReplyAll => of().map(|m| DraftKind::ReplyAll(m.mailbox_id, m.message_id))?,
            NewDraftKind::Forward => of().map(|m| DraftKind::Forward(m.mailbox_id, m.message_id))?,
        })
    }
}

/// Begin a draft: empty, an answer, or to pass a message on.
#[utoipa::path(post, path = "/drafts", tag = "drafts", request_body = NewDraft,
    params(("Idempotency-Key" = Option<String>, Header, description = "Same key, same answer, for 24 hours")),
    responses((status = 201, description = "The draft", body = Draft), ChangeRefusals))]
pub(crate) async fn create_draft(
    State(state): State<WebState>,
    signed: Signed,
    once: Once,
    Json(body): Json<NewDraft>,
) -> Answer<Response> {
    let (core, kind, scope) = (state.core().clone(), body.kind()?, signed.actor.person_id.0);
    let asked = serde_json::to_vec(&body).unwrap_or_default();
    let create = async move {
        let draft = core.create_draft(&signed.actor, body.mailbox_id, kind).await?;
        Ok((StatusCode::CREATED, Draft::from(draft)))
    };
    once.run(&state, scope, &asked, Box::pin(create)).await
}

/// One of one's own drafts.
#[utoipa::path(get, path = "/drafts/{draft_id}", tag = "drafts", params(("draft_id" = DraftId, Path)),
    responses((status = 200, description = "The draft", body = Draft), Refusals))]
pub(crate) async fn get_draft(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<DraftId>,
) -> Answer<axum::Json<Draft>> {
    Ok(axum::Json(state.core().draft(&signed.actor, id).await?.into()))
}

/// A draft as it is to be saved.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DraftContent {
    /// Another mailbox to send from; the same if not said.
    mailbox_id: Option<MailboxId>,
    recipients: Vec<RecipientContent>,
    subject: String,
    text: String,
    patient: Option<String>,
    #[serde(default)]
    ask_pickup: bool,
    expires_days: Option<u16>,
}

/// A recipient as it is to be saved.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecipientContent {
    party: Party,
    #[serde(default)]
    kind: RecipientKind,
    /// Mobile number for a one-time code.
    phone: Option<PhoneNumber>,
    /// Secret agreed with the recipient. Left out: as it was; empty: removed.
    secret: Option<String>,
    /// The sender confirms this first-time recipient.
    #[serde(default)]
    confirmed: bool,
}

impl DraftContent {
    fn update(self, version: u32) -> DraftUpdate {
        let recipient = |r: RecipientContent| DraftRecipientInput {
            party: r.party,
            kind: r.kind,
            phone: r.phone,
            secret: r.secret,
            confirmed: r.confirmed,
        };
        DraftUpdate {
            version,
            mailbox_id: self.mailbox_id,
            recipients: self.recipients.into_iter().map(recipient).collect(),
            subject: self.subject,
            text: self.text,
            patient: self.patient,
            ask_pickup: self.ask_pickup,
            expires_days: self.expires_days,
        }
    }
}

/// Save a draft.
#[utoipa::path(put, path = "/drafts/{draft_id}", tag = "drafts", request_body = DraftContent,
    params(("draft_id" = DraftId, Path), ("If-Match" = String, Header, description = "The version, in quotes")),
    responses((status = 200, description = "The draft with its new version", body = Draft), ChangeRefusals))]
pub(crate) async fn save_draft(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<DraftId>,
    IfMatch(version): IfMatch,
    Json(body): Json<DraftContent>,
) -> Answer<axum::Json<Draft>> {
    Ok(axum::Json(state.core().save_draft(&signed.actor, id, body.update(version)).await?.into()))
}

/// Throw a draft away.
#[utoipa::path(delete, path = "/drafts/{draft_id}", tag = "drafts", params(("draft_id" = DraftId, Path)),
    responses((status = 204, description = "Gone"), ChangeRefusals))]
pub(crate) async fn discard_draft(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<DraftId>,
) -> Answer<Response> {
    state.core().discard_draft(&signed.actor, id).await?;
    Ok(nothing())
}

/// Attach a file: the body is the file itself.
#[utoipa::path(post, path = "/drafts/{draft_id}/attachments", tag = "drafts",
    params(("draft_id" = DraftId, Path), UploadedFile,
        ("Idempotency-Key" = Option<String>, Header, description = "Same key, same answer, for 24 hours")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, description = "The file's description", body = AttachmentMeta), ChangeRefusals))]
pub(crate) async fn attach_file(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<DraftId>,
    Query(file): Query<UploadedFile>,
    once: Once,
    body: Body,
) -> Answer<Response> {
    let upload = read_upload(body, &state.config().limits, state.upload_memory()).await?;
    let (core, scope, content) = (state.core().clone(), signed.actor.person_id.0, upload.data.clone());
    once.run(&state, scope, &content, async move {
        Ok((StatusCode::CREATED, core.attach(&signed.actor, id, file.with(upload.data)).await?))
    })
    .await
}

/// Remove an attached file.
#[utoipa::path(delete, path = "/drafts/{draft_id}/attachments/{attachment_id}", tag = "drafts",
    params(("draft_id" = DraftId, Path), ("attachment_id" = AttachmentId, Path)),
    responses((status = 204, description = "Removed"), ChangeRefusals))]
pub(crate) async fn detach_file(
    State(state): State<WebState>,
    signed: Signed,
    Path((id, file)): Path<(DraftId, AttachmentId)>,
) -> Answer<Response> {
    state.core().detach(&signed.actor, id, file).await?;
    Ok(nothing())
}

/// What the gate would do with a draft as it stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlannedDraft {
    /// For each recipient a route and the reasons.
    plan: Plan,
    /// What was found in the content.
    findings: Findings,
    /// The version that was planned.
    draft_version: u32,
    /// What it could do without to go as ordinary mail to everybody: found by trying. Null when nothing of what was tried
    /// makes that difference.
    #[schema(required)]
    lighter: Option<LighterDraft>,
}

/// What a draft could do without to go as ordinary mail.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LighterDraft {
    without: DraftWithout,
    /// How many of it there are.
    count: u32,
}

/// Without what.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DraftWithout {
    /// The marked names.
    Names,
    /// The marked numbers, dates and addresses.
    Details,
    /// Both.
    NamesAndDetails,
    /// The attachments.
    Files,
}

impl From<mail::Lighter> for LighterDraft {
    fn from(l: mail::Lighter) -> Self {
        let without = match l.without {
            mail::Without::Names => DraftWithout::Names,
            mail::Without::Details => DraftWithout::Details,
            mail::Without::NamesAndDetails => DraftWithout::NamesAndDetails,
            mail::Without::Files => DraftWithout::Files,
        };
        Self { without, count: l.count }
    }
}

/// Scan a draft and ask the gate. Nothing is stored.
#[utoipa::path(post, path = "/drafts/{draft_id}/plan", tag = "drafts", params(("draft_id" = DraftId, Path)),
    responses((status = 200, description = "The plan that sending would obey", body = PlannedDraft), ChangeRefusals))]
pub(crate) async fn plan_draft(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<DraftId>,
) -> Answer<axum::Json<PlannedDraft>> {
    let p = state.core().plan_draft(&signed.actor, id).await?;
    let lighter = p.lighter.map(LighterDraft::from);
    Ok(axum::Json(PlannedDraft { plan: p.plan, findings: p.findings, draft_version: p.draft_version, lighter }))
}

/// A draft that became a message.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SentMessage {
    message_id: MessageId,
    outcome: SendOutcome,
    /// The plan that delivery obeys.
    plan: Plan,
}

/// Whether it is on its way.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SendOutcome {
    /// On its way.
    Sent,
    /// Waits for a second pair of eyes.
    Held,
}

impl From<mail::Sent> for SentMessage {
    fn from(sent: mail::Sent) -> Self {
        let outcome = match sent.outcome {
            SentOutcome::Sent => SendOutcome::Sent,
            SentOutcome::Held => SendOutcome::Held,
        };
        Self { message_id: sent.message_id, outcome, plan: sent.plan }
    }
}

/// Send a draft. It is planned anew; `gate_blocked` and `confirmation_needed` (409) carry the plan.
#[utoipa::path(post, path = "/drafts/{draft_id}/send", tag = "drafts",
    params(("draft_id" = DraftId, Path), ("If-Match" = String, Header, description = "The version, in quotes"),
        ("Idempotency-Key" = Option<String>, Header, description = "Same key, same answer, for 24 hours")),
    responses((status = 201, description = "Accepted: durable, and on its way or held", body = SentMessage),
        ChangeRefusals))]
pub(crate) async fn send_draft(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<DraftId>,
    IfMatch(version): IfMatch,
    once: Once,
) -> Answer<Response> {
    let (core, scope) = (state.core().clone(), signed.actor.person_id.0);
    once.run(&state, scope, &version.to_be_bytes(), async move {
        // On the heap: it is large, and one of many futures within one another.
        let sent = Box::pin(core.send_draft(&signed.actor, id, version)).await?;
        Ok((StatusCode::CREATED, SentMessage::from(sent)))
    })
    .await
}

/// Why it is sent anyway.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Override {
    /// 5 to 500 characters. Kept with the message and in the log.
    reason: String,
}

/// Send a draft anyway, where policy lets its sender: by the routes that it would have without those rules, never below what
/// the routes themselves demand. `conflict` `nothing_to_override` when policy does not let it, or nothing stands against it.
#[utoipa::path(post, path = "/drafts/{draft_id}/send-anyway", tag = "drafts", request_body = Override,
    params(("draft_id" = DraftId, Path), ("If-Match" = String, Header, description = "The version, in quotes"),
        ("Idempotency-Key" = Option<String>, Header, description = "Same key, same answer, for 24 hours")),
    responses((status = 201, description = "Accepted: durable, and on its way or held", body = SentMessage),
        ChangeRefusals))]
pub(crate) async fn send_draft_anyway(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<DraftId>,
    IfMatch(version): IfMatch,
    once: Once,
    Json(body): Json<Override>,
) -> Answer<Response> {
    let (core, scope) = (state.core().clone(), signed.actor.person_id.0);
    let asked = [&version.to_be_bytes(), body.reason.as_bytes()].concat();
    once.run(&state, scope, &asked, async move {
        let sent = Box::pin(core.send_draft_anyway(&signed.actor, id, version, &body.reason)).await?;
        Ok((StatusCode::CREATED, SentMessage::from(sent)))
    })
    .await
}
