//! Messages: any bytes are read within bounds or refused, and what was read can be written again, fit for transport.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wardpost_mail::mime::{MimeError, MimeLimits, Outgoing, OutgoingAttachment, build, parse, scrub};
use wardpost_model::message::Party;

fuzz_target!(|data: &[u8]| {
    let limits = MimeLimits::default();
    let now = "2026-11-22T09:30:00Z".parse().expect("a time");
    let scrubbed = scrub(data, "", "new@clinic.example", now);
    assert!(scrubbed.data.len() <= data.len() * 2 + 256);
    let mail = match parse(data, &limits) {
        Ok(mail) => mail,
        Err(error) => return assert_ne!(error, MimeError::Unreadable),
    };
    assert!(mail.attachments.len() <= limits.parts);
    for file in &mail.attachments {
        assert!(!file.file_name.is_empty() && file.file_name.len() <= 255);
        assert!(!file.file_name.contains(['/', '\\', '\r', '\n', '\0']));
    }
    let message = Outgoing {
        from: mail
            .from
            .unwrap_or(Party { name: mail.subject.clone(), address: "a@clinic.example".parse().expect("an address") }),
        sender: mail.sender,
        reply_to: mail.reply_to.into_iter().next(),
        to: mail.to,
        cc: mail.cc,
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        attachments: mail
            .attachments
            .into_iter()
            .map(|a| OutgoingAttachment {
                file_name: a.file_name,
                media_type: a.media_type,
                content_id: a.content_id,
                data: a.data,
            })
            .collect(),
        message_id: "x@clinic.example".to_owned(),
        in_reply_to: mail.in_reply_to,
        references: mail.references,
        date: now,
        auto_submitted: mail.auto_submitted,
    };
    let raw = build(&message).expect("the message id is fine");
    for line in raw.split_inclusive(|b| *b == b'\n') {
        let text = line.strip_suffix(b"\r\n").expect("a line ends in CRLF");
        assert!(text.len() <= 998 && !text.contains(&b'\r'));
    }
});
