//! One organisation's keys.

use crate::bucket::{Bucket, bucket_of};
use crate::crypto::{Secret, Xaes};
use crate::envelope::{VERSION, open_long, seal_long, versioned};
use crate::vault::{Shared, TRIES, new_id};
use crate::{DataKey, Destroyed, Insert, KeyKind, KeyRow, Month, Purpose, RetentionClass, VaultError};
use aws_lc_rs::hmac;
use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock};
use wardpost_model::{BucketId, OrgId};
use zeroize::Zeroizing;

/// Seals, opens, hashes and indexes for one organisation. Cheap to clone.
#[derive(Clone)]
pub struct OrgVault(Arc<Inner>);

struct Inner {
    shared: Arc<Shared>,
    org: OrgId,
    key: Secret,
    columns: Cache<Purpose, Xaes>,
    macs: Cache<(MacUse, Purpose), hmac::Key>,
    buckets: RwLock<Buckets>,
}

/// What an HMAC is for: keys of different uses have nothing in common.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum MacUse {
    Index,
    Token,
}

/// Buckets in use, as of one epoch.
#[derive(Default)]
struct Buckets {
    epoch: i64,
    by_id: HashMap<BucketId, Bucket>,
    by_label: HashMap<String, Bucket>,
}

impl fmt::Debug for OrgVault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OrgVault({})", self.0.org)
    }
}

impl OrgVault {
    pub(crate) fn new(shared: Arc<Shared>, org: OrgId, key: Secret) -> Self {
        let (columns, macs, buckets) = (Cache::default(), Cache::default(), RwLock::default());
        Self(Arc::new(Inner { shared, org, key, columns, macs, buckets }))
    }

    /// The organisation.
    #[must_use]
    pub fn org_id(&self) -> OrgId {
        self.0.org
    }

    /// Seals a small, long-lived value, such as a column of a person's row. It lasts as long as the organisation.
    #[must_use]
    pub fn seal(&self, purpose: Purpose, row_id: &[u8], plaintext: &[u8]) -> Vec<u8> {
        let key = self.column_key(purpose);
        seal_long(&key, &[VERSION], &self.column_aad(purpose, row_id), plaintext)
    }

    /// Opens what [`OrgVault::seal`] sealed for the same purpose and row.
    ///
    /// # Errors
    /// [`VaultError::Refused`], [`VaultError::Envelope`].
    pub fn open(&self, purpose: Purpose, row_id: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let key = self.column_key(purpose);
        open_long(&key, &self.column_aad(purpose, row_id), versioned(sealed)?)
    }

    /// A value by which equal contents can be found without being readable: HMAC-SHA256, cut to 16 bytes. Normalise
    /// first (letter case, Unicode form), or equal values won't meet.
    #[must_use]
    pub fn blind_index(&self, purpose: Purpose, normalised: &[u8]) -> [u8; 16] {
        let tag = hmac::sign(&self.mac_key(MacUse::Index, purpose), normalised);
        let mut index = [0; 16];
        index.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
        index
    }

    /// What to store of a token or code instead of itself: HMAC-SHA256.
    #[must_use]
    pub fn hash_secret(&self, purpose: Purpose, secret: &[u8]) -> [u8; 32] {
        let tag = hmac::sign(&self.mac_key(MacUse::Token, purpose), secret);
        let mut hash = [0; 32];
        hash.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
        hash
    }

    /// Whether a token or code is the one that was hashed. Takes the same time for every wrong one.
    #[must_use]
    pub fn verify_secret(&self, purpose: Purpose, secret: &[u8], hash: &[u8]) -> bool {
        hmac::verify(&self.mac_key(MacUse::Token, purpose), secret, hash).is_ok()
    }

    /// The seed of a signing key, always the same for the same label: for the audit log's Ed25519 key.
    #[must_use]
    pub fn derive_signing_seed(&self, label: &str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.key.derive(&[b"signing seed", label.as_bytes()]).0)
    }

    /// The bucket for content of this class that expires in this month; made if it isn't there. All nodes get the same.
    ///
    /// # Errors
    /// [`VaultError::Store`], [`VaultError::Busy`], [`VaultError::Refused`] for a row that isn't this organisation's.
    pub async fn bucket(&self, class: &RetentionClass, expires: Month) -> Result<Bucket, VaultError> {
        let label = format!("{class}/{expires}");
        if let Some(bucket) = self.cached(|b| b.by_label.get(&label)) {
            return Ok(bucket);
        }
        let shared = &self.0.shared;
        for _ in 0..TRIES {
            let row = match shared.store.find(self.0.org.0, KeyKind::Bucket, &label).await? {
                Some(row) => row,
                None => {
                    let key = Secret::random();
                    let row = shared.master().bucket_row(&self.0.key, new_id(), self.0.org.0, &label, &key);
                    match shared.store.insert_if_absent(row.clone()).await? {
                        Insert::Stored => row,
                        Insert::Exists(row) => row,
                        Insert::Stale => {
                            shared.refresh().await?;
                            continue;
                        }
                    }
                }
            };
            if let Some(bucket) = self.take_in(&row).await? {
                return Ok(bucket);
            }
        }
        Err(VaultError::Busy)
    }

    /// The bucket for this class and month, if it was used before. Never waits.
    #[must_use]
    pub fn cached_bucket(&self, class: &RetentionClass, expires: Month) -> Option<Bucket> {
        let label = format!("{class}/{expires}");
        self.cached(|b| b.by_label.get(&label))
    }

    /// Unwraps the data key of a row.
    ///
    /// # Errors
    /// [`VaultError::KeyGone`] when its bucket was destroyed; [`VaultError::Refused`] and [`VaultError::Envelope`] when
    /// it isn't the key of this row; [`VaultError::Store`], [`VaultError::Busy`].
    pub async fn open_data_key(&self, wrapped: &[u8], row_id: &[u8]) -> Result<DataKey, VaultError> {
        let id = bucket_of(wrapped)?;
        if let Some(bucket) = self.cached(|b| b.by_id.get(&id)) {
            return bucket.open_data_key(wrapped, row_id);
        }
        for _ in 0..TRIES {
            let row = self.0.shared.store.load(id.0).await?.ok_or(VaultError::KeyGone)?;
            if let Some(bucket) = self.take_in(&row).await? {
                return bucket.open_data_key(wrapped, row_id);
            }
        }
        Err(VaultError::Busy)
    }

    /// Unwraps the data key of a row if its bucket is at hand; `None` if [`OrgVault::open_data_key`] must fetch it.
    ///
    /// # Errors
    /// [`VaultError::Refused`], [`VaultError::Envelope`].
    pub fn try_open_data_key(&self, wrapped: &[u8], row_id: &[u8]) -> Result<Option<DataKey>, VaultError> {
        let id = bucket_of(wrapped)?;
        self.cached(|b| b.by_id.get(&id)).map(|bucket| bucket.open_data_key(wrapped, row_id)).transpose()
    }

    /// All buckets of the organisation: id, class, month. For the retention clock.
    ///
    /// # Errors
    /// [`VaultError::Store`], [`VaultError::Inconsistent`].
    pub async fn buckets(&self) -> Result<Vec<(BucketId, RetentionClass, Month)>, VaultError> {
        let rows = self.0.shared.store.list().await?;
        let ours = rows.into_iter().filter(|row| row.kind == KeyKind::Bucket && row.org == self.0.org.0);
        ours.map(|row| parse_label(&row.label).map(|(class, month)| (BucketId(row.id), class, month))).collect()
    }

    /// Destroys a bucket: nothing under it can be opened again, here or from a backup of the data. Several at once are
    /// better destroyed by [`crate::Vault::shred`].
    ///
    /// # Errors
    /// As [`crate::Vault::shred`].
    pub async fn destroy_bucket(&self, bucket: BucketId) -> Result<Destroyed, VaultError> {
        let shared = &self.0.shared;
        let ours = shared.store.load(bucket.0).await?.is_some_and(|row| row.org == self.0.org.0);
        if !ours {
            return Err(VaultError::KeyGone);
        }
        shared.shred(&[bucket]).await?.pop().ok_or(VaultError::KeyGone)
    }

    /// Opens a bucket's row and remembers it; `None` if the row was replaced meanwhile.
    async fn take_in(&self, row: &KeyRow) -> Result<Option<Bucket>, VaultError> {
        if row.kind != KeyKind::Bucket || row.org != self.0.org.0 {
            return Err(VaultError::Refused);
        }
        let Some(master) = self.0.shared.master_of(row).await? else { return Ok(None) };
        let key = master.open_bucket(&self.0.key, row)?;
        let (class, month) = parse_label(&row.label)?;
        let bucket = Bucket::new(BucketId(row.id), self.0.org, class, month, &key);
        let mut buckets = self.0.buckets.write().unwrap_or_else(PoisonError::into_inner);
        if buckets.epoch < master.epoch {
            *buckets = Buckets { epoch: master.epoch, ..Buckets::default() };
        }
        if buckets.epoch == master.epoch {
            buckets.by_id.insert(bucket.id(), bucket.clone());
            buckets.by_label.insert(row.label.clone(), bucket.clone());
        }
        Ok(Some(bucket))
    }

    fn cached(&self, pick: impl FnOnce(&Buckets) -> Option<&Bucket>) -> Option<Bucket> {
        let buckets = self.0.buckets.read().unwrap_or_else(PoisonError::into_inner);
        // An epoch has passed: some of these may have been destroyed.
        if buckets.epoch == self.0.shared.epoch() { pick(&buckets).cloned() } else { None }
    }

    fn column_key(&self, purpose: Purpose) -> Arc<Xaes> {
        let key = &self.0.key;
        self.0.columns.get(purpose, || Xaes::new(&key.derive(&[b"column", purpose.as_str().as_bytes()])))
    }

    fn column_aad<'a>(&'a self, purpose: Purpose, row_id: &'a [u8]) -> [&'a [u8]; 4] {
        [b"column", purpose.as_str().as_bytes(), self.0.org.as_bytes(), row_id]
    }

    fn mac_key(&self, for_use: MacUse, purpose: Purpose) -> Arc<hmac::Key> {
        self.0.macs.get((for_use, purpose), || {
            let name: &[u8] = match for_use {
                MacUse::Index => b"blind index",
                MacUse::Token => b"token",
            };
            hmac::Key::new(hmac::HMAC_SHA256, &self.0.key.derive(&[name, purpose.as_str().as_bytes()]).0)
        })
    }
}

fn parse_label(label: &str) -> Result<(RetentionClass, Month), VaultError> {
    let bad = |_| VaultError::Inconsistent("a bucket's label is neither class nor month");
    let (class, month) = label.split_once('/').unwrap_or((label, ""));
    Ok((class.parse().map_err(bad)?, month.parse().map_err(bad)?))
}

/// Keys derived once per purpose. Purposes are constants of the program, so it can't grow without bound.
struct Cache<K, V>(RwLock<HashMap<K, Arc<V>>>);

impl<K, V> Default for Cache<K, V> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<K: Eq + Hash + Copy, V> Cache<K, V> {
    fn get(&self, name: K, make: impl FnOnce() -> V) -> Arc<V> {
        if let Some(key) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&name) {
            return Arc::clone(key);
        }
        let key = Arc::new(make());
        Arc::clone(self.0.write().unwrap_or_else(PoisonError::into_inner).entry(name).or_insert(key))
    }
}
