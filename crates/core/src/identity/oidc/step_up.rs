//! Proving oneself anew at one's identity provider: for who has neither password nor passkey here, and for everybody else whose
//! account is linked. The provider is asked to let them sign in once more (`prompt=login`, `max_age=0`), and when they did so must
//! stand in its word (`auth_time`).

use super::flow::{Proved, ProviderBegun};
use super::login::Purpose;
use super::token::SealedIdToken;
use crate::audit::NewEntry;
use crate::error::guard;
use crate::identity::Client;
use crate::identity::key_rule::KeyRule;
use crate::live::Change;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use wardpost_model::audit::AuditKind;
use wardpost_model::person::Actor;
use wardpost_model::security::Way;
use wardpost_model::{LinkId, PersonId, ProviderId, SessionId};
use wardpost_store::repo::identity_provider as rows;
use wardpost_store::{Batch, StoreError};

/// Who must prove themselves, in which session, and as whom there.
pub(super) struct Wanted {
    pub person: PersonId,
    pub session: SessionId,
    pub link: LinkId,
}

impl Core {
    /// Sends whoever is signed in to a provider where they have an account, to prove themselves anew.
    ///
    /// # Errors
    /// [`Error::NotFound`] without a link to such a provider; [`Error::Denied`] where nobody may sign in this way;
    /// [`Error::RateLimited`] by network; [`Error::Unavailable`] when the provider does not answer.
    pub async fn begin_provider_step_up(
        &self,
        actor: &Actor,
        id: ProviderId,
        next: Option<&str>,
        client: &Client,
    ) -> Result<ProviderBegun> {
        self.take_turn(client)?;
        self.admit(Way::Provider, client).await?;
        let session = actor.session_id.ok_or(Error::Unauthenticated)?;
        let links = rows::links_of(self.db(), self.org(), actor.person_id).await?;
        let link = links.into_iter().find(|link| link.provider_id == id).ok_or(Error::NotFound)?;
        let provider = self.provider(id).await?.filter(|p| p.settings.active).ok_or(Error::NotFound)?;
        self.begin_at(&provider, Purpose::StepUp { person: actor.person_id, session, link: link.id }, next).await
    }

    /// Takes the provider's word as a proof within the session that asked for it, and gives the session's new secret. It must be
    /// about the same subject, with both factors.
    pub(super) async fn step_up_by_provider(
        &self,
        wanted: &Wanted,
        proved: &Proved,
        secret: &str,
        client: &Client,
    ) -> Result<String> {
        let (actor, info) = self.authenticate_session(secret, client, true).await?;
        if (actor.person_id, info.id) != (wanted.person, wanted.session) {
            return Err(Error::Unauthenticated);
        }
        let (provider, person) = (&proved.provider, actor.person_id);
        let known = rows::by_subject(self.db(), self.org(), provider.id, &proved.subject_index).await?;
        if known.is_none_or(|link| (link.id, link.person_id) != (wanted.link, person)) {
            self.refuse_provider(provider.id, Some(person), "proved anew by another account there", client).await?;
            return Err(Error::Denied("provider_other_account"));
        }
        if !proved.strong {
            let code = "provider_single_factor";
            self.refuse_provider(provider.id, Some(person), code, client).await?;
            return Err(Error::Denied(code));
        }
        let rule = self.key_rule(person, Way::Provider).await?;
        if let Some(why) = rule.refusal().filter(|_| rule == KeyRule::HasKey) {
            return Err(self.refuse_provider(provider.id, Some(person), why, client).await?);
        }
        let mut batch = Batch::new();
        rows::link_used(&mut batch, self.org(), wanted.link, self.clock().now_us(), guard::STATE);
        // The provider may have begun another session there: its word of signing out is about that one now.
        let token = SealedIdToken { id_token: proved.id_token.clone() };
        let token = self.seal(purpose::PROVIDER_TOKEN, info.id.as_bytes(), &token)?;
        let sid = proved.claims.sid.as_deref().map(|sid| self.sid_index(provider.id, sid));
        rows::renew_session(&mut batch, self.org(), info.id, wanted.link, sid, token);
        let new_secret = self.renew_secret(&mut batch, info.id, secret);
        let entry = NewEntry::by(&actor, AuditKind::SignInProvider).on("session", info.id);
        let entry = entry.with("provider", provider.settings.name.clone()).why("proved anew within the session");
        self.audit(&mut batch, entry)?;
        self.announce(&mut batch, Change::Sessions(person));
        match self.db().write(batch).await {
            Ok(_) => {}
            // The link was removed, or the session ended or renewed, at this moment.
            Err(StoreError::Guard(_)) => {
                let why = "the link or the session was changed at the same moment";
                return Err(self.refuse_provider(provider.id, Some(person), why, client).await?);
            }
            Err(e) => return Err(e.into()),
        }
        self.identity().forget_person(person);
        Ok(new_secret)
    }
}
