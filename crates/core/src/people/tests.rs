//! The house, over a real store.

use super::*;
use crate::Error;
use crate::testing::{PASSWORD, TestCore, TestPerson, client, stranger};
use std::collections::BTreeSet;
use wardpost_model::audit::AuditKind;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, Language, MailboxKind, PersonState};
use wardpost_model::security::SecurityPolicy;
use wardpost_model::{EmailAddress, RoleId};
use wardpost_store::both_engines;

mod admin;
mod alone;
mod approval;
mod bulk;
mod consent;
mod directory;
mod lifecycle;
mod mandates;
mod provisioning;
mod review;
mod rights;

async fn role(house: &TestCore, key: &str) -> RoleId {
    house.ready_made_role(key).await.unwrap().unwrap()
}

async fn admin(house: &TestCore) -> TestPerson {
    house.person("administrator", "Bea Beheer", "bea@clinic.example").await
}

fn newcomer(login: &str, role_ids: Vec<RoleId>) -> NewPerson {
    NewPerson {
        name: "Iris Nieuw".to_owned(),
        login: login.parse().unwrap(),
        function: "Doktersassistente".to_owned(),
        language: Language::Nl,
        role_ids,
        mailbox_address: None,
    }
}

fn codes<T: std::fmt::Debug>(result: Result<T, Error>) -> Vec<(String, &'static str)> {
    match result {
        Err(Error::Validation(errors)) => errors.into_iter().map(|e| (e.field, e.code)).collect(),
        other => panic!("a validation error was expected, not {other:?}"),
    }
}

fn address(s: &str) -> EmailAddress {
    s.parse().unwrap()
}
