//! Buckets, and the data keys that they wrap.

use crate::crypto::{Gcm, NONCE_BYTES, Secret, TAG_BYTES, XNONCE_BYTES, Xaes};
use crate::envelope::{VERSION, open_fresh, open_long, seal_fresh, seal_long, versioned};
use crate::stream::{FileOpener, FileSealer, open_file, seal_file};
use crate::{Month, Purpose, RetentionClass, VaultError};
use std::fmt;
use std::sync::Arc;
use uuid::Uuid;
use wardpost_model::{BucketId, OrgId};
use zeroize::Zeroizing;

/// Bytes of a wrapped data key: version, bucket id, nonce, key, tag.
pub const WRAPPED_KEY_BYTES: usize = 1 + 16 + XNONCE_BYTES + 32 + TAG_BYTES;

/// The key of an organisation's content of one retention class that expires in one month. Cheap to clone.
#[derive(Clone)]
pub struct Bucket(Arc<Inner>);

struct Inner {
    id: BucketId,
    org: OrgId,
    class: RetentionClass,
    expires: Month,
    key: Xaes,
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bucket({} {}/{})", self.0.id, self.0.class, self.0.expires)
    }
}

impl Bucket {
    pub(crate) fn new(id: BucketId, org: OrgId, class: RetentionClass, expires: Month, key: &Secret) -> Self {
        Self(Arc::new(Inner { id, org, class, expires, key: Xaes::new(key) }))
    }

    /// Its id, also found in every key that it wraps.
    #[must_use]
    pub fn id(&self) -> BucketId {
        self.0.id
    }

    /// The retention rule.
    #[must_use]
    pub fn class(&self) -> &RetentionClass {
        &self.0.class
    }

    /// The month after which it may be destroyed.
    #[must_use]
    pub fn expires(&self) -> Month {
        self.0.expires
    }

    /// Makes a data key for one message or file, and wraps it for the row that will keep it
    /// ([`WRAPPED_KEY_BYTES`] long). Destroying the wrapped bytes destroys what the key seals.
    #[must_use]
    pub fn make_data_key(&self, row_id: &[u8]) -> (DataKey, Vec<u8>) {
        let key = DataKey::new(Secret::random());
        let wrapped = self.wrap(&key, row_id);
        (key, wrapped)
    }

    /// Wraps a data key anew, for a row that moves to this bucket: another retention class, or a legal hold.
    #[must_use]
    pub fn wrap(&self, key: &DataKey, row_id: &[u8]) -> Vec<u8> {
        let mut prefix = [VERSION; 17];
        prefix.iter_mut().skip(1).zip(self.0.id.as_bytes()).for_each(|(to, from)| *to = *from);
        seal_long(&self.0.key, &prefix, &self.aad(row_id), &key.secret.0)
    }

    /// Unwraps a data key of this bucket.
    ///
    /// # Errors
    /// [`VaultError::Refused`] when it is of another bucket or row, [`VaultError::Envelope`].
    pub fn open_data_key(&self, wrapped: &[u8], row_id: &[u8]) -> Result<DataKey, VaultError> {
        let (id, rest) = split(wrapped)?;
        if id != self.0.id {
            return Err(VaultError::Refused);
        }
        let plain = open_long(&self.0.key, &self.aad(row_id), rest)?;
        Secret::from_slice(&plain).map(DataKey::new).ok_or(VaultError::Envelope)
    }

    fn aad<'a>(&'a self, row_id: &'a [u8]) -> [&'a [u8]; 4] {
        [b"data key", self.0.org.as_bytes(), self.0.id.as_bytes(), row_id]
    }
}

/// The bucket whose key wraps this data key.
pub(crate) fn bucket_of(wrapped: &[u8]) -> Result<BucketId, VaultError> {
    split(wrapped).map(|(id, _)| id)
}

fn split(wrapped: &[u8]) -> Result<(BucketId, &[u8]), VaultError> {
    let (id, rest) = versioned(wrapped)?.split_first_chunk::<16>().ok_or(VaultError::Envelope)?;
    if wrapped.len() != WRAPPED_KEY_BYTES {
        return Err(VaultError::Envelope);
    }
    Ok((BucketId(Uuid::from_bytes(*id)), rest))
}

/// The key of one message or file: seals its parts, each for a purpose and a row id.
pub struct DataKey {
    secret: Secret,
    content: Gcm,
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(…)")
    }
}

impl DataKey {
    fn new(secret: Secret) -> Self {
        let content = Gcm::new(&secret.derive(&[b"content"]));
        Self { secret, content }
    }

    /// Seals a part of the message: subject, body. Adds 29 bytes.
    #[must_use]
    pub fn seal(&self, purpose: Purpose, row_id: &[u8], plaintext: &[u8]) -> Vec<u8> {
        seal_fresh(&self.content, &[b"content", purpose.as_str().as_bytes(), row_id], plaintext)
    }

    /// Opens what [`DataKey::seal`] sealed for the same purpose and row.
    ///
    /// # Errors
    /// [`VaultError::Refused`], [`VaultError::Envelope`].
    pub fn open(&self, purpose: Purpose, row_id: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        open_fresh(&self.content, &[b"content", purpose.as_str().as_bytes(), row_id], sealed)
    }

    /// Begins to seal a file in chunks.
    #[must_use]
    pub fn file_sealer(&self, purpose: Purpose, blob_id: &[u8]) -> FileSealer {
        FileSealer::new(self.file_key(purpose, blob_id), purpose, blob_id)
    }

    /// Begins to open a file, given its first [`crate::HEADER_BYTES`] bytes.
    ///
    /// # Errors
    /// [`VaultError::Envelope`].
    pub fn file_opener(&self, purpose: Purpose, blob_id: &[u8], header: &[u8]) -> Result<FileOpener, VaultError> {
        FileOpener::new(self.file_key(purpose, blob_id), purpose, blob_id, header)
    }

    /// Seals a whole file in memory.
    #[must_use]
    pub fn seal_file(&self, purpose: Purpose, blob_id: &[u8], plaintext: &[u8]) -> Vec<u8> {
        seal_file(self.file_sealer(purpose, blob_id), plaintext)
    }

    /// Opens a whole file in memory.
    ///
    /// # Errors
    /// [`VaultError::Refused`] when it was altered, cut off, or belongs elsewhere; [`VaultError::Envelope`].
    pub fn open_file(&self, purpose: Purpose, blob_id: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        open_file(self.file_opener(purpose, blob_id, sealed)?, sealed)
    }

    /// Files have keys of their own: the nonces of their chunks count, and must not meet random ones.
    fn file_key(&self, purpose: Purpose, blob_id: &[u8]) -> Gcm {
        Gcm::new(&self.secret.derive(&[b"file", purpose.as_str().as_bytes(), blob_id]))
    }
}

const _: () = assert!(NONCE_BYTES + TAG_BYTES + 1 == 29, "DataKey::seal promises what it adds");
