use super::{HEALTH, party};
use crate::Error;
use crate::mail::{ListFilter, SentOutcome, Submission};
use crate::testing::{TestCore, TestPerson};
use wardpost_model::message::{Folder, RecipientKind};
use wardpost_model::plan::{Action, Reason, Route};

fn submission(from: &TestPerson, to: &[&str], text: &str, html: Option<&str>) -> Submission {
    Submission {
        from: from.login.clone(),
        recipients: to.iter().map(|a| (party(a), RecipientKind::To)).collect(),
        subject: "Vraag".to_owned(),
        text: text.to_owned(),
        html: html.map(str::to_owned),
        files: vec![],
        rfc_id: None,
        in_reply_to: None,
        references: vec![],
        size: 1_000,
        raw: None,
    }
}

#[tokio::test]
async fn a_mail_programs_message_passes_the_same_gate() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    house.outside.verified("partner.example");
    let sent =
        house.submit(&anna.actor, submission(&anna, &["lab@partner.example"], "Tot morgen", None)).await.unwrap();
    assert_eq!(sent.plan.recipients[0].route, Route::VerifiedTls);
    let stuck = house.submit(&anna.actor, submission(&anna, &["pat@mail.example"], "Hallo", None)).await;
    assert!(matches!(stuck, Err(Error::NotReady(p)) if p.recipients[0].reasons.contains(&Reason::NeedsSecondFactor)));
}

#[tokio::test]
async fn health_information_hidden_in_html_beside_a_harmless_text_is_found() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    house.outside.verified("mail.example");
    let html = format!("<p>{HEALTH}</p>");
    let got = house.submit(&anna.actor, submission(&anna, &["pat@mail.example"], "Hallo", Some(&html))).await;
    match got {
        Err(Error::NotReady(plan)) => assert_ne!(plan.recipients[0].route, Route::VerifiedTls),
        other => panic!("it must not leave by TLS alone: {other:?}"),
    }
}

#[tokio::test]
async fn nobody_submits_from_an_address_of_somebody_else() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let bart = house.person("clinician", "Bart Smit", "bart@clinic.example").await;
    let got = house.submit(&anna.actor, submission(&bart, &["bart@clinic.example"], "Ik ben Bart", None)).await;
    assert!(matches!(got, Err(Error::Denied(_))));
    assert!(!house.may_send_from(&anna.actor, &bart.login).await.unwrap());
    assert!(house.may_send_from(&anna.actor, &anna.login).await.unwrap());
}

#[tokio::test]
async fn an_address_that_looks_like_a_partners_is_refused_to_a_mail_program() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    house.outside.verified("cl1nic.example");
    let got = house.submit(&anna.actor, submission(&anna, &["bart@cl1nic.example"], "Hallo", None)).await;
    assert!(matches!(got, Err(Error::NotReady(p)) if p.recipients[0].must_confirm));
}

#[tokio::test]
async fn the_user_of_a_mail_program_is_told_that_a_message_waits_for_review() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let vera = house.person("privacy_officer", "Vera Bos", "vera@clinic.example").await;
    let mut policy = house.policy_current().await.unwrap().policy.clone();
    (policy.health.inside, policy.identifier.inside) = (Action::Hold, Action::Hold);
    house.put_policy(&vera.actor, 1, policy, "Test").await.unwrap();
    let sent = house.submit(&anna.actor, submission(&anna, &["vera@clinic.example"], HEALTH, None)).await.unwrap();
    assert_eq!(sent.outcome, SentOutcome::Held);
    assert_eq!(house.counts(&anna.actor, anna.mailbox()).await.unwrap().inbox_unread, 1);
}

/// A mail program can't ask for a reason: its user is told that the web app can, if they may.
#[tokio::test]
async fn a_mail_program_never_overrides_and_its_user_is_told_where_that_is_possible() {
    let house = TestCore::new().await;
    let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
    let nora = house.person("nurse", "Nora Bak", "nora@clinic.example").await;
    let vera = house.person("privacy_officer", "Vera Bos", "vera@clinic.example").await;
    let mut policy = house.policy_current().await.unwrap().policy.clone();
    (policy.health.inside, policy.health.may_override) = (Action::Hold, true);
    house.put_policy(&vera.actor, 1, policy, "Test").await.unwrap();
    for (who, told) in [(&anna, true), (&nora, false)] {
        let sent = house.submit(&who.actor, submission(who, &["vera@clinic.example"], HEALTH, None)).await.unwrap();
        assert_eq!((sent.outcome, sent.plan.overridden), (SentOutcome::Held, false));
        let inbox =
            house.list_messages(&who.actor, who.mailbox(), Folder::Inbox, ListFilter::All, None, 9).await.unwrap();
        let notice = house.read_message(&who.actor, who.mailbox(), inbox.lines[0].id).await.unwrap();
        assert_eq!(notice.text.contains("send it anyway, with a reason"), told, "{}", notice.text);
    }
    house.outside.verified("mail.example");
    let got = house.submit(&anna.actor, submission(&anna, &["pat@mail.example"], HEALTH, None)).await;
    assert!(matches!(got, Err(Error::NotReady(plan)) if plan.may_override()), "the refusal says so as well");
}
