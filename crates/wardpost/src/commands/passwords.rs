//! `wardpost passwords pack`: a list of breached passwords in a fifth of its size, for `[sign_in] refused_passwords`.
#![expect(clippy::print_stdout, reason = "a command's answer is what it prints")]

use anyhow::{Context as _, Result};
use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::PathBuf;
use std::process::ExitCode;

/// Options of `wardpost passwords`.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Pack a list of SHA-1 hashes (`HASH:count` a line, sorted by hash, as Have I Been Pwned gives them)
    Pack {
        /// The list
        list: PathBuf,
        /// The packed list to be made
        packed: PathBuf,
        /// Leave out what was seen fewer times
        #[arg(long, default_value_t = 1)]
        min_count: u64,
    },
}

/// Runs the command.
///
/// # Errors
/// When the list can't be read or is no such list, or the packed one can't be written.
pub fn run(args: &Args) -> Result<ExitCode> {
    let Command::Pack { list, packed, min_count } = &args.command;
    let from = File::open(list).with_context(|| format!("can't read {}", list.display()))?;
    // Beside its place first: a list in use is never half there.
    let folder =
        packed.parent().filter(|p| !p.as_os_str().is_empty()).map_or_else(|| PathBuf::from("."), PathBuf::from);
    let unfinished = folder.join(format!(".{}.part", packed.file_name().unwrap_or_default().display()));
    let into = File::create(&unfinished).with_context(|| format!("can't write into {}", folder.display()))?;
    let done = wardpost_core::identity::pack_breached(BufReader::new(from), BufWriter::new(&into), *min_count)
        .and_then(|kept| into.sync_all().map(|()| kept))
        .and_then(|kept| std::fs::rename(&unfinished, packed).map(|()| kept));
    match done {
        Ok(kept) => {
            println!("{kept} passwords packed into {}", packed.display());
            Ok(ExitCode::SUCCESS)
        }
        Err(e) => {
            // Nothing half done stays behind; the reason is what counts.
            let _ = std::fs::remove_file(&unfinished);
            Err(e).with_context(|| format!("packing {}", list.display()))
        }
    }
}
