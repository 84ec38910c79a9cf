//! Choosing a password with advice; another authenticator app.

use super::session::TotpSecret;
use super::{ChangeRefusals, nothing};
use crate::extract::Json;
use crate::limits::Kind;
use crate::problem::Answer;
use crate::session::{Caller, Signed};
use crate::state::WebState;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_core::identity;

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(advise_password))
        .routes(routes!(advise_invited))
        .routes(routes!(offer_authenticator))
        .routes(routes!(replace_authenticator))
}

/// A password that somebody thinks of taking.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordIdea {
    password: String,
}

/// The same, of somebody invited.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InvitedPasswordIdea {
    token: String,
    password: String,
}

/// How hard a password is to guess.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PasswordAdvice {
    /// 0 (falls at once) to 4.
    score: u8,
    /// Why it can't be taken: `too_short`, `too_long`, `context_word`, `blocklisted`.
    #[schema(required)]
    refused: Option<&'static str>,
    /// What makes it weak: `keyboard`, `repeats`, `common`, `nearly_common`, `sequence`, `date`, `one_word`, `name`.
    #[schema(required)]
    warning: Option<&'static str>,
    /// What would help: `few_words`, `no_signs_needed`, `another_word`, `capitals`, `reversed`, `stand_ins`, `keyboard`,
    /// `repeats`, `sequences`, `dates`.
    suggestions: Vec<&'static str>,
    /// Least characters: fewer where a second factor goes with the password.
    least_chars: usize,
}

impl From<identity::PasswordAdvice> for PasswordAdvice {
    fn from(a: identity::PasswordAdvice) -> Self {
        Self {
            score: a.score,
            refused: a.refused,
            warning: a.warning,
            suggestions: a.suggestions,
            least_chars: a.least_chars,
        }
    }
}

/// Advice on a new password, while it is typed. Nothing is kept.
#[utoipa::path(post, path = "/me/password/strength", tag = "me", request_body = PasswordIdea,
    responses((status = 200, description = "Advice", body = PasswordAdvice), ChangeRefusals))]
pub(crate) async fn advise_password(
    State(state): State<WebState>,
    signed: Signed,
    Json(body): Json<PasswordIdea>,
) -> Answer<axum::Json<PasswordAdvice>> {
    Ok(axum::Json(state.core().advise_password(&signed.actor, &body.password).await?.into()))
}

/// Advice on the password of an invitation, while it is typed. Burns nothing.
#[utoipa::path(post, path = "/invitations/strength", tag = "session", security(()), request_body = InvitedPasswordIdea,
    responses((status = 200, description = "Advice", body = PasswordAdvice), ChangeRefusals))]
pub(crate) async fn advise_invited(
    State(state): State<WebState>,
    caller: Caller,
    Json(body): Json<InvitedPasswordIdea>,
) -> Answer<axum::Json<PasswordAdvice>> {
    caller.client.network.map_or(Ok(()), |network| state.limiters().check(Kind::SignIn, network))?;
    Ok(axum::Json(state.core().advise_invited(&body.token, &body.password).await?.into()))
}

/// A secret for another authenticator app. Nothing has changed until its first code came back.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuthenticatorOffer {
    totp: TotpSecret,
    /// To be given back with the first code.
    offer: String,
    #[schema(value_type = String, format = "date-time")]
    expires_at: Timestamp,
}

/// Offer a secret for another authenticator app. Needs a recent second factor (`POST /session/step-up`).
#[utoipa::path(post, path = "/me/authenticator/options", tag = "me",
    responses((status = 200, description = "The secret, shown once", body = AuthenticatorOffer), ChangeRefusals))]
pub(crate) async fn offer_authenticator(
    State(state): State<WebState>,
    signed: Signed,
) -> Answer<axum::Json<AuthenticatorOffer>> {
    let o = state.core().offer_authenticator(&signed.actor).await?;
    let totp = TotpSecret { secret: o.secret, uri: o.uri };
    Ok(axum::Json(AuthenticatorOffer { totp, offer: o.offer, expires_at: o.expires_at }))
}

/// An offer and the first code of the app that took it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuthenticatorTaken {
    offer: String,
    code: String,
}

/// Put another authenticator app in the place of the old one. Needs a recent second factor; codes of field errors:
/// `offer` `expired`, `code` `wrong`.
#[utoipa::path(put, path = "/me/authenticator", tag = "me", request_body = AuthenticatorTaken,
    responses((status = 204, description = "Replaced; other sessions have ended"), ChangeRefusals))]
pub(crate) async fn replace_authenticator(
    State(state): State<WebState>,
    signed: Signed,
    Json(body): Json<AuthenticatorTaken>,
) -> Answer<Response> {
    state.core().replace_authenticator(&signed.actor, &body.offer, &body.code).await?;
    Ok(nothing())
}
