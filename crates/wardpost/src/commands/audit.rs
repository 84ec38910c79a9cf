//! `wardpost audit`: proving the log, with the server running or not.
#![expect(clippy::print_stdout, reason = "a command's answer is what it prints")]

use super::told;
use crate::config::Config;
use crate::house::{self, Opening};
use anyhow::{Context as _, Result};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;
use wardpost_core::audit::Verification;
use wardpost_core::{Core, SystemClock};
use wardpost_model::AuditId;

/// Options of `wardpost audit`.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Check every entry against the tree and the tree against its signed head; exit code 1 names what is wrong
    Verify {
        /// The log's public key, as kept outside of this machine; otherwise this machine's own is believed
        #[arg(long)]
        key: Option<String>,
    },
    /// Write the proof of one entry's place in the log (c2sp.org/tlog-proof), checkable without Wardpost
    Prove {
        /// The entry's id
        id: AuditId,
        /// File to write to; standard output otherwise
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Show the log's size, signed head and public key
    Status,
}

/// Runs a command.
///
/// # Errors
/// When the log can't be read.
pub async fn run(config: &Config, args: &Args) -> Result<ExitCode> {
    let house = house::open(config, Opening::command(Arc::new(SystemClock))).await?;
    let code = match &args.command {
        Command::Verify { key } => verify(&house.core, key.as_deref()).await?,
        Command::Prove { id, out } => {
            let proof = house.core.prove_entry(*id).await.map_err(told).context("proving the entry")?;
            match out {
                Some(file) => std::fs::write(file, proof).with_context(|| format!("can't write {}", file.display()))?,
                None => print!("{proof}"),
            }
            ExitCode::SUCCESS
        }
        Command::Status => {
            let s = house.core.log_status().await?;
            println!("log          {}", s.origin);
            println!("entries      {}", s.size);
            println!("waiting      {}", s.pending);
            println!("root         {}", s.root);
            println!("public key   {}", s.verifier_key);
            println!();
            print!("{}", s.checkpoint);
            ExitCode::SUCCESS
        }
    };
    house.close().await?;
    Ok(code)
}

async fn verify(core: &Core, key: Option<&str>) -> Result<ExitCode> {
    let key = match key {
        Some(key) => key.to_owned(),
        None => core.log_status().await?.verifier_key,
    };
    let began = Instant::now();
    // First the store: what is damaged there is named, and may keep the rest from being read.
    let damaged = core.verify_log_indexes().await.context("looking at the store of the log")?;
    let mut found = match core.verify_log(&key).await {
        Ok(found) => found,
        Err(_) if !damaged.is_empty() => Verification::default(),
        Err(e) => return Err(e).context("verifying the log"),
    };
    found.problems.extend(damaged);
    let seconds = began.elapsed().as_secs_f64();
    if found.is_sound() {
        println!(
            "The log is unaltered: {} entries checked in {seconds:.2} s, {} of them in the tree.",
            found.checked, found.size
        );
        if found.erased > 0 {
            println!(
                "Of {} entries the personal details are gone; each is to be matched by a deletion on purpose:",
                found.erased
            );
            for id in &found.erased_entries {
                println!("  {id}");
            }
        }
        return Ok(ExitCode::SUCCESS);
    }
    println!("THE LOG WAS ALTERED: {} entries checked, {} problems:", found.checked, found.problems.len());
    for p in &found.problems {
        let place = p.seq.map_or(String::new(), |s| format!("entry {s}: "));
        let id = p.entry.map_or(String::new(), |id| format!(" (id {id})"));
        println!("  {place}{}{id}", p.what);
    }
    Ok(ExitCode::FAILURE)
}
