//! May this actor do this to that object?

use std::collections::BTreeSet;
use wardpost_model::PersonId;
use wardpost_model::ground::Ground;
use wardpost_model::permission::Permission;
use wardpost_model::person::Actor;
use wardpost_model::proxy::{ActingFor, ProxyScope};

/// The object of an act, with the facts that the decision needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope<'a> {
    /// The organisation as a whole: its audit log, policy, domains, lists of people and contacts.
    Organisation,
    /// A mailbox and the messages in it.
    Mailbox {
        /// Who uses it.
        members: &'a [PersonId],
        /// What mandates that are in force let the actor do in it.
        mandate: Option<MandateRights>,
    },
    /// That somebody acts for a colleague.
    Mandate {
        /// Whose mailbox it is.
        grantor: PersonId,
        /// Who acts.
        holder: PersonId,
        /// To be given; otherwise to be ended.
        giving: bool,
    },
    /// A draft.
    Draft {
        /// Who writes it.
        author: PersonId,
    },
    /// A signed-in session.
    Session {
        /// Whose.
        owner: PersonId,
    },
    /// A passkey.
    Passkey {
        /// Whose.
        owner: PersonId,
    },
    /// A browser in which somebody has signed in.
    Device {
        /// Whose.
        owner: PersonId,
    },
    /// A password of a mail program.
    AppPassword {
        /// Whose.
        owner: PersonId,
    },
    /// A message that waits for a second pair of eyes.
    Held {
        /// Who wrote it.
        sender: PersonId,
        /// Whether policy wants another person than the sender.
        four_eyes: bool,
    },
    /// What somebody asked for, to be consented to.
    Approval {
        /// Who asked.
        asked_by: PersonId,
        /// Whom it is about.
        subject: PersonId,
    },
    /// A person's data and state.
    Person {
        /// Who.
        subject: PersonId,
    },
    /// The giving and taking of roles.
    Roles {
        /// To whom.
        subject: PersonId,
        /// All permissions in the roles to be given that the subject does not have yet.
        granted: &'a BTreeSet<Permission>,
    },
    /// What is about a patient.
    Patient {
        /// On which ground the actor may open it.
        ground: Option<Ground>,
    },
    /// A part of a patient's portal: one's own, or that of the patient for whom one acts.
    Portal {
        /// Which.
        part: ProxyScope,
    },
    /// That somebody cares for a patient.
    Relation {
        /// Is it the actor, or a team of theirs, to whom it opens the patient?
        for_actor: bool,
        /// The actor cares for the patient, or keeps all patients' administrative data.
        known: bool,
    },
    /// An emergency access, to be judged.
    BreakGlass {
        /// Who took it.
        by: PersonId,
    },
    /// Somebody's rights, to be judged in an access review.
    Review {
        /// Whose.
        subject: PersonId,
    },
    /// A role's own permissions (also a new role, which nobody holds).
    Role {
        /// The actor holds this role.
        held_by_actor: bool,
    },
}

/// What a mandate opens of a colleague's mailbox: reading always.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MandateRights {
    /// Writing as well.
    pub send: bool,
}

/// Why not. The text is for logs; faces put the code into the reader's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// None of the actor's roles has this permission.
    #[error("the permission {} is missing", .0.as_str())]
    MissingPermission(Permission),
    /// The object is somebody else's, and this act is for its owner or members.
    #[error("the object belongs to somebody else")]
    NotYours,
    /// The mandate is for reading only.
    #[error("the mandate is for reading only")]
    MandateReadsOnly,
    /// Nobody gives themselves a colleague's mailbox.
    #[error("nobody gives themselves a mandate")]
    OwnMandate,
    /// The second pair of eyes must be another person than the sender.
    #[error("the sender can't review the own message")]
    OwnMessage,
    /// No care relation, and no other ground, opens it.
    #[error("nothing ties the actor to the patient")]
    NoRelation,
    /// Nobody says that they themselves care for a patient.
    #[error("nobody makes a care relation of their own")]
    OwnRelation,
    /// Nobody judges the own emergency access.
    #[error("nobody judges the own emergency access")]
    OwnGrant,
    /// Nobody consents to what they asked for, or to what is about themselves.
    #[error("somebody else must consent")]
    OwnAsk,
    /// Nobody judges the own rights.
    #[error("nobody judges the own rights")]
    OwnRights,
    /// While one acts for a patient nothing else opens.
    #[error("the session acts for a patient")]
    ActingFor,
    /// The proxy does not hold any more.
    #[error("the session acts for a patient by a proxy that is over")]
    ProxyOver,
    /// The proxy does not go so far.
    #[error("the proxy does not open this part")]
    OutOfScope,
    /// Nobody changes the own roles.
    #[error("nobody changes the own roles")]
    OwnRoles,
    /// Nobody changes a role that they hold.
    #[error("nobody changes a role that they hold")]
    HeldRole,
    /// Nobody gives what they have not, unless they manage roles.
    #[error("can't give the permission {} without having it", .0.as_str())]
    GrantsMore(Permission),
}

impl Denied {
    /// A stable code for the API and the audit log.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::MissingPermission(_) => "missing_permission",
            Self::NotYours => "not_yours",
            Self::MandateReadsOnly => "mandate_reads_only",
            Self::OwnMandate => "own_mandate",
            Self::ActingFor => "acting_for",
            Self::ProxyOver => "proxy_over",
            Self::OutOfScope => "out_of_scope",
            Self::OwnMessage => "own_message",
            Self::NoRelation => "no_relation",
            Self::OwnRelation => "own_relation",
            Self::OwnGrant => "own_grant",
            Self::OwnAsk => "own_ask",
            Self::OwnRights => "own_rights",
            Self::OwnRoles => "own_roles",
            Self::HeldRole => "held_role",
            Self::GrantsMore(_) => "grants_more",
        }
    }
}

/// Decides whether `actor` may use `permission` on the object in `scope`.
///
/// A permission opens a kind of act; the scope narrows it to the actor's own mailboxes, drafts, sessions and device
/// passwords. Reading and ending one's own sessions, one's own passkeys and browsers, withdrawing one's own device passwords, and seeing
/// one's own person need no permission.
///
/// # Errors
/// The first rule that forbids it.
pub fn authorise(actor: &Actor, permission: Permission, scope: Scope<'_>) -> Result<(), Denied> {
    let me = actor.person_id;
    if let Some(acting) = &actor.circumstances.acting_for {
        return in_place_of(actor, acting, permission, scope);
    }
    let own_affair = match scope {
        Scope::Session { owner } | Scope::Passkey { owner } | Scope::Device { owner } => owner == me,
        // Withdrawing: who lost the right to have any still can.
        Scope::AppPassword { owner } => owner == me && permission == Permission::PersonManage,
        Scope::Person { subject } => subject == me && permission == Permission::PersonRead,
        // One's own mailbox is given by who may read it; a mandate is given up by either side.
        Scope::Mandate { grantor, holder, giving: true } => {
            grantor == me && holder != me && actor.permissions.contains(&Permission::MailRead)
        }
        Scope::Mandate { grantor, holder, giving: false } => grantor == me || holder == me,
        _ => false,
    };
    if own_affair {
        return Ok(());
    }
    if !actor.permissions.contains(&permission) {
        return Err(Denied::MissingPermission(permission));
    }
    match scope {
        Scope::Organisation
        | Scope::Person { .. }
        | Scope::Session { .. }
        | Scope::Passkey { .. }
        | Scope::Device { .. } => Ok(()),
        Scope::Mailbox { members, .. } if permission == Permission::MailboxManage || members.contains(&me) => Ok(()),
        Scope::Mailbox { mandate, .. } => by_mandate(permission, mandate),
        Scope::Mandate { holder, giving: true, .. } if holder == me => Err(Denied::OwnMandate),
        Scope::Mandate { .. } => Ok(()),
        Scope::Draft { author } => owned(author == me),
        Scope::AppPassword { owner } => owned(owner == me || permission == Permission::PersonManage),
        Scope::Held { sender, four_eyes } if four_eyes && sender == me => Err(Denied::OwnMessage),
        Scope::Held { .. } => Ok(()),
        Scope::Patient { ground: None } | Scope::Relation { for_actor: false, known: false } => Err(Denied::NoRelation),
        Scope::Relation { for_actor: true, .. } => Err(Denied::OwnRelation),
        Scope::Patient { .. } | Scope::Relation { .. } | Scope::Portal { .. } => Ok(()),
        Scope::BreakGlass { by } if by == me => Err(Denied::OwnGrant),
        Scope::BreakGlass { .. } => Ok(()),
        Scope::Approval { asked_by, subject } if me == asked_by || me == subject => Err(Denied::OwnAsk),
        Scope::Approval { .. } => Ok(()),
        Scope::Review { subject } if subject == me => Err(Denied::OwnRights),
        Scope::Review { .. } => Ok(()),
        Scope::Roles { subject, .. } if subject == me => Err(Denied::OwnRoles),
        Scope::Roles { granted, .. } => may_grant(actor, granted),
        Scope::Role { held_by_actor: true } => Err(Denied::HeldRole),
        Scope::Role { held_by_actor: false } => Ok(()),
    }
}

/// As [`authorise`], for acts that need several permissions on one object.
///
/// # Errors
/// The first rule that forbids it.
pub fn authorise_all(actor: &Actor, permissions: &[Permission], scope: Scope<'_>) -> Result<(), Denied> {
    permissions.iter().try_for_each(|p| authorise(actor, *p, scope))
}

/// Who acts for a patient sees of that patient's portal what the proxy says, whatever their own roles open; beside it only
/// the own sessions.
fn in_place_of(actor: &Actor, acting: &ActingFor, permission: Permission, scope: Scope<'_>) -> Result<(), Denied> {
    match scope {
        Scope::Session { owner } if owner == actor.person_id => Ok(()),
        _ if acting.over => Err(Denied::ProxyOver),
        Scope::Portal { part } if permission == Permission::SelfRead => {
            if !actor.permissions.contains(&Permission::ProxyAct) {
                return Err(Denied::MissingPermission(Permission::ProxyAct));
            }
            if acting.scope.contains(&part) { Ok(()) } else { Err(Denied::OutOfScope) }
        }
        _ => Err(Denied::ActingFor),
    }
}

fn owned(yes: bool) -> Result<(), Denied> {
    if yes { Ok(()) } else { Err(Denied::NotYours) }
}

/// Who acts for a colleague reads their mailbox, and writes from it where the mandate says so: nothing else.
fn by_mandate(permission: Permission, mandate: Option<MandateRights>) -> Result<(), Denied> {
    match (permission, mandate) {
        (_, None) => Err(Denied::NotYours),
        (Permission::MailRead, Some(_))
        | (Permission::MailSend | Permission::MailSubmit, Some(MandateRights { send: true })) => Ok(()),
        (Permission::MailSend | Permission::MailSubmit, Some(_)) => Err(Denied::MandateReadsOnly),
        (_, Some(_)) => Err(Denied::NotYours),
    }
}

/// Who makes roles may hand them to others without having what they open (an administrator reads no mail, but gives
/// clinicians their role). Who only manages people hands on at most what they have themselves.
fn may_grant(actor: &Actor, granted: &BTreeSet<Permission>) -> Result<(), Denied> {
    if actor.permissions.contains(&Permission::RoleManage) {
        return Ok(());
    }
    match granted.difference(&actor.permissions).next() {
        Some(p) => Err(Denied::GrantsMore(*p)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
