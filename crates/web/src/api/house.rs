//! Administration of the house: roles, mailboxes, own domains, partners, policy; and who one may write to.

use super::{ChangeRefusals, Refusals, nothing};
use crate::extract::{IfMatch, Json, Path};
use crate::once::Once;
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::WebState;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_core::mail::{DomainTls, DomainTlsState};
use wardpost_core::people;
use wardpost_model::permission::Permission;
use wardpost_model::person::MailboxKind;
use wardpost_model::{Domain, EmailAddress, MailboxId, PartnerId, PersonId, RoleId};

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(list_permissions))
        .routes(routes!(list_roles, create_role))
        .routes(routes!(change_role, delete_role))
        .routes(routes!(list_mailboxes, create_mailbox))
        .routes(routes!(change_mailbox))
        .routes(routes!(list_domains, add_domain))
        .routes(routes!(remove_domain))
        .routes(routes!(list_partners, add_partner))
        .routes(routes!(change_partner, remove_partner))
        .routes(routes!(check_partner))
}

/// A single right, of which roles are made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PermissionName {
    name: Permission,
    /// Opens other people's rights, the rules of the house, or what was written down about people.
    sensitive: bool,
}

/// Every permission there is, in the order of the screens.
#[utoipa::path(get, path = "/permissions", tag = "roles",
    responses((status = 200, description = "Permissions", body = Vec<PermissionName>), Refusals))]
pub(crate) async fn list_permissions(_signed: Signed) -> axum::Json<Vec<PermissionName>> {
    axum::Json(Permission::ALL.iter().map(|p| PermissionName { name: *p, sensitive: p.sensitive() }).collect())
}

/// A role: a named set of permissions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoleLine {
    id: RoleId,
    name: String,
    permissions: BTreeSet<Permission>,
    /// What the ready-made role was made of from which this one came, so that one can return to it; empty for a role
    /// that the organisation made.
    ready_made: BTreeSet<Permission>,
    /// How many people hold it.
    people: usize,
    /// To be sent in `If-Match` with the next change.
    version: i64,
}

impl From<people::RoleLine> for RoleLine {
    fn from(r: people::RoleLine) -> Self {
        let role = r.role;
        Self {
            id: role.id,
            name: role.name,
            permissions: role.permissions,
            ready_made: r.ready_made,
            people: r.people,
            version: r.version,
        }
    }
}

/// The roles.
#[utoipa::path(get, path = "/roles", tag = "roles",
    responses((status = 200, description = "Roles", body = Vec<RoleLine>), Refusals))]
pub(crate) async fn list_roles(State(state): State<WebState>, signed: Signed) -> Answer<axum::Json<Vec<RoleLine>>> {
    Ok(axum::Json(state.core().roles(&signed.actor).await?.into_iter().map(RoleLine::from).collect()))
}

/// A role as it is to be.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleContent {
    name: String,
    permissions: BTreeSet<Permission>,
}

/// Make a role.
#[utoipa::path(post, path = "/roles", tag = "roles", request_body = RoleContent,
    params(("Idempotency-Key" = Option<String>, Header, description = "Same key, same answer, for 24 hours")),
    responses((status = 201, description = "Made", body = RoleLine), ChangeRefusals))]
pub(crate) async fn create_role(
    State(state): State<WebState>,
    signed: Signed,
    once: Once,
    Json(body): Json<RoleContent>,
) -> Answer<Response> {
    let (core, scope) = (state.core().clone(), signed.actor.person_id.0);
    let asked = serde_json::to_vec(&body).unwrap_or_default();
    once.run(&state, scope, &asked, async move {
        let made = core.create_role(&signed.actor, &body.name, body.permissions).await?;
        Ok((StatusCode::CREATED, RoleLine::from(made)))
    })
    .await
}

/// Change a role. Works at once, in open sessions too.
#[utoipa::path(put, path = "/roles/{role_id}", tag = "roles", request_body = RoleContent,
    params(("role_id" = RoleId, Path), ("If-Match" = String, Header, description = "The version, in quotes")),
    responses((status = 200, description = "The role with its new version", body = RoleLine), ChangeRefusals))]
pub(crate) async fn change_role(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<RoleId>,
    IfMatch(version): IfMatch,
    Json(body): Json<RoleContent>,
) -> Answer<axum::Json<RoleLine>> {
    let core = state.core();
    let changed = core.change_role(&signed.actor, id, version.into(), &body.name, body.permissions).await?;
    Ok(axum::Json(changed.into()))
}

/// Remove a role that nobody holds.
#[utoipa::path(delete, path = "/roles/{role_id}", tag = "roles", params(("role_id" = RoleId, Path)),
    responses((status = 204, description = "Removed"), ChangeRefusals))]
pub(crate) async fn delete_role(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<RoleId>,
) -> Answer<Response> {
    state.core().delete_role(&signed.actor, id).await?;
    Ok(nothing())
}

/// A mailbox of the house.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MailboxLine {
    id: MailboxId,
    kind: MailboxKind,
    address: EmailAddress,
    /// Display name in From.
    name: String,
    /// Whether it takes mail.
    active: bool,
    /// Its users answer for whatever comes in, also about patients for whom they do not care otherwise.
    duty: bool,
    members: Vec<PersonId>,
    /// Their names, in the same order.
    member_names: Vec<String>,
    /// To be sent in `If-Match` with the next change.
    version: i64,
}

impl From<people::MailboxLine> for MailboxLine {
    fn from(m: people::MailboxLine) -> Self {
        Self {
            id: m.mailbox.id,
            kind: m.mailbox.kind,
            address: m.mailbox.address.clone(),
            name: m.mailbox.name.clone(),
            active: m.mailbox.active,
            duty: m.mailbox.duty,
            members: m.mailbox.members.clone(),
            member_names: m.member_names,
            version: m.version,
        }
    }
}

/// All mailboxes of the house.
#[utoipa::path(get, path = "/mailboxes", tag = "mailboxes",
    responses((status = 200, description = "Mailboxes", body = Vec<MailboxLine>), Refusals))]
pub(crate) async fn list_mailboxes(
    State(state): State<WebState>,
    signed: Signed,
) -> Answer<axum::Json<Vec<MailboxLine>>> {
    Ok(axum::Json(state.core().mailboxes(&signed.actor).await?.into_iter().map(MailboxLine::from).collect()))
}

/// A mailbox to be made.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewMailbox {
    kind: MailboxKind,
    /// In one of the house's own domains.
    address: EmailAddress,
    name: String,
    #[serde(default)]
    members: Vec<PersonId>,
    /// Its users answer for whatever comes in; for shared mailboxes.
    #[serde(default)]
    duty: bool,
}

/// Make a mailbox.
#[utoipa::path(post, path = "/mailboxes", tag = "mailboxes", request_body = NewMailbox,
    params(("Idempotency-Key" = Option<String>, Header, description = "Same key, same answer, for 24 hours")),
    responses((status = 201, description = "Made", body = MailboxLine), ChangeRefusals))]
pub(crate) async fn create_mailbox(
    State(state): State<WebState>,
    signed: Signed,
    once: Once,
    Json(body): Json<NewMailbox>,
) -> Answer<Response> {
    let (core, scope) = (state.core().clone(), signed.actor.person_id.0);
    let asked = serde_json::to_vec(&body).unwrap_or_default();
    once.run(&state, scope, &asked, async move {
        let new = people::NewMailbox {
            kind: body.kind,
            address: body.address,
            name: body.name,
            members: body.members,
            duty: body.duty,
        };
        Ok((StatusCode::CREATED, MailboxLine::from(core.create_mailbox(&signed.actor, new).await?)))
    })
    .await
}

/// A mailbox as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MailboxContent {
    name: String,
    active: bool,
    members: Vec<PersonId>,
    /// Its users answer for whatever comes in; for shared mailboxes.
    #[serde(default)]
    duty: bool,
}

/// Change a mailbox and who uses it.
#[utoipa::path(put, path = "/mailboxes/{mailbox_id}", tag = "mailboxes", request_body = MailboxContent,
    params(("mailbox_id" = MailboxId, Path), ("If-Match" = String, Header, description = "The version, in quotes")),
    responses((status = 200, description = "The mailbox with its new version", body = MailboxLine), ChangeRefusals))]
pub(crate) async fn change_mailbox(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<MailboxId>,
    IfMatch(version): IfMatch,
    Json(body): Json<MailboxContent>,
) -> Answer<axum::Json<MailboxLine>> {
    let update = people::MailboxUpdate {
        version: version.into(),
        name: body.name,
        active: body.active,
        members: body.members,
        duty: body.duty,
    };
    Ok(axum::Json(state.core().change_mailbox(&signed.actor, id, update).await?.into()))
}

/// A domain of the house.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DomainLine {
    domain: Domain,
    #[schema(value_type = String, format = "date-time")]
    added_at: Timestamp,
}

/// The house's own domains.
#[utoipa::path(get, path = "/domains", tag = "domains",
    responses((status = 200, description = "Domains", body = Vec<DomainLine>), Refusals))]
pub(crate) async fn list_domains(State(state): State<WebState>, signed: Signed) -> Answer<axum::Json<Vec<DomainLine>>> {
    let line = |(domain, added_at)| DomainLine { domain, added_at };
    Ok(axum::Json(state.core().domains(&signed.actor).await?.into_iter().map(line).collect()))
}

/// A domain to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDomain {
    domain: Domain,
}

/// Add a domain of the house.
#[utoipa::path(post, path = "/domains", tag = "domains", request_body = NewDomain,
    responses((status = 204, description = "Added"), ChangeRefusals))]
pub(crate) async fn add_domain(
    State(state): State<WebState>,
    signed: Signed,
    Json(body): Json<NewDomain>,
) -> Answer<Response> {
    state.core().add_domain(&signed.actor, &body.domain).await?;
    Ok(nothing())
}

/// Remove a domain in which no mailbox is.
#[utoipa::path(delete, path = "/domains/{domain}", tag = "domains", params(("domain" = Domain, Path)),
    responses((status = 204, description = "Removed"), ChangeRefusals))]
pub(crate) async fn remove_domain(
    State(state): State<WebState>,
    signed: Signed,
    Path(domain): Path<Domain>,
) -> Answer<Response> {
    state.core().remove_domain(&signed.actor, &domain).await?;
    Ok(nothing())
}

/// A partner, known by its domain.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PartnerLine {
    id: PartnerId,
    name: String,
    domain: Domain,
    /// What was agreed, and when.
    note: String,
    tls: TlsView,
    /// To be sent in `If-Match` with the next change.
    version: i64,
}

/// What is known of a domain's mail servers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TlsView {
    state: TlsState,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "date-time")]
    checked_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// Whether a domain's TLS was verified.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TlsState {
    /// Verified.
    Verified,
    /// Looked at, and not verified.
    Unverified,
    /// Not looked at, or not reached.
    Unknown,
}

impl From<Option<DomainTls>> for TlsView {
    fn from(tls: Option<DomainTls>) -> Self {
        let Some(tls) = tls else { return Self { state: TlsState::Unknown, checked_at: None, detail: None } };
        let state = match tls.state {
            DomainTlsState::Verified => TlsState::Verified,
            DomainTlsState::Unverified => TlsState::Unverified,
            DomainTlsState::Unknown => TlsState::Unknown,
        };
        Self { state, checked_at: tls.checked_at, detail: Some(tls.detail).filter(|d| !d.is_empty()) }
    }
}

impl From<people::PartnerLine> for PartnerLine {
    fn from(p: people::PartnerLine) -> Self {
        let partner = p.partner;
        Self {
            id: partner.id,
            name: partner.name,
            domain: partner.domain,
            note: partner.note,
            tls: p.tls.into(),
            version: partner.version,
        }
    }
}

/// The partners.
#[utoipa::path(get, path = "/partners", tag = "domains",
    responses((status = 200, description = "Partners", body = Vec<PartnerLine>), Refusals))]
pub(crate) async fn list_partners(
    State(state): State<WebState>,
    signed: Signed,
) -> Answer<axum::Json<Vec<PartnerLine>>> {
    Ok(axum::Json(state.core().partners(&signed.actor).await?.into_iter().map(PartnerLine::from).collect()))
}

/// A partner as it is to be.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartnerContent {
    name: String,
    domain: Domain,
    #[serde(default)]
    note: String,
}

impl From<PartnerContent> for people::PartnerInput {
    fn from(p: PartnerContent) -> Self {
        Self { name: p.name, domain: p.domain, note: p.note }
    }
}

/// Add a partner.
#[utoipa::path(post, path = "/partners", tag = "domains", request_body = PartnerContent,
    params(("Idempotency-Key" = Option<String>, Header, description = "Same key, same answer, for 24 hours")),
    responses((status = 201, description = "Added", body = PartnerLine), ChangeRefusals))]
pub(crate) async fn add_partner(
    State(state): State<WebState>,
    signed: Signed,
    once: Once,
    Json(body): Json<PartnerContent>,
) -> Answer<Response> {
    let (core, scope) = (state.core().clone(), signed.actor.person_id.0);
    let asked = serde_json::to_vec(&body).unwrap_or_default();
    once.run(&state, scope, &asked, async move {
        Ok((StatusCode::CREATED, PartnerLine::from(core.add_partner(&signed.actor, body.into()).await?)))
    })
    .await
}

/// Change a partner.
#[utoipa::path(put, path = "/partners/{partner_id}", tag = "domains", request_body = PartnerContent,
    params(("partner_id" = PartnerId, Path), ("If-Match" = String, Header, description = "The version, in quotes")),
    responses((status = 200, description = "The partner with its new version", body = PartnerLine), ChangeRefusals))]
pub(crate) async fn change_partner(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PartnerId>,
    IfMatch(version): IfMatch,
    Json(body): Json<PartnerContent>,
) -> Answer<axum::Json<PartnerLine>> {
    Ok(axum::Json(state.core().change_partner(&signed.actor, id, version.into(), body.into()).await?.into()))
}

/// Remove a partner.
#[utoipa::path(delete, path = "/partners/{partner_id}", tag = "domains", params(("partner_id" = PartnerId, Path)),
    responses((status = 204, description = "Removed"), ChangeRefusals))]
pub(crate) async fn remove_partner(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PartnerId>,
) -> Answer<Response> {
    state.core().remove_partner(&signed.actor, id).await?;
    Ok(nothing())
}

/// Look at a partner's mail servers now.
#[utoipa::path(post, path = "/partners/{partner_id}/check", tag = "domains", params(("partner_id" = PartnerId, Path)),
    responses((status = 200, description = "The partner with what was seen", body = PartnerLine), ChangeRefusals))]
pub(crate) async fn check_partner(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PartnerId>,
) -> Answer<axum::Json<PartnerLine>> {
    Ok(axum::Json(state.core().check_partner(&signed.actor, id).await?.into()))
}
