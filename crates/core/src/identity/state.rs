//! What this process remembers for identity: short-lived copies of sessions and mail programs' sign-ins, allowances of
//! networks, turns at hashing. Everything here can be lost at any moment.

use super::blocklist::OperatorList;
use super::hasher::Hasher;
use super::limiter::Limiter;
use super::oidc::Words;
use super::session::Known;
use super::strength::{ADVICE_BURST, ADVICE_EVERY_US};
use super::verify::{SENDS_BURST, SENDS_EVERY_US};
use crate::clock::{MINUTE_US, SECOND_US};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use wardpost_model::PersonId;
use wardpost_model::person::Actor;

/// How long a session is believed without another look at the store: an end on another node is effective after that,
/// whether or not its event arrives.
const SESSION_FOR_US: i64 = SECOND_US;
/// How long a mail program's sign-in is believed.
const SUBMISSION_FOR_US: i64 = 30 * SECOND_US;
const MAX_ENTRIES: usize = 20_000;
/// A network may fail so often at once at sign-in, and then once every six seconds: a clinic behind one address has
/// many people, and each login has a count of its own besides.
const SIGN_IN_BURST: u32 = 50;
const SUBMISSION_BURST: u32 = 30;
const EVERY_US: i64 = 6 * SECOND_US;
/// A program may ask so often at once, and then twenty-five times a second: as much as the large identity providers send.
const TOKEN_BURST: u32 = 500;
const TOKEN_EVERY_US: i64 = SECOND_US / 25;

#[derive(Debug)]
pub(crate) struct State {
    pub(super) hasher: Hasher,
    pub(super) sign_ins: Limiter<u128>,
    pub(super) submissions: Limiter<u128>,
    pub(super) advice: Limiter<u128>,
    pub(super) sessions: Remembered<Arc<Known>>,
    pub(super) mail_programs: Remembered<Actor>,
    pub(super) zone_refusals: Limiter<u128>,
    pub(super) token_failures: Limiter<u128>,
    pub(super) token_requests: Limiter<u128>,
    pub(super) verifications: Limiter<u128>,
    pub(super) provider_logouts: Limiter<u128>,
    pub(super) providers: Words,
    pub(super) operator_list: OnceLock<Arc<OperatorList>>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            hasher: Hasher::default(),
            sign_ins: Limiter::new(SIGN_IN_BURST, EVERY_US),
            submissions: Limiter::new(SUBMISSION_BURST, EVERY_US),
            advice: Limiter::new(ADVICE_BURST, ADVICE_EVERY_US),
            sessions: Remembered::new(SESSION_FOR_US),
            mail_programs: Remembered::new(SUBMISSION_FOR_US),
            zone_refusals: Limiter::new(1, MINUTE_US),
            token_failures: Limiter::new(SUBMISSION_BURST, EVERY_US),
            token_requests: Limiter::new(TOKEN_BURST, TOKEN_EVERY_US),
            verifications: Limiter::new(SENDS_BURST, SENDS_EVERY_US),
            provider_logouts: Limiter::new(SIGN_IN_BURST, EVERY_US),
            providers: Words::default(),
            operator_list: OnceLock::new(),
        }
    }
}

impl State {
    /// Forgets what is remembered of a person.
    pub(crate) fn forget_person(&self, person: PersonId) {
        self.sessions.forget(person);
        self.mail_programs.forget(person);
    }
    /// Forgets everything that depends on the store.
    pub(crate) fn forget_all(&self) {
        self.sessions.clear();
        self.mail_programs.clear();
    }
}

/// Copies by keyed hash, each of one person, each for a short while.
#[derive(Debug)]
pub(crate) struct Remembered<T> {
    for_us: i64,
    inner: Mutex<Inner<T>>,
}

#[derive(Debug)]
struct Inner<T> {
    entries: HashMap<[u8; 32], Entry<T>>,
    /// Grows with every forgetting: what was read before it must not be remembered after it.
    generation: u64,
}

#[derive(Debug)]
struct Entry<T> {
    value: T,
    person: PersonId,
    until_us: i64,
}

impl<T: Clone> Remembered<T> {
    fn new(for_us: i64) -> Self {
        Self { for_us, inner: Mutex::new(Inner { entries: HashMap::new(), generation: 0 }) }
    }
    fn lock(&self) -> MutexGuard<'_, Inner<T>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is remembered, or the generation with which it may be remembered after a look at the store.
    pub(super) fn get(&self, key: &[u8; 32], now_us: i64) -> Result<T, u64> {
        let inner = self.lock();
        let fresh = inner.entries.get(key).filter(|e| now_us < e.until_us && e.until_us - now_us <= self.for_us);
        fresh.map(|e| e.value.clone()).ok_or(inner.generation)
    }

    /// Remembers what was read since `generation`.
    pub(super) fn put(&self, key: [u8; 32], person: PersonId, value: T, now_us: i64, generation: u64) {
        let mut inner = self.lock();
        if inner.generation != generation {
            return;
        }
        if inner.entries.len() >= MAX_ENTRIES {
            inner.entries.retain(|_, e| now_us < e.until_us);
            if inner.entries.len() >= MAX_ENTRIES {
                inner.entries.clear();
            }
        }
        inner.entries.insert(key, Entry { value, person, until_us: now_us + self.for_us });
    }

    /// Puts a newer copy in the place of one that is remembered; it is not remembered any longer for that.
    pub(super) fn replace(&self, key: &[u8; 32], value: T) {
        if let Some(entry) = self.lock().entries.get_mut(key) {
            entry.value = value;
        }
    }

    fn forget(&self, person: PersonId) {
        let mut inner = self.lock();
        inner.generation += 1;
        inner.entries.retain(|_, e| e.person != person);
    }

    fn clear(&self) {
        let mut inner = self.lock();
        inner.generation += 1;
        inner.entries.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(n: u128) -> PersonId {
        PersonId(uuid::Uuid::from_u128(n))
    }

    #[test]
    fn copies_are_kept_a_while_and_forgotten_by_person() {
        let r = Remembered::new(100);
        let generation = r.get(&[1; 32], 0).unwrap_err();
        r.put([1; 32], person(1), "a", 0, generation);
        r.put([2; 32], person(2), "b", 0, generation);
        assert_eq!(r.get(&[1; 32], 99), Ok("a"));
        assert!(r.get(&[1; 32], 100).is_err());
        r.forget(person(1));
        assert!(r.get(&[1; 32], 50).is_err());
        assert_eq!(r.get(&[2; 32], 50), Ok("b"));
    }

    #[test]
    fn what_was_read_before_a_forgetting_is_not_remembered_after_it() {
        let r = Remembered::new(100);
        let before = r.get(&[1; 32], 0).unwrap_err();
        r.forget(person(1));
        r.put([1; 32], person(1), "stale", 0, before);
        assert!(r.get(&[1; 32], 1).is_err());
    }
}
