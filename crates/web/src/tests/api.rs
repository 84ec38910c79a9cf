//! The API as a whole: every operation is described, guarded, and answers in kind.

use super::*;

/// Every operation of the document: method, path, description.
fn operations() -> Vec<(String, String, Value)> {
    let document = serde_json::to_value(crate::openapi()).unwrap();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if operation.get("responses").is_some() {
                found.push((method.to_uppercase(), path.clone(), operation.clone()));
            }
        }
    }
    found
}

fn is_public(operation: &Value) -> bool {
    operation["security"].as_array().is_some_and(|all| all.iter().any(|s| s.as_object().is_some_and(|s| s.is_empty())))
}

#[test]
fn every_operation_says_what_it_does_and_how_it_refuses() {
    let all = operations();
    assert!(all.len() >= 80, "{}", all.len());
    let mut ids = std::collections::BTreeSet::new();
    for (method, path, operation) in &all {
        assert!(path.starts_with("/api/v1/") || path.starts_with("/scim/v2/"), "{path}");
        assert!(operation["summary"].as_str().is_some_and(|s| !s.is_empty()), "{method} {path}");
        let id = operation["operationId"].as_str().unwrap().to_owned();
        assert!(ids.insert(id.clone()), "{path}: twice {id}");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|s| s.starts_with('2') || *s == "101"), "{method} {path}");
        // What a provider is answered is OpenID Connect Back-Channel Logout 1.0, 2.8: done, or not.
        if path.ends_with("/backchannel-logout") {
            assert!(responses.contains_key("400"), "{method} {path}");
            continue;
        }
        for status in ["401", "403", "429", "500"] {
            assert!(responses.contains_key(status), "{method} {path} {status}");
        }
        if method != "GET" && method != "DELETE" {
            assert!(responses.contains_key("409"), "{method} {path}");
        }
        // Every parameter of the path is described.
        for name in path.split('{').skip(1).filter_map(|p| p.split('}').next()) {
            let known = operation["parameters"].as_array().is_some_and(|ps| ps.iter().any(|p| p["name"] == name));
            assert!(known, "{method} {path}: {name}");
        }
    }
}

#[test]
fn every_reference_in_the_document_leads_somewhere() {
    let document = serde_json::to_value(crate::openapi()).unwrap();
    fn walk<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
        match value {
            Value::Object(map) => {
                found.extend(map.get("$ref").and_then(Value::as_str));
                map.values().for_each(|v| walk(v, found));
            }
            Value::Array(list) => list.iter().for_each(|v| walk(v, found)),
            _ => {}
        }
    }
    let mut references = Vec::new();
    walk(&document, &mut references);
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    assert_eq!(document["openapi"], "3.1.0");
}

#[tokio::test]
async fn nothing_but_the_doors_opens_without_a_session() {
    let web = Web::new().await;
    let browser = Browser::default();
    let mut public = Vec::new();
    for (method, path, operation) in operations() {
        if is_public(&operation) {
            public.push(format!("{method} {path}"));
            continue;
        }
        if path.ends_with("/session") && method == "DELETE" {
            continue;
        }
        let filled: String = path
            .split('/')
            .map(|p| if p.starts_with('{') { "00000000-0000-0000-0000-000000000001" } else { p })
            .collect::<Vec<_>>()
            .join("/");
        let got = web.call(&browser, &method, &filled, json!({})).await;
        assert_eq!(got.status, StatusCode::UNAUTHORIZED, "{method} {path}: {}", got.text());
        if path.starts_with("/scim") {
            assert_eq!(got.headers["content-type"], "application/scim+json");
        } else {
            assert_eq!(got.slug(), "unauthenticated");
        }
    }
    public.sort();
    assert_eq!(
        public,
        [
            "GET /api/v1/session",
            "POST /api/v1/confirmations",
            "POST /api/v1/invitations/accept",
            "POST /api/v1/invitations/open",
            "POST /api/v1/invitations/strength",
            "POST /api/v1/oidc/backchannel-logout",
            "POST /api/v1/pickup/code",
            "POST /api/v1/pickup/open",
            "POST /api/v1/pickup/verify",
            "POST /api/v1/recovery",
            "POST /api/v1/session",
            "POST /api/v1/session/passkey",
            "POST /api/v1/session/passkey/options",
            "POST /api/v1/session/provider/finish",
            "POST /api/v1/session/provider/{provider_id}/begin",
        ]
    );
}

#[tokio::test]
async fn administration_is_closed_to_clinicians() {
    let web = Web::new().await;
    let anna = web.person("clinician", "Anna", "anna@clinic.example").await;
    let browser = web.sign_in(&anna).await;
    for path in
        ["/people", "/sessions", "/audit", "/audit/log", "/audit/export.csv", "/audit/export.fhir.json", "/mailboxes"]
    {
        let got = web.get(&browser, path).await;
        assert_eq!(
            (got.slug().as_str(), got.json()["detail"].as_str()),
            ("forbidden", Some("missing_permission")),
            "{path}"
        );
    }
    let made = web.post(&browser, "/roles", json!({ "name": "Mine", "permissions": ["audit.read"] })).await;
    assert_eq!(made.slug(), "forbidden");
}

#[tokio::test]
async fn an_administrator_runs_the_house() {
    let web = Web::new().await;
    let ada = web.person("administrator", "Ada", "ada@clinic.example").await;
    let browser = web.sign_in(&ada).await;
    let permissions = web.get(&browser, "/permissions").await.ok();
    assert_eq!(permissions.as_array().unwrap().len(), wardpost_model::permission::Permission::ALL.len());
    let role = web
        .post(&browser, "/roles", json!({ "name": "Reception", "permissions": ["mail.read", "mail.send"] }))
        .await
        .ok();
    let new = json!({ "name": "Bert", "login": "bert@clinic.example", "function": "Reception", "language": "nl",
        "role_ids": [role["id"]], "mailbox_address": "bert@clinic.example" });
    let made = web.post(&browser, "/people", new).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let made = made.ok();
    assert!(made["invitation_link"].as_str().unwrap().starts_with("https://mail.clinic.example/invitation#"));
    assert_eq!(
        (made["person"]["state"].as_str(), made["person"]["roles"][0]["name"].as_str()),
        (Some("invited"), Some("Reception"))
    );
    let token = made["invitation_link"].as_str().unwrap().split_once('#').unwrap().1;
    let guest = Browser::default();
    let invitation = web.post(&guest, "/invitations/open", json!({ "token": token })).await.ok();
    assert_eq!((invitation["name"].as_str(), invitation["language"].as_str()), (Some("Bert"), Some("nl")));
    let people = web.get(&browser, "/people?q=bert").await.ok();
    assert_eq!(people["items"].as_array().unwrap().len(), 1);
    let shared = json!({ "kind": "shared", "address": "info@clinic.example", "name": "Info", "members": [ada.id()] });
    let mailbox = web.post(&browser, "/mailboxes", shared).await.ok();
    assert_eq!(mailbox["members"][0], json!(ada.id()));
    assert!(web.get(&browser, "/mailboxes").await.ok().as_array().unwrap().len() >= 2);
    let put = browser
        .request("PUT", &format!("/mailboxes/{}", mailbox["id"].as_str().unwrap()))
        .header("content-type", "application/json")
        .header("if-match", format!("\"{}\"", mailbox["version"]));
    let change = json!({ "name": "Information", "active": true, "members": [] });
    assert_eq!(web.send(put.body(Body::from(change.to_string())).unwrap()).await.ok()["name"], "Information");
    assert_eq!(web.get(&browser, "/domains").await.ok()[0]["domain"], "clinic.example");
    let partner = json!({ "name": "Hospital", "domain": "hospital.example", "note": "agreed" });
    let partner = web.post(&browser, "/partners", partner).await.ok();
    web.house.outside.verified("hospital.example");
    let checked =
        web.post(&browser, &format!("/partners/{}/check", partner["id"].as_str().unwrap()), json!({})).await.ok();
    assert_eq!(checked["tls"]["state"], "verified");
    assert_eq!(web.get(&browser, "/sessions").await.ok()["items"][0]["person"]["name"], "Ada");
}

#[tokio::test]
async fn the_policy_is_changed_by_version_and_keeps_its_history() {
    let web = Web::new().await;
    let ada = web.person("privacy_officer", "Petra", "petra@clinic.example").await;
    let browser = web.sign_in(&ada).await;
    let current = web.get(&browser, "/policy").await.ok();
    let mut policy = current["policy"].clone();
    policy["pickup_days"] = json!(14);
    let put = |version: &Value| {
        let request = browser.request("PUT", "/policy").header("content-type", "application/json");
        let body = json!({ "policy": policy, "note": "two weeks are enough" }).to_string();
        request.header("if-match", format!("\"{version}\"")).body(Body::from(body)).unwrap()
    };
    let changed = web.send(put(&current["version"])).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
    let changed = changed.ok();
    assert_eq!(
        (changed["policy"]["pickup_days"].as_u64(), changed["changed_by_name"].as_str()),
        (Some(14), Some("Petra"))
    );
    assert_eq!(web.send(put(&current["version"])).await.slug(), "version_conflict");
    let versions = web.get(&browser, "/policy/versions").await.ok();
    assert_eq!(versions.as_array().unwrap().len(), 2);
    assert_eq!(versions[0]["note"], "two weeks are enough");
}

#[tokio::test]
async fn the_security_policy_is_changed_by_version_by_who_keeps_it() {
    let web = Web::new().await;
    let petra = web.person("privacy_officer", "Petra", "petra@clinic.example").await;
    let refused = web.get(&web.sign_in(&petra).await, "/security-policy").await;
    assert_eq!((refused.status, refused.slug()), (StatusCode::FORBIDDEN, "forbidden".to_owned()));
    let sara = web.person("security_officer", "Sara", "sara@clinic.example").await;
    let browser = web.sign_in(&sara).await;
    let current = web.get(&browser, "/security-policy").await.ok();
    assert_eq!(current["policy"]["sessions"]["idle_minutes"], 15);
    let put = |policy: Value, version: &Value| {
        let request = browser.request("PUT", "/security-policy").header("content-type", "application/json");
        let body = json!({ "policy": policy, "note": "the ward's screens stand in the corridor" }).to_string();
        request.header("if-match", format!("\"{version}\"")).body(Body::from(body)).unwrap()
    };
    let mut policy = current["policy"].clone();
    policy["sessions"]["idle_minutes"] = json!(5);
    let changed = web.send(put(policy.clone(), &current["version"])).await.ok();
    assert_eq!(
        (&changed["policy"]["sessions"]["idle_minutes"], &changed["changed_by_name"]),
        (&json!(5), &json!("Sara"))
    );
    assert_eq!(web.send(put(policy.clone(), &current["version"])).await.slug(), "version_conflict");
    policy["zones"] = json!([{ "id": uuid::Uuid::nil(), "name": "Ward", "networks": ["10.0.0.0/99"], "rules": {} }]);
    assert_eq!(web.send(put(policy.clone(), &changed["version"])).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    policy["zones"] = json!([]);
    policy["sessions"]["forever"] = json!(true);
    assert_eq!(web.send(put(policy, &changed["version"])).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let versions = web.get(&browser, "/security-policy/versions").await.ok();
    assert_eq!(versions.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_privacy_officer_finds_exports_and_proves() {
    let web = Web::new().await;
    let petra = web.person("privacy_officer", "Petra", "petra@clinic.example").await;
    let browser = web.sign_in(&petra).await;
    let found = web.get(&browser, "/audit?kind=sign_in.second_factor&kind=sign_in.password&outcome=success").await.ok();
    let kinds: Vec<_> = found["items"].as_array().unwrap().iter().map(|e| e["kind"].clone()).collect();
    assert_eq!(kinds, [json!("sign_in.second_factor"), json!("sign_in.password")]);
    assert_eq!(web.get(&browser, "/audit?kind=nonsense").await.slug(), "validation");
    assert_eq!(web.get(&browser, "/audit?from=yesterday").await.slug(), "validation");
    assert_eq!(found["damaged"], 0);
    let first = web.get(&browser, "/audit?limit=1").await.ok();
    let second =
        web.get(&browser, &format!("/audit?limit=1&cursor={}", first["next_cursor"].as_str().unwrap())).await.ok();
    assert_ne!(first["items"][0]["id"], second["items"][0]["id"]);
    let csv = web.get(&browser, "/audit/export.csv?outcome=success").await;
    assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(csv.headers["content-disposition"], "attachment; filename=\"audit.csv\"");
    assert!(csv.text().starts_with("\u{feff}seq,id,at,kind,") && csv.text().contains("audit.exported"));
    let fhir = web.get(&browser, "/audit/export.fhir.json").await.ok();
    assert_eq!(fhir["resourceType"], "Bundle");
    let entries = fhir["entry"].as_array().unwrap();
    assert!(entries.len() > 3 && entries.iter().all(|e| e["resource"]["resourceType"] == "AuditEvent"));
    web.house.sequence_all().await.unwrap();
    let log = web.get(&browser, "/audit/log").await.ok();
    assert!(log["size"].as_u64().unwrap() > 3 && log["checkpoint"].as_str().unwrap().contains('\n'));
    let verified = web.post(&browser, "/audit/verify", json!({})).await.ok();
    assert_eq!(
        (verified["ok"].as_bool(), verified["problems"].as_array().unwrap().len()),
        (Some(true), 0),
        "{verified}"
    );
    let proof = web.get(&browser, &format!("/audit/{}/proof", found["items"][0]["id"].as_str().unwrap())).await;
    assert!(proof.text().starts_with("c2sp.org/tlog-proof@v1"), "{}", proof.text());
}

#[test]
fn the_committed_document_is_what_the_routes_say() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(committed == crate::openapi_json(), "docs/openapi.json is old: run cargo xtask generate and commit it");
}
