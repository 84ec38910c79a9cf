//! The table as Markdown, committed as `docs/operations.md`.

use super::*;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use wardpost_gate::ready_made_roles;

/// The table as Markdown: made by asking the gate, committed as `docs/operations.md`.
fn operations_table() -> String {
    let mut out = String::from(
        "# Roles, operations and objects\n\nGenerated from `crates/web/src/access.rs` by its tests (`UPDATE_DOCS=1 cargo test -p \
         wardpost-web access`); not to be edited by hand. The tests try every role and every single permission on every \
         operation, with objects of one's own, in a mailbox that one shares or cared for by one's team (related), of a \
         colleague (unrelated), of another organisation, and with ids that name nothing. The last two are refused to everybody, with the same answer after the \
         same work.\n\nA cell names the objects on which the role may; `all` is all of the own organisation.\n\n",
    );
    let roles = ready_made_roles();
    let names: Vec<&str> = roles.iter().map(|r| r.name_en).collect();
    let _ = writeln!(out, "| operation | needs | on | {} |\n|{}", names.join(" | "), "---|".repeat(roles.len() + 3));
    let places = places();
    for operation in OPERATIONS {
        let place = places.get(operation.id).map_or(operation.id, String::as_str);
        let _ = write!(out, "| `{place}` | {} | {} |", need(operation.need), object(operation.object));
        for role in &roles {
            let _ = write!(out, " {} |", opened(operation, &acting(role)));
        }
        out.push('\n');
    }
    out
}

fn acting(role: &wardpost_gate::ReadyMadeRole) -> Actor {
    Actor {
        person_id: PersonId(uuid::Uuid::nil()),
        name: role.name_en.to_owned(),
        roles: vec![role.name_en.to_owned()],
        permissions: role.permissions.clone(),
        session_id: None,
        network: None,
        request_id: None,
        circumstances: Circumstances::default(),
    }
}

fn opened(operation: &Operation, actor: &Actor) -> String {
    let open: Vec<&str> = Whose::HERE
        .iter()
        .filter(|w| operation.verdict(actor, **w) == Verdict::Allowed)
        .map(|w| match w {
            Whose::Own => "own",
            Whose::Related => "related",
            _ => "unrelated",
        })
        .collect();
    match open.len() {
        0 => "–".to_owned(),
        3 => if matches!(operation.object, Object::Organisation) { "yes" } else { "all" }.to_owned(),
        _ => open.join(", "),
    }
}

fn need(need: Need) -> String {
    match need {
        Need::Public => "nothing".to_owned(),
        Need::Guest => "a pick-up session".to_owned(),
        Need::SignedIn => "a session".to_owned(),
        Need::Permission(p) => format!("`{}`", p.as_str()),
        Need::Both(a, b) => format!("`{}`, `{}`", a.as_str(), b.as_str()),
        Need::Either(a, b) => format!("`{}` or `{}`", a.as_str(), b.as_str()),
        Need::Token(p) => format!("a token with `{}`", p.as_str()),
        Need::OwnOr(p) => format!("one's own, or `{}`", p.as_str()),
    }
}

const fn object(object: Object) -> &'static str {
    match object {
        Object::Organisation => "–",
        Object::Mailbox => "a mailbox",
        Object::Message => "a message",
        Object::Draft => "a draft",
        Object::Held => "a held message",
        Object::Session => "a session",
        Object::SessionsOf => "a person's sessions",
        Object::Passkey => "a passkey",
        Object::Link => "a link to an identity provider",
        Object::PasskeysOf => "a person's passkeys",
        Object::Device => "a browser of one's own",
        Object::AppPassword => "a device password",
        Object::Person => "a person",
        Object::Approval => "an ask for consent",
        Object::Patient => "a patient's data",
        Object::Relation => "a care relation",
        Object::Team => "a care team",
        Object::Grant => "an emergency access",
        Object::Emergency => "a patient opened in an emergency",
        Object::Roles => "a person's roles",
        Object::Role => "a role",
        Object::Giving => "a mailbox",
        Object::Mandate => "a mandate",
        Object::OwnProxy => "a proxy",
        Object::Listed => "one of the organisation's",
    }
}

/// Method and path of each operation.
fn places() -> BTreeMap<String, String> {
    let document = serde_json::to_value(crate::openapi()).unwrap_or_default();
    let mut found = BTreeMap::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            if let Some(id) = operation["operationId"].as_str() {
                let path = path.trim_start_matches("/api/v1");
                found.insert(id.to_owned(), format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    found
}

/// ASVS 8.1.1: the rules of access are written down for every operation.
#[test]
fn every_operation_is_in_the_table_and_every_entry_is_an_operation() {
    let described: BTreeSet<String> = places().into_keys().collect();
    let listed: BTreeSet<String> = OPERATIONS.iter().map(|o| o.id.to_owned()).collect();
    assert_eq!(listed.len(), OPERATIONS.len(), "an operation stands twice in OPERATIONS");
    let missing: Vec<_> = described.difference(&listed).collect();
    assert!(
        missing.is_empty(),
        "{missing:?}: say in OPERATIONS (crates/web/src/access.rs) what these operations need and on which object; \
         ids and bodies for trying them stand in crates/web/src/tests/matrix/fixtures.rs"
    );
    let gone: Vec<_> = listed.difference(&described).collect();
    assert!(gone.is_empty(), "{gone:?}: no longer operations; take them out of crates/web/src/access.rs");
}

#[test]
fn the_committed_table_is_what_the_gate_answers() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operations.md");
    let made = operations_table();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(committed, made, "docs/operations.md is stale: UPDATE_DOCS=1 cargo test -p wardpost-web access");
}
