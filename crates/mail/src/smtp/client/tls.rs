//! TLS towards other servers: verified against the public roots and configured ones, or (where the caller says so)
//! unverified.

use crate::smtp::tls::provider;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use std::sync::Arc;

/// Why the client's TLS cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum RootsError {
    /// A configured root cannot be read.
    #[error("a configured root certificate is not readable PEM: {0}")]
    Pem(String),
    /// A configured root is of no use as one.
    #[error("a configured root certificate cannot be used: {0}")]
    Root(#[source] rustls::Error),
    /// The library refuses the set-up.
    #[error("TLS cannot be set up: {0}")]
    Setup(String),
}

/// The two ways to speak TLS.
#[derive(Debug, Clone)]
pub(super) struct ClientTls {
    pub(super) verified: Arc<ClientConfig>,
    pub(super) unverified: Arc<ClientConfig>,
}

impl ClientTls {
    /// With the public roots (`public`) and further ones, PEM.
    pub(super) fn new(public: bool, extra: &[u8]) -> Result<Self, RootsError> {
        let mut roots = RootCertStore::empty();
        if public {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
        for root in CertificateDer::pem_slice_iter(extra) {
            let root = root.map_err(|e| RootsError::Pem(e.to_string()))?;
            roots.add(root).map_err(RootsError::Root)?;
        }
        let provider = provider();
        let verifier: Arc<dyn ServerCertVerifier> = if roots.is_empty() {
            // Nobody is trusted: every certificate fails.
            Arc::new(TrustsNobody(Arc::clone(&provider)))
        } else {
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
                .build()
                .map_err(|e| RootsError::Setup(e.to_string()))?
        };
        Ok(Self {
            verified: config(&provider, verifier)?,
            unverified: config(&provider, Arc::new(TrustsEverybody(Arc::clone(&provider))))?,
        })
    }
}

fn config(provider: &Arc<CryptoProvider>, by: Arc<dyn ServerCertVerifier>) -> Result<Arc<ClientConfig>, RootsError> {
    let mut config = ClientConfig::builder_with_provider(Arc::clone(provider))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(|e| RootsError::Setup(e.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(by)
        .with_no_client_auth();
    // Every delivery verifies the certificate anew.
    config.resumption = Resumption::disabled();
    Ok(Arc::new(config))
}

/// Whether a handshake failed by what one side said in it, and not because the connection did.
pub(super) fn is_about_tls(error: &std::io::Error) -> bool {
    error.get_ref().is_some_and(|e| e.is::<rustls::Error>())
}

/// What a failed handshake means, for a person.
pub(super) fn explain(error: &std::io::Error) -> String {
    let Some(tls) = error.get_ref().and_then(|e| e.downcast_ref::<rustls::Error>()) else {
        return format!("the TLS handshake failed: {error}");
    };
    match tls {
        rustls::Error::InvalidCertificate(certificate) => match certificate {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => "the certificate has expired".into(),
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "the certificate is not valid yet".into()
            }
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                "the certificate is not from a trusted authority".into()
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "the certificate is for another name".into()
            }
            CertificateError::Revoked => "the certificate has been revoked".into(),
            other => format!("the certificate is not valid: {other}"),
        },
        rustls::Error::PeerIncompatible(_) | rustls::Error::AlertReceived(_) => {
            format!("no TLS version and method in common: {tls}")
        }
        other => format!("the TLS handshake failed: {other}"),
    }
}

macro_rules! signatures_by_provider {
    () => {
        fn verify_tls12_signature(
            &self,
            message: &[u8],
            cert: &CertificateDer<'_>,
            dss: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, rustls::Error> {
            verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
        }
        fn verify_tls13_signature(
            &self,
            message: &[u8],
            cert: &CertificateDer<'_>,
            dss: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, rustls::Error> {
            verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
        }
        fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
            self.0.signature_verification_algorithms.supported_schemes()
        }
    };
}

/// For opportunistic TLS (RFC 7435): encryption without knowing with whom.
#[derive(Debug)]
struct TrustsEverybody(Arc<CryptoProvider>);

impl ServerCertVerifier for TrustsEverybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }
    signatures_by_provider!();
}

#[derive(Debug)]
struct TrustsNobody(Arc<CryptoProvider>);

impl ServerCertVerifier for TrustsNobody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Err(CertificateError::UnknownIssuer.into())
    }
    signatures_by_provider!();
}
