//! Hashing of passwords: Argon2id with the parameters of ASVS 11.4.2 (46 MiB, one pass, one lane), on blocking threads,
//! so few at a time that a flood of sign-ins can't take the memory.

use crate::{Error, Result};
use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization as _;
use wardpost_vault::Zeroizing;

/// Memory of one hash in KiB: 46 MiB.
const MEMORY_KIB: u32 = 46 * 1024;
const PASSES: u32 = 1;
const LANES: u32 = 1;
/// Longest password that is hashed at all, in bytes: 256 characters of four bytes.
const MAX_BYTES: usize = 1024;
/// Callers that may wait for their turn; more are told to come again.
const MAX_WAITING: usize = 128;
/// What is verified when there is nobody to verify: the same parameters, a hash that no password has.
const DUMMY: &str = "$argon2id$v=19$m=47104,t=1,p=1$d2FyZHBvc3RkdW1teXNhbA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Hashes and verifies, a few at a time.
#[derive(Debug)]
pub(crate) struct Hasher {
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
}

impl Default for Hasher {
    fn default() -> Self {
        let turns = std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 4);
        Self { turns: Arc::new(Semaphore::new(turns)), waiting: AtomicUsize::new(0) }
    }
}

impl Hasher {
    /// Hashes a password for storing, as a PHC string.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when too many wait.
    pub(crate) async fn hash(&self, password: &str) -> Result<String> {
        let password = normalised(password);
        self.in_turn(move || {
            let salt = SaltString::encode_b64(&wardpost_vault::random_bytes::<16>())?;
            Ok(argon2()?.hash_password(password.as_bytes(), &salt)?.to_string())
        })
        .await
    }

    /// Whether the password is the one that was hashed. Without a hash it takes the same time and is always wrong.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when too many wait.
    pub(crate) async fn verify(&self, password: &str, phc: Option<Zeroizing<String>>) -> Result<bool> {
        let (password, known) = (normalised(password), phc.is_some() && password.len() <= MAX_BYTES);
        let phc = phc.unwrap_or_else(|| Zeroizing::new(DUMMY.to_owned()));
        self.in_turn(move || {
            let hash = PasswordHash::new(&phc)?;
            match argon2()?.verify_password(password.as_bytes(), &hash) {
                Ok(()) => Ok(known),
                Err(argon2::password_hash::Error::Password) => Ok(false),
                Err(e) => Err(e),
            }
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, argon2::password_hash::Error> + Send + 'static,
    ) -> Result<T> {
        let _place = Place::take(&self.waiting).ok_or(Error::Unavailable("too many sign-ins at once"))?;
        let turns = Arc::clone(&self.turns);
        let turn = turns.acquire_owned().await.map_err(|e| Error::internal("waiting to hash a password", e))?;
        let done = tokio::task::spawn_blocking(move || {
            // Held until the memory is free again, even if nobody waits for the answer any more.
            let _turn = turn;
            work()
        });
        let result = done.await.map_err(|e| Error::internal("hashing a password", e))?;
        result.map_err(|e| Error::internal("hashing a password", e.to_string()))
    }
}

/// Whether a stored hash was made with other parameters than today's.
pub(crate) fn is_outdated(phc: &str) -> bool {
    let today = format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$");
    !phc.starts_with(&today)
}

fn argon2() -> Result<Argon2<'static>, argon2::password_hash::Error> {
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(MEMORY_KIB, PASSES, LANES, Some(32))?))
}

/// NFC, so that the same password typed on another keyboard is the same bytes (SP 800-63B-4, 3.1.1.2).
fn normalised(password: &str) -> Zeroizing<String> {
    if password.len() > MAX_BYTES {
        return Zeroizing::default();
    }
    Zeroizing::new(password.nfc().collect())
}

/// A place in the queue, given up when dropped.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Option<Self> {
        let place = Self(waiting);
        (waiting.fetch_add(1, Ordering::Relaxed) < MAX_WAITING).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_verifies_however_its_accents_were_typed() {
        let h = Hasher::default();
        let phc = h.hash("caf\u{e9} au lait").await.unwrap();
        assert!(!is_outdated(&phc), "{phc}");
        let verify = async |p: &str| h.verify(p, Some(Zeroizing::new(phc.clone()))).await.unwrap();
        assert!(verify("cafe\u{301} au lait").await);
        assert!(!verify("cafe au lait").await);
        assert!(!verify(&"x".repeat(5000)).await);
    }

    #[tokio::test]
    async fn nobody_has_no_password_and_the_stand_in_costs_as_much() {
        let h = Hasher::default();
        assert!(!h.verify("", None).await.unwrap());
        assert!(!h.verify("seven quiet herons wade", None).await.unwrap());
        assert!(!is_outdated(DUMMY), "the stand-in must be as costly as a real hash");
    }

    #[test]
    fn hashes_of_other_parameters_are_outdated() {
        assert!(is_outdated("$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$AAAA"));
    }

    #[test]
    fn places_are_bounded_and_given_up() {
        let waiting = AtomicUsize::new(MAX_WAITING - 1);
        let last = Place::take(&waiting).unwrap();
        assert!(Place::take(&waiting).is_none());
        drop(last);
        assert!(Place::take(&waiting).is_some());
    }
}
