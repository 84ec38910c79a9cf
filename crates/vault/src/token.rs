//! Random values and comparisons for tokens and codes.

use base64::prelude::*;

/// Random bytes from AWS-LC's generator.
///
/// # Panics
/// Never in practice: AWS-LC ends the process rather than return without randomness.
#[must_use]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).expect("AWS-LC ends the process rather than return without randomness");
    bytes
}

/// A token of 256 random bits in 43 characters that need no escaping in a URL.
#[must_use]
pub fn random_token() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(random_bytes::<32>())
}

/// A code of `digits` decimal digits (at most 18), each value equally likely, leading zeroes kept.
#[must_use]
pub fn random_code(digits: u32) -> String {
    let digits = digits.min(18);
    let limit = 10_u64.pow(digits);
    // Values from the incomplete last round would make small codes likelier.
    let fair = u64::MAX - u64::MAX % limit;
    loop {
        let value = u64::from_be_bytes(random_bytes());
        if value < fair {
            return format!("{:0width$}", value % limit, width = digits as usize);
        }
    }
}

/// Compares in a time that depends on the lengths only.
#[must_use]
pub fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(a, b).is_ok()
}
