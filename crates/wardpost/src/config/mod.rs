//! The configuration: one typed TOML file. Unknown keys are refused; every error names the key, the line and what was
//! expected. Secrets may come from the environment instead (see [`ENVIRONMENT`]).

mod file;
mod sections;
#[cfg(test)]
mod tests;

pub use file::ConfigError;
#[cfg(test)]
pub use file::Problem;
pub use sections::{
    BodyFormat, ClientAuthority, Database, Delivery, Http, Identity, Log, LogFormat, Mail, Metrics, Passwords, Server,
    Sessions, Sms, Smtp, SmtpRoute, Vault,
};

use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use wardpost_store::DbConfig;

/// Environment variables that win over the file, and what they set.
pub const ENVIRONMENT: &[(&str, &str)] = &[
    ("WARDPOST_DATABASE_URL", "database.url"),
    ("WARDPOST_KEYS_URL", "vault.keys_url"),
    ("WARDPOST_ROOT_KEY", "the root key itself, base64 of 32 bytes (then vault.root_key_file is not read)"),
    ("WARDPOST_SMS_SECRET", "the value of the header named by sms.secret_header"),
];

/// Everything that the operator can set. Every section and every key may be left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Names, data folder, process.
    pub server: Server,
    /// The web app and API.
    pub http: Http,
    /// Mail in and out.
    pub smtp: Smtp,
    /// Delivery to other servers.
    pub delivery: Delivery,
    /// Where rows are kept.
    pub database: Database,
    /// Where keys are kept.
    pub vault: Vault,
    /// Text messages; without this section none can be sent.
    pub sms: Option<Sms>,
    /// Retention and sizes of mail.
    pub mail: Mail,
    /// How long people stay signed in.
    pub sessions: Sessions,
    /// Identity providers by which people sign in.
    pub identity: Identity,
    /// What nobody may choose as a password.
    pub passwords: Passwords,
    /// What is logged, and how.
    pub log: Log,
    /// Prometheus metrics and health.
    pub metrics: Metrics,
}

impl Config {
    /// Reads and checks a file; `None` is the configuration of defaults.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem that was found.
    pub fn load(path: Option<&Path>) -> Result<Self, ConfigError> {
        match path {
            None => {
                let config = Self::default();
                file::check(&config, "").map_err(|problems| ConfigError { file: None, problems })?;
                Ok(config)
            }
            Some(path) => file::load(path),
        }
    }

    /// Reads and checks a text.
    #[cfg(test)]
    pub fn parse(text: &str) -> Result<Self, Vec<Problem>> {
        file::parse(text)
    }

    /// The main database: the environment's, the file's, or one in the data folder.
    ///
    /// # Errors
    /// A sentence when the URL is none.
    pub fn db(&self) -> Result<DbConfig, String> {
        let url = std::env::var("WARDPOST_DATABASE_URL").ok().or_else(|| self.database.url.clone());
        let mut db = match url {
            None => DbConfig::sqlite(self.data("wardpost.db")),
            Some(url) => DbConfig::from_url(&url).map_err(|e| format!("database.url: {e}"))?,
        };
        if let Some(readers) = self.database.readers {
            db.readers = usize::from(readers.max(1));
        }
        // Pages of 4 KiB.
        db.max_pages = self.database.max_mib.map(|mib| mib.saturating_mul(256));
        Ok(db)
    }

    /// The key database: the environment's, the file's, or one in the data folder.
    ///
    /// # Errors
    /// A sentence when the URL is none.
    pub fn keys_db(&self) -> Result<DbConfig, String> {
        let url = std::env::var("WARDPOST_KEYS_URL").ok().or_else(|| self.vault.keys_url.clone());
        let db = match url {
            None => DbConfig::sqlite(self.data("keys.db")),
            Some(url) => DbConfig::from_url(&url).map_err(|e| format!("vault.keys_url: {e}"))?,
        };
        // Few rows, seldom touched.
        Ok(DbConfig { readers: 2, writers: 1, max_group: 16, queue: 64, ..db })
    }

    /// The root key's file.
    #[must_use]
    pub fn root_key_file(&self) -> PathBuf {
        self.vault.root_key_file.clone().unwrap_or_else(|| self.data("root.key"))
    }

    /// A file in the data folder.
    #[must_use]
    pub fn data(&self, name: &str) -> PathBuf {
        self.server.data_dir.join(name)
    }
}
