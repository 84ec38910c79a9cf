//! Coming and going: lists of people that are imported, and leaving.

use super::people::PersonLine;
use super::{ChangeRefusals, Items, Refusals};
use crate::extract::{IfMatch, Json, Path, Query};
use crate::once::Once;
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::WebState;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_core::people;
use wardpost_model::person::{Language, MailboxKind};
use wardpost_model::{EmailAddress, ImportId, MailboxId, PersonId};

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(preview_leave, leave, cancel_leave))
        .routes(routes!(preview_import))
        .routes(routes!(import_template))
        .routes(routes!(list_imports, run_import))
        .routes(routes!(undo_import))
}

/// What somebody's leaving would mean.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LeavePreview {
    person: PersonLine,
    /// Mailboxes that they use.
    mailboxes: Vec<LeavingMailbox>,
    /// Drafts: nobody else may read them, they stay closed.
    drafts: u32,
    /// Passwords of mail programs that end.
    app_passwords: usize,
    /// Patients for whom they care themselves.
    relations: usize,
    /// Care teams that they are in.
    teams: usize,
    /// Mandates, given and held, that end.
    mandates: usize,
    /// Whether nobody would be left who manages people and roles: then they can't leave.
    last_administrator: bool,
}

/// A mailbox of somebody who leaves.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LeavingMailbox {
    id: MailboxId,
    kind: MailboxKind,
    address: EmailAddress,
    name: String,
    /// Whether nobody else uses it: then say who goes on with it, or that it closes.
    alone: bool,
}

/// What would happen if somebody left. Changes nothing.
#[utoipa::path(get, path = "/people/{person_id}/leave", tag = "people", params(("person_id" = PersonId, Path)),
    responses((status = 200, description = "What it would mean", body = LeavePreview), Refusals))]
pub(crate) async fn preview_leave(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PersonId>,
) -> Answer<axum::Json<LeavePreview>> {
    let p = state.core().preview_leave(&signed.actor, id).await?;
    let mailbox = |m: people::LeavingMailbox| LeavingMailbox {
        id: m.mailbox.id,
        kind: m.mailbox.kind,
        address: m.mailbox.address.clone(),
        name: m.mailbox.name.clone(),
        alone: m.alone,
    };
    Ok(axum::Json(LeavePreview {
        person: p.person.into(),
        mailboxes: p.mailboxes.into_iter().map(mailbox).collect(),
        drafts: p.drafts,
        app_passwords: p.app_passwords,
        relations: p.relations,
        teams: p.teams,
        mandates: p.mandates,
        last_administrator: p.last_administrator,
    }))
}

/// How somebody leaves.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Leave {
    /// What becomes of each mailbox that nobody else uses.
    handover: Vec<Handover>,
    /// Who goes on with their patients and in their care teams; nobody: the relations end.
    #[serde(default)]
    patients_to: Option<PersonId>,
    /// When; at once if not said.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "date-time")]
    at: Option<Timestamp>,
}

/// What becomes of a mailbox.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Handover {
    mailbox_id: MailboxId,
    /// Who goes on with it, as a shared mailbox; null: it takes no more mail.
    #[schema(required)]
    to: Option<PersonId>,
}

/// Let somebody leave: access ends on every node at once, mailboxes are handed over, everything written is kept.
#[utoipa::path(post, path = "/people/{person_id}/leave", tag = "people", request_body = Leave,
    params(("person_id" = PersonId, Path), ("If-Match" = String, Header, description = "The version, in quotes")),
    responses((status = 200, description = "The person, gone or with the day of leaving", body = PersonLine), ChangeRefusals))]
pub(crate) async fn leave(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PersonId>,
    IfMatch(version): IfMatch,
    Json(body): Json<Leave>,
) -> Answer<axum::Json<PersonLine>> {
    let handover = body.handover.into_iter().map(|h| people::Handover { mailbox: h.mailbox_id, to: h.to }).collect();
    let how = people::Leave { version: version.into(), handover, patients: body.patients_to, at: body.at };
    Ok(axum::Json(state.core().leave(&signed.actor, id, &how).await?.into()))
}

/// Take a planned leave back.
#[utoipa::path(delete, path = "/people/{person_id}/leave", tag = "people", params(("person_id" = PersonId, Path)),
    responses((status = 200, description = "The person, who stays", body = PersonLine), ChangeRefusals))]
pub(crate) async fn cancel_leave(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PersonId>,
) -> Answer<axum::Json<PersonLine>> {
    Ok(axum::Json(state.core().cancel_leave(&signed.actor, id).await?.into()))
}

/// A list of people.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PeopleList {
    /// CSV in UTF-8: the first line names the columns `name`, `login`, `function`, `language`, `roles`, `mailbox` (or in
    /// Dutch); comma, semicolon or tab between them; at most 2,000 people and 1 MiB.
    csv: String,
}

/// What an import would do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportPreview {
    lines: Vec<ImportLine>,
    /// Headings that mean nothing here.
    ignored: Vec<String>,
}

/// A row of the list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportLine {
    /// Line of the file, from 1.
    line: u64,
    name: String,
    login: String,
    roles: String,
    /// What is wrong; nothing if the person can be invited.
    problems: Vec<CellProblem>,
}

/// What is wrong with a cell.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CellProblem {
    /// The column; empty for the row as a whole.
    column: &'static str,
    /// `required`, `too_long`, `character`, `malformed`, `taken`, `duplicate`, `unknown`, `foreign_domain`, `sensitive`,
    /// `grants_more`, `columns`.
    code: &'static str,
}

/// Look at a list before importing it: what is wrong with each row. Changes nothing.
#[utoipa::path(post, path = "/people/import/preview", tag = "people", request_body = PeopleList,
    responses((status = 200, description = "Each row", body = ImportPreview), ChangeRefusals))]
pub(crate) async fn preview_import(
    State(state): State<WebState>,
    signed: Signed,
    Json(body): Json<PeopleList>,
) -> Answer<axum::Json<ImportPreview>> {
    let found = state.core().preview_import(&signed.actor, &body.csv).await?;
    let line = |l: people::ImportLine| ImportLine {
        line: l.line,
        name: l.name,
        login: l.login,
        roles: l.roles,
        problems: l.problems.into_iter().map(|p| CellProblem { column: p.column, code: p.code }).collect(),
    };
    Ok(axum::Json(ImportPreview { lines: found.lines.into_iter().map(line).collect(), ignored: found.ignored }))
}

/// A list to be imported.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImportOrder {
    csv: String,
    /// Leave wrong rows out; otherwise nothing happens while one is wrong.
    #[serde(default)]
    skip_bad: bool,
}

/// What an import did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportDone {
    id: ImportId,
    people: Vec<ImportedPerson>,
    /// Lines that were left out.
    left_out: Vec<u64>,
}

/// Somebody who was imported.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportedPerson {
    id: PersonId,
    name: String,
    login: EmailAddress,
    /// To be handed over; shown once.
    invitation_link: String,
    #[schema(value_type = String, format = "date-time")]
    expires_at: Timestamp,
}

/// Invite everybody in a list.
#[utoipa::path(post, path = "/people/import", tag = "people", request_body = ImportOrder,
    params(("Idempotency-Key" = Option<String>, Header, description = "Same key, same answer, for 24 hours")),
    responses((status = 201, description = "Invited", body = ImportDone), ChangeRefusals))]
pub(crate) async fn run_import(
    State(state): State<WebState>,
    signed: Signed,
    once: Once,
    Json(body): Json<ImportOrder>,
) -> Answer<Response> {
    let (core, scope) = (state.core().clone(), signed.actor.person_id.0);
    let asked = serde_json::to_vec(&body).unwrap_or_default();
    once.run(&state, scope, &asked, async move {
        let done = core.run_import(&signed.actor, &body.csv, body.skip_bad).await?;
        let person = |p: people::ImportedPerson| ImportedPerson {
            id: p.id,
            name: p.name,
            login: p.login,
            invitation_link: p.invitation.link,
            expires_at: p.invitation.expires_at,
        };
        let people = done.people.into_iter().map(person).collect();
        Ok((StatusCode::CREATED, ImportDone { id: done.id, people, left_out: done.left_out }))
    })
    .await
}

/// An import of the last thirty days.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportEntry {
    id: ImportId,
    #[schema(value_type = String, format = "date-time")]
    at: Timestamp,
    by_name: String,
    /// People that it made.
    people: usize,
    /// Those who have not accepted yet: an undo takes them away.
    open: usize,
    #[schema(required, value_type = Option<String>, format = "date-time")]
    undone_at: Option<Timestamp>,
}

/// Imports of the last thirty days, newest first.
#[utoipa::path(get, path = "/people/import", tag = "people",
    responses((status = 200, description = "Imports", body = Items<ImportEntry>), Refusals))]
pub(crate) async fn list_imports(
    State(state): State<WebState>,
    signed: Signed,
) -> Answer<axum::Json<Items<ImportEntry>>> {
    let entry = |e: people::ImportEntry| ImportEntry {
        id: e.id,
        at: e.at,
        by_name: e.by_name,
        people: e.people,
        open: e.open,
        undone_at: e.undone_at,
    };
    let items = state.core().imports(&signed.actor).await?.into_iter().map(entry).collect();
    Ok(axum::Json(Items { items }))
}

/// What taking an import back did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportUndone {
    removed: u32,
    /// Names of those who stay since they came in meanwhile.
    kept: Vec<String>,
}

/// Take an import back: whoever has not accepted the invitation is gone; others stay.
#[utoipa::path(post, path = "/people/import/{import_id}/undo", tag = "people", params(("import_id" = ImportId, Path)),
    responses((status = 200, description = "Taken back", body = ImportUndone), ChangeRefusals))]
pub(crate) async fn undo_import(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<ImportId>,
) -> Answer<axum::Json<ImportUndone>> {
    let done = state.core().undo_import(&signed.actor, id).await?;
    Ok(axum::Json(ImportUndone { removed: done.removed, kept: done.kept }))
}

/// In which language.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TemplateLanguage {
    #[serde(default)]
    language: Language,
}

/// An empty list to begin with, for spreadsheets: with a byte order mark, without which some take it for another encoding.
#[utoipa::path(get, path = "/people/import/template.csv", tag = "people", params(TemplateLanguage),
    responses((status = 200, description = "CSV", body = String, content_type = "text/csv"), Refusals))]
pub(crate) async fn import_template(_: Signed, Query(query): Query<TemplateLanguage>) -> Answer<Response> {
    let (text, name) = match query.language {
        Language::Nl => ("\u{feff}naam;e-mail;functie;taal;rollen;postvak\r\n", "personen.csv"),
        Language::En => ("\u{feff}name,login,function,language,roles,mailbox\r\n", "people.csv"),
    };
    let kind = (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned());
    let named = (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""));
    Ok(([kind, named], text).into_response())
}
