//! The policy and its history.

use super::{ChangeRefusals, Refusals};
use crate::extract::{IfMatch, Json};
use crate::problem::{Answer, Problem};
use crate::session::Signed;
use crate::state::WebState;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_core::mail::{self, NewFile};
use wardpost_core::people;
use wardpost_model::finding::Findings;
use wardpost_model::plan::Action;
use wardpost_model::policy::{Destination, Incoming, Policy, Rule};

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(get_policy, put_policy))
        .routes(routes!(policy_versions))
        .routes(routes!(try_policy))
}

/// A version of the policy.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PolicyVersion {
    policy: Policy,
    /// To be sent in `If-Match` with the next change.
    version: u32,
    #[schema(value_type = String, format = "date-time")]
    changed_at: Timestamp,
    /// Empty for the first version, which nobody wrote.
    changed_by_name: String,
    /// Why.
    note: String,
    /// Names of those who added exceptions, by their ids.
    names: BTreeMap<String, String>,
}

async fn view(state: &WebState, v: &people::PolicyVersion) -> Answer<PolicyVersion> {
    let changed_by_name = match v.changed_by {
        Some(person) => state.core().person_name(person).await?,
        None => String::new(),
    };
    let mut names = BTreeMap::new();
    for id in v.policy.vocabulary.exceptions.iter().filter_map(|e| e.added_by) {
        if let Entry::Vacant(place) = names.entry(id.to_string()) {
            place.insert(state.core().person_name(id).await?);
        }
    }
    Ok(PolicyVersion {
        names,
        policy: v.policy.clone(),
        version: v.version,
        changed_at: v.changed_at,
        changed_by_name,
        note: v.note.clone(),
    })
}

/// The policy in force.
#[utoipa::path(get, path = "/policy", tag = "policy",
    responses((status = 200, description = "The policy", body = PolicyVersion), Refusals))]
pub(crate) async fn get_policy(State(state): State<WebState>, signed: Signed) -> Answer<axum::Json<PolicyVersion>> {
    let current = state.core().policy(&signed.actor).await?;
    Ok(axum::Json(view(&state, &current).await?))
}

/// The policy as it is to be, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyContent {
    policy: Policy,
    #[serde(default)]
    note: String,
}

/// Change the policy: a new version, in force at once.
#[utoipa::path(put, path = "/policy", tag = "policy", request_body = PolicyContent,
    params(("If-Match" = String, Header, description = "The version, in quotes")),
    responses((status = 200, description = "The policy in force", body = PolicyVersion), ChangeRefusals))]
pub(crate) async fn put_policy(
    State(state): State<WebState>,
    signed: Signed,
    IfMatch(version): IfMatch,
    Json(body): Json<PolicyContent>,
) -> Answer<axum::Json<PolicyVersion>> {
    let changed = state.core().put_policy(&signed.actor, version, body.policy, &body.note).await?;
    Ok(axum::Json(view(&state, &changed).await?))
}

/// The last 50 versions of the policy, newest first.
#[utoipa::path(get, path = "/policy/versions", tag = "policy",
    responses((status = 200, description = "Versions", body = Vec<PolicyVersion>), Refusals))]
pub(crate) async fn policy_versions(
    State(state): State<WebState>,
    signed: Signed,
) -> Answer<axum::Json<Vec<PolicyVersion>>> {
    let found = state.core().policy_versions(&signed.actor, None, 50).await?;
    let mut versions = Vec::with_capacity(found.items.len());
    for version in &found.items {
        versions.push(view(&state, version).await?);
    }
    Ok(axum::Json(versions))
}

/// A policy that is not in force yet, and what it is tried on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyTrial {
    policy: Policy,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    file: Option<TrialFile>,
}

/// A file to try a policy on, of at most about a megabyte.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TrialFile {
    file_name: String,
    /// Base64.
    content: String,
}

/// What a policy would do with a sample, beside the policy in force.
#[derive(Serialize, ToSchema)]
pub(crate) struct TrialAnswer {
    /// By the policy as it was edited.
    edited: Tried,
    /// By the policy in force, when that is another.
    in_force: Option<Tried>,
    /// Version of the policy in force.
    version: u32,
}

/// What a policy would do with a sample.
#[derive(Serialize, ToSchema)]
pub(crate) struct Tried {
    findings: Findings,
    /// The rows that apply, mildest first.
    rules: Vec<Rule>,
    /// What would happen, by destination.
    outcomes: Vec<TriedOutcome>,
    /// What would happen if it came in from outside without encryption.
    incoming: Incoming,
}

/// What would happen at one destination.
#[derive(Serialize, ToSchema)]
pub(crate) struct TriedOutcome {
    to: Destination,
    action: Action,
    /// The rows that want just that; none where it is plainly sent.
    because: Vec<Rule>,
    /// Whoever may, could send it anyway.
    may_override: bool,
}

impl From<mail::Tried> for Tried {
    fn from(t: mail::Tried) -> Self {
        let outcome = |o: mail::TriedOutcome| TriedOutcome {
            to: o.to,
            action: o.action,
            because: o.because,
            may_override: o.may_override,
        };
        Self {
            findings: t.findings,
            rules: t.rules,
            outcomes: t.outcomes.into_iter().map(outcome).collect(),
            incoming: t.incoming,
        }
    }
}

/// Try a policy on a sample before it is put in force. Nothing is stored, logged or audited.
#[utoipa::path(post, path = "/policy/try", tag = "policy", request_body = PolicyTrial,
    responses((status = 200, description = "What the sample would trigger", body = TrialAnswer), ChangeRefusals))]
pub(crate) async fn try_policy(
    State(state): State<WebState>,
    signed: Signed,
    Json(body): Json<PolicyTrial>,
) -> Answer<axum::Json<TrialAnswer>> {
    let file = body.file.map(read_file).transpose()?;
    let sample = mail::Sample { subject: body.subject, text: body.text, file };
    let trial = Box::pin(state.core().try_policy(&signed.actor, body.policy, sample)).await?;
    Ok(axum::Json(TrialAnswer {
        edited: trial.edited.into(),
        in_force: trial.in_force.map(Tried::from),
        version: trial.version,
    }))
}

fn read_file(file: TrialFile) -> Answer<NewFile> {
    let wrong = |_| Problem::field("file.content", "malformed", "not base64");
    let data = STANDARD.decode(file.content).map_err(wrong)?.into();
    Ok(NewFile { file_name: file.file_name, media_type: String::new(), content_id: None, data })
}
