//! Access follows care, over HTTP.

use super::Web;
use http::StatusCode;
use serde_json::json;

/// ASVS 8.2.2, NL-04, NL-06: closed, opened in an emergency, told, and seen by the patient.
#[tokio::test]
async fn a_letter_about_a_patient_opens_by_care_or_in_an_emergency() {
    let web = Web::new().await;
    let ben = web.person("clinician", "Ben Carter", "ben@clinic.example").await;
    let chantal = web.person("front_desk", "Chantal Bakker", "chantal@clinic.example").await;
    let dirk = web.person("privacy_officer", "Dirk Mulder", "dirk@clinic.example").await;
    let eva = web.person("administrator", "Eva Smit", "eva@clinic.example").await;
    let fenna = web.person("patient", "Fenna de Boer", "fenna@clinic.example").await;
    let (b_ben, b_desk) = (web.sign_in(&ben).await, web.sign_in(&chantal).await);
    let (b_dirk, b_eva) = (web.sign_in(&dirk).await, web.sign_in(&eva).await);
    let b_fenna = web.sign_in(&fenna).await;

    let body = json!({ "kind": "shared", "address": "team@clinic.example", "name": "Team", "members": [ben.id()] });
    let mailbox = web.post(&b_eva, "/mailboxes", body).await.ok();
    assert_eq!(mailbox["duty"], false);
    let team = mailbox["id"].as_str().unwrap().to_owned();
    let body = json!({ "name": "Fenna de Boer", "birth_date": "1956-03-12", "references": ["BSN 111222333"] });
    let made = web.post(&b_desk, "/patients", body.clone()).await.ok();
    let patient = made["id"].as_str().unwrap().to_owned();
    assert_eq!(web.post(&b_desk, "/patients", body).await.slug(), "validation");
    let path = format!("/patients/{patient}/account");
    let account = json!({ "login": "fenna@clinic.example", "identity_checked_by": "passport" });
    let request = b_desk.request("PUT", &path).header("content-type", "application/json").header("if-match", "\"1\"");
    let tied = web.send(request.body(account.to_string().into()).unwrap()).await.ok();
    assert_eq!(tied["account"], "fenna@clinic.example");

    // Chantal writes to the team about her.
    let letter =
        web.letter(&chantal, "team@clinic.example", "Controle", "BSN 111222333 heeft diabetes mellitus.").await;
    let list = web.get(&b_ben, &format!("/mailboxes/{team}/messages")).await;
    assert!(!list.text().contains("Controle") && !list.text().contains("diabetes"));
    assert_eq!(list.ok()["items"][0]["closed_for"], patient.as_str());
    let message = format!("/mailboxes/{team}/messages/{letter}");
    let refused = web.get(&b_ben, &message).await;
    assert_eq!((refused.status, refused.slug().as_str()), (StatusCode::FORBIDDEN, "forbidden"));
    assert_eq!((&refused.json()["detail"], &refused.json()["patient_id"]), (&json!("no_relation"), &json!(patient)));
    assert_eq!(web.get(&b_dirk, &message).await.status, StatusCode::NOT_FOUND, "it may be nowhere, for others");

    let glass = format!("/patients/{patient}/break-glass");
    assert_eq!(web.post(&b_ben, &glass, json!({ "reason": "spoed" })).await.slug(), "validation");
    let open = web.post(&b_ben, &glass, json!({ "reason": "Bewusteloos binnengebracht" })).await;
    assert_eq!(open.status, StatusCode::CREATED);
    assert_eq!(web.get(&b_ben, "/me/break-glass").await.ok()["items"][0]["patient_name"], "Fenna de Boer");
    assert_eq!(web.get(&b_ben, &message).await.ok()["subject"], "Controle");
    assert_eq!(web.call(&b_ben, "DELETE", &glass, json!({})).await.status, StatusCode::NO_CONTENT);
    assert_eq!(web.get(&b_ben, &message).await.status, StatusCode::FORBIDDEN);

    let queue = web.get(&b_dirk, "/break-glass").await.ok();
    let grant = queue["items"][0]["id"].as_str().unwrap().to_owned();
    let review = format!("/break-glass/{grant}/review");
    assert_eq!(web.post(&b_ben, &review, json!({ "verdict": "justified" })).await.status, StatusCode::FORBIDDEN);
    let judged = web.post(&b_dirk, &review, json!({ "verdict": "justified" })).await;
    assert_eq!(judged.status, StatusCode::NO_CONTENT);
    assert_eq!(web.post(&b_dirk, &review, json!({ "verdict": "justified" })).await.slug(), "conflict");

    let log = web.get(&b_fenna, "/me/access-log").await.ok();
    let read = log["items"].as_array().unwrap().iter().find(|l| l["kind"] == "message.read").unwrap();
    assert_eq!((&read["who"], &read["ground"]), (&json!("Ben Carter"), &json!("break_glass")));
    let csv = web.get(&b_fenna, "/me/access-log.csv").await;
    assert_eq!(csv.headers["content-disposition"], "attachment; filename=\"access-log.csv\"");
    assert!(csv.text().contains("Ben Carter,Physician,") && csv.text().contains("Bewusteloos binnengebracht"));
    let of_patient = format!("/patients/{patient}/access-log");
    assert_eq!(web.get(&b_fenna, &of_patient).await.status, StatusCode::FORBIDDEN);
    assert!(web.get(&b_dirk, &of_patient).await.ok()["items"].as_array().unwrap().len() > 3);
}
