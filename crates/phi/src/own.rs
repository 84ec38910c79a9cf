//! What an organisation adds: its numbers, and the texts that are no finding.

use crate::checksum;
use crate::text::Text;
use crate::{NumberPattern, OrgVocabulary, VocabularyError};
use std::collections::BTreeMap;
use wardpost_model::finding::FindingKind;
use wardpost_model::vocabulary::Checksum;

/// An own kind of number, ready for use.
pub(crate) struct OwnNumber {
    pub pattern: regex::Regex,
    pub kind: FindingKind,
    pub checksum: Checksum,
}

/// Own numbers and exceptions.
#[derive(Default)]
pub(crate) struct Own {
    pub numbers: Vec<OwnNumber>,
    /// Lower case, with the kinds as which it is no finding; `None` is any.
    exceptions: BTreeMap<String, Vec<Option<FindingKind>>>,
    longest: usize,
}

impl Own {
    pub(crate) fn new(own: &OrgVocabulary) -> Result<Self, VocabularyError> {
        let mut exceptions: BTreeMap<String, Vec<Option<FindingKind>>> = BTreeMap::new();
        for e in &own.exceptions {
            exceptions.entry(e.text.trim().to_lowercase()).or_default().push(e.kind);
        }
        // Changing case may change the length in bytes, at most threefold.
        let longest = exceptions.keys().map(String::len).max().unwrap_or(0) * 3;
        Ok(Self { numbers: own.numbers.iter().map(number).collect::<Result<_, _>>()?, exceptions, longest })
    }

    /// Whether this text is no finding of this kind here.
    pub(crate) fn excepts(&self, text: &str, kind: FindingKind) -> bool {
        !self.exceptions.is_empty()
            && text.len() <= self.longest
            && self
                .exceptions
                .get(&text.to_lowercase())
                .is_some_and(|kinds| kinds.iter().any(|k| k.is_none_or(|k| k == kind)))
    }

    /// The same for a place in a text.
    pub(crate) fn excepts_at(&self, t: &Text<'_>, start: u32, end: u32, kind: FindingKind) -> bool {
        !self.exceptions.is_empty() && self.excepts(t.slice(start, end), kind)
    }
}

fn number(n: &NumberPattern) -> Result<OwnNumber, VocabularyError> {
    let error = |why: String| VocabularyError { pattern: n.pattern.clone(), why };
    let made = regex::RegexBuilder::new(&n.pattern).size_limit(1 << 20).dfa_size_limit(1 << 20).build();
    let pattern = made.map_err(|e| error(e.to_string()))?;
    if pattern.is_match("") {
        return Err(error("it matches where nothing stands".to_owned()));
    }
    Ok(OwnNumber { pattern, kind: n.kind, checksum: n.checksum })
}

impl OwnNumber {
    /// Whether a match proves itself.
    pub(crate) fn proves(&self, text: &str) -> bool {
        let bare: Vec<u8> =
            text.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_uppercase()).take(64).collect();
        match self.checksum {
            Checksum::None => true,
            Checksum::Eleven => checksum::is_bsn(digits(&bare)),
            Checksum::Mod11 => checksum::is_nhs(digits(&bare)),
            Checksum::Luhn => checksum::is_luhn(digits(&bare)),
            Checksum::Mod97 => is_mod97(&bare),
            Checksum::Iso7064Mod11 => is_pure(digits(&bare), 11),
            Checksum::Iso7064Mod37 => is_pure(&bare, 37),
        }
    }
}

/// Without the letters that stand before a number (`PX 111222333`).
fn digits(bare: &[u8]) -> &[u8] {
    let lead = bare.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    bare.get(lead..).unwrap_or_default()
}

/// ISO/IEC 7064 MOD 97-10: the whole number, letters as 10 to 35, leaves 1.
fn is_mod97(bare: &[u8]) -> bool {
    let remainder = bare.iter().try_fold(0u32, |r, b| match b {
        b'0'..=b'9' => Some((r * 10 + u32::from(b - b'0')) % 97),
        b'A'..=b'Z' => Some((r * 100 + u32::from(b - b'A') + 10) % 97),
        _ => None,
    });
    bare.len() > 2 && remainder == Some(1)
}

/// ISO/IEC 7064, pure systems with radix 2: MOD 11-2 (digits, check character 0 to 9 or X) and MOD 37-2 (letters and
/// digits, check character also `*`, which is not taken here because it never stands in a match's bare text).
fn is_pure(bare: &[u8], modulus: u32) -> bool {
    let Some((last, head)) = bare.split_last() else { return false };
    let value = |b: u8| match b {
        b'0'..=b'9' => Some(u32::from(b - b'0')),
        b'A'..=b'Z' if modulus == 37 => Some(u32::from(b - b'A') + 10),
        _ => None,
    };
    let check = if modulus == 11 && *last == b'X' { Some(10) } else { value(*last) };
    let sum = head.iter().try_fold(0u32, |s, b| Some((s + value(*b)?) * 2 % modulus));
    matches!((sum, check), (Some(s), Some(c)) if head.len() > 1 && (s + c) % modulus == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proves(checksum: Checksum, text: &str) -> bool {
        let pattern = NumberPattern { pattern: "x".into(), kind: FindingKind::Mrn, checksum };
        number(&pattern).unwrap().proves(text)
    }

    #[test]
    fn published_numbers_pass_and_neighbours_fail() {
        for (checksum, good, bad) in [
            (Checksum::Eleven, "1112.22.333", "1112.22.334"),
            (Checksum::Eleven, "CL-111222333", "CL-111222332"),
            (Checksum::Mod11, "943 476 5919", "943 476 5918"),
            (Checksum::Luhn, "7992-7398-713", "7992-7398-714"),
            (Checksum::Mod97, "WEST 1234 5698 7654 32 GB82", "WEST 1234 5698 7654 32 GB83"),
            // ISO/IEC 7064's own example 0794 with check 0; an ORCID iD with X.
            (Checksum::Iso7064Mod11, "07940", "07941"),
            (Checksum::Iso7064Mod11, "0000-0002-1694-233X", "0000-0002-1694-2339"),
            // ISBT 128: the donation number G1234 98 654321 has the check character H.
            (Checksum::Iso7064Mod37, "G1234 98 654321 H", "G1234 98 654321 J"),
        ] {
            assert!(proves(checksum, good), "{checksum:?} {good}");
            assert!(!proves(checksum, bad), "{checksum:?} {bad}");
        }
        assert!(proves(Checksum::None, "anything"));
        for checksum in Checksum::ALL.into_iter().skip(1) {
            assert!(!proves(checksum, "") && !proves(checksum, "-"), "{checksum:?}");
        }
    }

    #[test]
    fn a_pattern_that_matches_nothing_at_all_is_refused() {
        let refused = |p: &str| {
            number(&NumberPattern { pattern: p.into(), kind: FindingKind::Mrn, checksum: Checksum::None }).is_err()
        };
        assert!(refused("") && refused(r"\d*") && refused("(") && refused(r"(?:\d{1,1000}){1,1000}"));
        assert!(!refused(r"\bZX-\d{6}\b"));
    }
}
