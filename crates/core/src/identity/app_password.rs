//! Passwords of mail programs: one for each device, made here, shown once, withdrawn at will.

use super::codes;
use crate::audit::NewEntry;
use crate::clock::from_us;
use crate::error::guard;
use crate::live::Change;
use crate::mail::AccountNotice;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use wardpost_gate::Scope;
use wardpost_model::audit::AuditKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_model::{AppPasswordId, PersonId};
use wardpost_store::Batch;
use wardpost_store::repo::app_password::{self as rows, AppPasswordRow};

/// Most device passwords of one person.
const LIMIT: usize = 50;
/// Longest label in characters.
const LABEL_CHARS: usize = 80;

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppPasswordLine {
    /// Its id.
    pub id: AppPasswordId,
    /// What its owner calls the device.
    pub label: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was used last.
    pub last_used_at: Option<Timestamp>,
}

/// A new device password. Shown once.
#[derive(Debug, Clone)]
pub struct NewAppPassword {
    /// Its id.
    pub id: AppPasswordId,
    /// The label.
    pub label: String,
    /// The password, four groups of five letters.
    pub password: String,
    /// The user name to go with it.
    pub username: String,
    /// Host of the submission service.
    pub submission_host: String,
    /// Its port (implicit TLS).
    pub submission_port: u16,
}

impl Core {
    /// One's own device passwords, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn app_passwords(&self, actor: &Actor) -> Result<Vec<AppPasswordLine>> {
        let found = rows::of_person(self.db(), self.org(), actor.person_id).await?;
        found
            .into_iter()
            .map(|row| {
                Ok(AppPasswordLine {
                    id: row.id,
                    label: self.unseal(purpose::APP_PASSWORD_LABEL, row.id.as_bytes(), &row.sealed_label)?,
                    created_at: from_us(row.created_us),
                    last_used_at: row.last_used_us.map(from_us),
                })
            })
            .collect()
    }

    /// Makes a device password for oneself.
    ///
    /// # Errors
    /// [`Error::Denied`] without `mail.submit`; [`Error::Validation`] of `label`; [`Error::Conflict`] beyond fifty.
    pub async fn create_app_password(&self, actor: &Actor, label: &str) -> Result<NewAppPassword> {
        self.allow(actor, Permission::MailSubmit, Scope::AppPassword { owner: actor.person_id }).await?;
        let label = crate::people::checked_text("label", label, 1, LABEL_CHARS)?;
        if rows::of_person(self.db(), self.org(), actor.person_id).await?.len() >= LIMIT {
            return Err(Error::Conflict("too_many_app_passwords"));
        }
        let house = self.house().await?;
        let username = house.person(actor.person_id).ok_or(Error::NotFound)?.profile.login.to_string();
        let id = AppPasswordId(self.clock().new_id());
        let password = codes::make_app_password();
        let normal = codes::normal_app_password(&password).unwrap_or_default();
        let row = AppPasswordRow {
            id,
            person_id: actor.person_id,
            sealed_label: self.seal(purpose::APP_PASSWORD_LABEL, id.as_bytes(), &label)?,
            created_us: self.clock().now_us(),
            last_used_us: None,
        };
        let mut batch = Batch::new();
        rows::insert(&mut batch, self.org(), row, &self.app_password_hash(&normal));
        let entry = NewEntry::by(actor, AuditKind::AppPasswordCreated).on("app_password", id);
        self.audit(&mut batch, entry.with("label", label.clone()))?;
        self.tell_person(&mut batch, actor.person_id, AccountNotice::AppPassword { label: &label }).await?;
        self.db().write(batch).await?;
        let config = self.config();
        Ok(NewAppPassword {
            id,
            label,
            password,
            username,
            submission_host: config.submission_host.clone(),
            submission_port: config.submission_port,
        })
    }

    /// Withdraws a device password; the device is signed out at once.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for a colleague's without `person.manage`.
    pub async fn revoke_app_password(&self, actor: &Actor, id: AppPasswordId) -> Result<()> {
        let found = rows::get(self.db(), self.org(), id).await?;
        let scope = found.as_ref().map(|p| Scope::AppPassword { owner: p.person_id });
        self.allow_owned(actor, Permission::PersonManage, scope, ("app_password", id)).await?;
        let row = found.ok_or(Error::NotFound)?;
        let mut batch = Batch::new();
        rows::revoke(&mut batch, self.org(), id, self.clock().now_us(), guard::FOUND);
        let entry = NewEntry::by(actor, AuditKind::AppPasswordRevoked).on("app_password", id);
        self.audit(&mut batch, entry.with("person", row.person_id.to_string()))?;
        self.announce(&mut batch, Change::Sessions(row.person_id));
        self.db().write(batch).await?;
        self.identity().forget_person(row.person_id);
        Ok(())
    }

    /// Adds the withdrawal of all device passwords of a person.
    pub(crate) fn revoke_app_passwords_of(&self, batch: &mut Batch, person: PersonId) {
        rows::revoke_of(batch, self.org(), person, self.clock().now_us());
    }

    pub(super) fn app_password_hash(&self, normal: &str) -> [u8; 32] {
        self.vault().hash_secret(purpose::APP_PASSWORD_SECRET, normal.as_bytes())
    }
}
