use super::*;
use crate::identity::{RECENT_MINUTES, totp};
use crate::people::NewPerson;
use wardpost_model::person::Language;
use wardpost_store::both_engines;

fn iris() -> NewPerson {
    NewPerson {
        name: "Iris Nieuw".to_owned(),
        login: "iris@clinic.example".parse().unwrap(),
        function: "Doktersassistente".to_owned(),
        language: Language::Nl,
        role_ids: vec![],
        mailbox_address: None,
    }
}

/// The bytes of a base 32 secret, as an authenticator app reads them.
fn unbase32(text: &str) -> Vec<u8> {
    let bits: Vec<bool> = text
        .bytes()
        .flat_map(|b| {
            let v = if b.is_ascii_uppercase() { b - b'A' } else { b - b'2' + 26 };
            (0..5).rev().map(move |i| v >> i & 1 == 1)
        })
        .collect();
    bits.chunks_exact(8).map(|c| c.iter().fold(0, |a, b| a << 1 | u8::from(*b))).collect()
}

both_engines! {
    fn an_invitation_gives_credentials_once(store) {
        let house = TestCore::over(store).await;
        let admin = house.person("administrator", "Bea Beheer", "bea@clinic.example").await;
        let created = house.create_person(&admin.actor, iris()).await.unwrap();
        let token = created.invitation.token.clone();
        assert_eq!(created.invitation.link, format!("https://mail.clinic.example/invitation#{token}"));
        let view = house.open_invitation(&token).await.unwrap();
        assert_eq!((view.name.as_str(), view.language), ("Iris Nieuw", Language::Nl));
        let secret = unbase32(&view.totp_secret);
        let code = totp::code_at(&secret, house.clock().now_us());

        let weak = house.accept_invitation(&token, "wardpost1", &code, &client()).await;
        assert_eq!(field_codes(weak), [("password".to_owned(), "context_word")]);
        let wrong = house.accept_invitation(&token, PASSWORD, "000000", &client()).await;
        assert_eq!(field_codes(wrong), [("totp_code".to_owned(), "wrong")]);

        let (other, who) = (house.another_node().await, client());
        let (a, b) = tokio::join!(
            house.accept_invitation(&token, PASSWORD, &code, &who),
            other.accept_invitation(&token, "another quiet heron pond", &code, &who),
        );
        assert_eq!(u8::from(a.is_ok()) + u8::from(b.is_ok()), 1, "{a:?} {b:?}");
        let codes = a.as_ref().or(b.as_ref()).unwrap();
        assert_eq!(codes.len(), 10);
        assert!(matches!(house.open_invitation(&token).await, Err(Error::NotFound)));

        let password = if a.is_ok() { PASSWORD } else { "another quiet heron pond" };
        let pending = house.sign_in("iris@clinic.example", password, &client()).await.unwrap();
        let factor = Factor::RecoveryCode(codes[0].clone());
        house.second_factor(&pending.secret, &factor, &client()).await.unwrap();
    }
}

#[tokio::test]
async fn an_invitation_expires_and_a_newer_one_replaces_it() {
    let house = TestCore::new().await;
    let admin = house.person("administrator", "Bea Beheer", "bea@clinic.example").await;
    let created = house.create_person(&admin.actor, iris()).await.unwrap();
    let newer = house.invite_person(&admin.actor, created.person.id).await.unwrap();
    assert!(matches!(house.open_invitation(&created.invitation.token).await, Err(Error::NotFound)));
    house.open_invitation(&newer.token).await.unwrap();
    house.clock.advance_minutes(7 * 24 * 60 + 1);
    assert!(matches!(house.open_invitation(&newer.token).await, Err(Error::NotFound)));
    for bad in ["", "x", &"x".repeat(100_000)] {
        assert!(matches!(house.open_invitation(bad).await, Err(Error::NotFound)));
    }
}

#[tokio::test]
async fn a_new_invitation_ends_everything_that_stood_on_the_old_credentials() {
    let house = TestCore::new().await;
    let admin = house.person("administrator", "Bea Beheer", "bea@clinic.example").await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let s = signed_in(&house, &house, &anna).await;
    let app = house.create_app_password(&s.actor, "Phone").await.unwrap();
    let alone = house.invite_person(&admin.actor, anna.id()).await;
    assert!(matches!(alone, Err(Error::Conflict("needs_consent"))), "nobody alone: {alone:?}");
    house.reset_person(&admin.actor, anna.id()).await.unwrap();
    assert!(is_unauthenticated(&house.authenticate_session(&s.secret, &client(), true).await));
    assert!(is_unauthenticated(&house.sign_in("anna@clinic.example", PASSWORD, &client()).await));
    assert!(is_unauthenticated(&house.authenticate_submission(&app.username, &app.password, &client()).await));
    assert!(matches!(house.invite_person(&admin.actor, admin.id()).await, Err(Error::Conflict("own_account"))));
}

#[tokio::test]
async fn a_hundred_failures_end_the_password_until_a_new_invitation() {
    let house = TestCore::new().await;
    let admin = house.person("administrator", "Bea Beheer", "bea@clinic.example").await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    // The counting is tested in `throttle`; here the count stands at its end.
    let index = house.login_index("anna@clinic.example");
    let dead = crate::identity::throttle::after_failure(99, 0);
    let mut batch = wardpost_store::Batch::new();
    wardpost_store::repo::credential::reserve_login(&mut batch, house.org(), &index, 0, dead, 0, "test");
    house.store().write(batch).await.unwrap();
    house.clock.advance_minutes(60 * 24 * 365);
    let answer = house.sign_in("anna@clinic.example", PASSWORD, &client()).await;
    assert!(matches!(answer, Err(Error::RateLimited { retry_after_seconds: 86_400 })), "{answer:?}");
    let invitation = house.reset_person(&admin.actor, anna.id()).await.unwrap();
    let secret = unbase32(&house.open_invitation(&invitation.token).await.unwrap().totp_secret);
    let code = totp::code_at(&secret, house.clock().now_us());
    house.accept_invitation(&invitation.token, PASSWORD, &code, &client()).await.unwrap();
    house.sign_in("anna@clinic.example", PASSWORD, &client()).await.unwrap();
}

#[tokio::test]
async fn changing_the_password_wants_the_current_one_and_ends_other_sessions() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let (here, there) = (signed_in(&house, &house, &anna).await, signed_in(&house, &house, &anna).await);
    const NEW: &str = "slow amber lanterns drift";
    let change = async |current: &str, new: &str| house.change_password(&here.actor, current, new).await;
    assert_eq!(field_codes(change("not it at all", NEW).await), [("current".to_owned(), "wrong")]);
    assert_eq!(field_codes(change(PASSWORD, "short").await), [("new".to_owned(), "too_short")]);
    assert_eq!(field_codes(change(PASSWORD, "Anna Jansen 1").await), [("new".to_owned(), "context_word")]);
    assert_eq!(field_codes(change(PASSWORD, "password123").await), [("new".to_owned(), "blocklisted")]);
    change(PASSWORD, NEW).await.unwrap();
    house.authenticate_session(&here.secret, &client(), true).await.unwrap();
    assert!(is_unauthenticated(&house.authenticate_session(&there.secret, &client(), true).await));
    assert!(is_unauthenticated(&house.sign_in("anna@clinic.example", PASSWORD, &client()).await));
    house.sign_in("anna@clinic.example", NEW, &client()).await.unwrap();
}

#[tokio::test]
async fn wrong_current_passwords_are_counted_like_wrong_sign_ins() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let s = signed_in(&house, &house, &anna).await;
    for _ in 0..5 {
        let _ = house.change_password(&s.actor, "wrong guess", "slow amber lanterns drift").await;
    }
    let answer = house.change_password(&s.actor, PASSWORD, "slow amber lanterns drift").await;
    assert!(matches!(answer, Err(Error::RateLimited { .. })), "{answer:?}");
}

#[tokio::test]
async fn recovery_codes_want_a_recent_second_factor() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let s = signed_in(&house, &house, &anna).await;
    let first = house.renew_recovery_codes(&s.actor).await.unwrap();
    house.clock.advance_minutes(10);
    house.touch_session(&s.secret, &client()).await.unwrap();
    house.clock.advance_minutes(RECENT_MINUTES - 9);
    assert!(matches!(house.renew_recovery_codes(&s.actor).await, Err(Error::Denied("recent_sign_in"))));
    let code = Factor::Totp(anna.code(&house.clock));
    house.step_up(&s.secret, &code, &client()).await.unwrap();
    let second = house.renew_recovery_codes(&s.actor).await.unwrap();
    assert!(first.iter().all(|c| !second.contains(c)));
    assert!(
        matches!(house.renew_recovery_codes(&anna.actor).await, Err(Error::Denied("recent_sign_in"))),
        "no session"
    );

    let pending = house.sign_in("anna@clinic.example", PASSWORD, &client()).await.unwrap();
    let old = Factor::RecoveryCode(first[0].clone());
    assert!(is_unauthenticated(&house.second_factor(&pending.secret, &old, &client()).await), "replaced");
}

#[tokio::test]
async fn ones_language_is_ones_own_to_set() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    house.set_language(&anna.actor, Language::Nl).await.unwrap();
    assert_eq!(house.find_person(&anna.actor, anna.id()).await.unwrap().profile.language, Language::Nl);
}

/// ASVS 6.4.3, 7.4.3, 7.5.1.
#[tokio::test]
async fn another_authenticator_app_takes_the_place_of_the_old_one_once() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let (here, there) = (signed_in(&house, &house, &anna).await, signed_in(&house, &house, &anna).await);
    assert!(matches!(house.offer_authenticator(&anna.actor).await, Err(Error::Denied("recent_sign_in"))), "no session");
    let offered = house.offer_authenticator(&here.actor).await.unwrap();
    let secret = unbase32(&offered.secret);
    assert!(offered.uri.contains(&offered.secret) && !offered.offer.contains(&offered.secret));
    let replace = async |offer: &str, code: &str| house.replace_authenticator(&here.actor, offer, code).await;
    let code = |secret: &[u8]| totp::code_at(secret, house.clock().now_us());
    assert_eq!(field_codes(replace(&offered.offer, &code(&anna.totp_secret)).await), [("code".to_owned(), "wrong")]);
    for bad in ["", "x", "AAAA", &"A".repeat(5000)] {
        assert_eq!(field_codes(replace(bad, &code(&secret)).await), [("offer".to_owned(), "expired")], "{bad}");
    }
    let ben = house.person("clinician", "Ben Smit", "ben@clinic.example").await;
    let other = signed_in(&house, &house, &ben).await;
    let stolen = house.replace_authenticator(&other.actor, &offered.offer, &code(&secret)).await;
    assert_eq!(field_codes(stolen), [("offer".to_owned(), "expired")], "an offer is one person's");

    replace(&offered.offer, &code(&secret)).await.unwrap();
    assert_eq!(
        field_codes(replace(&offered.offer, &code(&secret)).await),
        [("offer".to_owned(), "expired")],
        "good once"
    );
    house.authenticate_session(&here.secret, &client(), true).await.unwrap();
    assert!(is_unauthenticated(&house.authenticate_session(&there.secret, &client(), true).await));
    let pending = house.sign_in("anna@clinic.example", PASSWORD, &client()).await.unwrap();
    house.clock.advance_us(30_000_000);
    let old = Factor::Totp(anna.code(&house.clock));
    assert!(is_unauthenticated(&house.second_factor(&pending.secret, &old, &client()).await), "the old app");
    let new = Factor::Totp(code(&secret));
    house.second_factor(&pending.secret, &new, &client()).await.unwrap();
}

/// SP 800-63B-4, 3.1.1.2: guidance, in codes that the pages put into words.
#[tokio::test]
async fn advice_on_a_password_says_why_and_what_would_help() {
    let house = TestCore::new().await;
    let admin = house.person("administrator", "Bea Beheer", "bea@clinic.example").await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let of = async |password: &str| house.advise_password(&anna.actor, password).await.unwrap();
    let short = of("kx7!q").await;
    assert_eq!((short.refused, short.least_chars), (Some("too_short"), 8));
    assert_eq!(of("anna.jansen1").await.refused, Some("context_word"));
    let common = of("password1").await;
    assert_eq!((common.refused, common.warning), (Some("blocklisted"), Some("common")));
    assert!(common.suggestions.contains(&"another_word"), "{common:?}");
    let strong = of(PASSWORD).await;
    assert_eq!((strong.score, strong.refused, strong.warning), (4, None, None));
    assert_eq!(of(&"x".repeat(257)).await.refused, Some("too_long"));
    let created = house.create_person(&admin.actor, iris()).await.unwrap();
    let invited = house.advise_invited(&created.invitation.token, "iris.nieuw").await.unwrap();
    assert_eq!(invited.refused, Some("context_word"), "the words of who is invited");
    assert!(matches!(house.advise_invited("no such token", PASSWORD).await, Err(Error::NotFound)));
    let mut limited = false;
    for _ in 0..60 {
        limited |= matches!(house.advise_password(&anna.actor, "x").await, Err(Error::RateLimited { .. }));
    }
    assert!(limited, "advice is not for guessing lists");
}

/// ASVS 6.2.1: the security policy may want longer passwords; advice and refusal both say so at once.
#[tokio::test]
async fn the_security_policy_can_want_longer_passwords() {
    let house = TestCore::new().await;
    let officer = house.person("security_officer", "Sara Slot", "sara@clinic.example").await;
    let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
    let s = signed_in(&house, &house, &anna).await;
    const TEN: &str = "kvmxqzpwtr";
    assert_eq!(house.advise_password(&anna.actor, TEN).await.unwrap().refused, None);
    let mut policy = house.security_current().await.unwrap().policy.clone();
    policy.password.min_with_second = 12;
    house.put_security(&officer.actor, 1, policy, "The insurer demands it.").await.unwrap();
    let advice = house.advise_password(&anna.actor, TEN).await.unwrap();
    assert_eq!((advice.refused, advice.least_chars), (Some("too_short"), 12));
    assert_eq!(field_codes(house.change_password(&s.actor, PASSWORD, TEN).await), [("new".to_owned(), "too_short")]);
    house.change_password(&s.actor, PASSWORD, "kvmxqzpwtrbn").await.unwrap();
}
