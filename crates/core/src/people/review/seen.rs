//! What was seen of somebody's rights when a review began: the evidence.

use crate::people::house::{House, HousePerson};
use crate::people::rights::{Book, Source};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use wardpost_model::permission::Permission;
use wardpost_model::person::{PersonState, RoleVia};
use wardpost_model::{MailboxId, RoleId};

/// A role as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenRole {
    /// Which.
    pub id: RoleId,
    /// Its name then.
    pub name: String,
    /// How it was given.
    pub via: RoleVia,
    /// By whom.
    pub by: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// For how many patients they cared, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenCare {
    /// The kind of relation, or the name of a team.
    pub how: String,
    /// Whether it is a team's name.
    pub team: bool,
    /// For how many.
    pub patients: u32,
}

/// `access_review_item.sealed_seen`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenRights {
    /// Name.
    pub name: String,
    /// Sign-in name.
    pub login: String,
    /// Function.
    pub function: String,
    /// State.
    pub state: PersonState,
    /// Roles, with who gave them.
    pub roles: Vec<SeenRole>,
    /// What they could do, also where something took it away for the time being.
    pub permissions: BTreeSet<Permission>,
    /// Mailboxes that they used.
    pub mailboxes: Vec<(MailboxId, String)>,
    /// For whom they cared, in numbers.
    pub care: Vec<SeenCare>,
    /// Last sign-in.
    pub last_sign_in_at: Option<Timestamp>,
    /// A password with a second factor.
    pub password: bool,
    /// Passkeys.
    pub passkeys: u32,
    /// Passwords of mail programs.
    pub mail_programs: u32,
}

impl SeenRights {
    /// What somebody may do now.
    pub(super) fn of(book: &Book, person: &HousePerson, last_sign_in_at: Option<Timestamp>) -> Self {
        let rights = book.rights(person, None);
        let role = |s: Source| match s {
            Source::Role { id, name, via, by, at } => Some(SeenRole { id, name, via, by, at }),
            _ => None,
        };
        let care = |s: Source| match s {
            Source::Relation { kind, patients, .. } => {
                Some(SeenCare { how: kind.as_str().to_owned(), team: false, patients })
            }
            Source::Team { name, patients } => Some(SeenCare { how: name, team: true, patients }),
            _ => None,
        };
        let able = rights.permissions.iter().filter(|e| !e.sources.is_empty()).map(|e| e.permission);
        Self {
            name: person.profile.name.clone(),
            login: person.profile.login.to_string(),
            function: person.profile.function.clone(),
            state: person.state,
            permissions: able.collect(),
            roles: rights.roles.into_iter().filter_map(role).collect(),
            mailboxes: rights
                .mailboxes
                .iter()
                // Acting for a colleague ends by itself, and is theirs to give.
                .filter(|m| m.mailbox.members.contains(&person.id))
                .map(|m| (m.mailbox.id, m.mailbox.address.to_string()))
                .collect(),
            care: rights.care.into_iter().filter_map(care).collect(),
            last_sign_in_at,
            password: rights.ways.password,
            passkeys: rights.ways.passkeys,
            mail_programs: rights.ways.mail_programs,
        }
    }

    /// Whether somebody has other roles, permissions or mailboxes by now.
    pub(super) fn differs(&self, house: &House, now: &HousePerson) -> bool {
        let roles: BTreeSet<RoleId> = self.roles.iter().map(|r| r.id).collect();
        let boxes: BTreeSet<MailboxId> = self.mailboxes.iter().map(|(id, _)| *id).collect();
        let used: BTreeSet<MailboxId> = house.by_member.get(&now.id).into_iter().flatten().copied().collect();
        roles != now.roles || boxes != used || self.permissions != house.permissions_of(&now.roles)
    }
}
