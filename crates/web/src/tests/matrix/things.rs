//! What the matrix needs one of each of: mailboxes, messages, drafts, files …

use super::super::samples::Ids;
use super::fixtures::almighty;
use super::make::{approval, domain, emergency, mandate, partner, patient, provider, proxy, relate, role, team, token};
use crate::access::Object;
use std::collections::BTreeMap;
use wardpost_core::care::RelationTo;
use wardpost_core::mail::{AlarmClaim, AlarmReport, DraftKind, DraftRecipientInput, DraftUpdate, NewFile, Submission};
use wardpost_core::testing::{TestCore, TestPerson, stranger};
use wardpost_model::message::{Party, RecipientKind};
use wardpost_model::permission::Permission;
use wardpost_model::{AttachmentId, DraftId, EmailAddress, MailboxId, MessageId};

/// Names a patient with a diagnosis and a citizen number: policy holds it.
const HEALTH: &str = "Mevrouw Jansen, geboren 12-03-1956, BSN 111222333, heeft diabetes mellitus type 2.";

/// One object of each kind.
#[derive(Clone)]
pub(super) struct Things {
    pub(super) mailbox: String,
    pub(super) message: String,
    pub(super) file: String,
    pub(super) draft: String,
    pub(super) draft_file: String,
    pub(super) held: String,
    pub(super) held_file: String,
    pub(super) session: String,
    pub(super) app_password: String,
    pub(super) person: String,
    pub(super) role: String,
    pub(super) approval: String,
    pub(super) patient: String,
    pub(super) relation: String,
    pub(super) mandate: String,
    pub(super) proxy: String,
    pub(super) team: String,
    pub(super) grant: String,
    pub(super) partner: String,
    pub(super) provider: String,
    pub(super) domain: String,
    pub(super) entry: String,
    pub(super) token: String,
    pub(super) alarm: String,
}

impl Things {
    /// A new parameter of a path is entered here.
    pub(super) fn ids(&self, object: Object) -> Ids {
        let (message, file) = match object {
            Object::Held => (&self.held, &self.held_file),
            Object::Draft => (&self.message, &self.draft_file),
            _ => (&self.message, &self.file),
        };
        BTreeMap::from([
            ("mailbox_id", self.mailbox.clone()),
            ("message_id", message.clone()),
            ("attachment_id", file.clone()),
            ("draft_id", self.draft.clone()),
            ("session_id", self.session.clone()),
            ("app_password_id", self.app_password.clone()),
            ("person_id", self.person.clone()),
            ("role_id", self.role.clone()),
            ("approval_id", self.approval.clone()),
            ("patient_id", self.patient.clone()),
            ("relation_id", self.relation.clone()),
            ("mandate_id", self.mandate.clone()),
            ("proxy_id", self.proxy.clone()),
            ("team_id", self.team.clone()),
            ("grant_id", self.grant.clone()),
            ("token_id", self.token.clone()),
            ("alarm_id", self.alarm.clone()),
            // Lists are tried out in tests/lifecycle.rs: here are none.
            ("import_id", uuid::Uuid::new_v4().to_string()),
            // Acts on many and access reviews are tried out in tests/rights.rs: here are none.
            ("bulk_id", uuid::Uuid::new_v4().to_string()),
            ("review_id", uuid::Uuid::new_v4().to_string()),
            // Passkeys are tried out in tests/passkeys.rs: here are none.
            ("passkey_id", uuid::Uuid::new_v4().to_string()),
            // Browsers are tried out in tests/devices.rs: here are none.
            ("device_id", uuid::Uuid::new_v4().to_string()),
            ("partner_id", self.partner.clone()),
            ("provider_id", self.provider.clone()),
            // Links are tried out in tests/providers.rs: here are none.
            ("link_id", uuid::Uuid::new_v4().to_string()),
            ("domain", self.domain.clone()),
            ("entry_id", self.entry.clone()),
        ])
    }
    pub(super) fn missing() -> Self {
        let id = || uuid::Uuid::new_v4().to_string();
        Self {
            mailbox: id(),
            message: id(),
            file: id(),
            draft: id(),
            draft_file: id(),
            held: id(),
            held_file: id(),
            session: id(),
            app_password: id(),
            person: id(),
            role: id(),
            approval: id(),
            patient: id(),
            relation: id(),
            mandate: id(),
            proxy: id(),
            team: id(),
            grant: id(),
            partner: id(),
            provider: id(),
            domain: "missing.example".to_owned(),
            entry: id(),
            token: id(),
            alarm: id(),
        }
    }
}

pub(super) async fn things(
    house: &TestCore,
    by: &TestPerson,
    mailbox: MailboxId,
    from: &EmailAddress,
    own: &str,
) -> Things {
    let known = patient(house, by).await;
    let theirs = team(house, std::iter::once(by)).await;
    relate(house, known, RelationTo::Team(theirs.parse().unwrap())).await;
    let base = Things {
        person: by.id().to_string(),
        role: role(house).await,
        patient: known.to_string(),
        relation: relate(house, known, RelationTo::Person(by.id())).await,
        team: theirs,
        partner: partner(house, by).await,
        provider: provider(house, by).await,
        domain: domain(house, &format!("more.{own}")).await,
        token: token(house, by).await,
        alarm: false_alarm(house, by).await,
        ..Things::missing()
    };
    let made = mail_things(house, by, mailbox, from, base).await;
    house.sequence_all().await.unwrap();
    let read = stranger(&[Permission::AuditRead]);
    let (range, limit) = (Default::default(), 1);
    let page = house.search_audit(&read, &range, None, limit).await.unwrap();
    Things { entry: page.entries[0].id.to_string(), ..made }
}

/// What a person has of their own, made with every permission.
pub(super) async fn mail_things(
    house: &TestCore,
    by: &TestPerson,
    mailbox: MailboxId,
    from: &EmailAddress,
    base: Things,
) -> Things {
    let (message, file) = message(house, by, mailbox, from).await;
    let (draft, draft_file) = draft(house, by, mailbox, Vec::new()).await;
    let (held, held_file) = held(house, by, mailbox).await;
    let app_password = house.create_app_password(&almighty(by), "Phone").await.unwrap().id.to_string();
    Things {
        mailbox: mailbox.to_string(),
        message: message.to_string(),
        file: file.to_string(),
        draft: draft.to_string(),
        draft_file: draft_file.to_string(),
        held: held.to_string(),
        held_file: held_file.to_string(),
        session: house.open_session(by.id()).await.0.to_string(),
        app_password,
        approval: approval(house, by).await,
        mandate: mandate(house, by).await,
        proxy: proxy(house, by).await,
        grant: emergency(house, by).await.0,
        ..base
    }
}

fn paper() -> NewFile {
    NewFile {
        file_name: "paper.txt".to_owned(),
        media_type: "text/plain".to_owned(),
        content_id: None,
        data: bytes::Bytes::from_static(b"lunch at noon"),
    }
}

fn party(address: &EmailAddress) -> Party {
    Party { name: String::new(), address: address.clone() }
}

/// A message with HTML and a file, sent from a mailbox to itself.
async fn message(
    house: &TestCore,
    by: &TestPerson,
    mailbox: MailboxId,
    from: &EmailAddress,
) -> (MessageId, AttachmentId) {
    let sent = Submission {
        from: from.clone(),
        recipients: vec![(party(from), RecipientKind::To)],
        subject: "Lunch".to_owned(),
        text: "At noon?".to_owned(),
        html: Some("<p>At noon?</p>".to_owned()),
        files: vec![paper()],
        rfc_id: None,
        in_reply_to: None,
        references: vec![],
        size: 1_000,
        raw: None,
    };
    let actor = almighty(by);
    let id = house.submit(&actor, sent).await.unwrap().message_id;
    let view = house.read_message(&actor, mailbox, id).await.unwrap();
    (id, view.files[0].id)
}

/// A draft with a file.
pub(super) async fn draft(
    house: &TestCore,
    by: &TestPerson,
    mailbox: MailboxId,
    recipients: Vec<DraftRecipientInput>,
) -> (DraftId, AttachmentId) {
    let actor = almighty(by);
    let made = house.create_draft(&actor, mailbox, DraftKind::New).await.unwrap();
    let update = DraftUpdate {
        version: made.version,
        mailbox_id: None,
        recipients,
        subject: "Result".to_owned(),
        text: HEALTH.to_owned(),
        patient: None,
        ask_pickup: false,
        expires_days: None,
    };
    house.save_draft(&actor, made.id, update).await.unwrap();
    (made.id, house.attach(&actor, made.id, paper()).await.unwrap().id)
}

/// A finding in a draft, reported as none.
pub(super) async fn false_alarm(house: &TestCore, by: &TestPerson) -> String {
    let (id, _) = draft(house, by, by.mailbox(), Vec::new()).await;
    let actor = almighty(by);
    let found = house.plan_draft(&actor, id).await.unwrap().findings.spans.remove(0);
    let (part, start, end, kind) = (found.part, found.start, found.end, found.kind);
    let report = AlarmReport { part, start, end, kind, claim: AlarmClaim::NotPatient, note: String::new() };
    house.report_finding_in_draft(&actor, id, report).await.unwrap();
    house.false_alarms(&actor).await.unwrap()[0].id.to_string()
}

/// A message with a file that waits for a second pair of eyes.
pub(super) async fn held(house: &TestCore, by: &TestPerson, mailbox: MailboxId) -> (MessageId, AttachmentId) {
    let patient = DraftRecipientInput {
        party: party(&"pat@mail.example".parse().unwrap()),
        kind: RecipientKind::To,
        phone: Some("+31612345678".parse().unwrap()),
        secret: None,
        confirmed: true,
    };
    let (id, _) = draft(house, by, mailbox, vec![patient]).await;
    let actor = almighty(by);
    let version = house.draft(&actor, id).await.unwrap().version;
    let sent = house.send_draft(&actor, id, version).await.unwrap();
    let view = house.read_message(&actor, mailbox, sent.message_id).await.unwrap();
    (sent.message_id, view.files[0].id)
}
