//! The sections, each with its defaults.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use wardpost_model::{Domain, Network};

fn local(port: u16) -> Vec<SocketAddr> {
    vec![SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)]
}

/// `[server]`: names, data folder, process.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// Origin of the web app as people type it, without a path. Stands in every link that leaves the house.
    pub public_url: String,
    /// Name of this mail server: banner, EHLO, Message-IDs, origin of the audit log. Its MX records must point to it.
    pub host_name: String,
    /// Folder of databases, blobs and keys. Only the server's user may read it.
    pub data_dir: PathBuf,
    /// Name of this node in logs and in the audit log, where several run over one PostgreSQL.
    pub node: String,
    /// Threads that work; 0 for as many as there are cores, at most 8.
    pub worker_threads: u16,
    /// Seconds that work under way may take to end at shutdown.
    pub shutdown_seconds: u16,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            public_url: "http://localhost:8080".to_owned(),
            host_name: "localhost".to_owned(),
            data_dir: PathBuf::from("data"),
            node: "main".to_owned(),
            worker_threads: 0,
            shutdown_seconds: 20,
        }
    }
}

/// `[http]`: the web app and API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Http {
    /// Addresses to listen on. Without a certificate only loopback addresses are allowed.
    pub listen: Vec<SocketAddr>,
    /// Certificate chain, PEM, leaf first. Read again on SIGHUP.
    pub tls_cert: Option<PathBuf>,
    /// Its private key, PEM.
    pub tls_key: Option<PathBuf>,
    /// Proxies whose `X-Forwarded-For`, `Client-Cert` and `Client-Cert-Chain` are believed: addresses or networks.
    pub trusted_proxies: Vec<Network>,
    /// Requests a minute from one network address.
    pub requests_per_minute: u32,
    /// Tries to sign in a minute from one network address.
    pub sign_ins_per_minute: u32,
    /// Acts on pick-up links without a session a minute from one network address.
    pub pickups_per_minute: u32,
    /// Connections at a time.
    pub connections: u32,
    /// Largest uploaded file, MiB.
    pub file_mib: u32,
    /// Authorities by whose certificates devices are known, for network zones.
    pub client_authority: Vec<ClientAuthority>,
}

/// `[[http.client_authority]]`: one authority of client certificates. Its files are read again on SIGHUP.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientAuthority {
    /// Its name, as the security officer sees it and zones keep it.
    pub name: String,
    /// Its certificate, or several, PEM.
    pub file: PathBuf,
    /// Its list of revoked certificates (and those of authorities below it), PEM.
    pub crl: Option<PathBuf>,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: local(8080),
            tls_cert: None,
            tls_key: None,
            trusted_proxies: Vec::new(),
            requests_per_minute: 6000,
            sign_ins_per_minute: 60,
            pickups_per_minute: 60,
            connections: 4096,
            file_mib: 25,
            client_authority: Vec::new(),
        }
    }
}

/// `[smtp]`: the three doors for mail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Smtp {
    /// From other mail servers (in service: port 25).
    pub mx_listen: Vec<SocketAddr>,
    /// From mail programs, STARTTLS (in service: port 587).
    pub submission_listen: Vec<SocketAddr>,
    /// From mail programs, TLS at once (in service: port 465).
    pub submissions_listen: Vec<SocketAddr>,
    /// Port that people are told to enter in their mail program; that of `submissions_listen` if left out.
    pub announced_port: Option<u16>,
    /// Certificate chain, PEM, leaf first; a self-signed one is made in the data folder if left out. Read again on SIGHUP.
    pub tls_cert: Option<PathBuf>,
    /// Its private key, PEM.
    pub tls_key: Option<PathBuf>,
    /// Bounds on sessions.
    pub limits: SmtpLimits,
}

impl Default for Smtp {
    fn default() -> Self {
        Self {
            mx_listen: local(2525),
            submission_listen: local(2587),
            submissions_listen: local(2465),
            announced_port: None,
            tls_cert: None,
            tls_key: None,
            limits: SmtpLimits::default(),
        }
    }
}

/// `[smtp.limits]`: bounds on sessions and messages that come in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SmtpLimits {
    /// Recipients of one message.
    pub recipients: u16,
    /// Sessions at the same time.
    pub sessions: u32,
    /// Sessions at the same time from one network (IPv4 address, IPv6 /64).
    pub sessions_per_network: u32,
    /// New sessions a minute from one network.
    pub connections_per_minute: u32,
    /// Messages a minute from one network.
    pub messages_per_minute: u32,
    /// Networks that the per-network bounds do not hold for, such as `10.1.0.0/16`.
    pub exempt_networks: Vec<String>,
    /// Memory for messages on their way in, of all sessions together, MiB.
    pub memory_mib: u32,
    /// Milliseconds to wait before greeting on the MX port: who speaks earlier is no mail server.
    pub greet_pause_ms: u32,
}

impl Default for SmtpLimits {
    fn default() -> Self {
        Self {
            recipients: 100,
            sessions: 1000,
            sessions_per_network: 50,
            connections_per_minute: 120,
            messages_per_minute: 600,
            exempt_networks: Vec::new(),
            memory_mib: 256,
            greet_pause_ms: 0,
        }
    }
}

/// `[delivery]`: to other servers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Delivery {
    /// Trust the certificate authorities that browsers trust.
    pub public_roots: bool,
    /// File with further trusted root certificates, PEM.
    pub trust_roots: Option<PathBuf>,
    /// Let DNS lead to addresses that are not public. For closed networks only.
    pub allow_private_addresses: bool,
    /// Source address of connections over IPv4.
    pub source_v4: Option<Ipv4Addr>,
    /// Source address of connections over IPv6.
    pub source_v6: Option<std::net::Ipv6Addr>,
    /// Domains whose mail goes to a fixed host, whatever DNS says.
    pub route: Vec<SmtpRoute>,
}

impl Default for Delivery {
    fn default() -> Self {
        Self {
            public_roots: true,
            trust_roots: None,
            allow_private_addresses: false,
            source_v4: None,
            source_v6: None,
            route: Vec::new(),
        }
    }
}

/// `[[delivery.route]]`: one domain's fixed host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpRoute {
    /// The domain.
    pub domain: Domain,
    /// Host name or address that takes its mail.
    pub host: String,
    /// Its port.
    #[serde(default = "smtp_port")]
    pub port: u16,
    /// Name that its certificate must bear, if not `host`.
    #[serde(default)]
    pub tls_name: Option<String>,
}

fn smtp_port() -> u16 {
    25
}

/// `[database]`: where rows are kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// `sqlite:PATH` or `postgres://…`; `wardpost.db` in the data folder if left out.
    pub url: Option<String>,
    /// Connections that read at the same time.
    pub readers: Option<u16>,
    /// SQLite: largest size of the file in MiB, after which mail is refused for the time being.
    pub max_mib: Option<u32>,
}

/// `[vault]`: where keys are kept, apart from what they open and with a backup rule of their own.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Vault {
    /// The root key's file (mode 0600); `root.key` in the data folder if left out.
    pub root_key_file: Option<PathBuf>,
    /// Database of wrapped keys: `sqlite:PATH` or `postgres://…`; `keys.db` in the data folder if left out. Several nodes
    /// need a shared one.
    pub keys_url: Option<String>,
}

/// `[sms]`: a gateway for text messages, spoken to by HTTP. In `url`, `headers` and `body`, `{to}` and `{text}` stand
/// for the number and the message, escaped for where they stand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sms {
    /// Where to send to. `https`, or `http` to this machine.
    pub url: String,
    /// `POST` (default), `PUT` or `GET`.
    #[serde(default = "post")]
    pub method: String,
    /// Headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Body.
    #[serde(default)]
    pub body: String,
    /// How `{to}` and `{text}` are escaped in the body: `json` (default) or `form`.
    #[serde(default)]
    pub body_format: BodyFormat,
    /// Header that carries the secret (from `secret_file` or the environment), such as `Authorization`.
    #[serde(default)]
    pub secret_header: Option<String>,
    /// File that holds the value of that header, such as `Bearer …` (mode 0600).
    #[serde(default)]
    pub secret_file: Option<PathBuf>,
    /// Seconds to wait for an answer.
    #[serde(default = "ten")]
    pub timeout_seconds: u16,
}

/// How placeholders in the body are escaped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyFormat {
    /// As inside a JSON string.
    #[default]
    Json,
    /// As in a URL-encoded form.
    Form,
}

fn post() -> String {
    "POST".to_owned()
}

fn ten() -> u16 {
    10
}

/// `[mail]`: retention and sizes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mail {
    /// Name of the retention class under whose keys mail is sealed.
    pub retention_class: String,
    /// Years that mail is kept (Netherlands: 20 for what belongs to the record).
    pub retention_years: u16,
    /// Largest message, attachments included, MiB.
    pub message_mib: u32,
}

impl Default for Mail {
    fn default() -> Self {
        Self { retention_class: "mail-nl-20y".to_owned(), retention_years: 20, message_mib: 50 }
    }
}

/// `[sessions]`: how long people stay signed in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sessions {
    /// Minutes without activity after which a session ends.
    pub idle_minutes: u16,
    /// Hours after which a session ends in any case.
    pub absolute_hours: u16,
}

impl Default for Sessions {
    fn default() -> Self {
        Self { idle_minutes: 15, absolute_hours: 12 }
    }
}

/// `[identity]`: identity providers, which the web app says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Identity {
    /// File with further root certificates by which providers are trusted, PEM.
    pub trust_roots: Option<PathBuf>,
}

/// `[passwords]`: what nobody may choose, besides the list that is compiled in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Passwords {
    /// File with words, one a line; or with sorted SHA-1 hashes (Have I Been Pwned); or such hashes packed by
    /// `wardpost passwords pack`.
    pub refused_list: Option<PathBuf>,
}

/// `[log]`: what is logged, and how. Never content, never addresses of patients.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// `text` for people, `json` for machines.
    pub format: LogFormat,
    /// `error`, `warn`, `info`, `debug` or `trace`, or a filter by module as `info,wardpost_mail=debug`.
    pub level: String,
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Text, level: "info".to_owned() }
    }
}

/// The form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// A line for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// `[metrics]`: `/metrics` (Prometheus text), `/healthz` and `/readyz`, without TLS and sign-in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Metrics {
    /// Loopback address; nothing listens when left out.
    pub listen: Option<SocketAddr>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self { listen: Some(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9464)) }
    }
}
