//! Conversations with patients: who begins them, who may be in them, what they may do.

use super::*;
use crate::care::{IdentityDocument, NewPatient, NewProxy, NewRelation, RelationTo};
use wardpost_model::PatientId;
use wardpost_model::ground::RelationKind;
use wardpost_model::proxy::{ProxyKind, ProxyScope};

struct Ward {
    two: Two,
    desk: TestPerson,
    fenna: TestPerson,
    fennas: Device,
    patient: PatientId,
}

impl Ward {
    /// Fenna, a patient with an account, for whom Anna cares.
    async fn of(house: &TestCore) -> Self {
        let two = Two::of(house).await;
        let desk = house.person("front_desk", "Chantal", "chantal@clinic.example").await;
        let fenna = house.outsider("patient", "Fenna", "fenna@home.example").await;
        let new = NewPatient {
            name: "Fenna de Boer".to_owned(),
            birth_date: None,
            references: vec!["P-1".to_owned()],
            phone: None,
        };
        let view = house.register_patient(&desk.actor, new).await.unwrap();
        let account = Some((fenna.login.clone(), IdentityDocument::Passport));
        house.set_patient_account(&desk.actor, view.line.id, view.version, account).await.unwrap();
        let relation = NewRelation {
            kind: RelationKind::Assigned,
            to: RelationTo::Person(two.anna.id()),
            ends_at: None,
            reason: "huisarts".to_owned(),
        };
        house.relate(&desk.actor, view.line.id, relation).await.unwrap();
        let fennas = phone(house, &fenna).await;
        Self { two, desk, fenna, fennas, patient: view.line.id }
    }
}

both_engines! {
    fn who_cares_for_a_patient_begins_a_conversation_with_them(store) {
        let house = TestCore::over(store).await;
        let mut ward = Ward::of(&house).await;
        let patient = Some(crate::conversation::wire_id(ward.patient));
        let (a, b, f) = (ward.two.annas.person(), ward.two.berts.person(), ward.fennas.person());
        // Bert does not care for her; and nobody's account but hers is hers.
        assert!(ward.two.berts.directory(&[f]).await.is_empty());
        let (create, _) = ward.two.berts.beginning(Kind::Patient, &[b, a], patient).await;
        assert_eq!(done(ward.two.berts.link.answer(Op::Create(Box::new(create))).await), Err(Refusal::Denied("no_relation".to_owned())));
        let none = ward.two.annas.begin(Kind::Patient, &[b], patient).await;
        assert_eq!(none, Err(Refusal::Denied("no_patient_account".to_owned())));
        let untied = ward.two.annas.begin(Kind::Patient, &[f], None).await;
        assert_eq!(untied, Err(Refusal::Malformed("patient".to_owned())));
        let among_colleagues = ward.two.annas.begin(Kind::Group, &[f, b], None).await;
        assert_eq!(among_colleagues, Err(Refusal::Denied("member".to_owned())), "a patient is no colleague");
        let id = ward.two.annas.begin(Kind::Patient, &[f, b], patient).await.unwrap();
        ward.fennas.join(id).await;
        ward.two.berts.join(id).await;
        assert_eq!(ward.fennas.say(id, "hello").await, Ok(2));
        assert_eq!(ward.two.annas.read(id).await.len(), 1);
        let listed = ward.fennas.listed(id).await.unwrap();
        let roles: Vec<_> = listed.members.iter().map(|m| (m.name.as_str(), m.role)).collect();
        use wardpost_e2ee::wire::MemberRole::{Patient, Staff};
        assert_eq!(roles.iter().filter(|(_, r)| *r == Staff).count(), 2);
        assert!(roles.contains(&("Fenna", Patient)));
        let told = house.audit_details(wardpost_model::audit::AuditKind::ConversationCreated).await;
        assert_eq!(told[0].patient.as_deref(), Some("P-1"));
        assert_eq!(told[0].ground.as_deref(), Some("assigned"));
    }

    fn who_acts_for_a_patient_takes_part_as_long_as_they_act(store) {
        let house = TestCore::over(store).await;
        let mut ward = Ward::of(&house).await;
        let patient = Some(crate::conversation::wire_id(ward.patient));
        let peter = house.outsider("carer", "Peter", "peter@home.example").await;
        let mut peters = phone(&house, &peter).await;
        let p = peters.person();
        let refused = ward.two.annas.begin(Kind::Patient, &[p], patient).await;
        assert_eq!(refused, Err(Refusal::Denied("no_patient_account".to_owned())), "nobody's proxy");
        let new = NewProxy {
            login: peter.login.clone(),
            kind: ProxyKind::Guardian,
            scope: ProxyScope::ALL.into(),
            ends_on: "2027-01-01".parse().unwrap(),
            consent: false,
            basis: "Court order".to_owned(),
        };
        let lines = house.register_proxy(&ward.desk.actor, ward.patient, new).await.unwrap();
        let id = ward.two.annas.begin(Kind::Patient, &[p], patient).await.unwrap();
        peters.join(id).await;
        assert_eq!(peters.say(id, "hello").await, Ok(2));
        house.end_proxy(&ward.desk.actor, lines[0].id).await.unwrap();
        let permission = || Refusal::Denied("permission".to_owned());
        assert_eq!(peters.log(id).await, Err(permission()));
        assert_eq!(done(peters.link.answer(Op::Keys { conversation: id, from: 0 }).await), Err(permission()));
        house.clock.advance_minutes(1);
        let removal = Err(Refusal::Removal { devices: vec![peters.device()] });
        assert_eq!(peters.say(id, "still here").await, removal);
        assert_eq!(ward.two.annas.say(id, "x").await, removal);
        let device = peters.device();
        assert_eq!(ward.two.annas.turn(id, &[], &[], &[device]).await, Ok(3));
        assert_eq!(ward.two.annas.say(id, "x").await, Ok(4));
        let annas = ward.two.annas.person();
        assert_eq!(ward.two.annas.members(id).await, [annas]);
    }

    fn a_patient_takes_part_but_changes_nobody_and_begins_nothing(store) {
        let house = TestCore::over(store).await;
        let mut ward = Ward::of(&house).await;
        let patient = Some(crate::conversation::wire_id(ward.patient));
        let (b, f) = (ward.two.berts.person(), ward.fennas.person());
        let id = ward.two.annas.begin(Kind::Patient, &[f], patient).await.unwrap();
        ward.fennas.join(id).await;
        assert!(ward.fennas.directory(&[b]).await.is_empty(), "she knows whom she is in a conversation with");
        assert_eq!(ward.fennas.directory(&[ward.two.annas.person()]).await.len(), 1);
        let denied = || Refusal::Denied("patient".to_owned());
        let annas = ward.two.annas.person();
        assert_eq!(ward.fennas.turn(id, &[], &[annas], &[]).await, Err(denied()));
        assert_eq!(done(ward.fennas.link.answer(Op::SetOpen { conversation: id, open: false }).await), Err(denied()));
        assert_eq!(ward.fennas.begin(Kind::Group, &[annas], None).await, Err(denied()));
        assert_eq!(ward.fennas.turn(id, &[], &[], &[]).await, Ok(2), "new keys of her own");
        ward.two.annas.catch_up(id).await;
        assert_eq!(ward.two.annas.turn(id, &[b], &[], &[]).await, Ok(3), "staff hand over");
        ward.two.berts.join(id).await;
        assert_eq!(ward.two.berts.say(id, "hello").await, Ok(4));
        // Who loses the right to converse with patients is out like anybody who can't be in it.
        let vera = house.person("administrator", "Vera", "vera@clinic.example").await;
        let guest = house.ready_made_role("guest").await.unwrap().unwrap();
        let version = house.house().await.unwrap().person(ward.two.bert.id()).unwrap().version;
        house.set_person_roles(&vera.actor, ward.two.bert.id(), version, &[guest]).await.unwrap();
        let device = ward.two.berts.device();
        assert_eq!(ward.two.annas.say(id, "x").await, Err(Refusal::Removal { devices: vec![device] }));
        assert_eq!(ward.fenna.actor.name, "Fenna");
    }
}
