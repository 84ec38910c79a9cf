//! Invitations: how somebody gets their first password and second factor. The administrator sees the link, never the
//! password (ASVS 6.4.6).

use super::own_passkeys::not_new;
use super::passkey::ChallengeFor;
use super::rules::Stands;
use super::sign_in::SealedTotp;
use super::{Client, PasskeyMade, PasskeyWanted, totp};
use crate::audit::NewEntry;
use crate::clock::{DAY_US, from_us};
use crate::error::guard;
use crate::live::Change;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use wardpost_model::audit::{AuditAgent, AuditKind};
use wardpost_model::person::{Language, PersonProfile, PersonState};
use wardpost_model::{EmailAddress, PersonId};
use wardpost_store::Batch;
use wardpost_store::repo::credential::{self as rows, Accepted, CredentialRow};
use wardpost_store::repo::person::{self as person_rows, PersonRow};
use wardpost_store::repo::{device as device_rows, passkey as passkey_rows};
use wardpost_vault::Zeroizing;

/// How long an invitation is good.
const GOOD_FOR_US: i64 = 7 * DAY_US;
/// Longest token that is looked at.
const MAX_TOKEN_BYTES: usize = 64;

/// An invitation to be handed to whom it is for. Shown once.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// The link; the token stands in its fragment, which browsers don't send.
    pub link: String,
    /// The token alone.
    pub token: String,
    /// Until when it can be accepted.
    pub expires_at: Timestamp,
}

/// What whoever opens the link sees.
#[derive(Debug, Clone)]
pub struct InvitationView {
    /// Their name.
    pub name: String,
    /// Their login.
    pub login: EmailAddress,
    /// Their language.
    pub language: Language,
    /// Secret for the authenticator app, in base 32.
    pub totp_secret: String,
    /// The same as an `otpauth://` address, for a QR code.
    pub totp_uri: String,
    /// What to ask a browser for a passkey instead of both.
    pub passkey: PasskeyWanted,
}

impl Core {
    /// Opens an invitation; nothing is used up.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or it has expired or was used.
    pub async fn open_invitation(&self, token: &str) -> Result<InvitationView> {
        let (person, profile, totp, hash) = self.invited(token).await?;
        let issuer = self.org_name().await?;
        let passkey = self.passkey_wanted(person.id, profile.clone(), ChallengeFor::Invitation(&hash)).await?;
        Ok(InvitationView {
            totp_secret: totp::secret_text(&totp.secret),
            totp_uri: totp::uri(&totp.secret, &issuer, &profile.login.to_string()),
            name: profile.name,
            login: profile.login,
            language: profile.language,
            passkey,
        })
    }

    /// Accepts an invitation: sets the password and the second factor; gives the recovery codes, which are shown this once.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or it has expired or was used; [`Error::Validation`] of `password` (see
    /// [`Core::change_password`]) or of `totp_code` with the code `wrong`.
    pub async fn accept_invitation(
        &self,
        token: &str,
        password: &str,
        totp_code: &str,
        client: &Client,
    ) -> Result<Vec<String>> {
        let (person, profile, totp, hash) = self.invited(token).await?;
        self.check_password_for(&profile, "password", password, Stands::WithSecondFactor).await?;
        let step = totp::matching_step(&totp.secret, totp_code, self.clock().now_us(), 0)
            .ok_or_else(|| Error::field("totp_code", "wrong", "This is not what the authenticator app shows now."))?;
        let phc = self.identity().hasher.hash(password).await?;
        let row = person.id;
        let accepted = Accepted {
            sealed_password_hash: self.seal(purpose::CREDENTIAL_PASSWORD, row.as_bytes(), &phc)?,
            sealed_totp: self.seal(purpose::CREDENTIAL_TOTP, row.as_bytes(), &totp)?,
            totp_last_step: step,
        };
        let mut batch = Batch::new();
        rows::accept(&mut batch, self.org(), row, &hash, self.clock().now_us(), accepted, guard::FOUND);
        let entry = self.accepted(&mut batch, &person, profile, client);
        let codes = self.put_new_recovery_codes(&mut batch, row)?;
        self.audit(&mut batch, entry.with("what", "password, authenticator app and recovery codes"))?;
        self.announce(&mut batch, Change::Sessions(row));
        self.write_house(batch).await?;
        self.identity().forget_person(row);
        Ok(codes)
    }

    /// Accepts an invitation with a passkey instead of a password and an authenticator app. There are no recovery codes then:
    /// another passkey, or a new invitation, is the way back.
    ///
    /// # Errors
    /// [`Error::NotFound`] as [`Core::accept_invitation`]; [`Error::Validation`] and [`Error::Conflict`] as
    /// [`Core::add_passkey`].
    pub async fn accept_invitation_with_passkey(
        &self,
        token: &str,
        name: &str,
        made: &PasskeyMade,
        client: &Client,
    ) -> Result<()> {
        let (person, profile, _, hash) = self.invited(token).await?;
        let mut batch = Batch::new();
        let line = self.put_passkey(&mut batch, person.id, ChallengeFor::Invitation(&hash), name, made)?;
        rows::accept_by_passkey(&mut batch, self.org(), person.id, &hash, self.clock().now_us(), guard::FOUND);
        let entry = self.accepted(&mut batch, &person, profile, client);
        self.audit(&mut batch, entry.with("what", "passkey").with("passkey", line.id.to_string()))?;
        self.announce(&mut batch, Change::Sessions(person.id));
        self.try_write_house(batch).await.map_err(not_new)?;
        self.identity().forget_person(person.id);
        Ok(())
    }

    /// Adds that the person can sign in from now on; gives the entry that tells it.
    fn accepted(&self, batch: &mut Batch, person: &PersonRow, profile: PersonProfile, client: &Client) -> NewEntry {
        let (from, to) = (PersonState::Invited.as_str(), PersonState::Active.as_str());
        person_rows::move_state(batch, self.org(), person.id, from, to, guard::FOUND);
        rows::clear_login(batch, self.org(), &person.login_index);
        NewEntry::of(AuditAgent::Person { id: person.id, roles: Vec::new() }, AuditKind::CredentialChanged)
            .agent_name(profile.name)
            .network(client.network)
            .request(client.request_id.clone())
            .on_person(person.id)
            .why("accepted an invitation")
    }

    /// Adds an invitation in place of all credentials of a person.
    pub(crate) fn put_invitation(&self, batch: &mut Batch, person: PersonId) -> Result<Invitation> {
        let secret = Zeroizing::new(wardpost_vault::random_bytes::<{ totp::SECRET_BYTES }>());
        self.put_invitation_with(batch, person, secret.to_vec())
    }

    /// As [`Core::put_invitation`], with a given secret of the authenticator app.
    pub(crate) fn put_invitation_with(
        &self,
        batch: &mut Batch,
        person: PersonId,
        totp_secret: Vec<u8>,
    ) -> Result<Invitation> {
        let token = wardpost_vault::random_token();
        let expires_us = self.clock().now_us() + GOOD_FOR_US;
        let totp = SealedTotp { secret: totp_secret };
        let sealed = self.seal(purpose::CREDENTIAL_INVITATION, person.as_bytes(), &totp)?;
        let hash = self.invitation_hash(&token);
        rows::invite(batch, self.org(), person, &hash, sealed, expires_us, guard::FOUND);
        rows::drop_recovery_codes(batch, self.org(), person);
        passkey_rows::remove_of(batch, self.org(), person);
        device_rows::forget_of(batch, self.org(), person);
        let link = format!("{}/invitation#{token}", self.config().public_url);
        Ok(Invitation { link, token, expires_at: from_us(expires_us) })
    }

    fn invitation_hash(&self, token: &str) -> [u8; 32] {
        self.vault().hash_secret(purpose::CREDENTIAL_INVITATION, token.as_bytes())
    }

    pub(super) async fn invited(&self, token: &str) -> Result<(PersonRow, PersonProfile, SealedTotp, [u8; 32])> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(Error::NotFound);
        }
        let hash = self.invitation_hash(token);
        let credential: CredentialRow =
            rows::by_invitation(self.db(), self.org(), &hash).await?.ok_or(Error::NotFound)?;
        let person = person_rows::get(self.db(), self.org(), credential.person_id).await?.ok_or(Error::NotFound)?;
        let open =
            credential.invitation_expires_us > self.clock().now_us() && person.state == PersonState::Invited.as_str();
        let Some(sealed) = credential.sealed_invitation.filter(|_| open) else { return Err(Error::NotFound) };
        let totp = self.unseal(purpose::CREDENTIAL_INVITATION, person.id.as_bytes(), &sealed)?;
        let profile = self.unseal(purpose::PERSON_PROFILE, person.id.as_bytes(), &person.sealed_profile)?;
        Ok((person, profile, totp, hash))
    }
}
