//! The names by which keys are kept apart.

use crate::VaultError;
use std::fmt;
use std::str::FromStr;

/// What a value is sealed, hashed or indexed for: `message.subject`, `pickup.code`. Part of the key derivation or of
/// the associated data, so a value sealed for one purpose doesn't open for another. Once used, a name never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Purpose(&'static str);

impl Purpose {
    /// Names a purpose. Meant for constants: a bad name doesn't compile there.
    ///
    /// # Panics
    /// When the name isn't 1 to 64 characters long.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        assert!(!name.is_empty() && name.len() <= 64, "a purpose has 1 to 64 characters");
        Self(name)
    }

    /// The name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

/// Which retention rule content falls under, such as `mail-nl-20y`: 1 to 40 lower-case letters, digits and hyphens. A
/// legal hold is a class of its own: `hold-` and the hold's id without its hyphens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RetentionClass(String);

impl RetentionClass {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RetentionClass {
    type Err = VaultError;
    fn from_str(s: &str) -> Result<Self, VaultError> {
        let plain = s.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if s.is_empty() || s.len() > 40 || !plain {
            return Err(VaultError::Name("a retention class is 1 to 40 lower-case letters, digits and hyphens"));
        }
        Ok(Self(s.to_owned()))
    }
}

impl fmt::Display for RetentionClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A calendar month, `2046-11`: the one after whose end a bucket's content may be destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: u16,
    month: u8,
}

impl Month {
    /// A month of the years 1970 to 9999.
    ///
    /// # Errors
    /// [`VaultError::Name`] outside of them.
    pub fn new(year: i16, month: i8) -> Result<Self, VaultError> {
        match (u16::try_from(year), u8::try_from(month)) {
            (Ok(year @ 1970..=9999), Ok(month @ 1..=12)) => Ok(Self { year, month }),
            _ => Err(VaultError::Name("not a month of the years 1970 to 9999")),
        }
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i16 {
        self.year as i16
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn month(self) -> i8 {
        self.month as i8
    }
}

impl FromStr for Month {
    type Err = VaultError;
    fn from_str(s: &str) -> Result<Self, VaultError> {
        const BAD: VaultError = VaultError::Name("a month is written 2046-11");
        let (year, month) = s.split_once('-').ok_or(BAD)?;
        let digits = |t: &str, n| t.len() == n && t.bytes().all(|b| b.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return Err(BAD);
        }
        Self::new(year.parse().map_err(|_| BAD)?, month.parse().map_err(|_| BAD)?)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}
