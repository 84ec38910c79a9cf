//! Identity providers through the API, as a browser and a provider speak with it.

use super::*;
use wardpost_core::Clock as _;
use wardpost_core::testing::TestProvider;

fn settings() -> Value {
    json!({ "name": "Hospital", "issuer": TestProvider::ISSUER, "client_id": TestProvider::CLIENT, "scopes": ["email"],
        "active": true, "second_factor": { "always": false, "amr": ["mfa"], "acr": [] },
        "create": { "domains": ["clinic.example"], "role_ids": [], "mailbox": true }, "role_rules": [],
        "keep_roles_in_step": false })
}

async fn with_provider() -> (Web, String) {
    let web = Web::new().await;
    let sara = web.person("security_officer", "Sara", "sara@clinic.example").await;
    let officer = web.sign_in(&sara).await;
    let body = json!({ "settings": settings(), "client_secret": TestProvider::SECRET });
    let made = web.post(&officer, "/identity-providers", body).await.ok();
    assert_eq!(made["redirect_uri"], "https://mail.clinic.example/sign-in/provider");
    assert_eq!(made["backchannel_logout_uri"], "https://mail.clinic.example/api/v1/oidc/backchannel-logout");
    assert!(!made.to_string().contains(TestProvider::SECRET), "secrets are never shown");
    let list = web.get(&officer, "/identity-providers").await.ok();
    assert!(list["items"][0]["settings"]["name"] == "Hospital" && !list.to_string().contains(TestProvider::SECRET));
    (web, made["id"].as_str().unwrap().to_owned())
}

/// Goes there and comes back; gives the browser with the cookie of what was begun, and what is posted then.
async fn there(web: &Web, id: &str, said: Value) -> (Browser, Value) {
    let mut browser = Browser::default();
    let got = web.post(&browser, &format!("/session/provider/{id}/begin"), json!({ "next": "/settings" })).await;
    let cookie = got.headers["set-cookie"].to_str().unwrap().to_owned();
    assert!(
        cookie.starts_with("__Host-wardpost-provider=")
            && cookie.ends_with("; HttpOnly; SameSite=Strict; Max-Age=600; Secure"),
        "{cookie}"
    );
    browser.keep(&got);
    let url = got.ok()["url"].as_str().unwrap().to_owned();
    let answer = web.house.provider.consent(&url, web.house.clock.now_us() / 1_000_000, &said);
    (browser, json!({ "code": answer.code, "error": null, "state": answer.state, "iss": answer.iss }))
}

fn noor() -> Value {
    json!({ "sub": "n1", "sid": "p1", "email": "noor@clinic.example", "email_verified": true, "name": "Noor", "amr": ["mfa"] })
}

/// ASVS 7.2.4, 10.2.1: the whole way, once, with another cookie at its end; and out again at both ends.
#[tokio::test]
async fn somebody_comes_in_by_a_provider_and_goes_out_by_both() {
    let (web, id) = with_provider().await;
    let doors = web.get(&Browser::default(), "/session").await.ok();
    assert_eq!(doors["providers"], json!([{ "id": id, "name": "Hospital" }]));
    let (browser, answer) = there(&web, &id, noor()).await;
    let elsewhere = web.post(&Browser::default(), "/session/provider/finish", answer.clone()).await;
    assert_eq!(elsewhere.slug(), "unauthenticated", "in another browser");
    let got = web.post(&browser, "/session/provider/finish", answer.clone()).await;
    let cookies: Vec<_> = got.headers.get_all("set-cookie").iter().map(|c| c.to_str().unwrap().to_owned()).collect();
    assert!(
        cookies.len() == 3 && cookies[0].contains("Max-Age=0") && cookies[2].starts_with("__Host-wardpost="),
        "{cookies:?}"
    );
    let done = got.ok();
    assert_eq!(
        (&done["session"]["state"], &done["next"], &done["linked"]),
        (&json!("signed_in"), &json!("/settings"), &json!(false))
    );
    assert_eq!(web.post(&browser, "/session/provider/finish", answer).await.slug(), "unauthenticated", "once");
    let inside = Browser {
        cookie: Some(cookies[2].split(';').next().unwrap().to_owned()),
        csrf: done["session"]["csrf"].as_str().map(str::to_owned),
    };
    assert_eq!(web.get(&inside, "/me/identity-links").await.ok()["links"][0]["provider_name"], "Hospital");
    let out = web.call(&inside, "DELETE", "/session", json!(null)).await.ok();
    assert!(out["continue_at"].as_str().unwrap().starts_with("https://id.clinic.example/end?"), "{out}");
    assert_eq!(web.get(&inside, "/session").await.ok()["state"], "anonymous");
}

async fn tell(web: &Web, body: String) -> Got {
    // As a provider sends it: without origin, cookie and our header.
    let request = Request::builder().method("POST").uri("/api/v1/oidc/backchannel-logout");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    web.send(request.body(Body::from(body)).unwrap()).await
}

/// Back-Channel Logout, 2.8: 200, or 400, and never kept by anybody on the way.
#[tokio::test]
async fn a_providers_word_ends_sessions_and_needs_no_header() {
    let (web, id) = with_provider().await;
    let (mut browser, answer) = there(&web, &id, noor()).await;
    let got = web.post(&browser, "/session/provider/finish", answer).await;
    browser.cookie = got
        .headers
        .get_all("set-cookie")
        .iter()
        .next_back()
        .map(|c| c.to_str().unwrap().split(';').next().unwrap().to_owned());
    assert_eq!(web.get(&browser, "/session").await.ok()["state"], "signed_in");
    let now = web.house.clock.now_us() / 1_000_000;
    let claims = json!({ "iss": TestProvider::ISSUER, "aud": "wardpost", "iat": now, "jti": "j1", "sid": "p1",
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} } });
    let token = web.house.provider.sign(&claims);
    for bad in ["logout_token=a.b.c".to_owned(), format!("logout_token={}", &token[..token.len() - 4])] {
        let got = tell(&web, bad).await;
        assert_eq!((got.status, got.json()["error"].as_str()), (StatusCode::BAD_REQUEST, Some("invalid_request")));
    }
    assert_eq!(tell(&web, "nothing=1".to_owned()).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(tell(&web, format!("logout_token={}", "x".repeat(40_000))).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(web.get(&browser, "/session").await.ok()["state"], "signed_in");
    let done = tell(&web, format!("logout_token={token}")).await;
    assert_eq!((done.status, done.headers["cache-control"].to_str().unwrap()), (StatusCode::OK, "no-store"));
    assert_eq!(web.get(&browser, "/session").await.ok()["state"], "anonymous");
    assert_eq!(tell(&web, format!("logout_token={token}")).await.status, StatusCode::BAD_REQUEST, "once");
}

/// Whoever is signed in links their account in the same session, and nobody else's.
#[tokio::test]
async fn an_account_is_linked_in_the_session_that_began_it() {
    let (web, id) = with_provider().await;
    let anna = web.person("physician", "Anna", "anna@clinic.example").await;
    let ben = web.person("physician", "Ben", "ben@clinic.example").await;
    let (mut own, mut other) = (web.sign_in(&anna).await, web.sign_in(&ben).await);
    let got = web.post(&own, "/me/identity-links/begin", json!({ "provider_id": id })).await;
    let begun = got.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let url = got.ok()["url"].as_str().unwrap().to_owned();
    let answer = |sub: &str| {
        let a = web.house.provider.consent(&url, web.house.clock.now_us() / 1_000_000, &json!({ "sub": sub }));
        json!({ "code": a.code, "state": a.state, "iss": a.iss })
    };
    other.cookie = other.cookie.map(|c| format!("{c}; {begun}"));
    let stolen = web.post(&other, "/session/provider/finish", answer("s1")).await;
    assert_eq!(stolen.slug(), "unauthenticated", "not to whoever else is signed in");
    assert_eq!(web.get(&own, "/me/identity-links").await.ok()["links"], json!([]));
    let got = web.post(&own, "/me/identity-links/begin", json!({ "provider_id": id })).await;
    let begun = got.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let url = got.ok()["url"].as_str().unwrap().to_owned();
    let a = web.house.provider.consent(&url, web.house.clock.now_us() / 1_000_000, &json!({ "sub": "s1" }));
    own.cookie = own.cookie.map(|c| format!("{c}; {begun}"));
    let done = web
        .post(&own, "/session/provider/finish", json!({ "code": a.code, "state": a.state, "iss": a.iss }))
        .await
        .ok();
    assert_eq!((&done["linked"], &done["session"]["state"]), (&json!(true), &json!("signed_in")));
    let links = web.get(&own, "/me/identity-links").await.ok();
    let path = format!("/me/identity-links/{}", links["links"][0]["id"].as_str().unwrap());
    assert_eq!(web.call(&other, "DELETE", &path, json!(null)).await.slug(), "not_found", "somebody else's");
    assert_eq!(web.call(&own, "DELETE", &path, json!(null)).await.status, StatusCode::NO_CONTENT);
}

/// ASVS 7.2.4, 7.5.1: whoever comes by a provider alone proves themselves anew there; the session goes on under another cookie.
#[tokio::test]
async fn a_proof_anew_at_the_provider_changes_the_sessions_cookie() {
    let (web, id) = with_provider().await;
    let (browser, answer) = there(&web, &id, noor()).await;
    let done = web.post(&browser, "/session/provider/finish", answer).await;
    let cookie = done.headers.get_all("set-cookie").iter().next_back().unwrap().to_str().unwrap().to_owned();
    let session = done.ok()["session"].clone();
    let mut noor_s = Browser {
        cookie: cookie.split(';').next().map(str::to_owned),
        csrf: session["csrf"].as_str().map(str::to_owned),
    };
    let step_up = json!({ "provider_id": id, "next": "/settings" });
    let anonymous = web.post(&Browser::default(), "/session/step-up/provider", step_up.clone()).await;
    assert_eq!(anonymous.slug(), "unauthenticated");
    let elsewhere = json!({ "provider_id": id.replace(|c: char| c.is_ascii_digit(), "0"), "next": null });
    assert_eq!(web.post(&noor_s, "/session/step-up/provider", elsewhere).await.slug(), "not_found");
    let got = web.post(&noor_s, "/session/step-up/provider", step_up).await;
    let begun = got.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let url = got.ok()["url"].as_str().unwrap().to_owned();
    let old = noor_s.cookie.clone().unwrap();
    noor_s.cookie = Some(format!("{old}; {begun}"));
    let a =
        web.house.provider.consent(&url, web.house.clock.now_us() / 1_000_000, &json!({ "sub": "n1", "amr": ["mfa"] }));
    let answer = json!({ "code": a.code, "state": a.state, "iss": a.iss });
    let got = web.post(&noor_s, "/session/provider/finish", answer.clone()).await;
    let cookies: Vec<_> = got.headers.get_all("set-cookie").iter().map(|c| c.to_str().unwrap().to_owned()).collect();
    assert!(
        cookies.len() == 2 && cookies[0].contains("Max-Age=0") && cookies[1].starts_with("__Host-wardpost="),
        "{cookies:?}"
    );
    let done = got.ok();
    assert_eq!((&done["proved"], &done["linked"], &done["next"]), (&json!(true), &json!(false), &json!("/settings")));
    assert_eq!(web.post(&noor_s, "/session/provider/finish", answer).await.slug(), "unauthenticated", "once");
    let with = |cookie: &str| Browser { cookie: Some(cookie.to_owned()), csrf: None };
    assert_eq!(web.get(&with(&old), "/session").await.ok()["state"], "anonymous");
    let new = cookies[1].split(';').next().unwrap();
    let stands = web.get(&with(new), "/session").await.ok();
    assert_eq!((&stands["state"], &stands["csrf"]), (&json!("signed_in"), &done["session"]["csrf"]));
}
