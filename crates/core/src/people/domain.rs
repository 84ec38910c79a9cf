//! The organisation's own mail domains.

use super::person::taken;
use crate::audit::NewEntry;
use crate::error::guard;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use wardpost_gate::Scope;
use wardpost_model::Domain;
use wardpost_model::audit::AuditKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_store::Batch;
use wardpost_store::repo::domain as rows;

impl Core {
    /// Own domains and since when, by name.
    ///
    /// # Errors
    /// [`Error::Denied`] without `domain.manage`.
    pub async fn domains(&self, actor: &Actor) -> Result<Vec<(Domain, Timestamp)>> {
        self.allow(actor, Permission::DomainManage, Scope::Organisation).await?;
        Ok(self.house().await?.domains.iter().map(|(d, at)| (d.clone(), *at)).collect())
    }

    /// Adds an own domain: mail for it is taken in, and mail to it never leaves.
    ///
    /// # Errors
    /// [`Error::Denied`] without `domain.manage`; [`Error::Validation`] of `domain` (`taken`, `partner_domain`, `single_label`).
    pub async fn add_domain(&self, actor: &Actor, domain: &Domain) -> Result<()> {
        self.allow(actor, Permission::DomainManage, Scope::Organisation).await?;
        if !domain.as_str().contains('.') {
            return Err(Error::field("domain", "single_label", "A mail domain has a dot in it."));
        }
        if self.house().await?.partners.contains_key(domain) {
            return Err(Error::field("domain", "partner_domain", "This is a partner's domain."));
        }
        let mut batch = Batch::new();
        rows::insert(&mut batch, self.org(), domain.as_str(), self.clock().now_us());
        self.audit(&mut batch, NewEntry::by(actor, AuditKind::DomainAdded).on("domain", domain))?;
        self.try_write_house(batch).await.map_err(taken)
    }

    /// Removes an own domain in which there is no mailbox.
    ///
    /// # Errors
    /// [`Error::Denied`] without `domain.manage`; [`Error::Conflict`] `domain_in_use`; [`Error::NotFound`].
    pub async fn remove_domain(&self, actor: &Actor, domain: &Domain) -> Result<()> {
        self.allow(actor, Permission::DomainManage, Scope::Organisation).await?;
        let house = self.house().await?;
        if house.mailboxes.values().any(|(m, _)| m.address.domain() == domain) {
            return Err(Error::Conflict("domain_in_use"));
        }
        let mut batch = Batch::new();
        rows::delete(&mut batch, self.org(), domain.as_str(), guard::FOUND);
        self.audit(&mut batch, NewEntry::by(actor, AuditKind::DomainRemoved).on("domain", domain))?;
        self.write_house(batch).await
    }
}
