//! What a provider says of itself (OpenID Connect Discovery 1.0; RFC 8414; RFC 9207).

use serde::Deserialize;

/// Longest address that is taken.
const MAX_URL: usize = 1024;

/// Where to go and what is offered there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::identity) struct Metadata {
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub jwks_uri: String,
    pub end_session_endpoint: Option<String>,
    /// The answer names its issuer (RFC 9207), against mix-up.
    pub names_issuer: bool,
    /// It can say that somebody has signed out there.
    pub tells_sign_out: bool,
}

/// Why a provider's word can't be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(in crate::identity) enum Flaw {
    #[error("it can't be read")]
    Malformed,
    #[error("it speaks for another issuer")]
    Issuer,
    #[error("an address in it is not https")]
    Address,
    #[error("it does not offer the authorization code flow")]
    Flow,
    #[error("it does not offer PKCE with S256")]
    Pkce,
    #[error("it does not take the client's secret")]
    Secret,
}

impl Flaw {
    /// As a code for screens.
    pub(in crate::identity) const fn code(self) -> &'static str {
        match self {
            Self::Malformed => "provider_unreadable",
            Self::Issuer => "provider_issuer",
            Self::Address => "provider_address",
            Self::Flow => "provider_flow",
            Self::Pkce => "provider_pkce",
            Self::Secret => "provider_secret",
        }
    }
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    end_session_endpoint: Option<String>,
    #[serde(default)]
    response_types_supported: Vec<String>,
    #[serde(default)]
    code_challenge_methods_supported: Vec<String>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
    #[serde(default)]
    backchannel_logout_supported: bool,
}

/// Whether an address may be gone to: https with a host and no more than a path; http only to this machine.
pub(in crate::identity) fn is_address(url: &str, query: bool) -> bool {
    let plain = url.bytes().all(|b| b.is_ascii_graphic() && !br#"<>"\^`{|}"#.contains(&b));
    let Some((scheme, rest)) = url.split_once("://") else { return false };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let host = rest.get(..end).unwrap_or_default();
    let name = if host.starts_with('[') { host } else { host.split(':').next().unwrap_or_default() };
    let here = matches!(name, "localhost" | "127.0.0.1") || host.starts_with("[::1]");
    plain
        && url.len() <= MAX_URL
        && !name.is_empty()
        && !host.contains('@')
        && !url.contains('#')
        && (query || !url.contains('?'))
        && (scheme == "https" || scheme == "http" && here)
}

/// Reads what a provider says of itself. `issuer` must be exactly its own (Discovery, 4.3).
pub(in crate::identity) fn read(bytes: &[u8], issuer: &str) -> Result<Metadata, Flaw> {
    let said: Document = serde_json::from_slice(bytes).map_err(|_| Flaw::Malformed)?;
    if said.issuer != issuer {
        return Err(Flaw::Issuer);
    }
    let addresses = [&said.authorization_endpoint, &said.token_endpoint, &said.jwks_uri];
    if !addresses.iter().copied().chain(&said.end_session_endpoint).all(|url| is_address(url, true)) {
        return Err(Flaw::Address);
    }
    if !said.response_types_supported.iter().any(|one| one == "code") {
        return Err(Flaw::Flow);
    }
    if !said.code_challenge_methods_supported.iter().any(|one| one == "S256") {
        return Err(Flaw::Pkce);
    }
    // Not said: client_secret_basic (Discovery, 3).
    let basic = |methods: &Vec<String>| methods.iter().any(|one| one == "client_secret_basic");
    if !said.token_endpoint_auth_methods_supported.as_ref().is_none_or(basic) {
        return Err(Flaw::Secret);
    }
    Ok(Metadata {
        authorization_endpoint: said.authorization_endpoint,
        token_endpoint: said.token_endpoint,
        jwks_uri: said.jwks_uri,
        end_session_endpoint: said.end_session_endpoint,
        names_issuer: said.authorization_response_iss_parameter_supported,
        tells_sign_out: said.backchannel_logout_supported,
    })
}

/// An address with parameters added.
pub(in crate::identity) fn with_query(url: &str, pairs: &[(&str, &str)]) -> String {
    let mut out = url.to_owned();
    for (name, value) in pairs {
        out.push(if out.contains('?') { '&' } else { '?' });
        out.push_str(name);
        out.push('=');
        for b in value.bytes() {
            if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
                out.push(char::from(b));
            } else {
                use std::fmt::Write as _;
                // Writing to a String can't fail.
                let _ = write!(out, "%{b:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said() -> serde_json::Value {
        json!({ "issuer": "https://id.example", "authorization_endpoint": "https://id.example/auth?tenant=1",
            "token_endpoint": "https://id.example/token", "jwks_uri": "https://id.example/keys",
            "end_session_endpoint": "https://id.example/end", "response_types_supported": ["code", "id_token"],
            "code_challenge_methods_supported": ["S256"], "authorization_response_iss_parameter_supported": true })
    }

    fn flaw(change: impl FnOnce(&mut serde_json::Value)) -> Option<Flaw> {
        let mut document = said();
        change(&mut document);
        read(document.to_string().as_bytes(), "https://id.example").err()
    }

    /// ASVS 10.5.3, Discovery 4.3: each thing that is wrong is refused by itself.
    #[test]
    fn what_a_provider_says_of_itself_is_taken_only_whole() {
        assert_eq!(flaw(|_| ()), None);
        assert_eq!(flaw(|d| d["issuer"] = json!("https://id.example/")), Some(Flaw::Issuer));
        assert_eq!(flaw(|d| d["issuer"] = json!("https://evil.example")), Some(Flaw::Issuer));
        assert_eq!(flaw(|d| d["token_endpoint"] = json!("http://id.example/token")), Some(Flaw::Address));
        assert_eq!(flaw(|d| d["jwks_uri"] = json!("file:///etc/passwd")), Some(Flaw::Address));
        assert_eq!(
            flaw(|d| d["authorization_endpoint"] = json!("javascript://id.example/%0aalert(1)")),
            Some(Flaw::Address)
        );
        assert_eq!(flaw(|d| d["end_session_endpoint"] = json!("https://me@id.example/end")), Some(Flaw::Address));
        assert_eq!(flaw(|d| d["response_types_supported"] = json!(["id_token"])), Some(Flaw::Flow));
        assert_eq!(flaw(|d| d["code_challenge_methods_supported"] = json!(["plain"])), Some(Flaw::Pkce));
        assert_eq!(
            flaw(|d| d["token_endpoint_auth_methods_supported"] = json!(["private_key_jwt"])),
            Some(Flaw::Secret)
        );
        assert_eq!(flaw(|d| d["jwks_uri"] = json!(7)), Some(Flaw::Malformed));
        assert_eq!(read(b"<html>", "https://id.example"), Err(Flaw::Malformed));
    }

    #[test]
    fn addresses_are_https_or_this_machine() {
        for good in
            ["https://id.example", "https://id.example:8443/realm", "http://localhost:4000", "http://[::1]:4000/a"]
        {
            assert!(is_address(good, false), "{good}");
        }
        for bad in [
            "http://id.example",
            "https://",
            "https://id.example#x",
            "https://id.example?x",
            "https://a b",
            "https://a@b",
            "//id.example",
            "https://é.example",
            "http://localhost.evil.example",
            "https://id.example/\r\nx",
        ] {
            assert!(!is_address(bad, false), "{bad}");
        }
    }

    #[test]
    fn parameters_are_escaped_and_kept_apart() {
        assert_eq!(
            with_query("https://a/x?y=1", &[("redirect_uri", "https://b/c?d&e"), ("s", "a b")]),
            "https://a/x?y=1&redirect_uri=https%3A%2F%2Fb%2Fc%3Fd%26e&s=a%20b"
        );
    }
}
