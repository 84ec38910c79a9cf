//! The client against this crate's own server, and against servers that misbehave.

use super::*;
use crate::smtp::limits::Limits;
use crate::smtp::testing::{Authority, OpenDoor, open};
use crate::smtp::types::Service;
use std::net::SocketAddr;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufStream};
use tokio::net::TcpListener;

const DATA: &[u8] = b"Subject: x\r\n\r\n.dot\r\nend\r\n";

fn client(root: &[u8]) -> Client {
    let mut config = ClientConfig::new("out.other.example".parse().unwrap());
    config.extra_roots = root.to_vec();
    Client::new(config).unwrap()
}

fn host(address: SocketAddr, tls_name: &str) -> MxHost {
    MxHost {
        name: tls_name.to_owned(),
        port: address.port(),
        addresses: vec![address.ip()],
        tls_name: tls_name.to_owned(),
    }
}

fn verified(hosts: Vec<MxHost>) -> Target {
    Target { hosts, tls: TlsRequirement::Verified }
}

fn envelope(recipients: &[&str]) -> Envelope {
    Envelope {
        from: Some("a@other.example".parse().unwrap()),
        recipients: recipients.iter().map(|r| format!("{r}@clinic.example").parse().unwrap()).collect(),
        ..Envelope::default()
    }
}

async fn deliver(client: &Client, target: &Target, recipients: &[&str]) -> DeliveryReport {
    client.deliver(target, &envelope(recipients), Bytes::from_static(DATA)).await
}

/// One letter for each recipient: accepted, transient, permanent.
fn letters(report: &DeliveryReport) -> String {
    report
        .recipients
        .iter()
        .map(|(_, o)| match o {
            Outcome::Accepted(_) => 'a',
            Outcome::Transient(_) => 't',
            Outcome::Permanent(_) => 'p',
        })
        .collect()
}

async fn mx(pem: &crate::smtp::testing::Pem) -> OpenDoor {
    open(Service::Mx, Some(pem.server()), Limits::default()).await
}

#[tokio::test]
async fn mail_goes_over_verified_tls_with_an_outcome_for_every_recipient() {
    let authority = Authority::new();
    let door = mx(&authority.certificate("mx.clinic.example", false)).await;
    let client = client(&authority.root());
    let target = verified(vec![host(door.address, "mx.clinic.example")]);
    let report = deliver(&client, &target, &["anna", "nobody", "busy", "ben"]).await;
    assert_eq!(letters(&report), "apta");
    assert!(report.verified);
    assert_eq!(report.tls.as_ref().unwrap().key_exchange, "X25519MLKEM768");
    assert_eq!(report.host.as_ref().unwrap().name, "mx.clinic.example");
    let refused = report.recipients[1].1.remark();
    assert_eq!((refused.cause, refused.code, refused.enhanced), (Cause::Reply, Some(550), Some([5, 1, 1])));
    let (_, envelope, data, peer) = door.taken().remove(0);
    assert_eq!(envelope.recipients.len(), 2);
    assert_eq!(&data[..], DATA);
    assert!(peer.tls.is_some());
}

#[tokio::test]
async fn nothing_is_sent_without_verified_tls() {
    let authority = Authority::new();
    let stranger = Authority::new();
    let client = client(&authority.root());
    let cases = [
        (authority.certificate("mx.other.example", false), "another name"),
        (authority.certificate("mx.clinic.example", true), "expired"),
        (Authority::self_signed("mx.clinic.example"), "trusted authority"),
        (stranger.certificate("mx.clinic.example", false), "trusted authority"),
    ];
    for (pem, why) in cases {
        let door = mx(&pem).await;
        let hosts = vec![host(door.address, "mx.clinic.example")];
        let report = deliver(&client, &verified(hosts.clone()), &["anna"]).await;
        assert_eq!(letters(&report), "t");
        let outcome = &report.recipients[0].1;
        assert!(outcome.is_tls_failure() && outcome.remark().text.contains(why), "{:?}", outcome.remark());
        let probe = client.probe(&hosts).await;
        assert!(probe.reached && probe.starttls && !probe.verified, "{probe:?}");
        assert!(probe.why_not.unwrap().contains(why));
        assert!(door.taken().is_empty());
    }
    let plain = open(Service::Mx, None, Limits::default()).await;
    let hosts = vec![host(plain.address, "mx.clinic.example")];
    let report = deliver(&client, &verified(hosts.clone()), &["anna"]).await;
    assert!(report.recipients[0].1.is_tls_failure());
    let probe = client.probe(&hosts).await;
    assert!(probe.reached && !probe.starttls && !probe.verified);
    assert_eq!(probe.why_not.as_deref(), Some("the server offers no STARTTLS"));
    assert!(plain.taken().is_empty());
}

#[tokio::test]
async fn a_notification_without_content_may_go_opportunistically() {
    let client = client(&[]);
    let self_signed = mx(&Authority::self_signed("x.example")).await;
    let plain = open(Service::Mx, None, Limits::default()).await;
    for (door, encrypted) in [(&self_signed, true), (&plain, false)] {
        let target =
            Target { hosts: vec![host(door.address, "mx.clinic.example")], tls: TlsRequirement::Opportunistic };
        let report = deliver(&client, &target, &["anna"]).await;
        assert_eq!((letters(&report).as_str(), report.verified, report.tls.is_some()), ("a", false, encrypted));
        assert_eq!(door.taken().len(), 1);
    }
}

#[tokio::test]
async fn a_probe_finds_verified_tls_on_any_host() {
    let authority = Authority::new();
    let good = mx(&authority.certificate("mx2.clinic.example", false)).await;
    let bad = open(Service::Mx, None, Limits::default()).await;
    let hosts = vec![host(bad.address, "mx1.clinic.example"), host(good.address, "mx2.clinic.example")];
    let probe = client(&authority.root()).probe(&hosts).await;
    assert!(probe.verified && probe.starttls);
    assert_eq!(
        (probe.host.as_str(), probe.why_not, probe.tls.unwrap().version.as_str()),
        ("mx2.clinic.example", None, "TLSv1.3")
    );
    let nobody = client(&authority.root()).probe(&[]).await;
    assert!(!nobody.reached && !nobody.verified);
}

#[tokio::test]
async fn the_next_host_is_tried_when_one_is_down_or_unverified() {
    let authority = Authority::new();
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let unverified = mx(&Authority::self_signed("mx1.clinic.example")).await;
    let good = mx(&authority.certificate("mx2.clinic.example", false)).await;
    let client = client(&authority.root());
    let mut hosts = vec![host(gone, "mx0.clinic.example"), host(unverified.address, "mx1.clinic.example")];
    let report = deliver(&client, &verified(hosts.clone()), &["anna"]).await;
    assert!(report.recipients[0].1.is_tls_failure());
    hosts.push(host(good.address, "mx2.clinic.example"));
    let report = deliver(&client, &verified(hosts), &["anna"]).await;
    assert_eq!(letters(&report), "a");
    assert_eq!(report.host.unwrap().name, "mx2.clinic.example");
    let report = deliver(&client, &verified(vec![host(gone, "mx0.clinic.example")]), &["anna"]).await;
    let remark = report.recipients[0].1.remark();
    assert_eq!((remark.cause, remark.text.as_str()), (Cause::Network, "mx0.clinic.example: refused the connection"));
    assert_eq!(report.host, None);
}

#[tokio::test]
async fn refusals_of_sender_and_content_reach_every_recipient() {
    let authority = Authority::new();
    let door = mx(&authority.certificate("mx.clinic.example", false)).await;
    let client = client(&authority.root());
    let target = verified(vec![host(door.address, "mx.clinic.example")]);
    let mut banned = envelope(&["anna", "ben"]);
    banned.from = Some("banned@other.example".parse().unwrap());
    let report = client.deliver(&target, &banned, Bytes::from_static(DATA)).await;
    assert_eq!(letters(&report), "pp");
    banned.from = Some("later@other.example".parse().unwrap());
    assert_eq!(letters(&client.deliver(&target, &banned, Bytes::from_static(DATA)).await), "tt");
    let refused = Bytes::from_static(b"X-Refuse: y\r\n\r\n");
    let report = client.deliver(&target, &envelope(&["anna", "nobody"]), refused).await;
    assert_eq!(letters(&report), "pp");
    assert_eq!(report.recipients[0].1.remark().code, Some(554));
    assert_eq!(report.recipients[1].1.remark().code, Some(550));
}

#[tokio::test]
async fn what_the_server_cannot_carry_is_not_sent() {
    let authority = Authority::new();
    let pem = authority.certificate("mx.clinic.example", false);
    let door = open(Service::Mx, Some(pem.server()), Limits { message: 20, ..Limits::default() }).await;
    let target = verified(vec![host(door.address, "mx.clinic.example")]);
    let report = deliver(&client(&authority.root()), &target, &["anna"]).await;
    assert_eq!(letters(&report), "p");
    assert_eq!(report.recipients[0].1.remark().enhanced, Some([5, 3, 4]));
}

/// A server that says these things, one after each line (or message) that it hears, and then hangs up.
async fn scripted(script: &'static [&'static str]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let mut stream = BufStream::new(stream);
            for (i, words) in script.iter().enumerate() {
                if i > 0 {
                    let in_data = script[i - 1].starts_with("354");
                    loop {
                        let mut line = String::new();
                        let read = stream.read_line(&mut line).await.unwrap_or(0);
                        if read == 0 || !in_data || line == ".\r\n" {
                            break;
                        }
                    }
                }
                let _ = stream.write_all(words.as_bytes()).await;
                let _ = stream.flush().await;
            }
        }
    });
    address
}

async fn against(script: &'static [&'static str], recipients: &[&str]) -> DeliveryReport {
    let target =
        Target { hosts: vec![host(scripted(script).await, "mx.x.example")], tls: TlsRequirement::Opportunistic };
    deliver(&client(&[]), &target, recipients).await
}

#[tokio::test]
async fn servers_of_every_temper_get_an_outcome() {
    let r =
        against(&["220 x\r\n", "250 x\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 2.0.0 done\r\n"], &["anna"])
            .await;
    assert_eq!((letters(&r).as_str(), r.recipients[0].1.remark().text.as_str()), ("a", "done"));
    let dropped = against(&["220 x\r\n", "250 x\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", ""], &["anna"]).await;
    assert_eq!((letters(&dropped).as_str(), dropped.recipients[0].1.remark().cause), ("t", Cause::Network));
    assert_eq!(letters(&against(&["554 go away\r\n"], &["anna"]).await), "t");
    assert_eq!(letters(&against(&["HTTP/1.1 400 Bad\r\n"], &["anna"]).await), "t");
    assert_eq!(letters(&against(&["220 x\r\n", "421 later\r\n"], &["anna"]).await), "t");
    let helo = ["220 x\r\n", "500 what\r\n", "250 x\r\n", "250 ok\r\n", "550 no\r\n", "452 4.5.3 many\r\n"];
    assert_eq!(letters(&against(Box::leak(Box::new(helo)), &["anna", "ben"]).await), "pt");
    let full = ["220 x\r\n", "250 x\r\n", "250 ok\r\n", "552 too many\r\n", "552 5.2.2 mailbox full\r\n"];
    assert_eq!(letters(&against(Box::leak(Box::new(full)), &["anna", "ben"]).await), "tp");
    let late = ["220 x\r\n", "250 x\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "451 4.3.0 later\r\n"];
    assert_eq!(letters(&against(Box::leak(Box::new(late)), &["anna"]).await), "t");
}

#[tokio::test]
async fn words_slipped_in_behind_starttls_end_the_dialogue() {
    let script: &[&str] = &["220 x\r\n", "250-x\r\n250 STARTTLS\r\n", "220 go\r\n250 injected\r\n"];
    let address = scripted(Box::leak(script.to_vec().into_boxed_slice())).await;
    let report = deliver(&client(&[]), &verified(vec![host(address, "mx.x.example")]), &["anna"]).await;
    assert!(report.recipients[0].1.is_tls_failure());
}

#[tokio::test]
async fn trouble_that_passes_is_no_statement_about_tls() {
    let busy: &[&str] = &["220 x\r\n", "250-x\r\n250 STARTTLS\r\n", "454 4.7.0 no TLS at the moment\r\n", ""];
    let cut: &[&str] = &["220 x\r\n", "250-x\r\n250 STARTTLS\r\n", "220 go\r\n"];
    for script in [busy, cut] {
        let address = scripted(Box::leak(script.to_vec().into_boxed_slice())).await;
        let report = deliver(&client(&[]), &verified(vec![host(address, "mx.x.example")]), &["anna"]).await;
        assert_eq!(letters(&report), "t");
        assert!(!report.recipients[0].1.is_tls_failure(), "{:?}", report.recipients[0].1);
    }
    let never: &[&str] = &["220 x\r\n", "250-x\r\n250 STARTTLS\r\n", "501 no\r\n", ""];
    let address = scripted(Box::leak(never.to_vec().into_boxed_slice())).await;
    let report = deliver(&client(&[]), &verified(vec![host(address, "mx.x.example")]), &["anna"]).await;
    assert!(report.recipients[0].1.is_tls_failure());
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let report = deliver(&client(&[]), &verified(vec![host(address, "mx.x.example")]), &["anna"]).await;
    let remark = report.recipients[0].1.remark();
    assert_eq!((remark.cause, remark.text.as_str()), (Cause::Network, "mx.x.example: did not answer in time"));
}

#[test]
fn replies_cut_at_every_byte_lead_to_the_same_words() {
    let replies = b"220 x\r\n250-x\r\n250-PIPELINING\r\n250-SIZE 1000\r\n250 8BITMIME\r\n250 ok\r\n250 ok\r\n550 5.1.1 no\r\n354 go\r\n250 done\r\n";
    let job = Job {
        hello: "out.other.example".parse().unwrap(),
        envelope: Some(envelope(&["anna", "ben"])),
        size: 100,
        eight_bit: true,
        tls: TlsRequirement::Opportunistic,
        without_tls: false,
    };
    let play = |pieces: &mut dyn Iterator<Item = &[u8]>| {
        let mut dialogue = Dialogue::new(job.clone());
        let mut said = Vec::new();
        loop {
            match dialogue.advance() {
                Action::Read => match pieces.next() {
                    Some(piece) => dialogue.receive().extend_from_slice(piece),
                    None => panic!("wants more"),
                },
                Action::SendMessage => {
                    said.append(dialogue.output());
                    said.extend_from_slice(b"[message]\r\n");
                    dialogue.message_sent();
                }
                Action::StartTls => panic!("no STARTTLS was offered"),
                Action::Done => {
                    said.append(dialogue.output());
                    return (String::from_utf8(said).unwrap(), dialogue.into_ending());
                }
            }
        }
    };
    let whole = play(&mut std::iter::once(&replies[..]));
    assert_eq!(
        whole.0,
        "EHLO out.other.example\r\nMAIL FROM:<a@other.example> SIZE=100 BODY=8BITMIME\r\n\
         RCPT TO:<anna@clinic.example>\r\nRCPT TO:<ben@clinic.example>\r\nDATA\r\n[message]\r\nQUIT\r\n"
    );
    assert!(matches!(&whole.1, Ending::Settled(o) if o[0].is_accepted() && !o[1].is_accepted()));
    for cut in 0..replies.len() {
        let (a, b) = replies.split_at(cut);
        assert_eq!(play(&mut [a, b].into_iter()), whole);
    }
    assert_eq!(play(&mut replies.chunks(1)), whole);
}
