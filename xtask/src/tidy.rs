//! House rules that read files: no tabs, nothing left behind by a machine, every crate says what it must not know.

use crate::process::{Repo, output};
use anyhow::Result;
use std::path::Path;

/// What a rule found, as `path:line: sentence`.
pub type Findings = Vec<String>;

/// Reads every file that is or could be committed.
pub fn check(repo: &Repo) -> Result<Findings> {
    let mut list = repo.command("git");
    list.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let listed = output(&mut list)?;
    let mut findings = Findings::new();
    for path in listed.split(|byte| *byte == 0).map(String::from_utf8_lossy).filter(|path| !path.is_empty()) {
        // A file that was removed but not yet committed so is no concern; neither is one that is not text.
        let Ok(bytes) = std::fs::read(repo.path(&*path)) else { continue };
        if let Ok(text) = String::from_utf8(bytes) {
            findings.extend(of_file(&path, &text, |target| repo.path(target).exists()));
        }
    }
    Ok(findings)
}

/// Every rule on one text file. `exists` answers whether a path of the tree is there.
pub fn of_file(path: &str, text: &str, exists: impl Fn(&str) -> bool) -> Findings {
    let mut findings = Findings::new();
    let name = path.rsplit('/').next().unwrap_or(path);
    if matches!(name, "package-lock.json" | "Cargo.lock") {
        lock_file(path, text, &exists, &mut findings);
        return findings;
    }
    let sample = is_sample(path);
    for (number, line) in (1_u32..).zip(text.lines()) {
        let mut tell = |what: String| findings.push(format!("{path}:{number}: {what}"));
        if !sample {
            if line.contains('\t') && name != "Makefile" {
                tell("a tab; this house indents with spaces".into());
            }
            if line.ends_with([' ', '\t', '\r']) {
                tell("white space at the end of the line".into());
            }
        }
        if let Some(host) = REGISTRY_HOSTS.iter().find(|host| line.contains(**host)) {
            tell(format!("names the package registry {host}; only lock files may"));
        }
        if let Some(place) = PLACES.iter().find(|place| holds_place(line, place)) {
            tell(format!("names {place}, a folder of one machine"));
        }
        if path.ends_with(".rs") && line.trim() == concat!("#[", "ignore]") {
            tell("a test is ignored without a reason: give one, or mend the test".into());
        }
        if path.ends_with(".md") {
            dead_links(path, line, &exists).into_iter().for_each(&mut tell);
        }
    }
    if !sample && !text.is_empty() && !text.ends_with('\n') {
        findings.push(format!("{path}: does not end with a line feed"));
    }
    whole_file(path, text, &mut findings);
    findings
}

fn whole_file(path: &str, text: &str, findings: &mut Findings) {
    let lines = text.lines().count();
    let hand_written = [".rs", ".ts", ".tsx", ".css", ".sh", ".mjs"].iter().any(|end| path.ends_with(end));
    if hand_written
        && lines > LONGEST_FILE
        && !text.lines().take(5).any(|line| line.contains("generated") || line.contains("Do not edit"))
    {
        findings.push(format!("{path}: {lines} lines; {LONGEST_FILE} is the most, and 500 is the aim"));
    }
    let library = path
        .strip_prefix("crates/")
        .and_then(|rest| rest.split_once('/'))
        .is_some_and(|(_, rest)| rest == "src/lib.rs");
    if library {
        let head: Vec<&str> = text.lines().take_while(|line| line.starts_with("//!")).collect();
        if !head.iter().any(|line| line.contains("**Invariant**")) {
            findings
                .push(format!("{path}: its opening comment has no **Invariant**: say what this crate must not know"));
        }
    }
}

fn lock_file(path: &str, text: &str, exists: &impl Fn(&str) -> bool, findings: &mut Findings) {
    if !path.ends_with("package-lock.json") {
        return;
    }
    if text.contains("\"resolved\": \"http") {
        findings.push(format!(
            "{path}: holds download addresses; remove them and set omit-lockfile-registry-resolved=true in .npmrc"
        ));
    }
    let settings = format!("{}.npmrc", path.trim_end_matches("package-lock.json"));
    if !exists(&settings) {
        findings.push(format!("{path}: there is no {settings} with omit-lockfile-registry-resolved=true beside it"));
    }
}

/// Links of a Markdown line to files of this tree that are not there.
fn dead_links(path: &str, line: &str, exists: &impl Fn(&str) -> bool) -> Vec<String> {
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    line.split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .map(|(target, _)| target.split('#').next().unwrap_or_default().trim())
        .filter(|target| !target.is_empty() && !target.contains(':') && !target.contains(' '))
        .filter(|target| !exists(&normal(&folder.join(target))))
        .map(|target| format!("links to {target}, which is not there"))
        .collect()
}

/// `docs/../README.md` as `README.md`.
fn normal(path: &Path) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => drop(parts.pop()),
            std::path::Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
            _ => {}
        }
    }
    parts.join("/")
}

/// Samples of the outside world (mails, captures, fuzz seeds) keep their bytes.
fn is_sample(path: &str) -> bool {
    let folders = ["fixtures", "seeds", "testdata", "vectors", "snapshots", "samples", "corpus", "licences"];
    path.split('/').any(|part| folders.contains(&part))
        || [".eml", ".hl7", ".snap", ".patch", ".svg", ".tsv"].iter().any(|end| path.ends_with(end))
}

/// Whether the line names the folder itself, rather than a longer path that has it inside.
fn holds_place(line: &str, place: &str) -> bool {
    line.match_indices(place).any(|(at, _)| {
        !line
            .get(..at)
            .and_then(|before| before.chars().next_back())
            .is_some_and(|c| c.is_alphanumeric() || "._-}~*/".contains(c))
    })
}

/// A file longer than this is a defect.
const LONGEST_FILE: usize = 1_500;
// Written in pieces, so that this file does not break its own rules.
const REGISTRY_HOSTS: &[&str] = &[
    concat!("crates", ".io"),
    concat!("npm", "js.org"),
    concat!("npm", "js.com"),
    concat!("py", "pi.org"),
    concat!("python", "hosted.org"),
    concat!("debian", ".org"),
];
const PLACES: &[&str] = &[concat!("/work", "/"), concat!("/tmp/", "bash_jobs")];

#[cfg(test)]
mod tests {
    use super::of_file;

    fn found(path: &str, text: &str) -> String {
        of_file(path, text, |target| ["docs/admin.md", "README.md", "web/.npmrc"].contains(&target)).join("\n")
    }

    #[test]
    fn a_clean_file_has_no_findings() {
        assert_eq!(
            found("crates/x/src/lib.rs", "//! For x.\n//!\n//! **Invariant**: knows nothing.\npub mod y;\n"),
            ""
        );
        assert_eq!(
            found("docs/index.md", "[a](admin.md#top) [b](../README.md) [c](https://example.org/) [d](#here)\n"),
            ""
        );
    }

    #[test]
    fn white_space_is_named_by_line() {
        assert!(found("a.rs", "fn a() {}\n\tb\n").starts_with("a.rs:2: a tab"));
        assert!(found("a.md", "end \n").starts_with("a.md:1: white space"));
        assert!(found("a.md", "end").contains("line feed"));
        assert_eq!(found("crates/mail/tests/fixtures/a.eml", "X:\ty \r\n"), "", "samples keep their bytes");
    }

    #[test]
    fn a_crate_must_say_what_it_must_not_know() {
        assert!(found("crates/x/src/lib.rs", "//! For x.\npub mod y; // **Invariant**\n").contains("**Invariant**"));
        assert_eq!(found("crates/x/src/lib/other.rs", "pub mod y;\n"), "");
    }

    #[test]
    fn an_ignored_test_needs_a_reason() {
        let bare = concat!("    #[", "ignore]\n");
        assert!(found("a.rs", bare).contains("without a reason"));
        assert_eq!(found("a.rs", "#[ignore = \"needs a network\"]\n"), "");
    }

    #[test]
    fn registries_are_named_in_lock_files_only() {
        let host = concat!("see https://crates", ".io/x\n");
        assert!(found("README.md", host).contains("package registry"));
        assert_eq!(found("Cargo.lock", host), "");
    }

    #[test]
    fn npm_lock_files_hold_no_addresses() {
        assert!(found("web/package-lock.json", "\"resolved\": \"https://x/y.tgz\"\n").contains("download addresses"));
        assert!(found("tests/browser/package-lock.json", "{}\n").contains("there is no tests/browser/.npmrc"));
        assert_eq!(found("web/package-lock.json", "\"resolved\": \"packages/a\"\n"), "");
    }

    #[test]
    fn folders_of_one_machine_are_refused() {
        assert!(found("a.sh", concat!("cd /work", "/main\n")).contains("one machine"));
        assert!(found("a.sh", concat!("cat \"/tmp/", "bash_jobs.0\"\n")).contains("one machine"));
        assert_eq!(found("a.sh", concat!("cd $HOME/team/work", "/x && cd team/work", "/x\n")), "");
    }

    #[test]
    fn links_lead_somewhere() {
        assert!(found("docs/index.md", "[a](gone.md)\n").contains("docs/index.md:1: links to gone.md"));
        assert!(found("README.md", "![shot](docs/gone.png)\n").contains("docs/gone.png"));
    }

    #[test]
    fn files_have_an_end() {
        let long = "let a = 1;\n".repeat(1_501);
        assert!(found("a.rs", &long).contains("1501 lines"));
        assert_eq!(found("a.rs", &format!("// generated by x\n{long}")), "");
        assert_eq!(found("docs/openapi.json", &long), "");
    }
}
