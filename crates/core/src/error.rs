//! One error type for all use cases; the faces map it once (problem details, enhanced status codes).

use wardpost_model::PatientId;
use wardpost_model::plan::Plan;
use wardpost_store::StoreError;
use wardpost_vault::VaultError;

/// Result of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// One field of the input that can't be accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// JSON path of the field.
    pub field: String,
    /// Stable code (`too_short`, `blocklisted` …).
    pub code: &'static str,
    /// A sentence for whoever wrote the request. Holds nothing of the input.
    pub message: String,
}

impl FieldError {
    /// A field error.
    pub fn new(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { field: field.into(), code, message: message.into() }
    }
}

/// Why a use case did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such object, or the actor may not know that there is.
    #[error("not found")]
    NotFound,
    /// Nobody is signed in, or the credentials are wrong: never says which.
    #[error("not authenticated")]
    Unauthenticated,
    /// The second factor of a pick-up is wrong.
    #[error("wrong answer; {tries_left} tries left")]
    WrongAnswer {
        /// Tries left before the door is locked.
        tries_left: u32,
    },
    /// The actor may not do this; the code says why.
    #[error("denied: {0}")]
    Denied(&'static str),
    /// It is about a patient, and nothing ties the actor to the patient. Said only to those who may know of it.
    #[error("no relation to the patient")]
    NoRelation {
        /// Whom it is about.
        patient: PatientId,
    },
    /// The input can't be accepted.
    #[error("invalid input")]
    Validation(Vec<FieldError>),
    /// The object is not in the state that the act needs.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    /// The role can't be removed: people have it.
    #[error("people have this role")]
    RoleInUse {
        /// Names, where the actor may see them.
        held_by: Vec<String>,
    },
    /// Somebody else changed the object meanwhile.
    #[error("changed meanwhile")]
    VersionConflict,
    /// Too often.
    #[error("too often; again in {retry_after_seconds} s")]
    RateLimited {
        /// When to try again.
        retry_after_seconds: u32,
    },
    /// Locked after too many tries.
    #[error("locked")]
    Locked {
        /// Until when, microseconds since the epoch.
        until_us: i64,
    },
    /// Too large.
    #[error("larger than {limit_bytes} bytes")]
    TooLarge {
        /// The limit.
        limit_bytes: u64,
    },
    /// The gate blocks the message.
    #[error("blocked by policy")]
    Blocked(Box<Plan>),
    /// Something must be confirmed or supplied before the message can go.
    #[error("not ready to send")]
    NotReady(Box<Plan>),
    /// A passing trouble: the store is busy or full, a gateway does not answer.
    #[error("temporarily unavailable: {0}")]
    Unavailable(&'static str),
    /// A fault. The chain goes to the log, never to the outside.
    #[error("internal error while {step}")]
    Internal {
        /// What was being done.
        step: &'static str,
        /// Why it failed.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    /// An input error of one field.
    pub fn field(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self::Validation(vec![FieldError::new(field, code, message)])
    }
    /// A fault at a step.
    pub fn internal(step: &'static str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal { step, source: source.into() }
    }
}

impl From<StoreError> for Error {
    fn from(e: StoreError) -> Self {
        match e {
            StoreError::Guard(guard) => match guard {
                guard::VERSION => Self::VersionConflict,
                guard::FOUND => Self::NotFound,
                other => Self::Conflict(other),
            },
            StoreError::Full => Self::Unavailable("storage is full"),
            e if e.is_temporary() => Self::Unavailable("storage is busy"),
            e => Self::internal("using the store", e),
        }
    }
}

impl From<VaultError> for Error {
    fn from(e: VaultError) -> Self {
        Self::internal("using the vault", e)
    }
}

/// Guards of write batches: what must hold for the batch to be committed.
pub mod guard {
    /// The object still has the version that the actor saw.
    pub const VERSION: &str = "version";
    /// The object exists.
    pub const FOUND: &str = "found";
    /// The object is still in the state that the act needs.
    pub const STATE: &str = "state";
    /// The work is still leased to this worker.
    pub const LEASE: &str = "lease";
}
