//! From a file to an authority that can vouch, or to what is wrong with the file.

use crate::config::ClientAuthority;
use anyhow::{Context as _, Result, anyhow, ensure};
use rustls::crypto::CryptoProvider;
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::{DistinguishedName, RootCertStore};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer};
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use x509_cert::Certificate;
use x509_cert::crl::CertificateList;
use x509_cert::der::Decode as _;
use x509_cert::ext::pkix::BasicConstraints;
use x509_cert::name::Name;

/// Longest file: a list of revoked certificates grows.
const MAX_BYTES: u64 = 16 << 20;

/// One configured authority: a name, and the certificates that stand for it.
pub(super) struct Authority {
    pub name: String,
    pub roots: Vec<Root>,
    /// Until when each list of revoked certificates counts, since the beginning of 1970.
    lists_until: Vec<Duration>,
}

/// One certificate of an authority.
pub(super) struct Root {
    pub subject: DistinguishedName,
    pub verifier: Arc<dyn ClientCertVerifier>,
    /// Since the beginning of 1970.
    pub not_before: Duration,
    pub not_after: Duration,
}

impl Authority {
    pub(super) fn read(configured: &ClientAuthority, provider: &Arc<CryptoProvider>) -> Result<Self> {
        let named = || format!("client authority \"{}\"", configured.name);
        Self::read_files(configured, provider).with_context(named)
    }

    fn read_files(configured: &ClientAuthority, provider: &Arc<CryptoProvider>) -> Result<Self> {
        let file = || configured.file.display().to_string();
        let certificates = certificates_of(&configured.file).with_context(file)?;
        let lists = match &configured.crl {
            Some(crl) => lists_of(crl, &certificates).with_context(|| crl.display().to_string())?,
            None => Vec::new(),
        };
        let crls: Vec<_> = lists.iter().map(|(der, _)| der.clone()).collect();
        let roots = certificates.into_iter().map(|(der, parsed)| Root::new(der, &parsed, &crls, provider));
        let roots = roots.collect::<Result<_>>().with_context(file)?;
        let lists_until = lists.into_iter().filter_map(|(_, until)| until).collect();
        Ok(Self { name: configured.name.clone(), roots, lists_until })
    }

    /// What has ended or ends soon: then certificates count no longer.
    pub(super) fn worries(&self, now: Duration, soon: Duration) -> Vec<String> {
        let certificates = self.roots.iter().map(|r| (r.not_after, "its certificate"));
        let lists = self.lists_until.iter().map(|until| (*until, "its list of revoked certificates"));
        let all = certificates.chain(lists).filter(|(until, _)| now + soon > *until);
        all.map(|(until, what)| match until.checked_sub(now) {
            Some(left) => format!("{what} counts for another {} days", left.as_secs() / 86_400),
            None => format!("{what} has run out: no device's certificate counts"),
        })
        .collect()
    }
}

impl Root {
    fn new(
        der: CertificateDer<'static>,
        parsed: &Certificate,
        crls: &[CertificateRevocationListDer<'static>],
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self> {
        let mut roots = RootCertStore::empty();
        roots.add(der).context("a certificate can't be used")?;
        let subject = roots.subjects().pop().context("a certificate has no name")?;
        // The whole chain is looked up in the lists; what stands in none, or in one that is out of date, does not count.
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
            .with_crls(crls.iter().cloned())
            .enforce_revocation_expiration()
            .build()
            .context("the list of revoked certificates can't be used")?;
        let validity = &parsed.tbs_certificate.validity;
        let (not_before, not_after) = (validity.not_before.to_unix_duration(), validity.not_after.to_unix_duration());
        Ok(Self { subject, verifier, not_before, not_after })
    }
}

/// The certificates of a file, all of them authorities'.
fn certificates_of(file: &Path) -> Result<Vec<(CertificateDer<'static>, Certificate)>> {
    let pem = bytes_of(file)?;
    let found: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<_, _>>()
        .map_err(|e| anyhow!("the file is not readable PEM: {e}"))?;
    ensure!(!found.is_empty(), "the file holds no certificate; expected PEM (-----BEGIN CERTIFICATE-----)");
    let checked = found.into_iter().map(|der| {
        let parsed = Certificate::from_der(&der).map_err(|e| anyhow!("a certificate can't be read: {e}"))?;
        let subject = &parsed.tbs_certificate.subject;
        let constraints = parsed.tbs_certificate.get::<BasicConstraints>().ok().flatten();
        let is_authority = constraints.is_some_and(|(_, c)| c.ca);
        ensure!(is_authority, "the certificate of {subject} is not an authority's (basicConstraints CA:TRUE)");
        Ok((der, parsed))
    });
    checked.collect()
}

/// The lists of revoked certificates in a file, with when each ends; there is one of every authority in the file beside it.
fn lists_of(
    file: &Path,
    authorities: &[(CertificateDer<'static>, Certificate)],
) -> Result<Vec<(CertificateRevocationListDer<'static>, Option<Duration>)>> {
    let pem = bytes_of(file)?;
    let found: Vec<CertificateRevocationListDer<'static>> = CertificateRevocationListDer::pem_slice_iter(&pem)
        .collect::<Result<_, _>>()
        .map_err(|e| anyhow!("the file is not readable PEM: {e}"))?;
    ensure!(
        !found.is_empty(),
        "the file holds no list of revoked certificates; expected PEM (-----BEGIN X509 CRL-----)"
    );
    let mut issuers: Vec<Name> = Vec::new();
    let mut lists = Vec::new();
    for der in found {
        let list = CertificateList::from_der(&der).map_err(|e| anyhow!("a list can't be read: {e}"))?;
        let until = list.tbs_cert_list.next_update.map(|t| t.to_unix_duration());
        issuers.push(list.tbs_cert_list.issuer);
        lists.push((der, until));
    }
    for (_, certificate) in authorities {
        let subject = &certificate.tbs_certificate.subject;
        ensure!(issuers.contains(subject), "the file holds no list of {subject}: no certificate of it would count");
    }
    Ok(lists)
}

fn bytes_of(file: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(file).context("the file can't be read")?;
    opened.take(MAX_BYTES + 1).read_to_end(&mut bytes).context("the file can't be read")?;
    ensure!(bytes.len() as u64 <= MAX_BYTES, "the file is longer than {} MiB", MAX_BYTES >> 20);
    Ok(bytes)
}
