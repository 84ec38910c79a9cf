//! Other people's programs against the ports: swaks and Python's smtplib.

use crate::harness::{House, text};
use std::process::Command;

#[tokio::test(flavor = "multi_thread")]
async fn swaks_brings_mail_to_the_mx_port_with_and_without_tls_and_is_refused_as_a_relay() {
    let house = House::new("");
    let node = house.start();
    let mut anna = house.person(&node, "clinician", "anna").await;
    let mx = node.mx();
    let swaks = |to: &str, more: &[&str]| {
        let (host, port) = (mx.ip().to_string(), mx.port().to_string());
        let out = Command::new("swaks")
            .args(["--server", &host, "--port", &port, "--from", "sender@outside.example", "--to", to])
            .args(["--helo", "client.outside.example", "--timeout", "20"])
            .args(more)
            .output()
            .expect("swaks is needed for this test: apt-get install swaks");
        (out.status.code(), text(&out))
    };
    let (code, said) = swaks("anna@clinic.example", &["--header", "Subject: plain"]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) =
        swaks("anna@clinic.example", &["--header", "Subject: encrypted", "-tls", "--attach", "@/etc/hostname"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("TLS started with cipher TLSv1.3"), "{said}");
    let (code, said) = swaks("nobody@clinic.example", &[]);
    assert!(code == Some(24) && said.contains("550 5.1.1"), "{code:?} {said}");
    let (code, said) = swaks("someone@elsewhere.example", &[]);
    assert!(code == Some(24) && said.contains("550 5.7.1"), "{code:?} {said}");

    let mut subjects = anna.subjects().await;
    subjects.sort();
    assert_eq!(subjects, ["encrypted", "plain"]);
    node.stop();
}

const SMTPLIB: &str = r#"
import smtplib, ssl, sys
host, submission, submissions, root, user, password = sys.argv[1:]
context = ssl.create_default_context(cafile=root)
def message(subject):
    return f"From: <{user}>\r\nTo: <ben@clinic.example>\r\nSubject: {subject}\r\n\r\nLunch at noon?\r\n"
with smtplib.SMTP("localhost", int(submission), timeout=20) as s:
    s.ehlo()
    try:
        s.login(user, password)
        sys.exit("signed in without TLS")
    except smtplib.SMTPNotSupportedError:
        pass
    s.starttls(context=context)
    s.ehlo()
    try:
        s.login(user, "wrong password here")
        sys.exit("signed in with a wrong password")
    except smtplib.SMTPAuthenticationError as e:
        assert e.smtp_code == 535, e
with smtplib.SMTP("localhost", int(submission), timeout=20) as s:
    s.starttls(context=context)
    s.login(user, password)
    assert s.sendmail(user, ["ben@clinic.example"], message("by STARTTLS")) == {}
    try:
        s.sendmail("somebody@else.example", ["ben@clinic.example"], message("forged"))
        sys.exit("sent in another's name")
    except smtplib.SMTPSenderRefused as e:
        assert e.smtp_code == 550, e
with smtplib.SMTP_SSL("localhost", int(submissions), timeout=20, context=context) as s:
    s.login(user, password)
    assert s.sendmail(user, ["ben@clinic.example"], message("by TLS at once")) == {}
    print("size", s.esmtp_features["size"])
"#;

#[tokio::test(flavor = "multi_thread")]
async fn python_submits_with_a_device_password_over_both_submission_ports() {
    let house = House::new("");
    let node = house.start();
    let mut anna = house.person(&node, "clinician", "anna").await;
    let mut ben = house.person(&node, "clinician", "ben").await;
    let password = anna.device().await;
    let port = |list: &[std::net::SocketAddr]| list[0].port().to_string();
    let out = Command::new("python3")
        .args(["-c", SMTPLIB, "localhost", &port(&node.ready.submission), &port(&node.ready.submissions)])
        .arg(house.data("smtp-self-signed.crt"))
        .args([&anna.login, &password])
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", text(&out));
    assert!(text(&out).contains("size "), "SIZE is announced");
    let mut subjects = ben.subjects().await;
    subjects.sort();
    assert_eq!(subjects, ["by STARTTLS", "by TLS at once"]);
    assert_eq!(anna.list("sent").await.len(), 2, "and they are in the sender's Sent");
    node.stop();
}
