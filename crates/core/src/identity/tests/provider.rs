//! Signing in by an identity provider, over a real store and a provider in software.

use super::*;
use crate::clock::{Clock, DAY_US, MINUTE_US};
use crate::identity::{Client, Entered, ProviderOutcome, SessionState};
use crate::testing::TestProvider;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use wardpost_model::audit::AuditKind;
use wardpost_model::person::Actor;
use wardpost_model::provider::{CreateRule, ProviderSettings, RoleRule, SecondFactorWord};
use wardpost_model::{ProviderId, RoleId};
use wardpost_store::both_engines;

pub(super) fn settings() -> ProviderSettings {
    ProviderSettings {
        name: "Hospital".to_owned(),
        issuer: TestProvider::ISSUER.to_owned(),
        client_id: TestProvider::CLIENT.to_owned(),
        scopes: ["email", "profile", "groups"].map(str::to_owned).into(),
        active: true,
        second_factor: SecondFactorWord::default(),
        create: None,
        role_rules: Vec::new(),
        keep_roles_in_step: false,
    }
}

/// The security officer, signed in.
async fn officer(house: &TestCore) -> Actor {
    let sara = house.person("security_officer", "Sara Slot", "sara@clinic.example").await;
    signed_in(house, house, &sara).await.actor
}

pub(super) async fn provider(house: &TestCore, settings: ProviderSettings) -> (Actor, ProviderId) {
    let sara = officer(house).await;
    provider_by(house, sara, settings).await
}

async fn provider_by(house: &TestCore, sara: Actor, settings: ProviderSettings) -> (Actor, ProviderId) {
    let line = house.add_identity_provider(&sara, settings, TestProvider::SECRET).await.unwrap();
    (sara, line.id)
}

async fn role(house: &TestCore, key: &str) -> RoleId {
    house.ready_made_role(key).await.unwrap().unwrap()
}

/// The whole way: there, signing in as the provider says, and back.
pub(super) async fn walks(house: &TestCore, id: ProviderId, said: Value) -> Result<ProviderOutcome, Error> {
    let begun = house.begin_provider_sign_in(id, Some("/mail"), &client()).await?;
    let answer = house.provider.consent(&begun.url, house.clock.now_us() / 1_000_000, &said);
    house.finish_provider_sign_in(&answer, &begun.browser_secret, None, &client()).await
}

#[track_caller]
pub(super) fn inside(outcome: Result<ProviderOutcome, Error>) -> SignedIn {
    match outcome.unwrap() {
        ProviderOutcome::Entered { entered, next } => {
            assert_eq!(next.as_deref(), Some("/mail"));
            entered.signed_in().expect("signed in")
        }
        other => panic!("{other:?}"),
    }
}

pub(super) fn denied(outcome: &Result<ProviderOutcome, Error>) -> Option<&'static str> {
    match outcome {
        Err(Error::Denied(code)) => Some(code),
        _ => None,
    }
}

/// Links somebody's account there, as they do under Settings.
pub(super) async fn link(house: &TestCore, id: ProviderId, who: &TestPerson, sub: &str) -> SignedIn {
    let s = signed_in(house, house, who).await;
    let begun = house.begin_link(&s.actor, id).await.unwrap();
    assert!(begun.url.contains("prompt=login") && begun.url.contains("max_age=300"), "{}", begun.url);
    let answer = house.provider.consent(&begun.url, house.clock.now_us() / 1_000_000, &json!({ "sub": sub }));
    let done = house.finish_provider_sign_in(&answer, &begun.browser_secret, Some(&s.secret), &client()).await;
    assert!(matches!(done.unwrap(), ProviderOutcome::Linked));
    s
}

pub(super) fn rule() -> CreateRule {
    CreateRule { domains: ["clinic.example".parse().unwrap()].into(), role_ids: BTreeSet::new(), mailbox: true }
}

both_engines! {
    /// ASVS 6.8.1, 6.8.2, 6.8.4: known by the subject alone; linked by whoever is signed in; a second factor is shown there or
    /// asked for here.
    fn a_linked_account_signs_in_by_its_subject(store) {
        let house = TestCore::over(store).await;
        let (_, id) = provider(&house, settings()).await;
        let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
        let first = link(&house, id, &anna, "subject-1").await;
        let links = house.my_links(&first.actor).await.unwrap();
        assert_eq!((links.len(), links[0].provider_name.as_str()), (1, "Hospital"));
        assert!(matches!(house.begin_link(&first.actor, id).await, Err(Error::Conflict("already_linked"))));
        let done = inside(walks(&house, id, json!({ "sub": "subject-1", "amr": ["pwd", "mfa"], "email": "other@evil.example" })).await);
        assert_eq!(done.actor.person_id, anna.id());
        let sessions = house.my_sessions(&done.actor).await.unwrap();
        assert_eq!(sessions.iter().find(|s| s.current).unwrap().method, "provider");
        // The same address proves nothing, and neither does a subject in other letters.
        for said in [json!({ "sub": "subject-2", "email": "anna@clinic.example", "email_verified": true, "amr": ["mfa"] }), json!({ "sub": "Subject-1", "amr": ["mfa"] })] {
            assert_eq!(denied(&walks(&house, id, said).await), Some("provider_unknown"));
        }
        // Without a word of a second factor ours is asked for.
        let ProviderOutcome::SecondFactor { pending, .. } = walks(&house, id, json!({ "sub": "subject-1", "amr": ["pwd"] })).await.unwrap() else { panic!("a second factor is wanted") };
        let state = house.session_state(Some(&pending.secret), &client()).await.unwrap();
        assert!(matches!(state, SessionState::SecondFactor { .. }));
        house.clock.advance_us(31_000_000);
        let code = Factor::Totp(anna.code(&house.clock));
        let done = house.second_factor(&pending.secret, &code, &client()).await.unwrap().signed_in().unwrap();
        assert_eq!(done.actor.circumstances.way, Some(wardpost_model::security::Way::Provider));
        // Removed, it opens nothing, and what it opened ends.
        house.remove_link(&first.actor, links[0].id).await.unwrap();
        assert!(is_unauthenticated(&house.authenticate_session(&done.secret, &client(), false).await));
        assert_eq!(denied(&walks(&house, id, json!({ "sub": "subject-1", "amr": ["mfa"] })).await), Some("provider_unknown"));
    }

    /// ASVS 10.2.1, 10.5.1: once, in time, in the browser that began it, and of the provider that was asked.
    fn an_answer_is_good_once_and_only_where_it_was_begun(store) {
        let house = TestCore::over(store).await;
        let (sara, id) = provider(&house, settings()).await;
        let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
        link(&house, id, &anna, "s1").await;
        let now = || house.clock.now_us() / 1_000_000;
        let said = json!({ "sub": "s1", "amr": ["mfa"] });
        let begun = house.begin_provider_sign_in(id, None, &client()).await.unwrap();
        let answer = house.provider.consent(&begun.url, now(), &said);
        let other = house.begin_provider_sign_in(id, None, &client()).await.unwrap();
        let of_another = house.finish_provider_sign_in(&answer, &other.browser_secret, None, &client()).await;
        assert!(is_unauthenticated(&of_another), "another browser");
        let node = house.another_node().await;
        let who = client();
        let (one, two) = tokio::join!(
            house.finish_provider_sign_in(&answer, &begun.browser_secret, None, &who),
            node.finish_provider_sign_in(&answer, &begun.browser_secret, None, &who),
        );
        assert!(one.is_ok() != two.is_ok(), "once, on all nodes together: {one:?} {two:?}");
        // Mix-up: the answer of another provider, or of nobody where ours names itself.
        for iss in [Some("https://evil.example".to_owned()), None] {
            let begun = house.begin_provider_sign_in(id, None, &client()).await.unwrap();
            let answer = crate::identity::ProviderAnswer { iss, ..house.provider.consent(&begun.url, now(), &said) };
            assert!(is_unauthenticated(&house.finish_provider_sign_in(&answer, &begun.browser_secret, None, &client()).await));
        }
        // A code that somebody else got: their verifier does not fit.
        let (mine, theirs) = (house.begin_provider_sign_in(id, None, &client()).await.unwrap(), house.begin_provider_sign_in(id, None, &client()).await.unwrap());
        let stolen = house.provider.consent(&theirs.url, now(), &said).code;
        let injected = crate::identity::ProviderAnswer { code: stolen, ..house.provider.consent(&mine.url, now(), &said) };
        assert!(is_unauthenticated(&house.finish_provider_sign_in(&injected, &mine.browser_secret, None, &client()).await));
        // Refused there, too late, or nothing that was begun.
        let begun = house.begin_provider_sign_in(id, None, &client()).await.unwrap();
        let refused = crate::identity::ProviderAnswer { code: None, error: Some("access_denied".to_owned()), ..house.provider.consent(&begun.url, now(), &said) };
        assert!(is_unauthenticated(&house.finish_provider_sign_in(&refused, &begun.browser_secret, None, &client()).await));
        let begun = house.begin_provider_sign_in(id, None, &client()).await.unwrap();
        house.clock.advance_us(10 * MINUTE_US);
        let answer = house.provider.consent(&begun.url, now(), &said);
        assert!(is_unauthenticated(&house.finish_provider_sign_in(&answer, &begun.browser_secret, None, &client()).await), "too late");
        // Its token is looked at: one of another sign-in, and one that is signed by nobody's key.
        assert!(is_unauthenticated(&walks(&house, id, json!({ "sub": "s1", "amr": ["mfa"], "nonce": "another" })).await));
        house.provider.renew_key("second");
        inside(walks(&house, id, said.clone()).await);
        house.provider.renew_key("third");
        assert!(is_unauthenticated(&walks(&house, id, said.clone()).await), "keys are read again once a minute");
        house.clock.advance_us(MINUTE_US);
        inside(walks(&house, id, said.clone()).await);
        // Who has left here is out, whatever is said there.
        let admin = house.person("administrator", "Ada", "ada@clinic.example").await;
        house.disable_person(&admin.actor, anna.id()).await.unwrap();
        assert!(is_unauthenticated(&walks(&house, id, said).await));
        let line = house.identity_providers(&sara).await.unwrap().remove(0);
        assert_eq!(line.links, 1);
        let why: Vec<_> = house.audit_details(AuditKind::SignInProvider).await.into_iter().filter_map(|d| d.why).collect();
        assert_eq!(why, ["another browser", "the answer of another provider", "the answer of another provider",
            "the code was not taken: the provider answered 400", "the provider said access_denied", "its token: another nonce",
            "its token: a key that the provider does not have", "the person can't sign in"]);
    }

    /// ASVS 8.1.1, 8.4.2: a rule is no way to roles for whoever writes the rules.
    fn who_writes_the_rules_gains_no_role_by_them(store) {
        let house = TestCore::over(store).await;
        let physician = role(&house, "physician").await;
        let rules = vec![RoleRule { claim: "groups".to_owned(), value: "doctors".to_owned(), role_ids: [physician].into() }];
        let sara = house.person("security_officer", "Sara Slot", "sara@clinic.example").await;
        let officer = signed_in(&house, &house, &sara).await.actor;
        house.set_provisioned_roles(&officer, &[physician]).await.unwrap();
        let wanted = ProviderSettings { role_rules: rules, keep_roles_in_step: true, ..settings() };
        let (_, id) = provider_by(&house, officer, wanted).await;
        let ben = house.person("front_desk", "Ben Carter", "ben@clinic.example").await;
        house.clock.advance_us(MINUTE_US);
        for (who, sub, gains) in [(&ben, "b1", true), (&sara, "s1", false)] {
            link(&house, id, who, sub).await;
            let said = json!({ "sub": sub, "amr": ["mfa"], "groups": ["doctors"] });
            let done = inside(walks(&house, id, said).await);
            assert_eq!(done.actor.roles.contains(&"Physician".to_owned()), gains, "{}: {:?}", done.actor.name, done.actor.roles);
            house.clock.advance_us(MINUTE_US);
        }
    }

    /// Accounts by rule: of verified addresses in named domains, with harmless roles, never over an account that is there.
    fn accounts_are_made_by_rule(store) {
        let house = TestCore::over(store).await;
        let (physician, nurse) = (role(&house, "physician").await, role(&house, "nurse").await);
        let rules = vec![RoleRule { claim: "groups".to_owned(), value: "doctors".to_owned(), role_ids: [physician].into() }];
        let create = Some(CreateRule { role_ids: [nurse].into(), ..rule() });
        let sara = officer(&house).await;
        house.set_provisioned_roles(&sara, &[physician, nurse]).await.unwrap();
        let (sara, id) = provider_by(&house, sara, ProviderSettings { create, role_rules: rules, keep_roles_in_step: true, ..settings() }).await;
        house.person("physician", "Anna Jansen", "anna@clinic.example").await;
        let of = |sub: &str, email: &str, more: Value| {
            let mut said = json!({ "sub": sub, "email": email, "email_verified": true, "name": "Noor Visser", "amr": ["mfa"] });
            for (k, v) in more.as_object().unwrap() {
                said[k] = v.clone();
            }
            said
        };
        for (said, code) in [
            (of("n1", "noor@clinic.example", json!({ "email_verified": false })), "provider_unknown"),
            (of("n1", "noor@evil.example", json!({})), "provider_unknown"),
            (of("n1", "noor@clinic.example.evil.example", json!({})), "provider_unknown"),
            (of("n1", "anna@clinic.example", json!({})), "provider_link_first"),
            (of("n1", "noor@clinic.example", json!({ "amr": ["pwd"] })), "provider_single_factor"),
        ] {
            assert_eq!(denied(&walks(&house, id, said.clone()).await), Some(code), "{said}");
        }
        let done = inside(walks(&house, id, of("n1", "noor@clinic.example", json!({ "groups": ["all", "doctors"] }))).await);
        assert_eq!(done.actor.name, "Noor Visser");
        assert_eq!(done.actor.roles.iter().map(String::as_str).collect::<BTreeSet<_>>(), ["Nurse", "Physician"].into());
        assert_eq!(house.mailboxes_of(done.actor.person_id).await.unwrap().len(), 1);
        // Roles of the rules go as they came; others stay.
        let again = inside(walks(&house, id, of("n1", "new-name@clinic.example", json!({}))).await);
        assert_eq!((again.actor.person_id, again.actor.roles), (done.actor.person_id, vec!["Nurse".to_owned()]));
        // One list for all that comes from outside: what is taken off it is given by no rule any more, and taken from nobody.
        house.set_provisioned_roles(&sara, &[nurse]).await.unwrap();
        let unmarked = inside(walks(&house, id, of("n1", "noor@clinic.example", json!({ "groups": ["doctors"] }))).await);
        assert_eq!(unmarked.actor.roles, ["Nurse"]);
        let line = house.identity_providers(&sara).await.unwrap().remove(0);
        let kept = house.change_identity_provider(&sara, id, line.version, line.settings, None).await;
        assert_eq!(field_codes(kept), [("settings.role_rules".to_owned(), "not_from_outside")]);
        let kinds = house.audit_kinds().await;
        assert_eq!(kinds.iter().filter(|(k, _)| k == "person.created").count(), 3);
        assert!(kinds.iter().any(|(k, _)| k == "identity_link.created"));
    }

    /// Back-channel logout: one session, or all of a subject; once.
    fn signing_out_there_ends_sessions_here(store) {
        let house = TestCore::over(store).await;
        let (_, id) = provider(&house, settings()).await;
        let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
        let own = link(&house, id, &anna, "s1").await;
        let one = inside(walks(&house, id, json!({ "sub": "s1", "amr": ["mfa"], "sid": "p1" })).await);
        let two = inside(walks(&house, id, json!({ "sub": "s1", "amr": ["mfa"], "sid": "p2" })).await);
        let word = |more: Value| {
            let now = house.clock.now_us() / 1_000_000;
            let mut claims = json!({ "iss": TestProvider::ISSUER, "aud": "wardpost", "iat": now, "exp": now + 120,
                "jti": wardpost_vault::random_token(), "events": { "http://schemas.openid.net/event/backchannel-logout": {} } });
            for (k, v) in more.as_object().unwrap() {
                claims[k] = v.clone();
            }
            house.provider.sign(&claims)
        };
        let open = async |s: &SignedIn| house.authenticate_session(&s.secret, &client(), false).await.is_ok();
        for forged in ["", "a.b.c", &word(json!({ "sub": "s1", "aud": "other" })), &word(json!({ "sub": "s1", "iss": "https://evil.example" })), &word(json!({ "sub": "s1", "nonce": "n" }))] {
            assert_eq!(field_codes(house.provider_logout(forged, &client()).await), [("logout_token".to_owned(), "wrong")]);
        }
        assert_eq!(house.provider_logout(&word(json!({ "sub": "nobody" })), &client()).await.unwrap(), 0);
        let told = word(json!({ "sid": "p1", "sub": "s1" }));
        let url = house.provider_sign_out_url(&one.secret).await.unwrap().unwrap();
        assert!(url.starts_with("https://id.clinic.example/end?id_token_hint=") && url.contains("post_logout_redirect_uri=https%3A%2F%2Fmail.clinic.example%2Fsign-in"), "{url}");
        assert_eq!(house.provider_sign_out_url(&own.secret).await.unwrap(), None);
        assert_eq!(house.provider_logout(&told, &client()).await.unwrap(), 1);
        assert!(!open(&one).await && open(&two).await && open(&own).await);
        assert_eq!(field_codes(house.provider_logout(&told, &client()).await), [("logout_token".to_owned(), "wrong")], "once");
        assert_eq!(house.provider_logout(&word(json!({ "sub": "s1" })), &client()).await.unwrap(), 1);
        assert!(!open(&two).await && open(&own).await, "what the provider did not begin goes on");
    }

    /// ASVS 8.2.1, 8.3.1: kept by whoever may; secrets are never shown; an issuer stays; nothing goes on by what is removed.
    fn providers_are_kept_by_whoever_may(store) {
        let house = TestCore::over(store).await;
        let admin = house.person("administrator", "Ada", "ada@clinic.example").await;
        let ada = signed_in(&house, &house, &admin).await.actor;
        assert!(matches!(house.identity_providers(&ada).await, Err(Error::Denied(_))));
        assert!(matches!(house.add_identity_provider(&ada, settings(), "x").await, Err(Error::Denied(_))));
        let sara = officer(&house).await;
        let checked = house.check_identity_provider(&sara, TestProvider::ISSUER).await.unwrap();
        assert!(checked.fault.is_none() && checked.keys == 1 && checked.sign_out && checked.tells_sign_out, "{checked:?}");
        let elsewhere = house.check_identity_provider(&sara, "https://id.clinic.example/other").await.unwrap();
        assert!(elsewhere.fault.is_some());
        let wrong = |change: fn(&mut ProviderSettings)| {
            let mut s = settings();
            change(&mut s);
            s
        };
        for (bad, field, code) in [
            (wrong(|s| s.issuer = "http://id.clinic.example".to_owned()), "settings.issuer", "address"),
            (wrong(|s| s.issuer = "https://id.clinic.example/?x".to_owned()), "settings.issuer", "address"),
            (wrong(|s| s.scopes = ["a b".to_owned()].into()), "settings.scopes", "word"),
            (wrong(|s| s.create = Some(CreateRule { domains: BTreeSet::new(), ..rule() })), "settings.create.domains", "required"),
            (wrong(|s| s.create = Some(CreateRule { role_ids: [RoleId(uuid::Uuid::nil())].into(), ..rule() })), "settings.role_rules", "unknown"),
        ] {
            assert_eq!(field_codes(house.add_identity_provider(&sara, bad, "x").await), [(field.to_owned(), code)]);
        }
        let (administrator, privacy) = (role(&house, "administrator").await, role(&house, "privacy_officer").await);
        for sensitive in [administrator, privacy] {
            let s = ProviderSettings { create: Some(CreateRule { role_ids: [sensitive].into(), ..rule() }), ..settings() };
            assert_eq!(field_codes(house.add_identity_provider(&sara, s, "x").await), [("settings.role_rules".to_owned(), "sensitive")]);
        }
        let line = house.add_identity_provider(&sara, settings(), TestProvider::SECRET).await.unwrap();
        let twice = house.add_identity_provider(&sara, settings(), "x").await;
        assert_eq!(field_codes(twice), [("settings.issuer".to_owned(), "taken")]);
        let moved = ProviderSettings { issuer: "https://other.example".to_owned(), ..settings() };
        let moved = house.change_identity_provider(&sara, line.id, 1, moved, None).await;
        assert_eq!(field_codes(moved), [("settings.issuer".to_owned(), "fixed")]);
        let anna = house.person("physician", "Anna", "anna@clinic.example").await;
        link(&house, line.id, &anna, "s1").await;
        let s = inside(walks(&house, line.id, json!({ "sub": "s1", "amr": ["mfa"] })).await);
        house.clock.advance_us(31_000_000);
        let off = ProviderSettings { active: false, ..settings() };
        assert!(matches!(house.change_identity_provider(&sara, line.id, 7, off.clone(), None).await, Err(Error::VersionConflict)));
        house.change_identity_provider(&sara, line.id, 1, off, None).await.unwrap();
        assert!(is_unauthenticated(&house.authenticate_session(&s.secret, &client(), false).await));
        assert!(matches!(house.begin_provider_sign_in(line.id, None, &client()).await, Err(Error::NotFound)));
        assert!(house.open_providers().await.unwrap().is_empty());
        let on = house.change_identity_provider(&sara, line.id, 2, settings(), None).await.unwrap();
        inside(walks(&house, line.id, json!({ "sub": "s1", "amr": ["mfa"] })).await);
        house.remove_identity_provider(&sara, line.id, on.version).await.unwrap();
        assert!(matches!(house.begin_provider_sign_in(line.id, None, &client()).await, Err(Error::NotFound)));
        for details in house.audit_details(AuditKind::ProviderCreated).await {
            assert!(!format!("{details:?}").contains(TestProvider::SECRET));
        }
        house.clock.advance_us(20 * MINUTE_US);
        let late = house.add_identity_provider(&sara, settings(), "x").await;
        assert!(matches!(late, Err(Error::Denied("recent_sign_in"))), "{late:?}");
    }
}

/// Roles that need security keys need them of whoever comes by a provider as well.
#[tokio::test]
async fn a_security_key_that_a_role_needs_is_asked_of_a_provider_too() {
    let house = TestCore::new().await;
    let (sara, id) = provider(&house, settings()).await;
    let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
    link(&house, id, &anna, "s1").await;
    let now = house.security(&sara).await.unwrap();
    let mut policy = now.policy.clone();
    policy.security_key_roles.insert(role(&house, "physician").await);
    house.put_security(&sara, now.version, policy, "test").await.unwrap();
    let said = json!({ "sub": "s1", "amr": ["mfa"] });
    let ProviderOutcome::Entered { entered: Entered::EnrolKey(_), .. } = walks(&house, id, said.clone()).await.unwrap()
    else {
        panic!("a key is wanted")
    };
    house.clock.advance_us(7 * DAY_US);
    assert!(is_unauthenticated(&walks(&house, id, said).await));
}

/// A provider that does not answer keeps nobody from the other ways in, and is told from a refusal.
#[tokio::test]
async fn a_silent_provider_is_told_as_such() {
    let house = TestCore::new().await;
    let (_, id) = provider(&house, settings()).await;
    house.provider.silence(true);
    assert!(matches!(house.begin_provider_sign_in(id, None, &client()).await, Err(Error::Unavailable(_))));
    house.provider.silence(false);
    let begun = house.begin_provider_sign_in(id, Some("https://evil.example"), &client()).await.unwrap();
    assert!(begun.url.starts_with("https://id.clinic.example/auth?response_type=code&client_id=wardpost&redirect_uri=https%3A%2F%2Fmail.clinic.example%2Fsign-in%2Fprovider&scope=openid%20email%20groups%20profile&state="), "{}", begun.url);
    let reads = house.provider.reads();
    house.begin_provider_sign_in(id, None, &client()).await.unwrap();
    assert_eq!(house.provider.reads(), reads, "remembered");
    let elsewhere = Client { network: "203.0.113.9".parse().ok(), ..client() };
    house.begin_provider_sign_in(id, None, &elsewhere).await.unwrap();
}
