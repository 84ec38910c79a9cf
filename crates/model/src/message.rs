//! Messages as people see them: head, text, attachments, recipients and what became of each.

use crate::address::EmailAddress;
use crate::finding::Findings;
use crate::id::{AttachmentId, MailboxId, MessageId, PatientId, PersonId, RecipientId, ThreadId};
use crate::plan::{Reason, Route};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An address with the name that goes with it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Party {
    /// Display name; empty when none is known.
    #[serde(default)]
    pub name: String,
    /// The address.
    pub address: EmailAddress,
}

/// In which header a recipient stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "RFC 5322 header names")]
pub enum RecipientKind {
    #[default]
    To,
    Cc,
    Bcc,
}

/// The content of a message, independent of the format that it came in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Content {
    /// Subject, decoded.
    pub subject: String,
    /// Plain text: as written, or made from the HTML.
    pub text: String,
    /// HTML as it came (hostile until sanitised by the face that shows it).
    #[serde(default)]
    pub html: Option<String>,
}

/// An attachment's description; the bytes lie sealed elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AttachmentMeta {
    /// Its id.
    pub id: AttachmentId,
    /// File name, cleaned of paths and control characters.
    pub file_name: String,
    /// Media type as declared.
    pub media_type: String,
    /// Size in bytes.
    pub size: u64,
    /// Content-ID without brackets, where the HTML refers to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_id: Option<String>,
}

/// Where a message came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Written in the web app.
    Web,
    /// Submitted by a mail program (RFC 6409).
    Submission,
    /// Received from another mail server (RFC 5321).
    Internet,
    /// Written by a guest in the pick-up portal.
    Portal,
    /// Written by Wardpost itself (notices).
    System,
}

/// What became of a message for one recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecipientState {
    /// Waits for a second pair of eyes.
    Held,
    /// Waits for delivery, or for the next try.
    Queued,
    /// The recipient's server (or the mailbox in the house) has it; for pick-up: the notification was accepted.
    Delivered,
    /// The recipient has opened it.
    Opened,
    /// Gave up; the reason says why.
    Failed,
    /// Withdrawn by the sender.
    Recalled,
    /// Not picked up in time.
    Expired,
    /// Refused by the second pair of eyes.
    Refused,
}

impl RecipientState {
    /// The name as stored and as served.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Queued => "queued",
            Self::Delivered => "delivered",
            Self::Opened => "opened",
            Self::Failed => "failed",
            Self::Recalled => "recalled",
            Self::Expired => "expired",
            Self::Refused => "refused",
        }
    }
    /// Reads a stored name.
    #[must_use]
    pub fn from_name(s: &str) -> Option<Self> {
        [
            Self::Held,
            Self::Queued,
            Self::Delivered,
            Self::Opened,
            Self::Failed,
            Self::Recalled,
            Self::Expired,
            Self::Refused,
        ]
        .into_iter()
        .find(|v| v.as_str() == s)
    }
}

/// One recipient of a sent message, with its live state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RecipientView {
    /// Its id.
    pub id: RecipientId,
    /// Name and address.
    pub party: Party,
    /// To, Cc or Bcc.
    pub kind: RecipientKind,
    /// The route that the gate chose (or, after a fall-back, the route taken).
    pub route: Route,
    /// Why.
    pub reasons: Vec<Reason>,
    /// What became of it.
    pub state: RecipientState,
    /// Since when.
    #[schema(value_type = String, format = "date-time")]
    pub state_at: Timestamp,
    /// For a failure or a wait: what the other side or the network said, in a plain sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Next try, while queued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "date-time")]
    pub next_try_at: Option<Timestamp>,
    /// For pick-up: when it expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "date-time")]
    pub expires_at: Option<Timestamp>,
}

/// The folders of a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "RFC 6154 special-use names")]
pub enum Folder {
    Inbox,
    Sent,
    Archive,
    Trash,
}

impl Folder {
    /// The name as stored and as served.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Sent => "sent",
            Self::Archive => "archive",
            Self::Trash => "trash",
        }
    }
    /// Reads a stored name.
    #[must_use]
    pub fn from_name(s: &str) -> Option<Self> {
        [Self::Inbox, Self::Sent, Self::Archive, Self::Trash].into_iter().find(|v| v.as_str() == s)
    }
}

/// One line of a mailbox's list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MessageLine {
    /// The message.
    pub id: MessageId,
    /// Its thread.
    pub thread_id: ThreadId,
    /// The mailbox in which it lies.
    pub mailbox_id: MailboxId,
    /// The folder.
    pub folder: Folder,
    /// Sender.
    pub from: Party,
    /// Who wrote it on behalf of `from`, where that is a colleague with a mandate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written_by: Option<String>,
    /// First recipients.
    pub to: Vec<Party>,
    /// Subject.
    pub subject: String,
    /// First words of the text (at most 140 characters).
    pub preview: String,
    /// Received or sent.
    #[schema(value_type = String, format = "date-time")]
    pub at: Timestamp,
    /// Read by somebody with access to this mailbox.
    pub seen: bool,
    /// Marked.
    pub flagged: bool,
    /// Number of attachments.
    pub attachments: u32,
    /// Where it came from.
    pub origin: Origin,
    /// For sent messages: the state that most needs attention.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<RecipientState>,
    /// It is about this patient, and nothing ties the reader to the patient: all but mailbox, folder, time and marks is
    /// withheld, and `from` is the mailbox itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_for: Option<PatientId>,
}

/// How a received message reached the house, for the reader.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ReceivedInfo {
    /// TLS version and cipher of the last hop; none when it came in the clear.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<String>,
    /// Host name or address of the peer.
    #[serde(default)]
    pub peer: String,
    /// The sending person or account was authenticated by this house (portal, submission, web).
    #[serde(default)]
    pub authenticated: bool,
}

/// A message opened by somebody who may read it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MessageView {
    /// The line as in the list.
    #[serde(flatten)]
    pub line: MessageLine,
    /// Plain text.
    pub text: String,
    /// Whether there is an HTML rendering to be fetched.
    pub has_html: bool,
    /// Attachments.
    pub files: Vec<AttachmentMeta>,
    /// Recipients with states (own sent messages), else with what the header said.
    pub recipients: Vec<RecipientView>,
    /// Cc and To as received.
    pub header_to: Vec<Party>,
    /// Cc as received.
    pub header_cc: Vec<Party>,
    /// Which person sent it, and on whose behalf the mailbox speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_by: Option<PersonId>,
    /// Name of that person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_by_name: Option<String>,
    /// How it came in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<ReceivedInfo>,
    /// The patient that it is about, when the sender said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patient: Option<String>,
    /// The policy version under which it was judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_version: Option<u32>,
    /// Why its sender sent it anyway, where policy let them. Only with the sender's own copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_anyway: Option<String>,
    /// It came from outside without encryption, and policy wants its reader to know.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub came_in_clear: bool,
    /// What was found in it (own sent messages).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub findings: Option<Findings>,
}
