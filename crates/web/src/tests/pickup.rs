//! A guest's round: door, code, message, answer.

use super::*;
use wardpost_core::mail::DeliveryContent;

/// A message on its way to a patient, and the token in the notification's link.
async fn waiting_message(web: &Web) -> (TestPerson, String) {
    let anna = web.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let browser = web.sign_in(&anna).await;
    let draft = web.post(&browser, "/drafts", json!({ "mailbox_id": anna.mailbox() })).await.ok();
    let content = json!({
        "recipients": [{ "party": { "name": "P. Bakker", "address": "p.bakker@mail.example" },
            "phone": "+31612345678", "confirmed": true }],
        "subject": "Your result", "text": "All is well.", "ask_pickup": true,
    });
    let path = format!("/drafts/{}", draft["id"].as_str().unwrap());
    let put = browser.request("PUT", &path).header("content-type", "application/json").header("if-match", "\"1\"");
    web.send(put.body(Body::from(content.to_string())).unwrap()).await.ok();
    let send = browser.request("POST", &format!("{path}/send")).header("if-match", "\"2\"");
    web.send(send.body(Body::empty()).unwrap()).await.ok();
    let due = web.house.claim_deliveries(10).await.unwrap();
    let [due] = &due[..] else { panic!("one notification: {due:?}") };
    let job = web.house.prepare_delivery(due.clone()).await.unwrap().unwrap();
    let DeliveryContent::Notice { text, subject, .. } = &job.content else { panic!("a notice") };
    assert!(!text.contains("well") && !subject.contains("result"), "no content in the notification");
    let link = text.split_whitespace().find(|w| w.starts_with("https://")).unwrap();
    (anna, link.split_once('#').unwrap().1.to_owned())
}

#[tokio::test]
async fn a_guest_reads_and_answers_after_the_second_factor() {
    let web = Web::new().await;
    let (anna, token) = waiting_message(&web).await;
    let mut guest = Browser::default();
    assert_eq!(web.get(&guest, "/pickup/message").await.slug(), "unauthenticated");
    let unknown = web.post(&guest, "/pickup/open", json!({ "token": "nonsense" })).await.ok();
    assert_eq!(unknown["state"], "unknown");
    // A link scanner may look as often as it likes.
    for _ in 0..3 {
        let door = web.post(&guest, "/pickup/open", json!({ "token": token })).await.ok();
        assert_eq!((door["state"].as_str(), door["method"].as_str()), (Some("ready"), Some("sms")));
        assert_eq!(door["phone_masked"], "•••• 78");
    }
    let sent = web.post(&guest, "/pickup/code", json!({ "token": token })).await;
    assert_eq!(sent.status, StatusCode::ACCEPTED);
    assert_eq!(sent.ok()["valid_seconds"], 600);
    let wrong = web.post(&guest, "/pickup/verify", json!({ "token": token, "code": "000000x" })).await;
    assert_eq!(wrong.slug(), "unauthenticated");
    let sms = web.house.sms.last_to("+31612345678").unwrap();
    let code: String = sms.split(|c: char| !c.is_ascii_digit()).find(|w| w.len() == 6).unwrap().to_owned();
    let open = web.post(&guest, "/pickup/verify", json!({ "token": token, "code": code })).await;
    assert!(open.headers["set-cookie"].to_str().unwrap().starts_with("__Host-wardpost-pickup="));
    guest.keep(&open);
    open.ok();
    let message = web.get(&guest, "/pickup/message").await.ok();
    assert_eq!((message["text"].as_str(), message["subject"].as_str()), (Some("All is well."), Some("Your result")));
    assert_eq!(web.get(&guest, "/pickup/message/html").await.slug(), "not_found");
    let upload = guest.request("POST", "/pickup/reply-files?file_name=photo.png&media_type=image/png");
    let meta = web.send(upload.body(Body::from("png")).unwrap()).await.ok();
    let reply = json!({ "text": "Thank you", "files": [meta["id"]] });
    let replied = web.post(&guest, "/pickup/reply", reply).await;
    assert_eq!(replied.status, StatusCode::CREATED, "{}", replied.text());
    assert_eq!(web.get(&guest, "/pickup/message").await.ok()["replies"][0]["text"], "Thank you");
    assert_eq!(web.call(&guest, "DELETE", "/pickup/session", json!({})).await.status, StatusCode::NO_CONTENT);
    assert_eq!(web.get(&guest, "/pickup/message").await.slug(), "unauthenticated");

    let browser = web.sign_in(&anna).await;
    let inbox = web.get(&browser, &format!("/mailboxes/{}/messages", anna.mailbox())).await.ok();
    let from: Vec<_> =
        inbox["items"].as_array().unwrap().iter().map(|m| m["from"]["address"].as_str().unwrap()).collect();
    assert!(from.contains(&"p.bakker@mail.example"), "{from:?}");
    // A guest's cookie opens nothing else.
    assert_eq!(web.get(&guest, "/drafts").await.slug(), "unauthenticated");
}

#[tokio::test]
async fn guessing_codes_locks_the_door_and_says_until_when() {
    let web = Web::new().await;
    let (_, token) = waiting_message(&web).await;
    let guest = Browser::default();
    web.post(&guest, "/pickup/code", json!({ "token": token })).await.ok();
    let mut last = String::new();
    for _ in 0..6 {
        web.house.clock.advance_us(2_000_000);
        last = web.post(&guest, "/pickup/verify", json!({ "token": token, "code": "12345x" })).await.slug();
    }
    assert_eq!(last, "locked");
    let locked = web.post(&guest, "/pickup/verify", json!({ "token": token, "code": "123456" })).await;
    assert_eq!(locked.status, StatusCode::LOCKED);
    assert!(locked.json()["locked_until"].is_string());
    assert_eq!(web.post(&guest, "/pickup/open", json!({ "token": token })).await.ok()["state"], "locked");
}
