//! Counting failures in the store: back-off from the fifth in a row, and an end at a hundred (SP 800-63B-4, 3.2.2).

use crate::clock::SECOND_US;
use crate::error::guard;
use crate::{Core, Error, Result};
use wardpost_model::PersonId;
use wardpost_store::repo::credential::{self as rows, CredentialRow, Throttle};
use wardpost_store::{Batch, StoreError};

/// Failures in a row from which one has to wait.
pub(super) const BACK_OFF_FROM: i64 = 5;
/// Failures in a row after which the authenticator is dead until an administrator sends a new invitation.
pub(crate) const DEAD_AT: i64 = 100;
const FIRST_WAIT_US: i64 = 30 * SECOND_US;
const LONGEST_WAIT_US: i64 = 15 * 60 * SECOND_US;
/// A time that does not come.
const NEVER_US: i64 = i64::MAX / 2;
/// How often a count that changed under our hands is read again.
const ROUNDS: usize = 8;
const LONGEST_RETRY_AFTER_SECONDS: i64 = 24 * 60 * 60;

/// What is stored after one more failure.
pub(crate) fn after_failure(failures: i64, now_us: i64) -> Throttle {
    let failures = failures.saturating_add(1);
    let blocked_until_us = if failures >= DEAD_AT {
        NEVER_US
    } else if failures < BACK_OFF_FROM {
        0
    } else {
        let doublings = u32::try_from(failures - BACK_OFF_FROM).unwrap_or(u32::MAX).min(10);
        now_us.saturating_add((FIRST_WAIT_US << doublings).min(LONGEST_WAIT_US))
    };
    Throttle { failures, blocked_until_us }
}

fn open(blocked_until_us: i64, now_us: i64) -> Result<()> {
    if blocked_until_us <= now_us {
        return Ok(());
    }
    let seconds = ((blocked_until_us - now_us) / SECOND_US + 1).min(LONGEST_RETRY_AFTER_SECONDS);
    Err(Error::RateLimited { retry_after_seconds: u32::try_from(seconds).unwrap_or(u32::MAX) })
}

const AGAIN: Error = Error::RateLimited { retry_after_seconds: 1 };

impl Core {
    /// Counts a try at the first factor for a login (whether anybody has it or not) as failed; gives the count.
    ///
    /// # Errors
    /// [`Error::RateLimited`] while tries are not taken.
    pub(super) async fn reserve_login_try(&self, login_index: &[u8]) -> Result<i64> {
        for _ in 0..ROUNDS {
            let now = self.clock().now_us();
            let seen = rows::throttle(self.db(), self.org(), login_index).await?;
            open(seen.blocked_until_us, now)?;
            let then = after_failure(seen.failures, now);
            let mut batch = Batch::new();
            rows::reserve_login(&mut batch, self.org(), login_index, seen.failures, then, now, guard::STATE);
            match self.db().write(batch).await {
                Ok(_) => return Ok(then.failures),
                Err(StoreError::Guard(_)) => {}
                Err(e) => return Err(e.into()),
            }
        }
        Err(AGAIN)
    }

    /// Counts a try at the second factor as failed, together with what `also` adds; gives the credentials as they were.
    ///
    /// # Errors
    /// [`Error::RateLimited`] while tries are not taken; [`Error::Unauthenticated`] when `also`'s guard does not hold.
    pub(super) async fn reserve_factor_try(&self, person: PersonId, also: &Batch) -> Result<CredentialRow> {
        for _ in 0..ROUNDS {
            let now = self.clock().now_us();
            let seen = rows::get(self.db(), self.org(), person).await?.ok_or(Error::Unauthenticated)?;
            open(seen.blocked_until_us, now)?;
            let mut batch = also.clone();
            rows::reserve(
                &mut batch,
                self.org(),
                person,
                seen.failures,
                after_failure(seen.failures, now),
                guard::VERSION,
            );
            match self.db().write(batch).await {
                Ok(_) => return Ok(seen),
                Err(StoreError::Guard(guard::VERSION)) => {}
                Err(StoreError::Guard(_)) => return Err(Error::Unauthenticated),
                Err(e) => return Err(e.into()),
            }
        }
        Err(AGAIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_failures_cost_nothing_then_waits_double_up_to_a_quarter_of_an_hour() {
        let wait = |n| after_failure(n, 1000).blocked_until_us - 1000;
        assert_eq!(after_failure(3, 1000), Throttle { failures: 4, blocked_until_us: 0 });
        assert_eq!(wait(4), 30 * SECOND_US);
        assert_eq!(wait(5), 60 * SECOND_US);
        assert_eq!(wait(9), 15 * 60 * SECOND_US);
        assert_eq!(wait(98), 15 * 60 * SECOND_US);
    }

    #[test]
    fn the_hundredth_failure_ends_it() {
        let dead = after_failure(99, 1000);
        assert_eq!(dead.failures, DEAD_AT);
        assert!(matches!(
            open(dead.blocked_until_us, i64::MAX / 4),
            Err(Error::RateLimited { retry_after_seconds: 86_400 })
        ));
    }
}
