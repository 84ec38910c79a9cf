//! Signing out at both ends: a provider says that somebody has signed out there (OpenID Connect Back-Channel Logout 1.0), and
//! whoever signs out here goes on there (RP-Initiated Logout 1.0).

use super::metadata::with_query;
use super::token::{Logout, SealedIdToken, claimed_issuer, logout_token};
use crate::audit::NewEntry;
use crate::clock::MINUTE_US;
use crate::identity::Client;
use crate::identity::limiter::network_key;
use crate::live::Change;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use wardpost_model::audit::AuditKind;
use wardpost_model::{PersonId, ProviderId, SessionId};
use wardpost_store::Batch;
use wardpost_store::repo::{identity_provider as rows, session as session_rows, used_once};

/// Longer than any word of signing out is good.
const REMEMBERED_US: i64 = 10 * MINUTE_US;

impl Core {
    pub(super) fn issuer_index(&self, issuer: &str) -> Vec<u8> {
        self.index(purpose::PROVIDER_ISSUER, issuer)
    }

    /// Ends the sessions that a provider says were signed out of. Gives how many.
    ///
    /// # Errors
    /// [`Error::Validation`] of `logout_token`, whatever is wrong with it; [`Error::RateLimited`] by network.
    pub async fn provider_logout(&self, token: &str, client: &Client) -> Result<u64> {
        let network = network_key(client.network);
        let taken = self.identity().provider_logouts.take(network, self.clock().now_us());
        taken.map_err(|retry_after_seconds| Error::RateLimited { retry_after_seconds })?;
        let wrong = || Error::field("logout_token", "wrong", "This can't be believed.");
        let issuer = claimed_issuer(token).ok_or_else(wrong)?;
        let row = rows::by_issuer(self.db(), self.org(), &self.issuer_index(&issuer)).await?.ok_or_else(wrong)?;
        let provider = self.open_provider(&row)?;
        let logout = match self.check_token(&provider, &|expected| logout_token(expected, token)).await? {
            Ok(logout) => logout,
            Err(flaw) => {
                tracing::info!(provider.id = %provider.id, %flaw, "refused a word of signing out");
                return Err(wrong());
            }
        };
        let found = self.signed_out(provider.id, &logout).await?;
        let mut batch = Batch::new();
        let once = [provider.id.as_bytes(), logout.jti.as_bytes()].concat();
        let now = self.clock().now_us();
        used_once::insert(
            &mut batch,
            self.org(),
            &self.vault().hash_secret(purpose::USED_ONCE, &once),
            now + REMEMBERED_US,
        );
        for (session, person) in &found {
            session_rows::end_if_open(&mut batch, self.org(), *session, now);
            let entry =
                NewEntry::system(AuditKind::SessionEnded).on("session", session).why("signed out at the provider");
            let entry = entry.with("provider", provider.settings.name.clone());
            self.audit(&mut batch, entry.with("person", person.to_string()))?;
            self.announce(&mut batch, Change::Sessions(*person));
        }
        match self.db().write(batch).await {
            Ok(_) => {}
            Err(e) if e.is_conflict_on(used_once::USED_BEFORE) => return Err(wrong()),
            Err(e) => return Err(e.into()),
        }
        self.identity().provider_logouts.give_back(&network);
        found.iter().for_each(|(_, person)| self.identity().forget_person(*person));
        Ok(found.len() as u64)
    }

    /// The sessions that a word of signing out is about: one, or without its name all of the subject.
    async fn signed_out(&self, provider: ProviderId, logout: &Logout) -> Result<Vec<(SessionId, PersonId)>> {
        if let Some(sid) = &logout.sid {
            let index = self.sid_index(provider, sid);
            return Ok(rows::open_by_sid(self.db(), self.org(), provider, &index).await?);
        }
        let subject = self.subject_index(provider, logout.sub.as_deref().unwrap_or_default());
        match rows::by_subject(self.db(), self.org(), provider, &subject).await? {
            Some(link) => Ok(rows::open_by_link(self.db(), self.org(), link.id).await?),
            None => Ok(Vec::new()),
        }
    }

    /// Where to go on to sign out at the provider by which a session began (RP-Initiated Logout 1.0); none for other
    /// sessions, and when the provider offers or answers nothing.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn provider_sign_out_url(&self, secret: &str) -> Result<Option<String>> {
        let session = session_rows::by_secret(self.db(), self.org(), &self.web_session_hash(secret)).await?;
        let Some(session) = session.filter(|s| s.ended_us.is_none()) else { return Ok(None) };
        let Some((id, sealed)) = rows::session(self.db(), self.org(), session.id).await? else { return Ok(None) };
        let Some(provider) = self.provider(id).await?.filter(|p| p.settings.active) else { return Ok(None) };
        let said = match self.said_by(&provider).await {
            Ok(said) => said,
            Err(Error::Unavailable(_)) => return Ok(None),
            Err(e) => return Err(e),
        };
        let Some(endpoint) = &said.metadata.end_session_endpoint else { return Ok(None) };
        let token: SealedIdToken = self.unseal(purpose::PROVIDER_TOKEN, session.id.as_bytes(), &sealed)?;
        let back = format!("{}/sign-in", self.config().public_url);
        let pairs = [
            ("id_token_hint", token.id_token.as_str()),
            ("client_id", provider.settings.client_id.as_str()),
            ("post_logout_redirect_uri", back.as_str()),
        ];
        Ok(Some(with_query(endpoint, &pairs)))
    }
}
