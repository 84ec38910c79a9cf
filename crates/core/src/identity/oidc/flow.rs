//! The way to a provider and back.

use super::known::Provider;
use super::login::{Purpose, SealedLogin};
use super::metadata::with_query;
use super::step_up::Wanted;
use super::token::{Asked, Claims, SealedIdToken, TokenAnswer, id_token};
use crate::audit::NewEntry;
use crate::clock::{MINUTE_US, SECOND_US};
use crate::error::guard;
use crate::identity::credential::RECENT_MINUTES;
use crate::identity::device::Met;
use crate::identity::key_rule::{ENROL_FOR_US, Entered, KeyRule};
use crate::identity::limiter::network_key;
use crate::identity::session::stage;
use crate::identity::sign_in::PENDING_FOR_US;
use crate::identity::{Client, PendingSignIn, SealedClient};
use crate::ports::TokenRequest;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use aws_lc_rs::digest;
use base64::prelude::*;
use wardpost_model::audit::{AuditAgent, AuditKind, Outcome};
use wardpost_model::person::{Actor, PersonState};
use wardpost_model::security::Way;
use wardpost_model::{PersonId, ProviderId, SessionId};
use wardpost_store::repo::credential;
use wardpost_store::repo::identity_provider::{self as rows, LinkRow, LoginRow, ProviderSession};
use wardpost_store::repo::person::{self as person_rows, PersonRow};
use wardpost_store::repo::session::{self as session_rows, SessionRow};
use wardpost_store::{Batch, StoreError};

/// Time to sign in at the provider.
const GOOD_FOR_US: i64 = 10 * MINUTE_US;
const MAX_NEXT: usize = 300;
/// Longest code and state that are looked at.
const MAX_ANSWER: usize = 4096;

/// Somebody is sent to a provider.
#[derive(Debug, Clone)]
pub struct ProviderBegun {
    /// Where to.
    pub url: String,
    /// For a cookie of this browser: only it can finish.
    pub browser_secret: String,
    /// For how long it is good.
    pub seconds: u32,
}

/// With what somebody came back.
#[derive(Debug, Clone, Default)]
pub struct ProviderAnswer {
    /// What is exchanged for tokens.
    pub code: Option<String>,
    /// Why there is none.
    pub error: Option<String>,
    /// Which sign-in it answers.
    pub state: String,
    /// Who answers (RFC 9207).
    pub iss: Option<String>,
}

/// What came of it.
#[derive(Debug, Clone)]
pub enum ProviderOutcome {
    /// Signed in, or to add a security key first.
    Entered {
        /// Which.
        entered: Entered,
        /// Where to go on: a path of the app.
        next: Option<String>,
    },
    /// The provider said nothing of a second factor: ours is asked.
    SecondFactor {
        /// As after a password.
        pending: PendingSignIn,
        /// Where to go on: a path of the app.
        next: Option<String>,
    },
    /// An account there is linked to whoever is signed in here.
    Linked,
    /// Whoever is signed in here has proved themselves anew.
    Proved {
        /// The session's new secret.
        secret: String,
        /// Where to go on: a path of the app.
        next: Option<String>,
    },
}

/// What a provider proved of somebody.
pub(super) struct Proved {
    pub provider: Provider,
    pub claims: Claims,
    pub subject: String,
    pub subject_index: Vec<u8>,
    pub id_token: String,
    /// Two factors were shown.
    pub strong: bool,
}

impl Core {
    /// Sends somebody to a provider, to sign in.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such provider; [`Error::Denied`] where nobody may sign in this way;
    /// [`Error::RateLimited`] by network; [`Error::Unavailable`] when the provider does not answer.
    pub async fn begin_provider_sign_in(
        &self,
        id: ProviderId,
        next: Option<&str>,
        client: &Client,
    ) -> Result<ProviderBegun> {
        self.take_turn(client)?;
        self.admit(Way::Provider, client).await?;
        let provider = self.provider(id).await?.filter(|p| p.settings.active).ok_or(Error::NotFound)?;
        self.begin_at(&provider, Purpose::SignIn, next).await
    }

    pub(super) fn take_turn(&self, client: &Client) -> Result<()> {
        let taken = self.identity().sign_ins.take(network_key(client.network), self.clock().now_us());
        taken.map_err(|retry_after_seconds| Error::RateLimited { retry_after_seconds })
    }

    pub(super) async fn begin_at(
        &self,
        provider: &Provider,
        purpose: Purpose,
        next: Option<&str>,
    ) -> Result<ProviderBegun> {
        let said = self.said_by(provider).await?;
        let random = wardpost_vault::random_token;
        let (state, browser_secret, nonce, verifier) = (random(), random(), random(), random());
        let now = self.clock().now_us();
        let state_hash = self.state_hash(&state);
        let next = next.filter(|path| is_own_path(path)).map(str::to_owned);
        let login = SealedLogin {
            provider: provider.id,
            nonce: nonce.clone(),
            verifier: verifier.clone(),
            purpose,
            next,
            begun_us: now,
        };
        let row = LoginRow {
            browser_hash: self.browser_hash(&browser_secret).to_vec(),
            expires_us: now + GOOD_FOR_US,
            sealed_login: self.seal(purpose::PROVIDER_LOGIN, &state_hash, &login)?,
        };
        let mut batch = Batch::new();
        rows::insert_login(&mut batch, self.org(), &state_hash, row);
        self.db().write(batch).await?;
        let scope = ["openid"].into_iter().chain(provider.settings.scopes.iter().map(String::as_str));
        let scope = scope.collect::<Vec<_>>().join(" ");
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()));
        let redirect = self.provider_redirect();
        let mut pairs = vec![
            ("response_type", "code"),
            ("client_id", provider.settings.client_id.as_str()),
            ("redirect_uri", redirect.as_str()),
            ("scope", scope.as_str()),
            ("state", state.as_str()),
            ("nonce", nonce.as_str()),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        pairs.extend(purpose.prompts());
        let url = with_query(&said.metadata.authorization_endpoint, &pairs);
        Ok(ProviderBegun { url, browser_secret, seconds: u32::try_from(GOOD_FOR_US / SECOND_US).unwrap_or(600) })
    }

    fn provider_redirect(&self) -> String {
        format!("{}/sign-in/provider", self.config().public_url)
    }
    fn state_hash(&self, state: &str) -> [u8; 32] {
        self.vault().hash_secret(purpose::PROVIDER_STATE, state.as_bytes())
    }
    fn browser_hash(&self, secret: &str) -> [u8; 32] {
        self.vault().hash_secret(purpose::PROVIDER_BROWSER, secret.as_bytes())
    }

    /// Finishes what [`Core::begin_provider_sign_in`], [`Core::begin_link`] or [`Core::begin_provider_step_up`] began, in the same
    /// browser, once. What was begun decides what comes of it. `session` is the session of this browser, if somebody is signed
    /// in.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] whatever of the answer is wrong, too late, used, or of another browser, and when whoever it
    /// is can't sign in here; [`Error::Denied`] with a reason that whoever was proved may know: `provider_unknown` (nobody
    /// here), `provider_link_first` (an account here has their address, and is not linked), `provider_single_factor`,
    /// `provider_linked` (linked to somebody else), `provider_other_account` (proved by another account than one's own).
    pub async fn finish_provider_sign_in(
        &self,
        answer: &ProviderAnswer,
        browser_secret: &str,
        session: Option<&str>,
        client: &Client,
    ) -> Result<ProviderOutcome> {
        self.take_turn(client)?;
        self.admit(Way::Provider, client).await?;
        let login = self.take_login(answer, browser_secret, client).await?;
        let proved = match self.prove_by_provider(&login, answer).await? {
            Ok(proved) => proved,
            Err(why) => return Err(self.refuse_provider(login.provider, None, &why, client).await?),
        };
        match login.purpose {
            Purpose::SignIn => {
                let outcome = self.enter_by_provider(&proved, login.next, client).await?;
                self.identity().sign_ins.give_back(&network_key(client.network));
                Ok(outcome)
            }
            Purpose::Link { person, session: begun_in } => {
                let actor = self.actor_of(session, client).await?;
                if actor.person_id != person || actor.session_id != Some(begun_in) {
                    return Err(Error::Unauthenticated);
                }
                self.put_link(&actor, &proved).await?;
                Ok(ProviderOutcome::Linked)
            }
            Purpose::StepUp { person, session: begun_in, link } => {
                let secret = session.ok_or(Error::Unauthenticated)?;
                let wanted = Wanted { person, session: begun_in, link };
                let secret = self.step_up_by_provider(&wanted, &proved, secret, client).await?;
                self.identity().sign_ins.give_back(&network_key(client.network));
                Ok(ProviderOutcome::Proved { secret, next: login.next })
            }
        }
    }

    async fn actor_of(&self, session: Option<&str>, client: &Client) -> Result<Actor> {
        Ok(self.authenticate_session(session.ok_or(Error::Unauthenticated)?, client, true).await?.0)
    }

    /// Uses a sign-in up. One of another browser stays as it is: nobody burns somebody else's.
    async fn take_login(&self, answer: &ProviderAnswer, browser: &str, client: &Client) -> Result<SealedLogin> {
        if answer.state.len() > MAX_ANSWER || browser.len() > MAX_ANSWER {
            return Err(Error::Unauthenticated);
        }
        let state_hash = self.state_hash(&answer.state);
        let row = rows::login(self.db(), self.org(), &state_hash).await?.ok_or(Error::Unauthenticated)?;
        if !wardpost_vault::constant_time_eq(&row.browser_hash, &self.browser_hash(browser)) {
            let login: SealedLogin = self.unseal(purpose::PROVIDER_LOGIN, &state_hash, &row.sealed_login)?;
            return Err(self.refuse_provider(login.provider, None, "another browser", client).await?);
        }
        let mut batch = Batch::new();
        rows::take_login(&mut batch, self.org(), &state_hash, guard::STATE);
        match self.db().write(batch).await {
            Ok(_) => {}
            Err(StoreError::Guard(_)) => return Err(Error::Unauthenticated),
            Err(e) => return Err(e.into()),
        }
        if row.expires_us <= self.clock().now_us() {
            return Err(Error::Unauthenticated);
        }
        self.unseal(purpose::PROVIDER_LOGIN, &state_hash, &row.sealed_login)
    }

    /// Exchanges the code, and looks at what came. Gives why it can't be believed.
    async fn prove_by_provider(&self, login: &SealedLogin, answer: &ProviderAnswer) -> Result<Result<Proved, String>> {
        let found = self.provider(login.provider).await?.filter(|p| p.settings.active);
        let Some(provider) = found else { return Ok(Err("the provider is no more".to_owned())) };
        let said = self.said_by(&provider).await?;
        // RFC 9207: an answer of another provider, to whom our code must not go.
        let mixed_up = answer.iss.as_ref().map_or(said.metadata.names_issuer, |iss| *iss != provider.settings.issuer);
        if mixed_up {
            return Ok(Err("the answer of another provider".to_owned()));
        }
        let Some(code) = answer.code.as_deref().filter(|c| !c.is_empty() && c.len() <= MAX_ANSWER) else {
            return Ok(Err(format!("the provider said {}", plain_error(answer.error.as_deref()))));
        };
        let redirect = self.provider_redirect();
        let request = TokenRequest {
            endpoint: &said.metadata.token_endpoint,
            client_id: &provider.settings.client_id,
            client_secret: &provider.client_secret,
            code,
            verifier: &login.verifier,
            redirect_uri: &redirect,
        };
        let bytes = match self.provider_client().exchange(&request).await {
            Ok(bytes) => bytes,
            Err(why) => return Ok(Err(format!("the code was not taken: {why}"))),
        };
        let Ok(tokens) = serde_json::from_slice::<TokenAnswer>(&bytes) else {
            return Ok(Err("the tokens can't be read".to_owned()));
        };
        let asked = Asked {
            nonce: &login.nonce,
            access_token: tokens.access_token.as_deref(),
            not_before_s: login.purpose.not_before_s(login.begun_us),
        };
        let checked = self.check_token(&provider, &|expected| id_token(expected, &asked, &tokens.id_token)).await?;
        let claims = match checked {
            Ok(claims) => claims,
            Err(flaw) => return Ok(Err(format!("its token: {flaw}"))),
        };
        let subject = claims.sub.clone().unwrap_or_default();
        let subject_index = self.subject_index(provider.id, &subject);
        let strong = provider.settings.second_factor.shown(&claims.amr, claims.acr.as_deref());
        Ok(Ok(Proved { provider, claims, subject, subject_index, id_token: tokens.id_token, strong }))
    }

    pub(super) fn subject_index(&self, provider: ProviderId, subject: &str) -> Vec<u8> {
        let said = [provider.as_bytes(), subject.as_bytes()].concat();
        self.vault().blind_index(purpose::PROVIDER_SUBJECT, &said).to_vec()
    }
    pub(super) fn sid_index(&self, provider: ProviderId, sid: &str) -> Vec<u8> {
        let said = [provider.as_bytes(), sid.as_bytes()].concat();
        self.vault().blind_index(purpose::PROVIDER_SID, &said).to_vec()
    }

    async fn enter_by_provider(
        &self,
        proved: &Proved,
        next: Option<String>,
        client: &Client,
    ) -> Result<ProviderOutcome> {
        let provider = &proved.provider;
        let known = rows::by_subject(self.db(), self.org(), provider.id, &proved.subject_index).await?;
        let link = match known {
            Some(link) => {
                self.keep_roles(proved, link.person_id).await?;
                link
            }
            None => match self.make_account(proved).await {
                Ok(link) => link,
                Err(Error::Denied(code)) => {
                    self.refuse_provider(provider.id, None, code, client).await?;
                    return Err(Error::Denied(code));
                }
                Err(e) => return Err(e),
            },
        };
        let person = person_rows::get(self.db(), self.org(), link.person_id).await?;
        let Some(person) = person.filter(|p| p.state == PersonState::Active.as_str()) else {
            return Err(self
                .refuse_provider(provider.id, Some(link.person_id), "the person can't sign in", client)
                .await?);
        };
        let rule = self.key_rule(person.id, Way::Provider).await?;
        if let Some(why) = rule.refusal() {
            return Err(self.refuse_provider(provider.id, Some(person.id), why, client).await?);
        }
        let stage = match rule {
            KeyRule::Enrol { .. } if proved.strong => stage::ENROL_KEY,
            _ if proved.strong => stage::SIGNED_IN,
            _ => stage::SECOND_FACTOR,
        };
        if stage == stage::SECOND_FACTOR && !self.has_authenticator(person.id).await? {
            let code = "provider_single_factor";
            self.refuse_provider(provider.id, Some(person.id), code, client).await?;
            return Err(Error::Denied(code));
        }
        let (secret, met) = self.insert_provider_session(proved, &link, &person, stage, rule, client).await?;
        if stage == stage::SECOND_FACTOR {
            let expires_at = crate::clock::from_us(self.clock().now_us() + PENDING_FOR_US);
            return Ok(ProviderOutcome::SecondFactor { pending: PendingSignIn { secret, expires_at }, next });
        }
        Ok(ProviderOutcome::Entered { entered: self.entered(secret, met, client).await?, next })
    }

    async fn has_authenticator(&self, person: PersonId) -> Result<bool> {
        let credential = credential::get(self.db(), self.org(), person).await?;
        Ok(credential.is_some_and(|c| c.sealed_totp.is_some()))
    }

    async fn insert_provider_session(
        &self,
        proved: &Proved,
        link: &LinkRow,
        person: &PersonRow,
        stage: &'static str,
        rule: KeyRule,
        client: &Client,
    ) -> Result<(String, Option<Met>)> {
        let (provider, now) = (&proved.provider, self.clock().now_us());
        let (secret, id) = (wardpost_vault::random_token(), SessionId(self.clock().new_id()));
        let terms = self.session_terms(person.id, client).await?;
        let (lifetime_us, idle_us) = match stage {
            stage::SIGNED_IN => (terms.lifetime_us, terms.idle_us),
            stage::ENROL_KEY => (ENROL_FOR_US, terms.idle_us),
            _ => (PENDING_FOR_US, PENDING_FOR_US),
        };
        let mut batch = Batch::new();
        rows::link_used(&mut batch, self.org(), link.id, now, guard::STATE);
        let mut met = None;
        if stage != stage::SECOND_FACTOR {
            self.make_room(&mut batch, person.id).await?;
            self.note_asked(&mut batch, person.id, rule);
            met = self.meet(&mut batch, person, rule, client).await?;
            credential::signed_in(&mut batch, self.org(), person.id, now);
        }
        let row = SessionRow {
            id,
            secret_hash: self.web_session_hash(&secret).to_vec(),
            person_id: person.id,
            stage: stage.to_owned(),
            tries: 0,
            created_us: now,
            authenticated_us: proved_at(&proved.claims, now),
            last_seen_us: now,
            expires_us: now + lifetime_us,
            ended_us: None,
            method: Way::Provider.as_str().to_owned(),
            passkey_id: None,
            idle_us,
            zone_id: terms.zone,
            device_id: met.as_ref().map(|d| d.id),
            acting_for: None,
            sealed_client: self.seal(purpose::SESSION_CLIENT, id.as_bytes(), &SealedClient::from(client))?,
        };
        session_rows::insert(&mut batch, self.org(), row);
        let token = SealedIdToken { id_token: proved.id_token.clone() };
        let of_provider = ProviderSession {
            session_id: id,
            provider_id: provider.id,
            link_id: link.id,
            sid_index: proved.claims.sid.as_deref().map(|sid| self.sid_index(provider.id, sid)),
            sealed_token: self.seal(purpose::PROVIDER_TOKEN, id.as_bytes(), &token)?,
        };
        rows::insert_session(&mut batch, self.org(), of_provider);
        let entry = self.entry_of_person(person, AuditKind::SignInProvider, client)?.on("session", id);
        let entry = self.told_where(entry, client).await?;
        let entry = entry.with("provider", provider.settings.name.clone());
        self.audit(&mut batch, entry.with("second factor", if proved.strong { "shown there" } else { "asked here" }))?;
        match self.db().write(batch).await {
            Ok(_) => Ok((secret, met)),
            Err(StoreError::Guard(guard::STATE)) => {
                Err(self.refuse_provider(provider.id, Some(person.id), "the link was removed", client).await?)
            }
            Err(e) => Err(e.into()),
        }
    }

    pub(super) async fn refuse_provider(
        &self,
        provider: ProviderId,
        person: Option<PersonId>,
        why: &str,
        client: &Client,
    ) -> Result<Error> {
        let agent = person.map_or(AuditAgent::Guest, |id| AuditAgent::Person { id, roles: Vec::new() });
        let entry = NewEntry::of(agent, AuditKind::SignInProvider)
            .outcome(Outcome::Refused)
            .on("identity_provider", provider)
            .network(client.network)
            .request(client.request_id.clone())
            .why(why);
        self.audit_alone(entry).await?;
        Ok(Error::Unauthenticated)
    }
}

/// Only paths of this app: an address elsewhere would make the sign-in a springboard.
fn is_own_path(path: &str) -> bool {
    let plain = path.len() <= MAX_NEXT && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    plain && path.starts_with('/') && !path.starts_with("//")
}

/// A provider's error code, if it is one (RFC 6749, 4.1.2.1).
fn plain_error(error: Option<&str>) -> &str {
    let plain = |e: &&str| e.len() <= 60 && e.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    error.filter(plain).unwrap_or("nothing that can be read")
}

/// When somebody showed the provider who they are. It may have known them for days: then, and when it does not say, nothing
/// was proved lately (ASVS 7.5.3, 10.5).
fn proved_at(claims: &Claims, now_us: i64) -> i64 {
    let long_ago = now_us - RECENT_MINUTES * MINUTE_US - 1;
    claims.auth_time_s().and_then(|s| s.checked_mul(SECOND_US)).map_or(long_ago, |at| at.clamp(long_ago, now_us))
}
