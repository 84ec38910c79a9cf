//! Partner organisations: domains that are known to be safe, as long as their TLS can be verified.

use super::house::{Partner, VERSION};
use super::person::taken;
use super::{checked_lines, checked_text};
use crate::audit::NewEntry;
use crate::error::guard;
use crate::mail::DomainTls;
use crate::{Core, Error, Result};
use wardpost_gate::Scope;
use wardpost_model::audit::AuditKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_model::{Domain, PartnerId};
use wardpost_store::Batch;
use wardpost_store::repo::partner::{self as rows, PartnerRow};

/// What is given for a partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerInput {
    /// Its name.
    pub name: String,
    /// Its mail domain.
    pub domain: Domain,
    /// What is to be remembered about it (the agreement, a contact).
    pub note: String,
}

/// A partner as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerLine {
    /// The partner.
    pub partner: Partner,
    /// What is known of its TLS; none if nobody looked yet.
    pub tls: Option<DomainTls>,
}

impl Core {
    /// All partners, by name.
    ///
    /// # Errors
    /// [`Error::Denied`] without `domain.manage`.
    pub async fn partners(&self, actor: &Actor) -> Result<Vec<PartnerLine>> {
        self.allow(actor, Permission::DomainManage, Scope::Organisation).await?;
        let house = self.house().await?;
        let mut partners: Vec<Partner> = house.partners.values().cloned().collect();
        partners.sort_by_cached_key(|p| (p.name.to_lowercase(), p.id));
        let mut lines = Vec::with_capacity(partners.len());
        for partner in partners {
            let tls = self.known_domain_tls(&partner.domain).await?;
            lines.push(PartnerLine { partner, tls });
        }
        Ok(lines)
    }

    /// Adds a partner.
    ///
    /// # Errors
    /// [`Error::Denied`] without `domain.manage`; [`Error::Validation`] of `name`, `note`, `domain` (`taken`, `own_domain`).
    pub async fn add_partner(&self, actor: &Actor, new: PartnerInput) -> Result<PartnerLine> {
        self.allow(actor, Permission::DomainManage, Scope::Organisation).await?;
        let id = PartnerId(self.clock().new_id());
        let row = self.partner_row(id, 1, &new).await?;
        let mut batch = Batch::new();
        let entry = NewEntry::by(actor, AuditKind::PartnerAdded).on("partner", id);
        let entry = entry.with("name", row.name.clone()).with("domain", row.domain.clone());
        rows::insert(&mut batch, self.org(), row);
        self.audit(&mut batch, entry)?;
        self.try_write_house(batch).await.map_err(taken)?;
        self.partner_line(id).await
    }

    /// Changes a partner.
    ///
    /// # Errors
    /// As [`Core::add_partner`]; [`Error::VersionConflict`]; [`Error::NotFound`].
    pub async fn change_partner(
        &self,
        actor: &Actor,
        id: PartnerId,
        version: i64,
        update: PartnerInput,
    ) -> Result<PartnerLine> {
        self.allow(actor, Permission::DomainManage, Scope::Organisation).await?;
        let before = self.partner_line(id).await?.partner;
        let row = self.partner_row(id, version, &update).await?;
        let mut entry = NewEntry::by(actor, AuditKind::PartnerChanged).on("partner", id);
        for (what, old, new) in [
            ("name", before.name.as_str(), row.name.as_str()),
            ("domain", before.domain.as_str(), row.domain.as_str()),
            ("note", before.note.as_str(), row.note.as_str()),
        ] {
            if old != new {
                entry = entry.with(what, format!("{old} → {new}"));
            }
        }
        let mut batch = Batch::new();
        rows::update(&mut batch, self.org(), row, VERSION);
        self.audit(&mut batch, entry)?;
        self.try_write_house(batch).await.map_err(taken)?;
        self.partner_line(id).await
    }

    /// Removes a partner.
    ///
    /// # Errors
    /// [`Error::Denied`] without `domain.manage`; [`Error::NotFound`].
    pub async fn remove_partner(&self, actor: &Actor, id: PartnerId) -> Result<()> {
        self.allow(actor, Permission::DomainManage, Scope::Organisation).await?;
        let before = self.partner_line(id).await?.partner;
        let mut batch = Batch::new();
        rows::delete(&mut batch, self.org(), id, guard::FOUND);
        let entry = NewEntry::by(actor, AuditKind::PartnerRemoved).on("partner", id);
        self.audit(&mut batch, entry.with("name", before.name).with("domain", before.domain.to_string()))?;
        self.write_house(batch).await
    }

    /// Looks at a partner's mail servers now. Bounded in time.
    ///
    /// # Errors
    /// [`Error::Denied`] without `domain.manage`; [`Error::NotFound`].
    pub async fn check_partner(&self, actor: &Actor, id: PartnerId) -> Result<PartnerLine> {
        self.allow(actor, Permission::DomainManage, Scope::Organisation).await?;
        let partner = self.partner_line(id).await?.partner;
        let tls = self.check_domain_tls(&partner.domain).await?;
        let entry = NewEntry::by(actor, AuditKind::PartnerChanged).on("partner", id);
        let entry = entry.with("domain", partner.domain.to_string()).with("tls", tls.detail.clone());
        self.audit_alone(entry.why("looked at its mail servers")).await?;
        Ok(PartnerLine { partner, tls: Some(tls) })
    }

    async fn partner_row(&self, id: PartnerId, version: i64, input: &PartnerInput) -> Result<PartnerRow> {
        if self.own_domain(&input.domain).await? {
            return Err(Error::field("domain", "own_domain", "This is this organisation's own domain."));
        }
        Ok(PartnerRow {
            id,
            domain: input.domain.to_string(),
            name: checked_text("name", &input.name, 1, 100)?,
            note: checked_lines("note", &input.note, 0, 2000)?,
            version,
        })
    }

    async fn partner_line(&self, id: PartnerId) -> Result<PartnerLine> {
        let house = self.house().await?;
        let partner = house.partners.values().find(|p| p.id == id).ok_or(Error::NotFound)?.clone();
        let tls = self.known_domain_tls(&partner.domain).await?;
        Ok(PartnerLine { partner, tls })
    }
}
