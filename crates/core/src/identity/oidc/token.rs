//! What an identity provider's tokens say, looked at (OpenID Connect Core 1.0, 3.1.3.7; Back-Channel Logout 1.0, 2.6; RFC
//! 8725): pure functions from text to claims. Time is the caller's.

use super::super::keys::{Jwk, TokenAlg, TokenKey};
use aws_lc_rs::digest;
use base64::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use wardpost_vault::constant_time_eq;

/// Longest token that is looked at.
pub(in crate::identity) const MAX_TOKEN: usize = 16 << 10;
/// Most keys of a provider.
const MAX_KEYS: usize = 50;
/// How far clocks may differ.
const SKEW_S: i64 = 60;
/// How old a word of signing out may be.
const LOGOUT_AGE_S: i64 = 120;
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Why a token is refused. For the audit log and for tests; whoever tries is told nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(in crate::identity) enum Flaw {
    #[error("malformed")]
    Malformed,
    #[error("an algorithm that is not taken")]
    Algorithm,
    #[error("extensions that nobody here understands")]
    Critical,
    #[error("another type of token")]
    Type,
    #[error("a key that the provider does not have")]
    UnknownKey,
    #[error("not signed by the provider")]
    Signature,
    #[error("another issuer")]
    Issuer,
    #[error("for somebody else")]
    Audience,
    #[error("given to another party")]
    Party,
    #[error("too old")]
    Expired,
    #[error("not valid yet")]
    Future,
    #[error("another nonce")]
    Nonce,
    #[error("for another access token")]
    AccessToken,
    #[error("without a subject")]
    Subject,
    #[error("signed in too long ago")]
    AuthTime,
    #[error("not a word of signing out")]
    Event,
}

/// What must be said.
#[derive(Debug, Clone, Copy)]
pub(in crate::identity) struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub keys: &'a [TokenKey],
    pub now_s: i64,
}

/// What was asked for in one sign-in.
#[derive(Debug, Clone, Copy)]
pub(in crate::identity) struct Asked<'a> {
    pub nonce: &'a str,
    /// The access token that came along.
    pub access_token: Option<&'a str>,
    /// The person was to sign in anew, not before this time.
    pub not_before_s: Option<i64>,
}

/// `aud`: one or several.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

#[derive(Debug, Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    typ: Option<String>,
    #[serde(default)]
    crit: Option<Value>,
    #[serde(default)]
    b64: Option<Value>,
}

/// The claims that count here; others stay in `more`.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::identity) struct Claims {
    #[serde(default)]
    iss: String,
    #[serde(default)]
    aud: Option<Audience>,
    #[serde(default)]
    azp: Option<String>,
    #[serde(default)]
    exp: Option<f64>,
    #[serde(default)]
    nbf: Option<f64>,
    #[serde(default)]
    iat: Option<f64>,
    #[serde(default)]
    auth_time: Option<f64>,
    #[serde(default)]
    nonce: Option<String>,
    #[serde(default)]
    at_hash: Option<String>,
    #[serde(default)]
    jti: Option<String>,
    #[serde(default)]
    events: Option<Map<String, Value>>,
    /// Whom the provider speaks of: never given to anybody else (Core, 2).
    #[serde(default)]
    pub sub: Option<String>,
    /// The provider's session.
    #[serde(default)]
    pub sid: Option<String>,
    #[serde(default)]
    pub amr: Vec<String>,
    #[serde(default)]
    pub acr: Option<String>,
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// A word of signing out that was found good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::identity) struct Logout {
    pub sub: Option<String>,
    pub sid: Option<String>,
    pub jti: String,
}

struct Token {
    header: Header,
    claims: Claims,
}

/// A provider's set of keys (RFC 7517, 5): those that can be used. One that can't be read is read over.
pub(in crate::identity) fn keys_of(bytes: &[u8]) -> Option<Vec<TokenKey>> {
    #[derive(Deserialize)]
    struct Set {
        keys: Vec<Value>,
    }
    let set: Set = serde_json::from_slice(bytes).ok()?;
    let read = |value: Value| TokenKey::from_jwk(&serde_json::from_value::<Jwk>(value).ok()?);
    Some(set.keys.into_iter().take(MAX_KEYS).filter_map(read).collect())
}

/// The issuer that a token claims, unproved: to find whose keys to prove it by.
pub(in crate::identity) fn claimed_issuer(token: &str) -> Option<String> {
    let (_, claims, _) = parts(token)?;
    Some(serde_json::from_slice::<Claims>(&claims).ok()?.iss)
}

fn parts(token: &str) -> Option<(&str, Vec<u8>, Vec<u8>)> {
    let (signed, signature) = token.rsplit_once('.').filter(|_| token.len() <= MAX_TOKEN)?;
    let (header, claims) = signed.split_once('.')?;
    if header.contains('.') || claims.contains('.') {
        return None;
    }
    let decode = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).ok();
    Some((signed, decode(claims)?, decode(signature)?))
}

/// Reads a token whose signature is by one of the provider's keys.
fn open(expected: &Expected<'_>, token: &str) -> Result<Token, Flaw> {
    let (signed, claims, signature) = parts(token).ok_or(Flaw::Malformed)?;
    let header = signed.split_once('.').map(|(h, _)| h).unwrap_or_default();
    let header = BASE64_URL_SAFE_NO_PAD.decode(header).map_err(|_| Flaw::Malformed)?;
    // Keys and addresses of keys that a token brings along (`jwk`, `jku`, `x5u`) are read over: only the provider's own count.
    let header: Header = serde_json::from_slice(&header).map_err(|_| Flaw::Malformed)?;
    let alg = TokenAlg::from_name(&header.alg).ok_or(Flaw::Algorithm)?;
    if header.crit.is_some() || header.b64.is_some() {
        return Err(Flaw::Critical);
    }
    let mut fitting = expected.keys.iter().filter(|k| k.fits(alg));
    let key = match &header.kid {
        Some(kid) => fitting.find(|k| k.kid.as_ref() == Some(kid)).ok_or(Flaw::UnknownKey)?,
        // Without a name there must be no choice.
        None => fitting.next().filter(|_| fitting.next().is_none()).ok_or(Flaw::UnknownKey)?,
    };
    if !key.key.verify_token(alg, signed.as_bytes(), &signature) {
        return Err(Flaw::Signature);
    }
    let claims: Claims = serde_json::from_slice(&claims).map_err(|_| Flaw::Malformed)?;
    Ok(Token { header, claims })
}

fn for_us(expected: &Expected<'_>, claims: &Claims) -> Result<(), Flaw> {
    if claims.iss != expected.issuer {
        return Err(Flaw::Issuer);
    }
    match claims.aud.as_ref().ok_or(Flaw::Audience)? {
        Audience::One(one) if one == expected.client_id => {}
        // Several: only with the word that it was given to us (3.1.3.7, 3 to 5).
        Audience::Many(many) if many.iter().any(|one| one == expected.client_id) => {
            if many.len() > 1 && claims.azp.is_none() {
                return Err(Flaw::Party);
            }
        }
        _ => return Err(Flaw::Audience),
    }
    match &claims.azp {
        Some(azp) if azp != expected.client_id => Err(Flaw::Party),
        _ => Ok(()),
    }
}

/// A time that a claim says, in whole seconds.
fn seconds(time: f64) -> Result<i64, Flaw> {
    // The years until 9999; what is beyond is no time.
    #[expect(clippy::cast_possible_truncation, reason = "within bounds")]
    if (0.0..253_402_300_800.0).contains(&time) { Ok(time as i64) } else { Err(Flaw::Malformed) }
}

/// Checks an ID token: what it says of the person, if the provider says it, to us, now, in this sign-in.
pub(in crate::identity) fn id_token(expected: &Expected<'_>, asked: &Asked<'_>, token: &str) -> Result<Claims, Flaw> {
    let Token { header, claims } = open(expected, token)?;
    // A word of signing out is signed by the same keys (RFC 8725, 3.11).
    if header.typ.is_some_and(|typ| !typ.eq_ignore_ascii_case("jwt")) || claims.events.is_some() {
        return Err(Flaw::Type);
    }
    for_us(expected, &claims)?;
    let now = expected.now_s;
    if seconds(claims.exp.ok_or(Flaw::Expired)?)? + SKEW_S <= now {
        return Err(Flaw::Expired);
    }
    let issued = seconds(claims.iat.ok_or(Flaw::Malformed)?)?;
    let begins = claims.nbf.map(seconds).transpose()?.unwrap_or(issued);
    if issued > now + SKEW_S || begins > now + SKEW_S {
        return Err(Flaw::Future);
    }
    let nonce = claims.nonce.as_deref().unwrap_or_default();
    if !constant_time_eq(nonce.as_bytes(), asked.nonce.as_bytes()) {
        return Err(Flaw::Nonce);
    }
    if let (Some(hash), Some(access)) = (&claims.at_hash, asked.access_token)
        && *hash != half_hash(TokenAlg::from_name(&header.alg).ok_or(Flaw::Algorithm)?, access)
    {
        return Err(Flaw::AccessToken);
    }
    if let Some(not_before) = asked.not_before_s
        && claims.auth_time.map(seconds).transpose()?.is_none_or(|at| at + SKEW_S < not_before)
    {
        return Err(Flaw::AuthTime);
    }
    // At most 255 ASCII characters (Core, 2).
    if claims.sub.as_ref().is_none_or(|s| s.is_empty() || s.len() > 255) {
        return Err(Flaw::Subject);
    }
    Ok(claims)
}

impl Claims {
    /// When the person showed the provider who they are, in seconds since the epoch; none if it does not say.
    pub(in crate::identity) fn auth_time_s(&self) -> Option<i64> {
        self.auth_time.and_then(|at| seconds(at).ok())
    }
}

/// The left half of an access token's hash, by the token's own algorithm (3.1.3.6).
fn half_hash(alg: TokenAlg, text: &str) -> String {
    let by = match alg {
        TokenAlg::Es384 => &digest::SHA384,
        TokenAlg::EdDsa => &digest::SHA512,
        _ => &digest::SHA256,
    };
    let hash = digest::digest(by, text.as_bytes());
    let half = hash.as_ref().get(..hash.as_ref().len() / 2).unwrap_or_default();
    BASE64_URL_SAFE_NO_PAD.encode(half)
}

/// Checks a word of signing out (Back-Channel Logout, 2.4 and 2.6). That it comes once is the caller's to see to.
pub(in crate::identity) fn logout_token(expected: &Expected<'_>, token: &str) -> Result<Logout, Flaw> {
    let Token { header, claims } = open(expected, token)?;
    if header.typ.is_some_and(|typ| !typ.eq_ignore_ascii_case("logout+jwt") && !typ.eq_ignore_ascii_case("jwt")) {
        return Err(Flaw::Type);
    }
    for_us(expected, &claims)?;
    let now = expected.now_s;
    let issued = seconds(claims.iat.ok_or(Flaw::Malformed)?)?;
    if issued > now + SKEW_S {
        return Err(Flaw::Future);
    }
    if issued + LOGOUT_AGE_S < now || claims.exp.map(seconds).transpose()?.is_some_and(|exp| exp + SKEW_S <= now) {
        return Err(Flaw::Expired);
    }
    let event = claims.events.as_ref().and_then(|e| e.get(LOGOUT_EVENT)).is_some_and(Value::is_object);
    // With a nonce it could be taken for an ID token.
    if !event || claims.nonce.is_some() {
        return Err(Flaw::Event);
    }
    let short = |text: Option<String>| text.filter(|t| !t.is_empty() && t.len() <= 255);
    let (sub, sid) = (short(claims.sub), short(claims.sid));
    if sub.is_none() && sid.is_none() {
        return Err(Flaw::Subject);
    }
    Ok(Logout { sub, sid, jti: short(claims.jti).ok_or(Flaw::Malformed)? })
}

/// What a provider's token endpoint answers (Core, 3.1.3.3).
#[derive(Debug, Deserialize)]
pub(in crate::identity) struct TokenAnswer {
    pub id_token: String,
    #[serde(default)]
    pub access_token: Option<String>,
}

/// `provider_session.sealed_provider`: what is shown to the provider when somebody signs out.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::identity) struct SealedIdToken {
    pub id_token: String,
}
