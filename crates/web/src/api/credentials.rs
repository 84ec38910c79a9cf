//! Choosing a password with advice, or because one must; another authenticator app, or none.

use super::invitation::TotpSecret;
use super::session::{Session, limit, stand, with_cookie};
use super::{ChangeRefusals, nothing};
use crate::extract::{Json, Path};
use crate::problem::Answer;
use crate::session::{Caller, HalfWay, Signed};
use crate::state::WebState;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_core::identity;
use wardpost_model::PersonId;

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(advise_password))
        .routes(routes!(advise_invited))
        .routes(routes!(choose_password))
        .routes(routes!(advise_changing))
        .routes(routes!(demand_password_change))
        .routes(routes!(offer_authenticator))
        .routes(routes!(replace_authenticator, drop_authenticator))
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
    limit(&state, &caller.client)?;
    Ok(axum::Json(state.core().advise_invited(&body.token, &body.password).await?.into()))
}

/// Choose another password where `GET /session` says `change_password`, and be signed in. The session gets another cookie.
/// Codes of field errors: those of `POST /me/password`, and `same`.
#[utoipa::path(post, path = "/session/password", tag = "session", security(("session" = [])), request_body = PasswordIdea,
    responses((status = 200, description = "Signed in; other sessions have ended", body = Session), ChangeRefusals))]
pub(crate) async fn choose_password(
    State(state): State<WebState>,
    half_way: HalfWay,
    Json(body): Json<PasswordIdea>,
) -> Answer<Response> {
    let HalfWay { secret, client } = half_way;
    limit(&state, &client)?;
    let done = state.core().choose_password(&secret, &body.password, &client).await?;
    let caller = Caller { secret: Some(done.secret().to_owned()), client };
    let session = stand(&state, &caller).await?;
    with_cookie(&state, done.secret(), done.device(), session)
}

/// Advice on the password that is to be chosen, while it is typed. Nothing is kept.
#[utoipa::path(post, path = "/session/password/strength", tag = "session", security(("session" = [])),
    request_body = PasswordIdea,
    responses((status = 200, description = "Advice", body = PasswordAdvice), ChangeRefusals))]
pub(crate) async fn advise_changing(
    State(state): State<WebState>,
    half_way: HalfWay,
    Json(body): Json<PasswordIdea>,
) -> Answer<axum::Json<PasswordAdvice>> {
    Ok(axum::Json(state.core().advise_changing(&half_way.secret, &body.password).await?.into()))
}

/// Ask somebody for another password: their sessions end, and their next sign-in by password asks for another one.
/// `409 conflict` with the detail `no_password` where there is none.
#[utoipa::path(post, path = "/people/{person_id}/password-change", tag = "people",
    params(("person_id" = PersonId, Path, description = "The person")),
    responses((status = 204, description = "Asked for"), ChangeRefusals))]
pub(crate) async fn demand_password_change(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PersonId>,
) -> Answer<Response> {
    state.core().demand_password_change(&signed.actor, id).await?;
    Ok(nothing())
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

/// Take away the authenticator app, and with it the password and the recovery codes: passkeys are the only way in from then
/// on. Needs a recent second factor; `409 conflict` with the detail `last_way_in` without a passkey.
#[utoipa::path(delete, path = "/me/authenticator", tag = "me",
    responses((status = 204, description = "Taken away; other sessions have ended"), ChangeRefusals))]
pub(crate) async fn drop_authenticator(State(state): State<WebState>, signed: Signed) -> Answer<Response> {
    state.core().drop_authenticator(&signed.actor).await?;
    Ok(nothing())
}
