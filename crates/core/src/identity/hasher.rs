//! Hashing of passwords: Argon2id with the parameters of ASVS 11.4.2 (46 MiB, one pass, one lane), on blocking threads,
//! so few at a time that a flood of guesses takes neither the memory nor the cores that mail needs.
//!
//! Measured by `benches/password.rs`; figures in `docs/performance.md`.

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
/// Callers of a lane that hash or wait for their turn; more are told to come again. At some 25 hashes a second and core
/// nobody waits longer than about three seconds.
const MAX_WAITING: usize = 64;
/// What is verified when there is nobody to verify: the same parameters, a hash that no password has.
const DUMMY: &str = "$argon2id$v=19$m=47104,t=1,p=1$d2FyZHBvc3RkdW1teXNhbA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Who comes: guessers wait behind guessers only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    /// Anybody.
    Strangers,
    /// Who is signed in or invited, or comes with a browser in which they have signed in before.
    Known,
}

/// Hashes and verifies, a few at a time.
#[derive(Debug)]
pub(crate) struct Hasher {
    strangers: Queue,
    known: Queue,
    /// How often the whole work was done.
    #[cfg(test)]
    pub(super) hashed: AtomicUsize,
}

#[derive(Debug)]
struct Queue {
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
}

impl Queue {
    fn new(turns: usize) -> Self {
        Self { turns: Arc::new(Semaphore::new(turns)), waiting: AtomicUsize::new(0) }
    }
}

impl Default for Hasher {
    fn default() -> Self {
        let turns = turns_of(std::thread::available_parallelism().map_or(1, usize::from));
        Self {
            strangers: Queue::new(turns),
            known: Queue::new(1),
            #[cfg(test)]
            hashed: AtomicUsize::new(0),
        }
    }
}

/// Strangers' hashes at once: half of the cores, so that the other half is there for the mail whatever comes in here.
fn turns_of(cores: usize) -> usize {
    (cores / 2).max(1)
}

impl Hasher {
    /// A place in a lane's queue, to be taken before anything is written on behalf of a stranger: what is told to come
    /// again has cost next to nothing.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when too many wait.
    pub(crate) fn place(&self, lane: Lane) -> Result<Place<'_>> {
        let queue = match lane {
            Lane::Strangers => &self.strangers,
            Lane::Known => &self.known,
        };
        Place::take(queue).ok_or(Error::Unavailable("too many sign-ins at once"))
    }

    /// Hashes a password for storing, as a PHC string.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when too many wait.
    pub(crate) async fn hash(&self, password: &str) -> Result<String> {
        self.hash_at(&self.place(Lane::Known)?, password).await
    }

    /// As [`Hasher::hash`], for who has a place already.
    pub(crate) async fn hash_at(&self, place: &Place<'_>, password: &str) -> Result<String> {
        let password = normalised(password);
        self.in_turn(place, move || hash_now(&password)).await
    }

    /// Whether the password is the one that was hashed. Without a hash it takes the same time and is always wrong.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when too many wait.
    pub(crate) async fn verify(&self, password: &str, phc: Option<Zeroizing<String>>) -> Result<bool> {
        self.verify_at(&self.place(Lane::Known)?, password, phc).await
    }

    /// As [`Hasher::verify`], for who has a place already.
    pub(crate) async fn verify_at(
        &self,
        place: &Place<'_>,
        password: &str,
        phc: Option<Zeroizing<String>>,
    ) -> Result<bool> {
        let (password, known) = (normalised(password), phc.is_some() && password.len() <= MAX_BYTES);
        let phc = phc.unwrap_or_else(|| Zeroizing::new(DUMMY.to_owned()));
        self.in_turn(place, move || Ok(verify_now(&password, &phc)? && known)).await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        place: &Place<'_>,
        work: impl FnOnce() -> Result<T, argon2::password_hash::Error> + Send + 'static,
    ) -> Result<T> {
        let turns = Arc::clone(&place.0.turns);
        let turn = turns.acquire_owned().await.map_err(|e| Error::internal("waiting to hash a password", e))?;
        let done = tokio::task::spawn_blocking(move || {
            // Held until the memory is free again, even if nobody waits for the answer any more.
            let _turn = turn;
            work()
        });
        let result = done.await.map_err(|e| Error::internal("hashing a password", e))?;
        #[cfg(test)]
        self.hashed.fetch_add(1, Ordering::Relaxed);
        result.map_err(|e| Error::internal("hashing a password", e.to_string()))
    }
}

fn hash_now(password: &str) -> Result<String, argon2::password_hash::Error> {
    let salt = SaltString::encode_b64(&wardpost_vault::random_bytes::<16>())?;
    Ok(argon2()?.hash_password(password.as_bytes(), &salt)?.to_string())
}

fn verify_now(password: &str, phc: &str) -> Result<bool, argon2::password_hash::Error> {
    match argon2()?.verify_password(password.as_bytes(), &PasswordHash::new(phc)?) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::Password) => Ok(false),
        Err(e) => Err(e),
    }
}

/// For the bench: what one hash costs its thread.
#[cfg(any(test, feature = "testing"))]
pub(crate) fn hash_on_this_thread(password: &str) -> String {
    hash_now(password).unwrap_or_default()
}

/// For the bench.
#[cfg(any(test, feature = "testing"))]
pub(crate) fn verify_on_this_thread(password: &str, phc: &str) -> bool {
    verify_now(password, phc).unwrap_or(false)
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
pub(crate) struct Place<'a>(&'a Queue);

impl<'a> Place<'a> {
    fn take(queue: &'a Queue) -> Option<Self> {
        let place = Self(queue);
        (queue.waiting.fetch_add(1, Ordering::Relaxed) < MAX_WAITING).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
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

    /// A flood finds half of the cores at most, and at least one (ASVS 6.1.1, 15.2.2).
    #[test]
    fn half_of_the_cores_hash_and_at_least_one() {
        assert_eq!([1, 2, 3, 4, 16].map(turns_of), [1, 1, 1, 2, 8]);
    }

    /// ASVS 6.1.1, 15.2.2: a full queue of strangers is told to come again at once, and nobody else waits for it.
    #[tokio::test]
    async fn a_queue_that_is_full_of_strangers_is_no_matter_to_who_is_known() {
        let h = Hasher::default();
        let places: Vec<_> = (0..MAX_WAITING).map(|_| h.place(Lane::Strangers).unwrap()).collect();
        assert!(matches!(h.place(Lane::Strangers), Err(Error::Unavailable(_))));
        // Not even the strangers' turns, all taken, are waited for.
        let _turns =
            h.strangers.turns.acquire_many(u32::try_from(h.strangers.turns.available_permits()).unwrap()).await;
        assert!(!h.verify("seven quiet herons wade", None).await.unwrap());
        drop(places);
        assert!(h.place(Lane::Strangers).is_ok());
    }

    #[test]
    fn hashes_of_other_parameters_are_outdated() {
        assert!(is_outdated("$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$AAAA"));
    }

    #[test]
    fn places_are_bounded_and_given_up() {
        let queue = Queue::new(1);
        queue.waiting.store(MAX_WAITING - 1, Ordering::Relaxed);
        let last = Place::take(&queue).unwrap();
        assert!(Place::take(&queue).is_none());
        drop(last);
        assert!(Place::take(&queue).is_some());
    }
}
