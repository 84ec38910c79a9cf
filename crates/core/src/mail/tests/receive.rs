use super::party;
use crate::Error;
use crate::mail::{Inbound, ListFilter};
use crate::people::NewMailbox;
use crate::testing::TestCore;
use wardpost_model::message::{Folder, ReceivedInfo};
use wardpost_model::person::MailboxKind;
use wardpost_store::both_engines;

pub(super) fn inbound(to: &[&str]) -> Inbound {
    Inbound {
        envelope_from: Some("arts@elders.example".parse().unwrap()),
        recipients: to.iter().map(|a| a.parse().unwrap()).collect(),
        received: ReceivedInfo {
            tls: Some("TLSv1.3".to_owned()),
            peer: "mx.elders.example".to_owned(),
            authenticated: false,
        },
        network: None,
        request_id: Some("s1".to_owned()),
        from: Some(party("arts@elders.example")),
        to: to.iter().map(|a| party(a)).collect(),
        cc: vec![],
        reply_to: None,
        subject: "Verwijzing".to_owned(),
        text: "Graag uw oordeel.".to_owned(),
        html: Some("<p>Graag uw <b>oordeel</b>.</p>".to_owned()),
        files: vec![],
        rfc_id: Some("1@elders.example".to_owned()),
        in_reply_to: None,
        references: vec![],
        raw: "From: arts@elders.example\r\n\r\nGraag uw oordeel.\r\n".into(),
    }
}

both_engines! {
    fn mail_for_two_mailboxes_is_kept_once_and_seen_in_both(db) {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let bart = house.person("clinician", "Bart Smit", "bart@clinic.example").await;
        let got = house.receive(inbound(&["ANNA@clinic.example", "bart@clinic.example"])).await.unwrap();
        for p in [&anna, &bart] {
            let inbox = house.list_messages(&p.actor, p.mailbox(), Folder::Inbox, ListFilter::All, None, 10).await.unwrap();
            assert_eq!(inbox.lines.iter().map(|l| l.id).collect::<Vec<_>>(), [got.message_id]);
            assert!(!inbox.lines[0].seen);
        }
        house.read_message(&anna.actor, anna.mailbox(), got.message_id).await.unwrap();
        assert_eq!(house.counts(&anna.actor, anna.mailbox()).await.unwrap().inbox_unread, 0);
        assert_eq!(house.counts(&bart.actor, bart.mailbox()).await.unwrap().inbox_unread, 1);
    }

    fn only_known_mailboxes_take_mail(db) {
        let house = TestCore::over(db).await;
        house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        assert!(house.accepts_mail_for(&"anna@clinic.example".parse().unwrap()).await.unwrap());
        assert!(!house.accepts_mail_for(&"nobody@clinic.example".parse().unwrap()).await.unwrap());
        // RFC 5321 §4.5.1: one postmaster answers for the house's domains and for this host.
        let takes = async |a: &str| house.accepts_mail_for(&a.parse().unwrap()).await.unwrap();
        assert!(!takes("postmaster@mail.clinic.example").await, "there is none");
        let eva = house.person("administrator", "Eva Mulder", "eva@clinic.example").await;
        let new = NewMailbox {
            kind: MailboxKind::Shared,
            address: "postmaster@clinic.example".parse().unwrap(),
            name: "Postmaster".to_owned(),
            members: vec![eva.actor.person_id], duty: false };
        house.create_mailbox(&eva.actor, new).await.unwrap();
        assert!(takes("PostMaster@clinic.example").await && takes("Postmaster@mail.clinic.example").await);
        assert!(!takes("postmaster@other.example").await);
        assert!(matches!(house.receive(inbound(&["nobody@clinic.example"])).await, Err(Error::NotFound)));
    }

    fn an_answer_joins_the_thread_that_it_names(db) {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let first = house.receive(inbound(&["anna@clinic.example"])).await.unwrap();
        let mut second = inbound(&["anna@clinic.example"]);
        second.rfc_id = Some("2@elders.example".to_owned());
        second.in_reply_to = Some("1@elders.example".to_owned());
        let second = house.receive(second).await.unwrap();
        let one = house.read_message(&anna.actor, anna.mailbox(), first.message_id).await.unwrap();
        let two = house.read_message(&anna.actor, anna.mailbox(), second.message_id).await.unwrap();
        assert_eq!(one.line.thread_id, two.line.thread_id);
    }

    fn pages_meet_without_gap_or_overlap(db) {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let mut all = Vec::new();
        for _ in 0..7 {
            all.push(house.receive(inbound(&["anna@clinic.example"])).await.unwrap().message_id);
        }
        all.reverse();
        let mut seen = Vec::new();
        let mut before = None;
        loop {
            let page =
                house.list_messages(&anna.actor, anna.mailbox(), Folder::Inbox, ListFilter::All, before, 3).await.unwrap();
            seen.extend(page.lines.iter().map(|l| l.id));
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        assert_eq!(seen, all);
    }

    fn a_message_that_names_nobody_does_not_speak_in_the_houses_voice(db) {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let mut m = inbound(&["anna@clinic.example"]);
        (m.envelope_from, m.from) = (None, None);
        let got = house.receive(m).await.unwrap();
        let view = house.read_message(&anna.actor, anna.mailbox(), got.message_id).await.unwrap();
        assert_eq!(view.line.from.address.domain().as_str(), "sender.invalid");
    }

    fn blobs_without_a_row_are_swept_after_a_day_and_no_others(db) {
        let house = TestCore::over(db).await;
        let anna = house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
        let mut m = inbound(&["anna@clinic.example"]);
        m.raw = vec![b'x'; 300_000].into();
        let got = house.receive(m).await.unwrap();
        let orphan = wardpost_model::BlobId(uuid::Uuid::new_v4());
        house.blobs().put(house.org(), orphan, b"sealed".to_vec()).await.unwrap();
        assert_eq!(house.sweep_blobs().await.unwrap(), 0, "what is new may be in use");
        // Files bear the machine's time, which is far ahead of the tests' clock or behind it: the clock is moved past both.
        house.clock.advance_us(40 * 366 * crate::clock::DAY_US);
        assert_eq!(house.sweep_blobs().await.unwrap(), 1);
        assert_eq!(house.raw_of(got.message_id).await.unwrap().unwrap().len(), 300_000);
        let _ = anna;
    }
}
