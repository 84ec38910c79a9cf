//! The device cookie and the list of devices, as a browser has them.

use super::*;

const DEVICE: &str = "__Host-wardpost-device";

#[tokio::test]
async fn a_browser_keeps_its_device_cookie_and_sees_itself_in_the_list() {
    let web = Web::new().await;
    let anna = web.person("physician", "Anna Jansen", "anna@clinic.example").await;
    let login = json!({ "login": "anna@clinic.example", "password": PASSWORD });
    let mut browser = Browser::default();
    let got = web.post(&browser, "/session", login.clone()).await;
    browser.keep(&got);
    assert_eq!(browser.cookie_of(DEVICE), None, "a password alone makes no device known");
    web.house.clock.advance_us(31_000_000);
    let got = web.post(&browser, "/session/second-factor", json!({ "code": anna.code(&web.house.clock) })).await;
    let set: Vec<_> = got.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap().to_owned()).collect();
    let device = set.iter().find(|c| c.starts_with(DEVICE)).unwrap();
    for flag in ["Path=/", "HttpOnly", "SameSite=Strict", "Secure", "Max-Age=34560000"] {
        assert!(device.contains(flag), "{device}");
    }
    assert!(!device.contains("Domain"), "for this host alone: {device}");
    browser.keep(&got);
    browser.csrf = got.ok()["csrf"].as_str().map(str::to_owned);
    let kept = browser.cookie_of(DEVICE).unwrap();
    let list = web.get(&browser, "/me/devices").await.ok();
    assert_eq!((list["items"].as_array().unwrap().len(), list["items"][0]["current"].as_bool()), (1, Some(true)));
    assert!(!list.to_string().contains(&kept), "the secret is in no answer");

    // The device cookie alone opens nothing.
    let alone = Browser { cookie: Some(format!("{DEVICE}={kept}")), csrf: None };
    assert_eq!(web.get(&alone, "/session").await.ok()["state"], "anonymous");
    assert_eq!(web.get(&alone, "/me/devices").await.slug(), "unauthenticated");

    let other = web.sign_in(&anna).await;
    let list = web.get(&other, "/me/devices").await.ok();
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    let first = items.iter().find(|d| d["current"] == false).unwrap()["id"].as_str().unwrap().to_owned();
    let ben = web.person("physician", "Ben Carter", "ben@clinic.example").await;
    let ben = web.sign_in(&ben).await;
    let path = format!("/me/devices/{first}");
    let theirs = web.call(&ben, "DELETE", &path, json!({})).await;
    let nobodys = web.call(&ben, "DELETE", &format!("/me/devices/{}", uuid::Uuid::new_v4()), json!({})).await;
    assert_eq!((theirs.slug(), nobodys.slug()), ("not_found".to_owned(), "not_found".to_owned()));
    assert_eq!(web.call(&other, "DELETE", &path, json!({})).await.status, StatusCode::NO_CONTENT);
    assert_eq!(web.get(&browser, "/me/devices").await.slug(), "unauthenticated", "its sessions have ended");
    let inbox = web.get(&other, &format!("/mailboxes/{}/messages?folder=inbox", anna.mailbox())).await.ok();
    let lines = inbox["items"].as_array().unwrap();
    assert!(lines.iter().any(|l| l["subject"] == "Your account: New sign-in"), "{inbox}");
}
