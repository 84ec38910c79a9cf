//! The audit vocabulary (NEN 7513, ONC d2, IHE BALP): who did what, for whom, on what, and why.

use crate::id::{AuditId, PersonId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

macro_rules! audit_kinds {
    ($($(#[doc = $doc:literal])* $name:ident = $wire:tt, $action:ident);+ $(;)?) => {
        /// What happened: a closed set. The wire name is `object.verb` and never changes its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        pub enum AuditKind { $($(#[doc = $doc])* #[serde(rename = $wire)] $name,)+ }
        impl AuditKind {
            /// Every kind.
            pub const ALL: &'static [AuditKind] = &[$(AuditKind::$name),+];
            /// The stable name.
            #[must_use]
            pub const fn as_str(self) -> &'static str { match self { $(AuditKind::$name => $wire),+ } }
            /// Reads a stable name.
            #[must_use]
            pub fn from_name(s: &str) -> Option<Self> { match s { $($wire => Some(AuditKind::$name),)+ _ => None } }
            /// FHIR AuditEvent.action: Create, Read, Update, Delete, Execute.
            #[must_use]
            pub const fn action(self) -> ActionCode { match self { $(AuditKind::$name => ActionCode::$action),+ } }
        }
    };
}

/// FHIR `AuditEvent.action` (DICOM EventActionCode).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[allow(missing_docs, reason = "the codes' own names")]
pub enum ActionCode {
    C,
    R,
    U,
    D,
    E,
}

audit_kinds! {
    /// The server started.
    ServerStarted = "server.started", E;
    /// The server stopped in order.
    ServerStopped = "server.stopped", E;
    /// The organisation was made.
    OrgCreated = "org.created", C;
    /// First factor accepted or refused.
    SignInPassword = "sign_in.password", E;
    /// Second factor accepted or refused.
    SignInSecondFactor = "sign_in.second_factor", E;
    /// Signed in by a passkey, proved anew by it, or refused.
    SignInPasskey = "sign_in.passkey", E;
    /// Signed in by an identity provider, or refused.
    SignInProvider = "sign_in.provider", E;
    /// Somebody may have a copy of a credential, or try what only an attacker tries.
    SignInSuspicious = "sign_in.suspicious", E;
    /// Signed in with a browser that was not seen before.
    SignInNewDevice = "sign_in.new_device", E;
    /// Signed out by the person.
    SignOut = "sign_in.sign_out", E;
    /// A session ended: idle, too old, or by somebody.
    SessionEnded = "session.ended", E;
    /// Asked for what another person must consent to.
    ApprovalAsked = "approval.asked", C;
    /// Consented, or refused to.
    ApprovalDecided = "approval.decided", E;
    /// An account was recovered with both halves of the secret, or that was tried.
    RecoveryUsed = "recovery.used", E;
    /// Password, second factor or recovery codes changed.
    CredentialChanged = "credential.changed", U;
    /// A passkey was added.
    PasskeyAdded = "passkey.added", C;
    /// A passkey got another name.
    PasskeyChanged = "passkey.changed", U;
    /// A passkey was removed.
    PasskeyRemoved = "passkey.removed", D;
    /// A browser was forgotten: the next sign-in with it is as with a new one.
    DeviceForgotten = "device.forgotten", D;
    /// Somebody's account at an identity provider was linked.
    IdentityLinked = "identity_link.created", C;
    /// A link to an identity provider was removed.
    IdentityUnlinked = "identity_link.removed", D;
    /// An identity provider was added.
    ProviderCreated = "identity_provider.created", C;
    /// What holds for an identity provider changed.
    ProviderChanged = "identity_provider.changed", U;
    /// An identity provider was removed.
    ProviderRemoved = "identity_provider.removed", D;
    /// A device password was made.
    AppPasswordCreated = "app_password.created", C;
    /// A device password was withdrawn.
    AppPasswordRevoked = "app_password.revoked", D;
    /// A mail program signed in, or was refused.
    SubmissionSignIn = "submission.sign_in", E;
    /// Somebody was refused because of the network they came from.
    ZoneRefused = "zone.refused", E;
    /// A person was invited.
    PersonCreated = "person.created", C;
    /// A person's data or state changed.
    PersonChanged = "person.changed", U;
    /// A list of people was imported, or an import taken back.
    PersonImported = "person.imported", C;
    /// Something of a person was checked: an e-mail address, a mobile number, who they are.
    PersonVerified = "person.verified", U;
    /// Somebody who never came in was taken away again.
    PersonRemoved = "person.removed", D;
    /// Somebody left the organisation: access ended, mailboxes handed over.
    PersonLeft = "person.left", U;
    /// A token of another system was made.
    TokenCreated = "token.created", C;
    /// A token of another system was withdrawn.
    TokenRevoked = "token.revoked", D;
    /// What other systems may give, or whom they keep, changed.
    ProvisioningChanged = "provisioning.changed", U;
    /// Another system asked something, or was refused (SCIM).
    ScimRequest = "scim.request", E;
    /// Roles given or taken.
    PersonRolesChanged = "person.roles_changed", U;
    /// A review of what everybody may do began.
    ReviewStarted = "review.started", C;
    /// It was decided whether somebody's rights stay.
    ReviewDecided = "review.decided", U;
    /// A review was closed: everything in it was decided.
    ReviewClosed = "review.closed", U;
    /// Something was done to many people at once.
    BulkDone = "bulk.done", U;
    /// What was done to many people at once was taken back.
    BulkUndone = "bulk.undone", U;
    /// Somebody looked at what a person may do and why, or at who can do something.
    RightsRead = "rights.read", R;
    /// A role was made.
    RoleCreated = "role.created", C;
    /// A role's permissions or name changed.
    RoleChanged = "role.changed", U;
    /// A role was removed.
    RoleDeleted = "role.deleted", D;
    /// A mailbox was made.
    MailboxCreated = "mailbox.created", C;
    /// A mailbox or its members changed.
    MailboxChanged = "mailbox.changed", U;
    /// Own domain added.
    DomainAdded = "domain.added", C;
    /// Own domain removed.
    DomainRemoved = "domain.removed", D;
    /// Partner added.
    PartnerAdded = "partner.added", C;
    /// Partner changed.
    PartnerChanged = "partner.changed", U;
    /// Partner removed.
    PartnerRemoved = "partner.removed", D;
    /// The policy changed: a new version.
    PolicyChanged = "policy.changed", U;
    /// Somebody reported that a finding in a message is none.
    FalseAlarmReported = "false_alarm.reported", C;
    /// Somebody looked at what was reported as false alarms.
    FalseAlarmsRead = "false_alarm.read", R;
    /// It was decided whether a reported finding is one.
    FalseAlarmDecided = "false_alarm.decided", U;
    /// Somebody read a report on findings.
    ReportRead = "report.read", R;
    /// Somebody exported a report on findings.
    ReportExported = "report.exported", R;
    /// The security policy changed: a new version.
    SecurityChanged = "security.changed", U;
    /// An outside correspondent was recorded or changed.
    ContactChanged = "contact.changed", U;
    /// A draft was made.
    DraftCreated = "draft.created", C;
    /// A draft was thrown away.
    DraftDiscarded = "draft.discarded", D;
    /// A message was sent: planned and accepted.
    MessageSent = "message.sent", C;
    /// The gate refused a message.
    MessageBlocked = "message.blocked", E;
    /// The gate held a message for a second pair of eyes.
    MessageHeld = "message.held", E;
    /// Its sender sent it anyway, for a stated reason, where policy would have protected or held it.
    MessageSentAnyway = "message.sent_anyway", E;
    /// Somebody took it on to judge a held message.
    MessageClaimed = "message.claimed", U;
    /// A held message was released.
    MessageReleased = "message.released", E;
    /// A held message was refused.
    MessageRefused = "message.refused", E;
    /// A held message was looked at by a reviewer.
    MessageReviewed = "message.reviewed", R;
    /// A message came in.
    MessageReceived = "message.received", C;
    /// Somebody opened a message.
    MessageRead = "message.read", R;
    /// Somebody downloaded an attachment.
    AttachmentRead = "attachment.read", R;
    /// A message was moved between folders.
    MessageMoved = "message.moved", U;
    /// The sender withdrew a message.
    MessageRecalled = "message.recalled", U;
    /// The sender set another expiry.
    MessageExpiryChanged = "message.expiry_changed", U;
    /// Handed to the recipient's server or mailbox.
    DeliveryDone = "delivery.done", E;
    /// A try failed and will be repeated.
    DeliveryDeferred = "delivery.deferred", E;
    /// Gave up.
    DeliveryFailed = "delivery.failed", E;
    /// Took a safer-or-equal route instead.
    DeliveryFellBack = "delivery.fell_back", U;
    /// The content-free notification went out.
    PickupNotified = "pickup.notified", E;
    /// A code was sent to the guest's telephone.
    PickupCodeSent = "pickup.code_sent", E;
    /// The guest's second factor was accepted or refused.
    PickupVerified = "pickup.verified", E;
    /// The guest's pick-up was locked after too many tries.
    PickupLocked = "pickup.locked", E;
    /// The guest read the message.
    PickupRead = "pickup.read", R;
    /// The guest downloaded an attachment.
    PickupAttachmentRead = "pickup.attachment_read", R;
    /// The guest replied.
    PickupReplied = "pickup.replied", C;
    /// A pick-up expired.
    PickupExpired = "pickup.expired", D;
    /// Somebody entered the public keys of their account for conversations: the first, the next, or others after a loss.
    ConversationKeysChanged = "conversation_keys.changed", U;
    /// Somebody entered a device for conversations.
    ConversationDeviceAdded = "conversation_device.added", C;
    /// Somebody removed a device of theirs from all conversations.
    ConversationDeviceRemoved = "conversation_device.removed", D;
    /// Somebody kept, or dropped, a sealed copy of their account's secret.
    ConversationBackupChanged = "conversation_backup.changed", U;
    /// A conversation was begun.
    ConversationCreated = "conversation.created", C;
    /// People came into a conversation, or went.
    ConversationMembersChanged = "conversation.members_changed", U;
    /// A conversation was closed: nothing can be added.
    ConversationClosed = "conversation.closed", U;
    /// A conversation was opened again.
    ConversationReopened = "conversation.reopened", U;
    /// Somebody searched the audit log.
    AuditSearched = "audit.searched", R;
    /// Somebody exported the audit log.
    AuditExported = "audit.exported", R;
    /// A patient was registered.
    PatientCreated = "patient.created", C;
    /// A patient's administrative data changed.
    PatientChanged = "patient.changed", U;
    /// Something of a patient was checked: the mobile number, who they are.
    PatientVerified = "patient.verified", U;
    /// Somebody opened a patient's page.
    PatientRead = "patient.read", R;
    /// Somebody looked for patients.
    PatientSearched = "patient.searched", R;
    /// Somebody, or a team, cares for a patient from now on.
    RelationCreated = "relation.created", C;
    /// Somebody, or a team, no longer cares for a patient.
    RelationEnded = "relation.ended", D;
    /// A care team was made, or its members changed.
    TeamChanged = "team.changed", U;
    /// Somebody may act for a colleague.
    MandateCreated = "mandate.created", C;
    /// Somebody may no longer act for a colleague.
    MandateEnded = "mandate.ended", D;
    /// Somebody may act for a patient.
    ProxyCreated = "proxy.created", C;
    /// The patient consented to be acted for.
    ProxyChanged = "proxy.changed", U;
    /// Somebody may no longer act for a patient.
    ProxyEnded = "proxy.ended", D;
    /// Somebody began to act for a patient.
    ProxyActing = "proxy.acting", E;
    /// Somebody took emergency access.
    AccessBreakGlass = "access.break_glass", E;
    /// Emergency access was ended before its time.
    AccessBreakGlassEnded = "access.break_glass_ended", E;
    /// Emergency access was judged.
    AccessBreakGlassReviewed = "access.break_glass_reviewed", U;
    /// Somebody looked at who had looked at a patient's data.
    AccessLogRead = "access.log_read", R;
    /// An act was refused for want of permission (ASVS 16.3.2).
    AccessDenied = "access.denied", E;
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Done.
    Success,
    /// Refused or failed, the actor's or the other side's doing.
    Refused,
    /// Failed by a fault of the system.
    Error,
}

impl Outcome {
    /// The name as stored and as served.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Refused => "refused",
            Self::Error => "error",
        }
    }
    /// Reads a stored name.
    #[must_use]
    pub fn from_name(s: &str) -> Option<Self> {
        [Self::Success, Self::Refused, Self::Error].into_iter().find(|v| v.as_str() == s)
    }
}

/// Who acted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum AuditAgent {
    /// A person with an account.
    Person {
        /// Who.
        id: PersonId,
        /// In which roles.
        roles: Vec<String>,
    },
    /// A guest in the portal, known by a keyed index of the address (the address stands sealed in the details).
    Guest,
    /// Another mail server.
    Peer,
    /// Wardpost itself.
    System,
}

/// The plain, pseudonymous part of an entry: what may be searched. Goes into the log's leaf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AuditObject {
    /// `message`, `person`, `policy` …
    pub kind: String,
    /// The object's id.
    pub id: String,
}

/// The sealed part: personal details, in words that a privacy officer can read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AuditDetails {
    /// Name of the agent at that time (person's name, guest's address, peer's host).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_name: Option<String>,
    /// On whose behalf (a mailbox's address, a delegating person).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// The patient whose data it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patient: Option<String>,
    /// On which ground the patient's data was opened (NL-06), by its stable name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<String>,
    /// Network address of the agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// Why: a reason that the agent gave, or that the gate gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Request or SMTP session id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Anything else, named.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub more: BTreeMap<String, String>,
}

/// An entry as a privacy officer reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AuditEntry {
    /// Its id.
    pub id: AuditId,
    /// Its place in the log; none until the sequencer has given it one (a moment after the act).
    pub seq: Option<u64>,
    /// When.
    #[schema(value_type = String, format = "date-time")]
    pub at: Timestamp,
    /// What.
    pub kind: AuditKind,
    /// Who.
    pub agent: AuditAgent,
    /// On what.
    pub object: Option<AuditObject>,
    /// How it ended.
    pub outcome: Outcome,
    /// The sealed details, opened; none once erased.
    pub details: Option<AuditDetails>,
}
