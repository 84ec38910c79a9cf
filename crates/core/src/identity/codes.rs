//! Secrets that people read and type: recovery codes and passwords of mail programs.

/// Letters and digits that can't be mistaken for each other (Crockford's base 32).
const CODE_ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Lower-case letters without `l` and `o`.
const LETTERS: &[u8; 24] = b"abcdefghijkmnpqrstuvwxyz";

/// A recovery code: 120 random bits in six groups of four (ASVS 6.5.2: at least 112 where a fast hash is kept).
pub(crate) fn make_recovery_code() -> String {
    grouped(CODE_ALPHABET, 6, 4)
}

/// The password of a mail program: 91 random bits in four groups of five letters.
pub(crate) fn make_app_password() -> String {
    grouped(LETTERS, 4, 5)
}

fn grouped(alphabet: &[u8], groups: usize, length: usize) -> String {
    let limit = u8::try_from(256 - 256 % alphabet.len()).unwrap_or(u8::MAX);
    let mut out = String::with_capacity(groups * (length + 1));
    let mut written = 0;
    while written < groups * length {
        for byte in wardpost_vault::random_bytes::<32>() {
            // Values from the incomplete last round would make some letters likelier. 256 itself means no limit.
            let fair = 256 % alphabet.len() == 0 || byte < limit;
            let Some(letter) = alphabet.get(usize::from(byte) % alphabet.len()).filter(|_| fair) else { continue };
            if written == groups * length {
                break;
            }
            if written > 0 && written % length == 0 {
                out.push('-');
            }
            out.push(char::from(*letter));
            written += 1;
        }
    }
    out
}

/// The code with which somebody consents to a recovery: eight digits, good for few tries and only with the other half.
pub(crate) fn make_consent_code() -> String {
    grouped(b"0123456789", 2, 4)
}

/// A recovery code as it is hashed, however it was typed; `None` if it can't be one.
pub(crate) fn normal_recovery_code(typed: &str) -> Option<String> {
    if typed.len() > 64 {
        return None;
    }
    let code: String = typed
        .chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        })
        .collect();
    (code.len() == 24 && code.bytes().all(|b| CODE_ALPHABET.contains(&b))).then_some(code)
}

/// A mail program's password as it is hashed, however it was typed; `None` if it can't be one.
pub(crate) fn normal_app_password(typed: &str) -> Option<String> {
    if typed.len() > 64 {
        return None;
    }
    let letters: String =
        typed.chars().filter(|c| *c != '-' && !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect();
    (letters.len() == 20 && letters.bytes().all(|b| LETTERS.contains(&b))).then_some(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_their_form_and_survive_being_typed() {
        let code = make_recovery_code();
        assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [4; 6]);
        let normal = normal_recovery_code(&code).unwrap();
        assert_eq!(normal_recovery_code(&code.to_lowercase().replace('-', " ")).unwrap(), normal);
        assert_eq!(
            normal_recovery_code(&format!("oil0{}", "-0000".repeat(5))).unwrap(),
            format!("011{}", "0".repeat(21))
        );
        let password = make_app_password();
        assert_eq!(password.split('-').map(str::len).collect::<Vec<_>>(), [5, 5, 5, 5]);
        assert_eq!(normal_app_password(&password.to_uppercase()).unwrap(), password.replace('-', ""));
    }

    #[test]
    fn every_letter_comes_up_about_as_often() {
        let mut counts = std::collections::BTreeMap::new();
        for c in (0..2000).flat_map(|_| make_app_password().chars().collect::<Vec<_>>()).filter(|c| *c != '-') {
            *counts.entry(c).or_insert(0_u32) += 1;
        }
        assert_eq!(counts.len(), LETTERS.len());
        // 40,000 letters over 24: 1,667 each; ten standard deviations are 400.
        assert!(counts.values().all(|n| (1267..2067).contains(n)), "{counts:?}");
    }

    #[test]
    fn what_can_not_be_a_code_is_none() {
        for bad in [
            "",
            "1234",
            "0000-0000-0000",
            &format!("{}U", "0".repeat(23)),
            &"0".repeat(100),
            &format!("{}é", "0".repeat(23)),
        ] {
            assert_eq!(normal_recovery_code(bad), None, "{bad}");
        }
        assert_eq!(normal_app_password("abcde-abcde-abcde-abcd1"), None);
    }
}
