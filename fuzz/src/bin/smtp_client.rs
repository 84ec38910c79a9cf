//! The SMTP client engine against a server that says anything: it ends or waits, its words are bounded, and without
//! TLS it never says anything about the message.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wardpost_mail::smtp::Envelope;
use wardpost_mail::smtp::client::{Action, Dialogue, Ending, Job, TlsRequirement};

fuzz_target!(|data: &[u8]| {
    let Some((&first, input)) = data.split_first() else { return };
    let verified = first & 1 == 0;
    let address = |s: &str| s.parse().expect("an address");
    let envelope = Envelope {
        from: Some(address("a@other.example")),
        recipients: vec![address("b@clinic.example"), address("c@clinic.example"), address("é@clinic.example")],
        ..Envelope::default()
    };
    let job = Job {
        hello: "out.other.example".parse().expect("a domain"),
        envelope: Some(envelope),
        size: 1_000,
        eight_bit: first & 2 != 0,
        tls: if verified { TlsRequirement::Verified } else { TlsRequirement::Opportunistic },
        without_tls: first & 4 != 0,
    };
    let mut dialogue = Dialogue::new(job);
    let mut pieces = input.chunks(usize::from(first >> 3) + 1);
    let (mut said, mut secure) = (Vec::new(), false);
    loop {
        let action = dialogue.advance();
        said.append(dialogue.output());
        if verified && !secure {
            assert!(!said.windows(4).any(|w| w == b"MAIL" || w == b"RCPT" || w == b"DATA"));
        }
        match action {
            Action::Read => match pieces.next() {
                Some(piece) => dialogue.receive().extend_from_slice(piece),
                None => break,
            },
            Action::StartTls => {
                secure = true;
                dialogue.tls_established();
            }
            Action::SendMessage => {
                assert!(secure || !verified);
                dialogue.message_sent();
            }
            Action::Done => {
                match dialogue.into_ending() {
                    Ending::Settled(outcomes) => {
                        assert_eq!(outcomes.len(), 3);
                        assert!(outcomes.iter().all(|o| o.remark().text.chars().count() <= 500));
                    }
                    Ending::NextHost(remark) => assert!(remark.text.chars().count() <= 500),
                    Ending::Looked => unreachable!("there was an envelope"),
                }
                break;
            }
        }
    }
    assert!(said.len() < 2_000);
});
