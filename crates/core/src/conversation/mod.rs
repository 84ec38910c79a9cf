//! Conversations, encrypted from end to end: the server's side. It knows who is in which conversation, follows each MLS group
//! without being able to read, gives every entry its place, keeps it, and passes it on. One function for each question of the
//! protocol ([`wardpost_e2ee::wire::Op`]); [`Connection`] takes the questions of one client and tells it what happens.
//!
//! Messages aren't audited one by one: a conversation's log is their record, every entry with who, by which device, when.

mod account;
mod append;
mod backup;
mod commit;
mod connection;
mod create;
mod device;
mod directory;
mod handshake;
mod hub;
mod list;
mod lookout;
mod open;
mod package;
mod read;
mod receipt;
mod refused;
mod standing;
mod state;
#[cfg(test)]
mod tests;

pub use account::OwnAccount;
pub use append::Placed;
pub use connection::{Connection, Told, question};
pub use device::Greeted;
pub use read::Piece;
pub use refused::{Outcome, Refused};

use crate::clock::SECOND_US;
use crate::identity::Limiter;
use hub::Hub;
use state::Lanes;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Semaphore;
use uuid::Uuid;
use wardpost_e2ee::Id;
use wardpost_model::{LeafDeviceId, PersonId};

/// Key packages of others may be taken so often at once, and then once a second.
const CLAIMS: u32 = 60;
/// Something may be passed to one's other devices so often at once, and then twice a second.
const POSTS: u32 = 60;

/// Groups that are worked on at once: what reads the store shares its threads with that.
const AT_ONCE: usize = 8;

/// What this process remembers of conversations. Everything can be lost at any moment.
pub(crate) struct Conversations {
    hub: Hub,
    lanes: Lanes,
    claims: Limiter<PersonId>,
    posts: Limiter<PersonId>,
    typing: Limiter<PersonId>,
    receipts: lookout::Receipts,
    /// Turns at work on groups.
    aside: Semaphore,
    /// When this process began, microseconds since the epoch: nobody here waits for what is older.
    started_us: i64,
    /// Grows when rights may have changed: what was judged by them before counts no more.
    rights: AtomicU64,
}

impl Conversations {
    pub(crate) fn new(now_us: i64) -> Self {
        Self {
            hub: Hub::default(),
            lanes: Lanes::default(),
            claims: Limiter::new(CLAIMS, SECOND_US),
            posts: Limiter::new(POSTS, SECOND_US / 2),
            typing: connection::typing_limit(),
            receipts: lookout::Receipts::default(),
            aside: Semaphore::new(AT_ONCE),
            started_us: now_us,
            rights: AtomicU64::new(0),
        }
    }

    /// Rights may have changed.
    pub(crate) fn outdate(&self) {
        self.rights.fetch_add(1, Ordering::SeqCst);
    }
}

/// Who asks, by which device.
#[derive(Debug, Clone, Copy)]
pub struct Asker<'a> {
    /// Who.
    pub actor: &'a wardpost_model::person::Actor,
    /// By which device, which it has proved to be.
    pub device: LeafDeviceId,
}

/// An id of the model as one of the protocol.
fn wire_id(id: impl Into<Uuid>) -> Id {
    Id(*id.into().as_bytes())
}

/// An id of the protocol as one of the model.
fn own_id<T: From<Uuid>>(id: Id) -> T {
    T::from(Uuid::from_bytes(id.0))
}

/// A number of the store as one of the protocol; what is damaged is 0.
fn wire_number(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

/// A number of the protocol as one of the store; what is out of range is past every entry and epoch.
fn own_number(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX - 1)
}
