//! One of each kind of thing that operations act on, made as somebody would make it.

use super::fixtures::almighty;
use serde_json::json;
use wardpost_core::Clock as _;
use wardpost_core::care::{IdentityDocument, NewPatient, NewProxy, NewRelation, RelationTo};
use wardpost_core::people::{Leave, NewAsk, NewMandate, NewPerson, PartnerInput};
use wardpost_core::testing::{TestCore, TestPerson, stranger};
use wardpost_model::ground::RelationKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, IdentityProof, Language, MandateKind};
use wardpost_model::proxy::{ProxyKind, ProxyScope};
use wardpost_model::{EmailAddress, PatientId, PersonId};

/// What somebody asked for about the colleague who is there for it.
pub(super) async fn approval(house: &TestCore, by: &TestPerson) -> String {
    let own = by.login.domain().to_string();
    let subjects = wardpost_core::people::PeopleQuery { words: "Subject".to_owned(), ..Default::default() };
    let subject = match house.people_page(&almighty(by), &subjects, None, 1).await.unwrap().items.first() {
        Some(line) => line.id,
        None => {
            house.person("security_officer", "Consenting", &format!("consent@{own}")).await;
            house.person("physician", "Subject", &format!("subject@{own}")).await.id()
        }
    };
    let (session, _) = house.open_session(by.id()).await;
    let actor = Actor { session_id: Some(session), ..almighty(by) };
    let ask = NewAsk { proof: IdentityProof::InPerson, reason: "Lost the phone".to_owned() };
    house.ask_recovery(&actor, subject, ask).await.unwrap().line.id.to_string()
}

/// A mandate over somebody's own mailbox.
pub(super) async fn mandate(house: &TestCore, by: &TestPerson) -> String {
    let new = NewMandate {
        kind: MandateKind::Secretary,
        mailbox: by.mailbox(),
        holder: stand_in(house).await,
        may_send: false,
        with_patients: false,
        starts_at: None,
        ends_at: None,
        note: String::new(),
    };
    house.give_mandate(&almighty(by), new).await.unwrap().mandate.id.to_string()
}

/// A proxy for a patient: the person's own, where they may see their own data.
pub(super) async fn proxy(house: &TestCore, by: &TestPerson) -> String {
    let keeper = stranger(&[Permission::PatientManage, Permission::ProxyManage]);
    let own = if by.actor.may(Permission::SelfRead) { house.my_details(&by.actor).await.ok() } else { None };
    let patient = match own {
        // Found by the number of the account's own data.
        Some(details) => house.find_patients(&seer(), &details.references[0], 1).await.unwrap()[0].id,
        None => {
            let id = patient(house, by).await;
            if by.actor.may(Permission::SelfRead) {
                let account = Some((by.login.clone(), IdentityDocument::Passport));
                let version = house.patient(&seer(), id).await.unwrap().version;
                house.set_patient_account(&keeper, id, version, account).await.unwrap();
            }
            id
        }
    };
    let login: EmailAddress = format!("{}@carer.example", uuid::Uuid::new_v4().simple()).parse().unwrap();
    let new = NewPerson {
        name: "Carer".to_owned(),
        login: login.clone(),
        function: String::new(),
        language: Language::En,
        role_ids: vec![house.ready_made_role("carer").await.unwrap().unwrap()],
        mailbox_address: None,
    };
    let maker = stranger(&[Permission::PersonManage, Permission::RoleManage]);
    let carer = house.create_person(&maker, new).await.unwrap().person.id;
    let new = NewProxy {
        login,
        kind: ProxyKind::Guardian,
        scope: ProxyScope::ALL.into(),
        ends_on: "2030-01-01".parse().unwrap(),
        consent: false,
        basis: "Court order".to_owned(),
    };
    let lines = house.register_proxy(&keeper, patient, new).await.unwrap();
    lines.iter().find(|l| l.person == carer).unwrap().id.to_string()
}

pub(super) async fn stand_in(house: &TestCore) -> PersonId {
    let new = NewPerson {
        name: "Stand-in".to_owned(),
        login: format!("{}@stand-in.example", uuid::Uuid::new_v4().simple()).parse().unwrap(),
        function: String::new(),
        language: Language::En,
        role_ids: vec![house.ready_made_role("physician").await.unwrap().unwrap()],
        mailbox_address: None,
    };
    let keeper = stranger(&[Permission::PersonManage, Permission::RoleManage]);
    house.create_person(&keeper, new).await.unwrap().person.id
}

/// A patient whom no message is about.
pub(super) async fn patient(house: &TestCore, by: &TestPerson) -> PatientId {
    let new = NewPatient {
        name: "P. Patient".to_owned(),
        birth_date: None,
        references: vec![format!("PAT 1{}", uuid::Uuid::new_v4().simple())],
        phone: None,
    };
    house.register_patient(&almighty(by), new).await.unwrap().line.id
}

/// Says that somebody, or a team, cares for a patient.
pub(super) async fn relate(house: &TestCore, patient: PatientId, to: RelationTo) -> String {
    let kind = if matches!(to, RelationTo::Team(_)) { RelationKind::Team } else { RelationKind::Assigned };
    let new = NewRelation { kind, to, ends_at: None, reason: String::new() };
    let before: Vec<_> = house.relations(&keeper(), patient).await.unwrap().into_iter().map(|r| r.id).collect();
    let after = house.relate(&keeper(), patient, new).await.unwrap();
    after.iter().find(|r| !before.contains(&r.id)).unwrap().id.to_string()
}

pub(super) async fn team(house: &TestCore, of: impl Iterator<Item = &TestPerson>) -> String {
    let members: Vec<PersonId> = of.map(TestPerson::id).collect();
    house.create_team(&keeper(), &uuid::Uuid::new_v4().to_string(), &members).await.unwrap().id.to_string()
}

/// An emergency access to a patient of its own, and the patient.
pub(super) async fn emergency(house: &TestCore, by: &TestPerson) -> (String, PatientId) {
    let patient = patient(house, by).await;
    let taken = house.break_glass(&almighty(by), patient, "Unconscious on arrival").await.unwrap();
    (taken.id.to_string(), patient)
}

/// Somebody whose leave is planned.
pub(super) async fn leaver(house: &TestCore) -> String {
    let keeper = stranger(&[Permission::PersonManage]);
    let new = NewPerson {
        name: "Leaver".to_owned(),
        login: format!("{}@mail.example", uuid::Uuid::new_v4().simple()).parse().unwrap(),
        function: String::new(),
        language: Language::En,
        role_ids: vec![],
        mailbox_address: None,
    };
    let made = house.create_person(&keeper, new).await.unwrap().person;
    let at = house.clock.now() + std::time::Duration::from_hours(24);
    let leave = Leave { version: made.version, handover: vec![], patients: None, at: Some(at) };
    house.leave(&keeper, made.id, &leave).await.unwrap();
    made.id.to_string()
}

pub(super) async fn role(house: &TestCore) -> String {
    let name = uuid::Uuid::new_v4().to_string();
    let maker = stranger(&[Permission::RoleManage]);
    house.create_role(&maker, &name, [Permission::PolicyRead].into()).await.unwrap().role.id.to_string()
}

/// A token of the house's program.
pub(super) async fn token(house: &TestCore, by: &TestPerson) -> String {
    let (session, _) = house.open_session(by.id()).await;
    let actor = Actor { session_id: Some(session), ..almighty(by) };
    let program = match house.service_accounts(&actor).await.unwrap().first() {
        Some(known) => known.id,
        None => house.create_service_account(&actor, "Program").await.unwrap().id,
    };
    house.create_service_token(&actor, program, "Sync", 30).await.unwrap().line.id.to_string()
}

pub(super) async fn partner(house: &TestCore, by: &TestPerson) -> String {
    let domain = format!("{}.example", uuid::Uuid::new_v4().simple());
    let new = PartnerInput { name: "Partner".to_owned(), domain: domain.parse().unwrap(), note: String::new() };
    house.add_partner(&almighty(by), new).await.unwrap().partner.id.to_string()
}

pub(super) async fn domain(house: &TestCore, name: &str) -> String {
    house.ensure_domain(&name.parse().unwrap()).await.unwrap();
    name.to_owned()
}

pub(super) async fn provider(house: &TestCore, by: &TestPerson) -> String {
    let (session, _) = house.open_session(by.id()).await;
    let officer = Actor { session_id: Some(session), ..almighty(by) };
    let settings = json!({ "name": "Hospital", "issuer": format!("https://{}.example", uuid::Uuid::new_v4().simple()),
        "client_id": "wardpost", "scopes": [], "active": true, "create": null, "role_rules": [],
        "second_factor": { "always": false, "amr": [], "acr": [] }, "keep_roles_in_step": false });
    let settings = serde_json::from_value(settings).unwrap();
    house.add_identity_provider(&officer, settings, "secret").await.unwrap().id.to_string()
}

pub(super) fn seer() -> Actor {
    stranger(&[Permission::PatientRead, Permission::PatientManage])
}

pub(super) fn keeper() -> Actor {
    stranger(&[Permission::PatientRead, Permission::RelationManage, Permission::PatientManage])
}
