//! An identity provider in software: says and signs what a test wants, as it should or with one thing wrong.

use crate::identity::ProviderAnswer;
use crate::ports::{ProviderClient, TokenRequest};
use async_trait::async_trait;
use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::prelude::*;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A key of a provider, P-256.
pub struct Signer {
    pair: EcdsaKeyPair,
    /// Its name in the set of keys.
    pub kid: String,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("kid", &self.kid).finish_non_exhaustive()
    }
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

impl Signer {
    /// A new key.
    #[must_use]
    pub fn new(kid: &str) -> Self {
        Self { pair: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(), kid: kid.to_owned() }
    }

    /// As the set of keys shows it.
    #[must_use]
    pub fn jwk(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.kid,
            "x": encoded(&point[1..33]), "y": encoded(&point[33..]) })
    }

    /// Its usual header.
    #[must_use]
    pub fn header(&self) -> Value {
        json!({ "alg": "ES256", "kid": self.kid, "typ": "JWT" })
    }

    /// Signs a token, whatever the header says.
    #[must_use]
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let signed = format!("{}.{}", encoded(header.to_string()), encoded(claims.to_string()));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", encoded(signature))
    }
}

/// What a provider does.
#[derive(Debug)]
struct Inner {
    signer: Signer,
    codes: HashMap<String, Granted>,
    reads: u32,
    silent: bool,
    names_issuer: bool,
}

#[derive(Debug)]
struct Granted {
    claims: Value,
    challenge: String,
    redirect_uri: String,
}

/// An identity provider at [`TestProvider::ISSUER`], of which the house can be told.
#[derive(Debug)]
pub struct TestProvider {
    inner: Mutex<Inner>,
}

impl Default for TestProvider {
    fn default() -> Self {
        Self::new()
    }
}

impl TestProvider {
    /// Its issuer.
    pub const ISSUER: &str = "https://id.clinic.example";
    /// Who the house is there.
    pub const CLIENT: &str = "wardpost";
    /// What proves it.
    pub const SECRET: &str = "a secret of the house";

    /// A provider with one key.
    #[must_use]
    pub fn new() -> Self {
        let signer = Signer::new("first");
        let inner = Inner { signer, codes: HashMap::new(), reads: 0, silent: false, names_issuer: true };
        Self { inner: Mutex::new(inner) }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts another key in the place of the one that it has.
    pub fn renew_key(&self, kid: &str) {
        self.lock().signer = Signer::new(kid);
    }
    /// From now on it does not answer, or answers again.
    pub fn silence(&self, silent: bool) {
        self.lock().silent = silent;
    }
    /// How often anything was read of it.
    #[must_use]
    pub fn reads(&self) -> u32 {
        self.lock().reads
    }
    /// Signs claims as it would.
    #[must_use]
    pub fn sign(&self, claims: &Value) -> String {
        let inner = self.lock();
        inner.signer.sign(&inner.signer.header(), claims)
    }

    /// Somebody signs in at the address to which they were sent: gives with what they come back. `said` is put over the usual
    /// claims of the ID token (`null` takes one away).
    #[must_use]
    pub fn consent(&self, url: &str, now_s: i64, said: &Value) -> ProviderAnswer {
        let query: HashMap<String, String> = url
            .split_once('?')
            .map(|(_, q)| q)
            .unwrap_or_default()
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(k, v)| (k.to_owned(), unescaped(v)))
            .collect();
        let get = |name: &str| query.get(name).cloned().unwrap_or_default();
        assert_eq!((get("response_type").as_str(), get("code_challenge_method").as_str()), ("code", "S256"));
        let mut claims = json!({ "iss": Self::ISSUER, "aud": get("client_id"), "iat": now_s, "exp": now_s + 300,
            "auth_time": now_s, "nonce": get("nonce") });
        for (name, value) in said.as_object().into_iter().flatten() {
            match value {
                Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
                value => claims[name] = value.clone(),
            }
        }
        let code = wardpost_vault::random_token();
        let granted = Granted { claims, challenge: get("code_challenge"), redirect_uri: get("redirect_uri") };
        self.lock().codes.insert(code.clone(), granted);
        ProviderAnswer { code: Some(code), error: None, state: get("state"), iss: Some(Self::ISSUER.to_owned()) }
    }
}

fn unescaped(text: &str) -> String {
    let (mut out, bytes) = (Vec::new(), text.as_bytes());
    let mut i = 0;
    while i < bytes.len() {
        if bytes[i] == b'%' {
            out.push(u8::from_str_radix(&text[i + 1..i + 3], 16).unwrap());
            i += 3;
        } else {
            out.push(bytes[i]);
            i += 1;
        }
    }
    String::from_utf8(out).unwrap()
}

#[async_trait]
impl ProviderClient for TestProvider {
    async fn read(&self, url: &str) -> Result<Vec<u8>, String> {
        let mut inner = self.lock();
        inner.reads += 1;
        if inner.silent {
            return Err("no connection".to_owned());
        }
        let issuer = Self::ISSUER;
        let document = match url.strip_prefix(issuer) {
            Some("/.well-known/openid-configuration") => json!({ "issuer": issuer,
                "authorization_endpoint": format!("{issuer}/auth"), "token_endpoint": format!("{issuer}/token"),
                "jwks_uri": format!("{issuer}/keys"), "end_session_endpoint": format!("{issuer}/end"),
                "response_types_supported": ["code"], "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported": inner.names_issuer,
                "backchannel_logout_supported": true }),
            Some("/keys") => json!({ "keys": [inner.signer.jwk()] }),
            _ => return Err("the provider answered 404".to_owned()),
        };
        Ok(document.to_string().into_bytes())
    }

    async fn exchange(&self, r: &TokenRequest<'_>) -> Result<Vec<u8>, String> {
        let known = (r.client_id, r.client_secret) == (Self::CLIENT, Self::SECRET);
        let granted = self.lock().codes.remove(r.code).filter(|_| known);
        let challenge = encoded(digest::digest(&digest::SHA256, r.verifier.as_bytes()));
        match granted {
            Some(g) if g.challenge == challenge && g.redirect_uri == r.redirect_uri => {
                Ok(json!({ "token_type": "Bearer", "access_token": "at", "id_token": self.sign(&g.claims) })
                    .to_string()
                    .into_bytes())
            }
            _ => Err("the provider answered 400".to_owned()),
        }
    }
}

/// Reads arbitrary bytes as keys, tokens and what a provider says of itself, for the fuzzer.
pub fn read_token_bytes(bytes: &[u8]) {
    crate::identity::read_any_token(bytes);
}
