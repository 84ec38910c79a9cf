use super::*;
use crate::clock::MINUTE_US;
use crate::identity::{Client, SessionState};
use wardpost_store::both_engines;

both_engines! {
    fn password_and_code_sign_in_and_the_secret_changes_on_the_way(store) {
        let house = TestCore::over(store).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        house.clock.advance_us(30_000_000);
        let pending = house.sign_in("  Anna@Clinic.Example ", PASSWORD, &client()).await.unwrap();
        assert!(is_unauthenticated(&house.authenticate_session(&pending.secret, &client(), true).await));
        assert!(matches!(
            house.session_state(Some(&pending.secret), &client()).await.unwrap(),
            SessionState::SecondFactor { .. }
        ));

        let code = Factor::Totp(anna.code(&house.clock));
        let signed_in = house.second_factor(&pending.secret, &code, &client()).await.unwrap().signed_in().unwrap();
        assert_ne!(signed_in.secret, pending.secret);
        assert_eq!(signed_in.actor.person_id, anna.id());
        assert_eq!(signed_in.actor.roles, ["Physician"]);
        let SessionState::SignedIn(view) = house.session_state(Some(&signed_in.secret), &client()).await.unwrap() else {
            panic!("signed in")
        };
        assert_eq!((view.profile.name.as_str(), view.org_name.as_str()), ("Anna Jansen", "Clinic"));
        assert_eq!(view.mailboxes.iter().map(|m| m.id).collect::<Vec<_>>(), [anna.mailbox()]);

        assert!(is_unauthenticated(&house.second_factor(&pending.secret, &code, &client()).await));
        assert!(matches!(house.session_state(Some(&pending.secret), &client()).await.unwrap(), SessionState::Anonymous));
        let kinds = house.audit_kinds().await;
        let ok = |k: &str| kinds.contains(&(k.to_owned(), "success".to_owned()));
        assert!(ok("sign_in.password") && ok("sign_in.second_factor"), "{kinds:?}");
    }

    fn of_two_uses_of_one_code_at_once_exactly_one_wins(store) {
        let house = TestCore::over(store).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        house.clock.advance_us(60_000_000);
        let a = house.sign_in("anna@clinic.example", PASSWORD, &client()).await.unwrap();
        let b = house.sign_in("anna@clinic.example", PASSWORD, &client()).await.unwrap();
        let other = house.another_node().await;
        let code = Factor::Totp(anna.code(&house.clock));
        let who = client();
        let (a, b) = tokio::join!(
            house.second_factor(&a.secret, &code, &who),
            other.second_factor(&b.secret, &code, &who),
        );
        assert_eq!(u8::from(a.is_ok()) + u8::from(b.is_ok()), 1, "{a:?} {b:?}");
        assert!(is_unauthenticated(&a) || is_unauthenticated(&b));
    }

    fn of_two_uses_of_one_recovery_code_exactly_one_wins(store) {
        let house = TestCore::over(store).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let session = signed_in(&house, &house, &anna).await;
        let codes = house.renew_recovery_codes(&session.actor).await.unwrap();
        let a = house.sign_in("anna@clinic.example", PASSWORD, &client()).await.unwrap();
        let b = house.sign_in("anna@clinic.example", PASSWORD, &client()).await.unwrap();
        let code = Factor::RecoveryCode(codes[3].to_lowercase());
        let who = client();
        let (a, b) = tokio::join!(
            house.second_factor(&a.secret, &code, &who),
            house.second_factor(&b.secret, &code, &who),
        );
        assert_eq!(u8::from(a.is_ok()) + u8::from(b.is_ok()), 1, "{a:?} {b:?}");
        assert_eq!(house.recovery_codes_left(&session.actor).await.unwrap(), 9);
    }

    fn guesses_at_once_are_counted_like_guesses_one_after_the_other(store) {
        let house = TestCore::over(store).await;
        house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let who = client();
        let guesses = (0..12).map(|i| {
            let (house, who) = (&house, &who);
            async move { house.sign_in("anna@clinic.example", &format!("a wrong guess {i}"), who).await }
        });
        let answers = futures::future::join_all(guesses).await;
        let looked_at = answers.iter().filter(|a| is_unauthenticated(a)).count();
        let put_off = answers.iter().filter(|a| matches!(a, Err(Error::RateLimited { .. }))).count();
        assert!((1..=5).contains(&looked_at), "{looked_at} guesses were looked at before the back-off");
        assert_eq!(looked_at + put_off, 12);
    }
}

/// What an attacker sees of an answer.
fn seen<T: std::fmt::Debug>(answer: Result<T, Error>) -> String {
    match answer {
        Ok(_) => "in".to_owned(),
        Err(e) => format!("{e:?}"),
    }
}

#[tokio::test]
async fn nobodys_logins_get_the_same_answers_as_somebodys() {
    let house = TestCore::new().await;
    let admin = house.person("administrator", "Bea Beheer", "bea@clinic.example").await;
    house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let disabled = house.person("clinician", "Dirk Weg", "dirk@clinic.example").await;
    house.disable_person(&admin.actor, disabled.id()).await.unwrap();
    let invited = crate::people::NewPerson {
        name: "Iris Nieuw".to_owned(),
        login: "iris@clinic.example".parse().unwrap(),
        function: String::new(),
        language: wardpost_model::person::Language::Nl,
        role_ids: vec![],
        mailbox_address: None,
    };
    house.create_person(&admin.actor, invited).await.unwrap();

    let mut answers = Vec::new();
    for login in ["anna", "nobody", "dirk", "iris"] {
        let login = format!("{login}@clinic.example");
        let mut of_one = Vec::new();
        for _ in 0..7 {
            of_one.push(seen(house.sign_in(&login, "a wrong guess", &client()).await));
        }
        // The clock moves a little at each look: seconds are what is served.
        answers.push(of_one);
    }
    assert_eq!(answers[0].iter().filter(|a| *a == "Unauthenticated").count(), 5);
    assert!(answers[0][5].starts_with("RateLimited"), "{answers:?}");
    for other in &answers[1..] {
        assert_eq!(other, &answers[0]);
    }
    assert_eq!(seen(house.sign_in("not an address", "a wrong guess", &client()).await), "Unauthenticated");
}

#[tokio::test]
async fn the_password_is_hashed_for_nobody_too() {
    let house = TestCore::new().await;
    house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let hashed = || house.identity().hasher.hashed.load(std::sync::atomic::Ordering::Relaxed);
    let mut work = Vec::new();
    for login in ["anna@clinic.example", "nobody@clinic.example"] {
        let before = hashed();
        house.sign_in(login, "a wrong guess", &client()).await.unwrap_err();
        work.push(hashed() - before);
    }
    assert_eq!(work, [1, 1], "whoever measures the answer learns who has an account");
}

#[tokio::test]
async fn waiting_ends_the_back_off_and_success_forgets_the_failures() {
    let house = TestCore::new().await;
    house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let login = "anna@clinic.example";
    for _ in 0..5 {
        assert!(is_unauthenticated(&house.sign_in(login, "wrong guess", &client()).await));
    }
    let blocked = house.sign_in(login, PASSWORD, &client()).await;
    assert!(matches!(blocked, Err(Error::RateLimited { retry_after_seconds: 1..=31 })), "{blocked:?}");
    house.clock.advance_us(31_000_000);
    house.sign_in(login, PASSWORD, &client()).await.unwrap();
    for _ in 0..4 {
        assert!(is_unauthenticated(&house.sign_in(login, "wrong guess", &client()).await), "counted from one again");
    }
    house.sign_in(login, PASSWORD, &client()).await.unwrap();
}

#[tokio::test]
async fn a_network_that_fails_too_often_has_to_wait_and_others_do_not() {
    let house = TestCore::new().await;
    house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let from = |last| Client { network: Some(std::net::IpAddr::from([198, 51, 100, last])), ..client() };
    for i in 0..50 {
        let answer = house.sign_in(&format!("guess{i}@clinic.example"), "wrong guess", &from(1)).await;
        assert!(is_unauthenticated(&answer), "{i}: {answer:?}");
    }
    let refused = house.sign_in("anna@clinic.example", PASSWORD, &from(1)).await;
    assert!(matches!(refused, Err(Error::RateLimited { .. })), "{refused:?}");
    house.sign_in("anna@clinic.example", PASSWORD, &from(2)).await.unwrap();
}

#[tokio::test]
async fn a_code_is_good_once_and_wrong_codes_end_the_sign_in() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    signed_in(&house, &house, &anna).await;
    let pending = house.sign_in("anna@clinic.example", PASSWORD, &client()).await.unwrap();
    let used = Factor::Totp(anna.code(&house.clock));
    assert!(is_unauthenticated(&house.second_factor(&pending.secret, &used, &client()).await), "the step was used");
    for _ in 0..4 {
        let wrong = Factor::Totp("000000".to_owned());
        assert!(is_unauthenticated(&house.second_factor(&pending.secret, &wrong, &client()).await));
    }
    house.clock.advance_minutes(2);
    let fresh = Factor::Totp(anna.code(&house.clock));
    assert!(is_unauthenticated(&house.second_factor(&pending.secret, &fresh, &client()).await), "the sign-in is over");
    let again = house.sign_in("anna@clinic.example", PASSWORD, &client()).await.unwrap();
    house.second_factor(&again.secret, &fresh, &client()).await.unwrap();
}

#[tokio::test]
async fn second_factors_are_throttled_over_many_sign_ins() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    house.clock.advance_us(30_000_000);
    for _ in 0..5 {
        let pending = house.sign_in("anna@clinic.example", PASSWORD, &client()).await.unwrap();
        let wrong = Factor::RecoveryCode("0000-0000-0000".to_owned());
        assert!(is_unauthenticated(&house.second_factor(&pending.secret, &wrong, &client()).await));
    }
    let pending = house.sign_in("anna@clinic.example", PASSWORD, &client()).await.unwrap();
    let right = Factor::Totp(anna.code(&house.clock));
    let answer = house.second_factor(&pending.secret, &right, &client()).await;
    assert!(matches!(answer, Err(Error::RateLimited { .. })), "{answer:?}");
    house.clock.advance_minutes(1);
    let right = Factor::Totp(anna.code(&house.clock));
    house.second_factor(&pending.secret, &right, &client()).await.unwrap();
}

#[tokio::test]
async fn the_second_factor_has_ten_minutes() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let pending = house.sign_in("anna@clinic.example", PASSWORD, &client()).await.unwrap();
    house.clock.advance_us(10 * MINUTE_US);
    let code = Factor::Totp(anna.code(&house.clock));
    assert!(is_unauthenticated(&house.second_factor(&pending.secret, &code, &client()).await));
}

#[tokio::test]
async fn entries_say_who_tried_and_keep_what_may_be_a_password() {
    let house = TestCore::new().await;
    house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let typed = ["anna@clinic.example", "Nobody@clinic.example", "my secret password"];
    for login in typed {
        let _ = house.sign_in(login, "a wrong guess", &client()).await;
    }
    let _ = house.authenticate_submission("my secret password", "my secret password", &client()).await;
    let kind = wardpost_model::audit::AuditKind::SignInPassword;
    let details = house.audit_details(kind).await;
    let logins: Vec<Option<&str>> = details.iter().map(|d| d.more.get("login").map(String::as_str)).collect();
    assert_eq!(logins, [Some("anna@clinic.example"), Some("nobody@clinic.example"), None]);
    assert!(details.iter().all(|d| d.network.as_deref() == Some("192.0.2.10")));
    for kind in wardpost_model::audit::AuditKind::ALL {
        let told = format!("{:?}", house.audit_details(*kind).await);
        assert!(!told.contains("secret password") && !told.contains("wrong guess"), "{told}");
    }
}

/// ASVS 6.3.8: nothing tells whether a login exists, by answer, by work or by mail. The work is told by what was written: the same count
/// of entries and of throttle rows, and no mail to anybody.
#[tokio::test]
async fn an_unknown_login_costs_the_same_and_nobody_gets_mail_for_it() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let written = async || {
        let mut counts = Vec::new();
        for sql in [
            "SELECT COUNT(*) FROM audit_entry WHERE org_id = ?1",
            "SELECT COUNT(*) FROM sign_in_throttle WHERE org_id = ?1",
            "SELECT COUNT(*) FROM message WHERE org_id = ?1",
            "SELECT COUNT(*) FROM delivery WHERE org_id = ?1",
            "SELECT COUNT(*) FROM session WHERE org_id = ?1",
        ] {
            let rows = house.store().query(sql, wardpost_store::params![house.org()]).await.unwrap();
            counts.push(rows[0].int(0).unwrap());
        }
        counts
    };
    let mut work = Vec::new();
    for login in [anna.login.to_string().as_str(), "nobody@clinic.example", "no address at all"] {
        let before = written().await;
        assert!(is_unauthenticated(&house.sign_in(login, "not the password", &client()).await), "{login}");
        let after = written().await;
        work.push(after.iter().zip(before).map(|(a, b)| a - b).collect::<Vec<_>>());
    }
    assert_eq!(work, [vec![1, 1, 0, 0, 0], vec![1, 1, 0, 0, 0], vec![1, 1, 0, 0, 0]]);
    assert!(house.sms.sent().is_empty());
}
