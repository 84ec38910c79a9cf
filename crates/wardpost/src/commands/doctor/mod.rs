//! `wardpost doctor`: looks at everything that a server needs around it, and says of each finding what to do.
#![expect(clippy::print_stdout, reason = "a command's answer is what it prints")]

mod checks;
mod dns;

use crate::config::Config;
use anyhow::Result;
use std::process::ExitCode;

/// Options of `wardpost doctor`.
#[derive(clap::Args)]
pub struct Args {
    /// Ask no name servers: only print the records to publish
    #[arg(long)]
    offline: bool,
    /// Also read the whole database for damage
    #[arg(long)]
    deep: bool,
}

/// How bad a finding is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Good,
    /// Works, but should be mended.
    Warning,
    /// Does not work.
    Error,
}

/// What was found, and what to do about it.
struct Finding {
    level: Level,
    about: &'static str,
    what: String,
    todo: String,
}

/// Collects findings.
#[derive(Default)]
struct Report(Vec<Finding>);

impl Report {
    fn good(&mut self, about: &'static str, what: impl Into<String>) {
        self.0.push(Finding { level: Level::Good, about, what: what.into(), todo: String::new() });
    }
    fn warn(&mut self, about: &'static str, what: impl Into<String>, todo: impl Into<String>) {
        self.0.push(Finding { level: Level::Warning, about, what: what.into(), todo: todo.into() });
    }
    fn error(&mut self, about: &'static str, what: impl Into<String>, todo: impl Into<String>) {
        self.0.push(Finding { level: Level::Error, about, what: what.into(), todo: todo.into() });
    }
    fn count(&self, level: Level) -> usize {
        self.0.iter().filter(|f| f.level == level).count()
    }
}

/// Looks at everything. Exit code 1 when something does not work.
///
/// # Errors
/// None of what it looks at: those are findings.
pub async fn run(config: &Config, args: &Args) -> Result<ExitCode> {
    let mut report = Report::default();
    checks::folder(config, &mut report);
    checks::clock(&mut report);
    checks::limits(config, &mut report);
    checks::web(config, &mut report);
    checks::certificates(config, &mut report);
    checks::client_authorities(config, &mut report);
    checks::ports(config, &mut report).await;
    checks::delivery(config, &mut report);
    let domains = checks::house(config, args.deep, &mut report).await;
    if !args.offline {
        dns::check(config, &domains, &mut report).await;
    }
    for f in &report.0 {
        let mark = match f.level {
            Level::Good => "ok     ",
            Level::Warning => "warning",
            Level::Error => "ERROR  ",
        };
        println!("{mark}  {}: {}", f.about, f.what);
        if !f.todo.is_empty() {
            println!("           → {}", f.todo);
        }
    }
    dns::print_records(config, &domains);
    let (errors, warnings) = (report.count(Level::Error), report.count(Level::Warning));
    println!();
    println!("{errors} errors, {warnings} warnings.");
    Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
