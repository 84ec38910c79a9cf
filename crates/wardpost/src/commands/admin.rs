//! `wardpost admin`: people and invitations from the machine itself, for when nobody can sign in any more. Audited like
//! everything else, as done by the operator.
#![expect(clippy::print_stdout, reason = "a command's answer is what it prints")]

use super::{operator, told};
use crate::config::Config;
use crate::house::{self, House, Opening};
use anyhow::{Result, bail};
use std::process::ExitCode;
use std::sync::Arc;
use wardpost_core::SystemClock;
use wardpost_core::identity::Invitation;
use wardpost_core::people::{NewPerson, PeopleQuery, PersonLine};
use wardpost_model::EmailAddress;
use wardpost_model::person::Language;

/// Options of `wardpost admin`.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// List people with their state and roles
    People,
    /// Make a new invitation for somebody: password, second factor, sessions and device passwords end within seconds
    Reset {
        /// Sign-in name
        login: EmailAddress,
    },
    /// Invite somebody new
    Invite {
        /// Name
        #[arg(long)]
        name: String,
        /// Sign-in name: an address
        #[arg(long)]
        login: EmailAddress,
        /// Ready-made role
        #[arg(long, default_value = "physician", value_parser = ["physician", "clinician", "nurse", "front_desk", "privacy_officer", "security_officer", "administrator"])]
        role: String,
        /// Language: en or nl
        #[arg(long, default_value = "en", value_parser = ["en", "nl"])]
        language: String,
        /// Address of a personal mailbox to be made
        #[arg(long)]
        mailbox: Option<EmailAddress>,
    },
}

/// Runs a command.
///
/// # Errors
/// When the use case refuses.
pub async fn run(config: &Config, args: &Args) -> Result<ExitCode> {
    let house = house::open(config, Opening::command(Arc::new(SystemClock))).await?;
    match &args.command {
        Command::People => list(&house).await?,
        Command::Reset { login } => {
            let person = find(&house, login).await?;
            let invitation = house.core.reset_person(&operator(), person.id).await.map_err(told)?;
            show(&person.profile.name, &invitation);
        }
        Command::Invite { name, login, role, language, mailbox } => {
            let Some(role) = house.core.ready_made_role(role).await? else { bail!("there is no such role any more") };
            let person = NewPerson {
                name: name.clone(),
                login: login.clone(),
                function: String::new(),
                language: Language::from_tag(language),
                role_ids: vec![role],
                mailbox_address: mailbox.clone(),
            };
            let made = house.core.create_person(&operator(), person).await.map_err(told)?;
            show(name, &made.invitation);
        }
    }
    house.close().await?;
    Ok(ExitCode::SUCCESS)
}

fn show(name: &str, invitation: &Invitation) {
    println!("Invitation for {name} (until {}):", invitation.expires_at.strftime("%Y-%m-%d %H:%M UTC"));
    println!("  {}", invitation.link);
}

async fn everybody(house: &House, q: &str) -> Result<Vec<PersonLine>> {
    let (mut people, mut cursor) = (Vec::new(), None);
    let query = PeopleQuery { words: q.to_owned(), ..PeopleQuery::default() };
    loop {
        let page = house.core.people_page(&operator(), &query, cursor.as_deref(), 200).await.map_err(told)?;
        people.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(people);
        }
    }
}

async fn find(house: &House, login: &EmailAddress) -> Result<PersonLine> {
    let wanted = login.normalised();
    let found = everybody(house, "").await?.into_iter().find(|p| p.profile.login.normalised() == wanted);
    match found {
        Some(person) => Ok(person),
        None => bail!("nobody has the sign-in name {login}"),
    }
}

async fn list(house: &House) -> Result<()> {
    println!("{:<28} {:<36} {:<9} {:<17} roles", "name", "sign-in name", "state", "last sign-in");
    for p in everybody(house, "").await? {
        let roles: Vec<&str> = p.roles.iter().map(|(_, name)| name.as_str()).collect();
        let last = p.last_sign_in_at.map_or("never".to_owned(), |t| t.strftime("%Y-%m-%d %H:%M").to_string());
        let (name, login, state) = (&p.profile.name, p.profile.login.to_string(), p.state.as_str());
        println!("{name:<28} {login:<36} {state:<9} {last:<17} {}", roles.join(", "));
    }
    Ok(())
}
