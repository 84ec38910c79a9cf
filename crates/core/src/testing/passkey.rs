//! An authenticator in software: makes passkeys and answers with them, as it should or with one thing wrong.

use crate::identity::{PasskeyAnswer, PasskeyMade};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use aws_lc_rs::{digest, rsa, signature};
use base64::prelude::*;

/// Present, verified; not to be copied.
const DEVICE_BOUND: u8 = 0x05;
/// Present, verified, may be and was copied.
const SYNCED: u8 = 0x1d;
const ATTESTED: u8 = 0x40;

enum Keys {
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(rsa::KeyPair),
}

/// A passkey in an authenticator. What it says can be changed by its fields, to see it refused.
#[derive(Debug)]
pub struct Passkey {
    keys: Keys,
    /// Its id.
    pub id: Vec<u8>,
    /// The user handle that it was made for, and gives back.
    pub user_handle: Vec<u8>,
    /// Its flags: present, verified, may be copied, was copied.
    pub flags: u8,
    /// How often it was used; 0 for ever if it does not count.
    pub counter: u32,
    /// Whether it counts.
    pub counts: bool,
    /// The site that it believes to be asked by.
    pub rp_id: String,
    /// The origin that the browser says.
    pub origin: String,
    /// Members that the browser adds to what it says, each with a comma in front.
    pub added: String,
    /// What the browser says this is; the ceremony's own name if none.
    pub ceremony: Option<String>,
    /// Bytes after its data.
    pub trailing: Vec<u8>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

impl Passkey {
    /// A passkey in a password manager, which copies it to all devices, in a browser at this origin.
    #[must_use]
    pub fn synced(origin: &str) -> Self {
        let keys = Ed25519KeyPair::generate().unwrap();
        Self { flags: SYNCED, counts: false, ..Self::device_bound(origin).with(Keys::Ed25519(keys)) }
    }

    /// A security key: its secret never leaves it, and it counts.
    #[must_use]
    pub fn device_bound(origin: &str) -> Self {
        let host = origin.split_once("://").map_or(origin, |(_, host)| host);
        Self {
            keys: Keys::P256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap()),
            id: wardpost_vault::random_bytes::<32>().to_vec(),
            user_handle: Vec::new(),
            flags: DEVICE_BOUND,
            counter: 0,
            counts: true,
            rp_id: host.split(':').next().unwrap_or(host).to_owned(),
            origin: origin.to_owned(),
            added: String::new(),
            ceremony: None,
            trailing: Vec::new(),
        }
    }

    /// As [`Passkey::device_bound`], with an RSA key, as older Windows computers have them.
    #[must_use]
    pub fn rsa(origin: &str) -> Self {
        Self::device_bound(origin).with(Keys::Rsa(rsa::KeyPair::generate(rsa::KeySize::Rsa2048).unwrap()))
    }

    fn with(mut self, keys: Keys) -> Self {
        self.keys = keys;
        self
    }

    /// Makes the passkey for a user at a challenge.
    pub fn make(&mut self, challenge: &[u8], user_handle: &[u8]) -> PasskeyMade {
        user_handle.clone_into(&mut self.user_handle);
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        let attested = [&[0; 16][..], &length, &self.id, &self.cose(), &self.trailing].concat();
        let data = self.data(ATTESTED, &attested);
        // {"fmt": "none", "attStmt": {}, "authData": data}
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData".to_vec();
        object.extend(byte_string(&data));
        PasskeyMade {
            client_data: self.client_data("webauthn.create", challenge),
            attestation_object: object,
            transports: vec!["internal".to_owned()],
        }
    }

    /// Answers a challenge.
    pub fn answer(&mut self, challenge: &[u8]) -> PasskeyAnswer {
        let client_data = self.client_data("webauthn.get", challenge);
        let trailing = self.trailing.clone();
        let authenticator_data = self.data(0, &trailing);
        let hash = digest::digest(&digest::SHA256, &client_data);
        let signature = self.sign(&[&authenticator_data, hash.as_ref()].concat());
        let user_handle = Some(self.user_handle.clone());
        PasskeyAnswer { credential_id: self.id.clone(), client_data, authenticator_data, signature, user_handle }
    }

    fn data(&mut self, flags: u8, rest: &[u8]) -> Vec<u8> {
        self.counter += u32::from(self.counts);
        let rp = digest::digest(&digest::SHA256, self.rp_id.as_bytes());
        [rp.as_ref(), &[self.flags | flags], &self.counter.to_be_bytes(), rest].concat()
    }

    fn client_data(&self, ceremony: &str, challenge: &[u8]) -> Vec<u8> {
        let ceremony = self.ceremony.as_deref().unwrap_or(ceremony);
        let (challenge, origin, added) = (BASE64_URL_SAFE_NO_PAD.encode(challenge), &self.origin, &self.added);
        format!(r#"{{"type":"{ceremony}","challenge":"{challenge}","origin":"{origin}"{added}}}"#).into_bytes()
    }

    /// Signs anything with its key.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.keys {
            Keys::P256(pair) => pair.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec(),
            Keys::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Keys::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&signature::RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).unwrap();
                signature
            }
        }
    }

    /// Its public key as a COSE map (RFC 9053, 7).
    fn cose(&self) -> Vec<u8> {
        match &self.keys {
            Keys::P256(pair) => {
                let point = pair.public_key().as_ref();
                let (x, y) = point[1..].split_at(32);
                [b"\xa5\x01\x02\x03\x26\x20\x01\x21".to_vec(), byte_string(x), b"\x22".to_vec(), byte_string(y)]
                    .concat()
            }
            Keys::Ed25519(pair) => {
                [b"\xa4\x01\x01\x03\x27\x20\x06\x21".to_vec(), byte_string(pair.public_key().as_ref())].concat()
            }
            Keys::Rsa(pair) => {
                // SEQUENCE of INTEGER n (2,048 bits and a zero in front) and INTEGER e (65,537).
                let der = pair.public_key().as_ref();
                let (n, e) = (&der[9..265], &der[267..]);
                [b"\xa4\x01\x03\x03\x39\x01\x00\x20".to_vec(), byte_string(n), b"\x21".to_vec(), byte_string(e)]
                    .concat()
            }
        }
    }
}

fn byte_string(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap().to_be_bytes();
    [&[0x59], &length[..], bytes].concat()
}

/// Reads bytes as everything that a stranger's authenticator sends: for fuzzing.
pub fn read_passkey_bytes(bytes: &[u8]) {
    crate::identity::read_anything(bytes);
}
