//! The machine, the certificates, the ports, and the house itself.

use super::{super::operator, Report};
use crate::config::Config;
use crate::devices::Authorities;
use crate::house::{self, House, Opening};
use crate::tls::Certificate;
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use wardpost_core::{Clock as _, SystemClock};
use wardpost_model::Domain;

const GIB: u64 = 1 << 30;
/// A certificate that ends sooner than this should have been renewed.
const RENEWAL: Duration = Duration::from_secs(21 * 86_400);
/// When this program was written: no clock is right that shows less (2026-01-01).
const NOT_BEFORE: i64 = 1_767_225_600;

/// The data folder: is it there, is it private, is there room, is it fast.
pub fn folder(config: &Config, r: &mut Report) {
    let dir = &config.server.data_dir;
    let shown = dir.display();
    let meta = match std::fs::metadata(dir) {
        Ok(meta) if meta.is_dir() => meta,
        Ok(_) => return r.error("data folder", format!("{shown} is no folder"), "name another one in server.data_dir"),
        Err(e) => return r.error("data folder", format!("{shown}: {e}"), "run `wardpost init`"),
    };
    match meta.mode() & 0o077 {
        0 => r.good("data folder", format!("{shown}, its owner's alone")),
        _ => r.warn("data folder", format!("{shown} can be entered by others"), format!("chmod 700 {shown}")),
    }
    match rustix::fs::statvfs(dir) {
        Ok(s) => {
            let (free, all) = (s.f_bavail.saturating_mul(s.f_frsize), s.f_blocks.saturating_mul(s.f_frsize).max(1));
            let text = format!("{:.1} GiB free of {:.1}", free as f64 / GIB as f64, all as f64 / GIB as f64);
            if free < GIB {
                r.error("disk", text, "make room: mail is refused for the time being when the disk is full");
            } else if free * 10 < all {
                r.warn("disk", text, "less than a tenth is free: make room");
            } else {
                r.good("disk", text);
            }
        }
        Err(e) => r.warn("disk", format!("can't be measured: {e}"), "look at `df`"),
    }
    match flush_time(dir) {
        Ok(took) if took > Duration::from_millis(50) => {
            let text = format!("a flush takes {:.1} ms", took.as_secs_f64() * 1000.0);
            r.warn("disk", text, "every message waits for one: use a faster disk, or one with a protected cache");
        }
        Ok(took) => r.good("disk", format!("a flush takes {:.2} ms", took.as_secs_f64() * 1000.0)),
        Err(e) => r.error("disk", format!("{shown} can't be written to: {e}"), "give the folder to the server's user"),
    }
}

/// The time of a flush to the disk: the middle one of eleven.
fn flush_time(dir: &Path) -> std::io::Result<Duration> {
    let path = dir.join("doctor.tmp");
    let mut file = std::fs::File::create(&path)?;
    let mut times = Vec::new();
    for _ in 0..11 {
        file.write_all(&[0; 4096])?;
        let began = Instant::now();
        file.sync_data()?;
        times.push(began.elapsed());
    }
    std::fs::remove_file(&path)?;
    times.sort();
    Ok(times.get(5).copied().unwrap_or_default())
}

/// The clock: one-time codes, expiries and the audit log need it.
pub fn clock(r: &mut Report) {
    let now = SystemClock.now();
    if now.as_second() < NOT_BEFORE {
        return r.error(
            "clock",
            format!("shows {now}"),
            "set it: codes, certificates and the audit log need the right time",
        );
    }
    let told = Path::new("/run/systemd/timesync").is_dir();
    if told && !Path::new("/run/systemd/timesync/synchronized").exists() {
        return r.warn("clock", format!("{now}, not synchronised"), "timedatectl set-ntp true");
    }
    if ["/run/systemd/timesync/synchronized", "/run/chrony", "/run/chronyd.pid", "/run/ntpd.pid"]
        .iter()
        .any(|p| Path::new(p).exists())
    {
        return r.good("clock", format!("{now}, kept by a time service"));
    }
    r.warn(
        "clock",
        format!("{now}; no time service was found on this machine"),
        "make sure that something keeps it (chrony, systemd-timesyncd, the host)",
    );
}

/// Open files that the process may have.
pub fn limits(config: &Config, r: &mut Report) {
    let most = rustix::process::getrlimit(rustix::process::Resource::Nofile).current.unwrap_or(u64::MAX);
    let wanted = u64::from(config.http.connections) + u64::from(config.smtp.limits.sessions) + 200;
    if most < wanted {
        let text = format!("{most} may be open, {wanted} may be needed");
        r.warn("open files", text, "raise the limit (systemd: LimitNOFILE=65536)");
    } else {
        r.good("open files", format!("{most} may be open"));
    }
}

/// The authorities of client certificates.
pub fn client_authorities(config: &Config, r: &mut Report) {
    let configured = &config.http.client_authority;
    if configured.is_empty() {
        return;
    }
    let devices = match Authorities::load(configured) {
        Ok(devices) => devices,
        Err(e) => return r.error("client authorities", crate::cli::chain(&e), "the server does not start with it"),
    };
    let now = Duration::from_secs(u64::try_from(SystemClock.now().as_second()).unwrap_or_default());
    let worries = devices.worries(now, RENEWAL);
    for (authority, why) in &worries {
        r.warn("client authorities", format!("{authority}: {why}"), "renew it, and send the server SIGHUP");
    }
    if worries.is_empty() {
        let names: Vec<&str> = configured.iter().map(|a| a.name.as_str()).collect();
        r.good("client authorities", names.join(", "));
    }
}

/// The web app's origin and the gateway for text messages.
pub fn web(config: &Config, r: &mut Report) {
    let url = &config.server.public_url;
    if url.starts_with("https://") {
        r.good("public address", url.clone());
    } else {
        r.warn(
            "public address",
            format!("{url} is for this machine only"),
            "set server.public_url to the https address that people use",
        );
    }
    match passkey_host(url) {
        Some(host) => r.good("passkeys", format!("work at {host}")),
        None => r.warn("passkeys", "browsers refuse them at an IP address", "set server.public_url to a host name"),
    }
    match &config.sms {
        None => r.warn(
            "text messages",
            "no gateway is configured",
            "add a section [sms]; until then pick-up needs a secret agreed with the recipient",
        ),
        Some(sms) => match crate::sms::HttpSms::new(sms) {
            Ok(_) => r.good("text messages", "a gateway is configured"),
            Err(e) => r.error("text messages", crate::cli::chain(&e), "mend the section [sms]"),
        },
    }
}

/// The host at which passkeys work: a name, never an address (Web Authentication, 5.1.2).
fn passkey_host(url: &str) -> Option<&str> {
    let host = url.split_once("://")?.1;
    let host = host.split(':').next().filter(|h| !h.starts_with('['))?;
    host.parse::<std::net::IpAddr>().is_err().then_some(host)
}

/// Certificates: readable, for the right name, trusted, not about to end.
pub fn certificates(config: &Config, r: &mut Report) {
    match (&config.smtp.tls_cert, &config.smtp.tls_key) {
        (Some(cert), Some(key)) => certificate("mail certificate", cert, key, &config.server.host_name, r),
        _ => r.warn(
            "mail certificate",
            "self-signed: others can't verify this server",
            format!("get one for {} and set smtp.tls_cert and smtp.tls_key", config.server.host_name),
        ),
    }
    let url = &config.server.public_url;
    let host = url.strip_prefix("https://").map(|rest| rest.split(':').next().unwrap_or(rest));
    match (&config.http.tls_cert, &config.http.tls_key, host) {
        (Some(cert), Some(key), host) => certificate("web certificate", cert, key, host.unwrap_or("localhost"), r),
        (_, _, Some(_)) => r.good("web certificate", "none here: a proxy on this machine must speak TLS"),
        _ => {}
    }
}

fn certificate(about: &'static str, cert: &Path, key: &Path, name: &str, r: &mut Report) {
    if let Err(e) = Certificate::load(cert, key) {
        return r.error(about, crate::cli::chain(&e), "name a certificate chain and its key, both PEM");
    }
    let now =
        UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(SystemClock.now().as_second()).unwrap_or(0)));
    let later = UnixTime::since_unix_epoch(Duration::from_secs(now.as_secs()) + RENEWAL);
    match (verify(cert, name, now), verify(cert, name, later)) {
        (Err(why), _) => r.error(
            about,
            format!("{}: {why}", cert.display()),
            format!("get one for {name} from an authority that others trust"),
        ),
        (Ok(()), Err(_)) => {
            r.warn(about, format!("{} ends within three weeks", cert.display()), "renew it, then send SIGHUP")
        }
        (Ok(()), Ok(())) => r.good(about, format!("{}, trusted for {name}", cert.display())),
    }
}

/// As another server or a browser would verify it.
fn verify(cert: &Path, name: &str, at: UnixTime) -> Result<(), String> {
    let chain: Vec<CertificateDer<'static>> =
        CertificateDer::pem_file_iter(cert).and_then(Iterator::collect).map_err(|e| e.to_string())?;
    let (leaf, rest) = chain.split_first().ok_or("holds no certificate")?;
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier =
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().map_err(|e| e.to_string())?;
    let name = ServerName::try_from(name.to_owned()).map_err(|_| "the name is no host name".to_owned())?;
    verifier.verify_server_cert(leaf, rest, &name, &[], at).map(drop).map_err(|e| e.to_string())
}

/// Whether the addresses can be had, or are served already.
pub async fn ports(config: &Config, r: &mut Report) {
    let running = running(config);
    let s = &config.smtp;
    for (about, addresses) in [
        ("web port", &config.http.listen),
        ("mail port", &s.mx_listen),
        ("submission port", &s.submission_listen),
        ("submissions port", &s.submissions_listen),
    ] {
        for address in addresses {
            match tokio::net::TcpListener::bind(address).await {
                Ok(_) => r.good(about, format!("{address} is free")),
                Err(e) if e.kind() == std::io::ErrorKind::AddrInUse && running => {
                    r.good(about, format!("{address} is in use while Wardpost runs"));
                }
                Err(e) if e.kind() == std::io::ErrorKind::AddrInUse => {
                    r.error(about, format!("{address} is in use by another program"), "stop that, or listen elsewhere");
                }
                Err(e) => r.error(about, format!("{address}: {e}"), remedy(address)),
            }
        }
    }
    let named = |list: &[SocketAddr], port: u16| list.iter().any(|a| a.port() == port);
    if !named(&s.mx_listen, 25) {
        r.warn(
            "mail port",
            "not 25: other mail servers look for mail at port 25 only",
            "set smtp.mx_listen, or lead port 25 here",
        );
    }
}

fn remedy(address: &SocketAddr) -> &'static str {
    if address.port() < 1024 {
        "give the program the capability CAP_NET_BIND_SERVICE (systemd: AmbientCapabilities=CAP_NET_BIND_SERVICE)"
    } else {
        "use an address that this machine has"
    }
}

/// Whether a server holds the data folder now.
fn running(config: &Config) -> bool {
    let file = std::fs::File::open(config.data("serve.lock"));
    file.is_ok_and(|f| matches!(f.try_lock(), Err(std::fs::TryLockError::WouldBlock)))
}

/// Trust roots and routes.
pub fn delivery(config: &Config, r: &mut Report) {
    match house::outbound(config, house::Names::System) {
        Ok(_) => r.good("delivery", format!("{} fixed routes", config.delivery.route.len())),
        Err(e) => r.error("delivery", crate::cli::chain(&e), "mend the section [delivery]"),
    }
    if !config.delivery.public_roots && config.delivery.trust_roots.is_none() {
        r.warn(
            "delivery",
            "no authority is trusted: every recipient outside gets a pick-up",
            "set delivery.public_roots or trust_roots",
        );
    }
}

/// Root key, key database, database, audit log. Gives the organisation's domains.
pub async fn house(config: &Config, deep: bool, r: &mut Report) -> Vec<Domain> {
    match house::root_key(config) {
        Ok(root) => r.good("root key", format!("fingerprint {}", root.fingerprint())),
        Err(e) => {
            r.error(
                "root key",
                crate::cli::chain(&e),
                "only its owner may read it: chmod 600; if it is lost, restore your copy",
            );
            return Vec::new();
        }
    }
    if config.root_key_file().starts_with(&config.server.data_dir) && std::env::var_os("WARDPOST_ROOT_KEY").is_none() {
        r.warn(
            "root key",
            "lies in the data folder: whoever copies the folder can read everything",
            "move it elsewhere (vault.root_key_file), and keep it out of backups of the data",
        );
    }
    let house = match house::open(config, Opening::command(Arc::new(SystemClock))).await {
        Ok(house) => house,
        Err(e) => {
            r.error("house", crate::cli::chain(&e), "see above; `wardpost init` makes a new one");
            return Vec::new();
        }
    };
    r.good("keys", format!("open, epoch {}", house.vault.epoch()));
    database(&house, deep, r).await;
    audit_log(&house, r).await;
    let domains = house.core.domains(&operator()).await.unwrap_or_default();
    let domains: Vec<Domain> = domains.into_iter().map(|(domain, _)| domain).collect();
    if domains.is_empty() {
        r.warn("domains", "the organisation has no mail domain", "add one in the web app");
    }
    if let Err(e) = house.close().await {
        r.error("database", crate::cli::chain(&e), "look at its log");
    }
    domains
}

async fn database(house: &House, deep: bool, r: &mut Report) {
    let engine = format!("{:?}", house.db.engine());
    let began = Instant::now();
    match house.db.ping().await {
        Ok(()) => r.good("database", format!("{engine}, answers in {:.1} ms", began.elapsed().as_secs_f64() * 1000.0)),
        Err(e) => r.error("database", e.to_string(), "see that the database runs"),
    }
    if deep {
        match house.db.integrity().await {
            Ok(problems) if problems.is_empty() => r.good("database", "read whole, no damage found"),
            Ok(problems) => problems.iter().for_each(|p| r.error("database", p.clone(), "restore a backup")),
            Err(e) => r.error("database", e.to_string(), "restore a backup"),
        }
    }
}

async fn audit_log(house: &House, r: &mut Report) {
    match house.core.log_status().await {
        Ok(s) if s.pending > 10_000 => {
            let text = format!("{} entries wait for their place", s.pending);
            r.warn("audit log", text, "they get it while the server runs; look at its log if it does");
        }
        Ok(s) => r.good("audit log", format!("{} entries; public key {}", s.size, s.verifier_key)),
        Err(e) => r.error("audit log", e.to_string(), "run `wardpost audit verify`"),
    }
}

#[cfg(test)]
mod tests {
    use super::passkey_host;

    #[test]
    fn passkeys_work_at_a_name_and_not_at_an_address() {
        assert_eq!(passkey_host("https://mail.clinic.example"), Some("mail.clinic.example"));
        assert_eq!(passkey_host("http://localhost:8080"), Some("localhost"));
        assert_eq!(passkey_host("https://192.0.2.7:8443"), None);
        assert_eq!(passkey_host("https://[2001:db8::1]"), None);
    }
}
