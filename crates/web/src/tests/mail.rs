//! Writing, sending, reading, downloading.

use super::*;
use wardpost_core::mail::{Inbound, NewFile};
use wardpost_model::message::ReceivedInfo;

async fn draft_to(web: &Web, browser: &Browser, from: &TestPerson, to: &str, text: &str) -> Value {
    let draft = web.post(browser, "/drafts", json!({ "mailbox_id": from.mailbox() })).await.ok();
    let content = json!({
        "recipients": [{ "party": { "name": "", "address": to }, "kind": "to", "confirmed": true }],
        "subject": "Lunch", "text": text, "ask_pickup": false,
    });
    save(web, browser, &draft, content).await.ok()
}

async fn save(web: &Web, browser: &Browser, draft: &Value, content: Value) -> Got {
    let path = format!("/drafts/{}", draft["id"].as_str().unwrap());
    let request = browser
        .request("PUT", &path)
        .header("content-type", "application/json")
        .header("if-match", format!("\"{}\"", draft["version"]));
    web.send(request.body(Body::from(content.to_string())).unwrap()).await
}

async fn send(web: &Web, browser: &Browser, draft: &Value, key: &str) -> Got {
    let path = format!("/drafts/{}/send", draft["id"].as_str().unwrap());
    let request = browser
        .request("POST", &path)
        .header("if-match", format!("\"{}\"", draft["version"]))
        .header("idempotency-key", key);
    web.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_message_goes_from_one_colleague_to_another() {
    let web = Web::new().await;
    let anna = web.person("clinician", "Anna", "anna@clinic.example").await;
    let bert = web.person("clinician", "Bert", "bert@clinic.example").await;
    let (of_anna, of_bert) = (web.sign_in(&anna).await, web.sign_in(&bert).await);
    let draft = draft_to(&web, &of_anna, &anna, "bert@clinic.example", "At noon?").await;
    let id = draft["id"].as_str().unwrap();
    let file = of_anna
        .request("POST", &format!("/drafts/{id}/attachments?file_name=menu%20%C3%A9.pdf&media_type=application/pdf"));
    let meta = web.send(file.body(Body::from("%PDF soup")).unwrap()).await;
    assert_eq!(meta.status, StatusCode::CREATED);
    assert_eq!(meta.ok()["size"], 9);
    let draft = web.get(&of_anna, &format!("/drafts/{id}")).await.ok();
    let plan = web.post(&of_anna, &format!("/drafts/{id}/plan"), json!({})).await.ok();
    assert_eq!(plan["plan"]["recipients"][0]["route"], "inside");
    let sent = send(&web, &of_anna, &draft, "once").await;
    assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.text());
    let sent = sent.ok();
    assert_eq!(sent["outcome"], "sent");

    let inbox = format!("/mailboxes/{}/messages", bert.mailbox());
    let list = web.get(&of_bert, &format!("{inbox}?folder=inbox&unread=true")).await.ok();
    assert_eq!(list["items"][0]["subject"], "Lunch");
    assert_eq!(list["next_cursor"], Value::Null);
    let message = format!("{inbox}/{}", sent["message_id"].as_str().unwrap());
    let view = web.get(&of_bert, &message).await.ok();
    assert_eq!((view["text"].as_str(), view["seen"].as_bool()), (Some("At noon?"), Some(true)));
    let file = web.get(&of_bert, &format!("{message}/attachments/{}", view["files"][0]["id"].as_str().unwrap())).await;
    assert_eq!(&file.body[..], b"%PDF soup");
    assert_eq!(file.headers["content-type"], "application/pdf");
    assert_eq!(
        file.headers["content-disposition"],
        "attachment; filename=\"menu _.pdf\"; filename*=UTF-8''menu%20%C3%A9.pdf"
    );
    assert!(file.headers["content-security-policy"].to_str().unwrap().ends_with("sandbox"));
    let moved = web.call(&of_bert, "PATCH", &message, json!({ "folder": "archive", "flagged": true })).await.ok();
    assert_eq!((moved["folder"].as_str(), moved["flagged"].as_bool()), (Some("archive"), Some(true)));
    assert_eq!(web.get(&of_bert, &format!("/mailboxes/{}/counts", bert.mailbox())).await.ok()["inbox_unread"], 0);
    let trail = format!("/mailboxes/{}/messages/{}/trail", anna.mailbox(), sent["message_id"].as_str().unwrap());
    let kinds: Vec<Value> =
        web.get(&of_anna, &trail).await.ok()["items"].as_array().unwrap().iter().map(|i| i["kind"].clone()).collect();
    assert!(kinds.contains(&json!("message.sent")) && kinds.contains(&json!("message.read")), "{kinds:?}");
    // Somebody else's mailbox is none of one's business.
    assert_eq!(web.get(&of_anna, &message).await.slug(), "not_found");
}

#[tokio::test]
async fn sending_twice_with_one_key_sends_once() {
    let web = Web::new().await;
    let anna = web.person("clinician", "Anna", "anna@clinic.example").await;
    web.person("clinician", "Bert", "bert@clinic.example").await;
    let browser = web.sign_in(&anna).await;
    let draft = draft_to(&web, &browser, &anna, "bert@clinic.example", "At noon?").await;
    let (first, second) = tokio::join!(send(&web, &browser, &draft, "k1"), send(&web, &browser, &draft, "k1"));
    assert_eq!((first.status, second.status), (StatusCode::CREATED, StatusCode::CREATED), "{first:?} {second:?}");
    assert_eq!(first.body, second.body);
    let replayed = [&first, &second].iter().filter(|g| g.headers.contains_key("idempotency-replayed")).count();
    assert_eq!(replayed, 1);
    assert_eq!(send(&web, &browser, &draft, "k2").await.slug(), "not_found", "the draft is gone");
    let key = |body: Value| {
        let request = browser.request("POST", "/drafts").header("content-type", "application/json");
        request.header("idempotency-key", "k3").body(Body::from(body.to_string())).unwrap()
    };
    let made = web.send(key(json!({ "mailbox_id": anna.mailbox() }))).await.ok();
    assert_eq!(web.send(key(json!({ "mailbox_id": anna.mailbox() }))).await.ok(), made);
    let other = web.send(key(json!({ "mailbox_id": anna.mailbox(), "kind": "new", "of": { "mailbox_id": anna.mailbox(), "message_id": anna.mailbox() } }))).await;
    assert_eq!((other.slug().as_str(), other.json()["errors"][0]["code"].as_str()), ("validation", Some("reused")));
}

#[tokio::test]
async fn a_draft_saved_elsewhere_is_a_version_conflict_and_secrets_are_not_served() {
    let web = Web::new().await;
    let anna = web.person("clinician", "Anna", "anna@clinic.example").await;
    let browser = web.sign_in(&anna).await;
    let draft = web.post(&browser, "/drafts", json!({ "mailbox_id": anna.mailbox() })).await.ok();
    let content = json!({
        "recipients": [{ "party": { "address": "p@mail.example" }, "secret": "blue heron", "phone": "+31 6 12345678" }],
        "subject": "", "text": "",
    });
    let saved = save(&web, &browser, &draft, content.clone()).await;
    assert!(!saved.text().contains("heron"));
    let saved = saved.ok();
    assert_eq!((saved["recipients"][0]["secret_set"].as_bool(), saved["version"].as_u64()), (Some(true), Some(2)));
    assert_eq!(save(&web, &browser, &draft, content.clone()).await.slug(), "version_conflict");
    let request = browser.request("PUT", &format!("/drafts/{}", draft["id"].as_str().unwrap()));
    let request = request.header("content-type", "application/json").body(Body::from(content.to_string())).unwrap();
    assert_eq!(web.send(request).await.json()["errors"][0]["field"], "If-Match");
}

#[tokio::test]
async fn the_gates_plan_comes_with_its_refusal() {
    let web = Web::new().await;
    let anna = web.person("clinician", "Anna", "anna@clinic.example").await;
    let browser = web.sign_in(&anna).await;
    let draft = web.post(&browser, "/drafts", json!({ "mailbox_id": anna.mailbox() })).await.ok();
    let content = json!({
        "recipients": [{ "party": { "address": "patient@mail.example" } }], "subject": "Hello", "text": "Hello",
    });
    let draft = save(&web, &browser, &draft, content).await.ok();
    let refused = send(&web, &browser, &draft, "k1").await;
    assert_eq!((refused.status.as_u16(), refused.slug().as_str()), (409, "confirmation_needed"));
    assert_eq!(refused.json()["plan"]["recipients"][0]["address"], "patient@mail.example");
}

#[tokio::test]
async fn hostile_html_is_served_safe_for_the_sandbox() {
    let web = Web::new().await;
    let anna = web.person("clinician", "Anna", "anna@clinic.example").await;
    let browser = web.sign_in(&anna).await;
    let html = "<script>alert(1)</script><p onclick=x style='color:red;position:fixed'>Hello</p>\
                <img src=cid:logo@x><img src=https://tracker.example/p><a href='javascript:1'>x</a>";
    let file = |name: &str, media_type: &str, id: Option<&str>, data: &'static [u8]| NewFile {
        file_name: name.into(),
        media_type: media_type.into(),
        content_id: id.map(str::to_owned),
        data: Bytes::from_static(data),
    };
    let received = web
        .house
        .receive(Inbound {
            envelope_from: Some("out@side.example".parse().unwrap()),
            recipients: vec![anna.login.clone()],
            received: ReceivedInfo::default(),
            network: None,
            request_id: None,
            from: None,
            to: vec![],
            cc: vec![],
            reply_to: None,
            subject: "Offer".into(),
            text: "Hello".into(),
            html: Some(html.into()),
            files: vec![
                file("logo.png", "image/png", Some("logo@x"), b"\x89PNG"),
                file("page.html", "text/html", None, b"<script>alert(1)</script>"),
            ],
            rfc_id: None,
            in_reply_to: None,
            references: vec![],
            raw: Bytes::from_static(b"raw"),
        })
        .await
        .unwrap();
    let message = format!("/mailboxes/{}/messages/{}", anna.mailbox(), received.message_id);
    let got = web.get(&browser, &format!("{message}/html")).await;
    assert_eq!(got.headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(got.headers["x-wardpost-blocked"], "1");
    assert_eq!(got.headers["x-frame-options"], "SAMEORIGIN");
    let policy = got.headers["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && policy.contains("img-src data:;") && policy.contains("sandbox"));
    let document = got.text();
    for hostile in ["script", "onclick", "position", "tracker", "javascript"] {
        assert!(!document.contains(hostile), "{hostile}: {document}");
    }
    assert!(document.contains("data:image/png;base64,iVBORw=="), "{document}");
    let remote = web.get(&browser, &format!("{message}/html?remote=1")).await;
    assert!(remote.text().contains("https://tracker.example/p"));
    let view = web.get(&browser, &message).await.ok();
    let page = view["files"].as_array().unwrap().iter().find(|f| f["file_name"] == "page.html").unwrap();
    let page = web.get(&browser, &format!("{message}/attachments/{}", page["id"].as_str().unwrap())).await;
    assert_eq!(page.headers["content-type"], "application/octet-stream", "never as a page of this origin");
}
