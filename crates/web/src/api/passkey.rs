//! Passkeys: the JSON of Web Authentication (Level 3, 5.1.8 to 5.1.10: `…JSON`), as `PublicKeyCredential` reads and writes it.
//! Its own members keep their spelling, and members that browsers add are read over.

use super::session::{Session, limit, stand, with_cookie};
use super::{ChangeRefusals, Items, Refusals, nothing};
use crate::extract::{Json, Path};
use crate::problem::Answer;
use crate::session::{Caller, HalfWay, Signed};
use crate::state::WebState;
use axum::extract::State;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_core::identity::{PasskeyAnswer, PasskeyAsk, PasskeyLine, PasskeyMade, PasskeyWanted};
use wardpost_model::{PasskeyId, PersonId};

/// Ed25519, P-256, RSA: in the order in which we like them.
const ALGORITHMS: [i64; 3] = [-8, -7, -257];

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(passkey_options))
        .routes(routes!(sign_in_with_passkey))
        .routes(routes!(security_key_options))
        .routes(routes!(add_security_key))
        .routes(routes!(step_up_options))
        .routes(routes!(new_passkey_options))
        .routes(routes!(my_passkeys, add_passkey))
        .routes(routes!(rename_passkey, remove_passkey))
        .routes(routes!(passkeys_of))
        .routes(routes!(remove_passkey_of))
}

/// Bytes in base64url, without padding.
#[derive(Debug, Clone, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, format = "base64url")]
pub(crate) struct Base64Url(pub Vec<u8>);

impl Serialize for Base64Url {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&URL_SAFE_NO_PAD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Base64Url {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(d)?;
        URL_SAFE_NO_PAD.decode(text.as_bytes()).map(Self).map_err(|_| serde::de::Error::custom("not base64url"))
    }
}

/// What to give to `navigator.credentials.get`, and where it works.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PasskeyOptions {
    public_key: PasskeyRequest,
    /// Origin of the web app: passkeys work nowhere else.
    origin: String,
}

/// `PublicKeyCredentialRequestOptionsJSON`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PasskeyRequest {
    challenge: Base64Url,
    timeout: u32,
    rp_id: String,
    /// Empty: the passkey says whose it is.
    allow_credentials: Vec<PasskeyDescriptor>,
    /// Always `required`.
    user_verification: &'static str,
}

impl From<PasskeyAsk> for PasskeyRequest {
    fn from(ask: PasskeyAsk) -> Self {
        Self {
            challenge: Base64Url(ask.challenge),
            timeout: ask.timeout_ms,
            rp_id: ask.rp_id,
            allow_credentials: Vec::new(),
            user_verification: "required",
        }
    }
}

/// `PublicKeyCredentialDescriptorJSON`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PasskeyDescriptor {
    /// Always `public-key`.
    r#type: &'static str,
    id: Base64Url,
    transports: Vec<String>,
}

/// What to give to `navigator.credentials.create`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NewPasskeyOptions {
    public_key: PasskeyCreation,
}

/// `PublicKeyCredentialCreationOptionsJSON`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PasskeyCreation {
    rp: PasskeyParty,
    user: PasskeyUser,
    challenge: Base64Url,
    timeout: u32,
    pub_key_cred_params: Vec<PasskeyAlgorithm>,
    exclude_credentials: Vec<PasskeyDescriptor>,
    authenticator_selection: PasskeySelection,
    /// Always `none`.
    attestation: &'static str,
}

/// This house, to authenticators.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PasskeyParty {
    id: String,
    name: String,
}

/// A person, to authenticators.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PasskeyUser {
    id: Base64Url,
    name: String,
    display_name: String,
}

/// A kind of key, by its number in IANA's list of COSE algorithms.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PasskeyAlgorithm {
    /// Always `public-key`.
    r#type: &'static str,
    alg: i64,
}

/// Which authenticators will do.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PasskeySelection {
    /// Always `required`: it must be found without a name being typed.
    resident_key: &'static str,
    /// The same, as older browsers read it.
    require_resident_key: bool,
    /// Always `required`.
    user_verification: &'static str,
}

impl From<PasskeyWanted> for PasskeyCreation {
    fn from(wanted: PasskeyWanted) -> Self {
        let descriptor = |(id, transports)| PasskeyDescriptor { r#type: "public-key", id: Base64Url(id), transports };
        Self {
            rp: PasskeyParty { id: wanted.ask.rp_id, name: wanted.org_name },
            user: PasskeyUser { id: Base64Url(wanted.user_handle), name: wanted.login, display_name: wanted.name },
            challenge: Base64Url(wanted.ask.challenge),
            timeout: wanted.ask.timeout_ms,
            pub_key_cred_params: ALGORITHMS.map(|alg| PasskeyAlgorithm { r#type: "public-key", alg }).into(),
            exclude_credentials: wanted.known.into_iter().map(descriptor).collect(),
            authenticator_selection: PasskeySelection {
                resident_key: "required",
                require_resident_key: true,
                user_verification: "required",
            },
            attestation: "none",
        }
    }
}

/// `AuthenticationResponseJSON`: what `navigator.credentials.get` gave. Other members are read over.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PasskeyAssertion {
    raw_id: Base64Url,
    response: PasskeyAssertionResponse,
}

/// `AuthenticatorAssertionResponseJSON`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PasskeyAssertionResponse {
    #[serde(rename = "clientDataJSON")]
    client_data_json: Base64Url,
    authenticator_data: Base64Url,
    signature: Base64Url,
    user_handle: Option<Base64Url>,
}

impl From<PasskeyAssertion> for PasskeyAnswer {
    fn from(a: PasskeyAssertion) -> Self {
        Self {
            credential_id: a.raw_id.0,
            client_data: a.response.client_data_json.0,
            authenticator_data: a.response.authenticator_data.0,
            signature: a.response.signature.0,
            user_handle: a.response.user_handle.map(|h| h.0),
        }
    }
}

/// `RegistrationResponseJSON`: what `navigator.credentials.create` gave. Other members are read over.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct PasskeyCreated {
    response: PasskeyCreatedResponse,
}

/// `AuthenticatorAttestationResponseJSON`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PasskeyCreatedResponse {
    #[serde(rename = "clientDataJSON")]
    client_data_json: Base64Url,
    attestation_object: Base64Url,
    #[serde(default)]
    transports: Vec<String>,
}

impl From<PasskeyCreated> for PasskeyMade {
    fn from(c: PasskeyCreated) -> Self {
        Self {
            client_data: c.response.client_data_json.0,
            attestation_object: c.response.attestation_object.0,
            transports: c.response.transports,
        }
    }
}

fn asked(state: &WebState, ask: PasskeyAsk) -> axum::Json<PasskeyOptions> {
    let origin = state.core().config().public_url.clone();
    axum::Json(PasskeyOptions { public_key: ask.into(), origin })
}

/// What to ask passkeys for a sign-in. Good for five minutes; nothing is remembered here.
#[utoipa::path(post, path = "/session/passkey/options", tag = "session", security(()),
    responses((status = 200, description = "For `navigator.credentials.get`", body = PasskeyOptions), ChangeRefusals))]
pub(crate) async fn passkey_options(State(state): State<WebState>) -> Answer<axum::Json<PasskeyOptions>> {
    Ok(asked(&state, state.core().passkey_ask()))
}

/// The answer of a passkey.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasskeySignIn {
    credential: PasskeyAssertion,
}

/// Sign in with a passkey, in one step. The answer does not tell what was wrong.
#[utoipa::path(post, path = "/session/passkey", tag = "session", security(()), request_body = PasskeySignIn,
    responses((status = 200, description = "Signed in", body = Session), ChangeRefusals))]
pub(crate) async fn sign_in_with_passkey(
    State(state): State<WebState>,
    caller: Caller,
    Json(body): Json<PasskeySignIn>,
) -> Answer<Response> {
    limit(&state, &caller.client)?;
    let done = state.core().sign_in_with_passkey(&body.credential.into(), &caller.client).await?;
    // Whoever was signed in here before is no longer.
    if let Some(old) = &caller.secret {
        state.core().sign_out(old, &caller.client).await?;
    }
    let caller = Caller { secret: Some(done.secret().to_owned()), client: caller.client };
    let session = stand(&state, &caller).await?;
    with_cookie(&state, done.secret(), done.device(), session)
}

/// Begin adding the security key that one's role demands (`GET /session` says `enrol_key`).
#[utoipa::path(post, path = "/session/security-key/options", tag = "session", security(("session" = [])),
    responses((status = 200, description = "For `navigator.credentials.create`", body = NewPasskeyOptions),
        ChangeRefusals))]
pub(crate) async fn security_key_options(
    State(state): State<WebState>,
    half_way: HalfWay,
) -> Answer<axum::Json<NewPasskeyOptions>> {
    limit(&state, &half_way.client)?;
    let wanted = state.core().key_registration(&half_way.secret).await?;
    Ok(axum::Json(NewPasskeyOptions { public_key: wanted.into() }))
}

/// Add the security key that one's role demands. The sign-in ends, and with it all of one's sessions: from now on one signs in
/// with the key. A passkey that is copied to other devices does not do (`synced`).
#[utoipa::path(post, path = "/session/security-key", tag = "session", security(("session" = [])),
    request_body = NewPasskey, responses((status = 201, description = "Added", body = Passkey), ChangeRefusals))]
pub(crate) async fn add_security_key(
    State(state): State<WebState>,
    half_way: HalfWay,
    Json(body): Json<NewPasskey>,
) -> Answer<(StatusCode, axum::Json<Passkey>)> {
    limit(&state, &half_way.client)?;
    let (name, made) = body.made();
    let line = state.core().enrol_key(&half_way.secret, &name, &made, &half_way.client).await?;
    Ok((StatusCode::CREATED, axum::Json(line.into())))
}

/// What to ask one's passkeys to prove oneself anew (`POST /session/step-up`).
#[utoipa::path(post, path = "/session/step-up/options", tag = "session",
    responses((status = 200, description = "For `navigator.credentials.get`", body = PasskeyOptions), ChangeRefusals))]
pub(crate) async fn step_up_options(
    State(state): State<WebState>,
    signed: Signed,
) -> Answer<axum::Json<PasskeyOptions>> {
    let session = signed.actor.session_id.ok_or(wardpost_core::Error::Unauthenticated)?;
    Ok(asked(&state, state.core().passkey_step_up_ask(session)))
}

/// A passkey.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Passkey {
    id: PasskeyId,
    /// What its owner calls it.
    name: String,
    /// Its key stays in one device (a security key); other passkeys are copied to their owner's devices.
    device_bound: bool,
    #[schema(value_type = String, format = "date-time")]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = "date-time")]
    last_used_at: Option<Timestamp>,
}

impl From<PasskeyLine> for Passkey {
    fn from(p: PasskeyLine) -> Self {
        Self {
            id: p.id,
            name: p.name,
            device_bound: p.device_bound,
            created_at: p.created_at,
            last_used_at: p.last_used_at,
        }
    }
}

/// Begin adding a passkey. Needs that one proved oneself recently (`POST /session/step-up`).
#[utoipa::path(post, path = "/me/passkeys/options", tag = "me",
    responses((status = 200, description = "For `navigator.credentials.create`", body = NewPasskeyOptions),
        ChangeRefusals))]
pub(crate) async fn new_passkey_options(
    State(state): State<WebState>,
    signed: Signed,
) -> Answer<axum::Json<NewPasskeyOptions>> {
    let wanted = state.core().passkey_registration(&signed.actor).await?;
    Ok(axum::Json(NewPasskeyOptions { public_key: wanted.into() }))
}

/// One's own passkeys, newest first.
#[utoipa::path(get, path = "/me/passkeys", tag = "me",
    responses((status = 200, description = "Passkeys", body = Items<Passkey>), Refusals))]
pub(crate) async fn my_passkeys(State(state): State<WebState>, signed: Signed) -> Answer<axum::Json<Items<Passkey>>> {
    let found = state.core().passkeys(&signed.actor, signed.actor.person_id).await?;
    Ok(axum::Json(Items { items: found.into_iter().map(Passkey::from).collect() }))
}

/// A new passkey and what to call it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPasskey {
    name: String,
    credential: PasskeyCreated,
}

impl NewPasskey {
    pub(crate) fn made(self) -> (String, PasskeyMade) {
        (self.name, self.credential.into())
    }
}

/// Add a passkey. Needs that one proved oneself recently.
#[utoipa::path(post, path = "/me/passkeys", tag = "me", request_body = NewPasskey,
    responses((status = 201, description = "Added", body = Passkey), ChangeRefusals))]
pub(crate) async fn add_passkey(
    State(state): State<WebState>,
    signed: Signed,
    Json(body): Json<NewPasskey>,
) -> Answer<(StatusCode, axum::Json<Passkey>)> {
    let (name, made) = body.made();
    let line = state.core().add_passkey(&signed.actor, &name, &made).await?;
    Ok((StatusCode::CREATED, axum::Json(line.into())))
}

/// What a passkey is called.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasskeyName {
    name: String,
}

/// Give a passkey another name.
#[utoipa::path(patch, path = "/me/passkeys/{passkey_id}", tag = "me", request_body = PasskeyName,
    params(("passkey_id" = PasskeyId, Path, description = "The passkey")),
    responses((status = 200, description = "Renamed", body = Passkey), ChangeRefusals))]
pub(crate) async fn rename_passkey(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PasskeyId>,
    Json(body): Json<PasskeyName>,
) -> Answer<axum::Json<Passkey>> {
    Ok(axum::Json(state.core().rename_passkey(&signed.actor, id, &body.name).await?.into()))
}

/// Remove a passkey. Needs that one proved oneself recently; sessions that it began end. `conflict` `last_way_in` when
/// nothing else would be left to sign in with.
#[utoipa::path(delete, path = "/me/passkeys/{passkey_id}", tag = "me",
    params(("passkey_id" = PasskeyId, Path, description = "The passkey")),
    responses((status = 204, description = "Removed"), ChangeRefusals))]
pub(crate) async fn remove_passkey(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<PasskeyId>,
) -> Answer<Response> {
    state.core().remove_passkey(&signed.actor, id).await?;
    Ok(nothing())
}

/// Somebody's passkeys. Needs `person.read`.
#[utoipa::path(get, path = "/people/{person_id}/passkeys", tag = "people",
    params(("person_id" = PersonId, Path, description = "The person")),
    responses((status = 200, description = "Passkeys", body = Items<Passkey>), Refusals))]
pub(crate) async fn passkeys_of(
    State(state): State<WebState>,
    signed: Signed,
    Path(person): Path<PersonId>,
) -> Answer<axum::Json<Items<Passkey>>> {
    let found = state.core().passkeys(&signed.actor, person).await?;
    Ok(axum::Json(Items { items: found.into_iter().map(Passkey::from).collect() }))
}

/// Remove somebody's passkey: a lost security key, say. Needs `person.manage`.
#[utoipa::path(delete, path = "/people/{person_id}/passkeys/{passkey_id}", tag = "people",
    params(("person_id" = PersonId, Path, description = "The person"),
        ("passkey_id" = PasskeyId, Path, description = "The passkey")),
    responses((status = 204, description = "Removed; sessions that it began have ended"), ChangeRefusals))]
pub(crate) async fn remove_passkey_of(
    State(state): State<WebState>,
    signed: Signed,
    Path((person, id)): Path<(PersonId, PasskeyId)>,
) -> Answer<Response> {
    state.core().remove_passkey_of(&signed.actor, person, id).await?;
    Ok(nothing())
}
