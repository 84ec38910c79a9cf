//! What was used is worth nothing a second time (ASVS 6.5.1, 7.4.1).

use super::*;

async fn first_step(web: &Web) -> Browser {
    let mut browser = Browser::default();
    let login = json!({ "login": "anna@clinic.example", "password": PASSWORD });
    let got = web.post(&browser, "/session", login).await;
    browser.keep(&got);
    assert_eq!(got.ok()["state"], "second_factor");
    browser
}

#[tokio::test]
async fn codes_are_worth_nothing_the_second_time() {
    let web = Web::new().await;
    let anna = web.person("physician", "Anna", "anna@clinic.example").await;
    let code = json!({ "code": anna.code(&web.house.clock) });
    let browser = first_step(&web).await;
    assert_eq!(web.post(&browser, "/session/second-factor", code.clone()).await.ok()["state"], "signed_in");
    let again = first_step(&web).await;
    assert_eq!(web.post(&again, "/session/second-factor", code).await.slug(), "unauthenticated");

    let owner = web.sign_in(&anna).await;
    let codes = web.post(&owner, "/me/recovery-codes", json!({})).await.ok();
    let code = json!({ "recovery_code": codes["codes"][0] });
    let browser = first_step(&web).await;
    assert_eq!(web.post(&browser, "/session/second-factor", code.clone()).await.ok()["state"], "signed_in");
    let again = first_step(&web).await;
    assert_eq!(web.post(&again, "/session/second-factor", code).await.slug(), "unauthenticated");
}

/// A cookie that was copied before signing out opens nothing after it, nor does the one of the first step.
#[tokio::test]
async fn a_copied_cookie_ends_with_its_session() {
    let web = Web::new().await;
    let anna = web.person("physician", "Anna", "anna@clinic.example").await;
    let browser = web.sign_in(&anna).await;
    let copied = browser.clone();
    web.get(&copied, "/me/sessions").await.ok();
    assert!(web.call(&browser, "DELETE", "/session", json!({})).await.status.is_success());
    assert_eq!(web.get(&copied, "/me/sessions").await.slug(), "unauthenticated");
    assert_eq!(web.call(&copied, "PUT", "/me/language", json!({ "language": "nl" })).await.slug(), "unauthenticated");
}
