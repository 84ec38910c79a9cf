//! How hard a password is to guess, in stable codes that every face puts into the reader's words (SP 800-63B-4, 3.1.1.2:
//! offer guidance; ASVS 6.2.4). Advice is asked for while somebody types, so it is bounded in length, time and number.

use super::rules::{Stands, estimate, verdict};
use crate::clock::SECOND_US;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use wardpost_model::person::{Actor, PersonProfile};
use wardpost_vault::Zeroizing;
use zxcvbn::feedback::{Suggestion, Warning};

/// Somebody who types and pauses asks so often at once, and then once in two seconds.
pub(super) const ADVICE_BURST: u32 = 40;
pub(super) const ADVICE_EVERY_US: i64 = 2 * SECOND_US;

/// What is to be said beside the field of a new password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordAdvice {
    /// 0 (falls at once) to 4.
    pub score: u8,
    /// Why it can't be taken: `too_short`, `too_long`, `context_word`, `blocklisted`.
    pub refused: Option<&'static str>,
    /// What makes it weak.
    pub warning: Option<&'static str>,
    /// What would make it stronger.
    pub suggestions: Vec<&'static str>,
    /// Least characters here: fewer where a second factor goes with it.
    pub least_chars: usize,
}

impl Core {
    /// Advice on a new password of one's own.
    ///
    /// # Errors
    /// [`Error::RateLimited`]; when the store fails.
    pub async fn advise_password(&self, actor: &Actor, password: &str) -> Result<PasswordAdvice> {
        let person = self.active_person(actor.person_id).await?;
        let profile: PersonProfile =
            self.unseal(purpose::PERSON_PROFILE, person.id.as_bytes(), &person.sealed_profile)?;
        let stands = self.password_stands(person.id).await?;
        self.advise(&profile, stands, person.id.0.as_u128(), password).await
    }

    /// Advice on the password of an invitation.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such invitation; [`Error::RateLimited`].
    pub async fn advise_invited(&self, token: &str, password: &str) -> Result<PasswordAdvice> {
        let (person, profile, _, _) = self.invited(token).await?;
        self.advise(&profile, Stands::WithSecondFactor, person.id.0.as_u128(), password).await
    }

    pub(super) async fn advise(
        &self,
        p: &PersonProfile,
        stands: Stands,
        key: u128,
        password: &str,
    ) -> Result<PasswordAdvice> {
        let taken = self.identity().advice.take(key, self.clock().now_us());
        taken.map_err(|retry_after_seconds| Error::RateLimited { retry_after_seconds })?;
        let words = self.context_words(p).await?;
        let operator = self.identity().operator_list.get().cloned();
        let least_chars = self.least_password_chars(stands).await?;
        // One character beyond the longest, so that too long is seen as such.
        let password: Zeroizing<String> = Zeroizing::new(password.chars().take(super::MAX_CHARS + 1).collect());
        let work = tokio::task::spawn_blocking(move || {
            let refused = verdict(&password, &words, operator.as_deref(), least_chars)?.map(|r| r.code);
            let found = estimate(&password, &words);
            let feedback = found.feedback();
            Ok(PasswordAdvice {
                score: found.score().into(),
                refused,
                warning: feedback.and_then(zxcvbn::feedback::Feedback::warning).map(warning_code),
                suggestions: feedback
                    .map_or_else(Vec::new, |f| f.suggestions().iter().map(|s| suggestion_code(*s)).collect()),
                least_chars,
            })
        });
        work.await.map_err(|e| Error::internal("judging a password", e))?
    }
}

const fn warning_code(w: Warning) -> &'static str {
    use Warning as W;
    match w {
        W::StraightRowsOfKeysAreEasyToGuess | W::ShortKeyboardPatternsAreEasyToGuess => "keyboard",
        W::RepeatsLikeAaaAreEasyToGuess | W::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => "repeats",
        W::ThisIsATop10Password | W::ThisIsATop100Password | W::ThisIsACommonPassword => "common",
        W::ThisIsSimilarToACommonlyUsedPassword => "nearly_common",
        W::SequencesLikeAbcAreEasyToGuess => "sequence",
        W::RecentYearsAreEasyToGuess | W::DatesAreOftenEasyToGuess => "date",
        W::AWordByItselfIsEasyToGuess => "one_word",
        W::NamesAndSurnamesByThemselvesAreEasyToGuess | W::CommonNamesAndSurnamesAreEasyToGuess => "name",
    }
}

const fn suggestion_code(s: Suggestion) -> &'static str {
    use Suggestion as S;
    match s {
        S::UseAFewWordsAvoidCommonPhrases => "few_words",
        S::NoNeedForSymbolsDigitsOrUppercaseLetters => "no_signs_needed",
        S::AddAnotherWordOrTwo => "another_word",
        S::CapitalizationDoesntHelpVeryMuch | S::AllUppercaseIsAlmostAsEasyToGuessAsAllLowercase => "capitals",
        S::ReversedWordsArentMuchHarderToGuess => "reversed",
        S::PredictableSubstitutionsDontHelpVeryMuch => "stand_ins",
        S::UseALongerKeyboardPatternWithMoreTurns => "keyboard",
        S::AvoidRepeatedWordsAndCharacters => "repeats",
        S::AvoidSequences => "sequences",
        S::AvoidRecentYears | S::AvoidYearsThatAreAssociatedWithYou | S::AvoidDatesAndYearsThatAreAssociatedWithYou => {
            "dates"
        }
    }
}
