//! Providers as they are known: settings from the store, and what they say of themselves, remembered for an hour.

use super::metadata::{self, Metadata};
use super::token::{self, Expected, Flaw};
use crate::clock::{HOUR_US, MINUTE_US, SECOND_US};
use crate::identity::keys::TokenKey;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use wardpost_model::ProviderId;
use wardpost_model::provider::ProviderSettings;
use wardpost_store::repo::identity_provider::{self as rows, ProviderRow};

const BELIEVED_FOR_US: i64 = HOUR_US;
/// A key that nobody knows makes us look again, but not more often than this: whoever invents keys starts no flood.
const KEYS_EVERY_US: i64 = MINUTE_US;

/// `identity_provider.sealed_provider`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::identity) struct SealedProvider {
    pub settings: ProviderSettings,
    pub client_secret: String,
}

/// A provider.
#[derive(Clone)]
pub(in crate::identity) struct Provider {
    pub id: ProviderId,
    pub version: i64,
    pub settings: ProviderSettings,
    pub client_secret: String,
}

/// What a provider says of itself.
#[derive(Debug)]
pub(in crate::identity) struct Said {
    pub metadata: Metadata,
    pub keys: Vec<TokenKey>,
    issuer: String,
    read_us: i64,
    keys_us: i64,
}

/// What this process remembers of providers' words. Can be lost at any moment.
#[derive(Debug, Default)]
pub(in crate::identity) struct Words(Mutex<HashMap<ProviderId, Arc<Said>>>);

impl Words {
    fn lock(&self) -> MutexGuard<'_, HashMap<ProviderId, Arc<Said>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// That a provider does not answer as it should now.
pub(super) const SILENT: Error = Error::Unavailable("the identity provider does not answer");

impl Core {
    pub(in crate::identity) fn open_provider(&self, row: &ProviderRow) -> Result<Provider> {
        let SealedProvider { settings, client_secret } =
            self.unseal(purpose::PROVIDER, row.id.as_bytes(), &row.sealed_provider)?;
        Ok(Provider { id: row.id, version: row.version, settings, client_secret })
    }

    pub(in crate::identity) async fn provider(&self, id: ProviderId) -> Result<Option<Provider>> {
        rows::get(self.db(), self.org(), id).await?.map(|row| self.open_provider(&row)).transpose()
    }

    /// What a provider says of itself, read from it at most once an hour.
    pub(in crate::identity) async fn said_by(&self, provider: &Provider) -> Result<Arc<Said>> {
        let now = self.clock().now_us();
        let remembered = self.identity().providers.lock().get(&provider.id).cloned();
        let fresh = remembered.filter(|s| s.issuer == provider.settings.issuer && now - s.read_us < BELIEVED_FOR_US);
        if let Some(said) = fresh {
            return Ok(said);
        }
        let said = Arc::new(self.ask_provider(&provider.settings.issuer).await.map_err(|why| {
            tracing::warn!(provider.id = %provider.id, why, "an identity provider does not answer as it should");
            SILENT
        })?);
        self.identity().providers.lock().insert(provider.id, Arc::clone(&said));
        Ok(said)
    }

    /// Asks whoever is behind an issuer for their word and their keys.
    ///
    /// # Errors
    /// Why it can't be taken.
    pub(super) async fn ask_provider(&self, issuer: &str) -> Result<Said, String> {
        let url = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let bytes = self.provider_client().read(&url).await?;
        let metadata = metadata::read(&bytes, issuer).map_err(|flaw| flaw.code().to_owned())?;
        let keys = self.keys_of(&metadata).await?;
        let now = self.clock().now_us();
        Ok(Said { metadata, keys, issuer: issuer.to_owned(), read_us: now, keys_us: now })
    }

    async fn keys_of(&self, metadata: &Metadata) -> Result<Vec<TokenKey>, String> {
        let bytes = self.provider_client().read(&metadata.jwks_uri).await?;
        let keys = token::keys_of(&bytes).filter(|keys| !keys.is_empty());
        keys.ok_or_else(|| "provider_keys".to_owned())
    }

    /// Checks a token of a provider; once more with its keys read anew, if it is signed by one that is not known.
    pub(in crate::identity) async fn check_token<T: Send>(
        &self,
        provider: &Provider,
        check: &(dyn Fn(&Expected<'_>) -> Result<T, Flaw> + Send + Sync),
    ) -> Result<Result<T, Flaw>> {
        let said = self.said_by(provider).await?;
        let now = self.clock().now_us();
        let with = |keys: &[TokenKey]| {
            let settings = &provider.settings;
            let (issuer, client_id) = (settings.issuer.as_str(), settings.client_id.as_str());
            check(&Expected { issuer, client_id, keys, now_s: now / SECOND_US })
        };
        let first = with(&said.keys);
        if !matches!(first, Err(Flaw::UnknownKey)) || now - said.keys_us < KEYS_EVERY_US {
            return Ok(first);
        }
        let Ok(keys) = self.keys_of(&said.metadata).await else { return Ok(first) };
        let second = with(&keys);
        let (metadata, issuer, read_us) = (said.metadata.clone(), said.issuer.clone(), said.read_us);
        let said = Said { metadata, keys, issuer, read_us, keys_us: now };
        self.identity().providers.lock().insert(provider.id, Arc::new(said));
        Ok(second)
    }
}
