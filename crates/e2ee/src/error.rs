//! What can go wrong.

/// Result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something was refused. Texts carry no content and no keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Bytes that aren't what they should be.
    #[error("malformed: {0}")]
    Malformed(&'static str),
    /// Larger than its bound.
    #[error("too large: {0}")]
    TooLarge(&'static str),
    /// A signature, a tag or a key that doesn't fit: forged, or not meant for us.
    #[error("not genuine: {0}")]
    Forged(&'static str),
    /// Well-formed and genuine, but not allowed here.
    #[error("not allowed: {0}")]
    Refused(&'static str),
    /// About an epoch that isn't the current one.
    #[error("another epoch: the group is at {current}")]
    Epoch {
        /// The group's epoch.
        current: u64,
    },
    /// The key isn't known here (yet).
    #[error("key not known: {0}")]
    NoKey(&'static str),
    /// What is stored here doesn't read.
    #[error("stored state is damaged: {0}")]
    Damaged(&'static str),
    /// The library refused; its reason, which has no content.
    #[error("MLS: {0}")]
    Mls(String),
}
