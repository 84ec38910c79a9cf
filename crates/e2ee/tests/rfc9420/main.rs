//! The MLS working group's test vectors for RFC 9420, run through the library as this crate uses it: the same version, the
//! same features, the same provider, and only what it makes public. Where the vectors come from, `vectors/README.md` says.
//!
//! | vectors | what is checked here |
//! |---|---|
//! | `passive-client-*` | a client with the given private keys joins by Welcome and applies every proposal and commit; the epoch authenticator agrees at each epoch. Beside it, the public group that a server keeps follows the same messages |
//! | `messages` | every message, proposal and ratchet tree decodes and encodes to the same bytes |
//! | `deserialization` | the headers of vectors (RFC 9420, section 2.1.2) decode and encode |
//! | `crypto-basics` | signatures, references, HKDF and HPKE with MLS labels |
//! | `welcome` | group secrets and GroupInfo decrypt, the GroupInfo's signature verifies |
//! | `tree-validation` | leaf signatures, parent hashes and the tree hash |
//!
//! The library doesn't make public what `key-schedule`, `psk_secret`, `transcript-hashes`, `tree-math`, `tree-operations` and
//! `treekem` ask for one by one, nor GroupSecrets and bare Commits in `messages` and the resolutions in `tree-validation`; its
//! own tests run those. All of it is at work in the passive clients: no epoch authenticator agrees if a part of it is wrong.
//! `secret-tree` and half of `message-protection` are about PrivateMessages, which nobody sends here.

// The vectors' key packages are of 2023 and have expired; see `clock`, which knows one system's way.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "tests")]

mod basics;
mod clock;
mod codec;
mod passive;
mod tree;

use openmls::prelude::{Ciphersuite, MlsMessageBodyIn, MlsMessageIn};
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use tls_codec::Deserialize as _;

/// The suite that all implementations have, and whose vectors are kept here.
const SUITE: Ciphersuite = Ciphersuite::MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519;

/// Bytes that stand in hexadecimal digits.
struct Hex(Vec<u8>);

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let digits = String::deserialize(d)?;
        let bytes =
            digits.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
        bytes.collect::<Option<_>>().map(Self).ok_or_else(|| D::Error::custom("not hexadecimal"))
    }
}

/// Reads a file of vectors.
fn vectors<T: DeserializeOwned>(name: &str) -> Vec<T> {
    let path = format!("{}/tests/rfc9420/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let found: Vec<T> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert!(!found.is_empty(), "{name} holds no vectors");
    found
}

/// Decodes an MLSMessage.
fn message(bytes: &Hex) -> MlsMessageIn {
    MlsMessageIn::tls_deserialize_exact(&bytes.0).unwrap()
}

/// Decodes an MLSMessage to what it holds.
fn body(bytes: &Hex) -> MlsMessageBodyIn {
    message(bytes).extract()
}
