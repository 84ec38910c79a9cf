//! Typed identifiers. Every object has a UUID of its own type, so that one can't be passed for another.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = String, format = "uuid")]
        pub struct $name(pub Uuid);

        impl $name {
            /// The raw bytes, as bound into associated data and keys.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(s).map(Self)
            }
        }
        impl From<Uuid> for $name {
            fn from(u: Uuid) -> Self {
                Self(u)
            }
        }
        impl From<$name> for Uuid {
            fn from(i: $name) -> Self {
                i.0
            }
        }
    )+};
}

typed_ids! {
    /// An organisation: the tenant wall. Leads every primary key.
    OrgId,
    /// A person: staff, patient, guest or service.
    PersonId,
    /// A list of people that was imported.
    ImportId,
    /// A review of what people may do.
    ReviewId,
    /// An act on many people at once.
    BulkId,
    /// A role: a named set of permissions.
    RoleId,
    /// A signed-in session (the id shown to people; the secret is another value).
    SessionId,
    /// A passkey (the id shown to people; the credential's own is another value).
    PasskeyId,
    /// A browser in which somebody has signed in.
    DeviceId,
    /// An identity provider.
    ProviderId,
    /// That a provider's subject is somebody here.
    LinkId,
    /// A device password for mail programs.
    AppPasswordId,
    /// A token by which another system's program comes in.
    TokenId,
    /// A mailbox, personal or shared.
    MailboxId,
    /// A message: one content, any number of recipients.
    MessageId,
    /// Messages that answer each other.
    ThreadId,
    /// A message being written.
    DraftId,
    /// A file that belongs to a draft or a message.
    AttachmentId,
    /// One recipient of one message.
    RecipientId,
    /// One item of work in the delivery queue.
    DeliveryId,
    /// A message waiting in the portal for one guest.
    PickupId,
    /// An outside correspondent known to the organisation.
    ContactId,
    /// Something that one person asks for and another must consent to.
    ApprovalId,
    /// A partner organisation, known by its domain.
    PartnerId,
    /// A patient.
    PatientId,
    /// That somebody, or a team, cares for a patient.
    RelationId,
    /// A care team.
    TeamId,
    /// An emergency access.
    GrantId,
    /// Numbers that were counted of a day.
    TallyId,
    /// A report that a finding is none.
    FalseAlarmId,
    /// That somebody acts for a colleague: cover, secretary.
    MandateId,
    /// That somebody acts for a patient.
    ProxyId,
    /// An entry of the audit log.
    AuditId,
    /// A live event.
    EventId,
    /// A sealed file.
    BlobId,
    /// A conversation; also its group's id.
    ConversationId,
    /// A device on which somebody has conversations: a leaf of its own in each group.
    LeafDeviceId,
    /// A part of the network with rules of its own.
    ZoneId,
    /// A bucket key: one per organisation, retention class and expiry month.
    BucketId,
}
