use super::party;
use crate::Error;
use crate::mail::{Inbound, ListFilter};
use crate::testing::TestCore;
use wardpost_model::message::{Folder, ReceivedInfo};

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

#[tokio::test]
async fn mail_for_two_mailboxes_is_kept_once_and_seen_in_both() {
    let house = TestCore::new().await;
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

#[tokio::test]
async fn only_known_mailboxes_take_mail() {
    let house = TestCore::new().await;
    house.person("clinician", "Anna Jansen", "anna@clinic.example").await;
    assert!(house.accepts_mail_for(&"anna@clinic.example".parse().unwrap()).await.unwrap());
    assert!(!house.accepts_mail_for(&"nobody@clinic.example".parse().unwrap()).await.unwrap());
    assert!(matches!(house.receive(inbound(&["nobody@clinic.example"])).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn an_answer_joins_the_thread_that_it_names() {
    let house = TestCore::new().await;
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

#[tokio::test]
async fn pages_meet_without_gap_or_overlap() {
    let house = TestCore::new().await;
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
