//! The audit log: recording entries in the transaction of the act, giving them their place in the Merkle tree, finding,
//! exporting and proving them (NEN 7513, ONC d2, IHE BALP; AUD-06 to AUD-08).

mod allow;
mod query;
mod record;
mod sequence;
mod server;
#[cfg(test)]
mod tests;
mod verify;

pub use query::{AuditPage, AuditQuery};
pub use record::{LEAF_VERSION, NewEntry, leaf_of, record_of};
pub use sequence::LogStatus;
pub use verify::{Problem, Verification};
