//! SASL exchanges (RFC 4954): PLAIN (RFC 4616) and LOGIN, with and without initial response.

use super::super::command::AuthMechanism;
use super::super::reply::Reply;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Longest user name and password that are looked at.
const MAX_CREDENTIAL: usize = 1_024;

/// A user name and a password. Neither is ever printed; both are wiped when no longer needed.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Credentials {
    /// The name that the program gave.
    pub user: String,
    /// The password that it gave.
    pub password: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials { .. }")
    }
}

/// Where an exchange stands.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Exchange {
    Plain,
    LoginUser,
    LoginPassword { user: String },
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain => "Plain",
            Self::LoginUser => "LoginUser",
            Self::LoginPassword { .. } => "LoginPassword",
        })
    }
}

/// What to do after a step.
pub(super) enum Step {
    /// Send this challenge (`334 …`) and go on.
    Challenge(&'static [u8], Exchange),
    /// All is known.
    Done(Credentials),
    /// The exchange is over without a result.
    Failed(Reply),
}

const MALFORMED: Reply = Reply::new(501, [5, 5, 2], "The sign-in data cannot be read");
const CANCELLED: Reply = Reply::new(501, [5, 7, 0], "The sign-in was cancelled");

/// Begins an exchange.
pub(super) fn begin(mechanism: AuthMechanism, initial: Option<&str>) -> Step {
    match (mechanism, initial) {
        (AuthMechanism::Plain, None) => Step::Challenge(b"334 \r\n", Exchange::Plain),
        (AuthMechanism::Login, None) => Step::Challenge(b"334 VXNlcm5hbWU6\r\n", Exchange::LoginUser),
        // `=` is an empty initial response (RFC 4954 §4).
        (AuthMechanism::Plain, Some(text)) => respond(Exchange::Plain, if text == "=" { "" } else { text }.as_bytes()),
        (AuthMechanism::Login, Some(text)) => {
            respond(Exchange::LoginUser, if text == "=" { "" } else { text }.as_bytes())
        }
    }
}

/// Goes on with a response line, given without its CRLF.
pub(super) fn respond(exchange: Exchange, line: &[u8]) -> Step {
    if line == b"*" {
        return Step::Failed(CANCELLED);
    }
    let Ok(decoded) = STANDARD.decode(line) else { return Step::Failed(MALFORMED) };
    match exchange {
        Exchange::Plain => plain(&decoded),
        Exchange::LoginUser => match text(&decoded) {
            Some(user) => Step::Challenge(b"334 UGFzc3dvcmQ6\r\n", Exchange::LoginPassword { user }),
            None => Step::Failed(MALFORMED),
        },
        Exchange::LoginPassword { user } => match text(&decoded) {
            Some(password) => Step::Done(Credentials { user, password }),
            None => Step::Failed(MALFORMED),
        },
    }
}

/// `[authzid] NUL authcid NUL passwd`; acting as another (authzid) is not offered.
fn plain(decoded: &[u8]) -> Step {
    let mut fields = decoded.split(|b| *b == 0);
    let (Some(other), Some(user), Some(password), None) = (fields.next(), fields.next(), fields.next(), fields.next())
    else {
        return Step::Failed(MALFORMED);
    };
    if !other.is_empty() && other != user {
        return Step::Failed(Reply::new(535, [5, 7, 8], "Acting for another user is not possible"));
    }
    match (text(user), text(password)) {
        (Some(user), Some(password)) => Step::Done(Credentials { user, password }),
        _ => Step::Failed(MALFORMED),
    }
}

fn text(bytes: &[u8]) -> Option<String> {
    if bytes.is_empty() || bytes.len() > MAX_CREDENTIAL || bytes.contains(&0) {
        return None;
    }
    std::str::from_utf8(bytes).ok().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(step: Step) -> Option<(String, String)> {
        match step {
            Step::Done(c) => Some((c.user.clone(), c.password.clone())),
            _ => None,
        }
    }

    #[test]
    fn plain_and_login_bring_the_same_credentials() {
        let expected = Some(("anna".to_owned(), "s3cret".to_owned()));
        let plain = STANDARD.encode(b"\0anna\0s3cret");
        assert_eq!(done(begin(AuthMechanism::Plain, Some(&plain))), expected);
        assert_eq!(done(respond(Exchange::Plain, plain.as_bytes())), expected);
        let Step::Challenge(_, next) = begin(AuthMechanism::Login, Some("YW5uYQ==")) else { panic!() };
        assert_eq!(done(respond(next, b"czNjcmV0")), expected);
    }

    #[test]
    fn malformed_and_cancelled_exchanges_fail() {
        let too_long = STANDARD.encode([b"\0a\0".as_slice(), &[b'x'; 2_000]].concat());
        for bad in ["*", "!!", "=", "AA==", "AGEAAA==", "AGEAYgBj", "AP8AYQ==", &too_long] {
            assert!(matches!(respond(Exchange::Plain, bad.as_bytes()), Step::Failed(_)), "{bad}");
        }
        let other = STANDARD.encode(b"boss\0anna\0s3cret");
        assert!(matches!(begin(AuthMechanism::Plain, Some(&other)), Step::Failed(r) if r.code() == 535));
        assert!(matches!(begin(AuthMechanism::Plain, Some("=")), Step::Failed(_)));
    }

    #[test]
    fn credentials_are_never_printed() {
        let c = Credentials { user: "anna".into(), password: "s3cret".into() };
        assert!(!format!("{c:?} {:?}", Exchange::LoginPassword { user: "anna".into() }).contains("anna"));
    }
}
