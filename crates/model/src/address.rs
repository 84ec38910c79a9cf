//! Addresses that were checked once, at the edge, and can be trusted from then on.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Why a text is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Nothing was given.
    #[error("empty")]
    Empty,
    /// Longer than the standard allows.
    #[error("too long")]
    TooLong,
    /// A character that the standard does not allow there.
    #[error("contains a character that is not allowed")]
    Character,
    /// The form is wrong (no `@`, empty label, no country code …).
    #[error("is not of the right form")]
    Form,
}

/// A mail domain in ASCII lower case (RFC 5321 §4.1.2, labels of RFC 1035; U-labels are to be given as A-labels).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Domain(String);

impl Domain {
    /// The domain as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Domain {
    type Err = AddressError;
    fn from_str(s: &str) -> Result<Self, AddressError> {
        let s = s.strip_suffix('.').unwrap_or(s);
        if s.is_empty() {
            return Err(AddressError::Empty);
        }
        if s.len() > 253 {
            return Err(AddressError::TooLong);
        }
        for label in s.split('.') {
            if label.is_empty() || label.starts_with('-') || label.ends_with('-') {
                return Err(AddressError::Form);
            }
            if label.len() > 63 {
                return Err(AddressError::TooLong);
            }
            if !label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
                return Err(AddressError::Character);
            }
        }
        Ok(Self(s.to_ascii_lowercase()))
    }
}

/// A mail address, `local@domain` (RFC 5321 dot-string local parts; SMTPUTF8 local parts allowed as text).
/// The local part keeps its case for delivery; comparing and indexing go by [`EmailAddress::normalised`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress {
    local: String,
    domain: Domain,
}

impl EmailAddress {
    /// The part before the `@`, as it was written.
    #[must_use]
    pub fn local(&self) -> &str {
        &self.local
    }
    /// The part after the `@`.
    #[must_use]
    pub fn domain(&self) -> &Domain {
        &self.domain
    }
    /// Lower-case form: the key by which mailboxes and correspondents are found (KIM-08: case-insensitive).
    #[must_use]
    pub fn normalised(&self) -> String {
        format!("{}@{}", self.local.to_lowercase(), self.domain.as_str())
    }
}

impl FromStr for EmailAddress {
    type Err = AddressError;
    fn from_str(s: &str) -> Result<Self, AddressError> {
        if s.is_empty() {
            return Err(AddressError::Empty);
        }
        if s.len() > 254 {
            return Err(AddressError::TooLong);
        }
        let (local, domain) = s.rsplit_once('@').ok_or(AddressError::Form)?;
        if local.is_empty() || local.starts_with('.') || local.ends_with('.') || local.contains("..") {
            return Err(AddressError::Form);
        }
        if local.len() > 64 {
            return Err(AddressError::TooLong);
        }
        let allowed = |c: char| {
            c.is_ascii_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(c) || (!c.is_ascii() && c.is_alphanumeric())
        };
        if !local.chars().all(allowed) {
            return Err(AddressError::Character);
        }
        Ok(Self { local: local.to_owned(), domain: domain.parse()? })
    }
}

/// A telephone number in E.164: `+`, country code, at most 15 digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// The number as text, `+` first.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// The number with all but the last two digits hidden, to be shown to whoever holds a link.
    #[must_use]
    pub fn masked(&self) -> String {
        let tail: String = self.0.chars().rev().take(2).collect::<Vec<_>>().into_iter().rev().collect();
        format!("•••• {tail}")
    }
}

impl FromStr for PhoneNumber {
    type Err = AddressError;
    fn from_str(s: &str) -> Result<Self, AddressError> {
        let compact: String = s.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')' | '\u{a0}')).collect();
        let compact = compact.strip_prefix("00").map_or(compact.clone(), |rest| format!("+{rest}"));
        if compact.is_empty() {
            return Err(AddressError::Empty);
        }
        let digits = compact.strip_prefix('+').ok_or(AddressError::Form)?;
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(AddressError::Character);
        }
        if digits.len() > 15 {
            return Err(AddressError::TooLong);
        }
        if digits.len() < 7 || digits.starts_with('0') {
            return Err(AddressError::Form);
        }
        Ok(Self(compact))
    }
}

macro_rules! text_conversions {
    ($($t:ident $example:literal),+) => {$(
        impl utoipa::PartialSchema for $t {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .examples([serde_json::Value::from($example)])
                    .into()
            }
        }
        impl utoipa::ToSchema for $t {}
        impl TryFrom<String> for $t {
            type Error = AddressError;
            fn try_from(s: String) -> Result<Self, AddressError> { s.parse() }
        }
        impl From<$t> for String {
            fn from(v: $t) -> String { v.to_string() }
        }
    )+};
}
text_conversions!(Domain "clinic.example", EmailAddress "a.jansen@clinic.example", PhoneNumber "+31612345678");

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}
impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_keep_their_case_and_compare_without_it() {
        let a: EmailAddress = "Anna.Jansen@Clinic.Example".parse().unwrap();
        assert_eq!(a.to_string(), "Anna.Jansen@clinic.example");
        assert_eq!(a.normalised(), "anna.jansen@clinic.example");
    }

    #[test]
    fn what_is_no_address_is_refused_with_the_reason() {
        let err = |s: &str| s.parse::<EmailAddress>().unwrap_err();
        assert_eq!(err(""), AddressError::Empty);
        assert_eq!(err("nobody"), AddressError::Form);
        assert_eq!(err("a@b..c"), AddressError::Form);
        assert_eq!(err("a\r\nb@c.example"), AddressError::Character);
        assert_eq!(err("a b@c.example"), AddressError::Character);
        assert_eq!(err(&format!("{}@c.example", "a".repeat(65))), AddressError::TooLong);
    }

    #[test]
    fn phone_numbers_are_e164_and_masked_for_strangers() {
        let p: PhoneNumber = "+31 6 1234-5678".parse().unwrap();
        assert_eq!(p.as_str(), "+31612345678");
        assert_eq!(p.masked(), "•••• 78");
        assert_eq!("0031612345678".parse::<PhoneNumber>().unwrap(), p);
        assert_eq!("0612345678".parse::<PhoneNumber>().unwrap_err(), AddressError::Form);
    }
}
