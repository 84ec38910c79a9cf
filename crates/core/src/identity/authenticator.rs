//! Another authenticator app in the place of the one that was: a new telephone, or a secret that somebody may have seen.
//!
//! The offer is not kept here: it goes to the browser sealed, and comes back with the first code. It is good once, since
//! it names the secret that it replaces (ASVS 6.4.3, 7.4.3, 7.5.1).

use super::own_passkeys::LAST_WAY_IN;
use super::sign_in::SealedTotp;
use super::totp;
use crate::audit::NewEntry;
use crate::clock::{MINUTE_US, from_us};
use crate::error::guard;
use crate::live::Change;
use crate::mail::AccountNotice;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wardpost_model::audit::AuditKind;
use wardpost_model::person::{Actor, PersonProfile};
use wardpost_store::repo::{credential as rows, session as session_rows};
use wardpost_store::{Batch, StoreError};

/// Time to scan the code and type what the app shows.
const GOOD_FOR_US: i64 = 15 * MINUTE_US;
/// Longest offer that is looked at.
const MAX_OFFER_BYTES: usize = 2048;

/// A secret for another authenticator app. Nothing has changed until its first code came back.
#[derive(Debug, Clone)]
pub struct AuthenticatorOffer {
    /// The secret in base 32.
    pub secret: String,
    /// The same as an `otpauth://` address, for a QR code.
    pub uri: String,
    /// To be given back with the first code.
    pub offer: String,
    /// Until when.
    pub expires_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct SealedOffer {
    secret: Vec<u8>,
    /// What stands in `credential.sealed_totp` now.
    replaces: Vec<u8>,
    expires_us: i64,
}

impl Core {
    /// Offers a secret for another authenticator app.
    ///
    /// # Errors
    /// [`Error::Denied`] `recent_sign_in`; [`Error::Conflict`] `no_authenticator` when there is none to replace.
    pub async fn offer_authenticator(&self, actor: &Actor) -> Result<AuthenticatorOffer> {
        self.require_recent(actor).await?;
        let person = self.active_person(actor.person_id).await?;
        let profile: PersonProfile =
            self.unseal(purpose::PERSON_PROFILE, person.id.as_bytes(), &person.sealed_profile)?;
        let credential = rows::get(self.db(), self.org(), person.id).await?.ok_or(Error::Unauthenticated)?;
        let replaces = credential.sealed_totp.ok_or(Error::Conflict("no_authenticator"))?;
        let secret = wardpost_vault::random_bytes::<{ totp::SECRET_BYTES }>().to_vec();
        let expires_us = self.clock().now_us() + GOOD_FOR_US;
        let text = totp::secret_text(&secret);
        let uri = totp::uri(&secret, &self.org_name().await?, &profile.login.to_string());
        let sealed = SealedOffer { secret, replaces, expires_us };
        let offer = URL_SAFE_NO_PAD.encode(self.seal(purpose::CREDENTIAL_OFFER, person.id.as_bytes(), &sealed)?);
        Ok(AuthenticatorOffer { secret: text, uri, offer, expires_at: from_us(expires_us) })
    }

    /// Takes the offered secret in the place of the old one; other sessions end. The old app's codes are worth nothing
    /// from then on.
    ///
    /// # Errors
    /// [`Error::Denied`] `recent_sign_in`; [`Error::Validation`] of `offer` (`expired`, also when it was used) or of `code`
    /// (`wrong`).
    pub async fn replace_authenticator(&self, actor: &Actor, offer: &str, code: &str) -> Result<()> {
        self.require_recent(actor).await?;
        let (me, now) = (actor.person_id, self.clock().now_us());
        let over = || Error::field("offer", "expired", "This offer is over. Begin again.");
        let sealed = Some(offer).filter(|o| o.len() <= MAX_OFFER_BYTES).and_then(|o| URL_SAFE_NO_PAD.decode(o).ok());
        let opened = sealed.and_then(|s| self.unseal(purpose::CREDENTIAL_OFFER, me.as_bytes(), &s).ok());
        let offer: SealedOffer = opened.filter(|o: &SealedOffer| o.expires_us > now).ok_or_else(over)?;
        let step = totp::matching_step(&offer.secret, code, now, 0)
            .ok_or_else(|| Error::field("code", "wrong", "This is not what the authenticator app shows now."))?;
        let totp = SealedTotp { secret: offer.secret };
        let mut batch = Batch::new();
        let new = self.seal(purpose::CREDENTIAL_TOTP, me.as_bytes(), &totp)?;
        rows::set_totp(&mut batch, self.org(), me, &offer.replaces, new, step, guard::STATE);
        match actor.session_id {
            Some(kept) => session_rows::end_others(&mut batch, self.org(), me, kept, now),
            None => session_rows::end_of(&mut batch, self.org(), me, now),
        }
        let entry = NewEntry::by(actor, AuditKind::CredentialChanged).on_person(me);
        self.audit(&mut batch, entry.with("what", "authenticator app"))?;
        self.tell_person(&mut batch, me, AccountNotice::Authenticator).await?;
        self.announce(&mut batch, Change::Sessions(me));
        match self.db().write(batch).await {
            Err(StoreError::Guard(guard::STATE)) => return Err(over()),
            done => done?,
        };
        self.identity().forget_person(me);
        Ok(())
    }

    /// Takes away one's authenticator app, and with it the password and the recovery codes, which are worth nothing alone:
    /// from then on one comes in by passkey only. Other sessions end.
    ///
    /// # Errors
    /// [`Error::Denied`] `recent_sign_in`; [`Error::Conflict`] `no_authenticator` when there is none, and `last_way_in`
    /// without a passkey.
    pub async fn drop_authenticator(&self, actor: &Actor) -> Result<()> {
        self.require_recent(actor).await?;
        let (me, now) = (actor.person_id, self.clock().now_us());
        let credential = rows::get(self.db(), self.org(), me).await?.ok_or(Error::Unauthenticated)?;
        if credential.sealed_totp.is_none() {
            return Err(Error::Conflict("no_authenticator"));
        }
        let mut batch = Batch::new();
        rows::drop_password(&mut batch, self.org(), me, LAST_WAY_IN);
        rows::drop_recovery_codes(&mut batch, self.org(), me);
        match actor.session_id {
            Some(kept) => session_rows::end_others(&mut batch, self.org(), me, kept, now),
            None => session_rows::end_of(&mut batch, self.org(), me, now),
        }
        let entry = NewEntry::by(actor, AuditKind::CredentialChanged).on_person(me);
        self.audit(&mut batch, entry.with("what", "password, authenticator app and recovery codes removed"))?;
        self.tell_person(&mut batch, me, AccountNotice::OnlyPasskeys).await?;
        self.announce(&mut batch, Change::Sessions(me));
        self.db().write(batch).await?;
        self.identity().forget_person(me);
        Ok(())
    }
}
