//! `wardpost init`: a new house.
#![expect(clippy::print_stdout, reason = "a command's answer is what it prints")]

use super::{operator, told};
use crate::config::Config;
use crate::house::{self, Opening};
use anyhow::{Context as _, Result};
use std::process::ExitCode;
use std::sync::Arc;
use wardpost_core::SystemClock;
use wardpost_core::people::{NewMailbox, NewPerson};
use wardpost_model::person::{Language, MailboxKind};
use wardpost_model::{Domain, EmailAddress};

/// Options of `wardpost init`.
#[derive(clap::Args)]
pub struct Args {
    /// Name of the organisation, as recipients see it
    #[arg(long)]
    org: String,
    /// Language of the organisation: en or nl
    #[arg(long, default_value = "en", value_parser = ["en", "nl"])]
    language: String,
    /// The organisation's mail domain, such as clinic.example
    #[arg(long)]
    domain: Domain,
    /// Name of the first administrator
    #[arg(long)]
    admin_name: String,
    /// Sign-in name of the first administrator: an address
    #[arg(long)]
    admin_login: EmailAddress,
}

/// Makes data folder, root key, databases, organisation and first administrator.
///
/// # Errors
/// When there is a house already, or something can't be made.
pub async fn run(config: &Config, args: &Args) -> Result<ExitCode> {
    let house = house::create(config, Opening::command(Arc::new(SystemClock))).await?;
    let (core, language) = (&house.core, Language::from_tag(&args.language));
    core.ensure_org(&args.org, language).await.map_err(told)?;
    core.ensure_domain(&args.domain).await.map_err(told)?;
    let role = core.ready_made_role("administrator").await?.context("the administrator's role is missing")?;
    let person = NewPerson {
        name: args.admin_name.clone(),
        login: args.admin_login.clone(),
        function: String::new(),
        language,
        role_ids: vec![role],
        mailbox_address: None,
    };
    let made = core.create_person(&operator(), person).await.map_err(told)?;
    // RFC 5321 §4.5.1: a domain that takes mail has a postmaster.
    let postmaster = NewMailbox {
        kind: MailboxKind::Shared,
        address: format!("postmaster@{}", args.domain).parse()?,
        name: "Postmaster".to_owned(),
        members: vec![made.person.id],
        duty: false,
    };
    core.create_mailbox(&operator(), postmaster).await.map_err(told)?;
    core.sequence_all().await?;
    let log = core.log_status().await?;
    println!("{} is set up in {}.", args.org, config.server.data_dir.display());
    println!();
    println!(
        "Invitation for {} (until {}):",
        args.admin_name,
        made.invitation.expires_at.strftime("%Y-%m-%d %H:%M UTC")
    );
    println!("  {}", made.invitation.link);
    println!();
    if std::env::var_os("WARDPOST_ROOT_KEY").is_none() {
        println!(
            "Keep a copy of the root key in a safe place, apart from backups of the data; without it nothing can be read:"
        );
        println!("  {}", config.root_key_file().display());
        println!();
    }
    println!("Keep the audit log's public key outside of this machine; with it anybody can verify the log:");
    println!("  {}", log.verifier_key);
    println!();
    println!(
        "Mail for postmaster@{} waits in a shared mailbox: add to it somebody whose role reads mail.",
        args.domain
    );
    println!();
    println!("Next: wardpost serve, and wardpost doctor for what is still to be done.");
    house.close().await?;
    Ok(ExitCode::SUCCESS)
}
