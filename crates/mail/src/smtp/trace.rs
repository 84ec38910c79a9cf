//! The `Received:` trace field (RFC 5321 §4.4, with-protocols of RFC 3848 and 6531).

use super::types::{Envelope, Peer};
use jiff::{Timestamp, tz::TimeZone};

/// A date as RFC 5322 §3.3 writes it, in UTC (`Sun, 22 Nov 2026 09:30:00 +0000`).
#[must_use]
pub fn rfc5322_date(at: Timestamp) -> String {
    let at = at.to_zoned(TimeZone::UTC);
    at.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

/// The trace field for a message as it came in, CRLF at its end. `hostname` is this server's name, `queue_id` the id
/// told to the peer. Names the recipient only when there is one (others must not learn of each other).
#[must_use]
pub fn received_header(
    peer: &Peer,
    signed_in: bool,
    hostname: &str,
    envelope: &Envelope,
    queue_id: &str,
    at: Timestamp,
) -> String {
    let helo = peer.helo.as_ref();
    let name = helo.map_or("unknown", |h| h.name.as_str());
    let mut with = String::from(if helo.is_some_and(|h| h.extended) { "ESMTP" } else { "SMTP" });
    if envelope.smtp_utf8 {
        with = "UTF8SMTP".to_owned();
    }
    if peer.tls.is_some() {
        with.push('S');
    }
    if signed_in {
        with.push('A');
    }
    let address = match peer.address.ip().to_canonical() {
        std::net::IpAddr::V4(ip) => format!("[{ip}]"),
        std::net::IpAddr::V6(ip) => format!("[IPv6:{ip}]"),
    };
    let mut text = format!("Received: from {name} ({address})\r\n");
    if let Some(tls) = &peer.tls {
        text.push_str(&format!("\t(using {} with cipher {}", tls.version, tls.cipher));
        if !tls.key_exchange.is_empty() {
            text.push_str(&format!(" and key exchange {}", tls.key_exchange));
        }
        text.push_str(")\r\n");
    }
    text.push_str(&format!("\tby {hostname} (Wardpost) with {with} id {queue_id}"));
    if let [only] = envelope.recipients.as_slice() {
        text.push_str(&format!("\r\n\tfor <{only}>"));
    }
    text.push_str(&format!(";\r\n\t{}\r\n", rfc5322_date(at)));
    text
}

#[cfg(test)]
mod tests {
    use super::super::types::{Helo, Service, TlsInfo};
    use super::*;

    #[test]
    fn the_trace_field_tells_the_hop() {
        let peer = Peer {
            session: uuid::Uuid::nil(),
            address: "[::ffff:192.0.2.1]:4711".parse().unwrap(),
            service: Service::Submission,
            helo: Some(Helo { name: "laptop".into(), extended: true }),
            certificate: None,
            tls: Some(TlsInfo {
                version: "TLSv1.3".into(),
                cipher: "TLS13_AES_256_GCM_SHA384".into(),
                key_exchange: "X25519MLKEM768".into(),
            }),
        };
        let mut envelope = Envelope { recipients: vec!["a@b.example".parse().unwrap()], ..Envelope::default() };
        let at = "2026-11-22T09:30:00Z".parse().unwrap();
        let text = received_header(&peer, true, "mx.clinic.example", &envelope, "q1", at);
        assert_eq!(
            text,
            "Received: from laptop ([192.0.2.1])\r\n\
             \t(using TLSv1.3 with cipher TLS13_AES_256_GCM_SHA384 and key exchange X25519MLKEM768)\r\n\
             \tby mx.clinic.example (Wardpost) with ESMTPSA id q1\r\n\
             \tfor <a@b.example>;\r\n\
             \tSun, 22 Nov 2026 09:30:00 +0000\r\n"
        );
        envelope.recipients.push("c@d.example".parse().unwrap());
        assert!(!received_header(&peer, true, "mx.clinic.example", &envelope, "q1", at).contains("for <"));
    }
}
