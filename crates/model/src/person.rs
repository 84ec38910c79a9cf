//! People, roles and mailboxes.

use crate::address::EmailAddress;
use crate::device::DeviceCertificate;
use crate::id::{AppPasswordId, MailboxId, PersonId, RoleId, ZoneId};
use crate::permission::Permission;
use crate::proxy::ActingFor;
use crate::security::Way;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Languages of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Dutch.
    Nl,
}

impl Language {
    /// BCP 47 tag.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Nl => "nl",
        }
    }
    /// Reads a BCP 47 tag; what is not Dutch is English.
    #[must_use]
    pub fn from_tag(s: &str) -> Self {
        if s.get(..2).is_some_and(|p| p.eq_ignore_ascii_case("nl")) { Self::Nl } else { Self::En }
    }
}

/// Whether a person can sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PersonState {
    /// Invited: has not set a password yet.
    Invited,
    /// Can sign in.
    Active,
    /// Can't sign in; everything else is kept.
    Disabled,
}

impl PersonState {
    /// The name as stored and as served.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }
    /// Reads a stored name.
    #[must_use]
    pub fn from_name(s: &str) -> Option<Self> {
        [Self::Invited, Self::Active, Self::Disabled].into_iter().find(|v| v.as_str() == s)
    }
}

/// What is known of a person (stored sealed).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PersonProfile {
    /// Name as colleagues see it.
    pub name: String,
    /// Sign-in name: an address.
    pub login: EmailAddress,
    /// Profession or function, as shown ("Huisarts", "Practice nurse").
    #[serde(default)]
    pub function: String,
    /// Preferred language.
    #[serde(default)]
    pub language: Language,
}

/// How somebody made sure that a person is really who they say, before their account is recovered (ASVS 6.4.4: as
/// strong as at enrolment).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdentityProof {
    /// Stood before who asks, who knows them.
    InPerson,
    /// Was seen and spoken to by video.
    Video,
    /// Showed an identity document.
    Document,
}

impl IdentityProof {
    /// The name as stored and as served.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InPerson => "in_person",
            Self::Video => "video",
            Self::Document => "document",
        }
    }
}

/// A role: a named set of permissions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Role {
    /// Its id.
    pub id: RoleId,
    /// Its name, as the organisation wrote it.
    pub name: String,
    /// Its permissions.
    pub permissions: BTreeSet<Permission>,
}

/// How somebody came to a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoleVia {
    /// Given by whoever set the server up.
    Setup,
    /// Given by hand, by an administrator.
    Hand,
    /// Given with an imported list.
    Import,
    /// Given by another system that keeps the person's account (SCIM).
    Provisioning,
    /// Asked for by one administrator, with the consent of a second person.
    Consent,
    /// Given by what an identity provider says.
    Provider,
}

impl RoleVia {
    /// The name as stored and as served.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Hand => "hand",
            Self::Import => "import",
            Self::Provisioning => "provisioning",
            Self::Consent => "consent",
            Self::Provider => "provider",
        }
    }
    /// Reads a stored name.
    #[must_use]
    pub fn from_name(s: &str) -> Option<Self> {
        let all = [Self::Setup, Self::Hand, Self::Import, Self::Provisioning, Self::Consent, Self::Provider];
        all.into_iter().find(|v| v.as_str() == s)
    }
}

/// Personal or shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailboxKind {
    /// Belongs to one person.
    Personal,
    /// Used by several under their own identities (NTA-16).
    Shared,
}

impl MailboxKind {
    /// The name as stored and as served.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Personal => "personal",
            Self::Shared => "shared",
        }
    }
}

/// As what somebody acts for a colleague.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MandateKind {
    /// Stands in while the colleague is away: always for a time.
    Cover,
    /// Keeps the colleague's mail beside them.
    Secretary,
}

impl MandateKind {
    /// The name as stored and as served.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cover => "cover",
            Self::Secretary => "secretary",
        }
    }
    /// Reads a stored name.
    #[must_use]
    pub fn from_name(s: &str) -> Option<Self> {
        [Self::Cover, Self::Secretary].into_iter().find(|k| k.as_str() == s)
    }
}

/// A mailbox of the house.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Mailbox {
    /// Its id.
    pub id: MailboxId,
    /// Personal or shared.
    pub kind: MailboxKind,
    /// Its address.
    pub address: EmailAddress,
    /// Display name in From.
    pub name: String,
    /// Whether it takes mail.
    pub active: bool,
    /// Whoever uses it answers for what comes in, also about patients for whom they do not care otherwise.
    pub duty: bool,
    /// Who uses it.
    pub members: Vec<PersonId>,
}

/// Somebody acting: the proof that sign-in happened, carried into every use case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub person_id: PersonId,
    /// Their name at that time.
    pub name: String,
    /// In which roles, by name, as shown in the audit log.
    pub roles: Vec<String>,
    /// What they may do.
    pub permissions: BTreeSet<Permission>,
    /// In which session, if interactive.
    pub session_id: Option<crate::id::SessionId>,
    /// From where (IP address of the peer), for the audit log.
    pub network: Option<std::net::IpAddr>,
    /// The HTTP request or SMTP session, so that entries can be joined to logs.
    pub request_id: Option<String>,
    /// From where and how they came in.
    pub circumstances: Circumstances,
}

/// From where and how an actor came in, and what holds there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Circumstances {
    /// The zone of the network, if one holds.
    pub zone: Option<ZoneId>,
    /// Nothing can be changed there.
    pub read_only: bool,
    /// Files can't be saved there.
    pub no_downloads: bool,
    /// How they came in.
    pub way: Option<Way>,
    /// The certificate that the device showed.
    pub certificate: Option<DeviceCertificate>,
    /// The device password of a mail program.
    pub app_password: Option<AppPasswordId>,
    /// When the mail program signed in, in microseconds since the epoch.
    pub since_us: Option<i64>,
    /// For which patient they act: then nothing but that patient's portal opens.
    pub acting_for: Option<ActingFor>,
}

impl Actor {
    /// Whether this actor holds a permission. Objects are decided by `wardpost_gate::authorise`.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }
}
