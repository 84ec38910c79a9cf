//! The demo's clock: set to the moments of the week while that is made, the real time from then on.

use anyhow::{Result, ensure};
use jiff::Timestamp;
use std::sync::atomic::{AtomicI64, Ordering};
use wardpost_core::{Clock, SystemClock};

/// The system's clock, put back for a while.
#[derive(Debug, Default)]
pub struct DemoClock {
    /// Microseconds to be added to the real time; never above 0.
    offset_us: AtomicI64,
}

impl DemoClock {
    /// A clock that shows the real time.
    pub fn new() -> Self {
        Self::default()
    }

    /// Goes on from this moment, which lies in the past.
    ///
    /// # Errors
    /// When it lies in the future.
    pub fn set(&self, moment: Timestamp) -> Result<()> {
        let offset = moment.as_microsecond() - SystemClock.now_us();
        ensure!(offset <= 0, "the demo's week would lie in the future");
        self.offset_us.store(offset, Ordering::SeqCst);
        Ok(())
    }

    /// Shows the real time from now on.
    pub fn set_real(&self) {
        self.offset_us.store(0, Ordering::SeqCst);
    }
}

impl Clock for DemoClock {
    fn now(&self) -> Timestamp {
        let us = SystemClock.now_us() + self.offset_us.load(Ordering::SeqCst);
        Timestamp::from_microsecond(us).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}
