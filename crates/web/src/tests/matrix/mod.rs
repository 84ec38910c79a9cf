//! Every role and every single permission on every operation of the document, with objects of one's own, in a shared
//! mailbox, of a colleague, of another organisation, and with ids that name nothing (ASVS 8.1.1, 8.2.1, 8.2.2, 8.4.1).
//!
//! The table ([`crate::access::OPERATIONS`]) says by the gate what is to be answered. What it denies is answered like
//! what isn't there: the same status, headers and body, after the same number of statements; and nothing has changed.

mod fixtures;
mod make;
mod things;

use super::samples::{Described, Ids};
use super::*;
use crate::access::{Need, OPERATIONS, Object, Operation, Verdict, Whose};
use fixtures::Fixtures;
use std::collections::BTreeSet;

/// Operations whose own rules may answer 401, 403 or 404 to somebody who may call them, and one that never ends.
const APART: &[&str] = &[
    "events",
    "step_up",
    "change_password",
    "renew_recovery_codes",
    "add_passkey",
    "begin_link",
    "begin_provider_step_up",
];

/// Operations on what the fixtures don't have: what is allowed on it is tried elsewhere.
const WITHOUT: &[&str] = &[
    "forget_device",
    "remove_link",
    "remove_passkey",
    "rename_passkey",
    "remove_passkey_of",
    "undo_import",
    "undo_bulk",
    "access_review_items",
    "decide_access_review",
    "close_access_review",
    "access_review_evidence",
    "my_access_log",
    "my_access_log_csv",
    "my_details",
    "my_care",
];

/// An answer as far as somebody outside could tell it from another.
#[derive(PartialEq)]
struct Seen {
    status: u16,
    headers: BTreeSet<String>,
    body: Value,
}

impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} with {} headers", self.status, self.body, self.headers.len())
    }
}

impl Seen {
    fn of(got: &Got) -> Self {
        let mut body = got.json();
        if let Some(members) = body.as_object_mut() {
            members.remove("instance");
        }
        Self { status: got.status.as_u16(), headers: got.headers.keys().map(ToString::to_string).collect(), body }
    }
}

/// What a call came to.
struct Tried {
    seen: Seen,
    statements: u64,
}

struct Matrix {
    fixtures: Fixtures,
    document: Value,
    faults: Vec<String>,
}

impl Matrix {
    async fn call(&self, caller: usize, operation: &Operation, ids: &Ids) -> Tried {
        let described = Described::of(&self.document, operation.id);
        let given = self.fixtures.body(operation, ids).await;
        let mut request = self.fixtures.callers[caller].browser.request(&described.method, &described.place(ids));
        request = request.header("if-match", "\"0\"");
        let body = match described.body(&self.document, given) {
            None => Body::empty(),
            Some((kind, text)) => {
                request = request.header("content-type", kind);
                Body::from(text)
            }
        };
        let before = self.fixtures.web.house.store().statements();
        let got = self.fixtures.web.send(request.body(body).unwrap()).await;
        Tried { seen: Seen::of(&got), statements: self.fixtures.web.house.store().statements() - before }
    }

    fn fault(&mut self, caller: usize, operation: &Operation, whose: Whose, what: &str) {
        let name = &self.fixtures.callers[caller].name;
        self.faults.push(format!("{name}: {} on {whose:?}: {what}", operation.id));
    }

    fn verdict(&self, caller: usize, operation: &Operation, whose: Whose) -> Verdict {
        operation.verdict(&self.fixtures.callers[caller].person.actor, whose)
    }

    /// Everything that the table denies to a caller.
    async fn denied(&mut self, caller: usize, operation: &Operation, objects: &[Whose]) {
        let missing = self.verdict(caller, operation, Whose::Missing);
        // Who has one permission, and not the one that is asked for, is refused before any object is looked at: one will do.
        let brief = self.fixtures.callers[caller].name.starts_with("only ")
            && objects.iter().all(|w| self.verdict(caller, operation, *w) == Verdict::Refused("missing_permission"));
        let objects = if brief { &objects[..1] } else { objects };
        let mut none = None;
        for whose in objects {
            let expected = self.verdict(caller, operation, *whose);
            let (status, detail) = match expected {
                Verdict::Allowed => continue,
                Verdict::Refused(code) => (403, Some(code)),
                Verdict::NotFound => (404, None),
            };
            if none.is_none() && objects.len() > 1 {
                let ids = self.fixtures.ids(&self.fixtures.callers[caller], operation, Whose::Missing);
                // What the first call has to fetch is remembered for the others.
                self.call(caller, operation, &ids).await;
                none = Some(self.call(caller, operation, &ids).await);
            }
            let ids = self.fixtures.ids(&self.fixtures.callers[caller], operation, *whose);
            let tried = self.call(caller, operation, &ids).await;
            if tried.seen.status != status || tried.seen.body["detail"].as_str() != detail {
                self.fault(caller, operation, *whose, &format!("expected {status} {detail:?}, got {:?}", tried.seen));
                continue;
            }
            let Some(none) = none.as_ref().filter(|_| expected == missing) else { continue };
            if none.seen != tried.seen {
                let both = format!("{:?}, but {:?} for nothing", tried.seen, none.seen);
                self.fault(caller, operation, *whose, &both);
            }
            if none.statements != tried.statements {
                let counted = format!("{} statements, but {} for nothing", tried.statements, none.statements);
                self.fault(caller, operation, *whose, &counted);
            }
        }
    }

    /// Everything that the table allows to a caller.
    async fn allowed(&mut self, caller: usize, operation: &Operation, objects: &[Whose]) {
        for whose in objects {
            if WITHOUT.contains(&operation.id) || self.verdict(caller, operation, *whose) != Verdict::Allowed {
                continue;
            }
            let ids = self.fixtures.fresh(&self.fixtures.callers[caller], operation, *whose).await;
            let tried = self.call(caller, operation, &ids).await;
            if matches!(tried.seen.status, 401 | 403 | 404 | 405 | 500..) {
                self.fault(caller, operation, *whose, &format!("may, but got {:?}", tried.seen));
            }
            self.fixtures.refresh(caller).await;
        }
    }

    async fn store(&self) -> Vec<String> {
        self.fixtures.web.house.store().contents(&["audit_entry"]).await
    }

    async fn operation(&mut self, operation: &Operation) {
        let with_object = operation.object != Object::Organisation;
        let has_ids = Described::of(&self.document, operation.id).has_ids();
        assert!(with_object || !has_ids || operation.need == Need::Guest, "{}: on which object?", operation.id);
        let objects: &[Whose] = if with_object { &Whose::ALL } else { &[Whose::Own] };
        let before = self.store().await;
        for caller in 0..self.fixtures.callers.len() {
            self.denied(caller, operation, objects).await;
        }
        if self.store().await != before {
            self.faults.push(format!("{}: refused, and yet something has changed", operation.id));
        }
        for caller in 0..self.fixtures.callers.len() {
            self.allowed(caller, operation, objects).await;
        }
    }
}

#[tokio::test]
async fn what_the_table_denies_is_never_answered_and_never_told_from_nothing() {
    let document = serde_json::to_value(crate::openapi()).unwrap();
    let mut matrix = Matrix { fixtures: Fixtures::new().await, document, faults: Vec::new() };
    for operation in OPERATIONS.iter().filter(|o| !APART.contains(&o.id)) {
        if !matches!(operation.need, Need::Public | Need::Guest | Need::Token(_)) {
            matrix.operation(operation).await;
        }
    }
    assert!(matrix.faults.is_empty(), "{} faults:\n{}", matrix.faults.len(), matrix.faults.join("\n"));
}
