//! People: inviting, changing, disabling; giving and taking roles.

use super::giving::{administers, known_roles, role_names};
use super::house::{House, HousePerson, SealedMailbox, VERSION};
use super::{PersonLine, checked_text};
use crate::audit::NewEntry;
use crate::identity::{Client, Invitation};
use crate::live::Change;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use wardpost_gate::Scope;
use wardpost_model::audit::AuditKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, Circumstances, Language, MailboxKind, PersonProfile, PersonState, RoleVia};
use wardpost_model::{EmailAddress, MailboxId, PersonId, RoleId};
use wardpost_store::repo::mailbox::{self as mailboxes, MailboxRow};
use wardpost_store::repo::person::{self as rows, PersonRow};
use wardpost_store::repo::{credential, identity_provider, role as roles, session as sessions};
use wardpost_store::{Batch, StoreError};

/// Somebody to be invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPerson {
    /// Name as colleagues see it.
    pub name: String,
    /// Sign-in name.
    pub login: EmailAddress,
    /// Profession or function.
    pub function: String,
    /// Preferred language.
    pub language: Language,
    /// Their roles.
    pub role_ids: Vec<RoleId>,
    /// Address of a personal mailbox to be made with them.
    pub mailbox_address: Option<EmailAddress>,
}

impl NewPerson {
    /// The checked profile.
    pub(super) fn profile(&self) -> Result<PersonProfile> {
        checked_profile(&self.name, &self.login, &self.function, self.language)
    }
}

pub(super) fn checked_profile(
    name: &str,
    login: &EmailAddress,
    function: &str,
    language: Language,
) -> Result<PersonProfile> {
    Ok(PersonProfile {
        name: checked_text("name", name, 1, 100)?,
        login: login.clone(),
        function: checked_text("function", function, 0, 100)?,
        language,
    })
}

/// What may be changed of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonUpdate {
    /// The version that was seen.
    pub version: i64,
    /// Name.
    pub name: String,
    /// Sign-in name.
    pub login: EmailAddress,
    /// Function.
    pub function: String,
    /// Language.
    pub language: Language,
}

/// Somebody who was just invited.
#[derive(Debug, Clone)]
pub struct CreatedPerson {
    /// Who.
    pub person: PersonLine,
    /// What to hand to them.
    pub invitation: Invitation,
}

impl Core {
    /// Invites somebody; with a personal mailbox, if an address is given.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.manage` (and `mailbox.manage` for a mailbox), or when the roles hold more than the
    /// actor may give; [`Error::Conflict`] `needs_consent` when they hold rights over others and somebody else could consent:
    /// who is invited without them gets them by [`Core::ask_roles`]; [`Error::Validation`] of `name`, `login` (`taken`),
    /// `role_ids`, `mailbox_address` (`taken`, `foreign_domain`).
    pub async fn create_person(&self, actor: &Actor, new: NewPerson) -> Result<CreatedPerson> {
        let nobody = PersonId(uuid::Uuid::max());
        self.allow(actor, Permission::PersonManage, Scope::Person { subject: nobody }).await?;
        let house = self.house().await?;
        let granted = house.permissions_of(&new.role_ids);
        let scope = Scope::Roles { subject: nobody, granted: &granted };
        self.allow(actor, Permission::PersonManage, scope).await?;
        if new.mailbox_address.is_some() {
            self.allow(actor, Permission::MailboxManage, Scope::Organisation).await?;
        }
        if self.needs_consent(&house, actor, &granted, |_| false) {
            return Err(Error::Conflict("needs_consent"));
        }
        let mut batch = Batch::new();
        let by = |kind| NewEntry::by(actor, kind);
        let (id, invitation) = self.put_person(&mut batch, &house, &new, None, RoleVia::Hand, &by)?;
        self.tell_of_rights(&mut batch, &house, &new.name, &granted, (&actor.name, None)).await?;
        self.try_write_house(batch).await.map_err(taken)?;
        Ok(CreatedPerson { person: self.person_line(id).await?, invitation })
    }

    /// Makes a person, their roles, their mailbox and their invitation.
    pub(super) async fn add_person(
        &self,
        new: NewPerson,
        totp_secret: Option<Vec<u8>>,
        via: RoleVia,
        by: &(dyn Fn(AuditKind) -> NewEntry + Send + Sync),
    ) -> Result<(PersonId, Invitation)> {
        let (house, mut batch) = (self.house().await?, Batch::new());
        let made = self.put_person(&mut batch, &house, &new, totp_secret, via, by)?;
        self.try_write_house(batch).await.map_err(taken)?;
        Ok(made)
    }

    /// Adds a person, their roles, their mailbox and their invitation.
    pub(super) fn put_person(
        &self,
        batch: &mut Batch,
        house: &House,
        new: &NewPerson,
        totp_secret: Option<Vec<u8>>,
        via: RoleVia,
        by: &(dyn Fn(AuditKind) -> NewEntry + Send + Sync),
    ) -> Result<(PersonId, Invitation)> {
        let id = self.put_person_as(batch, house, new, (PersonState::Invited, via), by)?;
        let invitation = match totp_secret {
            Some(secret) => self.put_invitation_with(batch, id, secret)?,
            None => self.put_invitation(batch, id)?,
        };
        Ok((id, invitation))
    }

    /// Adds somebody whom an identity provider vouches for: they need no invitation.
    pub(crate) fn put_provided_person(
        &self,
        batch: &mut Batch,
        house: &House,
        new: &NewPerson,
        by: &(dyn Fn(AuditKind) -> NewEntry + Send + Sync),
    ) -> Result<PersonId> {
        self.put_person_as(batch, house, new, (PersonState::Active, RoleVia::Provider), by)
    }

    fn put_person_as(
        &self,
        batch: &mut Batch,
        house: &House,
        new: &NewPerson,
        (state, via): (PersonState, RoleVia),
        by: &(dyn Fn(AuditKind) -> NewEntry + Send + Sync),
    ) -> Result<PersonId> {
        let profile = new.profile()?;
        let role_ids = known_roles(house, &new.role_ids)?;
        let id = PersonId(self.clock().new_id());
        let row = PersonRow {
            id,
            state: state.as_str().to_owned(),
            login_index: self.login_index(&profile.login.to_string()),
            sealed_profile: self.seal(purpose::PERSON_PROFILE, id.as_bytes(), &profile)?,
            version: 1,
            created_us: self.clock().now_us(),
            made_via: via.as_str().to_owned(),
        };
        rows::insert(batch, self.org(), row);
        credential::insert(batch, self.org(), id);
        let names = role_names(house, &role_ids);
        let entry = by(AuditKind::PersonCreated);
        for role in role_ids {
            self.give_role(batch, house, id, role, via, entry.person());
        }
        let entry = entry.on_person(id).with("name", profile.name.clone());
        self.audit(batch, entry.with("login", profile.login.to_string()).with("roles", names))?;
        if let Some(address) = &new.mailbox_address {
            let mailbox = self.add_personal_mailbox(batch, house, id, &profile.name, address)?;
            let entry = by(AuditKind::MailboxCreated).on("mailbox", mailbox).with("address", address.to_string());
            self.audit(batch, entry.with("members", profile.name))?;
        }
        Ok(id)
    }

    fn add_personal_mailbox(
        &self,
        batch: &mut Batch,
        house: &House,
        person: PersonId,
        name: &str,
        address: &EmailAddress,
    ) -> Result<MailboxId> {
        super::mailbox::own_address(house, "mailbox_address", address)?;
        let id = MailboxId(self.clock().new_id());
        let sealed = SealedMailbox { address: address.clone(), name: name.to_owned() };
        let row = MailboxRow {
            id,
            kind: MailboxKind::Personal.as_str().to_owned(),
            active: true,
            duty: false,
            address_index: self.index(purpose::ADDRESS, &address.normalised()),
            sealed_mailbox: self.seal(purpose::MAILBOX, id.as_bytes(), &sealed)?,
            version: 1,
        };
        mailboxes::insert(batch, self.org(), row);
        mailboxes::put_members(batch, self.org(), id, &[person]);
        Ok(id)
    }

    /// Changes a person's name, login, function and language.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.manage`, or `recent_sign_in` for another login (ASVS 7.5.1);
    /// [`Error::VersionConflict`]; [`Error::Validation`] of `name`, `login`.
    pub async fn change_person(&self, actor: &Actor, id: PersonId, update: PersonUpdate) -> Result<PersonLine> {
        self.allow(actor, Permission::PersonManage, Scope::Person { subject: id }).await?;
        let house = self.house().await?;
        let before = house.person(id).ok_or(Error::NotFound)?;
        let profile = checked_profile(&update.name, &update.login, &update.function, update.language)?;
        // By the login somebody signs in, and is found by the identity provider.
        if profile.login != before.profile.login {
            self.require_recent(actor).await?;
        }
        let mut batch = Batch::new();
        let index = self.login_index(&profile.login.to_string());
        let sealed = self.seal(purpose::PERSON_PROFILE, id.as_bytes(), &profile)?;
        rows::update(&mut batch, self.org(), id, update.version, index, sealed, VERSION);
        let mut entry = NewEntry::by(actor, AuditKind::PersonChanged).on_person(id);
        let was = &before.profile;
        let (old_login, new_login) = (was.login.to_string(), profile.login.to_string());
        for (what, old, new) in [
            ("name", was.name.as_str(), profile.name.as_str()),
            ("login", &old_login, &new_login),
            ("function", &was.function, &profile.function),
            ("language", was.language.as_str(), profile.language.as_str()),
        ] {
            if old != new {
                entry = entry.with(what, format!("{old} → {new}"));
            }
        }
        self.audit(&mut batch, entry)?;
        self.announce(&mut batch, Change::Sessions(id));
        self.try_write_house(batch).await.map_err(taken)?;
        self.person_line(id).await
    }

    /// Takes somebody's access away: sessions, device passwords and an open invitation end at once. Everything else is kept.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.manage`; [`Error::Conflict`] `own_account`, `last_administrator` or when disabled already.
    pub async fn disable_person(&self, actor: &Actor, id: PersonId) -> Result<PersonLine> {
        let (house, before) = self.managed(actor, id).await?;
        if id == actor.person_id {
            return Err(Error::Conflict("own_account"));
        }
        if before.state == PersonState::Disabled {
            return Err(Error::Conflict("already_disabled"));
        }
        let mut batch = Batch::new();
        let disabled = PersonState::Disabled.as_str();
        rows::set_state(&mut batch, self.org(), id, before.version, disabled, VERSION);
        self.cut_off(&mut batch, id);
        credential::withdraw_invitation(&mut batch, self.org(), id);
        // What the house takes away, only the house gives back.
        self.take_from_provider(&mut batch, id);
        if before.state == PersonState::Active && administers(&house.permissions_of(&before.roles)) {
            self.keep_an_administrator(&mut batch);
        }
        let entry = NewEntry::by(actor, AuditKind::PersonChanged).on_person(id);
        let change = format!("{} → {disabled}", before.state.as_str());
        self.audit(&mut batch, entry.with("state", change))?;
        self.write_house(batch).await?;
        self.person_line(id).await
    }

    /// Gives access back to somebody who had it; who never accepted an invitation needs a new one.
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.manage`; [`Error::Conflict`] when not disabled.
    pub async fn enable_person(&self, actor: &Actor, id: PersonId) -> Result<PersonLine> {
        let (_, before) = self.managed(actor, id).await?;
        if before.state != PersonState::Disabled {
            return Err(Error::Conflict("not_disabled"));
        }
        let state = self.state_with_access(id).await?;
        let mut batch = Batch::new();
        self.take_from_provider(&mut batch, id);
        rows::set_state(&mut batch, self.org(), id, before.version, state.as_str(), VERSION);
        let entry = NewEntry::by(actor, AuditKind::PersonChanged).on_person(id);
        self.audit(&mut batch, entry.with("state", format!("disabled → {}", state.as_str())))?;
        self.write_house(batch).await?;
        self.person_line(id).await
    }

    /// As what somebody comes back: with what they had to sign in by, or as somebody to be invited.
    pub(super) async fn state_with_access(&self, id: PersonId) -> Result<PersonState> {
        let credential = credential::get(self.db(), self.org(), id).await?.ok_or(Error::NotFound)?;
        let had_access = credential.sealed_password_hash.is_some()
            || self.has_passkey(id).await?
            || !identity_provider::links_of(self.db(), self.org(), id).await?.is_empty()
            || self.house().await?.services.contains(&id);
        Ok(if had_access { PersonState::Active } else { PersonState::Invited })
    }

    /// Makes a new invitation for somebody who has not come in yet. An account in use is recovered with a second
    /// person's consent ([`Core::ask_recovery`]).
    ///
    /// # Errors
    /// [`Error::Denied`] without `person.manage`; [`Error::Conflict`] for oneself (`own_account`), a program
    /// (`service_account`), somebody disabled (`disabled`) or who has come in before (`needs_consent`).
    pub async fn invite_person(&self, actor: &Actor, id: PersonId) -> Result<Invitation> {
        let (house, before) = self.managed(actor, id).await?;
        if id == actor.person_id {
            return Err(Error::Conflict("own_account"));
        }
        if house.services.contains(&id) {
            return Err(Error::Conflict("service_account"));
        }
        if before.state == PersonState::Disabled {
            return Err(Error::Conflict("disabled"));
        }
        // Once somebody has come in, nobody alone replaces what they come in with (ASVS 6.4.4, 6.4.6).
        let credential = credential::get(self.db(), self.org(), id).await?.ok_or(Error::NotFound)?;
        if before.state == PersonState::Active || credential.last_sign_in_us.is_some() {
            return Err(Error::Conflict("needs_consent"));
        }
        let mut batch = Batch::new();
        let invitation = self.replace_credentials(&mut batch, &house, &before)?;
        let entry = NewEntry::by(actor, AuditKind::CredentialChanged).on_person(id);
        self.audit(&mut batch, entry.with("what", "all").why("new invitation"))?;
        self.write_house(batch).await?;
        Ok(invitation)
    }

    /// As [`Core::invite_person`], for whoever runs the program: also for an account in use, where a house has nobody
    /// left to consent. Only the command line reaches this.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] for somebody disabled, a program, or the last administrator.
    pub async fn reset_person(&self, operator: &Actor, id: PersonId) -> Result<Invitation> {
        let house = self.house().await?;
        let before = house.person(id).ok_or(Error::NotFound)?;
        if house.services.contains(&id) {
            return Err(Error::Conflict("service_account"));
        }
        if before.state == PersonState::Disabled {
            return Err(Error::Conflict("disabled"));
        }
        let mut batch = Batch::new();
        let invitation = self.replace_credentials(&mut batch, &house, before)?;
        let entry = NewEntry::by(operator, AuditKind::CredentialChanged).on_person(id);
        self.audit(&mut batch, entry.with("what", "all").why("reset on the command line"))?;
        self.write_house(batch).await?;
        Ok(invitation)
    }

    /// Adds an invitation in place of everything that a person comes in with.
    pub(super) fn replace_credentials(
        &self,
        batch: &mut Batch,
        house: &House,
        before: &HousePerson,
    ) -> Result<Invitation> {
        let invited = PersonState::Invited.as_str();
        rows::set_state(batch, self.org(), before.id, before.version, invited, VERSION);
        self.cut_off(batch, before.id);
        if before.state == PersonState::Active && administers(&house.permissions_of(&before.roles)) {
            self.keep_an_administrator(batch);
        }
        self.put_invitation(batch, before.id)
    }

    pub(super) async fn managed(&self, actor: &Actor, id: PersonId) -> Result<(std::sync::Arc<House>, HousePerson)> {
        self.allow(actor, Permission::PersonManage, Scope::Person { subject: id }).await?;
        let house = self.house().await?;
        let person = house.person(id).ok_or(Error::NotFound)?.clone();
        Ok((house, person))
    }

    /// Adds the end of all sessions and device passwords.
    pub(super) fn cut_off(&self, batch: &mut Batch, id: PersonId) {
        sessions::end_of(batch, self.org(), id, self.clock().now_us());
        self.revoke_app_passwords_of(batch, id);
        // No message is added to what they are in before their devices are out of it.
        wardpost_store::repo::conversation::touch_of(batch, self.org(), id);
        self.announce(batch, Change::Sessions(id));
    }

    /// Somebody as they act, with their permissions of this moment, from the store; none if they can't sign in.
    pub(crate) async fn active_actor(&self, id: PersonId, client: &Client) -> Result<Option<(Actor, PersonProfile)>> {
        let row = rows::get(self.db(), self.org(), id).await?;
        let Some(row) = row.filter(|p| p.state == PersonState::Active.as_str()) else { return Ok(None) };
        let profile: PersonProfile = self.unseal(purpose::PERSON_PROFILE, id.as_bytes(), &row.sealed_profile)?;
        let held = roles::of_person(self.db(), self.org(), id).await?;
        let held: Vec<_> = held.into_iter().map(super::house::to_role).collect();
        let actor = Actor {
            person_id: id,
            name: profile.name.clone(),
            roles: held.iter().map(|r| r.role.name.clone()).collect(),
            permissions: held.into_iter().flat_map(|r| r.role.permissions).collect(),
            session_id: None,
            network: client.network,
            request_id: client.request_id.clone(),
            circumstances: Circumstances::default(),
        };
        Ok(Some((actor, profile)))
    }
}

/// Says which unique value was taken meanwhile.
pub(super) fn taken(e: StoreError) -> Error {
    let field = match &e {
        e if e.is_conflict_on("person_login") => "login",
        e if e.is_conflict_on("mailbox_address") => "mailbox_address",
        e if e.is_conflict_on("provisioned_external") => "external_id",
        e if e.is_conflict_on("role_name") => "name",
        e if e.is_conflict_on("partner_domain") => "domain",
        e if e.is_conflict_on("mail_domain_pkey") || e.is_conflict_on("mail_domain_name") => "domain",
        _ => return e.into(),
    };
    Error::field(field, "taken", "This is in use already.")
}
