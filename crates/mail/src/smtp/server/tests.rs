//! Dialogues with the engine. Every one is played whole, cut at every byte, and byte by byte.

use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

/// Messages that the pretended service has taken: sender, recipients, content.
type Taken = Vec<(String, Vec<String>, String)>;

fn limits() -> Limits {
    Limits { message: 2_000, recipients: 3, errors: 6, idle_commands: 8, command_line: 200, ..Limits::default() }
}

fn config(service: Service) -> Arc<EngineConfig> {
    let limits = limits();
    Arc::new(EngineConfig {
        hostname: "mx.clinic.example".parse().unwrap(),
        postmaster_domain: "clinic.example".parse().unwrap(),
        service,
        starttls: true,
        budget: Budget::new(limits.memory),
        limits,
    })
}

/// Answers questions as a small house would.
fn answer(session: &mut Session, question: Event, taken: &mut Taken) {
    match question {
        Event::Greeted(_) => {}
        Event::Authenticate(c) => session.auth_answer(match (c.user.as_str(), c.password.as_str()) {
            ("anna", "s3cret") => AuthVerdict::Accepted,
            ("busy", _) => AuthVerdict::TryLater,
            _ => AuthVerdict::Refused,
        }),
        Event::Sender(from) => session.sender_answer(match from {
            Some(f) if f.local() == "banned" => Err(Reply::new(550, [5, 7, 1], "not you")),
            _ => Ok(()),
        }),
        Event::Recipient(to) => session.recipient_answer(match to.local() {
            "nobody" => Err(Reply::no_such_mailbox()),
            "busy" => Err(Reply::try_later()),
            _ => Ok(()),
        }),
        Event::Message { envelope, data, share } => {
            drop(share);
            let text = String::from_utf8_lossy(&data).into_owned();
            let outcome = if text.contains("full") { Err(Reply::no_room()) } else { Ok(()) };
            if outcome.is_ok() {
                let from = envelope.from.map(|f| f.to_string()).unwrap_or_default();
                taken.push((from, envelope.recipients.iter().map(ToString::to_string).collect(), text));
            }
            session.message_answer(outcome.map(|()| Accepted { queue_id: "q1".into() }));
        }
        other => panic!("not a question: {other:?}"),
    }
}

/// Feeds pieces; a STARTTLS takes the next segment. Returns all output and what was taken.
fn play(service: Service, segments: &[Vec<&[u8]>]) -> (String, Taken) {
    let mut session = Session::new(config(service));
    let mut output = Vec::new();
    let mut taken = Taken::new();
    let mut segments = segments.iter();
    let mut pieces = segments.next().map(|s| s.iter()).unwrap_or_default();
    loop {
        let event = session.advance();
        match event {
            Event::Read => {
                output.append(session.output());
                match pieces.next() {
                    Some(piece) => session.receive().extend_from_slice(piece),
                    None => break,
                }
            }
            Event::Flush => output.append(session.output()),
            Event::StartTls => {
                output.append(session.output());
                session.tls_established();
                output.extend_from_slice(b"[TLS]\r\n");
                pieces = segments.next().map(|s| s.iter()).unwrap_or_default();
            }
            Event::Close => {
                output.append(session.output());
                output.extend_from_slice(b"[closed]\r\n");
                break;
            }
            question => answer(&mut session, question, &mut taken),
        }
    }
    (String::from_utf8(output).unwrap(), taken)
}

/// Plays segments (separated by TLS handshakes) in every way of cutting them; all must agree.
fn talk(service: Service, segments: &[&str]) -> (String, Taken) {
    let whole: Vec<Vec<&[u8]>> = segments.iter().map(|s| vec![s.as_bytes()]).collect();
    let expected = play(service, &whole);
    let single: Vec<Vec<&[u8]>> = segments.iter().map(|s| s.as_bytes().chunks(1).collect()).collect();
    assert_eq!(play(service, &single), expected, "byte by byte");
    for (i, segment) in segments.iter().enumerate() {
        for cut in 0..segment.len() {
            let (a, b) = segment.as_bytes().split_at(cut);
            let mut cut_up = whole.clone();
            cut_up[i] = vec![a, b];
            assert_eq!(play(service, &cut_up), expected, "segment {i} cut at {cut}");
        }
    }
    expected
}

/// The codes of the replies, the banner left out; only the last line of a multi-line reply counts.
fn codes(output: &str) -> Vec<&str> {
    output.lines().skip(1).filter(|l| l.as_bytes().get(3) != Some(&b'-')).filter_map(|l| l.split(' ').next()).collect()
}

fn mx(dialogue: &str) -> (String, Taken) {
    talk(Service::Mx, &[dialogue])
}

#[test]
fn a_message_goes_in_by_one_command_at_a_time_or_by_a_pipeline() {
    let (out, taken) = mx(
        "EHLO other.example\r\nMAIL FROM:<a@other.example> SIZE=100\r\nRCPT TO:<b@clinic.example>\r\n\
         RCPT TO:<nobody@clinic.example>\r\nRCPT TO:<busy@clinic.example>\r\nDATA\r\nSubject: x\r\n\r\n..dot\r\n.\r\nQUIT\r\n",
    );
    assert_eq!(codes(&out), ["250", "250", "250", "550", "451", "354", "250", "221", "[closed]"]);
    let content = "Subject: x\r\n\r\n.dot\r\n".to_owned();
    assert_eq!(taken, [("a@other.example".into(), vec!["b@clinic.example".into()], content)]);
    assert!(out.starts_with("220 mx.clinic.example ESMTP"));
    assert!(out.contains("250 2.0.0 Accepted as q1"));
    assert!(out.contains("550 5.1.1 "));
}

#[test]
fn the_extensions_offered_are_those_of_the_door_and_the_moment() {
    let (out, _) = mx("EHLO x\r\n");
    for word in ["PIPELINING", "SIZE 2000", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "CHUNKING", "STARTTLS"] {
        assert!(out.contains(word), "{word} in {out}");
    }
    assert!(!out.contains("AUTH"));
    let (out, _) = talk(Service::Submission, &["EHLO x\r\nSTARTTLS\r\n", "EHLO x\r\n"]);
    let (before, after) = out.split_once("[TLS]").unwrap();
    assert!(before.contains("STARTTLS") && !before.contains("AUTH"));
    assert!(!after.contains("STARTTLS") && after.contains("AUTH PLAIN LOGIN"));
    assert!(talk(Service::Submissions, &["EHLO x\r\n"]).0.contains("AUTH PLAIN LOGIN"));
}

#[test]
fn the_null_sender_the_postmaster_and_repeated_recipients_are_understood() {
    let (out, taken) = mx("HELO x\r\nMAIL FROM:<>\r\nRCPT TO:<postmaster>\r\nRCPT TO:<b@clinic.example>\r\n\
         RCPT TO:<b@clinic.example>\r\nDATA\r\na: b\r\n\r\n.\r\n");
    assert_eq!(codes(&out), ["250", "250", "250", "250", "250", "354", "250"]);
    assert_eq!(taken[0].0, "");
    assert_eq!(taken[0].1, ["postmaster@clinic.example", "b@clinic.example"]);
}

#[test]
fn commands_out_of_order_are_refused_and_the_session_goes_on() {
    let (out, _) =
        mx("MAIL FROM:<a@b.example>\r\nEHLO x\r\nRCPT TO:<b@clinic.example>\r\nDATA\r\nMAIL FROM:<a@b.example>\r\n\
         MAIL FROM:<a@b.example>\r\nDATA\r\nRSET\r\nNOOP\r\n");
    assert_eq!(codes(&out), ["503", "250", "503", "503", "250", "503", "554", "250", "250"]);
}

#[test]
fn every_command_answers_as_the_standard_says() {
    let (out, _) = mx("VRFY a\r\nEXPN l\r\nHELP\r\nNOOP\r\nBOGUS\r\nEHLO\r\nMAIL FROM:a@b.example\r\n");
    assert_eq!(codes(&out), ["252", "502", "214", "250", "500", "501", "501"]);
    let (out, _) = mx("EHLO x\r\nMAIL FROM:<a@b.example> FOO=1\r\nMAIL FROM:<a@b.example> SIZE=99999\r\n\
         MAIL FROM:<é@b.example>\r\nMAIL FROM:<banned@b.example>\r\nMAIL FROM:<é@b.example> SMTPUTF8\r\n");
    assert_eq!(codes(&out), ["250", "555", "552", "553", "550", "250"]);
}

#[test]
fn too_many_recipients_are_put_off_not_lost() {
    let recipients: String = (0..4).map(|i| format!("RCPT TO:<r{i}@clinic.example>\r\n")).collect();
    let (out, taken) = mx(&format!("EHLO x\r\nMAIL FROM:<>\r\n{recipients}DATA\r\na: b\r\n\r\n.\r\n"));
    assert_eq!(codes(&out), ["250", "250", "250", "250", "250", "452", "354", "250"]);
    assert_eq!(taken[0].1.len(), 3);
}

#[test]
fn what_the_house_cannot_make_durable_is_not_accepted() {
    let (out, taken) =
        mx("EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<b@clinic.example>\r\nDATA\r\na: full\r\n\r\n.\r\nNOOP\r\n");
    assert_eq!(codes(&out), ["250", "250", "250", "354", "452", "250"]);
    assert!(taken.is_empty());
}

#[test]
fn overlong_lines_are_refused_and_the_next_is_heard() {
    let (out, _) = mx(&format!("NOOP {}\r\nNOOP\r\nNOOP {}\r\n", "x".repeat(500), "x".repeat(194)));
    assert_eq!(codes(&out), ["500", "250", "500"]);
}

#[test]
fn lines_end_with_crlf_only() {
    let (out, taken) =
        mx("EHLO x\nMAIL FROM:<>\r\nNOOP\rNOOP\r\nEHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<b@clinic.example>\r\nDATA\r\n\
         a: b\r\n\r\nx\n.\nMAIL FROM:<evil@x.example>\r\nRCPT TO:<b@clinic.example>\r\nDATA\r\na: c\r\n.\r\nNOOP\r\n");
    assert_eq!(codes(&out), ["500", "500", "250", "250", "250", "354", "550", "250"]);
    assert!(taken.is_empty());
}

#[test]
fn nothing_may_be_smuggled_behind_starttls() {
    let dialogue = "EHLO x\r\nSTARTTLS\r\nMAIL FROM:<evil@x.example>\r\n";
    let (out, taken) = play(Service::Mx, &[vec![dialogue.as_bytes()], vec![b"NOOP\r\n"]]);
    assert_eq!(codes(&out), ["250", "554", "[closed]"]);
    assert!(taken.is_empty());
}

#[test]
fn tls_begins_the_session_anew() {
    let (out, _) = talk(
        Service::Mx,
        &[
            "EHLO x\r\nMAIL FROM:<a@b.example>\r\nSTARTTLS\r\n",
            "RCPT TO:<b@clinic.example>\r\nMAIL FROM:<>\r\nEHLO x\r\nSTARTTLS\r\n",
        ],
    );
    assert_eq!(codes(&out), ["250", "250", "220", "[TLS]", "503", "503", "250", "503"]);
}

#[test]
fn submission_needs_tls_then_a_sign_in() {
    let plain = STANDARD.encode("\0anna\0s3cret");
    let (out, _) = talk(Service::Submission, &[&format!("EHLO x\r\nMAIL FROM:<>\r\nAUTH PLAIN {plain}\r\n")]);
    assert_eq!(codes(&out), ["250", "530", "538"]);
    let inside = format!(
        "EHLO x\r\nMAIL FROM:<anna@clinic.example>\r\nAUTH PLAIN {plain}\r\nAUTH PLAIN {plain}\r\n\
         MAIL FROM:<anna@clinic.example>\r\nRCPT TO:<b@other.example>\r\nDATA\r\na: b\r\n\r\n.\r\n"
    );
    let (out, taken) = talk(Service::Submission, &["EHLO x\r\nSTARTTLS\r\n", &inside]);
    assert_eq!(codes(&out), ["250", "220", "[TLS]", "250", "530", "235", "503", "250", "250", "354", "250"]);
    assert_eq!(taken.len(), 1);
    assert_eq!(codes(&mx("EHLO x\r\nAUTH LOGIN\r\n").0), ["250", "502"]);
}

#[test]
fn every_way_to_sign_in_works_and_failures_are_bounded() {
    let login = "EHLO x\r\nAUTH LOGIN\r\nYW5uYQ==\r\nczNjcmV0\r\n";
    assert_eq!(codes(&talk(Service::Submissions, &[login]).0), ["250", "334", "334", "235"]);
    let initial = "EHLO x\r\nAUTH LOGIN YW5uYQ==\r\nczNjcmV0\r\n";
    assert_eq!(codes(&talk(Service::Submissions, &[initial]).0), ["250", "334", "235"]);
    let asked = format!("EHLO x\r\nAUTH PLAIN\r\n{}\r\n", STANDARD.encode("anna\0anna\0s3cret"));
    assert_eq!(codes(&talk(Service::Submissions, &[&asked]).0), ["250", "334", "235"]);
    let odd = "EHLO x\r\nAUTH PLAIN\r\n*\r\nAUTH PLAIN !\r\nAUTH CRAM-MD5\r\nAUTH\r\n";
    assert_eq!(codes(&talk(Service::Submissions, &[odd]).0), ["250", "334", "501", "501", "504", "501"]);
    let wrong = format!("AUTH PLAIN {}\r\n", STANDARD.encode("\0anna\0wrong")).repeat(4);
    let (out, _) = talk(Service::Submissions, &[&format!("EHLO x\r\n{wrong}")]);
    assert_eq!(codes(&out), ["250", "535", "535", "535", "421", "[closed]"]);
    let busy = format!("EHLO x\r\nAUTH PLAIN {}\r\n", STANDARD.encode("\0busy\0x"));
    assert_eq!(codes(&talk(Service::Submissions, &[&busy]).0), ["250", "454"]);
}

#[test]
fn too_many_errors_or_idle_commands_end_the_session() {
    let (out, _) = mx(&"BOGUS\r\n".repeat(10));
    assert_eq!(codes(&out), ["500", "500", "500", "500", "500", "500", "421", "[closed]"]);
    let (out, _) = mx(&"NOOP\r\n".repeat(10));
    assert_eq!(codes(&out).iter().filter(|c| **c == "250").count(), 8);
    assert!(out.ends_with("421 4.7.0 Too many commands that send nothing\r\n[closed]\r\n"));
}

#[test]
fn chunks_bring_the_same_message_and_cannot_be_mixed_with_data() {
    let start = "EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<b@clinic.example>\r\n";
    let (out, taken) = mx(&format!("{start}BDAT 6\r\na: b\r\nBDAT 11 LAST\r\n\r\n.\r\nQUIT\r\nNOOP\r\n"));
    assert_eq!(codes(&out), ["250", "250", "250", "250", "250", "250"]);
    assert_eq!(taken[0].2, "a: b\r\n\r\n.\r\nQUIT\r\n");
    let (out, taken) = mx(&format!("{start}BDAT 6\r\na: b\r\nDATA\r\nRCPT TO:<c@clinic.example>\r\nBDAT 0 LAST\r\n"));
    assert_eq!(codes(&out), ["250", "250", "250", "250", "503", "503", "250"]);
    assert_eq!(taken[0].2, "a: b\r\n");
}

#[test]
fn the_data_of_refused_chunks_is_never_taken_for_commands() {
    let evil = "MAIL FROM:<evil@x.example>\r\nRCPT TO:<b@clinic.example>\r\n";
    let size = evil.len();
    let (out, taken) = mx(&format!("EHLO x\r\nBDAT {size}\r\n{evil}BDAT {size} LAST\r\n{evil}NOOP\r\n"));
    assert_eq!(codes(&out), ["250", "503", "503", "250"]);
    assert!(taken.is_empty());
    for lost in ["BDAT x\r\n", "BDAT 4002\r\n", "BDAT\r\n"] {
        let (out, _) = mx(&format!("EHLO x\r\n{lost}NOOP\r\n"));
        assert!(out.ends_with("[closed]\r\n"), "{out}");
    }
}

#[test]
fn an_endless_message_ends_the_session() {
    let (out, taken) = mx(&format!(
        "EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<b@clinic.example>\r\nDATA\r\n{}",
        "0123456789012345678901234567890123456789\r\n".repeat(120)
    ));
    assert_eq!(codes(&out), ["250", "250", "250", "354", "552", "[closed]"]);
    assert!(taken.is_empty());
}

#[test]
fn a_long_pipeline_is_answered_in_bounded_pieces() {
    let mut session = Session::new(config(Service::Mx));
    session.output().clear();
    let commands = "RSET\r\nMAIL FROM:<a@b.example>\r\n".repeat(3);
    session.receive().extend_from_slice(format!("EHLO x\r\n{commands}").as_bytes());
    let mut most = 0;
    let mut taken = Taken::new();
    loop {
        match session.advance() {
            Event::Read | Event::Close => break,
            Event::Flush => session.output().clear(),
            question => answer(&mut session, question, &mut taken),
        }
        most = most.max(session.output().len());
    }
    assert!(most < FLUSH_AT + 1024);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_in_any_pieces_give_the_same_bounded_replies(
        words in proptest::collection::vec(prop_oneof![
            Just(b"EHLO x\r\n".to_vec()), Just(b"MAIL FROM:<a@b.example>\r\n".to_vec()),
            Just(b"RCPT TO:<b@clinic.example>\r\n".to_vec()), Just(b"DATA\r\n".to_vec()), Just(b".\r\n".to_vec()),
            Just(b"BDAT 5\r\n".to_vec()), Just(b"BDAT 3 LAST\r\n".to_vec()), Just(b"RSET\r\n".to_vec()),
            Just(b"\r".to_vec()), Just(b"\n".to_vec()), Just(b"AUTH PLAIN\r\n".to_vec()), Just(b"\r\n".to_vec()),
            proptest::collection::vec(any::<u8>(), 0..40),
        ], 0..40),
        cut in 1_usize..50,
    ) {
        let input = words.concat();
        for service in [Service::Mx, Service::Submissions] {
            let whole = play(service, &[vec![&input]]);
            prop_assert_eq!(&play(service, &[input.chunks(cut).collect()]), &whole);
            prop_assert!(whole.0.len() < 100 * (words.len() * 8 + 40));
        }
    }
}
