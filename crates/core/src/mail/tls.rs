//! What is known of other domains' TLS: looked at once, remembered for a while.

use super::types::DomainDetail;
use crate::clock::{HOUR_US, MINUTE_US, from_us};
use crate::ports::TlsFinding;
use crate::seal::purpose;
use crate::{Core, Result};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use wardpost_gate::TlsKnowledge;
use wardpost_model::Domain;
use wardpost_store::Batch;
use wardpost_store::repo::domain_tls::{self as rows, DomainTlsRow};

/// How long a verified domain is believed without another look. Delivery verifies again in any case.
const VERIFIED_FOR_US: i64 = 12 * HOUR_US;
/// How long an unverified one is.
const UNVERIFIED_FOR_US: i64 = HOUR_US;
/// How long one that could not be reached is.
const UNKNOWN_FOR_US: i64 = MINUTE_US;
/// How long a person who composes waits for a look.
const PATIENCE: Duration = Duration::from_secs(6);

/// Per-process state of mail use cases: one look at a time per domain.
#[derive(Debug)]
pub struct Caches {
    /// Scans of large messages under way on blocking threads.
    pub(super) scans: tokio::sync::Semaphore,
    /// The detector with the organisation's own vocabulary.
    pub(super) detector: super::detector::Detector,
    probing: Mutex<BTreeMap<Domain, Arc<tokio::sync::Mutex<()>>>>,
    /// What sessions read just now.
    pub(super) readings: super::read::Readings,
}

impl Default for Caches {
    fn default() -> Self {
        // Scans use a core each: more at once would only use more memory.
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZeroUsize::get);
        Self {
            scans: tokio::sync::Semaphore::new(cores),
            detector: Default::default(),
            probing: Mutex::default(),
            readings: Default::default(),
        }
    }
}

/// Whether a domain's mail servers can be verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DomainTlsState {
    /// Verified.
    Verified,
    /// Looked at, and not verified.
    Unverified,
    /// Not looked at, or not reached.
    Unknown,
}

/// What is known of one domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainTls {
    /// Verified, unverified or unknown.
    pub state: DomainTlsState,
    /// When it was looked at.
    pub checked_at: Option<Timestamp>,
    /// What was seen, for people.
    pub detail: String,
}

impl From<DomainTlsState> for TlsKnowledge {
    fn from(s: DomainTlsState) -> Self {
        match s {
            DomainTlsState::Verified => Self::Verified,
            DomainTlsState::Unverified => Self::Unverified,
            DomainTlsState::Unknown => Self::Unknown,
        }
    }
}

impl Core {
    /// What is known of a domain, looking at it when nothing fresh is known (bounded in time).
    ///
    /// # Errors
    /// When the store fails.
    pub async fn domain_tls(&self, domain: &Domain) -> Result<DomainTls> {
        if let Some(known) = self.fresh_tls(domain).await? {
            return Ok(known);
        }
        let turn = Turn::of(self.caches(), domain);
        let _mine = turn.mine.lock().await;
        if let Some(known) = self.fresh_tls(domain).await? {
            return Ok(known);
        }
        self.check_domain_tls(domain).await
    }

    /// Looks at a domain now and remembers what it saw.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn check_domain_tls(&self, domain: &Domain) -> Result<DomainTls> {
        let finding = tokio::time::timeout(PATIENCE, self.tls_prober().probe(domain))
            .await
            .unwrap_or_else(|_| TlsFinding::Unknown { detail: "no answer in time".to_owned() });
        self.note_domain_tls(domain, finding).await
    }

    /// Remembers what a look at a domain saw.
    async fn note_domain_tls(&self, domain: &Domain, finding: TlsFinding) -> Result<DomainTls> {
        let mut batch = Batch::new();
        let known = self.add_domain_tls(&mut batch, domain, finding)?;
        self.db().write(batch).await?;
        Ok(known)
    }

    /// Adds what was seen of a domain to the batch of the act that saw it.
    pub(crate) fn add_domain_tls(&self, batch: &mut Batch, domain: &Domain, finding: TlsFinding) -> Result<DomainTls> {
        let (state, name, detail) = match finding {
            TlsFinding::Verified { detail } => (DomainTlsState::Verified, "verified", detail),
            TlsFinding::Unverified { detail } => (DomainTlsState::Unverified, "unverified", detail),
            TlsFinding::Unknown { detail } => (DomainTlsState::Unknown, "unknown", detail),
        };
        let index = self.index(purpose::DOMAIN, domain.as_str());
        let detail: String = detail.chars().take(300).collect();
        let sealed = DomainDetail { domain: domain.to_string(), detail: detail.clone() };
        let now = self.clock().now_us();
        let row = DomainTlsRow {
            state: name.to_owned(),
            checked_us: now,
            sealed_detail: self.seal(purpose::DOMAIN_DETAIL, &index, &sealed)?,
        };
        rows::put(batch, self.org(), index, row);
        Ok(DomainTls { state, checked_at: Some(from_us(now)), detail })
    }

    /// What is known of a domain without looking at it, however old.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn known_domain_tls(&self, domain: &Domain) -> Result<Option<DomainTls>> {
        let index = self.index(purpose::DOMAIN, domain.as_str());
        let Some(row) = rows::get(self.db(), self.org(), index.clone()).await? else { return Ok(None) };
        let state = match row.state.as_str() {
            "verified" => DomainTlsState::Verified,
            "unverified" => DomainTlsState::Unverified,
            _ => DomainTlsState::Unknown,
        };
        let detail: DomainDetail = self.unseal(purpose::DOMAIN_DETAIL, &index, &row.sealed_detail)?;
        Ok(Some(DomainTls { state, checked_at: Some(from_us(row.checked_us)), detail: detail.detail }))
    }

    async fn fresh_tls(&self, domain: &Domain) -> Result<Option<DomainTls>> {
        let now = self.clock().now_us();
        Ok(self.known_domain_tls(domain).await?.filter(|known| {
            let lifetime = match known.state {
                DomainTlsState::Verified => VERIFIED_FOR_US,
                DomainTlsState::Unverified => UNVERIFIED_FOR_US,
                DomainTlsState::Unknown => UNKNOWN_FOR_US,
            };
            // A look of the future was made by a clock that was wrong: it is not believed.
            known.checked_at.is_some_and(|at| (0..lifetime).contains(&(now - at.as_microsecond())))
        }))
    }
}

/// One's turn to look at a domain. The last who waits for it takes it along, also when nobody waits for the answer.
struct Turn<'a> {
    caches: &'a Caches,
    domain: &'a Domain,
    mine: Arc<tokio::sync::Mutex<()>>,
}

impl<'a> Turn<'a> {
    fn of(caches: &'a Caches, domain: &'a Domain) -> Self {
        let mine = caches.turns().entry(domain.clone()).or_default().clone();
        Self { caches, domain, mine }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut turns = self.caches.turns();
        // This one and the map's.
        if Arc::strong_count(&self.mine) <= 2 {
            turns.remove(self.domain);
        }
    }
}

impl Caches {
    fn turns(&self) -> MutexGuard<'_, BTreeMap<Domain, Arc<tokio::sync::Mutex<()>>>> {
        self.probing.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
