//! What people change about their own credentials.

use super::codes;
use super::rules::{Stands, check_new_password, context_words};
use crate::audit::NewEntry;
use crate::clock::MINUTE_US;
use crate::error::guard;
use crate::live::Change;
use crate::mail::AccountNotice;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use wardpost_model::PersonId;
use wardpost_model::audit::{AuditKind, Outcome};
use wardpost_model::person::{Actor, Language, PersonProfile};
use wardpost_store::Batch;
use wardpost_store::repo::credential as rows;
use wardpost_store::repo::{person as person_rows, session as session_rows};

/// Minutes since the second factor was given within which dangerous acts are allowed.
pub const RECENT_MINUTES: i64 = 15;
/// Recovery codes that a person has at first.
pub(super) const RECOVERY_CODES: usize = 10;

impl Core {
    /// Changes one's password. All other sessions of the person end.
    ///
    /// # Errors
    /// [`Error::Validation`] of `current` with the code `wrong`, or of `new` with `too_short`, `too_long`, `context_word` or
    /// `blocklisted`; [`Error::RateLimited`] after too many wrong tries.
    pub async fn change_password(&self, actor: &Actor, current: &str, new: &str) -> Result<()> {
        let person = self.active_person(actor.person_id).await?;
        let profile: PersonProfile =
            self.unseal(purpose::PERSON_PROFILE, person.id.as_bytes(), &person.sealed_profile)?;
        let stands = self.password_stands(person.id).await?;
        self.check_password_for(&profile, "new", new, stands).await?;
        // Counted apart from tries to sign in: who guesses outside locks nobody in here out.
        let counted_by = self.vault().blind_index(purpose::DEVICE_LOGIN, person.id.as_bytes()).to_vec();
        self.reserve_login_try(&counted_by).await?;
        let credential = rows::get(self.db(), self.org(), person.id).await?.ok_or(Error::Unauthenticated)?;
        let phc = self.open_password_hash(person.id, &credential)?;
        let (Some(seen), true) = (credential.sealed_password_hash, self.identity().hasher.verify(current, phc).await?)
        else {
            let entry = NewEntry::by(actor, AuditKind::CredentialChanged).outcome(Outcome::Refused);
            self.audit_alone(entry.on_person(person.id).with("what", "password").why("the current one was wrong"))
                .await?;
            return Err(Error::field("current", "wrong", "This is not your current password."));
        };
        let phc = self.identity().hasher.hash(new).await?;
        let now = self.clock().now_us();
        let mut batch = Batch::new();
        let sealed = self.seal(purpose::CREDENTIAL_PASSWORD, person.id.as_bytes(), &phc)?;
        rows::set_password(&mut batch, self.org(), person.id, &seen, sealed, now, guard::STATE);
        rows::clear_login(&mut batch, self.org(), &counted_by);
        rows::clear_login(&mut batch, self.org(), &person.login_index);
        match actor.session_id {
            Some(kept) => session_rows::end_others(&mut batch, self.org(), person.id, kept, now),
            None => session_rows::end_of(&mut batch, self.org(), person.id, now),
        }
        let entry = NewEntry::by(actor, AuditKind::CredentialChanged).on_person(person.id).with("what", "password");
        self.audit(&mut batch, entry)?;
        self.tell_person(&mut batch, person.id, AccountNotice::Password).await?;
        self.announce(&mut batch, Change::Sessions(person.id));
        self.db().write(batch).await?;
        self.identity().forget_person(person.id);
        Ok(())
    }

    /// Replaces one's recovery codes; the new ones are shown this once.
    ///
    /// # Errors
    /// [`Error::Denied`] `recent_sign_in` when the second factor was given too long ago (see [`Core::step_up`]).
    pub async fn renew_recovery_codes(&self, actor: &Actor) -> Result<Vec<String>> {
        self.require_recent(actor).await?;
        let mut batch = Batch::new();
        let codes = self.put_new_recovery_codes(&mut batch, actor.person_id)?;
        let entry = NewEntry::by(actor, AuditKind::CredentialChanged).on_person(actor.person_id);
        self.audit(&mut batch, entry.with("what", "recovery codes"))?;
        self.tell_person(&mut batch, actor.person_id, AccountNotice::RecoveryCodes).await?;
        self.db().write(batch).await?;
        Ok(codes)
    }

    /// How many unused recovery codes one has.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn recovery_codes_left(&self, actor: &Actor) -> Result<u32> {
        let left = rows::recovery_codes_left(self.db(), self.org(), actor.person_id).await?;
        Ok(u32::try_from(left).unwrap_or(0))
    }

    /// Sets one's language.
    ///
    /// # Errors
    /// [`Error::VersionConflict`] when an administrator changes the person at the same moment.
    pub async fn set_language(&self, actor: &Actor, language: Language) -> Result<()> {
        let person = self.active_person(actor.person_id).await?;
        let mut profile: PersonProfile =
            self.unseal(purpose::PERSON_PROFILE, person.id.as_bytes(), &person.sealed_profile)?;
        if profile.language == language {
            return Ok(());
        }
        profile.language = language;
        let sealed = self.seal(purpose::PERSON_PROFILE, person.id.as_bytes(), &profile)?;
        let mut batch = Batch::new();
        person_rows::set_profile(&mut batch, self.org(), person.id, person.version, sealed, guard::VERSION);
        let entry = NewEntry::by(actor, AuditKind::PersonChanged).on_person(person.id);
        self.audit(&mut batch, entry.with("language", language.as_str()))?;
        self.announce(&mut batch, Change::Sessions(person.id));
        self.write_house(batch).await?;
        self.identity().forget_person(person.id);
        Ok(())
    }

    /// Adds the operator's list of refused passwords: plain words, sorted SHA-1 hashes as Have I Been Pwned has them, or
    /// such hashes packed (`wardpost passwords pack`). Once.
    ///
    /// # Errors
    /// [`Error::Internal`] when the file can't be read.
    pub fn use_password_blocklist(&self, path: &std::path::Path) -> Result<()> {
        let list = super::blocklist::OperatorList::open(path);
        let list = list.map_err(|e| Error::internal("reading the operator's list of passwords", e))?;
        // A second call changes nothing.
        let _ = self.identity().operator_list.set(list.into());
        Ok(())
    }

    pub(crate) async fn check_password_for(
        &self,
        profile: &PersonProfile,
        field: &'static str,
        password: &str,
        stands: Stands,
    ) -> Result<()> {
        let words = self.context_words(profile).await?;
        let least = self.least_password_chars(stands).await?;
        check_new_password(field, password, words, self.identity().operator_list.get().cloned(), least).await
    }

    /// Least characters of a password here, by the security policy.
    pub(super) async fn least_password_chars(&self, stands: Stands) -> Result<usize> {
        Ok(stands.least_chars(&self.security_current().await?.policy.password))
    }

    /// Whether a person's password is all that is asked of them.
    pub(super) async fn password_stands(&self, person: PersonId) -> Result<Stands> {
        let credential = rows::get(self.db(), self.org(), person).await?;
        let second = credential.is_some_and(|c| c.sealed_totp.is_some());
        Ok(if second { Stands::WithSecondFactor } else { Stands::Alone })
    }

    pub(super) async fn context_words(&self, profile: &PersonProfile) -> Result<Vec<String>> {
        let (org, house) = (self.org_name().await?, self.house().await?);
        let login = profile.login.to_string();
        let domains: Vec<String> = house.domains.keys().map(ToString::to_string).collect();
        let own = [login.as_str(), &profile.name, &profile.function, &org, &self.config().host_name];
        Ok(context_words(own.into_iter().chain(domains.iter().map(String::as_str))))
    }

    /// Adds ten new recovery codes in place of all others; gives them as they are to be shown.
    pub(super) fn put_new_recovery_codes(&self, batch: &mut Batch, person: PersonId) -> Result<Vec<String>> {
        let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| codes::make_recovery_code()).collect();
        let hash = |code: &String| {
            let normal = codes::normal_recovery_code(code).unwrap_or_default();
            self.vault().hash_secret(purpose::CREDENTIAL_RECOVERY, normal.as_bytes()).to_vec()
        };
        rows::put_recovery_codes(batch, self.org(), person, codes.iter().map(hash).collect());
        Ok(codes)
    }

    /// Goes on only if the second factor was given recently in this session.
    pub(crate) async fn require_recent(&self, actor: &Actor) -> Result<()> {
        let session = match actor.session_id {
            Some(id) => session_rows::get(self.db(), self.org(), id).await?,
            None => None,
        };
        let since = self.clock().now_us() - RECENT_MINUTES * MINUTE_US;
        let recent = session
            .is_some_and(|s| s.person_id == actor.person_id && s.ended_us.is_none() && s.authenticated_us >= since);
        if recent { Ok(()) } else { Err(Error::Denied("recent_sign_in")) }
    }
}
