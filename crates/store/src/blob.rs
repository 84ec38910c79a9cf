//! Files too large for a row, as sealed bytes under their id, in any object store. Writing is durable before it returns.

use crate::{Result, StoreError};
use bytes::Bytes;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use std::sync::Arc;
use wardpost_model::{BlobId, OrgId};

/// The blob store. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Blobs(Arc<dyn ObjectStore>);

impl Blobs {
    /// Blobs as files below a folder (made if need be), each written with fsync before it counts.
    ///
    /// # Errors
    /// When the folder can't be made or used.
    pub fn local(folder: &std::path::Path) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(|e| StoreError::Backend(format!("blob folder: {e}")))?;
        let fs = LocalFileSystem::new_with_prefix(folder).map_err(failed)?.with_fsync(true);
        Ok(Self(Arc::new(fs)))
    }
    /// Writes a blob; returns when it is durable.
    ///
    /// # Errors
    /// When it could not be written.
    pub async fn put(&self, org: OrgId, id: BlobId, sealed: Vec<u8>) -> Result<()> {
        self.0.put(&path(org, id), PutPayload::from(sealed)).await.map(|_| ()).map_err(failed)
    }
    /// Reads a blob.
    ///
    /// # Errors
    /// When it is not there or can't be read.
    pub async fn get(&self, org: OrgId, id: BlobId) -> Result<Bytes> {
        self.0.get(&path(org, id)).await.map_err(failed)?.bytes().await.map_err(failed)
    }
    /// Removes a blob; one that is not there is no error.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn delete(&self, org: OrgId, id: BlobId) -> Result<()> {
        match self.0.delete(&path(org, id)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(e) => Err(failed(e)),
        }
    }
}

impl Blobs {
    /// Ids of an organisation's blobs that were last written before a time (seconds since the epoch).
    ///
    /// # Errors
    /// When the store fails.
    pub async fn older_than(&self, org: OrgId, before_s: i64) -> Result<Vec<BlobId>> {
        use futures::TryStreamExt as _;
        let prefix = Path::from(org.0.simple().to_string());
        let all: Vec<_> = self.0.list(Some(&prefix)).try_collect().await.map_err(failed)?;
        let id = |m: &object_store::ObjectMeta| m.location.filename()?.parse::<uuid::Uuid>().ok().map(BlobId);
        Ok(all.iter().filter(|m| m.last_modified.timestamp() < before_s).filter_map(id).collect())
    }
}

fn path(org: OrgId, id: BlobId) -> Path {
    // Two levels of folders by the id's random end keep each folder small.
    let name = id.0.simple().to_string();
    let fan = name.get(30..).unwrap_or("00").to_owned();
    Path::from(format!("{}/{fan}/{name}", org.0.simple()))
}

fn failed(e: object_store::Error) -> StoreError {
    use std::error::Error as _;
    let mut source = e.source();
    while let Some(s) = source {
        if s.downcast_ref::<std::io::Error>().is_some_and(|io| io.kind() == std::io::ErrorKind::StorageFull) {
            return StoreError::Full;
        }
        source = s.source();
    }
    StoreError::Backend(format!("blob: {e}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_blob_is_there_until_it_is_deleted() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::local(dir.path()).unwrap();
        let (org, id) = (OrgId(uuid::Uuid::now_v7()), BlobId(uuid::Uuid::now_v7()));
        blobs.put(org, id, b"sealed".to_vec()).await.unwrap();
        assert_eq!(blobs.get(org, id).await.unwrap(), "sealed");
        blobs.delete(org, id).await.unwrap();
        blobs.delete(org, id).await.unwrap();
        assert!(blobs.get(org, id).await.is_err());
    }
}
