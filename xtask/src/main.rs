//! The house's own tool: sets a machine up, runs the demo, checks, tests and measures. `cargo xtask help` lists it all.
//!
//! **Invariant**: knows the workspace from outside only (files, `cargo metadata`, commands); it imports no Wardpost
//! crate, so that it builds in seconds and its checks can't be bent by what they check.
#![expect(clippy::print_stdout, reason = "a command-line tool talks on standard output")]

mod arrows;
mod bench;
mod check;
mod count;
mod fuzz;
mod generated;
mod identity_doc;
mod licences;
mod process;
mod setup;
mod steps;
mod test;
mod tidy;
mod wasm;
mod wasm_compiler;
mod web;

use anyhow::Result;
use clap::{Parser, Subcommand};
use process::Repo;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Set up, run, check, test and measure Wardpost")]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Make this machine ready for everything below (as root it installs; otherwise it prints the command to run)
    Setup,
    /// Build what is needed and run the demo organisation; arguments go to `wardpost demo`, such as `-- --fresh`
    Run {
        /// What is passed on to `wardpost demo`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Build the web app into web/dist, if its sources changed
    Web,
    /// Build the conversations' engine for the browser into web/src/conversations/wasm, if its sources changed
    Wasm,
    /// Write the generated files anew: docs/openapi.json and what the web app derives from it
    Generate,
    /// Everything that reads the code without running it: format, house rules, lints, types, generated files
    Check(steps::Choice),
    /// Set-up, checks, and every test there is
    Test(steps::Choice),
    /// Run the fuzz targets
    Fuzz(fuzz::Args),
    /// Release build, benches, and the comparison with Postfix and Dovecot
    Bench(bench::Args),
}

fn main() -> ExitCode {
    match do_task() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn do_task() -> Result<()> {
    let repo = Repo::open()?;
    match Cli::parse().command {
        Task::Setup => setup::everything(&repo).and_then(|()| wasm_compiler::find(&repo)).map(|_| ()),
        Task::Run { args } => web::run_demo(&repo, &args),
        Task::Web => web::build(&repo),
        Task::Wasm => wasm::build(&repo),
        Task::Generate => generated::write(&repo),
        Task::Check(choice) => steps::run_all(&repo, &check::steps(), &choice),
        Task::Test(choice) => steps::run_all(&repo, &test::steps(), &choice),
        Task::Fuzz(args) => fuzz::run(&repo, &args).map(|_| ()),
        Task::Bench(args) => bench::run_benches(&repo, &args),
    }
}
