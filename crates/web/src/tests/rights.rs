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
