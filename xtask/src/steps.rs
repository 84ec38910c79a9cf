//! A run of named steps: all are tried, each is timed, and the last line counts them.

use crate::count::Counts;
use crate::process::{self, Repo};
use anyhow::{Result, bail};
use std::time::Instant;

/// What became of a step that could be tried.
pub enum Outcome {
    /// It did what it is for; counts as one.
    Passed,
    /// A test runner ran; its tests are counted rather than the step.
    Tests(Counts),
    /// There was nothing for it to do here, for this reason.
    Skipped(String),
}

/// One named thing to do.
pub struct Step {
    /// What it is called in `--only`, `--skip` and the summary.
    pub name: &'static str,
    /// Steps without which it would tell nothing.
    pub needs: &'static [&'static str],
    /// The doing.
    pub run: fn(&Repo) -> Result<Outcome>,
}

/// Which steps are wanted.
#[derive(clap::Args, Default)]
pub struct Choice {
    /// Only these steps and what they need
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// All but these
    #[arg(long, value_delimiter = ',')]
    skip: Vec<String>,
}

struct Row {
    name: &'static str,
    seconds: f64,
    result: Result<Outcome, String>,
}

impl Row {
    fn failed(&self) -> bool {
        !matches!(self.result, Ok(Outcome::Passed | Outcome::Skipped(_) | Outcome::Tests(Counts { failed: 0, .. })))
    }
}

/// Runs the chosen steps in order, prints the summary, and fails if any step failed.
pub fn run_all(repo: &Repo, steps: &[Step], choice: &Choice) -> Result<()> {
    let wanted = choose(steps, choice)?;
    let mut rows: Vec<Row> = Vec::new();
    for step in steps.iter().filter(|step| wanted.contains(&step.name)) {
        println!("\n=== {} ===", step.name);
        let start = Instant::now();
        let broken = rows.iter().find(|row| row.failed() && step.needs.contains(&row.name)).map(|row| row.name);
        let result = match broken {
            Some(need) => Err(format!("not tried: it needs {need}")),
            None => (step.run)(repo).map_err(|error| format!("{error:#}")),
        };
        match &result {
            Ok(Outcome::Skipped(reason)) => println!("skipped: {reason}"),
            Ok(_) => {}
            Err(error) => println!("FAILED: {error}"),
        }
        let seconds = start.elapsed().as_secs_f64();
        println!("({seconds:.0} s)");
        rows.push(Row { name: step.name, seconds, result });
    }
    process::end_beside();
    let total = print_summary(&rows);
    if total.failed > 0 {
        std::process::exit(1);
    }
    Ok(())
}

fn choose(steps: &[Step], choice: &Choice) -> Result<Vec<&'static str>> {
    let names: Vec<&str> = steps.iter().map(|step| step.name).collect();
    if let Some(unknown) = choice.only.iter().chain(&choice.skip).find(|name| !names.contains(&name.as_str())) {
        bail!("there is no step '{unknown}'; there are: {}", names.join(", "));
    }
    let mut wanted: Vec<&'static str> = Vec::new();
    // Needs stand before what needs them, so one walk from the back finds all of them.
    for step in steps.iter().rev() {
        let asked = choice.only.is_empty() || choice.only.iter().any(|name| name == step.name);
        let needed = steps.iter().any(|other| wanted.contains(&other.name) && other.needs.contains(&step.name));
        if (asked || needed) && !choice.skip.iter().any(|name| name == step.name) {
            wanted.push(step.name);
        }
    }
    Ok(wanted)
}

fn print_summary(rows: &[Row]) -> Counts {
    let mut total = Counts::default();
    let mut seconds = 0.0;
    println!("\n{:<14} {:>8}  result", "step", "seconds");
    for row in rows {
        let text = match &row.result {
            Ok(Outcome::Passed) => {
                total.passed += 1;
                "passed".to_owned()
            }
            Ok(Outcome::Tests(counts)) => {
                total.passed += counts.passed;
                total.failed += counts.failed;
                total.skipped += counts.skipped;
                match counts.failed {
                    0 => format!("passed, {} tests", counts.passed),
                    failed => format!("FAILED: {failed} of {} tests", counts.passed + failed),
                }
            }
            Ok(Outcome::Skipped(reason)) => {
                total.skipped += 1;
                format!("skipped: {reason}")
            }
            Err(error) => {
                total.failed += 1;
                format!("FAILED: {}", error.lines().next().unwrap_or_default())
            }
        };
        seconds += row.seconds;
        println!("{:<14} {:>8.1}  {text}", row.name, row.seconds);
    }
    println!("{:<14} {seconds:>8.1}\n", "all");
    let skipped = if total.skipped > 0 { format!(", {} skipped", total.skipped) } else { String::new() };
    println!("{} passed, {} failed{skipped}", total.passed, total.failed);
    total
}

#[cfg(test)]
mod tests {
    use super::{Choice, Outcome, Step, choose};

    fn three() -> Vec<Step> {
        let step = |name, needs| Step { name, needs, run: |_| Ok(Outcome::Passed) };
        vec![step("setup", &[]), step("build", &["setup"]), step("lint", &[]), step("browser", &["build"])]
    }

    fn names(only: &[&str], skip: &[&str]) -> Vec<&'static str> {
        let own = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect();
        let mut names = choose(&three(), &Choice { only: own(only), skip: own(skip) }).unwrap();
        names.sort_unstable();
        names
    }

    #[test]
    fn a_chosen_step_brings_what_it_needs() {
        assert_eq!(names(&["browser"], &[]), ["browser", "build", "setup"]);
        assert_eq!(names(&["browser"], &["setup"]), ["browser", "build"]);
        assert_eq!(names(&[], &["browser"]), ["build", "lint", "setup"]);
    }

    #[test]
    fn an_unknown_step_is_refused() {
        let choice = Choice { only: vec!["brwser".into()], skip: vec![] };
        assert!(choose(&three(), &choice).unwrap_err().to_string().contains("setup, build, lint, browser"));
    }
}
