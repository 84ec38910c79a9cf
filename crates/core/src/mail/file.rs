//! Files: sealed under a key of their own; small ones in the row, large ones as a blob of 64 KiB chunks.

use super::types::FileMeta;
use crate::clock::{DAY_US, SECOND_US};
use crate::error::guard;
use crate::seal::{purpose, seal_with, unseal_with};
use crate::{Core, Error, Result};
use uuid::Uuid;
use wardpost_model::message::AttachmentMeta;
use wardpost_model::text::{clean_file_name, clean_media_type};
use wardpost_model::{AttachmentId, BlobId, MessageId};
use wardpost_store::Batch;
use wardpost_store::repo::file::{self as rows, FileRow};
use wardpost_store::repo::message as messages;
use wardpost_vault::{Bucket, DataKey, Month, RetentionClass, Zeroizing};

/// Up to this size a file lies in its row: one commit instead of two syncs.
pub(crate) const INLINE_LIMIT: usize = 128 * 1024;

/// Whose a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    Draft(Uuid),
    Message(Uuid),
    Pickup(Uuid),
}

impl Owner {
    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::Draft(_) => "draft",
            Self::Message(_) => "message",
            Self::Pickup(_) => "pickup",
        }
    }
    pub(crate) const fn id(self) -> Uuid {
        match self {
            Self::Draft(u) | Self::Message(u) | Self::Pickup(u) => u,
        }
    }
}

/// A file to be kept.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// Name, as given; it is cleaned here.
    pub file_name: String,
    /// Declared media type.
    pub media_type: String,
    /// Content-ID without brackets.
    pub content_id: Option<String>,
    /// The bytes.
    pub data: bytes::Bytes,
}

impl Core {
    /// The bucket under which mail of now is kept: retention class and the month of its expiry.
    pub(crate) async fn mail_bucket(&self) -> Result<Bucket> {
        let now = self.clock().now().to_zoned(jiff::tz::TimeZone::UTC);
        let years = i16::try_from(self.config().mail_retention_years).unwrap_or(i16::MAX);
        let class: RetentionClass = self.config().mail_retention_class.parse()?;
        let month = Month::new(now.year().saturating_add(years), now.month())?;
        match self.vault().cached_bucket(&class, month) {
            Some(bucket) => Ok(bucket),
            None => Ok(self.vault().bucket(&class, month).await?),
        }
    }

    /// Seals a file and adds it to the batch. A large one is written as a blob first (durable before the row points to
    /// it); a blob whose batch fails is an orphan that housekeeping removes.
    pub(crate) async fn add_file(
        &self,
        batch: &mut Batch,
        bucket: &Bucket,
        owner: Owner,
        position: i64,
        file: NewFile,
    ) -> Result<AttachmentMeta> {
        let id = AttachmentId(self.clock().new_id());
        let size = file.data.len() as u64;
        let (key, wrapped_key) = bucket.make_data_key(id.as_bytes());
        let meta = FileMeta {
            file_name: clean_file_name(&file.file_name, "file"),
            media_type: clean_media_type(&file.media_type),
            content_id: file.content_id,
        };
        let sealed_meta = seal_with(&key, purpose::FILE_META, id.as_bytes(), &meta)?;
        let (sealed_inline, blob_id) = if file.data.len() <= INLINE_LIMIT {
            (Some(key.seal(purpose::FILE_DATA, id.as_bytes(), &file.data)), None)
        } else {
            let blob = BlobId(Uuid::new_v4());
            let data = file.data;
            let sealed = tokio::task::spawn_blocking(move || key.seal_file(purpose::FILE_DATA, blob.as_bytes(), &data))
                .await
                .map_err(|e| Error::internal("sealing a file", e))?;
            self.blobs().put(self.org(), blob, sealed).await?;
            (None, Some(blob))
        };
        let row = FileRow {
            id,
            owner_kind: owner.kind().to_owned(),
            owner_id: owner.id(),
            position,
            size: i64::try_from(size).unwrap_or(i64::MAX),
            created_us: self.clock().now_us(),
            wrapped_key,
            sealed_meta,
            sealed_inline,
            blob_id,
        };
        rows::insert(batch, self.org(), row);
        Ok(attachment(id, size, meta))
    }

    /// The files of an owner, described.
    pub(crate) async fn files_of(&self, owner: Owner) -> Result<Vec<AttachmentMeta>> {
        let mut out = Vec::new();
        for row in rows::of_owner(self.db(), self.org(), owner.kind(), owner.id()).await? {
            let key = self.vault().open_data_key(&row.wrapped_key, row.id.as_bytes()).await?;
            let meta = unseal_with(&key, purpose::FILE_META, row.id.as_bytes(), &row.sealed_meta)?;
            out.push(attachment(row.id, u64::try_from(row.size).unwrap_or(0), meta));
        }
        Ok(out)
    }

    /// One file of an owner with its bytes.
    pub(crate) async fn open_file(
        &self,
        owner: Owner,
        id: AttachmentId,
    ) -> Result<(AttachmentMeta, Zeroizing<Vec<u8>>)> {
        let row = rows::get(self.db(), self.org(), id, owner.kind(), owner.id()).await?.ok_or(Error::NotFound)?;
        let key = self.vault().open_data_key(&row.wrapped_key, id.as_bytes()).await?;
        let meta: FileMeta = unseal_with(&key, purpose::FILE_META, id.as_bytes(), &row.sealed_meta)?;
        let data = match (row.sealed_inline, row.blob_id) {
            (Some(sealed), _) => key.open(purpose::FILE_DATA, id.as_bytes(), &sealed)?,
            (None, Some(blob)) => {
                let sealed = self.blobs().get(self.org(), blob).await?;
                tokio::task::spawn_blocking(move || key.open_file(purpose::FILE_DATA, blob.as_bytes(), &sealed))
                    .await
                    .map_err(|e| Error::internal("opening a file", e))??
            }
            (None, None) => return Err(Error::NotFound),
        };
        Ok((attachment(id, u64::try_from(row.size).unwrap_or(0), meta), data))
    }

    /// Seals a message as it came: into the row when it is small, else as a blob (durable before the row points to it).
    pub(crate) async fn keep_raw(
        &self,
        key: DataKey,
        id: MessageId,
        raw: bytes::Bytes,
    ) -> Result<(Option<Vec<u8>>, Option<BlobId>)> {
        if raw.len() <= INLINE_LIMIT {
            return Ok((Some(key.seal(purpose::MESSAGE_RAW, id.as_bytes(), &raw)), None));
        }
        let blob = BlobId(Uuid::new_v4());
        let sealed = tokio::task::spawn_blocking(move || key.seal_file(purpose::MESSAGE_RAW, blob.as_bytes(), &raw))
            .await
            .map_err(|e| Error::internal("sealing a message", e))?;
        self.blobs().put(self.org(), blob, sealed).await?;
        Ok((None, Some(blob)))
    }

    /// A message as it came, where that was kept.
    pub(crate) async fn raw_of(&self, id: MessageId) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let Some(row) = messages::raw(self.db(), self.org(), id).await? else { return Ok(None) };
        let key = self.vault().open_data_key(&row.wrapped_key, id.as_bytes()).await?;
        match (row.sealed_raw, row.raw_blob_id) {
            (Some(sealed), _) => Ok(Some(key.open(purpose::MESSAGE_RAW, id.as_bytes(), &sealed)?)),
            (None, Some(blob)) => {
                let sealed = self.blobs().get(self.org(), blob).await?;
                let opened =
                    tokio::task::spawn_blocking(move || key.open_file(purpose::MESSAGE_RAW, blob.as_bytes(), &sealed));
                Ok(Some(opened.await.map_err(|e| Error::internal("opening a message", e))??))
            }
            (None, None) => Ok(None),
        }
    }

    /// Removes blobs that no row points to (a write that failed, a file that was thrown away) and that are older than a
    /// day, so that none is taken whose row is being written. Returns how many.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sweep_blobs(&self) -> Result<u32> {
        let day_ago = (self.clock().now_us() - DAY_US) / SECOND_US;
        let mut removed = 0;
        for blob in self.blobs().older_than(self.org(), day_ago).await? {
            let used = rows::has_blob(self.db(), self.org(), blob).await?
                || messages::has_raw_blob(self.db(), self.org(), blob).await?;
            if !used {
                self.blobs().delete(self.org(), blob).await?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// Makes files of one owner those of another, in this order.
    pub(crate) fn hand_over_files(&self, batch: &mut Batch, files: &[AttachmentMeta], from: Owner, to: Owner) {
        for (position, file) in (0i64..).zip(files) {
            let org = self.org();
            rows::hand_over(batch, org, file.id, from.kind(), from.id(), to.kind(), to.id(), position, guard::VERSION);
        }
    }
}

fn attachment(id: AttachmentId, size: u64, meta: FileMeta) -> AttachmentMeta {
    AttachmentMeta { id, file_name: meta.file_name, media_type: meta.media_type, size, content_id: meta.content_id }
}
