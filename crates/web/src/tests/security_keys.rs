//! Security keys for the roles that policy names, through the API.

use super::passkeys::{answered, created};
use super::*;
use wardpost_core::testing::Passkey;

async fn password(web: &Web, login: &str, word: &str) -> Got {
    web.post(&Browser::default(), "/session", json!({ "login": login, "password": word })).await
}

/// ASVS 6.3.3, 6.3.8: the role's key is added before anything else; after that the right password is refused exactly like a
/// wrong one.
#[tokio::test]
async fn a_role_that_needs_a_key_opens_nothing_before_it_and_only_by_it_after() {
    let web = Web::new().await;
    let sara = web.person("security_officer", "Sara", "sara@clinic.example").await;
    let anna = web.person("physician", "Anna", "anna@clinic.example").await;
    let officer = web.sign_in(&sara).await;
    let mut now = web.get(&officer, "/security-policy").await.ok();
    let role = web.house.ready_made_role("physician").await.unwrap().unwrap();
    now["policy"]["security_key_roles"] = json!([role]);
    let version = format!("\"{}\"", now["version"]);
    let request = officer.request("PUT", "/security-policy").header("content-type", "application/json");
    let body = json!({ "policy": now["policy"], "note": "keys" }).to_string();
    web.send(request.header("if-match", version).body(Body::from(body)).unwrap()).await.ok();

    let mut browser = Browser::default();
    let got = password(&web, "anna@clinic.example", PASSWORD).await;
    browser.keep(&got);
    web.house.clock.advance_us(31_000_000);
    let code = json!({ "code": anna.code(&web.house.clock) });
    let got = web.post(&browser, "/session/second-factor", code).await;
    browser.keep(&got);
    let session = got.ok();
    assert_eq!(session["state"], "enrol_key");
    assert!(session["grace_ends_at"].is_string() && session.get("csrf").is_none(), "{session}");
    for path in ["/me/passkeys", "/me/sessions", "/people", "/events"] {
        assert_eq!(web.get(&browser, path).await.slug(), "unauthenticated", "{path}");
    }
    assert_eq!(web.post(&browser, "/me/passkeys/options", json!({})).await.slug(), "unauthenticated");

    let options = web.post(&browser, "/session/security-key/options", json!({})).await.ok();
    let mut synced = Passkey::synced(ORIGIN);
    let body = json!({ "name": "Phone", "credential": created(&mut synced, &options["public_key"]) });
    let refused = web.post(&browser, "/session/security-key", body).await;
    assert_eq!(refused.json()["errors"][0]["code"], "synced");
    let mut key = Passkey::device_bound(ORIGIN);
    let body = json!({ "name": "Key", "credential": created(&mut key, &options["public_key"]) });
    assert_eq!(web.post(&browser, "/session/security-key", body).await.status, StatusCode::CREATED);
    assert_eq!(web.get(&browser, "/session").await.ok()["state"], "anonymous");

    let told = |got: Got| {
        let mut json = got.json();
        json.as_object_mut().unwrap().remove("instance");
        (got.status, json, got.headers.contains_key("set-cookie"))
    };
    let right = password(&web, "anna@clinic.example", PASSWORD).await;
    let wrong = password(&web, "anna@clinic.example", "not the password of anybody").await;
    assert_eq!(told(right), told(wrong));
    let options = web.post(&Browser::default(), "/session/passkey/options", json!({})).await.ok();
    let credential = json!({ "credential": answered(&mut key, &options["public_key"]) });
    assert_eq!(web.post(&Browser::default(), "/session/passkey", credential).await.ok()["state"], "signed_in");
}
