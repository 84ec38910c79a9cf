//! Requests that another site makes a signed-in browser send (ASVS 3.5.1, 3.5.3).

use super::*;

/// What a foreign page can make a browser send, and one value that is not the session's.
const FORGED: &[(&str, &[(&str, &str)])] = &[
    ("csrf", &[]),
    ("csrf", &[("origin", ORIGIN)]),
    ("csrf", &[("sec-fetch-site", "same-origin")]),
    ("cross_origin", &[("origin", "https://evil.example"), ("x-wardpost-csrf", "1")]),
    ("cross_origin", &[("origin", "null"), ("x-wardpost-csrf", "1")]),
    ("cross_origin", &[("origin", "http://mail.clinic.example"), ("x-wardpost-csrf", "1")]),
    ("cross_origin", &[("sec-fetch-site", "cross-site"), ("x-wardpost-csrf", "1")]),
    ("cross_origin", &[("sec-fetch-site", "same-site"), ("x-wardpost-csrf", "1")]),
    ("cross_origin", &[("sec-fetch-site", "none"), ("x-wardpost-csrf", "1")]),
];

#[tokio::test]
async fn no_operation_is_done_by_a_forged_request() {
    let web = Web::with(|c| c.limits.requests_per_minute = u32::MAX).await;
    let ada = web.person("administrator", "Ada", "ada@clinic.example").await;
    let browser = web.sign_in(&ada).await;
    let cookie = browser.cookie.clone().unwrap();
    let document = document();
    let before = web.house.store().contents(&[]).await;
    for operation in unsafe_operations(&document) {
        let body = operation.body(&document, None).map(|(_, text)| text).unwrap_or_default();
        for (why, headers) in FORGED {
            // As a form sends it, and as a script does.
            for kind in ["text/plain", "application/json"] {
                let path = operation.nowhere();
                let mut request =
                    Request::builder().method(operation.method.as_str()).uri(path).header("cookie", &cookie);
                request = request.header("content-type", kind);
                for (name, value) in *headers {
                    request = request.header(*name, *value);
                }
                let got = web.send(request.body(Body::from(body.clone())).unwrap()).await;
                assert_eq!(got.slug(), "forbidden", "{} {headers:?}", operation.id());
                assert_eq!(got.json()["detail"], *why, "{} {headers:?}", operation.id());
            }
        }
    }
    assert_eq!(web.house.store().contents(&[]).await, before, "nothing was written");
    assert_eq!(web.get(&browser, "/session").await.ok()["state"], "signed_in", "and nobody was signed out");
}

#[tokio::test]
async fn another_sessions_csrf_value_is_no_value() {
    let web = Web::with(|c| c.limits.requests_per_minute = u32::MAX).await;
    let ada = web.person("administrator", "Ada", "ada@clinic.example").await;
    let mallory = web.person("physician", "Mallory", "mallory@clinic.example").await;
    let (browser, other) = (web.sign_in(&ada).await, web.sign_in(&mallory).await);
    let mixed = Browser { cookie: browser.cookie.clone(), csrf: other.csrf.clone() };
    let document = document();
    for operation in unsafe_operations(&document) {
        let public = crate::access::OPERATIONS.iter().find(|o| o.id == operation.id()).unwrap();
        let by_session = !matches!(public.need, crate::access::Need::Public | crate::access::Need::Guest);
        if !by_session || operation.id() == "sign_out" {
            continue;
        }
        let (kind, text) = operation.body(&document, None).unwrap_or(("application/json".to_owned(), String::new()));
        let request = mixed.request(&operation.method, &operation.nowhere()).header("content-type", kind);
        let got = web.send(request.header("if-match", "\"1\"").body(Body::from(text)).unwrap()).await;
        assert_eq!(
            (got.slug(), got.json()["detail"].clone()),
            ("forbidden".to_owned(), json!("csrf")),
            "{}",
            operation.id()
        );
    }
    assert_eq!(web.get(&browser, "/session").await.ok()["state"], "signed_in");
}
