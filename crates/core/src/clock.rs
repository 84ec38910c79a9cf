//! Time and identifiers, passed in so that tests own them.

use jiff::Timestamp;
use uuid::Uuid;

/// A source of time.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Timestamp;

    /// Now in microseconds since the epoch, as stored.
    fn now_us(&self) -> i64 {
        self.now().as_microsecond()
    }
    /// A fresh, time-ordered id (RFC 9562 version 7).
    fn new_id(&self) -> Uuid {
        let now = self.now();
        let seconds = u64::try_from(now.as_second()).unwrap_or(0);
        let nanos = u32::try_from(now.subsec_nanosecond()).unwrap_or(0);
        Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanos))
    }
}

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place where time enters")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Reads a stored time; what is out of range (a damaged row) becomes the epoch.
#[must_use]
pub fn from_us(us: i64) -> Timestamp {
    Timestamp::from_microsecond(us).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// One second in the store's unit.
pub const SECOND_US: i64 = 1_000_000;
/// One minute in the store's unit.
pub const MINUTE_US: i64 = 60 * SECOND_US;
/// One hour in the store's unit.
pub const HOUR_US: i64 = 60 * MINUTE_US;
/// One day in the store's unit.
pub const DAY_US: i64 = 24 * HOUR_US;
