//! The rounds of mail, on the store of the tests.

mod bounce;
mod deliver;
mod false_alarm;
mod pickup;
mod policy;
mod recall;
mod receive;
mod review;
mod send;
mod submit;

use crate::mail::{Attempt, DeliveryJob, DraftKind, DraftRecipientInput, DraftUpdate, RecipientOutcome};
use crate::testing::{TestCore, TestPerson};
use wardpost_model::DraftId;
use wardpost_model::message::{Party, RecipientKind};

/// A text that names a patient with a diagnosis and a citizen number that satisfies the 11-test.
pub(crate) const HEALTH: &str = "Mevrouw Jansen, geboren 12-03-1956, BSN 111222333, heeft diabetes mellitus type 2.";

pub(crate) fn party(address: &str) -> Party {
    Party { name: String::new(), address: address.parse().unwrap() }
}

pub(crate) fn to(address: &str) -> DraftRecipientInput {
    DraftRecipientInput { party: party(address), kind: RecipientKind::To, phone: None, secret: None, confirmed: true }
}

pub(crate) fn by_sms(address: &str, phone: &str) -> DraftRecipientInput {
    DraftRecipientInput { phone: Some(phone.parse().unwrap()), ..to(address) }
}

/// A saved draft; returns its id and version.
pub(crate) async fn draft(
    house: &TestCore,
    by: &TestPerson,
    recipients: Vec<DraftRecipientInput>,
    text: &str,
) -> (DraftId, u32) {
    let d = house.create_draft(&by.actor, by.mailbox(), DraftKind::New).await.unwrap();
    let saved = house.save_draft(&by.actor, d.id, update(d.version, recipients, text)).await.unwrap();
    (saved.id, saved.version)
}

/// What a draft is to hold.
pub(crate) fn update(version: u32, recipients: Vec<DraftRecipientInput>, text: &str) -> DraftUpdate {
    DraftUpdate {
        version,
        mailbox_id: None,
        recipients,
        subject: "A subject".to_owned(),
        text: text.to_owned(),
        patient: Some("BSN 111222333".to_owned()),
        ask_pickup: false,
        expires_days: None,
    }
}

/// Claims and loads the only delivery that is due.
pub(crate) async fn claim_one(house: &TestCore) -> DeliveryJob {
    let mut due = house.claim_deliveries(10).await.unwrap();
    assert_eq!(due.len(), 1, "one delivery is due");
    house.prepare_delivery(due.remove(0)).await.unwrap().expect("there is something to do")
}

/// What a try came to, the same for every recipient.
pub(crate) fn attempt(job: &DeliveryJob, outcome: &RecipientOutcome) -> Attempt {
    let outcomes = job.recipients.iter().map(|(id, _)| (*id, outcome.clone())).collect();
    Attempt { outcomes, tls: None, protection: Some("TLSv1.3, verified".to_owned()), host: Some("mx.test".to_owned()) }
}

/// Ends a delivery with the same outcome for every recipient.
pub(crate) async fn finish(house: &TestCore, job: &DeliveryJob, outcome: RecipientOutcome) {
    house.finish_delivery(job, &attempt(job, &outcome)).await.unwrap();
}

pub(crate) fn delivered() -> RecipientOutcome {
    RecipientOutcome::Delivered { detail: "250 2.0.0 ok".to_owned() }
}
