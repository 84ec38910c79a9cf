//! The policy as the web app uses it: trying, saving, sending anyway, the queue.

use super::*;
use wardpost_model::policy::Policy;

async fn current(web: &Web, browser: &Browser) -> Value {
    web.get(browser, "/policy").await.ok()
}

async fn put(web: &Web, browser: &Browser, version: &Value, policy: &Value) -> Got {
    let request = browser
        .request("PUT", "/policy")
        .header("content-type", "application/json")
        .header("if-match", format!("\"{version}\""));
    web.send(request.body(Body::from(json!({ "policy": policy, "note": "Test" }).to_string())).unwrap()).await
}

#[tokio::test]
async fn a_draft_policy_is_tried_on_a_text_and_a_file() {
    let web = Web::new().await;
    let vera = web.person("privacy_officer", "Vera", "vera@clinic.example").await;
    let anna = web.person("clinician", "Anna", "anna@clinic.example").await;
    let (of_vera, of_anna) = (web.sign_in(&vera).await, web.sign_in(&anna).await);
    let mut policy = current(&web, &of_vera).await["policy"].clone();
    policy["vocabulary"]["numbers"] =
        json!([{ "name": "File", "pattern": r"\bCL-\d{6}\b", "checksum": "none", "kind": "MRN" }]);
    let body = json!({ "policy": policy, "subject": "", "text": "Please file CL-104477.",
        "file": { "file_name": "a.txt", "content": "RmlsZSBDTC0yMDQ0Nzc=" } });
    let tried = web.post(&of_vera, "/policy/try", body.clone()).await.ok();
    assert_eq!(tried["edited"]["findings"]["sensitivity"], "identifier");
    let parts: Vec<&str> = tried["edited"]["findings"]["spans"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|s| s["kind"] == "MRN")
        .filter_map(|s| s["part"]["part"].as_str())
        .collect();
    assert_eq!(parts, ["body", "attachment"]);
    assert_eq!(tried["in_force"]["findings"]["sensitivity"], "none");
    assert_eq!(
        tried["edited"]["outcomes"][2],
        json!({
            "to": "verified_tls", "action": "protect", "because": ["identifier"], "may_override": true,
        })
    );
    assert_eq!(web.post(&of_anna, "/policy/try", body.clone()).await.slug(), "forbidden");
    let mut wrong = body.clone();
    wrong["policy"]["vocabulary"]["numbers"][0]["pattern"] = json!("(");
    let refused = web.post(&of_vera, "/policy/try", wrong).await;
    assert_eq!(refused.slug(), "validation");
    assert!(refused.text().contains("policy.vocabulary.numbers.0.pattern"), "{}", refused.text());
    let mut unknown = body;
    unknown["keep"] = json!(true);
    assert_eq!(web.post(&of_vera, "/policy/try", unknown).await.slug(), "validation");
}

#[tokio::test]
async fn who_added_an_exception_is_named_by_the_server() {
    let web = Web::new().await;
    let vera = web.person("privacy_officer", "Vera", "vera@clinic.example").await;
    let browser = web.sign_in(&vera).await;
    let before = current(&web, &browser).await;
    let read: Policy = serde_json::from_value(before["policy"].clone()).unwrap();
    assert_eq!(read, Policy::default());
    let mut policy = before["policy"].clone();
    policy["vocabulary"]["exceptions"] =
        json!([{ "text": "De Linde", "why": "Our name", "until": "2031-12-31", "added_at": "1999-01-01T00:00:00Z" }]);
    let saved = put(&web, &browser, &before["version"], &policy).await.ok();
    let made = &saved["policy"]["vocabulary"]["exceptions"][0];
    assert_eq!(saved["names"][made["added_by"].as_str().unwrap()], "Vera");
    assert_ne!(made["added_at"], "1999-01-01T00:00:00Z");
    assert_eq!(made["until"], "2031-12-31");
}
