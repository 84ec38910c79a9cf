use super::{HEALTH, by_sms, draft, to};
use crate::Error;
use crate::mail::{DraftKind, ListFilter, NewFile, SentOutcome};
use crate::testing::TestCore;
use wardpost_model::audit::AuditKind;
use wardpost_model::finding::Sensitivity;
use wardpost_model::message::{Folder, RecipientState};
use wardpost_model::plan::{Action, Reason, Route};

#[tokio::test]
async fn one_message_takes_a_different_route_to_each_recipient() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let bart = house.person("clinician", "Bart Smit", "bart@clinic.example").await;
    house.outside.verified("partner.example");
    let list = vec![to("bart@clinic.example"), to("lab@partner.example"), by_sms("pat@mail.example", "+31612345678")];
    let (id, version) = draft(&house, &anna, list, "Tot morgen om tien uur.").await;
    let planned = house.plan_draft(&anna.actor, id).await.unwrap();
    let routes: Vec<Route> = planned.plan.recipients.iter().map(|r| r.route).collect();
    assert_eq!(routes, [Route::Inside, Route::VerifiedTls, Route::Pickup]);
    let sent = house.send_draft(&anna.actor, id, version).await.unwrap();
    assert_eq!(sent.plan, planned.plan, "delivery obeys the plan that compose showed");
    let view = house.read_message(&anna.actor, anna.mailbox(), sent.message_id).await.unwrap();
    let states: Vec<RecipientState> = view.recipients.iter().map(|r| r.state).collect();
    assert_eq!(states, [RecipientState::Delivered, RecipientState::Queued, RecipientState::Queued]);
    let inbox =
        house.list_messages(&bart.actor, bart.mailbox(), Folder::Inbox, ListFilter::Unread, None, 50).await.unwrap();
    assert_eq!(inbox.lines.len(), 1);
    assert_eq!(inbox.lines[0].subject, "A subject");
}

#[tokio::test]
async fn health_information_never_goes_to_a_stranger_by_tls_alone() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    house.outside.verified("mail.example");
    let (id, _) = draft(&house, &anna, vec![by_sms("pat@mail.example", "+31612345678")], HEALTH).await;
    let planned = house.plan_draft(&anna.actor, id).await.unwrap();
    assert!(planned.findings.sensitivity >= Sensitivity::Identifier);
    assert_eq!(planned.plan.recipients[0].route, Route::Pickup);
    assert!(planned.plan.recipients[0].reasons.contains(&Reason::PolicyProtects));
}

#[tokio::test]
async fn what_has_no_safe_route_is_not_sent() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let (id, version) = draft(&house, &anna, vec![to("pat@mail.example")], "Hallo").await;
    match house.send_draft(&anna.actor, id, version).await {
        Err(Error::NotReady(plan)) => {
            assert_eq!(plan.recipients[0].route, Route::None);
            assert!(plan.recipients[0].reasons.contains(&Reason::NeedsSecondFactor));
        }
        other => panic!("expected not ready, got {other:?}"),
    }
    assert!(house.draft(&anna.actor, id).await.is_ok(), "the draft is still there");
}

#[tokio::test]
async fn a_first_time_recipient_is_confirmed_once() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    house.outside.verified("partner.example");
    let mut first = to("lab@partner.example");
    first.confirmed = false;
    let (id, version) = draft(&house, &anna, vec![first.clone()], "Hallo").await;
    assert!(
        matches!(house.send_draft(&anna.actor, id, version).await, Err(Error::NotReady(p)) if p.recipients[0].must_confirm)
    );
    let (id, version) = draft(&house, &anna, vec![to("lab@partner.example")], "Hallo").await;
    house.send_draft(&anna.actor, id, version).await.unwrap();
    let (id, version) = draft(&house, &anna, vec![first], "Again").await;
    house.send_draft(&anna.actor, id, version).await.unwrap();
}

#[tokio::test]
async fn a_draft_is_sent_once_and_only_in_the_version_that_was_seen() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    house.person("clinician", "Bart Smit", "bart@clinic.example").await;
    let (id, version) = draft(&house, &anna, vec![to("bart@clinic.example")], "Hallo").await;
    assert!(matches!(house.send_draft(&anna.actor, id, version - 1).await, Err(Error::VersionConflict)));
    let (one, two) =
        tokio::join!(house.send_draft(&anna.actor, id, version), house.send_draft(&anna.actor, id, version));
    assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1, "one of two at once wins");
}

#[tokio::test]
async fn files_go_with_the_message_small_and_large() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let bart = house.person("clinician", "Bart Smit", "bart@clinic.example").await;
    let (id, version) = draft(&house, &anna, vec![to("bart@clinic.example")], "Zie bijlagen").await;
    for size in [100usize, 700_000] {
        let data = vec![b'x'; size].into();
        let file = NewFile {
            file_name: format!("../{size}.txt"),
            media_type: "text/plain".to_owned(),
            content_id: None,
            data,
        };
        house.attach(&anna.actor, id, file).await.unwrap();
    }
    let sent = house.send_draft(&anna.actor, id, version).await.unwrap();
    let view = house.read_message(&bart.actor, bart.mailbox(), sent.message_id).await.unwrap();
    assert_eq!(view.files.iter().map(|f| f.file_name.as_str()).collect::<Vec<_>>(), ["100.txt", "700000.txt"]);
    let large = house.read_attachment(&bart.actor, bart.mailbox(), sent.message_id, view.files[1].id).await.unwrap();
    assert_eq!(large.data.len(), 700_000);
    let again = house.read_message(&anna.actor, anna.mailbox(), sent.message_id).await.unwrap();
    assert_eq!(again.recipients[0].state, RecipientState::Opened, "the sender sees that it was opened");
}

#[tokio::test]
async fn nobody_reads_anothers_mailbox_and_the_attempt_is_recorded() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let admin = house.person("administrator", "Ada Min", "ada@clinic.example").await;
    let got = house.list_messages(&admin.actor, anna.mailbox(), Folder::Inbox, ListFilter::All, None, 50).await;
    assert!(matches!(got, Err(Error::Denied(_))));
    let kinds = house.audit_kinds().await;
    assert!(kinds.contains(&(AuditKind::AccessDenied.as_str().to_owned(), "refused".to_owned())));
}

#[tokio::test]
async fn what_policy_holds_waits_for_another_persons_eyes() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let vera = house.person("privacy_officer", "Vera Bos", "vera@clinic.example").await;
    house.outside.verified("mail.example");
    let admin = house.person("privacy_officer", "Paul Licy", "paul@clinic.example").await;
    let mut current = house.policy_current().await.unwrap().policy.clone();
    current.identifier.pickup = Action::Hold;
    current.health.pickup = Action::Hold;
    house.put_policy(&admin.actor, 1, current, "Test").await.unwrap();
    let (id, version) = draft(&house, &anna, vec![by_sms("pat@mail.example", "+31612345678")], HEALTH).await;
    let sent = house.send_draft(&anna.actor, id, version).await.unwrap();
    assert_eq!(sent.outcome, SentOutcome::Held);
    assert!(house.claim_deliveries(10).await.unwrap().is_empty(), "nothing leaves while it is held");
    assert!(matches!(house.release_held(&anna.actor, sent.message_id, "").await, Err(Error::Denied(_))));
    let queue = house.held_messages(&vera.actor, None, 50).await.unwrap();
    assert_eq!(queue.len(), 1);
    let opened = house.held_message(&vera.actor, sent.message_id).await.unwrap();
    assert_eq!(opened.message.text, HEALTH);
    house.release_held(&vera.actor, sent.message_id, "Seen").await.unwrap();
    assert!(matches!(house.refuse_held(&vera.actor, sent.message_id, "No").await, Err(Error::NotFound)));
    assert_eq!(house.claim_deliveries(10).await.unwrap().len(), 1, "now the notification leaves");
    let view = house.read_message(&anna.actor, anna.mailbox(), sent.message_id).await.unwrap();
    assert_eq!(view.recipients[0].state, RecipientState::Queued);
}

#[tokio::test]
async fn what_policy_blocks_does_not_leave_and_is_recorded() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let vera = house.person("privacy_officer", "Vera Bos", "vera@clinic.example").await;
    let mut policy = house.policy_current().await.unwrap().policy.clone();
    policy.identifier.pickup = Action::Block;
    policy.health.pickup = Action::Block;
    house.put_policy(&vera.actor, 1, policy, "Test").await.unwrap();
    let (id, version) = draft(&house, &anna, vec![by_sms("pat@mail.example", "+31612345678")], HEALTH).await;
    assert!(matches!(house.send_draft(&anna.actor, id, version).await, Err(Error::Blocked(_))));
    let kinds = house.audit_kinds().await;
    assert!(kinds.iter().any(|(k, _)| k == AuditKind::MessageBlocked.as_str()));
}

#[tokio::test]
async fn a_reply_goes_to_the_sender_in_the_same_thread() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let bart = house.person("clinician", "Bart Smit", "bart@clinic.example").await;
    let (id, version) = draft(&house, &anna, vec![to("bart@clinic.example")], "Vraag?").await;
    let sent = house.send_draft(&anna.actor, id, version).await.unwrap();
    let kind = DraftKind::Reply(bart.mailbox(), sent.message_id);
    let reply = house.create_draft(&bart.actor, bart.mailbox(), kind).await.unwrap();
    assert_eq!(reply.subject, "Re: A subject");
    assert_eq!(reply.recipients[0].party.address, anna.login);
    assert!(reply.text.contains("> Vraag?"));
    let answered = house.send_draft(&bart.actor, reply.id, reply.version).await.unwrap();
    let one = house.read_message(&bart.actor, bart.mailbox(), sent.message_id).await.unwrap();
    let two = house.read_message(&anna.actor, anna.mailbox(), answered.message_id).await.unwrap();
    assert_eq!(one.line.thread_id, two.line.thread_id);
}

#[tokio::test]
async fn a_recall_takes_back_what_was_not_read_and_nothing_else() {
    let house = TestCore::new().await;
    let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    let bart = house.person("clinician", "Bart Smit", "bart@clinic.example").await;
    let (id, version) = draft(&house, &anna, vec![to("bart@clinic.example")], "Oeps").await;
    let sent = house.send_draft(&anna.actor, id, version).await.unwrap();
    let view = house.recall(&anna.actor, anna.mailbox(), sent.message_id, None).await.unwrap();
    assert_eq!(view.recipients[0].state, RecipientState::Recalled);
    let gone = house.read_message(&bart.actor, bart.mailbox(), sent.message_id).await;
    assert!(matches!(gone, Err(Error::NotFound)));
    let (id, version) = draft(&house, &anna, vec![to("bart@clinic.example")], "Gelezen").await;
    let sent = house.send_draft(&anna.actor, id, version).await.unwrap();
    house.read_message(&bart.actor, bart.mailbox(), sent.message_id).await.unwrap();
    let late = house.recall(&anna.actor, anna.mailbox(), sent.message_id, None).await;
    assert!(matches!(late, Err(Error::Conflict(_))));
}
