//! Sessions: known by a secret of 256 random bits of which only a keyed hash is stored; idle and absolute time-out decided
//! here, by the server's clock (SP 800-63B-4, 5; ASVS 7).

use super::Client;
use super::rotation::WhyChange;
use super::zone::Place;
use crate::clock::{MINUTE_US, SECOND_US, from_us};
use crate::live::Change;
use crate::people::MandatedMailbox;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use aws_lc_rs::hmac;
use base64::prelude::*;
use jiff::Timestamp;
use std::sync::Arc;
use wardpost_model::SessionId;
use wardpost_model::audit::AuditKind;
use wardpost_model::person::{Actor, Mailbox, PersonProfile};
use wardpost_store::Batch;
use wardpost_store::repo::session::{self as rows, SessionRow};

/// Stages of a session, as stored.
pub(super) mod stage {
    pub(crate) const SECOND_FACTOR: &str = "second_factor";
    /// Both factors were shown; another password is to be chosen.
    pub(crate) const CHANGE_PASSWORD: &str = "change_password";
    pub(crate) const SIGNED_IN: &str = "signed_in";
    /// Good for adding a security key, and for nothing else.
    pub(crate) const ENROL_KEY: &str = "enrol_key";
}

/// How somebody came in, as stored and as served.
pub(super) mod method {
    pub(crate) const PASSWORD: &str = "password";
}

/// Longest secret that is looked at.
const MAX_SECRET_BYTES: usize = 64;
/// Activity is written down at most this often: a session may end up to this much early, never late.
const NOTE_EVERY_US: i64 = MINUTE_US;

/// A session, as the one whose it is sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionInfo {
    /// Its id (not its secret).
    pub id: SessionId,
    /// Value that unsafe requests must carry: derived from the secret, good for this session only.
    pub csrf: String,
    /// When the second factor was given last.
    pub authenticated_at: Timestamp,
    /// Seconds without activity after which it ends.
    pub idle_seconds: u32,
    /// Seconds before its end at which the page warns.
    pub warn_seconds: u16,
    /// When it ends without activity.
    pub idle_expires_at: Timestamp,
    /// When it ends in any case.
    pub absolute_expires_at: Timestamp,
}

/// Where a browser stands.
#[derive(Debug, Clone)]
pub enum SessionState {
    /// Not signed in.
    Anonymous,
    /// Signed in, but where the session can't be used: it goes on where its person may use it.
    Elsewhere,
    /// The password was right; the second factor is missing.
    SecondFactor {
        /// Until when it may be given.
        expires_at: Timestamp,
    },
    /// A security key is to be added before anything else.
    EnrolKey {
        /// Until when it may be added here.
        expires_at: Timestamp,
    },
    /// Both factors were shown; another password is to be chosen before anything else.
    ChangePassword {
        /// Why.
        why: WhyChange,
        /// Until when it may be chosen.
        expires_at: Timestamp,
    },
    /// Signed in.
    SignedIn(Box<SessionView>),
}

/// Everything the web app needs to know about whoever is signed in.
#[derive(Debug, Clone)]
pub struct SessionView {
    /// Who acts.
    pub actor: Actor,
    /// Name, login, function, language.
    pub profile: PersonProfile,
    /// The mailboxes that the person uses, own first.
    pub mailboxes: Vec<Arc<Mailbox>>,
    /// The mailboxes in which the person acts for colleagues.
    pub mandated: Vec<MandatedMailbox>,
    /// When what the person may use changes by itself, in microseconds since the epoch.
    pub changes_us: Option<i64>,
    /// Name of the organisation.
    pub org_name: String,
    /// The session.
    pub session: SessionInfo,
    /// Where its person is.
    pub place: Place,
}

/// A session and its person, as remembered for a moment.
#[derive(Debug)]
pub(crate) struct Known {
    pub(super) row: SessionRow,
    pub(super) actor: Actor,
    profile: PersonProfile,
}

impl Core {
    /// Whose session a request belongs to. Fast: the store is asked at most once a second for a session.
    ///
    /// `extends` is for requests that show that somebody is there (not for polling and event streams): it starts the idle
    /// time anew.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when there is no such session, it waits for the second factor, has ended or run out, or the
    /// person can't sign in any more; [`Error::Denied`] where the way by which they came in is not open.
    pub async fn authenticate_session(
        &self,
        secret: &str,
        client: &Client,
        extends: bool,
    ) -> Result<(Actor, SessionInfo)> {
        let known = self.known_session(secret, client, extends).await?;
        Ok((self.acting(&known, client).await?, self.session_info(&known.row, secret).await?))
    }

    /// Whether a request's CSRF value is the session's. Compared in constant time.
    #[must_use]
    pub fn csrf_matches(&self, secret: &str, value: &str) -> bool {
        wardpost_vault::constant_time_eq(csrf_of(secret).as_bytes(), value.as_bytes())
    }

    /// Where a browser stands, without extending anything.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn session_state(&self, secret: Option<&str>, client: &Client) -> Result<SessionState> {
        let Some(secret) = secret.filter(|s| s.len() <= MAX_SECRET_BYTES) else { return Ok(SessionState::Anonymous) };
        let view = match self.known_session(secret, client, false).await {
            Ok(known) => self.session_view(&known, secret, client).await,
            Err(e) => Err(e),
        };
        match view {
            Ok(view) => Ok(SessionState::SignedIn(Box::new(view))),
            Err(Error::Denied(_)) => Ok(SessionState::Elsewhere),
            Err(Error::Unauthenticated) => self.half_way(secret).await,
            Err(e) => Err(e),
        }
    }

    /// Where a browser stands that nobody is signed in with.
    async fn half_way(&self, secret: &str) -> Result<SessionState> {
        let row = rows::by_secret(self.db(), self.org(), &self.web_session_hash(secret)).await?;
        let now = self.clock().now_us();
        let Some(row) = row.filter(|s| s.ended_us.is_none() && s.expires_us > now) else {
            return Ok(SessionState::Anonymous);
        };
        let expires_at = from_us(row.expires_us);
        match row.stage.as_str() {
            stage::SECOND_FACTOR => Ok(SessionState::SecondFactor { expires_at }),
            stage::ENROL_KEY => Ok(SessionState::EnrolKey { expires_at }),
            stage::CHANGE_PASSWORD => {
                // What was due a moment ago may be due no more: then one signs in anew.
                let why = self.why_change(row.person_id).await?;
                Ok(why.map_or(SessionState::Anonymous, |why| SessionState::ChangePassword { why, expires_at }))
            }
            _ => Ok(SessionState::Anonymous),
        }
    }

    /// A session by its id, without extending it; none when it has ended, or can't be used from where the client is. For what lives longer than the session's secret,
    /// which changes when somebody proves themselves anew.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn session_by_id(&self, id: SessionId, client: &Client) -> Result<Option<SessionView>> {
        self.heed_changes();
        let known = match self.known_of(rows::get(self.db(), self.org(), id).await?).await {
            Ok(known) => known,
            Err(Error::Unauthenticated) => return Ok(None),
            Err(e) => return Err(e),
        };
        if !self.is_open(&known.row, self.idle_at(&known, client).await?) {
            return Ok(None);
        }
        match self.session_view(&known, "", client).await {
            Ok(view) => Ok(Some(view)),
            Err(Error::Denied(_)) => Ok(None),
            Err(e) => Err(e),
        }
    }

    async fn session_view(&self, known: &Known, secret: &str, client: &Client) -> Result<SessionView> {
        let actor = self.acting(known, client).await?;
        let place = self.place(&*self.house().await?, client);
        // For a patient nobody reads the own mail.
        let (mailboxes, mandated) = match actor.circumstances.acting_for {
            Some(_) => (Vec::new(), Vec::new()),
            None => (self.mailboxes_of(actor.person_id).await?, self.mandated_mailboxes(actor.person_id).await?),
        };
        let by_mandate = self.house().await?.next_mandate_change(actor.person_id, self.clock().now_us());
        let by_proxy = self.next_proxy_change(&actor).await?;
        Ok(SessionView {
            mailboxes,
            mandated,
            changes_us: by_mandate.into_iter().chain(by_proxy).min(),
            org_name: self.org_name().await?,
            session: self.session_info(&known.row, secret).await?,
            profile: known.profile.clone(),
            actor,
            place,
        })
    }

    /// Whether a session is open, by what was written down and by what holds where its person is now.
    fn is_open(&self, row: &SessionRow, idle_now_us: i64) -> bool {
        let now = self.clock().now_us();
        now < row.expires_us && now < row.last_seen_us + row.idle_us.min(idle_now_us)
    }

    async fn idle_at(&self, known: &Known, client: &Client) -> Result<i64> {
        let house = self.house().await?;
        let (_, rules) = self.zone_of(&house, client);
        Ok(self.idle_for(&house, known.row.person_id, rules))
    }

    /// Says that somebody is there: starts the idle time anew, and gives its new end.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`].
    pub async fn touch_session(&self, secret: &str, client: &Client) -> Result<SessionInfo> {
        let (actor, info) = self.authenticate_session(secret, client, true).await?;
        let now = self.clock().now_us();
        let idle_us = i64::from(info.idle_seconds) * SECOND_US;
        if now - info.idle_expires_at.as_microsecond() + idle_us < SECOND_US {
            return Ok(info);
        }
        let mut batch = Batch::new();
        rows::seen(&mut batch, self.org(), info.id, now);
        self.db().write(batch).await?;
        self.identity().forget_person(actor.person_id);
        Ok(self.authenticate_session(secret, client, false).await?.1)
    }

    /// Signs out: ends the session, or the sign-in that waits for its second factor. Without a session nothing happens.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sign_out(&self, secret: &str, client: &Client) -> Result<()> {
        let row = rows::by_secret(self.db(), self.org(), &self.web_session_hash(secret)).await?;
        let Some(row) = row.filter(|s| s.ended_us.is_none()) else { return Ok(()) };
        let mut batch = Batch::new();
        rows::end_if_open(&mut batch, self.org(), row.id, self.clock().now_us());
        if let Some(person) = wardpost_store::repo::person::get(self.db(), self.org(), row.person_id).await? {
            let entry = self.entry_of_person(&person, AuditKind::SignOut, client)?;
            self.audit(&mut batch, entry.on("session", row.id))?;
        }
        self.announce(&mut batch, Change::Sessions(row.person_id));
        self.db().write(batch).await?;
        self.identity().forget_person(row.person_id);
        Ok(())
    }

    /// A signed-in session for tests that need many.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn put_test_session(
        &self,
        batch: &mut Batch,
        id: SessionId,
        person_id: wardpost_model::PersonId,
        secret: &str,
        now: i64,
    ) -> Result<()> {
        let client = super::SealedClient::from(&crate::testing::client());
        let row = SessionRow {
            id,
            secret_hash: self.web_session_hash(secret).to_vec(),
            person_id,
            stage: stage::SIGNED_IN.to_owned(),
            tries: 0,
            created_us: now,
            authenticated_us: now,
            last_seen_us: now,
            expires_us: now + 720 * MINUTE_US,
            ended_us: None,
            method: method::PASSWORD.to_owned(),
            passkey_id: None,
            idle_us: 15 * MINUTE_US,
            zone_id: None,
            device_id: None,
            acting_for: None,
            sealed_client: self.seal(purpose::SESSION_CLIENT, id.as_bytes(), &client)?,
        };
        rows::insert(batch, self.org(), row);
        Ok(())
    }

    pub(super) fn web_session_hash(&self, secret: &str) -> [u8; 32] {
        let secret = secret.as_bytes().get(..MAX_SECRET_BYTES.min(secret.len())).unwrap_or_default();
        self.vault().hash_secret(purpose::SESSION_SECRET, secret)
    }

    async fn known_session(&self, secret: &str, client: &Client, extends: bool) -> Result<Arc<Known>> {
        if secret.len() > MAX_SECRET_BYTES {
            return Err(Error::Unauthenticated);
        }
        self.heed_changes();
        let (hash, now) = (self.web_session_hash(secret), self.clock().now_us());
        let mut known = match self.identity().sessions.get(&hash, now) {
            Ok(known) => known,
            Err(generation) => {
                let known = Arc::new(self.load_session(&hash).await?);
                let person = known.row.person_id;
                self.identity().sessions.put(hash, person, Arc::clone(&known), now, generation);
                known
            }
        };
        let idle_us = self.idle_at(&known, client).await?;
        if !self.is_open(&known.row, idle_us) {
            return Err(Error::Unauthenticated);
        }
        let house = self.house().await?;
        let zone_id = self.zone_of(&house, client).0.map(|z| z.id);
        let seen = extends && now - known.row.last_seen_us >= NOTE_EVERY_US.min(idle_us / 4);
        let last_seen_us = if seen { now } else { known.row.last_seen_us };
        let row = SessionRow { last_seen_us, idle_us, zone_id, ..known.row.clone() };
        if row != known.row {
            known = self.note(known, row).await;
        }
        Ok(known)
    }

    async fn load_session(&self, hash: &[u8; 32]) -> Result<Known> {
        self.known_of(rows::by_secret(self.db(), self.org(), hash).await?).await
    }

    async fn known_of(&self, row: Option<SessionRow>) -> Result<Known> {
        let row = row.filter(|s| s.stage == stage::SIGNED_IN && s.ended_us.is_none()).ok_or(Error::Unauthenticated)?;
        let client = Client::default();
        let Some((mut actor, profile)) = self.active_actor(row.person_id, &client).await? else {
            return Err(Error::Unauthenticated);
        };
        actor.session_id = Some(row.id);
        Ok(Known { row, actor, profile })
    }

    /// Writes activity, and where the person is, down. Failing to is no reason to refuse a request: the session just ends
    /// earlier.
    async fn note(&self, known: Arc<Known>, row: SessionRow) -> Arc<Known> {
        let mut batch = Batch::new();
        if row.last_seen_us != known.row.last_seen_us {
            rows::seen(&mut batch, self.org(), row.id, row.last_seen_us);
        }
        if (row.idle_us, row.zone_id) != (known.row.idle_us, known.row.zone_id) {
            rows::move_to(&mut batch, self.org(), row.id, row.idle_us, row.zone_id);
        }
        if let Err(error) = self.db().write(batch).await {
            tracing::warn!(%error, session.id = %row.id, "activity of a session was not written down");
            return known;
        }
        let noted = Arc::new(Known { row, actor: known.actor.clone(), profile: known.profile.clone() });
        if let Ok(hash) = <[u8; 32]>::try_from(noted.row.secret_hash.as_slice()) {
            self.identity().sessions.replace(&hash, Arc::clone(&noted));
        }
        noted
    }

    async fn session_info(&self, row: &SessionRow, secret: &str) -> Result<SessionInfo> {
        Ok(SessionInfo {
            id: row.id,
            csrf: csrf_of(secret),
            authenticated_at: from_us(row.authenticated_us),
            idle_seconds: u32::try_from(row.idle_us / SECOND_US).unwrap_or(u32::MAX),
            warn_seconds: self.security_current().await?.policy.sessions.warn_seconds,
            idle_expires_at: from_us((row.last_seen_us + row.idle_us).min(row.expires_us)),
            absolute_expires_at: from_us(row.expires_us),
        })
    }
}

fn csrf_of(secret: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(hmac::sign(&key, b"wardpost session csrf 1"))
}
