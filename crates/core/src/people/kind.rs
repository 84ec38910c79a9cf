//! What kind of account somebody has, and where it came from: for the list of people.

use super::house::{House, HousePerson};
use super::scim::ScimState;
use crate::{Core, Result};
use std::collections::HashSet;
use wardpost_model::PersonId;
use wardpost_model::person::RoleVia;
use wardpost_store::repo::{patient, proxy};

/// What kind of account. Somebody can be of several: a nurse who acts for her mother.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountKind {
    /// Works here.
    Staff,
    /// A patient's own.
    Patient,
    /// Acts for a patient.
    Carer,
    /// Of a program.
    Program,
}

/// Where an account came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountSource {
    /// Made here.
    House,
    /// Came with a list.
    Import,
    /// Made at the first sign-in by an identity provider.
    Provider,
    /// Kept by another system (SCIM), whoever made it.
    Provisioning,
}

impl AccountSource {
    /// Whether somebody's account came from there.
    pub(super) fn holds(self, house: &House, p: &HousePerson) -> bool {
        let kept = house.provisioned.get(&p.id).is_some_and(|kept| kept.state != ScimState::Gone);
        let source = match p.made_via {
            _ if kept => Self::Provisioning,
            RoleVia::Import => Self::Import,
            RoleVia::Provider => Self::Provider,
            // Provisioning has let go of them: the house keeps them now.
            RoleVia::Setup | RoleVia::Hand | RoleVia::Consent | RoleVia::Provisioning => Self::House,
        };
        source == self
    }
}

/// Who are tied to patients: by indexes, nothing sealed is opened.
pub(super) struct Kinds {
    patients: HashSet<PersonId>,
    carers: HashSet<PersonId>,
}

impl Kinds {
    /// Whether somebody's account is of a kind.
    pub(super) fn holds(&self, kind: AccountKind, house: &House, p: &HousePerson) -> bool {
        let keys: Vec<&str> = p.roles.iter().filter_map(|id| house.roles.get(id)).map(|r| r.key.as_str()).collect();
        let patient = self.patients.contains(&p.id) || keys.contains(&"patient");
        let carer = self.carers.contains(&p.id) || keys.contains(&"carer");
        let program = house.services.contains(&p.id);
        match kind {
            AccountKind::Patient => patient,
            AccountKind::Carer => carer,
            AccountKind::Program => program,
            // Who has any other role; and who has none, and is nothing else either.
            AccountKind::Staff => {
                !program && (keys.iter().any(|k| !["patient", "carer"].contains(k)) || !(patient || carer))
            }
        }
    }
}

impl Core {
    pub(super) async fn account_kinds(&self) -> Result<Kinds> {
        Ok(Kinds {
            patients: patient::accounts(self.db(), self.org()).await?.into_iter().collect(),
            carers: proxy::holders(self.db(), self.org()).await?.into_iter().collect(),
        })
    }
}
