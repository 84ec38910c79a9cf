//! Whom a provider's subject is here: linked by whoever is signed in, to themselves.

use super::flow::{Proved, ProviderBegun};
use super::login::Purpose;
use crate::audit::NewEntry;
use crate::clock::from_us;
use crate::error::guard;
use crate::live::Change;
use crate::{Core, Error, Result};
use jiff::Timestamp;
use wardpost_model::audit::AuditKind;
use wardpost_model::person::Actor;
use wardpost_model::{LinkId, ProviderId};
use wardpost_store::Batch;
use wardpost_store::repo::identity_provider as rows;
use wardpost_store::repo::session as session_rows;

/// A link, as whoever has it sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkLine {
    /// Its id.
    pub id: LinkId,
    /// Which provider.
    pub provider_id: ProviderId,
    /// Its name.
    pub provider_name: String,
    /// Since when.
    pub created_at: Timestamp,
    /// When one signed in by it last.
    pub last_used_at: Option<Timestamp>,
}

impl Core {
    /// One's own links, oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn my_links(&self, actor: &Actor) -> Result<Vec<LinkLine>> {
        let mut lines = Vec::new();
        for link in rows::links_of(self.db(), self.org(), actor.person_id).await? {
            let Some(provider) = self.provider(link.provider_id).await? else { continue };
            lines.push(LinkLine {
                id: link.id,
                provider_id: provider.id,
                provider_name: provider.settings.name,
                created_at: from_us(link.created_us),
                last_used_at: link.last_used_us.map(from_us),
            });
        }
        Ok(lines)
    }

    /// Sends whoever is signed in to a provider, to link their account there.
    ///
    /// # Errors
    /// [`Error::Denied`] `recent_sign_in`; [`Error::NotFound`]; [`Error::Conflict`] `already_linked`;
    /// [`Error::Unavailable`] when the provider does not answer.
    pub async fn begin_link(&self, actor: &Actor, id: ProviderId) -> Result<ProviderBegun> {
        self.require_recent(actor).await?;
        let session = actor.session_id.ok_or(Error::Unauthenticated)?;
        let provider = self.provider(id).await?.filter(|p| p.settings.active).ok_or(Error::NotFound)?;
        let links = rows::links_of(self.db(), self.org(), actor.person_id).await?;
        if links.iter().any(|link| link.provider_id == id) {
            return Err(Error::Conflict("already_linked"));
        }
        self.begin_at(&provider, Purpose::Link { person: actor.person_id, session }, None).await
    }

    pub(super) async fn put_link(&self, actor: &Actor, proved: &Proved) -> Result<()> {
        let mut batch = Batch::new();
        let link = self.new_link(&mut batch, proved, actor.person_id);
        let entry = NewEntry::by(actor, AuditKind::IdentityLinked).on("identity_link", link.id);
        let entry = entry.with("provider", proved.provider.settings.name.clone());
        self.audit(&mut batch, entry.with("subject", proved.subject.clone()))?;
        match self.db().write(batch).await {
            Ok(_) => Ok(()),
            Err(e) if e.is_conflict_on(rows::SUBJECT_TAKEN) => Err(Error::Denied("provider_linked")),
            Err(e) => Err(e.into()),
        }
    }

    /// Removes one's own link. Sessions that it began end, but for the one that removes it.
    ///
    /// # Errors
    /// [`Error::Denied`] `recent_sign_in`; [`Error::NotFound`]; [`Error::Conflict`] `last_way_in` without password and passkey.
    pub async fn remove_link(&self, actor: &Actor, id: LinkId) -> Result<()> {
        let links = rows::links_of(self.db(), self.org(), actor.person_id).await?;
        let link = links.into_iter().find(|link| link.id == id).ok_or(Error::NotFound)?;
        self.require_recent(actor).await?;
        // Neither goes without another of its kind: what holds now holds when it is written.
        if !self.has_password(actor.person_id).await? && !self.has_passkey(actor.person_id).await? {
            return Err(Error::Conflict("last_way_in"));
        }
        let mut batch = Batch::new();
        rows::remove_link(&mut batch, self.org(), actor.person_id, id, guard::FOUND);
        let now = self.clock().now_us();
        for (session, _) in rows::open_by_link(self.db(), self.org(), id).await? {
            if actor.session_id != Some(session) {
                session_rows::end_if_open(&mut batch, self.org(), session, now);
            }
        }
        let provider = self.provider(link.provider_id).await?.map(|p| p.settings.name).unwrap_or_default();
        let entry = NewEntry::by(actor, AuditKind::IdentityUnlinked).on("identity_link", id);
        self.audit(&mut batch, entry.with("provider", provider))?;
        self.announce(&mut batch, Change::Sessions(actor.person_id));
        self.db().write(batch).await?;
        self.identity().forget_person(actor.person_id);
        Ok(())
    }
}
