//! Paths of RFC 5321 §4.1.2: `<local@domain>`, the null path, source routes (read and forgotten).

use wardpost_model::address::{AddressError, Domain, EmailAddress};

/// Why a path cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// No `<…>`, or something else in a wrong place.
    #[error("the address must stand in angle brackets")]
    Syntax,
    /// The address itself is of no use here.
    #[error("the address {0}")]
    Address(AddressError),
    /// Non-ASCII characters in the local part without SMTPUTF8 (RFC 6531 §3.4).
    #[error("the address needs SMTPUTF8")]
    NeedsUtf8,
}

/// A path as written: `<>`, `<postmaster>` or `<…@…>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Path<'a> {
    /// `<>`
    Null,
    /// `<postmaster>` without a domain, any case (RFC 5321 §4.5.1).
    Postmaster,
    /// Anything else, still unchecked: local part (unquoted) and domain.
    Mailbox(Mailbox<'a>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mailbox<'a> {
    text: &'a str,
}

impl Mailbox<'_> {
    /// The address, if it is one that can be used.
    pub(crate) fn check(&self, smtp_utf8: bool) -> Result<EmailAddress, PathError> {
        let address = parse_mailbox(self.text)?;
        if !smtp_utf8 && !address.local().is_ascii() { Err(PathError::NeedsUtf8) } else { Ok(address) }
    }
}

/// Reads `local@domain`: quoted local parts are unquoted (RFC 5321 §4.1.2), U-labels of the domain become A-labels
/// (RFC 5890).
///
/// # Errors
/// [`PathError`] if it is no address, or one that no mailbox here or elsewhere could be found by.
pub fn parse_mailbox(text: &str) -> Result<EmailAddress, PathError> {
    let (local, domain) = split(text).ok_or(PathError::Address(AddressError::Form))?;
    if domain.len() > 255 {
        return Err(PathError::Address(AddressError::TooLong));
    }
    let domain: Domain = if domain.is_ascii() {
        domain.parse().map_err(PathError::Address)?
    } else {
        let ascii = idna::domain_to_ascii_strict(domain).map_err(|_| PathError::Address(AddressError::Character))?;
        ascii.parse().map_err(PathError::Address)?
    };
    format!("{}@{domain}", unquote(local)?).parse().map_err(PathError::Address)
}

/// Splits at the `@` that is not inside quotes.
fn split(text: &str) -> Option<(&str, &str)> {
    if text.starts_with('"') {
        let mut escaped = false;
        for (i, b) in text.bytes().enumerate().skip(1) {
            match b {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    let (local, rest) = text.split_at_checked(i + 1)?;
                    return Some((local, rest.strip_prefix('@')?));
                }
                _ => {}
            }
        }
        None
    } else {
        text.rsplit_once('@')
    }
}

fn unquote(local: &str) -> Result<String, PathError> {
    let Some(inner) = local.strip_prefix('"').and_then(|l| l.strip_suffix('"')) else { return Ok(local.to_owned()) };
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        out.push(if c == '\\' { chars.next().ok_or(PathError::Syntax)? } else { c });
    }
    // `a@b` in quotes would read as another address once the quotes are gone.
    if out.contains('@') { Err(PathError::Address(AddressError::Character)) } else { Ok(out) }
}

/// Reads a path at the start of `text`; returns it and what follows the `>`.
pub(crate) fn parse_path(text: &str) -> Result<(Path<'_>, &str), PathError> {
    let inner = text.trim_start_matches(' ').strip_prefix('<').ok_or(PathError::Syntax)?;
    let end = path_end(inner).ok_or(PathError::Syntax)?;
    let (path, rest) = inner.split_at_checked(end).ok_or(PathError::Syntax)?;
    let rest = rest.strip_prefix('>').ok_or(PathError::Syntax)?;
    if !rest.is_empty() && !rest.starts_with(' ') {
        return Err(PathError::Syntax);
    }
    if path.is_empty() {
        return Ok((Path::Null, rest));
    }
    if path.eq_ignore_ascii_case("postmaster") {
        return Ok((Path::Postmaster, rest));
    }
    // RFC 5321 §4.1.1.3 and appendix C: source routes are accepted and ignored.
    let text = if path.starts_with('@') { path.split_once(':').ok_or(PathError::Syntax)?.1 } else { path };
    Ok((Path::Mailbox(Mailbox { text }), rest))
}

/// Where the `>` stands that is not inside quotes.
fn path_end(text: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for (i, b) in text.bytes().enumerate() {
        match b {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'>' if !quoted => return Some(i),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mailbox(text: &str) -> Result<String, PathError> {
        match parse_path(text)?.0 {
            Path::Mailbox(m) => m.check(false).map(|a| a.to_string()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn paths_are_read_as_the_standard_writes_them() {
        assert_eq!(parse_path("<> SIZE=1").unwrap(), (Path::Null, " SIZE=1"));
        assert_eq!(parse_path("<PostMaster>").unwrap(), (Path::Postmaster, ""));
        assert_eq!(mailbox("<a.b@Clinic.example>").unwrap(), "a.b@clinic.example");
        assert_eq!(mailbox(" <a@clinic.example>").unwrap(), "a@clinic.example");
        assert_eq!(mailbox("<@one.example,@two.example:a@clinic.example>").unwrap(), "a@clinic.example");
        assert_eq!(mailbox("<\"a.b\"@clinic.example>").unwrap(), "a.b@clinic.example");
        assert_eq!(mailbox("<\"a\\b\"@clinic.example>").unwrap(), "ab@clinic.example");
        assert_eq!(mailbox("<a@bücher.example>").unwrap(), "a@xn--bcher-kva.example");
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for text in ["", "a@b.example", "<a@b.example", "<a@b.example>x", "<@one.example>", "<\"a@b.example>"] {
            assert!(mailbox(text).is_err(), "{text}");
        }
        assert_eq!(mailbox("<\"a@evil.example\"@clinic.example>"), Err(PathError::Address(AddressError::Character)));
        assert_eq!(mailbox("<a@[192.0.2.1]>"), Err(PathError::Address(AddressError::Character)));
        assert_eq!(mailbox("<a b@clinic.example>"), Err(PathError::Address(AddressError::Character)));
        assert_eq!(mailbox("<é@clinic.example>"), Err(PathError::NeedsUtf8));
    }
}
