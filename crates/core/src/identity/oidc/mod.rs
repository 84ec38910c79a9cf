//! Signing in by the organisation's identity provider: OpenID Connect's authorization code flow with PKCE, as a confidential
//! client (OpenID Connect Core 1.0; RFC 9700). The checks are pure functions; what is asked of the outside goes through
//! [`ProviderClient`](crate::ports::ProviderClient).
//!
//! - Somebody is known by the provider's subject only, never by an address or a name that it tells.
//! - A sign-in is good once, for ten minutes, and only in the browser that began it.
//! - The provider's word counts as one factor, unless it says that two were shown, in words agreed on before.

mod admin;
mod flow;
mod known;
mod links;
mod login;
mod logout;
mod metadata;
mod rules;
mod step_up;
#[cfg(test)]
mod tests;
mod token;

pub use admin::{ProviderCheck, ProviderLine};
pub use flow::{ProviderAnswer, ProviderBegun, ProviderOutcome};
pub(in crate::identity) use known::Words;
pub use links::LinkLine;

#[cfg(any(test, feature = "testing"))]
pub(crate) fn read_anything(bytes: &[u8]) {
    let (set, token) = bytes.split_at(bytes.len() / 2);
    let keys = token::keys_of(set).or_else(|| token::keys_of(bytes)).unwrap_or_default();
    let expected =
        token::Expected { issuer: "https://id.example", client_id: "wardpost", keys: &keys, now_s: 1_700_000_000 };
    let asked = token::Asked { nonce: "n", access_token: Some("a"), not_before_s: Some(1) };
    for text in [token, bytes] {
        let text = String::from_utf8_lossy(text);
        let _ = token::claimed_issuer(&text);
        assert!(token::id_token(&expected, &asked, &text).is_err(), "nobody signed this");
        assert!(token::logout_token(&expected, &text).is_err(), "nobody signed this");
        let _ = metadata::read(text.as_bytes(), "https://id.example");
    }
}
