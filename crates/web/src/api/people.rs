//! Administration of people, their roles and sessions.

use super::{ChangeRefusals, Items, Page, Refusals, nothing};
use crate::extract::{IfMatch, Json, Path, Query};
use crate::once::Once;
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::WebState;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_core::identity::{Invitation, SessionLine};
use wardpost_core::people;
use wardpost_model::person::{Language, PersonState};
use wardpost_model::{EmailAddress, PersonId, RoleId, SessionId};

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(list_people, create_person))
        .routes(routes!(get_person, change_person))
        .routes(routes!(set_person_roles))
        .routes(routes!(disable_person))
        .routes(routes!(enable_person))
        .routes(routes!(invite_person))
        .routes(routes!(person_sessions, end_person_sessions))
        .routes(routes!(all_sessions))
        .routes(routes!(end_session))
}

/// A person of the organisation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonLine {
    id: PersonId,
    name: String,
    login: EmailAddress,
    function: String,
    language: Language,
    state: PersonState,
    roles: Vec<RoleName>,
    #[schema(value_type = Option<String>, format = "date-time")]
    last_sign_in_at: Option<Timestamp>,
    /// When they leave, if that is planned.
    #[schema(value_type = Option<String>, format = "date-time")]
    leaves_at: Option<Timestamp>,
    /// Who keeps their data.
    kept_by: Keeper,
    /// To be sent in `If-Match` with the next change.
    version: i64,
}

/// Who keeps a person's data.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Keeper {
    /// The organisation's administrators.
    House,
    /// The identity provider, or another system (SCIM).
    Provider,
    /// Nobody: it is a program.
    Program,
}

impl From<people::Keeper> for Keeper {
    fn from(k: people::Keeper) -> Self {
        match k {
            people::Keeper::House => Self::House,
            people::Keeper::Provider => Self::Provider,
            people::Keeper::Program => Self::Program,
        }
    }
}

/// A role by name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoleName {
    id: RoleId,
    name: String,
}

impl From<people::PersonLine> for PersonLine {
    fn from(p: people::PersonLine) -> Self {
        Self {
            id: p.id,
            name: p.profile.name,
            login: p.profile.login,
            function: p.profile.function,
            language: p.profile.language,
            state: p.state,
            roles: p.roles.into_iter().map(|(id, name)| RoleName { id, name }).collect(),
            last_sign_in_at: p.last_sign_in_at,
            leaves_at: p.leaves_at,
            kept_by: p.kept_by.into(),
            version: p.version,
        }
    }
}

/// What somebody may lack.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Lacking {
    /// Neither an authenticator app nor a passkey.
    SecondFactor,
    /// No passkey.
    Passkey,
}

/// What kind of account. Somebody can be of several: a nurse who acts for her mother.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AccountKind {
    /// Works here.
    Staff,
    /// A patient's own.
    Patient,
    /// Acts for a patient.
    Carer,
    /// Of a program.
    Program,
}

impl From<AccountKind> for people::AccountKind {
    fn from(k: AccountKind) -> Self {
        match k {
            AccountKind::Staff => Self::Staff,
            AccountKind::Patient => Self::Patient,
            AccountKind::Carer => Self::Carer,
            AccountKind::Program => Self::Program,
        }
    }
}

/// Where an account came from.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AccountSource {
    /// Made here.
    House,
    /// Came with a list.
    Import,
    /// Made at the first sign-in by an identity provider.
    Provider,
    /// Kept by another system (SCIM), whoever made it.
    Provisioning,
}

impl From<AccountSource> for people::AccountSource {
    fn from(s: AccountSource) -> Self {
        match s {
            AccountSource::House => Self::House,
            AccountSource::Import => Self::Import,
            AccountSource::Provider => Self::Provider,
            AccountSource::Provisioning => Self::Provisioning,
        }
    }
}

/// Which people.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PeopleFilter {
    /// Words of name, login or function.
    q: Option<String>,
    /// In this state.
    state: Option<PersonState>,
    /// With this role.
    role_id: Option<RoleId>,
    /// Who have not signed in for so many days, or never.
    unseen_days: Option<u16>,
    /// Who lack this.
    #[param(inline)]
    lacking: Option<Lacking>,
    /// With an account of this kind.
    #[param(inline)]
    kind: Option<AccountKind>,
    /// Whose account came from there.
    #[param(inline)]
    source: Option<AccountSource>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Items on a page, 1 to 200; 50 if not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// People, by name.
#[utoipa::path(get, path = "/people", tag = "people", params(PeopleFilter),
    responses((status = 200, description = "A page of people", body = Page<PersonLine>), Refusals))]
pub(crate) async fn list_people(
    State(state): State<WebState>,
    signed: Signed,
    Query(query): Query<PeopleFilter>,
) -> Answer<axum::Json<Page<PersonLine>>> {
    let cursor = query.cursor.as_deref().filter(|c| !c.is_empty());
    let which = people::PeopleQuery {
        words: query.q.unwrap_or_default(),
        state: query.state,
        role: query.role_id,
        unseen_days: query.unseen_days,
        lacking: query.lacking.map(|l| match l {
            Lacking::SecondFactor => people::Lacking::SecondFactor,
            Lacking::Passkey => people::Lacking::Passkey,
        }),
        kind: query.kind.map(Into::into),
        source: query.source.map(Into::into),
    };
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let page = state.core().people_page(&signed.actor, &which, cursor, limit).await?;
    let items = page.items.into_iter().map(PersonLine::from).collect();
    Ok(axum::Json(Page { items, next_cursor: page.next_cursor }))
}

/// A person to be invited.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPerson {
    name: String,
    login: EmailAddress,
    #[serde(default)]
    function: String,
    #[serde(default)]
    language: Language,
    #[serde(default)]
    role_ids: Vec<RoleId>,
    /// Address of a personal mailbox to be made along.
    #[serde(default)]
    mailbox_address: Option<EmailAddress>,
}

/// A person who was invited.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvitedPerson {
    person: PersonLine,
    /// To be handed over; shown once. The token stands in the fragment.
    invitation_link: String,
    #[schema(value_type = String, format = "date-time")]
    expires_at: Timestamp,
}

/// Invite a person.
#[utoipa::path(post, path = "/people", tag = "people", request_body = NewPerson,
    params(("Idempotency-Key" = Option<String>, Header, description = "Same key, same answer, for 24 hours")),
    responses((status = 201, description = "Invited", body = InvitedPerson), ChangeRefusals))]
pub(crate) async fn create_person(
    State(state): State<WebState>,
    signed: Signed,
    once: Once,
    Json(body): Json<NewPerson>,
) -> Answer<Response> {
    let (core, scope) = (state.core().clone(), signed.actor.person_id.0);
    let asked = serde_json::to_vec(&body).unwrap_or_default();
    once.run(&state, scope, &asked, async move {
        let new = people::NewPerson {
            name: body.name,
            login: body.login,
            function: body.function,
            language: body.language,
            role_ids: body.role_ids,
            mailbox_address: body.mailbox_address,
        };
        let made = core.create_person(&signed.actor, new).await?;
        let invited = InvitedPerson {
            person: made.person.into(),
            invitation_link: made.invitation.link,
            expires_at: made.invitation.expires_at,
        };
        Ok((StatusCode::CREATED, invited))
    })
    .await
}

/// A person.
#[utoipa::path(get, path = "/people/{person_id}", tag = "people", params(("person_id" = PersonId, Path)),
    responses((status = 200, description = "The person", body = PersonLine), Refusals))]
pub(crate) async fn get_person(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PersonId>,
) -> Answer<axum::Json<PersonLine>> {
    Ok(axum::Json(state.core().find_person(&signed.actor, id).await?.into()))
}

/// A person's data as they are to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonContent {
    name: String,
    login: EmailAddress,
    #[serde(default)]
    function: String,
    #[serde(default)]
    language: Language,
}

/// Change a person's data.
#[utoipa::path(put, path = "/people/{person_id}", tag = "people", request_body = PersonContent,
    params(("person_id" = PersonId, Path), ("If-Match" = String, Header, description = "The version, in quotes")),
    responses((status = 200, description = "The person with the new version", body = PersonLine), ChangeRefusals))]
pub(crate) async fn change_person(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PersonId>,
    IfMatch(version): IfMatch,
    Json(body): Json<PersonContent>,
) -> Answer<axum::Json<PersonLine>> {
    let update = people::PersonUpdate {
        version: version.into(),
        name: body.name,
        login: body.login,
        function: body.function,
        language: body.language,
    };
    Ok(axum::Json(state.core().change_person(&signed.actor, id, update).await?.into()))
}

/// Roles to be held.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleChoice {
    role_ids: Vec<RoleId>,
}

/// Say which roles a person holds. Works at once, in open sessions too.
#[utoipa::path(put, path = "/people/{person_id}/roles", tag = "people", request_body = RoleChoice,
    params(("person_id" = PersonId, Path), ("If-Match" = String, Header, description = "The version, in quotes")),
    responses((status = 200, description = "The person with the new version", body = PersonLine), ChangeRefusals))]
pub(crate) async fn set_person_roles(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PersonId>,
    IfMatch(version): IfMatch,
    Json(body): Json<RoleChoice>,
) -> Answer<axum::Json<PersonLine>> {
    let core = state.core();
    Ok(axum::Json(core.set_person_roles(&signed.actor, id, version.into(), &body.role_ids).await?.into()))
}

/// Disable a person: all sessions end, mail programs are refused.
#[utoipa::path(post, path = "/people/{person_id}/disable", tag = "people", params(("person_id" = PersonId, Path)),
    responses((status = 200, description = "The person", body = PersonLine), ChangeRefusals))]
pub(crate) async fn disable_person(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PersonId>,
) -> Answer<axum::Json<PersonLine>> {
    Ok(axum::Json(state.core().disable_person(&signed.actor, id).await?.into()))
}

/// Enable a person again.
#[utoipa::path(post, path = "/people/{person_id}/enable", tag = "people", params(("person_id" = PersonId, Path)),
    responses((status = 200, description = "The person", body = PersonLine), ChangeRefusals))]
pub(crate) async fn enable_person(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PersonId>,
) -> Answer<axum::Json<PersonLine>> {
    Ok(axum::Json(state.core().enable_person(&signed.actor, id).await?.into()))
}

/// A new invitation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvitationLink {
    /// To be handed over; shown once. The token stands in the fragment.
    invitation_link: String,
    #[schema(value_type = String, format = "date-time")]
    expires_at: Timestamp,
}

impl From<Invitation> for InvitationLink {
    fn from(i: Invitation) -> Self {
        Self { invitation_link: i.link, expires_at: i.expires_at }
    }
}

/// Invite a person anew: for a first sign-in, or when password or second factor are lost. The old ones are void.
#[utoipa::path(post, path = "/people/{person_id}/invite", tag = "people", params(("person_id" = PersonId, Path)),
    responses((status = 200, description = "The new link", body = InvitationLink), ChangeRefusals))]
pub(crate) async fn invite_person(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PersonId>,
) -> Answer<axum::Json<InvitationLink>> {
    Ok(axum::Json(state.core().invite_person(&signed.actor, id).await?.into()))
}

/// An open session of somebody.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonSession {
    id: SessionId,
    person: PersonName,
    /// The session that asks.
    current: bool,
    #[schema(value_type = String, format = "date-time")]
    created_at: Timestamp,
    #[schema(value_type = String, format = "date-time")]
    last_seen_at: Timestamp,
    /// How the person came in: `password` (with a second factor), `passkey`, or `security_key` (a passkey bound to a device).
    method: String,
    /// From where it began.
    #[schema(value_type = Option<String>)]
    network: Option<IpAddr>,
    user_agent: Option<String>,
}

/// A person by name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonName {
    id: PersonId,
    name: String,
}

impl From<SessionLine> for PersonSession {
    fn from(s: SessionLine) -> Self {
        Self {
            id: s.id,
            person: PersonName { id: s.person_id, name: s.person_name },
            current: s.current,
            created_at: s.created_at,
            last_seen_at: s.last_seen_at,
            method: s.method,
            network: s.network,
            user_agent: s.user_agent,
        }
    }
}

/// A person's open sessions.
#[utoipa::path(get, path = "/people/{person_id}/sessions", tag = "people", params(("person_id" = PersonId, Path)),
    responses((status = 200, description = "Sessions", body = Items<PersonSession>), Refusals))]
pub(crate) async fn person_sessions(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PersonId>,
) -> Answer<axum::Json<Items<PersonSession>>> {
    let sessions = state.core().sessions_of(&signed.actor, id).await?;
    Ok(axum::Json(Items { items: sessions.into_iter().map(PersonSession::from).collect() }))
}

/// End all of a person's sessions.
#[utoipa::path(delete, path = "/people/{person_id}/sessions", tag = "people", params(("person_id" = PersonId, Path)),
    responses((status = 204, description = "Ended"), ChangeRefusals))]
pub(crate) async fn end_person_sessions(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PersonId>,
) -> Answer<Response> {
    state.core().end_sessions_of(&signed.actor, id).await?;
    Ok(nothing())
}

/// Everybody's open sessions, newest first.
#[utoipa::path(get, path = "/sessions", tag = "people", params(super::Paging),
    responses((status = 200, description = "A page of sessions", body = Page<PersonSession>), Refusals))]
pub(crate) async fn all_sessions(
    State(state): State<WebState>,
    signed: Signed,
    Query(paging): Query<super::Paging>,
) -> Answer<axum::Json<Page<PersonSession>>> {
    let cursor = paging.cursor.as_deref().filter(|c| !c.is_empty());
    let page = state.core().all_sessions(&signed.actor, cursor, paging.limit()).await?;
    let items = page.items.into_iter().map(PersonSession::from).collect();
    Ok(axum::Json(Page { items, next_cursor: page.next_cursor }))
}

/// End a session.
#[utoipa::path(delete, path = "/sessions/{session_id}", tag = "people", params(("session_id" = SessionId, Path)),
    responses((status = 204, description = "Ended"), ChangeRefusals))]
pub(crate) async fn end_session(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<SessionId>,
) -> Answer<Response> {
    state.core().end_session(&signed.actor, id).await?;
    Ok(nothing())
}
