//! One's own affairs: sessions, password, recovery codes, language, passwords of mail programs.

use super::invitation::RecoveryCodes;
use super::{ChangeRefusals, Items, Refusals, nothing};
use crate::extract::{Json, Path};
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
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_core::identity;
use wardpost_model::person::Language;
use wardpost_model::{AppPasswordId, SessionId};

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(my_sessions))
        .routes(routes!(end_my_session))
        .routes(routes!(change_password))
        .routes(routes!(renew_recovery_codes))
        .routes(routes!(set_language))
        .routes(routes!(app_passwords, create_app_password))
        .routes(routes!(revoke_app_password))
}

/// An open session of one's own.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MySession {
    id: SessionId,
    /// The session that asks.
    current: bool,
    #[schema(value_type = String, format = "date-time")]
    created_at: Timestamp,
    #[schema(value_type = String, format = "date-time")]
    last_seen_at: Timestamp,
    /// How one came in: `password` (with a second factor), `passkey`, or `security_key` (a passkey bound to a device).
    method: String,
    /// From where it began.
    #[schema(value_type = Option<String>)]
    network: Option<IpAddr>,
    user_agent: Option<String>,
}

impl From<identity::SessionLine> for MySession {
    fn from(s: identity::SessionLine) -> Self {
        Self {
            id: s.id,
            current: s.current,
            created_at: s.created_at,
            last_seen_at: s.last_seen_at,
            method: s.method,
            network: s.network,
            user_agent: s.user_agent,
        }
    }
}

/// One's own open sessions, newest first.
#[utoipa::path(get, path = "/me/sessions", tag = "me",
    responses((status = 200, description = "Sessions", body = Items<MySession>), Refusals))]
pub(crate) async fn my_sessions(State(state): State<WebState>, signed: Signed) -> Answer<axum::Json<Items<MySession>>> {
    let sessions = state.core().my_sessions(&signed.actor).await?;
    Ok(axum::Json(Items { items: sessions.into_iter().map(MySession::from).collect() }))
}

/// End one of one's own sessions.
#[utoipa::path(delete, path = "/me/sessions/{session_id}", tag = "me",
    params(("session_id" = SessionId, Path, description = "The session")),
    responses((status = 204, description = "Ended"), ChangeRefusals))]
pub(crate) async fn end_my_session(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<SessionId>,
) -> Answer<Response> {
    state.core().end_session(&signed.actor, id).await?;
    Ok(nothing())
}

/// The old and the new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordChange {
    current: String,
    new: String,
}

/// Change the password. Codes of field errors: `too_short`, `too_long`, `blocklisted`, `context_word`.
#[utoipa::path(post, path = "/me/password", tag = "me", request_body = PasswordChange,
    responses((status = 204, description = "Changed; other sessions have ended"), ChangeRefusals))]
pub(crate) async fn change_password(
    State(state): State<WebState>,
    signed: Signed,
    Json(body): Json<PasswordChange>,
) -> Answer<Response> {
    state.core().change_password(&signed.actor, &body.current, &body.new).await?;
    Ok(nothing())
}

/// New recovery codes; the old ones are void. Needs a recent second factor (`POST /session/step-up`).
#[utoipa::path(post, path = "/me/recovery-codes", tag = "me",
    responses((status = 200, description = "The codes, shown once", body = RecoveryCodes), ChangeRefusals))]
pub(crate) async fn renew_recovery_codes(
    State(state): State<WebState>,
    signed: Signed,
) -> Answer<axum::Json<RecoveryCodes>> {
    Ok(axum::Json(state.core().renew_recovery_codes(&signed.actor).await?.into()))
}

/// A language.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LanguageChoice {
    language: Language,
}

/// Choose the language.
#[utoipa::path(put, path = "/me/language", tag = "me", request_body = LanguageChoice,
    responses((status = 204, description = "Chosen"), ChangeRefusals))]
pub(crate) async fn set_language(
    State(state): State<WebState>,
    signed: Signed,
    Json(body): Json<LanguageChoice>,
) -> Answer<Response> {
    state.core().set_language(&signed.actor, body.language).await?;
    Ok(nothing())
}

/// A password of a mail program.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AppPassword {
    id: AppPasswordId,
    /// What its owner calls the device.
    label: String,
    #[schema(value_type = String, format = "date-time")]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = "date-time")]
    last_used_at: Option<Timestamp>,
}

/// Passwords of one's mail programs.
#[utoipa::path(get, path = "/me/app-passwords", tag = "me",
    responses((status = 200, description = "Passwords, without their values", body = Items<AppPassword>), Refusals))]
pub(crate) async fn app_passwords(
    State(state): State<WebState>,
    signed: Signed,
) -> Answer<axum::Json<Items<AppPassword>>> {
    let found = state.core().app_passwords(&signed.actor).await?;
    let line = |a: identity::AppPasswordLine| AppPassword {
        id: a.id,
        label: a.label,
        created_at: a.created_at,
        last_used_at: a.last_used_at,
    };
    Ok(axum::Json(Items { items: found.into_iter().map(line).collect() }))
}

/// What a device is called.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeviceLabel {
    label: String,
}

/// A new password of a mail program, with everything to set it up.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NewAppPassword {
    id: AppPasswordId,
    label: String,
    /// Shown once.
    password: String,
    username: String,
    servers: Vec<MailServer>,
}

/// A service that mail programs use.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MailServer {
    /// `submissions`: with implicit TLS (RFC 8314).
    protocol: &'static str,
    host: String,
    port: u16,
}

/// Make a password for a mail program. Needs a recent second factor.
#[utoipa::path(post, path = "/me/app-passwords", tag = "me", request_body = DeviceLabel,
    params(("Idempotency-Key" = Option<String>, Header, description = "Same key, same answer, for 24 hours")),
    responses((status = 201, description = "Made", body = NewAppPassword), ChangeRefusals))]
pub(crate) async fn create_app_password(
    State(state): State<WebState>,
    signed: Signed,
    once: Once,
    Json(body): Json<DeviceLabel>,
) -> Answer<Response> {
    let (core, actor, label) = (state.core().clone(), signed.actor.clone(), body.label.clone());
    once.run(&state, actor.person_id.0, label.as_bytes(), async move {
        let p = core.create_app_password(&signed.actor, &body.label).await?;
        let server = MailServer { protocol: "submissions", host: p.submission_host, port: p.submission_port };
        let made = NewAppPassword {
            id: p.id,
            label: p.label,
            password: p.password,
            username: p.username,
            servers: vec![server],
        };
        Ok((StatusCode::CREATED, made))
    })
    .await
}

/// Withdraw a password of a mail program.
#[utoipa::path(delete, path = "/me/app-passwords/{app_password_id}", tag = "me",
    params(("app_password_id" = AppPasswordId, Path, description = "The password")),
    responses((status = 204, description = "Withdrawn"), ChangeRefusals))]
pub(crate) async fn revoke_app_password(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<AppPasswordId>,
) -> Answer<Response> {
    state.core().revoke_app_password(&signed.actor, id).await?;
    Ok(nothing())
}
