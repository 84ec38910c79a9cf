//! What the operator configured, as far as this face needs it.

use wardpost_model::Network;

/// Settings of the HTTP face.
#[derive(Debug, Clone)]
pub struct WebConfig {
    /// Origin of the web app without a trailing slash, as people type it (`https://mail.clinic.example`).
    pub public_url: String,
    /// Proxies whose `X-Forwarded-For` and `Client-Cert` are believed. None by default: then the peer's own address counts,
    /// and the certificate of its own connection.
    pub trusted_proxies: Vec<Network>,
    /// Bounds on use.
    pub limits: WebLimits,
}

/// Bounds on connections, requests and bodies.
#[derive(Debug, Clone)]
pub struct WebLimits {
    /// Connections at a time.
    pub connections: usize,
    /// Connections at a time from one network address (an office may share one).
    pub connections_per_network: usize,
    /// Requests a minute from one network address.
    pub requests_per_minute: u32,
    /// Tries to sign in (passwords, codes, invitations) a minute from one network address.
    pub sign_ins_per_minute: u32,
    /// Acts on pick-ups without a session (open, code, verify) a minute from one network address.
    pub pickups_per_minute: u32,
    /// Live event streams at a time.
    pub streams: usize,
    /// WebSockets of conversations at a time.
    pub sockets: usize,
    /// Largest JSON body in bytes.
    pub json_bytes: usize,
    /// Largest uploaded file in bytes.
    pub file_bytes: u64,
    /// Memory for all uploads under way, in MiB.
    pub upload_memory_mib: usize,
    /// Slowest upload that is waited for, in bytes a second over the whole upload.
    pub upload_bytes_per_second: u64,
}

impl Default for WebLimits {
    fn default() -> Self {
        Self {
            connections: 4096,
            connections_per_network: 512,
            requests_per_minute: 6000,
            sign_ins_per_minute: 300,
            pickups_per_minute: 120,
            streams: 2048,
            sockets: 8192,
            json_bytes: 2 << 20,
            file_bytes: 25 << 20,
            upload_memory_mib: 512,
            upload_bytes_per_second: 16 << 10,
        }
    }
}

impl WebConfig {
    /// Settings for an origin, everything else by default.
    #[must_use]
    pub fn new(public_url: impl Into<String>) -> Self {
        let public_url: String = public_url.into();
        let public_url = public_url.trim_end_matches('/').to_owned();
        Self { public_url, trusted_proxies: Vec::new(), limits: WebLimits::default() }
    }

    /// Whether people reach the web app over TLS: then cookies are `Secure` and HSTS is sent.
    #[must_use]
    pub fn secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Whether a page of this origin may act. Beside the public one: every name of this machine, when the public one is
    /// of this machine too (development and demo: `localhost` and `127.0.0.1` are the same place).
    #[must_use]
    pub fn is_own_origin(&self, origin: &str) -> bool {
        if origin.eq_ignore_ascii_case(&self.public_url) {
            return true;
        }
        match (loopback_port(&self.public_url), loopback_port(origin)) {
            (Some(own), Some(other)) => own == other,
            _ => false,
        }
    }
}

/// Port of a plain `http` origin of this machine.
fn loopback_port(origin: &str) -> Option<u16> {
    let authority = origin.strip_prefix("http://")?;
    let (host, port) = authority.rsplit_once(':')?;
    matches!(host, "localhost" | "127.0.0.1" | "[::1]").then(|| port.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_origin_is_the_public_one_and_nothing_like_it() {
        let config = WebConfig::new("https://mail.clinic.example/");
        assert!(config.secure());
        assert!(config.is_own_origin("https://mail.clinic.example"));
        for other in [
            "http://mail.clinic.example",
            "https://mail.clinic.example:8443",
            "https://mail.clinic.example.evil.example",
            "https://evil.example",
            "http://localhost:8080",
            "null",
            "",
        ] {
            assert!(!config.is_own_origin(other), "{other}");
        }
    }

    #[test]
    fn names_of_this_machine_are_one_place_at_the_same_port() {
        let config = WebConfig::new("http://localhost:8080");
        assert!(!config.secure());
        assert!(config.is_own_origin("http://127.0.0.1:8080"));
        assert!(config.is_own_origin("http://[::1]:8080"));
        assert!(!config.is_own_origin("http://127.0.0.1:8081"));
        assert!(!config.is_own_origin("http://192.0.2.1:8080"));
    }
}
