//! CPU per message of 10 KB: the server engine alone, reading the message, both, writing it, and stuffing it.

use bytes::Bytes;
use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use std::sync::Arc;
use wardpost_mail::mime::{MimeLimits, Outgoing, build, parse};
use wardpost_mail::smtp::client::Stuffer;
use wardpost_mail::smtp::server::{EngineConfig, Event, Session};
use wardpost_mail::smtp::{Accepted, Budget, Limits, Service};
use wardpost_model::message::Party;

const SIZE: usize = 10 * 1024;

fn main() {
    divan::main();
}

fn outgoing() -> Outgoing {
    let line = "The results of the blood test are in, and nothing in them is a cause for concern.\n";
    let party = |name: &str, address: &str| Party { name: name.into(), address: address.parse().expect("an address") };
    Outgoing {
        from: party("Anna Jansen", "anna@other.example"),
        sender: None,
        reply_to: None,
        to: vec![party("Praktijk De Linde", "post@clinic.example")],
        cc: vec![],
        subject: "Uitslag — café".into(),
        text: line.repeat(SIZE / line.len() - 5),
        html: None,
        attachments: vec![],
        message_id: "bench-1@other.example".into(),
        in_reply_to: None,
        references: vec![],
        date: "2026-11-22T09:30:00Z".parse().expect("a time"),
        auto_submitted: false,
    }
}

fn message() -> Vec<u8> {
    let mut message = Vec::new();
    for i in 0..4 {
        message.extend_from_slice(
            format!("Received: from a{i}.example ([192.0.2.{i}])\r\n\tby b.example with ESMTPS id {i};\r\n\tSun, 22 Nov 2026 09:30:00 +0000\r\n")
                .as_bytes(),
        );
    }
    message.extend_from_slice(&build(&outgoing()).expect("a message"));
    message
}

fn dialogue(message: &[u8]) -> Vec<u8> {
    let mut wire = b"EHLO other.example\r\nMAIL FROM:<anna@other.example> SIZE=10240\r\n\
                     RCPT TO:<post@clinic.example>\r\nDATA\r\n"
        .to_vec();
    let mut stuffer = Stuffer::new(Bytes::copy_from_slice(message));
    while stuffer.piece(&mut wire, 64 * 1024) {}
    wire.extend_from_slice(b"QUIT\r\n");
    wire
}

fn config() -> Arc<EngineConfig> {
    let limits = Limits::default();
    Arc::new(EngineConfig {
        hostname: "mx.clinic.example".parse().expect("a domain"),
        postmaster_domain: "clinic.example".parse().expect("a domain"),
        service: Service::Mx,
        starttls: true,
        budget: Budget::new(limits.memory),
        limits,
    })
}

/// A whole session; gives what was taken to `take`.
fn session(config: &Arc<EngineConfig>, wire: &[u8], take: impl Fn(Bytes)) {
    let mut session = Session::new(Arc::clone(config));
    let mut pieces = wire.chunks(4_096);
    loop {
        match session.advance() {
            Event::Read => match pieces.next() {
                Some(piece) => session.receive().extend_from_slice(piece),
                None => return,
            },
            Event::Sender(_) => session.sender_answer(Ok(())),
            Event::Recipient(_) => session.recipient_answer(Ok(())),
            Event::Message { data, share, .. } => {
                take(data);
                drop(share);
                session.message_answer(Ok(Accepted { queue_id: "q1".into() }));
            }
            Event::Close => return,
            _ => {}
        }
    }
}

#[divan::bench]
fn engine(bencher: Bencher<'_, '_>) {
    let (config, wire) = (config(), dialogue(&message()));
    bencher.counter(ItemsCount::new(1_usize)).bench(|| {
        session(&config, black_box(&wire), |data| {
            black_box(data);
        });
    });
}

#[divan::bench]
fn read_mime(bencher: Bencher<'_, '_>) {
    let (message, limits) = (message(), MimeLimits::default());
    bencher.counter(ItemsCount::new(1_usize)).bench(|| parse(black_box(&message), &limits));
}

#[divan::bench]
fn engine_and_mime(bencher: Bencher<'_, '_>) {
    let (config, wire, limits) = (config(), dialogue(&message()), MimeLimits::default());
    bencher.counter(ItemsCount::new(1_usize)).bench(|| {
        session(&config, black_box(&wire), |data| {
            let _ = black_box(parse(&data, &limits));
        });
    });
}

#[divan::bench]
fn write_mime(bencher: Bencher<'_, '_>) {
    let message = outgoing();
    bencher.counter(ItemsCount::new(1_usize)).bench(|| build(black_box(&message)));
}

#[divan::bench]
fn stuff(bencher: Bencher<'_, '_>) {
    let data = Bytes::from(message());
    let mut out = Vec::with_capacity(2 * SIZE);
    bencher.counter(BytesCount::new(data.len())).bench_local(|| {
        out.clear();
        let mut stuffer = Stuffer::new(data.clone());
        while stuffer.piece(&mut out, 64 * 1024) {}
        black_box(out.len())
    });
}
