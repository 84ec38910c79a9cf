//! Another password, where one must: what is open on the way, and what is not.

use super::*;

const NEW: &str = "slow amber lanterns drift";

/// Between the factors and being in, one door is open (ASVS 6.2.10, 7.2.4).
#[tokio::test]
async fn who_must_choose_another_password_can_do_nothing_else() {
    let web = Web::new().await;
    let admin = web.person("administrator", "Bea Beheer", "bea@clinic.example").await;
    let anna = web.person("physician", "Anna Jansen", "anna@clinic.example").await;
    let (bea, before) = (web.sign_in(&admin).await, web.sign_in(&anna).await);
    let path = format!("/people/{}/password-change", anna.id());
    assert_eq!(web.post(&before, &path, json!({})).await.slug(), "forbidden");
    assert_eq!(web.post(&bea, &path, json!({})).await.status, StatusCode::NO_CONTENT);
    assert_eq!(web.get(&before, "/me/sessions").await.slug(), "unauthenticated", "open sessions have ended");

    let mut browser = Browser::default();
    let login = json!({ "login": "anna@clinic.example", "password": PASSWORD });
    let got = web.post(&browser, "/session", login.clone()).await;
    browser.keep(&got);
    web.house.clock.advance_us(31_000_000);
    let got = web.post(&browser, "/session/second-factor", json!({ "code": anna.code(&web.house.clock) })).await;
    let first = browser.cookie.clone();
    browser.keep(&got);
    assert_ne!(browser.cookie, first, "another secret at each stage");
    assert_eq!(got.ok(), json!({ "state": "change_password", "why": "asked" }));
    assert_eq!(web.get(&browser, "/session").await.ok()["state"], "change_password");
    for path in ["/me/sessions", "/people", "/me/passkeys", "/messages", "/events", "/me/app-passwords"] {
        let got = web.get(&browser, path).await;
        assert!(got.status == StatusCode::UNAUTHORIZED || got.status == StatusCode::NOT_FOUND, "{path} {}", got.status);
    }
    for path in
        ["/me/password", "/me/recovery-codes", "/session/touch", "/me/passkeys/options", "/me/authenticator/options"]
    {
        let got = web.post(&browser, path, json!({ "current": PASSWORD, "new": NEW })).await;
        assert_eq!(got.slug(), "password_change_required", "{path}");
    }
    let advice = web.post(&browser, "/session/password/strength", json!({ "password": NEW })).await.ok();
    assert_eq!(advice["refused"], Value::Null);
    let same = web.post(&browser, "/session/password", json!({ "password": PASSWORD })).await;
    assert_eq!(same.json()["errors"][0]["code"], "same");
    let got = web.post(&browser, "/session/password", json!({ "password": NEW })).await;
    let half_way = browser.clone();
    browser.keep(&got);
    let session = got.ok();
    assert_eq!((session["state"].as_str(), session["password_ends_at"].clone()), (Some("signed_in"), Value::Null));
    assert_ne!(browser.cookie, half_way.cookie);
    assert_eq!(
        web.post(&half_way, "/session/password", json!({ "password": PASSWORD })).await.slug(),
        "unauthenticated"
    );
    assert_eq!(web.post(&Browser::default(), "/session", login).await.slug(), "unauthenticated", "the old one is void");
    assert_eq!(web.get(&browser, "/me/sessions").await.status, StatusCode::OK);
}
