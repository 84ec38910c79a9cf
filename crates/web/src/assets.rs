//! The web app's files, built into the program: hashed ones for ever, pages never kept, routes of the app answered with
//! its page.

use crate::problem::{Problem, Slug};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{LazyLock, Mutex, PoisonError};

/// What the web app's build wrote. A debug build reads the folder anew each time.
#[derive(rust_embed::RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Dist;

const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// Smaller files are not worth compressing.
const WORTH_COMPRESSING: usize = 1024;

/// Most compressed files kept (the app has about fifty).
const KEPT: usize = 512;

/// Compressed once, by content.
static GZIPPED: LazyLock<Mutex<BTreeMap<[u8; 32], Bytes>>> = LazyLock::new(Mutex::default);

/// Answers every path that is no API route.
pub async fn serve(request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Problem::new(Slug::MethodNotAllowed).into_response();
    }
    let path = request.uri().path().trim_start_matches('/');
    // A page's own files, else the page that belongs to the route.
    match file(path, request.headers()) {
        Some(found) => found,
        None if is_page(path) => {
            let page = if path == "p" { "p.html" } else { "index.html" };
            file(page, request.headers()).unwrap_or_else(not_built)
        }
        None => Problem::new(Slug::NotFound).into_response(),
    }
}

/// Routes of the app have no dot in their last part; `assets`, `api` and the like are never pages.
fn is_page(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    !last.contains('.') && !["api/", "assets/"].iter().any(|p| path.starts_with(p)) && path != "api"
}

fn file(path: &str, asked: &HeaderMap) -> Option<Response> {
    if path.is_empty() || path.split('/').any(|part| part.is_empty() || part.starts_with('.')) {
        return None;
    }
    let found = Dist::get(path)?;
    let hash = found.metadata.sha256_hash();
    let tag = format!("\"{}\"", hex(hash.get(..16).unwrap_or_default()));
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(path)));
    headers.insert(header::CACHE_CONTROL, if path.starts_with("assets/") { FOREVER } else { ASK_AGAIN });
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(value) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, value);
    }
    if asked.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains(&tag)) {
        return Some((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let bytes = match found.data {
        std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
    };
    if compressible(path) && bytes.len() >= WORTH_COMPRESSING && accepts_gzip(asked) {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        return Some((headers, gzipped(hash, &bytes)).into_response());
    }
    Some((headers, bytes).into_response())
}

fn gzipped(hash: [u8; 32], bytes: &Bytes) -> Bytes {
    let mut kept = GZIPPED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(done) = kept.get(&hash) {
        return done.clone();
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 3), Compression::best());
    let done = match encoder.write_all(bytes).and_then(|()| encoder.finish()) {
        Ok(done) => Bytes::from(done),
        // Writing to memory does not fail; a stored block would be as right.
        Err(_) => return bytes.clone(),
    };
    if kept.len() < KEPT {
        kept.insert(hash, done.clone());
    }
    done
}

fn accepts_gzip(asked: &HeaderMap) -> bool {
    let text = asked.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    text.split(',').any(|coding| {
        let (name, quality) = coding.split_once(';').unwrap_or((coding, ""));
        name.trim().eq_ignore_ascii_case("gzip") && !matches!(quality.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
    })
}

fn compressible(path: &str) -> bool {
    [".js", ".css", ".html", ".svg", ".json", ".txt", ".webmanifest", ".wasm"].iter().any(|end| path.ends_with(end))
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        // Browsers compile it while it comes, if it is called so.
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The server works without the web app's build; it says what is missing.
fn not_built() -> Response {
    let page = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Wardpost</title>\
                <p>This program was built without the web app. Build it with <code>cargo xtask run</code>.</p></html>";
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    (StatusCode::NOT_FOUND, headers, page).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    async fn get(path: &str) -> Response {
        serve(Request::builder().uri(path).body(Body::empty()).unwrap()).await
    }

    #[tokio::test]
    async fn hidden_files_and_paths_out_of_the_folder_are_not_served() {
        for path in [
            "/.vite/manifest.json",
            "/.gitkeep",
            "/../Cargo.toml",
            "/assets/../../Cargo.toml",
            "/assets//x.js",
            "/%2e%2e/x.js",
        ] {
            let response = get(path).await;
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }

    #[tokio::test]
    async fn files_that_do_not_exist_are_no_pages() {
        assert_eq!(get("/assets/gone-123.js").await.status(), StatusCode::NOT_FOUND);
        assert_eq!(get("/api/v1/unknown").await.status(), StatusCode::NOT_FOUND);
        assert_eq!(get("/favicon.ico").await.status(), StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn routes_of_the_app_get_its_page() {
        for path in ["/", "/mail/1/inbox", "/p", "/sign-in"] {
            let response = get(path).await;
            // Without a build of the web app there is a page that says so.
            assert!(matches!(response.status(), StatusCode::OK | StatusCode::NOT_FOUND), "{path}");
            assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8", "{path}");
            assert_eq!(response.headers()["cache-control"], "no-cache", "{path}");
        }
        let post = serve(Request::post("/sign-in").body(Body::empty()).unwrap()).await;
        assert_eq!(post.status(), StatusCode::METHOD_NOT_ALLOWED);
    }

    #[test]
    fn compression_is_asked_for_and_gives_the_same_content() {
        let with = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
            accepts_gzip(&headers)
        };
        assert!(with("br, gzip") && with("gzip;q=0.5"));
        assert!(!with("br") && !with("gzip;q=0") && !with(""));
        let original = Bytes::from("wardpost ".repeat(1000));
        let zipped = gzipped([7; 32], &original);
        assert!(zipped.len() < original.len() / 10);
        let mut back = String::new();
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&zipped[..]), &mut back).unwrap();
        assert_eq!(back.as_bytes(), &original[..]);
        assert_eq!(gzipped([7; 32], &original), zipped);
    }
}
