//! Runs the fuzz targets of `fuzz/src/bin` with libFuzzer, on the stable toolchain.
//!
//! Coverage comes from LLVM's own pass by stable flags. No sanitiser: the code is safe Rust, where a panic, a hang or
//! unbounded memory is what there is to find, and all three end the run.

use crate::process::{self, Repo, output};
use anyhow::{Context, Result, bail};
use std::fs;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What to run, and for how long.
#[derive(clap::Args)]
pub struct Args {
    /// For each target
    #[arg(long, default_value_t = 60)]
    pub seconds: u32,
    /// Only these targets
    pub targets: Vec<String>,
}

/// The name under which they are built beside other steps.
const BESIDE: &str = "fuzz";

/// What makes LLVM count edges and comparisons, and debug assertions speak.
const FLAGS: &[&str] = &[
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
];

/// Builds and runs them; gives how many there were. Findings stay in `fuzz/artifacts`.
pub fn run(repo: &Repo, args: &Args) -> Result<usize> {
    let all = targets(repo)?;
    if let Some(unknown) = args.targets.iter().find(|name| !all.contains(name)) {
        bail!("there is no fuzz target '{unknown}'; there are: {}", all.join(", "));
    }
    let chosen: Vec<&String> =
        all.iter().filter(|name| args.targets.is_empty() || args.targets.contains(name)).collect();
    if chosen.is_empty() {
        return Ok(0);
    }
    let host = host_triple(repo)?;
    // What was begun early and failed fails again here, and is told.
    process::wait_beside(BESIDE, Duration::from_secs(1500));
    process::run(repo, &mut build(repo, &host, &chosen), Duration::from_secs(1800))?;
    let programs = repo.target.join("fuzz").join(&host).join("debug");
    // As many at a time as there are cores; each is one thread.
    let (next, broken) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(name) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Err(error) = run_one(repo, &programs.join(name), name, args.seconds) {
                println!("{error:#}");
                broken.lock().unwrap_or_else(PoisonError::into_inner).push(name.as_str());
            }
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| (0..cores).for_each(|_| drop(scope.spawn(work))));
    let mut broken = broken.into_inner().unwrap_or_else(PoisonError::into_inner);
    broken.sort_unstable();
    if !broken.is_empty() {
        bail!("found something in: {} (inputs are in fuzz/artifacts)", broken.join(", "));
    }
    Ok(chosen.len())
}

/// Begins to build all of them, in time that nothing else wants: it takes as long as the rest of the program together.
pub fn build_beside(repo: &Repo) -> Result<()> {
    let all = targets(repo)?;
    if all.is_empty() {
        return Ok(());
    }
    let build = build(repo, &host_triple(repo)?, &all.iter().collect::<Vec<_>>());
    process::start_beside(BESIDE, 19, &build, &repo.target.join("fuzz/build.log"))
}

fn build(repo: &Repo, host: &str, chosen: &[&String]) -> Command {
    let mut build = repo.cargo(&["build", "--target", host]);
    build
        .current_dir(repo.path("fuzz"))
        .env("CARGO_TARGET_DIR", repo.target.join("fuzz"))
        .env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\u{1f}"));
    for name in chosen {
        build.args(["--bin", name]);
    }
    build
}

fn run_one(repo: &Repo, program: &std::path::Path, name: &str, seconds: u32) -> Result<()> {
    let corpus = format!("fuzz/corpus/{name}");
    let findings = format!("fuzz/artifacts/{name}/");
    let seeds = format!("fuzz/seeds/{name}");
    for folder in [&corpus, &findings] {
        fs::create_dir_all(repo.path(folder)).with_context(|| format!("cannot make {folder}"))?;
    }
    let mut command = repo.command(program);
    command.arg(format!("-max_total_time={seconds}")).arg(format!("-artifact_prefix={findings}"));
    command.args([
        "-timeout=10",
        "-rss_limit_mb=2048",
        "-max_len=65536",
        "-print_final_stats=1",
        "-verbosity=0",
        &corpus,
    ]);
    if repo.path(&seeds).is_dir() {
        command.arg(&seeds);
    }
    // libFuzzer tells its progress by the thousand lines; only its last figures, or its finding, are of interest.
    let log = repo.target.join("fuzz").join(format!("{name}.log"));
    command.stderr(fs::File::create(&log).with_context(|| format!("cannot write {}", log.display()))?);
    let result = process::run(repo, &mut command, Duration::from_secs(u64::from(seconds) + 120));
    let told = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
    let lines: Vec<&str> = told.lines().collect();
    let shown = lines.len().saturating_sub(if result.is_ok() { 5 } else { 60 });
    println!("{}", lines.get(shown..).unwrap_or_default().join("\n"));
    result
}

fn targets(repo: &Repo) -> Result<Vec<String>> {
    let folder = repo.path("fuzz/src/bin");
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        if let Some(name) = entry?.file_name().to_str().and_then(|name| name.strip_suffix(".rs")) {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// What the compiler calls this machine.
pub fn host_triple(repo: &Repo) -> Result<String> {
    let version = output(repo.command("rustc").arg("-vV"))?;
    let version = String::from_utf8_lossy(&version).into_owned();
    version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .context("rustc does not tell its host")
}
