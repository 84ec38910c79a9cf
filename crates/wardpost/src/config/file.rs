//! From a text to a checked configuration, and from an error to the key and line where it stands.

use super::{Config, Http};
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};
use wardpost_model::Domain;
use wardpost_model::Network;

/// Longest configuration file.
const MAX_BYTES: u64 = 1 << 20;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The key, dotted (`http.tls_cert`); empty where the text is no TOML.
    pub key: String,
    /// The line, from 1, where the key stands in the file.
    pub line: Option<usize>,
    /// What is wrong and what was expected.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.what)
    }
}

/// A configuration that can't be used.
#[derive(Debug)]
pub struct ConfigError {
    /// The file; none for the defaults.
    pub file: Option<PathBuf>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

impl std::error::Error for ConfigError {}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.as_ref().map_or("the configuration".to_owned(), |p| p.display().to_string());
        write!(f, "{file} can't be used:")?;
        self.problems.iter().try_for_each(|p| write!(f, "\n  {p}"))
    }
}

pub(super) fn load(path: &Path) -> Result<Config, ConfigError> {
    let fail = |problems| ConfigError { file: Some(path.to_owned()), problems };
    let alone = |what: String| fail(vec![Problem { key: String::new(), line: None, what }]);
    let text = read(path).map_err(|e| alone(format!("the file can't be read: {e}")))?;
    let mut config = parse(&text).map_err(fail)?;
    config.resolve(path.parent().unwrap_or(Path::new("")));
    Ok(config)
}

fn read(path: &Path) -> std::io::Result<String> {
    use std::io::Read as _;
    let mut text = String::new();
    std::fs::File::open(path)?.take(MAX_BYTES).read_to_string(&mut text)?;
    Ok(text)
}

pub(super) fn parse(text: &str) -> Result<Config, Vec<Problem>> {
    let config: Config = toml::from_str(text).map_err(|e| {
        let span = e.span().unwrap_or_default();
        let line = (!span.is_empty() || span.start > 0).then(|| line_of(text, span.start));
        vec![Problem { key: key_at(text, &span).unwrap_or_default(), line, what: e.message().trim().to_owned() }]
    })?;
    check(&config, text)?;
    Ok(config)
}

impl Config {
    /// Relative paths are meant from the configuration file's folder.
    fn resolve(&mut self, base: &Path) {
        if base.as_os_str().is_empty() {
            return;
        }
        let files = [
            &mut self.http.tls_cert,
            &mut self.http.tls_key,
            &mut self.smtp.tls_cert,
            &mut self.smtp.tls_key,
            &mut self.delivery.trust_roots,
            &mut self.identity.trust_roots,
            &mut self.vault.root_key_file,
        ];
        let authorities = self.http.client_authority.iter_mut();
        let authorities = authorities.flat_map(|a| std::iter::once(&mut a.file).chain(a.crl.as_mut()));
        for path in
            files.into_iter().flatten().chain(authorities).chain(self.sms.as_mut().and_then(|s| s.secret_file.as_mut()))
        {
            *path = base.join(&*path);
        }
        self.server.data_dir = base.join(&self.server.data_dir);
    }
}

/// Collects what types alone can't say.
struct Check<'a> {
    text: &'a str,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn no(&mut self, key: &str, what: impl Into<String>) {
        self.problems.push(Problem { key: key.to_owned(), line: line_of_key(self.text, key), what: what.into() });
    }
    fn need(&mut self, holds: bool, key: &str, what: impl Into<String>) {
        if !holds {
            self.no(key, what);
        }
    }
    fn pair(&mut self, section: &str, cert: Option<&PathBuf>, key: Option<&PathBuf>) {
        match (cert, key) {
            (Some(_), None) => self.no(&format!("{section}.tls_cert"), "needs tls_key beside it"),
            (None, Some(_)) => self.no(&format!("{section}.tls_key"), "needs tls_cert beside it"),
            _ => {}
        }
    }
}

/// Checks a configuration that has the right types.
pub(super) fn check(config: &Config, text: &str) -> Result<(), Vec<Problem>> {
    let mut c = Check { text, problems: Vec::new() };
    check_server(config, &mut c);
    check_doors(config, &mut c);
    check_rest(config, &mut c);
    if c.problems.is_empty() { Ok(()) } else { Err(c.problems) }
}

fn check_server(config: &Config, c: &mut Check<'_>) {
    let s = &config.server;
    let origin = s.public_url.strip_prefix("https://").or_else(|| s.public_url.strip_prefix("http://"));
    let plain = s.public_url.starts_with("http://");
    match origin {
        Some(rest) if !rest.is_empty() && !rest.contains(['/', '?', '#', '@', ' ']) => {
            let host = rest.rsplit_once(':').map_or(rest, |(host, _)| host);
            let here = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
            c.need(
                here || !plain,
                "server.public_url",
                "http:// is only for this machine (localhost); expected https://…",
            );
        }
        _ => c.no("server.public_url", "expected an origin such as https://mail.clinic.example, without a path"),
    }
    c.need(
        s.host_name.parse::<Domain>().is_ok() && s.host_name.parse::<IpAddr>().is_err(),
        "server.host_name",
        "expected a host name such as mx.clinic.example",
    );
    c.need(!s.data_dir.as_os_str().is_empty(), "server.data_dir", "expected a folder");
    c.need(
        !s.node.is_empty()
            && s.node.len() <= 64
            && s.node.chars().all(|ch| ch.is_ascii_alphanumeric() || "-_.".contains(ch)),
        "server.node",
        "expected 1 to 64 letters, digits, '-', '_' or '.'",
    );
    c.need(s.worker_threads <= 256, "server.worker_threads", "expected 0 (by the number of cores) to 256");
    c.need((1..=3600).contains(&s.shutdown_seconds), "server.shutdown_seconds", "expected 1 to 3600");
}

fn check_doors(config: &Config, c: &mut Check<'_>) {
    let h = &config.http;
    c.pair("http", h.tls_cert.as_ref(), h.tls_key.as_ref());
    c.need(!h.listen.is_empty(), "http.listen", "expected at least one address, such as \"127.0.0.1:8080\"");
    if h.tls_cert.is_none()
        && let Some(open) = h.listen.iter().find(|a| !is_loopback(a))
    {
        let what =
            format!("{open} is open to other machines: that needs tls_cert and tls_key (or listen on 127.0.0.1)");
        c.no("http.listen", what);
    }
    c.need((1..=1024).contains(&h.file_mib), "http.file_mib", "expected 1 to 1024");
    check_authorities(h, c);
    for (key, n) in [
        ("requests_per_minute", h.requests_per_minute),
        ("sign_ins_per_minute", h.sign_ins_per_minute),
        ("pickups_per_minute", h.pickups_per_minute),
        ("connections", h.connections),
    ] {
        c.need(n > 0, &format!("http.{key}"), "expected at least 1");
    }
    let s = &config.smtp;
    c.pair("smtp", s.tls_cert.as_ref(), s.tls_key.as_ref());
    let l = &s.limits;
    for network in &l.exempt_networks {
        c.need(
            network.parse::<Network>().is_ok(),
            "smtp.limits.exempt_networks",
            format!("\"{network}\" is no network; expected such as \"10.1.0.0/16\" or \"2001:db8::/32\""),
        );
    }
    c.need((1..=1000).contains(&l.recipients), "smtp.limits.recipients", "expected 1 to 1000");
    c.need(
        l.memory_mib >= 2 * config.mail.message_mib.min(1024),
        "smtp.limits.memory_mib",
        "expected at least twice mail.message_mib",
    );
    for (key, n) in [
        ("sessions", l.sessions),
        ("sessions_per_network", l.sessions_per_network),
        ("connections_per_minute", l.connections_per_minute),
        ("messages_per_minute", l.messages_per_minute),
    ] {
        c.need(n > 0, &format!("smtp.limits.{key}"), "expected at least 1");
    }
    c.need(l.greet_pause_ms <= 30_000, "smtp.limits.greet_pause_ms", "expected at most 30000");
    if let Some(open) = config.metrics.listen.filter(|a| !is_loopback(a)) {
        c.no(
            "metrics.listen",
            format!("{open} is open to other machines; expected a loopback address such as 127.0.0.1:9464"),
        );
    }
}

fn check_authorities(h: &Http, c: &mut Check<'_>) {
    let key = "http.client_authority";
    for (n, a) in h.client_authority.iter().enumerate() {
        let sound = a.name.trim() == a.name && !a.name.is_empty() && a.name.chars().count() <= 60;
        c.need(sound && !a.name.contains(char::is_control), key, "name: expected 1 to 60 characters");
        let before = h.client_authority.iter().take(n);
        c.need(before.clone().all(|b| b.name != a.name), key, format!("name: \"{}\" stands there twice", a.name));
    }
    c.need(h.client_authority.len() <= 20, key, "expected at most 20");
    let asked = h.client_authority.is_empty() || h.tls_cert.is_some() || !h.trusted_proxies.is_empty();
    c.need(asked, key, "needs tls_cert and tls_key, or a proxy in trusted_proxies that hands certificates on");
}

fn check_rest(config: &Config, c: &mut Check<'_>) {
    if let Err(what) = config.db() {
        c.no("database.url", what.trim_start_matches("database.url: "));
    }
    if let Err(what) = config.keys_db() {
        c.no("vault.keys_url", what.trim_start_matches("vault.keys_url: "));
    }
    if let Some(sms) = &config.sms
        && let Err((key, what)) = crate::sms::check(sms)
    {
        c.no(&format!("sms.{key}"), what);
    }
    let m = &config.mail;
    c.need(
        m.retention_class.parse::<wardpost_vault::RetentionClass>().is_ok(),
        "mail.retention_class",
        "expected lower-case letters, digits and '-'",
    );
    c.need((1..=120).contains(&m.retention_years), "mail.retention_years", "expected 1 to 120");
    c.need((1..=256).contains(&m.message_mib), "mail.message_mib", "expected 1 to 256");
    let s = &config.sessions;
    c.need((1..=60).contains(&s.idle_minutes), "sessions.idle_minutes", "expected 1 to 60");
    c.need((1..=24).contains(&s.absolute_hours), "sessions.absolute_hours", "expected 1 to 24");
    c.need(
        crate::log::filter(&config.log.level).is_ok(),
        "log.level",
        "expected error, warn, info, debug or trace, or a filter",
    );
}

fn is_loopback(address: &SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|b| *b == b'\n').count() + 1
}

/// The line of a dotted key, or of the section nearest to it.
fn line_of_key(text: &str, key: &str) -> Option<usize> {
    let document = DeTable::parse(text).ok()?;
    let mut table = document.get_ref();
    let mut found = None;
    for part in key.split('.') {
        let Some((name, value)) = table.iter().find(|(name, _)| name.get_ref() == part) else { break };
        found = Some(line_of(text, name.span().start));
        match value.get_ref() {
            DeValue::Table(inner) => table = inner,
            _ => break,
        }
    }
    found
}

/// The dotted key whose name or value holds a place in the text.
fn key_at(text: &str, at: &Range<usize>) -> Option<String> {
    let (document, _) = DeTable::parse_recoverable(text);
    let mut path = Vec::new();
    find_key(document.get_ref(), at, &mut path).then(|| path.join("."))
}

fn find_key(table: &DeTable<'_>, at: &Range<usize>, path: &mut Vec<String>) -> bool {
    for (name, value) in table {
        path.push(name.get_ref().to_string());
        // An inner key is looked for first: tables span from their header only.
        let inside = match value.get_ref() {
            DeValue::Table(inner) => find_key(inner, at, path),
            DeValue::Array(items) => items.iter().any(|item| match item.get_ref() {
                DeValue::Table(inner) => find_key(inner, at, path),
                _ => false,
            }),
            _ => false,
        };
        let whole = name.span().start.min(value.span().start)..name.span().end.max(value.span().end);
        if inside || (whole.start <= at.start && at.start < whole.end) {
            return true;
        }
        path.pop();
    }
    false
}
