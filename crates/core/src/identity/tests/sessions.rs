use super::*;
use crate::clock::{HOUR_US, MINUTE_US, SECOND_US};
use crate::identity::SessionState;
use wardpost_store::both_engines;

#[tokio::test]
async fn a_session_ends_by_idleness_and_polling_does_not_keep_it() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let s = signed_in(&house, &house, &anna).await;
    assert_eq!(s.session.idle_seconds, 15 * 60);
    house.clock.advance_minutes(10);
    house.authenticate_session(&s.secret, &client(), true).await.unwrap();
    house.clock.advance_minutes(10);
    let (_, info) = house.authenticate_session(&s.secret, &client(), false).await.unwrap();
    assert_eq!((info.idle_expires_at.as_microsecond() - house.clock().now_us() + SECOND_US) / MINUTE_US, 5);
    house.clock.advance_minutes(6);
    assert!(is_unauthenticated(&house.authenticate_session(&s.secret, &client(), true).await));
    assert!(matches!(house.session_state(Some(&s.secret), &client()).await.unwrap(), SessionState::Anonymous));
}

#[tokio::test]
async fn a_session_ends_after_twelve_hours_whatever_happens() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let s = signed_in(&house, &house, &anna).await;
    let end = s.session.absolute_expires_at.as_microsecond();
    while house.clock().now_us() + 10 * MINUTE_US < end {
        house.clock.advance_minutes(10);
        let info = house.touch_session(&s.secret, &client()).await.unwrap();
        assert!(info.idle_expires_at <= info.absolute_expires_at);
    }
    house.clock.advance_minutes(10);
    assert!(is_unauthenticated(&house.touch_session(&s.secret, &client()).await));
    assert_eq!((end - s.session.authenticated_at.as_microsecond()) / HOUR_US, 12);
}

#[tokio::test]
async fn touching_gives_the_whole_idle_time_again() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let s = signed_in(&house, &house, &anna).await;
    house.clock.advance_us(40 * SECOND_US);
    let info = house.touch_session(&s.secret, &client()).await.unwrap();
    let left = info.idle_expires_at.as_microsecond() - house.clock().now_us();
    assert!((899 * SECOND_US..=900 * SECOND_US).contains(&left), "{left}");
}

both_engines! {
    fn an_end_is_effective_at_once_here_and_within_a_second_on_another_node(store) {
        let house = TestCore::over(store).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let other = house.another_node().await;
        let (a, b) = (signed_in(&house, &house, &anna).await, signed_in(&house, &house, &anna).await);
        for core in [&house.core, &other] {
            core.authenticate_session(&a.secret, &client(), true).await.unwrap();
            core.authenticate_session(&b.secret, &client(), true).await.unwrap();
        }
        assert_eq!(house.my_sessions(&b.actor).await.unwrap().len(), 2);
        house.end_session(&b.actor, a.session.id).await.unwrap();
        assert!(is_unauthenticated(&house.authenticate_session(&a.secret, &client(), true).await));
        house.clock.advance_us(SECOND_US);
        assert!(is_unauthenticated(&other.authenticate_session(&a.secret, &client(), true).await));
        other.authenticate_session(&b.secret, &client(), true).await.unwrap();
        assert!(matches!(house.end_session(&b.actor, a.session.id).await, Err(Error::NotFound)));
        let left = house.my_sessions(&b.actor).await.unwrap();
        assert_eq!(left.iter().map(|l| (l.id, l.current)).collect::<Vec<_>>(), [(b.session.id, true)]);
        assert_eq!(left[0].user_agent.as_deref(), Some("Test browser"));
    }

    fn an_announced_end_needs_no_second(store) {
        let house = TestCore::over(store).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let s = signed_in(&house, &house, &anna).await;
        let other = house.another_node().await;
        other.authenticate_session(&s.secret, &client(), true).await.unwrap();
        let ended = house.end_sessions_of(&s.actor, anna.id()).await;
        ended.unwrap();
        other.live().publish(crate::live::LiveEvent {
            id: wardpost_model::EventId(other.clock().new_id()),
            change: crate::live::Change::Sessions(anna.id()),
        });
        assert!(is_unauthenticated(&other.authenticate_session(&s.secret, &client(), true).await));
    }

    fn rights_that_are_taken_are_gone_at_once(store) {
        let house = TestCore::over(store).await;
        let admin = house.person("administrator", "Bea Beheer", "bea@clinic.example").await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let s = signed_in(&house, &house, &anna).await;
        assert!(s.actor.may(wardpost_model::permission::Permission::MailSend));
        let line = house.find_person(&admin.actor, anna.id()).await.unwrap();
        house.set_person_roles(&admin.actor, anna.id(), line.version, &[]).await.unwrap();
        let (actor, _) = house.authenticate_session(&s.secret, &client(), true).await.unwrap();
        assert!(actor.permissions.is_empty());
        house.disable_person(&admin.actor, anna.id()).await.unwrap();
        assert!(is_unauthenticated(&house.authenticate_session(&s.secret, &client(), true).await));
    }
}

#[tokio::test]
async fn colleagues_sessions_are_seen_and_ended_only_by_who_may() {
    let house = TestCore::new().await;
    let admin = house.person("administrator", "Bea Beheer", "bea@clinic.example").await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let chris = house.person("clinician", "Chris Vos", "chris@clinic.example").await;
    let s = signed_in(&house, &house, &anna).await;
    assert!(matches!(house.sessions_of(&chris.actor, anna.id()).await, Err(Error::Denied(_))));
    assert!(matches!(house.end_session(&chris.actor, s.session.id).await, Err(Error::NotFound)));
    assert!(matches!(house.all_sessions(&chris.actor, None, 10).await, Err(Error::Denied(_))));
    let all = house.all_sessions(&admin.actor, None, 10).await.unwrap();
    assert_eq!(all.items.iter().map(|l| l.person_name.as_str()).collect::<Vec<_>>(), ["Anna Jansen"]);
    house.end_session(&admin.actor, s.session.id).await.unwrap();
    assert!(is_unauthenticated(&house.authenticate_session(&s.secret, &client(), true).await));
    let denied = house.audit_kinds().await.iter().filter(|(k, _)| k == "access.denied").count();
    assert_eq!(denied, 3);
}

#[tokio::test]
async fn all_sessions_come_in_pages() {
    let house = TestCore::new().await;
    let admin = house.person("administrator", "Bea Beheer", "bea@clinic.example").await;
    for _ in 0..5 {
        signed_in(&house, &house, &admin).await;
    }
    let (mut seen, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let page = house.all_sessions(&admin.actor, cursor.as_deref(), 2).await.unwrap();
        seen.extend(page.items.iter().map(|l| l.id));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 5);
    assert!(seen.is_sorted_by(|a, b| a > b), "newest first, none twice");
    assert!(matches!(house.all_sessions(&admin.actor, Some("x"), 2).await, Err(Error::Validation(_))));
}

#[tokio::test]
async fn housekeeping_writes_down_what_ran_out_once() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    signed_in(&house, &house, &anna).await;
    house.sign_in("anna@clinic.example", PASSWORD, &client()).await.unwrap();
    assert_eq!(house.expire_sessions().await.unwrap(), 0);
    house.clock.advance_minutes(16);
    assert_eq!(house.expire_sessions().await.unwrap(), 2);
    assert_eq!(house.expire_sessions().await.unwrap(), 0);
    let ended = house.audit_kinds().await.iter().filter(|(k, _)| k == "session.ended").count();
    assert_eq!(ended, 1, "a sign-in that was never finished is no session");
}

#[tokio::test]
async fn signing_out_ends_the_session_and_saying_it_twice_is_no_error() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let s = signed_in(&house, &house, &anna).await;
    house.sign_out(&s.secret, &client()).await.unwrap();
    house.sign_out(&s.secret, &client()).await.unwrap();
    house.sign_out("no such secret", &client()).await.unwrap();
    assert!(is_unauthenticated(&house.authenticate_session(&s.secret, &client(), true).await));
}

#[tokio::test]
async fn the_csrf_value_belongs_to_one_session() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let (a, b) = (signed_in(&house, &house, &anna).await, signed_in(&house, &house, &anna).await);
    assert!(house.csrf_matches(&a.secret, &a.session.csrf));
    assert!(!house.csrf_matches(&a.secret, &b.session.csrf));
    assert!(!house.csrf_matches(&a.secret, ""));
    assert!(!a.session.csrf.contains(&a.secret));
}

#[tokio::test]
async fn secrets_of_any_length_are_refused_without_harm() {
    let house = TestCore::new().await;
    for bad in ["", "x", "é", &"x".repeat(100_000)] {
        assert!(is_unauthenticated(&house.authenticate_session(bad, &client(), true).await));
        assert!(is_unauthenticated(&house.second_factor(bad, &Factor::Totp("1".repeat(100_000)), &client()).await));
        assert!(matches!(house.session_state(Some(bad), &client()).await.unwrap(), SessionState::Anonymous));
    }
}

#[tokio::test]
async fn no_secret_stands_in_the_store() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let s = signed_in(&house, &house, &anna).await;
    let codes = house.renew_recovery_codes(&s.actor).await.unwrap();
    let app = house.create_app_password(&s.actor, "Telefoon").await.unwrap();
    let copy = tempfile::tempdir().unwrap();
    let file = copy.path().join("copy.db");
    house.store().copy_to(&file).await.unwrap();
    let bytes = std::fs::read(&file).unwrap();
    let planted = [
        s.secret.as_str(),
        PASSWORD,
        &codes[0],
        &codes[0].replace('-', ""),
        &app.password,
        &app.password.replace('-', ""),
        "Telefoon",
        "Anna Jansen",
        "anna@clinic",
        "Test browser",
        "192.0.2.10",
    ];
    for secret in planted {
        assert!(!bytes.windows(secret.len()).any(|w| w == secret.as_bytes()), "{secret} stands readable in the file");
    }
    assert!(
        !bytes.windows(20).any(|w| w == anna.totp_secret),
        "the authenticator's secret stands readable in the file"
    );
}
