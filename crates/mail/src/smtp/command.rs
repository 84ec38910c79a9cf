//! Command lines of RFC 5321 §4.1 and its extensions, read from one line without CRLF.

use super::address::{Path, PathError, parse_path};

/// Body type announced with MAIL (RFC 6152).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum BodyKind {
    /// 7BIT, or nothing said.
    #[default]
    SevenBit,
    /// 8BITMIME.
    EightBitMime,
}

/// SASL mechanisms that are spoken (RFC 4616; LOGIN as mail programs speak it).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AuthMechanism {
    /// PLAIN
    Plain,
    /// LOGIN
    Login,
}

/// Parameters of MAIL that matter here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct MailParameters {
    /// SIZE (RFC 1870).
    pub(crate) size: Option<u64>,
    /// BODY (RFC 6152).
    pub(crate) body: BodyKind,
    /// SMTPUTF8 (RFC 6531).
    pub(crate) smtp_utf8: bool,
}

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command<'a> {
    Helo { name: &'a str, extended: bool },
    Mail { from: Path<'a>, parameters: MailParameters },
    Rcpt { to: Path<'a> },
    Data,
    Bdat { size: u64, last: bool },
    Rset,
    Vrfy,
    Expn,
    Help,
    Noop,
    Quit,
    StartTls,
    Auth { mechanism: AuthMechanism, initial: Option<&'a str> },
}

/// Why a line is no command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CommandError {
    Unknown,
    Syntax(&'static str),
    Characters,
    Sender(PathError),
    Recipient(PathError),
    Parameter(&'static str),
    Mechanism,
    /// A BDAT whose size cannot be read: nobody knows where its data ends, so the session must end (RFC 3030).
    LostData,
}

/// Reads one command line, given without its CRLF.
pub(crate) fn parse_command(line: &[u8]) -> Result<Command<'_>, CommandError> {
    // A line that carries CR, LF, NUL or another control character is an attempt to say two things at once.
    let clean = !line.iter().any(|b| b.is_ascii_control() && *b != b'\t');
    let text = match std::str::from_utf8(line) {
        Ok(text) if clean => text,
        _ if line.get(..4).is_some_and(|v| v.eq_ignore_ascii_case(b"BDAT")) => return Err(CommandError::LostData),
        _ => return Err(CommandError::Characters),
    };
    let text = text.trim_end_matches([' ', '\t']);
    let (verb, rest) = text.split_once([' ', '\t']).unwrap_or((text, ""));
    let rest = rest.trim_start_matches([' ', '\t']);
    let bare = |command, usage| if rest.is_empty() { Ok(command) } else { Err(CommandError::Syntax(usage)) };
    match verb.to_ascii_uppercase().as_str() {
        "EHLO" => helo(rest, true),
        "HELO" => helo(rest, false),
        "MAIL" => mail(rest),
        "RCPT" => rcpt(rest),
        "DATA" => bare(Command::Data, "DATA takes no parameter"),
        "BDAT" => bdat(rest),
        "RSET" => bare(Command::Rset, "RSET takes no parameter"),
        "QUIT" => bare(Command::Quit, "QUIT takes no parameter"),
        "STARTTLS" => bare(Command::StartTls, "STARTTLS takes no parameter"),
        "NOOP" => Ok(Command::Noop),
        "HELP" => Ok(Command::Help),
        "VRFY" => Ok(Command::Vrfy),
        "EXPN" => Ok(Command::Expn),
        "AUTH" => auth(rest),
        _ => Err(CommandError::Unknown),
    }
}

fn helo(name: &str, extended: bool) -> Result<Command<'_>, CommandError> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':' | b'[' | b']');
    if name.is_empty() || name.len() > 255 || !name.bytes().all(plain) {
        return Err(CommandError::Syntax("Say who you are: EHLO host.name"));
    }
    Ok(Command::Helo { name, extended })
}

/// Strips a keyword such as `FROM:`, in any case.
fn after<'a>(text: &'a str, keyword: &str) -> Option<&'a str> {
    let (head, tail) = text.split_at_checked(keyword.len())?;
    head.eq_ignore_ascii_case(keyword).then_some(tail)
}

fn mail(rest: &str) -> Result<Command<'_>, CommandError> {
    let rest = after(rest, "FROM:").ok_or(CommandError::Syntax("Use MAIL FROM:<address>"))?;
    let (from, rest) = parse_path(rest).map_err(CommandError::Sender)?;
    let mut parameters = MailParameters::default();
    for word in rest.split_ascii_whitespace() {
        let (key, value) = word.split_once('=').map_or((word, None), |(k, v)| (k, Some(v)));
        match (key.to_ascii_uppercase().as_str(), value) {
            ("SIZE", Some(v)) if !v.is_empty() && v.len() <= 20 && v.bytes().all(|b| b.is_ascii_digit()) => {
                parameters.size = Some(v.parse().unwrap_or(u64::MAX));
            }
            ("BODY", Some(v)) if v.eq_ignore_ascii_case("7BIT") => parameters.body = BodyKind::SevenBit,
            ("BODY", Some(v)) if v.eq_ignore_ascii_case("8BITMIME") => parameters.body = BodyKind::EightBitMime,
            ("SMTPUTF8", None) => parameters.smtp_utf8 = true,
            // AUTH= (RFC 4954 §5) is not believed; RET and ENVID (RFC 3461) are tolerated although not offered.
            ("AUTH" | "RET" | "ENVID", Some(_)) => {}
            ("SIZE" | "BODY" | "SMTPUTF8", _) => return Err(CommandError::Parameter("A parameter cannot be read")),
            _ => return Err(CommandError::Parameter("A parameter is not known here")),
        }
    }
    Ok(Command::Mail { from, parameters })
}

fn rcpt(rest: &str) -> Result<Command<'_>, CommandError> {
    let rest = after(rest, "TO:").ok_or(CommandError::Syntax("Use RCPT TO:<address>"))?;
    let (to, rest) = parse_path(rest).map_err(CommandError::Recipient)?;
    for word in rest.split_ascii_whitespace() {
        let key = word.split_once('=').map_or(word, |(k, _)| k);
        if !key.eq_ignore_ascii_case("NOTIFY") && !key.eq_ignore_ascii_case("ORCPT") {
            return Err(CommandError::Parameter("A parameter is not known here"));
        }
    }
    if to == Path::Null {
        return Err(CommandError::Recipient(PathError::Syntax));
    }
    Ok(Command::Rcpt { to })
}

fn bdat(rest: &str) -> Result<Command<'static>, CommandError> {
    let mut words = rest.split_ascii_whitespace();
    let size = words.next().filter(|w| w.len() <= 18 && w.bytes().all(|b| b.is_ascii_digit()));
    let size = size.and_then(|w| w.parse::<u64>().ok()).ok_or(CommandError::LostData)?;
    match (words.next(), words.next()) {
        (None, _) => Ok(Command::Bdat { size, last: false }),
        (Some(w), None) if w.eq_ignore_ascii_case("LAST") => Ok(Command::Bdat { size, last: true }),
        _ => Err(CommandError::LostData),
    }
}

fn auth(rest: &str) -> Result<Command<'_>, CommandError> {
    let mut words = rest.split_ascii_whitespace();
    let name = words.next().ok_or(CommandError::Syntax("Use AUTH PLAIN or AUTH LOGIN"))?;
    let mechanism = if name.eq_ignore_ascii_case("PLAIN") {
        AuthMechanism::Plain
    } else if name.eq_ignore_ascii_case("LOGIN") {
        AuthMechanism::Login
    } else {
        return Err(CommandError::Mechanism);
    };
    let initial = words.next();
    if words.next().is_some() {
        return Err(CommandError::Syntax("Use AUTH PLAIN or AUTH LOGIN"));
    }
    Ok(Command::Auth { mechanism, initial })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_in_any_case_and_with_trailing_space() {
        assert_eq!(parse_command(b"quit  "), Ok(Command::Quit));
        assert_eq!(parse_command(b"NOOP whatever"), Ok(Command::Noop));
        assert_eq!(parse_command(b"eHlO mx.example"), Ok(Command::Helo { name: "mx.example", extended: true }));
        assert_eq!(parse_command(b"BDAT 10 last"), Ok(Command::Bdat { size: 10, last: true }));
        let expected = Command::Auth { mechanism: AuthMechanism::Plain, initial: Some("=") };
        assert_eq!(parse_command(b"AUTH plain ="), Ok(expected));
    }

    #[test]
    fn mail_parameters_are_read_and_unknown_ones_refused() {
        let line = b"MAIL FROM:<a@b.example> SIZE=12 body=8bitmime SMTPUTF8 AUTH=<> RET=HDRS ENVID=x";
        let Ok(Command::Mail { parameters, .. }) = parse_command(line) else { panic!() };
        let expected = MailParameters { size: Some(12), body: BodyKind::EightBitMime, smtp_utf8: true };
        assert_eq!(parameters, expected);
        for bad in ["SIZE=-1", "SIZE=", "SIZE", "BODY=BINARYMIME", "X=1", "SMTPUTF8=1"] {
            let line = format!("MAIL FROM:<a@b.example> {bad}");
            assert!(matches!(parse_command(line.as_bytes()), Err(CommandError::Parameter(_))), "{bad}");
        }
        let huge = b"MAIL FROM:<> SIZE=99999999999999999999";
        assert!(
            matches!(parse_command(huge), Ok(Command::Mail { parameters, .. }) if parameters.size == Some(u64::MAX))
        );
    }

    #[test]
    fn lines_that_say_two_things_are_refused() {
        for line in [&b"NOOP\nMAIL FROM:<>"[..], b"NOOP\rQUIT", b"NOOP\0", b"MAIL FROM:<a\x08@b.example>", b"\xff"] {
            assert_eq!(parse_command(line), Err(CommandError::Characters));
        }
    }

    #[test]
    fn a_bdat_that_cannot_be_followed_ends_the_session() {
        for line in ["BDAT", "BDAT x", "BDAT -1", "BDAT 1 LAST x", "BDAT 1 x", "BDAT 9999999999999999999", "bdat 1\n"] {
            assert_eq!(parse_command(line.as_bytes()), Err(CommandError::LostData), "{line}");
        }
    }
}
