//! Messages as bytes: reading what anyone may send, writing what everyone can read.
//!
//! * [`parse`] – a hostile RFC 5322 / MIME message to [`ParsedMail`]; depth, parts and sizes bounded while reading.
//! * [`build`] – an [`Outgoing`] message to 7-bit clean bytes.
//! * [`scrub`] – a submitted message made fit to be passed on.
//! * [`notice`] – delivery status notifications (RFC 3464).

mod body;
mod build;
mod clean;
mod header;
mod html;
mod notice;
mod parse;
mod scrub;
#[cfg(test)]
mod tests;

pub use build::{BuildError, Outgoing, OutgoingAttachment, build};
pub use html::html_to_text;
pub use notice::{DeliveryNotice, NoticeAction, NoticeRecipient, StatusReport, notice};
pub use parse::{MimeError, MimeLimits, ParsedAttachment, ParsedMail, parse};
pub use scrub::{Scrubbed, header_value, hide_recipients, put_sender, scrub};
