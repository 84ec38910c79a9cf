//! What messages carry, made fit for browsers: HTML as a document for a sandboxed frame, files as downloads.

use crate::files::download;
use crate::html::{self, IMAGE_TYPES, InlineImage};
use crate::problem::Answer;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::IntoParams;
use wardpost_core::mail::OpenedFile;
use wardpost_model::AttachmentId;
use wardpost_model::message::AttachmentMeta;

/// Most pictures of a mail that are put into its document.
const MAX_IMAGES: usize = 40;
/// Largest of them in bytes.
const MAX_IMAGE: u64 = 4 << 20;
/// All of them together.
const MAX_IMAGES_BYTES: u64 = 12 << 20;

/// Whether pictures of the internet may be fetched.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RemoteContent {
    /// 1: fetch pictures of the internet, over TLS. Their senders then know that the mail was opened.
    #[param(minimum = 0, maximum = 1)]
    pub remote: Option<u8>,
}

impl RemoteContent {
    pub(crate) fn wanted(&self) -> bool {
        self.remote == Some(1)
    }
}

/// The document for a mail's HTML. `fetch` gives the bytes of one of its files.
pub(crate) async fn html_document<F, A>(
    html: String,
    files: Vec<AttachmentMeta>,
    remote: bool,
    mut fetch: F,
) -> Answer<Response>
where
    F: FnMut(AttachmentId) -> A,
    A: Future<Output = Answer<OpenedFile>>,
{
    let mut images = BTreeMap::new();
    let mut total = 0_u64;
    for file in files {
        let Some(id) = file.content_id.as_deref() else { continue };
        let media_type = file.media_type.to_ascii_lowercase();
        let fits = file.size <= MAX_IMAGE && total.saturating_add(file.size) <= MAX_IMAGES_BYTES;
        if images.len() < MAX_IMAGES && fits && IMAGE_TYPES.contains(&media_type.as_str()) && html::refers_to(&html, id)
        {
            total += file.size;
            let opened = fetch(file.id).await?;
            images.insert(
                id.trim_matches(['<', '>']).to_owned(),
                InlineImage { media_type, bytes: opened.data.to_vec() },
            );
        }
    }
    // Parsing takes a while for large mails: other requests need not wait for it.
    let rendered = tokio::task::spawn_blocking(move || html::render(&html, images, remote))
        .await
        .map_err(|_| crate::problem::Problem::new(crate::problem::Slug::Internal))?;
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    if let Ok(policy) = HeaderValue::from_str(&rendered.policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert("x-wardpost-blocked", HeaderValue::from(rendered.blocked));
    Ok((headers, rendered.document).into_response())
}

/// A file as a download.
pub(crate) fn file(opened: OpenedFile) -> Response {
    download(&opened.meta.file_name, &opened.meta.media_type, Bytes::from_owner(opened.data))
}

/// What is told of a file that is being uploaded.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct UploadedFile {
    /// Its name.
    pub file_name: String,
    /// Its media type; `application/octet-stream` if not said.
    pub media_type: Option<String>,
}

impl UploadedFile {
    /// For the use cases, with its bytes.
    pub(crate) fn with(self, data: Bytes) -> wardpost_core::mail::NewFile {
        let media_type = self.media_type.filter(|m| !m.is_empty());
        wardpost_core::mail::NewFile {
            file_name: self.file_name,
            media_type: media_type.unwrap_or_else(|| "application/octet-stream".to_owned()),
            content_id: None,
            data,
        }
    }
}
