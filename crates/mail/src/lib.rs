//! Mail with the open world: SMTP in, submission, delivery, and the forms that mail takes on the way.
//!
//! * [`smtp`] – server and client engines (state machines without sockets, clock or randomness) and the sockets
//!   around them (RFC 5321, 6409, 8314, 3207, 4954, 2920, 3030).
//! * [`route`] – from a domain to the hosts that take its mail (RFC 5321 §5, RFC 7505, configured transports).
//! * [`mime`] – reading hostile messages and writing clean ones (RFC 5322, 2045–2049, 3464).
//!
//! **Invariant**: knows no SQL and no HTTP. What a command means for people, mailboxes and policy is asked of a
//! [`smtp::MailService`]; `250` for a message is said only after that service has it durably.

mod inbound;
pub mod mime;
mod outbound;
pub mod route;
pub mod smtp;

pub use inbound::House;
pub use outbound::{Outcomes, Prober, Way, run_delivery};
