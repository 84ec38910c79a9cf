//! Requests that change something come from the app's own pages, or from a program that is no browser.
//!
//! Three walls against forged requests (CSRF): the cookie is `SameSite=Strict`; the browser's own word (`Origin`,
//! `Sec-Fetch-Site`) must name this origin; and a header must be there that no foreign page can send without being
//! asked first. For signed-in people its value is bound to their session (see [`crate::session`]).
//!
//! One operation is no page's and has no cookie's authority: an identity provider's signed word of signing out.

use crate::api::provider::BACKCHANNEL;
use crate::config::WebConfig;
use crate::problem::{Problem, Slug};
use crate::state::WebState;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, Method, header};

/// The header with the token of the session, or `1` where there is none.
pub const CSRF: HeaderName = HeaderName::from_static("x-wardpost-csrf");

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether a method may change something.
#[must_use]
pub fn is_unsafe(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE)
}

pub(crate) async fn same_origin(State(state): State<WebState>, request: Request, next: Next) -> Response {
    if is_unsafe(request.method())
        && request.uri().path() != BACKCHANNEL
        && let Err(why) = judge(request.headers(), state.config())
    {
        tracing::warn!(why, "refused a request that may be forged");
        return Problem::new(Slug::Forbidden).detail(why).into_response();
    }
    next.run(request).await
}

fn judge(headers: &HeaderMap, config: &WebConfig) -> Result<(), &'static str> {
    let text = |name: &HeaderName| headers.get(name).map(|v| v.to_str().unwrap_or("?"));
    match (text(&header::ORIGIN), text(&SEC_FETCH_SITE)) {
        (Some(origin), _) if !config.is_own_origin(origin) => return Err("cross_origin"),
        (None, Some(site)) if site != "same-origin" => return Err("cross_origin"),
        _ => {}
    }
    if headers.contains_key(CSRF) { Ok(()) } else { Err("csrf") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn of(pairs: &[(&'static str, &'static str)]) -> Result<(), &'static str> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, HeaderValue::from_static(value));
        }
        judge(&headers, &WebConfig::new("https://mail.clinic.example"))
    }

    #[test]
    fn foreign_pages_are_refused_whatever_they_send() {
        let csrf = ("x-wardpost-csrf", "1");
        assert_eq!(of(&[("origin", "https://evil.example"), csrf]), Err("cross_origin"));
        assert_eq!(of(&[("origin", "null"), csrf]), Err("cross_origin"));
        assert_eq!(of(&[("sec-fetch-site", "cross-site"), csrf]), Err("cross_origin"));
        assert_eq!(of(&[("sec-fetch-site", "same-site"), csrf]), Err("cross_origin"), "a sister host is another place");
        assert_eq!(of(&[("sec-fetch-site", "none"), csrf]), Err("cross_origin"));
    }

    #[test]
    fn the_header_must_be_there_even_on_own_pages() {
        assert_eq!(of(&[("origin", "https://mail.clinic.example")]), Err("csrf"));
        assert_eq!(of(&[]), Err("csrf"));
        assert_eq!(of(&[("origin", "https://mail.clinic.example"), ("x-wardpost-csrf", "1")]), Ok(()));
        assert_eq!(of(&[("x-wardpost-csrf", "1")]), Ok(()), "a program that is no browser");
    }

    #[test]
    fn reading_needs_no_header() {
        assert!(!is_unsafe(&Method::GET) && !is_unsafe(&Method::HEAD));
        assert!(is_unsafe(&Method::POST) && is_unsafe(&Method::DELETE) && is_unsafe(&Method::PATCH));
    }
}
