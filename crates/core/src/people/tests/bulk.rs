//! Many people at once.

use super::*;
use crate::clock::MINUTE_US;
use wardpost_model::PersonId;

fn answers(lines: &[BulkLine]) -> Vec<(&str, BulkAnswer)> {
    lines.iter().map(|l| (l.name.as_str(), l.answer)).collect()
}

fn seen(lines: &[BulkLine]) -> Vec<(PersonId, i64)> {
    lines.iter().map(|l| (l.id, l.version)).collect()
}

async fn holds(house: &TestCore, id: PersonId, role: RoleId) -> bool {
    house.house().await.unwrap().person(id).unwrap().roles.contains(&role)
}

both_engines! {
    /// ASVS 8.1.1: what the preview says of each is what happens; nobody raises their own rights, and sensitive roles are
    /// not given along with others.
    fn a_role_is_given_to_many_and_taken_back(db) {
        use BulkAnswer::{Already, No, Will};
        let house = TestCore::over(db).await;
        let bea = admin(&house).await;
        let anna = house.person("physician", "Anna", "anna@clinic.example").await;
        let ben = house.person("front_desk", "Ben", "ben@clinic.example").await;
        let cor = house.person("physician", "Cor", "cor@clinic.example").await;
        let desk = role(&house, "front_desk").await;
        let everybody = [anna.id(), ben.id(), cor.id(), bea.id(), PersonId(uuid::Uuid::from_u128(3)), anna.id()];
        let give = Bulk::GiveRole(desk);
        let lines = house.preview_bulk(&bea.actor, give, &everybody).await.unwrap();
        assert_eq!(
            answers(&lines),
            [("Anna", Will), ("Ben", Already), ("Cor", Will), ("Bea Beheer", No("own_roles")), ("", No("unknown"))]
        );
        assert!(!holds(&house, anna.id(), desk).await, "a preview changes nothing");
        // Where nobody else could consent, power over others is given one by one.
        let officer = role(&house, "privacy_officer").await;
        let sensitive = house.preview_bulk(&bea.actor, Bulk::GiveRole(officer), &[anna.id()]).await.unwrap();
        assert_eq!(sensitive[0].answer, No("sensitive_role"));

        // Cor changes between the preview and the act.
        let person = house.find_person(&bea.actor, cor.id()).await.unwrap();
        house.set_person_roles(&bea.actor, cor.id(), person.version, &[]).await.unwrap();
        let done = house.run_bulk(&bea.actor, give, &seen(&lines), None).await.unwrap();
        assert_eq!(done.lines[0].answer, Will);
        assert_eq!(done.lines[2].answer, No("changed"));
        assert!(holds(&house, anna.id(), desk).await && !holds(&house, cor.id(), desk).await);
        assert!(!holds(&house, bea.id(), desk).await);
        let told = house.audit_details(AuditKind::PersonRolesChanged).await;
        assert!(told.iter().any(|d| d.more.get("given").is_some_and(|r| r == "Front desk")));
        assert_eq!(house.audit_details(AuditKind::BulkDone).await[0].more["people"], "1");
        let listed = house.bulk_acts(&bea.actor).await.unwrap();
        assert_eq!((listed[0].act, listed[0].object.as_deref(), listed[0].people), ("give_role", Some("Front desk"), 1));

        // Taken back: once, within half an hour.
        let undone = house.undo_bulk(&bea.actor, done.id).await.unwrap();
        assert_eq!(answers(&undone.lines), [("Anna", Will)]);
        assert!(!holds(&house, anna.id(), desk).await);
        assert!(matches!(house.undo_bulk(&bea.actor, done.id).await, Err(Error::Conflict("bulk_undone"))));
        assert!(house.bulk_acts(&bea.actor).await.unwrap().is_empty());
        assert!(matches!(house.run_bulk(&bea.actor, give, &[(ben.id(), 1)], None).await, Err(Error::Conflict("bulk_nothing"))));
        for actor in [&anna.actor, &ben.actor] {
            assert!(matches!(house.preview_bulk(actor, give, &[]).await, Err(Error::Denied("missing_permission"))));
        }
    }

    fn an_undo_is_refused_for_whoever_has_changed_since(db) {
        use BulkAnswer::{No, Will};
        let house = TestCore::over(db).await;
        let bea = admin(&house).await;
        let physician = role(&house, "physician").await;
        let anna = house.person("physician", "Anna", "anna@clinic.example").await;
        let ben = house.person("physician", "Ben", "ben@clinic.example").await;
        let people = [anna.id(), ben.id()];
        let before = house.rights_of(&bea.actor, anna.id(), None).await.unwrap().roles;
        let take = Bulk::TakeRole(physician);
        let lines = house.preview_bulk(&bea.actor, take, &people).await.unwrap();
        let done = house.run_bulk(&bea.actor, take, &seen(&lines), None).await.unwrap();
        assert!(!holds(&house, anna.id(), physician).await && !holds(&house, ben.id(), physician).await);
        house.disable_person(&bea.actor, ben.id()).await.unwrap();
        house.clock.advance_us(29 * MINUTE_US);
        let undone = house.undo_bulk(&bea.actor, done.id).await.unwrap();
        assert_eq!(answers(&undone.lines), [("Anna", Will), ("Ben", No("changed"))]);
        assert!(holds(&house, anna.id(), physician).await && !holds(&house, ben.id(), physician).await);
        let after = house.rights_of(&bea.actor, anna.id(), None).await.unwrap().roles;
        assert_eq!(before, after, "who gave the role, and when, is as it was");
        // Too late.
        let lines = house.preview_bulk(&bea.actor, take, &people).await.unwrap();
        let done = house.run_bulk(&bea.actor, take, &seen(&lines), None).await.unwrap();
        house.clock.advance_us(31 * MINUTE_US);
        assert!(matches!(house.undo_bulk(&bea.actor, done.id).await, Err(Error::Conflict("bulk_too_late"))));
    }

    fn somebody_always_remains_who_manages_people(db) {
        use BulkAnswer::{Already, No, Will};
        let house = TestCore::over(db).await;
        let bea = admin(&house).await;
        // She manages people, but not roles: no administrator.
        let lead = house.create_role(&bea.actor, "Lead", BTreeSet::from([Permission::PersonManage, Permission::PersonRead]));
        let lead = lead.await.unwrap().role.id;
        let lea = house.person_with(vec![lead], "Lea", "lea@clinic.example").await;
        let two = house.person("administrator", "Two", "two@clinic.example").await;
        let gone = house.person("nurse", "Gone", "gone@clinic.example").await;
        house.disable_person(&bea.actor, gone.id()).await.unwrap();
        let lines = house.preview_bulk(&lea.actor, Bulk::Disable, &[bea.id(), two.id(), gone.id(), lea.id()]).await.unwrap();
        assert_eq!(
            answers(&lines),
            [("Bea Beheer", Will), ("Two", No("last_administrator")), ("Gone", Already), ("Lea", No("own_account"))]
        );
        let role = role(&house, "administrator").await;
        let lines = house.preview_bulk(&lea.actor, Bulk::TakeRole(role), &[bea.id(), two.id()]).await.unwrap();
        assert_eq!(answers(&lines)[1].1, No("last_administrator"));
        // Blocked, and back; invitations and sessions have no way back.
        let lines = house.preview_bulk(&lea.actor, Bulk::Disable, &[two.id()]).await.unwrap();
        let done = house.run_bulk(&lea.actor, Bulk::Disable, &seen(&lines), None).await.unwrap();
        assert_eq!(house.find_person(&bea.actor, two.id()).await.unwrap().state, PersonState::Disabled);
        house.undo_bulk(&lea.actor, done.id).await.unwrap();
        assert_eq!(house.find_person(&bea.actor, two.id()).await.unwrap().state, PersonState::Active);
        let ended = house.preview_bulk(&lea.actor, Bulk::EndSessions, &[two.id()]).await.unwrap();
        let ended = house.run_bulk(&lea.actor, Bulk::EndSessions, &seen(&ended), None).await.unwrap();
        assert_eq!(ended.undo_until, None);
        assert!(matches!(house.undo_bulk(&lea.actor, ended.id).await, Err(Error::Conflict("bulk_too_late"))));
        // Who manages people only hands on at most what they have.
        let physician = super::role(&house, "physician").await;
        let lines = house.preview_bulk(&lea.actor, Bulk::GiveRole(physician), &[two.id()]).await.unwrap();
        assert_eq!(lines[0].answer, No("grants_more"));
    }

    fn mailboxes_and_invitations_for_many(db) {
        use BulkAnswer::{No, Will};
        let house = TestCore::over(db).await;
        let bea = admin(&house).await;
        let anna = house.person("physician", "Anna", "anna@clinic.example").await;
        let iris = house.create_person(&bea.actor, newcomer("iris@clinic.example", vec![])).await.unwrap().person;
        let shared = NewMailbox {
            kind: MailboxKind::Shared,
            address: address("team@clinic.example"),
            name: "Team".to_owned(),
            members: vec![],
            duty: false,
        };
        let shared = house.create_mailbox(&bea.actor, shared).await.unwrap().mailbox.id;
        let add = Bulk::AddToMailbox(shared);
        let lines = house.preview_bulk(&bea.actor, add, &[anna.id(), iris.id, bea.id()]).await.unwrap();
        assert_eq!(answers(&lines), [("Anna", Will), ("Iris Nieuw", Will), ("Bea Beheer", No("yourself"))]);
        let done = house.run_bulk(&bea.actor, add, &seen(&lines), None).await.unwrap();
        let members = async || house.mailbox(shared).await.unwrap().unwrap().members.len();
        assert_eq!(members().await, 2);
        house.undo_bulk(&bea.actor, done.id).await.unwrap();
        assert_eq!(members().await, 0);
        // A mailbox that was changed since stays as it is.
        let lines = house.preview_bulk(&bea.actor, add, &[anna.id()]).await.unwrap();
        let done = house.run_bulk(&bea.actor, add, &seen(&lines), None).await.unwrap();
        let now = house.house().await.unwrap().mailboxes[&shared].1;
        let update =
            MailboxUpdate { version: now, name: "Team 2".to_owned(), active: true, members: vec![anna.id()], duty: false };
        house.change_mailbox(&bea.actor, shared, update).await.unwrap();
        let undone = house.undo_bulk(&bea.actor, done.id).await.unwrap();
        assert_eq!(undone.lines[0].answer, No("changed"));
        assert_eq!(members().await, 1);
        let own = Bulk::AddToMailbox(anna.mailbox());
        let asked = house.preview_bulk(&bea.actor, own, &[iris.id]).await;
        assert_eq!(codes(asked), [("act.mailbox_id".to_owned(), "kind")]);

        let lines = house.preview_bulk(&bea.actor, Bulk::Invite, &[iris.id, anna.id()]).await.unwrap();
        assert_eq!(answers(&lines), [("Iris Nieuw", Will), ("Anna", No("has_access"))]);
        let done = house.run_bulk(&bea.actor, Bulk::Invite, &seen(&lines), None).await.unwrap();
        assert_eq!(done.invitations.len(), 1);
        assert!(house.open_invitation(&done.invitations[0].invitation.token).await.is_ok());
    }

    /// NL-06: many come into a care team at once, seen and taken back like one; nobody puts themselves there.
    fn a_care_team_gets_many_at_once_and_gives_them_back(db) {
        use BulkAnswer::{Already, No, Will};
        let house = TestCore::over(db).await;
        let bea = admin(&house).await;
        let anna = house.person("physician", "Anna", "anna@clinic.example").await;
        let ben = house.person("nurse", "Ben", "ben@clinic.example").await;
        let cor = house.person("nurse", "Cor", "cor@clinic.example").await;
        let gone = house.person("nurse", "Gone", "gone@clinic.example").await;
        house.disable_person(&bea.actor, gone.id()).await.unwrap();
        let team = house.create_team(&anna.actor, "Diabetes", &[ben.id()]).await.unwrap().id;
        let add = Bulk::AddToTeam(team);
        // Who manages people does not thereby open patients to them.
        let without = house.preview_bulk(&bea.actor, add, &[anna.id()]).await;
        assert!(matches!(without, Err(Error::Denied("missing_permission"))), "{without:?}");
        let mut lead = bea.actor.clone();
        lead.permissions.extend([Permission::RelationManage, Permission::PatientRead]);
        let everybody = [anna.id(), ben.id(), cor.id(), gone.id(), bea.id()];
        let lines = house.preview_bulk(&lead, add, &everybody).await.unwrap();
        assert_eq!(
            answers(&lines),
            [("Anna", Will), ("Ben", Already), ("Cor", Will), ("Gone", No("disabled")), ("Bea Beheer", No("own_relation"))]
        );
        let members = async || -> Vec<PersonId> {
            let teams = house.care_teams(&anna.actor).await.unwrap();
            let mut members = teams.into_iter().find(|t| t.id == team).unwrap().members;
            members.sort();
            members
        };
        let sorted = |mut ids: Vec<PersonId>| {
            ids.sort();
            ids
        };
        let done = house.run_bulk(&lead, add, &seen(&lines), None).await.unwrap();
        assert_eq!(members().await, sorted(vec![anna.id(), ben.id(), cor.id()]));
        assert!(house.audit_details(AuditKind::TeamChanged).await.iter().any(|d| d.more.get("added").is_some_and(|n| n == "Anna, Cor")));
        house.undo_bulk(&lead, done.id).await.unwrap();
        assert_eq!(members().await, [ben.id()]);
        // A team that was changed since stays as it is.
        let lines = house.preview_bulk(&lead, add, &[cor.id()]).await.unwrap();
        let done = house.run_bulk(&lead, add, &seen(&lines), None).await.unwrap();
        let now = house.care_teams(&anna.actor).await.unwrap().remove(0);
        house.change_team(&anna.actor, team, now.version, "Diabetes 2", &[ben.id(), cor.id()]).await.unwrap();
        assert_eq!(house.undo_bulk(&lead, done.id).await.unwrap().lines[0].answer, No("changed"));
        assert_eq!(members().await, sorted(vec![ben.id(), cor.id()]));
        let unknown = house.preview_bulk(&lead, Bulk::AddToTeam(wardpost_model::TeamId(uuid::Uuid::nil())), &[]).await;
        assert_eq!(codes(unknown), [("act.team_id".to_owned(), "unknown")]);
    }
}

/// 2,000 people: the list pages on the server, and an act on five hundred of them is one commit.
#[tokio::test]
async fn two_thousand_people_are_no_trouble() {
    let house = TestCore::new().await;
    let bea = admin(&house).await;
    let rows: String = (0..2000).map(|n| format!("Persoon {n:04},p{n}@clinic.example\n")).collect();
    house.run_import(&bea.actor, &format!("name,login\n{rows}"), false).await.unwrap();
    let begun = std::time::Instant::now();
    let query =
        PeopleQuery { state: Some(PersonState::Invited), lacking: Some(Lacking::Passkey), ..PeopleQuery::default() };
    let page = house.people_page(&bea.actor, &query, None, 200).await.unwrap();
    assert_eq!((page.items.len(), page.next_cursor.is_some()), (200, true));
    let desk = role(&house, "front_desk").await;
    let all: Vec<PersonId> =
        house.house().await.unwrap().people.keys().copied().filter(|p| *p != bea.id()).take(500).collect();
    let lines = house.preview_bulk(&bea.actor, Bulk::GiveRole(desk), &all).await.unwrap();
    let done = house.run_bulk(&bea.actor, Bulk::GiveRole(desk), &seen(&lines), None).await.unwrap();
    assert_eq!(done.lines.iter().filter(|l| l.answer == BulkAnswer::Will).count(), 500);
    house.undo_bulk(&bea.actor, done.id).await.unwrap();
    assert!(begun.elapsed() < std::time::Duration::from_secs(20), "{:?}", begun.elapsed());
    let many = house.preview_bulk(&bea.actor, Bulk::Disable, &vec![bea.id(); 501]).await;
    assert_eq!(codes(many), [("people".to_owned(), "too_many")]);
}
