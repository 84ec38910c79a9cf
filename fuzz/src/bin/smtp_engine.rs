//! The SMTP server engine: however the bytes are cut, the replies are the same and bounded, and no message is taken
//! that holds a bare CR or LF.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::Arc;
use wardpost_mail::smtp::server::{AuthVerdict, EngineConfig, Event, Session};
use wardpost_mail::smtp::{Accepted, Budget, Limits, Reply, Service};

fn config(service: Service) -> Arc<EngineConfig> {
    let limits = Limits { message: 4_096, header: 1_024, command_line: 256, auth_line: 512, ..Limits::default() };
    Arc::new(EngineConfig {
        hostname: "mx.clinic.example".parse().expect("a domain"),
        postmaster_domain: "clinic.example".parse().expect("a domain"),
        service,
        starttls: true,
        budget: Budget::new(1 << 20),
        limits,
    })
}

/// All output, and the messages taken.
fn play<'a>(service: Service, mut pieces: impl Iterator<Item = &'a [u8]>) -> (Vec<u8>, Vec<Vec<u8>>) {
    let mut session = Session::new(config(service));
    let (mut output, mut taken) = (Vec::new(), Vec::new());
    loop {
        match session.advance() {
            Event::Read => {
                output.append(session.output());
                match pieces.next() {
                    Some(piece) => session.receive().extend_from_slice(piece),
                    None => break,
                }
            }
            Event::Flush => output.append(session.output()),
            Event::Greeted(_) => {}
            Event::Authenticate(c) => {
                session.auth_answer(if c.password.len() % 2 == 0 {
                    AuthVerdict::Accepted
                } else {
                    AuthVerdict::Refused
                });
            }
            Event::Sender(_) => session.sender_answer(Ok(())),
            Event::Recipient(a) => {
                session.recipient_answer(if a.local().len() % 7 == 6 { Err(Reply::no_such_mailbox()) } else { Ok(()) });
            }
            Event::Message { envelope, data, share } => {
                assert!(!envelope.recipients.is_empty());
                taken.push(data.to_vec());
                drop(share);
                session.message_answer(Ok(Accepted { queue_id: "q".to_owned() }));
            }
            // A handshake changes what may follow; where it falls depends on how the input was cut.
            Event::StartTls | Event::Close => {
                output.append(session.output());
                break;
            }
        }
    }
    (output, taken)
}

fuzz_target!(|data: &[u8]| {
    let Some((&first, input)) = data.split_first() else { return };
    let service = if first & 1 == 0 { Service::Mx } else { Service::Submissions };
    let size = usize::from(first >> 1).max(1);
    let whole = play(service, std::iter::once(input));
    assert!(whole.0.len() <= 600 + input.len() * 100);
    for message in &whole.1 {
        assert!(message.len() <= 4_096);
        let text = String::from_utf8_lossy(message).replace("\r\n", "");
        assert!(!text.contains(['\r', '\n']), "a bare line end was let in");
    }
    // Whether something follows STARTTLS at once is the one thing that cutting may change.
    let starttls = input.windows(8).any(|w| w.eq_ignore_ascii_case(b"STARTTLS"));
    if service == Service::Submissions || !starttls {
        assert_eq!(whole, play(service, input.chunks(size)), "cut into pieces of {size}");
    }
});
