//! Recovery codes, and sealing under them and under what a passkey gives.

use crate::account::AccountSecret;
use crate::primitive::{self, NONCE, TAG};
use crate::{Error, Id, Result};
use zeroize::Zeroizing;

/// Crockford's base 32: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters that carry 135 random bits; the check character follows.
const DATA: usize = 27;
const LENGTH: usize = DATA + 1;
/// First byte of what is sealed here.
const FORMAT: u8 = 1;
const SALT: usize = 16;
/// Bytes of a stored account secret.
const SECRET: usize = 37;
const SEALED: usize = 1 + SALT + NONCE + SECRET + TAG;
/// Shortest key of a passkey: what the PRF extension of WebAuthn gives.
const MIN_KEY: usize = 32;
const MAX_KEY: usize = 1024;
/// Longest text that is looked at for a code.
const MAX_CODE: usize = 256;

/// A new recovery code: 135 random bits and a check character, as seven groups of four.
///
/// # Errors
/// When there are no random bytes.
pub fn new_recovery_code() -> Result<String> {
    let random = Zeroizing::new(primitive::fill::<DATA>()?);
    let mut digits = Zeroizing::new([0; LENGTH]);
    for (digit, byte) in digits.iter_mut().zip(random.iter()) {
        *digit = byte & 31;
    }
    digits[DATA] = check(&digits[..DATA]);
    let groups: Vec<String> = digits
        .chunks(4)
        .map(|four| four.iter().filter_map(|digit| ALPHABET.get(usize::from(*digit))).map(|c| char::from(*c)).collect())
        .collect();
    Ok(groups.join("-"))
}

/// Reads a code as people type it: small letters, any gaps and hyphens, O for 0, I and L for 1.
fn read(code: &str) -> Result<Zeroizing<Vec<u8>>> {
    let wrong = Error::Forged("recovery code");
    if code.len() > MAX_CODE {
        return Err(wrong);
    }
    let mut digits = Zeroizing::new(Vec::with_capacity(LENGTH));
    for c in code.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}' | '_' | '.')) {
        let c = match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        };
        let digit = ALPHABET.iter().position(|letter| char::from(*letter) == c);
        let digit = digit.filter(|_| digits.len() < LENGTH).and_then(|digit| u8::try_from(digit).ok());
        digits.push(digit.ok_or_else(|| wrong.clone())?);
    }
    match digits.split_last() {
        Some((last, data)) if data.len() == DATA && *last == check(data) => Ok(data.to_vec().into()),
        _ => Err(wrong),
    }
}

/// Sum of the digits times powers of a primitive element of GF(32): any one wrong digit and any two exchanged change it.
fn check(digits: &[u8]) -> u8 {
    // x times a, modulo x^5 + x^2 + 1.
    let double = |a: u8| (a << 1 ^ if a & 16 == 0 { 0 } else { 0b10_0101 }) & 31;
    // Horner's rule.
    digits.iter().fold(0, |sum, digit| double(sum ^ digit))
}

fn aad(purpose: &str, person: Id) -> Vec<u8> {
    [&[FORMAT], purpose.as_bytes(), b"\0", &person.0].concat()
}

fn seal(secret: &AccountSecret, person: Id, key: &[u8], purpose: &str) -> Result<Vec<u8>> {
    let salt = primitive::fill::<SALT>()?;
    let key = primitive::derive(key, purpose, &[&salt])?;
    let sealed = primitive::seal(&key, &aad(purpose, person), &secret.to_bytes())?;
    Ok([&[FORMAT], salt.as_slice(), &sealed].concat())
}

fn open(sealed: &[u8], person: Id, key: &[u8], purpose: &str, what: &'static str) -> Result<AccountSecret> {
    if sealed.len() != SEALED {
        return Err(Error::Malformed("backup"));
    }
    let Some((&FORMAT, rest)) = sealed.split_first() else { return Err(Error::Malformed("backup")) };
    let (salt, sealed) = rest.split_at_checked(SALT).ok_or(Error::Malformed("backup"))?;
    let key = primitive::derive(key, purpose, &[salt])?;
    AccountSecret::from_bytes(&primitive::open(&key, &aad(purpose, person), sealed, what)?)
}

const BY_CODE: &str = "backup by recovery code";
const BY_KEY: &str = "backup by passkey";

/// Seals the account's secret under a recovery code. The code has enough random bits that nothing slower is needed.
///
/// # Errors
/// [`Error::Forged`] when it isn't a code.
pub fn seal_with_code(secret: &AccountSecret, person: Id, code: &str) -> Result<Vec<u8>> {
    seal(secret, person, &read(code)?, BY_CODE)
}

/// Opens what [`seal_with_code`] made.
///
/// # Errors
/// [`Error::Forged`] (`recovery code`) when the code isn't the right one; [`Error::Malformed`].
pub fn open_with_code(sealed: &[u8], person: Id, code: &str) -> Result<AccountSecret> {
    open(sealed, person, &read(code)?, BY_CODE, "recovery code")
}

fn strong(key: &[u8]) -> Result<&[u8]> {
    if (MIN_KEY..=MAX_KEY).contains(&key.len()) { Ok(key) } else { Err(Error::Refused("length of a passkey's key")) }
}

/// Seals the account's secret under what a passkey's PRF extension gives (WebAuthn level 3): at least 32 bytes.
///
/// # Errors
/// [`Error::Refused`] when the key is too short or too long.
pub fn seal_with_key(secret: &AccountSecret, person: Id, key: &[u8]) -> Result<Vec<u8>> {
    seal(secret, person, strong(key)?, BY_KEY)
}

/// Opens what [`seal_with_key`] made.
///
/// # Errors
/// [`Error::Forged`] (`passkey`) when it isn't the right key; [`Error::Malformed`], [`Error::Refused`].
pub fn open_with_key(sealed: &[u8], person: Id, key: &[u8]) -> Result<AccountSecret> {
    open(sealed, person, strong(key)?, BY_KEY, "passkey")
}
