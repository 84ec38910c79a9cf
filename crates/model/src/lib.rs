//! The vocabulary of Wardpost: typed ids, addresses, people, roles, permissions, messages, policies, findings and
//! audit events. Everything above speaks these words; nothing here does anything but keep a value well-formed.
//!
//! **Invariant**: this crate knows no storage, no network, no clock and no randomness. It depends on no other
//! Wardpost crate.

pub mod address;
pub mod audit;
pub mod device;
pub mod finding;
pub mod ground;
pub mod id;
pub mod message;
pub mod network;
pub mod permission;
pub mod person;
pub mod plan;
pub mod policy;
pub mod provider;
pub mod proxy;
pub mod security;
pub mod tally;
pub mod text;
pub mod vocabulary;

pub use address::{AddressError, Domain, EmailAddress, PhoneNumber};
pub use id::*;
pub use network::{Network, NetworkError};
