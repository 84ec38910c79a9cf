//! Release build, divan benches, and the comparison with Postfix and Dovecot.

use crate::process::{Repo, output, run};
use crate::{setup, test, web};
use anyhow::Result;
use std::time::Duration;

const COMPARISON: &str = "tests/bench/smtp-compare.sh";

/// What to measure.
#[derive(clap::Args)]
pub struct Args {
    /// Leave out the comparison with Postfix and Dovecot
    #[arg(long)]
    no_comparison: bool,
    /// Only benches whose name holds this
    filter: Option<String>,
}

/// Measures everything; what it prints is what docs/performance.md quotes.
pub fn run_benches(repo: &Repo, args: &Args) -> Result<()> {
    web::build(repo)?;
    run(repo, &mut repo.cargo(&["build", "--release", "--workspace", "--bin", "wardpost"]), HOUR)?;
    let names = test::bench_names(&output(repo.cargo(&["metadata", "--no-deps"]).args(["--format-version", "1"]))?)?;
    if names.is_empty() {
        println!("there are no benches");
    } else {
        let mut command = repo.cargo(&["bench", "--workspace"]);
        for name in &names {
            command.args(["--bench", name]);
        }
        if let Some(filter) = &args.filter {
            command.args(["--", filter]);
        }
        run(repo, &mut command, HOUR)?;
    }
    if args.no_comparison || args.filter.is_some() {
        return Ok(());
    }
    if !repo.path(COMPARISON).exists() {
        println!("there is no {COMPARISON}: nothing is compared");
        return Ok(());
    }
    setup::to_compare(repo)?;
    let mut command = repo.command("bash");
    run(repo, command.arg(COMPARISON).env("WARDPOST_BIN", repo.target.join("release/wardpost")), HOUR)
}

const HOUR: Duration = Duration::from_secs(3600);
