//! Findings that are none: reported where they are seen, decided by whoever may.

use super::{ChangeRefusals, Items, Refusals, nothing};
use crate::extract::{Json, Path};
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
use wardpost_core::mail::{self, AlarmClaim, AlarmReport, Hint};
use wardpost_model::finding::{FindingKind, Part};
use wardpost_model::{DraftId, FalseAlarmId, MailboxId, MessageId};

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(report_draft_finding))
        .routes(routes!(report_held_finding))
        .routes(routes!(report_sent_finding))
        .routes(routes!(list_false_alarms))
        .routes(routes!(accept_false_alarm))
        .routes(routes!(dismiss_false_alarm))
}

/// What a finding is instead.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::enum_variant_names, reason = "each says what the finding is not")]
pub(crate) enum FalseAlarmClaim {
    /// It names no patient.
    NotPatient,
    /// It is not about anybody's health.
    NotHealth,
    /// The number is no patient's.
    NotNumber,
    /// It is nothing of a patient.
    NotPersonal,
}

impl From<FalseAlarmClaim> for AlarmClaim {
    fn from(c: FalseAlarmClaim) -> Self {
        match c {
            FalseAlarmClaim::NotPatient => Self::NotPatient,
            FalseAlarmClaim::NotHealth => Self::NotHealth,
            FalseAlarmClaim::NotNumber => Self::NotNumber,
            FalseAlarmClaim::NotPersonal => Self::NotPersonal,
        }
    }
}

impl From<AlarmClaim> for FalseAlarmClaim {
    fn from(c: AlarmClaim) -> Self {
        match c {
            AlarmClaim::NotPatient => Self::NotPatient,
            AlarmClaim::NotHealth => Self::NotHealth,
            AlarmClaim::NotNumber => Self::NotNumber,
            AlarmClaim::NotPersonal => Self::NotPersonal,
        }
    }
}

/// A finding that is none, as the findings name it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewFalseAlarm {
    /// Only the subject and the text.
    part: Part,
    start: u32,
    end: u32,
    kind: FindingKind,
    claim: FalseAlarmClaim,
    #[serde(default)]
    note: String,
}

impl From<NewFalseAlarm> for AlarmReport {
    fn from(n: NewFalseAlarm) -> Self {
        Self { part: n.part, start: n.start, end: n.end, kind: n.kind, claim: n.claim.into(), note: n.note }
    }
}

/// That a report was taken.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FalseAlarmTaken {
    /// One had not reported this text before.
    new: bool,
}

/// Report a finding in one's own draft as a false alarm. Changes nothing about the draft. `conflict` `finding_gone`,
/// `too_many_reports`.
#[utoipa::path(post, path = "/drafts/{draft_id}/false-alarms", tag = "drafts", request_body = NewFalseAlarm,
    params(("draft_id" = DraftId, Path)),
    responses((status = 200, description = "Taken", body = FalseAlarmTaken), ChangeRefusals))]
pub(crate) async fn report_draft_finding(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<DraftId>,
    Json(body): Json<NewFalseAlarm>,
) -> Answer<axum::Json<FalseAlarmTaken>> {
    let new = state.core().report_finding_in_draft(&signed.actor, id, body.into()).await?;
    Ok(axum::Json(FalseAlarmTaken { new }))
}

/// Report a finding in a held message as a false alarm. Changes nothing about the message.
#[utoipa::path(post, path = "/held/{message_id}/false-alarms", tag = "review", request_body = NewFalseAlarm,
    params(("message_id" = MessageId, Path)),
    responses((status = 200, description = "Taken", body = FalseAlarmTaken), ChangeRefusals))]
pub(crate) async fn report_held_finding(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<MessageId>,
    Json(body): Json<NewFalseAlarm>,
) -> Answer<axum::Json<FalseAlarmTaken>> {
    let new = state.core().report_finding_in_held(&signed.actor, id, body.into()).await?;
    Ok(axum::Json(FalseAlarmTaken { new }))
}

/// Report a finding in a message that was sent from a mailbox as a false alarm. `conflict` `not_sent` for any other message.
#[utoipa::path(post, path = "/mailboxes/{mailbox_id}/messages/{message_id}/false-alarms", tag = "mail",
    request_body = NewFalseAlarm, params(("mailbox_id" = MailboxId, Path), ("message_id" = MessageId, Path)),
    responses((status = 200, description = "Taken", body = FalseAlarmTaken), ChangeRefusals))]
pub(crate) async fn report_sent_finding(
    State(state): State<WebState>,
    signed: Signed,
    Path((mailbox, id)): Path<(MailboxId, MessageId)>,
    Json(body): Json<NewFalseAlarm>,
) -> Answer<axum::Json<FalseAlarmTaken>> {
    let new = state.core().report_finding_in_sent(&signed.actor, mailbox, id, body.into()).await?;
    Ok(axum::Json(FalseAlarmTaken { new }))
}

/// How often a claim was made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClaimCount {
    claim: FalseAlarmClaim,
    people: usize,
}

/// What is known of a reported text.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FalseAlarmHint {
    /// It is the number of a registered patient.
    PatientNumber,
    /// A registered patient has this name.
    PatientName,
    /// Numbers of this kind belong to one person each.
    IdentifyingNumber,
    /// A colleague has this name.
    Colleague,
}

impl From<Hint> for FalseAlarmHint {
    fn from(h: Hint) -> Self {
        match h {
            Hint::PatientNumber => Self::PatientNumber,
            Hint::PatientName => Self::PatientName,
            Hint::IdentifyingNumber => Self::IdentifyingNumber,
            Hint::Colleague => Self::Colleague,
        }
    }
}

/// A text that was reported as a false alarm.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FalseAlarm {
    /// Of its oldest report: names the text.
    id: FalseAlarmId,
    text: String,
    kind: FindingKind,
    /// Why it was found: the detector's code.
    reason: String,
    /// How many people reported it.
    people: usize,
    claims: Vec<ClaimCount>,
    /// What they wrote to it, five at most.
    notes: Vec<String>,
    #[schema(value_type = String, format = "date-time")]
    first_at: Timestamp,
    #[schema(value_type = String, format = "date-time")]
    last_at: Timestamp,
    hints: Vec<FalseAlarmHint>,
    /// One reported it oneself.
    own: bool,
}

impl From<mail::AlarmLine> for FalseAlarm {
    fn from(l: mail::AlarmLine) -> Self {
        let claim = |(claim, people): (AlarmClaim, usize)| ClaimCount { claim: claim.into(), people };
        Self {
            id: l.id,
            text: l.text,
            kind: l.kind,
            reason: l.reason,
            people: l.people,
            claims: l.claims.into_iter().map(claim).collect(),
            notes: l.notes,
            first_at: l.first_at,
            last_at: l.last_at,
            hints: l.hints.into_iter().map(FalseAlarmHint::from).collect(),
            own: l.own,
        }
    }
}

/// The texts that were reported as false alarms and not decided on, most reported first. Audited.
#[utoipa::path(get, path = "/false-alarms", tag = "policy",
    responses((status = 200, description = "Texts", body = Items<FalseAlarm>), Refusals))]
pub(crate) async fn list_false_alarms(
    State(state): State<WebState>,
    signed: Signed,
) -> Answer<axum::Json<Items<FalseAlarm>>> {
    let found = state.core().false_alarms(&signed.actor).await?;
    Ok(axum::Json(Items { items: found.into_iter().map(FalseAlarm::from).collect() }))
}

/// Why a reported text is no finding.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FalseAlarmAcceptance {
    /// Stands with the exception, and goes to those who reported it.
    why: String,
    /// Also although it looks like a patient's (`hints`).
    #[serde(default)]
    despite: bool,
}

/// Accept a reported text: exactly this text, as this kind, becomes an exception in the policy: a new version. `conflict`
/// `would_expose` when it looks like a patient's; `not_one_line`.
#[utoipa::path(post, path = "/false-alarms/{alarm_id}/accept", tag = "policy", request_body = FalseAlarmAcceptance,
    params(("alarm_id" = FalseAlarmId, Path)),
    responses((status = 204, description = "An exception from now on"), ChangeRefusals))]
pub(crate) async fn accept_false_alarm(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<FalseAlarmId>,
    Json(body): Json<FalseAlarmAcceptance>,
) -> Answer<Response> {
    state.core().accept_false_alarm(&signed.actor, id, &body.why, body.despite).await?;
    Ok(nothing())
}

/// A word to those who reported it.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FalseAlarmWord {
    #[serde(default)]
    word: String,
}

/// Dismiss a reported text: it stays a finding. Its reports are erased, its reporters are told.
#[utoipa::path(post, path = "/false-alarms/{alarm_id}/dismiss", tag = "policy", request_body = FalseAlarmWord,
    params(("alarm_id" = FalseAlarmId, Path)),
    responses((status = 204, description = "Dismissed"), ChangeRefusals))]
pub(crate) async fn dismiss_false_alarm(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<FalseAlarmId>,
    Json(body): Json<FalseAlarmWord>,
) -> Answer<Response> {
    state.core().dismiss_false_alarm(&signed.actor, id, &body.word).await?;
    Ok(nothing())
}
