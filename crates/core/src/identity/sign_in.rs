//! Signing in: password, then second factor.

use super::codes::normal_recovery_code;
use super::hasher::{Lane, is_outdated};
use super::key_rule::{ENROL_FOR_US, Entered, KeyRule};
use super::limiter::network_key;
use super::session::{SessionInfo, method, stage};
use super::throttle::BACK_OFF_FROM;
use super::{Client, DeviceSecret, SealedClient, totp};
use crate::audit::NewEntry;
use crate::clock::MINUTE_US;
use crate::error::guard;
use crate::live::Change;
use crate::mail::AccountNotice;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wardpost_model::audit::{AuditAgent, AuditKind, Outcome};
use wardpost_model::person::{Actor, PersonProfile, PersonState};
use wardpost_model::security::Way;
use wardpost_model::{EmailAddress, PersonId, SessionId};
use wardpost_store::repo::credential::{self as rows, CredentialRow};
use wardpost_store::repo::person::{self as person_rows, PersonRow};
use wardpost_store::repo::session::{self as session_rows, SessionRow, Stage};
use wardpost_store::{Batch, StoreError};
use wardpost_vault::Zeroizing;

/// Time for the second factor after the first.
pub(super) const PENDING_FOR_US: i64 = 10 * MINUTE_US;
/// Tries at the second factor of one sign-in.
const FACTOR_TRIES: i64 = 5;

/// Failures in a row after which a browser counts as a stranger's.
const KNOWN_TRIES: i64 = 10;

/// By which door somebody comes with a password, see [`Core::sign_in`].
struct PasswordDoor {
    lane: Lane,
    /// What failures at once are limited by: the network, or the browser.
    network: u128,
    /// What failures in a row are counted by: the login, or the browser.
    counted_by: Vec<u8>,
}

/// A sign-in that waits for the second factor.
#[derive(Debug, Clone)]
pub struct PendingSignIn {
    /// The cookie's value. Good for the second factor only; the session gets another.
    pub secret: String,
    /// Until when the second factor may be given.
    pub expires_at: Timestamp,
}

/// The second factor, as it was typed.
#[derive(Debug, Clone)]
pub enum Factor {
    /// What the authenticator app shows.
    Totp(String),
    /// One of the codes kept on paper.
    RecoveryCode(String),
}

impl Factor {
    fn name(&self) -> &'static str {
        match self {
            Self::Totp(_) => "authenticator app",
            Self::RecoveryCode(_) => "recovery code",
        }
    }
}

/// Somebody who has just signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The cookie's new value.
    pub secret: String,
    /// What the browser's device cookie is to be.
    pub device: DeviceSecret,
    /// The session.
    pub session: SessionInfo,
    /// Who.
    pub actor: Actor,
}

/// `credential.sealed_totp` and `credential.sealed_invitation`.
#[derive(Serialize, Deserialize)]
pub(super) struct SealedTotp {
    pub secret: Vec<u8>,
}

/// A factor that was looked at and found good; still to be used up.
pub(super) enum Proof {
    Step(i64),
    Code(Vec<u8>),
}

impl Core {
    /// First step: login and password.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], the same and after the same work whether the login is nobody's, the person can't sign in,
    /// or the password is wrong; [`Error::RateLimited`] by login (anybody's or nobody's) or network; [`Error::Unavailable`]
    /// while too many others sign in; [`Error::Denied`] where nobody may sign in by password.
    pub async fn sign_in(&self, login: &str, password: &str, client: &Client) -> Result<PendingSignIn> {
        let login_index = self.login_index(login);
        let door = self.door(&login_index, client).await?;
        let limiter = &self.identity().sign_ins;
        limiter
            .take(door.network, self.clock().now_us())
            .map_err(|retry_after_seconds| Error::RateLimited { retry_after_seconds })?;
        self.admit(Way::Password, client).await?;
        // Before the first write: a flood of guesses must not reach the store faster than it can be hashed.
        let place = self.identity().hasher.place(door.lane)?;
        let failures = self.reserve_login_try(&door.counted_by).await?;
        let found = self.credentials_of_login(&login_index).await?;
        let usable = found.as_ref().filter(|(p, _)| p.state == PersonState::Active.as_str());
        let phc = match usable {
            Some((p, c)) => self.open_password_hash(p.id, c)?,
            None => None,
        };
        let outdated = phc.as_ref().is_some_and(|phc| is_outdated(phc));
        // Asked of everybody, so that it takes its time whether the password is right or not.
        let id = usable.map_or(PersonId(uuid::Uuid::nil()), |(p, _)| p.id);
        let barred = self.key_rule(id, Way::Password).await?.refusal();
        let right = self.identity().hasher.verify_at(&place, password, phc).await?;
        match usable.filter(|_| right && barred.is_none()) {
            Some((person, credential)) => {
                let rehashed =
                    if outdated { Some(self.identity().hasher.hash_at(&place, password).await?) } else { None };
                let pending = self.begin_session(person, credential, rehashed, &door, client).await?;
                limiter.give_back(&door.network);
                Ok(pending)
            }
            None => {
                let why = barred.filter(|_| right);
                self.audit_refused_password(found.map(|(p, _)| p.id), login, failures, why, client).await?;
                Err(Error::Unauthenticated)
            }
        }
    }

    /// By which door somebody tries to come in: with a browser in which they have signed in before, their tries are counted,
    /// queued and limited apart from everybody else's, so that guessers can lock nobody out (ASVS 6.1.1, 6.3.1). A browser
    /// that fails too often in a row is a stranger again.
    async fn door(&self, login_index: &[u8], client: &Client) -> Result<PasswordDoor> {
        let strangers = PasswordDoor {
            lane: Lane::Strangers,
            network: network_key(client.network),
            counted_by: login_index.to_vec(),
        };
        if client.device.is_none() {
            return Ok(strangers);
        }
        let person = person_rows::by_login(self.db(), self.org(), login_index).await?.map(|p| p.id);
        let Some(device) = self.known_device(person, client).await? else { return Ok(strangers) };
        let counted_by = self.vault().blind_index(purpose::DEVICE_LOGIN, device.id.as_bytes()).to_vec();
        if rows::throttle(self.db(), self.org(), &counted_by).await?.failures >= KNOWN_TRIES {
            return Ok(strangers);
        }
        Ok(PasswordDoor { lane: Lane::Known, network: device.id.0.as_u128(), counted_by })
    }

    /// The index under which a login is found; what is no address has one as well, which nobody has.
    pub(crate) fn login_index(&self, login: &str) -> Vec<u8> {
        let login: String = login.trim().chars().take(320).collect();
        let normal = login.parse::<EmailAddress>().map_or_else(|_| login.to_lowercase(), |a| a.normalised());
        self.index(purpose::PERSON_LOGIN, &normal)
    }

    async fn credentials_of_login(&self, login_index: &[u8]) -> Result<Option<(PersonRow, CredentialRow)>> {
        let person = person_rows::by_login(self.db(), self.org(), login_index).await?;
        // Nobody's credentials are looked for as well, for the same time.
        let id = person.as_ref().map_or(PersonId(uuid::Uuid::nil()), |p| p.id);
        let credential = rows::get(self.db(), self.org(), id).await?;
        Ok(person.zip(credential))
    }

    pub(super) fn open_password_hash(
        &self,
        person: PersonId,
        credential: &CredentialRow,
    ) -> Result<Option<Zeroizing<String>>> {
        let Some(sealed) = &credential.sealed_password_hash else { return Ok(None) };
        let phc: String = self.unseal(purpose::CREDENTIAL_PASSWORD, person.as_bytes(), sealed)?;
        Ok(Some(Zeroizing::new(phc)))
    }

    async fn begin_session(
        &self,
        person: &PersonRow,
        credential: &CredentialRow,
        rehashed: Option<String>,
        door: &PasswordDoor,
        client: &Client,
    ) -> Result<PendingSignIn> {
        let now = self.clock().now_us();
        let (secret, id) = (wardpost_vault::random_token(), SessionId(self.clock().new_id()));
        let expires_us = now + PENDING_FOR_US;
        let mut batch = Batch::new();
        // Of this try itself nothing is told; of those before it, whoever made them.
        let own_try = i64::from(door.lane == Lane::Strangers);
        let before = rows::throttle(self.db(), self.org(), &person.login_index).await?.failures - own_try;
        if before >= BACK_OFF_FROM {
            self.tell_person(&mut batch, person.id, AccountNotice::AfterFailures { failures: before }).await?;
        }
        rows::clear_login(&mut batch, self.org(), &door.counted_by);
        rows::clear_login(&mut batch, self.org(), &person.login_index);
        let row = SessionRow {
            id,
            secret_hash: self.web_session_hash(&secret).to_vec(),
            person_id: person.id,
            stage: stage::SECOND_FACTOR.to_owned(),
            tries: 0,
            created_us: now,
            authenticated_us: now,
            last_seen_us: now,
            expires_us,
            ended_us: None,
            method: method::PASSWORD.to_owned(),
            passkey_id: None,
            idle_us: PENDING_FOR_US,
            zone_id: None,
            device_id: None,
            acting_for: None,
            sealed_client: self.seal(purpose::SESSION_CLIENT, id.as_bytes(), &SealedClient::from(client))?,
        };
        session_rows::insert(&mut batch, self.org(), row);
        if let (Some(phc), Some(seen)) = (rehashed, &credential.sealed_password_hash) {
            let sealed = self.seal(purpose::CREDENTIAL_PASSWORD, person.id.as_bytes(), &phc)?;
            rows::rehash(&mut batch, self.org(), person.id, seen, sealed, guard::STATE);
        }
        let entry = self.entry_of_person(person, AuditKind::SignInPassword, client)?;
        self.audit(&mut batch, entry.on("session", id))?;
        self.db().write(batch).await?;
        Ok(PendingSignIn { secret, expires_at: crate::clock::from_us(expires_us) })
    }

    async fn audit_refused_password(
        &self,
        person: Option<PersonId>,
        login: &str,
        failures: i64,
        why: Option<&str>,
        client: &Client,
    ) -> Result<()> {
        let agent = person.map_or(AuditAgent::Guest, |id| AuditAgent::Person { id, roles: Vec::new() });
        let mut entry = NewEntry::of(agent, AuditKind::SignInPassword)
            .outcome(Outcome::Refused)
            .network(client.network)
            .request(client.request_id.clone())
            .with("failures", failures.to_string());
        // What is no address may be a password typed into the wrong field.
        if let Ok(address) = login.trim().parse::<EmailAddress>() {
            entry = entry.with("login", address.normalised());
        }
        if let Some(why) = why {
            entry = entry.why(why);
        }
        self.audit_alone(entry).await
    }

    /// Second step: the second factor. The session gets another secret. Who must choose another password, or needs a security
    /// key and has none, is asked for it before anything else.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when the factor is wrong or used, or the sign-in has run out (too late, or five wrong tries),
    /// or the person has a security key, which their role demands;
    /// [`Error::RateLimited`] by person.
    pub async fn second_factor(&self, secret: &str, factor: &Factor, client: &Client) -> Result<Entered> {
        let now = self.clock().now_us();
        let old_hash = self.web_session_hash(secret);
        let session = session_rows::by_secret(self.db(), self.org(), &old_hash).await?;
        // The first step may have been an identity provider's.
        let way = session.as_ref().and_then(|s| Way::from_name(&s.method)).unwrap_or(Way::Password);
        self.admit(way, client).await?;
        let session = session
            .filter(|s| s.stage == stage::SECOND_FACTOR && s.ended_us.is_none() && s.expires_us > now)
            .ok_or(Error::Unauthenticated)?;
        let person = self.active_person(session.person_id).await?;
        let proof = self.check_factor(&session, &person, factor, AuditKind::SignInSecondFactor, client).await?;
        let rule = self.key_rule(person.id, way).await?;
        if rule.refusal().is_some() {
            return Err(self.refuse_factor(&session, &person, factor, AuditKind::SignInSecondFactor, client).await?);
        }

        let (new_secret, now) = (wardpost_vault::random_token(), self.clock().now_us());
        // An identity provider's first factor is no password of ours.
        let must_change = way == Way::Password && self.why_change(person.id).await?.is_some();
        let to = match must_change {
            true => self.changing_stage(now),
            false => self.entered_stage(stage::SECOND_FACTOR, person.id, rule, now, client).await?,
        };
        let expires_at = crate::clock::from_us(to.expires_us);
        let mut batch = Batch::new();
        self.make_room(&mut batch, person.id).await?;
        self.use_proof(&mut batch, person.id, &proof).await?;
        let mut device = None;
        if !must_change {
            self.note_asked(&mut batch, person.id, rule);
            device = self.meet(&mut batch, &person, rule, client).await?;
            rows::signed_in(&mut batch, self.org(), person.id, now);
        }
        let to = Stage { device_id: device.as_ref().map(|d| d.id), ..to };
        let new_hash = self.web_session_hash(&new_secret);
        session_rows::rotate(&mut batch, self.org(), &old_hash, &new_hash, to, guard::FOUND);
        let entry = self.entry_of_person(&person, AuditKind::SignInSecondFactor, client)?;
        let entry = self.told_where(entry, client).await?;
        self.audit(&mut batch, entry.on("session", session.id).with("method", factor.name()))?;
        self.write_proof(batch, &session, &person, factor, AuditKind::SignInSecondFactor, client).await?;
        if must_change {
            return Ok(Entered::ChangePassword(PendingSignIn { secret: new_secret, expires_at }));
        }
        self.entered(new_secret, device, client).await
    }

    /// The stage in which a last step leaves a session: signed in, or a security key is to be added first.
    pub(super) async fn entered_stage(
        &self,
        from: &'static str,
        person: PersonId,
        rule: KeyRule,
        now: i64,
        client: &Client,
    ) -> Result<Stage<'static>> {
        let terms = self.session_terms(person, client).await?;
        let enrols = matches!(rule, KeyRule::Enrol { .. });
        Ok(Stage {
            from,
            to: if enrols { stage::ENROL_KEY } else { stage::SIGNED_IN },
            at_us: now,
            expires_us: now + if enrols { ENROL_FOR_US } else { terms.lifetime_us },
            idle_us: terms.idle_us,
            zone_id: terms.zone,
            device_id: None,
        })
    }

    /// Proves oneself anew within a session, for acts that want it (see [`super::RECENT_MINUTES`]). Gives the session's new
    /// secret (ASVS 7.2.4).
    ///
    /// # Errors
    /// As [`Core::second_factor`]; five wrong tries end the session.
    pub async fn step_up(&self, secret: &str, factor: &Factor, client: &Client) -> Result<String> {
        let (actor, info) = self.authenticate_session(secret, client, true).await?;
        let session = session_rows::get(self.db(), self.org(), info.id).await?.ok_or(Error::Unauthenticated)?;
        let person = self.active_person(actor.person_id).await?;
        let proof = self.check_factor(&session, &person, factor, AuditKind::SignInSecondFactor, client).await?;
        if self.key_rule(person.id, Way::Password).await? == KeyRule::HasKey {
            return Err(self.refuse_factor(&session, &person, factor, AuditKind::SignInSecondFactor, client).await?);
        }
        let mut batch = Batch::new();
        self.use_proof(&mut batch, person.id, &proof).await?;
        let new_secret = self.renew_secret(&mut batch, session.id, secret);
        let entry = NewEntry::by(&actor, AuditKind::SignInSecondFactor).on("session", session.id);
        self.audit(&mut batch, entry.with("method", factor.name()).why("proved anew within the session"))?;
        self.announce(&mut batch, Change::Sessions(person.id));
        self.write_proof(batch, &session, &person, factor, AuditKind::SignInSecondFactor, client).await?;
        self.identity().forget_person(person.id);
        Ok(new_secret)
    }

    /// Adds that the person proved themselves anew, and another secret of the session, which it gives.
    pub(super) fn renew_secret(&self, batch: &mut Batch, session: SessionId, secret: &str) -> String {
        let new_secret = wardpost_vault::random_token();
        let (old, new) = (self.web_session_hash(secret), self.web_session_hash(&new_secret));
        session_rows::confirm(batch, self.org(), session, &old, &new, self.clock().now_us(), guard::FOUND);
        new_secret
    }

    pub(super) async fn active_person(&self, id: PersonId) -> Result<PersonRow> {
        let person = person_rows::get(self.db(), self.org(), id).await?;
        person.filter(|p| p.state == PersonState::Active.as_str()).ok_or(Error::Unauthenticated)
    }

    /// Looks at a factor after counting the try. A wrong one is audited, and the fifth ends the session.
    async fn check_factor(
        &self,
        session: &SessionRow,
        person: &PersonRow,
        factor: &Factor,
        kind: AuditKind,
        client: &Client,
    ) -> Result<Proof> {
        let mut count = Batch::new();
        session_rows::count_try(&mut count, self.org(), session.id, &session.stage, session.tries, guard::FOUND);
        let credential = self.reserve_factor_try(person.id, &count).await?;
        let proof = match factor {
            Factor::Totp(code) => match &credential.sealed_totp {
                Some(sealed) => {
                    let totp: SealedTotp = self.unseal(purpose::CREDENTIAL_TOTP, person.id.as_bytes(), sealed)?;
                    let last = credential.totp_last_step;
                    totp::matching_step(&totp.secret, code, self.clock().now_us(), last).map(Proof::Step)
                }
                None => None,
            },
            Factor::RecoveryCode(code) => normal_recovery_code(code)
                .map(|c| Proof::Code(self.vault().hash_secret(purpose::CREDENTIAL_RECOVERY, c.as_bytes()).to_vec())),
        };
        match proof {
            Some(proof) => Ok(proof),
            None => Err(self.refuse_factor(session, person, factor, kind, client).await?),
        }
    }

    /// Adds the using up of a factor. Of a recovery code its owner is told.
    async fn use_proof(&self, batch: &mut Batch, person: PersonId, proof: &Proof) -> Result<()> {
        match proof {
            Proof::Step(step) => rows::use_step(batch, self.org(), person, *step, guard::STATE),
            Proof::Code(hash) => {
                rows::use_recovery_code(batch, self.org(), person, hash, self.clock().now_us(), guard::STATE);
                rows::clear_failures(batch, self.org(), person);
                let left = rows::recovery_codes_left(self.db(), self.org(), person).await? - 1;
                self.tell_person(batch, person, AccountNotice::RecoveryUsed { left: left.max(0) }).await?;
            }
        }
        Ok(())
    }

    /// Writes a batch that uses up a factor. A factor used meanwhile, or a code that there is not, is a wrong one.
    async fn write_proof(
        &self,
        batch: Batch,
        session: &SessionRow,
        person: &PersonRow,
        factor: &Factor,
        kind: AuditKind,
        client: &Client,
    ) -> Result<()> {
        match self.db().write(batch).await {
            Ok(_) => Ok(()),
            Err(StoreError::Guard(guard::STATE)) => {
                Err(self.refuse_factor(session, person, factor, kind, client).await?)
            }
            Err(StoreError::Guard(_)) => Err(Error::Unauthenticated),
            Err(e) => Err(e.into()),
        }
    }

    async fn refuse_factor(
        &self,
        session: &SessionRow,
        person: &PersonRow,
        factor: &Factor,
        kind: AuditKind,
        client: &Client,
    ) -> Result<Error> {
        let mut batch = Batch::new();
        let entry = self.entry_of_person(person, kind, client)?.outcome(Outcome::Refused);
        self.audit(&mut batch, entry.on("session", session.id).with("method", factor.name()))?;
        if session.tries + 1 >= FACTOR_TRIES {
            session_rows::end_if_open(&mut batch, self.org(), session.id, self.clock().now_us());
            if session.stage == stage::SECOND_FACTOR {
                self.tell_person(&mut batch, person.id, AccountNotice::FactorFailed).await?;
            }
            self.announce(&mut batch, Change::Sessions(person.id));
            self.identity().forget_person(person.id);
        }
        self.db().write(batch).await?;
        Ok(Error::Unauthenticated)
    }

    /// An entry of what a person did before (or without) being signed in.
    pub(super) fn entry_of_person(&self, person: &PersonRow, kind: AuditKind, client: &Client) -> Result<NewEntry> {
        let profile: PersonProfile =
            self.unseal(purpose::PERSON_PROFILE, person.id.as_bytes(), &person.sealed_profile)?;
        Ok(NewEntry::of(AuditAgent::Person { id: person.id, roles: Vec::new() }, kind)
            .agent_name(profile.name)
            .network(client.network)
            .request(client.request_id.clone()))
    }
}
