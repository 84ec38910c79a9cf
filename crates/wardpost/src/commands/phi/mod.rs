//! `wardpost phi scan`: what the detector finds in files, for people to read, for trying it out and for measuring it.
#![expect(clippy::print_stdout, reason = "a command's answer is what it prints")]

mod explain;
mod words;

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde_json::json;
use std::io::{BufRead as _, Read as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use wardpost_model::finding::{Finding, FindingKind, Findings, Part, Sensitivity};
use wardpost_model::person::Language;
use wardpost_phi::extract::{MAX_INPUT, Unreadable};
use wardpost_phi::{AttachedFile, Document, Scanner};

/// Options of `wardpost phi`.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Explain what the detector finds in files: the verdict, each span with its place and reason, what could not be read
    Scan {
        /// Files, read by what they hold, whatever their names say
        #[arg(required_unless_present = "jsonl")]
        files: Vec<PathBuf>,
        /// Print one JSON object for each file instead
        #[arg(long, conflicts_with = "jsonl")]
        json: bool,
        /// Read messages from standard input, one {"id", "text"} (or "subject" and "body") a line; print one JSON object for each
        #[arg(long, conflicts_with = "files")]
        jsonl: bool,
        /// Language of the explanation: en or nl (otherwise that of the terminal)
        #[arg(long, value_name = "LANGUAGE")]
        lang: Option<String>,
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

/// Runs the command. A file that can't be opened is said so, the others are scanned, and the command fails at the end.
///
/// # Errors
/// When standard input can't be read.
pub fn run(args: &Args) -> Result<ExitCode> {
    let Command::Scan { files, json, jsonl, lang } = &args.command;
    if *jsonl {
        for (number, line) in std::io::stdin().lock().lines().enumerate() {
            let line = line.context("reading standard input")?;
            let m: Line = serde_json::from_str(&line).with_context(|| format!("line {}", number + 1))?;
            let document = Document { subject: &m.subject, body: &m.body, attachments: &[] };
            println!("{}", as_json(&m.id, &Scanner::shared().scan(&document)));
        }
    }
    let language = language(lang.as_deref());
    let mut code = ExitCode::SUCCESS;
    for (i, path) in files.iter().enumerate() {
        match Loaded::new(path) {
            Ok(file) if *json => println!("{}", as_json(&json!(file.shown), &file.scan())),
            Ok(file) => {
                let gap = if i > 0 { "\n" } else { "" };
                print!("{gap}{}", explain::explain(&file, &file.scan(), language));
            }
            Err(error) => {
                eprint_error(&error);
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}

#[expect(clippy::print_stderr, reason = "what went wrong is no part of the answer")]
fn eprint_error(error: &anyhow::Error) {
    eprintln!("{error:#}");
}

/// As asked for, else that of the terminal (POSIX: `LC_ALL`, `LC_MESSAGES`, `LANG`).
fn language(asked: Option<&str>) -> Language {
    let set = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
    let terminal = || ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|n| set(n));
    Language::from_tag(&asked.map(str::to_owned).or_else(terminal).unwrap_or_default())
}

/// A file in memory; nothing of one that is larger than what is looked at.
struct Loaded {
    shown: String,
    name: String,
    size: u64,
    data: Vec<u8>,
    too_large: bool,
}

impl Loaded {
    fn new(path: &Path) -> Result<Self> {
        let shown = path.display().to_string();
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let about = std::fs::metadata(path).with_context(|| format!("can't read {shown}"))?;
        anyhow::ensure!(!about.is_dir(), "{shown} is a folder");
        let limit = u64::try_from(MAX_INPUT)?;
        let mut data = Vec::new();
        let mut too_large = about.len() > limit;
        if !too_large {
            let file = std::fs::File::open(path).with_context(|| format!("can't read {shown}"))?;
            // It may be a pipe, or grow: what comes is counted.
            file.take(limit + 1).read_to_end(&mut data).with_context(|| format!("can't read {shown}"))?;
            too_large = data.len() > MAX_INPUT;
        }
        let size = about.len().max(u64::try_from(data.len())?);
        if too_large {
            data = Vec::new();
        }
        Ok(Self { shown, name, size, data, too_large })
    }

    fn scan(&self) -> Findings {
        let attached =
            [AttachedFile { file_name: &self.name, media_type: "application/octet-stream", data: &self.data }];
        let mut found = Scanner::shared().scan(&Document { attachments: &attached, ..Document::default() });
        if self.too_large {
            found.sensitivity = found.sensitivity.max(Sensitivity::Unreadable);
            let (part, reason) = (Part::Attachment(0), Unreadable::TooLarge.code().to_owned());
            found.spans.push(Finding { part, start: 0, end: 0, kind: FindingKind::Unreadable, score: 100, reason });
        }
        found
    }
}

fn as_json(id: &serde_json::Value, found: &Findings) -> serde_json::Value {
    let spans: Vec<_> = found
        .spans
        .iter()
        .map(|s| json!({"part": s.part, "start": s.start, "end": s.end, "type": s.kind, "score": s.score, "reason": s.reason}))
        .collect();
    let phi = matches!(found.sensitivity, Sensitivity::Identifier | Sensitivity::Health | Sensitivity::HealthMany);
    json!({
        "id": id, "phi": phi, "sensitivity": found.sensitivity, "individuals": found.individuals, "special": found.special,
        "spans": spans,
    })
}
