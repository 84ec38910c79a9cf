//! The steps of `cargo xtask check`: everything that reads the code without running it.

use crate::process::{Repo, output, run};
use crate::steps::{Outcome, Step};
use crate::{arrows, generated, identity_doc, licences, setup, tidy, wasm, web};
use anyhow::{Context, Result, ensure};
use std::time::Duration;

/// In the order in which they are tried: quick ones first.
pub fn steps() -> Vec<Step> {
    vec![
        Step { name: "fmt", needs: &[], run: fmt },
        Step { name: "locks", needs: &[], run: lock_files },
        Step { name: "arrows", needs: &[], run: dependency_arrows },
        Step { name: "tidy", needs: &[], run: house_rules },
        Step { name: "identity-doc", needs: &[], run: identity_document },
        Step { name: "typos", needs: &[], run: typos },
        Step { name: "taplo", needs: &[], run: taplo },
        Step { name: "licences", needs: &[], run: |repo| licences::check(repo).map(|()| Outcome::Passed) },
        Step { name: "advisories", needs: &[], run: advisories },
        Step { name: "i18n", needs: &[], run: |repo| npm_script(repo, "i18n:check") },
        Step { name: "clippy", needs: &[], run: clippy },
        Step { name: "docs", needs: &[], run: docs },
        // Not earlier: in a test run it is made beside the steps above.
        Step { name: "wasm", needs: &[], run: |repo| wasm::build(repo).map(|()| Outcome::Passed) },
        Step { name: "web-lint", needs: &["wasm"], run: |repo| npm_script(repo, "lint") },
        Step { name: "web-types", needs: &["wasm"], run: |repo| npm_script(repo, "typecheck") },
        Step { name: "openapi", needs: &[], run: |repo| generated::openapi_is_fresh(repo).map(|()| Outcome::Passed) },
        Step { name: "web-generated", needs: &["openapi"], run: web_generated },
    ]
}

/// Packages that are no part of the workspace.
const OTHER_WORKSPACES: &[&str] = &["fuzz/Cargo.toml", "xtask/bindgen/Cargo.toml"];

fn fmt(repo: &Repo) -> Result<Outcome> {
    // Not by Repo::cargo: fmt knows no --locked.
    run(repo, repo.command("cargo").args(["fmt", "--all", "--check"]), Duration::from_secs(120))?;
    for manifest in OTHER_WORKSPACES {
        let mut other = repo.command("cargo");
        run(repo, other.args(["fmt", "--manifest-path", manifest, "--check"]), Duration::from_secs(120))?;
    }
    Ok(Outcome::Passed)
}

/// CI builds with the committed lock files; they must fit the manifests.
fn lock_files(repo: &Repo) -> Result<Outcome> {
    for manifest in ["Cargo.toml"].iter().chain(OTHER_WORKSPACES) {
        let mut command = repo.command("cargo");
        output(command.args(["metadata", "--locked", "--format-version", "1", "--manifest-path", manifest]))
            .with_context(|| format!("the lock file beside {manifest} does not fit it: build once and commit it"))?;
    }
    Ok(Outcome::Passed)
}

fn dependency_arrows(repo: &Repo) -> Result<Outcome> {
    let found = arrows::violations(&output(repo.cargo(&["metadata", "--no-deps"]).args(["--format-version", "1"]))?)?;
    ensure!(found.is_empty(), "{} arrow(s) point the wrong way:\n{}", found.len(), found.join("\n"));
    Ok(Outcome::Passed)
}

fn house_rules(repo: &Repo) -> Result<Outcome> {
    let found = tidy::check(repo)?;
    ensure!(found.is_empty(), "{} finding(s) against the house rules:\n{}", found.len(), found.join("\n"));
    Ok(Outcome::Passed)
}

fn identity_document(repo: &Repo) -> Result<Outcome> {
    let found = identity_doc::check(repo)?;
    ensure!(found.is_empty(), "{} fault(s):\n{}", found.len(), found.join("\n"));
    Ok(Outcome::Passed)
}

fn typos(repo: &Repo) -> Result<Outcome> {
    let Some(tool) = setup::python_tool(repo, "typos") else {
        return Ok(Outcome::Skipped("typos is not installed (cargo xtask setup fetches it)".into()));
    };
    run(
        repo,
        repo.command(tool).args(["--config", ".typos.toml", "--format", "brief", "."]),
        Duration::from_secs(120),
    )?;
    Ok(Outcome::Passed)
}

fn taplo(repo: &Repo) -> Result<Outcome> {
    let Some(tool) = setup::python_tool(repo, "taplo") else {
        return Ok(Outcome::Skipped("taplo is not installed (cargo xtask setup fetches it)".into()));
    };
    run(repo, repo.command(tool).args(["format", "--check", "--diff"]), Duration::from_secs(120))?;
    Ok(Outcome::Passed)
}

fn advisories(repo: &Repo) -> Result<Outcome> {
    if !crate::process::on_path("cargo-deny") {
        return Ok(Outcome::Skipped("cargo-deny is not installed".into()));
    }
    let mut fetch = repo.command("cargo");
    if let Err(error) = run(repo, fetch.args(["deny", "fetch", "db"]), Duration::from_secs(60)) {
        return Ok(Outcome::Skipped(format!("the advisory database is out of reach: {error}")));
    }
    run(repo, repo.command("cargo").args(["deny", "check", "advisories"]), Duration::from_secs(120))?;
    Ok(Outcome::Passed)
}

fn clippy(repo: &Repo) -> Result<Outcome> {
    let mut command = repo.cargo(&["clippy", "--workspace", "--all-targets"]);
    run(repo, command.args(["--", "-D", "warnings"]), Duration::from_secs(1800))?;
    Ok(Outcome::Passed)
}

/// Documentation whose links lead somewhere.
fn docs(repo: &Repo) -> Result<Outcome> {
    // --examples: with the features that clippy saw, see BUILD_PROGRAM.
    let mut command = repo.cargo(&["doc", "--workspace", "--no-deps", "--lib", "--bins", "--examples"]);
    run(repo, command.env("RUSTDOCFLAGS", "-D warnings"), Duration::from_secs(900))?;
    Ok(Outcome::Passed)
}

/// Runs one script of the web app's package.json.
pub fn npm_script(repo: &Repo, script: &str) -> Result<Outcome> {
    if !web::present(repo, web::APP)? {
        return Ok(Outcome::Skipped(format!("there is no {}/", web::APP)));
    }
    web::install(repo, web::APP)?;
    run(repo, &mut repo.npm(web::APP, &["run", script]), Duration::from_secs(300))?;
    Ok(Outcome::Passed)
}

fn web_generated(repo: &Repo) -> Result<Outcome> {
    if !web::present(repo, web::APP)? {
        return Ok(Outcome::Skipped(format!("there is no {}/", web::APP)));
    }
    web::install(repo, web::APP)?;
    generated::web_is_fresh(repo)?;
    Ok(Outcome::Passed)
}
