//! Requests that create something can be repeated: the same key with the same content gets the answer of the first time,
//! for [`KEPT_HOURS`]. Keys and answers are personal: keys are stored as keyed hashes, answers sealed.
//!
//! A claim is made before the act and the answer kept after it. If the server dies between the two, the claim may be taken
//! over after [`STALE_MINUTES`]; the acts themselves refuse to happen twice where that matters (a draft is sent once).

use crate::clock::MINUTE_US;
use crate::error::guard;
use crate::seal::purpose;
use crate::{Core, Error, Result};
use std::time::Duration;
use uuid::Uuid;
use wardpost_store::repo::idempotency::{self as rows, Key, KeyRow};
use wardpost_store::{Batch, StoreError};

/// How long an answer is kept.
pub const KEPT_HOURS: i64 = 24;
/// After this time a claim without an answer belongs to a server that died.
pub const STALE_MINUTES: i64 = 2;
/// Longest key in characters.
pub const MAX_KEY: usize = 128;
/// Largest answer that is kept, in bytes.
pub const MAX_ANSWER: usize = 1 << 20;

/// How long a second request waits for the first.
const WAIT: Duration = Duration::from_secs(10);

/// A key that is this request's to use.
#[derive(Debug, Clone, Copy)]
#[must_use = "a claim is to be kept or released"]
pub struct Claim {
    key: Key,
    at_us: i64,
}

/// What became of a key.
#[derive(Debug)]
pub enum Claimed {
    /// The act is to be done, and its answer kept.
    Fresh(Claim),
    /// It was done before; this was the answer.
    Done {
        /// HTTP status.
        status: u16,
        /// Body.
        body: Vec<u8>,
    },
}

impl Core {
    /// Claims a key for a request. `scope` is the person or the pick-up that it belongs to; `request` is everything that
    /// makes the request what it is (method, path, body).
    ///
    /// While the first request with this key is being answered, a second one waits for it.
    ///
    /// # Errors
    /// A field error when the key is malformed or came with another request before; `Conflict("in_progress")` when the
    /// first request takes too long.
    pub async fn claim_key(&self, scope: Uuid, key: &str, request: &[&[u8]]) -> Result<Claimed> {
        if key.is_empty() || key.len() > MAX_KEY || !key.bytes().all(|b| b.is_ascii_graphic()) {
            let message = "1 to 128 visible ASCII characters";
            return Err(Error::field("Idempotency-Key", "malformed", message));
        }
        let key_hash = self.vault().hash_secret(purpose::IDEMPOTENCY_KEY, key.as_bytes());
        let key = Key { org: self.org(), scope, key_hash };
        let request_hash = request_hash(request);
        let waited = tokio::time::timeout(WAIT, self.claim_or_wait(key, &request_hash)).await;
        waited.unwrap_or(Err(Error::Conflict("in_progress")))
    }

    async fn claim_or_wait(&self, key: Key, request_hash: &[u8]) -> Result<Claimed> {
        let mut commits = self.db().watch();
        loop {
            let at_us = self.clock().now_us();
            let mut batch = Batch::new();
            rows::claim(&mut batch, key, request_hash, at_us);
            match self.db().write(batch).await {
                Ok(_) => return Ok(Claimed::Fresh(Claim { key, at_us })),
                Err(StoreError::Conflict(_)) => {}
                Err(e) => return Err(e.into()),
            }
            // Between the two the key may have been released: then it is claimed anew.
            if let Some(row) = rows::find(self.db(), key).await?
                && let Some(claimed) = self.judge(key, request_hash, row).await?
            {
                return Ok(claimed);
            }
            let _ = tokio::time::timeout(Duration::from_millis(250), commits.changed()).await;
        }
    }

    async fn judge(&self, key: Key, request_hash: &[u8], row: KeyRow) -> Result<Option<Claimed>> {
        if row.request_hash != request_hash {
            let message = "this key came with another request before";
            return Err(Error::field("Idempotency-Key", "reused", message));
        }
        let now = self.clock().now_us();
        if row.status != 0 {
            let body = self.vault().open(purpose::IDEMPOTENCY_ANSWER, &row_of(key), &row.sealed_answer)?;
            let status = u16::try_from(row.status).map_err(|e| Error::internal("reading a kept answer", e))?;
            return Ok(Some(Claimed::Done { status, body: body.to_vec() }));
        }
        if row.at_us > now - STALE_MINUTES * MINUTE_US {
            return Ok(None);
        }
        let mut batch = Batch::new();
        rows::retake(&mut batch, key, row.at_us, now, guard::LEASE);
        match self.db().write(batch).await {
            Ok(_) => Ok(Some(Claimed::Fresh(Claim { key, at_us: now }))),
            Err(StoreError::Guard(_)) => Ok(None),
            Err(e) => Err(e.into()),
        }
    }

    /// Keeps the answer.
    ///
    /// # Errors
    /// When the answer is too large, the claim is no longer this request's, or the store fails. The act itself is done.
    pub async fn keep_answer(&self, claim: Claim, status: u16, body: &[u8]) -> Result<()> {
        if body.len() > MAX_ANSWER {
            return Err(Error::TooLarge { limit_bytes: MAX_ANSWER as u64 });
        }
        let sealed = self.vault().seal(purpose::IDEMPOTENCY_ANSWER, &row_of(claim.key), body);
        let mut batch = Batch::new();
        rows::keep(&mut batch, claim.key, claim.at_us, status, sealed, guard::LEASE);
        self.db().write(batch).await?;
        Ok(())
    }

    /// Gives the key up: the act did not happen, so it may be tried again.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn release_key(&self, claim: Claim) -> Result<()> {
        let mut batch = Batch::new();
        rows::release(&mut batch, claim.key, claim.at_us);
        self.db().write(batch).await?;
        Ok(())
    }
}

/// Parts with their lengths, so that no two requests run together into the same bytes.
fn request_hash(parts: &[&[u8]]) -> Vec<u8> {
    let mut all = Vec::with_capacity(parts.iter().map(|p| p.len() + 8).sum());
    for part in parts {
        all.extend_from_slice(&(part.len() as u64).to_be_bytes());
        all.extend_from_slice(part);
    }
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &all).as_ref().to_vec()
}

fn row_of(key: Key) -> Vec<u8> {
    [key.scope.as_bytes().as_slice(), &key.key_hash].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::HOUR_US;
    use crate::testing::TestCore;

    const SCOPE: Uuid = Uuid::from_u128(7);

    async fn fresh(house: &TestCore, key: &str) -> Claim {
        match house.claim_key(SCOPE, key, &[b"POST", b"body"]).await.unwrap() {
            Claimed::Fresh(claim) => claim,
            Claimed::Done { .. } => panic!("was answered before"),
        }
    }
    async fn done(house: &TestCore, key: &str) -> (u16, Vec<u8>) {
        match house.claim_key(SCOPE, key, &[b"POST", b"body"]).await.unwrap() {
            Claimed::Done { status, body } => (status, body),
            Claimed::Fresh(_) => panic!("was not answered before"),
        }
    }

    #[tokio::test]
    async fn the_same_request_gets_the_same_answer_until_it_is_forgotten() {
        let house = TestCore::new().await;
        let claim = fresh(&house, "k1").await;
        house.keep_answer(claim, 201, b"made").await.unwrap();
        assert_eq!(done(&house, "k1").await, (201, b"made".to_vec()));
        house.keep_house().await.unwrap();
        assert_eq!(done(&house, "k1").await, (201, b"made".to_vec()));
        house.clock.advance_us(KEPT_HOURS * HOUR_US + MINUTE_US);
        house.keep_house().await.unwrap();
        let _ = fresh(&house, "k1").await;
    }

    #[tokio::test]
    async fn another_request_with_the_same_key_is_refused_and_another_persons_key_is_another_key() {
        let house = TestCore::new().await;
        let claim = fresh(&house, "k1").await;
        house.keep_answer(claim, 201, b"made").await.unwrap();
        let other = house.claim_key(SCOPE, "k1", &[b"POST", b"other"]).await.unwrap_err();
        assert!(matches!(other, Error::Validation(fields) if fields[0].code == "reused"));
        let moved = house.claim_key(SCOPE, "k1", &[b"POSTb", b"ody"]).await.unwrap_err();
        assert!(matches!(moved, Error::Validation(_)), "parts do not run together");
        let colleague = house.claim_key(Uuid::from_u128(8), "k1", &[b"POST", b"other"]).await.unwrap();
        assert!(matches!(colleague, Claimed::Fresh(_)));
    }

    #[tokio::test]
    async fn a_released_key_is_free_again() {
        let house = TestCore::new().await;
        let claim = fresh(&house, "k1").await;
        house.release_key(claim).await.unwrap();
        let claim = fresh(&house, "k1").await;
        house.keep_answer(claim, 201, b"").await.unwrap();
        house.release_key(claim).await.unwrap();
        assert_eq!(done(&house, "k1").await.0, 201, "a kept answer can't be released");
    }

    #[tokio::test]
    async fn a_second_request_waits_for_the_first() {
        let house = TestCore::new().await;
        let claim = fresh(&house, "k1").await;
        let core = house.core.clone();
        let second = tokio::spawn(async move { core.claim_key(SCOPE, "k1", &[b"POST", b"body"]).await.unwrap() });
        tokio::task::yield_now().await;
        house.keep_answer(claim, 200, b"first").await.unwrap();
        assert!(matches!(second.await.unwrap(), Claimed::Done { status: 200, body } if body == b"first"));
    }

    #[tokio::test]
    async fn the_claim_of_a_dead_server_is_taken_over_and_only_once() {
        let house = TestCore::new().await;
        let dead = fresh(&house, "k1").await;
        house.clock.advance_minutes(STALE_MINUTES + 1);
        let heir = fresh(&house, "k1").await;
        assert!(house.keep_answer(dead, 201, b"late").await.is_err(), "the dead one's word counts no longer");
        house.keep_answer(heir, 201, b"heir").await.unwrap();
        assert_eq!(done(&house, "k1").await.1, b"heir");
    }

    #[tokio::test]
    async fn malformed_keys_are_refused() {
        let house = TestCore::new().await;
        for key in ["", " ", "a b", "a\n", &"x".repeat(MAX_KEY + 1), "é"] {
            assert!(matches!(house.claim_key(SCOPE, key, &[]).await, Err(Error::Validation(_))), "{key:?}");
        }
    }
}
