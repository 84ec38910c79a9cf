use super::{by_sms, claim_one, delivered, draft, finish, to};
use crate::mail::{Bounce, DeliveryContent, DraftRecipientInput};
use crate::testing::{TestCore, TestPerson};
use wardpost_model::MessageId;
use wardpost_model::audit::AuditKind;
use wardpost_model::message::RecipientState;

/// A message that was handed over, and its Message-ID on the wire.
async fn handed_over(house: &TestCore, by: &TestPerson, recipient: DraftRecipientInput) -> (MessageId, String) {
    house.outside.verified("partner.example");
    let (id, version) = draft(house, by, vec![recipient], "Tot morgen.").await;
    let id = house.send_draft(&by.actor, id, version).await.unwrap().message_id;
    let job = claim_one(house).await;
    let (DeliveryContent::Composed { rfc_id, .. } | DeliveryContent::Notice { rfc_id, .. }) = job.content.clone()
    else {
        panic!("written here")
    };
    assert_eq!(job.envelope_from.as_ref(), Some(&by.login));
    finish(house, &job, delivered()).await;
    (id, rfc_id)
}

fn bounce(to: &str, about: &str, failed: &str) -> Bounce {
    Bounce {
        to: vec![to.parse().unwrap()],
        about: vec![about.to_owned()],
        failed: vec![(failed.parse().unwrap(), "5.1.1 no such user".to_owned())],
        network: None,
        request_id: None,
    }
}

async fn state(house: &TestCore, by: &TestPerson, id: MessageId) -> (RecipientState, Option<String>) {
    let r = house.read_message(&by.actor, by.mailbox(), id).await.unwrap().recipients.remove(0);
    (r.state, r.detail)
}

#[tokio::test]
async fn a_bounce_shows_that_the_recipient_was_not_reached() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    for recipient in [to("lab@partner.example"), by_sms("lab@mail.example", "+31612345678")] {
        let address = recipient.party.address.to_string();
        let (id, rfc_id) = handed_over(&house, &anna, recipient).await;
        let bounce = bounce("ANNA@clinic.example", &rfc_id, &address);
        assert_eq!(house.note_bounce(&bounce).await.unwrap(), 1);
        let (state, detail) = state(&house, &anna, id).await;
        assert_eq!((state, detail.as_deref()), (RecipientState::Failed, Some("5.1.1 no such user")));
        assert_eq!(house.note_bounce(&bounce).await.unwrap(), 0, "the same report again changes nothing");
    }
    assert_eq!(house.audit_details(AuditKind::DeliveryFailed).await.len(), 2);
}

#[tokio::test]
async fn a_report_that_does_not_fit_changes_nothing() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    house.person("clinician", "Bart Smit", "bart@clinic.example").await;
    let (id, rfc_id) = handed_over(&house, &anna, to("lab@partner.example")).await;
    for forged in [
        bounce("bart@clinic.example", &rfc_id, "lab@partner.example"),
        bounce("anna@clinic.example", "x@clinic.example", "lab@partner.example"),
        bounce("anna@clinic.example", &rfc_id, "somebody@partner.example"),
        bounce("anna@clinic.example", "00.11.notice@x", "lab@partner.example"),
    ] {
        assert_eq!(house.note_bounce(&forged).await.unwrap(), 0);
    }
    assert_eq!(state(&house, &anna, id).await.0, RecipientState::Delivered);
}
