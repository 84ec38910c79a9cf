//! Provisioning by another system (RFC 7643, RFC 7644; ASVS 8.2.1, 8.3.1, 9.2.1).

use super::*;
use crate::clock::DAY_US;
use crate::identity::Client;
use crate::people::{Keeper, ScimContent, ScimSaid};
use wardpost_model::ZoneId;
use wardpost_model::security::{Way, Zone, ZoneRules};

/// The house with its administrator, its security officer as signed in, and a program with a token.
struct Provisioned {
    house: TestCore,
    admin: TestPerson,
    officer: Actor,
    secret: String,
}

impl Provisioned {
    async fn over(house: TestCore) -> Self {
        let admin = admin(&house).await;
        let officer = house.person("security_officer", "Sara Slot", "sara@clinic.example").await;
        let session_id = Some(house.open_session(officer.id()).await.0);
        let officer = Actor { session_id, ..officer.actor };
        let program = house.create_service_account(&admin.actor, "Entra ID").await.unwrap();
        let secret = house.create_service_token(&officer, program.id, "Sync", 90).await.unwrap().secret;
        Self { house, admin, officer, secret }
    }
    async fn actor(&self) -> Actor {
        self.enter(&self.secret).await.unwrap()
    }
    async fn enter(&self, secret: &str) -> Result<Actor, Error> {
        self.house.authenticate_token(secret, &client(), false).await
    }
}

fn wanted(login: &str) -> ScimContent {
    let said = ScimSaid {
        external_id: Some(format!("x-{login}")),
        given: Some("Iris".to_owned()),
        family: Some("Nieuw".to_owned()),
        ..ScimSaid::default()
    };
    ScimContent { login: address(login), function: "Nurse".to_owned(), active: true, said }
}

both_engines! {
    fn another_system_makes_changes_switches_off_and_removes_whom_it_keeps(store) {
        let p = Provisioned::over(TestCore::over(store).await).await;
        let (house, actor) = (&p.house, p.actor().await);
        let made = house.scim_create(&actor, &wanted("iris@clinic.example")).await.unwrap();
        assert_eq!((made.profile.name.as_str(), made.active), ("Iris Nieuw", true));
        let line = house.find_person(&p.admin.actor, made.id).await.unwrap();
        assert_eq!((line.state, line.kept_by), (PersonState::Invited, Keeper::Provider));
        assert_eq!(codes(house.scim_create(&actor, &wanted("IRIS@clinic.example")).await), [("login".into(), "taken")]);
        let same_id = ScimContent { login: address("b@clinic.example"), ..wanted("iris@clinic.example") };
        assert_eq!(codes(house.scim_create(&actor, &same_id).await), [("external_id".into(), "taken")]);

        let married = ScimSaid { family: Some("Jansen".to_owned()), ..made.said.clone() };
        let married = ScimContent { said: married, ..wanted("iris@clinic.example") };
        let stale = house.scim_replace(&actor, made.id, Some(made.version + 7), &married).await;
        assert!(matches!(stale, Err(Error::VersionConflict)));
        let renamed = house.scim_replace(&actor, made.id, Some(made.version), &married).await.unwrap();
        assert_eq!(renamed.profile.name, "Iris Jansen");
        let again = house.scim_replace(&actor, made.id, None, &married).await.unwrap();
        assert_eq!(again.version, renamed.version, "nothing changed, nothing is written");

        let off = ScimContent { active: false, ..married.clone() };
        assert!(!house.scim_replace(&actor, made.id, None, &off).await.unwrap().active);
        assert_eq!(house.find_person(&p.admin.actor, made.id).await.unwrap().state, PersonState::Disabled);
        assert!(house.scim_replace(&actor, made.id, None, &married).await.unwrap().active);

        house.scim_delete(&actor, made.id, None).await.unwrap();
        assert!(matches!(house.scim_person(&actor, made.id).await, Err(Error::NotFound)));
        assert!(matches!(house.scim_delete(&actor, made.id, None).await, Err(Error::NotFound)));
        assert_eq!(house.find_person(&p.admin.actor, made.id).await.unwrap().state, PersonState::Disabled, "kept");
        assert_eq!(house.audit_details(AuditKind::PersonLeft).await[0].agent_name.as_deref(), Some("Entra ID"));
        let back = house.scim_create(&actor, &wanted("iris@clinic.example")).await.unwrap();
        assert_eq!(back.id, made.id, "who was removed is no conflict");
        assert_eq!(house.find_person(&p.admin.actor, made.id).await.unwrap().state, PersonState::Invited);
    }

    fn only_marked_harmless_roles_are_given_and_only_to_whom_it_keeps(store) {
        let p = Provisioned::over(TestCore::over(store).await).await;
        let (house, actor) = (&p.house, p.actor().await);
        let (nurse, desk) = (role(house, "nurse").await, role(house, "front_desk").await);
        let administrator = role(house, "administrator").await;
        assert!(house.scim_groups(&actor).await.unwrap().is_empty(), "nothing is marked at first");
        let sensitive = house.set_provisioned_roles(&p.officer, &[nurse, administrator]).await;
        assert_eq!(codes(sensitive), [("role_ids".into(), "sensitive")]);
        house.set_provisioned_roles(&p.officer, &[nurse, desk]).await.unwrap();
        assert_eq!(house.scim_groups(&actor).await.unwrap().len(), 2);

        let iris = house.scim_create(&actor, &wanted("iris@clinic.example")).await.unwrap().id;
        let by_hand = house.person("nurse", "Noor", "noor@clinic.example").await;
        let one = BTreeSet::from([iris]);
        let group = house.scim_set_members(&actor, nurse, None, &one).await.unwrap();
        assert_eq!(group.members, [(iris, "Iris Nieuw".to_owned())], "who was made by hand is not shown");
        assert_eq!(house.scim_person(&actor, iris).await.unwrap().roles.len(), 1);
        let both = BTreeSet::from([iris, by_hand.id()]);
        assert_eq!(codes(house.scim_set_members(&actor, nurse, None, &both).await), [("members".into(), "unknown")]);
        let stale = house.scim_set_members(&actor, nurse, Some("old"), &one).await;
        assert!(matches!(stale, Err(Error::VersionConflict)));
        let hidden = house.scim_set_members(&actor, administrator, None, &one).await;
        assert!(matches!(hidden, Err(Error::NotFound)));

        // A role that grows after it was marked is not given any more.
        let was = house.roles(&p.admin.actor).await.unwrap().into_iter().find(|r| r.role.id == desk).unwrap();
        let grown = was.role.permissions.iter().copied().chain([Permission::AuditRead]).collect();
        house.change_role(&p.admin.actor, desk, was.version, &was.role.name, grown).await.unwrap();
        assert!(matches!(house.scim_group(&actor, desk).await, Err(Error::NotFound)));
        house.scim_set_members(&actor, nurse, None, &BTreeSet::new()).await.unwrap();
        assert!(house.scim_person(&actor, iris).await.unwrap().roles.is_empty());
        assert_eq!(house.find_person(&p.admin.actor, by_hand.id()).await.unwrap().roles.len(), 1, "kept");
    }
}

/// Whom the house keeps is neither seen nor overwritten, until an administrator hands them over.
#[tokio::test]
async fn whom_the_house_keeps_stays_out_of_reach_until_handed_over() {
    let p = Provisioned::over(TestCore::new().await).await;
    let (house, actor) = (&p.house, p.actor().await);
    let noor = house.person("nurse", "Noor", "noor@clinic.example").await;
    let content = wanted("noor@clinic.example");
    assert!(house.scim_people(&actor).await.unwrap().is_empty());
    assert!(matches!(house.scim_person(&actor, noor.id()).await, Err(Error::NotFound)));
    assert!(matches!(house.scim_replace(&actor, noor.id(), None, &content).await, Err(Error::NotFound)));
    assert!(matches!(house.scim_delete(&actor, noor.id(), None).await, Err(Error::NotFound)));
    assert_eq!(codes(house.scim_create(&actor, &content).await), [("login".into(), "taken")]);

    let version = async || house.find_person(&p.admin.actor, noor.id()).await.unwrap().version;
    let own = house.set_provisioned(&p.admin.actor, p.admin.id(), 1, true).await;
    assert!(matches!(own, Err(Error::Conflict("own_account"))));
    let refused = house.set_provisioned(&noor.actor, p.admin.id(), 1, true).await;
    assert!(matches!(refused, Err(Error::Denied("missing_permission"))));
    let handed = house.set_provisioned(&p.admin.actor, noor.id(), version().await, true).await.unwrap();
    assert_eq!(handed.kept_by, Keeper::Provider);
    let off = ScimContent { active: false, ..content.clone() };
    assert_eq!(house.scim_replace(&actor, noor.id(), None, &off).await.unwrap().profile.name, "Iris Nieuw");
    assert!(house.scim_replace(&actor, noor.id(), None, &content).await.unwrap().active);
    assert_eq!(house.find_person(&p.admin.actor, noor.id()).await.unwrap().state, PersonState::Active);

    // What the house takes away only the house gives back, also after the other system took it away.
    house.scim_replace(&actor, noor.id(), None, &off).await.unwrap();
    house.enable_person(&p.admin.actor, noor.id()).await.unwrap();
    house.disable_person(&p.admin.actor, noor.id()).await.unwrap();
    let blocked = house.scim_replace(&actor, noor.id(), None, &content).await;
    assert!(matches!(blocked, Err(Error::Conflict("blocked_here"))));
    house.set_provisioned(&p.admin.actor, noor.id(), version().await, false).await.unwrap();
    assert!(matches!(house.scim_person(&actor, noor.id()).await, Err(Error::NotFound)));
}

/// The last who manages people and roles can't be removed from outside.
#[tokio::test]
async fn the_last_administrator_is_not_switched_off_from_outside() {
    let p = Provisioned::over(TestCore::new().await).await;
    let (house, actor) = (&p.house, p.actor().await);
    let bea = p.admin.id();
    let operator = stranger(&[Permission::PersonManage]);
    let version = house.find_person(&p.admin.actor, bea).await.unwrap().version;
    house.set_provisioned(&operator, bea, version, true).await.unwrap();
    let off = ScimContent { active: false, ..wanted("bea@clinic.example") };
    let last = house.scim_replace(&actor, bea, None, &off).await;
    assert!(matches!(last, Err(Error::Conflict("last_administrator"))), "{last:?}");
    assert!(matches!(house.scim_delete(&actor, bea, None).await, Err(Error::Conflict("last_administrator"))));
}

/// ASVS 9.2.1, 7.4.2: a token opens one thing, until it expires, is withdrawn, or its account is switched off.
#[tokio::test]
async fn a_token_opens_provisioning_only_and_ends_in_every_way() {
    let p = Provisioned::over(TestCore::new().await).await;
    let house = &p.house;
    let actor = p.actor().await;
    assert_eq!(actor.permissions, BTreeSet::from([Permission::ScimProvision]));
    let refused = house.people_page(&actor, &PeopleQuery::default(), None, 50).await;
    assert!(matches!(refused, Err(Error::Denied("missing_permission"))));
    for wrong in ["", "x", "wps_", &p.secret[1..], &"a".repeat(5000)] {
        assert!(matches!(p.enter(wrong).await, Err(Error::Unauthenticated)), "{wrong}");
    }
    let neighbour = house.neighbour().await;
    let foreign = neighbour.authenticate_token(&p.secret, &client(), false).await;
    assert!(matches!(foreign, Err(Error::Unauthenticated)), "another organisation's");

    let lines = house.service_tokens(&p.officer).await.unwrap();
    assert!(lines[0].last_used_at.is_some() && lines[0].revoked_at.is_none());
    assert!(matches!(house.service_tokens(&p.admin.actor).await, Err(Error::Denied("missing_permission"))));
    let program = lines[0].account;
    assert!(matches!(house.invite_person(&p.admin.actor, program).await, Err(Error::Conflict("service_account"))));
    house.disable_person(&p.admin.actor, program).await.unwrap();
    assert!(matches!(p.enter(&p.secret).await, Err(Error::Unauthenticated)), "its account is switched off");
    house.enable_person(&p.admin.actor, program).await.unwrap();
    p.enter(&p.secret).await.unwrap();
    let bare = house.find_person(&p.admin.actor, program).await.unwrap();
    house.set_person_roles(&p.admin.actor, program, bare.version, &[]).await.unwrap();
    let without = p.enter(&p.secret).await.unwrap();
    assert!(
        matches!(house.scim_people(&without).await, Err(Error::Denied("missing_permission"))),
        "SCIM without rights"
    );

    house.revoke_service_token(&p.officer, lines[0].id).await.unwrap();
    assert!(matches!(p.enter(&p.secret).await, Err(Error::Unauthenticated)), "withdrawn");
    assert!(matches!(house.revoke_service_token(&p.officer, lines[0].id).await, Err(Error::NotFound)));
    let short = house.create_service_token(&p.officer, program, "Short", 1).await.unwrap();
    p.enter(&short.secret).await.unwrap();
    for days in [0, 366] {
        let days = house.create_service_token(&p.officer, program, "Long", days).await.map(|t| t.line);
        assert_eq!(codes(days), [("days".into(), "range")]);
    }
    house.clock.advance_us(DAY_US);
    assert!(matches!(p.enter(&short.secret).await, Err(Error::Unauthenticated)), "expired");
    let kept = house.store().query("SELECT secret_hash FROM service_token", vec![]).await.unwrap();
    assert!(kept.iter().all(|r| !String::from_utf8_lossy(&r.bytes(0).unwrap()).contains("wps_")), "hashes only");
}

/// A person's session has no recent proof after a while, and a token is not made without one (ASVS 7.5.3).
#[tokio::test]
async fn tokens_are_made_by_who_just_proved_themselves_for_accounts_that_another_made() {
    let p = Provisioned::over(TestCore::new().await).await;
    let house = &p.house;
    let program = house.service_accounts(&p.officer).await.unwrap()[0].id;
    let by_admin = house.create_service_token(&p.admin.actor, program, "Sync", 9).await.map(|t| t.line);
    assert!(matches!(by_admin, Err(Error::Denied("missing_permission"))));
    let by_officer = house.create_service_account(&p.officer, "Mine").await;
    assert!(matches!(by_officer, Err(Error::Denied("missing_permission"))));
    let person = house.create_service_token(&p.officer, p.admin.id(), "Sync", 9).await.map(|t| t.line);
    assert_eq!(codes(person), [("account_id".into(), "unknown")], "no token for a person");
    house.clock.advance_minutes(crate::identity::RECENT_MINUTES + 1);
    let late = house.create_service_token(&p.officer, program, "Sync", 9).await.map(|t| t.line);
    assert!(matches!(late, Err(Error::Denied("recent_sign_in"))), "{late:?}");
}

/// ASVS 8.2.4: zones say where programs may come in, and where they change nothing.
#[tokio::test]
async fn zones_hold_for_tokens() {
    let p = Provisioned::over(TestCore::new().await).await;
    let house = &p.house;
    let rules =
        |ways: Vec<Way>, read_only| ZoneRules { ways: ways.into_iter().collect(), read_only, ..ZoneRules::default() };
    let zone = |n: u128, network: &str, rules| Zone {
        id: ZoneId(uuid::Uuid::from_u128(n)),
        name: format!("Zone {n}"),
        networks: vec![network.parse().unwrap()],
        authority: None,
        rules,
    };
    let policy = SecurityPolicy {
        zones: vec![
            zone(1, "198.51.100.0/24", rules(Way::ALL.into(), true)),
            zone(2, "203.0.113.0/24", rules(vec![Way::Password], false)),
        ],
        ..SecurityPolicy::default()
    };
    house.put_security(&p.officer, 1, policy, "test").await.unwrap();
    let from = |ip: &str| Client { network: Some(ip.parse().unwrap()), ..client() };
    let read = house.authenticate_token(&p.secret, &from("198.51.100.7"), false).await;
    assert!(read.unwrap().circumstances.read_only);
    let change = house.authenticate_token(&p.secret, &from("198.51.100.7"), true).await;
    assert!(matches!(change, Err(Error::Denied("zone_read_only"))));
    let closed = house.authenticate_token(&p.secret, &from("203.0.113.7"), false).await;
    assert!(matches!(closed, Err(Error::Denied("zone_way"))), "{closed:?}");
}

/// Guessing tokens is stopped by network; a program in a hurry is told to wait.
#[tokio::test]
async fn guesses_and_floods_are_bounded() {
    let p = Provisioned::over(TestCore::new().await).await;
    let mut stopped = 0;
    for n in 0..60 {
        let guess = p.enter(&format!("wps_{n}")).await;
        stopped += usize::from(matches!(guess, Err(Error::RateLimited { .. })));
    }
    assert!(stopped >= 25, "{stopped}");
    p.house.clock.advance_minutes(10);
    let mut waits = 0;
    for _ in 0..600 {
        waits += usize::from(matches!(p.enter(&p.secret).await, Err(Error::RateLimited { .. })));
    }
    assert!((50..=101).contains(&waits), "{waits}");
}
