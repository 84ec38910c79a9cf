//! When a password must be replaced: an administrator asked for it, or the organisation lets passwords run out.
//!
//! Running out is off unless the security policy insists: forced changes make passwords weaker (SP 800-63B-4, 3.1.1.2;
//! ASVS 6.2.10), which the page that sets it says. An old password is never refused for its age: it opens one door only,
//! behind which another is chosen (ASVS 6.4.5), so that nobody is locked out by a calendar.

use super::rules::Stands;
use super::session::stage;
use super::sign_in::PENDING_FOR_US;
use super::{Client, Entered, PasswordAdvice};
use crate::audit::NewEntry;
use crate::clock::{DAY_US, from_us};
use crate::error::guard;
use crate::live::Change;
use crate::mail::AccountNotice;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use wardpost_gate::Scope;
use wardpost_model::PersonId;
use wardpost_model::audit::AuditKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, PersonProfile};
use wardpost_model::security::{PasswordRules, Way};
use wardpost_store::repo::credential::{self as rows, CredentialRow};
use wardpost_store::repo::person::PersonRow;
use wardpost_store::repo::session::{self as session_rows, SessionRow, Stage};
use wardpost_store::{Batch, StoreError};

/// Days before the end of a password at which its owner is told (ASVS 6.4.5).
const WARN_DAYS: i64 = 14;

/// Why another password is to be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyChange {
    /// An administrator asked for it.
    Asked,
    /// It is older than the organisation allows.
    Age,
}

/// When a password is too old; never, unless the organisation insists.
fn ends_us(rules: &PasswordRules, credential: &CredentialRow) -> Option<i64> {
    credential.sealed_password_hash.as_ref()?;
    Some(credential.password_set_us + i64::from(rules.rotation_days?) * DAY_US)
}

fn why(rules: &PasswordRules, credential: &CredentialRow, now: i64) -> Option<WhyChange> {
    if credential.must_change {
        return Some(WhyChange::Asked);
    }
    ends_us(rules, credential).filter(|end| *end <= now).map(|_| WhyChange::Age)
}

impl Core {
    /// Whether, and why, a person who comes in by password must choose another.
    pub(super) async fn why_change(&self, person: PersonId) -> Result<Option<WhyChange>> {
        let rules = &self.security_current().await?.policy.password;
        let credential = rows::get(self.db(), self.org(), person).await?;
        Ok(credential.and_then(|c| why(rules, &c, self.clock().now_us())))
    }

    /// When one's password will have to be replaced, once that is near; nothing for who came in otherwise.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn password_ends(&self, actor: &Actor) -> Result<Option<Timestamp>> {
        let rules = &self.security_current().await?.policy.password;
        if rules.rotation_days.is_none() || actor.circumstances.way != Some(Way::Password) {
            return Ok(None);
        }
        let credential = rows::get(self.db(), self.org(), actor.person_id).await?;
        let near = self.clock().now_us() + WARN_DAYS * DAY_US;
        Ok(credential.and_then(|c| ends_us(rules, &c)).filter(|end| *end <= near).map(from_us))
    }

    /// The stage in which one chooses another password and can do nothing else.
    pub(super) fn changing_stage(&self, now: i64) -> Stage<'static> {
        Stage {
            from: stage::SECOND_FACTOR,
            to: stage::CHANGE_PASSWORD,
            at_us: now,
            expires_us: now + PENDING_FOR_US,
            idle_us: PENDING_FOR_US,
            zone_id: None,
            device_id: None,
        }
    }

    /// Chooses another password where one must, and signs in, as far as no security key is to be added first. The session gets another secret; all others of the person end.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when nobody is to choose one in this session, or it has run out; [`Error::Validation`] of
    /// `password` as [`Core::change_password`], or with the code `same` when it is the old one.
    pub async fn choose_password(&self, secret: &str, new: &str, client: &Client) -> Result<Entered> {
        self.admit(Way::Password, client).await?;
        let (session, person, profile) = self.changing(secret).await?;
        self.check_password_for(&profile, "password", new, Stands::WithSecondFactor).await?;
        let credential = rows::get(self.db(), self.org(), person.id).await?.ok_or(Error::Unauthenticated)?;
        let phc = self.open_password_hash(person.id, &credential)?;
        let seen = credential.sealed_password_hash.as_deref().ok_or(Error::Unauthenticated)?;
        if self.identity().hasher.verify(new, phc).await? {
            return Err(Error::field("password", "same", "This is the password that you have; choose another."));
        }
        let phc = self.identity().hasher.hash(new).await?;
        let rule = self.key_rule(person.id, Way::Password).await?;
        if rule.refusal().is_some() {
            return Err(Error::Unauthenticated);
        }
        let (new_secret, now) = (wardpost_vault::random_token(), self.clock().now_us());
        let stage = self.entered_stage(stage::CHANGE_PASSWORD, person.id, rule, now, client).await?;
        let mut batch = Batch::new();
        self.note_asked(&mut batch, person.id, rule);
        let device = self.meet(&mut batch, &person, rule, client).await?;
        let stage = Stage { device_id: device.as_ref().map(|d| d.id), ..stage };
        let sealed = self.seal(purpose::CREDENTIAL_PASSWORD, person.id.as_bytes(), &phc)?;
        rows::set_password(&mut batch, self.org(), person.id, seen, sealed, now, guard::STATE);
        rows::signed_in(&mut batch, self.org(), person.id, now);
        session_rows::end_others(&mut batch, self.org(), person.id, session.id, now);
        let (old_hash, new_hash) = (self.web_session_hash(secret), self.web_session_hash(&new_secret));
        session_rows::rotate(&mut batch, self.org(), &old_hash, &new_hash, stage, guard::FOUND);
        let entry = self.entry_of_person(&person, AuditKind::CredentialChanged, client)?.on_person(person.id);
        self.audit(&mut batch, entry.with("what", "password").why("another one was due"))?;
        self.tell_person(&mut batch, person.id, AccountNotice::Password).await?;
        self.announce(&mut batch, Change::Sessions(person.id));
        match self.db().write(batch).await {
            // Chosen in another tab at the same moment, or over.
            Err(StoreError::Guard(_)) => return Err(Error::Unauthenticated),
            done => done?,
        };
        self.identity().forget_person(person.id);
        self.entered(new_secret, device, client).await
    }

    /// Advice on the password that is to be chosen.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] as [`Core::choose_password`]; [`Error::RateLimited`].
    pub async fn advise_changing(&self, secret: &str, password: &str) -> Result<PasswordAdvice> {
        let (_, person, profile) = self.changing(secret).await?;
        self.advise(&profile, Stands::WithSecondFactor, person.id.0.as_u128(), password).await
    }

    /// Asks somebody for another password: their sessions end, and who next comes in by the password chooses another before
    /// anything else. For a password that somebody may know.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.manage`; [`Error::NotFound`]; [`Error::Conflict`] `no_password` where there is none.
    pub async fn demand_password_change(&self, actor: &Actor, person: PersonId) -> Result<()> {
        self.allow(actor, Permission::PersonManage, Scope::Person { subject: person }).await?;
        if self.house().await?.person(person).is_none() {
            return Err(Error::NotFound);
        }
        let mut batch = Batch::new();
        rows::demand_change(&mut batch, self.org(), person, "no_password");
        session_rows::end_of(&mut batch, self.org(), person, self.clock().now_us());
        let entry = NewEntry::by(actor, AuditKind::CredentialChanged).on_person(person);
        self.audit(&mut batch, entry.with("what", "another password is asked for"))?;
        self.tell_person(&mut batch, person, AccountNotice::PasswordAsked).await?;
        self.announce(&mut batch, Change::Sessions(person));
        self.db().write(batch).await?;
        self.identity().forget_person(person);
        Ok(())
    }

    /// The session in which another password is chosen, and whose it is.
    async fn changing(&self, secret: &str) -> Result<(SessionRow, PersonRow, PersonProfile)> {
        let now = self.clock().now_us();
        let row = session_rows::by_secret(self.db(), self.org(), &self.web_session_hash(secret)).await?;
        let row = row
            .filter(|s| s.stage == stage::CHANGE_PASSWORD && s.ended_us.is_none() && s.expires_us > now)
            .ok_or(Error::Unauthenticated)?;
        let person = self.active_person(row.person_id).await?;
        let profile = self.unseal(purpose::PERSON_PROFILE, person.id.as_bytes(), &person.sealed_profile)?;
        Ok((row, person, profile))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credential(set_us: i64, must_change: bool) -> CredentialRow {
        CredentialRow {
            person_id: PersonId(uuid::Uuid::nil()),
            sealed_password_hash: Some(Vec::new()),
            sealed_totp: None,
            totp_last_step: 0,
            password_set_us: set_us,
            must_change,
            failures: 0,
            blocked_until_us: 0,
            sealed_invitation: None,
            invitation_expires_us: 0,
            last_sign_in_us: None,
            key_asked_us: None,
        }
    }

    /// ASVS 6.2.10, SP 800-63B-4: no password grows too old, unless the organisation insists.
    #[test]
    fn passwords_run_out_only_where_the_organisation_insists() {
        let off = PasswordRules::default();
        let on = PasswordRules { rotation_days: Some(30), ..off };
        assert_eq!(why(&off, &credential(0, false), i64::MAX), None);
        assert_eq!(why(&on, &credential(0, false), 30 * DAY_US - 1), None);
        assert_eq!(why(&on, &credential(0, false), 30 * DAY_US), Some(WhyChange::Age));
        assert_eq!(why(&off, &credential(0, true), 0), Some(WhyChange::Asked));
        let none = CredentialRow { sealed_password_hash: None, ..credential(0, false) };
        assert_eq!(why(&on, &none, i64::MAX), None, "where there is no password, none runs out");
    }
}
