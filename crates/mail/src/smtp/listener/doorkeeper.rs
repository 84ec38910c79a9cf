//! Who may come in: sessions and rates, in all and per network.

use super::super::limits::Limits;
use super::super::reply::Reply;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use wardpost_model::Network;

/// After so many connections the rate tables are swept of networks that have been quiet.
const SWEEP_EVERY: u64 = 1_024;

/// What counts as one network: an IPv4 address or an IPv6 /64.
type Key = u128;

fn key(address: IpAddr) -> Key {
    match address.to_canonical() {
        IpAddr::V4(ip) => u128::from(ip.to_bits()),
        IpAddr::V6(ip) => (ip.to_bits() >> 64) << 64 | 1 << 63,
    }
}

/// Counts sessions and rates for all doors that share it.
#[derive(Debug)]
pub struct Doorkeeper {
    sessions: Mutex<Sessions>,
    seen: AtomicU64,
    connections: DefaultKeyedRateLimiter<Key>,
    messages: DefaultKeyedRateLimiter<Key>,
    max_sessions: usize,
    max_per_network: usize,
    exempt: Vec<Network>,
}

#[derive(Debug, Default)]
struct Sessions {
    total: usize,
    by_network: HashMap<Key, usize>,
}

/// Leave to have a session; given back when dropped.
#[derive(Debug)]
pub(super) struct Permit {
    doorkeeper: Arc<Doorkeeper>,
    key: Key,
}

impl Doorkeeper {
    /// A doorkeeper with the per-network and total bounds of `limits`.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        let quota = |n: u32| Quota::per_minute(NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN));
        Self {
            sessions: Mutex::default(),
            seen: AtomicU64::new(0),
            connections: RateLimiter::keyed(quota(limits.connections_per_minute)),
            messages: RateLimiter::keyed(quota(limits.messages_per_minute)),
            max_sessions: limits.sessions,
            max_per_network: limits.sessions_per_network,
            exempt: limits.exempt.clone(),
        }
    }

    /// Sessions that are open now.
    #[must_use]
    pub fn open_sessions(&self) -> usize {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).total
    }

    pub(super) fn admit(self: &Arc<Self>, address: IpAddr) -> Result<Permit, Reply> {
        let key = key(address);
        let exempt = self.is_exempt(address);
        // Whoever knocks leaves a trace in the rate tables, admitted or not.
        if (self.seen.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(SWEEP_EVERY) {
            self.connections.retain_recent();
            self.messages.retain_recent();
        }
        if !exempt && self.connections.check_key(&key).is_err() {
            return Err(Reply::new(421, [4, 7, 0], "Too many connections from your network, please try again later"));
        }
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.total >= self.max_sessions {
            return Err(Reply::new(421, [4, 3, 2], "Too many sessions at the moment, please try again later"));
        }
        let here = sessions.by_network.get(&key).copied().unwrap_or_default();
        if !exempt && here >= self.max_per_network {
            return Err(Reply::new(421, [4, 7, 0], "Too many sessions from your network at the same time"));
        }
        sessions.by_network.insert(key, here + 1);
        sessions.total += 1;
        drop(sessions);
        Ok(Permit { doorkeeper: Arc::clone(self), key })
    }

    /// Whether one more message may come from there now.
    pub(super) fn message(&self, address: IpAddr) -> Result<(), Reply> {
        if self.is_exempt(address) || self.messages.check_key(&key(address)).is_ok() {
            return Ok(());
        }
        Err(Reply::new(450, [4, 7, 1], "Too many messages from your network, please try again later"))
    }

    fn is_exempt(&self, address: IpAddr) -> bool {
        self.exempt.iter().any(|n| n.contains(address))
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut sessions = self.doorkeeper.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.total = sessions.total.saturating_sub(1);
        if let Some(here) = sessions.by_network.get_mut(&self.key) {
            *here = here.saturating_sub(1);
            if *here == 0 {
                sessions.by_network.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn networks_are_addresses_or_64s() {
        assert_eq!(key(ip("2001:db8::1")), key(ip("2001:db8::ffff:2")));
        assert_ne!(key(ip("2001:db8:0:1::1")), key(ip("2001:db8:0:2::1")));
        assert_ne!(key(ip("192.0.2.1")), key(ip("192.0.2.2")));
        assert_eq!(key(ip("::ffff:192.0.2.1")), key(ip("192.0.2.1")));
    }

    #[test]
    fn sessions_are_bounded_per_network_and_in_all_and_given_back() {
        let limits = Limits { sessions: 3, sessions_per_network: 2, ..Limits::default() };
        let doorkeeper = Arc::new(Doorkeeper::new(&limits));
        let one = doorkeeper.admit(ip("192.0.2.1")).unwrap();
        let _two = doorkeeper.admit(ip("192.0.2.1")).unwrap();
        assert_eq!(doorkeeper.admit(ip("192.0.2.1")).unwrap_err().code(), 421);
        let _three = doorkeeper.admit(ip("192.0.2.2")).unwrap();
        assert_eq!(doorkeeper.admit(ip("192.0.2.3")).unwrap_err().enhanced(), [4, 3, 2]);
        drop(one);
        assert!(doorkeeper.admit(ip("192.0.2.1")).is_ok());
        assert_eq!(doorkeeper.open_sessions(), 2);
    }

    #[test]
    fn quiet_networks_are_forgotten() {
        let limits = Limits { sessions: 0, connections_per_minute: 6_000_000, ..Limits::default() };
        let doorkeeper = Arc::new(Doorkeeper::new(&limits));
        for i in 0..4 * u32::try_from(SWEEP_EVERY).unwrap() {
            assert!(doorkeeper.admit(IpAddr::V4(i.into())).is_err());
        }
        assert!(doorkeeper.connections.len() < 2 * usize::try_from(SWEEP_EVERY).unwrap());
    }

    #[test]
    fn rates_hold_except_for_exempt_networks() {
        let limits = Limits {
            connections_per_minute: 2,
            messages_per_minute: 1,
            exempt: vec![Network { address: ip("10.0.0.0"), prefix: 8 }],
            ..Limits::default()
        };
        let doorkeeper = Arc::new(Doorkeeper::new(&limits));
        let admitted = |address| (0..5).filter(|_| doorkeeper.admit(ip(address)).is_ok()).count();
        assert_eq!(admitted("192.0.2.1"), 2);
        assert_eq!(admitted("10.1.1.1"), 5);
        assert!(doorkeeper.message(ip("192.0.2.9")).is_ok());
        assert_eq!(doorkeeper.message(ip("192.0.2.9")).unwrap_err().code(), 450);
        assert!((0..5).all(|_| doorkeeper.message(ip("10.1.1.1")).is_ok()));
    }
}
