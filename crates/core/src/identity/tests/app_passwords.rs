use super::*;
use crate::identity::Client;
use wardpost_store::both_engines;

both_engines! {
    fn a_device_password_signs_a_mail_program_in_until_it_is_withdrawn(store) {
        let house = TestCore::over(store).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let made = house.create_app_password(&anna.actor, " Phone ").await.unwrap();
        assert_eq!((made.label.as_str(), made.username.as_str()), ("Phone", "anna@clinic.example"));
        assert_eq!(made.password.len(), 23);
        let actor = house.authenticate_submission("ANNA@clinic.example", &made.password, &client()).await.unwrap();
        assert_eq!((actor.person_id, actor.session_id), (anna.id(), None));
        assert!(house.app_passwords(&anna.actor).await.unwrap()[0].last_used_at.is_some());
        house.revoke_app_password(&anna.actor, made.id).await.unwrap();
        let after = house.authenticate_submission("ANNA@clinic.example", &made.password, &client()).await;
        assert!(is_unauthenticated(&after), "forgotten at once");
        assert!(house.app_passwords(&anna.actor).await.unwrap().is_empty());
        assert!(matches!(house.revoke_app_password(&anna.actor, made.id).await, Err(Error::NotFound)));
    }
}

#[tokio::test]
async fn the_user_name_is_the_login_or_a_mailbox_that_one_uses() {
    let house = TestCore::new().await;
    let admin = house.person("administrator", "Bea Beheer", "bea@clinic.example").await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    house.person("clinician", "Chris Vos", "chris@clinic.example").await;
    let new = crate::people::NewMailbox {
        kind: wardpost_model::person::MailboxKind::Shared,
        address: "balie@clinic.example".parse().unwrap(),
        name: "Balie".to_owned(),
        members: vec![anna.id()],
        duty: false,
    };
    house.create_mailbox(&admin.actor, new).await.unwrap();
    let made = house.create_app_password(&anna.actor, "Phone").await.unwrap();
    for (user, works) in [
        ("anna@clinic.example", true),
        ("balie@clinic.example", true),
        ("chris@clinic.example", false),
        ("nobody@clinic.example", false),
        ("anna", false),
        ("", false),
    ] {
        let answer = house.authenticate_submission(user, &made.password, &client()).await;
        assert_eq!(answer.is_ok(), works, "{user}: {answer:?}");
        assert!(works || is_unauthenticated(&answer));
    }
    assert!(is_unauthenticated(&house.authenticate_submission("anna@clinic.example", PASSWORD, &client()).await));
}

#[tokio::test]
async fn a_program_that_comes_often_costs_one_entry_and_failures_run_out() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let made = house.create_app_password(&anna.actor, "Phone").await.unwrap();
    let user = "anna@clinic.example";
    for _ in 0..20 {
        house.authenticate_submission(user, &made.password, &client()).await.unwrap();
    }
    let entries = async || house.audit_kinds().await.iter().filter(|(k, _)| k == "submission.sign_in").count();
    assert_eq!(entries().await, 1);
    let from = |last| Client { network: Some(std::net::IpAddr::from([198, 51, 100, last])), ..client() };
    for _ in 0..30 {
        assert!(is_unauthenticated(&house.authenticate_submission(user, "aaaaa-aaaaa-aaaaa-aaaaa", &from(1)).await));
    }
    let refused = house.authenticate_submission(user, &made.password, &from(1)).await;
    assert!(matches!(refused, Err(Error::RateLimited { .. })), "{refused:?}");
    house.authenticate_submission(user, &made.password, &from(2)).await.unwrap();
    house.authenticate_submission(user, &made.password, &client()).await.unwrap();
    assert_eq!(entries().await, 32, "30 refusals and one more network");
}

#[tokio::test]
async fn who_may_not_submit_gets_no_device_password_and_loses_its_use() {
    let house = TestCore::new().await;
    let admin = house.person("administrator", "Bea Beheer", "bea@clinic.example").await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let desk = house.person("front_desk", "Daan Balie", "daan@clinic.example").await;
    assert!(matches!(house.create_app_password(&desk.actor, "Phone").await, Err(Error::Denied(_))));
    let made = house.create_app_password(&anna.actor, "Phone").await.unwrap();
    house.authenticate_submission(&made.username, &made.password, &client()).await.unwrap();
    let line = house.find_person(&admin.actor, anna.id()).await.unwrap();
    let desk_role = house.ready_made_role("front_desk").await.unwrap().unwrap();
    house.set_person_roles(&admin.actor, anna.id(), line.version, &[desk_role]).await.unwrap();
    assert!(is_unauthenticated(&house.authenticate_submission(&made.username, &made.password, &client()).await));
    assert!(matches!(house.create_app_password(&anna.actor, "").await, Err(Error::Validation(_))));
}
