//! Passkeys through the API, as a browser speaks with it.

use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use wardpost_core::testing::Passkey;

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn bytes(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}

/// What `navigator.credentials.create` gives.
pub(super) fn created(key: &mut Passkey, options: &Value) -> Value {
    let made = key.make(&bytes(&options["challenge"]), &bytes(&options["user"]["id"]));
    json!({ "id": text(&key.id), "rawId": text(&key.id), "type": "public-key", "authenticatorAttachment": "platform",
        "clientExtensionResults": { "credProps": { "rk": true } },
        "response": { "clientDataJSON": text(&made.client_data), "attestationObject": text(&made.attestation_object),
            "transports": ["internal", "hybrid"], "publicKeyAlgorithm": -8 } })
}

/// What `navigator.credentials.get` gives.
pub(super) fn answered(key: &mut Passkey, options: &Value) -> Value {
    let a = key.answer(&bytes(&options["challenge"]));
    json!({ "id": text(&a.credential_id), "rawId": text(&a.credential_id), "type": "public-key",
        "clientExtensionResults": {},
        "response": { "clientDataJSON": text(&a.client_data), "authenticatorData": text(&a.authenticator_data),
            "signature": text(&a.signature), "userHandle": a.user_handle.map(|h| text(&h)) } })
}

async fn add(web: &Web, browser: &Browser, name: &str) -> (Passkey, Value) {
    let mut key = Passkey::synced(ORIGIN);
    let options = web.post(browser, "/me/passkeys/options", json!({})).await.ok();
    let credential = created(&mut key, &options["public_key"]);
    let got = web.post(browser, "/me/passkeys", json!({ "name": name, "credential": credential })).await;
    assert_eq!(got.status, StatusCode::CREATED, "{}", got.text());
    (key, got.json())
}

async fn enter(web: &Web, browser: &Browser, key: &mut Passkey) -> Got {
    let options = web.post(browser, "/session/passkey/options", json!({})).await.ok();
    let credential = answered(key, &options["public_key"]);
    web.post(browser, "/session/passkey", json!({ "credential": credential })).await
}

#[tokio::test]
async fn a_passkey_is_added_used_renamed_and_removed() {
    let web = Web::new().await;
    let anna = web.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let browser = web.sign_in(&anna).await;
    let options = web.post(&browser, "/me/passkeys/options", json!({})).await.ok();
    let asked = &options["public_key"];
    assert_eq!(asked["rp"], json!({ "id": "mail.clinic.example", "name": "Clinic" }));
    assert_eq!(asked["user"]["name"], "anna@clinic.example");
    assert_eq!(asked["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(asked["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(asked["attestation"], "none");
    let (mut key, line) = add(&web, &browser, "Phone").await;
    let mut other = Browser::default();
    let got = enter(&web, &other, &mut key).await;
    other.keep(&got);
    let session = got.ok();
    assert_eq!((session["state"].as_str(), session["has_password"].as_bool()), (Some("signed_in"), Some(true)));
    other.csrf = session["csrf"].as_str().map(str::to_owned);
    let sessions = web.get(&other, "/me/sessions").await.ok();
    let own = &sessions["items"][0];
    assert!(own["method"] == "passkey" || own["method"] == "security_key", "{own}");
    assert_eq!(own["current"], true);
    assert_eq!(sessions["items"][1]["method"], "password");
    let path = format!("/me/passkeys/{}", line["id"].as_str().unwrap());
    let renamed = web.call(&other, "PATCH", &path, json!({ "name": "Telephone" })).await.ok();
    assert_eq!(renamed["name"], "Telephone");
    let list = web.get(&other, "/me/passkeys").await.ok();
    assert!(list["items"][0]["last_used_at"].is_string() && list["items"][0]["device_bound"] == false);
    let again = web.post(&other, "/me/passkeys/options", json!({})).await.ok();
    assert_eq!(again["public_key"]["excludeCredentials"][0]["id"], text(&key.id));
    assert_eq!(web.call(&other, "DELETE", &path, json!({})).await.status, StatusCode::NO_CONTENT);
    assert_eq!(enter(&web, &Browser::default(), &mut key).await.slug(), "unauthenticated");
}

/// ASVS 6.3.8, 7.2.4 (another cookie at each step), 6.5.1 (good once).
#[tokio::test]
async fn refusals_are_alike_and_a_cookie_brought_along_is_not_taken_over() {
    let web = Web::new().await;
    let anna = web.person("clinician", "Anna", "anna@clinic.example").await;
    let browser = web.sign_in(&anna).await;
    let (mut key, _) = add(&web, &browser, "Phone").await;
    let nobody = Browser::default();
    let mut answers = Vec::new();
    let mut unknown = Passkey::synced(ORIGIN);
    answers.push(enter(&web, &nobody, &mut unknown).await);
    key.origin = "https://evil.example".to_owned();
    answers.push(enter(&web, &nobody, &mut key).await);
    key.origin = ORIGIN.to_owned();
    let options = web.post(&nobody, "/session/passkey/options", json!({})).await.ok();
    let credential = json!({ "credential": answered(&mut key, &options["public_key"]) });
    let fixed = Browser { cookie: Some("__Host-wardpost=chosen-by-the-attacker".to_owned()), csrf: None };
    let got = web.post(&fixed, "/session/passkey", credential.clone()).await;
    let cookie = got.headers["set-cookie"].to_str().unwrap().to_owned();
    assert!(got.status.is_success() && !cookie.contains("chosen-by-the-attacker"), "{cookie}");
    answers.push(web.post(&nobody, "/session/passkey", credential).await);
    let told = |got: &Got| {
        let mut json = got.json();
        json.as_object_mut().unwrap().remove("instance");
        (got.status, json, got.headers.get("set-cookie").is_some())
    };
    assert_eq!(told(&answers[0]), told(&answers[1]));
    assert_eq!(told(&answers[1]), told(&answers[2]), "a replay");
    assert_eq!(answers[0].status, StatusCode::UNAUTHORIZED);
    let malformed = json!({ "credential": { "rawId": "!", "response": {} } });
    assert_eq!(web.post(&nobody, "/session/passkey", malformed).await.slug(), "validation");
}

/// ASVS 7.2.4: the old cookie and the old CSRF value are worth nothing after one has proved oneself anew.
#[tokio::test]
async fn proving_oneself_anew_changes_the_cookie() {
    let web = Web::new().await;
    let anna = web.person("clinician", "Anna", "anna@clinic.example").await;
    let mut browser = web.sign_in(&anna).await;
    let (mut key, line) = add(&web, &browser, "Phone").await;
    for _ in 0..2 {
        web.house.clock.advance_minutes(10);
        web.post(&browser, "/session/touch", json!({})).await.ok();
    }
    let path = format!("/me/passkeys/{}", line["id"].as_str().unwrap());
    let refused = web.call(&browser, "DELETE", &path, json!({})).await;
    assert_eq!((refused.slug(), refused.json()["detail"].as_str()), ("forbidden".to_owned(), Some("recent_sign_in")));
    let options = web.post(&browser, "/session/step-up/options", json!({})).await.ok();
    let passkey = answered(&mut key, &options["public_key"]);
    let both = json!({ "passkey": passkey, "code": "000000" });
    assert_eq!(web.post(&browser, "/session/step-up", both).await.slug(), "validation");
    let old = browser.clone();
    let got = web.post(&browser, "/session/step-up", json!({ "passkey": passkey })).await;
    assert_eq!(got.status, StatusCode::NO_CONTENT, "{}", got.text());
    browser.keep(&got);
    assert_eq!(web.get(&old, "/session").await.ok()["state"], "anonymous");
    assert_eq!(web.call(&browser, "DELETE", &path, json!({})).await.json()["detail"], "csrf");
    browser.csrf = web.get(&browser, "/session").await.ok()["csrf"].as_str().map(str::to_owned);
    assert_eq!(web.call(&browser, "DELETE", &path, json!({})).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn an_invitation_is_accepted_with_a_passkey_and_nothing_else() {
    let web = Web::new().await;
    let ada = web.person("administrator", "Ada", "ada@clinic.example").await;
    let admin = web.sign_in(&ada).await;
    let role = web.house.ready_made_role("clinician").await.unwrap().unwrap();
    let new = json!({ "name": "Bert", "login": "bert@clinic.example", "function": "", "language": "nl",
        "role_ids": [role], "mailbox_address": "bert@clinic.example" });
    let made = web.post(&admin, "/people", new).await.ok();
    let id = made["person"]["id"].as_str().unwrap().to_owned();
    let token = made["invitation_link"].as_str().unwrap().split_once('#').unwrap().1.to_owned();
    let mut guest = Browser::default();
    let opened = web.post(&guest, "/invitations/open", json!({ "token": token })).await.ok();
    let mut key = Passkey::synced(ORIGIN);
    let passkey = json!({ "name": "Phone", "credential": created(&mut key, &opened["passkey"]) });
    let mixed = json!({ "token": token, "passkey": passkey, "password": PASSWORD });
    assert_eq!(web.post(&guest, "/invitations/accept", mixed).await.slug(), "validation");
    assert_eq!(web.post(&guest, "/invitations/accept", json!({ "token": token })).await.slug(), "validation");
    let accepted = web.post(&guest, "/invitations/accept", json!({ "token": token, "passkey": passkey })).await.ok();
    assert_eq!(accepted["recovery_codes"], json!([]));
    let got = enter(&web, &guest, &mut key).await;
    guest.keep(&got);
    let session = got.ok();
    assert_eq!((&session["person"]["name"], &session["has_password"]), (&json!("Bert"), &json!(false)));
    guest.csrf = session["csrf"].as_str().map(str::to_owned);
    let own = web.get(&guest, "/me/passkeys").await.ok();
    let path = format!("/me/passkeys/{}", own["items"][0]["id"].as_str().unwrap());
    assert_eq!(web.call(&guest, "DELETE", &path, json!({})).await.json()["detail"], "last_way_in");
    let seen = web.get(&admin, &format!("/people/{id}/passkeys")).await.ok();
    assert_eq!(seen["items"][0]["name"], "Phone");
    assert_eq!(web.get(&guest, &format!("/people/{}/passkeys", ada.id())).await.slug(), "forbidden");
}
