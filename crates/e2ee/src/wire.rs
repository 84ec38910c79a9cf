//! What clients and server tell each other over one WebSocket: CBOR frames (RFC 8949), one a binary message.
//!
//! The server speaks first ([`Push::Challenge`]). A client asks ([`Ask`]) and gets exactly one [`Answer`] with the same
//! number, in any order; in between the server pushes. Nothing depends on a push arriving: after a gap, or when told that it
//! is [`Push::Behind`], a client fetches from its cursor.

use crate::{Error, Id, Result};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

/// Version of the protocol, in the WebSocket's subprotocol name.
pub const PROTOCOL: &str = "wardpost.conversation.1";
/// Largest frame of a client, in bytes: a commit of a group of a thousand with post-quantum keys.
pub const MAX_FRAME: usize = 8 << 20;
/// Largest sealed message, in bytes. Files go another way.
pub const MAX_MESSAGE: usize = 64 << 10;
/// Most entries of one answer or push.
pub const MAX_ENTRIES: usize = 500;
/// Most people of one conversation.
pub const MAX_MEMBERS: usize = 1000;
/// Key packages that a device keeps on the server.
pub const KEY_PACKAGES: usize = 20;

/// The post-quantum hybrid suite: ML-KEM-768 with X25519, AES-128-GCM, SHA-256, Ed25519.
pub const SUITE_HYBRID: u16 = 0x004F;
/// The suite that every implementation has (RFC 9420 §17.1): X25519, AES-128-GCM, SHA-256, Ed25519.
pub const SUITE_CLASSIC: u16 = 0x0001;

/// A message is urgent: whoever it is for is told again until it is read.
pub const FLAG_URGENT: u8 = 1;
/// A message changes or decorates another (edit, reaction, pin): it doesn't count as unread and notifies nobody.
pub const FLAG_QUIET: u8 = 2;
/// A message says what the conversation is called: the server keeps the newest one at hand, so that a list can show it.
pub const FLAG_SUBJECT: u8 = 4;

/// A question of a client.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Ask {
    /// Chosen by the client, answered with it.
    #[n(0)]
    pub number: u32,
    /// What it wants.
    #[n(1)]
    pub op: Op,
}

/// What a client can ask.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Op {
    /// Proves which device this is. Before it only [`Op::Account`], [`Op::PutAccount`], [`Op::PutDevice`], [`Op::Post`] and
    /// the backups are answered. → [`Reply::Hello`]
    #[n(0)]
    Hello {
        /// The device.
        #[n(0)]
        device: Id,
        /// Ed25519 by the device's key over [`hello_bytes`].
        #[n(1)]
        signature: ByteVec,
    },
    /// What the server knows of one's own account. → [`Reply::Account`]
    #[n(1)]
    Account,
    /// Enters the account's public keys: the first, or the next version. → [`Reply::Done`]
    #[n(2)]
    PutAccount {
        /// [`crate::account::AccountKeys`], encoded.
        #[n(0)]
        keys: ByteVec,
    },
    /// Enters this device. → [`Reply::Done`]
    #[n(3)]
    PutDevice {
        /// [`crate::account::DeviceCertificate`], encoded.
        #[n(0)]
        certificate: ByteVec,
        /// What its owner calls it.
        #[n(1)]
        name: String,
    },
    /// Replaces this device's key packages. → [`Reply::Done`]
    #[n(4)]
    PutKeyPackages {
        /// MLSMessages with a KeyPackage each.
        #[n(0)]
        packages: Vec<ByteVec>,
    },
    /// Keys and devices of people with whom one shares, or could share, a conversation. → [`Reply::Directory`]
    #[n(5)]
    Directory {
        /// Whose.
        #[n(0)]
        persons: Vec<Id>,
    },
    /// Takes a key package of each device of each of these people, for one commit. → [`Reply::KeyPackages`]
    #[n(6)]
    ClaimKeyPackages {
        /// Whose.
        #[n(0)]
        persons: Vec<Id>,
        /// The suite they must be of.
        #[n(1)]
        suite: u16,
    },
    /// Begins a conversation. → [`Reply::Done`]; the conversation comes as [`Push::Conversation`].
    #[n(7)]
    Create(#[n(0)] Box<Create>),
    /// Turns the group's epoch. Exactly one commit wins each epoch. → [`Reply::Appended`], or [`Refusal::Epoch`]
    #[n(8)]
    Commit(#[n(0)] Box<Commit>),
    /// Adds a message. → [`Reply::Appended`]; the same again for a client id that is known.
    #[n(9)]
    Append(#[n(0)] Box<Append>),
    /// Reads the log. → [`Reply::Entries`]
    #[n(10)]
    Fetch {
        /// Which conversation.
        #[n(0)]
        conversation: Id,
        /// Entries with a higher number than this, oldest first ...
        #[n(1)]
        after: u64,
        /// ... or, if said, those with a lower number than this, newest first.
        #[n(2)]
        before: Option<u64>,
        /// At most so many.
        #[n(3)]
        limit: u32,
    },
    /// The epoch keys of a conversation as they were wrapped for this account. → [`Reply::Keys`]
    #[n(11)]
    Keys {
        /// Which conversation.
        #[n(0)]
        conversation: Id,
        /// From this epoch on.
        #[n(1)]
        from: u64,
    },
    /// Keeps epoch keys, wrapped by this account for itself, in the place of what others sealed to it. → [`Reply::Done`]
    #[n(12)]
    PutKeys {
        /// Which conversation.
        #[n(0)]
        conversation: Id,
        /// The wraps.
        #[n(1)]
        keys: Vec<EpochKey>,
    },
    /// What an external commit needs. → [`Reply::GroupInfo`]
    #[n(13)]
    GroupInfo {
        /// Which conversation.
        #[n(0)]
        conversation: Id,
    },
    /// The welcome that waits for this device. → [`Reply::Welcome`]
    #[n(14)]
    Welcome {
        /// Which conversation.
        #[n(0)]
        conversation: Id,
    },
    /// Says up to where one's devices have it, and up to where one has read it. → [`Reply::Done`]
    #[n(15)]
    Mark {
        /// Which conversation.
        #[n(0)]
        conversation: Id,
        /// Up to this entry.
        #[n(1)]
        seq: u64,
        /// Read by the person; otherwise only delivered to a device.
        #[n(2)]
        read: bool,
    },
    /// Who has what, since an entry. → [`Reply::Receipts`]
    #[n(16)]
    Receipts {
        /// Which conversation.
        #[n(0)]
        conversation: Id,
        /// About entries with a number of at least this.
        #[n(1)]
        from: u64,
    },
    /// One's conversations, last changed first. → [`Reply::Conversations`]
    #[n(17)]
    Conversations {
        /// Those changed before this time only, in microseconds since the epoch: the next page.
        #[n(0)]
        before_us: Option<i64>,
        /// At most so many.
        #[n(1)]
        limit: u32,
    },
    /// Writes now. Passed on, never kept. → [`Reply::Done`]
    #[n(18)]
    Typing {
        /// Where.
        #[n(0)]
        conversation: Id,
    },
    /// Keeps the account's secret, sealed under what only its owner has. → [`Reply::Done`]
    #[n(19)]
    PutBackup(#[n(0)] Backup),
    /// Drops a backup. → [`Reply::Done`]
    #[n(20)]
    DropBackup {
        /// Which.
        #[n(0)]
        id: Id,
    },
    /// Something for another connection of the same account: linking a device. Passed on, never kept. → [`Reply::Done`]
    #[n(21)]
    Post {
        /// To the connection that posted with this address; nobody: to all of the account's other connections.
        #[n(0)]
        to: Option<Id>,
        /// Where an answer reaches this connection.
        #[n(1)]
        from: Id,
        /// [`crate::link`] message.
        #[n(2)]
        body: ByteVec,
    },
    /// Renames a device of one's own, or removes it: at once, everywhere. → [`Reply::Done`]
    #[n(22)]
    ChangeDevice {
        /// Which.
        #[n(0)]
        device: Id,
        /// Its new name; nothing: it is removed.
        #[n(1)]
        name: Option<String>,
    },
    /// Closes a conversation, or opens it again. → [`Reply::Done`]
    #[n(23)]
    SetOpen {
        /// Which.
        #[n(0)]
        conversation: Id,
        /// Whether messages can be added.
        #[n(1)]
        open: bool,
    },
    /// Nothing but a sign of life. → [`Reply::Done`]
    #[n(24)]
    Ping,
    /// Leaves a conversation: at once for the server; the leaver's devices go out of the group by the next commit of
    /// somebody who stays ([`Refusal::Removal`]). → [`Reply::Done`]
    #[n(25)]
    Leave {
        /// Which.
        #[n(0)]
        conversation: Id,
    },
}

/// Who is in a conversation of which kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Kind {
    /// Two colleagues.
    #[n(0)]
    Direct,
    /// Several colleagues.
    #[n(1)]
    Group,
    /// With a patient or who acts for them.
    #[n(2)]
    Patient,
}

/// A conversation to begin. Its group is at the epoch after the commit that added everybody.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Create {
    /// Its id, chosen by the client; also the MLS group's.
    #[n(0)]
    pub conversation: Id,
    /// What it is.
    #[n(1)]
    pub kind: Kind,
    /// The patient that it is about.
    #[n(2)]
    pub patient: Option<Id>,
    /// Everybody in it, who begins it included.
    #[n(3)]
    pub members: Vec<Id>,
    /// MLSMessage with the GroupInfo, ratchet tree and external key included.
    #[n(4)]
    pub group_info: ByteVec,
    /// MLSMessage with the Welcome; none when nobody else has a device yet.
    #[n(5)]
    pub welcome: Option<ByteVec>,
    /// The epoch's key, sealed to each member's account.
    #[n(6)]
    pub keys: Vec<SealedKey>,
}

/// A turn of the epoch.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Commit {
    /// Which conversation.
    #[n(0)]
    pub conversation: Id,
    /// The epoch that it ends.
    #[n(1)]
    pub epoch: u64,
    /// Tells this commit apart, also when its answer was lost.
    #[n(2)]
    pub client_id: Id,
    /// MLSMessage with the commit as PublicMessage.
    #[n(3)]
    pub commit: ByteVec,
    /// MLSMessage with the GroupInfo of the epoch that it begins.
    #[n(4)]
    pub group_info: ByteVec,
    /// MLSMessage with the Welcome, if devices are added.
    #[n(5)]
    pub welcome: Option<ByteVec>,
    /// The new epoch's key, sealed to each member's account.
    #[n(6)]
    pub keys: Vec<SealedKey>,
    /// People who become members by it.
    #[n(7)]
    pub add: Vec<Id>,
    /// People who are no members any more.
    #[n(8)]
    pub remove: Vec<Id>,
}

/// A message to add.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Append {
    /// Which conversation.
    #[n(0)]
    pub conversation: Id,
    /// The epoch under whose key it is sealed: the current one, or it is refused.
    #[n(1)]
    pub epoch: u64,
    /// Tells this message apart: the second with the same is the first.
    #[n(2)]
    pub client_id: Id,
    /// [`FLAG_URGENT`], [`FLAG_QUIET`], [`FLAG_SUBJECT`].
    #[n(3)]
    pub flags: u8,
    /// COSE_Encrypt0 ([`crate::content`]).
    #[n(4)]
    pub sealed: ByteVec,
}

/// An epoch key sealed to somebody's account ([`crate::history`]).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct SealedKey {
    /// Whose.
    #[n(0)]
    pub person: Id,
    /// The sealed key.
    #[n(1)]
    pub sealed: ByteVec,
}

/// An epoch key as one's own account keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct EpochKey {
    /// The epoch.
    #[n(0)]
    pub epoch: u64,
    /// Whether the account wrapped it for itself; otherwise it is as the epoch's committer sealed it.
    #[n(1)]
    pub own: bool,
    /// The wrap.
    #[n(2)]
    pub wrap: ByteVec,
}

/// The account's secret, sealed.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Backup {
    /// Its id.
    #[n(0)]
    pub id: Id,
    /// Under what: `recovery` or `passkey`.
    #[n(1)]
    pub kind: String,
    /// How its owner tells it apart (of a passkey: the credential's id in base64url).
    #[n(2)]
    pub label: String,
    /// The version of the account's keys.
    #[n(3)]
    pub version: u32,
    /// The sealed secret ([`crate::link`]).
    #[n(4)]
    pub sealed: ByteVec,
}

/// The answer to one [`Ask`].
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Answer {
    /// The question's.
    #[n(0)]
    pub number: u32,
    /// What it is.
    #[n(1)]
    pub reply: Reply,
}

/// What the server answers.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Reply {
    /// It is done, and durable.
    #[n(0)]
    Done,
    /// It isn't, and nothing was changed.
    #[n(1)]
    Refused(#[n(0)] Refusal),
    /// The device is known.
    #[n(2)]
    Hello {
        /// The person.
        #[n(0)]
        person: Id,
        /// The server's time, microseconds since the epoch.
        #[n(1)]
        now_us: i64,
        /// References (RFC 9420 §5.2) of this device's unused key packages.
        #[n(2)]
        packages: Vec<ByteVec>,
        /// The suite of new conversations, by policy.
        #[n(3)]
        suite: u16,
        /// The server's half of the key under which this device stores what it has. Gone when the device is removed.
        #[n(4)]
        unlock: ByteVec,
    },
    /// One's own account.
    #[n(3)]
    Account {
        /// The person.
        #[n(0)]
        person: Id,
        /// The newest keys, if there are any.
        #[n(1)]
        keys: Option<ByteVec>,
        /// All devices, removed ones too.
        #[n(2)]
        devices: Vec<DeviceLine>,
        /// All backups.
        #[n(3)]
        backups: Vec<Backup>,
    },
    /// Keys and devices, in the order asked for; who isn't known is left out.
    #[n(4)]
    Directory {
        /// The people.
        #[n(0)]
        accounts: Vec<AccountLine>,
    },
    /// A key package of each device that has any.
    #[n(5)]
    KeyPackages {
        /// The packages.
        #[n(0)]
        packages: Vec<DevicePackage>,
    },
    /// It stands in the log.
    #[n(6)]
    Appended {
        /// Its number.
        #[n(0)]
        seq: u64,
        /// When it was entered, microseconds since the epoch.
        #[n(1)]
        at_us: i64,
    },
    /// A piece of the log.
    #[n(7)]
    Entries {
        /// The entries; numbers without a gap, but for those that one may not see.
        #[n(0)]
        entries: Vec<Entry>,
        /// The log's last number for this member.
        #[n(1)]
        last: u64,
    },
    /// Epoch keys, by epoch; ask again from after the last until there are none.
    #[n(8)]
    Keys {
        /// The keys.
        #[n(0)]
        keys: Vec<EpochKey>,
    },
    /// GroupInfo of the current epoch.
    #[n(9)]
    GroupInfo {
        /// The epoch.
        #[n(0)]
        epoch: u64,
        /// MLSMessage with the GroupInfo.
        #[n(1)]
        group_info: ByteVec,
    },
    /// The newest welcome for this device, if any.
    #[n(10)]
    Welcome {
        /// The epoch that it leads into, and the MLSMessage.
        #[n(0)]
        welcome: Option<(u64, ByteVec)>,
    },
    /// Who has what.
    #[n(11)]
    Receipts {
        /// The receipts.
        #[n(0)]
        receipts: Vec<Receipt>,
    },
    /// One's conversations.
    #[n(12)]
    Conversations {
        /// This page.
        #[n(0)]
        conversations: Vec<Conversation>,
        /// Whether there are more.
        #[n(1)]
        more: bool,
    },
}

/// Why the server refused.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Refusal {
    /// Not what this protocol says; the code tells what.
    #[n(0)]
    Malformed(#[n(0)] String),
    /// Not allowed, or not there: what one may not know of looks the same.
    #[n(1)]
    NotFound,
    /// Allowed to others, or at other times; the code tells why (`closed`, `custodian`, `key_packages`, `permission`, ...).
    #[n(2)]
    Denied(#[n(0)] String),
    /// About an epoch that is over: fetch, and do it again.
    #[n(3)]
    Epoch {
        /// The current one.
        #[n(0)]
        current: u64,
    },
    /// A removed device is still in the group: commit its removal first.
    #[n(4)]
    Removal {
        /// The devices that must go.
        #[n(0)]
        devices: Vec<Id>,
    },
    /// Too much at once: again after so many milliseconds.
    #[n(5)]
    Slower(#[n(0)] u32),
    /// Can't be done now; nothing was changed. Try again.
    #[n(6)]
    Unavailable,
}

/// What the server says unasked.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Push {
    /// The first frame: what [`Op::Hello`] signs.
    #[n(0)]
    Challenge {
        /// 32 random bytes.
        #[n(0)]
        nonce: ByteVec,
        /// Who is signed in.
        #[n(1)]
        person: Id,
    },
    /// New entries, in order, without a gap to what this connection got before; also those of this connection itself.
    #[n(1)]
    Entries {
        /// Which conversation.
        #[n(0)]
        conversation: Id,
        /// The entries.
        #[n(1)]
        entries: Vec<Entry>,
    },
    /// A conversation is new to one, or its members or state changed.
    #[n(2)]
    Conversation(#[n(0)] Box<Conversation>),
    /// Somebody has got or read something.
    #[n(3)]
    Receipt {
        /// Which conversation.
        #[n(0)]
        conversation: Id,
        /// The receipt.
        #[n(1)]
        receipt: Receipt,
    },
    /// Somebody writes.
    #[n(4)]
    Typing {
        /// Which conversation.
        #[n(0)]
        conversation: Id,
        /// Who.
        #[n(1)]
        person: Id,
    },
    /// Somebody's keys or devices changed.
    #[n(5)]
    Devices {
        /// Whose.
        #[n(0)]
        person: Id,
    },
    /// Something was too much for this connection: fetch from the cursor.
    #[n(6)]
    Behind {
        /// Which conversation; nobody: all.
        #[n(0)]
        conversation: Option<Id>,
    },
    /// Of another connection of the same account ([`Op::Post`]).
    #[n(7)]
    Post {
        /// Where an answer reaches it.
        #[n(0)]
        from: Id,
        /// [`crate::link`] message.
        #[n(1)]
        body: ByteVec,
    },
    /// The last frame: `signed_out`, `device_removed`, `closing`.
    #[n(8)]
    Over(#[n(0)] String),
}

/// A frame of the server.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum ServerFrame {
    /// To a question.
    #[n(0)]
    Answer(#[n(0)] Answer),
    /// Unasked.
    #[n(1)]
    Push(#[n(0)] Push),
}

/// What an entry of the log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum EntryKind {
    /// A sealed message.
    #[n(0)]
    Message,
    /// A commit. `added` and `removed` say who came and went.
    #[n(1)]
    Commit,
    /// The conversation was closed; no body.
    #[n(2)]
    Closed,
    /// It was opened again; no body.
    #[n(3)]
    Reopened,
}

/// An entry of a conversation's log.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Entry {
    /// Its place: 1 is the first.
    #[n(0)]
    pub seq: u64,
    /// When it was entered, microseconds since the epoch.
    #[n(1)]
    pub at_us: i64,
    /// What it is.
    #[n(2)]
    pub kind: EntryKind,
    /// Of a message the epoch of its key, of a commit the epoch that it ended.
    #[n(3)]
    pub epoch: u64,
    /// Who.
    #[n(4)]
    pub person: Id,
    /// With which device; of a server's own entry: nil.
    #[n(5)]
    pub device: Id,
    /// As the client called it.
    #[n(6)]
    pub client_id: Id,
    /// Flags of a message.
    #[n(7)]
    pub flags: u8,
    /// COSE_Encrypt0 or MLSMessage.
    #[n(8)]
    pub body: ByteVec,
    /// People who came by a commit.
    #[n(9)]
    pub added: Vec<Id>,
    /// People who went by a commit.
    #[n(10)]
    pub removed: Vec<Id>,
}

/// Somebody has everything up to an entry.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Receipt {
    /// Who.
    #[n(0)]
    pub person: Id,
    /// Up to which entry.
    #[n(1)]
    pub seq: u64,
    /// Read; otherwise delivered.
    #[n(2)]
    pub read: bool,
    /// When, microseconds since the epoch.
    #[n(3)]
    pub at_us: i64,
}

/// A conversation as a member sees it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Conversation {
    /// Its id.
    #[n(0)]
    pub id: Id,
    /// What it is.
    #[n(1)]
    pub kind: Kind,
    /// The patient that it is about.
    #[n(2)]
    pub patient: Option<Id>,
    /// Whether messages can be added.
    #[n(3)]
    pub open: bool,
    /// The group's epoch.
    #[n(4)]
    pub epoch: u64,
    /// The suite.
    #[n(5)]
    pub suite: u16,
    /// The log's last number, for this member.
    #[n(6)]
    pub last: u64,
    /// The first entry that this member may read.
    #[n(7)]
    pub first: u64,
    /// Up to where this member has read.
    #[n(8)]
    pub read: u64,
    /// Messages of others after that, quiet ones not counted.
    #[n(9)]
    pub unread: u32,
    /// When it was begun, microseconds since the epoch.
    #[n(10)]
    pub created_us: i64,
    /// When something last happened in it.
    #[n(11)]
    pub changed_us: i64,
    /// Everybody who is in it; who was is marked.
    #[n(12)]
    pub members: Vec<Member>,
    /// Whether the one who asks is a member now.
    #[n(13)]
    pub member: bool,
    /// The newest entry with [`FLAG_SUBJECT`] that this member may read.
    #[n(14)]
    pub subject: Option<Entry>,
}

/// Somebody in a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Member {
    /// Who.
    #[n(0)]
    pub person: Id,
    /// The name as colleagues see it.
    #[n(1)]
    pub name: String,
    /// Profession or function.
    #[n(2)]
    pub function: String,
    /// What they are here.
    #[n(3)]
    pub role: MemberRole,
    /// Since which entry.
    #[n(4)]
    pub since: u64,
    /// Until which entry, when no member any more.
    #[n(5)]
    pub until: Option<u64>,
}

/// What a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum MemberRole {
    /// Works here.
    #[n(0)]
    Staff,
    /// A patient, or who acts for one.
    #[n(1)]
    Patient,
    /// Keeps the record.
    #[n(2)]
    Custodian,
}

/// Somebody's keys and devices.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct AccountLine {
    /// Who.
    #[n(0)]
    pub person: Id,
    /// [`crate::account::AccountKeys`] of every version, the newest last.
    #[n(1)]
    pub keys: Vec<ByteVec>,
    /// All devices, removed ones too: what they wrote stays verifiable.
    #[n(2)]
    pub devices: Vec<DeviceLine>,
}

/// A device.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct DeviceLine {
    /// Its id.
    #[n(0)]
    pub device: Id,
    /// [`crate::account::DeviceCertificate`].
    #[n(1)]
    pub certificate: ByteVec,
    /// What its owner calls it; empty to others.
    #[n(2)]
    pub name: String,
    /// When it was entered, microseconds since the epoch.
    #[n(3)]
    pub added_us: i64,
    /// When it was last there; 0 to others.
    #[n(4)]
    pub seen_us: i64,
    /// When it was removed.
    #[n(5)]
    pub removed_us: Option<i64>,
}

/// A device's key package.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct DevicePackage {
    /// Whose.
    #[n(0)]
    pub person: Id,
    /// Which device.
    #[n(1)]
    pub device: Id,
    /// MLSMessage with the KeyPackage.
    #[n(2)]
    pub package: ByteVec,
}

/// What [`Op::Hello`] signs: bound to this connection, this device and this protocol.
#[must_use]
pub fn hello_bytes(nonce: &[u8], person: Id, device: Id) -> Vec<u8> {
    [b"wardpost hello 1\0".as_slice(), nonce, &person.0, &device.0].concat()
}

/// Encodes a frame.
#[must_use]
pub fn encode<T: Encode<()>>(frame: &T) -> Vec<u8> {
    // Writing to memory doesn't fail, and no frame has an encoder that refuses.
    minicbor::to_vec(frame).unwrap_or_default()
}

/// Decodes a frame, all of it.
///
/// # Errors
/// [`Error::TooLarge`]; [`Error::Malformed`].
pub fn decode<'b, T: Decode<'b, ()>>(bytes: &'b [u8]) -> Result<T> {
    if bytes.len() > MAX_FRAME {
        return Err(Error::TooLarge("frame"));
    }
    let mut decoder = minicbor::Decoder::new(bytes);
    let frame = decoder.decode().map_err(|_| Error::Malformed("frame"))?;
    if decoder.position() != bytes.len() {
        return Err(Error::Malformed("more than one frame"));
    }
    Ok(frame)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_frame_reads_as_it_was_written() {
        let frame = Ask {
            number: 7,
            op: Op::Append(Box::new(Append {
                conversation: Id([1; 16]),
                epoch: 3,
                client_id: Id([2; 16]),
                flags: FLAG_URGENT,
                sealed: vec![1, 2, 3].into(),
            })),
        };
        assert_eq!(decode::<Ask>(&encode(&frame)), Ok(frame));
    }

    #[test]
    fn what_follows_a_frame_is_refused() {
        let mut bytes = encode(&ServerFrame::Push(Push::Over("closing".into())));
        assert!(decode::<ServerFrame>(&bytes).is_ok());
        bytes.push(0);
        assert_eq!(decode::<ServerFrame>(&bytes), Err(Error::Malformed("more than one frame")));
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_decoder_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode::<Ask>(&bytes);
            let _ = decode::<ServerFrame>(&bytes);
        }
    }
}
