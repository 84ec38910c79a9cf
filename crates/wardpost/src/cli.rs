//! The command line. Answers go to standard output, everything else to standard error; secrets are never arguments.
#![expect(clippy::print_stdout, reason = "a command's answer is what it prints")]

use crate::commands::{admin, audit, doctor, init, passwords, phi};
use crate::config::{Config, ENVIRONMENT};
use crate::devices::Authorities;
use crate::{demo, log, serve};
use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The configuration that is taken from the current folder when none is named.
const LOCAL_CONFIG: &str = "wardpost.toml";

#[derive(Parser)]
#[command(name = "wardpost", version, about = "Secure messaging for care")]
struct Cli {
    /// Configuration file; otherwise wardpost.toml in this folder if there is one, otherwise the defaults
    #[arg(long, short, global = true, env = "WARDPOST_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make the data folder, its keys, the organisation and its first administrator; prints an invitation link
    Init(init::Args),
    /// Run the server until SIGTERM or SIGINT; SIGHUP reads certificates again
    Serve(serve::Args),
    /// Run a demo organisation with a filled week, and the outside world beside it
    Demo(demo::Args),
    /// Look at ports, certificates, DNS, disk, clock, keys and database; says what to do about each finding
    Doctor(doctor::Args),
    /// People and invitations, from the machine itself
    Admin(admin::Args),
    /// The audit log: verify it, prove an entry, show its state
    Audit(audit::Args),
    /// Print the HTTP API's OpenAPI document
    Openapi,
    /// The configuration file
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Lists of passwords that nobody may choose
    Passwords(passwords::Args),
    /// The detector of health information
    Phi(phi::Args),
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Check the file: every problem with its key, line and what was expected
    Check,
}

/// Runs the program.
pub fn run() -> ExitCode {
    match dispatch(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("wardpost: {}", chain(&error));
            ExitCode::FAILURE
        }
    }
}

fn dispatch(cli: Cli) -> Result<ExitCode> {
    let file = config_file(cli.config.as_deref());
    match cli.command {
        Command::Openapi => {
            print!("{}", wardpost_web::openapi_json());
            Ok(ExitCode::SUCCESS)
        }
        Command::Config { command: ConfigCommand::Check } => Ok(check_config(file.as_deref())),
        Command::Passwords(args) => passwords::run(&args),
        Command::Phi(args) => phi::run(&args),
        Command::Demo(args) => demo::run(args),
        command => {
            let config = Config::load(file.as_deref())?;
            match command {
                Command::Serve(args) => serve::run(&config, &args),
                Command::Init(args) => {
                    log::start(&quiet(&config));
                    block_on(init::run(&config, &args))
                }
                Command::Doctor(args) => {
                    log::start(&quiet(&config));
                    block_on(doctor::run(&config, &args))
                }
                Command::Admin(args) => {
                    log::start(&quiet(&config));
                    block_on(admin::run(&config, &args))
                }
                Command::Audit(args) => {
                    log::start(&quiet(&config));
                    block_on(audit::run(&config, &args))
                }
                Command::Openapi
                | Command::Config { .. }
                | Command::Passwords(_)
                | Command::Phi(_)
                | Command::Demo(_) => Ok(ExitCode::SUCCESS),
            }
        }
    }
}

/// Commands for people show warnings only.
fn quiet(config: &Config) -> crate::config::Log {
    crate::config::Log { level: "warn".to_owned(), ..config.log.clone() }
}

fn config_file(named: Option<&Path>) -> Option<PathBuf> {
    match named {
        Some(path) => Some(path.to_owned()),
        None => Path::new(LOCAL_CONFIG).exists().then(|| PathBuf::from(LOCAL_CONFIG)),
    }
}

fn check_config(file: Option<&Path>) -> ExitCode {
    match Config::load(file) {
        Ok(config) => {
            if let Err(e) = Authorities::load(&config.http.client_authority) {
                println!("http.client_authority can't be used:\n  {}", chain(&e));
                return ExitCode::FAILURE;
            }
            let shown = file.map_or("the defaults".to_owned(), |f| f.display().to_string());
            println!("{shown}: good");
            for (name, sets) in ENVIRONMENT.iter().filter(|(name, _)| std::env::var_os(name).is_some()) {
                println!("  the environment's {name} wins: {sets}");
            }
            ExitCode::SUCCESS
        }
        Err(e) => {
            println!("{e}");
            ExitCode::FAILURE
        }
    }
}

fn block_on(command: impl Future<Output = Result<ExitCode>>) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.context("starting threads")?.block_on(command)
}

/// An error with what caused it, in one line.
pub fn chain(error: &anyhow::Error) -> String {
    let mut texts: Vec<String> = Vec::new();
    for cause in error.chain() {
        let text = cause.to_string();
        // Some errors repeat their source in their own text.
        if !texts.last().is_some_and(|last| last.ends_with(&text)) {
            texts.push(text);
        }
    }
    texts.join(": ")
}
