//! The fixed, named permissions of which roles are made.

use serde::{Deserialize, Serialize};

macro_rules! permissions {
    ($($(#[doc = $doc:literal])* $name:ident = $wire:tt),+ $(,)?) => {
        /// A single right. The set is fixed in code; roles combine them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        pub enum Permission {
            $($(#[doc = $doc])* #[serde(rename = $wire)] $name,)+
        }
        impl Permission {
            /// Every permission, in the order in which the screens show them.
            pub const ALL: &'static [Permission] = &[$(Permission::$name),+];
            /// The stable name, as stored and as served.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Permission::$name => $wire),+ }
            }
            /// Reads a stable name.
            #[must_use]
            pub fn from_name(s: &str) -> Option<Self> {
                match s { $($wire => Some(Permission::$name),)+ _ => None }
            }
        }
    };
}

impl Permission {
    /// Whether acts under it change something: what a zone that only lets read takes away.
    #[must_use]
    pub const fn writes(self) -> bool {
        !matches!(
            self,
            Self::MailRead
                | Self::ConversationUse
                | Self::ConversationPatient
                | Self::PatientRead
                | Self::AccessBreakGlass
                | Self::SelfRead
                | Self::ProxyAct
                | Self::AuditRead
                | Self::AuditProve
                | Self::PolicyRead
                | Self::PersonRead
                | Self::ReportRead
        )
    }

    /// Whether it opens other people's rights, the rules of the house, or what was written down about people: a role with
    /// such a permission is not for one person alone to give.
    #[must_use]
    pub const fn sensitive(self) -> bool {
        matches!(
            self,
            Self::PersonManage
                | Self::RoleManage
                | Self::PolicyEdit
                | Self::IdentityManage
                | Self::ScimProvision
                | Self::MailReview
                | Self::AccessReview
                | Self::PersonApprove
                | Self::SecurityEdit
                | Self::AuditRead
                | Self::RightsReview
                | Self::MailboxManage
                | Self::DelegationManage
                | Self::FindingReview
        )
    }
}

permissions! {
    /// Read mail in the mailboxes that one is a member of.
    MailRead = "mail.read",
    /// Write and send mail from the mailboxes that one is a member of.
    MailSend = "mail.send",
    /// Use a mail program with device passwords.
    MailSubmit = "mail.submit",
    /// Send anyway, for a stated reason, what policy would protect or hold, where policy allows that.
    MailOverride = "mail.override",
    /// Release or refuse held messages of others.
    MailReview = "mail.review",
    /// Converse with colleagues, encrypted from end to end.
    ConversationUse = "conversation.use",
    /// Begin conversations with patients, and take part in them.
    ConversationPatient = "conversation.patient",
    /// Know the organisation's outside correspondents and their second factors.
    ContactManage = "contact.manage",
    /// Know patients, and open what a care relation opens.
    PatientRead = "patient.read",
    /// Register patients and keep their administrative data.
    PatientManage = "patient.manage",
    /// Say who cares for a patient: assign, refer, stand in, make care teams.
    RelationManage = "relation.manage",
    /// Register who acts for a patient: parents, guardians, by mandate.
    ProxyManage = "proxy.manage",
    /// Open, in an emergency and for a stated reason, what no care relation opens.
    AccessBreakGlass = "access.break_glass",
    /// Judge emergency access, and see who looked at what of a patient. Gets the notices.
    AccessReview = "access.review",
    /// See who looked at one's own data.
    SelfRead = "self.read",
    /// Act for patients who, or whose law, let one.
    ProxyAct = "proxy.act",
    /// Find and export audit entries.
    AuditRead = "audit.read",
    /// Verify the log and obtain proofs.
    AuditProve = "audit.prove",
    /// See the policy.
    PolicyRead = "policy.read",
    /// Change the policy.
    PolicyEdit = "policy.edit",
    /// See the reports: how many findings, of which kinds, and what was done with them. Never content.
    ReportRead = "report.read",
    /// See the texts that were reported as false alarms, and decide on them.
    FindingReview = "finding.review",
    /// Say how people get in, from where, and for how long: the security policy.
    SecurityEdit = "security.edit",
    /// See who can do what, and judge each period whether they still should.
    RightsReview = "rights.review",
    /// Say which identity providers people sign in by, and what they may make of people here; connect systems that provision
    /// people, and make and withdraw their tokens.
    IdentityManage = "identity.manage",
    /// See people, their roles and sessions.
    PersonRead = "person.read",
    /// Invite, change, disable people; assign roles; end their sessions.
    PersonManage = "person.manage",
    /// Consent to what a colleague asks for: the recovery of an account.
    PersonApprove = "person.approve",
    /// Make and change roles.
    RoleManage = "role.manage",
    /// Make mailboxes and say who uses them.
    MailboxManage = "mailbox.manage",
    /// Give and end mandates over other people's mailboxes: cover, secretary.
    DelegationManage = "delegation.manage",
    /// Set the organisation's own domains and its partners.
    DomainManage = "domain.manage",
    /// Make, change and end people's accounts as a program (SCIM): only those that it keeps, only roles marked for it.
    ScimProvision = "scim.provision",
}
