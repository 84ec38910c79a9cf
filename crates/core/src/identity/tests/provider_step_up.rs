//! Proving oneself anew at an identity provider, over a real store and a provider in software.

use super::provider::{denied, inside, link, provider, rule, settings, walks};
use super::*;
use crate::clock::{Clock, MINUTE_US};
use crate::identity::{ProviderAnswer, ProviderBegun, ProviderOutcome, SessionState};
use crate::testing::TestProvider;
use serde_json::{Value, json};
use wardpost_model::ProviderId;
use wardpost_model::audit::AuditKind;
use wardpost_model::person::Actor;
use wardpost_model::provider::ProviderSettings;
use wardpost_store::both_engines;

const NOOR: &str = r#"{ "sub": "n1", "email": "noor@clinic.example", "email_verified": true, "name": "Noor", "amr": ["mfa"], "sid": "p1" }"#;

/// Somebody who has an account by the provider alone, a quarter of an hour after they signed in.
async fn noor(house: &TestCore) -> (ProviderId, SignedIn) {
    let (_, id) = provider(house, ProviderSettings { create: Some(rule()), ..settings() }).await;
    let noor = inside(walks(house, id, serde_json::from_str(NOOR).unwrap()).await);
    // Somebody is there all the while: the session stays.
    for _ in 0..2 {
        house.clock.advance_us(8 * MINUTE_US);
        house.touch_session(&noor.secret, &client()).await.unwrap();
    }
    assert!(matches!(house.passkey_registration(&noor.actor).await, Err(Error::Denied("recent_sign_in"))));
    (id, noor)
}

fn answered(house: &TestCore, begun: &ProviderBegun, said: &Value) -> ProviderAnswer {
    house.provider.consent(&begun.url, house.clock.now_us() / 1_000_000, said)
}

async fn begins(house: &TestCore, id: ProviderId, actor: &Actor) -> ProviderBegun {
    house.begin_provider_step_up(actor, id, Some("/settings"), &client()).await.unwrap()
}

/// Back in the browser that began it, in a session.
async fn back(
    house: &TestCore,
    begun: &ProviderBegun,
    answer: &ProviderAnswer,
    secret: Option<&str>,
) -> Result<ProviderOutcome, Error> {
    house.finish_provider_sign_in(answer, &begun.browser_secret, secret, &client()).await
}

/// There and back, with the provider saying this.
async fn proves(house: &TestCore, id: ProviderId, s: &SignedIn, said: Value) -> Result<ProviderOutcome, Error> {
    let begun = begins(house, id, &s.actor).await;
    back(house, &begun, &answered(house, &begun, &said), Some(&s.secret)).await
}

both_engines! {
    /// ASVS 6.8.4, 7.2.4, 7.5.1, 10.5.2: who has nothing here but a link proves themselves anew there, by the same subject, freshly.
    fn whoever_comes_by_a_provider_only_proves_themselves_anew_there(store) {
        let house = TestCore::over(store).await;
        let (id, noor) = noor(&house).await;
        let begun = begins(&house, id, &noor.actor).await;
        assert!(begun.url.contains("prompt=login") && begun.url.contains("max_age=0"), "{}", begun.url);
        assert!(begun.url.contains("code_challenge_method=S256") && begun.url.contains("nonce="), "{}", begun.url);
        let answer = answered(&house, &begun, &json!({ "sub": "n1", "amr": ["pwd", "mfa"], "sid": "p2" }));
        let ProviderOutcome::Proved { secret, next } = back(&house, &begun, &answer, Some(&noor.secret)).await.unwrap()
        else { panic!("proved") };
        assert_eq!(next.as_deref(), Some("/settings"), "back at the same place");
        assert!(is_unauthenticated(&house.authenticate_session(&noor.secret, &client(), false).await), "another secret");
        let (actor, info) = house.authenticate_session(&secret, &client(), false).await.unwrap();
        assert_eq!((actor.person_id, info.id), (noor.actor.person_id, noor.session.id), "the same session");
        house.passkey_registration(&actor).await.unwrap();
        // Once.
        assert!(is_unauthenticated(&back(&house, &begun, &answer, Some(&secret)).await), "replayed");
        // The provider's word of signing out is about the session that it has now.
        let now = house.clock.now_us() / 1_000_000;
        let word = |sid: &str| house.provider.sign(&json!({ "iss": TestProvider::ISSUER, "aud": "wardpost", "iat": now,
            "jti": sid, "sid": sid, "events": { "http://schemas.openid.net/event/backchannel-logout": {} } }));
        assert_eq!(house.provider_logout(&word("p1"), &client()).await.unwrap(), 0);
        assert_eq!(house.provider_logout(&word("p2"), &client()).await.unwrap(), 1);
        assert!(is_unauthenticated(&house.authenticate_session(&secret, &client(), false).await));
        let why: Vec<_> = house.audit_details(AuditKind::SignInProvider).await.into_iter().filter_map(|d| d.why).collect();
        assert_eq!(why, ["proved anew within the session"]);
    }

    /// ASVS 7.5.3: a provider that has known somebody for days lets them in, and proves nothing anew; so does one that does not
    /// say since when.
    fn a_silent_sign_in_is_no_recent_proof(store) {
        let house = TestCore::over(store).await;
        let (_, id) = provider(&house, ProviderSettings { create: Some(rule()), ..settings() }).await;
        let said = |auth_time: Value| {
            let mut said: Value = serde_json::from_str(NOOR).unwrap();
            said["auth_time"] = auth_time;
            said
        };
        let now = house.clock.now_us() / 1_000_000;
        for (auth_time, recent) in [(json!(now - 30 * 86_400), false), (json!(null), false), (json!(now - 60), true)] {
            let noor = inside(walks(&house, id, said(auth_time.clone())).await);
            let asked = house.passkey_registration(&noor.actor).await;
            assert_eq!(asked.is_ok(), recent, "{auth_time}: {asked:?}");
        }
    }

    /// ASVS 6.8.1, 6.8.2, 10.5.1, 10.5.2: forged and foreign proofs leave the session as old as it was.
    fn what_proves_nothing_leaves_the_session_as_it_was(store) {
        let house = TestCore::over(store).await;
        let (id, noor) = noor(&house).await;
        let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
        let annas = link(&house, id, &anna, "a1").await;
        for n in [0, 1] {
            house.clock.advance_us(8 * MINUTE_US * n);
            house.touch_session(&noor.secret, &client()).await.unwrap();
        }
        let now = house.clock.now_us() / 1_000_000;
        for other in ["a1", "nobody", "N1"] {
            let said = json!({ "sub": other, "amr": ["mfa"] });
            assert_eq!(denied(&proves(&house, id, &noor, said).await), Some("provider_other_account"), "{other}");
        }
        let single = json!({ "sub": "n1", "amr": ["pwd"] });
        assert_eq!(denied(&proves(&house, id, &noor, single).await), Some("provider_single_factor"));
        for (said, what) in [
            (json!({ "sub": "n1", "amr": ["mfa"], "auth_time": now - 61 }), "signed in there before it was asked"),
            (json!({ "sub": "n1", "amr": ["mfa"], "auth_time": now - 3600 }), "signed in there an hour ago"),
            (json!({ "sub": "n1", "amr": ["mfa"], "auth_time": null }), "nobody says when"),
            (json!({ "sub": "n1", "amr": ["mfa"], "nonce": "another" }), "another nonce"),
            (json!({ "sub": "n1", "amr": ["mfa"], "aud": "another" }), "for another party"),
        ] {
            assert!(is_unauthenticated(&proves(&house, id, &noor, said).await), "{what}");
        }
        let said = json!({ "sub": "n1", "amr": ["mfa"] });
        // In no session, in somebody else's, and in another of one's own.
        let other = inside(walks(&house, id, serde_json::from_str(NOOR).unwrap()).await);
        for secret in [None, Some(annas.secret.as_str()), Some(other.secret.as_str())] {
            let begun = begins(&house, id, &noor.actor).await;
            assert!(is_unauthenticated(&back(&house, &begun, &answered(&house, &begun, &said), secret).await));
        }
        // In another browser, and too late.
        let (begun, elsewhere) = (begins(&house, id, &noor.actor).await, begins(&house, id, &noor.actor).await);
        let answer = answered(&house, &begun, &said);
        assert!(is_unauthenticated(&back(&house, &elsewhere, &answer, Some(&noor.secret)).await));
        house.clock.advance_us(10 * MINUTE_US);
        assert!(is_unauthenticated(&back(&house, &begun, &answered(&house, &begun, &said), Some(&noor.secret)).await));
        let stands = house.session_state(Some(&noor.secret), &client()).await.unwrap();
        let SessionState::SignedIn(view) = stands else { panic!("{stands:?}") };
        assert!(matches!(house.passkey_registration(&view.actor).await, Err(Error::Denied("recent_sign_in"))));
        // Without a link there is nowhere to go; nor at a provider that is out of use.
        let ben = house.person("physician", "Ben", "ben@clinic.example").await;
        let ben = signed_in(&house, &house, &ben).await;
        let nowhere = house.begin_provider_step_up(&ben.actor, id, None, &client()).await;
        assert!(matches!(nowhere, Err(Error::NotFound)), "{nowhere:?}");
    }

    /// ASVS 10.2.1: what was begun decides what comes of it. An answer to a sign-in proves nothing anew, and the other way round.
    fn a_sign_in_and_a_proof_anew_do_not_stand_for_each_other(store) {
        let house = TestCore::over(store).await;
        let (id, noor) = noor(&house).await;
        let said = json!({ "sub": "n1", "amr": ["mfa"] });
        let sign_in = async || house.begin_provider_sign_in(id, None, &client()).await.unwrap();
        // A code of one under the state of the other: its verifier and its nonce are not the same.
        for (taken_s, given) in [(sign_in().await, begins(&house, id, &noor.actor).await), (begins(&house, id, &noor.actor).await, sign_in().await)] {
            let code = answered(&house, &taken_s, &said).code;
            let mixed = ProviderAnswer { code, ..answered(&house, &given, &said) };
            assert!(is_unauthenticated(&back(&house, &given, &mixed, Some(&noor.secret)).await));
        }
        // A sign-in within the session begins another one; it makes this one no fresher.
        let begun = sign_in().await;
        let outcome = back(&house, &begun, &answered(&house, &begun, &said), Some(&noor.secret)).await.unwrap();
        let ProviderOutcome::Entered { entered, .. } = outcome else { panic!("{outcome:?}") };
        assert_ne!(entered.signed_in().unwrap().session.id, noor.session.id);
        let (actor, _) = house.authenticate_session(&noor.secret, &client(), false).await.unwrap();
        assert!(matches!(house.passkey_registration(&actor).await, Err(Error::Denied("recent_sign_in"))));
        // A proof anew signs nobody in, however good the answer is.
        let begun = begins(&house, id, &noor.actor).await;
        let answer = answered(&house, &begun, &said);
        house.sign_out(&noor.secret, &client()).await.unwrap();
        for secret in [None, Some(noor.secret.as_str())] {
            assert!(is_unauthenticated(&back(&house, &begun, &answer, secret).await));
        }
    }
}
