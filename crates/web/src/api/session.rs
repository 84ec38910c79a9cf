//! Signing in and out.

use super::passkey::PasskeyAssertion;
use super::provider::{OpenProvider, open_providers};
use super::{ChangeRefusals, Refusals, nothing};
use crate::extract::Json;
use crate::limits::Kind;
use crate::problem::{Answer, Problem, Slug};
use crate::session::{Caller, Cookie, Signed};
use crate::state::WebState;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_core::identity::{self, Client, DeviceSecret, Factor, SessionInfo, SessionState, SessionView};
use wardpost_model::device::CertificateGap;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Language, MailboxKind, MandateKind};
use wardpost_model::proxy::ProxyScope;
use wardpost_model::security::Way;
use wardpost_model::{EmailAddress, MailboxId, OrgId, PatientId, PersonId};

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(get_session, sign_in, sign_out))
        .routes(routes!(second_factor))
        .routes(routes!(touch))
        .routes(routes!(step_up))
}

/// Where a browser stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "state")]
pub(crate) enum Session {
    /// Not signed in.
    Anonymous {
        /// The ways in that are open from where the browser is; none: nothing works there.
        ways: Vec<Way>,
        /// Name of the zone in which it is; null where no zone holds.
        #[schema(required)]
        zone: Option<String>,
        /// Why the device is not one of those for which the organisation has a zone; null where it is, or there is no such
        /// zone.
        #[schema(required)]
        certificate_gap: Option<CertificateGap>,
        /// Somebody is signed in, but the session can't be used from here: it goes on where it can.
        waiting: bool,
        /// The organisation's identity providers, where they are a way in.
        providers: Vec<OpenProvider>,
    },
    /// The password was right; the second factor is to be shown.
    SecondFactor {
        /// By which means.
        methods: Vec<FactorMethod>,
    },
    /// Proved, but one's role demands a security key, and there is none yet: it is added before anything else
    /// (`POST /session/security-key`).
    EnrolKey {
        /// Until when it may be added in this sign-in.
        #[schema(value_type = String, format = "date-time")]
        expires_at: Timestamp,
        /// The end of the time in which one comes in without one.
        #[schema(required, value_type = Option<String>, format = "date-time")]
        grace_ends_at: Option<Timestamp>,
    },
    /// Both factors were shown; another password is to be chosen (`POST /session/password`) before anything else.
    ChangePassword {
        /// Why.
        why: WhyChange,
    },
    /// Signed in.
    SignedIn(Box<SignedInSession>),
}

/// Why another password is to be chosen.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WhyChange {
    /// An administrator asked for it.
    Asked,
    /// It is older than the organisation allows.
    Age,
}

impl From<identity::WhyChange> for WhyChange {
    fn from(why: identity::WhyChange) -> Self {
        match why {
            identity::WhyChange::Asked => Self::Asked,
            identity::WhyChange::Age => Self::Age,
        }
    }
}

/// A second factor.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FactorMethod {
    /// What the authenticator app shows.
    Totp,
    /// One of the codes kept on paper.
    RecoveryCode,
}

/// Everything the web app needs to know about whoever is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SignedInSession {
    person: Me,
    /// Names of the roles.
    roles: Vec<String>,
    permissions: Vec<Permission>,
    /// The mailboxes that one uses: own first, colleagues' last.
    mailboxes: Vec<OwnMailbox>,
    org: Org,
    /// To be sent in `X-Wardpost-CSRF` with everything that changes something.
    csrf: String,
    /// Seconds without activity after which the session ends.
    idle_seconds: u32,
    /// Seconds before its end at which to warn.
    warn_seconds: u16,
    #[schema(value_type = String, format = "date-time")]
    idle_expires_at: Timestamp,
    #[schema(value_type = String, format = "date-time")]
    absolute_expires_at: Timestamp,
    place: Place,
    /// For which patient the session acts; null: for nobody but its person.
    #[schema(required)]
    acting_for: Option<Acting>,
    /// Whether one can sign in by password and authenticator app. Without, passkeys are the only way.
    has_password: bool,
    /// When one's password will have to be replaced, once that is near. Only where the organisation lets passwords run out.
    #[schema(required, value_type = Option<String>, format = "date-time")]
    password_ends_at: Option<Timestamp>,
    /// Whether an authenticator app is still to be set up. Accounts always have one: false.
    must_enrol_totp: bool,
}

#[derive(Debug, Serialize, ToSchema)]
struct Me {
    id: PersonId,
    name: String,
    login: EmailAddress,
    function: String,
    language: Language,
}

#[derive(Debug, Serialize, ToSchema)]
struct OwnMailbox {
    id: MailboxId,
    kind: MailboxKind,
    address: EmailAddress,
    name: String,
    /// Unread messages in the inbox.
    unread: u64,
    /// A colleague's, in which one acts by a mandate; null for one's own.
    #[schema(required)]
    mandate: Option<MailboxMandate>,
}

/// As what one acts in a colleague's mailbox.
#[derive(Debug, Serialize, ToSchema)]
struct MailboxMandate {
    kind: MandateKind,
    /// For whom.
    grantor_name: String,
    /// Writing as well as reading.
    may_send: bool,
    #[schema(required, value_type = Option<String>, format = "date-time")]
    ends_at: Option<Timestamp>,
}

/// For which patient a session acts.
#[derive(Debug, Serialize, ToSchema)]
struct Acting {
    patient_id: PatientId,
    name: String,
    /// What it opens.
    scope: BTreeSet<ProxyScope>,
    /// It does not hold any more: nothing opens until the person goes on as themselves.
    over: bool,
}

/// Where one is, and what holds there.
#[derive(Debug, Serialize, ToSchema)]
struct Place {
    /// Name of the zone; null where no zone holds.
    #[schema(required)]
    zone: Option<String>,
    /// Nothing can be changed there.
    read_only: bool,
    /// Files may be saved there.
    downloads: bool,
    /// Why the device is not one of those for which the organisation has a zone; null where it is, or there is no such zone.
    #[schema(required)]
    certificate_gap: Option<CertificateGap>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Org {
    id: OrgId,
    name: String,
}

async fn signed_in(state: &WebState, view: SessionView) -> Answer<Session> {
    let core = state.core();
    let mut mailboxes = Vec::with_capacity(view.mailboxes.len());
    let own = view.mailboxes.iter().map(|m| (m, None));
    let mandated = view.mandated.iter().map(|m| {
        let mandate = MailboxMandate {
            kind: m.mandate.kind,
            grantor_name: m.grantor_name.clone(),
            may_send: m.may_send,
            ends_at: m.ends_us.and_then(|e| Timestamp::from_microsecond(e).ok()),
        };
        (&m.mailbox, Some(mandate))
    });
    for (m, mandate) in own.chain(mandated) {
        let unread = if view.actor.may(Permission::MailRead) { core.unread(m.id).await? } else { 0 };
        let (address, name) = (m.address.clone(), m.name.clone());
        mailboxes.push(OwnMailbox { id: m.id, kind: m.kind, address, name, unread, mandate });
    }
    let (person, password_ends_at) = (view.actor.person_id, core.password_ends(&view.actor).await?);
    Ok(Session::SignedIn(Box::new(SignedInSession {
        person: Me {
            id: person,
            name: view.profile.name,
            login: view.profile.login,
            function: view.profile.function,
            language: view.profile.language,
        },
        acting_for: view.actor.circumstances.acting_for.map(|a| Acting {
            patient_id: a.patient,
            name: a.name,
            scope: a.scope,
            over: a.over,
        }),
        roles: view.actor.roles,
        permissions: view.actor.permissions.into_iter().collect(),
        mailboxes,
        org: Org { id: core.org(), name: view.org_name },
        csrf: view.session.csrf,
        idle_seconds: view.session.idle_seconds,
        warn_seconds: view.session.warn_seconds,
        place: Place {
            zone: view.place.zone,
            read_only: view.place.read_only,
            downloads: view.place.downloads,
            certificate_gap: view.place.certificate_gap,
        },
        idle_expires_at: view.session.idle_expires_at,
        absolute_expires_at: view.session.absolute_expires_at,
        has_password: core.has_password(person).await?,
        password_ends_at,
        must_enrol_totp: false,
    })))
}

pub(super) async fn stand(state: &WebState, caller: &Caller) -> Answer<Session> {
    match state.core().session_state(caller.secret.as_deref(), &caller.client).await? {
        SessionState::Anonymous => anonymous(state, &caller.client, false).await,
        SessionState::Elsewhere => anonymous(state, &caller.client, true).await,
        SessionState::SecondFactor { .. } => Ok(second_factor_wanted()),
        SessionState::ChangePassword { why, .. } => Ok(Session::ChangePassword { why: why.into() }),
        SessionState::EnrolKey { expires_at } => {
            let secret = caller.secret.as_deref().unwrap_or_default();
            Ok(Session::EnrolKey { expires_at, grace_ends_at: state.core().key_grace_ends(secret).await? })
        }
        SessionState::SignedIn(view) => signed_in(state, *view).await,
    }
}

async fn anonymous(state: &WebState, client: &Client, waiting: bool) -> Answer<Session> {
    let doors = state.core().doors(client).await?;
    let by_provider = doors.ways.contains(&Way::Provider);
    let providers = if by_provider { open_providers(state).await? } else { Vec::new() };
    let (ways, zone, certificate_gap) = (doors.ways, doors.zone, doors.certificate_gap);
    Ok(Session::Anonymous { ways, zone, certificate_gap, waiting, providers })
}

pub(super) fn second_factor_wanted() -> Session {
    Session::SecondFactor { methods: vec![FactorMethod::Totp, FactorMethod::RecoveryCode] }
}

/// Answers with the session's cookie, and with that of the browser when somebody has signed in.
pub(super) fn with_cookie(
    state: &WebState,
    secret: &str,
    device: Option<&DeviceSecret>,
    session: Session,
) -> Answer<Response> {
    let (secure, mut headers) = (state.config().secure(), HeaderMap::new());
    headers.append(header::SET_COOKIE, Cookie::Session.set(secret, secure)?);
    if let Some(device) = device {
        headers.append(header::SET_COOKIE, Cookie::Device.set(device.value(), secure)?);
    }
    Ok((headers, axum::Json(session)).into_response())
}

/// Where this browser stands.
#[utoipa::path(get, path = "/session", tag = "session", security(()),
    responses((status = 200, description = "Not signed in, half signed in, to add a security key, or signed in", body = Session), Refusals))]
pub(crate) async fn get_session(State(state): State<WebState>, caller: Caller) -> Answer<axum::Json<Session>> {
    stand(&state, &caller).await.map(axum::Json)
}

/// What one signs in with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    /// The sign-in name: an address.
    login: String,
    password: String,
}

/// Sign in, first step: login and password. The answer and its time do not tell whether the login exists.
#[utoipa::path(post, path = "/session", tag = "session", security(()), request_body = SignIn,
    responses((status = 200, description = "The second factor is wanted now", body = Session), ChangeRefusals))]
pub(crate) async fn sign_in(
    State(state): State<WebState>,
    caller: Caller,
    Json(body): Json<SignIn>,
) -> Answer<Response> {
    limit(&state, &caller.client)?;
    let pending = state.core().sign_in(&body.login, &body.password, &caller.client).await?;
    // Whoever was signed in here before is no longer.
    if let Some(old) = &caller.secret {
        state.core().sign_out(old, &caller.client).await?;
    }
    with_cookie(&state, &pending.secret, None, second_factor_wanted())
}

pub(super) fn limit(state: &WebState, client: &Client) -> Answer<()> {
    client.network.map_or(Ok(()), |network| state.limiters().check(Kind::SignIn, network))
}

/// A second factor: one of the two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FactorGiven {
    /// What the authenticator app shows.
    code: Option<String>,
    /// One of the codes kept on paper; good once.
    recovery_code: Option<String>,
}

impl FactorGiven {
    fn factor(self) -> Answer<Factor> {
        match (self.code, self.recovery_code) {
            (Some(code), None) => Ok(Factor::Totp(code)),
            (None, Some(code)) => Ok(Factor::RecoveryCode(code)),
            _ => Err(Problem::field("code", "one_of", "send either code or recovery_code")),
        }
    }
}

/// Sign in, second step: the second factor. The session gets another cookie. Who must choose another password is not signed in
/// yet (`change_password`); whose role demands a security key is asked for one first (`enrol_key`), or refused as by a wrong
/// code once they have one.
#[utoipa::path(post, path = "/session/second-factor", tag = "session", security(("session" = [])),
    request_body = FactorGiven,
    responses((status = 200, description = "Signed in, or another password is to be chosen", body = Session), ChangeRefusals))]
pub(crate) async fn second_factor(
    State(state): State<WebState>,
    caller: Caller,
    Json(body): Json<FactorGiven>,
) -> Answer<Response> {
    limit(&state, &caller.client)?;
    let pending = caller.secret.as_deref().ok_or_else(|| Problem::new(Slug::Unauthenticated))?;
    let done = state.core().second_factor(pending, &body.factor()?, &caller.client).await?;
    let caller = Caller { secret: Some(done.secret().to_owned()), client: caller.client };
    let session = stand(&state, &caller).await?;
    with_cookie(&state, done.secret(), done.device(), session)
}

/// When the session ends without activity.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IdleEnd {
    #[schema(value_type = String, format = "date-time")]
    idle_expires_at: Timestamp,
}

impl From<SessionInfo> for IdleEnd {
    fn from(info: SessionInfo) -> Self {
        Self { idle_expires_at: info.idle_expires_at }
    }
}

/// Somebody is there: the idle time starts anew.
///
/// So it does with everything that changes something; not with reading and live events.
#[utoipa::path(post, path = "/session/touch", tag = "session",
    responses((status = 200, description = "When the session ends without activity", body = IdleEnd), ChangeRefusals))]
pub(crate) async fn touch(State(state): State<WebState>, signed: Signed) -> Answer<axum::Json<IdleEnd>> {
    Ok(axum::Json(state.core().touch_session(&signed.secret, &signed.client).await?.into()))
}

/// One of three ways to prove oneself anew.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProofGiven {
    /// What the authenticator app shows.
    code: Option<String>,
    /// One of the codes kept on paper; good once.
    recovery_code: Option<String>,
    /// The answer of a passkey to `POST /session/step-up/options`.
    passkey: Option<PasskeyAssertion>,
}

/// Prove oneself anew, for acts that want it (`403 forbidden` with such a detail). The session gets another cookie, and with
/// it another CSRF value: read it from `GET /session`.
#[utoipa::path(post, path = "/session/step-up", tag = "session", request_body = ProofGiven,
    responses((status = 204, description = "Done"), ChangeRefusals))]
pub(crate) async fn step_up(
    State(state): State<WebState>,
    signed: Signed,
    Json(body): Json<ProofGiven>,
) -> Answer<Response> {
    if let Some(network) = signed.client.network {
        state.limiters().check(Kind::SignIn, network)?;
    }
    let core = state.core();
    let secret = match body {
        ProofGiven { passkey: Some(passkey), code: None, recovery_code: None } => {
            core.step_up_with_passkey(&signed.secret, &passkey.into(), &signed.client).await?
        }
        ProofGiven { passkey: Some(_), .. } => return Err(Problem::field("passkey", "one_of", "send one of three")),
        ProofGiven { code, recovery_code, passkey: None } => {
            let factor = FactorGiven { code, recovery_code }.factor()?;
            core.step_up(&signed.secret, &factor, &signed.client).await?
        }
    };
    let mut response = nothing();
    let cookie = Cookie::Session.set(&secret, state.config().secure())?;
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Where to go on to sign out there as well.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SignedOut {
    /// A page of the identity provider by which the session began.
    continue_at: String,
}

/// Sign out.
#[utoipa::path(delete, path = "/session", tag = "session", security(("session" = [])),
    responses((status = 204, description = "Signed out, or nobody was signed in"),
        (status = 200, description = "Signed out here; the identity provider's page goes on", body = SignedOut), Refusals))]
pub(crate) async fn sign_out(State(state): State<WebState>, caller: Caller) -> Answer<Response> {
    let mut response = nothing();
    if let Some(secret) = &caller.secret {
        let there = state.core().provider_sign_out_url(secret).await?;
        state.core().sign_out(secret, &caller.client).await?;
        if let Some(continue_at) = there {
            response = axum::Json(SignedOut { continue_at }).into_response();
        }
    }
    response.headers_mut().insert(header::SET_COOKIE, Cookie::Session.remove(state.config().secure())?);
    Ok(response)
}
