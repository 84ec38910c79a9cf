//! Licences, banned crates and sources, by the rules in `deny.toml`.
//!
//! `cargo deny` reads the same file and is run as well where it is installed; building it takes longer than all other
//! checks together, so what it is needed for here is decided from what cargo itself tells.

use crate::process::{Repo, on_path, output, run};
use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::time::Duration;

#[derive(Deserialize)]
struct Rules {
    licenses: Licences,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licences {
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Banned>,
}

#[derive(Deserialize)]
struct Banned {
    name: String,
    reason: String,
}

/// Fails with every package that breaks a rule.
pub fn check(repo: &Repo) -> Result<()> {
    let rules = std::fs::read_to_string(repo.path("deny.toml")).context("deny.toml cannot be read")?;
    // What is really built, features and all platforms considered; cargo's own metadata lists unused options too.
    let mut tree =
        repo.cargo(&["tree", "--workspace", "--target", "all", "--edges", "normal,build,dev", "--prefix", "none"]);
    tree.args(["--features", "wardpost-e2ee/wasm"]);
    let packages = output(tree.args(["--format", "{l}|{p}"]))?;
    let lock = std::fs::read_to_string(repo.path("Cargo.lock")).context("Cargo.lock cannot be read")?;
    let mut found = violations(&rules, &String::from_utf8_lossy(&packages))?;
    found.extend(foreign_sources(&lock)?);
    ensure!(found.is_empty(), "{} finding(s) against deny.toml:\n{}", found.len(), found.join("\n"));
    if on_path("cargo-deny") {
        run(
            repo,
            repo.command("cargo").args(["deny", "--offline", "check", "licenses", "bans", "sources"]),
            Duration::from_secs(120),
        )?;
    }
    Ok(())
}

fn violations(rules: &str, packages: &str) -> Result<Vec<String>> {
    let rules: Rules = toml::from_str(rules).context("deny.toml")?;
    let lines: BTreeSet<&str> =
        packages.lines().map(|line| line.trim_end_matches(" (*)")).filter(|line| !line.is_empty()).collect();
    let mut found = Vec::new();
    for line in lines {
        let (licence, package) = line.split_once('|').with_context(|| format!("cargo tree printed '{line}'"))?;
        let name = package.split(' ').next().unwrap_or(package);
        if let Some(banned) = rules.bans.deny.iter().find(|banned| banned.name == name) {
            found.push(format!("{package} is banned: {}", banned.reason));
        }
        match satisfied(licence, &rules.licenses.allow) {
            Ok(true) => {}
            Ok(false) => found.push(format!("{package} is under '{licence}', which deny.toml does not allow")),
            Err(error) => found.push(format!("{package} has a licence that cannot be read: {error}")),
        }
    }
    Ok(found)
}

/// Packages that come from anywhere but the default registry.
fn foreign_sources(lock: &str) -> Result<Vec<String>> {
    #[derive(Deserialize)]
    struct Lock {
        package: Vec<Package>,
    }
    #[derive(Deserialize)]
    struct Package {
        name: String,
        source: Option<String>,
    }
    let lock: Lock = toml::from_str(lock).context("Cargo.lock")?;
    let foreign = |package: &Package| package.source.as_deref().is_some_and(|source| source != DEFAULT_REGISTRY);
    Ok(lock
        .package
        .iter()
        .filter(|package| foreign(package))
        .map(|package| format!("{} comes from {:?}", package.name, package.source))
        .collect())
}

/// Whether an SPDX expression can be met with the allowed licences alone. `/` is the old way of writing OR.
fn satisfied(expression: &str, allowed: &[String]) -> Result<bool> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    ensure!(!words.is_empty(), "there is none");
    ensure!(words.len() < 100, "it is too long");
    let mut parser = Parser { words: &words, allowed };
    let met = parser.any()?;
    ensure!(parser.words.is_empty(), "'{expression}' goes on after its end");
    Ok(met)
}

struct Parser<'a> {
    words: &'a [&'a str],
    allowed: &'a [String],
}

impl Parser<'_> {
    fn any(&mut self) -> Result<bool> {
        let mut met = self.all()?;
        while self.take("OR") {
            met |= self.all()?;
        }
        Ok(met)
    }

    fn all(&mut self) -> Result<bool> {
        let mut met = self.one()?;
        while self.take("AND") {
            met &= self.one()?;
        }
        Ok(met)
    }

    fn one(&mut self) -> Result<bool> {
        if self.take("(") {
            let met = self.any()?;
            ensure!(self.take(")"), "a bracket is not closed");
            return Ok(met);
        }
        let mut licence = self.word()?.to_owned();
        if self.take("WITH") {
            licence = format!("{licence} WITH {}", self.word()?);
        }
        Ok(self.allowed.contains(&licence))
    }

    fn word(&mut self) -> Result<&str> {
        let Some((first, rest)) = self.words.split_first() else { bail!("it ends too early") };
        ensure!(!matches!(*first, "AND" | "OR" | "WITH" | ")"), "'{first}' stands where a licence should");
        self.words = rest;
        Ok(first)
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.words.first() == Some(&word);
        if found {
            self.words = self.words.get(1..).unwrap_or_default();
        }
        found
    }
}

const DEFAULT_REGISTRY: &str = concat!("registry+https://github.com/rust-lang/crates", ".io-index");

#[cfg(test)]
mod tests {
    use super::{DEFAULT_REGISTRY, foreign_sources, satisfied, violations};

    fn met(expression: &str) -> bool {
        satisfied(expression, &["MIT".into(), "Apache-2.0".into(), "Unicode-3.0".into()]).unwrap()
    }

    #[test]
    fn expressions_are_met_only_by_allowed_licences() {
        assert!(met("MIT OR Apache-2.0"));
        assert!(met("GPL-3.0 OR MIT"));
        assert!(met("Unlicense/MIT"));
        assert!(met("(MIT OR GPL-3.0) AND Unicode-3.0"));
        assert!(!met("MIT AND GPL-3.0"));
        assert!(!met("GPL-3.0 AND (MIT OR Apache-2.0)"));
        assert!(!met("Apache-2.0 WITH LLVM-exception"), "an exception is a licence of its own");
    }

    #[test]
    fn broken_expressions_are_errors() {
        for expression in ["", "(MIT", "MIT AND", "OR MIT", "MIT Apache-2.0", "MIT WITH"] {
            assert!(satisfied(expression, &["MIT".into()]).is_err(), "{expression}");
        }
    }

    #[test]
    fn banned_and_unlicensed_packages_are_named() {
        let rules =
            "[licenses]\nallow = [\"MIT\"]\n[bans]\ndeny = [{ name = \"openssl\", reason = \"one TLS stack\" }]";
        let found = violations(rules, "MIT|a v1.0.0\n|b v1.0.0\nMIT|openssl v0.10.0 (*)\nAGPL-3.0|c v2.0.0\n").unwrap();
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found.iter().any(|line| line == "openssl v0.10.0 is banned: one TLS stack"));
        assert!(found.iter().any(|line| line.starts_with("c v2.0.0 is under 'AGPL-3.0'")));
    }

    #[test]
    fn only_the_default_registry_is_a_source() {
        let lock = format!(
            "[[package]]\nname = \"own\"\n[[package]]\nname = \"a\"\nsource = \"{DEFAULT_REGISTRY}\"\n[[package]]\nname = \"b\"\nsource = \"git+https://example.org/b\"\n"
        );
        let found = foreign_sources(&lock).unwrap();
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("b comes from"));
    }
}
