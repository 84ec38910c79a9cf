//! Cookies that an attacker plants or takes along (ASVS 3.3.1, 3.3.3, 7.2.4).

use super::*;

fn value(browser: &Browser) -> &str {
    browser.cookie.as_deref().unwrap().split_once('=').unwrap().1
}

/// Fixation: a secret that somebody else knew before sign-in is worth nothing after it, at no stage.
#[tokio::test]
async fn a_planted_secret_is_never_adopted_and_each_stage_has_its_own() {
    let web = Web::new().await;
    let anna = web.person("physician", "Anna", "anna@clinic.example").await;
    let planted = Browser { cookie: Some("__Host-wardpost=planted-by-somebody-else".to_owned()), csrf: None };
    let mut browser = planted.clone();
    let got = web.post(&browser, "/session", json!({ "login": "anna@clinic.example", "password": PASSWORD })).await;
    browser.keep(&got);
    assert_eq!(got.ok()["state"], "second_factor");
    let pending = browser.clone();
    let code = anna.code(&web.house.clock);
    let got = web.post(&browser, "/session/second-factor", json!({ "code": code })).await;
    browser.keep(&got);
    assert_eq!(got.ok()["state"], "signed_in");
    assert!(value(&browser) != value(&pending) && value(&pending) != value(&planted));
    for old in [&planted, &pending] {
        assert_eq!(web.get(old, "/session").await.ok()["state"], "anonymous", "{old:?}");
        assert_eq!(web.get(old, "/me/sessions").await.slug(), "unauthenticated");
    }
}

/// A cookie of the same name from a sister host stands beside the real one: neither is believed.
#[tokio::test]
async fn a_second_cookie_of_the_same_name_is_not_chosen_from() {
    let web = Web::new().await;
    let anna = web.person("physician", "Anna", "anna@clinic.example").await;
    let browser = web.sign_in(&anna).await;
    let own = browser.cookie.clone().unwrap();
    for both in [format!("__Host-wardpost=evil; {own}"), format!("{own}; __Host-wardpost=evil")] {
        let mixed = Browser { cookie: Some(both), csrf: browser.csrf.clone() };
        assert_eq!(web.get(&mixed, "/me/sessions").await.slug(), "unauthenticated");
    }
    let named = Browser { cookie: Some(format!("wardpost=evil; {own}")), csrf: browser.csrf.clone() };
    web.get(&named, "/me/sessions").await.ok();
}

/// The cookie is bound to this host, hidden from scripts, and not sent along by other sites.
#[tokio::test]
async fn session_cookies_are_bound_to_the_host() {
    let web = Web::new().await;
    web.person("physician", "Anna", "anna@clinic.example").await;
    let login = json!({ "login": "anna@clinic.example", "password": PASSWORD });
    let got = web.post(&Browser::default(), "/session", login).await;
    let set = got.headers["set-cookie"].to_str().unwrap().to_owned();
    assert!(set.starts_with("__Host-wardpost=") && !set.to_lowercase().contains("domain"), "{set}");
    for flag in ["; Path=/", "; HttpOnly", "; SameSite=Strict", "; Secure"] {
        assert!(set.contains(flag), "{set}");
    }
}
