//! Names, months, tokens.

use super::*;

#[test]
fn months_and_classes_are_read_strictly() {
    assert_eq!(month("2046-11").to_string(), "2046-11");
    assert!(month("2046-11") < month("2046-12") && month("2046-12") < month("2047-01"));
    assert_eq!((month("2046-11").year(), month("2046-11").month()), (2046, 11));
    for bad in ["", "2046", "2046-13", "2046-00", "46-11", "2046-1", "+046-11", "2046-011", "1969-12", "2046-11-01"] {
        assert!(bad.parse::<Month>().is_err(), "{bad}");
    }
    assert!(Month::new(-1, 1).is_err() && Month::new(2046, -1).is_err() && Month::new(2046, 1).is_ok());
    let long = "x".repeat(41);
    for bad in ["", "Mail", "a b", "a/b", "é", &long] {
        assert!(bad.parse::<RetentionClass>().is_err(), "{bad}");
    }
}

#[test]
fn tokens_and_codes_have_their_form_and_do_not_repeat() {
    let (one, two) = (random_token(), random_token());
    assert_ne!(one, two);
    assert!(one.len() == 43 && one.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
    for digits in [1, 6, 18, 40] {
        let code = random_code(digits);
        assert!(code.len() == digits.min(18) as usize && code.bytes().all(|b| b.is_ascii_digit()), "{code}");
    }
    // A digit that never came up in 2,000 would do so by chance once in 10^91 runs.
    let digits: std::collections::BTreeSet<char> =
        (0..2000).flat_map(|_| random_code(1).chars().collect::<Vec<_>>()).collect();
    assert_eq!(digits.len(), 10);
    assert_ne!(random_bytes::<32>(), random_bytes::<32>());
}

#[test]
fn comparison_tells_equal_from_different() {
    assert!(constant_time_eq(b"same", b"same") && constant_time_eq(b"", b""));
    assert!(!constant_time_eq(b"same", b"sane") && !constant_time_eq(b"same", b"sam"));
}
