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
mod tests {
    use super::*;
    use Permission as P;
    use uuid::Uuid;
    use wardpost_model::person::Circumstances;

    fn person(n: u128) -> PersonId {
        PersonId(Uuid::from_u128(n))
    }
    fn actor(permissions: &[Permission]) -> Actor {
        Actor {
            person_id: person(1),
            name: "Test".into(),
            roles: vec![],
            permissions: permissions.iter().copied().collect(),
            session_id: None,
            network: None,
            request_id: None,
            circumstances: Circumstances::default(),
        }
    }

    #[test]
    fn mail_is_read_only_in_ones_own_mailboxes() {
        let a = actor(&[P::MailRead]);
        let (mine, other) = ([person(2), person(1)], [person(2)]);
        assert_eq!(authorise(&a, P::MailRead, Scope::Mailbox { members: &mine, mandate: None }), Ok(()));
        assert_eq!(
            authorise(&a, P::MailRead, Scope::Mailbox { members: &other, mandate: None }),
            Err(Denied::NotYours)
        );
        assert_eq!(
            authorise(&a, P::MailSend, Scope::Mailbox { members: &mine, mandate: None }),
            Err(Denied::MissingPermission(P::MailSend))
        );
    }

    #[test]
    fn who_manages_mailboxes_does_not_read_them() {
        let a = actor(&[P::MailboxManage]);
        let scope = Scope::Mailbox { members: &[person(1)], mandate: None };
        assert_eq!(authorise(&a, P::MailboxManage, Scope::Mailbox { members: &[], mandate: None }), Ok(()));
        assert_eq!(authorise(&a, P::MailRead, scope), Err(Denied::MissingPermission(P::MailRead)));
    }

    /// NTA-16: who acts for a colleague does what the mandate says, as far as the own roles go.
    #[test]
    fn a_mandate_opens_reading_and_writing_only_as_it_says() {
        let a = actor(&[P::MailRead, P::MailSend, P::MailSubmit, P::MailboxManage]);
        let theirs = [person(2)];
        let scope = |send| Scope::Mailbox { members: &theirs, mandate: Some(MandateRights { send }) };
        for p in [P::MailSend, P::MailSubmit] {
            assert_eq!(authorise(&a, p, scope(false)), Err(Denied::MandateReadsOnly));
            assert_eq!(authorise(&a, p, scope(true)), Ok(()));
        }
        assert_eq!(authorise(&a, P::MailRead, scope(false)), Ok(()));
        let missing = Err(Denied::MissingPermission(P::MailSend));
        assert_eq!(authorise(&actor(&[P::MailRead]), P::MailSend, scope(true)), missing);
        assert_eq!(authorise(&actor(&[P::AuditRead]), P::AuditRead, scope(true)), Err(Denied::NotYours));
    }

    #[test]
    fn the_own_mailbox_is_given_freely_and_a_colleagues_never_to_oneself() {
        let mandate =
            |grantor, holder, giving| Scope::Mandate { grantor: person(grantor), holder: person(holder), giving };
        let (anna, nobody, admin) = (actor(&[P::MailRead]), actor(&[]), actor(&[P::DelegationManage]));
        let p = P::DelegationManage;
        assert_eq!(authorise(&anna, p, mandate(1, 2, true)), Ok(()));
        assert_eq!(authorise(&nobody, p, mandate(1, 2, true)), Err(Denied::MissingPermission(p)));
        assert_eq!(authorise(&anna, p, mandate(2, 1, true)), Err(Denied::MissingPermission(p)));
        assert_eq!(authorise(&anna, p, mandate(2, 3, true)), Err(Denied::MissingPermission(p)));
        assert_eq!(authorise(&admin, p, mandate(2, 1, true)), Err(Denied::OwnMandate));
        assert_eq!(authorise(&admin, p, mandate(2, 3, true)), Ok(()));
        for (grantor, holder) in [(1, 2), (2, 1)] {
            assert_eq!(authorise(&nobody, p, mandate(grantor, holder, false)), Ok(()), "either side ends it");
        }
        assert_eq!(authorise(&nobody, p, mandate(2, 3, false)), Err(Denied::MissingPermission(p)));
    }

    /// ASVS 8.2.2: acting for a patient opens the parts that the proxy names, and closes all else; over, it opens nothing.
    #[test]
    fn who_acts_for_a_patient_sees_what_the_proxy_opens_and_nothing_else() {
        let id = |n| Uuid::from_u128(n);
        let acting = |over| ActingFor {
            proxy: wardpost_model::ProxyId(id(5)),
            patient: wardpost_model::PatientId(id(6)),
            name: "Sofie".to_owned(),
            scope: [ProxyScope::Details].into(),
            over,
        };
        let peter = |over| {
            let circumstances = Circumstances { acting_for: Some(acting(over)), ..Circumstances::default() };
            Actor { circumstances, ..actor(P::ALL) }
        };
        let part = |part| Scope::Portal { part };
        let a = peter(false);
        assert_eq!(authorise(&a, P::SelfRead, part(ProxyScope::Details)), Ok(()));
        assert_eq!(authorise(&a, P::SelfRead, part(ProxyScope::Log)), Err(Denied::OutOfScope));
        assert_eq!(authorise(&peter(true), P::SelfRead, part(ProxyScope::Details)), Err(Denied::ProxyOver));
        let own = Scope::Session { owner: person(1) };
        assert_eq!(authorise(&peter(true), P::PersonManage, own), Ok(()), "signing out");
        let without = Actor { permissions: [P::SelfRead].into(), ..peter(false) };
        let missing = Err(Denied::MissingPermission(P::ProxyAct));
        assert_eq!(authorise(&without, P::SelfRead, part(ProxyScope::Details)), missing);
        for p in P::ALL {
            assert_eq!(authorise(&a, *p, Scope::Organisation), Err(Denied::ActingFor), "{p:?}");
            let mine = Scope::Mailbox { members: &[person(1)], mandate: None };
            assert_eq!(authorise(&a, *p, mine), Err(Denied::ActingFor), "{p:?}");
        }
        // Without acting it is one's own portal, whole.
        assert_eq!(authorise(&actor(&[P::SelfRead]), P::SelfRead, part(ProxyScope::Log)), Ok(()));
    }

    #[test]
    fn drafts_of_colleagues_stay_closed_even_to_managers() {
        let a = actor(P::ALL);
        assert_eq!(authorise(&a, P::MailSend, Scope::Draft { author: person(2) }), Err(Denied::NotYours));
        assert_eq!(authorise(&a, P::MailSend, Scope::Draft { author: person(1) }), Ok(()));
    }

    #[test]
    fn own_sessions_need_no_permission_and_others_do() {
        let nobody = actor(&[]);
        assert_eq!(authorise(&nobody, P::PersonManage, Scope::Session { owner: person(1) }), Ok(()));
        assert_eq!(
            authorise(&nobody, P::PersonManage, Scope::Session { owner: person(2) }),
            Err(Denied::MissingPermission(P::PersonManage))
        );
        assert_eq!(authorise(&actor(&[P::PersonManage]), P::PersonManage, Scope::Session { owner: person(2) }), Ok(()));
    }

    #[test]
    fn the_sender_is_no_second_pair_of_eyes() {
        let a = actor(&[P::MailReview]);
        let held = |sender, four_eyes| Scope::Held { sender: person(sender), four_eyes };
        assert_eq!(authorise(&a, P::MailReview, held(1, true)), Err(Denied::OwnMessage));
        assert_eq!(authorise(&a, P::MailReview, held(1, false)), Ok(()));
        assert_eq!(authorise(&a, P::MailReview, held(2, true)), Ok(()));
    }

    /// A care relation opens records: nobody makes one for themselves, nor judges the own emergency access.
    #[test]
    fn nobody_makes_their_own_care_relation_or_judges_their_own_emergency() {
        let a = actor(&[P::PatientRead, P::RelationManage, P::AccessReview]);
        let relation = |for_actor, known| Scope::Relation { for_actor, known };
        assert_eq!(authorise(&a, P::RelationManage, relation(true, true)), Err(Denied::OwnRelation));
        assert_eq!(authorise(&a, P::RelationManage, relation(false, false)), Err(Denied::NoRelation));
        assert_eq!(authorise(&a, P::RelationManage, relation(false, true)), Ok(()));
        assert_eq!(authorise(&a, P::AccessReview, Scope::BreakGlass { by: person(1) }), Err(Denied::OwnGrant));
        assert_eq!(authorise(&a, P::AccessReview, Scope::BreakGlass { by: person(2) }), Ok(()));
        assert_eq!(authorise(&a, P::PatientRead, Scope::Patient { ground: None }), Err(Denied::NoRelation));
        let ground = Some(Ground::Correspondence);
        assert_eq!(authorise(&a, P::PatientRead, Scope::Patient { ground }), Ok(()));
        let none = actor(&[]);
        let missing = Err(Denied::MissingPermission(P::PatientRead));
        assert_eq!(authorise(&none, P::PatientRead, Scope::Patient { ground }), missing);
    }

    #[test]
    fn nobody_consents_to_their_own_ask_or_for_themselves() {
        let a = actor(&[P::PersonApprove]);
        let ask = |by, about| Scope::Approval { asked_by: person(by), subject: person(about) };
        assert_eq!(authorise(&a, P::PersonApprove, ask(1, 2)), Err(Denied::OwnAsk));
        assert_eq!(authorise(&a, P::PersonApprove, ask(2, 1)), Err(Denied::OwnAsk));
        assert_eq!(authorise(&a, P::PersonApprove, ask(2, 3)), Ok(()));
    }

    /// 45 CFR 164.308(a)(4)(ii)(C): a review of rights is somebody else's.
    #[test]
    fn nobody_judges_their_own_rights() {
        let a = actor(&[P::RightsReview]);
        let review = |n| Scope::Review { subject: person(n) };
        assert_eq!(authorise(&a, P::RightsReview, review(1)), Err(Denied::OwnRights));
        assert_eq!(authorise(&a, P::RightsReview, review(2)), Ok(()));
        let missing = Err(Denied::MissingPermission(P::RightsReview));
        assert_eq!(authorise(&actor(&[]), P::RightsReview, review(1)), missing);
    }

    #[test]
    fn nobody_raises_their_own_rights() {
        let admin = actor(&[P::PersonManage, P::RoleManage]);
        let audit = BTreeSet::from([P::AuditRead]);
        let roles = |n| Scope::Roles { subject: person(n), granted: &audit };
        assert_eq!(authorise(&admin, P::PersonManage, roles(1)), Err(Denied::OwnRoles));
        assert_eq!(authorise(&admin, P::RoleManage, Scope::Role { held_by_actor: true }), Err(Denied::HeldRole));
        assert_eq!(authorise(&admin, P::PersonManage, roles(2)), Ok(()));
        let team_lead = actor(&[P::PersonManage]);
        assert_eq!(authorise(&team_lead, P::PersonManage, roles(2)), Err(Denied::GrantsMore(P::AuditRead)));
    }
}
