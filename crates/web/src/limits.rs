//! Bounds on how often one network address may ask: far above what an office needs, far below what guessing needs.
//! (Guessing at one account or one pick-up is bounded by the use cases, wherever the tries come from.)

use crate::config::WebLimits;
use crate::problem::{Problem, Slug};
use governor::clock::{Clock, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

type Keyed = RateLimiter<IpAddr, HashMapStateStore<IpAddr>, MonotonicClock, NoOpMiddleware<std::time::Instant>>;

/// What is counted by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any request.
    General,
    /// Tries to sign in.
    SignIn,
    /// Acts on pick-ups without a session.
    Pickup,
}

/// The counters.
pub struct Limiters {
    general: Keyed,
    sign_in: Keyed,
    pickup: Keyed,
    since_sweep: AtomicU32,
}

/// Sweep idle counters after so many requests.
const SWEEP_EVERY: u32 = 4096;

impl Limiters {
    /// Counters with these bounds.
    #[must_use]
    pub fn new(limits: &WebLimits) -> Self {
        Self {
            general: per_minute(limits.requests_per_minute),
            sign_in: per_minute(limits.sign_ins_per_minute),
            pickup: per_minute(limits.pickups_per_minute),
            since_sweep: AtomicU32::new(0),
        }
    }

    /// Counts one request.
    ///
    /// # Errors
    /// `rate_limited` with the time to wait.
    pub fn check(&self, kind: Kind, from: IpAddr) -> Result<(), Problem> {
        if self.since_sweep.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.sweep();
        }
        let limiter = match kind {
            Kind::General => &self.general,
            Kind::SignIn => &self.sign_in,
            Kind::Pickup => &self.pickup,
        };
        limiter.check_key(&network_of(from)).map_err(|until| {
            let wait = until.wait_time_from(MonotonicClock.now());
            let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
            Problem::new(Slug::RateLimited).retry_after(seconds)
        })
    }

    /// Forgets addresses that have not been heard of for as long as it takes to be free again.
    fn sweep(&self) {
        for limiter in [&self.general, &self.sign_in, &self.pickup] {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

fn per_minute(times: u32) -> Keyed {
    let times = NonZeroU32::new(times).unwrap_or(NonZeroU32::MIN);
    RateLimiter::new(Quota::per_minute(times), HashMapStateStore::default(), MonotonicClock)
}

/// An IPv6 customer has at least a /64: addresses within it are one place.
fn network_of(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limiters() -> Limiters {
        Limiters::new(&WebLimits { sign_ins_per_minute: 3, ..WebLimits::default() })
    }

    #[test]
    fn one_address_is_stopped_and_told_when_to_come_back_and_others_go_on() {
        let limiters = limiters();
        let office: IpAddr = "192.0.2.1".parse().unwrap();
        for _ in 0..3 {
            limiters.check(Kind::SignIn, office).unwrap();
        }
        let problem = limiters.check(Kind::SignIn, office).unwrap_err();
        assert_eq!(problem.slug(), "rate_limited");
        assert!((1..=61).contains(&problem.retry_after_seconds.unwrap()));
        limiters.check(Kind::SignIn, "192.0.2.2".parse().unwrap()).unwrap();
        limiters.check(Kind::General, office).unwrap();
    }

    #[test]
    fn addresses_of_one_ipv6_network_count_together() {
        let limiters = limiters();
        for i in 0..3 {
            limiters.check(Kind::SignIn, format!("2001:db8::{i}").parse().unwrap()).unwrap();
        }
        assert!(limiters.check(Kind::SignIn, "2001:db8::ffff".parse().unwrap()).is_err());
        limiters.check(Kind::SignIn, "2001:db8:0:1::1".parse().unwrap()).unwrap();
        limiters.check(Kind::SignIn, "::ffff:192.0.2.9".parse().unwrap()).unwrap();
    }
}
