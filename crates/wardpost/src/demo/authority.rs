//! The demo's certificate authority: made once per demo folder, trusted by the practice, and by nobody else.

use crate::tls::write_private;
use anyhow::{Context as _, Result};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use std::path::{Path, PathBuf};
use wardpost_mail::smtp::tls::ServerTls;

/// Certificates and keys in a folder.
pub struct Authority {
    folder: PathBuf,
}

/// Who gets a certificate: file name and host name.
const ISSUED: [(&str, &str); 2] = [("house", super::HOST), ("zuiderkliniek", "mx.zuiderkliniek.example")];

impl Authority {
    /// Opens the folder's authority, or makes it.
    ///
    /// # Errors
    /// When files can't be read or written.
    pub fn open(folder: &Path) -> Result<Self> {
        let authority = Self { folder: folder.to_owned() };
        if !authority.root().exists() {
            authority.make()?;
        }
        if !authority.devices().exists() {
            authority.make_devices()?;
        }
        Ok(authority)
    }

    fn make(&self) -> Result<()> {
        let key = KeyPair::generate().context("making the demo authority's key")?;
        let mut params = CertificateParams::new(Vec::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "Wardpost demo authority");
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let root = params.self_signed(&key)?.pem();
        let issuer = Issuer::new(params, key);
        for (file, name) in ISSUED {
            let key = KeyPair::generate()?;
            let mut params = CertificateParams::new(vec![name.to_owned(), "localhost".to_owned()])?;
            params.distinguished_name.push(DnType::CommonName, name);
            let certificate = params.signed_by(&key, &issuer)?;
            self.write(file, &certificate.pem(), &key.serialize_pem())?;
        }
        // Nobody vouches for this one, and it is for another name.
        let own = rcgen::generate_simple_self_signed(["old-server.example".to_owned()])?;
        self.write("oudestad", &own.cert.pem(), &own.signing_key.serialize_pem())?;
        // The root last: with it, everything is there.
        write_private(&self.root(), root.as_bytes())
    }

    /// The authority of the practice's own devices, and one device of it (`tablet.crt`, `tablet.key`).
    fn make_devices(&self) -> Result<()> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "Wardpost demo devices");
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate()?;
        let root = params.self_signed(&key)?.pem();
        let (issuer, key) = (Issuer::new(params, key), KeyPair::generate()?);
        let mut params = CertificateParams::new(Vec::new())?;
        params.distinguished_name.push(DnType::CommonName, "tablet");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let tablet = params.signed_by(&key, &issuer)?;
        self.write("tablet", &tablet.pem(), &key.serialize_pem())?;
        write_private(&self.devices(), root.as_bytes())
    }

    fn write(&self, file: &str, certificate: &str, key: &str) -> Result<()> {
        write_private(&self.folder.join(format!("{file}.key")), key.as_bytes())?;
        write_private(&self.folder.join(format!("{file}.crt")), certificate.as_bytes())
    }

    /// The authority's own certificate.
    pub fn root(&self) -> PathBuf {
        self.folder.join("authority.crt")
    }

    /// The authority of the practice's devices.
    pub fn devices(&self) -> PathBuf {
        self.folder.join("devices.crt")
    }

    /// The practice's certificate.
    pub fn house_certificate(&self) -> PathBuf {
        self.folder.join("house.crt")
    }

    /// The practice's key.
    pub fn house_key(&self) -> PathBuf {
        self.folder.join("house.key")
    }

    /// TLS of an outside server.
    ///
    /// # Errors
    /// When its files can't be read.
    pub fn tls_of(&self, file: &str) -> Result<ServerTls> {
        let read = |end: &str| {
            let path = self.folder.join(format!("{file}.{end}"));
            std::fs::read(&path).with_context(|| format!("can't read {}", path.display()))
        };
        Ok(ServerTls::from_pem(&read("crt")?, &read("key")?)?)
    }
}
