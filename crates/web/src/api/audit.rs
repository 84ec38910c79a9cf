//! The audit log: find, export, verify, prove.

use super::{ChangeRefusals, Refusals};
use crate::audit_export::{self, Observer};
use crate::extract::{Path, Repeated};
use crate::problem::{Answer, Problem};
use crate::session::Signed;
use crate::state::WebState;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream;
use http::{HeaderValue, header};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_core::audit::{AuditPage, AuditQuery};
use wardpost_core::{Core, Error};
use wardpost_model::audit::{AuditEntry, AuditKind, Outcome};
use wardpost_model::person::Actor;
use wardpost_model::{AuditId, MessageId, PersonId};

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(search_audit))
        .routes(routes!(export_csv))
        .routes(routes!(export_fhir))
        .routes(routes!(audit_log))
        .routes(routes!(verify_audit))
        .routes(routes!(prove_audit_entry))
}

/// What to look for; everything given must hold.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query; repeated names are read by hand")]
pub(crate) struct AuditFilter {
    /// Who acted.
    person: Option<PersonId>,
    /// Whose data.
    patient: Option<String>,
    /// On which message.
    message: Option<MessageId>,
    /// On which person: what was done about them.
    about: Option<PersonId>,
    /// What happened, any of these.
    kind: Option<Vec<AuditKind>>,
    /// How it ended.
    outcome: Option<Outcome>,
    /// From this time on.
    #[param(value_type = Option<String>, format = "date-time")]
    from: Option<Timestamp>,
    /// Before this time.
    #[param(value_type = Option<String>, format = "date-time")]
    to: Option<Timestamp>,
}

fn filter(query: &Repeated) -> Answer<AuditQuery> {
    let kinds = query
        .all("kind")
        .into_iter()
        .map(|k| AuditKind::from_name(k).ok_or_else(|| Problem::field("kind", "malformed", "no kind of audit entry")));
    let outcome = query.one("outcome").map(|o| {
        Outcome::from_name(o).ok_or_else(|| Problem::field("outcome", "malformed", "success, refused or error"))
    });
    Ok(AuditQuery {
        person: query.parsed("person")?,
        patient: query.one("patient").map(str::to_owned),
        message: query.parsed("message")?,
        about: query.parsed("about")?,
        kinds: kinds.collect::<Answer<_>>()?,
        outcome: outcome.transpose()?,
        from: query.parsed("from")?,
        to: query.parsed("to")?,
    })
}

/// A page of audit entries.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditPageView {
    /// The entries, newest first.
    items: Vec<AuditEntry>,
    /// For the next page; null at the end.
    #[schema(required)]
    next_cursor: Option<String>,
    /// Entries that were altered so that they can't be shown. `POST /audit/verify` names them.
    damaged: u64,
}

/// Find entries, newest first. The search itself is audited.
///
/// A page may hold fewer items than asked for (even none) and still have a `next_cursor`: rare entries are looked for in
/// steps.
#[utoipa::path(get, path = "/audit", tag = "audit", params(AuditFilter, super::Paging),
    responses((status = 200, description = "A page of entries", body = AuditPageView), Refusals))]
pub(crate) async fn search_audit(
    State(state): State<WebState>,
    signed: Signed,
    RawQuery(query): RawQuery,
) -> Answer<axum::Json<AuditPageView>> {
    let query = Repeated::of(query.as_deref())?;
    let limit = query.parsed("limit")?.unwrap_or(50_u32).clamp(1, 200);
    let before: Option<AuditId> = query.parsed("cursor")?;
    let found = state.core().search_audit(&signed.actor, &filter(&query)?, before, limit).await?;
    let next_cursor = found.next.map(|id| id.to_string());
    Ok(axum::Json(AuditPageView { items: found.entries, next_cursor, damaged: found.damaged }))
}

/// Export entries as CSV, for spreadsheets. The export itself is audited.
#[utoipa::path(get, path = "/audit/export.csv", tag = "audit", params(AuditFilter),
    responses((status = 200, description = "All entries found", body = String, content_type = "text/csv"), Refusals))]
pub(crate) async fn export_csv(
    State(state): State<WebState>,
    signed: Signed,
    RawQuery(query): RawQuery,
) -> Answer<Response> {
    signed.may_save()?;
    let export = Export::begin(&state, signed.actor, query, Form::Csv).await?;
    Ok(attachment(export, "text/csv; charset=utf-8", "attachment; filename=\"audit.csv\""))
}

/// Export entries as a Bundle of FHIR R4 AuditEvents after IHE BALP. The export itself is audited.
#[utoipa::path(get, path = "/audit/export.fhir.json", tag = "audit", params(AuditFilter),
    responses((status = 200, description = "All entries found", body = Object, content_type = "application/fhir+json"),
        Refusals))]
pub(crate) async fn export_fhir(
    State(state): State<WebState>,
    signed: Signed,
    RawQuery(query): RawQuery,
) -> Answer<Response> {
    signed.may_save()?;
    let host = state.core().config().host_name.clone();
    let organisation = state.core().org_name().await?;
    let export = Export::begin(&state, signed.actor, query, Form::Fhir(Observer { host, organisation })).await?;
    Ok(attachment(export, "application/fhir+json; charset=utf-8", "attachment; filename=\"audit.fhir.json\""))
}

enum Form {
    Csv,
    Fhir(Observer),
}

/// An export on its way: page after page, so that a log of any length passes through little memory.
struct Export {
    core: Core,
    actor: Actor,
    query: AuditQuery,
    form: Form,
    page: AuditPage,
    step: Step,
    first: bool,
    /// Altered entries met so far, which can't be exported.
    damaged: u64,
}

enum Step {
    Head,
    Entries,
    Done,
}

impl Export {
    /// Looks for the first page, so that a refusal is told before anything is sent.
    async fn begin(state: &WebState, actor: Actor, query: Option<String>, form: Form) -> Answer<Self> {
        let query = filter(&Repeated::of(query.as_deref())?)?;
        let core = state.core().clone();
        let page = core.export_audit(&actor, &query, None, form.name()).await?;
        Ok(Self { core, actor, query, form, page, step: Step::Head, first: true, damaged: 0 })
    }

    async fn next(mut self) -> Option<(Result<Bytes, Error>, Self)> {
        match self.step {
            Step::Head => {
                self.step = Step::Entries;
                Some((Ok(Bytes::from_static(self.form.head().as_bytes())), self))
            }
            Step::Entries => {
                let mut text = self.lines();
                match self.page.next {
                    None => {
                        text.push_str(&self.form.tail(self.damaged, self.first));
                        self.step = Step::Done;
                    }
                    Some(_) => {
                        let (before, form) = (self.page.next, self.form.name());
                        match self.core.export_audit(&self.actor, &self.query, before, form).await {
                            Ok(page) => self.page = page,
                            Err(error) => {
                                // The stream breaks off, so that half an export is not taken for a whole one.
                                tracing::error!(%error, "an audit export broke off");
                                self.step = Step::Done;
                                return Some((Err(error), self));
                            }
                        }
                    }
                }
                Some((Ok(text.into()), self))
            }
            Step::Done => None,
        }
    }

    fn lines(&mut self) -> String {
        self.damaged = self.damaged.saturating_add(self.page.damaged);
        let mut text = String::with_capacity(self.page.entries.len().saturating_mul(300));
        for entry in &self.page.entries {
            match &self.form {
                Form::Csv => text.push_str(&audit_export::row(entry)),
                Form::Fhir(observer) => {
                    if !self.first {
                        text.push(',');
                    }
                    let full_url = format!("urn:uuid:{}", entry.id);
                    let resource = audit_export::event(entry, observer);
                    text.push_str(&serde_json::json!({ "fullUrl": full_url, "resource": resource }).to_string());
                }
            }
            self.first = false;
        }
        text
    }
}

impl Form {
    const fn name(&self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Fhir(_) => "fhir",
        }
    }
    fn head(&self) -> &'static str {
        match self {
            Self::Csv => audit_export::HEADER,
            Self::Fhir(_) => audit_export::bundle_open(),
        }
    }
    /// The end; it says if entries are missing because they were altered.
    fn tail(&self, damaged: u64, empty: bool) -> String {
        match self {
            Self::Csv if damaged == 0 => String::new(),
            Self::Csv => audit_export::missing_row(damaged),
            Self::Fhir(_) if damaged == 0 => audit_export::bundle_close().to_owned(),
            Self::Fhir(_) => {
                let comma = if empty { "" } else { "," };
                format!("{comma}{}{}", audit_export::missing_entry(damaged), audit_export::bundle_close())
            }
        }
    }
}

fn attachment(export: Export, media_type: &'static str, disposition: &'static str) -> Response {
    let headers = [(header::CONTENT_TYPE, media_type), (header::CONTENT_DISPOSITION, disposition)];
    (headers, Body::from_stream(stream::unfold(export, Export::next))).into_response()
}

/// How the log stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditLog {
    /// Name of the log.
    origin: String,
    /// Entries in the tree.
    size: u64,
    /// Root over them, base64.
    root: String,
    /// The signed checkpoint (C2SP tlog-checkpoint).
    checkpoint: String,
    /// The public key, in signed-note form.
    verifier_key: String,
    /// Entries that wait for their place.
    pending: u64,
}

/// How the log stands, with its signed checkpoint.
#[utoipa::path(get, path = "/audit/log", tag = "audit",
    responses((status = 200, description = "The log", body = AuditLog), Refusals))]
pub(crate) async fn audit_log(State(state): State<WebState>, signed: Signed) -> Answer<axum::Json<AuditLog>> {
    let s = state.core().audit_log_status(&signed.actor).await?;
    Ok(axum::Json(AuditLog {
        origin: s.origin,
        size: s.size,
        root: s.root,
        checkpoint: s.checkpoint,
        verifier_key: s.verifier_key,
        pending: s.pending,
    }))
}

/// What verification found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditVerification {
    /// The log is sound.
    ok: bool,
    /// Entries that the signed head speaks of.
    size: u64,
    /// Entries looked at.
    checked: u64,
    /// What is wrong; at most a hundred.
    problems: Vec<AuditProblem>,
    /// Entries whose personal details are gone; sound only where they were erased on purpose.
    erased: u64,
    /// Which they are; at most a hundred.
    erased_entries: Vec<AuditId>,
}

/// Something wrong in the log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditProblem {
    /// Place in the log, where it is known.
    seq: Option<u64>,
    entry_id: Option<AuditId>,
    /// In words.
    what: String,
}

/// Verify the whole log: every row against its leaf, every leaf against the tree, the tree against the signed head.
#[utoipa::path(post, path = "/audit/verify", tag = "audit",
    responses((status = 200, description = "What was found", body = AuditVerification), ChangeRefusals))]
pub(crate) async fn verify_audit(
    State(state): State<WebState>,
    signed: Signed,
) -> Answer<axum::Json<AuditVerification>> {
    let v = state.core().verify_audit(&signed.actor).await?;
    let ok = v.is_sound();
    let problem = |p: wardpost_core::audit::Problem| AuditProblem { seq: p.seq, entry_id: p.entry, what: p.what };
    let problems = v.problems.into_iter().map(problem).collect();
    Ok(axum::Json(AuditVerification {
        ok,
        size: v.size,
        checked: v.checked,
        problems,
        erased: v.erased,
        erased_entries: v.erased_entries,
    }))
}

/// Prove an entry's place in the log (C2SP tlog-proof), for an independent verifier.
#[utoipa::path(get, path = "/audit/{entry_id}/proof", tag = "audit", params(("entry_id" = AuditId, Path)),
    responses((status = 200, description = "The proof", body = String, content_type = "text/plain"), Refusals))]
pub(crate) async fn prove_audit_entry(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<AuditId>,
) -> Answer<Response> {
    let proof = state.core().prove_audit(&signed.actor, id).await?;
    let media_type = HeaderValue::from_static("text/plain; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, media_type)], proof).into_response())
}
