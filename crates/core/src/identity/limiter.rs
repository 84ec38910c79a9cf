//! How often a network may fail: the generic cell rate algorithm over the passed-in clock.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Most networks remembered at once; beyond it, those that are whole again are forgotten, and then all.
const MAX_KEYS: usize = 50_000;

/// Lets `burst` events through at once and one more after every `every_us`.
#[derive(Debug)]
pub(crate) struct Limiter<K> {
    burst: i64,
    every_us: i64,
    /// When each key's allowance will be whole again.
    whole_at: Mutex<HashMap<K, i64>>,
}

impl<K: Eq + Hash> Limiter<K> {
    pub(crate) fn new(burst: u32, every_us: i64) -> Self {
        Self { burst: i64::from(burst), every_us, whole_at: Mutex::default() }
    }

    /// Takes one; `Err` gives the seconds to wait.
    pub(crate) fn take(&self, key: K, now_us: i64) -> Result<(), u32> {
        let mut map = self.whole_at.lock().unwrap_or_else(PoisonError::into_inner);
        if map.len() >= MAX_KEYS {
            map.retain(|_, at| *at > now_us);
            if map.len() >= MAX_KEYS {
                map.clear();
            }
        }
        let at = map.get(&key).copied().unwrap_or(now_us).max(now_us);
        let wait = at - now_us - (self.burst - 1).saturating_mul(self.every_us);
        if wait > 0 {
            return Err(u32::try_from(wait / 1_000_000 + 1).unwrap_or(u32::MAX));
        }
        map.insert(key, at.saturating_add(self.every_us));
        Ok(())
    }

    /// Gives one back: what was taken turned out to be no failure.
    pub(crate) fn give_back(&self, key: &K) {
        let mut map = self.whole_at.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = map.get_mut(key) {
            *at = at.saturating_sub(self.every_us);
        }
    }
}

/// What counts as one network: an IPv4 address, or the /64 of an IPv6 address, of which everybody has many.
pub(crate) fn network_key(network: Option<IpAddr>) -> u128 {
    match network.map(|ip| ip.to_canonical()) {
        None => 0,
        Some(IpAddr::V4(v4)) => u128::from(v4.to_bits()),
        Some(IpAddr::V6(v6)) => (v6.to_bits() >> 64) << 64 | 1 << 63,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_then_one_for_each_interval() {
        let l = Limiter::new(3, 10_000_000);
        assert!((0..3).all(|_| l.take('a', 0).is_ok()));
        assert_eq!(l.take('a', 0), Err(11));
        assert_eq!(l.take('b', 0), Ok(()), "another network has its own allowance");
        assert_eq!(l.take('a', 10_000_000), Ok(()));
        assert!(l.take('a', 10_000_000).is_err());
    }

    #[test]
    fn what_is_given_back_can_be_taken_again() {
        let l = Limiter::new(1, 10_000_000);
        l.take('a', 0).unwrap();
        l.give_back(&'a');
        assert_eq!(l.take('a', 0), Ok(()));
        assert!(l.take('a', 0).is_err());
    }

    #[test]
    fn neighbours_in_one_ipv6_network_share() {
        let key = |s: &str| network_key(Some(s.parse().unwrap()));
        assert_eq!(key("2001:db8::1"), key("2001:db8::ffff:2"));
        assert_ne!(key("2001:db8::1"), key("2001:db8:0:1::1"));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    }
}
