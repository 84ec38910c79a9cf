//! End-to-end encrypted conversations: MLS groups (RFC 9420), sealed content (COSE, RFC 9052), accounts, their devices and
//! their history, and a client without sockets that keeps them. The same code runs in the browser, as WebAssembly in a
//! worker, and natively: as records custodian, in tests and under load.
//!
//! **Invariant**: this crate knows nothing of the server's inside: no store, no session, no rule of the house. What server and
//! clients tell each other is [`wire`]; what a server can check without being able to read is [`follow`].

pub mod account;
pub mod client;
pub mod content;
pub mod error;
pub mod follow;
pub mod group;
pub mod history;
pub mod id;
pub mod link;
mod mls;
mod primitive;
mod store;
#[cfg(test)]
mod testing;
pub mod wire;

pub use error::{Error, Result};
pub use id::Id;

#[cfg(all(feature = "wasm", target_arch = "wasm32"))]
mod wasm;
