use super::*;
use crate::clock::MINUTE_US;
use crate::identity::{Client, SessionState};
use std::collections::BTreeSet;
use wardpost_model::ZoneId;
use wardpost_model::audit::AuditKind;
use wardpost_model::device::{CertificateGap, DeviceCertificate};
use wardpost_model::security::{SecurityPolicy, Way, Zone, ZoneRules};
use wardpost_store::both_engines;

fn from(address: &str) -> Client {
    Client { network: address.parse().ok(), ..client() }
}

fn zone(name: &str, network: &str, rules: ZoneRules) -> Zone {
    let id = ZoneId(uuid::Uuid::from_u128(name.len() as u128));
    Zone { id, name: name.to_owned(), networks: vec![network.parse().unwrap()], authority: None, rules }
}

fn only(ways: &[Way]) -> ZoneRules {
    ZoneRules { ways: ways.iter().copied().collect(), ..ZoneRules::default() }
}

/// Changes the security policy from inside the practice.
async fn rules(house: &TestCore, officer: &TestPerson, change: impl FnOnce(&mut SecurityPolicy)) {
    let now = house.security(&officer.actor).await.unwrap();
    let mut policy = now.policy.clone();
    change(&mut policy);
    house.put_security(&officer.actor, now.version, policy, "test").await.unwrap();
}

async fn officer(house: &TestCore) -> TestPerson {
    house.person("security_officer", "Sara Slot", "sara@clinic.example").await
}

both_engines! {
    /// ASVS 8.2.4, 8.1.4: the way is checked at sign-in and at every request; walking back works.
    fn a_zone_opens_the_ways_it_names(store) {
        let house = TestCore::over(store).await;
        let (sara, anna) = (officer(&house).await, house.person("physician", "Anna Jansen", "anna@clinic.example").await);
        rules(&house, &sara, |p| {
            p.zones = vec![zone("Practice", "192.0.2.0/24", ZoneRules::default()), zone("Nowhere", "203.0.113.0/24", only(&[]))];
            p.elsewhere = only(&[Way::Passkey]);
        })
        .await;
        let (home, nowhere) = (from("198.51.100.7"), from("203.0.113.9"));
        let doors = house.doors(&home).await.unwrap();
        assert_eq!((doors.zone, doors.ways), (None, vec![Way::Passkey]));
        assert_eq!(house.doors(&client()).await.unwrap().zone.as_deref(), Some("Practice"));
        // The same for somebody and for nobody, whatever was typed.
        for login in ["anna@clinic.example", "nobody@clinic.example"] {
            assert!(matches!(house.sign_in(login, PASSWORD, &home).await, Err(Error::Denied("zone_way"))));
            assert!(matches!(house.sign_in(login, PASSWORD, &nowhere).await, Err(Error::Denied("zone_nothing"))));
        }
        let s = signed_in(&house, &house, &anna).await;
        assert_eq!(s.actor.circumstances.way, Some(Way::Password));
        // From the ward to the mobile network: refused, not ended, audited once a minute.
        for _ in 0..3 {
            let moved = house.authenticate_session(&s.secret, &home, true).await;
            assert!(matches!(moved, Err(Error::Denied("zone_way"))), "{moved:?}");
        }
        assert!(matches!(house.session_state(Some(&s.secret), &home).await.unwrap(), SessionState::Elsewhere));
        assert!(house.session_by_id(s.session.id, &home).await.unwrap().is_none(), "event streams end there");
        house.authenticate_session(&s.secret, &client(), true).await.unwrap();
        let of_session = |d: &&wardpost_model::audit::AuditDetails| d.agent_name.as_deref() == Some("Anna Jansen");
        let told = house.audit_details(AuditKind::ZoneRefused).await;
        assert_eq!(told.iter().filter(of_session).count(), 1);
    }

    /// ASVS 7.3.1 and the demand: idle time per role and zone, decided by the server and written into the session.
    fn idle_time_follows_role_and_zone(store) {
        let house = TestCore::over(store).await;
        let (sara, anna) = (officer(&house).await, house.person("physician", "Anna Jansen", "anna@clinic.example").await);
        let physician = house.ready_made_role("physician").await.unwrap().unwrap();
        let open = ZoneRules { idle_minutes: Some(3), ..ZoneRules::default() };
        rules(&house, &sara, |p| {
            p.sessions.by_role.insert(physician, 8);
            p.zones = vec![zone("Corridor", "198.51.100.0/24", open)];
        })
        .await;
        let s = signed_in(&house, &house, &anna).await;
        assert_eq!((s.session.idle_seconds, s.session.warn_seconds), (8 * 60, 60));
        // Another node, another network: shorter at once, and the lists and housekeeping go by what was written.
        let node = house.another_node().await;
        let (_, info) = node.authenticate_session(&s.secret, &from("198.51.100.7"), true).await.unwrap();
        assert_eq!(info.idle_seconds, 3 * 60);
        house.clock.advance_us(4 * MINUTE_US);
        assert!(is_unauthenticated(&house.authenticate_session(&s.secret, &client(), false).await));
        assert!(house.my_sessions(&s.actor).await.unwrap().is_empty());
        assert_eq!(house.expire_sessions().await.unwrap(), 1);
        // Rules that change while somebody is signed in count at once, for them too.
        let s = signed_in(&house, &house, &anna).await;
        house.clock.advance_us(5 * MINUTE_US);
        rules(&house, &sara, |p| { p.sessions.by_role.insert(physician, 2); }).await;
        assert!(is_unauthenticated(&house.authenticate_session(&s.secret, &client(), false).await));
    }

    /// ASVS 7.1.2: the oldest session ends when there are more than policy allows.
    fn the_oldest_of_too_many_sessions_ends(store) {
        let house = TestCore::over(store).await;
        let (sara, anna) = (officer(&house).await, house.person("physician", "Anna Jansen", "anna@clinic.example").await);
        rules(&house, &sara, |p| p.sessions.most_per_person = 2).await;
        let mut open = Vec::new();
        for _ in 0..3 {
            open.push(signed_in(&house, &house, &anna).await);
        }
        assert!(is_unauthenticated(&house.authenticate_session(&open[0].secret, &client(), false).await));
        for s in &open[1..] {
            house.authenticate_session(&s.secret, &client(), false).await.unwrap();
        }
    }
}

#[tokio::test]
async fn nobody_locks_themselves_out() {
    let house = TestCore::new().await;
    let sara = officer(&house).await;
    let s = signed_in(&house, &house, &sara).await;
    let mut policy = house.security(&s.actor).await.unwrap().policy.clone();
    let wrong = [only(&[Way::SecurityKey]), only(&[]), ZoneRules { read_only: true, ..ZoneRules::default() }];
    for rules in wrong {
        policy.elsewhere = rules;
        let refused = house.put_security(&s.actor, 1, policy.clone(), "").await;
        assert_eq!(field_codes(refused), [("policy.zones".to_owned(), "locks_you_out")]);
    }
    policy.zones = vec![zone("Practice", "192.0.2.0/24", only(&[Way::Password]))];
    house.put_security(&s.actor, 1, policy, "").await.unwrap();
}

/// Zones hold for mail programs at AUTH, and at every MAIL after it.
#[tokio::test]
async fn mail_programs_send_where_they_may() {
    let house = TestCore::new().await;
    let (sara, anna) = (officer(&house).await, house.person("physician", "Anna Jansen", "anna@clinic.example").await);
    let made = house.create_app_password(&anna.actor, "Laptop").await.unwrap();
    let program = house.authenticate_submission(&made.username, &made.password, &client()).await.unwrap();
    assert!(house.mail_program_may(&program).await.unwrap());
    rules(&house, &sara, |p| p.elsewhere.ways = BTreeSet::from([Way::Password])).await;
    assert!(!house.mail_program_may(&program).await.unwrap());
    let refused = house.authenticate_submission(&made.username, &made.password, &client()).await;
    assert!(matches!(refused, Err(Error::Denied("zone_way"))), "{refused:?}");
    rules(&house, &sara, |p| p.elsewhere = ZoneRules::default()).await;
    assert!(house.mail_program_may(&program).await.unwrap());
    house.revoke_app_password(&anna.actor, made.id).await.unwrap();
    assert!(!house.mail_program_may(&program).await.unwrap());
}

fn showing(certificate: &str, address: &str) -> Client {
    Client { certificate: DeviceCertificate::new(vec![certificate.as_bytes().to_vec()]), ..from(address) }
}

both_engines! {
    /// ASVS 8.2.4, 8.1.3: a device of the practice is in its zone wherever it is; the same session without the certificate
    /// is in the other zone at once, and back with it. It says nothing of who somebody is.
    fn a_zone_by_certificate_holds_at_every_request(store) {
        let house = TestCore::over(store).await;
        let (sara, anna) = (officer(&house).await, house.person("physician", "Anna Jansen", "anna@clinic.example").await);
        rules(&house, &sara, |p| {
            let ours = Zone { networks: vec![], authority: Some("Practice".to_owned()), ..zone("Ours", "::/128", ZoneRules::default()) };
            p.zones = vec![zone("Office", "192.0.2.0/24", ZoneRules::default()), ours];
            p.elsewhere = ZoneRules { read_only: true, downloads: false, ..only(&[Way::Passkey]) };
        })
        .await;
        let (at_home, bare) = (showing("Practice", "198.51.100.7"), from("198.51.100.7"));
        let doors = house.doors(&at_home).await.unwrap();
        assert_eq!((doors.zone.as_deref(), doors.certificate_gap), (Some("Ours"), None));
        // Without one, of another authority, run out, revoked, of nobody known: as anybody else, and told why.
        for (client, gap) in [
            (bare.clone(), CertificateGap::None),
            (showing("Tablets", "198.51.100.7"), CertificateGap::Foreign),
            (showing("expired", "198.51.100.7"), CertificateGap::Expired),
            (showing("revoked", "198.51.100.7"), CertificateGap::Revoked),
            (showing("Nobody", "198.51.100.7"), CertificateGap::Foreign),
        ] {
            let doors = house.doors(&client).await.unwrap();
            assert_eq!((doors.zone, doors.ways, doors.certificate_gap), (None, vec![Way::Passkey], Some(gap)));
            let refused = house.sign_in("anna@clinic.example", PASSWORD, &client).await;
            assert!(matches!(refused, Err(Error::Denied("zone_way"))), "{refused:?}");
        }
        // A certificate opens nothing by itself: the password is asked for as ever.
        assert!(is_unauthenticated(&house.sign_in("anna@clinic.example", "wrong", &at_home).await));
        let pending = house.sign_in("anna@clinic.example", PASSWORD, &at_home).await.unwrap();
        let code = Factor::Totp(anna.code(&house.clock));
        let s = house.second_factor(&pending.secret, &code, &at_home).await.unwrap().signed_in().unwrap();
        let (actor, _) = house.authenticate_session(&s.secret, &at_home, true).await.unwrap();
        assert!(!actor.circumstances.read_only && actor.circumstances.zone.is_some());
        for client in [&bare, &showing("revoked", "198.51.100.7")] {
            let moved = house.authenticate_session(&s.secret, client, true).await;
            assert!(matches!(moved, Err(Error::Denied("zone_way"))), "{moved:?}");
            assert!(house.session_by_id(s.session.id, client).await.unwrap().is_none(), "event streams end there");
        }
        house.authenticate_session(&s.secret, &at_home, true).await.unwrap();
        let told = house.audit_details(AuditKind::ZoneRefused).await;
        let said = |d: &wardpost_model::audit::AuditDetails| {
            let of = |what: &str| d.more.get(what).cloned().unwrap_or_default();
            (of("zone"), of("certificate"))
        };
        assert!(told.iter().map(said).any(|s| s == ("elsewhere".to_owned(), "none".to_owned())), "{told:?}");
    }

    /// ASVS 8.4.2: a zone that goes by network and by certificate wants both; what the operator took away matches no longer,
    /// and hinders no other change.
    fn a_zone_by_both_wants_both(store) {
        let house = TestCore::over(store).await;
        let sara = officer(&house).await;
        let both = Zone { authority: Some("Tablets".to_owned()), ..zone("Ward", "10.1.0.0/16", ZoneRules::default()) };
        rules(&house, &sara, |p| p.zones = vec![both.clone()]).await;
        for (client, held) in [
            (showing("Tablets", "10.1.2.3"), true),
            (showing("Tablets", "10.2.2.3"), false),
            (showing("Practice", "10.1.2.3"), false),
            (from("10.1.2.3"), false),
        ] {
            assert_eq!(house.doors(&client).await.unwrap().zone.is_some(), held, "{client:?}");
        }
        let now = house.security(&sara.actor).await.unwrap();
        let mut policy = now.policy.clone();
        policy.zones[0].authority = Some("Nobody's".to_owned());
        let refused = house.put_security(&sara.actor, now.version, policy, "test").await;
        assert_eq!(field_codes(refused), [("policy.zones.0.authority".to_owned(), "unknown")]);
        let mut policy = now.policy.clone();
        policy.zones.push(Zone { networks: vec![], ..zone("Empty", "::/128", ZoneRules::default()) });
        let refused = house.put_security(&sara.actor, now.version, policy, "test").await;
        assert_eq!(field_codes(refused), [("policy.zones.1.networks".to_owned(), "required")]);
    }
}

/// A mail program's zone, too, goes by what its device shows, at AUTH and at every MAIL.
#[tokio::test]
async fn mail_programs_on_devices_of_the_practice_send() {
    let house = TestCore::new().await;
    let (sara, anna) = (officer(&house).await, house.person("physician", "Anna Jansen", "anna@clinic.example").await);
    let made = house.create_app_password(&anna.actor, "Laptop").await.unwrap();
    rules(&house, &sara, |p| {
        let all = ZoneRules::default();
        p.zones =
            vec![Zone { networks: vec![], authority: Some("Practice".to_owned()), ..zone("Ours", "::/128", all) }];
        p.elsewhere.ways.remove(&Way::MailProgram);
    })
    .await;
    let (ours, bare) = (showing("Practice", "198.51.100.7"), from("198.51.100.7"));
    // Twice: the second time from memory.
    for _ in 0..2 {
        let program = house.authenticate_submission(&made.username, &made.password, &ours).await.unwrap();
        assert!(house.mail_program_may(&program).await.unwrap());
    }
    let refused = house.authenticate_submission(&made.username, &made.password, &bare).await;
    assert!(matches!(refused, Err(Error::Denied("zone_way"))), "{refused:?}");
    rules(&house, &sara, |p| p.zones[0].authority = Some("Tablets".to_owned())).await;
    let refused = house.authenticate_submission(&made.username, &made.password, &ours).await;
    assert!(matches!(refused, Err(Error::Denied("zone_way"))), "{refused:?}");
}
