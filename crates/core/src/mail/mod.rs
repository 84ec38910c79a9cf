//! Mail: the open world. Drafts, the plan, sending, receiving, reading, delivery, review, pick-up.

mod answer;
mod bounce;
mod deliver;
mod detector;
mod dispatch;
mod draft;
mod file;
mod finish;
mod housekeeping;
mod mandate_notice;
mod notice;
mod pickup;
mod plan;
mod read;
mod recall;
mod receive;
mod review;
mod rights_notice;
mod send;
mod submission;
mod tell;
#[cfg(test)]
mod tests;
mod tls;
mod trail;
mod types;

pub use bounce::Bounce;
pub use deliver::{Attempt, DeliveryContent, DeliveryJob, DeliveryLease, LEASE_HEARTBEAT, RecipientOutcome};
pub(crate) use detector::{make_scanner, vocabulary_on};
pub use draft::{Draft, DraftKind, DraftLine, DraftRecipient, DraftRecipientInput, DraftUpdate};
pub use file::NewFile;
pub(crate) use mandate_notice::{MandateNotice, MandateStep};
pub(crate) use notice::HouseNotice;
pub use pickup::{PickupAnswer, PickupDoor, PickupMessage, PickupReply, PickupSession, PickupState};
pub use plan::Planned;
pub use read::{Counts, ListFilter, Listing, OpenedFile};
pub use receive::{Inbound, Received};
pub use review::{HeldLine, HeldMessage};
pub(crate) use rights_notice::{Door, RightsNotice, Step};
pub use send::{Sent, SentOutcome};
pub use submission::Submission;
pub(crate) use tell::{AccountNotice, code_to_confirm, door_outside, link_to_confirm};
pub use tls::{Caches, DomainTls, DomainTlsState};
pub use trail::TrailItem;
