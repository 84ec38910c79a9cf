//! Effective rights: what is told is what the gate does.

use super::*;
use crate::care::{NewPatient, NewRelation, RelationTo};
use crate::clock::from_us;
use wardpost_gate::{Scope, authorise};
use wardpost_model::PersonId;
use wardpost_model::ground::RelationKind;
use wardpost_model::person::RoleVia;
use wardpost_model::security::{Way, Zone, ZoneRules};

fn of(rights: &Rights, permission: Permission) -> &Effective {
    rights.permissions.iter().find(|e| e.permission == permission).unwrap()
}

fn role_sources(e: &Effective) -> Vec<(String, RoleVia, Option<String>)> {
    let told = |s: &Source| match s {
        Source::Role { name, via, by, .. } => Some((name.clone(), *via, by.clone())),
        _ => None,
    };
    e.sources.iter().filter_map(told).collect()
}

both_engines! {
    /// ASVS 8.1.1: every permission that somebody has is told with the role that brings it, who gave that, and how.
    fn rights_are_told_with_who_gave_them(db) {
        let house = TestCore::over(db).await;
        let bea = admin(&house).await;
        let desk = role(&house, "front_desk").await;
        let nurse = role(&house, "nurse").await;
        let iris = house.create_person(&bea.actor, newcomer("iris@clinic.example", vec![desk])).await.unwrap().person;
        let rights = house.rights_of(&bea.actor, iris.id, None).await.unwrap();
        let read = of(&rights, Permission::MailRead);
        assert!(!read.allowed, "invited only");
        assert_eq!(read.taken_by, Some(Source::State(PersonState::Invited)));
        assert_eq!(role_sources(read), [("Front desk".to_owned(), RoleVia::Hand, Some("Bea Beheer".to_owned()))]);
        // A second role is another reason for what both open; the first keeps who gave it, and when.
        let first = rights.roles.clone();
        house.set_person_roles(&bea.actor, iris.id, iris.version, &[desk, nurse]).await.unwrap();
        let rights = house.rights_of(&bea.actor, iris.id, None).await.unwrap();
        assert_eq!(rights.roles.len(), 2);
        assert!(rights.roles.contains(&first[0]));
        assert_eq!(role_sources(of(&rights, Permission::MailRead)).len(), 2);
        assert_eq!(role_sources(of(&rights, Permission::PatientManage)).len(), 1);
        assert!(of(&rights, Permission::RoleManage).sources.is_empty());
        // Bea was set up on the command line.
        let own = house.rights_of(&bea.actor, bea.id(), None).await.unwrap();
        assert_eq!(role_sources(of(&own, Permission::RoleManage)), [("Administrator".to_owned(), RoleVia::Setup, None)]);
        assert!(of(&own, Permission::RoleManage).allowed);
        assert!(house.audit_kinds().await.iter().filter(|(k, _)| k == "rights.read").count() == 3);
        // Everybody may see their own, nobody but those who see people others'.
        let anna = house.person("physician", "Anna", "anna@clinic.example").await;
        assert!(house.rights_of(&anna.actor, anna.id(), None).await.is_ok());
        assert!(matches!(house.rights_of(&anna.actor, bea.id(), None).await, Err(Error::Denied("missing_permission"))));
        let nobody = PersonId(uuid::Uuid::from_u128(1));
        assert!(matches!(house.rights_of(&bea.actor, nobody, None).await, Err(Error::NotFound)));
    }

    fn a_zone_takes_away_and_says_so(db) {
        let house = TestCore::over(db).await;
        let officer = house.person("security_officer", "Sara Vos", "sara@clinic.example").await;
        let anna = house.person("physician", "Anna", "anna@clinic.example").await;
        let now = house.security(&officer.actor).await.unwrap();
        let id = wardpost_model::ZoneId(uuid::Uuid::from_u128(9));
        let mut policy = now.policy.clone();
        policy.zones.push(Zone {
            id,
            name: "Ward".to_owned(),
            networks: vec!["10.0.0.0/8".parse().unwrap()],
            authority: None,
            rules: ZoneRules { read_only: true, ..ZoneRules::default() },
        });
        policy.elsewhere.ways = BTreeSet::from([Way::Passkey]);
        house.put_security(&officer.actor, now.version, policy, "proef").await.unwrap();
        let anywhere = house.rights_of(&officer.actor, anna.id(), None).await.unwrap();
        assert!(of(&anywhere, Permission::MailSend).allowed && anywhere.ways.password);
        assert_eq!(anywhere.zones, [(id, "Ward".to_owned())]);
        let ward = house.rights_of(&officer.actor, anna.id(), Some(Whereabouts::Zone(id))).await.unwrap();
        assert!(of(&ward, Permission::MailRead).allowed);
        let zone = Source::Zone { name: Some("Ward".to_owned()), code: "zone_read_only" };
        assert_eq!(of(&ward, Permission::MailSend).taken_by, Some(zone));
        assert!(ward.mailboxes[0].acts[0].allowed && !ward.mailboxes[0].acts[1].allowed);
        // Anna comes in by password only.
        let outside = house.rights_of(&officer.actor, anna.id(), Some(Whereabouts::Elsewhere)).await.unwrap();
        let zone = Source::Zone { name: None, code: "zone_way" };
        assert_eq!(of(&outside, Permission::MailRead).taken_by, Some(zone));
        let unknown = Whereabouts::Zone(wardpost_model::ZoneId(uuid::Uuid::from_u128(8)));
        let asked = house.rights_of(&officer.actor, anna.id(), Some(unknown)).await;
        assert_eq!(codes(asked.map(|_| ())), [("zone".to_owned(), "unknown")]);
    }

    fn who_can_names_everybody_and_nobody_else(db) {
        let house = TestCore::over(db).await;
        let dirk = house.person("privacy_officer", "Dirk Mulder", "dirk@clinic.example").await;
        let bea = admin(&house).await;
        let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
        let ben = house.person("physician", "Ben Carter", "ben@clinic.example").await;
        let (mut names, mut cursor) = (Vec::new(), None);
        loop {
            let page = house.who_can(&dirk.actor, Some(Permission::MailRead), cursor.as_deref(), 1).await.unwrap();
            names.extend(page.items.into_iter().map(|w| w.name));
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(names, ["Anna Jansen", "Ben Carter", "Dirk Mulder"]);
        house.disable_person(&bea.actor, ben.id()).await.unwrap();
        let left = house.who_can(&dirk.actor, Some(Permission::MailRead), None, 50).await.unwrap();
        assert_eq!(left.items.len(), 2);
        for actor in [&bea.actor, &anna.actor] {
            let asked = house.who_can(actor, Some(Permission::MailRead), None, 50).await;
            assert!(matches!(asked, Err(Error::Denied("missing_permission"))));
        }
    }

    /// The answer for everybody is, for each, what happens when they open the patient themselves.
    fn who_can_open_a_patient_is_who_opens_them(db) {
        let house = TestCore::over(db).await;
        let dirk = house.person("privacy_officer", "Dirk Mulder", "dirk@clinic.example").await;
        let desk = house.person("front_desk", "Chantal Bakker", "chantal@clinic.example").await;
        let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
        let ben = house.person("physician", "Ben Carter", "ben@clinic.example").await;
        let eva = house.person("administrator", "Eva Smit", "eva@clinic.example").await;
        let nurse = house.person("nurse", "Noor", "noor@clinic.example").await;
        let new = NewPatient {
            name: "Fenna de Boer".to_owned(),
            birth_date: None,
            references: vec!["P-1001".to_owned()],
            phone: None,
        };
        let patient = house.register_patient(&desk.actor, new).await.unwrap().line.id;
        let ends_at = Some(from_us(house.clock().now_us() + 10 * crate::clock::DAY_US));
        for (kind, to, ends_at) in [
            (RelationKind::Assigned, anna.id(), None),
            (RelationKind::Cover, ben.id(), ends_at),
        ] {
            let new = NewRelation { kind, to: RelationTo::Person(to), ends_at, reason: String::new() };
            house.relate(&desk.actor, patient, new).await.unwrap();
        }
        house.break_glass(&nurse.actor, patient, "Spoed: bewusteloos binnengebracht").await.unwrap();
        let told = async || {
            let found = house.who_can_open(&dirk.actor, patient).await.unwrap();
            found.into_iter().map(|o| (o.name, o.opens[0].ground.as_str())).collect::<Vec<_>>()
        };
        assert_eq!(
            told().await,
            [
                ("Anna Jansen".to_owned(), "assigned"),
                ("Ben Carter".to_owned(), "cover"),
                ("Chantal Bakker".to_owned(), "administration"),
                ("Dirk Mulder".to_owned(), "review"),
                ("Noor".to_owned(), "break_glass"),
            ]
        );
        // Asked one by one, by the road that everybody goes.
        for who in [&anna, &ben, &desk, &dirk, &nurse, &eva] {
            let opens = house.patient(&who.actor, patient).await.is_ok_and(|p| p.line.ground.is_some());
            assert_eq!(opens, told().await.iter().any(|(name, _)| *name == who.actor.name), "{}", who.actor.name);
        }
        house.clock.advance_us(11 * crate::clock::DAY_US);
        assert_eq!(told().await.len(), 3, "cover and emergency have ended by themselves");
        assert!(matches!(house.who_can_open(&eva.actor, patient).await, Err(Error::Denied("missing_permission"))));
        let rights = house.rights_of(&eva.actor, anna.id(), None).await.unwrap();
        assert_eq!(rights.care, [Source::Relation { kind: RelationKind::Assigned, patients: 1, until: None }]);
    }
}

/// For random sets of roles: what is told is what the gate answers, with all roles together and with each alone.
#[test]
fn effective_rights_are_what_the_gate_answers_for_any_roles() {
    use proptest::prelude::*;
    use proptest::test_runner::{Config, TestRunner};
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (house, dirk, iris, roles) = runtime.block_on(async {
        let house = TestCore::new().await;
        let bea = admin(&house).await;
        let mut roles = Vec::new();
        for n in 0..6 {
            let nothing_but = BTreeSet::from([Permission::ALL[n]]);
            roles.push(house.create_role(&bea.actor, &format!("Role {n}"), nothing_but).await.unwrap().role.id);
        }
        let iris = house.person_with(vec![], "Iris", "iris@clinic.example").await;
        (house, bea, iris, roles)
    });
    let all = Permission::ALL;
    let permissions = proptest::collection::btree_set(0..all.len(), 1..8);
    let made = proptest::collection::vec((permissions, any::<bool>()), roles.len());
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    runner
        .run(&made, |made| {
            runtime.block_on(async {
                let mut given = Vec::new();
                for (id, (permissions, has)) in roles.iter().zip(&made) {
                    let now = house.house().await.unwrap().roles[id].clone();
                    let to: BTreeSet<Permission> = permissions.iter().map(|n| all[*n]).collect();
                    house.change_role(&dirk.actor, *id, now.version, &now.role.name, to.clone()).await.unwrap();
                    if *has {
                        given.push((*id, to));
                    }
                }
                let ids: Vec<RoleId> = given.iter().map(|(id, _)| *id).collect();
                let version = house.find_person(&dirk.actor, iris.id()).await.unwrap().version;
                house.set_person_roles(&dirk.actor, iris.id(), version, &ids).await.unwrap();
                let rights = house.rights_of(&dirk.actor, iris.id(), None).await.unwrap();
                let acting = house.actor(iris.id()).await;
                for e in &rights.permissions {
                    let may = authorise(&acting, e.permission, Scope::Organisation).is_ok();
                    assert_eq!(e.allowed, may, "{:?}", e.permission);
                    let told: BTreeSet<RoleId> = e
                        .sources
                        .iter()
                        .map(|s| match s {
                            Source::Role { id, .. } => *id,
                            other => panic!("{other:?}"),
                        })
                        .collect();
                    let bring: BTreeSet<RoleId> =
                        given.iter().filter(|(_, p)| p.contains(&e.permission)).map(|(id, _)| *id).collect();
                    assert_eq!(told, bring, "{:?}", e.permission);
                }
                let members = [iris.id()];
                for act in &rights.mailboxes[0].acts {
                    let may =
                        authorise(&acting, act.permission, Scope::Mailbox { members: &members, mandate: None }).is_ok();
                    assert_eq!((act.allowed, act.sources.first() == Some(&Source::Member)), (may, may));
                }
            });
            Ok(())
        })
        .unwrap();
}
