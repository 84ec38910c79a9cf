use super::testing::{TestAuthority, TestDevice};
use super::*;
use rcgen::{ExtendedKeyUsagePurpose, date_time_ymd};
use rustls::client::ResolvesClientCert;
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use rustls_pki_types::{PrivateKeyDer, ServerName};
use std::path::{Path, PathBuf};
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// 2030-01-01.
const NOW_US: i64 = 1_893_456_000_000_000;

/// Files of authorities in a folder of their own.
struct Files(tempfile::TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }
    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
    fn authority(&self, name: &str, pem: &str, crl: Option<&str>) -> ClientAuthority {
        let file = self.write(&format!("{name}.pem"), pem);
        let crl = crl.map(|crl| self.write(&format!("{name}.crl"), crl));
        ClientAuthority { name: name.to_owned(), file, crl }
    }
}

fn shown(device: &TestDevice) -> DeviceCertificate {
    DeviceCertificate::new(device.chain.iter().map(|c| c.to_vec()).collect()).unwrap()
}

fn by(names: &[&str]) -> Vouching {
    Vouching::By(names.iter().map(|n| (*n).to_owned()).collect())
}

fn gap(gap: CertificateGap) -> Vouching {
    Vouching::Missing(gap)
}

/// What an authority says of devices, without a list of revoked ones.
#[test]
fn an_authority_vouches_for_what_it_issued_for_this_use_and_this_time() {
    let (files, ours, other) = (Files::new(), TestAuthority::new("Ours"), TestAuthority::new("Other"));
    let old = TestAuthority::until("Old", 2029);
    let both = format!("{}{}", ours.pem(), old.pem());
    let devices = Authorities::load(&[files.authority("Practice", &both, None)]).unwrap();
    let of = |device: &TestDevice| devices.judge(&shown(device), NOW_US);
    assert_eq!(of(&ours.device(1)), by(&["Practice"]));
    assert_eq!(of(&ours.device_with(2, |p| p.extended_key_usages.clear())), by(&["Practice"]), "for any use");
    assert_eq!(of(&other.device(1)), gap(CertificateGap::Foreign));
    assert_eq!(of(&TestAuthority::new("Ours").device(1)), gap(CertificateGap::Foreign), "the name is not the key");
    let server = |p: &mut rcgen::CertificateParams| p.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    assert_eq!(of(&ours.device_with(3, server)), gap(CertificateGap::Unsuitable));
    assert_eq!(of(&ours.device_with(4, |p| p.not_after = date_time_ymd(2029, 12, 31))), gap(CertificateGap::Expired));
    assert_eq!(of(&ours.device_with(5, |p| p.not_before = date_time_ymd(2030, 1, 2))), gap(CertificateGap::NotYet));
    assert_eq!(of(&old.device(1)), gap(CertificateGap::Expired), "the authority itself has run out");
    // An authority's own certificate is no device's.
    let own = DeviceCertificate::new(vec![ours.der().to_vec()]).unwrap();
    assert_eq!(devices.judge(&own, NOW_US), gap(CertificateGap::Unsuitable));
}

#[test]
fn a_chain_leads_over_authorities_between_and_two_may_vouch() {
    let (files, root) = (Files::new(), TestAuthority::new("Root"));
    let ward = root.below("Ward", 7);
    let mut device = ward.device(1);
    let configured = [files.authority("All", &root.pem(), None), files.authority("Ward", &ward.pem(), None)];
    let devices = Authorities::load(&configured).unwrap();
    assert_eq!(devices.judge(&shown(&device), NOW_US), by(&["Ward"]), "the way to the root is not shown");
    device.chain.push(ward.der());
    assert_eq!(devices.judge(&shown(&device), NOW_US), by(&["All", "Ward"]));
    assert_eq!(devices.judge(&shown(&root.device(1)), NOW_US), by(&["All"]));
    assert_eq!(devices.names(), ["All", "Ward"]);
}

/// ASVS 12.1.3: client certificates are checked whole before they count: revoked ones, and those of which nothing is known, do not count.
#[test]
fn what_was_revoked_or_can_not_be_looked_up_does_not_count() {
    let (files, root) = (Files::new(), TestAuthority::new("Root"));
    let ward = root.below("Ward", 7);
    let mut of_ward = ward.device(1);
    of_ward.chain.push(ward.der());
    let judged = |crl: &str, device: &TestDevice| {
        let devices = Authorities::load(&[files.authority("All", &root.pem(), Some(crl))]).unwrap();
        devices.judge(&shown(device), NOW_US)
    };
    let crl = root.revoked(&[2], 2031);
    assert_eq!(judged(&crl, &root.device(1)), by(&["All"]));
    assert_eq!(judged(&crl, &root.device(2)), gap(CertificateGap::Revoked));
    assert_eq!(judged(&root.revoked(&[], 2029), &root.device(1)), gap(CertificateGap::Unchecked), "out of date");
    assert_eq!(judged(&crl, &of_ward), gap(CertificateGap::Unchecked), "no list of the ward's");
    let whole = |own: &[u64], wards: &[u64]| format!("{}{}", root.revoked(own, 2031), ward.revoked(wards, 2031));
    assert_eq!(judged(&whole(&[], &[]), &of_ward), by(&["All"]));
    assert_eq!(judged(&whole(&[], &[1]), &of_ward), gap(CertificateGap::Revoked));
    assert_eq!(judged(&whole(&[7], &[]), &of_ward), gap(CertificateGap::Revoked), "with the ward's own certificate");
    // A list that somebody else wrote in its name.
    let forged = TestAuthority::new("Root").revoked(&[], 2031);
    assert_eq!(judged(&forged, &root.device(2)), gap(CertificateGap::Unchecked));
}

#[test]
fn what_is_no_chain_or_too_long_a_one_is_refused_without_looking_for_a_way() {
    let (files, root) = (Files::new(), TestAuthority::new("Root"));
    let devices = Authorities::load(&[files.authority("All", &root.pem(), None)]).unwrap();
    let own = root.device(1).chain[0].to_vec();
    let of = |chain: Vec<Vec<u8>>| devices.judge(&DeviceCertificate::new(chain).unwrap(), NOW_US);
    assert_eq!(of(vec![b"no certificate".to_vec()]), gap(CertificateGap::Unsuitable));
    assert_eq!(of(vec![own.clone(), b"no certificate".to_vec()]), by(&["All"]), "the way leads elsewhere");
    assert_eq!(of([vec![own.clone()], vec![own.clone(); MOST_BETWEEN + 1]].concat()), gap(CertificateGap::Unsuitable));
    assert_eq!(of(vec![own, vec![0; MOST_BYTES]]), gap(CertificateGap::Unsuitable));
}

#[test]
fn a_list_that_is_read_again_counts_at_once_and_a_broken_one_not_at_all() {
    let (files, root) = (Files::new(), TestAuthority::new("Root"));
    let configured = files.authority("All", &root.pem(), Some(&root.revoked(&[], 2031)));
    let devices = Authorities::load(std::slice::from_ref(&configured)).unwrap();
    let device = shown(&root.device(1));
    assert_eq!(devices.judge(&device, NOW_US), by(&["All"]));
    let crl = configured.crl.as_deref().unwrap();
    std::fs::write(crl, root.revoked(&[1], 2031)).unwrap();
    assert!(devices.reload().unwrap());
    assert_eq!(devices.judge(&device, NOW_US), gap(CertificateGap::Revoked));
    std::fs::write(crl, "nonsense").unwrap();
    assert!(devices.reload().is_err());
    assert_eq!(devices.judge(&device, NOW_US), gap(CertificateGap::Revoked), "what was read before stays");
    std::fs::write(crl, TestAuthority::new("Root").revoked(&[], 2031)).unwrap();
    std::fs::write(&configured.file, TestAuthority::new("Another").pem()).unwrap();
    assert!(devices.reload().is_err(), "no list of Another");
}

#[test]
fn a_verdict_is_remembered_for_seconds_only() {
    let (files, root) = (Files::new(), TestAuthority::new("Root"));
    let devices = Authorities::load(&[files.authority("All", &root.pem(), None)]).unwrap();
    let device = shown(&root.device_with(1, |p| p.not_after = date_time_ymd(2030, 1, 1)));
    assert_eq!(devices.judge(&device, NOW_US - 1), by(&["All"]));
    assert_eq!(devices.judge(&device, NOW_US - 1 + REMEMBERED_US + 1_000_000), gap(CertificateGap::Expired));
    for serial in 0..MOST_REMEMBERED as u64 + 10 {
        let stranger = DeviceCertificate::new(vec![serial.to_be_bytes().to_vec()]).unwrap();
        assert_eq!(devices.judge(&stranger, NOW_US), gap(CertificateGap::Unsuitable));
    }
    assert!(devices.loaded().seen.lock().unwrap().len() <= MOST_REMEMBERED);
}

#[test]
fn a_wrong_file_is_named_with_what_was_expected() {
    let (files, root) = (Files::new(), TestAuthority::new("Root"));
    let said = |authority: &ClientAuthority| match Authorities::load(std::slice::from_ref(authority)) {
        Ok(_) => panic!("accepted"),
        Err(e) => crate::cli::chain(&e),
    };
    let missing = ClientAuthority { name: "Gone".to_owned(), file: Path::new("/nowhere.pem").to_owned(), crl: None };
    assert!(
        said(&missing).starts_with("client authority \"Gone\": /nowhere.pem: the file can't be read"),
        "{}",
        said(&missing)
    );
    for (pem, crl, wanted) in [
        ("", None, "the file holds no certificate; expected PEM"),
        ("-----BEGIN CERTIFICATE-----\n%%\n-----END CERTIFICATE-----\n", None, "the file is not readable PEM"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", None, "a certificate can't be read"),
        (root.pem().as_str(), Some(""), "the file holds no list of revoked certificates"),
        (root.pem().as_str(), Some(TestAuthority::new("Else").revoked(&[], 2031).as_str()), "holds no list of CN=Root"),
    ] {
        let told = said(&files.authority("Wrong", pem, crl));
        assert!(told.contains("client authority \"Wrong\"") && told.contains(wanted), "{told}");
    }
    let leaf = rcgen::generate_simple_self_signed(vec!["mail.clinic.example".to_owned()]).unwrap().cert.pem();
    let told = said(&files.authority("Leaf", &leaf, None));
    assert!(told.contains("is not an authority's (basicConstraints CA:TRUE)"), "{told}");
}

#[test]
fn what_ends_soon_is_told() {
    let files = Files::new();
    let root = TestAuthority::until("Root", 2031);
    let devices = Authorities::load(&[files.authority("All", &root.pem(), Some(&root.revoked(&[], 2030)))]).unwrap();
    let (now, day) = (Duration::from_micros(NOW_US as u64), Duration::from_secs(86_400));
    let told = |days: u32, back: u32| devices.worries(now - day * back, day * days);
    assert_eq!(told(20, 30), []);
    assert_eq!(told(20, 10)[0].1, "its list of revoked certificates counts for another 10 days");
    let ended = devices.worries(now + day, Duration::ZERO);
    assert_eq!(ended[0].1, "its list of revoked certificates has run out: no device's certificate counts");
}

/// Shows a certificate with whatever key, as a thief of certificates would.
#[derive(Debug)]
struct Shows(Arc<CertifiedKey>);

impl ResolvesClientCert for Shows {
    fn resolve(&self, hints: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        assert_eq!(hints.len(), 1, "browsers are told whose certificates are wanted");
        Some(Arc::clone(&self.0))
    }
    fn has_certs(&self) -> bool {
        true
    }
}

/// A handshake; gives what the server was shown.
async fn handshake(
    devices: &Authorities,
    client: Option<(&TestDevice, &PrivateKeyDer<'static>)>,
    version: &'static rustls::SupportedProtocolVersion,
) -> std::io::Result<Option<DeviceCertificate>> {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let server = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_client_cert_verifier(devices.verifier().unwrap())
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots);
    let config = match client {
        Some((device, key)) => {
            let key = provider.key_provider.load_private_key(key.clone_key()).unwrap();
            config.with_client_cert_resolver(Arc::new(Shows(Arc::new(CertifiedKey::new(device.chain.clone(), key)))))
        }
        None => config.with_no_client_auth(),
    };
    let (near, far) = tokio::io::duplex(64 << 10);
    let connector = TlsConnector::from(Arc::new(config));
    let client = tokio::spawn(async move {
        let mut stream = connector.connect(ServerName::try_from("localhost").unwrap(), near).await?;
        tokio::io::AsyncReadExt::read(&mut stream, &mut [0]).await
    });
    let accepted = TlsAcceptor::from(Arc::new(server)).accept(far).await;
    let seen = accepted.map(|stream| {
        let chain = stream.get_ref().1.peer_certificates().unwrap_or_default();
        DeviceCertificate::new(chain.iter().map(|c| c.to_vec()).collect())
    });
    drop(client.await.unwrap());
    seen
}

/// ASVS 12.1.3: who has no certificate, or one that does not count, comes in and is nobody's device; who can't prove to
/// hold the key of the one they show does not come in.
#[tokio::test]
async fn a_handshake_asks_for_a_certificate_and_for_the_key_to_it() {
    let (files, root) = (Files::new(), TestAuthority::new("Root"));
    let devices = Authorities::load(&[files.authority("All", &root.pem(), None)]).unwrap();
    let now = || wardpost_core::Clock::now_us(&SystemClock);
    let (ours, other) = (root.device(1), TestAuthority::new("Other").device(1));
    let expired = root.device_with(2, |p| p.not_after = date_time_ymd(2020, 1, 1));
    for version in [&rustls::version::TLS13, &rustls::version::TLS12] {
        assert_eq!(handshake(&devices, None, version).await.unwrap(), None);
        for (device, worth) in
            [(&ours, by(&["All"])), (&expired, gap(CertificateGap::Expired)), (&other, gap(CertificateGap::Foreign))]
        {
            let seen = handshake(&devices, Some((device, &device.key)), version).await.unwrap().unwrap();
            assert_eq!(devices.judge(&seen, now()), worth);
        }
        let thief = handshake(&devices, Some((&ours, &other.key)), version).await;
        assert!(thief.is_err(), "{thief:?}");
    }
    assert!(Authorities::load(&[]).unwrap().verifier().is_none(), "nobody is asked where nobody is configured");
}
