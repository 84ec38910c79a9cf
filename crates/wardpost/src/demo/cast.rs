//! The demo's people, made by the ordinary steps: invited, and their invitation accepted.

use crate::tls::write_private;
use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use wardpost_core::Core;
use wardpost_core::identity::totp;
use wardpost_core::people::{BootstrapPerson, NewPerson};
use wardpost_model::person::Language;
use wardpost_model::{Domain, EmailAddress, PersonId};

/// The password of all demo accounts.
pub const PASSWORD: &str = "zeven stille reigers waden";
/// The practice's domain.
pub const DOMAIN: &str = "linde.example";

/// The patient's own address.
pub const PATIENT: &str = "fatima.elamrani@postbus.example";
/// The father's own address.
pub const CARER: &str = "peter.deboer@postbus.example";

/// A demo account, with everything that its owner would know.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Account {
    /// Key in the story: `anna`, `ben` …
    pub key: String,
    /// What they are in the demo, in English.
    pub title: String,
    /// Name.
    pub name: String,
    /// Sign-in name.
    pub login: String,
    /// Their id.
    pub id: PersonId,
    /// Secret of the authenticator app, base 32.
    pub totp_secret: String,
    /// The same as bytes.
    pub totp_bytes: Vec<u8>,
}

struct Role {
    key: &'static str,
    title: &'static str,
    name: &'static str,
    function: &'static str,
    language: Language,
    role: &'static str,
    mailbox: bool,
}

const CAST: [Role; 8] = [
    Role {
        key: "anna",
        title: "Physician",
        name: "Anna de Vries",
        function: "Huisarts",
        language: Language::Nl,
        role: "clinician",
        mailbox: true,
    },
    Role {
        key: "ben",
        title: "Colleague",
        name: "Ben Carter",
        function: "GP (locum)",
        language: Language::En,
        role: "clinician",
        mailbox: true,
    },
    Role {
        key: "chantal",
        title: "Front desk",
        name: "Chantal Bakker",
        function: "Doktersassistente",
        language: Language::Nl,
        role: "front_desk",
        mailbox: true,
    },
    Role {
        key: "dirk",
        title: "Privacy officer",
        name: "Dirk Mulder",
        function: "Functionaris gegevensbescherming",
        language: Language::Nl,
        role: "privacy_officer",
        mailbox: true,
    },
    Role {
        key: "sara",
        title: "Security officer",
        name: "Sara Vos",
        function: "Informatiebeveiliging",
        language: Language::Nl,
        role: "security_officer",
        mailbox: true,
    },
    Role {
        key: "eva",
        title: "Administrator",
        name: "Eva Smit",
        function: "Praktijkmanager",
        language: Language::En,
        role: "administrator",
        mailbox: false,
    },
    Role {
        key: "fatima",
        title: "Patient",
        name: "Fatima El Amrani",
        function: "",
        language: Language::Nl,
        role: "patient",
        mailbox: false,
    },
    Role {
        key: "peter",
        title: "Father of two patients",
        name: "Peter de Boer",
        function: "",
        language: Language::Nl,
        role: "carer",
        mailbox: false,
    },
];

/// Where the accounts are kept: beside the practice's folder, as on its people's phones.
pub fn secret_file(folder: &Path) -> PathBuf {
    folder.join("outside/accounts.json")
}

/// Makes the organisation and its people.
///
/// # Errors
/// When a use case refuses.
pub async fn found(core: &Core, folder: &Path) -> Result<()> {
    core.ensure_org("Praktijk De Linde", Language::Nl).await?;
    core.ensure_domain(&DOMAIN.parse::<Domain>()?).await?;
    let mut accounts = Vec::new();
    for r in &CAST {
        accounts.push(make(core, r).await.with_context(|| format!("making the account of {}", r.name))?);
    }
    core.sequence_all().await?;
    write_private(&secret_file(folder), &serde_json::to_vec_pretty(&accounts)?)
}

async fn make(core: &Core, r: &Role) -> Result<Account> {
    let login: EmailAddress = match r.role {
        // Patients sign in with an address of their own.
        "patient" => PATIENT.parse()?,
        "carer" => CARER.parse()?,
        _ => format!("{}@{DOMAIN}", r.key).parse()?,
    };
    let role = core.ready_made_role(r.role).await?.context("a ready-made role is missing")?;
    let secret = wardpost_vault::random_bytes::<{ totp::SECRET_BYTES }>().to_vec();
    let person = NewPerson {
        name: r.name.to_owned(),
        login: login.clone(),
        function: r.function.to_owned(),
        language: r.language,
        role_ids: vec![role],
        mailbox_address: r.mailbox.then(|| login.clone()),
    };
    let new = BootstrapPerson { person, password: PASSWORD.to_owned(), totp_secret: Some(secret.clone()) };
    let made = core.bootstrap_person(new).await?;
    Ok(Account {
        key: r.key.to_owned(),
        title: r.title.to_owned(),
        name: r.name.to_owned(),
        login: login.to_string(),
        id: made.person_id,
        totp_secret: made.totp_secret,
        totp_bytes: secret,
    })
}

/// Reads the accounts.
///
/// # Errors
/// When the file isn't there or isn't one.
pub fn read(folder: &Path) -> Result<Vec<Account>> {
    let file = secret_file(folder);
    let text = std::fs::read(&file).with_context(|| format!("can't read {}", file.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{}", file.display()))
}
