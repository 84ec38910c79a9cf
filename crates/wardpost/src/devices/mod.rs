//! The authorities of client certificates, as the operator configured them: by theirs the organisation's devices are known
//! from others. Who comes is asked for a certificate and may come without one; what it is worth is found by verifying the
//! chain with each authority (path, validity, purpose, revocation), at every look, whatever the handshake showed.
//!
//! A certificate that has run out, was revoked or is of nobody known does not end the handshake: it counts as none. A
//! browser can't tell its person anything about a handshake that failed, the sign-in page can; and nothing is given away,
//! since whoever leaves the certificate out comes as far. That the device holds the key is proven in the handshake, or
//! the handshake fails.

mod read;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use crate::config::ClientAuthority;
use anyhow::Result;
use read::{Authority, Root};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};
use rustls_pki_types::{CertificateDer, UnixTime};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use wardpost_core::ports::DeviceAuthorities;
use wardpost_core::{Clock as _, SystemClock};
use wardpost_model::device::{CertificateGap, DeviceCertificate, Vouching};

/// Most bytes of a chain, and most certificates between the device's and its authority: looking for a way through a longer
/// one would be work that a stranger can ask for.
const MOST_BYTES: usize = 24 << 10;
const MOST_BETWEEN: usize = 8;
/// So long a verdict is remembered, and so many: a page asks for many things at once.
const REMEMBERED_US: i64 = 10_000_000;
const MOST_REMEMBERED: usize = 1024;

/// The configured authorities. Clones share them.
#[derive(Clone)]
pub struct Authorities {
    files: Arc<[ClientAuthority]>,
    provider: Arc<CryptoProvider>,
    /// Whom browsers are told of at the handshake: they offer what one of these issued.
    hints: Arc<[DistinguishedName]>,
    now: Arc<RwLock<Arc<Loaded>>>,
}

/// As read from the files.
struct Loaded {
    authorities: Vec<Authority>,
    seen: Mutex<HashMap<DeviceCertificate, (i64, Vouching)>>,
}

impl Authorities {
    /// Reads all files.
    ///
    /// # Errors
    /// When one can't be used, with its name and what was expected.
    pub fn load(files: &[ClientAuthority]) -> Result<Self> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let loaded = Loaded::read(files, &provider)?;
        let hints = loaded.hints().into();
        let now = Arc::new(RwLock::new(Arc::new(loaded)));
        Ok(Self { files: files.into(), provider, hints, now })
    }

    /// Reads the files again; on error what was read before stays. Gives whether browsers are told of the right authorities
    /// still: whom they are told of changes at a start only.
    ///
    /// # Errors
    /// As [`Authorities::load`].
    pub fn reload(&self) -> Result<bool> {
        let fresh = Loaded::read(&self.files, &self.provider)?;
        let told = |hints: &[DistinguishedName]| hints.iter().map(|h| h.as_ref().to_vec()).collect::<Vec<_>>();
        let same = told(&fresh.hints()) == told(&self.hints);
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh);
        Ok(same)
    }

    /// Reads the files again, and says in the log what came of it.
    pub fn reload_or_stay(&self) {
        match self.reload() {
            Ok(true) => self.tell_worries(),
            Ok(false) => {
                tracing::warn!("browsers are told of other client authorities after a restart only");
                self.tell_worries();
            }
            Err(e) => {
                tracing::error!(
                    error = crate::cli::chain(&e),
                    "client authorities can't be used; what was read before stays"
                );
            }
        }
    }

    /// Says in the log which authorities have run out.
    pub fn tell_worries(&self) {
        let now = Duration::from_secs(u64::try_from(SystemClock.now().as_second()).unwrap_or_default());
        for (authority, why) in self.worries(now, Duration::ZERO) {
            tracing::warn!(authority, why, "a client authority");
        }
    }

    /// For handshakes that ask for a certificate; none where no authority is configured.
    #[must_use]
    pub fn verifier(&self) -> Option<Arc<dyn ClientCertVerifier>> {
        let algorithms = self.provider.signature_verification_algorithms;
        let asking = Asking { hints: self.hints.to_vec(), algorithms };
        (!self.files.is_empty()).then(|| Arc::new(asking) as Arc<dyn ClientCertVerifier>)
    }

    /// What will soon make certificates count no longer, in words for the operator: a name and why.
    #[must_use]
    pub fn worries(&self, now: Duration, soon: Duration) -> Vec<(String, String)> {
        let loaded = self.loaded();
        let all = loaded.authorities.iter();
        all.flat_map(|a| a.worries(now, soon).into_iter().map(|w| (a.name.clone(), w))).collect()
    }

    fn loaded(&self) -> Arc<Loaded> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl DeviceAuthorities for Authorities {
    fn names(&self) -> Vec<String> {
        self.files.iter().map(|f| f.name.clone()).collect()
    }
    fn judge(&self, shown: &DeviceCertificate, now_us: i64) -> Vouching {
        self.loaded().judge(shown, now_us)
    }
}

impl Loaded {
    fn read(files: &[ClientAuthority], provider: &Arc<CryptoProvider>) -> Result<Self> {
        let authorities = files.iter().map(|f| Authority::read(f, provider)).collect::<Result<_>>()?;
        Ok(Self { authorities, seen: Mutex::default() })
    }

    fn hints(&self) -> Vec<DistinguishedName> {
        self.authorities.iter().flat_map(|a| &a.roots).map(|r| r.subject.clone()).collect()
    }

    fn judge(&self, shown: &DeviceCertificate, now_us: i64) -> Vouching {
        let fresh = |at: i64| (at..at.saturating_add(REMEMBERED_US)).contains(&now_us);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, verdict)) = seen.get(shown).filter(|(at, _)| fresh(*at)) {
            return verdict.clone();
        }
        drop(seen);
        let verdict = self.verify(shown, now_us);
        if let Vouching::Missing(gap) = &verdict {
            tracing::debug!(gap = gap.as_str(), "a client certificate does not count");
        }
        seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= MOST_REMEMBERED {
            seen.clear();
        }
        seen.insert(shown.clone(), (now_us, verdict.clone()));
        verdict
    }

    fn verify(&self, shown: &DeviceCertificate, now_us: i64) -> Vouching {
        let (own, between) = shown.parts();
        let bytes = own.len() + between.iter().map(Vec::len).sum::<usize>();
        if bytes > MOST_BYTES || between.len() > MOST_BETWEEN {
            return Vouching::Missing(CertificateGap::Unsuitable);
        }
        let own = CertificateDer::from(own);
        let between: Vec<CertificateDer<'_>> = between.iter().map(|c| CertificateDer::from(c.as_slice())).collect();
        let now = Duration::from_micros(u64::try_from(now_us).unwrap_or_default());
        let (mut by, mut gap) = (BTreeSet::new(), CertificateGap::Foreign);
        for authority in &self.authorities {
            for root in &authority.roots {
                match root.verify(&own, &between, now) {
                    Ok(()) => {
                        by.insert(authority.name.clone());
                    }
                    Err(why) => gap = gap.max(why),
                }
            }
        }
        if by.is_empty() { Vouching::Missing(gap) } else { Vouching::By(by) }
    }
}

impl Root {
    fn verify(
        &self,
        own: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        now: Duration,
    ) -> Result<(), CertificateGap> {
        let checked = self.verifier.verify_client_cert(own, between, UnixTime::since_unix_epoch(now));
        checked.map_err(|e| gap_of(&e))?;
        // An anchor of trust has no end for the library; for us it ends with its own certificate.
        if now < self.not_before {
            return Err(CertificateGap::NotYet);
        }
        if now > self.not_after { Err(CertificateGap::Expired) } else { Ok(()) }
    }
}

fn gap_of(error: &Error) -> CertificateGap {
    use CertificateError as E;
    match error {
        Error::InvalidCertificate(fault) => match fault {
            E::Expired | E::ExpiredContext { .. } => CertificateGap::Expired,
            E::NotValidYet | E::NotValidYetContext { .. } => CertificateGap::NotYet,
            E::Revoked => CertificateGap::Revoked,
            E::UnknownIssuer | E::BadSignature => CertificateGap::Foreign,
            E::UnknownRevocationStatus | E::ExpiredRevocationList | E::ExpiredRevocationListContext { .. } => {
                CertificateGap::Unchecked
            }
            _ => CertificateGap::Unsuitable,
        },
        Error::InvalidCertRevocationList(_) => CertificateGap::Unchecked,
        _ => CertificateGap::Unsuitable,
    }
}

/// Asks for a certificate, lets everybody in who proves to hold the key of the one they show, and leaves what it is worth
/// to [`DeviceAuthorities::judge`].
#[derive(Debug)]
struct Asking {
    hints: Vec<DistinguishedName>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ClientCertVerifier for Asking {
    fn client_auth_mandatory(&self) -> bool {
        false
    }
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.hints
    }
    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, own, signed, &self.algorithms)
    }
    fn verify_tls13_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, own, signed, &self.algorithms)
    }
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
