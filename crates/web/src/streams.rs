//! Which live event streams are open: bounded in all, and in each session, so that no single cookie holds the connections
//! that a network has (ASVS 2.4.1).

use crate::problem::{Answer, Problem, Slug};
use crate::state::WebState;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use wardpost_model::SessionId;

/// Most streams of one session. The tabs of a browser share one; a few more are for those that don't.
pub const PER_SESSION: usize = 6;

/// The streams that are open.
#[derive(Debug, Default)]
pub struct Streams(Mutex<Open>);

#[derive(Debug, Default)]
struct Open {
    /// Told from one another by counting.
    last: u64,
    all: usize,
    /// Of each session, the oldest first.
    of: HashMap<SessionId, VecDeque<(u64, Arc<Notify>)>>,
}

impl Streams {
    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// A place for one more; the oldest of a session that has enough of them gives way.
    fn take(&mut self, session: SessionId, most: usize) -> Option<(u64, Arc<Notify>)> {
        let own = self.of.entry(session).or_default();
        if own.len() >= PER_SESSION
            && let Some((_, oldest)) = own.pop_front()
        {
            self.all -= 1;
            oldest.notify_one();
        }
        if self.all >= most {
            self.forget_empty(session);
            return None;
        }
        self.last += 1;
        let place = (self.last, Arc::new(Notify::new()));
        own.push_back(place.clone());
        self.all += 1;
        Some(place)
    }

    /// Gives a place back, unless it was taken away before.
    fn give_back(&mut self, session: SessionId, number: u64) {
        if let Some(own) = self.of.get_mut(&session) {
            let before = own.len();
            own.retain(|(n, _)| *n != number);
            self.all -= before - own.len();
        }
        self.forget_empty(session);
    }

    fn forget_empty(&mut self, session: SessionId) {
        if self.of.get(&session).is_some_and(VecDeque::is_empty) {
            self.of.remove(&session);
        }
    }
}

/// One of the streams that may be open at a time; given back when dropped.
pub struct Place {
    state: WebState,
    session: SessionId,
    number: u64,
    closed: Arc<Notify>,
}

impl Place {
    pub fn take(state: &WebState, session: SessionId) -> Answer<Self> {
        let mut open = state.streams().open();
        let taken = open.take(session, state.config().limits.streams);
        let all = open.all;
        drop(open);
        let (number, closed) =
            taken.ok_or_else(|| Problem::new(Slug::Unavailable).detail("too many streams").retry_after(30))?;
        state.metrics().streams(all);
        Ok(Self { state: state.clone(), session, number, closed })
    }

    /// Waits until another stream of the session takes this place.
    pub async fn taken_away(&self) {
        self.closed.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.state.streams().open();
        open.give_back(self.session, self.number);
        self.state.metrics().streams(open.all);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_has_so_many_and_no_more() {
        let (mine, other) = (SessionId(uuid::Uuid::from_u128(1)), SessionId(uuid::Uuid::from_u128(2)));
        let mut open = Open::default();
        let places: Vec<_> = (0..2 * PER_SESSION).map(|_| open.take(mine, 100).unwrap().0).collect();
        assert_eq!((open.all, open.of[&mine].len()), (PER_SESSION, PER_SESSION));
        assert_eq!(open.of[&mine].front().unwrap().0, places[PER_SESSION], "the older half gave way");
        // What gave way is not given back a second time.
        open.give_back(mine, places[0]);
        assert_eq!(open.all, PER_SESSION);
        let (theirs, _) = open.take(other, PER_SESSION + 1).unwrap();
        assert!(open.take(SessionId(uuid::Uuid::from_u128(3)), PER_SESSION + 1).is_none(), "bounded in all");
        // A full house turns nobody away from their own place.
        assert!(open.take(mine, PER_SESSION + 1).is_some());
        open.give_back(other, theirs);
        let left: Vec<u64> = open.of[&mine].iter().map(|(n, _)| *n).collect();
        left.into_iter().for_each(|n| open.give_back(mine, n));
        assert!(open.all == 0 && open.of.is_empty());
    }
}
