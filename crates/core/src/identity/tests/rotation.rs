//! Choosing another password where one must, and passkeys alone.

use super::*;
use crate::clock::DAY_US;
use crate::identity::{Entered, SessionState, WhyChange};
use wardpost_model::audit::AuditKind;
use wardpost_store::both_engines;

const NEW: &str = "slow amber lanterns drift";

/// Both factors, without expecting to be signed in.
async fn enter(house: &TestCore, person: &TestPerson, password: &str) -> Entered {
    house.clock.advance_us(30_000_000);
    let pending = house.sign_in(&person.login.to_string(), password, &client()).await.unwrap();
    let code = Factor::Totp(person.code(&house.clock));
    house.second_factor(&pending.secret, &code, &client()).await.unwrap()
}

async fn rotate_after(house: &TestCore, officer: &TestPerson, days: u16) {
    let now = house.security(&officer.actor).await.unwrap();
    let mut policy = now.policy.clone();
    policy.password.rotation_days = Some(days);
    house.put_security(&officer.actor, now.version, policy, "The insurer wants it.").await.unwrap();
}

both_engines! {
    /// ASVS 6.2.10, 6.4.5: where the organisation insists, an old password opens nothing but the choice of another.
    fn a_password_that_is_too_old_lets_one_choose_another_and_nothing_else(store) {
        let house = TestCore::over(store).await;
        let officer = house.person("security_officer", "Sara Vos", "sara@clinic.example").await;
        let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
        rotate_after(&house, &officer, 30).await;
        let fresh = enter(&house, &anna, PASSWORD).await.signed_in().unwrap();
        assert_eq!(house.password_ends(&fresh.actor).await.unwrap(), None, "far away");
        house.clock.advance_us(20 * DAY_US);
        let near = enter(&house, &anna, PASSWORD).await.signed_in().unwrap();
        assert!(house.password_ends(&near.actor).await.unwrap().is_some(), "told two weeks before");

        house.clock.advance_us(11 * DAY_US);
        let step = enter(&house, &anna, PASSWORD).await;
        let secret = step.secret().to_owned();
        assert!(step.signed_in().is_none());
        assert!(is_unauthenticated(&house.authenticate_session(&secret, &client(), true).await));
        assert!(is_unauthenticated(&house.touch_session(&secret, &client()).await));
        let SessionState::ChangePassword { why, .. } =
            house.session_state(Some(&secret), &client()).await.unwrap() else { panic!("to change") };
        assert_eq!(why, WhyChange::Age);
        assert!(house.advise_changing(&secret, NEW).await.unwrap().refused.is_none());
        let same = house.choose_password(&secret, PASSWORD, &client()).await;
        assert_eq!(field_codes(same), [("password".to_owned(), "same")]);
        let weak = house.choose_password(&secret, "password1", &client()).await;
        assert_eq!(field_codes(weak)[0].0, "password");

        let other = house.another_node().await;
        let who = client();
        let (a, b) = tokio::join!(
            house.choose_password(&secret, NEW, &who),
            other.choose_password(&secret, NEW, &who),
        );
        assert_eq!(u8::from(a.is_ok()) + u8::from(b.is_ok()), 1, "{a:?} {b:?}");
        let done = a.or(b).unwrap().signed_in().unwrap();
        assert_ne!(done.secret, secret, "the session goes on under another secret (ASVS 7.2.4)");
        house.authenticate_session(&done.secret, &client(), true).await.unwrap();
        assert!(is_unauthenticated(&house.choose_password(&secret, NEW, &client()).await));
        assert!(is_unauthenticated(&house.sign_in("anna@clinic.example", PASSWORD, &client()).await));
        assert!(enter(&house, &anna, NEW).await.signed_in().is_some(), "the calendar begins anew");
    }

    fn passkeys_alone_are_enough_and_never_the_last_way_in(store) {
        let house = TestCore::over(store).await;
        let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
        let s = signed_in(&house, &house, &anna).await;
        let none = house.drop_authenticator(&s.actor).await;
        assert!(matches!(none, Err(Error::Conflict("last_way_in"))), "{none:?}");
        let mut key = crate::testing::Passkey::synced("https://mail.clinic.example");
        let line = passkeys::added(&house, &s.actor, &mut key).await;
        // Of both at once, one at most is done.
        let other = house.another_node().await;
        let (drop, remove) =
            tokio::join!(house.drop_authenticator(&s.actor), other.remove_passkey(&s.actor, line.id));
        assert_eq!(u8::from(drop.is_ok()) + u8::from(remove.is_ok()), 1, "{drop:?} {remove:?}");
        if drop.is_ok() {
            assert!(is_unauthenticated(&house.sign_in("anna@clinic.example", PASSWORD, &client()).await));
            let again = house.remove_passkey(&s.actor, line.id).await;
            assert!(matches!(again, Err(Error::Conflict("last_way_in"))), "{again:?}");
            assert!(!house.has_password(anna.id()).await.unwrap());
            assert_eq!(house.recovery_codes_left(&s.actor).await.unwrap(), 0, "no code opens anything any more");
        }
    }
}

/// SP 800-63B-4, 3.1.1.2: a change is forced when somebody may know the password.
#[tokio::test]
async fn an_administrator_asks_for_another_password_and_sessions_end() {
    let house = TestCore::new().await;
    let admin = house.person("administrator", "Bea Beheer", "bea@clinic.example").await;
    let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
    let s = signed_in(&house, &house, &anna).await;
    let refused = house.demand_password_change(&s.actor, admin.id()).await;
    assert!(matches!(refused, Err(Error::Denied(_))), "{refused:?}");
    let nobody = wardpost_model::PersonId(uuid::Uuid::new_v4());
    assert!(matches!(house.demand_password_change(&admin.actor, nobody).await, Err(Error::NotFound)));

    house.demand_password_change(&admin.actor, anna.id()).await.unwrap();
    assert!(is_unauthenticated(&house.authenticate_session(&s.secret, &client(), true).await));
    let step = enter(&house, &anna, PASSWORD).await;
    let SessionState::ChangePassword { why, .. } = house.session_state(Some(step.secret()), &client()).await.unwrap()
    else {
        panic!("to change")
    };
    assert_eq!(why, WhyChange::Asked);
    let done = house.choose_password(step.secret(), NEW, &client()).await.unwrap().signed_in().unwrap();
    assert_eq!(done.actor.person_id, anna.id());
    assert!(enter(&house, &anna, NEW).await.signed_in().is_some(), "asked once");
    let what: Vec<_> = house.audit_details(AuditKind::CredentialChanged).await.into_iter().map(|d| d.more).collect();
    assert!(what.iter().any(|e| e.get("what").is_some_and(|w| w.contains("asked for"))), "{what:?}");

    let step = {
        house.demand_password_change(&admin.actor, anna.id()).await.unwrap();
        enter(&house, &anna, NEW).await
    };
    house.clock.advance_minutes(11);
    assert!(is_unauthenticated(&house.choose_password(step.secret(), PASSWORD, &client()).await), "too late");
}
