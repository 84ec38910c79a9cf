//! Signing in, and everything that is refused before a handler is asked.

use super::*;

#[tokio::test]
async fn signing_in_takes_both_steps_and_each_has_its_own_cookie() {
    let web = Web::new().await;
    let anna = web.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let mut browser = Browser::default();
    let anonymous = web.get(&browser, "/session").await.ok();
    assert_eq!((&anonymous["state"], &anonymous["waiting"]), (&json!("anonymous"), &json!(false)));
    let body = json!({ "login": "anna@clinic.example", "password": PASSWORD });
    let got = web.post(&browser, "/session", body).await;
    let set = got.headers["set-cookie"].to_str().unwrap().to_owned();
    assert!(
        set.starts_with("__Host-wardpost=") && set.ends_with("; Path=/; HttpOnly; SameSite=Strict; Secure"),
        "{set}"
    );
    browser.keep(&got);
    let first = browser.cookie.clone();
    assert_eq!(web.get(&browser, "/session").await.ok()["state"], "second_factor");
    assert_eq!(web.get(&browser, "/drafts").await.slug(), "second_factor_required");
    let wrong = web.post(&browser, "/session/second-factor", json!({ "code": "000000" })).await;
    assert_eq!((wrong.status.as_u16(), wrong.slug().as_str()), (401, "unauthenticated"));
    let got = web.post(&browser, "/session/second-factor", json!({ "code": anna.code(&web.house.clock) })).await;
    browser.keep(&got);
    assert_ne!(browser.cookie, first, "the half-open session's secret is worth nothing any more");
    let session = got.ok();
    assert_eq!(session["person"]["name"], "Anna Jansen");
    assert_eq!(session["mailboxes"][0]["address"], "anna@clinic.example");
    assert!(session["permissions"].as_array().unwrap().contains(&json!("mail.send")));
    let old = Browser { cookie: first, csrf: None };
    assert_eq!(web.get(&old, "/session").await.ok()["state"], "anonymous");
    let out = web.call(&browser, "DELETE", "/session", json!({})).await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    assert!(out.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(web.get(&browser, "/drafts").await.slug(), "unauthenticated");
}

#[tokio::test]
async fn wrong_passwords_and_unknown_logins_get_the_same_answer() {
    let web = Web::new().await;
    web.person("clinician", "Anna", "anna@clinic.example").await;
    let browser = Browser::default();
    let mut answers = Vec::new();
    for login in ["anna@clinic.example", "nobody@clinic.example", "no address"] {
        let got = web.post(&browser, "/session", json!({ "login": login, "password": "not the password" })).await;
        let mut json = got.json();
        json.as_object_mut().unwrap().remove("instance");
        answers.push((got.status, json, got.headers.get("set-cookie").is_some()));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[1], answers[2]);
    assert_eq!(answers[0].0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn forged_requests_change_nothing() {
    let web = Web::new().await;
    let anna = web.person("clinician", "Anna", "anna@clinic.example").await;
    let browser = web.sign_in(&anna).await;
    let cookie = browser.cookie.clone().unwrap();
    let language = || Body::from(json!({ "language": "nl" }).to_string());
    let put = |headers: &[(&str, &str)]| {
        let mut request = Request::put("/api/v1/me/language").header("content-type", "application/json");
        request = request.header("cookie", &cookie);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(language()).unwrap()
    };
    let csrf = browser.csrf.clone().unwrap();
    for (headers, why) in [
        (vec![("origin", "https://evil.example"), ("x-wardpost-csrf", csrf.as_str())], "cross_origin"),
        (vec![("sec-fetch-site", "same-site"), ("x-wardpost-csrf", csrf.as_str())], "cross_origin"),
        (vec![("origin", ORIGIN)], "csrf"),
        (vec![("origin", ORIGIN), ("x-wardpost-csrf", "1")], "csrf"),
        (vec![("origin", ORIGIN), ("x-wardpost-csrf", "")], "csrf"),
    ] {
        let got = web.send(put(&headers)).await;
        assert_eq!((got.slug().as_str(), got.json()["detail"].as_str()), ("forbidden", Some(why)), "{headers:?}");
    }
    assert_eq!(web.get(&browser, "/session").await.ok()["person"]["language"], "en");
    let own = web.send(put(&[("origin", ORIGIN), ("x-wardpost-csrf", csrf.as_str())])).await;
    assert_eq!(own.status, StatusCode::NO_CONTENT);
    assert_eq!(web.get(&browser, "/session").await.ok()["person"]["language"], "nl");
    let form = browser.request("PUT", "/me/language").header("content-type", "text/plain").body(language()).unwrap();
    assert_eq!(web.send(form).await.slug(), "unsupported_media_type");
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_bind_the_browser() {
    let web = Web::new().await;
    let browser = Browser::default();
    let answers = [
        web.get(&browser, "/").await,
        web.get(&browser, "/session").await,
        web.get(&browser, "/drafts").await,
        web.get(&browser, "/nothing/here").await,
        web.post(&browser, "/session", json!([])).await,
        web.get(&browser, "/api/v1/openapi.json").await,
        web.send(Request::get("/healthz").body(Body::empty()).unwrap()).await,
        web.send(Request::get("/readyz").body(Body::empty()).unwrap()).await,
    ];
    for got in &answers {
        for header in ["content-security-policy", "referrer-policy", "permissions-policy", "x-request-id"] {
            assert!(got.headers.contains_key(header), "{header}: {got:?}");
        }
        assert_eq!(got.headers["x-content-type-options"], "nosniff");
        assert_eq!(got.headers["x-frame-options"], "DENY");
        assert!(got.headers["strict-transport-security"].to_str().unwrap().starts_with("max-age=31536000"));
        let policy = got.headers["content-security-policy"].to_str().unwrap().replace("'wasm-unsafe-eval'", "");
        assert!(!policy.contains("unsafe"));
    }
    for got in &answers[1..] {
        assert_eq!(got.headers["cache-control"], "no-store", "{got:?}");
    }
    assert_eq!(answers[7].status, StatusCode::OK);
}

#[tokio::test]
async fn what_cannot_be_read_is_told_as_problem_details() {
    let web = Web::new().await;
    let anna = web.person("clinician", "Anna", "anna@clinic.example").await;
    let browser = web.sign_in(&anna).await;
    assert_eq!(web.get(&browser, "/nothing").await.slug(), "not_found");
    assert_eq!(web.get(&browser, "/drafts/not-an-id").await.slug(), "not_found");
    assert_eq!(web.get(&browser, "/drafts?cursor=nonsense").await.slug(), "validation");
    assert_eq!(web.get(&browser, "/drafts?limit=many").await.slug(), "validation");
    let wrong = web.call(&browser, "PATCH", "/drafts", json!({})).await;
    assert_eq!(
        (wrong.slug().as_str(), wrong.headers["allow"].to_str().unwrap()),
        ("method_not_allowed", "GET,HEAD,POST")
    );
    let request = browser.request("POST", "/drafts").header("content-type", "application/json");
    assert_eq!(web.send(request.body(Body::from("{")).unwrap()).await.slug(), "bad_request");
    let large = json!({ "mailbox_id": "x".repeat(3 << 20) });
    assert_eq!(web.post(&browser, "/drafts", large).await.slug(), "too_large");
    let unknown = web.post(&browser, "/drafts", json!({ "mailbox_id": anna.mailbox(), "surprise": 1 })).await;
    assert_eq!(unknown.slug(), "validation");
}

#[tokio::test]
async fn guessing_is_slowed_down_and_says_for_how_long() {
    let web = Web::with(|c| c.limits.sign_ins_per_minute = 2).await;
    let browser = Browser::default();
    let body = json!({ "login": "a@clinic.example", "password": "x" });
    for _ in 0..2 {
        assert_eq!(web.post(&browser, "/session", body.clone()).await.slug(), "unauthenticated");
    }
    let third = web.post(&browser, "/session", body).await;
    assert_eq!(third.slug(), "rate_limited");
    assert!(third.headers.contains_key("retry-after"));
    assert!(web.get(&browser, "/session").await.status.is_success(), "the rest goes on");
}

#[tokio::test]
async fn reading_does_not_keep_a_session_alive_and_somebody_there_does() {
    let web = Web::new().await;
    let anna = web.person("clinician", "Anna", "anna@clinic.example").await;
    let browser = web.sign_in(&anna).await;
    for _ in 0..2 {
        web.house.clock.advance_minutes(7);
        web.get(&browser, "/drafts").await.ok();
    }
    web.house.clock.advance_minutes(2);
    assert_eq!(web.get(&browser, "/drafts").await.slug(), "unauthenticated", "16 minutes without anybody there");
    let browser = web.sign_in(&anna).await;
    for _ in 0..3 {
        web.house.clock.advance_minutes(10);
        assert!(web.post(&browser, "/session/touch", json!({})).await.ok()["idle_expires_at"].is_string());
    }
    web.get(&browser, "/drafts").await.ok();
}
