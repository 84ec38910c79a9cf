use super::{HEALTH, by_sms, draft, to};
use crate::Error;
use crate::mail::types::SealedPickup;
use crate::mail::{DraftKind, ListFilter, NewFile, SentOutcome};
use crate::seal::purpose;
use crate::testing::TestCore;
use futures::FutureExt as _;
use wardpost_model::audit::AuditKind;
use wardpost_model::finding::Sensitivity;
use wardpost_model::message::{Folder, RecipientKind, RecipientState};
use wardpost_model::plan::{Action, Reason, Route};
use wardpost_store::both_engines;
use wardpost_store::repo::pickup as pickups;

fn small_file(name: &str) -> NewFile {
    NewFile { file_name: name.to_owned(), media_type: "text/plain".to_owned(), content_id: None, data: "x".into() }
}

both_engines! {
    fn one_message_takes_a_different_route_to_each_recipient(db) {
        let house = TestCore::over(db).await;
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

    fn health_information_never_goes_to_a_stranger_by_tls_alone(db) {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        house.outside.verified("mail.example");
        let (id, _) = draft(&house, &anna, vec![by_sms("pat@mail.example", "+31612345678")], HEALTH).await;
        let planned = house.plan_draft(&anna.actor, id).await.unwrap();
        assert!(planned.findings.sensitivity >= Sensitivity::Identifier);
        assert_eq!(planned.plan.recipients[0].route, Route::Pickup);
        assert!(planned.plan.recipients[0].reasons.contains(&Reason::PolicyProtects));
    }

    fn what_has_no_safe_route_is_not_sent(db) {
        let house = TestCore::over(db).await;
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

    fn a_first_time_recipient_is_confirmed_once(db) {
        let house = TestCore::over(db).await;
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

    fn a_draft_is_sent_once_and_only_in_the_version_that_was_seen(db) {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        house.person("clinician", "Bart Smit", "bart@clinic.example").await;
        let (id, version) = draft(&house, &anna, vec![to("bart@clinic.example")], "Hallo").await;
        assert!(matches!(house.send_draft(&anna.actor, id, version - 1).await, Err(Error::VersionConflict)));
        let (one, two) =
            tokio::join!(house.send_draft(&anna.actor, id, version), house.send_draft(&anna.actor, id, version));
        assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1, "one of two at once wins");
    }

    fn files_go_with_the_message_small_and_large(db) {
        let house = TestCore::over(db).await;
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

    fn nobody_reads_anothers_mailbox_and_the_attempt_is_recorded(db) {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let admin = house.person("administrator", "Ada Min", "ada@clinic.example").await;
        let got = house.list_messages(&admin.actor, anna.mailbox(), Folder::Inbox, ListFilter::All, None, 50).await;
        assert!(matches!(got, Err(Error::Denied(_))), "{got:?}");
        let kinds = house.audit_kinds().await;
        assert!(kinds.contains(&(AuditKind::AccessDenied.as_str().to_owned(), "refused".to_owned())));
    }

    fn what_policy_holds_waits_for_another_persons_eyes(db) {
        let house = TestCore::over(db).await;
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
        let queue = house.held_messages(&vera.actor, None, None, 50).await.unwrap();
        assert_eq!(queue.len(), 1);
        let opened = house.held_message(&vera.actor, sent.message_id).await.unwrap();
        assert_eq!(opened.message.text, HEALTH);
        house.release_held(&vera.actor, sent.message_id, "Seen").await.unwrap();
        assert!(matches!(house.refuse_held(&vera.actor, sent.message_id, "No").await, Err(Error::NotFound)));
        assert_eq!(house.claim_deliveries(10).await.unwrap().len(), 1, "now the notification leaves");
        let view = house.read_message(&anna.actor, anna.mailbox(), sent.message_id).await.unwrap();
        assert_eq!(view.recipients[0].state, RecipientState::Queued);
    }

    fn what_policy_blocks_does_not_leave_and_is_recorded(db) {
        let house = TestCore::over(db).await;
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

    fn a_reply_goes_to_the_sender_in_the_same_thread(db) {
        let house = TestCore::over(db).await;
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

    fn a_recall_takes_back_what_was_not_read_and_nothing_else(db) {
        let house = TestCore::over(db).await;
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

    fn a_blind_copy_arrives_and_nobody_sees_for_whom(db) {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let bart = house.person("clinician", "Bart Smit", "bart@clinic.example").await;
        let carla = house.person("clinician", "Carla Vos", "carla@clinic.example").await;
        let mut blind = to("carla@clinic.example");
        blind.kind = RecipientKind::Bcc;
        let (id, version) = draft(&house, &anna, vec![to("bart@clinic.example"), blind], "Hallo").await;
        let sent = house.send_draft(&anna.actor, id, version).await.unwrap().message_id;
        for p in [&bart, &carla] {
            let view = house.read_message(&p.actor, p.mailbox(), sent).await.unwrap();
            assert_eq!(view.header_to.iter().map(|p| p.address.to_string()).collect::<Vec<_>>(), ["bart@clinic.example"]);
            assert!(view.header_cc.is_empty() && view.recipients.is_empty());
            let all = DraftKind::ReplyAll(p.mailbox(), sent);
            let reply = house.create_draft(&p.actor, p.mailbox(), all).await.unwrap();
            let hidden = "carla@clinic.example";
            assert!(reply.recipients.iter().all(|r| r.party.address.to_string() != hidden));
        }
        let own = house.read_message(&anna.actor, anna.mailbox(), sent).await.unwrap();
        assert_eq!(own.recipients[1].kind, RecipientKind::Bcc, "the sender sees it");
    }

    fn what_a_sender_gives_for_one_message_changes_nothing_on_file(db) {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let pat = "pat@mail.example".parse().unwrap();
        for phone in ["+31612345678", "+31600000000"] {
            let (id, version) = draft(&house, &anna, vec![by_sms("pat@mail.example", phone)], HEALTH).await;
            let message = house.send_draft(&anna.actor, id, version).await.unwrap().message_id;
            let p = pickups::of_message(house.db(), house.org(), message).await.unwrap().remove(0);
            let sealed: SealedPickup = house.unseal(purpose::PICKUP, p.id.as_bytes(), &p.sealed_pickup).unwrap();
            assert_eq!(sealed.phone.unwrap().as_str(), phone, "this message goes where its sender says");
            let known = house.contact_of(&pat).await.unwrap().unwrap();
            assert_eq!(known.phone.unwrap().as_str(), "+31612345678", "the first is kept");
        }
        let changes = house.audit_details(AuditKind::ContactChanged).await;
        assert_eq!(changes.len(), 1, "what was learnt is in the log, once");
        assert_eq!(changes[0].more["phone"], "+31612345678");
    }

    fn a_file_attached_while_one_sends_goes_along_or_the_sender_looks_again(db) {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        house.person("clinician", "Bart Smit", "bart@clinic.example").await;
        for _ in 0..12 {
            let (id, version) = draft(&house, &anna, vec![to("bart@clinic.example")], "Zie bijlage").await;
            let (sent, file) = tokio::join!(
                house.send_draft(&anna.actor, id, version),
                house.attach(&anna.actor, id, small_file("late.txt"))
            );
            match (sent, file) {
                (Ok(sent), Ok(_)) => {
                    let view = house.read_message(&anna.actor, anna.mailbox(), sent.message_id).await.unwrap();
                    assert_eq!(view.files.len(), 1, "it went along");
                }
                (Ok(_), Err(_)) => {}
                (Err(e), Ok(_)) => assert!(matches!(e, Error::VersionConflict), "{e:?}"),
                (Err(e), Err(f)) => panic!("{e:?}, {f:?}"),
            }
        }
    }

    fn files_attached_at_once_do_not_outrun_the_limit(db) {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let (id, _) = draft(&house, &anna, vec![], "Bijlagen").await;
        for n in 0..46 {
            house.attach(&anna.actor, id, small_file(&format!("{n}.txt"))).await.unwrap();
        }
        let more = (46..56).map(|n| house.attach(&anna.actor, id, small_file(&format!("{n}.txt"))).boxed());
        let more = futures::future::join_all(more.collect::<Vec<_>>()).await;
        assert_eq!(more.iter().filter(|m| m.is_ok()).count(), 4);
        assert_eq!(house.draft(&anna.actor, id).await.unwrap().files.len(), 50);
    }
}
