//! What is sealed in the columns of mail. Readers must go on understanding every version ever written: fields are only
//! added, with a default.

use serde::{Deserialize, Serialize};
use wardpost_model::finding::Findings;
use wardpost_model::message::{Party, ReceivedInfo, RecipientKind};
use wardpost_model::person::Language;
use wardpost_model::plan::{Plan, Reason, SecondFactor};
use wardpost_model::{EmailAddress, PhoneNumber};

/// `message.sealed_head`: what lists show.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Head {
    pub from: Party,
    pub to: Vec<Party>,
    pub cc: Vec<Party>,
    pub subject: String,
    pub preview: String,
    /// Message-ID without brackets.
    pub rfc_id: String,
    #[serde(default)]
    pub in_reply_to: Option<String>,
    #[serde(default)]
    pub references: Vec<String>,
    #[serde(default)]
    pub reply_to: Option<Party>,
    #[serde(default)]
    pub patient: Option<String>,
    #[serde(default)]
    pub received: Option<ReceivedInfo>,
    #[serde(default)]
    pub sent_by_name: Option<String>,
    #[serde(default)]
    pub written: Option<Written>,
    #[serde(default)]
    pub has_html: bool,
}

/// Who wrote a message on behalf of the colleague whose mailbox stands in From.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Written {
    /// Their name.
    pub by: String,
    /// Their own address, for `Sender:`.
    #[serde(default)]
    pub address: Option<EmailAddress>,
}

/// `message.sealed_body`: what only an opened message shows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Body {
    pub text: String,
    #[serde(default)]
    pub html: Option<String>,
    #[serde(default)]
    pub plan: Option<Plan>,
    #[serde(default)]
    pub findings: Option<Findings>,
    #[serde(default)]
    pub expires_days: Option<u16>,
    /// Why its sender sent it anyway, where policy let them.
    #[serde(default)]
    pub anyway: Option<String>,
    /// It came from outside without encryption, and its reader is to know.
    #[serde(default)]
    pub came_in_clear: bool,
}

/// `recipient.sealed_recipient`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SealedRecipient {
    pub party: Party,
    pub kind: RecipientKind,
    pub reasons: Vec<Reason>,
    #[serde(default)]
    pub second_factor: Option<SecondFactor>,
    #[serde(default)]
    pub phone: Option<PhoneNumber>,
    /// The secret agreed with the recipient, until the pick-up is made.
    #[serde(default)]
    pub secret: Option<String>,
    #[serde(default)]
    pub language: Language,
}

/// `recipient.sealed_outcome`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct SealedOutcome {
    pub detail: String,
}

/// `pickup.sealed_pickup`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SealedPickup {
    /// The link's token, needed until the notification has gone out.
    #[serde(default)]
    pub token: Option<String>,
    #[serde(default)]
    pub phone: Option<PhoneNumber>,
    #[serde(default)]
    pub secret: Option<String>,
    pub language: Language,
    pub guest: Party,
    pub sender_name: String,
}

/// `delivery.sealed_payload`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub(crate) enum Payload {
    /// The message itself, over verified TLS, to all recipients that point to this delivery.
    Smtp,
    /// The content-free notification of a pick-up.
    Notify { pickup: wardpost_model::PickupId, to: EmailAddress },
    /// What Wardpost itself tells somebody outside.
    Told,
}

/// `held.sealed_reason`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct HeldReason {
    #[serde(default)]
    pub decision: Option<String>,
}

/// `file.sealed_meta`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct FileMeta {
    pub file_name: String,
    pub media_type: String,
    #[serde(default)]
    pub content_id: Option<String>,
}

/// `domain_tls.sealed_detail`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DomainDetail {
    pub domain: String,
    pub detail: String,
}
