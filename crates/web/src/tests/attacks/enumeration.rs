//! Finding out who has an account, or which link is one (ASVS 6.3.8).

use super::*;
use wardpost_core::people::{NewAsk, NewPerson};
use wardpost_core::testing::stranger;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, IdentityProof, Language};

/// What somebody outside could tell one refusal from another by: status, names of headers, body, work.
async fn seen(web: &Web, path: &str, body: &Value) -> (u16, Vec<String>, Value, u64) {
    let before = web.house.store().statements();
    let got = web.post(&Browser::default(), path, body.clone()).await;
    let statements = web.house.store().statements() - before;
    let mut told = got.json();
    told.as_object_mut().map(|m| m.remove("instance"));
    (got.status.as_u16(), got.headers.keys().map(ToString::to_string).collect(), told, statements)
}

/// By the answer, the work (and so the time; the hash is counted for nobody too), and the mail that is sent.
#[tokio::test]
async fn nobody_learns_who_has_an_account_by_answer_work_or_mail() {
    let web = Web::with(|c| c.limits.sign_ins_per_minute = u32::MAX).await;
    web.person("physician", "Anna", "anna@clinic.example").await;
    let gone = web.person("physician", "Gone", "gone@clinic.example").await;
    let admin = stranger(&[Permission::PersonManage]);
    web.house.disable_person(&admin, gone.id()).await.unwrap();
    let invited = NewPerson {
        name: "Iris".to_owned(),
        login: "iris@clinic.example".parse().unwrap(),
        function: String::new(),
        language: Language::En,
        role_ids: vec![],
        mailbox_address: None,
    };
    web.house.create_person(&admin, invited).await.unwrap();
    let written = ["audit_entry", "audit_head", "sign_in_throttle"];
    let before = web.house.store().contents(&written).await;
    let mut answers = Vec::new();
    for name in ["anna", "gone", "iris", "nobody"] {
        let body = json!({ "login": format!("{name}@clinic.example"), "password": "a wrong one, surely" });
        // The first failure of a login makes its row; what comes first is remembered for the next.
        seen(&web, "/session", &body).await;
        answers.push((name, seen(&web, "/session", &body).await));
    }
    for (name, answer) in &answers {
        assert_eq!(answer, &answers[0].1, "{name}");
        assert_eq!(answer.0, 401);
    }
    assert_eq!(web.house.store().contents(&written).await, before, "no mail, no notice, no session");
}

/// A link that waits for consent, one that was refused, and one that is none.
#[tokio::test]
async fn a_link_that_is_not_open_is_answered_like_none() {
    let web = Web::new().await;
    let bea = web.person("administrator", "Bea", "bea@clinic.example").await;
    let sara = web.person("security_officer", "Sara", "sara@clinic.example").await;
    let anna = web.person("physician", "Anna", "anna@clinic.example").await;
    let house = &web.house;
    let bea = Actor { session_id: Some(house.open_session(bea.id()).await.0), ..bea.actor };
    let ask = NewAsk { proof: IdentityProof::InPerson, reason: "Lost the phone".to_owned() };
    let asked = house.ask_recovery(&bea, anna.id(), ask).await.unwrap();
    let body = |token: &str| json!({ "token": token, "code": "1234 5678" });
    let token = asked.link.split_once('#').unwrap().1;
    let none = body(&"A".repeat(token.len()));
    seen(&web, "/recovery", &none).await;
    let none = seen(&web, "/recovery", &none).await;
    assert_eq!(none.0, 404);
    assert_eq!(seen(&web, "/recovery", &body(token)).await, none, "nobody has consented");
    let sara = Actor { session_id: Some(house.open_session(sara.id()).await.0), ..sara.actor };
    house.decide_approval(&sara, asked.line.id, false).await.unwrap();
    assert_eq!(seen(&web, "/recovery", &body(token)).await, none, "refused");
}
