//! What a new password must be (SP 800-63B-4, 3.1.1.2): long enough, on no list of passwords that guessers try, and not
//! made of words that everybody here would think of. No rules of composition, no forced change.

use super::blocklist::{OperatorList, is_common};
use super::guessed::GUESSED;
use crate::{Error, FieldError, Result};
use std::collections::BTreeSet;
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use wardpost_model::security::PasswordRules;
use wardpost_vault::Zeroizing;

/// Least characters where a second factor is always asked as well, as it is here.
pub const MIN_CHARS_WITH_SECOND_FACTOR: usize = 8;
/// Least characters where the password stands alone.
pub const MIN_CHARS_ALONE: usize = 15;
/// Most characters (at least 64 must be taken).
pub const MAX_CHARS: usize = 256;
/// Characters of a password that strength is estimated from: estimating takes time that grows with the square.
const ESTIMATED_CHARS: usize = 72;
/// Guesses, as a power of ten, below which a password counts as one that guessers try first.
const LEAST_GUESSES_LOG10: f64 = 6.0;
/// Shortest word of the context that counts.
const LEAST_WORD_CHARS: usize = 4;
/// Different digits and signs beside a single word, and most of them in all, that guessers try: a year, a sign or two, twice.
const YEAR_AND_SIGNS: usize = 6;
const YEAR_AND_SIGNS_TWICE: usize = 2 * YEAR_AND_SIGNS;

/// What else is asked of whoever knows the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stands {
    /// Nothing.
    Alone,
    /// A second factor.
    WithSecondFactor,
}

impl Stands {
    /// Least characters: what the organisation wants, never less than the standard (SP 800-63B-4, 3.1.1.2; ASVS 6.2.1).
    pub(crate) fn least_chars(self, rules: &PasswordRules) -> usize {
        match self {
            Self::Alone => usize::from(rules.min_alone).max(MIN_CHARS_ALONE),
            Self::WithSecondFactor => usize::from(rules.min_with_second).max(MIN_CHARS_WITH_SECOND_FACTOR),
        }
    }
}

/// Why a password can't be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub code: &'static str,
    pub message: String,
}

/// Estimates how hard a password is to guess for somebody who knows these words. Takes up to some ten milliseconds.
pub(crate) fn estimate(password: &str, words: &[String]) -> zxcvbn::Entropy {
    let start: Zeroizing<String> = Zeroizing::new(password.nfc().take(ESTIMATED_CHARS).collect());
    let words: Vec<&str> = words.iter().map(String::as_str).chain(GUESSED.iter().copied()).collect();
    zxcvbn::zxcvbn(&start, &words)
}

/// Checks a new password against all rules on a blocking thread: estimating and looking into lists takes time.
///
/// # Errors
/// [`Error::Validation`] of `field` with the code `too_short`, `too_long`, `context_word` or `blocklisted`.
pub(crate) async fn check_new_password(
    field: &'static str,
    password: &str,
    words: Vec<String>,
    operator: Option<Arc<OperatorList>>,
    least: usize,
) -> Result<()> {
    // One character beyond the longest, so that too long is seen as such.
    let password: Zeroizing<String> = Zeroizing::new(password.nfc().take(MAX_CHARS + 1).collect());
    let judged = tokio::task::spawn_blocking(move || verdict(&password, &words, operator.as_deref(), least));
    match judged.await.map_err(|e| Error::internal("checking a password", e))?? {
        None => Ok(()),
        Some(r) => Err(Error::Validation(vec![FieldError::new(field, r.code, r.message)])),
    }
}

/// What speaks against a password: its length, then the lists, then the estimate. Reads the disk.
pub(crate) fn verdict(
    password: &str,
    words: &[String],
    operator: Option<&OperatorList>,
    least: usize,
) -> Result<Option<Refusal>> {
    let password: Zeroizing<String> = Zeroizing::new(password.nfc().collect());
    let length = password.chars().count();
    if length < least {
        return Ok(Some(Refusal { code: "too_short", message: format!("Use at least {least} characters.") }));
    }
    if length > MAX_CHARS {
        return Ok(Some(Refusal { code: "too_long", message: format!("Use at most {MAX_CHARS} characters.") }));
    }
    Ok(judge(&password, words, operator)?.map(|(code, message)| Refusal { code, message }))
}

fn judge(password: &str, words: &[String], operator: Option<&OperatorList>) -> Result<Option<(&'static str, String)>> {
    if let Some(word) = made_of(password, words) {
        let message = format!("Too much of it is “{word}”, which others would guess. Use other words.");
        return Ok(Some(("context_word", message)));
    }
    let bare = bare(password);
    if is_common(password) || is_common(&bare) || is_word_and_year(&bare) {
        return Ok(Some((
            "blocklisted",
            "This password is on lists that guessers try first. Choose another.".to_owned(),
        )));
    }
    if let Some(list) = operator
        && list.contains(password).map_err(|e| Error::internal("reading the operator's list of passwords", e))?
    {
        return Ok(Some(("blocklisted", "This password is known from a breach. Choose another.".to_owned())));
    }
    let estimate = estimate(&bare, words);
    if estimate.guesses_log10() < LEAST_GUESSES_LOG10 {
        let why = estimate.feedback().map(ToString::to_string).unwrap_or_default();
        return Ok(Some(("blocklisted", format!("Guessers would find it soon. {why}").trim_end().to_owned())));
    }
    Ok(None)
}

/// The word of the context of which the password is made: without such words, too little of it is left.
fn made_of<'a>(password: &str, words: &'a [String]) -> Option<&'a str> {
    let mut rest = plain(password);
    let mut found = None;
    for word in words {
        let bare = plain(word);
        if rest.contains(&bare) {
            rest = rest.replace(&bare, "");
            found = found.or(Some(word.as_str()));
        }
    }
    found.filter(|_| rest.chars().count() < MIN_CHARS_WITH_SECOND_FACTOR)
}

/// What is left of a password for a guesser: without accents, blanks counted once, what is said twice said once.
fn bare(password: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(password.len()));
    for c in password.trim().nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            c if !c.is_whitespace() => out.push(c),
            _ if !out.ends_with(' ') => out.push(' '),
            _ => {}
        }
    }
    let length = said_once(&out).len();
    out.truncate(length);
    out
}

/// The half, where both halves are the same.
fn said_once(text: &str) -> &str {
    match text.split_at_checked(text.len() / 2) {
        Some((half, other)) if !half.is_empty() && half.to_lowercase() == other.to_lowercase() => said_once(half),
        _ => text,
    }
}

/// Whether all of it is one word that guessers try first, with no more than a year and some signs about it.
fn is_word_and_year(bare: &str) -> bool {
    let (letters, others): (String, String) =
        bare.chars().filter(|c| !c.is_whitespace()).partition(|c| c.is_alphabetic());
    let (letters, others) = (Zeroizing::new(letters.to_lowercase()), Zeroizing::new(others));
    let word = said_once(&letters);
    let different: BTreeSet<char> = others.chars().collect();
    word.chars().count() >= LEAST_WORD_CHARS
        && different.len() <= YEAR_AND_SIGNS
        && others.chars().count() <= YEAR_AND_SIGNS_TWICE
        && (GUESSED.contains(&word) || is_common(word))
}

/// Letters and digits in lower case, with the usual stand-ins undone (`0` for `o` and the like).
fn plain(text: &str) -> String {
    text.nfkd()
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            '0' => 'o',
            '1' | '!' => 'i',
            '3' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            '7' => 't',
            c => c,
        })
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// The words that others here would think of, longest first: of the product, and of these texts (login, name and function;
/// name, host and domains of the organisation), whole and in their parts.
pub(crate) fn context_words<'a>(of: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut words: Vec<String> = vec!["wardpost".to_owned()];
    for text in of {
        words.push(text.to_lowercase());
        words.extend(text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase));
    }
    words.retain(|w| w.chars().filter(|c| c.is_alphanumeric()).count() >= LEAST_WORD_CHARS);
    words.sort_by_key(|w| (std::cmp::Reverse(w.chars().count()), w.clone()));
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn code_of(password: &str) -> Option<&'static str> {
        let words = context_words([
            "anna.jansen@clinic.example",
            "Anna de Jansen-Visser",
            "Longverpleegkundige",
            "Huisartsen Noord",
            "mail.clinic.example",
            "lindeboom.example",
        ]);
        match check_new_password("new", password, words, None, 8).await {
            Ok(()) => None,
            Err(Error::Validation(errors)) => Some(errors[0].code),
            Err(e) => panic!("{e}"),
        }
    }

    #[tokio::test]
    async fn length_counts_characters_and_not_bytes() {
        assert_eq!(code_of("kx7!qpz").await, Some("too_short"));
        assert_eq!(code_of("éééé").await, Some("too_short"), "eight bytes");
        assert_eq!(code_of("e\u{301}e\u{301}e\u{301}e\u{301}").await, Some("too_short"), "four characters in NFC");
        let long: String = (0..64_u64).map(|i| char::from(b'a' + (i * i * 7 % 26) as u8)).collect();
        let long = long.replace('a', "é ").replace('h', "四");
        assert!(long.chars().count() >= 64);
        assert_eq!(code_of(&long).await, None);
        let most: String = long.chars().cycle().take(256).collect();
        assert_eq!(code_of(&most).await, None, "256 are taken");
        assert_eq!(code_of(&format!("{most}z")).await, Some("too_long"));
    }

    #[tokio::test]
    async fn no_kind_of_character_is_demanded() {
        for fine in [
            "seven quiet herons wade",
            "kvmxqzpwtrbn",
            "四つの静かな池の鷺たち",
            "plum-orbit-fence",
            "9263710482957361",
        ] {
            assert_eq!(code_of(fine).await, None, "{fine}");
        }
    }

    #[tokio::test]
    async fn what_guessers_try_first_is_refused() {
        for bad in ["password", "PASSWORD123", "qwertyuiop", "12345678", "iloveyou1", "aaaaaaaaaaaa", "welkom01"] {
            assert_eq!(code_of(bad).await, Some("blocklisted"), "{bad}");
        }
    }

    /// ASVS 6.2.4: a word, a year and a sign; accents; the same twice; blanks for length.
    #[tokio::test]
    async fn what_makes_a_guess_longer_and_no_harder_counts_for_nothing() {
        let blanks = |n: usize| " ".repeat(n);
        for bad in [
            "lente2026",
            "Zomer2026!",
            "!Herfst-2025!",
            "Ajax2020",
            "Feyenoord1908",
            "Z0mer2026",
            "november 2026",
            "Ziekenhuis#1",
            "pässwörd",
            "p\u{e0}ssw\u{f2}rd1",
            "Wélkom2026",
            "zomer2026zomer2026",
            "Zomer2026zomer2026",
            "zomer2026-zomer2026",
            "kx7!qkx7!q",
            "passwordpassword2026",
        ] {
            assert_eq!(code_of(bad).await, Some("blocklisted"), "{bad}");
        }
        for bad in [
            blanks(7) + "a" + &blanks(7),
            "a".to_owned() + &blanks(15),
            blanks(20),
            "a b".to_owned() + &blanks(9) + "c",
        ] {
            assert_eq!(code_of(&bad).await, Some("blocklisted"), "{bad:?}");
        }
        for fine in
            ["zomer 9263710", "zomerregen op een tentdoek", "kvmxqzpwtrbn kvmxqzpwtrbn", "Überfahrt im Nebelmond"]
        {
            assert_eq!(code_of(fine).await, None, "{fine}");
        }
    }

    #[tokio::test]
    async fn what_everybody_here_would_think_of_is_refused() {
        for bad in [
            "Wardpost2026!",
            "W4rdp0st-2026",
            "annajansen1",
            "anna.jansen@clinic.example",
            "HuisartsenNoord!",
            "J@nsen-Visser",
            "Longverpleegkundige1",
            "L1ndeb00m2026",
        ] {
            assert_eq!(code_of(bad).await, Some("context_word"), "{bad}");
        }
        assert_eq!(code_of("jansen wades among quiet herons").await, None, "enough is left without the name");
    }

    #[tokio::test]
    async fn the_operators_list_is_obeyed() {
        let list = Arc::new(OperatorList::Plain(["plum-orbit-fence".into()].into()));
        let refused = check_new_password("new", "Plum-Orbit-Fence", vec![], Some(list), 8).await;
        assert!(matches!(refused, Err(Error::Validation(e)) if e[0].code == "blocklisted"));
    }

    /// SP 800-63B-4, 3.1.1.2; ASVS 6.2.1.
    #[test]
    fn a_password_alone_needs_fifteen_characters_and_eight_with_a_second_factor() {
        let code = |password: &str, stands: Stands| {
            verdict(password, &[], None, stands.least_chars(&PasswordRules::default())).unwrap().map(|r| r.code)
        };
        // A sentence that is on no list, cut to each length.
        let long = "kvmxqzpwtrbnhdyj";
        for length in 1..=long.len() {
            let password: String = long.chars().take(length).collect();
            let short = |least| (length < least).then_some("too_short");
            assert_eq!(code(&password, Stands::Alone), short(15), "{length} alone");
            assert_eq!(code(&password, Stands::WithSecondFactor), short(8), "{length} with a second factor");
        }
    }

    #[test]
    fn an_organisation_may_want_more_characters_and_never_fewer() {
        let rules = |alone, second| PasswordRules { min_alone: alone, min_with_second: second, rotation_days: None };
        assert_eq!(Stands::Alone.least_chars(&rules(20, 12)), 20);
        assert_eq!(Stands::WithSecondFactor.least_chars(&rules(20, 12)), 12);
        assert_eq!(Stands::Alone.least_chars(&rules(1, 1)), 15);
        assert_eq!(Stands::WithSecondFactor.least_chars(&rules(1, 1)), 8);
    }

    /// ASVS 6.2.9 (at least 64), 6.2.8 (taken as typed): whatever the characters are.
    #[test]
    fn sixty_four_characters_of_any_script_are_taken() {
        // A simple generator: the same passwords in every run.
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut next = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        for _ in 0..40 {
            let password: String = std::iter::repeat_with(&mut next)
                .filter_map(|n| char::from_u32(0x21 + (n % 0x2_ffff) as u32))
                .take(64)
                .collect();
            let length = password.nfc().count();
            let found = verdict(&password, &[], None, 15).unwrap();
            assert_eq!(found.filter(|_| length <= MAX_CHARS), None, "{password:?}");
        }
    }

    #[test]
    fn estimating_is_bounded_in_time_however_long_the_password() {
        assert_eq!(u8::from(estimate("seven quiet herons wade", &[]).score()), 4);
        assert!(u8::from(estimate("jansen99", &["jansen".to_owned()]).score()) < 2);
        assert!(u8::from(estimate(&"x7".repeat(100_000), &[]).score()) <= 4);
    }
}
