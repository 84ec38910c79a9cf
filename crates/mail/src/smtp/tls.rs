//! TLS for the server side: one certificate that can be changed while running.
//!
//! Standards 6C (NCSC-NL v2.1, NIST 800-52r2): TLS 1.2 is the floor, 1.3 preferred, ECDHE with AES-GCM or
//! ChaCha20-Poly1305 only, post-quantum hybrid key exchange first, no 0-RTT, compression or renegotiation.

use super::types::TlsInfo;
use rustls::crypto::CryptoProvider;
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{CommonState, ServerConfig};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use wardpost_model::device::DeviceCertificate;

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The certificate chain cannot be read.
    #[error("the certificate chain is not readable PEM: {0}")]
    Chain(String),
    /// There is none in the file.
    #[error("the certificate file holds no certificate")]
    Empty,
    /// The key cannot be read.
    #[error("the private key is not readable PEM: {0}")]
    Key(String),
    /// They do not belong together, or are of an unknown kind.
    #[error("certificate and private key cannot be used together: {0}")]
    Mismatch(#[source] rustls::Error),
    /// The library refuses the set-up.
    #[error("TLS cannot be set up: {0}")]
    Setup(#[source] rustls::Error),
}

/// The one crypto provider: aws-lc-rs, X25519MLKEM768 preferred.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

/// TLS of a door. Clones share the certificate: [`ServerTls::replace`] changes it for all, from the next handshake.
#[derive(Clone)]
pub struct ServerTls {
    config: Arc<ServerConfig>,
    certificate: Arc<Certificate>,
}

impl fmt::Debug for ServerTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerTls { .. }")
    }
}

impl ServerTls {
    /// Sets TLS up with a certificate chain (leaf first) and its private key, both PEM.
    ///
    /// # Errors
    /// [`CertificateError`] if they cannot be used.
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, CertificateError> {
        let provider = provider();
        let certificate = Arc::new(Certificate(RwLock::new(certified_key(&provider, chain, key)?)));
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
            .map_err(CertificateError::Setup)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&certificate) as Arc<dyn ResolvesServerCert>);
        Ok(Self { config: Arc::new(config), certificate })
    }

    /// The same certificate at a door that asks who comes for one too: `verifier` says for which, and what a handshake
    /// makes of it.
    ///
    /// # Errors
    /// [`CertificateError`] if the library refuses.
    pub fn asking(&self, verifier: Arc<dyn ClientCertVerifier>) -> Result<Self, CertificateError> {
        let config = ServerConfig::builder_with_provider(Arc::clone(self.config.crypto_provider()))
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
            .map_err(CertificateError::Setup)?
            .with_client_cert_verifier(verifier)
            .with_cert_resolver(Arc::clone(&self.certificate) as Arc<dyn ResolvesServerCert>);
        Ok(Self { config: Arc::new(config), certificate: Arc::clone(&self.certificate) })
    }

    /// Changes the certificate; running sessions keep theirs. On error the old one stays.
    ///
    /// # Errors
    /// [`CertificateError`] if they cannot be used.
    pub fn replace(&self, chain: &[u8], key: &[u8]) -> Result<(), CertificateError> {
        let fresh = certified_key(self.config.crypto_provider(), chain, key)?;
        *self.certificate.0.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// The configuration, for an acceptor.
    #[must_use]
    pub fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }
}

#[derive(Debug)]
struct Certificate(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

fn certified_key(provider: &CryptoProvider, chain: &[u8], key: &[u8]) -> Result<Arc<CertifiedKey>, CertificateError> {
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(chain)
        .collect::<Result<_, _>>()
        .map_err(|e| CertificateError::Chain(e.to_string()))?;
    if chain.is_empty() {
        return Err(CertificateError::Empty);
    }
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|e| CertificateError::Key(e.to_string()))?;
    CertifiedKey::from_der(chain, key, provider).map(Arc::new).map_err(CertificateError::Mismatch)
}

/// The certificate that the other end showed.
pub(crate) fn shown(connection: &CommonState) -> Option<DeviceCertificate> {
    let chain = connection.peer_certificates().unwrap_or_default();
    DeviceCertificate::new(chain.iter().map(|c| c.to_vec()).collect())
}

/// What a connection has negotiated.
pub(crate) fn info(connection: &CommonState) -> TlsInfo {
    TlsInfo {
        version: match connection.protocol_version() {
            Some(rustls::ProtocolVersion::TLSv1_3) => "TLSv1.3".to_owned(),
            Some(rustls::ProtocolVersion::TLSv1_2) => "TLSv1.2".to_owned(),
            other => format!("{other:?}"),
        },
        cipher: connection.negotiated_cipher_suite().and_then(|s| s.suite().as_str()).unwrap_or_default().to_owned(),
        key_exchange: connection
            .negotiated_key_exchange_group()
            .and_then(|g| g.name().as_str())
            .unwrap_or_default()
            .to_owned(),
    }
}
