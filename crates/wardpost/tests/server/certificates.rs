//! Network zones by client certificate, over the wire: browsers and mail programs with one, without one, and with one that
//! does not count; straight to the server's TLS, and behind a proxy.

use crate::authority::{TestAuthority, TestDevice};
use crate::harness::{Api, House, LIMIT, Node, Person, text, tls_client};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::Method;
use rustls::ClientConfig;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName};
use serde_json::{Value, json};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufStream};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

const NAME: &str = "Devices of the practice";

/// A house that asks for certificates of an authority, and the authority.
struct Asking {
    house: House,
    authority: TestAuthority,
    /// What its web app shows.
    server: CertificateDer<'static>,
}

impl Asking {
    /// With `http` as further keys of its section, and the web app's own TLS if wanted.
    fn new(tls: bool, http: &str) -> Self {
        let (house, authority) = (House::new(""), TestAuthority::new("Devices"));
        let at = |name: &str| house.path().join(name);
        std::fs::write(at("devices.pem"), authority.pem()).unwrap();
        std::fs::write(at("revoked.pem"), authority.revoked(&[3], 2099)).unwrap();
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
        std::fs::write(at("web.pem"), made.cert.pem()).unwrap();
        std::fs::write(at("web.key"), made.signing_key.serialize_pem()).unwrap();
        let mut config = std::fs::read_to_string(at("node.toml")).unwrap();
        if tls {
            config = config.replace("http://localhost:0", "https://localhost:0");
            config = config.replace("[http]\n", "[http]\ntls_cert = \"web.pem\"\ntls_key = \"web.key\"\n");
        }
        config = config.replace("[http]\n", &format!("[http]\n{http}\n"));
        config.push_str(&format!(
            "[[http.client_authority]]\nname = \"{NAME}\"\nfile = \"devices.pem\"\ncrl = \"revoked.pem\"\n"
        ));
        std::fs::write(at("node.toml"), config).unwrap();
        Self { house, authority, server: made.cert.der().clone() }
    }

    fn client(&self, device: Option<&TestDevice>) -> ClientConfig {
        let own = device.map(|d| (d.chain.clone(), d.key.clone_key()));
        tls_client(std::slice::from_ref(&self.server), own)
    }

    fn api(&self, node: &Node, device: Option<&TestDevice>) -> Api {
        Api::over(&node.ready.public_url, self.client(device))
    }

    /// The same browser on another device: its cookie, and nothing of its certificate.
    fn carried(&self, node: &Node, person: &Person, device: Option<&TestDevice>) -> Api {
        let mut api = self.api(node, device);
        api.cookie.clone_from(&person.api.cookie);
        api.csrf.clone_from(&person.api.csrf);
        api
    }
}

/// Everything is open on devices of the practice; elsewhere passkeys only, and no mail program.
async fn devices_only(officer: &mut Person) {
    let now = officer.api.ok(Method::GET, "/security-policy", None).await;
    let mut policy = now["policy"].clone();
    let rules = policy["elsewhere"].clone();
    policy["zones"] = json!([{
        "id": "00000000-0000-0000-0000-000000000001", "name": "Ours", "networks": [], "authority": NAME, "rules": rules,
    }]);
    policy["elsewhere"]["ways"] = json!(["passkey"]);
    let body = json!({ "policy": policy, "note": "test" });
    let (status, said) = officer.api.call_on(Method::PUT, "/security-policy", &now["version"], body).await;
    assert_eq!(status, 200, "{said}");
}

/// ASVS 8.1.3, 8.2.4, 8.4.2, 12.1.3: the zone goes by the certificate of each connection, at every request; one that ran
/// out, was revoked or is of nobody known is told in words by the page, not by a handshake that fails.
#[tokio::test(flavor = "multi_thread")]
async fn a_zone_goes_by_the_certificate_that_a_browser_shows() {
    let asking = Asking::new(true, "");
    assert!(asking.house.run(&["config", "check"]).status.success());
    let node = asking.house.start();
    let (tablet, revoked) = (asking.authority.device(1), asking.authority.device(3));
    let expired = asking.authority.device_with(4, |p| p.not_after = rcgen::date_time_ymd(2020, 1, 1));
    let foreign = TestAuthority::new("Devices").device(1);
    let own = |device| asking.api(&node, Some(device));
    let mut sara = asking.house.person_at(own(&tablet), "security_officer", "sara").await;
    let mut anna = asking.house.person_at(own(&tablet), "physician", "anna").await;
    let password = anna.device().await;
    let told = sara.api.ok(Method::GET, "/security-policy/client-authorities", None).await;
    assert_eq!(told, json!({ "names": [NAME], "own": [NAME], "gap": null }));
    devices_only(&mut sara).await;

    let session = anna.api.ok(Method::GET, "/session", None).await;
    assert_eq!(
        session["place"],
        json!({ "zone": "Ours", "read_only": false, "downloads": true, "certificate_gap": null })
    );
    anna.api.ok(Method::GET, "/drafts", None).await;
    for (device, gap) in
        [(None, "none"), (Some(&expired), "expired"), (Some(&revoked), "revoked"), (Some(&foreign), "foreign")]
    {
        let mut moved = asking.carried(&node, &anna, device);
        let (status, refused) = moved.call(Method::GET, "/drafts", None).await;
        assert_eq!((status, &refused["detail"]), (403, &json!("zone_way")), "{gap}");
        let stands = moved.ok(Method::GET, "/session", None).await;
        assert_eq!((&stands["state"], &stands["waiting"]), (&json!("anonymous"), &json!(true)));
        assert_eq!((&stands["zone"], &stands["certificate_gap"]), (&Value::Null, &json!(gap)));
        let typed = json!({ "login": anna.login, "password": crate::harness::PASSWORD });
        let (status, refused) = asking.api(&node, device).call(Method::POST, "/session", Some(typed)).await;
        assert_eq!((status, &refused["detail"]), (403, &json!("zone_way")), "{gap}");
    }
    // What a proxy would say is nobody's word here.
    let mut forger = asking.carried(&node, &anna, None);
    assert_eq!(forger.send(handed_on(&forger, &tablet)).await.0, 403);
    // Another device of the practice takes the session on; and the first one never lost it.
    let mut other = asking.carried(&node, &anna, Some(&asking.authority.device(2)));
    other.ok(Method::GET, "/drafts", None).await;
    anna.api.ok(Method::GET, "/drafts", None).await;

    // Mail programs: the same device password, with and without.
    let root = std::fs::read(asking.house.data("smtp-self-signed.crt")).unwrap();
    let root = CertificateDer::from_pem_slice(&root).unwrap();
    for (device, said) in [(Some(&tablet), "235"), (None, "535"), (Some(&revoked), "535")] {
        let own = device.map(|d: &TestDevice| (d.chain.clone(), d.key.clone_key()));
        let reply = mail_program(&node, tls_client(std::slice::from_ref(&root), own), &anna.login, &password).await;
        assert!(reply.starts_with(said), "{reply}");
    }

    // A list that is read again counts at once, for sessions and connections that are open.
    std::fs::write(asking.house.path().join("revoked.pem"), asking.authority.revoked(&[1, 3], 2099)).unwrap();
    assert!(Command::new("kill").args(["-HUP", &node.pid().to_string()]).status().unwrap().success());
    let began = Instant::now();
    while anna.api.call(Method::GET, "/drafts", None).await.0 != 403 {
        assert!(began.elapsed() < LIMIT, "the revoked device goes on");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(anna.api.ok(Method::GET, "/session", None).await["certificate_gap"], "revoked");
    node.stop();
}

/// A request with what a proxy hands on (RFC 9440).
fn handed_on(api: &Api, device: &TestDevice) -> hyper::Request<http_body_util::Full<hyper::body::Bytes>> {
    let mut request = api.request(Method::GET, "/drafts", None);
    let value = format!(":{}:", STANDARD.encode(&device.chain[0]));
    request.headers_mut().insert("client-cert", value.parse().unwrap());
    request
}

/// RFC 9440: what a trusted proxy hands on is verified as if it had been shown here.
#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_the_certificate_that_it_hands_on_is_verified_again() {
    let asking = Asking::new(false, "trusted_proxies = [\"127.0.0.0/8\"]");
    let node = asking.house.start();
    let (tablet, revoked) = (asking.authority.device(1), asking.authority.device(3));
    let mut anna = asking.house.person(&node, "physician", "anna").await;
    let mut sara = asking.house.person(&node, "security_officer", "sara").await;
    let now = sara.api.ok(Method::GET, "/security-policy", None).await;
    let mut policy = now["policy"].clone();
    let rules = json!({ "ways": ["passkey"], "idle_minutes": null, "read_only": false, "downloads": true });
    // The other way round, so that the officer, who has no certificate, is not locked out: where it holds, less is open.
    policy["zones"] = json!([{
        "id": "00000000-0000-0000-0000-000000000001", "name": "Ours", "networks": [], "authority": NAME, "rules": rules,
    }]);
    let body = json!({ "policy": policy, "note": "test" });
    assert_eq!(sara.api.call_on(Method::PUT, "/security-policy", &now["version"], body).await.0, 200);
    assert_eq!(anna.api.send(handed_on(&anna.api, &tablet)).await.0, 403, "the zone holds");
    for other in [&revoked, &TestAuthority::new("Devices").device(1)] {
        assert_eq!(anna.api.send(handed_on(&anna.api, other)).await.0, 200, "no zone holds");
    }
    assert_eq!(anna.api.call(Method::GET, "/drafts", None).await.0, 200);
    node.stop();
}

/// What the server says to a mail program's password.
async fn mail_program(node: &Node, tls: ClientConfig, user: &str, password: &str) -> String {
    let socket = TcpStream::connect(node.ready.submissions[0]).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = BufStream::new(TlsConnector::from(Arc::new(tls)).connect(name, socket).await.unwrap());
    let plain = STANDARD.encode(format!("\0{user}\0{password}"));
    let mut said = String::new();
    for line in [String::new(), "EHLO laptop\r\n".to_owned(), format!("AUTH PLAIN {plain}\r\n")] {
        stream.write_all(line.as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
        loop {
            said.clear();
            assert_ne!(stream.read_line(&mut said).await.unwrap(), 0, "closed");
            if said.as_bytes().get(3) != Some(&b'-') {
                break;
            }
        }
    }
    said
}

#[test]
fn a_wrong_file_is_told_by_the_check_and_at_the_start() {
    let asking = Asking::new(true, "");
    std::fs::write(asking.house.path().join("devices.pem"), "nonsense").unwrap();
    for command in [&["config", "check"][..], &["serve"][..]] {
        let refused = asking.house.run(command);
        let said = text(&refused);
        assert!(!refused.status.success(), "{said}");
        for wanted in ["http.client_authority", NAME, "devices.pem", "holds no certificate; expected PEM"] {
            assert!(said.contains(wanted), "{wanted} in {said}");
        }
    }
    let doctor = text(&asking.house.run(&["doctor", "--offline"]));
    assert!(doctor.contains("ERROR    client authorities:"), "{doctor}");
    // Certificates that nobody could show.
    let config = std::fs::read_to_string(asking.house.path().join("node.toml")).unwrap();
    let config = config.replace("tls_cert = \"web.pem\"\ntls_key = \"web.key\"\n", "");
    std::fs::write(asking.house.path().join("node.toml"), config).unwrap();
    let said = text(&asking.house.run(&["config", "check"]));
    assert!(
        said.contains("http.client_authority: needs tls_cert and tls_key, or a proxy in trusted_proxies"),
        "{said}"
    );
}
