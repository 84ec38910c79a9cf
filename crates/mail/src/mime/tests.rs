//! Messages as they come, bad and good, and what is written read back.

use super::parse::ParsedMail;
use super::*;
use proptest::prelude::*;
use wardpost_model::message::Party;
use wardpost_model::text::clean_line;

fn read(raw: &str) -> ParsedMail {
    parse(raw.replace('\n', "\r\n").as_bytes(), &MimeLimits::default()).unwrap()
}

fn party(name: &str, address: &str) -> Party {
    Party { name: name.into(), address: address.parse().unwrap() }
}

#[test]
fn a_plain_message_is_read() {
    let mail = read(
        "From: =?utf-8?Q?Jos=C3=A9?= <jose@a.example>\nTo: Anna <anna@b.example>, \"B, C\" <bc@b.example>\nCc: team: x@c.example, y@c.example;\n\
         Subject: =?utf-8?B?UsOpc3VsdGF0?= of\n today\nDate: Sun, 22 Nov 2026 10:30:00 +0100\nMessage-ID: <1@a.example>\n\
         In-Reply-To: <0@b.example>\nReferences: <-1@b.example> <0@b.example>\n\nHello\nyou\n",
    );
    assert_eq!(mail.from, Some(party("José", "jose@a.example")));
    assert_eq!(mail.to, [party("Anna", "anna@b.example"), party("B, C", "bc@b.example")]);
    assert_eq!(mail.cc, [party("", "x@c.example"), party("", "y@c.example")]);
    assert_eq!(mail.subject, "Résultat of today");
    assert_eq!(mail.date, Some("2026-11-22T09:30:00Z".parse().unwrap()));
    assert_eq!(mail.message_id.as_deref(), Some("1@a.example"));
    assert_eq!(mail.in_reply_to.as_deref(), Some("0@b.example"));
    assert_eq!(mail.references, ["-1@b.example", "0@b.example"]);
    assert_eq!(mail.text, "Hello\nyou\n");
    assert_eq!((mail.html, mail.attachments.len(), mail.header_count), (None, 0, 8));
    assert!(!mail.ambiguous_from && !mail.auto_submitted && !mail.bulk);
}

const NESTED: &str = "From: a@b.example\nContent-Type: multipart/mixed; boundary=\"out\"\n\npreamble\n--out\n\
Content-Type: multipart/related; boundary=rel\n\n--rel\nContent-Type: multipart/alternative; boundary=alt\n\n\
--alt\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\ncaf=E9\n\
--alt\nContent-Type: text/html\n\n<p>caf&eacute; <img src=\"cid:pic\"></p>\n\
--alt\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n--alt--\n\
--rel\nContent-Type: image/png\nContent-ID: <pic>\nContent-Transfer-Encoding: base64\n\niVBORw0=\n--rel--\n\
--out\nContent-Type: application/pdf; name=\"../../verslag.pdf\"\nContent-Disposition: attachment; filename*=UTF-8''..%2Fversl%C3%A4g.pdf\n\
Content-Transfer-Encoding: base64\n\nJVBERg==\n\
--out\nContent-Type: message/rfc822\n\nSubject: inner\nContent-Type: multipart/mixed; boundary=out2\n\n--out2\n\nx\n--out2--\n\
--out\nContent-Type: text/plain; name=notes.txt\n\nnot a body\n--out\n\nfooter\n--out--\nepilogue\n";

#[test]
fn a_nested_message_gives_bodies_and_attachments() {
    let mail = read(NESTED);
    assert_eq!(mail.text, "café\n\nfooter");
    assert_eq!(
        mail.html.as_deref(),
        Some("<p>caf&eacute; <img src=\"cid:pic\"></p><div style=\"white-space:pre-wrap\">footer</div>")
    );
    let files: Vec<_> =
        mail.attachments.iter().map(|a| (a.file_name.as_str(), a.media_type.as_str(), a.inline)).collect();
    assert_eq!(
        files,
        [
            ("invite.ics", "text/calendar", false),
            ("attachment-2.png", "image/png", true),
            ("versläg.pdf", "application/pdf", false),
            ("message-4.eml", "message/rfc822", false),
            ("notes.txt", "text/plain", false),
        ]
    );
    assert_eq!(mail.attachments[1].content_id.as_deref(), Some("pic"));
    assert_eq!(mail.attachments[2].data, b"%PDF");
    assert!(mail.attachments[3].data.starts_with(b"Subject: inner\r\n"));
    assert!(mail.attachments[3].data.ends_with(b"--out2--"));
}

#[test]
fn text_is_made_from_html_where_there_is_none() {
    let mail = read("Content-Type: text/html; charset=utf-8\n\n<p>Dear <b>you</b></p><style>x</style>");
    assert_eq!(mail.text, "Dear you");
    assert!(mail.html.is_some());
}

#[test]
fn lone_line_feeds_and_no_header_at_all_are_survived() {
    let mail = parse(b"Subject: x\nFrom: a@b.example\n\nbody\n", &MimeLimits::default()).unwrap();
    assert_eq!((mail.subject.as_str(), mail.text.as_str()), ("x", "body\n"));
    assert_eq!(parse(b"", &MimeLimits::default()).unwrap(), ParsedMail::default());
    assert_eq!(read("\n\njust text").text, "\njust text");
}

#[test]
fn a_multipart_without_parts_is_shown_as_text_and_an_unclosed_one_is_read() {
    assert_eq!(read("Content-Type: multipart/mixed\n\nwords").text, "words");
    assert_eq!(read("Content-Type: multipart/mixed; boundary=x\n\nwords").text, "words");
    assert_eq!(read("Content-Type: multipart/mixed; boundary=x\n\n--xx\n\nno\n--x\n\nyes").text, "yes");
    assert_eq!(read("Content-Type: multipart/mixed; boundary=x\n\n--x\n\none\n--x \n\ntwo\n--x--").text, "one\n\ntwo");
}

#[test]
fn two_senders_are_noticed_and_the_first_is_shown() {
    let mail = read("From: real@a.example\nFrom: fake@b.example\n\n");
    assert_eq!(mail.from, Some(party("", "real@a.example")));
    assert!(mail.ambiguous_from);
    assert!(read("From: a@a.example, b@b.example\n\n").ambiguous_from);
}

#[test]
fn machines_are_recognised() {
    assert!(read("Auto-Submitted: auto-replied\n\n").auto_submitted);
    assert!(!read("Auto-Submitted: no\n\n").auto_submitted);
    assert!(read("List-Id: <x.y>\n\n").bulk);
    assert!(read("Precedence: bulk\n\n").bulk);
}

#[test]
fn bounds_hold_before_anything_is_parsed() {
    let limits =
        MimeLimits { total: 400_000, header_bytes: 1_000, header_fields: 20, depth: 3, parts: 10, body: 1_000 };
    let error = |raw: String| parse(raw.as_bytes(), &limits).unwrap_err();
    assert_eq!(error("x".repeat(400_001)), MimeError::TooLarge);
    assert_eq!(error(format!("Subject: {}\r\n\r\n", "x".repeat(1_000))), MimeError::HeaderTooLarge);
    assert_eq!(error("a: b\r\n".repeat(21)), MimeError::TooManyFields);
    let parts = "--b\r\n\r\nx\r\n".repeat(11);
    assert_eq!(
        error(format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--")),
        MimeError::TooManyParts
    );
    let deep: String =
        (0..6).map(|i| format!("Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n")).collect();
    assert_eq!(error(deep), MimeError::TooDeep);
    let long = parse(format!("\r\n{}", "x".repeat(1_001)).as_bytes(), &limits).unwrap();
    assert_eq!((long.text.as_str(), long.attachments.len()), ("", 1));
}

#[test]
fn messages_inside_messages_without_end_cost_nothing() {
    let raw = "Content-Type: message/rfc822\r\n\r\n".repeat(200_000);
    let mail = parse(raw.as_bytes(), &MimeLimits::default()).unwrap();
    assert_eq!(mail.attachments.len(), 1);
    let digest = "Content-Type: multipart/digest; boundary=x\r\n\r\n--x\r\n\r\n".repeat(100_000);
    assert_eq!(parse(digest.as_bytes(), &MimeLimits::default()), Err(MimeError::TooManyParts));
}

#[test]
fn text_and_names_come_clean() {
    let mail = read(
        "From: \"evil\u{202e}\u{7}name\" <a@b.example>\nSubject: a\u{0}b =?utf-8?Q?c=0D=0Ad?=\n\
         Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: image/svg+xml\n\
         Content-Disposition: attachment; filename=\"a\u{202e}gpj.exe\"\n\nx\n--x\n\ne\u{1b}[2J\u{0}\n--x--",
    );
    assert_eq!(mail.from.unwrap().name, "evil name");
    assert_eq!(mail.subject, "a b c d");
    assert_eq!(mail.attachments[0].file_name, "agpj.exe");
    assert_eq!(mail.text, "e[2J");
}

fn outgoing() -> Outgoing {
    Outgoing {
        from: party("Praktijk De Linde, José", "post@clinic.example"),
        sender: None,
        reply_to: None,
        to: vec![party("Anna \"A\" Jansen", "anna@other.example"), party("", "b@other.example")],
        cc: vec![party("Łukasz", "l@other.example")],
        subject: "Uitslag — café".into(),
        text: "Beste Anna,\n\nalles goed.\nGroet".into(),
        html: Some("<p>Beste Anna</p>".into()),
        attachments: vec![
            OutgoingAttachment {
                file_name: "versläg.pdf".into(),
                media_type: "application/pdf".into(),
                content_id: None,
                data: (0..=255).cycle().take(5_000).collect(),
            },
            OutgoingAttachment {
                file_name: "logo.png".into(),
                media_type: "image/png".into(),
                content_id: Some("logo@x".into()),
                data: vec![1, 2, 3],
            },
        ],
        message_id: "0193-abc@clinic.example".into(),
        in_reply_to: Some("1@a.example".into()),
        references: vec!["0@a.example".into(), "1@a.example".into()],
        date: "2026-11-22T09:30:00Z".parse().unwrap(),
        auto_submitted: false,
    }
}

fn assert_fit_for_transport(raw: &[u8]) {
    assert!(raw.is_ascii(), "not 7-bit");
    assert!(raw.ends_with(b"\r\n"));
    for line in raw.split_inclusive(|b| *b == b'\n') {
        let text = line.strip_suffix(b"\r\n").expect("a line ends in CRLF");
        assert!(text.len() <= 998, "long line");
        assert!(!text.contains(&b'\r') && !text.contains(&0));
    }
}

#[test]
fn what_is_written_is_read_back() {
    let message = outgoing();
    let raw = build(&message).unwrap();
    assert_fit_for_transport(&raw);
    let mail = parse(&raw, &MimeLimits::default()).unwrap();
    assert_eq!(mail.from, Some(message.from));
    assert_eq!((mail.to, mail.cc), (message.to, message.cc));
    assert_eq!(mail.subject, message.subject);
    assert_eq!(mail.text.trim_end(), message.text);
    assert_eq!(mail.html.as_deref().map(str::trim_end), message.html.as_deref());
    assert_eq!((mail.message_id, mail.in_reply_to), (Some(message.message_id), message.in_reply_to));
    assert_eq!(mail.references, message.references);
    assert_eq!(mail.date, Some(message.date));
    let files: Vec<_> = mail.attachments.iter().map(|a| (a.file_name.as_str(), a.inline, a.data.len())).collect();
    assert_eq!(files, [("logo.png", true, 3), ("versläg.pdf", false, 5_000)]);
    assert_eq!(mail.attachments[1].data, message.attachments[0].data);
    assert_eq!(build(&outgoing()).unwrap(), raw, "the same message is the same bytes");
}

#[test]
fn nothing_in_a_message_adds_to_its_header() {
    let evil = "x\r\nBcc: victim@x.example\r\n\r\nbody\u{0}";
    let mut message = outgoing();
    message.from.name = evil.into();
    message.subject = evil.into();
    message.attachments[0].file_name = evil.into();
    message.attachments[0].media_type = format!("a/b\r\n{evil}");
    message.attachments[1].content_id = Some(evil.into());
    message.in_reply_to = Some(evil.into());
    message.references = vec![evil.into()];
    message.text = "a\rb\0c\r\n.\r\n".into();
    let raw = build(&message).unwrap();
    assert_fit_for_transport(&raw);
    assert_eq!(header_value(&raw, "Bcc"), None);
    assert!(!raw.windows(6).any(|w| w == b"\nBcc: "));
    message.message_id = evil.into();
    assert_eq!(build(&message), Err(BuildError::MessageId));
}

#[test]
fn a_message_within_a_message_stays_one_if_it_can() {
    let mut message = outgoing();
    message.attachments = ["Subject: x\r\n\r\nplain\r\n", "Subject: x\r\n\r\nb\u{e9}\n"]
        .map(|text| OutgoingAttachment {
            file_name: "inner.eml".into(),
            media_type: "message/rfc822".into(),
            content_id: None,
            data: text.as_bytes().to_vec(),
        })
        .to_vec();
    let raw = build(&message).unwrap();
    assert_fit_for_transport(&raw);
    let mail = parse(&raw, &MimeLimits::default()).unwrap();
    let kinds: Vec<_> = mail.attachments.iter().map(|a| a.media_type.as_str()).collect();
    assert_eq!(kinds, ["message/rfc822", "application/octet-stream"]);
    assert_eq!(mail.attachments[1].data, message.attachments[1].data);
}

#[test]
fn a_message_to_nobody_visible_names_nobody() {
    let message = Outgoing { to: vec![], cc: vec![], ..outgoing() };
    assert_eq!(header_value(&build(&message).unwrap(), "To").as_deref(), Some("undisclosed-recipients:;"));
}

#[test]
fn a_notice_says_what_became_of_each_recipient() {
    let recipient = |address: &str, action, status| NoticeRecipient {
        address: address.parse().unwrap(),
        action,
        status,
        diagnostic: Some("550 5.1.1 no\r\nsuch user".into()),
        remote_host: Some("mx.other.example".into()),
    };
    let report = DeliveryNotice {
        from: party("Mail system", "postmaster@clinic.example"),
        to: "anna@clinic.example".parse().unwrap(),
        subject: "Niet bezorgd".into(),
        text: "Het bericht is niet bezorgd — hier is waarom.".into(),
        reporting_host: "mx.clinic.example".parse().unwrap(),
        recipients: vec![
            recipient("a@other.example", NoticeAction::Failed, [5, 1, 1]),
            recipient("b@other.example", NoticeAction::Delayed, [4, 4, 1]),
        ],
        about: Some("1@clinic.example".into()),
        arrived: Some("2026-11-22T09:00:00Z".parse().unwrap()),
        message_id: "n1@clinic.example".into(),
        date: "2026-11-22T09:30:00Z".parse().unwrap(),
    };
    let raw = notice(&report).unwrap();
    assert_fit_for_transport(&raw);
    let mail = parse(&raw, &MimeLimits::default()).unwrap();
    assert!(mail.auto_submitted);
    assert_eq!(mail.text.trim_end(), report.text);
    let status = mail.delivery_status.unwrap();
    assert_eq!(status.about.as_deref(), Some("1@clinic.example"), "what was returned names the message");
    let read = status.recipients;
    assert_eq!(read.len(), 2);
    assert_eq!((read[0].action, read[0].status), (NoticeAction::Failed, [5, 1, 1]));
    assert_eq!(read[0].diagnostic.as_deref(), Some("550 5.1.1 no such user"));
    assert_eq!(read[1].address, report.recipients[1].address);
    assert!(String::from_utf8(raw).unwrap().contains("report-type=\"delivery-status\""));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused_without_panic(words in proptest::collection::vec(prop_oneof![
        Just("Content-Type: multipart/mixed; boundary=x\r\n".as_bytes().to_vec()),
        Just("Content-Type: multipart/alternative; boundary=\"x\"\r\n".as_bytes().to_vec()),
        Just("Content-Type: text/html; charset*=utf-7''x\r\n".as_bytes().to_vec()),
        Just("Content-Transfer-Encoding: base64\r\n".as_bytes().to_vec()),
        Just("Content-Transfer-Encoding: quoted-printable\r\n".as_bytes().to_vec()),
        Just("Content-Disposition: attachment; filename*0*=a'b'%zz; filename*1=\"x\r\n".as_bytes().to_vec()),
        Just("--x\r\n".as_bytes().to_vec()), Just("--x--\r\n".as_bytes().to_vec()), Just("\r\n".as_bytes().to_vec()),
        Just("From: =?utf-8?Q?=C3?= (a(b <a@b.example>, :;,<>@\r\n".as_bytes().to_vec()),
        Just("Date: Sun, 99 Foo 0000 99:99:99 +9999\r\n".as_bytes().to_vec()), Just("References: <<a@b> c\r\n".as_bytes().to_vec()),
        proptest::collection::vec(any::<u8>(), 0..60),
    ], 0..40)) {
        let raw = words.concat();
        let mail = parse(&raw, &MimeLimits::default());
        prop_assert!(!matches!(mail, Err(MimeError::Unreadable)));
        if let Ok(mail) = mail {
            prop_assert!(!mail.subject.chars().any(char::is_control));
            prop_assert!(mail.attachments.iter().all(|a| !a.file_name.is_empty() && !a.file_name.contains(['/', '\\'])));
        }
    }

    #[test]
    fn any_text_is_written_fit_for_transport_and_read_back(
        text in "(\\PC|\\n|[a-z .=]{0,80}|\\r\\n){0,200}", subject in "\\PC{0,200}", name in "\\PC{0,60}",
    ) {
        let mut message = outgoing();
        message.text.clone_from(&text);
        message.html = None;
        message.attachments.truncate(text.len() % 2);
        message.subject.clone_from(&subject);
        message.from.name.clone_from(&name);
        let raw = build(&message).unwrap();
        assert_fit_for_transport(&raw);
        let mail = parse(&raw, &MimeLimits::default()).unwrap();
        prop_assert_eq!(mail.subject, clean_line(&subject, 998));
        prop_assert_eq!(mail.from.unwrap().name, clean_line(&name, 200));
        let trimmed = |t: &str| t.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end().to_owned();
        prop_assert_eq!(trimmed(&mail.text), trimmed(&clean::clean_text(&text)));
    }
}
