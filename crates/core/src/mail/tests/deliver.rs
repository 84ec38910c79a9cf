use super::{HEALTH, by_sms, claim_one, delivered, draft, finish, to};
use crate::clock::{DAY_US, HOUR_US};
use crate::mail::{DeliveryContent, ListFilter, RecipientOutcome};
use crate::testing::{TestCore, TestPerson};
use wardpost_model::MessageId;
use wardpost_model::message::{Folder, RecipientState, RecipientView};
use wardpost_model::plan::{Reason, Route};

async fn recipients(house: &TestCore, by: &TestPerson, id: MessageId) -> Vec<RecipientView> {
    house.read_message(&by.actor, by.mailbox(), id).await.unwrap().recipients
}

async fn sent_by_tls(house: &TestCore, by: &TestPerson, phone: Option<&str>) -> MessageId {
    house.outside.verified("partner.example");
    let recipient = phone.map_or_else(|| to("lab@partner.example"), |p| by_sms("lab@partner.example", p));
    let (id, version) = draft(house, by, vec![recipient], "Tot morgen.").await;
    house.send_draft(&by.actor, id, version).await.unwrap().message_id
}

#[tokio::test]
async fn a_delivery_is_claimed_once_and_ends_as_delivered() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let id = sent_by_tls(&house, &anna, None).await;
    let job = claim_one(&house).await;
    assert!(house.claim_deliveries(10).await.unwrap().is_empty(), "leased work is nobody else's");
    assert!(matches!(&job.content, DeliveryContent::Composed { text, .. } if text == "Tot morgen."));
    finish(&house, &job, delivered()).await;
    assert_eq!(recipients(&house, &anna, id).await[0].state, RecipientState::Delivered);
    assert_eq!(house.queue_depth().await.unwrap(), 0);
}

#[tokio::test]
async fn a_worker_that_dies_loses_its_lease() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    sent_by_tls(&house, &anna, None).await;
    let dead = claim_one(&house).await;
    house.clock.advance_us(HOUR_US);
    let alive = claim_one(&house).await;
    assert_eq!((dead.id, alive.attempt), (alive.id, 2));
    finish(&house, &alive, delivered()).await;
    let outcomes = vec![(dead.recipients[0].0, delivered())];
    let late = house.finish_delivery(&dead, crate::mail::Attempt { outcomes, tls: None, host: None }).await;
    assert!(late.is_err(), "what the dead worker says afterwards does not count");
}

#[tokio::test]
async fn what_can_wait_is_tried_again_later_and_given_up_after_days() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let id = sent_by_tls(&house, &anna, None).await;
    let busy = RecipientOutcome::Deferred { detail: "451 4.3.0 busy".to_owned() };
    finish(&house, &claim_one(&house).await, busy.clone()).await;
    assert!(house.claim_deliveries(10).await.unwrap().is_empty(), "not before its time");
    let r = recipients(&house, &anna, id).await.remove(0);
    assert_eq!(r.state, RecipientState::Queued);
    assert!(r.next_try_at.is_some());
    assert_eq!(r.detail.as_deref(), Some("451 4.3.0 busy"));
    house.clock.advance_us(3 * DAY_US);
    finish(&house, &claim_one(&house).await, busy).await;
    assert_eq!(recipients(&house, &anna, id).await[0].state, RecipientState::Failed);
    let inbox =
        house.list_messages(&anna.actor, anna.mailbox(), Folder::Inbox, ListFilter::All, None, 10).await.unwrap();
    assert!(inbox.lines[0].subject.starts_with("Not delivered"), "the sender is told");
}

#[tokio::test]
async fn tls_that_no_longer_verifies_falls_to_pickup_where_a_second_factor_is_known() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let id = sent_by_tls(&house, &anna, Some("+31612345678")).await;
    let bad = RecipientOutcome::NoVerifiedTls { detail: "certificate expired".to_owned() };
    finish(&house, &claim_one(&house).await, bad).await;
    let r = recipients(&house, &anna, id).await.remove(0);
    assert_eq!((r.route, r.state), (Route::Pickup, RecipientState::Queued));
    assert!(r.reasons.contains(&Reason::FellBack));
    let notice = claim_one(&house).await;
    assert!(matches!(notice.content, DeliveryContent::Notice { .. }));
}

#[tokio::test]
async fn nta_03_without_another_safe_route_it_fails_and_never_goes_unprotected() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let id = sent_by_tls(&house, &anna, None).await;
    let bad = RecipientOutcome::NoVerifiedTls { detail: "certificate expired".to_owned() };
    finish(&house, &claim_one(&house).await, bad).await;
    assert_eq!(recipients(&house, &anna, id).await[0].state, RecipientState::Failed);
    assert!(house.claim_deliveries(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn nta_09_a_notification_holds_nothing_of_the_message() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let (id, version) = draft(&house, &anna, vec![by_sms("pat@mail.example", "+31612345678")], HEALTH).await;
    house.send_draft(&anna.actor, id, version).await.unwrap();
    let job = claim_one(&house).await;
    let DeliveryContent::Notice { subject, text, from, .. } = &job.content else { panic!("a notice") };
    assert!(text.contains("https://mail.clinic.example/p#"));
    for secret in ["A subject", "Jansen,", "diabetes", "111222333", "0612345678", "5678"] {
        assert!(!subject.contains(secret) && !text.contains(secret), "{secret} stands in the notification");
    }
    assert_eq!(from.address.domain().as_str(), "clinic.example", "it comes from the organisation's own domain");
    assert!(job.envelope_from.is_none());
}

#[tokio::test]
async fn a_recalled_delivery_is_not_tried_and_one_under_way_cannot_be_recalled() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let id = sent_by_tls(&house, &anna, None).await;
    let job = claim_one(&house).await;
    assert!(house.recall(&anna.actor, anna.mailbox(), id, None).await.is_err());
    house.release_delivery(&job).await.unwrap();
    house.recall(&anna.actor, anna.mailbox(), id, None).await.unwrap();
    assert!(house.claim_deliveries(10).await.unwrap().is_empty());
    assert_eq!(house.queue_depth().await.unwrap(), 0, "work without recipients is cleared away");
}
