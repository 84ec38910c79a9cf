//! Passkeys, over a real store and an authenticator in software.

use super::*;
use crate::clock::MINUTE_US;
use crate::identity::{PasskeyLine, SessionState};
use crate::people::NewPerson;
use crate::testing::Passkey;
use wardpost_model::audit::AuditKind;
use wardpost_model::person::{Actor, Language};
use wardpost_store::both_engines;

const ORIGIN: &str = "https://mail.clinic.example";

/// Somebody signed in by password, as the web face knows them.
pub(super) async fn at_work(house: &TestCore, person: &TestPerson) -> Actor {
    let s = signed_in(house, house, person).await;
    house.authenticate_session(&s.secret, &client(), false).await.unwrap().0
}

pub(super) async fn added(house: &TestCore, actor: &Actor, key: &mut Passkey) -> PasskeyLine {
    let wanted = house.passkey_registration(actor).await.unwrap();
    let made = key.make(&wanted.ask.challenge, &wanted.user_handle);
    house.add_passkey(actor, "Phone", &made).await.unwrap()
}

pub(super) async fn enters(house: &TestCore, key: &mut Passkey) -> Result<SignedIn, Error> {
    let answer = key.answer(&house.passkey_ask().challenge);
    house.sign_in_with_passkey(&answer, &client()).await.map(|e| e.signed_in().unwrap())
}

both_engines! {
    /// ASVS 6.3.3: a phishing-resistant factor; AX-01 (WCAG 3.3.8): nothing to remember or to copy.
    fn a_passkey_signs_in_by_itself(db) {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let actor = at_work(&house, &anna).await;
        for mut key in [Passkey::synced(ORIGIN), Passkey::device_bound(ORIGIN), Passkey::rsa(ORIGIN)] {
            let line = added(&house, &actor, &mut key).await;
            assert_eq!((line.name.as_str(), line.device_bound), ("Phone", key.counts));
            let s = enters(&house, &mut key).await.unwrap();
            assert_eq!(s.actor.person_id, anna.id());
            let SessionState::SignedIn(view) = house.session_state(Some(&s.secret), &client()).await.unwrap() else {
                panic!("signed in")
            };
            assert_eq!(view.profile.name, "Anna Jansen");
            let sessions = house.my_sessions(&s.actor).await.unwrap();
            let method = &sessions.iter().find(|l| l.current).unwrap().method;
            assert!(["passkey", "security_key"].contains(&method.as_str()), "{method}");
        }
        let lines = house.passkeys(&actor, anna.id()).await.unwrap();
        assert!(lines.len() == 3 && lines.iter().all(|l| l.last_used_at.is_some()));
        let renamed = house.rename_passkey(&actor, lines[0].id, "Blue key").await.unwrap();
        assert_eq!(renamed.name, "Blue key");
        let kinds = house.audit_kinds().await;
        assert_eq!(kinds.iter().filter(|(k, o)| k == "sign_in.passkey" && o == "success").count(), 3);
    }

    /// ASVS 6.5.1, 6.7.2: an answer is good once, on all nodes together, and for five minutes.
    fn an_answer_is_good_once_and_not_for_long(db) {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna", "anna@clinic.example").await;
        let actor = at_work(&house, &anna).await;
        let mut key = Passkey::synced(ORIGIN);
        added(&house, &actor, &mut key).await;
        let other = house.another_node().await;
        let answer = key.answer(&house.passkey_ask().challenge);
        let who = client();
        let (one, two) =
            tokio::join!(house.sign_in_with_passkey(&answer, &who), other.sign_in_with_passkey(&answer, &who));
        assert!(one.is_ok() != two.is_ok(), "one of two at once");
        assert!(is_unauthenticated(&house.sign_in_with_passkey(&answer, &client()).await), "a replay");
        let late = key.answer(&house.passkey_ask().challenge);
        house.clock.advance_us(5 * MINUTE_US);
        assert!(is_unauthenticated(&house.sign_in_with_passkey(&late, &client()).await), "too late");
        assert!(enters(&house, &mut key).await.is_ok());
    }
}

#[tokio::test]
async fn challenges_are_for_one_purpose_one_session_and_one_house() {
    let (house, neighbours) = (TestCore::new().await, TestCore::new().await);
    let anna = house.person("clinician", "Anna", "anna@clinic.example").await;
    let actor = at_work(&house, &anna).await;
    let mut key = Passkey::synced(ORIGIN);
    added(&house, &actor, &mut key).await;
    let session = actor.session_id.unwrap();
    let wanted = house.passkey_registration(&actor).await.unwrap().ask.challenge;
    let mut forged = house.passkey_ask().challenge;
    forged[20] ^= 1;
    for (challenge, why) in [
        (neighbours.passkey_ask().challenge, "of another organisation"),
        (house.passkey_step_up_ask(session).challenge, "for proving oneself anew"),
        (wanted, "for adding a passkey"),
        (forged, "altered"),
        (b"chosen by the attacker".to_vec(), "not ours"),
        (Vec::new(), "none"),
    ] {
        let answer = key.answer(&challenge);
        assert!(is_unauthenticated(&house.sign_in_with_passkey(&answer, &client()).await), "{why}");
    }
    let s = signed_in(&house, &house, &anna).await;
    let answer = key.answer(&house.passkey_step_up_ask(session).challenge);
    let got = house.step_up_with_passkey(&s.secret, &answer, &client()).await;
    assert!(is_unauthenticated(&got), "of another session");
}

/// ASVS 6.3.8: nobody learns whether a passkey, its owner or only the answer is wrong.
#[tokio::test]
async fn every_refusal_is_the_same_and_is_audited() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna", "anna@clinic.example").await;
    let ben = house.person("clinician", "Ben", "ben@clinic.example").await;
    let admin = house.person("administrator", "Ada", "ada@clinic.example").await;
    let actor = at_work(&house, &anna).await;
    let (mut key, mut unknown) = (Passkey::synced(ORIGIN), Passkey::synced(ORIGIN));
    added(&house, &actor, &mut key).await;
    assert!(is_unauthenticated(&enters(&house, &mut unknown).await));
    // Somebody else's user handle, or none.
    let handle = std::mem::replace(&mut key.user_handle, house.user_handle(ben.id()).to_vec());
    assert!(is_unauthenticated(&enters(&house, &mut key).await));
    let mut answer = key.answer(&house.passkey_ask().challenge);
    answer.user_handle = None;
    assert!(is_unauthenticated(&house.sign_in_with_passkey(&answer, &client()).await));
    key.user_handle = handle;
    key.origin = "https://mail.clinic.example.evil.example".to_owned();
    assert!(is_unauthenticated(&enters(&house, &mut key).await), "relayed by another site");
    key.origin = ORIGIN.to_owned();
    key.flags &= !0x04;
    assert!(is_unauthenticated(&enters(&house, &mut key).await), "somebody else's finger");
    key.flags |= 0x04;
    house.disable_person(&admin.actor, anna.id()).await.unwrap();
    assert!(is_unauthenticated(&enters(&house, &mut key).await), "who has left");
    let refused: Vec<_> =
        house.audit_details(AuditKind::SignInPasskey).await.into_iter().filter_map(|d| d.why).collect();
    assert_eq!(
        refused,
        [
            "unknown passkey",
            "another user handle",
            "another user handle",
            "another origin",
            "the person was not verified",
            "the person can't sign in"
        ]
    );
}

/// ASVS 6.3.5 (suspicious attempts), WebAuthn 6.1.1: a copied security key shows itself by its counter.
#[tokio::test]
async fn a_copied_security_key_is_refused_and_told() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna", "anna@clinic.example").await;
    let actor = at_work(&house, &anna).await;
    let mut key = Passkey::device_bound(ORIGIN);
    added(&house, &actor, &mut key).await;
    enters(&house, &mut key).await.unwrap();
    key.counter = 0;
    assert!(is_unauthenticated(&enters(&house, &mut key).await));
    let told = house.audit_details(AuditKind::SignInSuspicious).await;
    assert_eq!(told[0].why.as_deref(), Some("the counter went back: there may be a copy of the key"));
}

/// ASVS 7.2.4: proving oneself anew gives the session another secret; 7.5.1: changing one's ways in wants it.
#[tokio::test]
async fn a_passkey_proves_anew_and_the_session_goes_on_under_another_secret() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna", "anna@clinic.example").await;
    let ben = house.person("clinician", "Ben", "ben@clinic.example").await;
    let s = signed_in(&house, &house, &anna).await;
    let actor = house.authenticate_session(&s.secret, &client(), false).await.unwrap().0;
    let (mut key, mut bens) = (Passkey::synced(ORIGIN), Passkey::synced(ORIGIN));
    let line = added(&house, &actor, &mut key).await;
    added(&house, &at_work(&house, &ben).await, &mut bens).await;
    for _ in 0..2 {
        house.clock.advance_minutes(10);
        house.touch_session(&s.secret, &client()).await.unwrap();
    }
    assert!(matches!(house.passkey_registration(&actor).await, Err(Error::Denied("recent_sign_in"))));
    assert!(matches!(house.remove_passkey(&actor, line.id).await, Err(Error::Denied("recent_sign_in"))));
    let ask = house.passkey_step_up_ask(s.session.id);
    let foreign = house.step_up_with_passkey(&s.secret, &bens.answer(&ask.challenge), &client()).await;
    assert!(is_unauthenticated(&foreign), "a colleague's passkey proves nothing about Anna");
    let ask = house.passkey_step_up_ask(s.session.id);
    let new = house.step_up_with_passkey(&s.secret, &key.answer(&ask.challenge), &client()).await.unwrap();
    assert_ne!(new, s.secret);
    assert!(is_unauthenticated(&house.authenticate_session(&s.secret, &client(), false).await));
    let (actor, info) = house.authenticate_session(&new, &client(), false).await.unwrap();
    assert_eq!((actor.session_id, info.absolute_expires_at), (Some(s.session.id), s.session.absolute_expires_at));
    assert!(house.session_by_id(s.session.id, &client()).await.unwrap().is_some(), "open event streams go on");
    house.remove_passkey(&actor, line.id).await.unwrap();
    assert!(is_unauthenticated(&enters(&house, &mut key).await));
    // The authenticator app proves anew as well, and changes the secret as well.
    let code = Factor::Totp(anna.code(&house.clock));
    let newer = house.step_up(&new, &code, &client()).await.unwrap();
    assert!(is_unauthenticated(&house.authenticate_session(&new, &client(), false).await));
    assert!(house.authenticate_session(&newer, &client(), false).await.is_ok());
}

#[tokio::test]
async fn only_new_passkeys_of_this_house_are_added() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna", "anna@clinic.example").await;
    let ben = house.person("clinician", "Ben", "ben@clinic.example").await;
    let actor = at_work(&house, &anna).await;
    let mut key = Passkey::synced(ORIGIN);
    let wanted = house.passkey_registration(&actor).await.unwrap();
    assert_eq!((wanted.ask.rp_id.as_str(), wanted.login.as_str()), ("mail.clinic.example", "anna@clinic.example"));
    let made = key.make(&wanted.ask.challenge, &wanted.user_handle);
    assert_eq!(field_codes(house.add_passkey(&actor, " ", &made).await), [("name".to_owned(), "required")]);
    house.add_passkey(&actor, "Phone", &made).await.unwrap();
    let again = house.add_passkey(&actor, "Phone", &made).await;
    assert!(matches!(again, Err(Error::Conflict("passkey_known")) | Err(Error::Validation(_))));
    let known = house.passkey_registration(&actor).await.unwrap().known;
    assert_eq!(known, [(key.id.clone(), vec!["internal".to_owned()])], "an authenticator is not asked for two");
    // A colleague can't take it over, nor add one with a challenge of another session.
    let bens = at_work(&house, &ben).await;
    let ask = house.passkey_registration(&bens).await.unwrap();
    let stolen = house.add_passkey(&bens, "Mine", &key.make(&ask.ask.challenge, &ask.user_handle)).await;
    assert!(matches!(stolen, Err(Error::Conflict("passkey_known"))));
    let mut other = Passkey::synced("https://evil.example");
    let foreign = house.add_passkey(&bens, "Mine", &other.make(&ask.ask.challenge, &ask.user_handle)).await;
    assert_eq!(field_codes(foreign), [("credential".to_owned(), "wrong")]);
    let annas = house.passkey_registration(&actor).await.unwrap();
    let mut third = Passkey::synced(ORIGIN);
    let crossed = house.add_passkey(&bens, "Mine", &third.make(&annas.ask.challenge, &annas.user_handle)).await;
    assert_eq!(field_codes(crossed), [("credential".to_owned(), "wrong")]);
}

/// ASVS 8.2.2 (somebody else's object); 6.4.4 (a lost authenticator).
#[tokio::test]
async fn passkeys_are_ones_own_affair_and_an_administrators_when_lost() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna", "anna@clinic.example").await;
    let ben = house.person("clinician", "Ben", "ben@clinic.example").await;
    let admin = house.person("administrator", "Ada", "ada@clinic.example").await;
    let actor = at_work(&house, &anna).await;
    let mut key = Passkey::synced(ORIGIN);
    let line = added(&house, &actor, &mut key).await;
    let opened = enters(&house, &mut key).await.unwrap();
    assert!(matches!(house.passkeys(&ben.actor, anna.id()).await, Err(Error::Denied(_))));
    assert!(matches!(house.rename_passkey(&ben.actor, line.id, "x").await, Err(Error::NotFound)));
    assert!(matches!(house.remove_passkey(&ben.actor, line.id).await, Err(Error::NotFound)));
    assert!(matches!(house.remove_passkey_of(&ben.actor, anna.id(), line.id).await, Err(Error::Denied(_))));
    assert!(matches!(house.remove_passkey_of(&admin.actor, ben.id(), line.id).await, Err(Error::NotFound)));
    assert_eq!(house.passkeys(&admin.actor, anna.id()).await.unwrap().len(), 1);
    let unproven = house.remove_passkey_of(&admin.actor, anna.id(), line.id).await;
    assert!(matches!(unproven, Err(Error::Denied("recent_sign_in"))), "{unproven:?}");
    let proven = at_work(&house, &admin).await;
    house.remove_passkey_of(&proven, anna.id(), line.id).await.unwrap();
    assert!(is_unauthenticated(&house.authenticate_session(&opened.secret, &client(), false).await), "what it opened");
    assert!(house.passkeys(&actor, anna.id()).await.unwrap().is_empty());
    // A reset takes all ways in away.
    let mut another = Passkey::synced(ORIGIN);
    added(&house, &actor, &mut another).await;
    house.reset_person(&admin.actor, anna.id()).await.unwrap();
    assert!(is_unauthenticated(&enters(&house, &mut another).await));
}

both_engines! {
    fn an_invitation_is_accepted_by_a_passkey_and_the_last_way_in_stays(db) {
        let house = TestCore::over(db).await;
        let admin = house.person("administrator", "Ada", "ada@clinic.example").await;
        let role = house.ready_made_role("clinician").await.unwrap().unwrap();
        let new = NewPerson {
            name: "Carla".to_owned(),
            login: "carla@clinic.example".parse().unwrap(),
            function: String::new(),
            language: Language::Nl,
            role_ids: vec![role],
            mailbox_address: None,
        };
        let created = house.create_person(&admin.actor, new).await.unwrap();
        let token = created.invitation.token.clone();
        let wanted = house.open_invitation(&token).await.unwrap().passkey;
        let mut key = Passkey::synced(ORIGIN);
        let made = key.make(&wanted.ask.challenge, &wanted.user_handle);
        let other = house.invite_person(&admin.actor, created.person.id).await.unwrap();
        let old = house.accept_invitation_with_passkey(&token, "Phone", &made, &client()).await;
        assert!(matches!(old, Err(Error::NotFound)), "an older invitation is void");
        let old = house.accept_invitation_with_passkey(&other.token, "Phone", &made, &client()).await;
        assert_eq!(field_codes(old), [("credential".to_owned(), "wrong")], "so is what was asked for it");
        let wanted = house.open_invitation(&other.token).await.unwrap().passkey;
        let made = key.make(&wanted.ask.challenge, &wanted.user_handle);
        house.accept_invitation_with_passkey(&other.token, "Phone", &made, &client()).await.unwrap();
        assert!(matches!(house.open_invitation(&other.token).await, Err(Error::NotFound)));
        let s = enters(&house, &mut key).await.unwrap();
        let refused = house.sign_in("carla@clinic.example", PASSWORD, &client()).await;
        assert!(is_unauthenticated(&refused), "there is no password");
        let only = house.passkeys(&s.actor, s.actor.person_id).await.unwrap()[0].id;
        assert!(matches!(house.remove_passkey(&s.actor, only).await, Err(Error::Conflict("last_way_in"))));
        let mut second = Passkey::device_bound(ORIGIN);
        let line = added(&house, &s.actor, &mut second).await;
        let (one, two) = tokio::join!(house.remove_passkey(&s.actor, only), house.remove_passkey(&s.actor, line.id));
        assert!(one.is_ok() != two.is_ok(), "of two removals at once one is refused");
    }
}
