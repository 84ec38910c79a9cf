//! `docs/security/identity.md`: every rule of the chapters that it answers stands there once, and every test that it names
//! is there.

use crate::process::{Repo, output};
use anyhow::{Context, Result};
use std::collections::BTreeSet;

const DOCUMENT: &str = "docs/security/identity.md";

/// The last number of each section of OWASP ASVS 5.0.0 that the document answers.
const SECTIONS: &[(&str, u8)] = &[
    ("6.1", 3),
    ("6.2", 12),
    ("6.3", 8),
    ("6.4", 6),
    ("6.5", 8),
    ("6.6", 4),
    ("6.7", 2),
    ("6.8", 4),
    ("7.1", 3),
    ("7.2", 4),
    ("7.3", 2),
    ("7.4", 5),
    ("7.5", 3),
    ("7.6", 2),
    ("8.1", 4),
    ("8.2", 4),
    ("8.3", 3),
    ("8.4", 2),
    ("10.1", 2),
    ("10.2", 3),
    ("10.3", 5),
    ("10.4", 16),
    ("10.5", 5),
    ("10.6", 2),
    ("10.7", 3),
];

/// What is wrong with the document, a sentence each.
pub fn check(repo: &Repo) -> Result<Vec<String>> {
    let text = std::fs::read_to_string(repo.path(DOCUMENT)).context("reading the document")?;
    let mut list = repo.command("git");
    list.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.rs", "*.ts", "*.tsx", "*.js"]);
    let mut code = String::new();
    for path in output(&mut list)?.split(|byte| *byte == 0).map(String::from_utf8_lossy).filter(|p| !p.is_empty()) {
        code.push_str(&std::fs::read_to_string(repo.path(&*path)).unwrap_or_default());
    }
    Ok(faults(&text, |test| code.contains(&format!("fn {test}(")) || code.contains(&format!("\"{test}\""))))
}

fn faults(text: &str, is_test: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for line in text.lines().filter(|l| l.starts_with("| ")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let (Some(rule), Some(tests)) = (cells.first(), cells.last()) else { continue };
        let named = tests.split('`').skip(1).step_by(2).filter(|t| t.contains('_') && !t.contains('.'));
        for test in named.filter(|t| !is_test(t)) {
            found.push(format!("{DOCUMENT}: {rule} names the test {test}, which is nowhere"));
        }
        for id in ids(rule).into_iter().flatten() {
            if !seen.insert(id.clone()) {
                found.push(format!("{DOCUMENT}: {id} stands twice"));
            }
        }
    }
    let wanted = SECTIONS.iter().flat_map(|(section, last)| (1..=*last).map(move |n| format!("{section}.{n}")));
    found.extend(wanted.filter(|id| !seen.contains(id)).map(|id| format!("{DOCUMENT}: {id} is missing")));
    found
}

/// The rules of a row: `6.2.1`, or all of a part of a section, `10.4.1–16`.
fn ids(cell: &str) -> Option<Vec<String>> {
    let (section, rest) = cell.rsplit_once('.')?;
    section.split('.').all(|n| n.parse::<u8>().is_ok()).then_some(())?;
    let (from, to) = rest.split_once('–').unwrap_or((rest, rest));
    let (from, to): (u8, u8) = (from.parse().ok()?, to.parse().ok()?);
    Some((from..=to).map(|n| format!("{section}.{n}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_and_tests_that_are_missing_are_named() {
        let found = faults(
            "| 6.1.1 | x | y | `still_there` |\n| 6.1.1 | x | y | `gone_away` |\n| 6.2.1–12 | x | y | – |\n",
            |t| t == "still_there",
        );
        assert!(found.iter().any(|f| f.contains("6.1.1 stands twice")), "{found:?}");
        assert!(found.iter().any(|f| f.contains("the test gone_away")), "{found:?}");
        assert!(found.iter().any(|f| f.contains("6.1.2 is missing")), "{found:?}");
        assert!(!found.iter().any(|f| f.contains("6.2.") || f.contains("the test still_there")), "{found:?}");
    }
}
