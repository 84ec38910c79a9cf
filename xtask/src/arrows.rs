//! The floors of the house: which crate stands where, and that every dependency arrow points down.

use anyhow::{Context, Result};
use serde::Deserialize;

/// A crate's place: it may use what stands on lower floors and nothing of what it must not know.
struct Room {
    name: &'static str,
    floor: u8,
    /// Dependencies that would break the crate's invariant, whoever publishes them (tests may use them).
    must_not_know: &'static [&'static str],
}

/// For the pure floors: no runtime, no sockets, no database.
const IO: &[&str] = &["tokio", "hyper", "axum", "rustls", "rusqlite", "tokio-postgres", "deadpool-postgres"];
/// For the faces: every road to the data leads through the use cases, which check and audit.
const DATA: &[&str] = &["wardpost-store", "wardpost-vault", "rusqlite", "tokio-postgres", "deadpool-postgres"];
/// For the use cases: neither an SQL dialect nor a protocol's sockets.
const DIALECTS: &[&str] = &["rusqlite", "tokio-postgres", "deadpool-postgres", "axum", "hyper"];
/// For persistence and keys: neither rules' inputs nor protocols.
const PROTOCOLS: &[&str] = &["axum", "hyper", "mail-parser", "mail-builder"];

/// The floors table of docs/architecture.md. A new crate is entered here with its floor.
const ROOMS: &[Room] = &[
    Room { name: "wardpost", floor: 6, must_not_know: &[] },
    Room { name: "wardpost-web", floor: 5, must_not_know: DATA },
    Room { name: "wardpost-mail", floor: 5, must_not_know: DATA },
    Room { name: "wardpost-ehr", floor: 5, must_not_know: DATA },
    Room { name: "wardpost-core", floor: 4, must_not_know: DIALECTS },
    Room { name: "wardpost-store", floor: 3, must_not_know: PROTOCOLS },
    Room { name: "wardpost-vault", floor: 3, must_not_know: PROTOCOLS },
    Room { name: "wardpost-gate", floor: 2, must_not_know: IO },
    Room { name: "wardpost-phi", floor: 1, must_not_know: IO },
    Room { name: "wardpost-cms", floor: 1, must_not_know: IO },
    Room { name: "wardpost-e2ee", floor: 1, must_not_know: IO },
    Room { name: "wardpost-tlog", floor: 1, must_not_know: IO },
    Room { name: "wardpost-model", floor: 0, must_not_know: IO },
];

/// What `cargo metadata --no-deps` tells, as far as it is needed.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    kind: Option<String>,
}

/// Every arrow that points up or sideways, and every dependency that a crate must not know, a sentence each.
pub fn violations(metadata: &[u8]) -> Result<Vec<String>> {
    let metadata: Metadata = serde_json::from_slice(metadata).context("cargo metadata printed something else")?;
    Ok(metadata.packages.iter().filter(|package| package.name != "xtask").flat_map(of_package).collect())
}

fn room(name: &str) -> Option<&'static Room> {
    ROOMS.iter().find(|room| room.name == name)
}

fn of_package(package: &Package) -> Vec<String> {
    let Some(own) = room(&package.name) else {
        return vec![format!(
            "{} has no floor: enter it in ROOMS in xtask/src/arrows.rs and in docs/architecture.md",
            package.name
        )];
    };
    package.dependencies.iter().filter_map(|dependency| of_dependency(own, dependency)).collect()
}

fn of_dependency(own: &Room, dependency: &Dependency) -> Option<String> {
    let dev = dependency.kind.as_deref() == Some("dev");
    if dev && dependency.name == own.name {
        // A crate's tests may ask for its own features.
        return None;
    }
    if let Some(other) = room(&dependency.name)
        && other.floor >= own.floor
    {
        return Some(format!(
            "{} (floor {}) depends on {} (floor {}): arrows point only downward; move what is shared to a lower floor",
            own.name, own.floor, other.name, other.floor
        ));
    }
    if !dev && own.must_not_know.contains(&dependency.name.as_str()) {
        return Some(format!("{} depends on {}, which its invariant says it must not know", own.name, dependency.name));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::violations;

    fn of(name: &str, dependencies: &[(&str, Option<&str>)]) -> Vec<String> {
        let dependencies: Vec<_> = dependencies
            .iter()
            .map(|(name, kind)| serde_json::json!({ "name": name, "kind": kind, "req": "^1" }))
            .collect();
        let metadata = serde_json::json!({ "packages": [{ "name": name, "dependencies": dependencies }] });
        violations(metadata.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn arrows_downward_are_free() {
        assert_eq!(of("wardpost-core", &[("wardpost-gate", None), ("wardpost-model", None), ("serde", None)]), [""; 0]);
        assert_eq!(of("wardpost-store", &[("wardpost-store", Some("dev"))]), [""; 0], "its own test features");
        assert_eq!(of("wardpost", &[("wardpost-web", None), ("wardpost-mail", None), ("rusqlite", None)]), [""; 0]);
    }

    #[test]
    fn arrows_upward_and_sideways_are_named() {
        let up = of("wardpost-gate", &[("wardpost-store", None)]);
        assert!(up[0].starts_with("wardpost-gate (floor 2) depends on wardpost-store (floor 3)"), "{up:?}");
        assert_eq!(of("wardpost-web", &[("wardpost-mail", None)]).len(), 1);
        assert_eq!(of("wardpost-phi", &[("wardpost-tlog", Some("dev"))]).len(), 1, "tests obey the floors too");
    }

    #[test]
    fn what_a_crate_must_not_know_is_refused_outside_tests() {
        assert!(of("wardpost-web", &[("tokio-postgres", None)])[0].contains("must not know"));
        assert_eq!(of("wardpost-gate", &[("tokio", Some("build"))]).len(), 1);
        assert_eq!(of("wardpost-web", &[("wardpost-store", Some("dev"))]), [""; 0]);
    }

    #[test]
    fn a_crate_without_a_floor_is_refused() {
        assert!(of("wardpost-extra", &[])[0].contains("has no floor"));
        assert_eq!(of("xtask", &[("clap", None)]), [""; 0]);
    }
}
