//! Security keys for the roles that policy names: who holds such a role and has a device-bound passkey comes in only by
//! it; who has none yet comes in by another way for a stated time, to add one and for nothing else (ASVS 6.3.3).
//!
//! A passkey that its maker's service copies to other devices does not count: whoever gets into that service has it.

use super::device::Met;
use super::passkey::ChallengeFor;
use super::session::stage;
use super::{Client, DeviceSecret, PasskeyLine, PasskeyMade, PasskeyWanted, PendingSignIn, SignedIn};
use crate::clock::{DAY_US, MINUTE_US, from_us};
use crate::error::guard;
use crate::live::Change;
use crate::mail::AccountNotice;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use wardpost_model::PersonId;
use wardpost_model::audit::AuditKind;
use wardpost_model::person::PersonProfile;
use wardpost_model::security::Way;
use wardpost_store::Batch;
use wardpost_store::repo::session::{self as session_rows, SessionRow};
use wardpost_store::repo::{credential as credential_rows, passkey as passkey_rows};

/// Time to add a security key, after coming in for it.
pub(super) const ENROL_FOR_US: i64 = 10 * MINUTE_US;

/// What came of a last step of signing in.
#[derive(Debug, Clone)]
pub enum Entered {
    /// Signed in.
    SignedIn(Box<SignedIn>),
    /// Another password is to be chosen before anything else. The secret is good for that only.
    ChangePassword(PendingSignIn),
    /// A security key is to be added before anything else. The secret is good for that only.
    EnrolKey(PendingSignIn),
}

impl Entered {
    /// The cookie's new value.
    #[must_use]
    pub fn secret(&self) -> &str {
        match self {
            Self::SignedIn(done) => &done.secret,
            Self::ChangePassword(pending) | Self::EnrolKey(pending) => &pending.secret,
        }
    }
    /// What the browser's device cookie is to be; none while something is to be done first.
    #[must_use]
    pub fn device(&self) -> Option<&DeviceSecret> {
        match self {
            Self::SignedIn(done) => Some(&done.device),
            Self::ChangePassword(_) | Self::EnrolKey(_) => None,
        }
    }
    /// Whoever has signed in; nobody while something is to be done first.
    #[must_use]
    pub fn signed_in(self) -> Option<SignedIn> {
        match self {
            Self::SignedIn(done) => Some(*done),
            Self::ChangePassword(_) | Self::EnrolKey(_) => None,
        }
    }
}

/// What the rule says of somebody who comes in by a way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyRule {
    /// Nothing.
    Open,
    /// They have a security key, and it is the only way in.
    HasKey,
    /// They have none, and the time to add one this way is over.
    Late,
    /// They have none yet. `first`: they are asked for the first time.
    Enrol { first: bool },
}

impl KeyRule {
    /// Why somebody can't come in, for the log: whoever tries learns nothing of it.
    pub(super) const fn refusal(self) -> Option<&'static str> {
        match self {
            Self::Open | Self::Enrol { .. } => None,
            Self::HasKey => Some("a security key is required"),
            Self::Late => Some("a security key is required, and the time to add one is over"),
        }
    }
}

impl Core {
    /// Whether somebody holds a role for which policy wants a security key.
    pub(super) async fn needs_key(&self, person: PersonId) -> Result<bool> {
        let house = self.house().await?;
        let keyed = &house.security.policy.security_key_roles;
        Ok(house.person(person).is_some_and(|p| !p.roles.is_disjoint(keyed)))
    }

    /// What the rule says of somebody (or nobody) who comes in by a way. Reads the same of everybody.
    pub(super) async fn key_rule(&self, person: PersonId, way: Way) -> Result<KeyRule> {
        let keys = passkey_rows::of_person(self.db(), self.org(), person).await?;
        let credential = credential_rows::get(self.db(), self.org(), person).await?;
        if way == Way::SecurityKey || !self.needs_key(person).await? {
            return Ok(KeyRule::Open);
        }
        if keys.iter().any(|k| k.device_bound) {
            return Ok(KeyRule::HasKey);
        }
        let grace_us = i64::from(self.security_current().await?.policy.security_key_grace_days) * DAY_US;
        Ok(match credential.and_then(|c| c.key_asked_us) {
            None => KeyRule::Enrol { first: true },
            Some(asked) if self.clock().now_us() < asked + grace_us => KeyRule::Enrol { first: false },
            Some(_) => KeyRule::Late,
        })
    }

    /// Adds that somebody is asked for a security key, if they are for the first time.
    pub(super) fn note_asked(&self, batch: &mut Batch, person: PersonId, rule: KeyRule) {
        if rule == (KeyRule::Enrol { first: true }) {
            credential_rows::ask_key(batch, self.org(), person, Some(self.clock().now_us()));
        }
    }

    /// What came of a last step: signed in with a browser, or without one met, a security key is to be added.
    pub(super) async fn entered(&self, secret: String, met: Option<Met>, client: &Client) -> Result<Entered> {
        let Some(met) = met else {
            let expires_at = from_us(self.clock().now_us() + ENROL_FOR_US);
            return Ok(Entered::EnrolKey(PendingSignIn { secret, expires_at }));
        };
        let (actor, session) = self.authenticate_session(&secret, client, false).await?;
        Ok(Entered::SignedIn(Box::new(SignedIn { secret, device: met.secret, session, actor })))
    }

    /// Until when somebody has time to add their first security key; they come in by another way no more after it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn key_grace_ends(&self, secret: &str) -> Result<Option<Timestamp>> {
        let Ok(session) = self.enrolling(secret).await else { return Ok(None) };
        let credential = credential_rows::get(self.db(), self.org(), session.person_id).await?;
        let days = self.security_current().await?.policy.security_key_grace_days;
        Ok(credential.and_then(|c| c.key_asked_us).map(|asked| from_us(asked + i64::from(days) * DAY_US)))
    }

    async fn enrolling(&self, secret: &str) -> Result<SessionRow> {
        let hash = self.web_session_hash(secret);
        let found = session_rows::by_secret(self.db(), self.org(), &hash).await?;
        let now = self.clock().now_us();
        found
            .filter(|s| s.stage == stage::ENROL_KEY && s.ended_us.is_none() && s.expires_us > now)
            .ok_or(Error::Unauthenticated)
    }

    /// Begins the adding of the first security key.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when nobody is to add one here, or it took too long; [`Error::Conflict`]
    /// `too_many_passkeys`.
    pub async fn key_registration(&self, secret: &str) -> Result<PasskeyWanted> {
        let session = self.enrolling(secret).await?;
        let person = self.active_person(session.person_id).await?;
        let profile: PersonProfile =
            self.unseal(purpose::PERSON_PROFILE, person.id.as_bytes(), &person.sealed_profile)?;
        self.passkey_wanted(person.id, profile, ChallengeFor::Adding(session.id)).await
    }

    /// Adds the first security key, and ends the sign-in: from now on one signs in with the key, and all sessions that
    /// began another way end as well.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] as [`Core::key_registration`]; [`Error::Validation`] of `name`, or of `credential` with the
    /// code `synced` when it is copied to other devices, or `wrong` when it can't be believed.
    pub async fn enrol_key(
        &self,
        secret: &str,
        name: &str,
        made: &PasskeyMade,
        client: &Client,
    ) -> Result<PasskeyLine> {
        let session = self.enrolling(secret).await?;
        let person = self.active_person(session.person_id).await?;
        let mut batch = Batch::new();
        let line = self.put_passkey(&mut batch, person.id, ChallengeFor::Adding(session.id), name, made)?;
        if !line.device_bound {
            let why = "This passkey is copied to other devices. Use a security key.";
            return Err(Error::field("credential", "synced", why));
        }
        let now = self.clock().now_us();
        session_rows::end(&mut batch, self.org(), session.id, now, guard::STATE);
        session_rows::end_of(&mut batch, self.org(), person.id, now);
        let entry = self.entry_of_person(&person, AuditKind::PasskeyAdded, client)?.on("passkey", line.id);
        let entry = entry.with("name", line.name.clone()).with("device bound", "true");
        self.audit(&mut batch, entry.why("a role wants a security key"))?;
        self.tell_person(&mut batch, person.id, AccountNotice::PasskeyAdded { name: &line.name }).await?;
        self.announce(&mut batch, Change::Sessions(person.id));
        self.db().write(batch).await.map_err(super::own_passkeys::not_new)?;
        self.identity().forget_person(person.id);
        Ok(line)
    }
}
