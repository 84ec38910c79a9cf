use super::{HEALTH, attempt, by_sms, claim_one, delivered, draft, finish, to};
use crate::clock::{DAY_US, HOUR_US};
use crate::mail::types::SealedPickup;
use crate::mail::{DeliveryContent, DeliveryJob, ListFilter, PickupAnswer, PickupSession, RecipientOutcome};
use crate::ports::TlsFinding;
use crate::seal::purpose;
use crate::testing::{TestCore, TestPerson};
use wardpost_model::MessageId;
use wardpost_model::audit::AuditKind;
use wardpost_model::message::{Folder, RecipientKind, RecipientState, RecipientView};
use wardpost_model::plan::{Reason, Route};
use wardpost_store::{Batch, params};

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
async fn a_worker_that_gives_no_sign_of_life_loses_its_lease_and_one_that_does_keeps_it() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    sent_by_tls(&house, &anna, None).await;
    let slow = claim_one(&house).await;
    for _ in 0..60 {
        house.clock.advance_minutes(1);
        house.extend_delivery(&slow.work).await.unwrap();
        assert!(house.claim_deliveries(10).await.unwrap().is_empty(), "slow is not dead");
    }
    house.clock.advance_us(HOUR_US);
    let other = claim_one(&house).await;
    assert_eq!((slow.work.id, other.work.attempt), (other.work.id, 2));
    assert!(house.extend_delivery(&slow.work).await.is_err());
}

async fn what_a_late_worker_delivered_is_delivered(house: TestCore) {
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let id = sent_by_tls(&house, &anna, None).await;
    let late = claim_one(&house).await;
    house.clock.advance_us(HOUR_US);
    let other = claim_one(&house).await;
    let busy = RecipientOutcome::Deferred { detail: "451 busy".to_owned() };
    finish(&house, &late, busy.clone()).await;
    assert_eq!(recipients(&house, &anna, id).await[0].detail, None, "a late trouble counts no more");
    finish(&house, &late, delivered()).await;
    assert_eq!(recipients(&house, &anna, id).await[0].state, RecipientState::Delivered);
    finish(&house, &other, busy).await;
    assert_eq!(recipients(&house, &anna, id).await[0].state, RecipientState::Delivered);
    assert_eq!(house.queue_depth().await.unwrap(), 0, "nothing is sent again");
}

#[tokio::test]
async fn what_a_late_worker_delivered_is_delivered_sqlite() {
    what_a_late_worker_delivered_is_delivered(TestCore::new().await).await;
}

#[tokio::test]
async fn what_a_late_worker_delivered_is_delivered_postgres() {
    what_a_late_worker_delivered_is_delivered(TestCore::postgres().await).await;
}

async fn two_nodes_share_the_queue_without_overlap(house: TestCore) {
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    for _ in 0..6 {
        sent_by_tls(&house, &anna, None).await;
    }
    let other = house.another_node().await;
    let (one, two) = tokio::join!(house.claim_deliveries(4), other.claim_deliveries(4));
    let rest = house.claim_deliveries(10).await.unwrap();
    let mut ids: Vec<_> = one.unwrap().into_iter().chain(two.unwrap()).chain(rest).map(|w| w.id).collect();
    assert_eq!(ids.len(), 6);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 6, "nobody has what another has");
}

#[tokio::test]
async fn two_nodes_share_the_queue_without_overlap_sqlite() {
    two_nodes_share_the_queue_without_overlap(TestCore::new().await).await;
}

#[tokio::test]
async fn two_nodes_share_the_queue_without_overlap_postgres() {
    two_nodes_share_the_queue_without_overlap(TestCore::postgres().await).await;
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
async fn a_fall_back_is_due_at_once_and_says_which_way_it_took() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let id = sent_by_tls(&house, &anna, Some("+31612345678")).await;
    let busy = RecipientOutcome::Deferred { detail: "451 busy".to_owned() };
    for _ in 0..4 {
        finish(&house, &claim_one(&house).await, busy.clone()).await;
        house.clock.advance_us(HOUR_US);
    }
    let bad = RecipientOutcome::NoVerifiedTls { detail: "certificate expired".to_owned() };
    let before = house.clock().now_us();
    finish(&house, &claim_one(&house).await, bad).await;
    let next = recipients(&house, &anna, id).await[0].next_try_at.unwrap().as_microsecond();
    assert!((before..=house.clock().now_us()).contains(&next), "the time of the old route is forgotten");
    let fell = house.audit_details(AuditKind::DeliveryFellBack).await.remove(0).more;
    assert_eq!((fell["route"].as_str(), fell["new_route"].as_str()), ("verified_tls", "pickup"));
}

#[tokio::test]
async fn a_secret_agreed_for_this_message_goes_before_the_number_on_file() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    sent_by_tls(&house, &anna, Some("+31612345678")).await;
    finish(&house, &claim_one(&house).await, delivered()).await;
    let mut agreed = to("lab@partner.example");
    agreed.secret = Some("blue heron".to_owned());
    let (id, version) = draft(&house, &anna, vec![agreed], "Tot morgen.").await;
    let id = house.send_draft(&anna.actor, id, version).await.unwrap().message_id;
    let bad = RecipientOutcome::NoVerifiedTls { detail: "certificate expired".to_owned() };
    finish(&house, &claim_one(&house).await, bad).await;
    let r = recipients(&house, &anna, id).await.remove(0);
    assert_eq!(r.route, Route::Pickup);
    assert!(r.reasons.contains(&Reason::AgreedSecret), "{:?}", r.reasons);
}

#[tokio::test]
async fn what_was_delivered_is_audited_with_its_protection_and_the_domain_s_tls_is_known_by_the_same_commit() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    sent_by_tls(&house, &anna, None).await;
    let job = claim_one(&house).await;
    let mut done = attempt(&job, &delivered());
    done.tls = Some(TlsFinding::Verified { detail: "as delivered".to_owned() });
    house.finish_delivery(&job, &done).await.unwrap();
    let entry = house.audit_details(AuditKind::DeliveryDone).await.pop().unwrap();
    assert_eq!(entry.more["tls"], "TLSv1.3, verified");
    let known = house.known_domain_tls(&"partner.example".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(known.detail, "as delivered");
}

#[tokio::test]
async fn nta_03_without_another_safe_route_it_waits_then_fails_and_never_goes_unprotected() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let id = sent_by_tls(&house, &anna, None).await;
    let bad = RecipientOutcome::NoVerifiedTls { detail: "certificate expired".to_owned() };
    finish(&house, &claim_one(&house).await, bad.clone()).await;
    let r = recipients(&house, &anna, id).await.remove(0);
    assert_eq!((r.route, r.state), (Route::VerifiedTls, RecipientState::Queued), "the trouble may pass");
    house.clock.advance_us(3 * DAY_US);
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
    assert_eq!(job.envelope_from.as_ref(), Some(&anna.login), "bounces are heard of");
}

#[tokio::test]
async fn a_recalled_delivery_is_not_tried_and_one_under_way_cannot_be_recalled() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let id = sent_by_tls(&house, &anna, None).await;
    let job = claim_one(&house).await;
    assert!(house.recall(&anna.actor, anna.mailbox(), id, None).await.is_err());
    house.release_delivery(&job.work).await.unwrap();
    house.recall(&anna.actor, anna.mailbox(), id, None).await.unwrap();
    let due = house.claim_deliveries(10).await.unwrap().remove(0);
    assert!(house.prepare_delivery(due).await.unwrap().is_none());
    assert_eq!(house.queue_depth().await.unwrap(), 0, "work without recipients is cleared away");
}

/// The guest behind a notification's link, after the second factor.
async fn guest(house: &TestCore, notice: &DeliveryJob) -> PickupSession {
    let DeliveryContent::Notice { text, .. } = &notice.content else { panic!("a notice") };
    let token = text.split("/p#").nth(1).unwrap().split_whitespace().next().unwrap();
    house.pickup_code(token, None, None).await.unwrap();
    let code = house.sms.last_to("+31612345678").unwrap().chars().take_while(char::is_ascii_digit).collect();
    let (secret, _) = house.pickup_verify(token, &PickupAnswer::Code(code), None, None).await.unwrap();
    house.pickup_session(&secret, None, None).await.unwrap()
}

async fn to_a_guest(house: &TestCore, by: &TestPerson) -> (MessageId, DeliveryJob) {
    let (id, version) = draft(house, by, vec![by_sms("pat@mail.example", "+31612345678")], HEALTH).await;
    let id = house.send_draft(&by.actor, id, version).await.unwrap().message_id;
    (id, claim_one(house).await)
}

#[tokio::test]
async fn a_guest_who_is_quicker_than_the_record_stays_one_who_opened_it() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let (id, notice) = to_a_guest(&house, &anna).await;
    house.pickup_message(&guest(&house, &notice).await).await.unwrap();
    finish(&house, &notice, delivered()).await;
    assert_eq!(recipients(&house, &anna, id).await[0].state, RecipientState::Opened);
    assert_eq!(house.audit_details(AuditKind::PickupNotified).await.len(), 1, "it did go out");
    let p = wardpost_store::repo::pickup::of_message(house.store(), house.org(), id).await.unwrap().remove(0);
    let sealed: SealedPickup = house.unseal(purpose::PICKUP, p.id.as_bytes(), &p.sealed_pickup).unwrap();
    assert_eq!(sealed.token, None, "only the link's hash is kept");
}

async fn opening_and_recording_at_once_both_count(house: TestCore) {
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    for _ in 0..5 {
        let (id, notice) = to_a_guest(&house, &anna).await;
        let session = guest(&house, &notice).await;
        let done = attempt(&notice, &delivered());
        let (opened, recorded) = tokio::join!(house.pickup_message(&session), house.finish_delivery(&notice, &done));
        opened.unwrap();
        recorded.unwrap();
        assert_eq!(recipients(&house, &anna, id).await[0].state, RecipientState::Opened);
        assert_eq!(house.queue_depth().await.unwrap(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_and_recording_at_once_both_count_sqlite() {
    opening_and_recording_at_once_both_count(TestCore::new().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_and_recording_at_once_both_count_postgres() {
    opening_and_recording_at_once_both_count(TestCore::postgres().await).await;
}

/// Alters what is stored.
async fn spoil(house: &TestCore, sql: &'static str) {
    let mut batch = Batch::new();
    batch.exec(sql, params![house.org(), vec![1_u8; 80]]);
    house.store().write(batch).await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_opened_is_given_up_and_does_not_stop_the_others() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let broken = sent_by_tls(&house, &anna, None).await;
    spoil(&house, "UPDATE message SET sealed_body = ?2 WHERE org_id = ?1").await;
    let sound = sent_by_tls(&house, &anna, None).await;
    let mut tries = 0;
    while house.queue_depth().await.unwrap() > 0 {
        for work in house.claim_deliveries(10).await.unwrap() {
            tries += u32::from(work.message_id == broken);
            if let Some(job) = house.prepare_delivery(work).await.unwrap() {
                assert_eq!(job.work.message_id, sound);
                finish(&house, &job, delivered()).await;
            }
        }
        assert!(tries < 20, "it ends");
        house.clock.advance_us(HOUR_US);
    }
    assert!(tries > 1, "it may have been a passing trouble");
    assert_eq!(recipients(&house, &anna, sound).await[0].state, RecipientState::Delivered);
    let failed = house.audit_details(AuditKind::DeliveryFailed).await;
    assert_eq!(failed[0].more["recipient"], "lab@partner.example");
    let states = wardpost_store::repo::recipient::states(house.store(), house.org(), broken).await.unwrap();
    assert_eq!(states, ["failed"]);
    let inbox =
        house.list_messages(&anna.actor, anna.mailbox(), Folder::Inbox, ListFilter::All, None, 10).await.unwrap();
    assert!(inbox.lines[0].subject.starts_with("Not delivered"), "the sender is told");
}

#[tokio::test]
async fn a_pickup_that_cannot_be_opened_is_closed_and_does_not_keep_others_open() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let (_, first) = to_a_guest(&house, &anna).await;
    finish(&house, &first, delivered()).await;
    spoil(&house, "UPDATE pickup SET sealed_pickup = ?2 WHERE org_id = ?1").await;
    let (second, notice) = to_a_guest(&house, &anna).await;
    finish(&house, &notice, delivered()).await;
    house.clock.advance_us(400 * DAY_US);
    assert_eq!(house.keep_house().await.unwrap(), 2);
    assert_eq!(house.keep_house().await.unwrap(), 0);
    assert_eq!(recipients(&house, &anna, second).await[0].state, RecipientState::Expired);
}

#[tokio::test]
async fn guests_stand_in_no_header_of_what_others_get() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    house.outside.verified("partner.example");
    let mut copy = by_sms("Pat@mail.example", "+31612345678");
    copy.kind = RecipientKind::Cc;
    let list = vec![to("lab@partner.example"), copy];
    let (id, version) = draft(&house, &anna, list, "Tot morgen.").await;
    house.send_draft(&anna.actor, id, version).await.unwrap();
    for work in house.claim_deliveries(10).await.unwrap() {
        let job = house.prepare_delivery(work).await.unwrap().unwrap();
        if let DeliveryContent::Composed { to, cc, .. } = job.content {
            assert_eq!((to.len(), cc.len()), (1, 0), "an answer to all would reach the guest in clear text");
        }
    }
}
