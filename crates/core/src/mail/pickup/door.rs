//! The door of a pick-up: what stands on it, one-time codes, tries, locks, and the guest's session.

use super::{PickupAnswer, PickupDoor, PickupSession, PickupState};
use crate::audit::NewEntry;
use crate::clock::{HOUR_US, MINUTE_US, SECOND_US, from_us};
use crate::error::guard;
use crate::live::Change;
use crate::mail::notice::code_sms;
use crate::mail::types::SealedPickup;
use crate::people::normal_secret;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use std::net::IpAddr;
use wardpost_model::PickupId;
use wardpost_model::audit::{AuditKind, Outcome};
use wardpost_model::plan::SecondFactor;
use wardpost_store::repo::message as messages;
use wardpost_store::repo::pickup::{self as rows, PickupRow};
use wardpost_store::{Batch, StoreError};
use wardpost_vault::constant_time_eq;

/// Digits of a code.
const CODE_DIGITS: u32 = 6;
/// How long a code is valid (ASVS 6.5.5: at most ten minutes).
const CODE_VALID_US: i64 = 10 * MINUTE_US;
/// Shortest time between two codes.
const RESEND_US: i64 = 30 * SECOND_US;
/// Codes that can be asked for before the door is locked for a while.
const CODES_LIMIT: i64 = 6;
/// Wrong tries before the door is locked.
const TRIES_LIMIT: i64 = 5;
/// Length of the first lock; each further one doubles it.
const LOCK_US: i64 = 15 * MINUTE_US;
/// A guest's session ends after this time without use …
const IDLE_US: i64 = 30 * MINUTE_US;
/// … and after this time in any case.
const SESSION_US: i64 = 4 * HOUR_US;
impl Core {
    /// What stands on the door of a link. Burns nothing.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn pickup_door(&self, token: &str) -> Result<PickupDoor> {
        let org_name = self.org_name().await?;
        let Some((p, sealed)) = self.pickup_by_token(token).await? else {
            return Ok(PickupDoor {
                state: PickupState::Unknown,
                org_name,
                sender_name: String::new(),
                language: self.org_language().await?,
                method: SecondFactor::Sms,
                phone_masked: None,
                expires_at: None,
                locked_until: None,
            });
        };
        let now = self.clock().now_us();
        Ok(PickupDoor {
            state: state_of(&p, now),
            org_name,
            sender_name: sealed.sender_name,
            language: sealed.language,
            method: if p.method == "sms" { SecondFactor::Sms } else { SecondFactor::Secret },
            phone_masked: sealed.phone.as_ref().map(wardpost_model::PhoneNumber::masked),
            expires_at: Some(from_us(p.expires_us)),
            locked_until: (p.locked_until_us > now).then(|| from_us(p.locked_until_us)),
        })
    }

    /// Sends a one-time code to the guest's telephone. Returns how many seconds it is valid and when another can be asked.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::RateLimited`], [`Error::Locked`], [`Error::Unavailable`] when the gateway fails.
    pub async fn pickup_code(
        &self,
        token: &str,
        network: Option<IpAddr>,
        request: Option<String>,
    ) -> Result<(u32, u32)> {
        let (p, sealed) = self.open_door(token).await?;
        let now = self.clock().now_us();
        let (true, Some(phone)) = (p.method == "sms", sealed.phone.clone()) else {
            return Err(Error::Conflict("no_telephone"));
        };
        if now < p.code_sent_us + RESEND_US {
            return Err(rate_limited(p.code_sent_us + RESEND_US - now));
        }
        if p.codes_sent >= CODES_LIMIT {
            return self.lock_door(&p, &sealed, network, request).await;
        }
        let code = wardpost_vault::random_code(CODE_DIGITS);
        let hash = self.code_hash(p.id, &code);
        let mut batch = Batch::new();
        let sent = p.codes_sent;
        rows::set_code(&mut batch, self.org(), p.id, hash, now + CODE_VALID_US, now, sent, guard::STATE);
        let entry = self.door_entry(AuditKind::PickupCodeSent, &p, &sealed, network, request).await?;
        let entry = entry.with("telephone", phone.to_string());
        self.audit(&mut batch, entry.clone())?;
        self.db().write(batch).await?;
        let text = code_sms(sealed.language, &self.org_name().await?, &code);
        if let Err(reason) = self.sms().send(&phone, &text).await {
            tracing::warn!(pickup.id = %p.id, %reason, "the text message gateway did not take a code");
            let mut batch = Batch::new();
            rows::clear_code(&mut batch, self.org(), p.id, now);
            // The log says already that a code was sent.
            let detail: String = reason.chars().take(200).collect();
            self.audit(&mut batch, entry.outcome(Outcome::Error).with("detail", detail))?;
            self.db().write(batch).await?;
            return Err(Error::Unavailable("the text message could not be sent"));
        }
        let seconds = |us: i64| u32::try_from(us / SECOND_US).unwrap_or(0);
        Ok((seconds(CODE_VALID_US), seconds(RESEND_US)))
    }

    /// Judges a second factor. A right one begins a session, whose secret is returned with its end.
    ///
    /// # Errors
    /// [`Error::WrongAnswer`] for a wrong one; [`Error::Unauthenticated`] when the same code was given twice at once; [`Error::Locked`] from the fifth on; [`Error::NotFound`].
    pub async fn pickup_verify(
        &self,
        token: &str,
        answer: &PickupAnswer,
        network: Option<IpAddr>,
        request: Option<String>,
    ) -> Result<(String, Timestamp)> {
        let (p, sealed) = self.open_door(token).await?;
        let now = self.clock().now_us();
        // The try is counted before it is judged, so that parallel tries can't outrun the limit.
        let mut batch = Batch::new();
        let last = p.tries + 1 >= TRIES_LIMIT;
        let locked_until = if last { now + lock_us(&p) } else { p.locked_until_us };
        rows::count_try(&mut batch, self.org(), p.id, p.tries, now, locked_until, guard::STATE);
        match self.db().write(batch).await {
            Ok(_) => {}
            Err(StoreError::Guard(_)) => return Err(rate_limited(SECOND_US)),
            Err(e) => return Err(e.into()),
        }
        let right = match answer {
            PickupAnswer::Code(code) => {
                p.method == "sms"
                    && p.code_expires_us > now
                    && p.code_hash.as_ref().is_some_and(|h| constant_time_eq(h, &self.code_hash(p.id, code.trim())))
            }
            PickupAnswer::Secret(secret) => {
                p.method == "secret"
                    && sealed.secret.as_ref().is_some_and(|s| {
                        let (agreed, given) = (normal_secret(s), normal_secret(secret));
                        !agreed.is_empty() && constant_time_eq(agreed.as_bytes(), given.as_bytes())
                    })
            }
        };
        if !right {
            return self.wrong_answer(&p, &sealed, network, request).await;
        }
        let secret = wardpost_vault::random_token();
        let expires = now + SESSION_US;
        let mut batch = Batch::new();
        rows::verified(&mut batch, self.org(), p.id, p.code_sent_us, guard::STATE);
        rows::insert_session(&mut batch, self.org(), self.guest_session_hash(&secret), p.id, now, expires);
        let entry = self.door_entry(AuditKind::PickupVerified, &p, &sealed, network, request).await?;
        self.audit(&mut batch, entry.with("method", p.method.clone()))?;
        match self.db().write(batch).await {
            Ok(_) => Ok((secret, from_us(expires))),
            // The same code was given twice at once, or the pick-up ended at this moment.
            Err(StoreError::Guard(_)) => Err(Error::Unauthenticated),
            Err(e) => Err(e.into()),
        }
    }

    /// The guest behind a session's secret.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when the session has ended.
    pub async fn pickup_session(
        &self,
        secret: &str,
        network: Option<IpAddr>,
        request_id: Option<String>,
    ) -> Result<PickupSession> {
        let hash = self.guest_session_hash(secret);
        let found = rows::session(self.db(), self.org(), hash.clone()).await?;
        let (pickup_id, last_seen, expires) = found.ok_or(Error::Unauthenticated)?;
        let now = self.clock().now_us();
        if expires <= now || last_seen + IDLE_US <= now {
            return Err(Error::Unauthenticated);
        }
        if last_seen + MINUTE_US < now {
            let mut batch = Batch::new();
            rows::touch_session(&mut batch, self.org(), hash, now);
            self.db().write(batch).await?;
        }
        Ok(PickupSession { pickup_id, network, request_id })
    }

    /// Ends a guest's session.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn end_pickup_session(&self, secret: &str) -> Result<()> {
        let mut batch = Batch::new();
        rows::delete_session(&mut batch, self.org(), self.guest_session_hash(secret));
        self.db().write(batch).await?;
        Ok(())
    }

    async fn pickup_by_token(&self, token: &str) -> Result<Option<(PickupRow, SealedPickup)>> {
        // A token has 43 characters; anything else is not worth a look-up.
        if token.len() != 43 {
            return Ok(None);
        }
        let hash = self.vault().hash_secret(purpose::PICKUP_TOKEN, token.as_bytes()).to_vec();
        let Some(p) = rows::by_token(self.db(), self.org(), hash).await? else { return Ok(None) };
        let sealed = self.unseal(purpose::PICKUP, p.id.as_bytes(), &p.sealed_pickup)?;
        Ok(Some((p, sealed)))
    }

    async fn open_door(&self, token: &str) -> Result<(PickupRow, SealedPickup)> {
        let found = self.pickup_by_token(token).await?.ok_or(Error::NotFound)?;
        match state_of(&found.0, self.clock().now_us()) {
            PickupState::Ready => Ok(found),
            PickupState::Locked => Err(Error::Locked { until_us: found.0.locked_until_us }),
            PickupState::Expired | PickupState::Recalled | PickupState::Unknown => Err(Error::NotFound),
        }
    }

    async fn wrong_answer<T>(
        &self,
        p: &PickupRow,
        sealed: &SealedPickup,
        network: Option<IpAddr>,
        request: Option<String>,
    ) -> Result<T> {
        if p.tries + 1 >= TRIES_LIMIT {
            return self.lock_door(p, sealed, network, request).await;
        }
        let entry = self.door_entry(AuditKind::PickupVerified, p, sealed, network, request).await?;
        let entry = entry.with("method", p.method.clone());
        self.audit_alone(entry.outcome(Outcome::Refused).with("tries", (p.tries + 1).to_string())).await?;
        let tries_left = u32::try_from(TRIES_LIMIT - p.tries - 1).unwrap_or(0);
        Err(Error::WrongAnswer { tries_left })
    }

    async fn lock_door<T>(
        &self,
        p: &PickupRow,
        sealed: &SealedPickup,
        network: Option<IpAddr>,
        request: Option<String>,
    ) -> Result<T> {
        let until_us = self.clock().now_us() + lock_us(p);
        let mut batch = Batch::new();
        rows::lock(&mut batch, self.org(), p.id, until_us);
        let entry = self.door_entry(AuditKind::PickupLocked, p, sealed, network, request).await?;
        self.audit(&mut batch, entry.outcome(Outcome::Refused).with("until", from_us(until_us).to_string()))?;
        if let Some(m) = messages::get(self.db(), self.org(), p.message_id).await?
            && let Some(mailbox) = m.mailbox_id
        {
            self.announce(&mut batch, Change::Message(mailbox, p.message_id));
        }
        self.db().write(batch).await?;
        Err(Error::Locked { until_us })
    }

    /// An entry of what happened at the door; whose data lies behind it stands in the message.
    async fn door_entry(
        &self,
        kind: AuditKind,
        p: &PickupRow,
        sealed: &SealedPickup,
        network: Option<IpAddr>,
        request: Option<String>,
    ) -> Result<NewEntry> {
        let entry = self.guest_entry(kind, p, sealed, network, request);
        let Some(message) = messages::get(self.db(), self.org(), p.message_id).await? else { return Ok(entry) };
        let (head, _) = self.open_row(&message).await?;
        Ok(entry.patient(head.patient.as_deref()))
    }

    fn code_hash(&self, id: PickupId, code: &str) -> Vec<u8> {
        // Bound to the pick-up: a code of another door is another hash.
        self.vault().hash_secret(purpose::PICKUP_CODE, format!("{id}:{code}").as_bytes()).to_vec()
    }
    fn guest_session_hash(&self, secret: &str) -> Vec<u8> {
        self.vault().hash_secret(purpose::PICKUP_SESSION, secret.as_bytes()).to_vec()
    }
}

fn state_of(p: &PickupRow, now: i64) -> PickupState {
    match p.state.as_str() {
        "recalled" => PickupState::Recalled,
        "expired" => PickupState::Expired,
        _ if p.expires_us <= now => PickupState::Expired,
        _ if p.locked_until_us > now => PickupState::Locked,
        _ => PickupState::Ready,
    }
}

/// How long the next lock of this door lasts.
fn lock_us(p: &PickupRow) -> i64 {
    LOCK_US * 2_i64.pow(u32::try_from(p.locks).unwrap_or(0).min(7))
}

fn rate_limited(wait_us: i64) -> Error {
    Error::RateLimited { retry_after_seconds: u32::try_from(wait_us / SECOND_US + 1).unwrap_or(60).max(1) }
}
