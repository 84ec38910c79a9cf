//! What pages and the client tell each other, as JSON. Mirrors `web/src/conversations/protocol.ts`; ids are UUIDs, times
//! milliseconds since the epoch.

use crate::Id;
use serde::{Deserialize, Serialize};

/// What somebody asks of the client.
#[derive(Debug, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are those of protocol.ts")]
pub enum Command {
    /// Makes the account's keys: its first device.
    SetUp { device_name: String },
    /// Asks the account's other devices for its secret.
    LinkBegin { device_name: String },
    /// The numbers are the same on both devices, or not.
    LinkDecide { same: bool },
    /// Opens the account's secret by its recovery code.
    Recover { code: String, device_name: String },
    /// Makes a new recovery code; the old one is void.
    RenewRecovery {},
    /// Who has a device.
    Directory { persons: Vec<Id> },
    /// Begins a conversation.
    Create { kind: Kind, members: Vec<Id>, patient: Option<Id>, subject: Option<String> },
    /// Shows a conversation, and what changes in it from now on.
    Open { conversation: Id },
    /// Loads older entries.
    Older { conversation: Id },
    /// Doesn't show it any more.
    LeaveView { conversation: Id },
    /// Writes a message.
    Send {
        conversation: Id,
        text: String,
        urgent: bool,
        reply_to: Option<Id>,
        mentions: Vec<Id>,
        #[serde(default)]
        files: Vec<FileRef>,
    },
    /// Writes one's message anew.
    Edit {
        conversation: Id,
        id: Id,
        text: String,
        #[serde(default)]
        mentions: Vec<Id>,
    },
    /// Takes one's message back, for all.
    Delete { conversation: Id, id: Id },
    /// Reacts to a message, or takes that back.
    React { conversation: Id, id: Id, emoji: String, on: bool },
    /// Pins a message for all, or unpins it.
    Pin { conversation: Id, id: Id, on: bool },
    /// Sends a message on to another conversation.
    Forward { conversation: Id, id: Id, to: Id },
    /// Tries again to send what failed.
    Retry { conversation: Id, id: Id },
    /// Gives the conversation a subject.
    Subject { conversation: Id, text: String },
    /// Everything up to this entry was read.
    Read { conversation: Id, seq: u64 },
    /// Somebody writes.
    Typing { conversation: Id },
    /// Adds people.
    AddMembers { conversation: Id, persons: Vec<Id> },
    /// Removes somebody.
    RemoveMember { conversation: Id, person: Id },
    /// Leaves.
    Leave { conversation: Id },
    /// Closes, or opens again.
    SetOpen { conversation: Id, open: bool },
    /// Finds words.
    Search { text: String, conversation: Option<Id> },
    /// The account's devices.
    Devices {},
    /// Renames one.
    RenameDevice { device: Id, name: String },
    /// Removes one.
    RemoveDevice { device: Id },
    /// How to make sure of somebody.
    SafetyNumber { person: Id },
    /// Changed keys were looked at.
    AcceptKeys { person: Id },
}

/// Why a command failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandError {
    /// It takes the server, which can't be reached.
    Offline,
    /// One may not.
    NotAllowed,
    /// It isn't there.
    NotFound,
    /// Nobody else in it has a device.
    NoDevice,
    /// The conversation is closed.
    Closed,
    /// Larger than its bound.
    TooLarge,
    /// The recovery code isn't right.
    WrongCode,
    /// Too late to change it.
    TooLate,
    /// Anything else.
    Failed,
}

/// See [`crate::wire::Kind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "as on the wire")]
pub enum Kind {
    Direct,
    Group,
    Patient,
}

/// Where the client stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are those of protocol.ts")]
pub enum Status {
    /// Not connected yet.
    Starting,
    /// The account has no keys yet.
    NewAccount,
    /// The account has keys, this device has none.
    NewDevice { backups: Vec<BackupLine>, other_devices: bool },
    /// Everything is there.
    Ready { online: bool, me: Me },
    /// The session ended, or the device was removed.
    Over { reason: Over },
}

/// Who and with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of protocol.ts")]
pub struct Me {
    pub person: Id,
    pub device: Id,
}

/// Why it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Over {
    SignedOut,
    DeviceRemoved,
    Other,
}

/// How linking goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are those of protocol.ts")]
pub enum LinkStatus {
    /// New device: waits for another.
    Waiting,
    /// Old device: somebody asks.
    Asked { name: String },
    /// Both: compare.
    Compare { numbers: String },
    /// Linked.
    Done,
    /// Not linked.
    Failed { why: LinkFailure },
}

/// Why a device wasn't linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum LinkFailure {
    Refused,
    Different,
    Timeout,
    Gone,
}

/// What the client says unasked.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are those of protocol.ts")]
pub enum Event {
    Status { status: Status },
    Conversations { conversations: Vec<Conversation> },
    Timeline { timeline: Timeline },
    Link { link: LinkStatus },
}

/// A conversation in the list.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of protocol.ts")]
pub struct Conversation {
    pub id: Id,
    pub kind: Kind,
    pub subject: Option<String>,
    pub patient: Option<Id>,
    pub open: bool,
    pub member: bool,
    pub unread: u32,
    pub changed_at: i64,
    pub members: Vec<Member>,
    pub last: Option<Last>,
    pub waiting: usize,
    pub typing: Vec<Id>,
}

/// Somebody in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of protocol.ts")]
pub struct Member {
    pub person: Id,
    pub name: String,
    pub function: String,
    pub role: &'static str,
    pub present: bool,
    pub keys_changed: bool,
    pub has_device: bool,
}

/// The last message.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of protocol.ts")]
pub struct Last {
    pub person: Id,
    pub text: String,
    pub at: i64,
    pub deleted: bool,
    pub files: usize,
    pub urgent: bool,
}

/// A file in a message. Its key stays in the client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of protocol.ts")]
pub struct FileRef {
    pub id: Id,
    pub name: String,
    pub media_type: String,
    pub size: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u32>,
}

/// A reaction and who has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of protocol.ts")]
pub struct Reaction {
    pub emoji: String,
    pub persons: Vec<Id>,
}

/// Whom it reached, when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of protocol.ts")]
pub struct Reached {
    pub person: Id,
    pub at: i64,
}

/// The message that is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of protocol.ts")]
pub struct Quoted {
    pub id: Id,
    pub person: Id,
    pub text: String,
}

/// Whose message was sent on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of protocol.ts")]
pub struct ForwardedFrom {
    pub person: Id,
    pub name: String,
    pub at: i64,
}

/// How far a message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Sent {
    Waiting,
    Sent,
    Failed,
    Unreadable,
}

/// What a notice tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum NoticeKind {
    Begun,
    Added,
    Removed,
    Left,
    Closed,
    Reopened,
    Subject,
    KeysChanged,
}

/// A line of a conversation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Item {
    /// Somebody's words.
    Message(Box<Message>),
    /// What happened.
    Notice(Notice),
}

/// Somebody's words.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of protocol.ts")]
pub struct Message {
    pub id: Id,
    pub seq: Option<u64>,
    pub at: i64,
    pub person: Id,
    pub mine: bool,
    pub text: String,
    pub edited_at: Option<i64>,
    pub deleted: bool,
    pub urgent: bool,
    pub reply_to: Option<Quoted>,
    pub mentions: Vec<Id>,
    pub forwarded_from: Option<ForwardedFrom>,
    pub files: Vec<FileRef>,
    pub reactions: Vec<Reaction>,
    pub pinned: bool,
    pub state: Sent,
    pub why: Option<&'static str>,
    pub delivered: Vec<Reached>,
    pub read: Vec<Reached>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of protocol.ts")]
pub struct Notice {
    pub id: Id,
    pub seq: u64,
    pub at: i64,
    pub person: Id,
    pub notice: NoticeKind,
    pub persons: Vec<Id>,
    pub text: Option<String>,
}

/// What is shown of a conversation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of protocol.ts")]
pub struct Timeline {
    pub conversation: Id,
    pub items: Vec<Item>,
    pub more: bool,
    pub unread_from: Option<u64>,
}

/// A backup of the account's secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of protocol.ts")]
pub struct BackupLine {
    pub id: Id,
    pub kind: String,
    pub label: String,
}

/// One of the account's devices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of protocol.ts")]
pub struct Device {
    pub id: Id,
    pub name: String,
    pub added_at: i64,
    pub seen_at: i64,
    pub removed_at: Option<i64>,
    pub current: bool,
}

/// Where words were found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of protocol.ts")]
pub struct Hit {
    pub conversation: Id,
    pub id: Id,
    pub seq: u64,
    pub person: Id,
    pub at: i64,
    pub text: String,
    /// UTF-16 offsets, as JavaScript counts.
    pub marks: Vec<(usize, usize)>,
}
