//! The first start: the organisation's row, its ready-made roles, its first policies and its first administrator.

use super::house::permissions_text;
use super::person::NewPerson;
use crate::audit::NewEntry;
use crate::clock::SECOND_US;
use crate::identity::{Client, Stands, totp};
use crate::{Core, Error, Result};
use wardpost_model::audit::{AuditAgent, AuditKind};
use wardpost_model::person::{Language, RoleVia};
use wardpost_model::policy::Policy;
use wardpost_model::security::SecurityPolicy;
use wardpost_model::{Domain, PersonId, RoleId};
use wardpost_store::repo::domain;
use wardpost_store::repo::org::{self as rows, OrgRow};
use wardpost_store::repo::role::{self as roles, RoleRow};
use wardpost_store::{Batch, StoreError};

/// Somebody made by whoever runs the program, with credentials at once.
#[derive(Debug, Clone)]
pub struct BootstrapPerson {
    /// Who.
    pub person: NewPerson,
    /// Their password; the ordinary rules hold.
    pub password: String,
    /// Secret for their authenticator app; made when none is given.
    pub totp_secret: Option<Vec<u8>>,
}

/// What [`Core::bootstrap_person`] made.
#[derive(Debug, Clone)]
pub struct Bootstrapped {
    /// Who.
    pub person_id: PersonId,
    /// Secret for the authenticator app, in base 32.
    pub totp_secret: String,
    /// The same as an `otpauth://` address.
    pub totp_uri: String,
    /// Recovery codes.
    pub recovery_codes: Vec<String>,
}

impl Core {
    /// Makes the organisation with its ready-made roles and the first policies, if it is not there yet. Gives whether it
    /// was made now. Several nodes may do this at once.
    ///
    /// # Errors
    /// [`Error::Validation`] of `name`; when the store fails.
    pub async fn ensure_org(&self, name: &str, language: Language) -> Result<bool> {
        if rows::get(self.db(), self.org()).await?.is_some() {
            return Ok(false);
        }
        let name = super::checked_text("name", name, 1, 100)?;
        let (now, mut batch) = (self.clock().now_us(), Batch::new());
        let row = OrgRow { name: name.clone(), language: language.as_str().to_owned(), created_us: now };
        rows::insert(&mut batch, self.org(), row);
        for ready in wardpost_gate::ready_made_roles() {
            let id = RoleId(self.clock().new_id());
            let name = if language == Language::Nl { ready.name_nl } else { ready.name_en };
            let permissions = permissions_text(&ready.permissions);
            let row = RoleRow {
                id,
                key: ready.key.to_owned(),
                name: name.to_owned(),
                permissions: permissions.clone(),
                version: 1,
            };
            roles::insert(&mut batch, self.org(), row);
            let entry = NewEntry::system(AuditKind::RoleCreated).on("role", id);
            self.audit(&mut batch, entry.with("name", name).with("permissions", permissions.trim()))?;
        }
        self.insert_first_document::<Policy>(&mut batch, now)?;
        self.insert_first_document::<SecurityPolicy>(&mut batch, now)?;
        let entry = NewEntry::system(AuditKind::OrgCreated).on("org", self.org());
        self.audit(&mut batch, entry.with("name", name))?;
        match self.try_write_house(batch).await {
            Ok(()) => Ok(true),
            // Another node was faster.
            Err(e) if e.is_conflict_on("org_pkey") => Ok(false),
            Err(e) => Err(e.into()),
        }
    }

    /// Adds an own domain if it is not there yet: for the operator's first set-up. Gives whether it was added now.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it is another organisation's.
    pub async fn ensure_domain(&self, name: &Domain) -> Result<bool> {
        if self.own_domain(name).await? {
            return Ok(false);
        }
        let mut batch = Batch::new();
        domain::insert(&mut batch, self.org(), name.as_str(), self.clock().now_us());
        self.audit(&mut batch, NewEntry::system(AuditKind::DomainAdded).on("domain", name))?;
        match self.try_write_house(batch).await {
            Ok(()) => Ok(true),
            Err(e) if e.is_conflict_on("mail_domain_pkey") => Ok(false),
            Err(StoreError::Conflict(_)) => Err(Error::Conflict("domain_taken")),
            Err(e) => Err(e.into()),
        }
    }

    /// The role that was made from a ready-made one (`physician`, `front_desk` …), whatever it is called now.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn ready_made_role(&self, key: &str) -> Result<Option<RoleId>> {
        let Some(ready) = wardpost_gate::ready_made_role(key) else { return Ok(None) };
        let house = self.house().await?;
        Ok(house.roles.values().find(|r| r.key == ready.key).map(|r| r.role.id))
    }

    /// Whether there is anybody yet.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn has_people(&self) -> Result<bool> {
        Ok(wardpost_store::repo::person::any(self.db(), self.org()).await?)
    }

    /// Makes somebody who can sign in at once, by the same steps as an administrator and the invited person: for the first
    /// administrator and for demonstrations. Only the command line reaches this; it acts as the system.
    ///
    /// # Errors
    /// [`Error::Validation`] as in [`Core::create_person`] and [`Core::accept_invitation`].
    pub async fn bootstrap_person(&self, new: BootstrapPerson) -> Result<Bootstrapped> {
        let secret =
            new.totp_secret.unwrap_or_else(|| wardpost_vault::random_bytes::<{ totp::SECRET_BYTES }>().to_vec());
        if secret.len() < 16 {
            return Err(Error::field("totp_secret", "too_short", "At least 16 bytes."));
        }
        let profile = new.person.profile()?;
        self.check_password_for(&profile, "password", &new.password, Stands::WithSecondFactor).await?;
        let by = |kind| NewEntry::of(AuditAgent::System, kind).why("set up on the command line");
        let (person_id, invitation) = self.add_person(new.person, Some(secret.clone()), RoleVia::Setup, &by).await?;
        // The step before now, so that what the app shows now is still good for the first sign-in.
        let code = totp::code_at(&secret, self.clock().now_us() - totp::STEP_SECONDS * SECOND_US);
        let recovery_codes =
            self.accept_invitation(&invitation.token, &new.password, &code, &Client::default()).await?;
        Ok(Bootstrapped {
            person_id,
            totp_secret: totp::secret_text(&secret),
            totp_uri: totp::uri(&secret, &self.org_name().await?, &profile.login.to_string()),
            recovery_codes,
        })
    }
}
