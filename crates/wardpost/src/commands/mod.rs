//! Commands that run and end, each printing its answer.

pub mod admin;
pub mod audit;
pub mod doctor;
pub mod init;
pub mod passwords;
pub mod phi;

use std::collections::BTreeSet;
use wardpost_model::PersonId;
use wardpost_model::permission::Permission;
use wardpost_model::person::{Actor, Circumstances};

/// The operator's id (RFC 9562 version 8): neither a person's, which are of version 7, nor one of the special ones.
const OPERATOR: uuid::Uuid = uuid::Uuid::from_u128(0x6f70_6572_6174_8072_8000_0000_0000_0001);

/// Whoever may run commands on the machine itself: in the audit log with the name of the system's user, and an id that no
/// person has.
fn operator() -> Actor {
    let user = std::env::var("SUDO_USER").or_else(|_| std::env::var("USER")).unwrap_or_else(|_| "unknown".to_owned());
    let user: String = user.chars().filter(|c| !c.is_control()).take(64).collect();
    Actor {
        person_id: PersonId(OPERATOR),
        name: format!("Operator ({user})"),
        roles: vec!["operator".to_owned()],
        permissions: Permission::ALL.iter().copied().collect::<BTreeSet<_>>(),
        session_id: None,
        network: None,
        request_id: None,
        circumstances: Circumstances::default(),
    }
}

/// Says of a use case's refusal what the person at the terminal can do with.
fn told(e: wardpost_core::Error) -> anyhow::Error {
    match e {
        wardpost_core::Error::Validation(fields) => {
            let texts: Vec<String> = fields.iter().map(|f| format!("{}: {}", f.field, f.message)).collect();
            anyhow::anyhow!(texts.join("; "))
        }
        e => e.into(),
    }
}
