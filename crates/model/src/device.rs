//! Certificates of devices: what one shows, and what it is worth. A certificate says where a device belongs, never who
//! somebody is.

use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// The certificate that a device showed, its own first, then what stands between it and its authority (DER). The device
/// has proved that it holds the key: to the server's TLS, or to a proxy that is trusted.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DeviceCertificate(Arc<[Vec<u8>]>);

impl DeviceCertificate {
    /// From DER, the device's own first; none without any.
    #[must_use]
    pub fn new(chain: Vec<Vec<u8>>) -> Option<Self> {
        (!chain.is_empty()).then(|| Self(chain.into()))
    }
    /// The device's own certificate, and those between it and its authority.
    #[must_use]
    pub fn parts(&self) -> (&[u8], &[Vec<u8>]) {
        match self.0.split_first() {
            Some((own, between)) => (own, between),
            None => (&[], &[]),
        }
    }
}

impl fmt::Debug for DeviceCertificate {
    /// Without its content, which may name a device or a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceCertificate(of {})", self.0.len())
    }
}

/// What a device's certificate is worth now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Vouching {
    /// Authorities that vouch for it, by name.
    By(BTreeSet<String>),
    /// No authority does.
    Missing(CertificateGap),
}

impl Default for Vouching {
    fn default() -> Self {
        Self::Missing(CertificateGap::None)
    }
}

impl Vouching {
    /// Whether this authority vouches for the device.
    #[must_use]
    pub fn is_by(&self, authority: &str) -> bool {
        matches!(self, Self::By(names) if names.contains(authority))
    }
}

impl fmt::Display for Vouching {
    /// For the audit log: names, or why nobody vouches.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::By(names) => f.write_str(&names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")),
            Self::Missing(gap) => f.write_str(gap.as_str()),
        }
    }
}

/// Why no authority vouches for a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CertificateGap {
    /// It showed no certificate.
    None,
    /// Its certificate is of no authority that counts.
    Foreign,
    /// Its certificate is not made for this use, or can't be read.
    Unsuitable,
    /// Whether its certificate was revoked can't be known: the authority's list is out of date, or says nothing of it.
    Unchecked,
    /// Its certificate, or that of its authority, counts only later.
    NotYet,
    /// Its certificate, or that of its authority, has run out.
    Expired,
    /// Its certificate was revoked.
    Revoked,
}

impl CertificateGap {
    /// The name as served.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Foreign => "foreign",
            Self::Unsuitable => "unsuitable",
            Self::Unchecked => "unchecked",
            Self::NotYet => "not_yet",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_shows_nothing_of_itself_in_logs() {
        let shown = DeviceCertificate::new(vec![b"CN=tablet of A. Jansen".to_vec(), b"CA".to_vec()]).unwrap();
        assert_eq!(format!("{shown:?}"), "DeviceCertificate(of 2)");
        assert_eq!(shown.parts(), (&b"CN=tablet of A. Jansen"[..], &[b"CA".to_vec()][..]));
        assert_eq!(DeviceCertificate::new(Vec::new()), None);
    }

    #[test]
    fn gaps_are_named_as_they_are_served() {
        use CertificateGap as G;
        for gap in [G::None, G::Foreign, G::Unsuitable, G::Unchecked, G::NotYet, G::Expired, G::Revoked] {
            assert_eq!(serde_json::to_value(gap).unwrap(), gap.as_str());
            assert!(!Vouching::Missing(gap).is_by("none"));
        }
    }
}
