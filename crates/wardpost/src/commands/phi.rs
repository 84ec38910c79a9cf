//! `wardpost phi scan`: what the detector finds in files, for trying it out and for measuring it.
#![expect(clippy::print_stdout, reason = "a command's answer is what it prints")]

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde_json::json;
use std::io::BufRead as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use wardpost_model::finding::{Findings, Sensitivity};
use wardpost_phi::{AttachedFile, Document, Scanner};

/// Largest file that is scanned.
const MAX_BYTES: u64 = 256 << 20;

/// Options of `wardpost phi`.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Scan files as attachments, or lines of JSON as messages; prints one JSON object for each
    Scan {
        /// Files
        #[arg(required_unless_present = "jsonl")]
        files: Vec<PathBuf>,
        /// Read messages from standard input: one {"id", "text"} (or "subject" and "body") a line
        #[arg(long, conflicts_with = "files")]
        jsonl: bool,
    },
}

#[derive(Deserialize)]
struct Line {
    id: serde_json::Value,
    #[serde(default)]
    subject: String,
    #[serde(default, alias = "text")]
    body: String,
}

/// Runs the command.
///
/// # Errors
/// When input can't be read.
pub fn run(args: &Args) -> Result<ExitCode> {
    let Command::Scan { files, jsonl } = &args.command;
    if *jsonl {
        for (number, line) in std::io::stdin().lock().lines().enumerate() {
            let line = line.context("reading standard input")?;
            let m: Line = serde_json::from_str(&line).with_context(|| format!("line {}", number + 1))?;
            let document = Document { subject: &m.subject, body: &m.body, attachments: &[] };
            print(&m.id, &Scanner::shared().scan(&document));
        }
    }
    for file in files {
        scan_file(file)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn scan_file(file: &Path) -> Result<()> {
    let shown = file.display().to_string();
    let size = std::fs::metadata(file).with_context(|| format!("can't read {shown}"))?.len();
    anyhow::ensure!(size <= MAX_BYTES, "{shown} is larger than 256 MiB");
    let data = std::fs::read(file).with_context(|| format!("can't read {shown}"))?;
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let attached = [AttachedFile { file_name: &name, media_type: "application/octet-stream", data: &data }];
    print(&json!(shown), &Scanner::shared().scan(&Document { attachments: &attached, ..Document::default() }));
    Ok(())
}

fn print(id: &serde_json::Value, found: &Findings) {
    let spans: Vec<_> = found
        .spans
        .iter()
        .map(|s| json!({"part": s.part, "start": s.start, "end": s.end, "type": s.kind, "score": s.score, "reason": s.reason}))
        .collect();
    let phi = matches!(found.sensitivity, Sensitivity::Identifier | Sensitivity::Health | Sensitivity::HealthMany);
    println!("{}", json!({"id": id, "phi": phi, "sensitivity": found.sensitivity, "spans": spans}));
}
