//! Rights over others are given by two (ASVS 8.1.1, 8.4.2; 164.308(a)(4)).

use crate::Error;
use crate::clock::MINUTE_US;
use crate::mail::ListFilter;
use crate::people::{ApprovalLine, Bulk, BulkAnswer};
use crate::testing::{TestCore, TestPerson, TestProvider};
use std::collections::BTreeSet;
use wardpost_model::RoleId;
use wardpost_model::audit::AuditKind;
use wardpost_model::message::Folder;
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_model::provider::{ProviderSettings, SecondFactorWord};
use wardpost_store::both_engines;

/// As after both steps of signing in.
pub(super) async fn fresh(house: &TestCore, person: &TestPerson) -> Actor {
    Actor { session_id: Some(house.open_session(person.id()).await.0), ..person.actor.clone() }
}

pub(super) struct Scene {
    pub house: TestCore,
    pub bea: TestPerson,
    pub sara: TestPerson,
    pub dirk: TestPerson,
    pub anna: TestPerson,
}

impl Scene {
    pub async fn over(db: wardpost_store::testing::TestDb) -> Self {
        let house = TestCore::over(db).await;
        let bea = house.person("administrator", "Bea Beheer", "bea@clinic.example").await;
        let sara = house.person("security_officer", "Sara Smit", "sara@clinic.example").await;
        let dirk = house.person("privacy_officer", "Dirk Dekker", "dirk@clinic.example").await;
        let anna = house.person("physician", "Anna Jansen", "anna@clinic.example").await;
        Self { house, bea, sara, dirk, anna }
    }
    pub async fn role(&self, key: &str) -> RoleId {
        self.house.ready_made_role(key).await.unwrap().unwrap()
    }
    async fn ask(&self) -> Result<ApprovalLine, Error> {
        let line = self.house.find_person(&self.bea.actor, self.anna.id()).await.unwrap();
        let wanted = [self.role("administrator").await];
        self.house.ask_roles(&self.bea.actor, self.anna.id(), line.version, &wanted, "Takes over from Bea").await
    }
    pub async fn may(&self, person: &TestPerson, permission: Permission) -> bool {
        let house = self.house.house().await.unwrap();
        house.permissions_of(&house.person(person.id()).unwrap().roles).contains(&permission)
    }
    /// Subjects of the notices in somebody's own mailbox.
    pub async fn told(&self, person: &TestPerson) -> Vec<String> {
        let reader = Actor { permissions: [Permission::MailRead].into(), ..person.actor.clone() };
        let mailbox = person.mailbox();
        let page = self.house.list_messages(&reader, mailbox, Folder::Inbox, ListFilter::All, None, 50).await.unwrap();
        page.lines.into_iter().map(|l| l.subject).collect()
    }
}

pub(super) fn conflict<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    match result {
        Err(Error::Conflict(code) | Error::Denied(code)) => code,
        other => panic!("{other:?}"),
    }
}

both_engines! {
    fn rights_over_others_are_given_by_two_and_seen_by_the_officers(db) {
        let s = Scene::over(db).await;
        let h = &s.house;
        let line = h.find_person(&s.bea.actor, s.anna.id()).await.unwrap();
        let wanted = [s.role("administrator").await];
        let alone = h.set_person_roles(&s.bea.actor, s.anna.id(), line.version, &wanted).await;
        assert_eq!(conflict(alone), "needs_consent");
        let asked = s.ask().await.unwrap();
        assert!(asked.change.as_ref().unwrap().gains.contains(&Permission::RoleManage));
        assert!(!s.may(&s.anna, Permission::RoleManage).await, "nothing has changed yet");
        // Neither who asks, nor who gets them, nor who may not consent.
        let bea = fresh(h, &s.bea).await;
        assert_eq!(conflict(h.decide_approval(&bea, asked.id, true).await), "own_ask");
        let anna = Actor { permissions: [Permission::PersonApprove].into(), ..fresh(h, &s.anna).await };
        assert_eq!(conflict(h.decide_approval(&anna, asked.id, true).await), "own_ask");
        let dirk = fresh(h, &s.dirk).await;
        assert_eq!(conflict(h.decide_approval(&dirk, asked.id, true).await), "missing_permission");
        // Consent needs a proof of oneself.
        assert_eq!(conflict(h.decide_approval(&s.sara.actor, asked.id, true).await), "recent_sign_in");
        let sara = fresh(h, &s.sara).await;
        let seen = h.approvals(&sara).await.unwrap().remove(0);
        assert!(seen.may_decide);
        // Names may be the same: it is the login that says who.
        let logins = (seen.about_login.unwrap(), seen.asked_by_login);
        assert_eq!(logins, (s.anna.login.to_string(), s.bea.login.to_string()));
        let done = h.decide_approval(&sara, asked.id, true).await.unwrap();
        assert_eq!((done.line.state, done.code), ("used", None));
        assert!(s.may(&s.anna, Permission::RoleManage).await);
        assert_eq!(conflict(h.decide_approval(&sara, asked.id, true).await), "state");
        // Whom it concerns, who asked, and the officers read of it; the words of the rights are named.
        assert!(s.told(&s.anna).await.iter().any(|n| n.contains("rollen") || n.contains("roles")));
        assert!(s.told(&s.bea).await.iter().any(|n| n.contains("Anna Jansen")));
        for officer in [&s.sara, &s.dirk] {
            assert!(s.told(officer).await.iter().any(|n| n.contains("Anna Jansen")), "{}", officer.actor.name);
        }
    }

    fn what_has_changed_since_it_was_asked_is_not_done(db) {
        let s = Scene::over(db).await;
        let h = &s.house;
        let asked = s.ask().await.unwrap();
        let line = h.find_person(&s.bea.actor, s.anna.id()).await.unwrap();
        h.set_person_roles(&s.bea.actor, s.anna.id(), line.version, &[]).await.unwrap();
        let sara = fresh(h, &s.sara).await;
        let late = h.decide_approval(&sara, asked.id, true).await;
        assert!(matches!(late, Err(Error::VersionConflict)), "{late:?}");
        assert!(!s.may(&s.anna, Permission::RoleManage).await);
        let refused = h.decide_approval(&sara, asked.id, false).await.unwrap();
        assert_eq!(refused.line.state, "refused");
        // A newer ask takes the place of the older; one that has run out is none.
        let asked = s.ask().await.unwrap();
        let newer = s.ask().await.unwrap();
        assert_eq!(conflict(h.decide_approval(&sara, asked.id, true).await), "state");
        h.clock.advance_minutes(24 * 60 + 1);
        let sara = fresh(h, &s.sara).await;
        assert_eq!(conflict(h.decide_approval(&sara, newer.id, true).await), "state");
        // Who asked and may no longer give it.
        let asked = s.ask().await.unwrap();
        let carl = h.person("administrator", "Carl", "carl@clinic.example").await;
        h.disable_person(&carl.actor, s.bea.id()).await.unwrap();
        assert_eq!(conflict(h.decide_approval(&sara, asked.id, true).await), "asker_gone");
        assert!(!s.may(&s.anna, Permission::RoleManage).await);
    }

    fn a_role_that_people_hold_gets_rights_over_others_by_two(db) {
        let s = Scene::over(db).await;
        let h = &s.house;
        let id = s.role("physician").await;
        let role = h.roles(&s.bea.actor).await.unwrap().into_iter().find(|r| r.role.id == id).unwrap();
        let mut more: BTreeSet<Permission> = role.role.permissions.clone();
        more.insert(Permission::AuditRead);
        let alone = h.change_role(&s.bea.actor, id, role.version, &role.role.name, more.clone()).await;
        assert_eq!(conflict(alone), "needs_consent");
        let wanted = (role.role.name.as_str(), more.clone());
        let asked = h.ask_role_change(&s.bea.actor, id, role.version, wanted, "Physicians check their own log").await.unwrap();
        assert_eq!((asked.change.as_ref().unwrap().people, asked.about_name.as_str()), (1, role.role.name.as_str()));
        // Who holds the role would raise their own rights.
        let holder = Actor { permissions: [Permission::PersonApprove].into(), ..fresh(h, &s.anna).await };
        assert_eq!(conflict(h.decide_approval(&holder, asked.id, true).await), "own_ask");
        assert!(!s.may(&s.anna, Permission::AuditRead).await);
        h.decide_approval(&fresh(h, &s.sara).await, asked.id, true).await.unwrap();
        assert!(s.may(&s.anna, Permission::AuditRead).await);
        assert!(s.told(&s.dirk).await.iter().any(|n| n.contains(&role.role.name)));
        // What opens nothing over others needs nobody else.
        more.insert(Permission::DomainManage);
        let role = h.roles(&s.bea.actor).await.unwrap().into_iter().find(|r| r.role.id == id).unwrap();
        let plain = h.ask_role_change(&s.bea.actor, id, role.version, (&role.role.name, more.clone()), "No reason").await;
        assert_eq!(conflict(plain), "no_consent_needed");
        h.change_role(&s.bea.actor, id, role.version, &role.role.name, more).await.unwrap();
    }

    /// ASVS 8.1.1, 8.4.2: many at once are asked for like one: nothing is given before a second person consents to each.
    fn rights_over_others_for_many_are_asked_for_each(db) {
        use BulkAnswer::{Already, Ask, No, Will};
        let s = Scene::over(db).await;
        let h = &s.house;
        let ben = h.person("physician", "Ben", "ben@clinic.example").await;
        let cor = h.person("nurse", "Cor", "cor@clinic.example").await;
        let officer = s.role("privacy_officer").await;
        let give = Bulk::GiveRole(officer);
        let everybody = [s.anna.id(), ben.id(), cor.id(), s.dirk.id(), s.sara.id(), s.bea.id()];
        let lines = h.preview_bulk(&s.bea.actor, give, &everybody).await.unwrap();
        let answers: Vec<BulkAnswer> = lines.iter().map(|l| l.answer).collect();
        // Sara could consent to others', not to her own: another must be able to.
        assert_eq!(answers, [Ask, Ask, Ask, Already, No("sensitive_role"), No("own_roles")]);
        let seen: Vec<_> = lines.iter().map(|l| (l.id, l.version)).collect();
        let unreasoned = h.run_bulk(&s.bea.actor, give, &seen, None).await;
        assert!(matches!(unreasoned, Err(Error::Validation(_))), "{unreasoned:?}");
        assert!(h.approvals(&s.sara.actor).await.unwrap().is_empty());
        let done = h.run_bulk(&s.bea.actor, give, &seen, Some("A new team of officers")).await.unwrap();
        assert_eq!(done.lines.iter().filter(|l| l.answer == Ask).count(), 3);
        for p in [&s.anna, &ben, &cor] {
            assert!(!s.may(p, Permission::AccessReview).await, "nothing has changed yet");
        }
        assert_eq!(s.told(&s.sara).await, ["Your consent is asked: Privacy officer for 3 people"]);
        let asks = h.approvals(&s.sara.actor).await.unwrap();
        assert!(asks.iter().all(|a| a.state == "open" && a.may_decide && a.reason == "A new team of officers"));
        let of = |name: &str| asks.iter().find(|a| a.about_name == name).unwrap();
        assert_eq!(of("Anna Jansen").change.as_ref().unwrap().after, ["Physician", "Privacy officer"]);
        assert!(h.approvals(&s.bea.actor).await.unwrap().iter().all(|a| !a.may_decide), "nobody consents to their own ask");
        let sara = fresh(h, &s.sara).await;
        h.decide_approval(&sara, of("Anna Jansen").id, true).await.unwrap();
        h.decide_approval(&sara, of("Ben").id, false).await.unwrap();
        assert!(s.may(&s.anna, Permission::AccessReview).await && !s.may(&ben, Permission::AccessReview).await);
        // Taken back: what is still open is asked no more; what was consented to stays.
        let undone = h.undo_bulk(&s.bea.actor, done.id).await.unwrap();
        let answers: Vec<BulkAnswer> = undone.lines.iter().map(|l| l.answer).collect();
        assert_eq!(answers, [No("decided"), Already, Will]);
        assert!(s.may(&s.anna, Permission::AccessReview).await);
        let open = of("Cor").id;
        let now = h.approvals(&s.sara.actor).await.unwrap();
        assert_eq!(now.iter().find(|a| a.id == open).unwrap().state, "withdrawn");
        assert_eq!(conflict(h.decide_approval(&sara, open, true).await), "state");
        let withdrawn = h.audit_details(AuditKind::ApprovalDecided).await;
        assert!(withdrawn.iter().any(|d| d.why.as_deref() == Some("taken back")), "{withdrawn:?}");
    }

    /// ASVS 8.1.1: nobody opens a door to the house unseen: all other administrators and officers are told at once.
    fn doors_to_the_house_are_changed_in_everybodys_sight(db) {
        let s = Scene::over(db).await;
        let h = &s.house;
        let sara = fresh(h, &s.sara).await;
        let settings = ProviderSettings {
            name: "Noord".to_owned(),
            issuer: TestProvider::ISSUER.to_owned(),
            client_id: TestProvider::CLIENT.to_owned(),
            scopes: BTreeSet::new(),
            active: true,
            second_factor: SecondFactorWord::default(),
            create: None,
            role_rules: Vec::new(),
            keep_roles_in_step: false,
        };
        let line = h.add_identity_provider(&sara, settings.clone(), TestProvider::SECRET).await.unwrap();
        let line = h.change_identity_provider(&sara, line.id, line.version, settings, Some("another secret")).await.unwrap();
        h.set_provisioned_roles(&sara, &[s.role("nurse").await]).await.unwrap();
        h.remove_identity_provider(&sara, line.id, line.version).await.unwrap();
        for watches in [&s.bea, &s.dirk] {
            assert_eq!(s.told(watches).await, ["A way into the house was changed"; 4], "{}", watches.actor.name);
        }
        assert!(s.told(&s.sara).await.is_empty() && s.told(&s.anna).await.is_empty());
        // Without a proof of oneself nothing is opened.
        h.clock.advance_us(16 * MINUTE_US);
        let late = h.set_provisioned_roles(&sara, &[]).await;
        assert!(matches!(late, Err(Error::Denied("recent_sign_in"))), "{late:?}");
    }
}

/// A second account with rights is the detour of who may not raise their own.
#[tokio::test]
async fn nobody_invites_somebody_with_rights_over_others_alone() {
    let s = Scene::over(wardpost_store::testing::TestDb::sqlite().await).await;
    let new = |roles| super::newcomer("second@clinic.example", roles);
    let alone = s.house.create_person(&s.bea.actor, new(vec![s.role("security_officer").await])).await;
    assert_eq!(conflict(alone), "needs_consent");
    s.house.create_person(&s.bea.actor, new(vec![s.role("nurse").await])).await.unwrap();
}

#[tokio::test]
async fn where_nobody_could_consent_the_officers_are_told_all_the_same() {
    let house = TestCore::new().await;
    let bea = house.person("administrator", "Bea Beheer", "bea@clinic.example").await;
    let dirk = house.person("privacy_officer", "Dirk Dekker", "dirk@clinic.example").await;
    let before = house.unread(dirk.mailbox()).await.unwrap();
    let role = house.ready_made_role("security_officer").await.unwrap().unwrap();
    house.create_person(&bea.actor, super::newcomer("sara@clinic.example", vec![role])).await.unwrap();
    assert_eq!(house.unread(dirk.mailbox()).await.unwrap(), before + 1);
}

/// Who has the role is named to those who may see people.
#[tokio::test]
async fn a_role_that_somebody_has_is_not_removed() {
    let s = Scene::over(wardpost_store::testing::TestDb::sqlite().await).await;
    let physician = s.role("physician").await;
    let refused = s.house.delete_role(&s.bea.actor, physician).await;
    assert!(matches!(&refused, Err(Error::RoleInUse { held_by }) if held_by == &["Anna Jansen"]), "{refused:?}");
    let blind = crate::testing::stranger(&[Permission::RoleManage]);
    let refused = s.house.delete_role(&blind, physician).await;
    assert!(matches!(&refused, Err(Error::RoleInUse { held_by }) if held_by.is_empty()), "{refused:?}");
}
