//! Who may change who cares for a patient: who keeps patients' data, and who is tied to the patient lastingly. What ends by
//! itself, or opens to everybody, makes and ends nothing that outlives it (ASVS 8.2.2; NL-04).

use super::*;
use crate::people::{Bulk, BulkAnswer, NewMandate};
use wardpost_model::TeamId;
use wardpost_model::permission::Permission;
use wardpost_model::person::MandateKind;

impl Scene {
    /// What becomes of it when somebody gives the care for the patient to Eva, and ends somebody's.
    async fn change(&self, who: &TestPerson, to: PersonId, end: RelationId) -> (&'static str, &'static str) {
        let new = NewRelation {
            kind: RelationKind::Assigned,
            to: RelationTo::Person(to),
            ends_at: None,
            reason: String::new(),
        };
        let given = self.house.relate(&who.actor, self.patient, new).await;
        let ended = self.house.end_relation(&who.actor, end).await;
        (given.map_or_else(|e| code::<()>(Err(e)), |_| "done"), ended.map_or_else(|e| code::<()>(Err(e)), |()| "done"))
    }
}

both_engines! {
    fn an_emergency_makes_and_ends_nothing_that_outlives_it(db) {
        let s = Scene::set(db, false).await;
        let eva = s.house.person("clinician", "Eva Bos", "eva.bos@clinic.example").await;
        let annas = s.assign(RelationKind::Assigned, RelationTo::Person(s.anna.id()), None).await;
        s.house.break_glass(&s.ben.actor, s.patient, "Spoed: bewusteloos binnengebracht").await.unwrap();
        assert!(s.opens(&s.ben).await);
        assert_eq!(s.change(&s.ben, eva.id(), annas).await, ("no_relation", "not_found"));
        assert!(s.opens(&s.anna).await, "her own relation stands");
        assert_eq!(s.house.relations(&s.ben.actor, s.patient).await.unwrap().len(), 1);
        // Who is tied lastingly does both.
        assert_eq!(s.change(&s.anna, eva.id(), annas).await, ("done", "done"));
    }

    fn nor_does_standing_in_or_a_house_that_ties_nothing_to_care(db) {
        let s = Scene::set(db, false).await;
        let eva = s.house.person("clinician", "Eva Bos", "eva.bos@clinic.example").await;
        let annas = s.assign(RelationKind::Assigned, RelationTo::Person(s.anna.id()), None).await;
        let covers = s.assign(RelationKind::Cover, RelationTo::Person(s.ben.id()), Some(s.in_minutes(60))).await;
        assert!(s.opens(&s.ben).await);
        assert_eq!(s.change(&s.ben, eva.id(), annas).await, ("no_relation", "not_found"));
        // One's own is given up, whatever it is.
        s.house.end_relation(&s.ben.actor, covers).await.unwrap();
        let mandate = NewMandate {
            kind: MandateKind::Cover,
            mailbox: s.anna.mailbox(),
            holder: s.ben.id(),
            may_send: true,
            with_patients: true,
            starts_at: None,
            ends_at: Some(s.in_minutes(60)),
            note: String::new(),
        };
        s.house.give_mandate(&s.anna.actor, mandate).await.unwrap();
        assert!(s.house.relations(&s.ben.actor, s.patient).await.is_ok(), "in Anna's place");
        assert_eq!(s.change(&s.ben, eva.id(), annas).await, ("no_relation", "not_found"));
        let mut policy = s.house.security_current().await.unwrap().policy.clone();
        policy.access.strict = false;
        s.house.put_security(&crate::testing::stranger(&[Permission::SecurityEdit]), 1, policy, "proef").await.unwrap();
        assert!(s.opens(&s.ben).await);
        assert_eq!(s.change(&s.ben, eva.id(), annas).await, ("no_relation", "not_found"));
    }

    /// A team opens its patients: who is in it is changed by who could give and end their care one by one.
    fn a_team_with_patients_is_changed_by_who_is_tied_to_them(db) {
        let s = Scene::set(db, false).await;
        let (h, ben) = (&s.house, &s.ben.actor);
        let eva = h.person("clinician", "Eva Bos", "eva.bos@clinic.example").await;
        let made = h.create_team(&s.chantal.actor, "Diabetes", &[s.anna.id()]).await.unwrap();
        let version = std::cell::Cell::new(made.version);
        let put = async |who: &Actor, members: &[PersonId]| {
            let done = h.change_team(who, made.id, version.get(), "Diabetes", members).await;
            done.map_or_else(|e| code::<()>(Err(e)), |team| { version.set(team.version); "done" })
        };
        assert_eq!(put(ben, &[s.anna.id(), eva.id()]).await, "done", "a team without patients, as ever");
        assert_eq!(put(ben, &[s.anna.id()]).await, "done");
        s.assign(RelationKind::Team, RelationTo::Team(made.id), None).await;
        assert_eq!(put(ben, &[s.anna.id(), eva.id()]).await, "no_relation");
        assert_eq!(put(ben, &[]).await, "no_relation", "nor out of it");
        h.break_glass(ben, s.patient, "Spoed: bewusteloos binnengebracht").await.unwrap();
        assert_eq!(put(ben, &[]).await, "no_relation", "an emergency is no tie");
        // To whom may not look teams up, one with others' patients isn't there.
        let manager = crate::testing::stranger(&[Permission::RelationManage]);
        assert_eq!(put(&manager, &[]).await, "not_found");
        assert_eq!(code(h.change_team(&manager, TeamId(uuid::Uuid::new_v4()), 1, "X", &[]).await), "not_found");
        assert_eq!(put(&s.anna.actor, &[s.anna.id(), eva.id()]).await, "done", "who is in it cares for its patients");
        assert_eq!(put(&s.chantal.actor, &[s.anna.id()]).await, "done", "who keeps patients' data");
        // Tied to every patient of the team by oneself; one who is not is one too many.
        s.assign(RelationKind::Referral, RelationTo::Person(s.ben.id()), None).await;
        assert_eq!(put(ben, &[s.anna.id(), eva.id()]).await, "done");
        let new = NewPatient { name: "Jan Willems".to_owned(), birth_date: None, references: vec!["P-7".to_owned()], phone: None };
        let other = h.register_patient(&s.chantal.actor, new).await.unwrap().line.id;
        let relation = NewRelation { kind: RelationKind::Team, to: RelationTo::Team(made.id), ends_at: Some(s.in_minutes(60)), reason: String::new() };
        h.relate(&s.chantal.actor, other, relation).await.unwrap();
        assert_eq!(put(ben, &[s.anna.id()]).await, "no_relation");
        h.clock.advance_us(61 * crate::clock::MINUTE_US);
        assert_eq!(put(ben, &[s.anna.id()]).await, "done", "the other patient is the team's no longer");
    }
}

/// Neither does putting many into a team at once, nor taking that back, go round it.
#[tokio::test]
async fn nor_do_acts_on_many() {
    let s = Scene::set(wardpost_store::testing::TestDb::sqlite().await, false).await;
    let h = &s.house;
    let team = h.create_team(&s.chantal.actor, "Diabetes", &[]).await.unwrap();
    let manager = crate::testing::stranger(&[Permission::PersonManage, Permission::RelationManage]);
    let act = Bulk::AddToTeam(team.id);
    let answer = async || h.preview_bulk(&manager, act, &[s.ben.id()]).await.unwrap()[0].clone();
    let before = answer().await;
    assert_eq!(before.answer, BulkAnswer::Will);
    let done = h.run_bulk(&manager, act, &[(s.ben.id(), before.version)], None).await.unwrap();
    s.assign(RelationKind::Team, RelationTo::Team(team.id), None).await;
    let undone = h.undo_bulk(&manager, done.id).await.unwrap();
    assert_eq!(undone.lines[0].answer, BulkAnswer::No("no_relation"));
    assert!(s.opens(&s.ben).await);
    let refused = h.preview_bulk(&manager, act, &[s.anna.id()]).await.unwrap()[0].clone();
    assert_eq!(refused.answer, BulkAnswer::No("no_relation"));
    assert_eq!(code(h.run_bulk(&manager, act, &[(s.anna.id(), refused.version)], None).await), "bulk_nothing");
}
