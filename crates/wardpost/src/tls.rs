//! Certificates: the operator's, or a self-signed one in the data folder; read again on SIGHUP.

use crate::config::Config;
use crate::devices::Authorities;
use anyhow::{Context as _, Result};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use wardpost_mail::smtp::tls::ServerTls;

/// A certificate, the files that it comes from, and whether the operator gave it.
#[derive(Clone)]
pub struct Certificate {
    /// For acceptors; shared by all clones.
    pub tls: ServerTls,
    cert: PathBuf,
    key: PathBuf,
    /// Made here, not given by the operator.
    pub self_signed: bool,
}

impl Certificate {
    /// From files.
    ///
    /// # Errors
    /// When they can't be read or don't belong together.
    pub fn load(cert: &Path, key: &Path) -> Result<Self> {
        let (chain, secret) = read(cert, key)?;
        let tls = ServerTls::from_pem(&chain, &secret).with_context(|| format!("{}", cert.display()))?;
        Ok(Self { tls, cert: cert.to_owned(), key: key.to_owned(), self_signed: false })
    }

    /// For the SMTP doors: the operator's, else that of the web app, else a self-signed one.
    ///
    /// # Errors
    /// As [`Certificate::load`]; when a self-signed one can't be written.
    pub fn for_smtp(config: &Config) -> Result<Self> {
        match (&config.smtp.tls_cert, &config.smtp.tls_key) {
            (Some(cert), Some(key)) => Self::load(cert, key),
            _ => {
                let (cert, key) = (config.data("smtp-self-signed.crt"), config.data("smtp-self-signed.key"));
                if !cert.exists() || !key.exists() {
                    make(&config.server.host_name, &cert, &key)?;
                }
                Ok(Self { self_signed: true, ..Self::load(&cert, &key)? })
            }
        }
    }

    /// For the web app, if the operator gave one.
    ///
    /// # Errors
    /// As [`Certificate::load`].
    pub fn for_http(config: &Config) -> Result<Option<Self>> {
        match (&config.http.tls_cert, &config.http.tls_key) {
            (Some(cert), Some(key)) => Self::load(cert, key).map(Some),
            _ => Ok(None),
        }
    }

    /// For ports that ask who comes for a device's certificate, where authorities are configured.
    ///
    /// # Errors
    /// When TLS can't be set up.
    pub fn asking(&self, devices: &Authorities) -> Result<ServerTls> {
        match devices.verifier() {
            Some(verifier) => self.tls.asking(verifier).context("asking for a device's certificate"),
            None => Ok(self.tls.clone()),
        }
    }

    /// For the web app.
    ///
    /// # Errors
    /// As [`Certificate::asking`].
    pub fn for_browsers(&self, devices: &Authorities) -> Result<Arc<rustls::ServerConfig>> {
        let mut tls = (*self.asking(devices)?.config()).clone();
        tls.alpn_protocols = wardpost_web::alpn_protocols();
        Ok(Arc::new(tls))
    }

    /// Reads the files again; on error the certificate in use stays.
    ///
    /// # Errors
    /// As [`Certificate::load`].
    pub fn reload(&self) -> Result<()> {
        let (chain, secret) = read(&self.cert, &self.key)?;
        self.tls.replace(&chain, &secret).with_context(|| format!("{}", self.cert.display()))
    }
}

fn read(cert: &Path, key: &Path) -> Result<(Vec<u8>, Vec<u8>)> {
    let read = |path: &Path| std::fs::read(path).with_context(|| format!("can't read {}", path.display()));
    Ok((read(cert)?, read(key)?))
}

/// Makes a self-signed certificate: mail servers that don't verify can still encrypt.
fn make(name: &str, cert: &Path, key: &Path) -> Result<()> {
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).context("making a self-signed certificate")?;
    write_private(key, made.signing_key.serialize_pem().as_bytes())?;
    write_private(cert, made.cert.pem().as_bytes())
}

/// Writes a file that only its owner may read, whole or not at all.
///
/// # Errors
/// When that fails.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let fresh = path.with_extension("new");
    let write = || -> std::io::Result<()> {
        let _ = std::fs::remove_file(&fresh);
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&fresh, path)
    };
    write().with_context(|| format!("can't write {}", path.display()))
}
