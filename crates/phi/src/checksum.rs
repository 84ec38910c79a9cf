//! Numbers that prove themselves. All take bare ASCII digits (or letters where the standard has them).

fn digit(b: u8) -> Option<u32> {
    b.is_ascii_digit().then(|| u32::from(b - b'0'))
}

fn weighted(digits: &[u8], weights: impl Iterator<Item = i32>) -> Option<i32> {
    digits.iter().zip(weights).try_fold(0i32, |sum, (d, w)| Some(sum + i32::try_from(digit(*d)?).ok()? * w))
}

/// Dutch citizen service number: the "11-test" with weights 9 … 2, −1. Eight digits count with a leading zero.
#[must_use]
pub fn is_bsn(digits: &[u8]) -> bool {
    let sum = match digits.len() {
        9 => weighted(digits, (2..=9).rev().chain(std::iter::once(-1))),
        8 => weighted(digits, (2..=8).rev().chain(std::iter::once(-1))),
        _ => None,
    };
    let zeros = digits.iter().filter(|d| **d == b'0').count();
    let all_same = digits.windows(2).all(|w| w.first() == w.last());
    sum.is_some_and(|s| s % 11 == 0) && zeros < 7 && !all_same
}

/// NHS number of England, Wales and the Isle of Man: ten digits, modulo 11.
#[must_use]
pub fn is_nhs(digits: &[u8]) -> bool {
    let (Some(head), [.., check], 10) = (digits.get(..9), digits, digits.len()) else { return false };
    let Some(sum) = weighted(head, (2..=10).rev()) else { return false };
    let expected = (11 - sum % 11) % 11;
    let all_same = digits.windows(2).all(|w| w.first() == w.last());
    digit(*check).and_then(|c| i32::try_from(c).ok()) == Some(expected) && !all_same
}

/// US social security number by the rules of issue: area not 000, 666 or 9xx, group not 00, serial not 0000; and not
/// one of the numbers of advertisements.
#[must_use]
pub fn is_ssn(digits: &[u8]) -> bool {
    let (Some(area), Some(group), Some(serial), 9) =
        (digits.get(..3), digits.get(3..5), digits.get(5..9), digits.len())
    else {
        return false;
    };
    digits.iter().all(u8::is_ascii_digit)
        && area != b"000"
        && area != b"666"
        && !area.starts_with(b"9")
        && group != b"00"
        && serial != b"0000"
        && digits != b"123456789"
        && digits != b"078051120"
}

/// Luhn's test (ISO/IEC 7812).
#[must_use]
pub fn is_luhn(digits: &[u8]) -> bool {
    let sum = digits.iter().rev().enumerate().try_fold(0u32, |sum, (i, d)| {
        let d = digit(*d)?;
        Some(sum + if i % 2 == 0 { d } else { d * 2 / 10 + d * 2 % 10 })
    });
    digits.len() > 1 && sum.is_some_and(|s| s % 10 == 0)
}

/// US national provider identifier: Luhn over the number with 80840 before it (CMS).
#[must_use]
pub fn is_npi(digits: &[u8]) -> bool {
    digits.len() == 10 && matches!(digits.first(), Some(b'1' | b'2')) && is_luhn(&[b"80840", digits].concat())
}

/// Payment card number: 13 to 19 digits of a known network, with Luhn's test.
#[must_use]
pub fn is_card(digits: &[u8]) -> bool {
    (13..=19).contains(&digits.len()) && matches!(digits.first(), Some(b'2'..=b'6')) && is_luhn(digits)
}

/// International bank account number (ISO 13616): modulo 97 over the rearranged number. Upper case, no spaces.
#[must_use]
pub fn is_iban(s: &[u8]) -> bool {
    let (Some(head), Some(tail)) = (s.get(..4), s.get(4..)) else { return false };
    if !(15..=34).contains(&s.len())
        || !matches!(head, [a, b, c, d] if a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_digit() && d.is_ascii_digit())
    {
        return false;
    }
    let remainder = tail.iter().chain(head).try_fold(0u32, |r, b| match b {
        b'0'..=b'9' => Some((r * 10 + u32::from(b - b'0')) % 97),
        b'A'..=b'Z' => Some((r * 100 + u32::from(b - b'A') + 10) % 97),
        _ => None,
    });
    remainder == Some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples_pass_and_neighbours_fail() {
        assert!(is_bsn(b"111222333") && !is_bsn(b"111222334") && !is_bsn(b"000000000") && !is_bsn(b"11122233"));
        assert!(is_nhs(b"9434765919") && !is_nhs(b"9434765918") && !is_nhs(b"943476591"));
        assert!(is_ssn(b"536904399") && !is_ssn(b"666904399") && !is_ssn(b"536004399") && !is_ssn(b"9369043990"));
        assert!(is_npi(b"1234567893") && !is_npi(b"1234567890") && !is_npi(b"3234567893"));
        assert!(is_card(b"4111111111111111") && !is_card(b"4111111111111112") && !is_card(b"1111111111111117"));
        assert!(is_iban(b"NL91ABNA0417164300") && !is_iban(b"NL91ABNA0417164301"));
        assert!(is_iban(b"GB82WEST12345698765432") && !is_iban(b"GB82"));
    }

    #[test]
    fn any_single_wrong_digit_of_a_bsn_is_noticed() {
        let good = *b"123456782";
        assert!(is_bsn(&good));
        for i in 0..9 {
            for d in b'0'..=b'9' {
                let mut bad = good;
                bad[i] = d;
                assert_eq!(is_bsn(&bad), bad == good, "{}", String::from_utf8_lossy(&bad));
            }
        }
    }
}
