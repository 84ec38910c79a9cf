//! The steps of `cargo xtask test`: set-up, the checks, and every test.

use crate::process::{Repo, on_path, output, run, run_counting, shown};
use crate::steps::{Outcome, Step};
use crate::{check, fuzz, setup, wasm, web};
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::process::Command;
use std::time::Duration;

/// In the order in which they are tried. Building comes before the checks that need the program, so that it is built
/// once and as the tests want it.
pub fn steps() -> Vec<Step> {
    let mut steps = vec![
        Step { name: "setup", needs: &[], run: |repo| setup::everything(repo).map(|()| Outcome::Passed) },
        Step {
            name: "wasm-begin",
            needs: &["setup"],
            run: |repo| {
                // As below.
                if !repo.ci {
                    return Ok(Outcome::Skipped("made when it is wanted".into()));
                }
                wasm::build_beside(repo).map(|()| Outcome::Skipped("goes on beside the other steps".into()))
            },
        },
        Step {
            name: "fuzz-build",
            needs: &["setup"],
            run: |repo| {
                // Whoever ends a run by hand should find nothing left running.
                if !repo.ci {
                    return Ok(Outcome::Skipped("built when it is wanted".into()));
                }
                fuzz::build_beside(repo).map(|()| Outcome::Skipped("goes on beside the other steps".into()))
            },
        },
    ];
    steps.extend(check::steps().into_iter().take_while(|step| step.name != "openapi"));
    steps.extend([
        Step { name: "web-build", needs: &["setup", "wasm"], run: |repo| web::build(repo).map(|()| Outcome::Passed) },
        Step { name: "web-size", needs: &["web-build"], run: |repo| check::npm_script(repo, "size") },
        Step { name: "web-test", needs: &["setup", "wasm"], run: |repo| npm_test(repo, web::APP) },
        Step { name: "build", needs: &["setup"], run: build },
    ]);
    steps.extend(check::steps().into_iter().skip_while(|step| step.name != "openapi"));
    steps.extend([
        Step { name: "test", needs: &["build"], run: test },
        Step { name: "doctest", needs: &["build"], run: doctest },
        Step { name: "benches", needs: &["build"], run: benches },
        Step { name: "browser", needs: &["web-build", "build"], run: |repo| npm_test(repo, web::BROWSER_TESTS) },
        Step { name: "fuzz", needs: &["fuzz-build"], run: short_fuzz },
    ]);
    steps
}

/// The test runner's command: nextest where it is, otherwise cargo's own.
fn runner(repo: &Repo, args: &[&str]) -> Command {
    if on_path("cargo-nextest") {
        repo.cargo(&[&["nextest", "run", "--workspace"], args].concat())
    } else {
        repo.cargo(&[&["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"], args].concat())
    }
}

fn build(repo: &Repo) -> Result<Outcome> {
    run(repo, &mut runner(repo, &["--no-run"]), Duration::from_secs(2400))?;
    Ok(Outcome::Passed)
}

fn test(repo: &Repo) -> Result<Outcome> {
    let fail_late: &[&str] = if on_path("cargo-nextest") { &["--no-fail-fast"] } else { &[] };
    counted(repo, &mut runner(repo, fail_late), Duration::from_secs(1500))
}

fn doctest(repo: &Repo) -> Result<Outcome> {
    counted(repo, &mut repo.cargo(&["test", "--workspace", "--doc"]), Duration::from_secs(600))
}

/// Runs every bench once, unoptimised: it must still do what it measures.
fn benches(repo: &Repo) -> Result<Outcome> {
    let names = bench_names(&output(repo.cargo(&["metadata", "--no-deps"]).args(["--format-version", "1"]))?)?;
    if names.is_empty() {
        return Ok(Outcome::Skipped("there are no benches".into()));
    }
    let mut command = repo.cargo(&["test", "--workspace"]);
    for name in &names {
        command.args(["--bench", name]);
    }
    run(repo, &mut command, Duration::from_secs(900))?;
    Ok(Outcome::Passed)
}

/// The names of all bench targets in the workspace, from what `cargo metadata` prints.
pub fn bench_names(metadata: &[u8]) -> Result<Vec<String>> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    #[derive(Deserialize)]
    struct Package {
        targets: Vec<Target>,
    }
    #[derive(Deserialize)]
    struct Target {
        name: String,
        kind: Vec<String>,
    }
    let metadata: Metadata = serde_json::from_slice(metadata).context("cargo metadata printed something else")?;
    let targets = metadata.packages.into_iter().flat_map(|package| package.targets);
    let mut names: Vec<String> =
        targets.filter(|target| target.kind.iter().any(|kind| kind == "bench")).map(|target| target.name).collect();
    names.sort();
    names.dedup();
    Ok(names)
}

fn npm_test(repo: &Repo, folder: &str) -> Result<Outcome> {
    if !web::present(repo, folder)? {
        return Ok(Outcome::Skipped(format!("there is no {folder}/")));
    }
    web::install(repo, folder)?;
    let mut command = repo.npm(folder, &["test"]);
    counted(repo, command.env("WARDPOST_BIN", repo.wardpost()), Duration::from_secs(1500))
}

fn short_fuzz(repo: &Repo) -> Result<Outcome> {
    match fuzz::run(repo, &fuzz::Args { seconds: 10, targets: vec![] })? {
        0 => Ok(Outcome::Skipped("there are no fuzz targets".into())),
        _ => Ok(Outcome::Passed),
    }
}

fn counted(repo: &Repo, command: &mut Command, limit: Duration) -> Result<Outcome> {
    let (counts, status) = run_counting(repo, command, limit)?;
    if !status.success() && counts.failed == 0 {
        bail!("{} failed ({status}), though no test did", shown(command));
    }
    Ok(if counts.any() { Outcome::Tests(counts) } else { Outcome::Passed })
}

#[cfg(test)]
mod tests {
    use super::{bench_names, steps};

    #[test]
    fn benches_are_found_by_kind() {
        let metadata =
            br#"{"packages": [{"targets": [{"name": "a", "kind": ["lib"]}, {"name": "speed", "kind": ["bench"]}]}]}"#;
        assert_eq!(bench_names(metadata).unwrap(), ["speed"]);
    }

    #[test]
    fn every_step_stands_after_what_it_needs_and_once() {
        let steps = steps();
        for (at, step) in steps.iter().enumerate() {
            assert_eq!(steps.iter().filter(|other| other.name == step.name).count(), 1, "{}", step.name);
            for need in step.needs {
                assert!(steps[..at].iter().any(|earlier| earlier.name == *need), "{} needs {need}", step.name);
            }
        }
        assert!(crate::check::steps().iter().all(|check| steps.iter().any(|step| step.name == check.name)));
    }
}
