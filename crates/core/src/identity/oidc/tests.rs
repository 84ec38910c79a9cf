//! Forged tokens, each with one thing wrong (ASVS 9.1.1 to 9.2.4, 10.5.1 to 10.5.5; RFC 8725).

use super::token::{Asked, Claims, Expected, Flaw, claimed_issuer, id_token, keys_of, logout_token};
use crate::identity::keys::TokenKey;
use crate::testing::Signer;
use aws_lc_rs::{digest, hmac};
use base64::prelude::*;
use serde_json::{Value, json};

const NOW: i64 = 1_772_438_400;
const ISSUER: &str = "https://id.example";

struct Provider {
    signer: Signer,
    keys: Vec<TokenKey>,
}

fn set(signers: &[&Signer]) -> Vec<u8> {
    json!({ "keys": signers.iter().map(|s| s.jwk()).collect::<Vec<_>>() }).to_string().into_bytes()
}

impl Provider {
    fn new() -> Self {
        let signer = Signer::new("first");
        let keys = keys_of(&set(&[&signer])).unwrap();
        Self { signer, keys }
    }
    fn expected(&self) -> Expected<'_> {
        Expected { issuer: ISSUER, client_id: "wardpost", keys: &self.keys, now_s: NOW }
    }
    fn judge(&self, token: &str) -> Result<Claims, Flaw> {
        id_token(&self.expected(), &ASKED, token)
    }
    /// A token as it should be, but for a change.
    fn flaw(&self, change: impl FnOnce(&mut Value, &mut Value)) -> Option<Flaw> {
        let (mut header, mut claims) = (self.signer.header(), claims());
        change(&mut header, &mut claims);
        self.judge(&self.signer.sign(&header, &claims)).err()
    }
    fn logout(&self, change: impl FnOnce(&mut Value, &mut Value)) -> Option<Flaw> {
        let mut header = json!({ "alg": "ES256", "kid": "first", "typ": "logout+jwt" });
        let mut claims = json!({ "iss": ISSUER, "aud": "wardpost", "iat": NOW, "exp": NOW + 120, "jti": "j1", "sub": "s1",
            "sid": "p1", "events": { "http://schemas.openid.net/event/backchannel-logout": {} } });
        change(&mut header, &mut claims);
        logout_token(&self.expected(), &self.signer.sign(&header, &claims)).err()
    }
}

const ASKED: Asked<'_> = Asked { nonce: "n-1", access_token: Some("access"), not_before_s: None };

fn half(text: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(&digest::digest(&digest::SHA256, text.as_bytes()).as_ref()[..16])
}

fn claims() -> Value {
    json!({ "iss": ISSUER, "aud": "wardpost", "sub": "s1", "sid": "p1", "iat": NOW, "exp": NOW + 300, "auth_time": NOW,
        "nonce": "n-1", "at_hash": half("access"), "amr": ["pwd", "mfa"], "email": "anna@clinic.example" })
}

#[test]
fn a_token_as_it_should_be_is_taken() {
    let p = Provider::new();
    assert_eq!(p.flaw(|_, _| ()), None);
    let got = p.judge(&p.signer.sign(&p.signer.header(), &claims())).unwrap();
    assert_eq!((got.sub.as_deref(), got.sid.as_deref(), got.amr.len()), (Some("s1"), Some("p1"), 2));
    assert_eq!(got.more["email"], "anna@clinic.example");
    assert_eq!(p.flaw(|_, c| c["aud"] = json!(["wardpost"])), None);
    assert_eq!(
        p.flaw(|_, c| {
            c["aud"] = json!(["wardpost", "other"]);
            c["azp"] = json!("wardpost");
        }),
        None
    );
    assert_eq!(p.flaw(|_, c| c["exp"] = json!(NOW - 59)), None, "clocks differ");
    assert_eq!(p.flaw(|_, c| c["iat"] = json!(NOW + 59)), None);
    assert_eq!(p.flaw(|h, _| drop(h.as_object_mut().unwrap().remove("kid"))), None, "the only key");
}

/// Each forged token fails one check, and that one.
#[test]
fn forged_tokens_are_refused_each_for_what_is_wrong_with_it() {
    let p = Provider::new();
    let gone = |c: &mut Value, name: &str| drop(c.as_object_mut().unwrap().remove(name));
    let cases: Vec<(&str, Option<Flaw>, Flaw)> = vec![
        ("alg none", p.flaw(|h, _| h["alg"] = json!("none")), Flaw::Algorithm),
        ("alg None", p.flaw(|h, _| h["alg"] = json!("nOnE")), Flaw::Algorithm),
        ("alg HS256", p.flaw(|h, _| h["alg"] = json!("HS256")), Flaw::Algorithm),
        ("alg of another kind of key", p.flaw(|h, _| h["alg"] = json!("RS256")), Flaw::UnknownKey),
        ("crit", p.flaw(|h, _| h["crit"] = json!(["exp"])), Flaw::Critical),
        ("b64 false", p.flaw(|h, _| h["b64"] = json!(false)), Flaw::Critical),
        ("kid of nobody", p.flaw(|h, _| h["kid"] = json!("other")), Flaw::UnknownKey),
        ("kid as a path", p.flaw(|h, _| h["kid"] = json!("../../dev/null")), Flaw::UnknownKey),
        ("another type", p.flaw(|h, _| h["typ"] = json!("at+jwt")), Flaw::Type),
        ("a word of signing out", p.flaw(|_, c| c["events"] = json!({})), Flaw::Type),
        ("another issuer", p.flaw(|_, c| c["iss"] = json!("https://evil.example")), Flaw::Issuer),
        ("nearly the issuer", p.flaw(|_, c| c["iss"] = json!("https://id.example/")), Flaw::Issuer),
        ("no issuer", p.flaw(|_, c| gone(c, "iss")), Flaw::Issuer),
        ("for another client", p.flaw(|_, c| c["aud"] = json!("other")), Flaw::Audience),
        ("for nobody", p.flaw(|_, c| gone(c, "aud")), Flaw::Audience),
        ("for an empty list", p.flaw(|_, c| c["aud"] = json!([])), Flaw::Audience),
        ("for several without azp", p.flaw(|_, c| c["aud"] = json!(["wardpost", "other"])), Flaw::Party),
        ("given to another", p.flaw(|_, c| c["azp"] = json!("other")), Flaw::Party),
        ("expired", p.flaw(|_, c| c["exp"] = json!(NOW - 60)), Flaw::Expired),
        ("without end", p.flaw(|_, c| gone(c, "exp")), Flaw::Expired),
        ("from the future", p.flaw(|_, c| c["iat"] = json!(NOW + 61)), Flaw::Future),
        ("not yet", p.flaw(|_, c| c["nbf"] = json!(NOW + 61)), Flaw::Future),
        ("at no time", p.flaw(|_, c| c["exp"] = json!(1e300)), Flaw::Malformed),
        ("of another sign-in", p.flaw(|_, c| c["nonce"] = json!("n-2")), Flaw::Nonce),
        ("without nonce", p.flaw(|_, c| gone(c, "nonce")), Flaw::Nonce),
        ("for another access token", p.flaw(|_, c| c["at_hash"] = json!(half("another"))), Flaw::AccessToken),
        ("of nobody", p.flaw(|_, c| gone(c, "sub")), Flaw::Subject),
        ("of an empty subject", p.flaw(|_, c| c["sub"] = json!("")), Flaw::Subject),
        ("of an endless subject", p.flaw(|_, c| c["sub"] = json!("x".repeat(256))), Flaw::Subject),
        ("of a subject that is no text", p.flaw(|_, c| c["sub"] = json!(["s1"])), Flaw::Malformed),
    ];
    for (name, got, wanted) in cases {
        assert_eq!(got, Some(wanted), "{name}");
    }
}

/// ASVS 9.1.1, 9.1.2: the classic ways round a signature.
#[test]
fn only_the_providers_own_keys_sign() {
    let p = Provider::new();
    let stranger = Signer::new("first");
    assert_eq!(
        p.judge(&stranger.sign(&stranger.header(), &claims())).unwrap_err(),
        Flaw::Signature,
        "another's key of the same name"
    );
    let mut header = stranger.header();
    header["jwk"] = stranger.jwk();
    header["jku"] = json!("https://evil.example/keys");
    assert_eq!(p.judge(&stranger.sign(&header, &claims())).unwrap_err(), Flaw::Signature, "a key brought along");
    // The public key, in each form in which it lies about, as the secret of an HMAC.
    let good = p.signer.sign(&p.signer.header(), &claims());
    let signed = format!(
        "{}.{}",
        BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","kid":"first"}"#),
        good.split('.').nth(1).unwrap()
    );
    for secret in [
        p.signer.jwk().to_string().into_bytes(),
        BASE64_URL_SAFE_NO_PAD.decode(p.signer.jwk()["x"].as_str().unwrap()).unwrap(),
    ] {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), signed.as_bytes());
        let token = format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(tag));
        assert_eq!(p.judge(&token).unwrap_err(), Flaw::Algorithm);
    }
    let (unsigned, _) = good.rsplit_once('.').unwrap();
    assert_eq!(p.judge(&format!("{unsigned}.")).unwrap_err(), Flaw::Signature);
    for odd in [
        unsigned,
        "",
        "..",
        "a.b.c.d",
        &format!("{good}.x"),
        &format!("{good}="),
        &good.replace('.', " ."),
        &"x".repeat(20_000),
    ] {
        assert_eq!(p.judge(odd).unwrap_err(), Flaw::Malformed, "{odd:.40}");
    }
    // Changed after it was signed.
    let other = Provider::new().signer.sign(&p.signer.header(), &json!({ "sub": "s2" }));
    let mut parts: Vec<&str> = good.split('.').collect();
    parts[1] = other.split('.').nth(1).unwrap();
    assert_eq!(p.judge(&parts.join(".")).unwrap_err(), Flaw::Signature);
    // Two keys and no name: no guessing.
    let second = Signer::new("second");
    let keys = keys_of(&set(&[&p.signer, &second])).unwrap();
    let expected = Expected { keys: &keys, ..p.expected() };
    let mut nameless = p.signer.header();
    nameless.as_object_mut().unwrap().remove("kid");
    let token = p.signer.sign(&nameless, &claims());
    assert_eq!(id_token(&expected, &ASKED, &token).unwrap_err(), Flaw::UnknownKey);
}

#[test]
fn a_member_twice_is_no_claim() {
    let p = Provider::new();
    let good = p.signer.sign(&p.signer.header(), &claims());
    let header = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256","kid":"first","alg":"none"}"#);
    let rest = good.split_once('.').unwrap().1;
    assert_eq!(p.judge(&format!("{header}.{rest}")).unwrap_err(), Flaw::Malformed);
}

/// Whoever links an account signed in there just before.
#[test]
fn the_time_of_signing_in_counts_where_it_was_asked_for() {
    let p = Provider::new();
    let asked = Asked { not_before_s: Some(NOW - 300), ..ASKED };
    let judge = |auth_time: Value| {
        let mut claims = claims();
        claims["auth_time"] = auth_time;
        id_token(&p.expected(), &asked, &p.signer.sign(&p.signer.header(), &claims)).err()
    };
    assert_eq!(judge(json!(NOW - 200)), None);
    assert_eq!(judge(json!(NOW - 400)), Some(Flaw::AuthTime));
    assert_eq!(judge(json!(null)), Some(Flaw::AuthTime));
}

/// Back-Channel Logout 1.0, 2.6.
#[test]
fn forged_words_of_signing_out_are_refused() {
    let p = Provider::new();
    let gone = |c: &mut Value, name: &str| drop(c.as_object_mut().unwrap().remove(name));
    assert_eq!(p.logout(|_, _| ()), None);
    assert_eq!(p.logout(|h, _| gone(h, "typ")), None, "older providers name no type");
    assert_eq!(p.logout(|_, c| gone(c, "sub")), None);
    assert_eq!(p.logout(|_, c| gone(c, "sid")), None);
    let cases = [
        ("an ID token", p.logout(|_, c| gone(c, "events")), Flaw::Event),
        ("another event", p.logout(|_, c| c["events"] = json!({ "x": {} })), Flaw::Event),
        ("with a nonce", p.logout(|_, c| c["nonce"] = json!("n-1")), Flaw::Event),
        (
            "of nobody",
            p.logout(|_, c| {
                gone(c, "sub");
                gone(c, "sid");
            }),
            Flaw::Subject,
        ),
        ("without a name of its own", p.logout(|_, c| gone(c, "jti")), Flaw::Malformed),
        ("too old", p.logout(|_, c| c["iat"] = json!(NOW - 121)), Flaw::Expired),
        ("from the future", p.logout(|_, c| c["iat"] = json!(NOW + 61)), Flaw::Future),
        ("another type", p.logout(|h, _| h["typ"] = json!("secevent+jwt")), Flaw::Type),
        ("another issuer", p.logout(|_, c| c["iss"] = json!("https://evil.example")), Flaw::Issuer),
        ("for another client", p.logout(|_, c| c["aud"] = json!("other")), Flaw::Audience),
        ("unsigned", p.logout(|h, _| h["alg"] = json!("none")), Flaw::Algorithm),
    ];
    for (name, got, wanted) in cases {
        assert_eq!(got, Some(wanted), "{name}");
    }
}

#[test]
fn keys_that_are_no_keys_are_read_over() {
    let good = Signer::new("good");
    let with = |change: fn(&mut Value)| {
        let mut jwk = good.jwk();
        change(&mut jwk);
        keys_of(&json!({ "keys": [jwk] }).to_string().into_bytes()).unwrap().len()
    };
    assert_eq!(with(|_| ()), 1);
    assert_eq!(with(|k| k["use"] = json!("enc")), 0);
    assert_eq!(with(|k| k["alg"] = json!("HS256")), 0);
    assert_eq!(with(|k| k["kty"] = json!("oct")), 0);
    assert_eq!(with(|k| k["crv"] = json!("P-521")), 0);
    assert_eq!(with(|k| k["x"] = json!("AAAA")), 0);
    assert_eq!(with(|k| *k = json!("key")), 0);
    let short = json!({ "keys": [{ "kty": "RSA", "n": BASE64_URL_SAFE_NO_PAD.encode([255; 128]), "e": "AQAB" }] });
    assert!(keys_of(&short.to_string().into_bytes()).unwrap().is_empty(), "1,024 bits are too few");
    assert!(keys_of(b"{}").is_none() && keys_of(b"<html>").is_none());
    assert_eq!(claimed_issuer("a.b.c"), None);
}
