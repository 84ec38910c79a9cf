//! Authorities and devices of tests: certificates made on the spot.

use rcgen::string::Ia5String;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams, SerialNumber,
    date_time_ymd,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// An authority of certificates.
pub struct TestAuthority(CertifiedIssuer<'static, KeyPair>);

/// A device with a certificate.
pub struct TestDevice {
    pub chain: Vec<CertificateDer<'static>>,
    pub key: PrivateKeyDer<'static>,
}

fn authority_params(name: &str, until: i32) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_after = date_time_ymd(until, 1, 1);
    params
}

// Compiled into two tests, of which each uses a part.
#[allow(dead_code, reason = "shared by two tests")]
impl TestAuthority {
    /// One that counts until a year.
    pub fn until(name: &str, year: i32) -> Self {
        let key = KeyPair::generate().unwrap();
        Self(CertifiedIssuer::self_signed(authority_params(name, year), key).unwrap())
    }

    pub fn new(name: &str) -> Self {
        Self::until(name, 2099)
    }

    /// Another one, for which this one vouches.
    pub fn below(&self, name: &str, serial: u64) -> Self {
        let mut params = authority_params(name, 2099);
        params.serial_number = Some(SerialNumber::from(serial));
        Self(CertifiedIssuer::signed_by(params, KeyPair::generate().unwrap(), &self.0).unwrap())
    }

    pub fn der(&self) -> CertificateDer<'static> {
        self.0.der().clone()
    }

    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// A device with a certificate of this serial number, for clients.
    pub fn device(&self, serial: u64) -> TestDevice {
        self.device_with(serial, |_| {})
    }

    pub fn device_with(&self, serial: u64, change: impl FnOnce(&mut CertificateParams)) -> TestDevice {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, format!("Tablet {serial}"));
        params.subject_alt_names.push(rcgen::SanType::URI(Ia5String::try_from("urn:tablet").unwrap()));
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.serial_number = Some(SerialNumber::from(serial));
        change(&mut params);
        let chain = vec![params.signed_by(&key, &self.0).unwrap().der().clone()];
        TestDevice { chain, key: PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())) }
    }

    /// The list of those that it revoked, which counts until a year; PEM.
    pub fn revoked(&self, serials: &[u64], until: i32) -> String {
        let one = |serial: &u64| RevokedCertParams {
            serial_number: SerialNumber::from(*serial),
            revocation_time: date_time_ymd(2026, 1, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let params = CertificateRevocationListParams {
            this_update: date_time_ymd(2026, 1, 1),
            next_update: date_time_ymd(until, 1, 1),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: serials.iter().map(one).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        params.signed_by(&self.0).unwrap().pem().unwrap()
    }
}
