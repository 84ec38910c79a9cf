//! What a sender can still do, the second pair of eyes, and mailboxes of several people.

use super::receive::inbound;
use super::{HEALTH, by_sms, draft, to};
use crate::Error;
use crate::mail::{DraftKind, ListFilter, NewFile};
use crate::people::NewMailbox;
use crate::testing::{TestCore, TestPerson};
use std::collections::BTreeSet;
use uuid::Uuid;
use wardpost_model::audit::AuditKind;
use wardpost_model::message::{Folder, RecipientState, RecipientView};
use wardpost_model::person::MailboxKind;
use wardpost_model::plan::Action;
use wardpost_model::{MessageId, SessionId};
use wardpost_store::repo::recipient as recipients;
use wardpost_store::testing::TestDb;
use wardpost_store::{Batch, both_engines};

/// A message to two patients that policy holds.
struct Held {
    house: TestCore,
    anna: TestPerson,
    vera: TestPerson,
    message: MessageId,
}

impl Held {
    async fn over(db: TestDb) -> Self {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let vera = house.person("privacy_officer", "Vera Bos", "vera@clinic.example").await;
        let mut policy = house.policy_current().await.unwrap().policy.clone();
        policy.identifier.pickup = Action::Hold;
        policy.health.pickup = Action::Hold;
        house.put_policy(&vera.actor, 1, policy, "Test").await.unwrap();
        let list = vec![by_sms("pat@mail.example", "+31612345678"), by_sms("kin@mail.example", "+31687654321")];
        let (id, version) = draft(&house, &anna, list, HEALTH).await;
        let message = house.send_draft(&anna.actor, id, version).await.unwrap().message_id;
        Self { house, anna, vera, message }
    }
    async fn recipients(&self) -> Vec<RecipientView> {
        self.house.read_message(&self.anna.actor, self.anna.mailbox(), self.message).await.unwrap().recipients
    }
    async fn states(&self) -> Vec<RecipientState> {
        self.recipients().await.iter().map(|r| r.state).collect()
    }
}

both_engines! {
    fn a_recall_takes_back_what_it_can_though_others_have_read(db) {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let bart = house.person("clinician", "Bart Smit", "bart@clinic.example").await;
        let carla = house.person("clinician", "Carla Vos", "carla@clinic.example").await;
        house.outside.verified("partner.example");
        let list = vec![
            to("bart@clinic.example"),
            to("lab@partner.example"),
            to("carla@clinic.example"),
            by_sms("pat@mail.example", "+31612345678"),
        ];
        let (id, version) = draft(&house, &anna, list, "Oeps").await;
        let sent = house.send_draft(&anna.actor, id, version).await.unwrap().message_id;
        house.read_message(&bart.actor, bart.mailbox(), sent).await.unwrap();
        // Both the message to the lab and the notification to the patient are under way.
        assert_eq!(house.claim_deliveries(10).await.unwrap().len(), 2);
        let view = house.recall(&anna.actor, anna.mailbox(), sent, None).await.unwrap();
        use RecipientState::{Opened, Queued, Recalled};
        assert_eq!(view.recipients.iter().map(|r| r.state).collect::<Vec<_>>(), [Opened, Queued, Recalled, Recalled]);
        assert!(matches!(house.read_message(&carla.actor, carla.mailbox(), sent).await, Err(Error::NotFound)));
        house.read_message(&bart.actor, bart.mailbox(), sent).await.unwrap();
        let named: Vec<_> = house.audit_details(AuditKind::MessageRecalled).await;
        let whom: Vec<_> = named.iter().filter_map(|d| d.more.get("recipient").map(String::as_str)).collect();
        assert_eq!(whom, ["carla@clinic.example", "pat@mail.example"], "the log says from whom");
        let again = house.recall(&anna.actor, anna.mailbox(), sent, None).await;
        assert!(matches!(again, Err(Error::Conflict("delivery_under_way"))));
    }

    fn a_message_to_oneself_lies_unread_in_the_inbox_and_is_kept_on_recall(db) {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let (id, version) = draft(&house, &anna, vec![to("anna@clinic.example")], "Bellen").await;
        let sent = house.send_draft(&anna.actor, id, version).await.unwrap().message_id;
        assert_eq!(house.counts(&anna.actor, anna.mailbox()).await.unwrap().inbox_unread, 1);
        let inbox =
            house.list_messages(&anna.actor, anna.mailbox(), Folder::Inbox, ListFilter::Unread, None, 10).await.unwrap();
        assert_eq!(inbox.lines.iter().map(|l| l.id).collect::<Vec<_>>(), [sent]);
        let recalled = house.recall(&anna.actor, anna.mailbox(), sent, None).await;
        assert!(matches!(recalled, Err(Error::Conflict(_))));
        let view = house.read_message(&anna.actor, anna.mailbox(), sent).await.unwrap();
        assert_eq!(view.recipients[0].state, RecipientState::Opened);
        for folder in [Folder::Archive, Folder::Inbox] {
            house.change_message(&anna.actor, anna.mailbox(), sent, None, None, Some(folder)).await.unwrap();
        }
    }

    fn refused_mail_does_not_leave_and_the_sender_reads_why(db) {
        let h = Held::over(db).await;
        let none = h.house.refuse_held(&h.vera.actor, h.message, " ").await;
        assert!(matches!(none, Err(Error::Validation(_))), "the sender must be told why");
        assert!(matches!(h.house.refuse_held(&h.anna.actor, h.message, "No").await, Err(Error::Denied(_))));
        h.house.refuse_held(&h.vera.actor, h.message, "Wrong patient").await.unwrap();
        assert!(h.house.claim_deliveries(10).await.unwrap().is_empty());
        assert_eq!(h.states().await, [RecipientState::Refused, RecipientState::Refused]);
        let inbox = h
            .house
            .list_messages(&h.anna.actor, h.anna.mailbox(), Folder::Inbox, ListFilter::Unread, None, 10)
            .await
            .unwrap();
        let notice = h.house.read_message(&h.anna.actor, h.anna.mailbox(), inbox.lines[0].id).await.unwrap();
        assert!(notice.text.contains("Wrong patient"));
        assert!(matches!(h.house.release_held(&h.vera.actor, h.message, "").await, Err(Error::NotFound)));
        let told = h.house.audit_details(AuditKind::MessageRefused).await;
        assert_eq!(told[0].more["recipients"], "pat@mail.example, kin@mail.example");
        assert!(h.house.contact_of(&"pat@mail.example".parse().unwrap()).await.unwrap().unwrap().phone.is_none());
    }

    fn recalls_at_once_of_all_held_recipients_leave_nothing_to_review(db) {
        let h = Held::over(db).await;
        let ids: Vec<_> = h.recipients().await.iter().map(|r| r.id).collect();
        let recall = |n: usize| {
            let (h, only) = (&h, [ids[n]]);
            async move { h.house.recall(&h.anna.actor, h.anna.mailbox(), h.message, Some(&only)).await }
        };
        let (one, two) = tokio::join!(recall(0), recall(1));
        one.unwrap();
        two.unwrap();
        assert!(h.house.held_messages(&h.vera.actor, None, None, 10).await.unwrap().is_empty());
        assert!(matches!(h.house.release_held(&h.vera.actor, h.message, "").await, Err(Error::NotFound)));
    }

    fn what_is_held_without_held_recipients_is_closed_and_never_said_to_leave(db) {
        let h = Held::over(db).await;
        let mut batch = Batch::new();
        for r in recipients::of_message(h.house.db(), h.house.org(), h.message).await.unwrap() {
            h.house.end_recipient(&mut batch, &r, RecipientState::Held, RecipientState::Recalled, 1).unwrap();
        }
        h.house.db().write(batch).await.unwrap();
        assert!(matches!(h.house.release_held(&h.vera.actor, h.message, "").await, Err(Error::NotFound)));
        assert!(h.house.held_messages(&h.vera.actor, None, None, 10).await.unwrap().is_empty());
        assert!(h.house.audit_details(AuditKind::MessageReleased).await.is_empty());
    }

    fn a_release_says_to_whom_and_remembers_the_number_then(db) {
        let h = Held::over(db).await;
        let pat = "pat@mail.example".parse().unwrap();
        assert!(h.house.contact_of(&pat).await.unwrap().unwrap().phone.is_none(), "not before somebody has agreed");
        h.house.release_held(&h.vera.actor, h.message, "Seen").await.unwrap();
        assert!(h.house.contact_of(&pat).await.unwrap().unwrap().phone.is_some());
        let told = h.house.audit_details(AuditKind::MessageReleased).await;
        assert_eq!(told[0].more["recipients"], "pat@mail.example by pickup, kin@mail.example by pickup");
    }

    fn two_who_release_at_once_let_it_go_once_and_the_slower_is_told(db) {
        let h = Held::over(db).await;
        let (a, b, c) = tokio::join!(
            h.house.release_held(&h.vera.actor, h.message, ""),
            h.house.release_held(&h.vera.actor, h.message, ""),
            h.house.release_held(&h.vera.actor, h.message, ""),
        );
        let all = [a, b, c];
        assert_eq!(all.iter().filter(|r| r.is_ok()).count(), 1, "{all:?}");
        let slower = |r: &Result<(), Error>| matches!(r, Ok(()) | Err(Error::Conflict(_) | Error::NotFound));
        assert!(all.iter().all(slower), "{all:?}");
    }

    fn a_shared_mailbox_is_for_its_members_and_what_one_reads_is_read_for_all(db) {
        let house = TestCore::over(db).await;
        let admin = house.person("administrator", "Ada Min", "ada@clinic.example").await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let bart = house.person("clinician", "Bart Smit", "bart@clinic.example").await;
        let carla = house.person("clinician", "Carla Vos", "carla@clinic.example").await;
        let new = NewMailbox {
            kind: MailboxKind::Shared,
            address: "desk@clinic.example".parse().unwrap(),
            name: "Desk".to_owned(),
            members: vec![anna.id(), bart.id()], duty: false };
        let desk = house.create_mailbox(&admin.actor, new).await.unwrap().mailbox.id;
        let (id, version) = draft(&house, &carla, vec![to("desk@clinic.example")], "Vraag").await;
        let sent = house.send_draft(&carla.actor, id, version).await.unwrap().message_id;
        assert_eq!(house.counts(&bart.actor, desk).await.unwrap().inbox_unread, 1);
        house.read_message(&anna.actor, desk, sent).await.unwrap();
        assert_eq!(house.counts(&bart.actor, desk).await.unwrap().inbox_unread, 0);
        assert!(matches!(house.read_message(&carla.actor, desk, sent).await, Err(Error::NotFound)));
        assert!(matches!(house.create_draft(&carla.actor, desk, DraftKind::New).await, Err(Error::NotFound)));
        let reply = house.create_draft(&bart.actor, desk, DraftKind::Reply(desk, sent)).await.unwrap();
        house.send_draft(&bart.actor, reply.id, reply.version).await.unwrap();
        let inbox =
            house.list_messages(&carla.actor, carla.mailbox(), Folder::Inbox, ListFilter::All, None, 10).await.unwrap();
        assert_eq!(inbox.lines[0].from.address.to_string(), "desk@clinic.example");
        let reads = house.message_trail(&carla.actor, carla.mailbox(), sent).await.unwrap();
        let reads: Vec<_> = reads.iter().filter(|t| t.kind == AuditKind::MessageRead).collect();
        assert_eq!(reads.len(), 1, "the sender sees the first opening");
        assert_eq!((reads[0].recipient.as_deref(), reads[0].agent.as_deref()), (Some("desk@clinic.example"), None));
    }

    fn a_sender_does_not_see_what_colleagues_do_with_the_message(db) {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let bart = house.person("clinician", "Bart Smit", "bart@clinic.example").await;
        let (id, version) = draft(&house, &anna, vec![to("bart@clinic.example")], "Vraag").await;
        let sent = house.send_draft(&anna.actor, id, version).await.unwrap().message_id;
        house.read_message(&bart.actor, bart.mailbox(), sent).await.unwrap();
        house.change_message(&bart.actor, bart.mailbox(), sent, None, None, Some(Folder::Trash)).await.unwrap();
        house.read_message(&anna.actor, anna.mailbox(), sent).await.unwrap();
        let trail = house.message_trail(&anna.actor, anna.mailbox(), sent).await.unwrap();
        assert_eq!(
            trail.iter().map(|t| t.kind.as_str()).collect::<BTreeSet<_>>(),
            BTreeSet::from(["message.sent", "delivery.done", "message.read"]),
            "neither the move nor the own reading"
        );
        let done = trail.iter().find(|t| t.kind == AuditKind::DeliveryDone).unwrap();
        assert_eq!(done.recipient.as_deref(), Some("bart@clinic.example"), "placing it in the house is a delivery");
        let moved = house.audit_details(AuditKind::MessageMoved).await;
        assert_eq!(moved[0].patient.as_deref(), Some("BSN 111222333"));
    }

    fn who_answers_or_forwards_has_read(db) {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let bart = house.person("clinician", "Bart Smit", "bart@clinic.example").await;
        let (id, version) = draft(&house, &anna, vec![to("bart@clinic.example")], "Vraag").await;
        let file = NewFile {
            file_name: "lab.csv".to_owned(),
            media_type: "text/csv".to_owned(),
            content_id: None,
            data: "hb;8.1".into(),
        };
        house.attach(&anna.actor, id, file).await.unwrap();
        let sent = house.send_draft(&anna.actor, id, version).await.unwrap().message_id;
        house.create_draft(&bart.actor, bart.mailbox(), DraftKind::Reply(bart.mailbox(), sent)).await.unwrap();
        assert_eq!(house.counts(&bart.actor, bart.mailbox()).await.unwrap().inbox_unread, 0);
        let read = house.audit_details(AuditKind::MessageRead).await;
        assert_eq!((read.len(), read[0].agent_name.as_deref()), (1, Some("Bart Smit")));
        house.create_draft(&bart.actor, bart.mailbox(), DraftKind::Forward(bart.mailbox(), sent)).await.unwrap();
        assert_eq!(house.audit_details(AuditKind::MessageRead).await.len(), 2);
        assert_eq!(house.audit_details(AuditKind::AttachmentRead).await[0].more["file"], "lab.csv");
        let view = house.read_message(&anna.actor, anna.mailbox(), sent).await.unwrap();
        assert_eq!(view.recipients[0].state, RecipientState::Opened);
    }

    fn the_html_of_a_message_is_a_reading_too(db) {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let got = house.receive(inbound(&["anna@clinic.example"])).await.unwrap();
        house.message_html(&anna.actor, anna.mailbox(), got.message_id).await.unwrap();
        assert_eq!(house.counts(&anna.actor, anna.mailbox()).await.unwrap().inbox_unread, 0);
        assert_eq!(house.audit_details(AuditKind::MessageRead).await[0].more["form"], "html");
    }

    fn a_page_that_fetches_again_what_it_shows_is_one_reading_and_a_later_look_another(db) {
        let house = TestCore::over(db).await;
        let mut anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let id = house.receive(inbound(&["anna@clinic.example"])).await.unwrap().message_id;
        let readings = async || house.audit_details(AuditKind::MessageRead).await.len();
        anna.actor.session_id = Some(SessionId(Uuid::from_u128(1)));
        for _ in 0..3 {
            house.read_message(&anna.actor, anna.mailbox(), id).await.unwrap();
            house.message_html(&anna.actor, anna.mailbox(), id).await.unwrap();
        }
        assert_eq!(readings().await, 1);
        anna.actor.session_id = Some(SessionId(Uuid::from_u128(2)));
        house.read_message(&anna.actor, anna.mailbox(), id).await.unwrap();
        assert_eq!(readings().await, 2, "another session reads for itself");
        house.clock.advance_minutes(1);
        house.read_message(&anna.actor, anna.mailbox(), id).await.unwrap();
        assert_eq!(readings().await, 3, "a minute later it is another look");
        house.change_message(&anna.actor, anna.mailbox(), id, Some(false), None, None).await.unwrap();
        house.read_message(&anna.actor, anna.mailbox(), id).await.unwrap();
        assert_eq!(readings().await, 4, "what was marked unread is read anew");
    }
}
