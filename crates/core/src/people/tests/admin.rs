use super::*;

both_engines! {
    fn the_organisation_is_made_once_with_roles_and_a_policy(store) {
        let house = TestCore::over(store).await;
        assert!(!house.ensure_org("Another name", Language::Nl).await.unwrap());
        assert_eq!(house.org_name().await.unwrap(), "Clinic");
        assert_eq!(house.policy_current().await.unwrap().version, 1);
        for ready in wardpost_gate::ready_made_roles() {
            let id = role(&house, ready.key).await;
            assert_eq!(house.house().await.unwrap().roles[&id].role.permissions, ready.permissions);
        }
        let kinds = house.audit_kinds().await;
        assert_eq!(kinds.iter().filter(|(k, _)| k == "org.created").count(), 1);
    }

    fn people_are_invited_changed_disabled_and_enabled(store) {
        let house = TestCore::over(store).await;
        let admin = admin(&house).await;
        let desk = role(&house, "front_desk").await;
        let new = NewPerson { mailbox_address: Some(address("iris@clinic.example")), ..newcomer("iris@clinic.example", vec![desk]) };
        let made = house.create_person(&admin.actor, new.clone()).await.unwrap().person;
        assert_eq!((made.state, made.roles.as_slice()), (PersonState::Invited, [(desk, "Front desk".to_owned())].as_slice()));
        assert_eq!(house.mailboxes_of(made.id).await.unwrap()[0].address, address("iris@clinic.example"));
        assert_eq!(codes(house.create_person(&admin.actor, new).await), [("login".to_owned(), "taken")]);

        let update = PersonUpdate {
            version: made.version,
            name: "Iris de Wit".to_owned(),
            login: address("iris.dewit@clinic.example"),
            function: String::new(),
            language: Language::En,
        };
        let long_ago = house.change_person(&admin.actor, made.id, update.clone()).await;
        assert!(matches!(long_ago, Err(Error::Denied("recent_sign_in"))), "another login wants a proof of oneself");
        let only_name = PersonUpdate { login: made.profile.login.clone(), ..update.clone() };
        let named = house.change_person(&admin.actor, made.id, only_name).await.unwrap();
        let update = PersonUpdate { version: named.version, ..update };
        let session_id = Some(house.open_session(admin.id()).await.0);
        let proved = Actor { session_id, ..admin.actor.clone() };
        let changed = house.change_person(&proved, made.id, update.clone()).await.unwrap();
        assert_eq!(changed.profile.login, address("iris.dewit@clinic.example"));
        let late = house.change_person(&proved, made.id, update.clone()).await;
        assert!(matches!(late, Err(Error::VersionConflict)), "{late:?}");
        let taken = PersonUpdate { version: changed.version, login: address("BEA@clinic.example"), ..update };
        assert_eq!(codes(house.change_person(&proved, made.id, taken).await), [("login".to_owned(), "taken")]);

        assert_eq!(house.disable_person(&admin.actor, made.id).await.unwrap().state, PersonState::Disabled);
        assert!(matches!(house.disable_person(&admin.actor, made.id).await, Err(Error::Conflict(_))));
        let back = house.enable_person(&admin.actor, made.id).await.unwrap();
        assert_eq!(back.state, PersonState::Invited, "who never had credentials has none now");
    }

    /// ASVS 16.4.1: names reach the log, approvals and notices, and people decide by them: one line, nothing that hides or reorders
    /// what stands there. A reason has lines.
    fn names_are_one_line_that_reads_as_it_is(store) {
        let house = TestCore::over(store).await;
        let admin = admin(&house).await;
        for (i, bad) in ["Jan\nPiet", "\u{202e}aV annA", "Anna\u{200b}de Vries", "Jan\u{2028}X", "Jan\tPiet"].into_iter().enumerate() {
            let new = newcomer(&format!("p{i}@clinic.example"), vec![]);
            let named = NewPerson { name: bad.to_owned(), ..new.clone() };
            assert_eq!(codes(house.create_person(&admin.actor, named).await), [("name".to_owned(), "character")], "{bad:?}");
            let employed = NewPerson { function: bad.to_owned(), ..new };
            let function = codes(house.create_person(&admin.actor, employed).await);
            assert_eq!(function, [("function".to_owned(), "character")], "{bad:?}");
            let role = house.create_role(&admin.actor, bad, BTreeSet::from([Permission::MailRead])).await;
            assert_eq!(codes(role), [("name".to_owned(), "character")], "{bad:?}");
        }
        let lines = |text| checked_lines("reason", text, 1, 500);
        assert_eq!(lines("Lost the phone.\nCame by.").unwrap(), "Lost the phone.\nCame by.");
        assert_eq!(codes(lines("Lost\u{202e} the phone")), [("reason".to_owned(), "character")]);
    }

    fn the_last_administrator_stays(store) {
        let house = TestCore::over(store).await;
        let bea = admin(&house).await;
        let carl = house.person("administrator", "Carl Beheer", "carl@clinic.example").await;
        let line = house.find_person(&bea.actor, carl.id()).await.unwrap();
        house.set_person_roles(&bea.actor, carl.id(), line.version, &[]).await.unwrap();
        // Carl's old rights, as if his request had been under way.
        let line = house.find_person(&bea.actor, bea.id()).await.unwrap();
        let late = house.set_person_roles(&carl.actor, bea.id(), line.version, &[]).await;
        assert!(matches!(late, Err(Error::Conflict("last_administrator"))), "{late:?}");
        let late = house.disable_person(&carl.actor, bea.id()).await;
        assert!(matches!(late, Err(Error::Conflict("last_administrator"))), "{late:?}");
        let late = house.reset_person(&carl.actor, bea.id()).await;
        assert!(matches!(late, Err(Error::Conflict("last_administrator"))), "{late:?}");
        let late = house
            .change_role(&carl.actor, role(&house, "administrator").await, 1, "Administrator", BTreeSet::from([Permission::PersonManage]))
            .await;
        assert!(matches!(late, Err(Error::Conflict("last_administrator"))), "{late:?}");
        assert_eq!(house.find_person(&bea.actor, bea.id()).await.unwrap().state, PersonState::Active);
    }

    fn of_two_administrators_who_remove_each_other_at_once_one_stays(store) {
        let house = TestCore::over(store).await;
        let bea = admin(&house).await;
        let carl = house.person("administrator", "Carl Beheer", "carl@clinic.example").await;
        let other = house.another_node().await;
        let (a, b) = tokio::join!(
            house.disable_person(&bea.actor, carl.id()),
            other.disable_person(&carl.actor, bea.id()),
        );
        assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
    }

    fn roles_are_made_changed_and_removed(store) {
        let house = TestCore::over(store).await;
        let admin = admin(&house).await;
        let permissions = BTreeSet::from([Permission::MailRead]);
        let made = house.create_role(&admin.actor, " Reader ", permissions.clone()).await.unwrap();
        assert_eq!(made.role.name, "Reader");
        assert_eq!(codes(house.create_role(&admin.actor, "Reader", permissions.clone()).await), [("name".to_owned(), "taken")]);
        assert_eq!(codes(house.create_role(&admin.actor, "Nothing", BTreeSet::new()).await), [("permissions".to_owned(), "required")]);
        let more = BTreeSet::from([Permission::MailRead, Permission::MailSend]);
        house.change_role(&admin.actor, made.role.id, 1, "Reader", more.clone()).await.unwrap();
        let late = house.change_role(&admin.actor, made.role.id, 1, "Reader", permissions).await;
        assert!(matches!(late, Err(Error::VersionConflict)), "{late:?}");
        let person = house.create_person(&admin.actor, newcomer("iris@clinic.example", vec![made.role.id])).await.unwrap().person;
        assert!(matches!(house.delete_role(&admin.actor, made.role.id).await, Err(Error::RoleInUse { .. })));
        house.set_person_roles(&admin.actor, person.id, person.version, &[]).await.unwrap();
        house.delete_role(&admin.actor, made.role.id).await.unwrap();
        assert!(matches!(house.delete_role(&admin.actor, made.role.id).await, Err(Error::NotFound)));
        assert!(house.roles(&admin.actor).await.unwrap().iter().all(|r| r.role.name != "Reader"));
    }

    fn mailboxes_have_users_and_their_addresses_are_their_own(store) {
        let house = TestCore::over(store).await;
        let admin = admin(&house).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let chris = house.person("clinician", "Chris Vos", "chris@clinic.example").await;
        let new = NewMailbox {
            kind: MailboxKind::Shared,
            address: address("Balie@clinic.example"),
            name: "Balie".to_owned(),
            members: vec![anna.id()], duty: false };
        assert!(house.mailbox_by_address(&new.address).await.unwrap().is_none());
        let made = house.create_mailbox(&admin.actor, new.clone()).await.unwrap();
        assert_eq!(made.member_names, ["Anna Jansen"]);
        let found = house.mailbox_by_address(&address("BALIE@CLINIC.EXAMPLE")).await.unwrap().unwrap();
        assert_eq!((found.id, found.active), (made.mailbox.id, true));
        assert_eq!(codes(house.create_mailbox(&admin.actor, new.clone()).await), [("address".to_owned(), "taken")]);
        let foreign = NewMailbox { address: address("balie@elsewhere.example"), ..new.clone() };
        assert_eq!(codes(house.create_mailbox(&admin.actor, foreign).await), [("address".to_owned(), "foreign_domain")]);
        let crowd = NewMailbox { kind: MailboxKind::Personal, address: address("x@clinic.example"), members: vec![anna.id(), chris.id()], ..new };
        assert_eq!(codes(house.create_mailbox(&admin.actor, crowd).await), [("members".to_owned(), "too_many")]);

        let update = MailboxUpdate { version: made.version, name: "Balie Noord".to_owned(), active: true, members: vec![chris.id()], duty: false };
        let changed = house.change_mailbox(&admin.actor, made.mailbox.id, update.clone()).await.unwrap();
        assert_eq!(changed.mailbox.members, [chris.id()]);
        assert!(matches!(house.change_mailbox(&admin.actor, made.mailbox.id, update.clone()).await, Err(Error::VersionConflict)));
        let names = |list: Vec<MailboxRef>| list.iter().map(|m| m.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(house.mailboxes_of(anna.id()).await.unwrap()), ["Anna Jansen"]);
        assert_eq!(names(house.mailboxes_of(chris.id()).await.unwrap()), ["Chris Vos", "Balie Noord"]);
        let closed = MailboxUpdate { version: changed.version, active: false, ..update };
        house.change_mailbox(&admin.actor, made.mailbox.id, closed).await.unwrap();
        assert!(!house.mailbox_by_address(&address("balie@clinic.example")).await.unwrap().unwrap().active);
        assert_eq!(names(house.mailboxes_of(chris.id()).await.unwrap()), ["Chris Vos"]);
    }

    fn every_version_of_the_policy_is_kept_and_late_writers_are_told(store) {
        let house = TestCore::over(store).await;
        let officer = house.person("privacy_officer", "Pia Officier", "pia@clinic.example").await;
        let mut policy = house.policy(&officer.actor).await.unwrap().policy.clone();
        assert_eq!(codes(house.put_policy(&officer.actor, 1, policy.clone(), "").await), [("policy".to_owned(), "unchanged")]);
        policy.pickup_days = 14;
        let (other, note) = (house.another_node().await, "Shorter");
        let (a, b) = tokio::join!(
            house.put_policy(&officer.actor, 1, policy.clone(), note),
            other.put_policy(&officer.actor, 1, policy.clone(), note),
        );
        assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
        assert!(matches!(a.as_ref().err().or(b.as_ref().err()), Some(Error::VersionConflict)), "{a:?} {b:?}");
        policy.pickup_days = 0;
        assert_eq!(codes(house.put_policy(&officer.actor, 2, policy.clone(), "").await), [("policy.pickup_days".to_owned(), "range")]);
        policy.pickup_days = 7;
        house.heed_changes();
        let third = house.put_policy(&officer.actor, 2, policy, "").await.unwrap();
        assert_eq!((third.version, third.changed_by), (3, Some(officer.id())));
        let first = house.policy_versions(&officer.actor, None, 2).await.unwrap();
        assert_eq!(first.items.iter().map(|v| v.version).collect::<Vec<_>>(), [3, 2]);
        let rest = house.policy_versions(&officer.actor, first.next_cursor.as_deref(), 2).await.unwrap();
        assert_eq!(rest.items.iter().map(|v| (v.version, v.policy.pickup_days)).collect::<Vec<_>>(), [(1, 30)]);
        assert!(rest.next_cursor.is_none());
    }

    fn the_security_policy_has_versions_of_its_own(store) {
        let house = TestCore::over(store).await;
        let officer = house.person("security_officer", "Sara Slot", "sara@clinic.example").await;
        let pia = house.person("privacy_officer", "Pia Officier", "pia@clinic.example").await;
        assert!(matches!(house.security(&pia.actor).await, Err(Error::Denied("missing_permission"))));
        let mut policy = house.security(&officer.actor).await.unwrap().policy.clone();
        assert_eq!(policy, SecurityPolicy::default());
        let gone = RoleId(uuid::Uuid::from_u128(9));
        policy.sessions.by_role.insert(gone, 5);
        policy.security_key_roles.insert(gone);
        let same = house.put_security(&officer.actor, 1, policy.clone(), "").await;
        assert_eq!(codes(same), [("policy".to_owned(), "unchanged")], "roles that are no more are left out");
        policy.sessions.idle_minutes = 10;
        let second = house.put_security(&officer.actor, 1, policy.clone(), "").await.unwrap();
        assert_eq!((second.version, second.policy.sessions.by_role.len()), (2, 0));
        assert!(matches!(house.put_security(&officer.actor, 1, policy.clone(), "").await, Err(Error::VersionConflict)));
        assert_eq!(house.policy_current().await.unwrap().version, 1, "the other document stays as it is");
        // ASVS 6.2.10: no rotation without a reason.
        policy.password.rotation_days = Some(90);
        assert_eq!(codes(house.put_security(&officer.actor, 2, policy.clone(), " ").await), [("note".to_owned(), "required")]);
        house.put_security(&officer.actor, 2, policy, "The insurer demands it.").await.unwrap();
        let told = house.audit_details(AuditKind::SecurityChanged).await;
        assert_eq!(told[0].more["sessions.idle_minutes"], "15 → 10");
        assert_eq!((told[1].more["password.rotation_days"].as_str(), told[1].why.as_deref()), ("never → 90", Some("The insurer demands it.")));
        let versions = house.security_versions(&officer.actor, None, 10).await.unwrap();
        assert_eq!(versions.items.iter().map(|v| v.version).collect::<Vec<_>>(), [3, 2, 1]);
    }
}

#[tokio::test]
async fn nobody_gives_more_than_they_may() {
    let house = TestCore::new().await;
    let bea = admin(&house).await;
    let lead_role = house
        .create_role(&bea.actor, "Team lead", BTreeSet::from([Permission::PersonRead, Permission::PersonManage]))
        .await
        .unwrap();
    let (clinician, administrator) = (role(&house, "clinician").await, role(&house, "administrator").await);
    let lead = house.create_person(&bea.actor, newcomer("lead@clinic.example", vec![lead_role.role.id])).await.unwrap();
    let lead = crate::Core::clone(&house).active_actor(lead.person.id, &client()).await.unwrap();
    assert!(lead.is_none(), "invited people do not act");
    let mut lead = stranger(&[Permission::PersonRead, Permission::PersonManage]);
    lead.person_id =
        house.house().await.unwrap().people.values().find(|p| p.profile.login.local() == "lead").unwrap().id;
    let denied = house.create_person(&lead, newcomer("iris@clinic.example", vec![clinician])).await;
    assert!(matches!(denied, Err(Error::Denied("grants_more"))), "{denied:?}");
    let made = house.create_person(&lead, newcomer("iris@clinic.example", vec![])).await.unwrap().person;
    let denied = house.set_person_roles(&lead, made.id, made.version, &[administrator]).await;
    assert!(matches!(denied, Err(Error::Denied("grants_more"))), "{denied:?}");
    let own = house.find_person(&bea.actor, bea.id()).await.unwrap();
    let denied = house.set_person_roles(&bea.actor, bea.id(), own.version, &[administrator, clinician]).await;
    assert!(matches!(denied, Err(Error::Denied("own_roles"))), "{denied:?}");
    let denied = house
        .change_role(&bea.actor, administrator, 1, "Administrator", Permission::ALL.iter().copied().collect())
        .await;
    assert!(matches!(denied, Err(Error::Denied("held_role"))), "{denied:?}");
    let wanted =
        NewPerson { mailbox_address: Some(address("x@clinic.example")), ..newcomer("x@clinic.example", vec![]) };
    let denied = house.create_person(&lead, wanted).await;
    assert!(matches!(denied, Err(Error::Denied("missing_permission"))), "{denied:?}");
}

#[tokio::test]
async fn administration_is_closed_to_who_may_not() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let a = &anna.actor;
    let before = house.audit_kinds().await.len();
    let denied = [
        house.people_page(a, &PeopleQuery::default(), None, 10).await.err(),
        house.create_person(a, newcomer("x@clinic.example", vec![])).await.err(),
        house.disable_person(a, anna.id()).await.err(),
        house.roles(a).await.err(),
        house.create_role(a, "X", BTreeSet::from([Permission::AuditRead])).await.err(),
        house.mailboxes(a).await.err(),
        house.domains(a).await.err(),
        house.add_domain(a, &"new.example".parse().unwrap()).await.err(),
        house.partners(a).await.err(),
        house.put_policy(a, 1, wardpost_model::policy::Policy::default(), "").await.err(),
    ];
    for d in &denied {
        assert!(matches!(d, Some(Error::Denied("missing_permission"))), "{d:?}");
    }
    let written = house.audit_kinds().await;
    assert_eq!(written.len() - before, denied.len());
    assert!(written[before..].iter().all(|(k, o)| k == "access.denied" && o == "refused"));
}

fn names(page: &Page<PersonLine>) -> Vec<String> {
    page.items.iter().map(|p| p.profile.name.clone()).collect()
}

fn words(words: &str) -> PeopleQuery {
    PeopleQuery { words: words.to_owned(), ..PeopleQuery::default() }
}

#[tokio::test]
async fn people_are_found_and_come_in_pages() {
    let house = TestCore::new().await;
    let bea = admin(&house).await;
    for (i, name) in ["Daan Prins", "Cor Prins", "Els Vermeer"].iter().enumerate() {
        let new = NewPerson { name: (*name).to_owned(), ..newcomer(&format!("p{i}@clinic.example"), vec![]) };
        house.create_person(&bea.actor, new).await.unwrap();
    }
    let first = house.people_page(&bea.actor, &PeopleQuery::default(), None, 3).await.unwrap();
    assert_eq!(names(&first), ["Bea Beheer", "Cor Prins", "Daan Prins"]);
    let rest = house.people_page(&bea.actor, &PeopleQuery::default(), first.next_cursor.as_deref(), 3).await.unwrap();
    assert_eq!((names(&rest), rest.next_cursor), (vec!["Els Vermeer".to_owned()], None));
    assert_eq!(
        names(&house.people_page(&bea.actor, &words("PRINS"), None, 10).await.unwrap()),
        ["Cor Prins", "Daan Prins"]
    );
    assert_eq!(names(&house.people_page(&bea.actor, &words("p2@"), None, 10).await.unwrap()), ["Els Vermeer"]);
    assert_eq!(house.people_page(&bea.actor, &words("assistente"), None, 10).await.unwrap().items.len(), 3);
    let pending = house.sign_in("bea@clinic.example", PASSWORD, &client()).await.unwrap();
    house.clock.advance_us(30_000_000);
    let code = crate::identity::Factor::Totp(bea.code(&house.clock));
    house.second_factor(&pending.secret, &code, &client()).await.unwrap();
    assert!(house.find_person(&bea.actor, bea.id()).await.unwrap().last_sign_in_at.is_some());
}

#[tokio::test]
async fn changes_are_told_in_words() {
    use wardpost_model::audit::AuditKind;
    let house = TestCore::new().await;
    let bea = admin(&house).await;
    let officer = house.person("privacy_officer", "Pia Officier", "pia@clinic.example").await;
    let mut policy = wardpost_model::policy::Policy::default();
    policy.health.verified_tls = wardpost_model::plan::Action::Hold;
    house.put_policy(&officer.actor, 1, policy, "After the audit").await.unwrap();
    let told = house.audit_details(AuditKind::PolicyChanged).await.remove(0);
    assert_eq!(told.why.as_deref(), Some("After the audit"));
    assert_eq!(told.more["health → verified_tls"], "protect → hold");
    assert_eq!(told.agent_name.as_deref(), Some("Pia Officier"));

    let made = house.create_person(&bea.actor, newcomer("iris@clinic.example", vec![])).await.unwrap().person;
    let desk = role(&house, "front_desk").await;
    let given = house.set_person_roles(&bea.actor, made.id, made.version, &[desk]).await.unwrap();
    let told = house.audit_details(AuditKind::PersonRolesChanged).await.remove(0);
    assert_eq!(told.more["roles"], " → Front desk");
    let update = PersonUpdate {
        version: given.version,
        name: "Iris de Wit".to_owned(),
        login: made.profile.login,
        function: made.profile.function,
        language: made.profile.language,
    };
    house.change_person(&bea.actor, made.id, update).await.unwrap();
    let told = house.audit_details(AuditKind::PersonChanged).await.pop().unwrap();
    assert_eq!(told.more.into_iter().collect::<Vec<_>>(), [("name".to_owned(), "Iris Nieuw → Iris de Wit".to_owned())]);
}

#[tokio::test]
async fn what_the_app_shows_after_set_up_is_good_for_the_first_sign_in() {
    let house = TestCore::new().await;
    let bea = admin(&house).await;
    let pending = house.sign_in("bea@clinic.example", PASSWORD, &client()).await.unwrap();
    let code = crate::identity::Factor::Totp(bea.code(&house.clock));
    house.second_factor(&pending.secret, &code, &client()).await.unwrap();
}

#[tokio::test]
async fn people_are_found_by_what_they_are_and_what_they_lack() {
    let house = TestCore::new().await;
    let bea = admin(&house).await;
    let anna = house.person("physician", "Anna", "anna@clinic.example").await;
    let iris = house.create_person(&bea.actor, newcomer("iris@clinic.example", vec![])).await.unwrap().person;
    let find = async |query: PeopleQuery| names(&house.people_page(&bea.actor, &query, None, 10).await.unwrap());
    let state = |s| PeopleQuery { state: Some(s), ..PeopleQuery::default() };
    assert_eq!(find(state(PersonState::Invited)).await, ["Iris Nieuw"]);
    assert!(find(state(PersonState::Disabled)).await.is_empty());
    let physician = role(&house, "physician").await;
    assert_eq!(find(PeopleQuery { role: Some(physician), ..PeopleQuery::default() }).await, ["Anna"]);
    let lacking = |l| PeopleQuery { lacking: Some(l), ..PeopleQuery::default() };
    assert_eq!(find(lacking(Lacking::SecondFactor)).await, ["Iris Nieuw"]);
    assert_eq!(find(lacking(Lacking::Passkey)).await.len(), 3);
    // Anna signs in; weeks go by for the others.
    let unseen = |days| PeopleQuery { unseen_days: Some(days), ..PeopleQuery::default() };
    assert_eq!(find(unseen(30)).await.len(), 3);
    let begun = house.sign_in(&anna.login.to_string(), PASSWORD, &client()).await.unwrap();
    house.clock.advance_minutes(1);
    let factor = crate::identity::Factor::Totp(anna.code(&house.clock));
    house.second_factor(&begun.secret, &factor, &client()).await.unwrap();
    assert_eq!(find(unseen(30)).await, ["Bea Beheer", "Iris Nieuw"]);
    house.clock.advance_minutes(60 * 24 * 31);
    assert_eq!(find(unseen(30)).await.len(), 3);
    assert_eq!(iris.last_sign_in_at, None);
}

/// The list by kind and by source: told by indexes and by how the account was made, not by what its owner says.
#[tokio::test]
async fn people_are_found_by_kind_and_by_where_they_came_from() {
    use crate::people::{AccountKind as Kind, AccountSource as Source};
    let house = TestCore::new().await;
    let bea = admin(&house).await;
    house.person("physician", "Anna", "anna@clinic.example").await;
    house.person("patient", "Fenna", "fenna@clinic.example").await;
    house.person("carer", "Peter", "peter@clinic.example").await;
    let both = [role(&house, "nurse").await, role(&house, "carer").await];
    house.person_with(both.to_vec(), "Noor", "noor@clinic.example").await;
    house.run_import(&bea.actor, "name,login\nIngelezen,in@clinic.example\n", false).await.unwrap();
    let of = async |query: PeopleQuery| -> Vec<String> {
        let page = house.people_page(&bea.actor, &query, None, 50).await.unwrap();
        page.items.into_iter().map(|p| p.profile.name).collect()
    };
    let kind = |k| PeopleQuery { kind: Some(k), ..PeopleQuery::default() };
    assert_eq!(of(kind(Kind::Staff)).await, ["Anna", "Bea Beheer", "Ingelezen", "Noor"]);
    assert_eq!(of(kind(Kind::Patient)).await, ["Fenna"]);
    assert_eq!(of(kind(Kind::Carer)).await, ["Noor", "Peter"]);
    assert!(of(kind(Kind::Program)).await.is_empty());
    let source = |s| PeopleQuery { source: Some(s), ..PeopleQuery::default() };
    assert_eq!(of(source(Source::Import)).await, ["Ingelezen"]);
    assert_eq!(of(source(Source::House)).await, ["Anna", "Bea Beheer", "Fenna", "Noor", "Peter"]);
    assert!(of(source(Source::Provisioning)).await.is_empty() && of(source(Source::Provider)).await.is_empty());
    assert_eq!(of(PeopleQuery { kind: Some(Kind::Staff), ..source(Source::Import) }).await, ["Ingelezen"]);
}
