//! Security keys for the roles that policy names.

use super::*;
use crate::clock::DAY_US;
use crate::identity::{Entered, PendingSignIn, SessionState};
use crate::testing::Passkey;
use wardpost_model::audit::AuditKind;
use wardpost_store::both_engines;

const ORIGIN: &str = "https://mail.clinic.example";

/// A house in which physicians need security keys, and Anna, one of them.
async fn keyed(house: &TestCore) -> (TestPerson, TestPerson) {
    let sara = house.person("security_officer", "Sara Slot", "sara@clinic.example").await;
    let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
    let role = house.ready_made_role("physician").await.unwrap().unwrap();
    let now = house.security(&sara.actor).await.unwrap();
    let mut policy = now.policy.clone();
    policy.security_key_roles.insert(role);
    house.put_security(&sara.actor, now.version, policy, "test").await.unwrap();
    (sara, anna)
}

async fn password(house: &TestCore, who: &TestPerson) -> Result<PendingSignIn, Error> {
    house.clock.advance_us(31_000_000);
    house.sign_in(&who.login.to_string(), PASSWORD, &client()).await
}

async fn both_steps(house: &TestCore, who: &TestPerson) -> Result<Entered, Error> {
    let pending = password(house, who).await?;
    house.second_factor(&pending.secret, &Factor::Totp(who.code(&house.clock)), &client()).await
}

async fn by_passkey(house: &TestCore, key: &mut Passkey) -> Result<Entered, Error> {
    let answer = key.answer(&house.passkey_ask().challenge);
    house.sign_in_with_passkey(&answer, &client()).await
}

async fn enrolled(house: &TestCore, secret: &str) -> Passkey {
    let mut key = Passkey::device_bound(ORIGIN);
    let wanted = house.key_registration(secret).await.unwrap();
    let made = key.make(&wanted.ask.challenge, &wanted.user_handle);
    house.enrol_key(secret, "Blue key", &made, &client()).await.unwrap();
    key
}

both_engines! {
    /// ASVS 6.3.3 for named roles: password, app and recovery code open nothing but the adding of a key, and nothing at all
    /// once there is one; the refusal is that of a wrong password.
    fn who_has_a_security_key_comes_in_only_by_it(store) {
        let house = TestCore::over(store).await;
        let (_, anna) = keyed(&house).await;
        let Entered::EnrolKey(pending) = both_steps(&house, &anna).await.unwrap() else { panic!("a key is wanted") };
        assert!(is_unauthenticated(&house.authenticate_session(&pending.secret, &client(), true).await));
        let state = house.session_state(Some(&pending.secret), &client()).await.unwrap();
        assert!(matches!(state, SessionState::EnrolKey { .. }), "{state:?}");
        // One that is copied to other devices does not do.
        let mut synced = Passkey::synced(ORIGIN);
        let wanted = house.key_registration(&pending.secret).await.unwrap();
        let made = synced.make(&wanted.ask.challenge, &wanted.user_handle);
        let refused = house.enrol_key(&pending.secret, "Phone", &made, &client()).await;
        assert_eq!(field_codes(refused), [("credential".to_owned(), "synced")]);
        // A sign-in by password that began before the key was there, and whose recovery code is right.
        let begun = password(&house, &anna).await.unwrap();
        let mut key = enrolled(&house, &pending.secret).await;
        assert!(is_unauthenticated(&house.key_registration(&pending.secret).await), "once");
        let code = Factor::Totp(anna.code(&house.clock));
        assert!(is_unauthenticated(&house.second_factor(&begun.secret, &code, &client()).await));
        assert!(is_unauthenticated(&password(&house, &anna).await), "as a wrong password");
        let done = by_passkey(&house, &mut key).await.unwrap().signed_in().expect("signed in by the key");
        assert_eq!(done.actor.person_id, anna.id());
        // Within the session the app proves nothing any more either.
        house.clock.advance_us(31_000_000);
        let code = Factor::Totp(anna.code(&house.clock));
        assert!(is_unauthenticated(&house.step_up(&done.secret, &code, &client()).await));
        let why: Vec<_> = house.audit_details(AuditKind::SignInPassword).await.into_iter().filter_map(|d| d.why).collect();
        assert_eq!(why, ["a security key is required"]);
    }

    /// ASVS 6.3.3: neither a synced passkey nor a recovery code goes round the rule.
    fn a_synced_passkey_and_a_recovery_code_do_not_go_round_it(store) {
        let house = TestCore::over(store).await;
        let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
        let s = signed_in(&house, &house, &anna).await;
        let mut synced = Passkey::synced(ORIGIN);
        let wanted = house.passkey_registration(&s.actor).await.unwrap();
        let made = synced.make(&wanted.ask.challenge, &wanted.user_handle);
        house.add_passkey(&s.actor, "Phone", &made).await.unwrap();
        let codes = house.renew_recovery_codes(&s.actor).await.unwrap();
        let begun = password(&house, &anna).await.unwrap();
        let again = password(&house, &anna).await.unwrap();
        let (sara, role) = (
            house.person("security_officer", "Sara Slot", "sara@clinic.example").await,
            house.ready_made_role("physician").await.unwrap().unwrap(),
        );
        let now = house.security(&sara.actor).await.unwrap();
        let mut policy = now.policy.clone();
        policy.security_key_roles.insert(role);
        house.put_security(&sara.actor, now.version, policy, "test").await.unwrap();
        let Entered::EnrolKey(_) = by_passkey(&house, &mut synced).await.unwrap() else { panic!("a key is wanted") };
        let code = Factor::RecoveryCode(codes[0].clone());
        let Entered::EnrolKey(pending) = house.second_factor(&begun.secret, &code, &client()).await.unwrap() else {
            panic!("a key is wanted")
        };
        let mut key = enrolled(&house, &pending.secret).await;
        assert!(is_unauthenticated(&by_passkey(&house, &mut synced).await));
        let code = Factor::RecoveryCode(codes[1].clone());
        assert!(is_unauthenticated(&house.second_factor(&again.secret, &code, &client()).await));
        // Coming in with the key, the synced passkey proves nothing within the session.
        let done = by_passkey(&house, &mut key).await.unwrap().signed_in().unwrap();
        let answer = synced.answer(&house.passkey_step_up_ask(done.session.id).challenge);
        assert!(is_unauthenticated(&house.step_up_with_passkey(&done.secret, &answer, &client()).await));
        assert_eq!(house.recovery_codes_left(&done.actor).await.unwrap(), 9, "what is refused is not used up");
        let removed = house.remove_passkey(&done.actor, house.passkeys(&done.actor, anna.id()).await.unwrap()[0].id).await;
        assert!(matches!(removed, Err(Error::Conflict("last_security_key"))), "{removed:?}");
    }

    /// The stated grace: it counts from when the rule first holds for a person, and ends for good.
    fn the_time_to_add_one_ends(store) {
        let house = TestCore::over(store).await;
        let (_, anna) = keyed(&house).await;
        let admin = house.person("administrator", "Ada", "ada@clinic.example").await;
        house.clock.advance_us(6 * DAY_US);
        let Entered::EnrolKey(pending) = both_steps(&house, &anna).await.unwrap() else { panic!("six days") };
        let ends = house.key_grace_ends(&pending.secret).await.unwrap().expect("a time is told");
        assert!(ends.as_microsecond() - house.clock().now_us() <= DAY_US);
        let begun = password(&house, &anna).await.unwrap();
        house.clock.advance_us(DAY_US);
        assert!(is_unauthenticated(&password(&house, &anna).await), "after seven days");
        assert!(is_unauthenticated(&house.key_registration(&pending.secret).await));
        let code = Factor::Totp(anna.code(&house.clock));
        assert!(is_unauthenticated(&house.second_factor(&begun.secret, &code, &client()).await));
        // Who comes under the rule by a new role has the whole time.
        let ben = house.person("front_desk", "Ben", "ben@clinic.example").await;
        assert!(both_steps(&house, &ben).await.unwrap().signed_in().is_some());
        let physician = house.ready_made_role("physician").await.unwrap().unwrap();
        let line = house.find_person(&admin.actor, ben.id()).await.unwrap();
        house.set_person_roles(&admin.actor, ben.id(), line.version, &[physician]).await.unwrap();
        house.clock.advance_us(6 * DAY_US);
        let Entered::EnrolKey(pending) = both_steps(&house, &ben).await.unwrap() else { panic!("his first days") };
        enrolled(&house, &pending.secret).await;
    }

    /// ASVS 7.5.1, 6.4.6: one administrator does not take somebody who must have a key back to a password: removing the key wants
    /// a recent proof, and gives no days again, neither when they were over nor while they ran. Recovery is by two.
    fn a_key_that_an_administrator_removes_gives_no_days_again(store) {
        let house = TestCore::over(store).await;
        let (_, anna) = keyed(&house).await;
        let admin = house.person("administrator", "Ada", "ada@clinic.example").await;
        let Entered::EnrolKey(pending) = both_steps(&house, &anna).await.unwrap() else { panic!("none yet") };
        enrolled(&house, &pending.secret).await;
        let key = house.passkeys(&admin.actor, anna.id()).await.unwrap()[0].id;
        let at_work = both_steps(&house, &admin).await.unwrap().signed_in().unwrap().actor;
        house.clock.advance_us(DAY_US / 2);
        for stale in [&admin.actor, &at_work] {
            let refused = house.remove_passkey_of(stale, anna.id(), key).await;
            assert!(matches!(refused, Err(Error::Denied("recent_sign_in"))), "{refused:?}");
        }
        let at_work = both_steps(&house, &admin).await.unwrap().signed_in().unwrap().actor;
        house.remove_passkey_of(&at_work, anna.id(), key).await.unwrap();
        assert!(is_unauthenticated(&password(&house, &anna).await), "half a day after she was first asked");
        house.clock.advance_us(30 * DAY_US);
        assert!(is_unauthenticated(&password(&house, &anna).await));
    }
}
