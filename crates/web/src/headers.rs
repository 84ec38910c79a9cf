//! Headers on every answer: what the browser may do with it.

use crate::state::WebState;
use axum::extract::Request;
use axum::extract::State;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, header};

/// For the web app's pages and for everything that says nothing else (ASVS 3.4.3). No inline script or style. WebAssembly is
/// compiled from this origin's files only, in a worker of this origin: the client of conversations. A WebSocket of this origin
/// is `'self'` (CSP 3, 6.7.2.8).
pub const APP_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
     connect-src 'self'; font-src 'self'; manifest-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

/// For downloads: nothing in them may run, should a browser show them in spite of everything.
pub const FILE_POLICY: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

const FIXED: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-permitted-cross-domain-policies", "none"),
    ("origin-agent-cluster", "?1"),
    (
        "permissions-policy",
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), midi=(), \
         payment=(), usb=(), interest-cohort=(), browsing-topics=(), publickey-credentials-create=(self), \
         publickey-credentials-get=(self)",
    ),
];

/// One year, as browsers' preload lists want it at least.
const HSTS: &str = "max-age=31536000; includeSubDomains";

/// Sets what the handler did not set itself.
pub(crate) async fn secure(State(state): State<WebState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    apply(response.headers_mut(), state.config().secure());
    response
}

fn apply(headers: &mut HeaderMap, tls: bool) {
    for (name, value) in FIXED {
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    }
    let framed = headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(APP_POLICY))
        .to_str()
        .is_ok_and(|policy| policy.contains("frame-ancestors 'self'"));
    let frames = if framed { "SAMEORIGIN" } else { "DENY" };
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static(frames));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if tls {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_set_and_a_handlers_own_policy_stays() {
        let mut headers = HeaderMap::new();
        apply(&mut headers, true);
        assert_eq!(headers["content-security-policy"], APP_POLICY);
        assert_eq!(headers["x-frame-options"], "DENY");
        assert_eq!(headers["cache-control"], "no-store");
        assert!(headers.contains_key("strict-transport-security"));
        let mut own = HeaderMap::new();
        own.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("frame-ancestors 'self'"));
        own.insert(header::CACHE_CONTROL, HeaderValue::from_static("public"));
        apply(&mut own, false);
        assert_eq!(own["x-frame-options"], "SAMEORIGIN");
        assert_eq!(own["cache-control"], "public");
        assert!(!own.contains_key("strict-transport-security"));
    }

    #[test]
    fn the_apps_policy_allows_no_inline_script_and_no_other_host() {
        assert!(!APP_POLICY.replace("'wasm-unsafe-eval'", "").contains("unsafe") && !APP_POLICY.contains("http"));
        assert!(APP_POLICY.starts_with("default-src 'none'"));
    }
}
