//! The vault: root key, master key, and the organisations' keys.

use crate::crypto::{Secret, Xaes};
use crate::envelope::{VERSION, open_long, seal_long, versioned};
use crate::{Insert, KeyKind, KeyRow, KeyStore, OrgVault, RootKey, VaultError};
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use uuid::Uuid;
use wardpost_model::OrgId;

/// How often something is tried again when another node changed the key store meanwhile.
pub(crate) const TRIES: usize = 16;
/// The label of a key of which its organisation has only one.
pub(crate) const ONLY: &str = "key";
/// Epoch of a new key store.
const FIRST_EPOCH: i64 = 1;

/// Holds the keys of an installation. Cheap to clone.
#[derive(Clone)]
pub struct Vault {
    pub(crate) shared: Arc<Shared>,
    orgs: Arc<RwLock<HashMap<OrgId, OrgVault>>>,
    system: OrgVault,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault(epoch {})", self.epoch())
    }
}

/// What the vault and its organisations' vaults share.
pub(crate) struct Shared {
    pub(crate) store: Arc<dyn KeyStore>,
    pub(crate) root: RwLock<Arc<RootKey>>,
    master: RwLock<Arc<Master>>,
    epoch: AtomicI64,
}

/// The master key of an epoch.
pub(crate) struct Master {
    pub(crate) epoch: i64,
    pub(crate) id: Uuid,
    pub(crate) key: Secret,
}

impl Vault {
    /// Makes the first keys of an empty key store.
    ///
    /// # Errors
    /// [`VaultError::AlreadyCreated`]; [`VaultError::Store`].
    pub async fn create(root: RootKey, store: Arc<dyn KeyStore>) -> Result<Self, VaultError> {
        let master = Master { epoch: FIRST_EPOCH, id: new_id(), key: Secret::random() };
        match store.insert_if_absent(master.row(&root)).await? {
            Insert::Stored => Self::open(root, store).await,
            Insert::Exists(_) | Insert::Stale => Err(VaultError::AlreadyCreated),
        }
    }

    /// Opens a key store.
    ///
    /// # Errors
    /// [`VaultError::NotCreated`], [`VaultError::WrongRoot`], [`VaultError::Store`].
    pub async fn open(root: RootKey, store: Arc<dyn KeyStore>) -> Result<Self, VaultError> {
        let row = store.find(Uuid::nil(), KeyKind::Master, ONLY).await?.ok_or(VaultError::NotCreated)?;
        let master = Master::open(&root, &row)?;
        let shared = Arc::new(Shared {
            store,
            root: RwLock::new(Arc::new(root)),
            epoch: AtomicI64::new(master.epoch),
            master: RwLock::new(Arc::new(master)),
        });
        let system = match shared.load_org(OrgId(Uuid::nil())).await? {
            Some(system) => system,
            None => shared.make_org(OrgId(Uuid::nil())).await?.0,
        };
        Ok(Self { shared, orgs: Arc::default(), system })
    }

    /// Opens a key store, after creating it if it is empty. Several nodes may do so at once.
    ///
    /// # Errors
    /// As [`Vault::open`].
    pub async fn open_or_create(root: RootKey, store: Arc<dyn KeyStore>) -> Result<Self, VaultError> {
        let master = Master { epoch: FIRST_EPOCH, id: new_id(), key: Secret::random() };
        if store.find(Uuid::nil(), KeyKind::Master, ONLY).await?.is_none() {
            store.insert_if_absent(master.row(&root)).await?;
        }
        Self::open(root, store).await
    }

    /// Makes an organisation's key.
    ///
    /// # Errors
    /// [`VaultError::OrgExists`], [`VaultError::Store`], [`VaultError::Busy`].
    pub async fn create_org(&self, org: OrgId) -> Result<OrgVault, VaultError> {
        if org.0.is_nil() {
            return Err(VaultError::OrgExists);
        }
        match self.shared.make_org(org).await? {
            (vault, true) => Ok(self.keep(vault)),
            (_, false) => Err(VaultError::OrgExists),
        }
    }

    /// An organisation's vault.
    ///
    /// # Errors
    /// [`VaultError::OrgUnknown`], [`VaultError::Store`], [`VaultError::Busy`].
    pub async fn org(&self, org: OrgId) -> Result<OrgVault, VaultError> {
        if org.0.is_nil() {
            return Err(VaultError::OrgUnknown);
        }
        if let Some(vault) = self.cached_org(org) {
            return Ok(vault);
        }
        let vault = self.shared.load_org(org).await?.ok_or(VaultError::OrgUnknown)?;
        Ok(self.keep(vault))
    }

    /// An organisation's vault, if it was used before.
    #[must_use]
    pub fn cached_org(&self, org: OrgId) -> Option<OrgVault> {
        self.orgs.read().unwrap_or_else(PoisonError::into_inner).get(&org).cloned()
    }

    /// The installation's own vault, for what belongs to no organisation: hashes of session tokens, the server's
    /// private keys.
    #[must_use]
    pub fn system(&self) -> &OrgVault {
        &self.system
    }

    /// The current epoch, as far as this node knows. Grows by one with each destruction of keys.
    #[must_use]
    pub fn epoch(&self) -> i64 {
        self.shared.epoch.load(Ordering::Acquire)
    }

    /// Looks whether another node destroyed keys meanwhile, and if so forgets all cached keys. Call it every few
    /// seconds where several nodes share a key store, and when told of a destruction: until then this node goes on
    /// opening, and sealing, under the destroyed key. One cheap read.
    ///
    /// # Errors
    /// [`VaultError::WrongRoot`] when another node changed the root key, [`VaultError::Store`].
    pub async fn refresh(&self) -> Result<(), VaultError> {
        let before = self.epoch();
        self.shared.refresh().await?;
        if self.epoch() != before {
            self.forget();
        }
        Ok(())
    }

    pub(crate) fn forget(&self) {
        self.orgs.write().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn keep(&self, vault: OrgVault) -> OrgVault {
        let mut orgs = self.orgs.write().unwrap_or_else(PoisonError::into_inner);
        orgs.entry(vault.org_id()).or_insert(vault).clone()
    }
}

impl Shared {
    pub(crate) fn master(&self) -> Arc<Master> {
        Arc::clone(&self.master.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn root(&self) -> Arc<RootKey> {
        Arc::clone(&self.root.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn epoch(&self) -> i64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// Takes up a newer master key.
    pub(crate) fn advance(&self, master: Master) {
        let mut current = self.master.write().unwrap_or_else(PoisonError::into_inner);
        if master.epoch > current.epoch {
            self.epoch.store(master.epoch, Ordering::Release);
            *current = Arc::new(master);
        }
    }

    pub(crate) async fn refresh(&self) -> Result<(), VaultError> {
        let row = self.store.find(Uuid::nil(), KeyKind::Master, ONLY).await?;
        let row = row.ok_or(VaultError::Inconsistent("the master key is gone"))?;
        if row.epoch != self.epoch() {
            self.advance(Master::open(&self.root(), &row)?);
        }
        Ok(())
    }

    /// The master key that wraps a row, or `None` if the row was replaced meanwhile and must be read again.
    pub(crate) async fn master_of(&self, row: &KeyRow) -> Result<Option<Arc<Master>>, VaultError> {
        if row.epoch != self.epoch() {
            self.refresh().await?;
        }
        let master = self.master();
        Ok((master.epoch == row.epoch).then_some(master))
    }

    async fn load_org(self: &Arc<Self>, org: OrgId) -> Result<Option<OrgVault>, VaultError> {
        for _ in 0..TRIES {
            let Some(row) = self.store.find(org.0, KeyKind::Org, ONLY).await? else { return Ok(None) };
            if let Some(master) = self.master_of(&row).await? {
                let key = master.open_org(&row)?;
                return Ok(Some(OrgVault::new(Arc::clone(self), org, key)));
            }
        }
        Err(VaultError::Busy)
    }

    /// Makes an organisation's key, or loads it; tells whether it was made.
    async fn make_org(self: &Arc<Self>, org: OrgId) -> Result<(OrgVault, bool), VaultError> {
        for _ in 0..TRIES {
            let key = Secret::random();
            let row = self.master().org_row(new_id(), org.0, &key);
            match self.store.insert_if_absent(row).await? {
                Insert::Stored => return Ok((OrgVault::new(Arc::clone(self), org, key), true)),
                Insert::Exists(_) => {
                    let vault = self.load_org(org).await?.ok_or(VaultError::Busy)?;
                    return Ok((vault, false));
                }
                Insert::Stale => self.refresh().await?,
            }
        }
        Err(VaultError::Busy)
    }
}

impl Master {
    /// Unwraps the master key.
    pub(crate) fn open(root: &RootKey, row: &KeyRow) -> Result<Self, VaultError> {
        let wrapping = root.0.derive(&[b"wrap master"]);
        let key = unwrap(&wrapping, row).map_err(|_| VaultError::WrongRoot)?;
        Ok(Self { epoch: row.epoch, id: row.id, key })
    }

    pub(crate) fn row(&self, root: &RootKey) -> KeyRow {
        let row = blank(self.id, Uuid::nil(), KeyKind::Master, ONLY, self.epoch);
        wrap(&root.0.derive(&[b"wrap master"]), row, &self.key)
    }

    pub(crate) fn open_org(&self, row: &KeyRow) -> Result<Secret, VaultError> {
        unwrap(&self.org_wrapping(row.org), row)
    }

    pub(crate) fn org_row(&self, id: Uuid, org: Uuid, key: &Secret) -> KeyRow {
        wrap(&self.org_wrapping(org), blank(id, org, KeyKind::Org, ONLY, self.epoch), key)
    }

    fn org_wrapping(&self, org: Uuid) -> Secret {
        self.key.derive(&[b"wrap org", org.as_bytes()])
    }

    /// A bucket's key takes two to unwrap: the organisation's, and the master of the epoch.
    pub(crate) fn open_bucket(&self, org_key: &Secret, row: &KeyRow) -> Result<Secret, VaultError> {
        unwrap(&org_key.derive_with(&self.key, &[b"wrap bucket"]), row)
    }

    pub(crate) fn bucket_row(&self, org_key: &Secret, id: Uuid, org: Uuid, label: &str, key: &Secret) -> KeyRow {
        let row = blank(id, org, KeyKind::Bucket, label, self.epoch);
        wrap(&org_key.derive_with(&self.key, &[b"wrap bucket"]), row, key)
    }
}

/// A new random id.
pub(crate) fn new_id() -> Uuid {
    uuid::Builder::from_random_bytes(crate::random_bytes()).into_uuid()
}

fn blank(id: Uuid, org: Uuid, kind: KeyKind, label: &str, epoch: i64) -> KeyRow {
    KeyRow { id, org, kind, label: label.to_owned(), epoch, wrapped: Vec::new() }
}

fn wrap(wrapping: &Secret, mut row: KeyRow, key: &Secret) -> KeyRow {
    row.wrapped = with_aad(&row, |aad| seal_long(&Xaes::new(wrapping), &[VERSION], aad, &key.0));
    row
}

fn unwrap(wrapping: &Secret, row: &KeyRow) -> Result<Secret, VaultError> {
    let rest = versioned(&row.wrapped)?;
    let plain = with_aad(row, |aad| open_long(&Xaes::new(wrapping), aad, rest))?;
    Secret::from_slice(&plain).ok_or(VaultError::Envelope)
}

/// All of a row is bound to its key: a row can't be passed for another.
fn with_aad<T>(row: &KeyRow, op: impl FnOnce(&[&[u8]]) -> T) -> T {
    let KeyRow { id, org, kind, label, epoch, .. } = row;
    op(&[b"key", kind.as_str().as_bytes(), org.as_bytes(), id.as_bytes(), label.as_bytes(), &epoch.to_be_bytes()])
}
