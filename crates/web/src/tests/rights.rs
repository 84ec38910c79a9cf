//! Effective rights over HTTP.

use super::*;

/// ASVS 8.1.1, 8.2.1: told to whom it concerns, as it is; nothing of a patient but numbers.
#[tokio::test]
async fn effective_rights_are_told_to_those_who_may_ask() {
    let web = Web::new().await;
    let eva = web.person("administrator", "Eva", "eva@clinic.example").await;
    let anna = web.person("physician", "Anna", "anna@clinic.example").await;
    let dirk = web.person("privacy_officer", "Dirk", "dirk@clinic.example").await;
    let (b_eva, b_anna, b_dirk) = (web.sign_in(&eva).await, web.sign_in(&anna).await, web.sign_in(&dirk).await);
    let path = format!("/people/{}/rights", anna.id());
    let own = web.get(&b_anna, &path).await.ok();
    let told = web.get(&b_eva, &path).await.ok();
    assert_eq!(own, told);
    let read = told["permissions"].as_array().unwrap().iter().find(|p| p["permission"] == "mail.read").unwrap();
    assert_eq!((read["allowed"].as_bool(), read["taken_by"].is_null()), (Some(true), true));
    assert_eq!(read["sources"][0]["kind"], "role");
    assert_eq!(read["sources"][0]["via"], "setup");
    assert_eq!(told["mailboxes"][0]["acts"][0]["sources"][0]["kind"], "member");
    assert_eq!(told["ways"]["password"], true);
    // Nobody else's.
    let got = web.get(&b_anna, &format!("/people/{}/rights", eva.id())).await;
    assert_eq!((got.slug().as_str(), got.json()["detail"].as_str()), ("forbidden", Some("missing_permission")));
    assert_eq!(web.get(&b_eva, &format!("{path}?zone=elsewhere")).await.ok()["strict"], true);
    assert_eq!(web.get(&b_eva, &format!("{path}?zone=nowhere")).await.slug(), "validation");
    assert_eq!(web.get(&b_eva, &format!("{path}?zone={}", anna.id())).await.slug(), "validation");
    // Who can.
    let who = web.get(&b_dirk, "/rights/who?permission=mail.read").await.ok();
    let names: Vec<&str> = who["items"].as_array().unwrap().iter().map(|w| w["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Anna", "Dirk"]);
    assert_eq!(web.get(&b_eva, "/rights/who?permission=mail.read").await.slug(), "forbidden");
    assert_eq!(web.get(&b_dirk, "/rights/who").await.slug(), "validation");
    assert_eq!(web.get(&b_dirk, "/rights/who?permission=mail.eat").await.slug(), "validation");
    let nobody = "/patients/00000000-0000-0000-0000-000000000001/openers";
    assert_eq!(web.get(&b_dirk, nobody).await.slug(), "not_found");
    assert_eq!(web.get(&b_eva, nobody).await.slug(), "forbidden");
    // What was done about somebody is found in the log.
    let about = web.get(&b_dirk, &format!("/audit?about={}", anna.id())).await.ok();
    let entries = about["items"].as_array().unwrap();
    assert!(entries.iter().all(|e| e["object"]["id"] == anna.id().to_string()));
    assert!(
        entries.iter().any(|e| e["kind"] == "person.created") && entries.iter().any(|e| e["kind"] == "rights.read")
    );
}

/// What the preview says of each is what happens; the same order twice is one; taken back once.
#[tokio::test]
async fn many_people_at_once_over_http() {
    let web = Web::new().await;
    let eva = web.person("administrator", "Eva", "eva@clinic.example").await;
    let anna = web.person("physician", "Anna", "anna@clinic.example").await;
    let ben = web.person("nurse", "Ben", "ben@clinic.example").await;
    let (b_eva, b_anna) = (web.sign_in(&eva).await, web.sign_in(&anna).await);
    let role = web.house.ready_made_role("front_desk").await.unwrap().unwrap();
    let act = json!({ "kind": "give_role", "role_id": role });
    let ids = [anna.id(), ben.id(), eva.id()];
    let asked = json!({ "act": act, "person_ids": ids });
    let lines = web.post(&b_eva, "/people/bulk/preview", asked.clone()).await.ok();
    let told = |lines: &Value| -> Vec<(String, Value)> {
        let list = lines["items"].as_array().unwrap().iter();
        list.map(|l| (l["outcome"].as_str().unwrap().to_owned(), l["code"].clone())).collect()
    };
    let will = ("will".to_owned(), Value::Null);
    assert_eq!(told(&lines), [will.clone(), will.clone(), ("refused".to_owned(), json!("own_roles"))]);
    assert_eq!(web.post(&b_anna, "/people/bulk/preview", asked).await.slug(), "forbidden");
    let slipped = json!({ "act": { "kind": "give_role", "role_id": role, "force": true }, "person_ids": [] });
    assert_eq!(web.post(&b_eva, "/people/bulk/preview", slipped).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let people: Vec<Value> =
        lines["items"].as_array().unwrap().iter().map(|l| json!({ "id": l["id"], "version": l["version"] })).collect();
    let order = json!({ "act": act, "people": people });
    let run = async || {
        let request = b_eva.request("POST", "/people/bulk").header("content-type", "application/json");
        let request = request.header("idempotency-key", "once-and-only-once-0001");
        web.send(request.body(Body::from(order.to_string())).unwrap()).await.ok()
    };
    let done = run().await;
    assert_eq!(run().await, done);
    assert!(done["undo_until"].is_string());
    let open = web.get(&b_eva, "/people/bulk").await.ok();
    assert_eq!((open["items"].as_array().unwrap().len(), &open["items"][0]["people"]), (1, &json!(2)));
    let undo = format!("/people/bulk/{}/undo", done["id"].as_str().unwrap());
    assert_eq!(told(&web.post(&b_eva, &undo, json!({})).await.ok()), [will.clone(), will]);
    let again = web.post(&b_eva, &undo, json!({})).await;
    assert_eq!(again.json()["detail"], "bulk_undone");
    let lacking = web.get(&b_eva, "/people?lacking=passkey&state=active&unseen_days=30").await.ok();
    assert_eq!(lacking["items"].as_array().unwrap().len(), 1, "Ben has never signed in");
    assert_eq!(web.get(&b_eva, "/people?lacking=manners").await.slug(), "validation");
}

#[tokio::test]
async fn an_access_review_over_http() {
    let web = Web::new().await;
    let dirk = web.person("privacy_officer", "Dirk", "dirk@clinic.example").await;
    let sara = web.person("security_officer", "=Sara", "sara@clinic.example").await;
    let eva = web.person("administrator", "Eva", "eva@clinic.example").await;
    let (b_dirk, b_sara, b_eva) = (web.sign_in(&dirk).await, web.sign_in(&sara).await, web.sign_in(&eva).await);
    assert_eq!(web.post(&b_eva, "/access-reviews", json!({})).await.slug(), "forbidden");
    let begun = web.post(&b_dirk, "/access-reviews", json!({})).await.ok();
    let path = format!("/access-reviews/{}", begun["id"].as_str().unwrap());
    let items = web.get(&b_dirk, &format!("{path}/items?show=open")).await.ok();
    assert_eq!(items["items"].as_array().unwrap().len(), 3);
    let decide = async |browser: &Browser, ids: Value, decision: &str, note: &str| {
        let body = json!({ "person_ids": ids, "decision": decision, "note": note });
        web.post(browser, &format!("{path}/decisions"), body).await
    };
    let own = decide(&b_dirk, json!([dirk.id()]), "keep", "").await;
    assert_eq!((own.slug().as_str(), own.json()["detail"].as_str()), ("forbidden", Some("own_rights")));
    assert_eq!(decide(&b_dirk, json!([eva.id()]), "change", "").await.slug(), "validation");
    assert!(decide(&b_dirk, json!([eva.id()]), "change", "minder").await.status.is_success());
    assert!(decide(&b_dirk, json!([sara.id()]), "keep", "").await.status.is_success());
    assert_eq!(web.post(&b_dirk, &format!("{path}/close"), json!({})).await.json()["detail"], "review_undecided");
    assert!(decide(&b_sara, json!([dirk.id()]), "keep", "").await.status.is_success());
    web.post(&b_dirk, &format!("{path}/close"), json!({})).await.ok();
    let asks = web.get(&b_eva, "/access-reviews/asks").await.ok();
    assert_eq!((&asks["items"][0]["note"], &asks["items"][0]["decision"]), (&json!("minder"), &json!("change")));
    // The next review begins with nothing decided: what the last one asked stands until it is done.
    web.post(&b_dirk, "/access-reviews", json!({})).await.ok();
    assert_eq!(web.get(&b_eva, "/access-reviews/asks").await.ok(), asks);
    let evidence = web.get(&b_sara, &format!("{path}/evidence.csv")).await;
    assert!(evidence.headers["content-disposition"].to_str().unwrap().contains("access-review.csv"));
    let text = evidence.text();
    assert_eq!(text.lines().count(), 4);
    assert!(text.contains("role.manage") && text.contains("minder"));
    assert!(!text.lines().any(|l| l.starts_with('=')), "no cell is a formula: {text}");
}
