//! Identity providers: signing in by them, one's own links, and which there are.

use super::session::{Session, limit, second_factor_wanted, stand};
use super::{ChangeRefusals, Items, Refusals, nothing};
use crate::extract::{Form, IfMatch, Json, Path};
use crate::problem::{Answer, Problem, Slug};
use crate::session::{Caller, Cookie, Signed};
use crate::state::WebState;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_core::identity::{LinkLine, ProviderAnswer, ProviderBegun, ProviderLine, ProviderOutcome};
use wardpost_model::provider::ProviderSettings;
use wardpost_model::{LinkId, ProviderId};

/// Where providers say that somebody has signed out: they send no header and need none, as their word is signed.
pub(crate) const BACKCHANNEL: &str = "/oidc/backchannel-logout";

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(begin_provider_sign_in))
        .routes(routes!(finish_provider_sign_in))
        .routes(routes!(begin_provider_step_up))
        .routes(routes!(backchannel_logout))
        .routes(routes!(my_links))
        .routes(routes!(begin_link))
        .routes(routes!(remove_link))
        .routes(routes!(identity_providers, add_identity_provider))
        .routes(routes!(check_identity_provider))
        .routes(routes!(change_identity_provider, remove_identity_provider))
}

/// A way in by an identity provider.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OpenProvider {
    pub id: ProviderId,
    pub name: String,
}

/// Where to go on after signing in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProviderBegin {
    /// A path of the app; anything else is read over.
    #[serde(default)]
    next: Option<String>,
}

/// Where the browser is to go now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProviderSent {
    /// The provider's page, with what is asked of it.
    url: String,
}

fn sent(state: &WebState, begun: ProviderBegun) -> Answer<Response> {
    let mut headers = HeaderMap::new();
    let cookie = Cookie::Provider.set_for(&begun.browser_secret, state.config().secure(), begun.seconds)?;
    headers.insert(header::SET_COOKIE, cookie);
    Ok((headers, axum::Json(ProviderSent { url: begun.url })).into_response())
}

/// Begin signing in by an identity provider. Good for ten minutes, in this browser, once.
#[utoipa::path(post, path = "/session/provider/{provider_id}/begin", tag = "session", security(()),
    params(("provider_id" = ProviderId, Path)), request_body = ProviderBegin,
    responses((status = 200, description = "Where to go", body = ProviderSent), ChangeRefusals))]
pub(crate) async fn begin_provider_sign_in(
    State(state): State<WebState>,
    caller: Caller,
    Path(id): Path<ProviderId>,
    Json(body): Json<ProviderBegin>,
) -> Answer<Response> {
    limit(&state, &caller.client)?;
    let begun = state.core().begin_provider_sign_in(id, body.next.as_deref(), &caller.client).await?;
    sent(&state, begun)
}

/// At which provider to prove oneself anew.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProviderStepUp {
    /// One where one's account is linked.
    provider_id: ProviderId,
    /// Where to go on after it: a path of the app; anything else is read over.
    #[serde(default)]
    next: Option<String>,
}

/// Begin proving oneself anew at an identity provider where one's account is linked; finished by
/// `POST /session/provider/finish`, in this session.
#[utoipa::path(post, path = "/session/step-up/provider", tag = "session", request_body = ProviderStepUp,
    responses((status = 200, description = "Where to go", body = ProviderSent), ChangeRefusals))]
pub(crate) async fn begin_provider_step_up(
    State(state): State<WebState>,
    signed: Signed,
    Json(body): Json<ProviderStepUp>,
) -> Answer<Response> {
    limit(&state, &signed.client)?;
    let core = state.core();
    let begun =
        core.begin_provider_step_up(&signed.actor, body.provider_id, body.next.as_deref(), &signed.client).await?;
    sent(&state, begun)
}

/// With what the provider sent somebody back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProviderFinish {
    /// The code, if they signed in.
    #[serde(default)]
    code: Option<String>,
    /// Why not.
    #[serde(default)]
    error: Option<String>,
    state: String,
    /// Who answers.
    #[serde(default)]
    iss: Option<String>,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProviderFinished {
    /// Where this browser stands now.
    session: Session,
    /// Where to go on: a path of the app.
    #[schema(required)]
    next: Option<String>,
    /// An account there was linked to whoever was signed in already.
    linked: bool,
    /// Whoever was signed in already has proved themselves anew: the session has another cookie now.
    proved: bool,
}

/// Finish what was begun with a provider: what was begun decides what comes of it. `forbidden` with `provider_unknown`,
/// `provider_link_first`, `provider_single_factor`, `provider_linked` or `provider_other_account` tells somebody whom the provider
/// has proved why they can't come in.
#[utoipa::path(post, path = "/session/provider/finish", tag = "session", security(()), request_body = ProviderFinish,
    responses((status = 200, description = "Signed in, half signed in, or linked", body = ProviderFinished),
        ChangeRefusals))]
pub(crate) async fn finish_provider_sign_in(
    State(state): State<WebState>,
    caller: Caller,
    request_headers: HeaderMap,
    Json(body): Json<ProviderFinish>,
) -> Answer<Response> {
    limit(&state, &caller.client)?;
    let secure = state.config().secure();
    let browser = Cookie::Provider.read(&request_headers, secure).ok_or_else(|| Problem::new(Slug::Unauthenticated))?;
    let answer = ProviderAnswer { code: body.code, error: body.error, state: body.state, iss: body.iss };
    let core = state.core();
    let outcome = core.finish_provider_sign_in(&answer, browser, caller.secret.as_deref(), &caller.client).await?;
    let mut headers = HeaderMap::new();
    headers.append(header::SET_COOKIE, Cookie::Provider.remove(secure)?);
    let (secret, next) = match outcome {
        ProviderOutcome::Linked => {
            let session = stand(&state, &caller).await?;
            let done = ProviderFinished { session, next: None, linked: true, proved: false };
            return Ok((headers, axum::Json(done)).into_response());
        }
        ProviderOutcome::Proved { secret, next } => {
            headers.append(header::SET_COOKIE, Cookie::Session.set(&secret, secure)?);
            let caller = Caller { secret: Some(secret), client: caller.client };
            let session = stand(&state, &caller).await?;
            let done = ProviderFinished { session, next, linked: false, proved: true };
            return Ok((headers, axum::Json(done)).into_response());
        }
        ProviderOutcome::SecondFactor { pending, next } => (pending.secret, next),
        ProviderOutcome::Entered { entered, next } => {
            if let Some(device) = entered.device() {
                headers.append(header::SET_COOKIE, Cookie::Device.set(device.value(), secure)?);
            }
            (entered.secret().to_owned(), next)
        }
    };
    // Whoever was signed in here before is no longer.
    if let Some(old) = &caller.secret {
        core.sign_out(old, &caller.client).await?;
    }
    headers.append(header::SET_COOKIE, Cookie::Session.set(&secret, secure)?);
    let caller = Caller { secret: Some(secret), client: caller.client };
    let session = match stand(&state, &caller).await? {
        Session::SecondFactor { .. } => second_factor_wanted(),
        session => session,
    };
    Ok((headers, axum::Json(ProviderFinished { session, next, linked: false, proved: false })).into_response())
}

/// A provider's word that somebody has signed out (OpenID Connect Back-Channel Logout).
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a form, which is read pair by pair")]
pub(crate) struct LogoutWord {
    logout_token: String,
}

/// For identity providers: somebody has signed out there, so their sessions here end.
#[utoipa::path(post, path = "/oidc/backchannel-logout", tag = "session", security(()),
    request_body(content = LogoutWord, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "Done"),
        (status = 400, description = "It can't be believed", body = LogoutError), Refusals))]
pub(crate) async fn backchannel_logout(
    State(state): State<WebState>,
    caller: Caller,
    Form(word): Form,
) -> Answer<Response> {
    let token = word.one("logout_token").unwrap_or_default();
    let done = state.core().provider_logout(token, &caller.client).await;
    let mut response = match done {
        Ok(_) => StatusCode::OK.into_response(),
        // As the specification wants it (2.8).
        Err(wardpost_core::Error::Validation(_)) => {
            (StatusCode::BAD_REQUEST, axum::Json(LogoutError { error: "invalid_request" })).into_response()
        }
        Err(e) => return Err(e.into()),
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// An error as OAuth writes it (RFC 6749, 5.2).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LogoutError {
    error: &'static str,
}

/// One's own link to an identity provider.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IdentityLink {
    id: LinkId,
    provider_id: ProviderId,
    provider_name: String,
    #[schema(value_type = String, format = "date-time")]
    created_at: Timestamp,
    #[schema(required, value_type = Option<String>, format = "date-time")]
    last_used_at: Option<Timestamp>,
}

impl From<LinkLine> for IdentityLink {
    fn from(l: LinkLine) -> Self {
        Self {
            id: l.id,
            provider_id: l.provider_id,
            provider_name: l.provider_name,
            created_at: l.created_at,
            last_used_at: l.last_used_at,
        }
    }
}

/// One's links, and the providers that one may link to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IdentityLinks {
    links: Vec<IdentityLink>,
    providers: Vec<OpenProvider>,
}

/// One's own links to identity providers.
#[utoipa::path(get, path = "/me/identity-links", tag = "me",
    responses((status = 200, description = "Links, and which providers there are", body = IdentityLinks), Refusals))]
pub(crate) async fn my_links(State(state): State<WebState>, signed: Signed) -> Answer<axum::Json<IdentityLinks>> {
    let links = state.core().my_links(&signed.actor).await?.into_iter().map(IdentityLink::from).collect();
    Ok(axum::Json(IdentityLinks { links, providers: open_providers(&state).await? }))
}

pub(super) async fn open_providers(state: &WebState) -> Answer<Vec<OpenProvider>> {
    let found = state.core().open_providers().await?;
    Ok(found.into_iter().map(|(id, name)| OpenProvider { id, name }).collect())
}

/// Which provider.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkBegin {
    provider_id: ProviderId,
}

/// Begin linking one's account at a provider. Needs that one proved oneself recently; finished by
/// `POST /session/provider/finish`.
#[utoipa::path(post, path = "/me/identity-links/begin", tag = "me", request_body = LinkBegin,
    responses((status = 200, description = "Where to go", body = ProviderSent), ChangeRefusals))]
pub(crate) async fn begin_link(
    State(state): State<WebState>,
    signed: Signed,
    Json(body): Json<LinkBegin>,
) -> Answer<Response> {
    let begun = state.core().begin_link(&signed.actor, body.provider_id).await?;
    sent(&state, begun)
}

/// Remove one's own link. Needs that one proved oneself recently; sessions that it began end. `conflict` `last_way_in` without
/// password and passkey.
#[utoipa::path(delete, path = "/me/identity-links/{link_id}", tag = "me", params(("link_id" = LinkId, Path)),
    responses((status = 204, description = "Removed"), ChangeRefusals))]
pub(crate) async fn remove_link(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<LinkId>,
) -> Answer<Response> {
    state.core().remove_link(&signed.actor, id).await?;
    Ok(nothing())
}

/// An identity provider, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IdentityProvider {
    id: ProviderId,
    settings: ProviderSettings,
    /// How many people are linked to it.
    links: u64,
    /// To be sent in `If-Match` with the next change.
    version: i64,
    /// To be entered at the provider: where it sends people back.
    redirect_uri: String,
    /// Where it sends people who have signed out.
    post_logout_redirect_uri: String,
    /// Where it says that somebody has signed out.
    backchannel_logout_uri: String,
}

fn shown(state: &WebState, line: ProviderLine) -> IdentityProvider {
    let origin = &state.core().config().public_url;
    IdentityProvider {
        id: line.id,
        settings: line.settings,
        links: line.links,
        version: line.version,
        redirect_uri: format!("{origin}/sign-in/provider"),
        post_logout_redirect_uri: format!("{origin}/sign-in"),
        backchannel_logout_uri: format!("{origin}{}{BACKCHANNEL}", super::BASE),
    }
}

/// All identity providers.
#[utoipa::path(get, path = "/identity-providers", tag = "security",
    responses((status = 200, description = "Providers", body = Items<IdentityProvider>), Refusals))]
pub(crate) async fn identity_providers(
    State(state): State<WebState>,
    signed: Signed,
) -> Answer<axum::Json<Items<IdentityProvider>>> {
    let found = state.core().identity_providers(&signed.actor).await?;
    Ok(axum::Json(Items { items: found.into_iter().map(|line| shown(&state, line)).collect() }))
}

/// A provider as it is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewIdentityProvider {
    settings: ProviderSettings,
    /// The secret that the provider gave us.
    client_secret: String,
}

/// Add an identity provider. Needs that one proved oneself recently.
#[utoipa::path(post, path = "/identity-providers", tag = "security", request_body = NewIdentityProvider,
    responses((status = 201, description = "Added", body = IdentityProvider), ChangeRefusals))]
pub(crate) async fn add_identity_provider(
    State(state): State<WebState>,
    signed: Signed,
    Json(body): Json<NewIdentityProvider>,
) -> Answer<(StatusCode, axum::Json<IdentityProvider>)> {
    let line = state.core().add_identity_provider(&signed.actor, body.settings, &body.client_secret).await?;
    Ok((StatusCode::CREATED, axum::Json(shown(&state, line))))
}

/// A provider as it is to be; without a secret it keeps the one that it has.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangedIdentityProvider {
    settings: ProviderSettings,
    #[serde(default)]
    client_secret: Option<String>,
}

/// Change what holds for a provider. Its issuer stays. Once it is not active, the sessions that it began end.
#[utoipa::path(put, path = "/identity-providers/{provider_id}", tag = "security",
    params(("provider_id" = ProviderId, Path), ("If-Match" = String, Header, description = "The version, in quotes")),
    request_body = ChangedIdentityProvider,
    responses((status = 200, description = "Changed", body = IdentityProvider), ChangeRefusals))]
pub(crate) async fn change_identity_provider(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<ProviderId>,
    IfMatch(version): IfMatch,
    Json(body): Json<ChangedIdentityProvider>,
) -> Answer<axum::Json<IdentityProvider>> {
    let (settings, secret) = (body.settings, body.client_secret);
    let core = state.core();
    let line =
        core.change_identity_provider(&signed.actor, id, i64::from(version), settings, secret.as_deref()).await?;
    Ok(axum::Json(shown(&state, line)))
}

/// Remove a provider, and everybody's links to it. Nobody is removed; the sessions that it began end.
#[utoipa::path(delete, path = "/identity-providers/{provider_id}", tag = "security",
    params(("provider_id" = ProviderId, Path), ("If-Match" = String, Header, description = "The version, in quotes")),
    responses((status = 204, description = "Removed"), ChangeRefusals))]
pub(crate) async fn remove_identity_provider(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<ProviderId>,
    IfMatch(version): IfMatch,
) -> Answer<Response> {
    state.core().remove_identity_provider(&signed.actor, id, i64::from(version)).await?;
    Ok(nothing())
}

/// Whom to look at.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProviderToCheck {
    issuer: String,
}

/// What a look at a provider showed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProviderChecked {
    /// Why it can't be used: a code, or what was wrong with the connection; null when it can.
    #[schema(required)]
    fault: Option<String>,
    /// How many of its keys can be used.
    keys: u32,
    /// One can sign out there.
    sign_out: bool,
    /// It says when somebody has signed out there.
    tells_sign_out: bool,
    /// Its answers name their issuer, against mix-up.
    names_issuer: bool,
}

/// Look at whoever is behind an issuer, before it is used.
#[utoipa::path(post, path = "/identity-providers/check", tag = "security", request_body = ProviderToCheck,
    responses((status = 200, description = "What it says of itself", body = ProviderChecked), ChangeRefusals))]
pub(crate) async fn check_identity_provider(
    State(state): State<WebState>,
    signed: Signed,
    Json(body): Json<ProviderToCheck>,
) -> Answer<axum::Json<ProviderChecked>> {
    let c = state.core().check_identity_provider(&signed.actor, &body.issuer).await?;
    Ok(axum::Json(ProviderChecked {
        fault: c.fault,
        keys: c.keys,
        sign_out: c.sign_out,
        tells_sign_out: c.tells_sign_out,
        names_issuer: c.names_issuer,
    }))
}
