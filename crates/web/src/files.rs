//! Files in and out: uploads read within bounds of size and time, downloads that no browser shows or runs.

use crate::config::WebLimits;
use crate::headers::FILE_POLICY;
use crate::problem::{Answer, Problem, Slug};
use axum::body::{Body, HttpBody};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use http::{HeaderMap, HeaderValue, header};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Waiting for the next piece of an upload.
const PAUSE: Duration = Duration::from_secs(30);
/// What every upload may take, whatever its size.
const GRACE: Duration = Duration::from_secs(30);

/// A file that came in, with the room that it takes.
#[derive(Debug)]
pub(crate) struct Upload {
    /// Its bytes.
    pub data: Bytes,
    _room: Option<OwnedSemaphorePermit>,
}

/// One unit of the room for uploads.
const UNIT: usize = 1 << 20;

/// Reads a body that may be as large as a file. Room for it is taken as it comes, so that many slow uploads take no more
/// than what they have sent.
///
/// # Errors
/// `too_large`, also by what the header announces; `timeout` when it comes too slowly; `unavailable` when all uploads
/// together take too much.
pub(crate) async fn read_upload(body: Body, limits: &WebLimits, room: &Arc<Semaphore>) -> Answer<Upload> {
    let limit = limits.file_bytes;
    let too_large = || Problem::from(wardpost_core::Error::TooLarge { limit_bytes: limit });
    if body.size_hint().lower() > limit {
        return Err(too_large());
    }
    let budget = GRACE + Duration::from_secs(limit / limits.upload_bytes_per_second.max(1));
    let reading = async {
        let mut read = BytesMut::new();
        let mut taken: Option<OwnedSemaphorePermit> = None;
        let mut pieces = body.into_data_stream();
        loop {
            let next = tokio::time::timeout(PAUSE, pieces.next()).await;
            let Some(piece) = next.map_err(|_| Problem::new(Slug::Timeout))? else {
                return Ok(Upload { data: read.freeze(), _room: taken });
            };
            let piece = piece.map_err(|_| Problem::new(Slug::BadRequest).detail("the body broke off"))?;
            let length = read.len().saturating_add(piece.len());
            if length as u64 > limit {
                return Err(too_large());
            }
            while taken.as_ref().map_or(0, OwnedSemaphorePermit::num_permits) < length.div_ceil(UNIT) {
                let unit = Arc::clone(room).try_acquire_owned();
                let unit =
                    unit.map_err(|_| Problem::new(Slug::Unavailable).detail("too many uploads").retry_after(10))?;
                match &mut taken {
                    Some(taken) => taken.merge(unit),
                    none => *none = Some(unit),
                }
            }
            read.extend_from_slice(&piece);
        }
    };
    tokio::time::timeout(budget, reading).await.map_err(|_| Problem::new(Slug::Timeout))?
}

/// A file for download: never shown in place, never sniffed, nothing in it may run.
#[must_use]
pub(crate) fn download(file_name: &str, media_type: &str, bytes: Bytes) -> Response {
    let mut headers = HeaderMap::new();
    let harmless = HeaderValue::from_str(&harmless_type(media_type));
    headers.insert(header::CONTENT_TYPE, harmless.unwrap_or(HeaderValue::from_static("application/octet-stream")));
    if let Ok(value) = HeaderValue::from_str(&disposition(file_name)) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(FILE_POLICY));
    headers.insert("x-download-options", HeaderValue::from_static("noopen"));
    (headers, Body::from(bytes)).into_response()
}

/// The declared type, unless it is malformed or something that a browser runs.
fn harmless_type(declared: &str) -> String {
    let essence = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let token = |t: &str| {
        !t.is_empty() && t.len() <= 100 && t.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    let well_formed = essence.split_once('/').is_some_and(|(a, b)| token(a) && token(b));
    let runs =
        ["html", "xml", "svg", "script", "shockwave", "xhtml", "wasm", "hta"].iter().any(|p| essence.contains(p));
    if well_formed && !runs { essence } else { "application/octet-stream".to_owned() }
}

/// RFC 6266 with RFC 8187 for names that are not ASCII.
fn disposition(file_name: &str) -> String {
    let clean: String = file_name
        .chars()
        .filter(|c| !c.is_control() && !is_bidi(*c))
        .map(|c| if matches!(c, '/' | '\\' | ':') { '_' } else { c })
        .take(180)
        .collect();
    let clean = clean.trim().trim_start_matches('.').trim();
    let clean = if clean.is_empty() { "attachment" } else { clean };
    let ascii: String =
        clean.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '_' }).collect::<String>();
    let ascii = ascii.replace(['"', '%'], "_");
    let mut encoded = String::new();
    for byte in clean.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

/// Characters that turn the direction of what follows: a name could hide its ending.
fn is_bidi(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_attachments_in_both_forms_and_nothing_else() {
        assert_eq!(
            disposition("brief \"x\".pdf"),
            "attachment; filename=\"brief _x_.pdf\"; filename*=UTF-8''brief%20%22x%22.pdf"
        );
        assert!(disposition("uitslag-één.pdf").ends_with("filename*=UTF-8''uitslag-%C3%A9%C3%A9n.pdf"));
        assert!(
            disposition("../../etc/passwd\r\nSet-Cookie: x")
                .starts_with("attachment; filename=\"_.._etc_passwdSet-Cookie_ x\"")
        );
        assert_eq!(disposition("\u{202e}"), "attachment; filename=\"attachment\"; filename*=UTF-8''attachment");
        assert!(!disposition("gpj\u{202e}exe.js").contains("%E2%80%AE"));
    }

    #[test]
    fn what_browsers_run_is_sent_as_bytes() {
        for active in [
            "text/html",
            "image/svg+xml",
            "application/xhtml+xml",
            "text/xml",
            "application/javascript",
            "x",
            "a/b\r\nc: d",
            "text/html; charset=utf-8",
            "",
        ] {
            assert_eq!(harmless_type(active), "application/octet-stream", "{active}");
        }
        assert_eq!(harmless_type("Application/PDF; name=x"), "application/pdf");
    }

    #[test]
    fn downloads_say_that_they_are_files() {
        let response = download("a.pdf", "application/pdf", Bytes::from_static(b"x"));
        assert_eq!(response.headers()["content-security-policy"], FILE_POLICY);
        assert!(FILE_POLICY.ends_with("sandbox"));
    }

    async fn read(body: Body) -> Result<usize, String> {
        let limits = WebLimits { file_bytes: 10, upload_bytes_per_second: 1, ..WebLimits::default() };
        let read = read_upload(body, &limits, &Arc::new(Semaphore::new(1))).await;
        read.map(|u| u.data.len()).map_err(|p| p.slug().to_owned())
    }

    #[tokio::test]
    async fn uploads_are_bounded_before_and_while_they_are_read() {
        assert_eq!(read(Body::from(vec![1; 10])).await, Ok(10));
        assert_eq!(read(Body::empty()).await, Ok(0));
        assert_eq!(read(Body::from(vec![1; 11])).await, Err("too_large".into()));
        let chunks = futures::stream::iter((0..5).map(|_| Ok::<_, std::io::Error>(Bytes::from_static(b"abc"))));
        assert_eq!(read(Body::from_stream(chunks)).await, Err("too_large".into()));
        let broken = futures::stream::iter([Ok(Bytes::from_static(b"abc")), Err(std::io::Error::other("gone"))]);
        assert_eq!(read(Body::from_stream(broken)).await, Err("bad_request".into()));
    }

    #[tokio::test]
    async fn all_uploads_together_take_no_more_than_their_room() {
        let (limits, room) = (WebLimits::default(), Arc::new(Semaphore::new(3)));
        let first = read_upload(Body::from(vec![0; UNIT + 1]), &limits, &room).await.unwrap();
        assert_eq!(room.available_permits(), 1);
        let second = read_upload(Body::from(vec![0; UNIT + 1]), &limits, &room).await;
        assert_eq!(second.unwrap_err().slug(), "unavailable");
        assert_eq!(room.available_permits(), 1, "what was refused gives its room back");
        drop(first);
        assert_eq!(room.available_permits(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn an_upload_that_stands_still_is_given_up() {
        let silent = futures::stream::pending::<Result<Bytes, std::io::Error>>();
        assert_eq!(read(Body::from_stream(silent)).await, Err("timeout".into()));
    }
}
