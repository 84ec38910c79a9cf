//! Invitations: looked at, and accepted.

use super::ChangeRefusals;
use super::passkey::{NewPasskey, PasskeyCreation};
use super::session::limit;
use crate::extract::Json;
use crate::problem::{Answer, Problem};
use crate::session::Caller;
use crate::state::WebState;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_model::EmailAddress;
use wardpost_model::person::Language;

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new().routes(routes!(open_invitation)).routes(routes!(accept_invitation))
}

/// The token of an invitation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InvitationToken {
    token: String,
}

/// What an invited person sees before choosing a password.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OpenInvitation {
    name: String,
    login: EmailAddress,
    language: Language,
    totp: TotpSecret,
    /// For `navigator.credentials.create`: a passkey in place of password and authenticator app.
    passkey: PasskeyCreation,
}

/// A secret for an authenticator app.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TotpSecret {
    /// Base 32, to be typed.
    pub secret: String,
    /// `otpauth://` address, for a QR code.
    pub uri: String,
}

/// Look at an invitation. Burns nothing.
#[utoipa::path(post, path = "/invitations/open", tag = "session", security(()), request_body = InvitationToken,
    responses((status = 200, description = "The invitation", body = OpenInvitation), ChangeRefusals))]
pub(crate) async fn open_invitation(
    State(state): State<WebState>,
    caller: Caller,
    Json(body): Json<InvitationToken>,
) -> Answer<axum::Json<OpenInvitation>> {
    limit(&state, &caller.client)?;
    let i = state.core().open_invitation(&body.token).await?;
    let totp = TotpSecret { secret: i.totp_secret, uri: i.totp_uri };
    let passkey = i.passkey.into();
    Ok(axum::Json(OpenInvitation { name: i.name, login: i.login, language: i.language, totp, passkey }))
}

/// A password and the first code of the authenticator app; or a passkey in place of both.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AcceptInvitation {
    token: String,
    password: Option<String>,
    totp_code: Option<String>,
    passkey: Option<NewPasskey>,
}

/// Codes to be kept on paper, each good once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecoveryCodes {
    codes: Vec<String>,
}

/// As [`RecoveryCodes`], under the name that this operation has always had.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AcceptedInvitation {
    recovery_codes: Vec<String>,
}

impl From<Vec<String>> for RecoveryCodes {
    fn from(codes: Vec<String>) -> Self {
        Self { codes }
    }
}

/// Accept an invitation: sets password and authenticator app, or the first passkey. Then sign in.
#[utoipa::path(post, path = "/invitations/accept", tag = "session", security(()), request_body = AcceptInvitation,
    responses((status = 200, description = "Recovery codes, shown once; none with a passkey", body = AcceptedInvitation), ChangeRefusals))]
pub(crate) async fn accept_invitation(
    State(state): State<WebState>,
    caller: Caller,
    Json(body): Json<AcceptInvitation>,
) -> Answer<axum::Json<AcceptedInvitation>> {
    limit(&state, &caller.client)?;
    let core = state.core();
    let codes = match body {
        AcceptInvitation { token, password: Some(password), totp_code: Some(code), passkey: None } => {
            core.accept_invitation(&token, &password, &code, &caller.client).await?
        }
        AcceptInvitation { token, password: None, totp_code: None, passkey: Some(passkey) } => {
            let (name, made) = passkey.made();
            core.accept_invitation_with_passkey(&token, &name, &made, &caller.client).await?;
            Vec::new()
        }
        _ => return Err(Problem::field("password", "one_of", "send password and totp_code, or passkey")),
    };
    Ok(axum::Json(AcceptedInvitation { recovery_codes: codes }))
}
