//! Values that go into statements.

use std::fmt;
use uuid::Uuid;
use wardpost_model as model;

/// One parameter, or one column of a row. `Debug` shows the kind and size, never the content.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing; binds to a column of any type.
    Null,
    /// A whole number, a truth value (0 or 1), or a time.
    Int(i64),
    /// Text without NUL characters.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// An identifier.
    Uuid(Uuid),
}

impl Value {
    /// The name of this kind of value.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Int(_) => "integer",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
            Self::Uuid(_) => "uuid",
        }
    }

    /// Roughly how much room it takes, in bytes.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Null | Self::Int(_) => 8,
            Self::Text(t) => t.len(),
            Self::Bytes(b) => b.len(),
            Self::Uuid(_) => 16,
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({} B)", self.kind(), self.size())
    }
}

/// Makes the list of parameters of a statement: `params![org, "text", 5, Some(bytes)]`.
#[macro_export]
macro_rules! params {
    () => { ::std::vec::Vec::<$crate::Value>::new() };
    ($($v:expr),+ $(,)?) => { ::std::vec![$($crate::Value::from($v)),+] };
}

macro_rules! ints {
    ($($t:ty),+) => {$(
        impl From<$t> for Value {
            fn from(v: $t) -> Self {
                Self::Int(i64::from(v))
            }
        }
    )+};
}
ints!(i64, i32, i16, u32, u16, u8, bool);

impl From<String> for Value {
    fn from(v: String) -> Self {
        Self::Text(v)
    }
}
impl From<&str> for Value {
    fn from(v: &str) -> Self {
        Self::Text(v.to_owned())
    }
}
impl From<&String> for Value {
    fn from(v: &String) -> Self {
        Self::Text(v.clone())
    }
}
impl From<Vec<u8>> for Value {
    fn from(v: Vec<u8>) -> Self {
        Self::Bytes(v)
    }
}
impl From<&[u8]> for Value {
    fn from(v: &[u8]) -> Self {
        Self::Bytes(v.to_vec())
    }
}
impl From<&Vec<u8>> for Value {
    fn from(v: &Vec<u8>) -> Self {
        Self::Bytes(v.clone())
    }
}
impl<const N: usize> From<[u8; N]> for Value {
    fn from(v: [u8; N]) -> Self {
        Self::Bytes(v.to_vec())
    }
}
impl<const N: usize> From<&[u8; N]> for Value {
    fn from(v: &[u8; N]) -> Self {
        Self::Bytes(v.to_vec())
    }
}
impl From<Uuid> for Value {
    fn from(v: Uuid) -> Self {
        Self::Uuid(v)
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(v: Option<T>) -> Self {
        v.map_or(Self::Null, Into::into)
    }
}

// The compiler can't take "anything that becomes a Uuid" here (it would overlap with the numbers), so the typed ids are
// listed. A new id of the model is added to this list when the first repository stores it.
macro_rules! ids {
    ($($t:ident),+ $(,)?) => {$(
        impl From<model::$t> for Value {
            fn from(v: model::$t) -> Self {
                Self::Uuid(v.into())
            }
        }
        impl From<&model::$t> for Value {
            fn from(v: &model::$t) -> Self {
                Self::Uuid((*v).into())
            }
        }
    )+};
}
ids!(
    OrgId,
    PersonId,
    RoleId,
    SessionId,
    AppPasswordId,
    DeviceId,
    PasskeyId,
    TokenId,
    ZoneId,
    MailboxId,
    MessageId,
    ThreadId,
    DraftId,
    AttachmentId,
    RecipientId,
    DeliveryId,
    PickupId,
    ContactId,
    BulkId,
    ImportId,
    ReviewId,
    PartnerId,
    PatientId,
    RelationId,
    TeamId,
    GrantId,
    TallyId,
    FalseAlarmId,
    MandateId,
    ProviderId,
    LinkId,
    ProxyId,
    AuditId,
    ApprovalId,
    EventId,
    BlobId,
    BucketId,
    ConversationId,
    LeafDeviceId,
);
