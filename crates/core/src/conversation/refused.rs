//! Why something was refused: for the client as the protocol says it, for the log as it is.

use crate::error::guard;
use crate::{Error, FieldError};
use wardpost_e2ee::Id;
use wardpost_e2ee::wire::Refusal;
use wardpost_store::StoreError;
use wardpost_vault::VaultError;

/// Result of a use case of conversations.
pub type Outcome<T> = Result<T, Refused>;

/// Why a question of a client wasn't answered as asked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Not what the protocol says; the code tells what.
    #[error("malformed: {0}")]
    Malformed(&'static str),
    /// Not there, or nothing that the person may know of.
    #[error("not found")]
    NotFound,
    /// Not allowed; the code tells why.
    #[error("denied: {0}")]
    Denied(&'static str),
    /// About an epoch that is over.
    #[error("another epoch; the current one is {current}")]
    Epoch {
        /// The current one.
        current: u64,
    },
    /// These devices must be removed from the group first.
    #[error("{} removed devices are in the group", devices.len())]
    Removal {
        /// Which.
        devices: Vec<Id>,
    },
    /// Too much at once: again after so many milliseconds.
    #[error("too often")]
    Slower(u32),
    /// A passing trouble.
    #[error("unavailable")]
    Unavailable,
    /// A fault of the server. Its chain goes to the log, never to the client.
    #[error("a fault")]
    Fault(#[source] Error),
}

impl Refused {
    /// What the client is told.
    #[must_use]
    pub fn refusal(self) -> Refusal {
        match self {
            Self::Malformed(code) => Refusal::Malformed(code.to_owned()),
            Self::NotFound => Refusal::NotFound,
            Self::Denied(code) => Refusal::Denied(code.to_owned()),
            Self::Epoch { current } => Refusal::Epoch { current },
            Self::Removal { devices } => Refusal::Removal { devices },
            Self::Slower(ms) => Refusal::Slower(ms),
            Self::Unavailable => Refusal::Unavailable,
            Self::Fault(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a conversation's question failed");
                Refusal::Unavailable
            }
        }
    }
}

impl From<Error> for Refused {
    fn from(e: Error) -> Self {
        match e {
            Error::NotFound | Error::NoRelation { .. } => Self::NotFound,
            Error::Unauthenticated => Self::Denied("signed_out"),
            Error::Denied(code) | Error::Conflict(code) => Self::Denied(code),
            Error::RateLimited { retry_after_seconds } => Self::Slower(retry_after_seconds.saturating_mul(1000)),
            Error::Validation(fields) => Self::Malformed(fields.first().map_or("input", |f: &FieldError| f.code)),
            Error::Unavailable(_) | Error::VersionConflict => Self::Unavailable,
            other => Self::Fault(other),
        }
    }
}

impl From<StoreError> for Refused {
    fn from(e: StoreError) -> Self {
        match e {
            // Somebody else was faster; the same again finds out how it is now.
            StoreError::Guard(guard::STATE | guard::VERSION) => Self::Unavailable,
            e => Error::from(e).into(),
        }
    }
}

impl From<VaultError> for Refused {
    fn from(e: VaultError) -> Self {
        Error::from(e).into()
    }
}

/// What a client sent doesn't hold, by what the crate of the protocol says.
impl From<wardpost_e2ee::Error> for Refused {
    fn from(e: wardpost_e2ee::Error) -> Self {
        use wardpost_e2ee::Error as E;
        match e {
            E::Epoch { current } => Self::Epoch { current },
            E::TooLarge(_) => Self::Malformed("too_large"),
            E::Forged(_) => Self::Malformed("forged"),
            E::NoKey(_) => Self::Malformed("account_version"),
            E::Refused(_) => Self::Malformed("refused"),
            E::Mls(_) => Self::Malformed("mls"),
            // Of what the server itself keeps.
            E::Damaged(what) => Self::Fault(Error::internal("reading a followed group", what)),
            _ => Self::Malformed("form"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_client_is_told_names_no_inside() {
        let fault = Error::internal("using the store", "table conversation_entry");
        assert_eq!(Refused::from(fault).refusal(), Refusal::Unavailable);
        assert_eq!(Refused::from(StoreError::Guard(guard::FOUND)).refusal(), Refusal::NotFound);
        assert_eq!(Refused::from(StoreError::Guard(guard::STATE)).refusal(), Refusal::Unavailable);
        let limited = Error::RateLimited { retry_after_seconds: 2 };
        assert_eq!(Refused::from(limited).refusal(), Refusal::Slower(2000));
        let damaged = wardpost_e2ee::Error::Damaged("followed group");
        assert_eq!(Refused::from(damaged).refusal(), Refusal::Unavailable);
        let forged = wardpost_e2ee::Error::Forged("group info");
        assert_eq!(Refused::from(forged).refusal(), Refusal::Malformed("forged".to_owned()));
    }
}
