//! Time-based one-time passwords: RFC 6238 with SHA-1, six digits and 30 s, which every authenticator app speaks.

use aws_lc_rs::hmac;
use std::fmt::Write as _;

/// Seconds of one step (ASVS 6.5.5).
pub const STEP_SECONDS: i64 = 30;
/// Steps before and after now whose codes are taken as well: clocks differ, and typing takes time.
const DRIFT_STEPS: i64 = 1;
/// Bytes of a secret: 160 bits, as RFC 4226 wants.
pub const SECRET_BYTES: usize = 20;

/// The step of a moment.
fn step_of(now_us: i64) -> i64 {
    now_us.div_euclid(STEP_SECONDS * 1_000_000)
}

/// The code of a step (RFC 4226 §5.3).
fn code(secret: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let digest = tag.as_ref();
    let offset = usize::from(digest.last().copied().unwrap_or(0) & 0x0f);
    let word = digest.iter().skip(offset).take(4).fold(0_u32, |acc, b| acc << 8 | u32::from(*b));
    format!("{:06}", (word & 0x7fff_ffff) % 1_000_000)
}

/// What an authenticator app with this secret shows at a moment. For the demo's own page and for tests.
#[must_use]
pub fn code_at(secret: &[u8], now_us: i64) -> String {
    code(secret, step_of(now_us))
}

/// The step to which a code belongs, if it is of now or next to now and later than the one used last.
pub(crate) fn matching_step(secret: &[u8], given: &str, now_us: i64, last_used: i64) -> Option<i64> {
    let given: String = given.chars().filter(|c| !c.is_whitespace()).take(8).collect();
    let now = step_of(now_us);
    let mut found = None;
    // All are compared, so that the time tells nothing.
    for step in now - DRIFT_STEPS..=now + DRIFT_STEPS {
        let equal = wardpost_vault::constant_time_eq(code(secret, step).as_bytes(), given.as_bytes());
        if equal && step > last_used {
            found = found.or(Some(step));
        }
    }
    found
}

/// The secret in base 32 (RFC 4648, without padding), as people type it into an app.
#[must_use]
pub fn secret_text(secret: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut out = String::with_capacity(secret.len() * 8 / 5 + 1);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in secret {
        bits = bits << 8 | u32::from(*byte);
        count += 8;
        while count >= 5 {
            count -= 5;
            let index = (bits >> count & 31) as usize;
            out.push(char::from(ALPHABET.get(index).copied().unwrap_or(b'A')));
        }
        bits &= (1 << count) - 1;
    }
    if count > 0 {
        let index = (bits << (5 - count) & 31) as usize;
        out.push(char::from(ALPHABET.get(index).copied().unwrap_or(b'A')));
    }
    out
}

/// The address that authenticator apps read from a QR code (`otpauth://`, Key Uri Format).
#[must_use]
pub fn uri(secret: &[u8], issuer: &str, account: &str) -> String {
    format!(
        "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&algorithm=SHA1&digits=6&period=30",
        secret_text(secret),
        issuer = percent(issuer),
        account = percent(account),
    )
}

fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for b in text.bytes() {
        if b.is_ascii_alphanumeric() || b"-._~@".contains(&b) {
            out.push(char::from(b));
        } else {
            // Writing to a String can't fail.
            let _ = write!(out, "%{b:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B, SHA-1; the last six of the eight digits.
        for (seconds, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code_at(SECRET, seconds * 1_000_000), expected, "{seconds}");
        }
    }

    #[test]
    fn neighbours_of_now_are_taken_and_nothing_further() {
        let now = 1_111_111_111_000_000;
        let at = |seconds: i64| code_at(SECRET, now + seconds * 1_000_000);
        let step = step_of(now);
        assert_eq!(matching_step(SECRET, &at(0), now, 0), Some(step));
        assert_eq!(matching_step(SECRET, &at(-30), now, 0), Some(step - 1));
        assert_eq!(matching_step(SECRET, &at(30), now, 0), Some(step + 1));
        assert_eq!(matching_step(SECRET, &at(-60), now, 0), None);
        assert_eq!(matching_step(SECRET, &at(60), now, 0), None);
    }

    #[test]
    fn a_used_step_is_not_taken_again_nor_an_earlier_one() {
        let now = 1_111_111_111_000_000;
        let (step, shown) = (step_of(now), code_at(SECRET, now));
        assert_eq!(matching_step(SECRET, &shown, now, step), None);
        assert_eq!(matching_step(SECRET, &shown, now, step - 1), Some(step));
        assert_eq!(matching_step(SECRET, "", now, 0), None);
        assert_eq!(matching_step(SECRET, &format!(" {shown} "), now, 0), Some(step), "blanks don't matter");
    }

    #[test]
    fn secrets_are_written_as_apps_expect_them() {
        assert_eq!(secret_text(b"12345678901234567890"), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(secret_text(b"f"), "MY");
        assert_eq!(
            uri(b"foobar", "Clinic & Co", "a@b.example"),
            "otpauth://totp/Clinic%20%26%20Co:a@b.example?secret=MZXW6YTBOI&issuer=Clinic%20%26%20Co&algorithm=SHA1&digits=6&period=30"
        );
    }
}
