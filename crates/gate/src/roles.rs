//! The roles with which a new organisation starts, and the table of what they open.

use crate::authorise::{MandateRights, Scope, authorise};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use wardpost_model::PersonId;
use wardpost_model::ground::Ground;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, Circumstances};

/// A role that is there from the start; the organisation may change it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadyMadeRole {
    /// A stable key (`physician`), by which seeds and the command line name it.
    pub key: &'static str,
    /// English name.
    pub name_en: &'static str,
    /// Dutch name.
    pub name_nl: &'static str,
    /// What it is made of.
    pub permissions: BTreeSet<Permission>,
}

/// The roles of a new organisation. Kept apart (see the tests): who runs people and machines reads neither mail nor the
/// audit log; who reads the audit log runs neither; who sets how one signs in gives nobody a role.
#[must_use]
pub fn ready_made_roles() -> Vec<ReadyMadeRole> {
    use Permission as P;
    let role = |key, name_en, name_nl, permissions: &[Permission]| ReadyMadeRole {
        key,
        name_en,
        name_nl,
        permissions: permissions.iter().copied().collect(),
    };
    vec![
        role(
            "physician",
            "Physician",
            "Arts",
            &[
                P::MailRead,
                P::MailSend,
                P::MailSubmit,
                P::MailOverride,
                P::ConversationUse,
                P::ConversationPatient,
                P::ContactManage,
                P::PatientRead,
                P::RelationManage,
                P::AccessBreakGlass,
                P::PolicyRead,
            ],
        ),
        role(
            "nurse",
            "Nurse",
            "Verpleegkundige",
            &[
                P::MailRead,
                P::MailSend,
                P::MailSubmit,
                P::ConversationUse,
                P::ConversationPatient,
                P::ContactManage,
                P::PatientRead,
                P::AccessBreakGlass,
                P::PolicyRead,
            ],
        ),
        role(
            "front_desk",
            "Front desk",
            "Assistentie en balie",
            &[
                P::MailRead,
                P::MailSend,
                P::ConversationUse,
                P::ConversationPatient,
                P::ContactManage,
                P::PatientRead,
                P::PatientManage,
                P::RelationManage,
                P::ProxyManage,
                P::PolicyRead,
            ],
        ),
        // Somebody from elsewhere who works along for a while, in the mailboxes that they are given. Who only picks a message
        // up needs no account.
        role("guest", "Guest", "Gast", &[P::MailRead, P::MailSend, P::ConversationUse]),
        role("patient", "Patient", "Patiënt", &[P::SelfRead]),
        role("carer", "Carer", "Mantelzorger", &[P::SelfRead, P::ProxyAct]),
        role(
            "privacy_officer",
            "Privacy officer",
            "Functionaris gegevensbescherming",
            &[
                P::MailRead,
                P::MailSend,
                P::MailReview,
                P::ConversationUse,
                P::AccessReview,
                P::AuditRead,
                P::AuditProve,
                P::PolicyRead,
                P::PolicyEdit,
                P::ReportRead,
                P::FindingReview,
                P::RightsReview,
                P::PersonRead,
            ],
        ),
        role(
            "security_officer",
            "Security officer",
            "Beveiligingsfunctionaris",
            &[
                P::MailRead,
                P::MailSend,
                P::ConversationUse,
                P::PolicyRead,
                P::SecurityEdit,
                P::RightsReview,
                P::IdentityManage,
                P::PersonRead,
                P::PersonApprove,
            ],
        ),
        role(
            "administrator",
            "Administrator",
            "Beheerder",
            &[
                P::PersonRead,
                P::PersonManage,
                P::PersonApprove,
                P::RoleManage,
                P::MailboxManage,
                P::DelegationManage,
                P::DomainManage,
                P::PolicyRead,
            ],
        ),
        role("integration", "Integration", "Koppeling", &[P::ScimProvision]),
    ]
}

/// A ready-made role by its key. `clinician`, as physicians were called once, still names them.
#[must_use]
pub fn ready_made_role(key: &str) -> Option<ReadyMadeRole> {
    let key = if key == "clinician" { "physician" } else { key };
    ready_made_roles().into_iter().find(|r| r.key == key)
}

/// One line of the table: an act on a kind of object.
struct Line<'a> {
    object: &'static str,
    act: &'static str,
    permission: Permission,
    scope: Scope<'a>,
}

/// The role × permission × object table as Markdown: made by asking [`authorise`], committed as `docs/permissions.md`.
#[must_use]
pub fn permission_table() -> String {
    let (me, other) = (nobody(1), nobody(2));
    let (mine, theirs, everything) = ([me], [other], Permission::ALL.iter().copied().collect());
    let roles = ready_made_roles();
    let mut out = String::from(
        "# Roles, permissions and objects\n\nGenerated from `crates/gate` by its tests (`UPDATE_DOCS=1 cargo test -p \
         wardpost-gate`); not to be edited by hand.\n\n## What the ready-made roles are made of\n\n",
    );
    head(&mut out, "permission", "", &roles);
    for p in Permission::ALL {
        let cells = roles.iter().map(|r| r.permissions.contains(p));
        row(&mut out, &format!("`{}`", p.as_str()), None, cells);
    }
    out.push_str("\n## What they open\n\nA role opens an act only on the objects below; every cell is an answer of `authorise`.\n\n");
    head(&mut out, "object", "act", &roles);
    for line in lines(me, other, &mine, &theirs, &everything) {
        let act = format!("{} (`{}`)", line.act, line.permission.as_str());
        let cells = roles.iter().map(|r| authorise(&actor(me, r), line.permission, line.scope).is_ok());
        row(&mut out, line.object, Some(&act), cells);
    }
    out
}

fn lines<'a>(
    me: PersonId,
    other: PersonId,
    mine: &'a [PersonId],
    theirs: &'a [PersonId],
    everything: &'a BTreeSet<Permission>,
) -> Vec<Line<'a>> {
    use Permission as P;
    let line = |object, act, permission, scope| Line { object, act, permission, scope };
    let org = Scope::Organisation;
    let ground = Some(Ground::Correspondence);
    vec![
        line("a mailbox one uses", "read", P::MailRead, Scope::Mailbox { members: mine, mandate: None }),
        line("a mailbox one uses", "send from", P::MailSend, Scope::Mailbox { members: mine, mandate: None }),
        line("somebody else's mailbox", "read", P::MailRead, Scope::Mailbox { members: theirs, mandate: None }),
        line("somebody else's mailbox", "send from", P::MailSend, Scope::Mailbox { members: theirs, mandate: None }),
        line(
            "somebody else's mailbox",
            "say who uses it",
            P::MailboxManage,
            Scope::Mailbox { members: theirs, mandate: None },
        ),
        line("a mailbox by a mandate to read", "read", P::MailRead, by_mandate(theirs, false)),
        line("a mailbox by a mandate to read", "send from", P::MailSend, by_mandate(theirs, false)),
        line("a mailbox by a mandate to read and write", "send from", P::MailSend, by_mandate(theirs, true)),
        line("a mandate over one's own mailbox", "give, end", P::DelegationManage, given(me, other)),
        line("a mandate over a colleague's mailbox", "give to another, end", P::DelegationManage, given(other, other)),
        line("a mandate over a colleague's mailbox", "give to oneself", P::DelegationManage, given(other, me)),
        line("one's own draft", "write", P::MailSend, Scope::Draft { author: me }),
        line("a colleague's draft", "write", P::MailSend, Scope::Draft { author: other }),
        line("a conversation with colleagues", "begin, take part", P::ConversationUse, org),
        line("a conversation with a patient", "begin, take part", P::ConversationPatient, org),
        line("one's own passkey", "see, add, rename, remove", P::PersonManage, Scope::Passkey { owner: me }),
        line("one's own device", "see, forget", P::PersonManage, Scope::Device { owner: me }),
        line("a colleague's passkey", "see", P::PersonRead, Scope::Passkey { owner: other }),
        line("a colleague's passkey", "remove", P::PersonManage, Scope::Passkey { owner: other }),
        line("one's own device password", "make", P::MailSubmit, Scope::AppPassword { owner: me }),
        line("one's own device password", "withdraw", P::PersonManage, Scope::AppPassword { owner: me }),
        line("a colleague's device password", "make", P::MailSubmit, Scope::AppPassword { owner: other }),
        line("a colleague's device password", "withdraw", P::PersonManage, Scope::AppPassword { owner: other }),
        line(
            "one's own held message, four eyes",
            "release, refuse",
            P::MailReview,
            Scope::Held { sender: me, four_eyes: true },
        ),
        line(
            "a colleague's held message",
            "release, refuse",
            P::MailReview,
            Scope::Held { sender: other, four_eyes: true },
        ),
        line("a patient for whom one cares", "open", P::PatientRead, Scope::Patient { ground }),
        line("a patient for whom one does not care", "open", P::PatientRead, Scope::Patient { ground: None }),
        line("a patient for whom one does not care", "take emergency access", P::AccessBreakGlass, org),
        line("patients' administrative data", "register, change", P::PatientManage, org),
        line(
            "care for a patient for whom one cares lastingly, or whose data one keeps",
            "give to a colleague, end",
            P::RelationManage,
            Scope::Relation { for_actor: false, known: true },
        ),
        line(
            "care for another patient, also one opened in an emergency or standing in",
            "give to a colleague, end",
            P::RelationManage,
            Scope::Relation { for_actor: false, known: false },
        ),
        line(
            "a care team without patients, or with such patients only",
            "change",
            P::RelationManage,
            Scope::Relation { for_actor: false, known: true },
        ),
        line(
            "a care team with another patient",
            "change",
            P::RelationManage,
            Scope::Relation { for_actor: false, known: false },
        ),
        line(
            "care for any patient",
            "give to oneself",
            P::RelationManage,
            Scope::Relation { for_actor: true, known: true },
        ),
        line("a colleague's emergency access", "judge", P::AccessReview, Scope::BreakGlass { by: other }),
        line("one's own emergency access", "judge", P::AccessReview, Scope::BreakGlass { by: me }),
        line("who looked at a patient's data", "see", P::AccessReview, org),
        line("who looked at one's own data", "see", P::SelfRead, org),
        line("who acts for a patient", "register, end", P::ProxyManage, org),
        line("a patient for whom one may act", "act for", P::ProxyAct, org),
        line("one's own session", "see, end", P::PersonManage, Scope::Session { owner: me }),
        line("a colleague's session", "see", P::PersonRead, Scope::Session { owner: other }),
        line("a colleague's session", "end", P::PersonManage, Scope::Session { owner: other }),
        line("one's own person", "see", P::PersonRead, Scope::Person { subject: me }),
        line("a colleague", "see", P::PersonRead, Scope::Person { subject: other }),
        line("a colleague's effective rights, and why", "see", P::PersonRead, Scope::Person { subject: other }),
        line("one's own effective rights, and why", "see", P::PersonRead, Scope::Person { subject: me }),
        line("who can do what, who can open a patient", "see", P::RightsReview, org),
        line("a colleague's rights, in an access review", "judge", P::RightsReview, Scope::Review { subject: other }),
        line("one's own rights, in an access review", "judge", P::RightsReview, Scope::Review { subject: me }),
        line("a colleague", "change, disable", P::PersonManage, Scope::Person { subject: other }),
        line("one's own roles", "give, take", P::PersonManage, Scope::Roles { subject: me, granted: everything }),
        line(
            "a colleague's roles",
            "give, take",
            P::PersonManage,
            Scope::Roles { subject: other, granted: everything },
        ),
        line(
            "what one asked for oneself",
            "consent to",
            P::PersonApprove,
            Scope::Approval { asked_by: me, subject: other },
        ),
        line(
            "what a colleague asked for another",
            "consent to",
            P::PersonApprove,
            Scope::Approval { asked_by: other, subject: other },
        ),
        line("a role one holds", "change", P::RoleManage, Scope::Role { held_by_actor: true }),
        line("another role", "make, change", P::RoleManage, Scope::Role { held_by_actor: false }),
        line("outside contacts", "know, change", P::ContactManage, org),
        line("the audit log", "find, export", P::AuditRead, org),
        line("the audit log", "verify, prove", P::AuditProve, org),
        line("the policy", "see", P::PolicyRead, org),
        line("the policy", "change", P::PolicyEdit, org),
        line("reports on findings", "see, export", P::ReportRead, org),
        line("what was reported as false alarms", "see, decide", P::FindingReview, org),
        line("the security policy", "see, change", P::SecurityEdit, org),
        line("domains and partners", "change", P::DomainManage, org),
        line("identity providers, tokens of programs", "see, make, withdraw", P::IdentityManage, org),
        line("people whom provisioning keeps", "make, change, end", P::ScimProvision, org),
    ]
}

fn by_mandate(theirs: &[PersonId], send: bool) -> Scope<'_> {
    Scope::Mailbox { members: theirs, mandate: Some(MandateRights { send }) }
}

const fn given(grantor: PersonId, holder: PersonId) -> Scope<'static> {
    Scope::Mandate { grantor, holder, giving: true }
}

fn nobody(n: u8) -> PersonId {
    PersonId(uuid::Uuid::from_u128(n.into()))
}

fn actor(person_id: PersonId, role: &ReadyMadeRole) -> Actor {
    Actor {
        person_id,
        name: role.name_en.to_owned(),
        roles: vec![role.name_en.to_owned()],
        permissions: role.permissions.clone(),
        session_id: None,
        network: None,
        request_id: None,
        circumstances: Circumstances::default(),
    }
}

fn head(out: &mut String, first: &str, second: &str, roles: &[ReadyMadeRole]) {
    let second = if second.is_empty() { String::new() } else { format!(" {second} |") };
    let names: Vec<&str> = roles.iter().map(|r| r.name_en).collect();
    let columns = roles.len() + 1 + usize::from(!second.is_empty());
    // Writing to a String can't fail.
    let _ = writeln!(out, "| {first} |{second} {} |\n|{}", names.join(" | "), "---|".repeat(columns));
}

fn row(out: &mut String, first: &str, second: Option<&str>, cells: impl Iterator<Item = bool>) {
    let second = second.map_or(String::new(), |s| format!(" {s} |"));
    let cells: Vec<&str> = cells.map(|yes| if yes { "yes" } else { "–" }).collect();
    let _ = writeln!(out, "| {first} |{second} {} |", cells.join(" | "));
}

#[cfg(test)]
mod tests {
    use super::*;
    use Permission as P;

    #[test]
    fn the_committed_table_is_what_the_gate_answers() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/permissions.md");
        let made = permission_table();
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&path, &made).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(committed, made, "docs/permissions.md is stale: UPDATE_DOCS=1 cargo test -p wardpost-gate");
    }

    /// Permissions that no ready-made role has together: who gives rights must not use them unseen (ASVS 8.1.1).
    const APART: &[(P, &[P])] = &[
        (P::PersonManage, &[P::MailRead, P::MailSend, P::MailReview, P::ConversationUse, P::AuditRead, P::AuditProve]),
        (P::RoleManage, &[P::MailRead, P::MailSend, P::MailReview, P::ConversationUse, P::AuditRead, P::AuditProve]),
        (P::AuditRead, &[P::PersonManage, P::RoleManage, P::MailboxManage, P::DomainManage]),
        (P::SecurityEdit, &[P::PersonManage, P::RoleManage]),
        (P::PolicyEdit, &[P::PersonManage, P::RoleManage, P::MailboxManage, P::DomainManage, P::MailOverride]),
        // An administrator makes the account of a program, a security officer its token.
        (P::IdentityManage, &[P::PersonManage, P::RoleManage, P::ScimProvision]),
        (P::ScimProvision, &[P::PersonManage, P::PersonRead, P::MailRead, P::AuditRead]),
    ];

    #[test]
    fn no_ready_made_role_both_gives_rights_and_uses_them() {
        for role in ready_made_roles() {
            for (one, others) in APART.iter().filter(|(one, _)| role.permissions.contains(one)) {
                let both: Vec<_> = others.iter().filter(|p| role.permissions.contains(p)).collect();
                assert!(both.is_empty(), "{}: {one:?} and {both:?}", role.key);
            }
        }
    }

    #[test]
    fn every_permission_is_in_some_ready_made_role() {
        let given: BTreeSet<P> = ready_made_roles().into_iter().flat_map(|r| r.permissions).collect();
        let missing: Vec<_> = P::ALL.iter().filter(|p| !given.contains(p)).collect();
        assert!(missing.is_empty(), "{missing:?}: enter them in crates/gate/src/roles.rs");
    }

    #[test]
    fn keys_and_names_are_told_apart() {
        let roles = ready_made_roles();
        for pick in [|r: &ReadyMadeRole| r.key, |r: &ReadyMadeRole| r.name_en, |r: &ReadyMadeRole| r.name_nl] {
            assert_eq!(roles.iter().map(pick).collect::<BTreeSet<_>>().len(), roles.len());
        }
        assert_eq!(ready_made_role("clinician").unwrap().key, "physician");
        assert_eq!(ready_made_role("nobody"), None);
    }
}
