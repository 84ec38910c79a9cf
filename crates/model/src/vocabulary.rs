//! What an organisation adds to the detector's vocabulary: own words, own numbers, and texts that are no finding.
//!
//! Part of the policy document, so that it is versioned, and every message keeps the version by which it was judged.

use crate::finding::FindingKind;
use crate::id::PersonId;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Most own words of each kind.
pub const MAX_WORDS: usize = 500;
/// Longest own word, in characters.
pub const MAX_WORD: usize = 80;
/// Most own kinds of number.
pub const MAX_NUMBERS: usize = 30;
/// Longest pattern, in characters.
pub const MAX_PATTERN: usize = 200;
/// Most exceptions.
pub const MAX_EXCEPTIONS: usize = 500;
/// Longest text of an exception, in characters.
pub const MAX_EXCEPTION: usize = 200;
/// Longest reason of an exception, in characters.
pub const MAX_WHY: usize = 300;

/// An organisation's own vocabulary.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Vocabulary {
    /// Own words for conditions (ward slang, programmes that give a diagnosis away).
    #[serde(default)]
    pub conditions: Vec<String>,
    /// Own words for medicines.
    #[serde(default)]
    pub medicines: Vec<String>,
    /// Own kinds of number.
    #[serde(default)]
    pub numbers: Vec<OwnNumber>,
    /// Texts that are never a finding.
    #[serde(default)]
    pub exceptions: Vec<VocabularyException>,
}

/// An own kind of number: a pattern, and the checksum by which a match is told from chance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnNumber {
    /// What the organisation calls it.
    pub name: String,
    /// Regular expression (syntax of the `regex` crate: linear time, no look-around).
    pub pattern: String,
    /// What the letters and digits of a match must satisfy.
    #[serde(default)]
    pub checksum: Checksum,
    /// What a match is.
    pub kind: FindingKind,
}

/// How a number proves itself. Blanks and punctuation do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Checksum {
    /// It does not.
    #[default]
    None,
    /// The 11-test of the BSN: eight or nine digits.
    Eleven,
    /// Modulo 11 of the NHS number: ten digits.
    Mod11,
    /// Luhn's test (ISO/IEC 7812).
    Luhn,
    /// Modulo 97 (ISO/IEC 7064 MOD 97-10): letters count as numbers from 10.
    Mod97,
    /// ISO/IEC 7064 MOD 11-2: digits, the last may be X.
    #[serde(rename = "iso7064_11_2")]
    Iso7064Mod11,
    /// ISO/IEC 7064 MOD 37-2: letters and digits.
    #[serde(rename = "iso7064_37_2")]
    Iso7064Mod37,
}

impl Checksum {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::None, Self::Eleven, Self::Mod11, Self::Luhn, Self::Mod97, Self::Iso7064Mod11, Self::Iso7064Mod37];
}

/// A text that is never a finding: the practice's own name, a doctor's, a word that means something else here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VocabularyException {
    /// The whole text of a finding, compared without case.
    pub text: String,
    /// Only as this kind of finding; as any when absent.
    #[serde(default)]
    pub kind: Option<FindingKind>,
    /// Why it is none.
    pub why: String,
    /// Its last day, by the clock of the organisation; without one it holds on.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "date")]
    pub until: Option<Date>,
    /// Who added it. Set by the server.
    #[serde(default)]
    pub added_by: Option<PersonId>,
    /// When. Set by the server.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "date-time")]
    pub added_at: Option<Timestamp>,
}

impl VocabularyException {
    /// Whether it still holds on this day.
    #[must_use]
    pub fn holds_on(&self, today: Date) -> bool {
        self.until.is_none_or(|until| today <= until)
    }
    /// Whether it is about the same text as the same kind.
    #[must_use]
    pub fn same_as(&self, other: &Self) -> bool {
        self.kind == other.kind && self.text.to_lowercase() == other.text.to_lowercase()
    }
}
