//! What the matrix tries on: callers with every set of permissions, and objects that stand to each of them in every way.

use super::super::samples::Ids;
use super::super::{Browser, Web};
use super::make::{domain, emergency, leaver, mandate, partner, patient, proxy, relate, role, stand_in, team, token};
use super::things::{Things, draft, false_alarm, held, mail_things, things};
use crate::access::{Operation, Whose};
use serde_json::{Value, json};
use wardpost_core::care::RelationTo;
use wardpost_core::people::NewMailbox;
use wardpost_core::testing::{TestCore, TestPerson, stranger};
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, MailboxKind};
use wardpost_model::plan::Action;
use wardpost_model::{EmailAddress, PersonId};

/// Somebody who tries everything.
pub(super) struct Caller {
    pub name: String,
    pub person: TestPerson,
    pub browser: Browser,
    things: Things,
}

/// Two organisations in one database, and who and what is in them.
pub(super) struct Fixtures {
    pub web: Web,
    pub callers: Vec<Caller>,
    _neighbour: TestCore,
    colleague: TestPerson,
    /// Somebody who can act for others, and calls nothing.
    stand_in: PersonId,
    related: Things,
    unrelated: Things,
    elsewhere: Things,
}

/// Somebody as they would act with every permission: to make what they couldn't make themselves.
pub(super) fn almighty(person: &TestPerson) -> Actor {
    Actor { permissions: Permission::ALL.iter().copied().collect(), ..person.actor.clone() }
}

impl Fixtures {
    pub(super) async fn new() -> Self {
        let web = Web::with(|c| c.limits.requests_per_minute = u32::MAX).await;
        let neighbour = web.house.neighbour().await;
        hold_everything(&web.house).await;
        hold_everything(&neighbour).await;
        let colleague = web.person("physician", "Colleague", "colleague@clinic.example").await;
        let far = neighbour.person("physician", "Far", "far@neighbour.example").await;
        let elsewhere = things(&neighbour, &far, far.mailbox(), &far.login, "neighbour.example").await;
        let unrelated = things(&web.house, &colleague, colleague.mailbox(), &colleague.login, "clinic.example").await;
        let people = people(&web).await;
        let members = people.iter().map(|(_, p)| p.id()).chain([colleague.id()]).collect();
        let address: EmailAddress = "desk@clinic.example".parse().unwrap();
        let new = NewMailbox {
            kind: MailboxKind::Shared,
            address: address.clone(),
            name: "Desk".to_owned(),
            members,
            duty: false,
        };
        let desk = web.house.create_mailbox(&stranger(&[Permission::MailboxManage]), new).await.unwrap().mailbox.id;
        let shared_team =
            team(&web.house, people.iter().map(|(_, p)| p).filter(|p| p.actor.may(Permission::PatientRead))).await;
        let shared = patient(&web.house, &colleague).await;
        relate(&web.house, shared, RelationTo::Team(shared_team.parse().unwrap())).await;
        let related = Things {
            patient: shared.to_string(),
            relation: relate(&web.house, shared, RelationTo::Person(colleague.id())).await,
            team: shared_team,
            partner: unrelated.partner.clone(),
            provider: unrelated.provider.clone(),
            domain: unrelated.domain.clone(),
            ..mail_things(&web.house, &colleague, desk, &address, unrelated.clone()).await
        };
        let mut callers = Vec::new();
        for (name, person) in people {
            let cared_for = patient(&web.house, &person).await;
            if person.actor.may(Permission::PatientRead) {
                relate(&web.house, cared_for, RelationTo::Person(person.id())).await;
            }
            let ours = team(&web.house, std::iter::once(&colleague)).await;
            relate(&web.house, cared_for, RelationTo::Team(ours.parse().unwrap())).await;
            let own = Things {
                patient: cared_for.to_string(),
                team: ours,
                relation: relate(&web.house, cared_for, RelationTo::Person(colleague.id())).await,
                person: person.id().to_string(),
                role: own_role(&web.house, &person).await,
                ..unrelated.clone()
            };
            let own = mail_things(&web.house, &person, person.mailbox(), &person.login, own).await;
            let browser = browser(&web, &person).await;
            callers.push(Caller { name, person, browser, things: own });
        }
        let stand_in = stand_in(&web.house).await;
        // Proofs are of entries that have their place.
        web.house.sequence_all().await.unwrap();
        Self { web, callers, _neighbour: neighbour, colleague, stand_in, related, unrelated, elsewhere }
    }

    /// Ids of objects that stand to the caller in this way.
    pub(super) fn ids(&self, caller: &Caller, operation: &Operation, whose: Whose) -> Ids {
        let things = match whose {
            Whose::Own => &caller.things,
            Whose::Related => &self.related,
            Whose::Unrelated => &self.unrelated,
            Whose::Elsewhere => &self.elsewhere,
            Whose::Missing => return Things::missing().ids(operation.object),
        };
        things.ids(operation.object)
    }

    /// As [`Fixtures::ids`], of an object that may be used up.
    pub(super) async fn fresh(&self, caller: &Caller, operation: &Operation, whose: Whose) -> Ids {
        let mut ids = self.ids(caller, operation, whose);
        let house = &self.web.house;
        let owner = if whose == Whose::Own { &caller.person } else { &self.colleague };
        match operation.id {
            "discard_draft" | "detach_file" => {
                let (draft, file) = draft(house, owner, owner.mailbox(), Vec::new()).await;
                ids.insert("draft_id", draft.to_string());
                ids.insert("attachment_id", file.to_string());
            }
            "revoke_app_password" => {
                let made = house.create_app_password(&almighty(owner), "Phone").await.unwrap();
                ids.insert("app_password_id", made.id.to_string());
            }
            "end_session" | "end_my_session" => {
                ids.insert("session_id", house.open_session(owner.id()).await.0.to_string());
            }
            "claim_message" | "refuse_message" | "release_message" => {
                let (held, _) = held(house, owner, owner.mailbox()).await;
                ids.insert("message_id", held.to_string());
            }
            "end_relation" => {
                let to = RelationTo::Person(self.colleague.id());
                ids.insert("relation_id", relate(house, ids["patient_id"].parse().unwrap(), to).await);
            }
            "end_proxy" | "record_proxy_consent" | "give_up_proxy" | "consent_to_proxy" => {
                ids.insert("proxy_id", proxy(house, owner).await);
            }
            "end_mandate" => {
                ids.insert("mandate_id", mandate(house, owner).await);
            }
            "take_break_glass" => {
                ids.insert("patient_id", patient(house, owner).await.to_string());
            }
            "end_break_glass" => {
                let (_, patient) = emergency(house, owner).await;
                ids.insert("patient_id", patient.to_string());
            }
            "cancel_leave" => {
                ids.insert("person_id", leaver(house).await);
            }
            "revoke_service_token" => {
                ids.insert("token_id", token(house, owner).await);
            }
            "dismiss_false_alarm" | "accept_false_alarm" => {
                ids.insert("alarm_id", false_alarm(house, owner).await);
            }
            "delete_role" => {
                ids.insert("role_id", role(house).await);
            }
            "remove_partner" => {
                ids.insert("partner_id", partner(house, owner).await);
            }
            "remove_domain" => {
                ids.insert("domain", domain(house, &format!("{}.example", uuid::Uuid::new_v4().simple())).await);
            }
            _ => {}
        }
        ids
    }

    /// A body that the use case is reached with. What isn't said here is made of the document's schema.
    pub(super) async fn body(&self, operation: &Operation, ids: &Ids) -> Option<Value> {
        match operation.id {
            "create_draft" => Some(json!({ "mailbox_id": ids["mailbox_id"] })),
            "act_for" => Some(json!({ "patient_id": null })),
            "give_mandate" => Some(json!({
                "kind": "secretary", "mailbox_id": ids["mailbox_id"], "holder_id": self.stand_in,
                "may_send": false, "with_patients": false,
            })),
            "create_relation" => Some(json!({ "kind": "assigned", "person_id": self.colleague.id() })),
            "try_policy" => {
                let policy = self.web.house.policy_current().await.unwrap().policy.clone();
                Some(json!({ "policy": policy, "text": "Graag uw oordeel." }))
            }
            "put_policy" => {
                let policy = self.web.house.policy_current().await.unwrap().policy.clone();
                Some(json!({ "policy": policy }))
            }
            "put_security" => {
                let policy = self.web.house.security_current().await.unwrap().policy.clone();
                Some(json!({ "policy": policy }))
            }
            _ => None,
        }
    }

    /// Signs the caller in again, where an act has ended their session.
    pub(super) async fn refresh(&mut self, caller: usize) {
        if self.web.get(&self.callers[caller].browser, "/session").await.ok()["state"] == "signed_in" {
            return;
        }
        let browser = browser(&self.web, &self.callers[caller].person).await;
        self.callers[caller].browser = browser;
    }
}

/// Everybody who tries: one with each ready-made role, one with none, one with each permission alone.
async fn people(web: &Web) -> Vec<(String, TestPerson)> {
    let house = &web.house;
    let mut sets: Vec<(String, Vec<_>)> = vec![("nobody".to_owned(), vec![])];
    for ready in wardpost_gate::ready_made_roles() {
        sets.push((ready.key.to_owned(), vec![house.ready_made_role(ready.key).await.unwrap().unwrap()]));
    }
    let maker = stranger(&[Permission::RoleManage]);
    for permission in Permission::ALL {
        let made = house.create_role(&maker, &format!("only {}", permission.as_str()), [*permission].into()).await;
        sets.push((format!("only {}", permission.as_str()), vec![made.unwrap().role.id]));
    }
    let mut people = Vec::new();
    for (i, (name, roles)) in sets.into_iter().enumerate() {
        let person = house.person_with(roles, &name, &format!("caller{i}@clinic.example")).await;
        people.push((name, person));
    }
    people
}

async fn browser(web: &Web, person: &TestPerson) -> Browser {
    let (_, secret) = web.house.open_session(person.id()).await;
    let mut browser = Browser { cookie: Some(format!("__Host-wardpost={secret}")), csrf: None };
    browser.csrf = web.get(&browser, "/session").await.ok()["csrf"].as_str().map(str::to_owned);
    browser
}

async fn own_role(house: &TestCore, person: &TestPerson) -> String {
    let line = house.find_person(&person.actor, person.id()).await.unwrap();
    match line.roles.first() {
        Some((id, _)) => id.to_string(),
        None => role(house).await,
    }
}

async fn hold_everything(house: &TestCore) {
    let mut policy = house.policy_current().await.unwrap().policy.clone();
    (policy.identifier.pickup, policy.health.pickup) = (Action::Hold, Action::Hold);
    house.put_policy(&stranger(&[Permission::PolicyEdit]), 1, policy, "").await.unwrap();
}
