//! SMTP: engines that know no sockets, and the sockets around them.

mod address;
pub mod client;
mod command;
mod limits;
pub mod listener;
mod reply;
pub mod server;
#[cfg(test)]
pub(crate) mod testing;
pub mod tls;
mod trace;
mod types;

pub use address::{PathError, parse_mailbox};
pub use limits::{Budget, Limits};
pub use listener::{Counters, Doorkeeper, Listener, MailService, Shutdown, Stop};
pub use reply::Reply;
pub use trace::{received_header, rfc5322_date};
pub use types::{Accepted, AuthOutcome, Envelope, Helo, Peer, Service, TlsInfo};
