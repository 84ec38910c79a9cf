//! Short questions to the house, asked by all the rest.

use super::house::{MailboxRef, Partner};
use super::policy::PolicyVersion;
use super::security::SecurityVersion;
use crate::{Core, Result};
use std::sync::Arc;
use wardpost_model::person::{Language, MailboxKind};
use wardpost_model::{Domain, EmailAddress, MailboxId, PersonId};

impl Core {
    /// The mailbox with an address (in whatever case), active or not. Asked for every recipient of every mail.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn mailbox_by_address(&self, address: &EmailAddress) -> Result<Option<MailboxRef>> {
        let house = self.house().await?;
        let id = house.by_address.get(&address.normalised());
        Ok(id.and_then(|id| house.mailboxes.get(id)).map(|(m, _)| Arc::clone(m)))
    }

    /// The active mailbox into which mail for an address goes. Mail for the postmaster of any of the house's domains, and of
    /// this host, finds the house's postmaster (RFC 5321 §4.5.1).
    ///
    /// # Errors
    /// When the store fails.
    pub async fn receiving_mailbox(&self, address: &EmailAddress) -> Result<Option<MailboxRef>> {
        let found = self.mailbox_by_address(address).await?.filter(|m| m.active);
        if found.is_some() || !address.local().eq_ignore_ascii_case("postmaster") {
            return Ok(found);
        }
        let domain = address.domain();
        if !self.own_domain(domain).await? && !domain.as_str().eq_ignore_ascii_case(&self.config().host_name) {
            return Ok(None);
        }
        let house = self.house().await?;
        let all = house.mailboxes.values().map(|(m, _)| m);
        let postmasters = all.filter(|m| m.active && m.address.local().eq_ignore_ascii_case("postmaster"));
        Ok(postmasters.min_by_key(|m| m.address.normalised()).map(Arc::clone))
    }

    /// A mailbox.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn mailbox(&self, id: MailboxId) -> Result<Option<MailboxRef>> {
        Ok(self.house().await?.mailboxes.get(&id).map(|(m, _)| Arc::clone(m)))
    }

    /// The active mailboxes that a person uses: personal ones first, then by name.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn mailboxes_of(&self, person: PersonId) -> Result<Vec<MailboxRef>> {
        let house = self.house().await?;
        let ids = house.by_member.get(&person).into_iter().flatten();
        let mut found: Vec<MailboxRef> =
            ids.filter_map(|id| house.mailboxes.get(id)).map(|(m, _)| Arc::clone(m)).filter(|m| m.active).collect();
        found.sort_by_cached_key(|m| (m.kind == MailboxKind::Shared, m.name.to_lowercase(), m.id));
        Ok(found)
    }

    /// Whether mail for this domain is the house's own.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn own_domain(&self, domain: &Domain) -> Result<bool> {
        Ok(self.house().await?.domains.contains_key(domain))
    }

    /// The partner to whom a domain belongs.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn partner_of(&self, domain: &Domain) -> Result<Option<Partner>> {
        Ok(self.house().await?.partners.get(domain).cloned())
    }

    /// Own and partner domains.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn known_domains(&self) -> Result<Arc<[Domain]>> {
        Ok(Arc::clone(&self.house().await?.known_domains))
    }

    /// The policy that is in force.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn policy_current(&self) -> Result<Arc<PolicyVersion>> {
        Ok(Arc::clone(&self.house().await?.policy))
    }

    /// The security policy that is in force.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn security_current(&self) -> Result<Arc<SecurityVersion>> {
        Ok(Arc::clone(&self.house().await?.security))
    }

    /// Name of the organisation.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn org_name(&self) -> Result<String> {
        Ok(self.house().await?.name.clone())
    }

    /// Language of the organisation.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn org_language(&self) -> Result<Language> {
        Ok(self.house().await?.language)
    }

    /// Names of people, for what they did or wrote.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn person_name(&self, id: PersonId) -> Result<String> {
        Ok(self.house().await?.person_name(id))
    }
}
